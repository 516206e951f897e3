// A scene computed in the browser, quick enough to follow a hand: bonds, labels of lengths, colours, triangles. The same
// definitions as in Python (twinclouds.refinement, twinclouds.triangle_counts), for clouds of a few dozen points.

import type { Points } from "./twins";
import type { Cloud, ElementLook, Scene, Vec } from "./types";

/** Lengths this close (angstrom) are one; and those that one should not build on. */
export const TOLERANCE = 1e-6;
const NEAR = 1e-4;

/** Bonds of a periodic cloud that are looked at, at most. */
const MOST_BONDS = 1500;

export type Elements = Record<string, [colour: string, covalent: number]>;

interface Bond {
  i: number;
  j: number;
  /** From i to (an image of) j. */
  v: Vec;
  d: number;
  shift: Vec;
}

export interface Live {
  scene: Scene;
  /** Stable colours of all atoms, and the first round that separates the clouds. */
  classes: number[][];
  separated: number | null;
  /** Kinds of triangles, and how many of them are not equally frequent in both clouds. */
  kinds: number;
  differing: number;
  /** They differ, but would not if lengths had to agree a little less well. */
  unclear: boolean;
  /** The smallest step from one length to the next, angstrom. */
  margin: number;
}

const minus = (p: Vec, q: Vec): Vec => ({ x: p.x - q.x, y: p.y - q.y, z: p.z - q.z });
const plus = (p: Vec, q: Vec): Vec => ({ x: p.x + q.x, y: p.y + q.y, z: p.z + q.z });
const size = (p: Vec): number => Math.hypot(p.x, p.y, p.z);

/** How far to look: everywhere, or one period. */
function reachOf(points: readonly Points[]): number {
  const periods = points.flatMap((cloud) => cloud.periods.map(size));
  return periods.length ? Math.max(...periods) : Infinity;
}

function shiftsOf(points: Points, reach: number): Vec[] {
  let shifts: Vec[] = [{ x: 0, y: 0, z: 0 }];
  const spread = 2 * Math.max(0, ...points.positions.map(size));
  for (const period of points.periods) {
    const most = Math.ceil((reach + spread) / size(period));
    shifts = shifts.flatMap((s) =>
      Array.from({ length: 2 * most + 1 }, (_, k) => plus(s, { x: period.x * (k - most), y: period.y * (k - most), z: period.z * (k - most) })),
    );
  }
  return shifts;
}

/** Every bond once: to later atoms, and to one of two opposite images of the same atom. */
function bondsOf(points: Points, reach: number): Bond[] {
  const found: Bond[] = [];
  const shifts = shiftsOf(points, reach);
  points.positions.forEach((p, i) => {
    for (let j = i; j < points.positions.length; j++) {
      const straight = minus(points.positions[j]!, p);
      for (const shift of shifts) {
        const leads = shift.x || shift.y || shift.z;
        if (j === i && leads <= 0) continue;
        const v = plus(straight, shift);
        const d = size(v);
        if (d <= reach + TOLERANCE) found.push({ i, j, v, d, shift });
      }
    }
  });
  return found;
}

/** The lengths that occur: borders between them, and their means. */
function lengthsOf(all: number[], tolerance: number): { starts: number[]; means: number[] } {
  const sorted = [...all].sort((p, q) => p - q);
  const starts = [0];
  const means: number[] = [];
  let first = 0;
  sorted.forEach((d, k) => {
    if (k + 1 < sorted.length && sorted[k + 1]! - d <= tolerance) return;
    starts.push(d);
    means.push(sorted.slice(first, k + 1).reduce((sum, x) => sum + x, 0) / (k + 1 - first));
    first = k + 1;
  });
  return { starts, means };
}

/** Label of a length: the first k with d <= starts[k + 1]; none for one beyond the last. */
function labelOf(starts: number[], d: number): number {
  let low = 1;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! < d - TOLERANCE) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Colour refinement with distances; colours are named by who has them first. */
