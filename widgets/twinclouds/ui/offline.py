"""Widgets in one HTML file that needs neither a kernel nor a network.

The file carries everything: the state of the widgets, the code that draws them, and a small widget manager in place of
Jupyter's. Sliding, stepping, turning, picking and links made in the browser (`ipywidgets.jslink`) work in it; what asks
Python for something does not.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from twinclouds.errors import TwincloudsError
from twinclouds.ui.static_files import static_text

__all__ = ["STATE", "VIEW", "anywidget_module", "export_html", "json_script", "page", "write_page"]

STATE = "application/vnd.jupyter.widget-state+json"
VIEW = "application/vnd.jupyter.widget-view+json"


def export_html(widgets: Any, path: str | os.PathLike[str], *, title: str = "twinclouds") -> Path:
    """Write one widget, or several, to one HTML file in which they are alive: no kernel, no network, no second file.

    Parameters
    ----------
    widgets : widget or sequence of widgets
        What to show, from top to bottom. Widgets that these hold, and links between them made by `ipywidgets.jslink`,
        come along.
    path : path-like
        The file to write; one that exists is replaced.
    title : str
        Title of the page.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    TypeError
        If something is not a widget.
    TwincloudsError
        If the file cannot be written.

    Examples
    --------
    >>> import twinclouds as tc
    >>> written = export_html(tc.ui.CloudView([[0, 0, 0], [1, 0, 0]]), "pair.html", title="A pair of points")
    >>> written.name, 1e6 < written.stat().st_size < 2.5e6
    ('pair.html', True)
    """
    import ipywidgets
    from ipywidgets.embed import dependency_state, embed_data

    from twinclouds.ui.library import the_library

    several = [widgets] if isinstance(widgets, ipywidgets.Widget) else list(_several(widgets))
    for widget in several:
        if not isinstance(widget, ipywidgets.DOMWidget):
            raise TypeError(f"a {type(widget).__name__} is no widget that can be shown; give widgets, one or a list")
    if not several:
        raise TwincloudsError("there is no widget to export; give one, or a list of them")
    # The library is found by a name in the state, which ipywidgets does not take for a reference.
    state = dependency_state([*several, the_library()], drop_defaults=False)
    data = embed_data(several, state=state)
    body = f"<h1>{escape(title)}</h1>\n" + "\n".join(
        f'<div class="tc-output">{json_script(VIEW, view)}</div>' for view in data["view_specs"]
    )
    return write_page(path, page(title, body, data["manager_state"]))


def page(title: str, body: str, state: Mapping[str, Any] | None = None) -> str:
    """Return a whole page; scripts and formulas that it needs are put into it.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        HTML, with formulas as TeX in elements of the class ``math`` and widgets as scripts of the type :data:`VIEW`.
    state : mapping, optional
        State of the widgets, as the specification of Jupyter's widgets has it.

    Returns
    -------
    str

    Examples
    --------
    >>> text = page("Title", "<p>Text</p>")
    >>> text.startswith("<!doctype html>"), "<script" in text
    (True, False)
    """
    parts = [f"<style>{static_text('page.css')}</style>"]
    scripts = []
    has_widgets = bool(state and state.get("state"))
    if re.search(r'class="[^"]*\bmath\b', body) or (has_widgets and "HTMLMathModel" in json.dumps(state)):
        parts.append(f"<style>{static_text('maths.css')}</style>")
        scripts.append(_script(static_text("maths.js")))
    if has_widgets:
        scripts += [json_script(STATE, state), _script(anywidget_module()), _script(static_text("page.js"))]
    if scripts:
        terms = escape(static_text("THIRD_PARTY.txt"), quote=False)
        scripts.append(f'<script type="text/plain" id="licences">{terms}{_anywidget_terms()}</script>')
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f'<title>{escape(title)}</title>\n<link rel="icon" href="data:,">\n'
        + "\n".join(parts)
        + f'\n</head>\n<body class="tc-page">\n<main>\n{body}\n</main>\n'
        + "\n".join(scripts)
        + "\n</body>\n</html>\n"
    )


def json_script(kind: str, data: Any) -> str:
    r"""Return data as a script element that no text in the data can end.

    Examples
    --------
    >>> json_script("application/json", {"a": "</script>"})
    '<script type="application/json">{"a": "\\u003c/script>"}</script>'
    """
    return f'<script type="{kind}">{json.dumps(data).replace("<", chr(92) + "u003c")}</script>'


@cache
def anywidget_module() -> str:
    """Return the front end of the installed anywidget, wrapped so that a page without a module loader can use it."""
    from importlib import resources

    file = resources.files("anywidget") / "nbextension" / "index.js"
    try:
        source = file.read_text(encoding="utf-8")
    except OSError:
        raise TwincloudsError(
            "the installed anywidget has no nbextension/index.js; install a version that twinclouds asks for: "
            'pip install "anywidget>=0.9.18,<0.12"'
        ) from None
    return f"(globalThis.twincloudsModules ??= {{}})['anywidget'] = function (define) {{\n{source}\n}};"


def write_page(path: str | os.PathLike[str], text: str) -> Path:
    """Write a page, or say in one line why that cannot be done."""
    target = Path(path)
    try:
        target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise TwincloudsError(
            f"cannot write {target}: {error.strerror}; name a file in a folder that you may write to"
        ) from None
    return target


def _several(widgets: Any) -> Any:
    try:
        return iter(widgets)
    except TypeError:
        raise TypeError(f"a {type(widgets).__name__} is no widget; give widgets, one or a list") from None


def _script(source: str) -> str:
    # In strings and regular expressions, the only places where these occur, the added backslash changes nothing.
    safe = re.sub(r"<(/script|!--)", lambda found: "<" + chr(92) + found[1], source, flags=re.IGNORECASE)
    return f"<script>{safe}</script>"


@cache
def _anywidget_terms() -> str:
    from importlib import metadata

    distribution = metadata.distribution("anywidget")
    files = [file for file in distribution.files or () if Path(str(file)).name.upper().startswith("LICENSE")]
    terms = "\n".join(str(file.read_text()) for file in files) or "MIT licence; see the Python package of this name."
    rule = "=" * 78
    return escape(f"\n{rule}\nanywidget {distribution.version}\n{rule}\n\n{terms}\n", quote=False)
