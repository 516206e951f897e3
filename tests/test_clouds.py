"""Clouds: what is accepted, and that every refusal is one line that names the culprit and the remedy."""

from __future__ import annotations

import bz2
import dataclasses
import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import ase.build
import ase.io
import numpy as np
import pytest
from ase import Atoms

from twinclouds.clouds import Cloud, as_cloud, read_cloud
from twinclouds.errors import CloudError, TwincloudsError

NAN, INF = float("nan"), float("inf")
CHAIN = {"cell": np.diag([2.0, 0, 0]), "pbc": [True, False, False]}


def refusal(*arguments: object, **keywords: object) -> str:
    with pytest.raises(CloudError) as caught:
        Cloud(*arguments, **keywords)  # type: ignore[arg-type]
    text = str(caught.value)
    assert "\n" not in text
    assert ";" in text, "a remedy follows the fault"
    assert isinstance(caught.value, TwincloudsError)
    assert isinstance(caught.value, ValueError)
    return text


@pytest.mark.parametrize(("value", "shown"), [(NAN, "nan"), (INF, "inf"), (-INF, "-inf")])
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_coordinate_that_is_no_number(value: float, shown: str, axis: int) -> None:
    positions = np.arange(9.0).reshape(3, 3)
    positions[1, axis] = value
    text = refusal(positions, ["C"] * 3, name="bad.xyz")
    assert text.startswith(f"bad.xyz: coordinate {'xyz'[axis]} of atom 1 is {shown};")


@pytest.mark.parametrize("gap", [0.0, 1e-9, 5e-6])
def test_two_atoms_in_one_place(gap: float) -> None:
    text = refusal([[0, 0, 0], [1, 0, 0], [2, 0, 0], [1 + gap, 0, 0]], ["C"] * 4)
    assert "atoms 1 and 3 are" in text
    assert "in one place; remove one" in text
    assert len(Cloud([[0, 0, 0], [1e-3, 0, 0]], ["C"] * 2)) == 2


def test_an_atom_in_the_place_of_an_image() -> None:
    text = refusal([[0, 0, 0], [4, 0, 0]], ["C", "O"], **CHAIN)
    assert "atoms 0 and 1 (its image in cell (-2, 0, 0))" in text
    assert len(Cloud([[0, 0, 0], [4, 0, 0]], ["C", "O"])) == 2


@pytest.mark.parametrize("empty", [np.zeros((0, 3)), np.zeros((0, 3)).tolist()])
def test_an_empty_cloud(empty: object) -> None:
    for make in (lambda: as_cloud(empty), lambda: as_cloud(Atoms())):  # type: ignore[arg-type,return-value]
        with pytest.raises(CloudError, match=r"empty; give at least one point|shape \(0,\)"):
            make()


@pytest.mark.parametrize("shape", [(3,), (2, 2), (2, 4), (1, 2, 3)])
def test_positions_of_another_shape(shape: tuple[int, ...]) -> None:
    with pytest.raises(CloudError, match=r"positions have shape \(.*\); give one row of x, y, z") as caught:
        as_cloud(np.zeros(shape))
    assert str(shape) in str(caught.value)


@pytest.mark.parametrize(
    "junk", ["water", Path("water.xyz"), {"a": 1}, [["x", "y", "z"]], [[1, 2, 3], [4, 5]], object(), None, 1j]
)
def test_things_that_are_no_clouds(junk: object) -> None:
    with pytest.raises(CloudError) as caught:
        as_cloud(junk)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)
    if isinstance(junk, (str, Path)):
        assert "read_cloud" in str(caught.value)


def test_species_of_another_number() -> None:
    assert "2 points but 3 species" in refusal([[0, 0, 0], [1, 0, 0]], ["C", "O", "H"])


def test_points_at_the_end_of_the_world() -> None:
    assert "atom 1 lies 2e+12 A from the origin" in refusal([[0, 0, 0], [2e12, 0, 0]], ["C"] * 2)


@pytest.mark.parametrize(
    ("cell", "pbc", "kind"),
    [
        (np.zeros((3, 3)), [True] * 3, "volume"),
        ([[1, 0, 0], [0, 1, 0], [1, 1, 0]], [True] * 3, "volume"),
        ([[1, 0, 0], [2, 0, 0], [0, 0, 1]], [True, True, False], "area"),
        ([[0, 0, 0], [0, 1, 0], [0, 0, 1]], [True, False, False], "length"),
        ([[9, 0, 0], [0, 9, 0], [9, 9, 1e-7]], [True] * 3, "volume"),
    ],
)
def test_cells_without_volume(cell: object, pbc: list[bool], kind: str) -> None:
    text = refusal([[0, 0, 0]], ["C"], cell, pbc, "flat.cif")
    assert text.startswith("flat.cif: the periodic cell vectors")
    assert f"span no {kind}; give linearly independent vectors" in text


