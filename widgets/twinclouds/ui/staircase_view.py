"""The staircase of two clouds: from which cutoff on, and after how many rounds, are they told apart?"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any, ClassVar
from uuid import uuid4

import numpy as np
import traitlets as T  # noqa: N812

from twinclouds.clouds import Cloud
from twinclouds.errors import CompareError, TwincloudsError
from twinclouds.resolution import Staircase
from twinclouds.ui.base import clouds_from
from twinclouds.ui.instrument import Instrument
from twinclouds.ui.linking import Linked, Place
from twinclouds.ui.options import as_names, as_reach
from twinclouds.ui.refinement_explorer import RefinementExplorer
from twinclouds.ui.stairs import StairMap, make_map
from twinclouds.ui.traits import Checked, as_round

__all__ = ["StaircaseView"]


def _as_length(widget: Any, value: Any) -> float:
    """Check a cutoff; beyond the last column there is nothing, so it becomes the largest cutoff."""
    if isinstance(value, (bool, str)):
        raise TypeError
    number = float(value)
    if number != number or number < 0:
        raise ValueError
    return float(min(number, widget.map.scene.max_cutoff))


def _alike(a: Cloud, b: Cloud) -> bool:
    """Are two clouds one and the same, atom by atom?"""
    arrays = ((a.positions, b.positions), (a.species, b.species), (a.pbc, b.pbc), (a.periods, b.periods))
    return all(np.array_equal(p, q) for p, q in arrays)


class StaircaseView(Linked):
    """The map of rounds x cutoff: where does colour refinement with distances tell two clouds apart, and where not?

    A column for each interval between the distances that occur, a row for each number of rounds; where "told apart"
    begins, the map has a staircase. Of more than 48 columns (or 16 rows) a choice is kept, always with the steps.

    With an `explorer` the two move together: choosing a cell takes the explorer to its cutoff and round, and whatever
    is done in the explorer moves the marker in the map. The page links the views that are on it, so that this holds
    without a kernel and in an exported page; Python links the traits, so that it holds without a view as well.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
        Two clouds of the same composition; by default those of the `explorer`.
    explorer : RefinementExplorer, optional
        Moves together with the map. When it is shown other clouds (``explorer.set_clouds``), so is the map.
    max_rounds : int, optional
        Last row; by default one more than helps, and all rounds of the explorer.
    max_cutoff : float, optional
        Largest cutoff, angstrom. By default that of the explorer; else every distance of isolated clouds, and about one
        period of periodic ones; of large clouds less, as in the explorer.
    round : int, optional
        Row of the marker; by default the last one.
    cutoff : float, optional
        Column of the marker, angstrom; by default a cutoff at which the clouds hang together by their bonds.
    names : sequence of str, optional
        What to call the clouds.
    link_group : str, optional
        Widgets with the same group move together; by default that of the explorer.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Raises
    ------
    TypeError
        If a keyword is unknown, or there are not two clouds.
    TwincloudsError
        If a cloud is not valid, or the two differ in composition.
    traitlets.TraitError
        If a value does not fit.

    Examples
    --------
    >>> view = StaircaseView([[0, 0, 0], [1, 0, 0], [3, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]], cutoff=0.5)
    >>> view.told_apart
    False
    >>> view.cutoff = 1.0
    >>> view.told_apart, view.staircase.cutoffs
    (True, {1: 1.0})
    """

    _from_front_end: ClassVar[frozenset[str]] = frozenset({"round", "cutoff"})
    _options: ClassVar[tuple[str, ...]] = ("explorer", "max_rounds", "max_cutoff", "names", *Instrument._options)

    #: What is drawn: rows, columns, and from where on the clouds are told apart.
    map: StairMap

    _kind = T.Unicode("staircase").tag(sync=True)
    _map = T.Dict().tag(sync=True)
    round = Checked(as_round, 0, "give a whole number from 0 on")
    cutoff = Checked(_as_length, 0.0, "give a length from 0 on in angstrom")

    def __init__(self, a: Any = None, b: Any = None, **keywords: Any) -> None:
        self._unfollow: Callable[[], None] | None = None
        self._check_keywords(keywords)
        explorer = keywords.pop("explorer", None)
        if explorer is not None and not isinstance(explorer, RefinementExplorer):
            raise TypeError(f"explorer={explorer!r:.60} is not a RefinementExplorer; give one, or leave explorer out")
        self._max_rounds = keywords.pop("max_rounds", None)
        self._max_cutoff = as_reach(keywords.pop("max_cutoff", None))
        self._names = as_names(keywords.pop("names", None), 2)
        self._explorer = explorer
        if a is None and explorer is not None:
            a, b = explorer.a, explorer.b
            self._names = self._names or explorer._names
        clouds = self._two(a, b)
        if explorer is not None and not all(map(_alike, clouds, explorer.scene.clouds)):
            raise CompareError("the explorer shows other clouds; StaircaseView(explorer=...) makes a map of its own")
        self.map = self._make_map(clouds)
        state: dict[str, Any] = {**self._start(), **{k: v for k, v in keywords.items() if v is not None}}
        state.setdefault("title", "From which cutoff on, and after how many rounds?")
        state.setdefault("link_group", explorer.link_group if explorer is not None else uuid4().hex[:8])
        super().__init__({"_map": self.map.pack(self._names)}, **state)
        if explorer is not None:
            # The explorer must not keep this map alive: a cell that runs again makes another one.
            me = weakref.ref(self)

            def follow(_: Any) -> None:
                view = me()
                if view is None:
                    explorer.unobserve(follow, names="_scene")
                else:
                    with view._quietly():  # the explorer is about to say where it stands
                        view.set_clouds(explorer.a, explorer.b, names=explorer._names)

            explorer.observe(follow, names="_scene")
            self._unfollow = lambda: explorer.unobserve(follow, names="_scene")
        self._begin(keywords)

    def close(self) -> None:
        """Close the widget; the explorer's clouds are followed no longer."""
        unfollow, self._unfollow = self._unfollow, None
        if unfollow is not None:
            unfollow()
        super().close()

    @property
    def a(self) -> Cloud:
        """The first cloud."""
        return self.map.scene.clouds[0]

    @property
    def b(self) -> Cloud:
        """The second cloud."""
        return self.map.scene.clouds[1]

    @property
    def staircase(self) -> Staircase:
        """Resolving cutoff for every number of rounds."""
        return self.map.stairs

    @property
    def told_apart(self) -> bool:
        """Are the clouds told apart at the present round and cutoff?"""
        return self.map.told_apart(self.map.row(self.round), self.map.column(self.cutoff))

    def set_clouds(self, a: Any, b: Any = None, *, names: tuple[str, ...] = ()) -> bool:
        """Show the map of two other clouds in place; if they cannot be used, say so in place, and keep what is there.

        Parameters
        ----------
        a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
            The new clouds.
        names : sequence of str, optional
            What to call them.

        Returns
        -------
        bool
            Were they taken over? If not, `error` has the reason.

        Examples
        --------
        >>> view = StaircaseView([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]])
        >>> view.set_clouds([[0, 0, 0], [1, 0, 0]]), view.error
        (False, 'StaircaseView compares two clouds; give a and b, or a pair that has .a and .b')
        """
        try:
            names = as_names(names, 2)
            made = self._make_map(self._two(a, b))
        except (TwincloudsError, TypeError) as problem:
            self.show_error(problem)
            return False
        with self.hold_sync():
            self.map, self._names = made, names
            self.error = ""
            self._map = made.pack(self._names)
            for name, value in self._fresh().items():
                setattr(self, name, value)
        return True

    def _two(self, a: Any, b: Any) -> tuple[Cloud, Cloud]:
        clouds = clouds_from(a, b) if a is not None else ()
        if len(clouds) != 2:
            raise TypeError(f"{type(self).__name__} compares two clouds; give a and b, or a pair that has .a and .b")
        return clouds[0], clouds[1]

    def _make_map(self, clouds: tuple[Cloud, Cloud]) -> StairMap:
        explorer = self._explorer
        reach, least = self._max_cutoff, 3
        if explorer is not None:
            least = max(least, *(len(frame) - 1 for frame in explorer.scene.frames))
            if reach is None and not explorer.scene.complete:
                reach = explorer.scene.max_cutoff
        return make_map(*clouds, max_rounds=self._max_rounds, max_cutoff=reach, least_rounds=least)

    def _where(self) -> Place:
        return Place(self.cutoff, self.round, "distances")

    def _go(self, place: Place) -> None:
        self.cutoff = place.cutoff
        self.round = place.round

    def _start(self) -> dict[str, Any]:
        explorer = self._explorer
        return self._fresh() if explorer is None else {"round": explorer.round, "cutoff": explorer.cutoff}

    def _fresh(self) -> dict[str, Any]:
        """Return the state in which new clouds are shown: that of an explorer that was just given them."""
        cutoff = self.map.stops[self.map.column(self.map.scene.shell)]
        if self._explorer is None:
            return {"round": self.map.rounds[-1], "cutoff": cutoff}
        return {"round": self._explorer.scene.rounds(cutoff, self._explorer.mode), "cutoff": cutoff}

    @T.validate("round")
    def _clip_round(self, proposal: Any) -> int:
        return min(int(proposal["value"]), self.map.rounds[-1])
