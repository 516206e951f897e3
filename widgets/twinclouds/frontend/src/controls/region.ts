// Two of the three angles between lines as a point in a square, with the border of what is admissible: a diamond.

import { h } from "../dom";
import { svg } from "../still";
import { clampTwo, departure } from "../twins";
import { tidy } from "../words";
import { arrow, dragging } from "./drag";

const LEFT = 40;
const TOP = 8;
const SIDE = 192;
const WIDTH = LEFT + SIDE + 8;
const HEIGHT = TOP + SIDE + 40;

const x = (angle: number): number => LEFT + (SIDE * angle) / 180;
const y = (angle: number): number => TOP + SIDE - (SIDE * angle) / 180;

function text(content: string, attributes: Record<string, string | number>): SVGElement {
  const made = svg("text", attributes);
  made.textContent = content;
  return made;
}

export class RegionControl {
  readonly element: HTMLElement;
  private picture = svg("svg", { class: "tc-drawing", width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}` });
  private diamond = svg("path", { class: "tc-admissible" });
  private bridge = svg("path", { class: "tc-bridge" });
  private point = svg("circle", { class: "tc-point", r: 7 });
  private twin = svg("rect", { class: "tc-twin", width: 13, height: 13 });
  private letters = [text("X", { "font-weight": 700 }), text("Y", { "font-weight": 700 })] as const;
  private now: [number, number] = [90, 90];
  private third = 90;

  /** The angles along the two axes are named, as in "1–3". */
  constructor(private names: [string, string], private changed: (angles: [number, number]) => void) {
    const ticks = [0, 90, 180].flatMap((angle) => [
      text(`${angle}°`, { x: x(angle), y: TOP + SIDE + 16, "text-anchor": angle === 180 ? "end" : "middle" }),
      text(`${angle}°`, { x: LEFT - 6, y: y(angle) + (angle === 180 ? 10 : 4), "text-anchor": "end" }),
    ]);
    const turned = { transform: `rotate(-90 11 ${y(45)})`, x: 11, y: y(45) + 4, "text-anchor": "middle" };
    this.picture.append(
      svg("rect", { class: "tc-frame", x: LEFT, y: TOP, width: SIDE, height: SIDE }),
      this.diamond,
      svg("path", { class: "tc-right", d: `M${x(90)} ${y(0)}V${y(180)}M${x(0)} ${y(90)}H${x(180)}` }),
      ...ticks,
      text(`angle ${names[0]}`, { x: x(90), y: TOP + SIDE + 34, "text-anchor": "middle" }),
      text(`angle ${names[1]}`, turned),
      this.bridge,
      this.twin,
      this.point,
      ...this.letters,
    );
    for (const [name, value] of Object.entries({ tabindex: "0", role: "application", "aria-roledescription": "point to be dragged" })) {
      this.picture.setAttribute(name, value);
    }
    const angle = (at: number, from: number) => ((at - from) / SIDE) * 180;
    dragging(
      this.picture,
      () => true,
      (at) => this.move(angle(at.x, LEFT), angle(TOP + SIDE, at.y)),
      () => undefined,
    );
    this.picture.addEventListener("keydown", (event) => {
      const step = arrow(event);
      if (step) this.move(this.now[0] + step.right, this.now[1] + step.up);
    });
    this.element = h("div", { class: "tc-region", "data-control": "region" }, this.picture);
  }

  private move(first: number, second: number): void {
    this.changed(clampTwo(first, second, this.third));
  }

  /** `twin` says where the twin is. */
  show(now: [number, number], third: number, twin: [number, number]): void {
    this.now = now;
    this.third = third;
    const most = 90 - departure(third);
    this.diamond.setAttribute("d", `M${x(90 - most)} ${y(90)}L${x(90)} ${y(90 + most)}L${x(90 + most)} ${y(90)}L${x(90)} ${y(90 - most)}z`);
    this.point.setAttribute("cx", String(x(now[0])));
    this.point.setAttribute("cy", String(y(now[1])));
    this.twin.setAttribute("x", String(x(twin[0]) - 6.5));
    this.twin.setAttribute("y", String(y(twin[1]) - 6.5));
    this.bridge.setAttribute("d", `M${x(now[0])} ${y(now[1])}L${x(twin[0])} ${y(twin[1])}`);
    const together = Math.hypot(now[0] - twin[0], now[1] - twin[1]) < 14;
    // Side by side each has its letter on its own side, or one would lie on the other.
    const beside = Math.abs(now[0] - twin[0]) < 40 && Math.abs(now[1] - twin[1]) < 12;
    [now, twin].forEach((at, g) => {
      const letter = this.letters[g]!;
      const away = at[0] - (g ? now : twin)[0];
      const left = at[0] > 165 || (beside && away ? away < 0 : together && g === 1);
      letter.setAttribute("x", String(x(at[0]) + (left ? -12 : 12)));
      letter.setAttribute("y", String(y(at[1]) + 4));
      letter.setAttribute("text-anchor", left ? "end" : "start");
    });
    const [p, q] = this.names;
    this.picture.setAttribute(
      "aria-label",
      `Angles ${p}: ${tidy(now[0])}, ${q}: ${tidy(now[1])} degrees; their departures from 90 degrees may add up to ` +
        `${tidy(most)}. Arrow keys move by one degree, with Shift by ten.`,
    );
    this.element.dataset["most"] = String(most);
  }
}
