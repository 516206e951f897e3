"""Checks of the notebook ``01_clouds_and_graphs``."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

import twinclouds as tc
from twinclouds.exercises.judging import Wrong, array, call, entries, integer, number, show

__all__ = [
    "check_minimum_image",
    "check_neighbour_list",
    "check_periodic_neighbours",
    "check_same_hat",
    "check_shells",
]

#: Lengths that learners round to three decimals are still right.
CLOSE = 1e-3

#: Edge of the cubic cell of rock salt in the notebook, angstrom.
EDGE = 5.64

_PLACES = ("first", "second")


def check_neighbour_list(function: Any) -> str:
    """All (i, j, distance) within a cutoff, from both ends."""
    from ase.build import molecule

    triangle = np.array([[0.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 2.0, 0.0]])
    _compare_lists(
        function, triangle, 1.0, "neighbour_list(positions, cutoff=1.0)", "three points, two of them 1 Å apart"
    )
    for name, cutoff in (("CH3CH2OH", 1.65), ("C6H6", 3.0), ("CH4", 0.5)):
        what = f"the molecule {name}"
        _compare_lists(function, molecule(name).positions, cutoff, f"neighbour_list(positions, cutoff={cutoff})", what)
    return "The same list as that of `tc.distance_graph`, for four clouds."


def _compare_lists(function: Any, positions: NDArray[np.float64], cutoff: float, called: str, what: str) -> None:
    where = f"For {what}, `{called}`"
    found = {}
    answers = entries(call(function, positions, cutoff, called=called), f"`{called}`")
    for entry in answers:
        parts = entries(entry, f"Each entry of `{called}`")
        if len(parts) != 3:
            raise Wrong(f"Each entry should be `(i, j, distance)`, but one is {show(entry)}.")
        i, j = (
            integer(part, f"The {place} number of each entry") for part, place in zip(parts[:2], _PLACES, strict=True)
        )
        if i == j:
            raise Wrong(f"{where} lists atom {i} as a neighbour of itself. Leave that out.")
        found[i, j] = number(parts[2], "The distance in each entry")
    graph = tc.distance_graph(positions, cutoff)
    pairs = zip(graph.senders.tolist(), graph.receivers.tolist(), strict=True)
    expected = dict(zip(pairs, graph.distances.tolist(), strict=True))
    if len(answers) != len(found):
        twice = next(pair for pair, n in Counter(tuple(entries(e))[:2] for e in answers).items() if n > 1)
        raise Wrong(f"{where} lists the pair {show(tuple(int(k) for k in twice))} more than once.")
    missing, extra = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if missing and all((j, i) in found for i, j in missing) and not extra:
        raise Wrong(f"Nearly: {where[0].lower()}{where[1:]} lists each edge from one end only. Both ends will ask.")
    if missing:
        i, j = missing[0]
        at = ", exactly at the cutoff, which counts" if abs(expected[i, j] - cutoff) < 1e-9 else ""
        raise Wrong(f"{where} misses the entry for atoms {i} and {j}: they are {expected[i, j]:.3f} Å apart{at}.")
    if extra:
        i, j = extra[0]
        n = len(positions)
        if not (0 <= i < n and 0 <= j < n):
            raise Wrong(f"{where} has an entry for atoms {i} and {j}, but the atoms are numbered from 0 to {n - 1}.")
        apart = float(np.linalg.norm(positions[j] - positions[i]))
        raise Wrong(f"{where} has an entry for atoms {i} and {j}, but they are {apart:.3f} Å apart.")
    for (i, j), distance in expected.items():
        if abs(found[i, j] - distance) > CLOSE:
            squared = " (Is it the square of the distance?)" if abs(found[i, j] - distance**2) < CLOSE else ""
            raise Wrong(
                f"{where} says {found[i, j]:.3f} Å for atoms {i} and {j}, which are {distance:.3f} Å apart.{squared}"
            )


def check_periodic_neighbours(function: Any) -> str:
    """What one atom of a crystal sees, images included."""
    from ase import Atoms
    from ase.build import bulk

    chain = Atoms("C", positions=[[0.3, 0, 0]], cell=[2.0, 9.0, 9.0], pbc=True)
    skew = Atoms(
        "CO", positions=[[0, 0, 0], [0.2, 0.1, 1.3]], cell=[[3, 0, 0], [5.5, 2.4, 0], [0.4, 0.7, 3.1]], pbc=True
    )
    salt = bulk("NaCl", "rocksalt", a=EDGE, cubic=True)
    for atoms, i, cutoff, what in (
        (chain, 0, 2.5, "one atom in a cell of 2 Å by 9 Å by 9 Å"),
        (chain, 0, 4.5, "one atom in a cell of 2 Å by 9 Å by 9 Å"),
        (salt, 0, 2.9, "a sodium atom of rock salt"),
        (salt, 5, 6.5, "a chlorine atom of rock salt"),
        (bulk("NaCl", "rocksalt", a=EDGE), 0, 6.5, "rock salt in its small, skew cell"),
        (skew, 1, 4.0, "a very skew cell"),
    ):
        called = f"periodic_neighbours(atoms, {i}, cutoff={cutoff})"
        _compare_images(function, atoms, i, cutoff, called, f"For {what}, `{called}`")
    return "Images counted right, in straight cells and in skew ones."


def _compare_images(function: Any, atoms: Any, i: int, cutoff: float, called: str, where: str) -> None:
    found: list[tuple[int, float]] = []
    for entry in entries(call(function, atoms, i, cutoff, called=called), f"`{called}`"):
        parts = entries(entry, f"Each entry of `{called}`")
        if len(parts) != 2:
            raise Wrong(f"Each entry should be `(j, distance)`, but one is {show(entry)}.")
        found.append((integer(parts[0], "The atom in each entry"), number(parts[1], "The distance in each entry")))
    if any(j == i and distance < CLOSE for j, distance in found):
        raise Wrong(f"{where} lists the atom itself, at distance 0. Its images count, but it does not.")
    graph = tc.distance_graph(atoms, cutoff)
    mine = graph.senders == i
    expected = sorted(zip(graph.receivers[mine].tolist(), graph.distances[mine].tolist(), strict=True))
    images = sum(j == i for j, _ in expected)
    if images and not any(j == i for j, _ in found):
        raise Wrong(f"{where} lists no image of the atom itself, but {images} lie within the cutoff.")
    if len(found) != len(expected):
        more = "Have you tried enough cells on every side?" if len(found) < len(expected) else "Is one listed twice?"
        shell = (
            next(d for d in sorted({round(d, 3) for _, d in expected}) if _at(found, d) != _at(expected, d))
            if len(found) < len(expected)
            else None
        )
        first = f" At {shell:.3f} Å it has {_at(found, shell)} of {_at(expected, shell)}." if shell is not None else ""
        raise Wrong(f"{where} has {len(found)} entries, but the atom has {len(expected)} neighbours.{first} {more}")
    for (j, distance), (k, right) in zip(sorted(found), expected, strict=True):
        if j != k or abs(distance - right) > CLOSE:
            raise Wrong(f"{where} has the entry ({j}, {distance:.3f}) where ({k}, {right:.3f}) was expected.")


def _at(listed: list[tuple[int, float]], distance: float) -> int:
    return sum(abs(d - distance) < CLOSE for _, d in listed)


def check_shells(answer: Any) -> str:
    """Neighbours of a sodium atom in the first five shells."""
    from ase.build import bulk

    given = [integer(entry, "Each entry") for entry in entries(answer)]
    if len(given) != 5:
        raise Wrong(
            f"Five whole numbers are wanted, one for each of the first five shells, but there are {len(given)}."
        )
    graph = tc.distance_graph(bulk("NaCl", "rocksalt", a=EDGE), 1.2 * EDGE)
    right = np.unique(graph.distances[graph.senders == 0].round(3), return_counts=True)[1][:5].tolist()
    if given == np.cumsum(right).tolist():
        raise Wrong("You have counted all neighbours up to each shell. Count those of each shell by itself.")
    if given != right and sorted(given) == sorted(right):
        raise Wrong("These are the right numbers in another order. Begin with the nearest shell.")
    for number_, (mine, theirs) in enumerate(zip(given, right, strict=True)):
        if mine != theirs:
            ordinal = ("first", "second", "third", "fourth", "fifth")[number_]
            few = "few" if mine < theirs else "many"
            squares = number_ + 1
            raise Wrong(
                f"{mine} is too {few} for the {ordinal} shell, where x² + y² + z² = {squares} in steps of half an edge."
            )
    return "Shells of sodium and of chlorine take turns, because x + y + z is even for the one and odd for the other."


def check_minimum_image(answer: Any) -> str:
    """The smallest cutoff at which seeing the nearest image only misses a neighbour."""
    given = number(answer, "The cutoff")
    right = EDGE / 2
    if abs(given - right) < 0.01:
        return "Half the edge of the cell: the very first shell, of six neighbours, is seen as three."
    if abs(given - EDGE) < 0.01:
        raise Wrong("Smaller: at a whole edge an atom misses its own images, but something goes wrong before.")
    if given <= 0 or given != given or given < right:
        raise Wrong(f"Larger: up to {given:g} Å nothing is missed, because there is no neighbour so near.")
    raise Wrong(f"Smaller: {given:g} Å goes wrong, but so does a smaller cutoff.")


def check_same_hat(answer: Any) -> str:
    """Two clouds of five points with the same distances, not congruent."""
    both = entries(answer)
    if len(both) != 2:
        raise Wrong(f"Two clouds are wanted, `(first, second)`, but there are {len(both)} entries.")
    clouds = []
    for cloud, which in zip(both, _PLACES, strict=True):
        positions = getattr(cloud, "positions", cloud)
        points = array(positions, (None, None), f"The {which} cloud")
        if points.shape[1] == 2:
            points = np.column_stack([points, np.zeros(len(points))])
        if points.shape != (5, 3):
            raise Wrong(
                f"The {which} cloud should have five points with x, y and z, but it has the shape "
                f"({points.shape[0]} x {points.shape[1]})."
            )
        clouds.append(points)
    hats = [np.sort([np.linalg.norm(q - p) for p, q in combinations(points, 2)]) for points in clouds]
    for points_hat, which in zip(hats, _PLACES, strict=True):
        if points_hat[0] < CLOSE:
            raise Wrong(f"In the {which} cloud two points lie in one place.")
    if np.abs(hats[0] - hats[1]).max() > 1e-4:
        worst = int(np.argmax(np.abs(hats[0] - hats[1]) > 1e-4))
        raise Wrong(
            f"The hats differ: sorted, distance number {worst + 1} is {hats[0][worst]:.4f} Å in the first cloud and "
            f"{hats[1][worst]:.4f} Å in the second."
        )
    if tc.congruent(clouds[0], clouds[1], tolerance=1e-3):
        raise Wrong("The hats agree, but so do the clouds: a motion carries one onto the other.")
    return "Ten slips of paper, and two clouds that fit them."
