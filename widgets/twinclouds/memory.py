"""How much memory is there? Asked before a long run, so that it is refused with a reason, not killed without one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from twinclouds.errors import CompareError

__all__ = ["FEW_EDGES", "MAX_BYTES", "available_bytes", "refuse"]

#: A run that needs more memory than this is refused before it starts, however large the machine.
MAX_BYTES = 4 * 2**30

#: For a graph of so few edges there is always memory: nobody asks.
FEW_EDGES = 500_000

#: Where Linux says how much memory is free, what a process has taken, and which groups of processes it is in.
MEMINFO = Path("/proc/meminfo")
PROCESS = Path("/proc/self")

#: Where it says how much memory such a group may take: a container, a job of a cluster, a service.
GROUP = Path("/sys/fs/cgroup")

#: What the second and the first version of such groups call the limit, what is taken, and files kept at hand.
NAMES = (
    ("memory.max", "memory.current", "inactive_file"),
    ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)


def available_bytes() -> float:
    """Return how much memory can be taken without pushing others out, bytes; infinite where nobody says.

    On a machine shared by containers (as on Binder) or by the jobs of a cluster their limits count, and so does a limit
    of the process (``ulimit -v``).

    Examples
    --------
    >>> available_bytes() > 0
    True
    """
    return min(_machine(), _process(), *(_group(folder) for folder in _groups()))


def refuse(needed: float, what: str, remedy: str, allowed: float = MAX_BYTES) -> None:
    """Raise a CompareError if a run needs more memory (bytes) than is allowed, or than there is.

    Examples
    --------
    >>> refuse(1e13, "2-fwl on 20000 points", "use fewer points")
    Traceback (most recent call last):
    ...
    twinclouds.errors.CompareError: 2-fwl on 20000 points would need about 9313.2 GB of memory, more than the 4 GB
    allowed; use fewer points
    """
    if needed > allowed:
        limit = f"the {allowed / 2**30:.0f} GB allowed"
    elif needed > 2**26 and needed > (free := available_bytes()):
        limit = f"the {free / 2**30:.2f} GB that are free"
    else:
        return
    raise CompareError(f"{what} would need about {needed / 2**30:.1f} GB of memory, more than {limit}; {remedy}")


def _machine() -> float:
    for line in _lines(MEMINFO):
        if line.startswith("MemAvailable:"):
            return float(line.split()[1]) * 1024
    return float("inf")


def _process() -> float:
    """What is left of the address space and of the data that this process may have."""
    taken = [line.split() for line in _lines(PROCESS / "statm")]
    if not taken:
        return float("inf")
    import resource  # where there is /proc, there is this

    left = float("inf")
    for kind, pages in ((resource.RLIMIT_AS, taken[0][0]), (resource.RLIMIT_DATA, taken[0][5])):
        limit, _ = resource.getrlimit(kind)
        if limit != resource.RLIM_INFINITY:
            left = min(left, max(0.0, float(limit) - int(pages) * resource.getpagesize()))
    return left


def _groups() -> Iterator[Path]:
    """The folders of the groups that this process is in, with those that they are parts of."""
    for line in _lines(PROCESS / "cgroup"):
        _, kinds, path = line.split(":", 2)
        if kinds in ("", "memory"):
            top = GROUP / kinds
            inner = top / path.strip("/")
            yield from (folder for folder in (inner, *inner.parents) if folder.is_relative_to(top))


def _group(folder: Path) -> float:
    for limit, used, cached in NAMES:
        allowed, taken = _lines(folder / limit), _lines(folder / used)
        if allowed and taken and allowed[0].isdecimal():
            # Cached files count as used, but make room.
            files = [line.split()[1] for line in _lines(folder / "memory.stat") if line.startswith(f"{cached} ")]
            return max(0.0, float(allowed[0]) - float(taken[0]) + float(files[0] if files else 0))
    return float("inf")


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
