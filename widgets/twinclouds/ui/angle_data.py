"""The angles of two clouds at every cutoff, computed beforehand: what the AngleExplorer plays.

An *angle* is a pair of neighbours of an atom; its *kind* holds the species of the three atoms and the three lengths, as
in the first round of ``angle-wl``. A triangle is *seen* as soon as two of its sides are within the cutoff: then the
angle between them is there. No widget is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.descriptors import triangles
from twinclouds.errors import GraphError
from twinclouds.graphs import DistanceGraph
from twinclouds.lengths import TOLERANCE, label_values
from twinclouds.refinement import compare
from twinclouds.triangle_counts import Triangle
from twinclouds.ui.frames import Scene
from twinclouds.ui.limits import Reach

__all__ = ["BINS", "MOST_ANGLES", "AngleStep", "Angles", "angles_of", "few_angles", "longest_cutoff", "pack_angles"]

#: Bins of the histograms between 0 and 180 degrees.
BINS = 36

#: Angles of one cloud that are kept, at most; the slider ends where there would be more.
MOST_ANGLES = 30_000

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class AngleStep:
    """What ``angle-wl`` says in one interval of cutoffs.

    Attributes
    ----------
    round : int or None
        First round that tells the clouds apart: in round 1 the angles themselves differ, later only what neighbours
        tell each other about theirs.
    margin : float or None
        Set when it is too close to call: narrowest gap between lengths that count as different, angstrom.
    """

    round: int | None
    margin: float | None


@dataclass(frozen=True, eq=False)
class Angles:
    """All angles of two clouds up to the largest cutoff of a scene.

    Attributes
    ----------
    bins : (k,) array of int
        Bin of the histogram for each kind of angle.
    begins : (k,) array of int
        Interval of the scene from which on angles of this kind are there.
    triangle : (k,) array of int
        Index into `triangles`: the triangle that the angle is a corner of.
    records : tuple of 2 (r, 3) arrays of int
        For each cloud rows (atom, kind, count), ordered by atom.
    triangles : tuple of Triangle
        The kinds of triangles, ordered by the cutoff from which on they are seen, then by their sides.
    seen_from : (t,) array of int
        Interval from which on each is seen.
    steps : tuple of AngleStep
        One for each kept interval of the scene.
    """

    bins: Ints
    begins: Ints
    triangle: Ints
    records: tuple[Ints, Ints]
    triangles: tuple[Triangle, ...]
    seen_from: Ints
    steps: tuple[AngleStep, ...]

    def histogram(self, cloud: int, interval: int, atom: int | None = None) -> Ints:
        """Count the angles of a cloud, or of one of its atoms, in an interval of cutoffs.

        Examples
        --------
        >>> from twinclouds.clouds import as_cloud
        >>> from twinclouds.ui.frames import make_scene
        >>> cloud = as_cloud([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
        >>> angles_of(make_scene(cloud, cloud)).histogram(0, interval=2)[[9, 18]]
        array([2, 1])
        """
        rows = self.records[cloud]
        rows = rows[self.begins[rows[:, 1]] <= interval]
        if atom is not None:
            rows = rows[rows[:, 0] == atom]
        return np.bincount(self.bins[rows[:, 1]], weights=rows[:, 2], minlength=BINS).astype(np.int64)


def longest_cutoff(graphs: tuple[DistanceGraph, ...], most: int = MOST_ANGLES) -> float:
    """Return the largest distance up to which no cloud has more angles than `most`; infinity if all are few enough.

    Raises
    ------
    GraphError
        If there are too many at the shortest distances already.

    Examples
    --------
    >>> from twinclouds.graphs import distance_graph
    >>> graph = distance_graph([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]])
    >>> longest_cutoff((graph,)), longest_cutoff((graph,), most=2)
    (inf, 1.5)
    """
    longest = np.inf
    for graph in graphs:
        order = np.argsort(graph.distances, kind="stable")
        # The r-th edge of an atom makes r - 1 angles with those before it.
        senders = graph.senders[order]
        by_atom = np.argsort(senders, kind="stable")
        rank = np.empty(len(order), dtype=np.int64)
        rank[by_atom] = np.arange(len(order)) - np.searchsorted(senders[by_atom], senders[by_atom])
        total = np.cumsum(rank)
        if not len(total) or total[-1] <= most:
            continue
        lengths = graph.distances[order]
        beyond = lengths[int(np.searchsorted(total, most, side="right"))]
        within = lengths[lengths < beyond - TOLERANCE]
        if not len(within):
            fewest = int(
                total[min(int(np.searchsorted(lengths, lengths[0] + TOLERANCE, side="right")), len(total)) - 1]
            )
            raise GraphError(
                f"a cloud of {graph.n_nodes} atoms has {fewest} angles at its shortest distance already, more than the "
                f"{most} that are kept; give smaller ones, of about {graph.n_nodes * most // fewest} atoms"
            )
        longest = min(longest, float(within[-1]))
    return longest


def few_angles(reach: Reach) -> Reach:
    """Look less far where a cloud would have more angles than are kept.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.ui.limits import reach_of
    >>> few_angles(reach_of([as_cloud([[0, 0, 0], [1, 0, 0]])])).limit
    inf
    """
    longest = longest_cutoff(reach.graphs)
    if not any((graph.distances > longest).any() for graph in reach.graphs):
        return reach
    why = f"The cutoff goes up to {longest:.4g} Å: further on, a cloud has more than {MOST_ANGLES} angles."
    return Reach(longest, tuple(graph.within(longest) for graph in reach.graphs), why)


def angles_of(scene: Scene) -> Angles:
    """Collect the angles of the two clouds of a scene.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.pairs import gallery
    >>> from twinclouds.ui.frames import make_scene
    >>> found = angles_of(make_scene(*(as_cloud(x) for x in gallery["hexagon"])))
    >>> [str(t) for t in found.triangles if t.counts[0] != t.counts[1]][0]
    'a triangle C-C-C with sides 1.400, 1.400, 1.400 A occurs 0 times in one and 2 times in the other'
    """
    reach = float(scene.starts[-1]) + TOLERANCE
    found = [triangles(cloud, reach) for cloud in scene.clouds]
    pieces = [x for t in found for x in (t.distances, t.third_sides)]
    labels = label_values(pieces, TOLERANCE)
    flat = np.concatenate([x.ravel() for x in pieces])
    marks = np.concatenate([x.ravel() for x in labels])
    lengths = np.bincount(marks, weights=flat) / np.maximum(np.bincount(marks), 1)
    names, codes = np.unique(np.concatenate([c.species for c in scene.clouds]), return_inverse=True)
    species = np.split(codes.ravel().astype(np.int64), [len(scene.clouds[0])])

    # One number per corner: species of the neighbour and its distance; in order, for the two have none.
    width = max(len(names), 1)
    rows, begins, corners = [], [], []
    for g, t in enumerate(found):
        near, third = labels[2 * g], labels[2 * g + 1]
        s = species[g]
        ends = np.sort(near * width + s[t.neighbours], axis=1)
        rows.append(np.column_stack([s[t.centres], third, ends]))
        begins.append(np.searchsorted(scene.starts, t.distances.max(axis=1, initial=0.0), side="left"))
        # A corner of the triangle: the side opposite to it, and its species.
        other = near[:, ::-1] * width + s[t.neighbours]
        corners.append(np.column_stack([third * width + s[t.centres], other]))
    table = np.concatenate(rows)
    kinds, first, kind = np.unique(table, axis=0, return_index=True, return_inverse=True)
    kind = kind.ravel()
    all_corners = np.concatenate(corners)
    all_begins = np.concatenate(begins)
    kind_begins = np.zeros(len(kinds), dtype=np.int64)
    np.maximum.at(kind_begins, kind, all_begins)

    forms, of_record = np.unique(np.sort(all_corners, axis=1), axis=0, return_inverse=True)
    triangle = of_record.ravel()[first]
    # A triangle is counted at the corner between its two shortest sides, where it is seen first.
    order = np.lexsort((np.arange(len(kinds)), kind_begins, triangle))
    chosen = order[np.unique(triangle[order], return_index=True)[1]]
    alike = (forms == all_corners[first[chosen], :1]).sum(axis=1)
    sizes = [len(t.centres) for t in found]
    split = np.split(kind, [sizes[0]])
    counts = np.stack([np.bincount(x, minlength=len(kinds))[chosen] // np.maximum(alike, 1) for x in split], axis=1)
    sides, corner_species = np.divmod(forms, width)
    seen = kind_begins[chosen]
    ranked = np.lexsort((*sides.T[::-1], seen))
    place = np.empty(len(ranked), dtype=np.int64)
    place[ranked] = np.arange(len(ranked))
    listed = tuple(
        Triangle(
            species=tuple(str(names[c]) for c in corner_species[r]),  # type: ignore[arg-type]
            sides=tuple(float(lengths[x]) for x in sides[r]),  # type: ignore[arg-type]
            counts=(int(counts[r, 0]), int(counts[r, 1])),
        )
        for r in ranked
    )
    degrees = np.concatenate([t.angles for t in found])[first]
    # As in angle_histogram: an angle on a border, but for rounding, belongs to the bin above it.
    bins = np.minimum((np.minimum(degrees + 1e-6, 180.0) * BINS / 180.0).astype(np.int64), BINS - 1)
    records = []
    for t, x in zip(found, split, strict=True):
        pairs, number = np.unique(np.column_stack([t.centres, x]), axis=0, return_counts=True)
        records.append(np.column_stack([pairs, number]).astype(np.int64).reshape(-1, 3))
    return Angles(
        bins=bins,
        begins=kind_begins,
        triangle=place[triangle],
        records=(records[0], records[1]),
        triangles=listed,
        seen_from=seen[ranked],
        steps=_steps(scene),
    )


def _steps(scene: Scene) -> tuple[AngleStep, ...]:
    """Run ``angle-wl`` in the kept intervals; where both ends of a stretch agree, so does all between them."""
    known: dict[int, AngleStep] = {}

    def at(position: int) -> AngleStep:
        if position not in known:
            known[position] = _compare(scene, scene.kept[position])
        return known[position]

    def fill(low: int, high: int) -> None:
        # A larger cutoff separates no later than a smaller one: in between lies what the ends agree in.
        if at(low) == at(high):
            known.update(dict.fromkeys(range(low, high), at(low)))
        elif high - low > 1:
            middle = (low + high) // 2
            fill(low, middle)
            fill(middle, high)

    fill(0, len(scene.kept) - 1)
    return tuple(at(position) for position in range(len(scene.kept)))


def _compare(scene: Scene, k: int) -> AngleStep:
    a, b = scene.clouds
    start = float(scene.starts[k])
    # In the middle of the interval, so that no length is near the cutoff.
    end = float(scene.starts[k + 1]) if k + 1 < len(scene.starts) else start + 4 * TOLERANCE
    verdict = compare(a, b, cutoff=max((start + end) / 2, TOLERANCE), test="angle-wl")
    margin = float(verdict.margin) if np.isfinite(verdict.margin) else 0.0
    return AngleStep(verdict.round, margin if verdict.ill_conditioned else None)


def pack_angles(found: Angles) -> dict[str, Any]:
    """Return the angles as they travel to the browser: numbers as binary buffers.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.ui.frames import make_scene
    >>> cloud = as_cloud([[0, 0, 0], [1, 0, 0], [0, 1, 0]])
    >>> pack_angles(angles_of(make_scene(cloud, cloud)))["steps"]
    [[None, None], [None, None], [None, None]]
    """

    def buffer(array: Any, dtype: str) -> bytes:
        return np.ascontiguousarray(array).astype(dtype).tobytes()

    names = sorted({s for t in found.triangles for s in t.species})
    return {
        "bins": buffer(found.bins, "<u2"),
        "begins": buffer(found.begins, "<u4"),
        "triangle": buffer(found.triangle, "<u4"),
        "records": [buffer(rows, "<u4") for rows in found.records],
        "species": names,
        "corners": buffer([[names.index(s) for s in t.species] for t in found.triangles], "<u2"),
        "sides": buffer([t.sides for t in found.triangles], "<f8"),
        "counts": buffer([t.counts for t in found.triangles], "<u4"),
        "seen": buffer(found.seen_from, "<u4"),
        "steps": [[step.round, step.margin] for step in found.steps],
    }
