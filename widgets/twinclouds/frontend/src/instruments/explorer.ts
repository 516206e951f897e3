// RefinementExplorer: two clouds under colour refinement.

import { chip } from "../controls/chip";
import { HistogramTable } from "../controls/histogram";
import { ModeControl } from "../controls/mode";
import { RoundsControl } from "../controls/rounds";
import { VerdictBanner } from "../controls/verdict";
import { classColour } from "../colours";
import { h } from "../dom";
import type { Look } from "../picture";
import { named, SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import { classesOf, histogram } from "../state";
import type { RenderContext, Selection, State } from "../types";
import { cloudName, letter, plain, reproduce, signature, summary, verdictWords } from "../words";
import css from "./explorer.css";

const STEP_MS = 1000;

export class ExplorerInstrument extends SceneView {
  private picked = h("p", { class: "tc-picked" });
  private verdict = new VerdictBanner();
  private chart = new HistogramTable();
  private rounds: RoundsControl;
  private mode: ModeControl;
  private timer = 0;

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
    body.append(this.verdict.element, top, this.chart.element, this.picked);
    this.shell.onDispose(() => clearTimeout(this.timer));
    this.load();
  }

  protected look({ scene, state, derived }: Now): Look {
    const rows = scene.clouds.map((_, g) => [...classesOf(scene, derived.frame, derived.round, g)]);
    return {
      colours: rows.map((row) => row.map(classColour)),
      letters: rows.map((row) => row.map(letter)),
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
    this.verdict.show(words);
    this.chart.show(histogram(scene, derived.frame, derived.round), scene.clouds.map((_, i) => cloudName(scene, i)));
    this.showPicked(now);
    this.schedule(state.playing);
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
      },
    };
  }

  private showPicked({ scene, state, derived }: Now): void {
    if (!state.selected) {
      const hint = "Pick an atom to read its signature: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
      return;
    }
    const parts = signature(scene, state, derived, state.selected).flatMap((p) =>
      p.cls === undefined ? [p.text] : [p.text, chip(p.cls)],
    );
    this.picked.replaceChildren(h("strong", {}, `Atom ${named(scene, state.selected)}`), " ", ...parts);
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
