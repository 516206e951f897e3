"""The hash of a cloud: the same for what the test takes for one, and not bound to grid lines."""

from __future__ import annotations

import subprocess
import sys

import ase.build
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.datasets import hashing
from twinclouds.datasets.hashing import Rule, refinement_hash
from twinclouds.datasets.known import Table, meetings
from twinclouds.datasets.records import record, stacks
from twinclouds.errors import CompareError
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


@given(st.lists(st.floats(0, 1), min_size=1, max_size=4), st.integers(0, 2**10), st.sampled_from([1e-9, 2e-6, 1e-3]))
def test_values_within_the_slack_share_a_key_also_across_lines(values: list[float], seed: int, slack: float) -> None:
    rng = np.random.default_rng(seed)
    edge = hashing.CELL * slack
    a = np.array([values])
    a[rng.random(a.shape) < 0.5] = edge * rng.integers(0, 100)  # on a line
    b = a + rng.uniform(-slack, slack, a.shape)
    seeds = np.zeros(2, dtype=np.uint64)
    keys, owners = hashing.cell_keys(np.concatenate([a, b]), slack, seeds)
    assert owners[:2].tolist() == [0, 1]
    assert keys[0] in keys[owners == 1] and keys[1] in keys[owners == 0]


def test_far_from_the_lines_there_is_one_key_and_cells_differ() -> None:
    middle = 1e-6 * hashing.CELL * (np.arange(1000)[:, None] + 0.5)
    keys, owners = hashing.cell_keys(middle, 1e-6, np.zeros(1000, dtype=np.uint64))
    assert owners.tolist() == list(range(1000)) and len(set(keys.tolist())) == 1000


@settings(max_examples=60)
@given(
    st.integers(0, 10**6),
    st.integers(1, 9),
    st.sampled_from([np.inf, 2.0]),
    st.sampled_from(["wl", "distance-wl"]),
    st.sampled_from([None, 0, 1]),
)
def test_a_cloud_is_hashed_alone_as_among_many(
    seed: int, points: int, cutoff: float, test: str, rounds: int | None
) -> None:
    rng = np.random.default_rng(seed)
    clouds = [Cloud(rng.uniform(-3, 3, (points, 3)), rng.choice(["C", "H"], points)) for _ in range(7)]
    rule = Rule.of(cutoff, rounds, test, 1e-6)
    (stack,) = stacks([record(cloud) for cloud in clouds])
    found = rule.hash_stack(stack, stack.measured()[1])
    for k, cloud in enumerate(clouds):
        alone = refinement_hash(cloud, cutoff, rounds, test)
        assert tuple(found.values[k].tolist()) == alone.values, "to the last digit"
        assert {f"{key:016x}" for key in found.keys[found.owners == k].tolist()} == set(alone.keys)
        assert found.formulas[k] == alone.formula
        # As a neighbour list it is the same cloud, up to rounding.
        listed = rule.hash_cloud(cloud)
        assert np.allclose(listed.values[0], alone.values, rtol=0, atol=1e-12)


@pytest.mark.parametrize("noise", [0.05, 0.01, 1e-3])
def test_snapshots_of_one_molecule_are_kept_apart(noise: float) -> None:
    rng = np.random.default_rng(0)
    base = as_cloud(ase.build.molecule("C6H6"))
    clouds = [Cloud(base.positions + rng.normal(0, noise, (12, 3)), base.species) for _ in range(2000)]
    rule = Rule.of(np.inf, None, "distance-wl", 1e-6)
    (stack,) = stacks([record(cloud) for cloud in clouds])
    which = np.arange(len(clouds))
    hashes = [rule.hash_stack(part, part.measured()[1]) for part in stack.parts(10**6)]
    values = np.concatenate([one.values for one in hashes])
    keys = np.concatenate([one.keys[: len(one.formulas)] for one in hashes])
    pairs = meetings(Table.sort(keys, which, values), keys, which, values, rule.slack)
    same = sum(int((a < b).sum()) for a, b in pairs)
    assert same <= 5, "of two million pairs these have to be compared, although they differ"


def test_values_change_by_no_more_than_the_distances() -> None:
    rng = np.random.default_rng(1)
    rule = Rule.of(np.inf, None, "distance-wl", 1e-6)
    for points in (2, 5, 30):
        cloud = Cloud(rng.uniform(-3, 3, (points, 3)), rng.choice(["C", "H"], points))
        for step in (1e-9, 1e-7, 1e-5, 1e-2):
            other = Cloud(cloud.positions + rng.uniform(-step, step, (points, 3)), cloud.species)
            most = float(np.abs(pdist(cloud.positions) - pdist(other.positions)).max())
            change = np.abs(rule.hash_cloud(cloud).values - rule.hash_cloud(other).values).max()
            assert change <= most + 1e-12


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
    code = (
        "from twinclouds.datasets.hashing import refinement_hash; print(refinement_hash([[0, 0, 0], [1.5, 0, 0]]).key)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    assert found == refinement_hash([[0, 0, 0], [1.5, 0, 0]]).key == "ebe6c3b394584e3c"


def test_unknown_test_is_named() -> None:
    with pytest.raises(CompareError, match="'3-wl'"):
        refinement_hash(np.eye(3), test="3-wl")
