"""The errors of the package: one line each, naming the culprit and the remedy."""

__all__ = [
    "CertificateError",
    "CloudError",
    "CompareError",
    "ExerciseError",
    "GraphError",
    "LongRun",
    "ModelError",
    "PairError",
    "TwincloudsError",
    "UnknownNameError",
    "UnknownPairError",
    "reason",
]


class TwincloudsError(ValueError):
    """Base class: something given to twinclouds cannot be used, and the message says what to do."""


class CloudError(TwincloudsError):
    """A point cloud, or the file that should hold one, is not valid."""


class GraphError(TwincloudsError):
    """A cutoff or a graph cannot be used."""


class CompareError(TwincloudsError):
    """Two clouds cannot be compared in the way that was asked for."""


class PairError(TwincloudsError):
    """The parameters of a family do not give a pair."""


class UnknownPairError(PairError, KeyError):
    """The gallery has no pair of this name."""

    def __str__(self) -> str:  # a KeyError would show its message in quotes
        return str(self.args[0]) if self.args else ""


class CertificateError(TwincloudsError):
    """A certificate cannot be made or read."""


class ExerciseError(TwincloudsError):
    """An exercise of the course has no such name, or its source cannot be used."""


class UnknownNameError(TwincloudsError, AttributeError, TypeError):
    """An attribute was set that the object does not have; most often its name is misspelt."""


class ModelError(TwincloudsError):
    """A model, a descriptor or an audit of one cannot be used as asked."""


class LongRun(UserWarning):
    """No error: what was asked for takes long; the message says about how long, and what would be quicker."""


def reason(error: Exception) -> str:
    """Say in one line, of 160 letters at most, what another library stumbled over.

    Examples
    --------
    >>> reason(KeyError("Qq")), reason(StopIteration())
    ("it does not know 'Qq'", 'StopIteration')
    """
    text = " ".join(str(getattr(error, "strerror", "") or error).split())[:160]
    if text and isinstance(error, KeyError):
        return f"it does not know {text}"
    return text or type(error).__name__
