"""Random clouds with whole coordinates that are often symmetric, often twins, and often one cloud in two positions."""

from __future__ import annotations

import itertools
from random import Random

from exact import Figure, Vector, inverse, minus

GRID = list(itertools.product((-1, 0, 1), repeat=3))
CUBE = list(itertools.product((-1, 1), repeat=3))
OCTAHEDRON = [p for p in itertools.product((-2, 0, 2), repeat=3) if sum(map(abs, p)) == 2]
CUBOCTAHEDRON = [p for p in GRID if sum(map(abs, p)) == 2]
#: An icosahedron that is not quite regular: twelve points of one shell, with edges of two lengths.
ICOSAHEDRON = [p for x, y in itertools.product((-1, 1), (-2, 2)) for p in ((0, x, y), (x, y, 0), (y, 0, x))]
POOLS = [
    GRID,
    CUBE + OCTAHEDRON,
    ICOSAHEDRON,
    CUBOCTAHEDRON,
    CUBOCTAHEDRON + OCTAHEDRON,
    [*CUBE, (0, 0, 0)],
    ICOSAHEDRON + CUBE,
    list(itertools.product(range(4), repeat=3)),
    [(x, y, 0) for x in range(4) for y in range(4)],
    [(x, 0, 0) for x in range(9)],
]

#: The symmetries of a cube, and a rotation by an angle that a cube does not have, three times as long.
TURNS = [
    [[s[r] if order[r] == c else 0 for c in range(3)] for r in range(3)]
    for order in itertools.permutations(range(3))
    for s in itertools.product((-1, 1), repeat=3)
]
ASKEW = [[1, 2, 2], [2, 1, -2], [2, -2, 1]]

Atoms = dict[Vector, str]


def isolated(seed: int) -> tuple[str, Figure, Figure]:
    """Draw two isolated clouds of one composition, up to nine points."""
    rng = Random(seed)
    how = rng.choice(["pool", "pool", "lines", "planes", "antipodes", "components"])
    while True:
        a, b = {"pool": _pool, "lines": _lines, "planes": _planes, "antipodes": _antipodes, "components": _components}[
            how
        ](rng)
        if 2 <= len(a) <= 9 and sorted(a.values()) == sorted(b.values()):
            break
    if rng.random() < 0.15:
        b = dict(a)
    if rng.random() < 0.2:
        a, b = _turned(a, [[3 * (r == c) for c in range(3)] for r in range(3)]), _turned(b, ASKEW)
    shift = [rng.randint(-5, 5) for _ in range(3)]
    members = list(_turned(b, rng.choice(TURNS)).items())
    rng.shuffle(members)
    moved = tuple((x + shift[0], y + shift[1], z + shift[2]) for (x, y, z), _ in members)
    return how, Figure(tuple(a), tuple(a.values())), Figure(moved, tuple(s for _, s in members))


def periodic(seed: int) -> tuple[str, Figure, Figure]:
    """Draw two periodic clouds of one composition, up to six points in a cell."""
    rng = Random(seed)
    how = rng.choice(["random", "one moved", "planes", "same"])
    axes = rng.choice([(0, 1, 2)] * 4 + [(0, 1), (1, 2), (0,), (2,)])
    if how == "planes":
        edges = [rng.choice([7, 8, 9]) for _ in range(3)]
        cell = tuple(_vector(edges[k] * (k == c) for c in range(3)) for k in axes)
        while True:
            a, b = _planes(rng, few=True)
            if 1 <= len(a) <= 6 and sorted(a.values()) == sorted(b.values()):
                break
    else:
        cell = _cell(rng, axes)
        places = _sites(rng, cell)
        a = dict(zip(places, _names(rng, len(places)), strict=True))
        b = dict(a)
        others = _sites(rng, cell)
        if how == "random" and len(others) == len(a):
            b = dict(zip(others, a.values(), strict=True))
        if how == "one moved" and len(a) > 1:
            place = others[0]
            if not any(_joined(minus(place, q), cell) for q in places[1:]):
                b = {place: a[places[0]], **{q: a[q] for q in places[1:]}}
    # The same lattice in other vectors, atoms outside of the cell, axes exchanged, all of it turned and moved.
    periods = [list(p) for p in cell]
    if len(periods) > 1 and rng.random() < 0.4:
        i, j = rng.sample(range(len(periods)), 2)
        periods[i] = [x + y for x, y in zip(periods[i], periods[j], strict=True)]
    turn, shift, far = rng.choice(TURNS), [rng.randint(-5, 5) for _ in range(3)], rng.choice([0, 1, -2])
    members = [([x + far * y for x, y in zip(p, periods[0], strict=True)], s) for p, s in b.items()]
    rng.shuffle(members)
    rng.shuffle(periods)
    turned = [_apply(turn, p) for p, _ in members]
    return (
        how,
        Figure(tuple(a), tuple(a.values()), cell),
        Figure(
            tuple(_vector(x + y for x, y in zip(p, shift, strict=True)) for p in turned),
            tuple(s for _, s in members),
            tuple(_apply(turn, p) for p in periods),
        ),
    )


def _vector(numbers: object) -> Vector:
    x, y, z = numbers
    return (x, y, z)


