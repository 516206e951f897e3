"""The upper rungs of the ladder of tests: refinement with angles, and refinement of pairs of points.

``angle-wl`` refines a point by the multiset, over pairs of its neighbours, of both lengths, the side that joins
the two neighbours (which fixes the angle between them) and both colours. ``2-fwl`` (the folklore
Weisfeiler-Lehman test of dimension two) colours ordered pairs of points by their distance and refines the
colour of (i, j) by the multiset, over all points k, of (colour of (i, k), colour of (k, j)).

As in :mod:`twinclouds.refinement`, rounds are hashed and what a verdict rests on is then checked exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.coloring import Colors, number_colors, random_weights
from twinclouds.errors import CompareError
from twinclouds.graphs import TOLERANCE, DistanceGraph, distance_graph
from twinclouds.triangle_counts import edge_vectors

__all__ = ["MAX_BYTES", "Outcome", "refine_angles", "refine_pairs"]

#: A run that needs more memory than this is refused before it starts.
MAX_BYTES = 4 * 2**30

#: Pairs of points are checked exactly in blocks of about this many numbers.
BLOCK = 20_000_000


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
    """

    round: int | None
    rounds: int
    stable: bool
    n_colors: int


def label_values(values: Sequence[NDArray[np.float64]], tolerance: float) -> list[NDArray[np.int64]]:
    """Label numbers of several arrays alike: sorted, a gap above the tolerance starts a new label.

    Examples
    --------
    >>> [x.tolist() for x in label_values([np.array([1.0, 2.0]), np.array([1.0 + 1e-9])], 1e-6)]
    [[0, 1], [0]]
    """
    joined = np.concatenate([v.ravel() for v in values])
    order = np.argsort(joined)
    labels = np.empty(len(joined), dtype=np.int64)
    labels[order] = np.concatenate([[0], np.cumsum(np.diff(joined[order]) > tolerance)])[: len(joined)]
    parts = np.split(labels, np.cumsum([v.size for v in values])[:-1])
    return [part.reshape(v.shape) for part, v in zip(parts, values, strict=True)]


def _refuse(needed: float, what: str, remedy: str) -> None:
    if needed > MAX_BYTES:
        raise CompareError(
            f"{what} would need about {needed / 2**30:.1f} GB of memory, more than the {MAX_BYTES / 2**30:.0f} GB "
            f"allowed; {remedy}"
        )


class _Rounds:
    """Rounds of a refinement of two sets of items (points, or pairs of points), hashed and then checked exactly."""

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

    def exact_round(self, colors: Colors) -> Colors:
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
        a, b = (np.bincount(colors[lo:hi], minlength=k) for lo, hi in pairwise(self.bounds.tolist()))
        return not np.array_equal(a, b)

    def outcome(self, start: Colors, rounds: int | None) -> Outcome:
        """Refine until the two sets differ or nothing changes; verified exactly."""
        for exact in (False, True):
            step = self.exact_round if exact else self.hashed_round
            colors, stable = [start], False
            while not self.separated(colors[-1]) and (rounds is None or len(colors) <= rounds):
                colors.append(step(colors[-1]))
                if colors[-1].max() == colors[-2].max():
                    stable = True
                    break
            separated = self.separated(colors[-1])
            # A last round that is exact and splits nothing proves equivalence; otherwise every round has to be exact.
            checks = list(pairwise(colors))
            checks = checks[-1:] if stable and not separated else checks
            if exact or all(self.is_exact(before, after) for before, after in checks):
                break
        return Outcome(
            round=len(colors) - 1 if separated else None,
            rounds=len(colors) - 1,
            stable=stable,
            n_colors=int(colors[-1].max()) + 1,
        )


