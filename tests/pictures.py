"""Pictures of all seven instruments, for eyes and for the documentation. Run this file; pytest does not.

``python tests/pictures.py DIR`` writes every instrument, and some awkward cases, in light and dark at 360, 800 and 1600
pixels (or those named in the variable WIDTHS). ``python tests/pictures.py --docs`` makes the pictures in
``docs/instruments`` anew (and needs Pillow, which matplotlib brings along, to write them with few colours). Both show
pages made by `tc.ui.export_html`, in the Chromium that the browser tests use. Names of instruments after DIR
restrict it to these.
"""

from __future__ import annotations

import io
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

import twinclouds as tc

sys.path.insert(0, str(Path(__file__).parent))

from chromium import FLAGS, on_this_machine

#: Widths at which every instrument has to look well, CSS pixels.
WIDTHS = (360, 800, 1600)

#: Where the pictures of the documentation are, and how large each may be, bytes.
DOCS = Path(__file__).parents[1] / "docs" / "instruments"
LARGEST = 80_000


#: Does a graphics card draw? A processor draws finely a little later.
HAS_CARD = """() => {
    const gl = document.createElement("canvas").getContext("webgl2");
    const info = gl.getExtension("WEBGL_debug_renderer_info");
    return !/swiftshader|llvmpipe|software/i.test(gl.getParameter(info?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER));
}"""


@dataclass(frozen=True)
class Shot:
    """One picture: what makes the widget, and whether the documentation shows it (else it is an awkward case)."""

    make: Callable[[], Any]
    documented: bool = True


def _cloud_view() -> Any:
    picked = [{"cloud": 0, "atom": atom} for atom in (1, 0, 5)]
    return tc.ui.CloudView(tc.pairs.gallery["benzene"], measure=True, picked=picked, labels="index")


def _graph() -> Any:
    from ase.build import molecule

    return tc.ui.GraphExplorer(molecule("CH3CH2OH"), cutoff=2.2, selected={"cloud": 0, "atom": 0})


def _refinement() -> Any:
    return tc.ui.RefinementExplorer(tc.pairs.gallery["benzene"], round=1, selected={"cloud": 0, "atom": 0})


def _staircase() -> Any:
    return tc.ui.StaircaseView(tc.pairs.k_chains(6), max_cutoff=8.0, cutoff=1.0, round=2)


def _angles() -> Any:
    explorer = tc.ui.AngleExplorer(tc.pairs.gallery["SF6"])
    explorer.cutoff = explorer.resolving_cutoff
    explorer.triangle = explorer.kinds.index(explorer.differing[0])
    return explorer


def _audit() -> Any:
    report = tc.models.reference_audit("complete")
    return tc.ui.AuditView(report, selected={"model": "SchNet", "pair": "benzene"})


def _long_audit(models: tuple[str, ...]) -> Any:
    verdicts = {
        "benzene": "blind separates separates separates separates",
        "hydrazine-1eV": "blind separates separates separates separates",
        "SF6-star": "blind blind blind blind separates",
        "decalin": "separates separates separates inconclusive separates",
        "CHFClBr": "blind blind separates blind blind",
        "crystal": "blind separates failed separates separates",
    }
    differences = {"blind": 3e-14, "inconclusive": 4e-9}
    rows = [
        {
            "model": model,
            "pair": pair,
            "kind": tc.pairs.gallery[pair].kind,
            "verdict": verdict,
            "difference": differences.get(verdict, 0.21),
            "spread": 0.52,
            "noise": 2e-14,
            "ratio": differences.get(verdict, 0.21) / 0.52,
            "seeds": [0, 1, 2],
            "separated_by": [0, 1, 2] if verdict == "separates" else [],
            "problem": "the model takes isolated molecules only" if verdict == "failed" else "",
        }
        for pair, words in verdicts.items()
        for model, verdict in zip(models, words.split(), strict=True)
    ]
    return tc.ui.AuditView(rows, selected={"model": models[0], "pair": "benzene"})


def _generic(points: int) -> np.ndarray[Any, Any]:
    return np.random.default_rng(1).uniform(-4, 4, (points, 3))


def _crystal() -> Any:
    return tc.ui.CloudView(tc.pairs.gallery["crystal"], labels="index", cells=1)


LONG_NAMES = (
    "SchNet (3 interactions, cutoff 6 Å)",
    "a_model_with_a_very_long_name_without_spaces",
    "ViSNet, lmax = 2, vertex features",
    "MACE, correlation 2, lmax 1, 1 layer",
    "MACE, correlation 3, lmax 2",
)

