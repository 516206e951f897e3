"""Cells with widgets that are run again and again in JupyterLab: neither page nor kernel fills up."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from browser.footprint import Scales
from browser.instrument import COUNT_CONTEXTS, Instrument, live_contexts
from browser.jupyter import NotebookPage, wait_until

CELLS = [
    "import twinclouds as tc\n"
    "hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]\n"
    "triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]",
    "explorer = tc.ui.RefinementExplorer(hexagon, triangles, antialias=False)\nexplorer",
    "view = tc.ui.CloudView(hexagon, antialias=False)\nview",
]

# Runs cells as the menu does, one after the other, each until the new widget is painted in the place of the old one.
RUN_AGAIN = """
async ([index, times]) => {
  const notebook = window.jupyterapp.shell.currentWidget.content;
  const shown = () => document.querySelector(`.jp-Cell[data-windowed-list-index='${index}'] .tc-root`);
  notebook.activeCellIndex = index;
  for (let i = 0; i < times; i++) {
    const before = shown();
    await window.jupyterapp.commands.execute("notebook:run-cell");
    await new Promise((resolve) => {
      const look = () => {
        const now = shown();
        if (now && now !== before && !before.isConnected && Number(now.dataset.framesPainted) > 0) resolve();
        else requestAnimationFrame(look);
      };
      look();
    });
  }
}
"""

# Connections to widgets that the page knows of.
COMMS = "() => window.jupyterapp.shell.currentWidget.sessionContext.session.kernel._comms.size"
KERNEL = (
    "len(__import__('ipywidgets').widgets.widget._instances), len(get_ipython().kernel.comm_manager.comms), len(Out)"
)


def test_page_and_kernel_do_not_fill_up(open_notebook: Callable[..., NotebookPage]) -> None:
    notebook = open_notebook(CELLS, width=700, height=1300, script=COUNT_CONTEXTS)  # both widgets are on screen
    notebook.run_all()
    assert notebook.errors() == []
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer")).ready()
    cloud = Instrument(notebook, notebook.page.locator("section.tc-cloud")).ready()
    scales = Scales(notebook.page)

    def run_again(cell: int, times: int) -> None:
        notebook.page.evaluate(RUN_AGAIN, [cell, times])
        notebook.idle()

    runs = 25
    for cell in (1, 2):
        run_again(cell, 5)  # JupyterLab makes a tool bar for the chosen cell, and keeps it
        before, comms, kernel = scales.weigh(), notebook.page.evaluate(COMMS), notebook.python(KERNEL)
        run_again(cell, runs)
        after = scales.weigh()
        assert (notebook.page.evaluate(COMMS), notebook.python(KERNEL)) == (comms, kernel)
        assert after.buffers - before.buffers < runs / 4, (before, after)
        # JupyterLab holds on to the connection and the empty box of a widget that was closed, and anywidget to a module
        # of 1 kB; and now and then JupyterLab makes something of its own. Nothing of ours is among these: a view has
        # over 100 nodes and 40 listeners, and 70 kB besides its buffers.
        assert after.nodes - before.nodes < runs * 20, (before, after)
        assert after.listeners - before.listeners < runs * 10, (before, after)
        assert after.heap - before.heap < runs * 80_000, (before, after)
    wait_until(lambda: live_contexts(notebook) == 2, "the old contexts were given back", notebook.page, 10)

    # What is there now plays as the first ones did.
    explorer.ready()
    expect(explorer.stage).to_have_attribute("data-renderer", "webgl")
    explorer.button("first").click()
    notebook.wait_for_python("explorer.round", 0)
    cloud.ready()
    cloud.repainted(lambda: cloud.slide("cutoff", 1.5))
    notebook.wait_for_python("view.cutoff", 1.5)

    notebook.command("notebook:clear-all-cell-outputs")
    expect(notebook.page.locator(".tc-root")).to_have_count(0)
    wait_until(lambda: live_contexts(notebook) == 0, "all contexts were given back", notebook.page, 10)
