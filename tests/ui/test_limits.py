"""Large clouds: the instruments show as much as a page can hold, and say what they leave out."""

from __future__ import annotations

import ase.build
import numpy as np
import pytest

import twinclouds as tc
from twinclouds.clouds import Cloud, as_cloud
from twinclouds.ui import angle_data, frames, limits
from twinclouds.ui.limits import connecting_length, reach_of


def points(n, seed=0):
    return np.random.default_rng(seed).uniform(0, (20.0 * n) ** (1 / 3), (n, 3))


def bonds(graph):
    return graph.n_edges // 2


def test_all_distances_of_small_clouds():
    clouds = [as_cloud(points(300, seed)) for seed in (0, 1)]
    reach = reach_of(clouds)
    assert np.isinf(reach.limit)
    assert reach.left_out == ""
    assert [bonds(g) for g in reach.graphs] == [300 * 299 // 2] * 2


def test_large_clouds_end_where_there_are_enough_bonds():
    cloud = as_cloud(points(800))
    reach = reach_of([cloud])
    (graph,) = reach.graphs
    assert 0.95 * limits.MOST_BONDS < bonds(graph) <= limits.MOST_BONDS
    assert f"up to {reach.limit:g} Å, where one cloud has {bonds(graph)} of its 319600 distances" in reach.left_out
    assert "max_cutoff=" in reach.left_out
    assert graph.distances.max() <= reach.limit + 1e-6


@pytest.mark.parametrize("n", [60, 61])
@pytest.mark.parametrize("most", [30, 200, 1000])
def test_never_more_bonds_than_that_unless_the_cloud_would_fall_apart(n, most, monkeypatch):
    monkeypatch.setattr(limits, "MOST_BONDS", most)
    cloud = as_cloud(points(n))
    reach = reach_of([cloud])
    whole = connecting_length(tc.distance_graph(cloud))
    assert reach.limit >= whole
    if bonds(reach.graphs[0]) > most:
        assert reach.limit == pytest.approx(whole + 0.01, abs=0.01)


def test_who_asks_for_more_gets_more(monkeypatch):
    monkeypatch.setattr(limits, "MOST_BONDS", 100)
    x = points(30)
    view = tc.ui.CloudView(x)
    assert not view.scene.complete
    assert view.scene.left_out
    for more in ({"max_cutoff": float("inf")}, {"cutoff": float("inf")}):
        view = tc.ui.CloudView(x, **more)
        assert view.scene.complete
        assert view.scene.left_out == ""
    view = tc.ui.RefinementExplorer(x, x[::-1], cutoff=5.0)
    assert view.cutoff == 5.0
    assert view.scene.max_cutoff >= 5.0
    assert tc.ui.figure(x, cutoff=5.0).alt_text


@pytest.mark.parametrize("periodic", [False, True])
def test_too_much_is_refused_and_what_is_said_to_fit_fits(periodic, monkeypatch):
    monkeypatch.setattr(limits, "MOST_SENT", 1000)
    cloud = as_cloud(ase.build.bulk("Cu", cubic=True).repeat(2) if periodic else points(100))
    asked = 9.0 if periodic else float("inf")
    with pytest.raises(tc.TwincloudsError, match=r"bonds .*, too many for a page \(at most 1000\); use") as caught:
        tc.ui.CloudView(cloud, max_cutoff=asked)
    fits = float(str(caught.value).split("max_cutoff=")[1].split()[0])
    assert bonds(tc.ui.CloudView(cloud, max_cutoff=fits).scene.graphs[0]) <= 1000
    view = tc.ui.CloudView(points(5))
    assert view.set_clouds(cloud)  # as far as it is sensible
    monkeypatch.setattr(limits, "MOST_ATOMS", 20)
    assert not view.set_clouds(cloud)
    assert "atoms, too many for a page (at most 20); use a part of it" in view.error


def test_large_cells_end_where_there_are_enough_bonds():
    small = as_cloud(ase.build.bulk("NaCl", "rocksalt", 5.64, cubic=True))
    assert reach_of([small])[0] == 5.64
    assert reach_of([small]).left_out == ""
    large = as_cloud(ase.build.bulk("Cu", cubic=True).repeat(10))
    reach = reach_of([large])
    assert bonds(reach.graphs[0]) == 6 * len(large)  # its nearest neighbours, or it would not hang together
    assert f"up to {reach.limit:g} Å, where one cell has 24000 bonds" in reach.left_out


def test_periodic_clouds_that_do_not_fill_space_evenly():
    chain = np.column_stack([np.arange(300) * 1.0, np.zeros((300, 2))])
    cloud = Cloud(chain, ["C"] * 300, np.diag([300.0, 900.0, 900.0]), [True] * 3)
    reach = reach_of([cloud])
    assert bonds(reach.graphs[0]) == 13 * 300  # neighbours up to 13 angstrom away; up to 14 they would be 4200


def test_tiny_units():
    cloud = as_cloud(points(400) * 1e-4)
    reach = reach_of([cloud])
    assert 0.9 * limits.MOST_BONDS < bonds(reach.graphs[0]) <= limits.MOST_BONDS


def test_positions_of_a_slider_are_as_many_as_a_hand_can_tell_apart(monkeypatch):
    monkeypatch.setattr(frames, "MOST_STOPS", 50)
    x = points(30)
    view = tc.ui.GraphExplorer(x, cutoff=4.321)
    assert len(view.scene.kept) <= 52
    assert len(view.scene.starts) == 30 * 29 // 2 + 1
    assert view.cutoff == 4.321
    assert view.scene.kept[-1] == len(view.scene.starts) - 1


def test_angles_that_are_too_many_are_said(monkeypatch):
    monkeypatch.setattr(angle_data, "MOST_ANGLES", 60)
    monkeypatch.setattr(angle_data.longest_cutoff, "__defaults__", (60,))
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["benzene"])
    assert "a cloud has more than 60 angles" in explorer.scene.left_out
    assert explorer._scene["left_out"] == explorer.scene.left_out


def test_an_angle_explorer_carries_no_colours():
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["SF6"])
    (frame,) = explorer._scene["frames"]
    assert len(frame) == 2 * 14
    outcomes = [[step.outcome, step.round, step.margin] for step in explorer.scene.steps["distances"]]
    assert explorer._scene["steps"]["distances"] == [[0, *outcome] for outcome in outcomes]


def test_frames_of_many_atoms_are_fewer(monkeypatch):
    x = points(40)
    many = len(frames.make_scene(as_cloud(x), as_cloud(x)).kept)
    monkeypatch.setattr(frames, "MOST_COLORS", 80 * 8 * 30)
    assert len(frames.make_scene(as_cloud(x), as_cloud(x)).kept) <= 32 < many


def test_the_flat_drawing_of_a_large_cloud_is_a_view_of_it():
    explorer = tc.ui.GraphExplorer(points(510), max_cutoff=3.0)
    assert explorer._scene["left_out"] == "With more than 499 atoms the flat drawing is a view of the cloud."
    places = np.frombuffer(explorer._scene["flat"], "<f4").reshape(-1, 2)
    assert np.abs(places).max() == pytest.approx(1.0)


def test_a_map_says_what_it_leaves_out(monkeypatch):
    monkeypatch.setattr(limits, "MOST_BONDS", 100)
    x = points(30)
    view = tc.ui.StaircaseView(x, x[::-1])
    assert view._map["left_out"].startswith("The cutoff goes up to ")
    assert not view._map["complete"]
    assert tc.ui.StaircaseView(x, x[::-1], max_cutoff=float("inf"))._map["complete"]
