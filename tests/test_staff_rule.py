"""People of a shift whom its queue may have: hand values, and that a larger shift never has fewer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.flow import rules
from sim.sampling.roster import posts_of_shifts
from sim.scenario.tables.staff import Pool

SHARES = st.floats(0, 1) | st.sampled_from([0.0, 0.1, 0.15, 0.25, 0.29, 1 / 3, 0.5, 2 / 3, 0.999_999_999, 1.0])


@pytest.mark.parametrize(
    ("present", "posts", "may_leave", "shrinkage", "people"),
    [
        (7, 3, 0, 0.0, 4),
        (3, 3, 0, 0.0, 0),  # all at posts: these serve no queue
        (2, 3, 0, 0.0, 0),
        (0, 3, 3, 0.0, 0),
        (4, 3, 2, 0.0, 3),  # one at no post, two who may leave theirs
        (2, 3, 2, 0.0, 1),  # one must stay at a post
        (2, 3, 3, 0.0, 2),
        (7, 3, 0, 0.3, 3),  # n = 4, 1.2 off: 1
        (8, 3, 0, 0.3, 3),  # n = 5, 1.5 off: halves up, 2
        (8, 3, 2, 0.3, 5),  # shrinkage is of those at no post
        (4, 3, 0, 1.0, 1),  # never the last
        (9, 3, 0, 1.0, 1),
        (53, 3, 0, 0.29, 35),  # n = 50, 14.5 off (14.499999999999998 in floating point): 15
    ],
)
def test_people_for_the_queue_by_hand(present: int, posts: int, may_leave: int, shrinkage: float, people: int) -> None:
    """model.md: n = max(0, present - posts), off = min(floor(share n + 1/2), max(0, n - 1)), people = max(0, present -
    (posts - may leave)) - off.
    """
    assert rules.people_for_queue(present, posts, may_leave, shrinkage) == people


@given(st.integers(0, 400), st.integers(0, 50), st.data(), SHARES)
def test_one_more_present_is_never_fewer_for_the_queue(
    present: int, posts: int, data: st.DataObject, shrinkage: float
) -> None:
    """The staff rule is monotone, and the queue never has more people than are there, nor those at posts that stay."""
    may_leave = data.draw(st.integers(0, posts))
    now, then = (rules.people_for_queue(people, posts, may_leave, shrinkage) for people in (present, present + 1))
    assert 0 <= now <= then <= now + 1
    assert now <= max(0, present - (posts - may_leave))
    assert (now > 0) == (present > posts - may_leave)


@given(st.integers(0, 400), SHARES, st.integers(0, 20), SHARES)
def test_one_more_on_the_roster_is_never_fewer_for_the_queue_where_posts_are_a_share(
    rostered: int, share: float, may_leave: int, shrinkage: float
) -> None:
    """A person more is at most one post more: monotone too, with everybody there."""
    pool = Pool(fixed_posts_share=share, posts_may_leave=may_leave, shrinkage_share=shrinkage)
    people = np.array([rostered, rostered + 1])
    posts, leave = posts_of_shifts(pool, people)
    now, then = rules.people_for_queue(people, posts, leave, shrinkage)
    assert 0 <= np.diff(posts)[0] <= 1
    assert (leave == np.minimum(may_leave, posts)).all()
    assert now <= then


@pytest.mark.parametrize(("rostered", "posts"), [(0, 0), (1, 1), (2, 1), (3, 2), (10, 5), (11, 6)])
def test_posts_that_are_a_share_are_rounded_half_up(rostered: int, posts: int) -> None:
    """floor(0.5 x rostered + 1/2)."""
    assert posts_of_shifts(Pool(fixed_posts_share=0.5), np.array([rostered]))[0].tolist() == [posts]


def test_a_share_of_posts_is_meant_as_it_is_written() -> None:
    """0.29 x 50 is 14.5, although floating point makes 14.499999999999998 of it: 15 posts."""
    assert posts_of_shifts(Pool(fixed_posts_share=0.29), np.array([50]))[0].tolist() == [15]


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 20)), min_size=1), SHARES)
def test_the_rule_says_the_same_of_many_shifts_as_of_one(shifts: list[tuple[int, int]], shrinkage: float) -> None:
    """Engines ask for one shift, measures and invariants for all of a history."""
    present, posts = np.array(shifts, dtype=np.int64).T
    together = rules.people_for_queue(present, posts, posts // 2, shrinkage)
    assert together.tolist() == [rules.people_for_queue(a, b, b // 2, shrinkage) for a, b in shifts]
