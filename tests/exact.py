"""Answers in whole numbers and fractions: refinement, resolving cutoffs and congruence of clouds on a grid.

Written from the mathematics alone. Nothing here comes from the package, numpy or floating point, so that where the two
disagree one of them is wrong. Slow: for clouds of up to nine points, or small cells.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, isqrt, sqrt

Vector = tuple[int, int, int]
#: What a point sees: squared distance, index of the neighbour, vector to it.
Seen = list[list[tuple[int, int, Vector]]]
#: Colours of every cloud, round after round.
History = list[list[list[int]]]


@dataclass(frozen=True)
class Figure:
    """A cloud with whole coordinates; `cell` holds the periods alone, one to three of them, or none."""

    points: tuple[Vector, ...]
    species: tuple[str, ...]
    cell: tuple[Vector, ...] = ()


def minus(p: Sequence[int], q: Sequence[int]) -> Vector:
    return (p[0] - q[0], p[1] - q[1], p[2] - q[2])


def dot(p: Sequence[int], q: Sequence[int]) -> int:
    return sum(x * y for x, y in zip(p, q, strict=True))


def volume(u: Sequence[int], v: Sequence[int], w: Sequence[int]) -> int:
    return sum(u[k] * (v[k - 2] * w[k - 1] - v[k - 1] * w[k - 2]) for k in range(3))


def inverse(matrix: Sequence[Sequence[int | Fraction]]) -> list[list[Fraction]]:
    """Gauss and Jordan."""
    n = len(matrix)
    rows = [[Fraction(x) for x in row] + [Fraction(i == k) for k in range(n)] for i, row in enumerate(matrix)]
    for c in range(n):
        p = next(r for r in range(c, n) if rows[r][c] != 0)
        rows[c], rows[p] = rows[p], rows[c]
        rows[c] = [x / rows[c][c] for x in rows[c]]
        for r in range(n):
            if r != c:
                rows[r] = [x - rows[r][c] * y for x, y in zip(rows[r], rows[c], strict=True)]
    return [row[n:] for row in rows]


def gram(figure: Figure) -> list[list[int]]:
    return [[dot(p, q) for q in figure.cell] for p in figure.cell]


def lattice(figure: Figure, reach: int) -> Iterator[Vector]:
    """All lattice vectors that could join two points not further than `reach` apart, and some more."""
    dual = inverse(gram(figure))
    apart = isqrt(max(dot(minus(p, q), minus(p, q)) for p in figure.points for q in figure.points)) + 1
    spans = [ceil(sqrt(dual[k][k]) * (reach + apart)) + 1 for k in range(len(figure.cell))]
    for steps in itertools.product(*[range(-s, s + 1) for s in spans]):
        v = [sum(s * p[k] for s, p in zip(steps, figure.cell, strict=True)) for k in range(3)]
        yield (v[0], v[1], v[2])


def edges(figure: Figure, square: int | None) -> Seen:
    """Neighbours, images among them, whose squared distance is at most `square`; None: all, without periods only."""
    shifts = list(lattice(figure, isqrt(square or 0) + 1)) if figure.cell else [(0, 0, 0)]
    found: Seen = []
    for p in figure.points:
        row = []
        for j, q in enumerate(figure.points):
            for t in shifts:
                v = (q[0] - p[0] + t[0], q[1] - p[1] + t[1], q[2] - p[2] + t[2])
                if any(v) and (square is None or dot(v, v) <= square):
                    row.append((dot(v, v), j, v))
        found.append(row)
    return found


def ranked(raw: Sequence[Sequence[Hashable]]) -> list[list[int]]:
    rank = {key: r for r, key in enumerate(sorted({key for part in raw for key in part}))}
    return [[rank[key] for key in part] for part in raw]


def history(start: Sequence[Sequence[Hashable]], see: Callable[[int, int, list[int]], Hashable]) -> History:
    """Refine until the number of colours stays; `see(g, i, colours of g)` is what item i of cloud g sees."""
    found = [ranked(start)]
    while True:
        now = found[-1]
        found.append(ranked([[(c, see(g, i, part)) for i, c in enumerate(part)] for g, part in enumerate(now)]))
        if len({c for part in found[-1] for c in part}) == len({c for part in now for c in part}):
            return found


def first_difference(colors: History) -> int | None:
    return next((t for t, parts in enumerate(colors) if any(Counter(p) != Counter(parts[0]) for p in parts)), None)


def by_neighbours(figures: Sequence[Figure], seen: Sequence[Seen], distances: bool = True) -> History:
    return history(
        [f.species for f in figures],
        lambda g, i, c: tuple(sorted((d if distances else 0, c[j]) for d, j, _ in seen[g][i])),
    )


def by_angles(figures: Sequence[Figure], seen: Sequence[Seen]) -> History:
    def see(g: int, i: int, c: list[int]) -> Hashable:
        ends = [((d, c[j]), v) for d, j, v in seen[g][i]]
        pairs = [(*sorted((x, y)), dot(minus(u, v), minus(u, v))) for (x, u), (y, v) in itertools.combinations(ends, 2)]
        return tuple(sorted(x for x, _ in ends)), tuple(sorted(pairs))

    return history([f.species for f in figures], see)


def by_pairs(figures: Sequence[Figure], square: int | None, hands: bool = False) -> History:
    """Pairs of points refined by pairs of pairs; `hands`: by the signed volumes from the centroid, too."""
    n = len(figures[0].points)
    start, volumes = [], []
    for f in figures:
        rows = []
        for (p, s), (q, t) in itertools.product(zip(f.points, f.species, strict=True), repeat=2):
            d = dot(minus(p, q), minus(p, q))
            rows.append((d > 0, -1 if square is not None and d > square else d, s, t))
        start.append(rows)
        middle = [sum(p[k] for p in f.points) for k in range(3)]
        spokes = [[n * p[k] - middle[k] for k in range(3)] for p in f.points]
        volumes.append([volume(*triple) if hands else 0 for triple in itertools.product(spokes, repeat=3)])

    def see(g: int, pair: int, c: list[int]) -> Hashable:
        i, j = divmod(pair, n)
        return tuple(sorted((c[i * n + k], c[k * n + j], volumes[g][pair * n + k]) for k in range(n)))

    return history(start, see)


def congruent(a: Figure, b: Figure, mirror: bool = True) -> bool | None:
    """Does a motion (or a reflection, if `mirror`) carry a onto b? None: periodic, and too flat for this program."""
    return _periodic_congruent(a, b, mirror) if a.cell else _isolated_congruent(a, b, mirror)


def _isolated_congruent(a: Figure, b: Figure, mirror: bool) -> bool:
    """Every renumbering that keeps species and distances is a motion; its hand shows in any four points not flat."""
    n = len(a.points)

    def hand(f: Figure, four: Sequence[int]) -> int:
        return volume(*[minus(f.points[k], f.points[four[0]]) for k in four[1:]])

    four = next((c for c in itertools.combinations(range(n), 4) if hand(a, c)), None)

    def square(f: Figure, i: int, j: int) -> int:
        return dot(minus(f.points[i], f.points[j]), minus(f.points[i], f.points[j]))

    def extend(image: list[int]) -> bool:
        k = len(image)
        if k == n:
            return mirror or four is None or hand(a, four) == hand(b, [image[i] for i in four])
        return any(
            j not in image
            and b.species[j] == a.species[k]
            and all(square(a, k, m) == square(b, j, image[m]) for m in range(k))
            and extend([*image, j])
            for j in range(n)
        )

    return n == len(b.points) and extend([])


def _periodic_congruent(a: Figure, b: Figure, mirror: bool) -> bool | None:
    """Map three independent vectors of a in every way that fits: each such map is a matrix of fractions."""
    dual = inverse(gram(b))

    def in_lattice(v: Sequence[Fraction | int]) -> bool:
        along = [dot(v, p) for p in b.cell]
        steps = [sum(x * y for x, y in zip(row, along, strict=True)) for row in dual]
        back = [sum(s * p[k] for s, p in zip(steps, b.cell, strict=True)) for k in range(3)]
        return all(Fraction(s).denominator == 1 for s in steps) and back == list(v)

    def holds(place: Sequence[Fraction | int], name: str) -> bool:
        return any(
            t == name and in_lattice([x - y for x, y in zip(place, q, strict=True)])
            for q, t in zip(b.points, b.species, strict=True)
        )

    if len(a.points) != len(b.points) or _size(a) != _size(b):
        return False
    frame: list[tuple[Vector, str]] = []
    spokes = [(minus(p, a.points[0]), s) for p, s in zip(a.points[1:], a.species[1:], strict=True)]
    for v, s in sorted([*spokes, *((p, a.species[0]) for p in a.cell)], key=lambda x: dot(x[0], x[0])):
        vectors = [*(u for u, _ in frame), v]
        if len(frame) < 3 and _size(Figure((), (), tuple(vectors))) != 0:
            frame.append((v, s))
    if len(frame) < 3:
        return None
    vectors = [v for v, _ in frame]
    back = inverse([[v[k] for v in vectors] for k in range(3)])
    around = edges(b, max(dot(v, v) for v in vectors))
    for j, start in enumerate(b.points):
        fits = [[w for d, k, w in around[j] if d == dot(v, v) and b.species[k] == s] for v, s in frame]
        for images in itertools.product(*fits) if b.species[j] == a.species[0] else ():
            pairs = itertools.combinations(range(3), 2)
            if any(dot(images[x], images[y]) != dot(vectors[x], vectors[y]) for x, y in pairs):
                continue
            if not mirror and volume(*images) != volume(*vectors):
                continue

            def turned(v: Vector, images: tuple[Vector, ...] = images) -> list[Fraction]:
                parts = [sum(x * y for x, y in zip(row, v, strict=True)) for row in back]
                return [sum((p * w[k] for p, w in zip(parts, images, strict=True)), Fraction(0)) for k in range(3)]

            moved = [[x + y for x, y in zip(turned(minus(p, a.points[0])), start, strict=True)] for p in a.points]
            periods = [turned(t) for t in a.cell]
            if all(holds(p, s) for p, s in zip(moved, a.species, strict=True)) and all(
                holds([x + y for x, y in zip(q, t, strict=True)], s)
                for t in periods
                for q, s in zip(b.points, b.species, strict=True)
            ):
                return True
    return False


def _size(figure: Figure) -> int:
    """The determinant of the Gram matrix of the periods: squared length, area or volume."""
    g = gram(figure)
    if len(g) == 1:
        return g[0][0]
    return g[0][0] * g[1][1] - g[0][1] ** 2 if len(g) == 2 else volume(*g)
