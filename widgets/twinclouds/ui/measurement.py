"""Distances and angles between picked atoms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud

__all__ = ["Measurement", "measure"]

#: Images are looked for up to so many periods away from the atom, or from its image in the cell beside the other one.
REACH = 2
#: An atom that is farther away than so many periods is brought near first: paths of a simulation may leave the cell.
FAR = 1.5
#: Of images that are as near as each other within this, angstrom, the first one counts; the same as in the browser.
SLACK = 1e-4


@dataclass(frozen=True)
class Measurement:
    """What was measured between two or three atoms.

    Attributes
    ----------
    distances : tuple of float
        From each atom to the next one, angstrom.
    angle : float or None
        At the second of three atoms, degrees.
    """

    distances: tuple[float, ...]
    angle: float | None


def measure(cloud: Cloud, atoms: Sequence[int]) -> Measurement:
    """Measure along two or three atoms; in a periodic cloud from each to the nearest image of the next one.

    Parameters
    ----------
    cloud : Cloud
        Where they are.
    atoms : sequence of int
        Two or three atoms.

    Returns
    -------
    Measurement

    Raises
    ------
    ValueError
        If there are fewer or more atoms.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> measure(as_cloud([[1, 0, 0], [0, 0, 0], [0, 2, 0]]), [0, 1, 2])
    Measurement(distances=(1.0, 2.0), angle=90.0)
    """
    if len(atoms) not in (2, 3):
        raise ValueError(f"give two atoms for a distance or three for an angle, not {len(atoms)}")
    points = [cloud.positions[atoms[0]]]
    for atom in atoms[1:]:
        points.append(_nearest(cloud, points[-1], atom))
    sides = np.diff(points, axis=0)
    lengths = np.linalg.norm(sides, axis=1)
    distances = tuple(float(length) for length in lengths)
    if len(atoms) == 2 or not lengths.all():
        return Measurement(distances, None)
    cosine = float(-(sides[0] @ sides[1]) / (lengths[0] * lengths[1]))
    return Measurement(distances, float(np.degrees(np.arccos(np.clip(cosine, -1, 1)))))


def _nearest(cloud: Cloud, start: NDArray[np.float64], atom: int) -> NDArray[np.float64]:
    periods = cloud.periods.reshape(-1, 3)
    away = (cloud.positions[atom] - start) @ np.linalg.pinv(periods)
    own = cloud.positions[atom] - np.where(np.abs(away) > FAR, np.round(away), 0.0) @ periods
    best, least = own, np.inf
    steps = range(-REACH, REACH + 1)
    for shift in sorted(product(steps, repeat=len(periods)), key=lambda s: sum(map(abs, s))):
        image = own + np.array(shift, dtype=float) @ periods
        length = float(np.linalg.norm(image - start))
        if length < least - SLACK:
            best, least = image, length
    return np.asarray(best, dtype=float)
