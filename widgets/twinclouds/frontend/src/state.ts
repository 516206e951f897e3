// What follows from the scene and the state. Pure functions: no DOM, no model.

import type { Cloud, Frame, Mode, Scene, Selection, State, Verdict } from "./types";

/** Slack in comparing a cutoff with a length, angstrom: the same as in Python. */
const SLACK = 1e-6;

/** Index into `kept`: the last interval that begins at or below the cutoff. */
export function position(scene: Scene, cutoff: number): number {
  let low = 0;
  let high = scene.kept.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (scene.starts[scene.kept[middle]!]! <= cutoff + SLACK) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The number of labels that are edges at this cutoff. */
export const interval = (scene: Scene, cutoff: number): number => scene.kept[position(scene, cutoff)]!;

/** The nearest cutoff for which everything is known. */
export function snap(scene: Scene, cutoff: number): number {
  const clipped = Math.min(Math.max(cutoff, 0), scene.maxCutoff);
  const at = position(scene, clipped);
  const next = scene.kept[at]! + 1;
  // Between this stop and the next one some lengths may have been left out.
  const valid = next >= scene.starts.length || clipped + SLACK < scene.starts[next]!;
  return valid ? clipped : scene.stops[at]!;
}

export interface Derived {
  at: number;
  interval: number;
  frame: Frame;
  verdict: Verdict;
  round: number;
}

export function derive(scene: Scene, state: State): Derived {
  const at = position(scene, state.cutoff);
  const step = scene.steps[state.mode][at]!;
  const frame = scene.frames[step.frame]!;
  return {
    at,
    interval: scene.kept[at]!,
    frame,
    verdict: step.verdict,
    round: Math.min(Math.max(Math.round(state.round), 0), frame.rounds),
  };
}

/** The round to show after another cutoff or mode was chosen: the last one stays the last one. */
export const follow = (round: number, before: number, after: number): number =>
  round >= before ? after : Math.min(round, after);

export function classesOf(scene: Scene, frame: Frame, round: number, cloud: number): Uint16Array {
  const skipped = scene.clouds.slice(0, cloud).reduce((sum, c) => sum + c.n, 0);
  const start = round * scene.total + skipped;
  return frame.classes.subarray(start, start + scene.clouds[cloud]!.n);
}

export interface Bin {
  cls: number;
  species: string;
  counts: number[];
}

/** How often each class occurs in each cloud, in the order of the classes. */
export function histogram(scene: Scene, frame: Frame, round: number): Bin[] {
  const bins = new Map<number, Bin>();
  scene.clouds.forEach((cloud, g) => {
    classesOf(scene, frame, round, g).forEach((cls, i) => {
      let bin = bins.get(cls);
      if (!bin) {
        bin = { cls, species: cloud.species[i]!, counts: scene.clouds.map(() => 0) };
        bins.set(cls, bin);
      }
      bin.counts[g]! += 1;
    });
  });
  return [...bins.values()].sort((p, q) => p.cls - q.cls);
}

export interface Seen {
  label: number;
  cls: number;
  species: string;
  count: number;
  /** One of these atoms, to stand for all: they have the same colour. */
  atom: number;
}

/** The neighbours of an atom at this cutoff, grouped by length (or not) and by their class in `round`. */
export function neighbours(
  scene: Scene,
  frame: Frame,
  round: number,
  upTo: number,
  mode: Mode,
  picked: Selection,
): Seen[] {
  const cloud = scene.clouds[picked.cloud]!;
  const classes = classesOf(scene, frame, round, picked.cloud);
  const groups = new Map<string, Seen>();
  for (const bond of cloud.byAtom[picked.atom]!) {
    const label = cloud.labels[bond]!;
    if (label >= upTo) break; // bonds of an atom are listed by length
    const other = otherEnd(cloud, bond, picked.atom);
    const cls = classes[other]!;
    const key = mode === "distances" ? `${label}/${cls}` : String(cls);
    const group = groups.get(key);
    if (group) group.count += 1;
    else groups.set(key, { label, cls, species: cloud.species[other]!, count: 1, atom: other });
  }
  const seen = [...groups.values()];
  return seen.sort((p, q) => (mode === "distances" ? p.label - q.label : 0) || p.cls - q.cls);
}

export function otherEnd(cloud: Cloud, bond: number, atom: number): number {
  return cloud.senders[bond] === atom ? cloud.receivers[bond]! : cloud.senders[bond]!;
}

/** How many bonds are no longer than the interval allows; they come first in `cloud.order`. */
export function bondCount(cloud: Cloud, upTo: number): number {
  let low = 0;
  let high = cloud.order.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cloud.labels[cloud.order[middle]!]! < upTo) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function validSelection(scene: Scene, value: unknown): Selection | null {
  if (typeof value !== "object" || value === null) return null;
  const { cloud, atom } = value as Record<string, unknown>;
  if (!Number.isInteger(cloud) || !Number.isInteger(atom)) return null;
  const n = scene.clouds[cloud as number]?.n ?? 0;
  const i = atom as number;
  return i >= 0 && i < n ? { cloud: cloud as number, atom: i } : null;
}
