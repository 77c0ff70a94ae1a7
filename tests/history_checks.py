"""Plain checks of a history with care, disruptions and people present at the beginning.

They walk through the rows on their own and share no code with the engine or with `sim.flow.invariants`.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise

from sim.flow.log import EventLog, Kind, Subject
from sim.sampling import Sample
from sim.scenario.tables.schema import Scenario

Row = dict[str, int]
OUT = (Kind.NOT_DIVERTED, Kind.UNPLACED, Kind.LEFT, Kind.TO_HOSPITAL, Kind.RECOVERED, Kind.CENSORED)


def rows_of(log: EventLog) -> list[Row]:
    """The rows of a log as dictionaries."""
    return [dict(zip(log.rows.dtype.names or (), row, strict=True)) for row in log.rows.tolist()]


def check_history(log: EventLog, scenario: Scenario, travellers: Sample) -> None:
    """All checks of this module."""
    rows = rows_of(log)
    assert all(a["second"] <= b["second"] for a, b in pairwise(rows))
    people_are_conserved(rows, travellers)
    rooms_suffice(rows, scenario)
    staff_suffice(rows)
    seats_suffice(rows, scenario, log)
    beds_suffice(rows, scenario)
    brigade_suffices(rows, scenario, log)
    visits_are_made_or_missed(rows)
    results_follow_swabs(rows, scenario)


def people_are_conserved(rows: list[Row], travellers: Sample) -> None:
    """Handed over + present at the beginning = out + still here, after every row; at the end nobody is here."""
    here: dict[int, int] = {}
    came = gone = 0
    for row in rows:
        kind, party, people = row["kind"], row["party"], row["people"]
        if kind in (Kind.HANDED_OVER, Kind.PRESENT):
            assert party not in here
            here[party] = people
            came += people
        elif kind == Kind.PARTY_SPLIT:
            assert row["subject_id"] not in here
            here[party] -= people
            here[row["subject_id"]] = people
            assert here[party] > 0 < people
        elif kind in (Kind.ROOM_TAKEN, Kind.DEPARTED, Kind.ARRIVED, Kind.MOVED_OUT, Kind.MOVED_IN, Kind.RELEASED,
                      Kind.RESTARTED, Kind.ISOLATED):  # fmt: skip
            assert here[party] == people
        elif kind in OUT:
            assert here.pop(party) == people
            gone += people
        assert sum(here.values()) == came - gone
    assert not here
    assert came == travellers.party_size.sum()


def rooms_suffice(rows: list[Row], scenario: Scenario) -> None:
    """Rooms from being taken until they can be taken again are never more than a site has."""
    rooms: dict[int, int] = {}
    lost: set[int] = set()
    in_use: Counter[int] = Counter()
    for row in rows:
        place, kind = row["place"], row["kind"]
        if kind == Kind.SITE_LOST:
            lost.add(place)
        elif kind == Kind.SITE_OPENED:
            rooms[place] = row["value"]
        elif kind in (Kind.ROOM_TAKEN, Kind.PRESENT):
            if place in lost:  # there from the beginning, and out in the same second
                assert kind == Kind.PRESENT
                continue
            in_use[place] += row["people"] if scenario.rooms.per == "person" else 1
            assert in_use[place] <= rooms[place]
        elif kind == Kind.ROOMS_FREE:
            in_use[place] -= row["people"]
            assert in_use[place] >= 0


def staff_suffice(rows: list[Row]) -> None:
    """Tasks that one shift began never take more people at once than it has present, the brigade's included."""
    own: Counter[int] = Counter()
    helpers: Counter[int] = Counter()
    added: Counter[int] = Counter()
    came: defaultdict[int, bool] = defaultdict(bool)
    ends: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in rows:
        place, second, kind = row["place"], row["second"], row["kind"]
        if kind == Kind.SHIFT_BEGAN:
            own[place], helpers[place], ends[place] = row["people"], 0, []
            assert row["people"] <= row["value"]
        elif kind == Kind.SHIFT_ENDED:
            own[place] = helpers[place] = 0
        elif kind == Kind.BRIGADE_ON_SHIFT:
            helpers[place] = row["people"]
        elif kind == Kind.STAFF_ADDED:
            added[place] += row["people"]
            came[place] |= row["people"] < 0  # who goes finishes the task in hand
        elif kind == Kind.TASK and row["people"] > 0:
            ends[place].append((row["value"], row["people"]))
            busy = sum(people for end, people in ends[place] if end > second)
            # the brigade's people finish the task in hand when their days are over
            assert own[place] + helpers[place] + added[place] >= row["people"]
            assert busy <= own[place] + helpers[place] + added[place] or helpers[place] == 0 or came[place]


