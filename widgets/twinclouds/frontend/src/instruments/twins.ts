// TwinBuilder: a degenerate pair, built by hand. All but the certificate is computed here, so that it follows the hand.

import { dash, degrees, TwinPanel } from "../controls/twin_panel";
import type { PanelHost } from "../controls/twin_panel";
import { VerdictBanner } from "../controls/verdict";
import { classColour } from "../colours";
import { h, say } from "../dom";
import type { Elements, Live } from "../live_scene";
import { liveScene } from "../live_scene";
import { sharedOnPage } from "../page";
import type { Look } from "../picture";
import { Shell } from "../shell";
import type { Stage } from "../stage";
import { validSelection } from "../state";
import type { FamilyName, Parameters, Planes, Twins } from "../twins";
import { asLines, departure, expression, FLIPS, lineTwins, parameterNames, PLACE, PLANES, planeTwins, volumes, xyz } from "../twins";
import type { Instrument, RenderContext, Selection } from "../types";
import type { VerdictWords } from "../words";
import { angstrom, letter, tidy, tooClose } from "../words";
import css from "./twins.css";

/** Python is asked after a pause, and given some time to answer; milliseconds. */
const PAUSE = 450;
const PATIENCE = 6000;
/** Points do not come closer than this, angstrom. */
const CLOSEST = 0.2;
/** With more bonds than this only the short ones are drawn. */
const MOST_EDGES = 120;

const times = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;

/** What readers built, by what they began with: running a cell again must not lose it. */
const built = (): Map<string, Parameters> => sharedOnPage("built", () => new Map<string, Parameters>());

interface Now {
  parameters: Parameters;
  twins: Twins;
  live: Live;
}

export class TwinInstrument implements Instrument {
  private shell: Shell;
  private family: FamilyName;
  private elements: Elements;
  private source: object;
  private stage: Stage | null = null;
  private known: { key: string; now: Now } | null = null;
  private shown = "";
  private selected: Selection | null = null;
  private cursor: Selection | null = null;
  private verdict = new VerdictBanner();
  private panel: TwinPanel;
  private refusal = h("p", { class: "tc-refused" });
  private facts = h("div", { class: "tc-facts" });
  private certificate = h("p", { class: "tc-certificate" });
  private picked = h("p", { class: "tc-picked" });
  private remembered = h("p", { class: "tc-built", hidden: true });
  private timer = 0;
  private silence = 0;
  private waited = false;

  constructor(context: RenderContext) {
    this.shell = new Shell(context, "twins", { refresh: () => this.refresh(), reset: () => this.reset() }, css);
    const { model, body, root } = this.shell;
    this.family = model.choice("_family", ["three_lines", "three_planes", "octahedral_complex"]);
    root.classList.add(`tc-${this.family}`);
    root.dataset["family"] = this.family;
    this.source = (model.raw("_elements") ?? {}) as object;
    this.elements = this.source as Elements;
    this.panel = new TwinPanel(this.panelHost());
    const download = h("button", { type: "button", "data-action": "download", click: () => this.download() }, "download XYZ");
    body.append(
      this.remembered,
      this.verdict.element,
      this.panel.element,
      this.refusal,
      this.facts,
      this.certificate,
      this.picked,
      h("div", { class: "tc-export" }, download),
    );
    this.shell.refreshOn([...parameterNames(this.family), "_certificate"]);
    this.shell.onDispose(() => {
      clearTimeout(this.timer);
      clearTimeout(this.silence);
    });
    this.shell.later();
  }

  dispose(): void {
    this.shell.dispose();
  }

  private panelHost(): PanelHost {
    const builder = this;
    return {
      id: this.shell.id,
      family: this.family,
      get parameters() {
        return builder.parameters;
      },
      change: (patch) => this.change(patch),
      refuse: (text) => this.refuse(text),
      later: () => this.shell.later(),
      known: (symbol) => Object.hasOwn(this.elements, symbol),
    };
  }

  private get parameters(): Parameters {
    return Object.fromEntries(parameterNames(this.family).map((name) => [name, this.shell.model.raw(name)]));
  }

