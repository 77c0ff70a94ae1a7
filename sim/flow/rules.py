"""The scalar decisions of the flow, written once for both engines: which site, who is on duty, when a site stops.

Plain functions of numbers and numpy arrays, leaves that call nothing of ours, so that a compiler can take them as they
are. They decide; the engines act and log. Codes (policies, site states) are small integers defined here.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.int64] | list[int] | tuple[int, ...]
"""Arrays for a compiler, lists where Python runs them: a list's elements are quicker to reach."""

Rows = NDArray[np.int64] | tuple[tuple[int, int, int, int, int], ...]
"""An array for a compiler, tuples where Python runs them."""

Floats = NDArray[np.float64]

Whole = TypeVar("Whole", int, NDArray[np.int64])
"""A whole number where an engine decides, an array of them where a history is measured."""

DAY = 86_400
LONGEST = 1 << 30
"""Seconds of the longest task, 34 years: what is on hand at the hard stop is cut, and half a word holds it."""
OVERTAKEN_SECONDS = 4 * 3600
"""A party that waits this long after a later one was placed before it is split."""

# Allocation policies
SPREAD, FILL, NEAREST, ASSIGNED = 0, 1, 2, 3
# Closing rules, and their words in scenarios
NEVER, PLAIN, REVIEW = 0, 1, 2
CLOSING = {"never": NEVER, "plain": PLAIN, "review": REVIEW}
# States of a site
# INTAKE_ENDED: a cohort is complete; SHUT: a disruption keeps people out for a time
UNUSED, PREPARING, OPEN, STOPPED, CLOSED, INTAKE_ENDED, SHUT = 0, 1, 2, 3, 4, 5, 6
# Disruptions that change the state
SITE_LOST, SITE_SHUT, SITES_PREPARED, COACHES_OUT, COACHES_ADDED, STAFF_ADDED = 0, 1, 2, 3, 4, 5
# Verdicts on the head of a queue
WAIT, START, SKIP = 0, 1, 2


def service_seconds(mean: float, further: float, people: int, factor: float) -> int:
    """Duration of a task for a party: (mean + further × (people - 1)) × factor, in whole seconds, at least 1, at most
    LONGEST.
    """
    return min(LONGEST, max(1, math.floor((mean + further * (people - 1)) * factor + 0.5)))


def people_for_queue(present: Whole, posts: Whole, may_leave: Whole, shrinkage: float) -> Whole:
    """People of a shift whom its queue may have at once, those in tasks included; one person more on duty never makes
    it fewer.

    `present` counts the shift's people with those who came to help, `posts` its fixed posts, which are manned first,
    `may_leave` (at most `posts`) those of them that go for a task when nobody else is free. `shrinkage` is the share of
    the others who are off for breaks, protective clothing and hand-over: rounded half up, and never the last of them.
    """
    others = np.maximum(0, present - posts)
    # the last term makes 14.5 of what floating point makes of 0.29 x 50
    off = np.minimum(np.int64(np.floor(shrinkage * others + 0.5 + 1e-9)), np.maximum(0, others - 1))
    people: Whole = np.maximum(0, present - (posts - may_leave)) - off
    return people


def verdict_on_head(need: int, for_queue: int, busy: int) -> int:
    """Whether the head of a pool's queue starts now, waits for staff, or is skipped until a shift is large enough.

    `for_queue` counts the people whom the queue may have, `busy` those of the shift in tasks: more than that where
    people who came to help have left with a task in hand.
    """
    if need == 0:
        return START
    if need > for_queue:
        return SKIP
    return START if need <= for_queue - busy else WAIT


def pick_site(policy: int, state: Vector, free: Vector, begun: Vector, ride: Vector, opened: Vector, need: int) -> int:
    """Index of the site for a new coach load, -1 for none: among open sites with enough free rooms, by policy.

    Those whose cohort has begun (`begun` above 0) come first; only if none of them has the rooms does the policy choose
    among the fresh ones. `ride` are the seconds from the party's port, `opened` the seconds at which sites first
    opened; ties go to the lowest index, which is the order of the list.
    """
    best = -1
    best_score = 0
    best_begun = False
    for site in range(len(state)):
        site_begun = begun[site] > 0
        if state[site] != OPEN or free[site] < need or (best_begun and not site_begun):
            continue
        if policy == SPREAD:
            score = -int(free[site])
        elif policy == FILL:
            score = int(opened[site])
        else:
            score = int(ride[site])
        if best < 0 or score < best_score or (site_begun and not best_begun):
            best = site
            best_score = score
            best_begun = site_begun
    return best


def most_free(state: Vector, free: Vector) -> int:
    """The largest number of free rooms that one open site has."""
    largest = 0
    for site in range(len(state)):
        if state[site] == OPEN and free[site] > largest:
            largest = int(free[site])
    return largest


