// A tree to walk with arrow keys, in which wide branches are folded with a count and deep ones made when opened.

import { h } from "../dom";
import type { TreeNode } from "../unroll";
import { counted } from "../words";
import type { Phrase } from "../words";
import { chip } from "./chip";

/** A branch shows this many entries at first, and as many more as `MORE` when its fold is opened. */
const FEW = 10;
const MORE = 40;

export const phrased = (phrases: Phrase[]): (Node | string)[] =>
  phrases.flatMap((p) => (p.cls === undefined ? [p.text] : [p.text, chip(p.cls)]));

interface Row {
  item: HTMLElement;
  open(): void;
  close(): void;
  expandable: boolean;
}

export class Tree {
  readonly element: HTMLElement;
  private rows = new Map<Element, Row>();
  private opened = new Set<string>(["root"]);
  private shown = new Map<string, number>();

  constructor(label: string) {
    this.element = h("ul", { class: "tc-tree", role: "tree", "aria-label": label });
    this.element.addEventListener("keydown", (event) => this.key(event));
    this.element.addEventListener("click", (event) => this.click(event));
  }

  /** Show another tree; branches that were open and are still there stay open. `lacking` marks entries of the first level. */
  show(root: TreeNode, lacking: (node: TreeNode) => boolean): void {
    const focused = this.element.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset["path"] : null;
    this.rows.clear();
    this.element.replaceChildren(this.make(root, "root", 1, (node) => (lacking(node) ? "≠" : "")));
    this.focusable(this.items().find((item) => item.dataset["path"] === focused) ?? this.items()[0], focused !== null);
  }

  /** Forget which branches are open: another atom is shown. */
  forget(): void {
    this.opened = new Set(["root"]);
    this.shown.clear();
  }

  private make(node: TreeNode, path: string, level: number, mark?: (node: TreeNode) => string): HTMLElement {
    const line = h("span", { class: "tc-branch" }, ...phrased(node.phrases));
    const item = h("li", { role: "treeitem", tabindex: -1, "aria-level": level, "data-path": path }, line);
    const row: Row = { item, expandable: node.children !== null, open: () => {}, close: () => {} };
    this.rows.set(item, row);
    if (!node.children) return item;
    item.setAttribute("aria-expanded", "false");
    let group: HTMLElement | null = null;
    row.open = () => {
      if (group) return;
      this.opened.add(path);
      item.setAttribute("aria-expanded", "true");
      group = h("ul", { role: "group" });
      item.append(group);
      this.fill(group, node.children!(), path, level + 1, mark);
    };
    row.close = () => {
      this.opened.delete(path);
      item.setAttribute("aria-expanded", "false");
      group?.querySelectorAll("[role=treeitem]").forEach((gone) => this.rows.delete(gone));
      group?.remove();
      group = null;
    };
    if (this.opened.has(path)) row.open();
    return item;
  }

  private fill(group: HTMLElement, nodes: TreeNode[], path: string, level: number, mark?: (node: TreeNode) => string): void {
    const most = this.shown.get(path) ?? FEW;
    // A fold that hides a single entry would be as long as the entry.
    const end = nodes.length <= most + 1 ? nodes.length : most;
    for (const node of nodes.slice(group.children.length, end)) {
      const item = this.make(node, `${path} ${node.key}`, level);
      const word = mark?.(node);
      if (word) item.firstElementChild!.append(h("span", { class: "tc-lacking" }, ` ${word}`, h("span", { class: "tc-hidden" }, " not so for the other atom")));
      group.append(item);
    }
    const rest = nodes.slice(end);
    if (!rest.length) return;
    const atoms = rest.reduce((sum, node) => sum + node.count, 0);
    const text = `… and ${rest.length} other kinds, ${counted(atoms, "atom")} in all`;
    const fold = h("li", { role: "treeitem", tabindex: -1, "aria-level": level, "aria-expanded": "false", "data-path": `${path} more` });
    fold.append(h("span", { class: "tc-branch tc-quiet" }, text));
    const open = () => {
      this.shown.set(path, end + MORE);
      this.rows.delete(fold);
      const at = group.children.length - 1;
      fold.remove();
      this.fill(group, nodes, path, level, mark);
      this.focusable(group.children[at] as HTMLElement, true);
    };
    this.rows.set(fold, { item: fold, expandable: true, open, close: () => {} });
    group.append(fold);
  }

  private items(): HTMLElement[] {
    return [...this.element.querySelectorAll<HTMLElement>("[role=treeitem]")];
  }

  private focusable(item: HTMLElement | undefined, focus: boolean): void {
    if (!item) return;
    for (const other of this.element.querySelectorAll("[tabindex='0']")) other.setAttribute("tabindex", "-1");
    item.setAttribute("tabindex", "0");
    if (focus) item.focus();
  }

  private toggle(row: Row): void {
    if (row.item.getAttribute("aria-expanded") === "true") row.close();
    else row.open();
  }

  private click(event: MouseEvent): void {
    const item = (event.target as Element).closest("[role=treeitem]");
    const row = item && this.rows.get(item);
    if (!row) return;
    this.focusable(row.item, true);
    if (row.expandable) this.toggle(row);
  }

  private key(event: KeyboardEvent): void {
    const items = this.items();
    const at = items.indexOf(document.activeElement as HTMLElement);
    const row = this.rows.get(items[at]!);
    if (!row || event.ctrlKey || event.metaKey || event.altKey) return;
    const isOpen = row.item.getAttribute("aria-expanded") === "true";
    const go = (item: Element | null | undefined) => item && this.focusable(item as HTMLElement, true);
    const actions: Record<string, () => void> = {
      ArrowDown: () => go(items[at + 1]),
      ArrowUp: () => go(items[at - 1]),
      Home: () => go(items[0]),
      End: () => go(items[items.length - 1]),
      ArrowRight: () => (isOpen ? go(row.item.querySelector("[role=treeitem]")) : row.open()),
      ArrowLeft: () => (isOpen ? row.close() : go(row.item.parentElement?.closest("[role=treeitem]"))),
      Enter: () => row.expandable && this.toggle(row),
      " ": () => row.expandable && this.toggle(row),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }
}
