// What the refinement is told: who is joined to whom, or the distances as well.

import { h } from "../dom";
import type { Mode } from "../types";
import { MODES } from "../types";

export class ModeControl {
  readonly element: HTMLElement;
  private inputs = new Map<Mode, HTMLInputElement>();

  constructor(id: string, changed: (mode: Mode) => void) {
    const options = MODES.map((mode) => {
      const input = h("input", { type: "radio", name: `${id}-mode`, value: mode, "data-mode-option": mode });
      input.addEventListener("change", () => input.checked && changed(mode));
      input.addEventListener("keydown", (event) => event.stopPropagation());
      this.inputs.set(mode, input);
      return h("label", {}, input, h("span", {}, mode));
    });
    this.element = h(
      "div",
      { class: "tc-mode", role: "radiogroup", "aria-label": "what the colours may depend on", "data-control": "mode" },
      ...options,
    );
  }

  show(mode: Mode): void {
    this.inputs.get(mode)!.checked = true;
  }
}
