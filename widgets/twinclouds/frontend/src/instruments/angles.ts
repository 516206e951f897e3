// AngleExplorer: the angles and triangles of two clouds over each other.

import type { Angles, Form } from "../angles";
import { angleHistogram, decodeAngles, members, partner, seenForms, trianglesAt } from "../angles";
import { AngleChart } from "../controls/angle_chart";
import { VerdictBanner } from "../controls/verdict";
import { parse } from "../colours";
import { h, say } from "../dom";
import type { Look, Mark } from "../picture";
import { named, SceneView } from "../scene_view";
import type { Now } from "../scene_view";
import type { Told } from "../shell";
import type { RenderContext, Scene, Selection, State } from "../types";
import type { VerdictWords } from "../words";
import { alone, angstrom, atomName, cloudName, ONE_EACH, tidy, tooClose } from "../words";
import css from "./angles.css";

/** Rows of the table, and triangles drawn in one cloud, at most. */
const MOST_ROWS = 60;
const MOST_TRIANGLES = 40;

const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

export class AngleInstrument extends SceneView {
  private angles: Angles | null = null;
  private verdict = new VerdictBanner();
  private whole: AngleChart;
  private atom: AngleChart;
  private picked = h("p", { class: "tc-picked" });
  private where = h("span");
  private jump = h("button", { type: "button", "data-action": "jump" });
  private head = h("tr");
  private rows = h("tbody");
  private more = h("p", { class: "tc-quiet tc-more" });
  private empty = h("p", { class: "tc-quiet tc-more" });
  private drawn = "";
  private hovered: number | null = null;

  constructor(context: RenderContext) {
    super(context, "angles", css);
    const { id, body } = this.shell;
    this.whole = new AngleChart(`${id}-whole`);
    this.atom = new AngleChart(`${id}-atom`);
    this.jump.addEventListener("click", () => this.change({ cutoff: Number(this.jump.dataset["cutoff"]) }));
    const caption = "Kinds of triangles seen at this cutoff, and how many of each the two clouds have";
    const table = h("table", {}, h("caption", { class: "tc-hidden" }, caption), h("thead", {}, this.head), this.rows);
    const forms = h("div", { class: "tc-forms", role: "region", "aria-label": "triangles", tabindex: 0 }, table, this.empty, this.more);
    forms.addEventListener("pointerleave", () => this.hover(null));
    body.append(
      this.verdict.element,
      h("div", { class: "tc-controls" }, this.cutoff.element, h("div", { class: "tc-jump" }, this.where, this.jump)),
      h("div", { class: "tc-charts" }, this.whole.element, this.atom.element),
      this.picked,
      forms,
    );
    this.shell.refreshOn(["triangle"]);
    this.shell.onDispose(
      () => this.whole.dispose(),
      () => this.atom.dispose(),
    );
    this.load();
  }

  protected override loaded(scene: Scene): void {
    this.angles = decodeAngles(this.shell.model.raw("_scene"), scene);
    this.drawn = "";
    this.hovered = null;
  }

  /** There are no rounds here that could follow the cutoff. */
  protected override change(patch: Partial<State>): void {
    this.shell.commit(patch);
  }

  protected override starting({ state }: Now): Record<string, unknown> {
    return { cutoff: state.cutoff, selected: state.selected, triangle: this.triangle };
  }

  private get triangle(): number | null {
    const value = this.shell.model.raw("triangle");
    return Number.isInteger(value) && this.angles?.forms[value as number] ? (value as number) : null;
  }

  protected look({ scene, state, derived }: Now): Look {
    const chosen = this.hovered ?? this.triangle;
    const form = chosen === null ? undefined : this.angles?.forms[chosen];
    const visible = form && form.seen <= derived.interval ? form : undefined;
    return {
      colours: scene.clouds.map((cloud) => cloud.species.map((s) => parse(scene.elements[s]?.color ?? "#888888"))),
      letters: scene.clouds.map((cloud) => cloud.species.map((s) => (s === "X" ? "" : s))),
      upTo: derived.interval,
      selected: state.selected,
      cursor: this.cursor,
      hovered: null,
      marks: scene.clouds.map((_, g) => marksOf(scene, g, visible)),
    };
  }

