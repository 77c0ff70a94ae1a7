"""Which site when: dates of sites, rooms by day, and the ladder of sites, read from the calendars of replications.

**The ladder.** The k-th site of the list must be ready by the day on which the rooms needed (rooms unlimited) pass what
the sites before it hold. Each replication has such a day for every k. The 5 % of replications whose days are most
extreme are left out, and the earliest day of the others is the date for each k: the dates suffice *together*, every one
of them, in 95 % of the replications. It is told from `FOR_95` replications on: with fewer, order statistics give a 95 %
quantile no bound. Rooms needed are rooms taken: rooms that air are no part of them, nor are rooms that cohorts block.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.measures.rooms import NOT, Calendar
from sim.scenario.places import rooms_of, sites_in_order

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario.tables.schema import Scenario

Ints = NDArray[np.int64]

SUFFICE = 0.95
"""Share of replications in which the dates of a ladder suffice together."""
FOR_95 = 59
"""Least number of replications whose largest value is at least the 95 % quantile with 95 % confidence."""
FOR_A_BAND = 20
"""Least number of values of which 5 % and 95 % are given."""
NEVER = np.iinfo(np.int64).max // 2
"""Day on which a site is needed that is not needed."""
ONE_SIDED = 0.05


@dataclass(frozen=True)
class Rung:
    """One site of the ladder."""

    position: int
    """k: place in the list, from 1."""
    site: str
    name: str
    ready: dt.date
    """The day at whose beginning the site must be open."""
    begin: dt.datetime
    """When its preparation must begin: the lead time earlier."""
    opens: dt.date | None
    """The date on which the scenario opens it, None for a site that opens on demand."""


@dataclass(frozen=True)
class Ladder:
    """Dates that suffice together."""

    rungs: tuple[Rung, ...]
    suffice: int
    """Replications in which they do."""
    n: int
    """Replications in all."""
    used_up: int
    """Replications that need more rooms than the whole list has."""


def ladder(calendars: Sequence[Calendar], scenario: Scenario) -> Ladder | None:
    """The ladder of a run; None with fewer than `FOR_95` replications that know the rooms needed."""
    known = [(each, each.rooms_needed) for each in calendars if each.rooms_needed is not None]
    if len(known) < FOR_95:
        return None
    day = np.stack([passing_days(needed, each.rooms) + each.first_day for each, needed in known])
    day[day > NEVER] = NEVER
    together, suffice = dates_together(day[:, :-1])
    used_up = int((day[:, -1] < NEVER).sum())
    return Ladder(rungs(together, scenario), suffice, len(known), used_up)


def passing_days(needed: Ints, rooms: Ints) -> Ints:
    """For k = 1 … K + 1 the first entry of `needed` above what the first k - 1 of K sites hold; `NEVER` for none."""
    held = np.concatenate([[0], np.cumsum(rooms)])
    so_far = np.maximum.accumulate(needed)
    first = np.searchsorted(so_far, held, side="right")
    return np.where(first < len(needed), first, NEVER)


def dates_together(days: Ints) -> tuple[Ints, int]:
    """One date for each column of `days` (replication, site), such that no day of a row is earlier in `SUFFICE` of the
    rows. Returns them and the number of such rows.

    The rows left out are the most extreme by extreme rank length (Myllymaki et al. 2017, J. R. Stat. Soc. B 79,
    381-404): a row's ranks over the columns, the smallest first, compared in this order; ties go to the lowest row.
    """
    ranks = np.empty_like(days)
    for site, of_site in enumerate(days.T):
        ranks[:, site] = np.searchsorted(np.sort(of_site), of_site)
    ranks.sort(axis=1)
    extreme = np.lexsort((np.arange(len(days)), *ranks.T[::-1]))
    left_out = math.floor((1 - SUFFICE) * len(days) + 1e-9)
    dates = days[extreme[left_out:]].min(axis=0)
    return dates, int((days >= dates).all(axis=1).sum())


def rungs(days: Ints, scenario: Scenario) -> tuple[Rung, ...]:
    """The sites that have a date, in order of the list, with names and the beginning of their preparation."""
    sites = scenario.sites
    lead = dt.timedelta(hours=sites.lead_hours if sites else 0)
    found = []
    for number, ((site, table), day) in enumerate(zip(sites_in_order(scenario), days.tolist(), strict=True)):
        if day >= NEVER:
            continue
        ready = scenario.first_day + dt.timedelta(days=day)
        begin = dt.datetime.combine(ready, dt.time()) - lead
        opens = table.opens if isinstance(table.opens, dt.date) else None
        found.append(Rung(number + 1, site, table.name or site, ready, begin, opens))
    return tuple(found)


def ladder_table(found: Sequence[Rung]) -> pd.DataFrame:
    """Columns position, site, name, ready_by, begin_preparing_by, opens (empty: on demand)."""
    import pandas as pd  # noqa: PLC0415  only where a table is made

    rows = [
        (each.position, each.site, each.name, each.ready, each.begin.strftime("%Y-%m-%d %H:%M"), each.opens)
        for each in found
    ]
    return pd.DataFrame(rows, columns=["position", "site", "name", "ready_by", "begin_preparing_by", "opens"])


def sites_table(calendars: Sequence[Calendar], scenario: Scenario) -> pd.DataFrame:
    """One row per site of the list: site, name, rooms, share of the n replications in which it opened, days of opening
    and closing and its guests (median, 5 and 95 %) over those replications.

    A day in the middle is one that occurred (lower of two). 5 and 95 % are empty with fewer than 20 values; `closed_n`
    are the replications in which it was closed by the hard stop, of which its days of closing are.
    """
    import pandas as pd  # noqa: PLC0415

    rows = []
    for site, table in sites_in_order(scenario):
        at = [each.sites.index(site) for each in calendars]
        opened, closed, guests, rooms = (
            np.array([getattr(each, name)[i] for each, i in zip(calendars, at, strict=True)])
            for name in ("opened", "closed", "guests", "rooms")
        )
        used = opened != NOT
        share = float(used.mean()) if len(used) else float("nan")
        dates = [*_dates(opened[used], scenario), int((closed != NOT).sum()), *_dates(closed[closed != NOT], scenario)]
        rows.append((site, table.name or site, _middle(rooms), len(calendars), share, *dates, *_band(guests[used])))
    columns = [f"{what}_{part}" for what in ("opened", "closed", "guests") for part in ("p50", "p5", "p95")]
    columns.insert(3, "closed_n")
    counts = dict.fromkeys(("rooms_p50", "guests_p50", "guests_p5", "guests_p95"), "Int64")  # whole, also with gaps
    return pd.DataFrame(rows, columns=["site", "name", "rooms_p50", "n", "opened_share", *columns]).astype(counts)


def rooms_by_day_table(calendars: Sequence[Calendar], scenario: Scenario) -> pd.DataFrame:
    """One row per day: day, n, rooms_needed_p50, _p90, _p95 (rooms unlimited; at the fullest moment of the day),
    rooms_open_p50, rooms_open_p5, rooms_open_p95 (open at most on that day).

    Quantiles are inverse distribution functions over replications, and empty where so few replications give no bound
    (50 %: 5 replications, 90 %: 29, 95 %: 59).
    """
    import pandas as pd  # noqa: PLC0415

    needed = [each.rooms_needed for each in calendars if each.rooms_needed is not None]
    n_days = len(calendars[0].rooms_open) if calendars else 0
    first = calendars[0].first_day if calendars else 0
    days = [scenario.first_day + dt.timedelta(days=first + day) for day in range(n_days)]
    table: dict[str, list[object] | int] = {"day": list(days), "n": len(needed)}
    for q in (0.5, 0.9, 0.95):
        shown = bool(needed) and q ** len(needed) <= ONE_SIDED
        table[f"rooms_needed_p{100 * q:.0f}"] = _quantile(np.stack(needed), q).tolist() if shown else [None] * n_days
    for q in (0.5, 0.05, 0.95):
        shown = len(calendars) >= (FOR_A_BAND if q != 0.5 else 1)
        rooms = [each.rooms_open for each in calendars]
        table[f"rooms_open_p{100 * q:.0f}"] = _quantile(np.stack(rooms), q).tolist() if shown else [None] * n_days
    return pd.DataFrame(table)


def _quantile(values: Ints, q: float) -> Ints:
    return np.asarray(np.quantile(values, q, axis=0, method="inverted_cdf"), dtype=np.int64)


def _middle(values: Ints) -> int | None:
    return int(_quantile(values, 0.5)) if len(values) else None


def _band(values: Ints) -> list[int | None]:
    """Median, 5 and 95 %."""
    enough = len(values) >= FOR_A_BAND
    return [_middle(values), *(int(_quantile(values, q)) if enough else None for q in (0.05, 0.95))]


def _dates(days: Ints, scenario: Scenario) -> list[dt.date | None]:
    return [None if day is None else scenario.first_day + dt.timedelta(days=day) for day in _band(days)]


def expected_rungs(enough: Sequence[int], scenario: Scenario) -> tuple[Rung, ...]:
    """The same from one number of rooms a day that are enough with a chance of their own, as `check` computes them:
    each date suffices by itself with that chance, not together with the others.
    """
    if scenario.sites is None:
        return ()
    held = np.array([rooms_of(scenario.sites, site) for _, site in sites_in_order(scenario)], dtype=np.int64)
    return rungs(passing_days(np.array(enough, dtype=np.int64), held)[:-1], scenario)
