"""Pairs that are told apart only when the cutoff, or the number of rounds, is large enough.

They are not degenerate: on the complete distance graph refinement separates them. They are the failures that
textbooks show, and they teach how cutoff and depth trade for each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_number, check_symbol, shown
from twinclouds.clouds import Cloud
from twinclouds.errors import PairError
from twinclouds.pairs.types import FiniteCutoffPair
from twinclouds.refinement import compare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["FOLKLORE", "k_chains", "squares_and_crown", "triangles_and_hexagon"]

#: Chains of more bonds than this are not made.
LONGEST = 1000

FOLKLORE = "textbook example of the limits of 1-WL; geometry by twinclouds"


def triangles_and_hexagon(side: float = 1.0, apart: float = 6.0, species: str = "C") -> FiniteCutoffPair:
    """Two triangles against one hexagon with sides of the same length, all in one plane.

    Parameters
    ----------
    side : float, optional
        Length of every side, angstrom.
    apart : float, optional
        Distance between the centres of the two triangles, angstrom; at least three sides.
    species : str, optional
        Species of all points.

    Returns
    -------
    FiniteCutoffPair
        Not told apart at 1.2 times the side.

    Raises
    ------
    PairError
        If a length does not fit.

    Examples
    --------
    >>> from twinclouds import resolving_cutoff
    >>> pair = triangles_and_hexagon(1.4)
    >>> round(resolving_cutoff(pair.a, pair.b) / 1.4, 6) == round(3**0.5, 6)
    True
    """
    _check_length("side", side)
    check_number("apart", apart, f"give at least three sides, {3 * side:g} A", low=3 * side)
    check_symbol("species", species)
    hexagon = _ring(6) * side
    triangle = _ring(3) * side / np.sqrt(3)
    shift = np.array([apart / 2, 0, 0])
    a = _atoms(np.concatenate([triangle - shift, triangle + shift]), species)
    return _finite(a, _atoms(hexagon, species), "two triangles and a hexagon", 1.2 * side)


def squares_and_crown(side: float = 1.0, apart: float = 8.0, species: str = "X") -> FiniteCutoffPair:
    """Two squares against a crown of eight: at the bond cutoff not even the angles differ.

    Parameters
    ----------
    side : float, optional
        Length of every bond, angstrom.
    apart : float, optional
        Distance between the centres of the squares, angstrom; at least three sides.
    species : str, optional
        Species of all points.

    Returns
    -------
    FiniteCutoffPair
        Not told apart at 1.2 times the side, with or without angles.

    Raises
    ------
    PairError
        If a length does not fit.

    Examples
    --------
    >>> from twinclouds import compare
    >>> pair = squares_and_crown()
    >>> [compare(pair.a, pair.b, pair.cutoff, test=test).equivalent for test in ("distance-wl", "angle-wl")]
    [True, True]
    """
    _check_length("side", side)
    check_number("apart", apart, f"give at least three sides, {3 * side:g} A", low=3 * side)
    check_symbol("species", species)
    square = _ring(4) * side / np.sqrt(2)
    shift = np.array([apart / 2, 0, 0])
    # A crown of radius R and half height h has bonds of length side and right angles between them.
    radius = side
    chord = 2 * radius * np.sin(np.pi / 8)
    half = np.sqrt(side**2 - chord**2) / 2
    crown = _ring(8) * radius + np.outer((-1.0) ** np.arange(8), [0, 0, half])
    a = _atoms(np.concatenate([square - shift, square + shift]), species)
    return _finite(a, _atoms(crown, species), "two squares and a crown", 1.2 * side)


def k_chains(k: int = 4, bond: float = 1.0, species: str = "C") -> FiniteCutoffPair:
    """Two chains with equal ends against two chains with unequal ends: word has to travel from end to end.

    Every chain has k inner bonds. The outermost bonds are 10 or 20 per cent longer: in the first member one
    chain has two short and one has two long ends, in the second each chain has one of either kind.

    Parameters
    ----------
    k : int, optional
        Number of inner bonds of each chain, from 1 to 1000.
    bond : float, optional
        Length of an inner bond, angstrom.
    species : str, optional
        Species of all points.

    Returns
    -------
    FiniteCutoffPair
        Not told apart in one round at a cutoff of 1.3 bonds; see :func:`twinclouds.staircase`.

    Raises
    ------
    PairError
        If a parameter does not fit.

    References
    ----------
    After the k-chains of Joshi et al., ICML 2023, arXiv:2301.09308; the geometry is this project's own.

    Examples
    --------
    >>> from twinclouds import staircase
    >>> pair = k_chains(3)
    >>> {rounds: round(cutoff, 2) for rounds, cutoff in staircase(pair.a, pair.b).cutoffs.items()}
    {1: 3.1, 2: 2.0, 3: 1.1}
    """
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)) or not 1 <= k <= LONGEST:
        raise PairError(f"k={shown(k)} is not a number of bonds; give a whole number from 1 on, up to {LONGEST}")
    _check_length("bond", bond)
    check_symbol("species", species)

    def chain(first: float, last: float, height: float) -> NDArray[np.float64]:
        x = np.cumsum([0.0, first, *[1.0] * int(k), last])
        with np.errstate(over="ignore"):  # bonds as long as numbers get: a cloud refuses them
            return bond * np.stack([x, 0 * x, np.full_like(x, height)], axis=1)

    far = 10.0 * (k + 3)
    a = _atoms(np.concatenate([chain(1.1, 1.1, 0.0), chain(1.2, 1.2, far)]), species)
    b = _atoms(np.concatenate([chain(1.1, 1.2, 0.0), chain(1.1, 1.2, far)]), species)
    return FiniteCutoffPair(a, b, f"{k}-chains", "finite cutoff", FOLKLORE, cutoff=1.3 * bond)


def _check_length(name: str, value: float) -> None:
    check_number(name, value, "give a positive length in angstrom", positive=True)


def _ring(n: int) -> NDArray[np.float64]:
    t = 2 * np.pi * np.arange(n) / n
    return np.stack([np.cos(t), np.sin(t), np.zeros(n)], axis=1)


def _atoms(points: NDArray[np.float64], species: str) -> Atoms:
    return Cloud(points, np.full(len(points), species)).to_atoms()


def _finite(a: Atoms, b: Atoms, name: str, cutoff: float) -> FiniteCutoffPair:
    if not compare(a, b, cutoff=cutoff).equivalent or compare(a, b).equivalent:
        raise PairError(f"{name}: these lengths do not give a pair that only a larger cutoff tells apart")
    return FiniteCutoffPair(a, b, name, "finite cutoff", FOLKLORE, cutoff=cutoff)