  protected show(now: Now): Told {
    const angles = this.angles!;
    const { scene, state, derived } = now;
    const interval = derived.interval;
    const names = scene.clouds.map((_, g) => cloudName(scene, g));
    const words = this.words(now);
    this.verdict.show(words);
    this.showJump(now);
    const histograms = [0, 1].map((g) => angleHistogram(angles, interval, g));
    this.whole.show("all atoms", names, histograms);
    this.showPicked(now);
    const forms = seenForms(angles, interval);
    const differing = forms.filter((t) => differs(angles.forms[t]!)).length;
    this.showForms(now, forms, differing);
    const kinds = !forms.length ? "No triangle" : `${times(forms.length, "kind")} of triangles, ${differing || "none"} of them not equally frequent`;
    const parts = ["a, b", `cutoff=${tidy(state.cutoff)}`];
    if (state.selected) parts.push(`selected={"cloud": ${state.selected.cloud}, "atom": ${state.selected.atom}}`);
    if (this.triangle !== null) parts.push(`triangle=${this.triangle}`);
    return {
      python: `tc.ui.AngleExplorer(${parts.join(", ")})`,
      summary: `${names.join(" and ")}, cutoff ${tidy(state.cutoff)} angstrom: ${words.word}. ${kinds}.`,
      data: {
        verdict: words.kind,
        verdictWords: words.word,
        kinds: forms.length,
        differing,
        triangle: this.triangle ?? "",
        drawn: this.hovered ?? this.triangle ?? "",
      },
    };
  }

  /** What the angles say, in words. */
  private words({ scene, state, derived }: Now): VerdictWords {
    const angles = this.angles!;
    const { round, margin } = angles.steps[derived.at]!;
    const forms = seenForms(angles, derived.interval);
    if (margin !== null) {
      return {
        kind: "unclear",
        word: tooClose(margin),
        reason: "Two lengths differ by little more than rounding; look at the coordinates.",
      };
    }
    if (round === 1) {
      const first = forms.find((t) => differs(angles.forms[t]!));
      const form = first === undefined ? undefined : angles.forms[first]!;
      const distances = scene.steps.distances[derived.at]!.verdict;
      const already = distances.outcome === "apart" && distances.round === 1 ? " Already the distances do." : "";
      const reason = form
        ? `For example, triangles ${label(scene, form)} Å: ${form.counts[0]} in ${cloudName(scene, 0)}, ${form.counts[1]} in ${cloudName(scene, 1)}.`
        : "In total they are the same, but they are shared out among the atoms in another way.";
      const why = forms.length ? `The angles at this cutoff differ. ${reason}${already}` : "The numbers of neighbours or their distances differ.";
      return { kind: "apart", word: "told apart in round 1", reason: why };
    }
    if (round !== null) {
      const reason = forms.length
        ? "Atom by atom the angles at this cutoff agree; only what the atoms tell each other of them differs."
        : "There is no angle at this cutoff; what the atoms tell each other of their distances differs.";
      return { kind: "apart", word: `told apart in round ${round}`, reason };
    }
    const all = scene.complete && derived.interval === scene.lengths.length && state.cutoff >= scene.maxCutoff;
    if (all) {
      const reason = forms.length ? "The angles agree, even with every distance known." : alone(scene) ? ONE_EACH : "There is no angle: no atom has two neighbours.";
      return { kind: "everywhere", word: "not told apart at any cutoff", reason };
    }
    const reason = forms.length
      ? "The angles at this cutoff agree, atom by atom and at every round."
      : "There is no angle at this cutoff: no atom has two neighbours. Move the cutoff to the right.";
    return { kind: "same", word: "not told apart at this cutoff", reason };
  }

  /** Where the angles begin to differ, once the reader has been there, and a way there before: finding it is the exercise. */
  private showJump({ scene, derived }: Now): void {
    const first = this.angles!.steps.findIndex((step) => step.round === 1);
    if (first < 0) {
      const end = scene.complete ? "at any cutoff" : `up to ${tidy(scene.maxCutoff)} Å`;
      say(this.where, alone(scene) ? "One atom has no angle." : `They do not differ ${end}.`);
      this.jump.hidden = true;
      return;
    }
    const beyond = derived.at >= first;
    const begin = angstrom(scene.starts[scene.kept[first]!]!);
    // Before the first length there is no angle to look at.
    this.jump.hidden = beyond && first < 2;
    say(this.where, beyond ? `They differ from ${begin} on.` : "Further to the right they differ.");
    say(this.jump, beyond ? "see where they agree" : "go where they begin to");
    this.jump.dataset["cutoff"] = String(scene.stops[beyond ? Math.max(first - 1, 0) : first]);
  }

  private showPicked(now: Now): void {
    const { scene, state } = now;
    this.atom.element.hidden = !state.selected;
    if (!state.selected) {
      const hint = "Pick an atom to see its own angles: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
      return;
    }
    const interval = now.derived.interval;
    const both = this.twoAtoms(now)!;
    this.atom.show(
      "picked atom and its best match",
      both.map((one) => (one ? named(scene, one) : undefined)).filter((name) => name !== undefined),
      both.map((one) => (one ? angleHistogram(this.angles!, interval, one.cloud, one.atom) : [])),
    );
    this.picked.replaceChildren(h("strong", {}, `Atom ${named(scene, state.selected)}`), ` ${this.describe(now, state.selected)}`);
  }

