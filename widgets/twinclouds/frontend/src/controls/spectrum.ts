// The spectrum of distances: a bar for each length that occurs, as high as it occurs often; the cutoff is dragged on it.

import type { Rgb } from "../colours";
import { css } from "../colours";
import { h, say } from "../dom";
import type { Shells } from "../shells";
import { position, snap } from "../state";
import { svg } from "../still";
import type { Scene } from "../types";
import { tidy } from "../words";

const PAD = 16;
const BASE = 84;
const TALLEST = 60;
const HEIGHT = 124;
/** A text needs so many pixels of its own. */
const ROOM = 18;

export class Spectrum {
  readonly element: HTMLElement;
  private value = h("output", { class: "tc-value" });
  private note = h("span", { class: "tc-note" });
  private area = h("div", { class: "tc-spectrum" });
  private picture = h("div", { "aria-hidden": "true" });
  private handle: HTMLElement;
  private shade = svg("rect", { x: 0, y: 0, width: 0, height: HEIGHT });
  private band = svg("rect", { class: "tc-band", x: PAD, y: BASE - TALLEST - 16, width: 0, height: TALLEST + 36 });
  private scene: Scene | null = null;
  private shells: Shells | null = null;
  private colours: Rgb[] = [];
  private cutoff = 0;
  private width = 0;
  private observer: ResizeObserver;

  constructor(
    private id: string,
    private changed: (cutoff: number) => void,
  ) {
    this.handle = h("div", {
      class: "tc-handle",
      role: "slider",
      tabindex: 0,
      "aria-label": "cutoff",
      "aria-orientation": "horizontal",
      "aria-valuemin": 0,
      "data-control": "cutoff",
    });
    this.handle.addEventListener("keydown", (event) => this.key(event));
    this.area.append(this.picture, this.handle);
    const head = h("div", { class: "tc-spectrum-head" }, h("span", { class: "tc-label" }, "cutoff"), this.value, this.note);
    this.element = h("div", { class: "tc-spectrum-part" }, head, this.area);
    this.installPointer();
    this.observer = new ResizeObserver(() => this.draw());
    this.observer.observe(this.area);
  }

  setScene(scene: Scene, shells: Shells, colours: Rgb[]): void {
    this.scene = scene;
    this.shells = shells;
    this.colours = colours;
    this.handle.setAttribute("aria-valuemax", String(scene.maxCutoff));
    this.width = 0;
    this.draw();
  }

  show(cutoff: number, note: string): void {
    this.cutoff = cutoff;
    say(this.value, `${tidy(cutoff)} Å`);
    say(this.note, note);
    this.handle.setAttribute("aria-valuenow", String(cutoff));
    this.handle.setAttribute("aria-valuetext", `${tidy(cutoff)} angstrom; ${note}`);
    this.place();
  }

  dispose(): void {
    this.observer.disconnect();
  }

  private x(length: number): number {
    return PAD + ((this.width - 2 * PAD) * length) / this.scene!.maxCutoff;
  }

  /** Move handle and shade; nothing is drawn anew. */
  private place(): void {
    const scene = this.scene;
    if (!scene || !this.width) return;
    const x = this.x(this.cutoff);
    this.handle.style.left = `${x}px`;
    // Bars are wider than nothing: the boundary runs between the last one that counts and the first that does not.
    const included = scene.kept[position(scene, this.cutoff)]!;
    const before = included ? this.x(scene.lengths[included - 1]!) : 0;
    const after = included < scene.lengths.length ? this.x(scene.lengths[included]!) : this.width;
    const edge = Math.max(Math.min(x, (before + after) / 2 + 5), (before + after) / 2);
    this.shade.setAttribute("width", String(edge));
    this.band.setAttribute("width", String(Math.max(x - PAD, 0)));
  }

  private draw(): void {
    const { scene, shells } = this;
    const width = this.area.clientWidth;
    if (!scene || !shells || !width || width === this.width) return;
    this.width = width;
    const clip = `${this.id}-within`;
    const bars = this.bars();
    const within = svg("clipPath", { id: clip }, this.shade);
    const axis = this.axis();
    const faint = svg("g", { class: "tc-beyond" }, ...bars());
    const strong = svg("g", { "clip-path": `url(#${clip})` }, ...bars());
    this.picture.replaceChildren(
      svg("svg", { width, height: HEIGHT }, svg("defs", {}, within), this.band, faint, strong, ...axis, ...this.numbers()),
    );
    this.place();
  }

