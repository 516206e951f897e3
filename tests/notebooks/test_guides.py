"""The instructor's guide and the glossary: what they name is there, and the code in them runs."""

from __future__ import annotations

import re

import pytest

from notebooks.course import NOTEBOOKS, read
from twinclouds.exercises.catalogue import catalogue, lessons

GUIDE = NOTEBOOKS / "instructor" / "README.md"
GLOSSARY = NOTEBOOKS / "glossary.md"


@pytest.fixture(scope="module")
def guide() -> str:
    return GUIDE.read_text(encoding="utf-8")


def test_cells_that_the_guide_names_are_there(guide: str) -> None:
    named = re.findall(r"\[(\d\d), ([^\]]+)\]\(\.\./(\d\d\w+)\.ipynb\)", guide)
    assert len(named) > 15
    for number, heading, name in named:
        assert name.startswith(number)
        text = "\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")
        assert heading in re.findall(r"^##+ (.+)$", text, flags=re.MULTILINE), f"{name} has no heading {heading!r}"


def test_titles_in_the_guide_are_those_of_the_notebooks(guide: str) -> None:
    titles = {lesson.notebook: lesson.title for lesson in lessons()}
    table = guide.partition("## What each notebook needs")[2].partition("\n## ")[0]
    named = dict(re.findall(r"\[\d\d ([^\]]+)\]\(\.\./(\w+)\.ipynb\)", table))
    assert {name: title for title, name in named.items()} == titles, "one row for each notebook, measured"


def test_exercises_that_the_guide_names_are_there(guide: str) -> None:
    plans = guide.partition("## Three plans")[2].partition("\n## ")[0]
    named = {word for word in re.findall(r"`(\w+)`", plans) if word.isidentifier() and word != "progress"}
    assert named
    assert named <= set(catalogue())


def test_answers_of_the_exam_questions_are_right(guide: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", guide, flags=re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        exec(compile(block, GUIDE.name, "exec"), {})
    questions = re.findall(r"^\*\*(\d+)\.\*\*", guide, flags=re.MULTILINE)
    assert questions == [str(i) for i in range(1, len(questions) + 1)]
    assert guide.count("\n> ") == len(questions)


def test_the_glossary_is_in_order_and_says_where_each_word_is_met() -> None:
    entries = re.findall(r"^\*\*(.+?)\*\*(.*)$", GLOSSARY.read_text(encoding="utf-8"), flags=re.MULTILINE)
    words = [word.lower() for word, _ in entries]
    assert words == sorted(words)
    assert len(set(words)) == len(words)
    for word, rest in entries:
        assert re.match(r" \(\d\d(, \d\d)*\)( \$\w\$)?: |: see \*|( \$\w\$)? \(\d\d\): ", rest), f"{word}{rest[:40]}"
