"""Attempts at the exercises of ``06_what_a_network_can_learn``; see ``n00.py``."""

SETUP = """
import numpy as np
import twinclouds as tc
from twinclouds.learning import axilrod_teller, lennard_jones
from twinclouds.networks import MessagePassing
"""

_GROUPS = """
def groups(energies, labels):
    found = {}
    for e, label in zip(energies, labels):
        found.setdefault(label, []).append(e)
    return [np.array(mine, dtype=float) for mine in found.values()]
"""
_SPLIT = """
def both(n_pairs, share, seed):
    order = np.random.default_rng(seed).permutation(n_pairs)
    k = round(share * n_pairs)
    return [np.sort(np.concatenate([2 * p, 2 * p + 1])) for p in (order[k:], order[:k])]
"""
_TABLE = """
def table(x):
    d = np.linalg.norm(x[:, None] - x[None], axis=2)
    return d[~np.eye(len(x), dtype=bool)].reshape(len(x), -1)
"""

RIGHT = {
    "blind_floor": [
        _GROUPS + "def blind_floor(energies, labels):\n"
        "    squares = [x for mine in groups(energies, labels) for x in (mine - mine.mean()) ** 2]\n"
        "    return sum(squares) / len(squares) and (sum(squares) / len(squares)) ** 0.5",
        # Variances, weighted by how many clouds a label has.
        _GROUPS + "def blind_floor(energies, labels):\n"
        "    return np.array([np.sqrt(sum(len(g) * g.var() for g in groups(energies, labels)) / len(energies))])",
    ],
    "diluted_floor": [
        "diluted_floor = 0.0707",
        "diluted_floor = 0.07",
        "diluted_floor = 1 / np.sqrt(200)",
        "diluted_floor = np.sqrt(np.mean([0.25] * 20 + [0] * 980))",
        "diluted_floor = '0,071'",
    ],
    "split_pairs": [
        _SPLIT + "split_pairs = both",
        "import random\n"
        "def split_pairs(n_pairs, share, seed):\n"
        "    chosen = set(random.Random(seed).sample(range(n_pairs), round(share * n_pairs)))\n"
        "    test = {c for c in range(2 * n_pairs) if c // 2 in chosen}\n"
        "    return {c for c in range(2 * n_pairs) if c not in test}, test",
    ],
    "quiet_energy": [
        # Finnis and Sinclair, with another density
        _TABLE + "quiet_energy = lambda x: -np.sqrt((table(x) ** -6.0).sum(axis=1)).sum()",
        # the square of a pair potential has terms of up to four bodies
        "quiet_energy = lambda x: lennard_jones(x) ** 2",
        # fourth powers of the distances from the centre: for three points a sum over pairs, for four no more
        "quiet_energy = lambda x: (((x - x.mean(axis=0)) ** 2).sum(axis=1) ** 2).sum()",
        # a network of distances
        "quiet_energy = lambda x: MessagePassing(2, 8)(x).sum()",
        # how different the surroundings are
        _TABLE + "quiet_energy = lambda x: [np.std(table(x).sum(axis=1)) + table(x).sum(axis=1).max()]",
    ],
}

