"""Polyhedron subsets, homometric crystals, central environments, and pairs for finite cutoffs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.errors import PairError
from twinclouds.pairs.polyhedra import SOLIDS, solid_vertices

P = tc.pairs


@pytest.mark.parametrize(
    ("solid", "sizes"),
    [
        ("tetrahedron", []),
        ("octahedron", []),
        ("cube", []),
        ("cuboctahedron", [6]),
        ("icosahedron", [6]),
        ("dodecahedron", [6, 6, 8, 10, 10, 12, 14]),
    ],
)
def test_polyhedron_subsets(solid: str, sizes: list[int]) -> None:
    pairs = P.polyhedron_subsets(solid)
    assert [len(pair.a) for pair in pairs] == sizes
    for pair in pairs:
        assert isinstance(pair, P.DegeneratePair)
        assert not tc.compare(pair.a, pair.b, test="2-fwl").equivalent
        assert not tc.compare(pair.a, pair.b, test="angle-wl").equivalent
    assert len({pair.name for pair in pairs}) == len(pairs)


def test_vertices_lie_on_a_sphere_and_no_two_coincide() -> None:
    for solid in SOLIDS[:-1]:
        points = solid_vertices(solid, 2.0)
        np.testing.assert_allclose(np.linalg.norm(points, axis=1), 2.0)
        shortest = np.linalg.norm(points[:, None] - points[None], axis=2)[~np.eye(len(points), dtype=bool)].min()
        assert shortest > 0.5


def test_dodecahedron_pairs_are_all_different() -> None:
    clouds = [cloud for pair in P.polyhedron_subsets("dodecahedron", [6, 10]) for cloud in pair]
    for i, a in enumerate(clouds):
        for b in clouds[:i]:
            assert len(a) != len(b) or not tc.congruent(a, b)


@pytest.mark.parametrize("u", [0.01, 0.03, 0.07, 0.11, -0.05])
def test_homometric_crystal(u: float) -> None:
    import spglib

    pair = P.homometric_crystal(u)
    assert isinstance(pair, P.DegeneratePair)
    for atoms in pair:
        cell = (atoms.cell[:], atoms.get_scaled_positions(), atoms.numbers)
        assert spglib.get_spacegroup(cell, symprec=1e-4) == "Ia-3 (206)"
    assert tc.compare(pair.a, pair.b, cutoff=9.0).equivalent


def test_homometric_crystal_at_zero_is_a_control_and_its_twin_is_the_stored_one() -> None:
    assert isinstance(P.homometric_crystal(0.0), P.ControlPair)
    made, stored = P.homometric_crystal(0.03), P.gallery["bixbyite"]
    assert tc.congruent(made.a, stored.a)
    assert tc.congruent(made.b, stored.b)


@given(
    ax=st.floats(0.5, 1.2),
    az=st.floats(-0.9, 0.9),
    bx=st.floats(0.3, 0.9),
    by=st.floats(0.3, 0.9),
    bz=st.floats(-0.9, 0.9),
    cy=st.floats(0.5, 1.2),
    cz=st.floats(-0.9, 0.9),
)
def test_centres_that_see_the_same_angles(
    ax: float, az: float, bx: float, by: float, bz: float, cy: float, cz: float
) -> None:
    pair = P.central_environments(3, spokes=((ax, az), (bx, by, bz), (cy, cz)), centre="N")
    assert P.same_environment(pair.a, pair.b, 3)
    if isinstance(pair, P.CentralPair):
        assert not tc.congruent(pair.a, pair.b)
        assert not tc.compare(pair.a, pair.b).equivalent


@given(
    p1=st.floats(50, 90),
    p2=st.floats(100, 130),
    twist=st.floats(15, 45),
    z1=st.floats(0.4, 1.0),
    z2=st.floats(1.3, 2.2),
)
def test_centres_that_see_the_same_tetrahedra(p1: float, p2: float, twist: float, z1: float, z2: float) -> None:
    pair = P.central_environments(4, ring_angles=(p1, p2), twist=twist, heights=(z1, z2))
    assert P.same_environment(pair.a, pair.b, 4)
    if isinstance(pair, P.CentralPair):
        assert not tc.compare(pair.a, pair.b).equivalent


def test_an_isosceles_ring_makes_the_two_congruent() -> None:
    pair = P.central_environments(4, ring_angles=(120.0, 120.0))
    assert isinstance(pair, (P.ControlPair, P.MirrorPair))


def test_finite_cutoff_pairs() -> None:
    for pair in (P.triangles_and_hexagon(1.4), P.squares_and_crown(1.5), P.k_chains(2), P.k_chains(5)):
        assert isinstance(pair, P.FiniteCutoffPair)
        rounds = 1 if pair.name.endswith("chains") else None
        assert tc.compare(pair.a, pair.b, cutoff=pair.cutoff, rounds=rounds).equivalent
        assert not tc.compare(pair.a, pair.b).equivalent


@given(k=st.integers(1, 7))
def test_word_travels_along_a_chain(k: int) -> None:
    pair = P.k_chains(k)
    cutoffs = tc.staircase(pair.a, pair.b).cutoffs
    assert list(cutoffs.values()) == sorted(cutoffs.values(), reverse=True)
    assert cutoffs[max(cutoffs)] < pair.cutoff
    # Half of the chain has to be crossed, one bond in a round: both ends meet in the middle.
    assert max(cutoffs) == (k + 2) // 2 + (k % 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: P.polyhedron_subsets("football"), "solid 'football' is not known"),
        (lambda: solid_vertices("cube", -1), "radius=-1 is not positive"),
        (lambda: P.homometric_crystal(0.3), "u=0.3 is out of range"),
        (lambda: P.homometric_crystal(0.1, a=0), "a=0 is not positive"),
        (lambda: P.central_environments(5), "order=5 is not known"),
        (lambda: P.central_environments(3, spokes=((1, 2), (3, 4))), "spokes .* do not fit"),
        (lambda: P.triangles_and_hexagon(-1), "side=-1 is not positive"),
        (lambda: P.squares_and_crown(apart=1), "apart=1 is too small"),
        (lambda: P.k_chains(0), "k=0 is not a number of bonds"),
        (lambda: P.same_environment(P.gallery["CH4-angles"].a, P.gallery["CH4-angles"].b, 7), "order=7 is not known"),
    ],
)
def test_bad_parameters_are_named(make: object, message: str) -> None:
    with pytest.raises(PairError, match=message):
        make()  # type: ignore[operator]


@pytest.mark.parametrize("edge", [0.5, 1.0, 100.0])
def test_periodic_families_have_no_smallest_cell(edge: float) -> None:
    """A cell of edge 1, as in a textbook without units, is as good as one of 10 angstrom."""
    planes = P.three_planes(
        *(edge * np.array([[x, y]]) for x, y in ((0.13, 0.09), (0.11, 0.16), (0.08, 0.21))),
        cell=(edge, 1.1 * edge, 1.2 * edge),
        pbc=True,
    )
    for pair in (P.homometric_crystal(0.03, edge), planes):
        assert isinstance(pair, P.DegeneratePair)
        certificate = tc.certify(pair, radius=max(6.0, 0.5 * edge) if edge > 10 else None)
        assert certificate.proof
        assert certificate.check()
