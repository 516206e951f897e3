"""The gallery: every pair is what it is said to be, also for oracles that share nothing with the package."""

from __future__ import annotations

import numpy as np
import pytest

import oracles
from twinclouds import pairs
from twinclouds.clouds import as_cloud
from twinclouds.congruence import congruent
from twinclouds.errors import PairError
from twinclouds.refinement import compare
from twinclouds.resolution import resolving_cutoff

GALLERY = pairs.gallery
NAMES = sorted(GALLERY)
ISOLATED = [n for n in NAMES if not GALLERY[n].periodic_axes]
CHEMICAL = {
    "benzene", "S6", "SF6", "hydrazine-1eV", "hydrazine-2eV", "ethene-like-0.3eV", "ethene-like-1eV", "water-dimer",
    "NO2-dimer",
}  # fmt: skip


def test_there_are_enough() -> None:
    assert len(GALLERY) >= 25
    assert sum(isinstance(p, pairs.DegeneratePair) for p in GALLERY.values()) >= 15
    for kind in (pairs.FiniteCutoffPair, pairs.CentralPair, pairs.MirrorPair, pairs.ControlPair):
        assert any(type(p) is kind for p in GALLERY.values())
    assert len(CHEMICAL | {"Cr(CO)6", "bixbyite", "carbon-crystal"}) >= 8
    assert (CHEMICAL | {"Cr(CO)6", "bixbyite", "carbon-crystal"}) <= set(NAMES)
    for name in NAMES:  # a verdict is stated for every rung that there is
        rungs = {"wl", "distance-wl", "angle-wl"} | (set() if GALLERY[name].periodic_axes else {"2-fwl"})
        assert set(GALLERY[name].expected) == rungs, name
    assert {GALLERY[n].periodic_axes for n in NAMES} == {0, 1, 2, 3}


@pytest.mark.parametrize("name", NAMES)
def test_names_and_words(name: str) -> None:
    pair = GALLERY[name]
    assert pair.name == name
    assert type(GALLERY[name]) is type(pair)
    a, b = pair
    assert a is pair.a
    assert b is pair.b
    assert a.info["name"]
    assert b.info["name"]
    assert pair.formula == as_cloud(b).formula
    for text in (pair.family, pair.source, pair.teaches, pair.kind):
        assert text
        assert "\n" not in text
    assert pair.teaches.endswith(".")
    rungs = {"wl", "distance-wl", "angle-wl"} | (set() if pair.periodic_axes else {"2-fwl"})
    for expected in (pair.expected, *pair.elsewhere.values()):
        assert set(expected) == rungs


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("test", ["wl", "distance-wl"])
def test_verdicts_are_as_expected(name: str, test: str) -> None:
    pair = GALLERY[name]
    verdict = compare(pair.a, pair.b, pair.cutoff, test=test)
    assert verdict.equivalent == (not pair.expected[test])
    assert not verdict.ill_conditioned


@pytest.mark.parametrize("name", NAMES)
def test_triangles_are_as_expected(name: str) -> None:
    pair = GALLERY[name]
    for cutoff, expected in {pair.cutoff: pair.expected, **pair.elsewhere}.items():
        assert oracles.angles_differ([*pair], cutoff) == expected["angle-wl"]


@pytest.mark.parametrize("name", ISOLATED)
def test_two_fwl_is_as_expected(name: str) -> None:
    pair = GALLERY[name]
    expected = {pair.cutoff: pair.expected, **pair.elsewhere}[np.inf]
    symbols = pair.a.get_chemical_symbols()
    assert pair.b.get_chemical_symbols() == symbols
    assert oracles.two_fwl_separates(pair.a.positions, pair.b.positions, symbols) == expected["2-fwl"]


@pytest.mark.parametrize("name", NAMES)
def test_kinds_are_true(name: str) -> None:
    pair = GALLERY[name]
    same = congruent(pair.a, pair.b)
    if isinstance(pair, pairs.MirrorPair):
        assert same.mirror
        assert not congruent(pair.a, pair.b, mirror=False)
        return
    assert not same
    if isinstance(pair, pairs.DegeneratePair):
        assert pair.kind == "degenerate at every cutoff"
        for cutoff in (0.8, 1.3, 1.9, 2.7, 4.1, 7.5):
            for test in ("wl", "distance-wl"):
                verdict = compare(pair.a, pair.b, cutoff, test=test)
                assert verdict.equivalent
                assert not verdict.ill_conditioned
    elif isinstance(pair, pairs.FiniteCutoffPair):
        assert np.isfinite(pair.cutoff)
        assert pair.cutoff < resolving_cutoff(pair.a, pair.b) < np.inf
    else:
        reach = 6.0 if pair.periodic_axes else np.inf
        assert not compare(pair.a, pair.b, reach).equivalent


