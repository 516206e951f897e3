// AuditView: a table of models and pairs, and what is behind the chosen cell.

import { parse } from "../colours";
import { decodeScene } from "../data";
import { h } from "../dom";
import { named } from "../scene_view";
import { Shell } from "../shell";
import type { Stage } from "../stage";
import { interval } from "../state";
import { svg } from "../still";
import type { Instrument, RenderContext, Scene, Selection } from "../types";
import css from "./audit.css";

const VERDICTS = ["blind", "inconclusive", "separates", "not invariant", "failed"] as const;
type Verdict = (typeof VERDICTS)[number];
const SIGNS: Record<Verdict, string> = { blind: "●", inconclusive: "?", separates: "○", "not invariant": "!", failed: "×" };

/** What that says of the two clouds, in the words of all instruments. */
const MEANINGS: Record<Verdict, string> = {
  blind: "not told apart",
  inconclusive: "too close to call",
  separates: "told apart",
  "not invariant": "the output changes when a cloud is only moved",
  failed: "no answer",
};

interface Cell {
  model: number;
  pair: number;
  verdict: Verdict;
  difference?: number;
  spread?: number;
  noise?: number;
  ratio?: number;
  seeds?: number[];
  separated_by?: number[];
  problem?: string;
  dtype?: string;
}

interface Table {
  models: { name: string; about: string }[];
  pairs: { name: string; kind: string }[];
  cells: Cell[];
  scenes: unknown[];
  warnings: string[];
}

/** A number short enough for a table. */
function short(value: number | undefined): string {
  if (value === undefined) return "unknown";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 0.01 && size < 10000 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}

export class AuditInstrument implements Instrument {
  private shell: Shell;
  private grid = h("div", { class: "tc-audit-scroll" });
  private inView = "";
  private legend = h("p", { class: "tc-audit-legend" });
  private detail = h("div", { class: "tc-audit-detail" });
  private heading = h("p", { class: "tc-audit-heading" });
  private place = h("div", { class: "tc-audit-picture" });
  private scale = h("div", { class: "tc-audit-scale" });
  private facts = h("dl", { class: "tc-audit-facts" });
  private notes = h("div", { class: "tc-audit-notes" });
  private table: Table | null = null;
  private at = new Map<string, Cell>();
  private elements = new Map<string, HTMLElement>();
  /** Pairs in the order in which they are shown. */
  private order: number[] = [];
  private sorted = "";
  private focus: [row: number, column: number] = [0, 0];
  private stage: Stage | null = null;
  private scene: Scene | null = null;
  private shown = -1;
  private atom: Selection | null = null;
  private cursor: Selection | null = null;

  constructor(context: RenderContext) {
    this.shell = new Shell(context, "audit", { refresh: () => this.refresh(), reset: () => this.reset() }, css);
    this.detail.append(this.heading, this.place, this.scale, this.facts, this.notes);
    this.shell.body.append(h("div", { class: "tc-audit-table" }, this.grid, this.legend), this.detail);
    this.shell.refreshOn(["selected", "sort", "descending"]);
    this.shell.listen(["_table"], () => this.load());
    const observer = new ResizeObserver(() => this.drawScale());
    observer.observe(this.scale);
    this.shell.onDispose(() => observer.disconnect());
    this.load();
  }

  dispose(): void {
    this.shell.dispose();
  }

  private load(): void {
    const raw = this.shell.model.raw("_table") as Table;
    if (!Array.isArray(raw?.models) || !Array.isArray(raw.pairs) || !Array.isArray(raw.cells)) {
      if (!this.table) this.shell.showEmpty("There is no report to show yet.");
      return;
    }
    this.table = raw;
    this.at = new Map(raw.cells.map((cell) => [`${cell.model} ${cell.pair}`, cell]));
    this.sorted = "";
    this.shown = -1;
    this.shell.later();
  }

