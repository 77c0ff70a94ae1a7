"""Replications of the compiled engine that are run again on SimPy, the authority, and compared row for row.

Which ones is a function of seed and number of replications alone, so that nobody can choose them, and a run on one
worker and on many choose the same.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np

from sim.flow.log import COLUMNS, EventLog
from sim.words.language import said

LEAST, ONE_IN = 2, 500


class EnginesDifferError(RuntimeError):
    """The two engines made different histories of one sample; the message shows the first row that differs."""


def how_many(replications: int) -> int:
    """How many of so many replications are run again: 1 in 500, at least 2 (of fewer, all)."""
    return max(LEAST, math.ceil(replications / ONE_IN))


def chosen(seed: int, numbers: range) -> tuple[int, ...]:
    """The replications to run again: 1 in 500, at least 2, or all when there are fewer. In rising order."""
    by_chance = sorted(numbers, key=lambda number: hashlib.sha256(f"{seed} {len(numbers)} {number}".encode()).digest())
    return tuple(sorted(by_chance[: how_many(len(numbers))]))


def one_of(seed: int, number: int, n: int) -> int:
    """Which of n flows of a replication is run again, 0 to n - 1: a function of seed and number alone, too."""
    return int.from_bytes(hashlib.sha256(f"{seed} {number} flow".encode()).digest()[:8]) % n


def digest_of(log: EventLog) -> bytes:
    """The same for histories of the same rows in the same order, and for no others (SHA-256)."""
    return hashlib.sha256(log.rows.tobytes()).digest()


def require_same(compiled: EventLog, simpy: EventLog) -> None:
    """Raise EnginesDifferError unless both histories have the same rows in the same order."""
    difference = first_difference(compiled, simpy)
    if difference:
        raise EnginesDifferError(difference)


def first_difference(compiled: EventLog, simpy: EventLog) -> str:
    """The first row that differs, in words, on three lines; empty when there is none."""
    n = min(len(compiled), len(simpy))
    unlike = np.flatnonzero(compiled.rows[:n] != simpy.rows[:n])
    if not len(unlike) and len(compiled) == len(simpy):
        return ""
    row = int(unlike[0]) if len(unlike) else n
    return "\n".join([
        str(said("the engines differ in row {row:,} of the history:", row=row + 1)),
        f"  SimPy:    {_in_words(simpy, row)}",
        f"  compiled: {_in_words(compiled, row)}",
    ])  # fmt: skip


def compared_words(n_same: int, n_finished: int) -> str:
    """How much was compared, for the screen."""
    if n_finished == 1:
        return said("1 of 1 replication run again on SimPy: identical")
    return said("{n:,} of {all:,} replications run again on SimPy: identical", n=n_same, all=n_finished)


def _in_words(log: EventLog, row: int) -> str:
    if row >= len(log):
        return said("ended after {n:,} rows", n=len(log))
    frame = EventLog(log.rows[row : row + 1], log.places, log.window_end, log.hard_stop, log.replication).to_frame()
    values = frame.iloc[0]
    return ", ".join(f"{name} {values[name]}" for name in COLUMNS if str(values[name]) not in ("", "none"))
