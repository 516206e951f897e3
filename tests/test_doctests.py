"""The examples in the docstrings of all modules of the installed package."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
from pathlib import Path

import pytest

import twinclouds

MODULES = ["twinclouds", *(info.name for info in pkgutil.walk_packages(twinclouds.__path__, "twinclouds."))]


# doctest looks at every attribute of the widgets, also at those that ipywidgets would rather be rid of.
@pytest.mark.filterwarnings("ignore:Widget\\.:DeprecationWarning")
@pytest.mark.parametrize("name", [name for name in MODULES if not name.endswith("__main__")])
def test_examples(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = doctest.testmod(importlib.import_module(name), optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
    assert result.failed == 0, f"{result.failed} of {result.attempted} examples; see the captured output"


def public(module: str) -> list[str]:
    """List the public functions of a module, and the public methods of its classes, by their full names."""
    home = importlib.import_module(module)
    found = []
    for name in getattr(home, "__all__", ()):
        thing = getattr(home, name)
        if inspect.isfunction(thing) and thing.__module__ == module:
            found.append(f"{module}:{name}")
        if inspect.isclass(thing) and thing.__module__ == module:
            methods = [n for n, m in vars(thing).items() if inspect.isfunction(m) and not n.startswith("_")]
            found += [f"{module}:{name}.{method}" for method in methods]
    return found


#: Parts of the package whose functions serve its widgets, commands and notebooks, or `higher_order`, rather than the
#: reader's code.
ROUNDS = ("twinclouds.rounds", "twinclouds.pair_rounds", "twinclouds.angle_rounds")
INSIDE = ("twinclouds.ui", "twinclouds.lab", "twinclouds.cli", "twinclouds.exercises.", *ROUNDS)
CORE = [name for name in MODULES if not name.startswith(INSIDE)]
#: Parts of one method, which is where their use is shown.
SHOWN_ELSEWHERE = {f"SortedLengths.{name}" for name in ("balanced", "count", "cut", "labels", "spectrum")}
SHOWN_ELSEWHERE |= {f"Known.{name}" for name in ("add", "find", "index", "read")}
SHOWN_ELSEWHERE |= {"Line.run", "Line.check", "Line.start", "Workers.start", "Started.ready", "Started.results"}


@pytest.mark.parametrize("name", [f for m in CORE if not m.endswith("__main__") for f in public(m)])
def test_public_functions_have_an_example(name: str) -> None:
    module, _, path = name.partition(":")
    if path in SHOWN_ELSEWHERE:
        path = path.partition(".")[0]
    thing = importlib.import_module(module)
    for part in path.split("."):
        thing = getattr(thing, part)
    assert ">>>" in (inspect.getdoc(thing) or "")


PUBLIC = ("twinclouds", "twinclouds.pairs", "twinclouds.ui", "twinclouds.exercises", "twinclouds.learning")


@pytest.mark.parametrize("module", PUBLIC)
def test_parameters_and_results_are_described(module: str) -> None:
    home = importlib.import_module(module)
    functions = {name: getattr(home, name) for name in home.__all__ if inspect.isfunction(getattr(home, name))}
    lacking = []
    for name, function in functions.items():
        words, signature = inspect.getdoc(function) or "", inspect.signature(function)
        if signature.parameters and "\nParameters\n---" not in words:
            lacking.append(f"{name}: Parameters")
        if str(signature.return_annotation) != "None" and not any(
            f"\n{w}\n---" in words for w in ("Returns", "Yields")
        ):
            lacking.append(f"{name}: Returns")
    assert functions and not lacking
