// The picture: renderer, letters, mouse, touch and keyboard. It knows nothing of Python.

import type { Camera } from "./camera";
import type { Projected } from "./camera";
import { eyeDistance, HOME, project, turned } from "./camera";
import { viewpoint } from "./viewpoint";
import type { Rgb } from "./colours";
import { css, mix } from "./colours";
import { h, reducedMotion } from "./dom";
import type { Theme } from "./gl";
import { GLScene, softwareGL, webglWorks } from "./gl";
import { drawOverlay } from "./overlay";
import type { Extras } from "./overlay";
import { measured, repeated } from "./periodic";
import type { Cell, Look, Spot } from "./picture";
import { cells, ghostSpots, lines, pickAtom, pickBond, reach, spots } from "./picture";
import { drawStill } from "./still";
import type { Scene, Selection } from "./types";
import { cloudName } from "./words";

/** From this width on two clouds stand side by side. */
const SIDE_BY_SIDE = 560;
const FADE_MS = 180;
/** Beyond this many atoms the colours change at once: a fade is ten frames, and a frame then takes long. */
const MOST_FADING = 60;

/** After so long without a change the picture is drawn finely. */
const REST_MS = 300;
/** Parts of a pixel by which the pictures are shifted that make a fine one together. */
const SHIFTS: [x: number, y: number][] = [[0.125, 0.375], [-0.375, 0.125], [0.375, -0.125], [-0.125, -0.375]];

export interface StageEvents {
  pick(selection: Selection | null): void;
  walk(cursor: Selection): void;
  camera(camera: Camera): void;
  painted(): void;
}

export class Stage {
  readonly element: HTMLElement;
  private given: Scene;
  private cells = 1;
  /** The atom under the mouse. */
  private over: Selection | null = null;
  private host = h("div", { class: "tc-gl" });
  private fine = h("canvas");
  private letters = h("canvas", { class: "tc-letters", "aria-hidden": "true" });
  private names = h("div", { class: "tc-names" });
  private message = h("div", { class: "tc-no-webgl", hidden: true });
  private gl: GLScene | null = null;
  private homeOf: { scene: Scene; camera: Camera } | null = null;
  private camera: Camera = HOME;
  private look: Look | null = null;
  private shownColours: Rgb[][] = [];
  private fadeFrom: Rgb[][] | null = null;
  private fadeStart = 0;
  private columns = 0;
  private size = { width: 0, height: 0 };
  private radius = 1;
  private request = 0;
  private resting = 0;
  private stale = { colours: true, bonds: true, highlight: true, camera: true };
  private lost = false;
  private disposed = false;
  private observer: ResizeObserver;

  constructor(
    private scene: Scene,
    private theme: Theme,
    private antialias: boolean,
    private events: StageEvents,
  ) {
    this.element = h(
      "div",
      { class: "tc-stage", tabindex: 0, role: "application", "aria-roledescription": "3D view" },
      this.host,
      this.letters,
      this.names,
      this.message,
    );
    this.given = scene;
    this.camera = this.home;
    this.installPointer();
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("focus", () => this.invalidate());
    this.setScene(scene);
    this.observer = new ResizeObserver(() => this.measure());
    this.observer.observe(this.element);
  }

  /** Other clouds, the same camera; or the best one for them, unless the clouds have been turned. */
  setScene(scene: Scene, afresh = false): void {
    const untouched = afresh && this.camera === this.home;
    this.given = scene;
    if (untouched) this.camera = this.home;
    this.draw();
  }

  /** How these clouds are seen at first. */
  get home(): Camera {
    if (this.homeOf?.scene !== this.given) this.homeOf = { scene: this.given, camera: viewpoint(this.given) };
    return this.homeOf.camera;
  }

