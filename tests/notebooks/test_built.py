"""The notebooks are what their sources say, byte by byte."""

from __future__ import annotations

from pathlib import Path

from twinclouds.exercises.build import build


def test_notebooks_are_up_to_date(root: Path) -> None:
    stale = build(root, write=False)
    assert not stale, f"out of date: {', '.join(stale)}; run: python -m twinclouds.exercises.build"
