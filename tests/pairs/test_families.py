"""The families: over their whole range they give what the theory says, and refuse the rest with its bounds."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from strategies import seeds
from twinclouds import pairs
from twinclouds.clouds import as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import CloudError, PairError
from twinclouds.pairs import octahedral_complex, three_lines, three_planes
from twinclouds.refinement import compare

whole_degrees = st.integers(20, 160)
tenths = st.integers(8, 40).map(lambda k: k / 10)


def room(angles: tuple[float, float, float]) -> float:
    """How far the twin is from being flat: positive where both clouds exist."""
    c = np.cos(np.radians(angles))
    return float(1 - c @ c - 2 * abs(c.prod()))


def assert_twins(pair: pairs.Pair) -> None:
    assert type(pair) is pairs.DegeneratePair
    assert not congruent(pair.a, pair.b)
    for cutoff in (0.9, 1.7, 2.9, 4.3):
        for test in ("wl", "distance-wl"):
            assert compare(pair.a, pair.b, cutoff, test=test).equivalent


# Three lines


@settings(max_examples=80)
@given(st.tuples(whole_degrees, whole_degrees, whole_degrees), st.tuples(tenths, tenths, tenths))
def test_three_lines(angles: tuple[int, int, int], lengths: tuple[float, float, float]) -> None:
    space = room(angles)
    assume(abs(space) > 1e-6)
    if space < 0:
        with pytest.raises(PairError, match="do not give a pair"):
            three_lines(lengths, angles)
        return
    pair = three_lines(lengths, angles)
    if 90 in angles:
        assert type(pair) in (pairs.ControlPair, pairs.MirrorPair)
        assert congruent(pair.a, pair.b)
        return
    assert_twins(pair)
    vectors = [atoms.positions[::2] for atoms in pair]
    for v, sign in zip(vectors, (1, -1), strict=True):
        np.testing.assert_allclose(np.linalg.norm(v, axis=1), lengths)
        unit = v / np.linalg.norm(v, axis=1)[:, None]
        cosines = [unit[1] @ unit[2], unit[0] @ unit[2], unit[0] @ unit[1]]
        np.testing.assert_allclose(cosines, np.cos(np.radians(angles)) * [1, 1, sign], atol=1e-12)
    # The volumes differ, and say by how much the twins differ.
    volumes = [abs(np.linalg.det(v)) for v in vectors]
    c = np.cos(np.radians(angles))
    wanted = [np.prod(lengths) * np.sqrt(1 - c @ c + s * 2 * c.prod()) for s in (1, -1)]
    np.testing.assert_allclose(volumes, wanted, atol=1e-9)


@settings(max_examples=20)
@given(st.tuples(whole_degrees, whole_degrees), seeds)
def test_a_right_angle_gives_a_control(two: tuple[int, int], seed: int) -> None:
    angles = [*two, 90]
    np.random.default_rng(seed).shuffle(angles)
    assume(room(tuple(angles)) > 1e-6)  # type: ignore[arg-type]
    pair = three_lines((1.0, 1.2, 1.5), angles)
    assert isinstance(pair, (pairs.ControlPair, pairs.MirrorPair))
    assert congruent(pair.a, pair.b)


def test_decorated_lines() -> None:
    pair = three_lines(([1.0, 2.0], [1.2], [1.5, 1.9]), (70, 80, 65), (["C", "O"], "N", ["S", "F"]), centre="Fe")
    assert_twins(pair)
    assert pair.formula == "C2F2FeN2O2S2"
    assert pair.a.positions[0].tolist() == [0, 0, 0]
    assert pair.a.symbols[0] == "Fe"
    assert_twins(three_lines((1.0, 1.2, 1.5), (70, 80, 65), ("C", "C", "N")))


def test_the_limit_is_flat() -> None:
    pair = three_lines((1, 1, 1), (60, 60, 120))
    ranks = [np.linalg.matrix_rank(atoms.positions, tol=1e-9) for atoms in pair]
    assert sorted(ranks) == [2, 3]


@pytest.mark.parametrize("two", [(30, 40), (60, 60), (80, 75), (100, 50), (89, 89), (70, 120)])
def test_the_message_names_the_range(two: tuple[int, int]) -> None:
    """What the message allows exists, and one step outside does not."""
    outside = 1.0 if room((*two, 1.0)) < 0 else None
    assert outside is not None
    with pytest.raises(PairError) as caught:
        three_lines((1.0, 1.2, 1.5), (*two, outside))
    text = str(caught.value)
    assert "\n" not in text
    assert f"{two[0]}, {two[1]}, 1 degrees" in text
    bounds = re.search(r"the third has to lie between ([\d.]+) and ([\d.]+)", text)
    if bounds is None:
        assert "no third angle does" in text
        assert all(room((*two, third)) < 0 for third in np.linspace(0.5, 179.5, 400))
        return
    low, high = map(float, bounds.groups())
    assert low + high == pytest.approx(180)
    for inside in (low + 0.5, high - 0.5):
        assert type(three_lines((1.0, 1.2, 1.5), (*two, inside))) is pairs.DegeneratePair
    for beyond in (low - 0.5, high + 0.5):
        with pytest.raises(PairError, match="do not give a pair"):
            three_lines((1.0, 1.2, 1.5), (*two, beyond))


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"lengths": (1, 2)}, "2 lines are given; give lengths .* exactly three lines"),
        ({"lengths": (1, 2, [])}, "at least one on each"),
        ({"lengths": (1, -2, 3)}, "length -2 on line 2 is not a positive number"),
        ({"lengths": (1, 2, [3, 0])}, "length 0 on line 3"),
        ({"lengths": (1, 2, float("nan"))}, "length nan on line 3"),
        ({"lengths": ("a", 1, 2)}, "are not numbers; give three lengths in angstrom"),
        ({"lengths": 3}, "are not numbers"),
        ({"angles": (70, 80)}, "give three angles between 0 and 180"),
        ({"angles": (70, 80, 0)}, "do not fit"),
        ({"angles": (70, 80, 180)}, "do not fit"),
        ({"angles": (70, 80, float("nan"))}, "do not fit"),
        ({"angles": ("a", 1, 2)}, "are not numbers; give three angles in degrees"),
        ({"species": ("C", "N")}, "species are given for 2 lines"),
        ({"species": (["C", "N"], "C", "C")}, "line 1 has 1 lengths but 2 species"),
    ],
)
def test_bad_lines_are_named(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(PairError, match=message) as caught:
        three_lines(**keywords)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_a_species_that_is_none() -> None:
    with pytest.raises(CloudError, match="species 'Blue' of atom 0 is not a chemical symbol"):
        three_lines(species="Blue")


def test_two_lengths_in_one_place() -> None:
    with pytest.raises(CloudError, match="in one place"):
        three_lines(([1.0, 1.0], 1.2, 1.5))


# Octahedral complexes


@settings(max_examples=30)
@given(st.integers(-29, 29), tenths, st.booleans())
def test_octahedral_complexes(distortion: int, bond: float, carbonyl: bool) -> None:
    ligand, lengths = (("C", "O"), (bond, bond + 1.15)) if carbonyl else ("F", bond)
    pair = octahedral_complex("Cr", ligand, lengths, distortion)
    if distortion == 0:
        assert type(pair) is pairs.ControlPair
        return
    assert_twins(pair)
    heights = []
    for atoms in pair:
        assert atoms.symbols[0] == "Cr"
        first = atoms.positions[1::2][:: 2 if carbonyl else 1]
        unit = first / np.linalg.norm(first, axis=1)[:, None]
        # Turn all three to one side of the threefold axis; the longer their sum, the more elongated.
        sums = [np.linalg.norm(unit[0] + s * unit[1] + t * unit[2]) for s in (1, -1) for t in (1, -1)]
        cosines = np.abs((unit @ unit.T)[np.triu_indices(3, 1)])
        np.testing.assert_allclose(cosines, abs(np.sin(np.radians(distortion))), atol=1e-12)
        heights.append((max(sums), atoms.info["name"]))
    (high, elongated), (low, compressed) = sorted(heights, reverse=True)
    assert high > low
    assert "elongated" in elongated
    assert "compressed" in compressed


@pytest.mark.parametrize("distortion", [30, -30])
def test_the_largest_distortion(distortion: int) -> None:
    pair = octahedral_complex("S", "F", 1.56, distortion)
    assert type(pair) is pairs.DegeneratePair
    assert pair.family == "octahedral complex"
    assert sorted(np.linalg.matrix_rank(atoms.positions, tol=1e-9) for atoms in pair) == [2, 3]


@pytest.mark.parametrize("distortion", [30.1, -31, 90, float("nan"), float("inf")])
def test_distortions_out_of_range(distortion: float) -> None:
    with pytest.raises(PairError, match=r"out of range; three lines at equal angles exist from -30 to 30"):
        octahedral_complex(distortion=distortion)


def test_ligands_that_do_not_fit() -> None:
    with pytest.raises(PairError, match="the ligand has 2 atoms but there are 1 lengths; give one length per atom"):
        octahedral_complex(lengths=1.9)
    with pytest.raises(PairError, match="length -1"):
        octahedral_complex("S", "F", -1)


# Three planes


def signed(k: int) -> float:
    return k / 10


coordinate = (st.integers(3, 30) | st.integers(-30, -3)).map(signed)
motif = st.lists(st.tuples(coordinate, coordinate), min_size=1, max_size=2, unique=True)


def congruent_by_theory(
    xy: list[tuple[float, float]], yz: list[tuple[float, float]], xz: list[tuple[float, float]]
) -> bool:
    """Small motifs only: one point per plane, off the axes, all alike in no way that a motion could use."""
    values = [abs(v) for m in (xy, yz, xz) for p in m for v in p]
    return len(set(values)) < len(values)


@settings(max_examples=60)
@given(motif, motif, motif, st.sampled_from([(False,) * 3, (True,) * 3, (True, True, False), (False, False, True)]))
def test_three_planes(
    xy: list[tuple[float, float]],
    yz: list[tuple[float, float]],
    xz: list[tuple[float, float]],
    pbc: tuple[bool, bool, bool],
) -> None:
    pair = three_planes(xy, yz, xz, cell=(7.31, 8.17, 9.43), pbc=pbc)
    assert pair.periodic_axes == sum(pbc)
    assert len(pair.a) == 2 * (len(xy) + len(yz) + len(xz))
    if len(xy) == len(yz) == len(xz) == 1 and not congruent_by_theory(xy, yz, xz):
        assert type(pair) is pairs.DegeneratePair
    # Congruent or not: never told apart.
    for cutoff in (1.9, 4.4):
        for test in ("wl", "distance-wl"):
            assert compare(pair.a, pair.b, cutoff, test=test).equivalent
    if not any(pbc):
        assert compare(pair.a, pair.b).wording == "not told apart at any cutoff"
    assert bool(congruent(pair.a, pair.b)) == (type(pair) is not pairs.DegeneratePair)


@pytest.mark.parametrize(
    "points",
    [
        {"xz": ((1.0, 0.0),)},
        {"xz": ((0.0, 1.0),)},
        {"xy": ((1.3, 0.0),)},
        {"xz": ()},
        {"xy": (), "yz": ()},
    ],
)
def test_motifs_without_a_hand_give_controls(points: dict[str, object]) -> None:
    pair = three_planes(**points)  # type: ignore[arg-type]
    assert isinstance(pair, (pairs.ControlPair, pairs.MirrorPair))
    assert congruent(pair.a, pair.b)


def test_points_that_are_their_own_negative_are_given_once() -> None:
    pair = three_planes(xz=((0.8, 2.1), (0, 0)))
    assert len(pair.a) == 7
    crystal = three_planes(xz=((0.8, 2.1), (0, 3.6)), cell=(5.3, 6.1, 7.2), pbc=True)
    assert len(crystal.a) == 7
    chain = three_planes(xz=((0.8, 2.1), (0, 3.6)), cell=(5.3, 6.1, 7.2), pbc=(True, True, False))
    assert len(chain.a) == 8


@pytest.mark.parametrize(
    ("keywords", "message"),
    [
        ({"pbc": True}, r"a periodic pair needs a cell; give its three edges .*cell=\(5\.3, 6\.1, 7\.2\)"),
        ({"cell": (1, 2), "pbc": True}, r"cell \(1, 2\) does not fit"),
        ({"cell": (5, 0, 7), "pbc": True}, "positive along the periodic axes"),
        ({"cell": (5, -6, 7), "pbc": True}, "positive along the periodic axes"),
        ({"cell": (5, float("nan"), 7), "pbc": True}, "does not fit"),
        ({"xy": ((1, float("inf")),)}, r"point 0 of the xy plane is \[1.0, inf\]"),
        ({"yz": (("a", 1),)}, r"the points of the yz plane are not a \(k, 2\) array of y, z"),
        ({"xz": ((1, 2, 3),)}, r"the points of the xz plane are not a \(k, 2\) array of x, z"),
        ({"species": ("C", "N")}, "species are given for 2 planes"),
        ({"species": ("C", "N", ["O", "S"])}, "the xz plane has 1 points but 2 species"),
        ({"cell": "cubic", "pbc": True}, "cell 'cubic' does not fit"),
    ],
)
def test_bad_planes_are_named(keywords: dict[str, object], message: str) -> None:
    with pytest.raises(PairError, match=message) as caught:
        three_planes(**keywords)  # type: ignore[arg-type]
    assert "\n" not in str(caught.value)


def test_points_in_one_place() -> None:
    with pytest.raises(CloudError, match="in one place"):
        three_planes(xy=((1.0, 0.0),), xz=((1.0, 0.0),))


def test_no_points_at_all() -> None:
    with pytest.raises(CloudError, match="empty"):
        three_planes(xy=(), yz=(), xz=())


# Types


def test_a_degenerate_pair_cannot_be_made_from_others() -> None:
    a = as_cloud([[0, 0, 0], [1, 0, 0]]).to_atoms()
    b = as_cloud([[0, 0, 0], [1.5, 0, 0]]).to_atoms()
    with pytest.raises(PairError, match="told apart in round 1"):
        pairs.DegeneratePair(a, b, "dumb-bells", "none", "none")
    with pytest.raises(PairError, match="congruent"):
        pairs.DegeneratePair(a, a, "twice", "none", "none")
    mirror = pairs.gallery["CHFClBr"]
    with pytest.raises(PairError, match="not degenerate: the two clouds are congruent, mirror images"):
        pairs.DegeneratePair(mirror.a, mirror.b, "hands", "none", "none")
    twins = pairs.gallery["hexagon"]
    near = twins.b.copy()
    near.positions *= 1 + 1e-6
    with pytest.raises(PairError, match="too close to call"):
        pairs.DegeneratePair(twins.a, near, "nearly", "none", "none")


def test_pairs_are_frozen() -> None:
    with pytest.raises(AttributeError):
        three_lines().name = "other"  # type: ignore[misc]


@pytest.mark.parametrize("angles", [(60, 60, 60), (85, 85, 85), (80, 80, 70), (90, 90, 90)])
def test_coordinates_are_the_same_on_every_machine(angles: tuple[float, float, float]) -> None:
    """Equal angles leave eigenvectors open, and each processor takes others; nothing of that is left in the points."""
    pair = pairs.three_lines([1.0, 1.0, 1.0], angles)
    for member in pair:
        along = member.positions[::2]
        # Each line keeps as close to its own axis as it can, so that what is symmetric stays symmetric to the eye.
        np.testing.assert_allclose(along, along.T, atol=1e-12)
        assert np.linalg.eigvalsh(along).min() > -1e-7
