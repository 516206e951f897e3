"""What all tests share.

They run against the *installed* package: nothing here adds ``widgets/`` to the path.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import xdist.scheduler
from playwright.sync_api import Browser, sync_playwright

# Helpers of the tests (chromium.py, browser/...) are imported from here.
sys.path.insert(0, str(Path(__file__).parent))

import chromium
import offline_rig
import spread
import strategies  # noqa: F401  (its profile makes every property test repeatable)

ROOT = Path(__file__).parent.parent


_HELD = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_HELD] = tempfile.TemporaryDirectory(prefix="twinclouds-tests-", ignore_cleanup_errors=True)
    offline_rig.switch_off(Path(config.stash[_HELD].name) / "refused.txt")


def pytest_unconfigure(config: pytest.Config) -> None:
    config.stash[_HELD].cleanup()  # workers of xdist end too abruptly for it to go by itself


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    return spread.workers(config)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> xdist.scheduler.LoadScopeScheduling:
    return spread.ByShare(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: spread.rank(item.nodeid))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--screenshots",
        metavar="DIR",
        type=Path,
        help="save pictures of the notebook and its widgets in DIR, for eyes",
    )


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    # Pictures are for eyes; a run without the option does not count them as skipped tests.
    unwanted = collection_path.name == "test_screenshots.py" and config.getoption("--screenshots") is None
    return True if unwanted else None


@pytest.fixture(autouse=True)
def no_network() -> Iterator[None]:
    """Fail the test in which somebody wanted to reach another machine, even if nobody noticed the refusal."""
    before = len(offline_rig.refusals())
    yield
    tried = offline_rig.refusals()[before:]
    assert not tried, "refused, since tests run without a network:\n" + "\n".join(tried)


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the root of the checkout."""
    return ROOT


# Playwright keeps an event loop running in this thread as long as it is open. Open for one module at a
# time, it does not get in the way of tests that run loops of their own (nbclient does).
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start a real Chromium; without one the test fails, it is never skipped."""
    with sync_playwright() as playwright:
        try:
            path = chromium.on_this_machine() or chromium.of_playwright(playwright.chromium.executable_path)
        except chromium.NoBrowserError as error:
            pytest.fail(str(error), pytrace=False)
        browser = playwright.chromium.launch(executable_path=path, args=list(chromium.FLAGS))
        yield browser
        browser.close()
