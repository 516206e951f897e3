"""Work for many processes: on this machine, or on a cluster.

Calls are started and their results asked for later, so that reading goes on while others compute. Starting a process
takes about as long as a thousand small molecules, so that none is started before there has been work for some time; a
small data set is done with before.
"""

from __future__ import annotations

import multiprocessing
import multiprocessing.resource_tracker
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, wait
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import numpy as np

from twinclouds.errors import CompareError, TwincloudsError, reason

__all__ = ["PATIENCE", "Started", "Workers"]

#: Processes are started after so much work here (seconds).
PATIENCE = 0.5

#: Pieces of work per worker and block: enough that none waits long for the slowest.
PIECES = 2

#: Calls that nobody wants any more have so long to end by themselves (seconds).
GRACE = 3.0

#: What is said if a worker is lost.
DIED = "a process that did a part of the work died, perhaps for want of memory; start again, with fewer jobs"

#: A worker computes with one thread: there is one worker for each core.
ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1"
)


class Started:
    """Calls that were started; :meth:`results` waits for them, and does them where nobody else does.

    Examples
    --------
    >>> with Workers(1) as workers:
    ...     workers.start(len, [("abc",), ("de",)]).results()
    [3, 2]
    """

    def __init__(self, wait: Callable[[], list[Any]], futures: Sequence[Any] | None = None) -> None:
        self._wait, self._futures = wait, futures

    def ready(self) -> bool:
        """Are the results there? What is done here is not done before it is asked for."""
        return self._futures is not None and all(future.done() for future in self._futures)

    def results(self) -> list[Any]:
        """Return what the calls returned, in their order."""
        return self._wait()


class Workers(AbstractContextManager["Workers"]):
    """Does calls: here, in processes of this machine, or on a cluster.

    Parameters
    ----------
    jobs : int
        Number of processes; -1: one per core, 1: none beside this one.
    client : distributed.Client, optional
        A dask cluster to do the work instead.

    Raises
    ------
    CompareError
        If one of these is something else.

    Examples
    --------
    >>> with Workers(1) as workers:
    ...     workers.start(pow, [(2, 3), (5, 2)]).results()
    [8, 25]
    """

    def __init__(self, jobs: int, client: Any = None) -> None:
        if isinstance(jobs, bool) or not isinstance(jobs, (int, np.integer)) or jobs == 0:
            raise CompareError(f"jobs={jobs!r} is not a number of processes; give 1, 2, ..., or -1 for one per core")
        if client is not None and not (hasattr(client, "submit") and hasattr(client, "nthreads")):
            raise CompareError(f"client={client!r} is no dask client; make one with distributed.Client(...)")
        self._client = client
        self._jobs = int(jobs)
        self._pool: Any = None
        self._ready: list[Any] = []
        self._open: list[Any] = []
        self._worker: int | None = None
        self._worked = 0.0

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        # What others may still be doing nobody wants any more.
        open_ = [future for future in self._open if not future.done()]
        if self._client is not None:
            for future in open_:
                future.cancel()
        if self._pool is not None:
            # What has begun mostly ends in a moment. A process that is killed while it sends its result leaves the pool
            # waiting for the rest of that for ever.
            begun = [future for future in open_ if not future.cancel()]
            if wait(begun, timeout=GRACE).not_done and self._worker is not None:
                # A pool that loses one process ends the others, and gives up all calls, in good order; told to do so
                # while calls are waiting it does not (loky 3.6).
                os.kill(self._worker, signal.SIGKILL)
                wait(begun, timeout=30)
            self._pool.shutdown(wait=True)

    @property
    def away(self) -> bool:
        """Is the work done by others, so that there is time for something else meanwhile?"""
        return self._client is not None or (self._pool is not None and not self._ready)

    @property
    def pieces(self) -> int:
        """Into how many pieces a block of work should be cut."""
        if self._client is not None:
            return PIECES * max(1, int(sum(self._client.nthreads().values())))
        return PIECES * self._jobs if self.away else 1

    def start(self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> Started:
        """Start to call a function with several lists of arguments."""
        submit = self._submit()
        if submit is None:
            return Started(lambda: self._here(function, calls))
        try:
            futures = [submit(function, *arguments) for arguments in calls]
        except BrokenExecutor:
            raise TwincloudsError(DIED) from None
        self._open = [future for future in self._open if not future.done()] + futures
        return Started(lambda: [self._result(future) for future in futures], futures)

    def _here(self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]]) -> list[Any]:
        begin = time.monotonic()
        found = [function(*arguments) for arguments in calls]
        self._worked += time.monotonic() - begin
        return found

    def _submit(self) -> Callable[..., Any] | None:
        """Return what sends a call to others; None while it is better done here."""
        if self._client is not None:
            return lambda function, *arguments: self._client.submit(function, *arguments, pure=False)
        if self._jobs == 1 or self._worked < PATIENCE:
            return None
        if self._pool is None:
            # Futures are what joblib's Parallel is built on; it would read the input in a thread of its own.
            from joblib import effective_n_jobs
            from joblib.externals.loky import ProcessPoolExecutor

            self._jobs = max(1, int(effective_n_jobs(self._jobs)))
            if self._jobs == 1:
                return None
            idle = None if os.name == "posix" else 60.0  # seconds, after which one that has nothing to do ends
            self._pool = ProcessPoolExecutor(self._jobs, timeout=idle, initializer=_begin, env=ONE_THREAD)
            with _uninterrupted():
                self._ready = [self._pool.submit(os.getpid) for _ in range(self._jobs)]
        # They need a moment to start, in which there is work to do here; without any patience they are waited for.
        if self._ready and PATIENCE and not all(future.done() for future in self._ready):
            return None
        for future in self._ready:
            worker = self._result(future)
            # Where processes that have nothing to do end, this may be another one by the time that it matters.
            self._worker = worker if os.name == "posix" else None
        self._ready = []
        return self._pool.submit  # type: ignore[no-any-return]

    def _result(self, future: Any) -> Any:
        try:
            return future.result()
        except BrokenExecutor:
            raise TwincloudsError(DIED) from None
        except Exception as error:
            if type(error).__name__ not in ("KilledWorker", "FutureCancelledError", "CommClosedError"):
                raise
            raise TwincloudsError(f"the dask cluster lost a part of the work ({reason(error)}); start again") from None


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let an interruption wait; processes that are started meanwhile never see one, from their first moment on."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from joblib.externals.loky.backend import resource_tracker

    # Were they started below, these would let interruptions through again, before the others start.
    for tracker in (multiprocessing.resource_tracker, resource_tracker):
        tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _begin() -> None:
    """Prepare a worker: it ends with the process that started it, which also answers whoever interrupts."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parent = multiprocessing.parent_process()
    if parent is not None and os.name == "posix":
        threading.Thread(target=_end_with, args=(parent.pid,), daemon=True).start()
    import twinclouds.datasets.many  # noqa: F401  (before it is waited for)


def _end_with(parent: int | None) -> None:
    """Wait until this process is left alone (its parent was killed), and end it."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os._exit(1)
