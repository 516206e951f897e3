"""Attempts at the exercises of ``09_audit_your_model``; see ``n00.py``."""

SETUP = """
from itertools import combinations
import numpy as np
from ase import Atoms
from ase.build import molecule
import twinclouds as tc


def directions(atoms):
    r = atoms.positions[None] - atoms.positions[:, None]
    d = np.linalg.norm(r, axis=2)
    return r / (d + np.eye(len(d)))[:, :, None], d


def pairwise(atoms):
    d = atoms.get_all_distances()
    return d[np.triu_indices(len(d), 1)]
"""

_MEASURE = """
def yardsticks(model, a, b, copies, others):
    def change(x):
        return np.linalg.norm(model(x) - model(a))
    return {}
"""
_NOISE, _SPREAD = "max(map(change, copies))", "np.mean([change(x) ** 2 for x in others]) ** 0.5"


def _measure(result: str) -> str:
    return _MEASURE.format(result)


_DEFEATS = """
defeats = {
    'all_distances': 'S6', 'three_atoms': 'rings-4body', 'coulomb_eigenvalues': 'none', 'moments': 'none'
}
"""
_RINGS = """
def rings(twist, height=1.0, digits=12):
    a = np.radians([0, 120, 240, twist, twist + 120, twist + 240])
    z = height * np.array([-1, -1, -1, 1, 1, 1])
    return Atoms("C6", np.stack([np.cos(a), np.sin(a), z], axis=1).round(digits))
"""

RIGHT = {
    "yardsticks": [
        _measure(f"[change(b), {_NOISE}, {_SPREAD}]"),
        _measure(f"np.array([change(b), {_NOISE}, {_SPREAD}])"),
    ],
    "my_distance_model": [
        "my_distance_model = lambda atoms: float((pairwise(atoms) ** -2).sum())",
        "my_distance_model = lambda atoms: np.sort(pairwise(atoms))",
        "my_distance_model = tc.MessagePassing(layers=2, width=8)",
        # features, a row for each atom
        "my_distance_model = lambda atoms: np.sort(atoms.get_all_distances(), axis=1)",
        # only the nearest neighbour counts
        "my_distance_model = lambda atoms: [np.sort(atoms.get_all_distances(), axis=1)[:, 1].sum()]",
    ],
    "my_angular_model": [
        "my_angular_model = tc.MessagePassing(layers=2, width=8, vectors=True)",
        "def my_angular_model(atoms):\n"
        "    u, d = directions(atoms)\n"
        "    w = 1 / (1 + d**2)\n"
        "    return (np.einsum('ij,ijx->ix', w, u) ** 2).sum() * 1.0, np.einsum("
        "'ia,ib,iab->', w, w, np.einsum('iax,ibx->iab', u, u) ** 3)",
    ],
    "nobody_sees": [
        "nobody_sees = ['pyramids', 'helix', 'CHFClBr']",
        "nobody_sees = {'CHFClBr', 'helix', 'pyramids'}",
        "nobody_sees = [p for p in tc.pairs.gallery.values() if tc.congruent(*p)]",
    ],
    "mended": [
        "mended = lambda atoms: np.array([sum(d**-12 - d**-6 for d in pairwise(atoms))])",
        "def mended(atoms):\n"
        "    n = len(atoms)\n"
        "    d = [atoms.get_distance(i, j) for i in range(n) for j in range(i)]\n"
        "    return sum(1 / x**12 - 1 / x**6 for x in d)",
    ],
    "defeats": [
        _DEFEATS,
        _DEFEATS + "defeats = {k: tc.pairs.gallery.get(v, 'None ') for k, v in defeats.items()}",
        _DEFEATS + "defeats['all_distances'] = ['benzene']",
    ],
    "beats_moments": [
        _RINGS + "beats_moments = [rings(10), rings(37)]",
        # as a file holds them; the audit knows how finely
        _RINGS + "beats_moments = [rings(10, digits=6), rings(37, digits=6)]",
        # an octahedron and a triangular prism with all three moments equal
        "r = np.array([[1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1.0]])\n"
        "a = np.radians([0, 120, 240] * 2)\n"
        "z = np.array([1, 1, 1, -1, -1, -1]) / np.sqrt(3)\n"
        "s = np.sqrt(2 / 3)\n"
        "beats_moments = (r, np.stack([s * np.cos(a), s * np.sin(a), z], axis=1))",
    ],
}

