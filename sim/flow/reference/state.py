"""State of the SimPy engine: plain data that processes and decisions receive."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import simpy

from sim.flow.log import Subject
from sim.flow.order import Moment
from sim.flow.tables import Tables
from sim.sampling import Sample

NEVER = -(1 << 62)


@dataclass(slots=True, eq=False)
class Party:
    """People who move together. `row` is the sample's person row of the first of them, for draws and for ties."""

    row: int
    entity: int
    """Place among simultaneous events: twice the row, plus one for a person who left a party alone."""
    number: int
    people: int
    port: int
    diverted: bool = True
    assigned: int = -1
    """Site that allocation assigned sends it to."""
    infected: list[int] = field(default_factory=list)
    """Those of its people who are infected and not detected, as indices of the sample's health."""
    found_at_point: list[int] = field(default_factory=list)
    """Rows of those who were in it and were found at the point."""
    result_at: int = 0
    """Second of the result of the test on arrival, 0 for none."""
    registration: Task | None = None
    site: int = -1
    rooms: int = 0
    load: Load | None = None
    overtaken: int = -1
    """Second at which a later party was placed before this one, -1 for never."""
    gone: bool = False
    """Has left the point, the site or (as a patient) its party's stay: tasks that wait lapse."""
    arrived: int = NEVER
    """Second of the first arrival at a site."""
    at_site: bool = False
    checked_in: bool = False
    released: bool = False
    patient: bool = False
    moving: bool = False
    """Waits in a site that was lost for a room in another."""
    riders: list[Party] = field(default_factory=list)
    """Members who were detected on the way to another site and arrive with it."""
    restarts: int = 0
    stay_began: int = 0
    stay_ends: int = 0
    stay_over: bool = False
    results_awaited: int = 0
    swabbed: int = 0
    """Last day of the stay for which a swab was asked for."""
    swab_due: int = 0
    """Restarts × 1000 + day of the stay of the swab that is due and not taken, 0 for none."""
    swab_missed: bool = False
    """That swab was missed: it is asked for again at the next round."""
    check_in: Task | None = None
    waiting: dict[int, Task] = field(default_factory=dict)
    """Visits and swabs that have not begun, by kind."""
    isolated: list[Party] = field(default_factory=list)
    """Its detected members who wait for a bed and share its room."""
    case: int = -1
    """A patient's index in the sample's health."""
    host: Party | None = None
    """The party that a patient left."""
    waits_for_bed: bool = False


@dataclass(slots=True, eq=False)
class Pool:
    """People on duty: those whom the queue may have and those in tasks; who finishes one after the shift is neither.

    `staffed` is false where the scenario names no pool: nobody waits there and nobody is counted.
    """

    place: int
    staffed: bool
    for_queue: int
    """People of the shift whom the queue may have at once, those in tasks included."""
    own: int = 0
    """People of the shift who are there, the brigade's apart."""
    posts: int = 0
    """Fixed posts of the shift."""
    may_leave: int = 0
    """Posts whose people go for a task when nobody else is free."""
    part: int = 0
    """People of one brigade call who join this shift."""
    added: int = 0
    """People whom disruptions add to each shift."""
    calls: int = 0
    """Brigade calls that are here."""
    busy: int = 0
    shift: int = 0
    on_shift: bool = False
    closed: bool = False
    queue: list[tuple[int, int, int, int, Task]] = field(default_factory=list)
    """(class, second of joining, task id in two parts, task), in this order."""
    watched: bool = False
    """Whether the wait of its tasks is being watched for the brigade's trigger."""
    calls_again: int = 0
    """Second from which another brigade call is possible."""


@dataclass(slots=True, eq=False)
class Load:
    """Parties that will ride one coach to one site; its id is the number of the party that it was opened for, which may
    have left it for hospital.
    """

    point: Point
    site: int
    first: Party
    parties: list[Party] = field(default_factory=list)
    people: int = 0
    due: bool = False
    boarded: bool = False
    departed: bool = False
    dissolved: bool = False
    task: Task | None = None

    @property
    def number(self) -> int:
        """Its id in the log."""
        return self.first.number

    @property
    def entity(self) -> int:
        """Its place among simultaneous events."""
        return self.first.entity


