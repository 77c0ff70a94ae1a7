"""Sentences that commands share: targets, verdicts on targets, remarks on values, disruptions, the ladder of sites,
differences from a base (the words of these stand in `sim.words.compare`).
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from typing import Any

from sim.measures import REGISTRY
from sim.measures.registry import measure_words
from sim.numbers.verdicts import MOST_REPLICATIONS, NOT_CERTAIN, Judged
from sim.outlook import Remark
from sim.outlook.sanity import ABOUT_STAFF
from sim.runs.alternatives import BOOTSTRAP, SHARE, Difference
from sim.runs.site_dates import FOR_95, Ladder, Rung
from sim.scenario.tables.disruptions import KINDS, Disruption
from sim.scenario.tables.schema import Scenario, Target
from sim.shell.show import Line
from sim.words.language import _
from sim.words.say import (
    LOPSIDED,
    clauses,
    clock,
    counted,
    day_words,
    decimals,
    digits_of,
    earned_digits,
    fill,
    filled,
    listed,
    number,
    percent,
    phrase,
    stated,
    stated_percent,
    unit_of,
    with_unit,
)
from sim.words.screens import CHECKS, DISRUPTIONS, JUDGED, LADDER, NEEDS, OUTLOOK, TASKS

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
        values["days"] = counted(OUTLOOK, "days", values["days"])
    if "tasks" in values:
        values["names"] = listed(TASKS[task] for task in values["tasks"])
        values["tasks"] = _needs(values["tasks"])
    return fill(CHECKS, remark.code, place=_named(scenario, remark), **values)


def _needs(tasks: dict[str, int]) -> str:
    """What tasks need of a shift at once, those that need as many together."""
    by_need: dict[int, list[str]] = {}
    for task, need in tasks.items():
        by_need.setdefault(need, []).append(task)
    parts = []
    for need, some in by_need.items():
        form = "several" if len(some) > 1 else "escort" if some == ["escort"] else "one"
        parts.append(fill(NEEDS, form, tasks=listed(TASKS[task] for task in some), n=need))
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
        yield LADDER["label"], fill(LADDER, "too_few", n=n, needed=FOR_95)
        return
    text = clauses([_sites(found.rungs, scenario), fill(LADDER, "together", n=found.suffice, of=found.n)])
    used_up = _("; ") + fill(LADDER, "used_up", n=found.used_up, of=found.n) if found.used_up else ""
    yield LADDER["label"], text + used_up + _blocked(scenario)


def ladder_of_outlook(found: Sequence[Rung], chance: float, scenario: Scenario) -> Iterator[Line]:
    """The ladder that values alone lead to: each date by itself is enough with this chance."""
    if _on_demand(scenario):
        text = clauses([_sites(found, scenario), fill(LADDER, "alone", chance=stated_percent(chance))])
        yield LADDER["label"], text + _blocked(scenario)


def _on_demand(scenario: Scenario) -> bool:
    sites = scenario.sites
    return sites is not None and any(not isinstance(site.opens, dt.date) for site in sites.candidates.values())


def _sites(found: Sequence[Rung], scenario: Scenario) -> str:
    """The sites that open on demand, some of them when there are many, and how long before each to begin."""
    rungs = [rung for rung in found if rung.opens is None]
    if not rungs:
        return LADDER["none"]
    shown = rungs if len(rungs) <= SITES_SHOWN else [*rungs[: SITES_SHOWN - 1], rungs[-1]]
    words = [_site(rung, scenario) for rung in shown]
    if len(rungs) > SITES_SHOWN:
        words.insert(-1, fill(LADDER, "between", n=len(rungs) - SITES_SHOWN))
    return fill(LADDER, "sites", sites=listed(words), begin=_begin(rungs, scenario))


def _site(rung: Rung, scenario: Scenario) -> str:
    name = "" if rung.name == rung.site else f" {rung.name}"
    ready = day_words(rung.ready, with_year=scenario.several_years)
    return fill(LADDER, "site", position=rung.position, name=name, ready=ready)


def _begin(rungs: Sequence[Rung], scenario: Scenario) -> str:
    """How long before a date preparation begins, the same for all sites, and for how many that is before the case."""
    lead = scenario.sites.lead_hours if scenario.sites else 0
    early = sum(rung.begin.date() < scenario.first_day for rung in rungs)
    return fill(LADDER, "begin", hours=float(lead)) + (counted(LADDER, "before", early) if early else "")


def _blocked(scenario: Scenario) -> str:
    cohorts = scenario.sites is not None and scenario.sites.cohort_hours is not None
    return _("; ") + LADDER["blocked"] if cohorts else ""


def target_words(scenario: Scenario, target: Target) -> str:
    """A target in words."""
    limit = target.at_most if target.at_most is not None else target.at_least or 0.0
    factor, unit, _ = unit_of(REGISTRY[target.measure].unit, abs(limit))
    return phrase(
        "at_most" if target.at_most is not None else "at_least",
        label=measure_words(scenario, target.measure, target.place),
        value=with_unit(stated(round(factor * limit, 9)), unit),
    )


COUNTED = frozenset({"rooms", "people", "sites", "beds"})
"""Units of whole things: decimals of their means and differences must be earned by a narrow interval."""
MORE_DIGITS = 4
"""Means are shown with fewer more digits than these, so that they agree with their difference."""


def difference_words(row: Difference) -> str:
    """Difference of a row with its interval: "+38 ± 6 minutes", or "+38 minutes, from +31 to +46"."""
    factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    low, high = (factor * end for end in row.interval)
    if low == high:
        return phrase("constant", difference=number(factor * row.difference, "+"), unit=unit, n=row.n)
    if _by_ends(row):
        usual = max(map(digits_of, (factor * row.difference, low, high)))
        digits = min(usual, _earned(row)) if row.unit in COUNTED else None
        difference, low_words, high_words = (number(each, "+", digits) for each in (factor * row.difference, low, high))
        return phrase("from_to", difference=difference, unit=unit, low=low_words, high=high_words)
    difference, half = earned_digits(factor * row.difference, factor * _longer_side(row), "+")
    return phrase("plus_minus", difference=difference, half=half, unit=unit)


def _longer_side(row: Difference) -> float:
    low, high = row.interval
    return max(row.difference - low, high - row.difference)


def _by_ends(row: Difference) -> bool:
    """Whether an interval is shown by its ends: one that need not have the difference in its middle."""
    low, high = row.interval
    sides = sorted((row.difference - low, high - row.difference))
    return row.method in (BOOTSTRAP, SHARE) or math.isnan(low) or (low < high and sides[1] > LOPSIDED * sides[0])


def _earned(row: Difference) -> int:
    """Decimals that the interval of a difference leaves."""
    half = (row.interval[1] - row.interval[0]) / 2
    return max(decimals(half), 0) if half > 0 else MORE_DIGITS


def _shown_digits(row: Difference) -> int:
    """Decimals with which a difference is shown; negative: tens or hundreds."""
    factor, _, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    half = factor * _longer_side(row)
    if _by_ends(row) or not half > 0:
        digits = digits_of(factor * row.difference)
        return min(digits, _earned(row)) if row.unit in COUNTED else digits
    return decimals(half)


def pair_words(row: Difference) -> tuple[str, str]:
    """Both means of a row with their unit, the alternative's first; with as many digits as it takes for their
    difference to be the one that is shown: 1,305.7 and 1,308.3 where it is −3, not 1,306 and 1,308.
    """
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    value, base, places = factor * row.value, factor * row.base, _shown_digits(row)
    if row.unit in COUNTED and places < 0:  # tens, as the difference has them: 620 and 0 where it is +620 ± 90
        return with_unit(number(round(value, places)), unit), with_unit(number(round(base, places)), unit)
    most = _earned(row) if row.unit in COUNTED else max(digits_of(value), digits_of(base)) + MORE_DIGITS - 1
    shown = min(max(digits_of(value), digits_of(base)), most)
    wanted = round(factor * row.difference, places)
    for digits in (None, *range(shown, min(shown + MORE_DIGITS, most + 1))):
        ends = [round(mean, min(digits_of(mean), most) if digits is None else digits) for mean in (value, base)]
        if abs(ends[0] - ends[1] - wanted) <= 0.5 * 10.0**-places + 1e-9:
            break
    if digits is None and shown == max(digits_of(value), digits_of(base)):
        return value_words(row, row.value), value_words(row, row.base)
    digits = shown if digits is None else digits
    return with_unit(number(value, digits=digits), unit), with_unit(number(base, digits=digits), unit)


def value_words(row: Difference, value: float) -> str:
    """A mean of a row with its unit; as many digits as its neighbour's."""
    factor, unit, _ = unit_of(row.unit, max(abs(row.base), abs(row.value)))
    return percent(value) if row.unit == "share" else with_unit(number(factor * value), unit)


def is_same(row: Difference) -> bool:
    """Whether no run differs."""
    return row.difference == 0 and row.low == row.high == 0


def is_clear(row: Difference) -> bool:
    """Whether the interval leaves 0 out."""
    low, high = row.interval
    return low > 0 or high < 0


def sentence(row: Difference, scenario: Scenario) -> str:
    """One measure of a scenario against the base."""
    what = measure_words(scenario, row.measure, row.place)
    value, base = pair_words(row)
    if is_same(row):
        return phrase("same", what=what, value=value)
    if math.isnan(row.interval[0]):
        factor, _, unit = unit_of(row.unit, max(abs(row.base), abs(row.value)))
        difference = with_unit(number(factor * row.difference, "+"), unit)
        return phrase("one", what=what, value=value, base=base, difference=difference)
    key = "clear" if is_clear(row) else "unclear"
    return phrase(key, what=what, value=value, base=base, difference=difference_words(row))
