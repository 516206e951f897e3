"""The one widget that holds the front end for all others.

A widget's code is part of its state. Were the bundle in every widget, a notebook with six of them would store it six
times; so each carries a shim of 1 kB that finds this widget and loads the bundle from it.
"""

from __future__ import annotations

import sys

import anywidget
import traitlets as T  # noqa: N812

from twinclouds.ui.static_files import static_text

__all__ = ["Library", "needs_self_contained", "the_library"]

_library: Library | None = None


class Library(anywidget.AnyWidget):
    """Holds the bundle; it is never displayed."""

    _esm = "export default {};"
    source = T.Unicode(read_only=True).tag(sync=True)

    def __init__(self) -> None:
        self.set_trait("source", static_text("library.js"))
        super().__init__()


def the_library() -> Library:
    """Return the library widget of this kernel, made when it is first asked for (or was closed)."""
    global _library
    if _library is None or _library.comm is None:
        _library = Library()
    return _library


def needs_self_contained() -> bool:
    """Has the host no widget manager in which a widget could find another one? marimo has none."""
    marimo = sys.modules.get("marimo")
    return bool(marimo is not None and marimo.running_in_notebook())
