"""Where to draw the atoms of a graph on paper: one place each, which stays when edges come and go.

The place of an atom follows from the bonds alone (the edges at the cutoff at which the cloud hangs together), so that
the drawing looks like a structural formula and longer edges appear in it as chords. One layout for all cutoffs: atoms
that jump about would hide what a larger cutoff changes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.bases import settled_eigenvectors
from twinclouds.graphs import DistanceGraph

__all__ = ["MOST_SPRINGS", "flat_layout"]

#: Kamada and Kawai's method takes a time that grows with the cube of the number of atoms; beyond this, springs.
MOST_EXACT = 120

#: Springs take seconds beyond this many atoms, and nobody could read the drawing: a view of the cloud takes its place.
MOST_SPRINGS = 499

#: Atoms are at least this far apart, where the drawing is two units wide, if there is room for that.
ROOM = 0.22


def flat_layout(
    graph: DistanceGraph, shell: float, positions: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """Return a place in the plane for every atom.

    Up to 120 atoms by the method of Kamada and Kawai (Inf. Process. Lett. 31, 7 (1989)) as networkx has it, on the path
    lengths along bonds, from several beginnings, of which the least strained drawing is kept; beyond that by springs.
    Of more than 499 atoms one sees the flattest side of the cloud. Nothing is drawn by lot: the same cloud always gives
    the same drawing.

    Parameters
    ----------
    graph : DistanceGraph
        All edges that may ever be shown.
    shell : float
        Edges up to this length are bonds, angstrom.
    positions : (n, 3) array of float, optional
        Where the atoms are, angstrom: the flattest view of the cloud is one of the beginnings, or all there is.

    Returns
    -------
    (n, 2) array of float
        Within the square from -1 to 1, about its centre.

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> places = flat_layout(distance_graph([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]), shell=1.0)
    >>> sides = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    >>> bool(np.ptp(sides) < 1e-3)
    True
    """
    import networkx

    n = graph.n_nodes
    if n == 1:
        return np.zeros((1, 2))
    if n > MOST_SPRINGS and positions is not None:
        return _fitted(_flattest(positions))
    bonds = networkx.Graph()
    bonds.add_nodes_from(range(n))
    near = graph.distances <= shell * 1.02
    order = np.flatnonzero(near)[np.argsort(-graph.distances[near], kind="stable")]
    # Of several images the nearest is written last, and stays.
    bonds.add_weighted_edges_from(
        (int(graph.senders[k]), int(graph.receivers[k]), float(graph.distances[k])) for k in order
    )
    bonds.remove_edges_from(list(networkx.selfloop_edges(bonds)))
    view = _flattest(positions) if positions is not None else None
    drawn = [_connected(bonds.subgraph(piece), view) for piece in networkx.connected_components(bonds)]
    places = np.zeros((n, 2))
    for nodes, spots in _in_rows(drawn):
        places[nodes] = spots
    return _fitted(_with_room(_fitted(places)))


Drawn = tuple[list[int], NDArray[np.float64]]


def _connected(piece: Any, view: NDArray[np.float64] | None) -> Drawn:
    """Draw a graph that hangs together, its bonds about one unit long."""
    nodes = sorted(piece.nodes)
    if len(nodes) == 1:
        return nodes, np.zeros((1, 2))
    spots = _springs(piece, nodes) if len(nodes) > MOST_EXACT else _least_strained(piece, nodes, view)
    index = {node: k for k, node in enumerate(nodes)}
    sides = [float(np.hypot(*(spots[index[i]] - spots[index[j]]))) for i, j in piece.edges]
    spots = spots / max(float(np.median(sides)), 1e-9)
    return nodes, _upright(spots - spots.mean(axis=0))


def _springs(piece: Any, nodes: list[int]) -> NDArray[np.float64]:
    import networkx

    start = dict(zip(nodes, _ring(len(nodes)), strict=True))
    placed = networkx.spring_layout(piece, pos=start, weight=None, seed=0, iterations=60)
    return np.array([placed[i] for i in nodes])


def _least_strained(piece: Any, nodes: list[int], view: NDArray[np.float64] | None) -> NDArray[np.float64]:
    """Kamada and Kawai's method ends in the dip that is nearest, so it begins in several places."""
    import networkx

    paths = dict(networkx.all_pairs_dijkstra_path_length(piece, weight="weight"))
    wanted = np.array([[paths[i][j] for j in nodes] for i in nodes])
    # The last has no regard for the graph, so the way from it is long, and rounding may decide where it leads. It is
    # taken only if what is found there is clearly better.
    ring = _ring(len(nodes))
    starts = [ring[np.argsort(np.argsort(_fiedler(piece, nodes), kind="stable"))], ring]
    if view is not None:
        # A little askew, so that what hides behind an atom comes out on one side of it.
        starts.insert(0, _fitted(view[nodes]) + 0.03 * ring)
    best, least = starts[0], np.inf
    for start in starts:
        placed = networkx.kamada_kawai_layout(piece, dist=paths, pos=dict(zip(nodes, start, strict=True)))
        spots = np.array([placed[i] for i in nodes])
        apart = np.linalg.norm(spots[:, None] - spots[None], axis=2)
        ratio = apart[wanted > 0] / wanted[wanted > 0]
        # The strain at the best scale of this drawing.
        strain = 1.0 - float(ratio.sum()) ** 2 / (len(ratio) * float((ratio**2).sum()))
        if strain < least - 1e-4:
            best, least = spots, strain
    return best


