"""Picture: what every scenario of a comparison changes, one row each, one panel for each measure."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from sim.commands.compare.answers import Answer
from sim.drawing import style
from sim.drawing.page import GREY, INK, NORMAL, SMALL, page
from sim.drawing.tables import Panel, Picture, RunTables, Skipped
from sim.drawing.text import as_shown, replications, shorten, showable_part, text_or, wrap
from sim.measures.registry import REGISTRY, measure_words, place_words
from sim.runs.alternatives import PRIMARY, Cell, Difference
from sim.words.compare import FOREST
from sim.words.say import common_unit, number, phrase, with_unit

if TYPE_CHECKING:
    from sim.commands.compare.plan import ComparePlan
    from sim.scenario.tables.schema import Scenario

PANELS_AT_MOST = 4
PORTS_AT_MOST = 3
"""Ports that share a panel."""
ROW_CM, TALL_ROW_CM, LEAST_CM, TEXT_CM, LINE_CM = 0.46, 0.7, 7.0, 3.9, 0.33
"""A row is tall where a name takes two lines or marks of several places stand one below the other."""
LABEL_POINTS, PANELS_POINTS = 150.0, 280.0
"""Room for the names of scenarios, and for all panels."""
BEYOND = 4.0
"""A difference so many times the typical one of its panel is written as a number, so that the others can be seen."""
ONE_SIDED = 0.1
"""Differences the other way up to this part of the axis do not make it two-sided."""


APART = 0.44
"""Distance of the marks of two places, in rows."""
WIDE_NUMBERS = 1000.0
"""From here on an axis has fewer numbers, because they would touch."""


@dataclass(frozen=True)
class Forest:
    """What the picture is drawn from."""

    panels: tuple[Panel, ...]
    rows: tuple[str, ...]
    """Names of scenarios, from above."""
    marks: pd.DataFrame
    """Columns row, panel, place (numbers from 0), difference, low, high, primary; in the units of the panels."""
    places: tuple[str, ...] = ("",)
    """What places are called, at most as many as there are `SHAPES`."""


SHAPES = (("o", style.BLUE), ("s", style.ORANGE), ("D", style.GREEN), ("^", style.PURPLE))
"""Mark of each place, told apart without colour."""


class _Series(NamedTuple):
    """A measure at one place: what its place is called, its number among marks, and its rows by scenario."""

    cell: Cell
    name: str
    mark: int
    rows: list[tuple[int, Difference]]


def forest_of(plan: ComparePlan, answers: Sequence[Answer]) -> Forest:
    """The picture's numbers: the headlines of these questions (or --primary), in the units shown.

    A measure of one port is shown at the others too: a plan that helps at one may harm at another. All panels that
    tell minutes tell them in one unit.
    """
    scenario = as_shown(plan.alternatives[0].scenario)
    panels = [panel for panel in _panels(scenario, _headlines(plan, answers), answers) if panel]
    bases = [(one.rows[0][1].unit, abs(one.rows[0][1].base)) for panel in panels for one in panel if one.rows]
    marks, shown = [], []
    for position, panel in enumerate(panels):
        factor, words = _panel_words(scenario, panel, bases)
        shown.append(words)
        for one in panel:
            for i, row in one.rows:
                ends = (factor * end for end in (row.difference, *row.interval))
                marks.append((i, position, one.mark, *ends, row.role == PRIMARY))
    columns = ["row", "panel", "place", "difference", "low", "high", "primary"]
    names = tuple(text_or(answer.scenario.title, answer.result.alternative.name) for answer in answers)
    return Forest(tuple(shown), names, pd.DataFrame(marks, columns=columns), _places(scenario, panels))


def _headlines(plan: ComparePlan, answers: Sequence[Answer]) -> list[Cell]:
    """Measures of the panels: what most of these questions ask, then what only some do."""
    asked = Counter(cell for answer in answers for cell in answer.primary)
    order = list(dict.fromkeys([*plan.primary[0], *asked]))
    return sorted(asked, key=lambda cell: (-asked[cell], order.index(cell)))[:PANELS_AT_MOST]


def _panels(scenario: Scenario, cells: Sequence[Cell], answers: Sequence[Answer]) -> Iterator[list[_Series]]:
    """Series of each panel: a measure of a port at all of them, every other cell for itself."""
    ports = _ports(scenario, cells)
    drawn: set[Cell] = set()
    for cell in cells:
        if cell in drawn:
            continue
        measure, place = cell
        here = [(measure, port) for port in ports] if place in ports else [cell]
        drawn.update(here)
        yield [
            _Series(one, place_words(scenario, one[1]), ports.index(one[1]) if one[1] in ports else len(ports), rows)
            for one in here
            if (rows := [(i, row) for i, answer in enumerate(answers) if (row := answer.row(one)) is not None])
            or one == cell
        ]


def _ports(scenario: Scenario, cells: Sequence[Cell]) -> list[str]:
    """Ports that share panels, those that were named first; none where no cell names a port or there is but one."""
    named = dict.fromkeys(place for _, place in cells if place in scenario.ports)
    all_of_them = list(dict.fromkeys([*named, *sorted(scenario.ports)]))
    return all_of_them[:PORTS_AT_MOST] if named and len(all_of_them) > 1 else []


def _places(scenario: Scenario, panels: Sequence[Sequence[_Series]]) -> tuple[str, ...]:
    """What each mark stands for, by its number; nothing where no panel shows two places."""
    if all(one.mark == 0 for panel in panels for one in panel):
        return ("",)
    there = {one.mark: one.name if one.cell[1] in scenario.ports else "" for panel in panels for one in panel}
    return tuple(there.get(mark, "") or FOREST["no_port"] for mark in range(max(there) + 1))


def _panel_words(
    scenario: Scenario, panel: Sequence[_Series], bases: Sequence[tuple[str, float]]
) -> tuple[float, Panel]:
    """Factor of its numbers, and what it is called; a place stands there where the panel shows no other."""
    unit = next((one.rows[0][1].unit for one in panel if one.rows), "")
    factor, of_value, of_difference = common_unit(unit, [base for its, base in bases if its == unit])
    several = len(panel) > 1
    label = REGISTRY[panel[0].cell[0]].label if several else measure_words(scenario, *panel[0].cell)
    unit_shown = several and of_value == of_difference  # at the foot of the panel already
    unit_of_base = "" if unit_shown else of_value
    before = [(one.name, with_unit(number(factor * one.rows[0][1].base), unit_of_base)) for one in panel if one.rows]
    if several:
        by_place = [phrase("by_place", place=name, value=value) for name, value in before]
        return factor, Panel(label, of_difference, phrase("in_base_by_place", values="\n".join(by_place)))
    return factor, Panel(label, of_difference, phrase("in_base", value=before[0][1] if before else "?"))


def draw(tables: RunTables, forest: Forest, base: str, theme: str = "") -> Picture | Skipped:
    """Marks with whiskers to the left and right of nothing changed; those of several places one below the other.

    `theme`: what these scenarios change, where they are not all that there are.
    """
    marks = forest.marks.dropna(subset=["difference"])
    if marks.empty or not forest.rows:
        return Skipped(FOREST["skipped"])
    n = len(forest.rows)
    message = _message(forest, marks)
    message = FOREST["of_theme"].format(theme=theme, message=message) if theme else message
    note = FOREST["note"].format(base=base, runs=replications(tables.n_replications))
    names = [_name(name) for name in forest.rows]
    tall = len(forest.places) > 1 or any("\n" in name for name in names)
    room = PANELS_POINTS / len(forest.panels)
    text = TEXT_CM + LINE_CM * sum(max(len(lines(panel, room)) for panel in forest.panels) for lines in (_title, _foot))
    height = max(LEAST_CM, text + (TALL_ROW_CM if tall else ROW_CM) * n)
    figure = page(tables, message, [note], height_cm=height)
    grid = _grid(figure, forest)
    for i, (axes, panel) in enumerate(zip(grid, forest.panels, strict=True)):
        _panel(axes, marks[marks["panel"] == i], n)
        axes.set_title("\n".join(_title(panel, room)), size=NORMAL, weight="normal")
        axes.set_xlabel("\n".join(_foot(panel, room)), size=SMALL)
    grid[0].set_yticks(range(n), names, linespacing=1.0)
    grid[0].set_ylim(n - 0.4, -0.6)
    return Picture(figure, _data(forest))


def _message(forest: Forest, marks: pd.DataFrame) -> str:
    """The change with the largest clear difference of the first measure that has one."""
    clear = marks[(marks["low"] > 0) | (marks["high"] < 0)]
    if clear.empty:
        return FOREST["message_none"]
    first = clear[clear["panel"] == clear["panel"].min()]
    most = first.iloc[int(first["difference"].abs().to_numpy().argmax())]
    panel = forest.panels[int(most["panel"])]
    place = forest.places[int(most["place"])] if len(forest.places) > 1 else ""
    several = len(set(marks.loc[marks["panel"] == most["panel"], "place"])) > 1
    measure = phrase("where", label=panel.label, place=place) if place and several else panel.label
    change, name = number(most["difference"], "+"), forest.rows[int(most["row"])]
    return FOREST["message"].format(name=name, measure=measure, unit=panel.unit, difference=change)


def _name(name: str) -> str:
    """A scenario's name on two lines at most."""
    first, *rest = wrap(showable_part(name), SMALL, LABEL_POINTS) or [""]
    return "\n".join([first, shorten(" ".join(rest), SMALL, LABEL_POINTS)] if rest else [first])


