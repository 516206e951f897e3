"""The built front end, as the package carries it."""

from __future__ import annotations

from functools import cache
from importlib import resources

from twinclouds.errors import TwincloudsError

__all__ = ["static_text", "static_version"]


@cache
def static_text(name: str) -> str:
    """Return one of the built files.

    Raises
    ------
    TwincloudsError
        If the front end was not built.

    Examples
    --------
    >>> "render" in static_text("shim.js")
    True
    """
    file = resources.files("twinclouds.ui") / "static" / name
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise TwincloudsError(
            f"the front end of the widgets ({name}) was not built; install the package with pip (pip install .), "
            "or run python hatch_build.py in the checkout"
        ) from None


@cache
def static_version() -> str:
    """Return a short digest of the front end: pages keep one copy of each version."""
    import hashlib

    return hashlib.sha256(static_text("library.js").encode()).hexdigest()[:16]
