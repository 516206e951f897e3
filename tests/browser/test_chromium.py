"""Which browser the tests take, and what they say when there is none."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

import chromium


@pytest.fixture(autouse=True)
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(chromium.VARIABLE, raising=False)
    monkeypatch.setattr(chromium, "PLACES", ())


def _program(path: Path) -> str:
    path.write_text("#!/bin/sh\n", encoding="utf-8")
    path.chmod(0o755)
    return str(path)


@pytest.mark.skipif(os.name == "nt", reason="makes a program as on Unix")
def test_program_on_the_path_and_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chromium.on_this_machine() is None
    chrome = _program(tmp_path / "google-chrome")
    assert chromium.on_this_machine() == chrome
    assert chromium.on_this_machine() != _program(tmp_path / "other")
    monkeypatch.setenv(chromium.VARIABLE, "other")
    assert chromium.on_this_machine() == str(tmp_path / "other")


def test_variable_that_names_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(chromium.VARIABLE, "/no/such/browser")
    with pytest.raises(chromium.NoBrowserError, match=f"{chromium.VARIABLE} names '/no/such/browser'"):
        chromium.on_this_machine()


def test_playwright_has_it_already(tmp_path: Path) -> None:
    path = _program(tmp_path / "chrome")
    assert chromium.of_playwright(path) == path


def test_nothing_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    failed = subprocess.CompletedProcess([], 1, stdout="", stderr="...\nError: no network\n")
    monkeypatch.setattr(chromium.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(chromium.NoBrowserError) as caught:
        chromium.of_playwright(str(tmp_path / "missing"))
    for text in ("apt-get install chromium", chromium.VARIABLE, "playwright install", "Error: no network"):
        assert text in str(caught.value)
