"""Rounds of a refinement of sets of items (points, or pairs of points): hashed, and then checked exactly.

A hash can only merge what is different. So histograms of hashed colours that differ do differ in truth; everything else
that an outcome rests on is checked without hashes, and if the check fails the refinement is done again without them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.coloring import (
    Colors,
    decisive,
    exact_numbers,
    number_colors,
    random_weights,
    refine_by,
    separated,
)
from twinclouds.memory import refuse

__all__ = [
    "BLOCK",
    "Items",
    "Name",
    "Outcome",
    "Rounds",
    "blocks",
    "exact_weights",
    "first_of_each",
    "product",
    "renumbered",
]

#: Items are hashed and checked in blocks of about this many numbers.
BLOCK = 4_000_000

#: Whole numbers up to this are exact in floating point.
EXACT_BITS = 53

#: BLAS shares a product of more numbers than this among threads. On a machine with other things to do (a class) these
#: wait for each other, for much longer than a matrix of up to so many rows takes.
ONE_THREAD, SMALL = 2**18, 512

#: Larger products are done in pieces of so many numbers, about a tenth of a second, for an interrupt comes between two.
AT_ONCE = 2**31

#: What a name is given for a colour of the round before.
Name = Callable[[int], str]

Items = NDArray[np.int64]


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


def exact_weights(values: NDArray[np.int64], stream: int, terms: int) -> NDArray[np.float64]:
    """Return pseudo-random whole numbers as floats, so small that sums of `terms` products of two are exact.

    Products of matrices of such numbers do not depend on the order in which terms are added, and matrices of floats are
    multiplied many times faster than those of integers.

    Examples
    --------
    >>> bool(exact_weights(np.arange(1000), 1, terms=100).max() < 2**23)
    True
    """
    bits = (EXACT_BITS - max(int(terms) - 1, 0).bit_length()) // 2
    # The lowest bit is 1 in all.
    weights = random_weights(values, stream) >> np.uint64(1)
    weights &= np.uint64(2**bits - 1)
    return weights.astype(np.float64)


def product(x: NDArray[np.floating[Any]], y: NDArray[np.floating[Any]]) -> NDArray[Any]:
    """Multiply two square matrices; small ones by tiles, for which no threads are started.

    Examples
    --------
    >>> x = np.arange(10000.0).reshape(100, 100)
    >>> bool((product(x, x) == x @ x).all())
    True
    """
    n = len(x)
    rows = columns = max(1, int((ONE_THREAD / max(n, 1)) ** 0.5))
    if n > SMALL:
        rows, columns = max(1, AT_ONCE // n**2), n
    found = np.empty_like(x)
    for i in range(0, n, rows):
        for j in range(0, n, columns):
            np.matmul(x[i : i + rows], y[:, j : j + columns], out=found[i : i + rows, j : j + columns])
    return found


def renumbered(codes: NDArray[np.int64]) -> Colors:
    """Number the values of an array from 0 on, in their order; negative values are allowed.

    Examples
    --------
    >>> renumbered(np.array([-3, 70, 7, -3])).tolist()
    [0, 2, 1, 0]
    """
    if not codes.size:
        return codes.astype(np.int64)
    low = int(codes.min())
    width = int(codes.max()) - low + 1
    if width > 16 * codes.size:
        return np.unique(codes, return_inverse=True)[1].reshape(codes.shape).astype(np.int64)
    there = np.zeros(width, dtype=np.int64)
    there[codes - low] = 1
    return np.asarray((np.cumsum(there) - 1)[codes - low])


def first_of_each(colors: Colors) -> Items:
    """Return for each colour, numbered from 0 on, the first item that has it.

    Examples
    --------
    >>> first_of_each(np.array([1, 0, 1, 0])).tolist()
    [1, 0]
    """
    first = np.empty(int(colors.max()) + 1, dtype=np.int64)
    first[colors[::-1]] = np.arange(len(colors) - 1, -1, -1)
    return first


class Rounds:
    """Rounds of some sets of items; items bounds[g] to bounds[g + 1] are those of set g."""

    bounds: NDArray[np.int64]

    def hash(self, colors: Colors) -> NDArray[np.uint64]:
        """Return a hash of what each item sees."""
        raise NotImplementedError

    def seen(self, colors: Colors, items: Items) -> list[bytes]:
        """Return exactly what each of some items sees, as comparable bytes."""
        raise NotImplementedError

    def alike(self, colors: Colors, items: Items, others: Items) -> bool:
        """Does each of some items see exactly what the other one at its place sees? They have one colour."""
        for at in blocks(np.arange(len(items)), self.block()):
            leaders, place = np.unique(others[at], return_inverse=True)
            known, mine = self.seen(colors, leaders), self.seen(colors, items[at])
            if any(known[k] != key for k, key in zip(place.ravel().tolist(), mine, strict=True)):
                return False
        return True

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
        """Refine once without hashes."""
        refuse(self.exact_bytes(), "a round without hashes (two of them collided)", "use a smaller cloud")
        parts = (self.seen(colors, items) for items in blocks(np.arange(len(colors)), self.block()))
        return exact_numbers(colors, [own for part in parts for own in part])

    def hashed_round(self, colors: Colors) -> Colors:
        """Refine once by hashes."""
        return number_colors(colors, self.hash(colors))

    def is_exact(self, before: Colors, after: Colors) -> bool:
        """Does everything of one colour in `after` truly have one colour in `before`, and see the same?"""
        leader = first_of_each(after)[after]
        if not np.array_equal(before, before[leader]):
            return False
        members = np.flatnonzero(leader != np.arange(len(leader)))
        # Members of one colour together: what their leader sees is then put in order once.
        members = members[np.argsort(after[members], kind="stable")]
        return self.alike(before, members, leader[members])

    def separated(self, colors: Colors) -> bool:
        """Are the colours of the sets not equally frequent?"""
        return separated(colors, self.bounds)

    def run(
        self, start: Colors, rounds: int | None, until_separated: bool, every_round: bool
    ) -> tuple[list[Colors], bool]:
        """Refine until nothing changes, or the sets differ if that is enough; verified exactly.

        What is verified is whether and when the sets differ, and with `every_round` the colours as well.
        """
        for exact in (False, True):
            step = self.exact_round if exact else self.hashed_round
            colors, stable = refine_by(step, start, rounds, self.bounds if until_separated else None)
            # How many colours there are is told, too.
            told = every_round or self.separated(colors[-1])
            if exact or all(self.is_exact(*step) for step in decisive(colors, stable, told, self.bounds)):
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


def blocks(items: NDArray[Any], size: int) -> list[NDArray[Any]]:
    """Cut an array into pieces of at most `size`.

    Examples
    --------
    >>> [x.tolist() for x in blocks(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    return [items[k : k + size] for k in range(0, len(items), size)]
