"""Certificates: true ones hold, also for an independent checker, and nothing forged does."""

from __future__ import annotations

import copy
import json
from collections import Counter
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracles
from fuzz.rig import limits
from strategies import motion, seeds
from twinclouds import pairs
from twinclouds.certificates import Certificate, _digest, certify
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import CertificateError, CloudError, CompareError, TwincloudsError
from twinclouds.refinement import compare
from twinclouds.triangle_counts import count_triangles

DEGENERATE = sorted(n for n, p in pairs.gallery.items() if isinstance(p, pairs.DegeneratePair))
HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]


@pytest.fixture(scope="module")
def text() -> str:
    return certify(pairs.three_lines(species=("C", "N", "O"))).to_json()


def revived(data: dict[str, Any]) -> bool:
    """Read and check; the only exception that reading may raise is a CertificateError."""
    try:
        certificate = Certificate.from_json(json.dumps(data))
    except CertificateError:
        return False
    problems = certificate.problems()
    assert isinstance(problems, list)
    assert all(isinstance(p, str) and "\n" not in p for p in problems)
    assert certificate.check() == (not problems)
    return certificate.check()


@pytest.mark.parametrize("name", DEGENERATE)
def test_every_degenerate_pair_has_one(name: str) -> None:
    certificate = certify(pairs.gallery[name])
    assert certificate.problems() == []
    assert certificate.check()
    again = Certificate.from_json(certificate.to_json())
    assert again.check()
    assert again == certificate or again.to_json() == certificate.to_json()
    assert "Not told apart by distances at every cutoff" in str(certificate)
    if pairs.gallery[name].periodic_axes:
        assert certificate.radius == 6.0
        assert not certificate.exact
        assert oracles.periodic_certificate_holds(certify(pairs.gallery[name], radius=4.5).to_json())
        if pairs.gallery[name].family == "three planes":
            assert "three planes" in certificate.proof
    else:
        assert certificate.radius is None
        assert oracles.certificate_holds(certificate.to_json())


@settings(max_examples=25)
@given(seeds, st.booleans())
def test_moved_twins_have_one(seed: int, reflect: bool) -> None:
    rng = np.random.default_rng(seed)
    matrix, offset = motion(seed, reflect)
    certificate = certify(HEXAGON, (np.array(TRIANGLES) @ matrix.T + offset)[rng.permutation(6)])
    assert certificate.check()
    assert not certificate.exact
    assert oracles.certificate_holds(certificate.to_json())


def test_exact_only_where_it_is_true() -> None:
    exact = certify(HEXAGON, TRIANGLES)
    assert exact.exact
    assert certify(np.array(HEXAGON) * 0.1, np.array(TRIANGLES) * 0.1).exact, "0.1 is one tenth, as it is written"
    noisy = np.array(TRIANGLES, dtype=float)
    noisy[0, 0] += 1e-12
    inexact = certify(HEXAGON, noisy)
    assert not inexact.exact
    assert inexact.check()
    data = json.loads(inexact.to_json())
    data["exact"] = True
    assert not revived(data)
    data = json.loads(exact.to_json())
    data["exact"] = False
    assert revived(data), "claiming less than is true is no forgery"


def test_a_forged_radius(text: str) -> None:
    data = json.loads(text)
    for radius in (-1.0, 0.0, "far", float("nan")):
        assert not revived({**data, "radius": radius})
    periodic = json.loads(certify(pairs.gallery["chain"]).to_json())
    assert not revived({**periodic, "radius": None})
    assert not revived({**periodic, "radius": 9.0})
    assert not revived({**periodic, "exact": True})


def at(*path: Any, change: Any) -> Any:
    """Return what changes one thing of a certificate."""

    def forge(data: dict[str, Any]) -> None:
        for key in path[:-1]:
            data = data[key]
        data[path[-1]] = change(data[path[-1]])

    return forge


