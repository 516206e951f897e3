// What the widgets say. One place, so that the same thing is said in the same words everywhere.

import { measured } from "./periodic";
import type { Derived } from "./state";
import { classesOf, neighbours } from "./state";
import type { Cloud, Mode, Scene, Selection, State } from "./types";

/** "1 atom", "2 atoms". */
export const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

const GREEK = "αβγδεζηθικλμνξοπρστυφχψω";

/** α, β, ..., ω, αα, αβ, ...: Greek, because C, H, O and K would be read as elements. */
export function letter(cls: number): string {
  let text = "";
  for (let rest = cls + 1; rest > 0; rest = Math.floor((rest - 1) / GREEK.length)) {
    text = GREEK.charAt((rest - 1) % GREEK.length) + text;
  }
  return text;
}

export const angstrom = (value: number, digits = 2): string => `${value.toFixed(digits)} Å`;

/** As few decimals as the number needs, but two at least. */
export function tidy(value: number): string {
  const text = value.toFixed(6).replace(/0+$/, "");
  const decimals = text.length - text.indexOf(".") - 1;
  return decimals < 2 ? value.toFixed(2) : text;
}

export function cloudName(scene: Scene, index: number): string {
  const cloud = scene.clouds[index]!;
  return cloud.name || (scene.clouds.length === 1 ? cloud.formula : "ab"[index]!);
}

export const atomName = (cloud: Cloud, atom: number): string => `${cloud.species[atom]}${atom}`;

export type Headline = "apart" | "pending" | "same" | "everywhere" | "unclear";

export interface VerdictWords {
  kind: Headline;
  word: string;
  reason: string;
}

/** Is there one atom (in each cloud), and so no pair and no distance? */
export const alone = (scene: Scene): boolean => scene.clouds.every((cloud) => cloud.n === 1 && !cloud.periods.length);
export const noPairs = (scene: Scene): string => `1 atom${scene.clouds.length > 1 ? " in each" : ""}, no pairs`;
export const ONE_EACH = "One atom each: there is no distance that could differ.";

/** What is not shown, or not to be chosen; empty when all is. */
export function leftOut(scene: Scene): string {
  const distances = scene.lengths.length;
  const stops = scene.kept.length - 1;
  const few = stops < distances ? `Of ${distances} distances ${stops} have a stop of their own on the slider.` : "";
  return [scene.leftOut, few].filter((sentence) => sentence).join(" ");
}

/** The wording of LOOK, the same as that of Verdict.wording in Python. */
export const tooClose = (margin: number | null | undefined): string =>
  `too close to call (margin ${margin == null ? "unknown" : `${margin.toExponential(1)} Å`})`;
export const within = (rounds: number): string => `not told apart within ${counted(rounds, "round")}`;

export function verdictWords(scene: Scene, state: State, now: Derived): VerdictWords {
  const { outcome, round, margin } = now.verdict;
  const last = now.frame.rounds;
  if (outcome === "unclear") {
    return {
      kind: "unclear",
      word: tooClose(margin),
      reason: "Two lengths differ by little more than rounding; look at the coordinates.",
    };
  }
  if (outcome === "apart" && round !== null && now.round >= round) {
    return {
      kind: "apart",
      word: `told apart in round ${round}`,
      reason: "From that round on, the two clouds have different colours.",
    };
  }
  if (now.round < last) {
    return {
      kind: "pending",
      word: within(now.round),
      reason: `So far the same colours, equally often: this is round ${now.round} of ${last}.`,
    };
  }
  if (outcome === "everywhere") {
    return scene.complete
      ? {
          kind: "everywhere",
          word: "not told apart at any cutoff",
          reason: alone(scene) ? ONE_EACH : "The same colours at every round, even with every distance known.",
        }
      : {
          kind: "same",
          word: "not told apart at this cutoff",
          reason: `Nor at any other up to ${tidy(scene.maxCutoff)} Å: the same colours at every round, with every distance up to there known.`,
        };
  }
  const blind = state.mode === "topology" ? " Only who is joined to whom is known, no length." : "";
  return {
    kind: "same",
    word: "not told apart at this cutoff",
    reason: `The same colours, equally often, at every round.${blind}`,
  };
}

export interface Phrase {
  text: string;
  cls?: number;
}

/** The signature of an atom as text and colour chips. */
export function signature(scene: Scene, state: State, now: Derived, picked: Selection): Phrase[] {
  const cloud = scene.clouds[picked.cloud]!;
  const start = scene.clouds.slice(0, picked.cloud).reduce((sum, c) => sum + c.n, 0) + picked.atom;
  const own = (round: number) => now.frame.classes[round * scene.total + start]!;
  const phrases: Phrase[] = [];
  if (now.round === 0) {
    phrases.push({ text: "has colour ", cls: own(0) }, { text: `: its element, ${cloud.species[picked.atom]}.` });
    return phrases;
  }
  phrases.push(
    { text: "has colour ", cls: own(now.round) },
    { text: `. After round ${now.round - 1} it was `, cls: own(now.round - 1) },
  );
  const seen = neighbours(scene, now.frame, now.round - 1, now.interval, state.mode, picked);
  if (!seen.length) {
    phrases.push({ text: " and had no neighbour." });
    return phrases;
  }
  phrases.push({ text: state.mode === "distances" ? " and saw " : " and was joined to " });
  seen.forEach((group, i) => {
    const joint = i ? ", " : "";
    const what = state.mode === "distances" ? `${angstrom(scene.lengths[group.label]!, scene.digits)} to ` : "";
    phrases.push({ text: joint + what, cls: group.cls }, { text: ` ×${group.count}` });
  });
  phrases.push({ text: "." });
  return phrases;
}

