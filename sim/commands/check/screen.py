"""The analytic answer of `qcap check` as lines for planners: numbers of `sim.outlook`, words of `sim.words`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.measures.registry import place_words
from sim.outlook import CHANCES, Outlook, PoolOutlook, RoomsOnDay, Shortage, seconds_of_run, shortages
from sim.runs.site_dates import SUFFICE, Rung, expected_rungs, ladder_table
from sim.sampling.expected import expected
from sim.scenario.places import COACHES, FreeNumber, free_number_of, guests_at_start, rooms_needed
from sim.scenario.tables.types import DAY as SECONDS_A_DAY
from sim.shell import options as common
from sim.shell.options import memory_words
from sim.shell.sentences import each_disruption, ladder_of_outlook, remark_words, who_stay_away
from sim.shell.show import Line, print_beside
from sim.words.say import clauses, clock, counted, day_words, duration, fill, listed, number, percent, stated_percent
from sim.words.screens import OUTLOOK, TASKS

if TYPE_CHECKING:
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from sim.outlook import Origins
    from sim.scenario.tables.schema import Scenario

WORDS = OUTLOOK
REPLICATIONS = 30
"""Of a run of one setting."""
DATES_SHOWN = 8
SHORTAGES_SHOWN = 3


def print_outlook(
    out: Console, scenario: Scenario, ahead: Outlook, origin: Origins, replications: int = REPLICATIONS
) -> None:
    """Print what the values lead to, what to look at, and how long a run of so many replications takes."""
    from sim.shell.show import heading  # noqa: PLC0415  keeps this module importable without the console

    out.print(heading(f"\n{WORDS['heading']}"))
    dated = ladder_of_outlook(expected_ladder(scenario, ahead), SUFFICE, scenario) if ahead.rooms else ()
    expected = *_people(scenario, ahead), *_start(scenario), *_rooms(scenario, ahead), *_sites(ahead)
    events = *each_disruption(scenario), *who_stay_away(scenario)
    print_beside(out, [*events, *_counted(scenario), *expected, *dated])
    if ahead.rooms:
        out.print(f"\n{WORDS['rooms.table']}")
        out.print(_rooms_table(scenario, ahead))
    out.print()
    print_beside(
        out,
        [
            *_staff(scenario, ahead),
            *free_numbers(scenario),
            *_remarks(scenario, ahead),
            *_run(ahead, replications),
            *_origin(origin),
        ],
    )
    out.print(f"\n{fill(WORDS, 'note', limit=scenario.limits.staff_wait_minutes)}")


def expected_ladder(scenario: Scenario, ahead: Outlook) -> tuple[Rung, ...]:
    """The ladder of sites that values alone lead to, within the window."""
    within = [day for day in ahead.rooms if day.day <= scenario.last_day]
    return expected_rungs([day.enough[CHANCES.index(SUFFICE)] for day in within], scenario)


def write_days(folder: Path, scenario: Scenario, ahead: Outlook) -> None:
    """Write every day's rooms and the ladder as rooms_by_day.csv and ladder.csv."""
    import pandas as pd  # noqa: PLC0415  knows numbers otherwise: only where a table is read or written

    from sim.keeping.store import write_table  # noqa: PLC0415

    columns = ["day", "rooms_mean", *(f"rooms_enough_p{100 * chance:.0f}" for chance in CHANCES), "out_of_use_mean"]
    rows = [(day.day, round(day.mean, 2), *day.enough, round(day.out_of_use, 2)) for day in ahead.rooms]
    write_table(folder / "rooms_by_day.csv", pd.DataFrame(rows, columns=columns))
    write_table(folder / "ladder.csv", ladder_table(expected_ladder(scenario, ahead)))


