"""Learners' code runs for a limited time: an endless loop gets an answer too."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

__all__ = ["OutOfTime", "time_limit"]


#: Between two reminders that the time is up, in seconds.
_AGAIN = 0.2


class OutOfTime(BaseException):
    """The time is up. Not an Exception, so that ``except Exception`` in a learner's code does not swallow it."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise :class:`OutOfTime` in the block after some seconds.

    Without effect where there are no timers (Windows) or outside of the main thread; there, the reader
    interrupts the kernel.

    Parameters
    ----------
    seconds : float
        Time in seconds.

    Raises
    ------
    OutOfTime
        When the block took longer.

    Examples
    --------
    >>> try:
    ...     with time_limit(0.01):
    ...         while True:
    ...             pass
    ... except OutOfTime:
    ...     print("stopped")
    stopped
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise OutOfTime

    previous = signal.signal(signal.SIGALRM, stop)
    # The second number: again and again, for code that catches everything.
    outer, interval = signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    began = time.monotonic()
    if 0 < outer < seconds:  # inside of a limit that ends before this one
        signal.setitimer(signal.ITIMER_REAL, outer, _AGAIN)
    try:
        yield
    finally:
        _stop_timer()
        left = max(outer - (time.monotonic() - began), 0.001) if outer else 0.0
        signal.signal(signal.SIGALRM, previous)
        signal.setitimer(signal.ITIMER_REAL, left, interval)


def _stop_timer() -> None:
    """Stop the timer, also when it goes off at this very moment: else it would go on, in the reader's next cells."""
    while True:
        try:
            signal.setitimer(signal.ITIMER_REAL, 0.0)
            return
        except OutOfTime:
            continue
