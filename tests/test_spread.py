"""How the whole suite is dealt out to workers."""

from __future__ import annotations

import re
from pathlib import Path

import spread

#: What tests that start kernels have in them.
KERNEL = re.compile(
    r"NotebookClient\(|nbclient\.|start_new_kernel\(|open_notebook\b|NotebookServer\(|\bexecuted\(|"
    r'"--execute"|"site", |"-m", "nbgrader"'
)


def test_what_starts_kernels_shares_a_worker(root: Path) -> None:
    files = {path.relative_to(root).as_posix(): path for path in (root / "tests").rglob("test_*.py")}
    files.pop("tests/test_spread.py")
    starting = {name for name, path in files.items() if KERNEL.search(path.read_text(encoding="utf-8"))}
    assert len(starting) > 15
    alone = {name for name in starting if spread.share(f"{name}::test_x") != "kernels"}
    assert not alone, f"add to KERNELS of tests/spread.py: {sorted(alone)}"


def test_files_that_are_named_are_there(root: Path) -> None:
    assert all((root / name).exists() for name in (*spread.KERNELS, *spread.LONGEST))


def test_a_file_is_not_split_and_the_longest_come_first() -> None:
    assert spread.share("tests/test_graphs.py::test_one[a::b]") == spread.share("tests/test_graphs.py::test_two")
    first, second, last = "tests/browser/test_rig.py", spread.LONGEST[0], "tests/test_cli.py"
    assert spread.rank(first) < spread.rank(second) < spread.rank(last)
