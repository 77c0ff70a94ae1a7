"""Where jobs run: in this process, on the cores of this machine, later on a cluster.

Every executor is a `concurrent.futures.Executor`, so that experiments submit jobs and never know where these run. An
initializer brings what all jobs share (the scenario) to each worker once. Workers are fresh processes (`spawn`): they
inherit no threads or locks, and they leave Ctrl-C to the process that collects their results.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class ExecutorError(ValueError):
    """The text names no executor that there is."""


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
        self.others = frozenset(multiprocessing.active_children())
        context = multiprocessing.get_context("spawn")
        super().__init__(n_processes, context, _start_worker, (initializer, initargs))

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Queue the job; processes start here, as they are needed."""
        with interrupts_held():
            return super().submit(fn, *args, **kwargs)


def open_executor(spec: str, initializer: Callable[..., None], initargs: tuple[Any, ...] = ()) -> Executor:
    """The executor named by `spec`: "serial", "local:4" (four processes) or, later, "tcp://host:port" (a cluster).

    `initializer(*initargs)` runs once in every worker before its first job. Raises ExecutorError.
    """
    if spec == "serial":
        initializer(*initargs)
        return SerialExecutor()
    if spec.startswith("tcp://"):
        raise ExecutorError(f"{spec}: a cluster is not available yet; use local:N")
    kind, _, number = spec.partition(":")
    if kind != "local" or not number.isdecimal() or int(number) < 1:
        raise ExecutorError(f'{spec}: no such executor; use "serial" or "local:N" with N processes')
    return ProcessesExecutor(int(number), initializer, initargs)


def jobs_ahead(executor: Executor) -> int:
    """Jobs to have under way at a time: enough to keep every worker busy, few enough to collect results steadily."""
    return 2 * executor.n_processes if isinstance(executor, ProcessesExecutor) else 1


def abandon(executor: Executor) -> None:
    """Drop the jobs that have not begun and stop those that run; for Ctrl-C."""
    if isinstance(executor, ProcessesExecutor):
        for process in set(multiprocessing.active_children()) - executor.others:
            process.terminate()
    executor.shutdown(wait=True, cancel_futures=True)


@contextmanager
def interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while processes start, so that they inherit the block and leave Ctrl-C to this process."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _start_worker(initializer: Callable[..., None], initargs: tuple[Any, ...]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    initializer(*initargs)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for jobs for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
