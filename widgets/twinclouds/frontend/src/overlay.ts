// Letters, rings and the length of a bond, on a plain canvas above the WebGL one.

import { angstrom } from "./words";
import { css, inkOn } from "./colours";
import type { Projected } from "./camera";
import type { Theme } from "./gl";
import type { Line, Look, Spot } from "./picture";
import type { Scene, Selection } from "./types";

/** With more atoms than this only the picked one keeps its letter. */
const MOST_LETTERS = 120;
const MOST_GHOST_LETTERS = 60;
const SMALLEST_TEXT = 12;
/** With more edges at the picked atom than this they carry no numbers. */
const MOST_NUMBERS = 24;

/** What lies above the atoms besides their letters. */
export interface Extras {
  /** A picture to be drawn below all this, in place of that of WebGL. */
  under: HTMLCanvasElement | null;
  ghosts: Spot[][];
  /** Two or three points between which was measured; what is written there is in the look. */
  measured: Projected[];
  tip: { spot: Spot; text: string } | null;
}

export function drawOverlay(
  canvas: HTMLCanvasElement,
  scene: Scene,
  look: Look,
  places: Spot[][],
  bonds: Line[][],
  extras: Extras,
  theme: Theme,
  font: string,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  if (extras.under) context.drawImage(extras.under, 0, 0, width, height);
  context.textAlign = "center";
  context.textBaseline = "middle";

  for (const spot of extras.ghosts.flat()) {
    const text = look.letters[spot.cloud]![spot.atom]!;
    if (!text || extras.ghosts[spot.cloud]!.length > MOST_GHOST_LETTERS || spot.radius * 2 < SMALLEST_TEXT * 0.9) continue;
    if (hidden(spot, places[spot.cloud]!) || hidden(spot, extras.ghosts[spot.cloud]!)) continue;
    context.font = `${SMALLEST_TEXT}px ${font}`;
    context.fillStyle = css(theme.ink);
    halo(context, text, spot.x, spot.y, spot.radius * 2.4, css(theme.surface));
    context.fillText(text, spot.x, spot.y, spot.radius * 2.4);
  }
  places.forEach((spots, g) => {
    const many = spots.length > MOST_LETTERS;
    for (const spot of spots) {
      const here = (one: Selection | null | undefined) => one?.cloud === g && one.atom === spot.atom;
      const picked = here(look.selected) || (look.also ?? []).some(here);
      const lit = look.lit?.[g]?.[spot.atom] ?? false;
      if (picked || lit || here(look.cursor)) ring(context, spot, theme, picked ? "picked" : lit ? "lit" : "cursor");
      const text = look.letters[g]![spot.atom]!;
      if (!text || (many && !picked) || (!picked && hidden(spot, spots))) continue;
      const size = Math.max(SMALLEST_TEXT, Math.min(spot.radius * 1.05, 20));
      if (!picked && spot.radius * 2 < SMALLEST_TEXT * 0.9) continue;
      context.font = `600 ${size}px ${font}`;
      // Balls are darker at their rim than their colour is, and a text may be wider than its ball.
      const own = look.colours[g]![spot.atom]!;
      const widest = Math.max(spot.radius * 2.4, 16);
      halo(context, text, spot.x, spot.y + size * 0.04, widest, css(own));
      context.fillStyle = inkOn(own);
      context.fillText(text, spot.x, spot.y + size * 0.04, widest);
    }
    if (look.numbers && look.selected?.cloud === g) numbers(context, scene, look, bonds[g]!, font);
    if (look.hovered?.cloud === g) {
      const cloud = scene.clouds[g]!;
      const line = bonds[g]!.find((l) => l.bond === look.hovered!.bond);
      const length = scene.lengths[cloud.labels[look.hovered.bond]!]!;
      if (line) tag(context, angstrom(length, scene.digits), (line.from.x + line.to.x) / 2, (line.from.y + line.to.y) / 2, theme, font);
    }
  });
  if (look.measured) drawMeasured(context, extras.measured, look.measured.words, theme, font);
  if (extras.tip) {
    const { spot, text } = extras.tip;
    context.font = `13px ${font}`;
    const half = context.measureText(text).width / 2 + 8;
    const x = Math.min(Math.max(spot.x, half), Math.max(width - half, half));
    const above = spot.y - spot.radius - 18;
    tag(context, text, x, above > 12 ? above : spot.y + spot.radius + 18, theme, font);
  }
}

