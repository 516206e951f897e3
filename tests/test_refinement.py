"""Colour refinement: against plain tuples, against networkx, and against what mathematics promises."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace
from random import Random

import networkx
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import oracles
from handicaps import weaken_hashes
from strategies import Points, grid_points, motion, seeds, twin_grids
from twinclouds import coloring as module
from twinclouds import pairs
from twinclouds.clouds import Cloud
from twinclouds.errors import CompareError, GraphError
from twinclouds.graphs import DistanceGraph, distance_graph
from twinclouds.lengths import DistanceLabels, SortedLengths, distance_labels
from twinclouds.refinement import Verdict, compare, refine, refine_labelled

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]

Case = tuple[Points, Points, list[str]]
squares = st.sampled_from([1, 2, 3, 4, 5, 6, 8, 9, 12, 100])
depths = st.sampled_from([None, 0, 1, 2, 3])


def clouds_of(case: Case) -> tuple[Cloud, Cloud]:
    first, second, species = case
    return Cloud(first, species, name="first"), Cloud(second, species, name="second")


def outcome(verdict: Verdict) -> tuple[bool, int | None]:
    return verdict.equivalent, verdict.round


# Against plain tuples


@settings(max_examples=200)
@given(twin_grids((1, 7), size=1), squares, depths, st.booleans())
def test_compare_says_what_plain_tuples_say(case: Case, square: int, rounds: int | None, distances: bool) -> None:
    first, second, species = case
    plain = [oracles.integer_graph(p, species, square, distances) for p in (first, second)]
    wanted = oracles.first_difference(plain, rounds)
    verdict = compare(*clouds_of(case), np.sqrt(square), rounds, "distance-wl" if distances else "wl")
    assert outcome(verdict) == (wanted is None, wanted)
    assert not verdict.ill_conditioned
    if wanted is not None:
        assert verdict.refinement.separates == wanted == verdict.refinement.rounds


@settings(max_examples=150)
@given(twin_grids((1, 8), size=1), squares, depths)
def test_refine_has_the_partition_of_plain_tuples_in_every_round(case: Case, square: int, rounds: int | None) -> None:
    first, second, species = case
    wanted = oracles.refine([oracles.integer_graph(p, species, square) for p in (first, second)], rounds)
    found = refine([distance_graph(c, np.sqrt(square)) for c in clouds_of(case)], rounds)
    assert found.rounds == len(wanted) - 1
    for t, colors in enumerate(wanted):
        ours = [*found.colors[0][t].tolist(), *found.colors[1][t].tolist()]
        assert oracles.same_partition(ours, [*colors[0], *colors[1]])
        assert set(ours) == set(range(found.n_colors(t)))
        np.testing.assert_array_equal(found.histogram(1, t)[found.colors[1][t][0]], colors[1].count(colors[1][0]))


@st.composite
def labelled_graphs(draw: st.DrawFn) -> tuple[list[DistanceGraph], DistanceLabels, list[oracles.LabelledGraph]]:
    """Random small graphs with any labels on their edges, some edges missing (label -1), some doubled, some loops."""
    graphs, labels, plain = [], [], []
    for _ in range(draw(st.integers(1, 3))):
        n = draw(st.integers(1, 7))
        species = [draw(st.sampled_from("AB")) for _ in range(n)]
        vertex = st.integers(0, n - 1)
        edges = draw(st.lists(st.tuples(vertex, vertex, st.integers(-1, 2)), max_size=12))
        both = sorted(
            [(i, j, k) for k, (i, j, _) in enumerate(edges)] + [(j, i, k) for k, (i, j, _) in enumerate(edges)]
        )
        senders, receivers, bonds = np.array(both, dtype=np.int64).reshape(-1, 3).T
        own = np.array([d for *_, d in edges], dtype=np.int64)
        graphs.append(
            DistanceGraph(
                senders,
                receivers,
                (own + 1.0)[bonds],
                np.zeros((len(both), 3), dtype=np.int64),
                np.array(species),
                n,
                9.0,
                True,
                bonds,
            )
        )
        labels.append(own)
        around = tuple(tuple((edges[k][2], j) for i, j, k in both if i == v and edges[k][2] >= 0) for v in range(n))
        plain.append(oracles.LabelledGraph(tuple(species), around))
    return graphs, DistanceLabels(np.array([1.0, 2.0, 3.0]), tuple(labels), tuple(graphs), 0.0, 1.0), plain


@settings(max_examples=200)
@given(labelled_graphs(), depths, st.booleans())
def test_any_labelled_graphs(
    case: tuple[list[DistanceGraph], DistanceLabels, list[oracles.LabelledGraph]], rounds: int | None, early: bool
) -> None:
    graphs, labels, plain = case
    wanted = oracles.refine(plain, rounds)
    first = oracles.first_difference(plain, rounds)
    if early and first is not None:
        wanted = wanted[: first + 1]
    found = refine_labelled(graphs, labels, rounds, until_separated=early)
    assert found.rounds == len(wanted) - 1
    assert found.separates == first
    for t, colors in enumerate(wanted):
        ours = [c for own in found.colors for c in own[t].tolist()]
        assert oracles.same_partition(ours, [c for own in colors for c in own])


# Against networkx, where its input is clean: all labels are strings of one length.


def networkx_hash(graph: oracles.LabelledGraph, rounds: int) -> str:
    plain = networkx.Graph()
    plain.add_nodes_from((i, {"s": f"{s:>32}"}) for i, s in enumerate(graph.species))
    plain.add_edges_from((i, j, {"d": f"{d:032d}"}) for i, row in enumerate(graph.around) for d, j in row)
    return str(
        networkx.weisfeiler_lehman_graph_hash(plain, edge_attr="d", node_attr="s", iterations=rounds, digest_size=16)
    )


@given(twin_grids((2, 7), size=1), squares, st.integers(1, 4))
def test_verdicts_agree_with_networkx(case: Case, square: int, rounds: int) -> None:
    first, second, species = case
    hashes = [networkx_hash(oracles.integer_graph(p, species, square), rounds) for p in (first, second)]
    verdict = compare(*clouds_of(case), np.sqrt(square), rounds)
    # networkx goes on where we stop because colours are stable; its rounds then change nothing.
    assert verdict.equivalent == (hashes[0] == hashes[1])


# Verdicts do not depend on where a cloud lies, how it is turned, or how its points are numbered.


@settings(max_examples=100)
@given(twin_grids((2, 8), size=1), squares, seeds, st.booleans(), depths)
def test_invariance(case: Case, square: int, seed: int, reflect: bool, rounds: int | None) -> None:
    a, b = clouds_of(case)
    rng = np.random.default_rng(seed)
    matrix, offset = motion(seed, reflect, reach=100.0)
    order = rng.permutation(len(b))
    noise = 1e-10 * rng.uniform(-1, 1, (len(b), 3))
    moved = Cloud((b.positions @ matrix.T + offset + noise)[order], b.species[order])
    for test in ("wl", "distance-wl"):
        plain = compare(a, b, np.sqrt(square), rounds, test)
        again = compare(a, moved, np.sqrt(square), rounds, test)
        assert outcome(again) == outcome(plain)
        assert not again.ill_conditioned
        assert outcome(compare(moved, a, np.sqrt(square), rounds, test)) == outcome(plain)


@given(grid_points((1, 8), size=2), seeds, squares)
def test_colours_follow_a_relabelling(points: Points, seed: int, square: int) -> None:
    order = np.random.default_rng(seed).permutation(len(points))
    plain = refine(distance_graph(points, np.sqrt(square)))
    shuffled = refine(distance_graph(np.array(points)[order], np.sqrt(square)))
    for before, after in zip(plain.colors[0], shuffled.colors[0], strict=True):
        np.testing.assert_array_equal(before[order], after)


@given(twin_grids((1, 7)), squares, seeds)
def test_a_copy_is_never_told_apart(case: Case, square: int, seed: int) -> None:
    a, _ = clouds_of(case)
    matrix, offset = motion(seed)
    verdict = compare(a, Cloud(a.positions @ matrix.T + offset, a.species), np.sqrt(square))
    assert verdict.equivalent
    assert not verdict.ill_conditioned


def test_periodic_verdicts_do_not_depend_on_the_cell() -> None:
    rng = np.random.default_rng(3)
    cell = np.array([[3.0, 0.2, 0.1], [0.4, 3.5, -0.2], [-0.3, 0.6, 4.1]])
    positions = rng.uniform(0, 1, (4, 3)) @ cell
    species = np.array(["C", "C", "O", "N"])
    plain = Cloud(positions, species, cell, [True] * 3)
    sheared = Cloud(
        positions + rng.integers(-3, 4, (4, 3)) @ cell, species, [[1, 0, 0], [2, 1, 0], [-1, 3, 1]] @ cell, [True] * 3
    )
    changed = Cloud(positions * [[1], [1], [1], [1.01]], species, cell, [True] * 3)
    for cutoff in (1.5, 3.0, 5.0):
        assert compare(plain, sheared, cutoff).equivalent
    assert outcome(compare(plain, changed, 5.0)) == outcome(compare(sheared, changed, 5.0)) == (False, 1)


def test_a_supercell_has_the_colours_of_its_cell() -> None:
    rng = np.random.default_rng(4)
    cell = np.diag([3.0, 3.5, 4.1])
    positions = rng.uniform(0, 1, (3, 3)) @ cell
    cloud = Cloud(positions, ["C", "C", "O"], cell, [True] * 3)
    double = Cloud(np.vstack([positions, positions + cell[0]]), ["C", "C", "O"] * 2, cell * [[2], [1], [1]], [True] * 3)
    result = refine([distance_graph(c, 5.0) for c in (cloud, double)])
    for single, twofold in zip(*result.colors, strict=True):
        np.testing.assert_array_equal(np.tile(single, 2), twofold)


# Palette, rounds, stability


def test_joint_palette() -> None:
    a, b = distance_graph([[0, 0, 0], [1, 0, 0], [3, 0, 0]]), distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    both, alone = refine([a, b]), refine([a])
    # One point of each sees neighbours at 1 and 2; they and no others share a colour.
    assert set(both.colors[0][1].tolist()) & set(both.colors[1][1].tolist()) == {both.colors[0][1][1]}
    assert both.colors[0][1][1] == both.colors[1][1][0] == both.colors[1][1][2]
    assert refine([a, a]).colors[0][1].tolist() == refine([a, a]).colors[1][1].tolist()
    assert oracles.same_partition(both.colors[0][1].tolist(), alone.colors[0][1].tolist())
    assert both.separates == 1
    assert alone.separates is None


def test_one_graph_or_a_list_of_one() -> None:
    graph = distance_graph(HEXAGON)
    assert [c.tolist() for c in refine(graph).colors[0]] == [c.tolist() for c in refine([graph]).colors[0]]


@given(grid_points((1, 8), size=2), squares)
def test_rounds_stop_and_stability(points: Points, square: int) -> None:
    graph = distance_graph(points, np.sqrt(square))
    full = refine(graph)
    assert full.stable
    counts = [full.n_colors(t) for t in range(full.rounds + 1)]
    assert counts[-1] == counts[-2]
    assert all(x < y for x, y in itertools.pairwise(counts[:-1]))
    for rounds in range(full.rounds + 3):
        part = refine(graph, rounds)
        assert part.rounds == min(rounds, full.rounds)
        assert part.stable == (rounds >= full.rounds)
        for own, wanted in zip(part.colors[0], full.colors[0], strict=False):
            np.testing.assert_array_equal(own, wanted)


@given(grid_points((2, 8), size=2), squares)
def test_the_stable_colouring_is_equitable(points: Points, square: int) -> None:
    graph = oracles.integer_graph(points, ["X"] * len(points), square)
    colors = refine(distance_graph(points, np.sqrt(square))).colors[0][-1].tolist()
    seen: dict[int, Counter[tuple[int, int]]] = {}
    for own, row in zip(colors, graph.around, strict=True):
        counts = Counter((d, colors[j]) for d, j in row)
        assert seen.setdefault(own, counts) == counts


def test_topology_only() -> None:
    chain = [[0, 0, 0], [1, 0, 0], [2.5, 0, 0], [3.5, 0, 0]]
    bare = distance_graph(chain, 1.6, distances=False)
    assert refine(bare).edge_labels is None
    assert refine(bare).colors[0][1].tolist() == refine(bare).colors[0][2].tolist()
    assert compare(HEXAGON, TRIANGLES, 1.5, test="wl").equivalent
    # Without distances round 1 counts neighbours.
    assert compare([[0, 0, 0], [1, 0, 0], [9, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.1, test="wl").round == 1


def test_two_graphs_that_are_not_of_one_kind_are_refused() -> None:
    labelled, bare = distance_graph(HEXAGON), distance_graph(HEXAGON, distances=False)
    with pytest.raises(GraphError, match="some graphs know their distances and others do not"):
        refine([labelled, bare])
    with pytest.raises(GraphError, match="there is no graph to refine"):
        refine([])
    with pytest.raises(GraphError, match="list is not a graph"):
        refine([HEXAGON])  # type: ignore[list-item]
    for cloud in (Atoms("H2", [[0, 0, 0], [0, 0, 1]]), np.eye(3)):
        with pytest.raises(GraphError, match=f"{type(cloud).__name__} is not a graph"):
            refine(cloud)  # type: ignore[arg-type]


def test_a_tolerance_as_long_as_a_bond_is_refused() -> None:
    a, b = ([[0, 0, 0], [0, 0, length]] for length in (1.0, 2.0))
    assert not compare(a, b, tolerance=0.5).equivalent
    for tolerance in (1.0, 20.0):
        with pytest.raises(CompareError, match=f"tolerance {tolerance:g} A is not small: .* only 1 A apart"):
            compare(a, b, tolerance=tolerance)
    with pytest.raises(CompareError, match="tolerance '1e-6' is not a number"):
        compare(a, b, tolerance="1e-6")  # type: ignore[arg-type]


@pytest.mark.parametrize("rounds", [-1, 1.5, "2", True, np.nan])
def test_bad_rounds_are_named(rounds: object) -> None:
    with pytest.raises(CompareError, match=r"rounds=.* is not a number of rounds; give a whole number from 0 on"):
        refine(distance_graph(HEXAGON), rounds)  # type: ignore[arg-type]
    with pytest.raises(CompareError, match="is not a number of rounds"):
        compare(HEXAGON, TRIANGLES, rounds=rounds)  # type: ignore[arg-type]


def test_numpy_integers_are_numbers_of_rounds() -> None:
    assert refine(distance_graph(HEXAGON), np.int64(1)).rounds == 1


def test_arguments_of_compare_that_do_not_fit_are_named() -> None:
    with pytest.raises(CompareError, match=r"test 'angles' is not known; use one of 'wl', 'distance-wl'"):
        compare(HEXAGON, TRIANGLES, test="angles")
    for tolerance, message in (
        (0, "0 is not a positive"),
        (-1, "-1 is"),
        (np.inf, "inf is"),
        ("a", "'a' is not a num"),
    ):
        with pytest.raises(CompareError, match=f"tolerance {message}"):
            compare(HEXAGON, TRIANGLES, tolerance=tolerance)  # type: ignore[arg-type]
    first = Cloud([[0, 0, 0]], ["C"], name="left.xyz")
    second = Cloud([[0, 0, 0], [1, 0, 0]], ["C", "C"], name="right.xyz")
    with pytest.raises(CompareError, match=r"left\.xyz has 1 atoms? and right\.xyz has 2"):
        compare(first, second)
    with pytest.raises(CompareError, match=r"left\.xyz is C and .*second.* is O"):
        compare(first, Cloud([[0, 0, 0]], ["O"]))
    with pytest.raises(CompareError, match=r"\(first\) .*\(second\)"):
        compare(first, replace(second, name="left.xyz"))
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False])
    with pytest.raises(GraphError, match="give a finite cutoff"):
        compare(chain, chain)


# Signatures


@given(twin_grids((2, 7), size=1), squares)
def test_signatures_tell_apart_exactly_the_colours(case: Case, square: int) -> None:
    result = refine([distance_graph(c, np.sqrt(square)) for c in clouds_of(case)])
    for t in range(result.rounds + 1):
        colors = [c for g in (0, 1) for c in result.colors[g][t].tolist()]
        texts = [result.signature(i, t, g) for g in (0, 1) for i in range(len(case[0]))]
        assert oracles.same_partition(colors, texts)
        assert all("\n" not in text for text in texts)


@pytest.mark.parametrize("gap", [1e-2, 1e-4, 2e-6])
def test_signatures_tell_apart_lengths_that_are_close(gap: float) -> None:
    result = refine(distance_graph([[0, 0, 0], [1, 0, 0], [2 + gap, 0, 0]]))
    assert result.n_colors(1) == 3
    assert len({result.signature(i, 1) for i in range(3)}) == 3


def test_signatures_tell_apart_many_colours() -> None:
    line = np.cumsum(np.linspace(1, 2, 40))[:, None] * [1, 0, 0]
    result = refine(distance_graph(line, 1.9))
    for t in range(result.rounds + 1):
        texts = [result.signature(i, t) for i in range(40)]
        assert oracles.same_partition(result.colors[0][t].tolist(), texts)
        names = {result.color_name(c, t) for c in range(result.n_colors(t))}
        assert len(names) == result.n_colors(t)


def test_signatures_read_well() -> None:
    water = Cloud([[0, 0, 0.12], [0, 0.76, -0.48], [0, -0.76, -0.48]], ["O", "H", "H"])
    result = refine(distance_graph(water))
    assert result.signature(0, 0) == "(O)"
    assert result.signature(0, 1) == "(O; 0.97 A to H x2)"
    assert result.signature(1, 1) == "(H; 0.97 A to O x1, 1.52 A to H x1)"
    assert refine(distance_graph(water, distances=False)).signature(0, 1) == "(O; joined to H x2)"
    assert refine(distance_graph([[0, 0, 0]])).signature(0, 1) == "(X; no neighbour)"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((6, 1, 0), "there is no vertex 6; vertices are numbered from 0 to 5"),
        ((-1, 1, 0), "there is no vertex -1"),
        ((0, 9, 0), "there is no round 9; rounds run from 0 to 1"),
        ((0, -9, 0), "there is no round -9"),
        ((0, 1, 1), "there is no graph 1; graphs are numbered from 0 to 0"),
    ],
)
def test_signatures_that_do_not_exist(arguments: tuple[int, int, int], message: str) -> None:
    with pytest.raises(CompareError, match=message):
        refine(distance_graph(HEXAGON)).signature(*arguments)


def test_negative_rounds_count_from_the_end() -> None:
    result = refine(distance_graph([[0, 0, 0], [1, 0, 0], [3, 0, 0]]))
    assert result.signature(0, -1) == result.signature(0, result.rounds)
    assert result.histogram(0, -1).tolist() == result.histogram(0, result.rounds).tolist()
    assert result.n_colors(-1) == result.n_colors(result.rounds)


# A hash that collides


def constant(values: NDArray[np.int64], stream: int) -> NDArray[np.uint64]:
    return np.ones(len(values), dtype=np.uint64)


def two_values(values: NDArray[np.int64], stream: int) -> NDArray[np.uint64]:
    return (values % 2).astype(np.uint64) * np.uint64(2) + np.uint64(1)


def small(values: NDArray[np.int64], stream: int) -> NDArray[np.uint64]:
    return values.astype(np.uint64) + np.uint64(1)


@pytest.mark.parametrize("weights", [constant, two_values, small])
def test_a_weak_hash_changes_nothing(weights: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever collides, verdict, round and partitions stay what plain tuples say."""
    calls = []

    def counted(values: NDArray[np.int64], stream: int) -> NDArray[np.uint64]:
        calls.append(stream)
        return weights(values, stream)  # type: ignore[operator,no-any-return]

    monkeypatch.setattr(module, "random_weights", counted)

    @settings(max_examples=80)
    @given(twin_grids((2, 7), size=1), squares, depths, st.booleans())
    def check(case: Case, square: int, rounds: int | None, distances: bool) -> None:
        plain = [oracles.integer_graph(p, case[2], square, distances) for p in case[:2]]
        wanted = oracles.first_difference(plain, rounds)
        test = "distance-wl" if distances else "wl"
        verdict = compare(*clouds_of(case), np.sqrt(square), rounds, test)
        assert outcome(verdict) == (wanted is None, wanted)
        partitions = oracles.refine(plain, rounds)
        found = refine([distance_graph(c, np.sqrt(square), distances=distances) for c in clouds_of(case)], rounds)
        assert found.rounds == len(partitions) - 1
        for result in (found, verdict.refinement):
            for t in range(result.rounds + 1):
                ours = [*result.colors[0][t].tolist(), *result.colors[1][t].tolist()]
                assert oracles.same_partition(ours, [c for own in partitions[t] for c in own])

    check()
    assert calls, "the hash that was weakened is not the one in use"


