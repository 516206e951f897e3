// CloudView: one or two clouds with the bonds of their distance graph.

import { parse } from "../colours";
import { h } from "../dom";
import type { Look } from "../picture";
import { named, SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import type { RenderContext, Selection } from "../types";
import { reproduce, summary, surroundings } from "../words";

export class CloudInstrument extends SceneView {
  private picked = h("p", { class: "tc-picked" });

  constructor(context: RenderContext) {
    super(context, "cloud");
    this.shell.body.append(h("div", { class: "tc-controls" }, this.cutoff.element), this.picked);
    this.load();
  }

  protected look({ scene, state, derived }: Now): Look {
    return {
      colours: scene.clouds.map((cloud) => cloud.species.map((s) => parse(scene.elements[s]?.color ?? "#888888"))),
      letters: scene.clouds.map((cloud) => cloud.species.map((s) => (s === "X" ? "" : s))),
      upTo: derived.interval,
      selected: state.selected,
      cursor: this.cursor,
      hovered: null,
    };
  }

  protected show(now: Now): Told {
    const { scene, state, derived } = now;
    if (state.selected) {
      const who = h("strong", {}, `Atom ${named(scene, state.selected)}`);
      this.picked.replaceChildren(who, ` ${this.describe(now, state.selected)}`);
    } else {
      const hint = "Pick an atom to read what is around it: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
    }
    return {
      python: reproduce("cloud", scene, state, derived),
      summary: summary("cloud", scene, state, derived),
      data: {},
    };
  }

  protected describe({ scene, derived }: Now, picked: Selection): string {
    return surroundings(scene, derived, picked);
  }
}
