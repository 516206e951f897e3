"""How long from a key press to a painted frame? Run this file; pytest does not.

A bare page with the built front end, in Chromium with software GL. The clock starts when the browser received the key,
and stops when the graphics pipeline has finished the frame (a pixel is read back). Goals: a median of at most 50 ms for
pairs of up to 60 atoms, and of 150 ms for 500 atoms. Then the same from a change of a trait in Python, in JupyterLab;
goal: 100 ms at 60 atoms. Rows marked so are antialiased, which tests and slow machines switch off.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
from playwright.sync_api import Page, sync_playwright

import twinclouds as tc

sys.path.insert(0, str(Path(__file__).parents[1]))

from browser.jupyter import LabServer, NotebookPage
from browser.watch import Watch
from chromium import FLAGS, on_this_machine
from frontend.conftest import ADDRESS, PAGE, _state
from twinclouds.ui.static_files import static_text

TIMER = """() => {
  const root = document.querySelector(".tc-root");
  window.times = [];
  let began = 0;
  addEventListener("keydown", (event) => { began = event.timeStamp; }, true);
  new MutationObserver((records) => {
    if (!began || !records.some((r) => r.attributeName === "data-frames-painted")) return;
    const gl = root.querySelector(".tc-gl canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    window.times.push(performance.now() - began);
    began = 0;
  }).observe(root, { attributes: true });
}"""

#: What is pressed, and where: turn the picture, step through the rounds, slide the cutoff, walk and pick.
KEYS = {
    "turn": (".tc-stage", ["ArrowLeft"]),
    "step": ("[data-control=round]", ["Home", "End"]),
    "slide": ("[data-control=cutoff]", ["ArrowLeft", "ArrowRight"]),
    "walk": (".tc-stage", ["n"]),
    "pick": (".tc-stage", ["n", "Enter"]),
}


def pair(points: int) -> tuple[Any, Any]:
    """Three planes with `points` / 6 random inversion pairs each: not told apart."""
    rng = np.random.default_rng(0)
    size = 1.2 * points ** (1 / 3)
    a, b = tc.pairs.three_planes(*(rng.uniform(0.5, size, (points // 6, 2)) for _ in range(3)), species="C")
    return a, b


def measure(page: Page, selector: str, keys: list[str], repeats: int) -> float:
    """Median milliseconds."""
    page.locator(selector).focus()
    page.evaluate("window.times.length = 0")
    for i in range(repeats):
        page.keyboard.press(keys[i % len(keys)])
        page.wait_for_function("n => window.times.length > n", arg=i)
    times = page.evaluate("window.times")
    # To pick another atom one walks to it first; that is timed by itself.
    return statistics.median(times[1::2] if keys[-1] == "Enter" else times)


PAINTED = """() => {
  const root = document.querySelector(".tc-root");
  window.painted = [];
  new MutationObserver((records) => {
    if (!records.some((r) => r.attributeName === "data-frames-painted")) return;
    const gl = root.querySelector(".tc-gl canvas").getContext("webgl2");
    gl.readPixels(0, 0, 1, 1, gl.RGBA, gl.UNSIGNED_BYTE, new Uint8Array(4));
    window.painted.push([root.dataset.round, Date.now() / 1000]);
  }).observe(root, { attributes: true });
}"""

SET = """
import time
stamps = []
for i in range(12):
    stamps.append(time.time())
    explorer.round = i % 2
    time.sleep(0.5)
"""


def from_python(points: int) -> float:
    """Median milliseconds from a change of the round in Python to the painted frame, in JupyterLab."""
    a, b = pair(points)
    show = (
        f"import numpy as np, twinclouds as tc\nexplorer = tc.ui.RefinementExplorer(np.array({a.positions.tolist()}), "
        f"np.array({b.positions.tolist()}), antialias=False, cutoff=2.0)\nexplorer"
    )
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = LabServer(Path(folder))
        notebooks = Path(__file__).parents[2] / "notebooks"
        shutil.copytree(notebooks, server.root / "notebooks", dirs_exist_ok=True)
        server.start()
        try:
            browser = playwright.chromium.launch(executable_path=on_this_machine(), args=list(FLAGS))
            context = browser.new_context(viewport={"width": 1280, "height": 1000})
            path = server.write("bench.ipynb", [show, SET])
            notebook = NotebookPage(server, context.new_page(), path, Watch(context))
            notebook.open()
            notebook.run_cell(0)
            notebook.page.wait_for_function("Number(document.querySelector('.tc-root')?.dataset.framesPainted) > 0")
            notebook.page.evaluate(PAINTED)
            notebook.run_cell(1)
            notebook.idle()
            stamps = notebook.python("stamps")
            painted = [when for _, when in notebook.page.evaluate("window.painted")]
            notebook.close()
            browser.close()
        finally:
            server.stop()
    later = [min((when for when in painted if when > stamp), default=float("nan")) - stamp for stamp in stamps]
    return 1000 * statistics.median(later)


def main(sizes: list[int], repeats: int = 15) -> None:
    """Print a table: rows are sizes and cutoffs, columns are actions."""
    print(f"{'atoms':>6} {'cutoff':>8} " + " ".join(f"{name:>8}" for name in KEYS) + "   median ms from key to frame")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=on_this_machine(), args=list(FLAGS))
        for points in sizes:
            a, b = pair(points)
            for cutoff, antialias in ((None, False), (float("inf"), False), (None, True)):
                widget = tc.ui.RefinementExplorer(a, b, cutoff=cutoff, antialias=antialias)
                page = browser.new_page(viewport={"width": 1000, "height": 1100})
                page.route(
                    lambda url: url.startswith(ADDRESS),
                    lambda route: route.fulfill(
                        body=static_text("library.js") if route.request.url.endswith(".js") else PAGE,
                        content_type="text/javascript" if route.request.url.endswith(".js") else "text/html",
                    ),
                )
                page.goto(ADDRESS)
                page.wait_for_function("window.ready")
                page.evaluate("text => window.show(text).then(() => null)", _state(widget))
                page.wait_for_function("Number(document.querySelector('.tc-root').dataset.framesPainted) > 0")
                page.evaluate(TIMER)
                row = [measure(page, selector, keys, repeats) for selector, keys in KEYS.values()]
                print(
                    f"{len(widget.a):>6} {'all' if cutoff else 'bonds':>8} " + " ".join(f"{t:>8.0f}" for t in row),
                    "  antialiased" if antialias else "",
                    flush=True,
                )
                page.close()
        browser.close()


if __name__ == "__main__":
    main([int(word) for word in sys.argv[1:]] or [6, 60, 300, 500])
    print(f"60 atoms, from a trait in Python to the frame: {from_python(60):.0f} ms (median)")
