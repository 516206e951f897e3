"""Resolving cutoffs, staircases, 2-FWL, angles, certificates and the search in solids. Pytest does not run this."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from math import comb
from typing import Any

import numpy as np
from bench_compare import strangers, twins
from tables import Table, seconds, shown

from twinclouds import as_cloud, certify, compare, pairs, resolving_cutoff, staircase
from twinclouds.lengths import label_values


def nearly(points: int) -> tuple[Any, Any]:
    """Twins of which one has a point moved by 0.2 angstrom."""
    a, b = twins(points)
    b = b.copy()
    b.positions[3] += [0.1, 0.2, 0.05]
    return a, b


def on_a_grid(points: int) -> tuple[Any, Any]:
    """Twins whose coordinates are whole numbers of half an angstrom."""
    rng = np.random.default_rng(2)
    places = [divmod(rng.choice(900, points // 6, replace=False), 30) for _ in range(3)]
    return pairs.three_planes(*(0.5 * np.stack([x + 1, y + 1], axis=1) for x, y in places), species="X")


def plain_pairs(clouds: tuple[Any, Any]) -> bool:
    """Run 2-FWL with tuples in the simplest way there is; are the clouds equivalent?"""
    squares = [np.linalg.norm(c.positions[:, None] - c.positions[None], axis=2) for c in clouds]
    colors = [x.tolist() for x in label_values(squares, 1e-6)]
    n, count = len(colors[0]), 0
    while True:
        seen = []
        for c in colors:
            columns = list(zip(*c, strict=True))
            seen.append(
                [[(c[i][j], tuple(sorted(zip(c[i], columns[j], strict=True)))) for j in range(n)] for i in range(n)]
            )
        palette = {key: k for k, key in enumerate(sorted({x for square in seen for row in square for x in row}))}
        colors = [[[palette[key] for key in row] for row in square] for square in seen]
        first, second = (sorted(x for row in square for x in row) for square in colors)
        if first != second or len(palette) == count:
            return first == second
        count = len(palette)


def plain_angles(clouds: tuple[Any, Any]) -> bool:
    """Run angle-wl on the complete graph with tuples in the simplest way there is; are the clouds equivalent?"""
    squares = [np.linalg.norm(c.positions[:, None] - c.positions[None], axis=2) for c in clouds]
    labels = [x.tolist() for x in label_values(squares, 1e-6)]
    n, count = len(labels[0]), 1
    colors = [[0] * n for _ in clouds]
    while True:
        seen = []
        for label, c in zip(labels, colors, strict=True):
            row = []
            for i in range(n):
                ends = [(label[i][j], c[j]) for j in range(n) if j != i]
                sides = [label[j][k] for j, k in combinations([j for j in range(n) if j != i], 2)]
                corners = [(p, q) if p < q else (q, p) for p, q in combinations(ends, 2)]
                row.append((c[i], tuple(sorted(zip(corners, sides, strict=True)))))
            seen.append(row)
        palette = {key: k for k, key in enumerate(sorted({x for row in seen for x in row}))}
        colors = [[palette[key] for key in row] for row in seen]
        if sorted(colors[0]) != sorted(colors[1]) or len(palette) == count:
            return sorted(colors[0]) == sorted(colors[1])
        count = len(palette)


def one_shape(points: int) -> tuple[Any, Any]:
    """A random cloud, and the same turned and renumbered: every round is done, and checked."""
    rng = np.random.default_rng(3)
    a = strangers(points)[0]
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    return a, (a @ turn.T)[rng.permutation(points)]


def lattice(points: int) -> tuple[Any, Any]:
    """A ball of a lattice, and the same turned: many points look alike from each, so that the check has to sort."""
    side = np.arange(-9.0, 10.0)
    every = np.stack(np.meshgrid(side, side, side), axis=-1).reshape(-1, 3)
    chosen = 1.8 * every[np.argsort((every**2).sum(axis=1), kind="stable")[:points]]
    turn = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))[0]
    return chosen, chosen[::-1] @ turn.T


def tables(quick: bool) -> list[Table]:
    """Measure."""
    cutoffs = Table(
        "Pairs of 504 points: every cutoff",
        ["pair", "`compare`", "`resolving_cutoff`", "ratio", "`staircase`", "ratio"],
        "at most 12 times one comparison.",
    )
    for name, make in (("not told apart", twins), ("told apart", strangers), ("twins, one point moved", nearly)):
        a, b = (as_cloud(x) for x in make(504))
        one = seconds(partial(compare, a, b), 5)
        found = [seconds(partial(call, a, b), 3) for call in (resolving_cutoff, staircase)]
        cutoffs.add(name, shown(one), *(x for took in found for x in (shown(took), f"{took / one:.1f}")))
    ladder = Table(
        "Upper rungs on the complete graph",
        ["points", "pair", "2-FWL", "plain tuples", "ratio", "angle-wl", "plain tuples", "ratio"],
    )
    runs = [("2-fwl", plain_pairs), ("angle-wl", plain_angles)]
    for points in (30, 60) if quick else (30, 60, 120, 300, 600, 1200):
        for kind, make in (
            ("twins", twins),
            ("strangers", strangers),
            ("one shape, turned", one_shape),
            ("ball of a lattice, turned", lattice),
        ):
            a, b = (as_cloud(x) for x in make(points))
            cells = []
            for test, plain in runs:
                ours = seconds(partial(compare, a, b, test=test), 3 if points <= 120 else 1)
                cells += [shown(ours), "", ""]
                if points <= 120:  # the plain ones grow with the cube, and take minutes
                    simple = seconds(partial(plain, (a, b)), 1)
                    cells[-2:] = [shown(simple), f"{simple / ours:.0f}"]
            ladder.add(points, kind, *cells)
    others = Table("Certificates and searches", ["what", "time", "beside it", "ratio"])
    for points in (30, 102, 300):
        make_it = partial(certify, *on_a_grid(points))
        certificate = make_it()
        made, checked = seconds(make_it, 2), seconds(certificate.check, 2)
        others.add(f"certificate of {points} points: check", shown(checked), f"making it: {shown(made)}", "")
    # All subsets of 6 of the vertices of an icosahedron, compared with each other one by one, from a sample.
    took = seconds(partial(pairs.search_solid, "icosahedron", progress=False), 1)
    golden = (1 + 5**0.5) / 2
    base = np.array([[0, s, t * golden] for s in (-1, 1) for t in (-1, 1)])
    solid = np.concatenate([np.roll(base, k, axis=1) for k in range(3)])
    subsets = [solid[list(chosen)] for chosen in list(combinations(range(12), 6))[:40]]
    some = list(combinations(subsets, 2))[:300]
    each = seconds(lambda: [compare(a, b) for a, b in some], 1) / len(some)
    every = each * sum(comb(comb(12, size), 2) for size in range(1, 13))
    took_solid = seconds(partial(pairs.search_solid, "dodecahedron", progress=False), 1)
    others.add("search of all vertex subsets of the dodecahedron", shown(took_solid), "", "")
    others.add(
        "search of all vertex subsets of the icosahedron",
        shown(took),
        f"comparing all with all, extrapolated from {len(some)} pairs: {shown(every)}",
        f"{every / took:.0f}",
    )
    return [cutoffs, ladder, others]


if __name__ == "__main__":
    print("\n\n".join(table.markdown() for table in tables(quick=True)))
