"""What a reader has done is kept: through restarts, in bad files and folders, with two notebooks at once."""

from __future__ import annotations

import json
import multiprocessing
import os
import stat
import time
from pathlib import Path

import pytest

from twinclouds.exercises import store as module
from twinclouds.exercises.store import FILE_NAME, Store, current


def test_everything_survives_a_restart(tmp_path: Path) -> None:
    first = Store(tmp_path)
    first.update_exercise("view", status="wrong", tries=1)
    first.update_exercise("view", status="passed", tries=2)
    first.record_prediction("Will it float?", "no")
    again = Store(tmp_path)
    assert again.exercise("view") == {"status": "passed", "tries": 2}
    assert again.prediction("Will it float?") == "no"
    assert again.exercise("other") == {}
    assert again.prediction("Other?") is None


def test_the_file_is_as_documented(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.update_exercise("view", status="passed", tries=3, answer="é")
    text = (tmp_path / FILE_NAME).read_text(encoding="utf-8")
    assert json.loads(text) == {
        "exercises": {"view": {"status": "passed", "tries": 3, "answer": "é"}},
        "format": 1,
        "predictions": {},
    }
    assert "é" in text
    assert os.listdir(tmp_path) == [FILE_NAME]


def test_characters_that_no_file_can_hold_do_no_harm(tmp_path: Path) -> None:
    Store(tmp_path).update_exercise("view", answer="half a pair: \ud83d")
    assert Store(tmp_path).exercise("view") == {"answer": "half a pair: ?"}


@pytest.mark.parametrize("content", ["", "{", "[1, 2]", "null", "\x00" * 50, "[" * 100_000], ids=lambda text: text[:5])
def test_a_file_that_cannot_be_read_is_put_aside(tmp_path: Path, content: str) -> None:
    (tmp_path / FILE_NAME).write_text(content, encoding="utf-8")
    store = Store(tmp_path)
    assert store.exercise("view") == {}
    store.update_exercise("view", status="passed")
    assert Store(tmp_path).exercise("view") == {"status": "passed"}
    assert (tmp_path / ".twinclouds_progress.unreadable.json").read_text(encoding="utf-8") == content


def test_bytes_that_are_no_text_are_put_aside(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00broken")
    assert Store(tmp_path).exercises() == {}


def test_parts_of_the_wrong_form_are_left_out(tmp_path: Path) -> None:
    data = {"exercises": {"view": "done", "other": {"status": 7}}, "predictions": {"a": 1, "b": "yes"}, "mine": [1]}
    (tmp_path / FILE_NAME).write_text(json.dumps(data), encoding="utf-8")
    store = Store(tmp_path)
    assert store.exercises() == {"other": {"status": 7}}
    assert store.predictions() == {"b": "yes"}
    store.update_exercise("view", status="passed")
    assert json.loads((tmp_path / FILE_NAME).read_text(encoding="utf-8"))["mine"] == [1]


def test_a_folder_that_cannot_be_written_to_is_said_once_and_kept_in_memory(tmp_path: Path, monkeypatch) -> None:
    # As root every folder can be written to: the refusal is the system's, here made by hand.
    def refuse(*arguments, **keywords):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module.os, "open", refuse)
    store = Store(tmp_path)
    store.update_exercise("view", status="passed")
    store.update_exercise("other", status="wrong")
    assert store.exercise("view") == {"status": "passed"}
    assert store.exercise("other") == {"status": "wrong"}
    assert store.trouble.startswith("Progress cannot be saved in this folder (Permission denied)")
    assert os.listdir(tmp_path) == []


def test_a_folder_that_is_gone(tmp_path: Path) -> None:
    store = Store(tmp_path / "gone")
    store.update_exercise("view", status="passed")
    assert store.exercise("view") == {"status": "passed"}
    assert "cannot be saved" in store.trouble


def test_deleting_the_file_starts_afresh(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.update_exercise("view", status="passed")
    (tmp_path / FILE_NAME).unlink()
    assert store.exercise("view") == {}


def _work(folder: str, name: str, times: int) -> None:
    store = Store(Path(folder))
    for number in range(times):
        store.update_exercise(f"{name}{number}", status="passed")


def test_two_notebooks_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_work, args=(str(tmp_path), name, 40)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    assert len(Store(tmp_path).exercises()) == 80
    assert os.listdir(tmp_path) == [FILE_NAME]


def test_a_lock_left_by_a_process_that_died_does_not_block(tmp_path: Path) -> None:
    lock = tmp_path / ".twinclouds_progress.lock"
    lock.touch()
    os.utime(lock, (time.time() - 60,) * 2)
    started = time.monotonic()
    Store(tmp_path).update_exercise("view", status="passed")
    assert time.monotonic() - started < 2
    assert not lock.exists()


def test_the_file_can_be_read_by_its_owner(tmp_path: Path) -> None:
    Store(tmp_path).update_exercise("view", status="passed")
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) & 0o600 == 0o600


def test_outside_of_jupyter_nothing_is_written(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(module, "_stores", {})
    monkeypatch.delenv("TWINCLOUDS_PROGRESS", raising=False)
    assert current().path is None
    monkeypatch.setenv("TWINCLOUDS_PROGRESS", str(tmp_path))
    assert current().path == tmp_path / FILE_NAME
    assert current() is current()
    monkeypatch.setenv("TWINCLOUDS_PROGRESS", "off")
    assert current().path is None
