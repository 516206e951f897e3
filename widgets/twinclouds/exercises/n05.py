"""Checks of the notebook ``05_twins_in_nature``."""

from __future__ import annotations

from collections import Counter
from itertools import permutations
from typing import Any

import numpy as np

import twinclouds as tc
from twinclouds.exercises.judging import Wrong, array, call, entries, number, show, two_clouds

__all__ = ["check_difference_vectors", "check_my_crystal", "check_odd_part", "check_pair_floor", "check_plane_twins"]


def check_odd_part(function: Any) -> str:
    """The odd part of a curve given at symmetric places."""
    for values in ([4.0, 1.0, 0.0, 1.0, 4.0], [-3.0, -1.0, 0.0, 1.0, 3.0], [5.0, 2.0, 1.0], [5.0, 2.0, 1.0, 0.0, 9.0]):
        called = f"odd_part({[int(x) for x in values]})"
        found = array(call(function, np.array(values), called=called), (len(values),), f"`{called}`")
        back = values[::-1]
        right = [(x - y) / 2 for x, y in zip(values, back, strict=True)]
        if np.allclose(found, right, atol=1e-9):
            continue
        if np.allclose(found, [(x + y) / 2 for x, y in zip(values, back, strict=True)]):
            raise Wrong(f"That is the even part: `{called}` should change its sign when it is read backwards.")
        if np.allclose(found, [2 * x for x in right]):
            raise Wrong("Nearly: the difference has to be halved.")
        if np.allclose(found, [-x for x in right]):
            raise Wrong("Nearly: the sign is the wrong way round. Which of the two energies comes first?")
        i = int(np.argmax(abs(found - right)))
        raise Wrong(
            f"In `{called}` place {i} has the value {values[i]:g} and its mirror image {back[i]:g}; "
            f"{found[i]:g} is not half of their difference."
        )
    return "Odd and even part together give the curve back; a distance network can learn the even part only."


def check_plane_twins(function: Any) -> str:
    """Two clouds of three motifs, the last mirrored within its plane in the second."""
    cases = (
        ([(1.3, 0.9)], [(1.1, 1.6)], [(0.8, 2.1)]),
        ([(1.1, 0.7), (0.4, 1.9)], [(0.9, 1.3)], [(0.8, 1.5), (1.7, 0.6), (2.5, 2.0)]),
    )
    for xy, yz, xz in cases:
        called = f"plane_twins({xy}, {yz}, {xz})"
        pair = entries(call(function, xy, yz, xz, called=called), f"`{called}`")
        if len(pair) != 2:
            raise Wrong(f"`{called}` should return two clouds, but it returns {len(pair)} things.")
        n = len(xy) + len(yz) + len(xz)
        for which, given, sign in zip(("first", "second"), pair, (1.0, -1.0), strict=True):
            cloud = array(given, (None, 3), f"The {which} cloud")
            if len(cloud) == n:
                raise Wrong(f"The {which} cloud has {n} points: the negative of every point has to be added.")
            if len(cloud) != 2 * n:
                raise Wrong(f"The {which} cloud should have {2 * n} points, but it has {len(cloud)}.")
            wanted = [[x, y, 0.0] for x, y in xy] + [[0.0, y, z] for y, z in yz] + [[sign * x, 0.0, z] for x, z in xz]
            for place in np.concatenate([wanted, -np.array(wanted)]):
                if np.linalg.norm(cloud - place, axis=1).min() > 1e-6:
                    at = ", ".join(f"{x:g}" for x in place + 0.0)  # no minus before a zero
                    raise Wrong(f"For `{called}` the {which} cloud should have a point at ({at}), but it has none.")
    return "No limit to the number of atoms: the more you add, the more are fooled."


def check_pair_floor(function: Any) -> str:
    """Smallest possible root-mean-square error over pairs that get one value each."""
    for energies in ([(0.0, 2.0)], [(1.0, 1.0), (0.0, 6.0)], [(-10.0, -13.0), (5.0, 1.0), (0.0, 0.0)]):
        called = f"pair_floor({[tuple(int(x) for x in pair) for pair in energies]})"
        found = number(call(function, energies, called=called), f"`{called}`")
        # Both members get the mean of the two, which is the best common answer; the errors of all atoms follow.
        errors = [x - sum(pair) / 2 for pair in energies for x in pair]
        right = float(np.sqrt(np.mean(np.square(errors))))
        if abs(found - right) < 1e-9:
            continue
        gaps = np.array([abs(x - y) for x, y in energies])
        if abs(found - float(np.sqrt(np.mean(gaps**2)))) < 1e-9:
            raise Wrong(f"Nearly: the best common answer lies in the middle, so `{called}` should be half of this.")
        if abs(found - float(np.sqrt(np.sum((gaps / 2) ** 2)))) < 1e-9:
            raise Wrong("Nearly: that is the root of the sum of the squares. Take their mean first.")
        if abs(found - float(np.mean((gaps / 2) ** 2))) < 1e-9:
            raise Wrong("Nearly: that is the mean of the squares; the root is missing.")
        if abs(found - float(np.mean(gaps / 2))) < 1e-9:
            raise Wrong("That is the mean of the errors. Square them first, and take the root of the mean.")
        raise Wrong(
            f"`{called}` should be {right:.3f}: give each pair the mean of its two energies and look at the errors. "
            f"Yours is {found:.3f}."
        )
    return "Every distance network that is trained on such pairs stops at this value or above it."


