"""`qcap backtest`: stands on each past date, forecasts with what was known then, and scores against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.commands.data.asked import Asked, ObservedFile, Plots, Refit, Replications, asked, keep
from sim.shell import errors
from sim.shell import options as common
from sim.shell.errors import all_or_nothing
from sim.words.observed import REAL_DAYS

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.data.scoring import Score, Summary
    from sim.commands.data.standing import Series, Standing

LEAST_PAST = 14
"""Days that must be known before the first origin."""
SCORED = {"guests_present": "guests_present", "rooms_taken": "rooms_taken"}
"""Quantities observed, and the series that forecasts them."""


def backtest(  # noqa: PLR0913, PLR0917  one parameter for each option
    context: typer.Context,
    scenario: common.ScenarioPath,
    observed: ObservedFile,
    every: Annotated[int, typer.Option("--every", min=1, max=366, metavar="N", help="Stand on every Nth day.")] = 7,
    days: Annotated[int, typer.Option("--days", min=1, max=90, metavar="N", help="Days ahead.")] = 14,
    fit_stay: Refit = False,
    replications: Replications = 100,
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
    """Forecast past days with what was known then, and score against what came.

    Beside naive forecasts, by days ahead: CRPS, coverage of 50 and 90 % bands, and a verdict for better or worse. No
    forecast is told what came after its day.
    """
    from sim.commands.data.scoring import summaries  # noqa: PLC0415  heavy at start-up, as all imports in commands

    ask = asked(
        "backtest", context.obj, scenario, overrides, observed, replications=replications, jobs=10, seed=seed,
        workers=workers, engine=engine, out=out, force=force, plots=plots, quiet=quiet, as_json=as_json,
    )  # fmt: skip
    origins = origins_of(ask, every)
    with all_or_nothing():
        standings = {day: _stand(ask, day, days, refit=fit_stay) for day in origins}
        scores = scored(ask, standings)
        if not scores:
            errors.refuse(REAL_DAYS["backtest.nothing"])
        place = _keep(ask, standings, scores, summaries(scores))
    _show(ask, place, scores, summaries(scores))
    return errors.RAN


def origins_of(ask: Asked, every: int) -> list[dt.date]:
    """Days to stand on: every Nth from the day on that there is a fortnight to learn from, guests counted on each."""
    known = sorted(ask.seen.guests)
    if not known:
        errors.refuse(REAL_DAYS["backtest.no_guests"])
    days = [day for day in known if (day - known[0]).days >= LEAST_PAST and day < known[-1]]
    if not days:
        text = REAL_DAYS["backtest.too_short"]
        errors.refuse(text.format(n=len(known), least=LEAST_PAST))
    return [day for day in days if (day - days[0]).days % every == 0]


def _stand(ask: Asked, day: dt.date, n_days: int, *, refit: bool) -> Standing:
    """The scenario as it stood on a day, knowing nothing that came later."""
    from sim.commands.data.standing import standing_on  # noqa: PLC0415

    return standing_on(_without_guests(ask), ask.seen.until(day), day, n_days, ask.replications, ask.seed, refit=refit)


def _without_guests(ask: Asked) -> Any:
    """The scenario without its own guests of the beginning: each origin has those of the observed occupancy."""
    return ask.scenario.model_copy(update={"initial": ()})


def scored(ask: Asked, standings: dict[dt.date, Standing]) -> list[Score]:
    """Scores of all forecasts."""
    from sim.commands.data.standing import run_all  # noqa: PLC0415
    from sim.runs.job import Job  # noqa: PLC0415
    from sim.shell.errors import shown_progress  # noqa: PLC0415
    from sim.words.say import counted  # noqa: PLC0415

    jobs = {
        day.isoformat(): Job(stand.scenario, ask.seed, ask.engine.engine, draws=stand.draws)
        for day, stand in standings.items()
    }
    total = len(jobs) * ask.replications
    what = REAL_DAYS["backtest.begun"].format(n=counted(REAL_DAYS, "n_forecasts", len(jobs)), seed=ask.seed)
    with shown_progress(total, what, not ask.quiet) as progress:
        found = run_all(jobs, ask.replications, ask.where, progress)
    return [score for day, stand in standings.items() for score in _of_origin(ask, day, stand, found[day.isoformat()])]


def _of_origin(ask: Asked, day: dt.date, stand: Standing, series: Series) -> list[Score]:
    from sim.commands.data.scoring import recent_rate, scores_of  # noqa: PLC0415
    from sim.commands.data.standing import at_midnight  # noqa: PLC0415

    little = recent_rate(stand.there.came, day) * (stand.scenario.stay.mean_days if stand.scenario.stay else 0.0)
    found: list[Score] = []
    for quantity, name in SCORED.items():
        table = ask.seen.stocks.get(quantity, {})
        if day in table:
            per_guest = table[day] / ask.seen.guests[day] if ask.seen.guests.get(day) else 1.0
            scale = 1.0 if quantity == "guests_present" else per_guest
            found += scores_of(quantity, day, at_midnight(series, name), dict(table), little * scale)
    return found


def tables_of(scores: Sequence[Score], found: Sequence[Summary]) -> dict[str, pd.DataFrame]:
    """forecasts.csv, a row a forecast, and scores.csv, a row a horizon."""
    import pandas as pd  # noqa: PLC0415

    rows = [
        {
            "quantity": s.quantity, "horizon": s.horizon, "n": s.n, "crps": s.crps,
            **{f"crps_{name}": value for name, value in s.naive.items()},
            "best_naive": s.best, "gain": s.gain.mean, "low": s.gain.low, "high": s.gain.high,
            "in_50": s.in_50, "in_90": s.in_90, "bias": s.bias,
        }
        for s in found
    ]  # fmt: skip
    return {"forecasts.csv": pd.DataFrame([s._asdict() for s in scores]), "scores.csv": pd.DataFrame(rows)}


def _keep(ask: Asked, standings: dict[dt.date, Standing], scores: Sequence[Score], found: Sequence[Summary]) -> Path:
    from sim.commands.data.scoring import verdicts  # noqa: PLC0415

    tables = tables_of(scores, found)
    stays = {day.isoformat(): stand.fitted.days for day, stand in standings.items() if stand.fitted}
    facts = {"origins": [day.isoformat() for day in standings], "stays": stays, "verdicts": list(verdicts(found))}

    def draw(folder: Path) -> Sequence[str]:
        from sim.commands.data.pictures import draw_backtest, draw_into  # noqa: PLC0415  matplotlib is slow to load

        return draw_into(folder, draw_backtest(ask, tables, found))

    return keep(ask, tables, draw, facts)


def _show(ask: Asked, place: Path, scores: Sequence[Score], found: Sequence[Summary]) -> None:
    from sim.commands.data.scoring import METHODS, method_words, verdicts  # noqa: PLC0415
    from sim.shell import show  # noqa: PLC0415
    from sim.words.say import counted, number, percent  # noqa: PLC0415

    if ask.json:
        content = {"folder": str(place), "verdicts": list(verdicts(found)), "scores": [s.__dict__ for s in found]}
        show.print_json(content)
        return
    if not ask.quiet:
        out = show.console()
        origins = len({score.origin for score in scores})
        head = REAL_DAYS["backtest.head"]
        facts = {"title": ask.scenario.title, "runs": ask.replications, "seed": ask.seed}
        out.print(show.heading(head.format(n=counted(REAL_DAYS, "n_forecasts", origins), **facts)))
        heads = [REAL_DAYS["column.ahead"], REAL_DAYS["column.n"], "CRPS", *map(method_words, METHODS)]
        heads += [REAL_DAYS["column.in_50"], REAL_DAYS["column.in_90"]]
        table = show.plain_table(*heads, numbers=heads)
        for each in (s for s in found if s.quantity == found[0].quantity):
            cells = [str(each.horizon), str(each.n), number(each.crps), *(number(each.naive[m]) for m in METHODS)]
            table.add_row(*cells, percent(each.in_50), percent(each.in_90))
        out.print(table)
        for line in verdicts(found):
            out.print(line)
        out.print(REAL_DAYS["crps"])
    errors.put(place)
