"""Traits, errors and messages of the widgets, without a browser."""

from __future__ import annotations

import ase.build
import ipywidgets
import numpy as np
import pytest
import traitlets

import twinclouds as tc
from twinclouds.ui.library import Library, the_library

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]


class PairOfClouds:
    a, b = HEXAGON, TRIANGLES


@pytest.fixture
def explorer():
    return tc.ui.RefinementExplorer(HEXAGON, TRIANGLES)


def test_a_pair_is_taken_as_it_is():
    explorer = tc.ui.RefinementExplorer(PairOfClouds())
    assert len(explorer.a) == len(explorer.b) == 6
    assert len(tc.ui.CloudView(PairOfClouds()).scene.clouds) == 2


def test_atoms_arrays_and_clouds_are_taken():
    atoms = ase.build.molecule("C6H6")
    explorer = tc.ui.RefinementExplorer(atoms, tc.as_cloud(atoms))
    assert explorer.a.formula == "C6H6"
    assert tc.ui.CloudView(np.eye(3)).a.formula == "X3"


def test_it_starts_with_bonds_and_the_last_round(explorer):
    assert explorer.cutoff == 1.42
    assert explorer.round == explorer.rounds
    assert explorer.mode == "distances"
    assert explorer.selected is None
    assert not explorer.playing


@pytest.mark.parametrize("widget", [tc.ui.RefinementExplorer, tc.ui.CloudView])
def test_unknown_keywords_are_named_with_the_known_ones(widget):
    with pytest.raises(TypeError, match=r"'cutof'.*cutoff") as error:
        widget(HEXAGON, TRIANGLES, cutof=2.0)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("cutoff", -1.0, "length"),
        ("cutoff", float("nan"), "length"),
        ("cutoff", 10**400, "length"),
        pytest.param("cutoff", 10**5000, "length", id="too long to be written out"),
        ("cutoff", "2", "angstrom"),
        ("round", -1, "whole number"),
        ("round", 1.5, "whole number"),
        ("round", float("inf"), "whole number"),
        ("round", float("nan"), "whole number"),
        ("round", np.float64("-inf"), "whole number"),
        ("round", "1", "whole number"),
        ("mode", "angles", "topology"),
        ("mode", ["distances"], "topology"),
        ("selected", {"cloud": 2, "atom": 0}, "numbered from 0"),
        ("selected", {"cloud": 0, "atom": 6}, "atoms 0 to 5"),
        ("selected", {"atom": 1}, '"cloud"'),
        ("selected", {"cloud": 0, "atom": float("inf")}, "an atom that exists"),
        ("selected", {"cloud": float("nan"), "atom": 0}, "an atom that exists"),
        ("selected", {"cloud": 0, "atom": None}, "an atom that exists"),
        ("selected", "C1", '"cloud"'),
        ("playing", 1, "True or False"),
        ("antialias", "no", "True or False"),
        ("notice", 3, "a text"),
        ("try_", None, "a text"),
        ("title", ["a"], "a text"),
    ],
)
def test_bad_values_are_named_with_the_remedy(explorer, name, value, remedy):
    before = getattr(explorer, name)
    with pytest.raises(traitlets.TraitError, match=name) as error:
        setattr(explorer, name, value)
    assert remedy in str(error.value)
    assert "\n" not in str(error.value)
    assert getattr(explorer, name) == before


def test_bad_values_at_the_start():
    with pytest.raises(traitlets.TraitError, match="cutoff='far'"):
        tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, cutoff="far")
    with pytest.raises(traitlets.TraitError, match="cutoff=1000"):
        tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, cutoff=10**400)
    with pytest.raises(traitlets.TraitError, match="round=inf"):
        tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, round=float("inf"))
    with pytest.raises(tc.TwincloudsError, match="max_cutoff"):
        tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, max_cutoff=10**400)
    with pytest.raises(traitlets.TraitError, match="mode='x'"):
        tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, mode="x")


def test_bad_clouds_at_the_start_raise():
    with pytest.raises(tc.TwincloudsError, match="nan"):
        tc.ui.CloudView([[0, 0, float("nan")]])
    with pytest.raises(tc.TwincloudsError, match=r"composition|number of atoms"):
        tc.ui.RefinementExplorer(HEXAGON, HEXAGON[:5])
    with pytest.raises(TypeError, match="two clouds"):
        tc.ui.RefinementExplorer(HEXAGON)


