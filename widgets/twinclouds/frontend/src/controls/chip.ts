// The mark of a colour class: a disc of its colour with its letter, as on the atoms.

import { classColour, css, inkOn, isRepeated } from "../colours";
import { h } from "../dom";
import { letter } from "../words";

export function chip(cls: number): HTMLElement {
  const colour = classColour(cls);
  const made = h("span", { class: isRepeated(cls) ? "tc-chip tc-hatched" : "tc-chip" }, letter(cls));
  made.style.setProperty("--tc-class", css(colour));
  made.style.setProperty("--tc-class-ink", inkOn(colour));
  return made;
}
