"""Attempts at the exercises of ``04_twins``; see ``n00.py``."""

SETUP = """
from collections import Counter
from itertools import product
import numpy as np
import twinclouds as tc
from ase.build import molecule
"""

_DISTANCES = """
def both(a, b, cosine):
    return np.sqrt(a * a + b * b - 2 * a * b * cosine), np.sqrt(a * a + b * b + 2 * a * b * cosine)
"""
_SIX = """
def six(lengths, angles, turned=False, scaled=True, columns=False):
    c23, c13, c12 = np.cos(np.radians(angles))[:: -1 if turned else 1]
    gram = np.array([[1, c12, c13], [c12, 1, c23], [c13, c23, 1]])
    if scaled:
        gram = gram * np.outer(lengths, lengths)
    v = np.linalg.cholesky(gram)
    v = v.T if columns else v
    return [v[0], -v[0], v[1], -v[1], v[2], -v[2]]
"""
_ROOM = "def room(angles, both=True):\n    c = np.cos(np.radians(angles))\n    product = c.prod()\n"
_ROOM += "    return 1 - (c**2).sum() - 2 * (abs(product) if both else product)\n"

RIGHT = {
    "distances_to_line": [
        _DISTANCES + "distances_to_line = lambda a, b, gamma: np.sort(both(a, b, np.cos(np.pi * gamma / 180)))",
        "def distances_to_line(a, b, gamma):\n"
        "    end = b * np.array([np.cos(np.radians(gamma)), np.sin(np.radians(gamma))])\n"
        "    return tuple(sorted(np.linalg.norm([a, 0] - x) for x in (end, -end)))",
    ],
    "six_points": [
        _SIX + "six_points = six",
        # Lines 1 and 2 in the plane, line 3 above it.
        "def six_points(lengths, angles):\n"
        "    c23, c13, c12 = np.cos(np.radians(angles))\n"
        "    s12 = np.sqrt(1 - c12**2)\n"
        "    y = (c23 - c13 * c12) / s12\n"
        "    u = np.array([[1, 0, 0], [c12, s12, 0], [c13, y, np.sqrt(1 - c13**2 - y**2)]])\n"
        "    v = u * np.array(lengths)[:, None]\n"
        "    return np.stack([v, -v], axis=1).reshape(6, 3).tolist()",
    ],
    "partner_exists": [
        _ROOM + "partner_exists = lambda angles: room(angles) > -1e-9",
        # Of three arcs none is longer than the two others together, in both clouds.
        "def partner_exists(angles):\n"
        "    a, b, c = (min(x, 180 - x) for x in angles)\n"
        "    return 'yes' if all(180 - x <= y + z + 1e-9 for x, y, z in ((a, b, c),)) or a + b + c >= 180 - 1e-9 "
        "else 'no'",
    ],
    "reachable": [
        "def reachable(signs):\n    a, b, c = signs\n    return [(a, b, c), (-a, -b, c), (-a, b, -c), [a, -b, -c]]",
        "def reachable(signs):\n"
        "    p = np.prod(signs)\n"
        "    return {s for s in product((1, -1), repeat=3) if np.prod(s) == p}",
    ],
    "is_equitable": [
        "def is_equitable(a, b, colors_a, colors_b):\n"
        "    def views(x, c):\n"
        "        return [(c[i], sorted((c[j], round(float(np.linalg.norm(x[i] - x[j])), 6)) for j in range(len(x))))\n"
        "                for i in range(len(x))]\n"
        "    both = views(a, colors_a) + views(b, colors_b)\n"
        "    same = sorted(map(str, colors_a)) == sorted(map(str, colors_b))\n"
        "    return np.bool_(same and all(v == w for v in both for w in both if v[0] == w[0]))",
    ],
    "my_twins": [
        "my_twins = tuple(tc.pairs.octahedral_complex('Fe', ('C', 'N'), (1.9, 3.1), 9))",
        "motifs = [(1, 2)], [(2, 1.5), (1, 3)], [(2.5, 1)]\n"
        "my_twins = list(tc.pairs.three_planes(*motifs, species=('H', 'C', 'H')))",
    ],
}

