"""Angular descriptors: what a model that sees triangles knows of an atom's surroundings.

For every atom i, the multiset over pairs of neighbours j, k of (species of j and k, the two distances, the
angle at i). On the complete graph of every degenerate pair in the gallery these multisets differ between the
two members.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import check_flag, shown
from twinclouds.clouds import as_cloud
from twinclouds.errors import GraphError
from twinclouds.graphs import DistanceGraph, distance_graph
from twinclouds.memory import refuse
from twinclouds.radial import smooth_cutoff
from twinclouds.triangle_counts import edge_vectors

if TYPE_CHECKING:
    from twinclouds.clouds import Cloud, CloudLike

__all__ = ["Triangles", "angle_histogram", "triangles"]

#: Bytes for one angle while the list is made, and for each of its bins in a smeared histogram.
EACH, EACH_BIN = 150, 40
#: Finer and wider histograms than these say nothing more.
MOST_BINS, MOST_DEGREES = 100_000, 1e4


@dataclass(frozen=True, eq=False)
class Triangles:
    """The pairs of neighbours of every atom.

    Attributes
    ----------
    centres : (t,) array of int
        Atom at which the angle is.
    neighbours : (t, 2) array of int
        The two neighbours.
    distances : (t, 2) array of float
        Their distances from the centre, angstrom.
    angles : (t,) array of float
        Angle at the centre, degrees.
    third_sides : (t,) array of float
        Distance between the two neighbours, angstrom.
    species : (n,) array of str
        Species of all atoms.
    """

    centres: NDArray[np.int64]
    neighbours: NDArray[np.int64]
    distances: NDArray[np.float64]
    angles: NDArray[np.float64]
    third_sides: NDArray[np.float64]
    species: NDArray[np.str_]


def triangles(cloud: CloudLike, cutoff: float = np.inf) -> Triangles:
    """List, for every atom, all pairs of neighbours within a cutoff with their distances and the angle between them.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, angstrom.
    cutoff : float, optional
        Longest distance from the centre, angstrom; finite for periodic clouds.

    Returns
    -------
    Triangles

    Raises
    ------
    CloudError, GraphError
        As :func:`twinclouds.distance_graph`.
    CompareError
        If the angles would not fit into memory.

    Examples
    --------
    >>> import ase.build
    >>> found = triangles(ase.build.molecule("CH4"), cutoff=1.2)
    >>> len(found.angles), found.angles.round(1)[0]
    (6, np.float64(109.5))
    """
    cloud = as_cloud(cloud)
    graph = distance_graph(cloud, cutoff)
    _refuse(graph, EACH)
    vectors = edge_vectors(cloud, graph)
    starts = np.concatenate([[0], np.cumsum(graph.degrees)])
    first: list[NDArray[np.int64]] = [np.zeros(0, dtype=np.int64)]
    second = list(first)
    for lo, hi in pairwise(starts.tolist()):
        i, j = np.triu_indices(hi - lo, 1)
        first.append(i + lo)
        second.append(j + lo)
    e, f = np.concatenate(first), np.concatenate(second)
    distances = np.stack([graph.distances[e], graph.distances[f]], axis=1)
    cosines = np.einsum("ij,ij->i", vectors[e], vectors[f]) / distances.prod(axis=1)
    return Triangles(
        centres=graph.senders[e],
        neighbours=np.stack([graph.receivers[e], graph.receivers[f]], axis=1),
        distances=distances,
        angles=np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))),
        third_sides=np.linalg.norm(vectors[e] - vectors[f], axis=1),
        species=cloud.species,
    )


def angle_histogram(
    cloud: CloudLike, cutoff: float = np.inf, bins: int = 36, smearing: float = 0.0, smooth: bool = False
) -> tuple[NDArray[Any], NDArray[np.float64]]:
    """Count the angles of a cloud, over all atoms and all pairs of their neighbours within a cutoff.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, angstrom.
    cutoff : float, optional
        Longest distance from the centre, angstrom.
    bins : int, optional
        Number of bins between 0 and 180 degrees.
    smearing : float, optional
        Standard deviation of a Gaussian that stands for each angle, degrees; none by default.
    smooth : bool, optional
        Weigh each angle with a function of its two distances that falls smoothly to zero at the cutoff, so that the
        histogram does not jump when an atom crosses it.

    Returns
    -------
    counts : (bins,) array of int
        Of float if `smearing` or `smooth` is asked for.
    edges : (bins + 1,) array of float
        Borders of the bins, degrees. An angle on a border (to 1e-6 degrees) belongs to the bin above it.

    Raises
    ------
    GraphError
        If `bins` is not a positive whole number, or `smearing` not a number from 0 on.
    CompareError
        If the angles would not fit into memory.

    See Also
    --------
    twinclouds.fingerprints.AngleHistogram : the same for each atom, as a model.

    Examples
    --------
    >>> counts, edges = angle_histogram([[0, 0, 0], [1, 0, 0], [0, 1, 0]], bins=4)
    >>> counts
    array([0, 2, 1, 0])
    >>> counts, _ = angle_histogram([[0, 0, 0], [1, 0, 0], [0, 1, 0]], bins=4, smearing=10)
    >>> counts.round(2).tolist(), round(float(counts.sum()), 6)
    ([1.0, 1.5, 0.5, 0.0], 3.0)
    """
    check_bins(bins, smearing)
    check_flag("smooth", smooth, GraphError)
    edges = np.linspace(0.0, 180.0, bins + 1)
    if smearing:
        _, weights, shapes = smeared_angles(as_cloud(cloud), cutoff, bins, smearing, smooth)
        return weights @ shapes, edges
    found = triangles(cloud, cutoff)
    # Angles that are 60 or 90 degrees but for rounding must not scatter over two bins.
    angles = np.minimum(found.angles + 1e-6, 180.0)
    weights_or_none = smooth_cutoff(found.distances, cutoff).prod(axis=1) if smooth else None
    counts, _ = np.histogram(angles, edges, weights=weights_or_none)
    return counts, edges


def _refuse(graph: DistanceGraph, each: int) -> None:
    degrees = graph.degrees.astype(float)
    angles = float((degrees * (degrees - 1)).sum() / 2)
    refuse(each * angles, f"a list of {angles:.3g} angles", "use a smaller cutoff or fewer points")


def check_bins(bins: int, smearing: float, positive: bool = False) -> None:
    """Say in one line what is wrong with the grid of a histogram of angles."""
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or not 1 <= bins <= MOST_BINS:
        raise GraphError(f"bins={shown(bins)} is not a number of bins; give a whole number from 1 to {MOST_BINS}")
    number = isinstance(smearing, (int, float, np.integer, np.floating)) and not isinstance(smearing, bool)
    if not number or not 0 <= smearing <= MOST_DEGREES or (positive and not smearing):
        which = "more than 0" if positive else "or 0 for sharp bins"
        raise GraphError(f"smearing={shown(smearing)} is not a width; give degrees up to {MOST_DEGREES:g}, {which}")


def smeared_angles(
    cloud: Cloud, cutoff: float, bins: int, smearing: float, smooth: bool
) -> tuple[Triangles, NDArray[np.float64], NDArray[np.float64]]:
    """Return the angles of a cloud, their weights, shape (t,), and the share of each in every bin, shape (t, bins).

    What a Gaussian would put beyond 0 or 180 degrees is folded back, so that every angle counts in full.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> straight = as_cloud([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
    >>> _, weights, shares = smeared_angles(straight, 1.5, bins=18, smearing=5.0, smooth=False)
    >>> weights.tolist(), shares.sum(axis=1).round(12).tolist()
    ([1.0], [1.0])
    """
    from scipy.special import ndtr

    _refuse(distance_graph(cloud, cutoff), EACH + EACH_BIN * bins)
    found = triangles(cloud, cutoff)
    weights = smooth_cutoff(found.distances, cutoff).prod(axis=1) if smooth else np.ones(len(found.angles))
    edges = np.linspace(0.0, 180.0, bins + 1)

    def below(centres: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(ndtr((edges[None, :] - centres[:, None]) / smearing))

    cumulative = below(found.angles) + below(-found.angles) + below(360.0 - found.angles)
    shares = np.diff(cumulative, axis=1)
    return found, weights, shares / shares.sum(axis=1, keepdims=True)
