"""Three planes: degenerate pairs of any size, isolated or periodic.

Let A, B, C be finite sets, each equal to its own negative, A in the plane z = 0, B in x = 0, C in y = 0. X is
their union; Y has C replaced by its mirror image within its own plane, (x, 0, z) -> (-x, 0, z). Only distances
between A and C and between B and C could change. For a in A and c in C, |a -+ c|^2 = |a|^2 + |c|^2 -+ 2 ax cx:
the unordered pair of distances from a to {c, -c}, and from c to {a, -a}, is kept; for B only the product bz cz
enters, which the mirror keeps. With an orthorhombic lattice along any subset of the axes the same holds for
every lattice sum. So no distance GNN tells X from Y at any cutoff, though in general they are not congruent:
one motif's handedness within its plane is reversed.

The construction is this project's own reconstruction of the degeneracies of Pozdnyakov and Ceriotti (2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from twinclouds.arguments import check_flag, check_numbers, check_symbols, check_text, listed, shown
from twinclouds.errors import PairError
from twinclouds.pairs.lines import SOURCE
from twinclouds.pairs.types import ControlPair, DegeneratePair, MirrorPair, typed_pair

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["three_planes"]


def three_planes(
    xy: ArrayLike = ((1.3, 0.9),),
    yz: ArrayLike = ((1.1, 1.6),),
    xz: ArrayLike = ((0.8, 2.1),),
    species: str | Sequence[str | Sequence[str]] = ("Si", "B", "C"),
    cell: Sequence[float] | None = None,
    pbc: bool | Sequence[bool] = False,
    name: str = "three planes",
) -> DegeneratePair | MirrorPair | ControlPair:
    """Put inversion-symmetric motifs into three coordinate planes; the twin has the last one mirrored within its plane.

    Parameters
    ----------
    xy, yz, xz : (k, 2) array of float
        Points of the three motifs, angstrom: (x, y) in the plane z = 0, (y, z) in x = 0, (x, z) in y = 0. The
        negative of each point is added.
    species : str or sequence of 3 (str or sequence of str), optional
        One symbol for all points, one for each plane, or one for each point given.
    cell : sequence of 3 float, optional
        Edges of the orthorhombic cell along x, y and z, angstrom; needed for every periodic axis.
    pbc : bool or sequence of 3 bool, optional
        Along which axes the clouds repeat.
    name : str, optional
        Name of the pair.

    Returns
    -------
    DegeneratePair or ControlPair
        A ControlPair if the two clouds turn out to be congruent, as when a motif lies on an axis.

    Raises
    ------
    PairError
        If points, species or cell do not fit.
    CloudError
        If two points fall into one place.

    Examples
    --------
    >>> three_planes().kind
    'degenerate at every cutoff'
    >>> slab = three_planes(cell=(5.3, 6.1, 7.2), pbc=(True, True, False))
    >>> slab.kind, slab.periodic_axes
    ('degenerate at every cutoff', 2)

    References
    ----------
    Own reconstruction; see the module's text for the proof.
    """
    check_text("name", name)
    a, b = plane_members(xy, yz, xz, species, cell, pbc)
    return typed_pair(a, b, name, "three planes", SOURCE)


def plane_members(
    xy: ArrayLike,
    yz: ArrayLike,
    xz: ArrayLike,
    species: str | Sequence[str | Sequence[str]],
    cell: Sequence[float] | None = None,
    pbc: bool | Sequence[bool] = False,
) -> tuple[Atoms, Atoms]:
    """Return the two clouds of :func:`three_planes`, without looking whether they are congruent.

    Examples
    --------
    >>> [len(atoms) for atoms in plane_members([[1, 2]], [[2, 1]], [[1, 0]], "C")]
    [6, 6]
    """
    several = listed(pbc)
    flags = [pbc] * 3 if several is None else several
    if len(flags) != 3:
        raise PairError(f"pbc={shown(pbc)} does not fit; give True, False, or three of them")
    periodic = np.array([check_flag("pbc", flag) for flag in flags])
    edges = _check_cell(cell, periodic)
    motifs = [_check_points(p, plane) for p, plane in ((xy, "xy"), (yz, "yz"), (xz, "xz"))]
    symbols = _check_species(species, motifs)
    axes = ((0, 1), (1, 2), (0, 2))
    points: list[NDArray[np.float64]] = []
    names: list[str] = []
    twin: list[NDArray[np.float64]] = []
    for plane, (motif, labels) in enumerate(zip(motifs, symbols, strict=True)):
        for point, symbol in zip(motif, labels, strict=True):
            place = np.zeros(3)
            place[list(axes[plane])] = point
            mirror = place * ([-1, 1, 1] if plane == 2 else [1, 1, 1])
            for sign in (1, -1) if not _own_negative(place, edges, periodic) else (1,):
                points.append(sign * place)
                twin.append(sign * mirror)
                names.append(symbol)
    a, b = (_atoms(p, names, edges, periodic) for p in (points, twin))
    return a, b


def _check_cell(cell: Sequence[float] | None, periodic: NDArray[np.bool_]) -> NDArray[np.float64]:
    if cell is None:
        if periodic.any():
            raise PairError(
                "a periodic pair needs a cell; give its three edges in angstrom, for instance cell=(5.3, 6.1, 7.2)"
            )
        return np.zeros(3)
    remedy = "give three edges in angstrom, positive along the periodic axes"
    try:
        edges = np.array(check_numbers("cell", cell, 3, remedy))
    except PairError:
        edges = np.zeros(0)
    if edges.shape != (3,) or (edges[periodic] <= 0).any():
        raise PairError(f"cell {shown(cell)} does not fit; {remedy}")
    return edges


def _check_points(points: ArrayLike, plane: str) -> NDArray[np.float64]:
    try:
        array = np.asarray(points)
        if array.size and (array.dtype.kind not in "iuf" or array.ndim != 2 or array.shape[1] != 2):
            raise TypeError
        array = array.astype(float) if array.size else np.zeros((0, 2))
    except (TypeError, ValueError, OverflowError):
        raise PairError(
            f"the points of the {plane} plane are not a (k, 2) array of {plane[0]}, {plane[1]} in angstrom: "
            f"{plane}={shown(points)}"
        ) from None
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0][0])
        raise PairError(f"point {row} of the {plane} plane is {array[row].tolist()}; give finite numbers of angstrom")
    return array


def _check_species(species: str | Sequence[str | Sequence[str]], motifs: list[NDArray[np.float64]]) -> list[list[str]]:
    given = check_symbols("species", species)
    planes = [given] * 3 if isinstance(given, str) else given
    if len(planes) != 3:
        raise PairError(
            f"species are given for {len(planes)} planes; give one symbol, or one entry for each of three planes"
        )
    checked = [check_symbols(f"species[{k}]", s) for k, s in enumerate(planes)]
    symbols = [[s] * len(m) if isinstance(s, str) else s for s, m in zip(checked, motifs, strict=True)]
    for plane, names, motif in zip(("xy", "yz", "xz"), symbols, motifs, strict=True):
        if len(names) != len(motif):
            raise PairError(
                f"the {plane} plane has {len(motif)} points but {len(names)} species; give one species per point"
            )
        for symbol in names:
            check_text("species", symbol)
    return symbols


def _own_negative(place: NDArray[np.float64], edges: NDArray[np.float64], periodic: NDArray[np.bool_]) -> bool:
    """Is a point its own negative, up to the lattice?"""
    double = 2 * place
    double[periodic] -= np.round(double[periodic] / edges[periodic]) * edges[periodic]
    return bool(np.abs(double).max() < 1e-9)


def _atoms(
    points: list[NDArray[np.float64]],
    names: list[str],
    edges: NDArray[np.float64],
    periodic: NDArray[np.bool_],
) -> Atoms:
    from twinclouds.clouds import Cloud

    positions = np.array(points).reshape(-1, 3)
    return Cloud(positions, np.array(names, dtype=np.str_), np.diag(edges), periodic).to_atoms()
