"""Which pairs can a model not tell apart? Any model in, a table out.

For each pair the model is asked for both clouds, for copies of them that must not make a difference (turned, shifted,
atoms renumbered) and for clouds that are generic neighbours of both (all atoms displaced at random). So three
numbers stand beside each other: the *difference* between the two members, the *spread* of the output over other clouds
of the same composition, and the *noise* below which nothing can be seen.

Verdicts, in this order, with D the difference, S the spread, F the floor (the larger of the noise; of what an
error in the coordinates as large as the pair's own does; and of ten roundings of the output's number type):

``failed``
    The model raised an error, or gave something else than finite numbers of one shape for all clouds of the pair.
``not invariant``
    Turning, shifting or renumbering a cloud changes the output by more than S / 1000, and by more than rounding or the
    model's own randomness explain. Then a difference between two clouds says nothing about their shapes.
``separates``
    D > 100 F. A factor 100, because the floor is the largest of a handful of random draws, and a difference built of
    many roundings may exceed it several times over; true differences were found to be 10^4 F and more.
``blind``
    D <= 4 F, and F <= S / 10000, so that a difference of a thousandth of the usual spread would have been
    seen. (The 650 blind answers of the reference audit have D <= 2 F; a network with weak angles was found at 9 F.)
``inconclusive``
    All else: a difference between 4 F and 100 F, noise too large for a verdict (single precision, randomness), or an
    output that hardly depends on the positions at all.

With several seeds a pair is separated if one of them separates it: an architecture that can tell two clouds apart does
so for almost all of its weights, one that cannot for none.
"""

from __future__ import annotations

import inspect
import json
import math
import platform
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import as_cloud
from twinclouds.errors import ModelError, TwincloudsError

if TYPE_CHECKING:
    from typing import TypeAlias

    # ASE has no types of its own.
    Atoms: TypeAlias = Any

__all__ = ["VERDICTS", "AuditReport", "AuditRow", "audit"]

#: All verdicts, with a sign that does not rest on colour.
VERDICTS = {"blind": "●", "separates": "○", "inconclusive": "?", "not invariant": "!", "failed": "×"}

#: What the JSON of a report begins with.
FORMAT = "twinclouds-audit-1"

#: Copies of each member that are turned, shifted and renumbered, and clouds with displaced atoms around each.
COPIES, OTHERS = 3, 4
#: Atoms of the other clouds are displaced by this fraction of the shortest distance (standard deviation).
DISPLACEMENT = 0.1
SEPARATES, BLIND, RESOLUTION, INVARIANT = 100.0, 4.0, 1e-4, 1e-3
#: No coordinate is taken to be known better than this, angstrom.
FINEST = 1e-12
#: Distances of the two members this close are to be the same: no more can six decimals of coordinates do, angstrom.
ROUNDED = 4e-6


@dataclass(frozen=True)
class AuditRow:
    """What a model makes of one pair.

    Attributes
    ----------
    model, pair, kind : str
        Name of the model; name of the pair, and what is known of the pair.
    verdict : str
        ``"blind"``, ``"separates"``, ``"inconclusive"``, ``"not invariant"`` or ``"failed"``.
    difference : float
        Norm of the difference between the outputs for the two members, in units of the output. With several seeds, this
        and what follows belong to the seed with the largest difference over floor.
    spread : float
        Root mean square distance of the outputs for displaced copies from the output for the member they come from.
    noise : float
        Floor below which a difference is not one.
    ratio : float
        Difference over spread.
    seeds, separated_by : tuple of int
        Seeds of the weights that were tried (empty where there is nothing to seed), and those that separate.
    problem : str
        What went wrong, or is to be kept in mind; empty if nothing.
    dtype : str
        Number type of the output, as far as it can be told.
    """

    model: str
    pair: str
    kind: str
    verdict: str
    difference: float
    spread: float
    noise: float
    ratio: float
    seeds: tuple[int, ...] = ()
    separated_by: tuple[int, ...] = ()
    problem: str = ""
    dtype: str = ""

    @property
    def blind(self) -> bool:
        """Can the model not tell the two apart?"""
        return self.verdict == "blind"

    def as_dict(self) -> dict[str, Any]:
        """Return the row as a dict, `blind` included; numbers that are missing are NaN.

        Examples
        --------
        >>> AuditRow("m", "p", "pair", "blind", 0.0, 1.0, 0.0, 0.0).as_dict()["blind"]
        True
        """
        data = asdict(self)
        data.update(blind=self.blind, seeds=list(self.seeds), separated_by=list(self.separated_by))
        return data


