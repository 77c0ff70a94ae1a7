"""Tests of shares at several looks: by all ways to each count written out, and by scipy's binomial test at one look."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache

import pytest
from scipy import stats

from sim.numbers.verdicts import (
    LOOKS,
    Design,
    chance,
    chance_left,
    crossed,
    least_counts,
    lower_bound,
    power,
    share_for,
)

SMALL = (3, 6, 10)
"""Few enough that all 2^10 histories are written out."""
DESIGNS = [Design(0.6, 0.1, SMALL), Design(0.5, 0.2, SMALL), Design(0.3, 0.05, SMALL), Design(0.8, 0.35, SMALL)]


def histories(share: float) -> Iterator[tuple[float, list[int]]]:
    """Chance of each history of ten replications, and how many met at each look: independent of the module's sums."""
    for history in itertools.product((0, 1), repeat=SMALL[-1]):
        met = sum(history)
        yield share**met * (1 - share) ** (SMALL[-1] - met), [sum(history[:n]) for n in SMALL]


@pytest.mark.parametrize("design", DESIGNS)
def test_all_looks_together_are_wrong_in_no_more_than_they_may_spend(design: Design) -> None:
    """theory: at the share asked for, by look k no more than n_k / n of the chance of error, over all histories; and
    one count fewer at any look would be more than that (so that nothing is given away)."""
    counts = least_counts(design)
    for look in range(len(SMALL)):
        spent = {
            fewer: sum(
                p
                for p, met in histories(design.share)
                if any(met[k] >= counts[k] - (fewer and k == look) for k in range(look + 1))
            )
            for fewer in (False, True)
        }
        allowed = design.wrong * SMALL[look] / SMALL[-1]
        assert spent[False] <= allowed + 1e-12 < spent[True]


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("share", [0.2, 0.55, 0.9])
def test_power_is_the_chance_over_all_histories(design: Design, share: float) -> None:
    """theory: all ways written out, at any share; smaller shares are told above no more often."""
    told = sum(p for p, met in histories(share) if crossed(design, met) is not None)
    assert power(design, share) == pytest.approx(told)
    assert power(design, share - 0.1) <= told


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("share", [0.05, 0.25, 0.5, 0.62, 0.81, 0.97])
def test_the_bound_is_above_the_share_in_no_more_than_the_chance_of_error(design: Design, share: float) -> None:
    """theory: coverage over all histories that end at the look that crosses, else at the last; and the bound reaches
    the share asked for just when the test tells it."""
    above, bound = 0.0, lru_cache(lower_bound)
    for p, met in histories(share):
        look = crossed(design, met)
        end = len(SMALL) - 1 if look is None else look
        low = bound(design, end, met[end])
        above += p * (low > share)
        assert (low >= design.share - 1e-12) == (look is not None)
    assert above <= design.wrong + 1e-12


@pytest.mark.parametrize(("met", "n"), [(0, 40), (25, 40), (40, 40)])
def test_one_look_is_the_exact_test(met: int, n: int) -> None:
    """An independent route: scipy.stats.binomtest, its p-value and one-sided interval."""
    design = Design(0.7, 0.05, (n,))
    exact = stats.binomtest(met, n, 0.7, alternative="greater")
    assert chance(design, 0.7, 0, met) == pytest.approx(exact.pvalue)
    assert lower_bound(design, 0, met) == pytest.approx(exact.proportion_ci(0.95, "exact").low, abs=1e-12)
    assert (crossed(design, [met]) is not None) == (exact.pvalue <= 0.05)


def test_counts_at_the_looks_by_hand() -> None:
    """By hand: 90 % asked, 5 % to spend, 60 / 480 of it by 60: 0.9^60 = 0.0018 is less than 0.00625, 60 of 60 cross;
    30 of 30 (0.9^30 = 0.042 > 0.0031) never do. For missing, 10 % asked: 21 of 30 met is 9 missed, P(X >= 9) = 0.0020
    and P(X >= 8) = 0.0078 against 0.0031."""
    assert least_counts(Design(0.9, 0.05))[:2] == (31, 60)
    assert least_counts(Design(0.1, 0.05))[0] == 9
    assert (stats.binom.sf(8, 30, 0.1), stats.binom.sf(7, 30, 0.1)) == pytest.approx((0.0020, 0.0078), abs=5e-5)
    assert least_counts(Design(0.9, 0.0)) == tuple(n + 1 for n in LOOKS)


def test_the_chance_left_is_that_of_what_is_still_to_come() -> None:
    """theory: over the last four replications that follow 4 of 6; and the share at which power is what is wanted."""
    design = Design(0.5, 0.2, SMALL)
    needed = least_counts(design)[2]
    expected = stats.binom.sf(needed - 4 - 1, 4, 0.55)
    assert chance_left(design, 0.55, 1, 4) == pytest.approx(expected)
    assert power(design, share_for(design, 0.8)) == pytest.approx(0.8)
