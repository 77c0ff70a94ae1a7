"""State of the SimPy engine: plain data that processes and decisions receive."""

from __future__ import annotations

from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import simpy

from sim.flow.tables import Tables
from sim.sampling import Sample

if TYPE_CHECKING:
    from sim.flow.reference.core import Task


@dataclass(slots=True, eq=False)
class Party:
    """People who move together; `row` is the sample's person row of the first of them."""

    row: int
    number: int
    people: int
    port: int
    diverted: bool
    site: int = -1
    rooms: int = 0
    overtaken: int = -1
    """Second at which a later party was placed before this one, -1 for never."""
    gone: bool = False

    @property
    def entity(self) -> int:
        """Place of this party among simultaneous events."""
        return self.row * 2


@dataclass(slots=True, eq=False)
class Pool:
    """People on duty: those of the shift (`present`), those at posts, those in tasks, those who finish in overtime.

    `staffed` is false where the scenario names no pool: nobody waits there and nobody is counted.
    """

    place: int
    staffed: bool
    fixed_posts: int
    present: int
    posts: int = 0
    busy: int = 0
    shift: int = 0
    overtime: int = 0
    closed: bool = False
    queue: list[tuple[int, int, int, Task]] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Load:
    """Parties that will ride one coach to one site; its id is the number of its first party."""

    point: Point
    site: int
    parties: list[Party] = field(default_factory=list)
    people: int = 0
    due: bool = False


@dataclass(slots=True, eq=False)
class Point:
    """A port's diversion point."""

    port: int
    pool: Pool
    coaches_free: int
    load: Load | None = None
    """The open load, which takes parties."""
    without_room: dict[int, Party] = field(default_factory=dict)
    """Parties present that have no room, by entity."""


@dataclass(slots=True, eq=False)
class SiteStates:
    """All sites, as lists by index (order of the list)."""

    state: list[int]
    rooms: list[int]
    free: list[int]
    taken: list[int]
    opened: list[int]
    """Second of the first opening, -1 before."""
    pools: list[Pool]
    free_total: int = 0
    """Free rooms over open and preparing sites."""


@dataclass(slots=True, eq=False)
class Flow:
    """One replication in progress."""

    env: simpy.Environment
    tables: Tables
    sample: Sample
    numbers: list[int]
    """Party number by person row."""
    rows: array[int]
    points: list[Point]
    sites: SiteStates
    decide: Callable[[Flow], None]
    """Phase 2 of a second."""
    unplaced: list[Party] = field(default_factory=list)
    """Parties that wait for a room, in order of waiting."""
    inside: dict[int, Party] = field(default_factory=dict)
    """Parties with a room, by entity."""
    due: list[Load] = field(default_factory=list)
    ready: list[tuple[int, Party, Task | None]] = field(default_factory=list)
    """Parties that may be released now, with their check-out."""
    touched: dict[int, Pool] = field(default_factory=dict)
    """Pools in which a task may start."""
    pending: bool = False
    scan: bool = False
    review_due: bool = False
    reviews_passed: int = 0
    check_reserve: bool = True
    check_closing: bool = False
    exhausted: bool = False
    over: bool = False