def test_a_weak_hash_and_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "random_weights", constant)
    assert compare(HEXAGON, TRIANGLES).equivalent
    assert outcome(compare(HEXAGON, [*TRIANGLES[:5], [0, -1, -2]])) == (False, 1)


# What mathematics promises


@given(twin_grids((2, 7), size=1), st.lists(st.floats(0.5, 4.0), min_size=1, max_size=5))
def test_equivalence_on_the_complete_graph_is_equivalence_everywhere(case: Case, cutoffs: list[float]) -> None:
    a, b = clouds_of(case)
    verdict = compare(a, b)
    assert verdict.complete
    if verdict.equivalent:
        assert verdict.wording == "not told apart at any cutoff"
        for cutoff in cutoffs:
            for test in ("wl", "distance-wl"):
                assert compare(a, b, cutoff, test=test).equivalent


@given(st.lists(st.floats(0.3, 4.0), min_size=1, max_size=8))
def test_twins_are_equivalent_at_every_cutoff(cutoffs: list[float]) -> None:
    for cutoff in cutoffs:
        for test in ("wl", "distance-wl"):
            assert compare(HEXAGON, TRIANGLES, cutoff, test=test).equivalent


@given(twin_grids((2, 7), size=2))
def test_more_cutoff_and_more_rounds_never_separate_less(case: Case) -> None:
    a, b = clouds_of(case)
    table = [
        [not compare(a, b, np.sqrt(s), rounds).equivalent for rounds in (0, 1, 2, 3, None)] for s in (1, 2, 3, 5, 8, 48)
    ]
    for row in table:
        assert row == sorted(row)
    for column in zip(*table, strict=True):
        assert list(column) == sorted(column)


