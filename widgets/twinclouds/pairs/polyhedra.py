"""Vertex subsets of regular solids: an exhaustive search for twins among them.

All subsets of the vertices of a solid are grouped by what one round of refinement sees; subsets that a symmetry
of the solid carries onto each other count once. What remains in one group is refined to the end. Li, Wang,
Huang and Zhang (NeurIPS 2023) list ten such pairs; the search finds the icosahedron's one and seven on the
dodecahedron, one of which is not in their list.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from itertools import combinations, product

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_number, check_symbol, check_symbols, check_whole, listed, shown
from twinclouds.clouds import Cloud
from twinclouds.errors import PairError
from twinclouds.graphs import distance_graph
from twinclouds.lengths import SortedLengths
from twinclouds.pairs.types import DegeneratePair
from twinclouds.refinement import compare

__all__ = ["SOLIDS", "distinct_subsets", "polyhedron_subsets", "solid_vertices"]

SOURCE = "search by twinclouds; Li, Wang, Huang, Zhang, NeurIPS 2023, arXiv:2302.05743"

#: The solids that the search knows.
SOLIDS = ("tetrahedron", "octahedron", "cube", "cuboctahedron", "icosahedron", "dodecahedron", "cube+octahedron")

#: Subsets are bit masks; more points than this would take too long.
MOST_POINTS = 20


def solid_vertices(solid: str, radius: float = 1.0) -> NDArray[np.float64]:
    """Return the vertices of a regular or quasiregular solid.

    Parameters
    ----------
    solid : str
        One of :data:`SOLIDS`.
    radius : float, optional
        Distance of the vertices from the centre, angstrom. In ``"cube+octahedron"`` the six vertices of the octahedron
        have it, and the eight of the cube lie 1.25 times as far out.

    Returns
    -------
    (n, 3) array of float

    Raises
    ------
    PairError
        If the solid is not known or the radius is not a positive number.

    Examples
    --------
    >>> [len(solid_vertices(solid)) for solid in SOLIDS]
    [4, 6, 8, 12, 12, 20, 14]
    """
    if not isinstance(solid, str) or solid not in SOLIDS:
        raise PairError(f"solid {shown(solid)} is not known; use one of {', '.join(SOLIDS)}")
    check_number("radius", radius, "give a positive length in angstrom", positive=True)
    golden = (1 + np.sqrt(5)) / 2
    signs = list(product((1, -1), repeat=3))
    cube = np.array(signs, dtype=float) / np.sqrt(3)
    octahedron = np.concatenate([np.eye(3), -np.eye(3)])
    if solid == "tetrahedron":
        points = cube[[s[0] * s[1] * s[2] > 0 for s in signs]]
    elif solid == "octahedron":
        points = octahedron
    elif solid == "cube":
        points = cube
    elif solid == "cube+octahedron":
        points = np.concatenate([octahedron, 1.25 * cube])
    else:
        corner = {
            "cuboctahedron": (0.0, 1.0, 1.0),
            "icosahedron": (0.0, 1.0, golden),
            "dodecahedron": (0.0, 1 / golden, golden),
        }[solid]
        turns = [np.roll(corner, k) for k in range(3)]
        points = np.unique(np.array([t * s for t in turns for s in signs]).round(12) + 0.0, axis=0)
        if solid == "dodecahedron":
            points = np.concatenate([np.array(signs, dtype=float), points])
        points = points / np.linalg.norm(points, axis=1, keepdims=True)
    return np.asarray(radius * points)


def polyhedron_subsets(
    solid: str = "icosahedron",
    sizes: Sequence[int] | None = None,
    radius: float | Sequence[float] = 1.0,
    species: str | Sequence[str] = "C",
) -> list[DegeneratePair]:
    """Find all pairs of vertex subsets of a solid that distances cannot tell apart.

    With several radii each cloud holds its subset once in every shell. The distance of two points then follows from
    their shells and from the distance of their vertices on the solid, so what refinement could not see in one shell it
    cannot see in the stack; this is how Li et al. (2023) make large pairs from small ones.

    Parameters
    ----------
    solid : str, optional
        One of :data:`SOLIDS`.
    sizes : sequence of int, optional
        Numbers of vertices to look at; all by default. The dodecahedron takes about a second.
    radius : float or sequence of float, optional
        Size of the solid, angstrom; several for a stack of shells.
    species : str or sequence of str, optional
        Species of the points, one for all or one for each shell.

    Returns
    -------
    list of DegeneratePair
        Smallest pairs first; empty if there are none.

    Raises
    ------
    PairError
        If the solid is not known, a radius is not a positive number or occurs twice, or the number of species is not
        that of the radii.

    Examples
    --------
    >>> [pair.formula for pair in polyhedron_subsets("icosahedron")]
    ['C6']
    >>> polyhedron_subsets("cube")
    []
    >>> polyhedron_subsets("icosahedron", radius=(1.0, 1.5, 2.0), species=("Si", "O", "H"))[0].formula
    'H6O6Si6'
    """
    shells = _shells(radius, species)
    points = solid_vertices(solid)
    wanted = check_sizes(solid, sizes, len(points))
    labels = _label_matrix(points)
    symmetries = _symmetries(solid)
    pairs: list[DegeneratePair] = []
    for size in wanted:
        for group in _suspects(labels, symmetries, size):
            for first, second in combinations(group, 2):
                a, b = (_stack(points[_members(m, len(points))], shells) for m in (first, second))
                if compare(a, b).equivalent:
                    name = f"{solid} {size}" + (f" ({len(pairs) + 1})" if sizes is None or len(wanted) > 1 else "")
                    pairs.append(DegeneratePair(a.to_atoms(), b.to_atoms(), name, "polyhedron subsets", SOURCE))
    return pairs


def check_sizes(solid: str, sizes: Sequence[int] | None, n: int) -> list[int]:
    """Return the numbers of vertices to look at, in order; by default all from 2 on.

    Examples
    --------
    >>> check_sizes("cube", None, 8), check_sizes("cube", [5, 4, 5], 8)
    ([2, 3, 4, 5, 6, 7, 8], [4, 5])
    """
    if sizes is None:
        return list(range(2, n + 1))
    given = list(sizes) if isinstance(sizes, set) else listed(sizes)
    if given is None:
        raise PairError(f"sizes={shown(sizes)} does not fit; give numbers of vertices from 1 to {n}, such as [4, 5]")
    remedy = f"the {solid} has {n} vertices"
    return sorted({check_whole("size", size, 1, remedy, n) for size in given})


def distinct_subsets(solid: str, size: int) -> NDArray[np.int64]:
    """Return all subsets of the vertices of a solid, up to the symmetries of the solid.

    Parameters
    ----------
    solid : str
        One of :data:`SOLIDS`.
    size : int
        Number of vertices.

    Returns
    -------
    (m, size) array of int
        Indices into :func:`solid_vertices`.

    Raises
    ------
    PairError
        If the solid is not known.

    Examples
    --------
    >>> distinct_subsets("cube", 2).shape
    (3, 2)
    """
    n = len(solid_vertices(solid))
    check_whole("size", size, 1, f"the {solid} has {n} vertices", n)
    masks = _orbits(n, size, _symmetries(solid))
    return np.array([_members(mask, n) for mask in masks.tolist()]).reshape(-1, size)


def _shells(radius: float | Sequence[float], species: str | Sequence[str]) -> list[tuple[float, str]]:
    """Return radius and species of every shell."""
    several = listed(radius)
    given: list[object] = [radius] if several is None else several
    remedy = "give a positive number of angstrom, or different ones"
    try:
        radii = [check_number("radius", r, remedy, positive=True) for r in given]
    except PairError:
        radii = []
    if not radii or len(set(radii)) < len(radii):
        raise PairError(f"radius {shown(radius)} does not fit; {remedy}")
    symbols = check_symbols("species", species)
    names = [symbols] * len(radii) if isinstance(symbols, str) else symbols
    for name in names:
        check_symbol("species", name)
    if len(names) != len(radii):
        raise PairError(f"{len(names)} species are given for {len(radii)} shells; give one, or one for each radius")
    return list(zip(radii, names, strict=True))


def _stack(points: NDArray[np.float64], shells: list[tuple[float, str]]) -> Cloud:
    """Put the same directions into every shell."""
    return Cloud(np.concatenate([r * points for r, _ in shells]), np.repeat([name for _, name in shells], len(points)))


def _members(mask: int, n: int) -> NDArray[np.int64]:
    return np.flatnonzero([mask >> i & 1 for i in range(n)])


def _label_matrix(points: NDArray[np.float64]) -> NDArray[np.int64]:
    """Label the distance of every two vertices, -1 on the diagonal."""
    graph = distance_graph(points)
    matrix = np.full((len(points), len(points)), -1)
    matrix[graph.senders, graph.receivers] = SortedLengths([graph]).cut(1e-6)[0][graph.bonds]
    return matrix


@cache
def _symmetries(solid: str) -> NDArray[np.int64]:
    """Return the permutations of the vertices that isometries of the solid induce, shape (order of the group, n)."""
    points = solid_vertices(solid)
    matrix = _label_matrix(points)
    n = len(points)
    # Three independent vertices fix an isometry; every triple with the same distances and radii is tried.
    radii = np.linalg.norm(points, axis=1)
    frame = next(f for f in combinations(range(n), 3) if abs(np.linalg.det(points[list(f)])) > 0.05)
    inverse = np.linalg.inv(points[list(frame)])
    found = []
    for image in product(range(n), repeat=3):
        same = all(matrix[frame[i], frame[j]] == matrix[image[i], image[j]] for i in range(3) for j in range(i))
        if not same or not np.allclose(radii[list(frame)], radii[list(image)]):
            continue
        moved = points @ (inverse @ points[list(image)])
        distances = np.linalg.norm(moved[:, None] - points[None], axis=2)
        if (distances.min(axis=1) < 1e-6).all():
            found.append(distances.argmin(axis=1))
    return np.array(found)


def _suspects(labels: NDArray[np.int64], symmetries: NDArray[np.int64], size: int) -> list[list[int]]:
    """Group the subsets of one size, up to symmetry, by what one round of refinement sees; groups of two and more."""
    n = len(labels)
    masks = _orbits(n, size, symmetries)
    kinds = int(labels.max()) + 1
    shells = np.array([[sum(1 << j for j in range(n) if labels[i, j] == d) for d in range(kinds)] for i in range(n)])
    # The profile of a vertex: how many members it has at each distance, as one number; 0 for vertices left out.
    profiles = np.zeros((len(masks), n), dtype=np.int64)
    for d in range(kinds):
        profiles = profiles * (n + 1) + np.bitwise_count(masks[:, None] & shells[None, :, d])
    inside = masks[:, None] >> np.arange(n) & 1
    profiles = np.sort(np.where(inside, profiles, -1), axis=1)
    groups: dict[bytes, list[int]] = defaultdict(list)
    for mask, profile in zip(masks.tolist(), profiles, strict=True):
        groups[profile.tobytes()].append(mask)
    return [group for group in groups.values() if len(group) > 1]


def _orbits(n: int, size: int, symmetries: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return one subset of each orbit, as bit masks."""
    if n > MOST_POINTS:
        raise PairError(f"the search goes through all subsets of up to {MOST_POINTS} points, not of {n}")
    masks = np.flatnonzero(np.bitwise_count(np.arange(2**n)) == size)
    return np.unique(_canonical(masks, symmetries))


def _canonical(masks: NDArray[np.int64], symmetries: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the smallest image of each mask under the symmetries."""
    low, high = masks & 0x3FF, masks >> 10
    best = masks.copy()
    for permutation in symmetries:
        image = np.array([1 << int(p) for p in permutation], dtype=np.int64)
        tables = [_images(image[:10]), _images(image[10:])]
        np.minimum(best, tables[0][low] | tables[1][high], out=best)
    return best


def _images(image: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the image of every subset of up to ten vertices, given the image of each."""
    table = np.zeros(1, dtype=np.int64)
    for bit in image:
        table = np.concatenate([table, table | bit])
    return table