function refine(points: readonly Points[], bonds: Bond[][], labels: number[][]): { classes: number[][]; separated: number | null } {
  const naming = (keys: string[][]): { rows: number[][]; count: number } => {
    const names = new Map<string, number>();
    const rows = keys.map((row) => row.map((key) => names.get(key) ?? (names.set(key, names.size), names.size - 1)));
    return { rows, count: names.size };
  };
  const around = points.map((cloud, g) => {
    const lists: [label: number, other: number][][] = cloud.species.map(() => []);
    bonds[g]!.forEach(({ i, j }, b) => {
      lists[i]!.push([labels[g]![b]!, j]);
      lists[j]!.push([labels[g]![b]!, i]);
    });
    return lists;
  });
  const unlike = (rows: number[][]) => {
    const counts = new Map<number, number>();
    rows.forEach((row, g) => row.forEach((c) => counts.set(c, (counts.get(c) ?? 0) + (g ? -1 : 1))));
    return [...counts.values()].some((count) => count !== 0);
  };
  let { rows, count } = naming(points.map((cloud) => cloud.species));
  for (let round = 0; ; round++) {
    if (unlike(rows)) return { classes: rows, separated: round };
    const next = naming(
      rows.map((row, g) =>
        row.map((own, i) => {
          const seen = around[g]![i]!.map(([label, other]) => label * 4096 + row[other]!).sort((p, q) => p - q);
          return `${own}|${seen.join()}`;
        }),
      ),
    );
    if (next.count === count) return { classes: rows, separated: null };
    ({ rows, count } = next);
  }
}

/** Count the kinds of triangles, and those that are not equally frequent in both clouds. */
function compareTriangles(points: readonly Points[], bonds: Bond[][], starts: number[]): { kinds: number; differing: number } {
  const symbols = [...new Set(points.flatMap((cloud) => cloud.species))];
  const width = symbols.length;
  const base = starts.length * width;
  const counts = new Map<number, number>();
  points.forEach((cloud, g) => {
    const around: { label: number; v: Vec; s: number }[][] = cloud.species.map(() => []);
    const code = cloud.species.map((s) => symbols.indexOf(s));
    for (const { i, j, v, d } of bonds[g]!) {
      const label = labelOf(starts, d);
      around[i]!.push({ label, v, s: code[j]! });
      around[j]!.push({ label, v: { x: -v.x, y: -v.y, z: -v.z }, s: code[i]! });
    }
    around.forEach((ends, i) => {
      for (let p = 0; p < ends.length; p++) {
        for (let q = 0; q < p; q++) {
          const [one, two] = [ends[p]!, ends[q]!];
          const third = labelOf(starts, size(minus(one.v, two.v)));
          if (third >= starts.length - 1) continue;
          // Each corner with the side opposite to it; in order, for triangles have none.
          let [a, b, c] = [third * width + code[i]!, two.label * width + one.s, one.label * width + two.s];
          if (a > b) [a, b] = [b, a];
          if (b > c) [b, c] = [c, b];
          if (a > b) [a, b] = [b, a];
          const key = (a * base + b) * base + c;
          counts.set(key, (counts.get(key) ?? 0) + (g ? -1 : 1));
        }
      }
    });
  });
  let differing = 0;
  for (const count of counts.values()) if (count !== 0) differing += 1;
  return { kinds: counts.size, differing };
}

/** Shortest length at which a cloud hangs together. */
function connecting(n: number, bonds: Bond[]): number {
  const group = Array.from({ length: n }, (_, i) => i);
  const find = (i: number): number => (group[i] === i ? i : (group[i] = find(group[i]!)));
  let parts = n;
  for (const { i, j, d } of [...bonds].sort((p, q) => p.d - q.d)) {
    if (parts === 1) break;
    const [p, q] = [find(i), find(j)];
    if (p === q) continue;
    group[p] = q;
    parts -= 1;
    if (parts === 1) return d;
  }
  return bonds.length ? Math.min(...bonds.map((bond) => bond.d)) : 1;
}

/** The median distance to the nearest neighbour. */
function typical(points: readonly Points[], bonds: Bond[][]): number {
  const nearest = points.flatMap((cloud, g) => {
    const own = cloud.species.map(() => Infinity);
    for (const { i, j, d } of bonds[g]!) {
      own[i] = Math.min(own[i]!, d);
      own[j] = Math.min(own[j]!, d);
    }
    return own.filter(Number.isFinite);
  });
  nearest.sort((p, q) => p - q);
  return nearest[nearest.length >> 1] ?? 1;
}

