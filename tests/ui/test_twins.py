"""TwinBuilder without a browser: its parameters, what is admissible, and what it makes of them."""

from __future__ import annotations

import io

import ase.io
import numpy as np
import pytest
import traitlets
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from twinclouds.clouds import as_cloud
from twinclouds.ui.twin_families import FAMILIES


def same(pair, other):
    """Are the two pairs the same to the last bit?"""
    return all(
        np.array_equal(x.positions, y.positions)
        and x.get_chemical_symbols() == y.get_chemical_symbols()
        and (x.pbc == y.pbc).all()
        for x, y in zip(pair, other, strict=True)
    )


EXAMPLES = [
    ("three_lines", {}),
    ("three_lines", {"angles": (60, 60, 60), "lengths": (1, 1, 1), "flip": "23"}),
    ("three_lines", {"lengths": ((1, 2), 1.2, 1.5), "species": (("C", "H"), "N", "O"), "centre": "Fe", "flip": "13"}),
    ("three_planes", {}),
    ("three_planes", {"xy": (), "species": "C"}),
    ("three_planes", {"xz": ((0.8, 2.1), (1.5, -0.4)), "pbc": (True, False, True), "cell": (6, 7, 8)}),
    ("octahedral_complex", {}),
    ("octahedral_complex", {"metal": "S", "ligand": "F", "lengths": 1.56, "distortion": -4.5}),
]


@pytest.mark.parametrize(("family", "parameters"), EXAMPLES)
def test_the_expression_makes_the_same_pair(family, parameters):
    builder = tc.ui.TwinBuilder(family, **parameters)
    assert same(eval(builder.expression, {"tc": tc}), builder.pair)
    assert "\n" not in builder.expression
    direct = {k: v for k, v in parameters.items() if k != "flip"}
    if parameters.get("flip", "12") == "12":
        assert same(getattr(tc.pairs, family)(**direct), builder.pair)


@pytest.mark.parametrize(("family", "parameters"), EXAMPLES)
def test_the_file_holds_both_clouds(family, parameters, tmp_path):
    builder = tc.ui.TwinBuilder(family, **parameters)
    text = builder.to_xyz(tmp_path / "twins.xyz")
    assert (tmp_path / "twins.xyz").read_text(encoding="utf-8") == text
    read = ase.io.read(io.StringIO(text), ":", format="extxyz")
    assert [tc.congruent(x, y).__bool__() for x, y in zip(read, builder.pair, strict=True)] == [True, True]


@given(
    st.tuples(*[st.floats(1, 179) for _ in range(3)]),
    st.tuples(*[st.floats(0.3, 5) for _ in range(3)]),
    st.sampled_from(["12", "13", "23"]),
)
def test_lines_are_admissible_if_their_departures_from_90_add_up_to_at_most_90(angles, lengths, flip):
    """The picture draws the border of the determinant condition as this diamond."""
    total = sum(abs(90 - angle) for angle in angles)
    if abs(total - 90) < 1e-6:
        return
    check = FAMILIES["three_lines"].checks["angles"]
    if total > 90:
        with pytest.raises(tc.TwincloudsError, match="angle"):
            check(angles)
        return
    assert check(angles) == list(angles)
    parameters = {**FAMILIES["three_lines"].defaults, "angles": list(angles), "lengths": [[x] for x in lengths]}
    members = FAMILIES["three_lines"].members
    clouds = [
        [as_cloud(x) for x in members(**FAMILIES["three_lines"].arguments({**parameters, "flip": f}))]
        for f in ("12", flip)
    ]
    # Whichever angle is changed, X is the same shape, and so is Y.
    for one, other in zip(*clouds, strict=True):
        assert tc.congruent(one, other, tolerance=1e-5)


@pytest.mark.parametrize("flip", ["12", "13", "23"])
def test_the_chosen_angle_becomes_its_supplement(flip):
    builder = tc.ui.TwinBuilder(lengths=(1, 2, 3), angles=(50, 70, 80), species=("C", "N", "O"), flip=flip)
    volumes = []
    for which, atoms in enumerate(builder.pair):
        v = {s: atoms.positions[atoms.get_chemical_symbols().index(s)] for s in "CNO"}
        angles = {}
        for name, (p, q) in {"12": "CN", "13": "CO", "23": "NO"}.items():
            cosine = v[p] @ v[q] / np.linalg.norm(v[p]) / np.linalg.norm(v[q])
            angles[name] = np.degrees(np.arccos(cosine))
        wanted = {"23": 50, "13": 70, "12": 80}
        if which:
            wanted[flip] = 180 - wanted[flip]
        assert angles == pytest.approx(wanted)
        volumes.append(abs(np.linalg.det(np.array(list(v.values())))))
    assert builder.volumes == pytest.approx(volumes)


