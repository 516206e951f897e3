"""Near-twins in the wild: are there pairs of ordinary molecules that distances nearly fail to tell apart?

How far apart two clouds are is asked of two random networks that differ in one thing only: one knows distances, the
other vectors, hence angles, too. Each answer is measured in units of what displacing all atoms by 0.1 angstrom at
random does to it. The *ratio* of the two answers is near one where distances see a difference as well as angles do, and
zero for twins. What fraction of the pairs of a set has a small ratio says whether the problem is rare there.

Kinds of pairs: isomers (molecules of one composition) in ASE's set g2 of 162 small molecules; conformers of 23
molecules of g2 that have single bonds, made by turning groups about one bond at a time, rigidly, without relaxation;
two opposite distortions, +d and -d, of one molecule of g2 along random directions, and the same for octahedral SF6 and
Cr(CO)6; and octahedra with opposite *trigonal* distortions, which are exact twins by construction and stand beside the
others for comparison.

What is found (:meth:`NearTwins.table` of :func:`survey`): among all pairs that were not built as twins not one ratio
lies below 0.8. So near-twins are rare among small molecules, and at octahedral centres, too: even there a random
displacement of 0.02 angstrom on top of a trigonal distortion of 5 degrees brings the ratio back to about one. The
problem is common only where a data set is made of symmetric geometries: ideal or relaxed sites, scans along a
distortion, prototypes of crystals. A test set of ordinary molecules will not show it. The molecules here have at
most 14 atoms; for larger ones and for periodic solids this says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import ModelError
from twinclouds.graphs import distance_graph
from twinclouds.networks import MessagePassing

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["NearTwins", "closeness", "conformers", "survey"]

#: Displacement of the clouds that set the unit, angstrom, and how many there are.
STEP, OTHERS = 0.1, 8

#: Pairs of one molecule that differ less than this many units are not counted: there is nothing to be told apart.
LEAST = 1.0

#: Molecules of g2 with single bonds to turn about.
FLEXIBLE = (
    *("H2O2", "N2H4", "CH3CH2OH", "CH3CH2NH2", "CH3CH2O", "CH3CH2Cl", "C2H6", "CH3CH2SH", "CH3SCH3"),
    *("CH3OCH3", "CH3CH2OCH3", "C3H8", "trans-butane", "isobutane", "CH3COOH", "HCOOCH3", "CH3CONH2"),
    *("CH2NHCH2", "C2H5", "CH3COCH3", "Si2H6", "CH3NO2", "CH3ONO"),
)


@dataclass(frozen=True, eq=False)
class NearTwins:
    """How far apart the pairs of a set are, to distances and to angles.

    Attributes
    ----------
    names : tuple of (str, str)
        What the two clouds of each pair are called.
    kinds : tuple of str
        ``"isomers"``, ``"conformers"``, ``"opposite distortions"`` or what the caller says.
    distances, angles : (m,) array of float
        Difference seen by distances, and with angles, in units of a random displacement of all atoms by 0.1 angstrom.
    """

    names: tuple[tuple[str, str], ...]
    kinds: tuple[str, ...]
    distances: NDArray[np.float64]
    angles: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.names)

    @property
    def ratios(self) -> NDArray[np.float64]:
        """Difference seen by distances over difference seen with angles: about 1 is ordinary, 0 are twins."""
        return np.asarray(self.distances / self.angles)

    def of(self, kind: str) -> NearTwins:
        """Return the pairs of one kind.

        Examples
        --------
        >>> len(survey(["octahedra"]).of("octahedra"))
        4
        """
        if kind not in self.kinds:
            raise ModelError(f"there are no pairs of kind {kind!r}; there are {', '.join(dict.fromkeys(self.kinds))}")
        rows = [i for i, k in enumerate(self.kinds) if k == kind]
        return NearTwins(
            tuple(self.names[i] for i in rows), (kind,) * len(rows), self.distances[rows], self.angles[rows]
        )

    def table(self) -> str:
        """Return, for each kind, the number of pairs, the median ratio, the smallest, and how many lie below 0.1.

        Examples
        --------
        >>> survey(["octahedra"]).table().splitlines()[1].split()[:2]
        ['octahedra', '4']
        """
        lines = [f"{'kind':<22}{'pairs':>6}{'median':>9}{'smallest':>11}{'below 0.1':>11}   nearest to twins"]
        for kind in dict.fromkeys(self.kinds):
            part = self.of(kind)
            ratios = part.ratios
            # Below a millionth is rounding, which differs between machines: of twins the first is named.
            nearest = " / ".join(part.names[int(ratios.round(6).argmin())])
            few = int((ratios < 0.1).sum())
            lines.append(f"{kind:<22}{len(part):>6}{np.median(ratios):>9.2f}{ratios.min():>11.2f}{few:>11}   {nearest}")
        return "\n".join(lines)

    def plot(self, axes: Any = None) -> Any:
        """Draw both differences against each other, one point per pair; return the axes.

        On the full line both see the same; on the dotted one distances see a tenth. Differences below 1e-5 are drawn
        there, at the bottom: twins.

        Examples
        --------
        >>> import matplotlib
        >>> matplotlib.use("Agg")
        >>> survey(["octahedra"]).plot().get_xlabel()
        'difference seen with angles'
        """
        import matplotlib.pyplot as plt

        axes = plt.subplots()[1] if axes is None else axes
        looks = [("#0072B2", "o"), ("#D55E00", "^"), ("#009E73", "s"), ("#CC79A7", "D"), ("#56B4E9", "v")]
        low = 1e-5
        for kind, (color, marker) in zip(dict.fromkeys(self.kinds), looks * 9, strict=False):
            part = self.of(kind)
            axes.scatter(part.angles, np.maximum(part.distances, low), 14, color, marker=marker, label=kind, alpha=0.7)
        ends = np.array([max(10 * low, float(self.angles.min())), float(self.angles.max())])
        axes.plot(ends, ends, color="0.4", linewidth=1)
        axes.plot(ends, ends / 10, color="0.4", linewidth=1, linestyle=":")
        axes.set(
            xscale="log",
            yscale="log",
            xlabel="difference seen with angles",
            ylabel="difference seen by distances alone",
        )
        axes.legend(title="one unit: all atoms moved by 0.1 Å")
        return axes


def closeness(a: CloudLike, b: CloudLike, seeds: Sequence[int] = (0, 1)) -> tuple[float, float]:
    """Measure how far apart two clouds of one composition are, to distances alone and with angles.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two isolated clouds, angstrom.
    seeds : sequence of int, optional
        Seeds of the random networks, to average over.

    Returns
    -------
    distances, angles : float
        Differences in units of what displacing all atoms by 0.1 angstrom at random does.

    Raises
    ------
    ModelError
        If the clouds are periodic or differ in composition.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> distances, angles = closeness(*gallery["benzene"])
    >>> distances < 1e-5, angles > 1
    (True, True)
    """
    first, second = as_cloud(a), as_cloud(b)
    if first.periodic or second.periodic:
        raise ModelError("closeness is for isolated clouds; cut a piece out of the crystal")
    if first.composition != second.composition:
        raise ModelError(f"{first.formula} and {second.formula} are not of one composition; give isomers or conformers")
    rng = np.random.default_rng(0)
    clouds = [first, second]
    for cloud in (first, second):
        for _ in range(OTHERS):
            moved = cloud.positions + rng.normal(scale=STEP, size=cloud.positions.shape)
            clouds.append(Cloud(moved, cloud.species))
    found = []
    for vectors in (False, True):
        total = 0.0
        for seed in seeds:
            table = MessagePassing(2, 32, vectors=vectors, seed=seed).transform(clouds)
            # Each feature in units of its own response, so that none drowns the others.
            unit = _unit(table)
            total += float(np.sqrt(np.mean(((table[0] - table[1])[unit > 0] / unit[unit > 0]) ** 2)))
        found.append(total / len(seeds))
    return found[0], found[1]


def _unit(table: NDArray[np.float64]) -> NDArray[np.float64]:
    first, second = table[2 : 2 + OTHERS] - table[0], table[2 + OTHERS :] - table[1]
    unit = np.sqrt((np.concatenate([first, second]) ** 2).mean(axis=0))
    return np.where(unit > 1e-9 * np.abs(table).max(), unit, 0.0)


def conformers(cloud: CloudLike, step: float = 30.0) -> list[Cloud]:
    """Turn groups of a molecule about its single bonds.

    Parameters
    ----------
    cloud : Cloud or ase.Atoms
        An isolated molecule.
    step : float, optional
        Angle between one conformer and the next, degrees.

    Returns
    -------
    list of Cloud
        The molecule itself first, then for every bond outside of rings, with more than one atom on either side, all
        angles; those in which atoms come closer than 1 angstrom are left out. "Single" is not checked: turning
        about a double bond gives a cloud, too, if a strained one.

    Examples
    --------
    >>> import ase.build
    >>> len(conformers(ase.build.molecule("C2H6"), step=60))
    6
    """
    from ase.data import covalent_radii
    from scipy.spatial.transform import Rotation

    cloud = as_cloud(cloud)
    radii = covalent_radii[cloud.to_atoms().get_atomic_numbers()]
    graph = distance_graph(cloud)
    bonded = graph.distances < 1.2 * (radii[graph.senders] + radii[graph.receivers])
    bonds = {(int(i), int(j)) for i, j in zip(graph.senders[bonded], graph.receivers[bonded], strict=True)}
    found = [cloud]
    for i, j in sorted(b for b in bonds if b[0] < b[1]):
        side = _side(bonds, i, j)
        if side is None or len(side) < 2 or len(cloud) - len(side) < 2:
            continue
        axis = cloud.positions[j] - cloud.positions[i]
        axis = axis / np.linalg.norm(axis)
        for angle in np.arange(step, 360.0 - 1e-9, step):
            places = cloud.positions.copy()
            turn = Rotation.from_rotvec(np.radians(angle) * axis)
            places[side] = turn.apply(places[side] - places[i]) + places[i]
            shortest = np.linalg.norm(places[graph.senders] - places[graph.receivers], axis=1)[~bonded]
            if not len(shortest) or shortest.min() > 1.0:
                found.append(Cloud(places, cloud.species, name=f"{cloud.name} {i}-{j} by {angle:g}°"))
    return found


def _side(bonds: set[tuple[int, int]], i: int, j: int) -> list[int] | None:
    """List the atoms on j's side of the bond i-j; None where a ring closes behind it."""
    seen, waiting = {j}, [j]
    while waiting:
        here = waiting.pop()
        for a, b in bonds:
            if a == here and (a, b) != (j, i) and b not in seen:
                if b == i:
                    return None
                seen.add(b)
                waiting.append(b)
    return sorted(seen)


