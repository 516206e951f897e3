"""Neighbour lists: which points, and images of points, lie within a cutoff of each other?

Few points are found with a tree, many with vesin's cell lists, and those of a complete graph need not be found at all.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.errors import GraphError
from twinclouds.lengths import TOLERANCE
from twinclouds.memory import FEW_EDGES, available_bytes

__all__ = [
    "MAX_EDGES",
    "Edges",
    "all_lengths",
    "all_pairs",
    "by_density",
    "neighbour_list",
    "no_shifts",
    "reaches_all",
    "take",
]


#: A neighbour list of more edges than this is refused before it is made.
MAX_EDGES = 50_000_000

#: To list the edges of a graph and to refine it takes so much memory for each; more than is free is refused, too.
BYTES_PER_EDGE = 100

#: Reaching this far (angstrom) is reaching everything, or in a periodic cloud more than fits into memory.
FAR = 1e18

#: From so many points on cell lists are faster than a tree.
MANY = 2000

#: And so they are for few points in a small cell that make more edges than this.
MANY_EDGES = 100_000

#: The pairs of larger complete graphs take 100 MB to 1 GB; only the last ones are kept.
SMALL = 2000

#: So many edges are looked up at a time.
SOME = 100_000

#: Places around which neighbours are counted to estimate the size of a list.
MOST_SAMPLES = 50_000


# The C library hands large blocks back to the system as soon as they are free, and to get them again costs more than
# most of what is done with them here. Once it has seen a block of 32 MB come and go, it keeps up to 64 MB at hand.
np.empty(2**25 - 2**13, dtype=np.uint8)


class Edges(NamedTuple):
    """A neighbour list: see the attributes of the same names of :class:`DistanceGraph`."""

    senders: NDArray[np.int64]
    receivers: NDArray[np.int64]
    distances: NDArray[np.float64]
    shifts: NDArray[np.signedinteger[Any]]
    bonds: NDArray[np.signedinteger[Any]]


def neighbour_list(cloud: Cloud, cutoff: float) -> Edges:
    """List all pairs of points within a cutoff, both ways, sorted by sender, receiver and shift.

    Parameters
    ----------
    cloud : Cloud
        The cloud; any cell, any subset of periodic axes.
    cutoff : float
        Inclusive, with a tolerance of 1e-6 angstrom; finite when the cloud is periodic.

    Returns
    -------
    Edges
        Named tuple of ``senders``, ``receivers``, ``distances`` (angstrom), ``shifts`` (units of the cell vectors) and
        ``bonds``.

    Raises
    ------
    GraphError
        If the list would have more edges than fit into memory.

    Notes
    -----
    The distance of a pair is computed once and used for both directions, so that the two agree to the last bit.

    Examples
    --------
    >>> chain = Cloud([[0, 0, 0]], ["C"], cell=[[2, 0, 0], [0, 0, 0], [0, 0, 0]], pbc=[True, False, False])
    >>> edges = neighbour_list(chain, 2.5)
    >>> edges.shifts[:, 0].tolist(), edges.distances.tolist(), edges.bonds.tolist()
    ([-1, 1], [2.0, 2.0], [0, 0])
    """
    if reaches_all(cloud, cutoff):
        senders, receivers, bonds = all_pairs(len(cloud))
        return Edges(senders, receivers, all_lengths(cloud.positions)[bonds], no_shifts(len(bonds)), bonds)
    cutoff = min(cutoff, FAR)
    if _many_in_few_cells(cloud, cutoff):
        return _near_list(cloud, cutoff)
    return _periodic_list(cloud, cutoff) if cloud.periodic else _open_list(cloud.positions, cutoff)


def reaches_all(cloud: Cloud, cutoff: float) -> bool:
    """Is the cutoff longer than the diagonal of the box around an isolated cloud?

    Examples
    --------
    >>> reaches_all(Cloud([[0, 0, 0], [3, 4, 0]], ["C", "O"]), 5.1)
    True
    """
    return not cloud.periodic and min(cutoff, FAR) > float(np.linalg.norm(np.ptp(cloud.positions, axis=0)))


def all_lengths(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the lengths of the pairs (0, 1), (0, 2), ... of points, in their unit.

    Examples
    --------
    >>> all_lengths(np.array([[0.0, 0, 0], [1, 0, 0], [3, 0, 0]])).tolist()
    [1.0, 3.0, 2.0]
    """
    from scipy.spatial.distance import pdist

    _refuse(len(positions) * (len(positions) - 1))
    lengths: NDArray[np.float64] = pdist(positions)
    return lengths