@settings(max_examples=200)
@given(twin_grids((2, 7), size=1, kinds="X") | twin_grids((2, 7), size=2, flat=1) | twin_grids((2, 7), size=6, flat=2))
def test_congruent_clouds_are_equivalent_and_flat_ones_only_then(case: Case) -> None:
    first, second, species = case
    same = oracles.isomorphic(*(oracles.integer_graph(p, species) for p in (first, second)))
    verdict = compare(*clouds_of(case))
    flat = all(p[2] == 0 for p in (*first, *second))
    assert verdict.equivalent if same else not (flat and verdict.equivalent)


def test_all_small_sets_of_the_planar_grid() -> None:
    """Up to 5 points of a 3 x 3 grid: equivalent exactly when congruent."""
    grid = [(x, y, 0) for x in range(3) for y in range(3)]
    for n in (3, 4, 5):
        shapes: dict[tuple[int, ...], list[Points]] = {}
        for points in itertools.combinations(grid, n):
            key = tuple(
                sorted(
                    sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for p, q in itertools.combinations(points, 2)
                )
            )
            shapes.setdefault(key, []).append(list(points))
        for members in shapes.values():
            for other in members[1:]:
                graphs = [oracles.integer_graph(p, ["X"] * n) for p in (members[0], other)]
                assert compare(members[0], other).equivalent == oracles.isomorphic(*graphs)


