"""From lists to the files of a scenario: arrivals by day or a timetable, today's guests, a roster, what was observed.

Names and numbers of documents are never among the columns that are read. A room's number and a booking's number only
tell who belongs together, and are not written either.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sim.commands.data.asked import ALL
from sim.commands.data.headings import CANCELLED, QUANTITIES, STOCKS, quantity_of
from sim.commands.data.lists import List, clock, has_time, is_nothing, moment, names_in, number, read_all, whole
from sim.commands.data.mapping import COUNTS, ListMap, hours_of
from sim.scenario.faults import Fault
from sim.words.language import said

DATE = (said("must be a date of this form"), said("see dates in map.toml"))
CLOCK = (said("must be a time of day"), said("such as 14:30"))
WHOLE = (said("must be a whole number"), said("write the number alone"))
NUMBER = (said("must be a number"), said("write the number alone"))
"""Rule and hint for cells that can not be read."""


class Coming(NamedTuple):
    """A row of a list of bookings or arrivals."""

    arrived: dt.datetime
    left: dt.date | None
    site: str
    port: str
    people: int
    group: tuple[str, ...]
    """What the people of one room or booking have in common; empty: the row is a party of its own."""
    room: str
    label: str
    timed: bool
    """Whether the time of day is known."""


@dataclass
class Made:
    """What lists amount to."""

    coming: list[Coming] = field(default_factory=list)
    by_day: dict[tuple[dt.date, str], int] = field(default_factory=dict)
    """People who came, by day and port, as daily lists have them."""
    roster: Counter[tuple[str, dt.date, int, float]] = field(default_factory=Counter)
    """People by pool, day, minute of the start and hours."""
    observed: dict[tuple[dt.datetime, str, str], float] = field(default_factory=dict)
    """Value by time, quantity and place; counts of a day stand at its 00:00."""
    remarks: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def add(made: Made, lines: List, how: ListMap) -> None:
    """Add what a list says to what is known; faults of its cells go to `made.faults`."""
    kept = _wanted(lines, how)
    if lines.totals:
        made.remarks.append(said("{file}: {n} rows of totals are left out", file=lines.name, n=lines.totals))
    if lines.sheets_left:
        words = said(
            "{file}: sheets that hold no list are left out: {names}",
            file=lines.name,
            names=[*lines.sheets_left],
        )
        made.remarks.append(words)
    if how.kind in ("daily", "long"):
        kept = _filled_down(made, kept, how)
    READERS[how.kind](made, kept, how)


def _filled_down(made: Made, lines: List, how: ListMap) -> List:
    """A list whose date, or place, stands once for several rows, as in merged cells: the rows below take it over. Only
    where nothing can be mistaken: each time the same rows follow, by the other columns that say what a row is.
    """
    keys = [head for role in ("date", "time", "site", "port", "quantity") if (head := how.head(role))]
    for head in keys:
        others = [lines.column(other) for other in keys if other != head]
        blocks: list[list[tuple[str, ...]]] = []
        for cell, *rest in zip(lines.column(head), *others, strict=True):
            if cell or not blocks:
                blocks.append([])
            blocks[-1].append(tuple(rest))
        alike = len(blocks) > 1 and len(blocks[0]) > 1 and all(block == blocks[0] for block in blocks)
        if not alike or not lines.column(head)[0] or not all(all(rest) for rest in blocks[0]):
            continue
        at, last, rows = lines.header.index(head), "", []
        for line, row in lines.rows:
            last = row[at] or last
            rows.append((line, (*row[:at], last, *row[at + 1 :])))
        words = said("{file}: “{head}” stands once for {n} rows, which take it over", file=lines.name, head=head,
                     n=len(blocks[0]))  # fmt: skip
        made.remarks.append(words)
        lines = List(lines.name, lines.header, tuple(rows), lines.totals)
    return lines


def _wanted(lines: List, how: ListMap) -> List:
    """The rows that `where` lets through."""
    if not how.where:
        return lines
    at = {lines.header.index(head): value for head, value in how.where.items()}
    rows = tuple(row for row in lines.rows if all(row[1][i] == value for i, value in at.items()))
    return List(lines.name, lines.header, rows, lines.totals)


def _read(
    made: Made, lines: List, head: str, reader: Callable[[str], Any], rule: Any, hint: Any = ""
) -> list[Any | None]:
    """Values of a column, row by row; None for all without such a column."""
    if not head:
        return [None] * len(lines.rows)
    texts = [(row[0], cell) for row, cell in zip(lines.rows, lines.column(head), strict=True)]
    values, faults = read_all(texts, head, lines.name, reader, rule, hint)
    made.faults += faults
    return values


def _moments(made: Made, lines: List, how: ListMap, head: str) -> list[dt.datetime | None]:
    return _read(made, lines, head, lambda cell: moment(cell, how.dates), *DATE)


def _texts(lines: List, how: ListMap, role: str) -> list[str]:
    head = how.head(role)
    found = lines.column(head) if head else [""] * len(lines.rows)
    return [how.names.get(cell, cell) for cell in found]


def _people(made: Made, lines: List, how: ListMap, role: str, place: str = "") -> list[int | None]:
    """Whole numbers of the columns of a role, of those that are of one place, added; None where none holds one."""
    total: list[int | None] = [None] * len(lines.rows)
    for head in (head for head in how.columns.get(role, ()) if how.places.get(head, "") == place):
        values = _read(made, lines, head, whole, *WHOLE)
        total = [a if b is None else (a or 0) + b for a, b in zip(total, values, strict=True)]
    return total


# a row for each person or party


def _coming(made: Made, lines: List, how: ListMap) -> None:
    head = how.head("arrived")
    arrived = _moments(made, lines, how, head)
    clocks = _read(made, lines, how.head("arrived_time"), clock, *CLOCK)
    left = _moments(made, lines, how, how.head("left"))
    people = _people(made, lines, how, "people")
    timed = [has_time(cell) for cell in lines.column(head)]
    texts = {role: _texts(lines, how, role) for role in ("site", "port", "room", "party", "label", "status")}
    cancelled = 0
    for i in range(len(lines.rows)):
        when = arrived[i]
        if CANCELLED.search(texts["status"][i]):
            cancelled += 1
            continue
        if when is None:
            continue
        if clocks[i] is not None:
            when = dt.datetime.combine(when.date(), dt.time()) + dt.timedelta(minutes=clocks[i] or 0)
        belongs = texts["party"][i] or texts["room"][i]
        group = (texts["site"][i], when.date().isoformat(), belongs) if belongs else ()
        gone = left[i].date() if left[i] is not None else None  # type: ignore[union-attr]
        n = people[i] if people[i] is not None else 1
        site, port, room, label = (texts[role][i] for role in ("site", "port", "room", "label"))
        is_timed = timed[i] or clocks[i] is not None
        site, port = (site or how.place, port) if how.kind == "bookings" else (site, port or how.place)
        made.coming.append(Coming(when, gone, site, port, n or 0, group, room, label, is_timed))
    if cancelled:
        made.remarks.append(said("{file}: {n} rows of cancelled bookings are left out", file=lines.name, n=cancelled))
    _remark_empty(made, lines, head)


def _remark_empty(made: Made, lines: List, head: str) -> None:
    empty = sum(is_nothing(cell) for cell in lines.column(head))
    if empty:
        made.remarks.append(said("{file}: {n} rows without {head} are left out", file=lines.name, n=empty, head=head))


# a row for each day


def _daily(made: Made, lines: List, how: ListMap) -> None:
    days = _moments(made, lines, how, how.head("date"))
    clocks = _read(made, lines, how.head("time"), clock, *CLOCK)
    ports, sites = _texts(lines, how, "port"), _texts(lines, how, "site")
    usual = clock(how.time_of_day) or 0
    seen = Duplicates(how.twice)
    of_columns = dict.fromkeys(how.places.get(head, "") for heads in how.columns.values() for head in heads)
    for role, column in ((role, column) for role in COUNTS for column in of_columns):
        quantity, called = QUANTITIES[role], how.names.get(column, column)
        for i, value in enumerate(_people(made, lines, how, role, column)):
            day = days[i]
            if value is None or day is None:
                continue
            place = (
                called or (ports[i] or sites[i] if quantity == "arrivals" else sites[i] or ports[i]) or how.place or ALL
            )
            minutes = usual if clocks[i] is None else clocks[i]
            when = _at(day, minutes or 0, quantity)
            seen.put(made, (when, quantity, place), float(value))
            if quantity == "arrivals":
                made.by_day[day.date(), "" if place == ALL else place] = int(made.observed[when, quantity, place])
    _remark_empty(made, lines, how.head("date"))
    seen.remark(made, lines.name)


def _at(day: dt.datetime, minutes: int, quantity: str) -> dt.datetime:
    """When a value holds: guests and rooms at a time of day, people of a day at its 00:00."""
    midnight = dt.datetime.combine(day.date(), dt.time())
    if quantity not in STOCKS:
        return midnight
    return day if day != midnight else midnight + dt.timedelta(minutes=minutes)


class Duplicates:
    """What is done with rows of one date, place and quantity, and how many there were."""

    def __init__(self, twice: str) -> None:
        self.twice, self.keys, self.example = twice, set[Any](), ""
        self.repeats = 0

    def put(self, made: Made, key: tuple[dt.datetime, str, str], value: float) -> None:
        """Keep a value, by the rule for those that are there twice."""
        if key in self.keys:
            self.repeats += 1
            self.example = self.example or f"{key[0]:%Y-%m-%d}, {key[2]}"
            if self.twice == "first":
                return
            value += made.observed[key] if self.twice == "sum" else 0.0
        self.keys.add(key)
        made.observed[key] = value

    def remark(self, made: Made, file: str) -> None:
        """A remark, where any was there twice."""
        if self.repeats and self.twice != "sum":
            words = said(
                "{file}: {n} values repeat a date and place ({example}); which one counts: twice in map.toml",
                file=file, n=self.repeats, example=self.example,
            )  # fmt: skip
            made.remarks.append(words)


def _long(made: Made, lines: List, how: ListMap) -> None:
    days = _moments(made, lines, how, how.head("date"))
    clocks = _read(made, lines, how.head("time"), clock, *CLOCK)
    values = _read(made, lines, how.head("value"), number, *NUMBER)
    ports, sites, words = (_texts(lines, how, role) for role in ("port", "site", "quantity"))
    unknown: Counter[str] = Counter()
    seen = Duplicates(how.twice)
    for i, word in enumerate(words):
        quantity = how.quantities.get(word, "") or quantity_of(word)
        day, value = days[i], values[i]
        if not quantity:
            unknown[word] += 1
        if not quantity or day is None or value is None:
            continue
        minutes = clock(how.time_of_day) if clocks[i] is None else clocks[i]
        when, place = _at(day, minutes or 0, quantity), sites[i] or ports[i] or how.place or ALL
        seen.put(made, (when, quantity, place), value)
        if quantity == "arrivals":
            made.by_day[day.date(), "" if place == ALL else place] = round(made.observed[when, quantity, place])
    for word, n in unknown.items():
        words_said = said("{file}: {n} rows of “{word}” are left out; say under quantities in map.toml what it is",
                          file=lines.name, n=n, word=word)  # fmt: skip
        made.remarks.append(words_said)
    seen.remark(made, lines.name)


# rosters


def _roster(made: Made, lines: List, how: ListMap) -> None:
    """A row for each person, or for so many people, and shift."""
    days = _moments(made, lines, how, how.head("date"))
    starts = _read(made, lines, how.head("start"), clock, *CLOCK)
    ends = _read(made, lines, how.head("end"), clock, *CLOCK)
    lengths = _read(made, lines, how.head("hours"), number, *NUMBER)
    n_people = _people(made, lines, how, "headcount")
    pools, shifts = _texts(lines, how, "pool"), _texts(lines, how, "shift")
    without_hours: Counter[str] = Counter()
    for i, day in enumerate(days):
        if day is None:
            continue
        begin, end, length = starts[i], ends[i], lengths[i]
        span = hours_of_shift(shifts[i], how)
        if begin is not None and (length or end is not None):
            span = (int(begin), float(length or ((end or 0) - begin) % 1440 / 60 or 24.0))
        if span is None:
            without_hours[shifts[i]] += 1
        elif span[1] > 0:
            n = n_people[i] if n_people[i] is not None else 1
            made.roster[pools[i] or how.place, day.date(), *span] += n or 0
    _refuse_shifts(made, lines, without_hours)
    _refuse_without_pool(made, lines, how)


def _grid(made: Made, lines: List, how: ListMap) -> None:
    """Days down and shifts across, or the other way round, or people down and days across with a shift in each cell."""
    without_hours: Counter[str] = Counter()
    for day, shift, n in _grid_cells(lines, how):
        span = hours_of_shift(shift, how)
        if span is None:
            without_hours[shift] += 1
        elif span[1] > 0:
            made.roster[how.place, day, *span] += n
    _refuse_shifts(made, lines, without_hours)
    _refuse_without_pool(made, lines, how)


def _grid_cells(lines: List, how: ListMap) -> Iterator[tuple[dt.date, str, int]]:
    """Day, shift and people of each cell that is filled."""
    heads = [moment(head, how.dates) for head in lines.header]
    across = any(heads)
    for _row, row in lines.rows:
        first = moment(row[0], how.dates)
        for head, day_of_head, cell in zip(lines.header[1:], heads[1:], row[1:], strict=True):
            day = day_of_head if across else first
            if day is None or is_nothing(cell):
                continue
            n = whole(cell)
            if across:  # a head is a day: a number is of the shift at the left, a word is the shift of one person
                yield day.date(), row[0] if n is not None else cell, 1 if n is None else n
            elif n is not None:
                yield day.date(), head, n
            else:  # names of those on duty, which are counted and forgotten
                yield day.date(), head, len([part for part in names_in(cell) if part])


def hours_of_shift(shift: str, how: ListMap) -> tuple[int, float] | None:
    """Minute of the start and hours of a shift, by map.toml or by its own words; 0 hours: a day off."""
    hours = how.shifts.get(shift, "")
    if hours == "off" or (not hours and shift in OFF):
        return 0, 0.0
    return hours_of(hours or shift)


OFF = ("休", "休息", "off", "OFF", "Off", "假", "轮休")


def _refuse_shifts(made: Made, lines: List, without_hours: Counter[str]) -> None:
    if without_hours:
        hours = ", ".join(f'"{shift}" = "06:00-14:00"' for shift in without_hours)
        hint = said("write them into map.toml: shifts = {open} {hours} {close}", open="{", hours=hours, close="}")
        rule = said("have no hours ({n} cells)", n=sum(without_hours.values()))
        made.faults.append(Fault(lines.name, "", list(without_hours), rule, hint))


def _refuse_without_pool(made: Made, lines: List, how: ListMap) -> None:
    if not how.place and not how.head("pool"):
        made.faults.append(
            Fault(lines.name, "", None, "does not say whose roster it is", "say it: --place, with the id of a pool")
        )


READERS: dict[str, Callable[[Made, List, ListMap], None]] = {
    "bookings": _coming,
    "arrivals": _coming,
    "daily": _daily,
    "long": _long,
    "roster": _roster,
    "roster_grid": _grid,
}
