"""The bar: what it says, that it stays in its line, and that it is silent where nobody looks."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from twinclouds.progress import Bar


class Clock:
    """Tells the time that is set."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[Bar, Clock, io.StringIO]]:
    monkeypatch.setenv("COLUMNS", "100")
    clock, stream = Clock(), io.StringIO()
    with Bar("structures", about=True, stream=stream, clock=clock) as bar:
        yield bar, clock, stream


def last(stream: io.StringIO) -> str:
    return stream.getvalue().rstrip("\n").rsplit("\r", 1)[1].rstrip()


def test_says_how_many_are_left_and_how_long(drawn: tuple[Bar, Clock, io.StringIO]) -> None:
    bar, clock, stream = drawn
    bar(10, 1000, "a.xyz@9")
    assert last(stream) == "[........................] 10 structures, about 990 left: a.xyz@9"
    clock.now = 5
    bar(500, 1000, "a.xyz@499")
    assert last(stream) == "[############............] 500 structures, about 500 left, about 5 s: a.xyz@499"
    clock.now = 6
    bar(1000, 1000, "b.xyz")
    assert last(stream) == "[########################] 1,000 structures"
    clock.now = 7
    bar(1500, 0, "no end in sight")
    assert last(stream) == "1,500 structures: no end in sight"


def test_the_speed_is_that_of_late(drawn: tuple[Bar, Clock, io.StringIO]) -> None:
    bar, clock, stream = drawn
    for clock.now, done in ((0.5, 100_000), (10, 100_100), (20, 100_200), (30, 100_300)):
        bar(done, 100_600, "x")
    assert "about 300 left, about 30 s" in last(stream), "what was skipped at the beginning says nothing"


def test_stays_in_one_line_and_shows_no_control_characters(
    drawn: tuple[Bar, Clock, io.StringIO], monkeypatch: pytest.MonkeyPatch
) -> None:
    bar, clock, stream = drawn
    monkeypatch.setenv("COLUMNS", "40")
    bar(1, 10, "a" * 500)
    clock.now = 1
    bar(2, 10, "two\nlines\x1b[31m")
    lines = stream.getvalue().split("\r")[1:]
    assert max(map(len, lines)) < 40 and "\n" not in stream.getvalue() and "\x1b" not in stream.getvalue()
    assert len(lines[1]) >= len(lines[0]), "what was there before is covered"


def test_is_drawn_ten_times_a_second_at_most_and_at_the_end(drawn: tuple[Bar, Clock, io.StringIO]) -> None:
    bar, clock, stream = drawn
    for k in range(1000):
        clock.now = k * 0.001
        bar(k, 1000, "x")
    assert stream.getvalue().count("\r") <= 11
    bar.__exit__(None, None, None)
    assert "999 structures" in last(stream) and stream.getvalue().endswith("\n")


CODE = """
from twinclouds.progress import Bar
with Bar("pairs") as bar:
    bar(1, 2, "first")
"""


@pytest.mark.skipif(os.name == "nt", reason="a terminal as on Unix")
def test_is_silent_where_standard_error_is_no_terminal() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, check=True)
    assert done.stderr == done.stdout == b""
    import pty

    own, theirs = pty.openpty()
    subprocess.run([sys.executable, "-c", CODE], stderr=theirs, check=True)
    os.close(theirs)
    assert b"1 pairs, 1 left: first" in os.read(own, 1000)
    os.close(own)
