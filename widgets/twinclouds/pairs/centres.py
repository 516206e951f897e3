"""Central environments: what one atom sees may agree in all angles, or even in all tetrahedra.

A descriptor of one atom's surroundings of body order three (distances and angles) or four (tetrahedra as well)
can be the same for two different surroundings (Pozdnyakov et al. 2020). As whole structures, seen from every
atom, such pairs are told apart at once.

Three-body: around the centre lie A = (ax, 0, az), B = (bx, by, bz), B' = (-bx, -by, bz), and C = (0, cy, cz) or
C' = (0, -cy, cz). The mirror y -> -y changes C into C' and exchanges nothing else but the pair of angles
between C and B, B'.

Four-body: two rings of three points (radius r, at angles 0, p1, p1 + p2), one at height z1 and one, turned by
psi, at height -z1, with an apex at height z2 or -z2. The triangle must be scalene.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_number, check_numbers, check_symbol, check_text, shown
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import PairError
from twinclouds.lengths import label_values
from twinclouds.pairs.types import CentralPair, ControlPair, MirrorPair

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["PRL", "central_environments", "same_environment"]

#: Every figure of the centre and `order - 1` others is looked at, one by one; more points would take minutes.
MOST_POINTS = {2: 10_000, 3: 400, 4: 80}

PRL = "Pozdnyakov, Willatt, Bartok, Ortner, Csanyi, Ceriotti, Phys. Rev. Lett. 125, 166001 (2020)"


def central_environments(
    order: int = 3,
    *,
    spokes: Sequence[Sequence[float]] = ((0.9, 0.62), (0.61, 0.78, -0.45), (1.05, 0.3)),
    radius: float = 1.6,
    ring_angles: Sequence[float] = (80.0, 120.0),
    twist: float = 36.0,
    heights: Sequence[float] = (0.7, 1.8),
    centre: str = "C",
    ligand: str = "H",
    name: str = "",
) -> CentralPair | MirrorPair | ControlPair:
    """Make two surroundings of one atom that agree in distances and angles, or even in tetrahedra.

    Parameters
    ----------
    order : {3, 4}, optional
        Body order up to which the central atom sees no difference.
    spokes : ((ax, az), (bx, by, bz), (cy, cz)), optional
        Order 3: the points A, B and C, angstrom.
    radius, ring_angles, twist, heights : optional
        Order 4: radius of the rings (angstrom), the angles p1 and p2 between their points (degrees), the turn
        psi of the lower ring (degrees), and the heights z1 and z2 (angstrom).
    centre, ligand : str, optional
        Species of the central atom (index 0) and of the others.
    name : str, optional
        Name of the pair.

    Returns
    -------
    CentralPair, MirrorPair or ControlPair
        By what the two turn out to be; symmetric parameters make them congruent.

    Raises
    ------
    PairError
        If the parameters do not fit.

    References
    ----------
    Pozdnyakov et al., Phys. Rev. Lett. 125, 166001 (2020); the coordinates are this project's own.

    Examples
    --------
    >>> pair = central_environments(4)
    >>> pair.kind, same_environment(pair.a, pair.b, order=4)
    ('degenerate for one centre', True)
    """
    _check_order(order, (3, 4), "give 3 (angles agree) or 4 (tetrahedra agree)")
    check_symbol("centre", centre)
    check_symbol("ligand", ligand)
    check_text("name", name)
    if order == 3:
        remedy = "give ((ax, az), (bx, by, bz), (cy, cz)) in angstrom"
        if isinstance(spokes, str) or not isinstance(spokes, Sequence) or len(spokes) != 3:
            raise PairError(f"spokes {shown(spokes)} do not fit; {remedy}")
        (ax, az), (bx, by, bz), (cy, cz) = (
            check_numbers(f"spokes[{k}]", spoke, size, remedy)
            for k, (spoke, size) in enumerate(zip(spokes, (2, 3, 2), strict=True))
        )
        shared = [(0.0, 0.0, 0.0), (ax, 0.0, az), (bx, by, bz), (-bx, -by, bz)]
        a, b = ([*shared, (0.0, sign * cy, cz)] for sign in (1.0, -1.0))
    else:
        p1, p2 = check_numbers("ring_angles", ring_angles, 2, "give the two angles p1 and p2 in degrees")
        z1, z2 = check_numbers("heights", heights, 2, "give the two heights z1 and z2 in angstrom")
        check_number("radius", radius, "give a positive length in angstrom", positive=True)
        check_number("twist", twist, "give an angle in degrees")
        if max(abs(p1), abs(p2), abs(twist)) > 360:
            raise PairError(
                f"ring_angles={shown(ring_angles)} and twist={shown(twist)} do not fit; give degrees up to 360"
            )
        angles = np.radians([0.0, p1, p1 + p2])
        rings = [
            (radius * np.cos(t + turn), radius * np.sin(t + turn), z)
            for turn, z in ((0.0, z1), (np.radians(twist), -z1))
            for t in angles
        ]
        a, b = ([(0.0, 0.0, 0.0), *rings, (0.0, 0.0, z)] for z in (z2, -z2))
    species = np.array([centre] + [ligand] * (len(a) - 1))
    first, second = (Cloud(np.array(points), species).to_atoms() for points in (a, b))
    if not same_environment(first, second, order):
        raise PairError("the two surroundings differ for the central atom; are two points in one place?")
    family, title = "central environments", name or f"central environments of order {order}"
    same = congruent(first, second)
    if same:
        return (MirrorPair if same.mirror else ControlPair)(first, second, title, family, PRL)
    return CentralPair(first, second, title, family, PRL)


def same_environment(a: Atoms, b: Atoms, order: int = 3, tolerance: float = 1e-6) -> bool:
    """Does the first atom see the same in two clouds, up to a body order?

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two isolated clouds, angstrom; the central atom is the first of each.
    order : {2, 3, 4}, optional
        2: distances; 3: triangles of the centre and two others; 4: tetrahedra of the centre and three others.
    tolerance : float, optional
        Lengths this close count as one, angstrom.

    Returns
    -------
    bool

    Raises
    ------
    PairError
        If the order is not known, a cloud is periodic or has too many points, or the tolerance is not positive.

    Examples
    --------
    >>> pair = central_environments(3)
    >>> same_environment(pair.a, pair.b, 3), same_environment(pair.a, pair.b, 4)
    (True, False)
    """
    _check_order(order, (2, 3, 4), "give 2, 3 or 4")
    check_number("tolerance", tolerance, "give a positive length in angstrom", positive=True)
    clouds = [as_cloud(a), as_cloud(b)]
    if clouds[0].periodic or clouds[1].periodic:
        raise PairError("the surroundings of an atom in a periodic cloud have no end; cut out a cluster")
    if max(len(c) for c in clouds) > MOST_POINTS[order]:
        raise PairError(
            f"{max(len(c) for c in clouds)} points are too many for order={order}; give up to {MOST_POINTS[order]}"
        )
    squares = [np.linalg.norm(c.positions[:, None] - c.positions[None], axis=2) for c in clouds]
    labels = label_values(squares, tolerance)
    return _seen(clouds[0], labels[0], order) == _seen(clouds[1], labels[1], order)


def _check_order(order: object, known: tuple[int, ...], remedy: str) -> None:
    if not isinstance(order, (int, np.integer)) or isinstance(order, bool) or order not in known:
        raise PairError(f"order={shown(order)} is not known; {remedy}")


def _seen(cloud: Cloud, labels: NDArray[np.int64], order: int) -> Counter[tuple[object, ...]]:
    """Count the figures that the centre spans with `order - 1` others, each in the smallest of its descriptions."""
    figures: Counter[tuple[object, ...]] = Counter()
    for others in combinations(range(1, len(cloud)), order - 1):
        descriptions = []
        for p in permutations(others):
            corners = tuple((str(cloud.species[i]), int(labels[0, i])) for i in p)
            sides = tuple(int(labels[i, j]) for i, j in combinations(p, 2))
            descriptions.append((corners, sides))
        figures[min(descriptions)] += 1
    return figures
