"""What is asked of `qcap staff`: options and `[staffing]` become a question (see `trials`) and a problem in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sim.commands.staff.load import Load, hours_of
from sim.commands.staff.problem import Free, Problem, TargetShare
from sim.commands.staff.trials import COACH, STAFF, Goal, StaffQuestion
from sim.commands.staff.values import Bounds, Value, unit_cost, values_of
from sim.scenario.faults import nearest
from sim.scenario.free_numbers import COACHES, HEADCOUNT, POSTS, RESERVE
from sim.scenario.places import worst_shift_of
from sim.scenario.tables.schema import Scenario, Target
from sim.scenario.tables.staffing import Staffing
from sim.shell import errors
from sim.words.staff import REFUSED_STAFF as REFUSED

VISITS = "visits_in_time_share"
ABOUT_STAFF = frozenset({STAFF, COACH, VISITS, "visits_late_share", "visits_missed_share", "utilisation",
                         "overtime_hours", "posts_empty"})  # fmt: skip
"""Measures that people and coaches decide; with others rooms are lifted, so that they do not hide what staff do."""
MOST_VALUES = 60
_BOUNDS = re.compile(r"(\d{1,6})\s*\.\.\s*(\d{1,6})$")


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    targets: tuple[str, ...] = ()
    free: tuple[str, ...] = ()
    minimise: str | None = None


def staffing_of(scenario: Scenario, minimise: str | None) -> Staffing:
    """The table, with what the command line says about it. Raises BadInput."""
    table = scenario.staffing or Staffing()
    if minimise is None:
        return table
    if minimise not in ("staff_days", "cost"):
        errors.refuse(REFUSED["minimise"].format(given=minimise))
    if minimise == "cost" and (scenario.costs is None or scenario.costs.staff_day <= 0):
        errors.refuse(REFUSED["no_cost"])
    return table.model_copy(update={"minimise": minimise})


def question_of(scenario: Scenario, options: Options, seed: int, engine: str) -> StaffQuestion:
    """What trials take; the scenario has the phases and targets that its plan will have. Raises BadInput."""
    staffing = staffing_of(scenario, options.minimise)
    free = _free(options.free) if options.free else staffing.free
    try:
        values = values_of(scenario, free)
    except ValueError as error:
        errors.refuse(f"--free {error}")
    if not values:
        errors.refuse(REFUSED["nothing_free"])
    if len(values) > MOST_VALUES:
        errors.refuse(REFUSED["too_many"].format(n=len(values), most=MOST_VALUES))
    goals = _goals(scenario, staffing, options.targets or staffing.targets, values)
    if not goals:
        errors.refuse(REFUSED["no_goal"])
    has_rooms = scenario.sites is not None and any(value.kind != RESERVE for value in values)
    lifted = has_rooms and any(goal.target.measure not in ABOUT_STAFF for goal in goals)
    there = scenario.model_copy(update={"staffing": staffing})
    return StaffQuestion(there, values, goals, seed, engine, ("rooms",) if lifted else ())


def _free(texts: Iterable[str]) -> dict[str, Bounds]:
    found: dict[str, Bounds] = {}
    for text in texts:
        path, equals, given = text.partition("=")
        bounds = _BOUNDS.match(given.strip())
        if not equals or bounds is None or int(bounds[1]) > int(bounds[2]):
            errors.refuse(REFUSED["free"].format(given=text))
        found[path.strip()] = int(bounds[1]), int(bounds[2])
    return found


def _goals(scenario: Scenario, staffing: Staffing, names: Sequence[str], values: Sequence[Value]) -> tuple[Goal, ...]:
    usual = {goal.name: goal for goal in _usual_goals(scenario, staffing, values)}
    if not names:
        return tuple(usual.values())
    known = {name: Goal(name, target) for name, target in scenario.targets.items()} | usual
    for name in names:
        if name not in known:
            hint = nearest(name, known) or REFUSED["targets"].format(names=", ".join(known))
            errors.refuse(REFUSED["no_target"].format(target=name, hint=hint))
        if not 0 < known[name].target.share_of_runs < 1:
            errors.refuse(REFUSED["certain"].format(target=name))
    return tuple(known[name] for name in dict.fromkeys(names))


def _usual_goals(scenario: Scenario, staffing: Staffing, values: Sequence[Value]) -> list[Goal]:
    """Targets where nobody names any: of whatever is free."""
    pools = dict.fromkeys(v.place for v in values if v.kind in (HEADCOUNT, POSTS))
    at_ports = {port.pool for port in scenario.ports.values()}
    asked = [(f"staff_{pool}", STAFF, worst_shift_of(pool)) for pool in pools if pool in at_ports]
    asked += [(f"coaches_{value.place}", COACH, value.place) for value in values if value.kind == COACHES]
    if scenario.visits and any(pool not in at_ports for pool in pools):
        asked.append(("visits", VISITS, "all"))
    share, runs = staffing.share_of_tasks, staffing.share_of_runs
    return [
        Goal(name, Target(measure=measure, place=place, at_least=share, share_of_runs=runs))
        for name, measure, place in asked
    ]


def problem_of(question: StaffQuestion, loads: Sequence[Load], open_sites: float) -> Problem:
    """The question in numbers."""
    scenario = question.scenario
    staffing = scenario.staffing or Staffing()
    frees = tuple(
        Free(value.path, value.low, value.high, unit_cost(value, scenario, staffing, open_sites))
        for value in question.values
    )
    asked = tuple(TargetShare(goal.name, goal.target.share_of_runs) for goal in question.goals)
    today = tuple(min(max(-int(-value.today // 1), value.low), value.high) for value in question.values)
    return Problem(frees, asked, hours_of(scenario, question.values, loads), today)
