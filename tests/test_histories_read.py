"""What is read from a log (stays, rooms, shifts, levels of staff, tasks, duties) against a walk row by row.

Measures and invariants both start from these tables, so that a fault in one would hide in the other. The walk takes the
rows one after another and knows only what their docstrings say.
"""

from __future__ import annotations

from functools import cache

from handmade import INN, PORT, clock, event, history, small_scenario, to_site
from history_checks import Row, rows_of
from rich_case import day, rich_scenario

from sim.flow import duty, simulate
from sim.flow.history import NEVER, History, Parties
from sim.flow.log import EventLog, Kind, Reason, Subject
from sim.flow.stays import ENTRIES, EXITS, room_changes, stays
from sim.sampling import sample
from sim.scenario.places import pool_of, rooms_of, sites_in_order
from sim.scenario.tables.schema import Scenario

ROOMS = {Kind.ROOM_TAKEN: 1, Kind.PRESENT: 1, Kind.ROOMS_LEFT: -1}
Line = tuple[int, ...]


@cache
def everything(per: str) -> tuple[Scenario, EventLog]:
    """A history with a brigade that comes and goes in the midst of shifts, staff added over shifts and between them,
    posts, breaks, sites that are lost, detected people who leave their party, and guests who never leave.
    """
    tables = rich_scenario().model_dump(by_alias=True, exclude_none=True)
    added = [
        {"kind": "staff_added", "place": at, "from_day": f"{day(a)} {begin}", "to_day": f"{day(b)} {end}", "value": n}
        for at, n, a, begin, b, end in (("crew", 3, 2, "09:00", 3, "15:00"), ("dockers", 2, 2, "04:00", 5, "12:00"),
                                           ("inn.team", 1, 3, "20:00", 9, "03:00"))
    ]  # fmt: skip
    lost = {"kind": "site_lost", "place": "inn", "from_day": f"{day(10)} 12:30"}
    pools = tables["pools"]
    pools["crew"] |= {"fixed_posts": 2, "posts_may_leave": 1, "shrinkage_share": 0.3}
    scenario = rich_scenario(
        pools=pools, disruptions=[*tables["disruptions"], *added, lost], rooms={**tables["rooms"], "per": per}
    )
    return scenario, simulate(scenario, sample(scenario, seed=2, replication=1))


@cache
def walked(per: str) -> list[Row]:
    return rows_of(everything(per)[1])


NOWHERE = (Kind.END_OF_WINDOW, Kind.HARD_STOP, Kind.SITES_EXHAUSTED)
AT_PORTS = (Kind.HANDED_OVER, Kind.NOT_DIVERTED, Kind.DEPARTED, Kind.UNPLACED, Kind.PORT_OPENED, Kind.PORT_CLOSED)
OF_LOADS = (Kind.LOAD_OPENED, Kind.LOAD_DUE, Kind.LOAD_DISSOLVED, Kind.BOARDING, Kind.COACH_BACK, Kind.COACH_READY)
OF_COACHES = (Kind.COACHES_OUT, Kind.COACHES_ADDED)
AT_POOLS = (Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.BRIGADE_CALLED, Kind.BRIGADE_ARRIVED, Kind.BRIGADE_LEFT,
            Kind.BRIGADE_ON_SHIFT, Kind.STAFF_ADDED)  # fmt: skip
OF_SITES = (Kind.SITE_PREPARING, Kind.SITE_OPENED, Kind.SITE_STOPPED, Kind.SITE_READMITTED, Kind.SITE_CLOSED,
            Kind.SITE_LOST, Kind.SITE_SHUT)  # fmt: skip
OF_PARTIES = (Kind.ROOM_TAKEN, Kind.ARRIVED, Kind.RELEASED, Kind.LEFT, Kind.PRESENT, Kind.RESTARTED, Kind.MOVED_OUT,
              Kind.MOVED_IN, Kind.RESULT, Kind.DETECTED, Kind.DETECTED_AFTER_RELEASE, Kind.ISOLATED, Kind.TO_HOSPITAL,
              Kind.RECOVERED, Kind.ROOMS_LEFT, Kind.ROOMS_AIRED, Kind.ROOMS_FREE)  # fmt: skip
