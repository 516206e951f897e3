"""What holds for every family: never told apart by distances, told apart by triangles and by pairs of points."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations, permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
import twinclouds as tc
from strategies import grid_points, motion, seeds
from twinclouds import pairs
from twinclouds.clouds import as_cloud
from twinclouds.errors import LongRun

kinds = st.sampled_from(["C", "N", "O"])
angles = st.tuples(*[st.integers(65, 86)] * 3)
length = st.integers(8, 30).map(lambda k: k / 10)


def twice_different(values: list[float]) -> bool:
    return len(set(values)) == len(values)


several = st.lists(length, min_size=1, max_size=2).filter(twice_different)


@st.composite
def decorated_lines(draw: st.DrawFn) -> pairs.Pair:
    """Several pairs of atoms on each line, any species, perhaps an atom in the middle."""
    lengths = draw(st.tuples(several, several, several))
    species = tuple([draw(kinds) for _ in line] for line in lengths)
    return pairs.three_lines(lengths, draw(angles), species, centre=draw(st.sampled_from([None, "Fe"])))


@st.composite
def complexes(draw: st.DrawFn) -> pairs.Pair:
    distortion = draw(st.integers(1, 29)) * draw(st.sampled_from([1, -1]))
    return pairs.octahedral_complex("Mo", ("C", "O"), (2.06, 3.2), distortion)


@st.composite
def planes(draw: st.DrawFn) -> pairs.Pair:
    return pairs.random_pair("three planes", draw(st.integers(0, 10**6)))


@st.composite
def subsets(draw: st.DrawFn) -> pairs.Pair:
    """Subsets of the vertices of solids, in one shell or in several."""
    solid = draw(st.sampled_from(["icosahedron", "cuboctahedron", "cube+octahedron"]))
    radii = draw(st.lists(length, min_size=1, max_size=3).filter(twice_different))
    found = pairs.polyhedron_subsets(solid, radius=radii, species=[draw(kinds) for _ in radii])
    return draw(st.sampled_from(found))


ISOLATED = {"lines": decorated_lines(), "complexes": complexes(), "planes": planes(), "subsets": subsets()}


@pytest.mark.parametrize("family", ISOLATED)
@settings(max_examples=25)
@given(data=st.data(), seed=seeds)
def test_isolated_families(family: str, data: st.DataObject, seed: int) -> None:
    pair = data.draw(ISOLATED[family])
    assert type(pair) is pairs.DegeneratePair
    # Not in the position, nor in the order of the atoms, in which the family makes them.
    rng = np.random.default_rng(seed)
    turn, shift = motion(seed)
    order = rng.permutation(len(pair.b))
    b = pair.b[order]
    b.positions = b.positions @ turn.T + shift
    assert tc.compare(pair.a, b).wording == "not told apart at any cutoff"
    assert not tc.congruent(pair.a, b)
    for test in ("angle-wl", "2-fwl"):
        verdict = tc.compare(pair.a, b, test=test)
        assert not verdict.equivalent
        assert not verdict.ill_conditioned
    for copy in (pair.a[rng.permutation(len(pair.a))], pair.a):
        moved = copy.copy()
        moved.positions = moved.positions @ turn.T + shift
        for test in ("wl", "distance-wl", "angle-wl", "2-fwl"):
            assert tc.compare(pair.a, moved, test=test).equivalent
    assert tc.certify(pairs.DegeneratePair(pair.a, b, "moved", pair.family, pair.source)).check()


PERIODIC: dict[str, Callable[[int], pairs.Pair]] = {
    "planes": lambda seed: pairs.random_pair("periodic planes", seed),
    "crystals": lambda seed: pairs.homometric_crystal(
        np.random.default_rng(seed).uniform(0.005, 0.12) * (-1) ** seed, a=8.0
    ),
}


@pytest.mark.parametrize("family", PERIODIC)
@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_periodic_families(family: str, seed: int) -> None:
    pair = PERIODIC[family](seed)
    assert type(pair) is pairs.DegeneratePair
    assert not tc.congruent(pair.a, pair.b)
    for cutoff in (2.5, 4.5, 7.0):
        for test in ("wl", "distance-wl"):
            assert tc.compare(pair.a, pair.b, cutoff, test=test).equivalent
    assert not tc.compare(pair.a, pair.b, 5.0, test="angle-wl").equivalent
    certificate = tc.certify(pair)
    assert certificate.check()
    assert certificate.proof
    moved = pair.a[np.random.default_rng(seed).permutation(len(pair.a))]
    moved.translate([0.3, 1.1, -0.7])
    for test in ("wl", "distance-wl", "angle-wl"):
        assert tc.compare(pair.a, moved, 4.5, test=test).equivalent


@settings(max_examples=150)
@given(data=st.data(), n=st.integers(3, 7))
def test_flat_clouds_are_equivalent_only_when_congruent(data: st.DataObject, n: int) -> None:
    a, b = (np.array(data.draw(grid_points(n, 2, flat=1)), dtype=float) for _ in "ab")
    assert tc.compare(a, b).equivalent == bool(tc.congruent(a, b))
    graphs = [
        oracles.LabelledGraph("X" * n, tuple(tuple((int(m[i, j]), j) for j in range(n) if j != i) for i in range(n)))
        for m in oracles.length_classes(a, b)
    ]
    assert bool(tc.congruent(a, b)) == oracles.isomorphic(*graphs)


def test_stacked_shells() -> None:
    for pair in pairs.polyhedron_subsets("dodecahedron", [8], radius=(1.0, 1.6, 2.3), species=("Si", "O", "O")):
        assert pair.formula == "O16Si8"
        assert np.unique(np.linalg.norm(pair.a.positions, axis=1).round(9)).tolist() == [1.0, 1.6, 2.3]
        assert not tc.congruent(pair.a, pair.b)
    for keywords, message in (
        ({"radius": (1.0, 1.0)}, "radius .* does not fit"),
        ({"radius": (1.0, -1.0)}, "radius .* does not fit"),
        ({"radius": ()}, "radius .* does not fit"),
        ({"radius": (1.0, 2.0), "species": ("C", "N", "O")}, "3 species are given for 2 shells"),
    ):
        with pytest.raises(tc.errors.PairError, match=message):
            pairs.polyhedron_subsets("icosahedron", **keywords)


# The search


def canonical_tables(points: int, size: int) -> int:
    """Count the shapes of grid clouds by the smallest of all orders of their tables of squared distances."""
    grid = np.stack(np.meshgrid(*[np.arange(size)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
    clouds = grid[np.array(list(combinations(range(len(grid)), points)))]
    squares = ((clouds[:, :, None] - clouds[:, None]) ** 2).sum(axis=3)
    rows, columns = np.triu_indices(points, 1)
    best = np.full(len(clouds), np.iinfo(np.int64).max)
    base = 3 * size * size + 1
    powers = base ** np.arange(len(rows), dtype=np.int64)
    assert float(base) ** len(rows) < 2**63
    for order in permutations(range(points)):
        p = np.array(order)
        best = np.minimum(best, squares[:, p[rows], p[columns]] @ powers)
    return len(np.unique(best))


@pytest.mark.parametrize(("points", "size"), [(3, 3), (4, 3), (4, 2), (5, 3)])
def test_the_search_counts_shapes_exactly(points: int, size: int) -> None:
    """The tables of distances in any order settle congruence; no colour, no hash."""
    assert pairs.search_grid(points, size, progress=False).shapes == canonical_tables(points, size)


def test_no_five_points_on_a_grid_of_64() -> None:
    with pytest.warns(LongRun, match="a search through 7624512 clouds takes about"):
        result = pairs.search_grid(5, 4, progress=False)
    assert result.scanned == 7624512
    assert result.pairs == ()


@pytest.mark.parametrize("solid", ["tetrahedron", "cube", "cuboctahedron", "icosahedron", "dodecahedron"])
def test_two_searches_of_a_solid_agree(solid: str) -> None:
    found = pairs.search_solid(solid, progress=False)
    other = pairs.polyhedron_subsets(solid)
    assert [len(p.a) for p in found.pairs] == [len(p.a) for p in other]
    assert found.shapes == found.scanned
    assert pairs.search_solid(solid, test="angle-wl", progress=False).pairs == ()


def test_a_distance_between_two_labels_is_refused() -> None:
    cloud = np.array([[0.0, 0, 0], [np.sqrt(1.2345675), 0, 0]])
    with pytest.raises(tc.errors.PairError, match="lies between two labels"):
        pairs.search_clouds([cloud[None]], 1, progress=False)


def test_searched_sizes_are_checked() -> None:
    with pytest.raises(tc.errors.PairError, match="size=9 does not fit; the cube has 8 vertices"):
        pairs.search_solid("cube", [9], progress=False)


def test_as_cloud_of_a_pair_keeps_its_name() -> None:
    assert as_cloud(pairs.gallery["SF6-star"].a).name == "SF6 elongated, bonds only"
