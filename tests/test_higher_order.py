"""The upper rungs of the ladder: angles, and pairs of points."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from oracles import two_fwl_separates
from twinclouds import coloring, higher_order
from twinclouds.errors import CompareError

HIGHER = ("angle-wl", "2-fwl")
ISOLATED = [name for name, pair in tc.pairs.gallery.items() if not pair.periodic_axes]


def rotation(rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(3, 3)))[0]


@pytest.mark.parametrize("name", tc.pairs.gallery)
def test_the_ladder_on_the_gallery(name: str) -> None:
    pair = tc.pairs.gallery[name]
    for cutoff, expected in {pair.cutoff: pair.expected, **pair.elsewhere}.items():
        for test, wanted in expected.items():
            verdict = tc.compare(pair.a, pair.b, cutoff=cutoff, test=test)
            assert verdict.equivalent is not wanted, (test, cutoff)
            assert not verdict.ill_conditioned, (test, cutoff)


@pytest.mark.parametrize("name", ISOLATED)
def test_pairs_of_points_agree_with_a_plain_implementation(name: str) -> None:
    a, b = tc.pairs.gallery[name]
    separated = two_fwl_separates(a.positions, b.positions, list(a.symbols))
    assert tc.compare(a, b, test="2-fwl").equivalent is not separated


@given(seed=st.integers(0, 10**6), n=st.integers(1, 9), flat=st.booleans())
def test_no_rung_separates_congruent_clouds(seed: int, n: int, flat: bool) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, 3)) * [2, 2, 0 if flat else 2]
    b = (a @ rotation(rng).T + rng.normal(size=3))[rng.permutation(n)] + 1e-10 * rng.normal(size=(n, 3))
    for test in HIGHER:
        for cutoff in (np.inf, 2.0):
            assert tc.compare(a, b, cutoff=cutoff, test=test).equivalent


@given(seed=st.integers(0, 10**6), n=st.integers(4, 7))
def test_only_congruent_clouds_are_equivalent_for_pairs_of_points(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*[np.arange(3.0)] * 3), axis=-1).reshape(-1, 3)
    a, b = (grid[rng.choice(len(grid), n, replace=False)] for _ in "ab")
    assert tc.compare(a, b, test="2-fwl").equivalent == bool(tc.congruent(a, b))


@given(seed=st.integers(0, 10**6), n=st.integers(4, 8))
def test_chirality_sees_handedness_and_nothing_else(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, 3)) * 2
    mirrored = (a * [1, 1, -1])[rng.permutation(n)]
    assert tc.compare(a, mirrored, test="2-fwl").equivalent
    assert not tc.compare(a, mirrored, test="2-fwl", chirality=True).equivalent
    turn = rotation(rng)
    turn *= np.sign(np.linalg.det(turn))
    assert tc.compare(a, a @ turn.T + 1.0, test="2-fwl", chirality=True).equivalent


def test_star_graphs_defeat_angles_until_the_cutoff_reaches_from_ligand_to_ligand() -> None:
    pair = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6)
    assert tc.compare(pair.a, pair.b, cutoff=1.8, test="angle-wl").equivalent
    assert not tc.compare(pair.a, pair.b, cutoff=2.4, test="angle-wl").equivalent


@pytest.mark.parametrize("test", HIGHER)
@pytest.mark.parametrize("values", [1, 3])
def test_colliding_hashes_change_no_verdict(test: str, values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [tc.pairs.gallery[name] for name in ("benzene", "lines", "decalin", "CH4-angles", "helix", "rings-4body")]
    before = [tc.compare(p.a, p.b, test=test) for p in pairs]

    def weak(numbers: np.ndarray, stream: int) -> np.ndarray:
        return (np.asarray(numbers) % values).astype(np.uint64) * np.uint64(2) + np.uint64(1)

    monkeypatch.setattr(higher_order, "random_weights", weak)
    monkeypatch.setattr(coloring, "random_weights", weak)
    after = [tc.compare(p.a, p.b, test=test) for p in pairs]
    for x, y in zip(before, after, strict=True):
        assert (x.equivalent, x.round, x.rounds, x.n_colors) == (y.equivalent, y.round, y.rounds, y.n_colors)


def test_rounds_are_limited() -> None:
    a, b = tc.pairs.gallery["benzene"]
    for test in HIGHER:
        verdict = tc.compare(a, b, test=test, rounds=0)
        assert verdict.equivalent
        assert verdict.wording == "not told apart within 0 rounds"


def test_what_cannot_be_done_is_said_beforehand() -> None:
    crystal = tc.pairs.gallery["crystal"]
    with pytest.raises(CompareError, match="periodic cloud has no end; use 'angle-wl'"):
        tc.compare(crystal.a, crystal.b, cutoff=3, test="2-fwl")
    large = np.random.default_rng(0).normal(size=(8000, 3)) * 50
    with pytest.raises(CompareError, match=r"2-fwl on 8000 points would need about .* GB"):
        tc.compare(large, large, test="2-fwl")
    with pytest.raises(CompareError, match=r"angle-wl would need about .* GB of memory"):
        tc.compare(large[:800], large[:800], test="angle-wl")
    with pytest.raises(CompareError, match="goes with the test '2-fwl'"):
        tc.compare(crystal.a, crystal.b, cutoff=3, chirality=True)
    with pytest.raises(CompareError, match="'3-fwl' is not known"):
        tc.compare(crystal.a, crystal.b, cutoff=3, test="3-fwl")
