"""`qcap staff` in numbers: chances of error, least plans, cuts and going on later, where every share is known."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Sequence

import numpy as np
import pytest
from scipy import stats
from staff_case import Coins

from sim.commands.staff import certify, ledger, solve
from sim.commands.staff.ledger import Ledger, cheapest, start
from sim.commands.staff.problem import (
    CUTS,
    FAILS,
    HOLDS,
    OPEN,
    SEARCH,
    Answer,
    Certificate,
    Event,
    Free,
    Hour,
    MoreHurt,
    Outcome,
    Plan,
    Problem,
    TargetShare,
)
from sim.commands.staff.search import passes
from sim.commands.staff.solve import bound, more_hurt, planned_cuts
from sim.numbers.theory import servers_needed


def problem_of(*highs: int, costs: Sequence[float] = (), targets: int = 1, share: float = 0.9) -> Problem:
    """Free values from 0 to these bounds."""
    costs = costs or [1.0] * len(highs)
    frees = tuple(Free(f"shift {i}", 0, high, cost) for i, (high, cost) in enumerate(zip(highs, costs, strict=True)))
    return Problem(frees, tuple(TargetShare(f"target {j}", share) for j in range(targets)))


def certified(problem: Problem, shares: Sequence[float] | Coins, plan: Plan) -> Answer:
    """Attempts at certificates alone."""
    answer = Answer()
    solve._attempts(Ledger(problem, shares), plan, answer)  # type: ignore[arg-type]
    return answer


# --- chances of error

RUNS = pytest.mark.parametrize("runs", [40, pytest.param(2000, marks=pytest.mark.slow)])
"""All chances with few runs, which finds gross faults; `-m slow` finds half a per cent too much."""


def told_falsely(runs: int, allowed: float, false: int) -> bool:
    """More often than the chance allowed would explain in 1 of 1,000 cases."""
    return stats.binom.sf(false - 1, runs, allowed) < 0.001


@RUNS
def test_a_plan_that_just_fails_is_certified_in_less_than_5_percent_of_runs_however_often_it_tries(runs: int) -> None:
    """theory: shares a hair under 90 % whatever is added, so that each of the four attempts could be a false one: the
    chances of attempts add up to less than 4.75 %. No more than that explains; nor are they given away."""
    problem = problem_of(9)
    answers = [certified(problem, Coins(lambda _: [0.8999], seed), (2,)) for seed in range(runs)]
    false = sum(answer.certificate is not None for answer in answers)
    assert not told_falsely(runs, certify.WRONG * (1 - certify.CORNER_PART), false)
    assert stats.binom.cdf(false, runs, 0.035) > 0.001
    assert max(len(answer.certificates) for answer in answers) >= 3


@RUNS
@pytest.mark.parametrize("together", [True, False], ids=["alike", "each its own"])
def test_neighbours_that_hold_are_told_to_fail_in_less_than_the_level(together: bool, runs: int) -> None:
    """theory: a plan at 99 %, three neighbours that just hold (90 % of two targets): a complete certificate is false,
    and so is any single verdict that stands alone. Each in at most 2.85 % of attempts."""
    problem = problem_of(9, 9, 9, targets=2)

    def shares(plan: Plan) -> list[float]:
        return [0.99, 0.99] if plan == (2, 2, 2) else [0.9, 0.9]

    complete = alone = 0
    for seed in range(runs):
        for certificate in certify.attempt(Ledger(problem, Coins(shares, seed, together)), (2, 2, 2), 0):
            last = certificate
        complete += last.complete
        alone += any(each.alone for each in last.neighbours)
        assert all(each.alone <= (each.verdict == FAILS) for each in last.neighbours)
    assert not told_falsely(runs, certify.level_of(0), complete)
    assert not told_falsely(runs, certify.level_of(0), alone)


def test_levels_of_attempts_and_the_corner_add_up_to_5_percent() -> None:
    """By hand: 0.25 % for the corner, 60 % of what is left for each attempt: 2.85, 1.14, 0.456, 0.1824 %."""
    levels = [certify.level_of(i) for i in range(4)]
    assert levels == pytest.approx([0.0285, 0.0114, 0.00456, 0.001824])
    assert sum(certify.level_of(i) for i in range(200)) + 0.0025 == pytest.approx(0.05)


@RUNS
def test_a_corner_that_just_holds_is_rarely_told_to_fail_and_one_that_fails_always(runs: int) -> None:
    """theory: at 90 % in at most 0.25 % of runs; at 60 % in all."""
    problem = problem_of(5)

    def verdict(share: float, seed: int) -> str:
        return [subject.verdict for subject in certify.corner(Ledger(problem, Coins(lambda _: [share], seed)))][-1]

    assert not told_falsely(runs, 0.0025, sum(verdict(0.9, seed) == FAILS for seed in range(runs)))
    assert {verdict(0.6, seed) for seed in range(20)} == {FAILS}


@RUNS
def test_cuts_of_plans_that_just_hold_lift_the_bound_in_less_than_5_percent_of_runs(runs: int) -> None:
    """theory: three plans that hold are handed over as cuts, and once more weaker: any certified is a false bound."""
    problem = problem_of(9, 9, 9)
    failing: dict[Plan, bool] = {(9, 9, 4): True, (9, 4, 9): True, (4, 9, 9): True}
    false = 0
    for seed in range(runs):
        book = Ledger(problem, Coins(lambda _: [0.9], seed))
        *_, last = bound(book, planned_cuts(book, (0, 0, 1), failing))
        false += any(cut.verdict == FAILS for cut in last.cuts)
    assert not told_falsely(runs, 0.05, false)


# --- certificates


def test_a_certificate_by_hand() -> None:
    """By hand: a plan that always meets its targets holds at the second look, 60 of 60 (0.9^60 = 0.0018, less than
    60 / 480 of 2.85 %); a neighbour that never does fails at the first; the third has no cost, so it has none."""
    problem = problem_of(5, 5, 5, costs=(1, 1, 0))
    coins = Coins(lambda plan: [float(plan[0] >= 2 and plan[1] >= 3)])
    (certificate,) = certified(problem, coins, (2, 3, 1)).certificates
    assert (certificate.complete, certificate.block, certificate.finished) == (True, "B", True)
    assert (certificate.subject.targets[0].met, certificate.subject.targets[0].replications) == (60, 60)
    assert [(each.free, each.plan, each.alone) for each in certificate.neighbours] == [
        (0, (1, 3, 1), True),
        (1, (2, 2, 1), True),
    ]
    assert [(each.decided_by.met, each.decided_by.replications) for each in certificate.neighbours] == [(0, 30)] * 2
    assert coins.made == 60 + 2 * 30


def test_of_several_targets_each_must_hold_and_one_that_fails_is_enough() -> None:
    """By hand: two targets at 99 %; with one fewer the second is met in half of the replications: it decides."""
    problem = problem_of(5, targets=2)
    coins = Coins(lambda plan: [0.99, 0.99 if plan[0] > 2 else 0.5])
    (certificate,) = certified(problem, coins, (3,)).certificates
    assert [told.verdict for told in certificate.subject.targets] == [HOLDS, HOLDS]
    (neighbour,) = certificate.neighbours
    assert (neighbour.decided_by.target, neighbour.targets[0].verdict) == (1, OPEN)
    assert neighbour.decided_by.high < 0.9 < certificate.subject.targets[0].low


def test_a_plan_that_fails_is_followed_by_one_with_more_on_fresh_travellers() -> None:
    """By hand: 3 is needed (98 %), 1 was thought to be enough (20 %): the second attempt on C holds, with its witness;
    nothing of B counts for it."""
    coins = Coins(lambda plan: [(0.1, 0.2, 0.5, 0.98, 0.99, 1.0)[min(plan[0], 5)]])
    answer = certified(problem_of(5), coins, (1,))
    assert [(each.plan, each.block) for each in answer.certificates] == [((1,), "B"), ((3,), "C")]
    assert answer.certificate is answer.certificates[-1]
    assert (answer.plan, answer.certificates[-1].complete) == ((3,), True)
    assert answer.certificates[-1].level == certify.level_of(1)


def test_a_neighbour_that_holds_gets_a_block_of_its_own() -> None:
    """By hand: 3 and 2 always hold, 1 never: 3 is certified, then 2 with its witness."""
    coins = Coins(lambda plan: [float(plan[0] >= 2)])
    answer = certified(problem_of(5), coins, (3,))
    assert [(each.plan, each.block, each.complete) for each in answer.certificates] == [
        ((3,), "B", False),
        ((2,), "C", True),
    ]
    assert answer.plan == (2,)


def test_nothing_holds_when_all_that_can_be_added_does_not_help() -> None:
    """By hand: 50 % whatever is done: no certificate, and the plan of the first attempt is told as it is."""
    answer = certified(problem_of(3), Coins(lambda _: [0.5]), (3,))
    assert (answer.certificate, answer.plan, len(answer.certificates)) == (None, (3,), 1)
    assert answer.certificates[0].subject.verdict == FAILS


# --- integer programmes


def excluded(problem: Problem, plan: Plan, cut: Plan) -> bool:
    return all(a <= b if f.more_helps else a == b for f, a, b in zip(problem.frees, plan, cut, strict=True))


@pytest.mark.parametrize("seed", range(12))
def test_the_cheapest_plan_left_is_that_of_all_plans_tried_one_by_one(seed: int) -> None:
    """Brute force over all plans of three numbers, one of which may hurt; None when cuts leave none."""
    rng = np.random.default_rng(seed)
    frees = tuple(
        Free(str(i), int(rng.integers(0, 3)), 5, float(rng.integers(1, 5)), i != 1 or seed % 2 == 0) for i in range(3)
    )
    problem = Problem(frees, (TargetShare("t", 0.9),))
    plans = list(itertools.product(*(range(free.low, 6) for free in frees)))
    cuts = [plans[k] for k in rng.integers(0, len(plans), 6)]
    left = [plan for plan in plans if not any(excluded(problem, plan, cut) for cut in cuts)]
    found, least = cheapest(problem, cuts)
    assert found in left
    assert found is not None
    assert problem.cost(found) == least == min(map(problem.cost, left))
    assert cheapest(problem_of(2, 2), [(2, 2)]) == (None, math.inf)


def test_the_first_guess_covers_each_hour_by_the_cheapest_shifts() -> None:
    """Brute force: least cost of three shifts, two of which overlap, with what Erlang C says for each hour; an hour
    that its shift can't cover gets all it can."""
    rates, covered = (0.2, 0.9, 0.5, 3.0), ((0,), (0, 1), (1,), (2,))
    hours = tuple(Hour(rate, 10.0, 5.0, by, -1 if by == (1,) else 0) for rate, by in zip(rates, covered, strict=True))
    frees = tuple(Free(str(i), 0, 12, cost) for i, cost in enumerate((8.0, 6.0, 4.0)))
    problem = Problem(frees, (TargetShare("t", 0.9),), hours)
    need = [servers_needed(rate, 10.0, 5.0, share=0.1) for rate in rates]
    fits = [
        (a, b, 12)
        for a, b in itertools.product(range(13), repeat=2)
        if a >= need[0] and a + b >= need[1] and b >= need[2] + 1
    ]
    assert need[3] > 12
    assert start(problem) == min(fits, key=problem.cost)