function formula(species: string[]): string {
  const counts = new Map<string, number>();
  for (const s of species) counts.set(s, (counts.get(s) ?? 0) + 1);
  const carbon = counts.has("C");
  const rank = (s: string) => (carbon && s === "C" ? "0" : carbon && s === "H" ? "1" : `2${s}`);
  const names = [...counts.keys()].sort((p, q) => (rank(p) < rank(q) ? -1 : 1));
  return names.map((s) => s + (counts.get(s)! > 1 ? counts.get(s) : "")).join("");
}

function cloudOf(points: Points, name: string, bonds: Bond[], labels: number[]): Cloud {
  const n = points.species.length;
  const order = Uint32Array.from(labels.keys()).sort((p, q) => labels[p]! - labels[q]! || p - q);
  const byAtom: number[][] = points.species.map(() => []);
  for (const b of order) {
    byAtom[bonds[b]!.i]!.push(b);
    byAtom[bonds[b]!.j]!.push(b);
  }
  const middle = points.periods.reduce((sum, p) => plus(sum, p), { x: 0, y: 0, z: 0 });
  return {
    name,
    formula: formula(points.species),
    n,
    species: points.species,
    positions: Float32Array.from(points.positions.flatMap(({ x, y, z }) => [x, y, z])),
    centred: points.positions,
    // The points are about the origin, and so is the cell that is drawn.
    centre: { x: middle.x / 2, y: middle.y / 2, z: middle.z / 2 },
    periods: points.periods,
    senders: Uint32Array.from(bonds, (bond) => bond.i),
    receivers: Uint32Array.from(bonds, (bond) => bond.j),
    labels: Uint32Array.from(labels),
    offsets: points.periods.length ? Float32Array.from(bonds.flatMap(({ shift }) => [shift.x, shift.y, shift.z])) : null,
    order,
    byAtom,
  };
}

export function liveScene(points: readonly [Points, Points], names: [string, string], elements: Elements): Live {
  let reach = reachOf(points);
  let bonds = points.map((cloud) => bondsOf(cloud, reach));
  const most = Math.max(...bonds.map((list) => list.length));
  if (Number.isFinite(reach) && most > MOST_BONDS) {
    reach *= Math.cbrt(MOST_BONDS / most);
    bonds = points.map((cloud) => bondsOf(cloud, reach));
  }
  const all = bonds.flatMap((list) => list.map((bond) => bond.d));
  const { starts, means } = lengthsOf(all, TOLERANCE);
  const labels = bonds.map((list) => list.map((bond) => labelOf(starts, bond.d)));
  const { classes, separated } = refine(points, bonds, labels);
  const { kinds, differing } = compareTriangles(points, bonds, starts);
  const close = differing > 0 && compareTriangles(points, bonds, lengthsOf(all, NEAR).starts).differing === 0;
  const ties = points.map((cloud, g) => connecting(cloud.species.length, bonds[g]!));
  const shell = Math.max(...ties) <= 1.3 * Math.min(...ties) ? Math.max(...ties) : Math.min(...ties);
  const scale = typical(points, bonds);
  const looks: Record<string, ElementLook> = {};
  for (const symbol of new Set(points.flatMap((cloud) => cloud.species))) {
    const [color, covalent] = elements[symbol] ?? ["#7890a8", 0.53];
    // As in payload.py: large enough to bear a letter, small enough to leave the bonds to be seen.
    looks[symbol] = { color, radius: scale * Math.min(Math.max(0.31 * Math.sqrt(covalent / 0.76), 0.17), 0.36) };
  }
  const scene: Scene = {
    clouds: points.map((cloud, g) => cloudOf(cloud, names[g]!, bonds[g]!, labels[g]!)),
    starts: Float64Array.from(starts),
    lengths: Float64Array.from(means),
    digits: new Set(means.map((d) => d.toFixed(2))).size === means.length ? 2 : 3,
    kept: [...starts.keys()],
    stops: starts,
    maxCutoff: Number.isFinite(reach) ? reach : (starts[starts.length - 1] ?? 0),
    complete: !Number.isFinite(reach),
    leftOut: "",
    shell,
    scale,
    steps: { topology: [], distances: [] },
    frames: [],
    elements: looks,
    total: points[0].species.length + points[1].species.length,
  };
  const steps = means.slice(1).map((length, k) => length - means[k]!);
  return { scene, classes, separated, kinds, differing, unclear: close, margin: Math.min(Infinity, ...steps) };
}
