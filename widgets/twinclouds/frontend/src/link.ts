// Views of one group that stand at one cutoff and round, such as an explorer and its staircase. They tell each other
// directly, on the page: no kernel is asked, and no helper widget has to be there, so that it works in every host and in
// an exported page. One message carries all that belongs together; traits linked one by one would pass through states
// that nobody chose, with the new cutoff and the old round.

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
}

const groups = (): Map<string, Group> => sharedOnPage("places", () => new Map<string, Group>());

export class PlaceLink {
  private own = "";
  private heard = false;
  private stop: () => void;

  /** Join a group; where its other members stand is taken over at once. */
  constructor(
    private name: string,
    private take: (place: Place) => void,
  ) {
    const group = groups().get(name) ?? { listeners: new Set(), last: null };
    groups().set(name, group);
    const listen: Listener = (place, sender) => sender !== this && this.hear(place);
    group.listeners.add(listen);
    this.stop = () => {
      group.listeners.delete(listen);
      if (!group.listeners.size) groups().delete(name);
    };
    if (group.last) this.hear(group.last);
  }

  private hear(place: Place): void {
    this.heard = true;
    this.take(place);
  }

  /** Call it after each refresh: others hear of what changed here, but not of what was heard from them. */
  tell(place: Place): void {
    const now = JSON.stringify(place);
    const news = this.own !== "" && this.own !== now && !this.heard;
    this.own = now;
    this.heard = false;
    const group = groups().get(this.name);
    if (!news || !group) return;
    group.last = place;
    for (const listen of [...group.listeners]) listen(place, this);
  }

  dispose(): void {
    this.stop();
  }
}
