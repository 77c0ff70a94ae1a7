"""A scenario as it stands on a day: its guests, and who will come by the recent days, one draw a replication; and the
replications of such scenarios, each with its series kept, which forecasts and replays are read from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.commands.data.asked import ALL, ONE_DAY, ByDay, Observed, There, days_between, there_on
from sim.commands.data.scoring import Fitted, fit_stay
from sim.flow.engines import COMPILED
from sim.measures.scope import HOUR
from sim.numbers.forecasts import Counted, ahead, fit
from sim.runs.chunk_runner import Chunk, Part, Where, finished, opened
from sim.runs.job import FIRST_REPLICATION, Job, chosen
from sim.sampling.expected import expected_people
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.changing import changed
from sim.scenario.places import largest_party, rooms_of, sites_in_order
from sim.scenario.tables.arrivals import DailyRegime, TimetableRegime
from sim.shell.errors import Failed
from sim.words.language import said

if TYPE_CHECKING:
    from sim.scenario.tables.distributions import Stay
    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
RECENT = 56
"""Days that rates are learned from; older ones would count for a sixteenth at most."""
REGIME = "recent_days"
"""Id of the regime that forecast rates stand in."""
BY = "the recent days"


@dataclass(frozen=True)
class Standing:
    """A scenario on a day, and what each replication takes for the rates to come."""

    scenario: Scenario
    draws: tuple[Mapping[str, Any], ...]
    learned: Mapping[str, Counted]
    """By port; empty where nothing is known of recent days: the scenario's own arrivals stay."""
    there: There
    fitted: Fitted | None = None
    """The stay that stands in place of the scenario's own."""


@dataclass(frozen=True)
class Forecast:
    """What the days to come look like; arrays have a row a replication and a column a day."""

    begin: dt.date
    stand: Standing
    by_day: Mapping[str, Floats]
    """arrivals_at_sites, check_outs, guests_present, rooms_needed."""
    rooms_there: Floats
    """Rooms of the sites that are open at the beginning or open by date, by day."""
    staff: list[dict[str, Any]]

    @property
    def n_days(self) -> int:
        """Days ahead."""
        return len(self.rooms_there)

    @property
    def short(self) -> Floats:
        """Chance that more rooms are needed than are there, by day."""
        return np.asarray((self.by_day["rooms_needed"] > self.rooms_there).mean(axis=0))

    def day(self, number_of: int) -> dt.date:
        """A day by its number from 0."""
        return self.begin + dt.timedelta(days=number_of)


def standing_on(
    scenario: Scenario, seen: Observed, day: dt.date, n_days: int, n_draws: int, seed: int, *, refit: bool = False
) -> Standing:
    """The scenario from a day on, for so many days, with what was known at its beginning.

    `refit`: the stay is the one that would fit until then, where days are enough to tell. Raises ScenarioError when
    there is no stay, or guests have no rooms.
    """
    if scenario.stay is None or scenario.sites is None:
        raise ScenarioError([Fault("", "stay", None, "a forecast needs sites and a stay")])
    seen = seen.until(day)
    share = {port: 1 - table.not_diverted_share for port, table in scenario.ports.items()}
    expected = _expected(scenario)
    diverted = sum(share[port] * n for port, n in expected.items()) / (sum(expected.values()) or 1.0)
    fitted = fit_stay(seen, day, diverted) if refit else None
    there = there_on(seen, day, fitted.longer if fitted else longer_than(scenario.stay), diverted)
    counts = {} if not there.came else _by_port(scenario, seen, there, expected, share)
    learned = {port: fit(_series(table, day), (day - ONE_DAY).weekday()) for port, table in counts.items()}
    changes: dict[str, Any] = {
        "first_day": day.isoformat(),
        "last_day": (day + dt.timedelta(days=n_days - 1)).isoformat(),
    }
    changes["window"] = None
    if fitted is not None:
        changes["stay.days"] = fitted.days
    if not (scenario.initial and scenario.first_day == day):
        changes["initial"] = guest_rows(scenario, there.cohorts, seen, day)
    draws: tuple[Mapping[str, Any], ...] = ()
    if learned:
        scenario, draws = _draws(scenario, *_ahead(learned, day, n_days, n_draws, seed), day)
        changes |= {"arrivals.variation": "index", "arrivals.day_cv": None, "arrivals.factor": 1.0}
    if seen.at_sites:
        changes |= {f"ports.{port}.not_diverted_share": 0.0 for port in scenario.ports}
    return Standing(changed(scenario, changes, by=BY), draws, learned, there, fitted)


