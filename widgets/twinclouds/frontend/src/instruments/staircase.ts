// StaircaseView: the map of rounds x cutoff, and where in it we stand.

import { VerdictBanner } from "../controls/verdict";
import { h, say } from "../dom";
import type { Place } from "../link";
import { PlaceLink } from "../link";
import { Shell } from "../shell";
import type { Instrument, RenderContext } from "../types";
import type { VerdictWords } from "../words";
import { ONE_EACH, tidy, tooClose, within } from "../words";
import css from "./staircase.css";

/** Slack in comparing a cutoff with a length, angstrom: the same as in Python. */
const SLACK = 1e-6;

interface StairMap {
  names: string[];
  formula: string;
  rounds: number[];
  starts: number[];
  stops: number[];
  first: (number | null)[];
  unclear: number[];
  /** Where it is too close to call: by how little, angstrom. */
  margins: (number | null)[];
  digits: number;
  max_cutoff: number;
  complete: boolean;
  everywhere: boolean;
  left_out?: string;
  lengths: number;
}

type Kind = "apart" | "same" | "unclear";

const SIGNS: Record<Kind, string> = { apart: "≠", same: "=", unclear: "?" };
const WORDS: Record<Kind, string> = { apart: "told apart", same: "not told apart", unclear: "too close to call" };

const lastAt = (values: number[], value: number): number => {
  let at = 0;
  while (at + 1 < values.length && values[at + 1]! <= value) at += 1;
  return at;
};

const counted = (n: number): string => `${n} round${n === 1 ? "" : "s"}`;

export class StaircaseInstrument implements Instrument {
  private shell: Shell;
  private verdict = new VerdictBanner();
  private scroller = h("div", { class: "tc-stairs-scroll" });
  private axis = h("div", { class: "tc-stairs-axis", "aria-hidden": "true" });
  private legend = h("p", { class: "tc-stairs-legend" });
  private elsewhere = h("p", { class: "tc-note", hidden: true });
  private cells: HTMLElement[][] = [];
  private heads: HTMLElement[] = [];
  private map: StairMap | null = null;
  private focus: [row: number, column: number] = [0, 0];
  private link: PlaceLink | null = null;
  private topology = false;
  private width = 0;

  constructor(context: RenderContext) {
    this.shell = new Shell(context, "staircase", { refresh: () => this.refresh(), reset: () => this.reset() }, css);
    this.shell.body.append(this.verdict.element, this.scroller, this.legend, this.elsewhere);
    this.shell.refreshOn(["round", "cutoff"]);
    this.shell.listen(["_map"], () => this.load());
    const observer = new ResizeObserver(() => this.scroller.clientWidth !== this.width && this.drawAxis());
    observer.observe(this.scroller);
    this.shell.onDispose(() => observer.disconnect());
    this.load();
    this.link = new PlaceLink(this.shell.model, (place) => this.hear(place));
    this.shell.refreshOn(["_place"]);
    this.shell.onDispose(() => this.link?.dispose());
  }

  dispose(): void {
    this.shell.dispose();
  }

  private load(): void {
    const raw = this.shell.model.raw("_map") as StairMap;
    if (!Array.isArray(raw?.rounds) || !Array.isArray(raw.starts) || !Array.isArray(raw.first) || !raw.rounds.length) {
      if (!this.map) this.shell.showEmpty("There is no map to show yet.");
      return;
    }
    this.map = raw;
    this.build(raw);
    this.shell.leaveOut(raw.left_out ?? "");
    this.shell.showTexts();
    this.shell.later();
  }

  private kind(map: StairMap, row: number, column: number): Kind {
    // Without a round only the species count, and these are the same.
    if (map.unclear[column] && map.rounds[row]) return "unclear";
    const first = map.first[row];
    return first != null && column >= first ? "apart" : "same";
  }

