"""Distance graphs against plain enumeration and against ASE's neighbour list."""

from __future__ import annotations

import copy
import itertools
import pickle
import weakref
from dataclasses import replace

import ase.build
import networkx
import numpy as np
import pytest
from ase import Atoms
from ase.neighborlist import neighbor_list
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import oracles
from strategies import grid_points, seeds
from twinclouds import graphs
from twinclouds import graphs as graphs_module
from twinclouds.clouds import Cloud
from twinclouds.errors import CloudError, GraphError
from twinclouds.graphs import DistanceGraph, SortedLengths, distance_graph, distance_labels, neighbour_list

PERIODICITIES = list(itertools.product([False, True], repeat=3))


def as_dict(graph: DistanceGraph) -> dict[oracles.Neighbour, float]:
    keys = zip(graph.senders.tolist(), graph.receivers.tolist(), map(tuple, graph.shifts.tolist()), strict=True)
    pairs = dict(zip(keys, graph.distances.tolist(), strict=True))
    assert len(pairs) == graph.n_edges, "an edge is listed twice"
    return pairs


def assert_well_formed(graph: DistanceGraph) -> None:
    """Check what every graph promises: order, both directions, the same bits both ways, bonds."""
    keys = np.column_stack([graph.senders, graph.receivers, graph.shifts]).tolist()
    assert keys == sorted(keys)
    pairs = as_dict(graph)
    bonds = dict(zip(pairs, graph.bonds.tolist(), strict=True))
    for (i, j, shift), d in pairs.items():
        back = (j, i, tuple(-s for s in shift))
        assert pairs[back] == d
        assert bonds[back] == bonds[i, j, shift]
    assert sorted(graph.bonds.tolist()) == sorted([*range(graph.n_edges // 2)] * 2)
    np.testing.assert_array_equal(graph.bond_lengths[graph.bonds], graph.distances)
    np.testing.assert_array_equal(graph.degrees, np.bincount(graph.senders, minlength=graph.n_nodes))


def assert_same_edges(found: dict[oracles.Neighbour, float], wanted: dict[oracles.Neighbour, float]) -> None:
    assert set(found) == set(wanted)
    for key, d in wanted.items():
        assert found[key] == pytest.approx(d, abs=1e-9)


@st.composite
def periodic_clouds(draw: st.DrawFn, wild: bool = True) -> tuple[Cloud, float]:
    """Random triclinic cells, slivers among them, with atoms in and far outside the cell, and a cutoff."""
    rng = np.random.default_rng(draw(seeds))
    pbc = draw(st.sampled_from(PERIODICITIES[1:]))
    cell = rng.normal(size=(3, 3)) * draw(st.sampled_from([1.0, 2.0, 4.0]))
    if wild and draw(st.booleans()):
        # A sliver: the last vector lies nearly in the plane of the others.
        cell[2] = 2 * cell[0] - 1.5 * cell[1] + 0.1 * rng.normal(size=3)
    n = draw(st.integers(1, 5))
    positions = rng.uniform(-1, 1, (n, 3)) @ cell * draw(st.sampled_from([0.5, 1.0, 6.0] if wild else [0.5, 1.0]))
    try:
        cloud = Cloud(positions, rng.choice(["C", "O"], n), cell, pbc)
    except CloudError:
        assume(False)
    periods = cloud.periods
    density = n / np.sqrt(np.linalg.det(periods @ periods.T))
    axes = sum(pbc)
    # About as many neighbours as plain enumeration can afford; in small cells that is several cells away.
    cutoff = draw(st.sampled_from([0.6, 1.0, 1.6])) * (30 / density) ** (1 / axes) / 2
    heights = 1 / np.linalg.norm(np.linalg.pinv(periods), axis=0)
    # ASE takes minutes where a cell is flat, enumeration where it is small beside the cutoff.
    assume(np.prod(2 * cutoff / heights + 3) < (5000 if wild else 400))
    return cloud, float(cutoff)


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


@pytest.mark.parametrize("periodic", [False, True])
def test_a_graph_beyond_memory_is_refused_at_once(periodic: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    positions = np.random.default_rng(0).uniform(0, 5, (60, 3))
    cloud = Cloud(positions, ["X"] * 60, np.eye(3) * 5, [periodic] * 3)
    monkeypatch.setattr(graphs_module, "MAX_EDGES", 2000)
    for cutoff in (4.0, 1e9) if periodic else (4.0, np.inf):
        with pytest.raises(GraphError, match=r"edges, more than the .* use a smaller cutoff"):
            distance_graph(cloud, cutoff)
    monkeypatch.setattr(graphs_module, "MAX_EDGES", 100_000)
    assert distance_graph(cloud, 1.0).n_edges > 0


def test_the_list_scales_to_a_crystal_of_thousands() -> None:
    side = 12
    places = np.array(list(itertools.product(range(side), repeat=3)), dtype=float)
    cloud = Cloud(places, ["Po"] * len(places), np.eye(3) * side, [True] * 3)
    edges = neighbour_list(cloud, 1.0)
    assert len(edges.senders) == 6 * side**3


# Labels


def test_lengths_across_a_grid_line_are_one_length() -> None:
    half = 0.5e-6
    for d in (1.0, 1.0 + half, 1.234567, 1.2345675, 2.0 - 1e-12):
        graphs = [distance_graph([[0, 0, 0], [x, 0, 0]]) for x in (d - 1e-10, d + 1e-10)]
        labels = distance_labels(graphs)
        assert len(labels.values) == 1
        assert labels.widest == pytest.approx(2e-10, rel=1e-3)
        assert labels.narrowest_gap == np.inf


@given(st.lists(st.floats(0.5, 3.0), min_size=2, max_size=6), st.sampled_from([1e-9, 1e-6, 1e-2, 0.3]))
def test_labels_are_cut_at_gaps(steps: list[float], tolerance: float) -> None:
    # Two clouds on a line, so that all lengths are differences.
    clouds = [np.cumsum(steps), np.cumsum(steps[::-1])]
    graphs: list[DistanceGraph] = [distance_graph(np.outer(x, [1, 0, 0])) for x in clouds]
    labels = distance_labels(graphs, tolerance)
    lengths = np.concatenate([g.distances for g in graphs])
    flat = np.concatenate(labels.labels)
    order = np.argsort(lengths, kind="stable")
    assert (np.diff(flat[order]) >= 0).all()
    for low, high in itertools.pairwise(order.tolist()):
        assert (flat[low] == flat[high]) == (lengths[high] - lengths[low] <= tolerance)
    spreads = [np.ptp(lengths[flat == k]) for k in range(len(labels.values))]
    assert labels.widest == pytest.approx(max(spreads), abs=1e-15)
    gaps = [lengths[flat == k + 1].min() - lengths[flat == k].max() for k in range(len(labels.values) - 1)]
    assert labels.narrowest_gap == pytest.approx(min(gaps, default=np.inf), abs=1e-15)
    for graph, own in zip(graphs, labels.labels, strict=True):
        assert (abs(labels.values[own] - graph.distances) <= labels.widest + 1e-15).all()
        assert dict(zip(graph.bonds.tolist(), own.tolist(), strict=True)) == dict(
            zip(graph.bonds[::-1].tolist(), own[::-1].tolist(), strict=True)
        )


@given(seeds, st.floats(0.2, 3.0))
def test_sorted_lengths_cut_at_a_reach(seed: int, reach: float) -> None:
    rng = np.random.default_rng(seed)
    clouds = [rng.normal(size=(5, 3)), rng.normal(size=(4, 3))]
    graphs = [distance_graph(c) for c in clouds]
    lengths = SortedLengths(graphs)
    labels = lengths.labels(1e-6, reach)
    for g, (graph, own) in enumerate(zip(graphs, labels.labels, strict=True)):
        np.testing.assert_array_equal(own < 0, graph.distances > reach)
        np.testing.assert_array_equal(lengths.spectrum(g), np.sort(graph.bond_lengths))
        cut = distance_labels([g.select(g.distances <= reach) for g in graphs]).labels
        np.testing.assert_array_equal(own[own >= 0], cut[g])
    assert lengths.count(reach) == sum((g.bond_lengths <= reach).sum() for g in graphs)


def test_labels_of_nothing() -> None:
    labels = distance_labels([distance_graph([[0, 0, 0]]), distance_graph([[0, 0, 0], [5, 0, 0]], 1.0)])
    assert len(labels.values) == 0
    assert [len(x) for x in labels.labels] == [0, 0]
    assert (labels.widest, labels.narrowest_gap) == (0.0, np.inf)


def test_everything_is_read_only_or_fresh() -> None:
    """A graph made twice from one cloud is the same graph: nothing is changed behind the scenes."""
    positions: NDArray[np.float64] = np.random.default_rng(1).normal(size=(6, 3))
    before = positions.copy()
    first, second = distance_graph(positions, 1.5), distance_graph(positions, 1.5)
    np.testing.assert_array_equal(positions, before)
    assert as_dict(first) == as_dict(second)


@pytest.mark.parametrize("pbc", PERIODICITIES)
def test_cell_lists_and_trees_give_one_graph(pbc: tuple[bool, bool, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    """Large clouds are listed in another way than small ones; edges, order and lengths are the same."""
    rng = np.random.default_rng(sum(pbc))
    cell = np.diag([31.0, 33.0, 35.0]) + rng.normal(size=(3, 3)) * 3
    positions = (rng.uniform(-0.3, 1.4, (2500, 3)) @ cell).round(3)
    cloud = Cloud(positions, rng.choice(["C", "O"], len(positions)), cell, pbc)
    fast = distance_graph(cloud, 3.1)
    monkeypatch.setattr(graphs, "MANY", 10**9)
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
        patch.setattr(graphs, "_many_in_few_cells", lambda *_: True)
        fast = distance_graph(cloud, cutoff)
    assert_same_graph(fast, slow)


@pytest.mark.parametrize("pbc", PERIODICITIES, ids=str)
@pytest.mark.parametrize("cells", [(1, 14, 40), (2, 2, 130)], ids=str)
def test_cell_lists_where_the_cell_is_thin(pbc: tuple[bool, bool, bool], cells: tuple[int, int, int]) -> None:
    """A large crystal that repeats itself within the cutoff along one axis or two, beside ASE."""
    atoms = ase.build.bulk("Cu", cubic=True) * cells
    atoms.rattle(0.05, seed=1)
    atoms.pbc = pbc
    assert len(atoms) > graphs.MANY
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


@given(seeds)
def test_many_lengths_are_sorted(seed: int) -> None:
    """Whatever the longest is: exactly, or so that nothing is on the wrong side of a gap that counts."""
    rng = np.random.default_rng(seed)
    lengths = np.append(rng.uniform(0.5, 1.0, 1500), [3.1767578125, rng.uniform(1, 100)])
    lengths = np.append(lengths, lengths[:500] + rng.choice([1e-16, 1e-13, 1e-11, 1e-9, 1e-7], 500))
    rng.shuffle(lengths)
    assert (np.diff(lengths[graphs.sort_lengths(lengths)]) >= 0).all()
    for tolerance in (1e-14, 1e-12, 1e-10, 1e-8, 1e-6):
        order = graphs.sort_lengths(lengths, tolerance)
        np.testing.assert_array_equal(np.sort(order), np.arange(len(lengths)))
        borders = np.flatnonzero(np.diff(np.sort(lengths)) > tolerance) + 1
        assert all(
            (np.sort(part) == np.sort(own)).all()
            for part, own in zip(np.split(lengths[order], borders), np.split(np.sort(lengths), borders), strict=True)
        )


def test_the_longest_of_many_lengths_is_not_taken_for_the_shortest() -> None:
    """Its quotient with itself, scaled, may be rounded up to one digit more than there is room for."""
    longest = np.random.default_rng(1).uniform(1, 100, 5000)
    for length in [3.1767578125, *longest]:
        lengths = np.append(np.linspace(0.5, 0.9, 1000), length)
        assert graphs.sort_lengths(lengths, 1e-6)[-1] == 1000


def test_pairs_of_large_complete_graphs_do_not_pile_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "SMALL", 10)
    kept = [weakref.ref(graphs.all_pairs(n)[0]) for n in (11, 12, 13)]
    assert [ref() is None for ref in kept] == [True, True, False]
    assert graphs.all_pairs(13)[0] is graphs.all_pairs(13)[0], "the two clouds of a pair share them"


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
