"""Plain second opinions: the same questions answered by short, slow programs that share nothing with the package.

They work on integers, fractions and tuples wherever they can, so that nothing in them depends on a tolerance.
"""

from __future__ import annotations

import itertools
import json
from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import networkx
import numpy as np
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
Neighbour = tuple[int, int, tuple[int, int, int]]


def neighbours(
    positions: ArrayLike, cell: ArrayLike, pbc: Sequence[bool], cutoff: float, slack: float = 1e-6
) -> dict[Neighbour, float]:
    """Measure every pair of images in a block of cells that is certainly large enough."""
    positions, cell = np.asarray(positions, dtype=float), np.asarray(cell, dtype=float)
    axes = [k for k in range(3) if pbc[k]]
    reach = [0, 0, 0]
    for k in axes:
        others = cell[[m for m in axes if m != k]]
        # Height of the cell above the other periodic vectors, by Gram-Schmidt.
        away = cell[k].copy()
        if len(others):
            basis = np.linalg.qr(others.T)[0]
            away -= basis @ (basis.T @ away)
        height = np.linalg.norm(away)
        spread = np.ptp(positions @ (away / height))
        reach[k] = int(np.ceil((cutoff + spread) / height)) + 1
    blocks = np.array(list(itertools.product(*[range(-r, r + 1) for r in reach])))
    vectors = positions[None, None] - positions[:, None, None] + (blocks @ cell)[None, :, None]
    lengths = np.linalg.norm(vectors, axis=-1)
    found = {}
    for i, s, j in np.argwhere(lengths <= cutoff + slack):
        shift = tuple(int(x) for x in blocks[s])
        if i != j or any(shift):
            found[int(i), int(j), shift] = float(lengths[i, s, j])
    return found


@dataclass(frozen=True)
class LabelledGraph:
    """Species of the vertices, and for each vertex the list of (label, neighbour)."""

    species: tuple[Hashable, ...]
    around: tuple[tuple[tuple[int, int], ...], ...]


def integer_graph(
    points: Sequence[Sequence[int]],
    species: Sequence[str],
    square: float = np.inf,
    distances: bool = True,
) -> LabelledGraph:
    """Join integer points whose squared distance is at most `square`; it is the label, so nothing is rounded."""
    around = []
    for i, p in enumerate(points):
        row = []
        for j, q in enumerate(points):
            label = sum((x - y) ** 2 for x, y in zip(p, q, strict=True))
            if i != j and label <= square:
                row.append((label if distances else 0, j))
        around.append(tuple(row))
    return LabelledGraph(tuple(species), tuple(around))


def refine(graphs: Sequence[LabelledGraph], rounds: int | None = None) -> list[list[tuple[int, ...]]]:
    """Refine with nested tuples: entry [t][g] holds the colours of graph g after round t, one palette per round."""
    raw: list[list[Hashable]] = [list(g.species) for g in graphs]
    history = [_ranked(raw)]
    while rounds is None or len(history) <= rounds:
        before = history[-1]
        raw = [
            [(before[g][i], tuple(sorted((d, before[g][j]) for d, j in row))) for i, row in enumerate(graph.around)]
            for g, graph in enumerate(graphs)
        ]
        history.append(_ranked(raw))
        if len({c for g in history[-1] for c in g}) == len({c for g in before for c in g}):
            break
    return history


def _ranked(raw: list[list[Any]]) -> list[tuple[int, ...]]:
    rank = {color: r for r, color in enumerate(sorted({c for g in raw for c in g}))}
    return [tuple(rank[c] for c in g) for g in raw]


def first_difference(graphs: Sequence[LabelledGraph], rounds: int | None = None) -> int | None:
    """First round whose colour histograms differ between the graphs, or None."""
    for t, colors in enumerate(refine(graphs, rounds)):
        if any(Counter(c) != Counter(colors[0]) for c in colors[1:]):
            return t
    return None


def same_partition(first: Sequence[Hashable], second: Sequence[Hashable]) -> bool:
    """Do two colourings of the same things put the same things together?"""
    return len(set(zip(first, second, strict=True))) == len(set(first)) == len(set(second))


