"""Random clouds and motions for hypothesis. Runs are derandomised: the same examples every time."""

from __future__ import annotations

import numpy as np
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

settings.register_profile(
    "repeatable",
    derandomize=True,
    deadline=None,
    database=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
settings.load_profile("repeatable")

seeds = st.integers(0, 2**32 - 1)

#: Points of a small integer grid: few distinct distances, hence many symmetric and nearly equivalent clouds.
Points = list[tuple[int, int, int]]


def grid_points(n: int | tuple[int, int] = (1, 7), size: int = 2, flat: int = 0) -> st.SearchStrategy[Points]:
    """Draw lists of distinct integer points; the last `flat` coordinates are zero."""
    low, high = (n, n) if isinstance(n, int) else n
    free = st.integers(-size, size)
    point = st.tuples(*[free] * (3 - flat), *[st.just(0)] * flat)
    return st.lists(point, min_size=low, max_size=high, unique=True)


@st.composite
def twin_grids(
    draw: st.DrawFn, n: tuple[int, int] = (2, 7), size: int = 1, flat: int = 0, kinds: str = "XY"
) -> tuple[Points, Points, list[str]]:
    """Two integer clouds with the same species, often with the same or nearly the same distances."""
    first = draw(grid_points(n, size, flat))
    second = list(first)
    how = draw(st.sampled_from(["move one", "flip one", "fresh"]))
    if how == "fresh":
        second = draw(grid_points(len(first), size, flat))
    else:
        k = draw(st.integers(0, len(first) - 1))
        moved = tuple(-x for x in first[k]) if how == "flip one" else draw(grid_points(1, size, flat))[0]
        if moved not in second:
            second[k] = moved
    species = [draw(st.sampled_from(kinds)) for _ in first]
    return first, second, species


def motion(
    seed: int, reflect: bool | None = None, reach: float = 3.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """A random orthogonal matrix (determinant -1 if `reflect`, either if None) and translation."""
    rng = np.random.default_rng(seed)
    matrix, triangle = np.linalg.qr(rng.normal(size=(3, 3)))
    matrix = matrix * np.sign(np.diag(triangle))
    if reflect is not None and (np.linalg.det(matrix) < 0) != reflect:
        matrix = -matrix
    return matrix, rng.uniform(-reach, reach, 3)