  /** Draw what was given, in as many cells as are wanted. */
  private draw(): void {
    const scene = repeated(this.given, this.cells);
    const same = scene.clouds.length === this.scene.clouds.length;
    this.scene = scene;
    this.radius = reach(scene);
    this.look = null;
    this.fadeFrom = null;
    this.shownColours = [];
    const names = scene.clouds.map((_, i) => cloudName(scene, i));
    this.element.setAttribute(
      "aria-label",
      `3D view of ${names.join(" and ")}. Arrow keys turn it, q and e roll it, plus and minus zoom, ` +
        "n and p walk the atoms, Enter picks one, Escape lets go, 0 turns it back.",
    );
    this.names.replaceChildren(
      ...scene.clouds.map((cloud, i) => {
        const name = cloudName(scene, i);
        const formula = name === cloud.formula ? "" : cloud.formula;
        return h("div", { class: "tc-name" }, h("strong", {}, name), " ", h("span", {}, formula));
      }),
    );
    if (this.gl && same) {
      this.gl.setScene(scene);
      this.stale = { colours: true, bonds: true, highlight: true, camera: true };
      this.placeNames();
      this.invalidate();
      return;
    }
    this.gl?.dispose();
    this.gl = null;
    this.columns = 0;
    this.size = { width: 0, height: 0 };
    this.measure();
  }

  setAntialias(on: boolean): void {
    if (on === this.antialias) return;
    this.antialias = on;
    this.rebuild();
  }

  setTheme(theme: Theme): void {
    if (JSON.stringify(theme) === JSON.stringify(this.theme)) return;
    this.theme = theme;
    this.gl?.setTheme(theme);
    this.stale.bonds = this.stale.highlight = true;
    this.invalidate();
  }

  setCamera(camera: Camera): void {
    this.camera = camera;
    this.stale.camera = true;
    this.invalidate();
  }

  resetCamera(): void {
    this.moved(this.home);
  }

  show(look: Look): void {
    const cells = look.cells ?? 1;
    if (cells !== this.cells) {
      this.cells = cells;
      this.draw();
    }
    const before = this.look;
    this.look = look;
    if (!before || before.upTo !== look.upTo || before.edges !== look.edges) this.stale.bonds = this.stale.highlight = true;
    const standsOut = (l: Look | null) => JSON.stringify([l?.selected, l?.also, l?.measured, l?.hovered, l?.marks]);
    if (standsOut(before) !== standsOut(look)) {
      this.stale.highlight = true;
    }
    if (!before || differ(before.colours, look.colours)) {
      this.stale.colours = true;
      const fades = before && this.shownColours.length && this.scene.total <= MOST_FADING && !reducedMotion();
      this.fadeFrom = fades ? this.shownColours : null;
      this.fadeStart = performance.now();
    }
    this.invalidate();
  }

  dispose(): void {
    this.disposed = true;
    cancelAnimationFrame(this.request);
    clearTimeout(this.resting);
    this.observer.disconnect();
    this.gl?.dispose();
    this.gl = null;
  }

  /** Places of all atoms on the page, for whoever wants to point at one. */
  places(): Spot[][] {
    return this.layout().map((cell, g) => spots(this.scene, g, this.camera, this.radius, cell));
  }

  private layout(): Cell[] {
    return cells(this.scene.clouds.length, this.columns || 1, this.size.width, this.size.height);
  }

  /** Fit the picture to the width it is given; begin to draw when there is any. */
  private measure(): void {
    const width = this.element.clientWidth;
    if (!width || this.disposed) return; // hidden, for instance in a closed tab: wait
    const count = this.scene.clouds.length;
    const columns = count > 1 && width >= SIDE_BY_SIDE ? 2 : 1;
    const cell = Math.round(Math.min(Math.max((width / columns) * 0.78, 250), 440));
    const height = cell * Math.ceil(count / columns);
    if (width === this.size.width && height === this.size.height && columns === this.columns) return;
    const regrid = columns !== this.columns;
    this.element.style.height = `${height}px`;
    this.size = { width, height };
    this.columns = columns;
    this.element.dataset["columns"] = String(columns);
    this.placeNames();
    if (regrid) this.rebuild();
    else this.gl?.resize();
    this.stale.camera = true;
    this.invalidate();
  }

  private placeNames(): void {
    this.layout().forEach((c, i) => {
      const name = this.names.children[i] as HTMLElement | undefined;
      if (name) Object.assign(name.style, { left: `${c.left}px`, top: `${c.top}px`, width: `${c.width}px` });
    });
  }

  private rebuild(): void {
    if (!this.columns || this.disposed) return;
    this.coarsen();
    this.gl?.dispose();
    this.gl = null;
    this.host.replaceChildren();
    if (webglWorks() && !this.lost) {
      try {
        this.gl = new GLScene(this.host, this.scene, this.columns, this.antialias, this.theme, () => this.pause());
        this.message.hidden = true;
      } catch (error) {
        console.warn("twinclouds: the 3D view could not be started", error);
      }
    }
    this.element.dataset["renderer"] = this.gl ? "webgl" : "svg";
    if (!this.gl) this.explain();
    this.stale = { colours: true, bonds: true, highlight: true, camera: true };
    this.invalidate();
  }

