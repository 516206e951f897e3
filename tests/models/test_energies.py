"""Energies of the pairs: the committed values, and a recalculation where the programs are installed."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from twinclouds import pairs
from twinclouds.errors import ModelError
from twinclouds.learning import hydrazine_pairs
from twinclouds.models.energies import (
    DISTORTIONS,
    METHODS,
    PAIRS,
    SCANS,
    distortion_scan,
    main,
    merge,
    scf_energy,
    trigonal_scan,
    xtb_energy,
)
from twinclouds.models.extras import installed

STORED = json.loads((files("twinclouds.pairs") / "energies.json").read_text(encoding="utf-8"))


def test_the_file_says_how_it_was_made() -> None:
    assert STORED["unit"] == "eV" and set(STORED["pairs"]) == set(PAIRS)
    assert set(STORED["methods"]) == set(METHODS)
    for name, how in STORED["methods"].items():
        assert how["program"] == METHODS[name].program and how["settings"] == METHODS[name].settings
        assert how["version"][0].isdigit()


@pytest.mark.parametrize("name", PAIRS)
def test_the_gallery_takes_its_energies_from_the_file(name: str) -> None:
    assert set(STORED["pairs"][name]) == set(METHODS)
    shown = pairs.gallery[name].energies
    assert {method: list(values) for method, values in shown.items()} == STORED["pairs"][name]
    # Which of the two is higher is no matter of the method.
    assert len({a > b for a, b in shown.values()}) == 1


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
    for name in SCANS:
        few = distortion_scan(name, xtb_energy, DISTORTIONS[:2])
        assert few == pytest.approx(STORED["scans"][name]["eV"][:2], abs=1e-4)
    data = hydrazine_pairs()
    clouds = data.clouds()
    differences = [xtb_energy(clouds[2 * k]) - xtb_energy(clouds[2 * k + 1]) for k in range(3)]
    assert differences == pytest.approx((data.targets[:3, 0] - data.targets[:3, 1]).tolist(), abs=1e-4)


def test_hartree_fock_gives_these_energies() -> None:
    if not installed("energies"):
        with pytest.raises(ModelError, match=r'pyscf is not installed; pip install "twinclouds\[energies\]"'):
            scf_energy(pairs.gallery["hydrazine-1eV"].a)
        return
    computed = [scf_energy(member) for member in pairs.gallery["hydrazine-1eV"]]
    assert computed == pytest.approx(STORED["pairs"]["hydrazine-1eV"]["RHF/def2-SVP"], abs=1e-4)


def test_new_values_join_the_old_ones_if_they_are_of_one_kind() -> None:
    again = merge(STORED, STORED)
    assert again == STORED
    some = {**STORED, "pairs": {"S6": {"RHF/def2-SVP": [1.0, 2.0]}}, "scans": {}}
    merged = merge(STORED, some)
    assert merged["pairs"]["S6"]["RHF/def2-SVP"] == [1.0, 2.0] and merged["scans"] == STORED["scans"]
    assert merged["pairs"]["S6"]["GFN2-xTB"] == STORED["pairs"]["S6"]["GFN2-xTB"]
    for method, stale in (("RHF/def2-SVP", "benzene"), ("GFN2-xTB", "SF6")):
        other = {method: STORED["methods"][method] | {"version": "0"}}
        with pytest.raises(ModelError, match=f"of .*{stale}.* is of another version or other settings"):
            merge(STORED, {**some, "methods": other})


def test_the_command_says_what_is_missing_and_writes_what_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "energies.json"
    path.write_text(json.dumps(STORED), encoding="utf-8")
    status = main(["--only", "RHF/def2-SVP", "--pairs", "hydrazine-1eV", "--output", str(path)])
    said = capsys.readouterr().err
    if not installed("energies"):
        assert status == 2 and said.count("\n") == 1 and 'pip install "twinclouds[energies]"' in said
    elif status == 0:
        again = json.loads(path.read_text(encoding="utf-8"))
        assert again["pairs"].keys() == STORED["pairs"].keys() and "hydrazine-1eV" in said
    else:
        assert "recompute it for all pairs" in said  # another version of pyscf than the file's
