"""A line in the terminal that says how far a long run is."""

from __future__ import annotations

import shutil
import sys
import time
from collections import deque
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO

__all__ = ["Bar", "duration"]

#: Characters of the bar itself.
WIDTH = 24

#: Seconds from one drawing to the next, and over which the speed is measured.
REDRAWN, MEASURED = 0.1, 10.0


class Bar(AbstractContextManager["Bar"]):
    r"""A bar on standard error, drawn over the one before: how many are done, how many are left, and how long it takes.

    Call it with (number done, number in all or 0 where it is not known, name of the last). It is silent where standard
    error is no terminal. As a context manager it ends its line whatever happens.

    Parameters
    ----------
    what : str, optional
        What is counted.
    about : bool, optional
        Is the number in all an estimate?
    stream : file, optional
        Where to draw instead, in any case.
    clock : callable, optional
        What tells the time, in seconds.

    Examples
    --------
    >>> import io
    >>> stream, times = io.StringIO(), iter([0.0, 2.0, 4.0])
    >>> bar = Bar("structures", stream=stream, clock=lambda: next(times))
    >>> bar(2000, 8000, "a")
    >>> bar(4000, 8000, "b")
    >>> print(stream.getvalue().rsplit("\r", 1)[1].rstrip())
    [############............] 4,000 structures, 4,000 left, about 4 s: b
    """

    def __init__(
        self,
        what: str = "structures",
        about: bool = False,
        stream: TextIO | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._what, self._about, self._clock = what, about, clock
        self._silent = stream is None and not sys.stderr.isatty()
        self._stream = sys.stderr if stream is None else stream
        self._seen = deque([(clock(), 0)])
        self._drawn, self._length = -REDRAWN, 0
        self._last: tuple[int, int, str] | None = None

    def __call__(self, done: int, total: int, name: str) -> None:
        """Say how far it is."""
        if self._silent:
            return
        now = self._clock()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] > MEASURED:
            self._seen.popleft()
        self._last = done, total, name
        if now - self._drawn >= REDRAWN:
            self._drawn = now
            self._draw()

    def __exit__(self, *error: object) -> None:
        """Draw what came last, and end the line."""
        if self._last is not None:
            self._draw()
            print(file=self._stream, flush=True)
            self._last = None

    def _draw(self) -> None:
        assert self._last is not None
        line = self._line(*self._last)[: shutil.get_terminal_size().columns - 1]
        print(f"\r{line:<{self._length}}", end="", file=self._stream, flush=True)
        self._length = len(line)

    def _line(self, done: int, total: int, name: str) -> str:
        line = f"{done:,} {self._what}"
        if total:
            full = WIDTH * done // total
            line = f"[{'#' * full}{'.' * (WIDTH - full)}] {line}"
        if done == total:
            return line
        if total:
            line += f", {'about ' * self._about}{total - done:,} left"
            (start, before), (end, after) = self._seen[0], self._seen[-1]
            if end - start >= 1 and after > before:
                line += f", about {duration((total - done) * (end - start) / (after - before))}"
        return f"{line}: {''.join(c if c.isprintable() else '?' for c in name)}"


def duration(seconds: float) -> str:
    """Say in words how long something takes, roughly.

    Examples
    --------
    >>> duration(0.3), duration(48), duration(200), duration(4000), duration(1e6)
    ('1 s', '48 s', '3 min', '1 h 7 min', '11 days 13 h')
    """
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} days {hours % 24} h"