def test_all_small_central_sets_of_the_cubic_grid() -> None:
    """Three lines through the points of a 3 x 3 x 3 grid: the twins among them, and no others, are found."""
    lines = [p for p in itertools.product((-1, 0, 1), repeat=3) if p > (0, 0, 0)]
    shapes: dict[tuple[int, ...], list[Points]] = {}
    for chosen in itertools.combinations(lines, 3):
        points = [(s * x, s * y, s * z) for x, y, z in chosen for s in (1, -1)]
        key = tuple(
            sorted(sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for p, q in itertools.combinations(points, 2))
        )
        shapes.setdefault(key, []).append(points)
    twins = 0
    for members in shapes.values():
        for other in members[1:8]:
            graphs = [oracles.integer_graph(p, ["X"] * 6) for p in (members[0], other)]
            equivalent = oracles.first_difference(graphs) is None
            assert compare(members[0], other).equivalent == equivalent
            twins += equivalent and not oracles.isomorphic(*graphs)
    assert twins > 0


@given(seeds, st.integers(2, 12))
def test_mirror_images_are_never_told_apart(seed: int, n: int) -> None:
    points = np.random.default_rng(seed).normal(size=(n, 3))
    assert compare(points, points * [1, 1, -1]).equivalent


# Margins, rounding, ill-conditioned verdicts


