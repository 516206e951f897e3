// Points in one of the three planes, to be dragged; the negative of each moves along.

import { h } from "../dom";
import { svg } from "../still";
import type { Plane } from "../twins";
import { axesOf } from "../twins";
import { tidy } from "../words";
import { arrow, dragging } from "./drag";

const SIDE = 216;
const MIDDLE = SIDE / 2;

export interface PlaneEvents {
  move(index: number, point: [number, number]): void;
  select(index: number): void;
  end(): void;
}

export class PlaneDrawing {
  readonly element: HTMLElement;
  private picture = svg("svg", { class: "tc-drawing", width: SIDE, height: SIDE, viewBox: `0 0 ${SIDE} ${SIDE}` });
  private back = svg("g", {});
  private front = svg("g", {});
  private points: number[][] = [];
  private range = 3;
  private held: { index: number; sign: 1 | -1 } | null = null;

  constructor(private plane: Plane, private events: PlaneEvents) {
    const [u, v] = axesOf(plane);
    this.picture.append(this.back, this.front);
    this.picture.setAttribute("role", "group");
    this.picture.setAttribute("aria-label", `points in the plane of ${u} and ${v}`);
    dragging(
      this.picture,
      (_, target) => {
        const mark = target.closest<SVGElement>("[data-point]");
        if (!mark) return false;
        this.held = { index: Number(mark.dataset["point"]), sign: mark.dataset["sign"] === "-" ? -1 : 1 };
        this.events.select(this.held.index);
        this.front.querySelector<SVGElement>(`[data-point="${this.held.index}"][tabindex]`)?.focus({ preventScroll: true });
        return true;
      },
      (at) => {
        if (!this.held) return;
        const { index, sign } = this.held;
        this.move(index, sign * this.inverse(at.x - MIDDLE), sign * this.inverse(MIDDLE - at.y));
      },
      () => {
        this.held = null;
        this.events.end();
      },
    );
    this.element = h("div", { class: "tc-plane", "data-control": plane }, this.picture);
  }

  private inverse(pixels: number): number {
    return (pixels / (MIDDLE - 16)) * this.range;
  }

  private x(u: number): number {
    return MIDDLE + (u / this.range) * (MIDDLE - 16);
  }

  private y(v: number): number {
    return MIDDLE - (v / this.range) * (MIDDLE - 16);
  }

  private move(index: number, u: number, v: number): void {
    const tidied = (value: number) => Math.round(Math.min(Math.max(value, -this.range), this.range) * 20) / 20 + 0;
    this.events.move(index, [tidied(u), tidied(v)]);
  }

  /** `edges` are those of the cell along the two axes, null where nothing repeats. */
  show(points: number[][], species: string[], selected: number, range: number, edges: [number | null, number | null], mirrored: boolean): void {
    this.points = points;
    this.range = range;
    const [u, v] = axesOf(this.plane);
    const label = (text: string, x: number, y: number) => {
      const made = svg("text", { x, y });
      made.textContent = text;
      return made;
    };
    const half = edges.map((edge) => (edge === null ? null : edge / 2));
    const lines = [
      ...(half[0] != null ? [-1, 1].map((s) => `M${this.x(s * half[0]!)} 0V${SIDE}`) : []),
      ...(half[1] != null ? [-1, 1].map((s) => `M0 ${this.y(s * half[1]!)}H${SIDE}`) : []),
    ];
    const tick = `M${this.x(1)} ${MIDDLE - 3}v6M${MIDDLE - 3} ${this.y(1)}h6`;
    this.back.replaceChildren(
      svg("rect", { class: "tc-frame", x: 0.5, y: 0.5, width: SIDE - 1, height: SIDE - 1 }),
      svg("path", { class: "tc-right", d: `M${MIDDLE} 0V${SIDE}M0 ${MIDDLE}H${SIDE}` }),
      svg("path", { class: "tc-tick", d: tick }),
      svg("path", { class: "tc-edge", d: lines.join("") }),
      label(u, SIDE - 14, MIDDLE - 6),
      label(v, MIDDLE + 6, 14),
      label("1 Å", this.x(1) - 8, MIDDLE + 16),
      ...(mirrored
        ? points.flatMap(([p, q]) =>
            [1, -1].map((s) => svg("rect", { class: "tc-twin", x: this.x(-s * p!) - 6.5, y: this.y(s * q!) - 6.5, width: 13, height: 13 })),
          )
        : []),
    );
    const focused = this.front.contains(document.activeElement) ? (document.activeElement as SVGElement).dataset["point"] : undefined;
    this.front.replaceChildren(
      ...points.flatMap(([p, q], index) =>
        ([-1, 1] as const).map((sign) => {
          const place = { cx: this.x(sign * p!), cy: this.y(sign * q!) };
          const disc = svg("circle", { ...place, r: 10, class: sign > 0 ? "tc-point" : "tc-point tc-negative" });
          const name = svg("text", { x: place.cx, y: place.cy + 4, "text-anchor": "middle", class: "tc-inside" });
          name.textContent = species[index] ?? "X";
          const group = svg("g", { "data-point": index, "data-sign": sign > 0 ? "+" : "-" }, disc, name);
          if (index === selected) group.setAttribute("class", "tc-selected");
          if (sign > 0) {
            const where = `${u} ${tidy(p!)}, ${v} ${tidy(q!)} angstrom`;
            const name = `point ${index + 1} at ${where}; arrow keys move it`;
            for (const [key, value] of Object.entries({ tabindex: "0", role: "button", "aria-label": name })) group.setAttribute(key, value);
            group.addEventListener("focus", () => this.events.select(index));
            group.addEventListener("keydown", (event) => {
              const step = arrow(event);
              const at = this.points[index];
              if (step && at) this.move(index, at[0]! + 0.05 * step.right, at[1]! + 0.05 * step.up);
            });
          }
          return group;
        }),
      ),
    );
    if (focused !== undefined) this.front.querySelector<SVGElement>(`[data-point="${focused}"][tabindex]`)?.focus({ preventScroll: true });
  }
}
