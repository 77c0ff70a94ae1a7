"""The unknowns of a calibration, in a TOML file beside the scenario (<scenario>_unknowns.toml).

    [unknowns.rooms]
    label = "rooms per site"
    paths = ["sites.rooms_factor"]
    prior = { kind = "uniform", low = 0.45, high = 1.8 }
    why = "assumed: mean 40 to 160 rooms per site"

Kinds of prior: uniform, loguniform, normal (mean, sd, cut off at low and high) and categorical (choices, and shares
unless all are alike). `whole = true` is for whole numbers. `over_rest_of` names a share: the value drawn is what is
left after it, so that the value in the scenario is the one drawn / (1 - share). Other tables: `predict`, `candidates`
and `answers`, see below. All faults of a file are told at once, paths and ends of priors tried on the scenario.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from sim.commands.calibrate.abc.sampling import LogUniform, Normal, Prior, Uniform, WholeUniform
from sim.scenario.faults import Fault, ScenarioError, either, nearest
from sim.scenario.files.changing import changed, value_at
from sim.scenario.files.documents import LARGEST_TOML, parse_toml, read_text, unknowns_beside
from sim.words.language import said

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.tables.schema import Scenario

Key = tuple[str, str]
"""Measure and place."""
DIGITS = 5
"""Significant digits of a value that is drawn: more would be noise, and these can be typed again."""
KINDS = ("uniform", "loguniform", "normal", "categorical")
_TABLES = ("unknowns", "predict", "candidates", "answers")
_KEYS = ("label", "paths", "prior", "why", "whole", "over_rest_of")
_PRIOR_KEYS = {
    "uniform": ("kind", "low", "high"),
    "loguniform": ("kind", "low", "high"),
    "normal": ("kind", "mean", "sd", "low", "high"),
    "categorical": ("kind", "choices", "shares"),
}
_NEEDED = {
    "uniform": ("low", "high"),
    "loguniform": ("low", "high"),
    "normal": ("mean", "sd"),
    "categorical": ("choices",),
}
_LIST_KEYS = {
    "predict": ("path", "values", "measures", "place"),
    "candidates": ("measure", "place"),
    "answers": ("measure", "place"),
}


@dataclass(frozen=True)
class Unknown:
    """A number that is not known."""

    id: str
    label: str
    paths: tuple[str, ...]
    prior: Prior
    kind: str
    why: str
    whole: bool = False
    over_rest_of: str = ""


@dataclass(frozen=True)
class UnknownRule:
    """A rule that is not known: one of several words."""

    id: str
    label: str
    paths: tuple[str, ...]
    choices: tuple[Any, ...]
    shares: tuple[float, ...]
    why: str


@dataclass(frozen=True)
class Prediction:
    """Figures that are predicted for several settings of one value, besides the scenario's own."""

    path: str
    values: tuple[Any, ...]
    measures: tuple[str, ...]
    place: str


@dataclass(frozen=True)
class Unknowns:
    """All that is not known, and what to ask about it."""

    file: str
    numbers: tuple[Unknown, ...]
    choices: tuple[UnknownRule, ...]
    predictions: tuple[Prediction, ...] = ()
    candidates: tuple[Key, ...] = ()
    """Figures that could be collected next."""
    answers: tuple[Key, ...] = ()
    """What planners want to know; their variance is split."""

    @property
    def rules(self) -> tuple[tuple[Any, ...], ...]:
        """All combinations of choices, in a fixed order; one empty rule without choices."""
        return tuple(itertools.product(*(choice.choices for choice in self.choices)))

    @property
    def rule_shares(self) -> NDArray[np.float64]:
        """Prior share of each rule."""
        combined = itertools.product(*(choice.shares for choice in self.choices))
        shares = np.array([math.prod(each) for each in combined], dtype=np.float64)
        return np.asarray(shares / shares.sum(), dtype=np.float64)

    def rule_words(self, rule: int) -> str:
        """A rule for tables and messages: "spread, review"."""
        return ", ".join(str(word) for word in self.rules[rule])

    @property
    def paths(self) -> tuple[str, ...]:
        """All paths of a draw."""
        of_numbers = [path for unknown in self.numbers for path in unknown.paths]
        return (*of_numbers, *(path for choice in self.choices for path in choice.paths))

    def values(self, z: NDArray[np.float64]) -> NDArray[np.float64]:
        """Values of the unknowns (not of their paths) at points of the normal scale (n, unknowns), as they are run."""
        columns = [unknown.prior.value(z[:, i]) for i, unknown in enumerate(self.numbers)]
        digits = np.vectorize(lambda x: float(f"{x:.{DIGITS}g}"), otypes=[float])
        return np.column_stack([digits(column) if len(column) else column for column in columns])

    def prior_values(self, n: int = 2_000) -> NDArray[np.float64]:
        """Values at `n` evenly spaced shares of each prior (shares, unknowns), for pictures."""
        shares = ndtri((np.arange(n) + 0.5) / n)
        return self.values(np.repeat(shares[:, None], len(self.numbers), axis=1))

    def drawn(self, values: Sequence[float]) -> dict[str, Any]:
        """Values as they are drawn, by the dotted path that they are for; see `over_rest_of`."""
        drawn: dict[str, Any] = {}
        for unknown, value in zip(self.numbers, values, strict=True):
            drawn |= dict.fromkeys(unknown.paths, round(value) if unknown.whole else float(value))
        return drawn

    def changes(self, values: Sequence[float], rule: int, scenario: Scenario) -> dict[str, Any]:
        """What a draw puts into the scenario, by dotted path."""
        drawn = self.drawn(values)
        for unknown in self.numbers:
            if unknown.over_rest_of:
                path = unknown.over_rest_of
                share = (drawn[path] if path in drawn else value_at(scenario, path)) or 0.0
                for path in unknown.paths:
                    drawn[path] = float(f"{drawn[path] / (1 - share):.{DIGITS}g}")
        for choice, word in zip(self.choices, self.rules[rule], strict=True):
            drawn |= dict.fromkeys(choice.paths, word)
        return drawn


