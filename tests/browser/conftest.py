"""JupyterLab and notebooks for the browser tests.

No test waits for a time: each waits for what it wants to see. A test fails when its page asks any other
host than this machine for anything, or logs an error.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.jupyter import LabServer, NotebookPage
from browser.watch import Watch

# (notebook or cells, width) -> the open notebook
Opener = Callable[..., NotebookPage]


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[LabServer]:
    """Start a JupyterLab with a copy of the course."""
    server = LabServer(tmp_path_factory.mktemp("lab"))
    shutil.copytree(root / "notebooks", server.root / "notebooks", dirs_exist_ok=True)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def open_notebook(lab: LabServer, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Return a function that opens a notebook, given by its path or by its cells."""
    with _opening(lab, browser, request.node.name.split("[")[0]) as opener:
        yield opener


@pytest.fixture(scope="module")
def open_shared_notebook(lab: LabServer, browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """Return such a function for notebooks that all tests of a file use: page and kernel take seconds to start."""
    with _opening(lab, browser, Path(request.node.name).stem) as opener:
        yield opener


@contextmanager
def _opening(lab: LabServer, browser: Browser, name: str) -> Iterator[Opener]:
    contexts, notebooks, watches = [], [], []

    def opener(what: str | Sequence[str], width: int = 1280, height: int = 900, script: str = "") -> NotebookPage:
        path = what if isinstance(what, str) else lab.write(f"{name}-{len(notebooks)}.ipynb", what)
        context = browser.new_context(viewport={"width": width, "height": height})
        if script:
            context.add_init_script(script)
        contexts.append(context)
        watch = Watch(context)
        watches.append(watch)
        notebook = NotebookPage(lab, context.new_page(), path, watch)
        notebooks.append(notebook)
        notebook.open()
        return notebook

    yield opener
    for notebook in notebooks:
        notebook.close()
    for context in contexts:
        context.close()
    for watch in watches:
        watch.assert_quiet()
