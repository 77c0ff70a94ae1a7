"""What reported figures are to a calibration: those it aims at, those it predicts, and those that are arithmetic.

Identity and fitted figures are in the distance; held_out ones never are, nor are those that follow from others. A site
that is never closed has no days open: what is known is that it stood at least so long. Such a history stays in the
table with the least distance that this allows; it is neither dropped nor taken for a site that closed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from sim.measures import REGISTRY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sim.measures import MeasureValue
    from sim.measures.reported import Figure

AIMED_AT = ("identity", "fitted")
CENSORED = {"site_days": "site_days_censored"}
"""Measures that may be known only as "at least", and the measure that says so."""

Key = tuple[str, str]
"""Measure and place."""


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


def key(figure: Figure) -> Key:
    """Measure and place."""
    return figure.measure, figure.place


def with_marks(keys: Iterable[Key]) -> tuple[Key, ...]:
    """The keys and the marks that tell whether a value is only a bound, each once."""
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
