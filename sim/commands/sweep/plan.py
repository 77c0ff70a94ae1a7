"""What a sweep runs: the points of its design, each with its scenario or the reason why it has none.

Values are tried before anything is run. A value with which no point makes a scenario is a fault of the sweep; a point
that fails although each of its values is good elsewhere is a record with its reason. Scenarios are made anew when they
are needed (a few milliseconds): thousands of them would fill the memory.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import math
import platform
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from sim.commands.sweep.design import (
    FROM_COMMAND_LINE,
    SCENARIO,
    Axis,
    Design,
    Setting,
    Settings,
    axis_of,
    count,
    design_faults,
    settings_of,
)
from sim.keeping.manifest import sources_hash
from sim.measures import REGISTRY
from sim.runs.job import Job
from sim.scenario.faults import Fault, ScenarioError, nearest
from sim.scenario.files.changing import Changeable
from sim.scenario.files.documents import LARGEST_TOML, parse_toml, read_text, scenario_hash
from sim.scenario.tables.schema import Scenario
from sim.words.language import said

HEADLINE = (
    "persons_served",
    "unplaced",
    "handover_to_coach_mean",
    "handover_to_coach_p95",
    "within_limit_share",
    "overnight_people",
    "no_room_share",
    "rooms_occupied_max",
    "sites_opened",
    "utilisation",
    "overtime_hours",
    "staff_days",
    "cost_total",
)
"""Measures that a sweep keeps unless it is asked for others, besides those of the targets."""
EVERY_REPLICATION = 10**9
MOST_FAULTS = 20
"""Faults of values that are reported; of more values only the first and the last are tried before all."""
MOST_TRIED = 20
"""Values of an axis that are looked at for warnings."""


@dataclass(frozen=True)
class SweepPlan:
    """What is asked for."""

    base: Scenario
    """The scenario that points change."""
    axes: tuple[Axis, ...]
    design: Design
    seed: int
    replications: int
    names: tuple[str, ...] | None
    """Measures, in the order of the registry; None: all but those of second flows."""
    files: Mapping[str, Scenario] = field(default_factory=dict)
    """Scenarios of an axis `scenario`, by the name given there."""
    draws: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Draws of an ensemble, without paths that are varied, by the name of their scenario file; "" for the base."""

    @cached_property
    def asked(self) -> str:
        """Hash of all that decides about the numbers of a replication, the scenario apart."""
        return _hash([sources_hash(), self.seed, self.names, self.draws])

    @cached_property
    def facts(self) -> dict[str, str]:
        """What is written into every chunk, so that stores are joined only where they fit together."""
        return {
            "scenario": scenario_hash(self.base),
            "seed": str(self.seed),
            "sources": sources_hash(),
            "asked": self.asked,
            "machine": platform.machine(),
        }

    @cached_property
    def changeable(self) -> dict[str | None, Changeable]:
        """The base, at None, and the scenarios of files, by name."""
        return {name: Changeable(scenario) for name, scenario in ((None, self.base), *self.files.items())}

    def scenario(self, settings: Settings) -> Scenario:
        """The scenario of a point. Raises ScenarioError."""
        values = self.values_of(settings)
        base = self.changeable[values.pop(SCENARIO, None)]
        return base.changed(values, by=FROM_COMMAND_LINE) if values else base.scenario

    def values_of(self, settings: Settings) -> dict[str, Any]:
        """The value at each varied path of a point."""
        pairs = zip(self.axes, settings, strict=True)
        return {path: value for axis, setting in pairs for path, value in zip(axis.paths, setting, strict=True)}

    def job(self, settings: Settings, engine: str, rerun: tuple[int, ...] = ()) -> Job:
        """What a worker gets of a point. Raises ScenarioError."""
        return Job(
            self.scenario(settings),
            self.seed,
            engine,
            names=self.names,
            series=False,
            n_second_flows=0 if self.names is None else EVERY_REPLICATION,
            draws=self.draws.get(self.values_of(settings).get(SCENARIO, ""), ())[: self.replications],
            rerun=rerun,
        )


@dataclass(frozen=True)
class Point:
    """One point of a sweep."""

    number: int
    """From 1."""
    settings: Settings
    key: str
    """Hash of all that decides about its numbers; empty when it has no scenario."""
    reason: str = ""
    """Why it has no scenario."""


