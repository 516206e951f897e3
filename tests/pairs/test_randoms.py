"""Random members and mirror images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds import pairs
from twinclouds.errors import PairError

FAMILIES = {
    "three lines": 15, "octahedral complex": 15, "three planes": 15, "periodic planes": 15, "star graph": 15,
    "polyhedron subsets": 10, "homometric crystals": 3,
}  # fmt: skip
OTHERS = ("finite cutoff", "central environments 3", "central environments 4", "mirror images")


@pytest.mark.parametrize(("family", "examples"), FAMILIES.items())
def test_random_members_are_twins(family: str, examples: int) -> None:
    @settings(max_examples=examples)
    @given(seed=st.integers(0, 10**6))
    def check(seed: int) -> None:
        pair = pairs.random_pair(family, seed)
        assert type(pair) is pairs.DegeneratePair
        cutoff = 5.0 if pair.periodic_axes else np.inf
        assert not tc.congruent(pair.a, pair.b)
        assert tc.compare(pair.a, pair.b, cutoff=cutoff).equivalent
        assert not tc.compare(pair.a, pair.b, cutoff=cutoff, test="angle-wl").equivalent
        if not pair.periodic_axes:
            assert not tc.compare(pair.a, pair.b, test="2-fwl").equivalent

    check()


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6))
def test_random_stars_defeat_every_rung_at_their_cutoff(seed: int) -> None:
    pair = pairs.random_pair("star graph", seed)
    assert pair.family == "star graph"
    for cutoff, expected in {pair.cutoff: pair.expected, **pair.elsewhere}.items():
        for test, told_apart in expected.items():
            verdict = tc.compare(pair.a, pair.b, cutoff, test=test)
            assert verdict.equivalent is not told_apart
            assert not verdict.ill_conditioned
    # A star: the metal is joined to six ligands, and no ligand to another.
    assert sorted(tc.distance_graph(pair.a, pair.cutoff).degrees.tolist()) == [1] * 6 + [6]
    assert pairs.same_environment(pair.a, pair.b, 2)


@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_random_members_of_a_finite_cutoff(seed: int) -> None:
    pair = pairs.random_pair("finite cutoff", seed)
    assert type(pair) is pairs.FiniteCutoffPair
    rounds = 1 if "chains" in pair.name else None
    for test in ("wl", "distance-wl"):
        assert tc.compare(pair.a, pair.b, pair.cutoff, rounds, test=test).equivalent
    for test in ("distance-wl", "angle-wl", "2-fwl"):
        assert not tc.compare(pair.a, pair.b, test=test).equivalent
    assert not tc.congruent(pair.a, pair.b)
    found = tc.resolving_cutoff(pair.a, pair.b, rounds)
    assert pair.cutoff < found < np.inf


@pytest.mark.parametrize("order", [3, 4])
@settings(max_examples=12)
@given(seed=st.integers(0, 10**6))
def test_random_surroundings(order: int, seed: int) -> None:
    pair = pairs.random_pair(f"central environments {order}", seed)
    assert type(pair) is pairs.CentralPair
    assert all(pairs.same_environment(pair.a, pair.b, k) for k in range(2, order + 1))
    assert not tc.congruent(pair.a, pair.b)
    for test in ("distance-wl", "angle-wl", "2-fwl"):
        assert not tc.compare(pair.a, pair.b, test=test).equivalent
    if order == 4:  # the ring is scalene
        ring = pair.a.positions[1:4]
        sides = np.linalg.norm(ring - np.roll(ring, 1, axis=0), axis=1)
        assert np.diff(np.sort(sides)).min() > 1e-3


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6))
def test_random_hands(seed: int) -> None:
    pair = pairs.random_pair("mirror images", seed)
    assert type(pair) is pairs.MirrorPair
    for test in ("wl", "distance-wl", "angle-wl", "2-fwl"):
        assert tc.compare(pair.a, pair.b, test=test).equivalent
    assert not tc.compare(pair.a, pair.b, test="2-fwl", chirality=True).equivalent
    assert tc.congruent(pair.a, pair.b)
    assert not tc.congruent(pair.a, pair.b, mirror=False)


@pytest.mark.parametrize("family", [*FAMILIES, *OTHERS])
def test_a_seed_gives_one_pair(family: str) -> None:
    first, again, other = (pairs.random_pair(family, seed) for seed in (5, 5, 11))
    for x, y in zip(first, again, strict=True):
        np.testing.assert_array_equal(x.positions, y.positions)
        assert x.symbols.get_chemical_formula() == y.symbols.get_chemical_formula()
    assert not np.array_equal(first.a.positions, other.a.positions)


@given(seed=st.integers(0, 10**6), n=st.integers(1, 8))
def test_mirror_images(seed: int, n: int) -> None:
    cloud = np.random.default_rng(seed).normal(size=(n, 3)) * 2
    pair = pairs.mirror_images(cloud)
    assert isinstance(pair, pairs.MirrorPair if n >= 4 else pairs.ControlPair)
    for test in ("distance-wl", "angle-wl", "2-fwl"):
        assert tc.compare(pair.a, pair.b, test=test).equivalent


def test_mirror_image_of_a_crystal() -> None:
    pair = pairs.mirror_images(pairs.gallery["crystal"].a)
    assert tc.congruent(pair.a, pair.b)


def test_an_unknown_family_is_named() -> None:
    with pytest.raises(PairError, match="family 'knots' has no random members"):
        pairs.random_pair("knots")