def site_to_readmit(state: Vector, taken: Vector, barred: Vector) -> int:
    """The stopped site latest on the list that still has guests or rooms held for them, -1 for none.

    `barred` is 1 for sites that a disruption, or the end of a cohort, keeps from taking people.
    """
    for site in range(len(state) - 1, -1, -1):
        if state[site] == STOPPED and taken[site] > 0 and barred[site] == 0:
            return site
    return -1


def site_to_prepare(state: Vector, on_demand: Vector, barred: Vector) -> int:
    """The next candidate on the list that was never used and opens on demand, -1 when the list is used up."""
    for site in range(len(state)):
        if state[site] == UNUSED and on_demand[site] == 1 and barred[site] == 0:
            return site
    return -1


def is_shut_for_good(disruptions: Rows, site: int, second: int) -> bool:
    """Whether a disruption that has begun by a second keeps a site shut to the end of the run.

    A row per disruption: begin, end (-1 for none), what, whom it hits, how many.
    """
    for number in range(len(disruptions)):
        row = disruptions[number]
        if row[2] == SITE_SHUT and row[3] == site and row[1] < 0 and row[0] <= second:
            return True
    return False


def closing_candidate(state: Vector, opened: Vector, second: int, at_least: int) -> int:
    """The open site that has been open longest, at least `at_least` seconds; -1 for none. Ties: lowest on the list."""
    best = -1
    for site in range(len(state)):
        if state[site] == OPEN and second - opened[site] >= at_least and (best < 0 or opened[site] < opened[best]):
            best = site
    return best


def review_passes(rule: int, free_elsewhere: int, reserve: int, margin: int) -> bool:
    """Whether the other open and preparing sites have enough free rooms for the candidate to stop, those that parties
    waiting for a room need taken off.

    review: reserve + margin; plain: the reserve alone.
    """
    if rule == PLAIN:
        return free_elsewhere >= reserve
    return free_elsewhere >= reserve + margin


def reviews_in_a_row(rule: int, hold: int) -> int:
    """Reviews that must have passed in a row before a site stops: review asks for `hold`, plain for one."""
    return hold if rule == REVIEW else 1


def day_of_stay(second: int, begin: int) -> int:
    """Day k of a stay is [begin + (k - 1) · 24 h, begin + k · 24 h)."""
    return (second - begin) // DAY + 1


def is_within_stay(day: int, stay: int) -> bool:
    """Whether a day of the stay begins before its end, `stay` seconds after its begin: later days have no swab."""
    return (day - 1) * DAY < stay


def swab_column(day: int, stay: int, days: Vector) -> int:
    """Which of the days with swabs a day of a stay of so many seconds is, -1 for none: the number itself, or -1 for the
    last day.
    """
    last = -1
    for column in range(len(days)):
        if days[column] == day:
            return column
        if days[column] < 0 and day == (stay + DAY - 1) // DAY:
            last = column
    return last


def day_swabbed_before(arrival: int, last_round: int) -> int:
    """Day of the stay on which a guest of the beginning had a round of the eve, 0 for none: its swab has been taken."""
    return (last_round - arrival) // DAY + 1 if last_round >= arrival else 0


def holds_from(begins: Vector, second: int) -> int:
    """Index of the last of some seconds, in order, that is at or before a second; 0 before the first."""
    index = len(begins) - 1
    while index > 0 and begins[index] > second:
        index -= 1
    return index


def laboratory_day(day: int, people: int, used: Vector, capacity: int) -> int:
    """The first day from `day` on that takes in a party's swabs: all of them, or any number on an empty day.

    `used` are the swabs taken in so far by day; `capacity` 0 is no limit; the last day of `used` takes the rest.
    """
    if capacity == 0:
        return day
    while day < len(used) - 1 and used[day] > 0 and used[day] + people > capacity:
        day += 1
    return day


def test_is_positive(age: int, uniform: float, days: Floats, shares: Floats, straight: int) -> bool:
    """Whether a test `age` seconds after infection finds it: the last row of the sensitivity table at or before it, or
    on the line from that to the next one (`straight` is 1). The first row is minus infinity with a share of 0.
    """
    row = 0
    while row + 1 < len(days) and days[row + 1] <= age:
        row += 1
    share = shares[row]
    if straight == 1 and 0 < row < len(days) - 1:
        share += (shares[row + 1] - share) * (age - days[row]) / (days[row + 1] - days[row])
    return bool(uniform < share)


def next_release(second: int, opens: int, closes: int) -> int:
    """The first second from `second` on that lies inside release hours: [opens, closes) seconds of the day, over
    midnight when closes is at most opens.
    """
    of_day = second % DAY
    inside = opens <= of_day < closes if closes > opens else of_day >= opens or of_day < closes
    if inside:
        return second
    return second + (opens - of_day) % DAY