COUNTED = (Kind.HANDED_OVER, Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.ARRIVED, Kind.LEFT, Kind.MOVED_OUT, Kind.MOVED_IN,
           Kind.ROOMS_LEFT, Kind.ROOMS_AIRED, Kind.ROOMS_FREE, Kind.ISOLATED, Kind.TO_HOSPITAL, Kind.RECOVERED,
           Kind.COACH_ARRIVED, Kind.LOAD_DISSOLVED, Kind.LOAD_DUE, Kind.PARTY_SPLIT)  # fmt: skip
"""People or rooms and nothing else."""


def test_rows_have_the_place_the_subject_and_the_party_of_their_kind() -> None:
    """`Kind` and the columns of the log: -1 for no place or party; what happens to a place has it as subject, loads are
    subjects without a party, rows of parties name one that came."""
    log = everything("party")[1]
    places = {NOWHERE: [-1], (*AT_PORTS, *OF_LOADS, *OF_COACHES): log.places.ports, AT_POOLS: log.places.pools,
              (*OF_SITES, *OF_PARTIES, Kind.COACH_ARRIVED): log.places.sites}  # fmt: skip
    came = {row["subject_id"] if row["kind"] == Kind.PARTY_SPLIT else row["party"] for row in walked("party")
            if row["kind"] in (Kind.HANDED_OVER, Kind.PRESENT, Kind.PARTY_SPLIT)}  # fmt: skip
    for row in walked("party"):
        kind, subject = Kind(row["kind"]), row["subject"]
        assert all(row["place"] in there for kinds, there in places.items() if kind in kinds), row
        if subject in (Subject.NONE, Subject.PLACE):
            assert (row["subject_id"], row["party"]) == (row["place"] if subject else 0, -1), row
        elif subject == Subject.LOAD:
            assert row["party"] == -1, row
            assert row["subject_id"] in came, row
        else:
            assert row["party"] in came or kind == Kind.TASK, row
        assert (subject == Subject.LOAD) == (kind in (*OF_LOADS, Kind.COACH_ARRIVED)), row
        assert (subject == Subject.NONE) == (kind in NOWHERE), row
    assert set(OF_LOADS) <= {row["kind"] for row in walked("party")}


def test_rows_count_people_rooms_and_reasons_of_their_kind() -> None:
    """`Kind`: sites tell their rooms, loads and boarding their site, a coach that comes back is empty; what has no
    number has 0 and what has no reason none."""
    scenario, log = everything("party")
    rooms = [rooms_of(scenario.sites, site) for _, site in sites_in_order(scenario)] if scenario.sites else []
    for row in walked("party"):
        kind, told = row["kind"], (row["people"], row["value"])
        if kind in OF_SITES:
            assert told == (0, rooms[row["place"] - log.places.n_ports]), row
        elif kind in (Kind.PORT_OPENED, Kind.PORT_CLOSED, Kind.COACH_BACK, Kind.COACH_READY, Kind.END_OF_WINDOW,
                      Kind.HARD_STOP, Kind.INTAKE_ENDED, Kind.INTAKE_BEGAN):  # fmt: skip
            assert told == (0, 0), row
        elif kind in (Kind.LOAD_OPENED, Kind.BOARDING):
            assert row["value"] in log.places.sites, row
            assert (row["people"] == 0) == (kind == Kind.LOAD_OPENED), row
        elif kind in COUNTED:
            assert row["people"] > 0 == row["value"], row
    by_disruption = (Kind.SITE_LOST, Kind.SITE_SHUT, Kind.STAFF_ADDED, *OF_COACHES)
    assert {row["reason"] for row in walked("party") if row["kind"] in by_disruption} == {Reason.DISRUPTION}
    none = (*AT_PORTS, *OF_PARTIES[:8], *AT_POOLS[:-1])
    assert {row["reason"] for row in walked("party") if row["kind"] in none} == {Reason.NONE}