# --- search and bound


def hills(seed: int, highs: tuple[int, ...], targets: int = 1) -> tuple[Problem, Coins]:
    """Shares that grow with each number, steeply around a frontier on which numbers can stand for each other."""
    rng = np.random.default_rng(seed)
    weights = rng.uniform(0.3, 1.0, (targets, len(highs)))
    middle = (weights * np.array(highs) * rng.uniform(0.35, 0.7, len(highs))).sum(axis=1)
    steep = rng.uniform(0.8, 3.0)
    costs = [float(c) for c in rng.integers(2, 9, len(highs))]

    def shares(plan: Plan) -> list[float]:
        return list(1 / (1 + np.exp(-steep * (weights @ np.array(plan) - middle) - math.log(9))))

    return problem_of(*highs, costs=costs, targets=targets), Coins(shares, seed)


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 24))])
def test_no_cheaper_plan_passes_on_the_travellers_of_the_search(seed: int) -> None:
    """Brute force: all plans of two or three numbers, each with all 240 travellers A; whichever the numbers that stand
    for each other, the search ends at the least cost."""
    problem, coins = hills(seed, ((12, 9), (5, 5, 4))[seed % 2], targets=1 + seed % 3)
    answer = solve.solve(problem, coins)
    book = Ledger(problem, coins)
    plans = itertools.product(*(range(free.high + 1) for free in problem.frees))
    least = min(problem.cost(plan) for plan in plans if passes(book, plan, SEARCH, 240))
    assert answer.certificates
    assert problem.cost(answer.certificates[0].plan) == least


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(2, 24))])
def test_the_bound_is_not_above_the_true_least_cost_and_near_it(seed: int) -> None:
    """theory: shares are known, so is the least plan that holds; with steep shares and parts that can't stand for each
    other the bound is the cost itself."""
    problem, coins = hills(seed, (9, 7))
    plans = itertools.product(*(range(free.high + 1) for free in problem.frees))
    true = min(problem.cost(plan) for plan in plans if min(coins.shares(plan)) >= 0.9)
    answer = solve.solve(problem, coins)
    assert answer.bound is not None
    assert 0.5 * true < answer.bound.cost <= true
    apart = Coins(lambda plan: [0.3 if plan[0] < 4 or plan[1] < 3 else 0.97], seed)
    answer = solve.solve(problem, apart)
    assert (answer.plan, answer.bound and answer.bound.cost) == ((4, 3), problem.cost((4, 3)))
    assert answer.bound is not None
    assert {cut.plan for cut in answer.bound.cuts} == {(3, 7), (9, 2)}
    assert answer.hurt is not None
    assert (answer.hurt.worse, answer.hurt.lost) == (0, 0)


