// Orientation and projection. The same arithmetic as the renderer's, so that letters sit on their atoms.

import type { Vec } from "./types";

export type Quaternion = [x: number, y: number, z: number, w: number];

export interface Camera {
  turn: Quaternion;
  zoom: number;
}

/** Vertical field of view of the renderer, and where it puts its camera. */
const FIELD = (20 * Math.PI) / 180;
const CAMERA_Z = 150;

/** Seen a little from above and from the side: rings are rings, and stacks are stacks. */
export const HOME: Camera = { turn: normal([-0.46, 0.28, 0.14, 0.83]), zoom: 1 };

export function normal(q: Quaternion): Quaternion {
  const size = Math.hypot(...q) || 1;
  return q.map((v) => v / size) as Quaternion;
}

export function multiply(a: Quaternion, b: Quaternion): Quaternion {
  const [ax, ay, az, aw] = a;
  const [bx, by, bz, bw] = b;
  return normal([
    aw * bx + ax * bw + ay * bz - az * by,
    aw * by - ax * bz + ay * bw + az * bx,
    aw * bz + ax * by - ay * bx + az * bw,
    aw * bw - ax * bx - ay * by - az * bz,
  ]);
}

/** Turn about an axis of the screen, in degrees. */
export function turned(camera: Camera, axis: "x" | "y" | "z", degrees: number): Camera {
  const half = (degrees * Math.PI) / 360;
  const s = Math.sin(half);
  const q: Quaternion = [axis === "x" ? s : 0, axis === "y" ? s : 0, axis === "z" ? s : 0, Math.cos(half)];
  return { ...camera, turn: multiply(q, camera.turn) };
}

export function rotate(q: Quaternion, p: Vec): Vec {
  const [x, y, z, w] = q;
  const tx = 2 * (y * p.z - z * p.y);
  const ty = 2 * (z * p.x - x * p.z);
  const tz = 2 * (x * p.y - y * p.x);
  return { x: p.x + w * tx + y * tz - z * ty, y: p.y + w * ty + z * tx - x * tz, z: p.z + w * tz + x * ty - y * tx };
}

/** Left free above and below the clouds, for their names; pixels. */
const MARGIN = 28;

/** How far the eye is, so that a sphere of this radius fits into the viewport. */
export function eyeDistance(camera: Camera, radius: number, width: number, height: number): number {
  const usable = Math.min(Math.max(height - 2 * MARGIN, height / 2), width * 0.96);
  const half = Math.atan((Math.tan(FIELD / 2) * usable) / Math.max(height, 1));
  return radius / Math.sin(half) / camera.zoom;
}

/** Pixels for an angstrom at this depth. */
export const pixels = (depth: number, height: number): number => height / 2 / Math.tan(FIELD / 2) / Math.max(depth, 1e-6);

export interface Projected {
  x: number;
  y: number;
  depth: number;
  /** Pixels per angstrom at this depth. */
  scale: number;
}

export function project(camera: Camera, distance: number, width: number, height: number, p: Vec): Projected {
  const r = rotate(camera.turn, p);
  const depth = distance - r.z;
  const scale = pixels(depth, height);
  return { x: width / 2 + r.x * scale, y: height / 2 - r.y * scale, depth, scale };
}

/** The view in the renderer's own order of numbers. */
export const rendererView = (camera: Camera, distance: number): number[] => [
  0, 0, 0, CAMERA_Z - distance, ...camera.turn,
];
