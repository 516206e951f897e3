"""Notebooks that are saved and opened again: the widgets are there before anything has run, and they are small."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage

Opener = Callable[..., NotebookPage]

IMPORT = "import twinclouds as tc\npair = tc.pairs.gallery['benzene']"
WIDGET = "e = tc.ui.RefinementExplorer(pair, cutoff=1.45, antialias=False)\ne"
STATE = "application/vnd.jupyter.widget-state+json"


def saved(notebook: NotebookPage) -> dict[str, object]:
    """Save the notebook as its menu does, and return the state of its widgets."""
    notebook.command("docmanager:save")
    content = json.loads((notebook.server.root / notebook.path).read_text(encoding="utf-8"))
    return dict(content["metadata"]["widgets"][STATE]["state"])


def test_a_reopened_notebook_shows_its_widgets_alive(open_notebook: Opener) -> None:
    notebook = open_notebook([IMPORT, WIDGET])
    notebook.run_all()
    explorer = Instrument(notebook, notebook.page.locator(".tc-explorer")).ready()
    explorer.slide("cutoff", 3.0)
    explorer.button("first").click()
    notebook.wait_for_python("e.round", 0)
    state = saved(notebook)
    assert sum("source" in model["state"] for model in state.values()) == 1  # the library, once
    notebook.page.close()
    notebook.close()

    again = open_notebook(notebook.path)
    explorer = Instrument(again, again.page.locator(".tc-explorer")).ready()
    assert again.python("'e' in globals()") is False  # nothing has run
    explorer.expect("cutoff", "3")
    explorer.expect("round", "0")
    explorer.button("last").click()
    explorer.expect("round", "1")
    explorer.expect("verdict", "everywhere")
    expect(explorer.stage).to_have_attribute("data-renderer", "webgl")


def test_six_widgets_take_little_more_room_than_one(open_notebook: Opener) -> None:
    notebook = open_notebook([IMPORT, *[WIDGET] * 6])
    for cell in (0, 1):
        notebook.run_cell(cell)
    one = len(json.dumps(saved(notebook)))
    notebook.run_all()
    assert notebook.errors() == []
    six = saved(notebook)
    assert sum(model["state"].get("_kind") == "explorer" for model in six.values()) == 6
    assert len(json.dumps(six)) <= 1.3 * one, (len(json.dumps(six)), one)
