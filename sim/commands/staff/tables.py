"""The answer as rows (plan.csv, certificate.csv, plan_summary.csv, load.csv) and what `qcap staff` leaves on disk:
these tables, the plan as a scenario that runs, and what to go on from.
"""

from __future__ import annotations

import csv
import io
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from sim.commands.staff.asked import HOURS, STATE, Load, covers
from sim.commands.staff.extras import Extras, share_met, worst_shift
from sim.commands.staff.problem import FAILS, HOLDS, OPEN, Answer, Certificate, Outcome, Plan, Problem, Subject
from sim.commands.staff.trials import Goal, StaffQuestion
from sim.commands.staff.values import Phase, Value, phases_of, planned, pools_of
from sim.keeping.store import write_json
from sim.numbers.verdicts import HOLDS as IS_MET
from sim.numbers.verdicts import MISSED, Judged
from sim.scenario.files.changing import parsed
from sim.scenario.files.documents import tables_to_toml
from sim.scenario.places import COACHES, HEADCOUNT, POSTS, RESERVE
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import put_at
from sim.words.say import clock
from sim.words.searches import STAFF

Number = TypeVar("Number", int, float)
ONE_FEWER_FAILS, NOT_TOLD_APART, AT_LEAST = "one_fewer_fails", "not_told_apart", "at_least_allowed"
NOT_PROVED = "not_proved"
"""The search for proof did not come so far."""
CERTIFICATE = (
    "subject", "free", "value", "target", "measure", "place", "limit", "share_asked", "met", "replications", "bound",
    "verdict", "note",
)  # fmt: skip
"""Columns of certificate.csv."""
DAYS_OF_WORK = 5 / 7
"""Of a week, where nobody says how many are posted in all."""


@dataclass(frozen=True)
class Found:
    """All that a command found."""

    question: StaffQuestion
    problem: Problem
    answer: Answer
    extras: Extras
    loads: tuple[Load, ...]

    @property
    def plan(self) -> Plan:
        """The plan that is reported; the largest staffing where none helps."""
        return self.problem.corner if self.answer.plan is None else self.answer.plan

    @property
    def certificate(self) -> Certificate | None:
        """The one of the plan that is reported."""
        return next((each for each in reversed(self.answer.certificates) if each.plan == self.plan), None)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """Of the scenario."""
        return phases_of(self.question.scenario)


class Witness(NamedTuple):
    """What one fewer does."""

    kind: str
    target: str
    met: int
    replications: int
    bound: float
    """At most this share of all replications would meet the target."""


def witnesses(found: Found) -> list[Witness]:
    """For each free value."""
    certificate = found.certificate
    by_free = {each.free: each for each in certificate.neighbours} if certificate else {}
    return [_witness(found, certificate, by_free.get(i), i) for i in range(len(found.plan))]


def _witness(found: Found, certificate: Certificate | None, subject: Subject | None, i: int) -> Witness:
    if found.plan[i] <= found.problem.frees[i].low:
        return Witness(AT_LEAST, "", 0, 0, math.nan)
    if certificate is None or subject is None or not subject.targets:
        return Witness(NOT_PROVED, "", 0, 0, math.nan)
    target = subject.decided_by
    proved = subject.verdict == FAILS and (subject.alone or certificate.complete)
    over = certificate.finished or (subject.closed and subject.verdict != FAILS)
    kind = ONE_FEWER_FAILS if proved else NOT_TOLD_APART if over else NOT_PROVED
    return Witness(kind, found.question.goals[target.target].name, target.met, target.replications, target.high)


def plan_rows(found: Found) -> list[dict[str, Any]]:
    """A row for each free value."""
    scenario, phases = found.question.scenario, found.phases
    rows = []
    for i, (value, people, witness) in enumerate(zip(found.question.values, found.plan, witnesses(found), strict=True)):
        phase = phases[value.phase] if value.kind == HEADCOUNT else Phase("", scenario.first_day, scenario.last_day)
        at_shift = value.kind == HEADCOUNT
        rows.append({
            "free": value.path, "kind": value.kind, "place": value.place,
            "place_name": _name(scenario, value),
            "phase": phase.name, "from_day": phase.from_day.isoformat(), "to_day": phase.to_day.isoformat(),
            "shift": clock(value.start) if at_shift else "", "start": clock(value.start) if at_shift else "",
            "hours": value.hours if at_shift else math.nan, "people": people, "today": value.today,
            "least": value.low, "most": value.high, "witness": witness.kind, "witness_target": witness.target,
            "witness_met": witness.met, "replications": witness.replications, "witness_bound": witness.bound,
            "one_more_gains": found.extras.one_more.get(i, math.nan),
        })  # fmt: skip
    return rows


