"""Links lead somewhere, citations can be followed, and every image has a text alternative."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from notebooks.course import NAMES, NOTEBOOKS, executed, path_of, read

DOI = re.compile(r"10\.\d{4,9}/[^\s()]+[^\s().,;]")
ARXIV = re.compile(r"\d{4}\.\d{4,5}|[a-z-]+(\.[A-Z]{2})?/\d{7}")
LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)\s]*)\)")
IMAGE = re.compile(r"!\[([^\]]*)\]\(([^)\s]*)\)")
#: What stands in a list of references without a publication.
OWN = re.compile(r"this project|made for this|computed for")
#: Works from before there were DOIs: volume, page and year.
OLD = re.compile(r"\*\*\d+\*\*(\(\d+\))?, \d+ \(1[89]\d\d\)")

each_notebook = pytest.mark.parametrize("name", NAMES)
each_version = pytest.mark.parametrize("version", ["learner", "solutions"])


def _prose(name: str, version: str = "learner") -> str:
    text = "\n\n".join(cell.source for cell in read(name, version).cells if cell.cell_type == "markdown")
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)


def _pages() -> list[Any]:
    pages = [
        pytest.param(path_of(name, v), _prose(name, v), id=f"{name}-{v}")
        for name in NAMES
        for v in ("learner", "solutions")
    ]
    documents = [*NOTEBOOKS.glob("*.md"), *NOTEBOOKS.glob("instructor/*.md")]
    return pages + [pytest.param(path, path.read_text(encoding="utf-8"), id=path.name) for path in sorted(documents)]


@pytest.mark.parametrize(("path", "text"), _pages())
def test_links_are_well_formed_and_lead_somewhere(path: Path, text: str) -> None:
    for label, target in LINK.findall(text):
        assert label.strip(), f"the link to {target} has no words"
        address = urlsplit(target)
        if address.scheme:
            assert address.scheme == "https", target
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", address.netloc), target
        elif target.startswith("#"):
            assert _anchor(target) in _anchors(text), f"there is no heading {target}"
        else:
            assert (path.parent / address.path).exists(), f"{path.name} links to {target}"


@pytest.mark.parametrize("path", [*(path_of(name, "learner") for name in NAMES), *NOTEBOOKS.glob("instructor/*.md")])
def test_notebooks_are_named_by_links(path: Path) -> None:
    # A name in code type, such as the file's, cannot be followed.
    text = path.read_text(encoding="utf-8") if path.suffix == ".md" else _all_markdown(path.stem)
    assert not re.findall(r"`\d\d_[a-z_]+`", text), f"{path.name}: make links of these"
    assert "still being written" not in text


def _all_markdown(name: str) -> str:
    return "\n\n".join(cell.source for cell in read(name).cells if cell.cell_type == "markdown")


def _anchor(target: str) -> str:
    return target.removeprefix("#").lower()


def _anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading).strip().replace(" ", "-").lower() for heading in headings}


@pytest.mark.parametrize(("path", "text"), _pages())
def test_citations_say_what_they_link_to(path: Path, text: str) -> None:
    for label, target in LINK.findall(text):
        if "doi.org" in target:
            number = target.removeprefix("https://doi.org/")
            assert DOI.fullmatch(number), target
            assert label == f"doi:{number}", f"write [doi:{number}]({target})"
        elif "arxiv.org" in target:
            number = target.removeprefix("https://arxiv.org/abs/")
            assert ARXIV.fullmatch(number), target
            assert label == f"arXiv:{number}", f"write [arXiv:{number}]({target})"
    bare = LINK.sub("", text)
    found = re.search(r"(?i)arxiv:\s*\d|doi:\s*10\.|https?://\S+", bare)
    assert not found, f"{path.name}: make a link of {found[0]}"


@each_notebook
def test_every_reference_can_be_found(name: str) -> None:
    _, _, references = _prose(name).partition("**References**")
    items = re.findall(r"^- (.+)$", references, flags=re.MULTILINE)
    assert items
    for item in items:
        assert LINK.search(item) or OWN.search(item) or OLD.search(item), (
            f"give a DOI, an arXiv number or an address: {item}"
        )


@each_notebook
@each_version
def test_images_in_the_text_have_words(name: str, version: str) -> None:
    for words, target in IMAGE.findall(_prose(name, version)):
        assert words.strip(), f"the image {target} has no text alternative"
    for tag in re.findall(r"<img[^>]*>", _prose(name, version)):
        assert re.search(r'alt="[^"]{3,}"', tag), tag


@each_notebook
@each_version
def test_figures_have_words(name: str, version: str) -> None:
    for cell in executed(name, version).notebook.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            pictures = [kind for kind in data if kind.startswith("image/")]
            page = data.get("text/html", "")
            for tag in re.findall(r"<img[^>]*>", page):
                assert re.search(r'alt="[^"]{10,}"', tag), f"cell {cell.id}: an <img> without words"
            assert not pictures or "<img" in page, f"cell {cell.id}: show the figure with describe(figure, '...')"


@each_notebook
def test_figures_are_not_shown_without_words(name: str) -> None:
    for cell in read(name).cells:
        if cell.cell_type == "code":
            assert "plt.show" not in cell.source, f"cell {cell.id}: use describe(figure, '...')"
