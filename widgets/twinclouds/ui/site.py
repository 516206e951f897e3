"""The course as a web site that needs no server: static pages whose widgets are alive without kernel and network."""

from __future__ import annotations

import io
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from twinclouds.errors import TwincloudsError
from twinclouds.ui.notebook_page import run_notebook
from twinclouds.ui.offline import anywidget_module
from twinclouds.ui.reading_copy import reading_copy
from twinclouds.ui.static_files import static_text

__all__ = ["build_site", "course_folder"]

FRONT = """# What distances cannot tell

Distance graph neural networks see a molecule or a crystal as atoms and the distances between neighbours. There are
pairs of different structures that they cannot tell apart, however deep the network and however large its cutoff. This
course is about these *degenerate pairs*.

The pages are notebooks that were run; the instruments in them are alive: slide, step, turn and pick. To change code,
and to try molecules of your own, open the notebook itself; each page has a link to it.

```{toctree}
:maxdepth: 1

"""

#: Colours of the theme for the widgets; a reader can choose light or dark, whatever the system says.
LOOK = """
body {
  --jp-layout-color0: var(--color-background-primary); --jp-content-font-color1: var(--color-foreground-primary);
  --jp-content-font-family: var(--font-stack); --jp-ui-font-family: var(--font-stack);
}
body[data-theme="light"] { color-scheme: light; }
body[data-theme="dark"] { color-scheme: dark; }
.tc-links { font-size: 0.9em; }
/* What the theme says of every footer and heading is not meant for those of a widget. */
.tc-root footer { flex-direction: row; align-items: center; font-size: inherit; }
.tc-root :is(h2, h3, h4) { padding: 0; font-family: inherit; }
div.cell div.cell_output { overflow-x: auto; }
"""


def course_folder() -> Path:
    """Return the folder of the notebooks: that of the checkout in which we are, else the one of the package.

    Examples
    --------
    >>> Path("notebooks").mkdir()
    >>> Path("notebooks", "00_start.ipynb").touch()
    >>> course_folder().name
    'notebooks'
    """
    here = Path.cwd() / "notebooks"
    if any(here.glob("00_*.ipynb")):
        return here
    shipped = Path(str(resources.files("twinclouds") / "course"))
    if any(shipped.glob("00_*.ipynb")):
        return shipped
    raise TwincloudsError("the course is neither here nor in the package; run this in a checkout of twinclouds")


