"""Both engines write the same history with every part of the model: care, health, brigade, disruptions, moves."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich_case import day, rich_scenario
from strategies import Table, on_the_hour
from strategies_care import THEMES, whole_tables
from test_engines_equal import CASE, same

from sim import load, sample
from sim.scenario.tables.schema import Scenario


def whole(n: int, theme: str, *, coarse: bool = False, fixed: bool = False):
    """A test on n made-up scenarios of a theme, with any of the parts of the conceptual model."""

    @settings(
        max_examples=n, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=fixed,
    )  # fmt: skip
    @given(table=whole_tables(coarse=coarse, theme=theme), seed=st.integers(0, 5), lifted=st.integers(0, 9))
    def equal(table: Table, seed: int, lifted: int) -> None:
        scenario = Scenario.model_validate(table)
        travellers = sample(scenario, seed=seed, replication=0)
        pools = sorted({port.pool for port in scenario.ports.values() if port.pool})
        lift = ("rooms",) if scenario.sites and lifted == 0 else tuple(pools[:1]) if lifted == 1 else ()
        same(scenario, 0, on_the_hour(travellers) if coarse else travellers, lift)

    return equal


def rich_changes(allocation: str, per: str) -> list[dict[str, Any]]:
    """The rich scenario with a way to pick sites: with a coach and without, with few people and with cohorts."""
    sites = rich_scenario().model_dump(by_alias=True, exclude_none=True)["sites"] | {"allocation": allocation}
    rooms = {"per": per, "airing_hours": 2.0, "cleaning_minutes": 10.0}
    return [
        {"sites": sites, "rooms": rooms},
        {"sites": sites, "rooms": rooms, "coaches": None, "hospital": None},
        {"sites": {**sites, "cohort_hours": 20.0}, "rooms": rooms},
    ]


def rare_changes() -> list[tuple[dict[str, Any], int]]:
    """Changes of the rich scenario with a seed, found by search, in which what is rare happens: guests detected while
    they wait for another site, on the way to it, or with others of their party; a site lost while a coach rides to it.
    """
    rooms = {"per": "party", "airing_hours": 2.0, "cleaning_minutes": 10.0}
    rich = rich_scenario().model_dump(by_alias=True, exclude_none=True)
    health = {**rich["health"], "infected_share": 0.5}
    places = ("villa", "lodge", "inn", "court", "mill")
    lost = [{"kind": "site_lost", "place": place, "from_day": day(2 + i)} for i, place in enumerate(places)]
    return [
        ({"rooms": rooms, "health": health, "hospital": {"beds": 0}}, 2),
        ({"rooms": rooms, "health": health, "coaches": None, "disruptions": lost, "hospital": {"beds": 0}}, 4),
        ({"rooms": rooms, "health": health, "disruptions": lost, "brigade": None}, 2),
        ({"rooms": rooms, "sites": {**rich["sites"], "cohort_hours": 5.0}, "disruptions": lost}, 0),
    ]


def same_with_seed(scenario: Scenario, seed: int) -> None:
    """Both engines, for the travellers of a seed."""
    same(scenario, 0, sample(scenario, seed=seed, replication=0))


def with_the_compiler_off() -> None:
    """What the test of the uncompiled engine runs: all themes, the rich case and some days of the real one."""
    for theme in THEMES:
        whole(20, theme, fixed=True)()
    whole(10, "churn", coarse=True, fixed=True)()
    for changes in rich_changes("assigned", "person"):
        same(rich_scenario(**changes), 1)
    for changes, seed in rare_changes():
        same_with_seed(rich_scenario(**changes), seed)
    same(load(CASE, overrides=("last_day=2020-03-05", "arrivals.factor=0.5")), 1)


@pytest.mark.parametrize("coarse", [False, True], ids=["any second", "whole hours"])
@pytest.mark.parametrize("theme", THEMES)
def test_made_up_scenarios_of_the_whole_model_have_the_same_history_in_both_engines(theme: str, coarse: bool) -> None:
    """equality, on 20 scenarios of each theme, with infected guests, lost sites, reserve brigade, absence and moves."""
    whole(20, theme, coarse=coarse)()


@pytest.mark.slow
@pytest.mark.parametrize("coarse", [False, True], ids=["any second", "whole hours"])
@pytest.mark.parametrize("theme", THEMES)
def test_many_scenarios_of_the_whole_model_have_the_same_history_in_both_engines(theme: str, coarse: bool) -> None:
    """equality, on 2,000 of each: about a quarter of an hour."""
    whole(2_000, theme, coarse=coarse)()


@pytest.mark.parametrize("allocation", ["spread", "fill", "nearest", "assigned"])
@pytest.mark.parametrize("per", ["party", "person"])
def test_the_rich_scenario_has_the_same_history_in_both_engines(allocation: str, per: str) -> None:
    """equality of the scenario with all parts at once: however sites are picked, whoever has a room."""
    for changes in rich_changes(allocation, per):
        same(rich_scenario(**changes), 1)


def test_what_happens_seldom_happens_in_both_engines() -> None:
    """equality, in scenarios that were searched for."""
    for changes, seed in rare_changes():
        same_with_seed(rich_scenario(**changes), seed)
