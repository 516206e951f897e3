"""Congruence: every witness is checked, every verdict against graph isomorphism or a known construction."""

from __future__ import annotations

import itertools

import ase.build
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

import oracles
from strategies import Points, motion, seeds, twin_grids
from twinclouds import congruence as module
from twinclouds import pairs
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.congruence import Congruence, congruent
from twinclouds.errors import CompareError

Matrix = NDArray[np.float64]
Case = tuple[Points, Points, list[str]]


def assert_witness(result: Congruence, a: Cloud, b: Cloud, tolerance: float = 1e-6) -> None:
    """Carry a onto b by hand."""
    assert result
    assert result.rotation is not None
    assert result.translation is not None
    assert result.permutation is not None
    np.testing.assert_allclose(result.rotation @ result.rotation.T, np.eye(3), atol=1e-9)
    assert result.mirror == (np.linalg.det(result.rotation) < 0)
    moved = a.positions @ result.rotation.T + result.translation
    gap = moved - b.positions[result.permutation]
    if b.periodic:
        gap = gap - np.round(gap @ np.linalg.pinv(b.periods)) @ b.periods
        # The lattice of a, turned, must be made of translations of b.
        for t in a.periods @ result.rotation.T:
            for i in range(len(a)):
                rest = moved[i] + t - b.positions
                rest -= np.round(rest @ np.linalg.pinv(b.periods)) @ b.periods
                near = np.linalg.norm(rest, axis=1) <= 2 * tolerance
                assert (near & (b.species == a.species[i])).any()
    else:
        assert sorted(result.permutation.tolist()) == list(range(len(a)))
    assert np.linalg.norm(gap, axis=1).max() <= tolerance
    assert result.deviation <= tolerance
    np.testing.assert_array_equal(a.species, b.species[result.permutation])
    assert result.difference == ""


def assert_different(result: Congruence) -> None:
    assert not result
    assert result.rotation is None
    assert result.permutation is None
    assert result.difference
    assert "\n" not in result.difference


