// What passes between Python and the browser, and between the modules of the front end.

/** The part of a widget model that we use; both Jupyter's and the tests' models have it. */
export interface HostModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, callback: () => void): void;
  off(event: string, callback: () => void): void;
}

export interface RenderContext {
  model: HostModel;
  el: HTMLElement;
}

/** What a widget of one kind does on a page. */
export interface Instrument {
  dispose(): void;
}

export type Mode = "topology" | "distances";
export const MODES: readonly Mode[] = ["topology", "distances"];

export interface Selection {
  cloud: number;
  atom: number;
}

export interface Vec {
  x: number;
  y: number;
  z: number;
}

/** One cloud, with every bond up to the largest cutoff listed once. */
export interface Cloud {
  name: string;
  formula: string;
  n: number;
  species: string[];
  positions: Float32Array;
  /** Coordinates minus the centre of the cloud: what is drawn. */
  centred: Vec[];
  centre: Vec;
  periods: Vec[];
  senders: Uint32Array;
  receivers: Uint32Array;
  labels: Uint32Array;
  /** Displacement to the image of the receiver, three numbers a bond; null when nothing repeats. */
  offsets: Float32Array | null;
  /** Bonds in order of length, and for each atom its bonds. */
  /** Images of the atoms in neighbouring cells, when these are shown. */
  ghosts?: { atom: number; at: Vec }[];
  order: Uint32Array;
  byAtom: number[][];
}

export type Outcome = "apart" | "same" | "everywhere" | "unclear";

export interface Verdict {
  outcome: Outcome;
  round: number | null;
  margin: number | null;
}

/** A colouring of all atoms of all clouds, one row per round. */
export interface Frame {
  rounds: number;
  classes: Uint16Array;
}

export interface Step {
  frame: number;
  verdict: Verdict;
}

export interface ElementLook {
  color: string;
  radius: number;
}

/** Everything precomputed for a pair (or a single cloud). */
export interface Scene {
  clouds: Cloud[];
  /** What is not shown of the clouds, in a sentence; empty when everything is. */
  leftOut: string;
  /** starts[k]: smallest cutoff of interval k, in which the edges with label < k are there. */
  starts: Float64Array;
  /** lengths[k]: the length that label k stands for. */
  lengths: Float64Array;
  digits: number;
  kept: number[];
  stops: number[];
  maxCutoff: number;
  complete: boolean;
  shell: number;
  scale: number;
  steps: Record<Mode, Step[]>;
  frames: Frame[];
  elements: Record<string, ElementLook>;
  total: number;
}

/** The state that Python and the browser share. */
export interface State {
  cutoff: number;
  round: number;
  mode: Mode;
  /** The atom picked last. */
  selected: Selection | null;
  /** All atoms picked, in order; the last one is `selected`. */
  picked: Selection[];
  /** What is written on the atoms; "" where the widget leaves no choice. */
  labels: string;
  /** Cells shown along each period. */
  cells: number;
  /** Do picks add up, to be measured? */
  measure: boolean;
  playing: boolean;
}