  private explain(): void {
    const resume = h("button", { type: "button", click: () => this.resume() }, "Show it again");
    const text = this.lost
      ? "The 3D view is paused: this page shows more of them than the browser allows. "
      : "This browser offers no WebGL, so the picture does not turn with the mouse; arrow keys still turn it. " +
        "Switch on hardware acceleration, or try another browser. ";
    this.message.replaceChildren(text, ...(this.lost ? [resume] : []));
    this.message.hidden = false;
  }

  /** The browser took our context away, to give it to another widget. */
  private pause(): void {
    this.lost = true;
    this.rebuild();
  }

  private resume(): void {
    this.lost = false;
    this.rebuild();
  }

  private invalidate(): void {
    if (this.disposed || this.request) return;
    this.request = requestAnimationFrame((now) => {
      this.request = 0;
      this.paint(now);
    });
  }

  private paint(now: number): void {
    const look = this.look;
    if (!look || !this.columns || !this.element.clientWidth) return;
    const layout = this.layout();
    const fade = this.fadeFrom ? Math.min((now - this.fadeStart) / FADE_MS, 1) : 1;
    if (this.stale.colours || fade < 1 || this.fadeFrom) {
      const from = this.fadeFrom;
      this.shownColours =
        from && fade < 1
          ? look.colours.map((row, g) => row.map((c, i) => mix(from[g]?.[i] ?? c, c, Math.max(fade, 0))))
          : look.colours;
      this.stale.colours = true;
      if (fade >= 1) this.fadeFrom = null;
    }
    const shown = this.shown(look);
    if (this.gl) {
      if (this.stale.bonds) this.gl.setBonds(look);
      // New bonds may have new ghosts at their ends, which want a colour.
      if (this.stale.colours || this.stale.bonds) this.gl.setColours(shown.colours);
      if (this.stale.highlight) this.gl.setHighlight(look);
      const changed = this.stale.colours || this.stale.bonds || this.stale.highlight;
      if (changed || this.stale.camera) {
        this.coarsen();
        this.gl.paint(this.camera, this.radius, layout);
        if (this.antialias && softwareGL()) this.resting = window.setTimeout(() => this.refine(0), REST_MS);
      }
    } else {
      const { width, height } = this.size;
      this.host.replaceChildren(drawStill(this.scene, shown, this.camera, this.theme, this.columns, width, height));
    }
    this.stale = { colours: false, bonds: false, highlight: false, camera: false };
    this.drawLetters();
    this.events.painted();
    if (this.fadeFrom) this.invalidate();
  }

  /** What lies above the picture; and the fine picture itself, while nothing moves. */
  private drawLetters(): void {
    const { look } = this;
    if (!look) return;
    const layout = this.layout();
    const shown = this.shown(look);
    const places = this.places();
    const bonds = look.hovered || (look.numbers && look.selected)
      ? layout.map((cell, g) => lines(this.scene, g, this.camera, this.radius, cell, look.upTo))
      : [];
    const tip = this.over ?? shown.cursor;
    const spot = tip && places[tip.cloud]?.[tip.atom];
    const extras: Extras = {
      under: this.element.dataset["fine"] === "true" ? this.fine : null,
      ghosts: layout.map((cell, g) => ghostSpots(this.scene, g, this.camera, this.radius, cell, look.upTo)),
      measured: this.measuredPoints(layout),
      tip: spot && look.tip ? { spot, text: look.tip(tip) } : null,
    };
    this.element.dataset["tip"] = extras.tip?.text ?? "";
    const letters = this.gl ? shown : { ...shown, letters: shown.letters.map((row) => row.map(() => "")) };
    drawOverlay(this.letters, this.scene, letters, places, bonds, extras, this.theme, getComputedStyle(this.element).fontFamily);
  }

  /** The look with the colours of this moment; atoms walked to are pointed out while the picture has the focus. */
  private shown(look: Look): Look {
    const focused = this.element.getRootNode() instanceof Document ? document.activeElement : null;
    return { ...look, colours: this.shownColours, cursor: focused === this.element ? look.cursor : null };
  }

  /** Away with the fine picture: something moves. */
  private coarsen(): void {
    clearTimeout(this.resting);
    this.element.dataset["fine"] = "false";
  }

