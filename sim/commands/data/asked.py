"""What replay, forecast and backtest are asked, and what they keep of it; with observed.csv, read for one scenario, and
who was there on a day as far as it says.

Observed days are those between two counts of guests: counted at 09:00 (or at 24:00), a day goes from one count to the
next, and stands for the calendar day on which it has most of its hours. Simulated days begin at 00:00; so a simulated
00:00 is held against the count that begins the day.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from sim.commands.data.headings import QUANTITIES, STOCKS
from sim.scenario.faults import Fault, ScenarioError, either, folded
from sim.scenario.tables.types import parse_moment
from sim.shell import errors, files
from sim.shell import options as common
from sim.words.commands import SAID
from sim.words.language import said
from sim.words.observed import REAL_DAYS

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
ByDay = dict[dt.date, float]
ALL = "all"
ONE_DAY = dt.timedelta(days=1)
COLUMNS = ("date", "place", "quantity", "value")

ObservedFile = Annotated[
    Path,
    typer.Option(
        "--observed", metavar="FILE", help="What was observed, as qcap import writes it.", callback=files.one_path
    ),
]
Replications = Annotated[
    int, typer.Option("--replications", min=20, max=10_000, metavar="N", help="Replications of each forecast.")
]
Refit = Annotated[
    bool,
    typer.Option("--fit-stay/--no-fit-stay", help="Take the stay that would fit the days until then."),
]
Plots = Annotated[bool, typer.Option("--plots/--no-plots", help="Draw pictures.")]


@dataclass(frozen=True, kw_only=True)
class Asked(common.RunSettings):
    """What one call is about."""

    experiment: str
    """Name of the command."""
    reading: Reading
    seen: Observed
    replications: int
    started: float

    @property
    def scenario(self) -> Scenario:
        """What the file says."""
        return self.reading.scenario


def asked(  # noqa: PLR0913  what options say, by name
    command: str, words: Sequence[str], scenario: str, overrides: list[str] | None, observed: Path | None,
    *, replications: int, jobs: int, seed: int, workers: int | None, engine: str, out: Path | None, force: bool,
    plots: bool, quiet: bool, as_json: bool,
) -> Asked:  # fmt: skip
    """The scenario, what was observed, and how it is computed; warnings are said. Raises ScenarioError, BadInput."""
    from sim.flow.engines import choose  # noqa: PLC0415

    reading = common.read_scenario(scenario, overrides)
    seen = read_observed(observed, reading.scenario) if observed else Observed()
    name = common.scenario_name(scenario)
    choice = choose(engine, replications * jobs)
    made = Asked(
        name=name, command=tuple(words), seed=seed, engine=choice,
        where=common.here(choice, workers, replications * jobs),
        out=common.results_folder(out, f"{command}-{name}"), force=force, plots=plots, quiet=quiet, json=as_json,
        experiment=command, reading=reading, seen=seen, replications=replications, started=time.monotonic(),
    )  # fmt: skip
    if not quiet:
        errors.say(*(SAID["warning"].format(words=line) for line in folded(reading.warnings)), str(choice))
        if seen.unknown:
            names = ", ".join(seen.unknown[:5]) + (" …" if len(seen.unknown) > 5 else "")
            errors.say(REAL_DAYS["unknown"].format(names=names))
    return made


def date_asked(text: str | None, option: str) -> dt.date | None:
    """A date of an option. Raises BadInput."""
    from sim.scenario.tables.types import parse_date  # noqa: PLC0415
    from sim.words.language import spoken  # noqa: PLC0415

    try:
        return None if text is None else parse_date(text)
    except ValueError as error:
        errors.refuse(f"{option} {text}: {spoken(error.args[0])}")


def manifest_of(ask: Asked, facts: dict[str, Any], notes: Sequence[str] = ()) -> dict[str, Any]:
    """How a results folder was made."""
    from sim.keeping.manifest import HowMade, command_line, manifest  # noqa: PLC0415
    from sim.scenario.files.documents import scenario_hash  # noqa: PLC0415

    how = HowMade(
        ask.seed, ask.engine.engine, ask.executor, command_line(ask.command), time.monotonic() - ask.started, notes
    )
    own = {"experiment": ask.experiment, "title": ask.scenario.title, "scenario_hash": scenario_hash(ask.scenario)}
    return manifest(how, own | {"replications": ask.replications, "engine_why": str(ask.engine.why)} | facts)


def keep(
    ask: Asked,
    tables: Mapping[str, pd.DataFrame],
    draw: Callable[[Path], Sequence[str]],
    facts: dict[str, Any],
    scenario: Scenario | None = None,
) -> Path:
    """Write the results folder: tables by file name, the scenario that was run where it is not the one that was read,
    pictures where they are asked for (`draw` says why any is not there), the manifest.
    """
    from sim.keeping.store import MANIFEST, drafted, write_json, write_table  # noqa: PLC0415
    from sim.scenario.files.documents import to_toml  # noqa: PLC0415

    with drafted(ask.out, force=ask.force) as draft:
        for name, table in tables.items():
            write_table(draft.folder / name, table)
        if scenario is not None:
            (draft.folder / "scenario.toml").write_bytes(to_toml(scenario).encode("utf-8"))
        notes = draw(draft.folder) if ask.plots else ()
        write_json(draft.folder / MANIFEST, manifest_of(ask, facts, notes))
        return draft.publish()


# what was observed


@dataclass(frozen=True)
class Observed:
    """Real days, as one scenario sees them."""

    stocks: Mapping[str, ByDay] = field(default_factory=dict)
    """Guests, rooms taken and rooms open at the beginning of each day, all sites together."""
    arrivals: Mapping[str, ByDay] = field(default_factory=dict)
    """People on each day by port; those whose port is not known under `all`."""
    at_sites: bool = False
    """Whether arrivals were counted at sites, after some were sent on elsewhere."""
    releases: ByDay = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    """Places that the scenario does not have; they count in totals."""

    @property
    def guests(self) -> ByDay:
        """People in sites at the beginning of each day."""
        return dict(self.stocks.get("guests_present", {}))

    @property
    def days(self) -> list[dt.date]:
        """Days at whose beginning something is known, in order."""
        found = {day for table in self.stocks.values() for day in table}
        return sorted(found | {day + ONE_DAY for table in self.arrivals.values() for day in table})

    def until(self, day: dt.date) -> Observed:
        """What was known at the beginning of a day: no forecast knows more."""
        return replace(
            self,
            stocks={name: {d: v for d, v in table.items() if d <= day} for name, table in self.stocks.items()},
            arrivals={port: {d: v for d, v in table.items() if d < day} for port, table in self.arrivals.items()},
            releases={d: v for d, v in self.releases.items() if d < day},
        )


def read_observed(file: Path, scenario: Scenario) -> Observed:
    """The observed days in a CSV file with the columns date, place, quantity, value. Raises ScenarioError."""
    from sim.scenario.files.csv_files import missing_columns, read_csv, to_number  # noqa: PLC0415  only where it is read

    table = read_csv(file, file.name)
    faults = [*table.faults, *missing_columns(table, COLUMNS)]
    if faults:
        raise ScenarioError(faults)
    values: dict[tuple[str, dt.datetime, str], float] = {}
    for number, cells in table.rows:
        quantity, value = cells["quantity"], to_number(cells["value"])
        when = _moment(cells["date"])
        if when is None:
            faults.append(Fault(table.name, f"row {number}, date", cells["date"], "must be a date, or a date and time"))
        if quantity not in QUANTITIES.values():
            rule = said("must be {words}", words=either(tuple(QUANTITIES.values())))
            faults.append(Fault(table.name, f"row {number}, quantity", quantity, rule))
        if not isinstance(value, float) or not 0 <= value < 1e9:
            faults.append(Fault(table.name, f"row {number}, value", cells["value"], "must be a number, 0 or more"))
        elif when is not None:
            if quantity in STOCKS and ":" not in cells["date"]:
                when += ONE_DAY  # a day alone is its 24:00
            values[quantity, when, cells["place"].strip() or ALL] = value
    if faults:
        raise ScenarioError(faults[:20])
    return _sorted_out(_one_count_a_day(values), scenario)


def _moment(cell: str) -> dt.datetime | None:
    try:
        return parse_moment(cell)
    except ValueError:
        return None


def begins(when: dt.datetime) -> dt.date:
    """The day that a count of what was there begins: a count until noon its own day, a later one the next."""
    return when.date() + ONE_DAY if (when.hour, when.minute) > (12, 0) else when.date()


def _one_count_a_day(values: Mapping[tuple[str, dt.datetime, str], float]) -> dict[tuple[str, dt.date, str], float]:
    """The values by day; of several counts of one day the one at the usual time, else the last: sites may have been
    called otherwise in the others, and would be counted twice.
    """
    usual = Counter(when.time() for quantity, when, _place in values if quantity in STOCKS)
    taken: dict[tuple[str, dt.date], dt.datetime] = {}
    for quantity, when, _place in sorted(values):
        if quantity in STOCKS:
            key = (quantity, begins(when))
            best = max(taken.get(key, when), when, key=lambda each: (usual[each.time()], each))
            taken[key] = best
    found = {}
    for (quantity, when, place), value in values.items():
        day = begins(when) if quantity in STOCKS else when.date()
        if taken.get((quantity, day), when) == when:
            found[quantity, day, place] = value
    return found


def _sorted_out(values: Mapping[tuple[str, dt.date, str], float], scenario: Scenario) -> Observed:
    ports = {name: key for key, port in scenario.ports.items() for name in (key, port.name) if name}
    sites = scenario.sites.candidates if scenario.sites else {}
    known = {name for key, site in sites.items() for name in (key, site.name) if name}
    stocks: dict[str, ByDay] = defaultdict(dict)
    arrivals: dict[str, ByDay] = defaultdict(dict)
    releases: ByDay = {}
    with_total = {(quantity, day) for quantity, day, place in values if place == ALL}
    unknown: dict[str, None] = {}
    at_sites = False
    for (quantity, day, place), value in values.items():
        if place != ALL and (quantity, day) in with_total:
            continue  # the total is there already
        if place not in ports and place not in known and place != ALL:
            unknown[place] = None
        if quantity == "arrivals":
            at_sites |= place in known and place not in ports
            port = ports.get(place, ALL)
            arrivals[port][day] = arrivals[port].get(day, 0.0) + value
        elif quantity == "releases":
            releases[day] = releases.get(day, 0.0) + value
        elif quantity in STOCKS:
            stocks[quantity][day] = stocks[quantity].get(day, 0.0) + value
    return Observed(dict(stocks), dict(arrivals), at_sites, releases, tuple(unknown))


# who was there


@dataclass(frozen=True)
class There:
    """Guests at the beginning of a day, by the day on which they came; and who came on each day before."""

    cohorts: ByDay
    came: ByDay
    """People who came to a site by day, as counted or as occupancy implies."""


def there_on(seen: Observed, day: dt.date, still_there: Callable[[float], float], diverted: float) -> There:
    """Who is there at the beginning of a day, from what was known then.

    Day by day from the first: who came, who is due to leave by the stay, and how many guests were counted. Where who
    came is not known it is what the count is more than expected; where the count is less, those who came first have
    left. `still_there(days)`: share of stays longer than so many days; `diverted`: share of those handed over who go
    to a site.
    """
    guests = filled(seen.guests, day)
    known = _total(seen.arrivals, 1.0 if seen.at_sites else diverted)
    first = min((d for d in guests if d <= day), default=min(known, default=day))
    cohorts = _settled(first, guests.get(first, 0.0), still_there)
    came: ByDay = {d: n for d, n in sorted(known.items()) if d < first}
    for today in days_between(first, day - ONE_DAY):
        cohorts = {d: n * _kept((today - d).days, still_there) for d, n in cohorts.items()}
        cohorts = {d: n for d, n in cohorts.items() if n > 1e-9}
        counted = guests.get(today + ONE_DAY)
        rest = sum(cohorts.values())
        come = known.get(today) if today in known else None if counted is None else max(counted - rest, 0.0)
        came[today] = come if come is not None else _mean_of_last(came)
        cohorts[today] = came[today]
        if counted is not None:
            cohorts = _agreeing(cohorts, counted)
    return There({d: n for d, n in cohorts.items() if n > 0}, came)


def _kept(age: int, still_there: Callable[[float], float]) -> float:
    """Share of those there at the beginning of their day `age` who are there at the beginning of the next; they came in
    the middle of day 0.
    """
    before = still_there(age - 0.5) if age > 0 else 1.0
    return still_there(age + 0.5) / before if before > 0 else 0.0


def _settled(first: dt.date, guests: float, still_there: Callable[[float], float]) -> ByDay:
    """The guests of the first day, as if they had come evenly."""
    weights = {first - dt.timedelta(days=k): still_there(k - 0.5) for k in range(1, 61)}
    total = sum(weights.values())
    return {d: guests * w / total for d, w in weights.items() if w > 0} if guests and total > 0 else {}


def _agreeing(cohorts: ByDay, counted: float) -> ByDay:
    """The same with as many as were counted: of too many who came first have left; too few are all somewhat more."""
    total = sum(cohorts.values())
    excess = total - counted
    if excess <= 0:
        return {day: n * counted / total for day, n in cohorts.items()} if total > 0 else {max(cohorts): counted}
    left = {}
    for day in sorted(cohorts):
        gone = min(cohorts[day], excess)
        excess -= gone
        left[day] = cohorts[day] - gone
    return left


def filled(table: ByDay, until: dt.date) -> ByDay:
    """The counts with days between two of them filled on a straight line."""
    known = sorted(day for day in table if day <= until)
    found = dict(table)
    for a, b in pairwise(known):
        for day in days_between(a + ONE_DAY, b - ONE_DAY):
            found[day] = table[a] + (table[b] - table[a]) * (day - a).days / (b - a).days
    return found


def _total(arrivals: Mapping[str, ByDay], share: float) -> ByDay:
    days = {day for table in arrivals.values() for day in table}
    return {day: share * sum(table.get(day, 0.0) for table in arrivals.values()) for day in days}


def _mean_of_last(came: ByDay) -> float:
    last = [came[day] for day in sorted(came)[-7:]]
    return sum(last) / len(last) if last else 0.0


def days_between(first: dt.date, last: dt.date) -> Iterable[dt.date]:
    """Every day from the first to the last."""
    return (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
