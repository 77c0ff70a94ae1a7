"""Maps by date (across) and hour of the day (down): people waiting at each port, the use of each pool of staff."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import pairwise

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, LARGE, page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, day_number, rows_of
from sim.drawing.text import names_or_ids, over_runs, phrase, shorten
from sim.numbers.statistics import mostly
from sim.words.say import clock, number, percent

PANELS_AT_MOST = 6
ROWS_ON_A_PAGE, CM_PER_ROW = 2, 3.6
FULL = 90.0  # per cent: above it a queue builds up at any chance
CLASSES = (0.0, 50.0, 70.0, FULL, 100.0)
"""Bounds of the classes of use, in per cent."""


def page_height(n_panels: int) -> float:
    """Height of the page for so many panels, in centimetres."""
    return HEIGHT_CM + CM_PER_ROW * max(0, rows_of_panels(n_panels) - ROWS_ON_A_PAGE)


def rows_of_panels(n_panels: int) -> int:
    """Panels one above the other: up to three, of more half of them."""
    return n_panels if n_panels <= 3 else math.ceil(n_panels / 2)


def in_window(rows: pd.DataFrame, tables: RunTables) -> pd.DataFrame:
    """Rows of full hours inside the window with `day` (counted from the first) and `hour`; of two one is kept."""
    rows = rows.dropna(subset=["mean"])
    rows["day"] = (rows["time"].dt.normalize() - pd.Timestamp(tables.first_day)).dt.days
    rows["hour"] = rows["time"].dt.hour
    inside = rows["day"].between(0, (tables.last_day - tables.first_day).days)
    return rows.loc[inside, ["place", "time", "day", "hour", "mean"]].drop_duplicates(["place", "day", "hour"])


def cells(rows: pd.DataFrame, tables: RunTables) -> NDArray[np.float64]:
    """Values `mean` by hour (down) and day (across); nan where the table has none."""
    out = np.full((24, (tables.last_day - tables.first_day).days + 1), np.nan)
    out[rows["hour"].to_numpy(), rows["day"].to_numpy()] = rows["mean"].to_numpy()
    return out


def draw_maps(
    figure: Figure, tables: RunTables, maps: Mapping[str, NDArray[np.float64]], paint: Callable[..., QuadMesh]
) -> tuple[QuadMesh, Sequence[Axes]]:
    """The panels, by their titles, filled column by column; `paint(axes, edges, values)` fills one."""
    down = rows_of_panels(len(maps))
    across = math.ceil(len(maps) / down)
    grid = figure.subplots(down, across, sharex=True, sharey=True, squeeze=False)
    panels: Sequence[Axes] = list(grid.flat)
    for spare in panels[len(maps) :]:
        spare.remove()
    panels = panels[: len(maps)]
    days = (tables.last_day - tables.first_day).days + 1
    first = day_number(tables.first_day)
    edges = (np.arange(days + 1) + first, np.arange(25, dtype=np.float64))
    for i, (axes, (name, values)) in enumerate(zip(panels, maps.items(), strict=True)):
        mesh = paint(axes, edges, values)
        axes.set_title(shorten(name, LARGE, 360 / across))
        axes.set_yticks(range(0, 25, 6), [clock(60 * hour) for hour in range(0, 25, 6)])
        style.date_axis(axes, (first, first + days), most=11 // across)
        axes.tick_params(labelbottom=i >= len(maps) - across)
    return mesh, panels


def draw_waiting(tables: RunTables) -> Picture | Skipped:
    """One map per point, dates across and hours down: people waiting at the full hour, mean of all runs."""
    waiting = in_window(rows_of(tables.series, "people_waiting", None), tables)
    shown = _busiest(tables, waiting)
    if not shown:
        return Skipped(phrase("waiting.skipped"))
    waiting = waiting[waiting["place"].isin([port.id for port in shown])]
    called, without_font = names_or_ids(shown)
    names = {port.id: name for port, name in zip(shown, called, strict=True)}
    notes = _notes(tables, len(tables.ports) - len(shown), without_font)
    figure = page(tables, _waiting_message(tables, waiting, names), notes, height_cm=page_height(len(shown)))
    titles = [
        name if called.count(name) == 1 else f"{name} ({port.id})" for name, port in zip(called, shown, strict=True)
    ]
    maps = {
        title: cells(waiting[waiting["place"] == port.id], tables) for title, port in zip(titles, shown, strict=True)
    }
    paint = partial(style.heat_map, highest=float(waiting["mean"].max()), nothing=True)
    style.colour_bar(figure, *draw_maps(figure, tables, maps, paint), phrase("waiting.scale"))
    return Picture(figure, _data(waiting))


def _busiest(tables: RunTables, waiting: pd.DataFrame) -> list[Port]:
    """Ports that have numbers, in order of the list; of more than six those with the highest number."""
    most = waiting.groupby("place")["mean"].max()
    listed = [Port(*row) for row in tables.ports if row[0] in most.index]
    kept = sorted(listed, key=lambda port: -most[port.id])[:PANELS_AT_MOST]
    return [port for port in listed if port in kept]


def _waiting_message(tables: RunTables, waiting: pd.DataFrame, names: Mapping[str, str]) -> str:
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


def draw_use(tables: RunTables) -> Picture | Skipped:
    """Staff in tasks in per cent of those there for tasks, in classes, means of all runs; white where nobody is."""
    rows = _rows(tables)
    shown = [Port(*row) for row in tables.pools if row[0] in set(rows["place"])][:PANELS_AT_MOST]
    if not shown:
        return Skipped(phrase("utilisation.skipped"))
    rows = rows[rows["place"].isin([pool.id for pool in shown])]
    called, without_font = names_or_ids(shown)
    names = {pool.id: name for pool, name in zip(shown, called, strict=True)}
    notes = [phrase("utilisation.note", runs=over_runs("mean", tables.n_replications))]
    if without_font:
        notes.append(phrase("page.no_font"))
    message = _use_message(tables, rows, names)
    figure = page(tables, message, [" ".join(notes)], height_cm=page_height(len(shown)))
    titles = {pool: name if called.count(name) == 1 else f"{name} ({pool})" for pool, name in names.items()}
    maps = {title: np.minimum(cells(rows[rows["place"] == pool], tables), 100.0) for pool, title in titles.items()}
    mesh, panels = draw_maps(figure, tables, maps, partial(style.class_map, bounds=CLASSES))
    words = [phrase("utilisation.class", low=number(low), high=number(high)) for low, high in pairwise(CLASSES[:-1])]
    words.append(phrase("utilisation.class_full", low=number(FULL)))
    style.legend(panels[0], style.class_legend(mesh, words), lift=13.0)
    data = rows.rename(columns={"place": "pool", "mean": "busy_percent"})
    return Picture(
        figure, data.assign(date=data["time"].dt.strftime("%Y-%m-%d"))[["pool", "date", "hour", "busy_percent"]]
    )


def _rows(tables: RunTables) -> pd.DataFrame:
    """Busy staff in per cent of those for tasks as `mean`, by pool and full hour at which anybody is there."""
    busy = in_window(rows_of(tables.series, "staff_busy", None), tables)
    there = in_window(rows_of(tables.series, "staff_for_tasks", None), tables)
    both = busy.merge(there[["place", "time", "mean"]], on=["place", "time"], suffixes=("", "_there"))
    both = both[both["mean_there"] > 0]
    return both.assign(mean=100 * both["mean"] / both["mean_there"]).drop(columns="mean_there")


def _use_message(tables: RunTables, rows: pd.DataFrame, names: dict[str, str]) -> str:
    """The pool that is full in most hours, and between which hours of the day; without any, the fullest hour of all."""
    full = rows[rows["mean"] >= FULL]
    if full.empty:
        most = rows.iloc[int(rows["mean"].to_numpy().argmax())]
        return phrase(
            "utilisation.message_never", pool=names[most["place"]], share=percent(most["mean"] / 100),
            hour=clock(60 * most["hour"]), day=tables.day_words(most["time"].date()),
        )  # fmt: skip
    by_pool = full.groupby("place").size()
    pool = str(by_pool.idxmax())
    first, last = mostly(np.bincount(full.loc[full["place"] == pool, "hour"], minlength=24).astype(float))[0]
    days = full.loc[full["place"] == pool, "day"].nunique()
    return phrase(
        "utilisation.message", pool=names[pool], first=clock(60 * first), last=clock(60 * last), days=number(days),
        of=number((tables.last_day - tables.first_day).days + 1),
    )  # fmt: skip
