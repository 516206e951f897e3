"""Checks of the notebook ``07_angles_resolve``."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import numpy as np

import twinclouds as tc
from twinclouds.exercises.judging import Open, Wrong, array, call, entries, integer, number

__all__ = ["check_angle_cutoff", "check_angles_at", "check_drowned", "check_power_spectrum", "check_short_triangles"]


def check_angles_at(function: Any) -> str:
    """Angles at a point between its neighbours within a cutoff."""
    square = np.array([[0.0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]])
    row = np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0], [1.5, 2, 0]])
    cases = (
        ("angles_at(square, 0, 1.2)", square, 0, 1.2),
        ("angles_at(square, 2, 5)", square, 2, 5.0),
        ("angles_at(row, 1, 1.5)", row, 1, 1.5),
        ("angles_at(benzene, 3, 2.6)", tc.pairs.gallery["benzene"].a.positions, 3, 2.6),
    )
    for called, points, i, cutoff in cases:
        found = array(call(function, points, i, cutoff, called=called), (None,), f"`{called}`")
        right = _angles(points, i, cutoff)
        if len(found) == len(right) and np.allclose(found, right, atol=1e-3):
            continue
        if len(found) == 2 * len(right):
            raise Wrong(f"`{called}` has {len(found)} angles, twice too many: j, k and k, j are one angle.")
        if len(found) == len(_angles(points, i, np.inf)) != len(right):
            raise Wrong(f"`{called}` has {len(found)} angles: are the neighbours beyond the cutoff left out?")
        if len(found) != len(right):
            raise Wrong(f"`{called}` should have {len(right)} angle{'s' * (len(right) > 1)}, but it has {len(found)}.")
        if np.allclose(np.sort(found), right, atol=1e-3):
            raise Wrong(f"Nearly: the angles of `{called}` are right, but not sorted.")
        if np.allclose(np.sort(np.degrees(found)), right, atol=1e-3):
            raise Wrong("Nearly: the angles should be in degrees.")
        raise Wrong(
            f"The smallest angle of `{called}` should be {right[0]:.1f} degrees and the largest {right[-1]:.1f}; yours "
            f"are {found.min():.1f} and {found.max():.1f}."
        )
    return "Together with the two distances each angle fixes the third side: that is a triangle."


def _angles(points: np.ndarray[Any, Any], i: int, cutoff: float) -> list[float]:
    """The law of cosines, from the three sides."""
    side = np.linalg.norm(points[:, None] - points[None], axis=2)
    near = [j for j in range(len(points)) if j != i and side[i, j] <= cutoff]
    cosines = [
        (side[i, j] ** 2 + side[i, k] ** 2 - side[j, k] ** 2) / (2 * side[i, j] * side[i, k])
        for j, k in combinations(near, 2)
    ]
    return sorted(np.degrees(np.arccos(np.clip(cosines, -1, 1))).tolist())


def check_power_spectrum(function: Any) -> str:
    """Sum over pairs of neighbours of radial functions and a Legendre polynomial of the cosine."""
    rng = np.random.default_rng(5)
    cross = np.array([[1.0, 0, 0], [0, 2, 0]])
    cases = (
        ("power_spectrum(vectors, radial, 0), with two neighbours,", cross, np.array([[1.0], [2.0]]), 0),
        ("power_spectrum(vectors, radial, 1), with two neighbours at a right angle,", cross, np.ones((2, 1)), 1),
        ("power_spectrum(vectors, radial, 2), with five neighbours,", rng.normal(size=(5, 3)), rng.random((5, 3)), 2),
    )
    for called, vectors, radial, degree in cases:
        n = radial.shape[1]
        found = array(call(function, vectors, radial, degree, called=called), None, f"`{called}`")
        if found.size == 1 and n == 1:
            found = found.reshape(1, 1)
        if found.shape != (n, n):
            raise Wrong(f"`{called}` should be a matrix of shape ({n} x {n}), one entry for each two radial functions.")
        right, others, unscaled = (np.zeros((n, n)) for _ in range(3))
        for j, k in product(range(len(vectors)), repeat=2):
            dot = float(vectors[j] @ vectors[k])
            cosine = dot / float(np.linalg.norm(vectors[j]) * np.linalg.norm(vectors[k]))
            term = np.outer(radial[j], radial[k])
            right += term * _legendre(degree, cosine)
            others += term * _legendre(degree, cosine) * (j != k)
            unscaled += term * _legendre(degree, dot)
        if np.allclose(found, right, rtol=1e-6):
            continue
        if np.allclose(found, others):
            raise Wrong("Nearly: the sum runs over all j and k, also over j = k.")
        if np.allclose(found, unscaled):
            raise Wrong("The dot products of the vectors are not yet cosines: make the vectors one unit long.")
        raise Wrong(f"The first entry of `{called}` should be {right[0, 0]:.3f}, but it is {found[0, 0]:.3f}.")
    return "A SOAP power spectrum in three lines: a smooth histogram of triangles."


def _legendre(degree: int, x: float) -> float:
    """By the recursion of Bonnet."""
    before, now = 0.0, 1.0
    for k in range(degree):
        before, now = now, ((2 * k + 1) * x * now - k * before) / (k + 1)
    return now


def check_short_triangles(answer: Any) -> str:
    """Triangles with three sides of the shorter kind, in the two antiprisms."""
    given = [integer(x, "Each number") for x in entries(answer, "The answer")]
    if len(given) != 2:
        raise Wrong(f"Two whole numbers are wanted, for the first and the second cloud, but there are {len(given)}.")
    right = []
    for atoms in tc.pairs.gallery["antiprisms"]:
        side = atoms.get_all_distances().round(6)
        short = np.unique(side)[1]
        right.append(sum(side[i, j] == side[j, k] == side[i, k] == short for i, j, k in combinations(range(6), 3)))
    if given == right[::-1] != right:
        raise Wrong("Nearly: the other way round. The first cloud is the elongated one.")
    if given != right:
        which = next(i for i in (0, 1) if given[i] != right[i])
        few = "few" if given[which] < right[which] else "many"
        raise Wrong(f"For the {('first', 'second')[which]} cloud {given[which]} of eight are too {few}.")
    return "One kind of triangle that one cloud has and the other does not: that is what a certificate points at."


def check_drowned(answer: Any) -> str:
    """The distortion at which the difference has fallen to single precision."""
    from twinclouds.fingerprints import Correlations

    given = number(answer, "The distortion")
    model = Correlations(bodies=3, cutoff=6.0, angular=6)
    a, b = (model(x).sum(axis=0) for x in tc.pairs.octahedral_complex("S", "F", 1.56, distortion=4))
    known = float(np.linalg.norm(a - b) / np.linalg.norm(a))
    right = 4 * (1e-7 / known) ** (1 / 3)
    if abs(given / right - 1) < 0.02:
        return "Halving the distortion costs a factor of eight, so single precision ends sooner than one would think."
    if abs(given / (4 * 1e-7 / known) - 1) < 0.02:
        raise Wrong("That would be so if the difference were proportional to the distortion. What is the law here?")
    if abs(given / (4 * (1e-7 / known) ** 0.5) - 1) < 0.02:
        raise Wrong("That would be so for a law with the square. What is the law here?")
    if abs(given / np.radians(right) - 1) < 0.02:
        raise Wrong("Nearly: the answer should be in degrees.")
    if given <= 0 or given >= 4:
        raise Wrong(f"The difference is {known:.1e} at 4 degrees and has to fall: look between 0 and 4 degrees.")
    at = known * (given / 4) ** 3
    raise Wrong(f"{'Larger' if given < right else 'Smaller'}: at {given:g} degrees the difference is about {at:.0e}.")


def check_angle_cutoff(function: Any) -> str:
    """Smallest cutoff at which angles tell two molecules apart."""
    gallery = tc.pairs.gallery
    for name in ("SF6", "benzene", "decalin", "CHFClBr"):
        a, b = gallery[name]
        called = f"angle_cutoff(*gallery[{name!r}])"
        try:
            found = number(call(function, a, b, called=called), f"`{called}`")
        except Open:
            if name == "SF6":  # otherwise there is a function, which has no answer for this pair
                raise
            raise Wrong(f"`{called}` returns nothing. Where angles never help, return infinity, `np.inf`.") from None
        lengths = np.unique(np.concatenate([x.get_all_distances().ravel() for x in (a, b)]).round(6))
        lengths = lengths[lengths > 0]

        def apart(length: float, a: Any = a, b: Any = b) -> bool:
            return not tc.compare(a, b, cutoff=float(length) + 1e-5, test="angle-wl").equivalent

        if not apart(lengths[-1]):
            if np.isinf(found):
                continue
            raise Wrong(f"`{called}` should be infinity: no cutoff helps, they are mirror images.")
        low, high = -1, len(lengths) - 1  # more is seen at a larger cutoff, so bisection finds it
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if apart(lengths[middle]) else (middle, high)
        if abs(found - lengths[high]) < 1e-3:
            continue
        if np.isinf(found):
            raise Wrong(f"`{called}` is infinity, but at a cutoff of {lengths[-1]:.2f} Å angles do tell the two apart.")
        if abs(found - tc.resolving_cutoff(a, b)) < 1e-3:
            raise Wrong(f"`{called}` is the cutoff for *distances*; angles do it sooner.")
        if found < lengths[high]:
            raise Wrong(f"`{called}` should be larger: at {found:.3f} Å angles do not tell them apart.")
        if found < lengths[high] + 0.02:
            raise Wrong(
                f"Nearly: `{called}` is {found:.4f} Å, a little too large. The smallest cutoff is itself one of the "
                "distances that occur, so try these and no others."
            )
        raise Wrong(f"`{called}` should be smaller: there is a shorter distance at which angles tell them apart.")
    return "For SF6 it is the nearest F-F distance, for benzene the bond: there the first angle is enough."
