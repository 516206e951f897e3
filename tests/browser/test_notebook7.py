"""The first notebook in Jupyter Notebook 7: it runs, and its instruments play."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from browser.instrument import Instrument
from browser.jupyter import SECONDS, NotebookPage, NotebookServer
from browser.watch import Watch


class Notebook7Page(NotebookPage):
    """There is no status bar in which to read that the kernel is idle."""

    def idle(self) -> None:
        self.page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'",
            timeout=SECONDS * 1000,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[NotebookServer]:
    server = NotebookServer(tmp_path_factory.mktemp("notebook7"))
    shutil.copy(root / "notebooks" / "00_start_here.ipynb", server.root)
    server.start()
    yield server
    server.stop()


def test_the_first_notebook_runs_and_its_explorer_plays(server: NotebookServer, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch = Watch(context)
    watch.allow("reading 'schema'")  # Notebook 7.6 itself, when it reads its settings before they are there
    notebook = Notebook7Page(server, context.new_page(), "00_start_here.ipynb", watch)
    notebook.open()
    notebook.run_all()
    assert notebook.errors() == []
    index = next(i for i, outputs in enumerate(notebook.outputs()) if "RefinementExplorer" in str(outputs))
    notebook.show_cell(index)
    explorer = Instrument(notebook, notebook.cell(index).locator("section.tc-explorer")).ready()
    explorer.button("first").click()
    explorer.expect("round", "0")
    explorer.slide("cutoff", 3.0)
    explorer.expect("cutoff", "3")
    explorer.expect("verdict-words", re.compile("not told apart"))
    notebook.wait_for_python("explorer.cutoff, explorer.round", (3.0, 0))
    expect(explorer.stage).to_have_attribute("data-renderer", "webgl")
    # Single keys are the notebook's, except in the picture.
    cells = len(notebook.outputs())
    for key in ("n", "x", "Enter"):
        explorer.stage.press(key)
    explorer.expect("selected", "0:0")
    assert len(notebook.outputs()) == cells
    notebook.close()
    context.close()
    watch.assert_quiet()
