// The base of instruments that show one or two clouds in 3D with a cutoff: scene, picture, picking, walking, reset.

import { MOST_DRAWN } from "./bonds";
import { CutoffControl } from "./controls/cutoff";
import { save } from "./controls/viewbar";
import { decodeScene } from "./data";
import { measured } from "./periodic";
import type { Look } from "./picture";
import { readState, SHARED } from "./scene_state";
import { Shell } from "./shell";
import type { Told } from "./shell";
import type { Stage } from "./stage";
import type { Derived } from "./state";
import { bondCount, derive, follow } from "./state";
import type { Instrument, RenderContext, Scene, Selection, State } from "./types";
import { alone, angstrom, atomName, cloudName, counted, leftOut, noPairs } from "./words";

/** All that a refresh follows from. */
export interface Now {
  scene: Scene;
  state: State;
  derived: Derived;
}

export abstract class SceneView implements Instrument {
  protected shell: Shell;
  protected cutoff: CutoffControl;
  protected stage: Stage | null = null;
  protected scene: Scene | null = null;
  protected cursor: Selection | null = null;
  private source: object | null = null;

  constructor(context: RenderContext, kind: string, css = "") {
    this.shell = new Shell(context, kind, { refresh: () => this.refresh(), reset: () => this.reset(), theme: () => this.themed() }, css);
    this.cutoff = new CutoffControl(this.shell.id, (cutoff) => this.change({ cutoff }));
    this.shell.refreshOn(SHARED);
    this.shell.listen(["_scene"], () => this.load());
    this.shell.onDispose(() => this.cutoff.dispose());
  }

  dispose(): void {
    this.shell.dispose();
  }

  /** How the atoms look. */
  protected abstract look(now: Now): Look;
  /** What is written beside an atom that is pointed at: its name, and how far it is from the picked one. */
  protected tip({ scene, state }: Now, atom: Selection): string {
    const cloud = scene.clouds[atom.cloud]!;
    const from = state.selected;
    if (!from || from.cloud !== atom.cloud || from.atom === atom.atom) return atomName(cloud, atom.atom);
    const length = measured(cloud, [from.atom, atom.atom]).lengths[0]!;
    return `${atomName(cloud, atom.atom)}, ${angstrom(length, scene.digits)} from ${atomName(cloud, from.atom)}`;
  }

  /** Bring the other parts into line, and say what there is to say. */
  protected abstract show(now: Now): Told;
  /** What is announced when an atom is picked, after its name. */
  protected abstract describe(now: Now, picked: Selection): string;
  /** What is announced when the keyboard walks to an atom, after its name. */
  protected describeShortly(_now: Now, _cursor: Selection): string {
    return "";
  }
  /** The colours of the page changed. */
  protected themed(): void {}
  /** Other clouds have arrived. */
  protected loaded(_scene: Scene): void {}

  /** Take over new clouds; the camera, and as much of the state as still makes sense, stay. Call it when set up. */
  protected load(): void {
    const payload = this.shell.model.raw("_scene");
    try {
      this.scene = decodeScene(payload);
    } catch (error) {
      // Keep what is on screen; without anything on screen, say so.
      console.warn("twinclouds: this scene cannot be read", error);
      if (!this.scene) this.shell.showEmpty("There is no cloud to show yet.");
      return;
    }
    this.cursor = null;
    this.source = payload as object;
    if (this.stage) {
      this.stage.setScene(this.scene);
    } else {
      this.stage = this.shell.makeStage(this.scene, {
        pick: (selected) => this.pick(selected),
        walk: (cursor) => this.walk(cursor),
      });
      this.shell.body.prepend(this.stage.element);
    }
    this.cutoff.setScene(this.scene);
    this.loaded(this.scene);
    this.shell.leaveOut(leftOut(this.scene));
    this.shell.showTexts();
    this.shell.later();
  }

  protected get now(): Now | null {
    if (!this.scene) return null;
    const state = readState(this.shell.model, this.scene);
    return { scene: this.scene, state, derived: derive(this.scene, state) };
  }

  /** The part of the state to which "reset" returns. */
  protected starting({ state }: Now): Record<string, unknown> {
    return { cutoff: state.cutoff, selected: state.selected };
  }

  private refresh(): void {
    const now = this.now;
    if (!now) return;
    const { state, derived } = now;
    if (this.source) this.shell.remember(this.source, this.starting(now));
    this.stage?.show({ tip: (atom) => this.tip(now, atom), ...this.look(now) });
    this.cutoff.show(state.cutoff, edgeNote(now));
    const told = this.show(now);
    const name = (atom: Selection | null) => (atom ? `${atom.cloud}:${atom.atom}` : "");
    this.shell.tell({
      ...told,
      data: {
        cutoff: state.cutoff,
        interval: derived.interval,
        selected: name(state.selected),
        picked: state.picked.map(name).join(" "),
        cursor: name(this.cursor),
        ...told.data,
      },
    });
  }

  /** The reader changed something; the round follows if the graph did. */
  protected change(patch: Partial<State>): void {
    const before = this.now;
    if (!before) return;
    const after = derive(before.scene, { ...before.state, ...patch });
    const round = follow(before.derived.round, before.derived.frame.rounds, after.frame.rounds);
    this.shell.commit({ ...patch, ...(round === before.state.round ? {} : { round }) });
  }

  protected pick(selected: Selection | null): void {
    const now = this.now;
    if (!now) return;
    this.cursor = selected;
    this.shell.commit(this.picking(now, selected));
    if (selected) this.shell.announce(`Picked atom ${named(now.scene, selected)}: ${this.describe(now, selected)}`);
  }

  /** What to set when an atom is picked, or none. */
  protected picking(_now: Now, selected: Selection | null): Record<string, unknown> {
    return { selected };
  }

  protected walk(cursor: Selection): void {
    const now = this.now;
    if (!now) return;
    this.cursor = cursor;
    this.shell.later();
    this.shell.announce(`${named(now.scene, cursor)}${this.describeShortly(now, cursor)}`);
  }

  /** Save the picture as a file. */
  protected async snapshot(): Promise<void> {
    const scene = this.scene;
    if (!scene || !this.stage) return;
    const name = scene.clouds.map((_, i) => cloudName(scene, i)).join(" and ");
    save(await this.stage.snapshot(), name);
    this.shell.announce("The picture was saved.");
  }

  protected reset(): void {
    const beginning = this.shell.beginning(this.source);
    if (!beginning) return;
    this.cursor = null;
    this.stage?.resetCamera();
    this.shell.commit(beginning);
  }
}

/** An atom and its cloud. */
export const named = (scene: Scene, { cloud, atom }: Selection): string =>
  `${atomName(scene.clouds[cloud]!, atom)} of ${cloudName(scene, cloud)}`;

function edgeNote({ scene, derived }: Now): string {
  if (alone(scene)) return noPairs(scene);
  const counts = scene.clouds.map((cloud) => bondCount(cloud, derived.interval));
  const parts = counts.map((c, i) => (scene.clouds.length === 1 ? counted(c, "edge") : `${c} in ${cloudName(scene, i)}`));
  const all = scene.complete && derived.interval === scene.lengths.length ? " (all there are)" : "";
  const cut = counts.some((c) => c > MOST_DRAWN) ? `; the shortest ${MOST_DRAWN} are drawn` : "";
  const most = counts.every((c) => c === counts[0]) && counts.length === 2 ? `${counted(counts[0]!, "edge")} in each` : "";
  return `${most || (scene.clouds.length === 1 ? parts[0] : `edges: ${parts.join(", ")}`)}${all}${cut}`;
}