def no_silent_flip(verdicts: list[Verdict]) -> None:
    """Along a continuous path the verdict may turn only through 'too close to call'."""
    for before, after in itertools.pairwise(verdicts):
        if not (before.ill_conditioned or after.ill_conditioned):
            assert outcome(before) == outcome(after)


PATH = [0.0, *np.logspace(-9, -3, 241)]


@pytest.mark.parametrize("tolerance", [1e-7, 1e-6, 1e-5])
def test_a_triangle_brought_to_congruence(tolerance: float) -> None:
    def triangle(h: float) -> NDArray[np.float64]:
        return np.array([[0, 0, 0], [1 + h, 0, 0], [0.3, 0.9, 0]])

    verdicts = [compare(triangle(0), triangle(h), tolerance=tolerance) for h in PATH]
    no_silent_flip(verdicts)
    assert verdicts[0].equivalent
    assert not verdicts[0].ill_conditioned
    assert not verdicts[-1].equivalent
    assert not verdicts[-1].ill_conditioned
    for h, verdict in zip(PATH, verdicts, strict=True):
        if not verdict.ill_conditioned:
            assert verdict.equivalent == (h < tolerance)
            assert h <= tolerance / 5 or h >= 5 * tolerance
        else:
            assert "too close to call" in verdict.wording
            assert "too close to call" in verdict.explain()


