"""Clouds as bytes: what travels between processes, waits in a temporary file, and is told apart by its check sum.

Thousands of small molecules as objects cost more to pickle and to look at one by one than to compute with. Records of
isolated clouds of chemical elements that have equally many points are of one length, so that all of them together are
one array as they stand (:func:`stacks`). Every other cloud (periodic, or with species of its own) has a record as well,
which is read back by itself.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import COINCIDENT, HUGE, Cloud

__all__ = ["Stack", "check_sum", "plain_record", "record", "stacks", "unpack"]

#: The first byte says which kind of record it is: after it come atomic numbers and coordinates, or a header.
PLAIN, OTHER = b"p", b"o"

#: Bytes of a point in a plain record: its atomic number, and x, y and z.
POINT = 8 + 24

#: Header of other records: number of points, which axes are periods, and the cell.
HEADER = struct.Struct("<q3?9d")


@cache
def symbols() -> NDArray[np.str_]:
    """Return the chemical symbols by atomic number; ``"X"`` is number 0."""
    from ase.data import chemical_symbols

    return np.array(chemical_symbols)


@cache
def numbers() -> dict[str, int]:
    """Return the atomic numbers by chemical symbol."""
    return {symbol: number for number, symbol in enumerate(symbols().tolist())}


def plain_record(item: Any) -> bytes | None:
    """Pack an isolated ``ase.Atoms`` or an (n, 3) array as it stands; None if it is something else.

    Nothing is checked here: whoever unpacks it has to.

    Examples
    --------
    >>> len(plain_record(np.zeros((5, 3))))
    161
    """
    kind = type(item)
    if kind.__name__ == "Atoms" and kind.__module__ == "ase.atoms":
        elements, positions = item.arrays.get("numbers"), item.arrays.get("positions")
        if item.pbc.tobytes() != b"\0\0\0" or not isinstance(elements, np.ndarray) or elements.dtype != np.int64:
            return None
    elif kind is np.ndarray and item.dtype == np.float64 and item.ndim == 2:
        elements, positions = np.zeros(len(item), dtype=np.int64), item
    else:
        return None
    if not isinstance(positions, np.ndarray) or positions.dtype != np.float64 or positions.shape != (len(elements), 3):
        return None
    return b"".join((PLAIN, elements.tobytes(), positions.tobytes()))


def record(cloud: Cloud) -> bytes:
    """Pack any cloud.

    Examples
    --------
    >>> unpack(record(Cloud([[0, 0, 0], [0, 0, 1]], ["up", "down"]))).species.tolist()
    ['up', 'down']
    """
    if not cloud.periodic:
        elements = [numbers().get(symbol, -1) for symbol in cloud.species.tolist()]
        if min(elements) >= 0:
            return PLAIN + np.array(elements, dtype=np.int64).tobytes() + cloud.positions.tobytes()
    header = HEADER.pack(len(cloud), *cloud.pbc.tolist(), *np.ravel(cloud.cell).tolist())
    return OTHER + header + cloud.positions.tobytes() + "\0".join(cloud.species.tolist()).encode()


def unpack(packed: bytes, name: str = "") -> Cloud:
    """Return the cloud of a record, which does not hold its name.

    Raises
    ------
    CloudError
        If it is not valid, as :class:`twinclouds.Cloud` says.

    Examples
    --------
    >>> unpack(plain_record(np.eye(3))).formula
    'X3'
    """
    if packed[:1] == PLAIN:
        n = (len(packed) - 1) // POINT
        elements = np.frombuffer(packed, np.int64, n, 1)
        positions = np.frombuffer(packed, np.float64, 3 * n, 1 + 8 * n).reshape(n, 3)
        return Cloud(positions, _species(elements), name=name)
    n, *rest = HEADER.unpack_from(packed, 1)
    positions = np.frombuffer(packed, np.float64, 3 * n, 1 + HEADER.size).reshape(n, 3)
    species = packed[1 + HEADER.size + 24 * n :].decode().split("\0")
    return Cloud(positions, np.array(species), np.reshape(rest[3:], (3, 3)), np.array(rest[:3]), name)


def _species(elements: NDArray[np.int64]) -> NDArray[np.str_]:
    from twinclouds.errors import CloudError

    if len(elements) and not 0 <= elements.min() <= elements.max() < len(symbols()):
        raise CloudError("an atomic number is not that of an element")
    return np.asarray(symbols()[elements])


def check_sum(packed: bytes) -> int:
    """Return a number that tells whether a cloud is the one that it was when a run was stopped.

    Examples
    --------
    >>> check_sum(plain_record(np.eye(3))) == check_sum(plain_record(2 * np.eye(3)))
    False
    """
    return zlib.crc32(packed)


@dataclass(frozen=True, eq=False)
class Stack:
    """Isolated clouds of chemical elements that have equally many points.

    Attributes
    ----------
    where : (k,) array of int
        Which of the records these are.
    numbers : (k, n) array of int
        Atomic numbers.
    positions : (k, n, 3) array of float
        Coordinates in angstrom.
    """

    where: NDArray[np.int64]
    numbers: NDArray[np.int64]
    positions: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.where)

    def pick(self, those: NDArray[Any] | slice) -> Stack:
        """Return some of the clouds, by a mask, indices or a slice.

        Examples
        --------
        >>> (stack,) = stacks([plain_record(np.eye(3)), plain_record(2 * np.eye(3))])
        >>> stack.pick(slice(1, None)).where.tolist()
        [1]
        """
        return Stack(self.where[those], self.numbers[those], self.positions[those])

    def parts(self, most: int) -> Iterator[Stack]:
        """Cut the stack so that no part has many more than so many pairs of points: what fits into a cache is quick.

        Examples
        --------
        >>> (stack,) = stacks([plain_record(np.eye(3))] * 5)
        >>> [len(part) for part in stack.parts(most=20)]
        [2, 2, 1]
        """
        step = max(1, most // max(1, self.numbers.shape[1] ** 2))
        return (self.pick(slice(k, k + step)) for k in range(0, len(self), step))

    def measured(self) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
        """Measure all pairs of points, and say which clouds are plainly valid.

        Returns
        -------
        (k,) array of bool
            Which clouds are valid at first sight; of the others :func:`unpack` says what is wrong, if anything.
        (k, n (n - 1) / 2) array of float
            Distances of the pairs i < j, in the order of :func:`twinclouds.neighbours.all_lengths`, angstrom.

        Examples
        --------
        >>> (stack,) = stacks([plain_record(np.eye(3)), plain_record(np.zeros((3, 3)))])
        >>> stack.measured()[0].tolist(), stack.measured()[1][0].round(3).tolist()
        ([True, False], [1.414, 1.414, 1.414])
        """
        k, n = self.numbers.shape
        first, second = np.triu_indices(n, 1)
        squares = np.zeros((k, len(first)))
        with np.errstate(all="ignore"):
            for axis in range(3):
                x = np.ascontiguousarray(self.positions[:, :, axis])
                step = x[:, first] - x[:, second]
                step *= step
                squares += step
            lengths = np.sqrt(squares, out=squares)
            fine = (np.abs(self.positions) <= HUGE).all(axis=(1, 2))
            # Twice the distance in question, so that rounding hides nothing.
            fine &= (lengths > 2 * COINCIDENT).all(axis=1)
        fine &= ((self.numbers >= 0) & (self.numbers < len(symbols()))).all(axis=1)
        return fine & (n > 0), lengths


def stacks(records: Sequence[bytes], most: int = 300) -> Iterator[Stack]:
    """Put the plain records of clouds of at most so many points together, by their number of points.

    Examples
    --------
    >>> [stack.where.tolist() for stack in stacks([plain_record(np.eye(3)), plain_record(np.zeros((1, 3)))])]
    [[0], [1]]
    """
    by_length: dict[int, list[int]] = {}
    for k, one in enumerate(records):
        if one[:1] == PLAIN and len(one) <= 1 + POINT * most:
            by_length.setdefault(len(one), []).append(k)
    for length, where in by_length.items():
        n = (length - 1) // POINT
        table = np.frombuffer(b"".join([records[k] for k in where]), np.uint8).reshape(len(where), length)
        elements = np.ascontiguousarray(table[:, 1 : 1 + 8 * n]).view(np.int64)
        positions = np.ascontiguousarray(table[:, 1 + 8 * n :]).view(np.float64)
        yield Stack(np.array(where), elements, positions.reshape(len(where), n, 3))
