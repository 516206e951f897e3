// The colour classes: how often each occurs in either cloud, which atoms they are. Pointing at a row lights its atoms.

import { classColour, css, isRepeated } from "../colours";
import { h } from "../dom";
import type { Bin } from "../state";
import { letter } from "../words";
import { chip } from "./chip";

/** So many colours are listed at first; more of them nobody reads, and they take long to lay out. */
const MOST_ROWS = 60;

/** A picked atom, to be marked in the row of its class. */
export interface Pin {
  cls: number;
  cloud: number;
  name: string;
}

export class ClassTable {
  readonly element: HTMLElement;
  private head = h("tr");
  private body = h("tbody");
  private drawn = "";
  private all = false;
  private pinned: number | null = null;
  private pointed: number | null = null;
  private at = { x: 0, y: 0 };
  private moved = false;

  /** `lit`: this class is pointed at (with the keyboard, which is then told what it is), or none. */
  constructor(private lit: (cls: number | null, byKey: boolean) => void) {
    const table = h(
      "table",
      {},
      h("caption", { class: "tc-hidden" }, "How many atoms of each colour the two clouds have in this round"),
      h("thead", {}, this.head),
      this.body,
    );
    this.element = h("div", { class: "tc-histogram", role: "region", "aria-label": "colours" }, table);
    const rowOf = (event: Event) => {
      const row = (event.target as Element).closest<HTMLElement>("tbody tr[data-class]");
      return row ? Number(row.dataset["class"]) : null;
    };
    this.body.addEventListener("pointermove", (event) => {
      if (this.moved && event.pointerType === "mouse") this.point(rowOf(event), false);
    });
    this.body.addEventListener("pointerleave", () => this.point(null, false));
    this.body.addEventListener("focusin", (event) => this.point(rowOf(event), true));
    this.body.addEventListener("focusout", () => this.point(null, true));
    this.body.addEventListener("click", (event) => {
      const cls = rowOf(event);
      if (cls === null) return;
      this.pin(cls === this.pinned ? null : cls);
    });
    this.body.addEventListener("keydown", (event) => this.key(event));
    for (const kind of ["pointermove", "pointerdown"] as const) document.addEventListener(kind, this.watch, true);
  }

  dispose(): void {
    for (const kind of ["pointermove", "pointerdown"] as const) document.removeEventListener(kind, this.watch, true);
  }

  /** Browsers report a move also when a row comes to lie under a mouse at rest; that is no pointing. */
  private watch = (event: PointerEvent): void => {
    this.moved = event.screenX !== this.at.x || event.screenY !== this.at.y;
    this.at = { x: event.screenX, y: event.screenY };
  };

  show(bins: Bin[], names: string[], pins: Pin[]): void {
    const key = JSON.stringify([bins, names, pins, this.pinned]);
    if (key === this.drawn) return;
    this.drawn = key;
    if (this.pinned !== null && !bins.some((bin) => bin.cls === this.pinned)) this.pinned = null;
    const focused = this.buttons().findIndex((button) => button === document.activeElement);
    const current = this.buttons().findIndex((button) => button.tabIndex === 0);
    this.head.replaceChildren(
      h("th", { scope: "col" }, "colour"),
      ...names.map((name) => h("th", { scope: "col", class: "tc-cloud" }, name)),
      h("th", { scope: "col", class: "tc-hidden-cell" }, h("span", { class: "tc-hidden" }, "same?")),
    );
    const most = Math.max(1, ...bins.flatMap((bin) => bin.counts));
    // A fold that hides a single row would be as long as the row.
    const end = this.all || bins.length <= MOST_ROWS + 1 ? bins.length : MOST_ROWS;
    this.body.replaceChildren(...bins.slice(0, end).map((bin) => this.row(bin, most, pins)));
    if (end < bins.length) this.body.append(this.fold(bins, end, names, pins));
    const buttons = this.buttons();
    const at = Math.min(Math.max(current, 0), buttons.length - 1);
    buttons.forEach((button, i) => button.setAttribute("tabindex", i === at ? "0" : "-1"));
    if (focused >= 0) buttons[Math.min(focused, buttons.length - 1)]?.focus();
  }

  private fold(bins: Bin[], end: number, names: string[], pins: Pin[]): HTMLElement {
    const unfold = () => {
      this.all = true;
      this.drawn = "";
      this.show(bins, names, pins);
      this.buttons()[end]?.focus();
    };
    const text = `… and ${bins.length - end} more colours: show them all`;
    const cell = h("td", { colspan: names.length + 2 }, h("button", { type: "button", class: "tc-more", click: unfold }, text));
    return h("tr", { class: "tc-fold" }, cell);
  }

  private row(bin: Bin, most: number, pins: Pin[]): HTMLElement {
    const differs = bin.counts.some((count) => count !== bin.counts[0]);
    const here = pins.filter((pin) => pin.cls === bin.cls);
    const name = `colour ${letter(bin.cls)}, ${bin.species}: light up its atoms`;
    const button = h(
      "button",
      { type: "button", class: "tc-class", "aria-label": name, "aria-pressed": String(this.pinned === bin.cls) },
      chip(bin.cls),
      h("span", { class: "tc-species" }, bin.species),
    );
    const classes = [differs ? "tc-differs" : "", here.length ? "tc-pinned" : "", this.pinned === bin.cls ? "tc-kept" : ""];
    return h(
      "tr",
      { class: classes.filter(Boolean).join(" "), "data-class": bin.cls },
      h("th", { scope: "row" }, button),
      ...bin.counts.map((count, cloud) => {
        const bar = h("span", { class: isRepeated(bin.cls) ? "tc-bar tc-hatched" : "tc-bar" });
        bar.style.setProperty("--tc-class", css(classColour(bin.cls)));
        bar.style.setProperty("--tc-length", String(count / most));
        const marks = here
          .filter((pin) => pin.cloud === cloud)
          .map((pin) => h("span", { class: "tc-pin" }, h("span", { class: "tc-hidden" }, "picked: "), pin.name));
        return h("td", {}, h("div", { class: "tc-count" }, bar, h("span", { class: "tc-number" }, String(count)), ...marks));
      }),
      h("td", { class: "tc-mark" }, differs ? "≠" : h("span", { class: "tc-hidden" }, "same")),
    );
  }

  private buttons(): HTMLButtonElement[] {
    return [...this.body.querySelectorAll<HTMLButtonElement>(".tc-class")];
  }

  private point(cls: number | null, byKey: boolean): void {
    this.pointed = cls;
    this.lit(this.pointed ?? this.pinned, byKey);
  }

  /** Keep a class lit, for fingers, which cannot hover. */
  private pin(cls: number | null): void {
    this.pinned = cls;
    this.drawn = "";
    for (const row of this.body.rows) {
      const kept = Number(row.dataset["class"]) === cls;
      row.classList.toggle("tc-kept", kept);
      row.querySelector(".tc-class")?.setAttribute("aria-pressed", String(kept));
    }
    this.lit(this.pointed ?? cls, true);
  }

  private key(event: KeyboardEvent): void {
    const buttons = this.buttons();
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
    const steps: Record<string, number> = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: buttons.length - 1 };
    const target = steps[event.key];
    if (at < 0 || target === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = buttons[Math.min(Math.max(target, 0), buttons.length - 1)]!;
    buttons.forEach((button) => button.setAttribute("tabindex", button === next ? "0" : "-1"));
    next.focus();
  }
}
