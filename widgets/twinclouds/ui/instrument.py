"""What all instruments have in common: traits that are checked, messages that are distrusted, one shared bundle."""

from __future__ import annotations

import json
import logging
import warnings
from collections.abc import Mapping
from typing import Any, ClassVar

import anywidget
import traitlets as T  # noqa: N812

from twinclouds.ui.library import needs_self_contained, the_library
from twinclouds.ui.options import as_flag_option, as_layout
from twinclouds.ui.reruns import note_made
from twinclouds.ui.static_files import static_text, static_version
from twinclouds.ui.strict import Strict
from twinclouds.ui.traits import Checked, as_text

__all__ = ["Instrument"]

_log = logging.getLogger("twinclouds.ui")


class Instrument(Strict, anywidget.AnyWidget):
    """Base of the widgets, with clouds or without.

    A subclass names its `_kind`, under which the front end knows it, has traits of type
    :class:`~twinclouds.ui.traits.Checked`, and lists those that the front end may set.

    Parameters
    ----------
    hidden : mapping, optional
        Values of traits that are not for users, such as the data to be shown.
    **keywords
        Values of the public traits, where None stands for the default; `self_contained` and `layout`.

    Raises
    ------
    TypeError
        If a keyword is unknown.
    traitlets.TraitError
        If a value does not fit.

    Examples
    --------
    >>> class Note(Instrument):
    ...     _kind = T.Unicode("note").tag(sync=True)
    >>> Note(title="A note").title
    'A note'
    >>> Note(titel="A note")
    Traceback (most recent call last):
        ...
    TypeError: Note has no 'titel'; it takes notice, title, try_, layout, self_contained
    """

    #: Traits that the front end may set.
    _from_front_end: ClassVar[frozenset[str]] = frozenset()
    #: Keywords that are not traits.
    _options: ClassVar[tuple[str, ...]] = ("layout", "self_contained")

    _kind = T.Unicode("").tag(sync=True)
    _library = T.Unicode("").tag(sync=True)
    _version = T.Unicode("").tag(sync=True)

    title = Checked(as_text, "", "give a text")
    notice = Checked(as_text, "", "give a text, or '' for none")
    try_ = Checked(as_text, "", "give a text, or '' for none")
    error = Checked(as_text, "", "give a text, or '' for none")

    def __init__(self, hidden: Mapping[str, Any] | None = None, /, **keywords: Any) -> None:
        self._check_keywords(keywords)
        alone = as_flag_option("self_contained", keywords.pop("self_contained", None))
        keywords["layout"] = as_layout(keywords.get("layout"))
        state = {name: value for name, value in keywords.items() if value is not None}
        if alone if alone is not None else needs_self_contained():
            self._esm = static_text("library.js")
        else:
            self._esm = static_text("shim.js")
            state["_library"] = f"IPY_MODEL_{the_library().model_id}"
        super().__init__(_version=static_version(), **state, **(hidden or {}))
        note_made(self)

    def show_error(self, problem: object) -> None:
        """Show a one-line message in place, for instance about a file that cannot be read; '' takes it away."""
        self.error = " ".join(str(problem).split())

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
                good[name] = self.traits()[name].validate(self, _sendable(name, value))
            except T.TraitError as problem:
                self._warn(f"ignored a message from the front end: {problem}")
        super().set_state(good)

    def _handle_msg(self, msg: dict[str, Any]) -> None:
        try:
            data = msg["content"]["data"]
            known = data["method"] in ("update", "request_state", "custom", "backbone", "echo_update")
            known = known and (data["method"] != "update" or isinstance(data["state"], dict))
            known = known and not data.get("buffer_paths")  # our front end sends no binary data
        except (AttributeError, KeyError, TypeError):
            known = False
        if known:
            super()._handle_msg(msg)
        else:
            self._warn(f"{type(self).__name__}: ignored a malformed message from the front end")

    def _warn(self, text: str) -> None:
        warnings.warn(text, RuntimeWarning, stacklevel=3)
        _log.warning(text)


def _sendable(name: str, value: Any) -> Any:
    """Return a value that can be sent back; half of a letter (a lone surrogate) would end the connection."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError):
        raise T.TraitError(f"{name} holds what cannot be sent; give texts, numbers and lists of them") from None
    return value
