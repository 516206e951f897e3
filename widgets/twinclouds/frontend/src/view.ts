// One view of a widget: it holds the parts together. State lives in the model; everything shown follows from it.

import { CutoffControl } from "./controls/cutoff";
import { HistogramTable } from "./controls/histogram";
import { ModeControl } from "./controls/mode";
import { RoundsControl } from "./controls/rounds";
import { VerdictBanner } from "./controls/verdict";
import { chip } from "./controls/chip";
import { classColour, parse } from "./colours";
import { decodeScene } from "./data";
import { h, icon, say } from "./dom";
import { MOST_DRAWN } from "./bonds";
import { Model, SHARED } from "./model";
import { lastCamera, onCamera, tellCamera } from "./page";
import type { Look } from "./picture";
import { Stage } from "./stage";
import type { Derived } from "./state";
import { bondCount, classesOf, derive, follow, histogram, validSelection } from "./state";
import css from "./style.css";
import { readTheme, watchTheme } from "./theme";
import type { RenderContext, Scene, Selection, State } from "./types";
import { atomName, cloudName, letter, plain, reproduce, signature, summary, surroundings, verdictWords } from "./words";

const STEP_MS = 1000;
let count = 0;

/**
 * What "reset" goes back to, for the views that are there and those that come later: the state in which a scene was
 * first shown. The payload is the key because it lives as long as the model shows this scene; the model itself would
 * not do, for anywidget wraps it anew for each view.
 */
const beginnings = new WeakMap<object, State>();

export class View {
  private model: Model;
  private id = `tc-${++count}`;
  private root: HTMLElement;
  private body = h("div", { class: "tc-body" });
  private title = h("h3", { class: "tc-title" });
  private hints = h("div", { class: "tc-hints" });
  private banner = h("div", { class: "tc-error", role: "alert", hidden: true });
  private live = h("div", { class: "tc-hidden", role: "status", "aria-live": "polite" });
  private picked = h("p", { class: "tc-picked" });
  private code = h("code", {});
  private verdict = new VerdictBanner();
  private chart = new HistogramTable();
  private cutoff: CutoffControl;
  private rounds: RoundsControl;
  private mode: ModeControl;
  private stage: Stage | null = null;
  private scene: Scene | null = null;
  private source: object | null = null;
  private cursor: Selection | null = null;
  private timer = 0;
  private painted = 0;
  private due = false;
  /** What the next refresh tells screen readers, if not the summary. */
  private news = "";
  private gone = false;
  private stops: (() => void)[] = [];

