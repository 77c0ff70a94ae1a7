"""The scalar decisions of the flow one by one: expected values follow from the conceptual model's wording."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest
from handmade import DAY, HOUR

from sim.flow import rules
from sim.flow.order import ENTITY_BITS, OCCASION_BITS, PLACE_BITS, Moment, order_key
from sim.scenario.tables.schema import CLOSING, ClosingWord

OPEN, STOPPED, PREPARING, UNUSED, CLOSED = rules.OPEN, rules.STOPPED, rules.PREPARING, rules.UNUSED, rules.CLOSED


@pytest.mark.parametrize(
    ("mean", "further", "people", "factor", "seconds"),
    [
        (600.0, 360.0, 1, 1.0, 600),
        (600.0, 360.0, 3, 1.0, 1320),  # 600 + 2 × 360
        (600.0, 360.0, 3, 0.5, 660),
        (0.0, 0.0, 1, 1.0, 1),  # at least a second
        (0.4, 0.0, 1, 1.0, 1),
        (0.5, 0.0, 1, 1.0, 1),
        (1.5, 0.0, 1, 1.0, 2),  # halves go up …
        (2.5, 0.0, 1, 1.0, 3),  # … and not to the even number
        (2.49, 0.0, 1, 1.0, 2),
    ],
)
def test_service_seconds_are_rounded_half_up_and_at_least_one(
    mean: float, further: float, people: int, factor: float, seconds: int
) -> None:
    """max(1, floor(x + 0.5)) with x = (mean + further × (people − 1)) × factor."""
    assert rules.service_seconds(mean, further, people, factor) == seconds


@pytest.mark.parametrize(
    ("need", "for_queue", "busy", "verdict"),
    [
        (1, 3, 2, rules.START),  # one of three is free
        (1, 3, 3, rules.WAIT),  # all three are in tasks
        (2, 3, 2, rules.WAIT),  # one is free, two are needed
        (3, 3, 0, rules.START),  # exactly those who are free
        (2, 3, 1, rules.START),
        (4, 3, 0, rules.SKIP),  # more than the shift ever has for its queue
        (1, 0, 0, rules.SKIP),  # nobody on duty, or all at posts
        (1, 1, 3, rules.WAIT),  # helpers have left with their tasks in hand: nobody is free
        (0, 0, 0, rules.START),  # a task that needs nobody
    ],
)
def test_the_head_starts_waits_or_is_skipped(need: int, for_queue: int, busy: int, verdict: int) -> None:
    """Only people for the queue count; who needs more than there are is skipped until a shift is large enough."""
    assert rules.verdict_on_head(need, for_queue, busy) == verdict


def test_a_head_waits_only_while_those_free_are_fewer_than_it_needs() -> None:
    """The invariants of the model, all cases with up to 5 for the queue: it starts exactly if busy + need <= people."""
    for for_queue, busy, need in itertools.product(range(6), range(6), range(1, 7)):
        started = rules.verdict_on_head(need, for_queue, busy) == rules.START
        assert started == (busy + need <= for_queue)


def test_spread_picks_most_free_rooms_fill_the_first_opened_nearest_the_shortest_ride() -> None:
    """Site 0 opened last, 1 has most rooms, 2 is nearest, 3 opened first."""
    state, free, ride, opened = [OPEN] * 4, [3, 9, 5, 4], [40, 30, 10, 20], [9, 2, 3, 1]
    picks = {
        p: rules.pick_site(p, state, free, [0] * 4, ride, opened, 1) for p in (rules.SPREAD, rules.FILL, rules.NEAREST)
    }
    assert picks == {rules.SPREAD: 1, rules.FILL: 3, rules.NEAREST: 2}


@pytest.mark.parametrize("policy", [rules.SPREAD, rules.FILL, rules.NEAREST])
def test_ties_go_to_the_lowest_of_the_list(policy: int) -> None:
    assert rules.pick_site(policy, [CLOSED, OPEN, OPEN], [5, 5, 5], [0, 0, 0], [60, 60, 60], [0, 0, 0], 1) == 1


@pytest.mark.parametrize("policy", [rules.SPREAD, rules.FILL, rules.NEAREST])
def test_only_open_sites_with_enough_free_rooms_are_picked(policy: int) -> None:
    """Three rooms are needed: 0 to 3 are not open, 4 has two."""
    state = [UNUSED, PREPARING, STOPPED, CLOSED, OPEN, OPEN]
    free, ride, opened = [9, 9, 9, 9, 2, 3], [1, 1, 1, 1, 1, 60], [0, 0, 0, 0, 0, 5]
    assert rules.pick_site(policy, state, free, [0] * 6, ride, opened, 3) == 5
    assert rules.pick_site(policy, state, free, [0] * 6, ride, opened, 4) == -1


def test_a_full_site_is_not_picked() -> None:
    assert rules.pick_site(rules.SPREAD, [OPEN], [0], [0], [60], [0], 1) == -1


@pytest.mark.parametrize("policy", [rules.SPREAD, rules.FILL, rules.NEAREST])
def test_sites_whose_cohort_has_begun_come_before_fresh_ones_where_they_have_the_rooms(policy: int) -> None:
    """Sites 1 and 3 have begun; by every policy 0 is best of all, 3 best of the begun; 3 has two rooms, 1 has three.
    Four rooms only fresh ones have: 0 and 2."""
    state, free, begun, ride, opened = [OPEN] * 4, [9, 3, 8, 2], [0, 1, 0, 2], [1, 9, 2, 3], [1, 9, 2, 3]
    free_or_near = 1 if policy == rules.SPREAD else 3
    assert rules.pick_site(policy, state, free, begun, ride, opened, 2) == free_or_near
    assert rules.pick_site(policy, state, free, begun, ride, opened, 3) == 1
    assert rules.pick_site(policy, state, free, begun, ride, opened, 4) == 0


def test_swabs_beyond_a_days_capacity_are_taken_in_on_an_empty_day() -> None:
    """Five swabs, three a day: day 0 is empty and takes all of them; with one there already they go to day 1."""
    assert rules.laboratory_day(0, 5, [0, 0, 0], 3) == 0
    assert rules.laboratory_day(0, 5, [1, 0, 0], 3) == 1


def test_most_free_looks_at_open_sites_only() -> None:
    assert rules.most_free([OPEN, STOPPED, PREPARING, OPEN], [2, 9, 9, 4]) == 4
    assert rules.most_free([STOPPED], [9]) == 0
    assert rules.most_free([], []) == 0


def test_the_stopped_site_latest_on_the_list_that_has_guests_is_readmitted() -> None:
    """Of the stopped sites 0, 2 and 3 the last has nobody."""
    assert rules.site_to_readmit([STOPPED, OPEN, STOPPED, STOPPED], [1, 5, 2, 0], [0] * 4) == 2
    assert rules.site_to_readmit([STOPPED, OPEN, STOPPED, STOPPED], [1, 5, 2, 0], [0, 0, 1, 0]) == 0
    assert rules.site_to_readmit([OPEN, STOPPED], [4, 0], [0, 0]) == -1


def test_the_next_never_used_site_that_opens_on_demand_is_prepared() -> None:
    """0 is open, 1 has a date, 2 was closed: 3."""
    assert rules.site_to_prepare([OPEN, UNUSED, CLOSED, UNUSED, UNUSED], [1, 0, 1, 1, 1], [0] * 5) == 3
    assert rules.site_to_prepare([OPEN, UNUSED, CLOSED, UNUSED, UNUSED], [1, 0, 1, 1, 1], [0, 0, 0, 1, 0]) == 4
    assert rules.site_to_prepare([OPEN, UNUSED, CLOSED], [1, 0, 1], [0] * 3) == -1


def test_the_candidate_is_the_accepting_site_open_longest_for_at_least_one_stay() -> None:
    """Second 100, stay 60: site 0 is stopped, 1 and 2 opened at 40 (60 ago), 3 at 30 but is closed, 4 at 41."""
    state, opened = [STOPPED, OPEN, OPEN, CLOSED, OPEN], [0, 40, 40, 30, 41]
    assert rules.closing_candidate(state, opened, 100, 60) == 1
    assert rules.closing_candidate(state, opened, 99, 60) == -1
    assert rules.closing_candidate([OPEN, OPEN], [50, 20], 100, 10) == 1


@pytest.mark.parametrize(
    ("rule", "free", "passes"),
    [
        (rules.REVIEW, 450, True),
        (rules.REVIEW, 449, False),
        (rules.PLAIN, 150, True),
        (rules.PLAIN, 149, False),
    ],
)
def test_a_review_asks_for_reserve_and_margin_and_the_plain_rule_for_the_reserve(
    rule: int, free: int, passes: bool
) -> None:
    """V = 150, M = 300."""
    assert rules.review_passes(rule, free, 150, 300) is passes
    assert rules.reviews_in_a_row(rule, 7) == (7 if rule == rules.REVIEW else 1)


def test_each_rule_of_closing_has_its_words_and_its_number() -> None:
    """Words of the schema, their sentences and what the engines know are the same three."""
    assert set(get_args(ClosingWord)) == set(CLOSING) == set(rules.CLOSING)


@pytest.mark.parametrize(
    ("clock", "opens", "closes", "wait"),
    [
        (7 * HOUR, 8 * HOUR, 18 * HOUR, HOUR),
        (8 * HOUR, 8 * HOUR, 18 * HOUR, 0),
        (18 * HOUR - 1, 8 * HOUR, 18 * HOUR, 0),
        (18 * HOUR, 8 * HOUR, 18 * HOUR, 14 * HOUR),  # closed from the closing second on
        (23 * HOUR, 22 * HOUR, 6 * HOUR, 0),
        (5 * HOUR, 22 * HOUR, 6 * HOUR, 0),
        (6 * HOUR, 22 * HOUR, 6 * HOUR, 16 * HOUR),
        (0, 0, DAY, 0),
        (DAY - 1, 0, DAY, 0),
        (3 * HOUR, 9 * HOUR, 9 * HOUR, 0),  # closing at the opening time: on the next day, always open
    ],
)
def test_the_next_release_is_the_first_second_inside_the_hours(clock: int, opens: int, closes: int, wait: int) -> None:
    """On any day: the hours [opens, closes) recur every 24 h."""
    for day in (0, 1, 15):
        second = day * DAY + clock
        assert rules.next_release(second, opens, closes) == second + wait


def test_the_order_of_a_second_is_by_moment_then_place_then_entity_then_occasion() -> None:
    """The packed key compares as the tuple does, up to the largest value of each part, and fits into 62 bits."""
    places, entities, occasions = ((0, 1, 2**bits - 1) for bits in (PLACE_BITS, ENTITY_BITS, OCCASION_BITS))
    tuples = sorted(itertools.product(Moment, places, entities, occasions))
    keys = [order_key(*parts) for parts in tuples]
    assert keys == sorted(keys)
    assert len(set(keys)) == len(keys)
    assert keys[-1] < 2**62


def test_moments_have_the_ranks_of_the_conceptual_model() -> None:
    """Rank = moment // 16: 1 disruptions, 2 hours, 3 rosters, 4 sites, 5 capacity freed, 6 service ends, 7 results,
    8 stays, 9 timetable, 10 holds, 11 hand-overs, 12 end of W."""
    ranks: dict[int, list[str]] = {}
    for moment in sorted(Moment):
        ranks.setdefault(moment // 16, []).append(moment.name)
    assert ranks == {
        1: ["DISRUPTION_ENDS", "DISRUPTION_BEGINS"],
        2: ["PORT_CLOSES", "PORT_OPENS", "RELEASE_HOURS_OPEN"],
        3: ["SHIFT_ENDS", "BRIGADE_LEAVES", "SHIFT_BEGINS", "BRIGADE_ARRIVES"],
        4: ["SITE_OPENS", "PARTIES_PRESENT"],
        5: ["AIRING_ENDS", "CLEANING_ENDS", "COACH_DISINFECTED", "COACH_RETURNS", "BED_FREED", "PERSON_RECOVERS"],
        6: [
            *["REGISTRATION_ENDS", "BOARDING_ENDS", "RIDE_ENDS", "CHECK_IN_ENDS"],
            *["SWAB_ENDS", "VISIT_ENDS", "CHECK_OUT_ENDS"],
        ],
        7: ["RESULT_ARRIVES"],
        8: ["STAY_ENDS"],
        9: ["ROUND_STARTS", "REVIEW_IS_DUE"],
        10: ["HOLD_EXPIRES", "OVERTAKEN_LONG_ENOUGH", "BRIGADE_TRIGGER", "COHORT_ENDS"],
        11: ["HAND_OVER"],
        12: ["WINDOW_ENDS", "HARD_STOP"],
        15: ["DECISIONS"],
    }


def test_swabs_of_an_empty_day_are_taken_in_on_it_however_many() -> None:
    """Three a day; a party of five on an empty day waits for no other."""
    assert rules.laboratory_day(0, 5, [0, 0, 0], 3) == 0
    assert rules.laboratory_day(0, 5, [1, 0, 0], 3) == 1


def test_a_day_is_within_the_stay_when_it_begins_before_its_end() -> None:
    """Stay of two days: days 1 and 2; of two days and a second: day 3 too."""
    assert [rules.is_within_stay(day, 2 * rules.DAY) for day in (1, 2, 3)] == [True, True, False]
    assert rules.is_within_stay(3, 2 * rules.DAY + 1)
