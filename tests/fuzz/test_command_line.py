"""Arguments of the command line: a status and, where there is something to say, one line; never a traceback."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import ase.io
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.rig import examples, limits
from twinclouds import pairs
from twinclouds.cli import main

numbers = st.sampled_from(["0", "1", "2.5", "-1", "nan", "inf", "1e400", "1e-320", "1e9", "", "x", "٣", "9" * 5000])
files = st.sampled_from(["a.xyz", "b.xyz", "c.xyz", "c.xyz@0", "c.xyz@9", "a.xyz@:", "bad.xyz", "none", ".", "", "@"])
options = st.one_of(
    st.tuples(st.sampled_from(["--cutoff", "--rounds", "--tolerance", "--radius"]), numbers),
    st.tuples(st.just("--test"), st.sampled_from(["wl", "distance-wl", "angle-wl", "2-fwl", "", "x"])),
    st.tuples(st.sampled_from(["--json", "--chirality", "--help", "--version", "--", "-x", "--cut"])),
    st.tuples(st.text(max_size=6)),
)
commands = st.sampled_from(["compare"] * 6 + ["certify"] * 3 + ["gallery", "comparee", ""])


@pytest.fixture(scope="module", autouse=True)
def folder(tmp_path_factory: pytest.TempPathFactory):
    place = tmp_path_factory.mktemp("command line")
    a, b = pairs.gallery["hexagon"]
    ase.io.write(place / "a.xyz", a)
    ase.io.write(place / "b.xyz", b)
    ase.io.write(place / "c.xyz", pairs.gallery["chain"].a, format="extxyz")
    (place / "bad.xyz").write_bytes(b"\xff\x002\n\n")
    before = Path.cwd()
    os.chdir(place)
    yield
    os.chdir(before)


@examples(150)
@given(command=commands, names=st.lists(files, max_size=3), more=st.lists(options, max_size=3), first=st.booleans())
def test_any_arguments(command: str, names: list[str], more: list[tuple[str, ...]], first: bool) -> None:
    import contextlib
    import io

    flat = [word for option in more for word in option]
    arguments = [command, *(flat + names if first else names + flat)]
    out, err = io.StringIO(), io.StringIO()
    with limits(), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.filterwarnings("error", module="twinclouds")
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
    assert status in (0, 1, 2)
    said = err.getvalue()
    assert "Traceback" not in said
    assert said.count("\n") <= 1 and len(said) < 6500
    if status == 2:
        assert said.startswith("twinclouds: ") or not said
    else:
        assert out.getvalue()
