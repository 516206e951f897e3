"""Attempts at the exercises of ``02_colour_refinement``; see ``n00.py``."""

SETUP = """
import networkx as nx
import numpy as np
import twinclouds as tc
"""


def _round(body: str) -> str:
    return f"def refine_round(colors, neighbours):\n    return {body}"


def _lengths(body: str) -> str:
    return f"def refine_with_lengths(colors, neighbours):\n    return {body}"


def _equitable(body: str) -> str:
    return f"def equitable(colors, neighbours):\n    {body}"


RIGHT = {
    "by_hand": [
        "by_hand = [[5] * 6, [1, 3, 2, 2, 1, 1], [0, 1, 2, 3, 4, 0]]",
        "by_hand = [list('aaaaaa'), list('abccaa'), list('abcdea')]",
        "by_hand = np.array([[0] * 6, [1, 3, 2, 2, 1, 1], [1, 3, 4, 5, 2, 1]])",
    ],
    "refine_round": [
        # texts for colours
        _round("[f'{c} hears {sorted(colors[j] for j in near)}' for c, near in zip(colors, neighbours)]"),
        # tuples, never shortened
        _round("[(c, tuple(sorted(colors[j] for j in near))) for c, near in zip(colors, neighbours)]"),
        "from collections import Counter\n"
        "def refine_round(colors, neighbours):\n"
        "    known = [(c, frozenset(Counter(colors[j] for j in n).items())) for c, n in zip(colors, neighbours)]\n"
        "    return np.array([known.index(k) for k in known])",
    ],
    "equitable": [
        # colour by colour, with numpy's own True
        "def equitable(colors, neighbours):\n"
        "    colors = np.unique(colors, return_inverse=True)[1]\n"
        "    heard = np.array([np.bincount(colors[near], minlength=max(colors) + 1) for near in neighbours])\n"
        "    return np.all([np.ptp(heard[colors == c], axis=0) == 0 for c in colors])",
        # one round adds no colour
        _equitable("known = {(c, *sorted(str(colors[j]) for j in n)) for c, n in zip(colors, neighbours)}\n    ")
        + "return 1 if len(set(colors)) == len(known) else 0",
    ],
    "chain_rounds": ["chain_rounds = 50", "chain_rounds = '50'", "chain_rounds = 101 // 2"],
    "refine_with_lengths": [
        _lengths("[(c, tuple(sorted((colors[j], d) for j, d in near))) for c, near in zip(colors, neighbours)]"),
        _lengths("[str((c, sorted((d, colors[j]) for j, d in near))) for c, near in zip(colors, neighbours)]"),
    ],
    "connected_twins": [
        # a cube, and a ring of eight with its diagonals
        "connected_twins = [nx.circular_ladder_graph(4), nx.circulant_graph(8, [1, 4])]",
        "connected_twins = ([(0,1),(1,2),(2,0),(3,4),(4,5),(5,3),(0,3),(1,4),(2,5)],"
        " [('a','x'),('a','y'),('a','z'),('b','x'),('b','y'),('b','z'),('c','x'),('c','y'),('c','z')])",
    ],
}

