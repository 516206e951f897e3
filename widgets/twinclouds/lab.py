"""The ``twinclouds lab`` command: JupyterLab, opened at the first notebook of the course.

JupyterLab runs as a child process. This module decides on the folder and the port, explains in one
line what stands in the way, and waits. It imports nothing of Jupyter before the command runs, so that
the rest of the command line stays quick.
"""

from __future__ import annotations

import argparse
import errno
import importlib.util
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import webbrowser
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from types import FrameType
from typing import Any
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import ProxyHandler, build_opener

__all__ = ["add_parser", "copy_course", "run"]

FIRST_NOTEBOOK = "00_start_here.ipynb"
DEFAULT_PORT = 8888
PORTS_TRIED = 50
SECONDS_TO_START = 120.0
SECONDS_TO_LISTEN = 20.0

# JupyterLab would ask a web site for news and for newer versions of itself.
_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    # A notebook that is opened again shows its widgets alive, before anything has run.
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}


class LabError(Exception):
    """A reason why JupyterLab was not started, in one line."""


@dataclass(frozen=True)
class Workspace:
    """The folder that JupyterLab serves and the notebook that it opens, relative to that folder."""

    folder: Path
    notebook: str


def add_parser(subparsers: argparse._SubParsersAction[Any]) -> argparse.ArgumentParser:
    """Add the ``lab`` command to a command line.

    Parameters
    ----------
    subparsers : argparse._SubParsersAction
        What ``ArgumentParser.add_subparsers`` returned.

    Returns
    -------
    argparse.ArgumentParser
        The parser of the new command; its default ``run`` is :func:`run`.
    """
    parser: argparse.ArgumentParser = subparsers.add_parser(
        "lab",
        help="open the course in JupyterLab",
        description=(
            f"Open JupyterLab at the first notebook of the course. In a checkout of twinclouds "
            f"(notebooks/{FIRST_NOTEBOOK} is there) the checkout itself is opened. Elsewhere the course "
            "is copied to ./twinclouds-course first; a file that is already there is never overwritten."
        ),
        epilog="Arguments after -- go to JupyterLab: twinclouds lab -- --debug",
    )
    parser.add_argument(
        "--port",
        type=_port_number,
        metavar="N",
        help=f"port to listen on (default: the first free one from {DEFAULT_PORT} on)",
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address, open no browser")
    parser.add_argument("--dir", type=Path, metavar="DIR", help="a checkout, or the folder for the copy of the course")
    parser.add_argument("jupyter", nargs="*", metavar="-- ARGUMENTS", help="arguments for JupyterLab")
    parser.set_defaults(run=run)
    return parser


def run(args: argparse.Namespace) -> int:
    """Open JupyterLab at the first notebook and wait until it ends.

    Parameters
    ----------
    args : argparse.Namespace
        With the attributes ``port``, ``no_browser``, ``dir`` and ``jupyter``, see :func:`add_parser`.

    Returns
    -------
    int
        Exit status: 0 after a normal end (also when JupyterLab was running already), 2 after an error.
    """
    try:
        return _run(args)
    except LabError as error:
        print(f"twinclouds lab: {error}", file=sys.stderr)
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        print(f"twinclouds lab: {what}{error.strerror or error}", file=sys.stderr)
    except KeyboardInterrupt:
        return 0
    return 2


def copy_course(target: Path, source: Path | None = None) -> list[Path]:
    """Copy the course to a folder; what the folder already holds stays as it is.

    Parameters
    ----------
    target : Path
        Folder for the course, made when missing.
    source : Path, optional
        Where the course is; by default the copy inside the installed package.

    Returns
    -------
    list of Path
        The files that were new, relative to ``target``.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     source, target = Path(folder, "source"), Path(folder, "target")
    ...     source.mkdir()
    ...     _ = (source / "lesson.ipynb").write_text("{}")
    ...     first, again = copy_course(target, source), copy_course(target, source)
    >>> [path.name for path in first], again
    (['lesson.ipynb'], [])
    """
    if source is None:
        source = _shipped_course()
    if target.exists() and not target.is_dir():
        raise LabError(f"{target} is a file, not a folder; move it away or choose another folder with --dir")
    new = []
    for path in sorted(source.rglob("*")):
        relative = path.relative_to(source)
        if path.is_dir() or any(part.startswith((".", "__pycache__")) for part in relative.parts):
            continue
        destination = target / relative
        # is_symlink: exists() is False for a link that leads nowhere, and writing would follow it.
        if destination.exists() or destination.is_symlink():
            continue
        destination.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, destination)
        new.append(relative)
    return new


