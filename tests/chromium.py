"""Find a Chromium for the browser tests, or say exactly what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

VARIABLE = "TWINCLOUDS_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    os.path.expandvars(r"%ProgramFiles%\Google\Chrome\Application\chrome.exe"),
)

# Background services would make requests of their own; without a GPU, WebGL runs on SwiftShader.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this machine has an address, so a request that a test fails to notice goes nowhere either.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)

REMEDY = (
    "The browser tests need Chromium or Chrome and found none. Install one, for example\n"
    "    apt-get install chromium            (Debian; as root)\n"
    "    brew install --cask google-chrome   (macOS)\n"
    "    {python} -m playwright install --with-deps chromium\n"
    "or name one in the environment variable {variable}."
)


class NoBrowserError(Exception):
    """No browser was found, and none could be installed."""


def on_this_machine() -> str | None:
    """Path of an installed Chromium or Chrome: the one named in the environment, else one on PATH."""
    named = os.environ.get(VARIABLE)
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoBrowserError(f"{VARIABLE} names {named!r}, which cannot be run; correct or unset it.")
        return found
    for name in NAMES:
        found = shutil.which(name)
        if found is not None:
            return found
    return next((place for place in PLACES if Path(place).is_file()), None)


def of_playwright(path: str) -> str:
    """Path of Playwright's own Chromium, downloaded when it is not there yet."""
    if Path(path).is_file():
        return path
    done = subprocess.run(
        [sys.executable, "-m", "playwright", "install", "chromium"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if done.returncode != 0 or not Path(path).is_file():
        said = (done.stderr or done.stdout).strip().splitlines()
        last = f"\nPlaywright's own download failed: {said[-1]}" if said else ""
        raise NoBrowserError(REMEDY.format(python=sys.executable, variable=VARIABLE) + last)
    return path
