"""What the checks of all notebooks share: reading answers generously, running learners' code safely.

A check is a function ``check_NAME(answer, ...)`` in the module of its notebook (``n00``, ``n01``, ...). It returns
a sentence that adds something to know, or raises :class:`Wrong` with what was expected, in words. The functions here
raise it too, so that most checks are a few lines long.
"""

from __future__ import annotations

import copy
import numbers
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt

from twinclouds.clouds import Cloud, as_cloud
from twinclouds.errors import TwincloudsError
from twinclouds.exercises.limits import OutOfTime, time_limit
from twinclouds.pairs import Pair

__all__ = [
    "SECONDS",
    "Open",
    "Wrong",
    "array",
    "boolean",
    "call",
    "choice",
    "entries",
    "integer",
    "number",
    "show",
    "words",
]

#: Time that one call of a learner's function may take, in seconds.
SECONDS = 10.0
#: More entries than any answer has.
LONGEST = 100_000


class Wrong(Exception):  # noqa: N818
    """The answer is not right; the message says what was expected, never the solution."""


class Open(Exception):  # noqa: N818
    """There is no answer yet."""


def show(value: object, length: int = 60) -> str:
    """Return a value as short text to quote in a sentence, never more than a line.

    Examples
    --------
    >>> show(np.float64(1.5)), show(list(range(100)), 12)
    ('`1.5`', '`[0, 1, 2, 3…`')
    """
    try:
        text = repr(value.item() if isinstance(value, np.generic) else value)
    except Exception:  # a learner's own __repr__
        text = f"a {type(value).__name__}"
    text = " ".join(text.replace("`", "'").split())
    return f"`{text if len(text) <= length else text[: length - 1].rstrip() + '…'}`"


def call(function: object, *arguments: Any, called: str, seconds: float | None = None) -> Any:
    """Call a learner's function with copies of the arguments, for a limited time.

    Parameters
    ----------
    function : object
        What should be a function.
    *arguments
        Arguments; the function gets deep copies, so that it cannot change ours.
    called : str
        The call as the learner would write it, such as ``"view(benzene, 0)"``.
    seconds : float, optional
        Time that it may take, in seconds; left out: :data:`SECONDS`.

    Raises
    ------
    Wrong
        If it is no function, raises something or takes too long.
    Open
        If it returns None or an Ellipsis: there is no answer yet.

    Examples
    --------
    >>> call(len, [1, 2], called="len([1, 2])")
    2
    >>> call(lambda x: 1 / x, 0, called="f(0)")
    Traceback (most recent call last):
    ...
    twinclouds.exercises.judging.Wrong: `f(0)` stopped with ZeroDivisionError: division by zero.
    """
    if not callable(function):
        raise Wrong(
            f"A function is wanted here, but this is {show(function)}. "
            "Did you call it, with parentheses, or give its name to something else?"
        )
    if isinstance(function, type):
        raise Wrong(f"A function is wanted here, but this is the class `{function.__name__}`.")
    seconds = SECONDS if seconds is None else seconds
    try:
        with time_limit(seconds):
            result = function(*copy.deepcopy(arguments))
    except OutOfTime:
        raise Wrong(
            f"`{called}` was still running after {seconds:g} seconds. Is there a loop that does not end?"
        ) from None
    except RecursionError:
        raise Wrong(f"`{called}` calls itself without end.") from None
    except NotImplementedError:
        raise Open("Write the body of the function first.") from None
    except KeyboardInterrupt:  # the reader stops the kernel
        raise
    except BaseException as error:
        told = words(error)
        raise Wrong(f"`{called}` stopped with {type(error).__name__}{': ' + told if told else ''}.") from None
    if result is None or result is Ellipsis:
        raise Open(f"`{called}` returns nothing yet. Complete the function; it has to end with `return`.")
    return result


