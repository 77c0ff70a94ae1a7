"""The picture of risk against days of quarantine, by test plan: infections after release for each infected person.

It shows the base and those of the scenarios that change nothing but the stay and the tests. Plans are told as days from
the arrival and from the end of the stay, so that one plan is a line over stays of different lengths.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.ticker import LogLocator, NullLocator

from sim.commands.compare.answers import Answer
from sim.drawing import style
from sim.drawing.page import page
from sim.drawing.tables import Picture, RunTables, Skipped
from sim.drawing.text import replications
from sim.measures.scope import ALL
from sim.numbers.statistics import Interval, measure_interval
from sim.runs.alternatives import AlternativeResult, Compared
from sim.scenario.tables.care import LAST_DAY
from sim.scenario.tables.schema import Scenario
from sim.words.compare import RISK
from sim.words.say import fill, listed, mean_words, number, people_base, round_number, stated

MEASURE = "onward_infections_per_infected"
OF_STAY = {"stay", "swabs", "screening", "laboratory"}
"""First keys of what the scenarios of this picture may change."""
MARKS = "osD^vPX"
FAR_APART = 20.0
"""Values that differ by more than this factor stand on a scale of powers of ten."""


class Point(NamedTuple):
    """The risk of one scenario."""

    days: float
    plan: str
    risk: Interval


def points(compared: Compared, answers: Sequence[Answer]) -> list[Point]:
    """What there is to draw: nothing unless stays of two lengths or more have values."""
    results = [compared.base, *(each.result for each in answers if _is_of_stay(each))]
    found = [point for result in results if (point := _point(result)) is not None]
    return sorted(found) if len({point.days for point in found}) > 1 else []


def _is_of_stay(answer: Answer) -> bool:
    return {change.path.split(".")[0] for change in answer.changes} <= OF_STAY


def _point(result: AlternativeResult) -> Point | None:
    stay, values = result.alternative.scenario.stay, result.cells.get((MEASURE, ALL))
    if stay is None or stay.drawn is not None or values is None or not np.isfinite(values).any():
        return None
    return Point(stay.mean_days, plan_words(result.alternative.scenario), measure_interval(values[np.isfinite(values)]))


def plan_words(scenario: Scenario) -> str:
    """The tests of a scenario, counted from arrival and, for the last two days, from the end of the stay."""
    tests = list(_tests(scenario))
    return fill(RISK, "tests", days=listed(tests)) if tests else RISK["no_test"]


def _tests(scenario: Scenario) -> Iterator[str]:
    screening = scenario.screening
    if screening is not None and screening.test_turnaround_hours is not None:
        yield RISK["at_port"]
    if scenario.swabs is None or scenario.stay is None:
        return
    stay = scenario.stay.mean_days
    days = scenario.swabs.within(stay)
    for day in days:
        if day == 1:
            yield RISK["first"]
        elif day >= stay or (LAST_DAY in scenario.swabs.days and day == days[-1]):
            yield RISK["last"]
        elif day >= stay - 1:
            yield RISK["before_last"]
        else:
            yield fill(RISK, "day", day=day)


def draw(tables: RunTables, found: Sequence[Point]) -> Picture | Skipped:
    """A line for each plan, a mark with its interval for each stay."""
    data = pd.DataFrame([
        (point.days, point.plan, point.risk.n, point.risk.mean, point.risk.low, point.risk.high) for point in found
    ], columns=["days", "plan", "n", "mean", "low", "high"])  # fmt: skip
    base = base_of(found)
    figure = page(tables, _message(found, base), [fill(RISK, "note", runs=replications(tables.n_replications))])
    axes = figure.subplots()
    handles = []
    for i, (plan, rows) in enumerate(data.groupby("plan", sort=False)):
        colour, bounds = style.LINES[i % len(style.LINES)], rows[["low", "high"]].fillna(0.0)
        off = base * np.stack([rows["mean"] - bounds["low"], np.maximum(bounds["high"] - rows["mean"], 0.0)])
        handles.append(
            axes.errorbar(
                rows["days"], base * rows["mean"], yerr=off, color=colour, marker=MARKS[i % len(MARKS)], markersize=4,
                linewidth=1.0, elinewidth=1.0, capsize=2.5, label=str(plan),
            )
        )  # fmt: skip
    if (data["mean"] > 0).all() and data["mean"].max() > FAR_APART * data["mean"].min():
        axes.set_yscale("log")
        above = data["low"][data["low"] > 0]
        axes.set_ylim(bottom=base * min(data["mean"].min(), above.min() if len(above) else np.inf) / 2)
        axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
        axes.yaxis.set_major_formatter(lambda value, _at: stated(value))
        axes.yaxis.set_minor_locator(NullLocator())
    else:
        axes.set_ylim(bottom=0)
    axes.set_xlabel(RISK["days"])
    axes.set_ylabel(RISK["people_one"] if base == 1 else fill(RISK, "people", base=round_number(base)))
    axes.set_xticks(sorted(set(data["days"])))
    axes.xaxis.set_major_formatter(lambda value, _at: stated(value))
    style.legend(axes, handles, columns=1)
    return Picture(figure, data)


def base_of(found: Sequence[Point]) -> int:
    """For how many infected people the risks are given; where all means are 0, by their bounds."""
    means = [point.risk.mean for point in found]
    return people_base(means if any(means) else [point.risk.high for point in found])


def _message(found: Sequence[Point], base: int) -> str:
    """The shortest and the longest stay in words: of the plan of tests that has the widest range of them."""
    plans = {
        plan: [point for point in found if point.plan == plan] for plan in dict.fromkeys(each.plan for each in found)
    }
    plan, points = max(plans.items(), key=lambda item: item[1][-1].days - item[1][0].days)
    several = len(plans) > 1 and len(points) > 1
    first, last = (points[0], points[-1]) if several else (found[0], found[-1])
    ends = {
        key: value
        for name, point in (("first", first), ("last", last))
        for key, value in ((f"{name}_days", number(point.days)), (name, mean_words(point.risk, scale=base)))
    }
    message = fill(RISK, "message_one", **ends) if base == 1 else fill(RISK, "message", base=round_number(base), **ends)
    return fill(RISK, "of_plan", message=message, plan=plan) if several else message
