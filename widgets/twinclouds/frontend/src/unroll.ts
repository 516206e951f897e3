// The unrolled signature of an atom: what its colour says, taken apart round by round down to the elements. Pure; a
// node is made when it is asked for, because the whole tree may be larger than any memory.

import type { Derived } from "./state";
import { classesOf, neighbours } from "./state";
import type { Scene, Selection, State } from "./types";
import type { Phrase } from "./words";
import { angstrom } from "./words";

export interface TreeNode {
  /** The same for the same content beside the same siblings, so that open branches stay open from round to round. */
  key: string;
  phrases: Phrase[];
  /** How many atoms of the neighbourhood it stands for. */
  count: number;
  /** Null for a leaf: in round 0 a colour is an element. */
  children: (() => TreeNode[]) | null;
}

/** What a colour of an atom after `round` is made of. */
function parts(scene: Scene, state: State, now: Derived, atom: Selection, round: number): TreeNode[] {
  if (round === 0) return [];
  const before = classesOf(scene, now.frame, round - 1, atom.cloud);
  const species = scene.clouds[atom.cloud]!.species;
  const below = (other: number) =>
    round > 1 ? () => parts(scene, state, now, { cloud: atom.cloud, atom: other }, round - 1) : null;
  // In round 0 the letter is the element: name it, and the branch ends there.
  const element = (other: number) => (round > 1 ? "" : ` (${species[other]})`);
  const own: TreeNode = {
    key: "own",
    phrases: [{ text: "itself, before: ", cls: before[atom.atom]! }, { text: element(atom.atom) }],
    count: 1,
    children: below(atom.atom),
  };
  const around = neighbours(scene, now.frame, round - 1, now.interval, state.mode, atom).map((group): TreeNode => {
    const how = state.mode === "distances" ? `${angstrom(scene.lengths[group.label]!, scene.digits)} to ` : "joined to ";
    return {
      key: `${state.mode === "distances" ? group.label : ""}/${group.cls}`,
      phrases: [{ text: how, cls: group.cls }, { text: `${element(group.atom)} ×${group.count}` }],
      count: group.count,
      children: below(group.atom),
    };
  });
  return [own, ...around];
}

/** The tree of an atom at the round shown. */
export function unroll(scene: Scene, state: State, now: Derived, atom: Selection): TreeNode {
  const cls = classesOf(scene, now.frame, now.round, atom.cloud)[atom.atom]!;
  const species = scene.clouds[atom.cloud]!.species[atom.atom]!;
  const end = now.round ? ` after round ${now.round}, made of` : ` in round 0: its element, ${species}`;
  return {
    key: "root",
    phrases: [{ text: "colour ", cls }, { text: end }],
    count: 1,
    children: now.round ? () => parts(scene, state, now, atom, now.round) : null,
  };
}
