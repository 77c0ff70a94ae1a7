"""Where jobs run: in this process, on the cores of this machine, or on a cluster of Dask workers.

Every executor is a `concurrent.futures.Executor`, so that experiments submit jobs and never know where these run. An
initializer brings what all jobs share (the scenario) to each worker once. Local workers are fresh processes (`spawn`):
they inherit no threads or locks, and they leave Ctrl-C to the process that collects their results. A job of a cluster's
worker that died is run again on another one, so jobs must be functions of their arguments and of the initializer's.
"""

from __future__ import annotations

import functools
import logging
import multiprocessing
import os
import pickle
import signal
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from sim.runs.output_streams import ENDING, make_enduring
from sim.words.language import said

A = TypeVar("A")
P = ParamSpec("P")
T = TypeVar("T")

CLUSTER = ("tcp://", "tls://")
"""How the address of a cluster begins."""
SECONDS_FOR_AN_ANSWER = 10
"""How long a scheduler may take to answer, and then a first worker to be there."""
SECONDS_TO_LEAVE = 0.5
"""How long a cluster may take to answer to a farewell after Ctrl-C."""


SECONDS_FOR_A_CAUSE = 2.0
"""How long dead workers may take to say what they died of."""


class WorkerDiedError(RuntimeError):
    """A worker process ended in the middle of its work; the message says of what."""


class ExecutorError(ValueError):
    """The text names no executor that there is."""


@dataclass(frozen=True)
class Certificates:
    """Files (PEM) with which a cluster's address tls://… is reached."""

    authority: Path
    """Certificate of the authority that signed the others."""
    certificate: Path
    key: Path


class SerialExecutor(Executor):
    """Runs each job in this process, when it is submitted."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run the job now; its result or error is in the future that comes back. Ctrl-C is not caught."""
        future: Future[T] = Future()
        future.set_running_or_notify_cancel()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:  # kept for the caller, as a pool does
            future.set_exception(error)
        return future


