"""Sentences that commands share: targets, verdicts on targets, remarks on values, disruptions, the ladder of sites."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from sim import words as labels
from sim.measures import REGISTRY
from sim.measures.names import measure_words
from sim.numbers.verdicts import MOST_REPLICATIONS, NOT_CERTAIN, Judged
from sim.outlook import Remark
from sim.outlook.sanity import ABOUT_STAFF
from sim.runs.site_dates import FOR_95, Ladder, Rung
from sim.scenario.tables.disruptions import KINDS, Disruption
from sim.scenario.tables.schema import Scenario, Target
from sim.shell.show import Line
from sim.words.language import _
from sim.words.say import (
    clauses,
    clock,
    counted,
    day_words,
    fill,
    filled,
    listed,
    percent,
    phrase,
    stated,
    stated_percent,
    unit_of,
    with_unit,
)
from sim.words.screens import DISRUPTIONS, JUDGED

SITES_SHOWN = 3
"""Sites named on the screen: the first of them and the last; all stand in a file."""


def why(judged: Judged) -> str:
    """How sure the runs make and what share is asked; where that gives no verdict, how many runs would.

    While all replications met the limit that is how many of so many; else about how many at the share that there is.
    """
    if judged.verdict != NOT_CERTAIN:
        return _sure(judged)
    runs = judged.replications_to_decide
    if judged.met == judged.n:
        return _judged("tell.never" if runs is None else "tell.all", judged, n=f"{runs or 0:,}")
    if runs is None:
        return _sure(judged) + _judged("tell.many", judged, most=f"{MOST_REPLICATIONS:,}")
    return _sure(judged) + _judged("tell.as_it_is", judged, n=f"{runs:,}")


def _sure(judged: Judged) -> str:
    """The bound that matters: the lower one where the share of runs is as large as asked for, else the upper one.

    Rounded to tenths of a per cent to the side that claims less, so that it never seems to reach what it does not.
    """
    enough = judged.share >= judged.wanted
    if enough:
        return _judged("sure.least", judged, share=at_least(judged.low))
    return _judged("sure.most", judged, share=stated_percent(math.ceil(1000 * judged.high - 1e-6) / 1000))


def at_least(low: float) -> str:
    """A lower bound of a share, rounded down to tenths of a per cent."""
    return stated_percent(math.floor(1000 * low + 1e-6) / 1000)


def _judged(key: str, judged: Judged, **values: str) -> str:
    return JUDGED[key].format(sure=stated_percent(1 - judged.wrong), asked=stated_percent(judged.wanted), **values)


def remark_words(scenario: Scenario, remark: Remark) -> str:
    """The sentence of a remark."""
    values: dict[str, Any] = dict(remark.values)
    for key in ("opens", "closes"):
        if key in values:
            values[key] = clock(values[key])
    if "hour" in values:
        values["hour"] = clock(values["hour"] * 60)
    if "share" in values:
        values["share"] = percent(values["share"])
    values |= {
        key: day_words(value, with_year=scenario.several_years)
        for key, value in values.items()
        if isinstance(value, dt.date)
    }
    if "days" in values and isinstance(values["days"], int):
        values["days"] = counted(labels.OUTLOOK, "days", values["days"])
    if "tasks" in values:
        values["names"] = listed(labels.TASKS[task] for task in values["tasks"])
        values["tasks"] = _needs(values["tasks"])
    return fill(labels.CHECKS, remark.code, place=_named(scenario, remark), **values)


def _needs(tasks: dict[str, int]) -> str:
    """What tasks need of a shift at once, those that need as many together."""
    by_need: dict[int, list[str]] = {}
    for task, need in tasks.items():
        by_need.setdefault(need, []).append(task)
    parts = []
    for need, some in by_need.items():
        form = "several" if len(some) > 1 else "escort" if some == ["escort"] else "one"
        parts.append(fill(labels.NEEDS, form, tasks=listed(labels.TASKS[task] for task in some), n=need))
    return clauses(parts)


def _named(scenario: Scenario, remark: Remark) -> str:
    """A port and its pool may have one id, and names of their own."""
    place, about_staff = remark.place, remark.code in ABOUT_STAFF
    ports, pools = scenario.ports.get(place), scenario.pools.get(place)
    table = (pools or ports) if about_staff else (ports or pools)
    return (table.name if table else "") or place


def each_disruption(scenario: Scenario) -> Iterator[Line]:
    """One line for each row, in the order of time."""
    label = DISRUPTIONS["label"]
    for event in sorted(scenario.disruptions, key=lambda event: event.span(scenario.first_day)[0]):
        yield label, _sentence(scenario, event)
        label = ""


def who_stay_away(scenario: Scenario) -> Iterator[Line]:
    """Ports that people find shut, with the expected number of those who do not come at all."""
    from sim.sampling.expected import expected  # noqa: PLC0415  numpy and scipy: only where there is something to say

    label = DISRUPTIONS["away_label"]
    for port, people in zip(sorted(scenario.ports), expected(scenario).away.tolist(), strict=True):
        if people <= 0:
            continue
        table = scenario.ports[port]
        key = "away_some" if table.postponed_share else "away"
        share = stated_percent(table.postponed_share)
        yield label, fill(DISRUPTIONS, key, port=table.name or port, people=float(people), share=share)
        label = ""


def _sentence(scenario: Scenario, event: Disruption) -> str:
    kind, value = KINDS[event.kind], event.value.strip() if isinstance(event.value, str) else event.value
    template = kind.alone.get(value) or (event.timed and kind.timed) or kind.sentence
    is_share = kind.most == 1
    return filled(
        _(template),
        place=_place(scenario, event),
        when=_when(scenario, event),
        value=stated_percent(float(value or 0)) if is_share else "" if value is None else value,
        hours=float(scenario.sites.lead_hours) if scenario.sites else 0.0,
    )


def _place(scenario: Scenario, event: Disruption) -> str:
    """The name of what is hit; ports, sites and pools may have one id."""
    place, site = event.place, event.place.removesuffix(".team")
    sites = scenario.sites.candidates if scenario.sites else {}
    if place != site and site in sites:
        return fill(DISRUPTIONS, "team", site=sites[site].name or site)
    hits = KINDS[event.kind].hits
    table = (scenario.pools if hits == "pool" else sites if hits == "site" else scenario.ports).get(place)
    if table is not None:
        return table.name or place
    return DISRUPTIONS["all"] if place == "all" else place


def _when(scenario: Scenario, event: Disruption) -> str:
    first = _moment(scenario, event.from_day)
    last = None if event.to_day is None else _moment(scenario, event.to_day)
    if event.kind in ("site_lost", "sites_prepared") or (first == last and not event.timed):
        return fill(DISRUPTIONS, "on", first=first)
    return (
        fill(DISRUPTIONS, "from_on", first=first)
        if last is None
        else fill(DISRUPTIONS, "from_to", first=first, last=last)
    )


def _moment(scenario: Scenario, moment: dt.date | dt.datetime) -> str:
    day = day_words(moment, with_year=scenario.several_years)
    if not isinstance(moment, dt.datetime):
        return day
    return fill(DISRUPTIONS, "at", day=day, clock=clock(moment.hour * 60 + moment.minute))


def ladder_of_run(found: Ladder | None, n: int, scenario: Scenario) -> Iterator[Line]:
    """The ladder of `n` replications, or how many it takes; nothing without sites that open on demand."""
    if not _on_demand(scenario):
        return
    if found is None:
        yield labels.LADDER["label"], fill(labels.LADDER, "too_few", n=n, needed=FOR_95)
        return
    text = clauses([_sites(found.rungs, scenario), fill(labels.LADDER, "together", n=found.suffice, of=found.n)])
    used_up = _("; ") + fill(labels.LADDER, "used_up", n=found.used_up, of=found.n) if found.used_up else ""
    yield labels.LADDER["label"], text + used_up + _blocked(scenario)


def ladder_of_outlook(found: Sequence[Rung], chance: float, scenario: Scenario) -> Iterator[Line]:
    """The ladder that values alone lead to: each date by itself is enough with this chance."""
    if _on_demand(scenario):
        text = clauses([_sites(found, scenario), fill(labels.LADDER, "alone", chance=stated_percent(chance))])
        yield labels.LADDER["label"], text + _blocked(scenario)


def _on_demand(scenario: Scenario) -> bool:
    sites = scenario.sites
    return sites is not None and any(not isinstance(site.opens, dt.date) for site in sites.candidates.values())


def _sites(found: Sequence[Rung], scenario: Scenario) -> str:
    """The sites that open on demand, some of them when there are many, and how long before each to begin."""
    rungs = [rung for rung in found if rung.opens is None]
    if not rungs:
        return labels.LADDER["none"]
    shown = rungs if len(rungs) <= SITES_SHOWN else [*rungs[: SITES_SHOWN - 1], rungs[-1]]
    words = [_site(rung, scenario) for rung in shown]
    if len(rungs) > SITES_SHOWN:
        words.insert(-1, fill(labels.LADDER, "between", n=len(rungs) - SITES_SHOWN))
    return fill(labels.LADDER, "sites", sites=listed(words), begin=_begin(rungs, scenario))


def _site(rung: Rung, scenario: Scenario) -> str:
    name = "" if rung.name == rung.site else f" {rung.name}"
    ready = day_words(rung.ready, with_year=scenario.several_years)
    return fill(labels.LADDER, "site", position=rung.position, name=name, ready=ready)


def _begin(rungs: Sequence[Rung], scenario: Scenario) -> str:
    """How long before a date preparation begins, the same for all sites, and for how many that is before the case."""
    lead = scenario.sites.lead_hours if scenario.sites else 0
    early = sum(rung.begin.date() < scenario.first_day for rung in rungs)
    return fill(labels.LADDER, "begin", hours=float(lead)) + (counted(labels.LADDER, "before", early) if early else "")


def _blocked(scenario: Scenario) -> str:
    cohorts = scenario.sites is not None and scenario.sites.cohort_hours is not None
    return _("; ") + labels.LADDER["blocked"] if cohorts else ""


def target_words(scenario: Scenario, target: Target) -> str:
    """A target in words."""
    limit = target.at_most if target.at_most is not None else target.at_least or 0.0
    factor, unit, _ = unit_of(REGISTRY[target.measure].unit, abs(limit))
    return phrase(
        "at_most" if target.at_most is not None else "at_least",
        label=measure_words(scenario, target.measure, target.place),
        value=with_unit(stated(round(factor * limit, 9)), unit),
    )
