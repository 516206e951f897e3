"""A class on one machine: how much memory and time do many kernels take that run a notebook at once?

Run this file on a quiet Linux machine; pytest does not. What it prints goes into notebooks/instructor/README.md.

    python tests/benchmarks/bench_classroom.py [number of kernels] [name of a notebook]

Memory is the proportional set size (PSS): pages that kernels share, such as the libraries, are split among them, so
that the numbers add up to what the class takes. It is read when all kernels have done all their cells and are still
alive.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Barrier

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from tables import Table

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
PROCESS = "import os as _os; print(_os.getpid())"


@dataclass(frozen=True)
class Seat:
    """What one kernel did."""

    seconds: float
    megabytes: float
    error: str


def proportional(process: int) -> float:
    """Return the PSS of a process, MB."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines():
        if line.startswith("Pss:"):
            return float(line.split()[1]) / 1000
    raise RuntimeError("this system does not tell the proportional set size")


def sit(path: Path, together: Barrier, folder: str) -> Seat:
    """Run a notebook in a kernel of its own; weigh it when all others have come to the end, too."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=1200, resources={"metadata": {"path": folder}})
    start, error = time.perf_counter(), ""
    with client.setup_kernel():
        process = 0
        try:
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            last = nbformat.v4.new_code_cell(PROCESS)
            notebook.cells.append(last)
            client.execute_cell(last, len(notebook.cells) - 1)
            process = int(last.outputs[0]["text"])
        except (CellExecutionError, RuntimeError, TimeoutError) as problem:
            error = f"{type(problem).__name__}: {str(problem).splitlines()[-1] if str(problem) else ''}"
        seconds = time.perf_counter() - start
        together.wait()
        megabytes = proportional(process) if process else 0.0
        together.wait()
    return Seat(seconds, megabytes, error)


def taken(count: int, name: str = "00_start_here") -> list[Seat]:
    """Let so many kernels run a notebook, and say what each did."""
    path = NOTEBOOKS / "solutions" / f"{name}.ipynb"
    together = Barrier(count)
    with tempfile.TemporaryDirectory() as root, ThreadPoolExecutor(count) as pool:
        folders = [Path(root) / str(k) for k in range(count)]
        for folder in folders:
            folder.mkdir()
        return list(pool.map(lambda folder: sit(path, together, str(folder)), folders))


def tables(quick: bool) -> list[Table]:
    """Measure a class of 20; in a hurry one of 4."""
    seats = taken(4 if quick else 20)
    table = Table(
        f"A class: {len(seats)} kernels that run notebook 00 at once",
        ["what", "measured"],
        "none fails.",
        "Memory is the proportional set size: pages that kernels share are split among them.",
    )
    seconds, megabytes = [s.seconds for s in seats], [s.megabytes for s in seats]
    table.add("kernels that failed", sum(bool(s.error) for s in seats))
    table.add("all cells are done, median and last", f"{median(seconds):.0f} s, {max(seconds):.0f} s")
    table.add("memory of a kernel, median and most", f"{median(megabytes):.0f} MB, {max(megabytes):.0f} MB")
    table.add("memory of all", f"{sum(megabytes) / 1000:.1f} GB")
    return [table]


def main() -> int:
    """Measure and print; 1 if a kernel failed."""
    seats = taken(int(sys.argv[1]) if len(sys.argv) > 1 else 20, *sys.argv[2:3])
    seconds, megabytes = [s.seconds for s in seats], [s.megabytes for s in seats]
    failed = [s.error for s in seats if s.error]
    print(f"{len(seats)} kernels at once on {os.cpu_count()} cores: {len(failed)} failed")
    print(f"time until all cells are done: median {median(seconds):.0f} s, last {max(seconds):.0f} s")
    print(f"memory of a kernel (PSS): median {median(megabytes):.0f} MB, most {max(megabytes):.0f} MB")
    print(f"memory of all kernels: {sum(megabytes) / 1000:.1f} GB")
    for error in failed:
        print(error)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
