"""Drawing one cloud with matplotlib: where things are on the page, what covers what, and how they are shaded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.patches import Circle, Patch, Polygon
from numpy.typing import ArrayLike, NDArray

from twinclouds.errors import TwincloudsError
from twinclouds.ui.palette import contrasting, mixed
from twinclouds.ui.still import Still, cell_edges
from twinclouds.ui.viewpoint import HOME

__all__ = ["View", "draw_cloud", "rotation_of"]

#: Vertical field of view of the perspective, radians: as in the widgets.
FIELD = np.pi / 9

#: Edges beyond this number, in one cloud, are left out, the longest first: nobody could read more.
MOST_DRAWN = 3000

#: Circles of which the shading of one atom is made.
SHADES = 8

#: How much of the page's colour is mixed into what is farthest away.
FOG = 0.45


@dataclass(frozen=True)
class View:
    """How the clouds are looked at.

    Attributes
    ----------
    rotation : (3, 3) array
        Turns the cloud; then x is to the right, y up, and z towards the eye.
    zoom : float
    perspective : bool
    """

    rotation: NDArray[np.float64]
    zoom: float
    perspective: bool

    @classmethod
    def make(cls, camera: ArrayLike = HOME, zoom: float = 1.0, projection: str = "perspective") -> View:
        """Check what the user gave.

        Examples
        --------
        >>> View.make((0, 0, 1, 1)).rotation.round(3).tolist()
        [[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
        """
        if projection not in ("perspective", "orthographic"):
            raise TwincloudsError(f"projection={projection!r} is not known; give 'perspective' or 'orthographic'")
        if isinstance(zoom, (bool, str)) or not 0.05 <= zoom <= 50:
            raise TwincloudsError(f"zoom={zoom!r} does not fit; give a number from 0.05 to 50, 1 shows everything")
        return cls(rotation_of(camera), float(zoom), projection == "perspective")

    def half_width(self, reach: float) -> float:
        """Half the width of a panel, at the scale of the centre, in which a sphere of this radius just fits."""
        # The outline of a sphere in perspective is a little larger than the sphere.
        return reach / self.zoom / (np.cos(FIELD / 2) if self.perspective else 1.0)

    def place(self, points: NDArray[np.float64], reach: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Project points: (n, 3) array of x, y (at the scale of the centre) and z towards the eye; and (n,) scales."""
        turned = points @ self.rotation.T
        if not self.perspective:
            return turned, np.ones(len(turned))
        eye = reach / np.sin(FIELD / 2) / self.zoom
        scale = eye / np.maximum(eye - turned[:, 2], 0.02 * eye)
        return np.column_stack([turned[:, :2] * scale[:, None], turned[:, 2]]), scale


def rotation_of(camera: ArrayLike) -> NDArray[np.float64]:
    """Return the rotation matrix of a quaternion (x, y, z, w), which need not be normalised."""
    try:
        q = np.asarray(camera, dtype=float)
    except (TypeError, ValueError):
        q = np.empty(0)
    if q.shape != (4,) or not np.isfinite(q).all() or not np.linalg.norm(q) > 1e-9:
        raise TwincloudsError(f"camera={camera!r} is not a rotation; give a quaternion (x, y, z, w), not all zero")
    x, y, z, w = q / np.linalg.norm(q)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )


@dataclass(frozen=True)
class _Mark:
    """One thing on the page, and how near it is."""

    nearness: float
    patch: Patch
    face: str
    edge: str
    width: float


def draw_cloud(
    panel: Any,
    still: Still,
    index: int,
    view: View,
    points_per_angstrom: float,
    *,
    letters: bool,
    surface: str,
    ink: str,
) -> None:
    """Draw one of the clouds into an axes whose unit is the angstrom.

    Parameters
    ----------
    panel : matplotlib.axes.Axes
    still : Still
    index : int
        Which cloud.
    view : View
    points_per_angstrom : float
        Scale of the page, to choose the size of the letters.
    letters : bool
        Write on the atoms?
    surface, ink : str
        Colours of page and text.
    """
    cloud, reach = still.clouds[index], still.reach
    placed, scales = view.place(still.centred(cloud), reach)
    radii = still.radii[index] * scales
    page = _Page(view, reach, surface, ink)
    marks = page.edges(still, index)
    for start, end in cell_edges(cloud):
        marks.append(page.hairline(start, end, 0.5, 0.35))
    for i, (x, y, near) in enumerate(placed):
        marks += page.atom(x, y, near, radii[i], still.colors[index][i])
    marks.sort(key=lambda mark: mark.nearness)
    # One collection paints in its own order: nearer things over farther ones.
    panel.add_collection(
        PatchCollection(
            [mark.patch for mark in marks],
            facecolors=[mark.face for mark in marks],
            edgecolors=[mark.edge for mark in marks],
            linewidths=[mark.width for mark in marks],
            capstyle="round",
        )
    )
    if not letters:
        return
    for i, (x, y, near) in enumerate(placed):
        text, size = still.letters[index][i], radii[i] * points_per_angstrom
        gap = np.hypot(placed[:, 0] - x, placed[:, 1] - y)
        hidden = (placed[:, 2] > near) & (gap < radii + 0.3 * radii[i])
        if not text or size < 3.2 or hidden.any():
            continue
        color = page.faded(still.colors[index][i], near)
        panel.text(
            x,
            y,
            text,
            fontsize=float(np.clip(1.15 * size / max(len(text), 1) ** 0.5, 5.0, 12.0)),
            color=contrasting(color),
            ha="center",
            va="center_baseline",
            parse_math=False,
        )


class _Page:
    """Makes marks of atoms and edges."""

    def __init__(self, view: View, reach: float, surface: str, ink: str) -> None:
        self.view, self.reach, self.surface, self.ink = view, reach, surface, ink

    def faded(self, color: str, nearness: float) -> str:
        """Mix in the page's colour: what is far away is paler."""
        return mixed(color, self.surface, FOG * float(np.clip((1 - nearness / self.reach) / 2, 0, 1)) ** 1.3)

    def atom(self, x: float, y: float, nearness: float, radius: float, color: str) -> list[_Mark]:
        """A disc, lit from the upper left: circles one on the other, each a little smaller and lighter."""
        near = self.faded(color, nearness)
        outline = mixed(near, self.ink, 0.45)
        marks = [_Mark(nearness, Circle((x, y), radius), mixed(near, "#000000", 0.16), outline, 0.5)]
        for step in range(1, SHADES):
            t = step / (SHADES - 1)
            at = (x - 0.3 * t * radius, y + 0.32 * t * radius)
            shade = mixed(mixed(near, "#000000", 0.16 * (1 - t) ** 1.2), "#ffffff", 0.5 * t**3)
            # A hair apart in depth, so that sorting keeps them on their disc and in their order.
            small = Circle(at, radius * (1 - t) ** 0.75 * 0.97 + 0.1 * radius * t)
            marks.append(_Mark(nearness + 1e-9 * step, small, shade, "none", 0.0))
        return marks

    def edges(self, still: Still, index: int) -> list[_Mark]:
        """Bonds as sticks, longer edges as lines that grow thinner and paler."""
        marks = []
        radii, scale, near = still.radii[index], still.scale, still.scene.shell * 1.02
        values = still.scene.labels.values
        longest = float(values[-1]) if len(values) else 1.0
        crowd = min(1.0, (60 / max(len(still.edges(index)) / 2, 1)) ** 0.35)
        for segment in still.segments(index, MOST_DRAWN):
            if segment.length > near:
                t = (segment.length - near) / max(longest - near, 1e-9)
                marks.append(self.hairline(segment.start, segment.end, (0.9 - 0.55 * t) * crowd, 0.3 + 0.45 * t))
                continue
            way = segment.end - segment.start
            size = float(np.linalg.norm(way)) or 1.0
            thick = 0.062 * scale
            # From where the stick leaves one atom to where it enters the other.
            head = np.sqrt(max(radii[segment.sender] ** 2 - thick**2, 0.0))
            tail = 0.0 if segment.receiver is None else np.sqrt(max(radii[segment.receiver] ** 2 - thick**2, 0.0))
            if head + tail < size:
                start, end = segment.start + way * head / size, segment.end - way * tail / size
                marks.append(self.stick(start, end, thick))
        return marks

    def stick(self, start: NDArray[np.float64], end: NDArray[np.float64], thick: float) -> _Mark:
        """A stick, which perspective makes thicker at the near end."""
        placed, scales = self.view.place(np.array([start, end]), self.reach)
        along = placed[1, :2] - placed[0, :2]
        size = float(np.hypot(*along))
        across = np.array([-along[1], along[0]]) / size * thick if size > 1e-9 else np.zeros(2)
        (p, q), (s, t) = placed[:, :2], scales
        corners = np.array([p + across * s, q + across * t, q - across * t, p - across * s])
        nearness = float(placed[:, 2].mean())
        color = self.faded(mixed(self.ink, self.surface, 0.5), nearness)
        return _Mark(nearness, Polygon(corners), color, mixed(color, self.ink, 0.5), 0.35)

    def hairline(self, start: NDArray[np.float64], end: NDArray[np.float64], width: float, pale: float) -> _Mark:
        """A line of a width in points, whatever the scale."""
        placed, _ = self.view.place(np.array([start, end]), self.reach)
        nearness = float(placed[:, 2].mean())
        color = self.faded(mixed(self.ink, self.surface, pale), nearness)
        return _Mark(nearness, Polygon(placed[:, :2], closed=False), "none", color, width)
