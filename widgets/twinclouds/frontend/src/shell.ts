// What every instrument has: the frame with title, hints, error, Python line and reset; one refresh an action; a
// voice for screen readers; and, for those with a 3D view, theme, antialiasing and the linked cameras.

import type { Camera } from "./camera";
import { h, icon, say } from "./dom";
import { Model } from "./model";
import { lastCamera, onCamera, tellCamera } from "./page";
import { Stage } from "./stage";
import type { StageEvents } from "./stage";
import shared from "./style.css";
import type { Theme } from "./gl";
import { readTheme, watchTheme } from "./theme";
import type { RenderContext, Scene } from "./types";

let count = 0;

export interface ShellHooks {
  /** Bring everything on screen into line with the model; called once for all changes that belong together. */
  refresh(): void;
  /** The reader asked for the beginning. */
  reset(): void;
  /** The colours of the page changed. CSS follows by itself; this is for canvases. */
  theme?(theme: Theme): void;
}

/** What a refresh ends with. */
export interface Told {
  /** The Python line that brings this state back. */
  python: string;
  /** The state in a sentence or two, for screen readers. */
  summary: string;
  /** Attributes data-* of the root, for tests and style sheets; camelCase. */
  data: Record<string, string | number | boolean>;
}

/**
 * What "reset" goes back to, for the views that are there and those that come later: the state in which some data was
 * first shown. The data is the key because it lives as long as the model shows it; the model itself would not do, for
 * anywidget wraps it anew for each view.
 */
const beginnings = new WeakMap<object, Record<string, unknown>>();

export class Shell {
  readonly model: Model;
  /** A prefix for ids of elements. */
  readonly id = `tc-${++count}`;
  readonly root: HTMLElement;
  /** Where the parts of the instrument go; the line of code and "reset" come after it. */
  readonly body = h("div", { class: "tc-body" });
  private title = h("h3", { class: "tc-title" });
  private hints = h("div", { class: "tc-hints" });
  private banner = h("div", { class: "tc-error", role: "alert", hidden: true });
  private live = h("div", { class: "tc-hidden", role: "status", "aria-live": "polite" });
  /** What is not shown, and what to do about it. */
  private left = h("p", { class: "tc-left-out", hidden: true });
  private code = h("code", {});
  private stages: Stage[] = [];
  private stops: (() => void)[] = [];
  private painted = 0;
  private due = false;
  /** What the next refresh tells screen readers, if not its summary. */
  private news = "";
  private gone = false;
  private leaveCameras: () => void = () => undefined;

  constructor(
    { model, el }: RenderContext,
    kind: string,
    private hooks: ShellHooks,
    css = "",
  ) {
    this.model = new Model(model);
    this.root = h("section", {
      class: `tc-root tc-${kind}`,
      "data-widget": kind,
      "data-lm-suppress-shortcuts": "true",
    });
    // Jupyter would take single keys for commands: "x" cuts the cell, "d d" deletes it. Some of its shortcuts are for
    // whatever has the focus, and then only the mark on that very element counts.
    this.root.addEventListener("focusin", ({ target }) => {
      (target as Element).setAttribute("data-lm-suppress-shortcuts", "true");
    });
    const header = h("header", {}, this.title, this.hints);
    this.root.append(h("style", {}, shared + css), header, this.banner, this.body, this.left, this.footer(), this.live);
    el.append(this.root);
    this.listen(["title", "notice", "try_", "error"], () => this.showTexts());
    this.listen(["antialias"], () => this.stages.forEach((stage) => stage.setAntialias(this.model.flag("antialias"))));
    this.onDispose(
      watchTheme(() => {
        this.stages.forEach((stage) => stage.setTheme(this.theme));
        hooks.theme?.(this.theme);
      }),
    );
    this.joinCameras();
    this.listen(["camera_group"], () => this.joinCameras());
    this.onDispose(() => this.leaveCameras());
    this.showTexts();
  }

  get theme(): Theme {
    return readTheme(this.root);
  }

  private get group(): string {
    return this.model.text("camera_group");
  }

  /** Turn with the views of the group from now on, beginning as they stand. */
  private joinCameras(): void {
    this.leaveCameras();
    this.leaveCameras = () => undefined;
    const { group } = this;
    if (!group) return;
    const turn = (camera: Camera) => {
      this.stages.forEach((stage) => stage.setCamera(camera));
      this.noteCamera(camera);
    };
    this.leaveCameras = onCamera(group, (camera, sender) => sender !== this && turn(camera));
    const known = lastCamera(group);
    if (known) turn(known);
  }

