"""A small sweep for tests, and its files."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from cli_case import ROOT, SMALL, write_small

from sim.cli import main

TARGET = """
[limits]
handover_to_coach_minutes = 90

[targets.wait]
measure = "within_limit_share"
place = "gongbei"
at_least = 0.6
share_of_runs = 0.8
"""
WORDS = ("--engine", "simpy", "--no-plots")
GRID = ("--vary", "pools.gongbei.headcount=1:3:1", "--vary", "arrivals.factor=0.5,1.5")


def write_case(folder: Path, text: str = SMALL + TARGET) -> Path:
    return write_small(folder, text)


def sweep(case: Path, out: Path, *words: str) -> int:
    """Run the command in this process, on one worker."""
    return main(["sweep", str(case), "--out", str(out), "--workers", "1", *WORDS, *words])


def start(case: Path, out: Path, *words: str) -> subprocess.Popen[str]:
    """Start the command in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "sim", "sweep", str(case), "--out", str(out), *WORDS, *words],
        env=os.environ | {"PYTHONPATH": str(ROOT)}, cwd=case.parent,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def chunks(out: Path) -> dict[str, int]:
    """Names of the chunks there are, and when each was written."""
    folder = out / "chunks"
    return {file.name: file.stat().st_mtime_ns for file in folder.glob("*.parquet")} if folder.is_dir() else {}


def wait_for_chunks(out: Path, n: int, process: subprocess.Popen[str]) -> None:
    """Wait until there are more than `n` chunks, or the process has ended."""
    while len(chunks(out)) <= n and process.poll() is None:
        time.sleep(0.01)


def kill(process: subprocess.Popen[str]) -> None:
    """As `kill -9` does."""
    if process.poll() is None:
        process.send_signal(signal.SIGKILL)
    process.communicate()


def files(out: Path) -> dict[str, bytes]:
    """Every file of the results but chunks; of the manifest what does not tell time, place and workers."""
    found = {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and path.parent.name != "chunks"
    }
    manifest = json.loads(found["manifest.json"])
    for key in ("seconds", "written", "command", "executor"):
        manifest.pop(key)
    return found | {"manifest.json": json.dumps(manifest).encode()}
