"""The same scene as a `py3Dmol.view`, for people who know that API and for pages without widgets."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from functools import cache
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from twinclouds.errors import TwincloudsError
from twinclouds.ui.drawing import FIELD, rotation_of
from twinclouds.ui.palette import contrasting
from twinclouds.ui.static_files import static_text
from twinclouds.ui.still import cell_edges, make_still

__all__ = ["py3dmol_view"]

#: More bonds than this are not drawn, one by one, by 3Dmol.js.
MOST_BONDS = 600

#: Where 3Dmol.js has its camera, angstrom from what it turns about.
EYE = 150.0


def py3dmol_view(
    a: Any,
    b: Any = None,
    cutoff: float | None = None,
    width: int = 640,
    height: int = 360,
    *,
    round: int | None = None,
    mode: str | None = None,
    colors: Literal["elements", "classes"] = "elements",
    letters: bool | None = None,
    camera: ArrayLike | None = None,
    names: Sequence[str] = (),
) -> Any:
    """Show one or two clouds in a `py3Dmol.view`, which needs no kernel and no network.

    3Dmol.js is taken from this package; py3Dmol itself would fetch it from elsewhere, and show nothing offline.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; a pair with ``.a`` and ``.b``; or a widget
        The clouds; two of them turn together. Of a widget its cutoff, mode and round are taken too, unless others are
        given.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default the first at which one of the clouds hangs together.
        Zero: no edges. Infinity: all of them.
    width, height : int, optional
        Size in pixels.
    round : int, optional
        Round of colour refinement; by default, and beyond it, the last one.
    mode : {"distances", "topology"}, optional
        Do the edges know their lengths? By default they do.
    colors : {"elements", "classes"}
        Colour of the atoms: by element, or by the classes of colour refinement.
    letters : bool, optional
        Write the element or the letter of the class on the atoms; by default with classes.
    camera : (x, y, z, w), optional
        Rotation of the clouds as a quaternion, the ``data-camera`` of a widget on a page; by default the one in which
        the widgets show them at first.
    names : sequence of str, optional
        What to call the clouds; by default by their own names, if they have any.

    Returns
    -------
    py3Dmol.view

    Raises
    ------
    TwincloudsError
        If a value does not fit, or classes are wanted of clouds that differ in composition.

    Examples
    --------
    >>> view = py3dmol_view([[0, 0, 0], [1, 0, 0]])
    >>> "addCylinder" in view.write_html()
    True
    """
    import py3Dmol

    for name, pixels in (("width", width), ("height", height)):
        if isinstance(pixels, bool) or not isinstance(pixels, (int, np.integer)) or not 16 <= pixels <= 10000:
            raise TwincloudsError(f"{name}={pixels!r} is not a size; give a whole number of pixels, for instance 400")
    still = make_still(a, b, cutoff=cutoff, round=round, mode=mode, colors=colors, names=names, verdict=False)
    camera = still.home if camera is None else camera
    rotation_of(camera)  # complains
    written = letters if letters is not None else still.classes is not None
    grid = (1, len(still.clouds))
    view = py3Dmol.view(width=int(width), height=int(height), viewergrid=grid, linked=True, js=_script_url())
    for column, cloud in enumerate(still.clouds):
        where = {"viewer": (0, column)}
        atoms = zip(still.centred(cloud), still.radii[column], still.colors[column], still.letters[column], strict=True)
        for point, radius, color, text in atoms:
            view.addSphere({"center": _xyz(point), "radius": float(radius), "color": color}, **where)
            if written and text:
                # On a patch of its atom's colour: over nothing 3Dmol.js would draw black letters grey.
                look = {"fontSize": 13, "bold": True, "fontColor": contrasting(color), "inFront": True}
                look |= {"backgroundColor": color, "backgroundOpacity": 1, "padding": 1, "borderThickness": 0}
                view.addLabel(_safe(text), {"position": _xyz(point), "alignment": "center", **look}, **where)
        for segment in still.segments(column, MOST_BONDS):
            first = segment.length <= still.scene.shell * 1.02
            stick = {
                "radius": (0.06 if first else 0.015) * still.scale,
                "color": "#8a8a8a" if first else "#b5b5b5",
            }
            view.addCylinder({"start": _xyz(segment.start), "end": _xyz(segment.end), **stick}, **where)
        for start, end in cell_edges(cloud):
            line = {"start": _xyz(start), "end": _xyz(end), "color": "#606060", "radius": 0.012 * still.scale}
            view.addCylinder(line, **where)
        if names or cloud.name:
            look = {"fontSize": 14, "fontColor": "#333333", "backgroundOpacity": 0, "inFront": True}
            place = {"position": {"x": 8, "y": 8, "z": 0}, "useScreen": True}
            view.addLabel(_safe(still.names[column]), {**place, **look}, **where)
    view.zoomTo()
    q = np.asarray(camera, dtype=float) / np.linalg.norm(np.asarray(camera, dtype=float))
    # All clouds at one scale, from where a sphere that holds any of them just fits, whatever way they are turned.
    usable = min(0.94 * height, 0.96 * width / len(still.clouds))
    distance = still.reach / float(np.sin(np.arctan(np.tan(FIELD / 2) * usable / height)))
    for column in range(len(still.clouds)):
        view.setView([0, 0, 0, EYE - distance, *q.round(6).tolist()], viewer=(0, column))
    return view


def _safe(text: str) -> str:
    """Part what could end the script that py3Dmol writes the text into; nothing of it is to be seen."""
    return text.replace("<", "<\u200b")


def _xyz(point: Any) -> dict[str, float]:
    return {axis: round(float(value), 5) for axis, value in zip("xyz", point, strict=True)}


@cache
def _script_url() -> str:
    return "data:text/javascript;base64," + base64.b64encode(static_text("3Dmol.js").encode()).decode()
