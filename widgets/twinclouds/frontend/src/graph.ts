// What can be read off the graph at a cutoff. Pure functions: no DOM, no model.

import { bondCount, otherEnd } from "./state";
import type { Cloud } from "./types";

/** Neighbours of each atom; an edge from an atom to its own image has two ends there, and counts twice. */
export function degrees(cloud: Cloud, upTo: number): number[] {
  const made = Array.from({ length: cloud.n }, () => 0);
  const count = bondCount(cloud, upTo);
  for (let k = 0; k < count; k++) {
    made[cloud.senders[cloud.order[k]!]!]! += 1;
    made[cloud.receivers[cloud.order[k]!]!]! += 1;
  }
  return made;
}

/** How often each degree occurs, in order. */
export function tally(values: number[]): [value: number, count: number][] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort((p, q) => p[0] - q[0]);
}

/** The number of pieces that hang together. */
export function pieces(cloud: Cloud, upTo: number): number {
  const parent = Array.from({ length: cloud.n }, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) i = parent[i] = parent[parent[i]!]!;
    return i;
  };
  let left = cloud.n;
  const count = bondCount(cloud, upTo);
  for (let k = 0; k < count && left > 1; k++) {
    const p = root(cloud.senders[cloud.order[k]!]!);
    const q = root(cloud.receivers[cloud.order[k]!]!);
    if (p === q) continue;
    parent[p] = q;
    left -= 1;
  }
  return left;
}

/** The edges between two atoms, shortest first; between one and its images each is seen from both ends. */
export function between(cloud: Cloud, i: number, j: number): number[] {
  return cloud.byAtom[i]!.filter((bond) => otherEnd(cloud, bond, i) === j);
}

/** One line of the flat drawing: all edges of one length between two atoms. */
export interface Arc {
  i: number;
  j: number;
  label: number;
  count: number;
  /** Which of the lines between these two it is. */
  rank: number;
}

/** The lines of the flat drawing, the shortest first; at most so many. */
export function arcs(cloud: Cloud, most: number): Arc[] {
  const made: Arc[] = [];
  const last = new Map<number, Arc>();
  for (const bond of cloud.order) {
    const [i, j] = [cloud.senders[bond]!, cloud.receivers[bond]!].sort((p, q) => p - q) as [number, number];
    const label = cloud.labels[bond]!;
    const before = last.get(i * cloud.n + j);
    if (before?.label === label) {
      before.count += 1;
      continue;
    }
    if (made.length >= most) break;
    const arc = { i, j, label, count: 1, rank: before ? before.rank + 1 : 0 };
    last.set(i * cloud.n + j, arc);
    made.push(arc);
  }
  return made;
}
