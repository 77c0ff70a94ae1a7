"""A sweep kept in a file (TOML): what `--plan` reads. Options of the command line stand above it.

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

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sim.commands.sweep.axes import Axis, axis_of
from sim.scenario.faults import Fault, ScenarioError, nearest
from sim.scenario.files.documents import LARGEST_TOML, parse_toml, read_text


@dataclass(frozen=True)
class PlanFile:
    """What a plan file says; None and nothing where it is silent."""

    axes: tuple[Axis, ...] = ()
    design: str | None = None
    points: int | None = None
    replications: int | None = None
    seed: int | None = None
    measures: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()
    """As after --set: values that hold at all points."""


_RULES: dict[str, tuple[Callable[[Any], bool], str]] = {
    "design": (lambda value: isinstance(value, str), "must be text"),
    "points": (lambda value: _whole(value, 1), "must be a whole number, at least 1"),
    "replications": (lambda value: _whole(value, 1), "must be a whole number, at least 1"),
    "seed": (lambda value: _whole(value, 0), "must be a whole number, at least 0"),
    "measures": (lambda value: isinstance(value, list) and all(isinstance(v, str) for v in value), "must be a list"),
    "set": (lambda value: isinstance(value, dict), "must be a table"),
    "vary": (lambda value: isinstance(value, dict), "must be a table"),
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