def points_of(
    plan: SweepPlan, progress: Callable[[int], None] = lambda _: None, *, at_most: int | None = None
) -> tuple[Point, ...]:
    """All points, in the order of the design. Raises ScenarioError with all faults of the values.

    `progress` is called with the number of points made so far. `at_most`: of more points so many are tried, evenly over
    the design with the last among them, and only their values.
    """
    faults = [*path_faults(plan.axes), *design_faults(plan.axes, plan.design)]
    if faults:
        raise ScenarioError(faults)
    faults = _ends_alone(plan)
    if faults:
        raise ScenarioError(faults)
    points = []
    total = count(plan.axes, plan.design)
    tried = None if at_most is None or total <= at_most else {(k + 1) * total // at_most for k in range(at_most)}
    for number, settings in enumerate(settings_of(plan.axes, plan.design, plan.seed), start=1):
        if tried is not None and number not in tried:
            continue
        points.append(_point(plan, number, settings))
        progress(number)
    faults = _bad_values(plan, points)
    if faults:
        raise ScenarioError(faults)
    return tuple(points)


def warnings_of(plan: SweepPlan) -> tuple[Fault, ...]:
    """What is worth a warning about the values of axes, each tried alone, and is not one of the base: the first of a
    kind. Of many values some are tried, the first and the last among them.
    """
    found: dict[tuple[str, str], Fault] = {}
    for axis in plan.axes:
        if axis.paths == (SCENARIO,):
            continue
        step = math.ceil(len(axis.ends) / MOST_TRIED)
        for setting in (*axis.ends[::step], axis.ends[-1]):
            with suppress(ScenarioError):  # reported as a point without a scenario
                values = dict(zip(axis.paths, setting, strict=True))
                for warning in plan.changeable[None].new_warnings(values, by=FROM_COMMAND_LINE):
                    found.setdefault((warning.path, warning.rule), warning)
    return tuple(found.values())


def measure_names(asked: Sequence[str], base: Scenario) -> tuple[str, ...] | None:
    """Measures to keep, in the order of the registry: those asked for and those of the targets; None for `all`.

    Raises ScenarioError, which names all unknown ids.
    """
    words = [word for text in asked for word in text.replace(",", " ").split()]
    wrong = [word for word in words if word not in REGISTRY and word != "all"]
    if wrong:
        rule = "no such measure (qcap measures lists them)"
        raise ScenarioError(Fault("--measures", word, None, rule, nearest(word, REGISTRY)) for word in wrong)
    targets = {target.measure for target in base.targets.values()}
    if "all" in words:
        second = {name for name in {*words, *targets} if name in REGISTRY and REGISTRY[name].second_flow}
        return tuple(name for name in REGISTRY if name in second or not REGISTRY[name].second_flow) if second else None
    wanted = {*(words or HEADLINE), *targets}
    return tuple(name for name in REGISTRY if name in wanted)


def _point(plan: SweepPlan, number: int, settings: Settings) -> Point:
    try:
        scenario = plan.scenario(settings)
    except ScenarioError as error:
        return Point(number, settings, "", "; ".join(str(fault) for fault in error.faults))
    file = plan.values_of(settings).get(SCENARIO, "") if plan.draws else ""
    return Point(number, settings, _hash([plan.asked, scenario_hash(scenario), file]))


def path_faults(axes: Sequence[Axis]) -> list[Fault]:
    """Paths that two axes change."""
    if not axes:
        return [Fault(FROM_COMMAND_LINE, "", None, "is needed, such as --vary ports.gongbei.coaches=2:6:1")]
    seen: set[str] = set()
    faults = []
    for axis in axes:
        faults += [Fault(FROM_COMMAND_LINE, path, None, "is varied twice") for path in axis.paths if path in seen]
        seen |= set(axis.paths)
        if SCENARIO in axis.paths and len(axis.paths) > 1:
            faults.append(Fault(FROM_COMMAND_LINE, axis.name, None, "scenario files can not move with other paths"))
    return faults


def _ends_alone(plan: SweepPlan) -> list[Fault]:
    """Faults of the first and the last of many values of the only axis: reported before the others are tried."""
    if len(plan.axes) != 1 or len(plan.axes[0].ends) <= MOST_FAULTS:
        return []
    return [fault for setting in (plan.axes[0].ends[0], plan.axes[0].ends[-1]) for fault in _alone(plan, 0, setting)]


def _bad_values(plan: SweepPlan, points: Sequence[Point]) -> list[Fault]:
    """Faults of values with which there is no point, each value tried alone; the first point's when none stands out."""
    good = [
        {repr(setting) for setting in column} for column in zip(*(p.settings for p in points if p.key), strict=True)
    ]
    seen = [{repr(setting) for setting in column} for column in zip(*(p.settings for p in points), strict=True)]
    faults: dict[str, Fault] = {}
    for index, axis in enumerate(plan.axes):
        for setting in axis.ends:
            if axis.settings and repr(setting) not in seen[index]:
                continue
            if len(faults) >= MOST_FAULTS:
                break
            if not good or repr(setting) not in good[index]:
                faults |= {str(fault): fault for fault in _alone(plan, index, setting)}
    if not faults and not good:
        try:
            plan.scenario(points[0].settings)
        except ScenarioError as error:
            return list(error.faults)
    return list(faults.values())


def _alone(plan: SweepPlan, index: int, setting: Setting) -> tuple[Fault, ...]:
    """Faults of one axis's setting laid over the base."""
    axis = plan.axes[index]
    try:
        if axis.paths != (SCENARIO,):
            plan.changeable[None].changed(dict(zip(axis.paths, setting, strict=True)), by=FROM_COMMAND_LINE)
    except ScenarioError as error:
        return error.faults
    return ()


def _hash(content: Any) -> str:
    return hashlib.sha256(json.dumps(content, default=str).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class PlanFile:
    """A sweep kept in a file (TOML), as `--plan` reads it; options of the command line stand above it. None and nothing
    where it is silent.

    design = "lhs"                      # grid (if left out), lhs, sobol, saltelli
    points = 64                         # of lhs and sobol; rows of saltelli
    replications = 30
    seed = 1
    measures = ["cost_total"]
    [set]
    "ports.gongbei.coaches" = 5         # values that are the same at all points
    [vary]
    "arrivals.factor" = "0.8:1.6:0.2"   # as after --vary PATH=, or a list
    "pools.hzmb.headcount" = [24, 30, 36]
    "rooms.cleaning_minutes+rooms.airing_hours" = "30,45/24,36"
    """

    axes: tuple[Axis, ...] = ()
    design: str | None = None
    points: int | None = None
    replications: int | None = None
    seed: int | None = None
    measures: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    """As after --set: values that hold at all points."""


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "design": (lambda value: isinstance(value, str), said("must be text")),
    "points": (lambda value: _whole(value, 1), said("must be a whole number, at least 1")),
    "replications": (lambda value: _whole(value, 1), said("must be a whole number, at least 1")),
    "seed": (lambda value: _whole(value, 0), said("must be a whole number, at least 0")),
    "measures": (
        lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value),
        said("must be a list"),
    ),
    "set": (lambda value: isinstance(value, dict), said("must be a table")),
    "vary": (lambda value: isinstance(value, dict), said("must be a table")),
}


