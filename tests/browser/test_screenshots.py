"""Pictures for eyes, only when asked for: ``pytest tests/browser/test_screenshots.py --screenshots DIR``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from browser.instrument import Instrument
from browser.jupyter import NotebookPage
from pictures import SHOTS, for_eyes

Opener = Callable[..., NotebookPage]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800])
def test_pictures_of_the_first_notebook(
    width: int, dark: bool, open_notebook: Opener, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.config.getoption("--screenshots")
    folder.mkdir(parents=True, exist_ok=True)
    notebook = open_notebook("notebooks/00_start_here.ipynb", width=width, height=1400)
    if dark:
        notebook.dark()
    notebook.run_all()
    assert notebook.errors() == []
    for index in range(len(notebook.outputs())):
        notebook.show_cell(index)
        name = f"00-{width}-{'dark' if dark else 'light'}-{index:02d}"
        for number, root in enumerate(notebook.cell(index).locator(".tc-root").all()):
            Instrument(notebook, root).ready()
            root.screenshot(path=folder / f"{name}-widget-{number}.png", animations="disabled")
        notebook.show_cell(index)
        notebook.page.screenshot(path=folder / f"{name}.png", animations="disabled")


def test_pictures_of_all_instruments(browser: Browser, request: pytest.FixtureRequest) -> None:
    for_eyes(browser, request.config.getoption("--screenshots"), list(SHOTS))
