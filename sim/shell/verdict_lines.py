"""Verdicts on targets in words: how sure the runs make, and how many runs would tell where they do not."""

from __future__ import annotations

import math

from sim.numbers.verdicts import MOST_RUNS, NOT_CERTAIN, Judged
from sim.words.say import stated_percent
from sim.words.verdicts import JUDGED


def why(judged: Judged) -> str:
    """How sure the runs make and what share is asked; where that gives no verdict, how many runs would.

    While all runs met the limit that is how many of so many; else about how many at the share that there is.
    """
    if judged.verdict != NOT_CERTAIN:
        return _sure(judged)
    runs = judged.runs_that_tell
    if judged.met == judged.n:
        return _phrase("tell.never" if runs is None else "tell.all", judged, n=f"{runs or 0:,}")
    if runs is None:
        return _sure(judged) + _phrase("tell.many", judged, most=f"{MOST_RUNS:,}")
    return _sure(judged) + _phrase("tell.as_it_is", judged, n=f"{runs:,}")


def _sure(judged: Judged) -> str:
    """The bound that matters: the lower one where the share of runs is as large as asked for, else the upper one.

    Rounded to tenths of a per cent to the side that claims less, so that it never seems to reach what it does not.
    """
    enough = judged.share >= judged.wanted
    if enough:
        return _phrase("sure.least", judged, share=at_least(judged.low))
    return _phrase("sure.most", judged, share=stated_percent(math.ceil(1000 * judged.high - 1e-6) / 1000))


def at_least(low: float) -> str:
    """A lower bound of a share, rounded down to tenths of a per cent."""
    return stated_percent(math.floor(1000 * low + 1e-6) / 1000)


def _phrase(key: str, judged: Judged, **values: str) -> str:
    return JUDGED[key].format(sure=stated_percent(1 - judged.wrong), asked=stated_percent(judged.wanted), **values)