def _apply(matrix: list[list[int]], p: object) -> Vector:
    return _vector(sum(x * y for x, y in zip(row, p, strict=True)) for row in matrix)


def _turned(atoms: Atoms, matrix: list[list[int]]) -> Atoms:
    return {_apply(matrix, p): s for p, s in atoms.items()}


def _names(rng: Random, count: int) -> list[str]:
    kinds = rng.choice(["X", "X", "XY", "XYZ"])
    return [rng.choice(kinds) for _ in range(count)]


def _pool(rng: Random) -> tuple[Atoms, Atoms]:
    pool = rng.choice(POOLS)
    count = rng.randint(2, min(8, len(pool) - 1))
    names = _names(rng, count)
    places = rng.sample(pool, count)
    others = rng.choice([rng.sample(pool, count), [*places[:-1], rng.choice(pool)], rng.sample(places, count)])
    return dict(zip(places, names, strict=True)), dict(zip(others, names, strict=True))


def _lines(rng: Random) -> tuple[Atoms, Atoms]:
    """Three lines: members with other signs of the three products, each line with a decoration of its own."""
    a, b = {}, {}
    for first, second in (((1, 1, 0), (1, 1, 0)), ((1, 0, 1), (1, 0, 1)), ((0, 1, 1), (0, 1, -1))):
        for length in rng.sample([1, 2, 3], rng.choice([1, 1, 2])):
            name = rng.choice("XXXYZ")
            for sign in (length, -length):
                a[_vector(sign * x for x in first)] = name
                b[_vector(sign * x for x in second)] = name
    if rng.random() < 0.3:
        a[0, 0, 0] = b[0, 0, 0] = rng.choice("XYZ")
    return a, b


def _planes(rng: Random, few: bool = False) -> tuple[Atoms, Atoms]:
    """Three planes: the motif in the last one is mirrored within its plane."""
    a: Atoms = {}
    b: Atoms = {}
    for plane in range(3):
        for _ in range(1 if few else rng.choice([1, 1, 2])):
            u, v, name = rng.randint(-3, 3), rng.randint(-3, 3), rng.choice("XXXXY")
            for sign in (1, -1):
                x, y = sign * u, sign * v
                a.setdefault([(x, y, 0), (0, x, y), (x, 0, y)][plane], name)
                b.setdefault([(x, y, 0), (0, x, y), (-x, 0, y)][plane], name)
    return a, b


def _antipodes(rng: Random) -> tuple[Atoms, Atoms]:
    pool = rng.choice([GRID, ICOSAHEDRON, CUBOCTAHEDRON + OCTAHEDRON, CUBE + OCTAHEDRON])
    halves = sorted({max(p, _vector(-x for x in p)) for p in pool if any(p)})
    count = rng.randint(2, 4)
    names = _names(rng, count)
    clouds: list[Atoms] = []
    for _ in range(2):
        half = dict(zip(rng.sample(halves, count), names, strict=True))
        clouds.append({_vector(sign * x for x in p): s for p, s in half.items() for sign in (1, -1)})
    if rng.random() < 0.3:
        clouds[0][0, 0, 0] = clouds[1][0, 0, 0] = rng.choice("XYZ")
    return clouds[0], clouds[1]


def _components(rng: Random) -> tuple[Atoms, Atoms]:
    """Two parts far from each other: word of a difference has to travel, so that staircases have steps."""
    count, apart = rng.randint(2, 4), rng.choice([6, 9])
    parts = [rng.sample([(x, y, 0) for x in range(3) for y in range(2)], count) for _ in range(3)]
    names = _names(rng, 2 * count)

    def joined(left: list[Vector], right: list[Vector]) -> Atoms:
        return dict(zip([*left, *((x + apart, y, z) for x, y, z in right)], names, strict=True))

    return joined(parts[0], parts[1]), joined(parts[rng.choice([0, 1])], rng.choice(parts))


def _cell(rng: Random, axes: tuple[int, ...]) -> tuple[Vector, ...]:
    skew = rng.random() < 0.5
    while True:
        rows = [
            _vector((rng.choice([2, 3, 4]) if k == c else 0) + (rng.randint(-1, 1) if skew else 0) for c in range(3))
            for k in axes
        ]
        try:
            inverse([[sum(x * y for x, y in zip(p, q, strict=True)) for q in rows] for p in rows])
        except StopIteration:
            continue  # flat
        return tuple(rows)


def _joined(v: Vector, cell: tuple[Vector, ...]) -> bool:
    """Does a vector join points of a lattice?"""
    along = [sum(x * y for x, y in zip(v, p, strict=True)) for p in cell]
    dual = inverse([[sum(x * y for x, y in zip(p, q, strict=True)) for q in cell] for p in cell])
    steps = [sum(x * y for x, y in zip(row, along, strict=True)) for row in dual]
    back = [sum(s * p[c] for s, p in zip(steps, cell, strict=True)) for c in range(3)]
    return back == list(v) and all(s.denominator == 1 for s in steps)


def _sites(rng: Random, cell: tuple[Vector, ...]) -> list[Vector]:
    found: list[Vector] = []
    for _ in range(rng.randint(1, 4)):
        place = _vector(rng.randint(0, 3) for _ in range(3))
        if not any(_joined(minus(place, q), cell) for q in found):
            found.append(place)
    return found