def test_bad_clouds_later_are_shown_in_place(explorer):
    before = explorer.get_state()
    assert not explorer.set_clouds(HEXAGON, [[0, 0, 0]] * 6)
    assert "in one place" in explorer.error
    assert "\n" not in explorer.error
    after = explorer.get_state()
    assert {k: v for k, v in after.items() if k != "error"} == {k: v for k, v in before.items() if k != "error"}
    assert explorer.set_clouds(HEXAGON, TRIANGLES)
    assert explorer.error == ""


def test_new_clouds_bring_a_state_that_fits(explorer):
    explorer.selected = {"cloud": 1, "atom": 5}
    assert explorer.set_clouds([[0, 0, 0], [1, 0, 0], [0, 3, 0]], [[0, 0, 0], [1, 0, 0], [0, 2, 0]])
    assert explorer.selected is None
    assert explorer.cutoff == explorer.scene.default_cutoff
    assert explorer.round == explorer.rounds


def test_cutoff_is_clipped_to_the_slider(explorer):
    explorer.cutoff = float("inf")
    assert explorer.cutoff == explorer.scene.max_cutoff
    explorer.cutoff = 0
    assert explorer.cutoff == 0.0
    assert explorer.verdict.equivalent


def test_the_last_round_stays_the_last_round():
    path, star = [[i, 0, 0] for i in range(6)], [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [4, 0, 0], [3, 1, 0]]
    explorer = tc.ui.RefinementExplorer(path, star, mode="topology", cutoff=1.0)
    seen = set()
    for stop in explorer.scene.stops:
        explorer.cutoff = stop
        assert explorer.round == explorer.rounds
        seen.add(explorer.rounds)
    assert len(seen) > 1
    explorer.round = 0
    explorer.mode = "distances"
    assert explorer.round == 0
    explorer.round = 99
    assert explorer.round == max(len(frame) for frame in explorer.scene.frames) - 1


def test_periodic_clouds_have_a_finite_slider():
    salt = ase.build.bulk("NaCl", "rocksalt", 5.64)
    explorer = tc.ui.RefinementExplorer(salt, salt)
    assert np.isfinite(explorer.scene.max_cutoff)
    assert explorer.verdict.equivalent
    with pytest.raises(traitlets.TraitError, match="no end"):
        explorer.cutoff = float("inf")
    further = tc.ui.RefinementExplorer(salt, salt, cutoff=explorer.scene.max_cutoff + 1.0)
    assert further.cutoff == pytest.approx(explorer.scene.max_cutoff + 1.0)


def test_other_clouds_keep_the_end_of_the_slider_that_was_asked_for():
    salt, silicon = ase.build.bulk("NaCl", "rocksalt", 5.64), ase.build.bulk("Si", "diamond", 5.43)
    view = tc.ui.CloudView(salt, max_cutoff=9.0)
    assert view.set_clouds(silicon)
    assert view.scene.max_cutoff == 9.0
    view.cutoff = 8.9
    assert view.cutoff == 8.9
    default = tc.ui.CloudView(salt)
    assert default.set_clouds(silicon)
    assert default.scene.max_cutoff == tc.ui.CloudView(silicon).scene.max_cutoff < 9.0


def test_without_an_end_crystals_may_follow_molecules():
    view = tc.ui.CloudView(HEXAGON, max_cutoff=float("inf"))
    assert view.set_clouds(ase.build.bulk("Si", "diamond", 5.43)), view.error
    with pytest.raises(tc.TwincloudsError, match="without end"):
        tc.ui.CloudView(ase.build.bulk("Si", "diamond", 5.43), max_cutoff=float("inf"))


def test_clouds_too_large_for_the_memory_are_explained_in_place(explorer, monkeypatch):
    def full(*_, **__):
        raise MemoryError

    monkeypatch.setattr("twinclouds.ui.base.make_scene", full)
    assert not explorer.set_clouds(TRIANGLES, HEXAGON)
    assert "too large" in explorer.error


