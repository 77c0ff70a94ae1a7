"""Pictures of a finished sweep: from its tables to the pictures that there are, by design and number of axes; here
those with one axis, of designs that are no grid, and of indices: values with their intervals.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import FuncFormatter, MaxNLocator

from sim import words as labels
from sim.commands.sweep.design import GRID, SCENARIO, short_names
from sim.commands.sweep.pictures.maps import draw_map
from sim.commands.sweep.pictures.shared import (
    Levels,
    Limit,
    SweepAxis,
    SweepTables,
    axis_words,
    few,
    levels_of,
    limit_words,
    message,
    name_of,
    phrase,
    positions,
    replications_words,
    sheet,
)
from sim.drawing import page, style
from sim.drawing.page import GREY, HEIGHT_CM, NORMAL
from sim.drawing.tables import Picture, Skipped
from sim.drawing.text import as_shown, shorten, showable_part
from sim.measures import REGISTRY
from sim.measures.registry import path_words
from sim.numbers.verdicts import HOLDS, MISSED, NOT_CERTAIN, fewest_replications
from sim.sampling.expected import people_a_day
from sim.sampling.roster import staff_on
from sim.scenario.files.changing import value_at
from sim.words.say import number, percent, stated
from sim.words.searches import PICTURES

if TYPE_CHECKING:
    from sim.commands.sweep.plan import SweepPlan
    from sim.commands.sweep.tables import Indices, Swept
    from sim.scenario.tables.schema import Scenario

Draw = Callable[[SweepTables], Picture | Skipped]


def draw_sweep(measures: Sequence[SweepTables], folder: Path, *, suffix: str = ".png") -> tuple[str, ...]:
    """Draw the pictures of each measure into `folder` (made if need be); returns why others were not drawn.

    Beside each picture lies a CSV of the same name with the numbers drawn.
    """
    folder.mkdir(parents=True, exist_ok=True)
    skipped: dict[str, None] = {}
    for tables in measures:
        for ending, draw in _pictures(tables):
            with page.picture_style():
                picture = draw(tables)
                if isinstance(picture, Skipped):
                    skipped[picture.reason] = None
                else:
                    page.save(picture, folder, f"{tables.stem}{ending}", suffix)
    return tuple(skipped)


def _pictures(tables: SweepTables) -> Iterator[tuple[str, Draw]]:
    """Endings of file names, and how each picture is drawn."""
    if tables.indices is not None:
        yield "-indices", draw_indices
    if not tables.grid:
        yield "", draw_scatter
    else:
        yield "", draw_line if len(tables.axes) == 1 else draw_map


MOST_MEASURES = 4
"""Measures that have a picture."""


def draw(plan: SweepPlan, swept: Swept, indices: tuple[Indices, ...], folder: Path, tell: str = "") -> list[str]:
    """Draw the pictures into `folder`; returns words on those that were skipped. `tell`: see `RunTables`."""
    found = [replace(_tables(plan, swept, indices, *pair), tell=tell) for pair in swept.pairs[:MOST_MEASURES]]
    return list(draw_sweep(found, folder))


def _tables(plan: SweepPlan, swept: Swept, indices: tuple[Indices, ...], measure: str, place: str) -> SweepTables:
    """What the pictures of one measure are drawn from."""
    targets = sorted(plan.base.targets.items())
    target = next(((name, one) for name, one in targets if (one.measure, one.place) == (measure, place)), None)
    limit = None
    if target:
        value = target[1].at_most if target[1].at_most is not None else target[1].at_least
        assert value is not None
        n_points = int((swept.points["replications"] > 0).sum())
        share = target[1].share_of_runs
        needed = fewest_replications(share, statements=n_points)
        limit = Limit(target[0], value, target[1].at_most is not None, share, needed)
    means = swept.means[(swept.means["measure"] == measure) & (swept.means["place"] == place)]
    base = as_shown(plan.base)
    port = base.ports.get(place)
    names = {axis.name: " + ".join(path_words(base, path) for path in axis.paths) for axis in plan.axes}
    found = next((one for one in indices if (one.measure, one.place) == (measure, place)), None)
    points = swept.points.merge(means[["point", "n", "mean", "half_width", "low", "high"]], on="point", how="left")
    if SCENARIO in points:
        points[SCENARIO] = points[SCENARIO].map(short_names(points[SCENARIO]))
    return SweepTables(
        title=plan.base.title,
        seed=plan.seed,
        n_replications=plan.replications,
        measure=measure,
        place=place,
        label=REGISTRY[measure].label,
        place_label=labels.PLACES.get(place) or (port.name if port and port.name else place),
        unit=REGISTRY[measure].unit,
        axes=tuple(SweepAxis(names[axis.name], axis.paths[0], *of_one(plan.base, axis.paths)) for axis in plan.axes),
        grid=plan.design.kind == GRID,
        points=points,
        limit=limit,
        met=swept.met[swept.met["target"] == target[0]] if target else None,
        indices=found.table.assign(axis=found.table["axis"].map(names)) if found else None,
        base={axis.paths[0]: value_at(plan.base, axis.paths[0]) for axis in plan.axes if axis.paths != (SCENARIO,)},
        index_rows=found.rows if found else 0,
    )


def of_one(base: Scenario, paths: tuple[str, ...]) -> tuple[float, str]:
    """What a factor of 1 stands for in numbers that planners think in, and of what; nan for all that is no factor."""
    match [path.split(".") for path in paths]:
        case [["arrivals", "factor"]] if base.arrivals.factor > 0:
            return people_a_day(base) / base.arrivals.factor, PICTURES["people"]
        case [["pools", name, "headcount_factor"]]:
            pool = base.pools[name].model_copy(update={"headcount_factor": 1.0})
            days = (base.first_day + dt.timedelta(days=day) for day in range(base.n_days))
            staff = sum(people for day in days for _, _, people in staff_on(base, name, pool, day))
            return staff / base.n_days, PICTURES["staff"]
    return math.nan, ""


MARKS = {HOLDS: ("o", style.BLUE), MISSED: ("X", style.VERMILION), NOT_CERTAIN: ("o", "white")}
"""Shape and filling by verdict: told apart without colour."""
PANELS_AT_MOST = 9
CM_PER_ROW = 5.0
TICKS_AT_MOST = 14


def draw_line(tables: SweepTables) -> Picture | Skipped:
    """One axis: the mean over single runs at each value with its 95 % interval, and the target's limit."""
    if not tables.points["mean"].notna().any():
        return Skipped(phrase("no_value", measure=tables.label, place=tables.place_label))
    notes = [phrase("note_line", runs=replications_words(tables))]
    if tables.limit is not None:
        notes += [phrase("note_verdict"), few(tables)]
    figure = sheet(tables, message(tables), notes)
    axes = figure.subplots()
    levels = levels_of(tables, tables.axes[0])
    _whiskers(axes, tables, positions(tables, tables.axes[0], levels), join=levels.numeric)
    _across(axes, tables.axes[0], levels, TICKS_AT_MOST)
    _up(axes, tables)
    style.legend(axes, _legend(tables))
    return Picture(figure, _data(tables))


