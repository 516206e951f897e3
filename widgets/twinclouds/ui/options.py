"""Keywords that are no traits, checked in the same way: a value that does not fit is named with the remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ipywidgets import Layout

from twinclouds.errors import GraphError
from twinclouds.ui.traits import short

__all__ = ["as_flag_option", "as_layout", "as_names", "as_reach"]


def as_names(value: Any, clouds: int | None = None) -> tuple[str, ...]:
    """Return the names of clouds; none for None.

    Parameters
    ----------
    value : sequence of str or None
        What was given as ``names``.
    clouds : int, optional
        How many clouds there are to be named.

    Raises
    ------
    TypeError
        If it is no sequence of texts, or not as long as there are clouds.

    Examples
    --------
    >>> as_names(["benzene", "its twin"]), as_names(None)
    (('benzene', 'its twin'), ())
    >>> as_names(5)
    Traceback (most recent call last):
        ...
    TypeError: names=5 is no list of texts; give one name per cloud, such as ["first", "second"]
    """
    if value is None:
        return ()
    texts = isinstance(value, (list, tuple)) and all(isinstance(name, str) for name in value)
    if not texts:
        raise TypeError(
            f'names={short(value)} is no list of texts; give one name per cloud, such as ["first", "second"]'
        )
    if clouds is not None and value and len(value) != clouds:
        count = f"{len(value)} name{'s' if len(value) > 1 else ''} for {clouds} cloud{'s' if clouds > 1 else ''}"
        raise TypeError(f"names={short(value)} holds {count}; give one name per cloud")
    return tuple(value)


def as_reach(value: Any) -> float | None:
    """Return a largest cutoff in angstrom, None for the default.

    Raises
    ------
    GraphError
        If it is no length.

    Examples
    --------
    >>> as_reach(4), as_reach(None)
    (4.0, None)
    """
    if value is None:
        return None
    problem = GraphError(
        f"max_cutoff={short(value)} is no length; give one above 0 in angstrom, or inf for all distances"
    )
    if isinstance(value, (bool, str)):
        raise problem
    try:
        reach = float(value)
    except (TypeError, ValueError, OverflowError):
        raise problem from None
    if not reach > 0:
        raise problem
    return reach


def as_layout(value: Any) -> Any:
    """Return a layout of ipywidgets, or a mapping of its values; None for the default.

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> as_layout({"width": "50%"})
    {'width': '50%'}
    """
    if value is None or isinstance(value, (Layout, Mapping)):
        return value
    raise TypeError(f'layout={short(value)} is no layout; give ipywidgets.Layout(width="50%") or {{"width": "50%"}}')


def as_flag_option(name: str, value: Any) -> bool | None:
    """Return a switch, None for the default.

    Raises
    ------
    TypeError
        If it is neither.

    Examples
    --------
    >>> as_flag_option("self_contained", True)
    True
    """
    if value is None or isinstance(value, bool):
        return value
    raise TypeError(f"{name}={short(value)} is no switch; give True or False")
