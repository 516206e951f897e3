"""Exported pages, opened from the disk with no network at all: everything in them is alive."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import ipywidgets
import nbformat
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import twinclouds as tc
from browser.watch import Watch

HEXAGON = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
TRIANGLES = [[1, 1, 0], [1, 0, 1], [0, 1, 1], [-1, -1, 0], [-1, 0, -1], [0, -1, -1]]

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PNG = f"data:image/png;base64,{PIXEL}"
CELLS = [
    ("markdown", "# A page & its <i>formulas</i>\n\nInline $d_{ij} \\le r$ and\n\n$$\\sum_i x_i^2 < \\infty$$\n"),
    ("markdown", f"![one pixel]({PNG})\n\n<details><summary>Hint</summary>\n\nhidden *words*\n\n</details>"),
    ("code", "import ipywidgets as W\nimport twinclouds as tc\nfrom twinclouds.exercises import describe"),
    ("code", "e = tc.ui.RefinementExplorer(tc.pairs.gallery['benzene'], cutoff=1.45, antialias=False)\ne"),
    ("code", "c = tc.ui.CloudView(tc.pairs.gallery['benzene'], cutoff=1.45, antialias=False)\nc"),
    ("code", "link = W.jslink((e, 'cutoff'), (c, 'cutoff'))"),
    ("code", "W.VBox([W.Label('A label'), W.Dropdown(options=['one', 'two'], description='choose')])"),
    ("code", "o = W.Output()\nwith o:\n    print('into the output')\no"),
    ("code", "tc.ui.figure(tc.pairs.gallery['benzene'], names=['benzene', 'its <twin>'])"),
    ("code", "print('\\x1b[31mred\\x1b[0m <b>not bold</b>')"),
    ("code", "g = tc.ui.GraphExplorer(tc.pairs.gallery['benzene'].a, antialias=False)\ng"),
    ("code", "m = tc.ui.RefinementExplorer(tc.pairs.gallery['crown'], antialias=False, title='crown')\nm"),
    ("code", "s = tc.ui.StaircaseView(explorer=m)\ns.cutoff = 1.2\ns"),
    ("code", "t = tc.ui.TwinBuilder(antialias=False)\nt"),
    ("code", "n = tc.ui.AngleExplorer(tc.pairs.gallery['SF6'], antialias=False)\nn"),
    ("code", "v = tc.ui.AuditView(tc.audit(len, ['benzene', 'S6']), antialias=False)\nv"),
    ("code", "from IPython.display import Latex\nLatex(r'$\\frac{1}{2}$')"),
]


class Offline:
    """A page from the disk in a browser without a network."""

    def __init__(self, page: Page, watch: Watch) -> None:
        self.page, self.watch = page, watch

    def widget(self, kind: str) -> Locator:
        return self.page.locator(f".tc-{kind}[data-frames-painted]")


@pytest.fixture(scope="module")
def open_file(browser: Browser) -> Iterator[Callable[..., Offline]]:
    contexts, watches = [], []

    def opener(path: Path, width: int = 1000) -> Offline:
        context = browser.new_context(viewport={"width": width, "height": 900}, offline=True, reduced_motion="reduce")
        context.route(lambda url: url.startswith(("http", "ws")), lambda route: route.abort())
        watch = Watch(context)
        contexts.append(context)
        watches.append(watch)
        page = context.new_page()
        page.goto(path.as_uri())
        page.wait_for_function("document.documentElement.dataset.widgets === 'alive'")
        return Offline(page, watch)

    yield opener
    for context in contexts:
        context.close()
    for watch in watches:
        watch.assert_quiet()


def slide(widget: Locator, name: str, value: float) -> None:
    widget.locator(f"input[data-control='{name}']").evaluate(
        "(input, value) => { input.value = value; input.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


@pytest.fixture(scope="module")
def widget_page(tmp_path_factory: pytest.TempPathFactory, open_file: Callable[..., Offline]) -> Offline:
    explorer = tc.ui.RefinementExplorer(HEXAGON, TRIANGLES, names=("</script>", "triangles"), antialias=False)
    view = tc.ui.CloudView(HEXAGON, antialias=False)
    ipywidgets.jslink((explorer, "cutoff"), (view, "cutoff"))
    path = tmp_path_factory.mktemp("offline") / "widgets.html"
    assert tc.ui.export_html([explorer, ipywidgets.VBox([view])], path, title="Two & <more>") == path
    assert path.stat().st_size < 3e6
    return open_file(path)


def test_a_widget_is_alive(widget_page: Offline) -> None:
    explorer = widget_page.widget("explorer")
    expect(explorer).to_have_attribute("data-verdict", "everywhere")
    explorer.locator("button[data-action='first']").click()
    expect(explorer).to_have_attribute("data-round", "0")
    explorer.locator("input[data-mode-option='topology']").click()
    expect(explorer).to_have_attribute("data-mode", "topology")
    stage = explorer.locator(".tc-stage")
    before = explorer.get_attribute("data-camera")
    stage.focus()
    for key in ("ArrowRight", "n", "Enter"):
        stage.press(key)
    expect(explorer).to_have_attribute("data-selected", "0:0")
    expect(explorer).not_to_have_attribute("data-camera", before or "")
    expect(explorer).to_contain_text("</script>")
    expect(widget_page.page).to_have_title("Two & <more>")


def test_a_link_made_for_the_browser_works(widget_page: Offline) -> None:
    explorer, view = widget_page.widget("explorer"), widget_page.widget("cloud")
    slide(explorer, "cutoff", 2.5)
    expect(explorer).to_have_attribute("data-cutoff", "2.5")
    expect(view).to_have_attribute("data-cutoff", "2.5")


@pytest.fixture(scope="module")
def notebook_page(tmp_path_factory: pytest.TempPathFactory, open_file: Callable[..., Offline]) -> Offline:
    folder = tmp_path_factory.mktemp("offline")
    made = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    nbformat.write(nbformat.v4.new_notebook(cells=[made[k](text) for k, text in CELLS]), folder / "lesson.ipynb")
    before = (folder / "lesson.ipynb").read_bytes()
    # In a process of its own: the browser keeps an event loop running in this one.
    command = [sys.executable, "-c", "import sys; from twinclouds.cli import main; sys.exit(main())", "export"]
    done = subprocess.run(
        [*command, "lesson.ipynb", "--execute", "-o", "page.html"],
        cwd=folder,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("wrote page.html (")
    assert (folder / "lesson.ipynb").read_bytes() == before
    assert (folder / "page.html").stat().st_size < 4e6
    return open_file(folder / "page.html")


def test_widgets_of_a_notebook_are_alive(notebook_page: Offline) -> None:
    explorer, view = notebook_page.widget("explorer").first, notebook_page.widget("cloud")
    expect(explorer).to_have_attribute("data-cutoff", "1.45")
    slide(view, "cutoff", 3.0)
    expect(explorer).to_have_attribute("data-cutoff", "3")
    expect(explorer).to_have_attribute("data-verdict-words", "not told apart at any cutoff")
    expect(explorer.locator(".tc-stage")).to_have_attribute("data-renderer", "webgl")
    assert notebook_page.page.locator(".tc-still").count() == 0


def test_every_instrument_of_a_notebook_answers_to_keys(notebook_page: Offline) -> None:
    page = notebook_page.page
    for kind in ("cloud", "explorer", "graph", "twins", "angles"):
        root = notebook_page.widget(kind).last
        stage = root.locator(".tc-stage")
        stage.press("0")
        before = root.get_attribute("data-camera") or ""
        stage.press("ArrowRight")
        expect(root).not_to_have_attribute("data-camera", before)
        stage.press("n")
        stage.press("Enter")
        expect(root).to_have_attribute("data-selected", "0:0")
    for kind in ("graph", "angles"):
        root = notebook_page.widget(kind)
        before = root.get_attribute("data-cutoff") or ""
        root.locator("[data-control=cutoff], [data-control=spectrum]").first.press("ArrowRight")
        expect(root).not_to_have_attribute("data-cutoff", before)
    twins = notebook_page.widget("twins")
    twins.locator("[data-control=angle-12]").press("ArrowRight")
    expect(twins).to_have_attribute("data-verdict", "everywhere")
    expect(twins.locator("footer code")).to_contain_text("65.1")
    # What Python set last is where both are, and they move together.
    stairs, explorer = page.locator(".tc-staircase"), notebook_page.widget("explorer").last
    assert stairs.get_attribute("data-cutoff") == explorer.get_attribute("data-cutoff") == "1.2"
    stairs.locator("td[tabindex='0']").focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    expect(stairs).to_have_attribute("data-cell", "apart")
    expect(explorer).to_have_attribute("data-cutoff", stairs.get_attribute("data-cutoff") or "")
    audit = page.locator(".tc-audit")
    audit.locator("td[tabindex='0']").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(audit).to_have_attribute("data-selected", "len / S6")
    assert page.locator(".tc-still").count() == 0


def test_a_page_holds_the_front_end_once(tmp_path: Path) -> None:
    view = tc.ui.CloudView(HEXAGON)
    explorer = tc.ui.RefinementExplorer(HEXAGON, TRIANGLES)
    one = tc.ui.export_html(view, tmp_path / "one.html").stat().st_size
    path = tc.ui.export_html([view, explorer, tc.ui.StaircaseView(explorer=explorer)], tmp_path / "three.html")
    assert path.stat().st_size < 1.1 * one
    # A text of the bundle that no widget carries.
    assert path.read_text(encoding="utf-8").count("Python has not answered") == 1


def test_controls_of_ipywidgets_are_there(notebook_page: Offline) -> None:
    page = notebook_page.page
    expect(page.get_by_text("A label", exact=True)).to_be_visible()
    page.get_by_label("choose").select_option("two")
    expect(page.locator(".widget-output")).to_have_text("into the output\n")


def test_text_formulas_and_pictures(notebook_page: Offline) -> None:
    page = notebook_page.page
    expect(page).to_have_title("A page & its <i>formulas</i>")
    formulas = page.locator(".math")
    expect(formulas).to_have_count(3)
    for formula in formulas.all():
        expect(formula).to_have_attribute("data-typeset", "done")
        expect(formula.locator("math")).to_have_count(1)  # for screen readers
    expect(page.get_by_role("img", name="one pixel")).to_have_count(1)
    expect(page.get_by_role("img", name="Two clouds side by side in 3D: benzene (C6H6) and its <twin>")).to_be_visible()
    hint = page.get_by_text("hidden words")
    expect(hint).to_be_hidden()
    page.get_by_text("Hint").click()
    expect(hint).to_be_visible()
    expect(page.get_by_text("red <b>not bold</b>")).to_be_visible()


def test_a_narrow_page_does_not_scroll_sideways(notebook_page: Offline, open_file: Callable[..., Offline]) -> None:
    narrow = open_file(Path(notebook_page.page.url.removeprefix("file://")), width=380)
    assert narrow.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