/** Lines between the measured points, their lengths, and the angle at the second one. */
function drawMeasured(context: CanvasRenderingContext2D, points: Projected[], words: string[], theme: Theme, font: string): void {
  if (points.length < 2) return;
  context.save();
  context.lineJoin = "round";
  for (const [width, colour, dash] of [[5, theme.surface, []], [2, theme.accent, [6, 4]]] as const) {
    context.lineWidth = width;
    context.strokeStyle = css(colour);
    context.setLineDash([...dash]);
    context.beginPath();
    points.forEach((p, i) => (i ? context.lineTo(p.x, p.y) : context.moveTo(p.x, p.y)));
    context.stroke();
  }
  const [p, q, r] = points;
  if (q && r && p) {
    const start = Math.atan2(p.y - q.y, p.x - q.x);
    const end = Math.atan2(r.y - q.y, r.x - q.x);
    const less = (((end - start) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI) > Math.PI;
    context.setLineDash([]);
    context.beginPath();
    context.arc(q.x, q.y, 26, start, end, less);
    context.stroke();
  }
  context.restore();
  const placed: Box[] = [];
  const { clientWidth, clientHeight } = context.canvas;
  /** Near this point, as far along this way as must be to cover no other tag. */
  const keepClear = (text: string, x: number, y: number, way: Point) => {
    context.font = `13px ${font}`;
    const half = context.measureText(text).width / 2 + 6;
    let box = { x, y, half };
    for (let away = 0; away <= 96; away += 4) {
      box = {
        x: Math.min(Math.max(x + way.x * away, half + 2), clientWidth - half - 2),
        y: Math.min(Math.max(y + way.y * away, 14), clientHeight - 14),
        half,
      };
      if (!placed.some((other) => Math.abs(other.x - box.x) < other.half + half + 3 && Math.abs(other.y - box.y) < 25)) break;
    }
    placed.push(box);
    tag(context, text, box.x, box.y, theme, font);
  };
  points.slice(1).forEach((to, i) => {
    const from = points[i]!;
    const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
    // Out of the angle, beside its line.
    const third = points[i ? 0 : 2] ?? { x: middle.x, y: middle.y + 1 };
    const side = unit({ x: from.y - to.y, y: to.x - from.x });
    const outside = side.x * (middle.x - third.x) + side.y * (middle.y - third.y) < 0 ? -1 : 1;
    const way = { x: side.x * outside, y: side.y * outside };
    const off = r ? 24 : 0;
    keepClear(words[i] ?? "", middle.x + way.x * off, middle.y + way.y * off, way);
  });
  if (p && q && r && words[2]) {
    // Beyond the corner, on the line that halves its angle.
    const [u, v] = [unit({ x: p.x - q.x, y: p.y - q.y }), unit({ x: r.x - q.x, y: r.y - q.y })];
    const sum = { x: u.x + v.x, y: u.y + v.y };
    const way = Math.hypot(sum.x, sum.y) > 0.05 ? unit({ x: -sum.x, y: -sum.y }) : { x: -u.y, y: u.x };
    keepClear(words[2], q.x + way.x * 34, q.y + way.y * 34, way);
  }
}

interface Point {
  x: number;
  y: number;
}
interface Box extends Point {
  half: number;
}

const unit = ({ x, y }: Point): Point => {
  const size = Math.hypot(x, y) || 1;
  return { x: x / size, y: y / size };
};

/** What keeps a text legible over whatever is behind it. */
function halo(context: CanvasRenderingContext2D, text: string, x: number, y: number, widest: number, colour: string): void {
  context.lineJoin = "round";
  context.lineWidth = 3;
  context.strokeStyle = colour;
  context.strokeText(text, x, y, widest);
}

/** The numbers of the picked atom's edges, where they are few enough to be read. */
function numbers(context: CanvasRenderingContext2D, scene: Scene, look: Look, bonds: Line[], font: string): void {
  const { cloud, atom } = look.selected!;
  const { senders, receivers, labels } = scene.clouds[cloud]!;
  const own = bonds.filter(({ bond }) => senders[bond] === atom || receivers[bond] === atom);
  if (own.length > MOST_NUMBERS) return;
  context.font = `700 12px ${font}`;
  for (const { bond, from, to } of own) {
    if (Math.hypot(to.x - from.x, to.y - from.y) < 44) continue; // it would hide its atoms
    const [x, y] = [(from.x + to.x) / 2, (from.y + to.y) / 2];
    const colour = look.edges?.[labels[bond]!] ?? { r: 128, g: 128, b: 128 };
    context.fillStyle = css(colour);
    context.beginPath();
    context.roundRect(x - 8, y - 8, 16, 16, 3);
    context.fill();
    context.fillStyle = inkOn(colour);
    context.fillText(String(look.numbers![labels[bond]!]), x, y + 1);
  }
}

function ring(context: CanvasRenderingContext2D, spot: Spot, theme: Theme, kind: "picked" | "lit" | "cursor"): void {
  context.save();
  context.beginPath();
  context.arc(spot.x, spot.y, spot.radius + 3, 0, 2 * Math.PI);
  context.lineWidth = 5;
  context.strokeStyle = css(theme.surface);
  context.stroke();
  context.lineWidth = 2.5;
  context.strokeStyle = css(kind === "picked" ? theme.ink : theme.accent);
  if (kind === "cursor") context.setLineDash([4, 3]);
  context.stroke();
  context.restore();
}

function tag(
  context: CanvasRenderingContext2D,
  text: string,
  x: number,
  y: number,
  theme: Theme,
  font: string,
): void {
  context.font = `13px ${font}`;
  const width = context.measureText(text).width + 12;
  context.fillStyle = css(theme.ink);
  context.beginPath();
  context.roundRect(x - width / 2, y - 11, width, 22, 4);
  context.fill();
  context.fillStyle = css(theme.surface);
  context.fillText(text, x, y + 1);
}

/** Is the middle of an atom behind another one? */
function hidden(spot: Spot, all: Spot[]): boolean {
  return all.some(
    (other) => other.depth < spot.depth && Math.hypot(other.x - spot.x, other.y - spot.y) < other.radius * 0.85,
  );
}
