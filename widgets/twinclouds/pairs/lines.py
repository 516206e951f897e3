"""Three lines through one point: the smallest degenerate pairs, and octahedral complexes among them.

Take X = {+-v1, +-v2, +-v3} and Y with the same lengths and the same absolute cosines between the lines, but
with the opposite sign of the product (v1.v2)(v2.v3)(v3.v1), which renaming vi -> -vi cannot change. From +vi
the unordered pair of distances to {+vj, -vj} depends on the absolute value of vi.vj only, so all points on a
line keep one colour in both clouds, at every cutoff. Yet the triangles (vi, vj, vk) have other sides. In words:
one of the three angles between the lines is changed from gamma to 180 - gamma. Both clouds exist if and only if
1 - c12^2 - c13^2 - c23^2 - 2 |c12 c13 c23| >= 0.

The construction is this project's own reconstruction of the degeneracies of Pozdnyakov and Ceriotti, Mach. Learn.: Sci.
Technol. 3, 045020 (2022).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_number, check_symbol, check_symbols, check_text, listed, shown
from twinclouds.errors import PairError
from twinclouds.pairs.types import ControlPair, DegeneratePair, MirrorPair, typed_pair

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["BLIND", "SEEN", "SOURCE", "octahedral_complex", "star_graph", "three_lines"]

#: What the tests say of a pair that no distances tell apart, but triangles and pairs of points do; and of one that
#: they do not tell apart either.
SEEN = {"wl": False, "distance-wl": False, "angle-wl": True, "2-fwl": True}
BLIND = {"wl": False, "distance-wl": False, "angle-wl": False, "2-fwl": False}

#: Largest distortion of a star graph, degrees; beyond it two ligands are hardly further apart than bonds are long.
STAR = 25.0

SOURCE = (
    "twinclouds, a reconstruction after Pozdnyakov and Ceriotti, Mach. Learn.: Sci. Technol. 3, 045020 (2022), "
    "arXiv:2201.07136"
)


def three_lines(
    lengths: Sequence[float | Sequence[float]] = (1.0, 1.2, 1.5),
    angles: Sequence[float] = (70.0, 80.0, 65.0),
    species: str | Sequence[str | Sequence[str]] = "C",
    centre: str | None = None,
    name: str = "three lines",
) -> DegeneratePair | MirrorPair | ControlPair:
    """Put antipodal pairs of points on three lines; the twin has one of the angles replaced by its supplement.

    Parameters
    ----------
    lengths : sequence of 3 (float or sequence of float)
        Distances of the points from the centre along each line, angstrom; each stands for a point and its antipode.
    angles : sequence of 3 float
        Angles between lines 2 and 3, 1 and 3, 1 and 2, degrees, between 0 and 180.
    species : str or sequence of 3 (str or sequence of str), optional
        One symbol for all points, one for each line, or one for each length.
    centre : str, optional
        Species of an atom at the centre; none by default.
    name : str, optional
        Name of the pair.

    Returns
    -------
    DegeneratePair or ControlPair
        A ControlPair if the two clouds turn out to be congruent: one of the angles is 90 degrees, so that
        there is no sign to change.

    Raises
    ------
    PairError
        If lengths, angles or species do not fit, or no cloud has such angles; the message tells which are possible.

    Examples
    --------
    A regular hexagon and two staggered triangles:

    >>> pair = three_lines(lengths=(1, 1, 1), angles=(60, 60, 120))
    >>> pair.kind
    'degenerate at every cutoff'
    >>> three_lines(angles=(30, 40, 80))
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: lines at angles 30, 40, 80 degrees do not give a pair; with 30 and 40 no third
    angle does, with 30 and 80 the second has to lie between 70 and 110, with 40 and 80 the first has to lie between 60
    and 120

    References
    ----------
    Own reconstruction; see the module's text for the proof.
    """
    check_text("name", name)
    a, b = line_members(lengths, angles, species, centre)
    return typed_pair(a, b, name, "three lines", SOURCE)


def line_members(
    lengths: Sequence[float | Sequence[float]],
    angles: Sequence[float],
    species: str | Sequence[str | Sequence[str]],
    centre: str | None = None,
) -> tuple[Atoms, Atoms]:
    """Return the two clouds of :func:`three_lines`, without looking whether they are congruent.

    Examples
    --------
    >>> [len(atoms) for atoms in line_members((1, 1.2, 1.5), (70, 80, 90), "C")]
    [6, 6]
    """
    rows = _check_lengths(lengths)
    symbols = _check_species(species, rows)
    cosines = _check_angles(angles)
    if centre is not None:
        check_symbol("centre", centre)
    a, b = (_atoms(_directions(c), rows, symbols, centre) for c in (cosines, cosines * [1, 1, -1]))
    return a, b


def octahedral_complex(
    metal: str = "Cr",
    ligand: str | Sequence[str] = ("C", "O"),
    lengths: float | Sequence[float] = (1.91, 3.05),
    distortion: float = 5.0,
    name: str = "",
) -> DegeneratePair | MirrorPair | ControlPair:
    """Stretch an octahedral complex along a threefold axis, and squash its twin.

    Six linear ligands sit on three lines through the metal. In the first member the lines make angles of 90 -
    distortion degrees with each other on one side of the threefold axis (elongated), in the second 90 +
    distortion (compressed). A distance GNN must give both the same energy: E(+eps) = E(-eps).

    Parameters
    ----------
    metal : str, optional
        Species at the centre.
    ligand : str or sequence of str, optional
        Atoms of the linear ligand, from the metal outwards.
    lengths : float or sequence of float, optional
        Their distances from the metal, angstrom.
    distortion : float, optional
        How far the angles between the lines depart from 90 degrees; from -30 to 30, not 0.
    name : str, optional
        Name of the pair.

    Returns
    -------
    DegeneratePair or ControlPair
        A ControlPair when `distortion` is zero.

    Raises
    ------
    PairError
        If the parameters do not fit or the distortion is out of range.

    Examples
    --------
    >>> pair = octahedral_complex("S", "F", 1.56, distortion=5)
    >>> pair.formula, pair.kind
    ('F6S', 'degenerate at every cutoff')

    References
    ----------
    Own reconstruction, see :func:`three_lines`.
    """
    symbols = check_symbols("ligand", ligand)
    atoms = [symbols] if isinstance(symbols, str) else symbols
    for k, atom in enumerate(atoms):
        check_symbol(f"ligand[{k}]", atom)
    check_symbol("metal", metal)
    check_text("name", name)
    several = listed(lengths)
    given: list[object] = [lengths] if several is None else several
    remedy = "give one distance from the metal, in angstrom, for each atom of the ligand"
    distances = [
        check_number("lengths" if several is None else f"lengths[{k}]", x, remedy) for k, x in enumerate(given)
    ]
    if not isinstance(distortion, (int, float, np.number)) or isinstance(distortion, bool):
        raise PairError(f"distortion={shown(distortion)} is not a number; give degrees from -30 to 30")
    if len(atoms) != len(distances):
        raise PairError(
            f"the ligand has {len(atoms)} atoms but there are {len(distances)} lengths; give one length per atom"
        )
    if not abs(distortion) <= 30:
        raise PairError(
            f"distortion {shown(distortion)} degrees is out of range; three lines at equal angles exist from -30 to 30"
        )
    gamma = 90.0 - float(distortion)
    title = name or f"{metal}({''.join(atoms)})6"
    # Three lines at 180 - gamma each, of which one is flipped to gamma, are three lines at gamma with a sign changed.
    pair = three_lines([distances] * 3, (gamma, gamma, gamma), [atoms] * 3, metal, title)
    pair.a.info["name"] = f"{title} elongated" if distortion > 0 else f"{title} compressed"
    pair.b.info["name"] = f"{title} compressed" if distortion > 0 else f"{title} elongated"
    return type(pair)(pair.a, pair.b, title, "octahedral complex", SOURCE)


def star_graph(
    metal: str = "S",
    ligand: str = "F",
    bond: float = 1.561,
    distortion: float = 5.74,
    name: str = "",
) -> DegeneratePair:
    """Make an octahedral complex and its twin on which every rung of the ladder fails while bonds are the only edges.

    At a cutoff between the bond and the shortest distance of two ligands the graph is a star. Each pair of lines makes
    the angles gamma and 180 - gamma at the centre in both members, so that the angles agree, too. Features of three
    bodies at the centre do not tell the two apart; of four bodies they do, and so do angles at a larger cutoff.

    Parameters
    ----------
    metal, ligand : str, optional
        Species at the centre and of the six ligands.
    bond : float, optional
        Length of the six bonds, angstrom.
    distortion : float, optional
        How far the angles between the bonds depart from 90 degrees; from -25 to 25, not 0.
    name : str, optional
        Name of the pair.

    Returns
    -------
    DegeneratePair
        With `cutoff` half-way between bond and shortest distance of two ligands, where no test tells the two apart
        (`expected`); what they say when all distances are known is in `elsewhere`.

    Raises
    ------
    PairError
        If a parameter does not fit.

    References
    ----------
    Own reconstruction, see :func:`three_lines`; that three-body features fail on such stars follows Pozdnyakov et al.,
    Phys. Rev. Lett. 125, 166001 (2020).

    Examples
    --------
    >>> from twinclouds import compare
    >>> pair = star_graph()
    >>> [compare(pair.a, pair.b, cutoff, test="angle-wl").equivalent for cutoff in (pair.cutoff, 2.4)]
    [True, False]
    """
    check_symbol("ligand", ligand)
    check_number("bond", bond, "give a positive length in angstrom", positive=True)
    remedy = f"give degrees from {-STAR:g} to {STAR:g}, not 0"
    if not 0 < abs(check_number("distortion", distortion, remedy)) <= STAR:
        raise PairError(f"distortion={shown(distortion)} does not give a star with a twin; {remedy}")
    check_text("name", name)
    pair = octahedral_complex(metal, ligand, bond, distortion, name or f"{metal}{ligand}6 star")
    if not isinstance(pair, DegeneratePair):
        raise PairError(f"distortion={shown(distortion)} is too small to tell the two members apart; {remedy}")
    shortest = 2 * bond * np.sin(np.radians(90 - abs(distortion)) / 2)
    cutoff = float(bond + shortest) / 2
    return replace(pair, family="star graph", cutoff=cutoff, expected=BLIND, elsewhere={np.inf: SEEN})


def _check_lengths(lengths: Sequence[float | Sequence[float]]) -> list[list[float]]:
    try:
        rows = [_numbers(row) for row in lengths]
    except (TypeError, ValueError, OverflowError):
        raise PairError(
            f"lengths {shown(lengths)} are not numbers; give three lengths in angstrom, one per line"
        ) from None
    if len(rows) != 3 or not all(rows):
        raise PairError(
            f"{len(rows)} lines are given; give lengths (angstrom) for exactly three lines, at least one on each"
        )
    for i, row in enumerate(rows):
        for length in row:
            if not np.isfinite(length) or length <= 0:
                raise PairError(f"length {length:g} on line {i + 1} is not a positive number of angstrom")
    return rows


def _check_species(species: str | Sequence[str | Sequence[str]], rows: list[list[float]]) -> list[list[str]]:
    given = check_symbols("species", species)
    lines = [given] * 3 if isinstance(given, str) else given
    if len(lines) != 3:
        raise PairError(
            f"species are given for {len(lines)} lines; give one symbol, or one entry for each of three lines"
        )
    checked = [check_symbols(f"species[{k}]", s) for k, s in enumerate(lines)]
    symbols = [[s] * len(row) if isinstance(s, str) else s for s, row in zip(checked, rows, strict=True)]
    for i, (names, row) in enumerate(zip(symbols, rows, strict=True)):
        if len(names) != len(row):
            raise PairError(
                f"line {i + 1} has {len(row)} lengths but {len(names)} species; give one species per length"
            )
        for symbol in names:
            check_text("species", symbol)
    return symbols


def _check_angles(angles: Sequence[float]) -> NDArray[np.float64]:
    try:
        values = np.asarray(_numbers(angles))
    except (TypeError, ValueError, OverflowError):
        raise PairError(f"angles {shown(angles)} are not numbers; give three angles in degrees") from None
    if values.shape != (3,) or not ((values > 0) & (values < 180)).all():
        raise PairError(f"angles {values.tolist()} do not fit; give three angles between 0 and 180 degrees")
    # One by one: cosines of arrays depend on the processor in the last digit.
    cosines = np.array([math.cos(math.radians(value)) for value in values.tolist()])
    if 1 - cosines @ cosines - 2 * abs(cosines.prod()) < -1e-12:
        first, second, third = (f"{v:g}" for v in values)
        ranges = (
            _range(cosines[0], cosines[1], f"with {first} and {second}", "third"),
            _range(cosines[0], cosines[2], f"with {first} and {third}", "second"),
            _range(cosines[1], cosines[2], f"with {second} and {third}", "first"),
        )
        raise PairError(f"lines at angles {first}, {second}, {third} degrees do not give a pair; {', '.join(ranges)}")
    return np.asarray(cosines)


def _range(one: float, other: float, kept: str, which: str) -> str:
    """Say which angles fit, given the cosines of the two others."""
    largest = np.sqrt((1 - one**2) * (1 - other**2)) - abs(one * other)
    if largest < 0:
        return f"{kept} no {which} angle does"
    low = np.degrees(np.arccos(largest))
    return f"{kept} the {which} has to lie between {low:.4g} and {180 - low:.4g}"


def _numbers(values: object) -> list[float]:
    """Return one number or several as a list; texts and truth values are no numbers."""
    array = np.atleast_1d(np.asarray(values))
    if array.size and array.dtype.kind not in "iuf":
        raise TypeError
    return [float(x) for x in array.ravel().tolist()]


def _directions(cosines: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return three unit vectors with the given cosines between 2 and 3, 1 and 3, 1 and 2.

    They are the rows of the symmetric root U of the matrix G of cosines, so that each line stays near an axis. There is
    one such root. By the theorem of Cayley and Hamilton U (G + b) = a G + c with the trace a of U, the sum b of its
    principal minors and its determinant c; and a^2 = 3 + 2 b, b^2 = m + 2 a c, where m is the sum b of G.
    """
    c23, c13, c12 = cosines.tolist()
    gram = np.array([[1, c12, c13], [c12, 1, c23], [c13, c23, 1]])
    # Sums, products and square roots are the same on every machine. Eigenvectors are not, least of all where angles are
    # equal; nor are last digits of LAPACK, on which files and digests of certificates would depend.
    squares = c12 * c12 + c13 * c13 + c23 * c23
    determinant = 1 - squares + 2 * c12 * c13 * c23
    # Three lines in a plane: the determinant is zero up to rounding, and its root must not blow that up.
    c = math.sqrt(determinant) if determinant > 1e-13 else 0.0
    a = 3.0
    for _ in range(20):  # each step leaves a ninth of the error, or less
        b = math.sqrt(3 - squares + 2 * a * c)
        a = math.sqrt(3 + 2 * b)
    other = gram + b * np.eye(3)
    cofactors = np.cross(other[[1, 2, 0]], other[[2, 0, 1]])
    inverse = cofactors / (other[0] * cofactors[0]).sum()
    return np.asarray(((a * gram + c * np.eye(3))[:, :, None] * inverse).sum(axis=1))


def _atoms(
    directions: NDArray[np.float64], rows: list[list[float]], symbols: list[list[str]], centre: str | None
) -> Atoms:
    from twinclouds.clouds import Cloud

    positions = [np.zeros(3)] if centre else []
    species = [centre] if centre else []
    for direction, row, names in zip(directions, rows, symbols, strict=True):
        for length, symbol in zip(row, names, strict=True):
            positions += [length * direction, -length * direction]
            species += [symbol, symbol]
    return Cloud(np.array(positions), np.array(species)).to_atoms()
