"""Cells that run again close what their last run made, and nothing that is still in use."""

from __future__ import annotations

import gc
import tracemalloc
from pathlib import Path
from types import SimpleNamespace

import ipywidgets
import pytest
from ipywidgets.widgets import widget as registry

import twinclouds as tc
from twinclouds.ui import reruns

POINTS = [[0, 0, 0], [1, 0, 0]]


class Shell:
    """As much of a kernel as is needed: cells with names, and what is to be done after each."""

    def __init__(self):
        self.user_ns = {"Out": {}}
        self.after = []
        self.count = 0
        self.events = SimpleNamespace(register=lambda event, call: self.after.append(call))
        self.kernel = SimpleNamespace(get_parent=lambda channel: self.parent)

    def run(self, cell, make):
        self.count += 1
        self.parent = {"metadata": {"cellId": cell}, "header": {"msg_id": f"run {self.count}"}}
        shown = make()
        self.user_ns |= {"_": shown, f"_{self.count}": shown}
        self.user_ns["Out"][self.count] = shown
        for call in self.after:
            call(None)
        return shown


@pytest.fixture
def shell(monkeypatch):
    made = Shell()
    monkeypatch.setattr(reruns, "_shell", lambda: made)
    monkeypatch.setattr(reruns, "_made", {})
    monkeypatch.setattr(reruns, "_old", [])
    # Outside of a notebook widgets have no connection; these count as open until they are closed.
    monkeypatch.setattr("comm.base_comm.BaseComm.publish_msg", lambda *args, **keywords: None)
    return made


def view():
    return tc.ui.CloudView(POINTS)


def test_fifty_runs_leave_one_widget(shell):
    shell.run("a", view)
    before = len(registry._instances)
    for _ in range(50):
        last = shell.run("a", view)
    assert len(registry._instances) == before
    assert last.comm is not None
    assert list(shell.user_ns["Out"].values()) == [last]


def test_two_hundred_runs_leak_neither_memory_nor_files(shell):
    def now():
        gc.collect()
        files = Path("/proc/self/fd")
        return tracemalloc.get_traced_memory()[0], len(list(files.iterdir())) if files.exists() else 0

    for _ in range(20):
        shell.run("a", view)
    tracemalloc.start()
    try:
        memory, files = now()
        comms = len(registry._instances)
        for _ in range(200):
            shell.run("a", view)
            # The shell of the tests keeps what the real one would, too: the names of its results.
            shell.user_ns = {"Out": shell.user_ns["Out"]} | {"_": shell.user_ns["_"]}
        after, open_files = now()
    finally:
        tracemalloc.stop()
    assert len(registry._instances) == comms
    assert open_files == files
    assert after - memory < 200 * 2000, f"{(after - memory) / 200:.0f} bytes are lost in each run"


@pytest.mark.parametrize(
    "make", [tc.ui.PairChooser, lambda: tc.ui.Prediction("Will it?", ["yes", "no"])], ids=["PairChooser", "Prediction"]
)
def test_boxes_go_with_all_they_hold(shell, make):
    shell.run("a", make)
    before = len(registry._instances)
    shell.run("a", make)
    assert len(registry._instances) == before


def test_what_is_in_use_stays(shell):
    names = shell.user_ns
    names["views"] = [shell.run("a", view)]
    box = names["box"] = ipywidgets.VBox([shell.run("b", view)])
    linked = shell.run("c", view)
    names["link"] = ipywidgets.jslink((linked, "cutoff"), (box.children[0], "cutoff"))
    for cell in "abc":
        shell.run(cell, view)
    assert all(widget.comm is not None for widget in (names["views"][0], box.children[0], linked))
    kept = names.pop("views")[0]
    shell.run("d", view)
    assert kept.comm is None


def test_two_widgets_of_one_run_stay(shell):
    first, second = shell.run("a", lambda: [view(), view()])
    assert first.comm is not None
    assert second.comm is not None
    shell.run("a", view)
    assert first.comm is None
    assert second.comm is None


def test_other_cells_and_no_cells_are_left_alone(shell, monkeypatch):
    first = shell.run("a", view)
    shell.run("b", view)
    assert first.comm is not None
    monkeypatch.setattr(reruns, "_shell", lambda: None)
    view()
    assert first.comm is not None
