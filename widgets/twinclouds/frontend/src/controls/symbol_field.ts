// The symbol of an element.

import { h } from "../dom";

export function symbolField(
  name: string,
  label: string,
  known: (symbol: string) => boolean,
  changed: (symbol: string) => void,
  refused: (text: string) => void,
): HTMLInputElement {
  const field = h("input", { type: "text", class: "tc-symbol", "aria-label": label, "data-field": name, maxlength: 2 });
  field.autocomplete = "off";
  field.spellcheck = false;
  field.addEventListener("keydown", (event) => event.stopPropagation());
  field.addEventListener("change", () => {
    const typed = field.value.trim();
    const symbol = typed.charAt(0).toUpperCase() + typed.slice(1).toLowerCase();
    if (known(symbol)) {
      field.value = symbol;
      changed(symbol);
    } else {
      refused(`${typed || "Nothing"} is not the symbol of an element.`);
    }
  });
  return field;
}
