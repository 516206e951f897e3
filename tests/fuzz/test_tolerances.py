"""No verdict that a tolerance ten times smaller or larger would turn goes without a warning."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fuzz.rig import limits
from strategies import seeds
from twinclouds import compare

#: Noise, and how far a cutoff is off a length of the lattice, in tolerances.
NOISE = [0, 0, 0.03, 0.3, 1, 3, 8]
OFF = [0, 0, 3, -1, -5, -10.5]

Case = tuple[NDArray[np.float64], NDArray[np.float64], float]


@st.composite
def nearly_alike(draw: st.DrawFn, tolerance: float) -> Case:
    """Two clouds of one set of lattice points, of which some are moved a little, and a cutoff near some length."""
    rng = np.random.default_rng(draw(seeds))
    points = rng.permutation(27)[: draw(st.integers(3, 6))]
    places = np.stack([points // 9, points // 3 % 3, points % 3], axis=1).astype(float)
    clouds = [
        some + rng.normal(size=some.shape) * tolerance * rng.choice(NOISE) * (rng.random((len(some), 1)) < 0.4)
        for some in (places, rng.permutation(places))
    ]
    cutoff = draw(st.sampled_from([np.inf, 1.0, 1.2, np.sqrt(2), 2.0]))
    if np.isfinite(cutoff):
        cutoff += tolerance * draw(st.sampled_from(OFF))
    return clouds[0], clouds[1], float(cutoff)


@pytest.mark.parametrize("tolerance", [1e-8, 1e-6, 1e-4])
@pytest.mark.parametrize("test", ["wl", "distance-wl", "angle-wl", "2-fwl"])
def test_what_another_tolerance_turns_is_too_close_to_call(test: str, tolerance: float) -> None:
    @settings(max_examples=250)
    @given(nearly_alike(tolerance), st.sampled_from([None, 1, 2]), st.booleans())
    def check(case: Case, rounds: int | None, hands: bool) -> None:
        a, b, cutoff = case
        with limits():
            smaller, usual, larger = (
                compare(a, b, cutoff, rounds, test, gap, chirality=hands and test == "2-fwl")
                for gap in (tolerance / 10, tolerance, 10 * tolerance)
            )
        if not smaller.equivalent == usual.equivalent == larger.equivalent:
            assert usual.ill_conditioned
        elif usual.widest_label <= 10 * tolerance:
            assert not usual.ill_conditioned

    check()


def dimers(*lengths: float) -> NDArray[np.float64]:
    """Pairs of points, far from each other."""
    return np.array([[50.0 * k, x, 0] for k, length in enumerate(lengths) for x in (0, length)])


@pytest.mark.parametrize("test", ["distance-wl", "angle-wl", "2-fwl"])
@pytest.mark.parametrize("stray", [2.5, 2 + 5e-7, 2 + 1.05e-8])
def test_a_length_that_no_tolerance_reaches_says_nothing(stray: float, test: str) -> None:
    """The graph holds some lengths just beyond the cutoff, in which the two clouds may differ."""
    a, b = dimers(1, 1, stray), dimers(1, 1 + 3e-9, 2.5)
    found = [compare(a, b, 2.0, test=test, tolerance=gap) for gap in (1e-10, 1e-9, 1e-8)]
    assert [one.equivalent for one in found] == [False, False, True]
    assert found[1].ill_conditioned


@pytest.mark.parametrize("lone", [True, False])
def test_a_length_between_two_others_that_nobody_labels_joins_nothing(lone: bool) -> None:
    """A side that occurs between no two neighbours lies between two that do."""

    def corner(side: float, height: float) -> list[list[float]]:
        x, y = side / 2, np.sqrt(1 - side**2 / 4)
        return [[0, 0, height], [x, y, height], [-x, y, height]]

    apart = [[0, 0, 60], [1.5 + 0.9e-7, 0, 60]] if lone else []
    a, b = ([*corner(1.5, 0), *corner(side, 30), *apart] for side in (1.5, 1.5 + 1.8e-7))
    found = [compare(a, b, 1.1, test="angle-wl", tolerance=gap) for gap in (1e-7, 1e-6, 1e-5)]
    assert [one.equivalent for one in found] == [False, True, True]
    assert found[1].ill_conditioned
