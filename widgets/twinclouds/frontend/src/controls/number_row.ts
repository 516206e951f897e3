// A number: by a slider and by a field, which always show the same.

import { h, say } from "../dom";
import { tidy } from "../words";

export interface Range {
  min: number;
  max: number;
  step: number;
}

const spaced = (value: number, unit: string): string => `${Number(value.toFixed(4))}${unit === "°" ? "" : " "}${unit}`;

/** What was done to a number that is out of range, and why. */
export function outside(label: string, wanted: number, instead: number, least: number, most: number, unit: string, why = ""): string {
  const range = `${why || "It"} has to lie between ${spaced(least, unit)} and ${spaced(most, unit)}`;
  return `Instead of ${spaced(wanted, unit)}, ${label} is ${spaced(instead, unit)} now. ${range}.`;
}

export class NumberRow {
  readonly element: HTMLElement;
  private slider: HTMLInputElement;
  private field: HTMLInputElement;
  private note = h("div", { class: "tc-note" });
  private value = NaN;

  /** What stands after the number, such as a field for the species, goes in `extras`. */
  constructor(
    name: string,
    label: string,
    private unit: string,
    range: Range,
    /** Takes a number of the range, and the one that was asked for; true if it has said itself what became of that. */
    changed: (value: number, wanted: number) => boolean | void,
    refuse: (text: string) => void,
    ...extras: HTMLElement[]
  ) {
    const limits = { min: range.min, max: range.max };
    this.slider = h("input", { type: "range", ...limits, step: range.step, "aria-label": label, "data-control": name });
    this.field = h("input", { type: "number", ...limits, step: "any", "aria-label": `${label}, ${unit}`, "data-field": name });
    const take = (input: HTMLInputElement) => {
      const wanted = input.valueAsNumber;
      const before = this.value;
      if (!Number.isFinite(wanted)) return refuse(`That is no number; ${label} stays ${spaced(before, unit)}.`);
      if (wanted === before) return;
      const within = Math.min(Math.max(wanted, range.min), range.max);
      const told = changed(within, wanted);
      if (within !== wanted && !told) refuse(outside(label, wanted, within, range.min, range.max, unit));
    };
    this.slider.addEventListener("input", () => take(this.slider));
    this.field.addEventListener("change", () => {
      take(this.field);
      this.write();
    });
    for (const input of [this.slider, this.field]) input.addEventListener("keydown", (event) => event.stopPropagation());
    this.element = h(
      "div",
      { class: "tc-number" },
      h("span", { class: "tc-label" }, label),
      this.slider,
      h("span", { class: "tc-field" }, this.field, h("span", {}, unit)),
      ...extras,
      this.note,
    );
  }

  show(value: number, note = ""): void {
    this.value = value;
    this.slider.value = String(value);
    const share = (value - Number(this.slider.min)) / (Number(this.slider.max) - Number(this.slider.min));
    this.slider.style.setProperty("--tc-share", `${Math.min(Math.max(100 * share, 0), 100)}%`);
    this.slider.setAttribute("aria-valuetext", `${tidy(value)} ${this.unit}${note ? `; ${note}` : ""}`);
    say(this.note, note);
    this.note.hidden = !note;
    if (document.activeElement !== this.field) this.write();
    else if (this.field.valueAsNumber !== value) this.write();
  }

  private write(): void {
    this.field.value = String(this.value);
  }
}
