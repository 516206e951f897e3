"""Markup in whatever a reader or a file may name is shown as text by every instrument, and does nothing."""

from __future__ import annotations

import twinclouds as tc

EVIL = "<img src=x onerror='window.evil=1'>"
CHAIN = tc.Cloud([[0, 0, 0], [1, 0, 0], [2, 0, 0], [3, 0, 0]], [EVIL, "C", EVIL, "C"], name=EVIL)
BRANCH = tc.Cloud([[0, 0, 0], [1, 0, 0], [2, 0, 0], [1, 1, 0]], [EVIL, "C", EVIL, "C"], name=f"{EVIL} 2")
TEXTS = {"title": EVIL, "try_": EVIL, "notice": EVIL}
SHOWN = {"antialias": False, **TEXTS}
ROWS = [{"model": EVIL, "pair": EVIL, "verdict": "blind", "kind": EVIL, "problem": EVIL}]


def test_markup_is_text_in_every_instrument(page, state_of):
    widgets = [
        tc.ui.CloudView(CHAIN, **SHOWN),
        tc.ui.GraphExplorer(CHAIN, **SHOWN),
        tc.ui.RefinementExplorer(CHAIN, BRANCH, **SHOWN),
        tc.ui.AngleExplorer(CHAIN, BRANCH, **SHOWN),
        tc.ui.StaircaseView(CHAIN, BRANCH, **TEXTS),
        tc.ui.TwinBuilder(**SHOWN),
        tc.ui.AuditView(ROWS, selected={"model": EVIL, "pair": EVIL}, **SHOWN),
    ]
    for widget in widgets:
        widget.show_error(EVIL)
        page.page.evaluate("text => window.show(text).then(() => null)", state_of(widget))
        root = page.page.locator(".tc-root").last
        page.page.wait_for_function(
            "root => root.querySelector('footer code').textContent !== ''", arg=root.element_handle()
        )
        for stage in root.locator(".tc-stage").all():
            for key in ("n", "Enter"):
                stage.press(key)
        for summary in root.locator("summary").all():
            summary.click()
        name = type(widget).__name__
        assert root.locator(".tc-title").inner_text() == EVIL, name
        assert root.locator(".tc-error").inner_text() == EVIL, name
        assert root.inner_text().count(EVIL) >= 4, name
        assert root.locator("img").count() == 0, name
    assert page.page.evaluate("window.evil") is None
