"""A command whose reader, terminal or worker goes away ends in order, and keeps what it was to keep."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_case import ROOT, begun_in, write_small

from sim.runs.executors import ProcessesExecutor, WorkerDiedError, as_completed

RAN, INTERRUPTED = 0, 130
SIMPY = ("--engine", "simpy", "--no-plots")


def _die(how: int) -> None:
    """What a worker of these tests does: negative, a signal that it gets; else its exit code."""
    if how < 0:
        os.kill(os.getpid(), -how)
    os._exit(how)


def _nothing() -> None:
    pass


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize(
    ("how", "words"),
    [
        (-9, "it was ended by signal 9 (SIGKILL), as a system does that is out of memory: use fewer --workers"),
        (-11, "it was ended by signal 11 (SIGSEGV)"),
        (-15, "it was ended by signal 15 (SIGTERM)"),
        (7, "it ended with exit code 7"),
    ],
)
def test_the_cause_of_a_workers_death_is_told(how: int, words: str) -> None:
    """By the exit code of the process: every command runs its jobs through `as_completed`."""
    executor = ProcessesExecutor(2, _nothing, ())
    with pytest.raises(WorkerDiedError) as caught:
        list(as_completed(executor, _die, [how]))
    executor.shutdown(cancel_futures=True)
    assert str(caught.value) == f"a worker process died: {words}"


def test_a_reader_that_goes_away_does_not_cost_the_results(tmp_path: Path) -> None:
    """As `qcap run … 2>&1 | head -1`: the pipe is closed after one line; all results are there; exit code 0."""
    write_small(tmp_path)
    words = ["run", "small.toml", "--replications", "3", "--workers", "2", "--out", "r", *SIMPY]
    process = subprocess.Popen(
        [sys.executable, "-m", "sim", *words], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.stdout.close()
    assert process.wait(timeout=120) == RAN
    assert (tmp_path / "r" / "manifest.json").is_file()


@pytest.mark.skipif(os.name == "nt", reason="signals")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_run_that_is_asked_to_end_keeps_what_is_finished(tmp_path: Path, name: str, workers: str) -> None:
    """The signal goes to all processes of the command, as when a terminal is closed: exit code 130, results kept."""
    asked = getattr(signal, name)
    if signal.getsignal(asked) is signal.SIG_IGN:
        pytest.skip("the tests were started under nohup, and so are the commands that they start")
    write_small(tmp_path)
    words = ["run", "small.toml", "--replications", "20000", "--workers", workers, "--out", "r", *SIMPY]
    process = begun_in(tmp_path, *words, "--events", "all")
    try:
        deadline = time.monotonic() + 100
        while len(list(tmp_path.glob(".r-*.partial/events-*.parquet"))) < 4 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.killpg(process.pid, asked)
        _, err = process.communicate(timeout=100)
    finally:
        if process.poll() is None:  # it must not go on beside the other tests
            os.killpg(process.pid, signal.SIGKILL)
    assert process.returncode == INTERRUPTED, err
    assert "Traceback" not in err
    assert (tmp_path / "r" / "manifest.json").is_file()
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
