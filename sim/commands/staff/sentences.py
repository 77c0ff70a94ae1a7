"""The answer in sentences, verdict, targets, cost, bound, cuts and what stands beside the certificate; and the
screen.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from sim.commands.staff.extras import ABSENCE, ARRIVALS, TODAY, share_met, worst_shift
from sim.commands.staff.problem import FAILS, HOLDS, OPEN, Outcome, Subject, TargetVerdict
from sim.commands.staff.tables import (
    NOT_PROVED,
    ONE_FEWER_FAILS,
    Found,
    Posted,
    Witness,
    cost_today,
    in_money,
    on_duty,
    on_duty_today,
    posted,
    verdict_of,
    witnesses,
)
from sim.commands.staff.trials import COACH, Goal
from sim.commands.staff.values import Phase, Value
from sim.measures.registry import measure_words, place_words
from sim.numbers.verdicts import Judged
from sim.scenario.places import COACHES, HEADCOUNT, POSTS
from sim.scenario.tables.schema import Scenario
from sim.shell import show
from sim.shell.sentences import at_least, target_words
from sim.words.say import clauses, clock, day_words, duration, listed, number, percent, stated, stated_percent
from sim.words.searches import STAFF

if TYPE_CHECKING:
    from rich.table import Table

FEW = 3
"""Cuts, and shifts that gain most, on the screen; all stand in the files."""
LEAST_GAIN = 0.03
"""Of 60 replications: 2."""


def sentences(found: Found) -> Iterator[str]:
    """All of them, in the order in which a planner asks."""
    yield from verdict(found)
    if found.answer.stopped == "corner":
        yield from _limits(found)
        return
    yield from _targets(found)
    yield from _cost(found)
    yield from _bound(found)
    yield from _beside(found)


def verdict(found: Found) -> Iterator[str]:
    """What is proved, in a sentence or two."""
    certificate, stopped = found.certificate, found.answer.stopped
    if stopped == "corner":
        yield STAFF["no_staffing"]
        return
    if certificate is not None and certificate.complete:
        yield STAFF["certified"]
    else:
        yield STAFF["holds" if certificate is not None and certificate.holds else "not_shown"]
    if stopped:
        yield STAFF[f"stopped.{stopped}"]


def _targets(found: Found) -> Iterator[str]:
    certificate = found.certificate
    for target in certificate.subject.targets if certificate else ():
        if target.replications:
            yield target_sentence(found, target)


def target_sentence(found: Found, target: TargetVerdict) -> str:
    """A target of the plan with its k of n, bound and verdict."""
    goal = found.question.goals[target.target]
    fails = target.verdict == FAILS
    bound = STAFF["bound.most" if fails else "bound.least"].format(
        share=stated_percent(math.ceil(1000 * target.high - 1e-6) / 1000) if fails else at_least(target.low)
    )
    return STAFF["target.judged"].format(
        what=goal_words(found, goal), asked=stated_percent(goal.target.share_of_runs), met=target.met,
        n=target.replications, bound=bound, verdict=STAFF[f"verdict.{target.verdict}"],
    )  # fmt: skip


def goal_words(found: Found, goal: Goal) -> str:
    """What a target asks for."""
    scenario = found.question.scenario
    share = stated_percent(goal.target.at_least or 0.0)
    minutes = stated(scenario.limits.staff_wait_minutes)
    if goal.pool is not None:
        return STAFF["target.staff"].format(minutes=minutes, pool=pool_words(scenario, goal.pool), share=share)
    if goal.target.measure == COACH:
        port = place_words(scenario, goal.target.place)
        return STAFF["target.coaches"].format(minutes=minutes, port=port, share=share)
    return target_words(scenario, goal.target)


def goal_name(found: Found, goal: Goal, beside: str = "") -> str:
    """A target in a few words, where it stands beside a count: it has an id, but no name of its own. `beside`: pool or
    port that was just named, and is not named again.
    """
    scenario, place = found.question.scenario, goal.target.place
    own = "own_" if beside in (goal.pool, place) else ""
    if goal.pool is not None:
        return STAFF[f"name.{own}staff"].format(pool=pool_words(scenario, goal.pool))
    if goal.target.measure == COACH:
        return STAFF[f"name.{own}coaches"].format(port=place_words(scenario, place))
    return measure_words(scenario, goal.target.measure, place)


def pool_words(scenario: Scenario, pool: str) -> str:
    """Name of a pool, where its port may have the same id."""
    return scenario.pools[pool].name or pool


def value_words(found: Found, value: Value) -> str:
    """A free value without its phase: Gongbei point, 06:00 to 15:00."""
    scenario = found.question.scenario
    name = value.place and (place_words if value.kind == COACHES else pool_words)(scenario, value.place)
    if value.kind == HEADCOUNT:
        end = clock((value.start + round(value.hours * 60)) % 1440 or 1440)
        return STAFF["shift"].format(pool=name, start=clock(value.start), end=end)
    key = {COACHES: "coaches", POSTS: "posts_may_leave"}.get(value.kind, "reserve_rooms")
    return STAFF[key].format(port=name, pool=name)


def full_words(found: Found, value: Value) -> str:
    """The same with the days of its phase, where there are several."""
    words = value_words(found, value)
    if value.kind != HEADCOUNT or len(found.phases) == 1:
        return words
    return listed([words, phase_words(found, found.phases[value.phase])])


def phase_words(found: Found, phase: Phase) -> str:
    """3 March to 26 March."""
    years = found.question.scenario.several_years
    first, last = (day_words(day, with_year=years) for day in (phase.from_day, phase.to_day))
    return STAFF["days"].format(first=first, last=last)


def witness_words(found: Found, value: Value, witness: Witness) -> str:
    """What one fewer does, for the table."""
    goal = next((goal for goal in found.question.goals if goal.name == witness.target), None)
    target = "" if goal is None else goal_name(found, goal, beside=value.place)
    key = "so_far" if witness.kind == NOT_PROVED and witness.replications else witness.kind
    return STAFF[f"witness.{key}"].format(met=witness.met, n=witness.replications, target=target)


def cost_words(found: Found, cost: float) -> str:
    """2,184 staff-days."""
    return STAFF["yuan" if in_money(found.question) else "staff_days"].format(n=f"{cost:,.0f}")


def _cost(found: Found) -> Iterator[str]:
    cost, today = found.problem.cost(found.plan), cost_today(found)
    change = STAFF["cost.same"]
    if today and abs(cost - today) > 0.005 * today:
        change = STAFF["cost.fewer" if cost < today else "cost.more"].format(share=percent(abs(1 - cost / today)))
    yield STAFF["cost"].format(plan=cost_words(found, cost), today=cost_words(found, today), change=change)
    people, now = on_duty(found, found.plan), on_duty_today(found)
    if not people:
        return
    if len(found.phases) == 1:
        phases = STAFF["duty.only"].format(people=people[0], today=number(now[0]))
    else:
        phases = clauses(
            STAFF["duty.phase"].format(
                phase=phase_words(found, found.phases[phase]), people=number(people[phase]), today=number(now[phase])
            )
            for phase in sorted(people)
        )
    yield STAFF["duty"].format(phases=phases)


def _bound(found: Found) -> Iterator[str]:
    bound, cost = found.answer.bound, found.problem.cost(found.plan)
    if bound is None or not bound.cuts:
        yield STAFF["bound.none"]
        return
    words = {"bound": cost_words(found, bound.cost), "cost": cost_words(found, cost)}
    if bound.cost >= cost - 1e-6:
        yield STAFF["bound.exact"].format(**words)
    else:
        yield STAFF["bound.gap"].format(gap=cost_words(found, cost - bound.cost), **words)
    hurt = found.answer.hurt
    if hurt is not None and hurt.replications:
        yield STAFF["bound.hurt"].format(n=f"{hurt.replications:,}", worse=hurt.worse, lost=hurt.lost)
    certified = [cut for cut in bound.cuts if cut.verdict == FAILS]
    for cut in sorted(certified, key=lambda cut: len(_under(found, cut)))[:FEW]:
        yield cut_words(found, cut)


def _under(found: Found, cut: Subject) -> list[tuple[Value, int]]:
    """Values of a cut that are not at their upper bound."""
    return [(v, n) for v, n in zip(found.question.values, cut.plan, strict=True) if n < v.high]


def cut_words(found: Found, cut: Subject) -> str:
    """At most 3 at Gongbei, 06:00 to 15:00 fails whatever the others are."""
    what = listed(
        STAFF["cut.most"].format(people=people, what=full_words(found, value)) for value, people in _under(found, cut)
    )
    by = cut.decided_by
    words = {"met": by.met, "n": by.replications, "target": goal_name(found, found.question.goals[by.target])}
    text = STAFF["cut"].format(what=what, **words)
    return text[:1].upper() + text[1:]


def _beside(found: Found) -> Iterator[str]:
    extras = found.extras
    worst = worst_shift(extras.details)
    if worst is not None:
        (pool, phase, start), share = worst
        value = next(
            (
                v
                for v in found.question.values
                if (v.place, v.phase, v.start, v.kind) == (pool, phase, start, HEADCOUNT)
            ),
            None,
        )
        name = full_words(found, value) if value else f"{pool_words(found.question.scenario, pool)} {clock(start)}"
        yield STAFF["worst"].format(shift=name, share=percent(share))
        longest = [max(each.longest.values()) for each in extras.details if each.longest]
        mean, most = (duration(60 * minutes) for minutes in (sum(longest) / len(longest), max(longest)))
        yield STAFF["longest"].format(minutes=mean, most=most, n=len(longest))
        yield from _nobody(found)
    yield from _more(found)
    yield from _variants(found)
    for each in posted(found):
        yield posted_words(found, each)


def _nobody(found: Found) -> Iterator[str]:
    details = found.extras.details
    for pool in details[0].nobody:
        share = sum(each.nobody.get(pool, 0.0) for each in details) / len(details)
        if share >= 0.001:
            yield STAFF["nobody"].format(share=percent(share), pool=pool_words(found.question.scenario, pool))


def _more(found: Found) -> Iterator[str]:
    gains = found.extras.one_more
    if not gains:
        return
    best = sorted((i for i, gain in gains.items() if gain >= LEAST_GAIN), key=lambda i: -gains[i])[:FEW]
    if not best:
        yield STAFF["more.none"].format(n=found.extras.replications)
        return
    values = found.question.values
    yield STAFF["more"].format(
        shifts=clauses(
            STAFF["more.one"].format(shift=full_words(found, values[i]), gain=gain_words(found, gains[i])) for i in best
        )
    )


def gain_words(found: Found, gain: float) -> str:
    """In how many more replications all targets are met: 2 more of 60; with too few to know it says just that."""
    n = found.extras.replications
    if abs(gain) < LEAST_GAIN:
        return STAFF["gain.none"]
    return STAFF["gain.more" if gain > 0 else "gain.fewer"].format(replications=round(abs(gain) * n), n=n)


def _variants(found: Found) -> Iterator[str]:
    for name in (TODAY, ABSENCE, ARRIVALS):
        outcome = found.extras.variants.get(name)
        if outcome is not None:
            met, n = _all(outcome)
            yield STAFF[f"variant.{name}"].format(met=met, n=n, verdict=STAFF[f"variant.{_stands(found, outcome)}"])


def _all(outcome: Outcome) -> tuple[int, int]:
    """Replications that meet all targets."""
    return int(outcome.met.all(axis=0).sum()), int(outcome.met.shape[1])


def _stands(found: Found, outcome: Outcome) -> str:
    """By exact bounds of 95 % for each target: it stands when all hold."""
    verdicts = {
        verdict_of(Judged(*share_met(outcome, i), goal.target.share_of_runs))
        for i, goal in enumerate(found.question.goals)
    }
    return FAILS if FAILS in verdicts else HOLDS if verdicts == {HOLDS} else OPEN


def posted_words(found: Found, each: Posted) -> str:
    """How many people must be posted so that so many are on duty."""
    scenario = found.question.scenario
    pool = scenario.pools[each.pool]
    factor = STAFF["posted.assumed"]
    if each.stated and pool.posted is not None:
        factor = STAFF["posted.stated"].format(
            factor=number(each.factor), in_all=pool.posted, today=number(pool.posted / each.factor)
        )
    name = pool_words(scenario, each.pool)
    return STAFF["posted"].format(pool=name, duty=each.on_duty, posted=each.posted, factor=factor)


def _limits(found: Found) -> Iterator[str]:
    """What limits, where the largest staffing fails."""
    extras = found.extras
    if extras.plan is None or not extras.lifted:
        return
    met, n = _all(extras.plan)
    lifted = {name: _all(outcome)[0] for name, outcome in extras.lifted.items()}
    best = max(lifted, key=lambda name: lifted[name])
    asked = max(goal.target.share_of_runs for goal in found.question.goals)
    if lifted[best] >= asked * n:
        yield STAFF["limits"].format(resource=_resource(found, best), lifted=lifted[best], met=met, n=n)
    else:
        each = clauses(
            STAFF["lifted_of"].format(resource=_resource(found, name), met=count, n=n) for name, count in lifted.items()
        )
        yield STAFF["limits_none"].format(lifted=each, met=met, n=n)


def _resource(found: Found, name: str) -> str:
    pool = found.question.scenario.pools.get(name)
    if pool is None:
        return STAFF[f"resource.{name}"]
    return STAFF["resource.pool"].format(pool=place_words(found.question.scenario, name))


__all__ = ["NOT_PROVED", "ONE_FEWER_FAILS", "sentences"]


def print_answer(found: Found, lines: Sequence[str]) -> None:
    """Print the answer; `lines` are all of its sentences, the verdict first."""
    out = show.console()
    out.print(show.heading(STAFF["head"].format(title=found.question.scenario.title)))
    first = len(list(verdict(found)))
    for line in lines[:first]:
        out.print(line)
    out.print(_table(found))
    for line in lines[first:]:
        out.print(line)


def _table(found: Found) -> Table:
    columns = [STAFF[f"column.{name}"] for name in ("what", "plan", "today", "one_fewer", "one_more")]
    table = show.plain_table(*columns, numbers=[columns[1], columns[2], columns[4]], whole=columns[1:])
    values = zip(found.question.values, found.plan, witnesses(found), strict=True)
    for i, (value, people, witness) in enumerate(values):
        gain = found.extras.one_more.get(i)
        more = "" if gain is None else gain_words(found, gain)
        reason = "" if found.answer.stopped == "corner" else witness_words(found, value, witness)
        table.add_row(full_words(found, value), str(people), number(value.today), reason, more)
    return table
