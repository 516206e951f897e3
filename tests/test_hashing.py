"""The hash of a cloud: the same for what the test takes for one, and not bound to grid lines."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from twinclouds import hashing
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import CompareError
from twinclouds.hashing import refinement_hash
from twinclouds.pairs import gallery
from twinclouds.refinement import compare


def moved(cloud: Cloud, seed: int, noise: float = 0.0) -> Cloud:
    """Turn, mirror, shift and renumber a cloud, and shake it a little."""
    rng = np.random.default_rng(seed)
    rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    order = rng.permutation(len(cloud))
    positions = cloud.positions[order] @ rotation + rng.normal(size=3) + rng.uniform(-noise, noise, (len(cloud), 3))
    return Cloud(positions, cloud.species[order], cloud.cell @ rotation, cloud.pbc)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 12))
def test_motions_and_noise_keep_a_common_key(seed: int, points: int) -> None:
    rng = np.random.default_rng(seed)
    cloud = Cloud(rng.uniform(-3, 3, (points, 3)), rng.choice(["C", "H"], points))
    hashed, again = refinement_hash(cloud), refinement_hash(moved(cloud, seed, noise=2e-7))
    assert hashed.key in again.keys and again.key in hashed.keys
    assert hashed.may_equal(again)


def test_a_value_on_a_grid_line_has_a_key_on_both_sides() -> None:
    line = 3 * 1.28e-4
    below = hashing._keys([line - 1e-9], 1e-6, 1.28e-4, "")
    above = hashing._keys([line + 1e-9], 1e-6, 1.28e-4, "")
    assert below[0] != above[0] and below[0] in above and above[0] in below
    assert len(hashing._keys([line + 5e-5], 1e-6, 1.28e-4, "")) == 1


@pytest.mark.parametrize("test", ["wl", "distance-wl", "angle-wl", "2-fwl"])
@pytest.mark.parametrize("rounds", [None, 0, 1])
def test_what_a_test_takes_for_one_shares_a_key(test: str, rounds: int | None) -> None:
    seen = 0
    for name, pair in gallery.items():
        a, b = (as_cloud(x) for x in pair)
        cutoff = 4.0 if a.periodic else np.inf
        if len(a) > 20 or (a.periodic and test == "2-fwl") or a.composition != b.composition or len(a) != len(b):
            continue
        if compare(a, b, cutoff, rounds, test).equivalent:
            first, second = (refinement_hash(x, cutoff, rounds, test) for x in (a, b))
            assert first.may_equal(second) and first.key in second.keys, name
            seen += 1
    assert seen


def test_different_settings_and_compositions_never_share_a_key() -> None:
    cloud = np.eye(3)
    keys = [
        refinement_hash(cloud).key,
        refinement_hash(cloud, test="wl").key,
        refinement_hash(cloud, cutoff=5.0).key,
        refinement_hash(cloud, tolerance=1e-5).key,
        refinement_hash(cloud, rounds=1).key,
        refinement_hash(Cloud(cloud, ["C"] * 3)).key,
        refinement_hash(cloud[:2]).key,
    ]
    assert len(set(keys)) == len(keys)


def test_cutoff_takes_the_edges_that_compare_takes() -> None:
    a, b = ([[0, 0, 0], [x, 0, 0]] for x in (2.0 + 0.9e-6, 2.0 + 1.1e-6))
    assert not compare(a, b, cutoff=2.0).equivalent
    assert not refinement_hash(a, 2.0).may_equal(refinement_hash(b, 2.0))


def test_hash_is_the_same_in_every_process() -> None:
    code = "from twinclouds.hashing import refinement_hash; print(refinement_hash([[0, 0, 0], [1.5, 0, 0]]).key)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert found == refinement_hash([[0, 0, 0], [1.5, 0, 0]]).key == "4160b10d83e9e1f5"


def test_unknown_test_is_named() -> None:
    with pytest.raises(CompareError, match="'3-wl'"):
        refinement_hash(np.eye(3), test="3-wl")
