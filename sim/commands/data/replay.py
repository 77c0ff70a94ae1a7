"""`qcap replay`: exactly the people who came, day by day; how far occupancy and releases are from what was observed."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import numpy as np
import typer
from numpy.typing import NDArray

from sim.commands.data.asked import (
    ONE_DAY,
    Asked,
    ByDay,
    ObservedFile,
    Plots,
    Replications,
    asked,
    date_asked,
    days_between,
    filled,
    keep,
    there_on,
)
from sim.shell import errors
from sim.shell import options as common
from sim.shell.errors import all_or_nothing
from sim.words.observed import REAL_DAYS
from sim.words.say import day_words, number, percent

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.data.standing import Series
    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
STAYS = tuple(k / 2 for k in range(1, 73))
"""Stays that are tried, in days."""
IN_A_ROW = 3
"""Days outside the 90 % band that count as a drift."""


class ComparedDay(NamedTuple):
    """A quantity on a day: observed, and as replayed."""

    date: str
    quantity: str
    observed: float
    p5: float
    p25: float
    p50: float
    p75: float
    p95: float
    error: float
    """Median less observed."""
    in_50: bool
    in_90: bool


class Agreement(NamedTuple):
    """All days of a quantity."""

    quantity: str
    n: int
    observed: float
    """Mean."""
    bias: float
    absolute_error: float
    root_mean_square: float
    in_50: float
    in_90: float
    drift_a_week: float
    """Slope of the error."""
    outside_from: str
    """First of the longest row of days outside the 90 % band; empty: fewer than three in a row."""
    outside_days: int


class FittingStay(NamedTuple):
    """The stay that would fit, in days; nan where it can not be known."""

    little: float
    """Mean guests / mean people a day."""
    least_squares: float
    error: float
    """Root of the mean squared error of guests with it."""
    own: float
    """Mean stay of the scenario."""


def replay(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    observed: ObservedFile,
    day: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day [default: the first of both].")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Last day [default: the last of both].")
    ] = None,
    replications: Replications = 50,
    seed: common.Seed = 1,
    workers: common.Workers = None,
    engine: common.Engine = "auto",
    overrides: common.Overrides = None,
    out: common.Out = None,
    plots: Plots = True,
    force: common.Force = False,
    quiet: common.Quiet = False,
    as_json: common.Json = False,
    debug: common.Debug = False,  # noqa: ARG001  read by main
) -> int:
    """Replay real days with exactly the people who came.

    Guests, rooms and releases by day against what was observed: error, coverage of bands, drift, and the stay that
    would fit.
    """
    ask = asked(
        "replay", context.obj, scenario, overrides, observed, replications=replications, jobs=1, seed=seed,
        workers=workers, engine=engine, out=out, force=force, plots=plots, quiet=quiet, as_json=as_json,
    )  # fmt: skip
    begin, end = _days(ask, date_asked(day, "--from"), date_asked(to, "--to"))
    with all_or_nothing():
        rows, stay = replayed(ask, begin, end)
        place = _keep(ask, begin, end, rows, stay)
    _show(ask, place, rows, stay)
    return errors.RAN


def _days(ask: Asked, begin: dt.date | None, end: dt.date | None) -> tuple[dt.date, dt.date]:
    """First and last day: those that scenario and observation have in common, unless asked for. Raises BadInput."""
    guests = sorted(ask.seen.guests)
    if not guests:
        errors.refuse(REAL_DAYS["replay.no_guests"])
    arrivals = sorted({d for table in ask.seen.arrivals.values() for d in table})
    first = begin or max(ask.scenario.first_day, guests[0], *arrivals[:1])
    last = end or min(ask.scenario.last_day, guests[-1] - ONE_DAY, *arrivals[-1:])
    if last < first:
        errors.refuse(REAL_DAYS["replay.apart"].format(first=guests[0], last=guests[-1]))
    return first, last


def replayed(ask: Asked, begin: dt.date, end: dt.date) -> tuple[list[ComparedDay], FittingStay]:
    """Every day of each quantity that was observed, and the stay that would fit."""
    from sim.commands.data.standing import at_midnight, left_by_day, real_days, run_all  # noqa: PLC0415
    from sim.runs.job import Job  # noqa: PLC0415
    from sim.shell.errors import shown_progress  # noqa: PLC0415

    scenario = real_days(ask.scenario, ask.seen, begin, end)
    job = Job(scenario, ask.seed, ask.engine.engine)
    with shown_progress(ask.replications, ask.scenario.title, not ask.quiet) as progress:
        found: Series = run_all({"replay": job}, ask.replications, ask.where, progress)["replay"]
    rows: list[ComparedDay] = []
    for quantity in ("guests_present", "rooms_taken"):
        rows += _compared(quantity, begin, at_midnight(found, quantity), ask.seen.stocks.get(quantity, {}), first=1)
    rows += _compared("releases", begin, left_by_day(found), ask.seen.releases, first=0)
    return rows, fitting_stay(ask, scenario, begin, end)


def _compared(quantity: str, begin: dt.date, samples: Floats, table: ByDay, *, first: int) -> Iterator[ComparedDay]:
    from sim.numbers.forecasts import covers  # noqa: PLC0415

    for k in range(first, samples.shape[1]):
        day = begin + dt.timedelta(days=k)
        if day in table:
            low, lower, middle, upper, high = np.quantile(samples[:, k], [0.05, 0.25, 0.5, 0.75, 0.95]).tolist()
            inside = covers(samples[:, k], table[day], 0.5), covers(samples[:, k], table[day], 0.9)
            error = middle - table[day]
            yield ComparedDay(day.isoformat(), quantity, table[day], low, lower, middle, upper, high, error, *inside)


def agreements(rows: Sequence[ComparedDay]) -> list[Agreement]:
    """A line for each quantity."""
    from sim.numbers.statistics import stretches  # noqa: PLC0415

    found = []
    for quantity in dict.fromkeys(row.quantity for row in rows):
        here = [row for row in rows if row.quantity == quantity]
        errors_of = np.array([row.error for row in here])
        days = np.array([dt.date.fromisoformat(row.date).toordinal() for row in here], dtype=np.float64)
        slope = float(np.polyfit(days - days[0], errors_of, 1)[0]) if len(here) > IN_A_ROW else math.nan
        outside = max(stretches([not row.in_90 for row in here]), key=lambda span: span[1] - span[0], default=(0, 0))
        long = outside[1] - outside[0] >= IN_A_ROW
        found.append(
            Agreement(
                quantity, len(here), float(np.mean([row.observed for row in here])), float(errors_of.mean()),
                float(np.abs(errors_of).mean()), float(np.sqrt((errors_of**2).mean())),
                float(np.mean([row.in_50 for row in here])), float(np.mean([row.in_90 for row in here])), 7 * slope,
                here[outside[0]].date if long else "", outside[1] - outside[0] if long else 0,
            )
        )  # fmt: skip
    return found


def fitting_stay(ask: Asked, scenario: Scenario, begin: dt.date, end: dt.date) -> FittingStay:
    """By Little's law, and by least squares over stays of one length for all."""
    own = scenario.stay.mean_days if scenario.stay is not None else math.nan
    guests = filled(ask.seen.guests, end + ONE_DAY)
    share = (
        1.0 if ask.seen.at_sites else 1 - float(np.mean([p.not_diverted_share for p in ask.scenario.ports.values()]))
    )
    came: ByDay = {}
    for table in ask.seen.arrivals.values():
        for day, n in table.items():
            came[day] = came.get(day, 0.0) + share * n
    days = [day for day in days_between(begin, end) if day in came and day + ONE_DAY in guests]
    if not days or not sum(came[day] for day in days):
        return FittingStay(math.nan, math.nan, math.nan, own)
    little = sum((guests[d] + guests[d + ONE_DAY]) / 2 for d in days) / sum(came[d] for d in days)
    errors_of = {stay: _misfit(ask, came, guests, stay, begin, end) for stay in STAYS}
    best = min(errors_of, key=lambda stay: errors_of[stay])
    return FittingStay(little, best, errors_of[best], own)


