"""Random members of the families, by seed: for tests, and as data to train on."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from twinclouds.arguments import check_text, check_whole, shown
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CloudError, PairError
from twinclouds.pairs.centres import central_environments
from twinclouds.pairs.crystals import homometric_crystal
from twinclouds.pairs.cutoffs import k_chains, squares_and_crown, triangles_and_hexagon
from twinclouds.pairs.lines import octahedral_complex, star_graph, three_lines
from twinclouds.pairs.planes import three_planes
from twinclouds.pairs.polyhedra import polyhedron_subsets
from twinclouds.pairs.types import CentralPair, ControlPair, DegeneratePair, FiniteCutoffPair, MirrorPair, Pair

__all__ = ["mirror_images", "random_pair"]

#: Parameters that do not fit are drawn again, at most so often.
MOST_TRIES = 200


def random_pair(family: str = "three lines", seed: int = 0) -> Pair:
    """Draw a random pair of a family.

    Parameters
    ----------
    family : str, optional
        Degenerate at every cutoff: ``"three lines"`` (the default), ``"octahedral complex"``, ``"star graph"``,
        ``"three planes"``, ``"periodic planes"``, ``"polyhedron subsets"``, ``"homometric crystals"``. Others:
        ``"finite cutoff"``, ``"central environments 3"`` and ``"central environments 4"`` (the number is the body order
        up to which the centre sees no difference; 4 has scalene rings), ``"mirror images"``.
    seed : int, optional
        The same seed gives the same pair.

    Returns
    -------
    DegeneratePair, FiniteCutoffPair, CentralPair or MirrorPair
        By the family, with lengths as they occur in molecules and crystals: of 0.9 to 2.5 angstrom along the lines, for
        instance, or coordinates up to 2.5 angstrom in the planes.

    Raises
    ------
    PairError
        If the family or the seed is not known.

    Examples
    --------
    >>> random_pair("three lines", seed=1).kind
    'degenerate at every cutoff'
    >>> random_pair("mirror images", seed=1).kind
    'mirror images'
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
        if isinstance(pair, _WANTED.get(family, DegeneratePair)):
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


def _star(rng: np.random.Generator) -> DegeneratePair:
    return star_graph("Fe", "F", float(rng.uniform(1.5, 2.3)), float(rng.uniform(2, 25)) * _sign(rng), "random star")


def _solid(rng: np.random.Generator) -> Pair:
    # The solids and sizes that have pairs and are searched at once.
    solid, size = (("icosahedron", 6), ("cuboctahedron", 6), ("dodecahedron", 6))[rng.integers(3)]
    radii = np.cumsum(rng.uniform(1.2, 2.0, int(rng.integers(1, 4)))).tolist()
    names = rng.choice(["C", "N", "O", "Si"], len(radii)).tolist()
    found = polyhedron_subsets(solid, [size], radii, names)
    return found[int(rng.integers(len(found)))]


def _crystal(rng: np.random.Generator) -> Pair:
    return homometric_crystal(float(rng.uniform(0.01, 0.11)) * _sign(rng), float(rng.uniform(8, 11)), "Fe")


def _finite(rng: np.random.Generator) -> Pair:
    length = float(rng.uniform(1.0, 1.6))
    which = rng.integers(3)
    if which == 0:
        return triangles_and_hexagon(length, length * float(rng.uniform(4, 7)))
    if which == 1:
        return squares_and_crown(length, length * float(rng.uniform(4, 7)))
    return k_chains(int(rng.integers(2, 7)), length)


def _three_body(rng: np.random.Generator) -> Pair:
    (ax, az), (cy, cz) = rng.uniform(0.5, 1.3, (2, 2)).tolist()
    bx, by, bz = (rng.uniform(0.4, 1.2, 3) * [1, 1, _sign(rng)]).tolist()
    return central_environments(3, spokes=((ax, az), (bx, by, bz), (cy, cz)))


def _four_body(rng: np.random.Generator) -> Pair:
    # Three angles of 60 degrees and more that differ: a scalene triangle.
    first, second = float(rng.uniform(65, 95)), float(rng.uniform(110, 140))
    low, high = float(rng.uniform(0.5, 0.9)), float(rng.uniform(1.5, 2.0))
    return central_environments(
        4, radius=float(rng.uniform(1.4, 1.9)), ring_angles=(first, second), twist=float(rng.uniform(20, 50)),
        heights=(low, high),
    )  # fmt: skip


def _mirrored(rng: np.random.Generator) -> Pair:
    points = rng.uniform(-2.0, 2.0, (int(rng.integers(4, 9)), 3))
    names = rng.choice(["C", "N", "O"], len(points))
    return mirror_images(Cloud(points, names), "random mirror images")


def _sign(rng: np.random.Generator) -> int:
    return 1 if rng.random() < 0.5 else -1


_DRAW: dict[str, Callable[[np.random.Generator], Pair]] = {
    "three lines": _lines,
    "octahedral complex": _complex,
    "three planes": _planes,
    "periodic planes": _periodic,
    "star graph": _star,
    "polyhedron subsets": _solid,
    "homometric crystals": _crystal,
    "finite cutoff": _finite,
    "central environments 3": _three_body,
    "central environments 4": _four_body,
    "mirror images": _mirrored,
}

#: Kinds of the families that are not degenerate at every cutoff.
_WANTED: dict[str, type[Pair]] = {
    "finite cutoff": FiniteCutoffPair,
    "central environments 3": CentralPair,
    "central environments 4": CentralPair,
    "mirror images": MirrorPair,
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