  /** One bar for each length, or for all that fall on the same three pixels where there are very many. */
  private bars(): () => SVGElement[] {
    const { lengths } = this.scene!;
    const { counts, of } = this.shells!;
    const step = lengths.length > (this.width - 2 * PAD) / 3 ? 3 : 0;
    const made = new Map<number, { x: number; count: number; shell: number }>();
    lengths.forEach((length, label) => {
      const exact = this.x(length);
      const x = step ? Math.round(exact / step) * step : exact;
      const bar = made.get(step ? x : label);
      if (bar) bar.count += counts[label]!;
      else made.set(step ? x : label, { x, count: counts[label]!, shell: of[label]! });
    });
    const all = [...made.values()];
    const most = Math.max(...all.map((bar) => bar.count), 1);
    const gap = Math.min(...all.map((bar, k) => (k ? bar.x - all[k - 1]!.x : 12)), 12);
    const wide = Math.max(gap - 1, 2);
    return () =>
      all.map(({ x, count, shell }) => {
        const height = Math.max((TALLEST * count) / most, 3);
        const fill = css(this.colours[shell]!);
        return svg("rect", { x: x - wide / 2, y: BASE - height, width: wide, height, fill });
      });
  }

  /** How often above the bars, the number of the shell below them, where there is room. */
  private numbers(): SVGElement[] {
    const { lengths } = this.scene!;
    const { all, counts } = this.shells!;
    const most = Math.max(...counts, 1);
    const made: SVGElement[] = [];
    const text = (content: string, x: number, y: number, attributes: Record<string, string> = {}) => {
      const label = svg("text", { x, y, "text-anchor": "middle", ...attributes });
      label.textContent = content;
      made.push(label);
    };
    let right = -Infinity;
    all.forEach(({ from, to }, s) => {
      const x = (this.x(lengths[from]!) + this.x(lengths[to - 1]!)) / 2;
      if (x - right < ROOM) return;
      right = x;
      text(String(s + 1), x, BASE + 14, { class: "tc-number" });
    });
    if (all.length !== lengths.length) return made;
    right = -Infinity;
    lengths.forEach((length, label) => {
      const x = this.x(length);
      if (x - right < 28) return;
      right = x;
      text(`×${counts[label]}`, x, BASE - Math.max((TALLEST * counts[label]!) / most, 3) - 5);
    });
    return made;
  }

  private axis(): SVGElement[] {
    const max = this.scene!.maxCutoff;
    const per = (this.width - 2 * PAD) / max;
    const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].find((s) => s * per >= 44) ?? max;
    const y = BASE + 20;
    let path = `M${PAD} ${y}H${this.width - PAD}`;
    const made: SVGElement[] = [];
    for (let k = 0; k * step <= max + 1e-9; k++) {
      const x = this.x(k * step);
      path += `M${x} ${y}v4`;
      const label = svg("text", { x, y: HEIGHT - 4, "text-anchor": "middle" });
      label.textContent = k ? String(Number((k * step).toFixed(1))) : "0 Å";
      made.push(label);
    }
    return [svg("path", { d: path, stroke: "currentColor", fill: "none" }), ...made];
  }

  private installPointer(): void {
    let held = false;
    const move = (event: PointerEvent) => {
      const scene = this.scene;
      if (!scene) return;
      const x = event.clientX - this.area.getBoundingClientRect().left;
      const raw = ((x - PAD) / (this.width - 2 * PAD)) * scene.maxCutoff;
      // Hundredths of an angstrom are fine enough for a hand; the right end is the right end.
      const cutoff = raw >= scene.maxCutoff ? scene.maxCutoff : Math.round(raw * 100) / 100;
      const snapped = snap(scene, cutoff);
      if (snapped !== this.cutoff) this.changed(snapped);
    };
    this.area.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      held = true;
      try {
        this.area.setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone already cannot be captured, and need not be.
      }
      this.handle.focus({ preventScroll: true });
      event.preventDefault(); // no text is selected, and the focus stays on the handle
      move(event);
    });
    this.area.addEventListener("pointermove", (event) => held && move(event));
    const end = () => {
      held = false;
    };
    this.area.addEventListener("pointerup", end);
    this.area.addEventListener("pointercancel", end);
  }

  /** Keys go from one length to the next. */
  private key(event: KeyboardEvent): void {
    const scene = this.scene;
    if (!scene || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = scene.stops.length - 1;
    const at = position(scene, this.cutoff);
    const exact = Math.abs(scene.stops[at]! - this.cutoff) < 1e-9;
    const jump = Math.max(1, Math.round(last / 10));
    const down = exact ? at - 1 : at;
    const targets: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: down,
      ArrowDown: down,
      PageUp: at + jump,
      PageDown: at - jump,
      Home: 0,
      End: last,
    };
    const target = targets[event.key];
    if (target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    this.changed(scene.stops[Math.min(Math.max(target, 0), last)]!);
  }
}
