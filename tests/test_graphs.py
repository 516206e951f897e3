"""Distance graphs against plain enumeration and against ASE's neighbour list."""

from __future__ import annotations

import copy
import itertools
import pickle
from dataclasses import replace

import networkx
import numpy as np
import pytest
from ase import Atoms
from ase.neighborlist import neighbor_list
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import oracles
from edges import as_dict, assert_well_formed
from strategies import PERIODICITIES, grid_points, periodic_clouds, seeds
from twinclouds.clouds import Cloud
from twinclouds.errors import GraphError
from twinclouds.graphs import distance_graph
from twinclouds.neighbours import neighbour_list


def assert_same_edges(found: dict[oracles.Neighbour, float], wanted: dict[oracles.Neighbour, float]) -> None:
    assert set(found) == set(wanted)
    for key, d in wanted.items():
        assert found[key] == pytest.approx(d, abs=1e-9)


@settings(max_examples=120)
@given(periodic_clouds())
def test_periodic_graph_is_what_enumeration_finds(case: tuple[Cloud, float]) -> None:
    cloud, cutoff = case
    graph = distance_graph(cloud, cutoff)
    assert_well_formed(graph)
    assert_same_edges(as_dict(graph), oracles.neighbours(cloud.positions, cloud.cell, cloud.pbc, cutoff))


@settings(max_examples=40)
@given(periodic_clouds(wild=False))
def test_periodic_graph_is_what_ase_finds(case: tuple[Cloud, float]) -> None:
    cloud, cutoff = case
    atoms = Atoms(cloud.species.tolist(), positions=cloud.positions, cell=cloud.cell, pbc=cloud.pbc)
    i, j, d, s = neighbor_list("ijdS", atoms, cutoff)
    wanted = dict(zip(zip(i.tolist(), j.tolist(), map(tuple, s.tolist()), strict=True), d.tolist(), strict=True))
    found = as_dict(distance_graph(cloud, cutoff))
    # The two may differ on edges at the cutoff itself.
    assert_same_edges(
        {k: x for k, x in found.items() if x < cutoff - 1e-5}, {k: x for k, x in wanted.items() if x < cutoff - 1e-5}
    )


@pytest.mark.parametrize("pbc", PERIODICITIES[1:], ids=str)
def test_every_subset_of_axes(pbc: tuple[bool, bool, bool]) -> None:
    cell = np.array([[2.0, 0.3, 0.1], [0.4, 2.5, -0.2], [-0.3, 0.6, 3.1]])
    cloud = Cloud([[0.1, 0.2, 0.3], [9.0, -7.0, 11.0], [1.2, 1.1, 0.4]], ["C", "C", "O"], cell, pbc)
    graph = distance_graph(cloud, 7.0)
    assert_well_formed(graph)
    assert_same_edges(as_dict(graph), oracles.neighbours(cloud.positions, cell, pbc, 7.0))
    assert (graph.shifts[:, ~np.array(pbc)] == 0).all()


def test_rows_of_the_cell_along_open_axes_are_ignored() -> None:
    positions, species = [[0, 0, 0], [0.3, 0.4, 0.5]], ["C", "O"]
    pbc = (True, False, False)
    wanted = as_dict(distance_graph(Cloud(positions, species, np.diag([2.0, 0, 0]), pbc), 5.0))
    for rest in ([[9, 9, 9], [1, 2, 3]], [[1, 0, 0], [1, 0, 0]], [[np.nan] * 3, [np.inf] * 3]):
        cloud = Cloud(positions, species, [[2.0, 0, 0], *rest], pbc)
        assert as_dict(distance_graph(cloud, 5.0)) == wanted


def test_a_cutoff_of_many_cells() -> None:
    cloud = Cloud([[0.2, 0.3, 0.4]], ["Po"], np.eye(3), [True] * 3)
    graph = distance_graph(cloud, 6.0)
    squares = [x * x + y * y + z * z for x, y, z in itertools.product(range(-6, 7), repeat=3)]
    assert graph.n_edges == sum(0 < s <= 36 for s in squares)
    np.testing.assert_allclose(np.sort(graph.distances**2), sorted(s for s in squares if 0 < s <= 36), atol=1e-9)