def isomorphic(first: LabelledGraph, second: LabelledGraph) -> bool:
    """Compare complete labelled graphs by networkx's VF2; for clouds this means: congruent up to reflection."""
    graphs = []
    for graph in (first, second):
        plain = networkx.Graph()
        plain.add_nodes_from((i, {"s": s}) for i, s in enumerate(graph.species))
        plain.add_edges_from((i, j, {"d": d}) for i, row in enumerate(graph.around) for d, j in row)
        graphs.append(plain)
    match = networkx.algorithms.isomorphism
    return bool(
        networkx.is_isomorphic(
            *graphs, node_match=match.categorical_node_match("s", None), edge_match=match.categorical_edge_match("d", 0)
        )
    )


def length_classes(*clouds: ArrayLike, tolerance: float = 1e-6) -> list[NDArray[np.int64]]:
    """Label the distance matrices of isolated clouds: equal labels for lengths in one cluster."""
    matrices = [
        np.linalg.norm(np.asarray(c, dtype=float)[:, None] - np.asarray(c, dtype=float)[None], axis=2) for c in clouds
    ]
    ordered = np.unique(np.concatenate([m.ravel() for m in matrices]))
    ends = ordered[np.flatnonzero(np.diff(ordered, append=np.inf) > tolerance)]
    return [np.searchsorted(ends, m) for m in matrices]


def two_fwl_separates(a: ArrayLike, b: ArrayLike, species: Sequence[str]) -> bool:
    """Colour pairs of points by their distance, refine c(i, j) <- multiset over k of (c(i, k), c(k, j)), compare."""
    labels = length_classes(a, b)
    n = len(species)
    raw = [[(int(m[i, j]), i == j, species[i], species[j]) for i in range(n) for j in range(n)] for m in labels]
    colors = _ranked(raw)
    while True:
        count = len({c for g in colors for c in g})
        raw = [
            [
                (g[i * n + j], tuple(sorted((g[i * n + k], g[k * n + j]) for k in range(n))))
                for i in range(n)
                for j in range(n)
            ]
            for g in colors
        ]
        colors = _ranked(raw)
        if Counter(colors[0]) != Counter(colors[1]):
            return True
        if len({c for g in colors for c in g}) == count:
            return False


def angles_differ(clouds: Sequence[Any], cutoff: float, tolerance: float = 1e-5) -> bool:
    """Compare the atoms, each by its multiset of (own species, both neighbours' species and distances, third side)."""
    tables = []
    for cloud in clouds:
        edges: dict[int, list[tuple[str, Matrix]]] = {i: [] for i in range(len(cloud))}
        positions, cell = cloud.get_positions(), np.asarray(cloud.get_cell())
        reach = cutoff if np.isfinite(cutoff) else 1e3
        for i, j, shift in neighbours(positions, cell, cloud.get_pbc(), reach):
            edges[i].append((cloud.symbols[j], positions[j] - positions[i] + np.array(shift) @ cell))
        table = []
        for i, row in edges.items():  # every entry remembers its atom: atoms are compared as wholes
            lengths = [np.linalg.norm(v) for _, v in row]
            for (x, (s, u)), (y, (t, v)) in itertools.combinations(list(zip(lengths, row, strict=True)), 2):
                ends = sorted([(s, x), (t, y)])
                if s == t:
                    ends = [(s, min(x, y)), (s, max(x, y))]
                kind = (cloud.symbols[i], ends[0][0], ends[1][0])
                table.append((i, kind, ends[0][1], ends[1][1], np.linalg.norm(u - v)))
        tables.append(table)
    if len(tables[0]) != len(tables[1]):
        return True
    lengths = np.unique(np.array([row[2:] for table in tables for row in table]))
    ends = lengths[np.flatnonzero(np.diff(lengths, append=np.inf) > tolerance)]
    atoms: list[Counter[Hashable]] = []
    for table in tables:
        seen: dict[int, Counter[Hashable]] = {}
        for i, kind, *sides in table:
            seen.setdefault(i, Counter())[kind, *np.searchsorted(ends, sides).tolist()] += 1
        atoms.append(Counter(frozenset(counts.items()) for counts in seen.values()))
    return atoms[0] != atoms[1]


