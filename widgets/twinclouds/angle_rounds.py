"""Rounds of the angle test: points, refined by the pairs of their neighbours and the side that joins the two.

In a cloud without periods the sides are distances between points of the cloud, so one table of these serves all points,
and a round is a product of two matrices. Of a periodic cloud, or one of very many points with few neighbours, the sides
are listed. The exact check does not sort what a point sees where all its neighbours look different.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.coloring import Colors, random_weights
from twinclouds.graphs import DistanceGraph
from twinclouds.lengths import label_lengths
from twinclouds.memory import refuse
from twinclouds.patience import announce
from twinclouds.rounds import BLOCK, Items, Name, Rounds, blocks, exact_weights, product
from twinclouds.triangle_counts import edge_vectors

__all__ = ["AngleRounds", "check_tables"]

#: Streams of weights: of the two ends of an angle, and of the side between them. With tables there are two hashes, for
#: their weights are small: sums of products are exact only below 2^53.
HASHES = ((3, 4, 5), (6, 7, 8))

#: In the time that listing one pair of neighbours takes, this many products of numbers of matrices get done.
CHEAPER = 200

#: Bytes for every pair of points where sides are in a table, and for every pair of neighbours where they are listed.
EACH_PAIR, EACH_ANGLE = 130, 50

#: Seconds that a run takes for every triple of points of a table, and for every pair of neighbours of a list, about.
TRIPLE_SECONDS, ANGLE_SECONDS = 1e-9, 2e-7

REMEDY = "use a smaller cutoff or fewer points"


class _Surroundings:
    """The neighbours of the points of one cloud, and the sides between them; see the two ways to keep these."""

    def __init__(self, cloud: Cloud, graph: DistanceGraph) -> None:
        self.cloud, self.graph = cloud, graph
        self.n = graph.n_nodes
        self.degrees = graph.degrees
        self.starts = np.concatenate([[0], np.cumsum(self.degrees)])
        #: Label of the length of every edge.
        self.labels = np.zeros(0, dtype=np.int64)

    def lengths(self) -> list[NDArray[np.float64]]:
        """Return everything that is to be labelled: lengths of edges and of sides, angstrom."""
        raise NotImplementedError

    def take(self, labels: list[NDArray[np.int64]]) -> None:
        """Take over the labels of what :meth:`lengths` returned."""
        raise NotImplementedError

    def sides(self, items: Items, edges: Items) -> NDArray[np.int32]:
        """Return the labels of the sides between the ends of some edges of each item.

        Parameters
        ----------
        items : (m,) array of int
            Points.
        edges : (m, d) array of int
            Edges of each.

        Returns
        -------
        (m, d, d) array of int
        """
        raise NotImplementedError

    def hash(self, ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Hash what each point sees, given for each edge a number for its length and the colour at its end."""
        raise NotImplementedError

    def by_degree(self, items: Items, power: int) -> Iterator[tuple[NDArray[np.int64], Items, Items]]:
        """Yield where in `items` there are points of one degree d, these points, and their edges (m, d).

        At most so many at a time that there are not many more than BLOCK times d^power numbers.
        """
        degrees = self.degrees[items]
        for degree in np.unique(degrees).tolist():
            for where in blocks(np.flatnonzero(degrees == degree), max(1, BLOCK // max(degree, 1) ** power)):
                points = items[where]
                yield where, points, self.starts[points, None] + np.arange(degree)


class _Tabled(_Surroundings):
    """A cloud without periods, with one table of the labels of all distances."""

    def lengths(self) -> list[NDArray[np.float64]]:
        joined = np.zeros((self.n, self.n), dtype=np.float32)
        joined[self.graph.senders, self.graph.receivers] = 1
        joined += product(joined, joined)  # pairs with a common neighbour, and every neighbour with itself
        self._pairs = np.nonzero(np.triu(joined))
        x = self.cloud.positions
        return [np.linalg.norm(x[self._pairs[0]] - x[self._pairs[1]], axis=1)]

    def take(self, labels: list[NDArray[np.int64]]) -> None:
        self._table = np.full((self.n, self.n), -1, dtype=np.int32)
        self._table[self._pairs] = labels[0]
        self._table[self._pairs[::-1]] = labels[0]
        del self._pairs
        self.labels = self._table[self.graph.senders, self.graph.receivers].astype(np.int64)
        of_label = [exact_weights(np.arange(self._table.max(initial=0) + 1), stream, self.n) for *_, stream in HASHES]
        self._weights = [weights[self._table] for weights in of_label]  # those of pairs that are not there do not count
        for weights in self._weights:
            np.fill_diagonal(weights, 1)  # a neighbour with itself: so that a single neighbour counts, too

    def sides(self, items: Items, edges: Items) -> NDArray[np.int32]:
        ends = self.graph.receivers[edges]
        return np.asarray(self._table[ends[:, :, None], ends[:, None, :]])

    def hash(self, ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        senders, receivers = self.graph.senders, self.graph.receivers
        sums = np.zeros(len(ends) + 1, dtype=np.uint64)
        square = np.zeros((self.n, self.n))
        for (first, second, _), weights in zip(HASHES, self._weights, strict=True):
            square[senders, receivers] = exact_weights(ends, first, self.n)
            seen = product(square, weights)[senders, receivers].astype(np.uint64)
            sums[1:] += seen * random_weights(ends, second)
        # Differences of running sums are right although these overflow: all is modulo 2^64.
        return np.asarray(np.diff(np.cumsum(sums)[self.starts]))


class _Listed(_Surroundings):
    """Any cloud, with a list of the sides between any two neighbours of every point."""

    def lengths(self) -> list[NDArray[np.float64]]:
        vectors = edge_vectors(self.cloud, self.graph)
        found = [np.zeros(min(1, self.graph.n_edges))]  # a neighbour from itself
        for _, _, edges in self.by_degree(np.arange(self.n), 2):
            x, y = np.triu_indices(edges.shape[1], 1)
            ends = vectors[edges]
            found.append(np.linalg.norm(ends[:, x] - ends[:, y], axis=2))
        return [self.graph.distances, *found]

    def take(self, labels: list[NDArray[np.int64]]) -> None:
        self.labels, itself, *found = labels
        self._squares = np.concatenate([[0], np.cumsum(self.degrees**2)])
        self._sides = np.full(int(self._squares[-1]), itself.max(initial=0), dtype=np.int32)
        for (_, points, edges), between in zip(self.by_degree(np.arange(self.n), 2), found, strict=True):
            degree = edges.shape[1]
            x, y = np.triu_indices(degree, 1)
            for i, j in ((x, y), (y, x)):
                self._sides[self._squares[points, None] + i * degree + j] = between
        self._weights = random_weights(np.arange(int(self._sides.max(initial=0)) + 1), HASHES[0][2])

    def sides(self, items: Items, edges: Items) -> NDArray[np.int32]:
        own, degree = edges - self.starts[items, None], self.degrees[items, None, None]
        return np.asarray(self._sides[self._squares[items, None, None] + own[:, :, None] * degree + own[:, None, :]])

    def hash(self, ends: NDArray[np.int64]) -> NDArray[np.uint64]:
        hashes = np.zeros(self.n, dtype=np.uint64)
        seen = random_weights(ends, HASHES[0][0])
        for _, points, edges in self.by_degree(np.arange(self.n), 2):
            weights = self._weights[self.sides(points, edges)]
            itself = np.arange(edges.shape[1])
            weights[:, itself, itself] = 1
            u = seen[edges]
            hashes[points] = (np.matmul(weights, u[:, :, None])[:, :, 0] * u).sum(axis=1, dtype=np.uint64)
        return hashes


def check_tables(sizes: Sequence[float], angles: float = 0.0) -> None:
    """Refuse tables of so many points, and lists of so many pairs of neighbours, that would not fit into memory.

    Examples
    --------
    >>> check_tables([100, 100])
    """
    needed = EACH_PAIR * sum(float(n) ** 2 for n in sizes) + EACH_ANGLE * angles
    refuse(needed, _named(sizes, angles), REMEDY)


def _named(sizes: Sequence[float], angles: float) -> str:
    return f"angle-wl on {max(sizes):.0f} points" if sizes else f"angle-wl with {angles:.1e} pairs of neighbours"


class AngleRounds(Rounds):
    """Points of some clouds with the pairs of their neighbours.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        Who is a neighbour of whom.
    clouds : sequence of Cloud
        The clouds that the graphs were made from.
    tolerance : float
        Gap between lengths that counts, angstrom.

    Raises
    ------
    CompareError
        If it would not fit into memory.

    Warns
    -----
    LongRun
        If it takes long.
    """

    def __init__(self, graphs: Sequence[DistanceGraph], clouds: Sequence[Cloud], tolerance: float) -> None:
        sizes = [float(graph.n_nodes) for graph in graphs]
        angles = [float((graph.degrees.astype(float) ** 2).sum()) for graph in graphs]
        tabled = [
            not cloud.periodic and n**3 <= CHEAPER * many for cloud, n, many in zip(clouds, sizes, angles, strict=True)
        ]
        tables = [n for n, table in zip(sizes, tabled, strict=True) if table]
        listed = sum(many for many, table in zip(angles, tabled, strict=True) if not table)
        check_tables(tables, listed)
        seconds = TRIPLE_SECONDS * sum(n**3 for n in tables) + ANGLE_SECONDS * listed
        announce(seconds, _named(tables, listed), REMEDY)
        kinds = [_Tabled if table else _Listed for table in tabled]
        self._around = [kind(c, g) for kind, c, g in zip(kinds, clouds, graphs, strict=True)]
        lengths = [around.lengths() for around in self._around]
        self.lengths = label_lengths([x for part in lengths for x in part], tolerance)
        labels = iter(self.lengths.labels)
        for around, part in zip(self._around, lengths, strict=True):
            around.take([next(labels) for _ in part])
        self.lengths.labels.clear()  # who needs them has them
        self.bounds = np.concatenate([[0], np.cumsum([g.n_nodes for g in graphs])])
        self.species = np.concatenate([g.species for g in graphs])

    def start(self) -> Colors:
        """Return the colours before any round: the species."""
        return np.unique(self.species, return_inverse=True)[1].ravel().astype(np.int64)

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        """Hash the multisets of (end, end, side between them) as sums of products of weights."""
        ends = self._ends(colors)
        return np.concatenate([around.hash(x) for around, x in zip(self._around, ends, strict=True)])

    def seen(self, colors: Colors, items: Items) -> list[bytes]:
        """Return in order what points see."""
        ends = self._ends(colors)
        found = []
        for item in items.tolist():
            g, i = self._place(item)
            edges = self._edges(g, i)
            e = ends[g][edges]
            j, k = np.triu_indices(len(e), 1)
            between = self._around[g].sides(np.array([i]), edges[None])[0]
            table = np.stack([between[j, k], np.minimum(e[j], e[k]), np.maximum(e[j], e[k])])
            found.append(np.sort(e).tobytes() + table[:, np.lexsort(table)].tobytes())
        return found

    def alike(self, colors: Colors, items: Items, others: Items) -> bool:
        """Does each of some points see exactly what the other one at its place sees? They have one colour."""
        ends = self._ends(colors)
        owner, partner = (np.searchsorted(self.bounds, x, side="right") - 1 for x in (items, others))
        for g, a in enumerate(self._around):
            for h, b in enumerate(self._around):
                here = (owner == g) & (partner == h)
                pair = _Compared(a, b, ends[g], ends[h])
                if here.any() and not pair.alike(items[here] - self.bounds[g], others[here] - self.bounds[h]):
                    return False
        return True

    def _ends(self, colors: Colors) -> list[NDArray[np.int64]]:
        """One number for the length of each edge and the colour at its end."""
        width = int(colors.max()) + 1
        parts = zip(self._around, pairwise(self.bounds.tolist()), strict=True)
        return [around.labels * width + colors[lo:hi][around.graph.receivers] for around, (lo, hi) in parts]

    def _place(self, item: int) -> tuple[int, int]:
        g = int(np.searchsorted(self.bounds, item, side="right")) - 1
        return g, item - int(self.bounds[g])

    def _edges(self, g: int, i: int) -> Items:
        return np.arange(*self._around[g].starts[i : i + 2])

    def block(self) -> int:
        """Return how many points to look at at once."""
        return 256

    def exact_bytes(self) -> float:
        """Return how much memory a round without hashes takes."""
        return sum(float((12 * around.degrees.astype(float) ** 2 + 300).sum()) for around in self._around)

    def kind(self, item: int) -> str:
        """Name a point by its species."""
        return str(self.species[item])

    def words(self, item: int, colors: Colors, name: Name) -> list[str]:
        """Say which pairs of neighbours a point sees."""
        g, point = self._place(item)
        around, edges = self._around[g], self._edges(g, point)
        there = colors[self.bounds[g] + around.graph.receivers[edges]]
        ends = sorted(
            (label, color, k)
            for k, (label, color) in enumerate(zip(around.labels[edges].tolist(), there.tolist(), strict=True))
        )

        def to(label: int, color: int) -> str:
            return f"{self.lengths.written(label)} A to {name(color)}"

        if len(ends) == 1:  # no pair of neighbours
            return [f"{to(*ends[0][:2])} x1"]
        between = around.sides(np.array([point]), edges[None])[0]
        pairs = Counter((*p[:2], *q[:2], int(between[p[2], q[2]])) for i, p in enumerate(ends) for q in ends[i + 1 :])
        seen = []
        for (d, c, e, f, third), count in sorted(pairs.items()):
            x, y, z = (float(self.lengths.values[label]) for label in (d, e, third))
            angle = np.degrees(np.arccos(np.clip((x * x + y * y - z * z) / (2 * x * y), -1.0, 1.0)))
            side = self.lengths.written(third)
            seen.append(f"{to(d, c)} and {to(e, f)}, {side} A from each other ({angle:.1f} degrees) x{count}")
        return seen


class _Compared:
    """Two clouds, with a number for the end of every edge, whose points are compared with each other."""

    def __init__(
        self, a: _Surroundings, b: _Surroundings, ends: NDArray[np.int64], other_ends: NDArray[np.int64]
    ) -> None:
        self.a, self.b, self.ends, self.other_ends = a, b, ends, other_ends
        self._tabled = isinstance(a, _Tabled) and isinstance(b, _Tabled)

    def alike(self, items: Items, others: Items) -> bool:
        """Does each point of a see what its partner in b sees?"""
        if not np.array_equal(self.a.degrees[items], self.b.degrees[others]):
            return False
        for where, points, edges in self.a.by_degree(items, 1):
            partners = others[where]
            mine, ordered = _in_order(edges, self.ends)
            theirs, other = _in_order(self.b.starts[partners, None] + np.arange(edges.shape[1]), self.other_ends)
            if not np.array_equal(ordered, other):
                return False
            # If all ends differ, only one map carries the neighbours of the one to those of the other.
            clear = (ordered[:, 1:] != ordered[:, :-1]).all(axis=1)
            size = max(1, BLOCK // max(1, edges.shape[1]) ** 2)
            maps = self._distinct(points[clear], mine[clear], partners[clear], theirs[clear])
            for at in blocks(np.flatnonzero(clear)[list(maps.values())], size):
                if not np.array_equal(self.a.sides(points[at], mine[at]), self.b.sides(partners[at], theirs[at])):
                    return False
            unsettled = ~clear
            if self._tabled and edges.shape[1] + 1 == self.a.n == self.b.n:
                # On complete graphs a map that keeps all sides and colours settles every point that it carries over.
                for key in maps:
                    image = np.frombuffer(key, dtype=np.int64)[self.a.n :]
                    unsettled &= image[points] != partners
            for at in blocks(np.flatnonzero(unsettled), size):
                leaders, first, place = np.unique(partners[at], return_index=True, return_inverse=True)
                left = _codes(self.a.sides(points[at], mine[at]), ordered[at])
                right = _codes(self.b.sides(leaders, theirs[at][first]), other[at][first])
                if not np.array_equal(left, right[place.ravel()]):
                    return False
        return True

    def _distinct(self, points: Items, edges: Items, partners: Items, theirs: Items) -> dict[bytes, int]:
        """Return every map of points and their neighbours that occurs, and where: what it carries over is the same.

        The key holds the points in order and after them their images. A map of one set of points is one and the same
        for all that are each other's neighbours: the sides that it has to keep are the distances of that set.
        """
        if not self._tabled:
            return {b"%d" % k: k for k in range(len(points))}
        here = np.column_stack([points, self.a.graph.receivers[edges]])
        there = np.column_stack([partners, self.b.graph.receivers[theirs]])
        order = np.argsort(here, axis=1)
        maps = np.hstack([np.take_along_axis(x, order, axis=1) for x in (here, there)])
        known: dict[bytes, int] = {}
        for k, row in enumerate(maps):
            known.setdefault(row.tobytes(), k)
        return known


def _in_order(edges: Items, ends: NDArray[np.int64]) -> tuple[Items, NDArray[np.int64]]:
    """Sort the edges of each row by what is at their ends; return both."""
    order = np.argsort(ends[edges], axis=1)
    edges = np.take_along_axis(edges, order, axis=1)
    return edges, ends[edges]


def _codes(sides: NDArray[np.int32], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for each row one number for every (side, end, end), sorted; the ends are in order."""
    ranks = np.zeros_like(ends)
    np.cumsum(ends[:, 1:] != ends[:, :-1], axis=1, out=ranks[:, 1:])
    degree = ends.shape[1]
    x, y = np.triu_indices(degree, 1)
    codes = (sides[:, x, y].astype(np.int64) * degree + ranks[:, x]) * degree + ranks[:, y]
    codes.sort(axis=1)
    return np.asarray(codes)
