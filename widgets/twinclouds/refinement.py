"""Colour refinement: the first-order Weisfeiler-Lehman test on distance graphs.

Round 0 colours every vertex by its species. In each further round a vertex's new colour is its old colour
together with the multiset, over its neighbours, of (length of the edge, colour of the neighbour). Several
graphs are refined together with one palette, so that equal colours mean the same thing in all of them. A
distance GNN of L layers can give two vertices different features only if L rounds give them different colours
(Xu et al., ICLR 2019; Pozdnyakov and Ceriotti 2022).

How it is computed is said in :mod:`twinclouds.coloring`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from twinclouds.arguments import shown
from twinclouds.classnames import class_letter, name_classes
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.coloring import Coloring, Colors, Union
from twinclouds.errors import CompareError, GraphError
from twinclouds.graphs import DistanceGraph, check_cutoff, distance_graph
from twinclouds.lengths import TOLERANCE, DistanceLabels, SortedLengths, distance_labels
from twinclouds.neighbours import take

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike
    from twinclouds.higher_order import Outcome, Rung

__all__ = ["TESTS", "Refinement", "Verdict", "check_comparable", "compare", "refine", "refine_labelled"]

#: The tests that `compare` knows, from the weakest on.
TESTS = ("wl", "distance-wl", "angle-wl", "2-fwl")

#: Clouds whose distances all agree to this (angstrom) may be one cloud, written with few digits.
NEARLY = 0.01

#: Of these, the tests of :mod:`twinclouds.higher_order`.
HIGHER = ("angle-wl", "2-fwl")

#: Of a signature so many entries are shown where a sentence quotes it.
MOST_SHOWN = 12

#: "Within a few times the tolerance": a verdict must survive a tolerance this many times larger or smaller.
FEW = 10.0


@dataclass(frozen=True, eq=False)
class Refinement:
    """The colours of one or more graphs, round by round.

    Attributes
    ----------
    colors : tuple of tuple of (n,) arrays of int
        ``colors[g][t][i]`` is the colour of vertex i of graph g after round t. Colours are numbered from 0 within a
        round, with one palette for all graphs; the numbering does not depend on the order of the vertices.
    rounds : int
        Number of rounds done. The last of them added no colour if the refinement is `stable`.
    stable : bool
        Did the number of colours stop growing? Further rounds would then change nothing.
    graphs : tuple of DistanceGraph
        What was refined.
    edge_labels : DistanceLabels or None
        The distinct lengths, where the edges know them and the test is ``"distance-wl"``.
    test : str
        Which test's colours these are. With ``"2-fwl"`` they are those of ordered pairs of points: ``colors[g][t]`` has
        the shape (n, n), and wherever a vertex is asked for, give a pair (i, j).
    """

    colors: tuple[tuple[Colors, ...], ...]
    rounds: int
    stable: bool
    graphs: tuple[DistanceGraph, ...] = field(repr=False)
    edge_labels: DistanceLabels | None = field(repr=False)
    test: str = "distance-wl"
    _rung: Rung | None = field(default=None, repr=False)

    def n_colors(self, round: int) -> int:
        """Return the number of colours over all graphs after a round.

        Examples
        --------
        >>> refine(distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.5)).n_colors(1)
        2
        """
        return int(max(c[round].max() for c in self.colors)) + 1

    def histogram(self, graph: int = 0, round: int = -1) -> NDArray[np.int64]:
        """Return the number of vertices (or pairs of points) of each colour, shape (number of colours in that round,).

        Examples
        --------
        >>> refine(distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.5)).histogram().tolist()
        [1, 2]
        """
        round = self._round(round)
        return np.bincount(self.colors[self._graph(graph)][round].ravel(), minlength=self.n_colors(round))

    @property
    def separates(self) -> int | None:
        """First round in which the histograms of the graphs are not all the same, else None."""
        for t in range(self.rounds + 1):
            first = self.histogram(0, t)
            if any(not np.array_equal(first, self.histogram(g, t)) for g in range(1, len(self.colors))):
                return t
        return None

    def color_name(self, color: int, round: int) -> str:
        """Name a colour in words: its species, and a letter where one species has several colours.

        The letter is that of the widgets and figures: it stays what it was from round to round while a class does not
        split.

        Examples
        --------
        >>> refine(distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0]], 1.5)).color_name(0, 1)
        'X(β)'
        """
        round = self._round(round)
        species: dict[int, str] = {}
        if self._rung is not None:
            species = self._rung.kinds(round)
        else:
            for g, graph in zip(self.colors, self.graphs, strict=True):
                species.update(zip(g[round].tolist(), graph.species.tolist(), strict=True))
        if color not in species:
            raise CompareError(f"there is no colour {color} in round {round}; colours run from 0 to {len(species) - 1}")
        alone = sum(s == species[color] for s in species.values()) == 1
        return species[color] if alone else f"{species[color]}({self._letters(round)[color]})"

    def signature(self, node: int | tuple[int, int], round: int = -1, graph: int = 0) -> str:
        """Say in words what a vertex saw in a round: its own colour and its neighbours, by length and colour.

        With ``"angle-wl"`` it sees pairs of neighbours, with the side between the two and the angle at the vertex. With
        ``"2-fwl"`` a pair of points (i, j) sees, for every point k, the colours of (i, k) and of (k, j).

        Parameters
        ----------
        node : int or (int, int)
            Vertex; with ``"2-fwl"`` a pair of vertices.
        round : int, optional
            Round, the last one by default. Round 0 is the species alone.
        graph : int, optional
            Which of the graphs.

        Returns
        -------
        str
            Vertices have the same colour in this round exactly when their signatures agree.

        Examples
        --------
        >>> import ase.build
        >>> graph = distance_graph(ase.build.molecule("CH4"), cutoff=1.2)
        >>> refine(graph).signature(0, round=1)
        '(C; 1.09 A to H x4)'
        >>> refine(graph, test="angle-wl").signature(0, round=1)
        '(C; 1.09 A to H and 1.09 A to H, 1.78 A from each other (109.5 degrees) x6)'
        >>> refine(graph, test="2-fwl").signature((0, 1), round=1)
        '(C-H 1.09 A; C itself then C-H 1.09 A x1, C-H 1.09 A then H itself x1, C-H 1.09 A then H-H not joined x3)'
        """
        round = self._round(round)
        g = self.graphs[self._graph(graph)]
        nodes = self._nodes(node, g.n_nodes)
        if self._rung is not None:
            item = self._rung.item(graph, *nodes)
            if round == 0:
                return f"({self._rung.kinds(0)[int(self.colors[graph][0][nodes])]})"
            names = self._names(round - 1)
            own = names[int(self.colors[graph][round - 1][nodes])]
            return f"({own}; {', '.join(self._rung.words(item, round, names.__getitem__)) or 'no neighbour'})"
        (node,) = nodes
        if round == 0:
            return f"({g.species[node]})"
        before = self.colors[graph][round - 1]
        edges = np.flatnonzero(g.senders == node)
        neighbours = before[g.receivers[edges]].tolist()
        lengths = self.edge_labels.labels[graph][edges].tolist() if self.edge_labels is not None else [0] * len(edges)
        digits = _digits(self.edge_labels)
        seen = []
        for (label, color), count in sorted(Counter(zip(lengths, neighbours, strict=True)).items()):
            name = self.color_name(color, round - 1)
            if self.edge_labels is None:
                seen.append(f"joined to {name} x{count}")
            else:
                seen.append(f"{self.edge_labels.values[label]:.{digits}f} A to {name} x{count}")
        own = self.color_name(int(before[node]), round - 1)
        return f"({own}; {', '.join(seen) if seen else 'no neighbour'})"

    def _names(self, round: int) -> dict[int, str]:
        """Name all colours of a round of a higher rung, as :meth:`color_name` does one."""
        if round not in self._named:
            assert self._rung is not None
            kinds = self._rung.kinds(round)
            times, letters = Counter(kinds.values()), self._letters(round)
            self._named[round] = {c: k if times[k] == 1 else f"{k}({letters[c]})" for c, k in kinds.items()}
        return self._named[round]

    @cached_property
    def _named(self) -> dict[int, dict[int, str]]:
        """The names of the colours of rounds that were asked for."""
        return {}

    @cached_property
    def _classes(self) -> tuple[list[NDArray[np.int64]], NDArray[np.int64]]:
        """All colours round by round, and the names of their classes."""
        flat = [np.concatenate([np.ravel(c[t]) for c in self.colors]) for t in range(self.rounds + 1)]
        return flat, name_classes(flat)

    def _letters(self, round: int) -> dict[int, str]:
        """Return the letter of each colour of a round."""
        flat, names = self._classes
        colors, first = np.unique(flat[round], return_index=True)
        return {int(color): class_letter(int(names[round][k])) for color, k in zip(colors, first, strict=True)}

    def _graph(self, graph: int) -> int:
        if not _whole(graph) or not 0 <= graph < len(self.graphs):
            raise CompareError(f"there is no graph {graph!r}; graphs are numbered from 0 to {len(self.graphs) - 1}")
        return graph

    def _nodes(self, node: int | tuple[int, int], n: int) -> tuple[int, ...]:
        if self.test == "2-fwl":
            nodes: tuple[int, ...] = tuple(node) if isinstance(node, (tuple, list)) else ()
            if len(nodes) != 2:
                raise CompareError(f"{node!r} is not a pair of points, and 2-fwl colours pairs; give (i, j)")
        else:
            nodes = (node,)  # type: ignore[assignment]
        for i in nodes:
            if not _whole(i) or not 0 <= i < n:
                raise CompareError(f"there is no vertex {i!r}; vertices are numbered from 0 to {n - 1}")
        return nodes

    def _round(self, round: int) -> int:
        if not _whole(round):
            raise CompareError(f"there is no round {round!r}; rounds run from 0 to {self.rounds}")
        t = round + self.rounds + 1 if round < 0 else round
        if not 0 <= t <= self.rounds:
            raise CompareError(f"there is no round {round}; rounds run from 0 to {self.rounds}")
        return t


def _whole(value: object) -> bool:
    return isinstance(value, (int, np.integer)) and not isinstance(value, bool)


def refine(
    graphs: DistanceGraph | Sequence[DistanceGraph],
    rounds: int | None = None,
    *,
    test: str | None = None,
    chirality: bool = False,
) -> Refinement:
    """Refine the colours of one or more graphs together.

    Parameters
    ----------
    graphs : DistanceGraph or sequence of DistanceGraph
        The graphs; see `test` for what their edges have to know.
    rounds : int, optional
        Do at most this many rounds; by default go on until the number of colours stops growing.
    test : {"wl", "distance-wl", "angle-wl", "2-fwl"}, optional
        Rung of the ladder. By default graphs that know their distances give ``"distance-wl"``, graphs made with
        ``distances=False`` plain ``"wl"``. ``"wl"`` ignores the distances of graphs that know them.
    chirality : bool, optional
        With ``"2-fwl"``: let it see signed volumes, too, so that mirror images can be told apart.

    Returns
    -------
    Refinement
        With ``"2-fwl"`` the colours are those of ordered pairs of points, arrays of the shape (n, n).

    Raises
    ------
    GraphError
        If something else than graphs is given, some graphs know distances and others do not, or the graphs do not know
        what the test needs: the distances, or the points that they were made from.
    CompareError
        If `rounds` is not a whole number from 0 on, the test is not known, or the run would not fit into memory.

    Notes
    -----
    What each rung can and cannot separate:

    - ``"wl"`` (Weisfeiler and Leman 1968) sees who is joined to whom. It fails on regular graphs: two triangles and a
      hexagon get the same colours. On trees it never fails.
    - ``"distance-wl"`` adds the length of every edge. The stable colouring is the coarsest equitable partition. On the
      complete distance graph it tells apart any two clouds on a line or in a plane (Delle Rose et al., NeurIPS 2023),
      but not in space (Pozdnyakov and Ceriotti 2022; the gallery).
    - ``"angle-wl"`` refines a vertex by pairs of its neighbours: both lengths, the side that joins the two (and so the
      angle at the vertex), both colours. It bounds networks with angles, such as DimeNet. On the complete graph no pair
      of clouds is known that it cannot tell apart, mirror images excepted; whether there are any is an open question.
      With bonds as the only edges it fails on the star graphs of octahedral complexes and on larger rings.
    - ``"2-fwl"`` refines ordered pairs of points by the pairs (i, k), (k, j) over all points k. On the complete
      distance graph it tells apart any two clouds in space but mirror images (Delle Rose et al. 2023); periodic clouds
      it cannot take. With `chirality` it sees signed volumes and so mirror images as well.

    Lengths count as different where the sorted lengths leave a gap of more than 1e-6 angstrom. For another tolerance,
    and a verdict that says how sure it is, use :func:`compare`.

    References
    ----------
    Weisfeiler and Leman (1968); Delle Rose, Kozachinskiy, Rojas, Petrache, Barcelo, NeurIPS 2023, arXiv:2303.12853;
    Pozdnyakov and Ceriotti, Mach. Learn.: Sci. Technol. 3, 045020 (2022).

    Examples
    --------
    >>> path = distance_graph([[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]], cutoff=1.0)
    >>> result = refine(path)
    >>> [result.colors[0][t].tolist() for t in range(result.rounds + 1)]
    [[0, 0, 0, 0], [1, 0, 0, 1], [1, 0, 0, 1]]

    Benzene and its twin, on each rung: the round in which the two are told apart.

    >>> from twinclouds.pairs import gallery
    >>> graphs = [distance_graph(atoms) for atoms in gallery["benzene"]]
    >>> {test: refine(graphs, test=test).separates for test in TESTS}
    {'wl': None, 'distance-wl': None, 'angle-wl': 1, '2-fwl': 1}
    """
    try:
        several = [graphs] if isinstance(graphs, DistanceGraph) else list(graphs)
    except TypeError:
        raise GraphError(
            f"{type(graphs).__name__} is not a graph; make one with tc.distance_graph(cloud, cutoff=...)"
        ) from None
    for g in several:
        if not isinstance(g, DistanceGraph):
            whole = hasattr(graphs, "positions") or isinstance(graphs, np.ndarray)  # a cloud is a list of points
            kind = type(graphs if whole else g).__name__
            raise GraphError(f"{kind} is not a graph; make one with tc.distance_graph(cloud, cutoff=...)")
    if not several:
        raise GraphError("there is no graph to refine; give one DistanceGraph or a list of them")
    check_rounds(rounds)
    if test is not None and (not isinstance(test, str) or test not in TESTS):
        raise CompareError(f"test {shown(test)} is not known; use one of {', '.join(map(repr, TESTS))}")
    if chirality and test != "2-fwl":
        raise CompareError(f"chirality=True goes with the test '2-fwl', not with {shown(test)}")
    if test != "wl" and len({g.labelled for g in several}) > 1:
        raise GraphError("some graphs know their distances and others do not; make all with the same distances=...")
    rung = test or ("distance-wl" if several[0].labelled else "wl")
    if rung != "wl" and not several[0].labelled:
        raise GraphError(f"{rung} needs graphs that know their distances; make them without distances=False")
    if rung in HIGHER:
        from twinclouds.higher_order import refine_graphs

        found = refine_graphs(several, rung, rounds, chirality)
        return Refinement(found.colors, len(found.colors[0]) - 1, found.stable, tuple(several), None, rung, found)
    labels = distance_labels(several) if rung != "wl" else None
    coloring = Union(several).refine(None if labels is None else labels.of_bonds, rounds, every_round=True)
    return _split(coloring, several, labels)


def refine_labelled(
    graphs: Sequence[DistanceGraph],
    edge_labels: DistanceLabels | None,
    rounds: int | None = None,
    until_separated: bool = False,
) -> Refinement:
    """Refine graphs whose bonds are labelled already (`None`: all look alike).

    Parameters
    ----------
    graphs : sequence of DistanceGraph
        The graphs.
    edge_labels : DistanceLabels or None
        Labels of their bonds.
    rounds : int, optional
        Do at most this many rounds.
    until_separated : bool, optional
        Stop at the first round in which the histograms of the graphs differ.

    Returns
    -------
    Refinement

    Examples
    --------
    >>> star = distance_graph([[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1.5, 0]], cutoff=1.5)
    >>> refine_labelled([star], None).n_colors(-1), refine(star).n_colors(-1)
    (2, 3)
    """
    check_rounds(rounds)
    labels = None if edge_labels is None else edge_labels.of_bonds
    coloring = Union(graphs).refine(labels, rounds, until_separated, every_round=True)
    return _split(coloring, graphs, edge_labels)


def _split(coloring: Coloring, graphs: Sequence[DistanceGraph], edge_labels: DistanceLabels | None) -> Refinement:
    """Split the colours of a union among its graphs."""
    slices = [slice(lo, hi) for lo, hi in pairwise(coloring.bounds.tolist())]
    split = tuple(tuple(c[part] for c in coloring.colors) for part in slices)
    test = "wl" if edge_labels is None else "distance-wl"
    return Refinement(split, len(coloring.colors) - 1, coloring.stable, tuple(graphs), edge_labels, test)


def _digits(labels: DistanceLabels | None) -> int:
    """Return how many decimals (2 to 6) tell the labels apart."""
    if labels is None:
        return 2
    for digits in range(2, 6):
        if len(np.unique(labels.values.round(digits))) == len(labels.values):
            return digits
    return 6


@dataclass(frozen=True, eq=False)
class Verdict:
    """What a test says about two clouds.

    Attributes
    ----------
    equivalent : bool
        True: the test cannot tell the two apart.
    round : int or None
        First round that tells them apart, else None.
    margin : float
        Narrowest gap between two lengths that count as different, angstrom; infinite when there is no such gap. With
        ``"angle-wl"`` the sides between two neighbours are among the lengths.
    widest_label : float
        Largest spread among lengths that count as one, angstrom.
    ill_conditioned : bool
        Too close to call: with a tolerance ten times larger or smaller, or in the face of rounding, the verdict
        would be the opposite; or lengths count as one that lie more than ten tolerances apart.
    test : str
        Which test.
    cutoff : float
        Cutoff, angstrom.
    tolerance : float
        Tolerance, angstrom.
    complete : bool
        Did the graphs hold every distance there is? Equivalence on the complete graph is equivalence at every cutoff.
    rounds : int
        Number of rounds done.
    stable : bool
        Did the number of colours stop growing?
    n_colors : int
        Number of colours after the last round; colours of pairs of points with the test ``"2-fwl"``.
    refinement : Refinement or None
        The colours behind the verdict; None with ``"angle-wl"`` and ``"2-fwl"``.
    names : tuple of str
        What the two clouds are called.
    """

    equivalent: bool
    round: int | None
    margin: float
    widest_label: float
    ill_conditioned: bool
    test: str
    cutoff: float
    tolerance: float
    complete: bool
    rounds: int
    stable: bool
    n_colors: int
    refinement: Refinement | None = field(repr=False)
    names: tuple[str, str] = ("a", "b")

    @property
    def blurred(self) -> bool:
        """Do lengths count as one that differ by more than ten tolerances, being joined by others between them?"""
        return self.test != "wl" and self.widest_label > FEW * self.tolerance

    @property
    def wording(self) -> str:
        """The verdict in the words that are used everywhere."""
        if self.ill_conditioned:
            return f"too close to call (margin {self.margin:.1e} A)"
        if not self.equivalent:
            return f"told apart in round {self.round}"
        if not self.stable:
            return f"not told apart within {_counted(self.rounds, 'round')}"
        if self.complete and self.test != "wl":
            return "not told apart at any cutoff"
        return "not told apart at this cutoff"

    def explain(self) -> str:
        """Say in a few lines what was found and why.

        Returns
        -------
        str

        Examples
        --------
        >>> a, b = [[0, 0, 0], [1, 0, 0], [3, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]]
        >>> print(compare(a, b).explain())
        told apart in round 1
        After round 1, the colour "(X; 1.00 A to X x1, 3.00 A to X x1)" occurs once in a and not at all in b.
        """
        lines = [self.wording]
        if self.ill_conditioned:
            lines.append(
                f"With the tolerance {self.tolerance:g} A the test says "
                f"{'equivalent' if self.equivalent else f'told apart in round {self.round}'}; a tolerance ten times "
                "larger or smaller, or rounding, would turn that round. Look at the coordinates, or set tolerance=."
                if not self.blurred
                else f"With the tolerance {self.tolerance:g} A lengths that are {self.widest_label:.2g} A apart count "
                "as one, so that a verdict says little. Set a smaller tolerance=."
            )
        if not self.equivalent:
            lines.append(self.difference())
            mismatch = self._mismatch()
            if self.tolerance < 2 * mismatch < 2 * NEARLY:
                lines.append(
                    f"Yet all distances of the two, sorted, agree to {mismatch:.1g} A. If the coordinates are rounded, "
                    f"try a tolerance of {2 * mismatch:.1g}."
                )
            return "\n".join(lines)
        colors = f"{self.n_colors} colour{'s' if self.n_colors > 1 else ''}"
        if self.test == "2-fwl":
            colors += " of pairs of points"
        if not self.stable:
            lines.append(
                f"After {_counted(self.rounds, 'round')} the {colors} occur equally often in both clouds; more rounds "
                "may differ."
            )
            return "\n".join(lines)
        lines.append(
            # The round that brings nothing new is the last one that an explorer counts, too.
            f"Round {self.rounds} splits no colour any more, and is the last: {colors}, each as often in "
            f"{self.names[0]} as in {self.names[1]}."
        )
        if self.complete and self.test != "wl":
            lines.append("The graphs held every distance, and what all distances cannot tell apart no cutoff can.")
        return "\n".join(lines)

    def _mismatch(self) -> float:
        """Return by how much the sorted lengths of the two graphs differ at most, angstrom; 0 if that says nothing."""
        if self.refinement is None or self.test == "wl":
            return 0.0
        first, second = (np.sort(g.bond_lengths) for g in self.refinement.graphs)
        if len(first) != len(second) or not len(first):
            return 0.0
        mismatch = float(np.abs(first - second).max())
        # Among very many lengths those of any two clouds agree: what counts is whether they do better than neighbours.
        return mismatch if mismatch < (first[-1] - first[0]) / len(first) else 0.0

    def difference(self) -> str:
        """Say which colour is not equally frequent in the two clouds.

        Returns
        -------
        str
            A sentence; empty if the test does not tell them apart.

        Examples
        --------
        >>> compare([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]]).difference()
        'After round 1, the colour "(X; 1.00 A to X x1)" occurs twice in a and not at all in b.'
        """
        r, t = self.refinement, self.round
        if t is None:
            return ""
        if r is None:
            what = "pairs of points" if self.test == "2-fwl" else "points"
            both = f"{self.names[0]} and {self.names[1]}"
            return f"After round {t}, the colours of {what} are not equally frequent in {both}."
        a, b = r.histogram(0, t), r.histogram(1, t)
        # Both have equally many points, so that the first has too many of some colour: of its points, the first such.
        colors = r.colors[0][t]
        node = int(np.flatnonzero((a > b)[colors])[0])
        color = colors[node]
        return (
            f'After round {t}, the colour "{_short(r.signature(node, t, 0))}" occurs {_times(a[color])} in '
            f"{self.names[0]} and {_times(b[color])} in {self.names[1]}."
        )


def _short(signature: str) -> str:
    """Leave out most of a signature that would fill a page."""
    parts = signature.split(", ")
    if len(parts) <= MOST_SHOWN + 1:
        return signature
    return f"{', '.join(parts[:MOST_SHOWN])} and {len(parts) - MOST_SHOWN} more)"


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(int(count), f"{count} times")


def compare(
    a: CloudLike,
    b: CloudLike,
    cutoff: float = np.inf,
    rounds: int | None = None,
    test: str = "distance-wl",
    tolerance: float = TOLERANCE,
    chirality: bool = False,
) -> Verdict:
    """Can a test tell two clouds apart?

    Parameters
    ----------
    a, b : Cloud, ase.Atoms or (n, 3) array
        Two clouds of the same composition, in angstrom.
    cutoff : float, optional
        Pairs of points up to this distance (angstrom) are joined; infinity, the default, joins all.
    rounds : int, optional
        Refine at most this many rounds (the depth of a network); by default until the colours are stable.
    test : {"distance-wl", "wl", "angle-wl", "2-fwl"}, optional
        ``"wl"``: topology only. ``"distance-wl"``: edges know their distances; an upper bound on every distance GNN.
        ``"angle-wl"``: points also see the angles between their neighbours. ``"2-fwl"``: pairs of points are refined.
    tolerance : float, optional
        Lengths, sorted over both clouds, count as different where the gap between them exceeds this (angstrom).
    chirality : bool, optional
        With ``"2-fwl"``: let it see signed volumes, too, so that mirror images can be told apart.

    Returns
    -------
    Verdict

    Raises
    ------
    CloudError, GraphError
        If a cloud or the cutoff is not valid.
    CompareError
        If the clouds differ in number of atoms or species, an option is unknown, or with the tests "wl" and
        "distance-wl" the tolerance is no smaller than the shortest length.

    Warns
    -----
    LongRun
        With ``"angle-wl"`` and ``"2-fwl"``, before a run that takes long.

    Notes
    -----
    Equivalence on the complete graph is equivalence at every cutoff, because the multiset of neighbours within a
    cutoff is a part of the multiset of all neighbours. What each test can and cannot do:

    - ``"wl"`` at a cutoff confuses, for instance, two triangles with a hexagon.
    - ``"distance-wl"`` with all distances tells apart any two different clouds on a line or in a plane (Delle Rose et
      al. 2023), but not in space: see ``twinclouds.pairs.gallery``.
    - ``"angle-wl"`` with all distances tells apart every pair of the gallery that is not a pair of mirror images;
      whether it always does is an open question. At a short cutoff it fails on star graphs.
    - ``"2-fwl"`` with all distances tells apart any two clouds in space but mirror images (Delle Rose et al. 2023).

    No test tells mirror images apart unless `chirality` is set.

    References
    ----------
    Pozdnyakov and Ceriotti, Mach. Learn.: Sci. Technol. 3, 045020 (2022); Weisfeiler and Leman (1968); Delle
    Rose et al., NeurIPS 2023, arXiv:2303.12853.

    Examples
    --------
    A regular hexagon and two stacked, staggered triangles:

    >>> hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    >>> triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
    >>> print(compare(hexagon, triangles).wording)
    not told apart at any cutoff
    """
    a, b = as_cloud(a), as_cloud(b)
    check_comparable(a, b)
    cutoff = check_cutoff(cutoff)
    tolerance = check_tolerance(tolerance)
    check_rounds(rounds)
    if not isinstance(test, str) or test not in TESTS:
        raise CompareError(f"test {shown(test)} is not known; use one of {', '.join(map(repr, TESTS))}")
    if chirality and test != "2-fwl":
        raise CompareError(f"chirality=True goes with the test '2-fwl', not with {shown(test)}")
    names = (a.name or "a", b.name or "b") if a.name != b.name else ("a", "b")
    if test in HIGHER:
        return _compare_higher(a, b, cutoff, rounds, test, tolerance, chirality, names)
    few = FEW * tolerance
    # One union with all edges that any of the variants below could want; each takes those that it needs.
    graphs = [distance_graph(c, cutoff + few, distances=test != "wl") for c in (a, b)]
    lengths, union = SortedLengths(graphs), Union(graphs)

    def seen(gap: float) -> tuple[NDArray[np.int32], ...]:
        cut = lengths.cut(gap, cutoff + gap)
        return cut if test != "wl" else tuple(np.minimum(x, np.int32(0)) for x in cut)

    def turns(*gaps: float) -> bool:
        runs = (union.refine(seen(gap), rounds, until_separated=True) for gap in gaps)
        return any(run.separated != coloring.separated for run in runs)

    labels = lengths.labels(tolerance, cutoff + tolerance)
    check_small(tolerance, lengths.ordered)
    same_edges = lengths.count(cutoff + tolerance / FEW) == lengths.count(cutoff + few)
    same_labels = test == "wl" or (labels.widest <= tolerance / FEW and labels.narrowest_gap > few)
    coloring = union.refine(
        labels.of_bonds if test != "wl" else seen(tolerance),
        rounds,
        until_separated=True,
        finer=(lambda: seen(tolerance / FEW)) if same_edges and not same_labels else None,
        every_round=True,
    )
    if rounding(a, b) > tolerance / FEW or (test != "wl" and labels.widest > FEW * tolerance):
        ill = True
    elif not same_edges:
        ill = turns(tolerance / FEW, few)  # a length so near the cutoff that its edges come and go
    elif same_labels or coloring.robust:
        ill = False
    elif not coloring.separated:
        ill = turns(tolerance / FEW)  # labels merged by a larger tolerance separate no more than these do
    else:
        ill = lengths.balanced(few, cutoff + few) and turns(
            few
        )  # labels that are not equally frequent separate in round 1
    if np.isfinite(cutoff):
        # Let go of each graph when there is its part: both, and all that was needed to refine them, is a lot of memory.
        del lengths, union
        labels = replace(labels, graphs=())
        there = [x >= 0 for x in labels.of_bonds]
        for k, x in enumerate(there):
            graphs[k] = replace(graphs[k].select(take(x, graphs[k].bonds)), cutoff=cutoff)
        kept = tuple(own[x] for own, x in zip(labels.of_bonds, there, strict=True))
        labels = replace(labels, of_bonds=kept, graphs=tuple(graphs))
    refinement = _split(coloring, graphs, labels if test != "wl" else None)
    return Verdict(
        equivalent=not coloring.separated,
        round=len(coloring.colors) - 1 if coloring.separated else None,
        margin=labels.narrowest_gap,
        widest_label=labels.widest,
        ill_conditioned=ill,
        test=test,
        cutoff=cutoff,
        tolerance=tolerance,
        complete=not (a.periodic or b.periodic) and all(g.n_edges == g.n_nodes * (g.n_nodes - 1) for g in graphs),
        rounds=refinement.rounds,
        stable=refinement.stable,
        n_colors=refinement.n_colors(-1),
        refinement=refinement,
        names=names,
    )


def _compare_higher(
    a: Cloud,
    b: Cloud,
    cutoff: float,
    rounds: int | None,
    test: str,
    tolerance: float,
    chirality: bool,
    names: tuple[str, str],
) -> Verdict:
    """Run a test of a higher order, and see whether other tolerances agree with it."""
    from twinclouds.higher_order import refine_angles, refine_pairs

    def run(gap: float) -> Outcome:
        if test == "2-fwl":
            return refine_pairs(a, b, cutoff, rounds, gap, chirality)
        return refine_angles(a, b, cutoff, rounds, gap)

    outcome = run(tolerance)
    diameters = [float(np.linalg.norm(np.ptp(c.positions, axis=0))) for c in (a, b)]
    return Verdict(
        equivalent=outcome.round is None,
        round=outcome.round,
        margin=outcome.margin,
        widest_label=outcome.widest_label,
        ill_conditioned=max(rounding(a, b), outcome.widest_label / FEW / FEW) > tolerance / FEW
        or any(
            (run(gap).round is None) != (outcome.round is None)
            for gap in _doubtful((a, b), cutoff, tolerance, chirality, outcome)
        ),
        test=test,
        cutoff=cutoff,
        tolerance=tolerance,
        complete=not (a.periodic or b.periodic) and cutoff >= max(diameters),
        rounds=outcome.rounds,
        stable=outcome.stable,
        n_colors=outcome.n_colors,
        refinement=None,
        names=names,
    )


def _doubtful(
    clouds: tuple[Cloud, Cloud], cutoff: float, tolerance: float, chirality: bool, outcome: Outcome
) -> tuple[float, ...]:
    """Return which of the tolerances ten times smaller and larger could turn what a test of a higher order says."""
    low, high = tolerance / FEW, FEW * tolerance
    if np.isfinite(cutoff):
        lengths = SortedLengths([distance_graph(c, cutoff + high) for c in clouds])
        if lengths.count(cutoff + low) != lengths.count(cutoff + high):
            return low, high  # a length so near the cutoff that its edges come and go
    if not chirality and outcome.widest_label <= low and outcome.margin > high:
        return ()  # all label alike
    # Labels merged by a larger tolerance separate no more than these do, and those split by a smaller one no less.
    return (low,) if outcome.round is None else (high,)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def check_comparable(a: Cloud, b: Cloud) -> None:
    """Raise a CompareError unless two clouds have the same number of points of each species.

    Examples
    --------
    >>> check_comparable(as_cloud([[0, 0, 0]]), as_cloud([[0, 0, 1]]))
    """
    first, second = a.name or "the first cloud", b.name or "the second cloud"
    if first == second:
        first, second = f"{first} (first)", f"{second} (second)"
    if len(a) != len(b):
        raise CompareError(
            f"{first} has {_counted(len(a), 'atom')} and {second} has {len(b)}: counting tells them apart; compare "
            "clouds with the same number of atoms"
        )
    if a.composition != b.composition:
        raise CompareError(
            f"{first} is {a.formula} and {second} is {b.formula}: counting elements tells them apart; compare clouds "
            "of the same composition, or pass bare coordinates to ignore the elements"
        )


def check_rounds(rounds: int | None) -> None:
    """Raise a CompareError unless this is None or a number of rounds."""
    if rounds is not None and (isinstance(rounds, bool) or not isinstance(rounds, (int, np.integer)) or rounds < 0):
        raise CompareError(f"rounds={shown(rounds)} is not a number of rounds; give a whole number from 0 on, or None")


def check_tolerance(tolerance: float) -> float:
    """Return a tolerance as float, or say in one line what is wrong with it."""
    try:
        if isinstance(tolerance, (str, bytes, bool)):
            raise TypeError
        value = float(tolerance)
    except (TypeError, ValueError, OverflowError):
        raise CompareError(
            f"tolerance {shown(tolerance)} is not a number; give a length in angstrom, such as 1e-6"
        ) from None
    if not np.isfinite(value) or value <= 0:
        raise CompareError(f"tolerance {value:g} is not a positive length; give angstrom, such as 1e-6")
    return value


def check_small(tolerance: float, lengths: NDArray[np.float64]) -> None:
    """Raise a CompareError if the shortest of sorted lengths (angstrom) is no longer than the tolerance.

    Examples
    --------
    >>> check_small(2.0, np.array([1.0, 3.0]))
    Traceback (most recent call last):
    ...
    twinclouds.errors.CompareError: tolerance 2 A is not small: there are points only 1 A apart; take a smaller one
    """
    if len(lengths) and tolerance >= lengths[0]:
        raise CompareError(
            f"tolerance {tolerance:g} A is not small: there are points only {lengths[0]:.3g} A apart; "
            "take a smaller one"
        )


def rounding(a: Cloud, b: Cloud) -> float:
    """Bound the error of a distance that comes from rounding the coordinates, angstrom.

    Examples
    --------
    >>> rounding(as_cloud([[1e6, 0, 0]]), as_cloud([[0, 0, 0]])) < 1e-8
    True
    """
    largest = max(np.abs(c.positions).max() + np.abs(c.periods).sum() for c in (a, b))
    return float(8 * np.finfo(float).eps * largest)
