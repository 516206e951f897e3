"""A hash of a cloud that does not depend on how it is turned, mirrored, or numbered.

A hash of exact colours would be of no use here: distances that are equal in truth differ by rounding, and on whatever
grid one rounds them to, two equal ones can fall on both sides of a line. So the numbers that are hashed are *smooth*
in the coordinates: what a distance network of two layers with fixed weights puts out. Clouds that colour refinement
cannot tell apart get the same numbers up to the tolerance, whatever the network (that is what this package is about),
and by how much they can differ is known. A number closer than this to a line of the grid counts for both cells.

Clouds with different hashes are told apart by the test; clouds with a common hash need not be the same, and have to be
compared. The hash of a cloud is the same on every machine and in every session.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.errors import CompareError
from twinclouds.graphs import TOLERANCE, check_cutoff, distance_graph
from twinclouds.refinement import FEW, TESTS, check_rounds, check_tolerance

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["RefinementHash", "refinement_hash"]

#: How far the two layers see: weights fall off as exp(-distance / range), angstrom.
RANGES = (2.0, 6.0)

#: Edge of a cell of the grid, in units of the tolerance; a number is within the error of a line one time in eight.
CELL = 128.0


@dataclass(frozen=True)
class RefinementHash:
    """The hash of one cloud.

    Attributes
    ----------
    formula : str
        Composition; only clouds of one composition are compared.
    values : tuple of float
        Numbers between 0 and 1, smooth in the coordinates, that refinement determines; none with ``rounds=0``.
    slack : float
        By how much each may differ between clouds that the test takes for one.
    keys : tuple of str
        The cell of the grid that the values lie in, hashed, and after it the cells that are within the slack: of two
        clouds that the test takes for one, the first key of each is among the keys of the other.
    """

    formula: str
    values: tuple[float, ...]
    slack: float
    keys: tuple[str, ...]

    @property
    def key(self) -> str:
        """The cell that the values lie in."""
        return self.keys[0]

    def may_equal(self, other: RefinementHash) -> bool:
        """Are the values so close that the two have to be compared? If not, the test tells them apart.

        Examples
        --------
        >>> refinement_hash([[0, 0, 0], [1, 0, 0]]).may_equal(refinement_hash([[0, 0, 0], [0, 2, 0]]))
        False
        """
        slack = max(self.slack, other.slack)
        return self.formula == other.formula and all(
            abs(x - y) <= slack for x, y in zip(self.values, other.values, strict=True)
        )


def refinement_hash(
    cloud: CloudLike,
    cutoff: float = np.inf,
    rounds: int | None = None,
    test: str = "distance-wl",
    tolerance: float = TOLERANCE,
) -> RefinementHash:
    """Hash a cloud, so that clouds that a test takes for one can be found without comparing all with all.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, in angstrom.
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`. The tests ``"angle-wl"`` and ``"2-fwl"`` use the hash of ``"distance-wl"``:
        what that test separates, they separate too.

    Returns
    -------
    RefinementHash

    Raises
    ------
    CloudError, GraphError, CompareError
        As :func:`twinclouds.compare`.

    Notes
    -----
    With w(i) a fixed number between 1/2 and 1 for each species and g(d) = exp(-d / range) on edges,

        m(i) = sum_j g(d_ij) w(j) / (1 + sum_j g(d_ij)),    M(i) = sum_j g(d_ij) m(j)^2 / (1 + sum_j g(d_ij)),

    and the values are the means of w m (one round) and of m M (two rounds), for two ranges. If distances that count
    as equal differ by no more than delta, m differs by at most 2 delta / range, w m by no more, and m M by at most four
    times as much. Here delta is twice the tolerance. A verdict that is not ill-conditioned rests on equal lengths that
    agree much better; only where lengths form a chain, each within the tolerance of the next but the ends apart, can a
    cloud that :func:`twinclouds.compare` calls equivalent have no common key.

    Examples
    --------
    >>> import ase.build
    >>> a, b = ase.build.molecule("C2H6"), ase.build.molecule("C2H6")
    >>> b.rotate(40, (1, 2, 3))
    >>> refinement_hash(a).key == refinement_hash(b[::-1]).key
    True

    Twins share their hash: it is a distance network.

    >>> from twinclouds.pairs import gallery
    >>> pair = gallery["benzene"]
    >>> refinement_hash(pair.a).may_equal(refinement_hash(pair.b))
    True
    """
    cloud = as_cloud(cloud)
    cutoff, tolerance = check_cutoff(cutoff), check_tolerance(tolerance)
    check_rounds(rounds)
    if test not in TESTS:
        raise CompareError(f"test {test!r} is not known; use one of {', '.join(map(repr, TESTS))}")
    lengths_known = test != "wl"
    depth = 2 if rounds is None else min(int(rounds), 2)
    values: list[float] = []
    if depth:
        graph = distance_graph(cloud, cutoff + FEW * tolerance)
        senders, receivers, distances = graph.senders, graph.receivers, graph.distances
        if np.isfinite(cutoff):
            # The same edges as those of compare.
            there = distances <= cutoff + tolerance
            senders, receivers, distances = senders[there], receivers[there], distances[there]
        kinds, code = np.unique(cloud.species, return_inverse=True)
        own = np.array([_weight(kind) for kind in kinds.tolist()])[code]
        for reach in RANGES if lengths_known else RANGES[:1]:
            weights = np.exp(-distances / reach) if lengths_known else np.ones(len(distances))
            values += _values(weights, senders, receivers, own, depth)
    slack = (16 * tolerance / min(RANGES) if lengths_known else 0.0) + 1e-12
    settings = f"{'distances' if lengths_known else 'topology'} {cutoff!r} {depth} {tolerance!r} {cloud.formula}"
    return RefinementHash(cloud.formula, tuple(values), slack, _keys(values, slack, CELL * tolerance, settings))


def _values(
    weights: NDArray[np.float64],
    senders: NDArray[np.int64],
    receivers: NDArray[np.int64],
    own: NDArray[np.float64],
    depth: int,
) -> list[float]:
    n = len(own)
    norm = 1 + np.bincount(senders, weights, n)
    first = np.bincount(senders, weights * own[receivers], n) / norm
    found = [float(np.mean(own * first))]
    if depth > 1:
        second = np.bincount(senders, weights * (first * first)[receivers], n) / norm
        found.append(float(np.mean(first * second)))
    return found


@lru_cache(maxsize=512)
def _weight(species: str) -> float:
    """Return a number between 1/2 and 1 that belongs to a species for good."""
    digest = blake2b(species.encode(), digest_size=6, person=b"species").digest()
    return 0.5 + 0.5 * int.from_bytes(digest, "big") / 2**48


def _keys(values: list[float], slack: float, cell: float, settings: str) -> tuple[str, ...]:
    """Hash the cell that the values lie in, and those that they may belong to."""
    choices = []
    for value in values:
        cells = [int(np.floor((value + error) / cell)) for error in (0.0, -slack, slack)]
        choices.append(list(dict.fromkeys(cells)))
    return tuple(
        blake2b(f"{settings} {cells}".encode(), digest_size=8, person=b"refinement").hexdigest()
        for cells in product(*choices)
    )