def document(scenario: Scenario, ahead: Outlook, origin: Origins) -> dict[str, Any]:
    """The same for `--json`: numbers with their keys, remarks with their code."""
    return {
        "people_expected": float(ahead.way.handed.sum()),
        "at_the_beginning": _at_start(scenario),
        "people_who_stay_away": dict(zip(sorted(scenario.ports), expected(scenario).away.tolist(), strict=True)),
        "disruptions": [text for _, text in each_disruption(scenario)],
        "rooms": [
            {"day": day.day, "mean": round(day.mean, 2), "out_of_use": round(day.out_of_use, 2)}
            | {f"enough_{chance:.0%}": rooms for chance, rooms in zip(CHANCES, day.enough, strict=True)}
            for day in ahead.rooms
        ],
        "ladder": [asdict(rung) for rung in expected_ladder(scenario, ahead)],
        "sites_opened": ahead.sites.opened,
        "pools": [
            {
                "pool": pool.id,
                "utilisation": None if np.isnan(pool.utilisation) else round(pool.utilisation, 4),
                "hours_of_work": {task: round(hours, 1) for task, hours in pool.by_class.items()},
                "short": [asdict(short) | _days(scenario, short) for short in shortages(pool)],
            }
            for pool in ahead.pools
        ],
        "look_at": [
            {"code": r.code, "place": r.place, **r.values, "text": remark_words(scenario, r)}  # noqa: PD011  no pandas
            for r in ahead.remarks
        ],
        "log_rows": ahead.rows,
        "people_of_replication": ahead.size.people,
        "memory_bytes": ahead.size.memory,
        "seconds_of_30_replications": round(_seconds(ahead)),
        "not_yours": asdict(origin),
    }


def _counted(scenario: Scenario) -> Iterator[Line]:
    """That measures count some days and this page shows all, which is what a run lives through."""
    if scenario.window is not None:
        first, last = (_words(scenario, day) for day in scenario.counted_days)
        yield WORDS["window"], fill(WORDS, "window.text", first=first, last=last)


def _people(scenario: Scenario, ahead: Outlook) -> Iterator[Line]:
    by_port = ahead.way.handed.sum(axis=1)
    by_day = ahead.way.handed.sum(axis=0).reshape(-1, 24).sum(axis=1)
    ports = [
        fill(WORDS, "people.port", port=scenario.ports[name].name or name, people=float(people))
        for name, people in zip(sorted(scenario.ports), by_port, strict=True)
    ]
    day = _day(scenario, int(np.argmax(by_day)))
    text = fill(
        WORDS, "people.text", people=float(by_port.sum()), ports=listed(ports), day=day, most=float(by_day.max())
    )
    yield WORDS["people"], text


def _at_start(scenario: Scenario) -> dict[str, Any] | None:
    """What `initial` brings: guests, parties, rooms, sites, and the days on which the first and the last stay ends."""
    parties = guests_at_start(scenario)
    if not parties:
        return None
    stay = scenario.stay.mean_days if scenario.stay else 0.0
    ends = [max(party.arrived / SECONDS_A_DAY + stay, 0.0) for party in parties]
    return {
        "guests": sum(party.people for party in parties),
        "parties": len(parties),
        "rooms": sum(rooms_needed(scenario, party.people) for party in parties),
        "sites": len({party.site for party in parties}),
        "first": _date(scenario, int(min(ends))),
        "last": _date(scenario, int(max(ends))),
    }


def _start(scenario: Scenario) -> Iterator[Line]:
    start = _at_start(scenario)
    if start is not None:
        sites = counted(WORDS, "start.sites", start["sites"])
        days = {key: _words(scenario, start[key]) for key in ("first", "last")}
        yield WORDS["start"], fill(WORDS, "start.text", **start | days | {"sites": sites})


def _rooms(scenario: Scenario, ahead: Outlook) -> Iterator[Line]:
    peak = ahead.peak
    if peak is None:
        yield WORDS["rooms"], WORDS["rooms.none"]
    else:
        text = fill(WORDS, "rooms.text", day=_words(scenario, peak.day), mean=peak.mean, resting=peak.out_of_use)
        yield WORDS["rooms"], text


