"""The upper rungs of the ladder of tests: refinement with angles, and refinement of pairs of points.

``angle-wl`` refines a point by the multiset, over pairs of its neighbours, of both lengths, the side that joins
the two neighbours (which fixes the angle between them) and both colours. ``2-fwl`` (the folklore
Weisfeiler-Lehman test of dimension two) colours ordered pairs of points by their distance and refines the
colour of (i, j) by the multiset, over all points k, of (colour of (i, k), colour of (k, j)).

As in :mod:`twinclouds.refinement`, rounds are hashed and what a verdict rests on is then checked exactly.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.coloring import Colors, number_colors, random_weights
from twinclouds.errors import CompareError, GraphError
from twinclouds.graphs import TOLERANCE, DistanceGraph, distance_graph, sort_lengths
from twinclouds.memory import refuse
from twinclouds.triangle_counts import edge_vectors

__all__ = ["Outcome", "Rung", "refine_angles", "refine_graphs", "refine_pairs"]

#: Pairs of points are hashed and checked in blocks of about this many numbers.
BLOCK = 4_000_000

#: A round of pairs of points takes as many steps as there are triples of points, ten times that with signed volumes;
#: more steps than these would take hours.
MOST_STEPS = 2e10

#: What a name is given for a colour of the round before.
Name = Callable[[int], str]


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a test of a higher order found.

    Attributes
    ----------
    round : int or None
        First round in which the colours of the two clouds are not equally frequent.
    rounds : int
        Number of rounds done.
    stable : bool
        Did the number of colours stop growing?
    n_colors : int
        Number of colours (of points, or of pairs of points) after the last round.
    margin : float
        Narrowest gap between two lengths that count as different, third sides included, angstrom.
    widest_label : float
        Largest spread among lengths that count as one, angstrom.
    """

    round: int | None
    rounds: int
    stable: bool
    n_colors: int
    margin: float = np.inf
    widest_label: float = 0.0


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


