"""Resolving cutoffs and staircases against a scan over every cutoff."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from numpy.typing import NDArray

import oracles
from strategies import Points, motion, seeds, twin_grids
from twinclouds.clouds import Cloud
from twinclouds.errors import CompareError, GraphError
from twinclouds.refinement import compare
from twinclouds.resolution import _Search, resolving_cutoff, staircase

Case = tuple[Points, Points, list[str]]

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]


def clouds_of(case: Case) -> tuple[Cloud, Cloud]:
    return Cloud(case[0], case[2]), Cloud(case[1], case[2])


def squares_of(case: Case) -> list[int]:
    return sorted(
        {
            sum((x - y) ** 2 for x, y in zip(p, q, strict=True))
            for points in case[:2]
            for p, q in itertools.combinations(points, 2)
        }
    )


def scan(case: Case, rounds: int | None) -> float:
    """Try every distance, the smallest first, in exact arithmetic."""
    for square in squares_of(case):
        graphs = [oracles.integer_graph(p, case[2], square) for p in case[:2]]
        if oracles.first_difference(graphs, rounds) is not None:
            return float(np.sqrt(square))
    return float(np.inf)


@settings(max_examples=120)
@given(twin_grids((1, 7), size=2))
def test_the_resolving_cutoff_is_what_a_scan_finds(case: Case) -> None:
    a, b = clouds_of(case)
    for rounds in (None, 0, 1, 2):
        found, wanted = resolving_cutoff(a, b, rounds), scan(case, rounds)
        assert found == wanted or found == pytest.approx(wanted, abs=1e-9)


@settings(max_examples=100)
@given(twin_grids((2, 7), size=2))
def test_apart_at_the_resolving_cutoff_and_not_below(case: Case) -> None:
    a, b = clouds_of(case)
    found = resolving_cutoff(a, b)
    if np.isinf(found):
        assert compare(a, b).equivalent
        return
    assert min(abs(found - np.sqrt(s)) for s in squares_of(case)) < 1e-9
    at, below = compare(a, b, found), compare(a, b, found - 1e-4)
    assert (at.equivalent, at.ill_conditioned) == (False, False)
    assert (below.equivalent, below.ill_conditioned) == (True, False)
    assert not compare(a, b, found * 1.3).equivalent
    assert not compare(a, b).equivalent


@settings(max_examples=80)
@given(twin_grids((2, 7), size=2))
def test_the_staircase_goes_down_and_is_what_scans_find(case: Case) -> None:
    stairs = staircase(*clouds_of(case))
    assert list(stairs.cutoffs) == list(range(1, len(stairs.cutoffs) + 1))
    values = list(stairs.cutoffs.values())
    assert values == sorted(values, reverse=True)
    for rounds, cutoff in stairs.cutoffs.items():
        assert cutoff == scan(case, rounds) or cutoff == pytest.approx(scan(case, rounds), abs=1e-9)
    assert values[-1] == resolving_cutoff(*clouds_of(case))
    # It ends where more rounds no longer help.
    assert len(values) == 1 or values[-2] > values[-1]


@given(twin_grids((2, 7), size=2), seeds)
def test_told_apart_agrees_with_compare(case: Case, seed: int) -> None:
    a, b = clouds_of(case)
    stairs = staircase(a, b)
    rng = np.random.default_rng(seed)
    for rounds in (0, 1, 2, 5):
        for cutoff in (*rng.uniform(0.3, 6.0, 2), *[c for c in stairs.cutoffs.values() if np.isfinite(c)][:2]):
            assert stairs.told_apart(rounds, float(cutoff)) == (not compare(a, b, cutoff, rounds).equivalent)


@given(twin_grids((2, 7), size=2), seeds)
def test_a_resolving_cutoff_does_not_depend_on_place_or_order(case: Case, seed: int) -> None:
    a, b = clouds_of(case)
    matrix, offset = motion(seed, reach=30)
    order = np.random.default_rng(seed).permutation(len(b))
    moved = Cloud((b.positions @ matrix.T + offset)[order], b.species[order])
    plain, again = resolving_cutoff(a, b), resolving_cutoff(a, moved)
    assert again == plain or again == pytest.approx(plain, abs=1e-9)


def test_max_rounds_are_listed_to_the_last() -> None:
    stairs = staircase(HEXAGON, np.array(TRIANGLES) * 1.1, max_rounds=4)
    assert list(stairs.cutoffs) == [1, 2, 3, 4]
    assert len(set(stairs.cutoffs.values())) == 1
    twins = staircase(HEXAGON, TRIANGLES, max_rounds=3)
    assert set(twins.cutoffs.values()) == {np.inf}
    assert list(twins.cutoffs) == [1, 2, 3]
    assert twins.max_cutoff == np.inf


def test_twins_have_no_resolving_cutoff() -> None:
    assert resolving_cutoff(HEXAGON, TRIANGLES) == np.inf
    assert list(staircase(HEXAGON, TRIANGLES).cutoffs.values()) == [np.inf]
    assert not staircase(HEXAGON, TRIANGLES).told_apart(9, 1e9)


def test_max_cutoff_limits_the_search() -> None:
    a, b = [[0, 0, 0], [1, 0, 0], [2.5, 0, 0]], [[0, 0, 0], [1, 0, 0], [3.0, 0, 0]]
    assert resolving_cutoff(a, b) == pytest.approx(1.5)
    assert resolving_cutoff(a, b, max_cutoff=1.5) == pytest.approx(1.5)
    assert resolving_cutoff(a, b, max_cutoff=1.4) == np.inf


def chains(length: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Two chains with equal ends against two with unequal ones: word has to travel along the whole chain."""

    def chain(first: float, last: float, height: float) -> NDArray[np.float64]:
        x = np.cumsum([0, first, *[1.0] * length, last])
        return np.stack([x, 0 * x, 0 * x + height], axis=1)

    equal = np.concatenate([chain(1.1, 1.1, 0), chain(1.2, 1.2, 500)])
    return equal, np.concatenate([chain(1.1, 1.2, 0), chain(1.1, 1.2, 500)])


