"""What every history must keep, on made-up scenarios of the whole conceptual model, with ties and without."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator

import numpy as np
import pytest
from history_checks import check_history
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from strategies import Table, on_the_hour
from strategies_care import THEMES, whole_tables

from sim.flow import simulate
from sim.flow.invariants import violations
from sim.flow.log import EventLog, Kind, Reason
from sim.measures import measure
from sim.sampling import sample
from sim.scenario.rules import check
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import ROW_TABLES

NORMAL = settings(
    max_examples=200,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
SEEDS = st.integers(0, 5)


def judge(table: Table, seed: int, *, coarse: bool) -> EventLog:
    """The history of a made-up scenario, checked twice: plainly, and by the invariants of the flow."""
    scenario = Scenario.model_validate(table)
    travellers = sample(scenario, seed=seed, replication=0)
    travellers = on_the_hour(travellers) if coarse else travellers
    log = simulate(scenario, travellers)
    check_history(log, scenario, travellers)
    assert violations(log, scenario) == []
    return log


def test_made_up_histories_keep_all_invariants_and_reach_every_kind_and_reason() -> None:
    """210 scenarios of all themes: people are conserved, nothing is beyond its capacity; and they are wide enough that
    all that can be logged is logged.
    """
    kinds: Counter[int] = Counter()
    reasons: Counter[int] = Counter()

    for theme, n in [*((theme, 70) for theme in THEMES), *((theme, 200) for theme in THEMES)]:
        if n > 70 and all(kinds[kind] for kind in Kind) and all(reasons[reason] for reason in Reason):
            break  # what is drawn depends on the modules that happen to be loaded: a rare kind may need more

        @settings(NORMAL, max_examples=n)
        @given(table=whole_tables(theme=theme), seed=SEEDS)
        def many(table: Table, seed: int) -> None:
            rows = judge(table, seed, coarse=False).rows
            kinds.update(set(rows["kind"].tolist()))
            reasons.update(set(rows["reason"].tolist()))

        many()
    assert [kind.name for kind in Kind if not kinds[kind]] == []
    assert [reason.name for reason in Reason if not reasons[reason]] == []


@settings(NORMAL, max_examples=100)
@given(table=whole_tables(coarse=True), seed=SEEDS)
def test_nobody_is_lost_when_care_happens_on_the_hour(table: Table, seed: int) -> None:
    """All durations, clock times and hand-overs are whole hours, so that ties are the rule."""
    judge(table, seed, coarse=True)


@pytest.mark.slow
@pytest.mark.parametrize("coarse", [False, True])
def test_many_made_up_histories_keep_all_invariants(coarse: bool) -> None:
    """The same with 2,500 scenarios of either kind, new ones in every run."""

    @settings(NORMAL, max_examples=2_500, derandomize=False)
    @given(table=whole_tables(coarse=coarse), seed=SEEDS)
    def many(table: Table, seed: int) -> None:
        judge(table, seed, coarse=coarse)

    many()


@settings(NORMAL, max_examples=40)
@given(table=whole_tables(), seed=SEEDS)
def test_rows_and_keys_in_another_order_change_nothing(table: Table, seed: int) -> None:
    """The same log from the scenario with its tables, and the rows of its lists, the other way round."""
    turned = {key: table[key][::-1] if key in ROW_TABLES else table[key] for key in reversed(table)}
    logs = []
    for each in (table, turned):
        scenario = Scenario.model_validate(each)
        logs.append(simulate(scenario, sample(scenario, seed=seed, replication=0)))
    assert np.array_equal(logs[0].rows, logs[1].rows)


@settings(NORMAL, max_examples=40)
@given(table=whole_tables(), seed=SEEDS)
def test_made_up_histories_can_be_measured(table: Table, seed: int) -> None:
    """Every measure has a value or is missing, shares lie in [0, 1], nothing is negative."""
    scenario = Scenario.model_validate(table)
    log = simulate(scenario, sample(scenario, seed=seed, replication=0))
    for row in measure(log, scenario).values:
        assert math.isnan(row.value) or 0 <= row.value < math.inf, row
        assert row.unit != "share" or not row.value > 1, row


@settings(NORMAL, max_examples=100)
@given(table=whole_tables(), coarse=whole_tables(coarse=True))
def test_made_up_scenarios_are_ones_that_a_planner_could_write(table: Table, coarse: Table) -> None:
    """The rules between tables find no fault in them (warnings are allowed)."""
    assert [*faults(table), *faults(coarse)] == []


def faults(table: Table) -> Iterator[str]:
    for finding in check(Scenario.model_validate(table)):
        if not finding.warning:
            yield f"{'.'.join(map(str, finding.path))} {finding.rule}"
