"""A single atom has no distance, no edge, no angle: every instrument says so in words that make sense."""

from __future__ import annotations

import re
from math import cos, radians, sin

import pytest
from playwright.sync_api import expect

import twinclouds as tc

ONE = [[0.0, 0, 0]]
PICKED = {"antialias": False, "selected": {"cloud": 0, "atom": 0}}
MAKE = {
    "CloudView": (lambda: tc.ui.CloudView(ONE, **PICKED), ["1 atom, no pairs", "the only atom: there is no pair"]),
    "GraphExplorer": (
        lambda: tc.ui.GraphExplorer(ONE, **PICKED),
        ["A single atom: there is no distance.", "no edges, 1 atom, no pairs", "Atom 0 is the only one."],
    ),
    "RefinementExplorer": (
        lambda: tc.ui.RefinementExplorer(ONE, ONE, **PICKED),
        ["not told apart at any cutoff One atom each: there is no distance", "1 atom in each, no pairs"],
    ),
    "StaircaseView": (
        lambda: tc.ui.StaircaseView(ONE, ONE),
        ["not told apart at any cutoff One atom each: there is no distance"],
    ),
    "AngleExplorer": (
        lambda: tc.ui.AngleExplorer(ONE, ONE, **PICKED),
        [
            "not told apart at any cutoff One atom each: there is no distance",
            "One atom has no angle.",
            "has no angle at this cutoff",
        ],
    ),
}


def test_what_is_said_of_one_atom(page, state_of):
    for name, (make, texts) in MAKE.items():
        page.page.evaluate("text => window.show(text).then(() => null)", state_of(make()))
        root = page.page.locator(".tc-root").last
        expect(root.locator("footer code")).to_contain_text(name)
        for text in texts:
            expect(root).to_contain_text(text, use_inner_text=False)
        assert "(all there are)" not in root.inner_text(), name
        assert "1 atoms" not in root.inner_text(), name


@pytest.mark.parametrize(("key", "axis"), [("q", 1), ("e", -1)])
def test_the_picture_rolls(page, key, axis):
    root = page.show(tc.ui.CloudView([[0, 0, 0], [1, 0, 0]], antialias=False))
    stage = root.locator(".tc-stage")
    expect(stage).to_have_attribute("aria-label", re.compile("q and e roll it"))
    stage.press("0")
    x, y, z, w = (float(v) for v in root.get_attribute("data-camera").split())
    stage.press(key)
    # About the axis towards the eye: the quaternion is multiplied from the left by one along z.
    c, s = cos(radians(7.5 / 2)), axis * sin(radians(7.5 / 2))
    turned = (c * x - s * y, c * y + s * x, c * z + s * w, c * w - s * z)
    assert [float(v) for v in root.get_attribute("data-camera").split()] == pytest.approx(turned, abs=2e-3)
