"""What widgets with one or two clouds have in common: clouds in, one scene, a cutoff, a picked atom."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import traitlets as T  # noqa: N812

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import TwincloudsError
from twinclouds.ui.frames import Scene, make_scene
from twinclouds.ui.instrument import Instrument
from twinclouds.ui.limits import Reach
from twinclouds.ui.options import as_names, as_reach
from twinclouds.ui.payload import pack
from twinclouds.ui.traits import Checked, as_cutoff, as_flag, as_selection, as_text

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["CloudWidget", "clouds_from"]


def clouds_from(a: Any, b: Any = None, names: tuple[str, ...] = ()) -> tuple[Cloud, ...]:
    """Return one or two clouds from whatever stands for them; `a` may be a pair, that is, have ``.a`` and ``.b``.

    Examples
    --------
    >>> [cloud.formula for cloud in clouds_from([[0, 0, 0]], [[1, 0, 0]])]
    ['X', 'X']
    """
    if b is None and hasattr(a, "a") and hasattr(a, "b"):
        a, b = a.a, a.b
    given = (a,) if b is None else (a, b)
    made = tuple(as_cloud(cloud) for cloud in given)
    as_names(names, len(made))
    return made


class CloudWidget(Instrument):
    """Base of the widgets that show one or two clouds; see there."""

    #: How many clouds it shows, at least and at most.
    _how_many: ClassVar[tuple[int, int]] = (1, 2)
    #: Does the widget refine colours, so that the clouds must have one composition?
    _refines: ClassVar[bool] = False
    _from_front_end: ClassVar[frozenset[str]] = frozenset({"cutoff", "selected"})
    _options: ClassVar[tuple[str, ...]] = ("names", "max_cutoff", *Instrument._options)

    #: Everything computed about the clouds; change it with `set_clouds`.
    scene: Scene

    _kind = T.Unicode("cloud").tag(sync=True)
    _scene = T.Dict().tag(sync=True)

    cutoff = Checked(as_cutoff, 0.0, "give a length from 0 on in angstrom")
    selected = Checked(as_selection, None, 'give None, or {"cloud": 0, "atom": 3} with an atom that exists')
    antialias = Checked(as_flag, True, "give True or False")
    camera_group = Checked(as_text, "", "give a text: views of widgets with the same one turn together")

    def __init__(self, a: Any, b: Any = None, **keywords: Any) -> None:
        self._check_keywords(keywords)
        names = as_names(keywords.pop("names", None))
        max_cutoff = as_reach(keywords.pop("max_cutoff", None))
        clouds = clouds_from(a, b, names)
        self.scene = self._make_scene(clouds, max_cutoff, keywords.get("cutoff"))
        # Infinity is what isolated clouds have by default, and what periodic ones, set later, could not have.
        self._max_cutoff = None if max_cutoff == float("inf") else max_cutoff
        self._names = names
        start = {"cutoff": self.scene.default_cutoff, "camera_group": uuid4().hex[:8], **self._start()}
        state = {**start, **{name: value for name, value in keywords.items() if value is not None}}
        super().__init__({"_scene": self._pack(self.scene, names)}, **self._fitted(state))

    @property
    def a(self) -> Cloud:
        """The first cloud."""
        return self.scene.clouds[0]

    @property
    def b(self) -> Cloud | None:
        """The second cloud, or None."""
        return self.scene.clouds[1] if len(self.scene.clouds) > 1 else None

    def set_clouds(self, a: CloudLike, b: CloudLike | None = None, *, names: Sequence[str] = ()) -> bool:
        """Show other clouds in place; the camera stays where it is, and so does a `max_cutoff` that was given.

        Clouds that cannot be used raise nothing, because this is meant to be called when a reader chose a file or
        moved a slider: the widget says in place what is wrong, and goes on showing what it showed.

        Parameters
        ----------
        a, b : Cloud, ase.Atoms, (n, 3) array; or one pair with ``.a`` and ``.b``
            The new clouds.
        names : sequence of str, optional
            What to call them; by default by their own names.

        Returns
        -------
        bool
            Were they taken over? If not, `error` has the reason.

        Examples
        --------
        >>> view = CloudWidget([[0, 0, 0], [1, 0, 0]])
        >>> view.set_clouds([[0, 0, 0], [0, 0, float("nan")]]), view.error
        (False, 'coordinate z of atom 1 is nan; every coordinate must be a finite number of angstrom')
        >>> view.set_clouds([[0, 0, 0], [0, 0, 2.0]]), view.error
        (True, '')
        """
        try:
            names = as_names(names)
            clouds = clouds_from(a, b, names)
            scene = self._make_scene(clouds, self._max_cutoff, None)
            data = self._pack(scene, names)
        except (TwincloudsError, TypeError) as problem:
            self.show_error(problem)
            return False
        except MemoryError:
            self.show_error("these clouds are too large for the memory of this computer; choose smaller ones")
            return False
        with self.hold_sync():
            self.scene, self._names = scene, names
            self.selected = None
            self.error = ""
            self._scene = data
            for name, value in self._fitted({"cutoff": scene.default_cutoff, **self._start()}).items():
                setattr(self, name, value)
        return True

    def _pack(self, scene: Scene, names: tuple[str, ...]) -> dict[str, Any]:
        """Return the scene as it travels; a subclass may add entries of its own."""
        return pack(scene, names)

    def _make_scene(self, clouds: tuple[Cloud, ...], max_cutoff: float | None, cutoff: Any) -> Scene:
        least, most = self._how_many
        if not least <= len(clouds) <= most:
            takes = "one cloud; give a alone" if most == 1 else "two clouds; give a and b, or a pair that has .a and .b"
            raise TypeError(f"{type(self).__name__} takes {takes}")
        second = clouds[1] if len(clouds) > 1 else None
        # A cutoff that is no length is for the trait to complain about.
        wanted = 0.0
        with suppress(OverflowError):
            wanted = float(cutoff) if isinstance(cutoff, (int, float)) and cutoff > 0 else 0.0
        return make_scene(clouds[0], second, max_cutoff, self._refines, (wanted,), self._narrow)

    def _narrow(self, reach: Reach) -> Reach:
        """Look less far than the default, or than was asked for, where an instrument cannot show so much."""
        return reach

    def _start(self) -> dict[str, Any]:
        """Return the state in which new clouds are shown."""
        return {}

    def _fitted(self, state: dict[str, Any]) -> dict[str, Any]:
        """Make values fit that were chosen without looking at each other."""
        return state
