"""Make the notebooks of the course from their sources: ``python -m twinclouds.exercises.build`` in a checkout.

From ``notebooks/source/NN_name.py`` (jupytext's percent format) come

- ``notebooks/NN_name.ipynb``, for learners: the solutions are removed;
- ``notebooks/solutions/NN_name.ipynb``, with nbgrader's markers and metadata, which is nbgrader's source too;
- ``widgets/twinclouds/exercises/cells/NN_name.json``: what ``hint``, ``solution``, ``reset`` and ``progress`` show.

With ``--check`` nothing is written; the exit status says whether everything is up to date. CONTRIBUTING.md describes
the format.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from twinclouds.errors import ExerciseError

__all__ = ["Source", "build", "main", "outputs", "read_source"]

#: What stands in the learner's version where the solution was; the nbgrader configuration names it too.
STUB = "# Your code here."

_SOLUTION = ("### BEGIN SOLUTION", "### END SOLUTION")
_HIDDEN = ("### BEGIN HIDDEN TESTS", "### END HIDDEN TESTS")
#: Tags of cells that belong to one exercise, and the kind of cell that may have them.
_KINDS = {"exercise": "code", "check": "code", "hint": "markdown", "solution": "markdown"}
_KNOWN = {*_KINDS, "level", "points", "tags"}
#: What jupytext notes for its own round trips.
_OF_JUPYTEXT = {"lines_to_next_cell", "lines_to_end_of_cell_marker"}

_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


@dataclass(frozen=True)
class Source:
    """One source, read and checked.

    Attributes
    ----------
    name : str
        Name of the notebook without ending.
    title : str
        Its first heading.
    cells : list of dict
        Cells as jupytext reads them: ``cell_type``, ``source``, ``metadata``.
    exercises : list of dict
        The exercises, as the catalogue has them.
    """

    name: str
    title: str
    cells: list[dict[str, Any]] = field(repr=False)
    exercises: list[dict[str, Any]] = field(repr=False)


def read_source(path: Path) -> Source:
    """Read one source.

    Raises
    ------
    ExerciseError
        If an exercise is incomplete, or a tag is not known; the message names the file and the remedy.
    """
    try:
        import jupytext
    except ImportError:
        raise ExerciseError(
            'building the notebooks needs jupytext; install it with: pip install "twinclouds[test]"'
        ) from None
    notebook = jupytext.reads(path.read_text(encoding="utf-8"), fmt="py:percent")
    cells = []
    for cell in notebook.cells:
        metadata = {key: value for key, value in cell.metadata.items() if key not in _OF_JUPYTEXT}
        if not cell.source.strip():
            raise ExerciseError(f"{path.name}: there is an empty cell; remove it")
        cells.append({"cell_type": cell.cell_type, "source": cell.source, "metadata": metadata})
    headings = [re.match(r"# (.+)", cell["source"]) for cell in cells[:1] if cell["cell_type"] == "markdown"]
    if not headings or headings[0] is None:
        raise ExerciseError(f"{path.name}: the first cell should be Markdown and begin with '# ' and the title")
    return Source(path.stem, headings[0][1].strip(), cells, _exercises(path.name, cells))


def _exercises(file: str, cells: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for cell in cells:
        kind, name, where = _role(cell, file)
        if kind is None:
            if any(marker in cell["source"] for marker in (*_SOLUTION, *_HIDDEN)):
                raise ExerciseError(f"{file}: a cell with nbgrader's markers needs the tag exercise=... or check=...")
            continue
        if kind == "exercise":
            if name in found:
                raise ExerciseError(f"{where}: there are two exercises of this name; rename one")
            found[name] = _exercise_entry(cell, name, where)
            continue
        if name not in found:
            raise ExerciseError(f'{where}: the cell exercise="{name}" has to come first')
        entry = found[name]
        if kind == "hint":
            entry["hints"].append(cell["source"].strip())
        elif entry["check" if kind == "check" else "discussion"]:
            raise ExerciseError(f"{where}: there are two cells {kind}=...; keep one")
        elif kind == "check":
            if not cell["source"].startswith(f'check("{name}", '):
                raise ExerciseError(f'{where}: the check cell should be check("{name}", ...)')
            entry["check"] = cell["source"]
        else:
            entry["discussion"] = cell["source"].strip()
    for name, entry in found.items():
        for part, tag in (("check", f'# %% check="{name}"'), ("hints", f'# %% [markdown] hint="{name}"')):
            if not entry[part]:
                raise ExerciseError(f"{file}, exercise {name}: it has no {part}; add a cell {tag}")
    return list(found.values())


def _role(cell: Mapping[str, Any], file: str) -> tuple[str | None, str, str]:
    metadata = cell["metadata"]
    unknown = sorted(set(metadata) - _KNOWN)
    if unknown:
        raise ExerciseError(f"{file}: unknown cell tag {unknown[0]!r}; known are {', '.join(sorted(_KNOWN))}")
    kinds = [kind for kind in _KINDS if kind in metadata]
    if not kinds:
        return None, "", file
    if len(kinds) > 1:
        raise ExerciseError(f"{file}: a cell has the tags {' and '.join(kinds)}; keep one")
    (kind,) = kinds
    name = str(metadata[kind])
    where = f"{file}, exercise {name}"
    if not name.isidentifier():
        raise ExerciseError(f"{where}: the name should be a Python name, that of the variable or function asked for")
    if cell["cell_type"] != _KINDS[kind]:
        raise ExerciseError(f"{where}: the cell {kind}=... should be a {_KINDS[kind]} cell")
    return kind, name, where


def _exercise_entry(cell: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    level, points = cell["metadata"].get("level"), cell["metadata"].get("points", 1)
    if level not in (1, 2, 3):
        raise ExerciseError(f"{where}: level={level!r} should be 1, 2 or 3")
    if not isinstance(points, int) or points < 1:
        raise ExerciseError(f"{where}: points={points!r} should be a whole number from 1 on")
    start = without_solution(cell["source"], where)
    try:
        compile(start, where, "exec")
    except SyntaxError as error:
        raise ExerciseError(
            f"{where}: the learner's cell is no valid Python ({error.msg}, line {error.lineno}); "
            "a block that loses all its lines needs a docstring or three dots before the marker"
        ) from None
    # The solution gives these names their values, so that it reads better without the dots.
    solution = re.sub(r"^\w+ = \.\.\.(?: *#.*)?\n", "", _without_lines(cell["source"], _SOLUTION), flags=re.MULTILINE)
    return {
        "name": name,
        "level": level,
        "points": points,
        "start": start,
        "solution": solution,
        "hints": [],
        "discussion": "",
        "check": "",
    }


def without_solution(source: str, where: str = "a cell") -> str:
    r"""Replace what stands between the solution markers, as nbgrader does.

    Parameters
    ----------
    source : str
        The cell.
    where : str
        Named in errors.

    Raises
    ------
    ExerciseError
        If the markers do not pair up, or there are none.

    Examples
    --------
    >>> print(without_solution("def f():\n    '''Doc.'''\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION"))
    def f():
        '''Doc.'''
        # Your code here.
    """
    begin, end = _SOLUTION
    lines, inside, regions = [], False, 0
    for line in source.splitlines():
        if begin in line:
            if inside:
                raise ExerciseError(f"{where}: '{begin}' stands twice before '{end}'")
            inside, regions = True, regions + 1
            lines.append(line[: len(line) - len(line.lstrip())] + STUB)
        elif end in line:
            if not inside:
                raise ExerciseError(f"{where}: '{end}' stands without '{begin}'")
            inside = False
        elif not inside:
            lines.append(line)
    if inside or not regions:
        raise ExerciseError(f"{where}: the solution should stand between '{begin}' and '{end}'")
    return "\n".join(lines)


def _without_lines(source: str, markers: Sequence[str]) -> str:
    return "\n".join(line for line in source.splitlines() if line.strip() not in markers)


def outputs(source: Source) -> dict[str, str]:
    """Return what is made of a source: paths, relative to the root of the checkout, and their content."""
    data = {"notebook": source.name, "title": source.title, "exercises": source.exercises}
    return {
        f"notebooks/{source.name}.ipynb": _notebook(_learner(source)),
        f"notebooks/solutions/{source.name}.ipynb": _notebook(map(_one_folder_down, _teacher(source))),
        f"widgets/twinclouds/exercises/cells/{source.name}.json": _json(data),
    }


def _learner(source: Source) -> Iterator[dict[str, Any]]:
    entries = {entry["name"]: entry for entry in source.exercises}
    for cell in _teacher(source):
        kind, name = cell.pop("kind", None), cell.pop("exercise", "")
        if kind == "solution":
            continue
        if kind == "exercise":
            cell["source"] = entries[name]["start"]
        elif kind == "check":
            cell["source"] = entries[name]["check"]
        yield cell


def _teacher(source: Source) -> Iterator[dict[str, Any]]:
    last_hint = {}
    entries = {entry["name"]: entry for entry in source.exercises}
    for index, cell in enumerate(source.cells):
        kind, name, _ = _role(cell, source.name)
        if kind in ("check", "hint"):
            last_hint[name] = index
    ids = _Names()
    numbers: dict[str, int] = {}
    for index, cell in enumerate(source.cells):
        kind, name, _ = _role(cell, source.name)
        made: dict[str, Any] = {
            "cell_type": cell["cell_type"],
            "metadata": {},
            "source": cell["source"],
        }
        if cell["metadata"].get("tags"):
            made["metadata"]["tags"] = list(cell["metadata"]["tags"])
        if kind is None:
            made["id"] = ids.plain(cell)
        elif kind == "hint":
            numbers[name] = numbers.get(name, 0) + 1
            title = f"Hint {numbers[name]}" if len(entries[name]["hints"]) > 1 else "Hint"
            made["source"] = f"<details><summary>{title}</summary>\n\n{cell['source'].strip()}\n\n</details>"
            made["id"] = ids.unique(f"hint-{name}-{numbers[name]}")
        elif kind == "solution":
            made["source"] = f"**About the solution.** {cell['source'].strip()}"
            made["metadata"]["tags"] = ["solution"]
            made["id"] = ids.unique(f"solution-{name}")
        else:
            made["id"] = ids.unique(f"{kind}-{name}")
            made["metadata"]["nbgrader"] = _nbgrader(kind, entries[name])
            if kind == "check":
                made["source"] = _graded(cell["source"], name)
        yield {**made, "kind": kind, "exercise": name}
        if last_hint.get(name) == index and kind in ("check", "hint"):
            yield {
                "cell_type": "code",
                "id": ids.unique(f"ask-{name}"),
                "metadata": {"tags": ["ask"]},
                "source": f'# solution("{name}")  # remove the first "# " and run this cell to see a solution',
            }


def _one_folder_down(cell: dict[str, Any]) -> dict[str, Any]:
    """Let links lead from ``solutions/`` to where they should; other notebooks lie there too."""
    if cell["cell_type"] == "markdown":
        link = r"(\]\()(?![a-z]+:|#|/|[^)]*\.ipynb)"
        cell["source"] = re.sub(link, r"\1../", cell["source"])
    return cell


def _graded(check: str, name: str) -> str:
    begin, end = _HIDDEN
    graded = f'grade("{name}"' + check[len(f'check("{name}"') :]
    return f"{begin}\nfrom twinclouds.exercises import grade\n\n{graded}\n{end}\n{check}"


def _nbgrader(kind: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    test = kind == "check"
    metadata = {
        "grade": test,
        "grade_id": f"check-{entry['name']}" if test else str(entry["name"]),
        "locked": test,
        "schema_version": 3,
        "solution": not test,
        "task": False,
    }
    return {**metadata, "points": entry["points"]} if test else metadata


class _Names:
    """Cell ids that stay as they are when cells are added elsewhere: after the last heading, counted from there."""

    def __init__(self) -> None:
        self._used: set[str] = set()
        self._section = "start"

    def plain(self, cell: Mapping[str, Any]) -> str:
        heading = re.search(r"^#+ (.+)$", cell["source"], flags=re.MULTILINE)
        if cell["cell_type"] == "markdown" and heading:
            words = re.sub(r"[^a-z0-9]+", "-", heading[1].lower()).strip("-")
            self._section = words[:50].rstrip("-") or "section"
        return self.unique(self._section)

    def unique(self, wanted: str) -> str:
        name, number = wanted, 1
        while name in self._used:
            number += 1
            name = f"{wanted}-{number}"
        self._used.add(name)
        return name


def _notebook(cells: Iterable[dict[str, Any]]) -> str:
    stored = []
    for cell in cells:
        kept = {key: value for key, value in cell.items() if key not in ("kind", "exercise")}
        kept["source"] = kept["source"].splitlines(keepends=True)
        if kept["cell_type"] == "code":
            kept |= {"execution_count": None, "outputs": []}
        stored.append(dict(sorted(kept.items())))
    return _json({"cells": stored, "metadata": _METADATA, "nbformat": 4, "nbformat_minor": 5})


def _json(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1, separators=(",", ": ")) + "\n"


def build(root: Path, *, write: bool = True) -> list[str]:
    """Make all notebooks of a checkout.

    Parameters
    ----------
    root : Path
        The root of the checkout.
    write : bool
        Whether to write what has changed, or only to look.

    Returns
    -------
    list of str
        Paths, relative to the root, that were not as the sources say; also files whose source is gone.

    Raises
    ------
    ExerciseError
        If a source cannot be used.
    """
    made: dict[str, str] = {}
    homes: dict[str, str] = {}
    for path in sorted((root / "notebooks" / "source").glob("[0-9][0-9]_*.py")):
        source = read_source(path)
        for entry in source.exercises:
            other = homes.setdefault(entry["name"], source.name)
            if other != source.name:
                raise ExerciseError(f"{source.name} and {other} both have an exercise {entry['name']!r}; rename one")
        made |= outputs(source)
    if not made:
        raise ExerciseError(f"{root} has no notebooks/source; run this in a checkout of twinclouds, or give --root")
    present = [*root.glob("notebooks/[0-9]*.ipynb"), *root.glob("notebooks/solutions/*.ipynb")]
    present += root.glob("widgets/twinclouds/exercises/cells/*.json")
    gone = sorted(path.relative_to(root).as_posix() for path in present)
    gone = [name for name in gone if name not in made]
    changed = [name for name, text in made.items() if not _is(root / name, text)]
    if write:
        for name in changed:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_bytes(made[name].encode("utf-8"))
        for name in gone:
            (root / name).unlink()
    return changed + gone


def _is(path: Path, text: str) -> bool:
    return path.is_file() and path.read_bytes() == text.encode("utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m twinclouds.exercises.build",
        description="Make the notebooks of the course from notebooks/source.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit status 1 when something is out of date"
    )
    parser.add_argument("--root", type=Path, default=Path(), metavar="DIR", help="root of the checkout (default: here)")
    options = parser.parse_args(arguments)
    try:
        changed = build(options.root, write=not options.check)
    except ExerciseError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    for name in changed:
        print(f"{'out of date' if options.check else 'made'}: {name}")
    return 1 if options.check and changed else 0


if __name__ == "__main__":
    sys.exit(main())
