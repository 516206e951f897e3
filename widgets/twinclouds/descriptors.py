"""Angular descriptors: what a model that sees triangles knows of an atom's surroundings.

For every atom i, the multiset over pairs of neighbours j, k of (species of j and k, the two distances, the
angle at i). On the complete graph of every degenerate pair in the gallery these multisets differ between the
two members.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.errors import GraphError
from twinclouds.graphs import distance_graph
from twinclouds.triangle_counts import edge_vectors

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["Triangles", "angle_histogram", "triangles"]


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

    Examples
    --------
    >>> import ase.build
    >>> found = triangles(ase.build.molecule("CH4"), cutoff=1.2)
    >>> len(found.angles), found.angles.round(1)[0]
    (6, np.float64(109.5))
    """
    cloud = as_cloud(cloud)
    graph = distance_graph(cloud, cutoff)
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
    cloud: CloudLike, cutoff: float = np.inf, bins: int = 36
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Count the angles of a cloud, over all atoms and all pairs of their neighbours within a cutoff.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, angstrom.
    cutoff : float, optional
        Longest distance from the centre, angstrom.
    bins : int, optional
        Number of bins between 0 and 180 degrees.

    Returns
    -------
    counts : (bins,) array of int
    edges : (bins + 1,) array of float
        Borders of the bins, degrees. An angle on a border (to 1e-6 degrees) belongs to the bin above it.

    Raises
    ------
    GraphError
        If `bins` is not a positive whole number.

    Examples
    --------
    >>> counts, edges = angle_histogram([[0, 0, 0], [1, 0, 0], [0, 1, 0]], bins=4)
    >>> counts
    array([0, 2, 1, 0])
    """
    if isinstance(bins, bool) or not isinstance(bins, (int, np.integer)) or bins < 1:
        raise GraphError(f"bins={bins!r} is not a number of bins; give a whole number from 1 on")
    edges = np.linspace(0.0, 180.0, bins + 1)
    # Angles that are 60 or 90 degrees but for rounding must not scatter over two bins.
    angles = np.minimum(triangles(cloud, cutoff).angles + 1e-6, 180.0)
    counts, _ = np.histogram(angles, edges)
    return counts, edges
