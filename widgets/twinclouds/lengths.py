"""Which lengths of several graphs, or numbers of several arrays, are one and the same, but for rounding?

Sorted, they are cut wherever the gap to the next one exceeds the tolerance. To round them to a grid would be wrong: two
equal lengths can fall on both sides of a grid line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.memory import FEW_EDGES, refuse

if TYPE_CHECKING:
    from twinclouds.graphs import DistanceGraph

__all__ = [
    "TOLERANCE",
    "DistanceLabels",
    "Lengths",
    "SortedLengths",
    "distance_labels",
    "label_lengths",
    "label_values",
    "sort_lengths",
]


#: Lengths that differ by no more than this (angstrom) may be one length, rounded differently.
TOLERANCE = 1e-6

#: To compare graphs takes so much for each edge of all of them, besides the graphs.
COMPARING = 75

#: So few lengths are sorted as they stand.
FEW_LENGTHS = 500

#: Of two sets of lengths that differ, mostly some among so many of the shortest do.
SOME_LENGTHS = 4096


@dataclass(frozen=True, eq=False)
class DistanceLabels:
    """Which lengths, among the edges of one or more graphs, are the same length?

    Attributes
    ----------
    values : (k,) array of float
        The distinct lengths in increasing order, angstrom; each is the mean of its label.
    of_bonds : tuple of (m / 2,) arrays of int
        For each graph the label of every bond, an index into `values`; -1 for a bond beyond the reach asked for.
    graphs : tuple of DistanceGraph
        The graphs.
    widest : float
        Largest spread of lengths within one label, angstrom.
    narrowest_gap : float
        Smallest gap between neighbouring labels, angstrom; infinite when there are fewer than two.
    """

    values: NDArray[np.float64]
    of_bonds: tuple[NDArray[np.signedinteger[Any]], ...]
    graphs: tuple[DistanceGraph, ...] = field(repr=False)
    widest: float
    narrowest_gap: float

    @cached_property
    def labels(self) -> tuple[NDArray[np.signedinteger[Any]], ...]:
        """For each graph the label of every edge, shape (m,)."""
        return tuple(labels[graph.bonds] for labels, graph in zip(self.of_bonds, self.graphs, strict=True))


class SortedLengths:
    """The bond lengths of several graphs, sorted once, to be cut into labels at any tolerance and reach.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        The graphs.

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> lengths = SortedLengths([distance_graph([[0, 0, 0], [1, 0, 0], [2.5, 0, 0]])])
    >>> lengths.labels(1e-6).values, lengths.labels(1e-6, reach=2.0).labels[0].tolist()
    (array([1. , 1.5, 2.5]), [0, -1, 0, 1, -1, 1])
    """

    def __init__(self, graphs: Sequence[DistanceGraph]) -> None:
        if len(graphs) > 1 and (edges := sum(g.n_edges for g in graphs)) > FEW_EDGES:
            refuse(COMPARING * edges, f"comparing {edges:.3g} edges", "use a smaller cutoff or smaller clouds", np.inf)
        lengths = [g.bond_lengths for g in graphs]
        self._graphs = tuple(graphs)
        self._lengths = np.concatenate(lengths) if lengths else np.zeros(0)
        self._bounds = np.cumsum([len(x) for x in lengths])[:-1]
        # The lengths themselves are sorted apart from their order: numpy does that several times faster.
        self.ordered = np.sort(self._lengths)
        self._gaps = np.diff(self.ordered)
        self._order, self._blur = _roughly_sorted(self._lengths)

    def _order_for(self, tolerance: float, total: int) -> NDArray[np.int64]:
        """Return an order with the first `total` before the others, and nothing on the wrong side of a wide gap."""
        if 0 < total < len(self.ordered):
            tolerance = min(tolerance, self._gaps[total - 1])
        if tolerance <= self._blur:
            self._order, self._blur = np.argsort(self._lengths), -np.inf
        return self._order

    def cut(self, tolerance: float, reach: float = np.inf) -> tuple[NDArray[np.int32], ...]:
        """Return the labels of the bonds of each graph alone; see :meth:`labels`."""
        total = self.count(reach)
        # Half the memory of 64 bits: most of the time goes into moving these numbers.
        ranks = np.full(len(self.ordered), -1, dtype=np.int32)
        if total:
            ranks[0] = 0
            np.cumsum(self._gaps[: total - 1] > tolerance, out=ranks[1:total])
        joined = np.empty(len(ranks), dtype=np.int32)
        joined[self._order_for(tolerance, total)] = ranks
        return tuple(np.split(joined, self._bounds))

    def labels(self, tolerance: float, reach: float = np.inf) -> DistanceLabels:
        """Cut the sorted lengths up to `reach` wherever the gap to the next one exceeds `tolerance` (angstrom)."""
        cut = self.cut(tolerance, reach)
        ordered = self.ordered[: self.count(reach)]
        if not len(ordered):
            return DistanceLabels(np.zeros(0), cut, self._graphs, 0.0, np.inf)
        gaps = self._gaps[: len(ordered) - 1]
        wide = np.flatnonzero(gaps > tolerance)
        starts = np.concatenate([[0], wide + 1])
        ends = np.append(starts[1:], len(ordered))
        if len(starts) == len(ordered):  # no two alike
            values, widest = ordered.copy(), 0.0
        else:
            values = np.add.reduceat(ordered, starts) / (ends - starts)
            widest = float((ordered[ends - 1] - ordered[starts]).max())
        narrowest = float(gaps[wide].min(initial=np.inf))
        return DistanceLabels(values, cut, self._graphs, widest, narrowest)

    def count(self, reach: float) -> int:
        """Return how many bonds are not longer than `reach` (angstrom)."""
        return int(np.searchsorted(self.ordered, reach, side="right"))

    def balanced(self, tolerance: float, reach: float = np.inf) -> bool:
        """Does each label at this tolerance, of lengths up to `reach` (angstrom), occur equally often in two graphs?"""
        count = self.count(reach)
        order = self._order_for(tolerance, count)
        more, done = 0, 0
        while done < count:
            # Where two clouds differ, they mostly do so soon: look at few first, then at all others.
            end = count if done else min(SOME_LENGTHS, count)
            excess = np.cumsum(np.where(order[done:end] < self._bounds[0], 1, -1)) + more
            ends = self._gaps[done:end] > tolerance
            if end == count:
                ends = np.append(ends[: count - done - 1], True)
            if excess[ends].any():
                return False
            more, done = int(excess[-1]), end
        return True

    def spectrum(self, graph: int) -> NDArray[np.float64]:
        """Return the sorted bond lengths of one graph, angstrom."""
        bounds = [0, *self._bounds.tolist(), len(self._lengths)]
        return np.sort(self._lengths[bounds[graph] : bounds[graph + 1]])


def distance_labels(graphs: Sequence[DistanceGraph], tolerance: float = TOLERANCE) -> DistanceLabels:
    """Label the edges of several graphs by length, with one set of labels for all.

    Sorted lengths are cut wherever the gap to the next one exceeds the tolerance. Rounding to a grid would be wrong:
    two equal lengths can fall on both sides of a grid line.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        The graphs.
    tolerance : float, optional
        Gap in angstrom that starts a new label.

    Returns
    -------
    DistanceLabels

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> graphs = [distance_graph([[0, 0, 0], [1, 0, 0]]), distance_graph([[0, 0, 0], [1 + 1e-9, 0, 0], [0, 2, 0]])]
    >>> distance_labels(graphs).values.round(3)
    array([1.   , 2.   , 2.236])
    """
    return SortedLengths(graphs).labels(tolerance)


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


def sort_lengths(lengths: NDArray[np.float64], tolerance: float = 0.0) -> NDArray[np.int64]:
    """Return an order of lengths in which nothing is on the wrong side of a gap that exceeds the tolerance.

    With a tolerance that is not tiny this is much faster than to sort them exactly.

    Examples
    --------
    >>> sort_lengths(np.array([2.0, 1.0, 3.0])).tolist()
    [1, 0, 2]
    """
    order, blur = _roughly_sorted(lengths)
    return order if tolerance > blur else np.argsort(lengths)


def _roughly_sorted(lengths: NDArray[np.float64]) -> tuple[NDArray[np.int64], float]:
    """Return an order of lengths, and by how much at most one that comes later may be shorter.

    A length and its number share 64 bits, and whole numbers are what numpy sorts fastest. Of a million lengths 44 bits
    are left for each: a difference of 10^-11 angstrom is seen among lengths up to a hundred.
    """
    count, longest = len(lengths), float(lengths.max(initial=0.0))
    if count < FEW_LENGTHS or longest == 0:
        return np.argsort(lengths), -np.inf
    width = count.bit_length()
    top = 2.0 ** (64 - width) - 2.0**12  # rounding does not carry it over the edge
    keys = (lengths * (top / longest)).astype(np.uint64)
    keys <<= np.uint64(width)
    keys |= np.arange(count, dtype=np.uint64)
    keys.sort()
    keys &= np.uint64(2**width - 1)
    return keys.view(np.int64), longest * (8 / top + 2.0**-50)
