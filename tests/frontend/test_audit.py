"""AuditView in a bare page: the table, its order, and what is behind a cell."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

import twinclouds as tc

VERDICTS = {
    "benzene": ("blind", "separates", "failed"),
    "decalin": ("separates", "separates", "inconclusive"),
    "SF6": ("blind", "not invariant", "separates"),
}
MODELS = ("radial", "angular", "<b>wild</b>")


@pytest.fixture
def view():
    rows = [
        {
            "model": model,
            "pair": pair,
            "kind": "degenerate at every cutoff",
            "verdict": verdict,
            "difference": 0.0 if verdict == "blind" else 0.25,
            "spread": 0.5,
            "noise": 1e-15,
            "ratio": 0.0 if verdict == "blind" else 0.5,
            "seeds": [0, 1, 2],
            "separated_by": [1] if verdict == "separates" else [],
            "problem": "<img src=x onerror=alert(1)>" if verdict == "failed" else "",
            "dtype": "float32" if model == "angular" else "float64",
        }
        for pair, verdicts in VERDICTS.items()
        for model, verdict in zip(MODELS, verdicts, strict=True)
    ]
    return tc.ui.AuditView(rows, antialias=False)


def show(page, state_of, widget):
    page.page.evaluate("text => show(text).then(() => null)", state_of(widget))
    root = page.page.locator(".tc-root")
    page.until("root.dataset.models !== undefined")
    return root


def cell(root, model, row):
    return root.locator(f"td[data-model='{model}'][data-row='{row}']")


def pairs(root):
    return root.locator("tbody th").all_inner_texts()


def test_the_table_says_what_the_report_says(page, view, state_of):
    root = show(page, state_of, view)
    assert pairs(root) == list(VERDICTS)
    seen = root.locator("td[data-row]").evaluate_all("all => all.map(td => td.dataset.verdict)")
    assert seen == [verdict for verdicts in VERDICTS.values() for verdict in verdicts]
    signs = {"blind": "●", "separates": "○", "inconclusive": "?", "not invariant": "!", "failed": "×"}
    assert root.locator("td[data-row]").all_inner_texts() == [signs[verdict] for verdict in seen]
    assert root.locator("tfoot td").all_inner_texts() == ["2", "0", "0"]
    expect(root.locator(".tc-audit-heading")).to_contain_text("Choose a cell")
    assert root.locator(".tc-stage").count() == 0
    expect(root.locator("[aria-live='polite']")).to_contain_text("radial: blind on 2 of 3")


def test_a_click_shows_the_pair_and_the_numbers(page, view, state_of):
    root = show(page, state_of, view)
    cell(root, 0, 0).click()
    page.painted(root)
    assert page.data("selected") == "radial / benzene"
    expect(root.locator(".tc-audit-heading strong")).to_have_text("radial on benzene: blind")
    facts = root.locator("dd").all_inner_texts()
    assert facts == ["0", "0.5", "1.0e-15", "0", "0, 1, 2 (none separates)", "float64"]
    assert root.locator(".tc-name").count() == 2
    expect(root.locator(".tc-audit-scale svg")).to_have_attribute(
        "aria-label", "difference 0, noise 1.0e-15, spread 0.5"
    )
    sent = page.page.evaluate("Object.assign({}, ...model.sent)")
    assert sent == {"selected": {"model": "radial", "pair": "benzene"}}
    # Another pair in the same view, and a warning about single precision.
    cell(root, 1, 1).click()
    page.until("root.dataset.selected === 'angular / decalin'")
    expect(root.locator("dd").nth(4)).to_have_text("0, 1, 2 (separated by 1)")
    expect(root.locator(".tc-audit-notes")).to_contain_text("Single precision")
    expect(root.locator("[aria-selected]")).to_have_count(1)


def test_keys_walk_enter_opens_escape_closes(page, view, state_of):
    root = show(page, state_of, view)
    assert root.locator("td[tabindex='0']").count() == 1
    root.locator("td[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight"):
        page.page.keyboard.press(key)
    expect(page.page.locator("td:focus")).to_have_attribute("aria-label", "<b>wild</b>, decalin: inconclusive")
    page.page.keyboard.press("Enter")
    page.until("root.dataset.verdict === 'inconclusive'")
    page.page.keyboard.press("Escape")
    page.until("root.dataset.selected === ''")


def test_sorting(page, view, state_of):
    root = show(page, state_of, view)
    head = root.locator("[data-sort='radial']")
    head.focus()
    page.page.keyboard.press("Enter")
    page.until("root.dataset.sort === 'radial'")
    assert pairs(root) == ["benzene", "SF6", "decalin"]
    expect(root.locator("th[aria-sort='ascending']")).to_contain_text("radial")
    expect(head).to_be_focused()
    head.click()
    page.until("root.dataset.descending === 'true'")
    assert pairs(root) == ["decalin", "SF6", "benzene"]
    head.click()
    page.until("root.dataset.sort === ''")
    assert pairs(root) == list(VERDICTS)
    root.locator("[data-sort='pair']").click()
    page.until("root.dataset.sort === 'pair'")
    assert pairs(root) == ["benzene", "decalin", "SF6"]
    expect(root.locator("footer code")).to_have_text('tc.ui.AuditView(report, sort="pair")')
    cell(root, 0, 2).click()
    page.until("root.dataset.selected === 'radial / SF6'")
    root.locator("[data-action=reset]").click()
    page.until("root.dataset.sort === '' && root.dataset.selected === ''")


def test_names_and_problems_are_text(page, view, state_of):
    root = show(page, state_of, view)
    cell(root, 2, 0).click()
    expect(root.locator(".tc-audit-problem")).to_have_text("<img src=x onerror=alert(1)>")
    assert root.locator("img").count() == 0
    assert root.locator("thead b").count() == 0


def test_unknown_pairs_and_empty_reports(page, state_of):
    root = show(page, state_of, tc.ui.AuditView([{"model": "m", "pair": "unheard of", "blind": True}]))
    cell(root, 0, 0).click()
    expect(root.locator(".tc-audit-picture")).to_contain_text("pairs={name: (a, b)}")
    expect(root.locator("dd").first).to_have_text("unknown")
    page.page.evaluate("document.getElementById('here').replaceChildren()")
    root = show(page, state_of, tc.ui.AuditView([]))
    expect(root.locator(".tc-audit-scroll")).to_contain_text("The report is empty")


@pytest.mark.parametrize("width", [360, 800, 1400])
def test_nothing_is_cut_off(page, state_of, width):
    page.page.set_viewport_size({"width": width, "height": 900})
    rows = [{"model": f"model {k}", "pair": name, "blind": True} for name in tc.pairs.gallery for k in range(12)]
    selected = {"model": "model 0", "pair": "benzene"}
    root = show(page, state_of, tc.ui.AuditView(rows, selected=selected, antialias=False))
    page.painted(root)
    assert page.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_the_chosen_cell_is_in_view_from_the_start(page, state_of):
    rows = [
        {"model": f"model {m}", "pair": f"pair {p}", "verdict": "blind", "difference": 0.0, "spread": 0.5}
        for p in range(40)
        for m in range(30)
    ]
    chosen = {"model": "model 29", "pair": "pair 39"}
    root = show(page, state_of, tc.ui.AuditView(rows, selected=chosen, antialias=False))
    table = root.locator(".tc-audit-scroll").bounding_box()
    own = root.locator("td[aria-selected]").bounding_box()
    assert table["x"] < own["x"] and own["x"] + own["width"] <= table["x"] + table["width"] + 1
    assert table["y"] < own["y"] and own["y"] + own["height"] <= table["y"] + table["height"] + 1
