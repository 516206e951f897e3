"""Exported pages without a browser: what is refused, and what is in them."""

from __future__ import annotations

import json

import ipywidgets
import nbformat
import pytest

import twinclouds as tc
from twinclouds.cli import main
from twinclouds.ui.offline import page

POINTS = [[0, 0, 0], [1, 0, 0]]


@pytest.mark.parametrize("what", [7, "view", [tc], [ipywidgets.Layout()], tc.ui.CloudView])
def test_only_widgets_can_be_exported(what, tmp_path):
    with pytest.raises(TypeError, match="give widgets, one or a list"):
        tc.ui.export_html(what, tmp_path / "x.html")


def test_errors_are_one_line(tmp_path):
    view = tc.ui.CloudView(POINTS)
    with pytest.raises(tc.errors.TwincloudsError, match="no widget to export"):
        tc.ui.export_html([], tmp_path / "x.html")
    with pytest.raises(tc.errors.TwincloudsError, match="cannot write") as error:
        tc.ui.export_html(view, tmp_path / "nowhere" / "x.html")
    assert "\n" not in str(error.value)


def test_the_front_end_is_in_the_file_once(tmp_path):
    one = tc.ui.export_html(tc.ui.CloudView(POINTS), tmp_path / "one.html").stat().st_size
    six = tc.ui.export_html([tc.ui.CloudView(POINTS) for _ in range(6)], tmp_path / "six.html").stat().st_size
    assert six < 1.1 * one


def test_scripts_and_formulas_come_only_when_they_are_needed():
    assert "<script" not in page("t", "<p>no math</p>")
    assert "katex" in page("t", '<span class="math">x</span>')
    assert page("<b>", "").count("&lt;b&gt;") == 1


def test_terms_of_what_is_inside_come_along(tmp_path):
    text = tc.ui.export_html(tc.ui.CloudView(POINTS), tmp_path / "x.html").read_text(encoding="utf-8")
    terms = text[text.index('id="licences"') :]
    for name in ("3dmol", "anywidget", "katex", "@jupyter-widgets/base", "@lumino/widgets"):
        assert f"\n{name} " in terms


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot read"),
        ("{}", "is no notebook"),
        ("print(1)", "is no notebook"),
        (nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]), "--execute"),
    ],
    ids=["missing", "no-cells", "python", "no-outputs"],
)
def test_notebooks_that_cannot_be_exported(content, words, tmp_path, capsys):
    path = tmp_path / "n.ipynb"
    if content is not None:
        path.write_text(content if isinstance(content, str) else nbformat.writes(content), encoding="utf-8")
    assert main(["export", str(path)]) == 2
    said = capsys.readouterr().err
    assert words in said
    assert said.count("\n") == 1
    assert not (tmp_path / "n.html").exists()


def test_a_cell_that_fails_is_reported(tmp_path, capsys):
    cells = [nbformat.v4.new_code_cell("raise ValueError('two\\nlines')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "n.ipynb")
    assert main(["export", "--execute", str(tmp_path / "n.ipynb")]) == 2
    said = capsys.readouterr().err
    assert "ValueError: two lines" in said
    assert said.count("twinclouds:") == 1


def test_a_saved_notebook_needs_no_kernel(tmp_path):
    view = tc.ui.CloudView(POINTS)
    state = ipywidgets.Widget.get_manager_state(widgets=None)
    mime = "application/vnd.jupyter.widget-view+json"
    output = nbformat.v4.new_output("display_data", data={mime: {"model_id": view.model_id}, "text/plain": "<view>"})
    hidden = nbformat.v4.new_code_cell("never_shown()", metadata={"tags": ["remove-cell"]})
    quiet = nbformat.v4.new_code_cell("not_shown()", metadata={"jupyter": {"source_hidden": True}})
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("view", outputs=[output]), hidden, quiet])
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": json.loads(json.dumps(state))}
    nbformat.write(notebook, tmp_path / "saved.ipynb")
    text = tc.ui.export_notebook(tmp_path / "saved.ipynb").read_text(encoding="utf-8")
    assert view.model_id in text
    assert "&lt;view&gt;" in text
    assert "<title>saved</title>" in text
    assert "never_shown" not in text
    assert "not_shown" not in text
    # A kernel that was started again knows nothing of the widgets, and the notebook is saved without them.
    notebook.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": {}}}
    nbformat.write(notebook, tmp_path / "lost.ipynb")
    with pytest.raises(tc.errors.TwincloudsError, match=r"without the state of 1 of its widgets.*--execute"):
        tc.ui.export_notebook(tmp_path / "lost.ipynb")
    assert not (tmp_path / "lost.html").exists()
