"""The command ``twinclouds lab``."""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from twinclouds import lab

NOTEBOOK = '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'

# Started in the background of a shell, a process ignores SIGINT and so do its children: undo that.
START = (
    "import signal, sys; signal.signal(signal.SIGINT, signal.default_int_handler);"
    "from twinclouds.cli import main; sys.exit(main())"
)


def _args(*words: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="twinclouds")
    lab.add_parser(parser.add_subparsers(required=True))
    return parser.parse_args(["lab", *words])


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "a checkout"
    (folder / "notebooks").mkdir(parents=True)
    (folder / "notebooks" / "00_start_here.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    return folder


@pytest.fixture
def course(tmp_path: Path) -> Path:
    folder = tmp_path / "course"
    (folder / "solutions").mkdir(parents=True)
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "old.ipynb").write_text("{}", encoding="utf-8")
    (folder / "00_start_here.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    (folder / "solutions" / "00.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    return folder


@pytest.fixture
def busy_port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


# -- the course


def test_copy_adds_what_is_new_and_keeps_what_is_there(tmp_path: Path, course: Path) -> None:
    target = tmp_path / "mine"
    assert [path.as_posix() for path in lab.copy_course(target, course)] == [
        "00_start_here.ipynb",
        "solutions/00.ipynb",
    ]
    (target / "00_start_here.ipynb").write_text("my work", encoding="utf-8")
    (course / "01_next.ipynb").write_text(NOTEBOOK, encoding="utf-8")
    assert lab.copy_course(target, course) == [Path("01_next.ipynb")]
    assert (target / "00_start_here.ipynb").read_text(encoding="utf-8") == "my work"


def test_copy_does_not_write_through_a_link_that_leads_nowhere(tmp_path: Path, course: Path) -> None:
    target = tmp_path / "mine"
    target.mkdir()
    (target / "00_start_here.ipynb").symlink_to(tmp_path / "elsewhere.ipynb")
    lab.copy_course(target, course)
    assert not (tmp_path / "elsewhere.ipynb").exists()


def test_installed_package_carries_the_course(root: Path) -> None:
    shipped = Path(str(resources.files("twinclouds") / "course"))
    for notebook in sorted((root / "notebooks").glob("*.ipynb")):
        assert (shipped / notebook.name).read_bytes() == notebook.read_bytes()


def test_checkout_is_opened_as_it_is(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    before = sorted(checkout.rglob("*"))
    assert lab._workspace(None) == lab.Workspace(checkout.resolve(), "notebooks/00_start_here.ipynb")
    assert sorted(checkout.rglob("*")) == before


def test_elsewhere_the_course_is_copied_once(
    tmp_path: Path, course: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "_shipped_course", lambda: course)
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    target = (tmp_path / "here" / "twinclouds-course").resolve()
    assert lab._workspace(None) == lab.Workspace(target, "00_start_here.ipynb")
    assert f"Copied 2 files of the course to {target}" in capsys.readouterr().out
    # Again, and from inside the copy: no second one, and nothing to say.
    assert lab._workspace(None).folder == target
    monkeypatch.chdir(target)
    assert lab._workspace(None).folder == target
    assert capsys.readouterr().out == ""


# -- what stands in the way, in one line


def _complaint(words: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    assert lab.run(_args(*words)) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


def test_jupyterlab_is_missing(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(lab.importlib.util, "find_spec", lambda name: None)
    assert 'pip install "twinclouds[lab]"' in _complaint([], capsys)


def test_wanted_port_is_in_use(checkout: Path, busy_port: int, capsys: pytest.CaptureFixture[str]) -> None:
    line = _complaint(["--dir", str(checkout), "--port", str(busy_port)], capsys)
    assert f"port {busy_port} is in use" in line
    assert "--port" in line


def test_usual_port_is_in_use(
    busy_port: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lab, "DEFAULT_PORT", busy_port)
    port = lab._choose_port(None)
    assert port > busy_port
    assert capsys.readouterr().out == f"Port {busy_port} is in use; using port {port} instead.\n"


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http"])
def test_no_port(port: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        _args(f"--port={port}")
    assert caught.value.code == 2
    assert port in capsys.readouterr().err


def test_course_folder_is_a_file(tmp_path: Path, course: Path, monkeypatch, capsys) -> None:
    monkeypatch.setattr(lab, "_shipped_course", lambda: course)
    (tmp_path / "taken").write_text("", encoding="utf-8")
    assert "is a file, not a folder" in _complaint(["--dir", str(tmp_path / "taken")], capsys)


def test_jupyterlab_refuses_an_argument(checkout: Path, monkeypatch, capfd) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(checkout.parent / "runtime"))
    assert lab.run(_args("--dir", str(checkout), "--no-browser", "--", "--ServerApp.port=none")) == 2
    told = capfd.readouterr().err
    assert "JupyterLab ended with exit status" in told
    assert "Traceback" not in told


def test_arguments_for_jupyterlab_are_passed_on(checkout: Path) -> None:
    args = _args("--no-browser", "--", "--debug", "--LabApp.x=1")
    assert args.jupyter == ["--debug", "--LabApp.x=1"]
    command = lab._command(lab.Workspace(checkout, "a b.ipynb"), 9, False, args.jupyter)
    assert command[-2:] == ["--debug", "--LabApp.x=1"]
    assert "--LabApp.default_url=/lab/tree/a%20b.ipynb" in command


# -- a real one


class Running:
    """The command in a process of its own; its output is collected as it comes."""

    def __init__(self, folder: Path, *words: str, **environment: str) -> None:
        everything = os.environ | {
            "HOME": str(folder.parent / "home"),
            "JUPYTER_RUNTIME_DIR": str(folder.parent / "runtime"),
            "JUPYTER_CONFIG_DIR": str(folder.parent / "config"),
            "JUPYTERLAB_SETTINGS_DIR": str(folder.parent / "settings"),
            **environment,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-c", START, "lab", *words],
            cwd=folder,
            env={name: value for name, value in everything.items() if value},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.output = ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line

    def wait_for(self, text: str) -> str:
        deadline = time.monotonic() + 120
        while text not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)
        return self.output

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        status = self.process.wait(timeout=30)
        self._reader.join(timeout=10)
        return status


# As on a machine without a browser and without a display.
BARE = {"PATH": "/nonexistent", "DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}


@pytest.mark.skipif(os.name == "nt", reason="signals as a terminal sends them on Unix")
def test_from_start_to_ctrl_c(checkout: Path) -> None:
    runtime = checkout.parent / "runtime"
    first = Running(checkout, **BARE)
    try:
        told = first.wait_for("Ctrl-C")
        match = re.search(
            r"open at (http://localhost:(\d+)/)lab/tree/notebooks/00_start_here\.ipynb\?token=(\w+)", told
        )
        assert match, told
        assert "No browser was found: open that address" in told

        # JupyterLab will not ask the web for news.
        settings = f"{match[1]}lab/api/settings/@jupyterlab/apputils-extension:notification"
        request = Request(settings, headers={"Authorization": f"token {match[3]}"})
        with build_opener(ProxyHandler({})).open(request, timeout=30) as response:
            properties = json.load(response)["schema"]["properties"]
        assert properties["fetchNews"]["default"] == "false"
        assert properties["checkForUpdates"]["default"] is False

        # A second one for the same folder points to the first; with a browser, it opens there.
        opened = checkout.parent / "opened.txt"
        fake = checkout.parent / "browser"
        fake.write_text(f'#!/bin/sh\nprintf "%s" "$1" > "{opened}"\n', encoding="utf-8")
        fake.chmod(0o755)
        second = Running(checkout, BROWSER=f"{fake} %s")
        assert second.process.wait(timeout=60) == 0
        second._reader.join(timeout=10)
        assert match[0].removeprefix("open at ") in second.output
        assert "is running already" in second.output
        assert opened.read_text(encoding="utf-8").startswith("file://")
        assert match[3] not in opened.read_text(encoding="utf-8"), "the token is on the list of processes"
    finally:
        status = first.end(signal.SIGINT)
    assert status == 0
    assert "Traceback" not in first.output
    assert not list(runtime.glob("jpserver-*.json"))


def test_an_address_is_told_when_somebody_answers_there(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path))
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        (tmp_path / f"jpserver-{process.pid}.json").write_text('{"url": "http://localhost:1/"}', encoding="utf-8")
        answers = [False, False, True]
        monkeypatch.setattr(lab, "_answers", lambda info: answers.pop(0))
        assert lab._wait_for_start(process) == {"url": "http://localhost:1/"}
        assert not answers
        process.communicate(b"\n", timeout=30)


def test_ended_while_it_starts(checkout: Path, monkeypatch, capfd) -> None:
    started = []

    def impatient(process: subprocess.Popen[bytes]) -> None:
        started.append(process)
        raise KeyboardInterrupt

    monkeypatch.setattr(lab, "_wait_for_start", impatient)
    monkeypatch.setenv("JUPYTER_RUNTIME_DIR", str(checkout.parent / "runtime"))
    assert lab.run(_args("--dir", str(checkout), "--no-browser")) == 0
    assert started[0].poll() is not None
    assert "Traceback" not in capfd.readouterr().err