def survey(
    kinds: Iterable[str] = ("isomers", "conformers", "opposite distortions", "shaken octahedra", "octahedra"),
    seed: int = 0,
) -> NearTwins:
    """Measure ordinary molecules: how many of their pairs are near-twins?

    Parameters
    ----------
    kinds : iterable of str, optional
        ``"isomers"`` (of g2), ``"conformers"`` (of flexible molecules of g2), ``"opposite distortions"`` (of the
        molecules of g2, along random directions, 0.1 angstrom), ``"shaken octahedra"`` (the same for octahedral SF6 and
        Cr(CO)6, 0.05 angstrom), ``"octahedra"`` (opposite trigonal distortions, all of them twins).
    seed : int, optional
        Seed of the random directions.

    Returns
    -------
    NearTwins
        Conformers that differ by less than one unit are left out.

    Raises
    ------
    ModelError
        If a kind is not known.

    Examples
    --------
    >>> found = survey(["octahedra"])
    >>> bool((found.ratios < 1e-6).all())
    True
    """
    makers = {
        "isomers": _isomers,
        "conformers": _turned,
        "opposite distortions": _opposite,
        "shaken octahedra": _shaken,
        "octahedra": _octahedra,
    }
    names, which, numbers = [], [], []
    for kind in kinds:
        if kind not in makers:
            raise ModelError(f"there is no kind {kind!r}; use {', '.join(makers)}")
        for a, b in makers[kind](seed):
            distances, angles = closeness(a, b, seeds=(0,))
            if kind != "conformers" or angles >= LEAST:
                names.append((a.name, b.name))
                which.append(kind)
                numbers.append((distances, angles))
    table = np.array(numbers).reshape(-1, 2)
    return NearTwins(tuple(names), tuple(which), table[:, 0], table[:, 1])


