"""What AuditView needs of a report, taken from whatever holds it: a report, several of them, or plain rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from twinclouds.auditing import VERDICTS
from twinclouds.errors import ModelError

__all__ = ["MOST_MODELS", "MOST_PAIRS", "AuditCell", "AuditTable", "audit_table"]

#: A larger table could neither be read nor be drawn quickly.
MOST_MODELS, MOST_PAIRS = 40, 200

_NUMBERS = ("difference", "spread", "noise", "ratio")


@dataclass(frozen=True)
class AuditCell:
    """One cell; the attributes are those of :class:`~twinclouds.auditing.AuditRow`, with None for missing numbers."""

    model: str
    pair: str
    verdict: str
    kind: str = ""
    difference: float | None = None
    spread: float | None = None
    noise: float | None = None
    ratio: float | None = None
    seeds: tuple[int, ...] = ()
    separated_by: tuple[int, ...] = ()
    problem: str = ""
    dtype: str = ""


@dataclass(frozen=True)
class AuditTable:
    """All cells, with the names of models and pairs in the order in which they came.

    Attributes
    ----------
    cells : tuple of AuditCell
    about : dict of str to str
        For each model what is worth knowing of it.
    warnings : tuple of str
        What concerns a whole model.
    """

    cells: tuple[AuditCell, ...]
    about: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[str, ...]:
        """Names of the models."""
        return tuple(dict.fromkeys(cell.model for cell in self.cells))

    @property
    def pairs(self) -> tuple[str, ...]:
        """Names of the pairs."""
        return tuple(dict.fromkeys(cell.pair for cell in self.cells))

    def cell(self, model: str, pair: str) -> AuditCell | None:
        """Return one cell, None where the model was not asked about the pair."""
        return next((c for c in self.cells if c.model == model and c.pair == pair), None)


def audit_table(report: Any) -> AuditTable:
    """Collect the cells of a report.

    Parameters
    ----------
    report : AuditReport, sequence of these, or sequence of mappings
        A mapping has at least ``pair``, and ``verdict`` or ``blind``; ``model`` where there are several. Anything with
        ``.rows`` counts as a report.

    Returns
    -------
    AuditTable

    Raises
    ------
    TypeError
        If it is nothing of the kind.
    ModelError
        If a row lacks what it needs, two rows are of one model and pair, or there are too many.

    Examples
    --------
    >>> table = audit_table([{"model": "radial", "pair": "benzene", "blind": True, "difference": 0.0}])
    >>> table.models, table.cells[0].verdict
    (('radial',), 'blind')
    """
    cells: dict[tuple[str, str], AuditCell] = {}
    about: dict[str, str] = {}
    warnings: list[str] = []
    for part in _parts(report):
        if isinstance(part, Mapping):
            rows: Iterable[Any] = [part]
        else:
            rows = part.rows
            about.update({str(k): str(v) for k, v in dict(getattr(part, "about", {})).items()})
            warnings += [str(w) for w in getattr(part, "warnings", ())]
        for row in rows:
            cell = _cell(row)
            if (cell.model, cell.pair) in cells:
                raise ModelError(
                    f"two rows are of the model {cell.model!r} and the pair {cell.pair!r}; give the models names of "
                    "their own"
                )
            cells[cell.model, cell.pair] = cell
    table = AuditTable(tuple(cells.values()), about, tuple(dict.fromkeys(warnings)))
    for what, names, most in (("models", table.models, MOST_MODELS), ("pairs", table.pairs, MOST_PAIRS)):
        if len(names) > most:
            raise ModelError(f"a table of {len(names)} {what} is too large to be read; show at most {most} at a time")
    return table


def _parts(report: Any) -> Sequence[Any]:
    parts = [report] if hasattr(report, "rows") or isinstance(report, Mapping) else report
    if isinstance(parts, str) or not isinstance(parts, Iterable):
        raise TypeError(f"{type(report).__name__} is not a report; give what tc.audit returns, or a list of its rows")
    parts = list(parts)
    for part in parts:
        if not isinstance(part, Mapping) and not hasattr(part, "rows"):
            raise TypeError(f"{type(part).__name__} is neither a report nor a row of one; give what tc.audit returns")
    return parts


def _cell(row: Any) -> AuditCell:
    if not isinstance(row, Mapping) or "pair" not in row or not ("verdict" in row or "blind" in row):
        raise ModelError(
            f"the row {row!r:.80} lacks 'pair', or 'verdict' and 'blind'; give rows as tc.audit makes them"
        )
    verdict = str(row["verdict"]) if row.get("verdict") else ("blind" if row["blind"] else "separates")
    problem = str(row.get("problem") or "")
    if verdict not in VERDICTS:
        verdict, problem = "failed", "; ".join(filter(None, [f"unknown verdict {verdict!r}", problem]))
    return AuditCell(
        model=str(row.get("model") or "model"),
        pair=str(row["pair"]),
        verdict=verdict,
        kind=str(row.get("kind") or ""),
        **{name: _number(row.get(name)) for name in _NUMBERS},
        seeds=_whole(row.get("seeds")),
        separated_by=_whole(row.get("separated_by")),
        problem=problem,
        dtype=str(row.get("dtype") or ""),
    )


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


def _whole(values: Any) -> tuple[int, ...]:
    return tuple(int(value) for value in values or ())