def forgeries() -> dict[str, Any]:
    """Each a function that changes one thing that matters."""
    return {
        "a coordinate": at("a", "positions", 0, 0, change=lambda x: x + 1e-3),
        "a small coordinate": at("b", "positions", 3, 2, change=lambda x: x + 1e-5),
        "a coordinate that is not finite": at("b", "positions", 3, 2, change=lambda x: float("nan")),
        "a coordinate that is text": at("b", "positions", 3, 2, change=lambda x: "one"),
        "a species": at("a", "species", 0, change=lambda x: "H"),
        "a species of both": lambda d: (d["a"]["species"].__setitem__(0, "H"), d["b"]["species"].__setitem__(0, "H")),
        "species missing": at("a", "species", change=lambda x: x[:-1]),
        "an atom more": at("a", "positions", change=lambda x: [*x, [9, 9, 9]]),
        "an atom less": at("a", "positions", change=lambda x: x[:-1]),
        "no atoms": at("a", "positions", change=lambda x: []),
        "a class": at("classes", 0, 0, change=lambda x: (x + 1) % 3),
        "a class that nobody has": at("classes", 1, 0, change=lambda x: 77),
        "a class less": at("classes", 0, change=lambda x: x[:-1]),
        "classes of one cloud": at("classes", change=lambda x: x[:1]),
        "classes of three": at("classes", change=lambda x: [*x, x[0]]),
        "classes exchanged": at(
            "classes", change=lambda x: [x[0], x[1][::-1]] if x[1] != x[1][::-1] else [x[0][1:]] * 2
        ),
        "a class that is text": at("classes", 0, 0, change=lambda x: "red"),
        "a class that is half": at("classes", 0, 0, change=lambda x: x + 0.5),
        "a length": at("lengths", 0, change=lambda x: x + 1e-4),
        "a length that is text": at("lengths", 0, change=lambda x: "1"),
        "a length less": at("lengths", change=lambda x: x[:-1]),
        "lengths reversed": at("lengths", change=lambda x: x[::-1]),
        "lengths twice": at("lengths", change=lambda x: sorted(x + x)),
        "no lengths": at("lengths", change=lambda x: []),
        "a count twice": at("table", change=lambda x: [[*x[0][:3], x[0][3] + 1], *x]),
        "a count of a colour that nobody has": at("table", change=lambda x: [*x, [77, 0, 0, 1]]),
        "a count": at("table", 0, 3, change=lambda x: x + 1),
        "a count of nothing": at("table", 0, 3, change=lambda x: 0),
        "a row less": at("table", change=lambda x: x[1:]),
        "a row with a wrong length": at("table", 0, 2, change=lambda x: x + 1),
        "a count that is no whole number": at("table", 0, 3, change=lambda x: x + 0.5),
        "a count beyond all counts": at("table", 0, 3, change=lambda x: x + 2**63),
        "a colour beyond all colours": at("table", 0, 1, change=lambda x: x + 99),
        "a colour that is negative": at("table", 0, 1, change=lambda x: -1 - x),
        "a length beyond all lengths": at("table", 0, 2, change=lambda x: x + 99),
        "a length that is negative": at("table", 0, 2, change=lambda x: x - 9),
        "a row that is short": at("table", 0, change=lambda x: x[:3]),
        "an empty table": at("table", change=lambda x: []),
        "triangle counts": at("triangle", "counts", change=lambda x: [x[0] + 1, x[1]]),
        "triangle counts exchanged": at("triangle", "counts", change=lambda x: x[::-1]),
        "triangle sides": at("triangle", "sides", 0, change=lambda x: x + 0.01),
        "a triangle with two sides": at("triangle", "sides", change=lambda x: x[:2]),
        "a triangle of four": at("triangle", "species", change=lambda x: [*x, "C"]),
        "triangle species": at("triangle", "species", change=lambda x: ["H", "H", "H"]),
        "a triangle that nobody has": lambda d: d["triangle"].update(sides=[5.0, 5.0, 5.0], counts=[0, 0]),
        "triangle missing": at("triangle", change=lambda x: {}),
        "triangle null": at("triangle", change=lambda x: None),
        "no tolerance": at("tolerance", change=lambda x: 0.0),
        "a tolerance for everything": at("tolerance", change=lambda x: 10.0),
        "a tolerance below zero": at("tolerance", change=lambda x: -x),
        "a tolerance that is text": at("tolerance", change=lambda x: "small"),
        "a tolerance that is not finite": at("tolerance", change=lambda x: float("inf")),
        "exact": at("exact", change=lambda x: True),
        "a margin": at("margin", change=lambda x: x * 1.001),
        "a margin a little": at("margin", change=lambda x: x + 1e-8),
        "a margin that is text": at("margin", change=lambda x: "wide"),
        "a margin without end": at("margin", change=lambda x: float("inf")),
        "the widest length": at("widest", change=lambda x: x + 1e-8),
        "a length a little": at("lengths", 1, change=lambda x: x + 1e-8),
        "the digest": at("digest", change=lambda x: x[::-1]),
        "no digest": at("digest", change=lambda x: ""),
        "a flat cell": lambda d: d["a"].update(pbc=[True] * 3),
        "a cell of one cloud": lambda d: d["a"].update(pbc=[True] * 3, cell=np.diag([50.0] * 3).tolist()),
        "a cloud null": at("a", change=lambda x: None),
        "a cloud missing": at("b", change=lambda x: {}),
        "one cloud twice": lambda d: d.update(b=d["a"]),
        "clouds exchanged": lambda d: d.update(a=d["b"], b=d["a"]),
    }


