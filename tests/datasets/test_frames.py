"""Files and folders: what is read here is what ASE reads, and whatever is odd about a file is said in its place."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import string
from pathlib import Path
from typing import Any

import ase.build
import ase.io
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

from twinclouds.clouds import as_cloud
from twinclouds.datasets import frames
from twinclouds.datasets.frames import Frame, frame_record, read_many
from twinclouds.datasets.records import record, unpack
from twinclouds.errors import CloudError

SPOILED = st.sampled_from(
    [
        "x",
        "",
        " ",
        "-",
        "1e400",
        "nan",
        "1_0",
        "0x1",
        "C",
        "c",
        "CL",
        "Qq",
        "X",
        "2.5",
        "+1",
        '"',
        "\\",
        "\t",
        "=",
        "VEC1",
    ]
)
COMMENTS = st.sampled_from(
    [
        "",
        "energy = -3.5",
        "a plain comment, with commas; frame 3",
        'Properties=species:S:1:pos:R:3 pbc="F F F"',
        "Properties=species:S:1:pos:R:3",
        'Properties=species:S:1:pos:R:3:Z:I:1 pbc="F F F"',
        "Properties=pos:R:3:species:S:1",
        "Properties=species:S:1:pos:R:3:forces:R:3",
        'Properties=species:S:1:pos:R:3 name="two words" energy=-1.5 pbc="F F F"',
        'Lattice="5 0 0 0 5 0 0 0 5"',
        'Lattice="5 0 0 0 5 0 0 0 5" pbc="T F F"',
        '"Lattice"="5 0 0 0 5 0 0 0 5"',
        'L"attice"="5 0 0 0 5 0 0 0 5"',
        r"L\attice={5 0 0 0 5 0 0 0 5}",
        "pbc=T",
        "pbc",
        'pbc="T T T"',
        "[pbc]=T",
        'comment="Lattice=1"',
    ]
)


def by_ase(text: str) -> Atoms | None:
    try:
        atoms: Any = ase.io.read(io.StringIO(text), 0, format="extxyz")
    except Exception:  # whatever it stumbles over
        return None
    return atoms  # type: ignore[no-any-return]


@settings(max_examples=400)
@given(
    comment=COMMENTS,
    rows=st.lists(
        st.tuples(*[st.sampled_from(["C", "H", "cl", "X"])] * 1, *[st.floats(-9, 9)] * 3), min_size=1, max_size=4
    ),
    spoiled=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4), SPOILED), max_size=2),
    more=st.sampled_from(["", " 1 2 3", " extra"]),
)
def test_a_frame_is_what_ase_reads(
    comment: str, rows: list[tuple[Any, ...]], spoiled: list[tuple[int, int, str]], more: str
) -> None:
    table = [[str(x) for x in row] for row in rows]
    for row, column, text in spoiled:
        if row < len(table):
            table[row][column : column + 1] = [text]
    text = f"{len(rows)}\n{comment}\n" + "".join(" ".join(row) + more + "\n" for row in table)
    wanted = by_ase(text)
    try:
        found = frame_record(Frame(text, len(rows), ""))
    except CloudError:
        found = None
    except Exception as error:
        raise AssertionError(text) from error
    if wanted is None:
        # Columns and keys that matter to nobody here are not looked at; what ASE refuses for its atoms is refused.
        assert found is None or more or "forces" in comment, text
        return
    try:
        cloud = as_cloud(wanted)
    except CloudError:
        if found is not None:
            with pytest.raises(CloudError):
                unpack(found)
        return
    assert found is not None and found == record(cloud), text


@given(st.text(string.printable, max_size=60))
def test_no_comment_hides_a_cell(comment: str) -> None:
    text = (
        "1\n" + comment.replace("\n", " ").replace("\r", " ").replace("\x0b", " ").replace("\x0c", " ") + "\nH 0 0 0\n"
    )
    wanted = by_ase(text)
    if wanted is not None and not wanted.pbc.any():
        assert frame_record(Frame(text, 1, "")) == record(as_cloud(wanted))


@pytest.mark.parametrize("form", ["xyz", "extxyz"])
def test_files_that_ase_writes_are_cut_into_their_structures(tmp_path: Path, form: str) -> None:
    crystal = ase.build.bulk("NaCl", "rocksalt", 5.64)
    named = ase.build.molecule("CH4")
    named.info |= {"name": "methane", "text": 'a "quoted" one', "energy": -1.5}
    named.arrays["forces"] = np.ones((5, 3))
    wanted = [ase.build.molecule("H2O"), named, ase.build.molecule("C60"), *([crystal] if form == "extxyz" else [])]
    file = tmp_path / f"all.{form}"
    ase.io.write(file, wanted, format=form)
    found = list(read_many([file]).unread())
    assert [frame.name for frame in found] == [f"{file}@{k}" for k in range(len(wanted))]
    for frame, atoms in zip(found, ase.io.read(file, ":"), strict=True):
        assert frame_record(frame) == record(as_cloud(atoms))
    assert [a.get_chemical_formula() for a in read_many([file])] == [a.get_chemical_formula() for a in wanted]
    assert next(read_many([file])).info["name"] == f"{file}@0"


@pytest.mark.parametrize(("suffix", "pack"), [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress)])
def test_compressed_files_are_read_up_to_where_they_are_damaged(tmp_path: Path, suffix: str, pack: Any) -> None:
    rng = np.random.default_rng(0)
    file = tmp_path / f"many.xyz{suffix}"
    whole = pack("".join(f"1\n\nH {x} 0 0\n" for x in rng.normal(size=20_000)).encode())
    file.write_bytes(whole)
    assert sum(isinstance(item, Frame) for item in read_many([file]).unread()) == 20_000
    file.write_bytes(whole[: len(whole) // 2])
    found = list(read_many([file]).unread())
    assert isinstance(found[-1], CloudError) and "cannot be read on from here" in str(found[-1])
    file.write_bytes(b"rubbish")
    (found,) = read_many([file]).unread()
    assert "cannot be read on from here" in str(found)


def problems(*paths: object) -> list[str]:
    found = []
    for item in read_many(paths):  # type: ignore[arg-type]
        if isinstance(item, CloudError):
            found.append(str(item))
    return found


def test_odd_places_are_named(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "zero.xyz").touch()
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "dangling.xyz").symlink_to("nowhere")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / ".hidden").write_text("not looked at")
    assert problems(tmp_path / "empty") == [f"{tmp_path}/empty: there is no file in this folder; name another one"]
    found = problems(tmp_path)
    assert [text.split(": ")[0].rsplit("/")[-1] for text in found] == ["dangling.xyz", "pipe", "zero.xyz@0"]
    assert "neither a file nor a folder" in found[1] and "the file is empty" in found[2]
    assert "embedded null" in problems("a\0b")[0]
    assert list(read_many(["nowhere.xyz@3"])) == [Path("nowhere.xyz@3")], "of what is missing its reader says so"


def test_a_folder_that_may_not_be_looked_into_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Any) -> Any:  # whoever runs the tests may be allowed everything
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(frames.os, "scandir", refuse)
    assert problems(tmp_path) == [f"{tmp_path}: this folder cannot be looked at (Permission denied)"]


@pytest.mark.parametrize(
    ("text", "good", "message"),
    [
        ("1\n\nH 0 0 0\nrubbish\n", 1, "should stand here, not 'rubbish'"),
        ("1\n\nH 0 0 0\n-1\n\n", 1, "should stand here, not '-1'"),
        ("1\n\nH 0 0 0\n3\n\nH 0 0 0\n", 1, "declares 3 atoms, but has only 1 line"),
        ("1\n\nH 0 0 0\n999999999999\n\nH 0 0 0\n", 1, "declares 999999999999 atoms, but has only 1 line"),
        ("1\n\nH 0 0 0\n2\n", 1, "declares 2 atoms, but has only 0 lines"),
        ("1\n\nH 0 0 0\n1\n\nH 0 0 rubbish\n1\n\nH 0 0 1\n", 2, "could not convert string to float"),
        ("1\nProperties=species:S:1:pos:R:999999999999\nH 0 0 0\n", 0, "columns"),
        ("0\n\n1\n\nH 0 0 0\n", 1, ""),
    ],
)
def test_the_rest_of_a_broken_file_is_read_as_far_as_possible(
    tmp_path: Path, text: str, good: int, message: str
) -> None:
    file = tmp_path / "broken.xyz"
    file.write_text(text)
    found = list(read_many([file]))
    assert sum(isinstance(item, Atoms) and len(item) > 0 for item in found) == good
    said = " ".join(str(item) for item in found if isinstance(item, CloudError))
    assert message in said and said.count(f"{file}@") == bool(message)


def test_what_is_called_xyz_but_is_none_is_left_to_its_reader(tmp_path: Path) -> None:
    file = tmp_path / "strange.xyz"
    file.write_text("data_nothing\n")
    assert list(read_many([file])) == [file]


def test_lines_and_frames_without_end_are_not_taken_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frames, "LONGEST", 100)
    monkeypatch.setattr(frames, "TOGETHER", 10)
    monkeypatch.setattr(frames, "MAX_FILE", 2**20)
    file = tmp_path / "huge.xyz"
    file.write_text("1\n\nH 0 0 0\n900000\n" + "x" * 10_000_000)
    found = list(read_many([file]).unread())
    assert len(found) == 2 and "more than 1 MB" in str(found[1])


def test_how_many_there_are_is_estimated_from_what_was_read(tmp_path: Path) -> None:
    sizes = (300, 500, 200)
    for k, size in enumerate(sizes):
        (tmp_path / f"{k}.xyz").write_text("1\n\nH 0.0 0.0 0.0\n" * size)
    (tmp_path / "3.xyz.gz").write_bytes(gzip.compress(b"1\n\nH 0.0 0.0 0.0\n" * 10))
    reading = read_many([tmp_path])
    assert reading.expected() == 0
    total = sum(sizes) + 10
    for k, _ in enumerate(reading.unread()):
        if k > 600:
            assert 0.5 * total < reading.expected() < 2 * total
    assert reading.expected() == total