@dataclass(frozen=True, eq=False)
class AuditReport:
    """What one or more models make of some pairs; reports of several models add up: ``report + other``.

    Attributes
    ----------
    entries : tuple of AuditRow
        One entry per model and pair.
    about : mapping of str to str
        For each model what is worth knowing of it (versions, settings), in words.
    warnings : tuple of str
        What concerns a whole model: number type, mutated input, randomness.
    """

    entries: tuple[AuditRow, ...]
    about: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def rows(self) -> list[dict[str, Any]]:
        """One dict per model and pair; see :class:`AuditRow` for the keys, to which ``"blind"`` is added."""
        return [entry.as_dict() for entry in self.entries]

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models, in order."""
        return tuple(dict.fromkeys(entry.model for entry in self.entries))

    @property
    def pairs(self) -> tuple[str, ...]:
        """Names of the pairs, in order."""
        return tuple(dict.fromkeys(entry.pair for entry in self.entries))

    def __len__(self) -> int:
        return len(self.entries)

    def __add__(self, other: AuditReport) -> AuditReport:
        if not isinstance(other, AuditReport):
            return NotImplemented
        both = set(self.models) & set(other.models)
        for name in both:
            if {e.pair for e in self.entries if e.model == name} & {e.pair for e in other.entries if e.model == name}:
                raise ModelError(f"both reports have a model {name!r} and the same pairs; set audit(..., name=...)")
        return AuditReport(
            self.entries + other.entries, {**self.about, **other.about}, (*self.warnings, *other.warnings)
        )

    def __radd__(self, other: object) -> AuditReport:
        # sum([...]) begins with 0.
        return self if other == 0 else NotImplemented

    def of(self, model: str) -> AuditReport:
        """Return the part of one model.

        Raises
        ------
        ModelError
            If there is no such model.

        Examples
        --------
        >>> AuditReport((AuditRow("m", "p", "pair", "blind", 0.0, 1.0, 0.0, 0.0),)).of("m").models
        ('m',)
        """
        if model not in self.models:
            raise ModelError(f"there is no model {model!r} in the report; it holds {', '.join(self.models)}")
        return AuditReport(
            tuple(e for e in self.entries if e.model == model),
            {k: v for k, v in self.about.items() if k == model},
            tuple(w for w in self.warnings if w.startswith(f"{model}:")),
        )

    def summary(self) -> str:
        """Say in one line per model on how many pairs it is blind, and what else is worth knowing.

        Examples
        --------
        >>> AuditReport((AuditRow("m", "p", "pair", "blind", 0.0, 1.0, 0.0, 0.0),)).summary().splitlines()[0]
        'm: blind on 1 of 1 pairs, separates 0'
        """
        lines = []
        for model in self.models:
            mine = [e for e in self.entries if e.model == model]
            counts = {v: sum(e.verdict == v for e in mine) for v in VERDICTS}
            rest = ", ".join(f"{v} {n}" for v, n in counts.items() if n and v not in ("blind", "separates"))
            lines.append(
                f"{model}: blind on {counts['blind']} of {len(mine)} pairs, separates {counts['separates']}"
                + (f", {rest}" if rest else "")
            )
        return "\n".join([*lines, *(f"Note: {w}" for w in self.warnings)])

    def table(self) -> str:
        """Return the report as plain text: with one model its numbers, with several a matrix of verdicts.

        Examples
        --------
        >>> from twinclouds.networks import MessagePassing
        >>> print(audit(MessagePassing(), ["benzene", "CHFClBr", "CH4-angles"], name="distances").table())
        pair        kind                        difference  spread   noise    ratio    verdict    problem
        benzene     degenerate at every cutoff  ...         ...      ...      ...      blind
        CHFClBr     mirror images               ...         ...      ...      ...      blind
        CH4-angles  degenerate for one centre   ...         ...      ...      ...      separates
        <BLANKLINE>
        distances: blind on 2 of 3 pairs, separates 1
        """
        head, body = self._cells()
        widths = [max(len(row[c]) for row in [head, *body]) for c in range(len(head))]
        lines = ["  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True)).rstrip() for row in [head, *body]]
        return "\n".join([*lines, "", self.summary()])

    def _cells(self) -> tuple[list[str], list[list[str]]]:
        if len(self.models) == 1:
            head = ["pair", "kind", "difference", "spread", "noise", "ratio", "verdict", "problem"]
            body = []
            for e in self.entries:
                numbers = [_short(x) for x in (e.difference, e.spread, e.noise, e.ratio)]
                body.append([e.pair, e.kind, *numbers, e.verdict, e.problem])
            return head, body
        verdicts = {(e.pair, e.model): e.verdict for e in self.entries}
        kinds = {e.pair: e.kind for e in self.entries}
        head = ["pair", "kind", *self.models]
        body = [[p, kinds[p], *(verdicts.get((p, m), "-") for m in self.models)] for p in self.pairs]
        return head, body

    def __str__(self) -> str:
        return self.table()

    def __repr__(self) -> str:
        return f"<AuditReport: {'; '.join(self.summary().splitlines()) or 'empty'}>"

    def _repr_html_(self) -> str:
        from html import escape

        head, body = self._cells()
        column = head.index("verdict") if "verdict" in head else None
        rows = []
        for row in body:
            cells = []
            for number, text in enumerate(row):
                sign = VERDICTS.get(text) if number > 1 and column in (None, number) else None
                shown = f"{sign} {escape(text)}" if sign else escape(text)
                cells.append(f'<th scope="row">{shown}</th>' if number == 0 else f"<td>{shown}</td>")
            rows.append(f"<tr>{''.join(cells)}</tr>")
        titles = "".join(f'<th scope="col">{escape(t)}</th>' for t in head)
        caption = "<br>".join(escape(line) for line in self.summary().splitlines())
        return (
            '<table class="twinclouds-audit"><caption style="caption-side: bottom; text-align: left">'
            f"{caption}</caption><thead><tr>{titles}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        )

    def to_latex(self) -> str:
        r"""Return the table in LaTeX, for the package booktabs.

        Examples
        --------
        >>> AuditReport((AuditRow("m", "a_b", "pair", "blind", 0.0, 1.0, 0.0, 0.0),)).to_latex().splitlines()[0]
        '\\begin{tabular}{llrrrrll}'
        """
        head, body = self._cells()
        single = len(self.models) == 1
        columns = "llrrrrll" if single else "ll" + "c" * len(self.models)
        lines = [rf"\begin{{tabular}}{{{columns}}}", r"\toprule"]
        for number, row in enumerate([head, *body]):
            lines.append(" & ".join(_latex(c) for c in row) + r" \\")
            if number == 0:
                lines.append(r"\midrule")
        return "\n".join([*lines, r"\bottomrule", r"\end{tabular}"])

    def to_json(self, indent: int | None = 1) -> str:
        """Return everything as JSON; numbers that are missing become null.

        Examples
        --------
        >>> report = AuditReport((AuditRow("m", "p", "pair", "failed", *[math.nan] * 4, problem="no"),))
        >>> AuditReport.from_json(report.to_json()).rows[0]["problem"]
        'no'
        """
        rows = [{k: _no_nan(v) for k, v in row.items()} for row in self.rows]
        data = {"format": FORMAT, "about": dict(self.about), "warnings": list(self.warnings)}
        return json.dumps({**data, "rows": rows}, indent=indent)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what :meth:`to_json` wrote.

        Raises
        ------
        ModelError
            If the text is not a report.
        """
        try:
            data = json.loads(text)
            if data["format"] != FORMAT:
                raise ValueError(f"format {data['format']!r} is not {FORMAT!r}")
            entries = []
            for row in data["rows"]:
                row = {k: v for k, v in row.items() if k != "blind"}
                for name in ("difference", "spread", "noise", "ratio"):
                    row[name] = math.nan if row[name] is None else float(row[name])
                for name in ("seeds", "separated_by"):
                    row[name] = tuple(int(s) for s in row[name])
                if row["verdict"] not in VERDICTS:
                    raise ValueError(f"unknown verdict {row['verdict']!r}")
                entries.append(AuditRow(**row))
            return cls(tuple(entries), dict(data["about"]), tuple(data["warnings"]))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"this is not the JSON of an audit ({error}); write one with report.to_json()") from None