  private get chosen(): { model: number; pair: number } | null {
    const value = this.shell.model.raw("selected") as { model?: unknown; pair?: unknown } | null;
    const model = this.table!.models.findIndex(({ name }) => name === value?.model);
    const pair = this.table!.pairs.findIndex(({ name }) => name === value?.pair);
    return model < 0 || pair < 0 ? null : { model, pair };
  }

  /** Scroll the table, never the page, until a cell is not behind the heads; once for each choice. */
  private bringIntoView(name: string): void {
    if (name === this.inView || !this.grid.clientWidth) return;
    this.inView = name;
    const box = this.grid.getBoundingClientRect();
    const own = this.elements.get(name)?.getBoundingClientRect();
    const heads = this.grid.querySelector("thead th")?.getBoundingClientRect();
    if (!own || !heads) return;
    const [left, top] = [box.left + heads.width, box.top + heads.height];
    if (own.right > box.right) this.grid.scrollLeft += own.right - box.right + 8;
    else if (own.left < left) this.grid.scrollLeft -= left - own.left + 8;
    if (own.bottom > box.bottom - 28) this.grid.scrollTop += own.bottom - box.bottom + 36;
    else if (own.top < top) this.grid.scrollTop -= top - own.top + 8;
  }

  private cell = (model: number, pair: number): Cell | undefined => this.at.get(`${model} ${pair}`);

  private refresh(): void {
    const { table } = this;
    if (!table) return;
    const { model } = this.shell;
    const sort = model.text("sort");
    const descending = model.flag("descending");
    this.shell.remember(table, { selected: model.raw("selected"), sort, descending });
    const key = JSON.stringify([sort, descending]);
    if (key !== this.sorted) {
      this.sorted = key;
      this.sortBy(sort, descending);
      this.build(sort, descending);
    }
    const chosen = this.chosen;
    if (chosen && !this.grid.contains(document.activeElement)) {
      this.focus = [this.order.indexOf(chosen.pair), chosen.model];
    }
    const focused = `${this.focus[1]} ${this.order[this.focus[0]]}`;
    for (const [name, element] of this.elements) {
      if (chosen && name === `${chosen.model} ${chosen.pair}`) element.setAttribute("aria-selected", "true");
      else element.removeAttribute("aria-selected");
      element.tabIndex = name === focused ? 0 : -1;
    }
    if (chosen) this.bringIntoView(`${chosen.model} ${chosen.pair}`);
    const summary = this.showDetail(table, chosen);
    const parts = ["report"];
    const text = JSON.stringify;
    if (chosen) parts.push(`selected={"model": ${text(table.models[chosen.model]!.name)}, "pair": ${text(table.pairs[chosen.pair]!.name)}}`);
    if (sort) parts.push(`sort=${text(sort)}`);
    if (descending) parts.push("descending=True");
    this.shell.tell({
      python: `tc.ui.AuditView(${parts.join(", ")})`,
      summary,
      data: {
        models: table.models.length,
        pairs: table.pairs.length,
        sort,
        descending,
        selected: chosen ? `${table.models[chosen.model]!.name} / ${table.pairs[chosen.pair]!.name}` : "",
        verdict: (chosen && this.cell(chosen.model, chosen.pair)?.verdict) ?? "",
        first: this.order.length ? table.pairs[this.order[0]!]!.name : "",
      },
    });
  }

  private sortBy(sort: string, descending: boolean): void {
    const { models, pairs } = this.table!;
    this.order = pairs.map((_, k) => k);
    const model = models.findIndex(({ name }) => name === sort);
    const rank = (pair: number): [number, number] => {
      const cell = this.cell(model, pair);
      return [cell ? VERDICTS.indexOf(cell.verdict) : VERDICTS.length, cell?.ratio ?? cell?.difference ?? Infinity];
    };
    if (model >= 0) {
      this.order.sort((p, q) => {
        const [a, b] = [rank(p), rank(q)];
        return a[0] - b[0] || (a[1] === b[1] ? 0 : a[1] - b[1]) || p - q;
      });
    } else if (sort === "pair") {
      this.order.sort((p, q) => pairs[p]!.name.localeCompare(pairs[q]!.name));
    }
    if (descending) this.order.reverse();
  }

