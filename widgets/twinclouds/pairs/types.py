"""What a pair of clouds is: degenerate at every cutoff, only below some cutoff, for one centre only, or not at all.

The type of a pair says what is known of it. A :class:`DegeneratePair` can be made only from two clouds that are
not congruent and that the distance test cannot tell apart.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np

from twinclouds.clouds import as_cloud
from twinclouds.congruence import Congruence, congruent, roomy_radius
from twinclouds.errors import PairError
from twinclouds.pairs.hypotheses import proof_of
from twinclouds.refinement import compare

if TYPE_CHECKING:
    from ase import Atoms

__all__ = [
    "CentralPair",
    "ControlPair",
    "DegeneratePair",
    "FiniteCutoffPair",
    "MirrorPair",
    "Pair",
    "typed_pair",
]

#: Up to this radius (angstrom) a periodic pair is checked when it is made; beyond it stands the proof of its family.
PERIODIC_CHECK = 6.0


@dataclass(frozen=True, eq=False)
class Pair:
    """Two clouds that are worth comparing.

    Attributes
    ----------
    a, b : ase.Atoms
        The two clouds, angstrom.
    name : str
        Short name, the key in the gallery.
    family : str
        How the pair is built.
    source : str
        Where the construction, or the pair, comes from.
    teaches : str
        What to learn from it, in a sentence.
    cutoff : float
        Cutoff (angstrom) that `expected` speaks of; infinite for the complete graph.
    expected : mapping of str to bool
        For each test of :func:`twinclouds.compare` whether it tells the two apart at `cutoff`; the test ``"2-fwl"`` is
        left out where it is not defined, for periodic clouds.
    elsewhere : mapping of float to mapping of str to bool
        The same at other cutoffs that are worth a look.
    energies : mapping of str to (float, float)
        Energies of a and b in eV, by method.
    """

    a: Atoms
    b: Atoms
    name: str
    family: str
    source: str
    teaches: str = ""
    cutoff: float = np.inf
    expected: Mapping[str, bool] = field(default_factory=dict)
    elsewhere: Mapping[float, Mapping[str, bool]] = field(default_factory=dict)
    energies: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Atoms]:
        """Unpack: ``a, b = pair``."""
        yield self.a
        yield self.b

    def copy(self) -> Self:
        """Return a pair with clouds of its own, so that moving their atoms leaves this one as it is.

        Examples
        --------
        >>> from twinclouds.pairs import three_lines
        >>> pair = three_lines()
        >>> other = pair.copy()
        >>> other.a is pair.a, other.kind == pair.kind
        (False, True)
        """
        other = copy.copy(self)
        for name in ("a", "b"):
            atoms: Any = getattr(self, name)
            object.__setattr__(other, name, atoms.copy())
        return other

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "pair"

    @property
    def formula(self) -> str:
        """Composition of either cloud."""
        return as_cloud(self.a).formula

    @property
    def periodic_axes(self) -> int:
        """Number of axes along which the clouds repeat."""
        return int(as_cloud(self.a).pbc.sum())


@dataclass(frozen=True, eq=False)
class DegeneratePair(Pair):
    """Not congruent, and not told apart by colour refinement with distances at any cutoff.

    Making one checks both: isolated clouds on the complete graph, which settles every cutoff, periodic ones up to 6
    angstrom (less where the points are denser than in any matter), beyond which a proof has to take over: that of the
    family, whose hypotheses are checked on the clouds.

    Raises
    ------
    PairError
        If the clouds are congruent, the distance test tells them apart, or no proof covers a periodic pair.

    Examples
    --------
    >>> from ase import Atoms
    >>> DegeneratePair(Atoms("H2", [[0, 0, 0], [0, 0, 1]]), Atoms("H2", [[0, 0, 0], [0, 0, 2]]), "H2", "none", "none")
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: H2 is not degenerate: told apart in round 1
    """

    def __post_init__(self) -> None:
        reach = periodic_check(self.a, self.b) if self.periodic_axes else np.inf
        verdict = compare(self.a, self.b, cutoff=reach)
        if not verdict.equivalent or verdict.ill_conditioned:
            raise PairError(f"{self.name} is not degenerate: {verdict.wording}")
        same = _same(self.a, self.b)
        if same:
            how = "mirror images" if same.mirror else "one shape in two positions"
            raise PairError(f"{self.name} is not degenerate: the two clouds are congruent, {how}")
        if self.periodic_axes and not proof_of(self.family, as_cloud(self.a), as_cloud(self.b)):
            raise PairError(
                f"{self.name} is periodic and not told apart up to {reach:.3g} A, but no proof of the family "
                f"{self.family!r} covers larger cutoffs; use the plain type Pair"
            )

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "degenerate at every cutoff"


@dataclass(frozen=True, eq=False)
class FiniteCutoffPair(Pair):
    """Not told apart at `cutoff`, but at some larger one."""

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "degenerate below some cutoff"


@dataclass(frozen=True, eq=False)
class CentralPair(Pair):
    """Seen from one central atom (index 0) all distances and angles agree; as a whole the clouds are told apart."""

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "degenerate for one centre"


@dataclass(frozen=True, eq=False)
class MirrorPair(Pair):
    """Mirror images that no rotation brings together: no set of distances or angles tells them apart."""

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "mirror images"


@dataclass(frozen=True, eq=False)
class ControlPair(Pair):
    """Not degenerate: either the clouds are congruent, or the distance test tells them apart."""

    @property
    def kind(self) -> str:
        """What is known of the pair, in a few words."""
        return "control"


def periodic_check(a: Atoms, b: Atoms) -> float:
    """Return up to which radius (angstrom) a periodic pair is checked when it is made.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> periodic_check(*gallery["crystal"])
    6.0
    """
    return roomy_radius(PERIODIC_CHECK, as_cloud(a), as_cloud(b))


def _same(a: Atoms, b: Atoms) -> Congruence:
    return congruent(a, b, radius=periodic_check(a, b) if as_cloud(a).periodic else PERIODIC_CHECK)


def typed_pair(a: Atoms, b: Atoms, name: str, family: str, source: str) -> DegeneratePair | MirrorPair | ControlPair:
    """Make the pair that two members of a family turn out to be.

    Examples
    --------
    >>> from ase import Atoms
    >>> hydrogen = Atoms("H2", [[0, 0, 0], [0, 0, 1]])
    >>> typed_pair(hydrogen, hydrogen, "twice", "none", "none").kind
    'control'
    """
    same = _same(a, b)
    if not same:
        return DegeneratePair(a, b, name, family, source)
    return (MirrorPair if same.mirror else ControlPair)(a, b, name, family, source)
