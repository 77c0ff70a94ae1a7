"""An ensemble: sets of values that agree with reported figures about equally well, to run a scenario with all of them.

One setting answers "what if these were the values"; an ensemble answers for all values that the figures leave open.
Draw m goes with replication m, so that intervals and bands then carry doubt about the values of the ensemble as well as
chance. An interval of a mean tells how well the mean over both is known, a band what a single run of an unknown truth
may give.

The file (ensemble.parquet) has one row per draw: draw (from 1), weight (equal: a replication has no weight), and one
column per dotted path of the scenario; its metadata say from which scenario and seed it came. A column of words is a
*rule*; rules stand in proportion to their shares, and the first draws hold each about as often as all do. What the
scenario or `--set` decides by itself stays as it is: a draw only fills in what the calibration left open. A rule that
is decided keeps only the draws that have it, because values were calibrated rule by rule.

**Share of doubt.** Replication m has draw m, so a regression of a measure on the draws tells what of its variance goes
with them, and is doubt and not chance: adjusted R² of a straight line in every number and a level for every word. It
costs no replication. What is not a straight line, and what two values do only together, counts as chance: the share is
told as "at least about".
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim.scenario.faults import Fault, ScenarioError, nearest
from sim.scenario.files.changing import Changeable, value_at
from sim.scenario.files.documents import require_file
from sim.scenario.places import once_per_scenario
from sim.words.language import said

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]

LEAST_DRAWS = 200
"""Draws of an ensemble that says how far values may lie apart; fewer do not show the ends of a band."""
MOST_DRAWS = 100_000
TRIED = 10
"""The first draws, which are tried on the scenario when a file is read; of others those with an extreme value are."""
SPARE = 20
"""Replications that there must be beyond one for each coefficient to tell the share of doubt."""
OWN_COLUMNS = ("draw", "weight")
METADATA = "qcap"
"""Key under which parquet files keep where an ensemble came from."""


@dataclass(frozen=True)
class Source:
    """Where an ensemble came from."""

    scenario: str
    """Name of the scenario that was calibrated."""
    scenario_hash: str
    seed: int
    sources_hash: str
    """Of the model's sources at the time."""
    base: Mapping[str, tuple[Any, ...]] | None = None
    """For each path the values that no one chose on purpose: those before and after calibration. A scenario that has
    another one decided it by itself."""


@dataclass(frozen=True)
class Ensemble:
    """Draws, each a value for every path."""

    name: str
    """Name of its file, for messages."""
    paths: tuple[str, ...]
    draws: tuple[Mapping[str, Any], ...]
    source: Source

    def __len__(self) -> int:
        return len(self.draws)

    @property
    def rules(self) -> tuple[str, ...]:
        """Paths of words, which tell the rule of a draw."""
        return tuple(path for path in self.paths if isinstance(self.draws[0][path], str))


def _nothing(_path: str) -> bool:
    return False


def read_ensemble(
    path: str | os.PathLike[str], scenario: Scenario, *, least: int = 1, decided: Callable[[str], bool] = _nothing
) -> Ensemble:
    """The ensemble in a parquet file, tested on the scenario that it is meant for.

    Raises ScenarioError with all faults: of the file, its columns and its values, but for those at the paths that the
    scenario decides (see `fixed_paths`). `least`: draws that there must be.
    """
    file = Path(path)
    table, source = _opened(file)
    faults = list(_table_faults(file.name, table, least))
    if faults:
        raise ScenarioError(faults)
    paths = tuple(name for name in table.columns if name not in OWN_COLUMNS)
    ordered = table.sort_values("draw", kind="stable")
    columns = {name: ordered[name].tolist() for name in paths}
    draws = tuple({name: columns[name][row] for name in paths} for row in range(len(ordered)))
    ensemble = Ensemble(file.name, paths, draws, source)
    require_fitting(ensemble, scenario, fixed_paths(scenario, ensemble, decided))
    return ensemble


def require_fitting(ensemble: Ensemble, scenario: Scenario, fixed: Collection[str]) -> None:
    """Raise ScenarioError for values that the scenario refuses, those at `fixed` paths apart."""
    faults = list(_value_faults(ensemble, scenario, fixed))
    if faults:
        raise ScenarioError(faults)


