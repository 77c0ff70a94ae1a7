"""Names of the columns of the compiled engine's arrays. Everything is int64 unless it says otherwise.

The state lives in a few plain arrays (`world.World`), because that is what a compiler turns into quick code: a row per
party, task, site and pool, a column per fact. These names are constants at compile time.
"""

from __future__ import annotations

# --- the state of the whole flow, array flow
(
    NOW, PENDING, ALL_DECISIONS, SCAN, REVIEW_DUE, REVIEWS_PASSED, CHECK_RESERVE, CHECK_CLOSING, CHECK_BEDS, EXHAUSTED,
    OVER, FREE_TOTAL, BEDS_FREE, N_ROWS, N_HEAP, FREE_TASK, N_TASKS, N_UNPLACED, N_READY, N_DUE, N_PATIENTS, N_CALLERS,
    N_TOUCHED, HAND_OVER_AT, ROUND_AT, STATUS, FREE_NODE, N_NODES, N_SCANS, TURN, N_IN_ORDER, IN_ORDER_UNTIL,
    N_VISITS, VISITS_END,
) = range(34)  # fmt: skip
FIRST_OF = 34
"""From here on: the second of the first event of each source, FAR when it has none."""
STAY_LANE, AIRING_LANE, HOLD_LANE, HEAP, HAND_OVERS, WHEEL = range(6)
"""Sources of events. Lanes: events with a fixed delay, first in first out."""
N_LANES, N_SOURCES = 3, 6
N_SCALARS = FIRST_OF + N_SOURCES
FINE, ROWS_FULL, TASKS_FULL, HEAP_FULL, UNSETTLED = 0, 1, 2, 3, 4
"""Values of STATUS."""

# --- constants of the scenario, array fixed
(
    N_PORTS, N_SITES, N_PLACES, N_ENTITIES, WINDOW_END, STOP, REGISTERS, SEATS, HOLD, ESCORTS, DISINFECTION, POLICY,
    RESERVE, LEAD, CLOSING, MARGIN, HOLD_REVIEWS, REVIEW_SECOND, COHORT, STAY, AIRING, CLEANING, PER_PERSON, CHECKS_IN,
    CHECKS_OUT, RELEASE_OPENS, RELEASE_CLOSES, N_KINDS, N_SWAB_DAYS, SWABBING, LABORATORY, CAPACITY, RELEASE_WAITS,
    COUNT_BEDS, AMBULANCE, CALL, TRIGGER, BRIGADE_LEAD, BRIGADE_STAY, LARGEST_SITE, N_HAND_OVERS, N_ROUNDS, FIRST_POOL,
    STAY_IS_DRAWN, TEST_STRAIGHT, TELLS_INFECTED, ARRIVAL_TEST, SCREENS_ALL, ORDERS_ROWS, TURN_BITS,
    ALONE_BITS,
) = range(51)  # fmt: skip
N_CONSTANTS = 51

# --- means of the scenario in seconds, array durations (float64)
HEAD_COUNT, CHECK_IN_MEAN, CHECK_IN_FURTHER, RELEASE_MEAN, RELEASE_FURTHER, SWAB_SECONDS = range(6)

# --- where an entity is, array where: in a column of its own, since some look through all entities
ELSEWHERE, WITHOUT_ROOM, INSIDE = 0, 1, 2
"""Not there yet, sent on or gone; at the point; with a room, waiting in a site that was lost, or found infected at the
point."""

# --- a party, array parties; rows are entities (the person row; twice that, plus one for a person who left a party
# alone, where people may: see ALONE_BITS).
# Facts that are read together stand together; a row is filled when its party begins
(
    PEOPLE, ROOMS, RELEASED, PATIENT, STAY_BEGAN, STAY_ENDS, SWABBED, SWAB_MISSED, CASE_FROM, CASE_TO, NEXT_GUEST,
    SWAB_FROM, RESTARTS, GONE, PORT, ARRIVED, AT_SITE, CHECKED_IN, MOVING, STAY_OVER, AWAITED, IN_READY, DIVERTED,
    ASSIGNED_TO, ALONE, WAITS_FOR_BED, SWAB_DUE, RESULT_AT,
    # numbers of other rows, sites and tasks, -1 for none, as is NEXT_GUEST
    SITE, PREVIOUS_GUEST, REGISTRATION_TASK, CHECK_IN_TASK, FIRST_RIDER, FIRST_ISOLATED, LOAD,
    NEXT_IN_LOAD, OVERTAKEN, CASE, HOST, NEXT_ISOLATED, NEXT_RIDER, SWAB_TASK,
) = range(42)  # fmt: skip
N_PARTY = 42