def test_a_cut_that_stays_open_is_tried_once_more_weaker_by_one() -> None:
    """By hand: up to 5 it fails (89 %, too near to 90 % for 480 replications), with 4 it is clear: P, then Q."""
    problem = problem_of(9, 9)
    coins = Coins(lambda plan: [0.89 if plan[0] == 5 else 0.4 if plan[0] < 5 else 0.99])
    book = Ledger(problem, coins)
    *_, last = bound(book, planned_cuts(book, (6, 0), {(5, 9): True}))
    assert [(cut.plan, cut.verdict) for cut in last.cuts] == [((5, 9), OPEN), ((4, 9), FAILS)]
    assert {block for _, block, _, full in coins.calls if full} == set(CUTS)
    assert last.cost == problem.cost((5, 0))


def test_replications_in_which_more_hurt_are_counted() -> None:
    """By hand: of four replications the margin shrinks in three with one more, and two lose the target. Plans of which
    neither has at least as many of everything are not compared.
    """
    margins = {(1, 1): [0.1, 0.2, 0.3, -0.1], (2, 1): [-0.1, -0.2, 0.2, 0.4], (0, 2): [1.0, 1.0, 1.0, 1.0]}

    def evaluate(plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        del block, full
        rows = [np.array([margins[plan]])[:, replications.start : replications.stop] for plan in plans]
        return [Outcome(row > 0, row, np.full(row.shape, -1, dtype=np.int32)) for row in rows]

    book = Ledger(problem_of(3, 3), evaluate)
    book.outcomes(list(margins), "B", 4, full=True)
    assert more_hurt(book) == MoreHurt(replications=4, worse=3, lost=2)


# --- from question to answer


def test_the_largest_staffing_that_fails_ends_it() -> None:
    """By hand: half of the replications whatever is done: no search, nothing certified."""
    answer = solve.solve(problem_of(4, 4), Coins(lambda _: [0.5]))
    assert (answer.stopped, answer.plan, answer.certificates) == ("corner", None, [])
    assert answer.corner is not None
    assert (answer.corner.verdict, answer.corner.alone) == (FAILS, True)


def test_what_costs_nothing_is_at_its_upper_bound_or_where_it_is_best() -> None:
    """By hand: the second costs nothing and helps; the third may hurt: 2 is best."""
    frees = (Free("a", 0, 9, 1.0), Free("b", 0, 3, 0.0), Free("c", 0, 4, 0.0, more_helps=False))
    problem = Problem(frees, (TargetShare("t", 0.9),))
    coins = Coins(lambda p: [max(0.0, min(0.99, 0.1 * p[0] + 0.1 * p[1] + 0.2 - 0.1 * abs(p[2] - 2)))])
    answer = solve.solve(problem, coins)
    assert answer.plan is not None
    assert answer.plan[1:] == (3, 2)


@pytest.mark.parametrize("how", ["time", "interrupted"])
def test_a_run_that_was_stopped_goes_on_and_tells_the_same(how: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Equality: stopped again and again after a few calls and given its state back as JSON, it ends with the answer of
    one that never stopped, and no replication is made twice."""
    problem, coins = hills(4, (9, 7), targets=2)
    whole = solve.solve(problem, coins)
    monkeypatch.setattr(ledger, "PIECE_SECONDS", 1e-9)
    text, calls, stops = "{}", 0, 0

    def hurried(plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        nonlocal calls
        calls += 1
        if how == "interrupted" and calls % 97 == 0:
            raise KeyboardInterrupt
        return again(plans, block, replications, full=full)

    again = Coins(coins.shares, coins.seed)
    clock = itertools.count()
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    while True:
        state = json.loads(text)
        answer = solve.solve(problem, hurried, state=state, budget_seconds=200.5 if how == "time" else None)
        text = json.dumps(state)
        if not answer.stopped:
            break
        assert answer.stopped == how
        stops += 1
    assert stops > 3
    assert (answer.certificates, answer.bound, answer.plan) == (whole.certificates, whole.bound, whole.plan)
    assert answer.replications == again.made


def test_a_state_of_another_problem_is_refused() -> None:
    """By hand: other free values."""
    state: dict[str, object] = {}
    Ledger(problem_of(3), Coins(lambda _: [1.0]), state=state)
    with pytest.raises(ValueError, match="another problem"):
        Ledger(problem_of(3, 3), Coins(lambda _: [1.0]), state=state)


def test_progress_names_the_steps_in_order() -> None:
    """By hand: corner, search, certify, bound; done grows within a step and stays within the most where it is known."""
    events: list[Event] = []
    problem, coins = hills(4, (9, 7))
    solve.solve(problem, coins, on_event=events.append)
    steps = [step for step, _ in itertools.groupby(event.step for event in events)]
    assert [step for i, step in enumerate(steps) if step not in steps[:i]] == ["corner", "search", "certify", "bound"]
    assert all(event.done <= event.most for event in events if event.most and event.step != "certify")


def test_a_certificate_is_told_look_by_look() -> None:
    """By hand: a plan at 93 % takes several looks; each is told, the last as finished."""
    told: list[Certificate] = list(
        certify.attempt(Ledger(problem_of(3), Coins(lambda p: [0.94 if p[0] else 0.0])), (1,), 0)
    )
    looks = [each.subject.targets[0].replications for each in told]
    assert looks == sorted(looks)
    assert looks[0] == 30
    assert [each.finished for each in told] == [False] * (len(told) - 1) + [True]
