"""All structures of some files and folders, one after the other.

XYZ files, of which data sets are made, are only cut into frames here. Whoever needs a structure reads it from the text
of its frame: the worker that computes with it. The plain ones (elements and positions, no cell) need no more than their
numbers to be converted; all others are read by ASE.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import re
import stat
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from twinclouds.clouds import as_cloud
from twinclouds.datasets.records import PLAIN, numbers, record
from twinclouds.declared import MAX_FILE, check_declared, check_xyz
from twinclouds.errors import CloudError, reason

if TYPE_CHECKING:
    from ase import Atoms

__all__ = ["Frame", "Reading", "frame_record", "read_many"]

#: Files that may hold many structures, and are read as a stream; of others one structure is read, by the workers.
XYZ, OTHERS = {".xyz", ".extxyz"}, {".traj", ".db"}

#: How compressed files are opened.
PACKED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}

#: What readers of compressed files raise when these are damaged.
DAMAGED = (OSError, EOFError, zlib.error, lzma.LZMAError)

#: A longer line (characters) belongs to no XYZ file; lines of a frame that are read together.
LONGEST, TOGETHER = 2**20, 10_000

#: Characters by which a comment line can say the same in many ways.
QUOTES = re.compile(r"[\"'\\{}\[\]]")

#: Comment lines, as ASE writes them, that speak of no cell and of no columns before the element and the position.
PLAIN_COMMENT = re.compile(
    r"""(?: \s* (?:
        Properties=species:S:1:pos:R:3 (?: :(?!Z:|pos|species|numbers|symbols)\w+:[SRIL]:\d+ )* (?=\s|$)
      | pbc="F[ ]F[ ]F" (?=\s|$)
      | (?!(?:Lattice|pbc|Properties)(?:[\s=]|$)) [A-Za-z_][\w.-]* (?: = (?:"[^"\\]*"|[^\s"'\\{}\[\]=]+) )? (?=\s|$)
    ))* \s*""",
    re.VERBOSE,
)


class UnreadableError(CloudError):
    """What stands in the place of a structure that cannot be read; it knows the name of that."""

    def __init__(self, name: object, problem: str) -> None:
        super().__init__(str(name), problem)
        self.name = str(name)

    def __str__(self) -> str:
        return ": ".join(filter(None, self.args))


@dataclass(frozen=True, slots=True)
class Frame:
    """A structure of an XYZ file that has not been read yet.

    Attributes
    ----------
    text : str
        Its lines.
    size : int
        Number of its atoms.
    name : str
        File, ``"@"``, and number of the frame.
    """

    text: str
    size: int
    name: str

    def __len__(self) -> int:
        return self.size

    def atoms(self) -> Atoms:
        r"""Let ASE read it.

        Raises
        ------
        CloudError
            If it cannot.

        Examples
        --------
        >>> Frame("1\n\nHe 0 0 0\n", 1, "helium.xyz@0").atoms()
        Atoms(symbols='He', pbc=False)
        """
        import ase.io

        try:
            check_xyz(self.text)
            atoms: Any = ase.io.read(io.StringIO(self.text), 0, format="extxyz")
        except CloudError as problem:
            raise UnreadableError(self.name, str(problem)) from None
        except Exception as error:  # readers raise whatever they stumble over
            raise UnreadableError(self.name, f"ASE cannot read this structure ({reason(error)})") from None
        atoms.info["name"] = self.name
        return atoms  # type: ignore[no-any-return]


def frame_record(frame: Frame) -> bytes:
    r"""Read a frame, and pack the cloud: see :mod:`twinclouds.datasets.records`.

    Raises
    ------
    CloudError
        If it cannot be read. A cloud that is packed need not be valid.

    Examples
    --------
    >>> from twinclouds.datasets.records import unpack
    >>> unpack(frame_record(Frame("2\n\nO 0 0 0\nH 0 0 1\n", 2, ""))).formula
    'HO'
    """
    return _plain_frame(frame) or record(as_cloud(frame.atoms()))


def _plain_frame(frame: Frame) -> bytes | None:
    """Read a frame in which nothing is unusual; None if ASE has to."""
    lines = frame.text.split("\n")
    n = frame.size
    if not n or len(lines) > n + 3 or (len(lines) == n + 3 and lines[-1]) or not _plain_comment(lines[1]):
        return None
    table = numbers()
    try:
        rows = [line.split(None, 4) for line in lines[2 : n + 2]]
        elements = array("q", [table[row[0]] for row in rows])
        positions = array("d", [float(x) for row in rows for x in row[1:4]])
    except (KeyError, IndexError, ValueError):
        return None
    if len(positions) != 3 * n:
        return None
    return PLAIN + elements.tobytes() + positions.tobytes()


def _plain_comment(comment: str) -> bool:
    """Is it plain that a comment line names neither a cell nor other columns?"""
    quiet = not any(word in comment for word in ("Lattice", "pbc", "Properties")) and not QUOTES.search(comment)
    return quiet or PLAIN_COMMENT.fullmatch(comment) is not None


class Reading(Iterator[Any]):
    """The structures of some files and folders: see :func:`read_many`.

    Parameters
    ----------
    paths : iterable of str or path
        Files and folders.
    """

    def __init__(self, paths: Iterable[str | os.PathLike[str]]) -> None:
        self._paths = paths
        self._places: list[tuple[Path, int] | CloudError] | None = None
        self._items: Iterator[Any] | None = None
        self._total = self._before = self._present = self._count = 0
        self._raw: IO[bytes] | None = None
        #: A file that is passed over: that of the results.
        self.skip: Path | None = None

    def __next__(self) -> Any:
        item = next(self.unread())
        if not isinstance(item, Frame):
            return item
        try:
            return item.atoms()
        except CloudError as problem:
            return problem

    def unread(self) -> Iterator[Any]:
        """Go on, but leave the frames of XYZ files unread.

        Examples
        --------
        >>> next(Reading(["nowhere.xyz"]).unread())
        PosixPath('nowhere.xyz')
        """
        if self._items is None:
            self._items = self._all()
        return self._items

    def expected(self) -> int:
        """Estimate the number of all structures, from what has been read so far; 0 if that says nothing.

        Examples
        --------
        >>> reading = Reading(["nowhere.xyz", "elsewhere.xyz"])
        >>> reading.expected(), next(reading).name, reading.expected()
        (0, 'nowhere.xyz', 2)
        """
        raw = self._raw
        done = self._before + (self._present if raw is None or raw.closed else raw.tell())
        return round(self._count * max(self._total / done, 1.0)) if done and self._count else 0

    def _all(self) -> Iterator[Any]:
        places = list(_walk(self._paths))
        self._total = sum(size for _, size in places)
        for place, self._present in places:
            for item in [place] if isinstance(place, CloudError) else self._one(place):
                self._count += 1
                yield item
            self._before += self._present
            self._raw, self._present = None, 0

    def _one(self, place: Path) -> Iterator[Any]:
        if self.skip is not None and _same(place, self.skip):
            return
        packed = place.suffix.lower() in PACKED
        suffix = Path(place.stem).suffix.lower() if packed else place.suffix.lower()
        if suffix in XYZ and place.is_file():
            yield from self._frames(place)
        elif suffix in OTHERS and not packed and place.is_file():
            yield from _read_by_ase(place)
        else:
            yield place

    def _frames(self, place: Path) -> Iterator[Any]:
        number = 0
        try:
            with open(place, "rb") as raw:
                self._raw = raw
                stream = PACKED[place.suffix.lower()](raw) if place.suffix.lower() in PACKED else raw
                # A comment may be in any encoding; nothing that matters is outside of ASCII.
                with io.TextIOWrapper(stream, encoding="utf-8", errors="replace") as file:
                    for text, size in _cut(file):
                        yield Frame(text, size, f"{place}@{number}")
                        number += 1
        except _NoFrameError:  # perhaps it is something else that is called so
            yield place
        except CloudError as problem:
            yield UnreadableError(f"{place}@{number}", str(problem))
        except DAMAGED as error:
            yield UnreadableError(f"{place}@{number}", f"the file cannot be read on from here ({reason(error)})")


class _NoFrameError(Exception):
    """A file does not begin with a number of atoms."""


def _cut(file: IO[str]) -> Iterator[tuple[str, int]]:
    """Cut an XYZ file into frames: their lines, and numbers of atoms."""
    lines = iter(partial(file.readline, LONGEST), "")
    first = header = next(lines, "")
    if not first.strip():
        raise CloudError("the file is empty; it should hold a structure")
    while header.strip():
        try:
            size = int(header)
        except ValueError:
            size = -1
        if size < 0:
            if header is first:
                raise _NoFrameError
            raise CloudError(
                f"a number of atoms should stand here, not {header.strip()[:40]!r}; the file was left there, mend it"
            )
        frame, length, missing = [header], 0, size + 1
        while missing:
            more = list(islice(lines, min(missing, TOGETHER)))
            if not more:
                raise CloudError(
                    f"the file declares {size} atoms, but has only {max(size - missing, 0)} "
                    f"line{'s' * (size - missing != 1)} for them; it was cut short, or the number is wrong"
                )
            frame += more
            missing -= len(more)
            length += sum(map(len, more)) if missing else 0
            if length > MAX_FILE:
                raise CloudError(
                    f"a structure of more than {MAX_FILE // 2**20} MB is too large to be compared; the file was left "
                    "there"
                )
        header = next(lines, "")
        while header.lstrip().startswith("VEC"):
            frame.append(header)
            header = next(lines, "")
        yield "".join(frame), size


def _read_by_ase(place: Path) -> Iterator[Any]:
    import ase.io

    number = 0
    try:
        check_declared(str(place), whole=False, torn=True)
        for atoms in ase.io.iread(str(place), ":", do_not_split_by_at_sign=True):
            atoms.info["name"] = f"{place}@{number}"
            number += 1
            yield atoms
    except CloudError as problem:
        yield UnreadableError(place, str(problem))
    except Exception as error:  # as above
        yield UnreadableError(
            f"{place}@{number}", f"ASE cannot read this structure ({reason(error)}); the file was left there, mend it"
        )


def _walk(paths: Iterable[str | os.PathLike[str]]) -> Iterator[tuple[Any, int]]:
    """Find all files, and how long they are; what is none becomes an error in its place."""
    for path in paths:
        place = Path(path)
        try:
            if place.is_dir():
                found = list(_folder(place, set()))
                yield from found or [(UnreadableError(place, "there is no file in this folder; name another one"), 1)]
                continue
            status = place.stat()
        except FileNotFoundError:
            yield place, 1  # "file.xyz@3" is a structure of a file, and of what is missing the reader says so
        except (OSError, ValueError) as error:
            yield UnreadableError(place, f"this cannot be looked at ({reason(error)})"), 1
        else:
            yield _regular(place, status)


def _folder(place: Path, above: set[tuple[int, int]]) -> Iterator[tuple[Any, int]]:
    try:
        status = place.stat()
        mark = (status.st_dev, status.st_ino)
        if mark in above:
            return  # a link that leads back to a folder around it
        entries = sorted(os.scandir(place), key=lambda entry: entry.name)
    except OSError as error:
        yield UnreadableError(place, f"this folder cannot be looked at ({reason(error)})"), 1
        return
    for entry in entries:
        if entry.name.startswith("."):
            continue
        one = place / entry.name
        try:
            if entry.is_dir():
                yield from _folder(one, above | {mark})
            else:
                yield _regular(one, entry.stat())
        except OSError as error:
            yield UnreadableError(one, f"this cannot be looked at ({reason(error)})"), 1


def _regular(place: Path, status: os.stat_result) -> tuple[Any, int]:
    if not stat.S_ISREG(status.st_mode):  # a pipe would keep the reader waiting
        return UnreadableError(place, "this is neither a file nor a folder; write what comes from it to a file"), 1
    return place, max(status.st_size, 1)


def _same(place: Path, other: Path) -> bool:
    try:
        return place.samefile(other)
    except (OSError, ValueError):
        return False


def read_many(paths: str | os.PathLike[str] | Iterable[str | os.PathLike[str]]) -> Reading:
    r"""Go through all structures of some files and folders, one after the other.

    Parameters
    ----------
    paths : iterable of str or path
        Files that ASE can read, with one or more structures, and folders of such; a single one, too.

    Returns
    -------
    iterator of ase.Atoms, path or CloudError
        What :func:`deduplicate` takes. Structures of a file with several (XYZ and extended XYZ, also compressed, and
        ASE's own ``.traj`` and ``.db``) are called ``"file.xyz@0"``, ``"file.xyz@1"``, ... and read here, unless
        :func:`deduplicate` lets its workers do it; other files are left for the workers, too. What cannot be read
        becomes an error in its place.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "two.xyz"
    >>> _ = file.write_text("1\n\nH 0 0 0\n1\n\nH 1 0 0\n")
    >>> [atoms.info["name"][-9:] for atoms in read_many([file])]
    ['two.xyz@0', 'two.xyz@1']
    """
    return Reading([paths] if isinstance(paths, (str, os.PathLike)) else paths)
