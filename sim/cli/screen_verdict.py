"""Verdicts on targets in words: how sure the runs make, and how many runs would tell where they do not."""

from __future__ import annotations

import math

from sim.labels.verdicts import JUDGED
from sim.verdicts import MOST_RUNS, NOT_CERTAIN, Judged


def sure(judged: Judged) -> str:
    """The bound that matters: the lower one where the share of runs is as large as asked for, else the upper one.

    Rounded to tenths of a per cent to the side that claims less, so that it never seems to reach what it does not.
    """
    enough = judged.share >= judged.wanted
    tenths = math.floor(1000 * judged.low + 1e-6) if enough else math.ceil(1000 * judged.high - 1e-6)
    key = "sure.least" if enough else "sure.most"
    return JUDGED[key].format(sure=_percent(1 - judged.wrong), share=_percent(tenths / 1000))


def what_would_tell(judged: Judged) -> str:
    """How many runs would give a verdict; nothing where there is one."""
    if judged.verdict != NOT_CERTAIN:
        return ""
    runs = judged.runs_that_tell
    if judged.met == judged.n:
        return JUDGED["tell.never"] if runs is None else JUDGED["tell.all"].format(n=f"{runs:,}")
    if runs is not None:
        return JUDGED["tell.as_it_is"].format(n=f"{runs:,}")
    return JUDGED["tell.many"].format(most=f"{MOST_RUNS:,}")


def _percent(share: float) -> str:
    return f"{100 * share:.4g} %"