@dataclass(slots=True, eq=False)
class Point:
    """A port's diversion point."""

    port: int
    pool: Pool
    coaches_free: int
    loads: dict[int, Load] = field(default_factory=dict)
    """Open loads, which take parties: by site under allocation assigned, else one at -1."""
    without_room: dict[int, Party] = field(default_factory=dict)
    """Parties present that have no room, by entity; not those that were found infected."""


@dataclass(slots=True, eq=False)
class SiteStates:
    """All sites, as lists by index (order of the list)."""

    state: list[int]
    rooms: list[int]
    free: list[int]
    taken: list[int]
    opened: list[int]
    """Second of the first opening, -1 before."""
    barred: list[int]
    """1 while a disruption, or the end of a cohort, keeps the site from taking people."""
    begun: list[int]
    """Of a cohort: 0 fresh, 1 from the first room that a load takes, 2 from the first arrival."""
    cohort: list[int]
    """Number of the cohort, so that the end of an older one's intake is ignored."""
    pools: list[Pool]
    guests: list[dict[int, Party]]
    """Parties present, by entity."""
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
    rows: bytearray
    """The log so far, row after row."""
    points: list[Point]
    sites: SiteStates
    decide: Callable[[object], None]
    """Phase 2 of a second, as the action of an event."""
    end_task: Callable[[Any], None]
    """What the end of a task does to its pool."""
    beds_free: int
    brigade_left: list[int]
    """People of each brigade team who can be called."""
    laboratory_used: list[int]
    """Swabs taken in by day."""
    unplaced: list[Party] = field(default_factory=list)
    """Parties that wait for a room, in order of waiting."""
    inside: dict[int, Party] = field(default_factory=dict)
    """Parties with a room, in a site that was lost, or found infected at the point, by entity."""
    due: list[Load] = field(default_factory=list)
    ready: list[Party] = field(default_factory=list)
    """Parties that may be released now."""
    check_beds: bool = False
    patients: list[tuple[int, int, Party]] = field(default_factory=list)
    """(second of detection, entity, person) of the detected who wait for a bed."""
    callers: list[Pool] = field(default_factory=list)
    """Pools whose oldest task has waited longer than the brigade's trigger."""
    without_team: list[Pool] = field(default_factory=list)
    """Pools that would call when a team has the people."""
    touched: dict[int, Pool] = field(default_factory=dict)
    """Pools in which a task may start."""
    pending: bool = False
    """Whether the decisions of this second have been called for."""
    all_decisions: bool = False
    """Whether more than starting tasks is to be decided."""
    visit_seconds: dict[tuple[int, int, int], int] = field(default_factory=dict)
    """Duration of a visit by kind, rooms and people."""
    scan: bool = False
    review_due: bool = False
    reviews_passed: int = 0
    check_reserve: bool = True
    check_closing: bool = False
    exhausted: bool = False
    over: bool = False


class Task(simpy.Event):
    """Work that queues in a pool; as an event it is the end of the work.

    It is scheduled when the work starts, so a process that waits for it costs one event, not a request and a release.
    """

    _ok = True
    _value = None
    shift = 0
    occasion = 0
    """Tells apart tasks of one class and party that were created in the same second."""
    round = -1
    """Number of the round of a visit or swab."""
    load: Load | None = None
    lapsed = False

    def __init__(self, flow: Flow, pool: Pool, subject: Subject, party: Party, need: int, seconds: int, moment: Moment):
        self.env = flow.env
        self.callbacks = [flow.end_task]
        self.flow = flow
        self.pool = pool
        self.subject = subject
        self.party = party
        self.need = need if pool.staffed else 0
        self.seconds = seconds
        self.moment = moment
