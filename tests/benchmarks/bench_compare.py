"""How fast is `compare` on clouds of 300 points, beside networkx on the same graphs? Run this file; pytest does not.

Two pairs on the complete graph (89,700 directed edges in each cloud): one that is not told apart, one that is. The
hashes of networkx are timed, not believed: it joins label strings without separators, and takes raw floats for labels.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from typing import Any

import networkx
import numpy as np

from twinclouds import compare, distance_graph, pairs
from twinclouds.graphs import distance_labels


def twins(points: int) -> tuple[Any, Any]:
    """Three planes with `points` / 6 random inversion pairs each: equivalent, not congruent."""
    rng = np.random.default_rng(0)
    a, b = pairs.three_planes(*(rng.uniform(0.5, 12, (points // 6, 2)) for _ in range(3)), species="X")
    return a, b


def strangers(points: int) -> tuple[Any, Any]:
    """Two random clouds."""
    rng = np.random.default_rng(1)
    return rng.uniform(-12, 12, (points, 3)), rng.uniform(-12, 12, (points, 3))


def seconds(call: Callable[[], object], repeats: int) -> float:
    """Best wall time of several calls."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        call()
        times.append(time.perf_counter() - start)
    return min(times)


def strings(a: Any, b: Any) -> list[networkx.Graph]:
    """Export both graphs with the joint length labels as strings of one width, the least work for networkx."""
    graphs = [distance_graph(c) for c in (a, b)]
    plain = []
    for graph, labels in zip(graphs, distance_labels(graphs).labels, strict=True):
        bare = graph.to_networkx()
        for i, j, d in zip(graph.senders.tolist(), graph.receivers.tolist(), labels.tolist(), strict=True):
            bare.edges[i, j]["distance"] = f"{d:08d}"
        plain.append(bare)
    return plain


def hashes(graphs: list[networkx.Graph], rounds: int) -> list[str]:
    """Hash all graphs."""
    options = {"edge_attr": "distance", "node_attr": "species", "iterations": rounds}
    return [networkx.weisfeiler_lehman_graph_hash(g, **options) for g in graphs]


def main(points: int = 300) -> None:
    """Print the times and their ratios."""
    for a, b in (twins(points), strangers(points)):
        verdict = compare(a, b)
        ours = seconds(partial(compare, a, b), 9)
        print(f"{points} points, {verdict.wording}: compare takes {1000 * ours:.1f} ms")
        for graphs, rounds, how in (
            ([distance_graph(c).to_networkx() for c in (a, b)], 3, "distances as exported, 3 rounds (its default)"),
            (strings(a, b), verdict.refinement.rounds, "prepared strings, as many rounds as compare did"),
        ):
            theirs = seconds(partial(hashes, graphs, rounds), 2)
            print(f"  networkx, {how}: {1000 * theirs:.0f} ms, {theirs / ours:.0f} times as long")


if __name__ == "__main__":
    main()
