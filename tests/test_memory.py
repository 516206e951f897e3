"""How much memory there is, whoever limits it; and that what is let through fits into it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from ase import Atoms

import twinclouds as tc
from fuzz.rig import limits
from twinclouds import memory, neighbours
from twinclouds.errors import TwincloudsError

FREE = 500 * 2**20


@pytest.fixture
def system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A system of which a test writes what it says of itself."""
    (tmp_path / "meminfo").write_text(f"MemTotal: 9 kB\nMemAvailable: {FREE // 1024} kB\n")
    for name in ("process", "groups"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "PROCESS", tmp_path / "process")
    monkeypatch.setattr(memory, "GROUP", tmp_path / "groups")
    return tmp_path


def second_version(folder: Path, limit: int | str, used: int, cached: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("max", limit), ("current", used), ("stat", f"anon 5\ninactive_file {cached}")):
        (folder / f"memory.{name}").write_text(f"{text}\n")


def first_version(folder: Path, limit: int, used: int, cached: int = 0) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stat = f"inactive_file 1\ntotal_inactive_file {cached}"
    for name, text in (("limit_in_bytes", limit), ("usage_in_bytes", used), ("stat", stat)):
        (folder / f"memory.{name}").write_text(f"{text}\n")


def test_the_machine_alone(system: Path) -> None:
    assert memory.available_bytes() == FREE
    (system / "meminfo").unlink()
    assert memory.available_bytes() == np.inf


def test_a_container(system: Path) -> None:
    """It sees its own limit at the top; cached files make room."""
    (system / "process" / "cgroup").write_text("0::/\n")
    second_version(system / "groups", 150_000_000, 90_000_000, 10_000_000)
    assert memory.available_bytes() == 70_000_000
    second_version(system / "groups", "max", 90_000_000)
    assert memory.available_bytes() == FREE


def test_a_container_that_sees_the_name_of_its_group_outside(system: Path) -> None:
    (system / "process" / "cgroup").write_text("0::/docker/4e07\n")
    second_version(system / "groups", 150_000_000, 90_000_000)
    assert memory.available_bytes() == 60_000_000


def test_a_job_of_a_cluster(system: Path) -> None:
    """Its limit is that of a group further down, and so may be that of what it is a part of."""
    (system / "process" / "cgroup").write_text("0::/jobs/7/step\n")
    second_version(system / "groups" / "jobs" / "7" / "step", "max", 80_000_000)
    second_version(system / "groups" / "jobs" / "7", 200_000_000, 80_000_000)
    assert memory.available_bytes() == 120_000_000
    second_version(system / "groups" / "jobs", 300_000_000, 290_000_000)
    assert memory.available_bytes() == 10_000_000


def test_groups_of_the_first_version(system: Path) -> None:
    (system / "process" / "cgroup").write_text("5:devices:/\n4:memory:/jobs/7\n1:cpu:/elsewhere\n0::/\n")
    first_version(system / "groups" / "memory", 9223372036854771712, 400_000_000)
    assert memory.available_bytes() == FREE
    first_version(system / "groups" / "memory" / "jobs" / "7", 200_000_000, 120_000_000, 30_000_000)
    assert memory.available_bytes() == 110_000_000


def test_a_limit_of_the_process() -> None:
    before = memory.available_bytes()
    with limits(gigabytes=0.5):
        assert memory.available_bytes() <= min(before, 0.5 * 2**30)


rng = np.random.default_rng(0)
SPREAD = rng.uniform(size=(15_000, 3)) * 56
BOX = Atoms("H15000", positions=SPREAD, cell=[56] * 3, pbc=True)
CELL = Atoms("H", positions=[[0, 0, 0]], cell=[1] * 3, pbc=True)
CROWD = rng.uniform(size=(1100, 3)) * 10
OTHER = rng.uniform(size=(1100, 3)) * 10

#: What is done, and how many edges it makes.
RUNS: dict[str, tuple[Callable[[], object], float]] = {
    "graph, open": (lambda: tc.distance_graph(SPREAD, 5.2), 7e5),
    "graph, periodic": (lambda: tc.distance_graph(BOX, 5.2), 7.5e5),
    "graph, images of one point": (lambda: tc.distance_graph(CELL, 56.0), 7.4e5),
    "refinement, open": (lambda: tc.refine(tc.distance_graph(SPREAD, 5.2)), 7e5),
    "refinement, periodic": (lambda: tc.refine(tc.distance_graph(BOX, 5.2)), 7.5e5),
    "refinement, complete": (lambda: tc.refine(tc.distance_graph(CROWD)), 1.2e6),
    "comparison, open": (lambda: tc.compare(SPREAD, SPREAD[::-1].copy(), 5.2), 7e5),
    "comparison, periodic": (lambda: tc.compare(BOX, BOX[::-1], 5.2), 7.5e5),
    "comparison, complete": (lambda: tc.compare(CROWD, CROWD[::-1].copy()), 1.2e6),
    "comparison of others": (lambda: tc.compare(CROWD, OTHER), 1.2e6),
    "resolving cutoff": (lambda: tc.resolving_cutoff(CROWD, OTHER), 1.2e6),
}


@pytest.fixture(scope="module")
def warm() -> None:
    """Load what is loaded on demand: libraries that find too little memory to start with may wait for it for ever."""
    some = SPREAD[:3000]
    for cloud, cutoff in (
        (some, 9.0),
        (Atoms("H3000", positions=some, cell=[56] * 3, pbc=True), 9.0),
        (some[:50], np.inf),
    ):
        tc.compare(cloud, cloud[::-1], cutoff)
    tc.resolving_cutoff(CROWD[:50], OTHER[:50])


@pytest.mark.parametrize("name", RUNS)
@pytest.mark.usefixtures("warm")
def test_what_is_let_through_fits(name: str) -> None:
    """With more and more memory a run is refused in words, then succeeds; never does it start and find too little."""
    run, edges = RUNS[name]
    refused: list[str] = []
    for bytes_per_edge in (60, 90, 120, 160, 220, 300):
        with limits(seconds=60, gigabytes=bytes_per_edge * edges / 2**30):
            try:
                run()
            except TwincloudsError as error:
                refused.append(str(error))
            else:
                break
    else:
        pytest.fail("refused where there is enough")
    assert all("GB that are free" in text for text in refused)
    assert refused, "it was let through with less memory than its edges take"


def test_a_rough_bound_is_no_cause_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points in boxes give six times as many edges as there are; where that is too many, they are counted well."""
    monkeypatch.setattr(neighbours, "available_bytes", lambda: 2.0 * neighbours.BYTES_PER_EDGE * 7.5e5)
    assert neighbours._edges_at_most(tc.as_cloud(BOX), 5.2) > 2e6
    assert 7e5 < tc.distance_graph(BOX, 5.2).n_edges < 8e5
