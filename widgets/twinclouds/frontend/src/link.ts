// Views of one group that stand at one cutoff and round, such as an explorer and its staircase. They tell each other
// directly, on the page: no kernel is asked, and no helper widget has to be there, so that it works in every host and in
// an exported page. One message carries all that belongs together; traits linked one by one would pass through states
// that nobody chose, with the new cutoff and the old round.
//
// Python links the same widgets on its side (ui/linking.py), with or without views. It marks what it writes with the time,
// and then writes to all widgets of the group, so that there is nothing to pass on here; a place that is older than
// another one gives way to it.

import type { Model } from "./model";
import { sharedOnPage } from "./page";
import type { Mode } from "./types";

export interface Place {
  cutoff: number;
  round: number;
  mode: Mode;
}

type Listener = (place: Place, sender: object) => void;

interface Group {
  listeners: Set<Listener>;
  last: Place | null;
  /** When the last place was chosen, in milliseconds. */
  at: number;
}

const groups = (): Map<string, Group> => sharedOnPage("places", () => new Map<string, Group>());

/** What Python wrote last: when, and in which mode its group is. */
function written(model: Model): { at: number; mode: unknown } {
  const raw = (model.raw("_place") ?? {}) as Record<string, unknown>;
  return { at: typeof raw["written"] === "number" ? raw["written"] : 0, mode: raw["mode"] };
}

export class PlaceLink {
  private group: Group | null = null;
  private own = "";
  private at = 0;
  private asked = 0;
  private heard = false;
  private leave: () => void = () => undefined;
  private stop: () => void;

  /** Join the group that the model names, and change to another when it names another. */
  constructor(
    private model: Model,
    private take: (place: Place) => void,
  ) {
    this.join();
    this.stop = model.on(["link_group"], () => this.join());
  }

  private join(): void {
    this.leave();
    const name = this.model.text("link_group");
    this.at = written(this.model).at;
    this.group = null;
    this.leave = () => undefined;
    if (!name) return;
    const group = groups().get(name) ?? { listeners: new Set(), last: null, at: 0 };
    groups().set(name, group);
    const listen: Listener = (place, sender) => sender !== this && this.hear(place);
    group.listeners.add(listen);
    this.group = group;
    this.leave = () => {
      group.listeners.delete(listen);
      // Each run of a cell makes a group; one that nobody is in and nobody moved tells nothing.
      if (!group.listeners.size && !group.last) groups().delete(name);
    };
    // Where the others went is taken over, unless Python has written something since.
    if (group.last && group.at > this.at) this.hear(group.last);
  }

  private hear(place: Place): void {
    this.heard = true;
    this.at = this.group?.at ?? this.at;
    this.take(place);
  }

  /** The mode of the group, if Python wrote it since this was asked, and nobody went elsewhere on the page. */
  newMode(): unknown {
    const { at, mode } = written(this.model);
    const news = at !== this.asked && at >= this.at;
    this.asked = at;
    return news ? mode : undefined;
  }

  /** Call it after each refresh: others hear of what changed here, but not of what was heard from them. */
  tell(place: Place): void {
    const now = JSON.stringify(place);
    const changed = this.own !== "" && this.own !== now && !this.heard;
    this.own = now;
    this.heard = false;
    const { group } = this;
    const { at } = written(this.model);
    if (at > this.at) {
      this.at = at;
      if (!group) return;
      if (at > group.at) [group.last, group.at] = [place, at];
      else if (at < group.at && group.last) this.hear(group.last);
      return;
    }
    if (!changed || !group) return;
    this.at = group.at = Math.max(Date.now(), group.at + 1, this.at + 1);
    group.last = place;
    for (const listen of [...group.listeners]) listen(place, this);
  }

  dispose(): void {
    this.stop();
    this.leave();
  }
}
