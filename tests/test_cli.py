"""The command line, on real files: what it says, and that no mistake shows a traceback."""

from __future__ import annotations

import errno
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ase.build
import ase.io
import numpy as np
import pytest
from ase import Atoms

from twinclouds import __version__, pairs
from twinclouds.certificates import Certificate
from twinclouds.cli import main
from twinclouds.clouds import read_cloud

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run the command line in this process: exit status, standard output, standard error."""

    def call(*arguments: object) -> tuple[int, str, str]:
        try:
            status = main([str(x) for x in arguments])
        except SystemExit as stop:
            status = stop.code if isinstance(stop.code, int) else -1
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return status, captured.out, captured.err

    return call


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with files of all kinds, and the place to be."""
    monkeypatch.chdir(tmp_path)
    for name in ("benzene", "hexagon", "crystal", "CHFClBr"):
        for letter, atoms in zip("ab", pairs.gallery[name], strict=True):
            ase.io.write(f"{name}_{letter}.xyz", atoms, format="extxyz")
    water = ase.build.molecule("H2O")
    ase.io.write("water.xyz", water)
    water.rotate(50, (1, 2, 3))
    ase.io.write("turned.xyz", water[[2, 0, 1]])
    water.set_distance(0, 1, 1.2, fix=0)
    ase.io.write("bent.xyz", water)
    ase.io.write("CO.xyz", ase.build.molecule("CO"))
    ase.io.write("N2.xyz", ase.build.molecule("N2"))
    return tmp_path


def one_line(text: str) -> str:
    assert text.startswith("twinclouds: ")
    assert text.count("\n") == 1
    assert text.endswith("\n")
    return text


def strict(text: str) -> Any:
    def refuse(token: str) -> None:
        raise AssertionError(f"{token} is not JSON")

    return json.loads(text, parse_constant=refuse)


# compare


@pytest.mark.usefixtures("folder")
def test_twins_give_one(run: Run) -> None:
    status, out, err = run("compare", "benzene_a.xyz", "benzene_b.xyz")
    assert (status, err) == (1, "")
    assert "benzene_a.xyz and benzene_b.xyz (C6H6), distance-wl, edges know every distance" in out
    assert "not told apart at any cutoff" in out
    assert "Yet they differ: a triangle" in out
    assert "Margin: lengths that count as different" in out


@pytest.mark.usefixtures("folder")
def test_different_clouds_give_zero(run: Run) -> None:
    status, out, err = run("compare", "water.xyz", "bent.xyz")
    assert (status, err) == (0, "")
    assert "told apart in round 1" in out
    assert "They are told apart from a cutoff of 0.96" in out
    assert "occurs" in out


@pytest.mark.usefixtures("folder")
def test_copies_and_mirror_images_give_one(run: Run) -> None:
    status, out, _ = run("compare", "water.xyz", "turned.xyz", "--tolerance", "1e-5")
    assert status == 1
    assert "No wonder: the two are one and the same shape" in out
    status, out, _ = run("compare", "CHFClBr_a.xyz", "CHFClBr_b.xyz", "--tolerance", "1e-5")
    assert status == 1
    assert "mirror images of each other" in out


@pytest.mark.usefixtures("folder")
def test_options_of_compare(run: Run) -> None:
    hexagon = ("hexagon_a.xyz", "hexagon_b.xyz")
    status, out, _ = run("compare", *hexagon, "--cutoff", "1.5", "--test", "wl")
    assert status == 1
    assert "wl, edges join distances up to 1.5 A, lengths unknown" in out
    assert "not told apart at this cutoff" in out
    status, out, _ = run("compare", "water.xyz", "bent.xyz", "--rounds", "0")
    assert status == 1
    assert "not told apart within 0 rounds" in out
    assert run("compare", "water.xyz", "bent.xyz", "--cutoff", "0.5")[0] == 1
    assert run("compare", "water.xyz", "bent.xyz", "--tolerance", "0.9")[0] == 1
    assert run("compare", "water.xyz", "bent.xyz", "--cutoff", "inf")[0] == 0


