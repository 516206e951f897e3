// Neighbouring images of periodic clouds: ghosts, which are drawn paler and stand for atoms of the cell.

import { bondCount } from "./state";
import type { Cloud, Scene, Vec } from "./types";

/** One image of an atom; where it is, about the centre of the cloud. */
export interface Ghost {
  atom: number;
  at: Vec;
}

/** More ghosts than this nobody tells apart, and they take long to draw. */
const MOST_GHOSTS = 1500;

const plus = (a: Vec, b: Vec, times = 1): Vec => ({ x: a.x + times * b.x, y: a.y + times * b.y, z: a.z + times * b.z });
const place = ({ x, y, z }: Vec): string => `${Math.round(x * 50)} ${Math.round(y * 50)} ${Math.round(z * 50)}`;

/** All combinations of whole numbers of periods from `low` to `high`, the nearest first. */
function shifts(periods: Vec[], low: number, high: number): Vec[] {
  let made = [{ at: { x: 0, y: 0, z: 0 }, size: 0 }];
  for (const period of periods) {
    const steps = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    made = made.flatMap(({ at, size }) => steps.map((n) => ({ at: plus(at, period, n), size: size + Math.abs(n) })));
  }
  // A stable sort: among the equally near ones the order is the same here and in Python.
  return made.sort((p, q) => p.size - q.size).map(({ at }) => at);
}

/** The same scene in the middle of `cells` cells along each period. */
export function repeated(scene: Scene, cells: number): Scene {
  if (cells <= 1) return scene;
  const clouds = scene.clouds.map((cloud): Cloud => {
    if (!cloud.periods.length) return cloud;
    const [low, high] = cells === 2 ? [0, 1] : [-1, 1];
    // Two cells lie beside each other, three about the first one.
    const middle = cloud.periods.reduce((sum, p) => plus(sum, p, cells === 2 ? 0.5 : 0), { x: 0, y: 0, z: 0 });
    const centred = cloud.centred.map((p) => plus(p, middle, -1));
    const images = shifts(cloud.periods, low!, high!).slice(1);
    const ghosts = images.flatMap((shift) => centred.map((p, atom) => ({ atom, at: plus(p, shift) })));
    return { ...cloud, centred, centre: plus(cloud.centre, middle), ghosts: ghosts.slice(0, MOST_GHOSTS) };
  });
  return { ...scene, clouds };
}

/** Is this bond drawn thick, and its far end with it? */
export const isNear = (scene: Scene, cloud: Cloud, bond: number): boolean =>
  scene.lengths[cloud.labels[bond]!]! <= scene.shell * 1.02;

/** The ghosts of a cloud at a cutoff: those of the neighbouring cells, and those at the far ends of bonds. */
export function ghostsOf(scene: Scene, cloud: Cloud, upTo: number): Ghost[] {
  if (!cloud.offsets) return [];
  const known = new Map<string, Ghost>((cloud.ghosts ?? []).map((ghost) => [place(ghost.at), ghost]));
  const own = new Set(cloud.centred.map(place));
  const count = bondCount(cloud, upTo);
  for (let k = 0; k < count && known.size < MOST_GHOSTS; k++) {
    const bond = cloud.order[k]!;
    if (!isNear(scene, cloud, bond)) break;
    for (const end of [cloud.receivers[bond]!, cloud.senders[bond]!]) {
      const at = farEnd(cloud, bond, end === cloud.receivers[bond] ? 1 : -1);
      const key = place(at);
      if (!own.has(key) && !known.has(key)) known.set(key, { atom: end, at });
    }
  }
  return [...known.values()];
}

/** Where a bond ends that begins in the cell: at the image of its receiver (1) or of its sender (-1). */
export function farEnd(cloud: Cloud, bond: number, way: 1 | -1): Vec {
  const o = cloud.offsets!;
  const atom = way === 1 ? cloud.receivers[bond]! : cloud.senders[bond]!;
  return plus(cloud.centred[atom]!, { x: o[3 * bond]!, y: o[3 * bond + 1]!, z: o[3 * bond + 2]! }, way);
}

