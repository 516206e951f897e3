"""How far an instrument looks if nobody says how far: as far as a page can hold.

All distances of a cloud are half the square of its number of atoms: 300 atoms have 45 thousand, 3000 have 4.5 million.
These would take minutes to prepare, and tens of megabytes on the way to the browser. So the slider of a large cloud
ends where there would be too many, and the widget says so in place. Who asks for more gets more, up to a limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from twinclouds.clouds import Cloud
from twinclouds.errors import GraphError
from twinclouds.graphs import DistanceGraph, check_cutoff, distance_graph
from twinclouds.lengths import TOLERANCE
from twinclouds.neighbours import by_density

__all__ = ["MOST_ATOMS", "MOST_BONDS", "MOST_SENT", "Reach", "connecting_length", "reach_of"]

#: Bonds of one cloud up to the default end of the slider, of isolated clouds and of periodic ones.
MOST_BONDS, MOST_PERIODIC_BONDS = 50_000, 4000

#: More bonds of one cloud, or atoms, than this do not get into a page in a sensible time, whoever asks for them.
MOST_SENT, MOST_ATOMS = 500_000, 50_000


class Reach(NamedTuple):
    """How far an instrument looks.

    Attributes
    ----------
    limit : float
        Right end of the slider, angstrom; infinite: every distance.
    graphs : tuple of DistanceGraph
        With every edge up to there.
    left_out : str
        What is left out, in a sentence for readers; empty if nothing is that was asked for.
    """

    limit: float
    graphs: tuple[DistanceGraph, ...]
    left_out: str


def reach_of(clouds: Sequence[Cloud], max_cutoff: float | None = None) -> Reach:
    """Return how far to look: as far as is asked for, or as is sensible.

    Parameters
    ----------
    clouds : sequence of Cloud
        What is shown.
    max_cutoff : float, optional
        How far is asked for, angstrom. By default every distance of isolated clouds, and of periodic ones as far as the
        longest period; or less where these are too many bonds, but always enough to connect each cloud.

    Returns
    -------
    Reach

    Raises
    ------
    GraphError
        If these are more bonds or atoms than a page can hold, or the cutoff is not a positive number.

    Examples
    --------
    >>> reach_of([Cloud([[0, 0, 0], [1, 0, 0]], ["X", "X"])]).limit
    inf
    """
    if (atoms := max(map(len, clouds))) > MOST_ATOMS:
        raise GraphError(f"a cloud has {atoms} atoms, too many for a page (at most {MOST_ATOMS}); use a part of it")
    if max_cutoff is not None:
        limit = check_cutoff(max_cutoff)
        for cloud in clouds:
            if np.isfinite(limit) or not cloud.periodic:  # without an end a periodic cloud has no graph
                _check_bonds(cloud, limit)
        return Reach(limit, tuple(distance_graph(cloud, limit) for cloud in clouds), "")
    periodic = [cloud for cloud in clouds if cloud.periodic]
    end = max((float(np.linalg.norm(c.periods, axis=1).max()) for c in periodic), default=np.inf)
    bonds = MOST_PERIODIC_BONDS if periodic else MOST_BONDS
    near = limit = min(_widest(cloud, bonds, end) for cloud in clouds)
    graphs = tuple(distance_graph(cloud, near) for cloud in clouds)
    if np.isinf(limit):
        return Reach(limit, graphs, "")
    while near < end and bonds < MOST_SENT and not all(map(_hangs_together, graphs)):
        bonds *= 4
        near = min(_widest(cloud, bonds, end) for cloud in clouds)
        graphs = tuple(distance_graph(cloud, near) for cloud in clouds)
    enough = max(map(connecting_length, graphs))
    short = limit < end
    limit = _rounded_down(max(limit, enough + 0.01 * min(1.0, enough)))
    graphs = tuple(distance_graph(cloud, limit) for cloud in clouds)
    if not short:
        return Reach(limit, graphs, "")
    count = max(graph.n_edges // 2 for graph in graphs)
    has = f"one cell has {count} bonds"
    if not periodic:
        has = f"one cloud has {count} of its {max(len(c) * (len(c) - 1) // 2 for c in clouds)} distances"
    return Reach(limit, graphs, f"The cutoff goes up to {limit:g} Å, where {has}; max_cutoff= sets another end.")


def connecting_length(graph: DistanceGraph) -> float:
    """Shortest cutoff at which the cloud (modulo its periods) hangs together, or as nearly as the graph allows.

    Examples
    --------
    >>> connecting_length(distance_graph([[0, 0, 0], [1, 0, 0], [3, 0, 0]]))
    2.0
    """
    if not graph.n_edges:
        return 1.0
    if graph.n_nodes == 1:
        return float(graph.distances.min())
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    order = np.lexsort((graph.distances, graph.receivers, graph.senders))
    pairs = graph.senders[order] * graph.n_nodes + graph.receivers[order]
    first = order[np.unique(pairs, return_index=True)[1]]  # the shortest of several images
    matrix = csr_array(
        (graph.distances[first], (graph.senders[first], graph.receivers[first])), shape=(graph.n_nodes,) * 2
    )
    tree = minimum_spanning_tree(matrix)
    return float(tree.data.max()) if tree.nnz else float(graph.distances.min())


def _hangs_together(graph: DistanceGraph) -> bool:
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    ones = np.ones(graph.n_edges, dtype=np.int8)
    matrix = csr_array((ones, (graph.senders, graph.receivers)), shape=(graph.n_nodes,) * 2)
    return bool(connected_components(matrix, directed=False, return_labels=False) == 1)


def _check_bonds(cloud: Cloud, limit: float) -> None:
    """Refuse what is asked for if it is too much, and say how far one can go."""
    count = _bonds_within(cloud, limit)
    if count > MOST_SENT:
        widest = _rounded_down(_widest(cloud, MOST_SENT, limit))
        where = f"up to {limit:g} A" if np.isfinite(limit) else "at any distance"
        raise GraphError(
            f"a cloud of {len(cloud)} atoms has {count:.3g} bonds {where}, too many for a page (at most {MOST_SENT}); "
            f"use max_cutoff={widest:g} or less, or fewer atoms"
        )


def _bonds_within(cloud: Cloud, radius: float) -> float:
    """Count the pairs within a radius; in periodic clouds estimate them where they are very many."""
    from scipy.spatial import cKDTree

    n = len(cloud)
    if not cloud.periodic:
        if np.isinf(radius) or n * (n - 1) // 2 <= MOST_SENT:
            return n * (n - 1) / 2
        tree = cKDTree(cloud.positions)
        return float(tree.count_neighbors(tree, radius + TOLERANCE) - n) / 2
    if (estimate := by_density(cloud, radius) / 2) > 20 * MOST_SENT:
        return estimate
    return distance_graph(cloud, radius).n_edges / 2


def _widest(cloud: Cloud, bonds: int, end: float) -> float:
    """Return the largest radius up to `end` within which a cloud has no more bonds than that."""
    if cloud.periodic:
        radius = end
        while by_density(cloud, radius) / 2 > 4 * bonds:
            radius *= 0.8
        while (graph := distance_graph(cloud, radius)).n_edges <= 2 * bonds and radius < end:
            radius = min(1.25 * radius, end)  # it did not fill space evenly
        if graph.n_edges <= 2 * bonds:
            return radius
        return float(np.partition(graph.distances, 2 * bonds)[2 * bonds]) - 2 * TOLERANCE
    if _bonds_within(cloud, end) <= bonds:
        return end
    from scipy.spatial import cKDTree

    tree, n = cKDTree(cloud.positions), len(cloud)
    low, high = 0.0, float(np.linalg.norm(np.ptp(cloud.positions, axis=0)))
    for _ in range(24):
        middle = (low + high) / 2
        if tree.count_neighbors(tree, middle) - n <= 2 * bonds:
            low = middle
        else:
            high = middle
    return low


def _rounded_down(length: float) -> float:
    """Return a length with two decimals, or as many as it takes for three digits, and not more than it."""
    unit = 10.0 ** min(-2.0, np.floor(np.log10(length)) - 2)
    return float(np.round(np.floor(length / unit) * unit, 12))