def seats_suffice(rows: list[Row], scenario: Scenario, log: EventLog) -> None:
    """No coach has more people than seats, and no point more coaches under way than it has."""
    under_way: Counter[int] = Counter()
    out: Counter[int] = Counter()
    for row in rows:
        place, kind = row["place"], row["kind"]
        if kind == Kind.COACHES_OUT:
            out[place] += row["people"]
        elif kind == Kind.COACHES_ADDED:
            out[place] -= row["people"]
        elif kind == Kind.BOARDING:
            under_way[place] += 1
            assert scenario.coaches is not None
            assert under_way[place] <= (scenario.ports[log.places.ids[place]].coaches or 0) - out[place]
            assert 0 < row["people"] <= scenario.coaches.seats
        elif kind == Kind.COACH_READY:
            under_way[place] -= 1


def beds_suffice(rows: list[Row], scenario: Scenario) -> None:
    """Beds taken are never more than there are, and who is isolated goes to hospital later or is still here."""
    beds = scenario.hospital.beds if scenario.hospital else None
    taken = 0
    for row in rows:
        taken += (row["kind"] == Kind.TO_HOSPITAL) - (row["kind"] == Kind.DISCHARGED)
        assert beds is None or taken <= beds


def brigade_suffices(rows: list[Row], scenario: Scenario, log: EventLog) -> None:
    """A team never has more people out than it has; they come after the lead, unless the site was closed meanwhile."""
    if scenario.brigade is None:
        return
    team_of = dict(zip(log.places.sites, log.places.pool_of_site, strict=True))
    lead = max(1, int(scenario.brigade.lead_hours * 3600 + 0.5))
    out: Counter[int] = Counter()
    coming: dict[tuple[int, int], int] = {}
    closed: set[int] = set()
    for row in rows:
        key = row["place"], row["value"]
        for place, team in [k for k, due in coming.items() if k[0] in closed and due <= row["second"]]:
            out[team] -= scenario.brigade.brigade_call
            del coming[place, team]
        if row["kind"] == Kind.SITE_CLOSED:
            closed.add(team_of[row["place"]])
        elif row["kind"] == Kind.BRIGADE_CALLED:
            out[row["value"]] += row["people"]
            assert out[row["value"]] <= scenario.brigade.teams[row["value"] - 1]
            assert not any(place == row["place"] for place, _ in coming)
            coming[key] = row["second"] + lead
        elif row["kind"] == Kind.BRIGADE_ARRIVED:
            assert row["second"] == coming.pop(key)
        elif row["kind"] == Kind.BRIGADE_LEFT:
            out[row["value"]] -= row["people"]


def visits_are_made_or_missed(rows: list[Row]) -> None:
    """A round of a party is visited once or missed once, begins at its second or later, and before the next one."""
    seen: set[tuple[int, int, int]] = set()
    last: dict[tuple[int, int, int], int] = {}
    for row in rows:
        subject = row["subject"]
        if row["kind"] not in (Kind.TASK, Kind.MISSED) or subject not in (Subject.TASK_VISIT, Subject.TASK_SWAB):
            continue
        due, kind = divmod(row["subject_id"], 100)
        key = (row["party"], subject, row["subject_id"])
        assert key not in seen
        seen.add(key)
        assert due <= row["second"]
        assert last.get((row["party"], subject, kind), -1) < due
        last[row["party"], subject, kind] = due


def results_follow_swabs(rows: list[Row], scenario: Scenario) -> None:
    """A swab has one result at most, never before its end; positives are at most the people tested."""
    ended: dict[int, list[int]] = defaultdict(list)
    for row in rows:
        if row["kind"] == Kind.TASK and row["subject"] == Subject.TASK_SWAB:
            ended[row["party"]].append(row["value"])
        elif row["kind"] == Kind.RESULT:
            assert scenario.laboratory is not None
            assert any(end < row["second"] for end in ended[row["party"]])
            assert 0 <= row["value"] <= row["people"]