def all_pairs(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return senders, receivers and bonds of the complete graph of n points; the two clouds of a pair share them.

    Examples
    --------
    >>> [x.tolist() for x in all_pairs(3)]
    [[0, 0, 1, 1, 2, 2], [1, 2, 0, 2, 0, 1], [0, 1, 0, 2, 1, 2]]
    """
    return (_several_kept if n <= SMALL else _last_kept)(n)


def _make_pairs(n: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    # Every row of the n x n matrix without its diagonal entry is sorted as it stands.
    off = ~np.eye(n, dtype=bool)
    bonds = np.zeros((n, n), dtype=np.int64)
    bonds[np.triu_indices(n, 1)] = np.arange(n * (n - 1) // 2)
    arrays = np.repeat(np.arange(n), n - 1), np.broadcast_to(np.arange(n), (n, n))[off], (bonds + bonds.T)[off]
    for array in arrays:
        array.setflags(write=False)
    return arrays


_several_kept = lru_cache(maxsize=4)(_make_pairs)
_last_kept = lru_cache(maxsize=1)(_make_pairs)


def _open_list(positions: NDArray[np.float64], cutoff: float) -> Edges:
    from scipy.spatial import cKDTree

    tree = cKDTree(positions)
    reach = cutoff + TOLERANCE
    if len(positions) ** 2 > min(FEW_EDGES, MAX_EDGES):
        _refuse(int(tree.count_neighbors(tree, reach)))
    pairs = tree.query_pairs(reach, output_type="ndarray").astype(np.int64)
    lengths = np.linalg.norm(positions[pairs[:, 1]] - positions[pairs[:, 0]], axis=1)
    senders = np.concatenate([pairs[:, 0], pairs[:, 1]])
    receivers = np.concatenate([pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((receivers, senders))
    bonds = order % max(len(pairs), 1)
    return Edges(senders[order], receivers[order], lengths[bonds], no_shifts(len(order)), bonds)


def no_shifts(edges: int) -> NDArray[np.int64]:
    """Return the shifts of an isolated cloud: a view of one zero row, which costs no memory.

    Examples
    --------
    >>> no_shifts(2).tolist()
    [[0, 0, 0], [0, 0, 0]]
    """
    return np.broadcast_to(np.zeros(3, dtype=np.int64), (edges, 3))


def _periodic_list(cloud: Cloud, cutoff: float) -> Edges:
    from scipy.spatial import cKDTree

    axes = np.flatnonzero(cloud.pbc)
    periods = cloud.periods
    reach = cutoff + TOLERANCE
    # Fractional coordinates along the periodic axes (pseudo-inverse: the others do not count), wrapped into the cell.
    dual = np.linalg.pinv(periods)
    home = np.floor(cloud.positions @ dual).astype(np.int64)
    wrapped = cloud.positions - home @ periods
    # Lattice planes are 1 / |dual column| apart, so a point within reach lies at most this many cells away.
    pad = reach * np.linalg.norm(dual, axis=0)
    span = np.ceil(pad)
    if _images(cloud, reach) > MAX_EDGES:
        # Too many images even to look at: say how many edges their density makes.
        _refuse(int(max(by_density(cloud, reach), MAX_EDGES + 1)))
    ranges = [np.arange(-s, s + 1) for s in span.astype(np.int64)]
    cells = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(axes))
    image_cell = np.repeat(np.arange(len(cells)), len(cloud))
    image_atom = np.tile(np.arange(len(cloud)), len(cells))
    # Keep only the images that lie within reach of the home cell, measured across the lattice planes.
    inside = wrapped @ dual
    place = inside[image_atom] + cells[image_cell]
    near = ((place >= inside.min(axis=0) - pad) & (place <= inside.max(axis=0) + pad)).all(axis=1)
    image_cell, image_atom = image_cell[near], image_atom[near]
    tree, images = cKDTree(wrapped), cKDTree(wrapped[image_atom] + cells[image_cell] @ periods)
    _refuse(int(tree.count_neighbors(images, reach)))
    table = tree.sparse_distance_matrix(images, reach, output_type="ndarray")
    senders, receivers, image = table["i"], image_atom[table["j"]], table["j"]
    # Measure each bond in one direction only (a point and its own image: the positive shift), then copy it.
    ahead = senders < receivers
    own = np.flatnonzero(senders == receivers)
    ahead[own] = _first_sign(cells[image_cell[image[own]]]) > 0
    senders, receivers, image = senders[ahead], receivers[ahead], image[ahead]
    del table, ahead, own
    shifts = np.zeros((len(image), 3), dtype=np.int64)
    shifts[:, axes] = cells[image_cell[image]] + home[senders] - home[receivers]
    span_vectors = cloud.positions[receivers] - cloud.positions[senders] + shifts[:, axes] @ periods
    lengths = np.linalg.norm(span_vectors, axis=1)
    count = max(len(lengths), 1)
    senders, receivers = np.concatenate([senders, receivers]), np.concatenate([receivers, senders])
    shifts = np.concatenate([shifts, -shifts])
    order = np.lexsort((shifts[:, 2], shifts[:, 1], shifts[:, 0], receivers, senders))
    bonds = order % count
    return Edges(senders[order], receivers[order], lengths[bonds], shifts[order], bonds)


def _first_sign(rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sign of the first number of each row that is not zero."""
    sign = np.sign(rows)
    first: NDArray[np.int64] = np.take_along_axis(sign, (sign != 0).argmax(axis=1)[:, None], axis=1)[:, 0]
    return first


def _many_in_few_cells(cloud: Cloud, cutoff: float) -> bool:
    """Are cell lists worth it? Their memory grows with the volume, so they are not for few points far apart."""
    reach = cutoff + TOLERANCE
    # In a cell that is very oblique most of the images that would be looked at are far away.
    crowded = cloud.periodic and by_density(cloud, reach) > MANY_EDGES and _images(cloud, reach) <= MAX_EDGES
    if len(cloud) < MANY and not crowded:
        return False
    extent = np.ptp(cloud.positions, axis=0) if not cloud.periodic else np.linalg.norm(_filled(cloud), axis=1)
    if cloud.periodic and not cloud.pbc.all():
        across = cloud.positions @ _filled(cloud)[~cloud.pbc].T
        extent = np.where(cloud.pbc, extent, 0.0)
        extent[~cloud.pbc] = np.ptp(across, axis=0)
    return bool(np.prod(extent / reach + 1) < max(4 * len(cloud), MANY))


def _images(cloud: Cloud, reach: float) -> float:
    """Return how many points lie in all the cells that a periodic cloud has to be searched in."""
    # Lattice planes are 1 / |dual column| apart, so a point within reach lies at most this many cells away.
    span = np.ceil(reach * np.linalg.norm(np.linalg.pinv(cloud.periods), axis=0))
    return len(cloud) * float(np.prod(2 * span + 1))


def by_density(cloud: Cloud, reach: float) -> float:
    """Return how many edges up to a reach (angstrom) a periodic cloud would have if its points were spread evenly.

    Examples
    --------
    >>> by_density(Cloud([[0, 0, 0]], ["C"], cell=np.diag([2.0, 0, 0]), pbc=[True, False, False]), 5.0)
    5.0
    """
    periods = cloud.periods
    ball = {1: 2 * reach, 2: np.pi * reach**2, 3: 4 / 3 * np.pi * reach**3}[len(periods)]
    return float(min(len(cloud) ** 2 * ball / np.sqrt(np.linalg.det(periods @ periods.T)), 2.0**62))


def _near_list(cloud: Cloud, cutoff: float) -> Edges:
    """List a large cloud with vesin's cell lists: each bond once, then both ways in order.

    Memory is what limits the size of a cloud here: what can be short is short, and what vesin holds is let go of before
    the rest is made long.
    """
    from vesin import NeighborList

    reach = cutoff + TOLERANCE
    n = len(cloud)
    _refuse(_expected_edges(cloud, reach))
    box = _filled(cloud)
    if cloud.periodic:
        # vesin has no cells along an open axis when another one repeats; a period beyond reach is as good as none.
        for axis in np.flatnonzero(~cloud.pbc):
            box[axis] *= np.ptp(cloud.positions @ box[axis]) + 2 * reach
    lister = NeighborList(cutoff=reach, full_list=False)
    # Without a copy: what is listed lives only as long as the lister.
    first, second, lengths, *shifts = lister.compute(
        points=cloud.positions,
        box=box,
        periodic=cloud.periodic,
        quantities="ijdS" if cloud.periodic else "ijd",
        copy=False,
    )
    half = len(first)
    _refuse(2 * half)
    order, seen, starts = _both_ways(first, second, n)
    back = order >= half
    bonds = order
    bonds -= back * np.int32(half)
    if cloud.periodic:
        turned: NDArray[np.signedinteger[Any]] = _turned(shifts[0], bonds, back)
        _sort_images(seen, starts, turned, bonds)
    else:
        turned = no_shifts(2 * half)
    distances = take(lengths, bonds)
    del first, second, lengths, shifts, lister, back
    senders = np.repeat(np.arange(n), np.diff(starts))
    return Edges(senders, seen.astype(np.int64), distances, turned, bonds)


def _both_ways(
    first: NDArray[np.integer[Any]], second: NDArray[np.integer[Any]], n: int
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Sort bonds of n points, each taken both ways, by sender and receiver.

    Returns their order (the ways back are numbered after all ways there), the receivers, and where each sender begins.
    Edges that have both in common stay in the order in which they came.
    """
    from scipy.sparse import csr_array

    half = len(first)
    senders, receivers = np.empty(2 * half, dtype=np.int32), np.empty(2 * half, dtype=np.int32)
    senders[:half], receivers[:half] = first, second
    senders[half:], receivers[half:] = receivers[:half], senders[:half]
    # To transpose a sparse matrix is a counting sort: first by receiver, then, keeping that order, by sender. It is
    # several times as fast as to sort the edges of every sender.
    one_in_each_row = np.arange(2 * half + 1, dtype=np.int32)
    table = csr_array((senders, receivers, one_in_each_row), shape=(2 * half, n)).tocsc()
    del senders, receivers, one_in_each_row
    table = csr_array((table.indices, table.data, table.indptr), shape=(n, n)).tocsc()
    return table.data, table.indices, table.indptr


def _turned(shifts: NDArray[np.int32], bonds: NDArray[np.int32], back: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Return the shifts of directed edges; most edges of a large cloud stay in their cell and cost next to nothing."""
    crossing = (shifts[:, 0] | shifts[:, 1] | shifts[:, 2]) != 0
    at = np.flatnonzero(take(crossing, bonds))
    bond, sign = bonds[at], np.where(back[at], np.int32(-1), np.int32(1))
    turned = np.zeros((len(bonds), 3), dtype=np.int32)
    for axis in range(3):  # a column at a time: short rows are slow to gather
        turned[at, axis] = shifts[bond, axis] * sign
    return turned


def _sort_images(
    seen: NDArray[np.int32],
    starts: NDArray[np.int32],
    shifts: NDArray[np.signedinteger[Any]],
    bonds: NDArray[np.int32],
) -> None:
    """Put edges that lead from one point to several images of another in the order of their shifts, in place."""
    again = np.zeros(len(seen), dtype=bool)
    again[1:] = seen[1:] == seen[:-1]
    again[starts[:-1][np.diff(starts) > 0]] = False
    if not again.any():
        return
    at = np.flatnonzero(again | np.append(again[1:], False))
    pair = np.cumsum(~again[at])
    moved = at[np.lexsort((shifts[at, 2], shifts[at, 1], shifts[at, 0], pair))]
    shifts[at], bonds[at] = shifts[moved], bonds[moved]


def take(values: NDArray[Any], places: NDArray[np.integer[Any]]) -> NDArray[Any]:
    """Return `values[places]`. numpy makes short places long first; of some at a time, that takes no memory.

    Examples
    --------
    >>> take(np.array([2.5, 3.5]), np.array([1, 0, 1], dtype=np.int32))
    array([3.5, 2.5, 3.5])
    """
    taken = np.empty(len(places), dtype=values.dtype)
    for k in range(0, len(places), SOME):
        values.take(places[k : k + SOME], out=taken[k : k + SOME], mode="clip")
    return taken


def _filled(cloud: Cloud) -> NDArray[np.float64]:
    """Return the cell with unit vectors, across the periodic ones, along the axes that do not repeat."""
    cell = np.where(cloud.pbc[:, None], cloud.cell, 0.0)
    for axis in np.flatnonzero(~cloud.pbc):
        # The direction of space that the other vectors leave out most.
        others = cell[np.linalg.norm(cell, axis=1) > 0]
        cell[axis] = np.linalg.svd(others)[2][-1] if len(others) else np.eye(3)[axis]
    return cell


def _expected_edges(cloud: Cloud, reach: float) -> int:
    """Estimate the number of edges from the neighbours of some points; bound it where the bound is small enough."""
    from scipy.spatial import cKDTree

    n = len(cloud)
    bound = _edges_at_most(cloud, reach)
    if bound <= min(MAX_EDGES, max(FEW_EDGES, available_bytes() / BYTES_PER_EDGE)):
        return bound
    axes = np.flatnonzero(cloud.pbc)
    dual = np.linalg.pinv(cloud.periods)
    wrapped = cloud.positions - np.floor(cloud.positions @ dual) @ cloud.periods if len(axes) else cloud.positions
    # Lattice planes are 1 / |dual column| apart, so a point within reach lies at most this many cells away.
    span = np.ceil(reach * np.linalg.norm(dual, axis=0)) if len(axes) else np.zeros(0)
    images = float(np.prod(2 * span + 1))
    if n * n * images <= min(FEW_EDGES, MAX_EDGES):
        return int(n * n * images)
    if images > MOST_SAMPLES:
        # Too many images to look at: say how many edges their density makes.
        return int(by_density(cloud, reach))
    ranges = [np.arange(-s, s + 1) for s in span.astype(np.int64)]
    cells = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(axes)) if len(axes) else None
    some = min(n, max(20, int(MOST_SAMPLES / images)))
    sample = wrapped[np.random.default_rng(0).choice(n, some, replace=False)]
    places = sample if cells is None else (sample[:, None] + (cells @ cloud.periods)[None]).reshape(-1, 3)
    return int(n / some * cKDTree(wrapped).query_ball_point(places, reach, return_length=True).sum())


def _edges_at_most(cloud: Cloud, reach: float) -> int:
    """Bound the number of edges by counting the points in boxes as wide as the reach: quick, and 6 times too many."""
    dual = np.linalg.pinv(_filled(cloud))
    place = cloud.positions @ dual
    # Neighbours lie in the 27 boxes around; across a period that has fewer than three boxes they would count twice.
    boxes = 1 / (reach * np.linalg.norm(dual, axis=0))
    if (boxes[cloud.pbc] < 3).any():
        return MAX_EDGES + 1
    boxes[cloud.pbc] = np.floor(boxes[cloud.pbc])
    place[:, cloud.pbc] -= np.floor(place[:, cloud.pbc])
    place *= boxes
    cells = np.floor(place - place.min(axis=0)).astype(np.int64)
    widths = cells.max(axis=0) + 1
    if np.prod(widths.astype(float)) > 8 * len(cloud):
        return MAX_EDGES + 1
    counts = np.bincount((cells[:, 0] * widths[1] + cells[:, 1]) * widths[2] + cells[:, 2])
    # The sum over neighbouring boxes of count times count is largest if equal boxes meet (Cauchy and Schwarz).
    return int(27 * (counts.astype(float) ** 2).sum())


def _refuse(edges: int) -> None:
    if edges > MAX_EDGES:
        raise GraphError(
            f"this graph would have {edges:.3g} edges, more than the {MAX_EDGES:.0e} that fit into memory; "
            "use a smaller cutoff or a smaller cloud"
        )
    needed = edges * BYTES_PER_EDGE
    if edges > FEW_EDGES and needed > (free := available_bytes()):
        raise GraphError(
            f"this graph would have {edges:.3g} edges and need about {needed / 2**30:.1f} GB of memory, more than the "
            f"{free / 2**30:.2f} GB that are free; use a smaller cutoff or a smaller cloud"
        )
