"""Which models are blind to which pairs: the table of an audit, to be sorted and looked into."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, ClassVar
from uuid import uuid4

import traitlets as T  # noqa: N812

from twinclouds.clouds import as_cloud
from twinclouds.errors import TwincloudsError
from twinclouds.ui.audit_cells import AuditCell, AuditTable, audit_table
from twinclouds.ui.frames import make_scene
from twinclouds.ui.instrument import Instrument
from twinclouds.ui.payload import pack
from twinclouds.ui.traits import Checked, as_flag, as_text

__all__ = ["AuditView"]

#: Clouds with more atoms than this are not drawn: the table is what counts here.
MOST_ATOMS = 300


def _as_cell(widget: Any, value: Any) -> dict[str, str] | None:
    """Check a selection: a cell that exists, or None."""
    if value is None:
        return None
    if not isinstance(value, Mapping) or set(value) != {"model", "pair"}:
        raise TypeError
    model, pair = value["model"], value["pair"]
    if model not in widget.table.models:
        raise ValueError(f"the models are {', '.join(widget.table.models) or 'none'}")
    if pair not in widget.table.pairs:
        raise ValueError("there is no such pair in the report")
    return {"model": model, "pair": pair}


def _as_column(widget: Any, value: Any) -> str:
    """Check what the rows are sorted by."""
    if not isinstance(value, str):
        raise TypeError
    if value not in ("", "pair", *widget.table.models):
        raise ValueError(f"the columns are pair, {', '.join(widget.table.models)}")
    return value


class AuditView(Instrument):
    """Models by pairs: who is blind to what? Sort by a column, and choose a cell to see the pair and the numbers.

    Parameters
    ----------
    report : AuditReport, sequence of these, or sequence of dict
        What :func:`twinclouds.audit` returns; several reports become one table; or their rows, with at least
        ``pair``, and ``verdict`` or ``blind``.
    pairs : mapping, optional
        Where to find the clouds of pairs that are not in the gallery: name -> pair, or two clouds.
    selected : dict, optional
        The chosen cell, as ``{"model": "SchNet", "pair": "benzene"}``.
    sort : str, optional
        Sort the rows by this model, blind ones first, or by ``"pair"``; by default in the order of the report.
    descending : bool, optional
        Turn that order round.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Raises
    ------
    TypeError
        If a keyword is unknown, or the report is not one.
    ModelError
        If rows lack what they need, contradict each other, or are too many (40 models, 200 pairs).
    traitlets.TraitError
        If a value does not fit.

    Examples
    --------
    >>> rows = [
    ...     {"model": "radial", "pair": "benzene", "verdict": "blind", "difference": 1e-15, "spread": 0.3},
    ...     {"model": "angular", "pair": "benzene", "verdict": "separates", "difference": 0.2, "spread": 0.3},
    ... ]
    >>> view = AuditView(rows, sort="angular")
    >>> view.selected = {"model": "radial", "pair": "benzene"}
    >>> view.cell.verdict
    'blind'
    """

    _from_front_end: ClassVar[frozenset[str]] = frozenset({"selected", "sort", "descending"})
    _options: ClassVar[tuple[str, ...]] = ("pairs", *Instrument._options)

    #: What the report says, as a table.
    table: AuditTable

    _kind = T.Unicode("audit").tag(sync=True)
    _table = T.Dict().tag(sync=True)
    selected = Checked(_as_cell, None, 'give None, or {"model": ..., "pair": ...} of a cell that exists')
    sort = Checked(_as_column, "", "give the name of a model, 'pair', or '' for the order of the report")
    descending = Checked(as_flag, False, "give True or False")
    antialias = Checked(as_flag, True, "give True or False")
    camera_group = Checked(as_text, "", "give a text: views of widgets with the same one turn together")

    def __init__(self, report: Any, **keywords: Any) -> None:
        self._check_keywords(keywords)
        pairs = keywords.pop("pairs", None)
        if pairs is not None and not isinstance(pairs, Mapping):
            raise TypeError(f"pairs={pairs!r:.60} is not a mapping; give name -> pair, as the gallery is one")
        self.table = audit_table(report)
        state = {"title": "Which models are blind to which pairs?", "camera_group": uuid4().hex[:8], **keywords}
        super().__init__({"_table": _packed(self.table, pairs)}, **state)

    @property
    def cell(self) -> AuditCell | None:
        """The chosen cell; None where none is chosen, or the model was not asked about the pair."""
        return self.table.cell(**self.selected) if self.selected else None


def _packed(table: AuditTable, pairs: Mapping[str, Any] | None) -> dict[str, Any]:
    models = {name: k for k, name in enumerate(table.models)}
    names = {name: k for k, name in enumerate(table.pairs)}
    cells = []
    for cell in table.cells:
        data = {k: v for k, v in asdict(cell).items() if v not in (None, "", ()) and k != "kind"}
        cells.append({**data, "model": models[cell.model], "pair": names[cell.pair]})
    kinds = {cell.pair: cell.kind for cell in table.cells if cell.kind}
    # The clouds of a pair are here once, however many models were asked about it.
    scenes = [_scene(name, pairs) for name in table.pairs]
    return {
        "models": [{"name": name, "about": table.about.get(name, "")} for name in table.models],
        "pairs": [{"name": name, "kind": kinds.get(name, "")} for name in table.pairs],
        "cells": cells,
        "scenes": scenes,
        "warnings": list(table.warnings),
    }


def _scene(name: str, pairs: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Pack the two clouds of a pair with their bonds, None where they cannot be shown."""
    from twinclouds.pairs import gallery

    pair = (pairs or {}).get(name)
    if pair is None and name in gallery:
        pair = gallery[name]
    if pair is None:
        return None
    try:
        a, b = (as_cloud(cloud) for cloud in pair)
        if max(len(a), len(b)) > MOST_ATOMS:
            return None
        bonds = make_scene(a, b, refine=False).shell * 1.02
        return pack(make_scene(a, b, max_cutoff=bonds, refine=False))
    except (TwincloudsError, TypeError, ValueError):
        return None
