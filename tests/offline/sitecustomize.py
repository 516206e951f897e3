"""Nothing in the tests may talk to another machine: this refuses, and writes down who tried.

Python imports a module of this name whenever it starts. The tests put this folder on ``PYTHONPATH``, so that the test
process, and every kernel, server and command line that a test starts, refuses alike. An audit hook sees what the
socket module does at its lowest level, whichever library calls it, and cannot be taken off again. What is not Python
(Chromium, Node) has flags of its own: see ``chromium.py`` and ``browser/watch.py``.

``TWINCLOUDS_TESTS_NETWORK=allow`` lets one process and its children through: pip, where a test installs from the
package index. ``TWINCLOUDS_TESTS_REFUSED`` names the file in which refusals are noted, one line each, since programs
tend to swallow such errors.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import sys

ALLOW = "TWINCLOUDS_TESTS_NETWORK"
REFUSED = "TWINCLOUDS_TESTS_REFUSED"

OUTGOING = {"socket.connect", "socket.sendto", "socket.sendmsg"}
LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}
#: Programs look up the name of their own machine to find their own address.
OWN = {"", "localhost", "localhost.localdomain", "ip6-localhost", socket.gethostname().lower()}


def is_here(host: object) -> bool:
    """Is this a name or an address of the machine we run on?"""
    if host is None:
        return True
    name = host.decode("ascii", "replace") if isinstance(host, (bytes, bytearray)) else str(host)
    name = name.partition("%")[0].strip("[]").lower()
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return name in OWN
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback or address.is_unspecified)


def hook(event: str, arguments: tuple[object, ...]) -> None:
    """Refuse what would leave this machine."""
    if event in OUTGOING:
        own, address = arguments[0], arguments[1]
        if not isinstance(own, socket._socket.socket) or own.family not in (socket.AF_INET, socket.AF_INET6):  # type: ignore[attr-defined]
            return
        host = address[0] if isinstance(address, tuple) and address else None
    elif event in LOOK_UPS:
        host = arguments[0]
        with contextlib.suppress(ValueError, TypeError):
            # Reading a numeric address asks nobody.
            ipaddress.ip_address(str(host).partition("%")[0])
            return
    else:
        return
    if not is_here(host) and os.environ.get(ALLOW) != "allow":
        if event == "socket.connect" and own.type & socket.SOCK_DGRAM:  # type: ignore[attr-defined]
            # Nothing would be sent: this is how programs ask the system for their own address. They have other ways.
            raise ConnectionRefusedError("tests run without a network")
        line = f"{event} {host!r} by process {os.getpid()} ({' '.join(sys.orig_argv)[:200]})"
        if os.environ.get(REFUSED):
            with contextlib.suppress(OSError), open(os.environ[REFUSED], "a", encoding="utf-8") as file:
                file.write(line.replace("\n", " ") + "\n")
        raise ConnectionRefusedError(f"tests run without a network: {line}")


sys.addaudithook(hook)
