// Each widget carries this instead of the bundle. It finds the one library widget of the kernel, which holds the
// bundle once, and keeps the loaded module for all widgets of the page.

import type { HostModel, RenderContext } from "./types";

interface Manager {
  get_model(id: string): Promise<HostModel>;
}

interface Library {
  render(context: RenderContext): () => void;
}

const PREFIX = "IPY_MODEL_";

async function load(model: HostModel): Promise<Library> {
  const manager = (model as HostModel & { widget_manager?: Manager }).widget_manager;
  if (!manager) throw new Error("this page has no widget manager; create the widget with self_contained=True");
  const reference = String(model.get("_library"));
  const library = await manager.get_model(reference.startsWith(PREFIX) ? reference.slice(PREFIX.length) : reference);
  const url = URL.createObjectURL(new Blob([String(library.get("source"))], { type: "text/javascript" }));
  try {
    return (await import(url)) as Library;
  } finally {
    URL.revokeObjectURL(url);
  }
}

function library(model: HostModel): Promise<Library> {
  // Another version of the package, after an upgrade and a restarted kernel, is another library.
  const key = Symbol.for(`twinclouds.library.${String(model.get("_version"))}`);
  const holder = globalThis as unknown as Record<symbol, Promise<Library> | undefined>;
  const loading = (holder[key] ??= load(model));
  loading.catch(() => {
    if (holder[key] === loading) holder[key] = undefined; // let the next widget try again
  });
  return loading;
}

async function render(context: RenderContext): Promise<() => void> {
  const note = document.createElement("p");
  note.setAttribute("role", "status");
  note.textContent = "Loading the 3D view …";
  context.el.append(note);
  try {
    const loaded = await library(context.model);
    note.remove();
    return loaded.render(context);
  } catch (error) {
    note.setAttribute("role", "alert");
    note.textContent =
      `This widget could not be loaded (${error instanceof Error ? error.message : String(error)}). ` +
      "Run its cell again; if that does not help, restart the kernel and run all cells.";
    return () => note.remove();
  }
}

/** The parts of the state that can be large. */
const LARGE = ["_scene", "_map", "_table"];

/**
 * JupyterLab holds on to the connection of a closed widget, and with it to the model, for as long as it is connected to
 * the kernel (seen in 4.6). So a closed model is emptied: else a cell that is run again and again would fill the page.
 */
function initialize({ model }: Pick<RenderContext, "model">): () => void {
  return () => {
    // Twice, for a model remembers what it held before its last change.
    for (const name of [...LARGE, ...LARGE]) model.set(name, null);
  };
}

export default { initialize, render };