def audit(
    model: Any,
    pairs: Any = None,
    *,
    setup: Callable[[int], Any] | None = None,
    seeds: Iterable[int] | None = None,
    name: str | None = None,
    anonymous: str | None = "C",
    about: str = "",
    progress: Callable[[int, int, str], object] | None = None,
) -> AuditReport:
    """Find out which pairs a model cannot tell apart.

    Parameters
    ----------
    model : callable, ASE calculator, or object with ``transform``
        A callable takes :class:`ase.Atoms` and returns a number or an array. An array with one *row per atom* (or one
        number per atom, in the atoms' order) is taken as features of the atoms. A calculator is asked for the energy.
        An object with ``transform`` (scikit-learn's convention) gets a list of one cloud. Anything else has to be
        wrapped in a function.
    pairs : mapping, sequence of str, or Pair, optional
        Pairs by name, each with two clouds (``a, b = pair``); names of the gallery; or one pair. By default the whole
        gallery.
    setup : callable, optional
        Called with each seed before the model is used: to set random weights in place, or to return a new model, which
        then stands for `model` (that may be None).
    seeds : iterable of int, optional
        Seeds for `setup`; 0, 1, 2 by default where there is a setup.
    name : str, optional
        What to call the model in the report.
    anonymous : str or None, optional
        Element to show the model in place of anonymous points (species ``"X"``), as most models know elements only;
        None shows them as they are.
    about : str, optional
        What is worth knowing of the model: version, settings. By default what the model says itself, in an attribute of
        this name, or versions.
    progress : callable, optional
        Called with (pairs done, number of pairs, name of the next).

    Returns
    -------
    AuditReport

    Raises
    ------
    ModelError
        If `model`, `pairs` or `seeds` are of no use at all. What goes wrong inside the model is in the report instead.

    Notes
    -----
    The verdicts and their thresholds are explained at the top of :mod:`twinclouds.auditing`. A model is called about
    25 times per pair and seed, with a fresh copy of the cloud each time.

    Outputs are compared by the Euclidean norm of their difference; features of atoms by the assignment of the atoms of
    one cloud to those of the other (element by element) with the least total distance.

    Examples
    --------
    >>> def radius(atoms):
    ...     return atoms.get_all_distances().std()
    >>> report = audit(radius, ["benzene", "decalin"])
    >>> [(row["pair"], row["blind"]) for row in report.rows]
    [('benzene', True), ('decalin', False)]
    """
    named = _named_pairs(pairs)
    if setup is None:
        if seeds is not None:
            raise ModelError("seeds are given but nothing that uses them; give setup=, a function of the seed")
        several: list[int] = []
    else:
        if not callable(setup):
            raise ModelError(f"setup={setup!r} cannot be called; give a function of the seed")
        several = _check_seeds(seeds)
    if setup is None or model is not None:
        _evaluator(model)  # refuse at once what can never work
    title = name or _name_of(model if model is not None else setup)
    examined = {key: _Examined(key, pair, anonymous) for key, pair in named.items()}
    findings: dict[str, list[_Finding]] = {key: [] for key in named}
    total, done = len(named) * max(len(several), 1), 0
    notes: list[str] = []
    tried: Sequence[int | None] = several or [None]
    for seed in tried:
        current, trouble = model, ""
        if seed is not None and setup is not None:
            try:
                made = setup(seed)
                current = model if made is None else made
                _evaluator(current)
            except (Exception, SystemExit) as error:
                trouble = f"setup({seed}) raised {_one_line(error)}"
                if isinstance(error, (AttributeError, TypeError)):  # as a model does that is given a seed
                    trouble += "; what goes with seeds makes a model from a seed, and is no model itself"
        for key, pair in examined.items():
            if progress is not None:
                progress(done, total, key)
            findings[key].append(_Finding.failed(trouble) if trouble else pair.ask(_evaluator(current), notes))
            done += 1
    if progress is not None:
        progress(done, total, "")
    rows = tuple(_row(title, examined[key], found, several) for key, found in findings.items())
    known = getattr(current, "about", "")
    words = about or (known if isinstance(known, str) else "") or _versions()
    return AuditReport(rows, {title: words}, _warnings(title, rows, notes))


