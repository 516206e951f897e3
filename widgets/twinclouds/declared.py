"""What a structure file says about its own size, checked against its length before anything is read.

Readers believe the number of atoms that a file begins with: some fill memory or wait for ever for the atoms to come,
others return those that are there as if they were all. Neither may happen with a file that was cut short or is hostile.
"""

from __future__ import annotations

import json
import lzma
import math
import os
import re
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from twinclouds.errors import CloudError

__all__ = ["MAX_FILE", "check_declared", "check_xyz"]

#: A longer file (bytes, decompressed) is not read as a whole: what it holds would not fit into memory.
MAX_FILE = 200 * 2**20

#: So many atoms may be missing where a file that was cut short is read up to there: a reader waits for each.
MAX_TORN = 1_000_000

#: Number of atoms declared, number of lines left for them.
Claims = Iterator[tuple[int, int]]


def check_declared(file: str, whole: bool = True, torn: bool = False) -> None:
    r"""Raise a CloudError if a file is too long, or declares more atoms than it has lines for.

    Parameters
    ----------
    file : str
        Name of a file that exists.
    whole : bool, optional
        Will all structures in it be read?
    torn : bool, optional
        May the last structure be cut short, because those before it are wanted all the same? Then the reader has to
        notice it.

    Raises
    ------
    CloudError
        As said above. Formats that are not known here, and binary ones, pass.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "cut.xyz"
    >>> _ = file.write_text("3\n\nH 0 0 0\n")
    >>> check_declared(str(file))
    Traceback (most recent call last):
    ...
    twinclouds.errors.CloudError: the file declares 3 atoms, but has only 1 line for them; it was cut short, or the
    number is wrong
    """
    content = _content(file, whole)
    claims = _READERS.get(_format(file))
    if claims is not None:
        _check(claims(_lines(content.decode("utf-8", "replace"))), torn)


def check_xyz(text: str) -> None:
    r"""Raise a CloudError if the text of an XYZ file declares more atoms or columns than it has.

    Examples
    --------
    >>> check_xyz("2\n\nH 0 0 0\n")
    Traceback (most recent call last):
    ...
    twinclouds.errors.CloudError: the file declares 2 atoms, but has only 1 line for them; it was cut short, or the
    number is wrong
    """
    _check(_xyz(_lines(text)), torn=False)


def _check(claims: Claims, torn: bool) -> None:
    for declared, left in claims:
        if declared > left and not (torn and declared <= MAX_TORN):
            raise CloudError(
                f"the file declares {declared} atoms, but has only {left} line{'s' * (left != 1)} for them; it was cut "
                "short, or the number is wrong"
            )


def _format(file: str) -> str:
    """Name the format as ASE will see it; "" if ASE does not know it."""
    from ase.io.formats import filetype

    try:
        return str(filetype(file))
    except Exception:  # ASE will say the same again, and then it is reported
        return ""


def _content(file: str, whole: bool) -> bytes:
    from ase.io.formats import open_with_compression

    opened: Any
    try:
        with open_with_compression(file, "rb") as opened:
            content: bytes = opened.read(MAX_FILE + 1)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError):  # no archive: ASE will say so
        return b""
    if len(content) <= MAX_FILE:
        return content
    if whole:
        raise CloudError(
            f"the file has more than {MAX_FILE // 2**20} MB, too much to be read as a whole; pick one structure, for "
            f"instance {os.path.basename(file)}@0, or cut it out"
        )
    return b""  # ASE reads such a file piece by piece


def _lines(text: str) -> list[str]:
    """Cut a text into lines where a file opened as text ends them; str.splitlines ends one at a form feed, too."""
    lines = re.split(r"\r\n|\r|\n", text)
    return lines if lines[-1] else lines[:-1]


def _number(text: str) -> int:
    """Return the number that a text begins with, at most 18 digits of it; 0 if there is none."""
    found = re.match(r"\s*(\d{1,18})", text)
    return int(found[1]) if found else 0


def _xyz(lines: list[str]) -> Claims:
    at = 0
    while at < len(lines) and lines[at].strip():
        count = _number(lines[at])
        yield count, max(len(lines) - at - 2, 0)
        properties = (
            re.search(r"Properties=(\S+)", lines[at + 1], re.IGNORECASE) if count and at + 2 < len(lines) else None
        )
        if properties:
            columns = sum(map(int, re.findall(r":[A-Za-z]:(\d{1,18})", properties[1])))
            if columns > len(lines[at + 2]):  # each takes a character at least
                raise CloudError(
                    f"the file declares {columns} columns, but has {len(lines[at + 2])} characters for them"
                )
        at += count + 2
        while at < len(lines) and lines[at].startswith("VEC"):
            at += 1


def _at(row: int, more: int = 0) -> Callable[[list[str]], Claims]:
    """Look for the number at the beginning of a row, perhaps negative; some more lines come after the atoms."""

    def claims(lines: list[str]) -> Claims:
        if len(lines) > row:
            yield _number(lines[row].strip().removeprefix("-")), max(len(lines) - row - 1 - more, 0)

    return claims


def _after(pattern: str) -> Callable[[list[str]], Claims]:
    """Look for the number behind a pattern, on its line or the next."""

    def claims(lines: list[str]) -> Claims:
        for row, line in enumerate(lines):
            found = re.search(pattern, line)
            if found:
                rest = line[found.end() :].strip()
                yield _number(rest or (lines[row + 1] if row + 1 < len(lines) else "")), len(lines) - row - 1

    return claims


def _vasp(lines: list[str]) -> Claims:
    for row in (5, 6):  # the row of the symbols may be missing
        words = lines[row].split("!")[0].split() if len(lines) > row else []
        if words and all(word.isdecimal() for word in words):
            yield sum(map(_number, words)), len(lines) - row - 1
            return


def _mol(lines: list[str]) -> Claims:
    if len(lines) > 3:
        yield _number(lines[3][:3]), len(lines) - 4


def _json(lines: list[str]) -> Claims:
    """Look for arrays larger than what is given to fill them: from one number ASE would fill all of it."""
    large: list[tuple[int, int]] = []

    def look(found: dict[str, Any]) -> None:
        array: Any = found.get("__ndarray__", ((), "", ()))
        shape, _, data = array
        declared = math.prod(shape)
        if declared > max(1, 2 * len(data)):  # a complex number is given by two
            large.append((declared, len(data)))

    with suppress(ValueError, TypeError, RecursionError):  # no JSON, or no array: ASE will say so
        json.loads("\n".join(lines), object_hook=look)
    for declared, given in large[:1]:
        raise CloudError(
            f"the file declares an array of {declared} numbers, but has {given} for it; its shape is wrong"
        )
    yield from ()


_READERS: dict[str, Callable[[list[str]], Claims]] = {
    "xyz": _xyz,
    "extxyz": _xyz,
    "vasp": _vasp,
    "vasp-xdatcar": _vasp,
    "gen": _at(0),
    "gromacs": _at(1, more=1),
    "mol": _mol,
    "sdf": _mol,
    "cube": _at(2, more=3),
    "lammps-dump-text": _after(r"^ITEM: NUMBER OF ATOMS"),
    "cfg": _after(r"^Number of particles\s*="),
    "xsf": _after(r"^\s*PRIMCOORD"),
    "dftb": _at(0),
    "json": _json,
}
