"""Colour refinement on two clouds, to be played with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import uuid4

import traitlets as T  # noqa: N812

from twinclouds.refinement import Verdict, compare
from twinclouds.ui.frames import MODES, follow
from twinclouds.ui.linking import Linked, Place
from twinclouds.ui.picking import PickingWidget
from twinclouds.ui.traits import Checked, as_flag, as_mode, as_round

__all__ = ["RefinementExplorer"]


class RefinementExplorer(Linked, PickingWidget):
    """Two clouds side by side under colour refinement: slide the cutoff, step through the rounds, read the verdict.

    All colours and verdicts are computed when the explorer is made. Sliding, stepping, playing and picking then
    happen in the browser, with or without a kernel. When there are very many distinct distances only some of the
    intervals between them are kept, always with those at which the verdict changes; the cutoff then snaps to these.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
        Two clouds of the same composition.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the clouds hang together by their bonds.
        Infinity: all distances.
    round : int, optional
        Round shown; by default the last one, after which nothing changes.
    mode : {"distances", "topology"}, optional
        Do the edges know their lengths, or only whom they join?
    names : sequence of str, optional
        What to call the clouds; by default by their own names, else a and b.
    max_cutoff : float, optional
        Right end of the slider, angstrom. By default every distance of isolated clouds, and about one period of
        periodic ones; of large clouds as far as a cloud has about 50000 bonds (periodic: 4000), and the widget says so.
        A `cutoff` beyond that moves it.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    selected : dict, optional
        The picked atom, as ``{"cloud": 0, "atom": 3}``.
    picked : sequence of dict, optional
        All picked atoms, to compare their signatures: at most one of each cloud. The last one is `selected`.
    labels : {"colour", "species", "index", "none"}, optional
        What is written on the atoms.
    cells : {1, 2, 3}, optional
        How many cells of a periodic cloud are shown along each period.
    playing : bool, optional
        Step by itself up to the last round.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    link_group : str, optional
        Widgets with the same group, such as a :class:`StaircaseView`, share cutoff and round, with or without a view.
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
    >>> hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    >>> triangles = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]
    >>> explorer = RefinementExplorer(hexagon, triangles, mode="topology")
    >>> explorer.cutoff, explorer.verdict.wording
    (1.42, 'not told apart at this cutoff')
    """

    _how_many: ClassVar[tuple[int, int]] = (2, 2)
    _refines: ClassVar[bool] = True
    label_choices: ClassVar[tuple[str, ...]] = ("colour", "species", "index", "none")
    _from_front_end: ClassVar[frozenset[str]] = PickingWidget._from_front_end | {"round", "mode", "playing"}

    _kind = T.Unicode("explorer").tag(sync=True)
    round = Checked(as_round, 0, "give a whole number from 0 on")
    mode = Checked(as_mode, "distances", "give 'topology' or 'distances'")
    playing = Checked(as_flag, False, "give True or False")

    def __init__(self, a: Any, b: Any = None, **keywords: Any) -> None:
        self._last_round, self._following = 0, True
        own = {"title": "Can colour refinement tell them apart?", "link_group": uuid4().hex[:8]}
        super().__init__(a, b, **{**own, **keywords})
        self._last_round = self.rounds
        self.observe(self._follow, names=["cutoff", "mode"])
        self._begin(keywords)

    def check_picks(self, picks: Sequence[dict[str, int]]) -> None:
        """Raise a ValueError if there are two atoms of one cloud: signatures are compared between clouds."""
        if len({pick["cloud"] for pick in picks}) < len(picks):
            raise ValueError("at most one atom of each cloud can be picked")

    @property
    def rounds(self) -> int:
        """Number of the last round at the present cutoff and mode."""
        return self.scene.rounds(self.cutoff, self.mode)

    @property
    def verdict(self) -> Verdict:
        """What the test says at the present cutoff and mode, after all rounds."""
        assert self.b is not None
        return compare(self.a, self.b, cutoff=max(self.cutoff, 1e-3), test=MODES[self.mode])

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the front end says; it has seen to the round itself, and sends it only where it changed."""
        self._following = False
        try:
            super().set_state(sync_data)
        finally:
            self._following = True

    def _where(self) -> Place:
        return Place(self.cutoff, self.round, self.mode)

    def _go(self, place: Place) -> None:
        self.playing = False
        self.mode = place.mode
        self.cutoff = place.cutoff
        self.round = min(place.round, self.rounds)

    def _start(self) -> dict[str, Any]:
        return {"round": None, "playing": False}

    def _fitted(self, state: dict[str, Any]) -> dict[str, Any]:
        """Choose the last round where none is given."""
        state = dict(state)
        mode = state.get("mode", self.mode)
        if state.get("round") is None and isinstance(mode, str) and mode in MODES:
            try:
                cutoff = self.scene.snap(float(state["cutoff"]))
            except (TypeError, ValueError, OverflowError):
                return {**state, "round": 0}  # the trait will say what is wrong with the cutoff
            state["round"] = self.scene.rounds(cutoff, mode)
        elif state.get("round") is None:
            state["round"] = 0
        return state

    @T.validate("round")
    def _clip_round(self, proposal: Any) -> int:
        most = max(len(frame) for frame in self.scene.frames) - 1
        return min(int(proposal["value"]), most)

    def _follow(self, change: Any) -> None:
        """After another cutoff or mode, the last round stays the last round."""
        if self._following:
            self.round = follow(self.round, self._last_round, self.rounds)
        self._last_round = self.rounds