def _misfit(ask: Asked, came: ByDay, guests: ByDay, stay: float, begin: dt.date, end: dt.date) -> float:
    """Root of the mean squared error of guests, if all stayed so long: who was there first and who came since."""
    longer = _within_a_day(stay)
    cohorts = there_on(ask.seen.until(begin), begin, longer, 1.0).cohorts
    total, n = 0.0, 0
    for day in (d for d in days_between(begin + ONE_DAY, end + ONE_DAY) if d in guests):
        there = sum(people * longer((day - c).days - 0.5) for c, people in came.items() if begin <= c < day)
        for c, people in cohorts.items():
            before = longer((begin - c).days - 0.5)
            there += people * longer((day - c).days - 0.5) / before if before > 0 else 0.0
        total, n = total + (there - guests[day]) ** 2, n + 1
    return math.sqrt(total / n) if n else math.inf


def _within_a_day(stay: float) -> Callable[[float], float]:
    """Share of those who are still there after so many days, when people come at any time of a day."""
    return lambda so_far: min(max(stay - so_far + 0.5, 0.0), 1.0)


# what is said and kept


def answers(rows: Sequence[ComparedDay], stay: FittingStay) -> Iterator[str]:
    """How near the replay is, where it drifts, which stay would fit and what that says."""
    for each in agreements(rows):
        yield REAL_DAYS[f"replay.{each.quantity}"].format(
            error=number(each.absolute_error), observed=number(each.observed), bias=number(each.bias, "+"),
            share=percent(each.in_90), n=each.n,
        )  # fmt: skip
        if each.outside_days:
            day = day_words(dt.date.fromisoformat(each.outside_from), with_year=True)
            yield REAL_DAYS["replay.outside"].format(n=each.outside_days, day=day, drift=number(each.drift_a_week, "+"))
    if not math.isnan(stay.least_squares):
        fields = {"ls": number(stay.least_squares), "little": number(stay.little), "own": number(stay.own)}
        yield REAL_DAYS["replay.stay"].format(**fields, error=number(stay.error))
        gap = stay.least_squares - stay.own
        yield REAL_DAYS["replay.agrees" if abs(gap) <= 1 else "replay.longer" if gap > 0 else "replay.shorter"]


