"""Every notebook of the course: it runs, its checks work, and it has all that a lesson should have."""

from __future__ import annotations

import re

import pytest

from notebooks.course import NAMES, executed, read
from twinclouds.exercises.catalogue import lessons

each_notebook = pytest.mark.parametrize("name", NAMES)


def _exercises(name: str):
    return next(lesson for lesson in lessons() if lesson.notebook == name).exercises


@each_notebook
def test_a_reader_who_only_runs_all_sees_open_exercises_and_no_error(name: str) -> None:
    said = executed(name, "learner").feedback()
    assert set(said) == {exercise.name for exercise in _exercises(name)}
    for exercise, text in said.items():
        assert text.startswith("○ Not yet."), f"{exercise}: {text}"


@each_notebook
def test_the_solutions_pass_every_check(name: str) -> None:
    run = executed(name, "solutions")
    said = run.feedback()
    assert set(said) == {exercise.name for exercise in _exercises(name)}
    for exercise, text in said.items():
        assert text.startswith("✓ Right."), f"{exercise}: {text}"
    assert ".twinclouds_progress.json" in run.files


@each_notebook
def test_a_notebook_computes_briefly_and_in_little_memory(name: str) -> None:
    # 9 s and 370 MB at most where this was written; processor time hardly depends on what else the machine does.
    run = executed(name, "solutions")
    assert run.processor < 30
    assert run.memory < 500


def test_the_whole_course_computes_in_less_than_three_minutes() -> None:
    assert sum(executed(name, "solutions").processor for name in NAMES) < 180


def _text(name: str, kind: str | None = None) -> str:
    return "\n".join(cell.source for cell in read(name).cells if kind in (None, cell.cell_type))


@each_notebook
@pytest.mark.parametrize(
    "part",
    [
        "**Time**",
        "**You should know**",
        "**You will be able to**",
        "\n## Your prediction",
        "\n## Explore",
        "\n## Build",
        "\n## Prove",
        "\n## Exercises",
        "\n## What you have done",
        "\n## Summary",
        "**What comes next.**",
        "**References**",
        "tc.ui.Prediction(",
        "prediction.look_back(",
        "try_=",
        "notice=",
        "assert ",
    ],
    ids=lambda part: re.sub(r"\W+", "-", part).strip("-"),
)
def test_the_skeleton_is_complete(name: str, part: str) -> None:
    assert part in "\n" + _text(name), f"{name} has no {part.strip()!r}"


@each_notebook
def test_there_are_exercises_of_all_three_levels(name: str) -> None:
    assert {exercise.level for exercise in _exercises(name)} == {1, 2, 3}


@each_notebook
def test_mathematics_has_no_doubled_backslash(name: str) -> None:
    for formula in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", _text(name, "markdown"), flags=re.DOTALL):
        assert not re.search(r"\\\\[A-Za-z{}]", "".join(formula)), formula
