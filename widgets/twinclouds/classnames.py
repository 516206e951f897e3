"""What the classes of colour refinement are called, in texts and in pictures alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["class_letter", "name_classes"]

# Greek, because C, H, O and K would be read as elements.
_LETTERS = "αβγδεζηθικλμνξοπρστυφχψω"


def class_letter(cls: int) -> str:
    """Return the letter of a class of colour refinement: α, β, ..., ω, αα, αβ, ...

    Examples
    --------
    >>> class_letter(0), class_letter(23), class_letter(24), class_letter(25)
    ('α', 'ω', 'αα', 'αβ')
    """
    text, rest = "", cls + 1
    while rest > 0:
        text = _LETTERS[(rest - 1) % len(_LETTERS)] + text
        rest = (rest - 1) // len(_LETTERS)
    return text


def name_classes(colors: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Name colours so that they stay what they were from round to round.

    When a class splits, its largest part keeps the name, and the others get the next free ones; so an atom whose letter
    changes has learnt something new.

    Parameters
    ----------
    colors : sequence of (n,) arrays of int
        The colours round by round, each refining the one before.

    Returns
    -------
    (number of rounds + 1, n) array of int

    Examples
    --------
    >>> name_classes([np.array([0, 0, 0, 1]), np.array([5, 7, 7, 6])])
    array([[0, 0, 0, 1],
           [2, 0, 0, 1]])
    """
    names = np.unique(colors[0], return_inverse=True)[1].ravel()
    rows = [names]
    fresh = int(names.max()) + 1
    for after in colors[1:]:
        _, first, part, size = np.unique(after, return_index=True, return_inverse=True, return_counts=True)
        parent = names[first]
        given = np.empty(len(first), dtype=np.int64)
        seen: set[int] = set()
        # Parts of one class, the largest first; ties go by the number of the colour, which depends on the cloud alone.
        for k in np.lexsort((np.arange(len(first)), -size, parent)).tolist():
            if parent[k] in seen:
                given[k], fresh = fresh, fresh + 1
            else:
                given[k] = parent[k]
                seen.add(int(parent[k]))
        names = given[part.ravel()]
        rows.append(names)
    return np.array(rows)
