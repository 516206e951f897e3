"""The rig itself, on a notebook without widgets of ours: what it should notice, it notices."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, expect

from browser.jupyter import NotebookPage
from browser.watch import Watch

Opener = Callable[..., NotebookPage]


SLIDER = "import ipywidgets\ns = ipywidgets.IntSlider(value=3)\ns"


@pytest.fixture(scope="module")
def notebook(open_shared_notebook: Opener) -> NotebookPage:
    return open_shared_notebook(["x = 6 * 7\nx", "print('done')", "1 / 0", SLIDER])


def test_a_notebook_runs_and_can_be_read(notebook: NotebookPage) -> None:
    notebook.run_all()
    assert notebook.text(0) == "42"
    assert notebook.text(1) == "done\n"
    assert notebook.errors() == ["ZeroDivisionError: division by zero"]
    assert notebook.python("x, [x]") == (42, [42])
    notebook.run_cell(0)
    assert notebook.python("x") == 42


def test_the_page_of_a_stock_widget_and_the_kernel_agree(notebook: NotebookPage) -> None:
    notebook.run_cell(3)
    handle = notebook.page.get_by_role("slider")
    handle.press("ArrowRight")
    notebook.wait_for_python("s.value", 4)
    with pytest.raises(AssertionError, match=r"s\.nothing"):
        notebook.python("s.nothing")


def test_dark_theme(notebook: NotebookPage) -> None:
    notebook.dark()


def test_the_watch_hears_requests_and_errors(browser: Browser) -> None:
    context = browser.new_context()
    watch = Watch(context)
    page = context.new_page()
    watch.assert_quiet()
    page.set_content("<img src='http://elsewhere.example/x.png'><p id=p></p>")
    page.evaluate("() => { console.error('GL Driver Message, harmless'); console.error('oh'); }")
    page.evaluate("() => setTimeout(() => { document.title = 'thrown'; throw new Error('ah'); }, 0)")
    expect(page).to_have_title("thrown")
    with page.expect_websocket():
        page.evaluate("() => { new WebSocket('ws://elsewhere.example/') }")
    with pytest.raises(AssertionError) as caught:
        watch.assert_quiet()
    for text in ("http://elsewhere.example/x.png", "oh", "ah", "ws://elsewhere.example/"):
        assert text in str(caught.value)
    assert "GL Driver Message" not in str(caught.value)
    context.close()
