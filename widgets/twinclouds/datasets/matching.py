"""Many pairs of clouds at once: which are plainly one shape, and which plainly told apart?

In a data set with repetitions nearly all pairs that share a hash are one cloud, turned, mirrored or renumbered. To see
that takes less than :func:`twinclouds.compare` and :func:`twinclouds.congruent` do, which have to find out what is the
case: a motion that carries one cloud onto the other is a proof, whoever proposed it. So motions are proposed and tried
here, for all pairs together; where they leave a doubt, nothing is said, and those two functions decide.

A frame of three points of the first cloud is carried onto every three points of the second that have the same
distances, elements and surroundings. When a motion brings every point within a twentieth of the tolerance of its
partner, distances of partners agree to within a tenth of the tolerance, and get the same labels whether that or more is
the tolerance. If, besides, no distance is near the cutoff, then the graphs of the two are isomorphic for every test and
any number of rounds, and that verdict is not ill-conditioned. If distances are seen, half the tolerance does, provided
that no length is near another one; if they are not, it does in any case. Two clouds are mirror images if a motion that
reflects is found and none of all that do not comes near.

Two clouds are plainly told apart if their lengths, even with a tolerance ten times larger, are not equally frequent:
round 1 sees that. Nothing is plain where lengths join into chains, so that very different ones count as one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twinclouds.datasets.records import Stack
from twinclouds.lengths import TOLERANCE
from twinclouds.neighbours import all_pairs
from twinclouds.refinement import FEW

__all__ = ["DIFFERENT", "DOUBT", "MIRRORED", "SAME", "judge_plain"]

#: What is found out about a pair.
DOUBT, SAME, MIRRORED, DIFFERENT = 0, 1, 2, 3

#: A frame is good if its second point is at least this far (angstrom) from the first, and the third from their line.
SPREAD = 0.3

#: Pairs with more ways than this to carry the frame over are left to others.
MANY_WAYS = 100

#: A motion that leaves a point this many tolerances from every partner, or more, is not a bad fit but none: that of a
#: frame whose points each are off by a tolerance is off by less than half of this anywhere in the cloud.
FAR_OFF = 20.0


def judge_plain(
    first: Stack,
    second: Stack,
    cutoff: float = np.inf,
    rounds: int | None = None,
    test: str = "distance-wl",
    tolerance: float = TOLERANCE,
) -> NDArray[np.int8]:
    """Judge pairs of clouds about which there is no doubt.

    Parameters
    ----------
    first, second : Stack
        Valid clouds; number k of one is compared with number k of the other.
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`.

    Returns
    -------
    (k,) array of int
        ``SAME``: the test does not tell the two apart, that is not ill-conditioned, and they are congruent; the motion
        need not reflect. ``MIRRORED``: so they are, but it has to. ``DIFFERENT``: the test tells them apart, and that
        is not ill-conditioned. ``DOUBT``: anything.

    Examples
    --------
    >>> from twinclouds.datasets.records import plain_record, stacks
    >>> cloud = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3.0]])
    >>> clouds = (cloud, cloud[::-1] + 1, cloud * [1, 1, -1], cloud * 1.01)
    >>> (many,), (same,) = (stacks([plain_record(x) for x in those]) for those in (clouds, 4 * [cloud]))
    >>> judge_plain(many, same).tolist() == [SAME, SAME, MIRRORED, DIFFERENT]
    True
    """
    found = np.full(len(first), DOUBT, dtype=np.int8)
    both = np.concatenate([stack.measured()[1] for stack in (first, second)], axis=1)
    largest = np.maximum(*(np.abs(stack.positions).max(axis=(1, 2)) for stack in (first, second)))
    clear: NDArray[np.bool_] = 8 * np.finfo(float).eps * largest <= tolerance / FEW
    clear = clear & (np.sort(first.numbers, axis=1) == np.sort(second.numbers, axis=1)).all(axis=1)
    # No edge that comes or goes with a tolerance ten times smaller or larger.
    beyond = cutoff + 3 * FEW * tolerance + TOLERANCE
    clear &= ~((both > cutoff + tolerance / FEW) & (both <= beyond)).any(axis=1)
    kept = np.flatnonzero(clear)
    if len(kept) and first.numbers.shape[1] >= 3:
        halves = np.split(both[kept], 2, axis=1)
        a, b = (_Measured(stack.pick(kept), own) for stack, own in zip((first, second), halves, strict=True))
        found[kept], off = _match(a, b, tolerance)
        if test != "wl":
            close = np.flatnonzero(off > tolerance / (2 * FEW))
            sure = np.zeros(len(close), dtype=bool)
            if test == "distance-wl":
                sure = _lengths_apart(both[kept[close]], cutoff, tolerance)
            found[kept[close[~sure]]] = DOUBT
    if test == "distance-wl" and (rounds is None or rounds > 0):
        left = kept[found[kept] == DOUBT]
        found[left[_unlike(both[left], cutoff, tolerance)]] = DIFFERENT
    if test != "wl":
        sure = np.flatnonzero(found != DOUBT)
        # Between neighbours the angle test sees longer lengths as well.
        found[sure[_blurred(both[sure], np.inf if test == "angle-wl" else cutoff, tolerance)]] = DOUBT
    return found


def _spreads(ordered: NDArray[np.float64], tolerance: float) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Which lengths of sorted rows, after the first, begin a label, and how far is each from where its own begins?"""
    new = np.diff(ordered, axis=1) > tolerance
    starts = np.maximum.accumulate(np.concatenate([ordered[:, :1], ordered[:, 1:] * new], axis=1), axis=1)[:, 1:]
    return new, ordered[:, 1:] - starts


def _lengths_apart(lengths: NDArray[np.float64], cutoff: float, tolerance: float) -> NDArray[np.bool_]:
    """Do tolerances ten times larger and smaller put the same labels on the edges?"""
    ordered = np.sort(lengths, axis=1)
    new, spreads = _spreads(ordered, tolerance)
    doubtful = (spreads > tolerance / FEW) | (new & (np.diff(ordered, axis=1) <= FEW * tolerance))
    return np.asarray(~(doubtful & (ordered[:, 1:] <= cutoff + tolerance)).any(axis=1))


def _blurred(lengths: NDArray[np.float64], reach: float, tolerance: float) -> NDArray[np.bool_]:
    """Do lengths get one label that lie more than ten tolerances apart, being joined by others between them?"""
    ordered = np.sort(lengths, axis=1)
    wide = _spreads(ordered, tolerance)[1] > FEW * tolerance
    return np.asarray((wide & (ordered[:, 1:] <= reach + tolerance)).any(axis=1))


def _unlike(lengths: NDArray[np.float64], cutoff: float, tolerance: float) -> NDArray[np.bool_]:
    """Are the lengths of two clouds, given as halves of a row, plainly not equally frequent?"""
    order = np.argsort(lengths, axis=1)
    ordered = np.take_along_axis(lengths, order, axis=1)
    surplus = np.cumsum(np.where(order < lengths.shape[1] // 2, 1, -1), axis=1)
    ends = np.ones(ordered.shape, dtype=bool)
    ends[:, :-1] = np.diff(ordered, axis=1) > FEW * tolerance
    unlike: NDArray[np.bool_] = (ends & (surplus != 0) & (ordered <= cutoff + tolerance)).any(axis=1)
    return unlike


class _Measured:
    """Clouds of equally many points, with all their distances, and a number that tells what a point has around it."""

    def __init__(self, stack: Stack, lengths: NDArray[np.float64]) -> None:
        k, n = stack.numbers.shape
        self.positions, self.numbers = stack.positions, stack.numbers
        self.distances = np.zeros((k, n, n))
        off = ~np.eye(n, dtype=bool)
        self.distances[:, off] = lengths[:, all_pairs(n)[2]]
        # Smooth: it changes by no more than the distances do, added up over a point's neighbours.
        weights = 1 / (2.0 + stack.numbers)
        self.around = (weights[:, None, :] / (1 + self.distances)).sum(axis=2)
        self.slack = 4 * n

    def row(self, atoms: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the distances of one point of each cloud to all."""
        return self.distances[np.arange(len(atoms)), atoms]


def _match(a: _Measured, b: _Measured, tolerance: float) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Look for motions; return what they prove, and how far off their partners the points are, angstrom."""
    every = np.arange(len(a.positions))
    near = 4 * tolerance
    # The frame: a point of which there are few, the farthest from it, and the farthest from the line of both.
    alike = (a.numbers[:, :, None] == a.numbers[:, None, :]) & (
        np.abs(a.around[:, :, None] - a.around[:, None, :]) <= a.slack * tolerance
    )
    one = alike.sum(axis=2).argmin(axis=1)
    away = a.row(one)
    two = away.argmax(axis=1)
    local, good = _in_frame(a.positions, every, one, two, None)
    three = np.linalg.norm(local[:, :, 1:], axis=2).argmax(axis=1)
    local, spread = _in_frame(a.positions, every, one, two, three)
    good &= spread & (away[every, two] >= SPREAD)
    good &= np.linalg.norm(local[every, three, 1:], axis=1) >= SPREAD
    # Where can it go? Any motion that fits carries each of its points onto one with these distances and surroundings.
    like = [
        (b.numbers == a.numbers[every, p][:, None])
        & (np.abs(b.around - a.around[every, p][:, None]) <= a.slack * tolerance)
        for p in (one, two, three)
    ]
    like[0] &= good[:, None]
    sides = away[every, two], away[every, three], a.row(two)[every, three]
    ways = like[0][:, :, None] & like[1][:, None, :] & (np.abs(b.distances - sides[0][:, None, None]) <= near)
    ways &= (ways.sum(axis=(1, 2)) <= MANY_WAYS)[:, None, None]
    pair, i, j = np.nonzero(ways)
    misfit = [np.abs(b.distances[pair, p] - side[pair, None]) for p, side in ((i, sides[1]), (j, sides[2]))]
    way, k = np.nonzero(like[2][pair] & (misfit[0] <= near) & (misfit[1] <= near))
    pair, i, j = pair[way], i[way], j[way]
    good &= np.bincount(pair, minlength=len(every)) <= MANY_WAYS
    # Those that fit best first: of a cloud that is nearly symmetric only one may be good enough.
    worst = np.maximum(misfit[0][way, k], misfit[1][way, k])
    order = np.lexsort((np.maximum(worst, np.abs(b.distances[pair, i, j] - sides[0][pair])), pair))
    pair, i, j, k = pair[order], i[order], j[order], k[order]
    return _tried(a, b, local, good, (pair, i, j, k), tolerance)


def _tried(
    a: _Measured,
    b: _Measured,
    local: NDArray[np.float64],
    good: NDArray[np.bool_],
    ways: tuple[NDArray[np.int64], ...],
    tolerance: float,
) -> tuple[NDArray[np.int8], NDArray[np.float64]]:
    """Try all ways to carry the frames over, first without a reflection, one way of each pair after the other.

    A motion that serves every test ends the search; one that may not do in the end is kept until there is a better one.
    """
    pair, i, j, k = ways
    found, best = np.full(len(good), DOUBT, dtype=np.int8), np.full(len(good), np.inf)
    turn = np.arange(len(pair)) - np.searchsorted(pair, pair)  # number of the way among those of its pair
    open_, plain = good.copy(), np.ones(len(good), dtype=bool)
    for reflected, verdict in ((False, SAME), (True, MIRRORED)):
        for number in range(int(turn.max(initial=-1)) + 1):
            now = np.flatnonzero((turn == number) & open_[pair])
            if not len(now):
                continue
            own = pair[now]
            image, _ = _in_frame(b.positions, own, i[now], j[now], k[now])
            if reflected:
                image[:, :, 2] *= -1
            off, partners = _nearest(local[own], image)
            fits = (off <= tolerance / 2) & (a.numbers[own] == b.numbers[own[:, None], partners]).all(axis=1)
            fits &= (np.sort(partners, axis=1) == np.arange(partners.shape[1])).all(axis=1)
            better = fits & (off < best[own])
            found[own[better]], best[own[better]] = verdict, off[better]
            open_[own[fits & (off <= tolerance / (2 * FEW))]] = False
            plain[own[off < FAR_OFF * tolerance]] = False
        # Only where no motion without a reflection came near is one with it the last word.
        open_ &= plain
    return found, best


def _nearest(points: NDArray[np.float64], places: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Return the largest distance of a point of each cloud from the place next to it, and which place that is."""
    squares = np.zeros((len(points), points.shape[1], places.shape[1]))
    for axis in range(3):
        step = points[:, :, None, axis] - places[:, None, :, axis]
        step *= step
        squares += step
    partners = squares.argmin(axis=2)
    return np.sqrt(np.take_along_axis(squares, partners[:, :, None], axis=2)[:, :, 0].max(axis=1)), partners


def _in_frame(
    positions: NDArray[np.float64],
    clouds: NDArray[np.int64],
    one: NDArray[np.int64],
    two: NDArray[np.int64],
    three: NDArray[np.int64] | None,
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return the coordinates of clouds, seen from three of their points, and whether these span a plane.

    The first point is the origin, the second lies on the x axis, and the third (any direction, if there is none) in
    the plane of x and y.
    """
    points = positions[clouds]
    every = np.arange(len(points))
    origin = points[every, one]
    x = points[every, two] - origin
    # Any other direction will do: the axis of space that is farthest from x.
    other = np.eye(3)[np.abs(x).argmin(axis=1)] if three is None else points[every, three] - origin
    with np.errstate(invalid="ignore", divide="ignore"):
        x = x / np.linalg.norm(x, axis=1)[:, None]
        y = other - (other * x).sum(axis=1)[:, None] * x
        y = y / np.linalg.norm(y, axis=1)[:, None]
    z = np.cross(x, y)
    axes = np.stack([x, y, z], axis=2)
    good = np.isfinite(axes).all(axis=(1, 2))
    return (points - origin[:, None]) @ np.where(good[:, None, None], axes, 0.0), good
