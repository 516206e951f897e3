"""The file of results: what a stopped run leaves is taken up, and nobody's other file is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from twinclouds.datasets import journal as journal_module
from twinclouds.datasets.journal import FORMAT, Journal, Row, read_rows, written
from twinclouds.errors import TwincloudsError

ROWS: list[Row] = [{"index": k, "name": f"cloud {k}, ängström"} for k in range(5)]


def write(path: Path, rows: list[Row], **settings: object) -> list[Row]:
    """Open a file, add rows, and close it; return those that are in it then."""
    with Journal(path, "test", settings) as journal:
        journal.append([written(row) for row in rows])
    assert len(journal) == len(list(journal.rows()))
    return list(journal.rows())


def test_rows_come_back(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    assert write(path, ROWS[:3], cutoff=None) == ROWS[:3]
    assert write(path, ROWS[3:], cutoff=None) == list(read_rows(path)) == ROWS
    journal = Journal(None, "test", {})
    journal.append([written(row) for row in ROWS])
    assert list(journal.rows()) == ROWS


def test_file_torn_anywhere_is_mended(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write(path, ROWS)
    whole = path.read_bytes()
    for size in range(len(whole)):
        path.write_bytes(whole[:size])
        left = write(path, [])
        assert left == ROWS[: len(left)]
        write(path, ROWS[len(left) :])
        assert path.read_bytes() == whole


def test_last_line_of_rubbish_is_dropped_and_others_are_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write(path, ROWS)
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0\0\0\n")
    assert write(path, []) == ROWS
    lines = whole.splitlines(keepends=True)
    path.write_bytes(b"".join([*lines[:2], b"{torn\n", *lines[3:]]))
    with pytest.raises(TwincloudsError, match="line 3 of"):
        Journal(path, "test", {})


@pytest.mark.parametrize("text", ["", "3\n\nO 0 0 0\n", "not ours, without an end", '{"twinclouds": 1}\n', "[1]\n"])
def test_other_files_are_left_alone(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mine.xyz"
    path.write_text(text)
    if not text:  # empty: nothing to lose
        assert write(path, []) == []
        return
    with pytest.raises(TwincloudsError, match="something else"):
        Journal(path, "test", {})
    assert path.read_text() == text


def test_other_settings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write(path, [], tolerance=1e-6)
    with pytest.raises(TwincloudsError, match="tolerance=1e-06"):
        Journal(path, "test", {"tolerance": 1e-5})
    with pytest.raises(TwincloudsError, match="was made by test"):
        Journal(path, "else", {"tolerance": 1e-6})


def test_rows_of_another_version_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write(path, ROWS)
    path.write_text(path.read_text().replace(f'"format": {FORMAT}, ', "", 1))
    before = path.read_bytes()
    with pytest.raises(TwincloudsError, match="another version of twinclouds"):
        Journal(path, "test", {})
    assert path.read_bytes() == before


def test_places_where_nothing_can_be_written(tmp_path: Path) -> None:
    with pytest.raises(TwincloudsError, match=r"cannot write to .* there is no folder .*no; make it"):
        Journal(tmp_path / "no" / "rows.jsonl", "test", {})
    with pytest.raises(TwincloudsError, match=r"cannot write to .*: Is a directory"):
        Journal(tmp_path, "test", {})
    (tmp_path / "file").touch()
    with pytest.raises(TwincloudsError, match=r"cannot write to .*: Not a directory"):
        Journal(tmp_path / "file" / "rows.jsonl", "test", {})


def test_a_full_disk_is_named_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "rows.jsonl"
    original = os.fsync

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    with Journal(path, "test", {}) as journal:
        journal.append([written(row) for row in ROWS[:3]])
        monkeypatch.setattr(os, "fsync", full)
        with pytest.raises(TwincloudsError, match=r"cannot write to .*: No space left on device"):
            journal.append([written(row) for row in ROWS[3:]])
        assert len(journal) == 3
    monkeypatch.setattr(os, "fsync", original)
    assert write(path, [])[:3] == ROWS[:3]


def test_two_runs_do_not_write_to_one_file(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    with Journal(path, "test", {}) as journal:
        with pytest.raises(TwincloudsError, match=r"another run is writing to .*rows.jsonl; wait until it ends"):
            Journal(path, "test", {})
        with pytest.raises(TwincloudsError, match="another run"):
            Journal(path, "test", {"other": "settings"})
        journal.append([written(row) for row in ROWS])
        assert list(read_rows(path)) == ROWS, "it can be read meanwhile"
    assert write(path, []) == ROWS


def test_rows_of_two_runs_at_once_are_noticed_where_there_are_no_locks(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    write(path, ROWS[:2])
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([*lines, *lines[1:]]))
    with pytest.raises(TwincloudsError, match=r"line 4 of .* is broken"):
        Journal(path, "test", {})


def test_a_file_system_without_locks_is_taken_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: object) -> None:
        raise OSError(38, "Function not implemented")

    monkeypatch.setattr(journal_module, "_lock_file", refuse)
    assert write(tmp_path / "rows.jsonl", ROWS) == ROWS
