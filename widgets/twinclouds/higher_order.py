"""The upper rungs of the ladder of tests: refinement with angles, and refinement of pairs of points.

``angle-wl`` refines a point by the multiset, over pairs of its neighbours, of both lengths, the side that joins
the two neighbours (which fixes the angle between them) and both colours. ``2-fwl`` (the folklore
Weisfeiler-Lehman test of dimension two) colours ordered pairs of points by their distance and refines the
colour of (i, j) by the multiset, over all points k, of (colour of (i, k), colour of (k, j)).

As in :mod:`twinclouds.refinement`, rounds are hashed and what a verdict rests on is then checked exactly.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from twinclouds.angle_rounds import AngleRounds, check_tables
from twinclouds.clouds import Cloud
from twinclouds.coloring import Colors
from twinclouds.errors import CompareError, GraphError
from twinclouds.graphs import DistanceGraph, distance_graph
from twinclouds.lengths import TOLERANCE, Lengths, label_lengths
from twinclouds.memory import refuse
from twinclouds.pair_rounds import PairRounds
from twinclouds.patience import announce
from twinclouds.rounds import BLOCK, Name, Outcome, Rounds, renumbered

__all__ = ["Outcome", "Rung", "refine_angles", "refine_graphs", "refine_pairs"]

#: Bytes for every ordered pair of points, and for every triple where signed volumes are seen.
EACH_PAIR, EACH_TRIPLE = 170, 64

#: Seconds that a run takes for these, about, and for a triple where signed volumes are seen.
PAIR_SECONDS, TRIPLE_SECONDS, VOLUME_SECONDS = 1e-6, 4e-10, 2e-7


#: Where pairs beyond a cutoff look alike, it takes more rounds.
MORE_ROUNDS = 4


def _pair_rounds(
    squares: list[NDArray[np.float64]],
    species: Sequence[NDArray[np.str_]],
    tolerance: float,
    clouds: Sequence[Cloud] | None,
) -> tuple[PairRounds, Lengths, Colors]:
    """Prepare the refinement of pairs: tables of distances (infinite: no edge), and `clouds` if it is to see hands."""
    kinds = np.unique(np.concatenate(species))
    lengths = _label_squares(squares, tolerance)
    starts = []
    for label, names in zip(lengths.labels, species, strict=True):
        code = np.searchsorted(kinds, names)
        start = (label + 1) * len(kinds) ** 2 + code[:, None] * len(kinds) + code[None]
        itself = np.arange(len(names))
        start[itself, itself] = code - len(kinds)  # a point with itself is no pair at distance 0
        starts.append(start.ravel())
    colors = renumbered(np.concatenate(starts))
    volumes = None if clouds is None else _signed_volumes(clouds, tolerance)
    return PairRounds([len(d) for d in squares], volumes, species, lengths), lengths, colors


def _label_squares(squares: list[NDArray[np.float64]], tolerance: float) -> Lengths:
    """Label tables of distances, those that are infinite with -1."""
    places = [np.nonzero(np.triu(np.isfinite(square), 1)) for square in squares]
    lengths = label_lengths([square[at] for square, at in zip(squares, places, strict=True)], tolerance)
    tables = []
    for square, labels, at in zip(squares, lengths.labels, places, strict=True):
        table = np.full(square.shape, -1, dtype=np.int64)
        table[at] = table[at[::-1]] = labels
        tables.append(table)
    return replace(lengths, labels=tables)


def _check_pairs(sizes: Sequence[int], chirality: bool, cutoff: float) -> None:
    """Refuse what would not fit into memory, and announce what takes long."""
    pairs, triples = (sum(float(n) ** power for n in sizes) for power in (2, 3))
    needed = EACH_PAIR * pairs + (EACH_TRIPLE * triples if chirality else 0) + 48 * min(triples, BLOCK)
    what, remedy = f"2-fwl on {max(sizes)} points", "use 'angle-wl' or fewer points"
    refuse(needed, what, remedy)
    seconds = PAIR_SECONDS * pairs + (VOLUME_SECONDS if chirality else TRIPLE_SECONDS) * triples
    announce(seconds if np.isinf(cutoff) else MORE_ROUNDS * seconds, what, remedy)


def refine_pairs(
    a: Cloud,
    b: Cloud,
    cutoff: float = np.inf,
    rounds: int | None = None,
    tolerance: float = 1e-6,
    chirality: bool = False,
) -> Outcome:
    """Run the 2-FWL test on two isolated clouds of the same number of points.

    Parameters
    ----------
    a, b : Cloud
        Two isolated clouds.
    cutoff : float, optional
        Distances beyond this (angstrom) all look alike.
    rounds : int, optional
        Refine at most this many rounds.
    tolerance : float, optional
        Gap between lengths that counts, angstrom.
    chirality : bool, optional
        Let the colour of (i, j) also see, with each k, the signed volume spanned by i, j and k from the centroid.

    Returns
    -------
    Outcome

    Raises
    ------
    CompareError
        If a cloud is periodic, or the run would not fit into memory.

    Warns
    -----
    LongRun
        If it takes long.

    Notes
    -----
    With all distances this test tells apart any two clouds in space that are not congruent (Delle Rose et al.,
    NeurIPS 2023); mirror images it never tells apart unless `chirality` is set, since distances do not change
    in a mirror.

    References
    ----------
    Delle Rose, Kozachinskiy, Rojas, Petrache, Barcelo, NeurIPS 2023, arXiv:2303.12853.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> from twinclouds.clouds import as_cloud
    >>> refine_pairs(*(as_cloud(x) for x in gallery["benzene"])).round
    1
    """
    _check_isolated((a, b))
    _check_pairs([len(a), len(b)], chirality, cutoff)
    squares = []
    for cloud in (a, b):
        square = np.linalg.norm(cloud.positions[:, None] - cloud.positions[None], axis=2)
        square[square > cutoff + tolerance] = np.inf
        squares.append(square)
    work, lengths, start = _pair_rounds(squares, [a.species, b.species], tolerance, (a, b) if chirality else None)
    return work.outcome(start, rounds, lengths.narrowest_gap, lengths.widest)


def _check_isolated(clouds: Sequence[Cloud]) -> None:
    if any(cloud.periodic for cloud in clouds):
        raise CompareError("2-fwl refines all pairs of points, of which a periodic cloud has no end; use 'angle-wl'")


def _signed_volumes(clouds: Sequence[Cloud], tolerance: float) -> Lengths:
    """Label the signed volumes of (i, j, k) from the centroid, shape (n, n, n) for each cloud."""
    volumes, size = [], 0.0
    for cloud in clouds:
        x = cloud.positions - cloud.positions.mean(axis=0)
        size = max(size, float(np.linalg.norm(x, axis=1).max(initial=0.0)))
        volumes.append(np.einsum("ijc,kc->ijk", np.cross(x[:, None], x[None]), x))
    # An error of the tolerance in each coordinate moves a volume by up to three times the tolerance times an area.
    return label_lengths(volumes, tolerance * max(3 * size * size, 1e-300))


def refine_angles(
    a: Cloud, b: Cloud, cutoff: float = np.inf, rounds: int | None = None, tolerance: float = 1e-6
) -> Outcome:
    """Run the angle test: colours are refined by pairs of neighbours, with the side that joins them.

    Parameters
    ----------
    a, b : Cloud
        Two clouds.
    cutoff : float, optional
        Longest distance between a point and a neighbour, angstrom; the third side may be longer.
    rounds : int, optional
        Refine at most this many rounds.
    tolerance : float, optional
        Gap between lengths that counts, angstrom.

    Returns
    -------
    Outcome

    Raises
    ------
    CompareError
        If the run would not fit into memory.

    Warns
    -----
    LongRun
        If it takes long.

    Notes
    -----
    It bounds networks that use angles at an atom (DimeNet, and equivariant networks of body order three). On
    the complete graph no two clouds are known that it cannot tell apart, mirror images excepted; whether there
    are any is an open question. At a short cutoff it fails, for instance on the star graphs of octahedral
    complexes.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> from twinclouds.clouds import as_cloud
    >>> sulphur = [as_cloud(x) for x in gallery["SF6"]]
    >>> refine_angles(*sulphur, cutoff=1.8).round is None, refine_angles(*sulphur).round
    (True, 1)
    """
    # As with the other tests, a length belongs to the graph if it exceeds the cutoff by no more than the tolerance.
    reach = max(cutoff + tolerance - TOLERANCE, TOLERANCE)
    if np.isinf(cutoff):
        check_tables([len(a), len(b)])  # before the graphs are made, which are large as well
    graphs = [distance_graph(cloud, reach) for cloud in (a, b)]
    work = AngleRounds(graphs, (a, b), tolerance)
    return work.outcome(work.start(), rounds, work.lengths.narrowest_gap, work.lengths.widest)


@dataclass(frozen=True, eq=False)
class Rung:
    """The colours of some graphs on a higher rung, with what it takes to say in words what they mean.

    Attributes
    ----------
    colors : tuple of tuple of arrays of int
        For each graph and round the colours: of its points, shape (n,), or of its pairs of points, shape (n, n).
    stable : bool
        Did the number of colours stop growing?
    """

    colors: tuple[tuple[Colors, ...], ...]
    stable: bool
    _rounds: Rounds
    _flat: tuple[Colors, ...]

    def item(self, graph: int, *node: int) -> int:
        """Return the number of a point, or of a pair of points, among those of all graphs.

        Examples
        --------
        >>> refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])] * 2, "2-fwl").item(1, 0, 1)
        5
        """
        return int(self._rounds.bounds[graph] + np.ravel_multi_index(node, self.colors[graph][0].shape))

    def kinds(self, round: int) -> dict[int, str]:
        """Return for each colour what its members are before any round.

        Examples
        --------
        >>> refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])], "2-fwl").kinds(0)
        {0: 'X itself', 1: 'X-X 1.00 A'}
        """
        colors, first = np.unique(self._flat[round], return_index=True)
        return {int(c): self._rounds.kind(int(k)) for c, k in zip(colors, first, strict=True)}

    def words(self, item: int, round: int, name: Name) -> list[str]:
        """Say what an item saw in a round, with names for the colours of the round before.

        Examples
        --------
        >>> found = refine_graphs([distance_graph([[0, 0, 0], [1, 0, 0]])], "2-fwl")
        >>> found.words(found.item(0, 0, 1), 1, found.kinds(0).__getitem__)
        ['X itself then X-X 1.00 A x1', 'X-X 1.00 A then X itself x1']
        """
        return self._rounds.words(item, self._flat[round - 1], name)


def refine_graphs(
    graphs: Sequence[DistanceGraph], test: str, rounds: int | None = None, chirality: bool = False
) -> Rung:
    """Refine graphs together on a higher rung; see :func:`twinclouds.refine`.

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        Graphs that know their distances.
    test : {"angle-wl", "2-fwl"}
        The rung.
    rounds : int, optional
        Do at most this many rounds.
    chirality : bool, optional
        With ``"2-fwl"``: see signed volumes, too.

    Returns
    -------
    Rung

    Raises
    ------
    GraphError
        If a graph does not know the points it was made from, and the test needs them.
    CompareError
        If a graph is periodic (2-FWL), or the run would not fit into memory.

    Examples
    --------
    >>> corner = distance_graph([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> refine_graphs([corner], "2-fwl").colors[0][-1].tolist()
    [[0, 2, 2], [1, 3, 4], [1, 4, 3]]
    """
    clouds = [g.cloud for g in graphs if g.cloud is not None]
    if len(clouds) < len(graphs) and (test == "angle-wl" or chirality):
        raise GraphError(f"{test} needs the points of a graph; make it with tc.distance_graph(cloud, cutoff=...)")
    work: Rounds
    if test == "angle-wl":
        work = angles = AngleRounds(graphs, clouds, TOLERANCE)
        start = angles.start()
    else:
        _check_isolated(clouds)
        if any(g.shifts.any() for g in graphs):
            raise CompareError("2-fwl refines pairs of points, and here are edges into other cells; use 'angle-wl'")
        _check_pairs([g.n_nodes for g in graphs], chirality, min(g.cutoff for g in graphs))
        squares = []
        for g in graphs:
            square = np.full((g.n_nodes, g.n_nodes), np.inf)
            np.fill_diagonal(square, 0.0)
            square[g.senders, g.receivers] = g.distances
            squares.append(square)
        work, _, start = _pair_rounds(squares, [g.species for g in graphs], TOLERANCE, clouds if chirality else None)
    flat, stable = work.run(start, rounds, until_separated=False, every_round=True)
    shapes = [(g.n_nodes,) if test == "angle-wl" else (g.n_nodes, g.n_nodes) for g in graphs]
    parts = zip(shapes, pairwise(work.bounds.tolist()), strict=True)
    colors = tuple(tuple(c[lo:hi].reshape(shape) for c in flat) for shape, (lo, hi) in parts)
    return Rung(colors, stable, work, tuple(flat))
