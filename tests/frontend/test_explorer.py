"""The explorer in a bare page: everything is asserted on attributes, text and the model, nothing on pixels."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect

import twinclouds as tc


def button(root, name):
    return root.locator(f"[data-action={name}]")


def sent(page):
    """All that the front end has said to Python so far, merged."""
    return page.page.evaluate("Object.assign({}, ...window.model.sent)")


def test_a_first_look(page, twins):
    root = page.show(twins)
    assert page.data("verdict") == "everywhere"
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    assert page.data("round") == page.data("rounds")
    expect(root.locator("canvas")).to_have_count(2)  # one for WebGL, one for letters
    assert page.page.evaluate("window.alive()") == 1


def test_stepping_through_the_rounds(page, explorer):
    explorer.cutoff, explorer.round = 1.0, 0
    root = page.show(explorer)
    assert page.data("verdict") == "pending"
    button(root, "next").click()
    assert page.data("round") == "1"
    assert page.data("verdict") == "apart"
    expect(root.locator(".tc-verdict strong")).to_have_text("told apart in round 1")
    button(root, "last").click()
    assert page.data("round") == page.data("rounds")
    button(root, "next").click(force=True)  # marked as disabled, and without effect
    assert page.data("round") == page.data("rounds")
    button(root, "previous").click()
    button(root, "first").click()
    assert page.data("round") == "0"
    assert sent(page)["round"] == 0


def test_playing_runs_to_the_last_round_and_stops(page, explorer):
    explorer.cutoff, explorer.mode = 1.0, "topology"
    root = page.show(explorer)
    button(root, "play").click()
    assert page.data("playing") == "true"
    assert page.data("round") == "0"
    page.until("root.dataset.playing === 'false'")
    assert page.data("round") == page.data("rounds")


def test_sliding_by_keyboard_goes_from_length_to_length(page, explorer):
    explorer.cutoff = 1.0
    root = page.show(explorer)
    slider = root.locator("[data-control=cutoff]")
    slider.focus()
    stops = explorer.scene.stops
    assert float(page.data("cutoff")) == stops[1]
    slider.press("ArrowRight")
    assert float(page.data("cutoff")) == stops[2]
    slider.press("End")
    assert float(page.data("cutoff")) == explorer.scene.max_cutoff
    slider.press("Home")
    assert float(page.data("cutoff")) == 0.0
    assert page.data("verdict") == "same"
    assert sent(page)["cutoff"] == 0.0


def test_sliding_by_mouse(page, explorer):
    root = page.show(explorer)
    box = root.locator("[data-control=cutoff]").bounding_box()
    y = box["y"] + box["height"] / 2
    page.page.mouse.move(box["x"] + 9, y)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + box["width"] - 2, y, steps=5)
    page.page.mouse.up()
    assert float(page.data("cutoff")) == explorer.scene.max_cutoff
    expect(root.locator(".tc-note")).to_contain_text("all there are")


def test_every_frame_is_what_python_computed(page, explorer):
    page.show(explorer)
    scene = explorer.scene
    for mode in ("topology", "distances"):
        for stop in scene.stops:
            page.page.evaluate(
                "([c, m]) => { model.set('cutoff', c); model.set('mode', m); model.set('round', 99); }", [stop, mode]
            )
            step = scene.step(stop, mode)
            assert page.data("rounds") == str(scene.rounds(stop, mode))
            assert page.data("verdict") == step.outcome


def test_the_last_round_stays_the_last_round(page, explorer):
    explorer.mode, explorer.cutoff = "topology", 1.0
    root = page.show(explorer)
    seen = {page.data("rounds")}
    slider = root.locator("[data-control=cutoff]")
    slider.press("Home")
    for _ in explorer.scene.stops[1:]:
        slider.press("ArrowRight")
        assert page.data("round") == page.data("rounds")
        seen.add(page.data("rounds"))
    assert len(seen) > 1
    root.locator("[data-mode-option=distances]").check(force=True)
    assert page.data("mode") == "distances"
    assert page.data("round") == page.data("rounds")
    assert sent(page)["mode"] == "distances"


def test_histograms_share_one_scale_and_mark_differences(page, explorer):
    explorer.cutoff, explorer.mode = 1.0, "topology"
    root = page.show(explorer)
    counts = [
        [int(cell) for cell in row.locator("td .tc-count").all_inner_texts()] for row in root.locator("tbody tr").all()
    ]
    assert np.array(counts).sum(axis=0).tolist() == [6, 6]
    lengths = page.page.evaluate(
        "[...document.querySelectorAll('.tc-bar')].map((b) => Number(b.style.getPropertyValue('--tc-length')))"
    )
    flat = np.array(counts).ravel()
    assert np.allclose(lengths, flat / flat.max())
    differing = root.locator("tr.tc-differs")
    assert differing.count() == sum(a != b for a, b in counts)
    expect(differing.first.locator(".tc-mark")).to_have_text("≠")


def test_picking_by_keyboard_reads_the_signature(page, twins):
    root = page.show(twins)
    stage = root.locator(".tc-stage")
    page.page.keyboard.press("Tab")
    expect(stage).to_be_focused()
    page.page.keyboard.press("n")
    assert page.data("cursor") == "0:0"
    page.page.keyboard.press("n")
    page.page.keyboard.press("n")
    page.page.keyboard.press("p")
    assert page.data("cursor") == "0:1"
    page.page.keyboard.press("Enter")
    assert page.data("selected") == "0:1"
    assert sent(page)["selected"] == {"cloud": 0, "atom": 1}
    expect(root.locator(".tc-picked")).to_contain_text("Atom X1 of hexagon")
    expect(root.locator(".tc-picked")).to_contain_text("1.41 Å to")
    expect(root.locator("[aria-live]")).to_contain_text("Picked atom X1 of hexagon")
    page.page.keyboard.press("p")
    page.page.keyboard.press("p")
    assert page.data("cursor") == "1:5"  # before the first atom of a comes the last of b
    page.page.keyboard.press("Escape")
    assert page.data("selected") == ""


def test_picking_by_mouse(page, twins):
    root = page.show(twins)
    box = root.locator(".tc-stage").bounding_box()
    # Look for an atom as a hand would: where the pointer turns into a hand.
    spot = page.page.evaluate(
        """([w, h]) => {
          const stage = document.querySelector(".tc-stage"), box = stage.getBoundingClientRect();
          for (let y = 40; y < h - 20; y += 6) for (let x = w / 2 + 20; x < w - 20; x += 6) {
            const at = { clientX: box.left + x, clientY: box.top + y, pointerType: "mouse", bubbles: true };
            stage.dispatchEvent(new PointerEvent("pointermove", at));
            if (stage.style.cursor === "pointer") return [x, y];
          }
          return null;
        }""",
        [box["width"], box["height"]],
    )
    assert spot is not None
    page.page.mouse.click(box["x"] + spot[0], box["y"] + spot[1])
    page.until("root.dataset.selected.startsWith('1:')")
    assert sent(page)["selected"]["cloud"] == 1
    page.page.mouse.click(box["x"] + box["width"] - 5, box["y"] + 5)
    page.until("root.dataset.selected === ''")


def test_turning_moves_both_clouds_and_every_update_keeps_the_camera(page, twins):
    root = page.show(twins)
    box = root.locator(".tc-stage").bounding_box()
    page.page.mouse.move(box["x"] + 100, box["y"] + 100)
    page.page.mouse.down()
    page.page.mouse.move(box["x"] + 180, box["y"] + 140, steps=4)
    page.page.mouse.up()
    turned = page.data("camera")
    assert turned
    assert page.data("selected") == ""  # a drag is no click
    button(root, "first").click()
    root.locator("[data-control=cutoff]").press("End")
    page.page.evaluate("window.model.set('antialias', true)")
    page.page.evaluate("window.model.set('_scene', window.model.get('_scene'))")
    assert page.data("camera") == turned
    page.page.keyboard.press("Tab")
    root.locator(".tc-stage").press("ArrowLeft")
    assert page.data("camera") != turned


def test_views_of_one_group_turn_together(page, twins):
    first = page.show(twins)
    other = tc.ui.CloudView(twins.a, camera_group=twins.camera_group, antialias=False)
    second = page.show(other)
    painted = int(second.get_attribute("data-frames-painted"))
    first.locator(".tc-stage").press("ArrowRight")
    page.page.wait_for_function(
        "n => Number(document.querySelectorAll('.tc-root')[1].dataset.framesPainted) > n", arg=painted
    )


def test_an_error_is_shown_in_place_and_the_last_good_state_stays(page, twins):
    root = page.show(twins)
    expect(root.locator("[role=alert]")).to_be_hidden()
    page.page.evaluate("window.model.set('error', 'atoms 0 and 1 are in one place; remove one of them')")
    expect(root.locator("[role=alert]")).to_contain_text("remove one of them")
    assert page.data("verdict") == "everywhere"
    page.page.evaluate("window.model.set('error', '')")
    expect(root.locator("[role=alert]")).to_be_hidden()


def test_other_clouds_in_place(page, explorer, twins, state_of):
    root = page.show(explorer)
    root.locator(".tc-stage").press("ArrowLeft")
    camera = page.data("camera")
    assert explorer.set_clouds(twins.a, twins.b, names=("hexagon", "triangles"))
    page.page.evaluate(
        "text => { for (const [k, v] of Object.entries(revive(text))) model.set(k, v); }", state_of(explorer)
    )
    expect(root.locator(".tc-name strong").first).to_have_text("hexagon")
    page.until("root.dataset.verdict === 'everywhere'")
    assert page.data("camera") == camera
    assert page.page.evaluate("window.alive()") == 1


EVIL = "<img src=x onerror='window.evil=1'>"


def test_text_from_files_is_only_ever_text(page):
    positions = [[0, 0, 0], [1, 0, 0], [0, 1, 0]]
    cloud = tc.Cloud(positions, [EVIL, "H", "H"], name=EVIL)
    widget = tc.ui.RefinementExplorer(
        cloud,
        cloud,
        names=(EVIL, "b"),
        title=EVIL,
        notice=EVIL,
        try_=EVIL,
        selected={"cloud": 0, "atom": 0},
        antialias=False,
    )
    widget.show_error(EVIL)
    root = page.show(widget)
    button(root, "first").click()
    expect(root.locator(".tc-title")).to_have_text(EVIL)
    expect(root.locator(".tc-name strong").first).to_have_text(EVIL)
    assert root.locator("img").count() == 0
    assert page.page.evaluate("window.evil") is None


def test_without_webgl_there_is_a_picture_and_a_message(page, twins):
    page.page.evaluate("window.noWebGL = true")
    root = page.show(twins)
    expect(root.locator(".tc-no-webgl")).to_contain_text("no WebGL")
    assert root.locator(".tc-gl svg circle").count() == 12
    assert root.locator(".tc-stage").get_attribute("data-renderer") == "svg"
    button(root, "first").click()
    assert page.data("round") == "0"
    before = root.locator(".tc-gl circle").first.get_attribute("cx")
    root.locator(".tc-stage").press("ArrowLeft")
    page.page.wait_for_function(
        "before => document.querySelector('.tc-gl circle').getAttribute('cx') !== before", arg=before
    )


def test_a_context_taken_away_is_explained_and_given_back(page, twins):
    root = page.show(twins)
    page.page.evaluate("window.contexts.at(-1).getExtension('WEBGL_lose_context').loseContext()")
    expect(root.locator(".tc-no-webgl")).to_contain_text("paused")
    root.get_by_role("button", name="Show it again").click()
    expect(root.locator(".tc-no-webgl")).to_be_hidden()
    assert page.page.evaluate("window.alive()") == 1


@pytest.mark.parametrize(("width", "columns"), [(360, 1), (540, 1), (620, 2), (800, 2), (1280, 2), (1600, 2)])
def test_the_layout_follows_the_width(page, twins, width, columns):
    page.page.set_viewport_size({"width": width, "height": 900})
    root = page.show(twins)
    page.until("root.querySelector('.tc-stage').dataset.columns === arg", str(columns))
    overflow = page.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert overflow <= 0
    sizes = page.page.evaluate(
        """[...document.querySelectorAll('.tc-root *')].filter((e) => e.childNodes.length &&
           [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) && e.tagName !== 'STYLE')
           .map((e) => parseFloat(getComputedStyle(e).fontSize))"""
    )
    assert min(sizes) >= 12
    assert root.locator(".tc-name").count() == 2


def test_every_control_has_a_name(page, twins):
    root = page.show(twins)
    for control in root.locator("button, input, [tabindex='0']").all():
        name = control.evaluate(
            "e => e.ariaLabel || [...(e.labels ?? [])].map((l) => l.textContent).join() || e.textContent.trim()"
        )
        assert name, control.evaluate("e => e.outerHTML")


def test_the_theme_may_change_at_any_time(page, twins):
    root = page.show(twins)
    light = root.evaluate("e => getComputedStyle(e).backgroundColor")
    painted = int(page.data("frames-painted"))
    page.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    page.until("Number(root.dataset.framesPainted) > arg", painted)
    assert root.evaluate("e => getComputedStyle(e).backgroundColor") != light


def test_the_python_line_brings_the_state_back(page, twins):
    root = page.show(twins)
    root.locator("[data-mode-option=topology]").check(force=True)
    button(root, "first").click()
    line = root.locator("footer code").inner_text()
    again = eval(line, {"tc": tc, "a": twins.a, "b": twins.b})
    assert (again.cutoff, again.round, again.mode) == (float(page.data("cutoff")), 0, "topology")


def test_reset(page, twins):
    root = page.show(twins)
    start = [page.data(name) for name in ("cutoff", "round", "mode", "selected")]
    root.locator("[data-control=cutoff]").press("End")
    root.locator("[data-mode-option=topology]").check(force=True)
    root.locator(".tc-stage").press("n")
    root.locator(".tc-stage").press("Enter")
    button(root, "reset").click()
    assert [page.data(name) for name in ("cutoff", "round", "mode", "selected")] == start


def test_a_hidden_view_starts_when_it_is_shown(page, twins, state_of):
    page.page.evaluate("document.getElementById('here').style.display = 'none'")
    page.page.evaluate("text => show(text).then(() => null)", state_of(twins))
    page.page.locator(".tc-root").wait_for(state="attached")
    assert page.page.evaluate("window.alive()") == 0
    page.page.evaluate("document.getElementById('here').style.display = ''")
    page.painted(page.page.locator(".tc-root"))
    assert page.page.evaluate("window.alive()") == 1


COUNT = """() => {
  const root = document.querySelector(".tc-root");
  window.shown = [];
  window.said = [];
  // Each refresh writes all data attributes, and so makes one record for this one, be it the same or not.
  const note = () => window.shown.push(`${root.dataset.cutoff} ${root.dataset.round}/${root.dataset.rounds}`);
  const writes = (records) => records.filter((r) => r.attributeName === "data-cutoff").forEach(note);
  new MutationObserver(writes).observe(root, { attributes: true });
  const live = root.querySelector("[aria-live]");
  const speaks = (records) => records.filter((r) => r.addedNodes.length).forEach((r) => {
    window.said.push(r.addedNodes[0].textContent);
  });
  new MutationObserver(speaks).observe(live, { childList: true });
}"""


def counted(page):
    """Return what was shown, refresh by refresh, and what was said, since the last call."""
    return page.page.evaluate("[window.shown.splice(0), window.said.splice(0)]")


def test_one_action_is_one_refresh(page, explorer):
    explorer.mode, explorer.cutoff = "topology", 1.0
    root = page.show(explorer)
    page.page.evaluate(COUNT)
    slider = root.locator("[data-control=cutoff]")
    rounds = set()
    for key in ("Home", *["ArrowRight"] * (len(explorer.scene.stops) - 1)):
        slider.press(key)
        shown, said = counted(page)
        rounds.add(page.data("rounds"))
        assert shown == [f"{page.data('cutoff')} {page.data('round')}/{page.data('rounds')}"]
        assert len(said) == 1
    assert len(rounds) > 1  # so the round changed along with the cutoff
    root.locator("[data-mode-option=distances]").check(force=True)
    assert [len(what) for what in counted(page)] == [1, 1]
    button(root, "first").click()
    assert [len(what) for what in counted(page)] == [1, 1]
    root.locator(".tc-stage").press("n")
    assert [len(what) for what in counted(page)] == [1, 1]
    root.locator(".tc-stage").press("Enter")
    shown, said = counted(page)
    assert len(shown) == len(said) == 1
    assert said[0].startswith("Picked atom")
    button(root, "reset").click()
    assert len(counted(page)[0]) == 1


def test_several_changes_from_python_are_one_refresh(page, explorer):
    page.show(explorer)
    page.page.evaluate(COUNT)
    page.page.evaluate("model.set('cutoff', 1.0); model.set('mode', 'topology'); model.set('round', 0);")
    shown, said = counted(page)
    assert len(shown) == len(said) == 1
    assert shown[0].startswith("1 0/")


def test_a_view_shown_again_resets_to_the_beginning(page, explorer, state_of):
    explorer.cutoff = 1.0
    root = page.show(explorer)
    names = ("cutoff", "round", "mode", "selected")
    start = [page.data(name) for name in names]
    root.locator("[data-control=cutoff]").press("End")
    root.locator("[data-mode-option=topology]").check(force=True)
    button(root, "first").click()
    # As anywidget does it, each view gets a wrapping of its own around the one model.
    page.page.evaluate(
        """async () => {
          const { default: widget } = await import("/library.js");
          const here = document.getElementById("here");
          here.replaceChildren();
          const bound = ["get", "set", "save_changes", "on", "off"].map((name) => [name, model[name].bind(model)]);
          await widget.render({ model: Object.fromEntries(bound), el: here });
        }"""
    )
    root = page.page.locator(".tc-root").last
    page.painted(root)
    assert [page.data(name) for name in names] != start
    button(root, "reset").click()
    assert [page.data(name) for name in names] == start


def test_after_other_clouds_reset_goes_to_their_beginning(page, explorer, twins, state_of):
    root = page.show(explorer)
    assert explorer.set_clouds(twins.a, twins.b)
    page.page.evaluate(
        "text => { for (const [k, v] of Object.entries(revive(text))) model.set(k, v); }", state_of(explorer)
    )
    root.locator("[data-control=cutoff]").press("Home")
    button(root, "reset").click()
    assert float(page.data("cutoff")) == explorer.cutoff
    assert page.data("round") == str(explorer.round)


def class_rows(root):
    return root.locator(".tc-histogram tbody tr")


def test_a_class_row_lights_its_atoms_in_both_clouds(page, explorer):
    explorer.cutoff, explorer.mode = 1.0, "topology"
    root = page.show(explorer)
    rows = class_rows(root)
    first, second = rows.nth(0).locator(".tc-chip"), rows.nth(1).locator(".tc-chip")
    rows.nth(0).hover()
    page.until("root.dataset.lit === arg", first.inner_text())
    page.page.mouse.move(2, 2)
    page.until("root.dataset.lit === ''")
    rows.nth(0).get_by_role("button").focus()
    page.until("root.dataset.lit === arg", first.inner_text())
    page.page.keyboard.press("ArrowDown")
    page.until("root.dataset.lit === arg", second.inner_text())
    expect(root.locator("[aria-live]")).to_contain_text(f"Colour {second.inner_text()}: ")
    page.page.keyboard.press("Enter")  # kept, also when the focus goes on
    root.locator("[data-control=cutoff]").focus()
    page.until("root.dataset.lit === arg", second.inner_text())
    expect(rows.nth(1).get_by_role("button")).to_have_attribute("aria-pressed", "true")
    rows.nth(1).click()
    page.page.mouse.move(2, 2)
    page.page.evaluate("document.activeElement.blur()")
    page.until("root.dataset.lit === ''")


def test_a_picked_atom_marks_its_row(page, explorer):
    explorer.cutoff, explorer.selected = 1.0, {"cloud": 1, "atom": 5}
    root = page.show(explorer)
    expect(root.locator(".tc-pin")).to_have_text("picked: X5")
    row = class_rows(root).filter(has=page.page.locator(".tc-pin"))
    shown = root.locator(".tc-picked .tc-chip").first.inner_text()
    assert row.locator(".tc-chip").inner_text() == shown


def test_two_picks_are_compared(page, twins):
    root = page.show(twins)
    stage = root.locator(".tc-stage")
    for key in ("n", "Enter", "p", "Enter"):
        stage.press(key)
    assert sent(page)["picked"] == [{"cloud": 0, "atom": 0}, {"cloud": 1, "atom": 5}]
    assert sent(page)["selected"] == {"cloud": 1, "atom": 5}
    expect(root.locator(".tc-picked")).to_have_count(2)
    expect(root.locator(".tc-compared")).to_have_text("The two atoms have the same colour in every round.")
    expect(root.locator(".tc-pin")).to_have_count(2)
    line = root.locator("footer code").inner_text()
    assert eval(line, {"tc": tc, "a": twins.a, "b": twins.b}).picked == tuple(sent(page)["picked"])
    for key in ("p", "Enter"):  # another one of the same cloud takes its place
        stage.press(key)
    assert sent(page)["picked"] == [{"cloud": 0, "atom": 0}, {"cloud": 1, "atom": 4}]
    stage.press("Escape")
    assert sent(page)["picked"] == []


def test_atoms_that_differ_are_said_to_from_which_round_on(page, explorer):
    explorer.cutoff, explorer.mode = 1.0, "topology"
    explorer.picked = [{"cloud": 0, "atom": 0}, {"cloud": 1, "atom": 3}]
    root = page.show(explorer)
    expect(root.locator(".tc-compared")).to_have_text(
        "The two atoms have the same colour up to round 0, and different ones from round 1 on."
    )
    root.locator(".tc-unrolled summary").click()
    expect(root.locator(".tc-tree")).to_have_count(2)
    expect(root.locator(".tc-lacking").first).to_contain_text("≠")


def test_the_signature_unrolls_down_to_the_elements(page, explorer):
    explorer.cutoff, explorer.mode, explorer.selected = 1.0, "topology", {"cloud": 0, "atom": 0}
    root = page.show(explorer)
    rounds = int(page.data("rounds"))
    assert rounds >= 2
    root.locator(".tc-unrolled summary").press("Enter")
    tree = root.get_by_role("tree")
    top = tree.get_by_role("treeitem").first
    expect(top).to_contain_text(f"after round {rounds}, made of")
    top.focus()
    for level in range(2, rounds + 2):
        page.page.keyboard.press("ArrowRight")  # into the first branch, then open it
        page.page.keyboard.press("ArrowDown")
        page.page.keyboard.press("ArrowRight")
        assert page.page.evaluate("document.activeElement.getAttribute('aria-level')") == str(level)
    focused = page.page.evaluate("[document.activeElement.ariaExpanded, document.activeElement.textContent]")
    assert focused[0] is None
    assert "(X)" in focused[1]  # elements are the end
    page.page.keyboard.press("ArrowLeft")
    assert page.page.evaluate("document.activeElement.getAttribute('aria-level')") == str(rounds)
    page.page.keyboard.press("ArrowLeft")
    assert page.page.evaluate("document.activeElement.ariaExpanded") == "false"
    button(root, "first").click()
    expect(tree.get_by_role("treeitem")).to_have_count(1)
    expect(tree).to_contain_text("in round 0: its element, X")


def test_wide_trees_are_folded_with_a_count(page):
    cloud = np.random.default_rng(0).normal(size=(30, 3)) * 3
    widget = tc.ui.RefinementExplorer(
        cloud, cloud, cutoff=float("inf"), selected={"cloud": 0, "atom": 0}, antialias=False
    )
    root = page.show(widget)
    root.locator(".tc-unrolled summary").press("Enter")
    items = root.get_by_role("treeitem")
    expect(items).to_have_count(12)  # the root, ten branches, one fold
    expect(items.last).to_have_text("… and 20 other kinds, 20 atoms in all")
    items.first.focus()
    page.page.keyboard.press("End")
    page.page.keyboard.press("Enter")
    expect(items).to_have_count(31)
    assert page.page.evaluate("document.activeElement.getAttribute('aria-level')") == "2"


def test_very_many_colours_are_folded(page):
    cloud = np.random.default_rng(0).normal(size=(70, 3)) * 4
    root = page.show(tc.ui.RefinementExplorer(cloud, cloud, antialias=False))
    rows = root.locator(".tc-histogram tbody tr")
    expect(rows).to_have_count(61)
    rows.last.get_by_role("button", name="10 more colours").press("Enter")
    expect(rows).to_have_count(70)
    expect(rows.nth(60).get_by_role("button")).to_be_focused()
