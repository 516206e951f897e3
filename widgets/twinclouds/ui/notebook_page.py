"""An executed notebook as one HTML file, with its widgets alive: no kernel, no network, no second file."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from twinclouds.errors import TwincloudsError
from twinclouds.ui.offline import STATE, VIEW, json_script, page, write_page

__all__ = ["export_notebook", "run_notebook"]

#: Outputs in the order of preference.
KINDS = (VIEW, "text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/latex", "text/plain")

#: Tags of cells, and settings of JupyterLab, that hide what was typed or the whole cell.
WITHOUT_INPUT = {"remove-input", "remove_input", "hide-input", "hide_input"}
WITHOUT_CELL = {"remove-cell", "remove_cell", "hide-cell"}


def export_notebook(
    notebook: str | os.PathLike[str],
    path: str | os.PathLike[str] | None = None,
    *,
    execute: bool = False,
    timeout: float = 600.0,
) -> Path:
    """Write a notebook with its outputs to one HTML file in which the widgets are alive.

    Needs nbconvert, which JupyterLab brings along.

    Parameters
    ----------
    notebook : path-like
        The notebook; it is not changed.
    path : path-like, optional
        The file to write; by default beside the notebook, with the ending ``.html``.
    execute : bool
        Run the notebook first, in its folder. Without that it must have been saved with its outputs, and with the
        state of its widgets.
    timeout : float
        Seconds that one cell may take.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TwincloudsError
        If the notebook cannot be read, holds no outputs or not the state of its widgets, or a cell fails; or the file
        cannot be written.

    Examples
    --------
    >>> import nbformat
    >>> cells = [nbformat.v4.new_markdown_cell("# Hello"), nbformat.v4.new_code_cell("6 * 7")]
    >>> nbformat.write(nbformat.v4.new_notebook(cells=cells), "hello.ipynb")
    >>> export_notebook("hello.ipynb", execute=True).name
    'hello.html'
    """
    source = Path(notebook)
    try:
        import nbconvert  # noqa: F401
        import nbformat
    except ImportError as error:
        raise TwincloudsError(
            f'exporting a notebook needs {error.name}; install it with: pip install "twinclouds[lab]"'
        ) from None
    try:
        content: Any = nbformat.read(source, as_version=4)
    except OSError as error:
        raise TwincloudsError(
            f"cannot read {source}: {error.strerror}; name a notebook, a file ending in .ipynb"
        ) from None
    except Exception as error:  # whatever is wrong with a file that should be a notebook
        reason = " ".join(str(error).split())[:120]
        raise TwincloudsError(f"{source} is no notebook ({reason}); name a file ending in .ipynb") from None
    if execute:
        run_notebook(content, source, timeout)
    code = [cell for cell in content.cells if cell.cell_type == "code" and cell.source.strip()]
    if code and not any(cell.outputs for cell in code):
        raise TwincloudsError(
            f"{source} has no outputs; run it and save it, or export it with --execute (execute=True)"
        )
    state = content.metadata.get("widgets", {}).get(STATE)
    if lost := _without_state(code, state):
        raise TwincloudsError(
            f"{source} was saved without the state of {lost} of its widgets, as after a restart of its kernel; run it "
            "and save it, or export it with --execute (execute=True)"
        )
    title = _title(content) or source.stem
    body = _about(source) + "\n".join(_cells(content, source.parent))
    return write_page(source.with_suffix(".html") if path is None else path, page(title, body, state))


def run_notebook(content: Any, source: Path, timeout: float = 600.0, folder: Path | None = None) -> None:
    """Run all cells in a folder, by default that of the notebook; outputs and state of widgets go into `content`."""
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    where = source.resolve().parent if folder is None else folder
    client = NotebookClient(content, timeout=timeout, resources={"metadata": {"path": str(where)}})
    try:
        client.execute()
    except CellExecutionError as error:
        what = " ".join(f"{error.ename}: {error.evalue}".split())
        raise TwincloudsError(f"{source}: a cell stopped with {what}; correct it, then export again") from None
    except CellTimeoutError:
        raise TwincloudsError(f"{source}: a cell took longer than {timeout:g} s; give a larger timeout") from None
    except (DeadKernelError, NoSuchKernel) as error:
        reason = " ".join(str(error).split())
        raise TwincloudsError(f"{source}: its kernel did not run ({reason}); see 'jupyter kernelspec list'") from None


def _without_state(cells: Sequence[Any], state: Any) -> int:
    """Count the widgets shown by cells of which nothing is saved but the name."""
    known = state.get("state", {}) if isinstance(state, Mapping) else {}
    views = [output.get("data", {}).get(VIEW) for cell in cells for output in cell.outputs]
    return sum(isinstance(view, Mapping) and view.get("model_id") not in known for view in views)


def _about(source: Path) -> str:
    return (
        '<p class="tc-about">A notebook with its results, as a page that needs no network. Its instruments work here '
        "as they do there; changing code, and whatever asks Python for something new, needs the notebook, "
        f"<code>{escape(source.name)}</code>.</p>\n"
    )


def _title(content: Any) -> str:
    for cell in content.cells:
        found = re.search(r"^#\s+(.+?)\s*#*$", cell.source, re.MULTILINE) if cell.cell_type == "markdown" else None
        if found:
            return str(found[1])
    return ""


def _cells(content: Any, folder: Path) -> Iterator[str]:
    language = content.metadata.get("kernelspec", {}).get("language", "python")
    for cell in content.cells:
        tags = set(cell.metadata.get("tags", ()))
        if tags & WITHOUT_CELL:
            continue
        if cell.cell_type == "markdown":
            yield f'<div class="tc-text">{_markdown(cell.source, folder, cell.get("attachments"))}</div>'
        elif cell.cell_type == "code":
            hidden = tags & WITHOUT_INPUT or cell.metadata.get("jupyter", {}).get("source_hidden")
            if not hidden and cell.source.strip():
                yield f'<div class="tc-input">{_highlighted(cell.source, language)}</div>'
            shown = [_output(output, folder) for output in cell.outputs]
            if any(shown):
                yield f'<div class="tc-output">{"".join(shown)}</div>'


def _output(output: Any, folder: Path) -> str:
    from nbconvert.filters import ansi2html

    if output.output_type == "stream":
        return f"<pre>{ansi2html(output.text)}</pre>"
    if output.output_type == "error":
        return f'<pre class="tc-error-output">{ansi2html(chr(10).join(output.traceback))}</pre>'
    data: Mapping[str, Any] = output.get("data", {})
    kind = next((kind for kind in KINDS if kind in data), None)
    if kind is None:
        return ""
    value = data[kind]
    if kind == VIEW:
        # What the widget calls itself stands there until the script has made it, and when there are no scripts.
        still = escape(str(data.get("text/plain", "a widget")))
        return f'<div><p class="tc-still">{still}</p>{json_script(VIEW, value)}</div>'
    if kind == "text/html":
        return f"<div>{value}</div>"
    if kind == "image/svg+xml":
        return f'<div class="tc-white" role="img" aria-label="{_alt(output, kind)}">{value}</div>'
    if kind.startswith("image/"):
        source = f"data:{kind};base64,{str(value).strip()}"
        return f'<img class="tc-white" src="{source}" alt="{_alt(output, kind)}">'
    if kind == "text/markdown":
        return f'<div class="tc-text">{_markdown(value, folder, None)}</div>'
    if kind == "text/latex":
        return f'<div class="math">{escape(str(value).strip().strip("$"))}</div>'
    return f"<pre>{ansi2html(value)}</pre>"


def _alt(output: Any, kind: str) -> str:
    metadata = output.get("metadata", {})
    alt = metadata.get(kind, {}).get("alt") or metadata.get("alt")
    return escape(str(alt or output.data.get("text/plain") or "a picture made by the code above"))


def _markdown(text: str, folder: Path, attachments: Any) -> str:
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    class Renderer(IPythonRenderer):
        """Formulas become elements that the page's script typesets."""

        def inline_math(self, body: str) -> str:
            return f'<span class="math">{escape(body)}</span>'

        def block_math(self, body: str) -> str:
            return f'<div class="math">{escape(body)}</div>'

        def latex_environment(self, name: str, body: str) -> str:
            return f'<div class="math">{escape(f"{chr(92)}begin{{{name}}}{body}{chr(92)}end{{{name}}}")}</div>'

        def _html_embed_images(self, html: str) -> str:
            # nbconvert parses each piece of HTML by itself for this, and so ends an open <details> before its content.
            def embedded(found: re.Match[str]) -> str:
                return f"{found[1]}{self._src_to_base64(found[2]) or found[2]}{found[3]}"

            return re.sub(r"""(<img\b[^>]*?\bsrc=["'])([^"':]+)(["'])""", embedded, html)

    renderer = Renderer(escape=False, embed_images=True, path=str(folder), attachments=attachments or {})
    return str(MarkdownWithMath(renderer=renderer).render(text))


def _highlighted(source: str, language: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        lexer = get_lexer_by_name("ipython3" if language == "python" else language)
    except ClassNotFound:
        lexer = get_lexer_by_name("python" if language == "python" else "text")
    return str(highlight(source, lexer, HtmlFormatter()))
