// What a picture of the clouds consists of, whoever draws it: WebGL, the letters above it, or the static SVG.

import type { Camera, Projected } from "./camera";
import { eyeDistance, project } from "./camera";
import type { Rgb } from "./colours";
import { segmentsOf } from "./bonds";
import { MOST_DRAWN } from "./bonds";
import { ghostsOf, isNear } from "./periodic";
import { bondCount } from "./state";
import type { Cloud, Scene, Selection, Vec } from "./types";

/** How the atoms look at the moment; arrays are indexed by cloud, then by atom. */
export interface Look {
  colours: Rgb[][];
  letters: string[][];
  upTo: number;
  selected: Selection | null;
  /** Further picked atoms, and the ones that are pointed out as a group. */
  also?: Selection[];
  lit?: boolean[][] | null;
  cursor: Selection | null;
  hovered: { cloud: number; bond: number } | null;
  /** What else stands out, for each cloud. */
  marks?: Mark[];
  /** Colours for edges by their label, where they are not all alike; another array means other colours. */
  edges?: Rgb[];
  /** Numbers that stand on the edges of the picked atom, by label: the second signal beside the colour. */
  numbers?: number[];
  /** How many cells of a periodic cloud are shown along each period; 1 by default. */
  cells?: number;
  /** Atoms of one cloud between which distances are shown, and what is written there: lengths, then the angle. */
  measured?: { cloud: number; atoms: number[]; words: string[] } | null;
  /** What is written beside an atom that is pointed at. */
  tip?(atom: Selection): string;
}

/** Lines and faces that stand out, about the centre of a cloud. */
export interface Mark {
  lines: [Vec, Vec][];
  faces: [Vec, Vec, Vec][];
}

/** The colour of marks: Okabe and Ito's vermilion, legible on light and on dark. */
export const MARKED: Rgb = { r: 213, g: 94, b: 0 };

export interface Cell {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** How much smaller than their atoms ghosts are drawn. */
export const GHOST_SIZE = 0.85;

export const atomRadius = (scene: Scene, cloud: Cloud, atom: number): number =>
  scene.elements[cloud.species[atom]!]?.radius ?? 0.25;

/** Radius of the sphere about the origin that holds every cloud, its cell and a margin for its atoms. */
export function reach(scene: Scene): number {
  let most = 0;
  const see = (p: Vec, r: number) => {
    most = Math.max(most, Math.hypot(p.x, p.y, p.z) + r);
  };
  for (const cloud of scene.clouds) {
    cloud.centred.forEach((p, i) => see(p, atomRadius(scene, cloud, i)));
    for (const { atom, at } of ghostsOf(scene, cloud, scene.lengths.length)) see(at, atomRadius(scene, cloud, atom));
    for (let corner = 0; cloud.periods.length && corner < 1 << cloud.periods.length; corner++) {
      let p: Vec = { x: -cloud.centre.x, y: -cloud.centre.y, z: -cloud.centre.z };
      cloud.periods.forEach((v, i) => {
        if (corner & (1 << i)) p = { x: p.x + v.x, y: p.y + v.y, z: p.z + v.z };
      });
      see(p, 0);
    }
  }
  return Math.max(most, 0.5 * scene.scale);
}

/** Side by side, or one above the other. */
export function cells(count: number, columns: number, width: number, height: number): Cell[] {
  const rows = Math.ceil(count / columns);
  return Array.from({ length: count }, (_, i) => ({
    left: ((i % columns) * width) / columns,
    top: (Math.floor(i / columns) * height) / rows,
    width: width / columns,
    height: height / rows,
  }));
}

export interface Spot extends Projected {
  cloud: number;
  atom: number;
  radius: number;
}

/** Where the atoms of a cloud are on the canvas. */
export function spots(scene: Scene, index: number, camera: Camera, radius: number, cell: Cell): Spot[] {
  const cloud = scene.clouds[index]!;
  const distance = eyeDistance(camera, radius, cell.width, cell.height);
  return cloud.centred.map((p, atom) => {
    const at = project(camera, distance, cell.width, cell.height, p);
    return {
      ...at,
      x: at.x + cell.left,
      y: at.y + cell.top,
      cloud: index,
      atom,
      radius: atomRadius(scene, cloud, atom) * at.scale,
    };
  });
}

/** Where the ghosts of a cloud are on the canvas. */
export function ghostSpots(
  scene: Scene,
  index: number,
  camera: Camera,
  radius: number,
  cell: Cell,
  upTo: number,
): Spot[] {
  const cloud = scene.clouds[index]!;
  const distance = eyeDistance(camera, radius, cell.width, cell.height);
  return ghostsOf(scene, cloud, upTo).map(({ atom, at: p }) => {
    const at = project(camera, distance, cell.width, cell.height, p);
    const size = atomRadius(scene, cloud, atom) * GHOST_SIZE * at.scale;
    return { ...at, x: at.x + cell.left, y: at.y + cell.top, cloud: index, atom, radius: size };
  });
}

/** The atom under a point: the foremost of those whose disc (a little enlarged) holds it. */
export function pickAtom(all: Spot[], x: number, y: number): Spot | null {
  let best: Spot | null = null;
  for (const spot of all) {
    if (Math.hypot(spot.x - x, spot.y - y) > Math.max(spot.radius + 2, 9)) continue;
    if (!best || spot.depth < best.depth) best = spot;
  }
  return best;
}

export interface Line {
  bond: number;
  from: Projected;
  to: Projected;
}

/** The drawn bonds of a cloud on the canvas. */
export function lines(scene: Scene, index: number, camera: Camera, radius: number, cell: Cell, upTo: number): Line[] {
  const cloud = scene.clouds[index]!;
  const distance = eyeDistance(camera, radius, cell.width, cell.height);
  const place = (p: Vec): Projected => {
    const at = project(camera, distance, cell.width, cell.height, p);
    return { ...at, x: at.x + cell.left, y: at.y + cell.top };
  };
  const count = Math.min(bondCount(cloud, upTo), MOST_DRAWN);
  const drawn: Line[] = [];
  for (let k = 0; k < count; k++) {
    for (const s of segmentsOf(cloud, cloud.order[k]!, isNear(scene, cloud, cloud.order[k]!))) {
      drawn.push({ bond: s.bond, from: place(s.from), to: place(s.to) });
    }
  }
  return drawn;
}

/** The bond under a point, the foremost within a few pixels. */
export function pickBond(all: Line[], x: number, y: number): number | null {
  let best: number | null = null;
  let bestDepth = Infinity;
  for (const { bond, from, to } of all) {
    const dx = to.x - from.x;
    const dy = to.y - from.y;
    const t = ((x - from.x) * dx + (y - from.y) * dy) / (dx * dx + dy * dy || 1);
    if (t < 0.05 || t > 0.95) continue;
    if (Math.hypot(from.x + t * dx - x, from.y + t * dy - y) > 5) continue;
    const depth = from.depth + t * (to.depth - from.depth);
    if (depth < bestDepth) {
      best = bond;
      bestDepth = depth;
    }
  }
  return best;
}
