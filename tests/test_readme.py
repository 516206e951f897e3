"""What the README and the CONTRIBUTING guide say is so."""

from __future__ import annotations

import contextlib
import io
import re
import tomllib
from pathlib import Path

import pytest


def _blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_example_prints_what_the_readme_says(readme: str) -> None:
    (example,) = _blocks(readme, "python")
    (printed,) = _blocks(readme, "text")
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile(example, "README.md", "exec"), {})
    assert out.getvalue() == printed


def test_ci_runs_the_test_command_of_the_readme(readme: str, root: Path) -> None:
    commands = [block.strip() for block in _blocks(readme, "sh")]
    (command,) = [command for command in commands if command.endswith("-m pytest")]
    assert "\n" not in command
    ci = (root / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert ci[-1].removesuffix(" </dev/null").replace('"$venv"', ".venv") == command


def test_links_inside_the_repository_lead_somewhere(root: Path) -> None:
    for name in ("README.md", "CONTRIBUTING.md"):
        text = (root / name).read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#]+)\)", text):
            if "://" not in target:
                assert (root / target).exists(), f"{name} links to {target}"


def test_every_dependency_is_justified(root: Path) -> None:
    project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))
    contributing = (root / "CONTRIBUTING.md").read_text(encoding="utf-8")
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += [requirement for requirement in extra if not requirement.startswith("twinclouds[")]
    for requirement in wanted:
        name = re.match(r"[A-Za-z0-9._-]+", requirement)[0]
        assert f"`{name}`" in contributing, f"CONTRIBUTING.md should say in a line why {name} is needed"


def test_every_line_on_the_page_of_instruments_makes_one(root: Path) -> None:
    import twinclouds as tc

    text = (root / "docs" / "instruments.md").read_text(encoding="utf-8")
    first, *lines = _blocks(text, "python")
    names: dict[str, object] = {}
    exec(compile(first, "instruments.md", "exec"), names)
    shown = [eval(compile(line.strip(), "instruments.md", "eval"), names) for line in lines]
    assert len(shown) == 7
    kinds = (
        tc.ui.CloudView,
        tc.ui.GraphExplorer,
        tc.ui.RefinementExplorer,
        tc.ui.StaircaseView,
        tc.ui.TwinBuilder,
        tc.ui.AngleExplorer,
        tc.ui.AuditView,
    )
    assert all(isinstance(one, kind) for one, kind in zip(shown, kinds, strict=True))


def test_pictures_of_the_documentation_are_there_and_small(root: Path) -> None:
    page = (root / "docs" / "instruments.md").read_text(encoding="utf-8")
    wanted = {root / "docs" / target for target in re.findall(r"\]\(([^)#]+\.png)\)", page)}
    readme = (root / "README.md").read_text(encoding="utf-8")
    wanted |= {root / target for target in re.findall(r'(?:srcset|src)="([^"]+)"', readme)}
    assert wanted == set((root / "docs").rglob("*.png"))
    assert all(path.stat().st_size < 80_000 for path in wanted)