def build_site(
    target: str | os.PathLike[str],
    course: str | os.PathLike[str] | None = None,
    *,
    only: Sequence[str] = (),
    repository: str = "",
    progress: Callable[[str], object] = lambda text: None,
) -> Path:
    """Run the notebooks and write the course as static pages.

    Needs the extra ``site`` (Sphinx with MyST-NB).

    Parameters
    ----------
    target : path-like
        Folder for the pages, made when missing.
    course : path-like, optional
        Folder of the notebooks, see :func:`course_folder`. Its ``solutions`` are shown where there are any, each
        solution behind a click.
    only : sequence of str, optional
        Names of notebooks, or beginnings of names; by default all.
    repository : str, optional
        Where the course is on GitHub, as ``OWNER/NAME``: for links to Binder that open the very notebook.
    progress : callable, optional
        Told in a line what is being done.

    Returns
    -------
    Path
        The first page, ``index.html``.

    Raises
    ------
    TwincloudsError
        If a notebook fails, or something that is needed is not installed.
    """
    try:
        import furo  # noqa: F401
        import myst_nb  # noqa: F401
        import nbformat
        from sphinx.application import Sphinx
    except ImportError as error:
        raise TwincloudsError(
            f'building the site needs {error.name}; install it with: pip install "twinclouds[site]"'
        ) from None
    if repository and not re.fullmatch(r"[\w.-]+/[\w.-]+", repository):
        raise TwincloudsError(f"repository={repository!r} does not fit; give OWNER/NAME")
    folder = course_folder() if course is None else Path(course)
    names = [path.stem for path in sorted(folder.glob("[0-9][0-9]_*.ipynb"))]
    chosen = [name for name in names if not only or any(name.startswith(start) for start in only)]
    if not chosen:
        raise TwincloudsError(f"{folder} has no notebook {' or '.join(only) or 'at all'}; it has {', '.join(names)}")
    out = Path(target)
    with tempfile.TemporaryDirectory(prefix="twinclouds-site-") as scratch:
        pages, static, extra = (Path(scratch) / part for part in ("pages", "static", "extra"))
        for part in (pages, static, extra / "notebooks"):
            part.mkdir(parents=True)
        for name in chosen:
            progress(f"running {name}")
            solutions = folder / "solutions" / f"{name}.ipynb"
            source = solutions if solutions.is_file() else folder / f"{name}.ipynb"
            content = reading_copy(nbformat.read(source, as_version=4))
            run_notebook(content, source, folder=pages)
            content.cells.insert(1, nbformat.v4.new_markdown_cell(_links(name, repository)))
            nbformat.write(content, pages / f"{name}.ipynb")
            shutil.copy(folder / f"{name}.ipynb", extra / "notebooks" / f"{name}.ipynb")
        more = ["glossary"] if (folder / "glossary.md").is_file() else []
        for page in more:
            shutil.copy(folder / f"{page}.md", pages / f"{page}.md")
        (pages / "index.md").write_text(FRONT + "\n".join([*chosen, *more]) + "\n```\n", encoding="utf-8")
        for file in ("page.js", "page.css", "maths.js", "maths.css", "THIRD_PARTY.txt"):
            (static / file).write_text(static_text(file), encoding="utf-8")
        (static / "anywidget.js").write_text(anywidget_module(), encoding="utf-8")
        (static / "look.css").write_text(LOOK, encoding="utf-8")
        progress("writing the pages")
        warnings = io.StringIO()
        sphinx = Sphinx(
            srcdir=pages,
            confdir=None,
            outdir=out,
            doctreedir=Path(scratch) / "doctrees",
            buildername="html",
            confoverrides=_settings(static, extra),
            status=None,
            warning=warnings,
        )
        sphinx.build()
        if sphinx.statuscode:
            raise TwincloudsError("Sphinx did not build the site: " + " ".join(warnings.getvalue().split())[:500])
    for line in warnings.getvalue().splitlines():
        progress(re.sub(r"\x1b\[[0-9;]*m", "", line))
    return out / "index.html"


def _links(name: str, repository: str) -> str:
    if repository:
        binder = f"https://mybinder.org/v2/gh/{repository}/HEAD?urlpath=lab/tree/notebooks/{name}.ipynb"
        there = f'<a href="{binder}">open it on Binder</a>'
    else:
        there = '<a href="https://mybinder.org">Binder</a> opens it from the address of its repository'
    return (
        f'<p class="tc-links"><a href="notebooks/{name}.ipynb" download>Download this notebook</a> '
        f"(without the solutions), or {there}.</p>"
    )


def _settings(static: Path, extra: Path) -> dict[str, Any]:
    return {
        "project": "twinclouds",
        "author": "The twinclouds developers",
        "copyright": "the twinclouds developers, BSD-3-Clause",
        "language": "en",
        "extensions": ["myst_nb"],
        "nb_execution_mode": "off",  # they have been run, with the state of their widgets
        "nb_ipywidgets_js": {"anywidget.js": {}, "page.js": {}},
        "myst_enable_extensions": ["dollarmath", "amsmath"],
        "myst_heading_anchors": 3,
        # A local script takes MathJax's place; Sphinx puts it on the pages that have formulas.
        "mathjax_path": "maths.js",
        "html_theme": "furo",
        "html_title": "twinclouds",
        "html_static_path": [str(static)],
        "html_extra_path": [str(extra)],
        "html_css_files": ["maths.css", "page.css", "look.css"],
        "html_show_sourcelink": False,
        "html_copy_source": False,
        "suppress_warnings": ["myst.header", "mystnb.unknown_mime_type"],
    }