WRONG = {
    "yardsticks": [
        (_measure(f"change(b), {_SPREAD}, {_NOISE}"), "changed places"),
        (_measure(f"change(b), np.mean([change(x) for x in copies]), {_SPREAD}"), "this is their mean"),
        (_measure(f"change(b), {_NOISE}, np.mean([change(x) for x in others])"), "this is the mean of the changes"),
        (_measure(f"change(b), {_NOISE}, max(map(change, others))"), "the largest change"),
        (_measure(f"change(b), {_NOISE}, np.mean([change(x) ** 2 for x in others])"), "without the root"),
        (_measure(f"change(b) ** 2, {_NOISE}, {_SPREAD}"), "the difference between `a` and `b`"),
        (_measure(f"change(b), 2 * {_NOISE}, {_SPREAD}"), "the noise should be"),
        (_measure(f"change(b), {_NOISE}, 2 * {_SPREAD}"), "Do you compare"),
        (_measure("change(b)"), "should be a list"),
        (_measure("1 / 0"), "ZeroDivisionError"),
        ("yardsticks = (1, 2, 3)", "A function is wanted"),
    ],
    "my_distance_model": [
        ("my_distance_model = lambda atoms: three", "NameError"),
        (
            "def my_distance_model(atoms):\n"
            "    with np.errstate(all='ignore'):\n"
            "        return (1 / atoms.get_all_distances()).sum()",
            "infinity",
        ),
        ("my_distance_model = lambda atoms: float('nan')", "no number"),
        ("my_distance_model = lambda atoms: atoms.get_distances(0, range(len(atoms)))", "renumbered"),
        ("my_distance_model = lambda atoms: atoms.positions", "turned"),
        ("my_distance_model = lambda atoms: len(atoms)", "hardly depends"),
        ("my_distance_model = lambda atoms: np.linalg.eigvalsh(atoms.get_all_distances())", "knows more"),
        ("my_distance_model = lambda atoms: 'far'", "the text"),
        ("my_distance_model = 3", "A function is wanted"),
    ],
    "my_angular_model": [
        ("my_angular_model = lambda atoms: np.exp(-pairwise(atoms)).sum()", "blind on all 2"),
        # all bonds count, but nothing beyond: stars cannot be told apart
        (
            "def my_angular_model(atoms):\n"
            "    u, d = directions(atoms)\n"
            "    w = np.where(d < 2.1, (1 - (d / 2.1) ** 2) ** 3, 0) * (d > 0)\n"
            "    return np.einsum('ia,ib,iab->', w, w, np.einsum('iax,ibx->iab', u, u) ** 2)",
            "it is blind on benzene",
        ),
        ("my_angular_model = lambda atoms: directions(atoms)[0].sum(axis=(0, 1))", "turned"),
        ("my_angular_model = lambda atoms: directions(atoms)[0][0, 1]", "turned"),
        ("my_angular_model = lambda atoms: directions(atoms)", "my_angular_model"),
    ],
    "nobody_sees": [
        ("nobody_sees = ['CHFClBr']", "There are 3 such pairs"),
        ("nobody_sees = ['CHFClBr', 'helix', 'pyramids', 'bixbyite']", "separates bixbyite"),
        ("nobody_sees = ['benzin']", "not the name of a pair"),
        ("nobody_sees = 'helix'", "should be a list"),
        ("nobody_sees = []", "you have 0"),
    ],
    "mended": [
        ("mended = lambda atoms: 2 * (pairwise(atoms) ** -12.0 - pairwise(atoms) ** -6.0).sum()", "twice"),
        (
            "def mended(atoms):\n"
            "    d = atoms.get_distances(0, range(1, len(atoms)))\n"
            "    return (d**-12 - d**-6).sum()",
            "only pairs with the first atom",
        ),
        (
            "def mended(atoms):\n"
            "    d = atoms.get_distances(0, range(len(atoms)))\n"
            "    with np.errstate(all='ignore'):\n"
            "        return (1 / d**12 - 1 / d**6).sum()",
            "no number",
        ),
        ("mended = lambda atoms: (pairwise(atoms) ** -6.0 - pairwise(atoms) ** -12.0).sum()", "should be"),
        ("mended = lambda atoms: float('inf')", "infinite"),
        ("mended = lambda atoms: pairwise(atoms)", "the energy should be"),
    ],
    "defeats": [
        ("defeats = {'all_distances': 'S6'}", "no entry yet"),
        (_DEFEATS + "defeats['three_atoms'] = 'none'", "three_atoms is not unbeaten"),
        (_DEFEATS + "defeats['three_atoms'] = 'benzene'", "does not defeat three_atoms"),
        (_DEFEATS + "defeats['moments'] = 'helix'", "mirror images"),
        (_DEFEATS + "defeats['moments'] = 'bixbyite'", "is periodic"),
        (_DEFEATS + "defeats['moments'] = 'ethane'", "not the name of a pair"),
        (_DEFEATS + "defeats['moments'] = 3", "the name of a pair is wanted"),
        (_DEFEATS + "defeats['shape'] = 'none'", "none of the four models"),
        ("defeats = ['S6', 'rings-4body', 'none', 'none']", "should be a dictionary"),
    ],
    "beats_moments": [
        (_RINGS + "beats_moments = (rings(10), rings(10))", "one shape in two positions"),
        (_RINGS + "beats_moments = (rings(10), rings(-10))", "congruent"),
        (_RINGS + "beats_moments = (rings(10), rings(37, height=1.2))", "Their moments differ"),
        (_RINGS + "beats_moments = (rings(10, digits=4), rings(37, digits=4))", "Very nearly"),
        ("beats_moments = tc.pairs.gallery['benzene']", "Their moments differ"),
        ("beats_moments = (molecule('CH4'), molecule('CH4'))", "At least six"),
        ("beats_moments = (molecule('C2H6'), molecule('C6H6'))", "different atoms"),
        ("beats_moments = tuple(tc.pairs.gallery['bixbyite'])", "Isolated"),
        ("beats_moments = (1, 2)", "no cloud"),
        ("beats_moments = molecule", "should be a list"),
    ],
}
