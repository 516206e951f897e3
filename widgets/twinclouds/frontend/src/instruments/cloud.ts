// CloudView: one or two clouds with the bonds of their distance graph.

import { parse } from "../colours";
import { ViewBar } from "../controls/viewbar";
import type { Labels } from "../controls/viewbar";
import { h } from "../dom";
import type { Look } from "../picture";
import { named, SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import type { RenderContext, Scene, Selection } from "../types";
import { cloudName, measuredWords, reproduce, summary, surroundings } from "../words";

const LABELS = ["species", "index", "none"] as const;

/** An atom without an element bears no letter. */
const lettered = (labels: string, species: string, index: number): string =>
  labels === "none" ? "" : labels === "index" ? String(index) : species === "X" ? "" : species;

function measuredLook(scene: Scene, picked: Selection[]): NonNullable<Look["measured"]> | null {
  const words = measuredWords(scene, picked)?.words;
  return words ? { cloud: picked[0]!.cloud, atoms: picked.map(({ atom }) => atom), words } : null;
}

export class CloudInstrument extends SceneView {
  private picked = h("p", { class: "tc-picked" });
  private bar: ViewBar;

  constructor(context: RenderContext) {
    super(context, "cloud");
    this.bar = new ViewBar(this.shell.id, LABELS, {
      labels: (labels) => this.shell.commit({ labels }),
      cells: (cells) => this.shell.commit({ cells }),
      measure: (measure) => this.shell.commit({ measure }),
      snapshot: () => void this.snapshot(),
    });
    this.shell.body.append(this.bar.element, h("div", { class: "tc-controls" }, this.cutoff.element), this.picked);
    this.load();
  }

  protected look({ scene, state, derived }: Now): Look {
    return {
      colours: scene.clouds.map((cloud) => cloud.species.map((s) => parse(scene.elements[s]?.color ?? "#888888"))),
      letters: scene.clouds.map((cloud) => cloud.species.map((s, i) => lettered(state.labels, s, i))),
      upTo: derived.interval,
      selected: state.selected,
      also: state.picked.slice(0, -1),
      cells: state.cells,
      measured: measuredLook(scene, state.picked),
      cursor: this.cursor,
      hovered: null,
    };
  }

  protected show(now: Now): Told {
    const { scene, state, derived } = now;
    const periodic = scene.clouds.some((cloud) => cloud.periods.length > 0);
    this.bar.show((state.labels || "species") as Labels, state.cells, periodic, state.measure);
    const length = measuredWords(scene, state.picked);
    if (length) {
      const who = `Measured in ${cloudName(scene, state.picked[0]!.cloud)}:`;
      this.picked.replaceChildren(h("strong", {}, who), ` ${length.sentence}`);
    } else if (state.selected) {
      const who = h("strong", {}, `Atom ${named(scene, state.selected)}`);
      this.picked.replaceChildren(who, ` ${this.describe(now, state.selected)}`);
    } else {
      const hint = state.measure
        ? "Pick two atoms for their distance, three for the angle at the second: click them, or walk with n and p and press Enter."
        : "Pick an atom to read what is around it: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
    }
    return {
      python: reproduce("cloud", scene, state, derived),
      summary: summary("cloud", scene, state, derived),
      data: { labels: state.labels, cells: state.cells, measure: state.measure, measured: length?.words.join(" ") ?? "" },
    };
  }

  /** While measuring, up to three atoms of one cloud add up; the next one begins anew. */
  protected override picking({ state }: Now, selected: Selection | null): Record<string, unknown> {
    if (!selected) return { selected, picked: [] };
    const so = state.picked.filter((one) => one.cloud === selected.cloud && one.atom !== selected.atom);
    const goesOn = state.measure && so.length === state.picked.length && so.length < 3;
    return { selected, picked: goesOn ? [...so, selected] : [selected] };
  }

  protected override starting({ state }: Now): Record<string, unknown> {
    const { cutoff, selected, picked, labels, cells, measure } = state;
    return { cutoff, selected, picked, labels, cells, measure };
  }

  protected describe({ scene, state, derived }: Now, picked: Selection): string {
    const length = measuredWords(scene, [...state.picked.filter((one) => one.atom !== picked.atom || one.cloud !== picked.cloud), picked]);
    if (state.measure && length) return length.sentence;
    return surroundings(scene, derived, picked);
  }
}
