// Formulas of an exported page. They are in the page as TeX, in elements of the class "math", and stay readable there
// without this script.

import katex from "katex";
import renderMathInElement from "katex/contrib/auto-render";

/** Sphinx and others keep the delimiters of MathJax around the formula. */
const bare = (tex: string): string => tex.trim().replace(/^\\[([]|\\[\])]$|^\$\$?|\$\$?$/g, "");

function typeset(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>(".math:not([data-typeset])")) {
    const tex = bare(element.textContent ?? "");
    const displayMode = element.tagName === "DIV";
    katex.render(tex, element, { displayMode, throwOnError: false, output: "htmlAndMathml", trust: false });
    element.dataset["typeset"] = element.querySelector(".katex-error") ? "failed" : "done";
  }
}

/** For the controls of ipywidgets, which may have formulas between dollar signs in their texts. */
(globalThis as Record<symbol, unknown>)[Symbol.for("twinclouds.typeset")] = (element: HTMLElement) =>
  renderMathInElement(element, {
    delimiters: [
      { left: "$$", right: "$$", display: true },
      { left: "$", right: "$", display: false },
    ],
    throwOnError: false,
  });

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", () => typeset(document));
else typeset(document);
