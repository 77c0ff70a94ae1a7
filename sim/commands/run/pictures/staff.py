"""Picture: staff on duty and busy by hour of the day, a panel for each pool."""

from __future__ import annotations

import math

import pandas as pd
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from sim.drawing import style
from sim.drawing.page import HEIGHT_CM, LARGE, page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, busiest_hour, profile_of
from sim.drawing.text import means_note, names_or_ids, phrase, shorten, wide_note
from sim.words.say import clock, rough

QUANTITIES = ("staff_for_tasks", "staff_busy")
KEPT = ("staff_on_duty", *QUANTITIES, "staff_busy_most", "staff_for_tasks_then")
"""In the table beside the picture: all on duty and the busiest day too."""
PANELS_AT_MOST, ACROSS = 6, 3
CM_PER_ROW = 4.2


def draw_staff(tables: RunTables) -> Picture | Skipped:
    """People on duty who are not at a fixed post, and how many of them are in tasks, on an average day."""
    rows = pd.concat([profile_of(tables, name) for name in KEPT], ignore_index=True).dropna(subset=["p50"])
    there = set(rows.loc[(rows["quantity"] == "staff_on_duty") & (rows["p50"] > 0), "place"])
    listed = [Port(*row) for row in tables.pools if row[0] in there]
    shown = listed[:PANELS_AT_MOST]
    if not shown:
        return Skipped(phrase("staff.skipped"))
    rows = rows[rows["place"].isin([pool.id for pool in shown])]
    names, without_font = names_or_ids(shown)
    notes = [phrase("staff.note"), wide_note(tables.n_replications), means_note(tables.n_replications)]
    if len(listed) > len(shown):
        notes.append(phrase("staff.left_out", n=len(listed) - len(shown)))
    if without_font:
        notes.append(phrase("page.no_font"))
    down = math.ceil(len(shown) / ACROSS)
    message = _message(tables, dict(zip((pool.id for pool in shown), names, strict=True)))
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
    style.legend(top, list(handles.values()))


def _panel(axes: Axes, rows: pd.DataFrame) -> list[Artist]:
    """One pool; returns what the legend shows."""
    by = {name: _closed(rows[rows["quantity"] == name]) for name in QUANTITIES}
    there, busy = (by[name] for name in QUANTITIES)
    handles: list[Artist] = [
        *axes.plot(
            there["position"], there["p50"], color=style.ORANGE, label=phrase("staff.for_tasks"), linewidth=1.4,
            drawstyle="steps-post",
        )
    ]  # fmt: skip
    across = busy["position"].to_numpy(dtype=float)
    handles += style.bands_at(axes, across, busy, style.BLUE, phrase("staff.busy"), step=True, narrow=False)
    style.count_axis(axes.yaxis, "", float(pd.concat([there["p50"], busy["p50"], busy["p95"]]).max()))
    return handles


def _closed(rows: pd.DataFrame) -> pd.DataFrame:
    """The last hour again at 24:00, so that its step has a width."""
    if rows.empty:
        return rows
    return pd.concat([rows, rows.iloc[[-1]].assign(position=rows["position"].iloc[-1] + 1)], ignore_index=True)


def _message(tables: RunTables, names: dict[str, str]) -> str:
    """The pool of which the largest part is in tasks at its busiest hour, and that hour: as on the screen."""
    found = [(name, at) for pool, name in names.items() if (at := busiest_hour(tables.profiles, pool)) is not None]
    if not found:
        return phrase("staff.message_nobody")
    name, (hour, busy, there) = max(found, key=lambda each: each[1][1] / max(each[1][2], 0.5))
    return phrase("staff.message", pool=name, hour=clock(60 * hour), busy=rough(busy), there=rough(there))
