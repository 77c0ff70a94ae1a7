"""What a sweep is asked for, from options, plan file and scenario files: all faults at once, nothing written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sim.commands.sweep.design import GRID, REPLICATIONS, SCENARIO, SEED, Axis, Design, count, design_faults, read_axis
from sim.commands.sweep.plan import (
    PlanFile,
    Point,
    SweepPlan,
    measure_names,
    path_faults,
    points_of,
    read_plan,
    warnings_of,
)
from sim.numbers.verdicts import replications_for_verdicts
from sim.scenario.faults import Fault, ScenarioError, folded
from sim.shell import files
from sim.shell import options as common
from sim.shell.ensemble_option import REPLICATIONS as WITH_DRAWS
from sim.shell.ensemble_option import draws_of_alternative, read_ensemble_use

if TYPE_CHECKING:
    from collections.abc import Callable

    from sim.scenario import Reading
    from sim.shell.ensemble_option import EnsembleUse

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """Options as given."""

    scenario: str
    vary: tuple[str, ...]
    plan: Path | None
    design: str | None
    points: int | None
    replications: int | None
    seed: int | None
    measures: tuple[str, ...]
    overrides: tuple[str, ...]
    ensemble: Path | None
    at_most: int | None = None
    """Points that are tried; None: all."""


@dataclass(frozen=True)
class CheckedSweep:
    """A sweep without faults."""

    plan: SweepPlan
    points: tuple[Point, ...]
    measures: tuple[str, ...]
    warnings: tuple[str, ...]
    doubt: EnsembleUse | None
    overrides: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class SweepOptions(common.RunSettings):
    """How a sweep is run."""

    resume: bool
    measures: tuple[str, ...]
    """As asked for."""
    overrides: tuple[str, ...] = ()
    """What `--set`, or the plan file, lays over the scenario."""

    @property
    def resume_command(self) -> str:
        """The command that goes on with this sweep."""
        words = [word for word in self.command if word not in ("--resume", "--force")]
        if not any(word.split("=")[0] == "--out" for word in words):
            words += ["--out", str(self.out)]
        return " ".join(f'"{word}"' if " " in word else word for word in ("qcap", *words, "--resume"))


class _Faults:
    """Faults as they are found; what one of them spoils is None."""

    def __init__(self) -> None:
        self.found: list[Fault] = []

    def trying(self, do: Callable[[], T]) -> T | None:
        """What the function gives; None when it raises faults, which are kept."""
        try:
            return do()
        except ScenarioError as error:
            self.found += error.faults
            return None

    def end(self) -> None:
        """Raise what was found. Raises ScenarioError."""
        if self.found:
            raise ScenarioError({str(fault): fault for fault in self.found}.values())


def read_sweep(asked: Asked) -> CheckedSweep:
    """The plan and its points. Raises ScenarioError with all faults."""
    faults = _Faults()
    kept = asked.plan
    file = (faults.trying(lambda: read_plan(kept)) if kept else None) or PlanFile()
    axes = tuple(map(_expanded, _axes(asked, file, faults)))
    design = Design(asked.design or file.design or GRID, asked.points if asked.points is not None else file.points)
    if axes or not faults.found:
        faults.found += path_faults(axes)
    faults.found += [*(design_faults(axes, design) if axes else ())]
    overrides = [*file.overrides, *asked.overrides]
    reading = faults.trying(lambda: common.read_scenario(asked.scenario, overrides))
    others = _files(axes, overrides, faults)
    faults.end()
    assert reading is not None
    measures = asked.measures or file.measures
    names = faults.trying(lambda: measure_names(measures, reading.scenario))
    doubts = _doubts(asked, reading, others, [path for axis in axes for path in axis.paths])
    given = asked.replications if asked.replications is not None else file.replications
    plan = SweepPlan(
        base=reading.scenario,
        axes=axes,
        design=design,
        seed=_first(asked.seed, file.seed, SEED),
        replications=_first(given, WITH_DRAWS if doubts else REPLICATIONS),
        names=names,
        files={name: other.scenario for name, other in others.items()},
        draws={name: doubt.draws for name, doubt in doubts.items()},
    )
    points = faults.trying(lambda: points_of(plan, at_most=asked.at_most))
    faults.end()
    assert points is not None
    if given is None:
        shares = (target.share_of_runs for target in reading.scenario.targets.values())
        good = sum(bool(point.key) for point in points) / max(len(points), 1)
        least = replications_for_verdicts(shares, round(good * count(axes, design)))
        plan = replace(plan, replications=max(plan.replications, least))
    warnings = folded(warning for one in (reading, *others.values()) for warning in one.warnings)
    warnings += folded(warnings_of(plan))
    doubt = next(iter(doubts.values()), None)
    return CheckedSweep(plan, points, measures, tuple(dict.fromkeys(warnings)), doubt, tuple(overrides))


def _axes(asked: Asked, file: PlanFile, faults: _Faults) -> tuple[Axis, ...]:
    """Axes of the plan file, those that the command line varies replaced, then the others of the command line."""
    given: list[Axis] = []
    for text in asked.vary:
        axis, found = read_axis(text)
        faults.found += found
        given += [axis] if axis else []
    kept = [axis for axis in file.axes if not any(set(axis.paths) & set(other.paths) for other in given)]
    return (*kept, *given)


def _expanded(axis: Axis) -> Axis:
    """Patterns among scenario files as the files that they match, each once: no shell expands them within a word. One
    that matches nothing stays, and who reads it says so.
    """
    if axis.paths != (SCENARIO,):
        return axis
    names = [str(file) for (word,) in axis.settings for file in files.matching(str(word)) or [word]]
    return replace(axis, settings=tuple((name,) for name in dict.fromkeys(names)))


def _files(axes: tuple[Axis, ...], overrides: list[str], faults: _Faults) -> dict[str, Reading]:
    """Scenarios of an axis of scenario files, by name."""
    found: dict[str, Reading] = {}
    for name in [setting[0] for axis in axes if axis.paths == (SCENARIO,) for setting in axis.settings]:
        reading = faults.trying(lambda name=name: common.read_scenario(str(name), overrides))  # type: ignore[misc]
        if reading is not None:
            found[name] = reading
    return found


def _doubts(asked: Asked, base: Reading, others: dict[str, Reading], swept: list[str]) -> dict[str, EnsembleUse]:
    """What an ensemble varies in each scenario: nothing that the sweep, the scenario's files or --set decide about."""
    first = read_ensemble_use(asked.ensemble, base, swept)
    if first is None or not others:
        return {} if first is None else {"": first}
    return {name: replace(first, draws=draws_of_alternative(first, base, other)) for name, other in others.items()}


def _first(*values: int | None) -> int:
    return next(value for value in values if value is not None)
