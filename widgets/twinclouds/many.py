"""Many clouds: compare pairs by the thousand, and find what occurs more than once in a data set.

Both go through their input once, block by block, so that it may be a generator and need not fit into memory; the
work is spread over all cores by joblib, or over a cluster by dask. Results do not depend on how many workers there are.
They can be written to a file, line by line; a run that was stopped goes on from there. A cloud that cannot be read or
compared is named in the results, and the run goes on.
"""

from __future__ import annotations

import os
import pickle
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from twinclouds.clouds import Cloud, as_cloud, read_cloud
from twinclouds.declared import check_declared
from twinclouds.errors import CompareError, TwincloudsError
from twinclouds.graphs import TOLERANCE, check_cutoff
from twinclouds.hashing import refinement_hash
from twinclouds.journal import Journal, Row
from twinclouds.refinement import TESTS, check_rounds, check_tolerance, compare

if TYPE_CHECKING:
    from types import TracebackType
    from typing import TypeAlias

    from twinclouds.clouds import CloudLike

    Item: TypeAlias = "CloudLike | str | os.PathLike[str] | TwincloudsError"
    Progress: TypeAlias = "Callable[[int, int, str], object]"

__all__ = ["Comparisons", "Deduplication", "compare_many", "deduplicate", "read_many"]

#: Clouds that are looked at together, and atoms that they may have together.
BLOCK, ATOMS = 4096, 1_000_000

#: Pieces of work per worker and block: enough that none waits long for the slowest.
PIECES = 4

#: Files that may hold many structures are read one after the other; others by the workers.
SEVERAL = {".xyz", ".extxyz", ".traj", ".db"}


@dataclass(frozen=True)
class _How:
    """How clouds are compared."""

    cutoff: float
    rounds: int | None
    test: str
    tolerance: float
    shapes: bool = False

    def settings(self) -> Row:
        cutoff = self.cutoff if np.isfinite(self.cutoff) else None
        return {
            "test": self.test,
            "cutoff": cutoff,
            "rounds": self.rounds,
            "tolerance": self.tolerance,
            "shapes": self.shapes,
        }


def _how(cutoff: float, rounds: int | None, test: str, tolerance: float, shapes: bool) -> _How:
    check_rounds(rounds)
    if test not in TESTS:
        raise CompareError(f"test {test!r} is not known; use one of {', '.join(map(repr, TESTS))}")
    return _How(check_cutoff(cutoff), None if rounds is None else int(rounds), test, check_tolerance(tolerance), shapes)


# -- workers ---------------------------------------------------------------------------------------------------------


