"""What a reader calls: check, hint, solution, answer, reset, progress; outside of Jupyter and in a kernel."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from twinclouds.errors import ExerciseError
from twinclouds.exercises import answer, check, grade, hint, progress, reset, session, solution, store
from twinclouds.exercises.catalogue import catalogue, find, lessons
from twinclouds.exercises.feedback import Feedback


@pytest.fixture(autouse=True)
def afresh(monkeypatch, tmp_path):
    monkeypatch.setattr(store, "_stores", {})
    monkeypatch.setenv("TWINCLOUDS_PROGRESS", str(tmp_path))


def stored(tmp_path: Path) -> dict[str, Any]:
    return json.loads((tmp_path / store.FILE_NAME).read_text(encoding="utf-8"))["exercises"]


def test_tries_are_counted_and_the_best_is_kept(tmp_path):
    assert not check("different_distances", 6).passed
    assert check("different_distances", 7).passed
    assert not check("different_distances", 8).passed
    assert stored(tmp_path)["different_distances"] == {"status": "passed", "tries": 3, "answer": ""}


def test_an_open_exercise_is_no_try(tmp_path):
    check("different_distances", ...)
    assert not (tmp_path / store.FILE_NAME).exists()


@pytest.mark.parametrize("name", ["vieuw", "", None, 3, ["view"]])
@pytest.mark.parametrize("function", [check, grade, hint, solution, answer, reset])
def test_an_unknown_exercise_is_named_with_a_proposal(function, name):
    with pytest.raises(ExerciseError, match=r"there is no exercise .*; did you mean"):
        function(name)


def test_a_near_name_is_proposed():
    with pytest.raises(ExerciseError, match="did you mean 'view'"):
        find("vieuw")


def test_grading_stops_on_wrong_and_open_answers_only():
    grade("different_distances", 7)
    with pytest.raises(AssertionError, match="different_distances: ✗ Not right yet"):
        grade("different_distances", 6)
    with pytest.raises(AssertionError, match="different_distances: ○ Not yet"):
        grade("different_distances", ...)


def test_a_graded_cell_is_one_try(tmp_path):
    # So it stands in the solutions: the hidden line that grades, then the check.
    grade("different_distances", 7)
    check("different_distances", 7)
    assert stored(tmp_path)["different_distances"]["tries"] == 1


def test_a_check_that_fails_itself_is_polite(monkeypatch):
    from twinclouds.exercises import n00

    def broken(value):
        raise RuntimeError("oh <b>no</b>")

    monkeypatch.setattr(n00, "check_view", broken)
    feedback = check("view", 1)
    assert feedback.status == "wrong"
    assert "cannot read (RuntimeError: oh <b>no</b>)" in feedback.message
    assert "<b>" not in feedback._repr_html_()


def test_a_check_that_takes_too_long_is_ended(monkeypatch):
    from twinclouds.exercises import n00

    monkeypatch.setattr(session, "SECONDS", 0.05)
    monkeypatch.setattr(n00, "check_view", lambda value: [None for _ in iter(int, 1)])
    assert "still running" in check("view", 1).message


def test_hints_come_one_after_the_other(tmp_path):
    hints = find("view").hints
    assert len(hints) == 2
    shown = [repr(hint("view")) for _ in range(3)]
    assert shown[0] == f"**Hint 1 of 2.** {hints[0]}" == shown[2]
    assert shown[1] == f"**Hint 2 of 2.** {hints[1]}"
    assert stored(tmp_path)["view"]["hints"] == 3


def test_the_solution_is_shown_with_its_discussion(tmp_path):
    page = solution("smallest_cutoff")
    assert "```python\n" in page.markdown
    assert find("smallest_cutoff").solution in page.markdown
    assert find("smallest_cutoff").discussion in page.markdown
    assert "BEGIN SOLUTION" not in page.markdown
    assert stored(tmp_path)["smallest_cutoff"]["solution"] is True


def test_reset_outside_of_jupyter_shows_the_code():
    assert find("view").start in reset("view").markdown


class Balanced(HTMLParser):
    """Checks that every tag that opens closes."""

    def __init__(self):
        super().__init__()
        self.open, self.text = [], ""

    def handle_starttag(self, tag, attributes):
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def text_of(markup: str) -> str:
    parser = Balanced()
    parser.feed(markup)
    assert parser.open == []
    return parser.text


@pytest.mark.parametrize(
    ("status", "words"), [("passed", "✓ Right."), ("open", "○ Not yet."), ("wrong", "✗ Not right yet.")]
)
def test_feedback_says_its_verdict_in_a_symbol_and_words(status, words):
    feedback = Feedback("view", status, "Use `a < b` & more.\nThen <i>stop</i>.", "A note.")
    assert repr(feedback) == f"{words} Use `a < b` & more.\nThen <i>stop</i>.\n(A note.)"
    markup = feedback._repr_html_()
    assert text_of(markup) == f"{words} Use a < b & more.Then <i>stop</i>.A note."
    assert "<code>a &lt; b</code>" in markup
    assert feedback.passed is (status == "passed")


def test_progress_shows_every_exercise_and_what_was_predicted():
    check("different_distances", 7)
    check("smallest_cutoff", 5)
    solution("smallest_cutoff")
    store.current().record_prediction("Will <it> float?", "no")
    shown = progress(0)
    lines = shown.lines
    assert lines[0] == "00_start_here: 1 of 4 exercises done"
    assert "  ✓ Right         different_distances (warm-up), 1 try" in lines
    assert "  ✗ Not right yet smallest_cutoff (a little more), 1 try, solution seen" in lines
    assert "  ○ Not yet       my_pair (a challenge)" in lines
    text = text_of(shown._repr_html_())
    for word in (
        "Benzene has a twin",
        "1 of 4 exercises done",
        "different_distances",
        "✓ Right",
        "Will <it> float? no",
    ):
        assert word in text


@pytest.mark.parametrize("which", [0, "00", "00_start_here", "00_start_here.ipynb"])
def test_progress_of_one_notebook(which):
    assert [lesson.notebook for lesson in progress(which).lessons] == ["00_start_here"]


def test_progress_of_an_unknown_notebook():
    with pytest.raises(ExerciseError, match="there is no notebook 99"):
        progress(99)


def test_progress_of_all_covers_the_course():
    assert progress().lessons == lessons()
    assert sum(line.startswith("  ○ Not yet") for line in progress().lines) == len(catalogue())


@pytest.mark.parametrize(
    "entry", [{"status": "excellent"}, {"tries": "many", "status": 7}, {"status": ["passed"]}, {"hints": [1]}, {}]
)
def test_an_edited_file_does_no_harm(entry, tmp_path):
    (tmp_path / store.FILE_NAME).write_text(json.dumps({"exercises": {"view": entry}}), encoding="utf-8")
    assert "view" in repr(progress(0))
    assert progress(0)._repr_html_()
    assert repr(hint("view")).startswith("**Hint 1")
    assert "No answer" in repr(answer("view"))
    assert not check("view", 3).passed


def run(folder: Path, *sources: str) -> list[Any]:
    """Run cells in a kernel of its own; return what each cell showed, and the last reply's payload."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    client = NotebookClient(notebook, timeout=60, kernel_name="python3", resources={"metadata": {"path": str(folder)}})
    replies = []
    client.on_cell_executed = lambda cell, cell_index, execute_reply: replies.append(execute_reply["content"])
    client.execute()
    shown = ["".join(o["data"].get("text/plain", "") for o in cell.outputs if "data" in o) for cell in notebook.cells]
    return [shown, replies[-1].get("payload", [])]


