"""A file of results, one JSON object per line, that a run which was stopped takes up again.

The first line says what made the file and with which settings. A line is written at once or, when the machine stops
in the middle, torn; a torn last line is cut off when the file is opened again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from twinclouds import __version__
from twinclouds.errors import TwincloudsError

__all__ = ["Journal", "Row", "read_rows"]

Row = dict[str, Any]

#: Every file begins so.
FIRST = '{"twinclouds": '


class Journal:
    """Rows of results, in a file or, without a path, in memory; each row has its ``index``, counted from 0.

    Parameters
    ----------
    path : str, path or None
        File to append to; it is made if it is not there.
    what : str
        What makes it.
    settings : mapping
        With which settings; a file that was made with others is refused.

    Raises
    ------
    TwincloudsError
        If the file cannot be written, or holds something else.

    Examples
    --------
    >>> journal = Journal(None, "example", {})
    >>> journal.append([{"index": 0}])
    >>> len(journal), list(journal.rows())
    (1, [{'index': 0}])
    """

    def __init__(self, path: str | os.PathLike[str] | None, what: str, settings: Mapping[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        self._kept: list[Row] = []
        self._count = 0
        if self.path is None:
            return
        header = {"twinclouds": __version__, "what": what, "settings": dict(settings)}
        try:
            if not self.path.exists() or self._torn_at_once():
                self.path.write_text(json.dumps(header) + "\n", encoding="utf-8")
            self._check_header(header)
            self._count = self._mend()
        except OSError as error:
            raise TwincloudsError(
                f"cannot write to {self.path}: {error.strerror}; name a file that you may write to"
            ) from None

    def __len__(self) -> int:
        return self._count

    def rows(self) -> Iterator[Row]:
        """Go through the rows, oldest first.

        Examples
        --------
        >>> list(Journal(None, "example", {}).rows())
        []
        """
        return iter(list(self._kept)) if self.path is None else read_rows(self.path)

    def append(self, rows: Iterable[Row]) -> None:
        """Add rows, for good.

        Examples
        --------
        >>> journal = Journal(None, "example", {})
        >>> journal.append([{"index": 0}, {"index": 1}])
        >>> len(journal)
        2
        """
        new = list(rows)
        self._count += len(new)
        if self.path is None:
            self._kept += new
            return
        with self.path.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(row, allow_nan=False) + "\n" for row in new))
            file.flush()
            os.fsync(file.fileno())

    def _torn_at_once(self) -> bool:
        """Is there nothing but the beginning of a first line?"""
        assert self.path is not None
        with self.path.open("rb") as file:
            start = file.read(100_000)
        return b"\n" not in start and (FIRST.encode().startswith(start) or start.startswith(FIRST.encode()))

    def _check_header(self, header: Row) -> None:
        assert self.path is not None
        with self.path.open("rb") as file:
            line = file.readline(100_000)
        try:
            found = json.loads(line)
            what, settings = found["what"], found["settings"]
        except (ValueError, KeyError, TypeError):
            raise TwincloudsError(f"{self.path} holds something else than results; name another file") from None
        if (what, settings) != (header["what"], json.loads(json.dumps(header["settings"]))):
            old = ", ".join(f"{key}={value}" for key, value in settings.items()) if isinstance(settings, dict) else ""
            raise TwincloudsError(
                f"{self.path} was made by {what} with other settings ({old}); take those to go on, or another file"
            )

    def _mend(self) -> int:
        """Cut off what is torn, and count the rows."""
        assert self.path is not None
        end, count, bad = 0, -1, 0
        with self.path.open("r+b") as file:
            for number, line in enumerate(file):
                if bad:
                    raise TwincloudsError(f"line {bad + 1} of {self.path} is broken; mend it, or name another file")
                if not line.endswith(b"\n") or (number and not _is_row(line, number - 1)):
                    bad = number
                    continue
                end, count = end + len(line), count + 1
            file.truncate(end)
        return count


def _is_row(line: bytes, index: int) -> bool:
    """Is this the row that belongs here? Two runs that write to one file at the same time mix theirs."""
    try:
        row = json.loads(line)
    except ValueError:
        return False
    return isinstance(row, dict) and row.get("index") == index


def read_rows(path: str | os.PathLike[str]) -> Iterator[Row]:
    """Go through the rows of a file of results, without the first line, which says how they were made.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "rows.jsonl"
    >>> Journal(file, "example", {}).append([{"index": 0}])
    >>> list(read_rows(file))
    [{'index': 0}]
    """
    with open(path, encoding="utf-8") as file:
        next(file, None)
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