def moved_copy(cloud: Cloud, seed: int, reflect: bool, noise: float = 0.0) -> tuple[Cloud, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    matrix, offset = motion(seed, reflect, reach=20.0)
    order = rng.permutation(len(cloud))
    positions = cloud.positions @ matrix.T + offset + noise * rng.uniform(-1, 1, (len(cloud), 3))
    return Cloud(positions[order], cloud.species[order], cloud.cell @ matrix.T, cloud.pbc), order


def solid(kind: str) -> Cloud:
    golden = (1 + 5**0.5) / 2
    points: list[tuple[float, ...]] = {
        "cube": list(itertools.product((-1, 1), repeat=3)),
        "octahedron": [p for p in itertools.product((-1, 0, 1), repeat=3) if sum(map(abs, p)) == 1],
        "tetrahedron": [(1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1)],
        "icosahedron": [
            p[k:] + p[:k] for p in [(0.0, s, t * golden) for s in (1, -1) for t in (1, -1)] for k in range(3)
        ],
        "grid": [(x, y, z) for x in range(3) for y in range(3) for z in range(3)],
        "square": [(1, 0, 0), (0, 1, 0), (-1, 0, 0), (0, -1, 0)],
        "hexagon": [(np.cos(t), np.sin(t), 0.0) for t in np.arange(6) * np.pi / 3],
        "planar": [(0, 0, 0), (1, 0, 0), (0.3, 1.1, 0), (2, 1.7, 0), (1.1, 0.4, 0)],
        "line": [(x, 0, 0) for x in (0.0, 1.0, 2.5, 4.5)],
        "even line": [(x, x, 0) for x in range(5)],
        "pair": [(0, 0, 0), (0, 0, 1)],
        "point": [(3.0, 2.0, 1.0)],
        "chiral": [(0, 0, 0), (1, 0, 0), (0, 2, 0), (0, 0, 3), (1, 1, 1)],
    }[kind]
    return Cloud(points, ["X"] * len(points), name=kind)


KINDS = [
    "cube", "octahedron", "tetrahedron", "icosahedron", "grid", "square", "hexagon", "planar", "line", "even line",
    "pair", "point", "chiral",
]  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("reflect", [False, True])
@pytest.mark.parametrize("noise", [0.0, 1e-7])
def test_copies_are_recognised(kind: str, reflect: bool, noise: float) -> None:
    a = solid(kind)
    for seed in range(6):
        b, _ = moved_copy(a, seed, reflect, noise)
        result = congruent(a, b)
        assert_witness(result, a, b)
        # Only a chiral cloud needs a mirror to become its mirror image.
        assert result.mirror == (kind == "chiral" and reflect)
        proper = congruent(a, b, mirror=False)
        assert bool(proper) == (not (kind == "chiral" and reflect))
        if proper:
            assert_witness(proper, a, b)
            assert not proper.mirror
        else:
            assert_different(proper)
            assert "mirror images" in proper.difference


@settings(max_examples=80)
@given(seeds, st.integers(1, 12), st.booleans(), st.sampled_from([3, 2, 1]), st.sampled_from([0.0, 1e-10, 3e-7]))
def test_random_copies_are_recognised(seed: int, n: int, reflect: bool, dimensions: int, noise: float) -> None:
    rng = np.random.default_rng(seed)
    positions = rng.uniform(-3, 3, (n, 3)) * ([1] * dimensions + [0] * (3 - dimensions))
    a = Cloud(positions, rng.choice(["C", "O"], n))
    b, order = moved_copy(a, seed, reflect, noise)
    result = congruent(a, b)
    assert_witness(result, a, b)
    if dimensions == 3 and n > 4:
        assert result.mirror == reflect
        assert result.permutation is not None
        np.testing.assert_array_equal(order[result.permutation], np.arange(n))


@settings(max_examples=250)
@given(twin_grids((1, 7), size=1) | twin_grids((2, 6), size=2))
def test_congruent_exactly_when_isomorphic(case: Case) -> None:
    first, second, species = case
    same = oracles.isomorphic(*(oracles.integer_graph(p, species) for p in (first, second)))
    a, b = Cloud(first, species), Cloud(second, species)
    result = congruent(a, b)
    assert bool(result) == same
    if same:
        assert_witness(result, a, b)
    else:
        assert_different(result)


@given(twin_grids((2, 7), size=1))
def test_large_clouds_are_compared_by_their_near_points(case: Case) -> None:
    """As in the test above, with few points taken for many."""
    first, second, species = case
    same = oracles.isomorphic(*(oracles.integer_graph(p, species) for p in (first, second)))
    a, b = Cloud(first, species), Cloud(second, species)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "ALL_PAIRS", 0)
        patch.setattr(module, "NEAR", 1)
        result = congruent(a, b)
    assert bool(result) == same
    if same:
        assert_witness(result, a, b)
    else:
        assert result.difference


def test_clouds_whose_distances_would_not_fit_into_memory() -> None:
    side = np.arange(28) * 2.0
    crystal = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3)
    a = Cloud(crystal, ["C"] * len(crystal))
    b, _ = moved_copy(a, 4, False)
    assert_witness(congruent(a, b), a, b)
    gas = np.random.default_rng(0).uniform(0, 60, (20_000, 3))
    c = Cloud(gas, ["C"] * len(gas))
    d, _ = moved_copy(c, 5, True)
    found = congruent(c, d)
    assert_witness(found, c, d)
    assert found.mirror
    assert "mirror images" in congruent(c, d, mirror=False).difference
    gas[7] += 1e-4
    assert "sorted by distance from the centre" in congruent(Cloud(gas, c.species), d).difference


