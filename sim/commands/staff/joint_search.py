"""The search where many numbers are free: all at once, by what the shift of each number says for itself.

A target about the worst shift is met when no shift misses, and whether a shift misses depends little on the people of
others. So a few *rows* (all numbers as they are, one lower, one higher, …), met by the same travellers, tell for every
number and value in which replications its shift misses; the cheapest combination of which enough replications have no
miss is then a matter of counting. Rows round that one follow, until it is its own answer: then its own row says so.
With 17 numbers this takes a dozen or two of plans, where a walk from plan to plan took some hundred.

The combination is chosen by travellers A without the parts that hardly matter, and what is cheapest by luck too is
chosen first. So more is asked of it (`AIM`), and the first `CHECKED` replications are met by the full model as well: as
much as it is less kind is asked for on top. What saves little comes last, so that a search that is cut short has a plan
that will more likely than not be shown to hold. All this proves nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from sim.commands.staff.certify import aim
from sim.commands.staff.ledger import GUESSED, Ledger
from sim.commands.staff.problem import SEARCH, Outcome, Plan, Problem

STAGES = ((60, 3), (240, 1))
"""Replications of each row, and how far rows are from the plan."""
ROUNDS = 3
"""The most rounds of rows in each stage: they may go round, since shifts leave each other work."""
LAST = 480
"""Replications of the plan that is reported."""
AROUND = (-8, -6, -4, -3, -2, -1, 0, 1)
"""Rows round the plan by which cuts are chosen: far below it too, where a number fails whatever the others are."""
AIM = 0.97
"""Chance that the first certificate would succeed, for each target, if travellers A said the truth: the plan was chosen
by them, so that it is mostly less kind.
"""
CHECKED = 240
MOST_NODES = 200_000

Masks = tuple[int, ...]
"""For each target the replications missed, a bit each."""


@dataclass(frozen=True)
class Rows:
    """What rows round a plan say."""

    n: int
    """Replications."""
    values: tuple[dict[int, Masks], ...]
    """By free number: in which replications its shift misses, at each value met."""
    besides: Masks
    """Missed in the plan's own row, but by no shift of a free number."""

    def at(self, i: int, value: int) -> Masks:
        """At a value, or the next higher one that was met, which misses less; above all of them at the highest."""
        known = self.values[i]
        return known[min((each for each in known if each >= value), default=max(known))]

    def missed(self, plan: Plan) -> Masks:
        """Replications that a plan would miss."""
        each = [self.at(i, value) for i, value in enumerate(plan)]
        return tuple(_either([own[j] for own in each], rest) for j, rest in enumerate(self.besides))


def together(ledger: Ledger, begin: Plan, note: Callable[[Plan], None]) -> Plan | None:
    """The cheapest plan that passes on travellers A by rows; None where shifts don't explain what misses."""
    plan, extra = begin, np.zeros(len(ledger.problem.asked))
    for stage in STAGES:
        plan = _by_rows(ledger, plan, stage)
        if not _shifts_explain(ledger, plan):
            ledger.guess = None
            return None
        note(plan)
    plan = _lifted(ledger, plan, extra)
    note(plan)
    extra = _less_kind(ledger, plan)
    plan = _lifted(ledger, plan, extra)
    note(plan)
    guess_by(ledger, read_rows(ledger, plan, GUESSED, AROUND))
    for lower in _lowered(ledger, plan, extra):
        plan = lower
        note(plan)
    return plan


def _shifts_explain(ledger: Ledger, plan: Plan) -> bool:
    """Whether shifts account for most of what is missed, in the row of the plan and the lowest one."""
    n, far = STAGES[0]
    lowest = _row(ledger.problem, plan, -far)
    outcomes = ledger.outcomes([plan, lowest], SEARCH, n, full=False)
    missed = sum(int((~each.met).sum()) for each in outcomes)
    attributed = sum(int((~each.met & (each.missed != 0)).sum()) for each in outcomes if each.missed is not None)
    return 2 * attributed > missed


