"""Pictures of people and rooms: people served so far, rooms taken, the chance of a wait for a room by day."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from sim.drawing import style
from sim.drawing.page import LARGE, page
from sim.drawing.tables import (
    Picture,
    RunTables,
    Skipped,
    day_number,
    day_numbers,
    estimate_of,
    reported_figure,
    rows_of,
)
from sim.drawing.text import bands_note, over_runs, phrase, roles_note, with_role
from sim.numbers.statistics import exact_interval
from sim.words.say import number, percent


def draw_rooms(tables: RunTables) -> Picture | Skipped:
    """Rooms taken with bands of single runs below the rooms of open sites; says when most are taken."""
    taken = rows_of(tables.series, "rooms_taken").dropna(subset=["p50"])
    room = rows_of(tables.series, "rooms_open").dropna(subset=["p50"])
    if taken.empty or not np.nanmax(taken[["p50", "p95"]].to_numpy()) > 0:
        return Skipped(phrase("rooms.skipped"))
    figure = page(tables, _rooms_message(tables, taken, room), [bands_note(tables.n_replications)])
    axes = figure.add_subplot()
    handles = style.bands(axes, taken, style.BLUE, phrase("rooms.taken"))
    if not room.empty:
        line = axes.plot(
            day_numbers(room["time"]),
            room["p50"],
            color=style.ORANGE,
            linewidth=1.3,
            drawstyle="steps-post",
            label=phrase("rooms.open"),
        )
        handles = [*line, *handles]
    highest = float(pd.concat([taken["p95"], taken["p50"], room["p50"]]).max())
    style.count_axis(axes.yaxis, phrase("rooms.axis"), highest)
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1), hours=True)
    style.legend(axes, handles)
    return Picture(figure, pd.concat([taken, room], ignore_index=True))


def _rooms_message(tables: RunTables, taken: pd.DataFrame, room: pd.DataFrame) -> str:
    """The hour at which the median of rooms taken is highest, and the rooms open at that hour.

    Where people wait for rooms, that comes first, and the need where they do in most replications and more rooms are
    needed than are ever taken: all rooms taken is no success then.
    """
    taken = taken[taken["time"].dt.date <= tables.last_day]  # 24:00 of the last day belongs to no day of the window
    peak = taken.iloc[int(taken["p50"].to_numpy().argmax())]
    there = room.loc[room["time"] == peak["time"], "p50"]
    waits = estimate_of(tables, "no_room_share", "all", "mean")
    needed, most = (estimate_of(tables, name, "all", "mean") for name in ("rooms_needed", "rooms_occupied_max"))
    usual = estimate_of(tables, "no_room_share", "all", "p50") > 0
    key = "rooms.message" if there.empty else "rooms.message_open"
    if waits > 0:
        key = "rooms.message_short" if usual and needed > most else "rooms.message_waits"
    return phrase(
        key,
        needed=number(needed),
        share=percent(waits),
        taken=number(peak["p50"]),
        open=number(there.iloc[0]) if len(there) else number(peak["p50"]),
        day=tables.day_words(peak["time"].date()),
        median=over_runs("median", tables.n_replications, short=True),
    )


def draw_served(tables: RunTables) -> Picture | Skipped:
    """Cumulative people served hour by hour with bands of single runs, and the reported figure as a line."""
    rows = rows_of(tables.series, "persons_served").dropna(subset=["p50"])
    if rows.empty:
        return Skipped(phrase("served.skipped"))
    reported = reported_figure(tables, "persons_served")
    note = f"{bands_note(tables.n_replications)} {roles_note(reported)}"
    figure = page(tables, _served_message(tables, float(rows["p50"].iloc[-1]), reported), [note])
    axes = figure.add_subplot()
    handles = style.bands(axes, rows, style.BLUE, phrase("served.line"))
    highest = float(rows[["p50", "p95"]].max().max())
    if reported is not None:
        value, role = reported
        style.target(axes, value, with_role(phrase("reported.line", value=number(value)), role))
        highest = max(highest, value)
        rows = rows.assign(reported=value, role=role)
    style.count_axis(axes.yaxis, phrase("served.axis"), highest)
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1), hours=True)
    style.legend(axes, handles)
    return Picture(figure, rows)


def _served_message(tables: RunTables, served: float, reported: tuple[float, str] | None) -> str:
    key = "served.message" if reported is None else "served.message_reported"
    return phrase(
        key,
        served=number(served),
        day=tables.day_words(tables.last_day),
        median=over_runs("median", tables.n_replications, short=True),
        reported="" if reported is None else number(reported[0]),
    )


def draw_no_room(tables: RunTables) -> Picture | Skipped:
    """Share of runs in which somebody, registered, waited for a room that day, with its interval."""
    rows = rows_of(tables.series, "no_room").dropna(subset=["mean"])
    if rows.empty:
        return Skipped(phrase("no_room.skipped"))
    rows = _with_interval(rows, tables.n_replications)
    if not rows["mean"].max() > 0:
        return Picture(_nobody(tables, rows), _data(rows))
    key = "no_room.note_one" if tables.n_replications == 1 else "no_room.note"
    figure = page(tables, _no_room_message(tables, rows), [phrase(key, n=number(tables.n_replications))])
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
    figure = page(tables, _no_room_message(tables, rows), [phrase("no_room.note_nobody")])
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


def _no_room_message(tables: RunTables, rows: pd.DataFrame) -> str:
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
