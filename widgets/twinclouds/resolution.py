"""From which cutoff on, and after how many rounds, does the distance test tell two clouds apart?

What t rounds at cutoff R cannot separate, no fewer rounds at any smaller cutoff can: the neighbours within r
are a part of the neighbours within R. So there is one *resolving cutoff*, equivalent below it and separated
from it on; it is one of the distances that occur, and bisection over these finds it. More rounds never need a
larger cutoff, which makes the map of rounds x cutoff a staircase.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from twinclouds.arguments import shown
from twinclouds.clouds import as_cloud
from twinclouds.coloring import Union
from twinclouds.errors import CompareError
from twinclouds.graphs import check_cutoff, distance_graph
from twinclouds.lengths import TOLERANCE, SortedLengths
from twinclouds.refinement import check_comparable, check_rounds, check_tolerance

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["Staircase", "resolving_cutoff", "staircase"]


#: A staircase of more steps than this is not listed.
MOST_ROUNDS = 10_000


@dataclass(frozen=True)
class Staircase:
    """Resolving cutoff for every number of rounds.

    Attributes
    ----------
    cutoffs : mapping of int to float
        ``cutoffs[L]`` is the smallest cutoff (angstrom) at which L rounds tell the clouds apart, infinite when
        none does. It never increases with L.
    max_cutoff : float
        Cutoffs up to this one were looked at, angstrom; infinite when all were.
    runs : int
        How many refinements it took.
    """

    cutoffs: Mapping[int, float]
    max_cutoff: float
    runs: int

    def told_apart(self, rounds: int, cutoff: float) -> bool:
        """Do this many rounds at this cutoff (angstrom) tell the clouds apart?

        Examples
        --------
        >>> stairs = staircase([[0, 0, 0], [1, 0, 0], [3, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]])
        >>> stairs.told_apart(1, 0.9), stairs.told_apart(1, 1.0)
        (False, True)
        """
        if rounds < 1:
            return False
        deepest = max(self.cutoffs)
        return cutoff >= self.cutoffs[min(rounds, deepest)] - TOLERANCE


def resolving_cutoff(
    a: CloudLike,
    b: CloudLike,
    rounds: int | None = None,
    max_cutoff: float = np.inf,
    tolerance: float = TOLERANCE,
) -> float:
    """Find the smallest cutoff at which colour refinement with distances tells two clouds apart.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two clouds of the same composition, in angstrom.
    rounds : int, optional
        Refine at most this many rounds; by default until the colours are stable.
    max_cutoff : float, optional
        Look no further than this (angstrom). Has to be finite for periodic clouds, whose distances never end.
    tolerance : float, optional
        Gap between lengths that counts (angstrom).

    Returns
    -------
    float
        The resolving cutoff in angstrom, one of the distances that occur in the clouds; infinity when no cutoff (up to
        `max_cutoff`) separates.

    Raises
    ------
    CloudError, GraphError, CompareError
        As :func:`twinclouds.compare`.

    Examples
    --------
    Two triangles and a hexagon of the same side look alike until the second neighbours of the hexagon are seen:

    >>> import numpy as np
    >>> angles = np.radians(np.arange(0, 360, 60))
    >>> hexagon = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    >>> triangle = hexagon[::2] / np.sqrt(3)
    >>> round(resolving_cutoff(hexagon, np.concatenate([triangle, triangle + [0, 0, 9]])), 6)
    1.732051
    """
    check_rounds(rounds)
    search = _Search(a, b, max_cutoff, tolerance)
    return search.length(search.position(rounds))


def staircase(
    a: CloudLike,
    b: CloudLike,
    max_rounds: int | None = None,
    max_cutoff: float = np.inf,
    tolerance: float = TOLERANCE,
) -> Staircase:
    """Find the resolving cutoff for every number of rounds.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two clouds of the same composition, in angstrom.
    max_rounds : int, optional
        Deepest refinement to look at; by default go on until more rounds no longer help.
    max_cutoff : float, optional
        Look no further than this (angstrom); has to be finite for periodic clouds.
    tolerance : float, optional
        Gap between lengths that counts (angstrom).

    Returns
    -------
    Staircase

    Raises
    ------
    CloudError, GraphError, CompareError
        As :func:`twinclouds.compare`.

    Examples
    --------
    Chains of five links whose ends differ, two with equal ends against two with unequal ones. Word of an end has to
    travel to the other: in one round if the cutoff reaches that far, in more if it reaches less far.

    >>> import numpy as np
    >>> def chain(first, last, height):
    ...     x = np.cumsum([0, first, 1, 1, 1, last])
    ...     return np.stack([x, 0 * x, 0 * x + height], axis=1)
    >>> equal = np.concatenate([chain(1.1, 1.1, 0), chain(1.2, 1.2, 50)])
    >>> unequal = np.concatenate([chain(1.1, 1.2, 0), chain(1.1, 1.2, 50)])
    >>> {rounds: round(cutoff, 2) for rounds, cutoff in staircase(equal, unequal).cutoffs.items()}
    {1: 3.1, 2: 2.0, 3: 1.1}
    """
    search = _Search(a, b, max_cutoff, tolerance)
    whole = isinstance(max_rounds, (int, np.integer)) and not isinstance(max_rounds, bool)
    if max_rounds is not None and (not whole or not 1 <= max_rounds <= MOST_ROUNDS):
        raise CompareError(
            f"max_rounds={shown(max_rounds)} is not a number of rounds; give a whole number from 1 on, up to "
            f"{MOST_ROUNDS}"
        )
    final = search.position(None)
    positions: dict[int, int | None] = {}
    last: int | None = None
    for rounds in range(1, (max_rounds or search.n_points) + 1):
        # The limit of many rounds bounds each step from below, the step before from above.
        if final is not None and last != final:
            last = search.position(rounds, low=final - 1, high=last)
        positions[rounds] = last
        if max_rounds is None and last == final:
            break
    cutoffs = {rounds: search.length(position) for rounds, position in positions.items()}
    return Staircase(cutoffs, search.max_cutoff, search.runs)


class _Search:
    """Bisection over the distinct lengths; a position k stands for a cutoff that admits the first k of them."""

    def __init__(self, a: CloudLike, b: CloudLike, max_cutoff: float, tolerance: float) -> None:
        first, second = as_cloud(a), as_cloud(b)
        check_comparable(first, second)
        self.max_cutoff = check_cutoff(max_cutoff)
        if np.isinf(self.max_cutoff) and (first.periodic or second.periodic):
            raise CompareError(
                "the distances in a periodic cloud never end; say how far to look, for instance max_cutoff=8.0"
            )
        graphs = [distance_graph(cloud, self.max_cutoff) for cloud in (first, second)]
        lengths = SortedLengths(graphs)
        self._labels = lengths.cut(check_tolerance(tolerance))
        self._union = Union(graphs)
        # Longest length of each label: a cutoff of this size admits the whole label, rounding and all.
        last = np.append(np.diff(lengths.ordered) > tolerance, True)[: len(lengths.ordered)]
        self.values = lengths.ordered[last]
        self.n_points = len(first)
        self.runs = 0

    def separated(self, k: int, rounds: int | None) -> bool:
        self.runs += 1
        labels = [np.where(x < k, x, -1) for x in self._labels]
        return self._union.refine(labels, rounds, until_separated=True).separated

    def position(self, rounds: int | None, low: int = 0, high: int | None = None) -> int | None:
        """Return the smallest k that separates, known to be in (low, high]; None when there is none.

        `high` is a position known to separate. Without it the largest position is tried first.
        """
        if high is None:
            high = len(self.values)
            if not self.separated(high, rounds):
                return None
        while high - low > 1:
            middle = (low + high) // 2
            if self.separated(middle, rounds):
                high = middle
            else:
                low = middle
        return high

    def length(self, position: int | None) -> float:
        return np.inf if position is None else float(self.values[position - 1])
