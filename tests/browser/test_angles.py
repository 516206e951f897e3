"""AngleExplorer in JupyterLab: what the page shows and what Python knows are the same."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage

Opener = Callable[..., NotebookPage]

CELL = """
import twinclouds as tc
angles = tc.ui.AngleExplorer(tc.pairs.gallery["SF6"], cutoff=1.6, names=("stretched", "squashed"), antialias=False)
angles
"""


def test_sliding_picking_and_choosing(open_notebook: Opener) -> None:
    notebook = open_notebook([CELL])
    notebook.run_all()
    assert notebook.errors() == []
    widget = Instrument(notebook, notebook.page.locator("section.tc-angles")).ready()
    widget.expect("verdict", "same")
    widget.repainted(lambda: widget.slide("cutoff", 2.4))
    widget.expect("verdict", "apart")
    notebook.wait_for_python("round(angles.cutoff, 6)", 2.4)
    assert notebook.python("angles.verdict.equivalent") is False
    assert int(widget.get("differing")) == notebook.python("len(angles.differing)")

    x, y = widget.find_atom()
    widget.page.mouse.click(x, y)
    widget.expect("selected", re.compile(r"^[01]:\d+$"))
    cloud, atom = map(int, widget.get("selected").split(":"))
    notebook.wait_for_python("angles.selected", {"cloud": cloud, "atom": atom})

    row = widget.root.locator(".tc-form").first
    row.click()
    widget.expect("triangle", re.compile(r"^\d+$"))
    notebook.wait_for_python("angles.triangle", int(widget.get("triangle")))
    widget.stage.scroll_into_view_if_needed()
    widget.repainted(lambda: widget.drag((60, 30)))
    assert widget.get("camera")

    # From Python.
    notebook.python("setattr(angles, 'triangle', 0)")
    widget.expect("triangle", "0")
    widget.button("jump").click()
    widget.expect("verdict", "same")
    notebook.wait_for_python("angles.verdict.equivalent", True)

    # Nothing of this needs Python.
    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    widget.button("jump").click()
    widget.expect("verdict", "apart")
    expect(widget.root.locator(".tc-verdict strong")).to_have_text("told apart in round 1")
    widget.button("reset").click()
    widget.expect("cutoff", "1.6")
    widget.expect("triangle", "")
