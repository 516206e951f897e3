// From where clouds are seen at first: so that as few atoms as possible hide behind others. The same choice as in Python
// (twinclouds.ui.viewpoint), for clouds that are made here as well.

import type { Camera, Quaternion } from "./camera";
import { HOME, multiply, rotate } from "./camera";
import { atomRadius } from "./picture";
import type { Scene } from "./types";

/** Beyond this many atoms some are hidden from everywhere. */
const MOST_ATOMS = 60;
/** Atoms should be apart by so much of the sum of their radii, to leave their bonds to be seen. */
const CLEAR = 1.3;
/** What a half turn away from HOME costs, in units of an atom that hides another one. */
const COST_OF_TURNING = 0.35;
/** What it costs to look along a cloud that is a line: what is long is to be seen in its length. */
const COST_OF_DEPTH = 0.6;

interface Turn {
  turn: Quaternion;
  /** 1 is half a turn. */
  away: number;
}

let known: Turn[] | null = null;

/** Turns to the side and up, the smallest first. */
function turns(): Turn[] {
  if (known) return known;
  const made: Turn[] = [];
  for (let up = -60; up <= 60; up += 15) {
    for (let side = -180; side < 180; side += 15) {
      const [u, s] = [(up * Math.PI) / 360, (side * Math.PI) / 360];
      const turn = multiply([Math.sin(u), 0, 0, Math.cos(u)], [0, Math.sin(s), 0, Math.cos(s)]);
      made.push({ turn, away: (2 * Math.acos(Math.min(Math.abs(turn[3]), 1))) / Math.PI });
    }
  }
  return (known = made.sort((p, q) => Math.round(1e6 * p.away) - Math.round(1e6 * q.away)));
}

/** How much the discs of the atoms cover each other, and how much of the clouds is depth. */
function hidden(scene: Scene, turn: Quaternion): number {
  let sum = 0;
  for (const cloud of scene.clouds) {
    const at = cloud.centred.map((p) => rotate(turn, p));
    const depth = at.reduce((all, p) => all + p.z ** 2, 0);
    sum += (COST_OF_DEPTH * depth) / (at.reduce((all, p) => all + p.x ** 2 + p.y ** 2, depth) || 1);
    const radii = at.map((_, i) => CLEAR * atomRadius(scene, cloud, i));
    for (let i = 0; i < at.length; i++) {
      for (let j = 0; j < i; j++) {
        const [dx, dy, reach] = [at[i]!.x - at[j]!.x, at[i]!.y - at[j]!.y, radii[i]! + radii[j]!];
        if (Math.abs(dx) < reach && Math.abs(dy) < reach) sum += Math.max(0, 1 - Math.hypot(dx, dy) / reach) ** 2;
      }
    }
  }
  return sum;
}

/** The camera with which clouds are shown at first. */
export function viewpoint(scene: Scene): Camera {
  const most = Math.max(...scene.clouds.map((cloud) => cloud.n));
  if (most < 2 || most > MOST_ATOMS) return HOME;
  let best = HOME;
  let least = Infinity;
  for (const { turn, away } of turns()) {
    const whole = multiply(turn, HOME.turn);
    const cost = Math.round(1e4 * (COST_OF_TURNING * away + hidden(scene, whole)));
    if (cost < least) [best, least] = [{ turn: whole, zoom: 1 }, cost];
  }
  return best;
}
