"""`qcap import`: lists as people have them become a scenario's files: arrivals by day, a timetable, today's guests, a
roster, what was observed.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.data.asked import ALL, date_asked, days_between
from sim.commands.data.headings import STOCKS
from sim.shell import errors, files
from sim.shell import options as common
from sim.words.language import _, said
from sim.words.observed import REAL_DAYS
from sim.words.say import clock
from sim.words.user_text import for_file_name

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.data.converting import Coming, Made
    from sim.commands.data.lists import List
    from sim.commands.data.mapping import ListMap

SHOWN, LONGEST = 10, 20
"""Rows that a preview shows of each list, and letters of a cell."""

Lists = Annotated[
    list[str],
    typer.Argument(metavar="FILE", help="Lists: CSV or text, .xlsx, .ods; * is expanded.", show_default=False),
]
MapFile = Annotated[
    Path | None,
    typer.Option(
        "--map",
        metavar="FILE",
        help="How lists are read, as kept last time [default: guessed].",
        callback=files.one_path,
    ),
]
Preview = Annotated[bool, typer.Option("--preview", help="Show how lists are read, and write nothing.")]
From = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="DATE",
        help="Who is there at its 00:00 is written to initial.csv, who comes from then on to bookings.csv "
        "[default: the day after the last arrival].",
    ),
]
Dates = Annotated[
    str | None,
    typer.Option(
        "--dates",
        metavar="FORM",
        help="Form of dates, where a list may be read in two ways: year-month-day, day/month/year, month/day/year, "
        "2021-month-day.",
    ),
]
Place = Annotated[
    str | None,
    typer.Option("--place", metavar="NAME", help="Site, port or pool that a list is of, where no column says it."),
]


@dataclass(frozen=True)
class Taken:
    """A list with the map by which it is read."""

    lines: List
    how: ListMap
    guessed: bool

    @property
    def heads(self) -> list[tuple[str, str]]:
        """Role and head of each column that is read, in the order of the list."""
        found = [(role, head) for role, heads in self.how.columns.items() for head in heads]
        if self.how.kind == "roster_grid":
            found = [("", head) for head in self.lines.header if self.lines.header.index(head) > 0]
        return sorted(found, key=lambda pair: self.lines.header.index(pair[1]))

    @property
    def dropped(self) -> list[str]:
        """Columns that are not read."""
        read = {head for _role, head in self.heads} | set(self.how.where)
        return [] if self.how.kind == "roster_grid" else [head for head in self.lines.header if head not in read]


def import_(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    lists: Lists,
    map_file: MapFile = None,
    preview: Preview = False,
    day: From = None,
    dates: Dates = None,
    place: Place = None,
    out: common.Out = None,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Make a scenario's files of lists as people have them.

    Of bookings and arrivals, counts by day, occupancy and rosters: arrivals.csv, initial.csv, roster.csv, observed.csv.
    Names and document numbers are never written.
    """
    from sim.commands.data.converting import Made, add  # noqa: PLC0415  heavy at start-up
    from sim.scenario.faults import ScenarioError  # noqa: PLC0415

    started = time.monotonic()
    begin = date_asked(day, "--from")
    taken = _take([Path(file) for file in files.expanded(lists)], map_file, dates, place)
    made = Made()
    for each in taken:
        add(made, each.lines, each.how)
    if made.faults:
        if preview:
            _preview_anyway(taken)
        raise ScenarioError(made.faults)
    begin = begin or _day_after(made)
    observe_stays(made, begin)
    written: dict[str, Any] = {
        "preview": preview,
        "from": begin.isoformat(),
        "lists": [
            {"rows": len(each.lines.rows), "kind": each.how.kind, "guessed": each.guessed, "not_read": each.dropped}
            for each in taken
        ],
        "remarks": [str(r) for r in made.remarks],
    }
    tables = tables_of(made, begin)
    if not preview:
        folder = common.results_folder(out, "import")
        written["folder"] = str(_keep(folder, force, taken, tables, written, context.obj, started))
    _show(taken, tables, made, written, quiet=quiet, as_json=as_json)
    return errors.RAN


