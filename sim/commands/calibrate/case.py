"""What is calibrated to what: reported figures by what they are used for, unknowns, and draws that can not have been.

Identity and fitted figures are in the distance; held_out ones never are, nor are those that follow from others. A site
that is never closed has no days open: what is known is that it stood at least so long. Such a history stays in the
table with the least distance that this allows; it is neither dropped nor taken for a site that closed.

Draws that can not have been: with so many at posts or off, a shift of the roster could not do a task of its pool. The
operation ran, so somebody rode along on every coach of every shift. Such a draw is refused before it is run, and
counted: the prior is what is left. Everybody on the roster is taken to come.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.commands.calibrate.unknowns import Key, Unknowns
from sim.flow import rules
from sim.measures import REGISTRY
from sim.outlook.small_shifts import tasks_of
from sim.sampling.roster import posts_of_shifts, rosters
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.files.changing import value_at
from sim.scenario.places import place_numbers
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.staff import Pool
from sim.words.language import said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.measures import MeasureValue
    from sim.measures.reported import Figure

AIMED_AT = ("identity", "fitted")
CENSORED = {"site_days": "site_days_censored"}
"""Measures that may be known only as "at least", and the measure that says so."""
Refuses = Callable[[Mapping[str, Any]], bool]
"""Whether the values at dotted paths are refused."""


@dataclass(frozen=True)
class Targets:
    """Reported figures by what they are used for."""

    figures: tuple[Figure, ...]

    @property
    def aimed_at(self) -> tuple[Figure, ...]:
        """Figures of the distance."""
        return tuple(figure for figure in self.figures if figure.role in AIMED_AT)

    @property
    def observed(self) -> NDArray[np.float64]:
        """Their reported values."""
        return np.array([figure.value for figure in self.aimed_at])

    @property
    def tolerances(self) -> NDArray[np.float64]:
        """How far off each may be, stated before."""
        return np.array([figure.tolerance for figure in self.aimed_at])

    @property
    def seen(self) -> tuple[Key, ...]:
        """Figures that one flow gives, whatever their role."""
        return tuple(key(figure) for figure in self.figures if not REGISTRY[figure.measure].second_flow)

    @property
    def seen_with_staff(self) -> tuple[Key, ...]:
        """Figures that take a second flow."""
        return tuple(key(figure) for figure in self.figures if REGISTRY[figure.measure].second_flow)


@dataclass(frozen=True)
class Case:
    """What is calibrated to what."""

    unknowns: Unknowns
    targets: Targets
    keys: tuple[Key, ...]
    """Measures and places of every history."""
    own_rule: int | None = None
    """The scenario's own rule, where it is one of those in question."""
    refuses: Refuses = lambda _: False
    """Which draws can not have been: they are not run, and agree with nothing."""


def case_of(figures: Sequence[Figure], unknowns: Unknowns, targets_file: str, scenario: Scenario) -> Case:
    """Figures and unknowns together. Raises ScenarioError when no figure can be aimed at."""
    targets = Targets(tuple(figures))
    second = [figure for figure in targets.aimed_at if REGISTRY[figure.measure].second_flow]
    faults = [
        Fault(
            targets_file,
            said("{measure} at {place}", measure=figure.measure, place=figure.place),
            None,
            said("cannot be {role}: it takes a second flow", role=figure.role),
        )
        for figure in second
    ]
    if not targets.aimed_at:
        faults.append(Fault(targets_file, "role", None, "no figure is identity or fitted: there is nothing to aim at"))
    if faults:
        raise ScenarioError(faults)
    asked = (*unknowns.candidates, *unknowns.answers)
    keys = with_marks([*targets.seen, *(each for each in asked if not REGISTRY[each[0]].second_flow)])
    own = tuple(value_at(scenario, choice.paths[0]) for choice in unknowns.choices)
    own_rule = unknowns.rules.index(own) if own in unknowns.rules else None
    return Case(unknowns, targets, keys, own_rule, refuses(scenario))


def key(figure: Figure) -> Key:
    """Measure and place."""
    return figure.measure, figure.place


def with_marks(keys: Iterable[Key]) -> tuple[Key, ...]:
    """The keys and the marks that say whether a value is only a bound, each once."""
    keys = tuple(keys)
    marks = [(CENSORED[measure], place) for measure, place in keys if measure in CENSORED]
    return tuple(dict.fromkeys([*keys, *marks]))


def row_of(values: Iterable[MeasureValue], keys: Sequence[Key]) -> list[float]:
    """Values at keys; nan where there is none."""
    found = {(value.measure, value.place): value.value for value in values}
    return [found.get(each, float("nan")) for each in keys]


def known_bounds(columns: Mapping[Key, NDArray[np.float64]], figures: Sequence[Figure]) -> NDArray[np.float64]:
    """Figures (rows, figures) as they enter the distance: a value that is only a lower bound counts as the reported
    one where the bound lies below that, because the true value may be the reported one.
    """
    out = []
    for figure in figures:
        column = columns[key(figure)]
        mark = columns.get((CENSORED.get(figure.measure, ""), figure.place))
        if mark is not None:
            column = np.where((mark > 0) & (column < figure.value), figure.value, column)
        out.append(column)
    return np.column_stack(out) if out else np.empty((0, 0))


# draws that can not have been


@dataclass(frozen=True)
class _Shifts:
    pool: Pool
    sizes: NDArray[np.int64]
    """People on the roster, each size once."""
    need: int
    """People of the largest task."""

    def small(self, drawn: Mapping[str, Any]) -> bool:
        """Whether some size is too small with other values of the pool's keys."""
        pool = self.pool.model_copy(update=dict(drawn))
        posts, may_leave = posts_of_shifts(pool, self.sizes)
        people = rules.people_for_queue(self.sizes, posts, may_leave, pool.shrinkage_share)
        return bool((people < self.need).any())


def refuses(scenario: Scenario) -> Refuses:
    """What decides whether a draw is refused: one that leaves a shift of a port's pool too small, which the scenario as
    it is does not. Keys of the pools themselves count (posts, shrinkage); shifts stay those of the scenario.
    """
    places = place_numbers(scenario)
    found: dict[str, _Shifts] = {}
    at_ports = {port.pool for port in scenario.ports.values()}
    for number, roster in zip(places.pools, rosters(scenario), strict=True):
        pool, needs = places.ids[number], []
        if pool in at_ports:
            needs = list(tasks_of(scenario, pool).values())
        sizes = np.unique(roster.rostered[roster.rostered > 0])
        if needs and len(sizes):
            shifts = _Shifts(scenario.pools[pool], sizes, max(needs))
            found |= {} if shifts.small({}) else {pool: shifts}

    def refused(changes: Mapping[str, Any]) -> bool:
        for pool, shifts in found.items():
            begin = f"pools.{pool}."
            drawn = {path.removeprefix(begin): value for path, value in changes.items() if path.startswith(begin)}
            if drawn and shifts.small(drawn):
                return True
        return False

    return refused
