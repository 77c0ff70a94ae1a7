"""Pictures of waiting: how soon people leave after hand-over, and what they wait for by hour of the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, profile_of
from sim.drawing.text import names_or_ids, over_runs, phrase, shorten
from sim.numbers.statistics import SMALL_SHARE as SMALL
from sim.numbers.statistics import mostly
from sim.words import WAITED_FOR
from sim.words.say import clock, listed, number, percent

LINES_AT_MOST = len(style.LINES)
NAME_AT_MOST = 90.0  # points
NEARLY_ALL = 0.995
COLOURS = {
    "registration": style.BLUE,
    "room": style.VERMILION,
    "coach_filling": style.SKY,
    "coach_or_escorts": style.ORANGE,
    "check_in": style.GREEN,
}
BY_RULE = "coach_filling"
"""Waited for because the scenario says so, not because something is short."""
LEGEND_COLUMNS = 3
HOURS_SHOWN = 3
"""The longest stretches of hours are told."""


def draw_waits(tables: RunTables) -> Picture | Skipped:
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
        tables, _waits_message(tables, rows, dict(zip((p.id for p in shown), names, strict=True))), [" ".join(notes)]
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


def _waits_message(tables: RunTables, rows: pd.DataFrame, names: dict[str, str]) -> str:
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


def draw_bottleneck(tables: RunTables) -> Picture | Skipped:
    """Person-hours of waiting on an average day by hour, stacked by what is waited for, means of all runs."""
    rows = profile_of(tables, "waiting_hours").dropna(subset=["mean"])
    table = rows.pivot_table(index="position", columns="place", values="mean", sort=False) if len(rows) else rows
    waited = [name for name in COLOURS if name in table and table[name].sum() > 0]
    if not waited:
        return Skipped(phrase("bottleneck.skipped"))
    sums = table[waited].sum()
    notes = [phrase("bottleneck.note", runs=over_runs("mean", tables.n_replications))]
    if BY_RULE in waited and len(waited) > 1:
        notes.append(phrase("bottleneck.by_rule", share=percent(sums[BY_RULE] / sums.sum())))
    figure = page(tables, _bottleneck_message(tables, table[waited]), [" ".join(notes)])
    axes = figure.add_subplot()
    bottom = np.zeros(len(table))
    bars = []
    for name in waited:
        values = table[name].fillna(0).to_numpy()
        bars.append(
            axes.bar(
                table.index.to_numpy(),
                values,
                bottom=bottom,
                width=0.86,
                align="edge",
                color=COLOURS[name],
                label=WAITED_FOR[name],
                linewidth=0,
            )
        )
        bottom += values
    _hours_axis(axes, float(bottom.max()))
    style.clock_axis(axes)
    style.legend(axes, bars, columns=min(len(bars), LEGEND_COLUMNS))
    data = rows[["place", "position", "mean"]].rename(columns={"place": "waited_for", "position": "hour"})
    return Picture(figure, data)


def _hours_axis(axes: Axes, highest: float) -> None:
    """Person-hours from 0, with decimals where they are few."""
    axes.set_ylim(0, 1.08 * highest)
    axes.set_ylabel(phrase("bottleneck.axis"))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(visible=True, axis="y", color="#dddddd", linewidth=0.5)


def _bottleneck_message(tables: RunTables, table: pd.DataFrame) -> str:
    """The resource that is waited for most, its part of all waiting, its hours with at least half of the fullest.

    Where coaches that fill are more of the waiting than that, the message begins with them: what most people wait for
    comes first.
    """
    resources = table.drop(columns=BY_RULE, errors="ignore")
    if resources.empty or resources.shape[1] == 0:
        return phrase("bottleneck.message_none")
    total = resources.sum()
    most = str(total.idxmax())
    hours = sorted(mostly(resources[most].fillna(0).to_numpy())[:HOURS_SHOWN])
    everything = table.sum().sum()
    share = total[most] / everything
    rule = table[BY_RULE].sum() / everything if BY_RULE in table else 0.0
    key = "bottleneck.message" if share >= SMALL else "bottleneck.message_small"
    return phrase(
        f"{key}_rule" if rule > share else key,
        resource=WAITED_FOR[most],
        rule=percent(rule),
        share=percent(share),
        hours=listed(f"{clock(60 * first)}-{clock(60 * last)}" for first, last in hours),
        mean=over_runs("mean", tables.n_replications, short=True),
    )
