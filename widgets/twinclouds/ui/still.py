"""What a picture that does not move shows: one cutoff, one round, one colouring of one or two clouds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from twinclouds.classnames import class_letter, name_classes
from twinclouds.clouds import Cloud
from twinclouds.coloring import Union
from twinclouds.errors import GraphError, TwincloudsError
from twinclouds.refinement import Verdict, check_comparable, compare
from twinclouds.ui.base import CloudWidget, clouds_from
from twinclouds.ui.frames import MODES, Scene, make_scene
from twinclouds.ui.options import as_names
from twinclouds.ui.palette import class_color
from twinclouds.ui.payload import element_looks, typical_distance
from twinclouds.ui.viewpoint import Quaternion, centre_of, viewpoint

__all__ = ["Segment", "Still", "cell_edges", "make_still"]

Colors = Literal["elements", "classes"]


@dataclass(frozen=True, eq=False)
class Segment:
    """A line that stands for an edge, or for half of one to an image: where from, where to, how long an edge, whose."""

    start: NDArray[np.float64]
    end: NDArray[np.float64]
    length: float
    sender: int
    receiver: int | None


@dataclass(frozen=True, eq=False)
class Still:
    """One state of an instrument.

    Attributes
    ----------
    scene : Scene
        The clouds and their edges.
    cutoff : float
        Angstrom.
    interval : int
        Edges with a label below this one are there.
    mode : {"distances", "topology"}
    round, rounds : int
        The round shown, and the last one.
    names : tuple of str
        What the clouds are called.
    scale : float
        Typical distance of neighbours, angstrom.
    radii : tuple of (n,) arrays of float
        Radius of each atom, angstrom.
    colors : tuple of tuple of str
        Colour of each atom, ``#rrggbb``.
    letters : tuple of tuple of str
        What is written on each atom: the letter of its class, or its element.
    classes : tuple of (n,) arrays of int, or None
        The classes of colour refinement, when these are shown.
    verdict : Verdict or None
        When it is wanted: at this cutoff and mode, after all rounds.
    """

    scene: Scene
    cutoff: float
    interval: int
    mode: str
    round: int
    rounds: int
    names: tuple[str, ...]
    scale: float
    radii: tuple[NDArray[np.float64], ...]
    colors: tuple[tuple[str, ...], ...]
    letters: tuple[tuple[str, ...], ...]
    classes: tuple[NDArray[np.int64], ...] | None
    verdict: Verdict | None

    @property
    def clouds(self) -> tuple[Cloud, ...]:
        """The clouds."""
        return self.scene.clouds

    @property
    def outcome(self) -> str:
        """The verdict as far as the round shown: apart, pending, same or unclear; '' when there is none."""
        if self.verdict is None:
            return ""
        if self.verdict.ill_conditioned:
            return "unclear"
        if self.verdict.round is not None and self.round >= self.verdict.round:
            return "apart"
        return "pending" if self.round < self.rounds else "same"

    @property
    def wording(self) -> str:
        """The verdict in words; '' when there is none."""
        if self.verdict is None:
            return ""
        if self.outcome == "pending":
            return f"not told apart within {self.round} round{'' if self.round == 1 else 's'}"
        return self.verdict.wording.replace(" A)", " Å)")

    @property
    def reach(self) -> float:
        """Radius of the sphere about the centres that holds every cloud, its cell and its atoms, angstrom."""
        most = 0.5 * self.scale
        for cloud, radii in zip(self.clouds, self.radii, strict=True):
            most = max(most, float((np.linalg.norm(self.centred(cloud), axis=1) + radii).max()))
            for start, end in cell_edges(cloud):
                most = max(most, float(np.linalg.norm(start)), float(np.linalg.norm(end)))
        return most

    @property
    def home(self) -> Quaternion:
        """The rotation in which the widgets show these clouds at first."""
        return viewpoint(self.clouds, self.radii)

    @staticmethod
    def centred(cloud: Cloud) -> NDArray[np.float64]:
        """Return the positions about the point about which the cloud is drawn."""
        return np.asarray(cloud.positions - centre_of(cloud))

    def segments(self, cloud: int, most: int) -> list[Segment]:
        """Return the lines that stand for the shortest edges; one to an image is drawn as a half from either end."""
        graph, points = self.scene.graphs[cloud], self.centred(self.clouds[cloud])
        offsets = graph.shifts @ np.where(self.clouds[cloud].pbc[:, None], self.clouds[cloud].cell, 0.0)
        drawn: list[Segment] = []
        for edge in self.edges(cloud)[: 2 * most].tolist():
            sender, receiver, length = graph.senders[edge], graph.receivers[edge], float(graph.distances[edge])
            start, end = points[sender], points[receiver] + offsets[edge]
            if graph.shifts[edge].any():
                drawn.append(Segment(start, (start + end) / 2, length, int(sender), None))
            elif sender < receiver:
                drawn.append(Segment(start, end, length, int(sender), int(receiver)))
        return drawn

    def edges(self, cloud: int) -> NDArray[np.int64]:
        """Return the edges of a cloud that are there, each in both directions, the shortest first."""
        labels = self.scene.labels.labels[cloud]
        there = np.flatnonzero(labels < self.interval)
        return there[np.argsort(labels[there], kind="stable")]


def make_still(
    a: Any,
    b: Any = None,
    *,
    cutoff: float | None = None,
    round: int | None = None,
    mode: str | None = None,
    colors: str = "elements",
    names: Any = (),
    verdict: bool | None = None,
) -> Still:
    """Find out what a picture of one or two clouds has to show.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; a pair with ``.a`` and ``.b``; or a widget
        The clouds. Of a widget its cutoff, mode and round are taken too, unless others are given.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the clouds hang together by their bonds.
    round : int, optional
        Round of colour refinement; by default the last one.
    mode : {"distances", "topology"}, optional
        Do the edges know their lengths?
    colors : {"elements", "classes"}
        Colour of the atoms.
    names : sequence of str, optional
        What to call the clouds.
    verdict : bool, optional
        Is a verdict wanted? By default with classes, when there are two clouds.

    Returns
    -------
    Still

    Raises
    ------
    TwincloudsError
        If a value does not fit, or classes are wanted of clouds that differ in composition.

    Examples
    --------
    >>> still = make_still([[0, 0, 0], [1, 0, 0], [0, 2, 0]], cutoff=1.5, colors="classes")
    >>> still.letters, still.round
    ((('α', 'α', 'β'),), 2)
    """
    if isinstance(a, CloudWidget):
        cutoff = a.cutoff if cutoff is None else cutoff
        mode = getattr(a, "mode", None) if mode is None else mode
        round = getattr(a, "round", None) if round is None else round
        names = names or a._names
    mode = "distances" if mode is None else mode
    if not isinstance(mode, str) or mode not in MODES:
        raise TwincloudsError(f"mode={mode!r} is not known; give 'distances' or 'topology'")
    if not isinstance(colors, str) or colors not in ("elements", "classes"):
        raise TwincloudsError(f"colors={colors!r} is not known; give 'elements' or 'classes'")
    if round is not None and (isinstance(round, bool) or not isinstance(round, (int, np.integer)) or round < 0):
        raise TwincloudsError(f"round={round!r} is not a round; give a whole number from 0 on, or None for the last")
    given_names = as_names(names)
    clouds = clouds_from(a, b, given_names)
    second = clouds[1] if len(clouds) > 1 else None
    wanted = None if cutoff is None else _length(cutoff, clouds)
    scene = make_scene(clouds[0], second, refine=False, keep=() if wanted is None else (wanted,))
    reach = scene.default_cutoff if wanted is None else scene.snap(min(wanted, scene.max_cutoff))
    interval = scene.kept[scene.position(reach)]
    judged = (colors == "classes" and second is not None) if verdict is None else verdict
    if judged and second is None:
        raise TwincloudsError("verdict=True compares two clouds and there is one; give b, or leave verdict out")
    if second is not None and (judged or colors == "classes"):
        check_comparable(clouds[0], second)

    last = shown = 0
    classes = None
    if judged or colors == "classes":
        seen = [np.where(x < interval, x if mode == "distances" else 0, -1) for x in scene.labels.of_bonds]
        rows = name_classes(Union(scene.graphs).refine(seen, every_round=True).colors)
        last = len(rows) - 1
        shown = last if round is None else min(int(round), last)
        if colors == "classes":
            ends = np.cumsum([len(cloud) for cloud in clouds])[:-1]
            classes = tuple(part.astype(np.int64) for part in np.split(rows[shown], ends))

    scale = typical_distance(scene.graphs)
    looks = element_looks(clouds, scale)
    species = [cloud.species.tolist() for cloud in clouds]
    found = None
    if judged and second is not None:
        found = compare(clouds[0], second, cutoff=max(reach, 1e-3), test=MODES[mode])
        if found.equivalent and mode == "distances" and not any(cloud.periodic for cloud in clouds):
            # What all distances together cannot tell apart, no cutoff can.
            everything = compare(clouds[0], second)
            found = everything if everything.equivalent else found
    return Still(
        scene=scene,
        cutoff=reach,
        interval=interval,
        mode=mode,
        round=shown,
        rounds=last,
        names=tuple(
            given_names[i] if given_names else cloud.name or (cloud.formula if second is None else "ab"[i])
            for i, cloud in enumerate(clouds)
        ),
        scale=scale,
        radii=tuple(np.array([looks[s]["radius"] for s in row]) for row in species),
        colors=tuple(
            tuple(looks[s]["color"] for s in row) if classes is None else tuple(map(class_color, classes[i].tolist()))
            for i, row in enumerate(species)
        ),
        letters=tuple(
            tuple("" if s == "X" else s for s in row)
            if classes is None
            else tuple(map(class_letter, classes[i].tolist()))
            for i, row in enumerate(species)
        ),
        classes=classes,
        verdict=found,
    )


def cell_edges(cloud: Cloud) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Return the edges of the unit cell (or of the face or line that repeats), about the centre of the cloud.

    Examples
    --------
    >>> import ase.build
    >>> from twinclouds.clouds import as_cloud
    >>> len(cell_edges(as_cloud(ase.build.bulk("Cu")))), cell_edges(as_cloud([[0, 0, 0]]))
    (12, [])
    """
    periods = list(cloud.periods)
    origin = -0.5 * sum(periods, np.zeros(3))
    edges = []
    for axis, vector in enumerate(periods):
        others = periods[:axis] + periods[axis + 1 :]
        for corner in range(2 ** len(others)):
            start = origin + sum((v for i, v in enumerate(others) if corner >> i & 1), np.zeros(3))
            edges.append((start, start + vector))
    return edges


def _length(cutoff: Any, clouds: tuple[Cloud, ...]) -> float:
    """Check a cutoff; zero is allowed, and shows atoms alone."""
    try:
        if isinstance(cutoff, (bool, str)):
            raise TypeError
        value = float(cutoff)
    except (TypeError, ValueError, OverflowError):
        shown = type(cutoff).__name__ if isinstance(cutoff, int) and not isinstance(cutoff, bool) else repr(cutoff)
        raise GraphError(f"cutoff {shown} is not a length; give a number of angstrom") from None
    if not value >= 0:
        raise GraphError(f"cutoff {value:g} is not a length; give a number of angstrom from 0 on, or inf for all edges")
    if value == float("inf") and any(cloud.periodic for cloud in clouds):
        raise GraphError("cutoff inf: the neighbours in a periodic cloud have no end; give a finite number of angstrom")
    return value
