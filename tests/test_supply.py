"""What the package is made of: ranges of what it needs, and the pinned, permissive parts of its front end."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

PERMISSIVE = {"MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "(MIT AND Zlib)"}

#: Packages that say nothing in the lock file; all are MIT by the text that they carry, and none is in the bundle.
SILENT = {
    "compute-gcd", "compute-lcm", "validate.io-function", "validate.io-integer", "validate.io-integer-array",
    "validate.io-number",
}  # fmt: skip


def test_what_users_install_has_a_range(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    optional = [line for name, lines in extras.items() if name != "test" for line in lines]
    for requirement in map(Requirement, [*project["dependencies"], *optional]):
        operators = {specifier.operator for specifier in requirement.specifier}
        assert {">=", "<"} <= operators, f"{requirement} needs a lower and an upper end"
        assert requirement.url is None
    assert len(project["dependencies"]) <= 12, (
        "few dependencies: each is an install that can fail on a student's machine"
    )


def test_front_end_is_pinned_and_permissive(root: Path) -> None:
    lock = json.loads((root / "widgets/twinclouds/frontend/package-lock.json").read_text(encoding="utf-8"))
    packages = {path: entry for path, entry in lock["packages"].items() if path}
    assert packages
    for path, entry in packages.items():
        name = path.rpartition("node_modules/")[2]
        assert entry["integrity"].startswith("sha512-"), f"{name} is not pinned by its content"
        assert "hasInstallScript" not in entry or name == "esbuild", f"{name} wants to run a script when installed"
        assert entry.get("license", "MIT" if name in SILENT else None) in PERMISSIVE, f"{name}: look at its licence"


def test_bundle_carries_the_licences_of_its_parts(root: Path) -> None:
    from twinclouds.ui.static_files import static_text

    notice = static_text("THIRD_PARTY.txt")
    lock = json.loads((root / "widgets/twinclouds/frontend/package-lock.json").read_text(encoding="utf-8"))
    for name in ("3dmol", "katex", "jquery", "nouislider", "@jupyter-widgets/base"):
        assert f"{name} {lock['packages'][f'node_modules/{name}']['version']} (" in notice
    assert not [name for name in SILENT if f"\n{name} " in notice]
