"""TwinBuilder in a bare page: nobody answers there, as with a kernel that is gone."""

from __future__ import annotations

import io
import json
import re

import ase.io
import pytest
from playwright.sync_api import expect

import twinclouds as tc
from twinclouds.clouds import as_cloud
from twinclouds.ui.angle_data import angles_of
from twinclouds.ui.frames import make_scene


@pytest.fixture
def flat(page):
    """A page without WebGL, which is quicker."""
    page.page.evaluate(
        """() => {
          window.noWebGL = true;
          // What is offered as a file is kept, instead of being saved.
          URL.createObjectURL = (blob) => { window.file = blob.text(); return "#"; };
        }"""
    )
    return page


def sent(page):
    return page.page.evaluate("Object.assign({}, ...window.model.sent)")


def parameters(page):
    return json.loads(page.data("parameters"))


def put(page, **values):
    """Set traits as Python does."""
    page.page.evaluate("values => { for (const [k, v] of Object.entries(values)) model.set(k, v); }", values)
    page.until(
        "JSON.stringify(JSON.parse(root.dataset.parameters)[arg[0]]) === JSON.stringify(arg[1])",
        next(iter(values.items())),
    )


LINES = [
    {},
    {"angles": [60.0, 60.0, 60.0], "lengths": [[1.0], [1.0], [1.0]], "flip": "23"},
    {"lengths": [[1.0, 2.1], [1.2], [1.5]], "species": [["C", "H"], ["N"], ["O"]], "centre": "Fe", "flip": "13"},
    {"angles": [100.5, 45.0, 120.25], "lengths": [[1.1], [1.1], [2.0]], "species": [["C"], ["C"], ["N"]]},
]
PLANES = [
    {},
    {"xy": [], "xz": [[0.8, 2.1], [1.5, -0.4], [0.0, 0.0]], "species": [["Si"], ["B"], ["C", "C", "X"]]},
    {
        "pbc": [True, False, True],
        "cell": [6.0, 7.0, 8.0],
        "yz": [[0.5, 4.0], [1.0, 1.0]],
        "species": [["C"], ["C"], ["C"]],
    },
]
COMPLEXES = [{}, {"metal": "S", "ligand": ["F"], "lengths": [1.56], "distortion": -4.5}]


@pytest.mark.parametrize(
    ("family", "cases"), [("three_lines", LINES), ("three_planes", PLANES), ("octahedral_complex", COMPLEXES)]
)
def test_the_browser_makes_what_python_makes(flat, family, cases):
    builder = tc.ui.TwinBuilder(family, antialias=False)
    root = flat.show(builder)
    for case in cases:
        if case:
            builder.set(**case)
            put(flat, **builder.parameters)
        expect(root.locator("footer code")).to_have_text(builder.expression)
        root.locator("[data-action=download]").click()
        text = flat.page.evaluate("window.file")
        shown = ase.io.read(io.StringIO(text), ":", format="extxyz")
        for mine, theirs in zip(builder.pair, shown, strict=True):
            assert mine.get_chemical_symbols() == theirs.get_chemical_symbols()
            assert (mine.pbc == theirs.pbc).all()
            # The picture is turned so that X and Y share two lines; distances, atom by atom, are the same.
            assert mine.get_all_distances(mic=True) == pytest.approx(theirs.get_all_distances(mic=True), abs=1e-8)
            assert tc.congruent(mine, theirs)
        # Without points in one plane the mirror of the other two undoes that of the third.
        twins = builder.pair.kind == "degenerate at every cutoff"
        assert twins == (family != "three_planes" or builder.xy != [])
        assert flat.data("verdict") == ("everywhere" if twins else "pending")
        if builder.volumes:
            assert [float(v) for v in flat.data("volumes").split()] == pytest.approx(builder.volumes, abs=1e-6)
        if twins and not builder.pair.periodic_axes:
            forms = angles_of(make_scene(as_cloud(builder.pair.a), as_cloud(builder.pair.b))).triangles
            assert int(flat.data("differing")) == sum(t.counts[0] != t.counts[1] for t in forms)
            expect(root.locator(".tc-reason")).to_contain_text(f"of {len(forms)} kinds")


