"""A real JupyterLab, and one notebook open in it, as the tests see them."""

from __future__ import annotations

import ast
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, Request, build_opener

import nbformat
from jupyter_client.blocking import BlockingKernelClient
from playwright.sync_api import Locator, Page, expect

from browser.watch import Watch

SECONDS = 60.0


def wait_until(condition: Callable[[], Any], what: str, page: Page | None = None, seconds: float = SECONDS) -> Any:
    """Wait for a true value and return it; with a page, its events are handled meanwhile."""
    deadline = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:.0f} s in vain until {what}")
        if page is not None:
            page.wait_for_timeout(30)
        else:
            time.sleep(0.03)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class LabServer:
    """JupyterLab, started by ``twinclouds lab`` itself, with folders of its own for all it stores."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.root = folder / "checkout"
        self.log = folder / "lab.log"
        self.runtime = self.home / "runtime"
        for path in (self.home, self.root / "notebooks"):
            path.mkdir(parents=True, exist_ok=True)

    def command(self) -> list[str]:
        command = [sys.executable, "-c", "import sys; from twinclouds.cli import main; sys.exit(main())"]
        command += ["lab", "--no-browser", "--dir", str(self.root), "--port", str(_free_port())]
        return [*command, "--", "--LabApp.expose_app_in_browser=True"]

    def address(self, path: str) -> str:
        """Address at which a notebook is shown alone on screen (no side bars, as on a small laptop)."""
        return f"{self.url}doc/tree/{quote(path)}?token={self.token}&reset"

    def start(self) -> None:
        self._switch_off_nbgrader()
        environment = dict(os.environ)
        for name in [name for name in environment if name.startswith(("JUPYTER", "IPYTHON"))]:
            del environment[name]
        environment |= {
            "HOME": str(self.home),
            "JUPYTER_CONFIG_DIR": str(self.home / "config"),
            "JUPYTER_DATA_DIR": str(self.home / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(self.home / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.home / "workspaces"),
            "IPYTHONDIR": str(self.home / "ipython"),
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                self.command(), env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
            )
        note = wait_until(self._note, "JupyterLab had started", seconds=120)
        self.url, self.token = note["url"], note["token"]
        wait_until(self._listens, "JupyterLab answered")  # it writes the note a moment earlier

    def _switch_off_nbgrader(self) -> None:
        """The tests install nbgrader, which readers of the course need not have, and whose front end logs errors."""
        settings = self.home / "config" / "labconfig"
        settings.mkdir(parents=True)
        extensions = ("formgrader", "validate_assignment", "assignment_list", "course_list")
        off = {f"nbgrader.server_extensions.{name}": False for name in extensions}
        server = {"ServerApp": {"jpserver_extensions": off}}
        (settings.parent / "jupyter_server_config.json").write_text(json.dumps(server), encoding="utf-8")
        page = {"disabledExtensions": {"@jupyter/nbgrader": True}}
        (settings / "page_config.json").write_text(json.dumps(page), encoding="utf-8")

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def write(self, name: str, cells: Sequence[str]) -> str:
        """Write a notebook of code cells and return its path, relative to the server's root."""
        notebook = nbformat.v4.new_notebook()
        notebook.cells = [nbformat.v4.new_code_cell(cell) for cell in cells]
        notebook.metadata["kernelspec"] = {
            "name": "python3",
            "display_name": "Python 3",
            "language": "python",
        }
        nbformat.write(notebook, self.root / name)
        return name

    def api(self, path: str, method: str = "GET") -> Any:
        request = Request(self.url + path, method=method, headers={"Authorization": f"token {self.token}"})
        with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
            body = response.read()
        return json.loads(body) if body else None

    def _listens(self) -> bool:
        try:
            return bool(self.api("api"))
        except URLError:
            return False

    def _note(self) -> dict[str, Any] | None:
        if self.process.poll() is not None:
            raise AssertionError(f"JupyterLab did not start:\n{self.log.read_text(encoding='utf-8')}")
        for path in self.runtime.glob("jpserver-*.json"):
            try:
                return dict(json.loads(path.read_text(encoding="utf-8")))
            except ValueError:  # half written
                return None
        return None


class NotebookServer(LabServer):
    """Jupyter Notebook 7."""

    def command(self) -> list[str]:
        command = [sys.executable, "-m", "notebook", "--no-browser", "--allow-root", f"--port={_free_port()}"]
        return [*command, f"--ServerApp.root_dir={self.root}", "--JupyterNotebookApp.expose_app_in_browser=True"]

    def address(self, path: str) -> str:
        return f"{self.url}notebooks/{quote(path)}?token={self.token}"