def _grid(figure: Figure, forest: Forest) -> list[Axes]:
    """An axes for each panel, and above them which mark is which place, where there are several."""
    cells = figure.add_gridspec(2, len(forest.panels), height_ratios=[0.01, 1])
    first = figure.add_subplot(cells[1, 0])
    panels = [first, *(figure.add_subplot(cells[1, i], sharey=first) for i in range(1, len(forest.panels)))]
    for axes in panels[1:]:
        axes.tick_params(labelleft=False)
    named = [(name, *mark) for name, mark in zip(forest.places, SHAPES, strict=False) if name]
    if len(named) > 1:
        top = figure.add_subplot(cells[0, :])
        top.set_axis_off()
        marks = [
            Line2D([], [], linestyle="none", marker=shape, color=colour, markersize=4, label=name)
            for name, shape, colour in named
        ]
        style.legend(top, marks)
    return panels


def _title(panel: Panel, room: float) -> list[str]:
    """Lines above a panel."""
    return wrap(panel.label, NORMAL, room)


def _foot(panel: Panel, room: float) -> list[str]:
    """Lines below a panel."""
    return [line for text in (panel.unit, *panel.base.split("\n")) for line in wrap(text, SMALL, room)]


def _panel(axes: Axes, marks: pd.DataFrame, n: int) -> None:
    """Marks of one measure, zero as a line, every second row shaded."""
    reach = _reach(marks)
    inside = marks[marks["difference"].abs() <= reach]
    axes.axvline(0, color=GREY, linewidth=0.8)
    for stripe in range(0, n, 2):
        axes.axhspan(stripe - 0.5, stripe + 0.5, color="#f4f4f4", linewidth=0, zorder=0)
    shift = _shifts(marks)
    for place, primary in itertools.product(shift, (True, False)):
        rows = inside[(inside["primary"] == primary) & (inside["place"] == place)]
        if rows.empty:
            continue
        shape, colour = SHAPES[place]
        whisker = np.nan_to_num(np.stack([rows["difference"] - rows["low"], rows["high"] - rows["difference"]])).clip(0)
        axes.errorbar(
            rows["difference"], rows["row"] + shift[place], xerr=whisker, fmt=shape, color=colour,
            markerfacecolor=colour if primary else "white", markersize=3.2, markeredgewidth=0.8, elinewidth=1.0,
            capsize=0, zorder=3,
        )  # fmt: skip
    outside = marks[marks["difference"].abs() > reach]
    for row, place, difference in outside[["row", "place", "difference"]].itertuples(index=False):
        _beyond(axes, row + shift[place], difference, reach, SHAPES[place][1])
    axes.set_xlim(-reach * 1.15, reach * 1.15)
    if not (marks["difference"] < -ONE_SIDED * reach).any():
        axes.set_xlim(-reach * (ONE_SIDED + 0.05), reach * 1.15)
    elif not (marks["difference"] > ONE_SIDED * reach).any():
        axes.set_xlim(-reach * 1.15, reach * (ONE_SIDED + 0.05))
    left, right = axes.get_xlim()
    for row, place, low, high in inside[["row", "place", "low", "high"]].itertuples(index=False):
        for edge, sign in [(left, "<")] * bool(low < left) + [(right, ">")] * bool(high > right):
            colour = SHAPES[int(place)][1]
            axes.plot([edge], [row + shift[int(place)]], marker=sign, color=colour, markersize=3.2, zorder=3)
    axes.set_xlim(left, right)
    axes.xaxis.set_major_locator(MaxNLocator(2 if reach >= WIDE_NUMBERS else 3, steps=[1, 2, 2.5, 5, 10], prune="both"))
    style.difference_axis(axes.xaxis)
    axes.grid(visible=True, axis="x", color="#dddddd", linewidth=0.5)
    axes.tick_params(axis="y", length=0)


