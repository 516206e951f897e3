"""Watch the cells that run: did the last attempt at an exercise fail, so that its name still holds the one before?

A cell with a syntax error leaves everything as it was, and so does one that stops before it comes to the answer. A
check would then judge an older answer, and the reader would mend what is already mended. IPython tells the watch of
every cell that has run (event ``post_run_cell``); for the names of exercises, and only these, it keeps what they held.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["Watch", "binds", "is_attempt"]

_MISSING = object()


class Watch:
    """What became of the last attempt at each exercise.

    Parameters
    ----------
    names : iterable of str
        Names to watch.
    namespace : dict
        Where the cells put them.
    say : callable, optional
        Called with the name of an answer that a check asked for in vain, after the error.

    Examples
    --------
    >>> namespace = {"view": 1}
    >>> watch = Watch(["view"], namespace)
    >>> watch.ran("view = 2 +", SyntaxError("invalid syntax"))
    >>> watch.failed("view")
    'SyntaxError'
    >>> namespace["view"] = 4
    >>> watch.ran("view = 2 + 2", None)
    >>> watch.failed("view")
    ''
    """

    def __init__(
        self, names: Iterable[str], namespace: dict[str, Any], say: Callable[[str], None] | None = None
    ) -> None:
        self._names = {name: _defines(name) for name in names}
        self._namespace = namespace
        self._say = say
        self._held = self._holding()
        self._failed: dict[str, str] = {}

    def failed(self, name: str) -> str:
        """Return the kind of error that stopped the last attempt before the name was given a value; else nothing."""
        if self._namespace.get(name, _MISSING) is not self._held[name]:
            return ""  # changed within the very cell that asks
        return self._failed.get(name, "")

    def after(self, result: Any) -> None:
        """Take note of a cell: IPython's event ``post_run_cell``."""
        self.ran(result.info.raw_cell, result.error_before_exec or result.error_in_exec)

    def ran(self, source: str, error: BaseException | None) -> None:
        """Take note of a cell that ran, and of the error that stopped it."""
        held = self._holding()
        for name, defines in self._names.items():
            if held[name] is not self._held[name]:
                self._failed.pop(name, None)
            elif defines.search(source):
                if error is not None:
                    self._failed[name] = type(error).__name__
                elif binds(source, name):
                    self._failed.pop(name, None)
        self._held = held
        if isinstance(error, NameError) and error.name in self._names and self._say and "check(" in source:
            self._say(error.name)

    def _holding(self) -> dict[str, Any]:
        return {name: self._namespace.get(name, _MISSING) for name in self._names}


def _defines(name: str) -> re.Pattern[str]:
    """What a cell looks like that gives a name a value, also one that is not Python yet."""
    word = re.escape(name)
    function, value = rf"(?:def|class)[ \t]+{word}\b", rf"(?:[\w, \t*()]*,[ \t]*)?{word}\b[^=\n(]*=(?!=)"
    return re.compile(rf"^[ \t]*(?:{function}|{value})", re.M)


def is_attempt(source: str, name: str) -> bool:
    """Tell whether a cell looks as if it were meant to give a name a value; also one that is not Python yet.

    Examples
    --------
    >>> is_attempt("def view(atoms, i)", "view"), is_attempt("print(view)", "view")
    (True, False)
    """
    return _defines(name).search(source) is not None


def binds(source: str, name: str) -> bool:
    """Tell whether a cell gives a name a value; False of one that is not Python.

    Examples
    --------
    >>> binds("def view(atoms, i): ...", "view"), binds("print(view)", "view"), binds("view = ", "view")
    (True, False, False)
    """
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):  # a cell with magics, or one that was wrong
        return False
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.name == name:
            return True
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store):
            return True
    return False