def _preview_anyway(taken: Sequence[Taken]) -> None:
    """How lists are read, and a map.toml to mend, where a list has faults."""
    from sim.commands.data.mapping import write_map  # noqa: PLC0415

    for each in taken:
        _print_list(each)
    errors.put(write_map([each.how for each in taken], [head for each in taken for head in each.dropped]))


def _day_after(made: Made) -> dt.date:
    """The day after the last arrival, or after the last thing observed."""
    days = [each.arrived.date() for each in made.coming] or [when.date() for when, _q, _p in made.observed]
    return max(days, default=dt.date(1970, 1, 1)) + dt.timedelta(days=1)


def _take(named: Sequence[Path], map_file: Path | None, dates: str | None, place: str | None) -> list[Taken]:
    """The lists, each with its map; the faults of all come together. Raises ScenarioError."""
    from sim.commands.data.headings import role_of  # noqa: PLC0415
    from sim.commands.data.lists import ORDERS, is_order, read_lists  # noqa: PLC0415
    from sim.commands.data.mapping import guess, read_map  # noqa: PLC0415
    from sim.scenario.faults import Fault, ScenarioError, either  # noqa: PLC0415

    maps = read_map(map_file) if map_file else ()
    heads = {head for known in maps for names in known.columns.values() for head in names}
    if dates and not is_order(dates):
        errors.refuse(REAL_DAYS["import.dates"].format(dates=dates, words=either(ORDERS)))
    order = dates or ""
    taken: list[Taken] = []
    faults: list[Fault] = []
    for file in named:
        try:
            for lines in read_lists(file, lambda head: head in heads or bool(role_of(head))):
                kept = next((known for known in maps if known.fits(lines.header)), None)
                how = kept or guess(lines, order)
                how = replace(how, dates=order or how.dates, place=place or how.place)
                taken.append(Taken(lines, how, kept is None))
        except ScenarioError as error:
            faults += error.faults
    if faults:
        raise ScenarioError(faults)
    return taken


def _keep(
    place: Path, force: bool, taken: Sequence[Taken], tables: dict[str, pd.DataFrame], facts: dict[str, Any],
    words: Sequence[str], started: float,
) -> Path:  # fmt: skip
    from sim.commands.data.mapping import write_map  # noqa: PLC0415
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.keeping.store import MANIFEST, drafted, write_json, write_table  # noqa: PLC0415

    with drafted(place, force=force) as draft:
        for name, table in tables.items():
            write_table(draft.folder / name, table)
        dropped = [head for each in taken for head in each.dropped]
        unique = list({repr(each.how): each.how for each in taken}.values())
        (draft.folder / "map.toml").write_text(write_map(unique, dropped), encoding="utf-8", newline="\n")
        how = HowMade(0, "", "", command_line(words), time.monotonic() - started, facts["remarks"])
        write_json(draft.folder / MANIFEST, manifest(how, {"experiment": "import", **facts}))
        return draft.publish()


def _show(
    taken: Sequence[Taken],
    tables: dict[str, pd.DataFrame],
    made: Made,
    facts: dict[str, Any],
    *,
    quiet: bool,
    as_json: bool,
) -> None:
    from sim.shell import show  # noqa: PLC0415

    if as_json:
        show.print_json({**facts, "tables": {name: len(table) for name, table in tables.items()}})
        return
    if not quiet:
        for each in taken:
            _print_list(each)
        out = show.console()
        for remark in made.remarks:
            out.print(str(remark))
        out.print()
        for line in _outcome(tables, made, facts):
            out.print(line)
    if "folder" in facts:
        errors.put(facts["folder"])


