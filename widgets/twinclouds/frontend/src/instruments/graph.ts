// GraphExplorer: the cutoff on the spectrum of distances, and the graph it makes, in four pictures.

import type { Rgb } from "../colours";
import { parse } from "../colours";
import { FlatDrawing } from "../controls/flat";
import { Matrix } from "../controls/matrix";
import { Spectrum } from "../controls/spectrum";
import { f32 } from "../data";
import { h } from "../dom";
import { degrees, pieces, tally } from "../graph";
import type { Look } from "../picture";
import { SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import type { Shells } from "../shells";
import { makeShells, shellChip, shellColours, shellLength, shellLine } from "../shells";
import { bondCount, otherEnd } from "../state";
import type { RenderContext, Scene, Selection } from "../types";
import { alone, angstrom, atomName, cloudName, noPairs, tidy } from "../words";
import css from "./graph.css";

/** With more atoms than this only the picked one bears its name. */
const MOST_NAMES = 30;

/** So many neighbours of the picked atom are named; of the others it is said how many there are. */
const MOST_NEIGHBOURS = 12;

/** The neighbours of an atom in one shell. */
interface Seen {
  shell: number;
  count: number;
  /** Who they are, and how far away. */
  who: string;
}

export class GraphInstrument extends SceneView {
  private spectrum: Spectrum;
  private flat = new FlatDrawing((atom) => this.pickAtom(atom));
  private matrix: Matrix;
  private legend = h("ul", { class: "tc-shells", "aria-label": "shells" });
  private facts = h("p", { class: "tc-facts" });
  private picked = h("p", { class: "tc-picked" });
  private shells: Shells = { all: [], of: [], counts: [] };
  private colours: Rgb[] = [];
  private edges: Rgb[] = [];
  private numbers: number[] = [];
  private names: string[] = [];

  constructor(context: RenderContext) {
    super(context, "graph", css);
    const { id, body } = this.shell;
    this.spectrum = new Spectrum(id, (cutoff) => this.change({ cutoff }));
    this.matrix = new Matrix((atom) => this.pickAtom(atom), (text) => this.shell.announce(text));
    const words = h("div", { class: "tc-graph-words" }, this.facts, this.picked);
    body.append(this.spectrum.element, this.flat.element, this.legend, this.matrix.element, words);
    for (const part of [this.spectrum, this.flat, this.matrix]) this.shell.onDispose(() => part.dispose());
    this.load();
  }

  protected override loaded(scene: Scene): void {
    const extra = this.shell.model.raw("_scene") as { shells?: unknown; flat?: unknown };
    const cloud = scene.clouds[0]!;
    this.shells = makeShells(scene, extra.shells);
    this.names = cloud.species.map((s, i) => (s === "X" ? String(i) : atomName(cloud, i)));
    this.paint();
    this.spectrum.setScene(scene, this.shells, this.colours);
    this.flat.setCloud(cloud, f32(extra.flat));
  }

  protected override themed(): void {
    if (!this.scene) return;
    this.paint();
    this.spectrum.setScene(this.scene, this.shells, this.colours);
    this.shell.later();
  }

  private paint(): void {
    this.colours = shellColours(this.shells, this.shell.theme);
    this.edges = this.shells.of.map((s) => this.colours[s]!);
    this.numbers = this.shells.of.map((s) => s + 1);
  }

  private pickAtom(atom: number | null): void {
    this.pick(atom === null ? null : { cloud: 0, atom });
  }

  protected look({ scene, state, derived }: Now): Look {
    const cloud = scene.clouds[0]!;
    const picked = state.selected?.atom;
    return {
      colours: [this.atomColours(scene)],
      letters: [this.names.map((name, i) => (cloud.n <= MOST_NAMES || i === picked ? name : ""))],
      upTo: derived.interval,
      selected: state.selected,
      cursor: this.cursor,
      hovered: null,
      edges: this.edges,
      numbers: this.numbers,
    };
  }

  private atomColours(scene: Scene): Rgb[] {
    return scene.clouds[0]!.species.map((s) => parse(scene.elements[s]?.color ?? "#888888"));
  }

  protected show(now: Now): Told {
    const { scene, state, derived } = now;
    const cloud = scene.clouds[0]!;
    const upTo = derived.interval;
    const picked = state.selected?.atom ?? null;
    const { theme } = this.shell;
    const count = bondCount(cloud, upTo);
    const own = degrees(cloud, upTo);
    const apart = pieces(cloud, upTo);
    const total = edgeWords(scene, count, upTo);
    const degreeWords = tally(own).map(([degree, times]) => `${degree} ×${times}`);
    const some = degreeWords.length > 8 ? [...degreeWords.slice(0, 7), `… ${degreeWords[degreeWords.length - 1]}`] : degreeWords;
    const pieceWords = alone(scene) ? noPairs(scene) : apart === 1 ? "in one piece" : `in ${apart} pieces`;

    this.spectrum.show(state.cutoff, total);
    this.flat.show(this.names, this.atomColours(scene), theme, this.shells, this.colours, upTo, picked, this.cursor?.atom ?? null);
    this.matrix.show({
      scene, names: this.names, theme, shells: this.shells, colours: this.colours, degrees: own, upTo, picked,
    });
    this.showLegend(scene, upTo);
    this.facts.replaceChildren(
      h("strong", {}, total), `, ${pieceWords}. Degrees: `, h("strong", {}, some.join(", ")),
    );
    this.showPicked(now);
    const python = [`cloud, cutoff=${tidy(state.cutoff)}`];
    if (state.selected) python.push(`selected={"cloud": 0, "atom": ${state.selected.atom}}`);
    return {
      python: `tc.ui.GraphExplorer(${python.join(", ")})`,
      summary: `${cloudName(scene, 0)} (${cloud.formula}), cutoff ${tidy(state.cutoff)} angstrom: ${total}, ${pieceWords}, degrees ${some.join(", ")}.`,
      data: { edges: count, pieces: apart, degrees: degreeWords.join(", "), shells: this.shells.all.length },
    };
  }

  private showLegend(scene: Scene, upTo: number): void {
    const rows = this.shells.all.map((shell, s) => {
      const within = Math.min(Math.max(upTo - shell.from, 0), shell.to - shell.from);
      const kind = within === 0 ? "tc-beyond" : "";
      return h("li", { class: kind }, shellChip(s, this.colours), shellLine(s, this.colours), ` ${shellLength(scene, shell)} ×${shell.edges}`);
    });
    const empty = scene.clouds[0]!.n === 1 ? "A single atom: there is no distance." : "No two atoms are within the largest cutoff.";
    this.legend.replaceChildren(...(rows.length ? rows : [h("li", {}, empty)]));
  }

  private showPicked(now: Now): void {
    const { selected } = now.state;
    if (!selected) {
      const hint = "Pick an atom to follow it through the pictures: click it, or Tab to the 3D view, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
      return;
    }
    const seen = this.seen(now, selected);
    const parts = seen.flatMap(({ shell, count, who }, k) => [
      k ? ", " : "",
      h("span", { class: "tc-together" }, shellChip(shell, this.colours), ` ×${count}`),
      who ? ` (${who})` : "",
    ]);
    const degree = seen.reduce((sum, { count }) => sum + count, 0);
    this.picked.replaceChildren(
      h("strong", {}, `Atom ${this.names[selected.atom]}`),
      degree ? ` has degree ${degree}: ` : alone(now.scene) ? " is the only one." : " has no neighbour within the cutoff.",
      ...parts,
    );
  }

  /** The neighbours of an atom, shell by shell. */
  private seen({ scene, derived }: Now, { atom }: Selection): Seen[] {
    const cloud = scene.clouds[0]!;
    const found = new Map<number, { count: number; lengths: Map<number, Map<number, number>> }>();
    for (const bond of cloud.byAtom[atom]!) {
      const label = cloud.labels[bond]!;
      if (label >= derived.interval) break;
      const shell = this.shells.of[label]!;
      const group = found.get(shell) ?? { count: 0, lengths: new Map<number, Map<number, number>>() };
      found.set(shell, group);
      group.count += 1;
      const others = group.lengths.get(label) ?? new Map<number, number>();
      group.lengths.set(label, others);
      const other = otherEnd(cloud, bond, atom);
      others.set(other, (others.get(other) ?? 0) + 1);
    }
    let room = MOST_NEIGHBOURS;
    return [...found].map(([shell, { count, lengths }]) => {
      const told: string[] = [];
      let left = count;
      for (const [label, others] of lengths) {
        // In a crystal several images of one atom may be equally far away.
        const chosen = [...others].sort((p, q) => p[0] - q[0]).slice(0, room);
        if (!chosen.length) break;
        room -= chosen.length;
        left -= chosen.reduce((sum, [, times]) => sum + times, 0);
        const names = chosen.map(([other, times]) => this.names[other]! + (times > 1 ? ` ×${times}` : ""));
        told.push(`${angstrom(scene.lengths[label]!, scene.digits)} to ${names.join(", ")}`);
      }
      if (left && told.length) told.push(`${left} more`);
      return { shell, count, who: told.join("; ") };
    });
  }

  protected describe(now: Now, picked: Selection): string {
    const seen = this.seen(now, picked).map(({ shell, count, who }) => `${count} in shell ${shell + 1}${who && ` (${who})`}`);
    return seen.length ? `neighbours: ${seen.join(", ")}.` : "no neighbour within the cutoff.";
  }

  protected override describeShortly(now: Now, cursor: Selection): string {
    return `, degree ${this.seen(now, cursor).reduce((sum, { count }) => sum + count, 0)}`;
  }
}


/** How many edges there are, of how many there could be. */
function edgeWords(scene: Scene, count: number, upTo: number): string {
  const cloud = scene.clouds[0]!;
  const plural = (n: number) => `${n || "no"} edge${n === 1 ? "" : "s"}`;
  if (cloud.periods.length) return `${plural(count)} a cell`;
  if (!scene.complete || cloud.n === 1) return plural(count);
  const all = cloud.order.length;
  return upTo === scene.lengths.length ? `all ${plural(all)}` : `${count || "no"} of ${plural(all)}`;
}
