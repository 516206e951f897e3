// The script of an exported page: widgets are made from the state that is saved in the page, and put where the page
// says. The two kinds of <script> elements are those of ipywidgets and nbconvert.

import { PageManager } from "./manager";

const STATE = 'script[type="application/vnd.jupyter.widget-state+json"]';
const VIEW = 'script[type="application/vnd.jupyter.widget-view+json"]';

async function bringToLife(): Promise<void> {
  const manager = new PageManager();
  for (const script of document.querySelectorAll(STATE)) {
    await manager.set_state(JSON.parse(script.textContent ?? "{}"));
  }
  // One after the other, from top to bottom: the first are there soon, however many follow.
  for (const script of document.querySelectorAll<HTMLScriptElement>(VIEW)) {
    const { model_id } = JSON.parse(script.textContent ?? "{}") as { model_id?: string };
    const place = document.createElement("div");
    place.className = "tc-live";
    script.before(place);
    script.parentElement?.querySelectorAll(":scope > .tc-still").forEach((still) => still.remove());
    await manager.show(String(model_id), place);
  }
  document.documentElement.dataset["widgets"] = "alive";
}

function start(): void {
  bringToLife().catch((error: unknown) => {
    document.documentElement.dataset["widgets"] = "failed";
    const note = document.createElement("p");
    note.setAttribute("role", "alert");
    note.textContent = `The widgets of this page could not be started: ${String(error)}`;
    document.body.prepend(note);
  });
}

if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
else start();
