"""Random clouds and motions for hypothesis. Runs are derandomised: the same examples every time."""

from __future__ import annotations

import itertools

import numpy as np
from hypothesis import HealthCheck, assume, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.errors import CloudError

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

#: Which axes repeat.
PERIODICITIES = list(itertools.product([False, True], repeat=3))

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


@st.composite
def periodic_clouds(draw: st.DrawFn, wild: bool = True) -> tuple[Cloud, float]:
    """Random triclinic cells, slivers among them, with atoms in and far outside the cell, and a cutoff."""
    rng = np.random.default_rng(draw(seeds))
    pbc = draw(st.sampled_from(PERIODICITIES[1:]))
    cell = rng.normal(size=(3, 3)) * draw(st.sampled_from([1.0, 2.0, 4.0]))
    if wild and draw(st.booleans()):
        # A sliver: the last vector lies nearly in the plane of the others.
        cell[2] = 2 * cell[0] - 1.5 * cell[1] + 0.1 * rng.normal(size=3)
    n = draw(st.integers(1, 5))
    positions = rng.uniform(-1, 1, (n, 3)) @ cell * draw(st.sampled_from([0.5, 1.0, 6.0] if wild else [0.5, 1.0]))
    try:
        cloud = Cloud(positions, rng.choice(["C", "O"], n), cell, pbc)
    except CloudError:
        assume(False)
    periods = cloud.periods
    density = n / np.sqrt(np.linalg.det(periods @ periods.T))
    axes = sum(pbc)
    # About as many neighbours as plain enumeration can afford; in small cells that is several cells away.
    cutoff = draw(st.sampled_from([0.6, 1.0, 1.6])) * (30 / density) ** (1 / axes) / 2
    heights = 1 / np.linalg.norm(np.linalg.pinv(periods), axis=0)
    # ASE takes minutes where a cell is flat, enumeration where it is small beside the cutoff.
    assume(np.prod(2 * cutoff / heights + 3) < (5000 if wild else 400))
    return cloud, float(cutoff)
