"""Measuring between picked atoms, and the traits that go with it."""

from __future__ import annotations

import ase.build
import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.ui.measurement import measure

POINTS = [[0, 0, 0], [1, 0, 0], [0, 1.5, 0], [3, 3, 3]]


@given(st.integers(0, 2**32 - 1))
def test_it_agrees_with_ase(seed):
    rng = np.random.default_rng(seed)
    atoms = ase.Atoms("C4", rng.uniform(0, 5, (4, 3)), cell=rng.uniform(4, 6, 3), pbc=True)
    ours = measure(tc.as_cloud(atoms), [0, 1, 2])
    assert np.allclose(ours.distances, [atoms.get_distance(0, 1, mic=True), atoms.get_distance(1, 2, mic=True)])
    assert ours.angle == pytest.approx(atoms.get_angle(0, 1, 2, mic=True), abs=1e-3)


@pytest.mark.parametrize("pbc", [True, (True, False, True), (False, True, False)])
def test_atoms_may_have_left_their_cell(pbc):
    rng = np.random.default_rng(1)
    cell = np.diag([5.0, 6.0, 4.0]) + rng.uniform(-1, 1, (3, 3))
    atoms = ase.Atoms("C4", rng.uniform(0, 4, (4, 3)), cell=cell, pbc=pbc)
    inside = measure(tc.as_cloud(atoms), [0, 1, 2])
    atoms.positions += (rng.integers(-9, 10, (4, 3)) * atoms.pbc) @ atoms.cell.array
    outside = measure(tc.as_cloud(atoms), [0, 1, 2])
    assert outside.distances == pytest.approx(inside.distances)
    assert outside.angle == pytest.approx(inside.angle)


def test_two_or_three_atoms():
    assert measure(tc.as_cloud(POINTS), [0, 1]).angle is None
    with pytest.raises(ValueError, match="give two atoms for a distance or three for an angle, not 1"):
        measure(tc.as_cloud(POINTS), [0])


def test_a_view_tells_what_was_measured():
    view = tc.ui.CloudView(POINTS)
    assert view.measured is None
    view.set_state(
        {
            "measure": True,
            "picked": [{"cloud": 0, "atom": 1}, {"cloud": 0, "atom": 0}],
            "selected": {"cloud": 0, "atom": 0},
        }
    )
    assert view.measure
    assert view.measured.distances == (1.0,)
    assert view.selected == {"cloud": 0, "atom": 0}
    view.selected = {"cloud": 0, "atom": 3}
    assert view.measured is None


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("labels", "colour", "there are 'species', 'index', 'none'"),
        ("labels", 3, "there are 'species', 'index', 'none'"),
        ("cells", 4, "give 1, 2 or 3"),
        ("cells", "2", "give 1, 2 or 3"),
        ("measure", 1, "True or False"),
        ("picked", [{"cloud": 0, "atom": i} for i in range(4)], "at most three"),
        ("picked", [{"cloud": i, "atom": 0} for i in range(2)], "within one cloud"),
    ],
)
def test_values_that_do_not_fit(name, value, reason):
    view = tc.ui.CloudView(POINTS, POINTS)
    with pytest.raises(traitlets.TraitError, match=reason):
        setattr(view, name, value)


def test_an_explorer_writes_colours_by_default():
    explorer = tc.ui.RefinementExplorer(POINTS, POINTS)
    assert explorer.labels == "colour"
    explorer.labels = "index"
    assert tc.ui.RefinementExplorer(POINTS, POINTS, labels="species").labels == "species"
