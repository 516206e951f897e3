"""Records: a cloud comes back from its bytes, and stacks of them are measured as each is alone."""

from __future__ import annotations

import pickle

import ase.build
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import pdist

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.datasets.records import check_sum, plain_record, record, stacks, unpack
from twinclouds.errors import CloudError


def same(a: Cloud, b: Cloud) -> bool:
    return (
        np.array_equal(a.positions, b.positions)
        and a.species.tolist() == b.species.tolist()
        and np.array_equal(a.cell * a.pbc[:, None], b.cell * b.pbc[:, None])
        and np.array_equal(a.pbc, b.pbc)
    )


CLOUDS = {
    "molecule": ase.build.molecule("CH3CH2OH"),
    "crystal": ase.build.bulk("NaCl", "rocksalt", 5.64),
    "slab": ase.build.fcc111("Cu", (1, 1, 2), vacuum=5.0),
    "points": np.eye(3),
    "names of their own": Cloud([[0, 0, 0], [0, 0, 1], [0, 1, 0]], ["up", "é", ""]),
    "unknown": Atoms("X2", [[0, 0, 0], [0, 0, 1]]),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_a_cloud_comes_back(name: str) -> None:
    cloud = as_cloud(CLOUDS[name])
    packed = record(cloud)
    assert same(unpack(pickle.loads(pickle.dumps(packed))), cloud)
    assert plain_record(CLOUDS[name]) in (None, packed), "packed as it stands or as a cloud, it is the same"
    assert unpack(packed, name="here").name == "here"


def test_what_is_packed_as_it_stands() -> None:
    assert plain_record(CLOUDS["molecule"]) and plain_record(CLOUDS["points"])
    rubbish = (
        "water.xyz",
        [[0, 0, 0]],
        np.eye(3, dtype=int),
        np.zeros(3),
        np.eye(3) * 1j,
        None,
        b"p",
        CLOUDS["crystal"],
    )
    assert [plain_record(x) for x in rubbish[:1] + rubbish[2:]] == [None] * 7
    assert plain_record(np.zeros((3, 2))) is None
    odd = ase.build.molecule("H2O")
    odd.arrays["numbers"] = odd.numbers.astype(np.int32)
    assert plain_record(odd) is None


def test_what_is_wrong_is_found_when_it_is_unpacked() -> None:
    wrong = ase.build.molecule("H2O")
    wrong.numbers[1] = 500
    with pytest.raises(CloudError, match="atomic number"):
        unpack(plain_record(wrong) or b"")
    for bad in (np.full((2, 3), np.nan), np.zeros((2, 3)), np.zeros((0, 3)), np.full((1, 3), 1e300)):
        packed = plain_record(bad) or b""
        with pytest.raises(CloudError):
            unpack(packed)
        assert not any(valid.any() for valid, _ in (stack.measured() for stack in stacks([packed])))


def test_a_cloud_that_changed_has_another_sum() -> None:
    sums = {check_sum(record(as_cloud(cloud))) for cloud in CLOUDS.values()}
    assert len(sums) == len(CLOUDS)
    stretched = ase.build.bulk("Cu", cubic=True)
    other = Atoms(stretched, cell=stretched.cell * 2)
    assert check_sum(record(as_cloud(stretched))) != check_sum(record(as_cloud(other)))


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12), st.integers(0, 10**6))
def test_stacks_hold_every_cloud_once_and_measure_it(sizes: list[int], seed: int) -> None:
    rng = np.random.default_rng(seed)
    clouds = [as_cloud(Atoms(rng.choice([1, 6, 8], n), rng.normal(size=(n, 3)))) for n in sizes]
    records = [record(cloud) for cloud in clouds]
    records.append(record(as_cloud(CLOUDS["crystal"])))
    records.append(record(as_cloud(rng.normal(size=(7, 3)))))
    seen = []
    for stack in stacks(records, most=6):
        for part in stack.parts(20):
            valid, lengths = part.measured()
            for k, number in enumerate(part.where.tolist()):
                seen.append(number)
                cloud = clouds[number]
                assert np.array_equal(part.positions[k], cloud.positions)
                assert valid[k]
                assert np.allclose(lengths[k], pdist(cloud.positions), rtol=1e-14)
    assert sorted(seen) == list(range(len(clouds))), "neither crystals nor what has more points"