def read_plan(file: Path) -> PlanFile:
    """The plan in a file. Raises ScenarioError with all faults."""
    name = file.name
    tree = parse_toml(read_text(file, str(file), LARGEST_TOML), name)
    faults = [Fault(name, key, None, "no such key", nearest(key, _RULES)) for key in tree if key not in _RULES]
    for key, (fits, rule) in _RULES.items():
        if key in tree and not fits(tree[key]):
            faults.append(Fault(name, key, tree[key], rule))
    axes: list[Axis] = []
    for path, given in tree.get("vary", {}).items() if isinstance(tree.get("vary", {}), dict) else ():
        axis, found = axis_of(path, given, name)
        faults += found
        axes += [axis] if axis else []
    if faults:
        raise ScenarioError(faults)
    return PlanFile(
        tuple(axes),
        tree.get("design"),
        tree.get("points"),
        tree.get("replications"),
        tree.get("seed"),
        tuple(tree.get("measures", ())),
        tuple(f"{path}={_toml(value)}" for path, value in tree.get("set", {}).items()),
    )


def _whole(value: Any, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _toml(value: Any) -> str:
    """A value that was read from TOML as text of one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(map(_toml, value)) + "]"
    if isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    return value.isoformat() if isinstance(value, dt.date | dt.time) else repr(value)