def _fiedler(piece: Any, nodes: list[int]) -> NDArray[np.float64]:
    """One number per atom that changes slowly along bonds."""
    import networkx

    adjacency = networkx.to_numpy_array(piece, nodelist=nodes, weight=None)
    vectors = settled_eigenvectors(np.diag(adjacency.sum(axis=1)) - adjacency)[1].round(6) + 0.0
    angles: NDArray[np.float64] = np.arctan2(vectors[:, min(2, len(nodes) - 1)], vectors[:, 1])
    return angles.round(4)


def _flattest(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """The view along the direction in which the cloud is thinnest."""
    centred = positions - positions.mean(axis=0)
    seen: NDArray[np.float64] = centred @ settled_eigenvectors(centred.T @ centred)[1][:, :0:-1]
    return seen


def _ring(n: int) -> NDArray[np.float64]:
    angles = 2 * np.pi * np.arange(n) / n
    return np.stack([np.cos(angles), np.sin(angles)], axis=1)


def _upright(spots: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn the longest extent to the horizontal: pages are wider than high."""
    values, axes = settled_eigenvectors(spots.T @ spots)
    if values[1] - values[0] < 0.02 * values[1]:  # as round as a ring: then an atom that is farthest out points upwards
        x, y = spots[np.argmax(np.hypot(*spots.T).round(2))]
        axes = np.array([[x, y], [y, -x]]) / np.hypot(x, y)
    turned: NDArray[np.float64] = spots @ axes[:, ::-1]
    return turned


def _in_rows(drawn: list[Drawn]) -> list[Drawn]:
    """Lay the pieces of a graph that does not hang together out in rows, the largest first."""
    if len(drawn) == 1:
        return drawn
    sizes = [np.ptp(spots, axis=0) + 1.0 for _, spots in drawn]
    widest = max(float(np.sqrt(sum(np.prod(size) for size in sizes))) * 1.3, *(float(size[0]) for size in sizes))
    placed, x, y, height = [], 0.0, 0.0, 0.0
    # Rounded: of pieces that are equally large the first comes first, on every machine.
    for k in sorted(range(len(drawn)), key=lambda k: (-round(float(np.prod(sizes[k])), 2), k)):
        nodes, spots = drawn[k]
        width, tall = map(float, sizes[k])
        if x and x + width > widest + 1e-3:
            x, y, height = 0.0, y - height, 0.0
        placed.append((nodes, spots - spots.min(axis=0) + np.array([x, y - tall])))
        x, height = x + width, max(height, tall)
    return placed


def _fitted(places: NDArray[np.float64]) -> NDArray[np.float64]:
    middle = (places.max(axis=0) + places.min(axis=0)) / 2
    extent = float(np.abs(places - middle).max())
    # Atoms behind each other have no extent, and rounding must not be blown up to one.
    fitted: NDArray[np.float64] = (places - middle) / (extent if extent > 1e-6 else 1.0)
    return fitted


def _with_room(places: NDArray[np.float64], steps: int = 60) -> NDArray[np.float64]:
    """Push atoms apart that came to lie on each other, as they may when a solid is flattened."""
    n = len(places)
    if n > 2 * MOST_EXACT:
        return places
    room = min(ROOM, 1.2 / np.sqrt(n))
    places = places + 1e-6 * _ring(n)  # two in one place have to leave in different directions
    for _ in range(steps):
        apart = places[:, None] - places[None]
        size = np.linalg.norm(apart, axis=2) + np.eye(n)
        lack = np.where(np.eye(n, dtype=bool), 0.0, np.clip(room - size, 0.0, None))
        if lack.max() < 1e-3:
            break
        places = places + 0.5 * (apart / size[:, :, None] * lack[:, :, None]).sum(axis=1)
    return places