  /** Everything that follows from parameters; null if they make no sense. */
  private compute(parameters: Parameters): Now | null {
    const key = JSON.stringify(parameters);
    if (this.known?.key === key) return this.known.now;
    if (Object.values(parameters).some((value) => value == null)) return null;
    try {
      const planes = this.family === "three_planes";
      const twins = planes ? planeTwins(parameters as unknown as Planes) : lineTwins(asLines(this.family, parameters));
      if (!twins.points[0].species.length) return null;
      const live = liveScene(twins.points, ["X", "Y, its twin"], this.elements);
      const now = { parameters, twins, live };
      this.known = { key, now };
      return now;
    } catch (error) {
      console.warn("twinclouds: this pair cannot be shown", error);
      return null;
    }
  }

  /** The reader changed something. */
  private change(patch: Parameters): void {
    const wanted = { ...this.parameters, ...patch };
    const now = this.compute(wanted);
    const shortest = now?.live.scene.lengths[0] ?? Infinity;
    if (!now || shortest < CLOSEST) {
      this.shown = "";
      this.shell.later();
      this.refuse(now ? `There two points would be ${angstrom(shortest)} apart; they have to keep ${angstrom(CLOSEST)}.` : "A pair needs at least one point.");
      return;
    }
    say(this.refusal, "");
    this.shell.commit(patch);
    const beginning = this.shell.beginning(this.source);
    if (beginning) built().set(this.name(beginning), wanted);
  }

  private refuse(text: string): void {
    say(this.refusal, text);
    // If something was changed all the same, screen readers are told this in place of the new state.
    this.shell.announce(text);
  }

  private name(beginning: Parameters): string {
    return JSON.stringify([this.family, beginning]);
  }

  private reset(): void {
    const beginning = this.shell.beginning(this.source);
    if (!beginning) return;
    this.selected = this.cursor = null;
    this.stage?.resetCamera();
    say(this.refusal, "");
    this.shell.commit(beginning);
  }

  private refresh(): void {
    const now = this.compute(this.parameters);
    if (!now) {
      this.shell.showEmpty("There is no pair to show yet.");
      return;
    }
    this.offerBuilt();
    const key = JSON.stringify(now.parameters);
    const { scene } = now.live;
    if (!this.stage) {
      this.stage = this.shell.makeStage(scene, { pick: (atom) => this.pick(atom), walk: (atom) => this.walk(atom) });
      this.shell.body.prepend(this.stage.element);
    } else if (key !== this.shown) {
      this.stage.setScene(scene);
    }
    this.shown = key;
    this.selected = validSelection(scene, this.selected);
    this.cursor = validSelection(scene, this.cursor);
    this.stage.show(this.look(now));
    this.panel.show(now.parameters);
    const words = this.words(now);
    this.verdict.show(words);
    this.showFacts(now);
    const line = expression(this.family, now.parameters);
    const state = this.showCertificate(line);
    this.showPicked(now);
    const lines = this.family === "three_planes" ? null : asLines(this.family, now.parameters);
    this.shell.tell({
      python: line,
      summary: `X and Y (${scene.clouds[0]!.formula}): ${words.word}. ${words.reason}`,
      data: {
        verdict: words.kind,
        verdictWords: words.word,
        parameters: key,
        certificate: state,
        differing: now.live.differing,
        volumes: lines ? volumes(lines).map((v) => v.toFixed(6)).join(" ") : "",
        selected: this.selected ? `${this.selected.cloud}:${this.selected.atom}` : "",
      },
    });
  }

  // ---- what is kept when the cell is run again

  private offerBuilt(): void {
    const beginning = this.shell.beginning(this.source);
    if (beginning) return;
    const start = this.parameters;
    this.shell.remember(this.source, start);
    const last = built().get(this.name(start));
    if (!last || JSON.stringify(last) === JSON.stringify(start) || !this.compute(last)) return;
    const back = h("button", { type: "button", "data-action": "restore" }, "bring it back");
    back.addEventListener("click", () => {
      this.remembered.hidden = true;
      this.change(last);
    });
    this.remembered.replaceChildren("You had built ", h("code", {}, expression(this.family, last)), " ", back);
    this.remembered.hidden = false;
  }

  // ---- what is shown

