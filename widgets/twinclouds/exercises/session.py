"""The functions that a reader calls: check, hint, solution, answer, reset, progress."""

from __future__ import annotations

import html
import importlib
import sys
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from twinclouds.errors import ExerciseError
from twinclouds.exercises import store
from twinclouds.exercises.catalogue import Exercise, Lesson, catalogue, find, lessons
from twinclouds.exercises.feedback import LABELS, Feedback, Status, rich_text
from twinclouds.exercises.judging import Open, Wrong, words
from twinclouds.exercises.limits import OutOfTime, time_limit
from twinclouds.exercises.watching import Watch, binds, is_attempt

__all__ = ["Code", "Page", "Progress", "answer", "check", "grade", "hint", "progress", "reset", "solution"]

#: Time that one check may take in all, in seconds.
SECONDS = 60.0


def check(name: str, *answers: object) -> Feedback:
    """Check an answer, and keep it.

    Parameters
    ----------
    name : str
        Name of the exercise.
    *answers
        What the exercise asks for, as its check cell gives it.

    Returns
    -------
    Feedback
        Whether it is right, and else what was expected. Wrong answers never raise.

    Raises
    ------
    ExerciseError
        If there is no exercise of this name.

    Examples
    --------
    >>> check("different_distances", ...)
    ○ Not yet. Put your answer in place of the three dots.
    >>> check("different_distances", "many").passed
    False
    """
    return _checked(find(name), answers, tries=1)


def _checked(exercise: Exercise, answers: tuple[object, ...], tries: int) -> Feedback:
    name = exercise.name
    unfinished = _last_attempt_failed(exercise)
    if unfinished:
        return Feedback(name, "open", unfinished)
    status, message = _judge(exercise, answers)
    records = store.current()
    known = records.exercise(name)
    note = ""
    if status != "open":
        source, before = _source_of(name), _count(known.get("tries"))
        # A cell that is run again, also by another kernel, asks about the same answer.
        again = bool(before and source and source == known.get("answer"))
        best = "passed" if "passed" in (status, known.get("status")) else status
        records.update_exercise(
            name, status=best, tries=before + (0 if again else tries), answer=source or known.get("answer", "")
        )
        note = f"{records.trouble}." if records.trouble else ""
    return Feedback(name, status, message, note)


def grade(name: str, *answers: object) -> None:
    """Stop with an AssertionError unless the answer is right: for automatic grading, where :func:`check` never stops.

    It is no try of the reader's: in the graded cells it stands before the check, which counts.

    Parameters
    ----------
    name : str
        Name of the exercise, as in its cell.
    *answers : object
        The answer, or several, as for :func:`check`.

    Raises
    ------
    AssertionError
        If the answer is not right; the message is that of the check.

    Examples
    --------
    >>> grade("smallest_cutoff", "no number")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ...
    AssertionError: smallest_cutoff: ...
    """
    feedback = _checked(find(name), answers, tries=0)
    if not feedback.passed:
        raise AssertionError(f"{name}: {feedback!r}")


def _judge(exercise: Exercise, answers: tuple[object, ...]) -> tuple[Status, str]:
    module = importlib.import_module(f"twinclouds.exercises.n{exercise.notebook[:2]}")
    function = getattr(module, f"check_{exercise.name}")
    if not answers or any(one is None or one is Ellipsis for one in answers):
        return "open", "Put your answer in place of the three dots."
    try:
        with time_limit(SECONDS):
            return "passed", str(function(*answers))
    except Open as error:
        return "open", str(error)
    except Wrong as error:
        return "wrong", str(error)
    except OutOfTime:
        return "wrong", f"The check was still running after {SECONDS:g} seconds. Is there a loop that does not end?"
    except KeyboardInterrupt:  # the reader stops the kernel
        raise
    except BaseException as error:
        # An answer of a kind that nobody thought of: the reader is told so, politely.
        told = ": ".join(filter(None, (type(error).__name__, words(error))))
        return "wrong", (
            f"Your answer is of a kind that this check cannot read ({told}). Compare with the task: what should it be?"
        )


