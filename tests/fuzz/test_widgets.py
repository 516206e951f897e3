"""Whatever a page sends to a widget: what makes sense is taken, the rest is ignored, and nothing is raised."""

from __future__ import annotations

import json
import math
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import ipywidgets
import pytest
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from fuzz.rig import anything, examples, limits

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
SALT = Atoms("NaCl", positions=[[0, 0, 0], [2, 2, 2]], cell=[4, 4, 4], pbc=True)
ROWS = [
    {"model": "radial", "pair": "benzene", "verdict": "blind", "difference": 1e-15, "noise": 2e-15, "spread": 0.3},
    {"model": "angular", "pair": "hexagon", "verdict": "separates", "difference": 0.2, "noise": 1e-15, "spread": 0.3},
]

WIDGETS: dict[str, Callable[[], Any]] = {
    "CloudView": lambda: tc.ui.CloudView(HEXAGON, TRIANGLES),
    "CloudView of a crystal": lambda: tc.ui.CloudView(SALT),
    "GraphExplorer": lambda: tc.ui.GraphExplorer(HEXAGON),
    "RefinementExplorer": lambda: tc.ui.RefinementExplorer(HEXAGON, TRIANGLES),
    "StaircaseView": lambda: tc.ui.StaircaseView(HEXAGON, TRIANGLES),
    "AngleExplorer": lambda: tc.ui.AngleExplorer(HEXAGON, TRIANGLES),
    "AuditView": lambda: tc.ui.AuditView(ROWS),
    "TwinBuilder of lines": lambda: tc.ui.TwinBuilder("three_lines"),
    "TwinBuilder of planes": lambda: tc.ui.TwinBuilder("three_planes"),
    "TwinBuilder of complexes": lambda: tc.ui.TwinBuilder("octahedral_complex"),
}

likely = (
    st.floats(0, 5)
    | st.integers(-2, 9)
    | st.booleans()
    | st.sampled_from(["topology", "distances", "\ud800", "12", "C", "Fe", "benzene", "model", "species", "none", None])
    | st.fixed_dictionaries({"cloud": st.integers(-1, 2), "atom": st.integers(-1, 7)})
    | st.fixed_dictionaries({"model": st.sampled_from(["radial", "x"]), "pair": st.sampled_from(["benzene", "x"])})
    | st.lists(st.floats(20, 160), min_size=3, max_size=3)
    | st.lists(st.lists(st.floats(-3, 3), min_size=2, max_size=2), max_size=3)
)


@pytest.mark.parametrize("name", WIDGETS)
def test_messages(name: str) -> None:
    widget = WIDGETS[name]()
    known = sorted(set(widget.keys) | set(type(widget)._from_front_end))
    own = sorted(type(widget)._from_front_end)
    states = st.dictionaries(st.sampled_from(own) | st.sampled_from(own) | st.sampled_from(known), likely | anything)
    data = st.fixed_dictionaries(
        {"method": st.sampled_from(["update"] * 6 + ["custom", "request_state", "echo_update", "backbone", ""])},
        optional={"state": states | anything, "content": anything, "buffer_paths": anything | st.just([["cutoff"]])},
    )
    message = st.fixed_dictionaries({"content": st.fixed_dictionaries({"data": data})}, optional={"buffers": anything})

    @examples(30)
    @given(message | anything)
    def check(message: Any) -> None:
        with limits(), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            widget._handle_msg(message)
        state = widget.get_state()
        shown = {key: value for key, value in state.items() if key in own}
        json.dumps(shown, ensure_ascii=False).encode()  # as it is sent
        assert not any(isinstance(value, float) and math.isnan(value) for value in shown.values())
        # What is in the widget now is what the widget itself would accept.
        for key in own:
            widget.traits()[key].validate(widget, getattr(widget, key))

    check()
    if "_asked" in own:
        with pytest.warns(RuntimeWarning, match="_asked holds what cannot be sent"):
            widget.set_state({"_asked": "\udfff"})
        json.dumps(widget.get_state()["_certificate"], ensure_ascii=False).encode()
    # And it still works.
    if hasattr(widget, "cutoff"):
        widget.set_state({"cutoff": 1.5})
    assert widget.error == ""


@pytest.mark.parametrize("make", [tc.ui.PairChooser, lambda: tc.ui.Prediction("Will it?", ["yes", "no"])])
def test_files_and_choices_of_boxes(make: Callable[[], Any]) -> None:
    """The parts of these are ipywidgets, which refuse what does not fit; what they pass on must not raise."""
    box = make()
    uploads = [w for w in _within(box) if isinstance(w, ipywidgets.FileUpload)]
    file = st.fixed_dictionaries(
        {
            "name": st.text(max_size=8) | st.sampled_from(["a.xyz", "../../x.xyz", "<b>.cif", "POSCAR", "a\x00.xyz"]),
            "type": st.just(""),
            "size": st.integers(0, 10**12),
            "content": st.binary(max_size=60).map(memoryview),
            "last_modified": st.just(datetime(2026, 1, 1, tzinfo=UTC)),
        }
    )

    @examples(30)
    @given(st.lists(file, max_size=2))
    def check(files: list[dict[str, Any]]) -> None:
        for upload in uploads:
            with limits(), warnings.catch_warnings():
                warnings.simplefilter("ignore")
                upload.value = tuple(files)

    check()


def _within(widget: Any) -> list[Any]:
    return [widget, *(inner for child in getattr(widget, "children", ()) for inner in _within(child))]