@pytest.mark.parametrize("what", forgeries())
def test_forgeries_are_refused(what: str, text: str) -> None:
    data = json.loads(text)
    forgeries()[what](data)
    assert json.dumps(data) != json.dumps(json.loads(text)), "nothing was forged"
    assert not revived(data)


def test_every_field_is_needed(text: str) -> None:
    for field in json.loads(text):
        data = json.loads(text)
        del data[field]
        with pytest.raises(CertificateError, match=field if field != "format" else "format"):
            Certificate.from_json(json.dumps(data))
    with pytest.raises(CertificateError, match="extra"):
        Certificate.from_json(json.dumps({**json.loads(text), "extra": 1}))
    with pytest.raises(CertificateError, match="format"):
        Certificate.from_json(json.dumps({**json.loads(text), "format": "twinclouds-certificate-0"}))


@pytest.mark.parametrize("junk", ["", "{", "[]", "null", "3", '"text"', "{}", "\x00", '{"format": 1}', "[" * 3000])
def test_junk_is_refused(junk: str) -> None:
    with pytest.raises(CertificateError):
        Certificate.from_json(junk)


@pytest.mark.parametrize("junk", [None, 3, b"\xff\xfe", [1]])
def test_what_is_not_text_is_refused(junk: object) -> None:
    with pytest.raises(CertificateError):
        Certificate.from_json(junk)  # type: ignore[arg-type]


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2),
    max_leaves=6,
)


def test_nonsense_in_any_place_is_no_crash(text: str) -> None:
    original = json.loads(text)
    paths: list[list[Any]] = []

    def walk(node: Any, path: list[Any]) -> None:
        paths.append(path)
        if isinstance(node, (dict, list)):
            for key in node if isinstance(node, dict) else range(len(node)):
                walk(node[key], [*path, key])

    walk(original, [])

    @settings(max_examples=400)
    @given(st.sampled_from(paths[1:]), values)
    def check(path: list[Any], value: Any) -> None:
        data = copy.deepcopy(original)
        place = data
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = value
        revived(data)

    check()


# Nothing is certified that should not be.


