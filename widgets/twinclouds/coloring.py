"""The rounds of colour refinement, on the disjoint union of some graphs.

How a round is computed. It hashes every multiset into 64 bits: each label and each colour has a pseudo-random odd
weight, and a vertex collects the sum of (label weight x colour weight) over its edges, which is one sparse
matrix-vector product. A hash can collide, so no verdict rests on it: before a result is returned, the colours it
rests on are checked exactly, edge by edge, and if the check fails the refinement is done again with exact multisets.

In large graphs colours settle in most places long before they settle everywhere. There a colour that splits keeps its
number for its largest part, and a round looks only at vertices that have a neighbour whose number changed. Work per
round falls with the number of these.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinclouds.graphs import DistanceGraph, all_pairs

__all__ = ["Coloring", "Colors", "Union", "number_colors", "random_weights"]

Colors = NDArray[np.int64]

#: Unions of more vertices than this are refined only where something changed.
LARGE = 4096

#: In large graphs the neighbours of so many vertices are looked at together.
SOME = 50_000


@dataclass(frozen=True, eq=False)
class Coloring:
    """The colours of a union of graphs, round by round, before they are split among the graphs.

    `robust` says that the last colours are equitable for finer labels, too.
    """

    colors: list[Colors]
    stable: bool
    separated: bool
    bounds: NDArray[np.int64]
    robust: bool


class Union:
    """The disjoint union of some graphs, to be refined with one labelling of its edges after another.

    An edge with the label -1 is not there. So one union of graphs with a large cutoff serves every smaller cutoff.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        The graphs.

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> path = distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    >>> Union([path]).refine([[0, -1, 0, 0, -1, 0]]).colors[-1]
    array([1, 0, 1])
    """

    def __init__(self, graphs: Sequence[DistanceGraph]) -> None:
        self.bounds = np.concatenate([[0], np.cumsum([g.n_nodes for g in graphs])])
        self.starts = np.concatenate([[0], np.cumsum(np.concatenate([g.degrees for g in graphs]))])
        self._receivers = [g.receivers for g in graphs]
        self.species = _numbered(np.concatenate([g.species for g in graphs]))
        n = graphs[0].n_nodes
        #: Number of points, if every graph is complete and all have equally many; else 0.
        self.complete = n if all(_is_complete(g, n) for g in graphs) else 0

    @cached_property
    def receivers(self) -> NDArray[np.int64]:
        """Vertex at the far end of each edge, numbered through all graphs."""
        if len(self._receivers) == 1:
            return self._receivers[0]
        return np.concatenate([r + lo for r, lo in zip(self._receivers, self.bounds, strict=False)])

    @cached_property
    def short(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Receivers and starts in 32 bits, which is what sparse matrices want."""
        return self.receivers.astype(np.int32), self.starts.astype(np.int32)

    def refine(
        self,
        labels: Sequence[ArrayLike] | None = None,
        rounds: int | None = None,
        until_separated: bool = False,
        finer: Callable[[], Sequence[ArrayLike]] | None = None,
        every_round: bool = False,
    ) -> Coloring:
        """Refine with one array of edge labels per graph (`None`: all edges alike); verified as the module says.

        What is verified is whether and when the graphs are told apart, and with `every_round` the colours as well.
        `finer` may give labels that split the ones used. Colours that are equitable for these are equitable for the
        coarser ones as well, so that one check serves both.

        Examples
        --------
        >>> from twinclouds.graphs import distance_graph
        >>> Union([distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.5)]).refine().stable
        True
        """
        flat = np.zeros(int(self.starts[-1]), dtype=np.int32) if labels is None else np.concatenate(labels)
        work = _Labelled(self, flat)
        colors, stable = work.hashed(rounds, until_separated)
        robust = False
        if finer is not None and stable and not work.separated(colors[-1]):
            robust = _Labelled(self, np.concatenate(finer())).is_exact(colors[-2], colors[-1])
        settled = robust and (not every_round or len(colors) <= 3)
        if not settled and not work.verified(colors, stable, every_round):
            colors, stable = work.run(rounds, until_separated, work.exact_round)
        return Coloring(colors, stable, work.separated(colors[-1]), self.bounds, robust)


