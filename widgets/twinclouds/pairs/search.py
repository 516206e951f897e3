"""Search for pairs of clouds that a test cannot tell apart.

All clouds of a family are hashed twice: by what the test sees, and by what refinement of pairs of points
(2-FWL) sees, which in space tells apart whatever is not congruent (Delle Rose et al., NeurIPS 2023). Clouds
that share the first hash but not the second are suspects; each suspect pair is then decided by
:func:`twinclouds.compare` and :func:`twinclouds.congruent`.

What rests on what. A pair that is found rests on no hash. That no pair is found does: clouds that share the second
hash, two rounds of pairs of points in 64 bits, are taken for one shape, and all but one of them are dropped; so a pair
is missed if two clouds of different shape share it. Among a million shapes two different sums of 64 bits fall together
with a chance of about 3 in 10^8. That two rounds are enough has been checked where it can be by counting shapes in
another way, by all orders of their tables of distances (clouds of 3 to 5 points on grids, in the tests). For up to five
points nothing rests on a search at all, see :mod:`twinclouds.pairs.minimality`.

What the searches say: no pair of 4 or 5 points on a 4 x 4 x 4 grid, pairs of 6 points already on 3 x 3 x 3, none at
all in the plane (of these, that 6 points are the fewest is proven in :mod:`twinclouds.pairs.minimality`, and that
nothing is found in the plane follows from Delle Rose et al., NeurIPS 2023). For ``"angle-wl"`` (triangle multisets)
none is known anywhere, mirror images excepted; that is an open question, not a theorem.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations, islice

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_array, check_flag, check_whole, shown
from twinclouds.clouds import Cloud
from twinclouds.coloring import random_weights
from twinclouds.congruence import congruent
from twinclouds.errors import PairError
from twinclouds.pairs.polyhedra import check_sizes, distinct_subsets, solid_vertices
from twinclouds.pairs.types import DegeneratePair, Pair
from twinclouds.patience import announce
from twinclouds.refinement import compare

__all__ = ["SearchResult", "search_clouds", "search_grid", "search_solid", "search_symmetric"]

#: Tests that a search can be run for.
SEARCHED = ("distance-wl", "angle-wl")

#: Clouds looked at together.
BLOCK = 20_000

#: A search through more clouds than this would take hours.
MOST_CLOUDS = 60_000_000

#: Seconds that a cloud takes for every pair of its points, and for every triple where angles are seen, about.
PAIR_SECONDS, TRIPLE_SECONDS = 1e-7, 2e-8

#: Random clouds are all made at once, so there may be fewer of them.
MOST_RANDOM = 1_000_000

SOURCE = "search by twinclouds"

#: One of each two opposite points of a 5 x 5 x 5 grid round the origin.
_HALF = np.stack(np.meshgrid(*[np.arange(-2.0, 3.0)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)[63:]


@dataclass(frozen=True, eq=False)
class SearchResult:
    """What a search found.

    Attributes
    ----------
    pairs : tuple of Pair
        One pair for each two shapes that the test cannot tell apart; DegeneratePair for the test ``"distance-wl"``.
    scanned : int
        Number of clouds looked at.
    shapes : int
        Number of different shapes among them, as far as two rounds of 2-FWL, hashed, tell shapes apart.
    test : str
        The test.
    """

    pairs: tuple[Pair, ...]
    scanned: int
    shapes: int
    test: str

    def __str__(self) -> str:
        found = f"{len(self.pairs)} pair{'s' if len(self.pairs) != 1 else ''}"
        return f"{found} that {self.test} cannot tell apart, among {self.shapes} shapes of {self.scanned} clouds"


def search_grid(
    points: int,
    size: int = 3,
    dimension: int = 3,
    test: str = "distance-wl",
    progress: bool = True,
) -> SearchResult:
    """Search all clouds of some points on a grid.

    Parameters
    ----------
    points : int
        Number of points of each cloud.
    size : int, optional
        Grid points along each axis.
    dimension : {1, 2, 3}, optional
        Dimension of the grid.
    test : {"distance-wl", "angle-wl"}, optional
        Test that is to fail, with all distances known.
    progress : bool, optional
        Show a progress bar on the standard error, if that is a terminal.

    Returns
    -------
    SearchResult

    Raises
    ------
    PairError
        If a parameter does not fit, or the search would take hours.

    Examples
    --------
    >>> print(search_grid(4, progress=False))
    0 pairs that distance-wl cannot tell apart, among 292 shapes of 17550 clouds
    """
    for name, value, low in (("points", points, 2), ("size", size, 2), ("dimension", dimension, 1)):
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < low:
            raise PairError(f"{name}={shown(value)} does not fit; give a whole number from {low} on")
    if size > MOST_CLOUDS:
        raise PairError(f"size={shown(size)} is too large; give a smaller size")
    if dimension > 3:
        raise PairError(f"dimension={shown(dimension)} is not one of space; give 1, 2 or 3")
    _check_test(test)
    check_flag("progress", progress)
    if size**dimension > MOST_CLOUDS:
        raise PairError(f"size={size} gives a grid of {float(size) ** dimension:.1e} points; give a smaller size")
    axes = [np.arange(float(size))] * dimension
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, dimension)
    grid = np.pad(grid, ((0, 0), (0, 3 - dimension)))
    if points > len(grid):
        raise PairError(
            f"points={shown(points)} do not fit on a grid of {len(grid)}; give fewer points or a larger size"
        )
    total = 1
    for k in range(points):
        total = total * (len(grid) - k) // (k + 1)
    if total > MOST_CLOUDS:
        raise PairError(f"a search through {total:.1e} clouds would take hours; give fewer points or a smaller size")
    return search_clouds(_grid_blocks(grid, points), total, test, progress)


def search_solid(
    solid: str = "dodecahedron",
    sizes: Sequence[int] | None = None,
    test: str = "distance-wl",
    progress: bool = True,
) -> SearchResult:
    """Search all subsets of the vertices of a solid, one of each orbit of its symmetries.

    For the test ``"distance-wl"`` this finds what :func:`polyhedron_subsets` finds, by another way.

    Parameters
    ----------
    solid : str, optional
        One of the solids that :func:`polyhedron_subsets` knows.
    sizes : sequence of int, optional
        Numbers of vertices to look at; all by default.
    test : {"distance-wl", "angle-wl"}, optional
        Test that is to fail, with all distances known.
    progress : bool, optional
        Show a progress bar on the standard error, if that is a terminal.

    Returns
    -------
    SearchResult

    Raises
    ------
    PairError
        If the solid or the test is not known.

    Examples
    --------
    >>> print(search_solid("icosahedron", progress=False))
    1 pair that distance-wl cannot tell apart, among 80 shapes of 80 clouds
    """
    points = solid_vertices(solid)
    wanted = check_sizes(solid, sizes, len(points))
    _check_test(test)
    check_flag("progress", progress)
    subsets = [distinct_subsets(solid, size) for size in wanted]
    total = sum(len(members) for members in subsets)
    found: list[Pair] = []
    scanned = shapes = 0
    bar = _Bar(total, progress)
    for members in subsets:
        blocks = (points[members[k : k + BLOCK]] for k in range(0, len(members), BLOCK))
        result = search_clouds(blocks, len(members), test, progress=False)
        found.extend(result.pairs)
        scanned += result.scanned
        shapes += result.shapes
        bar.show(scanned)
    bar.close()
    return SearchResult(tuple(found), scanned, shapes, test)


def search_symmetric(
    count: int = 2000,
    points: int = 8,
    seed: int = 0,
    test: str = "distance-wl",
    progress: bool = True,
) -> SearchResult:
    """Search random clouds that are their own inversion, built from few lengths so that coincidences occur.

    Parameters
    ----------
    count : int, optional
        Number of clouds.
    points : int, optional
        Number of points of each, even.
    seed : int, optional
        Seed of the random numbers.
    test : {"distance-wl", "angle-wl"}, optional
        Test that is to fail, with all distances known.
    progress : bool, optional
        Show a progress bar on the standard error, if that is a terminal.

    Returns
    -------
    SearchResult

    Raises
    ------
    PairError
        If a parameter does not fit.

    Examples
    --------
    >>> result = search_symmetric(300, points=6, progress=False)
    >>> result.scanned, len(result.pairs) > 0
    (300, True)
    """
    check_whole("count", count, 1, f"give a number of clouds from 1 to {MOST_RANDOM}", MOST_RANDOM)
    remedy = f"give an even number from 2 to {len(_HALF)}"
    if check_whole("points", points, 2, remedy, len(_HALF)) % 2:
        raise PairError(f"points={points!r} does not fit; {remedy}")
    check_whole("seed", seed, 0, "give a whole number from 0 on")
    _check_test(test)
    check_flag("progress", progress)
    rng = np.random.default_rng(seed)
    picked = np.array([_HALF[rng.choice(len(_HALF), points // 2, replace=False)] for _ in range(count)])
    clouds = np.concatenate([picked, -picked], axis=1)
    return search_clouds((clouds[k : k + BLOCK] for k in range(0, count, BLOCK)), count, test, progress)


def search_clouds(
    blocks: Iterable[NDArray[np.float64]],
    total: int,
    test: str = "distance-wl",
    progress: bool = True,
) -> SearchResult:
    """Search any clouds of one number of points.

    Parameters
    ----------
    blocks : iterable of (m, n, 3) arrays of float
        The clouds, angstrom, some at a time; all of n points. Coordinates should be multiples of one length, for
        distances that differ by rounding only to be recognised as equal.
    total : int
        How many there are, for the progress bar.
    test : {"distance-wl", "angle-wl"}, optional
        Test that is to fail, with all distances known.
    progress : bool, optional
        Show a progress bar on the standard error, if that is a terminal.

    Returns
    -------
    SearchResult

    Raises
    ------
    PairError
        If the test is not one of those that can be searched, or a distance cannot be labelled safely.

    Examples
    --------
    >>> square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    >>> str(search_clouds([np.array([square, square + 1])], 2, progress=False))
    '0 pairs that distance-wl cannot tell apart, among 1 shapes of 2 clouds'
    """
    _check_test(test)
    check_flag("progress", progress)
    check_whole("total", total, 0, "give the number of clouds")
    shapes: dict[int, dict[int, NDArray[np.float64]]] = {}
    scanned = 0
    bar = _Bar(total, progress)
    for block in _checked(blocks):
        if not scanned:
            points = block.shape[1]
            each = PAIR_SECONDS * points**2 + (TRIPLE_SECONDS * points**3 if test == "angle-wl" else 0.0)
            # Any number may be given for the total, also one that is too large for a float.
            announce(min(total, 2**60) * each, f"a search through {min(total, 2**60)} clouds", "search fewer")
        seen, shape = _hashes(block, test)
        # Of every shape one member is kept, under what the test sees of it.
        order = np.lexsort((shape, seen))
        new = np.concatenate([[True], (np.diff(seen[order]) != 0) | (np.diff(shape[order]) != 0)])
        for k in order[new].tolist():
            shapes.setdefault(int(seen[k]), {}).setdefault(int(shape[k]), block[k])
        scanned += len(block)
        bar.show(scanned)
    bar.close()
    found: list[Pair] = []
    for members in shapes.values():
        for a, b in combinations(members.values(), 2):
            first_cloud, second_cloud = (Cloud(x, np.full(len(x), "X")) for x in (a, b))
            if compare(first_cloud, second_cloud, test=test).equivalent and not congruent(first_cloud, second_cloud):
                kind = DegeneratePair if test == "distance-wl" else Pair
                name = f"{len(a)} points ({len(found) + 1})"
                found.append(kind(first_cloud.to_atoms(), second_cloud.to_atoms(), name, "search", SOURCE))
    return SearchResult(tuple(found), scanned, sum(len(members) for members in shapes.values()), test)


def _check_test(test: str) -> None:
    if not isinstance(test, str) or test not in SEARCHED:
        raise PairError(f"test {shown(test)} cannot be searched; use one of {', '.join(map(repr, SEARCHED))}")


def _checked(blocks: Iterable[NDArray[np.float64]]) -> Iterator[NDArray[np.float64]]:
    """Yield the blocks, each an array of clouds, all of one number of points."""
    remedy = "give blocks of clouds of one number of points, (m, n, 3) arrays in angstrom"
    lone = isinstance(blocks, np.ndarray) and blocks.ndim == 0
    if lone or isinstance(blocks, str) or not isinstance(blocks, Iterable):
        raise PairError(f"blocks={shown(blocks)} does not fit; {remedy}")
    points = None
    for block in blocks:
        shape = np.shape(block) if isinstance(block, (np.ndarray, Sequence)) and not isinstance(block, str) else ()
        if len(shape) != 3 or shape[1] < 1 or points not in (None, shape[1]):
            raise PairError(f"a block of blocks= has the shape {shape} ({shown(block)}); {remedy}")
        points = shape[1]
        yield check_array("a block of blocks=", block, (points, 3), remedy)


def _grid_blocks(grid: NDArray[np.float64], points: int) -> Iterator[NDArray[np.float64]]:
    chosen = combinations(range(len(grid)), points)
    while block := list(islice(chosen, BLOCK)):
        yield grid[np.array(block)]


def _hashes(block: NDArray[np.float64], test: str) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """Hash what the test sees of each cloud, and its shape."""
    squares = ((block[:, :, None] - block[:, None]) ** 2).sum(axis=3)
    # Equal squared distances must round alike; on a grid they are whole numbers.
    scaled = squares * 1e6
    if (np.abs(scaled % 1 - 0.5) < 1e-6).any():
        raise PairError("a squared distance lies between two labels; multiply all coordinates by a number near 1")
    weights = random_weights(np.round(scaled).astype(np.int64), 11)
    n = block.shape[1]
    itself = np.arange(n)
    weights[:, itself, itself] = 0
    colors = np.ones(block.shape[:2], dtype=np.uint64)
    for _ in range(3):
        if test == "distance-wl":
            sums = np.einsum("bij,bj->bi", weights, colors)
        else:
            ends = weights * colors[:, None]
            sums = np.einsum("bij,bjk,bik->bi", ends, random_weights(weights.astype(np.int64), 12), ends)
        colors = random_weights((sums + colors * np.uint64(3)).astype(np.int64), 13)
    pairs = weights.copy()
    pairs[:, itself, itself] = 1
    for _ in range(2):
        pairs = random_weights((np.matmul(pairs, pairs) + pairs * np.uint64(5)).astype(np.int64), 14)
    return colors.sum(axis=1), pairs.sum(axis=(1, 2))


class _Bar:
    """A progress bar on the standard error, for terminals only."""

    def __init__(self, total: int, wanted: bool) -> None:
        self.total, self.wanted = max(total, 1), wanted and sys.stderr.isatty()

    def show(self, done: int) -> None:
        if self.wanted:
            filled = min(40, 40 * done // self.total)
            print(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done} of {self.total}", end="", file=sys.stderr)

    def close(self) -> None:
        if self.wanted:
            print(file=sys.stderr)
