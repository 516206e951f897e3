"""From where clouds are seen at first: so that as few atoms as possible hide behind others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud

__all__ = ["HOME", "centre_of", "viewpoint"]

Quaternion = tuple[float, float, float, float]

#: A little from above and from the side, as (x, y, z, w): rings are rings, and stacks are stacks. Viewpoints are turned
#: from here no farther than they need be. The same as in ``frontend/src/camera.ts``.
HOME: Quaternion = (-0.46, 0.28, 0.14, 0.83)

#: Beyond this many atoms some are hidden from everywhere.
MOST_ATOMS = 60

#: Atoms should be apart by so much of the sum of their radii, to leave their bonds to be seen.
CLEAR = 1.3

#: What a half turn away from HOME costs, in units of an atom that hides another one.
COST_OF_TURNING = 0.35

#: What it costs to look along a cloud that is a line: what is long is to be seen in its length.
COST_OF_DEPTH = 0.6


def centre_of(cloud: Cloud) -> NDArray[np.float64]:
    """Return the point about which a cloud is drawn, and its cell with it.

    That is the middle of the cell where the atoms lie in the cell, as they usually do, else the middle of the atoms.
    Along axes that do not repeat it is the middle of the atoms.

    Examples
    --------
    >>> import ase
    >>> from twinclouds.clouds import as_cloud
    >>> salt = ase.Atoms("NaCl", [[0, 0, 0], [2, 2, 2]], cell=[4, 4, 4], pbc=True)
    >>> centre_of(as_cloud(salt)).tolist()
    [2.0, 2.0, 2.0]
    >>> salt.translate([-1, -1, -1])
    >>> centre_of(as_cloud(salt)).tolist()
    [0.0, 0.0, 0.0]
    """
    middle = np.asarray(cloud.positions.mean(axis=0))
    periods = np.asarray(cloud.periods)
    if not len(periods):
        return middle
    inverse = np.linalg.pinv(periods)
    shares = cloud.positions @ inverse
    if shares.min() < -0.02 or shares.max() > 1.02:
        return middle
    return np.asarray(middle + (0.5 - middle @ inverse) @ periods)


def viewpoint(clouds: Sequence[Cloud], radii: Sequence[NDArray[np.float64]]) -> Quaternion:
    """Return the rotation in which the clouds are shown at first, one for all of them.

    Parameters
    ----------
    clouds : sequence of Cloud
    radii : sequence of (n,) arrays of float
        How large the atoms are drawn, angstrom.

    Returns
    -------
    (x, y, z, w)
        A quaternion of norm 1.

    Examples
    --------
    Along the line of two atoms one would hide the other:

    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.ui.drawing import rotation_of
    >>> x, y, z, w = viewpoint([as_cloud([[0, 0, 0], [0, 0, 1]])], [np.array([0.3, 0.3])])
    >>> bool(abs((rotation_of((x, y, z, w)) @ [0, 0, 1])[2]) < 0.7)
    True
    """
    start = np.array(HOME) / np.linalg.norm(HOME)
    if not 1 < max(len(cloud) for cloud in clouds) <= MOST_ATOMS:
        return _plain(start)
    turns, away = _turns()
    costs = COST_OF_TURNING * away
    for cloud, own in zip(clouds, radii, strict=True):
        costs = costs + _hidden(_product(turns, start), cloud.positions - centre_of(cloud), own)
    # Rounded, so that of equally good ones it is the same on every machine.
    return _plain(_product(turns[int(np.argmin(costs.round(4)))], start))


def _hidden(
    rotations: NDArray[np.float64], points: NDArray[np.float64], radii: NDArray[np.float64]
) -> NDArray[np.float64]:
    """How much the discs of the atoms cover each other, and how much of the cloud is depth, for each rotation."""
    across = _rows(rotations) @ points.T  # to the right and up, (rotations, 2, n)
    first, second = np.triu_indices(len(points), 1)
    gaps = np.hypot(*np.moveaxis(across[:, :, first] - across[:, :, second], 1, 0))
    covered = np.clip(1 - gaps / (CLEAR * (radii[first] + radii[second])), 0, None)
    total = float((points**2).sum()) or 1.0
    depth = 1 - (across**2).sum(axis=(1, 2)) / total
    return np.asarray((covered**2).sum(axis=1) + COST_OF_DEPTH * depth)


def _turns() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Turns to the side and up, the smallest first, and how far they go: 1 is half a turn."""
    sides, ups = np.deg2rad(np.arange(-180, 180, 15)), np.deg2rad(np.arange(-60, 61, 15))
    side, up = (grid.ravel() / 2 for grid in np.meshgrid(sides, ups))
    none = np.zeros_like(side)
    both = _product(
        np.column_stack([np.sin(up), none, none, np.cos(up)]), np.column_stack([none, np.sin(side), none, np.cos(side)])
    )
    away = 2 * np.arccos(np.clip(np.abs(both[:, 3]), 0, 1)) / np.pi
    order = np.argsort(away.round(6), kind="stable")
    return both[order], away[order]


def _product(p: NDArray[np.float64], q: NDArray[np.float64]) -> NDArray[np.float64]:
    """First q, then p."""
    px, py, pz, pw = np.moveaxis(np.atleast_2d(p), -1, 0)
    qx, qy, qz, qw = np.moveaxis(np.atleast_2d(q), -1, 0)
    return np.column_stack(
        [
            pw * qx + px * qw + py * qz - pz * qy,
            pw * qy - px * qz + py * qw + pz * qx,
            pw * qz + px * qy - py * qx + pz * qw,
            pw * qw - px * qx - py * qy - pz * qz,
        ]
    )


def _rows(q: NDArray[np.float64]) -> NDArray[np.float64]:
    """Upper two rows of the rotation matrices."""
    x, y, z, w = np.moveaxis(q, -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
        [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
    ]
    return np.moveaxis(np.array(rows), -1, 0)


def _plain(q: NDArray[np.float64]) -> Quaternion:
    x, y, z, w = (round(float(value), 5) + 0.0 for value in np.ravel(q))
    return x, y, z, w