def proper_motion_exists(first: Points, second: Points, species: list[str]) -> bool:
    """Try every permutation of few points that keeps squared distances, and look at signed volumes."""

    def volumes(points: list[tuple[int, ...]]) -> list[float]:
        p = np.array(points)
        return [round(np.linalg.det(p[list(c[1:])] - p[c[0]])) for c in itertools.combinations(range(len(p)), 4)]

    def gram(points: list[tuple[int, ...]]) -> list[int]:
        return [sum((x - y) ** 2 for x, y in zip(p, q, strict=True)) for p, q in itertools.combinations(points, 2)]

    wanted, target = gram(list(first)), volumes(list(first))
    for order in itertools.permutations(range(len(second))):
        image = [second[k] for k in order]
        if [species[k] for k in order] == species and gram(list(image)) == wanted and volumes(list(image)) == target:
            return True
    return False


@settings(max_examples=100)
@given(twin_grids((3, 5), size=1, kinds="X"), st.booleans())
def test_without_mirrors_signed_volumes_decide(case: Case, reflect: bool) -> None:
    first, second, species = case
    if reflect:
        second = [(-x, y, z) for x, y, z in first]
    result = congruent(Cloud(first, species), Cloud(second, species), mirror=False)
    assert bool(result) == proper_motion_exists(first, second, species)