def test_no_certificate_without_twins() -> None:
    with pytest.raises(CertificateError, match="not twins: told apart in round 1"):
        certify(HEXAGON, np.array(TRIANGLES) * 1.1)
    with pytest.raises(CertificateError, match="congruent, one shape in two positions"):
        certify(HEXAGON, np.array(HEXAGON) + 1.0)
    with pytest.raises(CertificateError, match="congruent, mirror images"):
        certify(pairs.gallery["CHFClBr"])
    with pytest.raises(CertificateError, match="too close to call"):
        certify(HEXAGON, np.array(TRIANGLES) * (1 + 1e-6))
    with pytest.raises(CertificateError, match="only one cloud was given"):
        certify(HEXAGON)
    with pytest.raises(CompareError, match=r"has 6 atoms and .* has 5"):
        certify(HEXAGON, TRIANGLES[:5])
    with pytest.raises(TwincloudsError, match="cutoff -1"):
        certify(pairs.gallery["chain"], radius=-1)


def test_pairs_that_are_not_degenerate_have_none() -> None:
    for name, pair in pairs.gallery.items():
        if not isinstance(pair, pairs.DegeneratePair):
            with pytest.raises(CertificateError, match="not twins"):
                certify(pair)
            assert name not in DEGENERATE


def test_a_certificate_says_what_it_holds(text: str) -> None:
    certificate = Certificate.from_json(text)
    pair = pairs.three_lines(species=("C", "N", "O"))
    for data, atoms in ((certificate.a, pair.a), (certificate.b, pair.b)):
        assert data["species"] == as_cloud(atoms).species.tolist()
        assert data["positions"] == as_cloud(atoms).positions.tolist()
    words = str(certificate)
    assert f"{len(certificate.table)} counts" in words
    assert f"occurs {certificate.triangle['counts'][0]} times in a" in words


# Forgeries that hold together


def forged(certificate: Certificate, **changes: Any) -> Certificate:
    return Certificate.from_json(json.dumps(json.loads(certificate.to_json()) | changes))


def test_a_proof_is_not_believed_but_checked() -> None:
    rng = np.random.default_rng(3)
    honest = certify(pairs.gallery["crystal"])
    assert honest.proof
    other = {**honest.a, "positions": rng.uniform(0, 5, (6, 3)).tolist()}
    for changes in (
        {"b": other, "lengths": [], "table": [], "radius": 0.01},
        {"proof": "because I say so"},
        {"radius": 0.5},
        {"radius": None},
    ):
        assert not forged(honest, **changes).check()


@pytest.mark.parametrize("name", ["bixbyite", "crystal", "chain"])
def test_a_strain_too_small_to_be_seen_has_no_proof_beyond_the_radius(name: str) -> None:
    a, b = (as_cloud(atoms) for atoms in pairs.gallery[name])
    for part in (1e-9, 1e-6):
        strained = Cloud(b.positions * (1 + part), b.species, b.cell * (1 + part), b.pbc)
        certificate = certify(a, strained, tolerance=1e-4)
        assert certificate.check()
        assert not certificate.proof
        assert "up to 6 A:" in str(certificate)
        assert not forged(certificate, proof=certify(a, b).proof).check()


def test_a_triangle_on_the_edge_of_being_counted_proves_nothing() -> None:
    certificate = certify(pairs.gallery["lines"])
    same = {**certificate.a}
    for offset in (1e-5, 3e-5):
        sides = [certificate.triangle["sides"][0] + offset, *certificate.triangle["sides"][1:]]
        for counts in ([2, 0], [1, 0], [0, 2], [2, 1]):
            triangle = {**certificate.triangle, "sides": sides, "counts": counts}
            assert not forged(certificate, b=same, classes=[certificate.classes[0]] * 2, triangle=triangle).check()


def test_a_tolerance_that_swallows_the_lengths_is_refused() -> None:
    rng = np.random.default_rng(4)
    a, b = ({"species": ["X"] * 5, "positions": rng.uniform(0, 2, (5, 3)).tolist(), "cell": np.zeros((3, 3)).tolist(),
             "pbc": [False] * 3} for _ in "ab")  # fmt: skip
    certificate = certify(pairs.gallery["lines"])
    for tolerance in (3.0, 0.1, 1e-3):
        lie = forged(
            certificate, a=a, b=b, classes=[[0] * 5] * 2, lengths=[3.0], table=[[0, 0, 0, 4]], tolerance=tolerance
        )
        assert not lie.check()