class _Workers(AbstractContextManager["_Workers"]):
    """Does pieces of work, in order: here, in processes of this machine, or on a cluster."""

    def __init__(self, jobs: int, client: Any) -> None:
        if isinstance(jobs, bool) or not isinstance(jobs, (int, np.integer)) or jobs == 0:
            raise CompareError(f"jobs={jobs!r} is not a number of processes; give 1, 2, ..., or -1 for one per core")
        self._stack = ExitStack()
        self._jobs, self._client, self._pool = int(jobs), client, None
        if client is not None and not (hasattr(client, "map") and hasattr(client, "gather")):
            raise CompareError(f"client={client!r} is no dask client; make one with distributed.Client(...)")

    def __enter__(self) -> _Workers:
        if self._client is None and self._jobs != 1:
            from joblib import Parallel

            self._pool = self._stack.enter_context(Parallel(n_jobs=self._jobs))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    def pieces(self) -> int:
        if self._client is not None:
            return PIECES * max(1, int(sum(self._client.nthreads().values())))
        if self._pool is None:
            return 1
        from joblib import effective_n_jobs

        return PIECES * int(effective_n_jobs(self._jobs))

    def map(self, function: Callable[..., list[Any]], work: Sequence[Any], *more: Any) -> list[Any]:
        """Call ``function(some of the work, *more)`` for all pieces, and join the lists that it returns."""
        if not len(work):
            return []
        size = max(1, -(-len(work) // self.pieces()))
        parts = [work[k : k + size] for k in range(0, len(work), size)]
        if self._client is not None:
            # A plain function of one argument keeps the scheduler's messages small.
            futures = self._client.map(_Call(function, more), parts, pure=False)
            found = self._client.gather(futures)
        elif self._pool is None or len(parts) == 1:
            found = [function(part, *more) for part in parts]
        else:
            from joblib import delayed

            found = self._pool(delayed(function)(part, *more) for part in parts)
        return [one for several in found for one in several]


@dataclass(frozen=True)
class _Call:
    function: Callable[..., list[Any]]
    more: tuple[Any, ...]

    def __call__(self, part: Sequence[Any]) -> list[Any]:
        return self.function(part, *self.more)


def _blocks(items: Iterable[Any]) -> Iterator[list[Any]]:
    """Cut the input into blocks of a bounded number of clouds and atoms."""
    block: list[Any] = []
    atoms = 0
    for item in items:
        block.append(item)
        atoms += sum(len(x) for x in (item if isinstance(item, tuple) else (item,)) if isinstance(x, Sized))
        if len(block) >= BLOCK or atoms >= ATOMS:
            yield block
            block, atoms = [], 0
    if block:
        yield block


def _read(item: Item) -> Cloud:
    if isinstance(item, TwincloudsError):
        raise item
    return read_cloud(item) if isinstance(item, (str, os.PathLike)) else as_cloud(item)


def _trouble(error: Exception) -> str:
    """Say in one line what is wrong with a cloud, whatever the error."""
    text = " ".join(str(error).split())
    return text if isinstance(error, TwincloudsError) and text else f"{type(error).__name__}: {text}".rstrip(": ")


def _stamp(item: Item) -> int:
    """Return a number that tells whether this is what stood here when the run was stopped."""
    if isinstance(item, (str, os.PathLike)):
        return _stamp_of_file(item)
    if isinstance(item, Exception):
        return zlib.crc32(str(item).encode())
    species: Any = getattr(item, "species", getattr(item, "numbers", ()))
    positions: Any = getattr(item, "positions", item)
    cell: Any = getattr(item, "cell", ()), getattr(item, "pbc", ())
    try:
        parts = np.asarray(positions, dtype=float), np.asarray(species), *(np.asarray(x, dtype=float) for x in cell)
        stamp = 0
        for part in parts:
            stamp = zlib.crc32(part.tobytes(), stamp)
        return stamp
    except (TypeError, ValueError):  # no cloud at all: its row will say so
        return 0


def _stamp_of_file(name: str | os.PathLike[str]) -> int:
    """Its name and what it holds: a file that was mended since is another one."""
    stamp = zlib.crc32(os.fsencode(name))
    text = os.fspath(name)
    try:
        with open(text if os.path.exists(text) else text.rsplit("@", 1)[0], "rb") as file:
            while part := file.read(2**20):
                stamp = zlib.crc32(part, stamp)
    except OSError:  # its row will say so
        pass
    return stamp


def _name(item: Item, index: int) -> str:
    if isinstance(item, (str, os.PathLike)):
        return os.fspath(item)
    info: Any = getattr(item, "info", {})
    return str(getattr(item, "name", "") or (isinstance(info, dict) and info.get("name")) or f"#{index}")


# -- pairs -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Comparisons:
    """What :func:`compare_many` found.

    Attributes
    ----------
    path : Path or None
        File with the rows, where there is one.
    counts : dict
        Number of pairs that were ``"equivalent"``, ``"told apart"`` and ``"bad"``.
    """

    path: Path | None
    counts: dict[str, int]
    _journal: Journal = field(repr=False)

    def __len__(self) -> int:
        return sum(self.counts.values())

    @property
    def rows(self) -> Iterator[Row]:
        """The rows, one dict per pair, in the order of the input.

        Each has ``index``, ``a``, ``b`` (names), ``equivalent``, ``round``, ``margin`` (angstrom, None when infinite),
        ``ill_conditioned``, ``verdict`` (in words) and ``error`` (None, or why there is no verdict).
        """
        return self._journal.rows()


def compare_many(
    pairs: Iterable[Any],
    out: str | os.PathLike[str] | None = None,
    cutoff: float = np.inf,
    rounds: int | None = None,
    test: str = "distance-wl",
    tolerance: float = TOLERANCE,
    jobs: int = -1,
    client: Any = None,
    progress: Progress | None = None,
) -> Comparisons:
    """Compare many pairs of clouds.

    Parameters
    ----------
    pairs : iterable
        Two clouds each: tuples, pairs of ``twinclouds.pairs``. A cloud may also be the name of a file.
    out : str or path, optional
        File for the rows, one JSON object per line. If it is there, the run goes on where it ended.
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`.
    jobs : int, optional
        Number of processes; -1: one per core, 1: none beside this one.
    client : distributed.Client, optional
        A dask cluster to do the work instead (extra ``dask``).
    progress : callable, optional
        Called with (pairs done, number of pairs or 0 where it is not known, name of the last).

    Returns
    -------
    Comparisons

    Raises
    ------
    CompareError, GraphError
        If an option is not valid. What is wrong with a pair is in its row instead.
    TwincloudsError
        If `out` cannot be written, or holds results of other settings or of another input.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> done = compare_many([gallery["benzene"], gallery["decalin"], ([[0, 0, 0]], [[0, 0, float("nan")]])], jobs=1)
    >>> done.counts
    {'equivalent': 1, 'told apart': 1, 'bad': 1}
    >>> [row["verdict"] for row in done.rows][:2]
    ['not told apart at any cutoff', 'told apart in round 1']
    """
    how = _how(cutoff, rounds, test, tolerance, False)
    journal = Journal(out, "compare_many", how.settings())
    counts = {"equivalent": 0, "told apart": 0, "bad": 0}
    total = len(pairs) if isinstance(pairs, Sized) else 0
    for row in journal.rows():
        counts[_kind_of_pair(row)] += 1
    index, before = 0, journal.rows()
    with _Workers(jobs, client) as workers:
        for block in _blocks(_two(pair) for pair in pairs):
            stamped = [
                (index + k, _name(a, 2 * (index + k)), _name(b, 2 * (index + k) + 1), _stamp(a) ^ _stamp(b) * 3, a, b)
                for k, (a, b) in enumerate(block)
            ]
            index += len(block)
            done = max(0, len(journal) - stamped[0][0])
            for one in stamped[:done]:
                row = next(before)
                if row.get("stamp") != one[3]:
                    raise _changed(journal, one[0], row["a"])
            rows = workers.map(_judge_pairs, stamped[done:], how)
            if rows:
                journal.append(rows)
            for row in rows:
                counts[_kind_of_pair(row)] += 1
            if progress is not None:
                progress(index, total, stamped[-1][1])
    _check_all_there(journal, index)
    return Comparisons(journal.path, counts, journal)


def _is_file(item: Any, path: Path | None) -> bool:
    """Is this the file of results itself, found in a folder of the input?"""
    try:
        return path is not None and isinstance(item, (str, os.PathLike)) and path.samefile(item)
    except (OSError, ValueError):
        return False


def _two(pair: Any) -> tuple[Any, Any]:
    try:
        a, b = pair
    except (TypeError, ValueError):
        problem = CompareError(f"{' '.join(repr(pair).split())[:60]} is not a pair; give two clouds")
        return problem, problem
    return a, b


def _kind_of_pair(row: Row) -> str:
    return "bad" if row["error"] else "equivalent" if row["equivalent"] else "told apart"


def _judge_pairs(work: Sequence[tuple[int, str, str, int, Item, Item]], how: _How) -> list[Row]:
    rows = []
    for index, a, b, stamp, first, second in work:
        row: Row = {"index": index, "a": a, "b": b, "stamp": stamp}
        blank = {"equivalent": None, "round": None, "margin": None, "ill_conditioned": None, "verdict": None}
        try:
            verdict = compare(_read(first), _read(second), how.cutoff, how.rounds, how.test, how.tolerance)
        except Exception as error:  # whatever it is, it is about this pair, and the others wait
            rows.append({**row, **blank, "error": _trouble(error)})
            continue
        row |= {
            "equivalent": verdict.equivalent,
            "round": verdict.round,
            "margin": verdict.margin if np.isfinite(verdict.margin) else None,
            "ill_conditioned": bool(verdict.ill_conditioned),
            "verdict": verdict.wording,
            "error": None,
        }
        rows.append(row)
    return rows


def _check_all_there(journal: Journal, count: int) -> None:
    if len(journal) > count:
        raise TwincloudsError(
            f"{journal.path} has {len(journal)} rows, but the input ends after {count}; give the same input to go on, "
            "or name another file"
        )


def _changed(journal: Journal, index: int, name: str) -> TwincloudsError:
    return TwincloudsError(
        f"{journal.path} has {name} in place {index}, but the input has something else there; give the same input in "
        "the same order to go on, or name another file"
    )


# -- data sets -------------------------------------------------------------------------------------------------------

KINDS = ("distinct", "duplicate", "mirror image", "twin", "equivalent", "bad")


@dataclass(frozen=True)
class Deduplication:
    """What :func:`deduplicate` found.

    Attributes
    ----------
    path : Path or None
        File with the rows, where there is one.
    counts : dict
        Number of clouds of each kind.
    """

    path: Path | None
    counts: dict[str, int]
    _journal: Journal = field(repr=False)

    def __len__(self) -> int:
        return sum(self.counts.values())

    @property
    def rows(self) -> Iterator[Row]:
        """The rows, one dict per cloud, in the order of the input.

        Each has ``index``, ``name``, ``formula``, ``kind``, ``same_as`` (index of the cloud that it repeats, else
        None), ``key`` and ``values`` (its hash), ``ill_conditioned`` (was a verdict that it rests on too close to
        call?) and ``error`` (what is wrong with a bad one).
        """
        return self._journal.rows()

    def summary(self) -> str:
        """Say in one line what was found.

        Examples
        --------
        >>> print(deduplicate([[[0, 0, 0]], [[1, 1, 1]]], jobs=1).summary())
        2 clouds: 1 distinct, 1 duplicate
        """
        plural = {"duplicate": "duplicates", "mirror image": "mirror images", "twin": "twins"}
        parts = [f"{n} {plural.get(kind, kind) if n > 1 else kind}" for kind, n in self.counts.items() if n]
        return f"{len(self)} cloud{'' if len(self) == 1 else 's'}: {', '.join(parts) or 'nothing'}"

    def distinct(self) -> Iterator[int]:
        """Go through the indices of the clouds that are left when all repetitions (and bad ones) are removed.

        Examples
        --------
        >>> list(deduplicate([[[0, 0, 0]], [[1, 1, 1]], [[0, 0, 0], [1, 0, 0]]], jobs=1).distinct())
        [0, 2]
        """
        return (row["index"] for row in self.rows if row["kind"] == "distinct")


def deduplicate(
    clouds: Iterable[Any],
    out: str | os.PathLike[str] | None = None,
    cutoff: float = np.inf,
    rounds: int | None = None,
    test: str = "distance-wl",
    tolerance: float = TOLERANCE,
    shapes: bool = True,
    jobs: int = -1,
    client: Any = None,
    progress: Progress | None = None,
) -> Deduplication:
    """Find out which clouds of a data set a test takes for one that came before.

    Every cloud is hashed (:func:`twinclouds.refinement_hash`) and compared with those before it that share a hash: so
    few are compared, and what the hash finds is always decided by :func:`twinclouds.compare`.

    Parameters
    ----------
    clouds : iterable
        Clouds, ``ase.Atoms``, arrays, or names of files; :func:`twinclouds.read_many` reads files with several
        structures.
    out : str or path, optional
        File for the rows, one JSON object per line. If it is there, the run goes on where it ended; the input has to be
        the same, from the beginning on.
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`.
    shapes : bool, optional
        Find out, too, whether what the test takes for one is one shape (``"duplicate"``, ``"mirror image"``) or not
        (``"twin"``: what no network that the test bounds can see). If not, all of these are called ``"equivalent"``.
    jobs : int, optional
        Number of processes; -1: one per core, 1: none beside this one.
    client : distributed.Client, optional
        A dask cluster to do the work instead (extra ``dask``).
    progress : callable, optional
        Called with (clouds done, number of clouds or 0 where it is not known, name of the last).

    Returns
    -------
    Deduplication

    Raises
    ------
    CompareError, GraphError
        If an option is not valid. What is wrong with a cloud is in its row instead.
    TwincloudsError
        If `out` cannot be written, or holds results of other settings or of another input.

    Notes
    -----
    A cloud is compared with the *first* cloud of each group only, in the order of the input. With distances that agree
    to within the tolerance by a hair, "the same" need not be transitive, and the groups may depend on the order; rows
    whose verdict is that close have ``ill_conditioned``. A periodic cloud is found again in its own cell only, not in a
    multiple of it, since clouds of different numbers of atoms are never compared.

    Memory: a block of clouds, and about 500 bytes for each distinct cloud; the clouds themselves wait in a temporary
    file.

    Examples
    --------
    >>> from twinclouds.pairs import gallery
    >>> pair = gallery["benzene"]
    >>> turned = pair.a.copy()
    >>> turned.rotate(30, (1, 2, 3))
    >>> found = deduplicate([pair.a, pair.b, turned, [[0, 0, float("nan")]]], jobs=1)
    >>> [(row["kind"], row["same_as"]) for row in found.rows]
    [('distinct', None), ('twin', 0), ('duplicate', 0), ('bad', None)]
    """
    how = _how(cutoff, rounds, test, tolerance, bool(shapes))
    journal = Journal(out, "deduplicate", how.settings())
    counts = dict.fromkeys(KINDS, 0)
    total = len(clouds) if isinstance(clouds, Sized) else 0
    before, index = journal.rows(), 0
    with _Workers(jobs, client) as workers, _Known() as known:
        for block in _blocks(item for item in clouds if not _is_file(item, journal.path)):
            stamped = [(index + k, _name(item, index + k), _stamp(item), item) for k, item in enumerate(block)]
            index += len(block)
            done = max(0, len(journal) - stamped[0][0])
            for one in stamped[:done]:
                row = next(before)
                if row.get("stamp") != one[2]:
                    raise _changed(journal, one[0], row["name"])
                counts[row["kind"]] += 1
                if row["kind"] == "distinct":
                    known.add(row, pickle.dumps(_read(one[3])))
            rows = _find(workers.map(_hash_clouds, stamped[done:], how), known, workers, how)
            if rows:
                journal.append(rows)
            for row in rows:
                counts[row["kind"]] += 1
            if progress is not None:
                progress(index, total, stamped[-1][1])
    _check_all_there(journal, index)
    return Deduplication(journal.path, counts, journal)


class _Hashed(NamedTuple):
    """A cloud on its way through :func:`deduplicate`."""

    row: Row
    keys: tuple[str, ...]
    slack: float
    packed: bytes

    def may_equal(self, values: Sequence[float]) -> bool:
        return all(abs(x - y) <= self.slack for x, y in zip(self.row["values"], values, strict=True))


def _hash_clouds(work: Sequence[tuple[int, str, int, Item]], how: _How) -> list[_Hashed]:
    found = []
    for index, name, stamp, item in work:
        row: Row = {"index": index, "name": name, "stamp": stamp, "formula": None, "kind": "bad", "same_as": None}
        row |= {"key": None, "values": None, "ill_conditioned": False, "error": None}
        try:
            cloud = _read(item)
            hashed = refinement_hash(cloud, how.cutoff, how.rounds, how.test, how.tolerance)
        except Exception as error:  # whatever it is, it is about this cloud, and the others wait
            found.append(_Hashed(row | {"error": _trouble(error)}, (), 0.0, b""))
            continue
        row |= {"formula": cloud.formula, "kind": "distinct", "key": hashed.key, "values": hashed.values}
        found.append(_Hashed(row, hashed.keys, hashed.slack, pickle.dumps(cloud)))
    return found


class _Known(AbstractContextManager["_Known"]):
    """The distinct clouds so far: their hashes in memory, they themselves in a temporary file."""

    def __init__(self) -> None:
        self._file = TemporaryFile()  # noqa: SIM115 (closed by __exit__)
        self._where: dict[int, list[tuple[int, int, int, tuple[float, ...]]]] = {}

    def __exit__(self, *error: object) -> None:
        self._file.close()

    def add(self, row: Row, packed: bytes) -> None:
        place = self._file.seek(0, os.SEEK_END)
        self._file.write(packed)
        one = (row["index"], place, len(packed), tuple(row["values"]))
        self._where.setdefault(int(row["key"], 16), []).append(one)

    def get(self, cloud: _Hashed) -> list[tuple[int, bytes]]:
        """Return those that have to be compared with this cloud, the first in the input first."""
        found = []
        for key in cloud.keys:
            for index, place, size, values in self._where.get(int(key, 16), ()):
                if cloud.may_equal(values):
                    self._file.seek(place)
                    found.append((index, self._file.read(size)))
        return sorted(found)


def _find(block: Sequence[_Hashed], known: _Known, workers: _Workers, how: _How) -> list[Row]:
    """Compare the clouds of a block with those before it, and then with each other."""
    # A cloud alone against those before: all at once.
    asked = [(one, known.get(one)) for one in block]
    some = [(one, others) for one, others in asked if others]
    answers = dict(workers.map(_judge, some, how))
    rows = {one.row["index"]: answers.get(one.row["index"], one.row) for one in block}
    # What is left, group by group: within a group, which of two clouds comes first matters.
    left = [one for one in block if rows[one.row["index"]]["kind"] == "distinct"]
    several = [group for group in _groups(left) if len(group) > 1]
    for group in workers.map(_judge_groups, several, how):
        for row in group:
            index = row["index"]
            rows[index] = row | {"ill_conditioned": row["ill_conditioned"] or rows[index]["ill_conditioned"]}
    for one in left:
        if rows[one.row["index"]]["kind"] == "distinct":
            known.add(one.row, one.packed)
    return [rows[one.row["index"]] for one in block]


def _groups(clouds: Sequence[_Hashed]) -> list[list[_Hashed]]:
    """Put together what shares a hash, directly or through others."""
    first: dict[str, int] = {}
    parent = list(range(len(clouds)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = k = parent[parent[k]]
        return k

    for k, cloud in enumerate(clouds):
        for key in cloud.keys:
            other = root(first.setdefault(key, k))
            parent[max(other, root(k))] = min(other, root(k))
    groups: dict[int, list[_Hashed]] = {}
    for k, cloud in enumerate(clouds):
        groups.setdefault(root(k), []).append(cloud)
    return list(groups.values())


def _judge(work: Sequence[tuple[_Hashed, list[tuple[int, bytes]]]], how: _How) -> list[tuple[int, Row]]:
    found = []
    for one, others in work:
        rivals = [(index, pickle.loads(packed)) for index, packed in others]
        found.append((one.row["index"], _judged(one, pickle.loads(one.packed), rivals, how)))
    return found


def _judge_groups(work: Sequence[list[_Hashed]], how: _How) -> list[list[Row]]:
    found = []
    for group in work:
        firsts: list[tuple[int, Cloud, _Hashed]] = []
        rows = []
        for one in group:
            cloud = pickle.loads(one.packed)
            rivals = [(k, c) for k, c, h in firsts if h.row["key"] in one.keys and one.may_equal(h.row["values"])]
            rows.append(_judged(one, cloud, rivals, how))
            if rows[-1]["kind"] == "distinct":
                firsts.append((one.row["index"], cloud, one))
        found.append(rows)
    return found


def _judged(one: _Hashed, cloud: Cloud, rivals: list[tuple[int, Cloud]], how: _How) -> Row:
    """Find the first of some clouds that the test takes for this one."""
    row = dict(one.row)
    for index, other in rivals:
        if other.composition != cloud.composition:
            continue  # they share no more than a hash
        try:
            verdict = compare(other, cloud, how.cutoff, how.rounds, how.test, how.tolerance)
            row["ill_conditioned"] = bool(row["ill_conditioned"] or verdict.ill_conditioned)
            if verdict.equivalent:
                return row | {"kind": _kind(other, cloud, how), "same_as": index}
        except Exception as error:  # as above
            return row | {"kind": "bad", "error": f"cannot be compared with {other.name or index}: {_trouble(error)}"}
    return row


def _kind(a: Cloud, b: Cloud, how: _How) -> str:
    from twinclouds.congruence import congruent

    if not how.shapes:
        return "equivalent"
    shape = congruent(a, b, how.tolerance)
    return "twin" if not shape else "mirror image" if shape.mirror else "duplicate"


def read_many(paths: Iterable[str | os.PathLike[str]]) -> Iterator[Any]:
    r"""Go through all structures of some files and folders, one after the other.

    Parameters
    ----------
    paths : iterable of str or path
        Files that ASE can read, with one or more structures, and folders of such.

    Yields
    ------
    ase.Atoms, path or CloudError
        What :func:`deduplicate` takes. Structures of a file with several are called ``"file.xyz@0"``,
        ``"file.xyz@1"``, ... and read here; other files are left for the workers to read. What cannot be read becomes
        an error in its place.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "two.xyz"
    >>> _ = file.write_text("1\n\nH 0 0 0\n1\n\nH 1 0 0\n")
    >>> [atoms.info["name"][-9:] for atoms in read_many([file])]
    ['two.xyz@0', 'two.xyz@1']
    """
    import ase.io

    from twinclouds.errors import CloudError

    for path in paths:
        place = Path(path)
        if place.is_dir():
            yield from read_many(sorted(p for p in place.iterdir() if not p.name.startswith(".")))
        elif place.suffix.lower() not in SEVERAL or not place.is_file():
            yield place
        else:
            number = 0
            try:
                check_declared(str(place), whole=False, torn=True)
                for atoms in ase.io.iread(str(place), ":", do_not_split_by_at_sign=True):
                    atoms.info["name"] = f"{place}@{number}"
                    number += 1
                    yield atoms
            except CloudError as problem:
                yield CloudError(f"{place}: {problem}")
            except Exception as error:  # readers raise whatever they stumble over
                reason = " ".join(str(error).split())[:160] or type(error).__name__
                yield CloudError(
                    f"{place}@{number}: ASE cannot read this structure ({reason}); the file was left there, mend it"
                )
