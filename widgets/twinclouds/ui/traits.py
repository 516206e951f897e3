"""Trait types that check what they are given, and say what would be right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import traitlets as T  # noqa: N812

__all__ = [
    "Checked",
    "as_cells",
    "as_cutoff",
    "as_flag",
    "as_labels",
    "as_mode",
    "as_picks",
    "as_round",
    "as_selection",
    "as_text",
    "short",
]


class Checked(T.TraitType[Any, Any]):
    """A trait whose values pass a function of (widget, value).

    Parameters
    ----------
    check : callable
        Returns the value to store, or raises TypeError or ValueError.
    default : object
        Default value.
    remedy : str
        What to give instead of a value that does not pass.
    """

    def __init__(self, check: Callable[[Any, Any], Any], default: object, remedy: str) -> None:
        super().__init__(default)
        self.check, self.remedy = check, remedy
        self.default_value = default
        self.tag(sync=True)

    def validate(self, obj: Any, value: Any) -> Any:
        """Return the value to store, or raise a TraitError that names the value and the remedy."""
        try:
            return self.check(obj, value)
        except (TypeError, ValueError, KeyError, ArithmeticError) as error:
            reason = f" ({error})" if isinstance(error, ValueError) and str(error) else ""
            raise T.TraitError(
                f"{self.name}={short(value)} cannot be used by a {type(obj).__name__}{reason}; {self.remedy}"
            ) from None


def as_cutoff(widget: Any, value: Any) -> float:
    """Check a cutoff, and move it to the nearest one for which everything is known."""
    if isinstance(value, (bool, str)):
        raise TypeError
    number = float(value)
    if number != number or number < 0:
        raise ValueError
    scene = widget.scene
    if number == float("inf") and any(cloud.periodic for cloud in scene.clouds):
        raise ValueError("the neighbours in a periodic cloud have no end")
    return float(scene.snap(number))


def as_round(widget: Any, value: Any) -> int:
    """Check a round; beyond the last one there is nothing new, so it becomes the last one."""
    number = _whole(value)
    if number < 0:
        raise TypeError
    return number


def as_mode(widget: Any, value: Any) -> str:
    """Check a mode."""
    if value not in ("topology", "distances"):
        raise TypeError
    return str(value)


def as_selection(widget: Any, value: Any) -> dict[str, int] | None:
    """Check a selection: an atom that exists, or None."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"cloud", "atom"}:
        raise TypeError
    cloud, atom = _whole(value["cloud"]), _whole(value["atom"])
    clouds = widget.scene.clouds
    if not 0 <= cloud < len(clouds):
        raise ValueError(f"there {'is 1 cloud' if len(clouds) == 1 else f'are {len(clouds)} clouds'}, numbered from 0")
    if not 0 <= atom < len(clouds[cloud]):
        count = len(clouds[cloud])
        raise ValueError(f"cloud {cloud} has " + (f"atoms 0 to {count - 1}" if count > 1 else "one atom, atom 0"))
    return {"cloud": cloud, "atom": atom}


def as_picks(widget: Any, value: Any) -> tuple[dict[str, int], ...]:
    """Check several selections, all different; the widget says which of them may be picked together."""
    if not isinstance(value, (list, tuple)):
        raise TypeError
    picks = []
    for one in value:
        pick = as_selection(widget, one)
        if pick is None:
            raise TypeError
        if pick in picks:
            raise ValueError(f"atom {pick['atom']} of cloud {pick['cloud']} is there twice")
        picks.append(pick)
    widget.check_picks(picks)
    return tuple(picks)


def as_labels(widget: Any, value: Any) -> str:
    """Check what is to be written on the atoms; the widget says what there is to choose from."""
    choices = widget.label_choices
    if not isinstance(value, str) or value not in choices:
        raise ValueError("there are " + ", ".join(map(repr, choices)))
    return value


def as_cells(widget: Any, value: Any) -> int:
    """Check a number of cells."""
    number = _whole(value)
    if number not in (1, 2, 3):
        raise TypeError
    return number


def as_flag(widget: Any, value: Any) -> bool:
    """Check a switch."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def as_text(widget: Any, value: Any) -> str:
    """Check a text; half of a letter (a lone surrogate) could not be sent to the page."""
    if not isinstance(value, str):
        raise TypeError
    value.encode()
    return value


def _whole(value: Any) -> int:
    # Infinity and NaN are numbers, but int() raises errors of two other kinds for them.
    if isinstance(value, (bool, str)) or value != value or value in (float("inf"), -float("inf")):
        raise TypeError
    number = int(value)
    if number != value:
        raise TypeError
    return number


def short(value: object) -> str:
    """Write a value in one line of at most 60 letters.

    Examples
    --------
    >>> short(["a", 2]), short(list(range(100)))[-12:]
    ("['a', 2]", '4, 15, 16...')
    """
    try:
        shown = " ".join(repr(value).split())
    except Exception:  # the value is not ours: Python, for one, refuses to write out very long numbers
        shown = f"({type(value).__name__})"
    return shown if len(shown) <= 60 else shown[:57] + "..."