# ---------------------------------------------------------------------------------------------------------------
# The model: whatever was given becomes a function from Atoms to an array.


def _evaluator(model: Any) -> Callable[[Atoms], Any]:
    if inspect.isclass(model):
        raise ModelError(f"the class {model.__name__} is not a model; make an object of it first")
    if callable(getattr(model, "get_potential_energy", None)) and not hasattr(model, "get_positions"):
        return lambda atoms: model.get_potential_energy(atoms)
    if callable(model):
        return lambda atoms: model(atoms)
    if callable(getattr(model, "transform", None)):
        return lambda atoms: _first(model.transform([atoms]))
    raise ModelError(
        f"{_a(model)} is not a model; give a function of ase.Atoms, an ASE calculator, or an object with transform"
    )


def _first(result: Any) -> Any:
    dense = result.toarray() if hasattr(result, "toarray") else result
    if hasattr(dense, "__len__") and len(dense) != 1:
        raise _ProblemError(f"transform returned {len(dense)} rows for one cloud; return one row for each")
    return dense[0]


class _ProblemError(Exception):
    """Something is wrong with an output; the message says what."""


def _as_array(output: Any) -> NDArray[Any]:
    """Make an array of real numbers of whatever a model returned."""
    if output is None:
        raise _ProblemError("it returned nothing (None); return a number or an array")
    for method in ("detach", "cpu"):  # tensors of torch
        if hasattr(output, method):
            output = getattr(output, method)()
    if hasattr(output, "toarray"):
        output = output.toarray()
    try:
        array = np.asarray(output)
    except (TypeError, ValueError):
        array = np.asarray(None)
    if array.dtype.kind == "c":
        array = np.stack([array.real, array.imag], axis=-1)
    if array.dtype.kind not in "biuf":
        raise _ProblemError(f"it returned {_what(output, array)}")
    if array.size == 0:
        raise _ProblemError("it returned an empty array; return at least one number")
    bad = np.count_nonzero(~np.isfinite(array))
    if bad:
        what = "NaN" if np.isnan(array).any() else "infinity"
        raise _ProblemError(f"it returned {what}" + (f" in {bad} of {array.size} places" if array.size > 1 else ""))
    return array


