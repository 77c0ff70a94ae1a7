"""Pictures of a comparison: what every scenario changes (`forest`), and the days of each over those of the base."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from sim import words as labels
from sim.commands.compare import keep
from sim.commands.compare.answers import Answer
from sim.commands.compare.keep import FOREST as FOREST_FILE
from sim.commands.compare.keep import RISK as RISK_FILE
from sim.commands.compare.pictures import forest, risk
from sim.drawing import style
from sim.drawing.page import keep_picture, page
from sim.drawing.tables import Picture, RunTables, Skipped, day_number, day_numbers, picture_language
from sim.drawing.text import as_shown, replications, text_or
from sim.runs.alternatives import Compared
from sim.shell.ensemble_option import words_on_pictures
from sim.shell.sentences import sentence
from sim.words.compare import FOREST, THEMES

if TYPE_CHECKING:
    from sim.commands.compare.plan import ComparePlan
    from sim.scenario.tables.schema import Scenario

DAY = 86400
SHORT = 14
"""Days of a window up to which pictures show every hour, and not every third."""
BASE = "#9a9a9a"
ROWS_AT_MOST = 12
"""Scenarios that share one picture of differences; more are split by theme."""
OF_COACHES, OTHER = "way", "other"
THEME_OF = {
    **dict.fromkeys(("arrivals", "ports"), "arrivals"),
    **dict.fromkeys(("pools", "roster", "brigade"), "staff"),
    **dict.fromkeys(("sites", "rooms", "initial"), "sites"),
    **dict.fromkeys(("stay", "release", "swabs", "visits", "laboratory", "health", "hospital", "follow_up"), "stay"),
    **dict.fromkeys(("coaches", "registration", "check_in", "limits"), OF_COACHES),
    "disruptions": "events",
}
"""Theme by first key of what is changed; names of files."""
WIDE_LINE, NARROW_LINE = 2.6, 0.8
UNDER_LEGEND = 16.0
"""Points between a panel and its title where the legend stands between them."""
Handles = list[Line2D | Patch]


@picture_language()
def draw(folder: Path, plan: ComparePlan, compared: Compared, answers: Sequence[Answer]) -> tuple[str, ...]:
    """Draw the pictures; returns notes about those that are not there."""
    folder.mkdir()
    base = compared.base.alternative
    of_base = text_or(base.scenario.title, base.name)
    every = 1 if base.scenario.n_days <= SHORT else 3
    series = keep.series_table(compared)
    series = keep.with_time(_thinned(series, every, base.scenario.n_days), compared)
    run = _tables(compared, plan)
    notes = []
    for theme, some in by_theme(answers).items():
        job = partial(forest.draw, run, forest.forest_of(plan, some), of_base, THEMES[theme] if theme else "")
        notes.append(keep_picture(folder, f"{FOREST_FILE}-{theme}" if theme else FOREST_FILE, job))
    if of_stay := risk.points(compared, answers):
        notes.append(keep_picture(folder, RISK_FILE, partial(risk.draw, run, of_stay)))
    for answer in answers:
        name = answer.result.alternative.name
        pair = series[series["scenario"].isin([base.name, name])]
        pair = pair.assign(side=np.where(pair["scenario"] == base.name, "base", "scenario"))
        title = text_or(answer.scenario.title, name)
        run = _tables(compared, plan, answer, pair)
        job = partial(draw_series, run, title, of_base, every, found=_found(answer))
        notes.append(keep_picture(folder, f"series-{name}", job))
    return tuple(note for note in notes if note)


def by_theme(answers: Sequence[Answer]) -> dict[str, list[Answer]]:
    """Scenarios of one picture of differences: all of them, under no name, while they are few, else by theme."""
    if len(answers) <= ROWS_AT_MOST:
        return {"": list(answers)}
    found: dict[str, list[Answer]] = {theme: [] for theme in THEMES}
    for answer in answers:
        found[_theme(answer)].append(answer)
    return {theme: some for theme, some in found.items() if some}


def _theme(answer: Answer) -> str:
    """What a scenario changes: the theme of most of its changes, the first one of equals."""
    keys = [one.path.split(".") for one in answer.changes]
    themes = [OF_COACHES if key[-1] == "coaches" else THEME_OF.get(key[0], OTHER) for key in keys]
    return max(dict.fromkeys(themes), key=themes.count, default=OTHER)


def _found(answer: Answer) -> str:
    """What was found about the first measure of its question; nothing where no pair has a value."""
    rows = [row for cell in answer.primary if (row := answer.row(cell)) is not None]
    return sentence(rows[0], as_shown(answer.scenario)) if rows else ""


def _thinned(series: pd.DataFrame, every: int, n_days: int) -> pd.DataFrame:
    """Rows of every so many hours; of people at a point, who come and go within hours, the fullest of each day."""
    if every == 1:
        return series.reset_index(drop=True)
    at_points = series["quantity"] == "people_waiting"
    day = series["second"] // DAY
    peaks = series[at_points & (day < n_days)].assign(second=day * DAY)
    peaks = peaks.groupby(["scenario", "second", "quantity", "place"], sort=False, as_index=False).max()
    others = series[~at_points & (series["second"] % (every * 3600) == 0)]
    return pd.concat([others, peaks[series.columns]], ignore_index=True)


def _tables(
    compared: Compared, plan: ComparePlan, answer: Answer | None = None, series: pd.DataFrame | None = None
) -> RunTables:
    alternative = answer.result.alternative if answer else compared.base.alternative
    scenario = as_shown(alternative.scenario, alternative.name)
    return RunTables(
        title=scenario.title,
        first_day=scenario.counted_days[0],
        last_day=scenario.counted_days[1],
        n_replications=compared.replications,
        seed=plan.settings.seed,
        series=pd.DataFrame() if series is None else _counted(series, scenario),
        ports=tuple((key, port.name or key) for key, port in sorted(scenario.ports.items())),
        tell=words_on_pictures(plan.ensemble),
        several_years=scenario.several_years,
        only_counted=scenario.window is not None,
    )


def _counted(series: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Rows of the days that `[window]` counts, its end at 24:00 included; all without one."""
    if scenario.window is None:
        return series
    first, last = scenario.counted_days
    return series[series["time"].between(f"{first} 00:00", f"{last + dt.timedelta(days=1)} 00:00")]


