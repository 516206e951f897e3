"""Colours of classes, the same as in the browser (``frontend/src/colours.ts``)."""

from __future__ import annotations

__all__ = ["PALETTE", "class_color", "contrasting", "mixed"]

#: Okabe and Ito's palette, told apart by colour-blind readers; grey in place of black.
PALETTE = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442", "#8C8C8C")


def class_color(cls: int) -> str:
    """Return the colour of a class; beyond the palette its colours come again lighter, then darker.

    Examples
    --------
    >>> class_color(0), class_color(8), class_color(16)
    ('#0072b2', '#80b9d9', '#003f62')
    """
    base = PALETTE[cls % len(PALETTE)].lower()
    cycle = cls // len(PALETTE) % 3
    return base if cycle == 0 else mixed(base, "#ffffff", 0.5) if cycle == 1 else mixed(base, "#000000", 0.45)


def mixed(color: str, other: str, share: float) -> str:
    """Return `share` of the way from one colour to another, both as ``#rrggbb``.

    Examples
    --------
    >>> mixed("#000000", "#ffffff", 0.2)
    '#333333'
    """
    pairs = zip(_rgb(color), _rgb(other), strict=True)
    return "#" + "".join(f"{int(a + (b - a) * min(max(share, 0.0), 1.0) + 0.5):02x}" for a, b in pairs)


def contrasting(color: str) -> str:
    """Return black or white, whichever can be read better on a colour.

    Examples
    --------
    >>> contrasting("#F0E442"), contrasting("#0072B2")
    ('#000000', '#ffffff')
    """
    red, green, blue = (v / 255 / 12.92 if v <= 10 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in _rgb(color))
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.179 else "#ffffff"


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
