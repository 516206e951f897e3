// The adjacency matrix: a square for each pair of atoms, in the colour of the shell of the edge between them.

import type { Rgb } from "../colours";
import { css, inkOn, luminance, mix } from "../colours";
import { h, say } from "../dom";
import type { Theme } from "../gl";
import { between } from "../graph";
import type { Shells } from "../shells";
import { bondCount } from "../state";
import type { Scene } from "../types";
import { angstrom } from "../words";

/** Rows that are drawn at most: beyond that nobody could read one. */
export const MOST_ROWS = 120;
const HEAD = 34;
const LARGEST = 26;

export interface MatrixLook {
  scene: Scene;
  names: string[];
  theme: Theme;
  shells: Shells;
  colours: Rgb[];
  degrees: number[];
  upTo: number;
  picked: number | null;
}

export class Matrix {
  readonly element: HTMLElement;
  private canvas = h("canvas", {
    class: "tc-matrix",
    tabindex: 0,
    role: "application",
    "aria-roledescription": "adjacency matrix",
    "data-part": "matrix",
  });
  private read = h("p", { class: "tc-note tc-read" });
  private look: MatrixLook | null = null;
  private width = 0;
  private cell = 0;
  private cursor: [number, number] | null = null;
  private observer: ResizeObserver;

  constructor(
    private pick: (atom: number | null) => void,
    private announce: (text: string) => void,
  ) {
    this.element = h("div", { class: "tc-matrix-part" }, this.canvas, this.read);
    this.canvas.addEventListener("click", (event) => {
      const at = this.under(event);
      if (at) this.pick(at[0]);
    });
    this.canvas.addEventListener("pointermove", (event) => this.point(this.under(event), false));
    this.canvas.addEventListener("pointerleave", () => this.point(null, false));
    this.canvas.addEventListener("blur", () => this.point(null, false));
    this.canvas.addEventListener("keydown", (event) => this.key(event));
    this.observer = new ResizeObserver(() => {
      if (this.element.clientWidth !== this.width) this.draw();
    });
    this.observer.observe(this.element);
  }

  dispose(): void {
    this.observer.disconnect();
  }

  show(look: MatrixLook): void {
    if (look.scene !== this.look?.scene) this.cursor = null;
    this.look = look;
    const { n } = look.scene.clouds[0]!;
    this.canvas.setAttribute(
      "aria-label",
      `Adjacency matrix of ${n} atoms. Arrow keys go from pair to pair, Enter picks the atom of the row.`,
    );
    this.draw();
    this.point(this.cursor, false);
  }

  private get rows(): number {
    return Math.min(this.look!.scene.clouds[0]!.n, MOST_ROWS, Math.floor((this.width - 2 * HEAD) / 2));
  }