  /**
   * Where the processor draws, smooth edges would take longer than a hand waits. So they come when the hand rests: the
   * mean of a few pictures, each shifted by a part of a pixel, one after the other so that a key is heard in between.
   */
  private refine(step: number): void {
    const drawn = this.host.querySelector("canvas");
    const context = this.fine.getContext("2d");
    if (this.disposed || !this.gl || !drawn || !context || !this.element.clientWidth) return;
    if (this.request) {
      // Something is about to be drawn. If it moves, that ends this; if it is but a letter, this goes on.
      this.resting = window.setTimeout(() => this.refine(step), REST_MS);
      return;
    }
    if (!step) Object.assign(this.fine, { width: drawn.width, height: drawn.height });
    this.gl.paint(this.camera, this.radius, this.layout(), SHIFTS[step]!);
    context.globalAlpha = 1 / (step + 1);
    context.drawImage(drawn, 0, 0);
    if (step + 1 < SHIFTS.length) this.resting = window.setTimeout(() => this.refine(step + 1));
    else {
      this.element.dataset["fine"] = "true";
      this.drawLetters();
    }
  }

  private measuredPoints(layout: Cell[]): Projected[] {
    const what = this.look?.measured;
    if (!what) return [];
    const cell = layout[what.cloud]!;
    const distance = eyeDistance(this.camera, this.radius, cell.width, cell.height);
    return measured(this.scene.clouds[what.cloud]!, what.atoms).points.map((p) => {
      const at = project(this.camera, distance, cell.width, cell.height, p);
      return { ...at, x: at.x + cell.left, y: at.y + cell.top };
    });
  }

  /** The picture as it is on screen, letters and names included. */
  async snapshot(): Promise<Blob> {
    const ratio = Math.max(window.devicePixelRatio || 1, 2);
    const { width, height } = this.size;
    const canvas = h("canvas", { width: width * ratio, height: height * ratio });
    const context = canvas.getContext("2d")!;
    context.scale(ratio, ratio);
    context.fillStyle = css(this.theme.surface);
    context.fillRect(0, 0, width, height);
    const drawn = this.host.querySelector("canvas") ?? (await loaded(this.host.querySelector("svg")));
    if (drawn) context.drawImage(drawn, 0, 0, width, height);
    context.drawImage(this.letters, 0, 0, width, height);
    context.fillStyle = css(this.theme.ink);
    context.font = `600 14px ${getComputedStyle(this.element).fontFamily}`;
    this.layout().forEach((cell, i) => {
      context.fillText(cloudName(this.scene, i), cell.left + 16, cell.top + 24, cell.width - 32);
    });
    return new Promise((resolve, reject) => {
      canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture could not be written"))), "image/png");
    });
  }

  private turn(axis: "x" | "y" | "z", degrees: number): void {
    this.moved(turned(this.camera, axis, degrees));
  }

  private moved(camera: Camera): void {
    this.setCamera(camera);
    this.events.camera(camera);
  }

  private zoom(factor: number): void {
    this.moved({ ...this.camera, zoom: Math.min(Math.max(this.camera.zoom * factor, 0.25), 8) });
  }

