"""Picture: how busy staff are by date and hour of the day, a map for each pool."""

from __future__ import annotations

import numpy as np
import pandas as pd

from sim.commands.run.pictures.hour_maps import PANELS_AT_MOST, cells, draw_maps, in_window, page_height
from sim.drawing.page import page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, rows_of
from sim.drawing.text import names_or_ids
from sim.drawing.words import over_runs, phrase
from sim.words.say import clock, number, percent, stated_percent

FULL = 90.0  # per cent: above it a queue builds up at any chance


def draw(tables: RunTables) -> Picture | Skipped:
    """Staff in tasks in per cent of those there for tasks, means of all runs; white where nobody is there."""
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
    message = _message(tables, rows, names)
    figure = page(tables, message, [" ".join(notes)], height_cm=page_height(len(shown)))
    titles = {pool: name if called.count(name) == 1 else f"{name} ({pool})" for pool, name in names.items()}
    maps = {title: np.minimum(cells(rows[rows["place"] == pool], tables), 100.0) for pool, title in titles.items()}
    draw_maps(figure, tables, maps, 100.0, phrase("utilisation.scale"))
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


def _message(tables: RunTables, rows: pd.DataFrame, names: dict[str, str]) -> str:
    """The pool that is full in most hours; without any, the fullest hour of all."""
    full = rows[rows["mean"] >= FULL]
    mean = over_runs("mean", tables.n_replications, short=True)
    if full.empty:
        most = rows.iloc[int(rows["mean"].to_numpy().argmax())]
        return phrase(
            "utilisation.message_never", pool=names[most["place"]], share=percent(most["mean"] / 100), mean=mean,
            hour=clock(60 * most["hour"]), day=tables.day_words(most["time"].date()),
        )  # fmt: skip
    by_pool = full.groupby("place").size()
    pool = str(by_pool.idxmax())
    hour = int(full.loc[full["place"] == pool, "hour"].mode().iloc[0])
    return phrase(
        "utilisation.message", pool=names[pool], hours=number(int(by_pool.max())),
        full=stated_percent(FULL / 100), mean=mean, hour=clock(60 * hour),
        of=number(int((rows["place"] == pool).sum())),
    )  # fmt: skip
