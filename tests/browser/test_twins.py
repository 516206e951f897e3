"""TwinBuilder in JupyterLab: dragged in the browser, proved by Python, alive without it."""

from __future__ import annotations

import json
from collections.abc import Callable

from playwright.sync_api import expect

from browser.instrument import Instrument
from browser.jupyter import NotebookPage, wait_until

Opener = Callable[..., NotebookPage]

CELL = """
import twinclouds as tc
builder = tc.ui.TwinBuilder("three_lines", species=("C", "N", "O"), antialias=False)
builder
"""


def parameters(widget: Instrument) -> dict[str, object]:
    return dict(json.loads(widget.get("parameters")))


def test_dragging_proving_and_running_again(open_notebook: Opener) -> None:
    notebook = open_notebook([CELL], height=1200)
    notebook.run_all()
    assert notebook.errors() == []
    widget = Instrument(notebook, notebook.page.locator("section.tc-twins")).ready()
    widget.expect("certificate", "proof")

    # Drag the point of the two angles; Python follows, and proves the new pair after a pause.
    region = widget.root.locator("[data-control=region] svg")
    region.scroll_into_view_if_needed()
    box = region.bounding_box()
    assert box is not None
    widget.page.mouse.move(box["x"] + 120, box["y"] + 100)
    widget.page.mouse.down()
    widget.page.mouse.move(box["x"] + 160, box["y"] + 80, steps=4)
    widget.page.mouse.up()
    angles = parameters(widget)["angles"]
    assert angles != [70, 80, 65]
    notebook.wait_for_python("builder.angles", angles)
    widget.expect("certificate", "proof")
    line = widget.root.locator("footer code").inner_text()
    assert notebook.python("builder.expression") == line
    assert notebook.python("builder.certificate.check()") is True
    volumes = notebook.python("[f'{v:.6f}' for v in builder.volumes]")
    assert widget.get("volumes").split() == volumes

    widget.root.locator("[data-flip='23']").check(force=True)
    notebook.wait_for_python("builder.flip", "23")
    widget.slider("angle-13").press("ArrowRight")
    angles = parameters(widget)["angles"]
    notebook.wait_for_python("builder.angles", angles)

    # From Python; and what is not admissible there leaves all as it is.
    notebook.python("setattr(builder, 'angles', (70, 80, 90))")
    expect(widget.root.locator(".tc-verdict strong")).to_have_text("not told apart at any cutoff")
    widget.expect("certificate", "none")
    notebook.python("builder.set(angles=(60, 75, 80), flip='12')")
    widget.expect("verdict", "everywhere")
    with widget.page.expect_download() as file:
        widget.button("download").click()
    assert file.value.suggested_filename == "twins.xyz"

    # The cell is run again: what was built last by hand is offered.
    widget.slider("angle-13").press("ArrowRight")
    line = widget.root.locator("footer code").inner_text()
    notebook.wait_for_python("builder.expression", line)
    widget.run_again(0)
    expect(widget.root.locator(".tc-built")).to_contain_text(line)
    widget.button("restore").click()
    notebook.wait_for_python("builder.expression", line)

    # Without Python everything but the certificate goes on.
    notebook.watch.allow("Could not send widget sync message")
    notebook.shut_kernel_down()
    widget.slider("angle-12").press("ArrowRight")
    wait_until(lambda: widget.root.locator("footer code").inner_text() != line, "the line changed", notebook.page, 10)
    widget.expect("verdict", "everywhere")
    expect(widget.root.locator(".tc-certificate")).to_contain_text("needs a running kernel", timeout=15000)