def test_dragging_in_the_region_moves_both_clouds_and_stops_at_the_border(page):
    builder = tc.ui.TwinBuilder(antialias=False)
    root = page.show(builder)
    region = root.locator("[data-control=region] svg")
    region.scroll_into_view_if_needed()
    box = region.bounding_box()
    painted = int(page.data("frames-painted"))
    page.page.mouse.move(box["x"] + 120, box["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 150, box["y"] + 90, steps=3)
    page.until("Number(root.dataset.framesPainted) > arg", painted)
    inside = parameters(page)["angles"]
    assert inside[0] == 70.0
    assert inside[1:] != [80.0, 65.0]
    page.page.mouse.move(box["x"] + 230, box["y"] + 4, steps=3)
    page.page.mouse.up()
    angles = parameters(page)["angles"]
    assert sent(page)["angles"] == angles
    assert sum(abs(90 - x) for x in angles) == pytest.approx(90, abs=0.25)
    builder.angles = angles  # Python takes what the border of the drawing allows
    assert page.page.evaluate("window.alive()") == 1
    assert page.data("verdict") == "everywhere"
    region.press("ArrowLeft")
    assert parameters(page)["angles"][1] == pytest.approx(angles[1] - 1, abs=0.11)


def test_angles_by_slider_and_field_are_clamped_with_the_range_told(flat):
    root = flat.show(tc.ui.TwinBuilder(antialias=False))
    root.locator("[data-control=angle-12]").press("ArrowRight")
    flat.until("JSON.parse(root.dataset.parameters).angles[2] === 65.1")
    field = root.locator("[data-field=angle-23]")
    field.fill("20")
    field.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).angles[0] !== 70")
    angles = parameters(flat)["angles"]
    assert angles[0] == pytest.approx(34.9, abs=0.11)
    told = "Instead of 20°, angle 2–3 is 34.9° now. With the other two angles, 2–3 has to lie between 34.9° and 145.1°."
    expect(root.locator(".tc-refused")).to_have_text(told)
    expect(root.locator("[aria-live]")).to_have_text(told)
    expect(field).to_have_value(str(angles[0]))
    assert tc.ui.TwinBuilder(angles=angles).angles == angles
    field.fill("75")
    field.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).angles[0] === 75")
    expect(root.locator(".tc-refused")).to_have_text("")
    # What is admissible stays as it was typed; what is not is said, also of lengths.
    field.fill("75.04")
    field.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).angles[0] === 75.04")
    expect(root.locator(".tc-refused")).to_have_text("")
    field.fill("400")
    field.press("Enter")
    expect(root.locator(".tc-refused")).to_contain_text("Instead of 400°, angle 2–3 is 145")
    length = root.locator("[data-field=length-1-1]")
    length.fill("50")
    length.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).lengths[0][0] === 6")
    told = "Instead of 50 Å, line 1 is 6 Å now. It has to lie between 0.3 Å and 6 Å."
    expect(root.locator(".tc-refused")).to_have_text(told)
    expect(root.locator("[aria-live]")).to_have_text(told)
    length.fill("")
    length.press("Enter")
    expect(root.locator(".tc-refused")).to_have_text("That is no number; line 1 stays 6 Å.")


def test_a_right_angle_is_no_twin_pair(flat):
    root = flat.show(tc.ui.TwinBuilder(antialias=False))
    put(flat, angles=[70, 80, 90])
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    expect(root.locator(".tc-reason")).to_contain_text("180° − 90° = 90°")
    root.locator("[data-flip='13']").check(force=True)
    flat.until("JSON.parse(root.dataset.parameters).flip === '13'")
    expect(root.locator(".tc-reason")).to_contain_text("Lines 1–2 are at a right angle")
    assert flat.data("verdict") == "pending"
    put(flat, angles=[90, 90, 90])
    expect(root.locator(".tc-reason")).to_contain_text("Here all three angles are 90°, and 180° − 90° = 90°: whichever")
    put(flat, angles=[70, 80, 89.9999])
    assert flat.data("verdict") == "unclear"
    expect(root.locator(".tc-verdict strong")).to_have_text(re.compile(r"^too close to call \(margin \d\.\de-\d Å\)$"))
    put(flat, angles=[70, 80, 89])
    assert flat.data("verdict") == "everywhere"


