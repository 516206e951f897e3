"""Triangles: counts against plain enumeration, and the witness that twins differ."""

from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings

from strategies import Points, motion, seeds, twin_grids
from twinclouds import pairs
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.triangle_counts import count_triangles, differing_triangle

Case = tuple[Points, Points, list[str]]
Kind = tuple[tuple[str, int], ...]


def kinds(points: Points, species: list[str]) -> Counter[Kind]:
    """Count triangles by (species, squared opposite side) of their corners, in integers."""

    def square(i: int, j: int) -> int:
        return sum((x - y) ** 2 for x, y in zip(points[i], points[j], strict=True))

    return Counter(
        tuple(sorted([(species[i], square(j, k)), (species[j], square(i, k)), (species[k], square(i, j))]))
        for i, j, k in itertools.combinations(range(len(points)), 3)
    )


@given(twin_grids((3, 7), size=1))
def test_counts_are_what_enumeration_finds(case: Case) -> None:
    first, second, species = case
    cloud, wanted = Cloud(first, species), kinds(first, species)
    for kind in set(wanted) | set(kinds(second, species)):
        for order in itertools.permutations(kind):
            found = count_triangles(cloud, [s for s, _ in order], [d**0.5 for _, d in order])
            assert found == wanted[kind]


@settings(max_examples=120)
@given(twin_grids((3, 7), size=1), seeds)
def test_a_differing_triangle_is_found_where_there_is_one(case: Case, seed: int) -> None:
    first, second, species = case
    counts = [kinds(p, species) for p in (first, second)]
    matrix, offset = motion(seed)
    a, b = Cloud(first, species), Cloud(np.array(second) @ matrix.T + offset, species)
    found = differing_triangle(a, b)
    assert (found is None) == (counts[0] == counts[1])
    if found is not None:
        kind = tuple(sorted((s, round(d * d)) for s, d in zip(found.species, found.sides, strict=True)))
        assert found.counts == (counts[0][kind], counts[1][kind])
        assert found.counts[0] != found.counts[1]
        assert (
            count_triangles(a, found.species, found.sides, 1e-5),
            count_triangles(b, found.species, found.sides, 1e-5),
        ) == found.counts


@pytest.mark.parametrize("name", sorted(n for n, p in pairs.gallery.items() if isinstance(p, pairs.DegeneratePair)))
def test_twins_differ_in_a_triangle(name: str) -> None:
    a, b = (as_cloud(c) for c in pairs.gallery[name])
    triangle = differing_triangle(a, b, 6.0 if a.periodic else np.inf)
    assert triangle is not None
    assert tuple(count_triangles(c, triangle.species, triangle.sides, 1e-5) for c in (a, b)) == triangle.counts
    text = str(triangle)
    assert f"occurs {triangle.counts[0]} times in one and {triangle.counts[1]} times in the other" in text


def test_lengths_that_never_tell_do_not_hide_those_that_do() -> None:
    """In three planes the shortest of the rarest lengths lie within a plane, and all their triangles agree."""
    rng = np.random.default_rng(0)
    a, b = pairs.three_planes(*(rng.uniform(0.5, 12, (20, 2)) for _ in range(3)), species="X")
    found = differing_triangle(as_cloud(a), as_cloud(b), most=8)
    assert found is not None
    counts = tuple(count_triangles(as_cloud(c), found.species, found.sides, 1e-5) for c in (a, b))
    assert counts == found.counts


def test_mirror_images_have_the_same_triangles() -> None:
    points = np.random.default_rng(0).normal(size=(9, 3))
    assert differing_triangle(as_cloud(points), as_cloud(points * [1, 1, -1])) is None


def test_periodic_triangles_are_counted_per_cell() -> None:
    """A square lattice: four right triangles of two unit sides at every point, however large the cell."""
    for n in (1, 2, 3):
        places = [(x, y, 0) for x in range(n) for y in range(n)]
        cloud = Cloud(places, ["C"] * n * n, np.diag([n, n, 0.0]), [True, True, False])
        assert count_triangles(cloud, ["C"] * 3, [1, 1, 2**0.5]) == 4 * n * n
        # Three points in a row are a flat triangle.
        assert count_triangles(cloud, ["C"] * 3, [1, 1, 2]) == 2 * n * n


def test_fewer_than_three_points() -> None:
    assert differing_triangle(as_cloud([[0, 0, 0]]), as_cloud([[1, 0, 0]])) is None
    assert differing_triangle(as_cloud([[0, 0, 0], [1, 0, 0]]), as_cloud([[1, 0, 0], [2, 0, 0]])) is None
    assert count_triangles(as_cloud([[0, 0, 0], [1, 0, 0]]), ["X"] * 3, [1, 1, 1]) == 0
