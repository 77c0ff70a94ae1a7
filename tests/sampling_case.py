"""Scenarios of arrivals alone, for tests of the sample: one port, flat rate, open all day, unless changed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.sampling import Sample
from sim.scenario.tables.schema import Scenario

FIRST = dt.date(2020, 3, 3)
DAY = 86_400
CASE_GROUPS = {"kind": "geometric", "mean": 1.45}
CASE_SIZES = (0.76, 0.18, 0.05, 0.01)


def port(people_per_day: float = 20.0, **changes: Any) -> dict[str, Any]:
    """A port with a flat rate, open all day."""
    return {
        "regimes": {"flat": {"kind": "rate", "from_day": FIRST, "people_per_day": people_per_day}},
        "hours": {"all": {"opens": "00:00", "closes": "24:00"}},
        **changes,
    }


def arrivals(days: int = 10, ports: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """`changes` with the name of a field of `arrivals` go there, the others are tables of the scenario."""
    of_arrivals = {"factor", "variation", "dispersion_index", "day_cv", "groups", "party_size_weights"}
    tables = {
        "schema": 1,
        "title": "arrivals",
        "first_day": FIRST,
        "last_day": FIRST + dt.timedelta(days=days - 1),
        "arrivals": {"groups": {"kind": "constant"}, **{k: v for k, v in changes.items() if k in of_arrivals}},
        "ports": ports if ports is not None else {"gate": port()},
        **{k: v for k, v in changes.items() if k not in of_arrivals},
    }
    return Scenario.model_validate(tables)


def like_the_case(days: int = 10, ports: dict[str, Any] | None = None, **changes: Any) -> Scenario:
    """Groups, party sizes and day-to-day variation as in the Xiangzhou case."""
    given = {"groups": CASE_GROUPS, "party_size_weights": CASE_SIZES, "dispersion_index": 4.8, **changes}
    return arrivals(days, ports, **given)


def people_by_day(drawn: Sample, days: int) -> NDArray[np.int64]:
    """People handed over on each calendar day."""
    day = drawn.party_second // DAY
    return np.bincount(day, weights=drawn.party_size, minlength=days).astype(np.int64)
