"""A Dask cluster on this machine: the same numbers to the bit, a worker may die, certificates, other versions."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_case import ROOT
from sweep_case import GRID, WORDS, chunks, files, start, sweep, wait_for_chunks, write_case

from sim.cli import main
from sim.runs.executors import ClusterExecutor, ExecutorError, jobs_ahead, open_executor

pytest.importorskip("distributed")

REPLICATIONS = ("--replications", "12")


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        port: int = place.getsockname()[1]
        return port


def process(*words: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + words[0], *words[1:]],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@contextlib.contextmanager
def cluster(n_workers: int, *tls: str) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """A scheduler and its workers, each a process of its own; their address and the workers."""
    address = f"{'tls' if tls else 'tcp'}://127.0.0.1:{free_port()}"
    port = address.rpartition(":")[2]
    common = ("--no-dashboard", *tls)
    scheduler = process("dask_scheduler", "--host", address.rpartition(":")[0], "--port", port, *common)
    workers = [process("dask_worker", address, "--nthreads", "1", "--no-nanny", *common) for _ in range(n_workers)]
    try:
        yield address, workers
    finally:
        for one in (*workers, scheduler):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


@pytest.fixture(scope="module")
def two_workers() -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    with cluster(2) as found:
        yield found


_kept: list[int] = []


def keep(number: int) -> None:
    _kept[:] = [number]


def add_kept(number: int) -> tuple[int, int]:
    time.sleep(0.02)
    return number + _kept[0], os.getpid()


def fail(number: int) -> None:
    raise ValueError(f"job {number}")


def test_every_worker_has_what_the_initializer_brought(two_workers: tuple[str, object]) -> None:
    """invariance: as on other executors; expected by hand, n + 100, by two processes that are not this one."""
    with open_executor(two_workers[0], keep, (100,)) as executor:
        assert isinstance(executor, ClusterExecutor)
        while executor.n_workers < 2:
            time.sleep(0.05)
        assert jobs_ahead(executor) == 4
        results = [job.result() for job in [executor.submit(add_kept, n) for n in range(20)]]
        assert [value for value, _ in results] == list(range(100, 120))
        assert len({process for _, process in results} - {os.getpid()}) == 2
        with pytest.raises(ValueError, match="job 7"):
            executor.submit(fail, 7).result()


def test_a_cluster_with_another_version_is_refused(
    two_workers: tuple[str, object], tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here the sources have another hash than at the workers; expected: exit code 1, and both hashes."""
    monkeypatch.setattr("sim.runs.chunk_runner.sources_hash", lambda: "0" * 16)
    words = [*WORDS, *GRID, "--cluster", two_workers[0], "--out", str(tmp_path / "out")]
    assert main(["sweep", str(write_case(tmp_path)), *words]) == 1
    told = capsys.readouterr().err
    assert "a worker has other sources of qcap" in told
    assert "than this machine (0000000000000000)" in told


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="a worker can not be held here")
def test_an_interrupted_sweep_does_not_wait_for_workers_that_do_not_answer(
    two_workers: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """Ctrl-C while both workers are held: 130 and how to go on, within two seconds (on a busy machine more).

    Waiting for their farewell would take as long as they are held: for ever, here.
    """
    case, out, (address, workers) = write_case(tmp_path), tmp_path / "out", two_workers
    running = start(case, out, *GRID, "--replications", "400", "--cluster", address)
    wait_for_chunks(out, 0, running)
    try:
        for worker in workers:
            worker.send_signal(signal.SIGSTOP)
        running.send_signal(signal.SIGINT)
        began = time.monotonic()
        _, told = running.communicate(timeout=30)
        assert time.monotonic() - began < 6
    finally:
        running.kill()
        for worker in workers:
            worker.send_signal(signal.SIGCONT)
    assert running.returncode == 130
    assert told.rstrip().endswith("--resume")
    assert "Traceback" not in told
    assert not (out / "points.csv").exists()


def test_a_sweep_is_the_same_here_on_processes_and_on_a_cluster_one_of_whose_workers_dies(
    two_workers: tuple[str, list[subprocess.Popen[bytes]]], tmp_path: Path
) -> None:
    """invariance: every file of serial = two processes = two workers of a cluster, one of them killed in the middle."""
    case, (address, workers) = write_case(tmp_path), two_workers
    assert sweep(case, tmp_path / "serial", *GRID, *REPLICATIONS) == 0
    words = ["--out", str(tmp_path / "local"), *WORDS, *GRID, *REPLICATIONS, "--workers", "2"]
    assert main(["sweep", str(case), *words]) == 0
    expected = files(tmp_path / "serial")
    assert files(tmp_path / "local") == expected
    out = tmp_path / "cluster"
    running = start(case, out, *GRID, *REPLICATIONS, "--cluster", address)
    while len(chunks(out)) < 2 and running.poll() is None:
        time.sleep(0.005)
    assert not (out / "points.csv").exists()  # in the middle
    workers[0].kill()
    _, told = running.communicate(timeout=60)
    assert running.returncode == 0, told
    assert files(out) == expected


@pytest.mark.skipif(shutil.which("openssl") is None, reason="certificates are made with openssl")
def test_a_cluster_is_reached_with_certificates_and_not_without(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """One certificate, signed by itself, for authority, scheduler, worker and client."""
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    words = f"req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=localhost -keyout {key} -out {certificate}"
    subprocess.run(["openssl", *words.split()], check=True, capture_output=True)
    tls = ("--tls-ca-file", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key))
    case, few = write_case(tmp_path), ("--vary", "arrivals.factor=0.5,1.5", "--replications", "2")
    assert sweep(case, tmp_path / "serial", *few) == 0
    with cluster(1, *tls) as (address, _):
        start_of = ["sweep", str(case), "--out", str(tmp_path / "out"), *WORDS, *few, "--cluster", address, "--resume"]
        assert main(start_of) == 2
        assert "certificates go with an address tls://host:port" in capsys.readouterr().err
        own = ["--tls-ca", str(certificate), "--tls-cert", str(certificate), "--tls-key", str(key)]
        assert main([*start_of, *own]) == 0
    assert files(tmp_path / "out") == files(tmp_path / "serial")


def test_a_cluster_that_does_not_answer_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """words: nobody listens at this port."""
    monkeypatch.setattr("sim.runs.executors.SECONDS_FOR_AN_ANSWER", 0.5)
    with pytest.raises(ExecutorError, match="no scheduler of a Dask cluster answers there"):
        open_executor(f"tcp://127.0.0.1:{free_port()}", keep, (1,))


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--cluster", "127.0.0.1:8786"), "must begin with tcp:// or tls://"),
        (("--cluster", "tcp://127.0.0.1:8786", "--workers", "2"), "--workers: a cluster has the workers"),
        (("--tls-ca", "a.pem"), "go with --cluster tls://host:port"),
        (("--cluster", "tls://127.0.0.1:8786", "--tls-ca", "a.pem"), "all three are needed"),
    ],
)
def test_options_of_a_cluster_that_do_not_fit_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], told: str
) -> None:
    """words: what goes together; nothing is written."""
    out = tmp_path / "out"
    assert main(["sweep", str(write_case(tmp_path)), "--out", str(out), *WORDS, *GRID, *words]) == 2
    assert told in capsys.readouterr().err
    assert not out.exists()
