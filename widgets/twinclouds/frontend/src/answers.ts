// Controls of ipywidgets beside an instrument, such as the menus of a PairChooser, only Python answers. If nobody does, the
// reader is told so: else a menu would show one molecule and the picture another, and nothing would say why.

import type { Model } from "./model";
import type { HostModel } from "./types";

/** Python is given so long to answer; milliseconds. */
export const PATIENCE = 4000;

interface Manager {
  get_model(id: string): Promise<HostModel>;
}

export const NO_ANSWER =
  "Python has not answered: what you chose needs a running kernel. Wait if it is busy; else start it and run the cell again. " +
  "What is shown here is still what was there before.";

/** Watch the controls that `_asked_by` names, and `_answers`, which counts Python's answers; return what stops it. */
export function watchAnswers(host: HostModel, model: Model, warn: (text: string) => void): () => void {
  const { widget_manager: manager } = host as HostModel & { widget_manager?: Manager };
  const names = model.raw("_asked_by");
  if (!manager || !Array.isArray(names) || !names.length) return () => undefined;
  let timer = 0;
  let gone = false;
  const stops: (() => void)[] = [];
  const asked = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => warn(NO_ANSWER), PATIENCE);
  };
  stops.push(
    model.on(["_answers"], () => {
      clearTimeout(timer);
      warn("");
    }),
    () => clearTimeout(timer),
  );
  const watch = (control: HostModel) => {
    if (gone) return;
    for (const event of ["change:index", "change:value"]) {
      control.on(event, asked);
      stops.push(() => control.off(event, asked));
    }
  };
  for (const name of names) {
    // A control that was closed has no model any more, and asks nothing.
    manager.get_model(String(name).replace("IPY_MODEL_", "")).then(watch, () => undefined);
  }
  return () => {
    gone = true;
    for (const stop of stops) stop();
  };
}
