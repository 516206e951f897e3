"""How fast is a data set of small molecules deduplicated, and in how much memory? Pytest does not run this."""

from __future__ import annotations

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from ase import Atoms
from ase.build import molecule
from tables import Table, apart, peak, shown

from twinclouds import deduplicate

NAMES = ("isobutane", "C6H6", "C2H6", "CH3CH2OH", "C4H4O", "C5H5N", "CH3COCH3", "C4H4NH")


def molecules(count: int) -> Iterator[Atoms]:
    """Shaken molecules of 8 to 14 atoms; three in ten are an earlier one, turned and renumbered."""
    rng = np.random.default_rng(0)
    bases = [molecule(name) for name in NAMES]
    earlier: list[Atoms] = []
    for _ in range(count):
        if earlier and rng.random() < 0.3:
            old = earlier[rng.integers(len(earlier))]
            rotation = np.linalg.qr(rng.normal(size=(3, 3)))[0]
            order = rng.permutation(len(old))
            yield Atoms(numbers=old.numbers[order], positions=old.positions[order] @ rotation)
            continue
        new = bases[rng.integers(len(bases))].copy()
        new.positions += rng.normal(0, 0.05, new.positions.shape)
        if len(earlier) < 1000:
            earlier.append(new)
        else:
            earlier[rng.integers(1000)] = new
        yield new


def alone(count: int, jobs: int, how: str) -> None:
    """Deduplicate in this process, stop half way and go on with the rest, and print what it took."""
    client = None
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.jsonl"
        if how == "dask":
            from distributed import Client, LocalCluster

            with (
                LocalCluster(
                    n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=folder
                ) as cluster,
                Client(cluster) as client,
            ):
                found = deduplicate(molecules(count), out, client=client)
        else:
            found = deduplicate(molecules(count), out, jobs=jobs)
        again = time.perf_counter()
        deduplicate(molecules(count), out, jobs=1)
        end = time.perf_counter()
    print(json.dumps({"wall": again - start, "again": end - again, "memory": peak(), "found": found.summary()}))


def tables(quick: bool) -> list[Table]:
    """Measure."""
    table = Table(
        "A data set of small molecules: `deduplicate`",
        ["molecules", "on", "wall time", "each", "memory of the main process", "to skip what is done", "found"],
        "10^5 small molecules on all cores, resumable, bounded memory, the same results through dask.",
        "8 to 14 atoms; three in ten are an earlier molecule, turned or mirrored and renumbered. Every repetition is "
        "compared exactly and its shape is looked at.",
    )
    sizes = [(2000, 1, "one process"), (2000, -1, "all cores")]
    sizes += [] if quick else [(10_000, 1, "one process"), (10_000, -1, "dask"), (100_000, -1, "all cores")]
    for count, jobs, how in sizes:
        took = apart("bench_many.py", count, jobs, how)
        if "failed" in took:
            table.add(count, how, took["failed"], "", "", "", "")
            continue
        each = shown(took["wall"] / count)
        cells = [count, how, shown(took["wall"]), each, f"{took['memory']:.0f} MB", shown(took["again"]), took["found"]]
        table.add(*cells)
    return [table]


if __name__ == "__main__":
    if len(sys.argv) > 3:
        alone(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
    else:
        print("\n\n".join(table.markdown() for table in tables(quick=True)))