  /** The picked atom and its match, in the order of the clouds. */
  private twoAtoms({ scene, state, derived }: Now): [Selection | null, Selection | null] | null {
    const own = state.selected;
    if (!own) return null;
    const match = partner(scene, this.angles!, derived.interval, own);
    const other = match ? { cloud: 1 - own.cloud, atom: match.atom } : null;
    return own.cloud ? [other, own] : [own, other];
  }

  protected describe({ scene, derived }: Now, picked: Selection): string {
    const angles = this.angles!;
    const own = angleHistogram(angles, derived.interval, picked.cloud, picked.atom).reduce((sum, c) => sum + c, 0);
    const match = partner(scene, angles, derived.interval, picked);
    const other = scene.clouds[1 - picked.cloud]!;
    const sees = !own ? "has no angle at this cutoff: it has no two neighbours." : `is the corner of ${times(own, "angle")} at this cutoff.`;
    if (!own || !match) return sees;
    const name = cloudName(scene, 1 - picked.cloud);
    const who = `${atomName(other, match.atom)} of ${name}`;
    return match.difference
      ? `${sees} No atom of ${name} has the same; nearest is ${who}.`
      : `${sees} ${who} has exactly the same.`;
  }

  private showForms(now: Now, forms: number[], differing: number): void {
    const angles = this.angles!;
    const { scene, derived } = now;
    const chosen = this.triangle;
    const both = this.twoAtoms(now);
    const atoms = both?.map((one) => (one ? trianglesAt(angles, derived.interval, one.cloud, one.atom) : null)) ?? [];
    const key = JSON.stringify([forms, chosen, both]);
    if (key === this.drawn) return;
    this.drawn = key;
    const names = scene.clouds.map((_, g) => cloudName(scene, g));
    const own = both?.map((one) => (one ? `at ${atomName(scene.clouds[one.cloud]!, one.atom)}` : "")) ?? [];
    this.head.replaceChildren(
      h("th", { scope: "col" }, "triangle (sides in Å)"),
      ...names.map((name) => h("th", { scope: "col", title: name }, name)),
      h("th", { scope: "col" }, h("span", { class: "tc-hidden" }, "same?")),
      ...own.map((name, g) => h("th", { scope: "col", title: `${name} of ${names[g]}` }, name)),
    );
    const focused = this.rows.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["form"] : undefined;
    this.rows.replaceChildren(
      ...forms.slice(0, MOST_ROWS).map((t) => {
        const form = angles.forms[t]!;
        const [corners, sides] = parts(scene, form);
        const button = h(
          "button",
          { type: "button", class: "tc-form", "data-form": t, "aria-pressed": String(t === chosen) },
          h("b", {}, sides),
          " ",
          h("span", {}, corners),
        );
        button.addEventListener("click", () => this.shell.commit({ triangle: this.triangle === t ? null : t }));
        button.addEventListener("pointerenter", () => this.hover(t));
        const unlike = differs(form);
        return h(
          "tr",
          { class: unlike ? "tc-differs" : "" },
          h("th", { scope: "row" }, button),
          ...form.counts.map((count) => h("td", {}, String(count))),
          h("td", { class: "tc-mark" }, unlike ? "≠" : h("span", { class: "tc-hidden" }, "same")),
          ...atoms.map((counts) => h("td", {}, counts ? String(counts.get(t) ?? 0) : "")),
        );
      }),
    );
    if (focused !== undefined) this.rows.querySelector<HTMLElement>(`[data-form="${focused}"]`)?.focus();
    say(this.empty, forms.length ? "" : "No triangle is seen at this cutoff.");
    const left = forms.length - MOST_ROWS;
    say(this.more, left > 0 ? `and ${left} more kinds${differing > MOST_ROWS ? "" : ", equally frequent in both"}` : "");
  }

  /** Draw the triangles under the pointer; those that were chosen come back afterwards. */
  private hover(t: number | null): void {
    if (t === this.hovered) return;
    this.hovered = t;
    const now = this.now;
    if (!now) return;
    this.stage?.show(this.look(now));
    this.shell.root.dataset["drawn"] = String(t ?? this.triangle ?? "");
  }
}

const differs = (form: Form): boolean => form.counts[0] !== form.counts[1];

/** Corners and sides of a kind of triangle, the sides in order of length. */
function parts(scene: Scene, form: Form): [string, string] {
  const sides = [...form.sides].sort((p, q) => p - q).map((side) => side.toFixed(scene.digits)).join(" · ");
  return [form.species.every((s) => s === "X") ? "" : form.species.join("–"), sides];
}

const label = (scene: Scene, form: Form): string => parts(scene, form).filter(Boolean).join(" with sides ");

function marksOf(scene: Scene, cloud: number, form: Form | undefined): Mark {
  const faces = form ? members(scene, cloud, form, MOST_TRIANGLES) : [];
  return { faces, lines: faces.flatMap(([p, q, r]) => [[p, q], [q, r], [r, p]] as Mark["lines"]) };
}