KEYS = {
    "a", "b", "test", "cutoff", "rounds", "tolerance", "equivalent", "round", "every_cutoff", "resolving_cutoff",
    "margin", "ill_conditioned", "congruent", "mirror_images", "difference", "verdict", "explanation", "chirality",
}  # fmt: skip


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("test", ["wl", "distance-wl"])
@pytest.mark.parametrize("files", [("benzene_a.xyz", "benzene_b.xyz"), ("water.xyz", "bent.xyz"), ("CO.xyz", "CO.xyz")])
def test_json_is_json(run: Run, files: tuple[str, str], test: str) -> None:
    status, out, err = run("compare", *files, "--json", "--test", test)
    report = strict(out)
    assert err == ""
    assert set(report) >= KEYS
    assert report["test"] == test
    assert report["equivalent"] == (status == 1)
    assert (report["round"] is None) == report["equivalent"]
    assert report["a"]["file"] == files[0]
    assert report["cutoff"] is None
    if report["equivalent"]:
        assert report["resolving_cutoff"] is None
        assert report["congruent"] == (files[0] == files[1])
        assert report["every_cutoff"] == (test == "distance-wl")
    else:
        assert report["resolving_cutoff"] == pytest.approx(0.9685, abs=1e-3)
        assert report["congruent"] is None


@pytest.mark.usefixtures("folder")
def test_json_of_periodic_structures(run: Run) -> None:
    status, out, _ = run("compare", "crystal_a.xyz", "crystal_b.xyz", "--cutoff", "5", "--json", "--tolerance", "1e-5")
    report = strict(out)
    assert status == 1
    assert report["a"]["periodic_axes"] == 3
    assert report["cutoff"] == 5.0
    assert not report["every_cutoff"]


@pytest.mark.parametrize(
    ("name", "options"),
    [("a.cif", {}), ("POSCAR", {"format": "vasp"}), ("a.xyz", {"format": "extxyz"}), ("a.traj", {})],
)
def test_crystals_in_files_of_many_kinds(run: Run, tmp_path: Path, name: str, options: dict[str, str]) -> None:
    salt = ase.build.bulk("NaCl", "rocksalt", a=5.64, cubic=True)
    other = salt.copy()
    other.positions[0] += [0.1, 0, 0]
    for where, atoms in (("one", salt), ("two", salt), ("three", other)):
        (tmp_path / where).mkdir()
        ase.io.write(tmp_path / where / name, atoms, **options)
    one, two, three = (tmp_path / where / name for where in ("one", "two", "three"))
    status, out, _ = run("compare", one, two, "--cutoff", "4")
    assert status == 1
    assert "not told apart at this cutoff" in out
    assert str(one) in out, "files of one name are told apart by their folders"
    assert run("compare", one, three, "--cutoff", "4")[0] == 0
    status, _, err = run("compare", one, three)
    assert status == 2
    assert str(one) in one_line(err)
    assert "--cutoff 5" in err


@pytest.mark.usefixtures("folder")
def test_a_structure_of_a_file(run: Run) -> None:
    ase.io.write("two.xyz", [*pairs.gallery["hexagon"]], format="extxyz")
    assert run("compare", "two.xyz@0", "two.xyz@1")[0] == 1
    assert run("compare", "two.xyz@0", "hexagon_b.xyz")[0] == 1
    status, _, err = run("compare", "two.xyz@0", "two.xyz@9")
    assert status == 2
    assert "two.xyz@9" in one_line(err)


# Bad input