/** The thick bonds between ghosts: images of those of the cell, where both ends are drawn. */
export function ghostBonds(scene: Scene, cloud: Cloud, upTo: number, ghosts: Ghost[]): { bond: number; from: Vec; to: Vec }[] {
  if (!cloud.ghosts?.length) return [];
  const drawn = new Set([...ghosts.map(({ at }) => place(at)), ...cloud.centred.map(place)]);
  const bonds: { bond: number; from: Vec; to: Vec }[] = [];
  for (const { atom, at } of cloud.ghosts) {
    for (const bond of cloud.byAtom[atom]!) {
      if (cloud.labels[bond]! >= upTo || !isNear(scene, cloud, bond)) break;
      if (cloud.senders[bond] !== atom) continue;
      const away = plus(farEnd(cloud, bond, 1), cloud.centred[atom]!, -1);
      const to = plus(at, away);
      if (drawn.has(place(to))) bonds.push({ bond, from: at, to });
    }
  }
  return bonds;
}

/** An atom that is farther away than so many periods is brought near first: paths of a simulation may leave the cell. */
const FAR = 1.5;

const dot = (a: Vec, b: Vec): number => a.x * b.x + a.y * b.y + a.z * b.z;
const cross = (a: Vec, b: Vec): Vec => ({ x: a.y * b.z - a.z * b.y, y: a.z * b.x - a.x * b.z, z: a.x * b.y - a.y * b.x });

/** How many of each period a vector is; what is across all periods does not count. */
function shares(periods: Vec[], v: Vec): number[] {
  const [a, b, c] = periods;
  if (!a) return [];
  if (!b) return [dot(v, a) / dot(a, a)];
  // Two periods, and what is across both; each share is a volume by the volume of all three.
  const third = c ?? cross(a, b);
  const volume = dot(a, cross(b, third));
  return [cross(b, third), cross(third, a), cross(a, b)].slice(0, periods.length).map((side) => dot(v, side) / volume);
}

/** The image of an atom that is nearest to a point. */
export function nearest(cloud: Cloud, from: Vec, atom: number): Vec {
  const away = shares(cloud.periods, plus(cloud.centred[atom]!, from, -1));
  const own = cloud.periods.reduce(
    (at, period, i) => (Math.abs(away[i]!) > FAR ? plus(at, period, -Math.round(away[i]!)) : at),
    cloud.centred[atom]!,
  );
  let best = own;
  let least = Infinity;
  for (const shift of shifts(cloud.periods, -2, 2)) {
    const at = plus(own, shift);
    const length = Math.hypot(at.x - from.x, at.y - from.y, at.z - from.z);
    // Of equally near images the first one counts, here and in Python.
    if (length < least - 1e-4) [best, least] = [at, length];
  }
  return best;
}

export interface Measured {
  /** The atoms, or those of their images that are nearest to the one before. */
  points: Vec[];
  /** Angstrom. */
  lengths: number[];
  /** Degrees, at the second of three atoms. */
  angle: number | null;
}

/** The distances along two or three atoms, and the angle between them. */
export function measured(cloud: Cloud, atoms: number[]): Measured {
  const points: Vec[] = [];
  for (const atom of atoms) {
    const before = points[points.length - 1];
    points.push(before ? nearest(cloud, before, atom) : cloud.centred[atom]!);
  }
  const sides = points.slice(1).map((p, i) => plus(p, points[i]!, -1));
  const lengths = sides.map((v) => Math.hypot(v.x, v.y, v.z));
  const [u, v] = sides;
  if (!u || !v || !lengths[0] || !lengths[1]) return { points, lengths, angle: null };
  const cosine = -(u.x * v.x + u.y * v.y + u.z * v.z) / (lengths[0] * lengths[1]);
  return { points, lengths, angle: (Math.acos(Math.min(Math.max(cosine, -1), 1)) * 180) / Math.PI };
}