def _name(scenario: Scenario, value: Value) -> str:
    table = scenario.ports if value.kind == COACHES else scenario.pools
    return table[value.place].name or value.place if value.place else ""


def certificate_rows(found: Found) -> list[dict[str, Any]]:
    """A row for each subject and target."""
    answer, certificate = found.answer, found.certificate
    subjects = [each for each in (answer.corner,) if each is not None]
    if certificate is not None:
        subjects += [certificate.subject, *certificate.neighbours]
    if answer.bound is not None:
        subjects += list(answer.bound.cuts)
    rows = [row for subject in subjects for row in _subject_rows(found, subject)]
    for name, outcome in found.extras.variants.items():
        rows += list(_variant_rows(found, name, outcome))
    rows += [_one_more_row(found, i, gain) for i, gain in found.extras.one_more.items()]
    return rows


def _subject_rows(found: Found, subject: Subject) -> Iterator[dict[str, Any]]:
    value = found.question.values[subject.free].path if subject.free >= 0 else ""
    number = subject.plan[subject.free] if subject.free >= 0 else math.nan
    note = "" if subject.kind in ("plan", "neighbour") else _limits(found, subject.plan)
    for target in subject.targets:
        goal = found.question.goals[target.target]
        bound = target.high if target.verdict == FAILS else target.low
        yield _row(subject.kind, goal, target.met, target.replications, bound, target.verdict) | {
            "free": value, "value": number, "note": note,
        }  # fmt: skip


def _limits(found: Found, plan: Plan) -> str:
    """Values of a plan that are not at their upper bound."""
    values = zip(found.question.values, plan, strict=True)
    return "; ".join(f"{value.path} <= {number}" for value, number in values if number < value.high)


def _variant_rows(found: Found, name: str, outcome: Outcome) -> Iterator[dict[str, Any]]:
    for position, goal in enumerate(found.question.goals):
        judged = judged_of(goal, outcome, position)
        bound = judged.high if judged.verdict == MISSED else judged.low
        yield _row(name, goal, judged.met, judged.n, bound, verdict_of(judged))


def judged_of(goal: Goal, outcome: Outcome, position: int) -> Judged:
    """What the replications of an outcome say about a target, by exact one-sided bounds of 95 % each."""
    met, n = share_met(outcome, position)
    return Judged(met, n, goal.target.share_of_runs)


def verdict_of(judged: Judged) -> str:
    """Holds | fails | open."""
    return {IS_MET: HOLDS, MISSED: FAILS}.get(judged.verdict, OPEN)


def _one_more_row(found: Found, i: int, gain: float) -> dict[str, Any]:
    row = _row("one_more", None, 0, found.extras.replications, math.nan, "")
    return row | {"free": found.question.values[i].path, "value": found.plan[i] + 1, "note": f"{gain:+.4f}"}


def _row(subject: str, goal: Goal | None, met: int, n: int, bound: float, verdict: str) -> dict[str, Any]:
    target = goal.target if goal else None
    limit = math.nan if target is None else target.at_least if target.at_least is not None else target.at_most
    return {
        "subject": subject, "free": "", "value": math.nan, "target": goal.name if goal else "",
        "measure": target.measure if target else "", "place": target.place if target else "", "limit": limit,
        "share_asked": target.share_of_runs if target else math.nan, "met": met, "replications": n, "bound": bound,
        "verdict": verdict, "note": "",
    }  # fmt: skip


class Quantity(NamedTuple):
    """A row of plan_summary.csv."""

    name: str
    value: float | str
    unit: str


