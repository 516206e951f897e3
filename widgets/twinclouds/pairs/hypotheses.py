"""What the proofs for periodic pairs assume, checked on the clouds themselves.

No finite computation looks at every cutoff of a periodic cloud. For two families a proof covers them all; here
it is verified that two clouds are what the proof speaks of.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud

__all__ = ["PROOFS", "in_three_planes", "on_site_24d", "proof_of"]

#: Coordinates may be off by this much, angstrom.
SLACK = 1e-6

#: Cells have to agree to this part of their edges, which is rounding: a strain, however small, grows with the distance.
STRAIN = 1e-12

#: What covers every cutoff of a periodic pair, by family.
PROOFS = {
    "three planes": "three planes, a motif mirrored within its plane in an orthorhombic cell",
    "homometric crystals": "site 24d of Ia-3 with +u and -u, homometric and each one orbit (Pauling and Shappell 1930)",
}


def proof_of(family: str, a: Cloud, b: Cloud) -> str:
    """Return the proof that covers every cutoff of a periodic pair of this family; empty if there is none.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.pairs import gallery
    >>> pair = gallery["crystal"]
    >>> proof_of(pair.family, as_cloud(pair.a), as_cloud(pair.b))[:12]
    'three planes'
    """
    checks = {"three planes": in_three_planes, "homometric crystals": on_site_24d}
    return PROOFS[family] if family in checks and checks[family](a, b) else ""


def in_three_planes(a: Cloud, b: Cloud) -> bool:
    """Is b the twin of a as :func:`twinclouds.pairs.three_planes` makes it?

    Motifs, each its own negative, lie in the planes z = 0, x = 0 and y = 0 (or half a period away) of an
    orthorhombic cell along the axes; the points of b are those of a, with the third motif mirrored by x -> -x.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.pairs import gallery
    >>> [in_three_planes(*(as_cloud(x) for x in gallery[name])) for name in ("slab", "bixbyite")]
    [True, False]
    """
    if len(a) != len(b) or not np.array_equal(a.pbc, b.pbc) or not _same_periods(a.periods, b.periods):
        return False
    if not _same_periods(a.periods, np.diag(np.diag(a.cell))[a.pbc]):
        return False
    flat = np.abs(a.positions) < SLACK
    for axis in np.flatnonzero(a.pbc):  # half a period away lies another plane that inversion and mirror keep
        half = a.cell[axis, axis] / 2
        flat[:, axis] = np.abs(a.positions[:, axis] - np.round(a.positions[:, axis] / half) * half) < SLACK
    third = flat[:, 1] & ~flat[:, 2] & ~flat[:, 0]
    if not flat.any(axis=1).all():
        return False
    mirrored = np.where(third[:, None], a.positions * [-1, 1, 1], a.positions)
    if (np.abs(mirrored - b.positions) > SLACK).any() or (a.species != b.species).any():
        return False
    # Each motif must be its own negative, up to the lattice for points half a cell away.
    for plane in (flat[:, 2], flat[:, 0], third):
        points, names = a.positions[plane], a.species[plane]
        for p, s in zip(points, names, strict=True):
            gap = _wrapped(points + p, a)
            if not ((np.abs(gap).max(axis=1) < SLACK) & (names == s)).any():
                return False
    return True


def on_site_24d(a: Cloud, b: Cloud) -> bool:
    """Do a and b fill the site 24d (u, 0, 1/4) of Ia-3 with one species, with u of opposite sign?

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.pairs import gallery
    >>> on_site_24d(*(as_cloud(x) for x in gallery["bixbyite"]))
    True
    """
    edge = float(a.cell[0, 0])
    for cloud in (a, b):
        cubic = _same_periods(cloud.cell, edge * np.eye(3)) and cloud.pbc.all()
        if not cubic or len(cloud) != 24 or len(set(cloud.species.tolist())) != 1:
            return False
    if a.species[0] != b.species[0]:
        return False
    for x, y, z in a.positions / edge:
        u = (x + 0.25) % 0.5 - 0.25
        on_axis = abs(_nearest(y)) * edge < SLACK and abs(_nearest(z - 0.25)) * edge < SLACK
        if on_axis and abs(u) * edge > SLACK and _filled(a, u) and _filled(b, -u):
            return True
    return False


def _filled(cloud: Cloud, u: float) -> bool:
    from twinclouds.pairs.crystals import site_24d

    wanted = float(cloud.cell[0, 0]) * site_24d(u)
    gaps = _wrapped(cloud.positions[:, None] - wanted[None], cloud)
    near = np.linalg.norm(gaps, axis=2) < 10 * SLACK
    return bool(near.any(axis=0).all() and near.any(axis=1).all())


def _same_periods(periods: NDArray[np.float64], others: NDArray[np.float64]) -> bool:
    """Are periods the same but for rounding?"""
    return bool((np.abs(periods - others) <= STRAIN * np.abs(others).max(initial=0.0)).all())


def _nearest(x: float) -> float:
    return x - round(x)


def _wrapped(gaps: NDArray[np.float64], cloud: Cloud) -> NDArray[np.float64]:
    """Bring differences next to zero by periods along the axes."""
    gaps = np.array(gaps)
    for axis in np.flatnonzero(cloud.pbc):
        gaps[..., axis] -= np.round(gaps[..., axis] / cloud.cell[axis, axis]) * cloud.cell[axis, axis]
    return gaps
