"""How much memory is there? Asked before a long run, so that it is refused with a reason, not killed without one."""

from __future__ import annotations

from pathlib import Path

from twinclouds.errors import CompareError

__all__ = ["MAX_BYTES", "available_bytes", "refuse"]

#: A run that needs more memory than this is refused before it starts, however large the machine.
MAX_BYTES = 4 * 2**30

#: Where Linux says how much memory is free, and where a container says how much of it is its own.
MEMINFO = Path("/proc/meminfo")
GROUP = Path("/sys/fs/cgroup")


def available_bytes() -> float:
    """Return how much memory can be taken without pushing others out, bytes; infinite where nobody says.

    On a machine shared by containers (as on Binder) the limit of the own container counts.

    Examples
    --------
    >>> available_bytes() > 0
    True
    """
    return min(_machine(), _container())


def refuse(needed: float, what: str, remedy: str) -> None:
    """Raise a CompareError if a run needs more memory (bytes) than is allowed, or than there is.

    Examples
    --------
    >>> refuse(1e13, "2-fwl on 20000 points", "use fewer points")
    Traceback (most recent call last):
    ...
    twinclouds.errors.CompareError: 2-fwl on 20000 points would need about 9313.2 GB of memory, more than the 4 GB
    allowed; use fewer points
    """
    if needed > MAX_BYTES:
        limit = f"the {MAX_BYTES / 2**30:.0f} GB allowed"
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


def _container() -> float:
    limit, used = _lines(GROUP / "memory.max"), _lines(GROUP / "memory.current")
    if not limit or not used or not limit[0].isdecimal():
        return float("inf")
    # Cached files count as used, but make room.
    cached = [line.split()[1] for line in _lines(GROUP / "memory.stat") if line.startswith("inactive_file ")]
    return max(0.0, float(limit[0]) - float(used[0]) + float(cached[0] if cached else 0))


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
