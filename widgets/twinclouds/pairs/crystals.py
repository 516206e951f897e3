"""Homometric crystals: different arrangements with the same distances.

Pauling and Shappell (1930) met them in the structure of bixbyite: 24 points per cubic cell, space group Ia-3,
site 24d (u, 0, 1/4). +u and -u give the same distances, and so the same diffraction pattern, although the two
are neither congruent nor mirror images; Patterson (1939) made them famous. All points of one arrangement are
equivalent by symmetry, so refinement, too, sees no difference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_number, check_symbol, check_text
from twinclouds.clouds import Cloud
from twinclouds.errors import PairError
from twinclouds.pairs.types import ControlPair, DegeneratePair, MirrorPair, typed_pair

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["PAULING", "homometric_crystal", "site_24d"]

PAULING = "Pauling and Shappell, Z. Kristallogr. 75, 128 (1930); Patterson, Nature 143, 939 (1939)"


def homometric_crystal(
    u: float = 0.03, a: float = 9.411, species: str = "Mn", name: str = "homometric crystal"
) -> DegeneratePair | MirrorPair | ControlPair:
    """Fill the site 24d (u, 0, 1/4) of space group Ia-3, once with +u and once with -u.

    Parameters
    ----------
    u : float, optional
        Free coordinate of the site, a fraction of the cell edge between -0.25 and 0.25.
    a : float, optional
        Edge of the cubic cell, angstrom.
    species : str, optional
        Species on the site.
    name : str, optional
        Name of the pair.

    Returns
    -------
    DegeneratePair or ControlPair
        A ControlPair where +u and -u give the same arrangement, as at u = 0.

    Raises
    ------
    PairError
        If u or a is out of range.

    References
    ----------
    Pauling and Shappell, Z. Kristallogr. 75, 128 (1930); Patterson, Nature 143, 939 (1939).

    Examples
    --------
    >>> pair = homometric_crystal(0.05)
    >>> pair.formula, pair.kind
    ('Mn24', 'degenerate at every cutoff')
    """
    remedy = "give a fraction of the cell edge between -0.25 and 0.25"
    if abs(check_number("u", u, remedy)) >= 0.25:
        raise PairError(f"u={u!r} is out of range; {remedy}")
    check_number("a", a, "give the edge of the cell in angstrom, a positive number", positive=True)
    check_symbol("species", species)
    check_text("name", name)
    return typed_pair(_atoms(u, a, species), _atoms(-u, a, species), name, "homometric crystals", PAULING)


def site_24d(u: float) -> NDArray[np.float64]:
    """Return the 24 points of the site (u, 0, 1/4) of Ia-3 in one cubic cell, as fractions of its edge, shape (24, 3).

    Examples
    --------
    >>> site_24d(0.03)[0].tolist()
    [0.03, 0.0, 0.25]
    """
    first = [(u, 0, 0.25), (0.5 - u, 0, 0.75), (-u, 0, 0.75), (0.5 + u, 0, 0.25)]
    # The threefold axis turns coordinates round; the lattice is body-centred.
    turned = np.concatenate([np.roll(first, k, axis=1) for k in range(3)])
    return np.concatenate([turned, turned + 0.5]) % 1.0


def _atoms(u: float, a: float, species: str) -> Atoms:
    return Cloud(a * site_24d(u), np.full(24, species), a * np.eye(3), np.ones(3, dtype=bool)).to_atoms()
