"""Shells of neighbours: the distances that occur, in few enough groups to be told apart by colour.

Where few distances occur, each is a shell of its own. Where many do, as in a disordered cloud, neighbouring lengths are
put together, cut apart at the wide gaps between them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST_EXACT", "MOST_GROUPED", "shell_starts"]

#: Up to so many distances each has a colour of its own.
MOST_EXACT = 16

#: With more of them there are at most so many shells.
MOST_GROUPED = 8


def shell_starts(lengths: NDArray[np.float64]) -> list[int]:
    """Return the index of the first length of each shell.

    More than 16 lengths are put into at most 8 shells: their range is cut into equal parts, and each cut moves to the
    widest gap within a quarter of a part of it.

    Parameters
    ----------
    lengths : (k,) array of float
        Distinct lengths in increasing order, angstrom.

    Returns
    -------
    list of int
        Increasing; the first is 0. Empty when there are no lengths.

    Examples
    --------
    >>> shell_starts(np.array([1.0, 1.4, 2.4]))
    [0, 1, 2]
    >>> many = np.concatenate([np.linspace(1.0, 1.2, 10), np.linspace(3.0, 3.2, 10)])
    >>> shell_starts(many)
    [0, 10]
    """
    count = len(lengths)
    if count <= MOST_EXACT:
        return list(range(count))
    low, high = float(lengths[0]), float(lengths[-1])
    part = (high - low) / MOST_GROUPED
    gaps = np.diff(lengths)
    middles = (lengths[1:] + lengths[:-1]) / 2
    starts = {0}
    for cut in low + part * np.arange(1, MOST_GROUPED):
        # A gap counts if it reaches into the neighbourhood of the cut, wherever its middle is.
        near = (lengths[1:] > cut - part / 4) & (lengths[:-1] < cut + part / 4)
        if not near.any():
            continue
        candidates = np.flatnonzero(near)
        best = candidates[np.lexsort((np.abs(middles[candidates] - cut), -gaps[candidates]))[0]]
        starts.add(int(best) + 1)
    return sorted(starts)
