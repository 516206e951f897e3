"""A bare page with the built front end and a fake widget model: no Jupyter, no kernel.

The page comes from no server at all: the browser's requests are answered by the test.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ipywidgets
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Route

import twinclouds as tc
from twinclouds.ui.static_files import static_text

ADDRESS = "http://localhost/"

PAGE = """<!doctype html>
<html><head><meta charset="utf-8"><title>page</title><link rel="icon" href="data:,"></head>
<body style="margin: 16px"><div id="here"></div>
<script type="module">
// A widget model as a page without a kernel would have it: changes are heard at once, and nobody answers.
class FakeModel {
  constructor(state) { this.state = state; this.listeners = new Map(); this.sent = []; this.changed = {}; }
  get(name) { return this.state[name]; }
  set(name, value) {
    if (JSON.stringify(this.state[name]) === JSON.stringify(value) && !name.startsWith("_")) return;
    this.state[name] = value;
    this.changed[name] = value;
    for (const listen of [...(this.listeners.get("change:" + name) ?? [])]) listen();
  }
  save_changes() { this.sent.push(this.changed); this.changed = {}; }
  on(event, listen) { this.listeners.set(event, [...(this.listeners.get(event) ?? []), listen]); }
  off(event, listen) { this.listeners.set(event, (this.listeners.get(event) ?? []).filter((l) => l !== listen)); }
}
const revive = (key, value) => {
  if (value === null || typeof value !== "object" || !("$base64" in value)) return value;
  return new DataView(Uint8Array.from(atob(value.$base64), (c) => c.charCodeAt(0)).buffer);
};
window.FakeModel = FakeModel;
window.revive = (text) => JSON.parse(text, revive);
window.contexts = [];
const getContext = HTMLCanvasElement.prototype.getContext;
HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
  if (kind.startsWith("webgl") && window.noWebGL) return null;
  const context = getContext.call(this, kind, ...rest);
  if (context && kind.startsWith("webgl") && !window.contexts.includes(context)) {
    window.contexts.push(context);
    // Held until it is given back: the garbage collector is not to do that.
    this.addEventListener("webglcontextlost", () => {
      window.contexts = window.contexts.filter((one) => one !== context);
    }, { capture: true });
  }
  return context;
};
window.alive = () => window.contexts.filter((context) => !context.isContextLost()).length;
window.show = async (text, where = document.getElementById("here"), module = "/library.js") => {
  const model = new FakeModel(window.revive(text));
  const { default: widget } = await import(module);
  const stop = await widget.render({ model, el: where });
  window.model = model;
  return { model, stop };
};
window.ready = true;
</script></body></html>
"""


def _state(widget: ipywidgets.Widget) -> str:
    """Return the state of a widget as JSON, binary buffers in base64."""

    def encode(value: object) -> dict[str, str]:
        if isinstance(value, (bytes, bytearray, memoryview)):
            return {"$base64": base64.b64encode(value).decode()}
        raise TypeError(type(value))

    state = {name: value for name, value in widget.get_state().items() if not name.startswith("_view")}
    return json.dumps({k: v for k, v in state.items() if k not in ("_esm", "layout")}, default=encode)


@dataclass
class FakePage:
    """A page under test, with what went wrong in it."""

    page: Page
    problems: list[str] = field(default_factory=list)

    def show(self, widget: ipywidgets.Widget) -> Locator:
        """Show a widget and wait until it is painted."""
        self.page.evaluate("text => window.show(text).then(() => null)", _state(widget))
        root = self.page.locator(".tc-root").last
        self.painted(root)
        return root

    def painted(self, root: Locator) -> None:
        """Wait until a widget was painted at least once."""
        handle = root.element_handle()
        self.page.wait_for_function("root => Number(root.dataset.framesPainted) > 0", arg=handle)

    def until(self, condition: str, arg: Any = None) -> None:
        """Wait for a condition on the first widget, given as JavaScript in terms of `root` (and `arg`)."""
        script = f"arg => {{ const root = document.querySelector('.tc-root'); return {condition}; }}"
        self.page.wait_for_function(script, arg=arg)

    def data(self, name: str) -> str | None:
        """Return a data attribute of the first widget."""
        return self.page.locator(".tc-root").first.get_attribute(f"data-{name}")


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1000, "height": 1100}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def open_page(context: BrowserContext) -> Iterator[Callable[[], FakePage]]:
    """Open bare pages; afterwards none of them may have asked the network or complained."""
    opened: list[FakePage] = []

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(ADDRESS)
        if path == "":
            route.fulfill(body=PAGE, content_type="text/html")
        elif path in ("library.js", "shim.js"):
            route.fulfill(body=static_text(path), content_type="text/javascript")
        else:
            opened[-1].problems.append(f"request to {route.request.url}")
            route.abort()

    def listen(page: FakePage) -> None:
        def heard(message: ConsoleMessage) -> None:
            if message.type in ("error", "warning") and "GL Driver Message" not in message.text:
                page.problems.append(message.text)

        page.page.on("console", heard)
        page.page.on("pageerror", lambda error: page.problems.append(str(error)))

    def new() -> FakePage:
        page = FakePage(context.new_page())
        opened.append(page)
        listen(page)
        page.page.route(lambda url: not url.startswith(("data:", "blob:")), answer)
        page.page.goto(ADDRESS)
        page.page.wait_for_function("window.ready")
        return page

    yield new
    for page in opened:
        assert page.problems == []


@pytest.fixture
def page(open_page: Callable[[], FakePage]) -> FakePage:
    return open_page()


HEXAGON = np.array([[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]], dtype=float)
TRIANGLES = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]], dtype=float)


@pytest.fixture
def explorer() -> tc.ui.RefinementExplorer:
    """A chain against a bent one: told apart, in a round that depends on mode and cutoff."""
    chain = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0], [5, 0, 0]]
    branch = [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0], [3, 1, 0]]
    return tc.ui.RefinementExplorer(chain, branch, names=("chain", "branch"), antialias=False)


@pytest.fixture
def twins() -> tc.ui.RefinementExplorer:
    """A hexagon and two triangles: never told apart."""
    return tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, names=("hexagon", "triangles"), antialias=False)


@pytest.fixture
def state_of() -> Callable[[ipywidgets.Widget], str]:
    """Return a function from a widget to its state as the page takes it."""
    return _state
