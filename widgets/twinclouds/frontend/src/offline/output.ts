// The output widget of ipywidgets, as far as a page needs it that shows what was there when it was saved.

import { DOMWidgetModel, DOMWidgetView } from "@jupyter-widgets/base";
import type { PageManager } from "./manager";

const VIEW = "application/vnd.jupyter.widget-view+json";

interface Shown {
  output_type: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  traceback?: string[];
}

const joined = (text: unknown): string => (Array.isArray(text) ? text.join("") : String(text ?? ""));

export class OutputModel extends DOMWidgetModel {
  override defaults() {
    return {
      ...super.defaults(),
      _model_name: "OutputModel",
      _model_module: "@jupyter-widgets/output",
      _model_module_version: "1.0.0",
      _view_name: "OutputView",
      _view_module: "@jupyter-widgets/output",
      _view_module_version: "1.0.0",
      outputs: [],
    };
  }
}

export class OutputView extends DOMWidgetView {
  override render(): void {
    super.render();
    this.el.classList.add("jupyter-widgets", "widget-output");
    this.listenTo(this.model, "change:outputs", () => void this.fill());
    void this.fill();
  }

  private async fill(): Promise<void> {
    const shown = (this.model.get("outputs") ?? []) as Shown[];
    this.el.replaceChildren(...(await Promise.all(shown.map((output) => this.one(output)))));
  }

  private async one(output: Shown): Promise<HTMLElement> {
    const data = output.data ?? {};
    const view = data[VIEW] as { model_id?: string } | undefined;
    const holder = document.createElement("div");
    if (view?.model_id) {
      const manager = this.model.widget_manager as unknown as PageManager;
      await manager.show(view.model_id, holder);
    } else if ("text/html" in data) {
      // HTML of the notebook's author, like the rest of this page; it is the one place where text becomes elements.
      const parsed = new DOMParser().parseFromString(joined(data["text/html"]), "text/html");
      holder.append(...parsed.body.childNodes);
    } else if ("image/png" in data) {
      const image = document.createElement("img");
      image.src = `data:image/png;base64,${joined(data["image/png"]).trim()}`;
      image.alt = joined(data["text/plain"]) || "a picture made by the code";
      holder.append(image);
    } else {
      const text = document.createElement("pre");
      text.textContent = joined(output.text ?? output.traceback?.join("\n") ?? data["text/plain"]);
      holder.append(text);
    }
    return holder;
  }
}
