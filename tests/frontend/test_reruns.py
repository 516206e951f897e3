"""Instruments that come and go, as when a cell is run again and again: the page is afterwards as it was before."""

from __future__ import annotations

from collections.abc import Callable

import ipywidgets
import pytest

import twinclouds as tc
from browser.footprint import Footprint, Scales

POINTS = [[0, 0, 0], [1, 0, 0], [0, 1.5, 0]]

MAKERS: dict[str, Callable[[], ipywidgets.Widget]] = {
    "angles": lambda: tc.ui.AngleExplorer(tc.pairs.gallery["SF6"], antialias=False),
    "answers": lambda: tc.ui.Prediction("Will it?", ["yes", "no"])._answers,
    "audit": lambda: tc.ui.AuditView(tc.audit(len, ["benzene"]), antialias=False),
    "cloud": lambda: tc.ui.CloudView(POINTS, antialias=False),
    "explorer": lambda: tc.ui.RefinementExplorer(POINTS, [[x + 1, y, z] for x, y, z in POINTS], antialias=False),
    "graph": lambda: tc.ui.GraphExplorer(POINTS, antialias=False),
    "staircase": lambda: tc.ui.StaircaseView(tc.pairs.gallery["crown"]),
    "twins": lambda: tc.ui.TwinBuilder(antialias=False),
}

# Shows widgets one after the other, each until it is painted, each in groups of its own, as those of a kernel are.
COME_AND_GO = """
async ([texts, times]) => {
  const painted = (root) => !root.querySelector(".tc-stage") || Number(root.dataset.framesPainted) > 0;
  const settled = (done) => new Promise((resolve) => {
    const look = () => (done() ? resolve() : requestAnimationFrame(look));
    look();
  });
  window.runs ??= 0;
  for (let i = 0; i < times; i++) {
    for (const text of texts) {
      const state = JSON.parse(text);
      window.runs += 1;
      for (const name of ["camera_group", "link_group"]) if (name in state) state[name] = `${name} ${window.runs}`;
      const { model, stop } = await window.show(JSON.stringify(state));
      await settled(() => painted(document.querySelector(".tc-root")));
      stop();
      if (window.alive()) throw new Error("it keeps its graphics context");
      if ([...model.listeners.values()].some((listeners) => listeners.length)) throw new Error("it still listens");
    }
  }
  window.model = null;
  await settled(() => !window.contexts.length);
}
"""

# All that instruments keep on the page for each other.
KEPT = "() => JSON.stringify(globalThis[Symbol.for('twinclouds.page')], (_, v) => (v instanceof Map ? v.size : v))"


def growth(page, texts: list[str], warm: int, times: int) -> Footprint:
    """Let widgets come and go; return what was there before, and what afterwards."""
    page.page.set_viewport_size({"width": 320, "height": 600})  # small pictures are painted quickly
    scales = Scales(page.page)
    page.page.evaluate(COME_AND_GO, [texts, warm])
    before, kept = scales.weigh(), page.page.evaluate(KEPT)
    page.page.evaluate(COME_AND_GO, [texts, times])
    after = scales.weigh()
    assert page.page.evaluate(KEPT) == kept
    assert page.page.evaluate("document.querySelectorAll('.tc-root').length") == 0
    return Footprint(
        after.nodes - before.nodes,
        after.listeners - before.listeners,
        after.buffers - before.buffers,
        after.heap - before.heap,
    )


def test_two_hundred_runs_leave_nothing_behind(page, state_of) -> None:
    texts = [state_of(MAKERS[kind]()) for kind in ("explorer", "cloud")]
    grown = growth(page, texts, 10, 100)
    assert (grown.nodes, grown.listeners, grown.buffers) == (0, 0, 0), grown
    # Compiled code is counted too; a widget that was left behind would be 60 kB and more.
    assert grown.heap < 200 * 2000, grown
    root = page.show(MAKERS["explorer"]())
    assert root.locator(".tc-stage").get_attribute("data-renderer") == "webgl"
    assert page.page.evaluate("window.alive()") == 1


@pytest.mark.parametrize("kind", sorted(set(MAKERS) - {"explorer", "cloud"}))
def test_every_instrument_leaves_nothing_behind(page, state_of, kind) -> None:
    grown = growth(page, [state_of(MAKERS[kind]())], 3, 10)
    assert (grown.nodes, grown.listeners, grown.buffers) == (0, 0, 0), grown
