"""`qcap forecast`: from today's guests, known bookings and the recent days to rooms, staff, check-outs by day."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import typer
from numpy.typing import NDArray

from sim.commands.data.asked import (
    Asked,
    Plots,
    Refit,
    Replications,
    asked,
    date_asked,
    keep,
)
from sim.shell import errors, files
from sim.shell import options as common
from sim.shell.errors import all_or_nothing
from sim.words.observed import REAL_DAYS
from sim.words.say import day_words, number, percent, rough

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.data.standing import Forecast, Series, Standing

Floats = NDArray[np.float64]
SHORT = 0.05
"""Chance from which rooms are said to run short."""


def forecast(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    observed: Annotated[
        Path | None,
        typer.Option(
            "--observed",
            metavar="FILE",
            help="What was observed lately, as qcap import writes it [default: the scenario's own arrivals].",
            callback=files.one_path,
        ),
    ] = None,
    day: Annotated[
        str | None,
        typer.Option("--from", metavar="DATE", help="First day [default: after the last day observed]."),
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=180, metavar="N", help="Days ahead.")] = 28,
    fit_stay: Refit = False,
    replications: Replications = 200,
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
    """Forecast rooms, staff, check-outs and guests by day.

    From today's guests, known bookings (a port's timetable) and the recent days: a quasi-Poisson regression on level,
    weekday and damped trend, with its doubt.
    """
    ask = asked(
        "forecast", context.obj, scenario, overrides, observed, replications=replications, jobs=2, seed=seed,
        workers=workers, engine=engine, out=out, force=force, plots=plots, quiet=quiet, as_json=as_json,
    )  # fmt: skip
    known = ask.seen.days
    begin = date_asked(day, "--from") or (known[-1] if known else ask.scenario.first_day)
    with all_or_nothing():
        made = run_forecast(ask, begin, days, refit=fit_stay)
        place = _keep(ask, made)
    _show(ask, made, place)
    return errors.RAN


def run_forecast(ask: Asked, begin: dt.date, n_days: int, *, refit: bool = False) -> Forecast:
    """Run the days to come with their limits, and without limits of rooms and staff for what is needed."""
    from sim.commands.data.standing import (  # noqa: PLC0415
        Forecast,
        at_midnight,
        came_by_day,
        left_by_day,
        most_of_day,
        run_all,
        standing_on,
    )
    from sim.runs.job import Job, second_flows  # noqa: PLC0415
    from sim.shell.errors import shown_progress  # noqa: PLC0415

    stand = standing_on(ask.scenario, ask.seen, begin, n_days, ask.replications, ask.seed, refit=refit)
    free = tuple(dict.fromkeys(limit for flow in second_flows(stand.scenario) for limit in flow.unlimited))
    job = Job(stand.scenario, ask.seed, ask.engine.engine, draws=stand.draws)
    needs = Job(stand.scenario, ask.seed, ask.engine.engine, draws=stand.draws, unlimited=free)
    what = REAL_DAYS["forecast.begun"].format(title=ask.scenario.title, seed=ask.seed)
    with shown_progress(2 * ask.replications, what, not ask.quiet) as progress:
        found = run_all({"limits": job, "needs": needs}, ask.replications, ask.where, progress)
    by_day = {
        "arrivals_at_sites": came_by_day(found["limits"]),
        "check_outs": left_by_day(found["limits"]),
        "guests_present": at_midnight(found["limits"], "guests_present")[:, 1:],
        "rooms_needed": most_of_day(found["needs"], "rooms_taken"),
    }
    there = _rooms_there(stand, found["limits"], n_days)
    return Forecast(begin, stand, by_day, there, list(_staff(stand, found["limits"], found["needs"], n_days)))


def _rooms_there(stand: Standing, series: Series, n_days: int) -> Floats:
    """Rooms of the sites that are open when the first day begins, and from their day on of those that open by date."""
    from sim.scenario.places import rooms_of  # noqa: PLC0415

    scenario = stand.scenario
    rooms = np.full(n_days, float(np.median(series["rooms_open", "all"][:, 0])))
    for site in scenario.sites.candidates.values() if scenario.sites else ():
        if scenario.sites and site.opens != "demand" and site.opens > scenario.first_day:
            rooms[(site.opens - scenario.first_day).days :] += rooms_of(scenario.sites, site)
    return rooms


def _staff(stand: Standing, limits: Series, needs: Series, n_days: int) -> Iterator[dict[str, Any]]:
    """By pool, day and shift: people on duty for tasks, and most at work at a time were there always enough."""
    from sim.sampling.roster import staff_on  # noqa: PLC0415

    scenario = stand.scenario
    for pool, table in sorted(scenario.pools.items()):
        if ("staff_busy", pool) not in needs:
            continue
        busy, duty = needs["staff_busy", pool], limits["staff_for_tasks", pool]
        for k in range(n_days):
            day = scenario.first_day + dt.timedelta(days=k)
            for start, hours, _people in staff_on(scenario, pool, table, day):
                first = 24 * k + start // 60
                span = slice(first, max(first + 1, min(first + math.ceil(hours), busy.shape[1])))
                if first < busy.shape[1]:
                    most = busy[:, span].max(axis=1)
                    yield {
                        "date": day.isoformat(), "pool": pool, "start": f"{start // 60:02d}:{start % 60:02d}",
                        "hours": hours, "for_tasks": float(duty[:, span].mean()), "at_work_p50": float(np.median(most)),
                        "at_work_p95": float(np.quantile(most, 0.95)),
                    }  # fmt: skip


# what is said


def answers(ask: Asked, made: Forecast) -> Iterator[str]:
    """When rooms run short and the next site is to be begun; the peak; how many come; where staff are too few."""
    yield _rooms_answer(ask, made)
    needed = made.by_day["rooms_needed"]
    peak = int(np.median(needed, axis=0).argmax())
    low, middle, high = np.quantile(needed[:, peak], [0.05, 0.5, 0.95])
    text = REAL_DAYS["forecast.peak"]
    yield text.format(day=_day(made, peak), n=number(middle), low=rough(low), high=rough(high))
    yield from _rate_lines(made)
    yield from _staff_lines(ask, made)


def _rooms_answer(ask: Asked, made: Forecast) -> str:
    short = made.short
    rooms = number(float(made.rooms_there[0]))
    over = np.flatnonzero(short >= SHORT)
    if not len(over):
        if not short.any():
            return REAL_DAYS["forecast.never"].format(rooms=rooms, n=f"{ask.replications:,}")
        return REAL_DAYS["forecast.enough"].format(rooms=rooms, share=percent(float(short.max())))
    first, worst = int(over[0]), int(short.argmax())
    lead = ask.scenario.sites.lead_hours if ask.scenario.sites else 0.0
    by = made.day(first) - dt.timedelta(days=math.ceil((lead or 0.0) / 24))
    fields = {
        "rooms": rooms, "first": _day(made, first), "least": percent(float(short[first])), "day": _day(made, worst),
        "share": percent(float(short[worst])), "by": day_words(by, with_year=by.year != made.begin.year),
    }  # fmt: skip
    return REAL_DAYS["forecast.short" if by >= made.begin else "forecast.late"].format(**fields)


def _day(made: Forecast, k: int) -> str:
    day = made.day(k)
    return day_words(day, with_year=day.year != made.begin.year)


def _rate_lines(made: Forecast) -> Iterator[str]:
    if not made.stand.learned:
        yield REAL_DAYS["forecast.own"]
    for port, past in made.stand.learned.items():
        spread = 1.645 * math.sqrt(past.covariance[0, 0])
        name = made.stand.scenario.ports[port].name or port
        yield REAL_DAYS["forecast.rate"].format(
            port=name, n=number(past.level), low=rough(past.level * math.exp(-spread)),
            high=rough(past.level * math.exp(spread)), week=number(100 * math.expm1(7 * float(past.mean[1])), sign="+"),
            index=number(past.index),
        )  # fmt: skip
    if made.stand.fitted is not None:
        fitted = made.stand.fitted
        yield REAL_DAYS["forecast.stay"].format(days=number(fitted.mean), error=number(fitted.error))


def _staff_lines(ask: Asked, made: Forecast) -> Iterator[str]:
    """Of each pool the shift that is farthest from enough, where one is not enough."""
    for pool in sorted({row["pool"] for row in made.staff}):
        rows = [row for row in made.staff if row["pool"] == pool and row["at_work_p95"] > row["for_tasks"]]
        if rows:
            worst = max(rows, key=lambda row: row["at_work_p95"] - row["for_tasks"])
            day = dt.date.fromisoformat(worst["date"])
            yield REAL_DAYS["forecast.staff"].format(
                pool=ask.scenario.pools[pool].name or pool, n=len(rows), start=worst["start"],
                day=day_words(day, with_year=day.year != made.begin.year), need=rough(worst["at_work_p95"]),
                there=rough(worst["for_tasks"]),
            )  # fmt: skip


# what is kept


def tables_of(made: Forecast) -> dict[str, pd.DataFrame]:
    """days.csv (quantiles by day and quantity), rooms.csv (chance to run short), staff.csv, rates.csv."""
    import pandas as pd  # noqa: PLC0415

    from sim.numbers.statistics import bands  # noqa: PLC0415

    dates = [made.day(k).isoformat() for k in range(made.n_days)]
    days = [
        pd.DataFrame({"date": dates, "quantity": name} | bands(values)._asdict())
        for name, values in made.by_day.items()
    ]
    middle, high = np.quantile(made.by_day["rooms_needed"], [0.5, 0.95], axis=0)
    rooms = {"date": dates, "rooms_there": made.rooms_there, "needed_p50": middle, "needed_p95": high}
    rates = [
        {
            "port": port, "level": past.level, "level_log_sd": math.sqrt(past.covariance[0, 0]),
            "trend_a_day": float(past.mean[1]), "index": past.index,
        }
        for port, past in made.stand.learned.items()
    ]  # fmt: skip
    tables = {"days.csv": pd.concat(days, ignore_index=True)}
    tables["rooms.csv"] = pd.DataFrame(rooms | {"short_share": made.short})
    for name, rows in (("staff.csv", made.staff), ("rates.csv", rates)):
        if rows:
            tables[name] = pd.DataFrame(rows)
    return tables


def _keep(ask: Asked, made: Forecast) -> Path:
    tables = tables_of(made)
    facts = {"from": made.begin.isoformat(), "days": made.n_days, "answers": list(answers(ask, made))}

    def draw(folder: Path) -> Sequence[str]:
        from sim.commands.data.pictures import draw_forecast, draw_into  # noqa: PLC0415  matplotlib is slow to load

        return draw_into(folder, draw_forecast(ask, made, tables, _rooms_answer(ask, made)))

    return keep(ask, tables, draw, facts, made.stand.scenario)


def _show(ask: Asked, made: Forecast, place: Path) -> None:
    from sim.shell import show  # noqa: PLC0415

    if ask.json:
        tables = {name: show.records(table) for name, table in tables_of(made).items()}
        show.print_json({"folder": str(place), "answers": list(answers(ask, made)), **tables})
        return
    if not ask.quiet:
        out = show.console()
        head = REAL_DAYS["forecast.head"].format(
            title=ask.scenario.title, day=_day(made, 0), n=made.n_days, runs=ask.replications, seed=ask.seed
        )
        out.print(show.heading(head))
        for line in answers(ask, made):
            out.print(line)
        keys = ("day", "arrivals_at_sites", "check_outs", "guests_present", "rooms_needed", "rooms_there", "short")
        heads = [REAL_DAYS[f"column.{key}"] for key in keys]
        table = show.plain_table(*heads, numbers=heads[1:], whole=heads)
        for k in range(made.n_days):
            cells = [_band(made.by_day[key][:, k]) for key in keys[1:5]]
            table.add_row(_day(made, k), *cells, number(float(made.rooms_there[k])), percent(float(made.short[k])))
        out.print(table)
        out.print(REAL_DAYS["forecast.note"])
    errors.put(place)


def _band(values: Floats) -> str:
    """Median and band of 90 %, in whole people or rooms."""
    low, middle, high = (number(each, digits=0) for each in np.quantile(values, [0.05, 0.5, 0.95]))
    return f"{middle} ({low}–{high})"