def _count(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@dataclass(frozen=True)
class Page:
    """A piece of Markdown to show."""

    markdown: str

    def __repr__(self) -> str:
        return self.markdown

    def _repr_markdown_(self) -> str:
        return self.markdown


class Code(Page):
    """A piece of Markdown with code, to show and to copy."""

    def __init__(self, code: str, before: str = "", after: str = "") -> None:
        super().__init__("\n\n".join(part for part in (before, f"```python\n{code}\n```", after) if part))


def hint(name: str) -> Page:
    """Show a hint; called again, the next one, and after the last the first.

    Parameters
    ----------
    name : str
        Name of the exercise, as in its cell.

    Returns
    -------
    Page
        The hint, shown as the result of a cell.

    Raises
    ------
    ExerciseError
        If there is no exercise of this name.

    Examples
    --------
    >>> hint("smallest_cutoff")
    **Hint 1 of 1.** `tc.resolving_cutoff` takes the two molecules, nothing else.
    """
    exercise = find(name)
    records = store.current()
    seen = _count(records.exercise(name).get("hints"))
    count = len(exercise.hints)
    records.update_exercise(name, hints=seen + 1)
    number = seen % count
    return Page(f"**Hint {number + 1} of {count}.** {exercise.hints[number]}")


def solution(name: str) -> Page:
    """Show one solution.

    Parameters
    ----------
    name : str
        Name of the exercise, as in its cell.

    Returns
    -------
    Code
        The solution with its discussion, shown as the result of a cell.

    Raises
    ------
    ExerciseError
        If there is no exercise of this name.

    Examples
    --------
    >>> "tc.resolving_cutoff" in repr(solution("smallest_cutoff"))
    True
    """
    exercise = find(name)
    store.current().update_exercise(name, solution=True)
    return Code(exercise.solution, "**One solution.** Others may be as good.", exercise.discussion)


def answer(name: str) -> Page:
    """Show the answer that was checked last: it is kept, also when the kernel or the browser ends.

    Parameters
    ----------
    name : str
        Name of the exercise, as in its cell.

    Returns
    -------
    Page or Code
        The answer, shown as the result of a cell.

    Raises
    ------
    ExerciseError
        If there is no exercise of this name.

    Examples
    --------
    >>> answer("my_pair")
    No answer to "my_pair" has been checked yet.
    """
    find(name)
    kept = store.current().exercise(name).get("answer")
    if not kept:
        return Page(f'No answer to "{name}" has been checked yet.')
    return Code(str(kept), "**Your last answer.**")


def reset(name: str) -> Page:
    """Put the starting point of an exercise into the cell in which this is called.

    Write ``reset("view")`` into the exercise's cell, in place of what you have there, and run it. Front ends that do
    not let a cell be replaced show the code to copy. What was checked last, or run last, is kept: see :func:`answer`.

    Parameters
    ----------
    name : str
        Name of the exercise, as in its cell.

    Returns
    -------
    Code
        The starting point, to copy where the cell could not be replaced.

    Raises
    ------
    ExerciseError
        If there is no exercise of this name.

    Examples
    --------
    >>> "..." in repr(reset("smallest_cutoff"))
    True
    """
    exercise = find(name)
    records = store.current()
    last = _source_of(name, also_broken=True)
    if last and last.strip() != exercise.start.strip():
        records.update_exercise(name, answer=last)
    shell = _shell()
    if getattr(shell, "kernel", None) is not None:
        shell.set_next_input(exercise.start, replace=True)
    kept = f'What you had is kept: `answer("{name}")` shows it.' if records.exercise(name).get("answer") else ""
    return Code(exercise.start, "**The starting point.** This cell should hold it now; else copy it:", kept)


def progress(notebook: str | int | None = None) -> Progress:
    """Show what is done.

    Parameters
    ----------
    notebook : str or int, optional
        Number or name of a notebook; left out: all of them.

    Returns
    -------
    Progress
        What is done, shown as the result of a cell.

    Raises
    ------
    ExerciseError
        If there is no such notebook.

    Examples
    --------
    >>> print(progress(0).lines[0])
    00_start_here: ... of 4 exercises done
    """
    chosen = lessons()
    if notebook is not None:
        wanted = f"{notebook:02d}" if isinstance(notebook, int) else str(notebook).removesuffix(".ipynb")
        chosen = tuple(lesson for lesson in chosen if wanted in (lesson.notebook, lesson.notebook[:2]))
        if not chosen:
            raise ExerciseError(f"there is no notebook {notebook!r}; give its number, from 0 to {len(lessons()) - 1}")
    records = store.current()
    return Progress(chosen, records.exercises(), records.predictions(), records.trouble)


_LEVELS = {1: "warm-up", 2: "a little more", 3: "a challenge"}


@dataclass(frozen=True)
class Progress:
    """A table of what is done; :func:`progress` makes it."""

    lessons: tuple[Lesson, ...]
    exercises: dict[str, dict[str, Any]]
    predictions: dict[str, str]
    trouble: str = ""

    def status(self, name: str) -> Status:
        """Return the status of an exercise."""
        status = self.exercises.get(name, {}).get("status")
        return status if isinstance(status, str) and status in LABELS else "open"

    @property
    def lines(self) -> list[str]:
        """The table as lines of text."""
        lines = []
        for lesson in self.lessons:
            lines.append(f"{lesson.notebook}: {self._done(lesson)}")
            for exercise in lesson.exercises:
                symbol, word = LABELS[self.status(exercise.name)]
                lines.append(f"  {symbol} {word:14s}{exercise.name} ({_LEVELS[exercise.level]}){self._extra(exercise)}")
        if self.predictions:
            lines += ["predictions:", *(f"  {q} {a}" for q, a in self.predictions.items())]
        return lines + ([self.trouble] if self.trouble else [])

    def __repr__(self) -> str:
        return "\n".join(self.lines)

    def _repr_html_(self) -> str:
        rows = []
        for lesson in self.lessons:
            title = f"{lesson.notebook[:2]}. {lesson.title}"
            rows.append(
                f'<tr><th scope="rowgroup" colspan="4" style="text-align: left">{html.escape(title)}: '
                f"{self._done(lesson)}</th></tr>"
            )
            for exercise in lesson.exercises:
                symbol, word = LABELS[self.status(exercise.name)]
                cells = (
                    f"<code>{html.escape(exercise.name)}</code>",
                    _LEVELS[exercise.level],
                    f'<span aria-hidden="true">{symbol}</span> {word}',
                    html.escape(self._extra(exercise).removeprefix(", ")),
                )
                rows.append("<tr>" + "".join(f'<td style="text-align: left">{cell}</td>' for cell in cells) + "</tr>")
        head = "".join(
            f'<th scope="col" style="text-align: left">{word}</th>' for word in ("exercise", "level", "state", "tries")
        )
        table = f'<table class="tc-progress"><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
        for question, given in self.predictions.items():
            table += f"<div>You predicted: {html.escape(question)} <em>{html.escape(given)}</em></div>"
        return table + (f"<div>{rich_text(self.trouble)}.</div>" if self.trouble else "")

    def _done(self, lesson: Lesson) -> str:
        done = sum(self.status(exercise.name) == "passed" for exercise in lesson.exercises)
        return f"{done} of {len(lesson.exercises)} exercises done"

    def _extra(self, exercise: Exercise) -> str:
        entry = self.exercises.get(exercise.name, {})
        tries = _count(entry.get("tries"))
        parts = [f"{tries} {'try' if tries == 1 else 'tries'}"] if tries else []
        parts += ["solution seen"] if entry.get("solution") else []
        return "".join(f", {part}" for part in parts)


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _source_of(name: str, *, also_broken: bool = False) -> str:
    """Return the cell that last gave this name a value, or was meant to; nothing outside of IPython."""
    shell = _shell()
    if shell is None:
        return ""
    for source in reversed(shell.user_ns.get("In", [])):
        if not isinstance(source, str) or name not in source:
            continue
        if binds(source, name) or (also_broken and is_attempt(source, name)):
            return source
    return ""


def _watched() -> Watch | None:
    """Return the watch over the cells of this shell; it begins when this module is imported."""
    shell = _shell()
    if shell is None:
        return None
    if shell not in _watches:
        watch = Watch(catalogue(), shell.user_ns, _say_that_nothing_is_there)
        shell.events.register("post_run_cell", watch.after)
        _watches[shell] = watch
    return _watches[shell]


def _say_that_nothing_is_there(name: str) -> None:
    from IPython.display import display

    message = f"There is no `{name}` yet. Run the cell with your answer first; if it stops with an error, mend that."
    display(Feedback(name, "open", message))


def _last_attempt_failed(exercise: Exercise) -> str:
    """Say so when the answer on hand is older than the last attempt, which stopped with an error."""
    watch = _watched()
    error = watch.failed(exercise.name) if watch is not None else ""
    if not error:
        return ""
    return (
        f"The last cell that should give `{exercise.name}` a value stopped ({error}), so `{exercise.name}` is still "
        "what it was before. Mend that cell and run it, then run this one again."
    )


#: One watch for each shell; there is one shell in a kernel.
_watches: WeakKeyDictionary[Any, Watch] = WeakKeyDictionary()
_watched()
