"""A notebook with solutions as a reader wants to see it: what there was to do, and the solution on request.

The notebooks in ``notebooks/solutions`` carry marks for instructors and for the program that grades. Here they become a
text: the cell as a learner gets it, the solution behind a click, and the check with what it answers.
"""

from __future__ import annotations

import copy
import re
from typing import Any

__all__ = ["reading_copy"]

HIDDEN = re.compile(r"^[ \t]*### BEGIN HIDDEN TESTS\n.*?^[ \t]*### END HIDDEN TESTS\n?", re.MULTILINE | re.DOTALL)
SOLUTION = re.compile(r"^([ \t]*)### BEGIN SOLUTION\n.*?^[ \t]*### END SOLUTION$", re.MULTILINE | re.DOTALL)
MARKS = re.compile(r"^[ \t]*### (BEGIN|END) SOLUTION\n?", re.MULTILINE)


def reading_copy(notebook: Any) -> Any:
    r"""Return a copy of a notebook for readers; the one given is not changed.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        One of the notebooks with solutions, or any other.

    Returns
    -------
    nbformat.NotebookNode
        Cells that ask for a solution are gone, hidden tests too; the input of a solution is tagged ``hide-input``, with
        the learner's version of it above.

    Examples
    --------
    >>> import nbformat.v4 as v4
    >>> text = "x = ...\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    >>> copied = reading_copy(v4.new_notebook(cells=[v4.new_code_cell(text)]))
    >>> [cell.source for cell in copied.cells]
    ['```python\nx = ...\n# Your code here.\n```', 'x = ...\nx = 1']
    """
    import nbformat.v4 as v4

    made = copy.deepcopy(notebook)
    cells: list[Any] = []
    for cell in made.cells:
        tags = list(cell.metadata.get("tags", ()))
        if "ask" in tags:
            continue
        cell.metadata.pop("nbgrader", None)
        if cell.cell_type == "markdown":
            cell.source = re.sub(r"\]\(\.\./([^)/]*\.(?:ipynb|md))", r"](\1", cell.source)
            if "solution" in tags:
                cell.metadata["tags"] = [tag for tag in tags if tag != "solution"]
                cell.source = f"<details><summary>About the solution</summary>\n\n{cell.source}\n\n</details>"
        elif cell.cell_type == "code":
            cell.source = HIDDEN.sub("", cell.source).strip("\n")
            if SOLUTION.search(cell.source):
                cells.append(v4.new_markdown_cell(f"```python\n{SOLUTION.sub(_stub, cell.source)}\n```"))
                cell.source = MARKS.sub("", cell.source).strip("\n")
                cell.metadata["tags"] = [*tags, "hide-input"]
                cell.metadata["mystnb"] = {
                    "code_prompt_show": "Show a solution",
                    "code_prompt_hide": "Hide the solution",
                }
        cells.append(cell)
    made.cells = cells
    return made


def _stub(found: re.Match[str]) -> str:
    return f"{found[1]}# Your code here."
