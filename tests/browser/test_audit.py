"""AuditView in JupyterLab: a report of the package, a cell chosen by key, and an order chosen by click."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage

CELLS = [
    "import twinclouds as tc",
    "report = tc.audit(lambda a: a.get_all_distances().std(), ['decalin', 'benzene'], name='radius')\n"
    "table = tc.ui.AuditView(report, antialias=False)\ntable",
]


def test_a_cell_and_an_order(open_notebook: Callable[..., NotebookPage]) -> None:
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []
    table = Instrument(notebook, notebook.page.locator("section.tc-audit"))
    table.expect("first", "decalin")
    table.root.locator("[data-sort='radius']").click()
    table.expect("first", "benzene")
    notebook.wait_for_python("(table.sort, table.descending)", ("radius", False))

    table.root.locator("td[tabindex='0']").focus()
    notebook.page.keyboard.press("Enter")
    table.expect("verdict", "blind")
    notebook.wait_for_python("table.selected", {"model": "radius", "pair": "benzene"})
    table.ready()
    expect(table.root.locator(".tc-audit-heading")).to_contain_text("radius on benzene: blind")

    notebook.python("setattr(table, 'selected', {'model': 'radius', 'pair': 'decalin'})")
    table.expect("verdict", "separates")
    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    notebook.page.keyboard.press("ArrowDown")
    notebook.page.keyboard.press("ArrowUp")
    notebook.page.keyboard.press("Enter")
    table.expect("selected", "radius / benzene")