@given(grid_points((1, 8), size=2), st.integers(1, 12))
def test_an_isolated_graph_includes_its_cutoff(points: list[tuple[int, int, int]], square: int) -> None:
    graph = distance_graph(points, np.sqrt(square))
    assert_well_formed(graph)
    plain = oracles.integer_graph(points, ["X"] * len(points), square)
    wanted = {(i, j, (0, 0, 0)): np.sqrt(d) for i, row in enumerate(plain.around) for d, j in row}
    assert_same_edges(as_dict(graph), wanted)


@given(seeds, st.integers(1, 30))
def test_complete_graph_and_open_list_agree(seed: int, n: int) -> None:
    positions = np.random.default_rng(seed).normal(size=(n, 3))
    complete = distance_graph(positions)
    assert_well_formed(complete)
    assert complete.n_edges == n * (n - 1)
    far = float(complete.distances.max(initial=1.0))
    for cutoff in (far, far / 2, far / 5):
        graph = distance_graph(positions, cutoff)
        assert_well_formed(graph)
        assert_same_edges(as_dict(graph), {k: d for k, d in as_dict(complete).items() if d <= cutoff + 1e-6})


@pytest.mark.parametrize("off", [-2e-7, 0.0, 2e-7, 9e-7])
def test_a_shell_at_the_cutoff_is_not_split_by_rounding(off: float) -> None:
    shell = np.array([[1, 0, 0], [0, 1, 0], [0, 0, -1], [0.6, 0.8, 0], [0, 0.28, 0.96]]) * (1.7 + off)
    graph = distance_graph(np.vstack([[0, 0, 0], shell]), 1.7)
    assert graph.degrees[0] == 5
    assert distance_graph(np.vstack([[0, 0, 0], shell + np.sign(shell) * 1e-5]), 1.7).degrees[0] == 0
    cubic = Cloud([[0.3, 0.1, 0.2]], ["Po"], np.eye(3) * (1.7 + off), [True] * 3)
    assert distance_graph(cubic, 1.7).n_edges == 6


@given(periodic_clouds(), st.floats(0.3, 1.0))
def test_within_is_the_graph_with_the_smaller_cutoff(case: tuple[Cloud, float], part: float) -> None:
    cloud, cutoff = case
    small = distance_graph(cloud, cutoff).within(part * cutoff)
    assert_well_formed(small)
    wanted = distance_graph(cloud, part * cutoff)
    assert as_dict(small) == as_dict(wanted)
    assert small.cutoff == wanted.cutoff


def test_within_refuses_a_larger_cutoff() -> None:
    graph = distance_graph([[0, 0, 0], [1, 0, 0]], 2.0)
    with pytest.raises(GraphError, match=r"cutoff 3 A exceeds the 2 A that this graph was made with"):
        graph.within(3.0)


@given(periodic_clouds(), seeds)
def test_select_keeps_the_chosen_bonds(case: tuple[Cloud, float], seed: int) -> None:
    graph = distance_graph(*case)
    chosen = np.random.default_rng(seed).random(graph.n_edges // 2) < 0.5
    part = graph.select(chosen[graph.bonds])
    assert_well_formed(part)
    wanted = {k: d for k, d, c in zip(as_dict(graph), graph.distances, chosen[graph.bonds], strict=True) if c}
    assert as_dict(part) == wanted


@given(periodic_clouds())
def test_networkx_has_every_bond_once(case: tuple[Cloud, float]) -> None:
    graph = distance_graph(*case)
    plain = graph.to_networkx()
    assert plain.number_of_nodes() == graph.n_nodes
    assert plain.number_of_edges() == graph.n_edges // 2
    assert [s for _, s in plain.nodes(data="species")] == graph.species.tolist()
    assert sorted(d for *_, d in plain.edges(data="distance")) == sorted(graph.bond_lengths.tolist())
    # networkx counts an edge from a point to its own image twice in the degree, and so do we.
    assert [d for _, d in plain.degree()] == graph.degrees.tolist()
    pairs = {(min(i, j), max(i, j)) for i, j in zip(graph.senders.tolist(), graph.receivers.tolist(), strict=True)}
    several = len(pairs) < graph.n_edges // 2 or any(i == j for i, j in pairs)
    assert plain.is_multigraph() == several
    if several:
        edges = as_dict(graph)
        for i, j, data in plain.edges(data=True):
            assert data["distance"] in (edges.get((i, j, data["shift"])), edges.get((j, i, data["shift"])))


def test_networkx_without_distances_has_none() -> None:
    plain = distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.0, distances=False).to_networkx()
    assert type(plain) is networkx.Graph
    assert [data for *_, data in plain.edges(data=True)] == [{}, {}]


