"""Attempts at the exercises of ``05_twins_in_nature``; see ``n00.py``."""

SETUP = """
import numpy as np
import twinclouds as tc
gallery = tc.pairs.gallery
"""

_ODD = "def odd(e):\n    e = np.asarray(e, dtype=float)\n    return (e - e[::-1]) / 2\n"
_PLANES = """
def planes(xy, yz, xz, both=True, upright=False):
    c = [(x, 0, z) for x, z in xz]
    m = [(x, 0, -z) if upright else (-x, 0, z) for x, z in xz]
    shared = [(x, y, 0) for x, y in xy] + [(0, y, z) for y, z in yz]
    clouds = [np.array(shared + c, dtype=float), np.array(shared + m, dtype=float)]
    return [np.concatenate([x, -x]) for x in clouds] if both else clouds
"""
_GAPS = "def half(energies):\n    return np.array([(x - y) / 2 for x, y in energies])\n"
_ALL = """
def differences(x, itself=False, twice=True, whole=True):
    x = np.asarray(x)
    n = len(x)
    rows = [x[i] - x[j] for i in range(n) for j in range(n) if (itself or i != j) and (twice or i <= j)]
    return np.array(rows) % 1.0 if whole else np.array(rows)
"""

RIGHT = {
    "odd_part": [
        "odd_part = lambda e: [(e[i] - e[-1 - i]) / 2 for i in range(len(e))]",
        "odd_part = lambda e: e - (e + e[::-1]) / 2",
    ],
    "plane_twins": [
        # Turned round the z axis by 180 degrees, (x, 0, -z) and (-x, 0, z) are a point and its negative.
        _PLANES + "plane_twins = lambda xy, yz, xz: planes(xy, yz, xz, upright=True)",
        "plane_twins = lambda xy, yz, xz: [atoms.positions for atoms in tc.pairs.three_planes(xy, yz, xz)]",
    ],
    "pair_floor": [
        _GAPS + "pair_floor = lambda energies: float(np.linalg.norm(half(energies)) / np.sqrt(len(energies)))",
        "pair_floor = lambda energies: np.sqrt(np.mean([np.var(pair) for pair in energies]))",
    ],
    "my_crystal": [
        "motifs = [(1, 1), (2, 0.5)], [(1, 1)], [(1.5, 2.5)]\n"
        "my_crystal = tuple(tc.pairs.three_planes(*motifs, cell=(6, 6, 6), pbc=True))",
        "my_crystal = tc.pairs.homometric_crystal(0.05)",
    ],
    "difference_vectors": [
        _ALL + "difference_vectors = differences",
        _ALL + "difference_vectors = lambda x: differences(x)[::-1].tolist()",
    ],
}

WRONG = {
    "odd_part": [
        (_ODD + "odd_part = lambda e: 2 * odd(e)", "halved"),
        (_ODD + "odd_part = lambda e: -odd(e)", "sign"),
        ("odd_part = lambda e: (e + e[::-1]) / 2", "even part"),
        (_ODD + "odd_part = lambda e: odd(e)[: len(e) // 2]", "should have 5 numbers"),
        ("odd_part = lambda e: e[2]", "should be a list"),
        (_ODD + "odd_part = lambda e: odd(e) if len(e) == 5 else e", "place 0"),
    ],
    "plane_twins": [
        (_PLANES + "plane_twins = lambda *m: planes(*m, both=False)", "negative of every point"),
        (_PLANES + "plane_twins = lambda xy, yz, xz: planes(xy, xz, yz)", "should have a point at"),
        (_PLANES + "plane_twins = lambda *m: [planes(*m)[0]] * 2", "second cloud should have a point at"),
        ("plane_twins = lambda *m: tc.pairs.three_planes(*m)", "numbers only"),
        (_PLANES + "plane_twins = lambda *m: planes(*m)[1]", "two clouds"),
    ],
    "pair_floor": [
        (_GAPS + "pair_floor = lambda e: np.sqrt(np.mean(4 * half(e) ** 2))", "half of this"),
        (_GAPS + "pair_floor = lambda e: np.mean(half(e) ** 2)", "root is missing"),
        (_GAPS + "pair_floor = lambda e: np.mean(abs(half(e)))", "mean of the errors"),
        (_GAPS + "pair_floor = half", "should be 1.000"),
        (_GAPS + "pair_floor = lambda e: np.sqrt(np.sum(half(e) ** 2))", "root of the sum"),
        ("pair_floor = lambda e: 0", "should be 1.000"),
    ],
    "my_crystal": [
        ("my_crystal = gallery['crystal']", "At least eight atoms"),
        ("my_crystal = gallery['slab']", "all three directions"),
        ("my_crystal = gallery['bixbyite']", "the gallery has them"),
        ("my_crystal = (gallery['bixbyite'].a,) * 2", "congruent"),
        ("my_crystal = gallery['bixbyite'].a", "Two crystals are wanted"),
        ("my_crystal = 24", "should be a list"),
        # far from each other, and in cells of other sizes: alike within 6 angstrom only
        (
            "from ase.build import molecule\n"
            "my_crystal = [molecule('C2H6', cell=[edge] * 3, pbc=True) for edge in (14, 15)]",
            "refinement tells them apart",
        ),
    ],
    "difference_vectors": [
        (_ALL + "difference_vectors = lambda x: differences(x, whole=False)", "between 0 and 1"),
        (_ALL + "difference_vectors = lambda x: differences(x, itself=True)", "to itself"),
        (_ALL + "difference_vectors = lambda x: differences(x, twice=False)", "counts twice"),
        (_ALL + "difference_vectors = lambda x: abs(differences(x, whole=False))", "holds the row"),
        ("difference_vectors = lambda x: x", "holds the row"),
        ("difference_vectors = lambda x: [0.25, 0.5]", "three coordinates"),
    ],
}