def test_traits_can_be_linked(explorer):
    other = tc.ui.CloudView(HEXAGON, TRIANGLES)
    link = ipywidgets.link((explorer, "cutoff"), (other, "cutoff"))
    explorer.cutoff = 2.0
    assert other.cutoff == 2.0
    other.cutoff = 2.5
    assert explorer.cutoff == 2.5
    link.unlink()


def test_what_the_front_end_says_is_taken_over(explorer):
    explorer.set_state({"cutoff": 2.0, "mode": "topology", "round": 0, "selected": {"cloud": 0, "atom": 3}})
    assert (explorer.cutoff, explorer.mode, explorer.round) == (2.0, "topology", 0)
    assert explorer.selected == {"cloud": 0, "atom": 3}


@pytest.mark.parametrize(
    "state",
    [
        {"cutoff": "x"},
        {"cutoff": float("nan")},
        {"cutoff": 10**400},
        {"round": []},
        {"round": float("inf")},
        {"round": float("nan")},
        {"selected": {"cloud": 0, "atom": float("inf")}},
        {"selected": {"cloud": float("nan"), "atom": 0}},
        {"selected": {"cloud": 7, "atom": 0}},
        {"title": "x"},
        {"scene": 1},
        {"_scene": {}},
    ],
)
def test_malformed_state_is_ignored_with_a_warning(explorer, state):
    before = explorer.get_state()
    with pytest.warns(RuntimeWarning, match="front end"):
        explorer.set_state({**state})
    assert explorer.get_state() == before


@pytest.mark.parametrize(
    "message", [{}, {"content": {}}, {"content": {"data": []}}, {"content": {"data": {"method": "x"}}}]
)
def test_malformed_messages_are_ignored_with_a_warning(explorer, message):
    with pytest.warns(RuntimeWarning, match="malformed"):
        explorer._handle_msg(message)


def test_all_widgets_share_one_library():
    first, second = tc.ui.CloudView(HEXAGON), tc.ui.CloudView(TRIANGLES)
    assert first._library == second._library == f"IPY_MODEL_{the_library().model_id}"
    assert isinstance(the_library(), Library)
    assert len(first._esm) < 5_000 < 200_000 < len(the_library().source) < 700_000


def test_a_self_contained_widget_needs_no_library():
    view = tc.ui.CloudView(HEXAGON, self_contained=True)
    assert view._library == ""
    assert len(view._esm) > 200_000


def test_py3dmol_view_takes_3dmol_from_the_package():
    html = tc.ui.py3dmol_view(HEXAGON, TRIANGLES, cutoff=1.5).write_html()
    assert "data:text/javascript;base64," in html
    assert "cdn" not in html.split("base64,")[0]
    assert html.count("addSphere") == 12


def test_picked_and_selected_agree(explorer):
    assert explorer.picked == ()
    explorer.selected = {"cloud": 0, "atom": 1}
    assert explorer.picked == ({"cloud": 0, "atom": 1},)
    explorer.picked = [{"cloud": 0, "atom": 1}, {"cloud": 1, "atom": 4}]
    assert explorer.selected == {"cloud": 1, "atom": 4}
    explorer.set_state(
        {"selected": {"cloud": 0, "atom": 2}, "picked": [{"cloud": 1, "atom": 4}, {"cloud": 0, "atom": 2}]}
    )
    assert explorer.selected == explorer.picked[-1] == {"cloud": 0, "atom": 2}
    assert len(explorer.picked) == 2
    assert explorer.set_clouds(TRIANGLES, HEXAGON)
    assert explorer.selected is None
    assert explorer.picked == ()
    again = tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, picked=[{"cloud": 0, "atom": 1}])
    assert again.selected == {"cloud": 0, "atom": 1}


@pytest.mark.parametrize(
    ("picks", "reason"),
    [
        ("C1", "give a list"),
        ({"cloud": 0, "atom": 1}, "give a list"),
        ([None], "give a list"),
        ([{"cloud": 0, "atom": 1}, {"cloud": 0, "atom": 1}], "twice"),
        ([{"cloud": 0, "atom": 1}, {"cloud": 0, "atom": 2}], "at most one atom of each cloud"),
        ([{"cloud": 2, "atom": 1}], "there are 2 clouds"),
    ],
)
def test_picks_that_cannot_be(explorer, picks, reason):
    with pytest.raises(traitlets.TraitError, match=reason):
        explorer.picked = picks