BAD: dict[str, tuple[bytes, str]] = {
    "nan.xyz": (b"2\n\nH 0 0 0\nH 0 0 nan\n", "coordinate z of atom 1 is nan"),
    "inf.xyz": (b"2\n\nH inf 0 0\nH 0 0 1\n", "coordinate x of atom 0 is inf"),
    "same.xyz": (b"3\n\nH 0 0 0\nH 0 0 1\nH 0 0 0\n", "atoms 0 and 2 are 0 A apart"),
    "empty.xyz": (b"", "the file is empty"),
    "none.xyz": (b"0\n\n", "holds no atoms"),
    "junk.xyz": (b"what is this?\n", "ASE cannot read a structure"),
    "binary.xyz": (bytes(range(256)) * 20, "ASE cannot read a structure"),
    "binary": (bytes(range(128, 256)) * 20, "ASE cannot read a structure"),
    "junk.cif": (b"\x00\x01data_\n_cell_length_a ?\n", "ASE cannot read a structure"),
    "flat.xyz": (
        b'2\nLattice="4 0 0 0 4 0 4 4 0" pbc="T T T" Properties=species:S:1:pos:R:3\nH 0 0 0\nH 0 0 1\n',
        "span no volume",
    ),
    "three.xyz": (b"3\n\nH 0 0 0\nH 0 0 1\nH 0 0 2\n", "three.xyz has 3"),
    "other.xyz": (b"2\n\nHe 0 0 0\nHe 0 0 1\n", "is He2"),
    "periodic.xyz": (
        b'2\nLattice="4 0 0 0 4 0 0 0 4" pbc="F F T" Properties=species:S:1:pos:R:3\nH 0 0 0\nH 0 0 1\n',
        "is periodic, so its distances never end; give a finite cutoff, for instance --cutoff 5",
    ),
}


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize("command", ["compare", "certify"])
@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("name", BAD)
def test_bad_files_give_two_and_one_line(run: Run, name: str, second: bool, command: str) -> None:
    content, message = BAD[name]
    Path("good.xyz").write_text("2\n\nH 0 0 0\nH 0 0 0.74\n")
    Path(name).write_bytes(content)
    files = ("good.xyz", name) if second else (name, "good.xyz")
    status, out, err = run(command, *files)
    assert (status, out) == (2, "")
    one_line(err)
    if not (command == "certify" and name == "periodic.xyz"):
        assert name in err
        assert message in err
    assert len(err) < 600


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("arguments", "messages"),
    [
        (["compare", "nowhere.xyz", "water.xyz"], ["nowhere.xyz: there is no such file"]),
        (["compare", "water.xyz", "."], ["this is a folder"]),
        (["compare", "CO.xyz", "N2.xyz"], ["CO.xyz is CO", "N2.xyz is N2", "elements"]),
        (["compare", "CO.xyz", "water.xyz"], ["CO.xyz has 2 atoms", "water.xyz has 3"]),
        (["compare", "CO.xyz"], ["arguments are required: B", "--help"]),
        (["compare"], ["A, B"]),
        (["compare", "CO.xyz", "CO.xyz", "--cutoff", "-1"], ["'-1' is not a positive length"]),
        (["compare", "CO.xyz", "CO.xyz", "--cutoff", "0"], ["'0' is not a positive length"]),
        (["compare", "CO.xyz", "CO.xyz", "--cutoff", "nan"], ["'nan' is not a positive length"]),
        (["compare", "CO.xyz", "CO.xyz", "--cutoff", "far"], ["'far' is not a positive length in angstrom"]),
        (["compare", "CO.xyz", "CO.xyz", "--rounds", "-2"], ["'-2' is not a number of rounds"]),
        (["compare", "CO.xyz", "CO.xyz", "--rounds", "1.5"], ["'1.5' is not a number of rounds"]),
        (["compare", "CO.xyz", "CO.xyz", "--test", "magic"], ["'magic' is not known", "'distance-wl'"]),
        (["compare", "CO.xyz", "CO.xyz", "--tolerance", "inf"], ["tolerance", "inf"]),
        (["compare", "CO.xyz", "CO.xyz", "--colour"], ["--colour"]),
        (["certify", "CO.xyz", "CO.xyz"], ["not twins: they are congruent"]),
        (["certify", "water.xyz", "bent.xyz"], ["not twins: told apart in round 1"]),
        (["certify", "CO.xyz", "CO.xyz", "--radius", "0"], ["'0' is not a positive length"]),
        (["certify", "CO.xyz", "CO.xyz", "--tolerance", "-1"], ["'-1' is not a positive length"]),
        (["certify", "benzene_a.xyz", "benzene_b.xyz", "--tolerance", "1e-3"], ["tolerance 0.001 A is not small"]),
        (
            ["compare", "CO.xyz", "CO.xyz", "--chirality"],
            ["--chirality goes with --test 2-fwl, not with --test distance-wl"],
        ),
        (["dance"], ["dance"]),
        (["gallery", "--export", "water.xyz/deeper"], ["cannot write to water.xyz/deeper"]),
        (["gallery", "--export", "water.xyz"], ["cannot write to water.xyz"]),
    ],
)
def test_mistakes_give_two_and_one_line(run: Run, arguments: list[str], messages: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    one_line(err)
    for message in messages:
        assert message in err


def test_nothing_at_all_shows_the_help(run: Run) -> None:
    status, out, _ = run()
    assert status == 2
    assert "compare" in out
    assert "gallery" in out


@pytest.mark.parametrize("command", [[], ["compare"], ["certify"], ["gallery"], ["lab"]])
def test_help_is_for_people(run: Run, command: list[str]) -> None:
    status, out, err = run(*command, "--help")
    assert (status, err) == (0, "")
    assert out.startswith("usage: twinclouds")
    assert len(out) > 200


def test_version(run: Run) -> None:
    assert run("--version") == (0, f"twinclouds {__version__}\n", "")


# certify and gallery


@pytest.mark.usefixtures("folder")
def test_certify(run: Run) -> None:
    status, out, err = run("certify", "benzene_a.xyz", "benzene_b.xyz")
    assert (status, err) == (0, "")
    assert out.startswith("Not told apart by distances at every cutoff")
    assert "Not congruent: a triangle" in out
    status, out, _ = run("certify", "benzene_a.xyz", "benzene_b.xyz", "--json")
    assert status == 0
    strict(out)
    assert Certificate.from_json(out).check()


@pytest.mark.usefixtures("folder")
def test_certify_coordinates_with_few_digits(run: Run) -> None:
    for letter, atoms in zip("ab", pairs.gallery["benzene"], strict=True):
        atoms.positions = atoms.positions.round(6)
        ase.io.write(f"rounded_{letter}.xyz", atoms)
    assert run("certify", "rounded_a.xyz", "rounded_b.xyz")[0] == 2
    status, out, err = run("certify", "rounded_a.xyz", "rounded_b.xyz", "--tolerance", "1e-4", "--json")
    assert (status, err) == (0, "")
    certificate = Certificate.from_json(out)
    assert certificate.check()
    assert certificate.tolerance == 1e-4
    assert "Margin: distances that count as different" in run("certify", "benzene_a.xyz", "benzene_b.xyz")[1]


@pytest.mark.usefixtures("folder")
def test_compare_with_chirality(run: Run) -> None:
    hands = ("CHFClBr_a.xyz", "CHFClBr_b.xyz", "--test", "2-fwl")
    assert run("compare", *hands)[0] == 1
    status, out, _ = run("compare", *hands, "--chirality")
    assert status == 0
    assert "2-fwl, pairs of atoms, signed volumes, every distance" in out
    assert strict(run("compare", *hands, "--chirality", "--json")[1])["chirality"] is True


@pytest.mark.usefixtures("folder")
def test_certify_periodic(run: Run) -> None:
    status, out, _ = run("certify", "crystal_a.xyz", "crystal_b.xyz", "--radius", "5")
    assert status == 0
    assert "at every cutoff (verified up to 5 A; beyond: three planes" in out


def test_gallery_lists_every_pair(run: Run) -> None:
    status, out, err = run("gallery")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert len(lines) == len(pairs.gallery) + 1
    assert [line.split()[0] for line in lines[1:]] == list(pairs.gallery)


def test_gallery_exports_files_that_give_the_same_verdicts(run: Run, tmp_path: Path) -> None:
    target = tmp_path / "new" / "folder"
    status, out, _ = run("gallery", "--export", target)
    assert status == 0
    assert f"wrote {len(pairs.gallery)} pairs" in out
    assert len(list(target.iterdir())) == 2 * len(pairs.gallery)
    for stem, name in (("benzene", "benzene"), ("Cr_CO_6", "Cr(CO)6"), ("crystal", "crystal"), ("chain", "chain")):
        for letter, atoms in zip("ab", pairs.gallery[name], strict=True):
            cloud = read_cloud(target / f"{stem}_{letter}.xyz")
            np.testing.assert_allclose(cloud.positions, atoms.positions, atol=1e-7)
            np.testing.assert_array_equal(cloud.species, atoms.get_chemical_symbols())
            np.testing.assert_array_equal(cloud.pbc, atoms.pbc)
    assert run("compare", target / "benzene_a.xyz", target / "benzene_b.xyz")[0] == 1
    # Once more into the same folder.
    assert run("gallery", "--export", target)[0] == 0
    mine = target / "benzene_b.xyz"
    mine.write_text("what somebody made of it\n")
    (target / "benzene_a.xyz").unlink()
    status, out, err = run("gallery", "--export", target)
    assert (status, out) == (2, "") and "benzene_b.xyz is there already" in one_line(err)
    assert mine.read_text() == "what somebody made of it\n" and not (target / "benzene_a.xyz").exists()


@pytest.mark.parametrize("name", sorted(pairs.gallery))
def test_exported_pairs_compare_as_expected(run: Run, name: str, tmp_path: Path) -> None:
    """Eight decimals in a file must not change a verdict."""
    pair = pairs.gallery[name]
    for letter, atoms in zip("ab", pair, strict=True):
        ase.io.write(tmp_path / f"{letter}.xyz", atoms, format="extxyz")
    cutoff = ["--cutoff", pair.cutoff] if np.isfinite(pair.cutoff) else []
    status, out, _ = run("compare", tmp_path / "a.xyz", tmp_path / "b.xyz", *cutoff)
    assert status == (0 if pair.expected["distance-wl"] else 1)
    assert "too close" not in out


# A process of its own


def test_a_real_process(tmp_path: Path) -> None:
    ase.io.write(tmp_path / "CO.xyz", Atoms("CO", [[0, 0, 0], [0, 0, 1.13]]))
    command = [sys.executable, "-c", "import sys; from twinclouds.cli import main; sys.exit(main())"]

    def call(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *arguments], cwd=tmp_path, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )

    good = call("compare", "CO.xyz", "CO.xyz")
    assert (good.returncode, good.stderr) == (1, "")
    bad = call("compare", "CO.xyz", "OC.xyz")
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("twinclouds: OC.xyz: there is no such file")
    assert bad.stderr.count("\n") == 1


