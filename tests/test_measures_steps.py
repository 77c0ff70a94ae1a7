"""Step functions against brute force: every second looked at one by one."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sim.flow.steps import (
    at,
    at_each,
    groups,
    integral,
    integral_until,
    largest,
    largest_in,
    largest_of_each,
    presence,
    presence_by_hour,
    presence_of,
    running_total,
    steps,
)

LAST = 30
spans = st.lists(
    st.tuples(st.integers(0, LAST), st.integers(0, LAST), st.integers(1, 4)).map(
        lambda s: (min(s[:2]), max(s[:2]), s[2])
    ),
    max_size=12,
)


def columns(rows: list[tuple[int, int, int]]) -> list[np.ndarray]:
    return [np.array([row[i] for row in rows], dtype=np.int64) for i in range(3)]


def brute(rows: list[tuple[int, int, int]], second: int) -> int:
    return sum(size for begin, end, size in rows if begin <= second < end)


@given(spans)
def test_presence_is_who_has_begun_and_not_ended(rows):
    """Value at each second = sum over spans that hold it; before everything 0."""
    function = presence(*columns(rows))
    seconds = np.arange(-2, LAST + 3)
    assert at(function, seconds).tolist() == [brute(rows, int(s)) for s in seconds]
    assert (np.diff(function.seconds) > 0).all()


@given(spans, st.integers(-2, LAST + 2), st.integers(-2, LAST + 2))
def test_largest_and_integral_are_those_of_the_seconds_one_by_one(rows, start, end):
    """Over [start, end); an empty stretch has largest 0 and integral 0."""
    function = presence(*columns(rows))
    values = [brute(rows, s) for s in range(start, end)]
    assert largest(function, start, end) == max(values, default=0)
    assert integral(function, start, end) == sum(values)


@given(st.lists(spans, min_size=1, max_size=4), st.data())
def test_a_table_of_several_step_functions_is_read_as_each_by_itself(groups_of_rows, data):
    """equality: values at seconds, the largest of a stretch, and of several stretches in any order."""
    each = [presence(*columns(rows)) for rows in groups_of_rows]
    group = np.repeat(np.arange(len(each)), [len(rows) for rows in groups_of_rows])
    begin, end, size = columns([row for rows in groups_of_rows for row in rows])
    table = presence_of(group, (begin, end), size, len(each))
    seconds = np.arange(-2, LAST + 3)
    assert at_each(table, seconds).tolist() == [at(function, seconds).tolist() for function in each]
    for number, function in enumerate(each):
        assert [part.tolist() for part in table.of(number)] == [part.tolist() for part in function]
    start, stop = data.draw(st.integers(-2, LAST)), data.draw(st.integers(-2, LAST))
    assert largest_of_each(table, start, stop).tolist() == [largest(function, start, stop) for function in each]
    stretch = st.tuples(st.integers(0, len(each) - 1), st.integers(-2, LAST), st.integers(1, 9))
    stretches = data.draw(st.lists(stretch, max_size=5))
    which, begins, lengths = np.array(stretches, dtype=np.int64).reshape(-1, 3).T
    found = largest_in(table, which, (begins, begins + lengths)).tolist()
    assert found == [largest(each[number], begin, begin + length) for number, begin, length in stretches]


@given(spans, st.randoms(use_true_random=False))
def test_order_of_changes_does_not_matter(rows, random):
    """Changes of one second act together, in whatever order they come."""
    begin, end, size = columns(rows)
    changes = list(zip([*begin, *end], [*size, *-size], strict=True))
    shuffled = changes[:]
    random.shuffle(shuffled)
    first, second = (steps(*np.array(c, dtype=np.int64).reshape(-1, 2).T) for c in (changes, shuffled))
    assert first.seconds.tolist() == second.seconds.tolist()
    assert first.values.tolist() == second.values.tolist()


@given(st.lists(st.integers(-2, 5), max_size=20))
def test_groups_hold_the_positions_of_each_key_in_order(keys):
    """Keys outside 0 … n - 1 are left out."""
    found = groups(np.array(keys, dtype=np.int64), 4)
    assert [g.tolist() for g in found] == [[i for i, key in enumerate(keys) if key == k] for k in range(4)]


@given(spans, st.lists(st.integers(-2, LAST + 2), max_size=6))
def test_integrals_until_seconds_are_sums_of_the_seconds_before_each(rows, until):
    """From the first change on, so that before it, and without any change, they are 0."""
    function = presence(*columns(rows))
    found = integral_until(function, np.array(until, dtype=np.int64))
    assert found.tolist() == [sum(brute(rows, second) for second in range(end)) for end in until]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(-5, 5)), max_size=15), st.randoms(use_true_random=False))
def test_running_totals_are_sums_up_to_each_position_within_its_group(rows, random):
    """By addition, whatever the order in which they are handed over."""
    entries = [(group, position, change) for position, (group, change) in enumerate(rows)]
    random.shuffle(entries)
    found = running_total(*columns(entries))
    assert found.tolist() == [sum(c for g, p, c in entries if g == group and p <= at) for group, at, _ in entries]


times = st.integers(-2 * 3600, 5 * 3600)


@given(st.lists(st.tuples(st.integers(0, 2), times, times, st.integers(1, 4)), max_size=8))
def test_presence_by_hour_is_the_overlap_of_each_span_with_each_hour(rows):
    """Three groups, four hours from second 0 on: overlap in seconds x size, added up; outside them nothing counts."""
    rows = [(group, min(a, b), max(a, b), size) for group, a, b, size in rows]
    group, begin, end, size = (np.array([row[i] for row in rows], dtype=np.int64) for i in range(4))
    found = presence_by_hour(group, (begin, end), size, (3, 4))
    assert found.tolist() == [
        [sum(n * max(0, min(b, hour + 3600) - max(a, hour)) for g, a, b, n in rows if g == each)
         for hour in range(0, 4 * 3600, 3600)] for each in range(3)
    ]  # fmt: skip
