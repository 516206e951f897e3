"""What a reader has done, kept beside the notebook.

The file is ``.twinclouds_progress.json`` in the folder of the notebook (the kernel's working directory), readable as it
is::

    {
     "format": 1,
     "exercises": {
      "view": {"status": "passed", "tries": 3, "answer": "def view(atoms, i): ...", "hints": 1, "solution": false}
     },
     "predictions": {"Can a network that sees only distances tell the two apart?": "No, never"}
    }

Delete it to start afresh. It is written in one step, so that nobody ever reads half of it; every change reads the
file anew under a lock, so that two notebooks in one folder do not lose each other's entries. A file that cannot be read
is put aside as ``.twinclouds_progress.unreadable.json``. In a folder that cannot be written to, and outside of Jupyter,
everything lives as long as the process does.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["FILE_NAME", "Store", "current"]

FILE_NAME = ".twinclouds_progress.json"
#: A lock older than this was left by a process that died, in seconds.
_STALE = 10.0
_FORMAT = 1


class Store:
    """Progress, answers and predictions of one folder.

    Parameters
    ----------
    folder : Path or None
        Where the file lies; None keeps everything in memory.

    Attributes
    ----------
    trouble : str
        Why nothing can be saved, in a sentence; empty when all is well.

    Examples
    --------
    >>> store = Store(None)
    >>> store.update_exercise("view", status="passed")
    >>> store.exercise("view")
    {'status': 'passed'}
    """

    def __init__(self, folder: Path | None) -> None:
        self.path = None if folder is None else folder / FILE_NAME
        self.trouble = ""
        self._memory: dict[str, Any] = {"exercises": {}, "predictions": {}}

    def exercise(self, name: str) -> dict[str, Any]:
        """Return what is known of an exercise; an empty dict when nothing is."""
        return dict(self._read()["exercises"].get(name, {}))

    def exercises(self) -> dict[str, dict[str, Any]]:
        """Return what is known of all exercises, by name."""
        return {name: dict(entry) for name, entry in self._read()["exercises"].items()}

    def update_exercise(self, name: str, **changes: Any) -> None:
        """Change entries of an exercise."""
        self._change(lambda data: data["exercises"].setdefault(name, {}).update(changes))

    def prediction(self, question: str) -> str | None:
        """Return what was predicted, or None."""
        given = self._read()["predictions"].get(question)
        return given if isinstance(given, str) else None

    def predictions(self) -> dict[str, str]:
        """Return all predictions by question."""
        return dict(self._read()["predictions"])

    def record_prediction(self, question: str, answer: str) -> None:
        """Keep a prediction."""
        self._change(lambda data: data["predictions"].update({question: answer}))

    def _read(self) -> dict[str, Any]:
        if self.path is None:
            return self._memory
        try:
            text = self.path.read_text(encoding="utf-8")
        except FileNotFoundError:
            # Deleted to start afresh, unless nothing can be saved here anyway.
            return self._memory if self.trouble else {"exercises": {}, "predictions": {}}
        except (OSError, UnicodeDecodeError) as error:
            return self._unreadable(error)
        try:
            return _valid(json.loads(text))
        except (ValueError, RecursionError) as error:
            return self._unreadable(error)

    def _unreadable(self, error: Exception) -> dict[str, Any]:
        assert self.path is not None
        if isinstance(error, OSError):
            self.trouble = f"Progress cannot be read from {self.path.name} ({error.strerror or error})"
        else:
            aside = self.path.with_name(".twinclouds_progress.unreadable.json")
            with contextlib.suppress(OSError):
                os.replace(self.path, aside)
        return self._memory

    def _change(self, change: Callable[[dict[str, Any]], None]) -> None:
        if self.path is None:
            change(self._memory)
            return
        try:
            with _locked(self.path):
                data = copy.deepcopy(self._read())
                change(data)
                _write(self.path, {"format": _FORMAT, **data})
            self.trouble = ""
        except OSError as error:
            self.trouble = (
                f"Progress cannot be saved in this folder ({error.strerror or error}); it is kept until the kernel ends"
            )
            data = copy.deepcopy(self._read())
            change(data)
        self._memory = data


def _valid(data: Any) -> dict[str, Any]:
    """Return the parts that have the right form; people may have edited the file."""
    if not isinstance(data, dict):
        raise ValueError("no object")
    exercises = data.get("exercises")
    predictions = data.get("predictions")
    return {
        **{key: value for key, value in data.items() if key != "format"},
        "exercises": {str(k): v for k, v in exercises.items() if isinstance(v, dict)}
        if isinstance(exercises, dict)
        else {},
        "predictions": {k: v for k, v in predictions.items() if isinstance(v, str)}
        if isinstance(predictions, dict)
        else {},
    }


def _write(path: Path, data: dict[str, Any]) -> None:
    handle, name = tempfile.mkstemp(prefix=".twinclouds_progress.", suffix=".part", dir=path.parent)
    try:
        # A cell may hold characters that no file can (half of a pair): better a mark in their place than no file.
        with os.fdopen(handle, "w", encoding="utf-8", errors="replace") as file:
            json.dump(data, file, ensure_ascii=False, indent=1)
            file.write("\n")
        os.replace(name, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock file; works on every system and on network folders, where locks of the system may not."""
    lock = path.with_name(".twinclouds_progress.lock")
    deadline = time.monotonic() + 3.0
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            break
        except FileExistsError:
            with contextlib.suppress(OSError):
                if time.time() - lock.stat().st_mtime > _STALE:
                    lock.unlink()
                    continue
            if time.monotonic() > deadline:  # better to write than to lose an answer
                break
            time.sleep(0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            lock.unlink()


_stores: dict[Path | None, Store] = {}
#: Where the kernel was started, beside the notebook: a later os.chdir must not hide what was done before.
_STARTED_IN = Path.cwd()


def current() -> Store:
    """Return the store of the folder in which this kernel works.

    Outside of a Jupyter kernel (a script, a test) nothing is written: the store lives in memory. The environment
    variable ``TWINCLOUDS_PROGRESS`` names another folder, or ``off``.

    Examples
    --------
    >>> current().path is None
    True
    """
    wanted = os.environ.get("TWINCLOUDS_PROGRESS", "")
    folder: Path | None
    if wanted == "off":
        folder = None
    elif wanted:
        folder = Path(wanted).expanduser().resolve()
    else:
        folder = _STARTED_IN if _in_kernel() else None
    return _stores.setdefault(folder, Store(folder))


def _in_kernel() -> bool:
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return getattr(shell, "kernel", None) is not None
