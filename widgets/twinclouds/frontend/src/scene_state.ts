// The state that instruments with a scene share with Python, read from the model.

import type { Model } from "./model";
import { validSelection } from "./state";
import type { Scene, Selection, State } from "./types";

export const SHARED = ["cutoff", "round", "mode", "selected", "picked", "labels", "cells", "measure", "playing"] as const;

const same = (a: Selection, b: Selection): boolean => a.cloud === b.cloud && a.atom === b.atom;

/** All picks, where the widget knows of several and they agree with the last one. */
function readPicks(model: Model, scene: Scene, selected: Selection | null): Selection[] {
  const raw = model.raw("picked");
  const picks = (Array.isArray(raw) ? raw : []).map((one) => validSelection(scene, one)).filter((one) => one !== null);
  if (!selected) return [];
  return picks.length && same(picks[picks.length - 1]!, selected) ? picks : [selected];
}

export function readState(model: Model, scene: Scene): State {
  const selected = validSelection(scene, model.raw("selected"));
  return {
    cutoff: model.number("cutoff"),
    round: model.number("round"),
    mode: model.choice("mode", ["distances", "topology"]),
    selected,
    picked: readPicks(model, scene, selected),
    labels: model.text("labels"),
    cells: Math.min(Math.max(Math.round(model.number("cells", 1)), 1), 3),
    measure: model.flag("measure"),
    playing: model.flag("playing"),
  };
}
