"""Which numbers of several arrays are one and the same, but for rounding?

For lengths that do not come from the edges of graphs (third sides, signed volumes); see
:class:`twinclouds.graphs.SortedLengths` for those that do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from twinclouds.graphs import sort_lengths

__all__ = ["Lengths", "label_lengths", "label_values"]


@dataclass(frozen=True, eq=False)
class Lengths:
    """Numbers of several arrays, labelled alike: in sorted order a gap above the tolerance starts a new label.

    Attributes
    ----------
    labels : list of arrays of int
        Labels of each array, of its shape.
    values : (k,) array of float
        Mean of each label.
    narrowest_gap : float
        Smallest gap between neighbouring labels; infinite when there are fewer than two.
    widest : float
        Largest spread within one label.
    """

    labels: list[NDArray[np.int64]]
    values: NDArray[np.float64]
    narrowest_gap: float
    widest: float

    def written(self, label: int) -> str:
        """Write a label with as many decimals (2 to 6) as tell it from the others.

        Examples
        --------
        >>> label_lengths([np.array([1.0, 1.001, 2.0])], 1e-6).written(1)
        '1.001'
        """
        for digits in range(2, 6):
            if len(np.unique(self.values.round(digits))) == len(self.values):
                break
        else:
            digits = 6
        return f"{self.values[label] + 0.0:.{digits}f}"


def label_lengths(values: Sequence[NDArray[np.float64]], tolerance: float) -> Lengths:
    """Label numbers of several arrays alike.

    Examples
    --------
    >>> found = label_lengths([np.array([1.0, 2.0]), np.array([1.0 + 1e-9])], 1e-6)
    >>> [x.tolist() for x in found.labels], found.values.round(3).tolist(), round(found.narrowest_gap, 3)
    ([[0, 1], [0]], [1.0, 2.0], 1.0)
    """
    joined = np.concatenate([v.ravel() for v in values])
    # Signed volumes can be negative, lengths cannot, and there are many of them.
    order = sort_lengths(joined, tolerance) if joined.min(initial=0.0) >= 0 else np.argsort(joined)
    ordered = joined[order]
    gaps = np.diff(ordered)
    labels = np.empty(len(joined), dtype=np.int64)
    labels[order] = np.concatenate([[0], np.cumsum(gaps > tolerance)])[: len(joined)]
    parts = np.split(labels, np.cumsum([v.size for v in values])[:-1])
    starts = np.concatenate([[0], np.flatnonzero(gaps > tolerance) + 1])[: len(joined)]
    ends = np.append(starts[1:], len(joined))[: len(starts)]
    return Lengths(
        [part.reshape(v.shape) for part, v in zip(parts, values, strict=True)],
        np.add.reduceat(ordered, starts) / (ends - starts) if len(joined) else joined,
        float(gaps.min(initial=np.inf, where=gaps > tolerance)),
        float((ordered[ends - 1] - ordered[starts]).max(initial=0.0)) if len(joined) else 0.0,
    )


def label_values(values: Sequence[NDArray[np.float64]], tolerance: float) -> list[NDArray[np.int64]]:
    """Return the labels alone; see :func:`label_lengths`.

    Examples
    --------
    >>> [x.tolist() for x in label_values([np.array([1.0, 2.0]), np.array([1.0 + 1e-9])], 1e-6)]
    [[0, 1], [0]]
    """
    return label_lengths(values, tolerance).labels
