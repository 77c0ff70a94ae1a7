"""The one rule by which targets are judged: bounds, verdicts and runs that tell, by closed forms and by scipy."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from sim.commands.run.headlines import TargetResult
from sim.commands.sweep.pictures import MARKS
from sim.commands.sweep.tables import Judge
from sim.numbers import verdicts
from sim.numbers.verdicts import (
    HOLDS,
    MISSED,
    NO_VALUE,
    NOT_CERTAIN,
    WRONG,
    Judged,
    bounds,
    fewest_replications,
    replications_for_verdicts,
)
from sim.scenario.tables.schema import Target
from sim.shell.sentences import why
from sim.words.screens import VERDICTS
from sim.words.searches import PICTURES

COUNTS = [(0, 5), (3, 5), (5, 5), (1, 30), (25, 30), (57, 60), (60, 60)]


@pytest.mark.parametrize("n", [1, 8, 30, 200])
@pytest.mark.parametrize("wrong", [0.05, 0.05 / 20])
def test_bounds_at_both_ends_have_closed_forms(n: int, wrong: float) -> None:
    """theory: P(X = n | p) = p^n, so low = wrong^(1/n) when all runs meet the limit; mirrored when none does."""
    assert bounds(n, n, wrong) == pytest.approx((wrong ** (1 / n), 1.0))
    assert bounds(0, n, wrong) == pytest.approx((0.0, 1 - wrong ** (1 / n)))


@pytest.mark.parametrize(("met", "n"), COUNTS)
def test_bounds_are_those_of_scipys_binomial_test(met: int, n: int) -> None:
    """An independent route: one-sided exact intervals of scipy.stats.binomtest, which finds them by root search."""
    for wrong in (0.05, 0.05 / 20):
        low = stats.binomtest(met, n, alternative="greater").proportion_ci(1 - wrong, method="exact").low
        high = stats.binomtest(met, n, alternative="less").proportion_ci(1 - wrong, method="exact").high
        assert bounds(met, n, wrong) == pytest.approx((low, high))


@pytest.mark.parametrize(("met", "n"), COUNTS)
@pytest.mark.parametrize("wanted", [0.0, 0.1, 0.5, 0.9, 0.99, 1.0])
@pytest.mark.parametrize("statements", [1, 20])
def test_a_verdict_is_that_of_two_one_sided_tests(met: int, n: int, wanted: float, statements: int) -> None:
    """theory: it holds when so many or more would meet the limit by a chance of at most 5 % / statements if the share
    were the one asked for, and is missed when so few or fewer would: p-values of scipy.stats.binomtest.
    """
    chance = 0.05 / statements
    above = stats.binomtest(met, n, wanted, alternative="greater").pvalue if wanted else 0.0
    below = stats.binomtest(met, n, wanted, alternative="less").pvalue
    expected = HOLDS if above <= chance else MISSED if below < chance else NOT_CERTAIN
    assert Judged(met, n, wanted, statements=statements).verdict == expected


def test_29_of_29_hold_90_per_cent_and_28_of_28_do_not() -> None:
    """By hand: 0.9^29 = 0.0471 and 0.9^28 = 0.0523; shared out among 20 statements 0.9^57 = 0.00247 is enough."""
    assert [Judged(n, n, 0.9).verdict for n in (28, 29, 30)] == [NOT_CERTAIN, HOLDS, HOLDS]
    assert [Judged(n, n, 0.9, statements=20).verdict for n in (30, 56, 57)] == [NOT_CERTAIN, NOT_CERTAIN, HOLDS]
    assert [
        fewest_replications(0.9),
        fewest_replications(0.9, statements=20),
        fewest_replications(0.5),
        fewest_replications(0.0),
    ] == [29, 57, 5, 1]
    assert Judged(0, 0, 0.9).verdict == NO_VALUE
    with pytest.raises(ValueError, match="5 of 4 replications"):
        Judged(5, 4, 0.9)


@pytest.mark.parametrize(("wanted", "wrong", "statements"), [(0.9, 0.05, 20), (0.8, 0.1, 6), (0.95, 0.05, 1)])
def test_the_fewest_runs_are_just_enough_when_all_meet_the_limit(wanted: float, wrong: float, statements: int) -> None:
    """theory: wanted^n <= wrong / statements < wanted^(n - 1)."""
    n = fewest_replications(wanted, wrong, statements)
    assert n is not None
    assert wanted**n <= wrong / statements < wanted ** (n - 1)
    assert Judged(n, n, wanted, wrong, statements).verdict == HOLDS
    assert Judged(n - 1, n - 1, wanted, wrong, statements).verdict == NOT_CERTAIN


def test_one_replication_tells_what_is_as_unlikely_as_an_error() -> None:
    """0.05 and less: that one of one meets the limit is as unlikely where the share is no larger; 0.06 takes two."""
    assert [fewest_replications(share) for share in (0.01, 0.05, 0.06)] == [1, 1, 2]


def test_a_share_of_all_runs_is_never_certain_and_missed_by_one() -> None:
    """By reason: no number of runs excludes one that does not meet the limit, and one of them is enough."""
    assert fewest_replications(1.0) is None
    assert (Judged(500, 500, 1.0).verdict, Judged(499, 500, 1.0).verdict) == (NOT_CERTAIN, MISSED)
    assert why(Judged(500, 500, 1.0)) == "100 % asked; no number of replications can decide"


@pytest.mark.parametrize(("met", "n", "wanted"), [(28, 30, 0.9), (25, 30, 0.9), (2, 5, 0.5), (57, 60, 0.9)])
def test_replications_to_decide_give_a_verdict_and_one_fewer_does_not(met: int, n: int, wanted: float) -> None:
    """theory: with the same share of so many runs (rounded to the doubtful side) the exact test decides."""
    judged = Judged(met, n, wanted)
    runs = judged.replications_to_decide
    assert (judged.verdict, runs is not None and runs > n) == (NOT_CERTAIN, True)
    assert runs is not None
    round_ = math.floor if met / n > wanted else math.ceil
    told = [Judged(round_(m * met / n), m, wanted).verdict for m in (runs - 1, runs)]
    assert told == [NOT_CERTAIN, HOLDS if met / n > wanted else MISSED]


def test_replications_to_decide_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Half asked for: of 16 runs 12 or more come by chance in 2517 of 65,536 cases (3.8 %), of 15 11 or more in 5.9 %;
    4 or fewer likewise; none of 5 in 1 of 32, none of 4 in 1 of 16. A chance that is just the one allowed, none of 2 at
    25 %, does not make it missed, and both of 2 make it hold. More than the most runs are not told."""
    assert [Judged(met, 4, 0.5).replications_to_decide for met in (0, 1, 3)] == [5, 16, 16]
    assert Judged(0, 1, 0.5, wrong=0.25).replications_to_decide == 3
    assert Judged(1, 1, 0.5, wrong=0.25).replications_to_decide == 2
    for most, told in ((16, 16), (15, None)):
        monkeypatch.setattr(verdicts, "MOST_REPLICATIONS", most)
        assert Judged(3, 4, 0.5).replications_to_decide == told


