"""The files that lists become: arrivals by day, a timetable, today's guests, a roster, what was observed."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import Any

import pandas as pd

from sim.commands.data.converting import ALL, Coming, Made
from sim.commands.data.headings import STOCKS
from sim.words.say import clock
from sim.words.user_text import for_file_name


def tables_of(made: Made, begin: dt.date) -> dict[str, pd.DataFrame]:
    """The files to write, by name; only those that the lists say something about."""
    tables: dict[str, pd.DataFrame] = {}
    by_port = arrivals_by_day(made)
    if by_port:
        columns = {port or "people": pd.Series(counts) for port, counts in by_port.items()}
        frame = pd.DataFrame(columns).sort_index().rename_axis("date").reset_index()
        tables["arrivals.csv"] = frame.convert_dtypes()
    stays = any(each.site for each in made.coming)
    rows = timetable(made, begin if stays else None)
    for port in dict.fromkeys(row[0] for row in rows):
        name = ("bookings" if stays else "timetable") + (f"_{for_file_name(port)}" if port else "")
        flights = [(f"{when:%Y-%m-%d %H:%M}", n, label) for at, when, n, label in rows if at == port]
        tables[f"{name}.csv"] = pd.DataFrame(flights, columns=["time", "people", "label"])
    guests = guests_on(made, begin)
    if guests:
        parties = [(site, n, rooms, f"{since:%Y-%m-%d %H:%M}") for site, n, rooms, since in guests]
        tables["initial.csv"] = pd.DataFrame(parties, columns=["site", "guests", "rooms", "arrived"])
    if made.roster:
        shifts = [(p, f"{d}", clock(m), h, n) for (p, d, m, h), n in sorted(made.roster.items())]
        tables["roster.csv"] = pd.DataFrame(shifts, columns=["pool", "date", "start", "hours", "headcount"])
    if made.observed:
        lines = [(when_words(when, q in STOCKS), place, q, value) for (when, q, place), value in made.observed.items()]
        lines.sort(key=lambda row: (row[0], row[2], row[1]))
        tables["observed.csv"] = pd.DataFrame(lines, columns=["date", "place", "quantity", "value"]).convert_dtypes()
    return tables


def when_words(when: dt.datetime, is_stock: bool) -> str:
    """2020-03-03 09:00 for what was there then, midnight as the 24:00 of its day; 2020-03-03 for a day's count."""
    if not is_stock:
        return f"{when:%Y-%m-%d}"
    if when.hour == when.minute == 0:
        return f"{when - dt.timedelta(days=1):%Y-%m-%d} 24:00"
    return f"{when:%Y-%m-%d %H:%M}"


def arrivals_by_day(made: Made) -> dict[str, dict[dt.date, int]]:
    """People by port and day: from daily lists as they are; from lists of people every day between first and last."""
    found: dict[str, dict[dt.date, int]] = defaultdict(dict)
    for (day, port), n in sorted(made.by_day.items()):
        found[port][day] = n
    came: dict[str, Counter[dt.date]] = defaultdict(Counter)
    for each in made.coming:
        came[each.port][each.arrived.date()] += each.people
    days = [each.arrived.date() for each in made.coming]
    for port, counts in came.items():
        for day in _every_day(min(days), max(days)):
            found[port].setdefault(day, counts[day])
    return dict(found)


def _every_day(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]


def timetable(made: Made, day: dt.date | None) -> list[tuple[str, dt.datetime, int, str]]:
    """Port, time, people and label of each flight or booking from `day` on; nothing where no times are known."""
    total: Counter[tuple[str, dt.datetime, str]] = Counter()
    for each in made.coming:
        if each.timed and (day is None or each.arrived.date() >= day):
            total[each.port, each.arrived, each.label or each.site] += each.people
    return [(port, time, n, label) for (port, time, label), n in sorted(total.items())]


def guests_on(made: Made, day: dt.date) -> list[tuple[str, int, int, dt.datetime]]:
    """Site, guests, rooms and arrival of each party that is in a site at 00:00 of a day: rows of initial.csv."""
    morning = dt.datetime.combine(day, dt.time())
    there = [c for c in made.coming if c.site and c.arrived < morning and (c.left is None or c.left >= day)]
    parties: dict[tuple[Any, ...], list[Coming]] = defaultdict(list)
    for number, each in enumerate(there):
        parties[each.group or (number,)].append(each)
    rows = [_party(members) for members in parties.values()]
    return sorted((row for row in rows if row[1]), key=lambda row: (row[0], row[3], row[1]))


def _party(members: Sequence[Coming]) -> tuple[str, int, int, dt.datetime]:
    people = sum(each.people for each in members)
    rooms = len({each.room for each in members if each.room}) or 1
    return members[0].site, people, min(rooms, max(people, 1)), max(each.arrived for each in members)


def observe_stays(made: Made, until: dt.date) -> None:
    """What a list of bookings says of each day before `until`: arrivals, releases, guests at 24:00."""
    stays = [each for each in made.coming if each.site]
    if not stays:
        _observe_arrivals(made)
        return
    first = min(each.arrived.date() for each in stays)
    for day in _every_day(first, until - dt.timedelta(days=1)):
        came, gone, there = Counter[str](), Counter[str](), Counter[str]()
        for each in stays:
            arrived = each.arrived.date()
            came[each.site] += each.people * (arrived == day)
            gone[each.site] += each.people * (each.left == day)
            there[each.site] += each.people * (arrived <= day and (each.left is None or each.left > day))
        midnight = dt.datetime.combine(day, dt.time())
        for site in sorted(came):
            made.observed.setdefault((midnight, "arrivals", site), float(came[site]))
            made.observed.setdefault((midnight, "releases", site), float(gone[site]))
            made.observed.setdefault((midnight + dt.timedelta(days=1), "guests_present", site), float(there[site]))


def _observe_arrivals(made: Made) -> None:
    if not made.coming:
        return
    for port, counts in arrivals_by_day(made).items():
        for day, n in counts.items():
            key = (dt.datetime.combine(day, dt.time()), "arrivals", port or ALL)
            made.observed.setdefault(key, float(n))
