// Pairs that are built by hand: from parameters to the points of X and of its twin Y. Pure functions: no DOM.

import type { Vec } from "./types";

export type FamilyName = "three_lines" | "three_planes" | "octahedral_complex";
export const FLIPS = ["12", "13", "23"] as const;
export type Flip = (typeof FLIPS)[number];
export const PLANES = ["xy", "yz", "xz"] as const;
export type Plane = (typeof PLANES)[number];

export interface Lines {
  lengths: number[][];
  /** Between lines 2 and 3, 1 and 3, 1 and 2, degrees. */
  angles: number[];
  species: string[][];
  centre: string;
  flip: Flip;
}

export interface Planes {
  xy: number[][];
  yz: number[][];
  xz: number[][];
  species: string[][];
  cell: number[];
  pbc: boolean[];
}

export interface Complex {
  metal: string;
  ligand: string[];
  lengths: number[];
  distortion: number;
}

export type Parameters = Record<string, unknown>;

export interface Points {
  species: string[];
  positions: Vec[];
  /** The vectors along which the cloud repeats. */
  periods: Vec[];
}

/** Lines of the twin in the order that Python's three_lines takes them, which changes the last angle. */
const ORDER: Record<Flip, [number, number, number]> = { "12": [0, 1, 2], "13": [0, 2, 1], "23": [1, 2, 0] };
/** Place in `angles` of the angle between two lines, counted from 0. */
export const place = (i: number, j: number): number => 3 - i - j;
export const PLACE: Record<Flip, number> = { "23": 0, "13": 1, "12": 2 };

const NAMES: Record<FamilyName, string[]> = {
  three_lines: ["lengths", "angles", "species", "centre", "flip"],
  three_planes: ["xy", "yz", "xz", "species", "cell", "pbc"],
  octahedral_complex: ["metal", "ligand", "lengths", "distortion"],
};
export const parameterNames = (family: FamilyName): string[] => NAMES[family];

const RAD = Math.PI / 180;
const scaled = (v: Vec, s: number): Vec => ({ x: s * v.x, y: s * v.y, z: s * v.z });
const plus = (...all: Vec[]): Vec => all.reduce((p, q) => ({ x: p.x + q.x, y: p.y + q.y, z: p.z + q.z }));
const dot = (p: Vec, q: Vec): number => p.x * q.x + p.y * q.y + p.z * q.z;
const cross = (p: Vec, q: Vec): Vec => ({
  x: p.y * q.z - p.z * q.y,
  y: p.z * q.x - p.x * q.z,
  z: p.x * q.y - p.y * q.x,
});
const unit = (p: Vec): Vec => scaled(p, 1 / (Math.hypot(p.x, p.y, p.z) || 1));

// How far angles are from 90 degrees decides what is admissible: three lines exist, with either sign, if and only if the
// three departures add up to no more than 90 degrees. (The determinant 1 - a² - b² - c² - 2|abc| of the cosines is
// -4 cos s cos(s - A) cos(s - B) cos(s - C) for acute angles A, B, C with half their sum s.)

export const departure = (angle: number): number => Math.abs(90 - angle);

/** How far the angle at this place may be from 90 degrees while the other two stay. */
export const room = (angles: number[], at: number): number =>
  Math.max(0, 90 - angles.reduce((sum, angle, i) => (i === at ? sum : sum + departure(angle)), 0));

/** Tenths of a degree, towards 90, and away from 0 and 180, where lines fall together. */
const tenths = (from90: number): number => Math.sign(from90) * Math.min(Math.floor(Math.abs(from90) * 10 + 1e-6) / 10, 89);

/** The nearest admissible value of one angle. */
export function clampAngle(angles: number[], at: number, wanted: number): number {
  const most = room(angles, at);
  // A number that is admissible stays what it is; only the border, which need not be a tenth, is brought to one.
  if (departure(wanted) <= Math.min(most, 89) + 1e-6) return round(wanted);
  return round(90 + tenths(Math.min(Math.max(wanted - 90, -most), most)));
}

/** The nearest admissible pair of angles, while the third stays: in the square of two angles the border is a diamond. */
export function clampTwo(x: number, y: number, third: number): [number, number] {
  const most = 90 - departure(third);
  let [u, v] = [Math.abs(x - 90), Math.abs(y - 90)];
  const beyond = u + v - most;
  if (beyond > 0) {
    [u, v] = [u - beyond / 2, v - beyond / 2];
    if (u < 0) [u, v] = [0, most];
    if (v < 0) [u, v] = [most, 0];
  }
  return [round(90 + Math.sign(x - 90) * tenths(u)), round(90 + Math.sign(y - 90) * tenths(v))];
}

