"""The file of results: what a stopped run leaves is taken up, and nobody's other file is touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from twinclouds.errors import TwincloudsError
from twinclouds.journal import Journal, read_rows

ROWS = [{"index": k, "name": f"cloud {k}"} for k in range(5)]


def test_rows_come_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Journal(path, "test", {"cutoff": None}).append(ROWS[:3])
    journal = Journal(path, "test", {"cutoff": None})
    assert len(journal) == 3
    journal.append(ROWS[3:])
    assert list(journal.rows()) == list(read_rows(path)) == ROWS


def test_file_torn_anywhere_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Journal(path, "test", {}).append(ROWS)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        journal = Journal(path, "test", {})
        assert list(journal.rows()) == ROWS[: len(journal)]
        journal.append(ROWS[len(journal) :])
        assert path.read_bytes() == whole


def test_last_line_of_rubbish_is_dropped_and_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Journal(path, "test", {}).append(ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0\0\0\n")
    assert len(Journal(path, "test", {})) == 5
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"{torn\n", *lines[3:]]))
    with pytest.raises(TwincloudsError, match="line 3 of"):
        Journal(path, "test", {})


@pytest.mark.parametrize("text", ["", "3\n\nO 0 0 0\n", "not ours, without an end", '{"twinclouds": 1}\n', "[1]\n"])
def test_other_files_are_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.xyz"
    path.write_text(text)
    if not text:  # empty: nothing to lose
        assert len(Journal(path, "test", {})) == 0
        return
    with pytest.raises(TwincloudsError, match="something else"):
        Journal(path, "test", {})
    assert path.read_text() == text


def test_other_settings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    Journal(path, "test", {"tolerance": 1e-6})
    with pytest.raises(TwincloudsError, match="tolerance=1e-06"):
        Journal(path, "test", {"tolerance": 1e-5})
    with pytest.raises(TwincloudsError, match="was made by test"):
        Journal(path, "else", {"tolerance": 1e-6})


def test_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(TwincloudsError, match="cannot write to"):
        Journal(tmp_path / "no" / "rows.jsonl", "test", {})


def test_rows_of_two_runs_at_once_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    first, second = Journal(path, "test", {}), Journal(path, "test", {})
    first.append(ROWS[:2])
    second.append(ROWS[:2])
    with pytest.raises(TwincloudsError, match=r"line 4 of .* is broken"):
        Journal(path, "test", {})
