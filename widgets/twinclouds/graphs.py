"""From a cloud and a cutoff to a distance graph.

Vertices are the points of a cloud. An edge joins every pair of points, and in a periodic cloud every pair of images,
whose distance does not exceed the cutoff; it carries that distance. This is all that a distance GNN is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import shown
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import GraphError
from twinclouds.lengths import TOLERANCE
from twinclouds.neighbours import all_lengths, all_pairs, neighbour_list, no_shifts, reaches_all

if TYPE_CHECKING:
    import networkx

    from twinclouds.clouds import CloudLike

__all__ = ["DistanceGraph", "check_cutoff", "complete_graph", "distance_graph"]


@dataclass(frozen=True, eq=False)
class DistanceGraph:
    """The neighbour list of a cloud, every edge listed in both directions, sorted by sender.

    Attributes
    ----------
    senders, receivers : (m,) array of int
        Edge k lets `receivers[k]` be seen from `senders[k]`.
    distances : (m,) array of float
        Length of each edge in angstrom (kept for drawing even where the graph is not `labelled`).
    shifts : (m, 3) array of int
        Cell in which the receiver lies, in units of the cell vectors; zero in an isolated cloud.
    species : (n_nodes,) array of str
        Species of the vertices, all ``"X"`` where the graph was made with ``species=False``.
    n_nodes : int
        Number of vertices.
    cutoff : float
        Longest length that makes an edge, angstrom.
    labelled : bool
        Do the edges know their distances? If not, refinement and export see only who is joined to whom.
    bonds : (m,) array of int
        Number of the bond that each directed edge is one direction of, from 0 to m / 2 - 1.
    cloud : Cloud or None
        The points that the graph was made from. Refinement with angles or with signed volumes needs them; the other
        tests use the fields above alone.
    """

    senders: NDArray[np.int64]
    receivers: NDArray[np.int64]
    distances: NDArray[np.float64]
    shifts: NDArray[np.signedinteger[Any]]
    species: NDArray[np.str_]
    n_nodes: int
    cutoff: float
    labelled: bool
    bonds: NDArray[np.signedinteger[Any]] = field(repr=False)
    cloud: Cloud | None = field(default=None, repr=False)

    def __getattr__(self, name: str) -> Any:
        # Only asked where the attribute is not there.
        if name not in _ON_DEMAND or not self.__dict__.get("complete"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        return self.__dict__.setdefault(name, _ON_DEMAND[name](self))

    @property
    def n_edges(self) -> int:
        """Number of directed edges; twice the number of bonds."""
        return self.n_nodes * (self.n_nodes - 1) if self.complete else len(self.senders)

    @cached_property
    def complete(self) -> bool:
        """Was the graph made as that of all pairs, each pair a bond, in the order (0, 1), (0, 2), ...?"""
        return False

    @property
    def degrees(self) -> NDArray[np.int64]:
        """Number of neighbours of each vertex, shape (n_nodes,)."""
        if self.complete:
            return np.full(self.n_nodes, self.n_nodes - 1)
        # Edges are sorted by sender: counting them all would take longer.
        return np.diff(np.searchsorted(self.senders, np.arange(self.n_nodes + 1)))

    @cached_property
    def bond_lengths(self) -> NDArray[np.float64]:
        """Length of each bond, shape (m / 2,), angstrom."""
        lengths = np.empty(self.n_edges // 2)
        lengths[self.bonds] = self.distances
        return lengths

    def within(self, cutoff: float) -> DistanceGraph:
        """Return the sub-graph of the edges not longer than a smaller cutoff.

        Parameters
        ----------
        cutoff : float
            Cutoff in angstrom, at most the present one.

        Returns
        -------
        DistanceGraph

        Raises
        ------
        GraphError
            If the cutoff is larger than the one this graph was made with.

        Examples
        --------
        >>> chain = distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]])
        >>> chain.n_edges, chain.within(1.5).n_edges
        (6, 4)
        """
        cutoff = check_cutoff(cutoff)
        if cutoff > self.cutoff:
            raise GraphError(
                f"cutoff {cutoff:g} A exceeds the {self.cutoff:g} A that this graph was made with; make a new graph "
                "with distance_graph(cloud, cutoff)"
            )
        return replace(self.select(self.distances <= cutoff + TOLERANCE), cutoff=cutoff)

    def select(self, edges: NDArray[np.bool_]) -> DistanceGraph:
        """Return the sub-graph of some edges; `edges` is a mask that holds both directions of a bond or neither.

        Examples
        --------
        >>> graph = distance_graph([[0, 0, 0], [1, 0, 0], [3, 0, 0]])
        >>> graph.select(graph.distances > 1.5).n_edges
        4
        """
        if edges.all():
            return self
        kept = np.zeros(self.n_edges // 2, dtype=bool)
        kept[self.bonds[edges]] = True
        return replace(
            self,
            senders=self.senders[edges],
            receivers=self.receivers[edges],
            distances=self.distances[edges],
            shifts=self.shifts[edges],
            bonds=(np.cumsum(kept) - 1)[self.bonds[edges]],
        )

    def to_networkx(self) -> networkx.Graph | networkx.MultiGraph:
        """Export to networkx, each bond once.

        Returns
        -------
        networkx.Graph or networkx.MultiGraph
            Nodes have the attribute ``species``, edges ``distance`` (angstrom, where the graph is labelled) and, in a
            multigraph, ``shift``. A multigraph is made when a pair of points has several images within the
            cutoff, or a point sees its own image.

        Examples
        --------
        >>> graph = distance_graph([[0, 0, 0], [1, 0, 0]]).to_networkx()
        >>> graph.edges[0, 1]["distance"]
        1.0
        """
        import networkx

        # One direction of each bond, the one that is listed first.
        forward = np.unique(self.bonds, return_index=True)[1]
        pairs = np.stack([self.senders[forward], self.receivers[forward]], axis=1)
        multi = bool(len(pairs)) and (
            len(np.unique(pairs, axis=0)) < len(pairs) or bool((pairs[:, 0] == pairs[:, 1]).any())
        )
        graph = networkx.MultiGraph() if multi else networkx.Graph()
        graph.add_nodes_from((i, {"species": s}) for i, s in enumerate(self.species.tolist()))
        for (i, j), d, shift in zip(
            pairs.tolist(), self.distances[forward].tolist(), self.shifts[forward].tolist(), strict=True
        ):
            attributes: dict[str, Any] = {"distance": d} if self.labelled else {}
            if multi:
                attributes["shift"] = tuple(shift)
            graph.add_edge(i, j, **attributes)
        return graph


def complete_graph(
    bond_lengths: NDArray[np.float64],
    species: NDArray[np.str_],
    cutoff: float = np.inf,
    labelled: bool = True,
    cloud: Cloud | None = None,
) -> DistanceGraph:
    """Return the graph of all pairs of n points, given the lengths of the pairs (0, 1), (0, 2), ...

    Its lists of edges, which would take most of the time of a comparison, are made when somebody asks for them.

    Parameters
    ----------
    bond_lengths : (n * (n - 1) / 2,) array of float
        Length of each pair, angstrom.
    species : (n,) array of str
        Species of the vertices.
    cutoff : float, optional
        Cutoff that no length exceeds, angstrom.
    labelled : bool, optional
        Do the edges know their distances?
    cloud : Cloud, optional
        The points.

    Returns
    -------
    DistanceGraph

    Examples
    --------
    >>> graph = complete_graph(np.array([1.0, 3.0, 2.0]), np.array(["X"] * 3))
    >>> graph.n_edges, graph.receivers.tolist(), graph.distances.tolist()
    (6, [1, 2, 0, 2, 0, 1], [1.0, 3.0, 1.0, 2.0, 3.0, 2.0])
    """
    graph = object.__new__(DistanceGraph)
    graph.__dict__.update(
        complete=True,
        bond_lengths=bond_lengths,
        species=species,
        n_nodes=len(species),
        cutoff=cutoff,
        labelled=labelled,
        cloud=cloud,
    )
    return graph


#: How the fields are made that :func:`complete_graph` leaves out.
_ON_DEMAND: dict[str, Callable[[DistanceGraph], NDArray[Any]]] = {
    "senders": lambda graph: all_pairs(graph.n_nodes)[0],
    "receivers": lambda graph: all_pairs(graph.n_nodes)[1],
    "bonds": lambda graph: all_pairs(graph.n_nodes)[2],
    "distances": lambda graph: graph.bond_lengths[graph.bonds],
    "shifts": lambda graph: no_shifts(graph.n_edges),
}


def distance_graph(
    cloud: CloudLike, cutoff: float = np.inf, species: bool = True, distances: bool = True
) -> DistanceGraph:
    """Join all pairs of points within a cutoff.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, in angstrom.
    cutoff : float, optional
        Longest edge in angstrom, inclusive: a shell of neighbours exactly at the cutoff belongs to the graph, and
        rounding (1e-6 angstrom) cannot split it. Infinity gives the complete graph of an isolated cloud.
    species : bool, optional
        Do the vertices know their species?
    distances : bool, optional
        Do the edges know their distances? If not, refinement sees the topology only.

    Returns
    -------
    DistanceGraph

    Raises
    ------
    CloudError
        If the cloud is not valid.
    GraphError
        If the cutoff is not a positive number, is infinite for a periodic cloud, or gives too many edges for memory.

    Examples
    --------
    >>> square = [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]]
    >>> distance_graph(square, cutoff=1.0).degrees
    array([2, 2, 2, 2])
    >>> distance_graph(square).degrees
    array([3, 3, 3, 3])
    """
    cloud = as_cloud(cloud)
    cutoff = check_cutoff(cutoff)
    if cloud.periodic and np.isinf(cutoff):
        raise GraphError(
            f"{cloud.name + ': ' if cloud.name else ''}a periodic cloud has neighbours without end; "
            "give a finite cutoff in angstrom, for instance cutoff=5.0"
        )
    if reaches_all(cloud, cutoff):
        kinds = cloud.species if species else np.full(len(cloud), "X")
        return complete_graph(all_lengths(cloud.positions), kinds, cutoff, bool(distances), cloud)
    edges = neighbour_list(cloud, cutoff)
    return DistanceGraph(
        edges.senders,
        edges.receivers,
        edges.distances,
        edges.shifts,
        cloud.species if species else np.full(len(cloud), "X"),
        len(cloud),
        cutoff,
        bool(distances),
        edges.bonds,
        cloud,
    )


def check_cutoff(cutoff: float) -> float:
    """Return a cutoff as float, or say in one line what is wrong with it.

    Examples
    --------
    >>> check_cutoff(5)
    5.0
    """
    try:
        if isinstance(cutoff, (str, bytes, bool)):
            raise TypeError
        value = float(cutoff)
    except (TypeError, ValueError, OverflowError):
        raise GraphError(f"cutoff {shown(cutoff)} is not a number; give a length in angstrom") from None
    if np.isnan(value) or value <= 0:
        raise GraphError(f"cutoff {value:g} is not a positive length; give angstrom, or inf for all distances")
    return value