export const plain = (phrases: Phrase[]): string =>
  phrases.map((p) => p.text + (p.cls === undefined ? "" : letter(p.cls))).join("");

/** Up to which round two atoms, one of each cloud, have the same colour. */
export function compared(scene: Scene, now: Derived, a: Selection, b: Selection): string {
  const colour = (round: number, { cloud, atom }: Selection) => classesOf(scene, now.frame, round, cloud)[atom];
  let first = 0;
  while (first <= now.round && colour(first, a) === colour(first, b)) first += 1;
  if (first > now.round) {
    const last = now.round === now.frame.rounds;
    return `The two atoms have the same colour ${last ? "in every round" : `up to round ${now.round}`}.`;
  }
  return first === 0
    ? "The two atoms are of different elements, and so have different colours from the start."
    : `The two atoms have the same colour up to round ${first - 1}, and different ones from round ${first} on.`;
}

/** What is around an atom, for a single cloud: species and lengths. */
export function surroundings(scene: Scene, now: Derived, picked: Selection): string {
  const cloud = scene.clouds[picked.cloud]!;
  const shells = new Map<string, number>();
  for (const group of neighbours(scene, now.frame, 0, now.interval, "distances", picked)) {
    const key = `${angstrom(scene.lengths[group.label]!, scene.digits)} to ${group.species}`;
    shells.set(key, (shells.get(key) ?? 0) + group.count);
  }
  const p = cloud.positions.subarray(3 * picked.atom, 3 * picked.atom + 3);
  const place = `at (${[...p].map((x) => x.toFixed(2)).join(", ")}) Å`;
  if (cloud.n === 1 && !cloud.periods.length) return `${place}, the only atom: there is no pair to measure.`;
  if (!shells.size) return `${place}, no neighbour within the cutoff.`;
  return `${place}: ${[...shells].map(([key, count]) => `${key} ×${count}`).join(", ")}.`;
}

/** What was measured between atoms of one cloud, in words for the picture and for the text. */
export function measuredWords(scene: Scene, picks: Selection[]): { words: string[]; sentence: string } | null {
  const index = picks[0]?.cloud;
  const cloud = index === undefined ? undefined : scene.clouds[index];
  if (!cloud || picks.length < 2 || picks.some((one) => one.cloud !== index)) return null;
  const atoms = picks.map(({ atom }) => atom);
  const { lengths, angle } = measured(cloud, atoms);
  const names = atoms.map((atom) => atomName(cloud, atom));
  const words = lengths.map((length) => angstrom(length, Math.max(scene.digits, 3)));
  const parts = words.map((word, i) => `${names[i]} to ${names[i + 1]}: ${word}`);
  if (angle !== null) {
    words.push(`${angle.toFixed(1)}°`);
    parts.push(`angle at ${names[1]}: ${angle.toFixed(1)}°`);
  }
  const nearest = cloud.periods.length ? " (between nearest images)" : "";
  return { words, sentence: `${parts.join("; ")}${nearest}.` };
}

const python = (text: string): string => JSON.stringify(text);

/** The Python line that brings back the present state. */
export function reproduce(kind: "explorer" | "cloud", scene: Scene, state: State, now: Derived): string {
  const name = kind === "explorer" ? "RefinementExplorer" : "CloudView";
  const clouds = scene.clouds.length === 2 ? "a, b" : "a";
  const parts = [clouds, `cutoff=${tidy(state.cutoff)}`];
  if (kind === "explorer") parts.push(`round=${now.round}`, `mode=${python(state.mode)}`);
  if (state.labels && state.labels !== (kind === "explorer" ? "colour" : "species")) parts.push(`labels=${python(state.labels)}`);
  if (state.cells > 1) parts.push(`cells=${state.cells}`);
  if (state.measure) parts.push("measure=True");
  const picks = state.picked.map(({ cloud, atom }) => `{"cloud": ${cloud}, "atom": ${atom}}`);
  if (picks.length === 1) parts.push(`selected=${picks[0]}`);
  if (picks.length > 1) parts.push(`picked=[${picks.join(", ")}]`);
  return `tc.ui.${name}(${parts.join(", ")})`;
}

const MODE_WORDS: Record<Mode, string> = { topology: "topology only", distances: "with distances" };

/** The state in one or two sentences, for those who do not see the picture. */
export function summary(kind: "explorer" | "cloud", scene: Scene, state: State, now: Derived): string {
  const names = scene.clouds.map((c, i) => `${cloudName(scene, i)} (${c.formula})`).join(" and ");
  if (kind === "cloud" && alone(scene)) return `${names}: ${noPairs(scene)}.`;
  if (kind === "cloud") return `${names}, bonds up to ${tidy(state.cutoff)} angstrom.`;
  const verdict = verdictWords(scene, state, now);
  return (
    `${names}, ${MODE_WORDS[state.mode]}, cutoff ${tidy(state.cutoff)} angstrom, ` +
    `round ${now.round} of ${now.frame.rounds}: ${verdict.word}.`
  );
}
