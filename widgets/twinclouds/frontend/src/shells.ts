// Shells of neighbours: edges of one length, or of a few neighbouring ones, with a number and a colour.

import type { Rgb } from "./colours";
import { classColour, css, inkOn, markColour } from "./colours";
import { h } from "./dom";
import type { Theme } from "./gl";
import { svg } from "./still";
import type { Scene } from "./types";
import { angstrom } from "./words";

export interface Shell {
  /** The labels from `from` on and below `to`. */
  from: number;
  to: number;
  /** How many edges there are in it, up to the largest cutoff. */
  edges: number;
}

export interface Shells {
  all: Shell[];
  /** Index of the shell of each label. */
  of: number[];
  /** How many edges have each label. */
  counts: number[];
}

/** Cut the labels of a scene into the shells that begin at these labels. */
export function makeShells(scene: Scene, starts: unknown): Shells {
  const last = scene.lengths.length;
  const counts = Array.from({ length: last }, () => 0);
  for (const cloud of scene.clouds) for (const label of cloud.labels) counts[label]! += 1;
  const given = Array.isArray(starts) ? starts.filter((k) => Number.isInteger(k) && k > 0 && k < last) : [];
  const bounds = last ? [0, ...(given as number[]), last] : [];
  const all: Shell[] = [];
  const of: number[] = [];
  for (let s = 0; s + 1 < bounds.length; s++) {
    const [from, to] = [bounds[s]!, bounds[s + 1]!];
    all.push({ from, to, edges: counts.slice(from, to).reduce((sum, c) => sum + c, 0) });
    for (let label = from; label < to; label++) of.push(s);
  }
  return { all, of, counts };
}

/** The colours of the shells, fit for thin lines on this page. */
export const shellColours = (shells: Shells, theme: Theme): Rgb[] =>
  shells.all.map((_, s) => markColour(classColour(s), theme.ink, theme.surface));

/** The length, or range of lengths, of a shell. */
export function shellLength(scene: Scene, { from, to }: Shell): string {
  const first = scene.lengths[from]!;
  const last = scene.lengths[to - 1]!;
  if (to === from + 1 || first.toFixed(2) === last.toFixed(2)) return angstrom(first, scene.digits);
  return `${first.toFixed(2)} to ${angstrom(last)}`;
}

/** How the lines of the shells are broken: a second signal beside their colour. The first shell is whole. */
const DASHES = ["", "9 3", "2 3", "9 3 2 3", "5 4", "14 3", "2 3 2 7", "9 3 2 3 2 3"];
export const shellDash = (shell: number): string => DASHES[shell % DASHES.length]!;

/** A piece of a line as it stands for a shell in the flat drawing. */
export function shellLine(shell: number, colours: Rgb[]): SVGElement {
  const made = svg("svg", { class: "tc-dash", width: 30, height: 8, "aria-hidden": "true" });
  made.append(svg("path", { d: "M1 4H29", stroke: css(colours[shell]!), "stroke-width": 2.5, "stroke-dasharray": shellDash(shell) }));
  return made;
}

/** The mark of a shell: its number on its colour. */
export function shellChip(shell: number, colours: Rgb[]): HTMLElement {
  const made = h("span", { class: "tc-shell" }, String(shell + 1));
  made.style.setProperty("--tc-class", css(colours[shell]!));
  made.style.setProperty("--tc-class-ink", inkOn(colours[shell]!));
  return made;
}
