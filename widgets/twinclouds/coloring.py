"""The rounds of colour refinement, on the disjoint union of some graphs.

How a round is computed. It hashes every multiset into 64 bits: each label and each colour has a pseudo-random odd
weight, and a vertex collects the sum of (label weight x colour weight) over its edges, which is one matrix-vector
product: sparse in general, with square matrices where every vertex sees every other. A hash can collide, so no verdict
rests on it: before a result is returned, the colours it rests on are checked exactly, edge by edge, and if the check
fails the refinement is done again with exact multisets.

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

from twinclouds.graphs import DistanceGraph
from twinclouds.neighbours import take

__all__ = [
    "Coloring",
    "Colors",
    "Union",
    "decisive",
    "exact_numbers",
    "number_colors",
    "random_weights",
    "refine_by",
    "separated",
]

Colors = NDArray[np.int64]

#: Unions of more vertices than this are refined only where something changed.
LARGE = 4096

#: Of a complete graph with a smaller cutoff the edges are listed if fewer than one in so many is left.
DENSE = 8

#: So many cells of square matrices, or edges, are looked at together: few enough to stay in the cache.
CELLS = 2**18


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
    """The disjoint union of some graphs, to be refined with one labelling of its bonds after another.

    A bond with the label -1 is not there. So one union of graphs with a large cutoff serves every smaller cutoff.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        The graphs.

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> path = distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    >>> Union([path]).refine([[0, -1, 0]]).colors[-1]
    array([1, 0, 1])
    """

    def __init__(self, graphs: Sequence[DistanceGraph]) -> None:
        self._graphs = tuple(graphs)
        self.bounds = np.concatenate([[0], np.cumsum([g.n_nodes for g in graphs])])
        self.species = _numbered(np.concatenate([g.species for g in graphs]))
        n = graphs[0].n_nodes
        #: Number of points, if every graph is complete and all have equally many; else 0.
        self.complete = n if n > 1 and all(g.complete and g.n_nodes == n for g in graphs) else 0

    @cached_property
    def starts(self) -> NDArray[np.int64]:
        """Where the edges of each vertex begin, and at last the number of all edges."""
        return np.concatenate([[0], np.cumsum(np.concatenate([g.degrees for g in self._graphs]))])

    @cached_property
    def receivers(self) -> NDArray[np.int32]:
        """Vertex at the far end of each edge, numbered through all graphs."""
        return _joined([g.receivers for g in self._graphs], self.bounds)

    @cached_property
    def bonds(self) -> NDArray[np.int32]:
        """Bond of each edge, numbered through all graphs."""
        return _joined([g.bonds for g in self._graphs], np.cumsum([0, *(g.n_edges // 2 for g in self._graphs)]))

    def refine(
        self,
        labels: Sequence[ArrayLike] | None = None,
        rounds: int | None = None,
        until_separated: bool = False,
        finer: Callable[[], Sequence[ArrayLike]] | None = None,
        every_round: bool = False,
    ) -> Coloring:
        """Refine with one array per graph of the labels of its bonds (`None`: all alike); verified as the module says.

        What is verified is whether and when the graphs are told apart, and with `every_round` the colours as well.
        `finer` may give labels that split the ones used. Colours that are equitable for these are equitable for the
        coarser ones as well, so that one check serves both.

        Examples
        --------
        >>> from twinclouds.graphs import distance_graph
        >>> Union([distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.5)]).refine().stable
        True
        """
        if labels is None:
            labels = [np.zeros(g.n_edges // 2, dtype=np.int32) for g in self._graphs]
        work = self._with(labels)
        colors, stable = work.hashed(rounds, until_separated)
        robust = False
        if finer is not None and stable and not work.separated(colors[-1]):
            robust = self._with(finer()).is_exact(colors[-2], colors[-1])
        settled = robust and (not every_round or len(colors) <= 3)
        if not settled and not work.verified(colors, stable, every_round):
            colors, stable = work.run(rounds, until_separated, work.exact_round)
        return Coloring(colors, stable, work.separated(colors[-1]), self.bounds, robust)

    def _with(self, labels: Sequence[ArrayLike]) -> _Labelled:
        joined: NDArray[Any] = np.concatenate(labels)
        missing = len(joined) > 0 and joined.min() < 0
        if self.complete and not (missing and DENSE * np.count_nonzero(joined >= 0) < len(joined)):
            return _Complete(self, joined)
        return _Listed(self, take(joined, self.bonds))


class _Labelled:
    """A union with labels on its edges: the rounds, hashed and exact, and the check of the one by the other."""

    def __init__(self, union: Union) -> None:
        self.bounds, self.species = union.bounds, union.species

    def hashed_round(self, colors: Colors) -> Colors:
        raise NotImplementedError

    def exact_round(self, colors: Colors) -> Colors:
        raise NotImplementedError

    def _is_exact_among(self, before: Colors, after: Colors, vertices: NDArray[np.int64]) -> bool:
        """Check what :meth:`is_exact` does among some vertices only, and without much memory."""
        raise NotImplementedError

    def hashed(self, rounds: int | None, until_separated: bool) -> tuple[list[Colors], bool]:
        """Refine by hashes."""
        return self.run(rounds, until_separated, self.hashed_round)

    def run(
        self, rounds: int | None, until_separated: bool, step: Callable[[Colors], Colors]
    ) -> tuple[list[Colors], bool]:
        bounds = self.bounds if until_separated else None
        return refine_by(step, self.species.astype(np.int64), rounds, bounds)

    def separated(self, colors: NDArray[np.signedinteger[Any]]) -> bool:
        return separated(colors, self.bounds)

    def is_exact(self, before: Colors, after: Colors) -> bool:
        """Do vertices of one colour in `after` truly have one colour and one multiset of neighbours in `before`?"""
        return self._is_exact_among(before, after, np.arange(len(after)))

    def verified(self, colors: list[Colors], stable: bool, every_round: bool) -> bool:
        """Check exactly the rounds that the outcome rests on; see :func:`decisive`."""
        if every_round and stable and len(self.species) > LARGE:
            # Vertices that a last, exactly equitable round leaves in one colour truly have one in every round; so of
            # each last colour one vertex is enough to check the rounds before.
            last, *before = decisive(colors, stable, every_round, self.bounds)
            _, members = np.unique(colors[-1], return_index=True)
            return self.is_exact(*last) and all(self._is_exact_among(*step, members) for step in before)
        return all(self.is_exact(*step) for step in decisive(colors, stable, every_round, self.bounds))


class _Listed(_Labelled):
    """Graphs as lists of edges."""

    def __init__(self, union: Union, labels: NDArray[Any]) -> None:
        super().__init__(union)
        self.starts, self.labels = union.starts, labels
        self._union = union
        self._there: NDArray[np.bool_] | None = None
        if len(labels) and labels.min() < 0:
            there = self._there = labels >= 0
            self.starts = np.append(0, np.cumsum(there, dtype=np.int32))[union.starts].astype(np.int64)
            self.labels = labels[there]

    @cached_property
    def receivers(self) -> NDArray[np.int32]:
        return self._union.receivers if self._there is None else self._union.receivers[self._there]

    def hashed(self, rounds: int | None, until_separated: bool) -> tuple[list[Colors], bool]:
        """Refine by hashes: everywhere in each round, or in a large union only where something changed."""
        if len(self.species) > LARGE:
            return self._run_where_changed(rounds, until_separated)
        return self.run(rounds, until_separated, self.hashed_round)

    def _run_where_changed(self, rounds: int | None, until_separated: bool) -> tuple[list[Colors], bool]:
        # The colours of many rounds take more memory than anything else: they are short until the matrix is gone.
        colors: list[Any] = [self.species.astype(np.int32)]
        palette = _Palette(np.bincount(colors[0]), np.zeros(int(colors[0].max()) + 1, dtype=np.uint64))
        weights = random_weights(colors[0], 2)
        touched = np.arange(len(colors[0]))
        stable = False
        while not stable and (rounds is None or len(colors) <= rounds):
            if until_separated and self.separated(colors[-1]):
                break
            before = len(palette.counts)
            new, changed = palette.split(colors[-1], touched, self._seen(touched, weights))
            colors.append(new)
            stable = len(palette.counts) == before
            if not stable:
                weights[changed] = random_weights(new[changed], 2)
                touched = self._neighbours(changed)
                # A colour of a single vertex has nothing to split.
                touched = touched[palette.counts[new[touched]] > 1]
        self.__dict__.pop("_hash_matrix", None)
        for t, short in enumerate(colors):
            colors[t] = short.astype(np.int64)
        return colors, stable

    def _seen(self, vertices: NDArray[np.int64], weights: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return the hashes of what some vertices see, given the weight of every vertex's colour."""
        matrix = self._hash_matrix
        if 2 * len(vertices) > len(weights):
            return np.asarray((matrix @ weights)[vertices])
        return np.concatenate([matrix[part] @ weights for part in self._portions(vertices)])

    def _neighbours(self, vertices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return all that are joined to some vertices; every edge is listed in both directions."""
        if len(vertices) == len(self.species):
            return np.flatnonzero(self._degrees)
        mask = np.zeros(len(self.species), dtype=bool)
        for part in self._portions(vertices):
            mask[self.receivers[self._edges_of(part)]] = True
        return np.flatnonzero(mask)

    @cached_property
    def _degrees(self) -> NDArray[np.int64]:
        return np.diff(self.starts)

    def _portions(self, vertices: NDArray[np.int64]) -> list[NDArray[np.int64]]:
        """Divide vertices into portions of about `CELLS` edges: what is made of them then takes little memory."""
        ends = np.cumsum(self._degrees[vertices])
        return np.split(vertices, np.searchsorted(ends, np.arange(CELLS, ends[-1], CELLS))) if len(ends) else [vertices]

    def _edges_of(self, vertices: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the indices of all edges of some vertices, vertex by vertex."""
        degrees = self._degrees[vertices]
        first = self.starts[vertices] - np.cumsum(degrees) + degrees
        edges: NDArray[np.int64] = np.repeat(first, degrees)
        edges += np.arange(len(edges))
        return edges

    def hashed_round(self, colors: Colors) -> Colors:
        return number_colors(colors, self._hash_matrix @ random_weights(colors, 2))

    @cached_property
    def _hash_matrix(self) -> Any:
        from scipy.sparse import csr_array

        n = len(self.species)
        # Of one type with the receivers, or scipy would copy these.
        starts = self.starts.astype(np.int32) if self.starts[-1] < 2**31 else self.starts
        return csr_array((_label_weights(self.labels), self.receivers, starts), shape=(n, n))

    def exact_round(self, colors: Colors) -> Colors:
        codes = self._codes(colors)
        return exact_numbers(colors, [codes[lo:hi].tobytes() for lo, hi in pairwise(self.starts)])

    def _codes(self, colors: Colors) -> NDArray[np.signedinteger[Any]]:
        """Each edge as one number (label, colour of the receiver), sorted within each vertex."""
        k = int(colors.max()) + 1
        dtype: Any = _code_type(self.labels, k)
        codes: NDArray[np.signedinteger[Any]] = self.labels.astype(dtype)
        codes *= dtype(k)
        codes += colors.astype(dtype)[self.receivers]
        degrees = self._degrees
        if degrees.min() == degrees.max():
            codes.reshape(len(degrees), -1).sort(axis=1)
            return codes
        for degree in np.unique(degrees):
            first = self.starts[:-1][degrees == degree, None]
            step = 1 + CELLS // (degree + 1)
            for done in range(0, len(first), step):  # not all at once, for the sake of memory
                rows = first[done : done + step] + np.arange(degree)
                codes[rows] = np.sort(codes[rows], axis=1)
        return codes

    def _is_exact_among(self, before: Colors, after: Colors, vertices: NDArray[np.int64]) -> bool:
        own = after[vertices]
        several = np.bincount(own)[own] > 1
        order = np.argsort(own[several], kind="stable")
        vertices, own = vertices[several][order], own[several][order]
        degrees = self._degrees[vertices]
        # In this order the vertices of a colour follow each other, and it is enough to look at neighbours.
        alike, was = own[1:] == own[:-1], before[vertices]
        if (alike & ((was[1:] != was[:-1]) | (degrees[1:] != degrees[:-1]))).any():
            return False
        factor = int(before.max()) + 1
        for degree in np.unique(degrees).tolist():
            here = np.flatnonzero(degrees == degree)
            step = 1 + CELLS // (degree + 1)
            for k in range(0, len(here), step):
                part = here[max(k - 1, 0) : k + step]
                edges = self.starts[vertices[part], None] + np.arange(degree)
                codes = self.labels[edges].astype(np.int64)
                codes *= factor
                codes += before[self.receivers[edges]]
                codes.sort(axis=1)
                same = own[part[1:]] == own[part[:-1]]
                if not np.array_equal(codes[1:][same], codes[:-1][same]):
                    return False
        return True


class _Palette:
    """The colours of a large union: how many vertices have each, and the hash of what those saw.

    A colour that splits keeps its number for its largest part, of equal ones for that with the smallest hash; the other
    parts get new numbers in the order of (old number, hash), so that numbers depend on values alone.
    """

    def __init__(self, counts: NDArray[np.int64], sums: NDArray[np.uint64]) -> None:
        self.counts, self.sums = counts, sums

    def split(
        self, colors: NDArray[np.int32], touched: NDArray[np.int64], seen: NDArray[np.uint64]
    ) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Split colours by what the touched vertices see now; return the colours and the vertices that changed theirs.

        The work grows with the number of touched vertices; all that is done for the others is to copy their colours.
        """
        # Parts of each colour: touched vertices by what they see, and those left as they were.
        own = colors[touched]
        order = np.lexsort((seen, own))
        fresh = _starts(own[order], seen[order])
        color, hash_, size = own[order][fresh], seen[order][fresh], np.diff(np.append(fresh, len(order)))
        first = _starts(color)
        affected = color[first]
        rest = self.counts[affected] - (np.add.reduceat(size, first) if len(size) else size)
        left, rest = affected[rest > 0], rest[rest > 0]
        color, hash_ = np.concatenate([color, left]), np.concatenate([hash_, self.sums[left]])
        size = np.concatenate([size, rest])
        # What a touched vertex sees may be what it saw: then it is one part with those left.
        by_value = np.lexsort((hash_, color))
        first = _starts(color[by_value], hash_[by_value])
        part = np.empty(len(color), dtype=np.int64)
        part[by_value] = _numbering(first, len(color))
        total = np.add.reduceat(size[by_value], first) if len(size) else size
        color, hash_ = color[by_value][first], hash_[by_value][first]
        by_size = np.lexsort((hash_, -total, color))
        keeps = np.zeros(len(color), dtype=bool)
        keeps[by_size[_starts(color[by_size])]] = True
        number = color.copy()
        number[~keeps] = len(self.counts) + np.arange(np.count_nonzero(~keeps))
        new, at = colors.copy(), touched
        moved = number[part[len(fresh) :]]
        if (moved != left).any():  # most often those left are the largest part
            other = np.arange(len(self.counts), dtype=np.int32)
            other[left] = moved
            new = other[colors]
            at = np.arange(len(colors))
        inverse = np.empty(len(order), dtype=np.int64)
        inverse[order] = _numbering(fresh, len(order))
        new[touched] = number[part[: len(fresh)]][inverse]
        more = np.zeros(np.count_nonzero(~keeps), dtype=np.int64)
        self.counts = np.concatenate([self.counts, more])
        self.sums = np.concatenate([self.sums, more.astype(np.uint64)])
        self.counts[number], self.sums[number] = total, hash_
        return new, at[new[at] != colors[at]]


class _Complete(_Labelled):
    """Complete graphs of equally many points, as square matrices: no list of edges is made.

    Every round looks at all vertices, since whatever changes changes what all of them see.
    """

    def __init__(self, union: Union, labels: NDArray[Any]) -> None:
        super().__init__(union)
        self.size = union.complete
        self._labels = labels.reshape(len(self.bounds) - 1, -1)
        self._missing = bool(labels.min() < 0)

    def hashed_round(self, colors: Colors) -> Colors:
        weights = self._color_weights[colors].reshape(-1, self.size)
        seen = [np.einsum("ij,j->i", square, own) for square, own in zip(self._squares, weights, strict=True)]
        return number_colors(colors, np.concatenate(seen))

    @cached_property
    def _color_weights(self) -> NDArray[np.uint64]:
        return random_weights(np.arange(len(self.species)), 2)

    @cached_property
    def _squares(self) -> list[NDArray[np.uint64]]:
        """The weight of each pair of points in each graph; 0 for a point with itself, and where no edge is."""
        weights = _label_weights(self._labels)
        if self._missing:
            weights[self._labels < 0] = 0
        return [_square(own) for own in weights]

    def exact_round(self, colors: Colors) -> Colors:
        return exact_numbers(colors, [own.tobytes() for own in self._codes(np.arange(len(colors)), colors)])

    def _codes(self, vertices: NDArray[np.int64], colors: Colors) -> NDArray[np.signedinteger[Any]]:
        """What some vertices see: (label, colour) as one number, sorted within each row.

        A vertex sees itself, too, without a label: that makes no difference among vertices of one colour.
        """
        k = int(colors.max()) + 1
        dtype: Any = _code_type(self._labels, k)
        codes: NDArray[np.signedinteger[Any]] = self._label_rows[vertices].astype(dtype)
        missing = codes == 0 if self._missing else None
        codes *= dtype(k)
        codes += colors.astype(dtype).reshape(-1, self.size)[vertices // self.size]
        if missing is not None:
            codes[missing] = 0
        codes.sort(axis=1)
        return codes

    @cached_property
    def _label_rows(self) -> NDArray[np.int32]:
        """From 1 on the label of each pair, one row for each vertex of each graph; 0 where there is no edge."""
        return np.concatenate([_square((own + 1).astype(np.int32)) for own in self._labels])

    def _is_exact_among(self, before: Colors, after: Colors, vertices: NDArray[np.int64]) -> bool:
        """Compare each vertex with a leader, the first of its colour, and the leaders with nobody."""
        colors, first = np.unique(after[vertices], return_index=True)
        leader = vertices[first][np.searchsorted(colors, after[vertices])]
        others = vertices != leader
        vertices, leader = vertices[others], leader[others]
        if not np.array_equal(before[vertices], before[leader]):
            return False
        by_leader = np.argsort(leader, kind="stable")
        step = max(1, CELLS // self.size)
        for k in range(0, len(by_leader), step):
            part = by_leader[k : k + step]
            leaders, which = np.unique(leader[part], return_inverse=True)
            if not np.array_equal(self._codes(vertices[part], before), self._codes(leaders, before)[which]):
                return False
        return True


def _square(condensed: NDArray[Any]) -> NDArray[Any]:
    """Return what belongs to pairs (0, 1), (0, 2), ... as a symmetric matrix, with 0 on the diagonal."""
    from scipy.spatial.distance import squareform

    square: NDArray[Any] = squareform(condensed, checks=False)
    return square


def _joined(parts: Sequence[NDArray[np.integer[Any]]], offsets: NDArray[np.int64]) -> NDArray[np.int32]:
    """Number the values of several arrays through, in 32 bits: half the memory, and what sparse matrices want."""
    if len(parts) == 1:
        return parts[0].astype(np.int32, copy=False)
    joined = np.empty(sum(map(len, parts)), dtype=np.int32)
    done = 0
    for part, offset in zip(parts, offsets.tolist(), strict=False):
        own = joined[done : done + len(part)]
        own[:] = part
        own += np.int32(offset)
        done += len(part)
    return joined


def _label_weights(labels: NDArray[Any]) -> NDArray[np.uint64]:
    """Return the random weight of each label."""
    top = int(labels.max(initial=0)) + 1
    # A table of few weights stays in the cache; of many it would cost more than making each anew.
    few = 4 * top < labels.size
    flat = labels.ravel()
    weights = take(random_weights(np.arange(top), 1), flat) if few else random_weights(flat, 1)
    return weights.reshape(labels.shape)


def _code_type(labels: NDArray[Any], n_colors: int) -> type[np.signedinteger[Any]]:
    """Return the shorter type that holds (label, colour) as one number: half the memory sorts twice as fast."""
    return np.int32 if (int(labels.max(initial=0)) + 2) * n_colors < 2**31 else np.int64


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


def _starts(*columns: NDArray[Any]) -> NDArray[np.int64]:
    """Return where in sorted columns a new value begins."""
    new = np.ones(len(columns[0]), dtype=bool)
    new[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return np.flatnonzero(new)


def _numbering(starts: NDArray[np.int64], length: int) -> NDArray[np.int64]:
    """Number the runs that begin at some places, and say for each place in which run it is."""
    new = np.zeros(length, dtype=np.int64)
    new[starts[1:]] = 1
    return np.cumsum(new)


def random_weights(values: NDArray[np.signedinteger[Any]], stream: int) -> NDArray[np.uint64]:
    """Return one pseudo-random odd 64-bit weight per value (splitmix64); equal values get equal weights.

    Examples
    --------
    >>> weights = random_weights(np.array([3, 5, 3]), stream=1)
    >>> bool(weights[0] == weights[2]), bool(weights[0] == weights[1])
    (True, False)
    """
    x = values.astype(np.uint64, order="C")
    flat = x.reshape(-1)
    for k in range(0, len(flat), CELLS):
        part = flat[k : k + CELLS]
        part *= np.uint64(0x9E3779B97F4A7C15)
        part += np.uint64(stream * 0x632BE59BD9B4E019 % 2**64)
        for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
            part ^= part >> np.uint64(shift)
            part *= np.uint64(factor)
        part ^= part >> np.uint64(31)
        part |= np.uint64(1)
    return x


def separated(colors: NDArray[np.signedinteger[Any]], bounds: NDArray[np.int64]) -> bool:
    """Are the colours not equally frequent in all parts? Part g is what lies from bounds[g] to bounds[g + 1].

    Examples
    --------
    >>> separated(np.array([0, 1, 1, 0]), np.array([0, 2, 4])), separated(np.array([0, 1, 1, 1]), np.array([0, 2, 4]))
    (False, True)
    """
    k = int(colors.max()) + 1
    first, *others = (np.bincount(colors[lo:hi], minlength=k) for lo, hi in pairwise(bounds.tolist()))
    return any(not np.array_equal(first, other) for other in others)


def refine_by(
    step: Callable[[Colors], Colors], start: Colors, rounds: int | None, bounds: NDArray[np.int64] | None
) -> tuple[list[Colors], bool]:
    """Do round after round, from the colours of one to those of the next, until nothing splits any more.

    Parameters
    ----------
    step : callable
        One round.
    start : (n,) array of int
        The first colours, numbered from 0 on.
    rounds : int or None
        At most so many.
    bounds : (g + 1,) array of int or None
        Stop also when the parts between these are :func:`separated`.

    Returns
    -------
    list of (n,) arrays of int
        The colours before and after each round.
    bool
        Did the last round split nothing?

    Examples
    --------
    >>> refine_by(lambda colors: np.minimum(np.arange(3), colors + 1), np.array([0, 0, 0]), None, None)[1]
    True
    """
    colors, stable = [start], False
    while not stable and (rounds is None or len(colors) <= rounds):
        if bounds is not None and separated(colors[-1], bounds):
            break
        colors.append(step(colors[-1]))
        stable = bool(colors[-1].max() == colors[-2].max())
    return colors, stable


def number_colors(colors: Colors, hashes: NDArray[np.uint64]) -> Colors:
    """Number the pairs (old colour, hash) from 0 on, in an order that depends on their values alone.

    Of the hash as many bits count as the old colour leaves of 64; one number sorts faster than two.

    Examples
    --------
    >>> number_colors(np.array([0, 0, 1]), np.array([9, 7, 7], dtype=np.uint64) << np.uint64(40)).tolist()
    [1, 0, 2]
    """
    width = int(colors.max(initial=0)).bit_length()
    keys = hashes >> np.uint64(width)
    keys |= colors.astype(np.uint64) << np.uint64(64 - width) if width else np.uint64(0)
    order = np.argsort(keys)
    ordered = keys[order]
    numbers = np.empty(len(colors), dtype=np.int64)
    numbers[order[:1]] = 0
    numbers[order[1:]] = np.cumsum(ordered[1:] != ordered[:-1])
    return numbers


def exact_numbers(colors: Colors, seen: Sequence[bytes]) -> Colors:
    """Number the pairs (old colour, what was seen) from 0 on, in their order.

    Examples
    --------
    >>> exact_numbers(np.array([0, 0, 1]), [b"ab", b"aa", b"aa"]).tolist()
    [1, 0, 2]
    """
    keys = list(zip(colors.tolist(), seen, strict=True))
    rank = {key: r for r, key in enumerate(sorted(set(keys)))}
    return np.array([rank[key] for key in keys], dtype=np.int64)


def decisive(
    colors: Sequence[Colors], stable: bool, every_round: bool, bounds: NDArray[np.int64]
) -> list[tuple[Colors, Colors]]:
    """Return the rounds, as colours before and after, that have to be exact for an outcome to be right.

    A collision can only leave vertices in one colour that should have two. So histograms that differ do differ in
    truth, and what remains to be checked are the rounds before. If they never differ, a last round that is
    exactly equitable proves that no round ever separates; otherwise each round has to be exact.

    With `every_round` the colours are checked, too. A last round that is exactly equitable, and is named first here,
    settles the one before, which has the same colours: what it merges no later round could have split.

    Examples
    --------
    >>> colors = [np.array([0, 0]), np.array([0, 1]), np.array([0, 1])]
    >>> [len(decisive(colors, True, every, np.array([0, 2]))) for every in (False, True)]
    [1, 1]
    """
    steps = list(pairwise(colors))
    if stable and (every_round or not separated(colors[-1], bounds)):
        return [steps[-1], *(steps[:-2] if every_round else [])]
    return steps if every_round else [(before, after) for before, after in steps if not separated(after, bounds)]
