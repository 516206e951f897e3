// The widget model, typed and distrusted: whatever does not fit falls back to something that does.

import type { HostModel, Mode, State } from "./types";

export const SHARED = ["cutoff", "round", "mode", "selected", "playing"] as const;

export class Model {
  constructor(private host: HostModel) {}

  text(name: string): string {
    const value = this.host.get(name);
    return typeof value === "string" ? value : "";
  }

  flag(name: string): boolean {
    return this.host.get(name) === true;
  }

  get kind(): "explorer" | "cloud" {
    return this.text("_kind") === "cloud" ? "cloud" : "explorer";
  }

  get payload(): unknown {
    return this.host.get("_scene");
  }

  get state(): State {
    const number = (name: string) => {
      const value = this.host.get(name);
      return typeof value === "number" && Number.isFinite(value) ? value : 0;
    };
    const mode: Mode = this.host.get("mode") === "topology" ? "topology" : "distances";
    return {
      cutoff: number("cutoff"),
      round: number("round"),
      mode,
      selected: this.host.get("selected") as State["selected"],
      playing: this.host.get("playing") === true,
    };
  }

  /** Set what changed, and let Python know; without a kernel only the page knows. */
  commit(patch: Partial<State>): void {
    for (const [name, value] of Object.entries(patch)) this.host.set(name, value);
    this.host.save_changes();
  }

  /** Listen to changes of these traits; call what is returned to stop. */
  on(names: readonly string[], listen: () => void): () => void {
    for (const name of names) this.host.on(`change:${name}`, listen);
    return () => {
      for (const name of names) this.host.off(`change:${name}`, listen);
    };
  }
}
