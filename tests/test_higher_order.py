"""The upper rungs of the ladder: angles, and pairs of points."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import twinclouds as tc
from oracles import two_fwl_separates
from twinclouds import angle_rounds, coloring, memory, pair_rounds, rounds
from twinclouds.errors import CompareError, GraphError
from twinclouds.refinement import TESTS

HIGHER = ("angle-wl", "2-fwl")
ISOLATED = [name for name, pair in tc.pairs.gallery.items() if not pair.periodic_axes]


def rotation(rng: np.random.Generator) -> np.ndarray:
    return np.linalg.qr(rng.normal(size=(3, 3)))[0]


@pytest.mark.parametrize("name", tc.pairs.gallery)
def test_the_ladder_on_the_gallery(name: str) -> None:
    pair = tc.pairs.gallery[name]
    for cutoff, expected in {pair.cutoff: pair.expected, **pair.elsewhere}.items():
        for test, wanted in expected.items():
            verdict = tc.compare(pair.a, pair.b, cutoff=cutoff, test=test)
            assert verdict.equivalent is not wanted, (test, cutoff)
            assert not verdict.ill_conditioned, (test, cutoff)


@pytest.mark.parametrize("name", ISOLATED)
def test_pairs_of_points_agree_with_a_plain_implementation(name: str) -> None:
    a, b = tc.pairs.gallery[name]
    separated = two_fwl_separates(a.positions, b.positions, list(a.symbols))
    assert tc.compare(a, b, test="2-fwl").equivalent is not separated


@given(seed=st.integers(0, 10**6), n=st.integers(1, 9), flat=st.booleans())
def test_no_rung_separates_congruent_clouds(seed: int, n: int, flat: bool) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, 3)) * [2, 2, 0 if flat else 2]
    b = (a @ rotation(rng).T + rng.normal(size=3))[rng.permutation(n)] + 1e-10 * rng.normal(size=(n, 3))
    for test in HIGHER:
        for cutoff in (np.inf, 2.0):
            assert tc.compare(a, b, cutoff=cutoff, test=test).equivalent


@given(seed=st.integers(0, 10**6), n=st.integers(4, 7))
def test_only_congruent_clouds_are_equivalent_for_pairs_of_points(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(*[np.arange(3.0)] * 3), axis=-1).reshape(-1, 3)
    a, b = (grid[rng.choice(len(grid), n, replace=False)] for _ in "ab")
    assert tc.compare(a, b, test="2-fwl").equivalent == bool(tc.congruent(a, b))


@given(seed=st.integers(0, 10**6), n=st.integers(4, 8))
def test_chirality_sees_handedness_and_nothing_else(seed: int, n: int) -> None:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=(n, 3)) * 2
    mirrored = (a * [1, 1, -1])[rng.permutation(n)]
    assert tc.compare(a, mirrored, test="2-fwl").equivalent
    assert not tc.compare(a, mirrored, test="2-fwl", chirality=True).equivalent
    turn = rotation(rng)
    turn *= np.sign(np.linalg.det(turn))
    assert tc.compare(a, a @ turn.T + 1.0, test="2-fwl", chirality=True).equivalent


def test_star_graphs_defeat_angles_until_the_cutoff_reaches_from_ligand_to_ligand() -> None:
    pair = tc.pairs.octahedral_complex("S", "F", 1.56, distortion=6)
    assert tc.compare(pair.a, pair.b, cutoff=1.8, test="angle-wl").equivalent
    assert not tc.compare(pair.a, pair.b, cutoff=2.4, test="angle-wl").equivalent


@pytest.mark.parametrize("test", HIGHER)
@pytest.mark.parametrize("values", [1, 3])
def test_colliding_hashes_change_no_verdict(test: str, values: int, monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = [tc.pairs.gallery[name] for name in ("benzene", "lines", "decalin", "CH4-angles", "helix", "rings-4body")]
    before = [tc.compare(p.a, p.b, test=test) for p in pairs]

    def weak(numbers: np.ndarray, stream: int) -> np.ndarray:
        return (np.asarray(numbers) % values).astype(np.uint64) * np.uint64(2) + np.uint64(1)

    for module in (coloring, rounds, pair_rounds, angle_rounds):
        monkeypatch.setattr(module, "random_weights", weak)
    after = [tc.compare(p.a, p.b, test=test) for p in pairs]
    for x, y in zip(before, after, strict=True):
        assert (x.equivalent, x.round, x.rounds, x.n_colors) == (y.equivalent, y.round, y.rounds, y.n_colors)


def test_rounds_are_limited() -> None:
    a, b = tc.pairs.gallery["benzene"]
    for test in HIGHER:
        verdict = tc.compare(a, b, test=test, rounds=0)
        assert verdict.equivalent
        assert verdict.wording == "not told apart within 0 rounds"


def test_what_cannot_be_done_is_said_beforehand() -> None:
    crystal = tc.pairs.gallery["crystal"]
    with pytest.raises(CompareError, match="periodic cloud has no end; use 'angle-wl'"):
        tc.compare(crystal.a, crystal.b, cutoff=3, test="2-fwl")
    large = np.random.default_rng(0).normal(size=(8000, 3)) * 50
    with pytest.raises(CompareError, match=r"2-fwl on 8000 points would need about .* GB"):
        tc.compare(large, large, test="2-fwl")
    with pytest.raises(CompareError, match=r"2-fwl on 400 points would need about .* GB"):
        tc.compare(large[:400], large[:400], test="2-fwl", chirality=True)
    with pytest.raises(CompareError, match=r"angle-wl on 8000 points would need about .* GB of memory"):
        tc.compare(large, large, test="angle-wl")
    with pytest.raises(CompareError, match=r"angle-wl with 5.* pairs of neighbours would need about .* GB of memory"):
        tc.compare(crystal.a, crystal.b, cutoff=40, test="angle-wl")
    with pytest.raises(CompareError, match="goes with the test '2-fwl'"):
        tc.compare(crystal.a, crystal.b, cutoff=3, chirality=True)
    with pytest.raises(CompareError, match="'3-fwl' is not known"):
        tc.compare(crystal.a, crystal.b, cutoff=3, test="3-fwl")


# The colours themselves: refine on every rung


def graphs_of(name: str, cutoff: float = np.inf) -> list[tc.DistanceGraph]:
    return [tc.distance_graph(atoms, cutoff) for atoms in tc.pairs.gallery[name]]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", ["benzene", "SF6-star", "decalin", "crown", "CH4-angles", "helix", "chain"])
def test_refine_and_compare_agree(name: str, test: str) -> None:
    pair = tc.pairs.gallery[name]
    if test == "2-fwl" and pair.periodic_axes:
        with pytest.raises(CompareError, match="use 'angle-wl'"):
            tc.refine(graphs_of(name, pair.cutoff), test=test)
        return
    for cutoff in {pair.cutoff, 2.0}:
        verdict = tc.compare(pair.a, pair.b, cutoff=cutoff, test=test)
        result = tc.refine(graphs_of(name, cutoff), test=test)
        assert result.test == test
        assert result.separates == verdict.round
        assert result.stable
        assert result.n_colors(verdict.rounds) == verdict.n_colors
        again = tc.refine(graphs_of(name, cutoff), rounds=verdict.rounds, test=test)
        assert again.rounds == verdict.rounds
        assert sum(again.histogram(0)) == len(pair.a) ** (2 if test == "2-fwl" else 1)


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("name", ["benzene", "decalin", "CH4-angles", "CHFClBr"])
def test_colours_agree_exactly_when_signatures_do(name: str, test: str) -> None:
    result = tc.refine(graphs_of(name, 2.6), test=test)
    for t in range(result.rounds + 1):
        meaning: dict[int, str] = {}
        for g, colors in enumerate(result.colors):
            for item in np.ndindex(colors[t].shape):
                node = item if test == "2-fwl" else item[0]
                words = result.signature(node, t, g)
                assert "\n" not in words
                assert meaning.setdefault(int(colors[t][item]), words) == words
        assert len(set(meaning.values())) == len(meaning) == result.n_colors(t)


@given(seed=st.integers(0, 10**6), n=st.integers(2, 6), test=st.sampled_from(TESTS))
def test_colours_follow_the_atoms_and_stay_apart_once_split(seed: int, n: int, test: str) -> None:
    rng = np.random.default_rng(seed)
    x = rng.integers(-1, 2, size=(n, 3)) + 0.0
    x = np.unique(x, axis=0)
    order = rng.permutation(len(x))
    result = tc.refine([tc.distance_graph(x, 1.5), tc.distance_graph(x[order] + 1.0, 1.5)], test=test)
    for t in range(result.rounds + 1):
        first, second = (colors[t] for colors in result.colors)
        np.testing.assert_array_equal(first[np.ix_(*[order] * first.ndim)], second)
        if t:
            merged = result.colors[0][t - 1]
            assert len(set(zip(first.ravel().tolist(), merged.ravel().tolist(), strict=True))) == len(np.unique(first))


def test_pairs_of_points_of_clouds_of_different_sizes() -> None:
    x = np.random.default_rng(5).normal(size=(5, 3))
    both = tc.refine([tc.distance_graph(x), tc.distance_graph(x[:3])], test="2-fwl")
    assert [c[-1].shape for c in both.colors] == [(5, 5), (3, 3)]
    assert both.separates == 0
    assert len(np.unique(both.colors[0][-1])) == 25


def test_wl_ignores_distances_that_are_there() -> None:
    for a, b in (graphs_of("decalin", 1.8), graphs_of("lines")):
        known = tc.refine([a, b], test="wl")
        plain = tc.refine([replace(g, labelled=False) for g in (a, b)])
        assert known.rounds == plain.rounds
        for x, y in zip(known.colors, plain.colors, strict=True):
            np.testing.assert_array_equal(x, y)
        assert known.signature(0, 1).startswith("(X; joined to X" if len(a.species) == 6 else "(C; joined to C")


def test_refine_sees_hands_if_asked() -> None:
    graphs = graphs_of("CHFClBr")
    assert tc.refine(graphs, test="2-fwl").separates is None
    hands = tc.refine(graphs, test="2-fwl", chirality=True)
    assert hands.separates == 1
    assert "A^3" in hands.signature((0, 1), 1)


def test_what_refine_cannot_do_is_said() -> None:
    graph = tc.distance_graph([[0, 0, 0], [1, 0, 0]], distances=False)
    for test in ("distance-wl", "angle-wl", "2-fwl"):
        with pytest.raises(GraphError, match=f"{test} needs graphs that know their distances"):
            tc.refine(graph, test=test)
    known = tc.distance_graph([[0, 0, 0], [1, 0, 0]])
    assert tc.refine([graph, known], test="wl").stable
    with pytest.raises(GraphError, match="needs the points of a graph"):
        tc.refine(replace(known, cloud=None), test="angle-wl")
    assert tc.refine(replace(known, cloud=None), test="2-fwl").stable
    with pytest.raises(CompareError, match="test '3-fwl' is not known"):
        tc.refine(known, test="3-fwl")
    with pytest.raises(CompareError, match="goes with the test '2-fwl', not with 'angle-wl'"):
        tc.refine(known, test="angle-wl", chirality=True)
    result = tc.refine(known, test="2-fwl")
    for node in (0, (0,), (0, 1, 1), "ab", None):
        with pytest.raises(CompareError, match="is not a pair of points"):
            result.signature(node)  # type: ignore[arg-type]
    with pytest.raises(CompareError, match="there is no vertex 2"):
        result.signature((0, 2))
    with pytest.raises(GraphError, match="int is not a graph"):
        tc.refine(3)  # type: ignore[arg-type]


def test_the_margin_of_angles_counts_third_sides() -> None:
    """Two neighbours at distance 1 from the centre, the side between them just off another one."""
    x = np.array([[0.0, 0, 0], [1, 0, 0], [0, 1, 0], [-1, -2e-5, 0]])
    x[3] /= np.linalg.norm(x[3])
    verdict = tc.compare(x, x, cutoff=1.0, test="angle-wl")
    sides = np.linalg.norm(x[1:, None] - x[1:], axis=2)
    gap = abs(sides[0, 1] - sides[1, 2])
    assert verdict.margin == pytest.approx(gap, rel=1e-3)
    assert tc.compare(x, x, cutoff=1.0).margin == np.inf


def test_a_run_beyond_the_memory_that_is_free_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable:     200000 kB\n")
    for name, text in (("max", "150000000\n"), ("current", "90000000\n"), ("stat", "inactive_file 10000000\n")):
        (tmp_path / f"memory.{name}").write_text(text)
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "meminfo")
    monkeypatch.setattr(memory, "PROCESS", tmp_path)
    (tmp_path / "cgroup").write_text("0::/\n")
    monkeypatch.setattr(memory, "GROUP", tmp_path / "none")
    assert memory.available_bytes() == 200000 * 1024
    monkeypatch.setattr(memory, "GROUP", tmp_path)
    assert memory.available_bytes() == 70_000_000
    x = np.random.default_rng(1).normal(size=(800, 3)) * 9
    with pytest.raises(CompareError, match=r"2-fwl on 800 points would need about .* GB .* more than the 0.07 GB that"):
        tc.compare(x, x, test="2-fwl")
    monkeypatch.setattr(memory, "MEMINFO", tmp_path / "none")
    monkeypatch.setattr(memory, "GROUP", tmp_path / "none")
    assert memory.available_bytes() == np.inf


def test_a_round_without_hashes_is_refused_when_it_would_not_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (rounds, pair_rounds):
        monkeypatch.setattr(module, "random_weights", lambda x, stream: np.ones_like(x, dtype=np.uint64))
    monkeypatch.setattr(pair_rounds.PairRounds, "exact_bytes", lambda self: 1e13)
    pair = tc.pairs.gallery["lines"]
    with pytest.raises(CompareError, match=r"without hashes .* would need about"):
        tc.compare(pair.a, pair.b, test="2-fwl")
