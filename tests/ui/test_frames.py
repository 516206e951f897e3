"""The frames against the core: what the browser plays is what `refine` and `compare` say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import twinclouds as tc
from twinclouds.classnames import name_classes
from twinclouds.clouds import as_cloud
from twinclouds.ui import frames
from twinclouds.ui.frames import MODES, make_scene, nice_cutoff
from twinclouds.ui.payload import pack

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]


def chain(angle):
    """Five points, the last one bent away by an angle."""
    return [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [3 + np.cos(angle), np.sin(angle), 0]]


def crystal(u):
    import ase

    basis = [[u, 0, 0.25], [0.1, 0.5, 0.5], [0.6, 0.2, 0.8]]
    return ase.Atoms("CNO", scaled_positions=basis, cell=[4.0, 4.4, 4.9], pbc=True)


PAIRS = {
    "twins": (HEXAGON, TRIANGLES),
    "bent chains": (chain(0.3), chain(1.1)),
    "same": (chain(0.4), chain(0.4)),
    "random": (np.random.default_rng(1).normal(size=(7, 3)) * 2, np.random.default_rng(2).normal(size=(7, 3)) * 2),
    "crystals": (crystal(0.05), crystal(0.15)),
    "one crystal": (crystal(0.05), crystal(0.05)),
}


def partition(colors):
    """Relabel colours by first occurrence, so that two colourings can be compared as partitions."""
    return [list(dict.fromkeys(colors)).index(c) for c in colors]


@pytest.fixture(params=PAIRS, ids=str)
def scene(request):
    a, b = PAIRS[request.param]
    return make_scene(as_cloud(a), as_cloud(b))


@pytest.mark.parametrize("mode", MODES)
def test_colours_are_those_of_refine(scene, mode):
    for k, stop in zip(scene.kept, scene.stops, strict=True):
        if k == 0:
            continue
        graphs = [tc.distance_graph(c, stop, distances=mode == "distances") for c in scene.clouds]
        result = tc.refine(graphs)
        frame = scene.frames[scene.step(stop, mode).frame]
        assert len(frame) == result.rounds + 1
        for t, row in enumerate(frame):
            joint = np.concatenate([result.colors[g][t] for g in range(2)]).tolist()
            assert partition(row.tolist()) == partition(joint)


@pytest.mark.parametrize("mode", MODES)
def test_verdicts_are_those_of_compare(scene, mode):
    for k, stop in zip(scene.kept, scene.stops, strict=True):
        if k == 0:
            continue
        verdict = tc.compare(*scene.clouds, cutoff=stop, test=MODES[mode])
        step = scene.step(stop, mode)
        assert (step.outcome == "unclear") == verdict.ill_conditioned
        if not verdict.ill_conditioned:
            assert (step.outcome == "apart") == (not verdict.equivalent)
            assert step.round == verdict.round


@pytest.mark.parametrize("name", PAIRS)
def test_any_cutoff_is_said_only_when_all_distances_agree(name):
    a, b = PAIRS[name]
    scene = make_scene(as_cloud(a), as_cloud(b))
    said = {step.outcome == "everywhere" for step in scene.steps["distances"]}
    everything = tc.compare(a, b, cutoff=np.inf if scene.complete else scene.max_cutoff)
    assert said == {everything.equivalent and not everything.ill_conditioned}
    assert not any(step.outcome == "everywhere" for step in scene.steps["topology"])
    assert scene.complete == ("crystal" not in name)


def test_many_lengths_are_thinned_but_never_where_the_verdict_changes(monkeypatch):
    monkeypatch.setattr(frames, "EFFORT", 0)
    rng = np.random.default_rng(5)
    a = rng.normal(size=(14, 3)) * 2
    b = a.copy()
    b[0] += [0.02, 0.01, 0.0]
    scene = make_scene(as_cloud(a), as_cloud(b))
    assert len(scene.kept) < len(scene.starts)
    outcomes = [(k, step.outcome) for k, step in zip(scene.kept, scene.steps["distances"], strict=True)]
    changes = [(p, q) for p, q in pairwise(outcomes) if p[1] != q[1]]
    assert len(changes) == 1
    (before, _), (after, _) = changes[0]
    assert after == before + 1
    assert scene.starts[after] == pytest.approx(tc.resolving_cutoff(a, b), abs=1e-5)
    for low, high in pairwise(scene.kept):
        if high > low + 1:  # a length was left out: the cutoff snaps to the stop before it
            inside = (scene.starts[low + 1] + scene.starts[high]) / 2
            assert scene.snap(inside) == scene.stops[scene.kept.index(low)]


def test_a_cutoff_that_was_asked_for_is_kept(monkeypatch):
    monkeypatch.setattr(frames, "EFFORT", 0)
    points = np.random.default_rng(6).normal(size=(15, 3)) * 3
    explorer = tc.ui.RefinementExplorer(points, points, cutoff=3.21)
    assert len(explorer.scene.kept) < len(explorer.scene.starts)
    assert explorer.cutoff == 3.21


def test_stops_lie_in_their_intervals(scene):
    for at, stop in enumerate(scene.stops):
        assert scene.position(stop) == at
        assert scene.snap(stop) == stop
    assert scene.stops[0] == 0.0
    assert scene.stops[-1] <= scene.max_cutoff


def test_equal_colourings_are_stored_once(scene):
    assert len({frame.tobytes() for frame in scene.frames}) == len(scene.frames)


def test_names_of_classes_stay():
    rows = name_classes([np.array([0, 0, 0, 0, 1]), np.array([4, 4, 4, 2, 3]), np.array([9, 9, 8, 7, 6])])
    assert rows.tolist() == [[0, 0, 0, 0, 1], [0, 0, 0, 2, 1], [0, 0, 3, 2, 1]]


def test_nice_cutoffs():
    assert nice_cutoff(1.084, 1.4) == 1.09
    assert nice_cutoff(1.0840001, 1.0840004) == pytest.approx(1.0840001)
    assert nice_cutoff(2.0, np.inf) == 2.0


def test_a_single_point():
    scene = make_scene(as_cloud([[0, 0, 0]]), as_cloud([[1, 1, 1]]))
    assert scene.kept == (0,)
    assert scene.max_cutoff > 0
    assert pack(scene)["clouds"][0]["formula"] == "X"


def test_the_payload_is_small_and_holds_each_bond_once():
    data = pack(make_scene(as_cloud(HEXAGON), as_cloud(TRIANGLES)))
    assert [len(cloud["senders"]) // 4 for cloud in data["clouds"]] == [15, 15]
    assert all(isinstance(frame, bytes) for frame in data["frames"])


def test_unknown_species_have_a_look():
    looks = pack(make_scene(tc.Cloud([[0, 0, 0], [1, 0, 0]], ["<b>", "C"]), refine=False))["elements"]
    assert set(looks) == {"<b>", "C"}