def test_points_species_and_the_centre(flat):
    root = flat.show(tc.ui.TwinBuilder(antialias=False))
    root.locator("[data-action='add-length-2-1']").click()
    flat.until("JSON.parse(root.dataset.parameters).lengths[1].length === 2")
    assert parameters(flat)["species"] == [["C"], ["C", "C"], ["C"]]
    field = root.locator("[data-field='species-length-2-2']")
    field.fill("h")
    field.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).species[1][1] === 'H'")
    field.fill("Zz")
    field.press("Enter")
    expect(root.locator(".tc-refused")).to_contain_text("Zz is not the symbol of an element")
    expect(field).to_have_value("H")
    length = root.locator("[data-field='length-2-2']")
    length.fill("1.3")
    length.press("Enter")
    expect(root.locator(".tc-refused")).to_contain_text("0.10 Å apart")
    assert parameters(flat)["lengths"][1] == [1.2, 2.2]
    centre = root.locator("[data-field=centre]")
    centre.fill("Fe")
    centre.press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).centre === 'Fe'")
    assert root.locator(".tc-name span").first.inner_text() == "C6H2Fe"
    root.locator("[data-action='remove-length-2-2']").click()
    flat.until("JSON.parse(root.dataset.parameters).lengths[1].length === 1")
    builder = tc.ui.TwinBuilder()
    builder.set_state({name: value for name, value in sent(flat).items() if name != "_asked"})
    assert builder.parameters == parameters(flat)
    expect(root.locator("footer code")).to_have_text(builder.expression)


def test_points_in_planes_by_mouse_and_keyboard(flat):
    root = flat.show(tc.ui.TwinBuilder("three_planes", antialias=False))
    point = root.locator("[data-control=xz] [data-sign='+']")
    point.scroll_into_view_if_needed()
    box = point.bounding_box()
    squares = root.locator("[data-control=xz] .tc-twin")
    before = squares.first.get_attribute("x")
    flat.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    flat.page.mouse.down()
    flat.page.mouse.move(box["x"] + 40, box["y"] + 30, steps=4)
    flat.page.mouse.up()
    moved = parameters(flat)["xz"]
    assert moved != [[0.8, 2.1]]
    assert squares.first.get_attribute("x") != before
    assert sent(flat)["xz"] == moved
    # The negative may be dragged as well, and the arrow keys move.
    point.press("ArrowUp")
    flat.until("JSON.parse(root.dataset.parameters).xz[0][1] !== arg", moved[0][1])
    assert parameters(flat)["xz"][0] == pytest.approx([moved[0][0], moved[0][1] + 0.05])
    expect(root.locator("[data-control=xz] [data-sign='+']")).to_be_focused()
    root.locator("[data-action=add-xy]").click()
    flat.until("JSON.parse(root.dataset.parameters).xy.length === 2")
    root.locator("[data-field=xy-x]").fill("1.3")
    root.locator("[data-field=xy-x]").press("Enter")
    flat.until("JSON.parse(root.dataset.parameters).xy[1][0] === 1.3")
    root.locator("[data-field=xy-y]").fill("0.9")
    root.locator("[data-field=xy-y]").press("Enter")
    expect(root.locator(".tc-refused")).to_contain_text("0.00 Å apart")
    root.locator("[data-action=remove-xy]").click()
    flat.until("JSON.parse(root.dataset.parameters).xy.length === 1")
    root.locator("[data-action=remove-xz]").click()
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    expect(root.locator(".tc-reason")).to_contain_text("no point in the plane xz")
    root.locator("[data-action=add-xz]").click()
    root.locator("[data-field=pbc-x]").check()
    flat.until("JSON.parse(root.dataset.parameters).pbc[0] === true")
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    builder = tc.ui.TwinBuilder("three_planes")
    builder.set_state({name: value for name, value in sent(flat).items() if name != "_asked"})
    assert builder.parameters == parameters(flat)


