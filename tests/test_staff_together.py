"""`qcap staff` with many numbers: the search by what each shift says for itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from sim.commands.staff.bound import bound
from sim.commands.staff.ledger import Ledger
from sim.commands.staff.problem import FAILS, Asked, Free, Outcome, Plan, Problem
from sim.commands.staff.search import search
from sim.commands.staff.together import Rows, cheapest_by_rows
from sim.commands.staff.trials import _bits as bits_of


@dataclass
class Apart:
    """Evaluator: shift i misses in a share of replications that its own people alone decide, each by a draw of its own.

    With `needs[i]` people or more it misses in 0.2 %, with one fewer in 30 %, with two fewer in 80 %.
    """

    needs: Sequence[int]
    made: int = 0

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        self.made += 0 if full else len(plans) * len(replications)
        drawn = np.random.default_rng([7, ord(block)]).random((480, len(self.needs)))
        return [self._outcome(plan, drawn[replications.start : replications.stop]) for plan in plans]

    def _outcome(self, plan: Plan, drawn: np.ndarray) -> Outcome:
        short = np.clip(np.array(self.needs) - np.array(plan), 0, 2)
        misses = drawn < np.array([0.002, 0.3, 0.8])[short]
        bits = (misses << np.arange(len(plan))).sum(axis=1).astype(np.int64)[np.newaxis]
        met = bits == 0
        return Outcome(met, np.where(met, 1.0, -1.0), np.where(met, -1, misses.argmax(axis=1)).astype(np.int32), bits)


@pytest.mark.parametrize("seed", range(20))
def test_the_cheapest_combination_by_rows_is_that_of_all_tried_one_by_one(seed: int) -> None:
    """Brute force over 3^5 combinations, one number of two targets; of the same cost the one that misses least."""
    rng = np.random.default_rng(seed)
    problem = Problem(
        tuple(Free(str(i), 0, 9, float(rng.integers(1, 5))) for i in range(5)), (Asked("a", 0.9), Asked("b", 0.9))
    )
    draws = rng.random((5, 40))
    values = tuple(
        {
            v: tuple(_bits(draws[i] < 0.03 * (5 - v)) if j == i // 3 or i == 2 else 0 for j in range(2))
            for v in (2, 3, 4)
        }
        for i in range(5)
    )
    rows, most = Rows(40, values, (_bits(rng.random(40) < 0.02), 0)), [3 + seed % 3, 4]
    plans = list(itertools.product((2, 3, 4), repeat=5))
    counts = {plan: [mask.bit_count() for mask in rows.missed(plan)] for plan in plans}
    good = [plan for plan in plans if all(c <= m for c, m in zip(counts[plan], most, strict=True))]
    found = cheapest_by_rows(problem, rows, most)
    if not good:
        return
    assert found in good
    assert problem.cost(found) == min(map(problem.cost, good))
    assert sum(counts[found]) == min(sum(counts[p]) for p in good if problem.cost(p) == problem.cost(found))


def test_twelve_shifts_are_found_in_a_score_of_plans_and_the_bound_comes_without_another() -> None:
    """Each shift needs what it needs by itself: all met 0.998^12 = 97.6 % of replications, one fewer of any 68 %. So
    the least plan is known, and twelve cuts by one value bring the bound to it; a walk that tries each number alone
    would meet more than twelve plans in each stage.
    """
    needs = [3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6]
    problem = Problem(tuple(Free(f"shift {i}", 1, 12, 1.0 + i % 3) for i in range(12)), (Asked("all", 0.9),))
    apart = Apart(needs)
    ledger = Ledger(problem, apart)
    found = search(ledger, (5,) * 12, lambda _found: None)
    assert found.plan == tuple(needs)
    assert found.passes
    assert apart.made <= 20 * 480
    before = apart.made
    *_others, told = bound(ledger, found.plan, found.failing)
    assert apart.made == before
    assert all(cut.verdict == FAILS for cut in told.cuts)
    assert told.cost == problem.cost(found.plan)


def _bits(line: np.ndarray) -> int:
    return int.from_bytes(np.packbits(line).tobytes(), "big")


def test_of_more_numbers_than_a_word_has_bits_nothing_is_told() -> None:
    """By hand: bit 3 is 8; 100 numbers still fit a signed word of 64 bits, into which they are written."""
    assert bits_of([3, 3, -1, 70]) == 8
    assert np.int64(bits_of(range(100))) == 2**63 - 1
