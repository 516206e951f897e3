"""The builder: what it makes of a source, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from twinclouds.errors import ExerciseError
from twinclouds.exercises.build import STUB, build, main, outputs, read_source, without_solution

SOURCE = '''# %% [markdown]
# # Counting
#
# Text with $x^2$.

# %%
from twinclouds.exercises import check

# %% [markdown]
# ## Exercises & more

# %% exercise="count" level=1 points=2
def count(items):
    """Return how many."""
    ### BEGIN SOLUTION
    return len(items)
    ### END SOLUTION


# %% check="count"
check("count", count)

# %% [markdown] hint="count"
# A first hint.

# %% [markdown] hint="count"
# A second one.

# %% [markdown] solution="count"
# It is built in.

# %% tags=["big"]
print("end")
'''


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "notebooks" / "source"
    folder.mkdir(parents=True)
    (folder / "00_counting.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


def cells(checkout: Path, where: str) -> dict[str, nbformat.NotebookNode]:
    notebook = nbformat.read(checkout / where, as_version=4)
    nbformat.validate(notebook)
    assert len({cell.id for cell in notebook.cells}) == len(notebook.cells)
    return {cell.id: cell for cell in notebook.cells}


def test_the_learners_version_has_no_solution(checkout):
    build(checkout)
    made = cells(checkout, "notebooks/00_counting.ipynb")
    assert list(made) == [
        "counting", "counting-2", "exercises-more", "exercise-count", "check-count", "hint-count-1", "hint-count-2",
        "ask-count", "exercises-more-2",
    ]  # fmt: skip
    assert made["exercise-count"].source == f'def count(items):\n    """Return how many."""\n    {STUB}'
    assert made["check-count"].source == 'check("count", count)'
    assert made["hint-count-1"].source == "<details><summary>Hint 1</summary>\n\nA first hint.\n\n</details>"
    assert made["ask-count"].source.startswith('# solution("count")')
    assert made["exercises-more-2"].metadata == {"tags": ["big"]}
    text = (checkout / "notebooks/00_counting.ipynb").read_text(encoding="utf-8")
    for secret in ("len(items)", "built in", "grade(", "SOLUTION", "HIDDEN"):
        assert secret not in text


def test_the_solutions_carry_nbgraders_markers(checkout):
    build(checkout)
    made = cells(checkout, "notebooks/solutions/00_counting.ipynb")
    assert "### BEGIN SOLUTION\n    return len(items)\n    ### END SOLUTION" in made["exercise-count"].source
    assert made["check-count"].source == (
        "### BEGIN HIDDEN TESTS\nfrom twinclouds.exercises import grade\n\n"
        'grade("count", count)\n### END HIDDEN TESTS\ncheck("count", count)'
    )
    assert made["solution-count"].source == "**About the solution.** It is built in."
    assert made["solution-count"].metadata == {"tags": ["solution"]}
    nbgrader = {i: dict(cell.metadata.nbgrader) for i, cell in made.items() if "nbgrader" in cell.metadata}
    common = {"schema_version": 3, "task": False}
    assert nbgrader == {
        "exercise-count": {"grade": False, "solution": True, "locked": False, "grade_id": "count", **common},
        "check-count": {
            "grade": True, "solution": False, "locked": True, "grade_id": "check-count", "points": 2, **common,
        },
    }  # fmt: skip


def test_the_catalogue_holds_what_the_functions_show(checkout):
    build(checkout)
    data = json.loads((checkout / "widgets/twinclouds/exercises/cells/00_counting.json").read_text(encoding="utf-8"))
    (entry,) = data["exercises"]
    assert (data["notebook"], data["title"]) == ("00_counting", "Counting")
    assert entry["solution"] == 'def count(items):\n    """Return how many."""\n    return len(items)'
    assert entry["hints"] == ["A first hint.", "A second one."]
    assert entry["discussion"] == "It is built in."
    assert (entry["level"], entry["points"], entry["check"]) == (1, 2, 'check("count", count)')


def test_building_again_changes_nothing(checkout):
    assert len(build(checkout)) == 3
    assert build(checkout) == []
    assert build(checkout, write=False) == []


def test_what_is_out_of_date_or_left_over_is_found(checkout, capsys):
    build(checkout)
    notebook = checkout / "notebooks/00_counting.ipynb"
    notebook.write_text(notebook.read_text(encoding="utf-8").replace("$x^2$", "$x^3$"), encoding="utf-8")
    old = checkout / "notebooks/solutions/01_gone.ipynb"
    old.touch()
    assert main(["--check", "--root", str(checkout)]) == 1
    assert capsys.readouterr().out == (
        "out of date: notebooks/00_counting.ipynb\nout of date: notebooks/solutions/01_gone.ipynb\n"
    )
    assert main(["--root", str(checkout)]) == 0
    assert not old.exists()
    assert main(["--check", "--root", str(checkout)]) == 0


def test_ids_do_not_change_when_a_cell_is_added_elsewhere(checkout):
    build(checkout)
    before = set(cells(checkout, "notebooks/00_counting.ipynb"))
    path = checkout / "notebooks/source/00_counting.py"
    path.write_text(
        SOURCE.replace("# %% [markdown]\n# ## Ex", "# %%\nx = 1\n\n# %% [markdown]\n# ## Ex"), encoding="utf-8"
    )
    build(checkout)
    assert set(cells(checkout, "notebooks/00_counting.ipynb")) == before | {"counting-3"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("level=1 ", "", "level=None should be 1, 2 or 3"),
        ("level=1", "level=4", "level=4 should be 1, 2 or 3"),
        ("points=2", "points=0", "points=0 should be a whole number from 1 on"),
        ("points=2", 'points="2"', "points='2' should be a whole number"),
        ("points=2", "pionts=2", "unknown cell tag 'pionts'"),
        ('check="count"', 'check="cuont"', 'the cell exercise="cuont" has to come first'),
        ('\ncheck("count", count)', "\nprint(1)", r'should be check\("count", ...\)'),
        ('# %% check="count"\ncheck("count", count)\n', "", 'it has no check; add a cell # %% check="count"'),
        ('hint="count"', 'solution="count"', "there are two cells solution=...; keep one"),
        ("    ### BEGIN SOLUTION\n", "", "stands without"),
        ("    ### END SOLUTION\n", "", "the solution should stand between"),
        ('    """Return how many."""\n    ### BEGIN', "    ### BEGIN", "is no valid Python .* docstring"),
        ('exercise="count"', 'exercise="a count"', "the name should be a Python name"),
        ('exercise="count"', 'exercise="count" check="count"', "keep one"),
        ('# %% tags=["big"]', '# %% hint="count"', "should be a markdown cell"),
        ('print("end")', "### BEGIN SOLUTION\n### END SOLUTION", "markers needs the tag"),
        ("# # Counting", "# Counting", "begin with '# ' and the title"),
        ('print("end")', "", "empty cell"),
    ],
)
def test_what_is_wrong_is_said_with_the_remedy(checkout, old, new, message):
    assert old in SOURCE
    path = checkout / "notebooks/source/00_counting.py"
    path.write_text(SOURCE.replace(old, new), encoding="utf-8")
    with pytest.raises(ExerciseError, match=message) as caught:
        build(checkout)
    assert "\n" not in str(caught.value)
    assert "00_counting.py" in str(caught.value)


def test_hints_are_wanted(checkout):
    path = checkout / "notebooks/source/00_counting.py"
    lines = SOURCE.replace('[markdown] hint="count"', "[markdown]")
    path.write_text(lines, encoding="utf-8")
    with pytest.raises(ExerciseError, match="it has no hints"):
        build(checkout)


def test_a_name_is_used_once_in_the_whole_course(checkout):
    (checkout / "notebooks/source/01_again.py").write_text(SOURCE, encoding="utf-8")
    with pytest.raises(ExerciseError, match="01_again and 00_counting both have an exercise 'count'; rename one"):
        build(checkout)
    path = checkout / "notebooks/source/00_counting.py"
    path.write_text(SOURCE + SOURCE.partition("# ## Exercises & more\n")[2], encoding="utf-8")
    with pytest.raises(ExerciseError, match="two exercises of this name"):
        read_source(path)


def test_markers_that_do_not_pair_up():
    with pytest.raises(ExerciseError, match="stands twice"):
        without_solution("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION")


def test_two_regions_leave_two_places():
    code = "a = ...\n### BEGIN SOLUTION\na = 1\n### END SOLUTION\nb = ...\n### BEGIN SOLUTION\nb = 2\n### END SOLUTION"
    assert without_solution(code) == f"a = ...\n{STUB}\nb = ...\n{STUB}"


def test_a_folder_that_is_no_checkout(tmp_path, capsys):
    assert main(["--root", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: ")
    assert "run this in a checkout" in error


def test_without_jupytext_the_remedy_is_named(checkout, monkeypatch):
    monkeypatch.setitem(sys.modules, "jupytext", None)
    with pytest.raises(ExerciseError, match="pip install"):
        read_source(checkout / "notebooks/source/00_counting.py")


def test_it_runs_as_a_module(checkout):
    command = [sys.executable, "-W", "error", "-m", "twinclouds.exercises.build", "--check"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False)
    assert done.returncode == 1, done.stderr
    assert done.stdout.count("out of date") == 3


def test_links_lead_to_the_same_places_from_the_solutions(checkout):
    path = checkout / "notebooks/source/00_counting.py"
    text = "[a](glossary.md#x) [b](01_b.ipynb) [c](https://x.org/y) [d](#there) ![e](pictures/e.png)"
    path.write_text(SOURCE.replace("$x^2$", text), encoding="utf-8")
    made = outputs(read_source(path))
    assert text in made["notebooks/00_counting.ipynb"]
    down = text.replace("(glossary", "(../glossary").replace("(pictures", "(../pictures")
    assert down in made["notebooks/solutions/00_counting.ipynb"]


def test_text_with_other_alphabets_is_kept(checkout):
    path = checkout / "notebooks/source/00_counting.py"
    path.write_text(SOURCE.replace("$x^2$", "Å γ ¹²"), encoding="utf-8")
    assert "Å γ ¹²" in outputs(read_source(path))["notebooks/00_counting.ipynb"]
