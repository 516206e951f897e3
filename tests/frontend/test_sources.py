"""The sources of the front end and what is built from them."""

from __future__ import annotations

import json
import re

import pytest

from twinclouds.ui.static_files import static_text


@pytest.fixture
def frontend(root):
    return root / "widgets" / "twinclouds" / "frontend"


def test_the_lock_file_names_no_registry(frontend):
    lock = json.loads((frontend / "package-lock.json").read_text(encoding="utf-8"))
    assert all("resolved" not in package for package in lock["packages"].values())
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_our_sources_fetch_nothing(frontend):
    allowed = {"http://www.w3.org/2000/svg"}  # a name of a namespace, not an address
    for file in (frontend / "src").rglob("*.*"):
        text = file.read_text(encoding="utf-8")
        assert set(re.findall(r"https?://[^\s\"')]+", text)) <= allowed, file
        assert not re.search(r"\bfetch\(|XMLHttpRequest|innerHTML|insertAdjacentHTML|document\.write", text), file


def test_the_bundle_is_small_and_has_no_source_map():
    library = static_text("library.js")
    assert len(library.encode()) <= 700_000
    assert len(static_text("shim.js")) <= 5_000
    assert "sourceMappingURL" not in library