@pytest.mark.parametrize(
    ("family", "name", "value", "remedy"),
    [
        ("three_lines", "angles", (30, 40, 80), "no third angle does"),
        ("three_lines", "angles", (70, 80, 20), "between 30 and 150"),
        ("three_lines", "angles", (70, 80), "three angles"),
        ("three_lines", "angles", "70", "three angles"),
        ("three_lines", "angles", (70, 80, float("nan")), "finite"),
        ("three_lines", "lengths", (1, 2, -1), "between 0 and 100"),
        ("three_lines", "lengths", (1, 2), "lengths in angstrom"),
        ("three_lines", "lengths", ((1, 1), 2, 3), "in one place"),
        ("three_lines", "species", "Zz", "'Zz' is not the symbol"),
        ("three_lines", "centre", "C60", "not the symbol"),
        ("three_lines", "flip", "14", "'12', '13' or '23'"),
        ("three_lines", "xy", ((1, 2),), "three_lines has no xy"),
        ("three_planes", "xy", ((1, 2, 3),), "2 coordinates"),
        ("three_planes", "xy", ((1, 1), (1, 1)), "in one place"),
        ("three_planes", "xy", ((1, 0.5),) * 9, "0 to 6"),
        ("three_planes", "pbc", (True, 1, False), "True, False"),
        ("three_planes", "cell", (1, 2), "three lengths"),
        ("octahedral_complex", "distortion", 40, "-30 to 30"),
        ("octahedral_complex", "ligand", (), "1 to 6"),
        ("octahedral_complex", "metal", 26, "symbol of an element"),
    ],
)
def test_what_is_not_admissible_is_named_with_the_range(family, name, value, remedy):
    builder = tc.ui.TwinBuilder(family)
    before = builder.expression
    with pytest.raises(traitlets.TraitError, match=name) as error:
        setattr(builder, name, value)
    assert remedy in str(error.value)
    assert "\n" not in str(error.value)
    with pytest.warns(RuntimeWarning, match="front end"):
        builder.set_state({name: value})
    assert builder.expression == before
    if name in builder.parameters:
        with pytest.raises(traitlets.TraitError):
            tc.ui.TwinBuilder(family, **{name: value})


def test_unknown_families_and_parameters_are_named():
    with pytest.raises(TypeError, match="four_lines"):
        tc.ui.TwinBuilder("four_lines")
    with pytest.raises(TypeError, match=r"'angle'.*angles"):
        tc.ui.TwinBuilder(angle=3)
    with pytest.raises(TypeError, match=r"three_planes has no 'angles'; it has xy"):
        tc.ui.TwinBuilder("three_planes", angles=(70, 80, 65))
    with pytest.raises(TypeError, match="has no 'distortion'"):
        tc.ui.TwinBuilder().set(distortion=3)


def test_values_that_are_admissible_only_together():
    builder = tc.ui.TwinBuilder(angles=(30, 90, 80))
    with pytest.raises(traitlets.TraitError):
        builder.angles = (30, 30, 80)
    with pytest.raises(traitlets.TraitError):
        builder.set(lengths=(1, 1, 1), angles=(30, 30, 80))
    assert builder.lengths == [[1.0], [1.2], [1.5]]
    builder.set_state({"angles": [80, 85, 88], "lengths": [[1, 2], [1], [1]], "species": [["C"], ["N"], ["O"]]})
    assert builder.species == [["C", "C"], ["N"], ["O"]]
    builder.set(lengths=(1, 1, 1), species=("C", "N", "O"))
    assert builder.species == [["C"], ["N"], ["O"]]
    planes = tc.ui.TwinBuilder("three_planes", pbc=True, cell=(9, 9, 9))
    planes.xy = ((1.3, 0.9), (2.5, 0.2))
    assert planes.species == [["Si", "Si"], ["B"], ["C"]]
    assert planes.pair.periodic_axes == 3


def test_the_certificate_and_what_is_no_twin_pair():
    builder = tc.ui.TwinBuilder()
    assert builder.certificate.check()
    assert builder._certificate["of"] == builder.expression
    assert builder._certificate["state"] == "proof"
    assert "15 counts" in builder._certificate["text"]
    builder.angles = (70, 80, 90)
    assert builder.pair.kind == "control"
    assert builder.certificate is None
    builder.set_state({"_asked": builder.expression})
    assert builder._certificate == {
        "of": builder.expression,
        "asked": builder.expression,
        "state": "none",
        "text": "There is nothing to prove: the two clouds are one shape in two positions.",
    }
    builder.set_state({"angles": [70, 80, 89.999], "_asked": "again"})
    # It is labelled by what it is about, whatever was asked for.
    assert builder._certificate["of"] == builder.expression != builder._certificate["asked"] == "again"
    assert builder._certificate["state"] == "failed"
    assert "No certificate" in builder._certificate["text"]


def test_parameters_and_question_arrive_together():
    builder = tc.ui.TwinBuilder("three_planes")
    line = 'tc.pairs.three_planes(xy=((1.3,.9),), yz=((1.1,1.6),), xz=((1e0,1.5),), species=("Si","B","C"))'
    builder.set_state({"xz": [[1.0, 1.5]], "_asked": line})
    assert builder.xz == [[1.0, 1.5]]
    assert builder._certificate["of"] == line  # the same line, written otherwise
    builder.set_state({"_asked": "("})
    assert builder._certificate["of"] == builder.expression
    assert builder._certificate["state"] == "proof"


def test_without_points_there_is_no_pair():
    with pytest.raises(traitlets.TraitError, match="empty"):
        tc.ui.TwinBuilder("three_planes", xy=(), yz=(), xz=())


def test_the_family_is_chosen_once() -> None:
    builder = tc.ui.TwinBuilder()
    with pytest.raises(AttributeError):
        builder.family = "three_planes"
    assert builder.family == "three_lines"
