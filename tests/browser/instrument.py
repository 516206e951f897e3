"""A widget of twinclouds on a page, handled as a reader would handle it."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, expect

from browser.jupyter import SECONDS, NotebookPage, wait_until

# Counts the graphics contexts that are alive, independently of the package's own count. Added to a page before it
# loads; holding on to the contexts until they are given back keeps the garbage collector from doing the package's work.
COUNT_CONTEXTS = """
(() => {
    const contexts = new Set();
    const getContext = HTMLCanvasElement.prototype.getContext;
    HTMLCanvasElement.prototype.getContext = function (kind, ...rest) {
        const context = getContext.call(this, kind, ...rest);
        if (context && /webgl/.test(kind) && !contexts.has(context)) {
            contexts.add(context);
            this.addEventListener("webglcontextlost", () => contexts.delete(context), { capture: true });
        }
        return context;
    };
    window.liveContexts = () => [...contexts].filter(context => !context.isContextLost()).length;
})();
"""


class Instrument:
    """One view of a widget."""

    def __init__(self, notebook: NotebookPage, root: Locator) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.root = root
        self.stage = root.locator(".tc-stage")

    def ready(self) -> Instrument:
        """Wait until it has been painted, and scroll it into view."""
        expect(self.root).to_have_attribute("data-frames-painted", re.compile("[1-9]"), timeout=SECONDS * 1000)
        self.root.scroll_into_view_if_needed()
        return self

    def run_again(self, cell: int) -> None:
        """Run the cell that shows it once more, and wait for the new one in its place."""
        last = self.root.element_handle()
        self.notebook.run_cell(cell)
        self.page.wait_for_function("element => !element.isConnected", arg=last)
        self.ready()

    def get(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}") or ""

    def expect(self, name: str, value: str | re.Pattern[str]) -> None:
        expect(self.root).to_have_attribute(f"data-{name}", value)

    def button(self, name: str) -> Locator:
        return self.root.locator(f"button[data-action='{name}']")

    def slider(self, name: str) -> Locator:
        return self.root.locator(f"input[data-control='{name}']")

    def slide(self, name: str, value: float) -> None:
        """Move a slider as dragging its handle does."""
        self.slider(name).evaluate(
            """(input, value) => {
                input.value = value;
                input.dispatchEvent(new Event("input", { bubbles: true }));
                input.dispatchEvent(new Event("change", { bubbles: true }));
            }""",
            value,
        )

    def repainted(self, action) -> None:
        """Do something, and wait until the picture has been painted anew."""
        before = int(self.get("frames-painted"))
        action()
        wait_until(lambda: int(self.get("frames-painted")) > before, "the picture was painted", self.page, 20)

    def find_atom(self) -> tuple[float, float]:
        """Move the mouse over the picture until the pointer tells of an atom; return where on the page."""
        self.stage.scroll_into_view_if_needed()
        box = self.stage.bounding_box()
        assert box is not None
        for row in range(3, 28):
            for column in range(3, 58):
                x, y = box["x"] + box["width"] * column / 60, box["y"] + box["height"] * row / 30
                self.page.mouse.move(x, y)
                if self.stage.evaluate("element => element.style.cursor") == "pointer":
                    return x, y
        raise AssertionError("no atom was found under the mouse")

    def drag(self, by: tuple[float, float]) -> None:
        """Drag the picture from a spot between the clouds."""
        box = self.stage.bounding_box()
        assert box is not None
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 12
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        self.page.mouse.move(x + by[0] / 2, y + by[1] / 2)
        self.page.mouse.move(x + by[0], y + by[1])
        self.page.mouse.up()


def live_contexts(notebook: NotebookPage) -> int:
    return int(notebook.page.evaluate("() => window.liveContexts()"))
