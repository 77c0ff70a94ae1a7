"""Several scenarios met by the same travellers, each held against one base, replication by replication.

An *alternative* is one scenario of the comparison. Replication m of every alternative has the draws of replication m of
the base, so that a difference is the scenario's and not chance's. With an ensemble, both sides of pair m also take the
same draw m of the uncertain values. How their measures differ, pair by pair, with which interval, stands below: the
kind of a number decides (see `sim.numbers.comparison`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.flow import simulate
from sim.flow.engines import COMPILED
from sim.flow.log import COLUMNS, EventLog
from sim.measures import REGISTRY
from sim.measures.scope import ALL
from sim.numbers.comparison import (
    bonferroni_level,
    bootstrap_intervals,
    holm,
    share_interval,
    share_test,
    sign_flip_test,
    t_intervals,
    t_test,
    variance_reduction,
)
from sim.numbers.statistics import Bands, Interval, bands
from sim.runs.chunk_runner import Chunk, Done, Part, Where, finished, opened
from sim.runs.ensemble import with_draw
from sim.runs.job import FIRST_REPLICATION, Job, Outcome, chosen
from sim.sampling import sample

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from sim.scenario.tables.schema import Scenario


Floats = NDArray[np.float64]
Cell = tuple[str, str]
"""Measure and place."""

TOGETHER = 10
"""Replications of one alternative that a worker does in one go."""
OVERLAID = ("people_waiting", "rooms_taken", "guests_present", "sites_open")
"""Series that are kept, of everything together and of ports."""


@dataclass(frozen=True)
class Alternative:
    """One scenario of a comparison."""

    name: str
    """Short and unique: the file's name."""
    scenario: Scenario
    draws: tuple[Mapping[str, Any], ...] = ()
    """With an ensemble: values for replication 1, 2, … by dotted path, see `Job.draws`."""


@dataclass(frozen=True)
class ComparisonSettings:
    """How alternatives are run."""

    replications: int
    seed: int
    engine: str
    executor: str = "serial"
    second_flows: tuple[str, ...] = ()
    """Places whose second flows are run in every replication; none: no second flows."""
    series: bool = True
    names: tuple[str, ...] | None = None
    """Measures that are asked for; None: all."""
    first: int = FIRST_REPLICATION
    """Number of the first replication."""
    rerun_some: bool = True
    """Whether some replications of the compiled engine are run again on SimPy and compared."""
    unlimited: tuple[str, ...] = ()
    """Limits that are lifted: "rooms", or pools."""


@dataclass
class AlternativeResult:
    """What came of one alternative."""

    alternative: Alternative
    cells: dict[Cell, Floats] = field(default_factory=dict)
    """By measure and place, one value per replication, nan where there is none."""
    units: dict[str, str] = field(default_factory=dict)
    series: dict[Cell, tuple[NDArray[np.int64], Bands]] = field(default_factory=dict)
    """By quantity and place: seconds of the window, and mean and quantiles over the replications."""
    failed: dict[int, str] = field(default_factory=dict)
    """Replications without values, and why."""
    used_up: int = 0
    """Replications in which the list of sites was used up."""

    def value(self, cell: Cell, n: int) -> Floats:
        """Values of a cell; all nan when the alternative has none."""
        return self.cells.get(cell, np.full(n, np.nan))


@dataclass(frozen=True)
class Compared:
    """All alternatives of a comparison, the base first."""

    results: tuple[AlternativeResult, ...]
    replications: int
    rerun: int
    """Replications of all alternatives together that were run again on SimPy, with the same history."""

    @property
    def base(self) -> AlternativeResult:
        """What the others are held against."""
        return self.results[0]


def compare(
    alternatives: Sequence[Alternative], settings: ComparisonSettings, progress: Callable[[int], None] | None = None
) -> Compared:
    """Run all alternatives; the first is the base. `progress` is called with the number of replications finished.

    A replication that fails is kept apart with its reason. Raises EnginesDifferError, ExecutorError.
    """
    with opened(Where(settings.engine, settings.executor)) as executor:
        return compare_on(executor, alternatives, settings, progress)


def compare_on(
    executor: Executor,
    alternatives: Sequence[Alternative],
    settings: ComparisonSettings,
    progress: Callable[[int], None] | None = None,
) -> Compared:
    """The same on an executor that is open already: for searches that ask again and again."""
    n = settings.replications
    rerun: set[int] = set()
    if settings.engine == COMPILED and settings.rerun_some:
        rerun = set(chosen(settings.seed, range(len(alternatives) * n)))
    results = [AlternativeResult(alternative) for alternative in alternatives]
    waiting: list[dict[int, Done]] = [{} for _ in alternatives]
    count = 0
    index = {alternative.name: i for i, alternative in enumerate(alternatives)}
    for _, chunk in finished(executor, _chunks(alternatives, settings, rerun)):
        for done in chunk:
            i = index[done.point]
            waiting[i][done.replication] = done
            count += 1
            if len(waiting[i]) == n:
                _collect(results[i], waiting[i], settings)
                waiting[i] = {}
        if progress is not None:
            progress(count)
    return Compared(tuple(results), n, len(rerun))


