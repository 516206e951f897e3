"""The first notebook: runs as it is, accepts its own solutions, and answers wrong attempts politely."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "00_start_here.ipynb"

#: The start of the cell that each exercise asks the reader to complete.
EXERCISES = ("def view(", "different_distances = None", "smallest_cutoff = None", "my_pair = None")


def execute(replacements: dict[str, str]) -> list[str]:
    """Run the notebook with some exercises filled in; return what the checks printed, in the order of EXERCISES."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    printed: dict[str, str] = {}
    checks: dict[str, object] = {}
    waiting = None
    for cell in notebook.cells:
        if cell.cell_type != "code":
            continue
        start = next((s for s in EXERCISES if cell.source.lstrip().startswith(s) or f"\n{s}" in cell.source), None)
        if start is not None:
            if start in replacements:
                cell.source = _fill(cell.source, start, replacements[start])
            waiting = start
            checks[start] = cell
        elif waiting == EXERCISES[0]:
            checks[waiting] = cell  # its check stands in the cell after it
            waiting = None
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    for start, cell in checks.items():
        printed[start] = "".join(o["text"] for o in cell["outputs"] if o["output_type"] == "stream")  # type: ignore[index]
    return [printed[start] for start in EXERCISES]


def _fill(source: str, start: str, answer: str) -> str:
    if start == EXERCISES[0]:
        return answer
    return re.sub(rf"^{re.escape(start)}.*$", lambda _: answer, source, count=1, flags=re.MULTILINE)


def solutions() -> dict[str, str]:
    """Return the solutions that the notebook itself gives, by the exercise they solve."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    blocks = re.findall(r"<summary>Solution</summary>\s*```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == len(EXERCISES)
    return dict(zip(EXERCISES, blocks, strict=True))


def test_a_reader_who_only_runs_all_sees_open_exercises_and_no_error() -> None:
    assert all(text.startswith("Not yet") for text in execute({}))


def test_the_solutions_given_are_accepted() -> None:
    view, distances, cutoff, own = execute(solutions())
    assert view.startswith("Right!")
    assert distances.startswith("Right!")
    assert cutoff.startswith("Right!")
    assert own.startswith("Twins! not told apart at any cutoff")


@pytest.mark.parametrize(
    ("attempt", "answers"),
    [
        (
            {
                EXERCISES[0]: "def view(atoms, i):\n    return 1 / 0",
                EXERCISES[1]: "different_distances = 11",
                EXERCISES[2]: "smallest_cutoff = 5.0",
                EXERCISES[3]: "my_pair = tc.pairs.three_lines(angles=(90, 70, 80))",
            },
            (
                "Not yet: your function stopped with ZeroDivisionError",
                "Not that many",
                "Smaller",
                "These two are congruent",
            ),
        ),
        (
            {
                EXERCISES[0]: "def view(atoms, i):\n    e = atoms.get_chemical_symbols()\n"
                "    return sorted(zip(e, atoms.get_distances(i, range(len(atoms))).round(3)))",
                EXERCISES[2]: "smallest_cutoff = 0.5",
            },
            ("Nearly: the atom sees itself", "Not yet", "Larger", "Not yet"),
        ),
    ],
    ids=["wrong", "nearly"],
)
def test_typical_mistakes_are_explained(attempt: dict[str, str], answers: tuple[str, ...]) -> None:
    for printed, expected in zip(execute(attempt), answers, strict=True):
        assert printed.startswith(expected)


def test_the_skeleton_is_complete() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for part in (
        "**Time**",
        "**You should know**",
        "**You will be able to**",
        "## Your prediction",
        "## Explore",
        "## Build",
        "## Prove",
        "## Exercises",
        "## Summary",
        "**References**",
    ):
        assert part in text, part
    assert text.count("<summary>Hint</summary>") == text.count("<summary>Solution</summary>") >= 3
    assert text.count("try_=") >= 3
    assert text.count("notice=") >= 3


def test_the_cutoff_of_the_second_exercise_is_the_bond_between_oxygen_and_hydrogen() -> None:
    from ase.build import molecule

    import twinclouds as tc

    ethanol = molecule("CH3CH2OH")
    cutoff = tc.resolving_cutoff(ethanol, molecule("CH3OCH3"))
    oxygen = list(ethanol.symbols).index("O")
    hydrogens = [i for i, s in enumerate(ethanol.symbols) if s == "H"]
    assert min(ethanol.get_distances(oxygen, hydrogens)) == pytest.approx(cutoff, abs=1e-6)


def test_no_backslash_is_doubled_in_mathematics() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for formula in re.findall(r"\$\$(.+?)\$\$|\$(.+?)\$", cell.source, flags=re.DOTALL):
                assert not re.search(r"\\\\[A-Za-z{}]", "".join(formula)), formula
