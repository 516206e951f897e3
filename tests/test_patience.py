"""Long runs are announced before they begin, and an interrupt ends them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import twinclouds as tc
from twinclouds import patience
from twinclouds.cli import main
from twinclouds.errors import LongRun

RNG = np.random.default_rng(8)
A, B = (RNG.normal(size=(7, 3)) for _ in "ab")


def test_short_runs_are_not_announced() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        patience.announce(patience.LONG - 0.1, "this", "that")
        tc.compare(A, B, test="2-fwl")
        tc.compare(A, B, test="angle-wl")


RUNS: dict[str, Callable[[], Any]] = {
    "2-fwl on 7 points": lambda: tc.compare(A, B, test="2-fwl"),
    "angle-wl on 7 points": lambda: tc.compare(A, B, test="angle-wl"),
    "angle-wl with": lambda: tc.compare(A, B, test="angle-wl", cutoff=0.9),
    "2-fwl on 7 points takes": lambda: tc.refine([tc.distance_graph(A)], test="2-fwl"),
    "a certificate of 15 distances": lambda: tc.certify(*tc.pairs.gallery["lines"]),
    "a search through 12 clouds": lambda: tc.pairs.search_symmetric(12, 4, progress=False),
    "preparing": lambda: tc.ui.RefinementExplorer(A, B),
    "a map of 42 bonds": lambda: tc.ui.StaircaseView(A, B),
}


@pytest.mark.parametrize("said", RUNS)
def test_long_runs_are_announced_where_they_were_asked_for(said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "LONG", 0.0)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        RUNS[said]()
    told = [w for w in caught if issubclass(w.category, LongRun)]
    assert any(str(w.message).startswith(said) for w in told)
    for w in told:
        assert Path(w.filename) == Path(__file__)
        assert "interrupt it" in str(w.message)
        assert "\n" not in str(w.message)


def test_longer_runs_are_said_to_take_longer() -> None:
    times = [patience.in_words(seconds) for seconds in np.geomspace(10, 1e7, 400)]
    order = list(dict.fromkeys(times))
    assert order[0] == "about 10 seconds"
    assert order == [t for k, t in enumerate(times) if k == 0 or t != times[k - 1]]  # none comes back
    assert {"about a minute", "about an hour", "about a day", "about 2 minutes"} <= set(order)


def write(folder: Path, points: int) -> list[str]:
    import ase

    names = []
    for name in "ab":
        atoms = ase.Atoms(["C"] * points, np.random.default_rng(ord(name)).normal(size=(points, 3)) * 20)
        atoms.write(folder / f"{name}.xyz")
        names.append(str(folder / f"{name}.xyz"))
    return names


@pytest.mark.parametrize("test", ["2-fwl", "angle-wl"])
def test_the_command_line_tells_on_the_standard_error(
    test: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    files = write(tmp_path, 8)
    main(["compare", *files, "--test", test, "--json"])
    quiet = capsys.readouterr()
    assert quiet.err == ""
    monkeypatch.setattr(patience, "LONG", 0.0)
    main(["compare", *files, "--test", test, "--json"])
    told = capsys.readouterr()
    assert told.out == quiet.out
    (line,) = told.err.splitlines()  # once, whatever tolerances are tried
    assert line.startswith(f"twinclouds: {test} on 8 points takes about 10 seconds; interrupt it (Ctrl+C")


@pytest.mark.skipif(os.name == "nt", reason="signals as a terminal sends them on Unix")
def test_an_interrupt_ends_a_long_run(tmp_path: Path) -> None:
    same = write(tmp_path, 1500)[0]
    arguments = ["compare", same, same, "--test", "2-fwl"]
    code = (
        # Started in the background of a shell, a process ignores the signal, and so do its children: undo that.
        "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
        f"from twinclouds import cli, patience; patience.LONG = 0.0; cli.main({arguments!r})"
    )
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen([sys.executable, "-c", code], **pipes) as run:
        assert run.stderr is not None
        assert "2-fwl on 1500 points takes" in run.stderr.readline()
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert out == ""
    assert err == "twinclouds: stopped\n"
