"""Attempts at the exercises of ``07_angles_resolve``; see ``n00.py``."""

SETUP = """
import numpy as np
import twinclouds as tc
from twinclouds.fingerprints import Correlations
gallery = tc.pairs.gallery

def legendre(degree, x):
    return np.polynomial.legendre.legval(x, [0] * degree + [1])

full = Correlations(bodies=3, cutoff=6.0, angular=6)
a, b = (full(x).sum(axis=0) for x in tc.pairs.octahedral_complex("S", "F", 1.56, distortion=4))
distances = {"octahedron": [0, 0, 0, np.linalg.norm(a - b) / np.linalg.norm(a), 0]}
"""

_ANGLES = """
def angles(points, i, cutoff, twice=False, degrees=True):
    near = [j for j in range(len(points)) if j != i and np.linalg.norm(points[j] - points[i]) <= cutoff]
    found = []
    for j in near:
        for k in near:
            if j < k or (twice and k != j):
                u, v = points[j] - points[i], points[k] - points[i]
                c = np.arccos(np.clip(u @ v / np.linalg.norm(u) / np.linalg.norm(v), -1, 1))
                found.append(float(np.degrees(c)) if degrees else float(c))
    return found
"""
_POWER = """
def power(vectors, radial, degree, unit=True, itself=True):
    u = vectors / np.linalg.norm(vectors, axis=1)[:, None] if unit else vectors
    table = legendre(degree, u @ u.T)
    if not itself:
        table = table * (1 - np.eye(len(u)))
    return radial.T @ table @ radial
"""
_SMALLEST = """
def smallest(a, b, test):
    lengths = sorted(set(np.concatenate([x.get_all_distances().ravel() for x in (a, b)]).round(6)) - {0.0})
    return next((d for d in lengths if not tc.compare(a, b, cutoff=d + 1e-5, test=test).equivalent), np.inf)
"""

RIGHT = {
    "angles_at": [
        _ANGLES + "angles_at = lambda points, i, cutoff: sorted(angles(points, i, cutoff))",
        "def angles_at(points, i, cutoff):\n"
        "    found = tc.triangles(points, cutoff)\n"
        "    return np.sort(found.angles[found.centres == i])",
    ],
    "power_spectrum": [
        _POWER + "power_spectrum = power",
        _POWER + "power_spectrum = lambda *a: power(*a).tolist()",
    ],
    "short_triangles": ["short_triangles = 2, 0", "short_triangles = np.array([2.0, 0.0])"],
    "drowned": [
        "drowned = (1e-7 / at_four_degrees * 64) ** (1 / 3)",
        "drowned = f'{4 * (1e-7 / at_four_degrees) ** (1 / 3):.3f}'",
    ],
    "angle_cutoff": [
        _SMALLEST + "angle_cutoff = lambda a, b: smallest(a, b, 'angle-wl')",
        _SMALLEST + "angle_cutoff = lambda a, b: float(np.float32(smallest(a, b, 'angle-wl')))",
    ],
}

WRONG = {
    "angles_at": [
        (_ANGLES + "angles_at = lambda p, i, r: sorted(angles(p, i, r, twice=True))", "twice too many"),
        (_ANGLES + "angles_at = lambda p, i, r: sorted(angles(p, i, r, degrees=False))", "in degrees"),
        (_ANGLES + "angles_at = lambda p, i, r: sorted(angles(p, i, 100))", "beyond the cutoff"),
        (_ANGLES + "angles_at = lambda p, i, r: sorted(angles(p, i, r), reverse=True)", "not sorted"),
        ("angles_at = lambda p, i, r: [90.0]", "should have 3 angles"),
        ("angles_at = lambda p, i, r: 90.0", "should be a list"),
    ],
    "power_spectrum": [
        (_POWER + "power_spectrum = lambda *a: power(*a, unit=False)", "one unit long"),
        (_POWER + "power_spectrum = lambda *a: power(*a, itself=False)", "also over j = k"),
        (_POWER + "power_spectrum = lambda *a: power(*a)[0]", "should be a matrix"),
        ("power_spectrum = lambda v, r, l: r.T @ r", "The first entry"),
        ("power_spectrum = lambda v, r, l: 'no'", "should be a list"),
    ],
    "short_triangles": [
        ("short_triangles = 0, 2", "the other way round"),
        ("short_triangles = 2, 1", "second cloud 1 of eight are too many"),
        ("short_triangles = 2", "should be a list"),
        ("short_triangles = 2, 0, 0", "Two whole numbers"),
    ],
    "drowned": [
        ("drowned = 4 * 1e-7 / at_four_degrees", "proportional to the distortion"),
        ("drowned = 4 * (1e-7 / at_four_degrees) ** 0.5", "law with the square"),
        ("drowned = np.radians(4 * (1e-7 / at_four_degrees) ** (1 / 3))", "in degrees"),
        ("drowned = 10", "between 0 and 4"),
        ("drowned = 1", "Smaller"),
    ],
    "angle_cutoff": [
        ("angle_cutoff = tc.resolving_cutoff", "is infinity, but"),
        ("angle_cutoff = lambda a, b: 10.0", "should be smaller"),
        ("angle_cutoff = lambda a, b: 0.5", "should be larger"),
        (_SMALLEST + "angle_cutoff = lambda a, b: smallest(a, b, 'angle-wl') + 0.004", "one of the distances"),
        (
            _SMALLEST + "def angle_cutoff(a, b):\n"
            "    found = smallest(a, b, 'angle-wl')\n"
            "    if np.isfinite(found):\n"
            "        return found",
            "return infinity",
        ),
        (_SMALLEST + "angle_cutoff = lambda a, b: min(smallest(a, b, 'angle-wl'), 9.9)", "should be infinity"),
    ],
}
