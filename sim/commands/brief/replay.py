"""One replication as the page plays it: people at the points, coaches on their way, rooms taken and states of sites.

It is read from the event log in the folder; where there is none, one replication of the folder's own scenario.toml is
simulated. Times are minutes since 00:00 of the first day, each written as the step from the one before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.commands.brief.blocks import Part, Section, filled
from sim.commands.brief.folders import Results, shown
from sim.commands.papers.event_logs import ExportError, histories
from sim.flow.log import COLUMNS, LOG_DTYPE, EventLog, Kind, Reason, Subject
from sim.flow.steps import Ints, Steps, at, steps
from sim.measures.people import at_points
from sim.measures.registry import place_words
from sim.measures.rooms import rooms_taken_by_site
from sim.measures.scope import Scope
from sim.scenario.places import place_numbers
from sim.shell import errors
from sim.words.language import _
from sim.words.pages import MESSAGES
from sim.words.say import day_words

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

MINUTE, HOUR = 60, 3_600
STATES = {
    Kind.SITE_PREPARING: 1, Kind.SITE_OPENED: 2, Kind.SITE_READMITTED: 2, Kind.INTAKE_BEGAN: 2, Kind.SITE_STOPPED: 3,
    Kind.SITE_SHUT: 3, Kind.INTAKE_ENDED: 3, Kind.SITE_LOST: 4, Kind.SITE_CLOSED: 4,
}  # fmt: skip
"""0 not used yet, 1 in preparation, 2 open, 3 takes nobody in, 4 closed."""
OF_POOLS = frozenset({
    Kind.TASK, Kind.MISSED, Kind.SHIFT_BEGAN, Kind.SHIFT_ENDED, Kind.BRIGADE_CALLED, Kind.BRIGADE_ARRIVED,
    Kind.BRIGADE_LEFT, Kind.BRIGADE_ON_SHIFT, Kind.STAFF_ADDED,
})  # fmt: skip
"""Kinds of rows whose place is a pool: a port and its pool may have one name."""


@dataclass(frozen=True)
class Replay:
    """What is played."""

    data: dict[str, Any]
    replication: int
    seed: int
    own: bool
    """Whether it was simulated for the page, with the scenario's own values."""


def replay(results: Results, scenario: Scenario) -> Replay:
    """The replication of a run's folder that the page plays. Raises BadInput for an event log that is none."""
    seed = int(results.manifest.get("seed") or 0)
    try:
        file = histories(results.folder)[0]
    except ExportError:
        log = _simulated(scenario, seed)
        return Replay(replay_data(log, scenario), 1, seed, own=True)
    log = read_history(file, scenario)
    return Replay(replay_data(log, scenario), log.replication, seed, own=False)


def _simulated(scenario: Scenario, seed: int) -> EventLog:
    """The first replication, on whichever engine is done first."""
    from sim.flow import simulate  # noqa: PLC0415  heavy at start-up
    from sim.machine import machine_code  # noqa: PLC0415
    from sim.sampling import sample  # noqa: PLC0415

    engine = "compiled" if machine_code.installed() and machine_code.is_kept() else "simpy"
    return simulate(scenario, sample(scenario, seed=seed, replication=1), engine=engine)


def read_history(file: Path, scenario: Scenario) -> EventLog:
    """A history as `run --events` writes it, as the event log that it was. Raises BadInput."""
    import pandas as pd  # noqa: PLC0415  only where a table is read

    places = place_numbers(scenario)
    n = places.n_ports + places.n_sites
    first, pools = (
        {name: i for i, name in reversed([*enumerate(places.ids)][part])} for part in (slice(0, n), slice(n, None))
    )
    try:
        frame = pd.read_parquet(file)
        rows = np.zeros(len(frame), dtype=LOG_DTYPE)
        for column in COLUMNS:
            rows[column] = _numbers(frame[column], column, first | {"": -1})
    except (OSError, ValueError, KeyError, TypeError) as error:
        why = type(error).__name__
        errors.refuse(MESSAGES["export.unreadable"].format(file=file, why=why))
    of_pools = np.isin(rows["kind"], [int(kind) for kind in OF_POOLS])
    rows["place"][of_pools] = [pools.get(name, -1) for name in frame["place"].to_numpy()[of_pools]]
    ends = {kind: rows["second"][rows["kind"] == kind] for kind in (Kind.END_OF_WINDOW, Kind.HARD_STOP)}
    last = int(rows["second"].max()) if len(rows) else 0
    window_end, hard_stop = (int(found[0]) if len(found) else last for found in ends.values())
    return EventLog(rows, places, window_end, hard_stop, int(file.stem.removeprefix("events-")))


def _numbers(words: Any, column: str, places: dict[str, int]) -> Any:
    """A column with the numbers of its words, each of which is looked up once. KeyError: a word that is none."""
    tables = {"kind": Kind, "subject": Subject, "reason": Reason}
    if column not in tables and column != "place":
        return words.astype(np.int64)
    which, there = words.factorize(use_na_sentinel=False)
    known = {member.name.lower(): int(member) for member in tables[column]} if column in tables else {}
    numbers = [known[word] if known else places.get(word, -1) for word in there]
    return np.array(numbers, dtype=np.int64)[which]


# the data