const round = (value: number): number => Math.round(value * 1e4) / 1e4;

/** Unit vectors along three lines: the third upwards, the first in the plane of x and z. */
export function directions(angles: number[]): [Vec, Vec, Vec] {
  const [c23, c13, c12] = angles.map((angle) => Math.cos(angle * RAD)) as [number, number, number];
  const s13 = Math.sqrt(1 - c13 * c13);
  const x = (c12 - c13 * c23) / s13;
  const y = Math.sqrt(Math.max(0, 1 - c23 * c23 - x * x));
  return [{ x: s13, y: 0, z: c13 }, unit({ x, y, z: c23 }), { x: 0, y: 0, z: 1 }];
}

/** Two lines stay; the second of the two that `flip` names turns about the third until their angle is 180 minus itself. */
export function twinDirections(given: [Vec, Vec, Vec], flip: Flip): [Vec, Vec, Vec] {
  const [i, j, k] = ORDER[flip];
  const axis = given[k]!;
  const along = dot(given[j]!, axis);
  const across = Math.sqrt(Math.max(0, 1 - along * along));
  const first = unit(plus(given[i]!, scaled(axis, -dot(given[i]!, axis))));
  const second = cross(axis, first);
  const reach = across * dot(given[i]!, first);
  const cos = Math.min(Math.max((-dot(given[i]!, given[j]!) - dot(given[i]!, axis) * along) / reach, -1), 1);
  const sin = Math.sqrt(1 - cos * cos) * (dot(given[j]!, second) < 0 ? -1 : 1);
  const made: [Vec, Vec, Vec] = [...given];
  made[j] = plus(scaled(axis, along), scaled(first, across * cos), scaled(second, across * sin));
  return made;
}

/** An octahedral complex is three lines at equal angles. */
export function asLines(family: FamilyName, parameters: Parameters): Lines {
  if (family === "three_lines") return parameters as unknown as Lines;
  const { metal, ligand, lengths, distortion } = parameters as unknown as Complex;
  const thrice = <T>(value: T): T[] => [value, value, value];
  return { lengths: thrice(lengths), angles: thrice(90 - distortion), species: thrice(ligand), centre: metal, flip: "12" };
}

export interface Twins {
  points: [Points, Points];
  /** For each cloud what changes: the two lines whose angle does, or the points of the plane that is mirrored. */
  changed: [Vec[], Vec[]];
}

export function lineTwins(lines: Lines): Twins {
  const given = directions(lines.angles);
  const order = ORDER[lines.flip];
  const both = [given, twinDirections(given, lines.flip)].map((vectors): [Points, Vec[]] => {
    const made: Points = { species: [], positions: [], periods: [] };
    const add = (symbol: string, at: Vec) => {
      made.species.push(symbol);
      made.positions.push(at);
    };
    if (lines.centre) add(lines.centre, { x: 0, y: 0, z: 0 });
    for (const i of order) {
      lines.lengths[i]!.forEach((length, shell) => {
        for (const sign of [1, -1]) add(lines.species[i]![shell] ?? "X", scaled(vectors[i]!, sign * length));
      });
    }
    return [made, order.slice(0, 2).map((i) => scaled(vectors[i]!, Math.max(...lines.lengths[i]!)))];
  });
  return { points: [both[0]![0], both[1]![0]], changed: [both[0]![1], both[1]![1]] };
}

const AXES: Record<Plane, ["x" | "y" | "z", "x" | "y" | "z"]> = { xy: ["x", "y"], yz: ["y", "z"], xz: ["x", "z"] };
export const axesOf = (plane: Plane): ["x" | "y" | "z", "x" | "y" | "z"] => AXES[plane];

export function planeTwins(planes: Planes): Twins {
  const cell = { x: planes.cell[0]!, y: planes.cell[1]!, z: planes.cell[2]! };
  const repeats = { x: planes.pbc[0]!, y: planes.pbc[1]!, z: planes.pbc[2]! };
  const periods: Vec[] = (["x", "y", "z"] as const)
    .filter((axis) => repeats[axis])
    .map((axis) => ({ x: 0, y: 0, z: 0, [axis]: cell[axis] }));
  /** A point that is its own negative, up to the periods, stands alone. */
  const alone = (p: Vec) =>
    (["x", "y", "z"] as const).every((axis) => {
      const double = 2 * p[axis];
      return Math.abs(repeats[axis] ? double - Math.round(double / cell[axis]) * cell[axis] : double) < 1e-9;
    });
  const made = [1, -1].map((mirror): [Points, Vec[]] => {
    const points: Points = { species: [], positions: [], periods };
    const changed: Vec[] = [];
    PLANES.forEach((plane, which) => {
      const [u, v] = AXES[plane];
      planes[plane].forEach(([p, q], i) => {
        const at: Vec = { x: 0, y: 0, z: 0, [u]: p!, [v]: q! };
        if (plane === "xz") at.x *= mirror;
        for (const sign of alone(at) ? [1] : [1, -1]) {
          points.species.push(planes.species[which]![i] ?? "X");
          points.positions.push(scaled(at, sign));
          if (plane === "xz") changed.push(scaled(at, sign));
        }
      });
    });
    return [points, changed];
  });
  return { points: [made[0]![0], made[1]![0]], changed: [made[0]![1], made[1]![1]] };
}

