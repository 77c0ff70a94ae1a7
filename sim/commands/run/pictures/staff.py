"""Picture: staff on duty and busy by hour of the day, a panel for each pool."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, LARGE, page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, profile_of
from sim.drawing.text import names_or_ids, over_runs, phrase, shorten
from sim.words.say import clock, number

QUANTITIES = ("staff_on_duty", "staff_for_tasks", "staff_busy", "staff_busy_most", "staff_for_tasks_then")
PANELS_AT_MOST, ACROSS = 6, 3
LEGEND_COLUMNS = 3
CM_PER_ROW = 4.2


def draw_staff(tables: RunTables) -> Picture | Skipped:
    """On duty, of these not at a fixed post, and in tasks, on an average day; the last two on the busiest day too.

    The busiest day is another one at each hour: that on which most are in tasks then. Its staff are those of that day.
    """
    rows = pd.concat([profile_of(tables, name) for name in QUANTITIES], ignore_index=True).dropna(subset=["p50"])
    there = set(rows.loc[(rows["quantity"] == "staff_on_duty") & (rows["p50"] > 0), "place"])
    listed = [Port(*row) for row in tables.pools if row[0] in there]
    shown = listed[:PANELS_AT_MOST]
    if not shown:
        return Skipped(phrase("staff.skipped"))
    rows = rows[rows["place"].isin([pool.id for pool in shown])]
    names, without_font = names_or_ids(shown)
    key = "staff.note_one" if tables.n_replications == 1 else "staff.note"
    notes = [phrase(key, runs=over_runs("median", tables.n_replications))]
    if len(listed) > len(shown):
        notes.append(phrase("staff.left_out", n=len(listed) - len(shown)))
    if without_font:
        notes.append(phrase("page.no_font"))
    down = math.ceil(len(shown) / ACROSS)
    message = _message(tables, rows, dict(zip((pool.id for pool in shown), names, strict=True)))
    figure = page(tables, message, [" ".join(notes)], height_cm=HEIGHT_CM + CM_PER_ROW * max(0, down - 1))
    _panels(figure, rows, [(pool.id, name) for pool, name in zip(shown, names, strict=True)], down)
    return Picture(figure, rows.rename(columns={"place": "pool", "position": "hour"}))


def _panels(figure: Figure, rows: pd.DataFrame, pools: list[tuple[str, str]], down: int) -> None:
    """The panels under a legend that all of them share."""
    across = min(ACROSS, len(pools))
    grid = figure.add_gridspec(down + 1, across, height_ratios=[0.01] + [1] * down)
    top = figure.add_subplot(grid[0, :])
    top.set_axis_off()
    top.set_xticks([])
    top.set_yticks([])
    handles: dict[str, Artist] = {}
    for i, (pool, name) in enumerate(pools):
        axes = figure.add_subplot(grid[1 + i // across, i % across])
        handles |= {str(handle.get_label()): handle for handle in _panel(axes, rows[rows["place"] == pool])}
        axes.set_title(shorten(name, LARGE, 380 / across))
        style.clock_axis(axes, 6 if across > 1 else 3)
        axes.set_ylabel(phrase("staff.axis") if i % across == 0 else "")
    style.legend(top, list(handles.values()), columns=LEGEND_COLUMNS)


def _panel(axes: Axes, rows: pd.DataFrame) -> list[Artist]:
    """One pool; returns what the legend shows."""
    by = {name: _closed(rows[rows["quantity"] == name]) for name in QUANTITIES}
    handles: list[Artist] = []
    duty, tasks, busy, most, then = (by[name] for name in QUANTITIES)
    line: dict[str, Any] = {"linewidth": 1.2, "drawstyle": "steps-post"}
    dots: dict[str, Any] = {"linewidth": 0.9, "drawstyle": "steps-post", "linestyle": (0, (1, 1.2))}
    if (duty["p50"].to_numpy() > tasks["p50"].to_numpy()).any():
        handles += axes.plot(duty["position"], duty["p50"], color=style.SKY, label=phrase("staff.on_duty"), **line)
    handles += axes.plot(tasks["position"], tasks["p50"], color=style.ORANGE, label=phrase("staff.for_tasks"), **line)
    across = busy["position"].to_numpy(dtype=float)
    line_of_busy, *bands = style.bands_at(axes, across, busy, style.BLUE, phrase("staff.busy"), step=True)
    handles.append(line_of_busy)
    handles += axes.plot(then["position"], then["p50"], color=style.ORANGE, label=phrase("staff.tasks_then"), **dots)
    handles += axes.plot(most["position"], most["p50"], color=style.BLUE, label=phrase("staff.busy_most"), **dots)
    highest = pd.concat([duty["p50"], tasks["p50"], busy["p95"], most["p50"], then["p50"]]).max()
    style.count_axis(axes.yaxis, "", float(highest))
    return [*handles, *bands]


def _closed(rows: pd.DataFrame) -> pd.DataFrame:
    """The last hour again at 24:00, so that its step has a width."""
    if rows.empty:
        return rows
    return pd.concat([rows, rows.iloc[[-1]].assign(position=rows["position"].iloc[-1] + 1)], ignore_index=True)


def _message(tables: RunTables, rows: pd.DataFrame, names: dict[str, str]) -> str:
    """Pool and hour at which the largest part of those there for tasks is busy on an average day."""
    busy = rows[rows["quantity"] == "staff_busy"].merge(
        rows[rows["quantity"] == "staff_for_tasks"], on=["place", "position"], suffixes=("", "_there")
    )
    share = (busy["p50"] / busy["p50_there"].where(busy["p50_there"] >= 0.5)).to_numpy()
    if not len(share) or np.isnan(share).all():
        return phrase("staff.message_nobody")
    fullest = busy.iloc[int(np.nanargmax(share))]
    return phrase(
        "staff.message",
        pool=names[fullest["place"]],
        hour=clock(60 * int(fullest["position"])),
        busy=number(fullest["p50"]),
        there=number(fullest["p50_there"]),
        median=over_runs("median", tables.n_replications, short=True),
    )
