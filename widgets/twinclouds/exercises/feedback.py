"""What a check answers: a verdict in a word and a symbol, and what was expected."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Literal

__all__ = ["LABELS", "Feedback", "Status", "rich_text"]

Status = Literal["passed", "open", "wrong"]

#: Symbol and words for each status: colour is never the only signal.
LABELS: dict[Status, tuple[str, str]] = {
    "passed": ("✓", "Right"),
    "open": ("○", "Not yet"),
    "wrong": ("✗", "Not right yet"),
}
_STRIPE: dict[Status, str] = {"passed": "#009e73", "open": "#999999", "wrong": "#d55e00"}


@dataclass(frozen=True)
class Feedback:
    """The answer of :func:`twinclouds.exercises.check`.

    Attributes
    ----------
    exercise : str
        Name of the exercise.
    status : {"passed", "open", "wrong"}
        ``open``: there is no answer yet.
    message : str
        What was expected, in words; code stands between backticks.
    note : str
        Something to know besides, such as that progress cannot be saved here.

    Examples
    --------
    >>> Feedback("view", "open", "Replace the three dots by your answer.")
    ○ Not yet. Replace the three dots by your answer.
    """

    exercise: str
    status: Status
    message: str
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the answer is right."""
        return self.status == "passed"

    def __repr__(self) -> str:
        symbol, word = LABELS[self.status]
        return f"{symbol} {word}. {self.message}" + (f"\n({self.note})" if self.note else "")

    def _repr_html_(self) -> str:
        symbol, word = LABELS[self.status]
        note = f'<div style="opacity: 0.85; margin-top: 4px">{rich_text(self.note)}</div>' if self.note else ""
        return (
            f'<div class="tc-feedback" data-exercise="{html.escape(self.exercise)}" data-status="{self.status}" '
            f'style="border-left: 4px solid {_STRIPE[self.status]}; padding: 4px 12px; max-width: 80ch">'
            f'<strong><span aria-hidden="true">{symbol}</span> {word}.</strong> {rich_text(self.message)}{note}</div>'
        )


def rich_text(text: str) -> str:
    r"""Return plain text as HTML: escaped, code between backticks set as code, line ends kept.

    Examples
    --------
    >>> rich_text("`a < b`\nand so on")
    '<code>a &lt; b</code><br>and so on'
    """
    escaped = html.escape(text, quote=False)
    return re.sub(r"`([^`\n]+)`", r"<code>\1</code>", escaped).replace("\n", "<br>")
