// The host's colours, read from what the style sheet made of its theme variables.

import { parse } from "./colours";
import type { Theme } from "./gl";

export function readTheme(root: HTMLElement): Theme {
  const style = getComputedStyle(root);
  return {
    surface: parse(style.backgroundColor),
    ink: parse(style.color),
    accent: parse(style.accentColor === "auto" ? "#1976d2" : style.accentColor),
  };
}

/** Call back whenever the theme of the page may have changed; call what is returned to stop. */
export function watchTheme(changed: () => void): () => void {
  const observer = new MutationObserver(changed);
  for (const element of [document.documentElement, document.body]) {
    observer.observe(element, { attributes: true, attributeFilter: ["class", "style", "data-jp-theme-light", "data-theme"] });
  }
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  media.addEventListener("change", changed);
  // JupyterLab swaps a style sheet and tells nobody but the head of the document.
  const head = new MutationObserver(changed);
  head.observe(document.head, { childList: true });
  document.head.addEventListener("load", changed, true);
  return () => {
    observer.disconnect();
    head.disconnect();
    document.head.removeEventListener("load", changed, true);
    media.removeEventListener("change", changed);
  };
}
