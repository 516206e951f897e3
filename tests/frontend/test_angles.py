"""AngleExplorer in a bare page."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import twinclouds as tc


@pytest.fixture
def flat(page):
    """A page without WebGL: quicker, and the drawing in SVG can be counted."""
    page.page.evaluate("window.noWebGL = true")
    return page


@pytest.fixture
def sulphur():
    pair = tc.pairs.gallery["SF6"]
    return tc.ui.AngleExplorer(pair, cutoff=1.6, names=("stretched", "squashed"), antialias=False)


def sent(page):
    return page.page.evaluate("Object.assign({}, ...window.model.sent)")


def charts(root):
    """Return the two histograms of each chart that is to be seen."""
    figures = [f for f in root.locator("figure").all() if f.is_visible()]
    return [[[int(n) for n in f.get_attribute(f"data-{g}").split(",")] for g in "ab"] for f in figures]


def rows(root):
    """Return the counts in a and b of all rows of the table."""
    return [tuple(int(c) for c in row.locator("td").all_inner_texts()[:2]) for row in root.locator("tbody tr").all()]


def test_the_star_agrees_and_the_next_distance_differs(flat, sulphur):
    root = flat.show(sulphur)
    word = root.locator(".tc-verdict strong")
    expect(word).to_have_text("not told apart at this cutoff")
    assert flat.data("verdict") == "same"
    expect(root.locator(".tc-reason")).to_contain_text("The angles at this cutoff agree")
    assert (flat.data("kinds"), flat.data("differing")) == ("3", "0")
    [[a, b]] = charts(root)
    assert a == b
    expect(root.locator(".tc-jump")).to_contain_text("Further to the right they differ.")
    expect(root).not_to_contain_text("2.09 Å")  # where they begin to is for the reader to find
    root.locator("[data-action=jump]").click()
    expect(word).to_have_text("told apart in round 1")
    assert flat.data("verdict") == "apart"
    expect(root.locator(".tc-reason")).to_contain_text("2 in stretched, 0 in squashed")
    assert float(flat.data("cutoff")) == sulphur.resolving_cutoff == sent(flat)["cutoff"]
    [[a, b]] = charts(root)
    assert a != b
    root.locator("[data-action=jump]").click()
    expect(word).to_have_text("not told apart at this cutoff")
    root.locator("[data-control=cutoff]").press("Home")
    expect(word).to_have_text("not told apart at this cutoff")
    expect(root.locator(".tc-reason")).to_contain_text("There is no angle at this cutoff")
    expect(root.locator(".tc-forms")).to_contain_text("No triangle is seen")


@pytest.mark.parametrize("name", ["SF6", "slab", "decalin", "CH4-angles"])
def test_the_browser_counts_what_the_core_counts(flat, name):
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery[name], antialias=False)
    root = flat.show(explorer)
    for cutoff in explorer.scene.stops[1 :: max(1, len(explorer.scene.stops) // 6)]:
        flat.page.evaluate("c => model.set('cutoff', c)", cutoff)
        flat.until("root.dataset.cutoff === String(arg)", cutoff)
        explorer.cutoff = cutoff
        [shown] = charts(root)
        for counts, cloud in zip(shown, (explorer.a, explorer.b), strict=True):
            assert counts == tc.angle_histogram(cloud, cutoff)[0].tolist()
        verdict = explorer.verdict
        assert flat.data("verdict-words") == verdict.wording
        assert (flat.data("kinds"), flat.data("differing")) == (
            str(len(explorer.triangles)),
            str(len(explorer.differing)),
        )
        if len(explorer.triangles) <= 60:
            assert sorted(rows(root)) == sorted(t.counts for t in explorer.triangles)


def test_a_picked_atom_and_its_match(flat, sulphur):
    sulphur.selected = {"cloud": 1, "atom": 3}
    root = flat.show(sulphur)
    expect(root.locator(".tc-picked")).to_contain_text("Atom F3 of squashed")
    sulphur.cutoff = 2.2
    flat.page.evaluate("model.set('cutoff', 2.2)")
    flat.until("root.dataset.verdict === 'apart'")
    expect(root.locator(".tc-picked")).to_contain_text("No atom of stretched has the same; nearest is F3 of stretched")
    both = charts(root)[1]
    t = tc.triangles(sulphur.b, 2.2)
    assert sum(both[1]) == int((t.centres == 3).sum())
    assert both[0] != both[1]
    flat.page.evaluate("model.set('cutoff', 1.6); model.set('selected', {cloud: 0, atom: 0})")
    expect(root.locator(".tc-picked")).to_contain_text("15 angles at this cutoff. S0 of squashed has exactly the same")


def test_choosing_a_triangle_draws_it_in_both(flat, sulphur):
    sulphur.cutoff = 2.4
    root = flat.show(sulphur)
    faces = root.locator(".tc-gl polygon")
    assert faces.count() == 0
    first = root.locator(".tc-form").first
    first.hover()
    flat.until("root.dataset.drawn !== '' && root.dataset.triangle === ''")
    flat.until("root.querySelectorAll('.tc-gl polygon').length > 0")
    first.click()
    chosen = int(flat.data("triangle"))
    assert sent(flat)["triangle"] == chosen
    expect(root.locator("[aria-pressed=true]")).to_have_count(1)
    for t, form in enumerate(sulphur.kinds):
        flat.page.evaluate("t => model.set('triangle', t)", t)
        flat.until("root.dataset.triangle === String(arg)", t)
        flat.page.mouse.move(1, 1)
        # Each triangle is a face and three sides.
        flat.until("root.querySelectorAll('.tc-gl polygon').length === arg", 4 * sum(form.counts))
    root.locator("[aria-pressed=true]").press("Enter")
    flat.until("root.dataset.triangle === ''")
    assert sent(flat)["triangle"] is None


def test_triangles_of_a_crystal_are_drawn(flat):
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["chain"], cutoff=2.5, antialias=False)
    root = flat.show(explorer)
    for t in explorer.differing[:4]:
        flat.page.evaluate("t => model.set('triangle', t)", explorer.kinds.index(t))
        flat.until("root.querySelectorAll('.tc-gl polygon').length === arg", 4 * sum(t.counts))
    assert root.locator(".tc-form").count() == len(explorer.triangles)


def test_rows_stay_where_the_keyboard_is(flat, sulphur):
    sulphur.cutoff = 2.4
    root = flat.show(sulphur)
    button = root.locator(".tc-form").nth(2)
    button.focus()
    button.press("Enter")
    flat.until("root.dataset.triangle !== ''")
    expect(root.locator(".tc-form").nth(2)).to_be_focused()


def test_python_line_reset_and_voice(flat, sulphur):
    root = flat.show(sulphur)
    start = [flat.data(name) for name in ("cutoff", "selected", "triangle", "verdict")]
    root.locator("[data-control=cutoff]").press("End")
    root.locator(".tc-stage").press("n")
    root.locator(".tc-stage").press("Enter")
    expect(root.locator("[aria-live]")).to_contain_text("Picked atom S0 of stretched: is the corner of 15 angles")
    root.locator(".tc-form").first.click()
    flat.until("root.dataset.triangle !== ''")
    line = root.locator("footer code").inner_text()
    again = eval(line, {"tc": tc, "a": sulphur.a, "b": sulphur.b})
    assert again.cutoff == float(flat.data("cutoff"))
    assert (again.selected, str(again.triangle)) == ({"cloud": 0, "atom": 0}, flat.data("triangle"))
    root.locator("[data-action=reset]").click()
    flat.until("root.dataset.triangle === ''")
    assert [flat.data(name) for name in ("cutoff", "selected", "triangle", "verdict")] == start
    expect(root.locator("[aria-live]")).to_contain_text("not told apart at this cutoff")


def test_text_of_clouds_is_text(flat):
    evil = "<img src=x onerror='window.evil=1'>"
    cloud = tc.Cloud([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [evil, "H", "H"], name=evil)
    root = flat.show(tc.ui.AngleExplorer(cloud, cloud, names=(evil, "b"), selected={"cloud": 0, "atom": 0}))
    expect(root.locator(".tc-forms")).to_contain_text(evil)
    assert root.locator("img").count() == 0
    assert flat.page.evaluate("window.evil") is None


@pytest.mark.parametrize("width", [360, 800, 1600])
def test_the_layout_follows_the_width(flat, sulphur, width):
    sulphur.selected = {"cloud": 0, "atom": 1}
    flat.page.set_viewport_size({"width": width, "height": 900})
    root = flat.show(sulphur)
    flat.page.evaluate("model.set('cutoff', 2.4)")
    flat.until("root.dataset.verdict === 'apart'")
    assert flat.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    # What is hidden for screen readers alone makes no page longer.
    assert flat.page.evaluate("document.documentElement.scrollHeight - document.body.offsetHeight") < 64
    for control in root.locator("button, input, [tabindex='0']").all():
        name = "e => e.ariaLabel || [...(e.labels ?? [])].map((l) => l.textContent).join() || e.textContent.trim()"
        assert control.evaluate(name)