def summary_rows(found: Found) -> list[Quantity]:
    """One quantity a row."""
    answer, problem = found.answer, found.problem
    unit = "yuan" if in_money(found.question) else "staff-days"
    bound = answer.bound.cost if answer.bound else math.nan
    worst = worst_shift(found.extras.details)
    hurt = answer.hurt
    rows = [
        Quantity("people_on_duty", max(on_duty(found, found.plan).values(), default=0), "people per day"),
        Quantity("people_on_duty_today", max(on_duty_today(found).values(), default=0.0), "people per day"),
        Quantity("people_posted", sum(each.posted for each in posted(found)), "people"),
        Quantity("cost_plan", problem.cost(found.plan), unit),
        Quantity("cost_today", cost_today(found), unit),
        Quantity("lower_bound", bound, unit),
        Quantity("gap", problem.cost(found.plan) - bound, unit),
        Quantity("worst_shift", shift_id(found, worst[0]) if worst else "", ""),
        Quantity("worst_shift_share", worst[1] if worst else math.nan, "share"),
        Quantity("longest_wait_minutes", longest_wait(found), "minutes"),
        Quantity("more_hurt_compared", hurt.replications if hurt else 0, "count"),
        Quantity("more_hurt_replications", hurt.worse if hurt else 0, "count"),
        Quantity("more_hurt_lost", hurt.lost if hurt else 0, "count"),
        Quantity("replications", answer.replications, "count"),
        Quantity("certified", int(certificate.complete) if (certificate := found.certificate) else 0, ""),
        Quantity("stopped", answer.stopped, ""),
    ]
    rows += [Quantity(f"posted_{each.pool}", each.posted, "people") for each in posted(found)]
    return rows


def in_money(question: StaffQuestion) -> bool:
    """Whether costs are yuan."""
    staffing = question.scenario.staffing
    return staffing is not None and staffing.minimise == "cost"


def cost_today(found: Found) -> float:
    """Cost of what the scenario has of the free values."""
    pairs = zip(found.problem.frees, found.question.values, strict=True)
    return sum(free.unit_cost * value.today for free, value in pairs)


def on_duty(found: Found, numbers: Sequence[Number]) -> dict[int, Number]:
    """People of the free shifts of points a day, by phase, with these numbers for the free values."""
    people: dict[int, Number] = {}
    for value, number in zip(found.question.values, numbers, strict=True):
        if value.kind == HEADCOUNT and not value.at_sites:
            people[value.phase] = people.get(value.phase, 0) + number
    return people


def on_duty_today(found: Found) -> dict[int, float]:
    """The same as the scenario has it, on average."""
    return on_duty(found, [float(value.today) for value in found.question.values])


class Posted(NamedTuple):
    """How many people a pool must have in all."""

    pool: str
    on_duty: int
    """A day, in the phase with most."""
    factor: float
    posted: int
    stated: bool
    """Whether the factor is the scenario's, people posted / people on duty today; else 7 days / 5."""


def posted(found: Found) -> list[Posted]:
    """Of each pool of which shifts are free."""
    scenario, rows = found.question.scenario, []
    for pool in pools_of(found.question.values):
        values = [
            (v, n)
            for v, n in zip(found.question.values, found.plan, strict=True)
            if (v.kind, v.place) == (HEADCOUNT, pool)
        ]
        phases = range(len(found.phases))
        most = max(sum(n for v, n in values if v.phase == phase) for phase in phases)
        today = max(sum(v.today for v, _n in values if v.phase == phase) for phase in phases)
        in_all = scenario.pools[pool].posted
        stated = in_all is not None and today > 0
        factor = in_all / today if in_all is not None and today > 0 else 1 / DAYS_OF_WORK
        rows.append(Posted(pool, most, factor, math.ceil(most * factor - 1e-9), stated))
    return rows


def longest_wait(found: Found) -> float:
    """Minutes that anybody waits for staff of a point at most: mean over replications of the longest."""
    longest = [max(each.longest.values()) for each in found.extras.details if each.longest]
    return sum(longest) / len(longest) if longest else math.nan


def shift_id(found: Found, shift: tuple[str, int, int]) -> str:
    """`pools.gongbei.06:00@surge`."""
    pool, phase, start = shift
    name = found.phases[phase].name if phase < len(found.phases) else ""
    return f"pools.{pool}.{clock(start)}" + (f"@{name}" if name else "")


