"""How verdicts behave close to congruence and close to separation: sweeps, and the table of them in docs/numerics.md.

``python tests/numerics_table.py`` writes the table anew; test_numerics.py compares it with what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from ase import Atoms

from twinclouds import pairs
from twinclouds.congruence import congruent
from twinclouds.refinement import Verdict, compare

TABLE = Path(__file__).parent.parent / "docs" / "numerics.md"

#: Steps of the table; the test takes many more in between.
STEPS = (1e-9, 1e-8, 1e-7, 3e-7, 1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 1e-3, 1e-2)


@dataclass(frozen=True)
class Sweep:
    """A pair that depends on one number, and the tests that feel it."""

    name: str
    words: str
    unit: str
    make: Callable[[float], tuple[Atoms, Atoms, float]]
    tests: tuple[str, ...]

    def verdicts(self, test: str, steps: Iterable[float]) -> list[Verdict]:
        """Compare at every step."""
        made = (self.make(step) for step in steps)
        return [compare(a, b, cutoff=cutoff, test=test) for a, b, cutoff in made]


def _right_angle(step: float) -> tuple[Atoms, Atoms, float]:
    # Straight from the formula: three_lines would not give a pair that is congruent within its tolerance.
    v = np.array([[1.0, 0, 0], [np.cos(1.2), np.sin(1.2), 0], [0, 0, 1]])
    lengths = np.array([1.0, 1.2, 1.5])
    clouds = []
    for sign in (1, -1):
        c13, c23 = sign * step, 0.4
        x = c13
        y = (c23 - x * v[1, 0]) / v[1, 1]
        third = np.array([x, y, np.sqrt(1 - x * x - y * y)])
        half = lengths[:, None] * np.array([v[0], v[1], third])
        clouds.append(Atoms("X6", positions=np.concatenate([half, -half])))
    return clouds[0], clouds[1], np.inf


def _pushed(name: str, cutoff: float) -> Callable[[float], tuple[Atoms, Atoms, float]]:
    def make(step: float) -> tuple[Atoms, Atoms, float]:
        a, b = pairs.gallery[name]
        b.positions[1] += step * np.array([0.6, 0.48, 0.64])
        return a, b, cutoff

    return make


def _near_a_length(step: float) -> tuple[Atoms, Atoms, float]:
    a, b = pairs.triangles_and_hexagon(1.0)
    return a, b, np.sqrt(3.0) - step


def _near_a_ligand(step: float) -> tuple[Atoms, Atoms, float]:
    a, b = pairs.octahedral_complex("S", "F", 1.561, 6.0)
    return a, b, float(np.unique(a.get_all_distances().round(12))[2]) - step


SWEEPS = (
    Sweep(
        "towards congruence",
        "Three lines, the cosine of one angle going to zero: at zero the two members are congruent. Distances never "
        "tell them apart; pairs of points and angles do, until the difference is lost in the tolerance.",
        "cosine",
        _right_angle,
        ("distance-wl", "angle-wl", "2-fwl"),
    ),
    Sweep(
        "towards separation, isolated",
        "S6 and its twin, one atom of the twin pushed out of its place: at zero the two are degenerate.",
        "push (A)",
        _pushed("S6", np.inf),
        ("distance-wl", "angle-wl", "2-fwl"),
    ),
    Sweep(
        "towards separation, periodic",
        "The crystal of three planes and its twin at a cutoff of 4 angstrom, one atom of the twin pushed out of its "
        "place.",
        "push (A)",
        _pushed("crystal", 4.0),
        ("distance-wl",),
    ),
    Sweep(
        "a cutoff close to a length",
        "Two triangles and a hexagon in the plane, the cutoff just below the second distance of the hexagon.",
        "cutoff below the length (A)",
        _near_a_length,
        ("wl", "distance-wl"),
    ),
    Sweep(
        "a star graph that is about to end",
        "A trigonally distorted octahedron and its twin, the cutoff just below the shortest distance between ligands.",
        "cutoff below the length (A)",
        _near_a_ligand,
        ("distance-wl", "angle-wl", "2-fwl"),
    ),
)


def table() -> str:
    """Return the page."""
    lines = [
        "# How close is too close?",
        "",
        "Distances that are equal in mathematics differ by rounding, so equal has to mean equal within a tolerance (by",
        "default 1e-6 angstrom). A verdict says `ill_conditioned` when a tolerance ten times larger or smaller would",
        "turn it, and `margin` is the narrowest gap between two lengths that it took for different. Each table below",
        "brings a pair closer and closer to the point where the verdict has to turn. It never turns unannounced:",
        "between *apart* and *same* there is always a stretch of *too close*.",
        "",
        "This page is written by `python tests/numerics_table.py`, and a test compares it with what the package says.",
    ]
    for sweep in SWEEPS:
        lines += ["", f"## {sweep.name[0].upper()}{sweep.name[1:]}", "", sweep.words, ""]
        cells = [f"{test}: verdict | margin (A)" for test in sweep.tests]
        lines += [f"| {sweep.unit} | {' | '.join(cells)} | congruent |"]
        lines += ["|" + " --- |" * (2 + 2 * len(sweep.tests))]
        columns = [sweep.verdicts(test, STEPS) for test in sweep.tests]
        for k, step in enumerate(STEPS):
            a, b, _ = sweep.make(step)
            row = [f"{step:.0e}"]
            row += [f"{word(column[k])} | {column[k].margin:.0e}" for column in columns]
            lines.append(f"| {' | '.join(row)} | {'yes' if congruent(a, b) else 'no'} |")
    return "\n".join(lines) + "\n"


def word(verdict: Verdict) -> str:
    """Say a verdict in a word or two."""
    if verdict.ill_conditioned:
        return "too close"
    return "same" if verdict.equivalent else "apart"


if __name__ == "__main__":
    TABLE.write_text(table(), encoding="utf-8")
