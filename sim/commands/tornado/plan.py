"""Which assumption matters: each assumed value at the low and the high end of its range, for the same travellers.

One value at a time: what two assumptions do together is not seen here. A range is a key of `[ranges]` in the scenario;
a `*` in its path stands for every key, and all these values move together.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sim.numbers.verdicts import HOLDS, MISSED, Judged
from sim.runs.alternatives import Alternative, Cell, Compared, ComparisonSettings, Difference, compare, differences
from sim.runs.ensemble import open_draws
from sim.runs.precision import judged
from sim.scenario.faults import Fault, ScenarioError, dotted
from sim.scenario.files.changing import changed
from sim.scenario.rules import paths_of, split_headline

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

LOW, HIGH = "low", "high"
BASE = "base"


@dataclass(frozen=True)
class End:
    """One end of a range."""

    path: str
    """Key of the range, with its stars."""
    side: str
    """low or high."""
    value: Any
    scenario: Scenario

    @property
    def name(self) -> str:
        """Name of the alternative."""
        return f"{self.path} {self.side}"

    def moves(self, scenario: Scenario) -> set[str]:
        """Dotted paths of the values that move."""
        return {dotted(path) for path in paths_of(scenario, self.path)}


@dataclass(frozen=True)
class Flip:
    """What runs say about a target with one value at one end of its range, and with all as they are."""

    target: str
    path: str
    side: str
    value: Any
    base: Judged
    """As things are: one statement, the same as that of `qcap run`."""
    end: Judged
    """At this end: one statement of as many as there are ends."""

    @property
    def flips(self) -> bool:
        """Whether a target holds or is missed for certain here, and not so as things are."""
        return self.end.verdict in (HOLDS, MISSED) and self.end.verdict != self.base.verdict


@dataclass(frozen=True)
class Tornado:
    """What came of all ends."""

    cells: tuple[Cell, ...]
    """Headline measures."""
    ends: tuple[End, ...]
    rows: dict[tuple[str, Cell], Difference]
    """By name of the alternative and headline."""
    flips: tuple[Flip, ...]
    """All targets at all ends."""
    compared: Compared

    def swing(self, path: str, cell: Cell) -> float:
        """Largest distance between the two ends of a range and things as they are, in the unit of the measure."""
        spots = [
            0.0,
            *(self.rows[f"{path} {side}", cell].difference for side in (LOW, HIGH) if self.has(path, side, cell)),
        ]
        return max(spots) - min(spots)

    def has(self, path: str, side: str, cell: Cell) -> bool:
        """Whether any run has a value at this end."""
        return (f"{path} {side}", cell) in self.rows

    @property
    def paths(self) -> tuple[str, ...]:
        """Keys of the ranges, in their order."""
        return tuple(dict.fromkeys(end.path for end in self.ends))


def ends_of(scenario: Scenario) -> tuple[End, ...]:
    """Both ends of every range that is about something, checked. Raises ScenarioError with all faults."""
    ends: list[End] = []
    faults: dict[str, Fault] = {}
    for key, values in scenario.ranges.items():
        paths = [dotted(path) for path in paths_of(scenario, key)]
        if not paths:
            continue
        for side, value in zip((LOW, HIGH), values, strict=True):
            plain = list(value) if isinstance(value, tuple) else value
            try:
                there = changed(scenario, dict.fromkeys(paths, plain), by=f'ranges."{key}", {side} end')
                ends.append(End(key, side, plain, there))
            except ScenarioError as error:
                faults |= {str(fault): fault for fault in error.faults}
    if faults:
        raise ScenarioError(faults.values())
    if not ends:
        rule = 'has no ranges: add a table [ranges] with lines such as "stay.days" = [7, 28]'
        raise ScenarioError([Fault("scenario", "ranges", None, rule)])
    return tuple(ends)


def tornado(
    scenario: Scenario,
    ends: Sequence[End],
    settings: ComparisonSettings,
    progress: Callable[[int], None] | None = None,
    draws: Sequence[Mapping[str, Any]] = (),
) -> Tornado:
    """Run the scenario as it is and with every end in turn. `progress` counts finished replications.

    `draws`: of an ensemble (see `Job.draws`). At an end its own values stay; the others are drawn as everywhere else.
    """
    cells = tuple(split_headline(text) for text in scenario.headlines)
    targets = scenario.targets
    names = tuple(dict.fromkeys([*(measure for measure, _ in cells), *(t.measure for t in targets.values())]))
    alternatives = [Alternative(BASE, scenario, tuple(draws))]
    alternatives += [Alternative(end.name, end.scenario, open_draws(draws, end.moves(scenario))) for end in ends]
    compared = compare(alternatives, replace(settings, names=names, series=False), progress)
    rows = {
        (result.alternative.name, (row.measure, row.place)): row
        for result in compared.results[1:]
        for row in differences(compared, result, ())
        if (row.measure, row.place) in cells
    }
    flips = [
        Flip(
            name,
            end.path,
            end.side,
            end.value,
            base=judged(target, compared.base.value(cell, compared.replications)),
            end=judged(target, compared.results[1 + i].value(cell, compared.replications), len(ends)),
        )
        for name, target in targets.items()
        for cell in [(target.measure, target.place)]
        for i, end in enumerate(ends)
    ]
    return Tornado(cells, tuple(ends), rows, tuple(flips), compared)
