"""A prediction: the reader commits to an answer before seeing anything."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ipywidgets as W  # noqa: N812

from twinclouds.exercises import store
from twinclouds.ui.answers import Answers
from twinclouds.ui.reruns import note_made
from twinclouds.ui.strict import Strict

__all__ = ["Prediction"]


class Prediction(Strict, W.VBox):  # type: ignore[misc]
    """A question with answers to choose from; the choice is recorded when the reader commits to it.

    It is kept with the reader's other progress (see :mod:`twinclouds.exercises.store`), so that running the cell
    again, restarting the kernel and coming back another day do not lose it.

    Parameters
    ----------
    question : str
        The question, plain text.
    options : sequence of str
        The answers to choose from, at least two, all different.

    Attributes
    ----------
    answer : str or None
        What the reader committed to.

    Raises
    ------
    ValueError
        If there are fewer than two different answers.

    Examples
    --------
    >>> prediction = Prediction("Will it float?", ["yes", "no"])
    >>> prediction.answer is None
    True
    >>> prediction.commit("no")
    >>> prediction.answer
    'no'
    >>> Prediction("Will it float?", ["yes", "no"]).answer  # the cell is run again
    'no'
    """

    question: str
    options: tuple[str, ...]
    choice: W.RadioButtons
    button: W.Button
    status: W.Label

    def __init__(self, question: str, options: Sequence[str]) -> None:
        if len(set(options)) < 2 or len(set(options)) != len(options):
            raise ValueError(f"options {list(options)!r} do not fit; give at least two different answers")
        self.question, self.options = question, tuple(options)
        wide = W.Layout(width="auto", max_width="100%")
        self.choice = W.RadioButtons(options=options, value=None, layout=wide)
        self.button = W.Button(description="That is my prediction", disabled=True, layout=W.Layout(width="max-content"))
        self.status = W.Label("Choose an answer first; there is no wrong one yet.")
        self.choice.observe(self._choose, names="value")
        self.button.on_click(lambda _: self.commit(str(self.choice.value)))
        self._answers = Answers([self.choice, self.button], "Until then your choice is not recorded.")
        row = W.HBox([self.button, self.status])
        super().__init__([W.Label(question, layout=wide), self.choice, row, self._answers])
        note_made(self)
        if self.answer is not None:
            self.choice.value = self.answer
            self._say()

    @property
    def answer(self) -> str | None:
        """What the reader committed to, or None."""
        answer = store.current().prediction(self.question)
        return answer if answer in self.options else None

    def commit(self, answer: str) -> None:
        """Record an answer.

        Raises
        ------
        ValueError
            If it is not one of the options.
        """
        if answer not in self.options:
            raise ValueError(f"{answer!r} is not one of the answers {list(self.options)}")
        store.current().record_prediction(self.question, answer)
        self._say()

    def look_back(self, truth: str) -> str:
        """Say what was predicted and what turned out, in one sentence.

        Examples
        --------
        >>> print(Prediction("Is it 3?", ["yes", "no"]).look_back("no"))
        You did not predict; it turned out: no.
        """
        if self.answer is None:
            return f"You did not predict; it turned out: {truth}."
        if self.answer == truth:
            return f"You predicted: {self.answer}. That is how it is."
        return f"You predicted: {self.answer}. It turned out: {truth}. A surprise is worth remembering."

    def _choose(self, change: Any) -> None:
        self.button.disabled = change["new"] is None
        self._answers.answered()

    def _say(self) -> None:
        self.status.value = f"Recorded: {self.answer}"
        self._answers.answered()