  private draw(): void {
    const look = this.look;
    this.width = this.element.clientWidth;
    const context = this.canvas.getContext("2d");
    if (!look || !this.width || !context) return;
    const { scene, shells, colours, theme, names, degrees, upTo, picked } = look;
    const cloud = scene.clouds[0]!;
    const rows = this.rows;
    const cell = (this.cell = Math.max(Math.min(Math.floor((this.width - 2 * HEAD) / rows), LARGEST), 2));
    const side = HEAD + rows * cell;
    const ratio = window.devicePixelRatio || 1;
    const [width, height] = [side + HEAD, side + 2];
    Object.assign(this.canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.font = `12px ${getComputedStyle(this.element).fontFamily}`;
    const ink = css(theme.ink);
    // On a dark page a colour has less far to go before it is lost.
    const fade = luminance(theme.surface) < 0.2 ? 0.45 : 0.65;
    const rule = css(mix(theme.surface, theme.ink, 0.14));
    const gap = cell > 5 ? 1 : 0;
    // Nothing is between an atom and itself, so the diagonal shows where one is.
    context.fillStyle = rule;
    for (let i = 0; i < rows; i++) context.fillRect(HEAD + i * cell, HEAD + i * cell, cell - gap, cell - gap);
    context.strokeStyle = rule;
    context.strokeRect(HEAD - 0.5, HEAD - 0.5, rows * cell, rows * cell);
    const seen = new Set<number>();
    const count = bondCount(cloud, upTo);
    for (let k = 0; k < count; k++) {
      const bond = cloud.order[k]!;
      const [i, j] = [cloud.senders[bond]!, cloud.receivers[bond]!];
      if (i >= rows || j >= rows || seen.has(i * rows + j) || seen.has(j * rows + i)) continue;
      seen.add(i * rows + j);
      const shell = shells.of[cloud.labels[bond]!]!;
      for (const [row, column] of i === j ? [[i, j]] : [[i, j], [j, i]]) {
        const [x, y] = [HEAD + column! * cell, HEAD + row! * cell];
        // What has nothing to do with the picked atom steps back; its number stays legible.
        const faded = picked !== null && row !== picked && column !== picked;
        const colour = mix(colours[shell]!, theme.surface, faded ? fade : 0);
        context.fillStyle = css(colour);
        context.fillRect(x, y, cell - gap, cell - gap);
        if (cell < 16) continue;
        context.fillStyle = inkOn(colour);
        context.fillText(String(shell + 1), x + cell / 2, y + cell / 2 + 1);
      }
    }
    context.fillStyle = ink;
    // Names of columns stand upright where one would run into the next.
    const upright = names.slice(0, rows).some((name) => context.measureText(name).width * 1.1 > cell - 2);
    for (let i = 0; i < rows; i++) {
      const middle = HEAD + i * cell + cell / 2;
      // In a fine matrix only the picked atom keeps its name.
      if (cell < 14 && i !== picked) continue;
      context.font = `${i === picked ? "700 " : ""}12px ${getComputedStyle(this.element).fontFamily}`;
      context.fillText(names[i]!, HEAD / 2 - 2, middle, HEAD - 4);
      if (!upright) context.fillText(names[i]!, middle, HEAD / 2 + 4);
      else {
        context.save();
        context.translate(middle, HEAD - 4);
        context.rotate(-Math.PI / 2);
        context.textAlign = "left";
        context.fillText(names[i]!, 0, 0, HEAD - 6);
        context.restore();
      }
      context.fillText(String(degrees[i]), side + HEAD / 2, middle);
    }
    context.font = `12px ${getComputedStyle(this.element).fontFamily}`;
    context.fillText("Σ", side + HEAD / 2, HEAD / 2 + 4);
    context.strokeStyle = ink;
    context.lineWidth = 2;
    if (picked !== null && picked < rows) context.strokeRect(HEAD, HEAD + picked * cell, rows * cell, cell - gap);
    if (this.cursor) {
      const [i, j] = this.cursor;
      context.strokeStyle = css(theme.accent);
      context.strokeRect(HEAD + j * cell - 1, HEAD + i * cell - 1, cell + 1, cell + 1);
    }
  }

  private under(event: MouseEvent): [number, number] | null {
    if (!this.cell) return null;
    const box = this.canvas.getBoundingClientRect();
    const j = Math.floor((event.clientX - box.left - HEAD) / this.cell);
    const i = Math.floor((event.clientY - box.top - HEAD) / this.cell);
    return i >= 0 && j >= 0 && i < this.rows && j < this.rows ? [i, j] : null;
  }

  /** Say what is between two atoms. */
  private point(at: [number, number] | null, aloud: boolean): void {
    if (!this.look) return;
    const { n } = this.look.scene.clouds[0]!;
    const moved = String(at) !== String(this.cursor);
    this.cursor = at;
    if (moved) this.draw();
    const cut = this.rows < n ? `The first ${this.rows} of ${n} atoms. ` : "";
    const text = at ? this.words(at) : `${cut}A number is the shell of an edge; Σ counts the edges of a row, the degree of its atom.`;
    say(this.read, text);
    if (aloud) this.announce(text);
  }

  private words([i, j]: [number, number]): string {
    const { scene, names, shells, upTo } = this.look!;
    const cloud = scene.clouds[0]!;
    const all = between(cloud, i, j).map((bond) => cloud.labels[bond]!);
    const pair = i === j ? `${names[i]} and its images` : `${names[i]} and ${names[j]}`;
    const length = (label: number) => angstrom(scene.lengths[label]!, scene.digits);
    const within = [...new Set(all.filter((label) => label < upTo))];
    if (within.length) {
      const times = (label: number) => all.filter((l) => l === label).length;
      const one = (label: number) => `${length(label)} (shell ${shells.of[label]! + 1})${times(label) > 1 ? ` ×${times(label)}` : ""}`;
      const more = within.length > 4 ? " and longer ones" : "";
      return `${pair}: ${within.slice(0, 4).map(one).join(", ")}${more}.`;
    }
    if (all.length) return `${pair}: no edge, they are ${length(all[0]!)} apart.`;
    return i === j ? `${names[i]} itself.` : `${pair}: no edge.`;
  }

  private key(event: KeyboardEvent): void {
    if (!this.look || event.ctrlKey || event.metaKey || event.altKey) return;
    const last = this.rows - 1;
    const [i, j] = this.cursor ?? [this.look.picked ?? 0, -1];
    const clip = (k: number) => Math.min(Math.max(k, 0), last);
    const moves: Record<string, [number, number]> = {
      ArrowRight: [i, j + 1],
      ArrowLeft: [i, j - 1],
      ArrowDown: [i + 1, j],
      ArrowUp: [i - 1, j],
      Home: [i, 0],
      End: [i, last],
    };
    const to = moves[event.key];
    if (!to && event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (to) this.point([clip(to[0]), clip(to[1])], true);
    else this.pick(event.key === "Enter" ? clip(i) : null);
  }
}