def _run(args: argparse.Namespace) -> int:
    if importlib.util.find_spec("jupyterlab") is None:
        raise LabError('JupyterLab is not installed; install it with: pip install "twinclouds[lab]"')
    workspace = _workspace(args.dir)

    running = _running_server(workspace.folder)
    if running is not None:
        return _show_running(running, workspace, browser=not args.no_browser)

    port = _choose_port(args.port)
    browser = _browser() if not args.no_browser else None
    with tempfile.TemporaryDirectory(prefix="twinclouds-lab-") as settings:
        command = _command(workspace, port, browser is not None, args.jupyter)
        with _started(command, _environment(Path(settings))) as process:
            info = _wait_for_start(process)
            print(f"The course is open at {_address(info, workspace, token=True)}")
            if browser is None and not args.no_browser:
                print("No browser was found: open that address in one yourself.")
            print("Press Ctrl-C here to end JupyterLab.", flush=True)
            process.wait()
    if process.returncode not in (0, -signal.SIGTERM):
        raise LabError(f"JupyterLab ended with exit status {process.returncode}; its messages are above")
    return 0


def _port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is no port; give a number from 1 to 65535")
    return int(text)


def _shipped_course() -> Path:
    course = Path(str(resources.files("twinclouds") / "course"))
    if not (course / FIRST_NOTEBOOK).is_file():
        raise LabError("this installation does not carry the course; run the command in a checkout of twinclouds")
    return course


def _workspace(folder: Path | None) -> Workspace:
    """Choose the checkout or course folder to open; copy the course there when it is no checkout."""
    start = (Path.cwd() if folder is None else folder.expanduser()).resolve()
    if (start / "notebooks" / FIRST_NOTEBOOK).is_file():
        return Workspace(start, f"notebooks/{FIRST_NOTEBOOK}")
    # Started inside an earlier copy: go on there instead of nesting a second one.
    inside = folder is not None or (start / FIRST_NOTEBOOK).is_file()
    target = start if inside else start / "twinclouds-course"
    new = copy_course(target)
    if new:
        print(f"Copied {len(new)} file{'s' if len(new) > 1 else ''} of the course to {target}", flush=True)
    return Workspace(target, FIRST_NOTEBOOK)


def _running_server(folder: Path) -> Mapping[str, Any] | None:
    """Return what Jupyter noted about a server that serves this folder now, or None."""
    from jupyter_server.serverapp import list_running_servers

    try:
        servers = list(list_running_servers())
    except OSError:  # a note that vanished or cannot be read: that server is of no use to us
        return None
    for info in servers:
        root = info.get("root_dir")
        if root and os.path.realpath(root) == os.path.realpath(folder) and _answers(info):
            return dict(info)
    return None


def _answers(info: Mapping[str, Any]) -> bool:
    # Process ids are used again: only an answer shows that the note is about a live server.
    # No proxy: the address is this machine's own.
    try:
        with build_opener(ProxyHandler({})).open(f"{info['url']}api", timeout=3) as response:
            return "version" in json.load(response)
    except (URLError, OSError, ValueError):
        return False


def _show_running(info: Mapping[str, Any], workspace: Workspace, *, browser: bool) -> int:
    print(f"JupyterLab is running already for {workspace.folder}: {_address(info, workspace, token=True)}")
    if browser:
        found = _browser()
        if found is None:
            print("No browser was found: open that address in one yourself.")
        else:
            # Jupyter's redirecting file keeps the token off the list of processes.
            page = _redirect_page(info)
            found.open(page.as_uri() if page else _address(info, workspace, token=False))
    return 0


def _redirect_page(info: Mapping[str, Any]) -> Path | None:
    from jupyter_core.paths import jupyter_runtime_dir

    page = Path(jupyter_runtime_dir()) / f"jpserver-{info['pid']}-open.html"
    return page if page.is_file() else None


def _address(info: Mapping[str, Any], workspace: Workspace, *, token: bool) -> str:
    address = f"{info['url']}lab/tree/{quote(workspace.notebook)}"
    return f"{address}?token={info['token']}" if token and info.get("token") else address


