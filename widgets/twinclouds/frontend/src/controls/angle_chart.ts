// Two histograms of angles over each other: one as hatched bars, the other as an outline.

import { BINS } from "../angles";
import { h, say } from "../dom";
import { svg } from "../still";

const HEIGHT = 136;
const TOP = 16;
const BOTTOM = 24;
const SIDE = 12;

export class AngleChart {
  readonly element: HTMLElement;
  private heading = h("b");
  private keys = [h("span", { class: "tc-key" }), h("span", { class: "tc-key" })] as const;
  private picture = svg("svg", { class: "tc-chart", role: "img" });
  private counts: number[][] = [];
  private most = 1;
  private observer: ResizeObserver;

  constructor(private id: string) {
    this.element = h("figure", {}, h("figcaption", {}, this.heading, ...this.keys), this.picture);
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.element);
  }

  dispose(): void {
    this.observer.disconnect();
  }

  /** The second name is missing when there is nothing to compare with. */
  show(heading: string, names: string[], counts: number[][]): void {
    say(this.heading, heading);
    this.keys.forEach((key, g) => {
      key.hidden = names[g] === undefined;
      key.replaceChildren(this.swatch(g), names[g] ?? "");
    });
    this.counts = counts;
    this.most = Math.max(1, ...counts.flat());
    const differing = (counts[0] ?? []).filter((count, bin) => count !== counts[1]?.[bin]).length;
    const total = counts.map((row) => row.reduce((sum, count) => sum + count, 0));
    const words = names.map((name, g) => `${total[g]} in ${name}`).join(", ");
    this.picture.setAttribute(
      "aria-label",
      `Angles, ${heading}: ${words}; ${differing ? `${differing} of ${BINS} bins of 5 degrees differ` : "all bins agree"}`,
    );
    counts.forEach((row, g) => (this.element.dataset[g ? "b" : "a"] = row.join()));
    this.draw();
  }

  private hatch(suffix: string): SVGElement {
    const size = { width: 5, height: 5, patternUnits: "userSpaceOnUse" };
    const line = svg("path", { class: "tc-hatch", d: "M-1 1 1 -1M0 5 5 0M4 6 6 4" });
    return svg("defs", {}, svg("pattern", { id: `${this.id}-${suffix}`, ...size }, line));
  }

  private swatch(g: number): SVGElement {
    const box = { x: 1.5, y: 1.5, width: 17, height: 11 };
    const fill = (paint: string) => svg("rect", { ...box, fill: paint });
    const parts = g
      ? [svg("rect", { ...box, class: "tc-second" })]
      : [this.hatch("key"), svg("rect", { ...box, class: "tc-first" }), fill(`url(#${this.id}-key)`)];
    return svg("svg", { width: 20, height: 14, "aria-hidden": "true" }, ...parts);
  }

  private draw(): void {
    const width = this.element.clientWidth;
    if (!width) return;
    const x = (degrees: number) => Math.round((SIDE + ((width - 2 * SIDE) * degrees) / 180) * 10) / 10;
    const y = (count: number) => Math.round((HEIGHT - BOTTOM - ((HEIGHT - TOP - BOTTOM) * count) / this.most) * 10) / 10;
    const step = 180 / BINS;
    const [first, second] = this.counts;
    const bars = (first ?? []).map((c, i) => (c ? `M${x(i * step)} ${y(0)}V${y(c)}H${x((i + 1) * step)}V${y(0)}z` : "")).join("");
    // The outline is drawn bin by bin, so that empty stretches stay empty.
    const outline = (second ?? [])
      .map((c, i) => (c ? `M${x(i * step)} ${y(second![i - 1] ? Math.min(c, second![i - 1]!) : 0)}V${y(c)}H${x((i + 1) * step)}V${y(second![i + 1] ? Math.min(c, second![i + 1]!) : 0)}` : ""))
      .join("");
    const ticks = [0, 30, 60, 90, 120, 150, 180];
    const marks = (first ?? []).flatMap((c, i) => {
      if (!second || c === second[i]) return [];
      const at = { x: x((i + 0.5) * step), y: Math.max(y(Math.max(c, second[i]!)) - 4, 11), "text-anchor": "middle", "font-weight": 700 };
      const mark = svg("text", at);
      mark.textContent = "≠";
      return [mark];
    });
    const labels = ticks.map((degrees) => {
      const anchor = degrees === 0 ? "start" : degrees === 180 ? "end" : "middle";
      const at = { x: anchor === "start" ? 0 : anchor === "end" ? width : x(degrees), y: HEIGHT - 4, "text-anchor": anchor };
      const text = svg("text", at);
      text.textContent = `${degrees}°`;
      return text;
    });
    const axis = `M${SIDE} ${y(0)}H${width - SIDE}${ticks.map((t) => `M${x(t)} ${y(0)}v4`).join("")}`;
    const scale = svg("text", { x: 0, y: 11 });
    const any = this.counts.some((row) => row.some((count) => count));
    scale.textContent = any ? `${this.most}` : "no angle at this cutoff";
    this.picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.picture.replaceChildren(
      this.hatch("bars"),
      svg("path", { d: bars, class: "tc-first" }),
      svg("path", { d: bars, fill: `url(#${this.id}-bars)` }),
      svg("path", { d: outline, class: "tc-second" }),
      svg("path", { d: axis, class: "tc-axis" }),
      ...labels,
      ...marks,
      scale,
    );
  }
}
