"""axe-core finds nothing serious in any instrument, in the light and in the dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import resources
from typing import Any

import ipywidgets
import pytest
from playwright.sync_api import Browser, BrowserContext

import twinclouds as tc
from twinclouds.ui.instrument import Instrument

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
TEXTS = {"title": "A title", "try_": "Something to try.", "notice": "Something to notice.", "antialias": False}
PICKED = {"selected": {"cloud": 0, "atom": 0}}

#: One line for each instrument: make it as a notebook would, with as much to be seen as possible.
MAKE: dict[str, Callable[[], ipywidgets.Widget]] = {
    "CloudView": lambda: tc.ui.CloudView(HEXAGON, TRIANGLES, **PICKED, **TEXTS),
    "RefinementExplorer": lambda: tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, **PICKED, **TEXTS),
    "GraphExplorer": lambda: tc.ui.GraphExplorer(HEXAGON, **PICKED, **TEXTS),
    "AngleExplorer": lambda: tc.ui.AngleExplorer(HEXAGON, TRIANGLES, **PICKED, **TEXTS),
    "StaircaseView": lambda: tc.ui.StaircaseView(HEXAGON, TRIANGLES),
    "TwinBuilder": lambda: tc.ui.TwinBuilder("three_lines", antialias=False),
    "AuditView": lambda: tc.ui.AuditView(tc.audit(len, ["benzene", "S6"]), antialias=False),
}


@pytest.fixture(params=["light", "dark"])
def context(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1000, "height": 1100}, color_scheme=request.param)
    context.add_init_script((resources.files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8"))
    yield context
    context.close()


def findings(page: Any) -> list[str]:
    """What axe-core calls serious or critical, each with the elements concerned."""
    result = page.page.evaluate("() => axe.run('.tc-root', { resultTypes: ['violations'] })")
    return [
        f"{found['impact']}: {found['help']}: {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


@pytest.mark.parametrize("name", [name for name in MAKE if hasattr(tc.ui, name)])
def test_nothing_serious_is_found(name: str, page: Any, state_of: Callable[[ipywidgets.Widget], str]) -> None:
    page.page.evaluate("text => window.show(text).then(() => null)", state_of(MAKE[name]()))
    root = page.page.locator(".tc-root")
    if root.locator(".tc-stage").count():
        page.painted(root)
    assert findings(page) == []
    page.page.evaluate("() => { window.model.set('error', 'What is wrong, and what to do.'); }")
    page.until("root.dataset.error !== ''")
    assert findings(page) == []


def test_every_instrument_is_looked_at() -> None:
    public = {name for name in tc.ui.__all__ if isinstance(getattr(tc.ui, name), type)}
    instruments = {name for name in public if issubclass(getattr(tc.ui, name), Instrument)}
    assert instruments <= set(MAKE), "give each new instrument a line in MAKE"
