// The message in place of a widget whose kind this front end does not know.

import { h } from "./dom";
import type { RenderContext } from "./types";

export function unknownKind({ el }: RenderContext, kind: string): () => void {
  const text =
    `This page does not know how to show a widget of the kind "${kind}": its Python side is of another version of ` +
    "twinclouds. Restart the kernel, reload the page, and run all cells.";
  const note = h("p", { class: "tc-unknown", role: "alert" }, text);
  el.append(note);
  return () => note.remove();
}
