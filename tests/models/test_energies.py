"""Energies of the pairs: the committed values, and a recalculation where the programs are installed."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from twinclouds import pairs
from twinclouds.errors import ModelError
from twinclouds.learning import hydrazine_pairs
from twinclouds.models.energies import DISTORTIONS, PAIRS, SCANS, distortion_scan, trigonal_scan, xtb_energy
from twinclouds.models.extras import installed

STORED = json.loads((files("twinclouds.pairs") / "energies.json").read_text(encoding="utf-8"))


def test_the_file_says_how_it_was_made() -> None:
    assert STORED["unit"] == "eV" and set(STORED["versions"]) >= {"tblite"}
    assert set(STORED["pairs"]) == set(PAIRS)


@pytest.mark.parametrize("name", PAIRS)
def test_the_gallery_and_the_file_agree(name: str) -> None:
    for method, values in STORED["pairs"][name].items():
        shown = pairs.gallery[name].energies[method]
        if method != "RHF/def2-SVP":  # the file follows instabilities to lower solutions
            assert values == pytest.approx(shown, abs=1e-3)
        assert (values[0] - values[1]) * (shown[0] - shown[1]) > 0


@pytest.mark.parametrize("name", list(SCANS))
def test_the_odd_part_is_there_and_odd(name: str) -> None:
    distortions, energies, odd = trigonal_scan(name)
    np.testing.assert_allclose(distortions, -distortions[::-1])
    np.testing.assert_allclose(odd, -odd[::-1], atol=1e-12)
    assert energies[len(energies) // 2] == 0
    assert np.abs(odd).max() > 0.01
    # What is left without it is what a distance network can learn.
    np.testing.assert_allclose(energies - odd, (energies - odd)[::-1], atol=1e-12)


def test_scans_that_do_not_exist_are_named() -> None:
    with pytest.raises(ModelError, match="there is no scan of 'UF6'"):
        trigonal_scan("UF6")
    with pytest.raises(ModelError, match="there is no scan of 'UF6'"):
        distortion_scan("UF6", lambda atoms: 0.0)


def test_xtb_gives_these_energies() -> None:
    if not installed("energies"):
        with pytest.raises(ModelError, match=r'tblite is not installed; pip install "twinclouds\[energies\]"'):
            xtb_energy(pairs.gallery["S6"].a)
        return
    for name in ("S6", "SF6", "hydrazine-1eV", "water-dimer"):
        computed = [xtb_energy(member) for member in pairs.gallery[name]]
        assert computed == pytest.approx(STORED["pairs"][name]["GFN2-xTB"], abs=1e-4)
    few = distortion_scan("SF6", xtb_energy, DISTORTIONS[:2])
    assert few == pytest.approx(STORED["scans"]["SF6"]["eV"][:2], abs=1e-4)
    data = hydrazine_pairs()
    clouds = data.clouds()
    differences = [xtb_energy(clouds[2 * k]) - xtb_energy(clouds[2 * k + 1]) for k in range(3)]
    assert differences == pytest.approx((data.targets[:3, 0] - data.targets[:3, 1]).tolist(), abs=1e-4)