  constructor({ model, el }: RenderContext) {
    this.model = new Model(model);
    this.cutoff = new CutoffControl(this.id, (cutoff) => this.change({ cutoff }));
    this.rounds = new RoundsControl(
      this.id,
      (round) => this.stepTo(round),
      () => this.togglePlay(),
    );
    this.mode = new ModeControl(this.id, (mode) => this.change({ mode }));
    const kind = this.model.kind;
    this.root = h("section", {
      class: `tc-root tc-${kind}`,
      "data-widget": kind,
      // JupyterLab would take single keys for commands: "x" cuts the cell, "d d" deletes it.
      "data-lm-suppress-shortcuts": "true",
    });
    const header = h("header", {}, this.title, this.hints);
    this.root.append(h("style", {}, css), header, this.banner, this.body, this.live);
    el.append(this.root);
    this.assemble();
    this.listen();
    this.load();
  }

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
    this.cutoff.dispose();
    this.stage?.dispose();
    this.root.remove();
  }

  private assemble(): void {
    const reset = h("button", { type: "button", "data-action": "reset", click: () => this.reset() }, icon("reset"), "reset");
    const copied = h("span", { role: "status" }, "copy");
    const copy = h("button", { type: "button", "data-action": "copy", "aria-label": "copy the Python line" }, icon("copy"), copied);
    copy.addEventListener("click", () => {
      void navigator.clipboard?.writeText(this.code.textContent ?? "").then(() => {
        say(copied, "copied");
        setTimeout(() => say(copied, "copy"), 1500);
      });
    });
    const footer = h("footer", {}, h("span", { class: "tc-label" }, "in Python"), this.code, copy, reset);
    if (this.model.kind === "explorer") {
      const top = h("div", { class: "tc-controls" }, this.cutoff.element, this.mode.element, this.rounds.element);
      this.body.append(this.verdict.element, top, this.chart.element, this.picked, footer);
    } else {
      this.body.append(h("div", { class: "tc-controls" }, this.cutoff.element), this.picked, footer);
    }
  }

  private listen(): void {
    this.stops.push(
      this.model.on(SHARED, () => this.later()),
      this.model.on(["title", "notice", "try_", "error"], () => this.showTexts()),
      this.model.on(["antialias"], () => this.stage?.setAntialias(this.model.flag("antialias"))),
      this.model.on(["_scene"], () => this.load()),
      watchTheme(() => this.stage?.setTheme(readTheme(this.root))),
    );
    const group = this.model.text("camera_group");
    if (group) {
      this.stops.push(
        onCamera(group, (camera, sender) => {
          if (sender !== this) this.stage?.setCamera(camera);
        }),
      );
    }
  }

  /** Take over new clouds; the camera, and as much of the state as still makes sense, stay. */
  private load(): void {
    const payload = this.model.payload;
    try {
      this.scene = decodeScene(payload);
    } catch (error) {
      // Keep what is on screen; without anything on screen, say so.
      console.warn("twinclouds: this scene cannot be read", error);
      if (!this.scene) say(this.title, "There is no cloud to show yet.");
      return;
    }
    this.cursor = null;
    this.source = payload as object;
    if (this.stage) {
      this.stage.setScene(this.scene);
    } else {
      this.stage = new Stage(this.scene, readTheme(this.root), this.model.flag("antialias"), {
        pick: (selected) => this.pick(selected),
        tell: (text) => this.announce(text),
        walk: (cursor) => this.walk(cursor),
        camera: (camera) => {
          const group = this.model.text("camera_group");
          if (group) tellCamera(group, camera, this);
          this.root.dataset["camera"] = camera.turn.map((v) => v.toFixed(3)).join(" ");
        },
        painted: () => {
          this.root.dataset["framesPainted"] = String(++this.painted);
        },
      });
      this.body.prepend(this.stage.element);
      const known = lastCamera(this.model.text("camera_group"));
      if (known) this.stage.setCamera(known);
    }
    this.cutoff.setScene(this.scene);
    this.showTexts();
    this.later();
  }

  private showTexts(): void {
    say(this.title, this.model.text("title"));
    this.title.hidden = !this.title.textContent;
    const hint = (label: string, text: string) => (text ? [h("p", {}, h("b", {}, label), " ", text)] : []);
    this.hints.replaceChildren(...hint("Try", this.model.text("try_")), ...hint("Notice", this.model.text("notice")));
    const error = this.model.text("error");
    say(this.banner, error);
    this.banner.hidden = !error;
    this.root.dataset["error"] = error;
  }

  private get now(): { scene: Scene; state: State; derived: Derived } | null {
    if (!this.scene) return null;
    const state = this.model.state;
    state.selected = validSelection(this.scene, state.selected);
    return { scene: this.scene, state, derived: derive(this.scene, state) };
  }

  /**
   * Refresh once, when all that belongs together has arrived: models tell of their traits one by one, and in between
   * the cutoff would be new and the round old.
   */
  private later(): void {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      if (!this.gone) this.refresh();
    });
  }

  /** Tell screen readers; if a refresh is due, in place of its summary, not before it. */
  private announce(text: string): void {
    if (this.due) this.news = text;
    else say(this.live, text);
  }

  /** Everything on screen that follows from the state. */
  private refresh(): void {
    const now = this.now;
    if (!now) return;
    const { scene, state, derived } = now;
    if (this.source && !beginnings.has(this.source)) beginnings.set(this.source, state);
    const words = verdictWords(scene, state, derived);
    this.stage?.show(this.look(scene, state, derived));
    this.cutoff.show(state.cutoff, this.edgeNote(scene, derived));
    this.rounds.show(derived.round, derived.frame.rounds, state.playing);
    this.mode.show(state.mode);
    this.verdict.show(words);
    this.chart.show(histogram(scene, derived.frame, derived.round), scene.clouds.map((_, i) => cloudName(scene, i)));
    this.showPicked(scene, state, derived);
    say(this.code, reproduce(this.model.kind, scene, state, derived));
    say(this.live, this.news || summary(this.model.kind, scene, state, derived));
    this.news = "";
    Object.assign(this.root.dataset, {
      cutoff: String(state.cutoff),
      interval: String(derived.interval),
      round: String(derived.round),
      rounds: String(derived.frame.rounds),
      mode: state.mode,
      verdict: words.kind,
      verdictWords: words.word,
      selected: state.selected ? `${state.selected.cloud}:${state.selected.atom}` : "",
      playing: String(state.playing),
    });
    this.root.dataset["cursor"] = this.cursor ? `${this.cursor.cloud}:${this.cursor.atom}` : "";
    this.schedule(state.playing);
  }

  private look(scene: Scene, state: State, derived: Derived): Look {
    const explorer = this.model.kind === "explorer";
    const rows = scene.clouds.map((cloud, g) => {
      const classes = [...classesOf(scene, derived.frame, derived.round, g)];
      return explorer
        ? classes.map((cls) => ({ colour: classColour(cls), text: letter(cls) }))
        : cloud.species.map((s) => ({ colour: parse(scene.elements[s]?.color ?? "#888888"), text: s === "X" ? "" : s }));
    });
    return {
      colours: rows.map((row) => row.map((atom) => atom.colour)),
      letters: rows.map((row) => row.map((atom) => atom.text)),
      upTo: derived.interval,
      selected: state.selected,
      cursor: this.cursor,
      hovered: null,
    };
  }

  private edgeNote(scene: Scene, derived: Derived): string {
    const counts = scene.clouds.map((cloud) => bondCount(cloud, derived.interval));
    const parts = counts.map((c, i) => (scene.clouds.length === 1 ? `${c} edges` : `${c} in ${cloudName(scene, i)}`));
    const all = scene.complete && derived.interval === scene.lengths.length ? " (all there are)" : "";
    const cut = counts.some((c) => c > MOST_DRAWN) ? `; the shortest ${MOST_DRAWN} are drawn` : "";
    const most = counts.every((c) => c === counts[0]) && counts.length === 2 ? `${counts[0]} edges in each` : "";
    return `${most || (scene.clouds.length === 1 ? parts[0] : `edges: ${parts.join(", ")}`)}${all}${cut}`;
  }

  private showPicked(scene: Scene, state: State, derived: Derived): void {
    const picked = state.selected;
    if (!picked) {
      const hint =
        this.model.kind === "explorer"
          ? "Pick an atom to read its signature: click it, or Tab to the picture, n, and Enter."
          : "Pick an atom to read what is around it: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
      return;
    }
    const cloud = scene.clouds[picked.cloud]!;
    const who = h("strong", {}, `Atom ${atomName(cloud, picked.atom)} of ${cloudName(scene, picked.cloud)}`);
    if (this.model.kind === "cloud") {
      this.picked.replaceChildren(who, ` ${surroundings(scene, derived, picked)}`);
      return;
    }
    const parts = signature(scene, state, derived, picked).flatMap((p) =>
      p.cls === undefined ? [p.text] : [p.text, chip(p.cls)],
    );
    this.picked.replaceChildren(who, " ", ...parts);
  }

  private change(patch: Partial<State>): void {
    const before = this.now;
    if (!before) return;
    const after = derive(before.scene, { ...before.state, ...patch });
    const round = follow(before.derived.round, before.derived.frame.rounds, after.frame.rounds);
    this.model.commit({ ...patch, ...(round === before.state.round ? {} : { round }) });
    this.later();
  }

  private stepTo(round: number, playing = false): void {
    const now = this.now;
    if (!now) return;
    const clipped = Math.min(Math.max(round, 0), now.derived.frame.rounds);
    const patch: Partial<State> = { round: clipped };
    if (now.state.playing !== playing) patch.playing = playing;
    this.model.commit(patch);
    this.later();
  }

  private togglePlay(): void {
    const now = this.now;
    if (!now) return;
    const starts = !now.state.playing;
    // At the end there is nothing left to play: begin again.
    const again = starts && now.derived.round >= now.derived.frame.rounds;
    this.model.commit({ playing: starts, ...(again ? { round: 0 } : {}) });
    this.later();
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

  private pick(selected: Selection | null): void {
    const now = this.now;
    if (!now) return;
    this.cursor = selected;
    this.model.commit({ selected });
    this.later();
    if (!selected) return;
    const cloud = now.scene.clouds[selected.cloud]!;
    const words =
      this.model.kind === "explorer"
        ? plain(signature(now.scene, now.state, now.derived, selected))
        : surroundings(now.scene, now.derived, selected);
    this.announce(`Picked atom ${atomName(cloud, selected.atom)} of ${cloudName(now.scene, selected.cloud)}: ${words}`);
  }

  private walk(cursor: Selection): void {
    const now = this.now;
    if (!now) return;
    this.cursor = cursor;
    this.later();
    const cloud = now.scene.clouds[cursor.cloud]!;
    const row = this.look(now.scene, now.state, now.derived).letters[cursor.cloud]![cursor.atom]!;
    const colour = this.model.kind === "explorer" ? `, colour ${row}` : "";
    this.announce(`${atomName(cloud, cursor.atom)} of ${cloudName(now.scene, cursor.cloud)}${colour}`);
  }

  private reset(): void {
    const beginning = this.source && beginnings.get(this.source);
    if (!beginning) return;
    this.cursor = null;
    this.stage?.resetCamera();
    this.model.commit({ ...beginning, playing: false });
    this.later();
  }
}
