"""StaircaseView in a bare page, alone and beside the explorer that it is linked to; no kernel anywhere."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect

import twinclouds as tc


def chain(first, last, height):
    x = np.cumsum([0, first, 1, 1, 1, last])
    return np.stack([x, 0 * x, 0 * x + height], axis=1)


EQUAL = np.concatenate([chain(1.1, 1.1, 0), chain(1.2, 1.2, 50)])
UNEQUAL = np.concatenate([chain(1.1, 1.2, 0), chain(1.1, 1.2, 50)])


@pytest.fixture
def view():
    return tc.ui.StaircaseView(EQUAL, UNEQUAL, max_cutoff=7.0, names=["equal", "unequal"], cutoff=1.0, round=1)


def show(page, state_of, *widgets):
    """Show widgets one below the other, and return their roots; their models are window.models."""
    for widget in widgets:
        page.page.evaluate(
            "text => show(text).then(({ model }) => { (window.models ??= []).push(model); })", state_of(widget)
        )
    roots = page.page.locator(".tc-root").all()
    return roots[-len(widgets) :]


def cell(root, row, column):
    return root.locator(f"[data-row='{row}'][data-column='{column}']")


def test_every_cell_is_what_python_says(page, view, state_of):
    (root,) = show(page, state_of, view)
    kinds = root.locator("td").evaluate_all(
        "all => all.map(td => [+td.dataset.row, +td.dataset.column, td.textContent])"
    )
    assert len(kinds) == len(view.map.rounds) * len(view.map.columns)
    assert all((text == "≠") == view.map.told_apart(row, column) for row, column, text in kinds)
    assert root.locator(".tc-riser").count() == 4  # one in each row but that of no round
    expect(root.locator(".tc-at-step")).to_have_text(["3.10", "2.00", "1.10"])


def test_a_click_goes_there(page, view, state_of):
    (root,) = show(page, state_of, view)
    cell(root, 2, 5).click()
    page.until("root.dataset.column === '5'")
    assert (page.data("round"), page.data("cell"), page.data("verdict")) == ("2", "apart", "apart")
    expect(root.locator(".tc-verdict strong")).to_have_text("told apart in round 2")
    assert float(page.data("cutoff")) == view.map.stops[5]
    sent = page.page.evaluate("Object.assign({}, ...models[0].sent)")
    assert sent == {"round": 2, "cutoff": view.map.stops[5]}
    root.locator("[data-action=reset]").click()
    page.until("root.dataset.round === '1'")
    assert float(page.data("cutoff")) == 1.0


def test_keys_walk_and_enter_goes_there(page, view, state_of):
    (root,) = show(page, state_of, view)
    page.until("root.dataset.round === '1'")
    assert root.locator("td[tabindex='0']").count() == 1
    root.locator("td[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.page.keyboard.press(key)
    focused = page.page.locator("td:focus")
    expect(focused).to_have_attribute("aria-label", "3 rounds, cutoff 1.10 angstrom: told apart")
    assert page.data("round") == "1"
    page.page.keyboard.press("Enter")
    page.until("root.dataset.round === '3'")
    expect(focused).to_have_attribute("aria-selected", "true")
    expect(root.locator("[aria-selected]")).to_have_count(1)
    expect(root.locator("[aria-live='polite']")).to_contain_text("told apart in round 3")
    page.page.keyboard.press("End")
    page.page.keyboard.press(" ")
    page.until("root.dataset.column === String(root.dataset.columns - 1)")


def test_words_for_what_is_not_told_apart(page, view, state_of):
    (root,) = show(page, state_of, view)
    reason = root.locator(".tc-reason")
    page.until("root.dataset.verdict === 'same'")
    expect(reason).to_have_text("With 1 round it takes 3.10 Å.")
    cell(root, 1, 5).click()
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart within 1 round")
    expect(reason).to_have_text("At this cutoff of 2.10 Å it takes 2 rounds.")


def test_a_degenerate_pair_is_never_told_apart(page, state_of):
    (root,) = show(page, state_of, tc.ui.StaircaseView(tc.pairs.gallery["benzene"]))
    page.until("root.dataset.verdict === 'everywhere'")
    expect(root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    assert root.locator(".tc-step-apart").count() == 0


def test_stairs_and_explorer_move_together(page, state_of):
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=3.1, round=1, max_cutoff=7.0, antialias=False)
    view = tc.ui.StaircaseView(explorer=explorer)
    lab, map_ = show(page, state_of, explorer, view)
    expect(map_).to_have_attribute("data-cell", "apart")
    # From the map to the explorer.
    column = view.map.column(2.0)
    cell(map_, 2, column).click()
    expect(lab).to_have_attribute("data-cutoff", "2")
    expect(lab).to_have_attribute("data-round", "2")
    expect(lab).to_have_attribute("data-verdict", "apart")
    cell(map_, 1, column).click()
    expect(lab).to_have_attribute("data-round", "1")
    expect(lab).to_have_attribute("data-verdict", "pending")
    # From the explorer to the map.
    lab.locator("[data-action=next]").click()
    expect(map_).to_have_attribute("data-round", "2")
    expect(map_).to_have_attribute("data-verdict-words", "told apart in round 2")
    lab.locator("[data-control=cutoff]").press("ArrowLeft")
    expect(map_).to_have_attribute("data-cutoff", lab.get_attribute("data-cutoff"))
    # What the explorer was told it has told Python, in one message.
    assert page.page.evaluate("models[0].sent.some(sent => 'cutoff' in sent && 'round' in sent)")
    # Topology is not what the map is about.
    lab.locator("[data-mode-option=topology]").check(force=True)
    expect(map_.locator(".tc-note")).to_be_visible()
    cell(map_, 3, column).click()
    expect(lab).to_have_attribute("data-mode", "distances")
    expect(map_.locator(".tc-note")).to_be_hidden()
    # A trait that Python sets moves the other as well.
    page.page.evaluate("() => models[1].set('cutoff', 3.2)")
    expect(lab).to_have_attribute("data-cutoff", "3.2")
    page.page.evaluate("() => models[0].set('cutoff', 1.1)")
    expect(map_).to_have_attribute("data-cutoff", "1.1")


def test_a_view_that_comes_later_stands_where_its_group_stands(page, state_of):
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=3.1, round=1, max_cutoff=7.0, antialias=False)
    view = tc.ui.StaircaseView(explorer=explorer)
    (map_,) = show(page, state_of, view)
    cell(map_, 2, 5).click()
    expect(map_).to_have_attribute("data-round", "2")
    (lab,) = show(page, state_of, explorer)
    expect(lab).to_have_attribute("data-round", "2")
    expect(lab).to_have_attribute("data-cutoff", map_.get_attribute("data-cutoff"))


def test_what_python_wrote_last_counts_more_than_an_older_place_of_the_page(page, state_of):
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=3.1, round=1, max_cutoff=7.0, antialias=False)
    view = tc.ui.StaircaseView(explorer=explorer)
    (map_,) = show(page, state_of, view)
    cell(map_, 2, 5).click()
    expect(map_).to_have_attribute("data-round", "2")
    # Python's clock is the one of this page.
    explorer.cutoff = 1.1
    (lab,) = show(page, state_of, explorer)
    expect(lab).to_have_attribute("data-cutoff", "1.1")
    # The same to the map, as it arrives from Python: it passes nothing on, for Python writes to both.
    page.page.evaluate(
        """state => {
        const { cutoff, round, _place } = JSON.parse(state);
        Object.assign(models[0].state, { cutoff, round });
        models[0].set("_place", _place);
    }""",
        state_of(view),
    )
    expect(map_).to_have_attribute("data-cutoff", "1.1")
    assert page.page.evaluate("models[1].sent.length") == 0
    explorer.mode = "topology"
    page.page.evaluate("state => models[0].set('_place', JSON.parse(state)._place)", state_of(view))
    expect(map_.locator(".tc-note")).to_be_visible()
    # A place that was older on its way here gives way to that of the page.
    cell(map_, 1, 5).click()
    expect(lab).to_have_attribute("data-mode", "distances")
    expect(map_.locator(".tc-note")).to_be_hidden()
    page.page.evaluate("""() => {
        models[1].set("cutoff", 3.1);
        models[1].set("_place", { written: models[0].get("_place").written + 1 });
    }""")
    expect(lab).to_have_attribute("data-cutoff", map_.get_attribute("data-cutoff"))


def test_a_group_begins_anew_after_a_restart(page, state_of):
    def explorer():
        return tc.ui.RefinementExplorer(
            EQUAL, UNEQUAL, link_group="again", cutoff=3.1, round=1, max_cutoff=7.0, antialias=False
        )

    first = explorer()
    (lab,) = show(page, state_of, first)
    lab.locator("[data-control=cutoff]").press("End")
    expect(lab).to_have_attribute("data-cutoff", "5.4")
    # To Python, which has not heard of that, the group is gone with its last member.
    first.close()
    (again,) = show(page, state_of, explorer())
    expect(again).to_have_attribute("data-interval", re.compile("."))
    assert again.get_attribute("data-cutoff") == "3.1"
    expect(lab).to_have_attribute("data-cutoff", "5.4")


def test_groups_may_change(page, state_of):
    explorer = tc.ui.RefinementExplorer(EQUAL, UNEQUAL, cutoff=3.1, round=1, max_cutoff=7.0, antialias=False)
    view = tc.ui.StaircaseView(explorer=explorer)
    lab, map_ = show(page, state_of, explorer, view)
    page.page.evaluate("() => models[1].set('link_group', 'elsewhere')")
    cell(map_, 2, 5).click()
    expect(map_).to_have_attribute("data-round", "2")
    assert lab.get_attribute("data-round") == "1"
    page.page.evaluate("() => models[0].set('link_group', 'elsewhere')")
    expect(lab).to_have_attribute("data-round", "2")
    cell(map_, 3, 5).click()
    expect(lab).to_have_attribute("data-round", "3")
    # Cameras, too.
    (other,) = show(page, state_of, tc.ui.CloudView(EQUAL, antialias=False))
    lab.locator(".tc-stage").press("ArrowRight")
    page.page.evaluate("() => models[2].set('camera_group', models[0].get('camera_group'))")
    other.locator(".tc-stage").press("ArrowUp")
    expect(lab).to_have_attribute("data-camera", other.get_attribute("data-camera"))
    page.page.evaluate("() => models[2].set('camera_group', '')")
    before = lab.get_attribute("data-camera")
    other.locator(".tc-stage").press("ArrowUp")
    expect(other).not_to_have_attribute("data-camera", before)
    assert lab.get_attribute("data-camera") == before


@pytest.mark.parametrize("width", [360, 1400])
def test_nothing_is_cut_off(page, state_of, width):
    page.page.set_viewport_size({"width": width, "height": 900})
    (root,) = show(page, state_of, tc.ui.StaircaseView(tc.pairs.gallery["decalin"], cutoff=4.0))
    page.until("root.dataset.cell === 'apart'")
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    box = root.locator("[aria-selected]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
