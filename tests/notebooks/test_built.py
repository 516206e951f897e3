"""The notebooks are what their sources say, byte by byte."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

from twinclouds.exercises.build import build


def test_notebooks_are_up_to_date(root: Path) -> None:
    stale = build(root, write=False)
    assert not stale, f"out of date: {', '.join(stale)}; run: python -m twinclouds.exercises.build"


@pytest.mark.parametrize("number", range(10))
def test_no_line_of_code_runs_off_its_cell(number: int, root: Path) -> None:
    (path,) = (root / "notebooks").glob(f"{number:02d}_*.ipynb")
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code":
            for line in cell.source.splitlines():
                assert len(line) <= 120, f"cell {cell.id}: {line}"
