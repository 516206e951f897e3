// The WebGL side: one canvas and one context for all clouds of a widget, drawn by 3Dmol.js.

import { createViewerGrid } from "3dmol/build/3Dmol.es6-min.js";
import type { Geometry, GLModel, GLShape, GLViewer, Object3D } from "3dmol/build/3Dmol.es6-min.js";
import { cellEdges, faces, hairlines, prisms, segmentsOf, tiers } from "./bonds";
import type { Mesh } from "./bonds";
import type { Camera } from "./camera";
import { eyeDistance, pixels, rendererView } from "./camera";
import type { Rgb } from "./colours";
import { mix, number } from "./colours";
import { countContext } from "./page";
import type { Cell, Look } from "./picture";
import { atomRadius, GHOST_SIZE, MARKED } from "./picture";
import { ghostsOf, isNear } from "./periodic";
import type { Cloud, Scene } from "./types";

/** How far the colours of ghosts go towards the background. */
const PALE = 0.6;

let supported: boolean | undefined;
/** Is there a graphics card, or does the processor draw? */
let hardware = true;

/** Asked once a page; the context used for asking is given back at once. */
export function webglWorks(): boolean {
  if (supported === undefined) {
    try {
      const gl = document.createElement("canvas").getContext("webgl2");
      supported = gl !== null;
      const info = gl?.getExtension("WEBGL_debug_renderer_info");
      const name = info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
      hardware = !/swiftshader|llvmpipe|softpipe|software|basic render/i.test(name);
      gl?.getExtension("WEBGL_lose_context")?.loseContext();
    } catch {
      supported = false;
    }
  }
  return supported;
}

/** Does the processor draw, without a graphics card? Asked after `webglWorks`. */
export const softwareGL = (): boolean => !hardware;

export interface Theme {
  surface: Rgb;
  ink: Rgb;
  accent: Rgb;
}

interface Shown {
  viewer: GLViewer;
  model: GLModel;
  /** Images of atoms; made anew when others are to be seen. */
  ghosts: { model: GLModel; atoms: number[] } | null;
  bonds: GLShape[];
  cell: GLShape[];
  highlight: GLShape[];
}

export class GLScene {
  private shown: Shown[] = [];
  private canvas: HTMLCanvasElement | null = null;
  private disposed = false;

  constructor(
    private host: HTMLElement,
    private scene: Scene,
    columns: number,
    antialias: boolean,
    private theme: Theme,
    onLost: () => void,
  ) {
    const count = scene.clouds.length;
    const rows = Math.ceil(count / columns);
    // Several times the pixels: nothing to a graphics card, too much for a processor. There the stage smoothes still pictures.
    const upscale = antialias && hardware;
    const grid = quietly(() =>
      smoothedOnce(() =>
        createViewerGrid(
          host,
          { rows, cols: Math.min(columns, count), control_all: false },
          { antialias: upscale, upscale, nomouse: true, backgroundColor: number(theme.surface) },
        ),
      ),
    );
    this.canvas = host.querySelector("canvas");
    if (!grid || !this.canvas) throw new Error("WebGL could not be started");
    countContext(1);
    // Ahead of the library's own listener, which would try to revive every canvas of the page.
    this.canvas.addEventListener(
      "webglcontextlost",
      (event) => {
        event.stopImmediatePropagation();
        if (!this.disposed) onLost();
      },
      true,
    );
    this.canvas.setAttribute("aria-hidden", "true");
    for (const viewer of grid.flat().slice(0, count)) {
      // We watch the size ourselves, and repaint once for both clouds.
      viewer.divwatcher?.disconnect();
      viewer.intwatcher?.disconnect();
      this.shown.push({ viewer, model: viewer.addModel(), ghosts: null, bonds: [], cell: [], highlight: [] });
    }
    this.fill();
  }

  /** As many other clouds, in the same context: quick enough to follow a hand. */
  setScene(scene: Scene): void {
    this.scene = scene;
    for (const shown of this.shown) {
      this.clearGhosts(shown);
      free(shown.model.renderedMolObj);
      shown.viewer.removeModel(shown.model);
      shown.model = shown.viewer.addModel();
    }
    this.fill();
  }

  private fill(): void {
    this.scene.clouds.forEach((cloud, g) => {
      const shown = this.shown[g]!;
      shown.model.addAtoms(
        cloud.centred.map((p, serial) => ({
          serial,
          elem: "C",
          ...p,
          color: 0x888888,
          style: { sphere: { radius: atomRadius(this.scene, cloud, serial) } },
        })),
      );
    });
    this.drawCells();
  }