def _what(output: object, array: NDArray[Any]) -> str:
    """Say what an output is that holds no numbers, and what to return instead."""
    if isinstance(output, Mapping):
        keys = ", ".join(repr(key) for key in list(output)[:4])
        return f"{_a(output)}; return one of its entries ({keys})" if output else f"{_a(output)} without entries"
    if isinstance(output, Iterator | Set):
        return f"{_a(output)}; return a list or an array of its numbers"
    if callable(output):
        return f"{_a(output)}; if it makes models, give it as setup= (on the command line: with --seeds)"
    if isinstance(output, np.ndarray):
        return f"an array of {array.dtype}; return an array of numbers (float64)"
    return f"{_a(output)}; return a number or an array of numbers"


def _a(thing: object) -> str:
    """Name the type of something, with its article."""
    name = type(thing).__name__
    return f"an {name}" if name[0] in "aeioAEIO" else f"a {name}"


def _same(a: Atoms, b: Atoms) -> bool:
    return (
        len(a) == len(b)
        and np.array_equal(a.get_cell(), b.get_cell())
        and np.array_equal(a.get_pbc(), b.get_pbc())
        # Positions, numbers, and whatever else there is for every atom; NaN may stand for charges that are not known.
        and a.arrays.keys() == b.arrays.keys()
        and all(np.array_equal(x, b.arrays[key], equal_nan=x.dtype.kind == "f") for key, x in a.arrays.items())
    )


# ---------------------------------------------------------------------------------------------------------------
# One pair: the clouds to ask about, and what the answers mean.


@dataclass(frozen=True)
class _Finding:
    """What one set of weights makes of one pair."""

    verdict: str
    difference: float = math.nan
    spread: float = math.nan
    noise: float = math.nan
    problem: str = ""
    dtype: str = ""

    @classmethod
    def failed(cls, problem: str) -> _Finding:
        return cls("failed", problem=problem)

    @property
    def clarity(self) -> float:
        if math.isnan(self.difference):
            return -1.0
        return self.difference / self.noise if self.noise else math.inf * self.difference if self.difference else 0.0


