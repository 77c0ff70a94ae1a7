"""Each disruption of a scenario in a line, and how many people stay away from ports that these shut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.shell.lines import Line
from sim.words.disruptions import DISRUPTIONS as WORDS
from sim.words.say import clock, day_words, fill, stated_percent

if TYPE_CHECKING:
    from sim.scenario.tables.disruptions import Disruption
    from sim.scenario.tables.schema import Scenario


def each_disruption(scenario: Scenario) -> Iterator[Line]:
    """One line for each row, in the order of time."""
    label = WORDS["label"]
    for event in sorted(scenario.disruptions, key=lambda event: event.span(scenario.first_day)[0]):
        yield label, _sentence(scenario, event)
        label = ""


def who_stay_away(scenario: Scenario) -> Iterator[Line]:
    """Ports that people find shut, with the expected number of those who do not come at all."""
    from sim.sampling.expected import expected  # noqa: PLC0415  numpy and scipy: only where there is something to tell

    label = WORDS["away_label"]
    for port, people in zip(sorted(scenario.ports), expected(scenario).away.tolist(), strict=True):
        if people <= 0:
            continue
        table = scenario.ports[port]
        key = "away_some" if table.postponed_share else "away"
        share = stated_percent(table.postponed_share)
        yield label, fill(WORDS, key, port=table.name or port, people=float(people), share=share)
        label = ""


def _sentence(scenario: Scenario, event: Disruption) -> str:
    return fill(
        WORDS,
        _key(event),
        place=_place(scenario, event),
        when=_when(scenario, event),
        value=_value(event),
        hours=float(scenario.sites.lead_hours) if scenario.sites else 0.0,
    )


def _key(event: Disruption) -> str:
    if event.kind == "port_hours" and str(event.value).strip() == "closed":
        return "port_hours_closed"
    if event.kind in ("port_hours", "arrivals_added") and event.timed:
        return f"{event.kind}_timed"
    return "sites_prepared_one" if event.kind == "sites_prepared" and event.value == 1 else event.kind


def _value(event: Disruption) -> str | float:
    if event.kind == "staff_absent":
        return stated_percent(float(event.value or 0))
    return event.value if event.value is not None else ""


def _place(scenario: Scenario, event: Disruption) -> str:
    """The name of what is hit; ports, sites and pools may have one id."""
    place, site = event.place, event.place.removesuffix(".team")
    sites = scenario.sites.candidates if scenario.sites else {}
    if place != site and site in sites:
        return fill(WORDS, "team", site=sites[site].name or site)
    of_kind = (scenario.pools if event.kind.startswith("staff") else
               sites if event.kind.startswith("site_") else scenario.ports)  # fmt: skip
    table = of_kind.get(place)
    if table is not None:
        return table.name or place
    return WORDS["all"] if place == "all" else place


def _when(scenario: Scenario, event: Disruption) -> str:
    first = _moment(scenario, event.from_day)
    last = None if event.to_day is None else _moment(scenario, event.to_day)
    if event.kind in ("site_lost", "sites_prepared") or (first == last and not event.timed):
        return fill(WORDS, "on", first=first)
    return fill(WORDS, "from_on", first=first) if last is None else fill(WORDS, "from_to", first=first, last=last)


def _moment(scenario: Scenario, moment: dt.date | dt.datetime) -> str:
    day = day_words(moment, with_year=scenario.several_years)
    if not isinstance(moment, dt.datetime):
        return day
    return fill(WORDS, "at", day=day, clock=clock(moment.hour * 60 + moment.minute))