def test_fewest_runs_of_several_targets_are_those_of_the_strictest() -> None:
    """By hand: 29 for 90 %, 14 for 80 % (0.8^14 = 0.044), 57 among 20 statements; all runs are left out, nothing is 1.
    A chance that is just the one allowed is enough: 0.5^2 = 0.25."""
    assert replications_for_verdicts([0.8, 0.9]) == 29
    assert replications_for_verdicts([0.8]) == 14
    assert replications_for_verdicts([0.9], statements=20) == 57
    assert (replications_for_verdicts([]), replications_for_verdicts([1.0])) == (1, 1)
    assert (fewest_replications(0.5, 0.25), fewest_replications(0.0)) == (2, 1)


def test_every_verdict_has_one_word_in_screens_pictures_and_files() -> None:
    """words: the glossary's holds, missed, not certain; files have the word itself."""
    assert {HOLDS, MISSED, NOT_CERTAIN, NO_VALUE} == set(VERDICTS)
    assert {word: word for word in VERDICTS} == VERDICTS
    for word in MARKS:
        assert word in PICTURES[word]


def test_what_would_tell_in_words() -> None:
    """words: all met, the share as it is, and a share that is just the one asked for."""
    assert why(Judged(8, 8, 0.9)) == "90 % asked; certain when 29 of 29 meet it"
    assert why(Judged(28, 30, 0.9)).endswith("; about 239 replications would decide")
    assert why(Judged(27, 30, 0.9)).endswith("; it would take more than 10,000 replications to decide")


def test_the_bound_that_is_told_never_reaches_what_it_does_not() -> None:
    """theory: 58 of 60 make sure of 89.876 %: told as 89.8, not 90; 25 of 30 of no more than 93.194 %: 93.2."""
    assert why(Judged(58, 60, 0.9)).startswith("90 % asked; at least 89.8 % meet it, 95 % certain; ")
    assert why(Judged(25, 30, 0.9)).startswith("90 % asked; at most 93.2 % meet it, 95 % certain; ")
    assert why(Judged(30, 30, 0.9)) == "90 % asked; at least 90.4 % meet it, 95 % certain"  # 0.05^(1/30) = 0.90497


@pytest.mark.parametrize(("met", "n"), [(30, 30), (28, 28), (20, 30)])
def test_a_run_and_a_sweep_of_one_point_say_the_same(met: int, n: int) -> None:
    """One rule: the fault that this module mends was that 30 of 30 held in a sweep and not in a run."""
    target = Target(measure="no_room_share", at_most=0.05, share_of_runs=0.9)
    swept = Judge("t", target, 1)(1, np.array([0.0] * met + [1.0] * (n - met)))
    run = TargetResult(target, Judged(met, n, target.share_of_runs)).judged
    assert (swept.verdict, swept.low, swept.high) == (run.verdict, run.low, run.high)


def test_a_target_that_is_just_missed_is_rarely_said_to_hold() -> None:
    """theory: with a share a hair under 90 %, P(said to hold) = P(X >= least met that holds) <= 5 %, for any n."""
    for n in range(1, 200):
        least = next((met for met in range(n + 1) if Judged(met, n, 0.9).verdict == HOLDS), None)
        if least is not None:
            assert stats.binom.sf(least - 1, n, 0.8999999) <= WRONG
