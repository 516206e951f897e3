"""Clouds at the ends of the numbers: far away, huge, tiny, nearly equal, many alike. Right, or said to be too close."""

from __future__ import annotations

import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
from strategies import twin_grids
from twinclouds import pairs
from twinclouds.clouds import Cloud
from twinclouds.congruence import congruent
from twinclouds.errors import TwincloudsError
from twinclouds.graphs import distance_graph
from twinclouds.refinement import compare, refine

TESTS = ("distance-wl", "angle-wl", "2-fwl")
HEXAGON = np.array([[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]], dtype=float)
TRIANGLES = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]], dtype=float)


def right_or_flagged(a: object, b: object, apart: bool, test: str, **options: float) -> None:
    verdict = compare(a, b, test=test, **options)
    assert verdict.ill_conditioned or verdict.equivalent != apart, (test, verdict.wording)


@settings(max_examples=60)
@given(
    case=twin_grids((2, 7), size=1),
    far=st.sampled_from([0.0, 1e3, 1e6, 1e8, 9e8]),
    direction=st.tuples(*[st.sampled_from([-1.0, 0.3, 1.0])] * 3),
)
def test_far_from_the_origin(case, far, direction) -> None:
    first, second, species = case
    plain = [oracles.integer_graph(p, species) for p in (first, second)]
    shift = far * np.array(direction)
    clouds = [
        Cloud(np.array(first, dtype=float) + shift, species),
        Cloud(np.array(second, dtype=float) - shift, species),
    ]
    wanted = oracles.first_difference(plain)
    right_or_flagged(*clouds, apart=wanted is not None, test="distance-wl")
    right_or_flagged(*clouds, apart=oracles.two_fwl_separates(first, second, species), test="2-fwl")
    # Up to a million angstrom a verdict is sure of itself.
    if far <= 1e6:
        assert not compare(*clouds).ill_conditioned


@settings(max_examples=60)
@given(case=twin_grids((2, 7), size=1), unit=st.sampled_from([1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e3, 1e6, 1e8]))
def test_huge_and_tiny_units(case, unit: float) -> None:
    """Atoms that come to lie in one place are refused by name; otherwise a verdict is right or too close to call."""
    first, second, species = case
    wanted = oracles.first_difference([oracles.integer_graph(p, species) for p in (first, second)])
    try:
        clouds = [Cloud(np.array(p, dtype=float) * unit, species) for p in (first, second)]
    except TwincloudsError:
        assert unit < 1e-4
        return
    right_or_flagged(*clouds, apart=wanted is not None, test="distance-wl")
    # A tolerance in the same unit makes it as easy as in angstrom.
    if unit >= 1e-4:
        verdict = compare(*clouds, tolerance=1e-6 * unit)
        assert verdict.equivalent == (wanted is None)
        assert not verdict.ill_conditioned or unit >= 1e6


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("unit", [1e-4, 1e-2, 1e2, 1e4, 1e6, 1e8])
def test_twins_in_other_units(test: str, unit: float) -> None:
    right_or_flagged(HEXAGON * unit, TRIANGLES * unit, apart=test != "distance-wl", test=test)
    assert congruent(HEXAGON * unit, HEXAGON[::-1] * unit, tolerance=max(1e-6, 1e-7 * unit))
    assert not congruent(HEXAGON * unit, TRIANGLES * unit, tolerance=max(1e-6, 1e-7 * unit))