def longer_than(stay: Stay) -> Callable[[float], float]:
    """Share of stays that are longer than so many days."""
    return lambda so_far: float(stay.still_there(max(so_far, 0.0)))


def _expected(scenario: Scenario) -> dict[str, float]:
    """People whom the scenario expects at each port, by which people are told apart whose port is not known."""
    people = expected_people(scenario)
    return {port: float(people[row].sum()) for row, port in enumerate(sorted(scenario.ports))}


def _by_port(
    scenario: Scenario, seen: Observed, there: There, expected: Mapping[str, float], share: Mapping[str, float]
) -> dict[str, ByDay]:
    """People handed over by port and day, without the scenario's own factors of those days."""
    found = {port: dict(table) for port, table in seen.arrivals.items() if port != ALL}
    rest = seen.arrivals.get(ALL, {}) if seen.arrivals else there.came
    counted_at_sites = seen.at_sites or not seen.arrivals
    total = sum(expected.values())
    if rest and not found:
        for port, people in expected.items():
            part = people / total if total else 1 / len(expected)
            scale = part / share[port] if counted_at_sites and not seen.at_sites and share[port] else part
            found[port] = {day: n * scale for day, n in rest.items()}
    for port, table in found.items():
        for day in table:
            table[day] /= _factor(scenario, port, day)
    return found


def _factor(scenario: Scenario, port: str, day: dt.date) -> float:
    """What the scenario's disruptions multiply a day's people by, which a rate must not hold twice."""
    product = 1.0
    for row in scenario.disruptions:
        begin = row.from_day.date() if isinstance(row.from_day, dt.datetime) else row.from_day
        end = row.to_day.date() if isinstance(row.to_day, dt.datetime) else row.to_day
        if row.kind == "arrivals_factor" and row.place in (port, ALL) and begin <= day and (end is None or day <= end):
            product *= float(row.value or 1.0)
    return product or 1.0


def _series(table: ByDay, day: dt.date) -> Floats:
    first = max(min(table), day - dt.timedelta(days=RECENT))
    return np.array([table.get(each, np.nan) for each in days_between(first, day - ONE_DAY)], dtype=np.float64)


def _draws(
    scenario: Scenario, rates: Mapping[str, Floats], index: Floats, day: dt.date
) -> tuple[Scenario, tuple[Mapping[str, Any], ...]]:
    """The scenario with a regime for the days to come at each port, and what each replication takes in it."""
    found: list[dict[str, Any]] = [{"arrivals.dispersion_index": round(float(value), 4)} for value in index]
    ports = dict(scenario.ports)
    for port, table in rates.items():
        begin, regimes = _after_bookings(scenario, port, day), dict(scenario.ports[port].regimes)
        kept = {name: r for name, r in regimes.items() if begin > day and isinstance(r, TimetableRegime)}
        days = [day + dt.timedelta(days=k) for k in range(table.shape[1])]
        at = [k for k, each in enumerate(days) if each >= begin]
        if at:
            values = {days[k]: float(table[0, k]) for k in at}
            regime = DailyRegime(kind="daily", from_day=days[at[0]], values=values)
            ports[port] = ports[port].model_copy(update={"regimes": kept | {REGIME: regime}})
            for draw, row in zip(found, table, strict=True):
                here = {days[k].isoformat(): round(float(row[k]), 4) for k in at}
                draw[f"ports.{port}.regimes.{REGIME}.values"] = here
    return scenario.model_copy(update={"ports": ports}), tuple(found)


def _ahead(
    learned: Mapping[str, Counted], day: dt.date, n_days: int, n_draws: int, seed: int
) -> tuple[dict[str, Floats], Floats]:
    """Rates of the days to come by port, and an index of variation for all of them by draw."""
    rates: dict[str, Floats] = {}
    indices, weight = np.zeros(n_draws), 0.0
    for number, (port, past) in enumerate(sorted(learned.items())):
        key = np.array([seed, day.toordinal() * 1_000 + number], dtype=np.uint64)
        rates[port], index = ahead(past, n_days, n_draws, np.random.Generator(np.random.Philox(key=key)))
        indices, weight = indices + index * past.level, weight + past.level
    return rates, np.maximum(indices / max(weight, 1e-9), 1.0)


