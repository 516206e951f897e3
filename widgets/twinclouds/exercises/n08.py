"""Checks of the notebook ``08_where_angles_stop``."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np

import twinclouds as tc
from twinclouds.exercises.judging import Open, Wrong, array, boolean, call, choice, number

__all__ = ["check_box_volumes", "check_first_rung", "check_pairs_told_apart", "check_signed_volume"]

_LADDER = ("wl", "distance-wl", "angle-wl", "2-fwl")


def check_box_volumes(function: Any) -> str:
    """Volumes of the boxes that every three of some vectors span."""
    pair = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6)
    cases = (
        ("box_volumes(v), with v along x, y and z,", np.diag([1.0, 2.0, -3.0])),
        ("box_volumes(v), with four vectors,", np.array([[1.0, 0, 0], [0, 1, 0], [0, 0, 2], [1, 1, 0]])),
        ("box_volumes(v), with the six bonds of SF6,", pair.a.positions[1:] - pair.a.positions[0]),
    )
    for called, vectors in cases:
        found = array(call(function, vectors, called=called), (None,), f"`{called}`")
        triples = list(combinations(vectors, 3))
        right = np.sort([abs(float(np.dot(a, np.cross(b, c)))) for a, b, c in triples])
        if len(found) == len(right) and np.allclose(found, right, atol=1e-6):
            continue
        if len(found) == 6 * len(right):
            raise Wrong(f"`{called}` has {len(found)} volumes: every three vectors should count once, in one order.")
        if len(found) != len(right):
            raise Wrong(
                f"`{called}` should have {len(right)} volumes, one for every three vectors; it has {len(found)}."
            )
        if np.allclose(np.sort(found), right, atol=1e-6):
            raise Wrong(f"Nearly: the volumes of `{called}` are right, but not sorted.")
        if np.allclose(np.sort(abs(found)), right, atol=1e-6):
            raise Wrong("Nearly: a volume has no sign. Take the absolute value of each determinant.")
        if np.allclose(6 * np.sort(abs(found)), right, atol=1e-6):
            raise Wrong("These are volumes of tetrahedra, a sixth of the boxes'.")
        raise Wrong(f"The largest volume of `{called}` should be {right[-1]:.3f}, but it is {found.max():.3f}.")
    a, b = (call(function, x.positions[1:] - x.positions[0], called="box_volumes(v)") for x in pair)
    if np.allclose(np.asarray(a, dtype=float), np.asarray(b, dtype=float)):
        raise Wrong("The stretched and the squashed star should have different volumes.")
    return "Stretched and squashed star have different lists: the bonds are enough, if three are taken at a time."


def check_signed_volume(function: Any) -> str:
    """The determinant of the vectors from one point to three others."""
    cases = (
        ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)),
        ((0.0, 0.0, 0.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0), (0.0, 0.0, 2.0)),
        ((1.0, 2.0, 0.5), (2.0, 2.5, 1.0), (0.0, 2.0, 3.0), (1.0, 4.0, 1.5)),
    )
    for points in cases:
        called = f"signed_volume({', '.join(str(tuple(f'{x:g}' for x in p)) for p in points)})".replace("'", "")
        found = number(call(function, *(np.array(p) for p in points), called=called), f"`{called}`")
        a, b, c, d = (np.array(p) for p in points)
        right = float(np.dot(b - a, np.cross(c - a, d - a)))
        if abs(found - right) < 1e-9:
            continue
        if abs(found + right) < 1e-9 and right < 0:
            raise Wrong("Nearly: the sign is what matters here, so do not take the absolute value.")
        if abs(found + right) < 1e-9:
            raise Wrong(f"Nearly: the sign of `{called}` should be the other one. In which order do b, c and d come?")
        if abs(6 * abs(found) - abs(right)) < 1e-9:
            raise Wrong(
                "That is the volume of the tetrahedron; the determinant itself is asked for, six times as much."
            )
        if abs(found - float(np.dot(b, np.cross(c, d)))) < 1e-9:
            raise Wrong(f"For `{called}` the vectors should start at the first point, not at the origin.")
        raise Wrong(f"`{called}` should be {right:g}, but it is {found:g}.")
    return "Exchange two of the points, or look into a mirror: the sign changes."


def check_first_rung(function: Any) -> str:
    """The first test of the ladder that tells two clouds apart."""
    from ase.build import molecule

    gallery = tc.pairs.gallery
    cases: list[tuple[str, Any, float]] = [
        ("ethanol and dimethyl ether at a cutoff of 1.7", (molecule("CH3CH2OH"), molecule("CH3OCH3")), 1.7),
        ("gallery['SF6'] at a cutoff of 1.8", gallery["SF6"], 1.8),
        ("gallery['SF6'] at an infinite cutoff", gallery["SF6"], np.inf),
        ("gallery['CH4-angles'] at an infinite cutoff", gallery["CH4-angles"], np.inf),
        ("gallery['crown'] at a cutoff of 1.2", gallery["crown"], 1.2),
        ("gallery['helix'] at an infinite cutoff", gallery["helix"], np.inf),
    ]
    for what, pair, cutoff in cases:
        a, b = pair
        try:
            given = call(function, a, b, cutoff, called="first_rung(a, b, cutoff)")
        except Open:
            if what == cases[0][0]:  # otherwise there is a function, which has no answer for this case
                raise
            raise Wrong(f'For {what} your function returns nothing. Where no test helps, return "none".') from None
        found = choice(given, [*_LADDER, "none"], f"The answer for {what}")
        apart = [test for test in _LADDER if not tc.compare(a, b, cutoff=cutoff, test=test).equivalent]
        if found == (apart[0] if apart else "none"):
            continue
        if not apart:
            raise Wrong(f"For {what} no test tells the two apart, so the answer should be 'none', not {found!r}.")
        if found == "none" or found not in apart:
            blind = "says 'none'" if found == "none" else f"says {found!r}, which does not tell them apart"
            raise Wrong(f"For {what} your function {blind}. `equivalent` is True when they are NOT told apart.")
        raise Wrong(f"For {what} {found!r} does tell them apart, but a test before it does so, too.")
    return (
        "At a short cutoff the upper rungs change places, too: angles know the third side even where it is longer than "
        "the cutoff, 2-FWL does not."
    )


def check_pairs_told_apart(function: Any) -> str:
    """2-FWL for two clouds of points of one kind."""
    hexagon = np.array([[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]], dtype=float)
    triangles = np.array([[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]], dtype=float)
    skew = np.array([[0, 0, 0], [1, 0, 0], [0, 2, 0], [0, 0, 3], [1, 3, 1]], dtype=float)
    # Turns by right angles, and other orders of the points, are exact in floating-point numbers.
    turned = skew[[3, 1, 4, 0, 2]] @ np.array([[0, 1, 0], [-1, 0, 0], [0, 0, 1]], dtype=float)
    chain = np.array([[0, 0, 0], [1, 0, 0], [3, 0, 0]], dtype=float)
    lines = tc.pairs.gallery["lines"]
    cases: list[tuple[str, Any, Any, bool, str]] = [
        ("a cloud and itself", skew, skew, False, ""),
        (
            "a cloud and the same cloud, turned and in another order",
            skew,
            turned,
            False,
            "Does each cloud get a palette of its own? Then equal numbers stand for different views.",
        ),
        ("two clouds with different distances", chain, np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), True, ""),
        (
            "a hexagon and two triangles, which are twins",
            hexagon,
            triangles,
            True,
            "Colours of single points cannot do it: colour pairs, and look at both ways over each third point.",
        ),
        (
            "the twins gallery['lines']",
            lines.a.positions,
            lines.b.positions,
            True,
            "Does a view hold the pair (c[i][k], c[k][j]) for every k, sorted, with its two parts kept together?",
        ),
        ("a cloud and its mirror image", skew, skew * [-1.0, 1.0, 1.0], False, "Distances do not know left and right."),
    ]
    for what, a, b, right, why in cases:
        given = boolean(call(function, a, b, called="pairs_told_apart(a, b)"), "`pairs_told_apart(a, b)`")
        if given != right:
            raise Wrong(f"For {what}, the answer should be `{right}`. {why}".rstrip())
    return "You have written a test that is complete in space, up to mirror images."
