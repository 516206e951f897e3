"""Checks of the notebook ``02_colour_refinement``."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from twinclouds.exercises.judging import Wrong, boolean, call, entries, integer, show

__all__ = [
    "check_by_hand",
    "check_chain_rounds",
    "check_connected_twins",
    "check_equitable",
    "check_refine_round",
    "check_refine_with_lengths",
]

#: The carbon skeleton of 2-methylpentane, as in the notebook.
METHYLPENTANE = [[1], [0, 2, 5], [1, 3], [2, 4], [3], [1]]


def _texts(colors: Sequence[Any], neighbours: Sequence[Sequence[Any]]) -> list[tuple[Any, tuple[Any, ...]]]:
    """What each atom knows after one round; a neighbour is a number, or a number with the label of the edge."""
    return [
        (colors[i], tuple(sorted((e[1], colors[e[0]]) if isinstance(e, tuple) else (0, colors[e]) for e in near)))
        for i, near in enumerate(neighbours)
    ]


def _stable(neighbours: Sequence[Sequence[Any]]) -> list[int]:
    """The stable colouring, all atoms being of one kind."""
    colors = [0] * len(neighbours)
    while True:
        texts = _texts(colors, neighbours)
        palette = {text: k for k, text in enumerate(dict.fromkeys(texts))}
        if len(palette) == len(set(colors)):
            return colors
        colors = [palette[text] for text in texts]


def _differing_pair(found: Sequence[Any], expected: Sequence[Any]) -> tuple[int, int] | None:
    """First two atoms that share a colour in one list and not in the other."""
    for i, j in combinations(range(len(expected)), 2):
        if (found[i] == found[j]) != (expected[i] == expected[j]):
            return i, j
    return None


def _colors(value: object, n: int, what: str) -> list[Any]:
    listed = [entry.tolist() if isinstance(entry, np.ndarray) else entry for entry in entries(value, what)]
    if len(listed) != n:
        raise Wrong(f"{what} should hold one colour for each of the {n} atoms, but it has {len(listed)} entries.")
    return listed


def check_by_hand(answer: Any) -> str:
    """Rounds 0, 1 and 2 on 2-methylpentane."""
    rounds = entries(answer)
    if len(rounds) != 3:
        raise Wrong(f"Three rounds are wanted, 0, 1 and 2, but there are {len(rounds)} entries.")
    expected: list[Any] = [0] * 6
    for number, given in enumerate(rounds):
        colors = _colors(given, 6, f"Round {number}")
        pair = _differing_pair(colors, expected)
        if pair is not None:
            i, j = pair
            if number == 0:
                raise Wrong("In round 0 all atoms share one colour, because all are carbon.")
            if colors[i] != colors[j]:
                raise Wrong(
                    f"In round {number} you part the atoms {i} and {j}. In round {number - 1} they had one colour, "
                    "and so had their neighbours."
                )
            raise Wrong(
                f"In round {number} the atoms {i} and {j} share a colour in your list. Compare their own colours and "
                f"those of their neighbours in round {number - 1}."
            )
        expected = _texts(expected, METHYLPENTANE)
    return "Five colours in round 2, and it stays so: only the two methyl groups at one end are alike."


#: For each mistake a small case that shows it: colours, neighbours.
_ROUNDS: tuple[tuple[list[int], list[list[int]]], ...] = (
    ([0, 0, 0], [[1], [0, 2], [1]]),
    ([0, 2, 1], [[1], [0, 2], [1]]),
    ([0, 1, 2, 0], [[1, 2], [0, 3], [0, 3], [2, 1]]),
    ([0, 1, 1, 0, 1, 0], [[1], [0, 2], [1], [4], [3, 5], [4]]),
    ([0, 0, 0], [[], [], []]),
    ([0] * 6, METHYLPENTANE),
    ([1, 3, 2, 2, 1, 1], METHYLPENTANE),
    ([7, 7, 4, 4], [[1, 2, 3], [0], [0], [0]]),
    # 1, 1 and 11 are written like 11, 1 and 1.
    ([1, 11, 1, 1], [[1, 2], [0, 3], [0], [1]]),
)


def check_refine_round(function: Any) -> str:
    """One round of refinement without lengths."""
    for colors, neighbours in _ROUNDS:
        _try_round(function, "refine_round", colors, neighbours)
    for seed in range(20):
        _try_round(function, "refine_round", *_random_graph(seed))
    return "Called again and again, until the number of colours no longer grows, this is the whole 1-WL test."


def _random_graph(seed: int) -> tuple[list[int], list[list[int]]]:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(3, 8))
    joined = np.triu(rng.random((n, n)) < 0.4, 1)
    joined = joined | joined.T
    # The order of the neighbours is random too.
    return rng.integers(0, 3, n).tolist(), [rng.permutation(np.flatnonzero(row)).tolist() for row in joined]


def _try_round(function: Any, name: str, colors: list[Any], neighbours: list[list[Any]]) -> None:
    called = f"{name}({colors}, {neighbours})"
    found = _colors(call(function, colors, neighbours, called=called), len(colors), f"`{called}`")
    expected = _texts(colors, neighbours)
    pair = _differing_pair(found, expected)
    if pair is None:
        return
    i, j = pair
    said = [f"atom {k} with the colour {colors[k]} and {_heard(colors, neighbours[k])}" for k in pair]
    told = f"{said[0]}, and {said[1]}"
    if found[i] == found[j]:
        why = "Their own colours differ." if colors[i] != colors[j] else "They hear different things."
        if colors[i] == colors[j] and set(expected[i][1]) == set(expected[j][1]):
            why = "It counts how many neighbours there are of each colour."
        if isinstance(found[i], str) and "11" in f"{colors}{neighbours}":  # the cases that are made for this
            why = f"Both are written as {show(found[i])}: is there something between the parts of your texts?"
        raise Wrong(f"`{called}` gives one colour to {told}. {why}")
    raise Wrong(
        f"`{called}` gives two colours to {told}. They know the same: the order of the neighbours does not count."
    )


def _heard(colors: Sequence[Any], near: Sequence[Any]) -> str:
    if not near:
        return "no neighbours"
    if isinstance(near[0], tuple):
        return "neighbours " + ", ".join(f"{colors[j]} along {label}" for j, label in near)
    return "neighbours of colours " + ", ".join(str(colors[j]) for j in near)


def check_equitable(function: Any) -> str:
    """Whether a colouring is equitable."""
    cases: list[tuple[list[Any], list[list[int]], str]] = [
        ([0, 0, 0], [[1, 2], [0, 2], [0, 1]], "a triangle in one colour"),
        ([0, 0, 0], [[1], [0, 2], [1]], "a chain of three in one colour"),
        ([0, 1, 0], [[1], [0, 2], [1]], "a chain of three whose ends have one colour"),
        ([0, 1, 2], [[1], [0, 2], [1]], "a chain of three in three colours"),
        ([0, 1, 0, 1], [[1], [0], [3], [2]], "two pairs of atoms"),
        ([0, 1, 1, 0], [[1, 2], [0, 3], [0, 3], [2, 1]], "a square whose opposite corners have one colour"),
        ([0, 0, 1, 1], [[1, 3], [0, 2], [1, 3], [2, 0]], "a square whose neighbouring corners have one colour"),
        # Equally many neighbours, but not of each colour.
        (
            [0, 0, 0, 1, 1, 1],
            [[1, 5], [0, 2], [1, 3], [2, 4], [3, 5], [4, 0]],
            "a hexagon, half in one colour, half in another",
        ),
        (["red", "red", "blue", "blue"], [[1], [0], [3], [2]], "two pairs of atoms, one red and one blue"),
        (_stable(METHYLPENTANE), METHYLPENTANE, "2-methylpentane with its stable colours"),
        ([1, 3, 2, 2, 1, 1], METHYLPENTANE, "2-methylpentane with the colours of round 1"),
    ]
    for colors, neighbours, what in cases:
        called = f"equitable({colors}, {neighbours})"
        given = boolean(call(function, colors, neighbours, called=called), f"`{called}`")
        heard: dict[Any, set[Any]] = {}
        for color, text in zip(colors, _texts(colors, neighbours), strict=True):
            heard.setdefault(color, set()).add(text)
        right = all(len(texts) == 1 for texts in heard.values())
        if given != right:
            is_not = "is" if right else "is not"
            raise Wrong(f"For {what}, the colouring {is_not} equitable, but `{called}` gives {show(given)}.")
    return "Every stable colouring passes this test, and so do others: all colours different, for one."


def check_chain_rounds(answer: Any) -> str:
    """Rounds that add a colour on a chain of 101 atoms."""
    given = integer(answer)
    n = 101
    chain = [[j for j in (i - 1, i + 1) if 0 <= j < n] for i in range(n)]
    right = len(set(_stable(chain))) - 1
    if given == n - 1:
        raise Wrong("That is the bound n - 1. The news comes from both ends, so it is faster.")
    if given == right + 1:
        raise Wrong("One too many: that is the number of colours, or it counts the last round, which adds none.")
    if given != right:
        raise Wrong(
            f"{given} is too {'few' if given < right else 'many'}. Try short chains of 3, 5 and 7 atoms by hand."
        )
    return "The news of the two ends meets in the middle, one atom per round, and 51 colours are the end."


def check_refine_with_lengths(function: Any) -> str:
    """One round of refinement with labels on the edges."""
    chain = [[(1, 0)], [(0, 0), (2, 1)], [(1, 1)]]
    cases: list[tuple[list[int], list[list[Any]]]] = [
        ([0, 0, 0], chain),
        ([0, 0, 0], [[(1, 0)], [(0, 0), (2, 0)], [(1, 0)]]),
        # Which length belongs to which colour.
        ([0, 0, 1, 2, 1, 2], [[(2, 5), (3, 6)], [(4, 6), (5, 5)], [(0, 5)], [(0, 6)], [(1, 6)], [(1, 5)]]),
        ([0, 1, 1, 2], [[(1, 3), (2, 4), (3, 3)], [(0, 3)], [(0, 4)], [(0, 3)]]),
        # 1 and 11 are written like 11 and 1.
        ([0, 0, 11, 1], [[(2, 1)], [(3, 11)], [(0, 1)], [(1, 11)]]),
    ]
    for colors, neighbours in cases:
        _try_round(function, "refine_with_lengths", colors, neighbours)
    for seed in range(20):
        rng = np.random.default_rng(seed)
        colors, plain = _random_graph(seed)
        labels = rng.integers(0, 3, (len(colors), len(colors)))
        labels = labels + labels.T
        with_labels = [[(j, int(labels[i, j])) for j in near] for i, near in enumerate(plain)]
        _try_round(function, "refine_with_lengths", colors, with_labels)
    return "This is the round that `tc.refine` does on a distance graph."


def check_connected_twins(answer: Any) -> str:
    """Two connected graphs that refinement does not tell apart."""
    import networkx as nx

    given = entries(answer)
    if len(given) != 2:
        raise Wrong(f"Two graphs are wanted, `(first, second)`, but there are {len(given)} entries.")
    first, second = (_as_graph(graph, nx, which) for graph, which in zip(given, ("first", "second"), strict=True))
    for graph, which in ((first, "first"), (second, "second")):
        if not 0 < len(graph) <= 8:
            raise Wrong(f"The {which} graph has {len(graph)} vertices; from one to eight are allowed.")
        if not nx.is_connected(graph):
            parts = nx.number_connected_components(graph)
            raise Wrong(f"The {which} graph is in {parts} pieces. Both should be connected.")
    if len(first) != len(second):
        raise Wrong(f"The graphs have {len(first)} and {len(second)} vertices: counting tells them apart.")
    if nx.is_isomorphic(first, second):
        raise Wrong("The two graphs are isomorphic: renumber one, and it becomes the other.")
    both = nx.disjoint_union(first, second)
    colors = _stable([list(both[i]) for i in range(len(both))])
    if sorted(colors[: len(first)]) != sorted(colors[len(first) :]):
        raise Wrong("Refinement tells these two apart.")
    return "Connected, different, and alike to the end of time."


def _as_graph(value: Any, nx: Any, which: str) -> Any:
    if isinstance(value, nx.Graph):
        if value.is_directed() or value.is_multigraph():
            raise Wrong(
                f"The {which} graph should be a plain `networkx.Graph`, neither directed nor with double edges."
            )
        graph = nx.Graph(value.edges)
        graph.add_nodes_from(value.nodes)
    else:
        graph = nx.Graph()
        for edge in entries(value, f"The {which} graph"):
            ends = entries(edge, f"Each edge of the {which} graph")
            if len(ends) != 2:
                raise Wrong(f"Each edge should have two ends, such as `(0, 1)`, but one is {show(edge)}.")
            graph.add_edge(*ends)
    loops = list(nx.selfloop_edges(graph))
    if loops:
        raise Wrong(f"In the {which} graph a vertex is joined to itself: {show(loops[0])}.")
    return graph
