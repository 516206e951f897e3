"""Attempts at the exercises of ``08_where_angles_stop``; see ``n00.py``."""

SETUP = """
from itertools import combinations, permutations
import numpy as np
import twinclouds as tc
"""

_FWL = """
def fwl(a, b, palettes=1, kept=True):
    tables = []
    for x in (np.asarray(a), np.asarray(b)):
        tables.append(np.linalg.norm(x[:, None] - x[None], axis=2).round(6).tolist())
    n = len(a)
    for _ in range(3):
        shared, new = {}, []
        for c in tables:
            palette = shared if palettes == 1 else {}
            rows = []
            for i in range(n):
                row = []
                for j in range(n):
                    if kept:
                        view = str((c[i][j], sorted((c[i][k], c[k][j]) for k in range(n))))
                    else:
                        view = str((c[i][j], sorted(c[i]), sorted(c[j])))
                    row.append(palette.setdefault(view, len(palette)))
                rows.append(row)
            new.append(rows)
        tables = new
    return sorted(sum(tables[0], [])) != sorted(sum(tables[1], []))
"""

RIGHT = {
    "box_volumes": [
        "box_volumes = lambda v: np.sort([abs(a @ np.cross(b, c)) for a, b, c in combinations(v, 3)])",
        "def box_volumes(v):\n"
        "    n = range(len(v))\n"
        "    return sorted(np.sqrt(max(0, np.linalg.det(v[[i, j, k]]) ** 2)) for i in n for j in n[:i] for k in n[:j])",
    ],
    "signed_volume": [
        "signed_volume = lambda a, b, c, d: np.dot(b - a, np.cross(c - a, d - a))",
        "signed_volume = lambda *p: np.linalg.det([[1, *x] for x in p]) * (1 if len(p) == 4 else 0)",
    ],
    "first_rung": [
        "def first_rung(a, b, cutoff):\n"
        "    tests = ['wl', 'distance-wl', 'angle-wl', '2-fwl']\n"
        "    told = [t for t in tests if tc.compare(a, b, cutoff=cutoff, test=t).round is not None]\n"
        "    return (told + ['None'])[0]",
    ],
    "pairs_told_apart": [
        _FWL + "pairs_told_apart = fwl",
        "pairs_told_apart = lambda a, b: not tc.compare(a, b, test='2-fwl').equivalent",
    ],
}

WRONG = {
    "box_volumes": [
        ("box_volumes = lambda v: sorted(np.linalg.det(x) for x in combinations(v, 3))", "no sign"),
        ("box_volumes = lambda v: sorted(abs(np.linalg.det(x)) for x in permutations(v, 3))", "in one order"),
        (
            "box_volumes = lambda v: sorted((abs(np.linalg.det(x)) for x in combinations(v, 3)), reverse=True)",
            "not sorted",
        ),
        ("box_volumes = lambda v: sorted(abs(np.linalg.det(x)) / 6 for x in combinations(v, 3))", "tetrahedra"),
        ("box_volumes = lambda v: [6.0]", "should have 4 volumes"),
        ("box_volumes = lambda v: abs(np.linalg.det(v[:3]))", "should be a list"),
    ],
    "signed_volume": [
        ("signed_volume = lambda a, b, c, d: abs(np.linalg.det([b - a, c - a, d - a]))", "absolute value"),
        ("signed_volume = lambda a, b, c, d: np.linalg.det([b - a, d - a, c - a])", "the other one"),
        ("signed_volume = lambda a, b, c, d: np.linalg.det([b - a, c - a, d - a]) / 6", "tetrahedron"),
        ("signed_volume = lambda a, b, c, d: np.linalg.det([b, c, d])", "not at the origin"),
        ("signed_volume = lambda a, b, c, d: b - a", "one number"),
    ],
    "first_rung": [
        ("first_rung = lambda a, b, r: 'wl'", "should be 'none'"),
        ("first_rung = lambda a, b, r: '2-fwl'", "a test before it"),
        ("first_rung = lambda a, b, r: 'none'", "says 'none'"),
        (
            "def first_rung(a, b, cutoff):\n"
            "    for test in ('wl', 'distance-wl', 'angle-wl', '2-fwl'):\n"
            "        if tc.compare(a, b, cutoff=cutoff, test=test).equivalent:\n"
            "            return test\n"
            "    return 'none'",
            "NOT told apart",
        ),
        ("first_rung = lambda a, b, r: 2", "should be one of"),
        (
            "def first_rung(a, b, cutoff):\n"
            "    for test in ('wl', 'distance-wl', 'angle-wl', '2-fwl'):\n"
            "        if not tc.compare(a, b, cutoff=cutoff, test=test).equivalent:\n"
            "            return test",
            'return "none"',
        ),
        (
            "def first_rung(a, b, cutoff):\n"
            "    for test in ('wl', 'distance-wl', 'angle-wl', '2-fwl'):\n"
            "        if not tc.compare(a, b, cutoff=cutoff, test=test).equivalent:\n"
            "            return test\n"
            "    return '2-fwl'",
            "should be 'none'",
        ),
    ],
    "pairs_told_apart": [
        (_FWL + "pairs_told_apart = lambda a, b: fwl(a, b, kept=False)", "which are twins"),
        ("pairs_told_apart = lambda a, b: not tc.compare(a, b).equivalent", "which are twins"),
        (
            "pairs_told_apart = lambda a, b: not tc.compare(a, b, test='2-fwl', chirality=True).equivalent",
            "left and right",
        ),
        ("pairs_told_apart = lambda a, b: not np.allclose(a, b)", "turned and in another order"),
        ("pairs_told_apart = lambda a, b: True", "a cloud and itself"),
        ("pairs_told_apart = lambda a, b: a", "should be `True` or `False`"),
    ],
}