  private noteCamera(camera: Camera): void {
    if (this.stages.length) this.root.dataset["camera"] = camera.turn.map((v) => v.toFixed(3)).join(" ");
  }

  dispose(): void {
    this.gone = true;
    for (const stop of this.stops) stop();
    for (const stage of this.stages) stage.dispose();
    this.root.remove();
  }

  onDispose(...stops: (() => void)[]): void {
    this.stops.push(...stops);
  }

  /** Listen to traits for as long as the view lives. */
  listen(names: readonly string[], changed: () => void): void {
    this.onDispose(this.model.on(names, changed));
  }

  /** Refresh whenever one of these traits changes. */
  refreshOn(names: readonly string[]): void {
    this.listen(names, () => this.later());
  }

  /** A 3D view; it follows theme, antialiasing and the cameras of its group. The caller puts its element in place. */
  makeStage(scene: Scene, events: Pick<StageEvents, "pick" | "walk">): Stage {
    const stage = new Stage(scene, this.theme, this.model.flag("antialias"), {
      ...events,
      camera: (camera) => {
        if (this.group) tellCamera(this.group, camera, this);
        this.stages.forEach((other) => other !== stage && other.setCamera(camera));
        this.noteCamera(camera);
      },
      painted: () => {
        this.root.dataset["framesPainted"] = String(++this.painted);
      },
    });
    this.stages.push(stage);
    const known = lastCamera(this.group);
    if (known) stage.setCamera(known);
    else if (this.group) tellCamera(this.group, stage.home, this);
    return stage;
  }

  /**
   * Refresh once, when all that belongs together has arrived: models tell of their traits one by one, and in between
   * the cutoff would be new and the round old.
   */
  later(): void {
    if (this.due) return;
    this.due = true;
    queueMicrotask(() => {
      this.due = false;
      if (!this.gone) this.hooks.refresh();
    });
  }

  /** Tell screen readers; if a refresh is due, in place of its summary, not before it. */
  announce(text: string): void {
    if (this.due) this.news = text;
    else say(this.live, text);
  }

  /** The end of a refresh. */
  tell({ python, summary, data }: Told): void {
    say(this.code, python);
    say(this.live, this.news || summary);
    this.news = "";
    for (const [name, value] of Object.entries(data)) this.root.dataset[name] = String(value);
  }

  /** Set traits, and refresh. */
  commit(patch: Record<string, unknown>): void {
    this.model.commit(patch);
    this.later();
  }

  /** Say what of the clouds is not shown; '' takes it away. */
  leaveOut(text: string): void {
    say(this.left, text);
    this.left.hidden = !text;
  }

  /** There is nothing to show yet, and no error to explain why. */
  showEmpty(text: string): void {
    say(this.title, text);
    this.title.hidden = false;
  }

  /** Keep the first state in which this data was shown; later calls change nothing. */
  remember(data: object, state: Record<string, unknown>): void {
    if (!beginnings.has(data)) beginnings.set(data, state);
  }

  /** The first state in which this data was shown. */
  beginning(data: object | null): Record<string, unknown> | undefined {
    return data ? beginnings.get(data) : undefined;
  }

  showTexts(): void {
    say(this.title, this.model.text("title"));
    this.title.hidden = !this.title.textContent;
    const hint = (label: string, text: string) => (text ? [h("p", {}, h("b", {}, label), " ", text)] : []);
    this.hints.replaceChildren(...hint("Try", this.model.text("try_")), ...hint("Notice", this.model.text("notice")));
    const error = this.model.text("error");
    say(this.banner, error);
    this.banner.hidden = !error;
    this.root.dataset["error"] = error;
  }

  private footer(): HTMLElement {
    const reset = h(
      "button",
      { type: "button", "data-action": "reset", click: () => this.hooks.reset() },
      icon("reset"),
      "reset",
    );
    const copied = h("span", { role: "status" }, "copy");
    const copy = h("button", { type: "button", "data-action": "copy", "aria-label": "copy the Python line" }, icon("copy"), copied);
    copy.addEventListener("click", () => {
      // Without a secure connection there is no clipboard, and a page may be refused it: then the line is selected.
      const clipboard = navigator.clipboard as Clipboard | undefined;
      const written = clipboard?.writeText(this.code.textContent ?? "") ?? Promise.reject(new Error("no clipboard"));
      const tell = (text: string) => {
        say(copied, text);
        setTimeout(() => say(copied, "copy"), 3000);
      };
      written.then(
        () => tell("copied"),
        () => {
          getSelection()?.selectAllChildren(this.code);
          tell("selected: press Ctrl+C");
        },
      );
    });
    return h("footer", {}, h("span", { class: "tc-label" }, "in Python"), this.code, copy, reset);
  }
}
