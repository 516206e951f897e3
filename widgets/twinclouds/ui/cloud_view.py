"""One or two clouds in 3D."""

from __future__ import annotations

from twinclouds.ui.picking import PickingWidget

__all__ = ["CloudView"]


class CloudView(PickingWidget):
    """One or two point clouds in 3D, with the bonds of their distance graph at a cutoff.

    Parameters
    ----------
    a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
        The clouds. Two of them share one canvas and turn together; they need not have the same composition.
    cutoff : float, optional
        Joins points up to this distance, angstrom; by default one at which the clouds hang together by their bonds.
        Infinity: all distances.
    names : sequence of str, optional
        What to call the clouds; by default by their own names.
    max_cutoff : float, optional
        Right end of the slider, angstrom. By default every distance of isolated clouds, and about one period of
        periodic ones; a `cutoff` beyond that moves it.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    selected : dict, optional
        The picked atom, as ``{"cloud": 0, "atom": 3}``.
    antialias : bool, optional
        Smooth edges; slower where there is no graphics card.
    camera_group : str, optional
        Views of widgets with the same group turn together.
    self_contained : bool, optional
        Carry the whole front end in this widget, for hosts without a widget manager; found out by default.

    Examples
    --------
    >>> view = CloudView([[0, 0, 0], [1, 0, 0], [0, 1.5, 0]], title="Three points")
    >>> view.cutoff
    1.5
    """
