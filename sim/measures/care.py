"""Care in sites and after it: visits and swabs late or missed, infections found and missed, beds, follow-up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.flow.history import find
from sim.flow.log import Kind, Reason
from sim.flow.steps import Ints, largest, largest_of_each, presence, presence_by_hour, presence_of, steps
from sim.flow.task_sums import ROUND
from sim.measures.scope import ALL, DAY, Result, Results, Scope, share


def visits(scope: Scope) -> Results:
    """visits_late_share, visits_missed_share and visits_in_time_share (sites, all); nothing without rounds."""
    if not scope.scenario.visits:
        return
    gone = scope.history.of(Kind.MISSED)
    gone = gone.take(np.flatnonzero(_in_stretch(scope, gone["subject_id"])))
    some = gone["place"][gone["place"] >= 0]
    by_place = (scope.task_sums.held, scope.task_sums.late, np.bincount(some, minlength=len(scope.log.places.ids)))
    held, late_by_site, missed = (_by_site(scope, counts) for counts in by_place)
    parts = {"late": late_by_site, "missed": missed, "in_time": held - late_by_site}
    for measure, part in ((f"visits_{name}_share", part) for name, part in parts.items()):
        yield Result(measure, ALL, share(int(part.sum()), int((held + missed).sum())))
        for site, number in enumerate(scope.log.places.sites):
            yield Result(measure, scope.name(number), share(int(part[site]), int(held[site] + missed[site])))


def _in_stretch(scope: Scope, rounds: Ints) -> NDArray[np.bool_]:
    return (rounds >= scope.start * ROUND) & (rounds < scope.end * ROUND)


def _by_site(scope: Scope, counts: Ints) -> Ints:
    """How many rows each site has, whether they name the site or its team. `counts` are by place."""
    team = np.array(scope.log.places.pool_of_site, dtype=np.int64)
    return np.asarray(counts[scope.log.places.sites] + np.append(counts, 0)[team])  # team -1 finds the 0


def infections(scope: Scope) -> Results:
    """detected, detection_day_mean, detected_after_release, released_infectious (all); who was found by screening (all,
    ports); nothing without health.
    """
    if scope.scenario.health is None:
        return
    found = _counted(scope, scope.history.of(Kind.DETECTED))
    yield Result("detected", ALL, float(len(found)))
    yield Result("detection_day_mean", ALL, share(float((found["value"] // DAY + 1).sum()), len(found)))
    yield from _by_screening(scope, found)
    after = _counted(scope, scope.history.of(Kind.DETECTED_AFTER_RELEASE))
    yield Result("detected_after_release", ALL, float(len(after)))
    released = _counted(scope, scope.history.of(Kind.RELEASED))
    yield Result("released_infectious", ALL, float(released["value"].sum()))


def _by_screening(scope: Scope, found: NDArray[np.void]) -> Results:
    """found_by_symptoms_on_arrival and found_by_arrival_test (all, ports); nothing without screening."""
    if scope.scenario.screening is None:
        return
    table = scope.parties
    port = table.port[table.find(found["party"])[0]] if len(found) else found["place"]
    names = {Reason.SEEN_ON_ARRIVAL: "found_by_symptoms_on_arrival", Reason.BY_ARRIVAL_TEST: "found_by_arrival_test"}
    for reason, measure in names.items():
        mine = found["reason"] == reason
        yield Result(measure, ALL, float(mine.sum()))
        for number in scope.log.places.ports:
            yield Result(measure, scope.name(number), float((mine & (port == number)).sum()))


def onward(scope: Scope) -> Results:
    """onward_infections_after_release and onward_infections_per_infected (all); nothing without infectiousness."""
    health = scope.scenario.health
    if health is None or health.infectiousness is None:
        return
    table, history = health.infectiousness, scope.history
    left, came = _counted(scope, history.of(Kind.INFECTED_LEFT)), _counted(scope, history.of(Kind.INFECTED))
    begin = table.share_before((left["second"] - left["value"]) / DAY)
    end = np.ones(len(left))
    if table.isolate_on_symptoms:
        onsets = history.of(Kind.SYMPTOMS)
        line, found = find(np.sort(onsets["subject_id"]), left["subject_id"])
        onset = onsets["value"][np.argsort(onsets["subject_id"])]
        days = (onset[np.where(found, line, 0)] - left["value"])[found] / DAY if len(onsets) else np.zeros(0)
        end[found] = table.share_before(days)
    people = table.r0 * float(np.maximum(end - begin, 0.0).sum())
    yield Result("onward_infections_after_release", ALL, people)
    yield Result("onward_infections_per_infected", ALL, share(people, len(came)))


def isolated(scope: Scope) -> Results:
    """isolated_after_hospital_max (all); nothing without days of isolation after hospital."""
    hospital = scope.scenario.hospital
    if hospital is None or not hospital.isolation_days_after:
        return
    begin = scope.history.of(Kind.DISCHARGED)["second"]
    people = presence(begin, begin + round(hospital.isolation_days_after * DAY), np.ones(len(begin), dtype=np.int64))
    yield Result("isolated_after_hospital_max", ALL, float(largest(people, scope.start, scope.end)))


def _counted(scope: Scope, rows: NDArray[np.void]) -> NDArray[np.void]:
    """Rows of counted parties."""
    line, there = scope.parties.find(rows["party"])
    there[there] = scope.counted[line[there]]
    return rows.take(np.flatnonzero(there))


def beds(scope: Scope) -> Results:
    """hospital_beds_max (all); nothing without a hospital."""
    if scope.scenario.hospital is None:
        return
    taken = scope.history.of(Kind.TO_HOSPITAL)["second"]
    freed = scope.history.of(Kind.DISCHARGED)["second"]
    change = np.repeat(np.array([1, -1], dtype=np.int64), [len(taken), len(freed)])
    used = steps(np.concatenate([taken, freed]), change)
    yield Result("hospital_beds_max", ALL, float(largest(used, scope.start, scope.end)))


def follow_up(scope: Scope) -> Results:
    """followed_up_max and contacts_per_day_max (all, streets of sites); nothing without follow-up."""
    table = scope.scenario.follow_up
    if table is None:
        return
    rows = scope.history.of(Kind.LEFT)
    seconds = round(table.days * DAY)
    candidates = scope.scenario.sites.candidates if scope.scenario.sites else {}
    street_of = [candidates[scope.name(number)].street for number in scope.log.places.sites]
    streets = sorted(set(street_of) - {""})
    line = np.array([streets.index(street) if street else -1 for street in street_of], dtype=np.int64)
    of_street = line[rows["place"] - scope.log.places.n_ports] + 1
    known = np.flatnonzero(of_street)
    group = np.append(0 * of_street, of_street[known])  # everybody is in group 0, and in that of the street
    left, people = (np.append(rows[name], rows[name][known]) for name in ("second", "people"))
    span, n = (left, left + seconds), len(streets) + 1
    most = largest_of_each(presence_of(group, span, people, n), scope.start, scope.end)
    by_day = presence_by_hour(group, span, people, (n, scope.log.window_end // DAY), DAY)
    busiest = by_day[:, scope.start // DAY : max(scope.end, 0) // DAY].max(axis=1, initial=0)
    for i, place in enumerate([ALL, *streets]):
        yield Result("followed_up_max", place, float(most[i]))
        yield Result("contacts_per_day_max", place, float(busiest[i]) / DAY * table.contacts_per_day)
