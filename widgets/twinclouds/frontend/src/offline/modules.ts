// Where a page without Jupyter finds the code of its widgets: all of it is in the page already.

import * as base from "@jupyter-widgets/base";
import * as controls from "@jupyter-widgets/controls";
import * as output from "./output";

type Module = Record<string, unknown>;
type Define = (names: string[], factory: (...modules: Module[]) => Module) => void;

/** What the page brings along besides this file: AMD modules, each wrapped in a function that is given `define`. */
type Brought = Record<string, (define: Define) => void>;

const loaded = new Map<string, Module>([
  ["@jupyter-widgets/base", base as unknown as Module],
  ["@jupyter-widgets/controls", controls as unknown as Module],
  ["@jupyter-widgets/output", output],
]);

export function findModule(name: string): Module {
  const known = loaded.get(name);
  if (known) return known;
  const brought = (globalThis as { twincloudsModules?: Brought }).twincloudsModules?.[name];
  if (!brought) throw new Error(`the widget needs ${name}, which this page does not have`);
  let made: Module | undefined;
  brought((names, factory) => {
    made = factory(...names.map(findModule));
  });
  if (!made) throw new Error(`${name} defines no module`);
  loaded.set(name, made);
  return made;
}