def test_hundreds_of_points_are_checked_in_little_memory() -> None:
    rng = np.random.default_rng(5)
    grid = np.stack(np.meshgrid(np.arange(1, 12), np.arange(1, 12)), axis=-1).reshape(-1, 2) * 0.75
    motifs = [grid[rng.choice(len(grid), 40, replace=False)] for _ in range(3)]
    pair = pairs.three_planes(*motifs)
    assert len(pair.a) == 240
    assert certify(pair).check()


@pytest.mark.parametrize("pair", [pairs.gallery["benzene"], pairs.gallery["hexagon"], pairs.gallery["chain"]])
def test_points_moved_within_the_tolerance_are_noticed(pair: pairs.Pair) -> None:
    certificate = certify(pair)
    assert not certificate.exact
    data = json.loads(certificate.to_json())

    @settings(max_examples=60)
    @given(st.sampled_from("ab"), st.integers(0, len(pair.a) - 1), st.integers(0, 2), st.integers(-14, -6))
    def check(cloud: str, atom: int, axis: int, power: int) -> None:
        forgery = copy.deepcopy(data)
        old = forgery[cloud]["positions"][atom][axis]
        forgery[cloud]["positions"][atom][axis] = old + 10.0**power
        assert revived(forgery) == (old + 10.0**power == old)

    check()


def test_a_digest_made_anew_does_not_help_where_the_call_is_close() -> None:
    """The points bent out of their plane change distances to second order only, by less than the tolerance."""
    pair = pairs.gallery["hexagon"]
    data = json.loads(certify(pair).to_json())
    normal = np.linalg.svd(pair.a.positions)[2][-1]
    assert np.abs(pair.a.positions @ normal).max() < 1e-9
    data["a"]["positions"][0] = (pair.a.positions[0] + 1e-3 * normal).tolist()
    data["digest"] = _digest(data["a"], data["b"])
    wrong = Certificate.from_json(json.dumps(data))
    assert "are not the means" in wrong.problems()[0]
    # Not even with all that is stated measured anew: certify would not have called it, and check does not.
    lengths = [np.linalg.norm(x[:, None] - x[None], axis=2)[np.triu_indices(6, 1)]
               for x in (np.array(data[k]["positions"]) for k in "ab")]  # fmt: skip
    found = np.sort(np.concatenate(lengths))
    parts = np.split(found, np.flatnonzero(np.diff(found) > 1e-6) + 1)
    assert len(parts) == len(data["lengths"])
    stated = {
        "lengths": [float(p.mean()) for p in parts],
        "margin": float(np.diff(found)[np.diff(found) > 1e-6].min()),
        "widest": float(max(np.ptp(p) for p in parts)),
    }
    with pytest.raises(CertificateError, match="too close to call"):
        certify(data["a"]["positions"], data["b"]["positions"])
    assert "too close to call" in Certificate.from_json(json.dumps(data | stated)).problems()[0]


def test_margins_are_stated_and_printed() -> None:
    certificate = certify(HEXAGON, TRIANGLES)
    squares = np.sqrt([2, 4, 6, 8])
    found = {round(float(x), 9) for x in certificate.lengths}
    gaps = np.diff(sorted(found))
    assert found <= {round(float(x), 9) for x in squares}
    assert certificate.margin == pytest.approx(gaps.min())
    assert certificate.widest <= 1e-15
    assert f"at least {certificate.margin:.3g} A apart" in str(certificate)
    noise = np.random.default_rng(6).normal(size=(6, 3)) * 1e-9
    assert 1e-10 < certify(HEXAGON, TRIANGLES + noise).widest < 1e-8


def test_the_older_format_is_refused_with_a_reason(text: str) -> None:
    data = json.loads(text)
    for field in ("margin", "widest", "digest"):
        del data[field]
    data["format"] = "twinclouds-certificate-1"
    with pytest.raises(
        CertificateError, match=r"older format twinclouds-certificate-1, which states no margin; make a"
    ):
        Certificate.from_json(json.dumps(data))