def _chunks(alternatives: Sequence[Alternative], settings: ComparisonSettings, rerun: set[int]) -> Iterator[Chunk]:
    for i, alternative in enumerate(alternatives):
        for first in range(0, settings.replications, TOGETHER):
            numbers = range(first, min(first + TOGETHER, settings.replications))
            draws = alternative.draws[: settings.first + settings.replications - 1]
            job = Job(
                scenario=alternative.scenario,
                seed=settings.seed,
                engine=settings.engine,
                n_second_flows=settings.first + settings.replications if settings.second_flows else 0,
                second_places=settings.second_flows,
                series=settings.series,
                names=settings.names,
                unlimited=settings.unlimited,
                draws=draws,
                rerun=tuple(settings.first + m for m in numbers if i * settings.replications + m in rerun),
            )
            yield (Part(alternative.name, job, tuple(settings.first + m for m in numbers)),)


def _collect(result: AlternativeResult, done: Mapping[int, Done], settings: ComparisonSettings) -> None:
    """Put the outcomes of an alternative in order of replication."""
    n = settings.replications
    series: dict[Cell, list[Floats | None]] = {}
    seconds: dict[Cell, NDArray[np.int64]] = {}
    for m in range(n):
        one = done[settings.first + m]
        if one.outcome is None:
            result.failed[one.replication] = one.error
            continue
        result.used_up += one.outcome.measures.sites_used_up
        _take_values(result, one.outcome, m, n)
        ports = result.alternative.scenario.ports
        for entry in one.outcome.measures.series:
            cell = (entry.quantity, entry.place)
            if entry.quantity in OVERLAID and (entry.place == ALL or entry.place in ports):
                series.setdefault(cell, []).append(entry.values)
                seconds[cell] = entry.seconds
    for cell, runs in series.items():
        result.series[cell] = (seconds[cell], bands(np.array(runs)))


def _take_values(result: AlternativeResult, outcome: Outcome, m: int, n: int) -> None:
    for row in outcome.measures.values:
        cell = (row.measure, row.place)
        if cell not in result.cells:
            result.cells[cell] = np.full(n, np.nan)
        result.cells[cell][m] = row.value
        result.units[row.measure] = row.unit


def first_log(alternative: Alternative, settings: ComparisonSettings) -> EventLog:
    """The history of the first replication."""
    scenario = with_draw(alternative.scenario, alternative.draws, FIRST_REPLICATION)
    travellers = sample(scenario, seed=settings.seed, replication=FIRST_REPLICATION)
    return simulate(scenario, travellers, engine=settings.engine)


def differs_from(base: EventLog, other: EventLog) -> int | None:
    """Second of the first row in which two histories differ; None when they are the same.

    With other sites or pools the places have other numbers: rows are then compared by the names of their places, and
    without the columns that hold numbers of places.
    """
    if base.places.ids == other.places.ids:
        columns = [(base.rows[name], other.rows[name]) for name in COLUMNS]
    else:
        ids = {name: i for i, name in enumerate(dict.fromkeys([*base.places.ids, *other.places.ids]))}
        columns = [(base.rows[name], other.rows[name]) for name in ("second", "kind", "party", "people")]
        columns.append((_by_name(base, ids), _by_name(other, ids)))
    n = min(len(base), len(other))
    unlike = np.zeros(n, dtype=bool)
    for a, b in columns:
        unlike |= a[:n] != b[:n]
    if not unlike.any() and len(base) == len(other):
        return None
    row = int(np.argmax(unlike)) if unlike.any() else n
    return min(int(log.rows["second"][row]) for log in (base, other) if row < len(log))


def _by_name(log: EventLog, ids: Mapping[str, int]) -> NDArray[np.int64]:
    """Place column in numbers that two histories share; -1 stays."""
    numbers = np.array([*(ids[name] for name in log.places.ids), -1], dtype=np.int64)
    return np.asarray(numbers[log.rows["place"]])


T, BOOTSTRAP, SHARE = "t", "bootstrap", "share"
_SKEWED = frozenset({"site_days", "rooms_needed", "backlog_hours", "overnight_people"})
_FLAGS = frozenset({"site_days_censored"})
PRIMARY, DESCRIPTIVE = "primary", "descriptive"


