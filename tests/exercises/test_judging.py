"""Answers are read generously, and learners' code cannot do harm."""

from __future__ import annotations

import contextlib
import fractions
import time

import numpy as np
import pytest

from twinclouds.exercises import judging
from twinclouds.exercises.judging import Open, Wrong, array, boolean, call, choice, entries, integer, number, show
from twinclouds.exercises.limits import OutOfTime, time_limit


def _spin(seconds):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pass


@pytest.mark.parametrize(
    "value",
    [2.5, "2.5", " 2,5 ", np.float32(2.5), np.array(2.5), np.array([[2.5]]), [2.5], (2.5,), fractions.Fraction(5, 2)],
    ids=repr,
)
def test_a_number_may_come_in_many_forms(value):
    assert number(value) == 2.5


@pytest.mark.parametrize(
    "value", [True, np.True_, "a", "", [1, 2], [], {}, 1j, float("nan"), print, b"2", 10**400, [[]]]
)
def test_what_is_no_number_is_refused_in_words(value):
    with pytest.raises(Wrong, match=r"^The answer should be "):
        number(value)


@pytest.mark.parametrize("read", [number, integer, boolean, entries, array, lambda v: choice(v, ["a", "b"])])
@pytest.mark.parametrize("nothing", [None, ...])
def test_nothing_is_an_open_exercise(read, nothing):
    with pytest.raises(Open):
        read(nothing)


def test_an_open_answer_inside_a_list_is_no_number():
    with pytest.raises(Wrong):
        array([1, ..., 2])


@pytest.mark.parametrize("value", [6.5, "6.5", float("inf")])
def test_what_is_not_whole_is_refused(value):
    with pytest.raises(Wrong, match="whole number"):
        integer(value)


@pytest.mark.parametrize(
    ("value", "shape", "message"),
    [
        ([1, 2], (3,), "should have 3 numbers, but it has 2"),
        ([[1, 2]], (None,), "should be a plain list of numbers, but it has the shape"),
        (np.float64(1.0), (2,), "is a single number|should be a list"),
        ([[1, 2], [3]], (2, 2), "rows of equal length"),
        ([[1, 2]], (None, 3), r"\(n x 3\), but it has the shape \(1 x 2\)"),
        ([float("nan")], (1,), "nan"),
        ("12", (2,), "should be a list"),
        ([1, "x"], (2,), "numbers only"),
    ],
)
def test_arrays_are_refused_in_words(value, shape, message):
    with pytest.raises(Wrong, match=message):
        array(value, shape)


def test_arrays_may_be_lists_and_text():
    assert array([[1, "2"], (3, np.float32(4))], (2, None)).tolist() == [[1, 2], [3, 4]]


def test_a_list_that_never_ends_is_refused(monkeypatch):
    monkeypatch.setattr(judging, "LONGEST", 100)
    with pytest.raises(Wrong, match="does it ever end"):
        entries(iter(int, 1))


def test_words_are_read_without_regard_to_case():
    assert choice(" YES ", ["yes", "no"]) == "yes"
    with pytest.raises(Wrong, match='one of `"yes"`, `"no"`, but it is `\'maybe\'`'):
        choice("maybe", ["yes", "no"])


@pytest.mark.parametrize(
    ("value", "truth"), [(True, True), (np.False_, False), ("No", False), (1, True), ("true", True)]
)
def test_yes_and_no(value, truth):
    assert boolean(value) is truth


@pytest.mark.parametrize("value", [2, "perhaps", [], 0.5])
def test_neither_yes_nor_no(value):
    with pytest.raises(Wrong, match="`True` or `False`"):
        boolean(value)


def test_a_function_gets_copies():
    ours = [1, 2, 3]

    def greedy(values):
        values.clear()
        return "done"

    assert call(greedy, ours, called="greedy(values)") == "done"
    assert ours == [1, 2, 3]


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (lambda: 1 / 0, "`f.*` stopped with ZeroDivisionError: division by zero[.]$"),
        (lambda x: x, "stopped with TypeError"),
        (lambda: exit(), "stopped with SystemExit"),
        (lambda: {}["a"], "stopped with KeyError: 'a'"),
        (3, "A function is wanted here, but this is `3`"),
        (int, "the class `int`"),
    ],
)
def test_a_function_that_stops_is_explained(function, message):
    with pytest.raises(Wrong, match=message):
        call(function, called="f()")


def test_endless_recursion_is_explained():
    def again():
        return again()

    with pytest.raises(Wrong, match="calls itself without end"):
        call(again, called="again()")


def test_an_endless_loop_is_ended_even_when_it_catches_everything():
    def stubborn():
        while True:
            with contextlib.suppress(Exception):
                _spin(0.01)

    with pytest.raises(Wrong, match=r"still running after 0\.05 seconds"):
        call(stubborn, called="stubborn()", seconds=0.05)


def test_the_time_limit_leaves_nothing_behind():
    import signal

    before = signal.getsignal(signal.SIGALRM)
    with pytest.raises(OutOfTime), time_limit(0.01):
        _spin(60)
    assert signal.getsignal(signal.SIGALRM) is before
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0)


def test_a_time_limit_inside_another_leaves_the_outer_one_in_force():
    def inner_then_long():
        with time_limit(60):
            pass
        _spin(60)

    with pytest.raises(OutOfTime), time_limit(0.2):
        inner_then_long()


@pytest.mark.parametrize("stub", [lambda: None, lambda: ...])
def test_a_function_that_returns_nothing_is_open(stub):
    with pytest.raises(Open, match="returns nothing yet"):
        call(stub, called="f()")


def test_a_quoted_value_is_one_short_line():
    assert show("a\nb`c") == "`'a\\nb'c'`"
    assert len(show("x" * 1000)) <= 62
    assert "\n" not in show(np.zeros((9, 9)))
