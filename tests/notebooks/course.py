"""The notebooks of the course, executed once for all tests, two at a time."""

from __future__ import annotations

import ast
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.stem for path in (NOTEBOOKS / "source").glob("[0-9]*.py"))
SECONDS_PER_CELL = 120
#: Processor time in seconds and peak memory in MB of the kernel. On Linux the peak is read where a process begins anew
#: with it: ru_maxrss of a child starts from what its parent, the test process, held when it was started.
MEASURE = """import resource as _r, sys as _s
_u = _r.getrusage(_r.RUSAGE_SELF)
_m = _u.ru_maxrss / (1e6 if _s.platform == "darwin" else 1e3)
if _s.platform == "linux":
    _m = next(int(_l.split()[1]) / 1e3 for _l in open("/proc/self/status") if _l.startswith("VmHWM:"))
print([_u.ru_utime + _u.ru_stime, _m])"""


@dataclass(frozen=True)
class Run:
    """An executed notebook, and what the folder holds in which it ran."""

    notebook: Any
    files: dict[str, str]
    processor: float
    memory: float

    def feedback(self) -> dict[str, str]:
        """What each check said, by exercise."""
        said = {}
        for cell in self.notebook.cells:
            if cell.id.startswith("check-"):
                said[cell.id.removeprefix("check-")] = "".join(
                    output["data"]["text/plain"] for output in cell.outputs if output["output_type"] == "execute_result"
                )
        return said


def path_of(name: str, version: str) -> Path:
    return NOTEBOOKS / f"{name}.ipynb" if version == "learner" else NOTEBOOKS / "solutions" / f"{name}.ipynb"


def read(name: str, version: str = "learner") -> Any:
    return nbformat.read(path_of(name, version), as_version=4)


@cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=2)


@cache
def _future(name: str, version: str) -> Future[Run]:
    return _pool().submit(_execute, name, version)


def executed(name: str, version: str) -> Run:
    """Return the executed notebook; while it runs, the other version of it runs too."""
    for each in ("learner", "solutions"):
        _future(name, each)
    return _future(name, version).result()


def _execute(name: str, version: str) -> Run:
    notebook = read(name, version)
    notebook.cells.append(nbformat.v4.new_code_cell(MEASURE))
    with tempfile.TemporaryDirectory() as folder:
        client = NotebookClient(
            notebook,
            timeout=SECONDS_PER_CELL,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
        )
        client.execute()
        files = {path.name: path.read_text(encoding="utf-8") for path in Path(folder).iterdir() if path.is_file()}
    processor, memory = ast.literal_eval(notebook.cells.pop().outputs[0]["text"])
    return Run(notebook, files, processor, memory)
