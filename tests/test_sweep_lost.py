"""Nothing is lost: sweeps that are killed or interrupted go on to the same bytes, and run nothing twice."""

import random
import signal
import time
from pathlib import Path

import pytest
from sweep_case import GRID, chunks, files, kill, start, sweep, wait_for_chunks, write_case

REPLICATIONS = ("--replications", "30")
MOST_IN_FLIGHT = 4  # two chunks for each of two workers


def killed_and_resumed(folder: Path, kills: int, *words: str) -> None:
    """Kill a sweep so often, each time at a random moment after one more chunk, then let it end."""
    case = write_case(folder)
    moments = random.Random(kills)
    seen: dict[str, int] = {}
    happened = 0
    for _ in range(kills):
        process = start(case, folder / "out", *GRID, *REPLICATIONS, *words, "--resume")
        wait_for_chunks(folder / "out", len(chunks(folder / "out")), process)
        time.sleep(moments.uniform(0, 0.15))
        happened += process.poll() is None
        kill(process)
        there = chunks(folder / "out")
        assert seen.items() <= there.items()  # what was there is neither lost nor written again
        seen = there
    assert happened >= min(kills, 3)
    assert sweep(case, folder / "out", *GRID, *REPLICATIONS, "--resume") == 0
    assert seen.items() <= chunks(folder / "out").items()
    assert sweep(case, folder / "whole", *GRID, *REPLICATIONS) == 0
    assert files(folder / "out") == files(folder / "whole")


def test_a_sweep_killed_five_times_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """kill -9 at five random moments, each after the first chunk; expected: the bytes of an undisturbed sweep."""
    killed_and_resumed(tmp_path, 5, "--workers", "1")


@pytest.mark.slow
def test_a_sweep_killed_fifty_times_ends_as_if_undisturbed(tmp_path: Path) -> None:
    """The same at fifty moments, ten sweeps with five kills each on two workers."""
    for number in range(10):
        folder = tmp_path / str(number)
        folder.mkdir()
        killed_and_resumed(folder, 5, "--workers", "2")


def test_an_interrupted_sweep_stops_soon_and_says_how_to_go_on(tmp_path: Path) -> None:
    """Ctrl-C with two workers at work: within two seconds (of the processor's time, on a busy machine more), 130."""
    case, out = write_case(tmp_path), tmp_path / "out"
    process = start(case, out, *GRID, "--replications", "400", "--workers", "2")
    wait_for_chunks(out, 0, process)
    process.send_signal(signal.SIGINT)
    began = time.monotonic()
    _, told = process.communicate(timeout=30)
    assert time.monotonic() - began < 6
    assert process.returncode == 130
    assert "interrupted: what was finished is kept; go on with: qcap sweep" in told
    assert told.rstrip().endswith("--resume")
    assert chunks(out)
    assert not (out / "points.csv").exists()