def test_twins_brought_apart() -> None:
    hexagon = np.array(HEXAGON, dtype=float)
    for push in ([0, 0, 1.0], [0.3, -0.2, 0.1]):
        verdicts = [compare(hexagon, np.array(TRIANGLES) + np.outer(np.arange(6) == 0, push) * h) for h in PATH]
        no_silent_flip(verdicts)
        assert outcome(verdicts[0]) == (True, None)
        assert outcome(verdicts[-1])[0] is False


@given(seeds, st.integers(3, 6))
@settings(max_examples=15)
def test_any_cloud_brought_to_congruence(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    points, push = rng.uniform(-2, 2, (n, 3)), rng.normal(size=(n, 3))
    verdicts = [compare(points, points + h * push) for h in PATH[::4]]
    no_silent_flip(verdicts)
    assert outcome(verdicts[0]) == (True, None)
    assert not verdicts[-1].equivalent


def test_a_length_brought_across_the_cutoff() -> None:
    """A third neighbour enters the graph of one cloud as the cutoff grows past it."""
    a, b = [[0, 0, 0], [1, 0, 0], [2.5, 0, 0]], [[0, 0, 0], [1, 0, 0], [3.0, 0, 0]]
    verdicts = [compare(a, b, 1.5 + s * h) for s, h in [*((-1, h) for h in PATH[::-1]), *((1, h) for h in PATH)]]
    no_silent_flip(verdicts)
    assert verdicts[0].equivalent
    assert not verdicts[-1].equivalent
    assert any(v.ill_conditioned for v in verdicts)


def test_a_length_brought_across_the_cutoff_without_distances() -> None:
    a, b = [[0, 0, 0], [1, 0, 0], [2.5, 0, 0]], [[0, 0, 0], [1, 0, 0], [3.0, 0, 0]]
    verdicts = [
        compare(a, b, 1.5 + s * h, test="wl") for s, h in [*((-1, h) for h in PATH[::-1]), *((1, h) for h in PATH)]
    ]
    no_silent_flip(verdicts)
    assert verdicts[0].equivalent
    assert not verdicts[-1].equivalent


def test_lengths_that_form_a_chain_are_too_close_to_call() -> None:
    """Each gap is below the tolerance, the whole chain far above it: no tolerance is the right one."""

    def fan(lengths: list[float]) -> NDArray[np.float64]:
        return np.array([[x, 10.0 * k, 0] for k, d in enumerate(lengths) for x in (0, d)])

    steps = [1 + 0.9e-6 * k for k in range(12)]
    verdict = compare(fan(steps[:6]), fan(steps[6:]))
    assert verdict.ill_conditioned


def test_a_tolerance_ten_times_larger_that_merges_everything_is_seen() -> None:
    """Sides whose gaps lie between the tolerance and ten times it: a larger tolerance calls all of them one length."""

    def triangle(a: float, b: float, c: float) -> NDArray[np.float64]:
        x = (a * a + b * b - c * c) / (2 * a)
        return np.array([[0, 0, 0], [a, 0, 0], [x, np.sqrt(b * b - x * x), 0]])

    first, second = triangle(1.0, 1.0095, 1.019), triangle(1.0285, 1.038, 1.0475)
    assert not compare(first, second, tolerance=1e-3).equivalent
    assert compare(first, second, tolerance=1e-2).equivalent
    assert compare(first, second, tolerance=1e-3).ill_conditioned


@pytest.mark.parametrize("offset", [0.0, 0.5e-6, 1e-6, 1.4999999e-6, 0.5])
def test_nearly_equal_lengths_on_both_sides_of_a_grid_line(offset: float) -> None:
    base = 1.0 + offset
    for grid in (1e-6, 1e-5, 1e-4, 1e-3):
        d = np.round(base / grid) * grid + grid / 2
        verdict = compare([[0, 0, 0], [d - 2e-10, 0, 0]], [[0, 0, 0], [d + 2e-10, 0, 0]])
        assert verdict.equivalent
        assert not verdict.ill_conditioned
        assert verdict.widest_label == pytest.approx(4e-10, rel=1e-3)


@pytest.mark.parametrize("far", [1e2, 1e4, 1e6])
def test_clouds_far_from_the_origin(far: float) -> None:
    """Verdicts stay right as long as doubles resolve the tolerance."""
    place = np.array([0.7, -1.1, 0.4]) * far
    for a, b, equivalent in ((HEXAGON, TRIANGLES, True), (HEXAGON, [*TRIANGLES[:5], [0, -1, -1.01]], False)):
        verdict = compare(np.array(a) + place, b)
        assert verdict.equivalent == equivalent
        assert not verdict.ill_conditioned


def test_clouds_too_far_from_the_origin_are_too_close_to_call() -> None:
    verdict = compare(np.array(HEXAGON) + 9e8, np.array(HEXAGON))
    assert verdict.ill_conditioned


def test_margin_is_the_narrowest_gap() -> None:
    verdict = compare([[0, 0, 0], [1, 0, 0], [2.25, 0, 0]], [[0, 0, 0], [1, 0, 0], [2.25, 0, 0]])
    assert verdict.margin == pytest.approx(0.25)
    assert compare([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1, 0, 0]]).margin == np.inf
    assert compare([[0, 0, 0]], [[5, 0, 0]]).equivalent