class _Examined:
    """A pair with its copies and neighbours, made once for all models and seeds."""

    def __init__(self, name: str, pair: Any, anonymous: str | None) -> None:
        self.name = name
        self.kind = str(getattr(pair, "kind", "pair"))
        try:
            members = [as_cloud(member) for member in pair]
        except TwincloudsError as error:
            raise ModelError(f"pair {name!r}: {error}") from None
        if len(members) != 2:
            raise ModelError(f"pair {name!r} has {len(members)} members; give two clouds")
        self.members = [_elements(member.to_atoms(), anonymous) for member in members]
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        # Coordinates are known as well as the two members' distances agree with each other, where they are to agree.
        self.precision = _precision(*members)
        step = DISPLACEMENT * min(_shortest(member) for member in self.members)
        self.copies = [[_turned(m, rng) for _ in range(COPIES)] for m in self.members]
        self.others = [[_displaced(m, step, rng) for _ in range(OTHERS)] for m in self.members]
        self.near = [[_displaced(m, self.precision, rng) for _ in range(2)] for m in self.members]

    def ask(self, evaluate: Callable[[Atoms], Any], notes: list[str]) -> _Finding:
        shape: tuple[int, ...] | None = None
        types: set[str] = set()
        single = True

        def value(atoms: Atoms) -> NDArray[np.float64]:
            nonlocal shape, single
            given = atoms.copy()
            output = _as_array(evaluate(given))
            if not _same(given, atoms) and "mutates" not in notes:
                notes.append("mutates")
            if shape is None:
                shape = output.shape
            elif shape != output.shape:
                raise _ProblemError(f"its output has shape {shape} for one cloud and {output.shape} for another")
            types.add(str(output.dtype))
            with np.errstate(over="ignore"):
                result = output.astype(np.float64)
            if not np.isfinite(result).all():
                raise _ProblemError("its output is too large for double precision")
            whole = np.array_equal(result, np.round(result))
            with np.errstate(over="ignore"):
                single = single and not whole and np.array_equal(result, result.astype(np.float32).astype(np.float64))
            return result

        try:
            a, b = (value(m) for m in self.members)
            numbers = [m.get_atomic_numbers() for m in self.members]
            turned = [[value(copy) for copy in copies] for copies in self.copies]
            kinds = [[copy.get_atomic_numbers() for copy in copies] for copies in self.copies]
            per_atom = a.ndim > 0 and len(a) == len(numbers[0]) == len(numbers[1])
            if per_atom:
                per_atom = _follows_atoms(
                    [
                        (x, y, numbers[k], to)
                        for k, x in enumerate((a, b))
                        for y, to in zip(turned[k], kinds[k], strict=True)
                    ]
                )

            def apart(x: NDArray[np.float64], y: NDArray[np.float64], of: Any, to: Any) -> float:
                return _assigned(x, y, of, to) if per_atom else _norm(x - y)

            repeat = noise = error = 0.0
            apart_from_others = []
            for k, reference in enumerate((a, b)):
                mine = numbers[k]
                for _ in range(COPIES):
                    change = apart(reference, value(self.members[k]), mine, mine)
                    repeat = max(repeat, change)
                    if not change:
                        break
                for copy, to in zip(turned[k], kinds[k], strict=True):
                    noise = max(noise, apart(reference, copy, mine, to))
                for near in self.near[k]:
                    error = max(error, apart(reference, value(near), mine, mine))
                apart_from_others += [apart(reference, value(other), mine, mine) for other in self.others[k]]
            difference = apart(a, b, *numbers)
        except _ProblemError as error_:
            return _Finding.failed(str(error_))
        except (Exception, SystemExit) as error_:
            return _Finding.failed(f"it raised {_one_line(error_)}")
        exact = all(np.dtype(t).kind in "biu" for t in types)
        narrow = [np.finfo(t).eps for t in types if np.dtype(t).kind == "f"]
        seems = "float32" if single and not exact and "float16" not in types else ""
        eps = 0.0 if exact else max([float(np.finfo(np.float32).eps) if seems else 0.0, *map(float, narrow)])
        rounding = eps * max(_norm(a), _norm(b))
        spread = _norm(np.array(apart_from_others)) / math.sqrt(len(apart_from_others))
        random = repeat > 1000 * rounding and repeat > 1e-9 * spread
        if random and "random" not in notes:
            notes.append("random")
        floor = max(noise, error, repeat, 10 * rounding)
        verdict, problem = _judge(difference, spread, noise, floor, rounding, repeat if random else 0.0)
        return _Finding(verdict, difference, spread, floor, problem, seems or "/".join(sorted(types)))


def _judge(
    difference: float, spread: float, noise: float, floor: float, rounding: float, random: float
) -> tuple[str, str]:
    """Apply the thresholds that the module explains."""
    if noise > INVARIANT * spread and noise > 1000 * rounding and noise > 10 * random:
        return "not invariant", "its output changes when the cloud is turned, shifted or its atoms are renumbered"
    if random and random > RESOLUTION * spread:
        return "inconclusive", "it is not deterministic: the same cloud gives different outputs"
    if difference > SEPARATES * floor:
        return "separates", ""
    if spread <= BLIND * floor:
        return "inconclusive", "its output hardly depends on the positions of the atoms"
    if floor > RESOLUTION * spread:
        return "inconclusive", f"noise hides differences below {BLIND * floor / spread:.0e} of the spread"
    if difference <= BLIND * floor:
        return "blind", ""
    return "inconclusive", "the difference is close to the noise"


def _row(title: str, pair: _Examined, found: Sequence[_Finding], seeds: Sequence[int]) -> AuditRow:
    """Put the findings of several seeds together."""
    worst = [f for f in found if f.verdict == "not invariant"]
    separating = [f for f in found if f.verdict == "separates"]
    useful = [f for f in found if f.verdict != "failed"]
    # Of blind ones none is clearer than another but for rounding: the first is shown, which is one on every machine.
    shown = max(worst or separating or useful or found, key=lambda f: max(f.clarity, BLIND))
    verdicts = {f.verdict for f in found}
    verdict = shown.verdict
    if not worst and not separating and verdicts - {"failed"} == {"blind", "inconclusive"}:
        verdict = "blind" if sum(f.verdict == "blind" for f in found) > len(found) / 2 else "inconclusive"
    problem = shown.problem or next((f.problem for f in found if f.verdict == "failed"), "")
    if seeds and "failed" in verdicts and useful:
        failing = [s for s, f in zip(seeds, found, strict=True) if f.verdict == "failed"]
        problem = f"seeds {', '.join(map(str, failing))} failed: {problem}"
    return AuditRow(
        model=title,
        pair=pair.name,
        kind=pair.kind,
        verdict=verdict,
        difference=shown.difference,
        spread=shown.spread,
        noise=shown.noise,
        ratio=shown.difference / shown.spread if shown.spread else math.nan,
        seeds=tuple(seeds),
        separated_by=tuple(s for s, f in zip(seeds, found, strict=False) if f.verdict == "separates"),
        problem=problem,
        dtype=shown.dtype,
    )