class ProcessesExecutor(ProcessPoolExecutor):
    """A pool of fresh processes that leave Ctrl-C to this one."""

    def __init__(self, n_processes: int, initializer: Callable[..., None], initargs: tuple[Any, ...]) -> None:
        self.n_processes = n_processes
        self.begun: set[Any] = set()
        """Processes that were started, those that have died since among them."""
        self.others = frozenset(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        with interrupts_held():  # Python's own helper process, too, would die of a closed terminal, and complain
            super().__init__(n_processes, context, _start_worker, (initializer, initargs))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue the job; processes start here, as they are needed."""
        with interrupts_held():
            future = super().submit(fn, *args, **kwargs)
        self.begun.update((self._processes or {}).values())
        return future


class ClusterExecutor(Executor):
    """Workers of a Dask cluster, through its scheduler. Workers that join later take part."""

    def __init__(
        self,
        address: str,
        initializer: Callable[..., None],
        initargs: tuple[Any, ...],
        certificates: Certificates | None,
    ) -> None:
        """Raises ExecutorError when no scheduler answers, or it has no workers; and what the initializer raises."""
        self._client = _client(address, certificates)
        names = ("distributed", "distributed.client", "tornado.application")
        self._loggers = {name: logging.getLogger(name).level for name in names}
        for name in self._loggers:  # what they would say in tracebacks, callers say in words
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._plugin = f"qcap-{uuid.uuid4()}"
        self._jobs = self._client.get_executor(pure=False)
        try:
            _wait_for_workers(self._client, address)
            self._client.register_plugin(_beginning(initializer, initargs), name=self._plugin)
        except BaseException:
            self._leave(SECONDS_TO_LEAVE)
            raise

    @property
    def n_workers(self) -> int:
        """Jobs that the cluster can run at a time."""
        threads: dict[str, int] = self._client.nthreads()
        return max(sum(threads.values()), 1)

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue the job at the scheduler."""
        future: Future[T] = self._jobs.submit(fn, *args, **kwargs)
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Leave the cluster; with `cancel_futures`, jobs that have not ended are dropped first, and the cluster is
        given a second only: after Ctrl-C nobody waits for a worker that is busy or gone.
        """
        if wait and not cancel_futures:
            with suppress(Exception):
                self._jobs.shutdown(wait=True)
        self._leave(SECONDS_TO_LEAVE if cancel_futures else SECONDS_FOR_AN_ANSWER, quiet=cancel_futures)

    def _leave(self, seconds: float, *, quiet: bool = False) -> None:
        """Say goodbye, but wait no longer than so many seconds for the answer. With `quiet` its library says nothing
        afterwards: what was dropped would complain.
        """
        farewell = threading.Thread(target=self._say_goodbye, daemon=True)
        farewell.start()
        farewell.join(seconds)
        if not quiet and not farewell.is_alive():  # else it may still complain
            for name, level in self._loggers.items():
                logging.getLogger(name).setLevel(level)

    def _say_goodbye(self) -> None:
        with suppress(Exception):  # a cluster that is gone needs no farewell
            self._jobs.shutdown(wait=False)
            self._client.unregister_worker_plugin(self._plugin)
        with suppress(Exception):
            self._client.close(timeout=SECONDS_TO_LEAVE)


def open_executor(
    spec: str,
    initializer: Callable[..., None],
    initargs: tuple[Any, ...] = (),
    *,
    certificates: Certificates | None = None,
) -> Executor:
    """The executor named by `spec`: "serial", "local:4" (four processes), "tcp://host:port" or "tls://host:port" (the
    scheduler of a Dask cluster; the second one with `certificates`).

    `initializer(*initargs)` runs once in every worker before its first job. Raises ExecutorError.
    """
    if spec == "serial":
        initializer(*initargs)
        return SerialExecutor()
    if spec.startswith(CLUSTER):
        return ClusterExecutor(spec, initializer, initargs, certificates)
    kind, _, number = spec.partition(":")
    if kind != "local" or not number.isdecimal() or int(number) < 1:
        raise ExecutorError(
            said('{spec}: no such executor; use "serial", "local:N" with N processes, or "tcp://host:port"', spec=spec)
        )
    return ProcessesExecutor(int(number), initializer, initargs)


def reach(address: str, certificates: Certificates | None) -> None:
    """Raise ExecutorError unless a cluster answers and has workers; nothing is left there."""
    client = _client(address, certificates)
    try:
        _wait_for_workers(client, address)
    finally:
        with suppress(Exception):
            client.close(timeout=SECONDS_TO_LEAVE)


def jobs_ahead(executor: Executor) -> int:
    """Jobs to have under way at a time: enough to keep every worker busy, few enough to collect results steadily."""
    if isinstance(executor, ClusterExecutor):
        return 2 * executor.n_workers
    return 2 * executor.n_processes if isinstance(executor, ProcessesExecutor) else 1


def as_completed(
    executor: Executor, function: Callable[[A], T], arguments: Iterable[A]
) -> Iterator[tuple[int, Future[T]]]:
    """Jobs `function(argument)` as they end, each with its argument's number from 0 in the order handed in.

    `arguments` may be a generator: only a few jobs are under way at a time, so that neither they nor results pile up.
    Raises WorkerDiedError.
    """
    try:
        yield from _as_completed(executor, function, arguments)
    except BrokenProcessPool as error:
        raise WorkerDiedError(cause_of_death(executor)) from error


def cause_of_death(executor: Executor) -> str:
    """What a worker of a broken pool died of, in words; the pool ends all others itself, by SIGTERM."""
    processes: set[Any] = getattr(executor, "begun", set())
    ended_by_us = (None, 0, -signal.SIGTERM)
    until = time.monotonic() + SECONDS_FOR_A_CAUSE  # a signal to all processes of a command reaches this one too
    codes: list[int | None] = []
    while time.monotonic() < until:
        codes = [process.exitcode for process in processes]
        if any(code not in ended_by_us for code in codes):
            break
        time.sleep(0.05)
    code = next((code for code in codes if code not in ended_by_us), -signal.SIGTERM if any(codes) else None)
    return _words_of_death(code)


def _words_of_death(code: int | None) -> str:
    if code is None:
        return said("a worker process died, nobody knows of what")
    if code >= 0:
        return said("a worker process died: it ended with exit code {code}", code=code)
    name = signal.Signals(-code).name if -code in set(signal.Signals) else "unknown"
    words = said("a worker process died: it was ended by signal {code} ({name})", code=-code, name=name)
    if name == "SIGKILL":
        return said("{words}, as a system does that is out of memory: use fewer --workers", words=words)
    return words


def _as_completed(
    executor: Executor, function: Callable[[A], T], arguments: Iterable[A]
) -> Iterator[tuple[int, Future[T]]]:
    waiting = enumerate(arguments)
    pending: dict[Future[T], int] = {}
    while True:
        ahead = jobs_ahead(executor)  # workers of a cluster come and go
        for number, argument in waiting:
            pending[executor.submit(function, argument)] = number
            if len(pending) >= ahead:
                break
        if not pending:
            return
        done, _ = wait(pending, return_when=FIRST_COMPLETED)
        for future in done:
            if not future.cancelled() and isinstance(future.exception(), BrokenProcessPool):
                future.result()
            yield pending.pop(future), future


@functools.lru_cache(maxsize=4)
def unpacked(packed: bytes) -> Any:
    """What all jobs of an experiment share: pickled once by this program for all of them, read once by each worker."""
    return pickle.loads(packed)


def side_by_side(jobs: Sequence[tuple[Executor, A]], function: Callable[[A], T]) -> list[T]:
    """What `function` makes of each argument, each on its own executor and all at a time: for workers that keep
    something between jobs.

    Raises WorkerDiedError, and what the function raises.
    """
    futures = {executor.submit(function, argument): executor for executor, argument in jobs}
    for future in wait(futures, return_when=FIRST_EXCEPTION).done:
        if isinstance(error := future.exception(), BrokenProcessPool):
            raise WorkerDiedError(cause_of_death(futures[future])) from error
    return [future.result() for future in futures]


def abandon(executor: Executor) -> None:
    """Drop the jobs that have not begun and stop those that run; for Ctrl-C."""
    if isinstance(executor, ProcessesExecutor):
        for process in set(multiprocessing.active_children()) - executor.others:
            process.terminate()
        _end_results(executor)
    executor.shutdown(wait=True, cancel_futures=True)


def _end_results(executor: ProcessesExecutor) -> None:
    """Close our own writing end of the results' pipe.

    A worker that ended while it sent a result has left half of it, and the thread that reads it would wait for the rest
    for ever while anybody can still write.
    """
    queue = getattr(executor, "_result_queue", None)  # Python has no public way to it
    if queue is not None:
        queue._writer.close()


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C and the signal of a closed terminal back while processes start, so that they inherit the block and
    leave these to this process.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGHUP})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _client(address: str, certificates: Certificates | None) -> Any:
    """A connection to the scheduler. Raises ExecutorError."""
    try:
        from distributed import Client, Security  # noqa: PLC0415  heavy, and only clusters need it
    except ImportError as error:
        raise ExecutorError(
            said('{address}: the package distributed is not installed: pip install "qcap[cluster]"', address=address)
        ) from error
    if address.startswith("tls://") != (certificates is not None):
        raise ExecutorError(
            said(
                "{address}: certificates go with an address tls://host:port, and such an address with them",
                address=address,
            )
        )
    security = None
    if certificates is not None:
        for file in (certificates.authority, certificates.certificate, certificates.key):
            if not file.is_file():
                raise ExecutorError(said("{file}: no such file", file=file))
        security = Security(
            require_encryption=True,
            tls_ca_file=str(certificates.authority),
            tls_client_cert=str(certificates.certificate),
            tls_client_key=str(certificates.key),
        )
    try:
        return Client(address, security=security, timeout=SECONDS_FOR_AN_ANSWER, set_as_default=False)
    except Exception as error:  # whatever else answers at this address
        reason = " ".join(str(error).split())[:200]
        raise ExecutorError(
            said("{address}: no scheduler of a Dask cluster answers there ({reason})", address=address, reason=reason)
        ) from error


def _wait_for_workers(client: Any, address: str) -> None:
    try:
        client.wait_for_workers(1, timeout=SECONDS_FOR_AN_ANSWER)
    except TimeoutError as error:
        raise ExecutorError(
            said("{address}: the cluster has no workers; start some: dask worker {address}", address=address)
        ) from error


def _beginning(initializer: Callable[..., None], initargs: tuple[Any, ...]) -> Any:
    """What every worker of a cluster does when it joins. Not in the thread that answers the scheduler: it may take
    long.
    """
    import asyncio  # noqa: PLC0415

    from distributed import WorkerPlugin  # noqa: PLC0415

    class Beginning(WorkerPlugin):  # type: ignore[misc]
        async def setup(self, worker: Any) -> None:  # noqa: ARG002
            await asyncio.to_thread(initializer, *initargs)

    return Beginning()


def _start_worker(initializer: Callable[..., None], initargs: tuple[Any, ...]) -> None:
    for number in set(ENDING) - {signal.SIGTERM}:
        signal.signal(number, signal.SIG_IGN)
    make_enduring()
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*initargs)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
