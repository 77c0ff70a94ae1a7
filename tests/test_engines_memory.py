"""Memory that one replication leaves to the next changes no history, whoever still holds one."""

import gc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from sim import load, sample, simulate
from sim.flow import reference
from sim.flow.compiled.memory import log_rows
from sim.flow.log import EventLog

SCENARIO = load(Path(__file__).parents[1] / "scenarios" / "textbook" / "mmc.toml")


def history(replication: int) -> EventLog:
    return simulate(SCENARIO, sample(SCENARIO, seed=1, replication=replication), engine="compiled")


def test_a_log_that_is_held_is_not_written_into() -> None:
    """Each of five logs is what it was when it was made, and what a first run of its replication makes."""
    logs = [history(replication) for replication in range(5)]
    bytes_then = [log.rows.tobytes() for log in logs]
    further = [history(replication) for replication in range(5)]
    assert [log.rows.tobytes() for log in logs] == bytes_then == [log.rows.tobytes() for log in further]


def test_a_view_of_a_log_keeps_its_memory() -> None:
    """Columns outlive the log that they are views of."""
    seconds = history(0).rows["second"]
    then = seconds.copy()
    gc.collect()
    for replication in range(1, 4):
        history(replication)
    assert np.array_equal(seconds, then)


def test_memory_of_a_log_that_nobody_holds_is_used_again() -> None:
    """The same address: nothing is fetched from the system anew."""
    first = log_rows(1_000, 9)
    address = first.ctypes.data
    column = first[:, 3]
    del first
    gc.collect()
    other = log_rows(1_000, 9)
    assert other.ctypes.data != address
    del column
    gc.collect()
    assert log_rows(900, 9).ctypes.data == address


@pytest.mark.parametrize("on", [True, False])
def test_a_replication_on_simpy_leaves_the_collector_of_garbage_as_it_was(
    on: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is off while events happen, and afterwards as before, an error among them or not."""
    seen: set[bool] = set()

    def broken(_: object) -> None:
        seen.add(gc.isenabled())
        raise RuntimeError

    was_on = gc.isenabled()
    try:
        (gc.enable if on else gc.disable)()
        simulate(SCENARIO, sample(SCENARIO, seed=1, replication=0))
        assert gc.isenabled() is on
        monkeypatch.setattr(reference, "decide", broken)
        with pytest.raises(RuntimeError):
            simulate(SCENARIO, sample(SCENARIO, seed=1, replication=0))
        assert (seen, gc.isenabled()) == ({False}, on)
    finally:
        (gc.enable if was_on else gc.disable)()


def test_threads_do_not_share_memory() -> None:
    """Eight replications on four threads are those of one thread."""
    alone = [history(replication).rows.tobytes() for replication in range(8)]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda replication: history(replication).rows.tobytes(), range(8)))
    assert together == alone