  private build(sort: string, descending: boolean): void {
    const { models, pairs, warnings } = this.table!;
    if (!models.length || !pairs.length) {
      const hint = "The report is empty: audit a model first, as in tc.audit(model).";
      this.grid.replaceChildren(h("p", { class: "tc-quiet" }, hint));
      this.legend.replaceChildren();
      this.elements.clear();
      return;
    }
    const inside = this.grid.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["sort"] : undefined;
    const head = (name: string, column: string) => {
      const up = sort === column;
      const order = !up ? "none" : descending ? "descending" : "ascending";
      const arrow = h("span", { "aria-hidden": "true" }, !up ? "" : descending ? " ▾" : " ▴");
      const button = h("button", { type: "button", "data-sort": column, title: `sort by ${name}` }, h("span", {}, name), arrow);
      button.addEventListener("click", () => this.sort(column));
      return h("th", { scope: "col", "aria-sort": order }, button);
    };
    const counts = (verdict: Verdict, model: number) => pairs.filter((_, pair) => this.cell(model, pair)?.verdict === verdict).length;
    this.elements.clear();
    const rows = this.order.map((pair, row) => {
      const { name, kind } = pairs[pair]!;
      const cells = models.map((one, model) => {
        const cell = this.cell(model, pair);
        const element = h(
          "td",
          {
            role: "gridcell",
            tabindex: -1,
            "data-verdict": cell?.verdict ?? "none",
            "data-model": model,
            "data-row": row,
            "aria-label": `${one.name}, ${name}: ${cell?.verdict ?? "not asked"}`,
          },
          cell ? SIGNS[cell.verdict] : "",
        );
        this.elements.set(`${model} ${pair}`, element);
        return element;
      });
      return h("tr", { role: "row" }, h("th", { scope: "row", role: "rowheader", title: kind }, name), ...cells);
    });
    const total = h(
      "tr",
      { role: "row" },
      h("th", { scope: "row", role: "rowheader" }, "blind on"),
      ...models.map((_, model) => h("td", { role: "gridcell" }, String(counts("blind", model)))),
    );
    const grid = h(
      "table",
      {
        role: "grid",
        "aria-label": "Verdicts, models by pairs. Arrow keys go from cell to cell, Enter opens one.",
        class: models.length > 3 ? "tc-tall" : "",
        click: (event: MouseEvent) => this.clicked(event),
        keydown: (event: KeyboardEvent) => this.key(event),
      },
      h("thead", {}, h("tr", { role: "row" }, head("pair", "pair"), ...models.map(({ name }) => head(name, name)))),
      h("tbody", {}, ...rows),
      h("tfoot", {}, total),
    );
    this.grid.replaceChildren(grid);
    if (inside !== undefined) grid.querySelector<HTMLElement>(`[data-sort="${CSS.escape(inside)}"]`)?.focus();
    const used = VERDICTS.filter((verdict) => models.some((_, model) => counts(verdict, model)));
    this.legend.replaceChildren(
      ...used.map((verdict) =>
        h("span", {}, h("span", { class: "tc-audit-mark", "data-verdict": verdict, "aria-hidden": "true" }, SIGNS[verdict]), ` ${verdict}: ${MEANINGS[verdict]}`),
      ),
      ...warnings.map((warning) => h("span", { class: "tc-quiet" }, warning)),
    );
  }

  /** First ascending (blind ones first), then descending, then as in the report. */
  private sort(column: string): void {
    const { model } = this.shell;
    const same = model.text("sort") === column;
    const descending = same && !model.flag("descending");
    this.shell.commit(same && !descending ? { sort: "", descending: false } : { sort: column, descending });
  }

  private clicked(event: MouseEvent): void {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("td[data-row]") : null;
    if (cell) this.choose(Number(cell.dataset["row"]), Number(cell.dataset["model"]));
  }

