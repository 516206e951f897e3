// The angles of two clouds as Python sends them, and what follows from them. Pure functions: no DOM, no model.

import { bytes } from "./data";
import { otherEnd } from "./state";
import type { Cloud, Scene, Selection, Vec } from "./types";

export const BINS = 36;

/** Lengths this close (angstrom) are one: the positions of the picture have single precision. */
const SLACK = 3e-5;

/** A kind of triangle: sides[v] is opposite to the corner of species[v]. */
export interface Form {
  species: string[];
  sides: number[];
  counts: [number, number];
  /** Interval of cutoffs from which on it is seen: two of its sides are within the cutoff. */
  seen: number;
}

export interface AngleStep {
  round: number | null;
  /** Set when it is too close to call. */
  margin: number | null;
}

export interface Angles {
  /** For each kind of angle: bin of the histogram, interval from which on it is there, triangle it is a corner of. */
  bins: Uint16Array;
  begins: Uint32Array;
  triangle: Uint32Array;
  /** For each cloud rows of atom, kind, count, ordered by atom. */
  records: Uint32Array[];
  /** For each cloud the row at which an atom's records begin, and one more for the end. */
  rows: number[][];
  forms: Form[];
  steps: AngleStep[];
}

export function decodeAngles(payload: unknown, scene: Scene): Angles {
  const raw = (payload as Record<string, unknown>)["angles"] as Record<string, unknown>;
  const corners = new Uint16Array(bytes(raw["corners"]));
  const sides = new Float64Array(bytes(raw["sides"]));
  const counts = new Uint32Array(bytes(raw["counts"]));
  const names = raw["species"] as string[];
  const records = (raw["records"] as unknown[]).map((packed) => new Uint32Array(bytes(packed)));
  return {
    bins: new Uint16Array(bytes(raw["bins"])),
    begins: new Uint32Array(bytes(raw["begins"])),
    triangle: new Uint32Array(bytes(raw["triangle"])),
    records,
    rows: records.map((table, g) => {
      const starts = Array.from({ length: scene.clouds[g]!.n + 1 }, () => 0);
      for (let r = 0; r < table.length; r += 3) starts[table[r]! + 1]! += 1;
      for (let i = 1; i < starts.length; i++) starts[i]! += starts[i - 1]!;
      return starts;
    }),
    forms: Array.from(new Uint32Array(bytes(raw["seen"])), (seen, t) => ({
      species: [0, 1, 2].map((v) => String(names[corners[3 * t + v]!])),
      sides: [...sides.subarray(3 * t, 3 * t + 3)],
      counts: [counts[2 * t]!, counts[2 * t + 1]!],
      seen,
    })),
    steps: (raw["steps"] as [number | null, number | null][]).map(([round, margin]) => ({ round, margin })),
  };
}

/** Visit the kinds of angles that an atom (or every atom) of a cloud sees, with their counts. */
function each(angles: Angles, interval: number, cloud: number, atom: number | null, see: (kind: number, count: number) => void) {
  const table = angles.records[cloud]!;
  const rows = angles.rows[cloud]!;
  const end = atom === null ? table.length / 3 : rows[atom + 1]!;
  for (let r = atom === null ? 0 : rows[atom]!; r < end; r++) {
    const kind = table[3 * r + 1]!;
    if (angles.begins[kind]! <= interval) see(kind, table[3 * r + 2]!);
  }
}

export function angleHistogram(angles: Angles, interval: number, cloud: number, atom: number | null = null): number[] {
  const counts = Array.from({ length: BINS }, () => 0);
  each(angles, interval, cloud, atom, (kind, count) => {
    counts[angles.bins[kind]!]! += count;
  });
  return counts;
}

/** How often an atom is a corner, between two of its neighbours, of each kind of triangle. */
export function trianglesAt(angles: Angles, interval: number, cloud: number, atom: number): Map<number, number> {
  const counts = new Map<number, number>();
  each(angles, interval, cloud, atom, (kind, count) => {
    const t = angles.triangle[kind]!;
    counts.set(t, (counts.get(t) ?? 0) + count);
  });
  return counts;
}

