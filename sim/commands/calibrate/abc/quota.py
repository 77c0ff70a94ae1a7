"""Kinds in an order in which each comes as often as its share, from the first one on."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def in_quota(shares: NDArray[np.float64], n: int) -> NDArray[np.int64]:
    """`n` numbers of kinds with these shares: every first m hold each kind m · share times, give or take less than 1.

    Among kinds that would not come too early the one whose turn is over first comes next (Tijdeman 1980, Discrete
    Mathematics 32, 323-330: never off by more than 1 - 1 / (2k - 2) with k kinds).
    """
    share = shares / shares.sum()
    k = int((share > 0).sum())
    if k == 1:
        return np.full(n, int(np.argmax(share)), dtype=np.int64)
    slack = 1 / (2 * k - 2)
    count = np.zeros(len(share), dtype=np.int64)
    order = np.empty(n, dtype=np.int64)
    for m in range(1, n + 1):
        due = m * share - count
        ends = np.full(len(share), np.inf)
        ready = (share > 0) & (due >= slack - 1e-12)
        ends[ready] = (1 - slack - due[ready]) / share[ready]
        order[m - 1] = int(np.argmin(ends))
        count[order[m - 1]] += 1
    return order