  private choose(row: number, model: number): void {
    const { models, pairs } = this.table!;
    this.focus = [row, model];
    this.shell.commit({ selected: { model: models[model]!.name, pair: pairs[this.order[row]!]!.name } });
  }

  private key(event: KeyboardEvent): void {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>("td[data-row]") : null;
    if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, model] = this.focus;
    const [rows, models] = [this.order.length - 1, this.table!.models.length - 1];
    const moves: Record<string, [number, number]> = {
      ArrowRight: [row, model + 1],
      ArrowLeft: [row, model - 1],
      ArrowDown: [row + 1, model],
      ArrowUp: [row - 1, model],
      PageDown: [row + 8, model],
      PageUp: [row - 8, model],
      Home: [row, 0],
      End: [row, models],
    };
    const to = moves[event.key];
    const actions = ["Enter", " ", "Escape"];
    if (!to && !actions.includes(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Escape") return this.shell.commit({ selected: null });
    if (!to) return this.choose(row, model);
    cell.tabIndex = -1;
    this.focus = [Math.min(Math.max(to[0], 0), rows), Math.min(Math.max(to[1], 0), models)];
    const next = this.elements.get(`${this.focus[1]} ${this.order[this.focus[0]]}`)!;
    next.tabIndex = 0;
    next.focus();
  }

  /** Everything about the chosen cell; the summary for screen readers is returned. */
  private showDetail(table: Table, chosen: { model: number; pair: number } | null): string {
    const blind = table.models.map(({ name }, model) => {
      const own = table.cells.filter((cell) => cell.model === model);
      return `${name}: blind on ${own.filter((cell) => cell.verdict === "blind").length} of ${own.length}`;
    });
    for (const part of [this.place, this.scale, this.facts, this.notes]) part.hidden = !chosen;
    this.detail.hidden = !table.cells.length;
    if (!table.cells.length) return "The report is empty.";
    if (!chosen) {
      this.heading.replaceChildren(h("span", { class: "tc-quiet" }, "Choose a cell to see its pair and its numbers: click it, or Tab to the table and Enter."));
      return `${blind.join("; ")} pairs.`;
    }
    const model = table.models[chosen.model]!;
    const pair = table.pairs[chosen.pair]!;
    const cell = this.cell(chosen.model, chosen.pair);
    const verdict = cell?.verdict ?? "not asked";
    const mark = h("span", { class: "tc-audit-mark", "data-verdict": cell?.verdict ?? "none", "aria-hidden": "true" }, cell ? SIGNS[cell.verdict] : "");
    this.heading.replaceChildren(mark, " ", h("strong", {}, `${model.name} on ${pair.name}: ${verdict}`), cell ? ` (${MEANINGS[cell.verdict]})` : "");
    this.showPicture(table, chosen.pair);
    const seeds = cell?.seeds ?? [];
    const apart = cell?.separated_by ?? [];
    const facts: [string, string][] = cell
      ? [
          ["difference", short(cell.difference)],
          ["spread", short(cell.spread)],
          ["noise", short(cell.noise)],
          ["difference / spread", short(cell.ratio)],
          ["seeds", seeds.length ? `${seeds.join(", ")} (${apart.length ? `separated by ${apart.join(", ")}` : "none separates"})` : "none to set"],
          ["number type", cell.dtype || "unknown"],
        ]
      : [];
    this.facts.replaceChildren(...facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)]));
    const note = (text: string, kind: string) => (text ? [h("p", { class: kind }, text)] : []);
    const single = cell?.dtype && /float(16|32)|half|single/.test(cell.dtype) ? "Single precision: small differences drown in rounding; try float64." : "";
    this.notes.replaceChildren(
      ...note(cell?.problem ?? (cell ? "" : "This model was not asked about this pair."), "tc-audit-problem"),
      ...note(single, "tc-audit-problem"),
      ...note(pair.kind && `The pair: ${pair.kind}.`, "tc-quiet"),
      ...note(model.about && `The model: ${model.about}`, "tc-quiet"),
    );
    this.drawScale();
    return `${model.name} on ${pair.name}: ${verdict}. ${facts.map(([name, value]) => `${name} ${value}`).join(", ")}. ${cell?.problem ?? ""}`;
  }

  private showPicture(table: Table, pair: number): void {
    if (pair !== this.shown) {
      this.shown = pair;
      this.atom = this.cursor = null;
      try {
        this.scene = table.scenes[pair] ? decodeScene(table.scenes[pair]) : null;
      } catch {
        this.scene = null;
      }
      if (this.scene && this.stage) this.stage.setScene(this.scene, true);
      else if (this.scene) {
        this.stage = this.shell.makeStage(this.scene, {
          pick: (atom) => this.pick(atom),
          walk: (cursor) => this.walk(cursor),
        });
      }
      const why = "The clouds of this pair are not here (or too large to draw); give them with AuditView(report, pairs={name: (a, b)}).";
      this.place.replaceChildren(this.scene && this.stage ? this.stage.element : h("p", { class: "tc-quiet" }, why));
    }
    const { scene } = this;
    if (!scene) return;
    this.stage?.show({
      colours: scene.clouds.map((cloud) => cloud.species.map((s) => parse(scene.elements[s]?.color ?? "#888888"))),
      letters: scene.clouds.map((cloud) => cloud.species.map((s) => (s === "X" ? "" : s))),
      upTo: interval(scene, scene.maxCutoff),
      selected: this.atom,
      cursor: this.cursor,
      hovered: null,
    });
  }

  private pick(atom: Selection | null): void {
    this.atom = this.cursor = atom;
    this.shell.later();
    if (atom && this.scene) this.shell.announce(`Picked atom ${named(this.scene, atom)}`);
  }

  private walk(cursor: Selection): void {
    this.cursor = cursor;
    this.shell.later();
    if (this.scene) this.shell.announce(named(this.scene, cursor));
  }

  /** Noise, difference and spread on one logarithmic line: is the difference among the noise, or above it? */
  private drawScale(): void {
    const { table } = this;
    const chosen = table ? this.chosen : null;
    const cell = chosen ? this.cell(chosen.model, chosen.pair) : undefined;
    const width = this.scale.clientWidth;
    const { noise, spread, difference } = cell ?? {};
    if (!width || noise === undefined || !spread || difference === undefined) return this.scale.replaceChildren();
    const floor = Math.max(noise, spread * 1e-17, 1e-300);
    const low = Math.floor(Math.log10(Math.min(floor, Math.max(difference, floor / 10)))) - 0.5;
    const high = Math.log10(Math.max(spread, difference)) + 0.5;
    const x = (value: number) => 24 + ((width - 48) * (Math.max(Math.log10(Math.max(value, 1e-300)), low) - low)) / (high - low);
    const text = (at: number, y: number, content: string) => {
      const made = svg("text", { x: Math.min(Math.max(at, 36), width - 36), y, "text-anchor": "middle" });
      made.textContent = content;
      return made;
    };
    const stroke = { stroke: "currentColor", "stroke-width": 2 };
    const to = x(10 * floor);
    const picture = svg(
      "svg",
      { width, height: 72, role: "img", "aria-label": `difference ${short(difference)}, noise ${short(noise)}, spread ${short(spread)}` },
      svg("rect", { x: 8, y: 24, width: Math.max(to - 8, 4), height: 20, class: "tc-audit-noise" }),
      svg("path", { d: `M8 44H${width - 8}M${x(spread)} 36v16`, ...stroke }),
      svg("circle", { cx: x(difference), cy: 34, r: 7, class: "tc-audit-dot" }),
      text(x(difference), 16, difference ? "difference" : "difference 0"),
      text((8 + to) / 2, 64, "noise"),
      text(x(spread), 64, "spread"),
    );
    this.scale.replaceChildren(picture);
  }

  private reset(): void {
    const beginning = this.shell.beginning(this.table);
    if (!beginning) return;
    this.atom = this.cursor = null;
    this.stage?.resetCamera();
    this.shell.commit(beginning);
  }
}

