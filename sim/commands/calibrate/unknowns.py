"""The unknowns of a calibration, in a TOML file beside the scenario (<scenario>_unknowns.toml).

    [unknowns.rooms]
    label = "rooms per site"
    paths = ["sites.rooms_factor"]
    prior = { kind = "uniform", low = 0.45, high = 1.8 }
    why = "assumed: mean 40 to 160 rooms per site"

Kinds of prior: uniform, loguniform, normal (mean, sd, cut off at low and high) and categorical (choices, and shares
unless all are alike). `whole = true` is for whole numbers. `over_rest_of` names a share: the value drawn is what is
left after it, so that the value in the scenario is the one drawn / (1 - share). Other tables: `predict`, `candidates`
and `answers`, see below.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from sim.commands.calibrate.abc.priors import LogUniform, Normal, Prior, Uniform, WholeUniform
from sim.scenario.files.changing import value_at

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.scenario.tables.schema import Scenario

DIGITS = 5
"""Significant digits of a value that is drawn: more would be noise, and these can be typed again."""


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
class Choice:
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
class Figure:
    """A measure at a place, with words for it."""

    measure: str
    place: str


@dataclass(frozen=True)
class Unknowns:
    """All that is not known, and what to ask about it."""

    file: str
    numbers: tuple[Unknown, ...]
    choices: tuple[Choice, ...]
    predictions: tuple[Prediction, ...] = ()
    candidates: tuple[Figure, ...] = ()
    """Figures that could be collected next."""
    answers: tuple[Figure, ...] = ()
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
