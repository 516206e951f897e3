// The cutoff: a slider over a strip of ticks, one for each length that occurs.

import { h, say } from "../dom";
import { position, snap } from "../state";
import { svg } from "../still";
import type { Scene } from "../types";
import { tidy } from "../words";

const THUMB = 18;

export class CutoffControl {
  readonly element: HTMLElement;
  private input: HTMLInputElement;
  private value = h("output", { class: "tc-value" });
  private note = h("div", { class: "tc-note" });
  private strip = h("div", { class: "tc-ticks", "aria-hidden": "true" });
  private scene: Scene | null = null;
  private drawnWidth = 0;
  private observer: ResizeObserver;

  constructor(id: string, private changed: (cutoff: number) => void) {
    this.input = h("input", { type: "range", id: `${id}-cutoff`, min: 0, step: "any", "data-control": "cutoff" });
    this.input.addEventListener("input", () => this.scene && this.changed(snap(this.scene, this.rounded())));
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.element = h(
      "div",
      { class: "tc-row tc-cutoff" },
      h("label", { for: `${id}-cutoff`, class: "tc-label" }, "cutoff"),
      h("div", { class: "tc-slider" }, this.input, this.strip),
      this.value,
      this.note,
    );
    this.observer = new ResizeObserver(() => this.drawTicks());
    this.observer.observe(this.strip);
  }

  setScene(scene: Scene): void {
    this.scene = scene;
    this.input.max = String(scene.maxCutoff);
    this.drawnWidth = 0;
    this.drawTicks();
  }

  show(cutoff: number, note: string): void {
    if (Math.abs(Number(this.input.value) - cutoff) > 1e-9) this.input.value = String(cutoff);
    const share = this.scene ? cutoff / this.scene.maxCutoff : 0;
    this.input.style.setProperty("--tc-share", `${100 * share}%`);
    say(this.value, `${tidy(cutoff)} Å`);
    this.input.setAttribute("aria-valuetext", `${tidy(cutoff)} angstrom; ${note}`);
    say(this.note, note);
  }

  dispose(): void {
    this.observer.disconnect();
  }

  /** Hundredths of an angstrom are fine enough for a hand; the right end is the right end. */
  private rounded(): number {
    const raw = Number(this.input.value);
    const max = this.scene!.maxCutoff;
    return raw >= max ? max : Math.round(raw * 100) / 100;
  }

  /** Keys go from one change of the graph to the next. */
  private key(event: KeyboardEvent): void {
    const scene = this.scene;
    if (!scene) return;
    const last = scene.stops.length - 1;
    const at = position(scene, Number(this.input.value));
    const exact = Math.abs(scene.stops[at]! - Number(this.input.value)) < 1e-9;
    const jump = Math.max(1, Math.round(last / 10));
    const targets: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowUp: at + 1,
      ArrowLeft: exact ? at - 1 : at,
      ArrowDown: exact ? at - 1 : at,
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

  private drawTicks(): void {
    const scene = this.scene;
    const width = this.strip.clientWidth;
    if (!scene || !width || width === this.drawnWidth) return;
    this.drawnWidth = width;
    const seen = new Set<number>();
    let path = "";
    for (const length of scene.lengths) {
      const x = Math.round((THUMB / 2 + ((width - THUMB) * length) / scene.maxCutoff) * 2) / 2;
      if (seen.has(x)) continue;
      seen.add(x);
      path += `M${x} 0v7`;
    }
    const picture = svg("svg", { width, height: 8 }, svg("path", { d: path, stroke: "currentColor", "stroke-width": 1 }));
    this.strip.replaceChildren(picture);
  }
}