def _choose_port(wanted: int | None) -> int:
    if wanted is not None:
        if not _free(wanted):
            raise LabError(
                f"port {wanted} is in use or not allowed; "
                "choose another with --port N, or leave --port out to get a free one"
            )
        return wanted
    for port in range(DEFAULT_PORT, DEFAULT_PORT + PORTS_TRIED):
        if _free(port):
            if port != DEFAULT_PORT:
                print(f"Port {DEFAULT_PORT} is in use; using port {port} instead.", flush=True)
            return port
    last = DEFAULT_PORT + PORTS_TRIED - 1
    raise LabError(f"the ports {DEFAULT_PORT} to {last} are all in use; name a free one with --port N")


def _free(port: int) -> bool:
    """Whether a server can listen on this port of localhost, in each address family that localhost has."""
    try:
        found = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
    except OSError:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", port))]
    bound = 0
    for family, kind, protocol, _, address in found:
        try:
            with socket.socket(family, kind, protocol) as listener:
                if os.name == "posix":  # like the server itself: a port just released counts as free
                    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
                listener.bind(address)
                listener.listen(1)
                bound += 1
        except OSError as error:
            # IPv6 may be named in the hosts file and yet be switched off.
            if family == socket.AF_INET6 and error.errno in (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT):
                continue
            return False
    return bound > 0


def _browser() -> webbrowser.BaseBrowser | None:
    try:
        browser = webbrowser.get()
    except webbrowser.Error:
        return None
    # A text browser (w3m, lynx) would take the terminal over and cannot show JupyterLab.
    text_only = type(browser) is webbrowser.GenericBrowser and not os.environ.get("BROWSER")
    return None if text_only else browser


def _command(workspace: Workspace, port: int, browser: bool, extra: list[str]) -> list[str]:
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        f"--ServerApp.root_dir={workspace.folder}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--LabApp.default_url=/lab/tree/{quote(workspace.notebook)}",
        "--LabApp.extension_manager=readonly",
        "--Application.log_level=ERROR",
        f"--ServerApp.open_browser={browser}",
    ]
    # In a container people are root, and Jupyter would refuse.
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        command.append("--allow-root")
    return command + extra


def _environment(settings: Path) -> dict[str, str]:
    labconfig = settings / "labconfig"
    labconfig.mkdir()
    (labconfig / "default_setting_overrides.json").write_text(json.dumps(_SETTINGS), encoding="utf-8")
    environment = dict(os.environ)
    paths = [str(settings), environment.get("JUPYTER_CONFIG_PATH", "")]
    environment["JUPYTER_CONFIG_PATH"] = os.pathsep.join(path for path in paths if path)
    # With a token of our own Jupyter does not print the address a second time. The environment, unlike the
    # command line, is not shown to other users of the machine.
    environment.setdefault("JUPYTER_TOKEN", secrets.token_hex(24))
    # Else the debugger prints a warning about frozen modules for every kernel.
    environment.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    return environment


def _wait_for_start(process: subprocess.Popen[bytes]) -> Mapping[str, Any]:
    """Wait until the server has noted its address and answers there; it may note it a moment before it listens."""
    from jupyter_core.paths import jupyter_runtime_dir

    deadline = time.monotonic() + SECONDS_TO_START
    note = Path(jupyter_runtime_dir()) / f"jpserver-{process.pid}.json"
    noted: float | None = None
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise LabError(f"JupyterLab ended with exit status {process.returncode}; its messages are above")
        try:
            info = json.loads(note.read_text(encoding="utf-8"))
        except (OSError, ValueError):  # not there yet, or half written
            time.sleep(0.05)
            continue
        noted = noted or time.monotonic()
        # A server that cannot be asked from here, for whatever reason, may still be reached by the browser.
        if _answers(info) or time.monotonic() - noted > SECONDS_TO_LISTEN:
            return dict(info)
        time.sleep(0.05)
    raise LabError(f"JupyterLab did not start within {SECONDS_TO_START:.0f} seconds; try: jupyter lab --debug")


def _start(command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
    # In a process group of its own JupyterLab does not see Ctrl-C, at which it would ask a question.
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, creationflags=flags)
    return subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, process_group=0)


@contextmanager
def _started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start JupyterLab, and end it whatever ends this block: Ctrl-C, a signal or an error."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    previous = {}
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            number = getattr(signal, name)
            previous[number] = signal.signal(number, stop)
    try:
        process = _start(command, environment)
        try:
            yield process
        finally:
            if process.poll() is None:
                _stop(process)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop(process: subprocess.Popen[bytes]) -> None:
    try:
        process.terminate()
        process.wait(timeout=15)
    except KeyboardInterrupt:  # pressed again: no patience left
        process.kill()
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