def words(error: BaseException) -> str:
    r"""Return the message of an error as one line; nothing for an error that cannot even be printed.

    Examples
    --------
    >>> words(ValueError("so\nit is."))
    'so it is'
    """
    try:
        return " ".join(str(error)[:300].split()).rstrip(".")
    except Exception:  # the learner's own kind of exception
        return ""


def number(value: object, what: str = "The answer") -> float:
    """Read a number generously: int, float, numpy scalar, array of one element, string of a number.

    Parameters
    ----------
    value : object
        The answer.
    what : str
        Its name at the beginning of a sentence.

    Raises
    ------
    Wrong
        If it is no finite number.

    Examples
    --------
    >>> number(np.array([2.5])), number(" 2,5 "), number(3)
    (2.5, 2.5, 3.0)
    >>> number([1, 2])
    Traceback (most recent call last):
    ...
    twinclouds.exercises.judging.Wrong: The answer should be one number, but it is `[1, 2]`.
    """
    found = value
    _not_open(found)
    if isinstance(found, str):
        try:
            found = float(found.strip().replace(",", "."))
        except ValueError:
            raise Wrong(f"{what} should be a number, but it is the text {show(value)}.") from None
    elif isinstance(found, (list, tuple, np.ndarray)) and np.size(np.asarray(found, dtype=object)) == 1:
        found = np.asarray(found, dtype=object).reshape(-1)[0]
    if isinstance(found, (bool, np.bool_, bytes)):
        raise Wrong(f"{what} should be a number, but it is {show(value)}.")
    if callable(found):
        raise Wrong(f"{what} should be a number, but it is a function. Did you forget to call it, with parentheses?")
    if not isinstance(found, (numbers.Real, np.generic)):
        try:
            found = float(found)  # type: ignore[arg-type]
        except Exception:
            raise Wrong(f"{what} should be one number, but it is {show(value)}.") from None
    try:
        result = float(found)
    except (TypeError, ValueError, OverflowError):
        raise Wrong(f"{what} should be one number, but it is {show(value)}.") from None
    if result != result:
        raise Wrong(f"{what} should be a number, but it is {show(value)}, which stands for no number at all.")
    return result


def integer(value: object, what: str = "The answer") -> int:
    """Read a whole number generously; 6.0 counts.

    Raises
    ------
    Wrong
        If it is no whole number.

    Examples
    --------
    >>> integer(np.int64(6)), integer("6"), integer(6.0)
    (6, 6, 6)
    """
    found = number(value, what)
    if found in (float("inf"), float("-inf")) or found != round(found):
        raise Wrong(f"{what} should be a whole number, but it is {show(value)}.")
    return round(found)


def boolean(value: object, what: str = "The answer") -> bool:
    """Read True or False generously: also 1, 0, "yes", "no", "true", "false".

    Raises
    ------
    Wrong
        If it is neither.

    Examples
    --------
    >>> boolean("yes"), boolean(np.False_)
    (True, False)
    """
    _not_open(value)
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    if isinstance(value, (bool, np.bool_)) or (isinstance(value, (int, np.integer)) and int(value) in (0, 1)):
        return bool(value)
    raise Wrong(f"{what} should be `True` or `False`, but it is {show(value)}.")


def choice(value: object, options: Sequence[str], what: str = "The answer") -> str:
    """Read one of several words generously: case and surrounding spaces do not matter.

    Raises
    ------
    Wrong
        If it is none of them.

    Examples
    --------
    >>> choice(" Angles", ["distances", "angles"])
    'angles'
    """
    _not_open(value)
    listed = ", ".join(f'`"{option}"`' for option in options)
    if isinstance(value, str):
        for option in options:
            if value.strip().lower() == option.lower():
                return option
    raise Wrong(f"{what} should be one of {listed}, but it is {show(value)}.")


