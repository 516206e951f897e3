"""Exercises of the course: check an answer, get a hint, see a solution, keep track.

In a notebook::

    from twinclouds.exercises import check, describe, hint, progress, reset, solution

    check("view", view)  # feedback on what you wrote
    hint("view")         # the first hint; called again, the next one
    solution("view")     # one way to do it
    answer("view")       # what you last gave to check
    reset("view")        # the cell as it was in the beginning
    progress()           # what is done

What is done, and the answers, are kept in ``.twinclouds_progress.json`` beside the notebook (see
:mod:`twinclouds.exercises.store`). The exercises are written in ``notebooks/source``; ``twinclouds.exercises.build``
makes the notebooks from there, and CONTRIBUTING.md says how.
"""

from twinclouds.exercises.feedback import Feedback
from twinclouds.exercises.figures import describe
from twinclouds.exercises.session import answer, check, grade, hint, progress, reset, solution

__all__ = ["Feedback", "answer", "check", "describe", "grade", "hint", "progress", "reset", "solution"]
