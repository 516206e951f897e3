"""How fast is `compare` on complete graphs, beside networkx and a plain refinement of tuples? Pytest does not run this.

Two pairs of each size: one that is not told apart, one that is. The hashes of networkx are timed, not believed: it
joins label strings without separators, and takes raw floats for labels.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from typing import Any

import networkx
import numpy as np
from tables import Table, seconds, shown

from twinclouds import as_cloud, compare, distance_graph, pairs
from twinclouds.coloring import Union, _Complete
from twinclouds.lengths import distance_labels


def twins(points: int) -> tuple[Any, Any]:
    """Three planes with `points` / 6 random inversion pairs each: equivalent, not congruent."""
    rng = np.random.default_rng(0)
    a, b = pairs.three_planes(*(rng.uniform(0.5, 12, (points // 6, 2)) for _ in range(3)), species="X")
    return a, b


def strangers(points: int) -> tuple[Any, Any]:
    """Two random clouds."""
    rng = np.random.default_rng(1)
    return rng.uniform(-12, 12, (points, 3)), rng.uniform(-12, 12, (points, 3))


def hashes(graphs: list[networkx.Graph], rounds: int = 3) -> list[str]:
    """Hash all graphs, with three rounds unless told otherwise, which is networkx's default."""
    options = {"edge_attr": "distance", "node_attr": "species", "iterations": rounds}
    return [networkx.weisfeiler_lehman_graph_hash(g, **options) for g in graphs]


def plain(neighbours: list[list[list[tuple[int, int]]]]) -> bool:
    """Refine graphs given as lists of (label, neighbour) in the simplest way there is; are they equivalent?"""
    colors = [[0] * len(graph) for graph in neighbours]
    count = 1
    while True:
        seen = [
            [(c[i], tuple(sorted((label, c[j]) for label, j in near))) for i, near in enumerate(graph)]
            for graph, c in zip(neighbours, colors, strict=True)
        ]
        palette = {key: k for k, key in enumerate(sorted({key for keys in seen for key in keys}))}
        colors = [[palette[key] for key in keys] for keys in seen]
        if sorted(colors[0]) != sorted(colors[1]):
            return False
        if len(palette) == count:
            return True
        count = len(palette)


def adjacency(graphs: list[Any]) -> list[list[list[tuple[int, int]]]]:
    """Prepare what `plain` takes."""
    found = []
    for graph, labels in zip(graphs, distance_labels(graphs).labels, strict=True):
        near: list[list[tuple[int, int]]] = [[] for _ in range(graph.n_nodes)]
        for i, j, label in zip(graph.senders.tolist(), graph.receivers.tolist(), labels.tolist(), strict=True):
            near[i].append((label, j))
        found.append(near)
    return found


def tables(quick: bool) -> list[Table]:
    """Measure; the largest sizes only if there is time."""
    sizes = (30, 102, 300) if quick else (30, 102, 300, 1002, 1998)
    whole = Table(
        "Complete graphs: one comparison",
        ["points", "pair", "`compare`", "networkx hash, 3 rounds", "ratio", "plain tuples", "ratio"],
        "at least 100 times as fast as networkx from 300 points on.",
        "`compare` starts from coordinates and builds, labels, refines, and checks its verdict exactly and against "
        "other tolerances; networkx and the plain refinement get graphs that are ready.",
    )
    rounds = Table(
        "Complete graphs: one round",
        ["points", "one round, both clouds", "reading all labels once", "ratio"],
        "at most 8 times the time to read the labels.",
        "Reading: the largest number of the two n x n tables of labels, 32 bits each. Small tables stay in the cache.",
    )
    growth = []
    for points in sizes:
        repeats = 9 if points < 500 else 3
        for make in (twins, strangers):
            a, b = (as_cloud(x) for x in make(points))
            ours = seconds(partial(compare, a, b), repeats)
            graphs = [distance_graph(x) for x in (a, b)]
            exported = [g.to_networkx() for g in graphs]
            theirs = seconds(partial(hashes, exported), 1)
            del exported
            if points <= 1002:
                simple = seconds(partial(plain, adjacency(graphs)), 1)
                last = [shown(simple), f"{simple / ours:.0f}"]
            else:
                last = ["not run", ""]
            kind = "not told apart" if make is twins else "told apart"
            whole.add(points, kind, shown(ours), shown(theirs), f"{theirs / ours:.0f}", *last)
            if make is twins:
                growth.append((points, ours))
                work = Union(graphs)._with(distance_labels(graphs).of_bonds)
                assert isinstance(work, _Complete)
                colors = work.hashed_round(work.species)
                one = seconds(partial(work.hashed_round, colors), 15)
                read = seconds(work._label_rows.max, 15)
                rounds.add(points, shown(one), shown(read), f"{one / read:.1f}")
    rises = Table(
        "Complete graphs: growth",
        ["from", "to", "time grows", "n^2 log n grows"],
        "no worse than n^2 log n.",
    )
    for (small, before), (large, after) in pairwise(growth):
        law = (large / small) ** 2 * np.log(large) / np.log(small)
        rises.add(small, large, f"{after / before:.1f}", f"{law:.1f}")
    return [whole, rounds, rises]


if __name__ == "__main__":
    print("\n\n".join(table.markdown() for table in tables(quick=True)))