def write_ensemble(file: Path, draws: Sequence[Mapping[str, Any]], source: Source) -> None:
    """Write draws of equal weight, numbered from 1. Raises ValueError without any, or when their paths differ."""
    import pandas as pd  # noqa: PLC0415  workers read this module too and need no tables
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    if not draws or any(list(draw) != list(draws[0]) for draw in draws):
        raise ValueError("an ensemble needs at least one draw, and all with the same paths")
    table = pd.DataFrame({name: [draw[name] for draw in draws] for name in draws[0]})
    table.insert(0, "draw", range(1, len(draws) + 1))
    table.insert(1, "weight", 1 / len(draws))
    content = json.dumps(asdict(source), default=str)
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    parquet.write_table(arrow.replace_schema_metadata({METADATA: content}), file)


def fixed_paths(scenario: Scenario, ensemble: Ensemble, decided: Callable[[str], bool] = _nothing) -> tuple[str, ...]:
    """Paths of the ensemble at which the scenario's value stays, in the ensemble's order.

    Those that are `decided` (see `NamedEnsemble.decides`), and those at which the scenario has another value than the
    calibrated scenario had before and after its calibration: somebody changed it on purpose.
    """
    base = ensemble.source.base or {}
    here = {path: value_at(scenario, path) for path in ensemble.paths}
    other = {path for path in ensemble.paths if path in base and not any(_same(here[path], v) for v in base[path])}
    return tuple(path for path in ensemble.paths if decided(path) or path in other)


def given_rules(scenario: Scenario, ensemble: Ensemble, decided: Collection[str]) -> tuple[Mapping[str, Any], ...]:
    """Draws that have the rules at the `decided` paths as the scenario has them; all when none or no path is a rule."""
    wanted = {path: value_at(scenario, path) for path in ensemble.rules if path in decided}
    fitting = tuple(draw for draw in ensemble.draws if all(draw[path] == value for path, value in wanted.items()))
    return fitting or ensemble.draws


def scenario_of_draw(scenario: Scenario, ensemble: Ensemble, m: int, kept: Collection[str] = ()) -> Scenario:
    """The scenario with the values of the draw that goes with replication m (from 1).

    After the last draw the first is used again. Values at the paths in `kept` stay as the scenario has them; see
    `fixed_paths`.
    """
    return with_draw(scenario, open_draws(ensemble.draws, kept), m)


def open_draws(draws: Sequence[Mapping[str, Any]], kept: Collection[str] = ()) -> tuple[Mapping[str, Any], ...]:
    """Draws without the paths in `kept`: what a job takes along (see `Job.draws`)."""
    if not draws or set(draws[0]) <= set(kept):
        return ()
    return tuple({path: value for path, value in draw.items() if path not in kept} for draw in draws)


def with_draw(scenario: Scenario, draws: Sequence[Mapping[str, Any]], m: int) -> Scenario:
    """The scenario with the values of draw m, counted from 1 and round again; without draws as it is."""
    if not draws:
        return scenario
    number = (m - 1) % len(draws)
    return _changeable(scenario).changed(draws[number], by=f"draw {number + 1}")


@once_per_scenario
def _changeable(scenario: Scenario) -> Changeable:
    """The scenario that draws are laid over, one after another."""
    return Changeable(scenario)


def doubt_share(values: Floats, draws: Sequence[Mapping[str, Any]]) -> float:
    """Share (0 to 1) of the variance of a measure's values, one per replication (nan: none), that goes with the draws.

    nan where nothing is drawn, the measure does not vary, or replications are too few to tell.
    """
    there = ~np.isnan(values)
    if not draws or not there.any():
        return math.nan
    x = _columns([draws[m % len(draws)] for m in np.flatnonzero(there).tolist()])
    y = values[there] - values[there].mean()
    total, n = float(y @ y), len(y)
    x = x - x.mean(axis=0)
    rank = int(np.linalg.matrix_rank(x)) if x.size else 0
    if total <= 0 or rank == 0 or n - 1 - rank < SPARE:
        return math.nan
    left = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    adjusted = 1 - float(left @ left) / (n - 1 - rank) / (total / (n - 1))
    return min(max(adjusted, 0.0), 1.0)


def _columns(draws: Sequence[Mapping[str, Any]]) -> Floats:
    """A column for each number, of standard deviation 1, and one for each word but the first."""
    columns: list[Floats] = []
    for path, some in draws[0].items():
        values = [draw[path] for draw in draws]
        if isinstance(some, str):
            words = list(dict.fromkeys(values))
            columns += [np.array([value == word for value in values], dtype=np.float64) for word in words[1:]]
        elif len(set(values)) > 1:
            column = np.array(values, dtype=np.float64)
            columns.append(column / column.std())
    return np.column_stack(columns) if columns else np.empty((len(draws), 0))


