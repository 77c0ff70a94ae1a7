"""Pictures of real days: what was forecast or replayed, with bands, against what came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.commands.data.scoring import METHODS, Summary, method_words
from sim.drawing import style
from sim.drawing.page import keep_picture, page
from sim.drawing.tables import Picture, RunTables, Skipped, day_number, day_numbers, picture_language
from sim.words.observed import REAL_DAYS
from sim.words.say import counted, number, percent, rough

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from sim.commands.data.asked import Asked
    from sim.commands.data.standing import Forecast
    from sim.scenario.tables.schema import Scenario

Drawing = tuple[str, Callable[[], Picture | Skipped]]
"""File name without its ending, and how it is drawn."""
DOT: dict[str, Any] = {"marker": "o", "markersize": 2.6, "linewidth": 0, "color": style.BLACK, "zorder": 5}


def draw_into(folder: Path, drawings: Sequence[Drawing]) -> tuple[str, ...]:
    """Draw pictures into a results folder; returns why any is not there."""
    (folder / "plots").mkdir()
    with picture_language():
        notes = [keep_picture(folder / "plots", name, job) for name, job in drawings]
    return tuple(note for note in notes if note)


def run_tables(ask: Asked, first: dt.date, last: dt.date) -> RunTables:
    """What a page needs to know of a call."""
    return RunTables(ask.scenario.title, first, last, ask.replications, ask.seed, pd.DataFrame())


def _dates(texts: list[str]) -> Any:
    return day_numbers(pd.Series(pd.to_datetime(texts)))


def _frame(axes: Axes, label: str, highest: float, days: tuple[float, float], handles: Sequence[Any]) -> None:
    style.count_axis(axes.yaxis, label, highest)
    style.date_axis(axes, days)
    style.legend(axes, handles, columns=None if len(handles) < 4 else 2)


# backtest


def draw_backtest(ask: Asked, tables: dict[str, pd.DataFrame], found: Sequence[Summary]) -> list[Drawing]:
    """The forecasts as fans over the days that came, and scores by horizon."""
    rows = tables["forecasts.csv"]
    return [
        ("forecasts", partial(_fans, ask, rows[rows["quantity"] == "guests_present"])),
        ("scores", partial(_scores, ask, [s for s in found if s.quantity == "guests_present"])),
    ]


def _fans(ask: Asked, rows: pd.DataFrame) -> Picture | Skipped:
    came = ask.seen.guests
    days = sorted(came)
    inside = percent(float(rows["in_90"].mean()))
    message = REAL_DAYS["fans.message"].format(share=inside, n=f"{len(rows):,}")
    note = REAL_DAYS["fans.note"]
    figure = page(run_tables(ask, days[0], days[-1]), message, [note])
    axes = figure.add_subplot()
    handles: list[Any] = axes.plot(
        [day_number(d) for d in days], [came[d] for d in days], label=REAL_DAYS["counted"], **DOT
    )
    for turn, (_origin, fan) in enumerate(rows.groupby("origin")):
        made = style.bands_at(axes, _dates(fan["date"].to_list()), fan, style.LINES[turn % 2], REAL_DAYS["forecast"])
        handles += made if not turn else []
    highest = max(float(rows["p95"].quantile(0.98)), *came.values())
    _frame(axes, REAL_DAYS["guests"], highest, (day_number(days[0]), day_number(days[-1]) + 1), handles)
    return Picture(figure, rows)


def _scores(ask: Asked, found: Sequence[Summary]) -> Picture | Skipped:
    if not found:
        return Skipped(REAL_DAYS["no_guests"])
    last = found[-1]
    key = REAL_DAYS["scores.message"]
    days = counted(REAL_DAYS, "n_days", last.horizon)
    message = key.format(days=days, ours=number(last.crps), naive=number(last.naive[last.best]))
    note = REAL_DAYS["scores.note"]
    figure = page(run_tables(ask, ask.scenario.first_day, ask.scenario.last_day), message, [note])
    axes = figure.add_subplot()
    across = [s.horizon for s in found]
    lines: list[Any] = axes.plot(
        across, [s.crps for s in found], color=style.BLUE, linewidth=1.6, label=REAL_DAYS["forecast"]
    )
    looks = zip(
        METHODS, ((0, (5, 2)), (0, (2, 1.5)), (0, (1, 1))), (style.ORANGE, style.GREEN, style.PURPLE), strict=True
    )
    for name, dashes, colour in looks:
        lines += axes.plot(
            across,
            [s.naive[name] for s in found],
            linestyle=dashes,
            color=colour,
            linewidth=1.1,
            label=method_words(name),
        )
    highest = max(value for s in found for value in (s.crps, s.naive["last_value"], s.naive["last_week"]))
    style.count_axis(axes.yaxis, REAL_DAYS["scores.axis"], 1.3 * highest)
    axes.set_xlim(0.5, across[-1] + 0.5)
    axes.set_xlabel(REAL_DAYS["scores.across"])
    style.legend(axes, lines, columns=2)
    data = [{"horizon": s.horizon, "crps": s.crps, **{f"crps_{m}": s.naive[m] for m in METHODS}} for s in found]
    return Picture(figure, pd.DataFrame(data))


# forecast


def draw_forecast(ask: Asked, made: Forecast, tables: dict[str, pd.DataFrame], answer: str) -> list[Drawing]:
    """Rooms needed against those there, and guests, with the days before."""
    days = tables["days.csv"]
    return [
        ("rooms-ahead", partial(_rooms_ahead, ask, made, days[days["quantity"] == "rooms_needed"], answer)),
        ("guests-ahead", partial(_guests_ahead, ask, made, days[days["quantity"] == "guests_present"])),
    ]


def _rooms_ahead(ask: Asked, made: Forecast, rows: pd.DataFrame, answer: str) -> Picture | Skipped:
    last = made.day(made.n_days - 1)
    figure = page(run_tables(ask, made.begin, last), answer.rstrip(".。"), [REAL_DAYS["ahead.note"]])
    axes = figure.add_subplot()
    across = _dates(rows["date"].to_list()) + 0.5
    handles: list[Any] = [*style.bands_at(axes, across, rows, style.BLUE, REAL_DAYS["rooms_ahead.needed"])]
    there = REAL_DAYS["rooms_ahead.there"]
    handles += axes.step(across, made.rooms_there, where="mid", color=style.VERMILION, linewidth=1.2, label=there)
    highest = max(float(rows["p95"].max()), float(made.rooms_there.max()))
    _frame(axes, REAL_DAYS["rooms_ahead.axis"], highest, (day_number(made.begin), day_number(last) + 1), handles)
    return Picture(figure, rows.assign(rooms_there=made.rooms_there, short_share=made.short))


def _guests_ahead(ask: Asked, made: Forecast, rows: pd.DataFrame) -> Picture | Skipped:
    last = made.day(made.n_days - 1)
    counted = {day: n for day, n in ask.seen.guests.items() if made.begin - dt.timedelta(days=42) <= day <= made.begin}
    now = counted.get(made.begin, guests_at_begin(ask.scenario, made))
    low, middle, high = (float(rows[name].iloc[-1]) for name in ("p5", "p50", "p95"))
    tables = run_tables(ask, made.begin, last)
    words = {
        "day": tables.day_words(last),
        "begin": tables.day_words(made.begin),
        "now": number(now),
        "n": number(middle),
    }
    message = REAL_DAYS["guests_ahead.message"].format(**words, low=rough(low), high=rough(high))
    figure = page(tables, message, [REAL_DAYS["guests_ahead.note"]])
    axes = figure.add_subplot()
    handles: list[Any] = []
    if counted:
        across = [day_number(day) for day in counted]
        handles += axes.plot(across, list(counted.values()), label=REAL_DAYS["counted"], **DOT)
    ahead = _dates(rows["date"].to_list()) + 1.0  # at 24:00
    handles += style.bands_at(axes, ahead, rows, style.BLUE, REAL_DAYS["forecast"])
    highest = max(float(rows["p95"].max()), *counted.values(), 1.0)
    first = day_number(min([*counted, made.begin]))
    _frame(axes, REAL_DAYS["guests"], highest, (first, day_number(last) + 1), handles)
    return Picture(figure, rows)


def guests_at_begin(scenario: Scenario, made: Forecast) -> float:
    """People in sites when a forecast begins: those of the scenario, where it begins on that day with some, else those
    whom the days before lead to.
    """
    if scenario.initial and scenario.first_day == made.begin:
        return sum(row.party_size or row.guests or 0 for row in scenario.initial)
    return sum(made.stand.there.cohorts.values())


# replay


def draw_replay(ask: Asked, days: tuple[dt.date, dt.date], rows: pd.DataFrame, said: Sequence[str]) -> list[Drawing]:
    """Guests by day as replayed, against those who were counted."""
    return [("replay", partial(_replayed, ask, days, rows[rows["quantity"] == "guests_present"], said))]


def _replayed(ask: Asked, days: tuple[dt.date, dt.date], rows: pd.DataFrame, said: Sequence[str]) -> Picture | Skipped:
    if rows.empty:
        return Skipped(REAL_DAYS["no_guests"])
    figure = page(run_tables(ask, *days), said[0].rstrip(".。"), [REAL_DAYS["replay.note"]])
    axes = figure.add_subplot()
    across = _dates(rows["date"].to_list())
    handles: list[Any] = axes.plot(across, rows["observed"], label=REAL_DAYS["counted"], **DOT)
    handles += style.bands_at(axes, across, rows, style.BLUE, REAL_DAYS["replay.line"])
    highest = float(rows[["p95", "observed"]].max().max())
    _frame(axes, REAL_DAYS["guests"], highest, (day_number(days[0]), day_number(days[1]) + 1), handles)
    return Picture(figure, rows)
