// A static picture in SVG, for browsers without WebGL.

import { cells, ghostSpots, lines, MARKED, reach, spots } from "./picture";
import { eyeDistance, project } from "./camera";
import type { Camera } from "./camera";
import { css, inkOn, mix } from "./colours";
import type { Theme } from "./gl";
import type { Look } from "./picture";
import type { Scene, Vec } from "./types";

const SVG = "http://www.w3.org/2000/svg";

export function svg(name: string, attributes: Record<string, string | number>, ...children: Element[]): SVGElement {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

export function drawStill(
  scene: Scene,
  look: Look,
  camera: Camera,
  theme: Theme,
  columns: number,
  width: number,
  height: number,
): SVGElement {
  const picture = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
  const radius = reach(scene);
  cells(scene.clouds.length, columns, width, height).forEach((cell, g) => {
    const parts: { depth: number; made: SVGElement }[] = [];
    const { labels } = scene.clouds[g]!;
    for (const { bond, from, to } of lines(scene, g, camera, radius, cell, look.upTo)) {
      const depth = (from.depth + to.depth) / 2;
      const stroke = css(look.edges?.[labels[bond]!] ?? mix(theme.ink, theme.surface, 0.55));
      const made = svg("line", { x1: from.x, y1: from.y, x2: to.x, y2: to.y, stroke, "stroke-width": 1.5 });
      parts.push({ depth, made });
    }
    const mark = look.marks?.[g];
    const eye = eyeDistance(camera, radius, cell.width, cell.height);
    const at = (p: Vec) => project(camera, eye, cell.width, cell.height, p);
    for (const corners of [...(mark?.lines ?? []), ...(mark?.faces ?? [])]) {
      const places = corners.map(at);
      const points = places.map((p) => `${p.x + cell.left},${p.y + cell.top}`).join(" ");
      const depth = places.reduce((sum, p) => sum + p.depth, 0) / places.length;
      const made = svg("polygon", { points, fill: css(MARKED), "fill-opacity": 0.25, stroke: css(MARKED), "stroke-width": 2.5 });
      parts.push({ depth, made });
    }
    for (const spot of ghostSpots(scene, g, camera, radius, cell, look.upTo)) {
      const fill = css(mix(look.colours[g]![spot.atom]!, theme.surface, 0.6));
      const made = svg("circle", { class: "tc-ghost", cx: spot.x, cy: spot.y, r: Math.max(spot.radius, 1), fill });
      parts.push({ depth: spot.depth, made });
    }
    for (const spot of spots(scene, g, camera, radius, cell)) {
      const colour = look.colours[g]![spot.atom]!;
      const circle = svg("circle", {
        cx: spot.x,
        cy: spot.y,
        r: Math.max(spot.radius, 1),
        fill: css(colour),
        stroke: css(mix(theme.ink, theme.surface, 0.3)),
        "stroke-width": look.selected?.cloud === g && look.selected.atom === spot.atom ? 3 : 1,
      });
      const group = svg("g", {}, circle);
      if (spot.radius > 6) {
        const label = svg("text", {
          x: spot.x,
          y: spot.y,
          "text-anchor": "middle",
          "dominant-baseline": "central",
          "font-size": 12,
          fill: inkOn(colour),
        });
        label.textContent = look.letters[g]![spot.atom]!;
        group.append(label);
      }
      parts.push({ depth: spot.depth, made: group });
    }
    parts.sort((p, q) => q.depth - p.depth);
    picture.append(...parts.map((part) => part.made));
  });
  return picture;
}
