"""Numbers of a run's summary on one line of its screen: means with intervals, ranges of replications, times."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sim import words as labels
from sim.commands.run.headlines import Stretch, Summary, Value
from sim.numbers.statistics import SHARE
from sim.shell.show import plus_minus
from sim.words.intervals import INTERVAL
from sim.words.say import fill, is_lopsided, mean_words, number, unit_of

if TYPE_CHECKING:
    from sim.runs.replicate import Replicated
    from sim.scenario.tables.schema import Scenario

WORDS = labels.SCREEN
ENOUGH_FOR_A_BAND = 20
"""Replications from which on 5 % and 95 % of them are told: with fewer these are little but the lowest and highest."""
HOURS_SHOWN = 3
"""The longest stretches of hours are told."""
MANY_HOURS = 72.0
"""From here on hours are told in days."""


@dataclass(frozen=True)
class Facts:
    """What the lines are made from."""

    done: Replicated
    scenario: Scenario
    summary: Summary

    @property
    def n(self) -> int:
        """Replications that are kept."""
        return len(self.done.finished)


class Numbers:
    """The numbers of one line. Of lopsided means one has both ends of its interval, the others only the digits left;
    so have those beside which the range of replications stands.
    """

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._ends = True

    def told(self, measure: str, place: str = "all", *, ends: bool = True) -> str:
        """Mean with its interval, as many digits as earned; and in how many replications, unless in all."""
        value = self._facts.summary.get(measure, place)
        if value is None or math.isnan(value.mean):
            return INTERVAL["none"]
        some = fill(WORDS, "some", n=value.n, runs=self._facts.n) if value.n < self._facts.n else ""
        return self.of(value, ends=ends) + some

    def of(self, value: Value, scale: float = 1.0, *, ends: bool = True) -> str:
        """The mean of a value with its interval, without `ends` where it is lopsided; shares in per cent."""
        ends &= self._ends
        self._ends &= not (ends and is_lopsided(value.interval))
        if value.unit == SHARE:
            return mean_words(value.interval, scale=100, unit=" %", ends=ends, pm=plus_minus())
        return mean_words(value.interval, scale=scale, ends=ends, pm=plus_minus())

    def with_band(self, measure: str, place: str = "all") -> dict[str, str]:
        """`mean`, and `band`: where 9 of 10 replications lie, with a blank before it; empty where `has_band` is not."""
        value = self._facts.summary.get(measure, place)
        if value is None or not has_band(value):
            return {"mean": self.told(measure, place), "band": ""}
        return {"mean": self.told(measure, place, ends=False), "band": _band(value)}

    def time(self, measure: str, place: str, beside: str = "") -> str:
        """A time with its range of replications and its unit: minutes, where it is long hours or days. `beside`: a text
        before it that ends in the unit; it is not told again then.
        """
        value = self._facts.summary.get(measure, place)
        if value is None or math.isnan(value.mean):
            return INTERVAL["none"]
        scale, unit = 1.0, value.unit
        if unit == "minutes":
            scale, unit, _ = unit_of(unit, value.mean)
        elif value.mean >= MANY_HOURS:
            scale, unit = 1 / 24, WORDS["days"]
        band = _band(value, scale) if has_band(value) else ""
        text = self.of(value, scale, ends=not band) + band
        return text if beside.endswith(f" {unit}") else f"{text} {unit}"


def has_band(value: Value) -> bool:
    """Whether the range of replications is told: there are enough, and they differ."""
    return value.n >= ENOUGH_FOR_A_BAND and value.p5 < value.p95


def _band(value: Value, scale: float = 1.0) -> str:
    return fill(WORDS, "band", low=number(scale * value.p5), high=number(scale * value.p95))


def hours_words(hours: Iterable[Stretch]) -> str:
    """The longest stretches of hours in order of the clock: "08-10, 16-19 h"."""
    told = ", ".join(f"{begin:02d}-{end:02d}" for begin, end in sorted(list(hours)[:HOURS_SHOWN]))
    return fill(WORDS, "clock", hours=told)
