"""The tables of docs/models.md are those of the package."""

from __future__ import annotations

import re
from pathlib import Path

from twinclouds import pairs
from twinclouds.models import reference_audit
from twinclouds.models.energies import METHODS, PAIRS
from twinclouds.models.reference import GRAPHS, MODELS


def audit_rows() -> list[str]:
    """One row per model: on how many pairs it is blind, on each graph."""
    reports = {graph: reference_audit(graph) for graph in GRAPHS}
    rows = []
    for make in MODELS.values():
        for model in make():
            cells = []
            for report in reports.values():
                mine = report.of(model.name).entries
                cells.append(f"{sum(row.blind for row in mine)} of {len(mine)}")
            rows.append(f"| {' | '.join([model.name, model.sees, *cells])} |")
    return rows


def energy_rows() -> list[str]:
    """One row per pair: differences between its members."""
    rows = []
    for name in PAIRS:
        found = [pairs.gallery[name].energies[method] for method in METHODS]
        rows.append(f"| {' | '.join([name, *(f'{b - a:+.3f}' for a, b in found)])} |")
    return rows


def test_the_tables_are_those_of_the_package(root: Path) -> None:
    text = (root / "docs" / "models.md").read_text(encoding="utf-8")
    for rows in (audit_rows(), energy_rows()):
        assert "\n".join(rows) in text


def test_commands_of_the_page_exist(root: Path) -> None:
    text = (root / "docs" / "models.md").read_text(encoding="utf-8")
    modules = set(re.findall(r"python -m twinclouds\.([a-z.]+)", text))
    assert modules == {"models.reference", "models.energies", "models.training"}
    for module in modules:
        file = root / "widgets" / "twinclouds" / Path(*module.split(".")).with_suffix(".py")
        assert '__name__ == "__main__"' in file.read_text(encoding="utf-8")
