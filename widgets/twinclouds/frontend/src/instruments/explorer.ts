// RefinementExplorer: two clouds under colour refinement.

import { ClassTable } from "../controls/classes";
import { ModeControl } from "../controls/mode";
import { RoundsControl } from "../controls/rounds";
import { ViewBar } from "../controls/viewbar";
import type { Labels } from "../controls/viewbar";
import { phrased, Tree } from "../controls/tree";
import { VerdictBanner } from "../controls/verdict";
import { classColour, mix } from "../colours";
import { h } from "../dom";
import { PlaceLink } from "../link";
import type { Look } from "../picture";
import { named, SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import { classesOf, derive, histogram, snap } from "../state";
import type { RenderContext, Selection, State } from "../types";
import type { TreeNode } from "../unroll";
import { unroll } from "../unroll";
import { atomName, cloudName, compared, counted, letter, plain, reproduce, signature, summary, verdictWords } from "../words";
import css from "./explorer.css";

const STEP_MS = 1000;

export class ExplorerInstrument extends SceneView {
  private verdict = new VerdictBanner();
  private classes = new ClassTable((cls, byKey) => this.light(cls, byKey));
  private picks = h("div", { class: "tc-picks" });
  private trees = [new Tree("signature, unrolled"), new Tree("signature of the other atom, unrolled")];
  private unrolled = h("details", { class: "tc-unrolled", hidden: true });
  private branches = h("div", { class: "tc-branches" });
  /** Whose signatures the trees show. */
  private grown = ["", ""];
  private lit: number | null = null;
  private rounds: RoundsControl;
  private mode: ModeControl;
  private bar: ViewBar;
  private timer = 0;
  private link: PlaceLink | null = null;

  constructor(context: RenderContext) {
    super(context, "explorer", css);
    const { id, body } = this.shell;
    this.rounds = new RoundsControl(
      id,
      (round) => this.stepTo(round),
      () => this.togglePlay(),
    );
    this.mode = new ModeControl(id, (mode) => this.change({ mode }));
    const top = h("div", { class: "tc-controls" }, this.cutoff.element, this.mode.element, this.rounds.element);
    const title = h("summary", {}, "Unroll the signature, round by round");
    this.unrolled.append(title, this.branches);
    this.unrolled.addEventListener("toggle", () => this.now && this.showTrees(this.now));
    this.bar = new ViewBar(id, ["colour", "species", "index", "none"], {
      labels: (labels) => this.shell.commit({ labels }),
      cells: (cells) => this.shell.commit({ cells }),
      snapshot: () => void this.snapshot(),
    });
    body.append(this.bar.element, this.verdict.element, top, this.classes.element, this.picks, this.unrolled);
    this.shell.onDispose(
      () => clearTimeout(this.timer),
      () => this.classes.dispose(),
    );
    this.load();
    this.link = new PlaceLink(this.shell.model, (place) => this.goTo(place));
    this.shell.onDispose(() => this.link?.dispose());
  }

  /** Another view of the group went there. */
  private goTo({ cutoff, round, mode }: Pick<State, "cutoff" | "round" | "mode">): void {
    const now = this.now;
    if (!now) return;
    const state = { ...now.state, cutoff: snap(now.scene, cutoff), mode };
    const last = derive(now.scene, state).frame.rounds;
    this.shell.commit({ cutoff: state.cutoff, mode, round: Math.min(round, last), playing: false });
  }

  protected look({ scene, state, derived }: Now): Look {
    const rows = scene.clouds.map((_, g) => [...classesOf(scene, derived.frame, derived.round, g)]);
    const { lit } = this;
    const isLit = lit === null ? null : rows.map((row) => row.map((cls) => cls === lit));
    const { surface } = this.shell.theme;
    // The others step back, so that a class is found at a glance among many atoms.
    const shade = (cls: number) => (lit === null || cls === lit ? classColour(cls) : mix(classColour(cls), surface, 0.72));
    return {
      colours: rows.map((row) => row.map(shade)),
      letters: rows.map((row, g) => row.map((cls, i) => this.written(state.labels, cls, scene.clouds[g]!.species[i]!, i))),
      cells: state.cells,
      lit: isLit,
      also: state.picked.slice(0, -1),
      upTo: derived.interval,
      selected: state.selected,
      cursor: this.cursor,
      hovered: null,
    };
  }

  protected show(now: Now): Told {
    const { scene, state, derived } = now;
    const words = verdictWords(scene, state, derived);
    this.rounds.show(derived.round, derived.frame.rounds, state.playing);
    this.mode.show(state.mode);
    const periodic = scene.clouds.some((cloud) => cloud.periods.length > 0);
    this.bar.show((state.labels || "colour") as Labels, state.cells, periodic, false);
    this.verdict.show(words);
    const bins = histogram(scene, derived.frame, derived.round);
    if (!bins.some((bin) => bin.cls === this.lit)) this.lit = null;
    const pins = state.picked.map(({ cloud, atom }) => ({
      cls: classesOf(scene, derived.frame, derived.round, cloud)[atom]!,
      cloud,
      name: atomName(scene.clouds[cloud]!, atom),
    }));
    this.classes.show(bins, scene.clouds.map((_, i) => cloudName(scene, i)), pins);
    this.showPicked(now);
    this.schedule(state.playing);
    this.link?.tell({ cutoff: state.cutoff, round: derived.round, mode: state.mode });
    return {
      python: reproduce("explorer", scene, state, derived),
      summary: summary("explorer", scene, state, derived),
      data: {
        round: derived.round,
        rounds: derived.frame.rounds,
        mode: state.mode,
        verdict: words.kind,
        verdictWords: words.word,
        playing: state.playing,
        labels: state.labels,
        cells: state.cells,
        lit: this.lit === null ? "" : letter(this.lit),
      },
    };
  }

  private written(labels: string, cls: number, species: string, index: number): string {
    if (labels === "none") return "";
    if (labels === "index") return String(index);
    return labels === "species" ? species : letter(cls);
  }

  protected override tip(now: Now, atom: Selection): string {
    return `${super.tip(now, atom)}${this.describeShortly(now, atom)}`;
  }

  /** Point out the atoms of a class, or none. */
  private light(cls: number | null, byKey: boolean): void {
    if (cls === this.lit) return;
    this.lit = cls;
    this.shell.later();
    const now = this.now;
    if (cls === null || !now || !byKey) return;
    const bin = histogram(now.scene, now.derived.frame, now.derived.round).find((one) => one.cls === cls);
    const parts = bin?.counts.map((count, cloud) => `${counted(count, "atom")} of ${cloudName(now.scene, cloud)}`) ?? [];
    this.shell.announce(`Colour ${letter(cls)}: ${parts.join(", ")}.`);
  }

  /** In the order of the clouds, so that a stands on the left. */
  private ordered(state: State): Selection[] {
    return [...state.picked].sort((p, q) => p.cloud - q.cloud);
  }

  private showPicked(now: Now): void {
    const { scene, state, derived } = now;
    const picked = this.ordered(state);
    this.unrolled.hidden = !picked.length;
    if (!picked.length) {
      const hint =
        "Pick an atom to read its signature: click it, or Tab to the picture, n, and Enter. Pick one in each cloud to compare.";
      this.picks.replaceChildren(h("p", { class: "tc-picked" }, h("span", { class: "tc-quiet" }, hint)));
      return;
    }
    const sentences = picked.map((atom) =>
      h("p", { class: "tc-picked" }, h("strong", {}, `Atom ${named(scene, atom)}`), " ", ...phrased(signature(scene, state, derived, atom))),
    );
    const [first, second] = picked;
    const both = first && second ? [h("p", { class: "tc-compared" }, compared(scene, derived, first, second))] : [];
    this.picks.replaceChildren(...sentences, ...both);
    this.showTrees(now);
  }

  private showTrees({ scene, state, derived }: Now): void {
    const picked = this.ordered(state);
    if (!this.unrolled.open || !picked.length) return;
    const roots = picked.map((atom) => unroll(scene, state, derived, atom));
    const firstLevel = roots.map((root) => new Map(root.children?.().map((node) => [node.key, node])));
    roots.forEach((root, i) => {
      const who = named(scene, picked[i]!);
      if (this.grown[i] !== who) this.trees[i]!.forget();
      this.grown[i] = who;
      const other = firstLevel[1 - i];
      this.trees[i]!.show(root, (node) => other !== undefined && lacks(other, node));
    });
    // Moving an element takes the focus from it.
    const shown = this.grown.slice(0, picked.length).join();
    if (this.branches.dataset["shown"] === shown) return;
    this.branches.dataset["shown"] = shown;
    const columns = picked.map((atom, i) =>
      h("div", { class: "tc-column" }, h("h4", {}, named(scene, atom)), this.trees[i]!.element),
    );
    this.branches.replaceChildren(...columns);
  }

  /** One atom of each cloud may be picked, to be compared. */
  protected override picking({ state }: Now, selected: Selection | null): Record<string, unknown> {
    if (!selected) return { selected, picked: [] };
    return { selected, picked: [...state.picked.filter((one) => one.cloud !== selected.cloud), selected] };
  }

  protected override starting({ state }: Now): Record<string, unknown> {
    const { measure: _, ...rest } = state;
    return { ...rest, playing: false };
  }

  protected describe({ scene, state, derived }: Now, picked: Selection): string {
    return plain(signature(scene, state, derived, picked));
  }

  protected override describeShortly({ scene, derived }: Now, { cloud, atom }: Selection): string {
    return `, colour ${letter(classesOf(scene, derived.frame, derived.round, cloud)[atom]!)}`;
  }

  private stepTo(round: number, playing = false): void {
    const now = this.now;
    if (!now) return;
    const clipped = Math.min(Math.max(round, 0), now.derived.frame.rounds);
    const patch: Partial<State> = { round: clipped };
    if (now.state.playing !== playing) patch.playing = playing;
    this.shell.commit(patch);
  }

  private togglePlay(): void {
    const now = this.now;
    if (!now) return;
    const starts = !now.state.playing;
    // At the end there is nothing left to play: begin again.
    const again = starts && now.derived.round >= now.derived.frame.rounds;
    this.shell.commit({ playing: starts, ...(again ? { round: 0 } : {}) });
  }

  private schedule(playing: boolean): void {
    if (!playing) {
      clearTimeout(this.timer);
      this.timer = 0;
      return;
    }
    if (this.timer) return;
    const begun = this.now?.derived.round;
    this.timer = window.setTimeout(() => {
      this.timer = 0;
      const now = this.now;
      if (!now?.state.playing) return;
      // Another view of the same widget may have stepped already.
      if (now.derived.round !== begun) return this.schedule(true);
      const next = now.derived.round + 1;
      this.stepTo(next, next < now.derived.frame.rounds);
    }, STEP_MS);
  }
}

/** Has the other atom no such entry, or another number of such neighbours? Its own colour counts too. */
function lacks(other: Map<string, TreeNode>, node: TreeNode): boolean {
  const match = other.get(node.key);
  return !match || match.count !== node.count || plain(match.phrases) !== plain(node.phrases);
}
