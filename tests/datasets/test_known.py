"""The distinct clouds so far: found by their keys as in a dictionary, whatever the order in which they were sorted."""

from __future__ import annotations

import tempfile
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from twinclouds.datasets import known
from twinclouds.datasets.known import Known
from twinclouds.errors import TwincloudsError


@given(st.lists(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=6), max_size=8), st.integers(1, 5))
def test_finds_what_a_dictionary_finds(blocks: list[list[tuple[int, int]]], together: int) -> None:
    with pytest.MonkeyPatch.context() as patch, Known() as store:
        patch.setattr(known, "TOGETHER", together)
        everything: list[tuple[int, float]] = []
        for block in blocks:
            keys = np.array([key for key, _ in block], dtype=np.uint64)
            values = np.array([[value] for _, value in block], dtype=float).reshape(-1, 1)
            asked = np.array([[0.5], [1.0], [2.0]])
            owners = np.array([0, 1, 1, 2, 0])
            found = store.find(np.array([0, 1, 2, 3, 4], dtype=np.uint64), owners, asked, slack=0.6)
            wanted = [
                (owner, number)
                for owner in range(3)
                for number, (key, value) in enumerate(everything)
                if owners[key] == owner and abs(value - asked[owner, 0]) <= 0.6
            ]
            assert list(zip(*(x.tolist() for x in found), strict=True)) == wanted
            numbers = np.arange(len(everything), len(everything) + len(block))
            store.add(keys, values, 10 * numbers, [b"x" * n for n in numbers.tolist()])
            everything += block
        for number in range(len(everything)):
            assert store.index(number) == 10 * number
            assert store.read(number) == b"x" * number


def test_a_full_disk_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def __getattr__(self, name: str) -> Any:
            def fail(*_: object) -> None:
                raise OSError(28, "No space left on device")

            return fail if name == "write" else lambda *_: None

    monkeypatch.setattr(known, "TemporaryFile", Full)
    with Known() as store, pytest.raises(TwincloudsError, match=f"{tempfile.gettempdir()} .No space left.*TMPDIR"):
        store.add(np.zeros(1, dtype=np.uint64), np.zeros((1, 1)), np.zeros(1, dtype=np.int64), [b"x"])