WRONG = {
    "blind_floor": [
        (
            _GROUPS + "blind_floor = lambda e, l: sum(len(g) * g.var() for g in groups(e, l)) / len(e)",
            "root is missing",
        ),
        (_GROUPS + "blind_floor = lambda e, l: np.sqrt(np.mean([np.ptp(g) ** 2 for g in groups(e, l)]))", "twice"),
        ("blind_floor = lambda energies, labels: np.std(energies)", "label has a mean of its own"),
        (
            "def blind_floor(energies, labels):\n"
            "    pairs = np.reshape(energies, (-1, 2))\n"
            "    return np.sqrt(np.mean(np.diff(pairs) ** 2) / 4)",
            "labels of their own",
        ),
        (
            _GROUPS + "def blind_floor(energies, labels):\n"
            "    several = [g for g in groups(energies, labels) if len(g) > 1]\n"
            "    return np.sqrt(sum(len(g) * g.var() for g in several) / sum(len(g) for g in several))",
            "count in N",
        ),
        (
            _GROUPS + "def blind_floor(energies, labels):\n"
            "    squares = [len(g) * g.var() for g in groups(energies, labels)]\n"
            "    return np.sqrt(sum(squares) / len(squares))",
            "over the clouds",
        ),
        ("blind_floor = lambda energies, labels: 1.5", "two pairs"),
        ("blind_floor = lambda energies: 1.5", "TypeError"),
        ("blind_floor = 0.4919", "A function is wanted"),
    ],
    "diluted_floor": [
        ("diluted_floor = 0.5", "among the twins alone"),
        ("diluted_floor = 0.05", "both members"),
        ("diluted_floor = np.sqrt(20 / 1000)", "half of the difference"),
        ("diluted_floor = 0.01", "absolute"),
        ("diluted_floor = 0.005", "root is missing"),
        ("diluted_floor = 70.7", "meV"),
        ("diluted_floor = 1.0", "whole difference"),
        ("diluted_floor = 3", "Write down the errors"),
        ("diluted_floor = 'small'", "should be a number"),
    ],
    "split_pairs": [
        (
            "def split_pairs(n_pairs, share, seed):\n"
            "    order = np.random.default_rng(seed).permutation(2 * n_pairs)\n"
            "    k = 2 * round(share * n_pairs)\n"
            "    return order[k:], order[:k]",
            "parts the twins",
        ),
        (_SPLIT + "split_pairs = lambda n, share, seed: both(n, share, 0)", "seeds 1 and 2"),
        (_SPLIT + "split_pairs = lambda n, share, seed: both(n, share, None)", "Called twice"),
        (_SPLIT + "split_pairs = lambda n, share, seed: both(n, share, seed)[::-1]", "wrong order"),
        (_SPLIT + "split_pairs = lambda n, share, seed: both(n, share / 2, seed)", "should hold"),
        (_SPLIT + "split_pairs = lambda n, share, seed: [p // 2 for p in both(n, share, seed)]", "more than once"),
        (
            "def split_pairs(n_pairs, share, seed):\n"
            "    order = np.random.default_rng(seed).permutation(n_pairs)\n"
            "    return order[round(share * n_pairs):], order[:round(share * n_pairs)]",
            "these are pairs",
        ),
        (_SPLIT + "split_pairs = lambda n, share, seed: both(n, share, seed)[0]", "should return two lists"),
        ("split_pairs = lambda n, share, seed: (range(2 * n), [0, 1])", "in both lists"),
        ("split_pairs = lambda n, share, seed: (range(2, 2 * n), [])", "in neither list"),
    ],
    "quiet_energy": [
        ("quiet_energy = lennard_jones", "sum over pairs"),
        (_TABLE + "quiet_energy = lambda x: np.sqrt(table(x)).mean()", "sum over pairs"),
        ("quiet_energy = lambda x: ((x - x.mean(axis=0)) ** 2).sum()", "sum over pairs"),
        ("quiet_energy = axilrod_teller", "twins hear it"),
        ("quiet_energy = lambda x: MessagePassing(2, 8, vectors=True)(x).sum()", "twins hear it"),
        ("quiet_energy = lambda x: 3.0", "same value"),
        ("quiet_energy = lambda x: np.abs(x).sum()", "is shifted"),
        ("quiet_energy = lambda x: ((x - x.mean(axis=0))[:, 0] ** 4).sum()", "is turned"),
        ("quiet_energy = lambda x: np.linalg.norm(x[0] - x[1])", "is renumbered"),
        ("quiet_energy = lambda x: -float('inf')", "distance 0"),
        ("quiet_energy = lambda x: x", "should be one number"),
    ],
}
