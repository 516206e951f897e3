"""StaircaseView in JupyterLab: linked to an explorer in another cell, with a kernel and without."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage

CELLS = [
    "import twinclouds as tc",
    "explorer = tc.ui.RefinementExplorer(tc.pairs.gallery['crown'], antialias=False)\nexplorer",
    "stairs = tc.ui.StaircaseView(explorer=explorer)\nstairs",
]


def test_the_map_and_the_explorer_move_together(open_notebook: Callable[..., NotebookPage]) -> None:
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer")).ready()
    root = notebook.page.locator("section.tc-staircase")
    expect(root).to_have_attribute("data-verdict", "same")

    root.locator("[data-row='1'][data-column='3']").click()
    expect(root).to_have_attribute("data-cell", "apart")
    explorer.expect("round", "1")
    explorer.expect("verdict", "apart")
    cutoff = float(explorer.get("cutoff"))
    notebook.wait_for_python("(stairs.round, stairs.cutoff)", (1, cutoff))
    notebook.wait_for_python("(explorer.round, explorer.cutoff, stairs.told_apart)", (1, cutoff, True))

    explorer.slider("cutoff").press("End")
    expect(root).to_have_attribute("data-cell", "apart")
    notebook.wait_for_python("stairs.cutoff == explorer.cutoff == explorer.scene.max_cutoff", True)
    notebook.python("setattr(stairs, 'cutoff', 1.2)")
    explorer.expect("cutoff", "1.2")
    explorer.expect("verdict", "same")
    notebook.wait_for_python("explorer.cutoff", 1.2)
    # What Python sets comes to rest at once: nobody answers it with an older place.
    notebook.python("[setattr(explorer, 'cutoff', c) for c in (3.0, 2.0, 1.2, 3.0)]")
    expect(root).to_have_attribute("data-cutoff", "3")
    explorer.expect("cutoff", "3")
    notebook.wait_for_python(
        "(stairs.cutoff, stairs.round) == (explorer.cutoff, explorer.round) == (3.0, explorer.round)", True
    )

    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    root.locator("[aria-selected]").focus()
    notebook.page.keyboard.press("End")
    notebook.page.keyboard.press("Enter")
    expect(root).to_have_attribute("data-cell", "apart")
    explorer.expect("cutoff", root.get_attribute("data-cutoff") or "")
