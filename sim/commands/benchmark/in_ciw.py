"""The benchmark network in Ciw, with the features that Ciw has for it and no more nodes than needed.

A room is a server of its site's node. It is held until check-out ends, which two nodes of Ciw can't express; as stays
have one length, people of a site come to check-out in the order in which they took their rooms, so the room's service
time can hold the wait for the one clerk: this spares Ciw a node per site.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sim.commands.benchmark import network
from sim.commands.benchmark.network import Result


def ciw_program(replication: int) -> Result:
    """One replication. Raises ImportError without Ciw."""
    import ciw  # noqa: PLC0415  an extra

    ciw.seed(replication)  # first of all: arrivals are drawn when the network is made
    waits: list[float] = []
    rooms = [room_times(waits.append) for _ in range(network.SITES)]
    share = 1 / network.SITES
    never = [None] * network.SITES
    built = ciw.create_network(
        arrival_distributions=[
            ciw.dists.PoissonIntervals(
                rates=[network.PEOPLE / network.WINDOW, 0.0],
                endpoints=[network.WINDOW, 2 * network.WINDOW],
                max_sample_date=network.WINDOW,
            ),
            *never,
        ],
        service_distributions=[ciw.dists.Exponential(1 / network.REGISTRATION), *rooms],
        number_of_servers=[network.CLERKS, *[network.ROOMS] * network.SITES],
        routing=[[0.0, *[share] * network.SITES], *[[0.0] * (network.SITES + 1)] * network.SITES],
    )
    simulation = ciw.Simulation(built)
    simulation.simulate_until_max_time(network.WINDOW + 60 * 24 * 60)
    return _result(simulation.get_all_records(), waits)


def room_times(note: Callable[[float], None]) -> Any:
    """Distribution of the time for which a room of one site is held; waits for check-out are noted on the way."""
    import ciw  # noqa: PLC0415

    class RoomTimes(ciw.dists.Distribution):  # type: ignore[misc]
        """Ride, stay, wait for the clerk, check-out."""

        def __init__(self) -> None:
            super().__init__()
            self.free_at = 0.0

        def sample(self, t: float | None = None, ind: Any = None) -> float:  # noqa: ARG002  Ciw's signature
            """Time from taking the room at t to leaving it."""
            taken = float(t or 0.0)
            ready = taken + network.RIDE + network.STAY
            start = max(ready, self.free_at)
            if start < network.WINDOW:
                note(start - ready)
            self.free_at = start + ciw.random.expovariate(1 / network.CHECK_OUT)
            return self.free_at - taken

    return RoomTimes()


def _result(records: list[Any], check_out: list[float]) -> Result:
    within = [r for r in records if r.service_start_date < network.WINDOW]
    registration = [r.waiting_time for r in within if r.node == 1]
    room = [r.waiting_time for r in within if r.node > 1]
    served = sum(r.service_start_date + network.RIDE < network.WINDOW for r in within if r.node > 1)
    return Result(served, *(sum(w) / len(w) for w in (registration, room, check_out)))
