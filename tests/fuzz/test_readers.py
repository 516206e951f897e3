"""Files that are spoiled, cut short, hostile or noise: read rightly, or refused in one line; no crash, no hang."""

from __future__ import annotations

import itertools
import warnings
from pathlib import Path

import ase.build
import ase.io
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fuzz.rig import CORPUS, examples, limits, spoiled
from twinclouds.clouds import Cloud, read_cloud
from twinclouds.declared import MAX_FILE, check_declared
from twinclouds.errors import CloudError

FORMATS = {
    "a.xyz": ("molecule", "xyz"),
    "b.xyz": ("crystal", "extxyz"),
    "a.cif": ("crystal", "cif"),
    "POSCAR": ("crystal", "vasp"),
    "a.pdb": ("boxed", "proteindatabank"),
    "a.gen": ("crystal", "gen"),
    "a.xsf": ("crystal", "xsf"),
    "a.cube": ("boxed", "cube"),
    "a.json": ("crystal", "json"),
    "a.gro": ("boxed", "gromacs"),
    "a.traj": ("crystal", "traj"),
    "a.cfg": ("crystal", "cfg"),
    "a.res": ("crystal", "res"),
}


def _valid() -> dict[str, bytes]:
    import tempfile

    boxed = ase.build.molecule("CH3OH")
    boxed.center(3)
    boxed.pbc = True
    clouds = {
        "molecule": ase.build.molecule("CH3OH"),
        "crystal": ase.build.bulk("NaCl", "rocksalt", 5.6),
        "boxed": boxed,
    }
    texts = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, (which, kind) in FORMATS.items():
            more = {"data": np.zeros((2, 2, 2))} if kind == "cube" else {}
            ase.io.write(Path(folder) / name, clouds[which], format=kind, **more)
            texts[name] = (Path(folder) / name).read_bytes()
    texts["a.mol"] = b"m\n\n\n  2  1  0\n    0.0 0.0 0.0 H   0\n   0.0 0.0 0.7 H   0\n  1  2  1\nM  END\n"
    return texts


VALID = _valid()
counter = itertools.count()


def read(folder: Path, name: str, content: bytes) -> Cloud | str:
    """Read a file; a refusal has to be one line that names the file."""
    place = folder / str(next(counter))
    place.mkdir()
    (place / name).write_bytes(content)
    with limits(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # ASE's own
        warnings.filterwarnings("error", module="twinclouds")
        try:
            return read_cloud(place / name)
        except CloudError as error:
            text = str(error)
            assert name in text and "\n" not in text and len(text) < 900
            return text


def sound(cloud: Cloud) -> None:
    assert len(cloud) and np.isfinite(cloud.positions).all() and len(cloud.species) == len(cloud)
    assert all(str(s).isascii() and str(s).isalpha() for s in cloud.species)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("files")


def test_the_files_to_be_spoiled_are_valid(folder: Path) -> None:
    for name, content in VALID.items():
        found = read(folder, name, content)
        assert isinstance(found, Cloud), found
        sound(found)


@pytest.mark.parametrize("file", sorted((CORPUS / "structures").iterdir()), ids=lambda file: file.name)
def test_what_once_crashed_or_hung(file: Path, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = read(folder, file.name, file.read_bytes())
    if "symmetry" in file.name:  # ASE makes some operation of it; what matters is that nothing in it is executed
        assert isinstance(found, Cloud)
        sound(found)
    else:
        assert isinstance(found, str), "every other file of this corpus is to be refused"
        # And for what is wrong with it, not only because this test allows little memory.
        assert ("more memory than there is" in found) == (file.name == "memory.traj"), found
    assert "executed" not in capfd.readouterr().err


def test_spoiled_files(folder: Path) -> None:
    outcomes = []

    @examples(400)
    @given(spoiled(VALID))
    def check(case: tuple[str, bytes]) -> None:
        found = read(folder, *case)
        outcomes.append(isinstance(found, Cloud))
        if isinstance(found, Cloud):
            sound(found)

    check()
    assert 0.05 < np.mean(outcomes) < 0.95, "files should be spoiled, but not all of them to death"


@examples(150)
@given(name=st.sampled_from([*VALID, "noending", "a.extxyz", "a.db", "a.xyz.gz"]), content=st.binary(max_size=200))
def test_noise(name: str, content: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    found = read(tmp_path_factory.getbasetemp(), f"{next(counter)}_{name}", content)
    if isinstance(found, Cloud):
        sound(found)


@examples(100)
@given(count=st.integers(0, 10), atoms=st.integers(0, 6), frames=st.integers(1, 3))
def test_a_wrong_count_is_never_believed(
    count: int, atoms: int, frames: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    good = "".join(f"1\n\nHe 0 0 {k}\n" for k in range(frames - 1))
    last = f"{count}\n\n" + "".join(f"H 0 0 {k}\n" for k in range(atoms))
    found = read(tmp_path_factory.getbasetemp(), f"{next(counter)}.xyz", (good + last).encode())
    if count == atoms > 0:
        assert isinstance(found, Cloud) and len(found) == atoms
    elif count > atoms:
        assert isinstance(found, str)
    # With fewer declared than there are the rest is taken for another structure, or for rubbish.
    elif isinstance(found, Cloud):
        assert len(found) in {count, atoms - count} or frames > 1


@pytest.mark.parametrize("name", sorted(set(VALID) - {"a.cif", "a.pdb", "a.json", "a.traj", "a.res"}))
def test_every_cut_that_takes_an_atom_is_noticed(name: str, folder: Path) -> None:
    """Formats that declare their number of atoms; those that do not cannot be helped."""
    whole = read(folder, name, VALID[name])
    lines = VALID[name].splitlines(keepends=True)
    for k in range(1, len(lines)):
        found = read(folder, name, b"".join(lines[:k]))
        if isinstance(found, Cloud):
            assert len(found) == len(whole)


def test_markup_in_a_file_stays_text(folder: Path) -> None:
    found = read(folder, "<b>x.xyz", b"1\n<img src=x onerror=alert(1)>\nH 0 0 0\n")
    assert isinstance(found, Cloud)
    assert found.name == "<b>x.xyz"


def test_a_file_that_is_too_long_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "long.xyz"
    with file.open("wb") as stream:
        stream.truncate(MAX_FILE + 1)  # a hole: nothing is written
    with pytest.raises(CloudError, match=r"more than 200 MB.*long\.xyz@0"):
        read_cloud(file)
    check_declared(str(file), whole=False)
