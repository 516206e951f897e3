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


@pytest.mark.parametrize("name", [name for name in twinclouds.__all__ if name[0].islower()])
def test_public_functions_have_an_example(name: str) -> None:
    thing = getattr(twinclouds, name)
    if inspect.isfunction(thing):
        assert ">>>" in (inspect.getdoc(thing) or "")