  private drawCells(): void {
    this.scene.clouds.forEach((cloud, g) => {
      const shown = this.shown[g]!;
      this.clear(shown, "cell");
      const colour = number(mix(this.theme.ink, this.theme.surface, 0.2));
      this.add(shown, "cell", hairlines(cellEdges(cloud)), colour, true);
    });
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    for (const { viewer } of this.shown) viewer.setBackgroundColor(number(theme.surface), 1);
    this.drawCells();
  }

  /** New edges: after a change of cutoff or theme. */
  setBonds({ upTo, edges }: Look): void {
    this.scene.clouds.forEach((cloud, g) => {
      const shown = this.shown[g]!;
      this.clear(shown, "bonds");
      this.drawGhosts(shown, cloud, upTo);
      for (const tier of tiers(this.scene, cloud, upTo, this.theme.ink, this.theme.surface, edges)) {
        const thin = tier.radius === 0;
        const meshes = thin ? hairlines(tier.segments) : prisms(tier.segments, tier.radius);
        this.add(shown, "bonds", meshes, number(tier.colour), thin);
      }
    });
  }

  private drawGhosts(shown: Shown, cloud: Cloud, upTo: number): void {
    this.clearGhosts(shown);
    const ghosts = ghostsOf(this.scene, cloud, upTo);
    if (!ghosts.length) return;
    const { viewer } = shown;
    const model = viewer.addModel();
    model.addAtoms(
      ghosts.map(({ atom, at }, serial) => ({
        serial,
        elem: "C",
        ...at,
        color: 0x888888,
        style: { sphere: { radius: atomRadius(this.scene, cloud, atom) * GHOST_SIZE } },
      })),
    );
    model.globj(viewer.modelGroup, viewer.renderer.supportedExtensions());
    shown.ghosts = { model, atoms: ghosts.map(({ atom }) => atom) };
  }

  private clearGhosts(shown: Shown): void {
    if (!shown.ghosts) return;
    free(shown.ghosts.model.renderedMolObj);
    shown.viewer.removeModel(shown.ghosts.model);
    shown.ghosts = null;
  }

  /** The edges of the picked atom, or the one under the pointer, stand out. */
  setHighlight(look: Look): void {
    this.scene.clouds.forEach((cloud, g) => {
      const shown = this.shown[g]!;
      this.clear(shown, "highlight");
      const atoms = [...(look.also ?? []), ...(look.selected ? [look.selected] : [])].filter((one) => one.cloud === g);
      // What is measured is not to be lost among the edges of its atoms.
      const picked = look.measured ? [] : atoms.flatMap(({ atom }) => cloud.byAtom[atom]!);
      const bonds = new Set(picked.filter((bond) => cloud.labels[bond]! < look.upTo));
      if (look.hovered?.cloud === g) bonds.add(look.hovered.bond);
      // A little thicker than what they cover.
      // Coloured edges keep their colour, and stand out by being thicker still.
      const { edges } = look;
      const colourOf = (bond: number) => number(edges ? edges[cloud.labels[bond]!]! : this.theme.accent);
      for (const colour of new Set([...bonds].map(colourOf))) {
        for (const near of [true, false]) {
          const own = [...bonds].filter((bond) => colourOf(bond) === colour && isNear(this.scene, cloud, bond) === near);
          const radius = (near ? 0.068 : 0.026) * (edges ? 1.6 : 1) * this.scene.scale;
          this.add(shown, "highlight", prisms(own.flatMap((bond) => segmentsOf(cloud, bond, near)), radius), colour);
        }
      }
      const mark = look.marks?.[g];
      if (!mark) return;
      const sides = mark.lines.map(([from, to]) => ({ bond: -1, from, to }));
      this.add(shown, "highlight", prisms(sides, 0.05 * this.scene.scale), number(MARKED));
      if (mark.faces.length) this.add(shown, "highlight", [faces(mark.faces)], number(MARKED), false, 0.45);
    });
  }

  setColours(colours: Rgb[][]): void {
    this.shown.forEach(({ viewer, model, ghosts }, g) => {
      const own = colours[g]!;
      if (ghosts) repaint(ghosts.model.renderedMolObj, ghosts.atoms.map((atom) => mix(own[atom]!, this.theme.surface, PALE)));
      if (repaint(model.renderedMolObj, own)) return;
      free(model.renderedMolObj);
      model.setColorByFunction({}, (atom) => number(own[atom.serial] ?? GREY));
      model.globj(viewer.modelGroup, viewer.renderer.supportedExtensions());
    });
  }

