"""Pictures of people and rooms: people served so far, rooms taken, the chance of a wait for a room by day."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.drawing import style
from sim.drawing.page import GREY, page
from sim.drawing.tables import (
    Picture,
    RunTables,
    Skipped,
    day_number,
    day_numbers,
    estimate_of,
    fullest_day,
    mean_text,
    reported_figure,
    rows_of,
)
from sim.drawing.text import bands_note, means_note, phrase, roles_note, with_role
from sim.numbers.statistics import exact_interval
from sim.words.say import number, percent


def draw_rooms(tables: RunTables) -> Picture | Skipped:
    """Rooms taken with bands of single runs below the rooms of open sites; says when most are taken."""
    n = tables.n_replications
    taken = rows_of(tables.series, "rooms_taken").dropna(subset=["p50"])
    room = rows_of(tables.series, "rooms_open").dropna(subset=["p50"])
    if taken.empty or not np.nanmax(taken[["p50", "p95"]].to_numpy()) > 0:
        return Skipped(phrase("rooms.skipped"))
    figure = page(tables, _rooms_message(tables), [f"{bands_note(n)} {means_note(n)}"])
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


def _rooms_message(tables: RunTables) -> str:
    """Rooms taken at most and the day on which they are, as the screen tells them.

    Where people wait for rooms that comes first, and the need where they do in most replications and more rooms are
    needed than are ever taken: all rooms taken is no success then.
    """
    peak = fullest_day(tables.series, "rooms_taken", (tables.first_day, tables.last_day))
    waits, usual = (estimate_of(tables, "no_room_share", "all", column) > 0 for column in ("mean", "p50"))
    needed, most = (estimate_of(tables, name, "all", "mean") for name in ("rooms_needed", "rooms_occupied_max"))
    key = "rooms.message"
    if waits:
        key = "rooms.message_short" if usual and needed > most else "rooms.message_waits"
    return phrase(
        key,
        needed=mean_text(tables, "rooms_needed"),
        share=mean_text(tables, "no_room_share"),
        taken=mean_text(tables, "rooms_occupied_max") or number(peak[1] if peak else 0.0),
        day=tables.day_words(peak[0] if peak else tables.first_day),
    )


def draw_served(tables: RunTables) -> Picture | Skipped:
    """Cumulative people served hour by hour with bands of single runs, and the reported figure as a line."""
    rows = rows_of(tables.series, "persons_served").dropna(subset=["p50"])
    if rows.empty:
        return Skipped(phrase("served.skipped"))
    reported = reported_figure(tables, "persons_served")
    note = f"{bands_note(tables.n_replications)} {means_note(tables.n_replications)} {roles_note(reported)}"
    figure = page(tables, _served_message(tables, float(rows["mean"].iloc[-1]), reported), [note])
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
        served=mean_text(tables, "persons_served") or number(served),
        day=tables.day_words(tables.last_day),
        reported="" if reported is None else number(reported[0]),
    )


def draw_no_room(tables: RunTables) -> Picture | Skipped:
    """Share of runs in which somebody, registered, waited for a room that day, with its interval where it is not 0."""
    rows = rows_of(tables.series, "no_room").dropna(subset=["mean"])
    if rows.empty:
        return Skipped(phrase("no_room.skipped"))
    rows = _with_interval(rows, tables.n_replications)
    n, seen = number(tables.n_replications), rows[rows["mean"] > 0]
    highest = percent(rows["high"].iloc[int(rows["mean"].to_numpy().argmin())])
    if seen.empty:
        one = "_one" if tables.n_replications == 1 else ""
        return Skipped(phrase(f"no_room.nobody{one}", runs=n, high=highest))
    notes = [phrase("no_room.note_one" if tables.n_replications == 1 else "no_room.note", n=n)]
    if len(seen) < len(rows) and tables.n_replications > 1:
        notes.append(phrase("no_room.note_none", n=n, high=highest))
    figure = page(tables, _no_room_message(tables, rows), [" ".join(notes)])
    axes = figure.add_subplot()
    axes.bar(day_numbers(seen["time"]) + 0.5, seen["mean"], width=0.8, color=style.SKY, linewidth=0)
    if tables.n_replications > 1:
        off = np.abs(np.stack([seen["mean"] - seen["low"], seen["high"] - seen["mean"]]))
        noon = day_numbers(seen["time"]) + 0.5
        axes.errorbar(noon, seen["mean"], yerr=off, fmt="none", ecolor=GREY, elinewidth=0.7, capsize=0)
    style.share_axis(axes, phrase("no_room.axis"), min(1.03, max(0.1, 1.15 * float(seen["high"].max()))))
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1))
    return Picture(figure, _data(rows))


def _data(rows: pd.DataFrame) -> pd.DataFrame:
    """The numbers drawn: date, chance and its interval."""
    data = rows.assign(date=rows["time"].dt.strftime("%Y-%m-%d")).rename(columns={"mean": "chance"})
    return data[["date", "chance", "low", "high"]]


def _with_interval(rows: pd.DataFrame, n: int) -> pd.DataFrame:
    intervals = [exact_interval(round(share * n), n) for share in rows["mean"].clip(0, 1)]
    return rows.assign(low=[i.low for i in intervals], high=[i.high for i in intervals])


def _no_room_message(tables: RunTables, rows: pd.DataFrame) -> str:
    """On which share of days somebody waits, and between which days that is at least half as likely as at the most."""
    often = rows[rows["mean"] >= rows["mean"].max() / 2]
    first, last = (tables.day_words(often["time"].iloc[at].date()) for at in (0, -1))
    share = mean_text(tables, "no_room_share") or percent(float(rows["mean"].mean()))
    key = "no_room.message_day" if first == last else "no_room.message"
    return phrase(key, share=share, first=first, last=last)