class _Rounds:
    """Rounds of a refinement of sets of items (points, or pairs of points), hashed and then checked exactly."""

    bounds: NDArray[np.int64]

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        """Return a hash of what each item sees."""
        raise NotImplementedError

    def seen(self, colors: Colors, items: NDArray[np.int64]) -> list[bytes]:
        """Return exactly what each of some items sees, as comparable bytes."""
        raise NotImplementedError

    def block(self) -> int:
        """Return how many items to look at at once."""
        raise NotImplementedError

    def exact_bytes(self) -> float:
        """Return how much memory a round without hashes takes, where all that is seen is kept."""
        raise NotImplementedError

    def kind(self, item: int) -> str:
        """Name an item in words, as it is before any round."""
        raise NotImplementedError

    def words(self, item: int, colors: Colors, name: Name) -> list[str]:
        """Say in words what an item sees, given the colours of the round before and names for them."""
        raise NotImplementedError

    def exact_round(self, colors: Colors) -> Colors:
        refuse(self.exact_bytes(), "a round without hashes (two of them collided)", "use a smaller cloud")
        keys: list[tuple[int, bytes]] = []
        for items in self._blocks(np.arange(len(colors))):
            keys += zip(colors[items].tolist(), self.seen(colors, items), strict=True)
        rank = {key: r for r, key in enumerate(sorted(set(keys)))}
        return np.array([rank[key] for key in keys], dtype=np.int64)

    def hashed_round(self, colors: Colors) -> Colors:
        return number_colors(colors, self.hash(colors))

    def is_exact(self, before: Colors, after: Colors) -> bool:
        """Does everything of one colour in `after` truly have one colour in `before`, and see the same?"""
        _, first, counts = np.unique(after, return_index=True, return_counts=True)
        if not np.array_equal(before, before[first][after]):
            return False
        shared = first[counts > 1]
        members = np.flatnonzero(counts[after] > 1)
        members = members[np.argsort(after[members], kind="stable")]
        colors = after[members]
        # Some colours at a time: what all of them see would not fit into memory.
        for leaders in self._blocks(shared):
            known = {int(after[i]): key for i, key in zip(leaders, self.seen(before, leaders), strict=True)}
            low = np.searchsorted(colors, after[leaders[0]])
            high = np.searchsorted(colors, after[leaders[-1]], side="right")
            for items in self._blocks(members[low:high]):
                if any(known[int(after[i])] != key for i, key in zip(items, self.seen(before, items), strict=True)):
                    return False
        return True

    def _blocks(self, items: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        return [items[k : k + self.block()] for k in range(0, len(items), self.block())]

    def separated(self, colors: Colors) -> bool:
        k = int(colors.max()) + 1
        first, *others = (np.bincount(colors[lo:hi], minlength=k) for lo, hi in pairwise(self.bounds.tolist()))
        return any(not np.array_equal(first, other) for other in others)

    def run(
        self, start: Colors, rounds: int | None, until_separated: bool, every_round: bool
    ) -> tuple[list[Colors], bool]:
        """Refine until nothing changes, or the sets differ if that is enough; verified exactly.

        What is verified is whether and when the sets differ, and with `every_round` the colours as well.
        """
        for exact in (False, True):
            step = self.exact_round if exact else self.hashed_round
            colors, stable = [start], False
            while rounds is None or len(colors) <= rounds:
                if until_separated and self.separated(colors[-1]):
                    break
                colors.append(step(colors[-1]))
                if colors[-1].max() == colors[-2].max():
                    stable = True
                    break
            # A last round that is exact and splits nothing proves equivalence, and settles the one before, which has
            # the same colours; otherwise every round has to be exact.
            checks = list(pairwise(colors))
            if stable and (every_round or not self.separated(colors[-1])):
                checks = [checks[-1], *(checks[:-2] if every_round else [])]
            if exact or all(self.is_exact(before, after) for before, after in checks):
                break
        return colors, stable

    def outcome(self, start: Colors, rounds: int | None, margin: float = np.inf, widest: float = 0.0) -> Outcome:
        """Refine until the two sets differ or nothing changes; verified exactly."""
        colors, stable = self.run(start, rounds, until_separated=True, every_round=False)
        return Outcome(
            round=len(colors) - 1 if self.separated(colors[-1]) else None,
            rounds=len(colors) - 1,
            stable=stable,
            n_colors=int(colors[-1].max()) + 1,
            margin=margin,
            widest_label=widest,
        )


class _PairRounds(_Rounds):
    """Ordered pairs of points of some clouds; item bounds[g] + i * n + j is the pair (i, j) of cloud g of n points."""

    def __init__(
        self,
        sizes: Sequence[int],
        volumes: Lengths | None,
        species: Sequence[NDArray[np.str_]] = (),
        lengths: Lengths | None = None,
    ) -> None:
        self.sizes = list(sizes)
        self.bounds = np.concatenate([[0], np.cumsum([n * n for n in sizes])])
        self._volumes, self._species, self._lengths = volumes, species, lengths

    def squares(self, colors: Colors) -> list[Colors]:
        parts = zip(self.sizes, pairwise(self.bounds.tolist()), strict=True)
        return [colors[lo:hi].reshape(n, n) for n, (lo, hi) in parts]

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        sums = []
        for g, square in enumerate(self.squares(colors)):
            x, y = random_weights(square, 3), random_weights(square, 4)
            if self._volumes is None:
                sums.append((x @ y).ravel())
                continue
            # (i, k), (k, j) and the signed volume of i, j, k, summed over k; some i at a time.
            rows = max(1, BLOCK // max(1, square.size))
            for lo in range(0, len(square), rows):
                w = random_weights(self._volumes.labels[g][lo : lo + rows], 5)
                sums.append(np.einsum("ik,kj,ijk->ij", x[lo : lo + rows], y, w).ravel())
        return np.concatenate(sums)

    def seen(self, colors: Colors, items: NDArray[np.int64]) -> list[bytes]:
        width = int(colors.max()) + 1
        squares = self.squares(colors)
        which = np.searchsorted(self.bounds, items, side="right") - 1
        found = [b""] * len(items)
        for g in np.unique(which).tolist():
            here = np.flatnonzero(which == g)
            i, j = np.divmod(items[here] - self.bounds[g], self.sizes[g])
            codes = squares[g][i, :] * width + squares[g][:, j].T
            if self._volumes is not None:
                codes += width * width * self._volumes.labels[g][i, j, :]
            codes.sort(axis=1)
            for k, row in zip(here.tolist(), codes, strict=True):
                found[k] = row.tobytes()
        return found

    def block(self) -> int:
        return max(1, BLOCK // max(self.sizes))

    def exact_bytes(self) -> float:
        return sum(float(n) ** 2 * (8.0 * n + 300) for n in self.sizes)

    def pair_of(self, item: int) -> tuple[int, int, int]:
        """Return the graph and the two points of an item."""
        g = int(np.searchsorted(self.bounds, item, side="right")) - 1
        return (g, *divmod(item - int(self.bounds[g]), self.sizes[g]))

    def kind(self, item: int) -> str:
        assert self._lengths is not None
        g, i, j = self.pair_of(item)
        first, second = self._species[g][[i, j]]
        length = self._lengths.values[self._lengths.labels[g][i, j]]
        if i == j:
            return f"{first} itself"
        return f"{first}-{second} not joined" if length < 0 else f"{first}-{second} {_written(length, self._lengths)} A"

    def words(self, item: int, colors: Colors, name: Name) -> list[str]:
        g, i, j = self.pair_of(item)
        square = self.squares(colors)[g]
        volumes = [0] * len(square) if self._volumes is None else self._volumes.labels[g][i, j].tolist()
        seen = []
        for (x, y, v), count in sorted(
            Counter(zip(square[i].tolist(), square[:, j].tolist(), volumes, strict=True)).items()
        ):
            hand = f", volume {_written(self._volumes.values[v], self._volumes)} A^3" if self._volumes else ""
            seen.append(f"{name(x)} then {name(y)}{hand} x{count}")
        return seen


def _written(value: float, lengths: Lengths) -> str:
    """Write a label with as many decimals (2 to 6) as tell it from the others."""
    for digits in range(2, 6):
        if len(np.unique(lengths.values.round(digits))) == len(lengths.values):
            break
    else:
        digits = 6
    return f"{value + 0.0:.{digits}f}"


def _pair_rounds(
    squares: list[NDArray[np.float64]],
    species: Sequence[NDArray[np.str_]],
    tolerance: float,
    clouds: Sequence[Cloud] | None,
) -> tuple[_PairRounds, Colors]:
    """Prepare the refinement of pairs: tables of distances (infinite: no edge), and `clouds` if it is to see hands."""
    kinds = np.unique(np.concatenate(species))
    lengths = label_lengths([np.where(np.isinf(d), -1.0, d) for d in squares], tolerance)
    starts = []
    for label, names in zip(lengths.labels, species, strict=True):
        code = np.searchsorted(kinds, names)
        start = (label + 1) * len(kinds) ** 2 + code[:, None] * len(kinds) + code[None]
        itself = np.arange(len(names))
        start[itself, itself] = code - len(kinds)  # a point with itself is no pair at distance 0
        starts.append(start.ravel())
    colors = np.unique(np.concatenate(starts), return_inverse=True)[1].ravel().astype(np.int64)
    volumes = None if clouds is None else _signed_volumes(clouds, tolerance)
    return _PairRounds([len(d) for d in squares], volumes, species, lengths), colors


def _check_pairs(sizes: Sequence[int], chirality: bool) -> None:
    """Refuse what would not fit into memory, or would take hours."""
    n, square, cube = max(sizes), sum(float(s) ** 2 for s in sizes), sum(float(s) ** 3 for s in sizes)
    what, remedy = f"2-fwl on {n} points", "use 'angle-wl' or fewer points"
    refuse(8.0 * (7 * square + (7.5 * cube if chirality else 0) + 6 * min(cube, BLOCK)), what, remedy)
    steps = cube * (10 if chirality else 1)
    if steps > MOST_STEPS:
        raise CompareError(f"{what} would take {steps:.0e} steps a round, which is hours; {remedy}")


def refine_pairs(
    a: Cloud,
    b: Cloud,
    cutoff: float = np.inf,
    rounds: int | None = None,
    tolerance: float = 1e-6,
    chirality: bool = False,
) -> Outcome:
    """Run the 2-FWL test on two isolated clouds of the same number of points.

    Parameters
    ----------
    a, b : Cloud
        Two isolated clouds.
    cutoff : float, optional
        Distances beyond this (angstrom) all look alike.
    rounds : int, optional
        Refine at most this many rounds.
    tolerance : float, optional
        Gap between lengths that counts, angstrom.
    chirality : bool, optional
        Let the colour of (i, j) also see, with each k, the signed volume spanned by i, j and k from the centroid.

    Returns
    -------
    Outcome

    Raises
    ------
    CompareError
        If a cloud is periodic, or the run would not fit into memory.

    Notes
    -----
    With all distances this test tells apart any two clouds in space that are not congruent (Delle Rose et al.,
    NeurIPS 2023); mirror images it never tells apart unless `chirality` is set, since distances do not change
    in a mirror.

    References
    ----------
    Delle Rose, Kozachinskiy, Rojas, Petrache, Barcelo, NeurIPS 2023, arXiv:2303.12853.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> from twinclouds.clouds import as_cloud
    >>> refine_pairs(*(as_cloud(x) for x in gallery["benzene"])).round
    1
    """
    _check_isolated((a, b))
    _check_pairs([len(a), len(b)], chirality)
    squares = []
    for cloud in (a, b):
        square = np.linalg.norm(cloud.positions[:, None] - cloud.positions[None], axis=2)
        square[square > cutoff + tolerance] = np.inf
        squares.append(square)
    work, start = _pair_rounds(squares, [a.species, b.species], tolerance, (a, b) if chirality else None)
    return work.outcome(start, rounds)


def _check_isolated(clouds: Sequence[Cloud]) -> None:
    if any(cloud.periodic for cloud in clouds):
        raise CompareError("2-fwl refines all pairs of points, of which a periodic cloud has no end; use 'angle-wl'")


def _signed_volumes(clouds: Sequence[Cloud], tolerance: float) -> Lengths:
    """Label the signed volumes of (i, j, k) from the centroid, shape (n, n, n) for each cloud."""
    volumes, size = [], 0.0
    for cloud in clouds:
        x = cloud.positions - cloud.positions.mean(axis=0)
        size = max(size, float(np.linalg.norm(x, axis=1).max(initial=0.0)))
        volumes.append(np.einsum("ijc,kc->ijk", np.cross(x[:, None], x[None]), x))
    # An error of the tolerance in each coordinate moves a volume by up to three times the tolerance times an area.
    return label_lengths(volumes, tolerance * max(3 * size * size, 1e-300))


class _AngleRounds(_Rounds):
    """Points of some clouds with the pairs of their neighbours."""

    def __init__(self, graphs: Sequence[DistanceGraph], clouds: Sequence[Cloud], tolerance: float) -> None:
        pairs = sum(float((g.degrees.astype(float) ** 2).sum()) for g in graphs)
        refuse(100.0 * pairs, "angle-wl", "use a smaller cutoff or fewer points")
        lengths = [graph.distances for graph in graphs]
        for cloud, graph in zip(clouds, graphs, strict=True):
            vectors = edge_vectors(cloud, graph)
            starts = np.concatenate([[0], np.cumsum(graph.degrees)])
            for lo, hi in pairwise(starts.tolist()):
                lengths.append(np.linalg.norm(vectors[lo:hi, None] - vectors[None, lo:hi], axis=2))
        self.lengths = label_lengths(lengths, tolerance)
        self.bounds = np.concatenate([[0], np.cumsum([g.n_nodes for g in graphs])])
        self.starts = np.concatenate([[0], np.cumsum(np.concatenate([g.degrees for g in graphs]))])
        self.receivers = np.concatenate([g.receivers + lo for g, lo in zip(graphs, self.bounds[:-1], strict=True)])
        self.labels = np.concatenate(self.lengths.labels[: len(graphs)])
        self.thirds = self.lengths.labels[len(graphs) :]
        self.species = np.concatenate([g.species for g in graphs])

    def start(self) -> Colors:
        return np.unique(self.species, return_inverse=True)[1].ravel().astype(np.int64)

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        ends = random_weights(self._ends(colors), 6)
        hashes = np.zeros(len(colors), dtype=np.uint64)
        for i, third in enumerate(self.thirds):
            u = ends[self.starts[i] : self.starts[i + 1]]
            weights = random_weights(third, 7)
            np.fill_diagonal(weights, 1)  # a neighbour with itself: so that a single neighbour counts, too
            hashes[i] = u @ (weights @ u) if len(u) else 0
        return hashes

    def seen(self, colors: Colors, items: NDArray[np.int64]) -> list[bytes]:
        ends = self._ends(colors)
        found = []
        for i in items.tolist():
            e = ends[self.starts[i] : self.starts[i + 1]]
            j, k = np.triu_indices(len(e), 1)
            table = np.stack([self.thirds[i][j, k], np.minimum(e[j], e[k]), np.maximum(e[j], e[k])])
            found.append(np.sort(e).tobytes() + table[:, np.lexsort(table)].tobytes())
        return found

    def _ends(self, colors: Colors) -> NDArray[np.int64]:
        return np.asarray(self.labels * (int(colors.max()) + 1) + colors[self.receivers])

    def block(self) -> int:
        return 256

    def exact_bytes(self) -> float:
        degrees = np.diff(self.starts).astype(float)
        return float((12 * degrees**2 + 300).sum())

    def kind(self, item: int) -> str:
        return str(self.species[item])

    def words(self, item: int, colors: Colors, name: Name) -> list[str]:
        edges = slice(self.starts[item], self.starts[item + 1])
        ends = sorted(
            (label, color, k)
            for k, (label, color) in enumerate(
                zip(self.labels[edges].tolist(), colors[self.receivers[edges]].tolist(), strict=True)
            )
        )

        def to(label: int, color: int) -> str:
            return f"{_written(self.lengths.values[label], self.lengths)} A to {name(color)}"

        if len(ends) == 1:  # no pair of neighbours
            return [f"{to(*ends[0][:2])} x1"]
        pairs = Counter(
            (*p[:2], *q[:2], int(self.thirds[item][p[2], q[2]])) for i, p in enumerate(ends) for q in ends[i + 1 :]
        )
        seen = []
        for (d, c, e, f, third), count in sorted(pairs.items()):
            x, y, z = (float(self.lengths.values[label]) for label in (d, e, third))
            angle = np.degrees(np.arccos(np.clip((x * x + y * y - z * z) / (2 * x * y), -1.0, 1.0)))
            side = _written(z, self.lengths)
            seen.append(f"{to(d, c)} and {to(e, f)}, {side} A from each other ({angle:.1f} degrees) x{count}")
        return seen


def refine_angles(
    a: Cloud, b: Cloud, cutoff: float = np.inf, rounds: int | None = None, tolerance: float = 1e-6
) -> Outcome:
    """Run the angle test: colours are refined by pairs of neighbours, with the side that joins them.

    Parameters
    ----------
    a, b : Cloud
        Two clouds.
    cutoff : float, optional
        Longest distance between a point and a neighbour, angstrom; the third side may be longer.
    rounds : int, optional
        Refine at most this many rounds.
    tolerance : float, optional
        Gap between lengths that counts, angstrom.

    Returns
    -------
    Outcome

    Raises
    ------
    CompareError
        If the run would not fit into memory.

    Notes
    -----
    It bounds networks that use angles at an atom (DimeNet, and equivariant networks of body order three). On
    the complete graph no two clouds are known that it cannot tell apart, mirror images excepted; whether there
    are any is an open question. At a short cutoff it fails, for instance on the star graphs of octahedral
    complexes.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> from twinclouds.clouds import as_cloud
    >>> sulphur = [as_cloud(x) for x in gallery["SF6"]]
    >>> refine_angles(*sulphur, cutoff=1.8).round is None, refine_angles(*sulphur).round
    (True, 1)
    """
    # As with the other tests, a length belongs to the graph if it exceeds the cutoff by no more than the tolerance.
    reach = max(cutoff + tolerance - TOLERANCE, TOLERANCE)
    graphs = [distance_graph(cloud, reach) for cloud in (a, b)]
    work = _AngleRounds(graphs, (a, b), tolerance)
    return work.outcome(work.start(), rounds, work.lengths.narrowest_gap, work.lengths.widest)


@dataclass(frozen=True, eq=False)
class Rung:
    """The colours of some graphs on a higher rung, with what it takes to say in words what they mean.

    Attributes
    ----------
    colors : tuple of tuple of arrays of int
        For each graph and round the colours: of its points, shape (n,), or of its pairs of points, shape (n, n).
    stable : bool
        Did the number of colours stop growing?
    """

    colors: tuple[tuple[Colors, ...], ...]
    stable: bool
    _rounds: _Rounds
    _flat: tuple[Colors, ...]

    def item(self, graph: int, *node: int) -> int:
        """Return the number of a point, or of a pair of points, among those of all graphs.

        Examples
        --------
        >>> refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])] * 2, "2-fwl").item(1, 0, 1)
        5
        """
        return int(self._rounds.bounds[graph] + np.ravel_multi_index(node, self.colors[graph][0].shape))

    def kinds(self, round: int) -> dict[int, str]:
        """Return for each colour what its members are before any round.

        Examples
        --------
        >>> refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])], "2-fwl").kinds(0)
        {0: 'X itself', 1: 'X-X 1.00 A'}
        """
        colors, first = np.unique(self._flat[round], return_index=True)
        return {int(c): self._rounds.kind(int(k)) for c, k in zip(colors, first, strict=True)}

    def words(self, item: int, round: int, name: Name) -> list[str]:
        """Say what an item saw in a round, with names for the colours of the round before.

        Examples
        --------
        >>> found = refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])], "2-fwl")
        >>> found.words(found.item(0, 0, 1), 1, found.kinds(0).__getitem__)
        ['X itself then X-X 1.00 A x1', 'X-X 1.00 A then X itself x1']
        """
        return self._rounds.words(item, self._flat[round - 1], name)


def refine_graphs(
    graphs: Sequence[DistanceGraph], test: str, rounds: int | None = None, chirality: bool = False
) -> Rung:
    """Refine graphs together on a higher rung; see :func:`twinclouds.refine`.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        Graphs that know their distances.
    test : {"angle-wl", "2-fwl"}
        The rung.
    rounds : int, optional
        Do at most this many rounds.
    chirality : bool, optional
        With ``"2-fwl"``: see signed volumes, too.

    Returns
    -------
    Rung

    Raises
    ------
    GraphError
        If a graph does not know the points it was made from, and the test needs them.
    CompareError
        If a graph is periodic (2-FWL), or the run would not fit into memory.

    Examples
    --------
    >>> corner = distance_graph([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> refine_graphs([corner], "2-fwl").colors[0][-1].tolist()
    [[0, 3, 3], [2, 1, 4], [2, 4, 1]]
    """
    clouds = [g.cloud for g in graphs if g.cloud is not None]
    if len(clouds) < len(graphs) and (test == "angle-wl" or chirality):
        raise GraphError(f"{test} needs the points of a graph; make it with tc.distance_graph(cloud, cutoff=...)")
    work: _Rounds
    if test == "angle-wl":
        work = angles = _AngleRounds(graphs, clouds, TOLERANCE)
        start = angles.start()
    else:
        _check_isolated(clouds)
        if any(g.shifts.any() for g in graphs):
            raise CompareError("2-fwl refines pairs of points, and here are edges into other cells; use 'angle-wl'")
        _check_pairs([g.n_nodes for g in graphs], chirality)
        squares = []
        for g in graphs:
            square = np.full((g.n_nodes, g.n_nodes), np.inf)
            np.fill_diagonal(square, 0.0)
            square[g.senders, g.receivers] = g.distances
            squares.append(square)
        work, start = _pair_rounds(squares, [g.species for g in graphs], TOLERANCE, clouds if chirality else None)
    flat, stable = work.run(start, rounds, until_separated=False, every_round=True)
    shapes = [(g.n_nodes,) if test == "angle-wl" else (g.n_nodes, g.n_nodes) for g in graphs]
    parts = zip(shapes, pairwise(work.bounds.tolist()), strict=True)
    colors = tuple(tuple(c[lo:hi].reshape(shape) for c in flat) for shape, (lo, hi) in parts)
    return Rung(colors, stable, work, tuple(flat))
