"""What a run says in a few figures, and their words: means with intervals, ranges of replications, hours, targets."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.drawing.tables import busiest_hour, by_hour
from sim.measures.people import MEASURE_OF
from sim.numbers.statistics import SHARE, Interval, mostly, stretches
from sim.numbers.verdicts import Judged
from sim.runs.ensemble import doubt_share
from sim.runs.precision import judged
from sim.runs.replicate import Replicated
from sim.scenario.rules import split_headline
from sim.shell.show import Line, plus_minus
from sim.words import UNIT_NAMES
from sim.words.language import _
from sim.words.say import (
    SHARE_UNIT,
    clauses,
    fill,
    in_order,
    is_lopsided,
    mean_words,
    people_base,
    rough,
    round_number,
    unit_of,
)
from sim.words.screens import INTERVAL, SCREEN

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.replicate import Replicated
    from sim.scenario.tables.schema import Scenario, Target


Floats = NDArray[np.float64]
Stretch = tuple[int, int]
"""Hours of the clock, the second not included."""

RULE = "coach_filling"
"""A wait that a rule demands; no resource shortens it."""
Days = tuple[dt.date, dt.date]
"""First and last day counted."""
WORDS = SCREEN
ENOUGH_FOR_A_BAND = 20
"""Replications from which on 5 % and 95 % of them are told: with fewer these are little but the lowest and highest."""
HOURS_SHOWN = 3
"""The longest stretches of hours are told."""
MANY_HOURS = 72.0
"""From here on hours are told in days."""


@dataclass(frozen=True)
class Value:
    """A row of the summary."""

    mean: float
    low: float
    high: float
    p5: float
    p95: float
    n: int
    unit: str

    @property
    def interval(self) -> Interval:
        """The mean with its interval."""
        return Interval(self.n, self.mean, self.low, self.high)


def is_short(wait_share: float, taken: Interval, needed: Interval) -> bool:
    """Whether rooms are too few: people waited for one, and those needed if there were always enough are surely more
    than were ever taken, which say little then. Of a single replication the values themselves count.
    """
    least = needed.mean if math.isnan(needed.low) else needed.low
    most = taken.mean if math.isnan(taken.high) else taken.high
    return wait_share > 0 and least > most


@dataclass(frozen=True)
class Bottleneck:
    """The resource with the largest part of the waiting hours between hand-over and room, over all runs together."""

    resource: str
    share: float
    """Of all hours of waiting, the rule's included."""
    hours: tuple[Stretch, ...]
    runs: int
    """Runs in which it is that resource, of those in which anybody waits for a resource."""
    n: int
    rule_share: float
    """Part of the waiting that the hold of coaches makes."""


@dataclass(frozen=True)
class PoolHours:
    """Staff of a pool by hour of the day, mean over days and runs."""

    pool: str
    share: float
    """Time in tasks / time there for tasks."""
    busiest: Stretch
    busy: float
    there: float
    full: tuple[Stretch, ...]
    """Hours at which all who are there are in tasks for the whole hour, in 1 of 20 runs or more, on some day."""
    full_days: int
    """Days on which that is so at some hour."""


@dataclass(frozen=True)
class TargetResult:
    """A target of the scenario and the runs that met it."""

    target: Target
    judged: Judged
    """What the runs say: see `sim.numbers.verdicts`. Each target of a run is a statement of its own."""


class Summary:
    """The summary by measure and place."""

    def __init__(self, table: pd.DataFrame) -> None:
        self._rows = {(row.measure, row.place): row for row in table.itertuples(index=False)}

    def get(self, measure: str, place: str = "all") -> Value | None:
        """The estimate, None when no run has a value."""
        row: Any = self._rows.get((measure, place))
        if row is None:
            return None
        mean, low, high, p5, p95 = map(float, (row.mean, row.low, row.high, row.p5, row.p95))
        return Value(mean, low, high, p5, p95, int(row.n), str(row.unit))


def _on(days: Days, series: pd.DataFrame) -> pd.DataFrame:
    """Rows of these days; 24:00 of the last one belongs to the day after."""
    day = series["time"].astype(str).str[:10]
    return series[(day >= days[0].isoformat()) & (day <= days[1].isoformat())]


