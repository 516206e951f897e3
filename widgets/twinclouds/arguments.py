"""Checks of what is given to the functions of the package: numbers, whole numbers, choices, symbols.

Each returns the value in the type that is wanted, or raises an error of one line that names parameter, value, remedy.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.errors import PairError, TwincloudsError

__all__ = ["check_choice", "check_flag", "check_number", "check_numbers", "check_symbols", "check_text", "check_whole"]

Error = type[TwincloudsError]

#: More of a value than this is not shown in a message.
LONGEST = 60


def shown(value: object) -> str:
    """Return a value as a message shows it: on one line, and not longer than 60 characters.

    Examples
    --------
    >>> len(shown([1] * 100)), shown("short")
    (60, "'short'")
    """
    text = " ".join(repr(value).split())
    return text if len(text) <= LONGEST else text[: LONGEST - 3].rstrip() + "..."


def printable(text: str) -> str:
    r"""Return a text in which all that commands a terminal, or turns the direction of what follows, is spelt out.

    Examples
    --------
    >>> printable("\x1b[31mred.xyz \u202e"), printable("β.xyz")
    ('\\x1b[31mred.xyz \\u202e', 'β.xyz')
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def listed(value: object) -> list[Any] | None:
    """Return what a sequence or an array holds; None for anything else: a number, a text, an array of no axis.

    Examples
    --------
    >>> listed((1, 2)), listed("CO"), listed(np.array(3.0))
    ([1, 2], None, None)
    """
    several = value.ndim > 0 if isinstance(value, np.ndarray) else isinstance(value, Sequence)
    return list(value) if several and not isinstance(value, (str, bytes)) else None  # type: ignore[call-overload]


def check_number(
    name: str, value: object, remedy: str, positive: bool = False, error: Error = PairError, low: float = -np.inf
) -> float:
    """Return a finite number as float; `positive`: more than zero; `low`: at least this.

    Examples
    --------
    >>> check_number("radius", 2, "give angstrom")
    2.0
    >>> check_number("radius", "a", "give angstrom")
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: radius='a' is not a number; give angstrom
    """
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise error(f"{name}={shown(value)} is not a number; {remedy}")
    try:
        number = float(value)
    except OverflowError:
        number = float("inf")
    if not np.isfinite(number):
        raise error(f"{name}={shown(value)} is not a finite number; {remedy}")
    if positive and number <= 0:
        raise error(f"{name}={shown(value)} is not positive; {remedy}")
    if number < low:
        raise error(f"{name}={shown(value)} is too small; {remedy}")
    return number


def check_numbers(name: str, values: object, count: int, remedy: str, error: Error = PairError) -> tuple[float, ...]:
    """Return a sequence of so many finite numbers.

    Examples
    --------
    >>> check_numbers("heights", [1, 2.5], 2, "give two heights")
    (1.0, 2.5)
    >>> check_numbers("heights", None, 2, "give two heights")
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: heights=None does not fit; give two heights
    """
    given = listed(values)
    if given is None or len(given) != count:
        raise error(f"{name}={shown(values)} does not fit; {remedy}")
    return tuple(check_number(f"{name}[{k}]", value, remedy, error=error) for k, value in enumerate(given))


def check_whole(
    name: str, value: object, low: int, remedy: str, high: int | None = None, error: Error = PairError
) -> int:
    """Return a whole number from `low` on, up to `high` if that is given.

    Examples
    --------
    >>> check_whole("seed", -1, 0, "give a whole number from 0 on")
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: seed=-1 does not fit; give a whole number from 0 on
    """
    whole = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not whole or value < low or (high is not None and value > high):  # type: ignore[operator]
        raise error(f"{name}={shown(value)} does not fit; {remedy}")
    return int(value)  # type: ignore[call-overload, no-any-return]


def check_choice(name: str, value: object, choices: Sequence[str], error: Error = PairError) -> str:
    """Return one of some words.

    Examples
    --------
    >>> check_choice("test", "wl2", ["wl", "distance-wl"])
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: test 'wl2' is not known; use one of 'wl', 'distance-wl'
    """
    if not isinstance(value, str) or value not in choices:
        raise error(f"{name} {shown(value)} is not known; use one of {', '.join(map(repr, choices))}")
    return value


def check_flag(name: str, value: object, error: Error = PairError) -> bool:
    """Return True or False; nothing else passes for either.

    Examples
    --------
    >>> check_flag("pbc", "yes")
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: pbc='yes' does not fit; give True or False
    """
    if not isinstance(value, (bool, np.bool_)):
        raise error(f"{name}={shown(value)} does not fit; give True or False")
    return bool(value)


def check_text(name: str, value: object, error: Error = PairError) -> str:
    """Return a text.

    Examples
    --------
    >>> check_text("name", "benzene")
    'benzene'
    """
    if not isinstance(value, str):
        raise error(f"{name}={shown(value)} is not a text; give one in quotes")
    return value


def check_symbols(name: str, value: object, error: Error = PairError) -> str | list[Any]:
    """Return one chemical symbol, or a list of entries, to be checked themselves.

    Examples
    --------
    >>> check_symbols("species", ("C", "N"))
    ['C', 'N']
    >>> check_symbols("species", None)
    Traceback (most recent call last):
    ...
    twinclouds.errors.PairError: species=None does not fit; give a chemical symbol such as 'C', or several
    """
    if isinstance(value, str):
        return value
    given = listed(value)
    if given is None:
        raise error(f"{name}={shown(value)} does not fit; give a chemical symbol such as 'C', or several")
    return given


def check_symbol(name: str, value: object, error: Error = PairError) -> str:
    """Return one chemical symbol.

    Examples
    --------
    >>> check_symbol("species", "C")
    'C'
    """
    from ase.data import atomic_numbers

    if not isinstance(value, str) or value not in atomic_numbers:
        raise error(f"{name}={shown(value)} is not a chemical symbol; use an element or 'X'")
    return str(value)


def check_array(
    name: str, value: object, last: tuple[int, ...], remedy: str, error: Error = PairError
) -> NDArray[np.float64]:
    """Return an array of finite numbers whose shape ends as wanted, with one more axis before.

    Examples
    --------
    >>> check_array("points", [[1, 2]], (2,), "give a (k, 2) array").shape
    (1, 2)
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "iuf":
            raise TypeError
        array = array.astype(float)
    except (TypeError, ValueError, OverflowError):
        raise error(f"{name}={shown(value)} does not fit; {remedy}") from None
    if array.ndim != len(last) + 1 or array.shape[1:] != last:
        raise error(f"{name} has the shape {array.shape}; {remedy}")
    if not np.isfinite(array).all():
        raise error(f"{name} holds {array[~np.isfinite(array)][0]}; give finite numbers")
    return array
