"""Hourly numbers over the window and the time after it: shifted, waited with, and counted while present.

A rate is a number per hour for each hour, taken as even within the hour; hour 0 begins at 00:00 of the first day.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

DAY = 24
"""Hours of a day."""
FOLLOWED_DAYS = 60
"""Days after the window until the hard stop."""


def later(rate: Floats, hours: float) -> Floats:
    """The same a fixed time later; what falls after the last hour is lost. Last axis: hours."""
    whole = int(hours)
    part = hours - whole
    n = rate.shape[-1]
    moved = np.zeros_like(rate)
    if whole < n:
        moved[..., whole:] += (1 - part) * rate[..., : n - whole]
    if whole + 1 < n:
        moved[..., whole + 1 :] += part * rate[..., : n - whole - 1]
    return moved


def nearest(number: float) -> int:
    """The nearest whole number, of two equally near ones the larger: 12 hours are a day and 36 hours two, where `round`
    makes them none and two.
    """
    return math.floor(number + 0.5)


def until(rate: Floats) -> Floats:
    """Sum up to each full hour: one entry more than hours, 0 first."""
    return np.concatenate([np.zeros((*rate.shape[:-1], 1)), np.cumsum(rate, axis=-1)], axis=-1)


def present(rate: Floats, hours: float) -> Floats:
    """Mean number present during each hour when everybody stays this long: the mean of M_t/D/inf, exact for such rates.

    With C(t) the arrivals until t, the number present at t has mean C(t) - C(t - hours) (Eick, Massey and Whitt 1993);
    C is straight within an hour, so that its integral over each hour is known exactly.
    """
    n = rate.shape[-1]
    at = np.arange(n + 1, dtype=np.float64)
    whole = until(rate)
    area = until(whole[..., :-1] + rate / 2)  # integral of C up to each full hour
    before = np.clip(at - hours, 0, n)
    hour = np.minimum(before.astype(np.int64), n - 1)
    part = before - hour
    shifted = area[..., hour] + whole[..., hour] * part + rate[..., hour] * part**2 / 2
    return np.asarray(np.diff(area - shifted, axis=-1))


def to_next(rate: Floats, allowed: Flags) -> Floats:
    """Wait for the next hour that is allowed; what has none to wait for is lost."""
    n = len(allowed)
    at = np.where(allowed, np.arange(n), n)
    following = np.minimum.accumulate(at[::-1])[::-1]
    return np.bincount(following, weights=rate, minlength=n + 1)[:n].astype(np.float64)


def clock_hours(n: int, opens: int, closes: int) -> Flags:
    """Hours, of n, that overlap a daily stretch given in minutes; at or before `opens` it closes on the next day."""
    end = closes if closes > opens else closes + 1440
    inside = [any(begin < end and opens < begin + 60 for begin in (h * 60, h * 60 + 1440)) for h in range(DAY)]
    return np.resize(np.array(inside), n)


def overlap(begin: Ints, end: Ints, weight: Floats, n: int) -> Floats:
    """Mean of weight over each of n hours, from spans in seconds: 5 people for half of an hour are 2.5."""
    edges = np.arange(n + 1) * 3600.0
    points = np.concatenate([begin, end]).astype(np.float64)
    changes = np.concatenate([weight, -weight])
    order = np.argsort(points, kind="stable")
    points, changes = points[order], changes[order]
    level = np.cumsum(changes)
    total = np.concatenate([[0.0], np.cumsum(level[:-1] * np.diff(points))]) if len(points) else np.zeros(0)
    index = np.searchsorted(points, edges, side="right") - 1
    if not len(points):
        return np.zeros(n)
    safe = np.maximum(index, 0)
    reached = np.where(index >= 0, total[safe] + level[safe] * (edges - points[safe]), 0.0)
    return np.asarray(np.diff(reached) / 3600)


def by_day(values: Floats, n_days: int) -> Floats:
    """Shape (days, 24) of the first days."""
    return values[: n_days * DAY].reshape(n_days, DAY)
