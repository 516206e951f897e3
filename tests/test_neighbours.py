"""The ways to list neighbours agree, with each other and with ASE; none takes memory that is not there."""

from __future__ import annotations

import itertools
import weakref

import ase.build
import numpy as np
import pytest
from ase.neighborlist import neighbor_list
from hypothesis import given
from hypothesis import strategies as st

from edges import assert_well_formed
from strategies import PERIODICITIES, periodic_clouds
from twinclouds import neighbours
from twinclouds.clouds import Cloud
from twinclouds.errors import GraphError
from twinclouds.graphs import DistanceGraph, distance_graph
from twinclouds.neighbours import neighbour_list


@pytest.mark.parametrize("periodic", [False, True])
def test_a_graph_beyond_memory_is_refused_at_once(periodic: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    positions = np.random.default_rng(0).uniform(0, 5, (60, 3))
    cloud = Cloud(positions, ["X"] * 60, np.eye(3) * 5, [periodic] * 3)
    monkeypatch.setattr(neighbours, "MAX_EDGES", 2000)
    for cutoff in (4.0, 1e9) if periodic else (4.0, np.inf):
        with pytest.raises(GraphError, match=r"edges, more than the .* use a smaller cutoff"):
            distance_graph(cloud, cutoff)
    monkeypatch.setattr(neighbours, "MAX_EDGES", 100_000)
    assert distance_graph(cloud, 1.0).n_edges > 0


def test_the_list_scales_to_a_crystal_of_thousands() -> None:
    side = 12
    places = np.array(list(itertools.product(range(side), repeat=3)), dtype=float)
    cloud = Cloud(places, ["Po"] * len(places), np.eye(3) * side, [True] * 3)
    edges = neighbour_list(cloud, 1.0)
    assert len(edges.senders) == 6 * side**3


@pytest.mark.parametrize("pbc", PERIODICITIES)
def test_cell_lists_and_trees_give_one_graph(pbc: tuple[bool, bool, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Large clouds are listed in another way than small ones; edges, order and lengths are the same."""
    rng = np.random.default_rng(sum(pbc))
    cell = np.diag([31.0, 33.0, 35.0]) + rng.normal(size=(3, 3)) * 3
    positions = (rng.uniform(-0.3, 1.4, (2500, 3)) @ cell).round(3)
    cloud = Cloud(positions, rng.choice(["C", "O"], len(positions)), cell, pbc)
    fast = distance_graph(cloud, 3.1)
    monkeypatch.setattr(neighbours, "MANY", 10**9)
    slow = distance_graph(cloud, 3.1)
    assert fast.n_edges > 4000
    for name in ("senders", "receivers", "shifts"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))
    np.testing.assert_allclose(fast.distances, slow.distances, atol=1e-12)
    np.testing.assert_array_equal(fast.bond_lengths[fast.bonds], fast.distances)
    np.testing.assert_array_equal(np.bincount(fast.bonds), 2)


def assert_same_graph(fast: DistanceGraph, slow: DistanceGraph) -> None:
    """Check that cell lists and trees give the same edges in the same order; how bonds are numbered is their affair."""
    for name in ("senders", "receivers", "shifts"):
        np.testing.assert_array_equal(getattr(fast, name), getattr(slow, name))
    np.testing.assert_allclose(fast.distances, slow.distances, atol=1e-9)
    np.testing.assert_array_equal(fast.bond_lengths[fast.bonds], fast.distances)
    assert_well_formed(fast)


@given(periodic_clouds(), st.booleans())
def test_cell_lists_of_few_points_and_tiny_cells(case: tuple[Cloud, float], open_: bool) -> None:
    """Several images of one pair, own images, cells smaller than the cutoff, slivers."""
    cloud, cutoff = case
    if open_:
        cloud = Cloud(cloud.positions, cloud.species)
    slow = distance_graph(cloud, cutoff)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(neighbours, "_many_in_few_cells", lambda *_: True)
        fast = distance_graph(cloud, cutoff)
    assert_same_graph(fast, slow)


@pytest.mark.parametrize("pbc", PERIODICITIES, ids=str)
@pytest.mark.parametrize("cells", [(1, 14, 40), (2, 2, 130)], ids=str)
def test_cell_lists_where_the_cell_is_thin(pbc: tuple[bool, bool, bool], cells: tuple[int, int, int]) -> None:
    """A large crystal that repeats itself within the cutoff along one axis or two, beside ASE."""
    atoms = ase.build.bulk("Cu", cubic=True) * cells
    atoms.rattle(0.05, seed=1)
    atoms.pbc = pbc
    assert len(atoms) > neighbours.MANY
    graph = distance_graph(atoms, 5.1)
    i, j, d, s = neighbor_list("ijdS", atoms, 5.1)
    order = np.lexsort((*s.T[::-1], j, i))
    np.testing.assert_array_equal(graph.senders, i[order])
    np.testing.assert_array_equal(graph.receivers, j[order])
    np.testing.assert_array_equal(graph.shifts, s[order])
    np.testing.assert_allclose(graph.distances, d[order], atol=1e-9)
    np.testing.assert_array_equal(np.bincount(graph.bonds), 2)
    np.testing.assert_array_equal(graph.bond_lengths[graph.bonds], graph.distances)
    back = np.lexsort((*-graph.shifts.T[::-1], graph.senders, graph.receivers))
    np.testing.assert_array_equal(graph.bonds[back], graph.bonds)


def test_far_apart_points_do_not_fill_memory_with_empty_cells() -> None:
    positions = np.random.default_rng(0).uniform(-1e6, 1e6, (3000, 3))
    positions[1] = positions[0] + 0.5
    assert distance_graph(positions, 1.0).n_edges == 2


def test_pairs_of_large_complete_graphs_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "SMALL", 10)
    kept = [weakref.ref(neighbours.all_pairs(n)[0]) for n in (11, 12, 13)]
    assert [ref() is None for ref in kept] == [True, True, False]
    assert neighbours.all_pairs(13)[0] is neighbours.all_pairs(13)[0], "the two clouds of a pair share them"
