"""What readers do besides running all cells in order: twice, backwards, interrupted, after a restart."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from twinclouds.exercises import store

NOTEBOOK = "00_start_here"


@pytest.fixture(scope="module")
def client(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[NotebookClient]:
    """A kernel in which all cells of a solved notebook have run once, in order."""
    notebook = nbformat.read(root / "notebooks" / "solutions" / f"{NOTEBOOK}.ipynb", as_version=4)
    folder = tmp_path_factory.mktemp("course")
    client = NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(folder)}})
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            client.execute_cell(cell, index)
        yield client


def code(client: NotebookClient) -> list[int]:
    return [index for index, cell in enumerate(client.nb.cells) if cell.cell_type == "code"]


def run(client: NotebookClient, index: int) -> str:
    """Run a cell; what it printed, or the name of its error."""
    cell = client.nb.cells[index]
    try:
        client.execute_cell(cell, index)
    except CellExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return "".join(
        output.get("text", "") + str(output.get("data", {}).get("text/plain", "")) for output in cell.outputs
    )


def said(text: str) -> str:
    # Widgets and figures differ in their address.
    return re.sub("0x[0-9a-f]+", "", text)


def kept(client: NotebookClient) -> dict[str, object]:
    file = Path(client.resources["metadata"]["path"]) / store.FILE_NAME
    return dict(json.loads(file.read_text(encoding="utf-8")))


def test_every_cell_twice_says_the_same(client: NotebookClient) -> None:
    for index in code(client):
        first, second = run(client, index), run(client, index)
        assert "Error:" not in first + second, first + second
        assert said(first) == said(second)


def test_backwards_and_interrupted(client: NotebookClient) -> None:
    before = kept(client)["exercises"]
    for index in reversed(code(client)):
        assert "Error:" not in run(client, index)
    assert kept(client)["exercises"] == before, "answers that are checked again are no new tries"
    # Interrupted in the middle of computing, the kernel has everything that it had.
    long = nbformat.v4.new_code_cell(
        "import os, signal, threading, time, twinclouds as tc\n"
        "threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT)).start()\n"
        "while True:\n"
        "    tc.compare(*tc.pairs.gallery['benzene'])"
    )
    client.nb.cells.append(long)
    assert run(client, len(client.nb.cells) - 1).startswith("KeyboardInterrupt")
    client.nb.cells.pop()
    for index in code(client):
        assert "Error:" not in run(client, index)


def test_after_a_restart_answers_are_there_and_missing_names_are_said_to_be_missing(client: NotebookClient) -> None:
    before = kept(client)
    assert client.km is not None and client.kc is not None
    client.km._launch_args["cwd"] = client.resources["metadata"]["path"]
    from jupyter_core.utils import run_sync

    run_sync(client.km.restart_kernel)(now=True)
    run_sync(client.kc.wait_for_ready)(timeout=60)
    for index in reversed(code(client)):
        text = run(client, index)
        # Python's own word, or all is well: no result of something that was not run.
        assert "Error:" not in text or text.startswith("NameError: name "), text
    assert kept(client) == before
    assert all(entry["status"] == "passed" for entry in before["exercises"].values())