def test_words_for_nonsense_are_no_crash(text: str) -> None:
    data = json.loads(text)
    for field in data:
        for value in (None, "x", 3, [], {}, [1, "a"], [[1]]):
            try:
                certificate = Certificate.from_json(json.dumps({**data, field: value}))
            except CertificateError:
                continue
            assert str(certificate).startswith(("A malformed certificate", "Not told apart"))


def test_a_tolerance_for_coordinates_with_few_digits() -> None:
    pair = pairs.gallery["benzene"]
    rounded = [np.round(atoms.positions, 6) for atoms in pair]
    with pytest.raises(CertificateError, match=r"not twins|too close"):
        certify(*rounded)
    certificate = certify(*rounded, tolerance=5e-5)
    assert certificate.check()
    assert certificate.tolerance == 5e-5
    assert 1e-8 < certificate.widest < 5e-6


# Wrong types, which another program may read in another way; and more than can be checked


def typos() -> dict[str, Any]:
    """Each changes the type of something, and to a lenient reader nothing else."""
    return {
        "a coordinate in quotes": at("a", "positions", 0, 0, change=str),
        "a false axis in quotes": at("a", "pbc", 0, change=lambda x: ""),
        "axes as numbers": at("b", "pbc", change=lambda x: [0, 0, 0]),
        "a cell of one number": at("a", "cell", change=lambda x: 0.0),
        "classes with a point": at("classes", change=lambda x: [[float(c) for c in part] for part in x]),
        "classes in quotes": at("classes", change=lambda x: [[str(c) for c in part] for part in x]),
        "classes in one word": at("classes", change=lambda x: ["".join(map(str, part)) for part in x]),
        "a class that is true": at("classes", change=lambda x: [[bool(c) if c < 2 else c for c in p] for p in x]),
        "classes that differ behind the point": at(
            "classes", change=lambda x: [[c + k / 100 for k, c in enumerate(sorted(part))] for part in x]
        ),
        "a count with a point": at("table", 0, 3, change=float),
        "a length in quotes": at("lengths", 0, change=str),
        "species of a triangle in one word": at("triangle", "species", change="".join),
        "a side in quotes": at("triangle", "sides", 0, change=str),
        "counts of triangles with a point": at("triangle", "counts", change=lambda x: [float(k) for k in x]),
        "a count that is false": at("triangle", "counts", change=lambda x: [bool(k) if k < 2 else k for k in x]),
        "exact or not, in numbers": at("exact", change=int),
        "exact or not, in words": at("exact", change=str),
        "no proof": at("proof", change=lambda x: None),
        "a tolerance in quotes": at("tolerance", change=str),
        "a widest length that is false": at("widest", change=lambda x: False),
        "a remark": at("a", change=lambda x: {**x, "remark": "a and b are made of cheese"}),
        "a remark on the triangle": at("triangle", change=lambda x: {**x, "area": 7}),
        "a radius beyond all numbers": at("radius", change=lambda x: 10**400),
        "a class beyond all numbers": at("classes", 0, 0, change=lambda x: 10**30),
    }


@pytest.mark.parametrize("what", typos())
def test_other_types_are_refused(what: str) -> None:
    data = json.loads(certify(HEXAGON, TRIANGLES).to_json())
    before = json.dumps(data)
    typos()[what](data)
    assert json.dumps(data) != before, "nothing was changed"
    data["digest"] = _digest(data["a"], data["b"])
    problems = Certificate.from_json(json.dumps(data)).problems()
    assert len(problems) == 1 and problems[0].startswith("the certificate is malformed"), problems


def test_names_that_occur_twice_are_refused(text: str) -> None:
    """Some readers take the first of two members of one name, some the last."""
    for field in ("a", "tolerance", "positions", "sides"):
        twice = text.replace(f'"{field}":', f'"{field}": 7, "{field}":', 1)
        assert json.loads(twice) == json.loads(text)
        with pytest.raises(CertificateError, match=f"the name '{field}' occurs twice"):
            Certificate.from_json(twice)


