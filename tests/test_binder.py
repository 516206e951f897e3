"""The steps that Binder takes, without docker: pinned requirements, postBuild, the first notebook."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
import venv
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from offline_rig import WITH_NETWORK

# What Binder's base image has already, as far as the notebook needs it.
BASE = ["ipykernel", "ipywidgets", "nbclient", "nbformat"]

LEFT_BEHIND = shutil.ignore_patterns(".git", "node_modules", "__pycache__", ".venv", "dist", ".*_cache", ".hypothesis")


def _pins(root: Path) -> dict[str, str]:
    pins = {}
    for line in (root / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            match = re.fullmatch(r"([A-Za-z0-9._-]+)==([0-9][A-Za-z0-9.]*)", line)
            assert match, f"{line!r} is not pinned"
            pins[canonicalize_name(match[1])] = match[2]
    return pins


def test_pins_satisfy_the_ranges_of_the_package(root: Path) -> None:
    pins = _pins(root)
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    in_base_image = {"ipywidgets"}
    for requirement in map(Requirement, project["dependencies"]):
        name = canonicalize_name(requirement.name)
        if name not in in_base_image:
            assert requirement.specifier.contains(pins[name]), f"{requirement} does not allow {pins[name]}"


def test_python_of_binder_is_one_we_support(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    runtime = (root / "binder" / "runtime.txt").read_text(encoding="utf-8").strip()
    version = runtime.removeprefix("python-")
    assert Requirement(f"python{project['requires-python']}").specifier.contains(version)


def _run(command: list[str], folder: Path, path: str | None = None, network: bool = False) -> None:
    environment = dict(os.environ) | (WITH_NETWORK if network else {})
    if path is not None:
        environment["PATH"] = path + os.pathsep + environment["PATH"]
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(os.name == "nt", reason="Binder is a Linux machine")
def test_first_notebook_runs_where_binder_has_built(tmp_path: Path, root: Path) -> None:
    checkout, image = tmp_path / "checkout", tmp_path / "image"
    # With the front end where it is built already: that it is built from nothing is tested in test_packaging.
    shutil.copytree(root, checkout, ignore=LEFT_BEHIND)
    venv.create(image, with_pip=True)
    python = str(image / "bin" / "python")
    _run([python, "-m", "pip", "install", "-q", *BASE], checkout, network=True)

    _run([python, "-m", "pip", "install", "-q", "-r", "binder/requirements.txt"], checkout, network=True)
    _run(["binder/postBuild"], checkout, path=str(image / "bin"), network=True)  # pip fetches what builds the package

    # pip's own word that nothing is missing and no pin disagrees with another.
    _run([python, "-m", "pip", "check"], checkout)
    shutil.rmtree(checkout / "widgets")  # the installed package, not its sources
    run = (
        "import nbformat, nbclient;"
        "notebook = nbformat.read('00_start_here.ipynb', as_version=4);"
        "nbclient.NotebookClient(notebook, timeout=300, kernel_name='python3').execute()"
    )
    _run([python, "-c", run], checkout / "notebooks")
