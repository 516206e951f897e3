"""Bases of spaces, eigenvectors among them, that are the same on every machine.

Where eigenvalues or singular values are equal, any basis of their space is right; LAPACK returns whichever follows from
the rounding on the processor at hand. Even of a single vector the sign is open. The *space* is unique, and so is its
projector. From that a basis is chosen here by a rule in which rounding has no say.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["settled_basis", "settled_eigenvectors"]

#: Numbers that agree to so many decimals count as equal: rounding is far below, differences that matter are above.
DECIMALS = 6


def settled_basis(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the orthonormal basis of a space that a rule singles out among all.

    The first vector is the projection of the axis that is nearest to the space, of equally near ones the first axis.
    The next is found in the same way in what is left.

    Parameters
    ----------
    vectors : (n, k) array of float
        Orthonormal columns that span the space.

    Returns
    -------
    (n, k) array of float

    Examples
    --------
    >>> turned = np.array([[0.6, 0.8], [-0.8, 0.6], [0, 0]])
    >>> settled_basis(turned).round(12).tolist()
    [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]
    """
    projector = vectors @ vectors.T
    basis = np.zeros(vectors.shape)
    for column in basis.T:
        near = np.diag(projector)
        axis = int(np.argmax(near.round(DECIMALS)))
        column[:] = projector[axis] / np.sqrt(near[axis])
        projector = projector - np.outer(column, column)
    return basis


def settled_eigenvectors(matrix: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return eigenvalues in increasing order, and eigenvectors that are the same on every machine.

    Parameters
    ----------
    matrix : (n, n) array of float
        Symmetric. Eigenvalues that agree to a millionth of the largest are one.

    Returns
    -------
    values : (n,) array of float
    vectors : (n, n) array of float
        In the columns, as :func:`numpy.linalg.eigh` has them.

    Examples
    --------
    >>> values, vectors = settled_eigenvectors(np.diag([1.0, 3.0, 1.0]))
    >>> values.tolist(), vectors.tolist()
    ([1.0, 1.0, 3.0], [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    """
    values, vectors = np.linalg.eigh(matrix)
    apart = np.diff(values) > 10.0**-DECIMALS * np.abs(values).max(initial=0.0)
    spaces = np.split(vectors, np.flatnonzero(apart) + 1, axis=1)
    return values, np.concatenate([settled_basis(space) for space in spaces], axis=1)
