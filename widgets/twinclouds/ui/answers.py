"""What tells a reader that Python does not answer: the kernel was restarted, or it has died, or is busy."""

from __future__ import annotations

from collections.abc import Iterable

import ipywidgets as W  # noqa: N812
import traitlets as T  # noqa: N812

from twinclouds.ui.instrument import Instrument

__all__ = ["Answers"]


class Answers(Instrument):
    """Says in place that Python has not answered the controls beside it; as long as it does, there is nothing to see.

    ipywidgets' controls can be moved without a kernel, and nothing happens then.

    Parameters
    ----------
    controls : iterable of Widget
        Controls that ask Python for something when they change or are clicked. Call :meth:`answered` after each answer.
    meanwhile : str
        What the reader has to know until Python answers, in a sentence.

    Examples
    --------
    >>> button = W.Button()
    >>> answers = Answers([button], "Nothing is recorded.")
    >>> button.on_click(lambda _: answers.answered())
    """

    _kind = T.Unicode("answers").tag(sync=True)
    #: The controls, as references to their models, and how often Python has answered.
    _asked_by = T.List(T.Unicode()).tag(sync=True)
    _answers = T.Int(0).tag(sync=True)
    _meanwhile = T.Unicode("").tag(sync=True)

    def __init__(self, controls: Iterable[W.Widget], meanwhile: str) -> None:
        asked_by = [f"IPY_MODEL_{control.model_id}" for control in controls]
        super().__init__({"_asked_by": asked_by, "_meanwhile": meanwhile})

    def answered(self) -> None:
        """Let the page know that a question has been answered."""
        self._answers += 1