  private key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== this.element) return;
    const step = event.shiftKey ? 30 : 7.5;
    const actions: Record<string, () => void> = {
      ArrowLeft: () => this.turn("y", -step),
      ArrowRight: () => this.turn("y", step),
      ArrowUp: () => this.turn("x", -step),
      ArrowDown: () => this.turn("x", step),
      q: () => this.turn("z", step),
      e: () => this.turn("z", -step),
      "+": () => this.zoom(1.15),
      "=": () => this.zoom(1.15),
      "-": () => this.zoom(1 / 1.15),
      "0": () => this.moved(this.home),
      n: () => this.walk(1),
      p: () => this.walk(-1),
      Enter: () => this.look?.cursor && this.events.pick(this.look.cursor),
      Escape: () => this.events.pick(null),
    };
    const action = actions[event.key] ?? actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    // Else the notebook would take n, p or an arrow for a command of its own.
    event.stopPropagation();
    action();
  }

  private walk(by: 1 | -1): void {
    const sizes = this.scene.clouds.map((c) => c.n);
    const total = this.scene.total;
    const now = this.look?.cursor ?? this.look?.selected ?? null;
    let flat = now ? (now.cloud ? sizes[0]! : 0) + now.atom + by : by > 0 ? 0 : total - 1;
    flat = ((flat % total) + total) % total;
    const cloud = flat < sizes[0]! ? 0 : 1;
    this.events.walk({ cloud, atom: flat - (cloud ? sizes[0]! : 0) });
  }

  private installPointer(): void {
    const down = new Map<number, { x: number; y: number }>();
    let start: { x: number; y: number } | null = null;
    let dragged = false;
    let spread = 0;
    const element = this.element;
    const local = (event: PointerEvent | WheelEvent) => {
      const box = element.getBoundingClientRect();
      return { x: event.clientX - box.left, y: event.clientY - box.top };
    };
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target instanceof HTMLButtonElement) return;
      down.set(event.pointerId, local(event));
      start = local(event);
      dragged = down.size > 1;
      spread = 0;
      try {
        element.setPointerCapture(event.pointerId);
      } catch {
        // A pointer that is gone already cannot be captured, and need not be.
      }
    });
    element.addEventListener("pointermove", (event) => {
      const at = local(event);
      const before = down.get(event.pointerId);
      if (!before) {
        if (event.pointerType === "mouse") this.hover(at.x, at.y);
        return;
      }
      down.set(event.pointerId, at);
      if (start && Math.hypot(at.x - start.x, at.y - start.y) > 4) dragged = true;
      if (!dragged) return;
      if (down.size === 2) {
        const [p, q] = [...down.values()] as [{ x: number; y: number }, { x: number; y: number }];
        const now = Math.hypot(p.x - q.x, p.y - q.y);
        if (spread) this.zoom(now / spread);
        spread = now;
      } else if (event.shiftKey) {
        this.turn("z", (before.x - at.x) * 0.4);
      } else {
        const camera = turned(this.camera, "y", (at.x - before.x) * 0.45);
        this.moved(turned(camera, "x", (at.y - before.y) * 0.45));
      }
    });
    const up = (event: PointerEvent) => {
      const held = down.delete(event.pointerId);
      if (!held || dragged || event.type === "pointercancel") return;
      const at = local(event);
      const spot = pickAtom(this.places().flat(), at.x, at.y);
      this.events.pick(spot ? { cloud: spot.cloud, atom: spot.atom } : null);
    };
    element.addEventListener("pointerup", up);
    element.addEventListener("pointercancel", up);
    element.addEventListener("pointerleave", () => this.hover(-1, -1));
    element.addEventListener(
      "wheel",
      (event) => {
        // The page scrolls as usual unless the reader has turned to the picture.
        if (document.activeElement !== element && !event.ctrlKey) return;
        event.preventDefault();
        this.zoom(Math.exp(-event.deltaY * 0.0015));
      },
      { passive: false },
    );
  }

  private hover(x: number, y: number): void {
    const look = this.look;
    if (!look) return;
    const atom = x < 0 ? null : pickAtom(this.places().flat(), x, y);
    if (this.over?.cloud !== atom?.cloud || this.over?.atom !== atom?.atom) {
      this.over = atom ? { cloud: atom.cloud, atom: atom.atom } : null;
      this.invalidate();
    }
    this.element.style.cursor = atom ? "pointer" : "";
    let hovered: Look["hovered"] = null;
    if (!atom && x >= 0) {
      this.layout().forEach((cell, cloud) => {
        const inside = x >= cell.left && x < cell.left + cell.width && y >= cell.top && y < cell.top + cell.height;
        if (!inside) return;
        const bond = pickBond(lines(this.scene, cloud, this.camera, this.radius, cell, look.upTo), x, y);
        if (bond !== null) hovered = { cloud, bond };
      });
    }
    if (JSON.stringify(hovered) !== JSON.stringify(look.hovered)) this.show({ ...look, hovered });
  }
}

/** An SVG as something that a canvas can draw. */
async function loaded(picture: SVGElement | null): Promise<HTMLImageElement | null> {
  if (!picture) return null;
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(new XMLSerializer().serializeToString(picture))}`;
  await image.decode();
  return image;
}

function differ(a: Rgb[][], b: Rgb[][]): boolean {
  return (
    a.length !== b.length ||
    a.some((row, g) => row.length !== b[g]!.length || row.some((c, i) => c.r !== b[g]![i]!.r || c.g !== b[g]![i]!.g || c.b !== b[g]![i]!.b))
  );
}