class _PairRounds(_Rounds):
    """Ordered pairs of points of two clouds of n points; item a * n * n + i * n + j is the pair (i, j) of cloud a."""

    def __init__(self, n: int, volumes: Sequence[NDArray[np.int64]] | None) -> None:
        self.n = n
        self.bounds = np.array([0, n * n, 2 * n * n])
        self._volumes = volumes

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        squares = colors.reshape(2, self.n, self.n)
        first, second = random_weights(squares, 3), random_weights(squares, 4)
        if self._volumes is None:
            return np.stack([x @ y for x, y in zip(first, second, strict=True)]).ravel()
        weights = [random_weights(v, 5) for v in self._volumes]
        # (i, k), (k, j) and the signed volume of i, j, k, summed over k.
        sums = [np.einsum("ik,kj,ijk->ij", x, y, w) for x, y, w in zip(first, second, weights, strict=True)]
        return np.stack(sums).ravel()

    def seen(self, colors: Colors, items: NDArray[np.int64]) -> list[bytes]:
        squares = colors.reshape(2, self.n, self.n)
        cloud, i, j = np.unravel_index(items, squares.shape)
        width = int(colors.max()) + 1
        codes = squares[cloud, i, :] * width + squares[cloud, :, j]
        if self._volumes is not None:
            volumes = np.stack(self._volumes)
            codes = codes + width * width * volumes[cloud, i, j, :]
        return [row.tobytes() for row in np.sort(codes, axis=1)]

    def block(self) -> int:
        return max(1, BLOCK // self.n)


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
    if a.periodic or b.periodic:
        raise CompareError("2-fwl refines all pairs of points, of which a periodic cloud has no end; use 'angle-wl'")
    n = len(a)
    _refuse(
        8.0 * n * n * (12 + (5 * n if chirality else 0)) + 16 * BLOCK,
        f"2-fwl on {n} points",
        "use 'angle-wl' or fewer points",
    )
    kinds = np.unique(np.concatenate([a.species, b.species]))
    distances, species = [], []
    for cloud in (a, b):
        square = np.linalg.norm(cloud.positions[:, None] - cloud.positions[None], axis=2)
        square[square > cutoff + tolerance] = np.inf
        distances.append(square)
        code = np.searchsorted(kinds, cloud.species)
        species.append(code[:, None] * len(kinds) + code[None])
    finite = [np.where(np.isinf(d), -1.0, d) for d in distances]
    labels = label_values(finite, tolerance)
    start = np.stack(labels) * len(kinds) ** 2 + np.stack(species)
    start[:, np.arange(n), np.arange(n)] += int(start.max()) + 1  # a point with itself is no pair at distance 0
    volumes = _signed_volumes(a, b, tolerance) if chirality else None
    colors = np.unique(start.ravel(), return_inverse=True)[1].ravel().astype(np.int64)
    return _PairRounds(n, volumes).outcome(colors, rounds)


def _signed_volumes(a: Cloud, b: Cloud, tolerance: float) -> list[NDArray[np.int64]]:
    """Label the signed volumes of (i, j, k) from the centroid, shape (n, n, n) for each cloud."""
    volumes, size = [], 0.0
    for cloud in (a, b):
        x = cloud.positions - cloud.positions.mean(axis=0)
        size = max(size, float(np.linalg.norm(x, axis=1).max(initial=0.0)))
        volumes.append(np.einsum("ijc,kc->ijk", np.cross(x[:, None], x[None]), x))
    # An error of the tolerance in each coordinate moves a volume by up to three times the tolerance times an area.
    return label_values(volumes, tolerance * max(3 * size * size, 1e-300))


class _AngleRounds(_Rounds):
    """Points of two clouds with the pairs of their neighbours."""

    def __init__(
        self, graphs: Sequence[DistanceGraph], thirds: list[list[NDArray[np.int64]]], labels: list[NDArray[np.int64]]
    ) -> None:
        self.bounds = np.concatenate([[0], np.cumsum([g.n_nodes for g in graphs])])
        self.starts = np.concatenate([[0], np.cumsum(np.concatenate([g.degrees for g in graphs]))])
        self.receivers = np.concatenate([g.receivers + lo for g, lo in zip(graphs, self.bounds[:-1], strict=True)])
        self.labels = np.concatenate(labels)
        self.thirds = [square for cloud in thirds for square in cloud]

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
    pairs = sum(float((g.degrees.astype(float) ** 2).sum()) for g in graphs)
    _refuse(100.0 * pairs, "angle-wl", "use a smaller cutoff or fewer points")
    lengths: list[NDArray[np.float64]] = []
    for cloud, graph in zip((a, b), graphs, strict=True):
        vectors = edge_vectors(cloud, graph)
        starts = np.concatenate([[0], np.cumsum(graph.degrees)])
        lengths.append(graph.distances)
        for lo, hi in pairwise(starts.tolist()):
            lengths.append(np.linalg.norm(vectors[lo:hi, None] - vectors[None, lo:hi], axis=2))
    labels = label_values(lengths, tolerance)
    first, second = labels[: graphs[0].n_nodes + 1], labels[graphs[0].n_nodes + 1 :]
    species = np.unique(np.concatenate([g.species for g in graphs]), return_inverse=True)[1].ravel().astype(np.int64)
    work = _AngleRounds(graphs, [first[1:], second[1:]], [first[0], second[0]])
    return work.outcome(species, rounds)