/** Volumes spanned by the first points on the three lines, in X and in Y, cubic angstrom. */
export function volumes(lines: Lines): [number, number] {
  const c = lines.angles.map((angle) => Math.cos(angle * RAD));
  const product = 2 * c[0]! * c[1]! * c[2]!;
  const squares = 1 - c[0]! ** 2 - c[1]! ** 2 - c[2]! ** 2;
  const size = lines.lengths.reduce((all, row) => all * row[0]!, 1);
  return [size * Math.sqrt(Math.max(0, squares + product)), size * Math.sqrt(Math.max(0, squares - product))];
}

// The line of Python, as Python itself writes it.

const float = (value: number): string => (Number.isInteger(value) ? value.toFixed(1) : String(value));
const quoted = (text: string): string => `"${text}"`;
const bracket = (items: string[]): string => (items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`);
const alike = (row: string[]): boolean => row.every((x) => x === row[0]);

function writeSpecies(rows: string[][]): string {
  if (alike(rows.flat()) && rows.flat().length) return quoted(rows.flat()[0]!);
  return bracket(rows.map((row) => (row.length && alike(row) ? quoted(row[0]!) : bracket(row.map(quoted)))));
}

export function expression(family: FamilyName, parameters: Parameters): string {
  const given: [string, string][] = [];
  if (family === "three_planes") {
    const planes = parameters as unknown as Planes;
    for (const plane of PLANES) given.push([plane, bracket(planes[plane].map((point) => bracket(point.map(float))))]);
    given.push(["species", writeSpecies(planes.species)]);
    if (planes.pbc.some(Boolean)) {
      given.push(["cell", bracket(planes.cell.map(float))]);
      given.push(["pbc", bracket(planes.pbc.map((flag) => (flag ? "True" : "False")))]);
    }
  } else if (family === "octahedral_complex") {
    const { metal, ligand, lengths, distortion } = parameters as unknown as Complex;
    given.push(["metal", quoted(metal)], ["ligand", bracket(ligand.map(quoted))]);
    given.push(["lengths", bracket(lengths.map(float))], ["distortion", float(distortion)]);
  } else {
    const lines = parameters as unknown as Lines;
    const [i, j, k] = ORDER[lines.flip];
    const row = (which: number) => lines.lengths[which]!;
    const lengths = [i, j, k].map((which) => (row(which).length === 1 ? float(row(which)[0]!) : bracket(row(which).map(float))));
    const angles = [place(j, k), place(i, k), place(i, j)].map((at) => float(lines.angles[at]!));
    given.push(["lengths", bracket(lengths)], ["angles", bracket(angles)]);
    given.push(["species", writeSpecies([i, j, k].map((which) => lines.species[which]!))]);
    if (lines.centre) given.push(["centre", quoted(lines.centre)]);
  }
  return `tc.pairs.${family}(${given.map(([name, value]) => `${name}=${value}`).join(", ")})`;
}

/** Both clouds as extended XYZ, one after the other. */
export function xyz(points: readonly Points[]): string {
  return points
    .map((cloud, g) => {
      const along = (axis: "x" | "y" | "z") => cloud.periods.find((p) => p[axis] !== 0)?.[axis] ?? 0;
      const edges = [along("x"), along("y"), along("z")];
      const lattice = cloud.periods.length ? `Lattice="${edges.map((e, i) => [0, 1, 2].map((k) => (k === i ? e : 0)).join(" ")).join(" ")}" ` : "";
      const pbc = edges.map((e) => (e ? "T" : "F")).join(" ");
      const rows = cloud.species.map((s, i) => {
        const { x, y, z } = cloud.positions[i]!;
        return `${s} ${[x, y, z].map((v) => v.toFixed(10)).join(" ")}`;
      });
      return `${rows.length}\n${lattice}Properties=species:S:1:pos:R:3 name=${"XY"[g]} pbc="${pbc}"\n${rows.join("\n")}\n`;
    })
    .join("");
}
