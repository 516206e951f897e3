"""Six points are the fewest: the finite part of the proof, and what it says of six."""

from __future__ import annotations

from itertools import combinations, permutations, product

import numpy as np
import pytest

import twinclouds as tc
from twinclouds.errors import PairError
from twinclouds.pairs.minimality import _degrees, _fillings, ambiguous_types


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_up_to_five_points_the_counts_fix_the_cloud(n: int) -> None:
    assert ambiguous_types(n) == []


def test_with_six_points_they_do_not() -> None:
    kinds = ambiguous_types(6)
    assert {kind.sizes for kind in kinds} == {(6,), (4, 2), (2, 2, 2)}
    assert all(kind.fillings > 1 for kind in kinds)
    # Two triangles and a hexagon, and the three matchings of three lines.
    assert ((6,), ((2, 3),)) in {(kind.sizes, kind.degrees) for kind in kinds}
    assert ((2, 2, 2), ((1,), (1,), (1,), (1, 1), (1, 1), (1, 1))) in {(k.sizes, k.degrees) for k in kinds}


@pytest.mark.parametrize("p", [2, 3, 4, 5])
def test_fillings_of_a_class_are_all_regular_colourings(p: int) -> None:
    """By brute force over all colourings of the edges, with no use of degrees."""
    edges = list(combinations(range(p), 2))
    for degrees in _degrees(p):
        brute = {
            colouring
            for colouring in product(range(len(degrees)), repeat=len(edges))
            if all(
                sum(i in e for e, c in zip(edges, colouring, strict=True) if c == length) == degree
                for i in range(p)
                for length, degree in enumerate(degrees)
            )
        }
        assert brute == set(_fillings((p,), degrees))


def test_plain_enumeration_of_four_points_agrees() -> None:
    """All colourings of the edges of K4 with four colours: what refinement cannot tell apart is isomorphic."""
    edges = list(combinations(range(4), 2))
    shapes: dict[tuple[object, ...], tuple[int, ...]] = {}
    for colouring in product(range(4), repeat=6):
        length = dict(zip(edges, colouring, strict=True))
        length |= {(j, i): c for (i, j), c in length.items()}
        seen: list[object] = [()] * 4
        for _ in range(3):
            seen = [tuple(sorted((length[i, j], seen[j]) for j in range(4) if j != i)) for i in range(4)]
        canonical = min(tuple(length[p[i], p[j]] for i, j in edges) for p in permutations(range(4)))
        assert shapes.setdefault(tuple(sorted(seen)), canonical) == canonical  # type: ignore[type-var]


def test_no_more_than_six_are_enumerated() -> None:
    for n in (0, 7, True, 2.0):
        with pytest.raises(PairError, match="does not fit"):
            ambiguous_types(n)  # type: ignore[arg-type]


def test_random_clouds_of_five_points_are_equivalent_only_when_congruent() -> None:
    rng = np.random.default_rng(5)
    grid = np.stack(np.meshgrid(*[np.arange(2.0)] * 3), axis=-1).reshape(-1, 3)
    for _ in range(60):
        a, b = (grid[rng.choice(8, 5, replace=False)] for _ in "ab")
        assert tc.compare(a, b).equivalent == bool(tc.congruent(a, b))