def _opened(file: Path) -> tuple[pd.DataFrame, Source]:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    require_file(file, str(file))
    try:
        arrow = parquet.read_table(file)
        content = json.loads((arrow.schema.metadata or {}).get(METADATA.encode(), b"{}"))
        if len(set(arrow.column_names)) < len(arrow.column_names):
            raise ScenarioError([_fault(file.name, "has two columns of one name", _MADE_BY)])
        table = arrow.replace_schema_metadata({}).to_pandas()  # what other programs say about it changes no number
    except (OSError, ValueError, RecursionError, pa.ArrowException):
        raise ScenarioError([_fault(file.name, said("is no parquet file that can be read"), _MADE_BY)]) from None
    known = {field.name for field in fields(Source)}
    if not _says_source(content, known):
        raise ScenarioError([_fault(file.name, "does not say from which calibration it came", _MADE_BY)])
    base = {name: tuple(values) for name, values in (content["base"] or {}).items()}
    return table, Source(**{name: content[name] for name in known - {"base"}}, base=base)


def _says_source(content: Any, known: Collection[str]) -> bool:
    """Whether metadata have every part of a source, each of its type."""
    if not isinstance(content, dict) or not set(known) <= set(content):
        return False
    base = content["base"]
    words = all(isinstance(content[name], str) for name in ("scenario", "scenario_hash", "sources_hash"))
    whole = isinstance(content["seed"], int) and not isinstance(content["seed"], bool)
    return words and whole and (base is None or (isinstance(base, dict) and all(map(_is_list, base.values()))))


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


_MADE_BY = said("give an ensemble.parquet that qcap calibrate wrote")


def _table_faults(name: str, table: pd.DataFrame, least: int) -> Iterator[Fault]:
    if not max(least, 1) <= len(table) <= MOST_DRAWS:
        yield _fault(
            name,
            said(
                "has {n:,} draws; must have {least:,} to {most:,}", n=len(table), least=max(least, 1), most=MOST_DRAWS
            ),
        )
    for column in OWN_COLUMNS:
        if column not in table.columns:
            yield _fault(name, said('has no column "{column}"', column=column), nearest(column, table.columns))
    if len(table.columns) <= len(OWN_COLUMNS):
        yield _fault(name, "has no column with values of a scenario")
    if "draw" in table and sorted(map(str, table["draw"])) != sorted(map(str, range(1, len(table) + 1))):
        yield Fault(name, "draw", None, "must number the draws 1, 2, 3 …, each once")
    for column in table.columns:
        if column not in OWN_COLUMNS and not _same_kind(table[column].tolist()):
            yield Fault(name, str(column), None, "must have words or finite numbers, the same kind in every draw")
    weights = [w if isinstance(w, float) else math.nan for w in table.get("weight", ())]
    if weights and not (min(weights) > 0 and max(weights) <= min(weights) * (1 + 1e-9)):
        rule = "must be the same for all draws: draw m goes with replication m, and replications have no weights"
        yield Fault(name, "weight", None, rule, "draw rows again with these weights first")


def _value_faults(ensemble: Ensemble, scenario: Scenario, fixed: Collection[str]) -> Iterator[Fault]:
    """Faults of values, each told once, with the first draw that has it."""
    seen: set[tuple[str, str]] = set()
    here, draws = Changeable(scenario), open_draws(ensemble.draws, fixed)
    for m in _tried(draws):
        try:
            here.changed(draws[m], by=f"{ensemble.name}, draw {m + 1}")
        except ScenarioError as error:
            for fault in error.faults:
                if (fault.path, fault.rule) not in seen:
                    seen.add((fault.path, fault.rule))
                    yield fault


def _tried(draws: Sequence[Mapping[str, Any]]) -> list[int]:
    """Draws to try on a scenario, from 0: the first ones, those with an extreme value, one of each rule."""
    found = set(range(min(TRIED, len(draws))))
    for path in draws[0] if draws else ():
        column = [draw[path] for draw in draws]
        ends = set(column) if isinstance(column[0], str) else {min(column), max(column)}
        found |= {column.index(value) for value in ends}
    return sorted(found)


def _same_kind(values: Sequence[Any]) -> bool:
    """Whether values are all words, all switches, or all finite numbers."""
    if all(type(value) in (int, float) for value in values):
        return all(math.isfinite(value) for value in values)
    return all(type(value) is str for value in values) or all(type(value) is bool for value in values)


def _fault(name: str, rule: str, hint: str = "") -> Fault:
    return Fault(name, "", None, rule, hint)


def _same(a: Any, b: Any) -> bool:
    return bool(a == b) or str(a) == str(b)
