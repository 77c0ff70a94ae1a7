"""The total order of simultaneous events: (second, rank, kind, place number, entity, occasion), not order of creation.

Phase 1 changes the state in the order of `Moment`; phase 2 decides, once after all of phase 1 (`DECISIONS`). The key is
packed into one integer below 2**62, which both engines use: rank and kind (12 bits), place (12), entity (24), occasion
(14). A place is a place number; an entity is a row of the sample's persons times two, plus one for a person alone.
"""

from __future__ import annotations

from enum import IntEnum

PLACE_BITS, ENTITY_BITS, OCCASION_BITS = 12, 24, 14
PLACE_SHIFT = ENTITY_BITS + OCCASION_BITS
MOMENT_SHIFT = PLACE_BITS + PLACE_SHIFT


class Moment(IntEnum):
    """What happens in phase 1: rank × 16 + kind. Ranks are those of the conceptual model."""

    # 1 disruptions
    DISRUPTION_ENDS = 1 * 16 + 0
    DISRUPTION_BEGINS = 1 * 16 + 1
    # 2 hours: closings, openings
    PORT_CLOSES = 2 * 16 + 0
    PORT_OPENS = 2 * 16 + 1
    RELEASE_HOURS_OPEN = 2 * 16 + 2
    # 3 rosters
    SHIFT_ENDS = 3 * 16 + 0
    BRIGADE_LEAVES = 3 * 16 + 1
    SHIFT_BEGINS = 3 * 16 + 2
    BRIGADE_ARRIVES = 3 * 16 + 3
    # 4 sites
    SITE_OPENS = 4 * 16 + 0
    PARTIES_PRESENT = 4 * 16 + 2
    # 5 capacity freed
    AIRING_ENDS = 5 * 16 + 0
    CLEANING_ENDS = 5 * 16 + 1
    COACH_DISINFECTED = 5 * 16 + 2
    COACH_RETURNS = 5 * 16 + 3
    BED_FREED = 5 * 16 + 4
    PERSON_RECOVERS = 5 * 16 + 5
    # 6 service ends
    REGISTRATION_ENDS = 6 * 16 + 0
    BOARDING_ENDS = 6 * 16 + 1
    RIDE_ENDS = 6 * 16 + 2
    CHECK_IN_ENDS = 6 * 16 + 4
    SWAB_ENDS = 6 * 16 + 5
    VISIT_ENDS = 6 * 16 + 6
    CHECK_OUT_ENDS = 6 * 16 + 7
    # 7 results
    RESULT_ARRIVES = 7 * 16 + 0
    # 8 stay ends
    STAY_ENDS = 8 * 16 + 0
    # 9 timetable
    ROUND_STARTS = 9 * 16 + 0
    REVIEW_IS_DUE = 9 * 16 + 2
    # 10 holds, timers
    HOLD_EXPIRES = 10 * 16 + 0
    OVERTAKEN_LONG_ENOUGH = 10 * 16 + 1
    BRIGADE_TRIGGER = 10 * 16 + 2
    COHORT_ENDS = 10 * 16 + 3
    # 11 hand-overs
    HAND_OVER = 11 * 16 + 0
    # 12 end
    WINDOW_ENDS = 12 * 16 + 0
    HARD_STOP = 12 * 16 + 1
    # phase 2
    DECISIONS = 15 * 16


def order_key(moment: int, place: int, entity: int = 0, occasion: int = 0) -> int:
    """The packed key of an event; smaller goes first within one second."""
    return (moment << MOMENT_SHIFT) | (place << PLACE_SHIFT) | (entity << OCCASION_BITS) | occasion