def entries(value: object, what: str = "The answer") -> list[Any]:
    """Read a list generously: any iterable of entries, also an array, but neither text nor a mapping.

    Raises
    ------
    Wrong
        If it is none.

    Examples
    --------
    >>> entries((1, 2)), entries(x for x in "ab")
    ([1, 2], ['a', 'b'])
    """
    _not_open(value)
    if isinstance(value, (str, bytes, dict)) or not isinstance(value, Iterable):
        raise Wrong(f"{what} should be a list, but it is {show(value)}.")
    try:
        with time_limit(SECONDS):
            found = list(islice(value, LONGEST + 1))
    except OutOfTime:
        raise Wrong(f"{what} should be a list, but it never ends.") from None
    except Exception:
        raise Wrong(f"{what} should be a list, but it is {show(value)}.") from None
    if len(found) > LONGEST:
        raise Wrong(f"{what} should be a list, but it has more than {LONGEST} entries: does it ever end?")
    return found


def array(
    value: object, shape: Sequence[int | None] | None = None, what: str = "The answer"
) -> npt.NDArray[np.float64]:
    """Read an array of numbers generously: nested lists, tuples, arrays of any number type.

    Parameters
    ----------
    value : object
        The answer.
    shape : sequence of int or None, optional
        Shape to have; None in a place stands for any length.
    what : str
        Its name at the beginning of a sentence.

    Raises
    ------
    Wrong
        If it cannot be read so, has another shape, or has entries that are no numbers.

    Examples
    --------
    >>> array([1, "2"], (None,))
    array([1., 2.])
    >>> array([1, 2], (3,))
    Traceback (most recent call last):
    ...
    twinclouds.exercises.judging.Wrong: The answer should have 3 numbers, but it has 2.
    """
    _not_open(value)
    try:
        found = np.asarray(value if isinstance(value, np.ndarray) else entries(value, what), dtype=float)
    except Wrong:
        raise
    except Exception:
        raise Wrong(f"{what} should hold numbers only, in rows of equal length, but it is {show(value)}.") from None
    if shape is not None and (
        found.ndim != len(shape) or any(n is not None and n != m for n, m in zip(shape, found.shape, strict=True))
    ):
        raise Wrong(f"{what} should {_in_words(shape)}, but it {_has(found.shape)}.")
    if np.isnan(found).any():
        raise Wrong(f"{what} holds entries that are no numbers (`nan`).")
    return found


def _in_words(shape: Sequence[int | None]) -> str:
    if len(shape) == 1:
        return "be a plain list of numbers" if shape[0] is None else f"have {shape[0]} numbers"
    return f"have the shape ({' x '.join('n' if n is None else str(n) for n in shape)})"


def _has(shape: tuple[int, ...]) -> str:
    if len(shape) == 1:
        return f"has {shape[0]}"
    return f"has the shape ({' x '.join(map(str, shape))})" if shape else "is a single number"


def _not_open(value: object) -> None:
    if value is None or value is Ellipsis:
        raise Open("Put your answer in place of the three dots.")


def two_clouds(answer: object, noun: str = "clouds") -> tuple[Cloud, Cloud]:
    """Return the two clouds of an answer: a pair, or two of whatever makes a cloud.

    Parameters
    ----------
    answer : object
        The answer; positions in angstrom.
    noun : str, optional
        What the two are called in the feedback.

    Returns
    -------
    tuple of Cloud

    Raises
    ------
    Wrong
        If there are not two, or one of them is no cloud.

    Examples
    --------
    >>> [len(cloud) for cloud in two_clouds([[[0, 0, 0]], [[0, 0, 0], [1, 0, 0]]])]
    [1, 2]
    >>> two_clouds([[[0, 0, 0]]])
    Traceback (most recent call last):
    ...
    twinclouds.exercises.judging.Wrong: Two clouds are wanted, but there are 1.
    """
    if isinstance(answer, Pair):
        answer = (answer.a, answer.b)
    found = entries(answer, "The answer")
    if len(found) != 2:
        raise Wrong(f"Two {noun} are wanted, but there are {len(found)}.")
    try:
        a, b = (as_cloud(cloud) for cloud in found)
    except (TwincloudsError, TypeError, ValueError) as error:
        raise Wrong(f"One of the two is no cloud: {error}") from None
    return a, b
