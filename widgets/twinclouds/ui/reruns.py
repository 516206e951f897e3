"""When a cell runs again, what its last run made goes: else every run would leave a widget in the kernel and the page.

ipywidgets keeps each widget until it is closed, and a notebook does not close what a new output replaces. So
instruments note in which run of which cell they were made. After a later run of that cell the earlier ones are closed,
unless they can still be reached from a name of the reader's: a list of them, a box that holds one, a link to one.
"""

from __future__ import annotations

import re
import sys
import weakref
from collections.abc import Iterable, Mapping
from typing import Any

from ipywidgets import Widget

__all__ = ["note_made", "reachable"]

#: Names under which IPython itself keeps inputs and results.
_HISTORY = re.compile(r"_+|_i+|_i?\d+|_[iod]h|In|Out")

#: By cell: the last run in which it made widgets, and these.
_made: dict[str, tuple[str, list[weakref.ref[Widget]]]] = {}
#: Made by earlier runs, and not closed yet.
_old: list[weakref.ref[Widget]] = []
_watched: weakref.WeakSet[Any] = weakref.WeakSet()


def note_made(widget: Widget) -> None:
    """Remember that the run of the present cell made this widget; outside of a notebook nothing happens."""
    shell = _shell()
    cell, run = _cell_and_run(shell)
    if not cell:
        return
    before = _made.get(cell)
    if before is None or before[0] != run:
        _old.extend(before[1] if before else ())
        _made[cell] = (run, [])
    _made[cell][1].append(weakref.ref(widget))
    if shell not in _watched:
        _watched.add(shell)
        shell.events.register("post_run_cell", lambda *_: _close_old(shell.user_ns))


def reachable(names: Mapping[str, Any]) -> set[int]:
    """Return the ids of all widgets that can be reached from names: in containers, in other widgets, in own objects.

    Examples
    --------
    >>> import ipywidgets
    >>> held, free = ipywidgets.Label("held"), ipywidgets.Label("free")
    >>> found = reachable({"box": [ipywidgets.VBox([held])], "_3": free})
    >>> id(held) in found, id(free) in found
    (True, False)
    """
    waiting: list[Any] = [value for name, value in names.items() if not _HISTORY.fullmatch(name)]
    seen: set[int] = set()
    found: set[int] = set()
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, Widget):
            found.add(id(thing))
            waiting.extend(_parts(thing))
        elif isinstance(thing, Mapping):
            waiting.extend(thing.values())
        elif isinstance(thing, (list, tuple, set, frozenset)):
            waiting.extend(thing)
        elif type(thing).__module__ == "__main__":
            waiting.extend(getattr(thing, "__dict__", {}).values())
    return found


def _parts(widget: Widget) -> Iterable[Any]:
    values: dict[str, Any] = getattr(widget, "_trait_values", {})
    # Not its connection: from there one would reach everything.
    own = {name: value for name, value in vars(widget).items() if name not in ("_trait_values", "comm")}
    return [*(value for name, value in values.items() if name != "comm"), *own.values()]


def _close_old(names: dict[str, Any]) -> None:
    if not _old:
        return
    kept = reachable(names)
    waiting = [made for ref in _old if (made := ref()) is not None and made.comm is not None]
    _old.clear()
    for widget in waiting:
        if id(widget) in kept:
            _old.append(weakref.ref(widget))
        else:
            _close(widget, kept)
    results = names.get("Out", {})
    for key, value in list(results.items()):
        if isinstance(value, Widget) and value.comm is None:
            del results[key]
            names.pop(f"_{key}", None)


def _close(widget: Widget, kept: set[int]) -> None:
    """Close a widget and what belongs to it alone."""
    parts = [*getattr(widget, "children", ()), getattr(widget, "layout", None), getattr(widget, "style", None)]
    widget.close()
    for part in parts:
        if isinstance(part, Widget) and part.comm is not None and id(part) not in kept:
            _close(part, kept)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _cell_and_run(shell: Any) -> tuple[str, str]:
    """Return what the front end calls the cell, and the message that had it run."""
    try:
        parent = shell.kernel.get_parent("shell")
        return str(parent["metadata"]["cellId"]), str(parent["header"]["msg_id"])
    except (AttributeError, KeyError, TypeError):
        return "", ""