IMPORT = "import os\nfrom twinclouds.exercises import answer, check, progress, reset"


def test_in_jupyter_all_is_kept_beside_the_notebook(tmp_path, monkeypatch):
    monkeypatch.delenv("TWINCLOUDS_PROGRESS")
    mine = "different_distances = 3 + 4  # my way"
    shown, _ = run(tmp_path, IMPORT, "os.chdir('/')", mine, 'check("different_distances", different_distances)')
    assert shown[-1].startswith("✓ Right.")
    assert stored(tmp_path)["different_distances"] == {"status": "passed", "tries": 1, "answer": mine}

    # Another day, another kernel.
    begun = "different_distances = 8"
    shown, payload = run(
        tmp_path,
        IMPORT,
        'answer("different_distances")',
        begun,
        "progress(0)",
        "# back\nreset('different_distances')",
    )
    assert mine in shown[1]
    assert "✓ Right         different_distances" in shown[3]
    assert [(item["source"], item["replace"]) for item in payload] == [("set_next_input", True)]
    assert payload[0]["text"] == find("different_distances").start
    # What was in the cell is not lost.
    assert stored(tmp_path)["different_distances"]["answer"] == begun


def test_reset_keeps_an_attempt_that_is_no_python_yet(tmp_path, monkeypatch):
    monkeypatch.delenv("TWINCLOUDS_PROGRESS")
    *_, shown = run_on(
        tmp_path, IMPORT, "view = 3", "def view(atoms, i)\n    return 7", "reset('view')", "answer('view')"
    )
    assert "def view(atoms, i)\n    return 7" in shown


def run_on(folder: Path, *sources: str) -> list[str]:
    """Run cells in a kernel of its own, also after errors; return what each cell showed last."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources])
    resources = {"metadata": {"path": str(folder)}}
    NotebookClient(notebook, timeout=60, kernel_name="python3", resources=resources, allow_errors=True).execute()
    shown = []
    for cell in notebook.cells:
        last = cell.outputs[-1] if cell.outputs else {}
        shown.append(last["data"].get("text/plain", "") if "data" in last else last.get("ename", ""))
    return shown


def test_an_answer_older_than_the_last_attempt_is_not_judged(tmp_path, monkeypatch):
    monkeypatch.delenv("TWINCLOUDS_PROGRESS")
    asked = 'check("different_distances", different_distances)'
    shown = run_on(
        tmp_path,
        IMPORT,
        asked,
        "different_distances = 8",
        asked,
        "different_distances = 3 +",
        asked,
        "different_distances = 1 / 0",
        asked,
        "different_distances = 9\n1 / 0",  # it got its value before the error
        asked,
        "print(different_distances",  # no attempt
        asked,
        "different_distances = 7",
        asked,
    )
    assert shown[1].startswith("○ Not yet. There is no `different_distances` yet. Run the cell")
    assert shown[3].startswith("✗ Not right yet. 8 are too many")
    assert "should give `different_distances` a value stopped (SyntaxError), so" in shown[5]
    assert shown[5].startswith("○ Not yet.")
    assert "stopped (ZeroDivisionError), so" in shown[7]
    assert shown[9].startswith("✗ Not right yet. 9 are too many")
    assert shown[11].startswith("✗ Not right yet. 9 are too many")
    assert shown[13].startswith("✓ Right.")
    assert stored(tmp_path)["different_distances"]["status"] == "passed"
