"""Which engine runs: the one that was asked for, or the one that will be done first."""

from __future__ import annotations

from dataclasses import dataclass

from sim.machine import machine_code
from sim.words.language import said

SIMPY, COMPILED, AUTO = "simpy", "compiled", "auto"
ASKED = (AUTO, SIMPY, COMPILED)
"""What a user can ask for."""
NAMES = {SIMPY: "SimPy", COMPILED: "compiled"}
FROM_KEPT = 5
"""Replications from which `auto` compiles nothing and still gains: two are run again on SimPy in any case."""
FROM_NEW = 100
"""Replications from which `auto` compiles the engine, which takes about 40 seconds, once …"""
MANY_ROWS = 5_000_000
"""… or rows of event logs, of all replications together: they take SimPy about half a minute."""


class EngineError(ValueError):
    """The engine that was asked for is not there; the message says what to do."""


@dataclass(frozen=True)
class EngineChoice:
    """An engine and why it was taken."""

    asked: str
    engine: str
    why: str

    def __str__(self) -> str:
        return said("engine {names}: {why}", names=NAMES[self.engine], why=said(self.why))


def choose(asked: str, replications: int, rows: int = 0) -> EngineChoice:
    """The engine for so many replications, of so many rows (expected, a replication; 0: not known).

    Raises EngineError when it is not there.
    """
    if asked not in ASKED:
        raise EngineError(said("engine {asked}: no such engine; there is {asked_2}", asked=asked, asked_2=[*ASKED]))
    if asked == SIMPY:
        return EngineChoice(asked, SIMPY, "as asked")
    if not machine_code.installed():
        if asked == COMPILED:
            raise EngineError("engine compiled: numba is not installed; use --engine simpy, or install numba")
        return EngineChoice(asked, SIMPY, "numba is not installed")
    if asked == COMPILED:
        return EngineChoice(asked, COMPILED, "as asked")
    kept = machine_code.is_kept()
    least = FROM_KEPT if kept else FROM_NEW
    many = said("{n:,} replications", n=replications) if replications != 1 else said("1 replication")
    if replications >= least:
        return EngineChoice(asked, COMPILED, said("quicker for {many} (from {least} on)", many=many, least=least))
    if replications >= FROM_KEPT and replications * rows >= MANY_ROWS:
        return EngineChoice(asked, COMPILED, said("quicker for {many} of about {rows:,} rows", many=many, rows=rows))
    return EngineChoice(
        asked, SIMPY, said("quick enough for {many}; the compiled one pays from {least} on", many=many, least=least)
    )
