"""Every check: other right answers pass, typical mistakes are explained, and nothing makes it stop."""

from __future__ import annotations

import importlib.util
import itertools
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from twinclouds.exercises import check
from twinclouds.exercises.catalogue import catalogue, lessons
from twinclouds.exercises.feedback import Feedback

FOLDER = Path(__file__).parent / "attempts"


def _attempts(notebook: str) -> ModuleType:
    path = FOLDER / f"n{notebook[:2]}.py"
    assert path.is_file(), f"{path} is missing: write down attempts at the exercises of {notebook}"
    spec = importlib.util.spec_from_file_location(f"attempts_{path.stem}", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _cases(kind: str) -> list[Any]:
    cases = []
    for path in sorted(FOLDER.glob("n*.py")):
        for name, attempts in getattr(_attempts(path.stem[1:]), kind).items():
            cases += [pytest.param(name, attempt, id=f"{name}-{i}") for i, attempt in enumerate(attempts, 1)]
    return cases


def _feedback(name: str, cell: str) -> Feedback:
    exercise = catalogue()[name]
    namespace: dict[str, Any] = {"check": check}
    for number, code in enumerate((_attempts(exercise.notebook).SETUP, exercise.start, cell)):
        exec(compile(code, f"{name}, part {number}", "exec"), namespace)
    *before, last = exercise.check.splitlines()
    exec("\n".join(before), namespace)
    return eval(last, namespace)


@pytest.mark.parametrize("notebook", [lesson.notebook for lesson in lessons()])
def test_attempts_are_written_down_for_every_exercise(notebook: str) -> None:
    attempts = _attempts(notebook)
    names = {exercise.name for exercise in next(x for x in lessons() if x.notebook == notebook).exercises}
    assert set(attempts.RIGHT) == set(attempts.WRONG) == names
    for name in names:
        assert len(attempts.RIGHT[name]) >= 1, f"{name}: write down a right answer that is not the solution's"
        assert len(attempts.WRONG[name]) >= 3, f"{name}: write down three mistakes, each with its feedback"


@pytest.mark.parametrize(("name", "cell"), _cases("RIGHT"))
def test_other_right_answers_pass(name: str, cell: str) -> None:
    feedback = _feedback(name, cell)
    assert feedback.passed, feedback


@pytest.mark.parametrize(("name", "attempt"), _cases("WRONG"))
def test_mistakes_are_explained(name: str, attempt: tuple[str, str]) -> None:
    cell, expected = attempt
    feedback = _feedback(name, cell)
    assert not feedback.passed, feedback
    assert expected in repr(feedback), feedback


class Mean:
    """An object that fights back."""

    def __repr__(self):
        raise RuntimeError("no repr")

    def __eq__(self, other):
        raise RuntimeError("no ==")

    def __float__(self):
        raise RuntimeError("no float")

    def __iter__(self):
        raise RuntimeError("no iteration")

    def __call__(self, *arguments):
        raise SystemExit("not even a call")

    __hash__ = None


class MeanError(Exception):
    def __str__(self):
        raise RuntimeError("no message")


class Worst:
    """An object that cannot even be asked what it is."""

    def __getattribute__(self, name):
        raise MeanError


class MeanArray(np.ndarray):
    """An array that takes part in nothing."""

    def __array_ufunc__(self, *arguments, **keywords):
        raise MeanError

    def __eq__(self, other):
        raise MeanError

    __hash__ = None


class NoError(BaseException):
    """Neither an Exception nor one of those that end a program."""


def _ends(*arguments, **keywords):
    raise NoError


def _raises(*arguments, **keywords):
    raise MeanError


ZOO = {
    "text": "no idea <script>",
    "empty text": "",
    "true": True,
    "nan": float("nan"),
    "infinite": float("inf"),
    "complex": 1j,
    "huge": 10**400,
    "empty list": [],
    "nested": [[1, 2], [3]],
    "endless": itertools.count(),
    "mapping": {"a": 1},
    "set": {1, "b"},
    "array": np.zeros((2, 3, 4)),
    "empty array": np.array([]),
    "objects": np.array([None, "a"], dtype=object),
    "module": np,
    "class": int,
    "bytes": b"7",
    "mean": Mean(),
    "worst": Worst(),
    "worst in a list": [Worst(), Worst()],
    "mean array": np.arange(6.0).reshape(2, 3).view(MeanArray),
    "raises": _raises,
    "raises no error": _ends,
    "returns worst": lambda *arguments, **keywords: Worst(),
    "returns text": lambda *arguments, **keywords: "text",
    "returns itself": lambda *arguments, **keywords: _raises,
    "returns endless": lambda *arguments, **keywords: itertools.count(),
    "returns nan": lambda *arguments, **keywords: float("nan"),
    "returns nested": lambda *arguments, **keywords: [[[]], None],
    "returns first": lambda *arguments, **keywords: arguments[0] if arguments else 0,
}


@pytest.mark.parametrize("name", sorted(catalogue()))
@pytest.mark.parametrize("kind", ZOO)
def test_a_check_never_stops(name: str, kind: str) -> None:
    count = catalogue()[name].check.count(",")
    feedback = check(name, *[ZOO[kind]] * max(1, count))
    assert isinstance(feedback, Feedback)
    assert feedback.status in ("wrong", "open")
    assert "<script>" not in feedback._repr_html_()
    assert "Error:" not in feedback.message or kind in ("mean", "raises", "returns worst"), (
        f"an error of the check itself: {feedback}"
    )


@pytest.mark.parametrize("name", sorted(catalogue()))
@pytest.mark.parametrize("nothing", [None, ...], ids=["None", "dots"])
def test_no_answer_is_not_a_wrong_answer(name: str, nothing: object) -> None:
    assert check(name, nothing).status == "open"
