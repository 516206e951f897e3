"""Checks of the notebook ``04_twins``."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, product
from typing import Any

import numpy as np

import twinclouds as tc
from twinclouds.exercises.judging import Wrong, array, boolean, call, entries, integer, show, two_clouds

__all__ = [
    "check_distances_to_line",
    "check_is_equitable",
    "check_my_twins",
    "check_partner_exists",
    "check_reachable",
    "check_six_points",
]

#: What coordinates written with three decimals leave of equal lengths, angstrom.
ROUNDED = 5e-3


def check_distances_to_line(function: Any) -> str:
    """Distances from a point on one line to the two points of another, the shorter first."""
    for a, b, gamma in ((1.0, 1.0, 60.0), (1.0, 2.0, 90.0), (1.2, 1.5, 110.0)):
        called = f"distances_to_line({a:g}, {b:g}, {gamma:g})"
        found = array(call(function, a, b, gamma, called=called), (2,), f"`{called}`")
        start = np.array([a, 0.0])
        end = b * np.array([np.cos(np.radians(gamma)), np.sin(np.radians(gamma))])
        right = sorted(float(np.linalg.norm(start - x)) for x in (end, -end))
        if np.allclose(found, right, atol=1e-6):
            continue
        if np.allclose(np.sort(found), right, atol=1e-6):
            raise Wrong(f"Nearly: `{called}` has the right two distances, but the shorter one should come first.")
        if np.allclose(np.sort(found), np.square(right), atol=1e-6):
            raise Wrong(f"Nearly: `{called}` gives the squares of the distances.")
        radians = np.sqrt(a * a + b * b + np.array([-2, 2]) * a * b * np.cos(gamma))
        if np.allclose(np.sort(found), np.sort(radians), atol=1e-6):
            raise Wrong("Nearly: the angle is in degrees, but `np.cos` takes radians.")
        raise Wrong(
            f"`{called}` should be {right[0]:.3f} and {right[1]:.3f}, measured in a drawing, but it is "
            f"{found[0]:.3f} and {found[1]:.3f}."
        )
    return "Put 180 degrees minus the angle in: the list stays the same."


def check_six_points(function: Any) -> str:
    """Six points on three lines with given lengths and angles."""
    for lengths, angles in (((1.0, 1.0, 1.0), (90.0, 90.0, 90.0)), ((1.0, 1.2, 1.5), (70.0, 80.0, 65.0))):
        called = f"six_points({_round(lengths)}, {_round(angles)})"
        points = array(call(function, lengths, angles, called=called), (6, 3), f"`{called}`")
        v, opposite = points[::2], points[1::2]
        if not np.allclose(v, -opposite, atol=1e-6):
            if np.allclose(points[:3], -points[3:], atol=1e-6):
                raise Wrong("Nearly: the order should be +v1, -v1, +v2, -v2, +v3, -v3.")
            raise Wrong(f"In `{called}` each point should be followed by its negative; look at rows 0 and 1.")
        found = np.linalg.norm(v, axis=1)
        if not np.allclose(found, lengths, atol=1e-6):
            i = int(np.argmax(abs(found - lengths)))
            raise Wrong(
                f"In `{called}` the points of line {i + 1} should lie {lengths[i]:g} from the crossing, but they lie "
                f"{found[i]:.3f} from it. Do the rows of your matrix hold the vectors?"
            )
        gram = v @ v.T / np.outer(found, found)
        measured = np.degrees(np.arccos(np.clip([gram[1, 2], gram[0, 2], gram[0, 1]], -1, 1)))
        if not np.allclose(measured, angles, atol=1e-4):
            if np.allclose(np.sort(measured), np.sort(angles), atol=1e-4):
                raise Wrong("The angles are there, but between other lines: they are given for 2-3, 1-3 and 1-2.")
            i = int(np.argmax(abs(measured - angles)))
            between = ("2 and 3", "1 and 3", "1 and 2")[i]
            raise Wrong(
                f"In `{called}` the lines {between} should make an angle of {angles[i]:g} degrees, but they make "
                f"{measured[i]:.1f}."
            )
    return "Three lengths and three angles are all that six points on three lines have to tell."


def _round(values: Any) -> tuple[float, ...]:
    return tuple(int(x) if x == int(x) else float(x) for x in values)


def check_partner_exists(function: Any) -> str:
    """Do three lines at these angles and their twin exist?"""
    cases = [(90.0, 90.0, 90.0), (30.0, 40.0, 80.0), (70.0, 80.0, 65.0), (100.0, 60.0, 75.0), (60.0, 60.0, 60.0)]
    # Both signs have to be looked at: here one of the two clouds exists and the other does not.
    cases += [(50.0, 50.0, 50.0), (130.0, 50.0, 50.0), (120.0, 120.0, 60.0)]
    for angles in cases:
        called = f"partner_exists({_round(angles)})"
        given = boolean(call(function, angles, called=called), f"`{called}`")
        right = all(_lines_exist((*angles[:2], third)) for third in (angles[2], 180 - angles[2]))
        if given == right:
            continue
        if angles == (60.0, 60.0, 60.0) or angles == (120.0, 120.0, 60.0):
            raise Wrong(f"`{called}` is on the border of the map, where both clouds exist: allow for rounding.")
        if right:
            raise Wrong(f"`{called}` should be `True`: both clouds can be built.")
        alone = _lines_exist(angles) or _lines_exist((*angles[:2], 180 - angles[2]))
        why = "only one of the two clouds exists" if alone else "there are no such lines"
        raise Wrong(f"`{called}` should be `False`: {why}.")
    return "One condition for both clouds, thanks to the absolute value."


def _lines_exist(angles: tuple[float, ...]) -> bool:
    """Do three unit vectors at these angles exist? Their Gram matrix then has no negative eigenvalue."""
    c23, c13, c12 = np.cos(np.radians(angles))
    gram = np.array([[1, c12, c13], [c12, 1, c23], [c13, c23, 1]])
    return bool(np.linalg.eigvalsh(gram)[0] > -1e-9)


def check_reachable(function: Any) -> str:
    """All triples of signs that swaps of names can reach."""
    for signs in ((1, 1, 1), (1, 1, -1), (-1, 1, 1)):
        called = f"reachable({signs})"
        triples = [
            tuple(integer(s, "Each sign") for s in entries(t, f"Each entry of `{called}`"))
            for t in entries(call(function, signs, called=called), f"`{called}`")
        ]
        if any(len(t) != 3 or set(t) - {1, -1} for t in triples):
            wrong = next(t for t in triples if len(t) != 3 or set(t) - {1, -1})
            raise Wrong(f"Each entry should hold three signs, +1 or -1, but one is {show(wrong)}.")
        found, right = set(triples), _orbit(signs)
        if signs not in found:
            raise Wrong(f"`{called}` should hold {signs} itself: no swap is allowed, too.")
        if len(found) == 1:
            raise Wrong(f"`{called}` holds no other triple. Swap the names on line 1: which two signs change?")
        if found - right:
            wrong = min(found - right)
            raise Wrong(f"`{called}` holds {wrong}, but no swaps lead there: a swap always changes two signs.")
        if right - found:
            raise Wrong(
                f"`{called}` has {len(found)} triples, but there are {len(right)}. Are swaps on every line among yours?"
            )
    return "Four triples each way, and the product of the three signs is the same within each family."


def _orbit(signs: tuple[int, ...]) -> set[tuple[int, ...]]:
    """What can be reached: go on swapping one line at a time until nothing new comes."""
    found, new = {signs}, {signs}
    while new:
        new = {
            tuple(-s if line in pair else s for s, pair in zip(old, combinations((1, 2, 3), 2), strict=True))
            for old, line in product(new, (1, 2, 3))
        } - found
        found |= new
    return found


def check_is_equitable(function: Any) -> str:
    """Is a colouring of two clouds equitable, with the same counts in both?"""
    pair = tc.pairs.three_lines()
    a, b = pair.a.positions, pair.b.positions
    lines = [0, 0, 1, 1, 2, 2]
    shuffle = [3, 0, 5, 1, 4, 2]
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    triangle = np.array([[0.0, 0, 0], [2, 0, 0], [0, 1, 0]])
    cases: list[tuple[str, tuple[Any, ...], bool, str]] = [
        ("three lines and their twin, one colour for each line", (a, b, lines, lines), True, ""),
        (
            "the same, with the points of the twin in another order",
            (a, b[shuffle], lines, [lines[i] for i in shuffle]),
            True,
            "The order of the points should not matter.",
        ),
        (
            "three lines and their twin, all points of one colour",
            (a, b, [0] * 6, [0] * 6),
            False,
            "Points of different lines see different distances.",
        ),
        (
            "a square and the same square, with colours of other frequencies",
            (square, square, list("aabb"), list("abbb")),
            False,
            "Each colour has to be equally frequent in both clouds.",
        ),
        (
            "a square of side 1 and one of side 2",
            (square, 2 * square, [0] * 4, [0] * 4),
            False,
            "Within each cloud all points see the same, but not so in the other cloud.",
        ),
        (
            "a triangle with three different sides and itself, every point of its own colour",
            (triangle, triangle, [0, 1, 2], [0, 1, 2]),
            True,
            "A colour that one point has needs no companions.",
        ),
        (
            "a triangle with three different sides and itself, with two colours exchanged",
            (triangle, triangle, [0, 1, 2], [0, 2, 1]),
            False,
            "The distances agree, but not their colours.",
        ),
    ]
    for what, arguments, right, why in cases:
        called = "is_equitable(a, b, colors_a, colors_b)"
        given = boolean(call(function, *arguments, called=called), f"`{called}`")
        if given != right:
            raise Wrong(f"For {what}, the answer should be `{right}`. {why}".rstrip())
    return "Whoever checks a certificate with this needs no refinement, and need not trust anybody."


def check_my_twins(answer: Any) -> str:
    """Two clouds of at least eight atoms and two elements that are twins."""
    a, b = two_clouds(answer)
    if len(a) < 8 or len(b) < 8:
        raise Wrong(f"At least eight atoms are wanted; yours have {len(a)} and {len(b)}.")
    if Counter(a.species.tolist()) != Counter(b.species.tolist()):
        raise Wrong(f"The two have different atoms, {a.formula} and {b.formula}: any network sees that.")
    if len(set(a.species.tolist())) < 2:
        raise Wrong("At least two elements are wanted.")
    if a.periodic or b.periodic:
        raise Wrong("Isolated clouds are wanted here; crystals come in the next notebook.")
    verdict = tc.compare(a, b)
    if verdict.ill_conditioned:
        raise Wrong(f"Two distances nearly agree: the verdict is {verdict.wording}.")
    if not verdict.equivalent:
        if tc.compare(a, b, tolerance=ROUNDED).equivalent and not tc.congruent(a, b, tolerance=ROUNDED):
            raise Wrong(
                f"Nearly: they would be twins if lengths counted as equal that agree to {ROUNDED:g} Å. "
                "Have the coordinates been rounded?"
            )
        cutoff = tc.resolving_cutoff(a, b)
        raise Wrong(f"Refinement tells them apart, from a cutoff of {cutoff:.2f} Å on. Which atom broke the rule?")
    same = tc.congruent(a, b)
    if same:
        how = "mirror images of each other" if same.mirror else "one shape in two positions"
        raise Wrong(f"They are congruent, {how}. Is one of the angles 90 degrees?")
    for name, known in tc.pairs.gallery.items():
        if known.formula == a.formula and tc.congruent(a, known.a) and tc.congruent(b, known.b):
            raise Wrong(f"Twins they are, but the gallery has them: {name}. Change a length, or add atoms on a line.")
    return f"Twins of formula {a.formula}, of your own making: not told apart at any cutoff, and not congruent."