# --- the load that was opened for a party, array loads, a row per entity; it is boarded 1 from boarding on, 2 once it
# has departed. A party may open several, one after another: LOAD_OPEN counts them
(
    LOAD_POINT, LOAD_SITE, LOAD_PEOPLE, LOAD_FIRST, LOAD_LAST, LOAD_IS_DUE, LOAD_BOARDED, LOAD_DISSOLVED, LOAD_TASK,
    LOAD_COUNT, LOAD_RIDE, LOAD_OPEN,
) = range(12)  # fmt: skip
N_LOAD = 12

# --- a task, array tasks
(
    SUBJECT, ENTITY, NEED, SECONDS, POOL, SHIFT, OCCASION, ROUND, LAPSED, JOINED, AUX, NEXT, PREVIOUS, MOMENT,
) = range(14)  # fmt: skip
N_TASK = 16
"""Two lines of the cache, of which 14 columns are used."""

# --- a visit that was asked for, array asked; VISIT_ROUND is the second of its round, VISIT_BEGAN that at which it was
# begun by catching up
VISITED, VISIT_KIND, VISIT_ROUND, VISIT_SECONDS, VISIT_IS, VISIT_BEGAN = range(6)
N_VISIT = 6
PLAIN, FINDS, DONE_WITH = 0, 1, 2
"""Values of VISIT_IS: nothing comes of it but free staff, it may find symptoms, its row is in the log."""

# --- sites, array sites; a row per fact, so that rules receive contiguous vectors
(
    STATE, FREE, TAKEN, OPENED, BARRED, BEGUN, SITE_ROOMS, ON_DEMAND, OPENS, FIRST_GUEST, LAST_GUEST, SITE_POOL,
    PASSED_OVER, COHORT_NUMBER,
) = range(14)  # fmt: skip
N_SITE = 14

# --- a pool, array pools; rows are place numbers (a place without a pool has one of its own that nobody waits for)
(
    STAFFED, FOR_QUEUE, OWN, PART, CALLS, POSTS, MAY_LEAVE, BUSY, SHIFT_NUMBER, ON_SHIFT, POOL_CLOSED, WATCHED,
    CALLS_AGAIN, TOUCHED, ROSTER_AT, ROSTER_END, MAY_CALL, IS_UNLIMITED, WITHOUT_TEAM, N_QUEUED, ADDED,
    # plain visits (see `visits`) that wait; ends of those under way, and where the first is in their ring; the second
    # at which the pool is looked at for one; where the queue was written; the first visit whose row may not be written
    N_PLAIN, N_ENDS, FIRST_END, LOOKED_AT, QUEUE_AT, TOLD_UNTIL,
) = range(27)  # fmt: skip
HEADS = 27
TAILS = HEADS + 7
N_POOL = TAILS + 7
FIRST_CLASS = 10
"""Number of the first class of tasks; HEADS and TAILS have one column per class. That of visits has rows of `asked`:
the first that waits, and the one after the last.
"""
OF_VISITS, END_OF_VISITS = HEADS + 5, TAILS + 5
MOST_ENDS = 64
"""Ends of visits that a pool keeps itself, a power of two; those of further ones are events."""

# --- points, array points
POINT_POOL, COACHES_FREE, HOURS_AT, HOURS_END, SCREENS = range(5)
N_POINT = 5

# --- events of lanes that are still to come
LANE_HEAD, LANE_TAIL = 0, 1

# --- events of the wheel, array nodes
NODE_KEY, NODE_PAYLOAD, NODE_BEFORE, NODE_AFTER = range(4)
N_NODE = 4

# --- visits that were caught up and whose rows are not written yet, array places: their places in the log and lines of
# asked in one number, sorted from one half into the other
LINE_BITS = 31
DIGIT_BITS = 9
"""By so many bits of their second they are sorted at a time; a day, the longest time between rounds, has 17."""

# --- lists, array lists
UNPLACED, READY, DUE, PATIENTS, CALLERS, TOUCHED_POOLS = range(6)
N_LISTS = 6

# --- hand-overs, array hand_overs; rows in order of time
(
    HO_SECOND, HO_ENTITY, HO_SECONDS, HO_PORT, HO_PEOPLE, HO_DIVERTED, HO_ASSIGNED, HO_CASE_FROM, HO_CASE_TO,
) = range(9)  # fmt: skip
N_HAND_OVER = 9

# --- parties present from the beginning, array initial
IN_SITE, IN_SECOND, IN_ENTITY, IN_PEOPLE, IN_CASE_FROM, IN_CASE_TO = range(6)

# --- roster rows, array rosters
RO_BEGIN, RO_END, RO_ROSTERED, RO_PRESENT, RO_PART, RO_POSTS, RO_MAY_LEAVE = range(7)
N_RO = 7

# --- infected persons, array cases
(
    CASE_ROW, CASE_INFECTED, CASE_ONSET, CASE_SYMPTOMATIC, CASE_FROM_SECOND, CASE_UNTIL, CASE_HOSPITAL, CASE_DETECTED,
    CASE_NOTICED, CASE_SEEN, CASE_POSITIVE,
) = range(11)  # fmt: skip
