"""Triangles of a cloud: what angles add to distances, and the simplest witness that two clouds differ.

A triangle of three points is described by its vertices' species and its three sides. How often each kind of
triangle occurs is unchanged by rotations, reflections and relabelling; two clouds with the same distances may
still differ in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.graphs import DistanceGraph, distance_graph
from twinclouds.lengths import TOLERANCE, SortedLengths
from twinclouds.memory import refuse

__all__ = ["Triangle", "count_triangles", "differing_triangle"]

#: Lengths of one label that lie more tolerances apart than these are a chain, in which no two need be alike.
CHAIN = 10

#: So many triangles with a side of one length are looked at, at most.
MOST_ROWS = 2e7

#: Bytes that counting takes for every pair of neighbours of a point.
EACH = 150


@dataclass(frozen=True)
class Triangle:
    """A kind of triangle, and how often it occurs in two clouds.

    Attributes
    ----------
    species : tuple of 3 str
        Species of the vertices.
    sides : tuple of 3 float
        ``sides[v]`` is the side opposite to vertex v, angstrom.
    counts : tuple of 2 int
        How many such triangles the two clouds hold (per cell, in periodic clouds).
    """

    species: tuple[str, str, str]
    sides: tuple[float, float, float]
    counts: tuple[int, int]

    def __str__(self) -> str:
        corners = "-".join(self.species)
        sides = ", ".join(f"{s:.3f}" for s in sorted(self.sides))
        return (
            f"a triangle {corners} with sides {sides} A occurs {self.counts[0]} times in one and "
            f"{self.counts[1]} times in the other"
        )


def edge_vectors(cloud: Cloud, graph: DistanceGraph) -> NDArray[np.float64]:
    """Return the vector from sender to receiver of every edge, shape (m, 3), angstrom.

    Examples
    --------
    >>> cloud = Cloud([[0, 0, 0], [0, 0, 2]], ["C", "O"])
    >>> edge_vectors(cloud, distance_graph(cloud))
    array([[ 0.,  0.,  2.],
           [ 0.,  0., -2.]])
    """
    vectors = cloud.positions[graph.receivers] - cloud.positions[graph.senders]
    return vectors + graph.shifts @ cloud.cell if cloud.periodic else vectors


def differing_triangle(
    a: Cloud, b: Cloud, radius: float = np.inf, tolerance: float = TOLERANCE, most: int = 200
) -> Triangle | None:
    """Find a kind of triangle that occurs more often in one of two clouds than in the other.

    Triangles are looked through by the rarest of their sides first, since few bonds have it.

    Parameters
    ----------
    a, b : Cloud
        Two clouds with the same distances.
    radius : float, optional
        Look at triangles with sides up to this (angstrom); has to be finite for periodic clouds.
    tolerance : float, optional
        Lengths this close (angstrom) may be one length.
    most : int, optional
        Give up after so many lengths.

    Returns
    -------
    Triangle or None
        None when no difference was found.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    >>> triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
    >>> print(differing_triangle(as_cloud(hexagon), as_cloud(triangles)))
    a triangle X-X-X with sides 1.414, 1.414, 1.414 A occurs 0 times in one and 2 times in the other
    """
    clouds = (a, b)
    graphs = [distance_graph(c, radius) for c in clouds]
    labels = SortedLengths(graphs).labels(tolerance)
    if not len(labels.values) or labels.widest > CHAIN * tolerance:
        return None  # lengths that run into one another name no triangle
    kinds, codes = np.unique(np.concatenate([a.species, b.species]), return_inverse=True)
    species = np.split(codes.ravel(), [len(a)])
    # A length belongs to the label whose mean is nearest.
    borders = (labels.values[1:] + labels.values[:-1]) / 2
    reach = labels.values[-1] + max(labels.widest, tolerance)
    frames = [_Frame(c, g, x, s) for c, g, x, s in zip(clouds, graphs, labels.labels, species, strict=True)]
    rarity = np.sum([np.bincount(x, minlength=len(labels.values)) for x in labels.labels], axis=0)
    rarest = np.argsort(rarity, kind="stable")
    # The shortest of the rarest, and some of all the others: those within a plane of three planes never tell.
    spread = rarest[most // 2 :][:: max(1, -(-2 * len(rarest) // most))]
    for label in np.concatenate([rarest[: most // 2], spread]) if len(rarest) > most else rarest:
        if rarity[label] * float(max(g.degrees.max(initial=0) for g in graphs)) > MOST_ROWS:
            continue  # too many triangles for a look at each
        tables = [f.triangles_with(int(label), borders, reach, len(kinds)) for f in frames]
        rows, where = np.unique(np.concatenate(tables), axis=0, return_inverse=True)
        first = np.bincount(where.ravel()[: len(tables[0])], minlength=len(rows))
        second = np.bincount(where.ravel()[len(tables[0]) :], minlength=len(rows))
        if not np.array_equal(first, second):
            row = int(np.flatnonzero(first != second)[0])
            sides, corners = np.divmod(rows[row], len(kinds))
            # Each triangle was met once for every directed bond of this length in it.
            times = 2 * int((sides == label).sum())
            return Triangle(
                species=tuple(str(kinds[c]) for c in corners),  # type: ignore[arg-type]
                sides=tuple(float(labels.values[s]) for s in sides),  # type: ignore[arg-type]
                counts=(int(first[row]) // times, int(second[row]) // times),
            )
    return None


class _Frame:
    """A cloud with its edges as vectors."""

    def __init__(
        self, cloud: Cloud, graph: DistanceGraph, labels: NDArray[np.int64], species: NDArray[np.int64]
    ) -> None:
        self.graph, self.labels, self.species = graph, labels, species
        self.vectors = edge_vectors(cloud, graph)
        self.starts = np.concatenate([[0], np.cumsum(graph.degrees)])

    def triangles_with(self, label: int, borders: NDArray[np.float64], reach: float, kinds: int) -> NDArray[np.int64]:
        """List the triangles over every directed edge of one label.

        Each row holds, sorted, one number per vertex: label of the opposite side, and species.
        """
        rows = [np.zeros((0, 3), dtype=np.int64)]
        for edge in np.flatnonzero(self.labels == label):
            i, j = self.graph.senders[edge], self.graph.receivers[edge]
            near = np.arange(self.starts[i], self.starts[i + 1])
            near = near[near != edge]
            third = np.linalg.norm(self.vectors[near] - self.vectors[edge], axis=1)
            near, third = near[third <= reach], third[third <= reach]
            k = self.graph.receivers[near]
            table = np.stack(
                [
                    np.searchsorted(borders, third) * kinds + self.species[i],
                    self.labels[near] * kinds + self.species[j],
                    label * kinds + self.species[k],
                ],
                axis=1,
            )
            rows.append(np.sort(table, axis=1))
        return np.concatenate(rows)


def count_triangles(cloud: Cloud, species: Sequence[str], sides: Sequence[float], tolerance: float = TOLERANCE) -> int:
    """Count the triangles of one kind by enumeration.

    Parameters
    ----------
    cloud : Cloud
        The cloud.
    species : sequence of 3 str
        Species of the vertices.
    sides : sequence of 3 float
        Side opposite to each vertex, angstrom.
    tolerance : float, optional
        How well the sides have to agree, angstrom.

    Returns
    -------
    int
        Number of triangles; per cell in a periodic cloud.

    Raises
    ------
    CompareError
        If the neighbours of a point within the longest side have too many pairs for the memory.

    Examples
    --------
    >>> square = Cloud([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], ["X"] * 4)
    >>> count_triangles(square, ["X", "X", "X"], [1, 1, 2**0.5])
    4
    """
    graph = distance_graph(cloud, max(sides) + tolerance)
    # Both sides at a vertex are among the three: few edges are as long.
    graph = graph.select(np.any([np.abs(graph.distances - side) <= tolerance for side in sides], axis=0))
    degrees = graph.degrees
    most = float(degrees.max(initial=0))
    refuse(EACH * most * (most - 1) / 2, f"all pairs of {most:.0f} neighbours", "use shorter sides or a smaller radius")
    vectors = edge_vectors(cloud, graph)
    starts = np.concatenate([[0], np.cumsum(degrees)])
    found = 0
    for i in np.flatnonzero(degrees > 1).tolist():
        around = slice(starts[i], starts[i + 1])
        j, k = np.triu_indices(degrees[i], 1)
        near, lengths, ends = graph.receivers[around], graph.distances[around], vectors[around]
        third = np.linalg.norm(ends[j] - ends[k], axis=1)
        corners = (np.full(len(j), cloud.species[i]), cloud.species[near[j]], cloud.species[near[k]])
        opposite = (third, lengths[k], lengths[j])
        # Equal species with nearly equal sides may be paired either way: try all.
        matches = np.zeros(len(j), dtype=bool)
        for order in permutations(range(3)):
            fits = np.ones(len(j), dtype=bool)
            for corner, wanted in zip(order, range(3), strict=True):
                fits &= (corners[corner] == species[wanted]) & (np.abs(opposite[corner] - sides[wanted]) <= tolerance)
            matches |= fits
        found += int(matches.sum())
    # Every triangle was met once from each of its three vertices.
    return found // 3
