"""`qcap staff` with many numbers: the search by what each shift says for itself."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pytest

from sim.commands.staff import ledger
from sim.commands.staff.joint_search import Rows, cheapest_by_rows
from sim.commands.staff.ledger import Ledger
from sim.commands.staff.problem import FAILS, Answer, Free, Outcome, Plan, Problem, TargetShare
from sim.commands.staff.search import search
from sim.commands.staff.solve import bound, planned_cuts, solve
from sim.commands.staff.trials import _bits as bits_of


@dataclass
class Apart:
    """Evaluator: shift i misses in a share of replications that its own people alone decide, each by a draw of its own.

    With `needs[i]` people or more it misses in 0.2 %, with one fewer in 40 %, with two fewer in 80 %.
    """

    needs: Sequence[int]
    made: int = 0

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        self.made += 0 if full else len(plans) * len(replications)
        drawn = np.random.default_rng([7, ord(block)]).random((480, len(self.needs)))
        return [self._outcome(plan, drawn[replications.start : replications.stop]) for plan in plans]

    def _outcome(self, plan: Plan, drawn: np.ndarray) -> Outcome:
        short = np.clip(np.array(self.needs) - np.array(plan), 0, 2)
        misses = drawn < np.array([0.002, 0.4, 0.8])[short]
        bits = (misses << np.arange(len(plan))).sum(axis=1).astype(np.int64)[np.newaxis]
        met = bits == 0
        return Outcome(met, np.where(met, 1.0, -1.0), np.where(met, -1, misses.argmax(axis=1)).astype(np.int32), bits)


@pytest.mark.parametrize("seed", range(20))
def test_the_cheapest_combination_by_rows_is_that_of_all_tried_one_by_one(seed: int) -> None:
    """Brute force over 3^5 combinations, one number of two targets; of the same cost the one that misses least."""
    rng = np.random.default_rng(seed)
    problem = Problem(
        tuple(Free(str(i), 0, 9, float(rng.integers(1, 5))) for i in range(5)),
        (TargetShare("a", 0.9), TargetShare("b", 0.9)),
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
    """Each shift needs what it needs by itself: all met 0.998^12 = 97.6 % of replications, one fewer of any 59 %. So
    the least plan is known, and twelve cuts by one value bring the bound to it; a walk that tries each number alone
    would meet more than twelve plans in each stage.
    """
    problem, apart = TWELVE, Apart(NEEDS)
    book = Ledger(problem, apart)
    found = search(book, (5,) * 12, lambda _found: None)
    assert found.plan == NEEDS
    assert found.passes
    assert apart.made <= 20 * 480
    before = apart.made
    *_others, told = bound(book, planned_cuts(book, found.plan, found.failing))
    assert apart.made == before
    assert all(cut.verdict == FAILS for cut in told.cuts)
    assert told.cost == problem.cost(found.plan)


def test_what_a_value_misses_that_no_row_met_is_what_the_next_higher_one_does() -> None:
    """By hand: rows at 2, 5 and 6; a guess never takes it that more is missed than was seen."""
    rows = Rows(8, ({2: (7,), 5: (3,), 6: (1,)},), (0,))
    assert [rows.at(0, value)[0] for value in (1, 2, 3, 4, 5, 6, 9)] == [7, 7, 3, 3, 3, 1, 1]


TWELVE = Problem(tuple(Free(f"shift {i}", 1, 12, 1.0 + i % 3) for i in range(12)), (TargetShare("all", 0.9),))
NEEDS = (3, 4, 5, 6, 3, 4, 5, 6, 3, 4, 5, 6)


def solved(seconds: float | None, state: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Answer:
    """With so many seconds, of which each replication of a plan takes a thousandth."""
    apart, now = Apart(NEEDS), 0.0

    def timed(plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        nonlocal now
        now += 0.001 * len(plans) * len(replications)
        return apart(plans, block, replications, full=full)

    monkeypatch.setattr("time.monotonic", lambda: now)
    monkeypatch.setattr(ledger, "PIECE_SECONDS", 0.02)
    return solve(TWELVE, timed, state=state, budget_seconds=seconds)


def test_there_is_something_of_all_when_time_is_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """By hand: all of it takes 8 seconds of this clock, of which the search takes 5. Given half of that or just that,
    there is a plan that holds, a bound above that of nothing tried, and a look at each neighbour.
    """
    whole = solved(None, {}, monkeypatch)
    assert (whole.stopped, whole.plan) == ("", NEEDS)
    for seconds in (4.0, 8.0):
        answer = solved(seconds, {}, monkeypatch)
        assert answer.certificate is not None
        assert answer.bound is not None
        assert answer.bound.cost > TWELVE.cost((1,) * 12)
        assert all(each.targets[0].replications for each in answer.certificate.neighbours)


def test_a_search_that_was_cut_short_keeps_its_plan_when_it_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """Equality: of the travellers of the certificate each attempt has its own, so that the plan of a search that ended
    early can not change once they were looked at: gone on with in any number of pieces, the first attempt is for it.
    """
    state: dict[str, object] = {}
    early = solved(2.0, state, monkeypatch)
    assert early.stopped == "time"
    assert state["ended"] == ["search"]
    for seconds in (1.0, 3.0, None):
        later = solved(seconds, state, monkeypatch)
        assert later.certificates[0].plan == early.certificates[0].plan
    assert later.stopped == ""


def _bits(line: np.ndarray) -> int:
    return int.from_bytes(np.packbits(line).tobytes(), "big")


def test_of_more_numbers_than_a_word_has_bits_nothing_is_told() -> None:
    """By hand: bit 3 is 8; 100 numbers still fit a signed word of 64 bits, into which they are written."""
    assert bits_of([3, 3, -1, 70]) == 8
    assert np.int64(bits_of(range(100))) == 2**63 - 1
