// Which edges are drawn, and how thick and dark: the first shell as bonds, longer ones ever thinner and fainter.

import type { Rgb } from "./colours";
import { mix, number } from "./colours";
import { ghostBonds, ghostsOf, isNear } from "./periodic";
import { bondCount } from "./state";
import type { Cloud, Scene, Vec } from "./types";

/** Beyond this many edges in one cloud only the shortest are drawn; nobody could read more. */
export const MOST_DRAWN = 3000;

export interface Segment {
  bond: number;
  from: Vec;
  to: Vec;
}

export interface Tier {
  /** Angstrom; 0 stands for a hairline. */
  radius: number;
  colour: Rgb;
  segments: Segment[];
}

const add = (a: Vec, x: number, y: number, z: number): Vec => ({ x: a.x + x, y: a.y + y, z: a.z + z });
const between = (a: Vec, b: Vec): Vec => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2, z: (a.z + b.z) / 2 });

/**
 * The line or lines that stand for a bond. One to an image is drawn from either end: as a half, or, when it is near enough
 * for the image to be drawn as a ghost, as a whole.
 */
export function segmentsOf(cloud: Cloud, bond: number, whole = false): Segment[] {
  const a = cloud.centred[cloud.senders[bond]!]!;
  const b = cloud.centred[cloud.receivers[bond]!]!;
  const o = cloud.offsets;
  const [x, y, z] = o ? [o[3 * bond]!, o[3 * bond + 1]!, o[3 * bond + 2]!] : [0, 0, 0];
  if (!x && !y && !z) return [{ bond, from: a, to: b }];
  if (whole) {
    return [
      { bond, from: a, to: add(b, x, y, z) },
      { bond, from: b, to: add(a, -x, -y, -z) },
    ];
  }
  return [
    { bond, from: a, to: between(a, add(b, x, y, z)) },
    { bond, from: b, to: between(b, add(a, -x, -y, -z)) },
  ];
}

/** Up to so many coloured edges all are solid; more of them are hairlines beyond the first shell. */
const MOST_SOLID = 400;

/** The edges of one cloud at a cutoff in the colours of their labels, bonds thicker than the others. */
function colouredTiers(scene: Scene, cloud: Cloud, upTo: number, colours: Rgb[]): Tier[] {
  const count = Math.min(bondCount(cloud, upTo), MOST_DRAWN);
  const far = (count <= MOST_SOLID ? 0.026 : 0) * scene.scale;
  const made = new Map<string, Tier>();
  for (let k = 0; k < count; k++) {
    const bond = cloud.order[k]!;
    const label = cloud.labels[bond]!;
    const colour = colours[label]!;
    const radius = scene.lengths[label]! <= scene.shell * 1.02 ? 0.062 * scene.scale : far;
    const key = `${number(colour)} ${radius}`;
    const tier = made.get(key) ?? { radius, colour, segments: [] };
    made.set(key, tier);
    tier.segments.push(...segmentsOf(cloud, bond, isNear(scene, cloud, bond)));
  }
  return [...made.values()];
}

/** The edges of one cloud at a cutoff, sorted into a few tiers of thickness, or into tiers of one colour each. */
export function tiers(scene: Scene, cloud: Cloud, upTo: number, ink: Rgb, surface: Rgb, colours?: Rgb[]): Tier[] {
  if (colours) return colouredTiers(scene, cloud, upTo, colours);
  const count = Math.min(bondCount(cloud, upTo), MOST_DRAWN);
  const longest = scene.lengths.length ? scene.lengths[scene.lengths.length - 1]! : 1;
  const near = scene.shell * 1.02;
  const tier = (radius: number, faint: number): Tier => ({ radius, colour: mix(ink, surface, faint), segments: [] });
  const made = [tier(0.062 * scene.scale, 0.42), tier(0, 0.12), tier(0, 0.36), tier(0, 0.56)];
  for (let k = 0; k < count; k++) {
    const bond = cloud.order[k]!;
    const length = scene.lengths[cloud.labels[bond]!]!;
    const t = (length - near) / Math.max(longest - near, 1e-9);
    const which = length <= near ? 0 : t < 0.34 ? 1 : t < 0.67 ? 2 : 3;
    made[which]!.segments.push(...segmentsOf(cloud, bond, which === 0));
  }
  if (cloud.ghosts?.length) {
    const pale = tier(0.045 * scene.scale, 0.68);
    pale.segments = ghostBonds(scene, cloud, upTo, ghostsOf(scene, cloud, upTo));
    made.push(pale);
  }
  return made.filter(({ segments }) => segments.length);
}

