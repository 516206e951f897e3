"""The notebooks of the course, run from top to bottom in JupyterLab."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from browser.instrument import COUNT_CONTEXTS, Instrument, live_contexts
from browser.jupyter import NotebookPage

Opener = Callable[..., NotebookPage]
COURSE = sorted(path.name for path in (Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("name", COURSE)
def test_notebook_runs(name: str, open_notebook: Opener) -> None:
    notebook = open_notebook(f"notebooks/{name}", script=COUNT_CONTEXTS)
    notebook.run_all()
    assert notebook.errors() == []
    widgets = notebook.page.locator(".tc-root")
    # Far off screen JupyterLab takes cells out of the page, and the widgets in them.
    assert live_contexts(notebook) <= max(1, widgets.count())


def test_first_explorer_says_that_the_twins_are_not_told_apart(open_notebook: Opener) -> None:
    notebook = open_notebook("notebooks/00_start_here.ipynb")
    notebook.run_all()
    index = next(i for i, outputs in enumerate(notebook.outputs()) if _is_explorer(outputs))
    notebook.show_cell(index)
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer").first).ready()
    for cutoff in (1.5, 2.5, 4.0):
        explorer.slide("cutoff", cutoff)
        explorer.expect("verdict-words", re.compile("not told apart"))
    expect(explorer.stage).to_have_attribute("data-renderer", "webgl")


def _is_explorer(outputs: list[dict[str, object]]) -> bool:
    return any("RefinementExplorer" in str(output.get("data", {})) for output in outputs)
