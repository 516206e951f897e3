"""The rules of the house that a program can check."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import twinclouds

PACKAGE = Path(twinclouds.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
ALLOWED_ABOVE = {
    "ui",
    "exercises",
    "lab.py",
    "cli.py",
    "__init__.py",
}  # __init__ names ui, but loads it on first use only


@pytest.mark.parametrize(
    "command",
    [["ruff", "check", "."], ["ruff", "format", "--check", "."], ["mypy"]],
    ids=["ruff-check", "ruff-format", "mypy"],
)
def test_tool_finds_nothing(command: list[str], root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=root,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _top_level_folders(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute here"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize(
    "path",
    [p for p in MODULES if _top_level_folders(p) not in ALLOWED_ABOVE],
    ids=lambda p: str(p.relative_to(PACKAGE)),
)
def test_mathematics_does_not_know_the_widgets(path: Path) -> None:
    forbidden = (
        "twinclouds.ui",
        "twinclouds.lab",
        "twinclouds.cli",
        "ipywidgets",
        "anywidget",
        "traitlets",
        "jupyter",
    )
    found = [name for name in _imports(path) if name.startswith(forbidden)]
    assert not found


@pytest.mark.parametrize(
    "statement",
    [
        "import twinclouds",
        "import twinclouds; [getattr(twinclouds, name) for name in {names}]",
    ],
    ids=["package", "all-but-the-widgets"],
)
def test_import_leaves_the_widgets_alone(statement: str) -> None:
    names = [name for name in twinclouds.__all__ if name != "ui"]
    code = statement.format(names=names) + "; import sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert "twinclouds" in loaded
    assert not loaded & {
        "ipywidgets",
        "anywidget",
        "matplotlib",
        "jupyter_server",
        "jupyterlab",
        "IPython",
        "py3Dmol",
    }


def test_names_of_the_package_exist() -> None:
    for name in twinclouds.__all__:
        assert getattr(twinclouds, name) is not None


def test_no_notebook_keeps_outputs(root: Path) -> None:
    notebooks = sorted((root / "notebooks").rglob("*.ipynb"))
    assert notebooks
    for path in notebooks:
        for number, cell in enumerate(json.loads(path.read_text(encoding="utf-8"))["cells"]):
            assert not cell.get("outputs"), f"{path.name}, cell {number}: clear the outputs"
            assert cell.get("execution_count") is None, f"{path.name}, cell {number}: clear the outputs"


CDNS = ("unpkg.com", "jsdelivr", "cdnjs", "esm.sh", "skypack", "googleapis.com", "3dmol.org", "3dmol.csb")


def test_package_names_no_cdn() -> None:
    found = []
    for path in sorted(PACKAGE.rglob("*")):
        # 3Dmol.js can load structures from data banks when told to; that code of others names its hosts.
        ours = path.suffix in {".py", ".css", ".ts"} or path.name == "shim.js"
        if path.is_file() and ours:
            text = path.read_text(encoding="utf-8")
            found += [f"{path.relative_to(PACKAGE)}: {cdn}" for cdn in CDNS if cdn in text]
    assert not found


def test_version_is_the_same_everywhere(root: Path) -> None:
    from importlib.metadata import version

    front_end = json.loads((root / "widgets/twinclouds/frontend/package.json").read_text(encoding="utf-8"))
    citation = (root / "CITATION.cff").read_text(encoding="utf-8")
    assert version("twinclouds") == twinclouds.__version__ == front_end["version"]
    assert f"\nversion: {twinclouds.__version__}\n" in citation
