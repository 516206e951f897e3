"""The exercises that there are: what the builder of the notebooks noted about each.

One file per notebook lies in ``cells/``. They are generated, together with the notebooks, from ``notebooks/source``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from twinclouds.errors import ExerciseError

__all__ = ["Exercise", "Lesson", "catalogue", "find", "lessons"]


@dataclass(frozen=True)
class Exercise:
    """One exercise of one notebook.

    Attributes
    ----------
    name : str
        Name of the exercise, different from all others of the course.
    notebook : str
        Name of its notebook without ending, such as ``"00_start_here"``.
    level : int
        1 (warm-up), 2 (a little more) or 3 (a challenge).
    points : int
        Points it counts when graded.
    start : str
        The cell as the learner finds it.
    solution : str
        The cell with one solution.
    hints : tuple of str
        Hints in Markdown, the gentlest first.
    discussion : str
        What to say after the solution, in Markdown; may be empty.
    check : str
        The cell that checks the answer.
    """

    name: str
    notebook: str
    level: int
    points: int
    start: str
    solution: str
    hints: tuple[str, ...]
    discussion: str
    check: str


@dataclass(frozen=True)
class Lesson:
    """One notebook of the course with its title and its exercises, in reading order."""

    notebook: str
    title: str
    exercises: tuple[Exercise, ...]


@cache
def lessons() -> tuple[Lesson, ...]:
    """Return the notebooks of the course, in reading order.

    Examples
    --------
    >>> lessons()[0].title
    'Benzene has a twin'
    """
    folder = resources.files("twinclouds.exercises") / "cells"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".json")), key=lambda file: file.name)
    return tuple(_lesson(json.loads(file.read_text(encoding="utf-8"))) for file in files)


def _lesson(data: Mapping[str, Any]) -> Lesson:
    notebook = str(data["notebook"])
    exercises = tuple(
        Exercise(**{**entry, "hints": tuple(entry["hints"])}, notebook=notebook) for entry in data["exercises"]
    )
    return Lesson(notebook, str(data["title"]), exercises)


@cache
def catalogue() -> Mapping[str, Exercise]:
    """Return all exercises by name."""
    return MappingProxyType({exercise.name: exercise for lesson in lessons() for exercise in lesson.exercises})


def find(name: str) -> Exercise:
    """Return the exercise of this name.

    Raises
    ------
    ExerciseError
        If there is none.

    Examples
    --------
    >>> find("view").notebook
    '00_start_here'
    """
    known = catalogue()
    if isinstance(name, str) and name in known:
        return known[name]
    near = get_close_matches(str(name), known, n=3) or sorted(known)[:3]
    raise ExerciseError(f"there is no exercise {name!r}; did you mean {' or '.join(map(repr, near))}?")
