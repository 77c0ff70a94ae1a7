"""Pictures of waiting: how soon people leave after hand-over, and what they wait for by hour of the day."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, Port, RunTables, Skipped, mean_text, profile_of
from sim.drawing.text import means_note, names_or_ids, over_runs, phrase, shorten, wide_note
from sim.numbers.statistics import SMALL_SHARE as SMALL
from sim.numbers.statistics import mostly
from sim.words.pictures import WAITED_FOR
from sim.words.say import clock, listed, number, percent

LINES_AT_MOST = len(style.LINES)
NAME_AT_MOST = 90.0  # points
NEARLY_ALL = 0.995
COLOURS = {
    "registration": style.BLUE,
    "room": style.VERMILION,
    "coach_or_escorts": style.ORANGE,
    "check_in": style.GREEN,
}
BY_RULE = "coach_filling"
"""Waited for because the scenario says so, not because something is short: grey, on top of all others."""
RULE_COLOUR, OTHER_COLOUR = "#cfcfcf", "#8a8a8a"
HARDLY_SEEN = 0.02
"""Parts of the waiting that are smaller share one colour."""
LEGEND_COLUMNS = 3
PORTS_NAMED = 3
"""As many points or fewer are named one by one in the title."""


def draw_waits(tables: RunTables) -> Picture | Skipped:
    """Share of people gone by minutes since hand-over, one line per point with bands of single runs."""
    rows = profile_of(tables, "gone_share").dropna(subset=["p50"])
    shown = [Port(*row) for row in tables.ports if row[0] in set(rows["place"])][:LINES_AT_MOST]
    if not shown:
        return Skipped(phrase("waits.skipped"))
    rows = rows[rows["place"].isin([port.id for port in shown])]
    names, without_font = names_or_ids(shown)
    notes = [wide_note(tables.n_replications), means_note(tables.n_replications), phrase("waits.note")]
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
        handles.append(style.bands_at(axes, across, here, colour, shorten(name, 7.5, NAME_AT_MOST), narrow=False)[0])
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
    """The share that leaves each point within the limit; of many points the smallest."""
    at_limit = rows[np.isclose(rows["position"], tables.limit_minutes)]
    if at_limit.empty or not tables.limit_minutes:
        return phrase("waits.message_no_limit")
    shares = {
        place: mean_text(tables, "within_limit_share", place) or percent(share)
        for place, share in zip(at_limit["place"], at_limit["mean"], strict=True)
    }
    least = str(at_limit["place"].iloc[int(at_limit["mean"].to_numpy().argmin())])
    shown = list(shares) if len(shares) <= PORTS_NAMED else [least]
    return phrase(
        "waits.message" if len(shown) == len(shares) else "waits.message_least",
        shares=listed(phrase("waits.share", port=names[port], share=shares[port]) for port in shown),
        minutes=number(tables.limit_minutes),
    )


def draw_bottleneck(tables: RunTables) -> Picture | Skipped:
    """Person-hours of waiting on an average day by hour: what is short, the most at the bottom, and the rule on top."""
    rows = profile_of(tables, "waiting_hours").dropna(subset=["mean"])
    table = rows.pivot_table(index="position", columns="place", values="mean", sort=False) if len(rows) else rows
    waited = [name for name in (*COLOURS, BY_RULE) if name in table and table[name].sum() > 0]
    if not waited:
        return Skipped(phrase("bottleneck.skipped"))
    notes = [phrase("bottleneck.note", runs=over_runs("mean", tables.n_replications))]
    if BY_RULE in waited and len(waited) > 1:
        notes.append(phrase("bottleneck.by_rule"))
    figure = page(tables, _bottleneck_message(table[waited].fillna(0)), [" ".join(notes)])
    axes = figure.add_subplot()
    bottom = np.zeros(len(table))
    bars = []
    for values, colour, label in _layers(table[waited].fillna(0)):
        bars.append(
            axes.bar(
                table.index.to_numpy(), values, bottom=bottom, width=0.86, align="edge", color=colour, label=label,
                linewidth=0,
            )
        )  # fmt: skip
        bottom += values
    _hours_axis(axes, float(bottom.max()))
    style.clock_axis(axes)
    style.legend(axes, bars, columns=LEGEND_COLUMNS)
    data = rows[["place", "position", "mean"]].rename(columns={"place": "waited_for", "position": "hour"})
    return Picture(figure, data)


def _layers(table: pd.DataFrame) -> Iterator[tuple[NDArray[np.float64], str, str]]:
    """Heights by hour, colour and label of each part of the bars, from below; small parts together as one."""
    total = table.sum().drop(BY_RULE, errors="ignore").sort_values(ascending=False, kind="stable")
    small = [str(name) for name in total.index if total[name] < HARDLY_SEEN * table.to_numpy().sum()]
    if len(small) < 2:
        small = []
    for name in (str(name) for name in total.index if name not in small):
        yield table[name].to_numpy(), COLOURS[name], WAITED_FOR[name]
    if small:
        yield table[small].sum(axis=1).to_numpy(), OTHER_COLOUR, phrase("bottleneck.others")
    if BY_RULE in table:
        yield table[BY_RULE].to_numpy(), RULE_COLOUR, WAITED_FOR[BY_RULE]


def _hours_axis(axes: Axes, highest: float) -> None:
    """Person-hours from 0, with decimals where they are few."""
    axes.set_ylim(0, 1.08 * highest)
    axes.set_ylabel(phrase("bottleneck.axis"))
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(visible=True, axis="y", color="#dddddd", linewidth=0.5)


def _bottleneck_message(table: pd.DataFrame) -> str:
    """The resource that is waited for most, its part of all waiting, and when that is most.

    Where coaches that fill are more of the waiting than that, the message begins with them: what most people wait for
    comes first.
    """
    resources = table.drop(columns=BY_RULE, errors="ignore")
    if resources.shape[1] == 0:
        return phrase("bottleneck.message_none")
    total = resources.sum()
    most = str(total.idxmax())
    everything = table.sum().sum()
    share, rule = total[most] / everything, table[BY_RULE].sum() / everything if BY_RULE in table else 0.0
    first, last = mostly(resources[most].to_numpy())[0]
    fields = {"resource": WAITED_FOR[most], "rule": percent(rule), "share": percent(share)}
    if share < SMALL:
        return phrase("bottleneck.message_small_rule" if rule > share else "bottleneck.message_small", **fields)
    key = "bottleneck.message_rule" if rule > share else "bottleneck.message"
    if last - first < 24:
        return phrase(f"{key}_hours", first=clock(60 * first), last=clock(60 * last), **fields)
    return phrase(key, **fields)