WRONG = {
    "by_hand": [
        ("by_hand = [0, 0, 0, 0, 0, 0]", "Three rounds are wanted"),
        ("by_hand = [[0] * 6, [1, 3, 2, 2, 1, 1]]", "Three rounds are wanted"),
        ("by_hand = [[0] * 5, [1, 3, 2, 2, 1], [1, 3, 4, 5, 2]]", "one colour for each of the 6 atoms"),
        ("by_hand = [[0, 1, 2, 3, 4, 5]] * 3", "In round 0 all atoms share one colour"),
        ("by_hand = [[0] * 6, [1, 3, 2, 2, 1, 4], [1, 3, 4, 5, 2, 1]]", "In round 1 you part the atoms 0 and 5"),
        ("by_hand = [[0] * 6, [1, 2, 2, 2, 1, 1], [1, 3, 4, 5, 2, 1]]", "In round 1 the atoms 1 and 2 share a colour"),
        ("by_hand = [[0] * 6, [1, 3, 2, 2, 1, 1], [1, 3, 2, 2, 1, 1]]", "In round 2 the atoms 0 and 4 share a colour"),
        ("by_hand = [[0] * 6, [1, 3, 2, 2, 1, 1], 7]", "should be a list"),
    ],
    "refine_round": [
        ("refine_round = [0, 1]", "A function is wanted here"),
        (_round("[(c, frozenset(colors[j] for j in near)) for c, near in zip(colors, neighbours)]"), "how many"),
        (_round("[tuple(sorted(colors[j] for j in near)) for near in neighbours]"), "Their own colours differ"),
        (
            _round("[(c, tuple(colors[j] for j in near)) for c, near in zip(colors, neighbours)]"),
            "the order of the neigh",
        ),
        (_round("[(c, len(near)) for c, near in zip(colors, neighbours)]"), "They hear different things"),
        (_round("[(c, sum(colors[j] for j in near)) for c, near in zip(colors, neighbours)]"), "how many"),
        (
            _round("[str(c) + ''.join(sorted(str(colors[j]) for j in near)) for c, near in zip(colors, neighbours)]"),
            "Both are written as `'1111'`: is there something between",
        ),
        (_round("colors"), "gives one colour to atom 0"),
        (_round("list(range(len(colors)))"), "gives two colours to atom 0"),
        (_round("[(c, tuple(sorted(near))) for c, near in zip(colors, neighbours)]"), "gives two colours to"),
        (_round("len(set(colors))"), "should be a list"),
        (_round("[0]"), "one colour for each of the 3 atoms"),
        (_round("[colors[j] for near in neighbours for j in near]"), "should hold one colour"),
    ],
    "equitable": [
        ("equitable = True", "A function is wanted here"),
        (_equitable("return True"), "a chain of three in one colour, the colouring is not equitable"),
        (_equitable("return False"), "a triangle in one colour, the colouring is equitable"),
        (
            _equitable("return len(set(map(len, neighbours))) == 1"),
            "whose ends have one colour, the colouring is equit",
        ),
        (
            _equitable("return len(set(colors)) == len({(c, len(n)) for c, n in zip(colors, neighbours)})"),
            "a hexagon, half in one colour",
        ),
        (_equitable("return [True]"), "should be `True` or `False`"),
        (_equitable("print(True)"), "returns nothing yet"),
    ],
    "chain_rounds": [
        ("chain_rounds = 100", "the bound n - 1"),
        ("chain_rounds = 51", "One too many"),
        ("chain_rounds = 49", "too few"),
        ("chain_rounds = 101", "too many"),
        ("chain_rounds = 50.5", "whole number"),
        ("chain_rounds = [50, 51]", "one number"),
    ],
    "refine_with_lengths": [
        (
            _lengths("[(c, tuple(sorted(colors[j] for j, _ in near))) for c, near in zip(colors, neighbours)]"),
            "They hear different things",
        ),
        (
            _lengths(
                "[(c, tuple(sorted(d for _, d in near)), tuple(sorted(colors[j] for j, _ in near)))"
                " for c, near in zip(colors, neighbours)]"
            ),
            "along",
        ),
        (
            _lengths("[(c, tuple(sorted(colors[j] for j in near))) for c, near in zip(colors, neighbours)]"),
            "stopped with TypeError",
        ),
        (
            _lengths("[(c, frozenset((d, colors[j]) for j, d in near)) for c, near in zip(colors, neighbours)]"),
            "how many",
        ),
        (
            _lengths(
                "[str(c) + '|' + ','.join(sorted(f'{d}{colors[j]}' for j, d in near))"
                " for c, near in zip(colors, neighbours)]"
            ),
            "Both are written as `'0|111'`",
        ),
    ],
    "connected_twins": [
        ("connected_twins = nx.cycle_graph(6)", "Two graphs are wanted"),
        (
            "connected_twins = (nx.cycle_graph(6), nx.disjoint_union(nx.cycle_graph(3), nx.cycle_graph(3)))",
            "in 2 pieces",
        ),
        ("connected_twins = (nx.cycle_graph(6), nx.cycle_graph(6))", "isomorphic"),
        ("connected_twins = (nx.path_graph(4), nx.star_graph(3))", "Refinement tells these two apart"),
        ("connected_twins = (nx.cycle_graph(6), nx.cycle_graph(5))", "6 and 5 vertices"),
        ("connected_twins = (nx.petersen_graph(), nx.circular_ladder_graph(5))", "has 10 vertices"),
        ("connected_twins = ([(0, 1, 2)], [(0, 1)])", "two ends"),
        ("connected_twins = ([(0, 0)], [(0, 1)])", "joined to itself"),
        ("connected_twins = (nx.DiGraph([(0, 1)]), nx.path_graph(2))", "plain `networkx.Graph`"),
        ("connected_twins = (3, 4)", "should be a list"),
    ],
}
