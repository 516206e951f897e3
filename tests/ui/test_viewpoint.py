"""From where clouds are seen at first."""

from __future__ import annotations

import numpy as np
import pytest

import twinclouds as tc
from twinclouds.clouds import as_cloud
from twinclouds.ui.drawing import rotation_of
from twinclouds.ui.still import make_still
from twinclouds.ui.viewpoint import HOME, centre_of, viewpoint


@pytest.mark.parametrize("name", ["benzene", "S6", "SF6", "hydrazine-1eV", "hexagon", "lines", "planes", "decalin"])
def test_no_atom_hides_another_one(name):
    still = make_still(tc.pairs.gallery[name])
    rotation = rotation_of(still.home)
    for cloud, radii in zip(still.clouds, still.radii, strict=True):
        across = (still.centred(cloud) @ rotation.T)[:, :2]
        gaps = np.linalg.norm(across[:, None] - across[None], axis=2) + 10 * np.eye(len(cloud))
        # Even where discs touch, the middle of every atom, and so its letter, can be seen.
        assert (gaps > 0.85 * np.maximum(radii[:, None], radii[None])).all()


def test_it_is_a_rotation_and_does_not_depend_on_where_the_cloud_is():
    rng = np.random.default_rng(3)
    points = rng.normal(size=(9, 3))
    radii = [np.full(9, 0.2)]
    found = viewpoint([as_cloud(points)], radii)
    assert np.linalg.norm(found) == pytest.approx(1, abs=1e-4)
    assert viewpoint([as_cloud(points + np.array([5.0, -3.0, 2.0]))], radii) == found


def test_very_large_clouds_and_single_atoms_are_seen_from_home():
    home = np.array(HOME) / np.linalg.norm(HOME)
    rng = np.random.default_rng(0)
    many = as_cloud(rng.normal(size=(61, 3)))
    assert viewpoint([many], [np.ones(61)]) == pytest.approx(home, abs=1e-5)
    assert viewpoint([as_cloud([[1, 2, 3]])], [np.ones(1)]) == pytest.approx(home, abs=1e-5)


@pytest.mark.parametrize("name", ["chain", "slab", "crystal", "carbon-crystal", "bixbyite"])
def test_a_cell_is_drawn_about_its_atoms(name):
    cloud = as_cloud(tc.pairs.gallery[name].a)
    shares = (cloud.positions - centre_of(cloud)) @ np.linalg.pinv(cloud.periods)
    assert abs(shares).max() <= 0.52
