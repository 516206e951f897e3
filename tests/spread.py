"""The whole suite on all cores: which tests share a worker, and which come first.

A file is not split, since its fixtures (a browser, a built wheel) are made once. All files that start kernels share one
worker: jupyter_client picks free ports for a kernel and lets go of them until the kernel takes them, so that of two
processes that start kernels at the same time one may take what the other was promised.
"""

from __future__ import annotations

import joblib
import pytest
from xdist.scheduler import LoadScopeScheduling

#: Folders and files whose tests start kernels.
KERNELS = (
    "tests/browser/",
    "tests/notebooks/",
    "tests/exercises/test_session.py",
    "tests/frontend/test_offline.py",
    "tests/frontend/test_site.py",
    "tests/ui/test_export.py",
    "tests/test_binder.py",
    "tests/test_offline.py",
)

#: The longest of the others: one that began last would be waited for.
LONGEST = (
    "tests/pairs/test_properties.py",
    "tests/test_packaging.py",
    "tests/test_style.py",
    "tests/frontend/test_explorer.py",
    "tests/test_refinement.py",
    "tests/test_learning.py",
    "tests/test_lab.py",
)

#: A worker takes a core and up to 2 GB, and the kernels' chain is the longest whatever there is besides.
MOST = 4


def workers(config: pytest.Config) -> int:
    """Return how many workers to start: none for a part of the suite, which is done before they would have started."""
    cores = joblib.cpu_count()
    whole = config.args_source is pytest.Config.ArgsSource.TESTPATHS
    return min(cores, MOST) if whole and cores > 1 else 0


def share(nodeid: str) -> str:
    """Return what a test shares its worker with: its file, or all that starts kernels."""
    file = nodeid.partition("::")[0]
    return "kernels" if file.startswith(KERNELS) else file


def rank(nodeid: str) -> int:
    """Return when a test has its turn: the long ones first."""
    unit = share(nodeid)
    if unit == "kernels":
        return 0
    return 1 + (LONGEST.index(unit) if unit in LONGEST else len(LONGEST))


class ByShare(LoadScopeScheduling):
    """Deal out the tests in the order in which they are, those together that share a worker."""

    def _split_scope(self, nodeid: str) -> str:
        return share(nodeid)
