"""The watch over the cells: which of them were attempts, and which of these failed."""

from __future__ import annotations

from typing import Any

import pytest

from twinclouds.exercises.watching import Watch, binds

ERROR = SyntaxError("invalid syntax")


@pytest.mark.parametrize(
    "source",
    [
        "view = ",
        "x, view = 1,",
        "view: list = [",
        "def view(atoms, i)\n    return",
        "  view = 1",
        "(x, view) = 1, 2,",
        "class view",
    ],
)
def test_cells_that_were_meant_to_give_the_name_a_value(source: str) -> None:
    watch = Watch(["view"], {"view": 0})
    watch.ran(source, ERROR)
    assert watch.failed("view") == "SyntaxError"


@pytest.mark.parametrize(
    "source", ["print(view", 'check("view", view) +', "views = ", "view == ", "review = ", "f(view=1", "# view"]
)
def test_cells_that_were_not(source: str) -> None:
    watch = Watch(["view"], {"view": 0})
    watch.ran(source, ERROR)
    assert watch.failed("view") == ""


def test_a_value_that_came_before_the_error_counts() -> None:
    namespace: dict[str, Any] = {}
    watch = Watch(["view"], namespace)
    watch.ran("view = [", ERROR)
    assert watch.failed("view") == "SyntaxError"
    namespace["view"] = [1]
    assert watch.failed("view") == ""  # asked in the cell itself
    watch.ran("view = [1]\n1 / 0", ZeroDivisionError("division by zero"))
    assert watch.failed("view") == ""


def test_the_same_value_again_counts_when_the_cell_ran() -> None:
    watch = Watch(["view"], {"view": 0})
    watch.ran("view = 0 +", ERROR)
    watch.ran("view = 0", None)
    assert watch.failed("view") == ""


def test_a_check_of_nothing_is_answered_and_other_errors_are_not() -> None:
    said: list[str] = []
    watch = Watch(["view"], {}, said.append)
    missing = NameError("name 'view' is not defined", name="view")
    watch.ran('check("view", view)', missing)
    watch.ran("print(view)", missing)
    watch.ran('check("view", vieuw)', NameError("name 'vieuw' is not defined", name="vieuw"))
    watch.ran('check("view", view)', None)
    assert said == ["view"]


def test_what_binds_a_name() -> None:
    assert binds("for view in range(3): pass", "view")
    assert not binds("%%time\nview = 1", "view")
