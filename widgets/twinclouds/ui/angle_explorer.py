"""Angles and triangles of two clouds, to be compared."""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
import traitlets as T  # noqa: N812

from twinclouds.refinement import Verdict, compare
from twinclouds.triangle_counts import Triangle
from twinclouds.ui.angle_data import Angles, angles_of, few_angles, pack_angles
from twinclouds.ui.base import CloudWidget
from twinclouds.ui.frames import Scene
from twinclouds.ui.limits import Reach
from twinclouds.ui.traits import Checked

__all__ = ["AngleExplorer"]


def as_triangle(widget: Any, value: Any) -> int | None:
    """Check the number of a kind of triangle, or None."""
    if value is None:
        return None
    if isinstance(value, (bool, str)) or not math.isfinite(value) or int(value) != value:
        raise TypeError
    most = len(widget.kinds)
    if not 0 <= value < most:
        raise ValueError(f"there are {most} kinds, numbered from 0" if most else "these clouds have no triangle")
    return int(value)


class AngleExplorer(CloudWidget):
    """What angles see: the angles and triangles of two clouds at any cutoff, and those in which the two differ.

    At a cutoff an atom sees the angles between its neighbours, with their species, the two distances and the third
    side: the first round of the test ``angle-wl``. All is computed when the explorer is made; sliding, picking and
    choosing a triangle then happen in the browser, with or without a kernel.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
        Two clouds of the same composition.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the clouds hang together by their bonds.
    selected : dict, optional
        The picked atom, as ``{"cloud": 0, "atom": 3}``.
    triangle : int, optional
        The kind of triangle that is drawn in both clouds, an index into `kinds`.
    names : sequence of str, optional
        What to call the clouds; by default by their own names, else a and b.
    max_cutoff : float, optional
        Right end of the slider, angstrom. It is moved in where a cloud would have more than 30000 angles, and the
        widget says so.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Raises
    ------
    TypeError
        If a keyword is unknown.
    TwincloudsError
        If a cloud is not valid, or the two differ in composition.
    traitlets.TraitError
        If a value does not fit.

    Examples
    --------
    Sulphur hexafluoride, stretched and squashed: with the bonds alone the angles agree, with the next distances not.

    >>> from twinclouds.pairs import gallery
    >>> explorer = AngleExplorer(gallery["SF6"], cutoff=1.6)
    >>> explorer.verdict.equivalent, explorer.differing
    (True, ())
    >>> explorer.cutoff = explorer.resolving_cutoff
    >>> explorer.verdict.equivalent, explorer.differing[0].species
    (False, ('F', 'F', 'F'))
    """

    _how_many: ClassVar[tuple[int, int]] = (2, 2)
    _refines: ClassVar[bool] = True
    _from_front_end: ClassVar[frozenset[str]] = frozenset({"cutoff", "selected", "triangle"})

    _kind = T.Unicode("angles").tag(sync=True)
    triangle = Checked(as_triangle, None, "give None, or the number of a kind of triangle")

    def __init__(self, a: Any, b: Any = None, **keywords: Any) -> None:
        self._found: tuple[Scene, Angles] | None = None
        super().__init__(a, b, **{"title": "What do angles see?", **keywords})

    @property
    def kinds(self) -> tuple[Triangle, ...]:
        """All kinds of triangles that are seen at some cutoff, with their counts in a and b."""
        return self._known.triangles

    @property
    def triangles(self) -> tuple[Triangle, ...]:
        """The kinds of triangles seen at the present cutoff: two of their sides are within it."""
        interval = self.scene.kept[self.scene.position(self.cutoff)]
        found = self._known
        return tuple(t for t, begin in zip(found.triangles, found.seen_from, strict=True) if begin <= interval)

    @property
    def differing(self) -> tuple[Triangle, ...]:
        """Those of `triangles` that do not occur equally often in both clouds."""
        return tuple(t for t in self.triangles if t.counts[0] != t.counts[1])

    @property
    def resolving_cutoff(self) -> float:
        """Smallest cutoff of the slider from which on the angles differ, angstrom; infinite when they never do."""
        rounds = [step.round for step in self._known.steps]
        return self.scene.stops[rounds.index(1)] if 1 in rounds else float("inf")

    @property
    def verdict(self) -> Verdict:
        """What the test ``angle-wl`` says at the present cutoff, after all rounds."""
        assert self.b is not None
        return compare(self.a, self.b, cutoff=max(self.cutoff, 1e-3), test="angle-wl")

    @property
    def _known(self) -> Angles:
        return self._angles_of(self.scene)

    def _narrow(self, reach: Reach) -> Reach:
        return few_angles(reach)

    def _pack(self, scene: Scene, names: tuple[str, ...]) -> dict[str, Any]:
        packed = super()._pack(scene, names)
        # What distances say is told here as well, but not the colours by which they say it: these can be megabytes.
        packed["frames"] = [np.ascontiguousarray(scene.frames[0][:1], dtype="<u2").tobytes()]
        packed["steps"] = {mode: [[0, *step[1:]] for step in steps] for mode, steps in packed["steps"].items()}
        return {**packed, "angles": pack_angles(self._angles_of(scene))}

    def _start(self) -> dict[str, Any]:
        return {"triangle": None}

    def _angles_of(self, scene: Scene) -> Angles:
        """Compute the angles of a scene once."""
        if self._found is None or self._found[0] is not scene:
            self._found = (scene, angles_of(scene))
        return self._found[1]
