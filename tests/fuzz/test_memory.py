"""What would not fit into memory is refused with an estimate, before memory is taken."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from ase import Atoms

import twinclouds as tc
from fuzz.rig import limits
from twinclouds import memory, neighbours
from twinclouds.errors import TwincloudsError

rng = np.random.default_rng(0)
MANY = rng.uniform(size=(200_000, 3)) * 300
SOME = rng.uniform(size=(3000, 3)) * 60
SALT = Atoms("NaCl", positions=[[0, 0, 0], [2, 2, 2]], cell=[4, 4, 4], pbc=True)
TINY = Atoms("H", positions=[[0, 0, 0]], cell=[0.01] * 3, pbc=True)
OBLIQUE = Atoms("H", positions=[[0, 0, 0]], cell=[[1, 0, 0], [300, 1, 0], [0, 300, 1]], pbc=True)
CHAIN = Atoms("H", positions=[[0, 0, 0]], cell=[1e8, 0, 0], pbc=[True, False, False])

TOO_LARGE: dict[str, Callable[[], object]] = {
    "complete graph of 200,000 points": lambda: tc.distance_graph(MANY),
    "comparing 200,000 points": lambda: tc.compare(MANY, MANY),
    "their resolving cutoff": lambda: tc.resolving_cutoff(MANY, MANY[::-1] + 1),
    "their staircase": lambda: tc.staircase(MANY, MANY),
    "a certificate": lambda: tc.certify(MANY, MANY),
    "their angles": lambda: tc.compare(MANY, MANY, test="angle-wl"),
    "their pairs": lambda: tc.compare(MANY, MANY, test="2-fwl"),
    "signed volumes": lambda: tc.compare(SOME, SOME, test="2-fwl", chirality=True),
    "angles of 3000 points": lambda: tc.triangles(SOME),
    "histogram of 3000 points": lambda: tc.angle_histogram(SOME),
    "smeared histogram": lambda: tc.angle_histogram(SOME, 30.0, smearing=5.0),
    "100,000 images": lambda: tc.distance_graph(SALT, 1e5),
    "images of a tiny cell": lambda: tc.distance_graph(TINY, 10.0),
    "images in a very oblique cell": lambda: tc.distance_graph(OBLIQUE, 40.0),
    "a cutoff beyond all numbers": lambda: tc.distance_graph(SALT, 1e300),
    "the same in one dimension": lambda: tc.distance_graph(CHAIN, 1e300),
    "angles among images": lambda: tc.compare(SALT, SALT, 100.0, test="angle-wl"),
    "a supercell": lambda: tc.compare(SALT.repeat(30), SALT.repeat(30), 60.0),
    "a widget": lambda: tc.ui.CloudView(MANY),
    "an explorer": lambda: tc.ui.RefinementExplorer(MANY, MANY),
    "a widget of images": lambda: tc.ui.CloudView(SALT, cutoff=1e6),
    "three planes": lambda: tc.pairs.three_planes(*rng.uniform(size=(3, 5000, 2))),
}


@pytest.mark.parametrize("what", TOO_LARGE)
def test_too_large_is_refused(what: str) -> None:
    with limits(seconds=60, gigabytes=1.5), pytest.raises(TwincloudsError) as caught:
        TOO_LARGE[what]()
    text = str(caught.value)
    assert "\n" not in text
    assert ("memory" in text and ("edges" in text or "GB" in text)) or "too many" in text
    assert "use " in text or "smaller" in text


def test_memory_that_is_not_free_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(neighbours, "available_bytes", lambda: 1e8)
    monkeypatch.setattr(memory, "available_bytes", lambda: 1e8)
    for call in (lambda: tc.distance_graph(SOME), lambda: tc.triangles(SOME, 12.0)):
        with limits(), pytest.raises(TwincloudsError, match=r"0\.09 GB that are free"):
            call()
    assert tc.distance_graph(SOME, 3.0).n_edges
