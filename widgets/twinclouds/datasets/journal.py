"""A file of results, one JSON object per line, that a run which was stopped takes up again.

The first line says what made the file and with which settings. A line is written at once or, when the machine stops
in the middle, torn; a torn last line is cut off when the file is opened again. While a run writes to a file it holds a
lock on it, which ends with the process, however that ends.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any

from twinclouds import __version__
from twinclouds.errors import TwincloudsError

__all__ = ["Journal", "Row", "quoted", "read_rows", "written"]

Row = dict[str, Any]

#: Every file begins so.
FIRST = '{"twinclouds": '

#: Version of what is in the rows: the hash of a cloud, and the number by which it is known again.
FORMAT = 3

#: A lock on Windows keeps others from reading what is locked, so that a byte is locked that no file has.
BEYOND = 2**40

#: Write a value as JSON, and a text, which is quicker.
written = json.JSONEncoder(allow_nan=False).encode
quoted = json.encoder.encode_basestring_ascii


class Journal(AbstractContextManager["Journal"]):
    """Rows of results, in a file or, without a path, in memory; each is a JSON object with its ``index``, from 0 on.

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
        If the file cannot be written, holds something else, or another run is writing to it.

    Examples
    --------
    >>> with Journal(None, "example", {}) as journal:
    ...     journal.append([written({"index": 0})])
    >>> len(journal), list(journal.rows())
    (1, [{'index': 0}])
    """

    def __init__(self, path: str | os.PathLike[str] | None, what: str, settings: Mapping[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        self._kept: list[str] = []
        self._count = 0
        self._file: IO[bytes] | None = None
        if self.path is None:
            return
        header = {"twinclouds": __version__, "format": FORMAT, "what": what, "settings": dict(settings)}
        try:
            # Not emptied before it is known that nobody else writes to it.
            self._file = os.fdopen(
                os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b"
            )
            try:
                self._lock()
                if self._torn_at_once():
                    self._file.truncate(0)
                    self._write(json.dumps(header) + "\n")
                self._check_header(header)
                self._count = self._mend()
            except BaseException:
                self.close()
                raise
        except OSError as error:
            raise self._unwritable(error) from None

    def __exit__(self, *error: object) -> None:
        self.close()

    def close(self) -> None:
        """Let others write to the file; the rows can be read on.

        Examples
        --------
        >>> Journal(None, "example", {}).close()
        """
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        return self._count

    def rows(self) -> Iterator[Row]:
        """Go through the rows, oldest first.

        Examples
        --------
        >>> list(Journal(None, "example", {}).rows())
        []
        """
        return map(json.loads, list(self._kept)) if self.path is None else read_rows(self.path)

    def append(self, rows: Sequence[str]) -> None:
        """Add rows, written as JSON, for good.

        Raises
        ------
        TwincloudsError
            If the file cannot be written any more.

        Examples
        --------
        >>> journal = Journal(None, "example", {})
        >>> journal.append(['{"index": 0}', '{"index": 1}'])
        >>> len(journal)
        2
        """
        if self.path is None:
            self._kept += rows
        elif rows:
            try:
                self._write("\n".join(rows) + "\n")
            except OSError as error:
                raise self._unwritable(error) from None
        self._count += len(rows)

    def _write(self, text: str) -> None:
        assert self._file is not None, "the journal is closed"
        self._file.seek(0, os.SEEK_END)
        self._file.write(text.encode())
        self._file.flush()
        os.fsync(self._file.fileno())

    def _unwritable(self, error: OSError) -> TwincloudsError:
        if isinstance(error, FileNotFoundError) and not Path(str(self.path)).parent.is_dir():
            return TwincloudsError(
                f"cannot write to {self.path}: there is no folder {Path(str(self.path)).parent}; make it"
            )
        return TwincloudsError(
            f"cannot write to {self.path}: {error.strerror or error}; name a file that you may write to"
        )

    def _lock(self) -> None:
        assert self._file is not None
        try:
            _lock_file(self._file)
        except BlockingIOError:
            raise TwincloudsError(
                f"another run is writing to {self.path}; wait until it ends, or name another file"
            ) from None
        except OSError:  # a file system that knows no locks
            pass

    def _torn_at_once(self) -> bool:
        """Is there nothing but the beginning of a first line?"""
        assert self._file is not None
        self._file.seek(0)
        start = self._file.read(100_000)
        return b"\n" not in start and (FIRST.encode().startswith(start) or start.startswith(FIRST.encode()))

    def _check_header(self, header: Row) -> None:
        assert self._file is not None
        self._file.seek(0)
        line = self._file.readline(100_000)
        try:
            found = json.loads(line)
            what, settings, version = found["what"], found["settings"], found.get("format", 1)
        except (ValueError, KeyError, TypeError, AttributeError):
            raise TwincloudsError(f"{self.path} holds something else than results; name another file") from None
        if what != header["what"]:
            raise TwincloudsError(f"{self.path} was made by {what}, not by {header['what']}; name another file")
        if settings != json.loads(json.dumps(header["settings"])):
            old = ", ".join(f"{key}={value}" for key, value in settings.items()) if isinstance(settings, dict) else ""
            raise TwincloudsError(
                f"{self.path} was made by {what} with other settings ({old}); take those to go on, or another file"
            )
        if version != FORMAT:
            raise TwincloudsError(
                f"{self.path} was made by another version of twinclouds ({found.get('twinclouds')}), and this one "
                "cannot go on with it; name another file"
            )

    def _mend(self) -> int:
        """Cut off what is torn, and count the rows."""
        assert self._file is not None
        end, count, bad = 0, -1, 0
        self._file.seek(0)
        for number, line in enumerate(self._file):
            if bad:
                raise TwincloudsError(f"line {bad + 1} of {self.path} is broken; mend it, or name another file")
            if not line.endswith(b"\n") or (number and not _is_row(line, number - 1)):
                bad = number
                continue
            end, count = end + len(line), count + 1
        self._file.truncate(end)
        return count


def _lock_file(file: IO[bytes]) -> None:
    """Lock a file for others, until it is closed; a BlockingIOError says that somebody else has."""
    try:
        import fcntl
    except ImportError:
        import msvcrt

        windows: Any = msvcrt
        file.seek(BEYOND)
        try:
            windows.locking(file.fileno(), windows.LK_NBLCK, 1)
        except OSError as error:
            raise BlockingIOError from error
    else:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _is_row(line: bytes, index: int) -> bool:
    """Is this the row that belongs here?"""
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
    >>> with Journal(file, "example", {}) as journal:
    ...     journal.append(['{"index": 0}'])
    >>> list(read_rows(file))
    [{'index': 0}]
    """
    with open(path, encoding="utf-8") as file:
        next(file, None)
        for line in file:
            if line.endswith("\n"):
                yield json.loads(line)
