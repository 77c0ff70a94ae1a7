"""Picture: what people wait for between hand-over and their room, by hour of the day."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, RunTables, Skipped, profile_of
from sim.drawing.words import over_runs, phrase
from sim.numbers.statistics import SMALL_SHARE as SMALL
from sim.numbers.statistics import mostly
from sim.words import WAITED_FOR
from sim.words.say import clock, listed, percent

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


def draw(tables: RunTables) -> Picture | Skipped:
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
    figure = page(tables, _message(tables, table[waited]), [" ".join(notes)])
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


def _message(tables: RunTables, table: pd.DataFrame) -> str:
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