export interface Partner {
  atom: number;
  /** How many of its angles the other does not have, and the other way round; 0: the same angles. */
  difference: number;
}

/** The atom of the other cloud whose angles are most like those of the picked one; of equals that of the same number. */
export function partner(scene: Scene, angles: Angles, interval: number, picked: Selection): Partner | null {
  const own = new Map<number, number>();
  each(angles, interval, picked.cloud, picked.atom, (kind, count) => own.set(kind, count));
  const total = [...own.values()].reduce((sum, count) => sum + count, 0);
  const other = 1 - picked.cloud;
  const species = scene.clouds[picked.cloud]!.species[picked.atom];
  let best: Partner | null = null;
  scene.clouds[other]!.species.forEach((s, atom) => {
    if (s !== species) return;
    let difference = total;
    each(angles, interval, other, atom, (kind, count) => {
      const mine = own.get(kind) ?? 0;
      difference += Math.abs(count - mine) - mine;
    });
    const better = !best || difference < best.difference || (difference === best.difference && atom === picked.atom);
    if (better) best = { atom, difference };
  });
  return best;
}

/** The kinds of triangles seen, those first that are not equally frequent in both clouds. */
export function seenForms(angles: Angles, interval: number): number[] {
  const seen = [...angles.forms.keys()].filter((t) => angles.forms[t]!.seen <= interval);
  const differs = (t: number) => Number(angles.forms[t]!.counts[0] !== angles.forms[t]!.counts[1]);
  return seen.sort((s, t) => differs(t) - differs(s) || s - t);
}

/** The neighbours of an atom at some length: their species and where they are. */
function neighboursAt(scene: Scene, cloud: Cloud, atom: number, length: number, species: string): Vec[] {
  const found: Vec[] = [];
  const met = new Set<number>();
  for (const bond of cloud.byAtom[atom]!) {
    const back = cloud.senders[bond] !== atom || met.has(bond); // a bond to an own image is met from both ends
    met.add(bond);
    if (Math.abs(scene.lengths[cloud.labels[bond]!]! - length) > SLACK) continue;
    const other = otherEnd(cloud, bond, atom);
    if (cloud.species[other] !== species) continue;
    const sign = back ? -1 : 1;
    const p = cloud.centred[other]!;
    const shift = (axis: number) => (cloud.offsets ? sign * cloud.offsets[3 * bond + axis]! : 0);
    found.push({ x: p.x + shift(0), y: p.y + shift(1), z: p.z + shift(2) });
  }
  return found;
}

const gap = (p: Vec, q: Vec): number => Math.hypot(p.x - q.x, p.y - q.y, p.z - q.z);

/** The triangles of one kind in a cloud, as their corners; at most so many. */
export function members(scene: Scene, index: number, form: Form, most: number): [Vec, Vec, Vec][] {
  const cloud = scene.clouds[index]!;
  // Seen from the corner between the two shortest sides, that is, opposite to the longest.
  const [c, j, k] = [0, 1, 2].sort((v, w) => form.sides[w]! - form.sides[v]!) as [number, number, number];
  const found = new Map<string, [Vec, Vec, Vec]>();
  const key = (p: Vec) => [p.x, p.y, p.z].map((v) => Math.round(v * 1000) + 0).join();
  for (let atom = 0; atom < cloud.n && found.size < most; atom++) {
    if (cloud.species[atom] !== form.species[c]) continue;
    const centre = cloud.centred[atom]!;
    for (const p of neighboursAt(scene, cloud, atom, form.sides[k]!, form.species[j]!)) {
      for (const q of neighboursAt(scene, cloud, atom, form.sides[j]!, form.species[k]!)) {
        if (Math.abs(gap(p, q) - form.sides[c]!) > SLACK) continue;
        const name = [centre, p, q].map(key).sort().join("/");
        if (found.size < most) found.set(name, [centre, p, q]);
      }
    }
  }
  return [...found.values()];
}
