"""Whoever does the work, results come in order; and nobody is left behind, whatever ends a run."""

from __future__ import annotations

import itertools
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from twinclouds.datasets import workers
from twinclouds.datasets.workers import Workers
from twinclouds.errors import CompareError, TwincloudsError


def test_here_calls_are_done_when_they_are_asked_for() -> None:
    seen: list[int] = []
    with Workers(1) as work:
        started = work.start(seen.append, [(1,), (2,)])
        assert seen == [] and not started.ready() and not work.away and work.pieces == 1
        assert started.results() == [None, None] and seen == [1, 2]


def test_no_process_is_started_for_little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    with Workers(2) as work:
        for _ in range(3):
            assert work.start(os.getpid, [()]).results() == [os.getpid()]
        monkeypatch.setattr(workers, "PATIENCE", 0.0)
        pids = work.start(os.getpid, [()] * 4).results()
        assert os.getpid() not in pids and len(set(pids)) <= 2
        assert work.away and work.pieces == 2 * workers.PIECES


def test_processes_keep_the_order_and_compute_with_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.0)
    with Workers(2) as work:
        started = work.start(divmod, [(k, 7) for k in range(50)])
        assert started.results() == [divmod(k, 7) for k in range(50)] and started.ready()
        assert work.start(os.getenv, [(name,) for name in workers.ONE_THREAD]).results() == ["1"] * 5
        with pytest.raises(ZeroDivisionError):
            work.start(divmod, [(1, 0)]).results()


@pytest.mark.skipif(os.name == "nt", reason="waits as on Unix")
@pytest.mark.filterwarnings("error::pytest.PytestUnhandledThreadExceptionWarning")
@pytest.mark.parametrize("calls", [0, 1, 3, 50])
@pytest.mark.parametrize("error", [None, KeyboardInterrupt])
def test_work_that_nobody_waits_for_is_dropped(
    calls: int, error: type[BaseException] | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.0)
    before = psutil.Process().children()
    with suppress(KeyboardInterrupt), Workers(2) as work:
        work.start(divmod, [(1, 1)] * 2).results()
        started = [one for one in psutil.Process().children() if one not in before]
        pool = [one for one in started if "LokyProcess" in " ".join(one.cmdline())]
        work.start(signal.pause, [()] * calls)  # for ever
        if error:
            raise error
    assert len(pool) == 2
    _, left = psutil.wait_procs(pool, timeout=60)
    assert left == []


def test_a_process_that_dies_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.0)
    with Workers(2) as work:
        started = work.start(os._exit, [(1,)])
        with pytest.raises(TwincloudsError, match="died, perhaps for want of memory"):
            started.results()


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_no_process_hears_an_interruption_from_its_first_moment_on(tmp_path: Path) -> None:
    code = """
import signal
from twinclouds.datasets import workers
workers.PATIENCE = 0.0
with workers.Workers(2) as work:
    started = work.start(signal.pthread_sigmask, [(signal.SIG_BLOCK, ())] * 4)
    print([signal.SIGINT in blocked for blocked in started.results()])
print(signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, ()))
"""
    # In a process of its own: what keeps account of the workers is started by the first that starts one.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.split("\n")[:2] == ["[True, True, True, True]", "False"]


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
def test_a_process_that_died_in_between_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "PATIENCE", 0.0)
    with Workers(2) as work:
        victim = psutil.Process(work.start(os.getpid, [()]).results()[0])
        victim.kill()
        victim.wait(60)
        # Until the pool has noticed, the other one does the work.
        with pytest.raises(TwincloudsError, match="died, perhaps for want of memory"):
            all(work.start(abs, [(-1,)]).results() for _ in itertools.count())


def test_what_is_no_number_of_processes_is_refused() -> None:
    for jobs in (0, 1.5, True, "2", None):
        with pytest.raises(CompareError, match="jobs"):
            Workers(jobs)  # type: ignore[arg-type]
    with pytest.raises(CompareError, match="dask client"):
        Workers(1, client="tcp://localhost")


def test_a_run_with_processes_ends_without_a_word(tmp_path: Path) -> None:
    code = """
from twinclouds.datasets import workers
workers.PATIENCE = 0.0
from twinclouds.datasets.workers import Workers
with Workers(2) as work:
    print(work.start(abs, [(-1,), (2,)]).results())
"""
    # Nor does it need a main guard.
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert (done.stdout, done.stderr) == ("[1, 2]\n", "")


ENDLESS = """
import itertools, sys
import numpy as np
from twinclouds import deduplicate
from twinclouds.datasets import workers
workers.PATIENCE = 0.0
rng = np.random.default_rng(0)
clouds = (rng.normal(size=(9, 3)) for _ in itertools.count())
deduplicate(clouds, jobs=2, progress=lambda *told: print(*told, flush=True))
"""


@pytest.mark.skipif(os.name == "nt", reason="signals as on Unix")
@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM", "SIGINT"])
def test_workers_end_with_the_process_that_started_them(name: str, tmp_path: Path) -> None:
    number = signal.Signals[name]
    with subprocess.Popen(
        [sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=tmp_path, text=True
    ) as run:
        assert run.stdout is not None and run.stderr is not None
        run.stdout.readline()
        started = psutil.Process(run.pid).children(recursive=True)
        assert len([one for one in started if "LokyProcess" in " ".join(one.cmdline())]) == 2
        run.send_signal(number)
        run.stdout.read()
        said = run.stderr.read()
    _, left = psutil.wait_procs(started, timeout=60)
    assert left == []
    assert run.returncode == -number
    assert said.count("Traceback") == (number == signal.SIGINT), "that of the interrupted process alone"
