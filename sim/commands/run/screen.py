"""What `qcap run` shows: one screen in plain words. Facts come from `headlines`, words from `sim.words`."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sim import words as labels
from sim.commands.run import headlines
from sim.commands.run import tables as beside
from sim.commands.run.headlines import (
    Facts,
    Numbers,
    PoolHours,
    Summary,
    TargetResult,
    Value,
    hours_words,
    infected,
    is_short,
)
from sim.commands.run.tables import what_intervals_tell
from sim.drawing.tables import fullest_day
from sim.measures.registry import REGISTRY
from sim.numbers.statistics import SMALL_SHARE, at_most_otherwise
from sim.numbers.verdicts import NO_VALUE
from sim.runs import job
from sim.runs.precision import SELDOM
from sim.runs.site_dates import ladder
from sim.shell.ensemble_option import most_doubt_words
from sim.shell.sentences import ladder_of_run, who_stay_away, why
from sim.shell.show import Line, console, heading, plus_minus, print_beside
from sim.words.language import _, language
from sim.words.say import clauses, counted, day_words, duration, fill, listed, number, percent, rough
from sim.words.screens import INTERVAL, OUTLOOK, SCREEN, VERDICTS, WAITING_FOR

if TYPE_CHECKING:
    from sim.commands.run.asked import Finished
    from sim.runs.precision import Reached
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

WORDS = SCREEN
MILLIONS = 1e7
TEN_THOUSAND = 1e4
"""From here on yuan are told in millions."""
COST_PARTS = ("cost_staff", "cost_rooms", "cost_coaches", "cost_tests")


def print_screen(finished: Finished, reading: Reading, seed: int) -> None:
    """Print the screen."""
    out = console()
    done, scenario = finished.done, reading.scenario
    facts = Facts(done, scenario, Summary(done.summary))
    out.print(heading(scenario.title))
    key = "runs_one" if facts.n == 1 else "runs"
    head = fill(WORDS, key, n=facts.n, seed=str(seed), engine=done.engine, time=duration(done.seconds))
    same, under_way = len(done.compared), finished.under_way
    rerun = fill(WORDS, "again.under_way", n=under_way) if under_way else fill(WORDS, "again", n=same) if same else ""
    out.print(head + rerun)
    if scenario.window is not None:
        first, last = (_day(scenario, day) for day in scenario.counted_days)
        out.print(fill(WORDS, "counted", first=first, last=last))
    out.print()
    lines = [
        *answer(facts),
        *_doubt(finished, scenario),
        *beside.reported(finished.reported),
        *_precision(facts),
        *beside.inputs(reading),
        *beside.left_out(reading),
        *((WORDS["note_label"], note) for note in finished.notes if note != _same(facts)),
    ]
    print_beside(out, [*lines, *_numbers(finished, facts, lines)])


def answer(facts: Facts) -> list[Line]:
    """What a run answers, a label and a sentence each: people, rooms, waits, staff, cost, targets."""
    return [
        *_people(facts),
        *who_stay_away(facts.scenario),
        *infected(facts),
        *_rooms(facts),
        *ladder_of_run(ladder(facts.done.calendars, facts.scenario), facts.n, facts.scenario),
        *_waits(facts),
        *_staff(facts),
        *_bottleneck(facts),
        *_nights(facts),
        *_cost(facts),
        *_targets(facts),
    ]


def _doubt(finished: Finished, scenario: Scenario) -> Iterator[Line]:
    """Which part of the spread of the headlines is doubt about drawn values, in words; nothing without an ensemble."""
    shares = (finished.manifest.get("ensemble") or {}).get("doubt_shares")
    if shares:
        yield WORDS["doubt"], most_doubt_words(scenario, shares)


def _same(facts: Facts) -> str:
    """The note on replications that SimPy repeated, which stands in the head."""
    return job.compared_words(len(facts.done.compared), facts.n)


def _numbers(finished: Finished, facts: Facts, lines: Iterable[Line]) -> Iterator[Line]:
    """How to read the numbers: what stands beside them and tells what; all busy and backlog where they are told."""
    parts = [fill(WORDS, "how", pm=plus_minus(), tell=what_intervals_tell(finished))] if facts.n > 1 else []
    needed = [value.n for place in facts.scenario.pools if (value := facts.summary.get("staff_needed_mean", place))]
    if needed and min(needed) < facts.n:
        parts.append(fill(WORDS, "how.needed", n=min(needed)))
    if any(WORDS["staff.full"].partition("{")[0] in text for _, text in lines):
        parts.append(WORDS["how.all_busy"])
    if any(label == WORDS["night"] for label, _ in lines):
        parts.append(WORDS["how.backlog"])
    yield WORDS["numbers"], _(". ").join([*([clauses(parts)] if parts else []), WORDS["table_hint"]])


def _name(scenario: Scenario, place: str) -> str:
    if place in labels.PLACES:
        return labels.PLACES[place]
    table = scenario.ports.get(place) or scenario.pools.get(place)
    return (table.name if table else "") or place


def _day(scenario: Scenario, day: dt.date) -> str:
    return day_words(day, with_year=scenario.several_years)


# lines


def _people(facts: Facts) -> Iterator[Line]:
    numbers = Numbers(facts)
    fields = {
        key: numbers.mean_text(measure)
        for key, measure in {
            "received": "received", "sent_on": "not_diverted", "served": "persons_served", "unplaced": "unplaced",
        }.items()
    }  # fmt: skip
    yield WORDS["people"], fill(WORDS, "people.text", **fields)


def _rooms(facts: Facts) -> Iterator[Line]:
    peak = fullest_day(facts.done.series, "rooms_taken", facts.scenario.counted_days)
    if facts.scenario.sites is None or peak is None:
        return
    yield WORDS["rooms"], _rooms_taken(facts, _day(facts.scenario, peak[0]))
    at_once = fullest_day(facts.done.series, "sites_open", facts.scenario.counted_days)
    numbers = Numbers(facts)
    key = "sites.text" if facts.scenario.window is None else "sites.in_use"
    opened = numbers.with_band("sites_opened")
    text = fill(WORDS, key, opened=opened["mean"], band=opened["band"], at_once=rough(at_once[1]) if at_once else 0)
    yield WORDS["sites"], clauses([text, *_first_street_site(facts, numbers)])


def _rooms_taken(facts: Facts, day: str) -> str:
    """Rooms taken at most; where people wait for rooms, what was needed and how often people waited come first: rooms
    taken say little where there are too few.
    """
    numbers = Numbers(facts)
    waits = facts.summary.get("no_room_share")
    taken, needed = facts.summary.get("rooms_occupied_max"), facts.summary.get("rooms_needed")
    key, fields = "rooms.text", {}
    if waits is not None and waits.mean > 0:
        key = "rooms.waits"
        if taken and needed and is_short(waits.mean, taken.interval, needed.interval):
            key = "rooms.short"
            fields = {"needed": "".join(numbers.with_band("rooms_needed").values())}
    most = numbers.with_band("rooms_occupied_max")
    fields |= {"most": most["mean"], "band": most["band"]}
    return fill(WORDS, key, day=day, share=numbers.mean_text("no_room_share"), **fields)


def _first_street_site(facts: Facts, numbers: Numbers) -> Iterator[str]:
    site = "first_street_site"
    if facts.summary.get("site_days", site) is None:
        return
    still_open = facts.summary.get("site_days_censored", site)
    always = still_open is not None and still_open.mean == 1  # its days are those until the hard stop: no figure
    key = "sites.first_open" if always else "sites.first" if facts.scenario.window is None else "sites.first_in_all"
    days, guests = (numbers.with_band(measure, site) for measure in ("site_days", "site_guests"))
    fields = {
        "days": days["mean"], "days_band": days["band"], "guests": guests["mean"], "guests_band": guests["band"],
    }  # fmt: skip
    yield fill(WORDS, key, **fields) + ("" if always else _some_open(still_open))


def _some_open(still_open: Value | None) -> str:
    """In how many runs a site was never closed, so that its days are too few; nothing where it always was."""
    if still_open is None or not still_open.mean > 0:
        return ""
    return fill(WORDS, "sites.some_open", runs=round(still_open.mean * still_open.n), n=still_open.n)


def _waits(facts: Facts) -> Iterator[Line]:
    label = WORDS["waits"]
    for port in sorted(facts.scenario.ports):
        leaving = facts.summary.get("handover_to_coach_mean", port) is not None
        wait = "handover_to_coach" if leaving else "wait_registration"
        if facts.summary.get(f"{wait}_mean", port) is None:
            continue
        numbers = Numbers(facts)
        mean = numbers.time(f"{wait}_mean", port)
        yield (
            label,
            fill(
                WORDS,
                "waits.port" if leaving else "waits.none",
                port=_name(facts.scenario, port),
                mean=mean,
                p95=numbers.time(f"{wait}_p95", port, mean),
                share=numbers.mean_text("within_limit_share", port, ends=False),
                limit=facts.scenario.limits.handover_to_coach_minutes,
            ),
        )
        label = ""


def _staff(facts: Facts) -> Iterator[Line]:
    label = WORDS["staff"]
    points = {port.pool for port in facts.scenario.ports.values() if port.pool}
    sites = facts.scenario.sites
    teams = {site.team or sites.team for site in sites.candidates.values()} if sites else set()
    for pool in [*sorted(points), *sorted(team for team in teams if team)]:
        hours = headlines.pool_hours(facts.done, pool, facts.scenario.counted_days)
        if hours is None:
            continue
        name, text, full = facts.scenario.pools[pool].name or pool, _pool_hours(hours), _all_busy(hours)
        if pool in points:
            numbers = Numbers(facts)
            fields = {
                "on_duty": _plain(facts, "staff_on_duty_mean", pool),
                "busiest": _plain(facts, "staff_on_duty_max", pool),
                "share": numbers.mean_text("utilisation", pool, ends=False),
            }
            needed = _needed(facts, pool, numbers)
            yield label, fill(WORDS, "staff.pool", pool=name, hours=text, **fields) + full + needed
        else:
            yield label, fill(WORDS, "staff.team", pool=name, hours=text, share=percent(hours.share)) + full
        label = ""


def _all_busy(hours: PoolHours) -> str:
    days = counted(OUTLOOK, "days", hours.full_days)
    return fill(WORDS, "staff.full", hours=hours_words(hours.full), days=days) if hours.full else ""


def _plain(facts: Facts, measure: str, place: str) -> str:
    """The mean alone, of what is put in and only checked."""
    value = facts.summary.get(measure, place)
    return INTERVAL["none"] if value is None else number(value.mean)


def _needed(facts: Facts, pool: str, numbers: Numbers) -> str:
    mean, most = (facts.summary.get(measure, pool) for measure in ("staff_needed_mean", "staff_needed_max"))
    if mean is None or most is None:
        return ""
    return _("; ") + fill(WORDS, "staff.needed", mean=numbers.of(mean, ends=False), most=numbers.of(most, ends=False))


def _pool_hours(hours: PoolHours) -> str:
    busy, there = rough(hours.busy), rough(hours.there)
    return fill(WORDS, "staff.hours", hours=hours_words([hours.busiest]), busy=busy, there=there)


def _bottleneck(facts: Facts) -> Iterator[Line]:
    found = headlines.bottleneck(facts.done)
    if found is None:
        yield WORDS["bottleneck"], WORDS["bottleneck.none"]
        return
    text = "" if found.share >= SMALL_SHARE else WORDS["bottleneck.small"]
    text += fill(
        WORDS,
        "bottleneck.all_day" if list(found.hours) == [(0, 24)] else "bottleneck.text",
        resource=WAITING_FOR[found.resource],
        share=percent(found.share),
        hours=hours_words(found.hours),
        runs=found.runs,
        n=found.n,
    )
    rule = fill(WORDS, "bottleneck.filling", share=percent(found.rule_share)) if found.rule_share > 0 else ""
    yield WORDS["bottleneck"], clauses(part for part in (text, rule) if part)


def _nights(facts: Facts) -> Iterator[Line]:
    label = WORDS["night"]
    for port in sorted(facts.scenario.ports):
        if facts.summary.get("overnight_people", port) is None:
            continue
        numbers = Numbers(facts)
        people = numbers.with_band("overnight_people", port)
        yield (
            label,
            fill(
                WORDS,
                "night.text",
                port=_name(facts.scenario, port),
                people=people["mean"],
                band=people["band"],
                hours=numbers.time("backlog_hours", port),
            ),
        )
        label = ""


def _cost(facts: Facts) -> Iterator[Line]:
    total = facts.summary.get("cost_total")
    if total is None or math.isnan(total.mean):
        return
    scale, key = (1e-6, "cost.millions") if total.mean >= MILLIONS else (1.0, "cost.text")
    if language() == "zh" and total.mean >= TEN_THOUSAND:
        scale, key = 1e-4, "cost.wan"
    known = [(part, value) for part in COST_PARTS if (value := facts.summary.get(part)) is not None]
    numbers = Numbers(facts)
    whole = numbers.of(total, scale)
    ordered = sorted(known, key=lambda item: -item[1].mean)
    parts = [fill(WORDS, part, value=numbers.of(value, scale)) for part, value in ordered]
    yield WORDS["cost"], fill(WORDS, key, total=whole, parts=listed(parts))


def _targets(facts: Facts) -> Iterator[Line]:
    label = WORDS["targets"]
    for result in headlines.targets(facts.done, facts.scenario):
        yield label, _target(facts.scenario, result)
        label = ""


def _target(scenario: Scenario, result: TargetResult) -> str:
    target = result.target
    most = target.at_most is not None
    bound = target.at_most if target.at_most is not None else target.at_least or 0.0
    share = target.measure.endswith("_share") or target.measure == "utilisation"
    limit = fill(
        WORDS, "targets.at_most" if most else "targets.at_least", value=percent(bound) if share else float(bound)
    )
    words = REGISTRY.get(target.measure)
    named = {
        "measure": words.label if words else target.measure,
        "place": "" if target.place == "all" else _(", ") + _name(scenario, target.place),
    }
    judged = result.judged
    named |= {"verdict": VERDICTS[judged.verdict], "limit": limit}
    if judged.verdict == NO_VALUE:
        return fill(WORDS, "targets.no_value", **named)
    return fill(
        WORDS,
        "targets.text",
        met=judged.met,
        n=judged.n,
        why=why(judged),
        **named,
    )


def _precision(facts: Facts) -> Iterator[Line]:
    """Whether replications went on until everything was precise; nothing when their number was given."""
    if not facts.done.reached:
        return
    label = WORDS["precision"]
    known = [reached for reached in facts.done.reached if reached.interval.n]
    wide = [reached for reached in known if not reached.met]
    key = "precision.reached"
    if wide:
        key = "precision.interrupted" if facts.done.interrupted else "precision.cap"
    if known:
        yield label, fill(WORDS, key, n=facts.n, names=clauses(_goal(facts.scenario, one) for one in wide or known))
        label = ""
    missing = [reached for reached in facts.done.reached if not reached.interval.n]
    if missing:
        yield label, fill(WORDS, "precision.no_value", names=listed(str(reached.goal) for reached in missing))


def _goal(scenario: Scenario, reached: Reached) -> str:
    goal, interval = reached.goal, reached.interval
    named = {"measure": REGISTRY[goal.measure].label, "place": _name(scenario, goal.place)}
    if interval.mean == 0 == interval.low and (goal.relative or math.isnan(interval.high)):
        seldom = percent(at_most_otherwise(interval.n))
        return fill(WORDS, "precision.zeros", **named, n=interval.n, seldom=seldom, wanted=percent(SELDOM))
    if not goal.relative:
        values = {"half_width": number(interval.half_width), "wanted": number(goal.half_width), "pm": plus_minus()}
        return fill(WORDS, "precision.absolute", **named, **values)
    share = percent(interval.half_width / abs(interval.mean))
    return fill(WORDS, "precision.relative", half_width=share, wanted=percent(goal.half_width), **named)