def test_stays_are_those_of_a_walk_through_the_log() -> None:
    """From an entry to an exit; a detected person who leaves the party has a line since the party's entry, from the
    row of the split on; who is left at the end has NEVER and the people of the entry."""
    inside: dict[int, Line] = {}
    expected: list[Line] = []
    for position, row in enumerate(walked("party")):
        party, kind = row["party"], row["kind"]
        if kind in ENTRIES:
            inside[party] = (row["place"], row["second"], row["people"], position)
        elif kind == Kind.PARTY_SPLIT and row["reason"] == Reason.DETECTED and party in inside:
            site, begin, _, _ = inside[party]
            inside[row["subject_id"]] = (site, begin, row["people"], position)
        elif kind in EXITS and party in inside:
            site, begin, _, first = inside.pop(party)
            expected.append((party, site, begin, row["second"], row["people"], first, position))
    expected += [(party, site, b, NEVER, people, first, NEVER) for party, (site, b, people, first) in inside.items()]
    history = History(everything("party")[1])
    table = Parties(history)
    found = stays(history, table)
    numbers = table.ids[found.party]
    got = list(zip(numbers.tolist(), *(column.tolist() for column in found[1:]), strict=True))
    assert sorted(got) == sorted(expected)
    assert [(line[0], line[5]) for line in got] == sorted((line[0], line[5]) for line in got)
    splits = [row for row in walked("party") if row["kind"] == Kind.PARTY_SPLIT and row["reason"] == Reason.DETECTED]
    assert len(splits) > 5 < sum(row["kind"] == Kind.MOVED_OUT for row in walked("party"))


def test_rooms_taken_and_left_are_those_of_the_rows() -> None:
    """One room for each party, or for each person, that takes one or is there from the beginning; people of ROOMS_LEFT
    are rooms."""
    for per in ("party", "person"):
        expected = [
            (row["second"], row["place"], -row["people"] if sign < 0 else row["people"] if per == "person" else 1,
             row["party"], position)
            for position, row in enumerate(walked(per)) if (sign := ROOMS.get(Kind(row["kind"]), 0))
        ]  # fmt: skip
        changes = room_changes(History(everything(per)[1]), per_person=per == "person")
        assert sorted(zip(*(column.tolist() for column in changes), strict=True)) == sorted(expected)


class Walk:
    """Shifts, levels and tasks of staff, row by row; shifts and levels are known by the position of their first row."""

    def __init__(self, log: EventLog, rows: list[Row]) -> None:
        self.shifts: list[Line] = []
        """Pool, begin, present, rostered, first position, end, last position."""
        self.levels: list[Line] = []
        """Shift, pool, begin, present, brigade, added, first position, end, last position."""
        self.tasks: dict[int, tuple[int, int]] = {}
        """Shift and level by position, -1 for none."""
        self._shift: dict[int, Line] = {}
        self._level: dict[int, Line] = {}
        self._added: dict[int, int] = {}
        for position, row in enumerate(rows):
            self._take(row, position, row["place"] in log.places.pools)
        for pool in tuple(self._shift):
            self._end(pool, log.hard_stop, len(rows))

    def _take(self, row: Row, position: int, of_pool: bool) -> None:
        pool, kind, second = row["place"], row["kind"], row["second"]
        if kind == Kind.STAFF_ADDED:
            self._added[pool] = self._added.get(pool, 0) + row["people"]
        if kind == Kind.SHIFT_BEGAN:
            self._shift[pool] = (pool, second, row["people"], row["value"], position)
            self._begin(pool, second, position, 0)
        elif kind in (Kind.BRIGADE_ON_SHIFT, Kind.STAFF_ADDED) and pool in self._shift:
            brigade = row["people"] if kind == Kind.BRIGADE_ON_SHIFT else self._level[pool][4]
            self.levels.append((*self._level[pool], second, position))
            self._begin(pool, second, position, brigade)
        elif kind == Kind.SHIFT_ENDED:
            self._end(pool, second, position)
        elif kind == Kind.TASK and row["people"] > 0 and of_pool:
            there = pool in self._shift
            self.tasks[position] = (self._shift[pool][4], self._level[pool][6]) if there else (-1, -1)

    def _begin(self, pool: int, second: int, position: int, brigade: int) -> None:
        (_, _, people, _, shift), added = self._shift[pool], self._added.get(pool, 0)
        self._level[pool] = (shift, pool, second, people + brigade + added, brigade, added, position)

    def _end(self, pool: int, second: int, position: int) -> None:
        self.levels.append((*self._level.pop(pool), second, position))
        self.shifts.append((*self._shift.pop(pool), second, position))


def columns(table: object, *names: str) -> list[Line]:
    """Lines of some columns."""
    return list(zip(*(getattr(table, name).tolist() for name in names), strict=True))


