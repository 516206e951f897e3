"""Learning: the floor holds, twins are twins, and only angles get below it."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strategies import motion, seeds
from twinclouds import compare, congruent, pairs
from twinclouds.errors import ModelError
from twinclouds.learning import (
    LearningCurve,
    PairSet,
    Ridge,
    axilrod_teller,
    axilrod_teller_pairs,
    floor,
    hydrazine_pairs,
    learning_curve,
    lennard_jones,
    split,
)


@given(seeds, st.integers(1, 20))
def test_no_model_that_gives_twins_one_value_beats_the_floor(seed: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    targets = rng.normal(size=(count, 2))
    guess = rng.normal(size=(count, 1))
    assert np.sqrt(np.mean((guess - targets) ** 2)) >= floor(targets) - 1e-12
    best = targets.mean(axis=1, keepdims=True)
    assert np.sqrt(np.mean((best - targets) ** 2)) == pytest.approx(floor(targets))


@given(seeds)
def test_axilrod_teller_by_enumeration(seed: int) -> None:
    x = np.random.default_rng(seed).normal(size=(5, 3))
    total = 0.0
    for i, j, k in itertools.combinations(range(5), 3):
        sides = [x[j] - x[k], x[k] - x[i], x[i] - x[j]]
        a, b, c = (float(np.linalg.norm(s)) for s in sides)
        cosines = [-float(sides[p] @ sides[q]) for p, q in ((1, 2), (0, 2), (0, 1))]
        total += (1 + 3 * np.prod(cosines) / (a * b * c) ** 2) / (a * b * c) ** 3
    assert float(axilrod_teller(x)) == pytest.approx(total, rel=1e-9)
    matrix, offset = motion(seed)
    assert float(axilrod_teller(x @ matrix.T + offset)) == pytest.approx(total, rel=1e-7)


@pytest.mark.parametrize("make", [lambda: axilrod_teller_pairs(40), hydrazine_pairs], ids=["three lines", "N2H4"])
def test_members_are_twins(make) -> None:  # type: ignore[no-untyped-def]
    found: PairSet = make()
    clouds = found.clouds()
    for k in range(0, 40, 8):
        a, b = clouds[2 * k], clouds[2 * k + 1]
        assert compare(a, b).equivalent and not congruent(a, b)
        assert isinstance(pairs.DegeneratePair(a.to_atoms(), b.to_atoms(), "x", "three lines", "test"), pairs.Pair)
    # A pair potential never tells them apart, so it has no floor; a many-body target does.
    energies = lennard_jones(found.positions)
    np.testing.assert_allclose(energies[:, 0], energies[:, 1], rtol=1e-9, atol=1e-9)
    assert found.floor > 0.1 * found.targets.std()


def test_learning_curves_stop_at_the_floor_without_angles() -> None:
    curve = learning_curve(axilrod_teller_pairs(500), sizes=[50, 300])
    blind, seeing = curve.errors["distances only"], curve.errors["with vectors"]
    assert (blind >= curve.floor * (1 - 1e-9)).all()
    assert blind[-1] < 1.05 * curve.floor < curve.spread
    assert seeing[-1] < 0.3 * curve.floor
    guess = curve.predictions["distances only"]
    np.testing.assert_allclose(guess[:, 0], guess[:, 1], atol=1e-5 * curve.spread)
    assert "error / floor" in curve.table()


def test_chemical_energies_too() -> None:
    curve = learning_curve(hydrazine_pairs().take(np.arange(700)), sizes=[400])
    assert 1 <= curve.errors["distances only"][0] / curve.floor < 1.05
    assert curve.errors["with vectors"][0] < 0.4 * curve.floor


def test_a_pair_potential_is_learned_from_distances_alone() -> None:
    found = axilrod_teller_pairs(300)
    easy = PairSet("Lennard-Jones", found.positions, found.species, lennard_jones(found.positions))
    assert easy.floor < 1e-9
    curve = learning_curve(easy)
    assert curve.errors["distances only"][-1] < 0.1 * curve.spread


@given(st.integers(10, 300), st.integers(0, 5))
def test_splits_keep_pairs_together_and_do_not_overlap(count: int, seed: int) -> None:
    parts = split(count, seed)
    assert sorted(np.concatenate(parts).tolist()) == list(range(count))


@given(seeds)
def test_ridge_solves_its_normal_equations(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(30, 4)) * [1, 10, 0.1, 3] + 5, rng.normal(size=30)
    model = Ridge.fit(x, y, (x, y), penalties=[0.3])
    z = (x - x.mean(axis=0)) / x.std(axis=0)
    expected = np.linalg.solve(z.T @ z + 0.3 * 30 * np.eye(4), z.T @ (y - y.mean()))
    np.testing.assert_allclose(model.weights, expected, rtol=1e-9, atol=1e-12)
    # A constant feature changes nothing.
    wide = np.column_stack([x, np.full(30, 7.0)])
    np.testing.assert_allclose(Ridge.fit(wide, y, (wide, y), [0.3]).predict(wide), model.predict(x))


def test_draws_repeat_and_bad_requests_are_named() -> None:
    np.testing.assert_array_equal(axilrod_teller_pairs(5, 3).positions, axilrod_teller_pairs(5, 3).positions)
    for call, message in (
        (lambda: axilrod_teller_pairs(0), "count=0 is not a number of pairs"),
        (lambda: split(2), "2 pairs are too few to split"),
        (lambda: floor([1.0, 2.0]), r"targets have shape \(2,\)"),
        (lambda: learning_curve(axilrod_teller_pairs(20), sizes=[50]), r"sizes=\[50\] do not fit"),
    ):
        with pytest.raises(ModelError, match=message):
            call()


def test_plots_are_drawn() -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    curve = LearningCurve(np.array([10, 20]), {"f": np.array([2.0, 1.0])}, 0.5, 3.0, {}, np.zeros((1, 2)), "eV", "test")
    axes = curve.plot()
    assert axes.get_xlabel() == "training pairs" and "eV" in axes.get_ylabel()
    assert math.isclose(axes.lines[-1].get_ydata()[0], 0.5)
