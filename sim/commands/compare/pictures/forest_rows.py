"""From the answers of a comparison to the numbers of its picture of all scenarios."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from sim import words as labels
from sim.commands.compare import tables
from sim.commands.compare.answers import Answer
from sim.measures.names import measure_words, place_words
from sim.words.compare import FOREST
from sim.words.say import common_unit, number, phrase

if TYPE_CHECKING:
    from sim.commands.compare.command import Plan
    from sim.scenario.tables.schema import Scenario

Cell = tuple[str, str]
PORTS_AT_MOST = 3
"""Ports that share a panel."""


class _Series(NamedTuple):
    """A measure at one place: what its place is called, its number among marks, and its rows by scenario."""

    cell: Cell
    name: str
    mark: int
    rows: list[tuple[int, tables.Row]]


def forest(plan: Plan, answers: Sequence[Answer]) -> Any:
    """The picture's numbers: the base's headlines (or --primary), in units that are told.

    A measure of one port is shown at the others too: a plan that helps at one may harm at another. All panels that
    tell minutes tell them in one unit.
    """
    from sim.commands.compare.pictures.forest import Forest  # noqa: PLC0415  matplotlib is slow to load
    from sim.drawing.text import as_shown, text_or  # noqa: PLC0415

    scenario = as_shown(plan.arms[0].scenario)
    panels = [panel for panel in _panels(scenario, plan.primary[0], answers) if panel]
    bases = [(one.rows[0][1].unit, abs(one.rows[0][1].base)) for panel in panels for one in panel if one.rows]
    marks, shown = [], []
    for position, panel in enumerate(panels):
        factor, words = _panel(scenario, panel, bases)
        shown.append(words)
        for one in panel:
            for i, row in one.rows:
                ends = (factor * end for end in (row.difference, *row.interval))
                marks.append((i, position, one.mark, *ends, row.role == tables.PRIMARY))
    columns = ["row", "panel", "place", "difference", "low", "high", "primary"]
    names = tuple(text_or(answer.scenario.title, answer.result.arm.name) for answer in answers)
    return Forest(tuple(shown), names, pd.DataFrame(marks, columns=columns), _places(scenario, panels))


def _panels(scenario: Scenario, cells: Sequence[Cell], answers: Sequence[Answer]) -> Iterator[list[_Series]]:
    """Series of each panel: a measure of a port at all of them, every other cell for itself."""
    ports = _ports(scenario, cells)
    told: set[Cell] = set()
    for cell in cells:
        if cell in told:
            continue
        measure, place = cell
        here = [(measure, port) for port in ports] if place in ports else [cell]
        told.update(here)
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


def _panel(scenario: Scenario, panel: Sequence[_Series], bases: Sequence[tuple[str, float]]) -> tuple[float, Any]:
    """Factor of its numbers, and what it is called; a place stands there where the panel shows no other."""
    from sim.commands.compare.pictures.forest import Panel  # noqa: PLC0415

    unit = next((one.rows[0][1].unit for one in panel if one.rows), "")
    factor, of_value, of_difference = common_unit(unit, [base for its, base in bases if its == unit])
    several = len(panel) > 1
    label = labels.MEASURES[panel[0].cell[0]].label if several else measure_words(scenario, *panel[0].cell)
    unit_told = several and of_value == of_difference  # at the foot of the panel already
    tail = "" if unit_told else f" {of_value}"
    before = [(one.name, f"{number(factor * one.rows[0][1].base)}{tail}") for one in panel if one.rows]
    if several:
        by_place = [phrase("by_place", place=name, value=value) for name, value in before]
        return factor, Panel(label, of_difference, phrase("in_base_by_place", values="\n".join(by_place)))
    return factor, Panel(label, of_difference, phrase("in_base", value=before[0][1] if before else "?"))
