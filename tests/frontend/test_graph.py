"""GraphExplorer in a bare page: one graph, the same in all its pictures."""

from __future__ import annotations

import ase.build
import numpy as np
import pytest
from playwright.sync_api import expect

import twinclouds as tc


def sent(page):
    return page.page.evaluate("Object.assign({}, ...window.model.sent)")


@pytest.fixture
def hexagon():
    points = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    return tc.ui.GraphExplorer(points, names=["hexagon"], antialias=False)


def lines(root):
    """The shells that are drawn in the flat drawing: colour and number of strokes of each path."""
    return root.locator(".tc-flat path").evaluate_all(
        "paths => paths.map(p => [p.getAttribute('stroke'), p.getAttribute('d').split('M').length - 1])"
    )


def test_keys_go_from_distance_to_distance_in_all_pictures(page, hexagon):
    root = page.show(hexagon)
    handle = root.get_by_role("slider", name="cutoff")
    handle.focus()
    stops = hexagon.scene.stops
    for stop, edges, degree in zip(stops, (0, 6, 12, 15), (0, 2, 4, 5), strict=True):
        handle.press("Home") if stop == 0 else handle.press("ArrowRight")
        assert float(page.data("cutoff")) == stop
        assert page.data("edges") == str(edges)
        assert page.data("degrees") == f"{degree} ×6"
        assert sum(count for _, count in lines(root)) == edges
        assert float(handle.get_attribute("aria-valuenow")) == stop
        hexagon.cutoff = stop
        assert hexagon.graph.n_edges == 2 * edges
    assert page.data("pieces") == "1"
    expect(root.locator(".tc-facts")).to_contain_text("all 15 edges, in one piece")
    assert sent(page)["cutoff"] == stops[-1]
    handle.press("ArrowLeft")
    assert float(page.data("cutoff")) == stops[-2]


def test_the_cutoff_is_dragged_on_the_spectrum(page, hexagon):
    root = page.show(hexagon)
    box = root.locator(".tc-spectrum").bounding_box()
    y = box["y"] + 40
    page.page.mouse.move(box["x"] + 40, y)
    page.page.mouse.down()
    assert page.data("edges") == "0"
    page.page.mouse.move(box["x"] + 0.9 * box["width"], y, steps=4)
    assert page.data("edges") == "12"
    page.page.mouse.move(box["x"] + box["width"] + 50, y, steps=2)
    page.page.mouse.up()
    assert float(page.data("cutoff")) == hexagon.scene.max_cutoff
    page.page.mouse.move(box["x"] + 40, y)
    assert page.data("edges") == "15"
    expect(root.get_by_role("slider", name="cutoff")).to_be_focused()


def test_the_spectrum_shows_every_distance_with_its_multiplicity(page, hexagon):
    root = page.show(hexagon)
    expect(root.locator(".tc-shells li")).to_have_text(["1 1.41 Å ×6", "2 2.45 Å ×6", "3 2.83 Å ×3"])
    assert root.locator(".tc-spectrum .tc-beyond rect").count() == 3
    heights = root.locator(".tc-spectrum .tc-beyond rect").evaluate_all("r => r.map(x => +x.getAttribute('height'))")
    assert heights[0] == heights[1] == pytest.approx(2 * heights[2])


def test_a_shell_has_one_colour_everywhere(page, hexagon):
    root = page.show(hexagon)
    root.get_by_role("slider", name="cutoff").press("End")
    strip = root.locator(".tc-spectrum .tc-beyond rect").evaluate_all("all => all.map(r => r.getAttribute('fill'))")
    legend = root.locator(".tc-shell").evaluate_all("all => all.map(c => c.style.getPropertyValue('--tc-class'))")
    assert [stroke for stroke, _ in lines(root)] == strip == legend[:3]
    pixels = root.locator(".tc-matrix").evaluate(
        """canvas => { const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) seen.add(`rgb(${data[i]}, ${data[i + 1]}, ${data[i + 2]})`);
            return [...seen]; }"""
    )
    assert set(strip) <= set(pixels)