@dataclass(frozen=True)
class Difference:
    """One measure at one place: an alternative against the base."""

    scenario: str
    measure: str
    place: str
    unit: str
    role: str
    """primary or descriptive."""
    method: str
    """t, bootstrap or share."""
    n: int
    """Pairs with a value on both sides."""
    base: float
    """Mean of the base over these pairs."""
    value: float
    """Mean of the alternative over them."""
    difference: float
    low: float
    high: float
    joint_low: float = math.nan
    """Ends of the interval that holds together with those of the other primary measures."""
    joint_high: float = math.nan
    p: float = math.nan
    p_holm: float = math.nan
    variance_reduction: float = math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """The interval to show: the joint one of a primary measure."""
        joint = not math.isnan(self.joint_low)
        return (self.joint_low, self.joint_high) if joint else (self.low, self.high)


def method_of(measure: str) -> str:
    """Which interval the differences of a measure take."""
    if measure in _FLAGS:
        return SHARE
    return BOOTSTRAP if measure.endswith(("_p50", "_p95", "_max")) or measure in _SKEWED else T


def differences(compared: Compared, result: AlternativeResult, primary: Sequence[Cell]) -> list[Difference]:
    """Rows of an alternative in the order of the registry, `all` first; `primary` are tested together."""
    n, base = compared.replications, compared.base
    cells = in_order({*base.cells, *result.cells})
    before = np.array([base.value(cell, n) for cell in cells]).reshape(-1, n).T  # no cell at all: all runs failed
    after = np.array([result.value(cell, n) for cell in cells]).reshape(-1, n).T
    missing = np.isnan(before) | np.isnan(after)
    before, after = np.where(missing, np.nan, before), np.where(missing, np.nan, after)
    kept = np.flatnonzero((~missing).any(axis=0))
    cells, before, after = [cells[i] for i in kept], before[:, kept], after[:, kept]
    level = bonferroni_level(len(primary))
    intervals, joint = _intervals(cells, before, after, 0.95), _intervals(cells, before, after, level, primary)
    p_values = {cell: _p_value(cell, before[:, i], after[:, i]) for i, cell in enumerate(cells) if cell in primary}
    adjusted = dict(zip(p_values, holm(list(p_values.values())), strict=True))
    units = base.units | result.units
    rows = []
    for i, cell in enumerate(cells):
        one, both = intervals[i], joint.get(i)
        rows.append(
            Difference(
                scenario=result.alternative.name,
                measure=cell[0],
                place=cell[1],
                unit=units[cell[0]],
                role=PRIMARY if cell in primary else DESCRIPTIVE,
                method=method_of(cell[0]),
                n=one.n,
                base=float(np.nanmean(before[:, i])),
                value=float(np.nanmean(after[:, i])),
                difference=one.mean,
                low=one.low,
                high=one.high,
                joint_low=both.low if both else math.nan,
                joint_high=both.high if both else math.nan,
                p=p_values.get(cell, math.nan),
                p_holm=adjusted.get(cell, math.nan),
                variance_reduction=variance_reduction(before[:, i], after[:, i]),
            )
        )
    return rows


def in_order(cells: set[Cell]) -> list[Cell]:
    """Measures in the order of the registry, everything together before single places."""
    rank = {name: i for i, name in enumerate(REGISTRY)}
    return sorted(cells, key=lambda cell: (rank[cell[0]], cell[1] != ALL, cell[1]))


def _intervals(
    cells: Sequence[Cell], before: Floats, after: Floats, level: float, only: Sequence[Cell] | None = None
) -> dict[int, Interval]:
    """Interval of each column, or of the columns of `only`, by position."""
    found: dict[int, Interval] = {}
    for method, function in ((T, t_intervals), (BOOTSTRAP, bootstrap_intervals)):
        here = [i for i, c in enumerate(cells) if method_of(c[0]) == method and (only is None or c in only)]
        if here:
            found |= dict(zip(here, function((after - before)[:, here], level=level), strict=True))
    for i, cell in enumerate(cells):
        if method_of(cell[0]) == SHARE and (only is None or cell in only):
            there = ~np.isnan(before[:, i])
            found[i] = share_interval(before[there, i] > 0.5, after[there, i] > 0.5, level=level)
    return found


def _p_value(cell: Cell, before: Floats, after: Floats) -> float:
    method = method_of(cell[0])
    if method == SHARE:
        there = ~np.isnan(before)
        return share_test(before[there] > 0.5, after[there] > 0.5)
    return (sign_flip_test if method == BOOTSTRAP else t_test)(after - before)
