"""Many clouds at once: the same results however the work is spread, stopped and taken up."""

from __future__ import annotations

import copy
import itertools
import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import ase.build
import ase.io
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import congruent
from twinclouds.datasets import families, hashing, many, pipeline, workers
from twinclouds.datasets.many import compare_many, deduplicate, read_many
from twinclouds.errors import CompareError, TwincloudsError
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
        alike = [j for j, other in first.items() if cloud.composition == other.composition]
        alike = [j for j in alike if compare(cloud, first[j]).equivalent]
        shapes = {j: congruent(first[j], cloud) for j in alike}
        same = next((j for j in alike if shapes[j]), None)
        if same is not None:
            found.append(("mirror image" if shapes[same].mirror else "duplicate", same))
            continue
        first[k] = cloud
        found.append(("twin", alike[0]) if alike else ("distinct", None))
    return found


def kinds(found: many.Deduplication) -> list[tuple[str, int | None]]:
    return [(row["kind"], row["same_as"]) for row in found.rows]


@pytest.mark.parametrize("block", [1, 7, 4096])
def test_finds_what_comparing_all_with_all_finds(block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BLOCK", block)
    items = data_set()
    found = deduplicate(items, jobs=1)
    assert kinds(found) == all_with_all(items)
    assert {"distinct", "duplicate", "twin", "bad"} <= {row["kind"] for row in found.rows}
    assert found.counts["distinct"] == len(list(found.distinct())) and len(found) == len(items)


@pytest.mark.parametrize("block", [1, 4096])
@pytest.mark.parametrize("name", ["benzene", "hydrazine-1eV"])
def test_copies_of_a_second_twin_are_copies_of_it(name: str, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BLOCK", block)
    rng, (a, b) = np.random.default_rng(0), gallery[name]
    mirror = b.copy()
    mirror.positions *= -1
    items = [moved(x, rng) for x in (a, b, a, b, mirror, b)]
    found = kinds(deduplicate(items, jobs=1))
    assert found[:4] == [("distinct", None), ("twin", 0), ("duplicate", 0), ("duplicate", 1)]
    assert found[4][1] == found[5][1] == 1
    assert found == all_with_all(items)


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small blocks, and processes from the beginning on."""
    monkeypatch.setattr(pipeline, "BLOCK", 16)
    monkeypatch.setattr(workers, "PATIENCE", 0.0)


def test_processes_and_a_cluster_give_the_same_rows(at_once: None, cluster: Any) -> None:
    items = data_set(1, size=150)
    pairs = [(gallery["benzene"].a, gallery["benzene"].b), (items[0], items[0]), ("nowhere.xyz", items[0])]
    for function, given_ in ((deduplicate, items), (compare_many, pairs)):
        alone = list(function(given_, jobs=1).rows)
        assert list(function(iter(given_), jobs=2).rows) == alone
        assert list(function(iter(given_), client=cluster).rows) == alone


class Stop(BaseException):
    """Ends a run as an interruption does."""


def interrupted(items: Iterable[Any], after: int) -> Iterator[Any]:
    """Interrupt whoever asks for more than so many items."""
    for k, item in enumerate(items):
        if k == after:
            raise Stop
        yield item


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000),
    block=st.integers(1, 40),
    stops=st.lists(st.tuples(st.sampled_from(["input", "take", "judge", "torn"]), st.integers(0, 60)), max_size=4),
)
def test_however_often_it_is_stopped_the_rows_are_the_same(
    seed: int, block: int, stops: list[tuple[str, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("stopped")
    items, whole, out = data_set(seed, size=50), folder / "whole.jsonl", folder / "out.jsonl"
    wanted = deduplicate(items, whole, jobs=1)
    for where, after in [*stops, ("end", 0)]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pipeline, "BLOCK", block)
            left = itertools.count()

            def until(function: Callable[..., Any], after: int = after, left: Iterator[int] = left) -> Any:
                def call(*arguments: Any) -> Any:
                    if next(left) == after % 7:
                        raise Stop
                    return function(*arguments)

                return call

            if where == "take":
                patch.setattr(many, "take_clouds", until(many.take_clouds))
            if where == "judge":
                patch.setattr(many, "judge_families", until(many.judge_families))
            source = interrupted(items, after) if where == "input" else iter(items)
            with suppress(Stop):
                found = deduplicate(source, out, jobs=1)
        assert whole.read_bytes().startswith(out.read_bytes())
        if where == "torn":
            out.write_bytes(out.read_bytes()[: -1 - after * 20] or b'{"twinc')
    assert out.read_bytes() == whole.read_bytes() and found.counts == wanted.counts


def test_what_one_kind_of_workers_began_another_ends(at_once: None, cluster: Any, tmp_path: Path) -> None:
    items, whole = data_set(5, size=200), tmp_path / "whole.jsonl"
    deduplicate(items, whole, jobs=1)
    here, processes, far = {"jobs": 1}, {"jobs": 2}, {"client": cluster}
    orders: list[list[dict[str, Any]]] = [[far, processes, here], [processes, here, far]]
    for k, order in enumerate(orders):
        out = tmp_path / f"{k}.jsonl"
        for number, how in enumerate(order):
            after = 70 * (number + 1) + 9 * k
            with suppress(Stop):
                deduplicate(interrupted(items, after), out, **how)
            rows = out.read_bytes().count(b"\n") - 1
            assert whole.read_bytes().startswith(out.read_bytes())
            assert rows >= min(after, 200) - 4 * 16, "no more is lost than what was on its way"
        assert deduplicate(items, out, **order[2]).counts == deduplicate(items, jobs=1).counts
        assert out.read_bytes() == whole.read_bytes()


def test_what_is_done_is_not_done_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    items, out = data_set(3), tmp_path / "out.jsonl"
    monkeypatch.setattr(pipeline, "BLOCK", 8)
    with pytest.raises(Stop):
        deduplicate(interrupted(items, 30), out, jobs=1)
    assert out.read_bytes().count(b"\n") == 1 + 1 + 4 + 8 + 8 + 8, "what was read as a whole block"
    hashed = []
    original = many.take_clouds

    def take(work: Any, how: Any, fresh: bool) -> Any:
        hashed.extend(work if fresh else ())
        return original(work, how, fresh)

    monkeypatch.setattr(many, "take_clouds", take)
    deduplicate(items, out, jobs=1)
    assert len(hashed) == len(items) - 29


@pytest.mark.parametrize("function", [deduplicate, compare_many])
def test_one_cloud_is_no_data_set(function: Any, tmp_path: Path) -> None:
    with pytest.raises(CompareError, match=r"'data.xyz' is one name; .* tc.read_many\('data.xyz'\)"):
        function("data.xyz")
    for cloud in (np.eye(3), ase.build.molecule("H2O"), Cloud(np.eye(3), ["C"] * 3)):
        with pytest.raises(CompareError, match="is one cloud; give a list of such"):
            function(cloud)
    with pytest.raises(CompareError, match="5 cannot be gone through"):
        function(5)


def test_one_file_can_be_gone_through(tmp_path: Path) -> None:
    ase.io.write(tmp_path / "data.xyz", [ase.build.molecule("H2O")] * 3, format="extxyz")
    assert deduplicate(read_many(tmp_path / "data.xyz"), jobs=1).counts["duplicate"] == 2
    assert deduplicate(read_many(str(tmp_path / "data.xyz")), jobs=1).counts["bad"] == 0


def simulated(cloud: Any, steps: int) -> Iterator[Any]:
    """One object, again and again, of which a point moves: as a simulation yields its frames."""
    positions = getattr(cloud, "positions", cloud)
    for _ in range(steps):
        positions[0][2] += 0.125
        yield cloud


CHANGING: dict[str, Any] = {
    "molecule": lambda: ase.build.molecule("H2O"),
    "crystal": lambda: ase.build.bulk("NaCl", "rocksalt", a=5.6),
    "array": lambda: np.eye(3),
    "short array": lambda: np.eye(3, dtype=np.float32),
    "list": lambda: np.eye(3).tolist(),
}


@pytest.mark.parametrize("kind", CHANGING)
def test_a_cloud_that_its_generator_changes_is_taken_as_it_was(kind: str) -> None:
    make = CHANGING[kind]
    copies = [copy.deepcopy(cloud) for cloud in simulated(make(), 40)]
    wanted = deduplicate(copies, cutoff=6.0, jobs=1)
    found = deduplicate(simulated(make(), 40), cutoff=6.0, jobs=1)
    assert [*found.rows] == [*wanted.rows] and wanted.counts["distinct"] > 20
    margins = [
        [row["margin"] for row in compare_many(((cloud, make()) for cloud in clouds), cutoff=6.0, jobs=1).rows]
        for clouds in (copies, simulated(make(), 40))
    ]
    assert margins[0] == margins[1]


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


@settings(max_examples=25)
@given(
    seed=st.integers(0, 1000),
    block=st.integers(1, 60),
    first=st.integers(0, 3),
    keys=st.sampled_from([1, 3, 2**63]),
    noise=st.sampled_from([0.0, 1e-5, 1e-3]),
)
def test_copies_and_near_copies_in_any_number(seed: int, block: int, first: int, keys: int, noise: float) -> None:
    """Many of one kind, with hashes that say nothing too: what is compared does not depend on how they are found."""
    rng = np.random.default_rng(seed)
    bases = [ase.build.molecule(name) for name in ("C6H6", "CH3CHO", "H2O")]
    bases += [*gallery["benzene"], Atoms("H6", rng.integers(0, 3, (6, 3)) + 4 * np.arange(6)[:, None])]
    items = []
    for _ in range(40):
        base = bases[rng.integers(len(bases))].copy()
        base.positions += noise * rng.integers(0, 2) * rng.normal(size=base.positions.shape)
        items.append(moved(base, rng))
    wanted = all_with_all(items)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "BLOCK", block)
        patch.setattr(families, "FIRST", first)
        patch.setattr(families, "MANY", 3)
        original = hashing.cell_keys

        def weak(*arguments: Any) -> Any:
            found, owners = original(*arguments)
            return found % np.uint64(keys), owners

        patch.setattr(hashing, "cell_keys", weak)
        assert kinds(deduplicate(items, jobs=1)) == wanted


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
    assert [row["kind"] for row in rows] == ["bad", "distinct", "bad", "duplicate", "bad"]
    assert "columns" in rows[0]["error"] and "cut short" in rows[2]["error"] and "cut short" in rows[4]["error"]
    assert rows[0]["name"] == f"{tmp_path}/hostile.xyz@0" and "hostile" not in rows[0]["error"], "named once"


def test_a_file_of_which_one_structure_is_taken_says_so(tmp_path: Path) -> None:
    crystals = [ase.build.bulk("Cu", cubic=True), ase.build.bulk("Ag", cubic=True)]
    ase.io.write(tmp_path / "two.cif", crystals, format="cif")
    rows = list(deduplicate(read_many([tmp_path]), cutoff=4.0, jobs=1).rows)
    assert [row["name"] for row in rows] == [f"{tmp_path}/two.cif (last of its 2 structures)"]
    assert rows[0]["formula"] == "Ag4"


def test_memory_does_not_grow_with_repetitions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "BLOCK", 20)
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
    assert told == [(1, 2, "#0"), (2, 2, "#1"), (1, 0, "#0")]


def test_options_are_checked_at_once() -> None:
    for wrong in ({"jobs": 0}, {"test": "3-wl"}, {"client": "tcp://"}, {"rounds": -1}, {"tolerance": 0}):
        with pytest.raises(CompareError):
            deduplicate([], **wrong)  # type: ignore[arg-type]
