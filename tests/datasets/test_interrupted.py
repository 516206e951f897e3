"""Runs that are really interrupted: by Ctrl-C, by a batch system, by a power cut in the middle of a line.

Nothing sleeps here: a run says how far it is, and is hit there, or just after, wherever it is by then.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from twinclouds.datasets import pipeline, workers
from twinclouds.datasets.many import deduplicate
from twinclouds.errors import TwincloudsError

pytestmark = pytest.mark.skipif(os.name == "nt", reason="interrupts as Unix does")

HERE = Path(__file__)

#: Deduplicates without an end, and says how far it is.
ENDLESS = """
import sys
from twinclouds.datasets import pipeline, workers
from twinclouds.datasets.many import deduplicate
from test_interrupted import clouds, say
workers.PATIENCE = 0.0
pipeline.BLOCK = 200
deduplicate(clouds(), sys.argv[1], jobs=int(sys.argv[2]), progress=say)
"""

#: Is killed when half of what a block has to say is written.
TORN = """
import os, signal, sys
from twinclouds.datasets import journal
from twinclouds.datasets.many import deduplicate
from test_interrupted import clouds
write, blocks = journal.Journal._write, int(sys.argv[2])

def torn(self, text):
    global blocks
    blocks -= 1
    if not blocks:
        self._file.seek(0, os.SEEK_END)
        self._file.write(text.encode()[: len(text) * int(sys.argv[3]) // 100])
        self._file.flush()
        os.kill(os.getpid(), signal.SIGKILL)
    write(self, text)

journal.Journal._write = torn
deduplicate(clouds(), sys.argv[1], jobs=1)
"""

#: The command line, which says where it is, and waits there until somebody answers.
COMMAND = """
import sys
from twinclouds import progress
from twinclouds.cli import main

def wait(bar, done, total, name):
    if done >= 20:
        print(done, flush=True)
        sys.stdin.readline()

progress.Bar.__call__ = wait
sys.exit(main(sys.argv[1:]))
"""


def clouds() -> Iterator[Any]:
    """Clouds without an end, the same in every process; many are an earlier one, turned."""
    for k in count():
        cloud = np.random.default_rng(k * k % 61).normal(size=(6, 3))
        yield cloud @ np.linalg.qr(np.random.default_rng(k).normal(size=(3, 3)))[0]


def say(done: int, total: int, name: str) -> None:
    print(done, flush=True)


def start(code: str, *arguments: object, **more: Any) -> subprocess.Popen[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])}
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
        **more,
    )


def goes_on(out: Path, folder: Path) -> int:
    """Go on with what was interrupted, and compare with a run that was not; return how many rows were there."""
    left = max(out.read_bytes().count(b"\n") - 1, 0)
    wanted = folder / "wanted.jsonl"
    deduplicate(islice(clouds(), left + 60), wanted, jobs=1)
    deduplicate(islice(clouds(), left + 60), out, jobs=1)
    assert out.read_bytes() == wanted.read_bytes()
    return left


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGKILL"])
def test_what_is_finished_is_kept(name: str, jobs: int, tmp_path: Path) -> None:
    out, number = tmp_path / "out.jsonl", signal.Signals[name]
    some = 300 + 170 * int(number)
    with start(ENDLESS, out, jobs) as run:
        assert run.stdout is not None
        done = 0
        while done < some:
            done = int(run.stdout.readline())
        run.send_signal(number)
        told = [int(line) for line in run.stdout.read().split()]
    assert run.returncode == -number
    assert goes_on(out, tmp_path) >= max([done, *told]), "all that it said was done"


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("blocks", [2, 8])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=["stop", "full"])
def test_a_block_that_is_stopped_while_it_is_written_is_written_once(
    error: BaseException, blocks: int, jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out, sync, left = tmp_path / "out.jsonl", os.fsync, blocks

    def stopped(descriptor: int) -> None:
        nonlocal left
        sync(descriptor)
        left -= 1
        if not left:
            raise error

    with monkeypatch.context() as patch:
        patch.setattr(workers, "PATIENCE", 0.0)
        patch.setattr(pipeline, "BLOCK", 50)
        patch.setattr(os, "fsync", stopped)
        with pytest.raises((KeyboardInterrupt, TwincloudsError)):
            deduplicate(clouds(), out, jobs=jobs)
    goes_on(out, tmp_path)


@pytest.mark.parametrize(("blocks", "percent"), [(1, 50), (2, 0), (2, 60), (4, 1), (5, 50), (6, 99), (6, 100)])
def test_a_line_that_is_torn_by_a_kill_is_mended(blocks: int, percent: int, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    with start(TORN, out, blocks, percent) as run:
        run.communicate()
    assert run.returncode == -signal.SIGKILL
    whole = out.read_bytes().endswith(b"\n")
    assert whole == (percent in (0, 100)) or percent == 0
    goes_on(out, tmp_path)


@pytest.fixture
def molecules(tmp_path: Path) -> Path:
    file = tmp_path / "many.xyz"
    rows = ["".join(f"H {x:.8f} {y:.8f} {z:.8f}\n" for x, y, z in cloud) for cloud in islice(clouds(), 100)]
    file.write_text("".join(f"6\n\n{row}" for row in rows))
    return file


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_command_says_what_was_kept_and_goes_on(name: str, molecules: Path) -> None:
    number = signal.Signals[name]
    out, wanted = molecules.parent / "out.jsonl", molecules.parent / "wanted.jsonl"
    command = ("dedup", molecules, "--out", out)
    with start(COMMAND, *command) as run:
        assert run.stdout is not None
        done = int(run.stdout.readline())
        run.send_signal(number)
        said, complained = run.communicate()
    assert run.returncode == 130 and said == ""
    assert complained == (
        f"twinclouds: stopped; what is finished is in {out}, and the same command goes on from there\n"
    )
    assert out.read_bytes().count(b"\n") - 1 == done < 100
    with start(COMMAND, *command) as run:
        said, complained = run.communicate("\n" * 100)
    assert run.returncode == 0 and complained == ""
    assert re.search(r"100 clouds: \d+ distinct, \d+ duplicates; see ", said)
    with start(COMMAND, "dedup", molecules, "--out", wanted) as run:
        run.communicate("\n" * 100)
    assert out.read_bytes() == wanted.read_bytes()


def test_without_a_file_of_results_there_is_nothing_to_go_on_with(molecules: Path) -> None:
    with start(COMMAND, "dedup", molecules) as run:
        assert run.stdout is not None
        run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.communicate() == ("", "twinclouds: stopped\n")
    assert run.returncode == 130


def test_a_second_run_on_the_same_file_is_refused_while_the_first_is_there(molecules: Path) -> None:
    out = molecules.parent / "out.jsonl"
    command = ("dedup", molecules, "--out", out)
    with start(COMMAND, *command) as first:
        assert first.stdout is not None
        first.stdout.readline()
        with start(COMMAND, *command) as second:
            said, complained = second.communicate()
        assert second.returncode == 2 and said == ""
        assert complained == f"twinclouds: another run is writing to {out}; wait until it ends, or name another file\n"
        with pytest.raises(TwincloudsError, match="another run"):
            deduplicate([], out)
        first.communicate("\n" * 100)
    assert first.returncode == 0
    with start(COMMAND, *command) as third:
        said, _ = third.communicate("\n" * 100)
    assert third.returncode == 0 and "\n100 clouds: " in said


def test_a_file_that_may_not_grow_is_named_and_taken_up_later(molecules: Path) -> None:
    out, wanted = molecules.parent / "out.jsonl", molecules.parent / "wanted.jsonl"

    def small() -> None:  # as on a full disk
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000))

    with start(COMMAND, "dedup", molecules, "--out", out, preexec_fn=small) as run:
        _, complained = run.communicate("\n" * 100)
    assert run.returncode == 2
    assert complained == f"twinclouds: cannot write to {out}: File too large; name a file that you may write to\n"
    for file in (out, wanted):
        with start(COMMAND, "dedup", molecules, "--out", file) as run:
            run.communicate("\n" * 100)
    assert out.read_bytes() == wanted.read_bytes()