  private build(map: StairMap): void {
    this.heads = [];
    this.cells = map.rounds.map((rounds, row) =>
      map.starts.map((_, column) => {
        const kind = this.kind(map, row, column);
        const apart = (r: number, c: number) => r >= 0 && c >= 0 && this.kind(map, r, c) === "apart";
        // The stairs run where "told apart" begins, from the left and from fewer rounds.
        const edge = kind === "apart" ? `${apart(row, column - 1) ? "" : " tc-riser"}${apart(row - 1, column) ? "" : " tc-tread"}` : "";
        return h(
          "td",
          {
            role: "gridcell",
            class: `tc-step-${kind}${edge}`,
            tabindex: -1,
            "aria-label": `${counted(rounds)}, cutoff ${tidy(map.stops[column]!)} angstrom: ${WORDS[kind]}`,
            "data-row": row,
            "data-column": column,
          },
          SIGNS[kind],
        );
      }),
    );
    const rows = map.rounds.map((rounds, row) => {
      const head = h("th", { role: "rowheader", scope: "row" }, String(rounds));
      this.heads.push(head);
      return h("tr", { role: "row" }, head, ...this.cells[row]!);
    });
    const grid = h(
      "table",
      {
        role: "grid",
        "aria-label": `Rounds by cutoff for ${map.names.join(" and ")}. Arrow keys go from cell to cell, Enter goes there.`,
        "data-control": "map",
        keydown: (event: KeyboardEvent) => this.key(event),
        pointerdown: (event: PointerEvent) => event.button === 0 && this.choose(event.target),
        // Dragging leads the marker along.
        pointerover: (event: PointerEvent) => event.buttons & 1 && this.choose(event.target),
      },
      h("tbody", {}, ...rows),
    );
    const wide = h("div", { class: "tc-stairs" }, h("div", { class: "tc-stairs-rounds", "aria-hidden": "true" }, "rounds"), grid, this.axis);
    wide.style.setProperty("--tc-columns", String(map.starts.length));
    this.scroller.replaceChildren(wide);
    const kinds = (Object.keys(SIGNS) as Kind[]).filter((kind) => this.cells.flat().some((td) => td.classList.contains(`tc-step-${kind}`)));
    const marks = kinds.flatMap((kind) => [h("span", { class: `tc-step-${kind} tc-step-mark` }, SIGNS[kind]), ` ${WORDS[kind]} `]);
    const few = map.starts.length <= map.lengths ? ` Of ${map.lengths} distances ${map.starts.length - 1} have a column of their own.` : "";
    this.legend.replaceChildren(...marks, h("span", { class: "tc-quiet" }, `A column begins where a distance comes in.${few}`));
    this.drawAxis();
  }

  /** The distances at which the columns begin, as many as there is room for; those at the stairs come first. */
  private drawAxis(): void {
    const map = this.map;
    this.width = this.scroller.clientWidth;
    if (!map || !this.width) return;
    const line = this.cells[0]!;
    const left = this.axis.getBoundingClientRect().left;
    const x = (k: number) => line[k]!.getBoundingClientRect().left - left;
    const text = (k: number) => (k ? map.starts[k]!.toFixed(map.digits) : "0");
    const order = [...(map.first.filter((k) => k != null) as number[]), ...map.starts.keys()];
    const room = 30 + 9 * map.digits;
    this.thin(line.length > 1 ? x(1) - x(0) : 100);
    const placed = new Map<number, number>();
    const width = this.axis.clientWidth;
    for (const k of order) {
      if (x(k) + room / 2 > width) continue;
      if (![...placed.values()].some((other) => Math.abs(other - x(k)) < room)) placed.set(k, x(k));
    }
    const labels = [...placed].map(([k, at]) => {
      const label = h("span", { class: map.first.includes(k) ? "tc-at-step" : "" }, text(k));
      label.style.left = `${at}px`;
      return label;
    });
    this.axis.replaceChildren(...labels, h("b", {}, "cutoff / Å"));
  }

  /** Signs in narrow cells stand in every second or third one, or they would be a hatching. */
  private thin(cell: number): void {
    const each = Math.max(1, Math.ceil(26 / Math.max(cell, 1)));
    for (const line of this.cells) {
      let run = 0;
      line.forEach((td, k) => {
        run = k && line[k - 1]!.textContent === td.textContent ? run + 1 : 0;
        // A short run keeps one sign.
        td.classList.toggle("tc-bare", run % each !== 0);
      });
    }
  }

  private get at(): { map: StairMap; row: number; column: number; round: number; cutoff: number } | null {
    const { map } = this;
    if (!map) return null;
    const { model } = this.shell;
    const cutoff = Math.min(Math.max(model.number("cutoff"), 0), map.max_cutoff);
    const round = Math.max(model.number("round"), 0);
    return { map, row: lastAt(map.rounds, round), column: lastAt(map.starts, cutoff + SLACK), round, cutoff };
  }

  private refresh(): void {
    const now = this.at;
    if (!now) return;
    const { map, row, column, round, cutoff } = now;
    const mode = this.link?.newMode();
    if (mode !== undefined) this.topology = mode === "topology";
    this.shell.remember(map, { round, cutoff });
    const inside = this.scroller.contains(document.activeElement);
    if (!inside) this.focus = [row, column];
    this.cells.forEach((line, r) =>
      line.forEach((cell, c) => {
        if (r === row && c === column) cell.setAttribute("aria-selected", "true");
        else cell.removeAttribute("aria-selected");
        cell.tabIndex = r === this.focus[0] && c === this.focus[1] ? 0 : -1;
      }),
    );
    this.heads.forEach((head, r) => head.classList.toggle("tc-here", r === row));
    this.bringIntoView(this.cells[row]![column]!);
    const words = this.words(map, row, column, cutoff);
    this.verdict.show(words);
    say(this.elsewhere, this.topology ? "The explorer shows topology only; this map is for colours that know the distances." : "");
    this.elsewhere.hidden = !this.topology;
    const place = `${counted(round)}, cutoff ${tidy(cutoff)} angstrom`;
    this.shell.tell({
      python: `tc.ui.StaircaseView(a, b, round=${round}, cutoff=${tidy(cutoff)})`,
      summary: `${map.names.join(" and ")} (${map.formula}), ${place}: ${words.word}. ${words.reason}`,
      data: {
        round, cutoff, row, column,
        verdict: words.kind, verdictWords: words.word,
        cell: this.kind(map, row, column), rows: map.rounds.length, columns: map.starts.length, topology: this.topology,
      },
    });
    this.link?.tell({ cutoff, round, mode: "distances" });
  }

