"""Remarks of `outlook` on a scenario, as sentences."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from sim import words as labels
from sim.outlook import Remark
from sim.outlook.sanity import ABOUT_STAFF
from sim.words.say import clauses, clock, counted, day_words, fill, listed, percent

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


def remark_words(scenario: Scenario, remark: Remark) -> str:
    """The sentence of a remark."""
    values: dict[str, Any] = dict(remark.values)
    for key in ("opens", "closes"):
        if key in values:
            values[key] = clock(values[key])
    if "hour" in values:
        values["hour"] = clock(values["hour"] * 60)
    if "share" in values:
        values["share"] = percent(values["share"])
    values |= {
        key: day_words(value, with_year=scenario.several_years)
        for key, value in values.items()
        if isinstance(value, dt.date)
    }
    if "days" in values and isinstance(values["days"], int):
        values["days"] = counted(labels.OUTLOOK, "days", values["days"])
    if "tasks" in values:
        values["names"] = listed(labels.TASKS[task] for task in values["tasks"])
        values["tasks"] = _needs(values["tasks"])
    return fill(labels.CHECKS, remark.code, place=_place_name(scenario, remark), **values)


def _needs(tasks: dict[str, int]) -> str:
    """What tasks need of a shift at once, those that need as many together."""
    by_need: dict[int, list[str]] = {}
    for task, need in tasks.items():
        by_need.setdefault(need, []).append(task)
    parts = []
    for need, some in by_need.items():
        form = "several" if len(some) > 1 else "escort" if some == ["escort"] else "one"
        parts.append(fill(labels.NEEDS, form, tasks=listed(labels.TASKS[task] for task in some), n=need))
    return clauses(parts)


def _place_name(scenario: Scenario, remark: Remark) -> str:
    """A port and its pool may have one id, and names of their own."""
    place, about_staff = remark.place, remark.code in ABOUT_STAFF
    ports, pools = scenario.ports.get(place), scenario.pools.get(place)
    table = (pools or ports) if about_staff else (ports or pools)
    return (table.name if table else "") or place