def _warnings(title: str, rows: Sequence[AuditRow], notes: Sequence[str]) -> tuple[str, ...]:
    found = []
    narrow = sorted({r.dtype for r in rows if r.dtype in ("float16", "float32")})
    if narrow:
        found.append(f"{title}: outputs are {narrow[0]}; in double precision smaller differences show")
    if "mutates" in notes:
        found.append(f"{title}: it changes the atoms that it is given; let it work on a copy")
    if "random" in notes:
        found.append(f"{title}: it is not deterministic; switch off dropout and fix its random numbers")
    failed = [r for r in rows if r.verdict == "failed"]
    if failed:
        found.append(
            f"{title}: failed on {len(failed)} of {len(rows)} pairs, first on {failed[0].pair}: {failed[0].problem}"
        )
    crooked = [r for r in rows if r.verdict == "not invariant"]
    if crooked:
        found.append(
            f"{title}: not invariant on {len(crooked)} of {len(rows)} pairs; features with one row per atom may follow "
            "the atoms' order, all other outputs have to be the same for turned, shifted and renumbered copies; of "
            "forces and other vectors give the lengths"
        )
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------------
# Clouds


def _elements(atoms: Atoms, anonymous: str | None) -> Atoms:
    """Show anonymous points as an element that is not there already."""
    symbols = atoms.get_chemical_symbols()
    if anonymous is None or "X" not in symbols:
        return atoms
    free = [anonymous, *(e for e in ("C", "Si", "Ge", "Sn", "Pb") if e != anonymous)]
    stand_in = next((e for e in free if e not in symbols), anonymous)
    atoms.set_chemical_symbols([stand_in if s == "X" else s for s in symbols])
    return atoms


def _turned(atoms: Atoms, rng: np.random.Generator) -> Atoms:
    """Turn (not mirrored), shift and renumber a cloud; what is periodic gets other images of its atoms, too."""
    matrix, triangle = np.linalg.qr(rng.normal(size=(3, 3)))
    matrix = matrix * np.sign(np.diag(triangle))
    matrix *= np.sign(np.linalg.det(matrix))
    copy = atoms[rng.permutation(len(atoms))]
    copy.set_cell(np.asarray(atoms.get_cell()) @ matrix.T)
    copy.set_positions(copy.get_positions() @ matrix.T + rng.uniform(-1, 1, 3))
    if atoms.pbc.any():
        # A stream of its own: the other copies stay what they are without it.
        (images,) = rng.spawn(1)
        copy.positions += (images.integers(-1, 2, (len(copy), 3)) * atoms.pbc) @ np.asarray(copy.get_cell())
    return copy


def _displaced(atoms: Atoms, step: float, rng: np.random.Generator) -> Atoms:
    copy = atoms.copy()
    copy.set_positions(atoms.get_positions() + rng.normal(scale=step, size=(len(atoms), 3)))
    return copy


def _shortest(atoms: Atoms) -> float:
    if len(atoms) < 2:
        return 1.0
    distances = atoms.get_all_distances(mic=bool(atoms.get_pbc().any()))
    return float(distances[~np.eye(len(atoms), dtype=bool)].min())


def _precision(a: Any, b: Any) -> float:
    """How well do the distances that are to agree agree? Angstrom.

    Sorted lists for each pair of species, element by element, as far as they agree: of clouds that are alike below some
    cutoff only, the shortest distances do.
    """
    from twinclouds.graphs import distance_graph

    reach = 6.0 if a.periodic or b.periodic else math.inf
    lists = []
    for cloud in (a, b):
        graph = distance_graph(cloud, reach)
        ends = np.sort(np.stack([cloud.species[graph.senders], cloud.species[graph.receivers]]), axis=0)
        kinds, which = np.unique(ends, axis=1, return_inverse=True)
        lists.append(
            {tuple(kind): np.sort(graph.distances[which.ravel() == k]) for k, kind in enumerate(kinds.T.tolist())}
        )
    gap = FINEST
    for kind in lists[0].keys() & lists[1].keys():
        x, y = lists[0][kind], lists[1][kind]
        gaps = np.abs(x[: len(y)] - y[: len(x)])
        different = np.flatnonzero(gaps > ROUNDED)
        gap = max(gap, float(gaps[: different[0] if len(different) else None].max(initial=0.0)))
    return gap