def _g2() -> list[Cloud]:
    from ase.collections import g2

    return [as_cloud(g2[name], name) for name in g2.names]


def _isomers(seed: int) -> list[tuple[Cloud, Cloud]]:
    return [(a, b) for a, b in combinations(_g2(), 2) if a.composition == b.composition]


def _turned(seed: int) -> list[tuple[Cloud, Cloud]]:
    found = []
    for cloud in _g2():
        if cloud.name in FLEXIBLE:
            found += list(combinations(conformers(cloud, 60.0), 2))
    return found


def _opposite(seed: int) -> list[tuple[Cloud, Cloud]]:
    return _both_ways([cloud for cloud in _g2() if len(cloud) > 2], STEP, seed)


def _shaken(seed: int) -> list[tuple[Cloud, Cloud]]:
    from twinclouds.pairs import octahedral_complex

    # The octahedra themselves, as the limit of a small distortion.
    ideal = [octahedral_complex("S", "F", 1.56, 1e-3).a, octahedral_complex(distortion=1e-3).a]
    clouds = [as_cloud(atoms, atoms.get_chemical_formula()) for atoms in ideal for _ in range(16)]
    return _both_ways(clouds, STEP / 2, seed)


def _both_ways(clouds: Iterable[Cloud], scale: float, seed: int) -> list[tuple[Cloud, Cloud]]:
    """Displace all atoms of clouds at random, and by the opposite."""
    rng = np.random.default_rng(seed)
    found = []
    for cloud in clouds:
        step = rng.normal(scale=scale, size=cloud.positions.shape)
        found.append(
            (
                Cloud(cloud.positions + step, cloud.species, name=f"{cloud.name} + d"),
                Cloud(cloud.positions - step, cloud.species, name=f"{cloud.name} - d"),
            )
        )
    return found


def _octahedra(seed: int) -> list[tuple[Cloud, Cloud]]:
    from twinclouds.pairs import octahedral_complex

    made = [octahedral_complex("S", "F", 1.56, d) for d in (2.0, 5.0)] + [
        octahedral_complex(distortion=d) for d in (2.0, 5.0)
    ]
    return [(as_cloud(a), as_cloud(b)) for a, b in made]
