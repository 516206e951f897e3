// The state that instruments with a scene share with Python, read from the model.

import type { Model } from "./model";
import { validSelection } from "./state";
import type { Scene, State } from "./types";

export const SHARED = ["cutoff", "round", "mode", "selected", "playing"] as const;

export function readState(model: Model, scene: Scene): State {
  return {
    cutoff: model.number("cutoff"),
    round: model.number("round"),
    mode: model.choice("mode", ["distances", "topology"]),
    selected: validSelection(scene, model.raw("selected")),
    playing: model.flag("playing"),
  };
}