def draw_scatter(tables: SweepTables) -> Picture | Skipped:
    """A design that is no grid: one panel for each axis, every point in each of them."""
    if not tables.points["mean"].notna().any():
        return Skipped(phrase("no_value", measure=tables.label, place=tables.place_label))
    shown = tables.axes[:PANELS_AT_MOST]
    notes = [phrase("note_scatter", runs=replications_words(tables)), few(tables)]
    if len(shown) < len(tables.axes):
        notes.append(phrase("note_panels", shown=number(len(shown)), all=number(len(tables.axes))))
    columns = 1 if len(shown) == 1 else 2 if len(shown) <= 4 else 3
    rows = math.ceil(len(shown) / columns)
    figure = sheet(tables, message(tables), notes, height_cm=HEIGHT_CM + CM_PER_ROW * max(0, rows - 2))
    grid = list(figure.subplots(rows, columns, sharey=True, squeeze=False).flat)
    for spare in grid[len(shown) :]:
        spare.remove()
    for i, (axes, axis) in enumerate(zip(grid, shown, strict=False)):
        levels = levels_of(tables, axis)
        _whiskers(axes, tables, positions(tables, axis, levels), join=False, small=True)
        _across(axes, axis, levels, 5, room=400 / columns)
        _up(axes, tables, label=i == 0)
        axes.set_ylabel(tables.shown_unit if i % columns == 0 else "")
    style.legend(grid[0], _legend(tables))
    return Picture(figure, _data(tables))


