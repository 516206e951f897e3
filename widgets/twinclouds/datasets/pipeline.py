"""A long input on its way through workers, block by block.

Blocks are read, done and written one after the other; while workers do one, the next is read. A block is as large as
can be done in half a second, so that little is lost when a run is stopped, however long a single cloud takes.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any, NamedTuple

from twinclouds.clouds import Cloud, as_cloud, read_cloud
from twinclouds.datasets.frames import Frame, Reading, frame_record
from twinclouds.datasets.journal import Journal, Row
from twinclouds.datasets.records import plain_record, record
from twinclouds.datasets.workers import Started, Workers
from twinclouds.errors import TwincloudsError

if TYPE_CHECKING:
    from typing import TypeAlias

    from twinclouds.clouds import CloudLike

    Item: TypeAlias = "CloudLike | str | os.PathLike[str] | TwincloudsError | Frame"
    Progress: TypeAlias = "Callable[[int, int, str], object]"
    Packed: TypeAlias = "bytes | tuple[str, int] | Loose"

__all__ = ["Block", "Line", "Loose", "item_cloud", "item_name", "item_record", "pack", "size_of", "trouble"]

#: Items of a block, per piece of work and in all, and atoms that they may have together.
PIECE, BLOCK, ATOMS = 2048, 50_000, 200_000

#: How long a block should take, seconds.
LONG = 0.5


class Loose(NamedTuple):
    """The name of a file, which a worker will read; or what is wrong with an item."""

    item: str | os.PathLike[str] | TwincloudsError


def pack(item: Item) -> Packed:
    """Take at once what an item holds, since the input may change it for the next one; cheap to send to others.

    Examples
    --------
    >>> pack("water.xyz")
    Loose(item='water.xyz')
    """
    if isinstance(item, Frame):
        return item.text, item.size
    if isinstance(item, (str, os.PathLike, TwincloudsError)):
        return Loose(item)
    try:
        return plain_record(item) or record(as_cloud(item))
    except Exception as error:  # whatever it is, it is about this item
        return Loose(TwincloudsError(trouble(error)))


def size_of(packed: Packed) -> int:
    """Return the number of points of an item, 0 if it is not known yet.

    Examples
    --------
    >>> size_of(pack([[0, 0, 0], [0, 0, 1]])), size_of(pack("water.xyz"))
    (2, 0)
    """
    if isinstance(packed, bytes):
        return len(packed) // 32
    if not isinstance(packed, Loose):
        return packed[1]
    return 0


def item_record(packed: Packed) -> bytes:
    r"""Return the record of an item, which need not be valid, or raise what is wrong with it.

    Examples
    --------
    >>> len(item_record(("1\n\nHe 0 0 0\n", 1))) == len(item_record(pack([[0, 0, 0]])))
    True
    """
    if isinstance(packed, bytes):
        return packed
    return record(item_cloud(packed)) if isinstance(packed, Loose) else frame_record(Frame(*packed, ""))


def item_cloud(packed: Loose) -> Cloud:
    """Return the cloud that an item is the file of, or raise what is wrong with it.

    Examples
    --------
    >>> item_cloud(Loose(TwincloudsError("this is no cloud")))
    Traceback (most recent call last):
    ...
    twinclouds.errors.TwincloudsError: this is no cloud
    """
    if isinstance(packed.item, TwincloudsError):
        raise packed.item
    return read_cloud(packed.item)


def item_name(item: Item, index: int) -> str:
    """Name an item, by its number if it has no name.

    Examples
    --------
    >>> item_name("water.xyz", 5), item_name([[0, 0, 0]], 6)
    ('water.xyz', '#6')
    """
    if isinstance(item, Frame):
        return item.name
    if isinstance(item, (str, os.PathLike)):
        return os.fspath(item)
    info: Any = getattr(item, "info", {})
    return str(getattr(item, "name", "") or (isinstance(info, dict) and info.get("name")) or f"#{index}")


def trouble(error: Exception) -> str:
    """Say in one line what is wrong with a cloud, whatever the error.

    Examples
    --------
    >>> trouble(ZeroDivisionError("division by zero")), trouble(TwincloudsError("no such file"))
    ('ZeroDivisionError: division by zero', 'no such file')
    """
    text = " ".join(str(error).split())
    return text if isinstance(error, TwincloudsError) and text else f"{type(error).__name__}: {text}".rstrip(": ")


@dataclass(eq=False)
class Block:
    """Some consecutive items of the input, on their way.

    Attributes
    ----------
    start : int
        Number of the first in the input.
    names, packed : list
        What they are called, and what they hold.
    done : list of dict or None
        Their rows, where they are in the file already.
    work : Started or None
        What workers do for them at present.
    notes : Any
        What was found out so far.
    """

    start: int
    names: list[str]
    packed: list[Any]
    done: list[Row] | None
    work: Started | None = None
    notes: Any = None

    def results(self) -> list[Any]:
        """Wait for what the workers do.

        Examples
        --------
        >>> with Workers(1) as workers:
        ...     Block(0, ["a"], ["a"], None, workers.start(len, [("a",)])).results()
        [1]
        """
        assert self.work is not None
        return self.work.results()


class Line:
    """The line in which blocks are done.

    Parameters
    ----------
    journal : Journal
        Where the rows go.
    workers : Workers
        Who does the work.
    source : iterable
        The input.
    progress : callable or None
        Called with (items done, number of items or 0 where it is not known, name of the last).

    Examples
    --------
    What names are how long, by way of workers that know the length of a text:

    >>> with Workers(1) as workers, Journal(None, "example", {}) as journal:
    ...     line = Line(journal, workers, ["water", "ethanol"], None)
    ...     line.run(
    ...         lambda item, index: (item, item, 0),
    ...         lambda block: line.start(block, lambda some: [len(text) for text in some]),
    ...         lambda block: None,
    ...         lambda block: journal.append([f'{{"length": {n}}}' for part in block.results() for n in part]),
    ...     )
    >>> list(journal.rows())
    [{'length': 5}, {'length': 7}]
    """

    def __init__(self, journal: Journal, workers: Workers, source: Iterable[Any], progress: Progress | None) -> None:
        self._journal, self._workers, self._source, self._progress = journal, workers, source, progress
        self._count, self._allowed, self._last = 0, 1, time.monotonic()

    def run(
        self,
        take: Callable[[Any, int], tuple[str, Any, int]],
        start: Callable[[Block], None],
        ask: Callable[[Block], None],
        finish: Callable[[Block], None],
    ) -> None:
        """Do all blocks.

        Parameters
        ----------
        take : callable
            Of an item and its number: its name, what of it is sent to workers, and its number of atoms.
        start, ask, finish : callable
            Start the work of a block; ask for what came out, and start what is to do about it; write the rows. Blocks
            are asked, and finished, one after the other: a block is asked when all before the last are finished.

        Raises
        ------
        TwincloudsError
            If the journal has more rows than the input has items.
        """
        started: deque[Block] = deque()
        asked: deque[Block] = deque()

        def advance() -> None:
            if asked:
                block = asked.popleft()  # before it is finished: it must not be finished twice
                finish(block)
                self._tell(block)
            if started:
                ask(started[0])
                asked.append(started.popleft())

        try:
            for block in self._blocks(take):
                start(block)
                started.append(block)
                if self._workers.away:
                    # They have got something to do: time to see what came out of the blocks before.
                    while len(started) > 1:
                        advance()
                else:
                    while started or asked:
                        advance()
            while started or asked:
                advance()
        except BaseException:
            with suppress(Exception):  # what is finished is kept
                next_ = asked[0] if asked else None
                if next_ and next_.work and next_.work.ready() and next_.start == len(self._journal):
                    finish(next_)
            raise
        if len(self._journal) > self._count:
            raise TwincloudsError(
                f"{self._journal.path} has {len(self._journal)} rows, but the input ends after {self._count}; give the "
                "same input to go on, or name another file"
            )

    def _blocks(self, take: Callable[[Any, int], tuple[str, Any, int]]) -> Iterator[Block]:
        """Cut the input into blocks that are small enough, and either in the file as a whole or not at all."""
        rows, there = self._journal.rows(), len(self._journal)
        items = self._items()
        while True:
            if self._count == there:
                self._allowed = 1  # what was done before says nothing of how long the rest takes
            most = self._allowed if self._count >= there else min(self._allowed, there - self._count)
            names: list[str] = []
            packed: list[Any] = []
            atoms = 0
            for item in islice(items, most):
                name, one, size = take(item, self._count + len(names))
                names.append(name)
                packed.append(one)
                atoms += size
                if atoms >= ATOMS:
                    break
            if not names:
                return
            done = list(islice(rows, len(names))) if self._count < there else None
            block = Block(self._count, names, packed, done)
            self._count += len(names)
            yield block

    def _items(self) -> Iterator[Any]:
        if not isinstance(self._source, Reading):
            return iter(self._source)
        self._source.skip = self._journal.path
        return self._source.unread()

    def _tell(self, block: Block) -> None:
        """Say how far it is, and see how large the next blocks may be."""
        now = time.monotonic()
        speed = len(block.names) / max(now - self._last, 1e-3)
        self._last = now
        most = min(BLOCK, PIECE * self._workers.pieces)
        self._allowed = max(1, min(int(LONG * speed), 4 * self._allowed, most))
        if self._progress is not None:
            end = block.start + len(block.names)
            source = self._source
            total = (
                source.expected() if isinstance(source, Reading) else len(source) if isinstance(source, Sized) else 0
            )
            self._progress(end, max(total, end) if total else 0, block.names[-1])

    def check(self, block: Block, stamps: Sequence[int], name: str) -> None:
        """Raise a TwincloudsError if what is in the file is not what is in the input now."""
        for k, (row, stamp) in enumerate(zip(block.done or (), stamps, strict=True)):
            if row.get("stamp") != stamp:
                raise TwincloudsError(
                    f"{self._journal.path} has {row[name]} in place {block.start + k}, but the input has something "
                    "else there; give the same input in the same order to go on, or name another file"
                )

    def start(self, block: Block, function: Callable[..., Any], *more: Any) -> None:
        """Let workers call a function of some of the packed items, and more."""
        size = max(1, -(-len(block.packed) // self._workers.pieces))
        parts = [(block.packed[k : k + size], *more) for k in range(0, len(block.packed), size)]
        block.work = self._workers.start(function, parts)