def test_the_certificate_is_asked_for_after_a_pause(flat):
    builder = tc.ui.TwinBuilder(antialias=False)
    root = flat.show(builder)
    line = root.locator(".tc-certificate")
    expect(line).to_contain_text("15 counts")
    assert flat.data("certificate") == "proof"
    root.locator("[data-control=angle-12]").press("ArrowRight")
    flat.until("root.dataset.certificate === 'pending'")
    expect(line).to_contain_text("by Python after a pause")
    flat.until("window.model.sent.some((patch) => '_asked' in patch)")
    builder.set_state(sent(flat))
    assert builder._certificate["of"] == root.locator("footer code").inner_text()
    put_back = builder._certificate
    flat.page.evaluate("answer => model.set('_certificate', answer)", put_back)
    flat.until("root.dataset.certificate === 'proof'")
    expect(line).to_contain_text("Witness: triangles C–C–C")
    # An answer about another pair is not taken for one about this.
    flat.page.evaluate("answer => model.set('_certificate', { ...answer, of: 'another' })", put_back)
    flat.until("root.dataset.certificate === 'other'")
    expect(line).to_contain_text("Python holds another pair, another,")


def test_without_an_answer_it_says_so_in_place(flat):
    flat.page.clock.install()
    root = flat.show(tc.ui.TwinBuilder(antialias=False))
    flat.page.evaluate("model.set('angles', [71, 80, 65])")
    flat.until("root.dataset.certificate === 'pending'")
    flat.page.clock.run_for(8000)
    flat.until("root.dataset.certificate === 'silent'")
    expect(root.locator(".tc-certificate")).to_contain_text("needs a running kernel")
    assert flat.data("verdict") == "everywhere"


def test_what_was_built_is_offered_again_when_the_cell_is_run_again(flat, state_of):
    builder = tc.ui.TwinBuilder(antialias=False)
    root = flat.show(builder)
    root.locator("[data-control=angle-12]").press("ArrowRight")
    flat.until("JSON.parse(root.dataset.parameters).angles[2] === 65.1")
    line = root.locator("footer code").inner_text()
    flat.page.evaluate("document.getElementById('here').replaceChildren()")
    root = flat.show(builder)
    built = root.locator(".tc-built")
    expect(built).to_contain_text(line)
    root.locator("[data-action=restore]").click()
    expect(built).to_be_hidden()
    expect(root.locator("footer code")).to_have_text(line)
    root.locator("[data-action=reset]").click()
    flat.until("JSON.parse(root.dataset.parameters).angles[2] === 65")
    other = flat.show(tc.ui.TwinBuilder("octahedral_complex", antialias=False))
    expect(other.locator(".tc-built")).to_be_hidden()


def test_picking_and_voice(flat):
    root = flat.show(tc.ui.TwinBuilder(antialias=False))
    stage = root.locator(".tc-stage")
    stage.press("n")
    stage.press("Enter")
    flat.until("root.dataset.selected === '0:0'")
    expect(root.locator(".tc-picked")).to_contain_text(
        "Atom C0 of X has colour α, like 2 atoms of Y. It sees 1.19 Å to β"
    )
    expect(root.locator("[aria-live]")).to_contain_text("Picked: Atom C0 of X")
    root.locator("[data-control=angle-12]").press("ArrowRight")
    expect(root.locator("[aria-live]")).to_contain_text("not told apart at any cutoff")


def test_a_state_that_makes_no_sense_is_explained(flat, state_of):
    state = json.loads(state_of(tc.ui.TwinBuilder(antialias=False)))
    flat.page.evaluate("text => window.show(text).then(() => null)", json.dumps({**state, "lengths": None}))
    expect(flat.page.locator(".tc-title").last).to_have_text("There is no pair to show yet.")


@pytest.mark.parametrize("family", ["three_lines", "three_planes", "octahedral_complex"])
def test_layout_and_names(flat, family):
    root = flat.show(tc.ui.TwinBuilder(family, antialias=False))
    for width in (360, 640, 1600):
        flat.page.set_viewport_size({"width": width, "height": 900})
        assert flat.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        sizes = flat.page.evaluate(
            """[...document.querySelectorAll('.tc-root *')].filter((e) => e.tagName !== 'STYLE' &&
               [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()))
               .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
        )
        assert min(sizes) >= 12
    for control in root.locator("button, input, [tabindex='0']").all():
        name = "e => e.ariaLabel || [...(e.labels ?? [])].map((l) => l.textContent).join() || e.textContent.trim()"
        assert control.evaluate(name), control.evaluate("e => e.outerHTML")
