// The graph drawn flat: every atom has one place, and lines appear between them.

import type { Rgb } from "../colours";
import { css, inkOn } from "../colours";
import { h } from "../dom";
import type { Theme } from "../gl";
import type { Arc } from "../graph";
import { arcs } from "../graph";
import type { Shells } from "../shells";
import { shellDash } from "../shells";
import { svg } from "../still";
import type { Cloud } from "../types";

/** Lines beyond this number would be a grey mass. */
const MOST_LINES = 3000;
/** With more lines than this, only those of the picked atom carry the number of their shell. */
const MOST_NUMBERS = 24;
const MARGIN = 28;

interface Place {
  x: number;
  y: number;
}

interface Drawn extends Arc {
  d: string;
  middle: Place;
}

export class FlatDrawing {
  readonly element: HTMLElement;
  private places: Place[] = [];
  private lines: Drawn[] = [];
  private cloud: Cloud | null = null;
  private flat: Float32Array = new Float32Array();
  private size = { width: 0, height: 0 };
  private last: (() => void) | null = null;
  private observer: ResizeObserver;

  constructor(private pick: (atom: number | null) => void) {
    this.element = h("div", { class: "tc-flat", "data-part": "flat" });
    this.element.addEventListener("click", (event) => {
      const atom = (event.target as Element).closest("[data-atom]")?.getAttribute("data-atom");
      this.pick(atom == null ? null : Number(atom));
    });
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.element);
  }

  setCloud(cloud: Cloud, flat: Float32Array): void {
    this.cloud = cloud;
    this.flat = flat;
    this.size = { width: 0, height: 0 };
    this.last = null;
    this.measure();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  /** Radius of an atom, px; atoms too small for a text of 12 px have none. */
  private get radius(): number {
    const n = this.cloud!.n;
    return n <= 30 ? 12 : n <= 60 ? 8 : n <= 200 ? 5 : 3;
  }

  private measure(): void {
    const { clientWidth: width, clientHeight: height } = this.element;
    if (!this.cloud || !width || !height) return;
    if (width === this.size.width && height === this.size.height) return;
    this.size = { width, height };
    const { n } = this.cloud;
    const at = (i: number): Place => ({ x: this.flat[2 * i] ?? 0, y: this.flat[2 * i + 1] ?? 0 });
    const all = Array.from({ length: n }, (_, i) => at(i));
    // Loops need room on the outside.
    const margin = this.cloud.senders.some((i, bond) => i === this.cloud!.receivers[bond]) ? 2 * MARGIN : MARGIN;
    const reach = (axis: "x" | "y") => Math.max(...all.map((p) => Math.abs(p[axis])), 0.2);
    const scale = Math.min((width / 2 - margin) / reach("x"), (height / 2 - margin) / reach("y"));
    this.places = all.map(({ x, y }) => ({ x: width / 2 + scale * x, y: height / 2 - scale * y }));
    this.lines = arcs(this.cloud, MOST_LINES).map((arc) => this.route(arc));
    this.last?.();
  }

  /** A straight line; bowed where another atom is in the way, or another line between the same two; else a loop. */
  private route(arc: Arc): Drawn {
    const p = this.places[arc.i]!;
    const q = this.places[arc.j]!;
    const r = this.radius;
    if (arc.i === arc.j) {
      // Outwards, ever larger.
      const size = r + 1 + 3 * Math.min(arc.rank, 4);
      const away = Math.atan2(p.y - this.size.height / 2, p.x - this.size.width / 2);
      const c = { x: p.x + size * Math.cos(away), y: p.y + size * Math.sin(away) };
      const far = { x: c.x + size * Math.cos(away), y: c.y + size * Math.sin(away) };
      const d = `M${p.x} ${p.y}A${size} ${size} 0 0 1 ${far.x} ${far.y}A${size} ${size} 0 0 1 ${p.x} ${p.y}`;
      return { ...arc, d, middle: far };
    }
    const dx = q.x - p.x;
    const dy = q.y - p.y;
    const length = Math.hypot(dx, dy) || 1;
    let bow = arc.rank ? (arc.rank % 2 ? 1 : -1) * 12 * Math.ceil(arc.rank / 2) : 0;
    if (!bow && this.places.some((o, k) => k !== arc.i && k !== arc.j && near(o, p, q, length) < r)) bow = 1.8 * r;
    const at = (f: number): Place => ({ x: p.x + dx / 2 - (f * dy) / length, y: p.y + dy / 2 + (f * dx) / length });
    if (!bow) return { ...arc, d: `M${p.x} ${p.y}L${q.x} ${q.y}`, middle: at(0) };
    const control = at(2 * bow);
    return { ...arc, d: `M${p.x} ${p.y}Q${control.x} ${control.y} ${q.x} ${q.y}`, middle: at(bow) };
  }

  /** Show the lines with label < upTo. */
  show(
    names: string[],
    colours: Rgb[],
    theme: Theme,
    shells: Shells,
    shellColours: Rgb[],
    upTo: number,
    picked: number | null,
    cursor: number | null,
  ): void {
    this.last = () => this.show(names, colours, theme, shells, shellColours, upTo, picked, cursor);
    const { width, height } = this.size;
    if (!width) return;
    const shown = this.lines.filter((line) => line.label < upTo);
    const own = (line: Drawn) => line.i === picked || line.j === picked;
    // One path a shell, so that a change of cutoff touches few elements; those of the picked atom apart.
    const bundle = (lines: Drawn[], wide: number) =>
      shells.all.flatMap((_, s) => {
        const d = lines.filter((line) => shells.of[line.label] === s).map((line) => line.d).join("");
        return d ? [svg("path", { d, stroke: css(shellColours[s]!), "stroke-width": wide, "stroke-dasharray": shellDash(s), fill: "none" })] : [];
      });
    const others = svg("g", picked === null ? {} : { class: "tc-beyond" }, ...bundle(shown.filter((l) => !own(l)), 2));
    const picture = svg("svg", { width, height, "aria-hidden": "true" }, others, ...bundle(shown.filter(own), 4));
    const marked = picked === null ? shown : shown.filter(own);
    if (marked.length <= MOST_NUMBERS) picture.append(...marked.map((line) => this.number(line, shells, shellColours)));
    picture.append(...this.places.map((_, atom) => this.atom(atom, names, colours, theme, picked, cursor)));
    this.element.replaceChildren(picture);
  }

  private number(line: Drawn, shells: Shells, colours: Rgb[]): SVGElement {
    const shell = shells.of[line.label]!;
    const content = line.count > 1 ? `${shell + 1} ×${line.count}` : String(shell + 1);
    const wide = 8 * content.length + 6;
    const { x, y } = line.middle;
    const text = svg("text", { x, y: y + 0.5, "text-anchor": "middle", "dominant-baseline": "central", fill: inkOn(colours[shell]!) });
    text.textContent = content;
    const back = svg("rect", { x: x - wide / 2, y: y - 8, width: wide, height: 16, rx: 3, fill: css(colours[shell]!) });
    return svg("g", { class: "tc-number" }, back, text);
  }

  private atom(
    atom: number,
    names: string[],
    colours: Rgb[],
    theme: Theme,
    picked: number | null,
    cursor: number | null,
  ): SVGElement {
    const { x, y } = this.places[atom]!;
    const r = this.radius;
    const made = svg("g", { "data-atom": atom });
    if (atom === picked || atom === cursor) {
      const dash = atom === picked ? {} : { "stroke-dasharray": "4 3" };
      made.append(
        svg("circle", { cx: x, cy: y, r: r + 4, fill: css(theme.surface), stroke: css(theme.ink), "stroke-width": 2, ...dash }),
      );
    }
    const fill = css(colours[atom]!);
    made.append(svg("circle", { cx: x, cy: y, r, fill, stroke: css(theme.ink), "stroke-width": r > 5 ? 1.2 : 0.6 }));
    // Small atoms are hard to hit.
    if (r < 12) made.append(svg("circle", { cx: x, cy: y, r: Math.max(r, 9), fill: "transparent" }));
    if (r === 12) {
      const text = svg("text", { x, y: y + 0.5, "text-anchor": "middle", "dominant-baseline": "central", fill: inkOn(colours[atom]!) });
      text.textContent = names[atom]!;
      made.append(text);
    }
    return made;
  }
}

/** Distance of a place from the line between two others, infinite beyond its ends. */
function near(o: Place, p: Place, q: Place, length: number): number {
  const t = ((o.x - p.x) * (q.x - p.x) + (o.y - p.y) * (q.y - p.y)) / length ** 2;
  if (t <= 0 || t >= 1) return Infinity;
  return Math.abs((o.x - p.x) * (q.y - p.y) - (o.y - p.y) * (q.x - p.x)) / length;
}
