"""StaircaseView without a browser: the map is the truth, and its traits are checked."""

from __future__ import annotations

import gc
import weakref

import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.ui.stairs import MOST_COLUMNS, MOST_ROWS, make_map


def chain(first, last, height):
    x = np.cumsum([0, first, 1, 1, 1, last])
    return np.stack([x, 0 * x, 0 * x + height], axis=1)


EQUAL = np.concatenate([chain(1.1, 1.1, 0), chain(1.2, 1.2, 50)])
UNEQUAL = np.concatenate([chain(1.1, 1.2, 0), chain(1.1, 1.2, 50)])


@pytest.fixture
def view():
    return tc.ui.StaircaseView(EQUAL, UNEQUAL, max_cutoff=7.0)


def test_the_map_of_the_chains(view):
    assert {k: round(v, 2) for k, v in view.staircase.cutoffs.items()} == {1: 3.1, 2: 2.0, 3: 1.1}
    assert view.map.rounds == (0, 1, 2, 3, 4)
    for rounds, cutoff, apart in [(0, 7, False), (1, 3.0, False), (1, 3.1, True), (2, 2.0, True), (4, 1.0, False)]:
        view.round, view.cutoff = rounds, cutoff
        assert view.told_apart == apart, (rounds, cutoff)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_every_cell_is_what_comparing_says(seed):
    random = np.random.default_rng(seed)
    a = random.integers(0, 3, size=(40, 3)).astype(float)
    a = np.unique(a, axis=0)[random.permutation(len(np.unique(a, axis=0)))[:6]]
    b = a.copy()
    b[0] += [3, 0, 0] if seed % 2 else [0, 0, 0]
    found = make_map(tc.as_cloud(a), tc.as_cloud(b))
    for row, rounds in enumerate(found.rounds[1:], 1):
        for column, stop in enumerate(found.stops[1:], 1):
            verdict = tc.compare(a, b, cutoff=stop, rounds=rounds)
            assert found.told_apart(row, column) != verdict.equivalent, (rounds, stop)
    assert not any(found.told_apart(0, column) for column in range(len(found.columns)))


def test_degenerate_pairs_have_no_stairs():
    view = tc.ui.StaircaseView(tc.pairs.gallery["benzene"])
    assert view.map.everywhere
    assert set(view.map.first) == {None}
    assert not view.told_apart
    assert view._map["complete"]


def test_too_few_rounds_is_not_everywhere():
    far = make_map(tc.as_cloud(EQUAL), tc.as_cloud(UNEQUAL), max_rounds=1, max_cutoff=2.5)
    assert far.first == (None, None)
    assert not far.everywhere


def test_large_clouds_keep_the_stairs():
    random = np.random.default_rng(0)
    a = random.normal(size=(30, 3))
    b = a + random.normal(size=(30, 3)) * 0.3
    found = make_map(tc.as_cloud(a), tc.as_cloud(b), max_rounds=40)
    assert len(found.columns) <= MOST_COLUMNS
    assert len(found.rounds) <= MOST_ROWS + 4
    assert found.rounds[-1] == 40
    first = found.first[1]
    assert found.starts[first] == pytest.approx(tc.resolving_cutoff(a, b, rounds=1))


def test_too_close_to_call_is_marked():
    a = [[0, 0, 0], [1, 0, 0], [3, 0, 0]]
    b = [[0, 0, 0], [1, 0, 0], [3 + 2e-6, 0, 0]]
    found = make_map(tc.as_cloud(a), tc.as_cloud(b))
    assert not found.unclear[0]
    assert found.unclear[-1]


def test_traits(view):
    view.round = 99
    assert view.round == 4
    view.cutoff = float("inf")
    assert view.cutoff == view.map.scene.max_cutoff
    for name, value in [("round", -1), ("round", "2"), ("cutoff", -1), ("cutoff", float("nan")), ("cutoff", "x")]:
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(view, name, value)
    view.set_state({"round": 1, "cutoff": 3.2})
    assert view.told_apart
    with pytest.warns(RuntimeWarning, match="front end"):
        view.set_state({"_map": {}})
    with pytest.raises(TypeError, match=r"'rounds'.*max_rounds"):
        tc.ui.StaircaseView(EQUAL, UNEQUAL, rounds=3)
    with pytest.raises(TypeError, match="two clouds"):
        tc.ui.StaircaseView(EQUAL)
    with pytest.raises(TypeError, match="two clouds"):
        tc.ui.StaircaseView()
    with pytest.raises(tc.TwincloudsError, match=r"composition|number"):
        tc.ui.StaircaseView(EQUAL, UNEQUAL[:5])
    with pytest.raises(tc.TwincloudsError, match="max_rounds"):
        tc.ui.StaircaseView(EQUAL, UNEQUAL, max_rounds=0)


def test_an_explorer_gives_its_clouds_and_state():
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=2.0, round=2, names=("equal", "unequal"))
    view = tc.ui.StaircaseView(explorer=explorer)
    assert (view.round, view.cutoff, view.link_group) == (2, 2.0, explorer.link_group)
    assert view._map["names"] == ["equal", "unequal"]
    assert tc.ui.StaircaseView(EQUAL, UNEQUAL, explorer=explorer).told_apart
    with pytest.raises(tc.TwincloudsError, match="other clouds"):
        tc.ui.StaircaseView(UNEQUAL, EQUAL, explorer=explorer)
    with pytest.raises(TypeError, match="RefinementExplorer"):
        tc.ui.StaircaseView(EQUAL, UNEQUAL, explorer=view)
    assert explorer.set_clouds(tc.pairs.gallery["hexagon"])
    assert view.map.everywhere
    assert (view.round, view.cutoff) == (explorer.round, explorer.cutoff)


