"""A class is called the same in what the mathematics says and in what the widgets show."""

from __future__ import annotations

import numpy as np
import pytest

import twinclouds as tc
from twinclouds.classnames import class_letter
from twinclouds.ui.frames import make_scene

PAIRS = {
    "decalin": tc.pairs.gallery["decalin"],
    "crown": tc.pairs.gallery["crown"],
    "path and star": ([[i, 0, 0] for i in range(5)], [[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0], [3, 1, 0]]),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("mode", ["distances", "topology"])
def test_texts_and_widgets_call_a_class_the_same(name, mode):
    pair = PAIRS[name]
    clouds = [tc.as_cloud(cloud) for cloud in ((pair.a, pair.b) if hasattr(pair, "a") else pair)]
    scene = make_scene(*clouds)
    lettered = 0
    for stop in scene.stops[1::3]:
        result = tc.refine([tc.distance_graph(cloud, stop, distances=mode == "distances") for cloud in clouds])
        frame = scene.frames[scene.steps[mode][scene.position(stop)].frame]
        for round in range(min(result.rounds, len(frame) - 1) + 1):
            shown = np.split(frame[round], [len(clouds[0])])
            for graph, row in enumerate(shown):
                for node, cls in enumerate(row.tolist()):
                    name = result.color_name(int(result.colors[graph][round][node]), round)
                    if "(" in name:
                        lettered += 1
                        assert name.endswith(f"({class_letter(cls)})"), (stop, round, graph, node)
    assert lettered


def test_pairs_of_points_have_letters_too():
    found = tc.compare([[0, 0, 0], [1, 0, 0], [3, 0, 0]], [[0, 0, 0], [1, 0, 0], [2, 0, 0]], test="2-fwl")
    assert "(a)" not in found.explain()
