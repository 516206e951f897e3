"""Angles around atoms, against plain enumeration."""

from __future__ import annotations

import itertools

import ase.build
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import motion, seeds
from twinclouds import pairs
from twinclouds.clouds import Cloud
from twinclouds.descriptors import angle_histogram, triangles
from twinclouds.errors import GraphError


@given(seeds, st.integers(1, 8), st.floats(0.5, 6.0))
def test_triangles_are_what_enumeration_finds(seed: int, n: int, cutoff: float) -> None:
    points = np.random.default_rng(seed).normal(size=(n, 3))
    found = triangles(points, cutoff)
    rows = iter(range(len(found.angles)))
    for i in range(n):
        near = [j for j in range(n) if j != i and np.linalg.norm(points[j] - points[i]) <= cutoff + 1e-6]
        for j, k in itertools.combinations(near, 2):
            row = next(rows)
            u, v = points[j] - points[i], points[k] - points[i]
            assert found.centres[row] == i
            assert found.neighbours[row].tolist() == [j, k]
            np.testing.assert_allclose(found.distances[row], [np.linalg.norm(u), np.linalg.norm(v)])
            cosine = u @ v / np.linalg.norm(u) / np.linalg.norm(v)
            assert np.cos(np.radians(found.angles[row])) == pytest.approx(cosine, abs=1e-9)
            assert found.third_sides[row] == pytest.approx(np.linalg.norm(u - v))
    assert next(rows, None) is None


@given(seeds, st.integers(3, 7))
def test_angles_of_a_triangle_and_the_law_of_cosines(seed: int, n: int) -> None:
    found = triangles(np.random.default_rng(seed).normal(size=(n, 3)))
    b, c = found.distances.T
    np.testing.assert_allclose(
        found.third_sides**2, b**2 + c**2 - 2 * b * c * np.cos(np.radians(found.angles)), atol=1e-9
    )
    # Each triangle has three angles of 180 degrees together.
    assert len(found.angles) == 3 * n * (n - 1) * (n - 2) // 6
    assert found.angles.sum() == pytest.approx(180.0 * len(found.angles) / 3)


def test_water() -> None:
    found = triangles(ase.build.molecule("H2O"), cutoff=1.1)
    assert found.angles == pytest.approx([103.97], abs=0.1)
    assert found.species.tolist() == ["O", "H", "H"]
    assert found.centres.tolist() == [0]


def test_periodic_angles() -> None:
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False])
    assert triangles(chain, 2.5).angles.tolist() == [180.0]
    cubic = Cloud([[0, 0, 0]], ["Po"], np.eye(3) * 2, [True] * 3)
    angles = triangles(cubic, 2.1).angles
    assert sorted(angles.round(6).tolist()) == [90.0] * 12 + [180.0] * 3
    with pytest.raises(GraphError, match="finite cutoff"):
        triangles(cubic)


@given(seeds, st.integers(3, 7))
def test_histograms_do_not_depend_on_place_hand_or_order(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    points = rng.integers(-2, 3, (n, 3)) + rng.permutation(n)[:, None] * [0, 0, 10]
    matrix, offset = motion(seed)
    counts, edges = angle_histogram(points)
    moved, _ = angle_histogram((points @ matrix.T + offset)[rng.permutation(n)])
    np.testing.assert_array_equal(counts, moved)
    assert counts.sum() == n * (n - 1) * (n - 2) // 2
    assert (edges[0], edges[-1], len(edges)) == (0.0, 180.0, len(counts) + 1)


def test_an_angle_on_a_border_belongs_above() -> None:
    square = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]
    counts, _ = angle_histogram(square, bins=4)
    assert counts.tolist() == [0, 8, 4, 0]
    straight, _ = angle_histogram([[0, 0, 0], [1, 0, 0], [2, 0, 0]], bins=2)
    assert straight.tolist() == [2, 1]


@pytest.mark.parametrize("bins", [0, -3, 2.5, "9", True, None])
def test_bad_numbers_of_bins_are_named(bins: object) -> None:
    with pytest.raises(GraphError, match=r"bins=.* is not a number of bins; give a whole number from 1 to"):
        angle_histogram([[0, 0, 0], [1, 0, 0]], bins=bins)  # type: ignore[arg-type]


def test_clouds_without_angles() -> None:
    assert len(triangles([[0, 0, 0]]).angles) == 0
    assert angle_histogram([[0, 0, 0], [1, 0, 0]], bins=3)[0].tolist() == [0, 0, 0]


def test_benzene_and_its_twin_differ_at_once() -> None:
    a, b = pairs.gallery["benzene"]
    assert sorted(triangles(a, 1.5).angles.round(3).tolist()) == pytest.approx([120.0] * 18, abs=1e-3)
    assert not np.array_equal(angle_histogram(a, 1.5)[0], angle_histogram(b, 1.5)[0])
