"""A hash of a cloud that does not depend on how it is turned, mirrored, or numbered.

A hash of exact colours would be of no use here: distances that are equal in truth differ by rounding, and on whatever
grid one rounds them to, two equal ones can fall on both sides of a line. So the numbers that are hashed are
*continuous* in the coordinates: what a distance network of two layers with fixed weights puts out. Clouds that colour
refinement cannot tell apart get the same numbers up to the tolerance, whatever the network (that is what this package
is about), and by how much they can differ is known. A number closer than this to a line of the grid counts for both
cells.

The layers see a distance as a triangular wave, which is equally steep everywhere, so that a small change of the cloud
changes the numbers by as much as it can. Several wavelengths, down to a thousand times the tolerance, keep apart clouds
that differ by little, such as the many snapshots of one molecule.

Clouds with different hashes are told apart by the test, unless lengths join into chains (see
:func:`refinement_hash`); clouds with a common hash need not be the same, and have to be compared. The hash of a cloud
is the same on every machine and in every session.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud, as_cloud, hill
from twinclouds.coloring import random_weights
from twinclouds.datasets.records import Stack, record, stacks, symbols
from twinclouds.errors import CompareError
from twinclouds.graphs import check_cutoff, distance_graph
from twinclouds.lengths import TOLERANCE
from twinclouds.neighbours import all_pairs
from twinclouds.refinement import FEW, TESTS, check_rounds, check_tolerance

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["Hashes", "RefinementHash", "Rule", "refinement_hash"]

#: Half the wavelengths with which distances are seen, in units of the tolerance; the first serves both layers.
WAVES = (5e5, 6e4, 8e3, 1e3)

#: So much finer is the wave by which a layer sees what the one before it has summed up.
FINER = 8.0

#: Edge of a cell of the grid, in units of the slack; a number is within the slack of a line one time in eight.
CELL = 16.0

#: Pairs of points whose weights are computed together: what fits into a cache is quick.
TOGETHER = 50_000


@dataclass(frozen=True)
class RefinementHash:
    """The hash of one cloud.

    Attributes
    ----------
    formula : str
        Composition; only clouds of one composition are compared.
    values : tuple of float
        Numbers, continuous in the coordinates, that refinement determines; none with ``rounds=0``. With ``"wl"`` they
        have no unit, else they are lengths in angstrom.
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
    With w(i) a fixed number between 1/2 and 1 for each species, v(x, r) the distance of x from the nearest even
    multiple of r, and sums over the neighbours j of i divided by one more than their number,

        m(i, r) = sum_j w(j) v(d_ij, r),    M(i) = sum_j w(j) v(m(j, r), r / 8),

    the values are the means over i of w(i) m(i, r) and of w(i) v(m(i, r), r / 8) (one round) and of
    w(i) v(M(i), r / 64) (two rounds), with r 500 000 times the tolerance, and of w(i) m(i, r) for three smaller r. None
    of this is anywhere steeper than 1: if distances that count as equal differ by no more than delta, so do the values.
    Here delta is twice the tolerance. A verdict that is not ill-conditioned rests on equal lengths that agree much
    better; only where lengths form a chain, each within the tolerance of the next but the ends apart, can a cloud that
    :func:`twinclouds.compare` calls equivalent have no common key.

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
    rule = Rule.of(cutoff, rounds, test, tolerance)
    found: Hashes | None = None
    for stack in stacks([record(cloud)]):  # where there are many, it is hashed so: here, too, to the last digit
        valid, lengths = stack.measured()
        found = rule.hash_stack(stack, lengths) if valid.all() else None
    found = found or rule.hash_cloud(cloud)
    keys = tuple(f"{key:016x}" for key in found.keys.tolist())
    return RefinementHash(cloud.formula, tuple(found.values[0].tolist()), rule.slack, keys)