/** The edges of the unit cell (or of the face or line that repeats), about the centre of the cloud. */
export function cellEdges(cloud: Cloud): Segment[] {
  const edges: Segment[] = [];
  const p = cloud.periods;
  const origin: Vec = { x: -cloud.centre.x, y: -cloud.centre.y, z: -cloud.centre.z };
  for (let axis = 0; axis < p.length; axis++) {
    const others = p.filter((_, i) => i !== axis);
    for (let corner = 0; corner < 1 << others.length; corner++) {
      let from = origin;
      others.forEach((v, i) => {
        if (corner & (1 << i)) from = add(from, v.x, v.y, v.z);
      });
      edges.push({ bond: -1, from, to: add(from, p[axis]!.x, p[axis]!.y, p[axis]!.z) });
    }
  }
  return edges;
}

export interface Mesh {
  vertexArr: Vec[];
  normalArr: Vec[];
  faceArr: number[];
}

/** Hairlines, in chunks that an index of 16 bits can address. */
export function hairlines(segments: Segment[]): Mesh[] {
  const perChunk = 30000;
  const meshes: Mesh[] = [];
  const forward = { x: 0, y: 0, z: 1 }; // not used: lines are not lit
  for (let start = 0; start < segments.length; start += perChunk) {
    const chunk = segments.slice(start, start + perChunk);
    meshes.push({
      vertexArr: chunk.flatMap(({ from, to }) => [from, to]),
      normalArr: chunk.flatMap(() => [forward, forward]),
      // Triangles without area, of which only the outline is drawn.
      faceArr: chunk.flatMap((_, i) => [2 * i, 2 * i + 1, 2 * i + 1]),
    });
  }
  return meshes;
}

/** Triangles, lit from either side. */
export function faces(triangles: [Vec, Vec, Vec][]): Mesh {
  const mesh: Mesh = { vertexArr: [], normalArr: [], faceArr: [] };
  for (const [p, q, r] of triangles) {
    const n = cross({ x: q.x - p.x, y: q.y - p.y, z: q.z - p.z }, { x: r.x - p.x, y: r.y - p.y, z: r.z - p.z });
    const size = Math.hypot(n.x, n.y, n.z) || 1;
    const normal = { x: n.x / size, y: n.y / size, z: n.z / size };
    const base = mesh.vertexArr.length;
    mesh.vertexArr.push(p, q, r);
    mesh.normalArr.push(normal, normal, normal);
    mesh.faceArr.push(base, base + 1, base + 2);
  }
  return mesh;
}

/** Prisms around segments, in chunks that an index of 16 bits can address. */
export function prisms(segments: Segment[], radius: number): Mesh[] {
  const sides = segments.length < 400 ? 10 : 5;
  const perChunk = Math.floor(60000 / (2 * sides));
  const meshes: Mesh[] = [];
  for (let start = 0; start < segments.length; start += perChunk) {
    const mesh: Mesh = { vertexArr: [], normalArr: [], faceArr: [] };
    for (const { from, to } of segments.slice(start, start + perChunk)) {
      const d = { x: to.x - from.x, y: to.y - from.y, z: to.z - from.z };
      const size = Math.hypot(d.x, d.y, d.z) || 1;
      const w = { x: d.x / size, y: d.y / size, z: d.z / size };
      const aside = Math.abs(w.x) < 0.7 ? { x: 1, y: 0, z: 0 } : { x: 0, y: 1, z: 0 };
      const u = cross(w, aside);
      const long = Math.hypot(u.x, u.y, u.z) || 1;
      u.x /= long;
      u.y /= long;
      u.z /= long;
      const v = cross(w, u);
      const base = mesh.vertexArr.length;
      for (let s = 0; s < sides; s++) {
        const c = Math.cos((2 * Math.PI * s) / sides);
        const t = Math.sin((2 * Math.PI * s) / sides);
        const n = { x: c * u.x + t * v.x, y: c * u.y + t * v.y, z: c * u.z + t * v.z };
        mesh.vertexArr.push(add(from, n.x * radius, n.y * radius, n.z * radius));
        mesh.vertexArr.push(add(to, n.x * radius, n.y * radius, n.z * radius));
        mesh.normalArr.push(n, n);
        const a = base + 2 * s;
        const b = base + 2 * ((s + 1) % sides);
        mesh.faceArr.push(a, b, a + 1, b, b + 1, a + 1);
      }
    }
    meshes.push(mesh);
  }
  return meshes;
}

const cross = (a: Vec, b: Vec): Vec => ({
  x: a.y * b.z - a.z * b.y,
  y: a.z * b.x - a.x * b.z,
  z: a.x * b.y - a.y * b.x,
});
