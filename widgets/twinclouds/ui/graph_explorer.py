"""One cloud and its distance graph, from the spectrum of distances to the adjacency matrix."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import traitlets as T  # noqa: N812

from twinclouds.graphs import DistanceGraph
from twinclouds.ui.base import CloudWidget
from twinclouds.ui.flat import MOST_SPRINGS, flat_layout
from twinclouds.ui.frames import Scene
from twinclouds.ui.shells import shell_starts

__all__ = ["GraphExplorer"]


class GraphExplorer(CloudWidget):
    """How a cutoff turns a cloud into a graph: drag it along the spectrum of all distances, and see the edges come.

    Four pictures of one graph: the spectrum (every distance that occurs, as high as it occurs often), the cloud in
    3D, a flat drawing, and the adjacency matrix with the degrees beside its rows. Edges of one length form a shell; a
    shell has the same colour and number in all four. Where more than 16 distances occur, neighbouring ones share one.

    The atoms of the flat drawing have one place each, found once by networkx from the bonds alone, so that nothing
    jumps when the cutoff moves; of more than 499 atoms it shows the cloud from its flattest side. All is computed when
    the explorer is made; dragging and picking happen in the browser.

    Parameters
    ----------
    cloud : Cloud, ase.Atoms or (n, 3) array
        The cloud, isolated or periodic.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the cloud hangs together by its bonds.
        Infinity: all distances.
    names : sequence of one str, optional
        What to call the cloud; by default its own name.
    max_cutoff : float, optional
        Right end of the spectrum, angstrom. By default every distance of an isolated cloud, and about one period of a
        periodic one, or less where that would be too many (50000, periodic: 4000). A `cutoff` beyond that moves it.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    selected : dict, optional
        The picked atom, as ``{"cloud": 0, "atom": 3}``; its edges stand out in all pictures.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Raises
    ------
    TypeError
        If a keyword is unknown, or a pair is given.
    TwincloudsError
        If the cloud is not valid.
    traitlets.TraitError
        If a value does not fit.

    Examples
    --------
    >>> hexagon = [[1, 1, 0], [1, 0, 1], [0, 1, -1], [-1, -1, 0], [-1, 0, -1], [0, -1, 1]]
    >>> explorer = GraphExplorer(hexagon, names=["hexagon"])
    >>> explorer.cutoff, explorer.graph.degrees.tolist()
    (1.42, [2, 2, 2, 2, 2, 2])
    >>> explorer.cutoff = float("inf")
    >>> explorer.graph.to_networkx().number_of_edges()
    15
    """

    _how_many: ClassVar[tuple[int, int]] = (1, 1)
    _kind = T.Unicode("graph").tag(sync=True)

    def __init__(self, cloud: Any, **keywords: Any) -> None:
        super().__init__(cloud, **{"title": "Which graph does a cutoff make of this cloud?", **keywords})

    @property
    def graph(self) -> DistanceGraph:
        """The distance graph at the present cutoff."""
        whole = self.scene.graphs[0]
        # At cutoff 0 there is no graph in the mathematics, but a picture without edges.
        return whole.within(self.cutoff) if self.cutoff > 0 else whole.select(np.zeros(whole.n_edges, dtype=bool))

    def _pack(self, scene: Scene, names: tuple[str, ...]) -> dict[str, Any]:
        places = flat_layout(scene.graphs[0], scene.shell, scene.clouds[0].positions)
        sentences = [scene.left_out] if scene.left_out else []
        if len(scene.clouds[0]) > MOST_SPRINGS:
            sentences.append(f"With more than {MOST_SPRINGS} atoms the flat drawing is a view of the cloud.")
        return {
            **super()._pack(scene, names),
            "left_out": " ".join(sentences),
            "shells": shell_starts(scene.labels.values),
            "flat": places.astype("<f4").tobytes(),
        }
