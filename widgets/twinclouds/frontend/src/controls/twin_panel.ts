// The controls of the TwinBuilder: angles, lengths, points, species. They read and change parameters, and know nothing else.

import { h, say } from "../dom";
import type { Complex, FamilyName, Lines, Parameters, Plane, Planes } from "../twins";
import { axesOf, clampAngle, FLIPS, PLACE, PLANES, room } from "../twins";
import { NumberRow, outside } from "./number_row";
import { PlaneDrawing } from "./plane_drawing";
import { RegionControl } from "./region";
import { symbolField } from "./symbol_field";

/** Points on a line or in a plane, at most: the same as in Python. */
const MOST_POINTS = 6;

const LENGTHS = { min: 0.3, max: 6, step: 0.01 };
const ANGLES = { min: 0, max: 180, step: 0.1 };

export const dash = (pair: string): string => `${pair[0]}–${pair[1]}`;
export const degrees = (angle: number): string => `${Number(angle.toFixed(2))}°`;

export interface PanelHost {
  /** A prefix for names of radio buttons. */
  id: string;
  family: FamilyName;
  readonly parameters: Parameters;
  change(patch: Parameters): void;
  /** Say why something was not done. */
  refuse(text: string): void;
  /** Show everything again. */
  later(): void;
  /** Is it the symbol of an element? */
  known(symbol: string): boolean;
}

export class TwinPanel {
  readonly element = h("div", { class: "tc-build" });
  private updates: ((parameters: Parameters) => void)[] = [];
  private laid = "";
  private range = 0;
  private holding = false;
  private chosen: Record<Plane, number> = { xy: 0, yz: 0, xz: 0 };

  constructor(private host: PanelHost) {}

  /** Lay the controls out anew if their number changed, and show the parameters. */
  show(parameters: Parameters): void {
    this.lay(parameters);
    for (const update of this.updates) update(parameters);
  }