# Words


def test_the_words_of_a_verdict() -> None:
    assert compare(HEXAGON, TRIANGLES).wording == "not told apart at any cutoff"
    assert compare(HEXAGON, TRIANGLES, 1.5).wording == "not told apart at this cutoff"
    assert compare(HEXAGON, TRIANGLES, test="wl").wording == "not told apart at this cutoff"
    assert compare(HEXAGON, TRIANGLES, rounds=0).wording == "not told apart within 0 rounds"
    assert compare(HEXAGON, np.array(TRIANGLES) * 2).wording == "told apart in round 1"


@given(twin_grids((2, 7), size=1), squares)
def test_explanations_are_true(case: Case, square: int) -> None:
    a, b = clouds_of(case)
    verdict = compare(a, b, np.sqrt(square))
    text = verdict.explain()
    assert text.startswith(verdict.wording)
    if not verdict.equivalent:
        assert verdict.round is not None
        quoted = text[text.index('"') + 1 : text.rindex('"')]
        counts = [
            sum(verdict.refinement.signature(i, verdict.round, g) == quoted for i in range(len(a))) for g in (0, 1)
        ]
        words = [{0: "not at all", 1: "once", 2: "twice"}.get(c, f"{c} times") for c in counts]
        assert text.endswith(f"occurs {words[0]} in first and {words[1]} in second.")
        assert counts[0] != counts[1]
    else:
        assert f"{verdict.refinement.n_colors(-1)} colour" in text


def test_explain_counts_colours_of_unnamed_clouds() -> None:
    text = compare(HEXAGON, TRIANGLES).explain()
    assert "1 colour, each as often in a as in b" in text


def test_rounded_coordinates_are_suspected() -> None:
    exact = np.array([[0.0, 0.0, 0.1193], [0.0, 0.76324, -0.4772], [0.0, -0.76324, -0.4772]])
    verdict = compare(exact, exact.round(3))
    assert not verdict.equivalent
    assert "rounded, try a tolerance of" in verdict.explain()
    assert "rounded" not in compare([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]]).explain()


@settings(max_examples=60)
@given(twin_grids((2, 7), size=1), squares, depths, st.booleans())
def test_looking_only_where_something_changed_changes_nothing(
    case: Case, square: int, rounds: int | None, distances: bool
) -> None:
    """Large graphs are refined in another way than small ones: the same partitions in every round."""
    graphs = [listed(distance_graph(c, np.sqrt(square), distances=distances)) for c in clouds_of(case)]
    everywhere = refine(graphs, rounds)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 0)
        changed = refine(graphs, rounds)
        verdict = compare(*clouds_of(case), np.sqrt(square), rounds, "distance-wl" if distances else "wl")
    assert changed.rounds == everywhere.rounds
    assert changed.stable == everywhere.stable
    assert outcome(verdict) == outcome(
        compare(*clouds_of(case), np.sqrt(square), rounds, "distance-wl" if distances else "wl")
    )
    for t in range(everywhere.rounds + 1):
        both = [np.concatenate([r.colors[g][t] for g in (0, 1)]).tolist() for r in (everywhere, changed)]
        assert oracles.same_partition(*both)


@settings(max_examples=60)
@given(seeds, st.booleans())
def test_many_rounds_where_something_changed_are_those_of_plain_tuples(seed: int, weak: bool) -> None:
    """Lattices with holes: news travels far, colours rest and are touched again, and none splits by itself."""
    rng = np.random.default_rng(seed)
    sides = [(9, 4, 1), (16, 2, 1), (4, 4, 3), (30, 1, 1)][rng.integers(4)]
    grid = np.stack(np.meshgrid(*map(np.arange, sides), indexing="ij"), axis=-1).reshape(-1, 3)
    places = [np.sort(rng.permutation(len(grid))[: int(0.85 * len(grid))]) for _ in range(2)]
    points = [grid[p] for p in places]
    species = ["X"] * len(points[0])
    wanted = oracles.refine([oracles.integer_graph(p.tolist(), species, 1) for p in points])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "LARGE", 0)
        if weak:
            weaken_hashes(patch, Random(seed))
        found = refine([distance_graph(p, 1.0) for p in points])
    assert found.rounds == len(wanted) - 1
    for t, colors in enumerate(wanted):
        ours = [*found.colors[0][t].tolist(), *found.colors[1][t].tolist()]
        assert oracles.same_partition(ours, [*colors[0], *colors[1]])


def test_a_vertex_with_a_colour_of_its_own_is_not_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 0)
    path = distance_graph(np.outer([0.0, 1.0, 2.1, 3.3, 4.6], [1, 0, 0]), 1.5)
    looked: list[int] = []
    seen = module._Listed._seen
    monkeypatch.setattr(module._Listed, "_seen", lambda *given: looked.append(len(given[1])) or seen(*given))
    assert refine(path).n_colors(-1) == 5
    assert looked == [5, 0]


