"""Executors: the same work wherever it runs."""

import os
import sys
import threading
import time
from concurrent.futures import Executor

import pytest

from sim.runs.executors import ExecutorError, abandon, jobs_ahead, open_executor

_kept: list[int] = []


def keep(number: int) -> None:
    _kept[:] = [number]


def add_kept(number: int) -> tuple[int, int]:
    return number + _kept[0], os.getpid()


def fail(number: int) -> None:
    raise ValueError(f"job {number}")


def sleep(seconds: float) -> None:
    time.sleep(seconds)


@pytest.mark.parametrize("spec", ["serial", "local:2"])
def test_every_worker_has_what_the_initializer_brought(spec: str) -> None:
    """invariance: the same results here and in other processes; expected by hand, n + 100."""
    with open_executor(spec, keep, (100,)) as executor:
        results = [executor.submit(add_kept, n).result() for n in range(4)]
    assert [value for value, _ in results] == [100, 101, 102, 103]
    assert all((process == os.getpid()) == (spec == "serial") for _, process in results)


@pytest.mark.parametrize("spec", ["serial", "local:1"])
def test_a_failed_job_hands_its_error_back(spec: str) -> None:
    """words: the error is the job's own, raised where the result is asked for."""
    with open_executor(spec, keep, (1,)) as executor:
        future = executor.submit(fail, 7)
        with pytest.raises(ValueError, match="job 7"):
            future.result()


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        ("local:0", "no such executor"),
        ("local", "no such executor"),
        ("locall:2", "no such executor"),
        ("", "no such executor"),
    ],
)
def test_an_unknown_executor_is_refused_by_name(spec: str, words: str) -> None:
    """words: what there is stands in the message."""
    with pytest.raises(ExecutorError, match=words):
        open_executor(spec, keep, (1,))


def test_abandoned_processes_stop_at_once() -> None:
    """A job of a minute does not hold up Ctrl-C."""
    executor: Executor = open_executor("local:1", keep, (1,))
    executor.submit(add_kept, 1).result()
    running = executor.submit(sleep, 60)
    queued = [executor.submit(sleep, 60) for _ in range(3)]
    started = time.monotonic()
    abandon(executor)
    assert time.monotonic() - started < 10
    assert running.done()
    assert all(future.done() for future in queued)


def test_one_job_at_a_time_without_other_processes() -> None:
    """A serial executor works while a job is handed in; more ahead would only delay the results."""
    with open_executor("serial", keep, (1,)) as serial, open_executor("local:3", keep, (1,)) as local:
        assert (jobs_ahead(serial), jobs_ahead(local)) == (1, 6)


def _half_a_message() -> None:
    """Do what a worker does that is ended while it sends a result: announce 1,000 bytes, write 3, and go on."""
    frame = sys._getframe()
    while "result_queue" not in frame.f_locals and frame.f_back is not None:
        frame = frame.f_back
    os.write(frame.f_locals["result_queue"]._writer.fileno(), (1_000).to_bytes(4, "big") + b"abc")
    time.sleep(60)


def test_a_worker_that_ends_while_it_sends_a_result_does_not_hold_up_ctrl_c() -> None:
    """regression: the reader of results waited for the rest of half a message; expected: over within seconds."""
    executor = open_executor("local:1", keep, (1,))
    executor.submit(_half_a_message)
    time.sleep(3)
    ending = threading.Thread(target=abandon, args=(executor,), daemon=True)
    ending.start()
    ending.join(timeout=15)
    assert not ending.is_alive()
