// The widget model, typed and distrusted: whatever does not fit falls back to something that does.

import type { HostModel } from "./types";

export class Model {
  constructor(private host: HostModel) {}

  /** A trait as it came; look at it closely before using it. */
  raw(name: string): unknown {
    return this.host.get(name);
  }

  text(name: string, otherwise = ""): string {
    const value = this.host.get(name);
    return typeof value === "string" ? value : otherwise;
  }

  flag(name: string): boolean {
    return this.host.get(name) === true;
  }

  /** A finite number. */
  number(name: string, otherwise = 0): number {
    const value = this.host.get(name);
    return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
  }

  /** One of a few words; the first of them when it is none. */
  choice<T extends string>(name: string, words: readonly [T, ...T[]]): T {
    const value = this.host.get(name);
    return words.find((word) => word === value) ?? words[0];
  }

  /** Set what changed, and let Python know; without a kernel only the page knows. */
  commit(patch: Record<string, unknown>): void {
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