def test_structures_that_are_too_large_for_all_distances_have_a_cutoff(run: Run, folder: Path) -> None:
    side = np.arange(20) * 2.0
    crystal = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3)
    for name, points in (("large.xyz", crystal), ("turned_large.xyz", crystal[::-1, [2, 0, 1]])):
        ase.io.write(name, Atoms(f"C{len(points)}", positions=points))
    status, out, err = run("compare", "large.xyz", "turned_large.xyz", "--cutoff", 3)
    assert (status, err) == (1, "")
    assert "one and the same shape" in out
    status, out, err = run("compare", "large.xyz", "turned_large.xyz")
    assert status == 2
    assert "use a smaller cutoff" in one_line(err)


# Streams that are closed, full, or know few letters; interrupts


def started(folder: Path, line: str, *names: str | bytes, **variables: str) -> tuple[int, str, str]:
    """Run a line of the shell in which $T stands for the program, and $1, $2, ... for names of files."""
    program = folder / "twinclouds-here"
    program.write_text(f"#!{sys.executable}\nimport sys\nfrom twinclouds.cli import main\nsys.exit(main())\n")
    program.chmod(0o755)
    done = subprocess.run(
        ["sh", "-c", line, "sh", *names],
        cwd=folder,
        env=os.environ | {"T": str(program)} | variables,
        capture_output=True,
        check=False,
    )
    out, err = (text.decode("utf-8", "surrogateescape") for text in (done.stdout, done.stderr))
    assert "Traceback" not in out + err and "Exception ignored" not in err, err
    return done.returncode, out, err