def bottleneck(done: Replicated) -> Bottleneck | None:
    """The bottleneck, None when nobody waits for staff, rooms or coaches."""
    values = done.replications[done.replications["measure"].isin(MEASURE_OF.values())]
    table = values.pivot_table(index="replication", columns="measure", values="value", sort=False).fillna(0.0)
    table = table.reindex(columns=list(MEASURE_OF.values()), fill_value=0.0)
    total = table.sum()
    of_resources = total.drop(MEASURE_OF[RULE])
    if not of_resources.max() > 0:
        return None
    measure = str(of_resources.idxmax())
    by_run = table[of_resources.index]
    somebody = by_run[by_run.max(axis=1) > 0]
    resource = next(name for name, its_measure in MEASURE_OF.items() if its_measure == measure)
    return Bottleneck(
        resource=resource,
        share=float(total[measure] / total.sum()),
        hours=mostly(by_hour(done.profiles, "waiting_hours", resource)),
        runs=int((somebody.idxmax(axis=1) == measure).sum()),
        n=len(somebody),
        rule_share=float(total[MEASURE_OF[RULE]] / total.sum()),
    )


def pool_hours(done: Replicated, pool: str, days: Days) -> PoolHours | None:
    """Hours of a pool's day over these days, None when it never has anybody for tasks."""
    found = busiest_hour(done.profiles, pool)
    if found is None:
        return None
    hour, in_tasks, there_then = found
    busy, there = (by_hour(done.profiles, name, pool) for name in ("staff_busy", "staff_for_tasks"))
    full = _all_busy(_on(days, done.series[done.series["place"] == pool]))
    return PoolHours(
        pool=pool,
        share=float(busy.sum() / there.sum()),
        busiest=(hour, hour + 1),
        busy=in_tasks,
        there=there_then,
        full=stretches(np.asarray(full.any(axis=0))),
        full_days=int(full.any(axis=1).sum()),
    )


def targets(done: Replicated, scenario: Scenario) -> tuple[TargetResult, ...]:
    """Each target with the runs that met it; runs without a value are left out."""
    results = []
    table = done.replications
    for target in scenario.targets.values():
        here = table[(table["measure"] == target.measure) & (table["place"] == target.place)]
        results.append(TargetResult(target, judged(target, here["value"].to_numpy(float))))
    return tuple(results)


