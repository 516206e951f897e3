"""Equal lengths get equal labels, whatever their rounding; order is kept where it counts."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import seeds
from twinclouds.graphs import DistanceGraph, complete_graph, distance_graph
from twinclouds.lengths import SortedLengths, distance_labels, sort_lengths


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


@given(seeds)
def test_many_lengths_are_sorted(seed: int) -> None:
    """Whatever the longest is: exactly, or so that nothing is on the wrong side of a gap that counts."""
    rng = np.random.default_rng(seed)
    lengths = np.append(rng.uniform(0.5, 1.0, 1500), [3.1767578125, rng.uniform(1, 100)])
    lengths = np.append(lengths, lengths[:500] + rng.choice([1e-16, 1e-13, 1e-11, 1e-9, 1e-7], 500))
    rng.shuffle(lengths)
    assert (np.diff(lengths[sort_lengths(lengths)]) >= 0).all()
    for tolerance in (1e-14, 1e-12, 1e-10, 1e-8, 1e-6):
        order = sort_lengths(lengths, tolerance)
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
        assert sort_lengths(lengths, 1e-6)[-1] == 1000


def test_lengths_just_within_and_just_beyond_the_reach_are_not_mixed_up() -> None:
    """However little lies between them, and however many there are."""
    rng = np.random.default_rng(0)
    for _ in range(30):
        lengths = np.append(rng.uniform(1, 60, 3001), [3.0, np.nextafter(3.0, 4.0)])
        graph = complete_graph(rng.permutation(lengths), np.array(["X"] * 78))
        (labels,) = SortedLengths([graph]).cut(1e-6, reach=3.0)
        np.testing.assert_array_equal(labels >= 0, graph.bond_lengths <= 3.0)
