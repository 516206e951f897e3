"""Switch the network off for the tests, and find out who wanted it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

FOLDER = Path(__file__).parent / "offline"
ALLOW, REFUSED = "TWINCLOUDS_TESTS_NETWORK", "TWINCLOUDS_TESTS_REFUSED"

#: For ``env=`` of what has to reach the package index.
WITH_NETWORK: Mapping[str, str] = {ALLOW: "allow"}


def switch_off(record: Path) -> None:
    """Refuse connections to other machines in this process and in every Python that it starts."""
    record.touch()
    os.environ[REFUSED] = str(record)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [str(FOLDER), os.environ.get("PYTHONPATH")]))
    if getattr(sys.modules.get("sitecustomize"), "__file__", None) == str(FOLDER / "sitecustomize.py"):
        return  # it came with PYTHONPATH
    spec = importlib.util.spec_from_file_location("twinclouds_tests_offline", FOLDER / "sitecustomize.py")
    assert spec is not None and spec.loader is not None
    spec.loader.exec_module(importlib.util.module_from_spec(spec))


def refusals() -> list[str]:
    """Return a line for each connection that was refused so far."""
    return Path(os.environ[REFUSED]).read_text(encoding="utf-8").splitlines()


@contextmanager
def expected_refusals() -> Iterator[list[str]]:
    """Let refusals happen; the list is filled with them in the end, and they are forgotten."""
    record, found = Path(os.environ[REFUSED]), []
    before = record.read_text(encoding="utf-8")
    yield found
    found += refusals()[len(before.splitlines()) :]
    record.write_text(before, encoding="utf-8")