class NotebookPage:
    """One notebook in one tab of the browser."""

    def __init__(self, server: LabServer, page: Page, path: str, watch: Watch) -> None:
        self.server = server
        self.page = page
        self.watch = watch
        self.path = path
        self._client: BlockingKernelClient | None = None

    def open(self) -> None:
        """Open the notebook and wait for its kernel."""
        self.page.goto(self.server.address(self.path))
        self.idle()
        self.page.wait_for_function("window.jupyterapp?.shell.currentWidget?.content?.widgets?.length > 0")

    def idle(self) -> None:
        """Wait until the kernel has nothing to do."""
        expect(self.page.get_by_text("| Idle")).to_be_visible(timeout=SECONDS * 1000)

    def close(self) -> None:
        """Let go of the kernel."""
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        for session in self.server.api("api/sessions"):
            if session["path"] == self.path:
                self.server.api(f"api/sessions/{session['id']}", method="DELETE")

    # -- running

    def command(self, name: str, arguments: dict[str, Any] | None = None) -> Any:
        """Carry out a command of JupyterLab, such as a menu would, and wait for its end."""
        return self.page.evaluate(
            "async ([name, args]) => { await window.jupyterapp.commands.execute(name, args); }",
            [name, arguments or {}],
        )

    def run_all(self) -> None:
        """Run all cells and wait for the last; errors stay in the outputs."""
        self.command("notebook:run-all-cells")
        self.idle()

    def run_cell(self, index: int) -> None:
        """Run one cell and wait for its end."""
        self.show_cell(index)
        self.command("notebook:run-cell")
        self.idle()

    def show_cell(self, index: int) -> None:
        """Select a cell and scroll to it: JupyterLab takes cells far off screen out of the page."""
        self.page.evaluate(
            """async index => {
                const notebook = window.jupyterapp.shell.currentWidget.content;
                notebook.activeCellIndex = index;
                await notebook.scrollToItem(index, "start");
            }""",
            index,
        )

    # -- reading

    def cell(self, index: int) -> Locator:
        return self.page.locator(f".jp-Cell[data-windowed-list-index='{index}']")

    def outputs(self) -> list[list[dict[str, Any]]]:
        """All outputs of all cells, as the notebook file would hold them."""
        return self.page.evaluate(
            """() => Array.from(window.jupyterapp.shell.currentWidget.content.model.cells,
                cell => cell.toJSON().outputs ?? [])"""
        )

    def text(self, index: int) -> str:
        """Plain text of the outputs of a cell."""
        parts = []
        for output in self.outputs()[index]:
            data = output.get("data", {}).get("text/plain", output.get("text", ""))
            parts.append(data if isinstance(data, str) else "".join(data))
        return "".join(parts)

    def errors(self) -> list[str]:
        """Name and message of each error in the outputs."""
        return [
            f"{output['ename']}: {output['evalue']}"
            for cell in self.outputs()
            for output in cell
            if output["output_type"] == "error"
        ]

    def python(self, expression: str) -> Any:
        """Value of a Python expression in the notebook's kernel, whose repr must be a literal."""
        client = self._kernel()
        reply = client.execute(
            "",
            silent=True,
            store_history=False,
            user_expressions={"value": expression},
            reply=True,
            timeout=SECONDS,
        )
        value = reply["content"]["user_expressions"]["value"]
        if value["status"] != "ok":
            raise AssertionError(f"{expression}: {value['ename']}: {value['evalue']}")
        return ast.literal_eval(value["data"]["text/plain"])

    def wait_for_python(self, expression: str, wanted: Any) -> None:
        """Wait until an expression in the kernel has a value: what the page says arrives there later."""
        seen: list[Any] = []

        def arrived() -> bool:
            seen.append(self.python(expression))
            return bool(seen[-1] == wanted)

        try:
            wait_until(arrived, expression, self.page, seconds=15)
        except AssertionError:
            raise AssertionError(f"{expression} should become {wanted!r}, it is {seen[-1]!r}") from None

    # -- surroundings

    def dark(self, on: bool = True) -> None:
        """Change to the dark (or light) theme and wait until it is there."""
        theme = "JupyterLab Dark" if on else "JupyterLab Light"
        self.command("apputils:change-theme", {"theme": theme})
        light = "false" if on else "true"
        expect(self.page.locator("body")).to_have_attribute("data-jp-theme-light", light)

    def shut_kernel_down(self) -> None:
        """End the kernel for good, as the menu does."""
        if self._client is not None:
            self._client.stop_channels()
            self._client = None
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        expect(self.page.get_by_text("| Idle")).to_have_count(0)

    def _kernel(self) -> BlockingKernelClient:
        if self._client is None:
            sessions = [s for s in self.server.api("api/sessions") if s["path"] == self.path]
            assert sessions, f"no kernel runs for {self.path}"
            client = BlockingKernelClient()
            client.load_connection_file(str(self.server.runtime / f"kernel-{sessions[0]['kernel']['id']}.json"))
            client.start_channels()
            client.wait_for_ready(timeout=SECONDS)
            self._client = client
        return self._client
