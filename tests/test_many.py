"""Many clouds at once: the same results however the work is spread, stopped and taken up."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ase.build
import ase.io
import numpy as np
import pytest
from ase import Atoms

from twinclouds import many
from twinclouds.clouds import as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CompareError, TwincloudsError
from twinclouds.many import compare_many, deduplicate, read_many
from twinclouds.pairs import gallery
from twinclouds.refinement import compare


def moved(atoms: Atoms, rng: np.random.Generator) -> Atoms:
    turned = atoms[rng.permutation(len(atoms))]
    turned.rotate(rng.uniform(0, 360), rng.normal(size=3))
    turned.translate(rng.normal(size=3))
    return turned


def data_set(seed: int = 0, size: int = 60) -> list[Any]:
    """Molecules, some of them again, mirrored, or as twins; and some that are none."""
    rng = np.random.default_rng(seed)
    twins = [tuple(gallery[name]) for name in ("benzene", "hydrazine-1eV", "SF6")]
    names = ["CH3CH2OH", "CH3OCH3", "C2H6", "H2O"]
    items: list[Any] = []
    for _ in range(size):
        kind = rng.integers(6)
        if kind == 0:
            items.append(moved(twins[rng.integers(3)][rng.integers(2)], rng))
        elif kind == 1:
            items.append([[0, 0, 0], [0, 0, float("nan")]])
        elif kind == 2 and items:
            old = items[rng.integers(len(items))]
            items.append(moved(old, rng) if isinstance(old, Atoms) else old)
        else:
            atoms = ase.build.molecule(names[rng.integers(4)])
            atoms.positions += rng.normal(0, 0.01, atoms.positions.shape)
            items.append(moved(atoms, rng))
    return items


def all_with_all(items: list[Any]) -> list[tuple[str, int | None]]:
    """What deduplication should find, without a hash."""
    found: list[tuple[str, int | None]] = []
    first: dict[int, Any] = {}
    for k, item in enumerate(items):
        try:
            cloud = as_cloud(item)
        except TwincloudsError:
            found.append(("bad", None))
            continue
        for j, other in first.items():
            if cloud.composition == other.composition and compare(cloud, other).equivalent:
                shape = congruent(other, cloud)
                found.append(("twin" if not shape else "mirror image" if shape.mirror else "duplicate", j))
                break
        else:
            first[k] = cloud
            found.append(("distinct", None))
    return found


def kinds(found: many.Deduplication) -> list[tuple[str, int | None]]:
    return [(row["kind"], row["same_as"]) for row in found.rows]


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_finds_what_comparing_all_with_all_finds(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BLOCK", block)
    items = data_set()
    found = deduplicate(items, jobs=1)
    assert kinds(found) == all_with_all(items)
    assert {"distinct", "duplicate", "twin", "bad"} <= {row["kind"] for row in found.rows}
    assert found.counts["distinct"] == len(list(found.distinct())) and len(found) == len(items)


def test_processes_give_the_same_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BLOCK", 25)
    items = data_set(1)
    assert list(deduplicate(iter(items), jobs=2).rows) == list(deduplicate(items, jobs=1).rows)


def test_cluster_gives_the_same_rows() -> None:
    from distributed import Client, LocalCluster

    items = data_set(2)
    pairs = [(gallery["benzene"].a, gallery["benzene"].b), (items[0], items[0]), ("nowhere.xyz", items[0])]
    with (
        LocalCluster(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        assert list(deduplicate(items, client=client).rows) == list(deduplicate(items, jobs=1).rows)
        assert list(compare_many(pairs, client=client).rows) == list(compare_many(pairs, jobs=1).rows)


def test_a_run_that_was_stopped_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BLOCK", 8)
    items, whole, torn = data_set(3), tmp_path / "whole.jsonl", tmp_path / "torn.jsonl"
    deduplicate(items, whole, jobs=1)

    def stopped() -> Iterator[Any]:
        yield from items[:30]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        deduplicate(stopped(), torn, jobs=1)
    left = torn.read_bytes()
    assert whole.read_bytes().startswith(left) and left.count(b"\n") == 1 + 24
    torn.write_bytes(left[:-40])
    hashed = []
    original = many._hash_clouds
    monkeypatch.setattr(many, "_hash_clouds", lambda work, how: hashed.extend(work) or original(work, how))
    found = deduplicate(items, torn, jobs=1)
    assert torn.read_bytes() == whole.read_bytes()
    assert [one[0] for one in hashed] == list(range(23, len(items)))
    assert found.counts == deduplicate(items, jobs=1).counts


def test_another_input_is_not_taken_for_the_rest(tmp_path: Path) -> None:
    out, rng = tmp_path / "out.jsonl", np.random.default_rng(0)
    deduplicate(rng.normal(size=(3, 4, 3)), out, jobs=1)
    with pytest.raises(TwincloudsError, match="in place 0"):
        deduplicate(rng.normal(size=(3, 4, 3)), out, jobs=1)
    out.unlink()
    pairs = rng.normal(size=(3, 2, 4, 3))
    compare_many(pairs, out, jobs=1)
    with pytest.raises(TwincloudsError, match="in place 1"):
        compare_many([pairs[0], pairs[2]], out, jobs=1)
    assert compare_many(pairs, out, jobs=1).counts["told apart"] == 3


def test_files_that_changed_went_or_hold_the_results_themselves(tmp_path: Path) -> None:
    folder, out = tmp_path / "set", tmp_path / "set" / "out.jsonl"
    folder.mkdir()
    for k, name in enumerate("abc"):
        ase.io.write(folder / f"{name}.vasp", ase.build.bulk("Cu", a=3.6 + k, cubic=True), format="vasp")

    def run() -> many.Deduplication:
        return deduplicate(read_many([folder]), out, cutoff=4.0, rounds=np.int64(2), jobs=1)  # type: ignore[arg-type]

    first = run()
    assert len(first) == 3 and first.counts["bad"] == 0, "the file of results is no structure"
    assert run().counts == first.counts
    gone = (folder / "c.vasp").read_bytes()
    (folder / "c.vasp").unlink()
    with pytest.raises(TwincloudsError, match="the input ends after 2"):
        run()
    (folder / "c.vasp").write_bytes(gone.replace(b"Cu", b"Ag"))
    with pytest.raises(TwincloudsError, match="in place 2"):
        run()
    stretched = ase.build.bulk("Cu", cubic=True)
    assert many._stamp(stretched) != many._stamp(Atoms(stretched, cell=stretched.cell * 2))


def test_stronger_tests_keep_twins_apart() -> None:
    pair = gallery["SF6"]
    assert kinds(deduplicate([pair.a, pair.b, pair.a], test="2-fwl", jobs=1))[1:] == [
        ("distinct", None),
        ("duplicate", 0),
    ]
    assert kinds(deduplicate([pair.a, pair.b], shapes=False, jobs=1))[1] == ("equivalent", 0)


def test_what_cannot_be_compared_is_named() -> None:
    crystal = ase.build.bulk("NaCl", "rocksalt", 5.64)
    rows = list(deduplicate([crystal, crystal], test="2-fwl", cutoff=5.0, jobs=1).rows)
    assert rows[1]["kind"] == "bad" and "periodic" in rows[1]["error"]
    (row,) = deduplicate([crystal], jobs=1).rows
    assert row["kind"] == "bad" and "finite cutoff" in row["error"]


def test_pairs_of_all_kinds(tmp_path: Path) -> None:
    ase.io.write(tmp_path / "water.xyz", ase.build.molecule("H2O"))
    path = tmp_path / "water.xyz"
    pairs = [gallery["benzene"], (path, path), (path, "missing.xyz"), ("only one",), 5, (object(), path)]
    found = compare_many(pairs, jobs=1)
    assert [row["equivalent"] for row in found.rows] == [True, True, None, None, None, None]
    errors = [row["error"] for row in found.rows]
    assert errors[:2] == [None, None] and "no such file" in errors[2] and "is not a pair" in errors[4]
    assert found.counts == {"equivalent": 2, "told apart": 0, "bad": 4} and len(found) == 6


def test_files_and_folders_are_read_and_broken_ones_named(tmp_path: Path) -> None:
    water = ase.build.molecule("H2O")
    ase.io.write(tmp_path / "a_several.xyz", [water, water, ase.build.molecule("CH4")])
    (tmp_path / "b_broken.xyz").write_text("1\n\nH 0 0 0\n2\n\nH 0 0 0\nH 0 rubbish\n")
    (tmp_path / "c.cif").write_text("nothing")
    ase.io.write(tmp_path / "d.vasp", ase.build.bulk("Cu", cubic=True), format="vasp")
    rows = list(deduplicate(read_many([tmp_path, tmp_path / "gone.xyz"]), cutoff=4.0, jobs=1).rows)
    assert [row["kind"] for row in rows] == [
        "distinct",
        "duplicate",
        "distinct",
        "distinct",
        "bad",
        "bad",
        "distinct",
        "bad",
    ]
    assert rows[0]["name"].endswith("a_several.xyz@0")
    assert "rubbish" in rows[4]["error"] or "ASE cannot read" in rows[4]["error"]
    assert rows[6]["formula"] == "Cu4" and "no such file" in rows[7]["error"]


def test_a_hostile_file_among_many_is_refused_and_a_torn_one_read_up_to_there(tmp_path: Path) -> None:
    (tmp_path / "hostile.xyz").write_text("1\nProperties=species:S:1:pos:R:999999999999\nH 0 0 0\n")
    (tmp_path / "huge.xyz").write_text("1\n\nH 0 0 0\n999999999999\n\nH 0 0 0\n")
    (tmp_path / "torn.xyz").write_text("1\n\nH 0 0 0\n5\nProperties=species:S:1:pos:R:3\n")
    rows = list(deduplicate(read_many([tmp_path]), jobs=1).rows)
    assert [row["kind"] for row in rows] == ["bad", "bad", "distinct", "bad"]
    assert "columns" in rows[0]["error"] and "cut short" in rows[1]["error"]


def test_memory_does_not_grow_with_repetitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(many, "BLOCK", 20)
    cloud = np.random.default_rng(0).normal(size=(200, 3))

    def peak(size: int) -> int:
        tracemalloc.start()
        deduplicate((cloud for _ in range(size)), tmp_path / f"{size}.jsonl", cutoff=0.3, shapes=False, jobs=1)
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(120) < 1.3 * peak(40)


def test_progress_is_told() -> None:
    told: list[tuple[int, int, str]] = []
    deduplicate([[[0, 0, 0]], [[1, 0, 0]]], jobs=1, progress=lambda *x: told.append(x))
    compare_many(iter([([[0, 0, 0]], [[1, 0, 0]])]), jobs=1, progress=lambda *x: told.append(x))
    assert told == [(2, 2, "#1"), (1, 0, "#0")]


def test_options_are_checked_at_once() -> None:
    for wrong in ({"jobs": 0}, {"test": "3-wl"}, {"client": "tcp://"}, {"rounds": -1}, {"tolerance": 0}):
        with pytest.raises(CompareError):
            deduplicate([], **wrong)  # type: ignore[arg-type]
