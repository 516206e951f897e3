"""GraphExplorer in JupyterLab: dragging, keys and picks reach Python, and what Python sets reaches the page."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage

CELLS = [
    "import twinclouds as tc",
    "explorer = tc.ui.GraphExplorer(tc.pairs.gallery['benzene'].a, antialias=False)\nexplorer",
]


def test_the_cutoff_and_the_picked_atom(open_notebook: Callable[..., NotebookPage]) -> None:
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []
    explorer = Instrument(notebook, notebook.page.locator("section.tc-graph")).ready()

    strip = explorer.root.locator(".tc-spectrum")
    strip.scroll_into_view_if_needed()
    box = strip.bounding_box()
    assert box is not None
    y = box["y"] + 40
    notebook.page.mouse.move(box["x"] + 0.4 * box["width"], y)
    notebook.page.mouse.down()
    notebook.page.mouse.move(box["x"] + box["width"], y, steps=3)
    notebook.page.mouse.up()
    explorer.expect("edges", "66")
    notebook.wait_for_python("explorer.graph.n_edges", 132)

    notebook.page.keyboard.press("ArrowLeft")
    explorer.expect("edges", "63")
    notebook.wait_for_python("explorer.graph.n_edges", 126)
    assert notebook.python("explorer.cutoff") == float(explorer.get("cutoff"))

    explorer.root.locator(".tc-flat [data-atom='3']").click()
    explorer.expect("selected", "0:3")
    notebook.wait_for_python("explorer.selected", {"cloud": 0, "atom": 3})

    notebook.python("setattr(explorer, 'cutoff', 1.5)")
    explorer.expect("edges", "12")
    expect(explorer.root.locator(".tc-picked")).to_contain_text("has degree 3")

    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    explorer.root.get_by_role("slider", name="cutoff").press("End")
    explorer.expect("edges", "66")
