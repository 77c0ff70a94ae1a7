"""What pictures are drawn from: the tables of a finished run, and how a picture looks up its rows.

Nothing here is computed from an event log: quantiles and means arrive ready made. A value that is not a finite number
counts as missing. Pictures are in the language of the day, or in English where no font can show it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.measures.registry import REGISTRY
from sim.numbers.statistics import SHARE, Interval
from sim.words.language import _, language, speaking
from sim.words.say import PER_CENT, SHARE_UNIT, day_words, mean_alone

if TYPE_CHECKING:
    from matplotlib.figure import Figure


EPOCH = date(1970, 1, 1)
QUANTILES = ("p5", "p25", "p50", "p75", "p95")


class Site(NamedTuple):
    """A row of the list of sites."""

    id: str
    name: str
    number: int
    street: str
    rooms: int


class Port(NamedTuple):
    """A border crossing with a diversion point, or a pool of staff."""

    id: str
    name: str


@dataclass(frozen=True)
class RunTables:
    """A finished run as tables. Plain tuples with the fields of `Site` and `Port` do as well as those."""

    title: str
    first_day: date
    last_day: date
    n_replications: int
    seed: int
    series: pd.DataFrame
    """Columns time ("2020-03-03 08:00"), quantity, place, mean, p5, p50, p95 and, where bands of 50 % are wanted, p25
    and p75; quantiles are over single replications. Other columns are ignored."""
    sites: Sequence[tuple[str, str, int, str, int]] = ()
    """Every site on the list, opened or not."""
    ports: Sequence[tuple[str, str]] = ()
    reported: pd.DataFrame | None = None
    """Columns measure, place, value, role; None when the scenario has no reported figures."""
    profiles: pd.DataFrame | None = None
    """Columns quantity, place, position, mean, p5 … p95: what is not over the calendar (hour of day, minutes, age)."""
    summary: pd.DataFrame | None = None
    """Columns measure, place, n, mean, p50 …: estimates over all runs."""
    pools: Sequence[tuple[str, str]] = ()
    """Staff pools: those of ports and that of the sites."""
    limit_minutes: float = 0.0
    """Longest acceptable time from hand-over to departure; 0 for none."""
    targets: Sequence[tuple[str, str, float]] = ()
    """(measure, place, value) of the limits that the scenario sets itself."""
    tell: str = ""
    """What bands and intervals show, where that is more than chance."""
    several_years: bool = False
    """Whether days are shown with their year."""
    first_street: str = ""
    """The first street-level site: the one that most replications open first of those."""
    only_counted: bool = False
    """Whether the days shown are those of `[window]` and not all that were simulated."""

    def day_words(self, day: date) -> str:
        """A day as planners write it; with the year where there is more than one."""
        return day_words(day, with_year=self.several_years or day.year != self.first_day.year)


@dataclass(frozen=True)
class Panel:
    """What one of several pictures on a page is called: a measure, at one place or at several."""

    label: str
    unit: str
    base: str
    """Value in the base, in words; at several places a line for each."""


@dataclass(frozen=True)
class Picture:
    """A picture ready to be saved, with the numbers drawn in it."""

    figure: Figure
    data: pd.DataFrame


@dataclass(frozen=True)
class Skipped:
    """A picture that was not drawn, and why, in words for the user."""

    reason: str


def rows_of(series: pd.DataFrame, quantity: str, place: str | None = "all") -> pd.DataFrame:
    """Rows of one quantity in order of time, `time` as dates and numbers as floats with nan for what is not finite.

    `place` None keeps every place. A quantile that the table does not have becomes a column of nan. Rows without a
    readable time are dropped; of two rows for one place and time the first is kept. Index 0, 1, 2, ...
    """
    wanted = series["quantity"] == quantity
    if place is not None:
        wanted &= series["place"] == place
    rows = series.loc[wanted].reindex(columns=["time", "quantity", "place", "mean", *QUANTILES])
    rows["time"] = pd.to_datetime(rows["time"], errors="coerce")
    for column in ("mean", *QUANTILES):
        numbers = pd.to_numeric(rows[column], errors="coerce").astype(float)
        rows[column] = numbers.where(np.isfinite(numbers))
    rows = rows.dropna(subset=["time"]).drop_duplicates(["place", "time"])
    return rows.sort_values(["place", "time"], kind="stable", ignore_index=True)


def profile_of(tables: RunTables, quantity: str, place: str | None = None) -> pd.DataFrame:
    """Rows of one profile in order of place and position, numbers as floats with nan for what is not finite.

    `place` None keeps every place. Rows without a position are dropped. Index 0, 1, 2, ...
    """
    columns = ["quantity", "place", "position", "mean", *QUANTILES]
    if tables.profiles is None or tables.profiles.empty:
        return pd.DataFrame(columns=columns).astype(dict.fromkeys(columns[2:], float))
    wanted = tables.profiles["quantity"] == quantity
    if place is not None:
        wanted &= tables.profiles["place"] == place
    rows = tables.profiles.loc[wanted].reindex(columns=columns)
    for column in columns[2:]:
        numbers = pd.to_numeric(rows[column], errors="coerce").astype(float)
        rows[column] = numbers.where(np.isfinite(numbers))
    rows = rows.dropna(subset=["position"]).drop_duplicates(["place", "position"])
    return rows.sort_values(["place", "position"], kind="stable", ignore_index=True)


def estimate_of(tables: RunTables, measure: str, place: str, column: str) -> float:
    """One number of the summary, nan where it has none."""
    if tables.summary is None or column not in tables.summary:
        return float("nan")
    found = tables.summary[(tables.summary["measure"] == measure) & (tables.summary["place"] == place)]
    return float(found[column].iloc[0]) if len(found) else float("nan")


def mean_text(tables: RunTables, measure: str, place: str = "all") -> str:
    """The mean of a measure with the digits that the screen of `run` gives it, shares in per cent; nothing without."""
    mean, low, high, n = (estimate_of(tables, measure, place, column) for column in ("mean", "low", "high", "n"))
    if np.isnan(mean):
        return ""
    share = REGISTRY[measure].unit == SHARE
    scale, unit = (PER_CENT, SHARE_UNIT) if share else (1.0, "")
    return mean_alone(Interval(0 if np.isnan(n) else int(n), mean, low, high), scale=scale, unit=unit)


def fullest_day(series: pd.DataFrame, quantity: str, days: tuple[date, date]) -> tuple[date, float] | None:
    """Day of these on which the mean of a quantity of the whole district is largest, and that mean.

    None where nobody is ever there. 24:00 of the last day belongs to the day after.
    """
    rows = series[(series["quantity"] == quantity) & (series["place"] == "all")]
    day = rows["time"].astype(str).str[:10]
    rows = rows[(day >= days[0].isoformat()) & (day <= days[1].isoformat())]
    means = pd.to_numeric(rows["mean"], errors="coerce").to_numpy(float)
    if not (means > 0).any():
        return None
    at = int(np.nanargmax(means))
    return date.fromisoformat(str(rows["time"].iloc[at])[:10]), float(means[at])


def busiest_hour(profiles: pd.DataFrame | None, pool: str) -> tuple[int, float, float] | None:
    """Hour of the day at which most staff of a pool are in tasks, how many, and how many are there for tasks; means.

    None where nobody is ever there for tasks.
    """
    busy, there = (by_hour(profiles, name, pool) for name in ("staff_busy", "staff_for_tasks"))
    if not len(busy) or not len(there) or not there.max() > 0:
        return None
    hour = int(np.argmax(busy))
    return hour, float(busy[hour]), float(there[hour])


def by_hour(profiles: pd.DataFrame | None, quantity: str, place: str) -> NDArray[np.float64]:
    """Means of a profile in order of position; empty where there is none."""
    if profiles is None or profiles.empty:
        return np.zeros(0)
    rows = profiles[(profiles["quantity"] == quantity) & (profiles["place"] == place)]
    return rows.sort_values("position")["mean"].fillna(0.0).to_numpy(float)


def day_number(day: date) -> float:
    """Days since 1 January 1970, the unit of every axis of time."""
    return float((day - EPOCH).days)


def day_numbers(times: pd.Series[pd.Timestamp]) -> NDArray[np.float64]:
    """Times as days since 1 January 1970, with their fraction of a day."""
    return times.to_numpy(dtype="datetime64[s]").astype(np.int64).astype(np.float64) / 86400


def moment(number: float) -> datetime:
    """The time that a day number stands for, to the minute."""
    return datetime(EPOCH.year, EPOCH.month, EPOCH.day) + timedelta(minutes=round(number * 1440))


def reported_figure(tables: RunTables, measure: str, place: str = "all") -> tuple[float, str] | None:
    """The value reported for a measure at a place and its role, or None where nothing is reported."""
    if tables.reported is None or tables.reported.empty:
        return None
    table = tables.reported
    found = table[(table["measure"] == measure) & (table["place"] == place)]
    values = pd.to_numeric(found["value"], errors="coerce")
    for value, role in zip(values, found["role"], strict=True):
        if np.isfinite(value):
            return float(value), "" if pd.isna(role) else str(role)
    return None


PROBE = "隔离"


@contextmanager
def picture_language() -> Iterator[None]:
    """Draw in the language of the day; without a Chinese font in English, and say on stderr what to install."""
    from sim.drawing.text import readable  # noqa: PLC0415  matplotlib is slow to load

    if language() != "zh" or readable(PROBE):
        yield
        return
    words = _("pictures are in English: no font here shows Chinese; install one with pip install 'qcap[zh]'")
    print(words, file=sys.stderr)  # noqa: T201
    with speaking("en"):
        yield