@settings(max_examples=60)
@given(
    steps=st.lists(
        st.sampled_from([0.0, 0.3, 0.9, 0.99, 1.0, 1.01, 1.1, 3.0, 9.0, 11.0, 30.0]), min_size=3, max_size=8
    ),
    seed=st.integers(0, 10**6),
)
def test_lengths_around_the_tolerance(steps: list[float], seed: int) -> None:
    """Bonds that differ by about the tolerance: clouds that are one and the same are never told apart for sure."""
    rng = np.random.default_rng(seed)
    heights = np.arange(len(steps)) * 20.0
    lengths = 1.0 + 1e-6 * np.cumsum(steps)
    dumbbells = np.concatenate(
        [np.stack([0 * heights, 0 * heights, heights], 1), np.stack([lengths, 0 * heights, heights], 1)]
    )
    order = rng.permutation(len(dumbbells))
    turned = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    verdict = compare(dumbbells, (dumbbells @ turned)[order], cutoff=5.0)
    assert verdict.equivalent
    # With the smallest of the differences taken away from one bond the two differ by that much.
    other = dumbbells.copy()
    other[-1, 0] += 1e-6 * rng.choice([0.05, 0.5, 1.0, 2.0, 20.0])
    changed = compare(dumbbells, (other @ turned)[order], cutoff=5.0)
    gap = abs(other[-1, 0] - dumbbells[-1, 0])
    if gap < 1e-7 / 2 or (changed.equivalent and not changed.ill_conditioned):
        assert changed.equivalent or changed.ill_conditioned
        assert gap <= 1e-6 * (1 + 1e-6)
    if not changed.equivalent and not changed.ill_conditioned:
        assert gap > 1e-6


def test_thousands_of_points_all_alike() -> None:
    """A crystal cell of 8000 equal sites: one colour, and no label splits by rounding, wherever it lies."""
    side = np.arange(20) * 1.1
    grid = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3)
    for shift in (0.0, 12345.678):
        crystal = Atoms("X8000", positions=grid + shift, cell=[22.0] * 3, pbc=True)
        found = refine(distance_graph(crystal, 3.0))
        assert found.n_colors(-1) == 1
        assert len(found.edge_labels.values) == 6  # the square roots of 1 to 6, times 1.1
    turned = Atoms("X8000", positions=grid[::-1], cell=[22.0] * 3, pbc=True)
    turned.rotate(33, (1, 2, 3), rotate_cell=True)
    verdict = compare(crystal, turned, cutoff=3.0)
    assert verdict.equivalent and not verdict.ill_conditioned
    moved = turned.copy()
    moved.positions[77] += [1e-3, 0, 0]
    assert not compare(crystal, moved, cutoff=3.0).equivalent


@pytest.mark.parametrize("count", [1000, 3000])
def test_thousands_of_coincident_labels_a_hair_apart(count: int) -> None:
    """Lengths in steps below the tolerance form one long chain: whatever is said, it is said to be too close."""
    heights = np.arange(count) * 3.0
    lengths = 1.0 + np.arange(count) * 5e-7
    a = np.concatenate([np.stack([0 * heights, 0 * heights, heights], 1), np.stack([lengths, 0 * heights, heights], 1)])
    b = a.copy()
    b[count:, 0] = 1.0 + np.arange(count)[::-1] ** 2 / count * 5e-7
    verdict = compare(a, b, cutoff=2.0)
    assert verdict.ill_conditioned or not verdict.equivalent


@pytest.mark.parametrize("name", ["S6", "benzene", "crystal"])
@pytest.mark.parametrize("digits", [3, 4, 5, 6, 7, 9])
def test_rounded_coordinates(name: str, digits: int) -> None:
    """Twins written with few digits: not told apart, or the reader is warned, or told what to try."""
    pair = pairs.gallery[name]
    clouds = [atoms.copy() for atoms in pair]
    for atoms in clouds:
        atoms.positions = atoms.positions.round(digits)
    cutoff = 4.0 if pair.periodic_axes else np.inf
    verdict = compare(*clouds, cutoff=cutoff)
    told = "try a tolerance of" in verdict.explain()
    assert verdict.equivalent or verdict.ill_conditioned or told
    coarse = compare(*clouds, cutoff=cutoff, tolerance=10.0 ** (1 - digits))
    assert coarse.equivalent or coarse.ill_conditioned