  private look({ twins, live }: Now): Look {
    const { scene } = live;
    const bonds = scene.clouds[0]!.order.length;
    let upTo = scene.lengths.length;
    if (bonds > MOST_EDGES || !scene.complete) upTo = scene.lengths.findIndex((length) => length > live.scene.shell * 1.02);
    const planes = this.family === "three_planes";
    const centre = { x: 0, y: 0, z: 0 };
    return {
      colours: live.classes.map((row) => row.map(classColour)),
      letters: live.classes.map((row) => row.map(letter)),
      upTo: upTo < 0 ? scene.lengths.length : upTo,
      selected: this.selected,
      cursor: this.cursor,
      hovered: null,
      marks: twins.changed.map((points) => ({
        lines: points.map((point) => [centre, point]),
        faces: planes ? [] : [[centre, points[0]!, points[1]!]],
      })),
    };
  }

  private words({ parameters, live }: Now): VerdictWords {
    const { scene } = live;
    if (live.separated !== null) {
      return { kind: "apart", word: `told apart in round ${live.separated}`, reason: "These are no twins." };
    }
    if (live.unclear) {
      return {
        kind: "unclear",
        word: tooClose(live.margin),
        reason: "The two differ by little more than rounding: they are nearly one shape.",
      };
    }
    const nowhere = "not told apart at any cutoff";
    if (!live.differing) {
      return { kind: "pending", word: nowhere, reason: `And nothing could: this is no pair of twins. ${this.whyNot(parameters)}` };
    }
    const kinds = `${live.differing} of ${times(live.kinds, "kind")} of triangles ${live.differing === 1 ? "is" : "are"} not equally frequent`;
    const reach = tidy(Math.floor(scene.maxCutoff * 100) / 100);
    return scene.complete
      ? {
          kind: "everywhere",
          word: nowhere,
          reason: `Every atom of X has its like in Y, with all distances known. Yet the two are not congruent: ${kinds}.`,
        }
      : {
          kind: "everywhere",
          word: nowhere,
          reason: `Up to ${reach} Å this was counted here; beyond it holds by the proof for three planes. Yet the two are not congruent: ${kinds}.`,
        };
  }

  private whyNot(parameters: Parameters): string {
    if (this.family === "three_planes") {
      const empty = PLANES.filter((plane) => !(parameters as unknown as Planes)[plane].length);
      return empty.length
        ? `X and Y are one shape, or mirror images: there is no point in the plane ${empty.join(", ")}.`
        : "X and Y are one shape, or mirror images. Move points off the axes, or add some.";
    }
    const { angles, flip } = asLines(this.family, parameters);
    if (angles.every((angle) => departure(angle) < 1e-3)) {
      const what = this.family === "octahedral_complex" ? "Without a distortion" : "Here";
      return `${what} all three angles are 90°, and 180° − 90° = 90°: whichever is changed, X and Y are one shape. Move all three away from 90°.`;
    }
    if (departure(angles[PLACE[flip]]!) < 1e-3) {
      return `The angle that changes is 90°, and 180° − 90° = 90°: X and Y are one shape. Move it away from 90°.`;
    }
    const right = FLIPS.find((pair) => departure(angles[PLACE[pair]]!) < 1e-3);
    return right
      ? `Lines ${dash(right)} are at a right angle, so that one of them may be turned around: X and Y are one shape. Move that angle away from 90°.`
      : "X and Y are one shape.";
  }

  private showFacts({ parameters, live }: Now): void {
    this.facts.hidden = this.family === "three_planes";
    if (this.facts.hidden) return;
    const lines = asLines(this.family, parameters);
    const [v, w] = volumes(lines);
    const rows = FLIPS.map((pair): [string, string, string, boolean] => {
      const angle = lines.angles[PLACE[pair]]!;
      const other = pair === lines.flip ? 180 - angle : angle;
      return [`angle ${dash(pair)}`, degrees(angle), degrees(other), Math.abs(angle - other) > 1e-9];
    });
    rows.push(["volume |det(v₁, v₂, v₃)|", `${v.toFixed(3)} Å³`, `${w.toFixed(3)} Å³`, Math.abs(v - w) > 5e-4]);
    const head = h("tr", {}, ...["", "X", "Y"].map((name) => h("th", { scope: "col" }, name)));
    const body = rows.map(([name, x, y, unlike]) =>
      h("tr", { class: unlike ? "tc-differs" : "" }, h("th", { scope: "row" }, name), h("td", {}, x), h("td", {}, y), h("td", {}, unlike ? "≠" : "")),
    );
    const caption = h("caption", { class: "tc-hidden" }, `Angles and volume of X and Y (${live.scene.clouds[0]!.formula})`);
    this.facts.replaceChildren(h("table", {}, caption, h("thead", {}, head), h("tbody", {}, ...body)));
  }