SHOTS: dict[str, Shot] = {
    "cloud-view": Shot(_cloud_view),
    "graph-explorer": Shot(_graph),
    "refinement-explorer": Shot(_refinement),
    "staircase-view": Shot(_staircase),
    "twin-builder": Shot(lambda: tc.ui.TwinBuilder()),
    "angle-explorer": Shot(_angles),
    "audit-view": Shot(_audit),
    "staircase-many": Shot(lambda: tc.ui.StaircaseView(tc.pairs.gallery["decalin"]), documented=False),
    "crystal": Shot(_crystal, documented=False),
    "graph-many": Shot(lambda: tc.ui.GraphExplorer(_generic(60)), documented=False),
    "graph-shells": Shot(
        lambda: tc.ui.GraphExplorer(tc.pairs.gallery["planes-12"].a, cutoff=float("inf")), documented=False
    ),
    "graph-two": Shot(lambda: tc.ui.GraphExplorer([[0, 0, 0], [0, 0, 1.1]]), documented=False),
    "refinement-lines": Shot(
        lambda: tc.ui.RefinementExplorer(tc.pairs.gallery["lines"], cutoff=float("inf"), round=1), documented=False
    ),
    "twin-planes": Shot(lambda: tc.ui.TwinBuilder("three_planes"), documented=False),
    "twin-octahedral": Shot(lambda: tc.ui.TwinBuilder("octahedral_complex"), documented=False),
    "audit-long": Shot(lambda: _long_audit(LONG_NAMES), documented=False),
}


def pages(browser: Browser, names: list[str], width: int, dark: bool, scale: float = 1) -> Iterator[tuple[str, Page]]:
    """Open each widget on an exported page of its own, without network, and wait until it is painted."""
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        color_scheme="dark" if dark else "light",
        reduced_motion="reduce",
        device_scale_factor=scale,
    )
    context.set_offline(True)
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            file = tc.ui.export_html(SHOTS[name].make(), Path(folder) / f"{name}.html", title=name)
            page = context.new_page()
            page.goto(file.as_uri())
            # A notebook gives its widgets all of the width, an exported page does not.
            page.add_style_tag(content=".tc-page main { max-width: none; padding-inline: 16px; }")
            page.wait_for_function(
                """() => {
                    const root = document.querySelector(".tc-root");
                    const drawn = root && (Number(root.dataset.framesPainted) > 0 || !root.querySelector(".tc-stage"));
                    return drawn && root.querySelector("footer");
                }"""
            )
            if not page.evaluate(HAS_CARD):
                page.wait_for_function(
                    "[...document.querySelectorAll('.tc-stage')].every(s => s.dataset.fine === 'true')"
                )
            # Two more frames: what follows from the first layout, such as the size of a drawing, is there then.
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            yield name, page
            page.close()
    context.close()


def for_eyes(browser: Browser, folder: Path, names: list[str]) -> None:
    """Write every picture in both themes at all widths."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = {int(word) for word in os.environ.get("WIDTHS", "").split()} or set(WIDTHS)
    for dark in (False, True):
        for width in sorted(wanted):
            for name, page in pages(browser, names, width, dark):
                theme = "dark" if dark else "light"
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True, animations="disabled")


def for_docs(browser: Browser) -> None:
    """Write the pictures of the documentation, with as many colours as fit into the size that they may have."""
    from PIL import Image

    DOCS.mkdir(parents=True, exist_ok=True)
    names = [name for name, shot in SHOTS.items() if shot.documented]
    # One of them is the first that a reader of the README sees, on a light page or on a dark one.
    for dark, some in ((False, names), (True, ["refinement-explorer"])):
        for name, page in pages(browser, some, 940, dark):
            whole = Image.open(io.BytesIO(page.locator(".tc-root").screenshot(animations="disabled"))).convert("RGB")
            (DOCS / f"{name}{'-dark' if dark else ''}.png").write_bytes(_small(whole))


def _small(picture: Any) -> bytes:
    """Return a picture as PNG that is small enough."""
    from PIL.Image import Dither, Quantize

    for colors in (256, 128, 64, 32):
        written = io.BytesIO()
        picture.quantize(colors, method=Quantize.MEDIANCUT, dither=Dither.NONE).save(written, "PNG", optimize=True)
        if written.tell() <= LARGEST:
            break
    return written.getvalue()


def main(words: list[str]) -> None:
    """Do what the command line says."""
    if not words:
        raise SystemExit(__doc__)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=on_this_machine(), args=list(FLAGS))
        if words[0] == "--docs":
            for_docs(browser)
        else:
            for_eyes(browser, Path(words[0]), words[1:] or list(SHOTS))
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
