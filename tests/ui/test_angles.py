"""AngleExplorer without a browser: its data against the core's, its traits."""

from __future__ import annotations

import numpy as np
import pytest
import traitlets

import twinclouds as tc
from twinclouds.clouds import as_cloud
from twinclouds.graphs import distance_graph
from twinclouds.triangle_counts import count_triangles
from twinclouds.ui import angle_data
from twinclouds.ui.angle_data import angles_of, longest_cutoff
from twinclouds.ui.frames import make_scene

NAMES = ("SF6", "hexagon", "planes", "slab", "decalin", "CH4-angles", "rings-4body", "helix")


@pytest.fixture(scope="module", params=NAMES)
def known(request):
    scene = make_scene(*(as_cloud(x) for x in tc.pairs.gallery[request.param]))
    return scene, angles_of(scene)


def stops(scene):
    """Return the intervals that are shown, a cutoff in each, without the one that has no edge."""
    return list(zip(scene.kept, scene.stops, strict=True))[1:]


def test_histograms_are_those_of_angle_histogram(known):
    scene, found = known
    for interval, cutoff in stops(scene):
        for g, cloud in enumerate(scene.clouds):
            assert np.array_equal(tc.angle_histogram(cloud, cutoff)[0], found.histogram(g, interval))


def test_histograms_of_atoms_are_those_of_triangles(known):
    scene, found = known
    interval, cutoff = stops(scene)[-1]
    for g, cloud in enumerate(scene.clouds):
        t = tc.triangles(cloud, cutoff)
        for atom in range(len(cloud)):
            own = np.minimum(t.angles[t.centres == atom] + 1e-6, 180.0)
            counts = np.histogram(own, np.linspace(0, 180, 37))[0]
            assert np.array_equal(counts, found.histogram(g, interval, atom))


def test_verdicts_are_those_of_angle_wl(known):
    scene, found = known
    for (_, cutoff), step in zip(stops(scene), found.steps[1:], strict=True):
        verdict = tc.compare(*scene.clouds, cutoff=cutoff, test="angle-wl")
        assert step.round == verdict.round
        assert (step.margin is None) == (not verdict.ill_conditioned)


def test_triangles_are_counted_as_by_enumeration(known):
    scene, found = known
    assert found.triangles
    for t in found.triangles[:: max(1, len(found.triangles) // 30)]:
        assert tuple(count_triangles(c, t.species, t.sides, 1e-5) for c in scene.clouds) == t.counts


def test_a_triangle_is_seen_when_two_of_its_sides_are_within_the_cutoff(known):
    scene, found = known
    for t, interval in zip(found.triangles, found.seen_from, strict=True):
        assert scene.starts[interval] == pytest.approx(sorted(t.sides)[1], abs=1e-6)


def test_differing_totals_are_a_difference_of_round_one(known):
    scene, found = known
    for (interval, _), step in zip(stops(scene), found.steps[1:], strict=True):
        pairs = zip(found.triangles, found.seen_from, strict=True)
        if any(t.counts[0] != t.counts[1] for t, begin in pairs if begin <= interval):
            assert step.round == 1


def test_the_slider_ends_where_angles_become_too_many(monkeypatch):
    graph = distance_graph(np.random.default_rng(3).normal(size=(12, 3)))
    for most in (5, 40, 300):
        reach = longest_cutoff((graph,), most)
        degrees = np.bincount(graph.senders[graph.distances <= reach])
        assert (degrees * (degrees - 1) // 2).sum() <= most
        following = graph.distances[graph.distances > reach + 1e-9].min()
        degrees = np.bincount(graph.senders[graph.distances <= following + 1e-9])
        assert (degrees * (degrees - 1) // 2).sum() > most
    monkeypatch.setattr("twinclouds.ui.angle_data.longest_cutoff", lambda graphs: longest_cutoff(graphs, 60))
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["benzene"])
    assert explorer.scene.max_cutoff < 3.0
    assert len(explorer.kinds) < 34
    with pytest.raises(tc.TwincloudsError, match="smaller"):
        longest_cutoff((distance_graph([[0, 0, 0], [1, 0, 0], [0.5, 0.75**0.5, 0]]),), 2)


def test_the_star_agrees_and_a_larger_cutoff_differs():
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["SF6"], cutoff=1.6)
    assert explorer.verdict.equivalent
    assert explorer.differing == ()
    assert len(explorer.triangles) == 3
    cutoff = explorer.resolving_cutoff
    assert cutoff == pytest.approx(2.1, abs=0.02)
    explorer.cutoff = cutoff
    assert explorer.verdict.round == 1
    assert next(t.counts for t in explorer.differing) in ((0, 2), (2, 0))


def test_without_a_difference_there_is_no_resolving_cutoff():
    assert tc.ui.AngleExplorer(tc.pairs.gallery["helix"]).resolving_cutoff == float("inf")


@pytest.mark.parametrize("value", ["1", -1, 0.5, True, 10**400, float("nan"), 10_000, [1]])
def test_a_triangle_that_does_not_exist(value):
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["hexagon"])
    with pytest.raises(traitlets.TraitError, match="triangle="):
        explorer.triangle = value
    with pytest.warns(RuntimeWarning, match="triangle="):
        explorer.set_state({"triangle": value})
    assert explorer.triangle is None
    explorer.set_state({"triangle": 2})
    assert explorer.triangle == 2


def test_other_clouds_bring_their_own_angles():
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["hexagon"], triangle=4)
    before = explorer._scene["angles"]
    assert explorer.set_clouds(tc.pairs.gallery["SF6"])
    assert explorer.triangle is None
    assert explorer._scene["angles"] != before
    assert len(explorer.kinds) == 8
    assert not explorer.set_clouds([[0, 0, 0]], [[0, 0, 0], [1, 0, 0]])
    assert len(explorer.kinds) == 8


def test_two_clouds_are_needed():
    with pytest.raises(TypeError, match="two clouds"):
        tc.ui.AngleExplorer([[0, 0, 0], [1, 0, 0]])
    with pytest.raises(tc.TwincloudsError, match=r"composition|number of atoms"):
        tc.ui.AngleExplorer([[0, 0, 0], [1, 0, 0]], [[0, 0, 0]])


def test_clouds_without_any_angle():
    explorer = tc.ui.AngleExplorer([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [1.5, 0, 0]])
    assert explorer.kinds == explorer.triangles == ()
    with pytest.raises(traitlets.TraitError, match="no triangle"):
        explorer.triangle = 0


def test_the_payload_is_small_for_symmetric_pairs():
    packed = angle_data.pack_angles(tc.ui.AngleExplorer(tc.pairs.gallery["benzene"])._known)
    size = sum(len(v) for v in packed.values() if isinstance(v, bytes)) + sum(len(v) for v in packed["records"])
    assert size < 12_000