@pytest.mark.parametrize("line", ["$T gallery | head -n 1", "$T gallery | :", "$T compare CO.xyz CO.xyz --json | :"])
def test_a_pipe_whose_reader_has_enough(line: str, folder: Path) -> None:
    assert started(folder, line)[2] == ""


@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&- <&-"])
def test_closed_streams_change_no_status(closed: str, folder: Path) -> None:
    assert started(folder, f"$T compare benzene_a.xyz benzene_b.xyz {closed}")[0] == 1
    assert started(folder, f"$T compare nowhere.xyz nowhere.xyz {closed}")[0] == 2
    assert started(folder, f"$T dedup --jobs 2 --out out.jsonl benzene_a.xyz benzene_b.xyz {closed}")[0] == 0
    assert len((folder / "out.jsonl").read_text(encoding="utf-8").splitlines()) == 3


@pytest.mark.parametrize("where", ["write", "flush"])
def test_a_full_disk_is_told(where: str, run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def refuse(self, *_: Any) -> Any:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    setattr(Full, where, Full.refuse)
    monkeypatch.setattr(sys, "stdout", Full())
    for command in (["gallery"], ["compare", "CO.xyz", "CO.xyz"], ["certify", "hexagon_a.xyz", "hexagon_b.xyz"]):
        status, _, err = run(*command)
        assert status == 2
        assert "No space left" in one_line(err)


def test_terminals_with_few_letters(folder: Path) -> None:
    name, other = "βενζόλιο.xyz", "ü ß/b.xyz"
    (folder / "ü ß").mkdir()
    (folder / "benzene_a.xyz").rename(folder / name)
    (folder / "benzene_b.xyz").rename(folder / other)
    line = '$T compare "$1" "$2"'
    status, out, err = started(folder, line, name, other, PYTHONIOENCODING="ascii")
    assert (status, err) == (1, "")
    assert out.startswith(r"\u03b2\u03b5\u03bd\u03b6\u03cc\u03bb\u03b9\u03bf.xyz and b.xyz (C6H6)")
    assert started(folder, line, name, other, LC_ALL="C")[0] == 1
    assert f"{name} and b.xyz" in started(folder, line, name, other, PYTHONIOENCODING="utf-8")[1]


def test_names_cannot_command_a_terminal(run: Run, folder: Path) -> None:
    name = "\x1b[31mred\u202egnp\x07\t\n.xyz"
    (folder / "benzene_a.xyz").rename(name)
    for arguments in (
        ("compare", name, "benzene_b.xyz"),
        ("compare", name, "benzene_b.xyz", "--json"),
        ("compare", name, name),
        ("compare", name, "CO.xyz"),
        ("compare", f"{name}@7", "CO.xyz"),
        ("compare", name + name, "CO.xyz"),
        ("certify", name, "CO.xyz"),
        ("dedup", name, "benzene_b.xyz", "CO.xyz", "--jobs", "1"),
        ("gallery", name),
    ):
        _, out, err = run(*arguments)
        assert "red" in out + err, arguments
        assert all(c.isprintable() or c == "\n" for c in out + err), arguments
        assert "\n.xyz" not in out + err


def test_names_that_are_no_text(folder: Path) -> None:
    (folder / "CO.xyz").rename(folder / os.fsdecode(b"\xff.xyz"))
    status, out, err = started(folder, '$T compare "$1" "$1" --json', b"\xff.xyz")
    assert (status, err) == (1, "")
    assert strict(out)["b"]["file"] == "\udcff.xyz"
    assert r"\udcff.xyz" in started(folder, '$T compare "$1" "$1"', b"\xff.xyz")[1]
    assert r"\udcff.xyz has 2 atoms" in started(folder, '$T compare "$1" water.xyz', b"\xff.xyz")[2]


def test_an_interrupt_is_one_line_and_the_status_of_shells(run: Run, folder: Path, monkeypatch: Any) -> None:
    def interrupt(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("twinclouds.refinement.compare", interrupt)
    assert run("compare", "CO.xyz", "CO.xyz") == (130, "", "twinclouds: stopped\n")


def test_a_crash_is_not_taken_for_a_verdict(run: Run, folder: Path, monkeypatch: Any) -> None:
    """Python ends with 1 after an error, which would mean that two structures were not told apart."""

    def crash(*_: Any) -> None:
        raise ZeroDivisionError("no\nway")

    monkeypatch.setattr("twinclouds.refinement.compare", crash)
    status, out, err = run("compare", "CO.xyz", "CO.xyz")
    assert (status, out) == (2, "")
    assert "ZeroDivisionError in test_cli.py, line" in one_line(err)
    assert "no way; this should not happen, please report it" in err


def test_dedup_names_repetitions_twins_and_bad_files(run: Run, folder: Path) -> None:
    ase.io.write("both.extxyz", [*pairs.gallery["benzene"], ase.build.molecule("H2O")], format="extxyz")
    Path("broken.xyz").write_text("rubbish\n")
    status, out, err = run("dedup", "water.xyz", "both.extxyz", "broken.xyz", "--jobs", 1)
    assert status == 0
    assert "both.extxyz@1: twin of both.extxyz@0" in out and "both.extxyz@2: duplicate of water.xyz@0" in out
    assert "5 clouds: 2 distinct, 1 duplicate, 1 twin, 1 bad" in out and "broken.xyz: ASE cannot read" in err


def test_dedup_of_nothing_that_can_be_read_is_an_error(run: Run, folder: Path) -> None:
    Path("empty").mkdir()
    status, out, err = run("dedup", "empty", "--jobs", 1)
    assert (status, out) == (2, "1 cloud: 1 bad\n")
    assert err == "empty: there is no file in this folder; name another one\n"
    Path("bad.xyz").write_text("1\n\nH 0 0 rubbish\n" * 30 + "1\n\nH 0 0 0\n")
    status, out, err = run("dedup", "bad.xyz", "--out", "found.jsonl", "--jobs", 1)
    assert status == 0 and out == "31 clouds: 1 distinct, 30 bad; see found.jsonl\n"
    assert len(err.splitlines()) == 21 and err.splitlines()[-1] == "... and 10 more that are bad; see found.jsonl"
    assert err.startswith("bad.xyz@0: ASE cannot read this structure (could not convert string to float")
    status, _, err = run("dedup", "bad.xyz", "--jobs", 1)
    assert status == 0 and len(err.splitlines()) == 30


def test_dedup_of_a_file_that_is_not_there_does_nothing(run: Run, folder: Path) -> None:
    status, out, err = run("dedup", "water.xyz", "nowhere.xyz", "--out", "found.jsonl", "--jobs", 1)
    assert (status, out) == (2, "") and err.startswith("twinclouds: nowhere.xyz: there is no such file")
    assert not Path("found.jsonl").exists()


def test_dedup_advises_in_options(run: Run, folder: Path) -> None:
    ase.io.write("copper.xyz", ase.build.bulk("Cu"), format="extxyz")
    status, _, err = run("dedup", "copper.xyz", "--jobs", 1)
    assert status == 2 and "give a finite cutoff in angstrom, for instance --cutoff 5.0" in err
    assert run("dedup", "copper.xyz", "--cutoff", "5.0", "--jobs", 1)[0] == 0


def test_dedup_goes_on(run: Run, folder: Path) -> None:
    call = ("dedup", "water.xyz", "benzene_a.xyz", "benzene_b.xyz", "--out", "found.jsonl", "--no-shapes", "--jobs", 1)
    status, out, _ = run(*call)
    assert status == 0 and "3 clouds: 2 distinct, 1 equivalent; see found.jsonl" in out
    before = Path("found.jsonl").read_bytes()
    assert run(*call)[1] == out and Path("found.jsonl").read_bytes() == before
    status, _, err = run(*call, "--cutoff", 3)
    assert status == 2 and "other settings" in err
    assert run("dedup", "water.xyz", "--jobs", 0)[0] == 2


def test_names_of_several_lines_are_quoted_in_one(run: Run) -> None:
    for arguments in (("compare", "no\nwhere", "a"), ("compare", "a", "b", "--cutoff", "1\n2"), ("a\nb",)):
        status, _, err = run(*arguments)
        assert status == 2
        one_line(err)
