// From the payload that Python sends to typed arrays.

import type { Cloud, Frame, Mode, Outcome, Scene, Step, Vec } from "./types";
import { MODES } from "./types";

type Loose = Record<string, unknown>;

export function bytes(value: unknown): ArrayBuffer {
  if (value instanceof ArrayBuffer) return value.slice(0);
  if (ArrayBuffer.isView(value)) {
    // A copy: a typed array needs an aligned start, which a slice of a message does not have.
    const view = new Uint8Array(value.byteLength);
    view.set(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    return view.buffer;
  }
  throw new TypeError("binary data expected");
}

const u16 = (v: unknown) => new Uint16Array(bytes(v));
const u32 = (v: unknown) => new Uint32Array(bytes(v));
export const f32 = (v: unknown) => new Float32Array(bytes(v));
const f64 = (v: unknown) => new Float64Array(bytes(v));

function decodeCloud(raw: Loose): Cloud {
  const positions = f32(raw["positions"]);
  const n = positions.length / 3;
  const periods = (raw["periods"] as number[][]).map(([x = 0, y = 0, z = 0]) => ({ x, y, z }));
  const at = (i: number): Vec => ({ x: positions[3 * i]!, y: positions[3 * i + 1]!, z: positions[3 * i + 2]! });
  // What is drawn about the origin; the cell is drawn about it, too.
  const [cx = 0, cy = 0, cz = 0] = raw["centre"] as number[];
  const centre: Vec = { x: 0, y: 0, z: 0 };
  for (const p of periods) Object.assign(centre, { x: centre.x + p.x / 2, y: centre.y + p.y / 2, z: centre.z + p.z / 2 });
  const centred: Vec[] = [];
  for (let i = 0; i < n; i++) {
    const p = at(i);
    centred.push({ x: p.x - cx, y: p.y - cy, z: p.z - cz });
  }
  const senders = u32(raw["senders"]);
  const receivers = u32(raw["receivers"]);
  const labels = u32(raw["labels"]);
  const order = Uint32Array.from(labels.keys()).sort((i, j) => labels[i]! - labels[j]! || i - j);
  const byAtom: number[][] = Array.from({ length: n }, () => []);
  for (const k of order) {
    byAtom[senders[k]!]!.push(k);
    // A bond from an atom to its own image is seen from both ends.
    byAtom[receivers[k]!]!.push(k);
  }
  return {
    name: String(raw["name"]),
    formula: String(raw["formula"]),
    n,
    species: (raw["species"] as unknown[]).map(String),
    positions,
    centred,
    centre,
    periods,
    senders,
    receivers,
    labels,
    offsets: raw["offsets"] == null ? null : f32(raw["offsets"]),
    order,
    byAtom,
  };
}

function decodeStep(raw: unknown): Step {
  const [frame, outcome, round, margin] = raw as [number, Outcome, number | null, number | null];
  return { frame, verdict: { outcome, round, margin } };
}

export function decodeScene(payload: unknown): Scene {
  const raw = payload as Loose;
  const clouds = (raw["clouds"] as Loose[]).map(decodeCloud);
  const steps = {} as Record<Mode, Step[]>;
  for (const mode of MODES) steps[mode] = (raw["steps"] as Record<string, unknown[]>)[mode]!.map(decodeStep);
  const total = clouds.reduce((sum, c) => sum + c.n, 0);
  const frames: Frame[] = (raw["frames"] as unknown[]).map((packed) => {
    const classes = u16(packed);
    return { classes, rounds: classes.length / total - 1 };
  });
  return {
    clouds,
    starts: f64(raw["starts"]),
    lengths: f64(raw["lengths"]),
    digits: Number(raw["digits"]),
    kept: raw["kept"] as number[],
    stops: raw["stops"] as number[],
    maxCutoff: Number(raw["max_cutoff"]),
    complete: Boolean(raw["complete"]),
    shell: Number(raw["shell"]),
    leftOut: typeof raw["left_out"] === "string" ? raw["left_out"] : "",
    scale: Number(raw["scale"]),
    steps,
    frames,
    elements: raw["elements"] as Scene["elements"],
    total,
  };
}
