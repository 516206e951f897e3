"""What the fuzz tests share: how many examples, limits of time and memory, and ways to spoil a file."""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

CORPUS = Path(__file__).parents[1] / "corpus"

#: TWINCLOUDS_FUZZ=50 tries fifty times as many examples, and other ones each time.
FACTOR = int(os.environ.get("TWINCLOUDS_FUZZ", "1"))


def examples(count: int) -> settings:
    """Try so many examples, the same every time, or a multiple of them at random where that is asked for."""
    return settings(max_examples=count * FACTOR, derandomize=FACTOR == 1)


@contextlib.contextmanager
def limits(seconds: float = 20.0, gigabytes: float = 1.5) -> Iterator[None]:
    """Fail instead of hanging, and instead of taking all memory (where the system can do both)."""
    if not hasattr(signal, "setitimer"):
        yield
        return
    import resource

    def stop(*_: Any) -> None:
        raise AssertionError(f"still not done after {seconds:g} s")

    before = signal.signal(signal.SIGALRM, stop)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    status = Path("/proc/self/statm")
    if status.exists():
        used = int(status.read_text(encoding="ascii").split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + int(gigabytes * 2**30), hard))
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


TOKENS = [
    b"", b" ", b"\n", b"\x00", b"\xff\xfe", b"nan", b"inf", b"-inf", b"-1", b"0", b"99999", b"1000000000", b"1e308",
    b"1e400", b"1e-320", b"<script>", b"<img src=x onerror=alert(1)>", "é☃".encode(), b'"', b"'", b"None", b"x,y,z",
    b"../../etc/passwd", b"%s%n", b"{}", b"9" * 400, b"Xx", b"Lattice=", b"\r",
]  # fmt: skip


@st.composite
def spoiled(draw: st.DrawFn, texts: dict[str, bytes]) -> tuple[str, bytes]:
    """One of some valid files, with one or more things wrong."""
    name = draw(st.sampled_from(sorted(texts)))
    data = texts[name]
    for _ in range(draw(st.sampled_from([1, 1, 2, 4]))):
        where = draw(st.integers(0, max(len(data) - 1, 0)))
        how = draw(st.sampled_from(["byte", "cut", "word", "drop line", "twice", "insert", "swap"]))
        if how == "byte":
            data = data[:where] + bytes([draw(st.integers(0, 255))]) + data[where + 1 :]
        elif how == "cut":
            data = data[:where]
        elif how == "insert":
            data = data[:where] + draw(st.sampled_from(TOKENS)) + data[where:]
        else:
            mark = b" " if how == "word" else b"\n"
            parts = data.split(mark)
            k = draw(st.integers(0, len(parts) - 1))
            if how == "word":
                parts[k] = draw(st.sampled_from(TOKENS))
            elif how == "drop line":
                del parts[k]
            elif how == "twice":
                parts.insert(k, parts[k])
            else:
                other = draw(st.integers(0, len(parts) - 1))
                parts[k], parts[other] = parts[other], parts[k]
            data = mark.join(parts)
    return name, data


#: Any JSON, and what Python's JSON lets through besides.
anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["1e400", "<img src=x onerror=alert(1)>", 10**400, -1, 0, 1, 2.5, "nan"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["cloud", "atom", "pair", "model", "a", ""]) | st.text(max_size=3), inner)
    ),
    max_leaves=8,
)