def _less_kind(ledger: Ledger, plan: Plan) -> NDArray[np.float64]:
    """For each target, by how much the full model meets it in a smaller share."""
    part, full = (ledger.outcomes([plan], SEARCH, CHECKED, full=full)[0].met.mean(axis=1) for full in (False, True))
    return np.asarray(np.maximum(part - full, 0.0))


def _by_rows(ledger: Ledger, plan: Plan, stage: tuple[int, int]) -> Plan:
    """The plan that its own rows say is cheapest; else the cheapest met that passes, or the last.

    What is cheapest by rows misses more in its own row than they said: it is the luckiest, and shifts leave each other
    work. As much more, within limits, is taken off what may be missed in the next round.
    """
    n, far = stage
    problem, met = ledger.problem, dict[Plan, bool]()
    most = _allowed(problem, n, np.zeros(len(problem.asked)))
    said = list[int]()
    while plan not in met and len(met) < ROUNDS:
        rows = read_rows(ledger, plan, n, range(-far, far + 1))
        guess_by(ledger, rows)  # until there is a better one
        missed = _counts(rows, plan)
        met[plan] = _enough(missed, most)
        better = cheapest_by_rows(problem, rows, _less(most, missed, said))
        if better == plan:
            return plan
        plan, said = better, _counts(rows, better)
    passing = [each for each, good in met.items() if good]
    return min(passing, key=problem.cost, default=plan)