@pytest.mark.parametrize("weights", [constant, two_values])
def test_a_weak_hash_in_a_large_graph(weights: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGE", 0)
    # Edges of a cutoff are listed; the complete graph is never large in this sense.
    before = compare(HEXAGON, [*TRIANGLES[:5], [0, -1, -2]], 2.5)
    monkeypatch.setattr(module, "random_weights", weights)
    assert compare(HEXAGON, TRIANGLES, 2.5).equivalent
    assert outcome(compare(HEXAGON, [*TRIANGLES[:5], [0, -1, -2]], 2.5)) == outcome(before)


def listed(graph: DistanceGraph) -> DistanceGraph:
    """The same graph, which does not say that it is complete."""
    return replace(graph, cutoff=graph.cutoff)


@settings(max_examples=150)
@given(
    twin_grids((2, 8), size=1),
    squares,
    depths,
    st.booleans(),
    st.sampled_from(["strong", "constant", "two values"]),
)
def test_square_matrices_and_lists_of_edges_give_the_same_colours(
    case: Case, square: int, rounds: int | None, early: bool, weights: str
) -> None:
    """Complete graphs, with all edges and with those up to a cutoff, whatever collides."""
    graphs = [distance_graph(c) for c in clouds_of(case)]
    lists = [listed(graph) for graph in graphs]
    assert all(graph.complete for graph in graphs)
    assert not any(graph.complete for graph in lists)
    labels = SortedLengths(graphs).cut(1e-6, np.sqrt(square)) if early else distance_labels(graphs).of_bonds
    with pytest.MonkeyPatch.context() as patch:
        if weights != "strong":
            patch.setattr(module, "random_weights", constant if weights == "constant" else two_values)
        patch.setattr(module, "DENSE", 10**9)  # square matrices, however few edges are left
        patch.setattr(module, "CELLS", 10)
        found = [module.Union(g).refine(labels, rounds, early, every_round=True) for g in (graphs, lists)]
    assert found[0].stable == found[1].stable
    assert found[0].separated == found[1].separated
    assert len(found[0].colors) == len(found[1].colors)
    for ours, wanted in zip(found[0].colors, found[1].colors, strict=True):
        if weights == "strong":
            np.testing.assert_array_equal(ours, wanted, "colours have one number, however the graph is stored")
        assert oracles.same_partition(ours.tolist(), wanted.tolist())


def test_a_defect_spreads_through_a_crystal(monkeypatch: pytest.MonkeyPatch) -> None:
    """One atom is missing: every round the news travels on, and only there is anything to do."""
    side = np.arange(17)
    crystal = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3).astype(float)
    whole = Atoms("X" * len(crystal), positions=crystal, cell=[17] * 3, pbc=True)
    assert refine(distance_graph(whole, 1.1)).n_colors(-1) == 1
    del whole[len(whole) // 2]
    looked: list[int] = []
    seen = module._Listed._seen

    def counted(self: module._Listed, vertices: NDArray[np.int64], weights: NDArray[np.uint64]) -> NDArray[np.uint64]:
        looked.append(len(vertices))
        return seen(self, vertices, weights)

    monkeypatch.setattr(module._Listed, "_seen", counted)
    result = refine(distance_graph(whole, 1.1))
    assert result.rounds > 15
    assert looked[0] == len(whole)
    # The hole has six neighbours, and these have 24 others besides themselves, which are looked at next.
    assert looked[1] < 30
    assert sum(looked[1:]) < 0.3 * result.rounds * len(whole)
    # The number of steps to the hole is part of what a vertex learns.
    steps = np.abs(whole.positions - 8).sum(axis=1)
    last = result.colors[0][-1]
    assert all(len(np.unique(steps[last == color])) == 1 for color in range(result.n_colors(-1)))


# What is said, and what is not


def test_chains_of_lengths_are_too_close_to_call() -> None:
    """Lengths that run into one another count as one: whatever comes out of that is no verdict."""
    rng = np.random.default_rng(0)
    a, b = rng.uniform(0, 12, (2, 60, 3))
    sure = compare(a, b)
    assert (sure.equivalent, sure.ill_conditioned, sure.blurred) == (False, False, False)
    for test in ("distance-wl", "angle-wl"):
        found = compare(a, b, tolerance=0.05, test=test)
        assert found.widest_label > 1
        assert found.ill_conditioned and found.blurred
        assert "A apart count as one, so that a verdict says little" in found.explain()
    assert not compare(a, b, 3.0, test="wl", tolerance=0.05).blurred, "plain WL knows no lengths"


def test_a_long_signature_is_quoted_in_part() -> None:
    a, b = np.random.default_rng(1).uniform(0, 12, (2, 200, 3))
    assert len(compare(a, b).explain()) < 1000
    assert "and 187 more)" in compare(a, b).difference()
    assert compare(HEXAGON, TRIANGLES).difference() == ""


def test_a_larger_tolerance_is_proposed_only_where_it_would_help() -> None:
    rng = np.random.default_rng(2)
    a = rng.uniform(0, 6, (8, 3))
    rounded = compare(a, a[::-1].round(4))
    assert "try a tolerance of" in rounded.explain()
    wide = float(rounded.explain().rstrip(".").rsplit(maxsplit=1)[1])
    assert compare(a, a[::-1].round(4), tolerance=wide).equivalent
    # Among very many lengths the sorted ones of any two clouds agree.
    assert "tolerance" not in compare(*rng.uniform(0, 12, (2, 700, 3))).explain()
    # Twins of one point, told apart there only: their lengths agree better than the tolerance in force.
    pair = pairs.gallery["rings-4body"]
    assert "tolerance" not in compare(pair.a, pair.b).explain()
