"""The same scene as a `py3Dmol.view`, for people who know that API and for pages without widgets."""

from __future__ import annotations

import base64
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from twinclouds.ui.base import clouds_from
from twinclouds.ui.frames import make_scene
from twinclouds.ui.payload import element_looks, typical_distance
from twinclouds.ui.static_files import static_text

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["py3dmol_view"]

#: More bonds than this are not drawn, one by one, by 3Dmol.js.
MOST_BONDS = 600


def py3dmol_view(
    a: CloudLike, b: CloudLike | None = None, cutoff: float | None = None, width: int = 640, height: int = 360
) -> Any:
    """Show one or two clouds in a `py3Dmol.view`, which needs no kernel and no network.

    3Dmol.js is taken from this package; py3Dmol itself would fetch it from elsewhere, and show nothing offline.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
        The clouds; two of them turn together.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default the first at which one of the clouds hangs together.
    width, height : int, optional
        Size in pixels.

    Returns
    -------
    py3Dmol.view

    Examples
    --------
    >>> view = py3dmol_view([[0, 0, 0], [1, 0, 0]])
    >>> "addCylinder" in view.write_html()
    True
    """
    import py3Dmol

    clouds = clouds_from(a, b)
    scene = make_scene(clouds[0], clouds[1] if len(clouds) > 1 else None, refine=False)
    reach = scene.default_cutoff if cutoff is None else scene.snap(cutoff)
    scale = typical_distance(scene.graphs)
    looks = element_looks(clouds, scale)
    view = py3Dmol.view(width=width, height=height, viewergrid=(1, len(clouds)), linked=True, js=_script_url())
    for column, (cloud, whole) in enumerate(zip(clouds, scene.graphs, strict=True)):
        where = {"viewer": (0, column)}
        centre = cloud.positions.mean(axis=0)
        points = cloud.positions - centre
        for point, species in zip(points, cloud.species.tolist(), strict=True):
            look = looks[species]
            view.addSphere({"center": _xyz(point), "radius": look["radius"], "color": look["color"]}, **where)
        if not whole.n_edges:
            continue
        near = np.flatnonzero(whole.distances <= reach + 1e-6)
        offsets = whole.shifts @ np.where(cloud.pbc[:, None], cloud.cell, 0.0)
        for edge in near[np.argsort(whole.distances[near], kind="stable")][: 2 * MOST_BONDS].tolist():
            # From each end to the middle; so a bond to an image ends halfway, at the border of what is shown.
            start = points[whole.senders[edge]]
            end = (start + points[whole.receivers[edge]] + offsets[edge]) / 2
            first = whole.distances[edge] <= scene.shell * 1.02
            stick = {"radius": (0.06 if first else 0.015) * scale, "color": "#8a8a8a" if first else "#b5b5b5"}
            view.addCylinder({"start": _xyz(start), "end": _xyz(end), **stick}, **where)
        for vector in cloud.periods:
            line = {"start": _xyz(-centre), "end": _xyz(vector - centre), "color": "#606060", "radius": 0.012 * scale}
            view.addCylinder(line, **where)
    view.zoomTo()
    return view


def _xyz(point: Any) -> dict[str, float]:
    return {axis: round(float(value), 5) for axis, value in zip("xyz", point, strict=True)}


@cache
def _script_url() -> str:
    return "data:text/javascript;base64," + base64.b64encode(static_text("3Dmol.js").encode()).decode()
