"""Long runs are announced before they begin, with about how long they take.

The announcement is a Python warning, so that it stands where a reader looks (in a notebook below the cell, on the
command line on the standard error), and so that who does not want it can filter it by its category,
:class:`~twinclouds.errors.LongRun`. The times are those of an ordinary computer, and good to a factor of three or so.
"""

from __future__ import annotations

import sys
import warnings

from twinclouds.errors import LongRun

__all__ = ["LONG", "announce", "in_words"]

#: Nobody has to be prepared for less than this, seconds.
LONG = 10.0


def announce(seconds: float, what: str, remedy: str) -> None:
    """Warn of a run if it takes long.

    Parameters
    ----------
    seconds : float
        How long it takes, about.
    what : str
        What takes so long.
    remedy : str
        What would be quicker.

    Examples
    --------
    >>> announce(0.5, "counting to ten", "count to five")
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     announce(100, "counting to a million", "count to ten")
    >>> str(caught[0].message)
    'counting to a million takes about 2 minutes; interrupt it (Ctrl+C, in a notebook the stop button) or count to ten'
    """
    if seconds >= LONG:
        text = f"{what} takes {in_words(seconds)}; interrupt it (Ctrl+C, in a notebook the stop button) or {remedy}"
        warnings.warn(text, LongRun, stacklevel=_outside())


def in_words(seconds: float) -> str:
    """Write a time as one that is not known well.

    Examples
    --------
    >>> [in_words(t) for t in (13, 47, 100, 3000, 5000, 300000)]
    ['about 10 seconds', 'about 50 seconds', 'about 2 minutes', 'about 50 minutes', 'about an hour', 'about 3 days']
    """
    for unit, name in ((86400.0, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= 0.9 * unit:
            count = max(round(seconds / unit), 1)
            return f"about {count} {name}s" if count > 1 else f"about a{'n' if name == 'hour' else ''} {name}"
    return f"about {max(round(seconds / 10), 1) * 10} seconds"


def _outside() -> int:
    """Return the stack level, counted from the caller, of the first frame that does not belong to the package."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == "twinclouds":
        frame, level = frame.f_back, level + 1
    return level
