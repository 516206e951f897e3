// Controls of ipywidgets, such as the menus of a PairChooser or the button of a Prediction, only Python answers. If nobody
// does, the reader is told so beside them: else a menu would show one molecule and the picture another, and nothing
// would say why. As long as Python answers there is nothing to see.

import { h, say } from "../dom";
import { Model } from "../model";
import shared from "../style.css";
import type { HostModel, Instrument, RenderContext } from "../types";

/** Python is given so long to answer; milliseconds. */
const PATIENCE = 4000;

const NO_ANSWER =
  "Python has not answered: this needs a running kernel. Wait if it is busy; else start it and run the cells again, from the top.";

/** A control, as ipywidgets has it: with its views on this page. */
interface Control extends HostModel {
  views?: Record<string, Promise<{ el: HTMLElement }>>;
}

interface Manager {
  get_model(id: string): Promise<Control>;
}

export class AnswersInstrument implements Instrument {
  private model: Model;
  private banner = h("div", { class: "tc-error", role: "alert", hidden: true });
  private root = h("section", { class: "tc-root tc-answers", "data-widget": "answers" });
  private timer = 0;
  private stops: (() => void)[] = [];
  private gone = false;

  constructor({ model: host, el }: RenderContext) {
    this.model = new Model(host);
    this.root.append(h("style", {}, shared), this.banner);
    el.append(this.root);
    // `_answers` counts Python's answers.
    this.stops.push(this.model.on(["_answers"], () => this.warn("")));
    const { widget_manager: manager } = host as HostModel & { widget_manager?: Manager };
    const names = this.model.raw("_asked_by");
    if (!manager || !Array.isArray(names)) return;
    for (const name of names) {
      // A control that was closed has no model any more, and asks nothing.
      manager.get_model(String(name).replace("IPY_MODEL_", "")).then(
        (control) => this.watch(control),
        () => undefined,
      );
    }
  }

  dispose(): void {
    this.gone = true;
    clearTimeout(this.timer);
    for (const stop of this.stops) stop();
    this.root.remove();
  }

  private watch(control: Control): void {
    if (this.gone) return;
    const asked = () => this.ask();
    for (const event of ["change:index", "change:value"]) {
      control.on(event, asked);
      this.stops.push(() => control.off(event, asked));
    }
    if (control.get("_model_name") !== "ButtonModel") return;
    // A button changes nothing in its model; it only sends a message.
    const clicked = ({ target }: MouseEvent) => {
      for (const view of Object.values(control.views ?? {})) {
        void view.then(({ el }) => el.contains(target as Node) && this.ask());
      }
    };
    document.addEventListener("click", clicked, true);
    this.stops.push(() => document.removeEventListener("click", clicked, true));
  }

  private ask(): void {
    clearTimeout(this.timer);
    if (this.gone) return;
    this.timer = window.setTimeout(() => this.warn(`${NO_ANSWER} ${this.model.text("_meanwhile")}`), PATIENCE);
  }

  private warn(text: string): void {
    clearTimeout(this.timer);
    say(this.banner, text);
    this.banner.hidden = !text;
    this.root.dataset["error"] = text;
  }
}