  private add(shown: Shown, list: "bonds" | "cell" | "highlight", meshes: Mesh[], color: number, wireframe = false, alpha = 1): void {
    const { viewer } = shown;
    for (const mesh of meshes) {
      const shape = viewer.addCustom({ ...mesh, color, wireframe, alpha });
      // By itself the library would make all shapes anew for each new one.
      shape.globj(viewer.modelGroup, viewer.renderer.supportedExtensions());
      if (wireframe) onceEach(shape.renderedShapeObj);
      shown[list].push(shape);
    }
  }

  private clear(shown: Shown, list: "bonds" | "cell" | "highlight"): void {
    for (const shape of shown[list]) {
      free(shape.renderedShapeObj);
      shown.viewer.removeShape(shape);
    }
    shown[list] = [];
  }

  /** Draw, perhaps shifted by a part of a pixel. */
  paint(camera: Camera, radius: number, cells: Cell[], [dx, dy]: [number, number] = [0, 0]): void {
    this.shown.forEach(({ viewer }, g) => {
      const { width, height } = cells[g]!;
      const eye = eyeDistance(camera, radius, width, height);
      const pixel = 1 / pixels(eye, height);
      viewer.setSlab(-3 * radius, 3.6 * radius);
      viewer.setView([...rendererView(camera, eye), dx * pixel, dy * pixel], true);
    });
  }

  resize(): void {
    for (const { viewer } of this.shown) quietly(() => viewer.resize());
  }

  /** Give the context back now: browsers allow about sixteen, and collect garbage late. */
  dispose(): void {
    if (this.disposed) return;
    this.disposed = true;
    for (const shown of this.shown) {
      this.clearGhosts(shown);
      for (const list of ["bonds", "cell", "highlight"] as const) this.clear(shown, list);
    }
    const gl = this.canvas?.getContext("webgl2");
    gl?.getExtension("WEBGL_lose_context")?.loseContext();
    this.canvas?.remove();
    this.canvas = null;
    this.shown = [];
    this.host.replaceChildren();
    countContext(-1);
  }
}

const GREY: Rgb = { r: 136, g: 136, b: 136 };

const geometries = (object: Object3D | null | undefined): Geometry[] =>
  object ? [...(object.geometry ? [object.geometry] : []), ...(object.children ?? []).flatMap(geometries)] : [];

/** Other colours for the atoms that are drawn, in place; false if there are none, or others. */
function repaint(object: Object3D | null | undefined, colours: Rgb[]): boolean {
  const all = geometries(object);
  const groups = all.flatMap((geometry) => geometry.geometryGroups);
  const each = groups.reduce((sum, group) => sum + group.vertices, 0) / colours.length;
  if (!groups.length || !Number.isInteger(each)) return false;
  let vertex = 0;
  for (const { vertices, colorArray } of groups) {
    for (let i = 0; i < vertices; i++) {
      const { r, g, b } = colours[Math.floor(vertex++ / each)]!;
      colorArray[3 * i] = r / 255;
      colorArray[3 * i + 1] = g / 255;
      colorArray[3 * i + 2] = b / 255;
    }
  }
  for (const geometry of all) geometry.colorsNeedUpdate = true;
  return true;
}

/** The outline of a triangle without area draws its line twice, and a point: once is enough. */
function onceEach(object: Object3D | null | undefined): void {
  for (const { geometryGroups } of geometries(object)) {
    for (const group of geometryGroups) {
      group.lineArray = Uint16Array.from({ length: group.vertices }, (_, i) => i);
      group.lineidx = group.vertices;
    }
  }
}

/** The library lets go of geometries without telling the graphics card. */
function free(object: Object3D | null | undefined): void {
  if (!object) return;
  object.geometry?.dispose();
  object.children?.forEach(free);
}

/** The library's listeners on body and window serve its own mouse handling, and would outlive the widget. */
function quietly<T>(make: () => T): T {
  const none = () => undefined;
  const targets: EventTarget[] = [document.body, window];
  for (const target of targets) Object.defineProperty(target, "addEventListener", { value: none, configurable: true });
  try {
    return make();
  } finally {
    for (const target of targets) Reflect.deleteProperty(target, "addEventListener");
  }
}

/**
 * The library smoothes edges in a picture of its own, which it then copies to the canvas; that the browser smoothes the
 * copy as well would change nothing and cost half of the time.
 */
function smoothedOnce<T>(make: () => T): T {
  const canvas = HTMLCanvasElement.prototype as { getContext: (kind: string, options?: object) => RenderingContext | null };
  const { getContext } = canvas;
  canvas.getContext = function (kind, options) {
    return getContext.call(this, kind, { ...options, antialias: false });
  };
  try {
    return make();
  } finally {
    canvas.getContext = getContext;
  }
}
