"""Measuring and printing, for the benchmarks beside this file."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


@dataclass
class Table:
    """A table of results, with what was asked for and what has to be known to read it."""

    title: str
    columns: list[str]
    goal: str = ""
    note: str = ""
    rows: list[list[str]] = field(default_factory=list)

    def add(self, *cells: object) -> None:
        """Add a row and show it at once."""
        self.rows.append([str(cell) for cell in cells])
        print("  " + " | ".join(self.rows[-1]), file=sys.stderr, flush=True)

    def markdown(self) -> str:
        """Write the table in Markdown."""
        lines = [f"### {self.title}", ""]
        lines += [f"Goal: {self.goal}", ""] if self.goal else []
        lines += ["| " + " | ".join(row) + " |" for row in [self.columns, ["---"] * len(self.columns), *self.rows]]
        return "\n".join(lines + (["", self.note] if self.note else []))


def seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """Least processor time of several calls: other people's work on the machine does not count."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        times.append(time.process_time() - start)
    return min(times)


def in_turn(calls: dict[str, Callable[[], object]], repeats: int) -> dict[str, float]:
    """Least processor time of several calls each, taken in turn: what others do meanwhile hinders all alike."""
    took = dict.fromkeys(calls, float("inf"))
    for _ in range(repeats):
        for name, call in calls.items():
            took[name] = min(took[name], seconds(call, 1))
    return took


def shown(value: float) -> str:
    """Write a time with a unit."""
    if value < 1e-3:
        return f"{1e6 * value:.0f} us"
    return f"{1e3 * value:.3g} ms" if value < 1 else f"{value:.3g} s"


def peak() -> float:
    """Most memory that this process has used, MB."""
    status = Path("/proc/self/status")
    if status.exists():  # what getrusage says may be the peak of the process that started this one
        found = [line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM")]
        if found:
            return int(found[0]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def apart(script: str, *arguments: object) -> dict[str, Any]:
    """Run a script of this folder in a process of its own, which prints JSON: for its peak memory."""
    command = [sys.executable, str(HERE / script), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parents[1])
    if done.returncode:
        return {"failed": done.stderr.strip().splitlines()[-1] if done.stderr.strip() else f"exit {done.returncode}"}
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found
