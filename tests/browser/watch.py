"""Watch what a page does behind the scenes: requests to other hosts, errors in the console."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, WebSocket

LOCAL = {"localhost", "127.0.0.1", "::1"}
WITHOUT_HOST = {"data", "blob", "about", "file", "devtools"}

# SwiftShader reports that reading pixels is slow; this is so on every machine without a GPU.
HARMLESS = ("GL Driver Message",)


class Watch:
    """Collects the complaints about all pages of a browser context."""

    def __init__(self, context: BrowserContext) -> None:
        self.complaints: list[str] = []
        self.harmless = list(HARMLESS)
        context.on("request", lambda request: self._address(request.url))
        context.on("console", self._console)
        context.on("weberror", lambda error: self._uncaught(str(error.error)))
        context.on("page", self._page)

    def allow(self, text: str) -> None:
        """Expect an error with this text from here on."""
        self.harmless.append(text)

    def assert_quiet(self) -> None:
        """Fail when there was a request to another host or an error."""
        assert not self.complaints, "the page did what it should not:\n" + "\n".join(self.complaints)

    def _page(self, page: Page) -> None:
        page.on("websocket", self._websocket)
        page.on("crash", lambda _: self.complaints.append("the page crashed"))

    def _websocket(self, socket: WebSocket) -> None:
        self._address(socket.url)

    def _address(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in WITHOUT_HOST and parts.hostname not in LOCAL:
            self.complaints.append(f"request off this machine: {url}")

    def _uncaught(self, error: str) -> None:
        if not any(text in error for text in self.harmless):
            self.complaints.append(f"uncaught: {error}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not any(text in message.text for text in self.harmless):
            self.complaints.append(f"console error: {message.text} ({message.location.get('url', '')})")