def test_certificates_are_json_and_nothing_besides(text: str) -> None:
    """JSON has no infinity, and a margin may be one: where there is a single length."""

    def refuse(word: str) -> None:
        raise AssertionError(word)

    certificate = replace(Certificate.from_json(text), margin=float("inf"))
    written = certificate.to_json()
    assert json.loads(written, parse_constant=refuse)["margin"] is None
    assert Certificate.from_json(written) == certificate


@pytest.mark.parametrize("depth", [50, 500, 900, 5000])
def test_deep_nesting_is_refused(text: str, depth: int) -> None:
    nested = "[" * depth + "]" * depth
    for field in ("a", "classes", "table", "triangle", "radius", "proof"):
        try:
            certificate = Certificate.from_json(
                json.dumps({**json.loads(text), field: "here"}).replace('"here"', nested)
            )
        except CertificateError:
            continue
        assert certificate.problems() == [f"the certificate is malformed: {field}"]
        json.loads(certificate.to_json())


def test_nonsense_is_not_written(text: str) -> None:
    for wrong in ({"widest": float("nan")}, {"margin": -float("inf")}, {"radius": {1, 2}}):
        with pytest.raises(CertificateError, match="a malformed certificate cannot be written"):
            replace(Certificate.from_json(text), **wrong).to_json()


def test_a_name_of_a_million_letters_is_refused_before_it_fills_memory(text: str) -> None:
    data = json.loads(text)
    data["a"]["species"] = ["C" * 10**6, *["C"] * 20_000]
    with pytest.raises(CloudError, match="has 1000000 letters"):
        Cloud(np.arange(60_003).reshape(-1, 3), data["a"]["species"])
    assert "has 1000000 letters" in Certificate.from_json(json.dumps(data)).problems()[0]


def test_names_in_a_certificate_are_shown_on_one_line(text: str) -> None:
    data = json.loads(text)
    data["\x1b[2J\n" * 500] = 1
    with pytest.raises(CertificateError, match="lacks or adds fields") as caught:
        Certificate.from_json(json.dumps(data))
    assert str(caught.value).isprintable() and len(str(caught.value)) < 200


def test_rational_arithmetic_is_not_asked_of_hundreds_of_points() -> None:
    """Triples of points as fractions would take hours; nothing true is lost, since no such certificate is made."""
    side = np.arange(5)
    grid = np.stack(np.meshgrid(side, side, side, indexing="ij"), axis=-1).reshape(-1, 3).astype(float)
    verdict = compare(grid, grid)
    found = verdict.refinement
    labels = found.edge_labels
    rows = Counter(
        (int(found.colors[0][-1][i]), int(found.colors[0][-1][j]), int(d), int(i))
        for i, j, d in zip(found.graphs[0].senders, found.graphs[0].receivers, labels.labels[0], strict=True)
    )
    table = sorted({(p, q, d, k) for (p, q, d, _), k in rows.items()})
    cloud = {"species": ["X"] * 125, "positions": grid.tolist(), "cell": [[0.0] * 3] * 3, "pbc": [False] * 3}
    count = count_triangles(as_cloud(grid), ["X"] * 3, [1.0, 1.0, 2**0.5], 1e-5)
    forged = replace(
        certify(HEXAGON, TRIANGLES),
        a=cloud,
        b=cloud,
        classes=(tuple(found.colors[0][-1].tolist()),) * 2,
        lengths=tuple(labels.values.tolist()),
        table=tuple(table),
        triangle={"species": ["X"] * 3, "sides": [1.0, 1.0, 2**0.5], "counts": [count, count]},
        margin=labels.narrowest_gap,
        widest=labels.widest,
        digest=_digest(cloud, cloud),
    )
    with limits(seconds=60):
        assert forged.problems() == ["rational arithmetic is for up to 64 points, not 125"]
        assert replace(forged, exact=False).problems() == [
            "the triangle occurs equally often in both, which proves nothing"
        ]