def _keep(ask: Asked, begin: dt.date, end: dt.date, rows: Sequence[ComparedDay], stay: FittingStay) -> Path:
    tables, said = tables_of(rows), list(answers(rows, stay))
    facts = {"from": begin.isoformat(), "to": end.isoformat(), "stay": stay._asdict(), "answers": said}

    def draw(folder: Path) -> Sequence[str]:
        from sim.commands.data.pictures import draw_into, draw_replay  # noqa: PLC0415  matplotlib is slow to load

        return draw_into(folder, draw_replay(ask, (begin, end), tables["replay.csv"], said))

    return keep(ask, tables, draw, facts)


def tables_of(rows: Sequence[ComparedDay]) -> dict[str, pd.DataFrame]:
    """replay.csv, a row a day and quantity, and agreement.csv, a row a quantity."""
    import pandas as pd  # noqa: PLC0415

    found = [each._asdict() for each in agreements(rows)]
    return {"replay.csv": pd.DataFrame([row._asdict() for row in rows]), "agreement.csv": pd.DataFrame(found)}


def _show(ask: Asked, place: Path, rows: Sequence[ComparedDay], stay: FittingStay) -> None:
    from sim.shell import show  # noqa: PLC0415

    if ask.json:
        found = {name: show.records(table) for name, table in tables_of(rows).items()}
        show.print_json({"folder": str(place), "answers": list(answers(rows, stay)), "stay": stay._asdict(), **found})
        return
    if not ask.quiet:
        out = show.console()
        days = len({row.date for row in rows})
        head = REAL_DAYS["replay.head"]
        out.print(show.heading(head.format(title=ask.scenario.title, n=days, runs=ask.replications, seed=ask.seed)))
        if not ask.seen.arrivals:
            out.print(REAL_DAYS["replay.own"])
        for line in answers(rows, stay):
            out.print(line)
    errors.put(place)
