"""Near-twins: twins have ratio zero, ordinary molecules do not."""

from __future__ import annotations

import ase.build
import matplotlib as mpl
import numpy as np
import pytest

from twinclouds import congruent, pairs
from twinclouds.errors import ModelError
from twinclouds.neartwins import closeness, conformers, survey


@pytest.mark.parametrize("name", ["benzene", "SF6", "hydrazine-1eV", "lines", "planes-12"])
def test_twins_have_ratio_zero(name: str) -> None:
    distances, angles = closeness(*pairs.gallery[name])
    assert distances < 1e-4 * angles and angles > 0.01


def test_strangers_have_not() -> None:
    distances, angles = closeness(ase.build.molecule("CH3OCH3"), ase.build.molecule("CH3CH2OH"))
    assert 0.5 < distances / angles < 2
    distances, angles = closeness(ase.build.molecule("H2O"), ase.build.molecule("H2O"))
    assert distances == angles == 0


def test_conformers_turn_groups_and_keep_bonds() -> None:
    ethane = ase.build.molecule("C2H6")
    found = conformers(ethane, step=60)
    assert len(found) == 6
    bond = np.linalg.norm(found[3].positions[1] - found[3].positions[0])
    assert bond == pytest.approx(ethane.get_distance(0, 1))
    # A third of a turn is the same molecule, a sixth is not.
    assert congruent(found[0], found[2], tolerance=0.02) and not congruent(found[0], found[1])
    assert len(conformers(ase.build.molecule("C6H6"))) == 1
    assert len(conformers(ase.build.molecule("H2O"))) == 1


def test_ordinary_molecules_are_no_near_twins_and_octahedra_are() -> None:
    found = survey(["isomers", "shaken octahedra", "octahedra"])
    # What the module says was found; conformers and molecules that are distorted both ways take minutes.
    assert found.of("isomers").ratios.min() > 0.8
    assert len(found.of("shaken octahedra")) == 32 and found.of("shaken octahedra").ratios.min() > 0.8
    assert found.of("octahedra").ratios.max() < 1e-6
    assert "octahedra" in found.table() and len(found.table().splitlines()) == 4
    mpl.use("Agg")
    assert "distances" in found.plot().get_ylabel()


def test_a_little_shaking_makes_strangers_of_twins() -> None:
    rng = np.random.default_rng(0)
    ratios = []
    for _ in range(6):
        shaken = [atoms.copy() for atoms in pairs.octahedral_complex("S", "F", 1.56, 5.0)]
        for atoms in shaken:
            atoms.positions += rng.normal(scale=0.02, size=atoms.positions.shape)
        distances, angles = closeness(*shaken, seeds=(0,))
        ratios.append(distances / angles)
    assert 0.8 < np.median(ratios) < 1.2


def test_bad_requests_are_named() -> None:
    water, methane = ase.build.molecule("H2O"), ase.build.molecule("CH4")
    with pytest.raises(ModelError, match="H2O and CH4 are not of one composition"):
        closeness(water, methane)
    with pytest.raises(ModelError, match="isolated clouds"):
        closeness(*pairs.gallery["crystal"])
    with pytest.raises(ModelError, match="there is no kind 'proteins'"):
        survey(["proteins"])
    with pytest.raises(ModelError, match="there are no pairs of kind"):
        survey(["octahedra"]).of("isomers")
