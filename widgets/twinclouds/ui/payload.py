"""A scene as it travels to the browser: numbers as binary buffers, names as text."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from twinclouds.clouds import Cloud
from twinclouds.graphs import DistanceGraph
from twinclouds.ui.frames import Scene
from twinclouds.ui.viewpoint import centre_of

__all__ = ["element_looks", "pack", "typical_distance"]

#: Radius of an atom of the size of carbon, in units of the typical distance between neighbours.
CARBON_RADIUS = 0.31
CARBON_COVALENT = 0.76


def pack(scene: Scene, names: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the scene as JSON with binary buffers.

    Examples
    --------
    >>> from twinclouds.clouds import as_cloud
    >>> from twinclouds.ui.frames import make_scene
    >>> data = pack(make_scene(as_cloud([[0, 0, 0], [1, 0, 0]]), refine=False), names=("pair",))
    >>> data["clouds"][0]["name"], data["max_cutoff"], len(data["clouds"][0]["positions"])
    ('pair', 1.1, 24)
    """
    scale = typical_distance(scene.graphs)
    clouds = []
    for i, (cloud, graph) in enumerate(zip(scene.clouds, scene.graphs, strict=True)):
        name = names[i] if i < len(names) else cloud.name
        clouds.append(_pack_cloud(cloud, graph, scene.labels.labels[i], name))
    values = scene.labels.values
    return {
        "clouds": clouds,
        "starts": _buffer(scene.starts, "<f8"),
        "lengths": _buffer(values, "<f8"),
        "digits": next((d for d in (2, 3) if len(np.unique(values.round(d))) == len(values)), 4),
        "kept": list(scene.kept),
        "stops": list(scene.stops),
        "max_cutoff": scene.max_cutoff,
        "complete": scene.complete,
        "shell": scene.shell,
        "left_out": scene.left_out,
        "scale": scale,
        "steps": {
            mode: [[s.frame, s.outcome, s.round, s.margin] for s in steps] for mode, steps in scene.steps.items()
        },
        "frames": [_buffer(frame, "<u2") for frame in scene.frames],
        "elements": element_looks(scene.clouds, scale),
    }


def _pack_cloud(cloud: Cloud, graph: DistanceGraph, labels: NDArray[np.int64], name: str) -> dict[str, Any]:
    # One direction of each bond: the other follows from it.
    shifts = np.sign(graph.shifts)
    leading = np.where(shifts[:, 0] != 0, shifts[:, 0], np.where(shifts[:, 1] != 0, shifts[:, 1], shifts[:, 2]))
    one = (graph.senders < graph.receivers) | ((graph.senders == graph.receivers) & (leading > 0))
    offsets = graph.shifts[one] @ np.where(cloud.pbc[:, None], cloud.cell, 0.0) if cloud.periodic else None
    return {
        "name": name,
        "formula": cloud.formula,
        "species": cloud.species.tolist(),
        "positions": _buffer(cloud.positions, "<f4"),
        "centre": centre_of(cloud).tolist(),
        "periods": cloud.periods.tolist(),
        "senders": _buffer(graph.senders[one], "<u4"),
        "receivers": _buffer(graph.receivers[one], "<u4"),
        "labels": _buffer(labels[one], "<u4"),
        "offsets": None if offsets is None else _buffer(offsets, "<f4"),
    }


def typical_distance(graphs: tuple[DistanceGraph, ...]) -> float:
    """Median distance of the atoms to their nearest neighbour, angstrom; 1 where there is none."""
    nearest = []
    for graph in graphs:
        closest = np.full(graph.n_nodes, np.inf)
        np.minimum.at(closest, graph.senders, graph.distances)
        nearest.append(closest[np.isfinite(closest)])
    joined = np.concatenate(nearest)
    return float(np.median(joined)) if len(joined) else 1.0


def element_looks(clouds: tuple[Cloud, ...], scale: float) -> dict[str, dict[str, Any]]:
    """Colour (Jmol's) and radius for each species; one that is no element is grey and of middle size."""
    from ase.data import atomic_numbers, covalent_radii
    from ase.data.colors import jmol_colors

    looks: dict[str, dict[str, Any]] = {}
    for species in sorted({s for cloud in clouds for s in cloud.species.tolist()}):
        number = atomic_numbers.get(species, 0)
        covalent = float(covalent_radii[number]) if number else CARBON_COVALENT * 0.7
        red, green, blue = (round(255 * float(c)) for c in jmol_colors[number]) if number else (120, 144, 168)
        # Large enough to bear a letter, small enough to leave the bonds to be seen.
        radius = scale * float(np.clip(CARBON_RADIUS * np.sqrt(covalent / CARBON_COVALENT), 0.17, 0.36))
        looks[species] = {"color": f"#{red:02x}{green:02x}{blue:02x}", "radius": round(radius, 4)}
    return looks


def _buffer(array: NDArray[Any], dtype: str) -> bytes:
    return np.ascontiguousarray(array).astype(dtype).tobytes()
