"""What is plain about pairs of clouds is what compare and congruent say, and most of what is plain is seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import ase.build
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.congruence import congruent
from twinclouds.datasets import matching
from twinclouds.datasets.matching import DIFFERENT, DOUBT, MIRRORED, SAME, judge_plain
from twinclouds.datasets.records import plain_record, stacks
from twinclouds.errors import CloudError
from twinclouds.pairs import DegeneratePair, gallery
from twinclouds.refinement import TESTS, compare


def plain(pairs: list[tuple[Atoms, Atoms]], *how: Any, **more: Any) -> list[int]:
    """Judge pairs, all of one size, together."""
    first, second = (next(stacks([plain_record(pair[k]) or b"" for pair in pairs])) for k in range(2))
    return judge_plain(first, second, *how, **more).tolist()


def moved(atoms: Atoms, rng: np.random.Generator, mirror: bool = False, noise: float = 0.0) -> Atoms:
    rotation: NDArray[np.float64] = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    rotation *= np.sign(np.linalg.det(rotation)) * (-1 if mirror else 1)
    order = rng.permutation(len(atoms))
    positions = atoms.positions[order] @ rotation + rng.normal(size=3)
    return Atoms(atoms.numbers[order], positions + rng.uniform(-noise, noise, positions.shape))


def check(a: Atoms, b: Atoms, found: int, *how: Any) -> None:
    """Is this what the two functions say that decide where there is a doubt?"""
    if found == DOUBT:
        return
    verdict = compare(a, b, *how)
    assert not verdict.ill_conditioned
    assert verdict.equivalent == (found != DIFFERENT)
    if found != DIFFERENT:
        shape = congruent(a, b, how[3])
        assert shape and shape.mirror == (found == MIRRORED)


CUTOFFS = st.sampled_from([np.inf, 1.0, 1.0 + 5e-7, 1.0 - 3e-6, 1.5, 2.0])
NOISES = st.sampled_from([0.0, 1e-9, 3e-8, 2e-7, 1e-6, 3e-6, 3e-5, 1e-3])


@settings(max_examples=300)
@given(
    seed=st.integers(0, 10**6),
    points=st.integers(1, 8),
    grid=st.booleans(),
    mirror=st.booleans(),
    noise=NOISES,
    cutoff=CUTOFFS,
    rounds=st.sampled_from([None, 0, 1, 3]),
    test=st.sampled_from(TESTS),
    tolerance=st.sampled_from([1e-6, 1e-5]),
)
def test_agrees_with_those_that_decide(
    seed: int,
    points: int,
    grid: bool,
    mirror: bool,
    noise: float,
    cutoff: float,
    rounds: int | None,
    test: str,
    tolerance: float,
) -> None:
    rng = np.random.default_rng(seed)
    places = rng.integers(0, 3, (points, 3)).astype(float) if grid else rng.uniform(-1, 1, (points, 3))
    atoms = Atoms(rng.choice([1, 6], points), places)
    other = moved(atoms, rng, mirror, noise)
    try:
        as_cloud(atoms), as_cloud(other)
    except CloudError:
        return  # two points in one place
    how = (cutoff, rounds, test, tolerance)
    check(atoms, other, plain([(atoms, other)], *how)[0], *how)
    # With another one of the same composition, too.
    places = rng.integers(0, 3, (points, 3)).astype(float) if grid else rng.uniform(-1, 1, (points, 3))
    unlike = Atoms(atoms.numbers, places)
    try:
        as_cloud(unlike)
    except CloudError:
        return
    check(atoms, unlike, plain([(atoms, unlike)], *how)[0], *how)


@pytest.mark.parametrize("test", TESTS)
def test_twins_and_mirror_images_of_the_gallery(test: str) -> None:
    seen = set()
    for name, pair in gallery.items():
        a, b = pair
        if a.pbc.any() or len(a) != len(b) or len(a) > 16:
            continue
        (found,) = plain([(a, b)], np.inf, None, test, 1e-6)
        if isinstance(pair, DegeneratePair) and not pair.expected[test]:
            assert found in (DOUBT,), f"{name}: twins are no one's image"
        if sorted(a.numbers) == sorted(b.numbers):
            check(a, b, found, np.inf, None, test, 1e-6)
        seen.add(found)
    assert DOUBT in seen and (test != "distance-wl" or DIFFERENT in seen)


def test_generic_and_symmetric_molecules_are_recognised() -> None:
    rng = np.random.default_rng(0)
    names = ["C6H6", "CH4", "C2H6", "CH3CH2OH", "CCl4", "C2H4", "H2O", "cyclobutane", "BF3"]
    for name in names:
        atoms = ase.build.molecule(name)
        copies = [(atoms, moved(atoms, rng, mirror=k % 2 == 1)) for k in range(4)]
        assert plain(copies) == [SAME] * 4, f"{name} is its own mirror image"
        shaken = [atoms.copy() for _ in range(30)]
        for one in shaken:
            one.positions += rng.normal(0, 0.05, one.positions.shape)
        flat = len(atoms) == 3
        assert plain([(one, moved(one, rng)) for one in shaken]) == [SAME] * 30
        assert plain([(one, moved(one, rng, True)) for one in shaken]) == [SAME if flat else MIRRORED] * 30
        assert plain([(one, moved(two, rng)) for one, two in pairwise(shaken)]) == [DIFFERENT] * 29


def test_written_with_eight_digits_they_are_recognised_too() -> None:
    rng = np.random.default_rng(1)
    pairs = []
    for _ in range(50):
        atoms = ase.build.molecule("C3H9C")
        atoms.positions += rng.normal(0, 0.05, atoms.positions.shape)
        pair = atoms, moved(atoms, rng)
        for one in pair:
            one.positions = one.positions.round(8)
        pairs.append(pair)
    assert plain(pairs).count(SAME) > 45


def test_lengths_near_the_cutoff_and_coordinates_far_away_leave_a_doubt() -> None:
    rng = np.random.default_rng(2)
    atoms = ase.build.molecule("CH3CH2OH")
    bond = atoms.get_distance(0, 1)
    same = (atoms, moved(atoms, rng))
    assert plain([same], cutoff=bond - 2e-7) == [DOUBT]
    assert plain([same], cutoff=bond + 1e-3) == [SAME]
    far = atoms.copy()
    far.positions += 1e8
    assert plain([(far, far)]) == [DOUBT]


@pytest.mark.parametrize("test", ["distance-wl", "angle-wl", "2-fwl"])
def test_lengths_that_join_into_chains_leave_a_doubt(test: str) -> None:
    rng = np.random.default_rng(0)
    cloud, other = (Atoms("H150", rng.normal(size=(150, 3)) * 4) for _ in range(2))
    found = {gap: plain([(moved(cloud, rng), cloud), (other, cloud)], np.inf, None, test, gap) for gap in (1e-6, 1e-2)}
    assert found == {1e-6: [SAME, DIFFERENT if test == "distance-wl" else DOUBT], 1e-2: [DOUBT, DOUBT]}
    assert compare(cloud, other, tolerance=1e-2).ill_conditioned


def test_other_compositions_and_few_points_are_left_to_others() -> None:
    water = ase.build.molecule("H2O")
    other = water.copy()
    other.numbers[:] = 8
    assert plain([(water, other)]) == [DOUBT]
    assert plain([(water[:2], water[:2])]) == [DOUBT]
    line = Atoms("CO2", [[0, 0, 0], [0, 0, 1.2], [0, 0, -1.2]])
    assert plain([(line, line)]) == [DOUBT], "no three points that span a plane"


def test_a_pair_does_not_depend_on_its_company(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    atoms = [ase.build.molecule("C6H6") for _ in range(12)]
    for one in atoms[3:]:
        one.positions += rng.normal(0, 0.02, one.positions.shape)
    pairs = [(atoms[k], moved(atoms[k if k % 3 else int(rng.integers(12))], rng, bool(k % 2))) for k in range(12)]
    together = plain(pairs)
    assert together == [plain([pair])[0] for pair in pairs]
    monkeypatch.setattr(matching, "MANY_WAYS", 2)
    few = plain(pairs)
    assert few != together and all(a in (b, DOUBT) for a, b in zip(few, together, strict=True))
