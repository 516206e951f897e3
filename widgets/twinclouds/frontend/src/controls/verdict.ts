// The verdict: a word, a shape and a colour, always the same three together.

import { h, say } from "../dom";
import { svg } from "../still";
import type { Headline, VerdictWords } from "../words";

/** Two of a kind, two different ones, two of which nobody knows. */
function shape(kind: Headline): SVGElement {
  const mark = { fill: "none", stroke: "currentColor", "stroke-width": 2.2 };
  const disc = (cx: number, filled: boolean) => svg("circle", { ...mark, cx, cy: 12, r: 7, fill: filled ? "currentColor" : "none" });
  const second =
    kind === "apart"
      ? svg("rect", { ...mark, x: 22, y: 5, width: 14, height: 14 })
      : disc(29, kind === "same" || kind === "everywhere");
  const first = disc(10, kind !== "pending" && kind !== "unclear");
  const made = svg("svg", { viewBox: "0 0 39 24", width: 39, height: 24, "aria-hidden": "true" }, first, second);
  if (kind === "unclear" || kind === "pending") {
    for (const child of made.children) child.setAttribute("stroke-dasharray", kind === "unclear" ? "3 3" : "none");
  }
  return made;
}

export class VerdictBanner {
  readonly element: HTMLElement;
  private mark = h("span", { class: "tc-shape" });
  private word = h("strong");
  private reason = h("span", { class: "tc-reason" });

  constructor() {
    this.element = h("div", { class: "tc-verdict" }, this.mark, h("div", {}, this.word, " ", this.reason));
  }

  show(words: VerdictWords): void {
    if (this.element.dataset["kind"] !== words.kind) {
      this.element.dataset["kind"] = words.kind;
      this.mark.replaceChildren(shape(words.kind));
    }
    say(this.word, words.word);
    say(this.reason, words.reason);
  }
}
