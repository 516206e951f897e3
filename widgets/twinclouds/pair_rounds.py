"""Rounds of 2-FWL: ordered pairs of points, refined by the pairs (i, k), (k, j) over all points k.

A round is one product of two matrices for each hash, and takes as long as the machine needs to multiply matrices. Its
exact check seldom has to sort what a pair sees. Where all points k look different from i, only one map of the points
can carry what (i, j) sees onto what (i', j') sees: to check it is to compare. Many pairs share their map (all of them,
if the clouds are one shape without symmetry), and then it is compared once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinclouds.coloring import Colors, number_colors, random_weights
from twinclouds.lengths import Lengths
from twinclouds.rounds import BLOCK, Items, Name, Rounds, blocks, exact_weights, first_of_each, product, renumbered

__all__ = ["PairRounds"]

#: A sum of products is exact only below 2^53, so there are several, of independent weights, each with an odd factor.
HASHES = ((3, 4, 0x9E3779B97F4A7C15), (5, 6, 0xC2B2AE3D27D4EB4F))

#: A map of the points is worth to be looked at by itself if at least so many pairs share it.
FEW = 8

#: So many maps are tried on all points: those that most pairs have.
LIKELY = 8

#: Stream of the weights of the own colour.
OWN = 8

#: With signed volumes: the streams of the weights of (i, k), (k, j) and of the volume.
WITH_VOLUMES = (3, 4, 7)


class _Table:
    """The colours of the pairs of one cloud, and each row of them in order.

    Attributes
    ----------
    turned : (n, n) array of int
        The colours, transposed: row j holds the colour of (k, j) for every k.
    order : (n, n) array of int
        Row i: the points k by the colour of (i, k).
    ordered : (n, n) array of int
        Row i: these colours.
    clear : (n,) array of bool
        Are all colours of a row different?
    """

    def __init__(self, colors: NDArray[Any]) -> None:
        self.turned = np.ascontiguousarray(colors.T)
        self.order = np.argsort(colors, axis=1)
        self.ordered = np.take_along_axis(colors, self.order, axis=1)
        self.clear = (self.ordered[:, 1:] != self.ordered[:, :-1]).all(axis=1)

    @cached_property
    def ranks(self) -> NDArray[Any]:
        """The colours of each row, numbered from 0 on in their order."""
        steps = np.zeros_like(self.ordered)
        steps[:, 1:] = self.ordered[:, 1:] != self.ordered[:, :-1]
        ranks = np.empty_like(self.ordered)
        np.put_along_axis(ranks, self.order, np.cumsum(steps, axis=1, dtype=steps.dtype), axis=1)
        return ranks


class _Partners(NamedTuple):
    """Pairs (i, j) of one cloud, and at each place the pair (k, m) of a cloud that it is to be compared with."""

    i: Items
    j: Items
    k: Items
    m: Items

    def at(self, where: NDArray[Any]) -> _Partners:
        return _Partners(*(x[where] for x in self))

    def turned(self, where: NDArray[np.bool_]) -> _Partners:
        """Exchange the two points where it is said."""
        i, j, k, m = self
        return _Partners(np.where(where, j, i), np.where(where, i, j), np.where(where, m, k), np.where(where, k, m))


class PairRounds(Rounds):
    """Ordered pairs of points of some clouds; item bounds[g] + i * n + j is the pair (i, j) of cloud g of n points.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of points.
    volumes : Lengths, optional
        Labels of the signed volumes of (i, j, k), arrays of the shape (n, n, n), to be seen, too.
    species, lengths
        For words: the species of the points, and the labels of their distances, -1 for those that are not joined.
    """

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
        """Return the colours as one square for each cloud."""
        parts = zip(self.sizes, pairwise(self.bounds.tolist()), strict=True)
        return [colors[lo:hi].reshape(n, n) for n, (lo, hi) in parts]

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        """Hash the multisets of (colour of (i, k), colour of (k, j)) as sums of products of weights."""
        if self._volumes is not None:
            return self._hash_with_volumes(colors, self._volumes)
        hashes = np.zeros(len(colors), dtype=np.uint64)
        for square, (lo, hi) in zip(self.squares(colors), pairwise(self.bounds.tolist()), strict=True):
            for first, second, factor in HASHES:
                sums = product(*(exact_weights(square, stream, len(square)) for stream in (first, second)))
                hashes[lo:hi] += sums.ravel().astype(np.uint64) * np.uint64(factor)
        return hashes

    def hashed_round(self, colors: Colors) -> Colors:
        """Refine once by hashes, to which the own colour is added: one key sorts many times faster than two."""
        hashes = self.hash(colors) + random_weights(colors, OWN)
        order = np.argsort(hashes)
        new = np.diff(hashes[order]) != 0
        if (np.diff(colors[order])[~new] != 0).any():  # two colours fell together, and none may be lost
            return number_colors(colors, hashes)
        numbers = np.zeros(len(order), dtype=np.int64)
        numbers[order[1:]] = np.cumsum(new)
        return numbers

    def _hash_with_volumes(self, colors: Colors, volumes: Lengths) -> NDArray[np.uint64]:
        sums = []
        first, second, third = WITH_VOLUMES
        for square, labels in zip(self.squares(colors), volumes.labels, strict=True):
            x, y = random_weights(square, first), random_weights(square, second)
            rows = max(1, BLOCK // max(1, square.size))
            for lo in range(0, len(square), rows):
                w = random_weights(labels[lo : lo + rows], third)
                sums.append(np.einsum("ik,kj,ijk->ij", x[lo : lo + rows], y, w).ravel())
        return np.concatenate(sums)

    def seen(self, colors: Colors, items: Items) -> list[bytes]:
        """Return the sorted codes of what pairs see."""
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

    def alike(self, colors: Colors, items: Items, others: Items) -> bool:
        """Does each of some pairs see exactly what the other one at its place sees? They have one colour."""
        if self._volumes is not None:
            return super().alike(colors, items, others)
        n_colors = int(colors.max()) + 1
        narrow: Any = np.int32 if max(self.sizes) * n_colors < 2**31 else np.int64
        squares = self.squares(colors)
        tables = [_Table(square.astype(narrow)) for square in squares]
        # What (j, i) sees is what (i, j) sees, turned round, if one colour turned round is always one colour.
        turned = np.concatenate([square.T.ravel() for square in squares])
        opposite = np.zeros(n_colors, dtype=np.int64)
        opposite[colors] = turned
        either = np.array_equal(opposite[colors], turned)
        for g, h, partners in self._by_clouds(items, others):
            if self.sizes[g] != self.sizes[h]:
                return False
            a, b = tables[g], tables[h]
            if either:
                partners = partners.turned(~a.clear[partners.i] & a.clear[partners.j])
            partners = partners.at(~_settled(a, b, partners))
            clear = a.clear[partners.i]
            if not (_mapped(a, b, partners.at(clear)) and _sorted_alike(a, b, partners.at(~clear), n_colors)):
                return False
        return True

    def _by_clouds(self, items: Items, others: Items) -> Iterator[tuple[int, int, _Partners]]:
        """Yield pairs with their partners, for any two clouds that they belong to."""
        owner, partner = (np.searchsorted(self.bounds, x, side="right") - 1 for x in (items, others))
        for g, n in enumerate(self.sizes):
            for h, m in enumerate(self.sizes):
                here = np.flatnonzero((owner == g) & (partner == h))
                if len(here):
                    i, j = np.divmod(items[here] - self.bounds[g], n)
                    yield g, h, _Partners(i, j, *np.divmod(others[here] - self.bounds[h], m))

    def block(self) -> int:
        """Return how many pairs to look at at once."""
        return max(1, BLOCK // max(self.sizes))

    def exact_bytes(self) -> float:
        """Return how much memory a round without hashes takes."""
        return sum(float(n) ** 2 * (8.0 * n + 300) for n in self.sizes)

    def pair_of(self, item: int) -> tuple[int, int, int]:
        """Return the cloud and the two points of an item."""
        g = int(np.searchsorted(self.bounds, item, side="right")) - 1
        return (g, *divmod(item - int(self.bounds[g]), self.sizes[g]))

    def kind(self, item: int) -> str:
        """Name a pair by its species and distance."""
        assert self._lengths is not None
        g, i, j = self.pair_of(item)
        first, second = self._species[g][[i, j]]
        if i == j:
            return f"{first} itself"
        label = int(self._lengths.labels[g][i, j])
        return f"{first}-{second} not joined" if label < 0 else f"{first}-{second} {self._lengths.written(label)} A"

    def words(self, item: int, colors: Colors, name: Name) -> list[str]:
        """Say which colours a pair sees over all points."""
        g, i, j = self.pair_of(item)
        square = self.squares(colors)[g]
        volumes = [0] * len(square) if self._volumes is None else self._volumes.labels[g][i, j].tolist()
        seen = []
        for (x, y, v), count in sorted(
            Counter(zip(square[i].tolist(), square[:, j].tolist(), volumes, strict=True)).items()
        ):
            hand = f", volume {self._volumes.written(v)} A^3" if self._volumes else ""
            seen.append(f"{name(x)} then {name(y)}{hand} x{count}")
        return seen


def _settled(a: _Table, b: _Table, partners: _Partners) -> NDArray[np.bool_]:
    """Which items do certainly see what their partners see, because a map of all points keeps all colours?"""
    settled = np.zeros(len(partners.i), dtype=bool)
    clear = partners.at(a.clear[partners.i])
    found = _rows(a, b, clear) if len(clear.i) else None
    if found is None:
        return settled
    rows, others, which = found
    tried = set()
    for row in np.argsort(-np.bincount(which), kind="stable")[:LIKELY].tolist():
        image = np.empty(len(a.order), dtype=np.int64)
        image[a.order[rows[row]]] = b.order[others[row]]
        if image.tobytes() in tried:
            continue
        tried.add(image.tobytes())
        if np.array_equal(a.turned, b.turned[image][:, image]):
            settled |= (image[partners.i] == partners.k) & (image[partners.j] == partners.m)
            if settled.all():
                break
    return settled


def _rows(a: _Table, b: _Table, partners: _Partners) -> tuple[Items, Items, Items] | None:
    """List which rows of two tables are to be compared, and for each item which of these; None if one pair differs."""
    which = renumbered(partners.i * len(b.order) + partners.k)
    first = first_of_each(which)
    rows, others = partners.i[first], partners.k[first]
    for at in blocks(np.arange(len(rows)), max(1, BLOCK // len(a.order))):
        if not np.array_equal(a.ordered[rows[at]], b.ordered[others[at]]):
            return None
    return rows, others, which


def _mapped(a: _Table, b: _Table, partners: _Partners) -> bool:
    """Do items in rows without equal colours see what their partners see?

    Item (i, j) sees in column j what its partner (k, m) sees in column m, after the map that carries row i to row k.
    """
    if not len(partners.i):
        return True
    found = _rows(a, b, partners)
    if found is None:
        return False
    rows, others, which = found
    n = len(a.order)
    size = max(1, BLOCK // n)
    for at in blocks(np.arange(len(rows)), size):
        maps = np.empty((len(at), n), dtype=np.int64)
        np.put_along_axis(maps, a.order[rows[at]], b.order[others[at]], axis=1)
        known: dict[bytes, int] = {}
        number = np.array([known.setdefault(row.tobytes(), len(known)) for row in maps])
        here = np.flatnonzero((which >= at[0]) & (which <= at[-1])) if len(at) < len(rows) else slice(None)
        row, j, m = which[here] - at[0], partners.j[here], partners.m[here]
        if len(known) * FEW > len(row):
            # Hardly any map is shared.
            for some in blocks(np.arange(len(row)), size):
                image = np.take_along_axis(b.turned[m[some]], maps[row[some]], axis=1)
                if not np.array_equal(a.turned[j[some]], image):
                    return False
            continue
        asked = np.zeros((len(known), n), dtype=bool)
        asked[number[row], j] = True
        for key, columns in zip(known, asked, strict=True):
            image = np.frombuffer(key, dtype=np.int64)
            for some in blocks(np.flatnonzero(columns), size):
                if not np.array_equal(a.turned[some], b.turned[image[some]][:, image]):
                    return False
    return True


def _sorted_alike(a: _Table, b: _Table, partners: _Partners, n_colors: int) -> bool:
    """Do items see what their partners see? What each of them sees is put in order."""
    if not len(partners.i):
        return True
    if _rows(a, b, partners) is None:
        return False
    n = len(a.order)
    for at in blocks(np.arange(len(partners.i)), max(1, BLOCK // n)):
        i, j, k, m = partners.at(at)
        first, place = np.unique(k * n + m, return_inverse=True)
        mine, theirs = _codes(a, i, j, n_colors), _codes(b, *np.divmod(first, n), n_colors)
        if not np.array_equal(mine, theirs[place.ravel()]):
            return False
    return True


def _codes(table: _Table, i: Items, j: Items, n_colors: int) -> NDArray[Any]:
    """Return for each pair the numbers (rank of the colour of (i, k), colour of (k, j)) of all points k, sorted."""
    codes = table.ranks[i]
    codes *= codes.dtype.type(n_colors)
    codes += table.turned[j]
    codes.sort(axis=1)
    return codes
