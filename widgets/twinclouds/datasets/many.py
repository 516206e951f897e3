"""Many clouds: compare pairs by the thousand, and find what occurs more than once in a data set.

Both go through their input once, block by block, so that it may be a generator and need not fit into memory; the
work is spread over all cores by joblib, or over a cluster by dask. Results do not depend on how many workers there are,
nor on how the input was cut into blocks. They can be written to a file, line by line; a run that was stopped goes on
from there. A cloud that cannot be read or compared is named in the results, and the run goes on.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from twinclouds.datasets.families import KEPT, How, Judged, Taken, find_families, judge_families, take_clouds
from twinclouds.datasets.frames import read_many
from twinclouds.datasets.journal import Journal, Row, written
from twinclouds.datasets.known import Known
from twinclouds.datasets.pipeline import Block, Line, item_name, item_record, pack, size_of, trouble
from twinclouds.datasets.records import check_sum, unpack
from twinclouds.datasets.workers import Workers
from twinclouds.errors import CompareError
from twinclouds.graphs import check_cutoff
from twinclouds.lengths import TOLERANCE
from twinclouds.refinement import TESTS, check_rounds, check_tolerance, compare

if TYPE_CHECKING:
    from twinclouds.datasets.pipeline import Packed, Progress

__all__ = ["Comparisons", "Deduplication", "compare_many", "deduplicate", "read_many"]


def _how(cutoff: float, rounds: int | None, test: str, tolerance: float, shapes: bool) -> How:
    check_rounds(rounds)
    if test not in TESTS:
        raise CompareError(f"test {test!r} is not known; use one of {', '.join(map(repr, TESTS))}")
    return How(check_cutoff(cutoff), None if rounds is None else int(rounds), test, check_tolerance(tolerance), shapes)


def _check_several(clouds: Any) -> None:
    """Refuse what is one cloud, or the name of one."""
    if isinstance(clouds, (str, bytes, os.PathLike)):
        raise CompareError(f"{clouds!r} is one name; to go through what a file holds, give tc.read_many({clouds!r})")
    if hasattr(clouds, "positions") or (isinstance(clouds, np.ndarray) and clouds.ndim < 3 and clouds.dtype != object):
        raise CompareError(f"this {type(clouds).__name__} is one cloud; give a list of such")
    if not isinstance(clouds, Iterable):
        raise CompareError(f"{clouds!r} cannot be gone through; give a list of clouds, or tc.read_many([file, ...])")


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
        Number of processes; -1: one per core, 1: none beside this one. None is started for half a second of work.
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
        If an option is not valid, or there is one name or cloud only. What is wrong with a pair is in its row instead.
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
    _check_several(pairs)
    counts = {"equivalent": 0, "told apart": 0, "bad": 0}
    with Workers(jobs, client) as workers, Journal(out, "compare_many", how.settings()) as journal:
        line = Line(journal, workers, pairs, progress)

        def finish(block: Block) -> None:
            found = [one for part in block.results() for one in part]
            if block.done is None:
                rows = [{"index": block.start + k, **row} for k, row in enumerate(found)]
                journal.append([written(row) for row in rows])
            else:
                line.check(block, found, "a")
                rows = block.done
            for row in rows:
                counts[_kind_of_pair(row)] += 1

        line.run(
            _take_pair,
            lambda block: line.start(block, _judge_pairs, how if block.done is None else None),
            lambda block: None,
            finish,
        )
    return Comparisons(journal.path, counts, journal)


def _take_pair(pair: Any, index: int) -> tuple[str, Any, int]:
    a, b = _two(pair)
    first, second = pack(a), pack(b)
    names = item_name(a, 2 * index), item_name(b, 2 * index + 1)
    return names[0], (*names, first, second), size_of(first) + size_of(second)


def _two(pair: Any) -> tuple[Any, Any]:
    try:
        a, b = pair
    except (TypeError, ValueError):
        problem = CompareError(f"{' '.join(repr(pair).split())[:60]} is not a pair; give two clouds")
        return problem, problem
    return a, b


def _kind_of_pair(row: Row) -> str:
    return "bad" if row["error"] else "equivalent" if row["equivalent"] else "told apart"


def _judge_pairs(work: Sequence[tuple[str, str, Packed, Packed]], how: How | None) -> list[Any]:
    """Compare pairs; or, if it is not said how, return only the numbers by which they are known again."""
    rows: list[Any] = []
    for a, b, first, second in work:
        row: Row = {"a": a, "b": b, "stamp": 0}
        blank = {"equivalent": None, "round": None, "margin": None, "ill_conditioned": None, "verdict": None}
        try:
            records = [item_record(first), item_record(second)]
            row["stamp"] = check_sum(records[0]) ^ check_sum(records[1]) * 3
            if how is not None:
                one, other = (
                    unpack(packed, "" if name.startswith("#") else name)
                    for packed, name in zip(records, (a, b), strict=True)
                )
                verdict = compare(one, other, how.cutoff, how.rounds, how.test, how.tolerance)
        except Exception as error:  # whatever it is, it is about this pair, and the others wait
            rows.append({**row, **blank, "error": trouble(error)})
        else:
            if how is not None:
                row |= {
                    "equivalent": verdict.equivalent,
                    "round": verdict.round,
                    "margin": verdict.margin if np.isfinite(verdict.margin) else None,
                    "ill_conditioned": bool(verdict.ill_conditioned),
                    "verdict": verdict.wording,
                    "error": None,
                }
            rows.append(row)
    return rows if how is not None else [row["stamp"] for row in rows]


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
    few are compared, and no verdict rests on a hash.

    Parameters
    ----------
    clouds : iterable
        Clouds, ``ase.Atoms``, arrays, or names of files; :func:`twinclouds.read_many` reads files with several
        structures.
    out : str or path, optional
        File for the rows, one JSON object per line, written about every half second. If it is there, the run goes on
        where it ended; the input has to be the same, from the beginning on.
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`.
    shapes : bool, optional
        Find out, too, whether what the test takes for one is one shape (``"duplicate"``, ``"mirror image"``) or not
        (``"twin"``: what no network that the test bounds can see). If not, all of these are called ``"equivalent"``.
    jobs : int, optional
        Number of processes; -1: one per core, 1: none beside this one. None is started for half a second of work.
    client : distributed.Client, optional
        A dask cluster to do the work instead (extra ``dask``).
    progress : callable, optional
        Called with (clouds done, number of clouds or 0 where it is not known, name of the last). Of files the number is
        estimated from what was read so far.

    Returns
    -------
    Deduplication

    Raises
    ------
    CompareError, GraphError
        If an option is not valid, or this is one name or cloud. What is wrong with a cloud is in its row instead.
    TwincloudsError
        If `out` cannot be written, or holds results of other settings or of another input.

    Notes
    -----
    A cloud is compared with those before it, in the order of the input, that are no copies: the distinct ones and their
    twins. It is a copy of the first that has its shape, or else a twin of the first that the test takes for it. With
    distances that agree to within the tolerance by a hair, "the same" need not be transitive, and the groups may depend
    on the order; rows whose verdict is that close have ``ill_conditioned``. A periodic cloud is found again in its own
    cell only, not in a multiple of it, since clouds of different numbers of atoms are never compared.

    Memory: up to three blocks of clouds on their way, and about 250 bytes for each cloud that is no copy; the clouds
    themselves wait in a temporary file. Without `out` the rows are kept in memory as well, some 350 bytes each.

    Pairs of which it is plain that they are one shape are decided by the motion that carries one onto the other, all
    others by :func:`twinclouds.compare` and :func:`twinclouds.congruent`; these would say the same.

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
    _check_several(clouds)
    counts = dict.fromkeys(KINDS, 0)
    with (
        Workers(jobs, client) as workers,
        Journal(out, "deduplicate", how.settings()) as journal,
        Known() as known,
    ):
        line = Line(journal, workers, clouds, progress)
        slack = how.rule.slack

        def ask(block: Block) -> None:
            block.notes = taken = Taken.join(block.results())
            families, records = find_families(taken, block.start, known, slack) if block.done is None else ([], {})
            size = max(1, -(-len(families) // workers.pieces))
            calls = []
            for k in range(0, len(families), size):
                part = families[k : k + size]
                wanted = {rival for family in part for member in family for rival in member.rivals}
                calls.append((part, {rival: records[rival] for rival in wanted}, how))
            block.work = workers.start(judge_families, calls)

        def finish(block: Block) -> None:
            taken: Taken = block.notes
            if block.done is None:
                for k, note in taken.notes.items():
                    block.names[k] += note
                judged = {one.number: one for part in block.results() for one in part}
                every = [judged.get(block.start + k) or _alone(block, k, taken) for k in range(len(block.names))]
                journal.append(
                    [one.row(name, tail) for one, name, tail in zip(every, block.names, taken.tails, strict=True)]
                )
                kinds = [one.kind for one in every]
                kept = np.array([kinds[k] in KEPT for k in taken.which.tolist()], dtype=bool)
                which = taken.which[kept]
                keys, values = taken.hashes.keys[: len(kept)][kept], taken.hashes.values[kept]
            else:
                line.check(block, taken.stamps, "name")
                kinds = [row["kind"] for row in block.done]
                which = np.array([k for k, kind in enumerate(kinds) if kind in KEPT], dtype=np.int64)
                keys = np.array([int(block.done[k]["key"], 16) for k in which], dtype=np.uint64)
                values = np.array([block.done[k]["values"] for k in which], dtype=float)
            for kind, number in Counter(kinds).items():
                counts[kind] += number
            known.add(keys, values, block.start + which, [taken.records[k] for k in which.tolist()])

        line.run(
            lambda item, index: (item_name(item, index), packed := pack(item), size_of(packed)),
            lambda block: line.start(block, take_clouds, how, block.done is None),
            ask,
            finish,
        )
    return Deduplication(journal.path, counts, journal)


def _alone(block: Block, k: int, taken: Taken) -> Judged:
    """Judge a cloud that had to be compared with no other."""
    error = taken.errors.get(k)
    if error is None:
        return Judged(block.start + k)
    name = block.names[k]  # it stands beside the error
    error = error.removeprefix(f"{name}: ").removeprefix(f"{os.path.basename(name)}: ")
    return Judged(block.start + k, "bad", error=error)