def _less(most: Sequence[int], missed: Sequence[int], said: Sequence[int]) -> list[int]:
    """What may be missed, less what rows of the last round were wrong by, a third of it at most."""
    if not said:
        return list(most)
    return [m - min(max(real - attributed, 0), m // 3) for m, real, attributed in zip(most, missed, said, strict=True)]


def _counts(rows: Rows, plan: Plan) -> list[int]:
    """Replications in which rows say that a plan misses each target."""
    return [mask.bit_count() for mask in rows.missed(plan)]


def _enough(missed: Sequence[int], most: Sequence[int]) -> bool:
    return all(count <= m for count, m in zip(missed, most, strict=True))


def _lifted(ledger: Ledger, plan: Plan, extra: NDArray[np.float64]) -> Plan:
    """More, while too much is missed: of some numbers one, the cheapest that rows say would do."""
    problem = ledger.problem
    for n in (STAGES[-1][0], LAST):
        most, said = _allowed(problem, n, extra), list[int]()
        while not _enough(missed := _counts(read_rows(ledger, plan, n, [0]), plan), most):
            rows = read_rows(ledger, plan, n, [0, 1])
            more = cheapest_by_rows(problem, rows, _less(most, missed, said))
            if more == plan:
                return plan
            plan, said = more, _counts(rows, more)
    return plan


def _lowered(ledger: Ledger, plan: Plan, extra: NDArray[np.float64]) -> Iterator[Plan]:
    """Plans with one fewer where rows say that they would pass, and they do; what saves most is tried first."""
    problem, refused = ledger.problem, set[int]()
    while True:
        rows, most = read_rows(ledger, plan, LAST, [0, -1]), _allowed(problem, LAST, extra)
        fewer = {i: (*plan[:i], plan[i] - 1, *plan[i + 1 :]) for i, free in enumerate(problem.frees)
                 if free.unit_cost > 0 and plan[i] > free.low and i not in refused}  # fmt: skip
        hopeful = [i for i, each in fewer.items() if _enough(_counts(rows, each), most)]
        if not hopeful:
            return
        i = max(hopeful, key=lambda i: problem.frees[i].unit_cost)
        if all(_enough(_counts(read_rows(ledger, fewer[i], m, [0]), fewer[i]), _allowed(problem, m, extra))
               for m in (STAGES[-1][0], LAST)):  # fmt: skip
            plan = fewer[i]
            yield plan
        else:
            refused.add(i)


def _allowed(problem: Problem, n: int, extra: NDArray[np.float64]) -> list[int]:
    """Replications that may miss each target."""
    aims = [min(aim(each.share, AIM) + more, 1.0) for each, more in zip(problem.asked, extra, strict=True)]
    return [int(n * (1 - share) + 1e-9) for share in aims]


def _row(problem: Problem, plan: Plan, k: int) -> Plan:
    """All numbers so many higher, within their bounds; those without a cost stay."""
    return tuple(
        min(max(value + k, free.low), free.high) if free.unit_cost > 0 else value
        for free, value in zip(problem.frees, plan, strict=True)
    )


def read_rows(ledger: Ledger, plan: Plan, n: int, steps: Sequence[int]) -> Rows:
    """What n replications of these rows say, the nearest row for each value."""
    steps = sorted(steps, key=abs)
    plans = [_row(ledger.problem, plan, k) for k in steps]
    values: list[dict[int, Masks]] = [{} for _free in plan]
    besides: Masks = ()
    for row, outcome in zip(plans, ledger.outcomes(plans, SEARCH, n, full=False), strict=True):
        missed = np.zeros(outcome.met.shape, dtype=np.int64) if outcome.missed is None else outcome.missed
        besides = besides or tuple(_mask(line) for line in ~outcome.met & (missed == 0))
        for i, value in enumerate(row):
            values[i].setdefault(value, tuple(_mask(line) for line in (missed >> i & 1).astype(bool)))
    return Rows(n, tuple(values), besides)


def _mask(line: NDArray[np.bool_]) -> int:
    return int.from_bytes(np.packbits(line).tobytes(), "big")


def cheapest_by_rows(problem: Problem, rows: Rows, most: Sequence[int]) -> Plan:
    """The cheapest combination of values met that misses each target in at most so many replications; of those the
    one that misses least. Targets that have a number in common are met together; where none is enough, all highest.
    """
    plan = [min(values) if free.unit_cost > 0 else max(values) for values, free in
            zip(rows.values, problem.frees, strict=True)]  # fmt: skip
    for targets, members in _groups(rows):
        parts = [Part(i, problem.frees[i].unit_cost, rows.values[i], targets) for i in members]
        found = _Choice(parts, [rows.besides[j] for j in targets], [most[j] for j in targets]).best()
        for i, value in zip(members, found, strict=True):
            plan[i] = value
    return tuple(plan)


def _groups(rows: Rows) -> Iterator[tuple[list[int], list[int]]]:
    """Targets that have numbers in common, and these numbers."""
    of = [{i for i, values in enumerate(rows.values) if any(own[j] for own in values.values())}
          for j in range(len(rows.besides))]  # fmt: skip
    left = [j for j, members in enumerate(of) if members]
    while left:
        targets, members = [left.pop(0)], set[int]()
        members |= of[targets[0]]
        while more := [j for j in left if of[j] & members]:
            targets += more
            members |= set().union(*(of[j] for j in more))
            left = [j for j in left if j not in more]
        yield targets, sorted(members)


class Part:
    """A number with its values from the lowest, and what it misses of some targets at each."""

    def __init__(self, i: int, unit_cost: float, values: dict[int, Masks], targets: list[int]) -> None:
        self.i, self.unit_cost = i, unit_cost
        self.values = [(value, unit_cost * value, tuple(values[value][j] for j in targets)) for value in sorted(values)]
        self.always = tuple(_all([masks[j] for _value, _cost, masks in self.values]) for j in range(len(targets)))


class _Choice:
    """Depth first over the numbers, those that miss most first; nothing that costs more than the best is gone into."""

    def __init__(self, parts: list[Part], besides: list[int], most: list[int]) -> None:
        self.order = sorted(parts, key=lambda part: -sum(mask.bit_count() for mask in part.values[0][2]))
        self.parts, self.besides, self.most = parts, tuple(besides), most
        self.rest_cost, self.rest = [0.0], [tuple(0 for _target in most)]
        for part in reversed(self.order):
            self.rest_cost.append(self.rest_cost[-1] + part.values[0][1])
            self.rest.append(tuple(a | b for a, b in zip(self.rest[-1], part.always, strict=True)))
        self.rest_cost.reverse()
        self.rest.reverse()
        self.nodes = 0

    def best(self) -> list[int]:
        """Values in the order of the parts given."""
        self.chosen = self._lowered()
        self.key = self._key(self.chosen)
        if self.key[0] < float("inf"):
            self._deeper([], 0.0, self.besides)
        by_number = {part.i: value for part, value in zip(self.order, self.chosen, strict=True)}
        return [by_number[part.i] for part in self.parts]

    def _lowered(self) -> list[int]:
        """From all highest, each as low as it goes, the dear ones first: a first answer."""
        at = {part.i: len(part.values) - 1 for part in self.order}
        for part in sorted(self.order, key=lambda part: -part.unit_cost):
            while at[part.i] > 0:
                at[part.i] -= 1
                if self._key([p.values[at[p.i]][0] for p in self.order])[0] == float("inf"):
                    at[part.i] += 1
                    break
        return [part.values[at[part.i]][0] for part in self.order]

    def _key(self, values: Sequence[int]) -> tuple[float, int]:
        """Cost (infinite where too much is missed) and what is missed."""
        masks, cost = self.besides, 0.0
        for part, wanted in zip(self.order, values, strict=True):
            _value, price, own = next(each for each in part.values if each[0] == wanted)
            masks, cost = tuple(a | b for a, b in zip(masks, own, strict=True)), cost + price
        counts = [mask.bit_count() for mask in masks]
        good = all(count <= m for count, m in zip(counts, self.most, strict=True))
        return (cost if good else float("inf")), sum(counts)

    def _deeper(self, values: list[int], cost: float, masks: Masks) -> None:
        depth = len(values)
        self.nodes += 1
        if self.nodes > MOST_NODES or cost + self.rest_cost[depth] > self.key[0] + 1e-9:
            return
        pairs = zip(masks, self.rest[depth], self.most, strict=True)
        if any((mask | rest).bit_count() > m for mask, rest, m in pairs):
            return
        if depth == len(self.order):
            key = (cost, sum(mask.bit_count() for mask in masks))
            if key < (self.key[0] - 1e-9, 0) or (key[0] < self.key[0] + 1e-9 and key[1] < self.key[1]):
                self.key, self.chosen = key, values
            return
        for value, price, own in self.order[depth].values:
            self._deeper([*values, value], cost + price, tuple(a | b for a, b in zip(masks, own, strict=True)))


def _either(masks: Sequence[int], first: int) -> int:
    for mask in masks:
        first |= mask
    return first


def _all(masks: Sequence[int]) -> int:
    found = masks[0]
    for mask in masks:
        found &= mask
    return found


def guess_by(ledger: Ledger, rows: Rows) -> None:
    """Let these rows say what is expected of plans that nobody met."""
    ledger.guess = Ledger(ledger.problem, Guess(rows))
    ledger.guess.guessed_on = rows.n


@dataclass(frozen=True)
class Guess:
    """An `Evaluate` that only counts: what rows say about any plan. For the choice of cuts."""

    rows: Rows

    def __call__(self, plans: Sequence[Plan], block: str, replications: range, *, full: bool) -> list[Outcome]:
        """Outcomes of the travellers of the rows."""
        del block, full
        return [self._outcome(plan, replications) for plan in plans]

    def _outcome(self, plan: Plan, replications: range) -> Outcome:
        here = slice(replications.start, replications.stop)
        own = np.array([[self._line(mask)[here] for mask in self.rows.at(i, v)] for i, v in enumerate(plan)])
        met = ~(own.any(axis=0) | np.array([self._line(mask)[here] for mask in self.rows.besides]))
        worst = np.where(own.any(axis=0), own.argmax(axis=0), -1)
        return Outcome(met, np.where(met, 1.0, -1.0), worst.astype(np.int32))

    def _line(self, mask: int) -> NDArray[np.bool_]:
        width = -(-self.rows.n // 8)
        return np.unpackbits(np.frombuffer(mask.to_bytes(width, "big"), np.uint8), count=self.rows.n).astype(bool)