class _Labelled:
    """A union with labels on its edges: the rounds, hashed and exact, and the check of the one by the other."""

    def __init__(self, union: Union, labels: NDArray[Any]) -> None:
        self.bounds, self.species = union.bounds, union.species
        self.starts, self.labels = union.starts, labels
        self._union = union
        self._there: NDArray[np.bool_] | None = None
        if len(labels) and labels.min() < 0:
            there = self._there = labels >= 0
            self.starts = np.concatenate([[0], np.cumsum(there)])[union.starts]
            self.labels = labels[there]
        self._matrix: Any = None

    @cached_property
    def receivers(self) -> NDArray[np.int64]:
        return self._union.receivers if self._there is None else self._union.receivers[self._there]

    def hashed(self, rounds: int | None, until_separated: bool) -> tuple[list[Colors], bool]:
        """Refine by hashes: everywhere in each round, or in a large union only where something changed."""
        if len(self.species) > LARGE:
            return self._run_where_changed(rounds, until_separated)
        return self.run(rounds, until_separated, self.hashed_round)

    def _run_where_changed(self, rounds: int | None, until_separated: bool) -> tuple[list[Colors], bool]:
        colors = [self.species.astype(np.int64)]
        touched = np.arange(len(colors[0]))
        sums = np.zeros(0, dtype=np.uint64)
        while rounds is None or len(colors) <= rounds:
            if until_separated and self.separated(colors[-1]):
                break
            new, sums = self._split(colors[-1], touched, sums)
            colors.append(new)
            if new.max() == colors[-2].max():
                return colors, True
            touched = self._neighbours(np.flatnonzero(new != colors[-2]))
        return colors, False

    def _neighbours(self, vertices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return all that are joined to some vertices; every edge is listed in both directions."""
        mask = np.zeros(len(self.species), dtype=bool)
        mask[self.receivers[_rows(self.starts, vertices)]] = True
        return np.flatnonzero(mask)

    def _split(
        self, colors: Colors, touched: NDArray[np.int64], sums: NDArray[np.uint64]
    ) -> tuple[Colors, NDArray[np.uint64]]:
        """Split colours by what the touched vertices see now; `sums` holds what the others of each colour saw.

        The largest part of a colour keeps its number, of equal ones that with the smallest hash; the other parts
        get new numbers in the order of (old number, hash), so that numbers depend on values alone.
        """
        n_colors = int(colors.max()) + 1
        matrix, weights = self._hash_matrix(), random_weights(colors, 2)
        everywhere = len(touched) == len(colors)
        seen = matrix @ weights if everywhere else matrix[touched] @ weights
        # Parts of each colour: touched vertices by what they see, and those left as they were.
        own = colors[touched]
        order = np.lexsort((seen, own))
        fresh = _starts(own[order], seen[order])
        color, hash_, size = own[order][fresh], seen[order][fresh], np.diff(np.append(fresh, len(order)))
        left = np.zeros(0, dtype=np.int64)
        if not everywhere:
            affected = np.unique(own)
            rest = (np.bincount(colors, minlength=n_colors) - np.bincount(own, minlength=n_colors))[affected]
            left, rest = affected[rest > 0], rest[rest > 0]
            color, hash_ = np.concatenate([color, left]), np.concatenate([hash_, sums[left]])
            size = np.concatenate([size, rest])
        # What a touched vertex sees may be what it saw: then it is one part with those left.
        by_value = np.lexsort((hash_, color))
        first = _starts(color[by_value], hash_[by_value])
        part = np.empty(len(color), dtype=np.int64)
        part[by_value] = np.cumsum(np.isin(np.arange(len(color)), first)) - 1
        total = np.add.reduceat(size[by_value], first)
        color, hash_ = color[by_value][first], hash_[by_value][first]
        by_size = np.lexsort((hash_, -total, color))
        keeps = np.zeros(len(color), dtype=bool)
        keeps[by_size[_starts(color[by_size])]] = True
        number = np.where(keeps, color, 0)
        number[~keeps] = n_colors + np.arange(np.count_nonzero(~keeps))
        after = np.zeros(n_colors + np.count_nonzero(~keeps), dtype=np.uint64)
        after[: len(sums)] = sums
        after[number] = hash_
        new = colors.copy()
        if len(left):
            moved = np.arange(n_colors)
            moved[left] = number[part[len(fresh) :]]
            new = moved[colors]
        inverse = np.empty(len(order), dtype=np.int64)
        inverse[order] = np.cumsum(np.isin(np.arange(len(order)), fresh)) - 1
        new[touched] = number[part[: len(fresh)]][inverse]
        return new, after

    def run(
        self, rounds: int | None, until_separated: bool, step: Callable[[Colors], Colors]
    ) -> tuple[list[Colors], bool]:
        colors = [self.species.astype(np.int64)]
        stable = False
        while rounds is None or len(colors) <= rounds:
            if until_separated and self.separated(colors[-1]):
                break
            colors.append(step(colors[-1]))
            if colors[-1].max() == colors[-2].max():
                stable = True
                break
        return colors, stable

    def separated(self, colors: Colors) -> bool:
        k = int(colors.max()) + 1
        first = np.bincount(colors[: self.bounds[1]], minlength=k)
        return any(
            not np.array_equal(first, np.bincount(colors[lo:hi], minlength=k))
            for lo, hi in pairwise(self.bounds[1:].tolist())
        )

    def hashed_round(self, colors: Colors) -> Colors:
        return number_colors(colors, self._hash_matrix() @ random_weights(colors, 2))

    def _hash_matrix(self) -> Any:
        if self._matrix is None:
            n = len(self.species)
            squares = self._squares
            labels = self.labels if squares is None else squares
            top = int(self.labels.max(initial=0)) + 1
            # A table of few weights stays in the cache; of many it would cost more than making each anew.
            few = 4 * top < len(self.labels)
            weights = random_weights(np.arange(top), 1)[labels] if few else random_weights(labels.ravel(), 1)
            if squares is not None:
                weights = weights.reshape(squares.shape)
                weights[:, np.arange(squares.shape[1]), np.arange(squares.shape[1])] = 0
                self._matrix = _Dense(weights)
            else:
                from scipy.sparse import csr_array

                if self._there is None and len(weights) < 2**31:
                    places: Any = self._union.short
                else:
                    places = self.receivers, self.starts
                self._matrix = csr_array((weights, *places), shape=(n, n))
        return self._matrix

    @cached_property
    def _squares(self) -> NDArray[Any] | None:
        """Labels of complete graphs as square matrices (on the diagonal 0): no list of receivers is needed then."""
        size = self._union.complete
        if self._there is not None or size < 2 or len(self.species) > LARGE:
            return None
        graphs = len(self.species) // size
        squares = np.zeros((graphs, size * size), dtype=self.labels.dtype)
        # Row by row without the diagonal: after the first number, a diagonal element follows every `size` numbers.
        squares[:, 1:].reshape(graphs, size - 1, size + 1)[:, :, :size] = self.labels.reshape(graphs, size - 1, size)
        return squares.reshape(graphs, size, size)

    def exact_round(self, colors: Colors) -> Colors:
        codes = self._codes(colors)
        starts = self.starts if len(codes) == self.starts[-1] else np.arange(len(colors) + 1) * self._union.complete
        seen = [(c, codes[lo:hi].tobytes()) for c, lo, hi in zip(colors.tolist(), starts[:-1], starts[1:], strict=True)]
        rank = {key: r for r, key in enumerate(sorted(set(seen)))}
        return np.array([rank[key] for key in seen], dtype=np.int64)

    def _codes(self, colors: Colors) -> NDArray[np.signedinteger[Any]]:
        """Each edge as one number (label, colour of the receiver), sorted within each vertex."""
        k = int(colors.max()) + 1
        small = (int(self.labels.max(initial=0)) + 1) * k < 2**31  # half the memory sorts twice as fast
        dtype: Any = np.int32 if small else np.int64
        if self._squares is not None:
            # A vertex sees itself, too: that makes no difference among vertices of one colour.
            size = self._union.complete
            squares = self._squares.astype(dtype)
            squares *= dtype(k)
            squares += colors.astype(dtype).reshape(-1, 1, size)
            squares.sort(axis=2)
            return squares.ravel()
        codes: NDArray[np.signedinteger[Any]] = self.labels.astype(dtype)
        codes *= dtype(k)
        codes += colors.astype(dtype)[self.receivers]
        degrees = np.diff(self.starts)
        if degrees.min() == degrees.max():
            codes.reshape(len(degrees), -1).sort(axis=1)
            return codes
        for degree in np.unique(degrees):
            first = self.starts[:-1][degrees == degree, None]
            for k in range(0, len(first), SOME):  # not all at once, for the sake of memory
                rows = first[k : k + SOME] + np.arange(degree)
                codes[rows] = np.sort(codes[rows], axis=1)
        return codes

    def is_exact(self, before: Colors, after: Colors) -> bool:
        """Do vertices of one colour in `after` truly have one colour and one multiset of neighbours in `before`?"""
        codes = self._codes(before)
        degrees = np.diff(self.starts)
        _, first = np.unique(after, return_index=True)
        leader = first[after]
        if not (np.array_equal(before, before[leader]) and np.array_equal(degrees, degrees[leader])):
            return False
        if degrees.min() == degrees.max():
            rows = codes.reshape(len(degrees), -1)
            return np.array_equal(rows, rows[leader])
        for k in range(0, len(leader), SOME):  # as above
            own = _rows(self.starts, np.arange(k, min(k + SOME, len(leader))))
            if not np.array_equal(codes[own], codes[_rows(self.starts, leader[k : k + SOME])]):
                return False
        return True

    def _is_exact_among(self, before: Colors, after: Colors, vertices: NDArray[np.int64]) -> bool:
        """Check what :meth:`is_exact` does among some vertices only."""
        own = after[vertices]
        vertices = vertices[np.bincount(own)[own] > 1]
        if not len(vertices):
            return True
        leader = np.empty(int(after.max()) + 1, dtype=np.int64)
        leader[after[vertices[::-1]]] = vertices[::-1]
        leaders = leader[after[vertices]]
        degrees = np.diff(self.starts)
        if not (
            np.array_equal(before[vertices], before[leaders]) and np.array_equal(degrees[vertices], degrees[leaders])
        ):
            return False
        return np.array_equal(self._codes_of(vertices, before), self._codes_of(leaders, before))

    def _codes_of(self, vertices: NDArray[np.int64], colors: Colors) -> NDArray[np.int64]:
        """Return what :meth:`_codes` does for some vertices only, the same for the same multisets in the same order."""
        edges = _rows(self.starts, vertices)
        codes = self.labels[edges].astype(np.int64) * (int(colors.max()) + 1) + colors[self.receivers[edges]]
        row = np.repeat(np.arange(len(vertices)), np.diff(self.starts)[vertices])
        most = int(codes.max(initial=0)) + 1
        if len(vertices) * most < 2**63:
            return np.sort(row * most + codes)
        ordered: NDArray[np.int64] = codes[np.lexsort((codes, row))]
        return ordered

    def verified(self, colors: list[Colors], stable: bool, every_round: bool) -> bool:
        """Check exactly the rounds that the outcome rests on.

        A collision can only leave vertices in one colour that should have two. So histograms that differ do differ in
        truth, and what remains to be checked are the rounds before. If they never differ, a last round that is
        exactly equitable proves that no round ever separates; otherwise each round has to be exact.

        With `every_round` the colours are checked, too. A last round that is exactly equitable settles the one before,
        which has the same colours: what it merges no later round could have split.
        """
        steps = list(pairwise(colors))
        if every_round and stable and len(self.species) > LARGE:
            # Vertices that a last, exactly equitable round leaves in one colour truly have one in every round; so of
            # each last colour one vertex is enough to check the rounds before.
            _, members = np.unique(colors[-1], return_index=True)
            return self.is_exact(*steps[-1]) and all(self._is_exact_among(*step, members) for step in steps[:-2])
        if stable and (every_round or not self.separated(colors[-1])):
            steps = [steps[-1], *(steps[:-2] if every_round else [])]
        elif not every_round:
            steps = [(before, after) for before, after in steps if not self.separated(after)]
        return all(self.is_exact(before, after) for before, after in steps)


class _Dense:
    """The weights on the edges of complete graphs, as square matrices: a sparse one would take longer to make."""

    def __init__(self, squares: NDArray[np.uint64]) -> None:
        self._squares = squares

    def __matmul__(self, weights: NDArray[np.uint64]) -> NDArray[np.uint64]:
        found: NDArray[np.uint64] = np.einsum("gij,gj->gi", self._squares, weights.reshape(len(self._squares), -1))
        return found.ravel()


def _is_complete(graph: DistanceGraph, n: int) -> bool:
    """Does a graph of n points hold every pair once, in order?"""
    if graph.n_nodes != n or graph.n_edges != n * (n - 1) or n < 2:
        return False
    senders, receivers, _ = all_pairs(n)
    return all(x is y or np.array_equal(x, y) for x, y in ((graph.receivers, receivers), (graph.senders, senders)))


def _numbered(species: NDArray[np.str_]) -> NDArray[np.int64]:
    """Number the species in the order of the alphabet."""
    if len(species) < LARGE:
        return np.unique(species, return_inverse=True)[1].ravel()
    # Strings are slow to sort: look for the few that there are.
    kinds = np.unique(species[:: max(1, len(species) // 1000)])
    while True:
        numbers = np.minimum(np.searchsorted(kinds, species), len(kinds) - 1)
        other = kinds[numbers] != species
        if not other.any():
            return numbers
        kinds = np.unique(np.append(kinds, species[other][:1000]))


def _rows(starts: NDArray[np.int64], vertices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the indices of all edges of some vertices, vertex by vertex."""
    degrees = np.diff(starts)[vertices]
    ends = np.cumsum(degrees)
    first: NDArray[np.int64] = np.repeat(starts[vertices] - ends + degrees, degrees)
    return np.arange(len(first)) + first


def _starts(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Return where in sorted columns a new value begins."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(new)


def random_weights(values: NDArray[np.int64], stream: int) -> NDArray[np.uint64]:
    """Return one pseudo-random odd 64-bit weight per value (splitmix64); equal values get equal weights.

    Examples
    --------
    >>> weights = random_weights(np.array([3, 5, 3]), stream=1)
    >>> bool(weights[0] == weights[2]), bool(weights[0] == weights[1])
    (True, False)
    """
    x = values.astype(np.uint64)
    x *= np.uint64(0x9E3779B97F4A7C15)
    x += np.uint64(stream * 0x632BE59BD9B4E019 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        x ^= x >> np.uint64(shift)
        x *= np.uint64(factor)
    x ^= x >> np.uint64(31)
    x |= np.uint64(1)
    return x


def number_colors(colors: Colors, hashes: NDArray[np.uint64]) -> Colors:
    """Number the pairs (old colour, hash) from 0 on, in an order that depends on their values alone.

    Examples
    --------
    >>> number_colors(np.array([0, 0, 1]), np.array([9, 7, 8], dtype=np.uint64)).tolist()
    [1, 0, 2]
    """
    order = np.lexsort((hashes, colors))
    new = np.concatenate([[False], (np.diff(colors[order]) != 0) | (hashes[order][1:] != hashes[order][:-1])])
    numbers = np.empty(len(colors), dtype=np.int64)
    numbers[order] = np.cumsum(new)
    return numbers