def test_networkx_types_are_plain() -> None:
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False])
    plain = distance_graph(chain, 4.5).to_networkx()
    assert type(plain) is networkx.MultiGraph
    assert sorted(networkx.get_edge_attributes(plain, "shift").values()) == [(-2, 0, 0), (-1, 0, 0)]
    _, data = next(iter(plain.nodes(data=True)))
    assert type(data["species"]) is str


def test_species_can_be_left_out() -> None:
    atoms = Atoms("CO", [[0, 0, 0], [0, 0, 1.13]])
    assert distance_graph(atoms).species.tolist() == ["C", "O"]
    assert distance_graph(atoms, species=False).species.tolist() == ["X", "X"]


def test_a_single_point_has_no_edges() -> None:
    graph = distance_graph([[1, 2, 3]])
    assert graph.n_edges == 0
    assert graph.degrees.tolist() == [0]
    assert graph.to_networkx().number_of_nodes() == 1
    assert graph.within(1.0).n_edges == 0


@pytest.mark.parametrize(
    ("cutoff", "message"),
    [
        (0, "cutoff 0 is not a positive length"),
        (-1.5, "cutoff -1.5 is not a positive length"),
        (float("nan"), "cutoff nan is not a positive length"),
        ("far", "cutoff 'far' is not a number"),
        (None, "cutoff None is not a number"),
        ([1, 2], r"cutoff \[1, 2\] is not a number"),
        ("5", "cutoff '5' is not a number"),
        (True, "cutoff True is not a number"),
    ],
)
def test_bad_cutoffs_are_named(cutoff: object, message: str) -> None:
    with pytest.raises(GraphError, match=message) as caught:
        distance_graph([[0, 0, 0], [1, 0, 0]], cutoff)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_periodic_cloud_needs_a_cutoff() -> None:
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False], "my chain")
    with pytest.raises(GraphError, match=r"my chain: .*finite cutoff .*cutoff=5\.0"):
        distance_graph(chain)


def test_everything_is_read_only_or_fresh() -> None:
    """A graph made twice from one cloud is the same graph: nothing is changed behind the scenes."""
    positions: NDArray[np.float64] = np.random.default_rng(1).normal(size=(6, 3))
    before = positions.copy()
    first, second = distance_graph(positions, 1.5), distance_graph(positions, 1.5)
    np.testing.assert_array_equal(positions, before)
    assert as_dict(first) == as_dict(second)


def test_lists_of_a_complete_graph_are_made_on_demand() -> None:
    """They are what they would have been, also after copying, and a graph with other edges is no longer complete."""
    cloud = np.random.default_rng(3).normal(size=(7, 3))
    graph = distance_graph(cloud)
    assert graph.complete
    assert not {"senders", "receivers", "bonds", "distances", "shifts"} & set(vars(graph))
    assert graph.n_edges == 42
    assert graph.degrees.tolist() == [6] * 7
    listed = neighbour_list(graph.cloud, 100.0) if graph.cloud is not None else None
    for copied in (graph, copy.deepcopy(graph), pickle.loads(pickle.dumps(graph)), replace(graph, cutoff=50.0)):
        for name in ("senders", "receivers", "bonds", "distances", "shifts"):
            np.testing.assert_array_equal(getattr(copied, name), getattr(listed, name))
        np.testing.assert_array_equal(copied.bond_lengths[copied.bonds], copied.distances)
    assert not replace(graph, cutoff=50.0).complete
    assert not graph.select(graph.distances < 1).complete
    with pytest.raises(AttributeError, match="no attribute 'weights'"):
        _ = graph.weights
