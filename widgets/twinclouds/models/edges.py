"""Neighbour lists for architectures of other packages, so that all models are given exactly the same graph.

Their own neighbour lists want extensions that are hard to install, silently keep only the nearest 32 neighbours, or
know no periodic cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.graphs import distance_graph
from twinclouds.triangle_counts import edge_vectors

__all__ = ["Edges", "edges_of", "triplets"]


@dataclass(frozen=True, eq=False)
class Edges:
    """The edges of a cloud, as messages run: from a source (the neighbour) to a target (the atom that collects).

    Attributes
    ----------
    numbers : (n,) array of int
        Atomic numbers.
    positions : (n, 3) array of float
        Positions, angstrom.
    sources, targets : (m,) arrays of int
        Ends of each edge.
    vectors : (m, 3) array of float
        From target to source, angstrom, through the cell's border where need be.
    lengths : (m,) array of float
        Their lengths, angstrom.
    reverse : (m,) array of int
        Number of the same edge taken the other way.
    """

    numbers: NDArray[np.int64]
    positions: NDArray[np.float64]
    sources: NDArray[np.int64]
    targets: NDArray[np.int64]
    vectors: NDArray[np.float64]
    lengths: NDArray[np.float64]
    reverse: NDArray[np.int64]


def edges_of(atoms: Any, cutoff: float, own_images: bool = True) -> Edges:
    """List the edges of a cloud within a cutoff.

    Parameters
    ----------
    atoms : ase.Atoms
        The cloud.
    cutoff : float
        Cutoff, angstrom.
    own_images : bool, optional
        May an atom have edges to its own periodic images? If not, the cell is repeated until it has none: the cloud
        is the same, and sums over it become several times as large.

    Returns
    -------
    Edges

    Examples
    --------
    >>> from ase import Atoms
    >>> edges = edges_of(Atoms("CO", [[0, 0, 0], [0, 0, 1.1]]), 2.0)
    >>> edges.sources.tolist(), edges.targets.tolist(), edges.reverse.tolist()
    ([1, 0], [0, 1], [1, 0])
    """
    if not own_images and atoms.get_pbc().any():
        # Lattice planes are 1 / |dual column| apart; the axes that do not repeat do not matter.
        dual = np.linalg.pinv(np.asarray(atoms.get_cell())[atoms.get_pbc()])
        times = np.ones(3, dtype=int)
        times[atoms.get_pbc()] = np.floor(cutoff * np.linalg.norm(dual, axis=0)).astype(int) + 1
        atoms = atoms.repeat(times.tolist())
    cloud = as_cloud(atoms)
    graph = distance_graph(cloud, cutoff)
    pairs = np.argsort(graph.bonds, kind="stable").reshape(-1, 2)
    reverse = np.empty(graph.n_edges, dtype=np.int64)
    reverse[pairs[:, 0]], reverse[pairs[:, 1]] = pairs[:, 1], pairs[:, 0]
    return Edges(
        numbers=np.asarray(atoms.get_atomic_numbers(), dtype=np.int64),
        positions=cloud.positions,
        sources=np.array(graph.receivers),
        targets=np.array(graph.senders),
        vectors=edge_vectors(cloud, graph),
        lengths=np.array(graph.distances),
        reverse=reverse,
    )


def triplets(edges: Edges) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List all pairs of edges k -> j and j -> i, but for an edge and its own reverse.

    Returns
    -------
    first, second : (t,) arrays of int
        Numbers of the edges k -> j and j -> i.

    Examples
    --------
    >>> from ase import Atoms
    >>> edges = edges_of(Atoms("CO2", [[0, 0, 0], [0, 0, 1.1], [0, 0, -1.1]]), 1.5)
    >>> first, second = triplets(edges)
    >>> [(edges.sources[a].item(), edges.targets[a].item(), edges.targets[b].item()) for a, b in zip(first, second)]
    [(2, 0, 1), (1, 0, 2)]
    """
    # Edges are sorted by target, so those that end in an atom are a range.
    starts = np.searchsorted(edges.targets, np.arange(len(edges.numbers) + 1))
    counts = np.diff(starts)[edges.sources]
    second = np.repeat(np.arange(len(edges.sources)), counts)
    offset = np.arange(len(second)) - np.repeat(np.cumsum(counts) - counts, counts)
    first = starts[edges.sources][second] + offset
    keep = first != edges.reverse[second]
    return first[keep], second[keep]
