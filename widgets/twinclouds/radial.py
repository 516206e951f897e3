"""Functions of one distance that networks and descriptors are made of: a smooth cutoff, and a radial basis.

Both are smooth, so that features do not jump when an atom crosses the cutoff. The price: an edge *at* the cutoff has
weight zero, and one close to it nearly so. Colour refinement still counts such an edge. To see what refinement
sees, put the cutoff well beyond the last shell of neighbours that should count.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["REACH", "radial_basis", "smooth_cutoff"]

#: Decay length of the radial basis, angstrom: lengths between half of it and four times it are resolved well.
REACH = 2.0


def smooth_cutoff(distances: ArrayLike, cutoff: float = np.inf) -> NDArray[np.float64]:
    """Fall from one at distance zero to zero at the cutoff, with two continuous derivatives at either end.

    Parameters
    ----------
    distances : array of float
        Distances, angstrom.
    cutoff : float, optional
        Where the function becomes zero, angstrom; without a cutoff it is one everywhere.

    Returns
    -------
    array of float
        ``1 - 10 x^3 + 15 x^4 - 6 x^5`` with x = distance / cutoff; zero beyond the cutoff.

    Examples
    --------
    >>> smooth_cutoff([0.0, 2.0, 4.0, 5.0], cutoff=4.0)
    array([1. , 0.5, 0. , 0. ])
    """
    d = np.asarray(distances, dtype=np.float64)
    if np.isinf(cutoff):
        return np.ones_like(d)
    x = np.clip(d / cutoff, 0.0, 1.0)
    # Written as powers of 1 - x, so that nothing cancels near the rim.
    return (1 - x) ** 3 * (1 + 3 * x + 6 * x**2)


def radial_basis(distances: ArrayLike, size: int = 16, cutoff: float = np.inf) -> NDArray[np.float64]:
    """Describe each distance by Gaussians of exp(-distance / 2 angstrom), times the smooth cutoff.

    Parameters
    ----------
    distances : (m,) array of float
        Distances, angstrom.
    size : int, optional
        Number of functions.
    cutoff : float, optional
        Where all functions become zero, angstrom.

    Returns
    -------
    (m, size) array of float

    Notes
    -----
    In the variable exp(-d / 2) the half line of distances is the interval from 0 to 1: one basis serves every
    cutoff, infinity too, and resolves short distances best. The form is that of PhysNet (Unke and Meuwly, J. Chem.
    Theory Comput. 15, 3678 (2019)).

    Examples
    --------
    >>> radial_basis([1.0, 1.5], size=4).shape
    (2, 4)
    """
    d = np.asarray(distances, dtype=np.float64)
    centres = np.linspace(0.0, 1.0, size)
    width = 1.0 / max(size - 1, 1)
    bumps = np.exp(-0.5 * ((np.exp(-d[:, None] / REACH) - centres) / width) ** 2)
    return np.asarray(bumps * smooth_cutoff(d, cutoff)[:, None])
