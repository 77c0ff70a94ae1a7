"""Picture: rooms taken and rooms open, hour by hour."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, RunTables, Skipped, day_number, day_numbers, estimate_of, rows_of
from sim.drawing.words import bands_note, over_runs, phrase
from sim.words.say import number, percent


def draw(tables: RunTables) -> Picture | Skipped:
    """Rooms taken with bands of single runs below the rooms of open sites; says when most are taken."""
    taken = rows_of(tables.series, "rooms_taken").dropna(subset=["p50"])
    room = rows_of(tables.series, "rooms_open").dropna(subset=["p50"])
    if taken.empty or not np.nanmax(taken[["p50", "p95"]].to_numpy()) > 0:
        return Skipped(phrase("rooms.skipped"))
    figure = page(tables, _message(tables, taken, room), [bands_note(tables.n_replications)])
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


def _message(tables: RunTables, taken: pd.DataFrame, room: pd.DataFrame) -> str:
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
