"""The distinct clouds of a data set so far: their hashes in sorted arrays, they themselves in a temporary file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from tempfile import TemporaryFile, gettempdir
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinclouds.errors import TwincloudsError

__all__ = ["Known", "Table", "meetings"]

#: Pairs of clouds with a common key that are looked at together.
TOGETHER = 1_000_000


class Table(NamedTuple):
    """Clouds, sorted by their own key: which they are, and the values that were hashed."""

    keys: NDArray[np.uint64]
    which: NDArray[np.int64]
    values: NDArray[np.float64]

    @classmethod
    def sort(cls, keys: NDArray[np.uint64], which: NDArray[np.int64], values: NDArray[np.float64]) -> Table:
        """Sort by key; what has one key keeps its order."""
        order = np.argsort(keys, kind="stable")
        return cls(keys[order], which[order], values[order])


def meetings(
    table: Table, keys: NDArray[np.uint64], owners: NDArray[np.int64], values: NDArray[np.float64], slack: float
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Find the clouds of a table that have to be compared with some others.

    Parameters
    ----------
    table : Table
        The clouds.
    keys, owners : (k,) arrays of int
        Keys of the others, and whose they are.
    values : (m, d) array of float
        Values of the others.
    slack : float
        How far the values of two clouds may be apart that the test takes for one.

    Yields
    ------
    others, clouds : (p,) arrays of int
        Numbers of the two members of some pairs.

    Examples
    --------
    >>> values = np.array([[0.1], [0.9]])
    >>> table = Table.sort(np.array([7, 5], dtype=np.uint64), np.array([0, 1]), values)
    >>> pairs = meetings(table, np.array([5, 7], dtype=np.uint64), np.array([0, 0]), values + 0.05, slack=0.1)
    >>> [(others.tolist(), clouds.tolist()) for others, clouds in pairs]
    [([0], [0])]
    """
    low, high = (np.searchsorted(table.keys, keys, side) for side in ("left", "right"))
    count = high - low
    some = np.flatnonzero(count)
    ends = np.cumsum(count[some])
    start = 0
    while start < len(some):  # piece by piece: many clouds that hardly differ may share a key
        stop = max(start + 1, int(np.searchsorted(ends, ends[start] + TOGETHER)))
        part = some[start:stop]
        place = np.repeat(low[part] - np.cumsum(count[part]) + count[part], count[part]) + np.arange(count[part].sum())
        other = np.repeat(owners[part], count[part])
        near = (np.abs(table.values[place] - values[other]) <= slack).all(axis=1)
        yield other[near], table.which[place[near]]
        start = stop


class Known(AbstractContextManager["Known"]):
    """The distinct clouds so far.

    Sorted arrays cost 60 bytes and the values for each; a dictionary of objects would cost ten times as much. New
    clouds are sorted by themselves, and arrays of one size are put together, so that there are few of them.

    Examples
    --------
    >>> with Known() as known:
    ...     known.add(np.array([9], dtype=np.uint64), np.array([[0.5]]), np.array([0]), [b"cloud"])
    ...     found = known.find(np.array([9], dtype=np.uint64), np.array([0]), np.array([[0.5]]), 1e-6)
    ...     [x.tolist() for x in found], known.read(0)
    ([[0], [0]], b'cloud')
    """

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._tables: list[Table] = []
        self._index = np.zeros(0, dtype=np.int64)
        self._ends = np.zeros(0, dtype=np.int64)
        self._count = 0

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(
        self,
        keys: NDArray[np.uint64],
        values: NDArray[np.float64],
        index: NDArray[np.int64],
        records: Sequence[bytes],
    ) -> None:
        """Add clouds: own keys, values, numbers in the input (increasing), and records."""
        if not len(keys):
            return
        count = self._count + len(index)
        if count > len(self._index):
            for name in ("_index", "_ends"):
                setattr(self, name, np.resize(getattr(self, name), 2 * count))
        end = int(self._ends[self._count - 1]) if self._count else 0
        self._index[self._count : count] = index
        self._ends[self._count : count] = end + np.cumsum([len(one) for one in records])
        try:
            self._file.seek(end)
            self._file.write(b"".join(records))
            self._file.flush()
        except OSError as error:
            raise TwincloudsError(
                f"the clouds do not fit into the temporary folder {gettempdir()} ({error.strerror}); make room there, "
                "or name another one with the environment variable TMPDIR"
            ) from None
        table = Table.sort(keys, np.arange(self._count, count), values)
        while self._tables and len(self._tables[-1].keys) <= len(table.keys):
            last = self._tables.pop()
            table = Table.sort(*(np.concatenate(pair) for pair in zip(last, table, strict=True)))
        self._tables.append(table)
        self._count = count

    def find(
        self, keys: NDArray[np.uint64], owners: NDArray[np.int64], values: NDArray[np.float64], slack: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return which of some clouds have to be compared with which of these, in the order of both."""
        found = [pair for table in self._tables for pair in meetings(table, keys, owners, values, slack)]
        if not found:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
        others, clouds = (np.concatenate(parts) for parts in zip(*found, strict=True))
        order = np.lexsort((clouds, others))
        return others[order], clouds[order]

    def index(self, number: int) -> int:
        """Return the place in the input of a cloud that was found."""
        return int(self._index[number])

    def read(self, number: int) -> bytes:
        """Return its record."""
        start = int(self._ends[number - 1]) if number else 0
        self._file.seek(start)
        return self._file.read(int(self._ends[number]) - start)