def _follows_atoms(copies: Sequence[tuple[NDArray[np.float64], NDArray[np.float64], Any, Any]]) -> bool:
    """Do the rows of an output belong to the atoms? Each copy: rows before and after renumbering, and the elements."""
    found = []
    for x, y, of, to in copies:
        stays, follows, least = _norm(x - y), _assigned(x, y, of, to), 1e-9 * _norm(x)
        if stays > least and follows < 1e-3 * stays:
            return True
        if follows > least and stays < 1e-3 * follows:
            found.append(False)
    # Nothing was to be seen of it: then a list is one of features of the cloud, a table one with a row per atom.
    return not found and copies[0][0].ndim > 1


def _assigned(x: NDArray[np.float64], y: NDArray[np.float64], of: NDArray[Any], to: NDArray[Any]) -> float:
    """Distance between two sets of rows, each row assigned to one of the same element."""
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    scale = max(float(np.abs(x).max()), float(np.abs(y).max()))
    if not scale:
        return 0.0
    x, y = x / scale, y / scale
    total = 0.0
    for element in np.unique(np.concatenate([of, to])):
        mine, theirs = x[of == element], y[to == element]
        if len(mine) != len(theirs):
            return scale * _norm(np.sort(x, axis=0) - np.sort(y, axis=0))
        cost = cdist(mine, theirs, "sqeuclidean")
        total += float(cost[linear_sum_assignment(cost)].sum())
    return scale * math.sqrt(total)


def _norm(x: NDArray[np.float64]) -> float:
    """Compute a Euclidean norm whose squares neither overflow nor vanish."""
    scale = float(np.abs(x).max(initial=0.0))
    return scale * float(np.linalg.norm(x / scale)) if scale and math.isfinite(scale) else scale


# ---------------------------------------------------------------------------------------------------------------
# Arguments and words


def _named_pairs(pairs: Any) -> dict[str, Any]:
    from twinclouds.pairs import gallery
    from twinclouds.pairs.types import Pair

    if pairs is None:
        return dict(gallery)
    if isinstance(pairs, Pair):
        return {pairs.name: pairs}
    if isinstance(pairs, str):
        pairs = [pairs]
    if isinstance(pairs, Mapping):
        named = {str(key): value for key, value in pairs.items()}
    elif isinstance(pairs, Iterable):
        named = {}
        for item in pairs:
            if isinstance(item, Pair):
                named[item.name] = item
            elif isinstance(item, str) and item in gallery:
                named[item] = gallery[item]
            else:
                what = repr(item) if isinstance(item, str) else _a(item)
                raise ModelError(
                    f"{what} is not a pair of the gallery; give names from it ({', '.join(gallery)}) or a mapping "
                    "from names to pairs of clouds"
                )
    else:
        raise ModelError(f"pairs={pairs!r} holds no pairs; give a mapping from names to pairs of clouds")
    if not named:
        raise ModelError("there is no pair to audit; give at least one")
    for key, pair in named.items():
        try:
            _, _ = pair
        except (TypeError, ValueError):
            raise ModelError(f"pair {key!r} is {_a(pair)}; give two clouds: (a, b)") from None
    return named


def _check_seeds(seeds: Iterable[int] | None) -> list[int]:
    if seeds is None:
        return [0, 1, 2]
    if isinstance(seeds, int) and not isinstance(seeds, bool):
        seeds = range(seeds)
    try:
        several = [int(s) for s in seeds]
    except (TypeError, ValueError):
        several = []
    if not several:
        raise ModelError(f"seeds={seeds!r} holds no whole numbers; give for instance seeds=range(3)")
    return several


def _name_of(model: Any) -> str:
    found = getattr(model, "__name__", "") or getattr(model, "name", "")
    return found if isinstance(found, str) and found and found != "<lambda>" else type(model).__name__


def _versions() -> str:
    from twinclouds import __version__

    return f"twinclouds {__version__}, numpy {np.__version__}, Python {platform.python_version()}"


def _one_line(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text[:200]}" if text else type(error).__name__


def _short(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.1e}"


def _no_nan(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


_TEX = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"} | {
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    "\n": " ",
    **{c: "\\" + c for c in "&%$#_{}"},
}


def _latex(text: str) -> str:
    return "".join(_TEX.get(c, c) for c in text)
