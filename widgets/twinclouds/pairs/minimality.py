"""Why six points are the fewest: up to five, what refinement counts fixes the cloud.

Take two clouds of n points that colour refinement with distances cannot tell apart on the complete graph. Their
last, joint colouring is equitable: for colours P, Q and a length d, every point of P has the same number of points
of Q at distance d, in both clouds. So within a colour class of p points each length forms a regular graph, and
between classes of p and q points each length forms a biregular one. Call the sizes of the classes and these
degrees a *type*, and an assignment of lengths to all pairs of points that obeys it a *filling*. If all fillings of
a type are isomorphic by permutations within the classes, then both clouds have the same table of distances up to
the order of their points, and are congruent.

For n up to 5 this is so for every type. Of the blocks that a filling consists of,

- inside a class: one pair, or a triangle, has one length. Four points: one length; a square and its diagonals; or
  three perfect matchings. Five points: one length, or a pentagon and its pentagram. Each is unique up to a
  permutation.
- between a class of one point and any other class: one length. Between two and three points: one length, since 2 d
  = 3 e has no smaller solution. Between two and two: one length, or two perfect matchings.

Only the last block leaves a choice that could matter, the choice of a matching between two classes of two points.
With five points there are at most two such classes, hence one choice, and swapping the points of one class undoes
it. With six points there can be three classes of two points and three choices, and each swap changes two of them:
the parity of the choices is an invariant. That is the pair of three lines (:func:`twinclouds.pairs.three_lines`),
so six is the smallest number.

If a length occurs in several blocks, the same permutations still serve; so it is enough to look at fillings whose
blocks have lengths of their own. :func:`ambiguous_types` checks the finite part by enumeration.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations, combinations_with_replacement, permutations, product

from twinclouds.arguments import shown
from twinclouds.errors import PairError

__all__ = ["AmbiguousType", "ambiguous_types"]

#: Enumerating the fillings of larger numbers of points takes too long.
MOST_POINTS = 6

Edge = tuple[int, int]
Block = tuple[int, ...]


@dataclass(frozen=True)
class AmbiguousType:
    """A type with fillings that no permutation within its classes carries onto each other.

    Attributes
    ----------
    sizes : tuple of int
        Sizes of the colour classes.
    degrees : tuple of tuple of int
        For each block (each class, then each two classes) the degrees of its lengths, seen from its first class.
    fillings : int
        Number of fillings that differ.
    """

    sizes: tuple[int, ...]
    degrees: tuple[tuple[int, ...], ...]
    fillings: int


def ambiguous_types(n: int) -> list[AmbiguousType]:
    """List the types of n points that do not fix a complete distance graph.

    Parameters
    ----------
    n : int
        Number of points, from 1 to 6.

    Returns
    -------
    list of AmbiguousType
        Empty for up to five points: there, clouds that refinement cannot tell apart are congruent.

    Raises
    ------
    PairError
        If n is not from 1 to 6.

    Examples
    --------
    >>> [len(ambiguous_types(n)) for n in (1, 2, 3, 4, 5)]
    [0, 0, 0, 0, 0]
    >>> (2, 2, 2) in {kind.sizes for kind in ambiguous_types(6)}
    True
    """
    if isinstance(n, bool) or not isinstance(n, int) or not 1 <= n <= MOST_POINTS:
        raise PairError(f"n={shown(n)} does not fit; give a number of points from 1 to {MOST_POINTS}")
    found = []
    for sizes in _partitions(n):
        classes = _classes(sizes)
        blocks = [*((p,) for p in range(len(sizes))), *combinations(range(len(sizes)), 2)]
        edges = [_edges(classes, block) for block in blocks]
        choices = [_degrees(*(sizes[p] for p in block)) for block in blocks]
        for degrees in product(*choices):
            shapes = [_fillings(tuple(sizes[p] for p in block), d) for block, d in zip(blocks, degrees, strict=True)]
            number = _count_up_to_symmetry(sizes, classes, edges, shapes)
            if number > 1:
                found.append(AmbiguousType(sizes, degrees, number))
    return found


def _partitions(n: int, largest: int | None = None) -> Iterator[tuple[int, ...]]:
    if n == 0:
        yield ()
    for first in range(min(n, largest or n), 0, -1):
        for rest in _partitions(n - first, first):
            yield (first, *rest)


def _classes(sizes: tuple[int, ...]) -> list[list[int]]:
    starts = [sum(sizes[:p]) for p in range(len(sizes))]
    return [list(range(lo, lo + size)) for lo, size in zip(starts, sizes, strict=True)]


def _edges(classes: list[list[int]], block: tuple[int, ...]) -> list[Edge]:
    if len(block) == 1:
        return list(combinations(classes[block[0]], 2))
    return list(product(classes[block[0]], classes[block[1]]))


def _degrees(p: int, q: int | None = None) -> list[tuple[int, ...]]:
    """List what degrees the lengths of a block can have: inside p points, or between p and q, seen from the p."""
    total = p - 1 if q is None else q
    possible = [d for d in range(1, total + 1) if (p * d) % (2 if q is None else q) == 0]
    return [
        degrees
        for k in range(total + 1)
        for degrees in combinations_with_replacement(possible, k)
        if sum(degrees) == total
    ]


@cache
def _fillings(shape: tuple[int, ...], degrees: tuple[int, ...]) -> tuple[Block, ...]:
    """List the ways to give the edges of a block lengths 0, 1, ... with these degrees at every point."""
    if len(shape) == 1:
        edges = list(combinations(range(shape[0]), 2))
        left = [list(degrees) for _ in range(shape[0])]
    else:
        p, q = shape
        edges = [(i, p + j) for i, j in product(range(p), range(q))]
        left = [list(degrees) for _ in range(p)] + [[p * d // q for d in degrees] for _ in range(q)]
    done: list[Block] = []

    def fill(k: int, chosen: Block) -> None:
        if k == len(edges):
            done.append(chosen)
            return
        i, j = edges[k]
        for length in range(len(degrees)):
            if left[i][length] and left[j][length]:
                left[i][length] -= 1
                left[j][length] -= 1
                fill(k + 1, (*chosen, length))
                left[i][length] += 1
                left[j][length] += 1

    fill(0, ())
    return tuple(done)


def _count_up_to_symmetry(
    sizes: tuple[int, ...], classes: list[list[int]], edges: list[list[Edge]], shapes: list[tuple[Block, ...]]
) -> int:
    """Count the fillings up to permutations within the classes; lengths of different blocks are different."""
    pending = set(product(*shapes))
    number = 0
    place: dict[Edge, Edge] = {}
    for number_of_block, block_edges in enumerate(edges):
        for position, (i, j) in enumerate(block_edges):
            place[i, j] = place[j, i] = (number_of_block, position)
    moves = []
    for images in product(*(permutations(c) for c in classes)):
        # The classes hold 0, 1, 2, ... in order, so the images in order say where each point goes.
        to = [point for image in images for point in image]
        moves.append([[place[to[i], to[j]] for i, j in block_edges] for block_edges in edges])
    while pending:
        number += 1
        first = next(iter(pending))
        for move in moves:
            pending.discard(tuple(tuple(first[b][k] for b, k in block) for block in move))
    return number