def test_a_picked_atom_is_picked_in_every_picture(page, hexagon):
    root = page.show(hexagon)
    root.locator(".tc-flat [data-atom='2']").click()
    assert page.data("selected") == "0:2"
    assert sent(page)["selected"] == {"cloud": 0, "atom": 2}
    expect(root.locator(".tc-picked")).to_have_text("Atom 2 has degree 2: 1 ×2 (1.41 Å to 0, 4)")
    assert root.locator(".tc-flat [data-atom='2'] circle").count() == 2  # the ring around it
    stage = root.locator(".tc-stage")
    stage.press("n")
    stage.press("Enter")
    assert page.data("selected") == "0:3"
    matrix = root.locator(".tc-matrix")
    matrix.focus()
    matrix.press("ArrowRight")
    expect(root.locator(".tc-read")).to_have_text("3 and 0: no edge, they are 2.83 Å apart.")
    expect(root.locator("[aria-live='polite']")).to_contain_text("no edge")
    matrix.press("ArrowDown")
    matrix.press("Enter")
    assert page.data("selected") == "0:4"
    matrix.press("Escape")
    assert page.data("selected") == ""
    box = matrix.bounding_box()
    page.page.mouse.click(box["x"] + 34 + 5, box["y"] + 34 + 26 * 1 + 5)
    assert page.data("selected") == "0:1"


def test_a_periodic_cloud_counts_images(page):
    explorer = tc.ui.GraphExplorer(ase.build.bulk("NaCl", "rocksalt", 5.64), cutoff=4.0, antialias=False)
    root = page.show(explorer)
    assert page.data("edges") == "18"
    assert page.data("degrees") == "18 ×2"
    expect(root.locator(".tc-facts")).to_contain_text("18 edges a cell")
    expect(root.locator(".tc-flat")).to_contain_text("×6")
    matrix = root.locator(".tc-matrix")
    matrix.focus()
    matrix.press("ArrowRight")
    expect(root.locator(".tc-read")).to_have_text("Na0 and its images: 3.99 Å (shell 2) ×12.")
    matrix.press("Enter")
    expect(root.locator(".tc-picked")).to_have_text(
        "Atom Na0 has degree 18: 1 ×6 (2.82 Å to Cl1 ×6), 2 ×12 (3.99 Å to Na0 ×12)"
    )


def test_neighbours_are_named_as_long_as_there_is_room(page):
    points = [[0.0, 0, 0], *([0.1 * k, 2 + 0.3 * k, 0] for k in range(20))]
    root = page.show(tc.ui.GraphExplorer(points, selected={"cloud": 0, "atom": 0}, cutoff=9.0, antialias=False))
    line = root.locator(".tc-picked").inner_text()
    assert line.startswith("Atom 0 has degree 20: 2 ×2 (2.00 Å to 1; 2.30 Å to 2), 3 ×3 (2.61 Å to 3; ")
    assert line.endswith("6 ×3 (5.41 Å to 12; 2 more), 7 ×3, 8 ×3")


def test_one_atom_and_many_distances(page, state_of):
    root = page.show(tc.ui.GraphExplorer([[0, 0, 0]], antialias=False))
    expect(root.locator(".tc-shells")).to_contain_text("there is no distance")
    expect(root.locator(".tc-facts")).to_contain_text("no edges")
    many = tc.ui.GraphExplorer(np.random.default_rng(0).normal(size=(24, 3)) * 4)
    page.page.evaluate(
        "text => { const state = revive(text); for (const k of ['_scene', 'cutoff']) model.set(k, state[k]); }",
        state_of(many),
    )
    page.until("Number(root.dataset.shells) > 2")
    assert int(page.data("shells")) <= 8
    assert int(page.data("edges")) == many.graph.n_edges // 2


def test_from_python_and_back_to_the_start(page, hexagon):
    root = page.show(hexagon)
    start = page.data("cutoff")
    page.page.evaluate("() => { model.set('cutoff', 2.5); model.set('selected', { cloud: 0, atom: 5 }); }")
    page.until("root.dataset.cutoff === '2.5'")
    assert page.data("selected") == "0:5"
    expect(root.locator("footer code")).to_have_text(
        'tc.ui.GraphExplorer(cloud, cutoff=2.50, selected={"cloud": 0, "atom": 5})'
    )
    root.locator("[data-action=reset]").click()
    assert page.data("cutoff") == start
    assert page.data("selected") == ""


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_nothing_is_cut_off(page, hexagon, width):
    page.page.set_viewport_size({"width": width, "height": 900})
    root = page.show(hexagon)
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for part in (".tc-stage", ".tc-flat svg", ".tc-spectrum svg", ".tc-matrix"):
        box = root.locator(part).bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= width + 0.5


def test_shells_are_told_apart_without_colours(page, hexagon):
    root = page.show(hexagon)
    root.get_by_role("slider", name="cutoff").press("End")
    dashes = "paths => paths.map(p => p.getAttribute('stroke-dasharray'))"
    drawn = root.locator(".tc-flat path").evaluate_all(dashes)
    assert len(set(drawn)) == 3
    assert root.locator(".tc-shells path").evaluate_all(dashes) == drawn
