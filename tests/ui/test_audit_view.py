"""AuditView without a browser: what it takes for a report, and what it refuses."""

from __future__ import annotations

import json

import numpy as np
import pytest
import traitlets

import twinclouds as tc
from twinclouds.auditing import AuditReport, AuditRow
from twinclouds.ui.audit_cells import MOST_PAIRS, audit_table

ROWS = [
    {"model": "radial", "pair": "benzene", "verdict": "blind", "difference": 1e-15, "noise": 2e-15, "spread": 0.3},
    {"model": "radial", "pair": "decalin", "verdict": "separates", "difference": 0.1, "noise": 1e-15, "spread": 0.3},
    {"model": "angular", "pair": "benzene", "verdict": "separates", "difference": 0.2, "noise": 1e-15, "spread": 0.3},
]


def report(model, verdict="blind", pair="benzene"):
    return AuditReport((AuditRow(model, pair, "a kind", verdict, 0.0, 1.0, 1e-16, 0.0, (0, 1), ()),), {model: "v1"})


def test_a_report_of_the_package():
    def radius(atoms):
        return atoms.get_all_distances().std()

    found = tc.audit(radius, ["benzene", "decalin"])
    view = tc.ui.AuditView(found, selected={"model": "radius", "pair": "benzene"})
    assert view.cell.verdict == "blind"
    assert view.cell.noise == found.rows[0]["noise"]
    assert tc.ui.AuditView(found.rows).table.cells == view.table.cells


def test_reports_rows_and_mixtures():
    both = audit_table([report("m1"), report("m2", "separates")])
    assert both.models == ("m1", "m2")
    assert both.about == {"m1": "v1", "m2": "v1"}
    assert audit_table(report("m1") + report("m2", "separates")).cells == both.cells
    assert audit_table(ROWS).pairs == ("benzene", "decalin")
    assert audit_table([*ROWS, report("m3")]).models == ("radial", "angular", "m3")
    assert audit_table({"pair": "p", "blind": False}).cells[0].verdict == "separates"
    assert audit_table([]).cells == ()


def test_what_makes_no_sense():
    with pytest.raises(TypeError, match=r"tc\.audit"):
        tc.ui.AuditView(3)
    with pytest.raises(TypeError, match=r"tc\.audit"):
        tc.ui.AuditView("benzene")
    with pytest.raises(tc.TwincloudsError, match="'pair'"):
        tc.ui.AuditView([{"model": "m"}])
    with pytest.raises(tc.TwincloudsError, match="two rows"):
        tc.ui.AuditView([report("m"), report("m")])
    with pytest.raises(tc.TwincloudsError, match="too large"):
        tc.ui.AuditView([{"pair": str(k), "blind": True} for k in range(MOST_PAIRS + 1)])
    with pytest.raises(TypeError, match=r"'sorted'.*sort"):
        tc.ui.AuditView(ROWS, sorted="pair")
    with pytest.raises(TypeError, match="mapping"):
        tc.ui.AuditView(ROWS, pairs=[1])


def test_odd_numbers_and_verdicts_are_shown_as_such():
    row = {"model": "m", "pair": "p", "verdict": "great", "difference": float("nan"), "noise": "x", "spread": None}
    (cell,) = audit_table([row]).cells
    assert cell.verdict == "failed"
    assert "great" in cell.problem
    assert (cell.difference, cell.noise, cell.spread) == (None, None, None)
    packed = tc.ui.AuditView([row])._table
    assert json.dumps(packed["cells"])
    assert packed["scenes"] == [None]


def test_traits():
    view = tc.ui.AuditView(ROWS)
    assert view.selected is None and view.cell is None
    view.set_state({"selected": {"model": "angular", "pair": "decalin"}, "sort": "radial", "descending": True})
    assert view.cell is None  # this model was not asked about that pair
    assert (view.sort, view.descending) == ("radial", True)
    for name, value in [
        ("selected", {"model": "other", "pair": "benzene"}),
        ("selected", {"model": "radial"}),
        ("selected", "benzene"),
        ("sort", "other"),
        ("sort", 3),
        ("descending", 1),
    ]:
        with pytest.raises(traitlets.TraitError, match=name):
            setattr(view, name, value)
    with pytest.warns(RuntimeWarning, match="front end"):
        view.set_state({"selected": {"model": ["x"], "pair": "benzene"}})


def size(value):
    if isinstance(value, dict):
        return sum(map(size, value.values()))
    if isinstance(value, list):
        return sum(map(size, value))
    return len(value) if isinstance(value, (bytes, str)) else 8


def test_the_clouds_are_there_once():
    names = list(tc.pairs.gallery)
    one = tc.ui.AuditView([{"model": "m0", "pair": name, "blind": True} for name in names])
    ten = tc.ui.AuditView([{"model": f"m{k}", "pair": name, "blind": True} for name in names for k in range(10)])
    assert len(ten._table["scenes"]) == len(names) == len(one._table["scenes"])
    assert all(scene is not None for scene in ten._table["scenes"])
    assert size(one._table["scenes"]) == size(ten._table["scenes"]) < 150_000


def test_pairs_of_ones_own():
    rows = [{"pair": "mine", "blind": True}, {"pair": "odd", "blind": True}, {"pair": "huge", "blind": True}]
    many = np.random.default_rng(0).normal(size=(400, 3)) * 20
    pairs = {"mine": ([[0, 0, 0], [1, 0, 0]], [[0, 0, 0], [2, 0, 0]]), "odd": 3, "huge": (many, many)}
    scenes = tc.ui.AuditView(rows, pairs=pairs)._table["scenes"]
    assert scenes[0]["clouds"][0]["formula"] == "X2"
    assert scenes[1:] == [None, None]
