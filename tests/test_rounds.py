"""The rounds of the upper rungs: hashes that are exact sums, and checks that agree with sorting everything."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from strategies import motion
from twinclouds import angle_rounds, pair_rounds, rounds
from twinclouds.angle_rounds import AngleRounds
from twinclouds.clouds import Cloud
from twinclouds.graphs import distance_graph
from twinclouds.lengths import TOLERANCE
from twinclouds.pair_rounds import PairRounds
from twinclouds.rounds import Rounds, exact_weights, product

Ints = NDArray[np.int64]


def alike_by_sorting(work: Rounds, colors: Ints, items: Ints, others: Ints) -> bool:
    """The check in the plainest way: all that is seen, put in order."""
    return all(x == y for x, y in zip(work.seen(colors, items), work.seen(colors, others), strict=True))


def partners(work: Rounds, colors: Ints, rng: np.random.Generator) -> list[tuple[Ints, Ints]]:
    """Items with others of their colour: all with the first of the colour that sees the same, and some with any."""
    seen: dict[Any, int] = {}
    keys = zip(colors.tolist(), work.seen(colors, np.arange(len(colors))), strict=True)
    leader = np.array([seen.setdefault(key, i) for i, key in enumerate(keys)])
    items = np.flatnonzero(leader != np.arange(len(leader)))
    found = [(items, leader[items])]
    for _ in range(8):
        i = int(rng.integers(len(colors)))
        alike = np.flatnonzero(colors == colors[i])
        found.append((np.array([i]), rng.choice(alike, 1)))
    if len(items):  # all right but one
        wrong = leader[items].copy()
        at = int(rng.integers(len(items)))
        wrong[at] = rng.choice(np.flatnonzero(colors == colors[items[at]]))
        found.append((items, wrong))
    return found


def squares(kind: str, n: int, rng: np.random.Generator) -> list[Ints]:
    """Colours of the pairs of two clouds of n points, in which rows have equal colours or none."""
    if kind == "few":
        return [rng.integers(0, 3, (n, n)) for _ in "ab"]
    if kind == "symmetric":
        half = rng.integers(0, 4, (n, n))
        first = half + half.T
    elif kind == "all different":
        first = rng.permutation(n * n).reshape(n, n)
    else:  # distances of a cloud with its inversion: some rows have equal colours, others none
        x = rng.integers(-3, 4, (n, 3))
        first = ((x[:, None] - x[None]) ** 2).sum(axis=2)
        first = np.unique(first + 100 * np.eye(n, dtype=np.int64), return_inverse=True)[1].reshape(n, n)
    order = rng.permutation(n)
    second = first[np.ix_(order, order)]
    if rng.random() < 0.5:  # nearly the same cloud
        i, j = rng.integers(0, n, 2)
        second[i, j] = second[j, i] = first[tuple(rng.integers(0, n, 2))]
    return [first, second]


@settings(max_examples=150)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 9),
    kind=st.sampled_from(["few", "symmetric", "all different", "distances"]),
    block=st.sampled_from([5, 40, 10**6]),
    few=st.sampled_from([0, 8]),
    likely=st.sampled_from([0, 8]),
)
def test_pairs_are_checked_as_by_sorting(seed: int, n: int, kind: str, block: int, few: int, likely: int) -> None:
    rng = np.random.default_rng(seed)
    tables = squares(kind, n, rng)
    if rng.random() < 0.2:
        tables[1] = tables[1][: n - 1, : n - 1]
    colors = rounds.renumbered(np.concatenate([x.ravel() for x in tables]))
    work = PairRounds([len(x) for x in tables if len(x)], None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pair_rounds, "BLOCK", block)
        patch.setattr(pair_rounds, "FEW", few)
        patch.setattr(pair_rounds, "LIKELY", likely)
        for items, others in partners(work, colors, rng):
            assert work.alike(colors, items, others) == alike_by_sorting(work, colors, items, others)


def clouds(kind: str, n: int, seed: int) -> list[Cloud]:
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*[np.arange(-1.0, 2.0)] * 3), axis=-1).reshape(-1, 3)
    x = rng.choice(grid, n, replace=False) if kind == "grid" else rng.normal(size=(n, 3)) * 2
    turn, shift = motion(seed)
    y = (x @ turn.T + shift)[rng.permutation(n)]
    if rng.random() < 0.5:
        y[int(rng.integers(n))] += rng.normal(size=3)
    cell, pbc = (np.eye(3) * 5.0, [kind == "periodic"] * 3)
    species = np.full(n, "X")
    if kind == "periodic":
        y = x[::-1] + 1.0
    return [Cloud(z, species, cell if kind == "periodic" else np.zeros((3, 3)), pbc) for z in (x, y)]


@settings(max_examples=120)
@given(
    seed=st.integers(0, 10**6),
    n=st.integers(1, 9),
    kind=st.sampled_from(["grid", "any", "periodic"]),
    cutoff=st.sampled_from([2.0, 3.5, 100.0]),
    block=st.sampled_from([5, 10**6]),
    tables=st.booleans(),
)
def test_angles_are_checked_as_by_sorting(
    seed: int, n: int, kind: str, cutoff: float, block: int, tables: bool
) -> None:
    a, b = clouds(kind, n, seed)
    graphs = [distance_graph(c, min(cutoff, 5.0) if kind == "periodic" else cutoff) for c in (a, b)]
    rng = np.random.default_rng(seed)
    with pytest.MonkeyPatch.context() as patch:
        for module in (angle_rounds, rounds):
            patch.setattr(module, "BLOCK", block)
        patch.setattr(angle_rounds, "CHEAPER", 1e9 if tables else 0)
        work = AngleRounds(graphs, (a, b), TOLERANCE)
        for colors in (work.start(), rng.integers(0, 2, 2 * n)):
            for items, others in partners(work, colors, rng):
                assert work.alike(colors, items, others) == alike_by_sorting(work, colors, items, others)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 8), cutoff=st.sampled_from([2.0, 3.0, 100.0]))
def test_sides_in_a_table_and_in_a_list_give_the_same_colours(seed: int, n: int, cutoff: float) -> None:
    a, b = clouds("grid", n, seed)
    graphs = [distance_graph(c, cutoff) for c in (a, b)]
    found = []
    for cheaper in (0, 1e9):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(angle_rounds, "CHEAPER", cheaper)
            work = AngleRounds(graphs, (a, b), TOLERANCE)
        colors, _ = work.run(work.start(), None, until_separated=False, every_round=True)
        found.append([x.tolist() for x in colors])
        assert work.lengths.narrowest_gap > TOLERANCE
    for first, second in zip(*found, strict=True):
        assert len(set(zip(first, second, strict=True))) == len(set(first)) == len(set(second))


@pytest.mark.parametrize("n", [1, 3, 64, 200, 600])
def test_products_of_weights_are_exact(n: int) -> None:
    values = np.arange(n * n).reshape(n, n)
    x, y = (exact_weights(values, stream, n) for stream in (1, 2))
    found = product(x, y)
    wanted = x.astype(np.uint64) @ y.astype(np.uint64)
    assert float(wanted.max()) < 2**53
    np.testing.assert_array_equal(found.astype(np.uint64), wanted)


def test_weights_leave_room_for_the_sum() -> None:
    for terms in (1, 2, 3, 1000, 1024, 1025, 10**6):
        assert terms * (exact_weights(np.arange(10**5), 1, terms).max() ** 2) <= 2**53


def test_numbers_keep_their_order_however_far_apart_they_are() -> None:
    for codes in ([-5, 10**15, 3, -5], [[2, 1], [2, 0]], []):
        array = np.array(codes, dtype=np.int64)
        wanted = np.unique(array, return_inverse=True)[1].reshape(array.shape)
        np.testing.assert_array_equal(rounds.renumbered(array), wanted)
