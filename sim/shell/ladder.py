"""The ladder of sites in lines for planners: which site must be ready when, and when its preparation begins."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sim import words as labels
from sim.runs.site_dates import FOR_95, Ladder, Rung
from sim.scenario.tables.schema import Scenario
from sim.shell.lines import Line
from sim.words.say import counted, day_words, fill, listed, stated_percent

WORDS = labels.LADDER
SHOWN = 3
"""Sites told on the screen: the first of them and the last; all stand in a file."""


def of_run(found: Ladder | None, n: int, scenario: Scenario) -> Iterator[Line]:
    """The ladder of `n` replications, or how many it takes; nothing without sites that open on demand."""
    if not _on_demand(scenario):
        return
    if found is None:
        yield WORDS["label"], fill(WORDS, "too_few", n=n, needed=FOR_95)
        return
    text = f"{_sites(found.rungs, scenario)}; {fill(WORDS, 'together', n=found.suffice, of=found.n)}"
    used_up = f"; {fill(WORDS, 'used_up', n=found.used_up, of=found.n)}" if found.used_up else ""
    yield WORDS["label"], text + used_up + _blocked(scenario)


def of_outlook(found: Sequence[Rung], chance: float, scenario: Scenario) -> Iterator[Line]:
    """The ladder that values alone lead to: each date by itself is enough with this chance."""
    if _on_demand(scenario):
        text = f"{_sites(found, scenario)}; {fill(WORDS, 'alone', chance=stated_percent(chance))}"
        yield WORDS["label"], text + _blocked(scenario)


def _on_demand(scenario: Scenario) -> bool:
    sites = scenario.sites
    return sites is not None and any(not isinstance(site.opens, dt.date) for site in sites.candidates.values())


def _sites(found: Sequence[Rung], scenario: Scenario) -> str:
    """The sites that open on demand, some of them when there are many, and how long before each to begin."""
    rungs = [rung for rung in found if rung.opens is None]
    if not rungs:
        return WORDS["none"]
    shown = rungs if len(rungs) <= SHOWN else [*rungs[: SHOWN - 1], rungs[-1]]
    words = [_site(rung, scenario) for rung in shown]
    if len(rungs) > SHOWN:
        words.insert(-1, fill(WORDS, "between", n=len(rungs) - SHOWN))
    return fill(WORDS, "sites", sites=listed(words), begin=_begin(rungs, scenario))


def _site(rung: Rung, scenario: Scenario) -> str:
    name = "" if rung.name == rung.site else f" {rung.name}"
    ready = day_words(rung.ready, with_year=scenario.several_years)
    return fill(WORDS, "site", position=rung.position, name=name, ready=ready)


def _begin(rungs: Sequence[Rung], scenario: Scenario) -> str:
    """How long before a date preparation begins, the same for all sites, and for how many that is before the case."""
    lead = scenario.sites.lead_hours if scenario.sites else 0
    early = sum(rung.begin.date() < scenario.first_day for rung in rungs)
    return fill(WORDS, "begin", hours=float(lead)) + (counted(WORDS, "before", early) if early else "")


def _blocked(scenario: Scenario) -> str:
    cohorts = scenario.sites is not None and scenario.sites.cohort_hours is not None
    return f"; {WORDS['blocked']}" if cohorts else ""
