"""Picture: people waiting at each diversion point, by date and hour of the day."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.plots import style
from sim.plots.page import HEIGHT_CM, LARGE, page
from sim.plots.tables import Picture, Port, RunTables, Skipped, day_number, rows_of
from sim.plots.text import names_or_ids, shorten
from sim.plots.words import clock_words, count, day_words, over_runs, phrase

PANELS_AT_MOST = 6
ROWS_ON_A_PAGE, CM_PER_ROW = 2, 3.6


def draw(tables: RunTables) -> Picture | Skipped:
    """One map per point, dates across and hours down: people waiting at the full hour, mean of all runs."""
    waiting = _waiting(tables)
    shown = _busiest(tables, waiting)
    if not shown:
        return Skipped(phrase("waiting.skipped"))
    waiting = waiting[waiting["place"].isin([port.id for port in shown])]
    called, without_font = names_or_ids(shown)
    names = {port.id: name for port, name in zip(shown, called, strict=True)}
    down = len(shown) if len(shown) <= 3 else math.ceil(len(shown) / 2)
    notes = _notes(tables, len(tables.ports) - len(shown), without_font)
    height = HEIGHT_CM + CM_PER_ROW * max(0, down - ROWS_ON_A_PAGE)
    figure = page(tables, _message(tables, waiting, names), notes, height_cm=height)
    _maps(figure, tables, waiting, names, down)
    return Picture(figure, _data(waiting))


def _waiting(tables: RunTables) -> pd.DataFrame:
    """Means by port and full hour inside the window: place, time, day (day number from the first), hour, mean."""
    rows = rows_of(tables.series, "people_waiting", None).dropna(subset=["mean"])
    rows["day"] = (rows["time"].dt.normalize() - pd.Timestamp(tables.first_day)).dt.days
    rows["hour"] = rows["time"].dt.hour
    inside = rows["day"].between(0, (tables.last_day - tables.first_day).days)
    return rows.loc[inside, ["place", "time", "day", "hour", "mean"]].drop_duplicates(["place", "day", "hour"])


def _busiest(tables: RunTables, waiting: pd.DataFrame) -> list[Port]:
    """Ports that have numbers, in order of the list; of more than six those with the highest number."""
    most = waiting.groupby("place")["mean"].max()
    listed = [Port(*row) for row in tables.ports if row[0] in most.index]
    kept = sorted(listed, key=lambda port: -most[port.id])[:PANELS_AT_MOST]
    return [port for port in listed if port in kept]


def _maps(figure: Figure, tables: RunTables, waiting: pd.DataFrame, names: Mapping[str, str], down: int) -> None:
    """The panels, on one scale, filled column by column of a grid with `down` rows."""
    across = math.ceil(len(names) / down)
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    panels: Sequence[Axes] = list(grid.flat)
    for spare in panels[len(names) :]:
        spare.remove()
    panels = panels[: len(names)]
    days = (tables.last_day - tables.first_day).days + 1
    first = day_number(tables.first_day)
    edges = (np.arange(days + 1) + first, np.arange(25, dtype=np.float64))
    highest = float(waiting["mean"].max())
    for number, (axes, port) in enumerate(zip(panels, names, strict=True)):
        mesh = style.heat_map(axes, edges, _cells(waiting[waiting["place"] == port], days), highest, nothing=True)
        axes.set_title(shorten(names[port], LARGE, 360 / across))
        axes.set_yticks(range(0, 25, 6), [clock_words(hour) for hour in range(0, 25, 6)])
        style.date_axis(axes, (first, first + days), most=11 // across)
        axes.tick_params(labelbottom=number >= len(names) - across)
    style.colour_bar(figure, mesh, panels, phrase("waiting.scale"))


def _cells(rows: pd.DataFrame, days: int) -> NDArray[np.float64]:
    """Values by hour (down) and day (across); nan where the table has none."""
    cells = np.full((24, days), np.nan)
    cells[rows["hour"].to_numpy(), rows["day"].to_numpy()] = rows["mean"].to_numpy()
    return cells


def _message(tables: RunTables, waiting: pd.DataFrame, names: Mapping[str, str]) -> str:
    most = waiting.iloc[int(waiting["mean"].to_numpy().argmax())]
    if not most["mean"] > 0:
        return phrase("waiting.message_nobody")
    return phrase(
        "waiting.message",
        people=count(most["mean"]),
        port=names[most["place"]],
        hour=clock_words(most["hour"]),
        day=day_words(most["time"].date(), tables.first_day),
        mean=over_runs("mean", tables.n_replications, short=True),
    )


def _notes(tables: RunTables, left_out: int, without_font: bool) -> list[str]:
    notes = [phrase("waiting.note", runs=over_runs("mean", tables.n_replications))]
    if left_out:
        notes.append(phrase("waiting.left_out", ports=count(left_out)))
    if without_font:
        notes.append(phrase("page.no_font"))
    return [" ".join(notes)]


def _data(waiting: pd.DataFrame) -> pd.DataFrame:
    """The numbers drawn: port, date, hour, people waiting (mean)."""
    table = waiting.rename(columns={"place": "port", "mean": "people_waiting_mean"})
    table["date"] = table["time"].dt.strftime("%Y-%m-%d")
    return table[["port", "date", "hour", "people_waiting_mean"]]