WRONG = {
    "distances_to_line": [
        (_DISTANCES + "distances_to_line = lambda a, b, g: both(a, b, np.cos(np.radians(g)))", "shorter one"),
        (_DISTANCES + "distances_to_line = lambda a, b, g: sorted(both(a, b, np.cos(g)))", "takes radians"),
        (
            _DISTANCES + "distances_to_line = lambda a, b, g: sorted(x * x for x in both(a, b, np.cos(np.radians(g))))",
            "squares of the distances",
        ),
        ("distances_to_line = lambda a, b, g: [1.0, np.sqrt(3)]", "`distances_to_line(1, 2, 90)` should be"),
        ("distances_to_line = lambda a, b, g: a", "should be a list"),
        ("distances_to_line = [1, 2]", "A function is wanted"),
    ],
    "six_points": [
        (_SIX + "six_points = lambda lengths, angles: six(lengths, angles, turned=True)", "between other lines"),
        (_SIX + "six_points = lambda lengths, angles: six(lengths, angles, scaled=False)", "should lie 1.5 from"),
        (_SIX + "six_points = lambda lengths, angles: six(lengths, angles, columns=True)", "hold the vectors"),
        (_SIX + "def six_points(lengths, angles):\n    v = six(lengths, angles)\n    return v[::2] + v[1::2]", "order"),
        (_SIX + "six_points = lambda lengths, angles: six(lengths, angles)[::2]", "shape (6 x 3)"),
        (_SIX + "six_points = lambda lengths, angles: np.zeros((6, 3))", "should lie 1 from"),
    ],
    "partner_exists": [
        (_ROOM + "partner_exists = lambda angles: room(angles, both=False) >= -1e-12", "only one of the two"),
        (_ROOM + "partner_exists = lambda angles: room(angles) >= 0", "allow for rounding"),
        (_ROOM + "partner_exists = room", "should be `True` or `False`"),
        ("partner_exists = lambda angles: True", "there are no such lines"),
        ("partner_exists = lambda angles: sum(angles) == 270", "both clouds can be built"),
    ],
    "reachable": [
        ("reachable = lambda signs: {signs}", "no other triple"),
        ("reachable = lambda s: {(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)}", "itself"),
        ("reachable = lambda s: {s, (-s[0], -s[1], s[2])}", "there are 4"),
        ("reachable = lambda s: set(product((1, -1), repeat=3))", "always changes two signs"),
        ("reachable = lambda s: {(0, 1, 1)}", "three signs"),
        ("reachable = lambda s: 4", "should be a list"),
    ],
    "is_equitable": [
        ("is_equitable = lambda a, b, c, d: True", "all points of one colour"),
        ("is_equitable = lambda a, b, c, d: False", "one colour for each line"),
        ("is_equitable = lambda a, b, c, d: Counter(c) == Counter(d)", "different distances"),
        ("is_equitable = lambda a, b, c, d: c == d", "another order"),
        ("is_equitable = lambda a, b, c, d: 1 / 0", "ZeroDivisionError"),
    ],
    "my_twins": [
        ("my_twins = tc.pairs.three_lines()", "At least eight"),
        ("my_twins = (molecule('C2H6'), molecule('C6H6'))", "different atoms"),
        ("my_twins = (molecule('C2H6'), molecule('C2H6'))", "congruent"),
        ("my_twins = tc.pairs.gallery['planes-12']", "two elements"),
        ("my_twins = tc.pairs.gallery['benzene']", "the gallery has them"),
        ("my_twins = (molecule('CH3CH2OH'), molecule('CH3OCH3'))", "Refinement tells them apart"),
        ("my_twins = tc.pairs.three_lines", "should be a list"),
        ("my_twins = (1, 2)", "no cloud"),
        (
            "my_twins = tuple(tc.pairs.octahedral_complex('Fe', ('C', 'N'), (1.9, 3.1), 9))\n"
            "for atoms in my_twins:\n    atoms.rotate(20, (1, 2, 3))\n    atoms.positions = atoms.positions.round(3)",
            "Have the coordinates been rounded?",
        ),
    ],
}