def load_rows(found: Found) -> list[dict[str, Any]]:
    """A row for each pool, phase and hour of the day."""
    rows = []
    for load in found.loads:
        for phase in range(len(load.mean)):
            for hour in range(HOURS):
                there = [
                    (value, number)
                    for value, number in zip(found.question.values, found.plan, strict=True)
                    if covers(value, load.pool, phase, hour)
                ]
                rows.append({
                    "place": load.pool, "phase": found.phases[phase].name, "hour": hour,
                    "load_mean": float(load.mean[phase, hour]), "load_p95": float(load.p95[phase, hour]),
                    "people": sum(number for _value, number in there),
                    "today": sum(value.today for value, _number in there),
                })  # fmt: skip
    return rows


# what is left on disk

PLAN_FILE, ROSTER_FILE = "staffing.toml", "roster.csv"


def write(folder: Path, found: Found, state: dict[str, Any], of: str) -> None:
    """The tables, and what a later command goes on from."""
    import pandas as pd  # noqa: PLC0415  only where tables are written

    from sim.keeping.store import write_table  # noqa: PLC0415

    write_table(folder / "plan.csv", pd.DataFrame(plan_rows(found)))
    write_table(folder / "certificate.csv", pd.DataFrame(certificate_rows(found), columns=list(CERTIFICATE)))
    write_table(folder / "plan_summary.csv", pd.DataFrame(summary_rows(found)))
    write_table(folder / "load.csv", pd.DataFrame(load_rows(found)))
    write_json(folder / STATE, {"of": of, "search": state})


def write_plan(folder: Path, found: Found, scenario_file: Path, overrides: Sequence[str], out: Path) -> None:
    """staffing.toml and roster.csv: the scenario with the plan, as a file that extends it. `out`: where the folder will
    be.
    """
    roster = roster_text(found)
    if roster:
        (folder / ROSTER_FILE).write_text(roster, encoding="utf-8", newline="\n")
    tree = plan_tree(found, _beside(scenario_file, out), overrides, with_roster=bool(roster))
    head = "".join(f"# {line}\n" for line in STAFF["file.head"].splitlines())
    (folder / PLAN_FILE).write_text(head + tables_to_toml(tree), encoding="utf-8", newline="\n")


def _beside(file: Path, folder: Path) -> str:
    """A file as seen from a folder."""
    try:
        return os.path.relpath(file.resolve(), folder.resolve()).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return file.resolve().as_posix()


def plan_tree(found: Found, extends: str, overrides: Sequence[str], *, with_roster: bool) -> dict[str, Any]:
    """The tables of staffing.toml."""
    question, scenario = found.question, found.question.scenario
    tree: dict[str, Any] = {"extends": extends, "title": STAFF["file.title"].format(title=scenario.title)[:200]}
    for text in overrides:
        path, value, _fault = parsed(text)
        put_at(tree, path, value)
    if with_roster:
        tree["roster"] = ROSTER_FILE
        put_at(tree, ("provenance", "roster"), "assumed: found by qcap staff")
    for pool in pools_of(question.values):
        if scenario.pools[pool].headcount_factor != 1:
            put_at(tree, ("pools", pool, "headcount_factor"), 1.0)
    for value, number in zip(question.values, found.plan, strict=True):
        if value.kind != HEADCOUNT:
            keys = {COACHES: ("ports", value.place, COACHES), POSTS: ("pools", value.place, POSTS)}
            path = keys.get(value.kind, ("sites", RESERVE))
            put_at(tree, path, number)
            put_at(tree, ("provenance", ".".join(path)), "assumed: found by qcap staff")
    for goal in question.goals:
        if goal.name not in scenario.targets:
            put_at(tree, ("targets", goal.name), goal.target.model_dump(mode="json", exclude_none=True))
    return tree


def roster_text(found: Found) -> str:
    """roster.csv: pools of which shifts are free, and those that had rows before; empty when no shift is free."""
    question = found.question
    if not pools_of(question.values):
        return ""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("pool", "date", "start", "hours", "headcount"))
    for row in planned(question.scenario, question.values, found.plan).roster:
        table.writerow((row.pool, row.date, clock(row.start), f"{row.hours:g}", row.headcount))
    return text.getvalue()