class Hashes(NamedTuple):
    """The hashes of some clouds.

    Attributes
    ----------
    formulas : list of str
        Their compositions.
    values : (m, d) array of float
        The numbers that are hashed.
    keys : (k,) array of uint64
        Own cells of the m clouds, in order, and after them the cells that are within the slack.
    owners : (k,) array of int
        Whose key it is.
    """

    formulas: list[str]
    values: NDArray[np.float64]
    keys: NDArray[np.uint64]
    owners: NDArray[np.int64]


@dataclass(frozen=True)
class Rule:
    """How clouds are hashed: what of the options of :func:`twinclouds.compare` matters for a hash.

    Examples
    --------
    >>> Rule.of(np.inf, 5, "2-fwl", 1e-6) == Rule.of(np.inf, None, "distance-wl", 1e-6)
    True
    """

    cutoff: float
    depth: int
    lengths_known: bool
    tolerance: float

    @classmethod
    def of(cls, cutoff: float, rounds: int | None, test: str, tolerance: float) -> Rule:
        """Check the options, and take what matters."""
        check_rounds(rounds)
        if test not in TESTS:
            raise CompareError(f"test {test!r} is not known; use one of {', '.join(map(repr, TESTS))}")
        depth = 2 if rounds is None else min(int(rounds), 2)
        return cls(check_cutoff(cutoff), depth, test != "wl", check_tolerance(tolerance))

    @cached_property
    def slack(self) -> float:
        """By how much a value may differ between clouds that the test takes for one."""
        return 2 * self.tolerance + 1e-12 if self.lengths_known else 1e-9

    def hash_cloud(self, cloud: Cloud) -> Hashes:
        """Hash any cloud.

        Examples
        --------
        >>> Rule.of(5.0, 1, "distance-wl", 1e-6).hash_cloud(as_cloud([[0, 0, 0], [0, 0, 1]])).values.shape
        (1, 5)
        """
        values = np.zeros((1, 0))
        if self.depth:
            graph = distance_graph(cloud, self.cutoff + FEW * self.tolerance)
            kinds, code = np.unique(cloud.species, return_inverse=True)
            own = np.array([_weight(kind) for kind in kinds.tolist()])[code]
            values = self._values(graph.distances, graph.senders, graph.receivers, own, 1)
        return self._hashes([cloud.formula], values)

    def hash_stack(self, stack: Stack, lengths: NDArray[np.float64]) -> Hashes:
        """Hash valid clouds of equally many points, each as if it were alone; `lengths` are those of its pairs.

        Examples
        --------
        >>> from twinclouds.datasets.records import plain_record
        >>> (stack,) = stacks([plain_record(np.eye(3)), plain_record(2 * np.eye(3))])
        >>> Rule.of(np.inf, None, "distance-wl", 1e-6).hash_stack(stack, stack.measured()[1]).values.shape
        (2, 6)
        """
        m, n = stack.numbers.shape
        values = np.zeros((m, 0))
        if self.depth:
            senders, receivers, bonds = all_pairs(n)
            first = np.arange(m)[:, None] * n
            own = _weights()[stack.numbers].ravel()
            values = self._values(
                lengths[:, bonds].ravel(), (first + senders).ravel(), (first + receivers).ravel(), own, m
            )
        return self._hashes([_formula(row.tobytes()) for row in np.sort(stack.numbers, axis=1)], values)

    def _values(
        self,
        distances: NDArray[np.float64],
        senders: NDArray[np.int64],
        receivers: NDArray[np.int64],
        own: NDArray[np.float64],
        clouds: int,
    ) -> NDArray[np.float64]:
        """Compute the values of some clouds of equally many points, from the edges of all of them.

        Sums are taken in the order of the edges of a point, so that they do not depend on what else is computed.
        """
        n = len(own)
        cloud = np.repeat(np.arange(clouds), n // clouds)
        # The same edges as those of compare.
        there = (distances <= self.cutoff + self.tolerance).astype(float)
        seen = own[receivers] * there
        seen /= (1 + np.bincount(senders, there, n))[senders]
        size = WAVES[0] * self.tolerance if self.lengths_known else 1.0
        first = np.bincount(senders, (_wave(distances, size) if self.lengths_known else 1.0) * seen, n)
        wave = _wave(first, size / FINER)
        points = [first, wave]
        if self.depth > 1:
            points.append(_wave(np.bincount(senders, wave[receivers] * seen, n), size / FINER**2))
        found = [np.bincount(cloud, own * x, clouds) for x in points]
        if self.lengths_known:
            seen *= own[senders]
            cloud = cloud[senders]
            found += [np.bincount(cloud, _wave(distances, r * self.tolerance) * seen, clouds) for r in WAVES[1:]]
        return np.stack(found, axis=1) / (n // clouds)

    def _hashes(self, formulas: list[str], values: NDArray[np.float64]) -> Hashes:
        """Hash the cells that the values lie in, and those that they may belong to."""
        what = "distances" if self.lengths_known else "topology"
        settings = f"{what} {self.cutoff!r} {self.depth} {self.tolerance!r}"
        seeds = np.array([_seed(f"{settings} {formula}") for formula in formulas], dtype=np.uint64)
        keys, owners = cell_keys(values, self.slack, seeds)
        return Hashes(formulas, values, keys, owners)


def _wave(x: NDArray[Any], size: float) -> NDArray[np.float64]:
    """Return the distance of numbers from the nearest even multiple of a size, which is at most the size."""
    y: NDArray[np.float64] = x / (2 * size)
    y -= np.rint(y)
    np.abs(y, out=y)
    y *= 2 * size
    return y


def cell_keys(
    values: NDArray[np.float64], slack: float, seeds: NDArray[np.uint64]
) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Hash the cells that some values lie in, and after them those that are within the slack.

    Examples
    --------
    >>> keys, owners = cell_keys(np.array([[0.5], [0.5001]]), 1e-5, np.zeros(2, dtype=np.uint64))
    >>> owners.tolist(), bool(keys[0] == keys[1]), bool(keys[2] == keys[1])
    ([0, 1, 0], False, True)
    """
    edge = CELL * slack
    cells, below, above = (np.floor((values + error) / edge).astype(np.int64) for error in (0.0, -slack, slack))
    other = np.where(below != cells, below, above)  # a cell is wider than twice the slack: only one of the two is new
    owners = np.arange(len(values))
    count = values.shape[1]
    for k in np.flatnonzero((other != cells).any(axis=0)).tolist():
        near = np.flatnonzero(other[owners, k] != cells[:, k])
        more = cells[near]
        more[:, k] = other[owners[near], k]
        cells, owners = np.concatenate([cells, more]), np.concatenate([owners, owners[near]])
    # One weight for each value and cell; their sum tells which cells they are.
    return seeds[owners] + random_weights(cells * count + np.arange(count), 21).sum(axis=1, dtype=np.uint64), owners


@lru_cache(maxsize=4096)
def _seed(settings: str) -> int:
    return int.from_bytes(blake2b(settings.encode(), digest_size=8, person=b"refinement").digest(), "big")


@lru_cache(maxsize=512)
def _weight(species: str) -> float:
    """Return a number between 1/2 and 1 that belongs to a species for good."""
    digest = blake2b(species.encode(), digest_size=6, person=b"species").digest()
    return 0.5 + 0.5 * int.from_bytes(digest, "big") / 2**48


@cache
def _weights() -> NDArray[np.float64]:
    """Return the numbers of all elements, by atomic number."""
    return np.array([_weight(symbol) for symbol in symbols().tolist()])


@lru_cache(maxsize=4096)
def _formula(elements: bytes) -> str:
    """Return the formula of a composition, given as sorted atomic numbers."""
    names = symbols()[np.frombuffer(elements, dtype=np.int64)]
    return hill(dict(sorted(Counter(names.tolist()).items())))