KIND_WORDS = {
    "bookings": said("bookings: a row for each person or party"),
    "arrivals": said("arrivals: a row for each person, party or flight"),
    "daily": said("counts by day"),
    "long": said("a long table: a row for each quantity and day"),
    "roster": said("a roster: a row for each person or shift"),
    "roster_grid": said("a roster: days and shifts across and down"),
}


def _print_list(each: Taken) -> None:
    """What a list is taken for, and its first rows as they are read: never a column that is dropped."""
    from sim.shell import show  # noqa: PLC0415
    from sim.words.say import listed  # noqa: PLC0415

    out = show.console()
    kind, n = str(KIND_WORDS[each.how.kind]), f"{len(each.lines.rows):,}"
    out.print(show.heading(REAL_DAYS["import.list"].format(file=each.lines.name, kind=kind, n=n)))
    if each.how.kind == "roster_grid":
        out.print(REAL_DAYS["import.not_shown"])
    else:
        heads = [f"{head} = {role}" for role, head in each.heads]
        table = show.plain_table(*heads)
        at = [each.lines.header.index(head) for _role, head in each.heads]
        for _number, cells in each.lines.rows[:SHOWN]:
            table.add_row(*(_short(cells[i]) for i in at))
        out.print(table)
    how = REAL_DAYS["import.guessed" if each.guessed else "import.given"]
    out.print(REAL_DAYS["import.meaning"].format(order=each.how.dates, how=how))
    if each.dropped:
        out.print(REAL_DAYS["import.dropped"].format(heads=listed(each.dropped)))
    out.print()


def _short(cell: str) -> str:
    return cell if len(cell) <= LONGEST else cell[: LONGEST - 1] + "…"


def _outcome(tables: dict[str, pd.DataFrame], made: Made, facts: dict[str, Any]) -> Iterator[str]:
    """A line for each file, with what it is for."""
    uses = {
        "arrivals.csv": _('people by day: a regime with kind = "daily", exact = true'),
        "initial.csv": _('guests at 00:00 of {day} (--from): initial = "initial.csv"').format(day=facts["from"]),
        "roster.csv": _('shifts by date: roster = "roster.csv"'),
        "observed.csv": _("what was observed: qcap replay, forecast and backtest with --observed"),
    }
    flights = _('a timetable: a regime with kind = "timetable"')
    yield _("This would be written:") if facts["preview"] else _("Written:")
    for name, table in tables.items():
        yield _("  {file}: {n} rows; {use}").format(file=name, n=len(table), use=uses.get(name, flights))
    if "initial.csv" not in tables and any(q == "guests_present" for _w, q, _p in made.observed):
        yield _("  no initial.csv: these lists do not say when today's guests arrived")


# the files that lists become


def tables_of(made: Made, begin: dt.date) -> dict[str, pd.DataFrame]:
    """The files to write, by name; only those that the lists say something about."""
    import pandas as pd  # noqa: PLC0415

    tables: dict[str, pd.DataFrame] = {}
    if by_port := arrivals_by_day(made):
        columns = {port or "people": pd.Series(counts) for port, counts in by_port.items()}
        frame = pd.DataFrame(columns).sort_index().rename_axis("date").reset_index()
        tables["arrivals.csv"] = frame.convert_dtypes()
    stays = any(each.site for each in made.coming)
    rows = timetable(made, begin if stays else None)
    for port in dict.fromkeys(row[0] for row in rows):
        name = ("bookings" if stays else "timetable") + (f"_{for_file_name(port)}" if port else "")
        flights = [(f"{when:%Y-%m-%d %H:%M}", n, label) for at, when, n, label in rows if at == port]
        tables[f"{name}.csv"] = pd.DataFrame(flights, columns=["time", "people", "label"])
    if guests := guests_on(made, begin):
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
        for day in days_between(min(days), max(days)):
            found[port].setdefault(day, counts[day])
    return dict(found)


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
    for day in days_between(first, until - dt.timedelta(days=1)):
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