def replay_data(log: EventLog, scenario: Scenario) -> dict[str, Any]:
    """Everything that is played, as plain numbers; ports and sites by their ids, which each language names."""
    scope = Scope(log, scenario)
    points = [at_points(scope).of(port) for port in log.places.ports]
    taken, states = [rooms_taken_by_site(scope).of(i) for i in range(log.places.n_sites)], _states(log)
    used = [i for i, of_site in enumerate(states) if len(of_site.seconds) or len(taken[i].seconds)]
    ends = [int(of_site.seconds[-1]) for of_site in (states[i] for i in used) if len(of_site.seconds)]
    end = max([log.window_end, *(second for second in ends if second < log.hard_stop)])
    rooms = _rooms(log)
    return {
        "first": scenario.first_day.isoformat(),
        "end": -(-end // MINUTE),
        "busiest": _busiest(points, log.window_end),
        "ports": [
            {"id": log.places.ids[port], "people": _by_minute(points[i])} for i, port in enumerate(log.places.ports)
        ],
        "sites": [
            {
                "id": log.places.ids[log.places.n_ports + i], "rooms": rooms.get(i, 0), "taken": _by_minute(taken[i]),
                "states": _by_minute(states[i]),
            }
            for i in used
        ],
        "trips": [number for trip in _trips(log, used) for number in trip],
    }  # fmt: skip


def _by_minute(function: Steps) -> list[int]:
    """Minute (as the step from the one before) and value by turns; what a minute ends with."""
    minutes = function.seconds // MINUTE
    last = np.ones(len(minutes), dtype=bool)
    last[:-1] = minutes[1:] != minutes[:-1]
    pairs = np.stack([np.diff(minutes[last], prepend=0), function[1][last]], axis=1)
    return [int(number) for number in pairs.ravel()]


def _states(log: EventLog) -> list[Steps]:
    """The state of each site after each second in which it changed."""
    rows = log.of(*STATES)
    codes = np.array([STATES[Kind(kind)] for kind in rows["kind"]], dtype=np.int64)
    found = []
    for site in log.places.sites:
        here = rows["place"] == site
        changes = np.diff(codes[here], prepend=0)
        found.append(steps(rows["second"][here].astype(np.int64), changes))
    return found


def _rooms(log: EventLog) -> dict[int, int]:
    """Rooms of each site that was begun, by its place among the sites."""
    rows = log.of(Kind.SITE_PREPARING, Kind.SITE_OPENED, Kind.SITE_READMITTED)
    return {int(row["place"]) - log.places.n_ports: int(row["value"]) for row in rows}


def _trips(log: EventLog, used: list[int]) -> Iterator[tuple[int, int, int, int, int]]:
    """Departure (as the step from the one before), minutes of the ride, port, site, people of each coach."""
    place = {site + log.places.n_ports: number for number, site in enumerate(used)}
    left = {int(row["value"]): int(row["second"]) for row in log.of(Kind.DEPARTED)}
    boarded = {int(row["subject_id"]): row for row in log.of(Kind.BOARDING)}
    trips = []
    for row in log.of(Kind.COACH_ARRIVED):
        load = int(row["subject_id"])
        begun = boarded.get(load)
        if begun is not None and int(begun["value"]) in place:
            leaves = left.get(load, int(begun["second"])) // MINUTE
            ride = max(int(row["second"]) // MINUTE - leaves, 1)
            trips.append((leaves, ride, int(begun["place"]), place[int(begun["value"])], int(begun["people"])))
    before = 0
    for leaves, *rest in sorted(trips):
        ride, port, site, people = rest
        yield leaves - before, ride, port, site, people
        before = leaves


def _busiest(points: list[Steps], window_end: int) -> int:
    """The minute at which the hour begins in which most people are at the points at once."""
    seconds: Ints = np.unique(np.concatenate([function.seconds for function in points] or [np.zeros(1, np.int64)]))
    seconds = seconds[seconds < window_end]
    if not len(seconds):
        return 0
    people = np.sum([at(function, seconds) for function in points], axis=0)
    return int(seconds[int(np.argmax(people))] // HOUR) * 60


# the section


def section(found: Replay, scenario: Scenario) -> Section:
    """The replay with its controls, marked as one replication of many."""
    moment = dt.datetime.combine(scenario.first_day, dt.time()) + dt.timedelta(minutes=found.data["busiest"])
    status = _(
        "{moment}: people at the points {people}, coaches on their way {coaches}, rooms taken {rooms}, "
        "sites open {sites}"
    )
    words = {
        "play": _("Play"), "pause": _("Pause"), "speed": _("Speed"), "time": _("Day and hour"),
        "busiest": _("Busiest hour"), "people": _("people at the point"),
        "per_second": _("{n} hours a second"), "states": _state_words(),
        "ports": [str(shown(place_words(scenario, each["id"]))) for each in found.data["ports"]],
        "sites": [str(shown(place_words(scenario, each["id"]))) for each in found.data["sites"]],
        "status": status,
        "picture": _("Replay: points on the left, sites on the right, coaches between them"),
        "no_script": _("The replay needs scripts; everything else on this page does without."),
        "legend": _(
            "A dot is one person at the point, up to 200; an orange box is a coach with its people; a bar is the share "
            "of a site's rooms that are taken. Its border: blue open, orange takes nobody in, dashed in preparation."
        ),
        "moment": f"{day_words(moment.date(), with_year=scenario.several_years)} {moment:%H:%M}",
    }  # fmt: skip
    lead = filled(
        _("One replication of many: number {n} of seed {seed}. It shows how a day goes, not what is to be expected."),
        n=found.replication, seed=found.seed,
    )  # fmt: skip
    if found.own:
        lead += " " + _("It was simulated for this page with the scenario's own values.")
    return Section("replay", _("Replay of one replication"), (Part("replay", words),), lead)


def _state_words() -> tuple[str, ...]:
    return _("not used yet"), _("in preparation"), _("open"), _("takes nobody in"), _("closed")


def as_script_data(data: dict[str, Any]) -> str:
    """The data as JSON that can stand in a page: no sign that ends a script."""
    import json  # noqa: PLC0415

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").replace("\u2028", "\\u2028")