def check_my_crystal(answer: Any) -> str:
    """Twins that are periodic in three directions, with at least eight atoms per cell."""
    a, b = two_clouds(answer, "crystals")
    if not (a.pbc.all() and b.pbc.all()):
        raise Wrong("Both have to be periodic in all three directions: `pbc=True`, with three cell edges.")
    if min(len(a), len(b)) < 8:
        raise Wrong(f"At least eight atoms in the cell are wanted; yours have {len(a)} and {len(b)}.")
    reach = max(_reach(a), _reach(b))
    try:
        verdict = tc.compare(a, b, cutoff=reach)
    except tc.TwincloudsError as error:
        raise Wrong(f"They cannot be compared: {error}") from None
    if not verdict.equivalent:
        raise Wrong(f"With a cutoff of {reach:.1f} Å refinement tells them apart: {verdict.wording}.")
    same = tc.congruent(a, b)
    if same:
        how = "mirror images of each other" if same.mirror else "one crystal in two positions"
        raise Wrong(f"They are congruent, {how}. Does one of the motifs lie on an axis or half a cell edge away?")
    for name, known in tc.pairs.gallery.items():
        if known.formula == a.formula and known.periodic_axes == 3 and tc.congruent(a, known.a):
            raise Wrong(f"Twins they are, but the gallery has them: {name}. Make some of your own.")
    return f"Two crystals of {a.formula}, of your own making, that no distance network can tell apart."


def _reach(cloud: tc.Cloud) -> float:
    """A cutoff (angstrom) at which atoms see their own images, so that two cells of other sizes are told apart.

    In large, dense cells it ends where an atom sees about five hundred others.
    """
    edges = np.linalg.norm(cloud.cell, axis=1)
    enough = float(np.cbrt(500 * abs(np.linalg.det(cloud.cell)) / len(cloud) * 3 / (4 * np.pi)))
    return max(6.0, min(1.02 * float(edges.max()), enough))


def check_difference_vectors(function: Any) -> str:
    """All vectors between different atoms of a cell, modulo the cell."""
    bixbyite = tc.pairs.gallery["bixbyite"]
    cases = (
        ("difference_vectors([[0, 0, 0], [0.25, 0.5, 0]])", np.array([[0.0, 0, 0], [0.25, 0.5, 0]])),
        ("difference_vectors(x), with three atoms,", np.array([[0.1, 0.2, 0.3], [0.4, 0.9, 0.3], [0.6, 0.2, 0.85]])),
        ("difference_vectors(x), with bixbyite,", bixbyite.a.get_scaled_positions()),
    )
    for called, fractions in cases:
        n = len(fractions)
        found = array(call(function, fractions, called=called), None, f"`{called}`")
        if found.ndim != 2 or found.shape[1] != 3:
            raise Wrong(f"`{called}` should be a list of rows with three coordinates each.")
        if len(found) == n * n:
            raise Wrong(f"`{called}` has {n * n} rows: leave out the vector from each atom to itself.")
        if len(found) == n * (n - 1) // 2:
            raise Wrong(f"`{called}` has {len(found)} rows: each pair counts twice, from i to j and from j to i.")
        if len(found) != n * (n - 1):
            raise Wrong(f"`{called}` should have {n * (n - 1)} rows for {n} atoms, but it has {len(found)}.")
        if ((found < -1e-9) | (found > 1 + 1e-9)).any():
            wrong = found[((found < -1e-9) | (found > 1 + 1e-9)).any(axis=1)][0]
            raise Wrong(f"Bring every coordinate to between 0 and 1; one row is {show(wrong.round(3).tolist())}.")
        given, right = _counted(found), _counted([fractions[i] - fractions[j] for i, j in permutations(range(n), 2)])
        if given != right:
            wrong = max(given - right)
            row = ", ".join(f"{x / 1e4:g}" for x in wrong)
            raise Wrong(
                f"`{called}` holds the row ({row}) {given[wrong]} times, but there are {right[wrong]} ordered pairs of "
                "atoms with this difference."
            )
    for name, same in (("bixbyite", True), ("crystal", False)):
        lists = [
            _counted(call(function, atoms.get_scaled_positions(), called="difference_vectors(x)"))
            for atoms in tc.pairs.gallery[name]
        ]
        if (lists[0] == lists[1]) != same:
            raise Wrong(f"For the two members of the pair {name!r} the lists should {'' if same else 'not '}agree.")
    return "The two bixbyites have one list of vectors between them; the two three-planes crystals have two."


def _counted(vectors: Any) -> Counter[tuple[int, ...]]:
    """How often each row occurs, modulo 1 and in ten-thousandths."""
    rows = np.round(np.asarray(vectors, dtype=float).reshape(-1, 3) * 1e4).astype(int) % 10_000
    return Counter(tuple(row) for row in rows.tolist())
