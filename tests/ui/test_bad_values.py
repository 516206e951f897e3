"""Whatever is given to any instrument under any name is taken, or refused in one line that names it and the remedy."""

from __future__ import annotations

import warnings

import pytest
import traitlets

import twinclouds as tc

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
ROWS = [{"model": "radial", "pair": "benzene", "verdict": "blind"}]

MAKE = {
    "CloudView": lambda **k: tc.ui.CloudView(HEXAGON, **k),
    "GraphExplorer": lambda **k: tc.ui.GraphExplorer(HEXAGON, **k),
    "RefinementExplorer": lambda **k: tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, **k),
    "StaircaseView": lambda **k: tc.ui.StaircaseView(HEXAGON, TRIANGLES, **k),
    "AngleExplorer": lambda **k: tc.ui.AngleExplorer(HEXAGON, TRIANGLES, **k),
    "TwinBuilder": lambda **k: tc.ui.TwinBuilder(**k),
    "TwinBuilder of planes": lambda **k: tc.ui.TwinBuilder("three_planes", **k),
    "TwinBuilder of complexes": lambda **k: tc.ui.TwinBuilder("octahedral_complex", **k),
    "AuditView": lambda **k: tc.ui.AuditView(ROWS, **k),
}
VALUES = [None, 5, "a", [], {}, object(), float("nan"), "x\ny" * 50]
#: Every error of ours is one of these.
OURS = (tc.TwincloudsError, traitlets.TraitError, TypeError)


def remedied(error: Exception, name: str) -> None:
    text = str(error)
    assert "\n" not in text and len(text) < 400, text
    assert name in text, text
    assert any(word in text for word in ("give", "choose", "has", "is no")), text


@pytest.mark.parametrize("which", MAKE)
def test_traits_take_a_value_or_say_what_to_give(which):
    widget = MAKE[which]()
    for name in widget._public_traits():
        for value in VALUES:
            before = getattr(widget, name)
            try:
                setattr(widget, name, value)
            except traitlets.TraitError as error:
                remedied(error, name)
                assert getattr(widget, name) == before, name
            else:
                setattr(widget, name, before)


@pytest.mark.parametrize("which", MAKE)
def test_keywords_take_a_value_or_say_what_to_give(which):
    widget = MAKE[which]()
    names = [name for name in widget._public_traits() if name != "error"] + list(widget._options)
    for name in names:
        for value in VALUES[:6]:
            try:
                MAKE[which](**{name: value})
            except OURS as error:
                remedied(error, name)


@pytest.mark.parametrize("which", MAKE)
def test_what_the_front_end_says_is_taken_or_ignored_with_a_warning(which):
    widget = MAKE[which]()
    for name in sorted(widget._from_front_end | {"title", "_kind", "nonsense"}):
        for value in [*VALUES[:5], [5, [None]], {"cloud": 0, "atom": 1e9}, {"model": [], "pair": {}}]:
            before = widget.get_state()
            with warnings.catch_warnings(record=True) as said:
                warnings.simplefilter("always")
                widget.set_state({name: value})
            after = widget.get_state()
            if said:
                assert all(one.category is RuntimeWarning and "front end" in str(one.message) for one in said)
                assert after == before, name
            changed = {key for key in after if after[key] != before[key]}
            assert changed <= widget._from_front_end | {"_certificate"}, name


@pytest.mark.parametrize("which", MAKE)
@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {"method": "shout"},
        {"method": "update"},
        {"method": "update", "state": [1]},
        {"method": "update", "state": {}, "buffer_paths": [["cutoff", 3]]},
        {"method": "update", "state": {"nonsense": 1}, "buffer_paths": []},
    ],
)
def test_malformed_messages_are_ignored_with_a_warning(which, data):
    widget = MAKE[which]()
    before = widget.get_state()
    with pytest.warns(RuntimeWarning, match="front end"):
        widget._handle_msg({"content": {"data": data}, "buffers": []})
    assert widget.get_state() == before


@pytest.mark.parametrize("which", MAKE)
def test_misspelt_names_are_not_set(which):
    widget = MAKE[which]()
    said = f"{type(widget).__name__} has no 'titel'; did you mean 'title'"
    with pytest.raises(tc.errors.UnknownNameError, match=said):
        widget.titel = "x"
    with pytest.raises(TypeError, match=r"'qqq'; it has .*notice.* begins with '_'") as error:
        widget.qqq = 1
    assert "\n" not in str(error.value)
    widget._mine = 3  # a name of the reader's own
    widget.add_class("wide")
    widget.observe(print, names="title")
    widget.unobserve_all()
    widget.layout = {"width": "50%"}
    widget.tooltip = "x"
    widget.close()


def test_names_of_boxes_are_checked_as_well():
    prediction = tc.ui.Prediction("Will it float?", ["yes", "no"])
    with pytest.raises(AttributeError, match="Prediction has no 'anwser'; did you mean 'answer'"):
        prediction.anwser = "yes"
    chooser = tc.ui.PairChooser()
    with pytest.raises(AttributeError, match="PairChooser has no 'explorerr'; did you mean 'explorer'"):
        chooser.explorerr = None


@pytest.mark.parametrize("value", [5, "ab", ["a", 5], {"a": 1}, [None, None]])
def test_names_that_are_none(value):
    for make in (tc.ui.CloudView, tc.ui.RefinementExplorer, tc.ui.StaircaseView, tc.ui.figure, tc.ui.py3dmol_view):
        with pytest.raises(TypeError, match=r"^names=.* is no list of texts; give one name per cloud"):
            make(HEXAGON, TRIANGLES, names=value)
    view = tc.ui.CloudView(HEXAGON)
    assert not view.set_clouds(TRIANGLES, names=value)
    assert view.error.startswith("names=")
    with pytest.raises(TypeError, match="holds 1 name for 2 clouds"):
        tc.ui.StaircaseView(HEXAGON, TRIANGLES, names=["one"])


def test_py3dmol_writes_names_as_text():
    html = tc.ui.py3dmol_view(HEXAGON, names=["</script><b>"]).write_html()
    assert "</script><b>" not in html
    assert "hexagon" in tc.ui.py3dmol_view(HEXAGON, TRIANGLES, names=["hexagon", "triangles"]).write_html()
