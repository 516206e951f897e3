"""Widgets of one `link_group` stand at one cutoff, round and mode: the side of Python.

The page links the views that are on it by itself, so that it works without a kernel (``frontend/src/link.ts``). Here
the widgets are linked as well, because a value may be set from Python while a widget has no view. Two rules keep the
two links from chasing each other: what the page says is passed on here without a message back, for the page has passed
it on already; and what Python writes goes to all widgets of the group, with the time at which it was written, so that
the page passes nothing on, and knows an older place when it meets one.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar, NamedTuple
from weakref import WeakSet

import traitlets as T  # noqa: N812

from twinclouds.ui.instrument import Instrument
from twinclouds.ui.traits import Checked, as_text

__all__ = ["Linked", "Place"]


class Place(NamedTuple):
    """Where a widget stands: cutoff in angstrom, number of rounds, and whether edges know their lengths."""

    cutoff: float
    round: int
    mode: str


class _Group:
    """The widgets of one group, and where they stand."""

    def __init__(self) -> None:
        self.members: WeakSet[Linked] = WeakSet()
        self.place: Place | None = None
        self.written = 0
        #: Who is changing, and has not told the others yet.
        self.leader: Linked | None = None

    def move(self, place: Place) -> int:
        """Note a new place; return when that was, in milliseconds, always later than before."""
        self.place = place
        self.written = max(time.time_ns() // 1_000_000, self.written + 1)
        return self.written


_groups: dict[str, _Group] = {}


class Linked(Instrument):
    """An instrument that shares cutoff and round with the others of its `link_group`."""

    _linked: ClassVar[frozenset[str]] = frozenset({"cutoff", "round", "mode"})

    #: What Python wrote last: {"written": milliseconds, "mode": mode of the group}. Only Python sets it.
    _place = T.Dict().tag(sync=True)
    link_group = Checked(as_text, "", "give a text: views of widgets with the same one move together")

    _group: _Group | None = None
    _known: Place | None = None
    _busy = False
    _from_page = False

    def _where(self) -> Place:
        """Return the place where this widget stands."""
        raise NotImplementedError

    def _go(self, place: Place) -> None:
        """Go there, as far as that exists here."""
        raise NotImplementedError

    def close(self) -> None:
        """Close the widget; it leaves its group."""
        self._leave()
        super().close()

    def notify_change(self, change: Any) -> None:
        """Tell of a change; one of the place is passed on to the group, and reaches the page in one message."""
        name = change["name"]
        if name == "link_group" and self._known is not None:
            super().notify_change(change)
            self._leave()
            self._join()
            return
        if name not in self._linked or self._known is None or self._busy:
            super().notify_change(change)
            return
        leader = self._group.leader if self._group is not None else None
        if leader is not None and leader is not self and getattr(leader, name, None) == change["new"]:
            # A link of the reader's own, such as `ipywidgets.link`, was quicker: the group is about to be told.
            with self._quietly(), self._lock_property(**({name: change["new"]} if leader._from_page else {})):
                super().notify_change(change)
            self._known = self._where()
            return
        with self._leading(), self._quietly(), self.hold_sync():
            super().notify_change(change)
            place = self._where()
            group = self._group
            news = group is not None and place != self._known
            self._known = place
            if news and group is not None:
                written = group.move(place)
                if not self._from_page:
                    self._place = {"written": written, "mode": place.mode}
        if news and group is not None:
            self._tell(group)

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the front end says."""
        before, self._from_page = self._from_page, True
        try:
            super().set_state(sync_data)
        finally:
            self._from_page = before

    @contextmanager
    def _quietly(self) -> Iterator[None]:
        """Pass nothing on meanwhile."""
        before, self._busy = self._busy, True
        try:
            yield
        finally:
            self._busy = before

    @contextmanager
    def _leading(self) -> Iterator[None]:
        """Be the one of the group who changes, unless another one began."""
        group = self._group
        if group is None or group.leader is not None:
            yield
            return
        group.leader = self
        try:
            yield
        finally:
            group.leader = None

    def _begin(self, given: Mapping[str, Any]) -> None:
        """Join the group at the end of the making; a place that was asked for counts more than that of the group."""
        self._known = self._where()
        self._join(chosen=any(given.get(name) is not None for name in self._linked))

    def _join(self, chosen: bool = False) -> None:
        if not self.link_group:
            return
        group = self._group = _groups.setdefault(self.link_group, _Group())
        group.members.add(self)
        if group.place is None:
            # Dated, for the page may know an older group of this name, of a kernel that is gone.
            self._place = {"written": group.move(self._where()), "mode": self._where().mode}
        elif chosen and self._where() != group.place:
            self._place = {"written": group.move(self._where()), "mode": self._where().mode}
            self._tell(group)
        else:
            self._follow_group(group)

    def _leave(self) -> None:
        group, self._group = self._group, None
        if group is None:
            return
        group.members.discard(self)
        for name in [name for name, one in _groups.items() if one is group and not one.members]:
            del _groups[name]

    def _tell(self, group: _Group) -> None:
        for other in list(group.members):
            if other is not self and other.comm is not None:
                other._follow_group(group, silent=self._from_page)

    def _follow_group(self, group: _Group, silent: bool = False) -> None:
        """Go where the group stands; silently if the page did so already."""
        place = group.place
        assert place is not None
        with self._quietly():
            if silent:
                with self._lock_property(**place._asdict()):
                    self._go(place)
            else:
                with self.hold_sync():
                    self._go(place)
                    self._place = {"written": group.written, "mode": place.mode}
        self._known = self._where()
