"""What a page takes: elements, listeners, buffers, memory."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import CDPSession, Page


@dataclass(frozen=True)
class Footprint:
    """What is left when the garbage has been collected."""

    nodes: int
    """Nodes of all documents, also those that are held but not on the page."""
    listeners: int
    """Event listeners."""
    buffers: int
    """Array buffers, in which coordinates and colours are."""
    heap: int
    """Memory of JavaScript's objects, without what is in buffers; bytes."""


class Scales:
    """Weighs a page, by Chromium's own count."""

    def __init__(self, page: Page) -> None:
        self._session: CDPSession = page.context.new_cdp_session(page)
        self._session.send("Performance.enable")
        self._session.send("HeapProfiler.enable")

    def weigh(self) -> Footprint:
        for _ in range(3):  # what was let go of may let go of other things
            self._session.send("HeapProfiler.collectGarbage")
        metrics = {m["name"]: int(m["value"]) for m in self._session.send("Performance.getMetrics")["metrics"]}
        return Footprint(
            nodes=metrics["Nodes"],
            listeners=metrics["JSEventListeners"],
            buffers=metrics["ArrayBufferContents"],
            heap=metrics["JSHeapUsedSize"],
        )
