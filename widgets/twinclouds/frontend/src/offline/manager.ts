// A widget manager for a page without a kernel: it brings saved widgets back to life, and needs no network.

import type { DOMWidgetView, IClassicComm, WidgetModel, WidgetView } from "@jupyter-widgets/base";
import { ManagerBase } from "@jupyter-widgets/base-manager";
import { MessageLoop } from "@lumino/messaging";
import { Widget } from "@lumino/widgets";
import { findModule } from "./modules";

const TYPESET = Symbol.for("twinclouds.typeset");

export class PageManager extends ManagerBase {
  /** The controls ask here for formulas in their texts; a page without formulas has nobody who could answer. */
  readonly _rendermime = {
    latexTypesetter: {
      typeset: (element: HTMLElement) =>
        (globalThis as { [TYPESET]?: (element: HTMLElement) => void })[TYPESET]?.(element),
    },
  };
  private shown = new Set<DOMWidgetView>();

  constructor() {
    super();
    window.addEventListener("resize", () => {
      for (const view of this.shown) MessageLoop.postMessage(view.luminoWidget, Widget.ResizeMessage.UnknownSize);
    });
  }

  /** Show a widget in an element of the page; if that cannot be done, say so there. */
  async show(id: string, place: HTMLElement): Promise<void> {
    try {
      if (!this.has_model(id)) throw new Error("its state was not saved with the notebook");
      const view = await this.create_view<DOMWidgetView>((await this.get_model(id)) as never);
      // A box learns its size when it is attached, which it can only be to what is on the page.
      if (place.isConnected) Widget.attach(view.luminoWidget, place);
      else place.append(view.luminoWidget.node);
      this.shown.add(view);
      view.once("remove", () => this.shown.delete(view));
    } catch (error) {
      const note = document.createElement("p");
      note.setAttribute("role", "alert");
      note.textContent = `This widget cannot be shown: ${error instanceof Error ? error.message : String(error)}.`;
      place.append(note);
    }
  }

  protected override async loadClass(name: string, module: string): Promise<typeof WidgetModel | typeof WidgetView> {
    const found = findModule(module)[name];
    if (!found) throw new Error(`${module} has no ${name}`);
    return found as typeof WidgetModel;
  }

  protected override async _get_comm_info(): Promise<Record<string, never>> {
    return {};
  }

  /** Nobody is at the other end. */
  protected override async _create_comm(_target: string, id: string): Promise<IClassicComm> {
    const nothing = () => undefined;
    const said = () => "";
    return { comm_id: id, target_name: _target, on_close: nothing, on_msg: nothing, close: said, open: said, send: said };
  }
}