def periodic_certificate_holds(text: str) -> bool:
    """Check a certificate of periodic clouds up to its radius: every image is measured, every triangle counted."""
    data = json.loads(text)
    lengths, tolerance = np.array(data["lengths"]), data["tolerance"]
    if Counter(data["classes"][0]) != Counter(data["classes"][1]):
        return False
    wanted: dict[int, Counter[tuple[int, int]]] = {}
    for p, q, d, k in data["table"]:
        wanted.setdefault(p, Counter())[q, d] = k
    kind = sorted(zip(data["triangle"]["species"], data["triangle"]["sides"], strict=True))
    counts = []
    for name, colors in zip("ab", data["classes"], strict=True):
        cloud = data[name]
        points, cell, species = np.array(cloud["positions"]), np.array(cloud["cell"]), cloud["species"]
        around: dict[int, list[tuple[int, float, Matrix]]] = {i: [] for i in range(len(points))}
        for (i, j, shift), length in neighbours(points, cell, cloud["pbc"], data["radius"]).items():
            around[i].append((j, length, points[j] + np.array(shift) @ cell - points[i]))
        corners = 0
        for i, seen in around.items():
            fits = [np.flatnonzero(np.abs(lengths - x) <= tolerance) for _, x, _ in seen]
            if any(len(f) != 1 for f in fits):
                return False
            if Counter((colors[j], int(f[0])) for (j, _, _), f in zip(seen, fits, strict=True)) != wanted[colors[i]]:
                return False
            near = [s for s in seen if s[1] <= max(x for _, x in kind) + 1e-4]
            for (j, x, u), (k, y, v) in itertools.combinations(near, 2):
                found = [(species[i], float(np.linalg.norm(u - v))), (species[j], y), (species[k], x)]
                corners += any(
                    all(s == t and abs(p - q) <= 10 * tolerance for (s, p), (t, q) in zip(order, kind, strict=True))
                    for order in itertools.permutations(found)
                )
        counts.append(corners // 3)
    return counts == data["triangle"]["counts"] and counts[0] != counts[1]


def certificate_holds(text: str) -> bool:
    """Check a certificate of isolated clouds from its JSON text: distances and counting, nothing else."""
    data = json.loads(text)
    names, tolerance = ("a", "b"), data["tolerance"]
    if Counter(data["classes"][0]) != Counter(data["classes"][1]):
        return False
    wanted: dict[int, Counter[tuple[int, int]]] = {}
    for p, q, d, k in data["table"]:
        wanted.setdefault(p, Counter())[q, d] = k
    triangles = []
    for name, colors in zip(names, data["classes"], strict=True):
        points, species = np.array(data[name]["positions"]), data[name]["species"]
        lengths = np.linalg.norm(points[:, None] - points[None], axis=2)
        for i in range(len(points)):
            if species[i] != dict(zip(data["classes"][0], data["a"]["species"], strict=True))[colors[i]]:
                return False
            seen: Counter[tuple[int, int]] = Counter()
            for j in range(len(points)):
                if i != j:
                    fits = [d for d, x in enumerate(data["lengths"]) if abs(x - lengths[i, j]) <= tolerance]
                    if len(fits) != 1:
                        return False
                    seen[colors[j], fits[0]] += 1
            if seen != wanted.get(colors[i], Counter()):
                return False
        kind = list(zip(data["triangle"]["species"], data["triangle"]["sides"], strict=True))
        triangles.append(
            sum(
                any(
                    all(
                        species[v] == s and abs(lengths[u, w] - x) <= 10 * tolerance
                        for (s, x), (v, u, w) in zip(kind, ((i, j, k), (j, i, k), (k, i, j)), strict=True)
                    )
                    for i, j, k in itertools.permutations(corners)
                )
                for corners in itertools.combinations(range(len(points)), 3)
            )
        )
    return triangles == data["triangle"]["counts"] and triangles[0] != triangles[1]
