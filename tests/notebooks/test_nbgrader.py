"""The solutions are a source for nbgrader: it releases the learner's version from them, and grades what comes back."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from notebooks.course import NAMES, NOTEBOOKS, read
from twinclouds.exercises.catalogue import lessons

#: Graded in full by nbgrader; what the others' grading cells do is seen when they are executed.
GRADED = "00_start_here"


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an nbgrader course set up as the instructor's guide says, with all notebooks released."""
    folder = tmp_path_factory.mktemp("nbgrader")
    shutil.copy(NOTEBOOKS / "instructor" / "nbgrader_config.py", folder)
    for assignment, names in (("all", NAMES), (GRADED, [GRADED])):
        (folder / "source" / assignment).mkdir(parents=True)
        for name in names:
            shutil.copy(NOTEBOOKS / "solutions" / f"{name}.ipynb", folder / "source" / assignment)
        _nbgrader(folder, "generate_assignment", assignment)
    return folder


def _nbgrader(folder: Path, *arguments: str) -> str:
    # It calls the command alembic, which lies beside this Python.
    done = subprocess.run(
        [sys.executable, "-m", "nbgrader", *arguments],
        cwd=folder,
        env=os.environ | {"PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_nbgrader_releases_the_learners_version(course: Path, name: str) -> None:
    released = nbformat.read(course / "release" / "all" / f"{name}.ipynb", as_version=4)
    ours = [cell for cell in read(name).cells if "ask" not in cell.metadata.get("tags", [])]
    # Links to other folders are written as seen from solutions/.
    assert [(cell.id, cell.cell_type, cell.source.replace("](../", "](")) for cell in released.cells] == [
        (cell.id, cell.cell_type, cell.source) for cell in ours
    ]


def test_solutions_get_full_marks_and_the_learners_version_none(course: Path) -> None:
    from nbgrader.api import Gradebook

    submissions = {
        "solved": NOTEBOOKS / "solutions" / f"{GRADED}.ipynb",
        "ours": NOTEBOOKS / f"{GRADED}.ipynb",
    }
    for student, path in submissions.items():
        (course / "submitted" / student / GRADED).mkdir(parents=True)
        shutil.copy(path, course / "submitted" / student / GRADED)
    # One exercise solved, and an attempt to make all checks pass by giving them another meaning.
    partly = read(GRADED)
    cells = {cell.id: cell for cell in partly.cells}
    cells["exercise-different_distances"].source = "different_distances = 7"
    cells["exercise-smallest_cutoff"].source += "\ncheck = grade = print"
    (course / "submitted" / "partly" / GRADED).mkdir(parents=True)
    nbformat.write(partly, course / "submitted" / "partly" / GRADED / f"{GRADED}.ipynb")

    _nbgrader(course, "autograde", GRADED)
    exercises = next(lesson for lesson in lessons() if lesson.notebook == GRADED).exercises
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        marks = {s.student.id: (s.score, s.max_score) for s in gradebook.assignment_submissions(GRADED)}
    full = float(sum(exercise.points for exercise in exercises))
    assert marks == {"solved": (full, full), "ours": (0.0, full), "partly": (1.0, full)}