@pytest.mark.parametrize("name", ISOLATED)
def test_verdicts_of_plain_tuples(name: str) -> None:
    """Refine the complete graphs with tuples; lengths are labelled by plain clustering."""
    pair = GALLERY[name]
    symbols = tuple(pair.a.get_chemical_symbols())
    n = len(symbols)
    graphs = [
        oracles.LabelledGraph(symbols, tuple(tuple((int(m[i, j]), j) for j in range(n) if j != i) for i in range(n)))
        for m in oracles.length_classes(pair.a.positions, pair.b.positions)
    ]
    verdict = compare(pair.a, pair.b)
    assert (verdict.equivalent, verdict.round) == (
        oracles.first_difference(graphs) is None,
        oracles.first_difference(graphs),
    )


@pytest.mark.parametrize("name", sorted(n for n, p in GALLERY.items() if isinstance(p, pairs.CentralPair)))
def test_central_pairs_agree_around_their_centre(name: str) -> None:
    """Distances from atom 0 and angles at it are the same lists in both."""
    lists = []
    for atoms in GALLERY[name]:
        others = atoms.positions[1:] - atoms.positions[0]
        gram = others @ others.T
        i, j = np.triu_indices(len(others), 1)
        lists.append(np.concatenate([np.sort(np.diag(gram)), np.sort(gram[i, j])]))
    np.testing.assert_allclose(lists[0], lists[1], atol=1e-6)


def test_chemical_pairs_have_energies() -> None:
    with_energies = {n for n in NAMES if GALLERY[n].energies}
    assert with_energies >= CHEMICAL
    assert len(with_energies) >= 8
    for name in with_energies:
        for method, (a, b) in GALLERY[name].energies.items():
            assert method
            assert np.isfinite([a, b]).all()
            assert a != b
            assert max(a, b) < 0
    first, second = GALLERY["benzene"].energies["B3LYP/def2-SVP (DF)"]
    assert second - first == pytest.approx(14.4, abs=0.1)
    assert np.diff(GALLERY["S6"].energies["B3LYP/def2-SVP (DF)"]) == pytest.approx([3.5], abs=0.1)
    assert abs(np.diff(GALLERY["hydrazine-1eV"].energies["GFN2-xTB"])[0]) == pytest.approx(1.0, abs=0.1)


def test_benzene_is_benzene() -> None:
    benzene, twin = GALLERY["benzene"]
    assert benzene.symbols.get_chemical_formula() == "C6H6"
    centred = benzene.positions - benzene.positions.mean(axis=0)
    assert np.linalg.svd(centred)[1][-1] == pytest.approx(0.0, abs=1e-6), "flat"
    for atoms in (benzene, twin):
        lengths = np.sort(atoms.get_all_distances()[np.triu_indices(12, 1)])
        assert lengths[:12] == pytest.approx([*[1.085] * 6, *[1.397] * 6], abs=0.01)
    assert np.linalg.svd(twin.positions)[1][-1] > 1.0


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(KeyError, match=r"there is no pair 'benzine' in the gallery; it holds .*benzene"):
        GALLERY["benzine"]
    assert "benzine" not in GALLERY
    assert GALLERY.get("benzine") is None
    assert "benzene" in repr(GALLERY)


def test_the_table() -> None:
    lines = GALLERY.table().splitlines()
    assert len(lines) == len(GALLERY) + 1
    for line, (name, pair) in zip(lines[1:], GALLERY.items(), strict=True):
        assert line.startswith(name)
        assert line.endswith(pair.teaches)
        assert pair.formula in line
    assert lines[0].index("kind") == lines[1].index("degenerate")


def test_moving_an_atom_does_not_change_the_gallery() -> None:
    pair = pairs.gallery["S6"]
    pair.a.positions[0] += 5
    assert not np.allclose(pairs.gallery["S6"].a.positions, pair.a.positions)


def test_a_periodic_pair_needs_a_proof() -> None:
    pair = pairs.gallery["crystal"]
    assert isinstance(pairs.DegeneratePair(pair.a, pair.b, "again", "three planes", "here"), pairs.DegeneratePair)
    for family in ("none", "homometric crystals"):
        with pytest.raises(PairError, match="no proof of the family"):
            pairs.DegeneratePair(pair.a, pair.b, "again", family, "here")
    assert pairs.Pair(pair.a, pair.b, "again", "none", "here").kind == "pair"