def doubt_shares(done: Replicated, scenario: Scenario, draws: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """By headline of the scenario, the share of its spread that is doubt (see `doubt_share`); those that tell."""
    found: dict[str, float] = {}
    for headline in scenario.headlines:
        measure, place = split_headline(headline)
        rows = done.replications[(done.replications["measure"] == measure) & (done.replications["place"] == place)]
        values = np.full(max(done.finished, default=0), np.nan)
        values[rows["replication"].to_numpy(int) - 1] = rows["value"].to_numpy(float)
        share = doubt_share(values, draws)
        if not math.isnan(share):
            found[headline] = share
    return found


def _all_busy(series: pd.DataFrame) -> NDArray[np.bool_]:
    """Shape (days, 24): whether the 95 % quantile of those in tasks reaches the median of those there for tasks."""
    rows = series.sort_values("time", kind="stable")
    busy = rows.loc[rows["quantity"] == "staff_busy", "p95"].to_numpy(float)
    there = rows.loc[rows["quantity"] == "staff_for_tasks", "p50"].to_numpy(float)
    return np.asarray((busy >= there - 1e-9) & (there > 0)).reshape(-1, 24)


@dataclass(frozen=True)
class Facts:
    """What the lines are made from."""

    done: Replicated
    scenario: Scenario
    summary: Summary

    @property
    def n(self) -> int:
        """Replications that are kept."""
        return len(self.done.finished)


class Numbers:
    """The numbers of one line. Of lopsided means one has both ends of its interval, the others only the digits left;
    so have those beside which the range of replications stands.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._ends = True

    def mean_text(self, measure: str, place: str = "all", *, ends: bool = True) -> str:
        """Mean with its interval, as many digits as earned; and in how many replications, unless in all."""
        value = self._facts.summary.get(measure, place)
        if value is None or math.isnan(value.mean):
            return INTERVAL["none"]
        some = fill(WORDS, "some", n=value.n, runs=self._facts.n) if value.n < self._facts.n else ""
        return self.of(value, ends=ends) + some

    def of(self, value: Value, scale: float = 1.0, *, ends: bool = True) -> str:
        """The mean of a value with its interval, without `ends` where it is lopsided; shares in per cent."""
        ends &= self._ends
        self._ends &= not (ends and is_lopsided(value.interval))
        if value.unit == SHARE:
            return mean_words(value.interval, scale=100, unit=SHARE_UNIT, ends=ends, pm=plus_minus())
        return mean_words(value.interval, scale=scale, ends=ends, pm=plus_minus())

    def with_band(self, measure: str, place: str = "all") -> dict[str, str]:
        """`mean`, and `band`: where 9 of 10 replications lie, with a blank before it; empty where `has_band` is not."""
        value = self._facts.summary.get(measure, place)
        if value is None or not has_band(value):
            return {"mean": self.mean_text(measure, place), "band": ""}
        return {"mean": self.mean_text(measure, place, ends=False), "band": _band(value)}

    def time(self, measure: str, place: str, beside: str = "") -> str:
        """A time with its range of replications and its unit: minutes, where it is long hours or days. `beside`: a text
        before it that ends in the unit; it is not told again then.
        """
        value = self._facts.summary.get(measure, place)
        if value is None or math.isnan(value.mean):
            return INTERVAL["none"]
        scale, unit = 1.0, value.unit
        if unit == "minutes":
            scale, unit = unit_of(unit, value.mean)[:2]
        elif value.mean >= MANY_HOURS:
            scale, unit = 1 / 24, WORDS["days"]
        else:
            unit = UNIT_NAMES.get(unit, unit)
        band = _band(value, scale) if has_band(value) else ""
        text = self.of(value, scale, ends=not band) + band
        whole = _("{value} {unit}").format(value=text, unit=unit)
        return text if beside and beside.endswith(whole.removeprefix(text)) else in_order(whole)


def has_band(value: Value) -> bool:
    """Whether the range of replications is told: there are enough, and they differ."""
    return value.n >= ENOUGH_FOR_A_BAND and value.p5 < value.p95


def _band(value: Value, scale: float = 1.0) -> str:
    return fill(WORDS, "band", low=rough(scale * value.p5), high=rough(scale * value.p95))


def hours_words(hours: Iterable[Stretch]) -> str:
    """The longest stretches of hours in order of the clock: "08-10, 16-19 h"."""
    spans = ", ".join(f"{begin:02d}-{end:02d}" for begin, end in sorted(list(hours)[:HOURS_SHOWN]))
    return fill(WORDS, "clock", hours=spans)


INFECTED = {
    "infected.found": "detected",
    "infected.at_release": "released_infectious",
    "infected.onward": "onward_infections_after_release",
}
OF_EACH = "onward_infections_per_infected"


def infected(facts: Facts) -> Iterator[Line]:
    """People found infected, infectious at release, and hospital beds, where the scenario has them."""
    numbers = Numbers(facts)
    if facts.scenario.health is None:
        return
    parts = [
        fill(WORDS, key, people=numbers.mean_text(measure))
        for key, measure in INFECTED.items()
        if facts.summary.get(measure) is not None
    ]
    if (risk := facts.summary.get(OF_EACH)) is not None:
        base = people_base([risk.mean])
        onward = fill(WORDS, "infected.onward_of", people=numbers.of(risk, base), base=round_number(base))
        parts.append(fill(WORDS, "infected.onward_each", people=numbers.mean_text(OF_EACH)) if base == 1 else onward)
    if facts.scenario.screening is not None and facts.summary.get("found_by_arrival_test") is not None:
        symptoms, test = (numbers.mean_text(f"found_by_{name}") for name in ("symptoms_on_arrival", "arrival_test"))
        parts.insert(1, fill(WORDS, "infected.on_arrival", symptoms=symptoms, test=test))
    if facts.scenario.hospital is not None and facts.summary.get("hospital_beds_max") is not None:
        beds = numbers.with_band("hospital_beds_max")
        parts.append(fill(WORDS, "infected.beds", beds=beds["mean"], band=beds["band"]))
    if parts:
        yield WORDS["infected"], clauses(parts)