def prior_of(kind: str, given: Mapping[str, Any], *, whole: bool) -> Prior:
    """The prior that a table of the file describes. Raises ValueError with the rule that it breaks."""
    low, high = given.get("low"), given.get("high")
    if kind == "normal":
        if given["sd"] <= 0:
            raise ValueError("sd must be more than 0")
        low, high = (-np.inf if low is None else low), (np.inf if high is None else high)
        if not low < given["mean"] < high:
            raise ValueError("mean must lie between low and high")
        return Normal(given["mean"], given["sd"], low, high)
    if low is None or high is None or not low < high:
        raise ValueError("needs low and high, low below high")
    if kind == "loguniform":
        if low <= 0:
            raise ValueError("low must be more than 0")
        return LogUniform(low, high)
    if not whole:
        return Uniform(low, high)
    if low != round(low) or high != round(high):
        raise ValueError("low and high must be whole numbers")
    return WholeUniform(round(low), round(high))


# the file


class _Faults:
    """Faults of one file, collected while it is read."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []

    def add(self, path: str, rule: str, hint: str = "", value: Any = None) -> None:
        self.found.append(Fault(self.file, path, value, rule, hint))

    def keys(self, path: str, table: Mapping[str, Any], known: Collection[str], needed: Collection[str]) -> bool:
        """Whether a table has its keys and no others."""
        before = len(self.found)
        for key in table:
            if key not in known:
                self.add(f"{path}.{key}" if path else key, "unknown key", nearest(key, known))
        for key in needed:
            if key not in table:
                self.add(f"{path}.{key}", "must be given")
        return len(self.found) == before


def unknowns_file(chain: Collection[Path]) -> Path | None:
    """The nearest file of unknowns of a scenario and those it extends (`chain`: itself last); None without one."""
    return next((file for file in map(unknowns_beside, reversed(list(chain))) if file.is_file()), None)


def read_unknowns(file: Path, scenario: Scenario, measures: Collection[str]) -> Unknowns:
    """The unknowns in a file. `measures` are the ones there are. Raises ScenarioError with all faults."""
    tree = parse_toml(read_text(file, file.name, LARGEST_TOML), file.name)
    faults = _Faults(file.name)
    faults.keys("", tree, _TABLES, ())
    tables = tree.get("unknowns")
    read: list[Unknown | UnknownRule] = []
    if not isinstance(tables, dict) or not tables:
        faults.add("unknowns", "must have a table [unknowns.<id>] for each value that is not known")
    else:
        read = [found for key, table in tables.items() if (found := _unknown(key, table, faults))]
    lists = {name: _rows(name, tree.get(name, []), faults, measures) for name in _LIST_KEYS}
    unknowns = Unknowns(
        file=file.name,
        numbers=tuple(each for each in read if isinstance(each, Unknown)),
        choices=tuple(each for each in read if isinstance(each, UnknownRule)),
        predictions=tuple(
            Prediction(row["path"], tuple(row["values"]), tuple(row["measures"]), row["place"])
            for row in lists["predict"]
        ),
        candidates=tuple((row["measure"], row["place"]) for row in lists["candidates"]),
        answers=tuple((row["measure"], row["place"]) for row in lists["answers"]),
    )
    faults.found += _faults_of_values(unknowns, scenario, file.name)
    if not unknowns.numbers and not faults.found:
        faults.add("unknowns", "must have at least one number that is not known")
    if faults.found:
        raise ScenarioError({str(fault): fault for fault in faults.found}.values())
    return unknowns


def _unknown(key: str, table: Any, faults: _Faults) -> Unknown | UnknownRule | None:
    where = f"unknowns.{key}"
    if not isinstance(table, dict):
        faults.add(where, "must be a table", value=table)
    elif faults.keys(where, table, _KEYS, ("paths", "prior", "why")) and _are_paths(where, table, faults):
        prior = table["prior"]
        kind = prior.get("kind") if isinstance(prior, dict) else None
        if kind not in KINDS:
            faults.add(
                f"{where}.prior.kind", said("must be {kinds}", kinds=either(KINDS)), nearest(str(kind), KINDS), kind
            )
        elif faults.keys(f"{where}.prior", prior, _PRIOR_KEYS[kind], _NEEDED[kind]):
            return _choice(key, table, faults) if kind == "categorical" else _number(key, table, faults)
    return None


def _are_paths(where: str, table: Mapping[str, Any], faults: _Faults) -> bool:
    paths = table["paths"]
    sound = isinstance(paths, list) and bool(paths) and all(isinstance(path, str) for path in paths)
    if not sound:
        faults.add(f"{where}.paths", "must be a list of dotted paths, each in quotes", value=paths)
    return sound


def _number(key: str, table: Mapping[str, Any], faults: _Faults) -> Unknown | None:
    where, kind = f"unknowns.{key}", table["prior"]["kind"]
    numbers = {name: value for name, value in table["prior"].items() if name != "kind"}
    bad = [name for name, value in numbers.items() if not _is_number(value)]
    for name in bad:
        faults.add(f"{where}.prior.{name}", "must be a number", value=numbers[name])
    whole, over = table.get("whole", False), table.get("over_rest_of", "")
    if not isinstance(whole, bool) or not isinstance(over, str):
        faults.add(where, "whole must be true or false, over_rest_of a dotted path in quotes")
    elif not bad:
        try:
            prior = prior_of(kind, numbers, whole=whole)
        except ValueError as error:
            faults.add(f"{where}.prior", str(error))
        else:
            return Unknown(key, *_words(key, table), prior, kind, str(table["why"]), whole, over)
    return None


def _words(key: str, table: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    return str(table.get("label", key)), tuple(table["paths"])


def _choice(key: str, table: Mapping[str, Any], faults: _Faults) -> UnknownRule | None:
    where, choices = f"unknowns.{key}.prior", table["prior"]["choices"]
    if not isinstance(choices, list) or len(choices) < 2 or len(set(map(str, choices))) < len(choices):
        faults.add(f"{where}.choices", "must be a list of two or more different values", value=choices)
        return None
    shares = table["prior"].get("shares", [1.0] * len(choices))
    sound = isinstance(shares, list) and len(shares) == len(choices) and all(map(_is_number, shares))
    if not sound or min(shares) <= 0:
        faults.add(f"{where}.shares", "must be a list of numbers above 0, one for each choice", value=shares)
        return None
    likely = tuple(share / sum(shares) for share in shares)
    return UnknownRule(key, *_words(key, table), tuple(choices), likely, str(table["why"]))


def _rows(name: str, rows: Any, faults: _Faults, measures: Collection[str]) -> list[dict[str, Any]]:
    """Sound rows of a list of tables."""
    if not isinstance(rows, list):
        faults.add(name, said("must be a list of tables ([[{name}]])", name=name))
        return []
    sound = []
    for number, row in enumerate(rows, start=1):
        where = f"{name}.{number}"
        if not isinstance(row, dict):
            faults.add(where, "must be a table")
        elif faults.keys(where, row, _LIST_KEYS[name], _LIST_KEYS[name]):
            named = row["measures"] if name == "predict" else [row["measure"]]
            unknown = [word for word in named if word not in measures]
            for word in unknown:
                faults.add(where, "must be a measure, see qcap measures", nearest(str(word), measures), word)
            if not unknown:
                sound.append(row)
    return sound


def _faults_of_values(unknowns: Unknowns, scenario: Scenario, name: str) -> Iterator[Fault]:
    """Paths that are none, and ends of priors that the scenario refuses."""
    for unknown in unknowns.numbers:
        if unknown.over_rest_of and unknown.over_rest_of not in unknowns.paths:
            yield from _tried(scenario, {unknown.over_rest_of: 0.0}, name)
        ends = [value for value in unknown.prior.bounds() if math.isfinite(value)] or [float(unknown.prior.value(0.0))]
        for value in ends:
            yield from _tried(scenario, dict.fromkeys(unknown.paths, round(value) if unknown.whole else value), name)
    for choice in unknowns.choices:
        for word in choice.choices:
            yield from _tried(scenario, dict.fromkeys(choice.paths, word), name)
    for prediction in unknowns.predictions:
        for value in prediction.values:
            yield from _tried(scenario, {prediction.path: value}, name)
    twice = {path for path in unknowns.paths if unknowns.paths.count(path) > 1}
    for path in sorted(twice):
        yield Fault(name, path, None, "is named by two unknowns")


def _tried(scenario: Scenario, changes: Mapping[str, Any], name: str) -> tuple[Fault, ...]:
    try:
        changed(scenario, changes, by=name)
    except ScenarioError as error:
        return error.faults
    return ()


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool) and math.isfinite(value)
