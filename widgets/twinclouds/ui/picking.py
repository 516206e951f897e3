"""Widgets in which several atoms may be picked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from twinclouds.ui.base import CloudWidget
from twinclouds.ui.traits import Checked, as_cells, as_labels, as_picks

__all__ = ["PickingWidget"]


class PickingWidget(CloudWidget):
    """A widget that knows all picked atoms, in order; what is written on atoms; and how many cells are shown.

    `picked` and `selected` always agree: the last of `picked` is `selected`, and setting either sets the other.

    Examples
    --------
    >>> from twinclouds.ui import CloudView
    >>> view = CloudView([[0, 0, 0], [1, 0, 0]], picked=[{"cloud": 0, "atom": 1}])
    >>> view.selected
    {'cloud': 0, 'atom': 1}
    >>> view.selected = None
    >>> view.picked
    ()
    """

    _from_front_end: ClassVar[frozenset[str]] = CloudWidget._from_front_end | {"picked", "labels", "cells"}
    #: What may be written on the atoms; the first is the default.
    label_choices: ClassVar[tuple[str, ...]] = ("species", "index", "none")

    picked = Checked(as_picks, (), 'give a list such as [{"cloud": 0, "atom": 3}]')

    labels = Checked(as_labels, "species", "choose one of these")
    cells = Checked(as_cells, 1, "give 1, 2 or 3 cells along each period")

    def __init__(self, a: Any, b: Any = None, **keywords: Any) -> None:
        super().__init__(a, b, **{"labels": self.label_choices[0], **keywords})
        if self.picked:
            self.selected = self.picked[-1]
        elif self.selected is not None:
            self.picked = (self.selected,)
        self.observe(self._follow_picked, names="picked")
        self.observe(self._follow_selected, names="selected")

    def check_picks(self, picks: Sequence[dict[str, int]]) -> None:
        """Raise a ValueError if these atoms cannot be picked together."""

    def _follow_picked(self, change: Any) -> None:
        last = self.picked[-1] if self.picked else None
        if self.selected != last:
            self.selected = last

    def _follow_selected(self, change: Any) -> None:
        last = self.picked[-1] if self.picked else None
        if self.selected != last:
            self.picked = () if self.selected is None else (self.selected,)
