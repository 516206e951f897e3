"""Everything that an explorer can show, computed beforehand.

Between two neighbouring lengths the graph does not depend on the cutoff. So there are finitely many *intervals*: in
interval k the edges with label < k are there, and it begins at the k-th length. For each interval, with and without
distances, this module has the colours of all atoms after every round, and the verdict. No widget is imported here: what
comes out is plain data.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from twinclouds.classnames import name_classes
from twinclouds.clouds import Cloud
from twinclouds.coloring import Union
from twinclouds.graphs import DistanceGraph
from twinclouds.lengths import TOLERANCE, DistanceLabels, distance_labels
from twinclouds.patience import announce
from twinclouds.refinement import check_comparable, compare
from twinclouds.ui.limits import Reach, connecting_length, reach_of

__all__ = ["MODES", "Scene", "Step", "follow", "make_scene", "nice_cutoff"]

Mode = Literal["topology", "distances"]
Outcome = Literal["apart", "same", "everywhere", "unclear"]
Classes = NDArray[np.uint16]

#: What the refinement is told about edges, and which test that is.
MODES: dict[str, str] = {"topology": "wl", "distances": "distance-wl"}

#: Work that may go into frames, in edges refined, and bounds on the number of intervals that are kept.
EFFORT = 3_000_000
FEWEST_KEPT, MOST_KEPT = 20, 160

#: Colours that may go into frames, if those of an interval are about eight for every atom (in both modes, some rounds).
MOST_COLORS, EACH = 4_000_000, 8

#: Seconds that it takes to refine an edge in one interval, about.
SECONDS = 1.5e-7

#: Intervals that are kept where nothing is refined: a hand could not tell more of them apart.
MOST_STOPS = 5000


@dataclass(frozen=True)
class Step:
    """What is to be seen in one interval and mode.

    Attributes
    ----------
    frame : int
        Index into the colourings of the scene.
    outcome : {"apart", "same", "everywhere", "unclear"}
        Told apart; not told apart at this cutoff; at no cutoff (up to the largest); too close to call.
    round : int or None
        First round that tells the clouds apart.
    margin : float or None
        Narrowest gap between lengths that count as different, angstrom; None when there is none.
    """

    frame: int
    outcome: Outcome
    round: int | None
    margin: float | None


@dataclass(frozen=True, eq=False)
class Scene:
    """One or two clouds with all that can be shown of them.

    Attributes
    ----------
    clouds : tuple of Cloud
    graphs : tuple of DistanceGraph
        With every edge up to the largest cutoff.
    labels : DistanceLabels
        Which of their edges have the same length.
    starts : (k + 1,) array of float
        Smallest cutoff of each interval, angstrom; interval 0 has no edges.
    kept : tuple of int
        The intervals that are shown: all of them, or a choice when they are very many.
    stops : tuple of float
        For each kept interval a cutoff in it with few decimals, angstrom.
    max_cutoff : float
        Right end of the slider, angstrom.
    complete : bool
        Does the last interval hold every distance there is? (Never in a periodic cloud.)
    shell : float
        Length up to which edges count as bonds in the picture: see :func:`bonding_length`, angstrom.
    steps : dict of str to tuple of Step
        For each mode one step per kept interval.
    frames : tuple of (rounds + 1, number of atoms) arrays
        The different colourings; atoms of all clouds one after the other.
    left_out : str
        What is not shown of the clouds, in a sentence for readers; empty when everything is.
    """

    clouds: tuple[Cloud, ...]
    graphs: tuple[DistanceGraph, ...]
    labels: DistanceLabels
    starts: NDArray[np.float64]
    kept: tuple[int, ...]
    stops: tuple[float, ...]
    max_cutoff: float
    complete: bool
    shell: float
    steps: dict[str, tuple[Step, ...]] = field(repr=False)
    frames: tuple[Classes, ...] = field(repr=False)
    left_out: str = ""

    def position(self, cutoff: float) -> int:
        """Return the index into `kept` of the interval that is shown at a cutoff."""
        begins = self.starts[list(self.kept)]
        return max(int(np.searchsorted(begins, cutoff + TOLERANCE, side="right")) - 1, 0)

    def snap(self, cutoff: float) -> float:
        """Return the nearest cutoff for which everything is known: the same one, if its interval was kept."""
        cutoff = min(max(float(cutoff), 0.0), self.max_cutoff)
        at = self.position(cutoff)
        after = self.kept[at] + 1
        if after >= len(self.starts) or cutoff + TOLERANCE < self.starts[after]:
            return cutoff
        return self.stops[at]

    def step(self, cutoff: float, mode: str) -> Step:
        """Return what is to be seen at a cutoff."""
        return self.steps[mode][self.position(cutoff)]

    def rounds(self, cutoff: float, mode: str) -> int:
        """Return the number of the last round at a cutoff."""
        return len(self.frames[self.step(cutoff, mode).frame]) - 1

    @property
    def default_cutoff(self) -> float:
        """A cutoff that shows the bonds: see :func:`bonding_length`, angstrom."""
        return self.stops[self.position(self.shell)]


def follow(round: int, before: int, after: int) -> int:
    """Return the round to show after another cutoff or mode was chosen: the last one stays the last one.

    Examples
    --------
    >>> follow(2, before=2, after=4), follow(1, before=2, after=4), follow(3, before=4, after=2)
    (4, 1, 2)
    """
    return after if round >= before else min(round, after)


def bonding_length(connecting: Sequence[float]) -> float:
    """Return the length up to which edges count as bonds, from the lengths at which each cloud hangs together.

    One that holds both clouds together is best, unless one of them is in pieces that lie far apart, as two stacked
    rings are: then the bonds of the other decide.

    Examples
    --------
    >>> bonding_length([1.42, 1.51]), bonding_length([1.40, 2.28])
    (1.51, 1.4)
    """
    return max(connecting) if max(connecting) <= 1.3 * min(connecting) else min(connecting)


def nice_cutoff(low: float, high: float) -> float:
    """Return the number with the fewest decimals (two at least) from `low` on and below `high`.

    Examples
    --------
    >>> nice_cutoff(1.39712, 2.42), nice_cutoff(1.39712, 1.3985), nice_cutoff(1.0, 2.0)
    (1.4, 1.398, 1.0)
    """
    for digits in range(2, 7):
        unit = 10.0**-digits
        value = round(float(np.ceil((low - TOLERANCE / 2) / unit)) * unit, digits)
        if low - TOLERANCE / 2 <= value < high - TOLERANCE:
            return value
    return float(low)


def _named(colors: Sequence[NDArray[np.int64]]) -> Classes:
    return name_classes(colors).astype(np.uint16)


def make_scene(
    a: Cloud,
    b: Cloud | None = None,
    max_cutoff: float | None = None,
    refine: bool = True,
    keep: Sequence[float] = (),
    narrow: Callable[[Reach], Reach] | None = None,
) -> Scene:
    """Compute everything that can be shown of one or two clouds.

    Parameters
    ----------
    a, b : Cloud
        The clouds.
    max_cutoff : float, optional
        Right end of the slider, angstrom. By default every distance of isolated clouds; of periodic ones as far as the
        longest period. It is less where that would be too many bonds, see :mod:`twinclouds.ui.limits`, but always
        enough to connect each atom.
    refine : bool, optional
        Colour by refinement (for two clouds of the same composition), or by species only.
    keep : sequence of float, optional
        Cutoffs (angstrom) whose intervals are kept in any case; the slider goes at least as far.
    narrow : callable, optional
        May take less than what is looked at by default or was asked for.

    Returns
    -------
    Scene

    Raises
    ------
    CompareError
        If the clouds are to be refined and differ in composition.
    GraphError
        If the largest cutoff is not a positive number, or infinite for a periodic cloud, or has too many bonds.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> square = as_cloud([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    >>> line = as_cloud([[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]])
    >>> scene = make_scene(square, line)
    >>> scene.starts.round(2).tolist()
    [0.0, 1.0, 1.41, 2.0, 3.0]
    >>> [(step.outcome, step.round) for step in scene.steps["topology"]]
    [('same', None), ('apart', 1), ('apart', 1), ('apart', 1), ('same', None)]
    """
    clouds = (a,) if b is None else (a, b)
    if refine and b is not None:
        check_comparable(a, b)
    periodic = any(cloud.periodic for cloud in clouds)
    reach, far = reach_of(clouds, max_cutoff), max(keep, default=0.0)
    if max_cutoff is None and reach.limit < far and not (periodic and np.isinf(far)):
        reach = reach_of(clouds, far)  # the default is a guess; who asks for more gets more
    limit, graphs, left_out = narrow(reach) if narrow else reach
    labels = distance_labels(graphs)
    starts = np.zeros(len(labels.values) + 1)
    for graph, own in zip(graphs, labels.of_bonds, strict=True):
        np.maximum.at(starts, own + 1, graph.bond_lengths)
    complete = not periodic and all(g.n_edges == g.n_nodes * (g.n_nodes - 1) for g in graphs)
    if np.isinf(limit):
        # A little beyond the longest distance, so that the right end of the slider is the complete graph. A length of 2
        # that rounding has made a little shorter still is 2.
        limit = round((np.floor((starts[-1] + TOLERANCE) / 0.1) + 1) * 0.1, 1)
    shell = bonding_length([connecting_length(graph) for graph in graphs])
    last = len(starts) - 1

    work = _Work(clouds, graphs, labels, starts) if refine else None
    edges = sum(g.n_edges for g in graphs)
    fitting = min(EFFORT / max(edges, 1), MOST_COLORS / (EACH * sum(map(len, clouds))))
    most = int(np.clip(fitting, FEWEST_KEPT, MOST_KEPT)) if refine else MOST_STOPS
    if refine:
        announce(2 * most * edges * SECONDS, f"preparing {edges // 2} bonds", "give a smaller max_cutoff=")
    wanted = np.array([shell, *keep])
    kept = _spread(starts, most, np.searchsorted(starts, wanted + TOLERANCE, side="right") - 1)
    if work is not None:
        for mode in MODES:
            kept = _with_changes(kept, lambda k, mode=mode: work.outcome(mode, k))  # type: ignore[misc]
    ends = np.append(starts[1:], np.inf)
    stops = [nice_cutoff(float(starts[k]), float(ends[k])) if k else 0.0 for k in kept]
    stops[-1] = float(limit if complete else min(stops[-1], limit))

    frames: list[Classes] = []
    index: dict[bytes, int] = {}

    def frame(classes: Classes) -> int:
        key = classes.tobytes()
        if key not in index:
            index[key] = len(frames)
            frames.append(classes)
        return index[key]

    steps: dict[str, tuple[Step, ...]] = {}
    for mode in MODES:
        if work is None:
            species = np.unique(np.concatenate([c.species for c in clouds]), return_inverse=True)[1].ravel()
            steps[mode] = (Step(frame(_named([species])), "same", None, None),) * len(kept)
            continue
        everywhere = mode == "distances" and work.outcome(mode, last)[0] == "same"
        made = []
        for k in kept:
            outcome, first, margin = work.outcome(mode, k)
            # What all distances together cannot tell apart, no smaller cutoff can; of topology that is not true.
            shown: Outcome = "everywhere" if everywhere and outcome == "same" else outcome
            made.append(Step(frame(work.classes(mode, k)), shown, first, margin))
        steps[mode] = tuple(made)
    return Scene(
        clouds,
        graphs,
        labels,
        starts,
        tuple(kept),
        tuple(stops),
        float(limit),
        complete,
        shell,
        steps,
        tuple(frames),
        left_out,
    )


class _Work:
    """Refinement of two clouds at any interval, each done once."""

    def __init__(
        self,
        clouds: tuple[Cloud, ...],
        graphs: tuple[DistanceGraph, ...],
        labels: DistanceLabels,
        starts: NDArray[np.float64],
    ) -> None:
        self.clouds, self.labels, self.starts = clouds, labels, starts
        self.union = Union(graphs)
        self._outcomes: dict[tuple[str, int], tuple[Outcome, int | None, float | None]] = {}

    def classes(self, mode: str, k: int) -> Classes:
        """Colours of all atoms in interval k, round by round."""
        seen = [np.where(x < k, x if mode == "distances" else 0, -1) for x in self.labels.of_bonds]
        return _named(self.union.refine(seen).colors)

    def outcome(self, mode: str, k: int) -> tuple[Outcome, int | None, float | None]:
        """Outcome, first separating round and margin in interval k."""
        if (mode, k) not in self._outcomes:
            self._outcomes[mode, k] = self._compare(mode, k)
        return self._outcomes[mode, k]

    def _compare(self, mode: str, k: int) -> tuple[Outcome, int | None, float | None]:
        if len(self.clouds) == 1:
            return "same", None, None
        # In the middle of the interval, so that no length is near the cutoff.
        end = self.starts[k + 1] if k + 1 < len(self.starts) else self.starts[k] + 1.0
        last = k + 1 == len(self.starts)
        cutoff = (
            self.starts[k] + TOLERANCE if last and any(c.periodic for c in self.clouds) else (self.starts[k] + end) / 2
        )
        a, b = self.clouds
        verdict = compare(a, b, cutoff=cutoff, test=MODES[mode])
        margin = float(verdict.margin) if np.isfinite(verdict.margin) else None
        if verdict.ill_conditioned:
            return "unclear", verdict.round, margin
        return ("same" if verdict.equivalent else "apart"), verdict.round, margin


def _spread(starts: NDArray[np.float64], most: int, wanted: NDArray[np.int64]) -> list[int]:
    """Choose intervals to keep: the shortest lengths, then evenly along the slider, the ends, and those wanted."""
    last = len(starts) - 1
    if last < most:
        return list(range(last + 1))
    first = range(most // 4)
    even = np.linspace(starts[0], starts[-1], most - len(first))
    chosen = {0, *first, last, *wanted.tolist(), *(np.searchsorted(starts, even, side="right") - 1).tolist()}
    return sorted(int(k) for k in chosen)


def _with_changes(kept: list[int], outcome: Callable[[int], Any]) -> list[int]:
    """Add, between neighbours that differ in outcome, the two intervals between which it changes."""
    more = set(kept)
    for low, high in pairwise(kept):
        before, after = outcome(low)[:2], outcome(high)[:2]
        if before == after:
            continue
        while high - low > 1:
            middle = (low + high) // 2
            if outcome(middle)[:2] == before:
                low = middle
            else:
                high = middle
        more |= {low, high}
    return sorted(more)
