"""What all widgets have in common: clouds in, one scene, traits that are checked, and errors shown in place."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import uuid4

import anywidget
import traitlets as T  # noqa: N812

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import GraphError, TwincloudsError
from twinclouds.ui.frames import Scene, make_scene
from twinclouds.ui.library import needs_self_contained, the_library
from twinclouds.ui.payload import pack
from twinclouds.ui.static_files import static_text, static_version
from twinclouds.ui.traits import Checked, as_cutoff, as_flag, as_selection, as_text

if TYPE_CHECKING:
    from twinclouds.clouds import CloudLike

__all__ = ["CloudWidget", "clouds_from"]

_log = logging.getLogger("twinclouds.ui")


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
    if names and len(names) != len(made):
        raise TypeError(f"names={names!r} holds {len(names)} names for {len(made)} clouds; give one name per cloud")
    return made


class CloudWidget(anywidget.AnyWidget):
    """Base of the widgets; see there."""

    #: Does the widget refine colours, so that the clouds must have one composition?
    _refines: ClassVar[bool] = False
    #: Traits that the front end may set.
    _from_front_end: ClassVar[frozenset[str]] = frozenset({"cutoff", "selected"})
    #: Keywords that are not traits.
    _options: ClassVar[tuple[str, ...]] = ("names", "max_cutoff", "self_contained", "layout")

    _kind = T.Unicode("cloud").tag(sync=True)
    _scene = T.Dict().tag(sync=True)
    _library = T.Unicode("").tag(sync=True)
    _version = T.Unicode("").tag(sync=True)

    cutoff = Checked(as_cutoff, 0.0, "give a length from 0 on in angstrom")
    selected = Checked(as_selection, None, 'give None, or {"cloud": 0, "atom": 3} with an atom that exists')
    antialias = Checked(as_flag, True, "give True or False")
    title = Checked(as_text, "", "give a text")
    notice = Checked(as_text, "", "give a text, or '' for none")
    try_ = Checked(as_text, "", "give a text, or '' for none")
    error = Checked(as_text, "", "give a text, or '' for none")
    camera_group = Checked(as_text, "", "give a text: views of widgets with the same one turn together")

    def __init__(self, a: Any, b: Any = None, **keywords: Any) -> None:
        self._check_keywords(keywords)
        names = tuple(str(name) for name in keywords.pop("names", None) or ())
        max_cutoff = keywords.pop("max_cutoff", None)
        alone = keywords.pop("self_contained", None)
        layout = {"layout": keywords.pop("layout")} if "layout" in keywords else {}
        clouds = clouds_from(a, b, names)
        self.scene = self._make_scene(clouds, max_cutoff, keywords.get("cutoff"))
        # Infinity is what isolated clouds have by default, and what periodic ones, set later, could not have.
        self._max_cutoff = None if max_cutoff is None or float(max_cutoff) == float("inf") else float(max_cutoff)
        self._names = names
        if alone if alone is not None else needs_self_contained():
            self._esm = static_text("library.js")
        else:
            self._esm = static_text("shim.js")
            keywords["_library"] = f"IPY_MODEL_{the_library().model_id}"
        start = {"cutoff": self.scene.default_cutoff, "camera_group": uuid4().hex[:8], **self._start()}
        state = {**start, **{name: value for name, value in keywords.items() if value is not None}}
        super().__init__(_scene=pack(self.scene, names), _version=static_version(), **self._fitted(state), **layout)

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
            clouds = clouds_from(a, b, tuple(names))
            scene = self._make_scene(clouds, self._max_cutoff, None)
            data = pack(scene, tuple(names))
        except (TwincloudsError, TypeError) as problem:
            self.show_error(problem)
            return False
        except MemoryError:
            self.show_error("these clouds are too large for the memory of this computer; choose smaller ones")
            return False
        with self.hold_sync():
            self.scene, self._names = scene, tuple(names)
            self.selected = None
            self.error = ""
            self._scene = data
            for name, value in self._fitted({"cutoff": scene.default_cutoff, **self._start()}).items():
                setattr(self, name, value)
        return True

    def show_error(self, problem: object) -> None:
        """Show a one-line message in place, for instance about a file that cannot be read; '' takes it away."""
        self.error = " ".join(str(problem).split())

    def _make_scene(self, clouds: tuple[Cloud, ...], max_cutoff: float | None, cutoff: Any) -> Scene:
        second = clouds[1] if len(clouds) > 1 else None
        if isinstance(max_cutoff, int) and max_cutoff > sys.float_info.max:
            raise GraphError("max_cutoff is beyond all numbers; give a length in angstrom, or inf for all distances")
        # A cutoff that is no length is for the trait to complain about.
        wanted = 0.0
        with suppress(OverflowError):
            wanted = float(cutoff) if isinstance(cutoff, (int, float)) and cutoff > 0 else 0.0
        scene = make_scene(clouds[0], second, max_cutoff, refine=self._refines, keep=(wanted,))
        if max_cutoff is None and scene.max_cutoff < wanted < float("inf") and any(c.periodic for c in clouds):
            # The default end of the slider is a guess; who asks for more gets more.
            scene = make_scene(clouds[0], second, wanted, refine=self._refines)
        return scene

    def _start(self) -> dict[str, Any]:
        """Return the state in which new clouds are shown."""
        return {}

    def _fitted(self, state: dict[str, Any]) -> dict[str, Any]:
        """Make values fit that were chosen without looking at each other."""
        return state

    @classmethod
    def _check_keywords(cls, keywords: Mapping[str, Any]) -> None:
        # traitlets would swallow a misspelt keyword.
        traits = [name for name in cls._public_traits() if name != "error"]
        unknown = [name for name in keywords if name not in traits and name not in cls._options]
        if unknown:
            raise TypeError(
                f"{cls.__name__} has no {', '.join(map(repr, unknown))}; it takes {', '.join([*traits, *cls._options])}"
            )

    @classmethod
    def _public_traits(cls) -> list[str]:
        return sorted(name for name, trait in cls.class_traits().items() if isinstance(trait, Checked))

    def set_state(self, sync_data: dict[str, Any]) -> None:
        """Take over what the front end says; what makes no sense is left out, with a warning."""
        good: dict[str, Any] = {}
        for name, value in sync_data.items():
            if name not in self._from_front_end:
                self._warn(f"{type(self).__name__}: the front end may not set {name!r}; ignored")
                continue
            try:
                good[name] = self.traits()[name].validate(self, value)
            except T.TraitError as problem:
                self._warn(f"ignored a message from the front end: {problem}")
        super().set_state(good)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        try:
            data = msg["content"]["data"]
            known = data["method"] in ("update", "request_state", "custom", "backbone", "echo_update")
            known = known and (data["method"] != "update" or isinstance(data["state"], dict))
        except (KeyError, TypeError):
            known = False
        if known:
            super()._handle_msg(msg)
        else:
            self._warn(f"{type(self).__name__}: ignored a malformed message from the front end")

    def _warn(self, text: str) -> None:
        warnings.warn(text, RuntimeWarning, stacklevel=3)
        _log.warning(text)
