"""The map of rounds x cutoff, small enough to be drawn: for which of them are two clouds told apart?

Between two neighbouring lengths nothing depends on the cutoff, so the map has one column for each interval between
lengths and one row for each number of rounds. Of very many columns or rows a choice is kept, always with the edges of
the stairs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.lengths import TOLERANCE
from twinclouds.patience import announce
from twinclouds.refinement import Verdict, compare
from twinclouds.resolution import Staircase, resolving_cutoff, staircase
from twinclouds.ui.frames import Scene, make_scene

__all__ = ["StairMap", "make_map"]

#: More columns or rows than this would be too narrow to be hit.
MOST_COLUMNS, MOST_ROWS = 48, 16

#: Work that may go into finding doubtful columns, in edges refined, and a number of columns that is kept anyway.
EFFORT, FEWEST_COLUMNS = 3_000_000, 8

#: Seconds that the stairs take for every bond, about.
SECONDS = 1e-5


@dataclass(frozen=True, eq=False)
class StairMap:
    """What is to be drawn.

    Attributes
    ----------
    scene : Scene
        The two clouds, with all lengths up to the largest cutoff.
    stairs : Staircase
        Resolving cutoff for every number of rounds.
    rounds : tuple of int
        Number of rounds of each row, from 0 on.
    columns : tuple of int
        Interval of each column; see :class:`~twinclouds.ui.frames.Scene`.
    stops : tuple of float
        A cutoff in each column with few decimals, angstrom.
    first : tuple of (int or None)
        For each row the first column in which the clouds are told apart.
    unclear : tuple of bool
        For each column: is the verdict too close to call?
    margins : tuple of (float or None)
        For each of these the margin of the verdict, angstrom.
    everywhere : bool
        Does no number of rounds tell the clouds apart, at no cutoff that was looked at?
    """

    scene: Scene
    stairs: Staircase
    rounds: tuple[int, ...]
    columns: tuple[int, ...]
    stops: tuple[float, ...]
    first: tuple[int | None, ...]
    unclear: tuple[bool, ...]
    margins: tuple[float | None, ...]
    everywhere: bool

    @property
    def starts(self) -> NDArray[np.float64]:
        """Smallest cutoff of each column, angstrom."""
        return self.scene.starts[list(self.columns)]

    def column(self, cutoff: float) -> int:
        """Return the column of a cutoff (angstrom)."""
        return max(int(np.searchsorted(self.starts, cutoff + TOLERANCE, side="right")) - 1, 0)

    def row(self, rounds: int) -> int:
        """Return the row of a number of rounds: the last one stands for all that are larger."""
        return max(int(np.searchsorted(self.rounds, rounds, side="right")) - 1, 0)

    def told_apart(self, row: int, column: int) -> bool:
        """Are the clouds told apart in a cell?"""
        first = self.first[row]
        return first is not None and column >= first

    def pack(self, names: tuple[str, ...] = ()) -> dict[str, Any]:
        """Return the map as it travels to the browser."""
        clouds = self.scene.clouds
        # Enough decimals to tell neighbouring columns apart.
        digits = next((d for d in (2, 3) if len(np.unique(self.starts.round(d))) == len(self.starts)), 4)
        return {
            "names": [names[i] if i < len(names) else c.name or "ab"[i] for i, c in enumerate(clouds)],
            "formula": clouds[0].formula,
            "rounds": list(self.rounds),
            "starts": self.starts.tolist(),
            "stops": list(self.stops),
            "first": list(self.first),
            "unclear": [int(doubtful) for doubtful in self.unclear],
            "margins": list(self.margins),
            "digits": digits,
            "max_cutoff": self.scene.max_cutoff,
            "complete": self.scene.complete,
            "everywhere": self.everywhere,
            "lengths": len(self.scene.labels.values),
            "left_out": self.scene.left_out,
        }


def make_map(
    a: Cloud, b: Cloud, max_rounds: int | None = None, max_cutoff: float | None = None, least_rounds: int = 3
) -> StairMap:
    """Compute the map of two clouds.

    Parameters
    ----------
    a, b : Cloud
        Two clouds of the same composition.
    max_rounds : int, optional
        Last row; by default one more than helps, and `least_rounds` at least.
    max_cutoff : float, optional
        Largest cutoff, angstrom; by default every distance of isolated clouds, and about one period of periodic ones;
        of large clouds less, see :mod:`twinclouds.ui.limits`.
    least_rounds : int, optional
        See `max_rounds`.

    Returns
    -------
    StairMap

    Raises
    ------
    CloudError, GraphError, CompareError
        As :func:`twinclouds.staircase`.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> found = make_map(as_cloud([[0, 0, 0], [1, 0, 0], [3, 0, 0]]), as_cloud([[0, 0, 0], [1, 0, 0], [2, 0, 0]]))
    >>> found.rounds, found.starts.tolist(), found.first
    ((0, 1, 2, 3), [0.0, 1.0, 2.0, 3.0], (None, 1, 1, 1))
    """
    scene = make_scene(a, b, max_cutoff, refine=False)
    reach = np.inf if scene.complete else scene.max_cutoff
    bonds = sum(graph.n_edges for graph in scene.graphs) // 2
    announce(bonds * SECONDS, f"a map of {bonds} bonds", "give a smaller max_cutoff=")
    stairs = staircase(a, b, max_rounds=max_rounds, max_cutoff=reach)
    deepest = max(stairs.cutoffs)
    last = max_rounds if max_rounds is not None else max(deepest + 1, least_rounds)

    def position(rounds: int) -> int | None:
        cutoff = stairs.cutoffs[min(rounds, deepest)] if rounds else np.inf
        return scene.kept[scene.position(cutoff)] if np.isfinite(cutoff) else None

    rows = _rows(last, [r for r in range(1, last + 1) if position(r) != position(r - 1)])
    edges = {p for p in map(position, rows) if p is not None}
    work = max(sum(graph.n_edges for graph in scene.graphs), 1)
    columns = _columns(scene, edges, int(np.clip(EFFORT / work, FEWEST_COLUMNS, MOST_COLUMNS)))
    first = [None if (p := position(r)) is None else columns.index(p) for r in rows]
    stops = [scene.stops[scene.kept.index(k)] for k in columns]
    verdicts = [_in_column(a, b, scene, k) if k > 0 else None for k in columns]
    unclear = [verdict is not None and verdict.ill_conditioned for verdict in verdicts]
    margins = [
        verdict.margin if verdict and doubtful else None for verdict, doubtful in zip(verdicts, unclear, strict=True)
    ]
    ever = np.isfinite(stairs.cutoffs[deepest]) or (
        max_rounds is not None and np.isfinite(resolving_cutoff(a, b, max_cutoff=reach))
    )
    return StairMap(
        scene,
        stairs,
        tuple(rows),
        tuple(columns),
        tuple(stops),
        tuple(first),
        tuple(unclear),
        tuple(margins),
        not bool(ever),
    )


def _in_column(a: Cloud, b: Cloud, scene: Scene, k: int) -> Verdict:
    # In the middle of the interval, so that no length is near the cutoff.
    end = scene.starts[k + 1] if k + 1 < len(scene.starts) else scene.starts[k] + 2 * TOLERANCE
    return compare(a, b, cutoff=float(scene.starts[k] + end) / 2)


def _rows(last: int, steps: list[int]) -> list[int]:
    if last < MOST_ROWS:
        return list(range(last + 1))
    spread = np.linspace(0, last, MOST_ROWS - len(steps[:8])).round().astype(int).tolist()
    return sorted({*range(3), *spread, *steps[:8], last})


def _columns(scene: Scene, edges: set[int], most: int) -> list[int]:
    """Choose columns: both sides of every step, where bonds are, the ends, and of the others the widest."""
    last = len(scene.starts) - 1
    if last < most:
        return list(range(last + 1))
    wanted = {0, last, scene.kept[scene.position(scene.shell)]} | edges | {max(k - 1, 0) for k in edges}
    widest = np.argsort(-np.diff(scene.starts), kind="stable").tolist()
    return sorted([*wanted, *[k for k in widest if k not in wanted][: max(most - len(wanted), 0)]])
