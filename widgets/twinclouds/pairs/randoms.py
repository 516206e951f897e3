"""Random members of the families, by seed: for tests, and as data to train on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twinclouds.arguments import check_text, check_whole, shown
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CloudError, PairError
from twinclouds.pairs.lines import octahedral_complex, three_lines
from twinclouds.pairs.planes import three_planes
from twinclouds.pairs.types import ControlPair, DegeneratePair, MirrorPair

__all__ = ["mirror_images", "random_pair"]

#: Parameters that do not fit are drawn again, at most so often.
MOST_TRIES = 200


def random_pair(family: str = "three lines", seed: int = 0) -> DegeneratePair:
    """Draw a random degenerate pair of a family.

    Parameters
    ----------
    family : {"three lines", "octahedral complex", "three planes", "periodic planes"}, optional
        The family.
    seed : int, optional
        The same seed gives the same pair.

    Returns
    -------
    DegeneratePair
        With lengths of 0.9 to 2.5 angstrom along the lines, or coordinates up to 2.5 angstrom in the planes.

    Raises
    ------
    PairError
        If the family is not known.

    Examples
    --------
    >>> random_pair("three lines", seed=1).kind
    'degenerate at every cutoff'
    """
    check_whole("seed", seed, 0, "give a whole number from 0 on")
    if not isinstance(family, str) or family not in _DRAW:
        raise PairError(f"family {shown(family)} has no random members; use one of {', '.join(map(repr, _DRAW))}")
    rng = np.random.default_rng(seed)
    for _ in range(MOST_TRIES):
        try:
            pair = _DRAW[family](rng)
        except (PairError, CloudError):  # angles that no lines make, points in one place: draw again
            continue
        if isinstance(pair, DegeneratePair):
            return pair
    raise PairError(f"no member of {family!r} was found with seed={seed}; give another seed")


def _lines(rng: np.random.Generator) -> DegeneratePair | MirrorPair | ControlPair:
    return three_lines(rng.uniform(0.9, 2.5, 3).tolist(), rng.uniform(55, 85, 3).tolist(), name="random lines")


def _complex(rng: np.random.Generator) -> DegeneratePair | MirrorPair | ControlPair:
    return octahedral_complex("Fe", "F", float(rng.uniform(1.7, 2.3)), float(rng.uniform(2, 20)), "random complex")


def _planes(rng: np.random.Generator) -> DegeneratePair | MirrorPair | ControlPair:
    xy, yz, xz = (rng.uniform(0.6, 2.5, (int(rng.integers(1, 3)), 2)) for _ in range(3))
    return three_planes(xy, yz, xz, species=("Si", "B", "C"), name="random planes")


def _periodic(rng: np.random.Generator) -> DegeneratePair | MirrorPair | ControlPair:
    xy, yz, xz = (rng.uniform(0.6, 2.5, (1, 2)) for _ in range(3))
    pbc = np.arange(3) >= 3 - rng.integers(1, 4)
    cell = rng.uniform(5.5, 7.0, 3).tolist()
    return three_planes(
        xy, yz, xz, species=("Si", "B", "C"), cell=cell, pbc=pbc.tolist(), name="random periodic planes"
    )


_DRAW: dict[str, Callable[[np.random.Generator], DegeneratePair | MirrorPair | ControlPair]] = {
    "three lines": _lines,
    "octahedral complex": _complex,
    "three planes": _planes,
    "periodic planes": _periodic,
}


def mirror_images(cloud: object, name: str = "mirror images") -> MirrorPair | ControlPair:
    """Pair a cloud with its mirror image (x -> -x).

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, angstrom.
    name : str, optional
        Name of the pair.

    Returns
    -------
    MirrorPair or ControlPair
        A ControlPair if the cloud is its own mirror image up to a rotation.

    Raises
    ------
    CloudError
        If the cloud is not valid.

    Examples
    --------
    >>> mirror_images([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3]]).kind
    'mirror images'
    >>> mirror_images([[0, 0, 0], [1, 0, 0], [0, 2, 0]]).kind
    'control'
    """
    check_text("name", name)
    first = as_cloud(cloud)  # type: ignore[arg-type]
    flip = np.array([-1.0, 1.0, 1.0])
    second = Cloud(first.positions * flip, first.species, first.cell * flip, first.pbc, first.name)
    chiral = not congruent(first, second, mirror=False)
    kind = MirrorPair if chiral else ControlPair
    return kind(first.to_atoms(), second.to_atoms(), name, "mirror images", "the reflection x -> -x")