@pytest.mark.parametrize("n", [150, 400])
def test_clouds_of_several_hundred_points(n: int) -> None:
    rng = np.random.default_rng(n)
    a = Cloud(rng.uniform(-10, 10, (n, 3)), rng.choice(["C", "H", "O"], n))
    b, _ = moved_copy(a, 1, True, 1e-8)
    result = congruent(a, b)
    assert_witness(result, a, b)
    assert result.mirror
    bent = b.positions.copy()
    bent[n // 2] += [0, 0, 0.01]
    assert_different(congruent(a, Cloud(bent, b.species)))


def test_a_large_symmetric_cloud() -> None:
    a = Cloud(list(itertools.product(range(6), repeat=3)), ["X"] * 216)
    b, _ = moved_copy(a, 5, True)
    assert_witness(congruent(a, b), a, b)
    ring = [(np.cos(t), np.sin(t), h) for t in np.arange(100) * np.pi / 50 for h in (0, 1)]
    a = Cloud(np.array(ring) * 20, ["X"] * 200)
    b, _ = moved_copy(a, 6, False)
    assert_witness(congruent(a, b), a, b)


def test_a_large_planar_and_a_large_collinear_cloud() -> None:
    rng = np.random.default_rng(9)
    for scale in ([1, 1, 0], [1, 0, 0]):
        a = Cloud(rng.uniform(-50, 50, (300, 3)) * scale, ["X"] * 300)
        b, _ = moved_copy(a, 7, True, 1e-9)
        result = congruent(a, b)
        assert_witness(result, a, b)
        assert not result.mirror


@pytest.mark.parametrize("name", sorted(pairs.gallery))
def test_twins_are_not_congruent_but_to_themselves(name: str) -> None:
    pair = pairs.gallery[name]
    a, b = as_cloud(pair.a), as_cloud(pair.b)
    if isinstance(pair, pairs.MirrorPair):
        result = congruent(a, b)
        assert_witness(result, a, b)
        assert result.mirror
        assert not congruent(a, b, mirror=False)
    else:
        assert_different(congruent(a, b))
        assert_different(congruent(b, a))
    for cloud in (a, b):
        copy, _ = moved_copy(cloud, 3, True)
        assert_witness(congruent(cloud, copy), cloud, copy, 2e-6)


# Tolerance


def test_the_tolerance_decides() -> None:
    a = solid("planar")
    bent = a.positions.copy()
    bent[2, 1] += 2e-4
    b = Cloud(bent, a.species)
    assert not congruent(a, b)
    assert not congruent(a, b, tolerance=2e-5)
    result = congruent(a, b, tolerance=5e-4)
    assert_witness(result, a, b, 5e-4)
    assert 1e-6 < result.deviation < 5e-4


@pytest.mark.parametrize("far", [1e3, 1e5])
def test_far_from_the_origin(far: float) -> None:
    a = solid("chiral")
    b = Cloud(a.positions + far, a.species)
    assert_witness(congruent(a, b), a, b)


@pytest.mark.parametrize("tolerance", [0, -1e-6, float("nan"), "x"])
def test_bad_tolerances_are_named(tolerance: object) -> None:
    with pytest.raises(CompareError, match="tolerance"):
        congruent([[0, 0, 0]], [[0, 0, 0]], tolerance=tolerance)  # type: ignore[arg-type]


# What differs


def test_differences_in_words() -> None:
    water, ammonia = ase.build.molecule("H2O"), ase.build.molecule("NH3")
    assert congruent(water, ammonia).difference == "one has 3 points and the other 4"
    assert congruent(ase.build.molecule("CO"), ase.build.molecule("N2")).difference == "one is CO and the other N2"
    line = congruent([[0, 0, 0], [1, 0, 0], [3, 0, 0]], [[0, 0, 0], [1.5, 0, 0], [3, 0, 0]])
    assert line.difference == "sorted by length, distance 1 of 3 is 1.000000 A in one and 1.500000 A in the other"
    twins = congruent(*pairs.gallery["hexagon"])
    assert twins.triangle is not None
    assert twins.difference == str(twins.triangle)
    chain = Cloud([[0, 0, 0]], ["C"], np.diag([2.0, 0, 0]), [True, False, False])
    assert congruent(chain, [[0, 0, 0]]).difference == "one repeats along 1 axes and the other along 0"


# Periodic clouds


def crystal(seed: int, pbc: tuple[bool, bool, bool], n: int = 3) -> Cloud:
    rng = np.random.default_rng(seed)
    cell = np.diag([3.0, 3.6, 4.4]) + rng.uniform(-0.8, 0.8, (3, 3))
    return Cloud(rng.uniform(0, 1, (n, 3)) @ cell, rng.choice(["C", "O"], n), cell, pbc)


SOME = [(True, True, True), (True, True, False), (False, True, False), (True, False, True)]


@pytest.mark.parametrize("pbc", SOME, ids=str)
@pytest.mark.parametrize("reflect", [False, True])
def test_periodic_copies(pbc: tuple[bool, bool, bool], reflect: bool) -> None:
    for seed in range(4):
        a = crystal(seed, pbc)
        b, _ = moved_copy(a, seed + 10, reflect)
        result = congruent(a, b)
        assert_witness(result, a, b)
        assert result.mirror == reflect
        # Every atom in some other cell.
        shifts = np.random.default_rng(seed).integers(-4, 5, (len(b), 3)) * b.pbc
        wrapped = Cloud(b.positions + shifts @ b.cell, b.species, b.cell, b.pbc)
        assert_witness(congruent(a, wrapped), a, wrapped)


@pytest.mark.parametrize("seed", range(4))
def test_equivalent_cells_describe_one_crystal(seed: int) -> None:
    a = crystal(seed, (True, True, True))
    for change in (
        [[1, 0, 0], [2, 1, 0], [-1, 3, 1]],
        [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
        [[1, 5, 0], [0, 1, 0], [0, 0, -1]],
    ):
        sheared = Cloud(a.positions, a.species, np.array(change) @ a.cell, a.pbc)
        b, _ = moved_copy(sheared, seed, False)
        assert_witness(congruent(a, b), a, b)
        assert_witness(congruent(b, a), b, a)


@pytest.mark.parametrize("seed", range(3))
def test_a_supercell_is_the_same_crystal(seed: int) -> None:
    a = crystal(seed, (True, True, True))
    for repeats in ((2, 1, 1), (1, 2, 2)):
        atoms = a.to_atoms().repeat(repeats)
        b, _ = moved_copy(as_cloud(atoms), seed, True)
        assert_witness(congruent(a, b), a, b)
        assert_witness(congruent(b, as_cloud(atoms)), b, as_cloud(atoms))
        back = congruent(b, a)
        assert back
        one = b.positions.copy()
        one[0] += 0.01
        assert not congruent(a, Cloud(one, b.species, b.cell, b.pbc))
        assert not congruent(Cloud(one, b.species, b.cell, b.pbc), a)


def test_primitive_and_conventional_cells() -> None:
    primitive, cubic = (
        ase.build.bulk("NaCl", "rocksalt", a=5.64),
        ase.build.bulk("NaCl", "rocksalt", a=5.64, cubic=True),
    )
    assert congruent(primitive, cubic)
    assert congruent(cubic, primitive)
    diamond, cube = ase.build.bulk("Si"), ase.build.bulk("Si", cubic=True)
    assert congruent(diamond, cube)
    assert not congruent(diamond, ase.build.bulk("Si", a=5.44))
    assert not congruent(
        ase.build.bulk("Cu", "fcc", a=3.6), ase.build.bulk("Cu", "hcp", a=3.6 / 2**0.5, c=3.6 / 2**0.5 * (8 / 3) ** 0.5)
    )
    assert not congruent(ase.build.bulk("Cu", "fcc", a=3.6), ase.build.bulk("Cu", "bcc", a=3.6 / 2 ** (1 / 3)))


def test_polytypes_of_one_density_differ() -> None:
    """Wurtzite and zincblende with ideal bonds: the same first and second shells, another stacking."""
    a = 4.0
    zincblende = ase.build.bulk("ZnS", "zincblende", a=a * 2**0.5)
    wurtzite = ase.build.bulk("ZnS", "wurtzite", a=a, c=a * (8 / 3) ** 0.5, u=3 / 8)
    result = congruent(zincblende, wurtzite)
    assert_different(result)


def test_periodic_clouds_of_other_density_or_species() -> None:
    a = crystal(0, (True, True, True))
    stretched = Cloud(a.positions * 1.01, a.species, a.cell * 1.01, a.pbc)
    assert "per A^3" in congruent(a, stretched).difference
    renamed = Cloud(a.positions, np.where(a.species == "C", "O", "N"), a.cell, a.pbc)
    assert not congruent(a, renamed)


@pytest.mark.parametrize("sign", [1, -1])
def test_a_crystal_does_not_fit_into_a_denser_one(sign: int) -> None:
    """Whatever the signs in the cell: every atom of the first finds a partner in the second, but not the reverse."""
    cell = np.diag([3.0, 3.0, 3.0]) * sign
    plain = Cloud([[0, 0, 0]], ["C"], cell, [True] * 3)
    denser = Cloud([[0, 0, 0], [1.5, 1.5, 1.5]], ["C", "C"], cell, [True] * 3)
    for result in (congruent(plain, denser), congruent(denser, plain)):
        assert_different(result)
        assert "per A^3" in result.difference


def test_a_screw_has_a_hand() -> None:
    turn = np.arange(4) * np.pi / 2
    helix = Cloud(
        np.stack([np.cos(turn), np.sin(turn), np.arange(4) * 1.3 / 1.0], axis=1),
        ["Se"] * 4,
        np.diag([0, 0, 5.2]),
        [0, 0, 1],
    )
    left = Cloud(helix.positions * [1, -1, 1], helix.species, helix.cell, helix.pbc)
    assert congruent(helix, left).mirror
    assert not congruent(helix, left, mirror=False)
    # Seen from half a turn further on it is the same helix.
    later, _ = moved_copy(
        Cloud(helix.positions + np.array([0, 0, 2.6]), helix.species, helix.cell, helix.pbc), 2, False
    )
    assert_witness(congruent(helix, later, mirror=False), helix, later)


# Nearly flat clouds: a height far below the extent, but far above the tolerance, still counts


@pytest.mark.parametrize("scale", [1e-2, 1.0, 50.0, 200.0])
@pytest.mark.parametrize("height", [0.0, 1e-5, 1e-4, 5e-4, 1e-3, 1e-2, 0.15])
@pytest.mark.parametrize("thin", [1, 2])
@pytest.mark.parametrize("sign", [1, -1])
def test_nearly_flat_and_nearly_straight_clouds(scale: float, height: float, thin: int, sign: int) -> None:
    rng = np.random.default_rng(7)
    a = rng.uniform(-1, 1, (8, 3)) * scale
    a[:, 3 - thin :] = rng.uniform(-1, 1, (8, thin)) * height
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turn *= sign * np.sign(np.linalg.det(turn))
    order = rng.permutation(8)
    found = congruent(a, (a @ turn.T + rng.normal(size=3))[order])
    assert found
    chiral = (thin == 1 and height >= 1e-4) or height >= 0.3 * scale
    if chiral:
        assert found.mirror == (sign < 0)
    if height == 0.0:
        assert not found.mirror


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("height", [3e-4, 3e-3, 1e-2, 1.0])
@pytest.mark.parametrize("sign", [1, -1])
def test_thin_periodic_clouds(axes: int, height: float, sign: int) -> None:
    rng = np.random.default_rng(11)
    size = [3, 3, height / 2] if axes >= 2 else [3, height / 2, height / 2]
    a = ase.Atoms("C6", rng.uniform(-1, 1, (6, 3)) * size, cell=np.diag([7, 6.5, 6.8]), pbc=np.arange(3) < axes)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turn *= sign * np.sign(np.linalg.det(turn))
    b = a.copy()
    b.set_cell(a.cell[:] @ turn.T)
    b.positions = a.positions @ turn.T + rng.normal(size=3)
    b.wrap()
    assert congruent(a, b[rng.permutation(6)])


def test_a_long_cell_needs_no_sphere_of_its_length() -> None:
    long = ase.build.bulk("NaCl", "rocksalt", a=5.64, cubic=True).repeat((1, 1, 30))
    assert congruent(long, long[::-1])


# Close to what numbers resolve


@settings(max_examples=80)
@given(seeds)
def test_noise_where_points_are_only_a_few_tolerances_apart(seed: int) -> None:
    rng = np.random.default_rng(seed)
    tolerance, n = 10.0 ** rng.integers(-6, -1), int(rng.integers(2, 7))
    bonds = rng.normal(size=(n, 3))
    bonds *= rng.uniform(10, 40, (n, 1)) * max(tolerance, 2e-6) / np.linalg.norm(bonds, axis=1, keepdims=True)
    places = rng.permutation(np.arange(4**3))[:n]
    ends = np.stack([places // 16, places // 4 % 4, places % 4], axis=1) * 2.0
    a = np.concatenate([ends, ends + bonds])
    noise = rng.normal(size=a.shape)
    noise *= 0.5 * tolerance / np.linalg.norm(noise, axis=1, keepdims=True)
    matrix, offset = motion(seed)
    order = rng.permutation(2 * n)
    b = ((a + noise) @ matrix.T + offset)[order]
    found = congruent(a, b, tolerance)
    assert found
    assert found.deviation <= tolerance
    assert sorted(found.permutation) == list(range(2 * n))


@pytest.mark.parametrize("size", [1e6, 1e8, 9e8])
def test_rounding_of_large_coordinates_is_no_difference(size: float) -> None:
    rng = np.random.default_rng(3)
    for seed in range(60):
        matrix, _ = motion(seed)
        points = rng.uniform(-1, 1, (12, 3))
        points /= np.linalg.norm(points, axis=1).max()
        assert congruent(points * size, (points @ matrix.T)[::-1] * size)
    bent = points * size
    bent[2] += 1e-3
    assert not congruent(points * size, bent)


def test_lengths_that_run_into_one_another_name_no_triangle() -> None:
    """With a tolerance as wide as the gaps between lengths, all triangles would be one kind, and there are millions."""
    a = np.random.default_rng(3).uniform(0, 10, (80, 3))
    b = a + np.random.default_rng(4).normal(0, 0.2, a.shape)
    found = congruent(a, b, 0.05)
    assert not found
    assert found.triangle is None


def test_what_refinement_says_is_said_in_one_sentence() -> None:
    pair = pairs.gallery["rings-4body"]
    difference = congruent(pair.a, pair.b).difference
    assert difference.startswith("colour refinement with all distances tells them apart: after round 1, the colour")
    assert not difference.endswith(".")
