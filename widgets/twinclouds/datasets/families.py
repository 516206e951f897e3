"""Which clouds of a data set are one cloud: hashed by the block, and compared where they share a hash.

What workers do for :func:`twinclouds.deduplicate`, and what leads from the one to the other. A *family* is what shares
hashes within a block, directly or through others; within it, which cloud comes first matters, and so one worker judges
all of it.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.datasets.hashing import TOGETHER, Hashes, Rule
from twinclouds.datasets.journal import quoted
from twinclouds.datasets.known import Known
from twinclouds.datasets.matching import DIFFERENT, DOUBT, MIRRORED, SAME, judge_plain
from twinclouds.datasets.pipeline import Loose, item_cloud, item_record, trouble
from twinclouds.datasets.records import check_sum, record, stacks, unpack
from twinclouds.refinement import compare

if TYPE_CHECKING:
    from twinclouds.datasets.pipeline import Packed

__all__ = ["KEPT", "How", "Judged", "Member", "Taken", "find_families", "judge_families", "take_clouds"]

#: What others are compared with: a twin is another shape than its first, of which there may be copies, too.
KEPT = ("distinct", "twin")

#: How :func:`twinclouds.read_cloud` names a structure that has others before it in its file.
LAST = " (last of its "

#: Of the members with one key the first few are looked at one by one, the others so many at a time.
FIRST, MANY = 8, 1000

#: Pairs of points of all clouds that are matched together: what fits into a cache is quick.
MATCHED = 30_000


@dataclass(frozen=True)
class How:
    """How clouds are compared.

    Attributes
    ----------
    cutoff, rounds, test, tolerance
        As in :func:`twinclouds.compare`.
    shapes : bool
        Find out whether what the test takes for one is one shape?
    """

    cutoff: float
    rounds: int | None
    test: str
    tolerance: float
    shapes: bool = False

    @property
    def rule(self) -> Rule:
        """How they are hashed."""
        return Rule.of(self.cutoff, self.rounds, self.test, self.tolerance)

    def settings(self) -> dict[str, Any]:
        """Return what a file of results says.

        Examples
        --------
        >>> How(np.inf, 3, "wl", 1e-6).settings()["cutoff"] is None
        True
        """
        cutoff = self.cutoff if np.isfinite(self.cutoff) else None
        return {
            "test": self.test,
            "cutoff": cutoff,
            "rounds": self.rounds,
            "tolerance": self.tolerance,
            "shapes": self.shapes,
        }


@dataclass(frozen=True, eq=False)
class Taken:
    """What was found out about some items alone.

    Attributes
    ----------
    records : list of bytes
        The clouds; empty where there is none.
    stamps : list of int
        By these they are known again when a run goes on.
    tails : list of str
        The ends of their rows: what will not change any more. None where nothing was hashed.
    errors, notes : dict of int to str
        What is wrong with items, by their number, and what is added to their names.
    which : (m,) array of int
        Numbers of the items that are clouds and were hashed, in increasing order.
    hashes : Hashes
        Their hashes.
    """

    records: list[bytes]
    stamps: list[int]
    tails: list[str]
    errors: dict[int, str]
    notes: dict[int, str]
    which: NDArray[np.int64]
    hashes: Hashes

    @classmethod
    def join(cls, parts: Sequence[Taken]) -> Taken:
        """Put together what was found out about consecutive parts of a block."""
        if len(parts) == 1:
            return parts[0]
        first = np.concatenate([[0], np.cumsum([len(part.records) for part in parts])]).tolist()
        return cls(
            [one for part in parts for one in part.records],
            [one for part in parts for one in part.stamps],
            [one for part in parts for one in part.tails],
            {first[k] + number: text for k, part in enumerate(parts) for number, text in part.errors.items()},
            {first[k] + number: text for k, part in enumerate(parts) for number, text in part.notes.items()},
            np.concatenate([first[k] + part.which for k, part in enumerate(parts)]),
            _join([part.hashes for part in parts]),
        )


def _join(parts: Sequence[Hashes]) -> Hashes:
    """Put hashes together, own keys first."""
    some = [part for part in parts if part.formulas] or list(parts[:1])
    sizes = [len(part.formulas) for part in some]
    first = np.cumsum([0, *sizes[:-1]])
    owners = [part.owners + k for part, k in zip(some, first, strict=True)]

    def own_first(those: Sequence[NDArray[Any]]) -> NDArray[Any]:
        pairs = list(zip(those, sizes, strict=True))
        return np.concatenate([one[:n] for one, n in pairs] + [one[n:] for one, n in pairs])

    return Hashes(
        [formula for part in some for formula in part.formulas],
        np.concatenate([part.values for part in some]),
        own_first([part.keys for part in some]),
        own_first(owners),
    )


def _sorted(hashes: Hashes, order: NDArray[np.int64]) -> Hashes:
    """Put the hashes of clouds into another order."""
    new = np.argsort(order)
    keys = np.concatenate([hashes.keys[: len(order)][order], hashes.keys[len(order) :]])
    owners = np.concatenate([np.arange(len(order)), new[hashes.owners[len(order) :]]])
    return Hashes([hashes.formulas[k] for k in order.tolist()], hashes.values[order], keys, owners)


def take_clouds(items: Sequence[Packed], how: How, hashed: bool) -> Taken:
    r"""Read the items that have to be read, and hash all clouds unless that was done before.

    Examples
    --------
    >>> items = [("1\n\nHe 0 0 0\n", 1), ("1\n\nHe 0 0 rubbish\n", 1)]
    >>> taken = take_clouds(items, How(5.0, None, "wl", 1e-6), hashed=True)
    >>> taken.hashes.formulas, list(taken.errors)
    (['He'], [1])
    """
    records: list[bytes] = []
    errors: dict[int, str] = {}
    notes: dict[int, str] = {}
    for number, item in enumerate(items):
        try:
            if isinstance(item, Loose):
                cloud = item_cloud(item)
                records.append(record(cloud))
                if LAST in cloud.name:  # nobody should think that all of the file was looked at
                    notes[number] = cloud.name[cloud.name.index(LAST) :]
            else:
                records.append(item_record(item))
        except Exception as error:  # whatever it is, it is about this item, and the others wait
            records.append(b"")
            errors[number] = trouble(error)
    stamps = [check_sum(one) if one else 0 for one in records]
    rule = how.rule
    which: list[NDArray[np.int64]] = []
    hashes = [Hashes([], np.zeros((0, 0)), np.zeros(0, dtype=np.uint64), np.zeros(0, dtype=np.int64))]
    left = {number for number, one in enumerate(records) if one} if hashed else set()
    for stack in stacks(records) if hashed else ():
        for part in stack.parts(TOGETHER):
            valid, lengths = part.measured()
            if valid.any():
                part = part.pick(valid)
                which.append(part.where)
                hashes.append(rule.hash_stack(part, lengths[valid]))
                left.difference_update(part.where.tolist())
    for number in sorted(left):
        try:
            hashes.append(rule.hash_cloud(unpack(records[number])))
            which.append(np.array([number]))
        except Exception as error:  # as above
            errors[number] = trouble(error)
    where = np.concatenate([np.zeros(0, dtype=np.int64), *which])
    found = _sorted(_join(hashes), np.argsort(where))
    where.sort()
    return Taken(records, stamps, _tails(stamps, where, found) if hashed else [], errors, notes, where, found)


def _tails(stamps: Sequence[int], which: NDArray[np.int64], hashes: Hashes) -> list[str]:
    """Write the ends of the rows."""
    tails = [f'"formula": null, "key": null, "values": null, "stamp": {stamp}}}' for stamp in stamps]
    formulas, values, keys, _ = hashes
    for k, formula, numbers, key in zip(which.tolist(), formulas, values.tolist(), keys.tolist(), strict=False):
        tails[k] = f'"formula": {quoted(formula)}, "key": "{key:016x}", "values": {numbers}, "stamp": {stamps[k]}}}'
    return tails


class Member(NamedTuple):
    """A cloud of a family.

    Attributes
    ----------
    number : int
        Its place in the input.
    record : bytes
        The cloud.
    keys : list of int
        Its own key, and those of the cells within the slack.
    values : list of float
        What was hashed.
    rivals : list of int
        Places of the clouds of earlier blocks that it has to be compared with, in increasing order.
    """

    number: int
    record: bytes
    keys: list[int]
    values: list[float]
    rivals: list[int]


class Judged(NamedTuple):
    """What became of a cloud."""

    number: int
    kind: str = "distinct"
    same_as: int | None = None
    ill_conditioned: bool = False
    error: str | None = None

    def row(self, name: str, tail: str) -> str:
        """Write the row of the cloud.

        Examples
        --------
        >>> print(Judged(3, "twin", 1).row("water", '"stamp": 5}'))
        {"index": 3, "name": "water", "kind": "twin", "same_as": 1, "ill_conditioned": false, "error": null, "stamp": 5}
        """
        same_as = "null" if self.same_as is None else self.same_as
        error = "null" if self.error is None else quoted(self.error)
        ill = "true" if self.ill_conditioned else "false"
        return (
            f'{{"index": {self.number}, "name": {quoted(name)}, "kind": "{self.kind}", "same_as": {same_as}, '
            f'"ill_conditioned": {ill}, "error": {error}, {tail}'
        )


def find_families(taken: Taken, start: int, known: Known, slack: float) -> tuple[list[list[Member]], dict[int, bytes]]:
    """Find what of a block has to be compared, with earlier clouds or among itself.

    Parameters
    ----------
    taken : Taken
        The block.
    start : int
        Number of its first item in the input.
    known : Known
        The clouds before it with which others are compared.
    slack : float
        How far values of clouds that the test takes for one may be apart.

    Returns
    -------
    families : list of list of Member
        The members of each family, in the order of the input.
    records : dict of int to bytes
        The earlier clouds that these have to be compared with.

    Examples
    --------
    >>> from twinclouds.datasets.records import plain_record
    >>> how = How(np.inf, None, "distance-wl", 1e-6)
    >>> taken = take_clouds([plain_record(x) for x in (np.eye(3), 2 * np.eye(3), np.eye(3) + 1)], how, hashed=True)
    >>> with Known() as known:
    ...     families, _ = find_families(taken, 0, known, how.rule.slack)
    >>> [[member.number for member in family] for family in families]
    [[0, 2]]
    """
    _, values, keys, owners = taken.hashes
    rivals: dict[int, list[int]] = {}
    records: dict[int, bytes] = {}
    for one, number in zip(*(x.tolist() for x in known.find(keys, owners, values, slack)), strict=True):
        place = known.index(number)
        rivals.setdefault(one, []).append(place)
        if place not in records:
            records[place] = known.read(number)
    # What shares a key, directly or through others.
    heads: dict[int, int] = {one: one for one in rivals}
    order = np.argsort(keys, kind="stable")
    again = np.flatnonzero(keys[order][1:] == keys[order][:-1])
    for a, b in zip(owners[order[again]].tolist(), owners[order[again + 1]].tolist(), strict=True):
        low, high = sorted((_head(heads, a), _head(heads, b)))
        heads[high] = low
    families: dict[int, list[int]] = {}
    for one in sorted(heads):
        families.setdefault(_head(heads, one), []).append(one)
    own: dict[int, list[int]] = {one: [] for one in heads}
    some = np.flatnonzero(np.isin(owners, np.fromiter(heads, dtype=np.int64, count=len(heads))))
    for one, key in zip(owners[some].tolist(), keys[some].tolist(), strict=True):
        own[one].append(key)
    which = taken.which

    def member(one: int) -> Member:
        place = int(which[one])
        return Member(start + place, taken.records[place], own[one], values[one].tolist(), rivals.get(one, []))

    return [[member(one) for one in family] for family in families.values()], records


def _head(heads: dict[int, int], one: int) -> int:
    """Return the first of the family that a cloud belongs to, as far as it is known."""
    heads.setdefault(one, one)
    while heads[one] != one:
        heads[one] = one = heads[heads[one]]
    return one


def judge_families(families: Sequence[Sequence[Member]], records: Mapping[int, bytes], how: How) -> list[Judged]:
    """Find for each member the first cloud before it that has its shape, or else the first that the test takes for it.

    Examples
    --------
    >>> from twinclouds.datasets.records import plain_record
    >>> clouds = [plain_record(x) for x in (np.eye(3), np.eye(3) + 1, 2 * np.eye(3))]
    >>> family = [Member(k, one, [7], [0.5], []) for k, one in enumerate(clouds)]
    >>> how = How(np.inf, None, "distance-wl", 1e-6)
    >>> [(one.number, one.kind, one.same_as) for one in judge_families([family], {}, how)]
    [(0, 'distinct', None), (1, 'equivalent', 0), (2, 'distinct', None)]
    """
    return _Families(families, records, how).judge()


class _Families:
    """Families on their way to a judgement: first all together what is plain, then the rest one by one.

    A rival is the place in the input of a cloud of an earlier block, or of another member.
    """

    def __init__(self, families: Sequence[Sequence[Member]], records: Mapping[int, bytes], how: How) -> None:
        self._how, self._records = how, records
        self._members = {member.number: member for family in families for member in family}
        self._slack = how.rule.slack
        self._by_key: dict[int, list[int]] = {}
        for member in self._members.values():
            self._by_key.setdefault(member.keys[0], []).append(member.number)
        self._tables: dict[int, NDArray[np.float64]] = {}
        # What comes next is looked for when it is wanted: nearly always the first rival decides.
        self._rivals = {number: self._in_order(member) for number, member in self._members.items()}
        self._next = {number: next(rivals, None) for number, rivals in self._rivals.items()}
        self._judged: dict[int, Judged] = {}

    def judge(self) -> list[Judged]:
        left = sorted(self._members)
        while left:
            pairs, waiting = [], []
            for number in left:
                rival = self._rival(number)
                if rival is None:
                    self._judged[number] = Judged(number)
                elif self._is_kept(rival):
                    pairs.append((number, rival))
                else:
                    waiting.append(number)
            if not pairs:
                break
            left = waiting
            for (number, rival), verdict in zip(pairs, self._plain(pairs), strict=True):
                if verdict == DIFFERENT:
                    self._next[number] = next(self._rivals[number], None)
                    left.append(number)
                elif verdict != DOUBT:
                    kind = {SAME: "duplicate", MIRRORED: "mirror image"}[verdict] if self._how.shapes else "equivalent"
                    self._judged[number] = Judged(number, kind, rival)
            left.sort()
        clouds: dict[int, Cloud] = {}
        for number in sorted(self._members.keys() - self._judged.keys()):
            self._judged[number] = self._compare(number, clouds)
            if len(clouds) > MANY:
                clouds.clear()
        return [self._judged[number] for number in self._members]

    def _in_order(self, member: Member) -> Iterator[int]:
        """Go through the rivals of a member."""
        yield from member.rivals
        lists = [self._near(member, key) for key in member.keys if key in self._by_key]
        yield from lists[0] if len(lists) == 1 else heapq.merge(*lists)

    def _near(self, member: Member, key: int) -> Iterator[int]:
        """Go through earlier members that have this key and close values: the first few, then many at a time."""
        numbers = self._by_key[key]
        for number in numbers[:FIRST]:
            if number >= member.number:
                return
            if all(abs(x - y) <= self._slack for x, y in zip(self._members[number].values, member.values, strict=True)):
                yield number
        if len(numbers) <= FIRST:
            return
        if key not in self._tables:
            self._tables[key] = np.array([self._members[number].values for number in numbers])
        earlier = bisect_left(numbers, member.number)
        for start in range(FIRST, earlier, MANY):
            table = self._tables[key][start : min(start + MANY, earlier)]
            close = (np.abs(table - member.values) <= self._slack).all(axis=1)
            yield from (numbers[start + k] for k in np.flatnonzero(close).tolist())

    def _is_kept(self, number: int) -> bool | None:
        """Is a cloud one that others are compared with? None: that is not known yet."""
        if number not in self._members:
            return True  # it comes from an earlier block
        return self._judged[number].kind in KEPT if number in self._judged else None

    def _rival(self, number: int) -> int | None:
        """Return the next rival that is, or may be, one to be compared with."""
        while (rival := self._next[number]) is not None and self._is_kept(rival) is False:
            self._next[number] = next(self._rivals[number], None)
        return rival

    def _record(self, number: int) -> bytes:
        return self._members[number].record if number in self._members else self._records[number]

    def _plain(self, pairs: Sequence[tuple[int, int]]) -> list[int]:
        """Judge pairs as far as it is plain."""
        how = self._how
        verdicts = np.full(len(pairs), DOUBT, dtype=np.int8)
        packed = [(self._record(rival), self._record(number)) for number, rival in pairs]
        alike = [k for k, (a, b) in enumerate(packed) if len(a) == len(b) and a[:1] == b[:1]]
        some = np.array(alike, dtype=np.int64)
        first, second = (stacks([packed[k][side] for k in alike]) for side in range(2))
        for a, b in zip(first, second, strict=True):
            for one, other in zip(a.parts(MATCHED), b.parts(MATCHED), strict=True):
                verdicts[some[one.where]] = judge_plain(one, other, how.cutoff, how.rounds, how.test, how.tolerance)
        return verdicts.tolist()

    def _compare(self, number: int, clouds: dict[int, Cloud]) -> Judged:
        """Compare a member with what is left of its rivals."""
        how, ill = self._how, False
        judged = Judged(number)

        def cloud(which: int) -> Cloud:
            if which not in clouds:
                clouds[which] = unpack(self._record(which))
            return clouds[which]

        while (rival := self._rival(number)) is not None:
            self._next[number] = next(self._rivals[number], None)
            try:
                if cloud(rival).composition != cloud(number).composition:
                    continue  # they share no more than a hash
                verdict = compare(cloud(rival), cloud(number), how.cutoff, how.rounds, how.test, how.tolerance)
                ill = ill or bool(verdict.ill_conditioned)
                if verdict.equivalent:
                    found = Judged(number, _kind(cloud(rival), cloud(number), how), rival)
                    judged = found if found.kind != "twin" or judged.same_as is None else judged
                    if found.kind != "twin":
                        break  # of a twin another one may be a copy
            except Exception as error:  # whatever it is, it is about this cloud, and the others wait
                judged = Judged(number, "bad", error=f"cannot be compared with number {rival}: {trouble(error)}")
                break
        return judged._replace(ill_conditioned=ill)


def _kind(a: Cloud, b: Cloud, how: How) -> str:
    if not how.shapes:
        return "equivalent"
    from twinclouds.congruence import congruent

    shape = congruent(a, b, how.tolerance)
    return "twin" if not shape else "mirror image" if shape.mirror else "duplicate"
