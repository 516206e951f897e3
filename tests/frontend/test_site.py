"""The course as static pages, opened from the disk with no network."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat import v4
from playwright.sync_api import Browser, Page, expect

import twinclouds as tc
from browser.watch import Watch
from twinclouds.ui.reading_copy import reading_copy
from twinclouds.ui.site import build_site

ASK = '# solution("answer")  # remove the first "# " and run this cell to see a solution'
SOLVED = "answer = ...\n### BEGIN SOLUTION\nanswer = 6 * 7\n### END SOLUTION"
CHECK = "### BEGIN HIDDEN TESTS\nassert answer == 42\n### END HIDDEN TESTS\nprint('checked', answer)"
SHOW = "import twinclouds as tc\ne = tc.ui.RefinementExplorer(tc.pairs.gallery['benzene'], antialias=False)\ne"


def lesson(solved: bool) -> nbformat.NotebookNode:
    cells = [
        v4.new_markdown_cell(
            "# A lesson\n\nOf $E = mc^2$; see [the glossary](../glossary.md)."[: None if solved else 12]
        ),
        v4.new_code_cell(SHOW),
        v4.new_code_cell(SOLVED if solved else "answer = ...\n# Your code here."),
        v4.new_code_cell(CHECK if solved else "print('checked', answer)"),
        v4.new_markdown_cell("<details><summary>Hint 1</summary>\n\nIt is *even*.\n\n</details>"),
        v4.new_code_cell(ASK, metadata={"tags": ["ask"]}),
    ]
    if solved:
        cells.append(v4.new_markdown_cell("**About the solution.** Six sevens.", metadata={"tags": ["solution"]}))
    return v4.new_notebook(cells=cells)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    (folder / "notebooks" / "solutions").mkdir(parents=True)
    nbformat.write(lesson(False), folder / "notebooks" / "00_lesson.ipynb")
    nbformat.write(lesson(True), folder / "notebooks" / "solutions" / "00_lesson.ipynb")
    (folder / "notebooks" / "glossary.md").write_text("# Glossary\n\n**Twins**: $a \\ne b$.\n", encoding="utf-8")
    code = "import sys; from twinclouds.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", code, "site", "-o", "out", "--repository", "someone/course"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 0, done.stderr
    assert "WARNING:" not in done.stderr.replace("WARNING | ", "")
    return folder / "out"


@pytest.fixture(scope="module")
def lesson_page(site: Path, browser: Browser) -> Iterator[Page]:
    context = browser.new_context(offline=True, reduced_motion="reduce", color_scheme="light")
    watch = Watch(context)
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    page.get_by_role("main").get_by_role("link", name="A lesson").click()
    page.wait_for_function("document.documentElement.dataset.widgets === 'alive'")
    yield page
    context.close()
    watch.assert_quiet()


def test_its_widgets_are_alive(lesson_page: Page) -> None:
    explorer = lesson_page.locator(".tc-explorer[data-frames-painted]")
    expect(explorer).to_have_attribute("data-round", "1")
    explorer.locator("button[data-action='first']").click()
    expect(explorer).to_have_attribute("data-round", "0")
    expect(explorer.locator(".tc-stage")).to_have_attribute("data-renderer", "webgl")


def test_widgets_follow_the_theme_that_the_reader_chooses(lesson_page: Page) -> None:
    colours = set()
    for theme in ("dark", "light"):
        lesson_page.evaluate("theme => { document.body.dataset.theme = theme; }", theme)
        colours.add(lesson_page.locator(".tc-root").evaluate("root => getComputedStyle(root).backgroundColor"))
    assert len(colours) == 2


def test_solutions_wait_behind_a_click(lesson_page: Page) -> None:
    expect(lesson_page.get_by_text("# Your code here.")).to_be_visible()
    solution = lesson_page.get_by_text("answer = 6 * 7")
    expect(solution).to_be_hidden()
    lesson_page.get_by_text("Show a solution").click()
    expect(solution).to_be_visible()
    expect(lesson_page.get_by_text("checked 42", exact=True)).to_be_visible()
    for text, summary in (("It is even.", "Hint 1"), ("Six sevens.", "About the solution")):
        expect(lesson_page.get_by_text(text)).to_be_hidden()
        lesson_page.get_by_text(summary, exact=True).click()
        expect(lesson_page.get_by_text(text)).to_be_visible()
    content = lesson_page.content()
    for mark in ("BEGIN SOLUTION", "HIDDEN TESTS", "remove the first"):
        assert mark not in content


def test_formulas_and_links(lesson_page: Page, site: Path) -> None:
    expect(lesson_page.locator(".math[data-typeset='done'] math")).to_have_count(1)
    download = lesson_page.get_by_role("link", name="Download this notebook")
    target = site / str(download.get_attribute("href"))
    assert "BEGIN SOLUTION" not in target.read_text(encoding="utf-8")
    binder = lesson_page.get_by_role("link", name="open it on Binder")
    expect(binder).to_have_attribute(
        "href", "https://mybinder.org/v2/gh/someone/course/HEAD?urlpath=lab/tree/notebooks/00_lesson.ipynb"
    )
    assert (site / "glossary.html").is_file()


def test_a_reading_copy_leaves_the_notebook_alone() -> None:
    notebook = lesson(True)
    before = nbformat.writes(notebook)
    copied = reading_copy(notebook)
    assert nbformat.writes(notebook) == before
    assert [c.source for c in reading_copy(copied).cells] == [c.source for c in copied.cells]


@pytest.mark.parametrize(
    ("keywords", "words"),
    [({"only": ["17"]}, "has no notebook 17; it has 00_"), ({"repository": "https://somewhere"}, "OWNER/NAME")],
)
def test_what_cannot_be_built_is_said(keywords, words, tmp_path, root) -> None:
    with pytest.raises(tc.errors.TwincloudsError, match=words):
        build_site(tmp_path, root / "notebooks", **keywords)
