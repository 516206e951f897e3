"""How long do the notebooks of the course compute, and how much memory do they take? Run this file; pytest does not.

What it prints goes into notebooks/instructor/README.md. Name notebooks (``00_start_here`` ...) to measure only those.
"""

from __future__ import annotations

import ast
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from tables import Table

sys.path.insert(0, str(Path(__file__).parents[1]))  # what the tests use
from notebooks.course import MEASURE

NOTEBOOKS = Path(__file__).parents[2] / "notebooks" / "solutions"


def measure(path: Path) -> tuple[float, float, float]:
    """Return wall time, processor time (seconds) and peak memory (MB) of one notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(MEASURE))
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        NotebookClient(notebook, timeout=300, resources={"metadata": {"path": folder}}).execute()
    wall = time.perf_counter() - start
    processor, memory = ast.literal_eval(notebook.cells[-1].outputs[0]["text"])
    return wall, processor, memory


def tables(quick: bool) -> list[Table]:
    """Measure all; in a hurry the first only."""
    table = Table(
        "The notebooks, with solutions",
        ["notebook", "wall time", "processor time", "memory"],
        "under 20 s on two cores and 500 MB each.",
        "Of a fresh kernel each, its start included.",
    )
    for path in sorted(NOTEBOOKS.glob("*.ipynb"))[: 1 if quick else None]:
        wall, processor, memory = measure(path)
        table.add(path.stem, f"{wall:.1f} s", f"{processor:.1f} s", f"{memory:.0f} MB")
    return [table]


def main() -> None:
    """Measure and print."""
    print(f"{'notebook':40s} {'wall (s)':>9s} {'processor (s)':>14s} {'memory (MB)':>12s}")
    totals = [0.0, 0.0]
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if len(sys.argv) < 2 or path.stem in sys.argv[1:]:
            wall, processor, memory = measure(path)
            totals = [totals[0] + wall, totals[1] + processor]
            print(f"{path.stem:40s} {wall:9.1f} {processor:14.1f} {memory:12.0f}", flush=True)
    print(f"{'together':40s} {totals[0]:9.1f} {totals[1]:14.1f}")


if __name__ == "__main__":
    main()