def _whiskers(
    axes: Axes, tables: SweepTables, across: np.typing.NDArray[np.float64], *, join: bool, small: bool = False
) -> None:
    table = tables.with_verdicts().assign(at=across).dropna(subset=["mean"]).sort_values("at", kind="stable")
    means = table["mean"] * tables.scale
    whiskers = np.stack([table["mean"] - table["low"], table["high"] - table["mean"]])
    if join:
        axes.plot(table["at"], means, color=style.BLUE, linewidth=0.8, zorder=2)
    axes.errorbar(
        table["at"], means, yerr=np.nan_to_num(whiskers).clip(0) * tables.scale, fmt="none",
        ecolor=GREY if small else style.BLUE,
        elinewidth=0.5 if small else 1.0, capsize=0 if small else 2.5, zorder=2,
    )  # fmt: skip
    for verdict, rows in table.groupby("verdict", sort=False):
        shape, filling = MARKS.get(str(verdict), ("o", style.BLUE))
        axes.scatter(
            rows["at"], rows["mean"] * tables.scale, marker=shape, s=12 if small else 26, color=filling,
            edgecolors=style.BLUE if shape == "o" else "white", linewidths=0.4 if small else 0.9, zorder=3,
            clip_on=False,
        )  # fmt: skip


def _across(axes: Axes, axis: SweepAxis, levels: Levels, most: int, room: float = 430.0) -> None:
    """The values of the axis along the bottom: each of them while they are few."""
    many = levels.numeric and len(levels.texts) > most
    axes.set_xlabel(shorten(name_of(axis, many=many), NORMAL, room))
    if many:
        whole = bool((levels.at == np.round(levels.at)).all())
        axes.xaxis.set_major_locator(MaxNLocator(min(most, 6), integer=whole))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: stated(value)))
    else:
        texts = [
            "\n".join(shorten(showable_part(line), NORMAL, room / len(levels.texts)) for line in text.split("\n"))
            for text in levels.shown(axis)
        ]
        axes.set_xticks(levels.at, texts)
    if len(levels.at) > 1:
        margin = 0.04 * float(np.ptp(levels.at))
        axes.set_xlim(levels.at.min() - margin, levels.at.max() + margin)


def _up(axes: Axes, tables: SweepTables, *, label: bool = True) -> None:
    """The values: from 0 where that leaves the differences visible."""
    axes.set_ylabel(axis_words(tables))
    table = tables.points.dropna(subset=["mean"])
    low, high = float(np.fmin(table["low"], table["mean"]).min()), float(np.fmax(table["high"], table["mean"]).max())
    if tables.limit is not None:
        low, high = min(low, tables.limit.value), max(high, tables.limit.value)
        if label:
            style.target(axes, tables.limit.value * tables.scale, phrase("limit", limit=limit_words(tables)))
        else:
            axes.axhline(tables.limit.value * tables.scale, color=style.VERMILION, linewidth=1.1, linestyle=(0, (5, 2)))
    bottom = 0.0 if 0 <= low < 0.6 * high or high <= 0 else low - 0.1 * (high - low)
    top = high + 0.08 * (high - bottom or 1.0)
    axes.set_ylim(bottom * tables.scale, top * tables.scale)
    axes.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.10g}"))
    axes.grid(visible=True, color="#dddddd", linewidth=0.5)


