"""Import times, time to the first notebook, sizes of wheel and environment. Pytest does not run this.

``TWINCLOUDS_OTHER_PYTHON`` may name the Python of an environment with torch and torch-geometric, to be measured beside.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tables import Table, shown

ROOT = Path(__file__).parents[2]

#: Size on disk of a distribution and all that it requires, in the environment of the Python that runs this.
SIZE = """
import sys
from importlib.metadata import PackageNotFoundError, distribution
try:
    from packaging.requirements import Requirement
except ImportError:
    from pip._vendor.packaging.requirements import Requirement
todo, done, total = [(Requirement(x), "") for x in sys.argv[1:]], set(), 0
count = set()
while todo:
    requirement, extra = todo.pop()
    for extra in {""} | set(requirement.extras):
        key = (requirement.name.lower().replace("_", "-"), extra)
        if key in done:
            continue
        done.add(key)
        try:
            found = distribution(requirement.name)
        except PackageNotFoundError:
            continue
        if key[0] not in count:
            count.add(key[0])
            for path in found.files or ():
                try:
                    total += found.locate_file(path).stat().st_size
                except OSError:
                    pass
        for text in found.requires or ():
            new = Requirement(text)
            if new.marker is None or new.marker.evaluate({"extra": extra}):
                todo.append((new, ""))
if not count:
    sys.exit("not installed")
print(total, len(count))
"""


def imports(python: str, statement: str, repeats: int = 7) -> float | None:
    """Median processor time of a new process with a statement, less that of one without; None where it fails."""
    times = []
    for code in [statement, "pass"] * repeats:
        before = os.times()
        done = subprocess.run([python, "-c", code], capture_output=True, check=False)
        after = os.times()
        if done.returncode:
            return None
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        times.append(spent)
    return statistics.median(times[::2]) - statistics.median(times[1::2])


def size(python: str, *requirements: str) -> tuple[float, int] | None:
    """Size in MB, and number of distributions; None where they are not installed."""
    done = subprocess.run([python, "-c", SIZE, *requirements], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    total, count = done.stdout.split()
    return int(total) / 1e6, int(count)


def first_notebook() -> list[tuple[str, float]]:
    """Wall times from `twinclouds lab` to the server, to a kernel that answers, and to the last cell's result."""
    sys.path.insert(0, str(ROOT / "tests"))
    from playwright.sync_api import sync_playwright

    from browser.jupyter import LabServer, NotebookPage
    from browser.watch import Watch
    from chromium import FLAGS, on_this_machine

    found = []
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = LabServer(Path(folder))
        shutil.copytree(ROOT / "notebooks", server.root / "notebooks", dirs_exist_ok=True)
        browser = playwright.chromium.launch(executable_path=on_this_machine(), args=list(FLAGS))
        context = browser.new_context(viewport={"width": 1280, "height": 1000})
        start = time.perf_counter()
        server.start()
        try:
            found.append(("the server answers", time.perf_counter() - start))
            notebook = NotebookPage(server, context.new_page(), "notebooks/00_start_here.ipynb", Watch(context))
            notebook.open()
            found.append(("the first notebook is open, its kernel ready", time.perf_counter() - start))
            notebook.run_all()
            found.append(("all its cells have run", time.perf_counter() - start))
            notebook.close()
        finally:
            server.stop()
            browser.close()
    return found


def wheel() -> float | None:
    """Size of the wheel in MB; None where it cannot be built."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, str(ROOT)]
        done = subprocess.run(command, capture_output=True, check=False)
        built = list(Path(folder).glob("*.whl"))
        return built[0].stat().st_size / 1e6 if done.returncode == 0 and built else None


def tables(quick: bool) -> list[Table]:
    """Measure."""
    other = os.environ.get("TWINCLOUDS_OTHER_PYTHON", "")
    starts = Table("Imports", ["statement", "processor time"], note="Beyond the start of Python itself.")
    for statement in ("import twinclouds", "import twinclouds; twinclouds.compare", "import twinclouds; twinclouds.ui"):
        took = imports(sys.executable, statement)
        starts.add(f"`{statement}`", shown(took) if took is not None else "fails")
    for statement in ("import numpy", "import networkx", "import ase", "import torch", "import torch, torch_geometric"):
        python = other if "torch" in statement else sys.executable
        took = imports(python, statement, 3) if python else None
        starts.add(f"`{statement}`", shown(took) if took is not None else "not installed")
    sizes = Table(
        "Sizes on disk",
        ["what", "MB", "distributions"],
        note="A distribution and all that it requires, from the records of what is installed.",
    )
    built = None if quick else wheel()
    sizes.add("the wheel", f"{built:.1f}" if built else "not built", 1)
    for python, requirements in (
        (sys.executable, ["twinclouds"]),
        (sys.executable, ["twinclouds[lab]"]),
        (other, ["torch", "torch-geometric"]),
        (other, ["torch", "torch-geometric", "jupyterlab", "matplotlib"]),
    ):
        found = size(python, *requirements) if python else None
        sizes.add(", ".join(requirements), *((f"{found[0]:.0f}", found[1]) if found else ("not installed", "")))
    if quick:
        return [starts, sizes]
    lab = Table(
        "From `twinclouds lab` to the first notebook",
        ["until", "wall time"],
        note="In Chromium with software graphics, which is slow, on an empty home directory.",
    )
    for what, took in first_notebook():
        lab.add(what, shown(took))
    return [starts, sizes, lab]


if __name__ == "__main__":
    print("\n\n".join(table.markdown() for table in tables(quick=False)))
