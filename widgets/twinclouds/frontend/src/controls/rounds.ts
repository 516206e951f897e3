// The rounds: to the first, back, forward, to the last, play; and a slider for those who prefer one.

import { h, icon, say } from "../dom";

export class RoundsControl {
  readonly element: HTMLElement;
  private input: HTMLInputElement;
  private value = h("output", { class: "tc-value" });
  private buttons: Record<"first" | "previous" | "next" | "last" | "play", HTMLButtonElement>;
  private playWord = h("span", {}, "play");
  private round = 0;
  private rounds = 0;

  constructor(id: string, changed: (round: number) => void, play: () => void) {
    const button = (name: string, label: string, click: () => void) =>
      h("button", { type: "button", "aria-label": label, title: label, "data-action": name, click }, icon(name));
    this.buttons = {
      first: button("first", "first round", () => changed(0)),
      previous: button("previous", "previous round", () => changed(this.round - 1)),
      next: button("next", "next round", () => changed(this.round + 1)),
      last: button("last", "last round", () => changed(this.rounds)),
      play: h("button", { type: "button", class: "tc-play", "data-action": "play", click: play }, icon("play"), this.playWord),
    };
    this.input = h("input", { type: "range", id: `${id}-round`, min: 0, step: 1, "data-control": "round" });
    this.input.addEventListener("input", () => changed(Number(this.input.value)));
    this.input.addEventListener("keydown", (event) => event.stopPropagation());
    const { first, previous, next, last, play: playButton } = this.buttons;
    this.element = h(
      "div",
      { class: "tc-row tc-rounds" },
      h("label", { for: `${id}-round`, class: "tc-label" }, "round"),
      h("div", { class: "tc-slider" }, this.input),
      this.value,
      h("div", { class: "tc-buttons", role: "group", "aria-label": "step through the rounds" }, first, previous, next, last, playButton),
    );
  }

  show(round: number, rounds: number, playing: boolean): void {
    this.round = round;
    this.rounds = rounds;
    this.input.max = String(Math.max(rounds, 0));
    this.input.value = String(round);
    this.input.style.setProperty("--tc-share", `${rounds ? (100 * round) / rounds : 0}%`);
    this.input.setAttribute("aria-valuetext", `round ${round} of ${rounds}`);
    say(this.value, `${round} of ${rounds}`);
    // Not `disabled`: a button that vanishes under the finger takes the keyboard focus with it.
    for (const [button, off] of [
      [this.buttons.first, round === 0],
      [this.buttons.previous, round === 0],
      [this.buttons.next, round === rounds],
      [this.buttons.last, round === rounds],
    ] as const) {
      button.setAttribute("aria-disabled", String(off));
    }
    if (this.buttons.play.dataset["playing"] !== String(playing)) {
      this.buttons.play.dataset["playing"] = String(playing);
      this.buttons.play.replaceChildren(icon(playing ? "pause" : "play"), this.playWord);
      say(this.playWord, playing ? "pause" : "play");
    }
  }
}