def draw_series(tables: RunTables, name: str, base: str, every: int = 1, *, found: str = "") -> Picture | Skipped:
    """Up to four panels, both sides in each.

    `tables.series` has the columns side ("base", "scenario"), time, quantity, place, p5, p50, p95; `name` is what the
    scenario is called in the picture, `every` how many hours lie between two rows. Where that is more than one, people
    at points have one row a day, for its fullest hour.
    """
    shown = _worth_showing(tables)
    if not shown:
        return Skipped(FOREST["skipped"])
    message = FOREST["series.found" if found else "series.message_many"].format(scenario=name, base=base, found=found)
    note = FOREST["series.note" if every == 1 else "series.note_every"].format(
        runs=replications(tables.n_replications), hours=every
    )
    figure = page(tables, message, [note], height_cm=4.0 + 3.6 * ((len(shown) + 1) // 2))
    down = (len(shown) + 1) // 2
    across = min(2, len(shown))
    panels = list(figure.subplots(down, across, sharex=True, squeeze=False).flat)
    ports = {port[0]: port[1] or port[0] for port in tables.ports}
    handles: Handles = []
    for i, (axes, (quantity, place)) in enumerate(zip(panels, shown, strict=False)):
        handles = _panel(axes, tables, quantity, place)
        words = labels.QUANTITIES[quantity]
        where = ports.get(place, place)
        title = words if place == "all" else FOREST["series.at"].format(quantity=words, place=where)
        same = FOREST["series.same"].format(what=title) if _same(tables, quantity, place) else title
        axes.set_title(same, pad=UNDER_LEGEND if i < across else None)
    for spare in panels[len(shown) :]:
        spare.remove()
    style.legend(panels[0], handles)
    drawn = tables.series[
        [cell in shown for cell in zip(tables.series["quantity"], tables.series["place"], strict=True)]
    ]
    return Picture(figure, drawn[["side", "time", "quantity", "place", "p5", "p50", "p95"]])


def _worth_showing(tables: RunTables) -> list[tuple[str, str]]:
    """Quantities and places with anything to see, people at points first; at most four."""
    series = tables.series
    order = {"people_waiting": 0, "rooms_taken": 1, "sites_open": 2, "guests_present": 3}
    busy = series[series["p95"] > 0]
    there = {(str(row.quantity), str(row.place)) for row in busy.itertuples(index=False)}
    cells = sorted(there, key=lambda cell: (order[cell[0]], cell))
    ports = [cell for cell in cells if cell[0] == "people_waiting"][:2]
    return [*ports, *[cell for cell in cells if cell[0] != "people_waiting"]][:4]


def _same(tables: RunTables, quantity: str, place: str) -> bool:
    """Whether both sides have the same medians and bands throughout."""
    series = tables.series[(tables.series["quantity"] == quantity) & (tables.series["place"] == place)]
    columns = ["time", "p5", "p50", "p95"]
    base, scenario = (
        series.loc[series["side"] == side, columns].reset_index(drop=True) for side in ("base", "scenario")
    )
    return base.equals(scenario)


def _panel(axes: Axes, tables: RunTables, quantity: str, place: str) -> Handles:
    """Both sides in one panel, the base as a wide pale line, so that it is seen under the scenario's narrow one."""
    handles: Handles = []
    highest = 0.0
    series = tables.series
    for side, colour, width in (("base", BASE, WIDE_LINE), ("scenario", style.VERMILION, NARROW_LINE)):
        wanted = (series["side"] == side) & (series["quantity"] == quantity) & (series["place"] == place)
        rows = series[wanted]
        if rows.empty:
            continue
        time = day_numbers(pd.to_datetime(rows["time"]))
        label = FOREST[f"series.{side}"]
        handles += axes.plot(time, rows["p50"], color=colour, linewidth=width, label=label, zorder=3)
        axes.fill_between(time, rows["p5"], rows["p95"], color=colour, alpha=0.25, linewidth=0, zorder=2)
        highest = max(highest, float(rows["p95"].max()))
    style.count_axis(axes.yaxis, "", highest)
    style.date_axis(axes, (day_number(tables.first_day), day_number(tables.last_day) + 1), most=6)
    return handles