  /** Show what Python says, and ask it after a pause if it has said nothing of this pair yet. */
  private showCertificate(line: string): string {
    const answer = (this.shell.model.raw("_certificate") ?? {}) as Record<string, unknown>;
    const current = answer["of"] === line;
    clearTimeout(this.timer);
    if (current) {
      clearTimeout(this.silence);
      this.waited = false;
    } else if (!this.waited || line !== this.certificate.dataset["of"]) {
      this.waited = false;
      this.timer = window.setTimeout(() => this.ask(line), PAUSE);
    }
    // Python answered this question, but holds another pair.
    const other = !current && answer["asked"] === line;
    if (other) {
      clearTimeout(this.timer);
      clearTimeout(this.silence);
    }
    const state = current ? String(answer["state"]) : other ? "other" : this.waited ? "silent" : "pending";
    const said: Record<string, string> = {
      pending: "to be computed by Python after a pause …",
      other: `Python holds another pair, ${String(answer["of"])}, and proves nothing about this one. Change a number, or run the cell again.`,
      silent: "Python does not answer. This line needs a running kernel: run the cell again. All else goes on without.",
    };
    this.certificate.dataset["state"] = state;
    this.certificate.dataset["of"] = line;
    this.certificate.replaceChildren(h("b", {}, "Certificate"), " ", current ? String(answer["text"]) : said[state]!);
    return state;
  }

  private ask(line: string): void {
    clearTimeout(this.silence);
    this.silence = window.setTimeout(() => {
      this.waited = true;
      this.shell.later();
    }, PATIENCE);
    this.shell.model.commit({ _asked: line });
  }

  private showPicked(now: Now): void {
    if (!this.selected) {
      const hint = "Pick an atom to read which distances it sees: click it, or Tab to the picture, n, and Enter.";
      this.picked.replaceChildren(h("span", { class: "tc-quiet" }, hint));
      return;
    }
    this.picked.replaceChildren(h("strong", {}, this.title(now, this.selected)), ` ${this.describe(now, this.selected)}`);
  }

  private title({ live }: Now, { cloud, atom }: Selection): string {
    return `Atom ${live.scene.clouds[cloud]!.species[atom]}${atom} of ${"XY"[cloud]}`;
  }

  private describe({ live }: Now, { cloud, atom }: Selection): string {
    const { scene, classes } = live;
    const one = scene.clouds[cloud]!;
    const counts = new Map<string, number>();
    for (const bond of one.byAtom[atom]!) {
      const other = one.senders[bond] === atom ? one.receivers[bond]! : one.senders[bond]!;
      const name = `${angstrom(scene.lengths[one.labels[bond]!]!, scene.digits)} to ${letter(classes[cloud]![other]!)}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    const like = classes[1 - cloud]!.filter((c) => c === classes[cloud]![atom]).length;
    const seen = [...counts].map(([name, count]) => `${name} ×${count}`).join(", ");
    return `has colour ${letter(classes[cloud]![atom]!)}, like ${times(like, "atom")} of ${"YX"[cloud]}. It sees ${seen || "nobody"}.`;
  }

  private pick(atom: Selection | null): void {
    this.selected = this.cursor = atom;
    const now = this.compute(this.parameters);
    this.shell.later();
    if (now && atom) this.shell.announce(`Picked: ${this.title(now, atom)} ${this.describe(now, atom)}`);
  }

  private walk(atom: Selection): void {
    this.cursor = atom;
    const now = this.compute(this.parameters);
    this.shell.later();
    if (now) this.shell.announce(`${this.title(now, atom)}, colour ${letter(now.live.classes[atom.cloud]![atom.atom]!)}`);
  }

  private download(): void {
    const now = this.compute(this.parameters);
    if (!now) return;
    const address = URL.createObjectURL(new Blob([xyz(now.twins.points)], { type: "chemical/x-xyz" }));
    h("a", { href: address, download: "twins.xyz" }).click();
    setTimeout(() => URL.revokeObjectURL(address), 1000);
  }
}
