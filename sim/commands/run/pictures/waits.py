"""Picture: how soon people leave the diversion points, as distribution functions, against the limit."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, profile_of
from sim.drawing.text import names_or_ids, shorten
from sim.drawing.words import over_runs, phrase
from sim.words.say import number, percent

LINES_AT_MOST = len(style.LINES)
NAME_AT_MOST = 90.0  # points
NEARLY_ALL = 0.995


def draw(tables: RunTables) -> Picture | Skipped:
    """Share of people gone by minutes since hand-over, one line per point with bands of single runs."""
    rows = profile_of(tables, "gone_share").dropna(subset=["p50"])
    shown = [Port(*row) for row in tables.ports if row[0] in set(rows["place"])][:LINES_AT_MOST]
    if not shown:
        return Skipped(phrase("waits.skipped"))
    rows = rows[rows["place"].isin([port.id for port in shown])]
    names, without_font = names_or_ids(shown)
    notes = [
        phrase("bands.lines_one" if tables.n_replications == 1 else "bands.lines", n=number(tables.n_replications))
    ]
    notes.append(phrase("waits.note"))
    if without_font:
        notes.append(phrase("page.no_font"))
    figure = page(
        tables, _message(tables, rows, dict(zip((p.id for p in shown), names, strict=True))), [" ".join(notes)]
    )
    axes = figure.add_subplot()
    handles = []
    for port, name, colour in zip(shown, names, style.LINES, strict=False):
        here = rows[rows["place"] == port.id]
        across = here["position"].to_numpy(dtype=float)
        handles.append(style.bands_at(axes, across, here, colour, shorten(name, 7.5, NAME_AT_MOST))[0])
    axes.set_xlim(0, _end(tables, rows))
    if tables.limit_minutes:
        style.target_across(axes, tables.limit_minutes, phrase("waits.limit", minutes=number(tables.limit_minutes)))
    _targets(axes, tables, dict(zip((p.id for p in shown), names, strict=True)))
    style.share_axis(axes, phrase("waits.axis"), 1.02)
    axes.set_xlabel(phrase("waits.across"))
    style.legend(axes, handles)
    return Picture(figure, rows.rename(columns={"place": "port", "position": "minutes"}).drop(columns="quantity"))


def _targets(axes: Axes, tables: RunTables, names: dict[str, str]) -> None:
    """The shares that the scenario wants gone within the limit; one line for each different share."""
    wanted: dict[float, list[str]] = {}
    for measure, place, value in tables.targets:
        if measure == "within_limit_share" and (place in names or place == "all"):
            wanted.setdefault(value, []).append(names.get(place, ""))
    for value, places in wanted.items():
        where = ", ".join(filter(None, places))
        key = "waits.target_at" if where else "waits.target"
        style.target(axes, value, phrase(key, share=percent(value), port=shorten(where, 7.5, 200)))


def _end(tables: RunTables, rows: pd.DataFrame) -> float:
    """Where nearly all of every point have left, but not before the limit nor beyond the numbers there are."""
    low = rows.groupby("position")["p50"].min()
    done = low.index[low.to_numpy() >= NEARLY_ALL]
    last = float(rows["position"].max())
    return min(max(float(done[0]) if len(done) else last, 1.25 * tables.limit_minutes), last)


def _message(tables: RunTables, rows: pd.DataFrame, names: dict[str, str]) -> str:
    """The point from which the smallest share leaves within the limit."""
    at_limit = rows[np.isclose(rows["position"], tables.limit_minutes)]
    if at_limit.empty or not tables.limit_minutes:
        return phrase("waits.message_no_limit")
    least = at_limit.iloc[int(at_limit["p50"].to_numpy().argmin())]
    return phrase(
        "waits.message" if len(at_limit) == 1 else "waits.message_least",
        share=percent(least["p50"]),
        port=names[least["place"]],
        minutes=number(tables.limit_minutes),
        median=over_runs("median", tables.n_replications, short=True),
    )
