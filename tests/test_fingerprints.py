"""Fingerprints of atoms against plain enumeration, and what each body order sees."""

from __future__ import annotations

import itertools
import math

import ase.build
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.polynomial import Legendre

from strategies import motion, seeds
from twinclouds import pairs
from twinclouds.clouds import Cloud
from twinclouds.descriptors import angle_histogram
from twinclouds.errors import GraphError, ModelError
from twinclouds.fingerprints import AngleHistogram, Correlations
from twinclouds.networks import MessagePassing
from twinclouds.radial import smooth_cutoff

FINGERPRINTS = [AngleHistogram(3.0), *(Correlations(b, 3.0, channels=3) for b in (2, 3, 4))]


@pytest.mark.parametrize("fingerprint", FINGERPRINTS, ids=["angles", "2", "3", "4"])
@given(seed=seeds, n=st.integers(1, 7))
def test_rows_follow_the_atoms_and_nothing_else(fingerprint: AngleHistogram | Correlations, seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    points, species = rng.normal(size=(n, 3)) * 1.5, rng.choice(["C", "H"], n)
    matrix, offset = motion(seed)
    order = rng.permutation(n)
    rows = fingerprint(Cloud(points, species))
    moved = fingerprint(Cloud((points @ matrix.T + offset)[order], species[order]))
    np.testing.assert_allclose(moved, rows[order], rtol=1e-7, atol=1e-7)
    np.testing.assert_allclose(fingerprint.transform([Cloud(points, species)])[0], rows.sum(axis=0))


@given(seeds)
def test_correlations_are_the_sums_that_the_docstring_says(seed: int) -> None:
    points = np.random.default_rng(seed).normal(size=(5, 3))
    directions = points[1:] - points[0]
    lengths = np.linalg.norm(directions, axis=1)
    directions /= lengths[:, None]
    # The weights, read off from pairs of atoms at these distances.
    weights = np.array([Correlations(2, 4.0, channels=2)([[0, 0, 0], [d, 0, 0]])[0] for d in lengths])
    cosines = directions @ directions.T
    legendre = [Legendre.basis(degree)(cosines) for degree in range(4)]
    three = Correlations(3, 4.0, channels=2, angular=3)(points)[0]
    expected = [
        sum(weights[j, c] * weights[k, d] * p[j, k] for j in range(4) for k in range(4))
        for p in legendre
        for c, d in ((0, 0), (0, 1), (1, 1))
    ]
    np.testing.assert_allclose(three, expected, rtol=1e-9, atol=1e-9)
    four = Correlations(4, 4.0, channels=2, angular=2)(points)[0]
    expected = [
        sum(
            weights[j, c] * weights[k, c] * weights[m, c] * legendre[p][j, k] * legendre[q][k, m] * legendre[r][j, m]
            for j, k, m in itertools.product(range(4), repeat=3)
        )
        for c in range(2)
        for p, q, r in itertools.combinations_with_replacement(range(3), 3)
    ]
    np.testing.assert_allclose(four, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("distortion", [3.0, 10.0, -17.0])
def test_a_star_needs_four_bodies(distortion: float) -> None:
    a, b = pairs.octahedral_complex("Fe", "F", 2.0, distortion)
    shortest = min(m.get_all_distances()[1:, 1:][~np.eye(6, dtype=bool)].min() for m in (a, b))
    star = (2.0 + shortest) / 2
    for bodies, sees in ((2, False), (3, False), (4, True)):
        x, y = (Correlations(bodies, star)(m) for m in (a, b))
        assert bool(np.abs(x - y).max() > 1e-9 * np.abs(x).max()) is sees
    assert np.allclose(AngleHistogram(star)(a), AngleHistogram(star)(b))
    # Vectors without higher multipoles see no more than that, however deep: the centre of inversion cancels them.
    x, y = (MessagePassing(4, 16, star, vectors=True)(m) for m in (a, b))
    assert np.abs(x - y).max() < 1e-9 * np.abs(x).max()


def test_one_centre_of_the_published_pairs() -> None:
    """Pozdnyakov et al., Phys. Rev. Lett. 125, 166001: three bodies fail at one centre, then four."""
    for name, blind in (("CH4-angles", (2, 3)), ("rings-4body", (2, 3, 4))):
        a, b = pairs.gallery[name]
        for bodies in (2, 3, 4):
            x, y = (Correlations(bodies)(m)[0] for m in (a, b))
            assert bool(np.abs(x - y).max() < 1e-6 * np.abs(x).max()) is (bodies in blind), (name, bodies)


def test_angles_of_methane() -> None:
    methane = ase.build.molecule("CH4")
    rows = AngleHistogram(1.5, bins=180, smearing=2.0)(methane)
    assert rows.shape == (5, 3 * 180)
    hch = rows[0].reshape(3, 180)[2]  # pairs of species in order: CC, CH, HH
    assert hch.argmax() == 109 and rows[1:].sum() == pytest.approx(0)
    assert hch.sum() == pytest.approx(6 * float(smooth_cutoff(methane.get_distance(0, 1), 1.5)) ** 2)


@given(seeds, st.floats(1.0, 30.0), st.booleans())
def test_smeared_histograms_keep_the_number_of_angles(seed: int, smearing: float, smooth: bool) -> None:
    points = np.random.default_rng(seed).normal(size=(6, 3))
    counts, _ = angle_histogram(points, 2.5, 12, smearing, smooth)
    sharp, _ = angle_histogram(points, 2.5, 12, 0.0, smooth)
    assert counts.sum() == pytest.approx(sharp.sum())
    assert (counts >= 0).all() and counts.dtype == np.float64


def test_smooth_histograms_do_not_jump_at_the_cutoff() -> None:
    def at(x: float, smooth: bool) -> np.ndarray:
        return angle_histogram([[0, 0, 0], [1, 0, 0], [0, x, 0]], 2.0, 6, smooth=smooth)[0]

    assert np.abs(at(2 - 1e-5, True) - at(2 + 1e-5, True)).max() < 1e-6
    assert np.abs(at(2 - 1e-5, False) - at(2 + 1e-5, False)).max() == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Correlations(5), "bodies=5 is not 2, 3 or 4"),
        (lambda: Correlations(3, channels=0), "channels=0 is not a whole number from 1 on"),
        (lambda: Correlations(3, angular=-1), "angular=-1"),
        (lambda: Correlations(3, cutoff=0), "not a positive length"),
        (lambda: AngleHistogram(bins=0), "bins=0 is not a number of bins"),
        (lambda: AngleHistogram(smearing=0), "smearing=0 is not a width; give degrees up to 10000, more than 0"),
        (lambda: angle_histogram([[0, 0, 0]], smearing=-1), "smearing=-1 is not a width"),
        (lambda: angle_histogram([[0, 0, 0]], smearing=math.nan), "smearing=nan is not a width"),
        (lambda: Correlations(3).transform(ase.build.molecule("H2O")), "Atoms is not a list of clouds"),
    ],
)
def test_bad_parameters_are_named(make, message: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises((ModelError, GraphError)) as caught:
        make()
    assert message in str(caught.value)