def _after_bookings(scenario: Scenario, port: str, day: dt.date) -> dt.date:
    """The first day that a port's timetable says nothing of."""
    regimes = scenario.ports[port].regimes.values()
    booked = [row.time.date() for r in regimes if isinstance(r, TimetableRegime) for row in r.rows]
    return max([day, *(each + ONE_DAY for each in booked if each >= day)])


# guests


def guest_rows(scenario: Scenario, cohorts: ByDay, seen: Observed, day: dt.date) -> list[dict[str, Any]]:
    """Rows of `initial` for guests by the day on which they came, at its noon, in the sites that are open, in order.

    Rooms are taken by as many guests each as were counted that day, else as parties of the scenario have people. Raises
    ScenarioError when the sites have too few rooms.
    """
    whole = _whole(cohorts)
    per_room = _guests_per_room(scenario, seen, day)
    most = 1 if scenario.rooms.per == "person" else scenario.rooms.most_people or largest_party(scenario)
    per_room = min(max(per_room, 1.0), float(most))
    sites, free = scenario.sites, dict[str, int]()
    for key, site in sites_in_order(scenario) if sites is not None else ():
        if sites is not None and (site.opens == "demand" or site.opens <= day):
            free[key] = rooms_of(sites, site)
    rows = []
    for came, guests in sorted(whole.items()):
        left = guests
        for site_id, there in free.items():
            here = min(left, int(there * per_room))
            if here > 0:
                rooms = min(max(-(-here // most), round(here / per_room)), there, here)
                free[site_id] -= rooms
                rows.append({"site": site_id, "guests": here, "rooms": rooms, "arrived": f"{came} 12:00"})
                left -= here
        if left:
            rule = said("there is no room for {n} guests who were counted on {day}", n=left, day=day.isoformat())
            raise ScenarioError([Fault("", "sites", None, rule, "list the sites that were open, with their rooms")])
    return rows


def _whole(cohorts: ByDay) -> dict[dt.date, int]:
    """Whole people whose sum is the rounded sum: largest remainder, the earlier of equals."""
    down = {day: int(n) for day, n in cohorts.items()}
    missing = round(sum(cohorts.values())) - sum(down.values())
    for day in sorted(cohorts, key=lambda d: (down[d] - cohorts[d], d))[:missing]:
        down[day] += 1
    return {day: n for day, n in down.items() if n > 0}


def _guests_per_room(scenario: Scenario, seen: Observed, day: dt.date) -> float:
    rooms, guests = seen.stocks.get("rooms_taken", {}).get(day, 0.0), seen.guests.get(day, 0.0)
    if rooms and guests:
        return guests / rooms
    weights = scenario.arrivals.party_size_weights
    return sum(size * w for size, w in enumerate(weights, 1)) / (sum(weights) or 1.0)


# real days again


def real_days(scenario: Scenario, seen: Observed, begin: dt.date, end: dt.date) -> Scenario:
    """The scenario from a day to another with exactly the people who were counted, and the guests of its first morning.

    What disruptions do to arrivals is in the counts already. Without counts people come as the scenario says. Raises
    ScenarioError when there is no stay, a day has no count, or guests have no rooms.
    """
    if scenario.stay is None or scenario.sites is None:
        raise ScenarioError([Fault("", "stay", None, "a replay needs sites and a stay")])
    changes: dict[str, Any] = {"first_day": begin.isoformat(), "last_day": end.isoformat(), "window": None}
    if not (scenario.initial and scenario.first_day == begin):
        there = there_on(seen.until(begin), begin, longer_than(scenario.stay), 1.0)
        changes["initial"] = guest_rows(scenario, there.cohorts, seen, begin)
    if seen.arrivals:
        scenario = _with_counts(scenario, seen, list(days_between(begin, end)))
        changes |= {"arrivals.factor": 1.0}
    if seen.at_sites:
        changes |= {f"ports.{port}.not_diverted_share": 0.0 for port in scenario.ports}
    return changed(scenario, changes, by=BY)


def _with_counts(scenario: Scenario, seen: Observed, days: list[dt.date]) -> Scenario:
    ports = dict(scenario.ports)
    expected = _expected(scenario)
    total = sum(expected.values())
    part = {port: n / total if total else 1 / len(expected) for port, n in expected.items()}
    missing = [day for day in days if not any(day in table for table in seen.arrivals.values())]
    if missing:
        rule = said("{n} days have no count of arrivals, first {day}", n=len(missing), day=missing[0].isoformat())
        raise ScenarioError([Fault("", "observed", None, rule, "replay the days that have one: --from and --to")])
    for port, table in scenario.ports.items():
        own, rest = seen.arrivals.get(port, {}), seen.arrivals.get(ALL, {})
        values = {day: own.get(day, 0.0) + part[port] * rest.get(day, 0.0) for day in days}
        regime = DailyRegime(kind="daily", from_day=days[0], values=values, exact=True)
        ports[port] = table.model_copy(update={"regimes": {REGIME: regime}})
    kept = tuple(row for row in scenario.disruptions if row.kind not in ("arrivals_factor", "arrivals_added"))
    return scenario.model_copy(update={"ports": ports, "disruptions": kept})


# replications

Series = dict[tuple[str, str], Floats]
"""By quantity and place: a row a replication, a column an hour of the window."""
TOGETHER = 10
"""Replications that a worker does in one go."""
A_DAY = 24


def run_all(
    jobs: Mapping[str, Job], n: int, where: Where, progress: Callable[[int], None] | None = None
) -> dict[str, Series]:
    """Series of all replications of each job. Raises Failed when one can not be simulated."""
    names = list(jobs)
    with_reruns = {name: _with_reruns(job, name == names[0], n) for name, job in jobs.items()}
    found: dict[str, dict[tuple[str, str], dict[int, Floats]]] = {name: {} for name in names}
    count = 0
    with opened(where) as executor:
        for _number, done in finished(executor, _chunks(with_reruns, n)):
            for each in done:
                if each.outcome is None:
                    raise Failed(f"{each.point}: {each.error}")
                for series in each.outcome.measures.series:
                    if len(series.seconds) > 1 and series.seconds[1] - series.seconds[0] == HOUR:
                        by_replication = found[each.point].setdefault((series.quantity, series.place), {})
                        by_replication[each.replication] = series.values
                count += 1
            if progress is not None:
                progress(count)
    return {
        name: {cell: np.stack([values[m] for m in sorted(values)]) for cell, values in table.items()}
        for name, table in found.items()
    }


def _with_reruns(job: Job, first: bool, n: int) -> Job:
    """Some replications of the first job are run again on SimPy and compared, as everywhere."""
    if job.engine != COMPILED or not first:
        return job
    return replace(job, rerun=chosen(job.seed, range(FIRST_REPLICATION, FIRST_REPLICATION + n)))


def _chunks(jobs: Mapping[str, Job], n: int) -> Iterator[Chunk]:
    for name, job in jobs.items():
        for first in range(FIRST_REPLICATION, FIRST_REPLICATION + n, TOGETHER):
            numbers = tuple(range(first, min(first + TOGETHER, FIRST_REPLICATION + n)))
            yield (Part(name, job, numbers),)


def at_midnight(series: Series, quantity: str, place: str = ALL) -> Floats:
    """Values at 00:00 of the first day and at the end of each day."""
    return series[quantity, place][:, ::A_DAY]


def most_of_day(series: Series, quantity: str, place: str = ALL) -> Floats:
    """The largest value at a full hour of each day, its end included."""
    values = series[quantity, place]
    days = (values.shape[1] - 1) // A_DAY
    return np.stack([values[:, d * A_DAY : (d + 1) * A_DAY + 1].max(axis=1) for d in range(days)], axis=1)


def came_by_day(series: Series) -> Floats:
    """People who came to a site on each day."""
    return np.diff(at_midnight(series, "persons_served"), axis=1)


def left_by_day(series: Series) -> Floats:
    """People who left the sites on each day: released, or taken to hospital."""
    return came_by_day(series) - np.diff(at_midnight(series, "guests_present"), axis=1)
