// What concerns the picture alone: what is written on the atoms, how many cells, measuring, and a picture to keep.

import { h, icon } from "../dom";

export type Labels = "none" | "index" | "species" | "colour";

export interface ViewBarEvents {
  labels(labels: Labels): void;
  cells(cells: number): void;
  measure?(on: boolean): void;
  snapshot(): void;
}

export class ViewBar {
  readonly element: HTMLElement;
  private select: HTMLSelectElement;
  private cells: HTMLElement;
  private inputs: HTMLInputElement[];
  private measure: HTMLButtonElement;

  constructor(id: string, labels: readonly Labels[], events: ViewBarEvents) {
    this.select = h("select", { id: `${id}-labels`, "data-control": "labels" }, ...labels.map((word) => h("option", {}, word)));
    this.select.addEventListener("change", () => events.labels(this.select.value as Labels));
    this.select.addEventListener("keydown", (event) => event.stopPropagation());
    this.inputs = [1, 2, 3].map((count) => {
      const input = h("input", { type: "radio", name: `${id}-cells`, value: count, "data-cells-option": count });
      input.addEventListener("change", () => input.checked && events.cells(count));
      input.addEventListener("keydown", (event) => event.stopPropagation());
      return input;
    });
    const options = this.inputs.map((input) => h("label", {}, input, h("span", {}, input.value)));
    const group = h("div", { class: "tc-mode", role: "radiogroup", "aria-label": "cells shown along each period" }, ...options);
    this.cells = h("div", { class: "tc-cells", hidden: true }, h("span", { class: "tc-label" }, "cells"), group);
    const toggle = () => events.measure?.(this.measure.getAttribute("aria-pressed") !== "true");
    this.measure = h(
      "button",
      { type: "button", "data-action": "measure", "aria-pressed": "false", hidden: !events.measure, click: toggle },
      icon("measure"),
      "measure",
    );
    const snapshot = h(
      "button",
      { type: "button", "data-action": "snapshot", title: "save the picture as PNG", click: () => events.snapshot() },
      icon("snapshot"),
      "PNG",
    );
    snapshot.setAttribute("aria-label", "save the picture as PNG");
    this.element = h(
      "div",
      { class: "tc-viewbar" },
      h("div", {}, h("label", { class: "tc-label", for: `${id}-labels` }, "labels"), this.select),
      this.cells,
      this.measure,
      snapshot,
    );
  }

  show(labels: Labels, cells: number, periodic: boolean, measuring: boolean): void {
    this.select.value = labels;
    this.cells.hidden = !periodic;
    this.inputs.forEach((input) => (input.checked = Number(input.value) === cells));
    this.measure.setAttribute("aria-pressed", String(measuring));
  }
}

/** Hand a picture to the reader as a file. */
export function save(picture: Blob, name: string): void {
  const url = URL.createObjectURL(picture);
  const link = h("a", { href: url, download: `${name.replace(/[^\p{L}\p{N}()+-]+/gu, "-").slice(0, 80) || "clouds"}.png` });
  link.click();
  // The download has begun when the click returns, but some browsers read the address a little later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
