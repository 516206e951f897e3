"""RefinementExplorer in JupyterLab: what the page shows and what Python knows are the same."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage, wait_until

Opener = Callable[..., NotebookPage]

# A hexagon and two triangles over each other. By their shortest edges alone they cannot be told apart.
CLOUDS = """
import twinclouds as tc
hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
"""
SHOW = """
explorer = tc.ui.RefinementExplorer(hexagon, triangles, antialias=False, names=["hexagon", "triangles"])
explorer
"""


@pytest.fixture(scope="module")
def notebook(open_shared_notebook: Opener) -> NotebookPage:
    notebook = open_shared_notebook([CLOUDS, SHOW])
    notebook.run_all()
    assert notebook.errors() == []
    return notebook


@pytest.fixture
def explorer(notebook: NotebookPage) -> Iterator[Instrument]:
    """A new explorer in place of that of the test before."""
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer")).ready()
    explorer.run_again(1)
    yield explorer
    notebook.watch.assert_quiet()


def test_stepping_reaches_python(explorer: Instrument) -> None:
    rounds = int(explorer.get("rounds"))
    assert rounds >= 1
    explorer.button("first").click()
    explorer.expect("round", "0")
    explorer.notebook.wait_for_python("explorer.round", 0)
    explorer.button("next").click()
    explorer.expect("round", "1")
    explorer.notebook.wait_for_python("explorer.round", 1)
    explorer.button("previous").click()
    explorer.expect("round", "0")
    explorer.button("last").click()
    explorer.expect("round", str(rounds))
    explorer.notebook.wait_for_python("explorer.round", rounds)


def test_playing_goes_to_the_last_round_and_stops(explorer: Instrument) -> None:
    explorer.button("first").click()
    explorer.button("play").click()
    explorer.expect("round", explorer.get("rounds"))
    explorer.expect("playing", "false")
    explorer.notebook.wait_for_python("explorer.playing", False)


def test_sliding_the_cutoff(explorer: Instrument) -> None:
    notebook = explorer.notebook
    before = explorer.get("interval")
    explorer.repainted(lambda: explorer.slide("cutoff", 2.5))
    explorer.expect("cutoff", re.compile(r"^2\.5"))
    assert explorer.get("interval") != before
    notebook.wait_for_python("round(explorer.cutoff, 6)", 2.5)
    # With the keyboard, from where it is.
    explorer.slider("cutoff").press("ArrowLeft")
    wait_until(lambda: float(explorer.get("cutoff")) < 2.5, "the cutoff fell", explorer.page)
    notebook.wait_for_python("explorer.cutoff < 2.5", True)
    # And from Python.
    notebook.python("setattr(explorer, 'cutoff', 2.0)")
    explorer.expect("cutoff", "2")


def test_topology_alone_and_distances_agree_with_the_library(explorer: Instrument) -> None:
    notebook = explorer.notebook
    for option, test in (("topology", "wl"), ("distances", "distance-wl")):
        explorer.root.locator(f"input[data-mode-option='{option}']").check(force=True)
        explorer.expect("mode", option)
        notebook.wait_for_python("explorer.mode", option)
        for cutoff in (1.0, 1.42, 1.8, 2.1, 2.5, 2.9):
            explorer.slide("cutoff", cutoff)
            explorer.expect("cutoff", re.compile(rf"^{cutoff:g}".replace(".", r"\.")))
            equivalent = notebook.python(f"tc.compare(hexagon, triangles, cutoff={cutoff}, test='{test}').equivalent")
            assert ("not told apart" in explorer.get("verdict-words")) == equivalent, (option, cutoff)


def test_picking_with_the_mouse(explorer: Instrument) -> None:
    x, y = explorer.find_atom()
    explorer.page.mouse.click(x, y)
    explorer.expect("selected", re.compile(r"^[01]:\d+$"))
    cloud, atom = map(int, explorer.get("selected").split(":"))
    explorer.notebook.wait_for_python("explorer.selected", {"cloud": cloud, "atom": atom})
    expect(explorer.root.locator(".tc-picked strong")).to_contain_text(("hexagon", "triangles")[cloud])


def test_picking_with_the_keyboard(explorer: Instrument) -> None:
    # Tab reaches the picture from what comes before it.
    explorer.stage.focus()
    explorer.page.keyboard.press("n")
    explorer.expect("cursor", "0:0")
    explorer.page.keyboard.press("n")
    explorer.expect("cursor", "0:1")
    explorer.page.keyboard.press("p")
    explorer.page.keyboard.press("p")
    explorer.expect("cursor", "1:5")
    explorer.page.keyboard.press("Enter")
    explorer.expect("selected", "1:5")
    explorer.notebook.wait_for_python("explorer.selected", {"cloud": 1, "atom": 5})
    expect(explorer.root.locator("[aria-live='polite']").first).to_contain_text("triangles")
    explorer.page.keyboard.press("Escape")
    explorer.expect("selected", "")
    explorer.notebook.wait_for_python("explorer.selected", None)
    # No key typed on a widget is taken for a command of the notebook: a inserts a cell, x cuts one, d d deletes one.
    explorer.notebook.command("notebook:enter-command-mode")
    for place in (explorer.stage, explorer.slider("cutoff"), explorer.button("first")):
        place.focus()
        for key in ("a", "b", "x", "d", "d", "m", "z"):
            explorer.page.keyboard.press(key)
    assert len(explorer.notebook.outputs()) == 2
    assert explorer.notebook.page.locator(".jp-Notebook .jp-Cell").count() == 2


def test_all_controls_are_reached_with_tab(explorer: Instrument) -> None:
    explorer.stage.focus()
    reached = set()
    for _ in range(25):
        explorer.page.keyboard.press("Tab")
        reached.add(
            explorer.page.evaluate(
                """() => { const d = document.activeElement.dataset;
                    return d.control ?? d.action ?? (d.modeOption ? "mode" : ""); }"""
            )
        )
    # The buttons for the first or next round are switched off on the last one.
    assert {"cutoff", "mode", "round", "first", "previous", "play", "copy", "reset"} <= reached


def test_camera_stays_when_the_picture_changes(explorer: Instrument) -> None:
    notebook = explorer.notebook
    explorer.repainted(lambda: explorer.drag((90, 35)))
    turned = explorer.get("camera")
    assert turned
    # What is under a point of the page shows how the camera really stands.
    x, y = explorer.find_atom()
    explorer.page.mouse.click(x, y)
    explorer.expect("selected", re.compile(r"\d"))
    under = explorer.get("selected")

    explorer.repainted(lambda: explorer.slide("cutoff", 2.5))
    explorer.repainted(lambda: explorer.button("first").click())
    explorer.repainted(lambda: notebook.python("setattr(explorer, 'cutoff', 1.5)"))
    notebook.python("setattr(explorer, 'selected', None)")
    explorer.expect("selected", "")
    explorer.page.mouse.click(x, y)
    explorer.expect("selected", under)

    # Other clouds in place: the camera still stands as it stood.
    explorer.repainted(lambda: notebook.python("explorer.set_clouds(hexagon[::-1], triangles[::-1])"))
    explorer.expect("selected", "")
    explorer.page.mouse.click(x, y)
    cloud, atom = map(int, under.split(":"))
    explorer.expect("selected", f"{cloud}:{5 - atom}")
    assert explorer.get("camera") == turned


def test_arrow_keys_turn_and_reset_turns_back(explorer: Instrument) -> None:
    explorer.stage.focus()
    explorer.repainted(lambda: explorer.page.keyboard.press("ArrowRight"))
    first = explorer.get("camera")
    explorer.repainted(lambda: explorer.page.keyboard.press("ArrowRight"))
    assert explorer.get("camera") != first
    explorer.slide("cutoff", 2.5)
    explorer.button("reset").click()
    explorer.expect("cutoff", "1.42")
    explorer.notebook.wait_for_python("explorer.cutoff", 1.42)


def test_bad_clouds_are_explained_in_place(explorer: Instrument) -> None:
    notebook = explorer.notebook
    before = explorer.get("verdict")
    assert notebook.python("explorer.set_clouds([[0, 0, float('nan')]], [[0, 0, 0]])") is False
    alert = explorer.root.get_by_role("alert")
    expect(alert).to_be_visible()
    expect(alert).to_contain_text("nan")
    assert explorer.get("verdict") == before
    notebook.python("explorer.set_clouds(hexagon, triangles)")
    expect(alert).to_be_hidden()


def test_without_a_kernel_the_explorer_is_alive(open_notebook: Opener) -> None:
    notebook = open_notebook([CLOUDS, SHOW])
    notebook.run_all()
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer")).ready()
    # ipywidgets logs that nobody listens; that, and nothing else, is as it should be.
    explorer.notebook.watch.allow("Could not send widget sync message")
    explorer.notebook.shut_kernel_down()
    explorer.repainted(lambda: explorer.slide("cutoff", 2.5))
    explorer.expect("cutoff", re.compile(r"^2\.5"))
    explorer.button("first").click()
    explorer.expect("round", "0")
    explorer.button("next").click()
    explorer.expect("round", "1")
    explorer.root.locator("input[data-mode-option='topology']").check(force=True)
    explorer.expect("mode", "topology")
    x, y = explorer.find_atom()
    explorer.page.mouse.click(x, y)
    explorer.expect("selected", re.compile(r"\d"))


def test_measuring_and_comparing_reach_python(open_notebook: Opener) -> None:
    view = "view = tc.ui.CloudView(hexagon, antialias=False)\nview"
    notebook = open_notebook([CLOUDS, SHOW, view])
    notebook.run_all()
    assert notebook.errors() == []
    explorer = Instrument(notebook, notebook.page.locator("section.tc-explorer")).ready()
    for key in ("n", "Enter", "p", "Enter"):
        explorer.stage.press(key)
    notebook.wait_for_python("len(explorer.picked)", 2)
    notebook.wait_for_python("explorer.selected and explorer.selected['cloud']", 1)
    notebook.python("setattr(explorer, 'labels', 'index')")
    explorer.expect("labels", "index")

    cloud = Instrument(notebook, notebook.page.locator("section.tc-cloud")).ready()
    cloud.button("measure").click()
    notebook.wait_for_python("view.measure", True)
    for key in ("n", "Enter", "n", "Enter", "n", "Enter"):
        cloud.stage.press(key)
    notebook.wait_for_python("round((view.measured and view.measured.angle) or 0, 1)", 30.0)
    notebook.python("setattr(view, 'picked', [{'cloud': 0, 'atom': 0}, {'cloud': 0, 'atom': 3}])")
    cloud.expect("measured", "2.828 Å")

    # Without the kernel, all of that goes on working.
    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    cloud.stage.press("Escape")
    cloud.expect("picked", "")
    explorer.root.locator(".tc-unrolled summary").press("Enter")
    expect(explorer.root.get_by_role("tree")).to_have_count(2)
    row = explorer.root.locator(".tc-class").first
    row.focus()
    explorer.expect("lit", re.compile("."))
