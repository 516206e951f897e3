// How often each colour occurs in either cloud: rows are colours, bars share one scale.

import { classColour, css, isRepeated } from "../colours";
import { h } from "../dom";
import type { Bin } from "../state";
import { chip } from "./chip";

export class HistogramTable {
  readonly element: HTMLElement;
  private head = h("tr");
  private body = h("tbody");
  private drawn = "";

  constructor() {
    const table = h(
      "table",
      {},
      h("caption", { class: "tc-hidden" }, "How many atoms of each colour the two clouds have in this round"),
      h("thead", {}, this.head),
      this.body,
    );
    this.element = h("div", { class: "tc-histogram", tabindex: 0, role: "region", "aria-label": "colours" }, table);
  }

  show(bins: Bin[], names: string[]): void {
    const key = JSON.stringify([bins, names]);
    if (key === this.drawn) return;
    this.drawn = key;
    this.head.replaceChildren(
      h("th", { scope: "col" }, "colour"),
      ...names.map((name) => h("th", { scope: "col", class: "tc-cloud" }, name)),
      h("th", { scope: "col", class: "tc-hidden-cell" }, h("span", { class: "tc-hidden" }, "same?")),
    );
    const most = Math.max(1, ...bins.flatMap((bin) => bin.counts));
    this.body.replaceChildren(
      ...bins.map((bin) => {
        const differs = bin.counts.some((count) => count !== bin.counts[0]);
        return h(
          "tr",
          { class: differs ? "tc-differs" : "", "data-class": bin.cls },
          h("th", { scope: "row" }, chip(bin.cls), " ", h("span", { class: "tc-species" }, bin.species)),
          ...bin.counts.map((count) => {
            const bar = h("span", { class: isRepeated(bin.cls) ? "tc-bar tc-hatched" : "tc-bar" });
            bar.style.setProperty("--tc-class", css(classColour(bin.cls)));
            bar.style.setProperty("--tc-length", String(count / most));
            return h("td", {}, h("div", { class: "tc-count" }, bar, h("span", {}, String(count))));
          }),
          h("td", { class: "tc-mark" }, differs ? "≠" : h("span", { class: "tc-hidden" }, "same")),
        );
      }),
    );
  }
}
