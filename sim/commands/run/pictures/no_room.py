"""Picture: the chance that somebody waits for a room, day by day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.drawing import style
from sim.drawing.page import LARGE, page
from sim.drawing.tables import Picture, RunTables, Skipped, day_number, day_numbers, rows_of
from sim.drawing.words import over_runs, phrase
from sim.numbers.statistics import exact_interval
from sim.words.say import number, percent


def draw(tables: RunTables) -> Picture | Skipped:
    """Share of runs in which somebody, registered, waited for a room that day, with its interval."""
    rows = rows_of(tables.series, "no_room").dropna(subset=["mean"])
    if rows.empty:
        return Skipped(phrase("no_room.skipped"))
    rows = _with_interval(rows, tables.n_replications)
    if not rows["mean"].max() > 0:
        return Picture(_nobody(tables, rows), _data(rows))
    key = "no_room.note_one" if tables.n_replications == 1 else "no_room.note"
    figure = page(tables, _message(tables, rows), [phrase(key, n=number(tables.n_replications))])
    axes = figure.add_subplot()
    noon = day_numbers(rows["time"]) + 0.5
    if tables.n_replications > 1:
        mark: Any = style.whiskers(axes, noon, rows, style.BLUE, phrase("no_room.mark"))
    else:
        mark = axes.plot(noon, rows["mean"], "o", color=style.BLUE, markersize=2.4, label=phrase("no_room.mark_one"))[0]
    style.share_axis(axes, phrase("no_room.axis"), 1.03)
    top = min(1.03, max(0.1, 1.15 * float(rows["high"].max())))
    axes.set_ylim(-0.03 * top, top)
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1))
    style.legend(axes, [mark])
    return Picture(figure, _data(rows))


def _nobody(tables: RunTables, rows: pd.DataFrame) -> Figure:
    """A page with a sentence: equal intervals, one for each day, would say no more."""
    key = "no_room.nobody_one" if tables.n_replications == 1 else "no_room.nobody"
    figure = page(tables, _message(tables, rows), [phrase("no_room.note_nobody")])
    days = phrase("no_room.days_one") if len(rows) == 1 else phrase("no_room.days", n=number(len(rows)))
    fields = {"days": days, "runs": number(tables.n_replications), "high": percent(rows["high"].max())}
    figure.text(0.5, 0.5, phrase(key, **fields), size=LARGE, ha="center", va="center", linespacing=1.6)
    return figure


def _data(rows: pd.DataFrame) -> pd.DataFrame:
    """The numbers drawn: date, chance and its interval."""
    data = rows.assign(date=rows["time"].dt.strftime("%Y-%m-%d")).rename(columns={"mean": "chance"})
    return data[["date", "chance", "low", "high"]]


def _with_interval(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    intervals = [exact_interval(round(share * n), n) for share in rows["mean"].clip(0, 1)]
    return rows.assign(low=[i.low for i in intervals], high=[i.high for i in intervals])


def _message(tables: RunTables, rows: pd.DataFrame) -> str:
    """The day with the highest chance and the number of days on which it is more than even."""
    highest = rows.iloc[int(rows["mean"].to_numpy().argmax())]
    fields = {
        "day": tables.day_words(highest["time"].date()),
        "share": percent(highest["mean"]),
        "days": number(int((rows["mean"] > 0.5).sum())),
        "of": number(len(rows)),
        "runs": over_runs("share", tables.n_replications),
    }
    if not highest["mean"] > 0:
        return phrase("no_room.message_never_one" if tables.n_replications == 1 else "no_room.message_never")
    if tables.n_replications == 1:
        return phrase("no_room.message_one", **(fields | {"days": number(int(np.sum(rows["mean"] > 0)))}))
    return phrase("no_room.message" if highest["mean"] > 0.5 else "no_room.message_seldom", **fields)