def test_cells_that_are_no_numbers() -> None:
    assert "not finite" in refusal([[0, 0, 0]], ["C"], np.diag([NAN, 1, 1]), [True] * 3)
    assert "cell has shape (3,)" in refusal([[0, 0, 0]], ["C"], [1, 1, 1], [True] * 3)
    assert "the cell cannot be made from 'cubic'" in refusal([[0, 0, 0]], ["C"], "cubic", [True] * 3)
    # A row that is no period does not matter.
    assert Cloud([[0, 0, 0]], ["C"], [[2, 0, 0], [NAN, 0, 0], [0, 0, 0]], [True, False, False]).periodic


def test_an_image_too_near() -> None:
    text = refusal([[0, 0, 0]], ["C"], np.diag([1e-6, 1, 1]), [True] * 3)
    assert "atom 0 coincides with its own periodic image" in text


def test_a_cloud_cannot_be_changed() -> None:
    positions = np.zeros((1, 3))
    cloud = Cloud(positions, ["C"])
    positions[0, 0] = 9
    assert cloud.positions[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        cloud.positions[0, 0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        cloud.name = "other"  # type: ignore[misc]


def test_atoms_go_through_unchanged() -> None:
    atoms = ase.build.bulk("NaCl", "rocksalt", a=5.64)
    atoms.pbc = [True, True, False]
    atoms.info["name"] = "rock salt"
    cloud = as_cloud(atoms)
    back = cloud.to_atoms()
    assert back.symbols.get_chemical_formula() == "ClNa"
    np.testing.assert_array_equal(back.positions, atoms.positions)
    np.testing.assert_array_equal(back.cell, atoms.cell)
    np.testing.assert_array_equal(back.pbc, [True, True, False])
    assert cloud.name == back.info["name"] == "rock salt"
    assert as_cloud(cloud) is cloud
    assert as_cloud(atoms, name="other").name == "other"
    assert cloud.periods.shape == (2, 3)


def test_an_array_is_anonymous() -> None:
    cloud = as_cloud([[0, 0, 0], [1, 0, 0]])
    assert cloud.species.tolist() == ["X", "X"]
    assert (cloud.formula, cloud.periodic, len(cloud)) == ("X2", False, 2)
    assert cloud.to_atoms().get_chemical_symbols() == ["X", "X"]


def test_species_that_ase_does_not_know() -> None:
    with pytest.raises(CloudError, match=r"species 'blue' of atom 1 is not a chemical symbol; use an element or 'X'"):
        Cloud([[0, 0, 0], [1, 0, 0]], ["C", "blue"]).to_atoms()


@pytest.mark.parametrize(
    ("species", "formula"),
    [("CCHHHHHHO", "C2H6O"), ("OHH", "H2O"), ("HCl", "ClH"), ("N", "N"), ("ClC", "CCl"), ("SFFFFFF", "F6S")],
)
def test_formulas_are_in_hill_order(species: str, formula: str) -> None:
    symbols = Atoms(species).get_chemical_symbols()
    cloud = Cloud(np.arange(len(symbols))[:, None] * [1.0, 0, 0], symbols)
    assert cloud.formula == formula
    assert sum(cloud.composition.values()) == len(symbols)


# Files


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.xyz", {}),
        ("a.xyz", {"format": "extxyz"}),
        ("a.cif", {}),
        ("POSCAR", {"format": "vasp"}),
        ("a.traj", {}),
        ("a.json", {}),
    ],
)
def test_files_of_many_kinds(name: str, options: dict[str, str], tmp_path: Path) -> None:
    atoms = ase.build.bulk("NaCl", "rocksalt", a=5.64, cubic=True)
    ase.io.write(tmp_path / name, atoms, **options)
    cloud = read_cloud(tmp_path / name)
    assert cloud.name == name
    assert cloud.formula == "Cl4Na4"
    assert len(cloud) == 8


def test_the_structures_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "two.xyz"
    ase.io.write(file, [ase.build.molecule("H2O"), ase.build.molecule("NH3")])
    assert read_cloud(file).formula == "H3N"
    assert read_cloud(f"{file}@0").formula == "H2O"
    assert read_cloud(f"{file}@-1").formula == "H3N"
    with pytest.raises(CloudError, match=r"this picks 2 structures; pick one, for instance .*two\.xyz@0"):
        read_cloud(f"{file}@:")
    with pytest.raises(CloudError, match=r"two\.xyz@7"):
        read_cloud(f"{file}@7")


