"""The search finds what is known to be there, and nothing where theory says that there is nothing."""

from __future__ import annotations

import sys
from itertools import combinations

import numpy as np
import pytest

import twinclouds as tc
from twinclouds import pairs
from twinclouds.errors import PairError
from twinclouds.pairs import search


def squared_triples(size: int, dimension: int) -> int:
    """Count the shapes of three grid points by their sides."""
    grid = np.stack(np.meshgrid(*[np.arange(size)] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    shapes = {tuple(sorted(int(((p - q) ** 2).sum()) for p, q in combinations(t, 2))) for t in combinations(grid, 3)}
    return len(shapes)


@pytest.mark.parametrize(("size", "dimension"), [(3, 3), (4, 2), (5, 2)])
def test_shapes_are_counted_up_to_isometry(size: int, dimension: int) -> None:
    result = pairs.search_grid(3, size, dimension, progress=False)
    assert result.shapes == squared_triples(size, dimension)
    assert result.pairs == ()


def test_no_four_points_on_a_grid_of_64() -> None:
    result = pairs.search_grid(4, 4, progress=False)
    assert result.scanned == 635376
    assert result.pairs == ()


def test_six_points_on_a_grid_of_27() -> None:
    result = pairs.search_grid(6, 3, progress=False)
    assert len(result.pairs) == 2
    for pair in result.pairs:
        assert isinstance(pair, pairs.DegeneratePair)
        assert tc.certify(pair).exact
    one, other = result.pairs
    assert not tc.congruent(one.a, other.a)


@pytest.mark.parametrize(("points", "size"), [(4, 5), (5, 5), (6, 4), (7, 4)])
def test_nothing_in_the_plane(points: int, size: int) -> None:
    assert pairs.search_grid(points, size, 2, progress=False).pairs == ()


def test_triangles_leave_none_of_the_known_ones() -> None:
    assert pairs.search_grid(6, 3, test="angle-wl", progress=False).pairs == ()
    assert pairs.search_symmetric(400, 6, test="angle-wl", progress=False).pairs == ()


def test_symmetric_clouds_hold_twins_and_seeds_repeat() -> None:
    first, again = (pairs.search_symmetric(2000, 6, seed=3, progress=False) for _ in "ab")
    assert [pair.name for pair in first.pairs] == [pair.name for pair in again.pairs]
    assert first.pairs
    assert all(isinstance(pair, pairs.DegeneratePair) for pair in first.pairs)


def test_blocks_do_not_matter() -> None:
    half = np.array([[1.0, 1, 0], [1, 0, 1], [0, 1, -1]])
    other = np.array([[1.0, 1, 0], [1, 0, 1], [0, 1, 1]])
    a, b = (np.concatenate([x, -x]) for x in (half, other))
    together = pairs.search_clouds([np.array([a, b])], 2, progress=False)
    apart = pairs.search_clouds([a[None], 3 * a[None], b[None]], 3, progress=False)
    assert len(together.pairs) == len(apart.pairs) == 1


def test_a_progress_bar_is_drawn_on_a_terminal_only(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    searches = (
        lambda: pairs.search_grid(3, 3),
        lambda: pairs.search_solid("cube", [4, 5]),
        lambda: pairs.search_symmetric(50, 4),
    )
    for run in searches:
        monkeypatch.undo()
        result = run()
        assert capsys.readouterr().err == ""
        monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
        assert run().scanned == result.scanned
        shown = capsys.readouterr().err
        assert f"[{'#' * 40}] {result.scanned} of {result.scanned}" in shown
        assert shown.endswith("\n")


def test_what_is_open_is_called_open() -> None:
    words = " ".join((search.__doc__ or "").split())
    assert "an open question, not a theorem" in words
    assert "That no pair is found does" in words


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"points": 1}, "points=1 does not fit"),
        ({"points": 4, "size": 1}, "size=1 does not fit"),
        ({"points": 4, "dimension": 4}, "dimension=4 is not one of space"),
        ({"points": 10, "size": 2}, "points=10 do not fit on a grid of 8"),
        ({"points": 8, "size": 4}, "would take hours"),
        ({"points": 4, "test": "wl"}, "test 'wl' cannot be searched"),
    ],
)
def test_bad_parameters_are_named(arguments: dict[str, object], message: str) -> None:
    with pytest.raises(PairError, match=message):
        pairs.search_grid(**arguments, progress=False)  # type: ignore[arg-type]
