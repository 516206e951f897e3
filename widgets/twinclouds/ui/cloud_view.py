"""One or two clouds in 3D."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from twinclouds.ui.measurement import Measurement, measure
from twinclouds.ui.picking import PickingWidget
from twinclouds.ui.traits import Checked, as_flag

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
        periodic ones; of large clouds as far as a cloud has about 50000 bonds (periodic: 4000), and the widget says so.
        A `cutoff` beyond that moves it.
    title, try_, notice : str, optional
        A title, something to try, something to notice.
    selected : dict, optional
        The picked atom, as ``{"cloud": 0, "atom": 3}``.
    picked : sequence of dict, optional
        All picked atoms, at most three of one cloud; the last one is `selected`. Two are a distance, three an angle.
    measure : bool, optional
        Do picks add up, to be measured?
    labels : {"species", "index", "none"}, optional
        What is written on the atoms.
    cells : {1, 2, 3}, optional
        How many cells of a periodic cloud are shown along each period.
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
    >>> view.picked = [{"cloud": 0, "atom": 1}, {"cloud": 0, "atom": 0}, {"cloud": 0, "atom": 2}]
    >>> view.measured
    Measurement(distances=(1.0, 1.5), angle=90.0)
    """

    _from_front_end: ClassVar[frozenset[str]] = PickingWidget._from_front_end | {"measure"}

    measure = Checked(as_flag, False, "give True or False")

    @property
    def measured(self) -> Measurement | None:
        """Distances and angle between the picked atoms, or None if there are fewer than two."""
        if len(self.picked) < 2:
            return None
        return measure(self.scene.clouds[self.picked[0]["cloud"]], [pick["atom"] for pick in self.picked])

    def check_picks(self, picks: Sequence[dict[str, int]]) -> None:
        """Raise a ValueError if these atoms cannot be measured together."""
        if len(picks) > 3:
            raise ValueError("at most three atoms can be measured")
        if len({pick["cloud"] for pick in picks}) > 1:
            raise ValueError("distances are measured within one cloud")