def _sites(ahead: Outlook) -> Iterator[Line]:
    listed = ahead.sites.open.shape[1]
    if not listed:
        return
    values = {"opened": ahead.sites.opened, "listed": listed}
    if ahead.sites.short_days:
        days = counted(WORDS, "days", ahead.sites.short_days)
        yield WORDS["sites"], fill(WORDS, "sites.short", days=days, **values)
    else:
        at_once = int(ahead.sites.open.sum(axis=1).max())
        yield WORDS["sites"], fill(WORDS, "sites.text", at_once=at_once, **values)


def _rooms_table(scenario: Scenario, ahead: Outlook) -> Table:
    from sim.shell.show import plain_table  # noqa: PLC0415

    chances = [WORDS["rooms.chance"].format(chance=stated_percent(chance)) for chance in CHANCES]
    numbers = [WORDS["rooms.mean"], *chances, WORDS["rooms.resting"]]
    table = plain_table(WORDS["rooms.date"], *numbers, numbers=numbers)
    for day in _dates(ahead):
        enough = [f"{rooms:,}" for rooms in day.enough]
        table.add_row(_words(scenario, day.day), number(day.mean), *enough, number(day.out_of_use))
    return table


def _dates(ahead: Outlook) -> list[RoomsOnDay]:
    """Days evenly apart, and the one that needs most."""
    n = len(ahead.rooms)
    every = max(1, -(-n // DATES_SHOWN))
    chosen = {*range(every - 1, n, every)} | {i for i, day in enumerate(ahead.rooms) if day is ahead.peak}
    return [ahead.rooms[i] for i in sorted(chosen)]


def _staff(scenario: Scenario, ahead: Outlook) -> Iterator[Line]:
    label = WORDS["staff"]
    for pool in ahead.pools:
        yield label, _use(scenario, pool)
        label = ""
        found = shortages(pool)
        for short in found[:SHORTAGES_SHOWN]:
            yield "", f"  {_short(scenario, pool, short)}"
        if not found and pool.load.any():
            yield "", f"  {_most(scenario, pool)}"


def free_numbers(scenario: Scenario) -> Iterator[Line]:
    """What `[staffing.free]` lets qcap staff choose, with its bounds."""
    table = scenario.staffing
    if table is None or not table.free:
        return
    each = clauses(_free(scenario, path, bounds) for path, bounds in table.free.items())
    if table.phases:
        each = fill(WORDS, "staff.free.phases", each=each, n=len(table.phases))
    yield WORDS["staff.free"], fill(WORDS, "staff.free.all", each=each)


def _free(scenario: Scenario, path: str, bounds: tuple[int, int]) -> str:
    choice = free_number_of(scenario, path)
    if not isinstance(choice, FreeNumber):
        return path
    shift = choice.start is not None and fill(WORDS, "staff.free.shift", start=clock(choice.start or 0))
    pool = scenario.pools.get(choice.place)
    words = fill(
        WORDS, f"staff.free.{choice.kind}", low=str(bounds[0]), high=str(bounds[1]),
        which=shift or WORDS["staff.free.every"], pool=pool.name or choice.place if pool else "",
        port=place_words(scenario, choice.place) if choice.kind == COACHES else "",
    )  # fmt: skip
    return fill(WORDS, "staff.free.in_phase", what=words, phase=choice.phase) if choice.phase else words


def _use(scenario: Scenario, pool: PoolOutlook) -> str:
    table = scenario.pools[pool.id]
    relay = [counted(WORDS, key, n) for key in ("posted", "relay_teams") if (n := getattr(table, key)) is not None]
    name = (table.name or pool.id) + (f" ({', '.join(relay)})" if relay else "")
    if np.isnan(pool.utilisation):
        return fill(WORDS, "staff.nobody", pool=name)
    total = sum(pool.by_class.values())
    parts = [
        fill(WORDS, "staff.part", task=TASKS[task], share=percent(hours / total))
        for task, hours in sorted(pool.by_class.items(), key=lambda item: -item[1])
        if hours > 0
    ]
    return fill(WORDS, "staff.use", pool=name, share=percent(pool.utilisation), parts=listed(parts))


def _short(scenario: Scenario, pool: PoolOutlook, short: Shortage) -> str:
    return fill(
        WORDS,
        "staff.short_each" if pool.at_sites else "staff.short",
        people=short.people,
        opens=clock(short.opens * 60),
        closes=clock(short.closes * 60),
        days=counted(WORDS, "days", short.days),
        day=_day(scenario, short.worst_day),
    )


def _most(scenario: Scenario, pool: PoolOutlook) -> str:
    """The hour with most work for those who are there."""
    each = np.maximum(pool.sites, 1e-9)
    hour = int(np.argmax(pool.load / each))
    return fill(
        WORDS,
        "staff.most_each" if pool.at_sites else "staff.most",
        load=float(pool.load[hour] / each[hour]),
        there=float(pool.for_tasks[hour] / each[hour]),
        day=_day(scenario, hour // 24),
        opens=clock(hour % 24 * 60),
        closes=clock(hour % 24 * 60 + 60),
    )


def _remarks(scenario: Scenario, ahead: Outlook) -> Iterator[Line]:
    label = WORDS["look"]
    for remark in ahead.remarks:
        yield label, remark_words(scenario, remark)
        label = ""
    if not ahead.remarks:
        yield label, WORDS["look.nothing"]


def _run(ahead: Outlook, replications: int) -> Iterator[Line]:
    yield (
        WORDS["run"],
        fill(
            WORDS,
            "run.text",
            n=replications,
            time=duration(_seconds(ahead, replications)),
            workers=counted(WORDS, "workers", common.cores()),
            engine=_engine_name(ahead),
            rows=_rounded(ahead.rows),
            people=ahead.size.people,
            memory=memory_words(ahead.size.memory),
        ),
    )


def _origin(origin: Origins) -> Iterator[Line]:
    label = WORDS["origin"]
    if origin.inherited:
        yield label, fill(WORDS, "origin.parent", n=origin.inherited, values=origin.values, file=origin.parent)
        label = ""
    if origin.as_in_template:
        n, template = origin.as_in_template, origin.template
        yield label, fill(WORDS, "origin.template", n=n, values=origin.values, template=template)


def _seconds(ahead: Outlook, replications: int = REPLICATIONS) -> float:
    return seconds_of_run(ahead.rows, replications, common.cores(), _engine(ahead))


def _engine(ahead: Outlook) -> str:
    """Which engine a run would take."""
    from sim.flow.engines import AUTO, choose  # noqa: PLC0415  looks for machine code that is kept

    return choose(AUTO, REPLICATIONS, ahead.rows).engine


def _engine_name(ahead: Outlook) -> str:
    from sim.flow.engines import NAMES  # noqa: PLC0415

    return NAMES[_engine(ahead)]


def _rounded(rows: int) -> int:
    """Two digits: more would pretend to know."""
    scale = int(10 ** max(len(str(rows)) - 2, 0))
    return round(rows / scale) * scale


def _date(scenario: Scenario, number_of_day: int) -> dt.date:
    return scenario.first_day + dt.timedelta(days=number_of_day)


def _day(scenario: Scenario, number_of_day: int) -> str:
    return _words(scenario, _date(scenario, number_of_day))


def _words(scenario: Scenario, day: dt.date) -> str:
    return day_words(day, with_year=scenario.several_years)


def _days(scenario: Scenario, short: Shortage) -> dict[str, dt.date]:
    return {key: _date(scenario, getattr(short, key)) for key in ("first_day", "last_day", "worst_day")}
