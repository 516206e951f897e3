"""Exercises in JupyterLab: feedback, a cell put back to its start, and what is there with a new kernel."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.jupyter import NotebookPage, wait_until
from twinclouds.exercises.catalogue import find

Opener = Callable[..., NotebookPage]

CELLS = [
    "from twinclouds.exercises import answer, check, describe, hint, progress, reset, solution\n"
    "import twinclouds as tc\nimport matplotlib.pyplot as plt",
    "different_distances = 8",
    'check("different_distances", different_distances)',
    'hint("different_distances")',
    'solution("different_distances")',
    'reset("different_distances")',
    'answer("different_distances")',
    "progress(0)",
    "figure, panel = plt.subplots(figsize=(3, 2))\npanel.plot([1, 2])\ndescribe(figure, 'A line that rises.')",
    "prediction = tc.ui.Prediction('Will it float?', ['yes', 'no'])\nprediction",
]


def _source(notebook: NotebookPage, index: int) -> str:
    return notebook.page.evaluate(
        "index => window.jupyterapp.shell.currentWidget.content.model.cells.get(index).sharedModel.getSource()", index
    )


def test_an_exercise_from_beginning_to_another_day(open_notebook: Opener) -> None:
    notebook = open_notebook(CELLS)
    notebook.run_all()
    assert notebook.errors() == []

    notebook.show_cell(2)
    feedback = notebook.cell(2).locator(".tc-feedback")
    expect(feedback).to_have_attribute("data-status", "wrong")
    expect(feedback).to_contain_text("✗ Not right yet. 8 are too many")
    wait_until(lambda: _source(notebook, 5) == find("different_distances").start, "the cell was reset", notebook.page)
    assert _source(notebook, 6) == CELLS[6]
    notebook.show_cell(6)
    expect(notebook.cell(6).locator(".jp-RenderedMarkdown code")).to_have_text(CELLS[1])
    notebook.show_cell(7)
    expect(notebook.cell(7).get_by_role("table")).to_contain_text("Not right yet")
    notebook.show_cell(8)
    expect(notebook.cell(8).get_by_role("img", name="A line that rises.")).to_be_visible()
    notebook.show_cell(9)
    notebook.cell(9).get_by_label("no").check()
    notebook.cell(9).get_by_role("button", name="That is my prediction").click()
    expect(notebook.cell(9)).to_contain_text("Recorded: no")

    # Another kernel, which knows nothing of what is shown. That is said, not silent.
    notebook.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.restart()")
    expect(notebook.page.get_by_text("| Idle")).to_be_visible()
    notebook.watch.allow("Cannot send")  # JupyterLab's word for a click that reaches nobody
    alert = notebook.cell(9).get_by_role("alert", include_hidden=True)
    expect(alert).to_be_hidden()
    notebook.cell(9).get_by_label("yes").check()
    notebook.cell(9).get_by_role("button", name="That is my prediction").click()
    expect(alert).to_contain_text("Python has not answered", timeout=15_000)
    expect(alert).to_contain_text("run the cells again")
    notebook.run_cell(0)
    notebook.run_cell(9)
    expect(notebook.cell(9)).to_contain_text("Recorded: no")
    expect(notebook.cell(9).get_by_role("alert")).to_be_hidden()
    notebook.run_cell(7)
    expect(notebook.cell(7)).to_contain_text("1 try")
    expect(notebook.cell(7)).to_contain_text("You predicted: Will it float? no")

    # The same kernel, the page loaded anew.
    notebook.page.reload()
    notebook.idle()
    notebook.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.widgets?.length > 0")
    notebook.run_cell(7)
    expect(notebook.cell(7)).to_contain_text("1 try")
    notebook.run_cell(9)
    expect(notebook.cell(9)).to_contain_text("Recorded: no")
    assert notebook.errors() == []