  private lay(parameters: Parameters): void {
    const rows = this.host.family === "three_planes" ? PLANES.map((plane) => (parameters[plane] as unknown[]).length) : parameters["lengths"];
    const sizes = JSON.stringify(Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? row.length : this.host.family === "three_planes" ? row : 1)) : 0);
    if (sizes === this.laid) return;
    this.laid = sizes;
    const focused = document.activeElement instanceof HTMLElement && this.element.contains(document.activeElement) ? document.activeElement : null;
    const mark = focused?.dataset["field"] ?? focused?.dataset["control"] ?? focused?.dataset["action"];
    this.updates = [];
    this.element.replaceChildren(
      ...(this.host.family === "three_lines" ? this.layLines(parameters) : this.host.family === "three_planes" ? this.layPlanes() : this.layComplex(parameters)),
    );
    if (mark) {
      this.element.querySelector<HTMLElement>(`[data-field="${mark}"], [data-control="${mark}"], [data-action="${mark}"]`)?.focus();
    }
  }

  private symbol(name: string, label: string, read: (p: Parameters) => string, changed: (symbol: string) => void, optional = false): HTMLInputElement {
    const known = (s: string) => (optional && s === "") || this.host.known(s);
    const field = symbolField(name, label, known, changed, (text) => {
      this.host.refuse(text);
      field.value = read(this.host.parameters);
    });
    this.updates.push((parameters) => {
      if (document.activeElement !== field || known(field.value)) field.value = read(parameters);
    });
    return field;
  }

  private button(action: string, label: string, sign: string, click: () => void): HTMLButtonElement {
    return h("button", { type: "button", class: "tc-small", "data-action": action, "aria-label": label, title: label, click }, sign);
  }

  private layLines(parameters: Parameters): HTMLElement[] {
    const given = () => this.host.parameters as unknown as Lines;
    const region = new RegionControl(["1–3", "1–2"], ([p, q]) => this.host.change({ angles: [given().angles[0]!, p, q] }));
    const angles = [...FLIPS].map((pair) => {
      const at = PLACE[pair];
      const row = new NumberRow(`angle-${pair}`, `angle ${dash(pair)}`, "°", ANGLES, (value, wanted) => {
        const all = [...given().angles];
        const allowed = clampAngle(all, at, value);
        const most = room(all, at);
        all[at] = allowed;
        this.host.change({ angles: all });
        const other = Math.abs(allowed - wanted) > 1e-4;
        if (other) {
          const [least, largest] = [Math.max(90 - most, 1), Math.min(90 + most, 179)];
          this.host.refuse(outside(`angle ${dash(pair)}`, wanted, allowed, least, largest, "°", `With the other two angles, ${dash(pair)}`));
        }
        return other;
      }, (text) => this.host.refuse(text));
      this.updates.push((parameters) => {
        const all = (parameters as unknown as Lines).angles;
        const most = Math.min(room(all, at), 89);
        row.show(all[at]!, `between ${degrees(Math.ceil((90 - most) * 100 - 1e-6) / 100)} and ${degrees(Math.floor((90 + most) * 100 + 1e-6) / 100)}`);
      });
      return row.element;
    });
    this.updates.push((parameters) => {
      const { angles: all, flip } = parameters as unknown as Lines;
      const [third, p, q] = all as [number, number, number];
      region.show([p, q], third, [flip === "13" ? 180 - p : p, flip === "12" ? 180 - q : q]);
    });

    const options = FLIPS.map((flip) => {
      const input = h("input", { type: "radio", name: `${this.host.id}-flip`, value: flip, "data-flip": flip });
      input.addEventListener("change", () => input.checked && this.host.change({ flip }));
      input.addEventListener("keydown", (event) => event.stopPropagation());
      this.updates.push((parameters) => {
        input.checked = parameters["flip"] === flip;
      });
      return h("label", {}, input, h("span", {}, dash(flip)));
    });
    const becomes = h("span", { class: "tc-quiet" });
    this.updates.push((parameters) => {
      const { angles: all, flip } = parameters as unknown as Lines;
      const angle = all[PLACE[flip]]!;
      say(becomes, `${degrees(angle)} becomes ${degrees(180 - angle)}; whichever you choose, Y is the same shape`);
    });
    const label = "In Y, change the angle";
    const toggle = h("div", { class: "tc-mode", role: "radiogroup", "aria-label": label, "data-control": "flip" }, ...options);
    const { lengths } = parameters as unknown as Lines;
    const rows = lengths.flatMap((row, line) =>
      row.map((_, shell) =>
        this.lengthRow(`length-${line + 1}-${shell + 1}`, shell ? "" : `line ${line + 1}`, line, shell, row.length, {
          length: (p) => (p as unknown as Lines).lengths[line]![shell]!,
          symbol: (p) => (p as unknown as Lines).species[line]![shell] ?? "X",
          set: (value) => this.host.change({ lengths: replaced(given().lengths, line, shell, value) }),
          name: (symbol) => this.host.change({ species: replaced(given().species, line, shell, symbol) }),
          add: () => {
            const next = Math.min(Math.max(...given().lengths[line]!) + 1, LENGTHS.max);
            this.host.change({
              lengths: given().lengths.map((r, i) => (i === line ? [...r, next] : r)),
              species: given().species.map((r, i) => (i === line ? [...r, r.at(-1) ?? "X"] : r)),
            });
          },
          remove: () =>
            this.host.change({
              lengths: given().lengths.map((r, i) => (i === line ? without(r, shell) : r)),
              species: given().species.map((r, i) => (i === line ? without(r, shell) : r)),
            }),
        }),
      ),
    );
    const centre = this.symbol("centre", "atom at the centre", (parameters) => String(parameters["centre"]), (symbol) => this.host.change({ centre: symbol }), true);
    return [
      region.element,
      h(
        "div",
        { class: "tc-numbers" },
        h("div", { class: "tc-line" }, h("span", {}, label), toggle),
        becomes,
        ...angles,
      ),
      h(
        "div",
        { class: "tc-numbers" },
        ...rows,
        h("label", { class: "tc-line" }, h("span", {}, "atom at the centre"), centre, h("span", { class: "tc-quiet" }, "empty: none")),
      ),
    ];
  }

  private lengthRow(
    name: string,
    title: string,
    line: number,
    shell: number,
    count: number,
    act: {
      length: (p: Parameters) => number;
      symbol: (p: Parameters) => string;
      set: (value: number) => void;
      name: (symbol: string) => void;
      add: () => void;
      remove: () => void;
    },
  ): HTMLElement {
    const where = `${title || `line ${line + 1}`}${count > 1 ? `, point ${shell + 1}` : ""}`;
    const field = this.symbol(`species-${name}`, `species, ${where}`, (parameters) => act.symbol(parameters), act.name);
    // The first row of a line adds, the others go.
    const last = shell ? this.button(`remove-${name}`, `remove ${where}`, "−", act.remove) : this.button(`add-${name}`, `add a point to ${title}`, "+", act.add);
    if (!shell && count >= MOST_POINTS) last.hidden = true;
    const row = new NumberRow(name, title || `  point ${shell + 1}`, "Å", LENGTHS, act.set, (text) => this.host.refuse(text), field, last);
    this.updates.push((parameters) => row.show(act.length(parameters)));
    return row.element;
  }

  private layComplex(parameters: Parameters): HTMLElement[] {
    const given = () => this.host.parameters as unknown as Complex;
    const distortion = new NumberRow("distortion", "distortion", "°", { min: -30, max: 30, step: 0.1 }, (value) => this.host.change({ distortion: Math.round(value * 1e4) / 1e4 }), (text) => this.host.refuse(text));
    this.updates.push((parameters) => {
      const { distortion: value } = parameters as unknown as Complex;
      const [p, q] = value > 0 ? ["elongated", "compressed"] : ["compressed", "elongated"];
      distortion.show(value, value ? `X is ${p} along a threefold axis, Y ${q}` : "no distortion");
    });
    const metal = this.symbol("metal", "metal", (parameters) => String(parameters["metal"]), (symbol) => this.host.change({ metal: symbol }));
    const rows = (parameters as unknown as Complex).lengths.map((_, shell, all) =>
      this.lengthRow(`length-${shell + 1}`, shell ? "" : "ligand", 0, shell, all.length, {
        length: (p) => (p as unknown as Complex).lengths[shell]!,
        symbol: (p) => (p as unknown as Complex).ligand[shell] ?? "X",
        set: (value) => this.host.change({ lengths: put(given().lengths, shell, value) }),
        name: (symbol) => this.host.change({ ligand: put(given().ligand, shell, symbol) }),
        add: () =>
          this.host.change({
            lengths: [...given().lengths, Math.min(Math.max(...given().lengths) + 1.1, LENGTHS.max)],
            ligand: [...given().ligand, given().ligand.at(-1) ?? "X"],
          }),
        remove: () => this.host.change({ lengths: without(given().lengths, shell), ligand: without(given().ligand, shell) }),
      }),
    );
    return [h("div", { class: "tc-numbers" }, distortion.element, h("label", { class: "tc-line" }, h("span", {}, "metal"), metal), ...rows)];
  }

  private layPlanes(): HTMLElement[] {
    const given = () => this.host.parameters as unknown as Planes;
    const boxes = PLANES.map((plane, which) => {
      const [u, v] = axesOf(plane);
      const drawing = new PlaneDrawing(plane, {
        move: (index, point) => {
          this.holding = true;
          this.host.change({ [plane]: given()[plane].map((p, i) => (i === index ? point : p)) });
        },
        select: (index) => {
          if (this.chosen[plane] === index) return;
          this.chosen[plane] = index;
          this.host.later();
        },
        end: () => {
          this.holding = false;
          this.host.later();
        },
      });
      const now = () => Math.min(this.chosen[plane], given()[plane].length - 1);
      const fields = [u, v].map((axis, k) => {
        const label = `${axis} of the chosen point in the plane ${plane}`;
        const field = h("input", { type: "number", step: 0.05, "aria-label": `${label}, angstrom`, "data-field": `${plane}-${axis}` });
        field.addEventListener("keydown", (event) => event.stopPropagation());
        field.addEventListener("change", () => {
          const value = field.valueAsNumber;
          if (!Number.isFinite(value) || Math.abs(value) > 100) {
            const why = Number.isFinite(value) ? `${value} Å is out of range: it has to lie between -100 Å and 100 Å` : "That is no number";
            this.host.refuse(`${why}; ${label} stays ${given()[plane][now()]?.[k] ?? 0} Å.`);
            return this.host.later();
          }
          this.host.change({ [plane]: given()[plane].map((p, i) => (i === now() ? put(p, k, value) : p)) });
        });
        return field;
      });
      const symbol = this.symbol(
        `species-${plane}`,
        `species of the chosen point in the plane ${plane}`,
        (parameters) => (parameters as unknown as Planes).species[which]![now()] ?? "",
        (name) => this.host.change({ species: replaced(given().species, which, now(), name) }),
      );
      const add = this.button(`add-${plane}`, `add a point to the plane ${plane}`, "+", () => {
        const own = given()[plane];
        const at = this.free(own);
        this.chosen[plane] = own.length;
        this.host.change({
          [plane]: [...own, at],
          species: given().species.map((row, i) => (i === which ? [...row.slice(0, own.length), row.at(-1) ?? "X"] : row)),
        });
      });
      const remove = this.button(`remove-${plane}`, `remove the chosen point of the plane ${plane}`, "−", () => {
        const index = now();
        if (index < 0) return;
        this.host.change({
          [plane]: without(given()[plane], index),
          species: given().species.map((row, i) => (i === which && row.length > 1 ? without(row, index) : row)),
        });
      });
      this.updates.push((parameters) => {
        const planes = parameters as unknown as Planes;
        const own = planes[plane];
        const index = Math.min(this.chosen[plane], own.length - 1);
        const edge = (axis: string) => (planes.pbc["xyz".indexOf(axis)] ? planes.cell["xyz".indexOf(axis)]! : null);
        drawing.show(own, planes.species[which]!, index, this.widest(planes), [edge(u), edge(v)], plane === "xz");
        fields.forEach((field, k) => {
          if (document.activeElement !== field || field.value !== String(own[index]?.[k])) field.value = String(own[index]?.[k] ?? "");
          field.disabled = index < 0;
        });
        add.setAttribute("aria-disabled", String(own.length >= MOST_POINTS));
        add.hidden = own.length >= MOST_POINTS;
        remove.hidden = !own.length;
      });
      const caption = plane === "xz" ? "in Y mirrored: squares" : "the same in Y";
      const coordinates = fields.map((field, k) => h("label", { class: "tc-field" }, [u, v][k]!, field));
      return h(
        "div",
        { class: "tc-plane-box" },
        h("div", {}, h("b", {}, `plane ${plane}`), " ", h("span", { class: "tc-note" }, caption)),
        drawing.element,
        h("div", { class: "tc-line" }, ...coordinates),
        h("div", { class: "tc-line" }, symbol, add, remove),
      );
    });
    const repeats = [0, 1, 2].map((axis) => {
      const name = "xyz"[axis]!;
      const box = h("input", { type: "checkbox", "data-field": `pbc-${name}` });
      box.addEventListener("change", () => this.host.change({ pbc: put(given().pbc, axis, box.checked) }));
      box.addEventListener("keydown", (event) => event.stopPropagation());
      const row = new NumberRow(`cell-${name}`, `edge ${name}`, "Å", { min: 2, max: 12, step: 0.1 }, (value) => this.host.change({ cell: put(given().cell, axis, value) }), (text) => this.host.refuse(text));
      this.updates.push((parameters) => {
        const planes = parameters as unknown as Planes;
        box.checked = planes.pbc[axis]!;
        row.element.hidden = !planes.pbc[axis];
        row.show(planes.cell[axis]!);
      });
      return h("div", {}, h("label", { class: "tc-check" }, box, `repeat along ${name}`), row.element);
    });
    return [h("div", { class: "tc-planes" }, ...boxes), h("div", { class: "tc-planes" }, ...repeats)];
  }

  /** Half the side of the drawings, angstrom: it does not change under the hand. */
  private widest(planes: Planes): number {
    const all = [...PLANES.flatMap((plane) => planes[plane].flat()), ...planes.cell.filter((_, i) => planes.pbc[i]).map((edge) => edge / 2)];
    const wanted = Math.ceil(Math.max(1.5, ...all.map(Math.abs)) * 1.2 * 2) / 2;
    if (!this.holding || !this.range) this.range = wanted;
    return this.range;
  }

  /** A place for another point. */
  private free(points: number[][]): number[] {
    for (let k = 1; ; k++) {
      const at = [Math.round(Math.cos(k * 2.4) * (0.8 + 0.15 * k) * 20) / 20, Math.round(Math.sin(k * 2.4) * (0.8 + 0.15 * k) * 20) / 20];
      if (points.every((p) => Math.min(Math.hypot(p[0]! - at[0]!, p[1]! - at[1]!), Math.hypot(p[0]! + at[0]!, p[1]! + at[1]!)) > 0.4)) return at;
    }
  }
}

const put = <T>(row: readonly T[], at: number, value: T): T[] => row.map((x, i) => (i === at ? value : x));
const without = <T>(row: readonly T[], at: number): T[] => row.filter((_, i) => i !== at);
const replaced = <T>(rows: T[][], row: number, at: number, value: T): T[][] => put(rows, row, put(rows[row]!, at, value));