def test_shifts_and_levels_are_those_of_a_walk_through_the_log() -> None:
    """A shift lasts from SHIFT_BEGAN to the pool's next SHIFT_ENDED, or the hard stop; a level until the number of the
    brigade's people or of those added changes. The brigade's number is told anew in each shift, people added stay.
    """
    log = everything("party")[1]
    walk, history = Walk(log, walked("party")), History(log)
    shift = duty.shifts(history, log)
    names: tuple[str, ...] = ("pool", "begin", "present", "rostered", "begin_position", "end", "end_position")
    assert columns(shift, *names) == sorted(walk.shifts)
    level = duty.levels(history, shift)
    names = ("pool", "begin", "present", "brigade", "added", "begin_position", "end", "end_position")
    named = [
        (first, *line)
        for first, line in zip(shift.begin_position[level.shift].tolist(), columns(level, *names), strict=True)
    ]
    assert named == sorted(walk.levels, key=lambda line: (line[1], line[6]))
    assert max(level.brigade) > 0 < max(level.added)


def test_tasks_are_those_of_a_walk_through_the_log() -> None:
    """A task belongs to the level and shift between whose rows it stands; what runs on after its shift is overtime."""
    log = everything("party")[1]
    history = History(log)
    shift = duty.shifts(history, log)
    level = duty.levels(history, shift)
    task = duty.tasks(history.all_tasks(), shift, level, log.places)
    firsts = [*shift.begin_position.tolist(), -1], [*level.begin_position.tolist(), -1]
    of = {position: (firsts[0][s], firsts[1][v]) for position, s, v in columns(task, "position", "shift", "level")}
    assert of == Walk(log, walked("party")).tasks
    ends = [*shift.end.tolist(), NEVER]
    assert all(until == min(end, ends[s]) for until, end, s in columns(task, "in_shift_until", "end", "shift"))
    assert (task.end > task.in_shift_until).any()


def test_duties_of_a_level_are_those_of_the_rule_of_posts_and_breaks() -> None:
    """model.md, Staff: with n = max(0, present - posts), off = min(floor(share n + 1/2), max(0, n - 1)); others
    n - off, for the queue max(0, present - (posts - may leave)) - off.
    """
    scenario, log = everything("party")
    history = History(log)
    shift = duty.shifts(history, log)
    level = duty.levels(history, shift)
    found = duty.duties(scenario, log.places, shift, level)
    for line, (number, present) in enumerate(zip(level.pool.tolist(), level.present.tolist(), strict=True)):
        pool = pool_of(scenario, log.places.ids[number])[1]
        n = max(0, present - pool.fixed_posts)
        off = min(int(pool.shrinkage_share * n + 0.5), max(0, n - 1))
        queue = max(0, present - (pool.fixed_posts - pool.posts_may_leave)) - off
        assert (found.posts[line], found.others[line], found.for_queue[line]) == (pool.fixed_posts, n - off, queue)


def test_a_party_that_never_left_the_point_has_no_site_and_no_load() -> None:
    """-1 for both, and a load of -1 for who travels alone."""
    scenario = small_scenario(coaches=None)
    times = (clock(1, "10:00"), clock(1, "11:00"), clock(1, "12:00"), clock(2, "12:00"), clock(2, "12:00"))
    log = history(
        scenario,
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 1, 2),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 2, 1),
        to_site(2, 1, times),
    )
    table = Parties(History(log))
    assert (table.site.tolist(), table.load.tolist()) == ([-1, INN], [-1, -1])


def test_who_is_there_from_the_beginning_came_by_no_port() -> None:
    """-1, and 0 for who was handed over at the first port."""
    log = history(
        small_scenario(),
        event(0, Kind.PRESENT, INN, 1, 2),
        event(clock(1, "09:00"), Kind.HANDED_OVER, PORT, 2, 1),
    )
    assert Parties(History(log)).port.tolist() == [-1, PORT]


def test_tasks_of_a_class_are_its_rows_in_the_order_of_the_log() -> None:
    """Visits too, which stand apart because they are most of a log."""
    log = everything("party")[1]
    read = History(log)
    for subject in [subject for subject in Subject if subject >= Subject.TASK_ESCORT]:
        walk = [
            at for at, each in enumerate(walked("party")) if (each["kind"], each["subject"]) == (Kind.TASK, subject)
        ]
        assert read.tasks(subject).position.tolist() == walk
    assert len(read.tasks(Subject.TASK_VISIT).second) > 0
