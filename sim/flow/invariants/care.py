"""Care: visits to those who are there, each once; the laboratory within its capacity; the detected and their beds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import NEVER, find
from sim.flow.invariants.case import DAY, MOST_ROWS, Case, Faults, when
from sim.flow.log import SWAB_ROUND, Kind, Reason, Subject
from sim.flow.steps import Ints, Steps, at, groups, presence, steps
from sim.scenario.tables.care import LAST_DAY
from sim.scenario.tables.types import FOLLOWED_DAYS


def care_faults(case: Case) -> Faults:
    """All invariants of visits, tests and the hospital."""
    yield from _visits(case)
    yield from _results(case)
    yield from _laboratory(case)
    yield from _infected(case)
    yield from _detected(case)
    yield from _screened(case)
    yield from _beds(case)
    yield from _negative_before_release(case)


class _Visits(NamedTuple):
    """Visits and swabs that began or were missed, in no order."""

    party: Ints
    site: Ints
    round: Ints
    second: Ints
    position: Ints


def _rows_of(case: Case) -> tuple[_Visits, _Visits]:
    """Those that began, and those that were missed."""
    rows, missed = case.history.all_tasks(), case.history.of(Kind.MISSED)
    rows = rows.take(np.isin(rows.subject, (Subject.TASK_VISIT, Subject.TASK_SWAB)))
    site = case.site_of_place()
    party = case.log.rows["party"][rows.position]
    begun = _Visits(party, site[rows.place], rows.subject_id, rows.second, rows.position)
    return begun, _Visits(
        missed["party"],
        site[missed["place"]],
        missed["subject_id"],
        missed["second"],
        case.history.positions(Kind.MISSED),
    )


def _visits(case: Case) -> Faults:
    begun, missed = _rows_of(case)
    for i in np.flatnonzero(~_there(case, begun)):
        yield (
            f"visits: {when(begun.second[i])}: party {begun.party[i]} is visited in {case.name(begun.site[i])}, "
            f"it is not there"
        )
    both = _Visits(*(np.concatenate(columns) for columns in zip(begun, missed, strict=True)))
    order = np.lexsort((both.round, both.party))
    same = (np.diff(both.party[order]) == 0) & (np.diff(both.round[order]) == 0)
    for i in order[1:][same]:
        yield f"visits: {when(both.second[i])}: party {both.party[i]} has two visits of one round"
    yield from _every_round(case, begun, both)


def _there(case: Case, visit: _Visits) -> NDArray[np.bool_]:
    """Whether the party is in the site, by position in the log."""
    stay = case.stays
    line, known = find(case.parties.ids, visit.party)
    keys = stay.party * MOST_ROWS + stay.begin_position
    found = np.searchsorted(keys, line * MOST_ROWS + visit.position) - 1
    there: NDArray[np.bool_] = known & (found >= 0)
    at_hand = found[there]
    there[there] = (
        (stay.party[at_hand] == line[there])
        & (visit.position[there] < stay.end_position[at_hand])
        & (stay.site[at_hand] == visit.site[there])
    )
    return there


def _every_round(case: Case, begun: _Visits, both: _Visits) -> Faults:
    """Each party in a site at a round has one visit of it, begun before the next round of the kind, or missed."""
    kinds = [case.scenario.visits[name] for name in sorted(case.scenario.visits)]
    present = _parties_at_rounds(case)
    days = case.scenario.n_days + FOLLOWED_DAYS
    for number, kind in enumerate(kinds):
        times = sorted(time * 60 % DAY for time in kind.times)
        seconds = (np.arange(days)[:, None] * DAY + np.array(times)[None, :]).ravel()
        later = np.append(seconds[1:], days * DAY + times[0])
        own = both.round % 100 == number
        line = np.searchsorted(seconds, both.round[own] // 100)
        for site, function in zip(case.log.places.sites, present, strict=True):
            here = line[both.site[own] == site]
            had = np.bincount(here, minlength=len(seconds) + 1)[: len(seconds)]
            due = at(function, seconds)
            decided = later < case.log.hard_stop
            for i in np.flatnonzero((had > due) | (decided & (had != due))):
                yield f"visits: {when(seconds[i])}: {case.name(site)}: {had[i]} visits of a round to {due[i]} parties"
        mine = np.flatnonzero(begun.round % 100 == number)
        next_round = np.append(later, NEVER)[np.searchsorted(seconds, begun.round[mine] // 100)]
        for i in mine[begun.second[mine] >= next_round]:
            yield f"visits: {when(begun.second[i])}: party {begun.party[i]} is visited after the next round has started"


def _parties_at_rounds(case: Case) -> list[Steps]:
    """Parties of each site that a round starting at a second is for: in it and not released when rounds start.

    Arrivals, moves and the ends of check-out come before rounds; releases and the way to hospital come after.
    """
    stay, rows = case.stays, case.log.rows
    begin = rows["second"][stay.begin_position]
    ended = stay.end < NEVER
    kind = np.zeros(len(ended), dtype=np.int64)
    kind[ended] = rows["kind"][stay.end_position[ended]]
    released = case.parties.released[stay.party]
    after_rounds = (kind == Kind.TO_HOSPITAL) | ((kind == Kind.LEFT) & (released == stay.end))
    last = np.minimum(np.where(after_rounds, stay.end, stay.end - 1), released)
    last = np.maximum(np.minimum(last, case.log.hard_stop), begin - 1)
    lines = groups(stay.site - case.log.places.n_ports, case.log.places.n_sites)
    return [presence(begin[i], last[i] + 1, np.ones(len(i), dtype=np.int64)) for i in lines]


def _results(case: Case) -> Faults:
    """Swabs are taken on their days of the stay; no more results than swabs that have ended."""
    swabs, results = case.history.tasks(Subject.TASK_SWAB), case.history.of(Kind.RESULT)
    party = case.log.rows["party"][swabs.position]
    begin = stay_began(case, party, swabs.subject_id // 100)
    missed = case.history.of(Kind.MISSED)  # with their site; due again at the next round, whatever its day
    missed_parties = missed["party"][(missed["subject"] == Subject.TASK_SWAB) & (missed["reason"] == Reason.WAS_LOST)]
    on_day = has_swab(case, party, swabs.subject_id // 100, begin) | np.isin(party, missed_parties)
    for i in np.flatnonzero(~on_day):
        yield f"swabs: {when(swabs.second[i])}: party {party[i]} has a swab on a day of its stay without one"
    for i in np.flatnonzero(swabs.subject_id % 100 != SWAB_ROUND):
        yield f"swabs: {when(swabs.second[i])}: party {party[i]}: the round is not one of swabs"
    place = np.concatenate([party, results["party"]])
    second = np.concatenate([swabs.value, results["second"]])
    change = np.repeat(np.array([1, -1], dtype=np.int64), [len(party), len(results)])
    order = np.lexsort((-change, second, place))
    total = np.cumsum(change[order])
    first = np.flatnonzero(np.diff(place[order], prepend=-1) != 0)
    before = np.repeat(np.append(0, total)[first], np.diff(np.append(first, len(order))))
    for i in order[total - before < 0]:
        yield f"swabs: {when(second[i])}: party {place[i]} has a result without a swab"


def has_swab(case: Case, party: Ints, second: Ints, begin: Ints) -> NDArray[np.bool_]:
    """Whether parties have a swab on the day of a second of the stay that began at `begin`."""
    scenario = case.scenario
    if scenario.swabs is None or scenario.stay is None:
        return np.zeros(len(party), dtype=bool)
    day = (second - begin) // DAY + 1
    last = -(-stay_seconds(case, party, second) // DAY)
    listed = [number for number in scenario.swabs.days if number != LAST_DAY]
    with_last = np.full(len(day), LAST_DAY in scenario.swabs.days)
    return np.asarray((day <= last) & (np.isin(day, listed) | ((day == last) & with_last)))


def stay_seconds(case: Case, party: Ints, second: Ints) -> Ints:
    """Planned seconds of the stay of each party that is under way at a second; where stays are drawn, of its last row
    about it, -1 for none.
    """
    stay = case.scenario.stay
    if stay is None or stay.drawn is None:
        return np.full(len(party), round(stay.mean_days * DAY) if stay else 0)
    rows = case.history.of(Kind.STAY_PLANNED)
    order = np.lexsort((rows["second"], rows["party"]))
    line, there = find(case.parties.ids, rows["party"][order])
    own, known = find(case.parties.ids, party)
    keys = np.where(there, line, -1) * MOST_ROWS + rows["second"][order]
    found = np.searchsorted(keys, own * MOST_ROWS + second, "right") - 1
    known &= (found >= 0) & (line[np.maximum(found, 0)] == own)
    return np.where(known, rows["value"][order][np.maximum(found, 0)], -1)


def stay_began(case: Case, party: Ints, second: Ints) -> Ints:
    """Begin of the stay of each party that is under way at a second: arrival, or the last restart."""
    history = case.history
    rows = [history.of(Kind.ARRIVED), history.of(Kind.PRESENT), history.of(Kind.RESTARTED)]
    numbers = np.concatenate([found["party"] for found in rows])
    begins = np.concatenate([rows[0]["second"], rows[1]["value"], rows[2]["second"]])
    order = np.lexsort((begins, numbers))
    line, there = find(case.parties.ids, numbers[order])
    own, known = find(case.parties.ids, party)
    shift = 1 << 39  # a stay may have begun before second 0
    keys = np.where(there, line, -1) * MOST_ROWS + begins[order] + shift
    found = np.searchsorted(keys, own * MOST_ROWS + second + shift, side="right") - 1
    result = np.full(len(party), -1 << 38, dtype=np.int64)
    known &= found >= 0
    result[known] = begins[order][found[known]]
    return result


def _laboratory(case: Case) -> Faults:
    """Swabs taken in on one day are at most the daily capacity, or those of one party.

    The day follows from the second of the result where the turnaround tells it; others and the last day are left out.
    """
    laboratory = case.scenario.laboratory
    if laboratory is None or laboratory.daily_capacity is None:
        return
    rows = case.history.of(Kind.RESULT)
    turnaround = _turnaround(case, laboratory.turnaround_hours)
    days = np.full(len(rows), -1, dtype=np.int64)
    possible = np.zeros(len(rows), dtype=np.int64)
    last_day = case.log.hard_stop // DAY - 1
    for seconds in np.unique(turnaround.values):
        taken_in = rows["second"] - seconds
        fits = np.flatnonzero((taken_in >= 0) & (taken_in < last_day * DAY) & (at(turnaround, taken_in) == seconds))
        days[fits], possible[fits] = taken_in[fits] // DAY, possible[fits] + 1
    certain = possible == 1
    people = np.bincount(days[certain], weights=rows["people"][certain]).astype(np.int64)
    parties = np.bincount(days[certain], minlength=len(people))
    for day in np.flatnonzero((people > laboratory.daily_capacity) & (parties > 1)):
        yield f"laboratory: day {day + 1}: {people[day]} swabs taken in, at most {laboratory.daily_capacity} possible"


def _turnaround(case: Case, hours: float) -> Steps:
    """Seconds from swab to result, disruptions included."""
    spans = [(0, NEVER, hours)]
    for event in case.scenario.disruptions:
        if event.kind == "laboratory_hours":
            begin, end = event.span(case.scenario.first_day)
            spans.append((begin, NEVER if end is None else end, float(event.value or 0)))
    cuts = sorted({max(second, 0) for begin, end, _ in spans for second in (begin, end)})
    held = [[value for begin, end, value in spans if begin <= cut < end] for cut in cuts[:-1]]
    seconds = [max(1, int(np.floor(values[-1] * 3600 + 0.5))) for values in held]
    return Steps(np.array(cuts[:-1], dtype=np.int64), np.array(seconds, dtype=np.int64))


def _infected(case: Case) -> Faults:
    """Of the infected who are told of, each leaves once at most, was told of before, and was not found, or recovered in
    the room; at the hard stop all have left, were found or are still there.
    """
    history = case.history
    came, left, found = (history.of(kind) for kind in (Kind.INFECTED, Kind.INFECTED_LEFT, Kind.DETECTED))
    numbers, times = np.unique(left["subject_id"], return_counts=True)
    for number in numbers[(times > 1) | ~np.isin(numbers, came["subject_id"])]:
        yield f"health: person {number} leaves infected without having come so, or twice"
    recovered = history.of(Kind.RECOVERED)["party"]
    for row in left[np.isin(left["subject_id"], found["subject_id"]) & ~np.isin(left["party"], recovered)]:
        yield f"health: {when(row['second'])}: person {row['subject_id']} was found infected and leaves as if not"
    gone = np.union1d(left["subject_id"], found["subject_id"])
    lost = len(came) - int(np.isin(came["subject_id"], gone).sum())
    if lost > int(history.of(Kind.CENSORED)["people"].sum()):
        yield f"health: {lost} infected people neither leave nor are found, and are not there at the hard stop"


def _detected(case: Case) -> Faults:
    """Nobody is detected twice; a party whose only person was detected is not released."""
    found, after = case.history.of(Kind.DETECTED), case.history.of(Kind.DETECTED_AFTER_RELEASE)
    rows = np.concatenate([found, after])
    numbers, first, times = np.unique(rows["subject_id"], return_index=True, return_counts=True)
    for i in np.flatnonzero(times > 1):
        yield f"health: {when(rows['second'][first[i]])}: person {numbers[i]} is detected {times[i]} times"
    split = case.history.of(Kind.PARTY_SPLIT)
    alone = found[~np.isin(found["subject_id"], split["subject_id"][split["reason"] == Reason.DETECTED])]
    line, there = find(case.parties.ids, alone["party"])
    released = np.append(case.parties.released, NEVER)[np.where(there, line, -1)]
    for row in alone[(released < NEVER) & (released >= alone["second"])]:
        yield f"health: {when(row['second'])}: party {row['party']} was detected and is released"


def _screened(case: Case) -> Faults:
    """Symptoms are seen at the hand-over, a test on arrival finds somebody when its result is due, both at ports that
    screen; where the release waits for results, it waits for that one.
    """
    screening, table = case.scenario.screening, case.parties
    ports = [] if screening is None else [case.name(port) for port in case.log.places.ports]
    screens = np.array([screening.ports is None or port in screening.ports for port in ports if screening], dtype=bool)
    screens = np.append(screens, screening is not None and screening.ports is None)  # -1: there from the beginning
    hours = screening.test_turnaround_hours if screening else None
    after = {Reason.SEEN_ON_ARRIVAL: 0, Reason.BY_ARRIVAL_TEST: -1 if hours is None else max(1, round(hours * 3600))}
    for kind in (Kind.DETECTED, Kind.DETECTED_AFTER_RELEASE):
        rows = case.history.of(kind)
        for row in rows[np.isin(rows["reason"], list(after))]:
            line = table.lines(row["party"])
            began = table.handed_over[line] if table.port[line] >= 0 else _arrival_before(case, int(row["party"]))
            if not screens[table.port[line]] or row["second"] != began + after[row["reason"]]:
                yield f"screening: {when(row['second'])}: person {row['subject_id']} was not screened, or not then"
    health = case.scenario.health
    if hours is None or (health is not None and not health.release_waits_for_result):
        return
    tested = (table.port >= 0) & screens[table.port] & (table.released < NEVER)
    for i in np.flatnonzero(tested & (table.released < table.handed_over + after[Reason.BY_ARRIVAL_TEST])):
        yield f"screening: {when(table.released[i])}: party {table.ids[i]} is released before the result of its arrival"


def _arrival_before(case: Case, party: int) -> int:
    """Second at which a party came to the site in which it is from the beginning."""
    rows = case.history.of(Kind.PRESENT)
    return int(rows["value"][rows["party"] == party][0])


def _beds(case: Case) -> Faults:
    """Never more people in hospital than beds; nobody who was detected waits in a site while a bed is free; only who
    was isolated recovers there.
    """
    hospital = case.scenario.hospital
    beds = NEVER if hospital is None or hospital.beds is None else hospital.beds
    found, taken, freed, recovered = (
        case.history.of(kind)["second"] for kind in (Kind.DETECTED, Kind.TO_HOSPITAL, Kind.DISCHARGED, Kind.RECOVERED)
    )
    for row in case.history.of(Kind.RECOVERED):
        if row["party"] not in case.history.of(Kind.ISOLATED)["party"]:
            yield f"beds: {when(row['second'])}: person {row['party']} recovers in the room, was not isolated"
    gone = np.concatenate([taken, recovered])
    one = np.ones(len(found) + len(gone) + len(freed), dtype=np.int64)
    used = steps(np.concatenate([taken, freed]), np.concatenate([one[: len(taken)], -one[: len(freed)]]))
    for second, number in zip(*used, strict=True):
        if number > beds or number < 0:
            yield f"beds: {when(second)}: {number} people in hospital, {beds} beds"
    waiting = steps(np.concatenate([found, gone]), np.concatenate([one[: len(found)], -one[: len(gone)]]))
    seconds = np.unique(np.concatenate([used.seconds, waiting.seconds]))
    seconds = seconds[seconds < case.log.hard_stop]
    free = beds - at(used, seconds)
    for i in np.flatnonzero((at(waiting, seconds) > 0) & (free > 0)):
        yield f"beds: {when(seconds[i])}: {at(waiting, seconds)[i]} detected wait in their rooms, a bed is free"


def _negative_before_release(case: Case) -> Faults:
    """Where the release waits for results, none who is released has a swab that waits, is being taken or is tested."""
    health = case.scenario.health
    if health is not None and not health.release_waits_for_result:
        return
    history, released = case.history, case.history.of(Kind.RELEASED)
    swabs, missed = history.tasks(Subject.TASK_SWAB), history.of(Kind.MISSED)
    left = missed[(missed["subject"] == Subject.TASK_SWAB) & (missed["reason"] == Reason.ROOM_LEFT)]
    ends = np.append(case.log.rows["party"][swabs.position], left["party"])
    until = np.append(swabs.value, left["second"] + 1)
    if case.scenario.laboratory:  # a result for each swab, in order
        results = history.of(Kind.RESULT)
        until[: len(swabs.value)] = _results_of(ends[: len(swabs.value)], swabs.value, results)
    begun = np.append(swabs.second, left["subject_id"] // 100)
    second_of = dict(zip(released["party"].tolist(), released["second"].tolist(), strict=True))
    for party, second, end in zip(ends.tolist(), begun.tolist(), until.tolist(), strict=True):
        at_release = second_of.get(party, -1)
        if second <= at_release < end:
            yield f"swabs: {when(at_release)}: party {party} is released before the result of a swab"


def _results_of(party: Ints, taken: Ints, results: NDArray[np.void]) -> Ints:
    """Second of the result of each swab: those of a party in order; NEVER for none."""
    waiting: dict[int, list[int]] = {}
    for number, second in zip(results["party"].tolist(), results["second"].tolist(), strict=True):
        waiting.setdefault(number, []).append(second)
    seconds = np.full(len(party), NEVER, dtype=np.int64)
    for i in np.lexsort((taken, party)).tolist():
        if waiting.get(int(party[i])):
            seconds[i] = waiting[int(party[i])].pop(0)
    return seconds
