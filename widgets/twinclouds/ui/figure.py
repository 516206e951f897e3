"""The scene of the widgets as a matplotlib figure, for papers and slides."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from twinclouds.classnames import class_letter
from twinclouds.errors import TwincloudsError
from twinclouds.ui.drawing import View, draw_cloud
from twinclouds.ui.still import Still, make_still

__all__ = ["SceneFigure", "alt_text", "figure"]

SURFACE = {False: "#ffffff", True: "#161616"}
INK = {False: "#212121", True: "#e8e8e8"}
TONES = {
    "same": {False: "#0b6bb5", True: "#63b3f2"},
    "apart": {False: "#c44e00", True: "#ffb784"},
    "unclear": {False: "#8a6d00", True: "#e0c060"},
    "pending": {False: "#666666", True: "#a8a8a8"},
}


class SceneFigure(Figure):
    """A matplotlib figure that knows what it shows in words.

    The words are in :attr:`alt_text`, in the metadata of every PNG, SVG and PDF file that is saved from it, and on the
    image when a notebook shows the figure.
    """

    alt_text: str = ""

    def savefig(self, fname: Any, **keywords: Any) -> None:
        """Save the figure as matplotlib does, with the words that describe it in the metadata."""
        ending = str(keywords.get("format") or getattr(fname, "name", fname)).rsplit(".", 1)[-1].lower()
        field = {"png": "Description", "svg": "Description", "pdf": "Subject"}.get(ending)
        if field is not None:
            keywords["metadata"] = {field: self.alt_text, **(keywords.get("metadata") or {})}
        super().savefig(fname, **keywords)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        """Return the picture for a notebook, with its words as the text alternative."""
        from html import escape

        buffer = io.BytesIO()
        dpi = 192
        self.savefig(buffer, format="png", dpi=dpi)
        data = base64.b64encode(buffer.getvalue()).decode()
        width = round(self.get_figwidth() * 96)
        image = (
            f'<img src="data:image/png;base64,{data}" alt="{escape(self.alt_text)}" '
            f'style="width: {width}px; max-width: 100%; height: auto">'
        )
        return {"text/html": image, "text/plain": self.alt_text}


def alt_text(figure: Figure) -> str:
    """Return what a figure of :func:`figure` shows, in words: the text alternative of the image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure.

    Returns
    -------
    str
        The words.

    Raises
    ------
    TypeError
        If the figure was not made by :func:`figure`.

    Examples
    --------
    >>> from twinclouds.ui import figure
    >>> alt_text(figure([[0, 0, 0], [1, 0, 0]], names=["a pair of points"]))
    'One cloud in 3D: a pair of points (X2), with its 1 edge up to 1.10 angstrom.'
    """
    if not isinstance(figure, SceneFigure):
        raise TypeError(f"a {type(figure).__name__} holds no words; make the figure with tc.ui.figure")
    return figure.alt_text


def figure(
    a: Any,
    b: Any = None,
    *,
    cutoff: float | None = None,
    round: int | None = None,
    mode: str | None = None,
    colors: Literal["elements", "classes"] = "elements",
    letters: bool = True,
    names: Sequence[str] = (),
    title: str = "",
    verdict: bool | None = None,
    projection: Literal["perspective", "orthographic"] = "perspective",
    camera: ArrayLike | None = None,
    zoom: float = 1.0,
    dark: bool = False,
    size: tuple[float, float] | None = None,
) -> SceneFigure:
    """Draw one or two clouds for a paper or a slide: the scene of the widgets, as they first show it.

    Atoms are shaded discs, edges grow thinner with their length, and what is far away is paler. All of it is vector
    graphics when saved as PDF or SVG. `figure` does not touch `pyplot`: a notebook shows the figure when it is the last
    value of a cell, and ``figure.savefig("pair.pdf")`` saves it.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; a pair with ``.a`` and ``.b``; or a widget
        The clouds. Of a widget its cutoff, mode and round are taken too, unless others are given.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the clouds hang together by their bonds.
        Zero: no edges. Infinity: all of them.
    round : int, optional
        Round of colour refinement for classes and verdict; by default, and beyond it, the last one.
    mode : {"distances", "topology"}, optional
        Do the edges know their lengths, for classes and verdict? By default they do.
    colors : {"elements", "classes"}
        Colour of the atoms: by element, or by the classes of colour refinement.
    letters : bool
        Write the element or the letter of the class on every atom that is large enough and not hidden.
    names : sequence of str, optional
        What to call the clouds; by default by their own names.
    title : str, optional
        A title above the clouds.
    verdict : bool, optional
        Say below the clouds whether colour refinement tells them apart; by default with classes of two clouds.
    projection : {"perspective", "orthographic"}
        With perspective, as in the widgets, what is nearer is larger.
    camera : (x, y, z, w), optional
        Rotation of the clouds as a quaternion, the ``data-camera`` of a widget on a page; by default the one in which
        the widgets show them at first.
    zoom : float
        Larger than 1: nearer.
    dark : bool
        Light on dark, for slides.
    size : (float, float), optional
        Width and height in inches; by default 3.4 inches for each cloud.

    Returns
    -------
    SceneFigure
        A `matplotlib.figure.Figure` with the attribute ``alt_text``.

    Raises
    ------
    TwincloudsError
        If a value does not fit, or classes or a verdict are wanted of clouds that differ in composition.

    Examples
    --------
    >>> import twinclouds as tc
    >>> drawn = tc.ui.figure(tc.pairs.gallery["benzene"], cutoff=1.45, colors="classes")
    >>> len(drawn.axes), drawn.alt_text.endswith("not told apart at any cutoff.")
    (2, True)
    """
    import matplotlib.style

    still = make_still(a, b, cutoff=cutoff, round=round, mode=mode, colors=colors, names=names, verdict=verdict)
    view = View.make(still.home if camera is None else camera, zoom, projection)
    count = len(still.clouds)
    lines = bool(title) + (still.verdict is not None) + (still.classes is not None)
    width, height = _size(size) if size is not None else (3.4 * count, 3.1 + 0.3 * lines)
    with matplotlib.style.context("twinclouds.ui.plots"):
        drawn = SceneFigure(figsize=(width, height), facecolor=SURFACE[dark])
        drawn.set_layout_engine("none")
        _draw(drawn, still, view, title=title, letters=letters, dark=dark)
    drawn.alt_text = _words(still)
    return drawn


def _draw(drawn: SceneFigure, still: Still, view: View, *, title: str, letters: bool, dark: bool) -> None:
    width, height = drawn.get_size_inches()
    ink, count = INK[dark], len(still.clouds)
    line = 0.3 / height
    bottom = line * ((still.verdict is not None) + (still.classes is not None)) + 0.05 / height
    top = 1 - line * (1 + bool(title)) - 0.02 / height
    reach = still.reach
    for i in range(count):
        panel = drawn.add_axes((i / count, bottom, 1 / count, max(top - bottom, 0.2)))
        panel.set_axis_off()
        half = 1.02 * view.half_width(reach)
        inches = np.array([width / count, height * max(top - bottom, 0.2)])
        unit = inches.min() / (2 * half)  # of the page, for one angstrom
        panel.set_xlim(-inches[0] / unit / 2, inches[0] / unit / 2)
        panel.set_ylim(-inches[1] / unit / 2, inches[1] / unit / 2)
        draw_cloud(panel, still, i, view, 72 * unit, letters=letters, surface=SURFACE[dark], ink=ink)
        text: dict[str, Any] = {"ha": "center", "va": "center", "color": ink, "parse_math": False}
        drawn.text((i + 0.5) / count, top + line / 2, still.names[i], fontsize=11, **text)
        if still.classes is not None:
            values, numbers = np.unique(still.classes[i], return_counts=True)
            pairs = [f"{class_letter(int(v))} ×{n}" for v, n in zip(values, numbers, strict=True)]
            census = "   ".join(pairs) if len(pairs) <= 6 else f"{len(pairs)} classes"
            drawn.text((i + 0.5) / count, bottom - line / 2, census, fontsize=9, **text)
    if title:
        drawn.text(0.02, 1 - line / 2, title, fontsize=12, fontweight="bold", va="center", color=ink, parse_math=False)
    if still.verdict is not None:
        _draw_verdict(drawn, still, line / 2, dark)


def _draw_verdict(drawn: SceneFigure, still: Still, middle: float, dark: bool) -> None:
    """Draw the verdict as the widgets do: a shape, a word and a colour."""
    from matplotlib.offsetbox import AnchoredOffsetbox, DrawingArea, HPacker, TextArea
    from matplotlib.patches import Circle, Rectangle

    tone, r = TONES[still.outcome][dark], 4.5
    look: dict[str, Any] = {"edgecolor": tone, "linewidth": 1.3, "linestyle": "-"}
    if still.outcome == "unclear":
        look["linestyle"] = "--"
    filled: dict[str, Any] = {**look, "facecolor": tone if still.outcome in ("same", "apart") else "none"}
    shapes = DrawingArea(4 * r + 6, 2 * r + 2)
    shapes.add_artist(Circle((r + 1, r + 1), r, **filled))
    if still.outcome == "apart":
        shapes.add_artist(Rectangle((2 * r + 5, 1), 2 * r, 2 * r, facecolor="none", **look))
    else:
        shapes.add_artist(Circle((3 * r + 5, r + 1), r, **filled))
    words = TextArea(still.wording, textprops={"color": tone, "fontsize": 10.5, "parse_math": False})
    both = HPacker(children=[shapes, words], align="center", pad=0, sep=6)
    place: dict[str, Any] = {"bbox_to_anchor": (0.5, middle), "bbox_transform": drawn.transFigure}
    drawn.add_artist(AnchoredOffsetbox("center", child=both, frameon=False, pad=0, borderpad=0, **place))


def _size(size: Any) -> tuple[float, float]:
    try:
        width, height = (float(value) for value in size)
    except (TypeError, ValueError):
        width = height = float("nan")
    if not (0.5 <= width <= 100 and 0.5 <= height <= 100):
        raise TwincloudsError(f"size={size!r} is not a size; give width and height in inches, for instance (7, 3.5)")
    return width, height


def _words(still: Still) -> str:
    """Describe the picture."""
    parts = [
        f"{name} ({cloud.formula})" if name != cloud.formula else name
        for name, cloud in zip(still.names, still.clouds, strict=True)
    ]
    counts = [len(still.edges(i)) // 2 for i in range(len(parts))]
    if len(parts) == 1:
        edges = f"its {counts[0]} edge{'' if counts[0] == 1 else 's'}"
        text = f"One cloud in 3D: {parts[0]}, with {edges} up to {still.cutoff:.2f} angstrom."
    else:
        same = f"{counts[0]} edges each" if counts[0] == counts[1] else f"{counts[0]} and {counts[1]} edges"
        text = (
            f"Two clouds side by side in 3D: {parts[0]} and {parts[1]}, with {same} up to {still.cutoff:.2f} angstrom."
        )
    if still.classes is not None:
        number = len(set(np.concatenate(still.classes).tolist()))
        knows = "" if still.mode == "distances" else ", lengths unknown"
        text += (
            f" Atoms are coloured by colour refinement{knows}, round {still.round} of {still.rounds}: "
            f"{number} class{'' if number == 1 else 'es'}."
        )
    if still.verdict is not None:
        text += f" Verdict: {still.wording}."
    return text
