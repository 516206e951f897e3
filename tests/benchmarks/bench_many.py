"""How fast is a data set of small molecules deduplicated, by whom, and in how much memory? Pytest does not run this.

python tests/benchmarks/bench_many.py                      # small sizes
python tests/benchmarks/bench_many.py FILE.xyz -1          # one file of one's own, on all cores (1: one process)
python tests/benchmarks/bench_many.py FILE.xyz dask
"""

from __future__ import annotations

import hashlib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from ase.build import molecule
from bench_compare import hashes
from tables import Table, apart, peak, shown

from twinclouds import compare, compare_many, deduplicate, distance_graph, read_many

#: So many pairs are enough to time a slow peer.
FEW = 500

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


def write(file: Path, count: int) -> None:
    """Write molecules as ASE writes them to extended XYZ files, but sooner."""
    with file.open("w") as out:
        for atoms in molecules(count):
            rows = zip(atoms.symbols, atoms.positions.tolist(), strict=True)
            lines = [f"{symbol:2} {x:16.8f} {y:16.8f} {z:16.8f}\n" for symbol, (x, y, z) in rows]
            out.write(f'{len(atoms)}\nProperties=species:S:1:pos:R:3 pbc="F F F"\n{"".join(lines)}')


class Watch:
    """Looks at the workers whenever the run says how far it is, and stops it half way if it should."""

    def __init__(self, half: int = 0) -> None:
        self.half, self.workers = half, 0.0

    def __call__(self, done: int, total: int, name: str) -> None:
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
                own = int(fields["PPid"]) == os.getpid() and b"LokyProcess" in (status.parent / "cmdline").read_bytes()
            except (OSError, KeyError):
                continue
            if own:
                self.workers = max(self.workers, int(fields["VmHWM"].split()[0]) / 1000)
        if self.half and done >= self.half:
            raise KeyboardInterrupt


def alone(file: str, how: str) -> None:
    """Deduplicate in this process, half of it first, and print what it took."""
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        watch, more = Watch(), {"jobs": 1 if how == "dask" else int(how)}
        if how == "dask":
            from distributed import Client, LocalCluster

            cluster = stack.enter_context(
                LocalCluster(n_workers=os.cpu_count(), threads_per_worker=1, dashboard_address=None)
            )
            more = {"client": stack.enter_context(Client(cluster))}

        def run(out: Path, told: Watch) -> Any:
            return deduplicate(read_many([file]), out, progress=told, **more)

        whole, parts = Path(folder) / "whole.jsonl", Path(folder) / "parts.jsonl"
        start, used = time.perf_counter(), time.process_time()
        found = run(whole, watch)
        wall, main = time.perf_counter() - start, time.process_time() - used
        children = resource.getrusage(resource.RUSAGE_CHILDREN)
        workers = children.ru_utime + children.ru_stime
        if how == "dask":
            workers = sum(more["client"].run(time.process_time).values())
            watch.workers = max(more["client"].run(peak).values())
        memory = peak()
        start = time.perf_counter()
        try:
            run(parts, Watch(half=len(found) // 2))
        except KeyboardInterrupt:
            run(parts, Watch())
        stopped = time.perf_counter() - start
        start = time.perf_counter()
        run(whole, Watch())
        again = time.perf_counter() - start
        rows = whole.read_bytes()
        took = {
            "count": len(found), "wall": wall, "main": main, "workers": workers, "memory": memory, "again": again,
            "worker_memory": watch.workers, "stopped": stopped, "same": parts.read_bytes() == rows,
            "rows": hashlib.sha256(rows).hexdigest(), "found": found.summary(),
        }  # fmt: skip
    print(json.dumps(took))


def compared(pairs: list[tuple[Atoms, Atoms]]) -> Table:
    """Measure `compare_many`, beside a loop."""
    table = Table(
        "Many pairs of small molecules: `compare_many`",
        ["pairs", "how", "wall time", "each"],
        note="Of 8 to 14 atoms, two of a kind, shaken; `compare_many` also keeps what went wrong with which pair.",
    )

    def looped() -> None:
        for a, b in pairs:
            compare(a, b)

    def hashed() -> None:
        for pair in pairs[:FEW]:
            hashes([distance_graph(cloud).to_networkx() for cloud in pair])

    ways = {
        "`compare` in a loop": looped,
        "`compare_many`, one process": lambda: compare_many(pairs, jobs=1),
        "`compare_many`, all cores": lambda: compare_many(pairs),
    }
    for name, call in ways.items():
        start = time.perf_counter()
        call()
        took = time.perf_counter() - start
        table.add(len(pairs), name, shown(took), shown(took / len(pairs)))
    start = time.perf_counter()
    hashed()
    took = time.perf_counter() - start
    table.add(FEW, "networkx hashes, 3 rounds, in a loop", shown(took), shown(took / FEW))
    return table


def alike(count: int) -> list[tuple[Atoms, Atoms]]:
    """Pairs of molecules of a kind."""
    rng = np.random.default_rng(1)
    pairs = []
    for k in range(count):
        pair = [molecule(NAMES[k % len(NAMES)]) for _ in range(2)]
        for atoms in pair:
            atoms.positions += rng.normal(0, 0.05, atoms.positions.shape)
        pairs.append((pair[0], pair[1]))
    return pairs


def tables(quick: bool) -> list[Table]:
    """Measure."""
    table = Table(
        "A data set of small molecules: `deduplicate`",
        ["molecules", "on", "wall time", "each", "processor time, main and workers", "memory, main and a worker",
         "stopped half way and taken up", "to skip what is done", "rows"],
        "10^5 small molecules on all cores, resumable, bounded memory, the same results through dask.",
        "An extended XYZ file of molecules of 8 to 14 atoms; three in ten are an earlier one, turned and renumbered. "
        "Every repetition is proven by a motion that carries one onto the other. *Rows*: are those of one process, of "
        "these workers, and of the run that was stopped half way, the same to the last byte? Below half a second of "
        "work there are no workers.",
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        for count in (2000, 20_000) if quick else (2000, 20_000, 100_000, 1_000_000):
            file = Path(folder) / f"{count}.xyz"
            write(file, count)
            rows = ""
            for how, name in (("1", "one process"), ("-1", "all cores"), ("dask", "dask")):
                if how == "dask" and count not in (20_000, 100_000):
                    continue
                took = apart("bench_many.py", file, how)
                if "failed" in took:
                    table.add(count, name, took["failed"], *[""] * 6)
                    continue
                rows = rows or took["rows"]
                workers, memory = took["workers"], took["worker_memory"]
                table.add(
                    count,
                    name,
                    shown(took["wall"]),
                    shown(took["wall"] / count),
                    shown(took["main"]) + (f" + {shown(workers)}" if memory else ""),
                    f"{took['memory']:.0f} MB" + (f", {memory:.0f} MB" if memory else ""),
                    shown(took["stopped"]),
                    shown(took["again"]),
                    "the same" if took["same"] and took["rows"] == rows else "NOT the same",
                )
            file.unlink()
    return [table, compared(alike(2000 if quick else 20_000))]


if __name__ == "__main__":
    if len(sys.argv) > 2:
        alone(sys.argv[1], sys.argv[2])
    else:
        print("\n\n".join(table.markdown() for table in tables(quick=True)))