def test_every_round_of_the_explorer_has_a_row():
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, mode="topology")
    view = tc.ui.StaircaseView(explorer=explorer)
    assert view.map.rounds[-1] >= max(len(frame) for frame in explorer.scene.frames) - 1


def test_bad_clouds_later_are_shown_in_place(view):
    assert not view.set_clouds(EQUAL, [[0, 0, float("nan")]])
    assert "nan" in view.error
    assert len(view.a) == 12


def test_the_round_that_the_page_shows_is_meant():
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=10.0)
    assert explorer.round == explorer.rounds == 2
    explorer.set_state({"cutoff": 1.1, "round": 2})
    assert explorer.rounds > 2
    assert explorer.round == 2
    # A round that stays what it was is not sent again.
    explorer.set_state({"cutoff": 10.0})
    explorer.set_state({"cutoff": 1.1})
    assert explorer.round == 2
    explorer.cutoff = 10.0
    explorer.cutoff = 1.1
    assert explorer.round == explorer.rounds > 2


def test_a_map_that_is_gone_does_not_follow_its_explorer() -> None:
    pair = tc.pairs.gallery["benzene"]
    explorer = tc.ui.RefinementExplorer(pair)
    before = len(explorer._trait_notifiers.get("_scene", {}).get("change", []))
    for _ in range(3):
        view = tc.ui.StaircaseView(explorer=explorer)
        known = weakref.ref(view)
        view.close()
        del view
    assert len(explorer._trait_notifiers.get("_scene", {}).get("change", [])) == before
    gc.collect()
    assert known() is None
    other = tc.pairs.gallery["S6"]
    view = tc.ui.StaircaseView(explorer=explorer)
    explorer.set_clouds(other.a, other.b)
    assert view.a.formula == "S6"


class Listener:
    """What a widget tells the page."""

    def __init__(self, widget) -> None:
        self.told = []
        object.__setattr__(widget, "_send", lambda message, buffers=None: self.told.append(message))

    def updates(self):
        found = [message["state"] for message in self.told if message["method"] == "update"]
        self.told.clear()
        return found


@pytest.fixture
def linked():
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=3.1, round=1, max_cutoff=7.0)
    return explorer, tc.ui.StaircaseView(explorer=explorer)


def test_what_python_sets_moves_all_of_the_group_without_a_view(linked):
    explorer, stairs = linked
    heard = [Listener(explorer), Listener(stairs)]
    explorer.cutoff = 2.0
    assert (stairs.cutoff, stairs.round) == (2.0, explorer.round)
    # One message to each, with the time at which it was written.
    one, other = (listener.updates() for listener in heard)
    assert len(one) == len(other) == 1
    assert one[0]["_place"] == other[0]["_place"] == stairs._place
    before = stairs._place["written"]
    explorer.mode = "topology"
    assert stairs._place["mode"] == "topology"
    assert stairs._place["written"] > before
    stairs.set_trait("round", 2)
    assert (explorer.round, explorer.mode) == (2, "distances")
    stairs.cutoff = 99.0
    assert explorer.cutoff == stairs.cutoff == 7.0


def test_what_the_page_says_is_passed_on_without_an_answer(linked):
    explorer, stairs = linked
    heard = [Listener(explorer), Listener(stairs)]
    # The page has moved both by the time it says so, and tells of both.
    explorer.set_state({"cutoff": 2.0, "round": 2})
    assert (stairs.cutoff, stairs.round) == (2.0, 2)
    stairs.set_state({"cutoff": 2.0, "round": 2})
    stairs.set_state({"cutoff": 1.1})
    assert explorer.cutoff == 1.1
    explorer.set_state({"cutoff": 1.1})
    assert [listener.updates() for listener in heard] == [[], []]


def test_a_link_of_the_readers_own_changes_nothing(linked):
    explorer, stairs = linked
    for name in ("cutoff", "round"):
        ipywidgets.link((explorer, name), (stairs, name))
    heard = [Listener(explorer), Listener(stairs)]
    explorer.set_state({"mode": "topology"})
    explorer.set_state({"round": 0, "playing": True})
    explorer.set_state({"cutoff": 2.0, "round": 1})
    # The map is for distances, and moving it stops the playing; but here the explorer moved, and the map followed.
    assert (explorer.mode, explorer.playing) == ("topology", True)
    assert (stairs.cutoff, stairs.round) == (2.0, 1)
    assert [listener.updates() for listener in heard] == [[], []]
    stairs.set_state({"cutoff": 1.1})
    assert (explorer.cutoff, explorer.mode, explorer.playing) == (1.1, "distances", False)
    explorer.cutoff = 3.1
    assert stairs.cutoff == 3.1
    assert explorer._place == stairs._place


def test_groups_are_joined_and_left(linked):
    explorer, stairs = linked
    stairs.link_group = "elsewhere"
    explorer.cutoff = 2.0
    assert stairs.cutoff == 3.1
    # Who comes later stands where the group stands, unless a place was asked for.
    assert tc.ui.StaircaseView(EQUAL, UNEQUAL, link_group="elsewhere").cutoff == 3.1
    asked = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, link_group="elsewhere", cutoff=1.1)
    assert asked.cutoff == stairs.cutoff == 1.1
    stairs.link_group = explorer.link_group
    assert stairs.cutoff == 2.0
    stairs.link_group = ""
    stairs.cutoff = 1.1
    assert explorer.cutoff == 2.0
    stairs.link_group = explorer.link_group
    stairs.close()
    explorer.cutoff = 3.1
    assert stairs.cutoff == 2.0


def test_a_group_is_forgotten_with_its_last_member():
    from twinclouds.ui.linking import _groups

    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, link_group="short-lived", cutoff=2.0)
    assert "short-lived" in _groups
    explorer.close()
    assert "short-lived" not in _groups