def test_compressed_files_and_odd_names(tmp_path: Path) -> None:
    text = "2\n\nH 0 0 0\nH 0 0 0.74\n"
    with gzip.open(tmp_path / "a.xyz.gz", "wt") as stream:
        stream.write(text)
    for name in ("spaces in it.xyz", "mol@home.xyz", "[1].xyz", "ünïcode.xyz", "-dash.xyz", "star*.xyz"):
        (tmp_path / name).write_text(text)
    for file in tmp_path.iterdir():
        assert read_cloud(file).formula == "H2", file.name


@pytest.mark.parametrize(("ending", "compress"), [("gz", gzip.compress), ("bz2", bz2.compress), ("xz", lzma.compress)])
def test_broken_archives_are_refused_in_words(tmp_path: Path, ending: str, compress: Callable[[bytes], bytes]) -> None:
    whole = compress(b"".join(b"1\n%d\nH 0 0 %d\n" % (k * k, k**3) for k in range(200)))
    file = tmp_path / f"a.xyz.{ending}"
    for place in range(20, len(whole) - 20, 13):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 255, 255, 255]) + whole[place + 3 :])
        with pytest.raises(CloudError):
            read_cloud(file)


@pytest.mark.parametrize("odd", ["\x0c", "\x0b", "\x85", "\u2028", "\x1c"])
def test_only_what_ends_a_line_for_the_reader_counts_as_its_end(tmp_path: Path, odd: str) -> None:
    header = f'Properties=pos:R:3:species:S:1 pbc="F F F" note="a{odd}b"'
    text = f"2\n{header}\n6 0 0 H\n6 0 1 H\n"
    (tmp_path / "odd.xyz").write_text(2 * text, encoding="utf-8")
    assert len(read_cloud(tmp_path / "odd.xyz")) == 2


JUNK = {
    "junk.xyz": b"this is not a structure\n",
    "short.xyz": b"3\n\nH 0 0 0\n",
    "letters.xyz": b"1\n\nH a b c\n",
    "binary.xyz": bytes(range(256)) * 8,
    "binary.cif": bytes(range(256)) * 8,
    "junk.cif": b"data_x\n_cell_length_a nothing\n",
    "POSCAR": b"POSCAR\n1\nnot\na\ncell\n",
    "image.png": b"\x89PNG\r\n\x1a\n" + bytes(64),
    "noending": b"hello",
    "blank.xyz": b"\n\n\n",
    "unknown.xyz": b"1\n\nQq 0 0 0\n",
    "zero.xyz": b"0\n\n",
    "nan.xyz": b"1\n\nH 0 nan 0\n",
    "inf.xyz": b"2\n\nH 0 0 0\nH 0 0 inf\n",
    "twice.xyz": b"2\n\nH 0 0 0\nH 0 0 0\n",
    "flat.xyz": b'1\nLattice="1 0 0 0 1 0 1 1 0" pbc="T T T" Properties=species:S:1:pos:R:3\nH 0 0 0\n',
}


@pytest.mark.parametrize("name", JUNK)
def test_files_that_hold_no_cloud(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(JUNK[name])
    with pytest.raises(CloudError) as caught:
        read_cloud(tmp_path / name)
    text = str(caught.value)
    assert name in text
    assert "\n" not in text
    assert len(text) < 600


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(CloudError, match=r"nowhere\.xyz: there is no such file; check the name and the folder"):
        read_cloud("nowhere.xyz")
    with pytest.raises(CloudError, match="this is a folder; name a file in it"):
        read_cloud(tmp_path)
    (tmp_path / "empty.xyz").touch()
    with pytest.raises(CloudError, match=r"empty\.xyz: the file is empty"):
        read_cloud(tmp_path / "empty.xyz")


@pytest.mark.skipif(os.name == "nt", reason="a device as on Unix")
def test_a_device_is_not_called_empty() -> None:
    with pytest.raises(CloudError, match="this is a pipe or a device; save what comes out of it to a file"):
        read_cloud(os.devnull)


def test_an_element_that_nobody_knows_is_named(tmp_path: Path) -> None:
    (tmp_path / "q.xyz").write_text("1\n\nQq 0 0 0\n")
    with pytest.raises(CloudError, match=r"q\.xyz: ASE cannot read .* \(it does not know 'Qq'\)"):
        read_cloud(tmp_path / "q.xyz")


def test_of_several_structures_the_last_is_read_and_said_to_be(tmp_path: Path) -> None:
    file = tmp_path / "several.xyz"
    ase.io.write(file, [Atoms("H2", [[0, 0, 0], [0, 0, 0.7]]), Atoms("He", [[0, 0, 0]])])
    assert read_cloud(file).name == "several.xyz (last of its 2 structures)"
    assert read_cloud(f"{file}@0").formula == "H2"
    for index in ("7", "x"):
        with pytest.raises(CloudError, match=f"there is no structure '{index}' in .*several.xyz; count them from 0"):
            read_cloud(f"{file}@{index}")
