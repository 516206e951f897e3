"""That the tests cannot reach another machine, nor anything that they start: the rig tested by trying."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel
from playwright.sync_api import Browser, Error

from offline_rig import WITH_NETWORK, expected_refusals

# Addresses for documentation (RFC 5737, RFC 3849): nobody has them, should the rig fail.
FAR, FAR_6 = "192.0.2.1", "2001:db8::1"


def _datagram() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        sender.sendto(b"x", (FAR, 9))


def _quietly() -> None:
    with socket.socket() as caller:
        caller.connect_ex((FAR, 80))


ATTEMPTS: dict[str, Callable[[], object]] = {
    "connect": lambda: socket.create_connection((FAR, 80), timeout=1),
    "connect to IPv6": lambda: socket.create_connection((FAR_6, 80), timeout=1),
    "connect_ex": _quietly,
    "datagram": _datagram,
    "name": lambda: socket.getaddrinfo("twinclouds.example", 443),
    "old name": lambda: socket.gethostbyname("twinclouds.example"),
    "page": lambda: urllib.request.build_opener(urllib.request.ProxyHandler({})).open("http://twinclouds.example"),
    "asyncio": lambda: asyncio.run(asyncio.open_connection(FAR, 80)),
}


@pytest.mark.parametrize("how", ATTEMPTS)
def test_other_machines_are_refused(how: str) -> None:
    with expected_refusals() as noted, pytest.raises(OSError, match="tests run without a network"):
        ATTEMPTS[how]()
    assert noted


def test_this_machine_is_reached() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, listener.getsockname()[1])).close()
    first, second = socket.socketpair()
    first.close(), second.close()
    socket.getaddrinfo(FAR, 80)  # reading an address asks nobody


SWALLOW = f"""
import socket
try:
    socket.create_connection(({FAR!r}, 80), timeout=1)
except OSError as error:
    print(error)
"""


def test_programs_that_tests_start_are_refused_and_found_out() -> None:
    with expected_refusals() as noted:
        done = subprocess.run([sys.executable, "-c", SWALLOW], capture_output=True, text=True, check=True, timeout=60)
    assert "without a network" in done.stdout
    assert len(noted) == 1 and FAR in noted[0]


def test_what_is_allowed_to_is_let_through() -> None:
    # Only the question is asked, of the hook; nothing is sent.
    ask = f"import socket, sys; sys.audit('socket.connect', socket.socket(), ({FAR!r}, 80))"
    with expected_refusals():
        refused = subprocess.run([sys.executable, "-c", ask], stderr=subprocess.PIPE, check=False, timeout=60)
    assert refused.returncode == 1
    subprocess.run([sys.executable, "-c", ask], env=os.environ | WITH_NETWORK, check=True, timeout=60)


def test_kernels_are_refused(tmp_path: Path) -> None:
    manager, client = start_new_kernel(cwd=str(tmp_path))
    try:
        with expected_refusals() as noted:
            said: list[str] = []
            client.execute_interactive(
                SWALLOW, timeout=60, output_hook=lambda message: said.append(message["content"].get("text", ""))
            )
        assert "without a network" in "".join(said)
        assert noted
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


@pytest.mark.parametrize("host", [FAR, f"[{FAR_6}]", "twinclouds.example"])
def test_the_browser_finds_no_other_machine(browser: Browser, host: str) -> None:
    page = browser.new_page()
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto(f"http://{host}/", timeout=10_000)
    page.close()
