"""Attempts at the exercises of ``03_refinement_is_message_passing``; see ``n00.py``."""

SETUP = """
import numpy as np
import twinclouds as tc
"""

_HEAD = "def message_layer(h, senders, receivers, f, W, U, b):\n    m = np.zeros_like(h)\n"
_ADD = "    np.add.at(m, senders, f * h[receivers])\n"


def _layer(result: str, add: str = _ADD) -> str:
    return f"{_HEAD}{add}    return {result}"


_FORMULA = "np.tanh(h @ W + m @ U + b)"

RIGHT = {
    "message_layer": [
        _layer(_FORMULA),
        # edges are listed from both ends, so each may do the other's work
        _layer(_FORMULA, "    np.add.at(m, receivers, f * h[senders])\n"),
        # atom by atom, as a list
        "def message_layer(h, senders, receivers, f, W, U, b):\n"
        "    rows = []\n"
        "    for i in range(len(h)):\n"
        "        mine = np.flatnonzero(senders == i)\n"
        "        m = sum((f[e] * h[receivers[e]] for e in mine), np.zeros(h.shape[1]))\n"
        "        rows.append(list(np.tanh(h[i].dot(W) + m.dot(U) + b)))\n"
        "    return rows",
        # a table of who sees whom
        "def message_layer(h, senders, receivers, f, W, U, b):\n"
        "    table = np.zeros((len(h), len(h), h.shape[1]))\n"
        "    table[senders, receivers] = f\n"
        "    return np.tanh(h @ W + np.einsum('ijk,jk->ik', table, h) @ U + b)",
    ],
    "layers_needed": ["layers_needed = 7", "layers_needed = '7'", "layers_needed = np.ceil((12 + 2) / 2)"],
    "mean_blind": [
        # three dimers against a ring of six
        "t = np.arange(6) * np.pi / 3\n"
        "mean_blind = (np.stack([np.cos(t), np.sin(t), 0 * t], axis=1),"
        " np.array([[d, 0, 5 * k] for k in range(3) for d in (0, 1)]))",
        "mean_blind = [[[0, 0, 0], [1, 0, 0], [2, 0, 0], [9, 0, 0], [10, 0, 0]],"
        " [[0, 0, 0], [1, 0, 0], [-1, 0, 0], [0, 1, 0], [0, -1, 0]]]",
    ],
    "max_blind": [
        "max_blind = [[[x, 9 * k, 0] for k, d in enumerate(e) for x in (0, d)] for e in ([1, 1, 0.9], [1, 0.9, 0.9])]",
        # stars
        "def star(*arms):\n"
        "    return [[0, 0, 0]] + [[d * np.cos(a), d * np.sin(a), 0] for d, a in zip(arms, (0, 2.1, 4.2))]\n"
        "max_blind = (star(1, 1, 1.1), star(1, 1.1, 1.1))",
    ],
}

WRONG = {
    "message_layer": [
        ("message_layer = 0", "A function is wanted here"),
        (_layer(_FORMULA, "    m[senders] += f * h[receivers]\n"), "gets only one of its messages"),
        (_layer("h @ W + m @ U + b"), "the `tanh` is missing"),
        (
            _layer(_FORMULA, "    for e, i in enumerate(senders):\n        m[i] += f[e] @ h[receivers[e]]\n"),
            "number by number, not their dot product",
        ),
        (_layer("np.tanh(h @ W + m @ U)"), "`b` is missing"),
        (_layer("np.tanh(m @ U + b)"), "own features"),
        (_layer(_FORMULA, ""), "the messages are missing"),
        (_layer("np.tanh(h @ U + m @ W + b)"), "have changed places"),
        (_layer("np.tanh(h @ W.T + m @ U.T + b)"), "the matrices are on the wrong side"),
        (_layer("np.tanh(h * W + m * U + b)"), "message_layer"),
        (_layer(_FORMULA, "    np.add.at(m, senders, f * h[senders])\n"), "an atom hears itself"),
        (
            _layer(_FORMULA, _ADD + "    m /= np.maximum(np.bincount(senders, minlength=len(h)), 1)[:, None]\n"),
            "their mean",
        ),
        (_layer(_FORMULA, _ADD + "    m += h\n"), "among its own neighbours"),
        (_layer("m"), "these are the messages"),
        (_layer("np.tanh(h @ W + m @ U + b).sum(axis=0)"), "shape"),
        (_layer("np.tanh(h @ W + 2 * m @ U + b)"), "are not those of the formula"),
        (_layer("np.sin(h @ W + m @ U + b)"), "Try it by hand"),
        (_layer("None"), "returns nothing yet"),
        (_layer("'features'"), "should be a list"),
    ],
    "layers_needed": [
        ("layers_needed = 14", "from one end"),
        ("layers_needed = 6", "still alike"),
        ("layers_needed = 1", "After 1 layer the two clouds are still alike"),
        ("layers_needed = 8", "with fewer layers"),
        ("layers_needed = 'seven'", "should be a number"),
    ],
    "mean_blind": [
        ("mean_blind = [[0, 0, 0], [1, 0, 0]]", "shape"),
        ("mean_blind = ([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]])", "equally many"),
        ("mean_blind = ([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 1, 0]])", "Not even"),
        ("mean_blind = ([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 1.1, 0]])", "as well"),
        ("mean_blind = ([[0, 0, 0], [3, 0, 0]], [[0, 0, 0], [0, 3, 0]])", "no messages at all"),
        ("mean_blind = ([[0, 0, 0], [0, 0, 0]], [[0, 0, 0], [0, 1, 0]])", "in one place"),
        ("mean_blind = (..., ...)", "still missing"),
        ("mean_blind = ([[0, 0], [1, 0]], [[0, 0], [0, 1]])", "shape"),
        ("mean_blind = ([[0, 0, 0], [float('inf'), 0, 0]], [[0, 0, 0], [0, 1, 0]])", "The first cloud"),
    ],
    "max_blind": [
        ("max_blind = ([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [0, 1.1, 0]])", '`"max"` tells these two apart as well'),
        (
            "max_blind = ([[0,0,0],[1,0,0],[2,0,0],[3,0,0]], [[0,0,0],[1,0,0],[0,5,0],[1,5,0]])",
            'Not even `"mean"`',
        ),
        ("max_blind = ([[0, 0, 0]], [[0, 0, 0]])", "no messages at all"),
        ("max_blind = 3", "should be a list"),
    ],
}