def _legend(tables: SweepTables) -> list[Line2D]:
    """What marks mean: verdicts that there are."""
    there = set(tables.with_verdicts()["verdict"]) & set(MARKS)
    if not there:
        return [Line2D([], [], color=style.BLUE, marker="o", linewidth=0.8, markersize=5, label=phrase("mean"))]
    return [
        Line2D(
            [], [], linestyle="none", marker=MARKS[verdict][0], markerfacecolor=MARKS[verdict][1], markersize=5,
            markeredgecolor=style.BLUE if MARKS[verdict][0] == "o" else "white", label=phrase(verdict),
        )
        for verdict in MARKS
        if verdict in there
    ]  # fmt: skip


def _data(tables: SweepTables) -> pd.DataFrame:
    """The numbers drawn."""
    table = tables.with_verdicts()
    columns = ["point", *(axis.column for axis in tables.axes), "n", "mean", "half_width", "low", "high"]
    return table[columns + (["share", "verdict"] if tables.limit is not None else [])]


TEXT_OF_INDICES_CM, ROW_CM, LEAST_CM = 4.2, 1.0, 6.0
ROOM_FOR_NAMES = 170.0


def draw_indices(tables: SweepTables) -> Picture | Skipped:
    """First-order and total index of each axis with their intervals, the largest total on top."""
    if tables.indices is None:
        return Skipped(phrase("no_value", measure=tables.label, place=tables.place_label))
    table = tables.indices.sort_values("total", ascending=False, kind="stable")
    title = _largest(tables, table)
    note = phrase("indices_note", rows=number(tables.index_rows), n=number(tables.n_replications))
    figure = sheet(tables, title, [note], height_cm=max(LEAST_CM, TEXT_OF_INDICES_CM + ROW_CM * len(table)))
    axes = figure.subplots()
    down = np.arange(len(table))
    handles = []
    for part, shape, colour, shift in (("first", "o", style.BLUE, -0.13), ("total", "D", style.ORANGE, 0.13)):
        middle = table[part].to_numpy()
        off = np.abs(np.stack([middle - table[f"{part}_low"], table[f"{part}_high"] - middle]))
        handles.append(
            axes.errorbar(
                middle, down + shift, xerr=off, fmt=shape, color=colour, markersize=5, elinewidth=1.0, capsize=2.5,
                label=phrase(part),
            )
        )  # fmt: skip
    axes.set_yticks(down, [shorten(showable_part(name), NORMAL, ROOM_FOR_NAMES) for name in table["axis"]])
    axes.set_ylim(len(table) - 0.5, -0.5)
    axes.axvline(0, color="#999999", linewidth=0.6)
    axes.set_xlim(min(-0.02, float(table["first_low"].min())), max(1.02, float(table["total_high"].max())))
    axes.set_xlabel(phrase("indices_axis"))
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    style.legend(axes, handles)
    return Picture(figure, table)


def _largest(tables: SweepTables, table: pd.DataFrame) -> str:
    """The axis with the largest total index and its share; or that intervals leave open which axis that is.

    An estimated index can be more than 1, which no share of a variance is.
    """
    names = {"measure": tables.label, "place": tables.place_label}
    most = table.iloc[0]
    share = percent(most["total"]) if most["total"] <= 1 else phrase("indices_all")
    if (table["total_high"].iloc[1:] >= most["total_low"]).any():
        return phrase("indices_unclear", axis=most["axis"], other=table["axis"].iloc[1], **names)
    return phrase("indices", axis=most["axis"], share=share, **names)