@pytest.mark.parametrize("length", [3, 6, 10])
def test_chains_need_rounds_or_reach(length: int) -> None:
    stairs = staircase(*chains(length))
    cutoffs = list(stairs.cutoffs.values())
    assert len(cutoffs) > 1
    assert cutoffs[-1] == pytest.approx(1.1)
    for rounds, cutoff in stairs.cutoffs.items():
        assert compare(*chains(length), cutoff, rounds).round == rounds or cutoff == cutoffs[rounds - 2]
        assert compare(*chains(length), cutoff - 1e-3, rounds).equivalent


@pytest.mark.parametrize("n", [10, 20, 40])
def test_the_number_of_runs_is_logarithmic(n: int) -> None:
    rng = np.random.default_rng(n)
    a = rng.normal(size=(n, 3))
    b = a.copy()
    b[0] *= 1.01
    lengths = n * (n - 1)
    search = _Search(a, b, np.inf, 1e-6)
    search.position(None)
    assert search.runs <= np.log2(lengths) + 2
    stairs = staircase(a, b)
    assert stairs.runs <= (1 + len(stairs.cutoffs)) * (np.log2(lengths) + 2)


def test_periodic_clouds_need_a_limit() -> None:
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False])
    for call in (resolving_cutoff, staircase):
        with pytest.raises(CompareError, match=r"distances in a periodic cloud never end; .*max_cutoff=8\.0"):
            call(chain, chain)


def test_periodic_clouds_within_a_limit() -> None:
    def crystal(x: float) -> Cloud:
        return Cloud([[0, 0, 0], [x, 0, 0]], ["C", "C"], np.diag([4.0, 0, 0]), [True, False, False])

    assert resolving_cutoff(crystal(1.0), crystal(1.2), max_cutoff=8.0) == pytest.approx(1.0)
    assert resolving_cutoff(crystal(1.0), crystal(3.0), max_cutoff=8.0) == np.inf
    assert resolving_cutoff(crystal(1.0), crystal(1.2), max_cutoff=0.9) == np.inf


@pytest.mark.parametrize("max_rounds", [0, -1, 1.5, "3", True])
def test_bad_numbers_of_rounds_are_named(max_rounds: object) -> None:
    with pytest.raises(CompareError, match=r"max_rounds=.* is not a number of rounds; give a whole number from 1 on"):
        staircase(HEXAGON, TRIANGLES, max_rounds)  # type: ignore[arg-type]
    if max_rounds != 0:
        with pytest.raises(CompareError, match=r"rounds=.* is not a number of rounds"):
            resolving_cutoff(HEXAGON, TRIANGLES, max_rounds)  # type: ignore[arg-type]
    else:
        assert resolving_cutoff(HEXAGON, np.array(TRIANGLES) * 2, 0) == np.inf


def test_other_bad_arguments() -> None:
    with pytest.raises(GraphError, match="cutoff -1 is not a positive length"):
        resolving_cutoff(HEXAGON, TRIANGLES, max_cutoff=-1)
    with pytest.raises(CompareError, match="tolerance 0 is not a positive length"):
        resolving_cutoff(HEXAGON, TRIANGLES, tolerance=0)
    with pytest.raises(CompareError, match=r"is CO and .* is N2"):
        resolving_cutoff(Atoms("CO", [[0, 0, 0], [0, 0, 1]]), Atoms("N2", [[0, 0, 0], [0, 0, 1]]))


def test_a_single_point() -> None:
    assert resolving_cutoff([[0, 0, 0]], [[1, 2, 3]]) == np.inf
    assert staircase([[0, 0, 0]], [[1, 2, 3]]).cutoffs == {1: np.inf}
