"""Attempts at the exercises of ``01_clouds_and_graphs``; see ``n00.py``."""

SETUP = """
import itertools
import numpy as np
import twinclouds as tc
from ase.build import bulk, molecule
salt = bulk("NaCl", "rocksalt", a=5.64, cubic=True)
"""

_LIST = """
def neighbour_list(positions, cutoff):
    entries = []
    for i in range(len(positions)):
        for j in range(len(positions)):
            distance = np.linalg.norm(positions[j] - positions[i])
            if {condition}:
                entries.append({entry})
    return entries
"""

_IMAGES = """
def periodic_neighbours(atoms, i, cutoff):
    entries = []
    for shift in itertools.product({range}, repeat=3):
        for j in range(len(atoms)):
            image = atoms.positions[j] + np.array(shift) @ {cell}
            distance = np.linalg.norm(image - atoms.positions[i])
            if {condition}:
                entries.append({entry})
    return entries
"""


def _neighbours(condition: str = "i != j and distance <= cutoff", entry: str = "(i, j, distance)") -> str:
    return _LIST.format(condition=condition, entry=entry)


def _images(
    range: str = "range(-4, 5)",
    cell: str = "atoms.cell",
    condition: str = "0 < distance <= cutoff",
    entry: str = "(j, distance)",
) -> str:
    return _IMAGES.format(range=range, cell=cell, condition=condition, entry=entry)


_GRID = """
grid = [(x, y, 0.0) for x in range(3) for y in range(3)]
"""

RIGHT = {
    "neighbour_list": [
        # numpy numbers, lists for tuples, rounded, in another order
        _neighbours(entry="[np.int64(j), i, round(distance, 3)]"),
        # each pair once, then the other end
        "def neighbour_list(positions, cutoff):\n"
        "    pairs = itertools.combinations(range(len(positions)), 2)\n"
        "    found = [(i, j, np.linalg.norm(positions[i] - positions[j])) for i, j in pairs]\n"
        "    found = [e for e in found if e[2] <= cutoff]\n"
        "    return found + [(j, i, d) for i, j, d in found]",
        # an array
        "def neighbour_list(positions, cutoff):\n"
        "    g = tc.distance_graph(positions, cutoff)\n"
        "    return np.stack([g.senders, g.receivers, g.distances], axis=1)",
    ],
    "periodic_neighbours": [
        _images(),
        _images("range(-6, 7)", "np.array(atoms.cell)", entry="[j, round(distance, 4)]"),
        "def periodic_neighbours(atoms, i, cutoff):\n"
        "    g = tc.distance_graph(atoms, cutoff)\n"
        "    return zip(g.receivers[g.senders == i], g.distances[g.senders == i])",
    ],
    "shells": [
        "shells = [6, 12, 8, 6, 24]",
        "shells = np.array([6.0, 12, 8, 6, 24])",
        "shells = ('6', '12', '8', '6', '24')",
    ],
    "minimum_image": ["minimum_image = 2.82", "minimum_image = salt.cell[0, 0] / 2", "minimum_image = '2,82'"],
    "same_hat": [
        "same_hat = [[0, 0], [0, 1], [0, 2], [1, 0], [1, 2]], [[0, 0], [0, 1], [0, 2], [1, 1], [2, 1]]",
        # ase.Atoms
        "flat = [[0, 0], [0, 1], [1, 0], [1, 1], [2, 2]], [[0, 0], [0, 1], [1, 1], [1, 2], [2, 2]]\n"
        "same_hat = [tc.Cloud([[*p, 0] for p in points], ['C'] * 5).to_atoms() for points in flat]",
    ],
}

WRONG = {
    "neighbour_list": [
        ("neighbour_list = []", "A function is wanted here"),
        (_neighbours("distance <= cutoff"), "lists atom 0 as a neighbour of itself"),
        (_neighbours("i < j and distance <= cutoff"), "from one end only"),
        (_neighbours("i != j and distance < cutoff"), "exactly at the cutoff, which counts"),
        (_neighbours("i != j"), "has an entry for atoms 0 and 2, but they are 2.000 Å apart"),
        (_neighbours(entry="(i, j)"), "should be `(i, j, distance)`"),
        (_neighbours(entry="(i + 1, j + 1, distance)"), "misses the entry"),
        (_neighbours(entry="(i, j, cutoff)"), "says"),
        (_neighbours("i != j and distance ** 2 <= cutoff ** 2", "(i, j, distance ** 2)"), "the square of the distance"),
        (_neighbours().replace("return entries", "return entries + entries[:1]"), "more than once"),
        ("def neighbour_list(positions, cutoff):\n    return [(0, 1, 1.0), (1, 0, 1.0)]", "For the molecule CH3CH2OH"),
        ("def neighbour_list(positions, cutoff):\n    return []", "misses the entry for atoms 0 and 1"),
        ("def neighbour_list(positions, cutoff):\n    return len(positions)", "should be a list"),
        ("def neighbour_list(positions, cutoff):\n    return [(0, 1, 1.0), (0, 1, 1.0)]", "more than once"),
    ],
    "periodic_neighbours": [
        (_images("[0]"), "lists no image of the atom itself"),
        (_images("range(-1, 2)"), "Have you tried enough cells"),
        (_images(condition="distance <= cutoff"), "lists the atom itself"),
        (_images(condition="j != i and distance <= cutoff"), "lists no image of the atom itself"),
        (_images(cell="np.diag(np.diag(atoms.cell))"), "rock salt in its small, skew cell"),
        (_images(entry="j"), "should be a list"),
        (_images(entry="(i, j, distance)"), "should be `(j, distance)`"),
        (_images("range(0, 5)"), "of"),
        ("def periodic_neighbours(atoms, i, cutoff):\n    return [(0, 2.0)]", "1 entries"),
    ],
    "shells": [
        ("shells = [6, 12, 8, 6]", "Five whole numbers"),
        ("shells = 6", "should be a list"),
        ("shells = [6, 18, 26, 32, 56]", "all neighbours up to each shell"),
        ("shells = [24, 6, 8, 12, 6]", "another order"),
        ("shells = [6, 12, 8, 6, 12]", "too few for the fifth shell"),
        ("shells = [4, 12, 8, 6, 24]", "too few for the first shell"),
        ("shells = [6, 12, 8, 24, 24]", "too many for the fourth shell"),
        ("shells = ['six', 12, 8, 6, 24]", "should be a number"),
    ],
    "minimum_image": [
        ("minimum_image = 5.64", "its own images"),
        ("minimum_image = 1", "Larger"),
        ("minimum_image = 3.99", "Smaller"),
        ("minimum_image = salt", "number"),
        ("minimum_image = float('inf')", "Smaller"),
        ("minimum_image = -2.82", "Larger"),
    ],
    "same_hat": [
        ("same_hat = [[0, 0, 0]]", "Two clouds are wanted"),
        ("same_hat = ([[0, 0, 0], [2, 0, 0], [2, 1, 0], [0, 1, 0]], [[0, 0, 0]])", "should have five points"),
        (_GRID + "same_hat = (grid[:5], grid[4:])", "The hats agree, but so do the clouds"),
        (_GRID + "same_hat = (grid[:5], grid[:4] + [(9, 9, 9)])", "The hats differ"),
        (_GRID + "same_hat = (grid[:4] + grid[:1], grid[:5])", "two points lie in one place"),
        ("same_hat = ('abc', 'def')", "should be a list"),
        ("same_hat = ([[0, 0, 0], [1, 0]], [[0, 0, 0]])", "numbers only"),
    ],
}
