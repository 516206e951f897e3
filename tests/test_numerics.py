"""Close to congruence and close to separation a verdict never turns unannounced."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import numerics_table
from twinclouds import pairs
from twinclouds.refinement import Verdict, compare

DENSE = np.geomspace(1e-10, 1e-2, 60)


def turns_unannounced(verdicts: list[Verdict]) -> bool:
    """Do two verdicts in a row contradict each other, and neither says that it is close?"""
    return any(
        x.equivalent != y.equivalent and not (x.ill_conditioned or y.ill_conditioned) for x, y in pairwise(verdicts)
    )


def test_the_table_in_the_docs_is_true() -> None:
    assert numerics_table.TABLE.read_text(encoding="utf-8") == numerics_table.table(), (
        "docs/numerics.md is not what the package says; run python tests/numerics_table.py and look at the difference"
    )


@pytest.mark.parametrize(
    ("sweep", "test"),
    [(s, t) for s in numerics_table.SWEEPS for t in s.tests],
    ids=lambda value: getattr(value, "name", value),
)
def test_no_verdict_turns_unannounced(sweep: numerics_table.Sweep, test: str) -> None:
    verdicts = sweep.verdicts(test, DENSE)
    assert not turns_unannounced(verdicts)
    # Far from the turn the verdicts are sure of themselves.
    assert not verdicts[0].ill_conditioned
    assert not verdicts[-1].ill_conditioned


@settings(max_examples=25)
@given(
    family=st.sampled_from(["three lines", "octahedral complex", "three planes"]),
    seed=st.integers(0, 10**6),
    atom=st.integers(0, 5),
)
def test_twins_drawn_apart(family: str, seed: int, atom: int) -> None:
    pair = pairs.random_pair(family, seed)
    push = np.random.default_rng(seed).normal(size=3)
    verdicts = []
    for step in np.geomspace(1e-9, 1e-3, 19):
        moved = pair.b.copy()
        moved.positions[atom] += step * push / np.linalg.norm(push)
        verdicts.append(compare(pair.a, moved))
    assert verdicts[0].equivalent
    assert not verdicts[-1].equivalent
    assert not turns_unannounced(verdicts)


@settings(max_examples=25)
@given(seed=st.integers(0, 10**6), n=st.integers(3, 8), test=st.sampled_from(["distance-wl", "angle-wl", "2-fwl"]))
def test_noise_on_congruent_clouds(seed: int, n: int, test: str) -> None:
    rng = np.random.default_rng(seed)
    cloud, noise = rng.normal(size=(n, 3)) * 2, rng.normal(size=(n, 3))
    order = rng.permutation(n)
    verdicts = [compare(cloud, (cloud + step * noise)[order], test=test) for step in np.geomspace(1e-10, 1e-2, 25)]
    assert verdicts[0].equivalent
    assert not verdicts[-1].equivalent
    assert not turns_unannounced(verdicts)
