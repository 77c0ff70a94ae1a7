"""Picture: people waiting at each diversion point, by date and hour of the day."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from sim.commands.run.pictures.hour_maps import PANELS_AT_MOST, cells, draw_maps, in_window, page_height
from sim.drawing.page import page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, rows_of
from sim.drawing.text import names_or_ids
from sim.drawing.words import over_runs, phrase
from sim.words.say import clock, number


def draw(tables: RunTables) -> Picture | Skipped:
    """One map per point, dates across and hours down: people waiting at the full hour, mean of all runs."""
    waiting = in_window(rows_of(tables.series, "people_waiting", None), tables)
    shown = _busiest(tables, waiting)
    if not shown:
        return Skipped(phrase("waiting.skipped"))
    waiting = waiting[waiting["place"].isin([port.id for port in shown])]
    called, without_font = names_or_ids(shown)
    names = {port.id: name for port, name in zip(shown, called, strict=True)}
    notes = _notes(tables, len(tables.ports) - len(shown), without_font)
    figure = page(tables, _message(tables, waiting, names), notes, height_cm=page_height(len(shown)))
    titles = [
        name if called.count(name) == 1 else f"{name} ({port.id})" for name, port in zip(called, shown, strict=True)
    ]
    maps = {
        title: cells(waiting[waiting["place"] == port.id], tables) for title, port in zip(titles, shown, strict=True)
    }
    draw_maps(figure, tables, maps, float(waiting["mean"].max()), phrase("waiting.scale"), nothing=True)
    return Picture(figure, _data(waiting))


def _busiest(tables: RunTables, waiting: pd.DataFrame) -> list[Port]:
    """Ports that have numbers, in order of the list; of more than six those with the highest number."""
    most = waiting.groupby("place")["mean"].max()
    listed = [Port(*row) for row in tables.ports if row[0] in most.index]
    kept = sorted(listed, key=lambda port: -most[port.id])[:PANELS_AT_MOST]
    return [port for port in listed if port in kept]


def _message(tables: RunTables, waiting: pd.DataFrame, names: Mapping[str, str]) -> str:
    most = waiting.iloc[int(waiting["mean"].to_numpy().argmax())]
    if not most["mean"] > 0:
        return phrase("waiting.message_nobody")
    return phrase(
        "waiting.message",
        people=number(most["mean"]),
        port=names[most["place"]],
        hour=clock(60 * most["hour"]),
        day=tables.day_words(most["time"].date()),
        mean=over_runs("mean", tables.n_replications, short=True),
    )


def _notes(tables: RunTables, left_out: int, without_font: bool) -> list[str]:
    notes = [phrase("waiting.note", runs=over_runs("mean", tables.n_replications))]
    if left_out:
        notes.append(phrase("waiting.left_out", ports=number(left_out)))
    if without_font:
        notes.append(phrase("page.no_font"))
    return [" ".join(notes)]


def _data(waiting: pd.DataFrame) -> pd.DataFrame:
    """The numbers drawn: port, date, hour, people waiting (mean)."""
    table = waiting.rename(columns={"place": "port", "mean": "people_waiting_mean"})
    table["date"] = table["time"].dt.strftime("%Y-%m-%d")
    return table[["port", "date", "hour", "people_waiting_mean"]]