  private words(map: StairMap, row: number, column: number, cutoff: number): VerdictWords {
    const kind = this.kind(map, row, column);
    const length = (k: number) => `${map.starts[k]!.toFixed(map.digits)} Å`;
    if (kind === "unclear") {
      return { kind, word: tooClose(map.margins?.[column]), reason: "Two lengths differ by little more than rounding; look at the coordinates." };
    }
    if (kind === "apart") {
      const first = map.first.findIndex((k) => k != null && k <= column);
      const reason = `After ${counted(map.rounds[row]!)} every cutoff from ${length(map.first[row]!)} on tells them apart.`;
      return { kind, word: `told apart in round ${map.rounds[first]!}`, reason };
    }
    if (map.everywhere && map.complete) {
      const reason = !map.lengths ? ONE_EACH : "However many rounds, even with every distance known: there is no stair to climb.";
      return { kind: "everywhere", word: "not told apart at any cutoff", reason };
    }
    if (map.everywhere) {
      const reason = `Nor at any other up to ${tidy(map.max_cutoff)} Å, however many rounds: there is no stair to climb.`;
      return { kind: "same", word: "not told apart at this cutoff", reason };
    }
    const later = map.first.findIndex((k) => k != null && k <= column);
    if (later > 0) {
      return { kind: "pending", word: within(map.rounds[row]!), reason: `At this cutoff of ${tidy(cutoff)} Å it takes ${counted(map.rounds[later]!)}.` };
    }
    const own = map.first[row];
    const next = own ?? map.first[map.first.length - 1];
    const rounds = own != null ? map.rounds[row]! : map.rounds[map.first.findIndex((k) => k != null)]!;
    const reason = next != null ? `With ${counted(rounds)} it takes ${length(own ?? map.first.find((k) => k != null)!)}.` : "More rounds are needed than this map has.";
    return { kind: "same", word: "not told apart at this cutoff", reason };
  }

  private choose(target: EventTarget | null): void {
    const cell = target instanceof Element ? target.closest<HTMLElement>("[data-row]") : null;
    if (cell) this.goTo(Number(cell.dataset["row"]), Number(cell.dataset["column"]));
  }

  private goTo(row: number, column: number): void {
    const now = this.at;
    if (!now) return;
    this.focus = [row, column];
    this.topology = false;
    // Within the cell where we stand the cutoff stays what it is.
    const cutoff = column === now.column ? now.cutoff : now.map.stops[column]!;
    this.shell.commit({ round: now.map.rounds[row]!, cutoff });
  }

  private hear({ cutoff, round, mode }: Place): void {
    const { map } = this;
    if (!map) return;
    this.topology = mode === "topology";
    this.shell.commit({ cutoff: Math.min(cutoff, map.max_cutoff), round: Math.min(round, map.rounds[map.rounds.length - 1]!) });
  }

  private key(event: KeyboardEvent): void {
    const { map } = this;
    if (!map || event.ctrlKey || event.metaKey || event.altKey) return;
    const [row, column] = this.focus;
    const last = map.starts.length - 1;
    const moves: Record<string, [number, number]> = {
      ArrowRight: [row, column + 1],
      ArrowLeft: [row, column - 1],
      ArrowDown: [row + 1, column],
      ArrowUp: [row - 1, column],
      Home: [row, 0],
      End: [row, last],
    };
    const to = moves[event.key];
    if (!to && event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    event.stopPropagation();
    if (!to) return this.goTo(row, column);
    const clip = (k: number, most: number) => Math.min(Math.max(k, 0), most);
    this.cells[row]![column]!.tabIndex = -1;
    this.focus = [clip(to[0], map.rounds.length - 1), clip(to[1], last)];
    const cell = this.cells[this.focus[0]]![this.focus[1]]!;
    cell.tabIndex = 0;
    cell.focus({ preventScroll: true });
    this.bringIntoView(cell);
  }

  /** Scroll the map, never the page. */
  private bringIntoView(cell: HTMLElement): void {
    const box = this.scroller.getBoundingClientRect();
    const own = cell.getBoundingClientRect();
    if (own.right > box.right) this.scroller.scrollLeft += own.right - box.right + 16;
    if (own.left < box.left + 48) this.scroller.scrollLeft -= box.left + 48 - own.left + 16;
  }

  private reset(): void {
    const beginning = this.shell.beginning(this.map);
    if (!beginning) return;
    this.topology = false;
    this.shell.commit(beginning);
  }
}
