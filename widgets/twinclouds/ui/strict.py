"""Objects on which a misspelt name cannot be set unnoticed."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any

from twinclouds.errors import UnknownNameError

__all__ = ["Strict"]


class Strict:
    """Base of widgets: setting a public attribute that the class does not know raises an error.

    Python would make a new attribute of ``view.cutof = 3``, and nothing would happen on the page. Known are traits,
    properties and methods, and names that the class annotates; names that begin with an underscore are free.

    Examples
    --------
    >>> class Lamp(Strict):
    ...     bright: bool
    >>> lamp = Lamp()
    >>> lamp.bright = True
    >>> lamp.brigth = False
    Traceback (most recent call last):
        ...
    twinclouds.errors.UnknownNameError: Lamp has no 'brigth'; did you mean 'bright'?
    """

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if not name.startswith("_") and not hasattr(cls, name) and not _annotated(cls, name):
            raise UnknownNameError(f"{cls.__name__} has no {name!r}; {_remedy(cls, name)}")
        super().__setattr__(name, value)


def _annotated(cls: type, name: str) -> bool:
    return any(name in vars(base).get("__annotations__", ()) for base in cls.__mro__)


def _remedy(cls: type, name: str) -> str:
    own = sorted(known for known in _settable(cls) if not known.startswith("_"))
    near = get_close_matches(name, own, n=1, cutoff=0.6)
    return f"did you mean {near[0]!r}?" if near else f"it has {', '.join(own)}; a name of your own begins with '_'"


def _settable(cls: type) -> set[str]:
    """Return what a reader may mean: public traits of our own, properties, and annotated names."""
    found: set[str] = set()
    for base in cls.__mro__:
        if base.__module__.partition(".")[0] in ("ipywidgets", "anywidget", "traitlets", "builtins"):
            continue
        found |= {n for n, v in vars(base).items() if not callable(v)} | set(vars(base).get("__annotations__", ()))
    return found