def _shifts(marks: pd.DataFrame) -> dict[int, float]:
    """How far each place of a panel stands below the middle of its row, in rows: none hides another."""
    places = sorted({int(place) for place in marks["place"]})
    return {place: APART * (i - (len(places) - 1) / 2) for i, place in enumerate(places)}


def _reach(marks: pd.DataFrame) -> float:
    """How far the axis goes: to the largest difference, or to some times the typical one where that is much less."""
    size = marks["difference"].abs()
    some = size[size > 0]
    if some.empty:
        return 1.0
    largest = float(np.nanmax([size.max(), *marks[["low", "high"]].abs().max()]))
    return min(largest, BEYOND * float(some.quantile(0.7)))


def _beyond(axes: Axes, row: float, difference: float, reach: float, colour: str) -> None:
    """An arrow at the edge with the number."""
    right = difference > 0
    edge = reach * (1 if right else -1)
    axes.plot([edge], [row], marker=">" if right else "<", color=colour, markersize=4, zorder=3)
    axes.annotate(
        style.signed(f"{difference:+,.3g}" if abs(difference) < 1000 else f"{difference:+,.0f}"),
        xy=(edge, row),
        xytext=(-5 if right else 5, 0),
        textcoords="offset points",
        ha="right" if right else "left",
        va="center",
        size=SMALL,
        color=INK,
        path_effects=style.HALO,
        zorder=4,
    )


def _data(forest: Forest) -> pd.DataFrame:
    """The numbers drawn."""
    table = forest.marks.copy()
    table.insert(0, "scenario", [forest.rows[int(row)] for row in table["row"]])
    table.insert(1, "measure", [forest.panels[int(panel)].label for panel in table["panel"]])
    table.insert(2, "unit", [forest.panels[int(panel)].unit for panel in table["panel"]])
    table["place"] = [forest.places[int(place)] for place in table["place"]]
    return table.drop(columns=["row", "panel"])
