"""Random members and mirror images."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds import pairs
from twinclouds.errors import PairError

FAMILIES = ("three lines", "octahedral complex", "three planes", "periodic planes")


@pytest.mark.parametrize("family", FAMILIES)
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_random_members_are_twins(family: str, seed: int) -> None:
    pair = pairs.random_pair(family, seed)
    again = pairs.random_pair(family, seed)
    np.testing.assert_array_equal(pair.a.positions, again.a.positions)
    cutoff = 5.0 if pair.periodic_axes else np.inf
    assert not tc.congruent(pair.a, pair.b)
    assert tc.compare(pair.a, pair.b, cutoff=cutoff).equivalent
    assert not tc.compare(pair.a, pair.b, cutoff=cutoff, test="angle-wl").equivalent
    if not pair.periodic_axes:
        assert not tc.compare(pair.a, pair.b, test="2-fwl").equivalent


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
