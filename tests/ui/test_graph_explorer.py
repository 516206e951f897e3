"""GraphExplorer without a browser: the cutoff, the graph, the shells and the flat drawing."""

from __future__ import annotations

import ase.build
import ipywidgets
import numpy as np
import pytest
import traitlets
from hypothesis import given, settings
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.ui.flat import flat_layout
from twinclouds.ui.frames import make_scene
from twinclouds.ui.shells import MOST_EXACT, MOST_GROUPED, shell_starts

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
CUBE = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T


def test_the_graph_follows_the_cutoff():
    explorer = tc.ui.GraphExplorer(HEXAGON)
    assert explorer.graph.degrees.tolist() == [2] * 6
    explorer.cutoff = 2.5
    assert explorer.graph.degrees.tolist() == [4] * 6
    explorer.cutoff = float("inf")
    assert explorer.graph.degrees.tolist() == [5] * 6
    explorer.cutoff = 0
    assert explorer.graph.n_edges == 0
    assert explorer.graph.n_nodes == 6


def test_periodic_clouds():
    explorer = tc.ui.GraphExplorer(ase.build.bulk("NaCl", "rocksalt", 5.64), cutoff=3.0)
    assert explorer.graph.degrees.tolist() == [6, 6]
    assert np.isfinite(explorer.scene.max_cutoff)
    with pytest.raises(traitlets.TraitError, match="no end"):
        explorer.cutoff = float("inf")
    assert tc.ui.GraphExplorer(ase.build.bulk("NaCl", "rocksalt", 5.64), max_cutoff=6.0).scene.max_cutoff == 6.0


def test_bad_input():
    with pytest.raises(TypeError, match=r"'cutof'.*cutoff"):
        tc.ui.GraphExplorer(HEXAGON, cutof=1.0)
    with pytest.raises(TypeError, match="one cloud"):
        tc.ui.GraphExplorer(tc.pairs.gallery["benzene"])
    with pytest.raises(traitlets.TraitError, match="atoms 0 to 5"):
        tc.ui.GraphExplorer(HEXAGON, selected={"cloud": 0, "atom": 6})
    with pytest.raises(tc.TwincloudsError, match="nan"):
        tc.ui.GraphExplorer([[0, 0, float("nan")]])


def test_traits_can_be_linked_and_set_from_the_page():
    explorer, view = tc.ui.GraphExplorer(HEXAGON), tc.ui.CloudView(HEXAGON)
    link = ipywidgets.link((explorer, "cutoff"), (view, "cutoff"))
    explorer.set_state({"cutoff": 2.5, "selected": {"cloud": 0, "atom": 2}})
    assert view.cutoff == 2.5
    assert explorer.selected == {"cloud": 0, "atom": 2}
    link.unlink()


def test_other_clouds_in_place():
    explorer = tc.ui.GraphExplorer(HEXAGON)
    assert explorer.set_clouds(CUBE)
    assert len(explorer._scene["flat"]) == 8 * 2 * 4
    assert explorer._scene["shells"] == [0, 1, 2]
    assert not explorer.set_clouds([[0, 0, 0], [0, 0, 0]])
    assert explorer.error
    assert len(explorer.a) == 8


@given(st.lists(st.floats(0.1, 50.0), min_size=0, max_size=300, unique=True))
def test_shells_are_few_and_hold_every_length(lengths):
    starts = shell_starts(np.array(sorted(lengths)))
    assert starts == sorted(set(starts))
    assert starts[:1] == [0][: len(lengths)]
    assert len(starts) <= (MOST_EXACT if len(lengths) <= MOST_EXACT else MOST_GROUPED)
    assert all(0 <= start < len(lengths) for start in starts)
    if len(lengths) <= MOST_EXACT:
        assert len(starts) == len(lengths)


def test_shells_are_cut_at_wide_gaps():
    lengths = np.concatenate([centre + np.linspace(-0.05, 0.05, 6) for centre in (1.4, 2.4, 2.8)])
    assert shell_starts(lengths) == [0, 6, 12]


def drawn(cloud):
    scene = make_scene(tc.as_cloud(cloud), refine=False)
    return flat_layout(scene.graphs[0], scene.shell, scene.clouds[0].positions)


@pytest.mark.parametrize(
    "cloud",
    [HEXAGON, CUBE, [[0, 0, 0]], [[0, 0, 0], [3, 0, 0]], np.arange(3)[:, None] * [1, 0, 0], ase.build.molecule("C60")],
    ids=["hexagon", "cube", "point", "two", "line", "C60"],
)
def test_every_atom_has_a_place_of_its_own(cloud):
    places = drawn(cloud)
    assert np.abs(places).max() <= 1 + 1e-9
    apart = np.linalg.norm(places[:, None] - places[None], axis=2) + 9 * np.eye(len(places))
    assert apart.min() > 0.1
    np.testing.assert_array_equal(places, drawn(cloud))


def test_a_ring_is_drawn_as_a_ring():
    places = drawn(HEXAGON)
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), np.linalg.norm(places[0]), rtol=0.02)
    steps = tc.distance_graph(HEXAGON, 1.5)
    bonds = np.linalg.norm(places[steps.senders] - places[steps.receivers], axis=1)
    np.testing.assert_allclose(bonds, bonds[0], rtol=0.02)


@settings(max_examples=4, deadline=None)
@given(st.integers(2, 12), st.integers(0, 1000))
def test_any_cloud_can_be_drawn(n, seed):
    places = drawn(np.random.default_rng(seed).normal(size=(n, 3)) * [3, 3, 0.5])
    assert np.isfinite(places).all()
    assert np.abs(places).max() <= 1 + 1e-9


def test_pieces_and_large_clouds_are_drawn():
    graph = tc.distance_graph(np.random.default_rng(0).normal(size=(150, 3)) * 5, 2.0)
    places = flat_layout(graph, 2.0)
    assert np.isfinite(places).all()
    assert len(np.unique(places.round(6), axis=0)) == 150
