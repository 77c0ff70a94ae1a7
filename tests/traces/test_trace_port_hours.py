"""Traces by hand: opening hours of a port by date and across midnight. W is days 1 to 3 but where a test says so."""

from __future__ import annotations

from typing import Any

import pytest
from traces.builder import PARTY_AT_POINT, Came, case, flow, on_day, pool, service, told

from sim.flow.log import Kind

HOURS = (Kind.PORT_OPENED, Kind.PORT_CLOSED)
Spans = list[tuple[str, str]]


def spans(days: int, **hours: dict[str, Any]) -> Spans:
    """(opened, closed) of a port with these hours."""
    rows = told(flow(case(days=days, ports={"gate": {"hours": hours}})), HOURS)
    assert [row[1] for row in rows] == ["port_opened", "port_closed"] * (len(rows) // 2)
    return [(opened[0], closed[0]) for opened, closed in zip(rows[::2], rows[1::2], strict=True)]


def hours(opens: str, closes: str, day: int | None = None) -> dict[str, Any]:
    return {"opens": opens, "closes": closes, **({"from_day": on_day(day)} if day else {})}


def test_a_port_opens_and_closes_every_day_of_the_window() -> None:
    assert spans(2, all=hours("06:00", "22:00")) == [("1 06:00", "1 22:00"), ("2 06:00", "2 22:00")]


def test_hours_over_midnight_end_on_the_next_day_and_with_the_window() -> None:
    """06:00 to 01:00: the night before day 1 is not in W, the last night is cut at the end of W."""
    assert spans(2, all=hours("06:00", "01:00")) == [("1 06:00", "2 01:00"), ("2 06:00", "3 00:00")]


def test_a_port_open_all_day_opens_once_and_closes_with_the_window() -> None:
    """Hours that meet at midnight are one stretch."""
    assert spans(3, all=hours("00:00", "24:00")) == [("1 00:00", "4 00:00")]


def test_closing_at_the_opening_time_means_the_next_day() -> None:
    """09:00 to 09:00 is 24 hours: one stretch from the first morning on."""
    assert spans(2, all=hours("09:00", "09:00")) == [("1 09:00", "3 00:00")]


def test_hours_change_on_their_date_and_a_night_belongs_to_the_day_before() -> None:
    """06:00 to 01:00 on days 1 and 2, 10:00 to 20:00 from day 3: the night after day 2 lasts until 01:00 of day 3."""
    dated = {"night": hours("06:00", "01:00"), "day": hours("10:00", "20:00", 3)}
    assert spans(3, **dated) == [("1 06:00", "2 01:00"), ("2 06:00", "3 01:00"), ("3 10:00", "3 20:00")]


def test_the_order_of_hours_in_the_file_does_not_matter() -> None:
    dated = {"day": hours("10:00", "20:00", 3), "night": hours("06:00", "01:00")}
    assert spans(3, **dated) == [("1 06:00", "2 01:00"), ("2 06:00", "3 01:00"), ("3 10:00", "3 20:00")]


def test_a_night_that_runs_into_the_next_days_hours_is_one_stretch() -> None:
    """06:00 to 03:00 on day 1, open all day from day 2 (00:00): never closed in between."""
    assert spans(2, a=hours("06:00", "03:00"), b=hours("00:00", "24:00", 2)) == [("1 06:00", "3 00:00")]


def test_all_day_and_then_shorter_hours() -> None:
    """Open all day on day 1, 10:00 to 20:00 from day 2."""
    assert spans(2, a=hours("00:00", "24:00"), b=hours("10:00", "20:00", 2)) == [
        ("1 00:00", "2 00:00"),
        ("2 10:00", "2 20:00"),
    ]


def test_before_the_first_dated_hours_the_port_is_closed() -> None:
    assert spans(3, only=hours("10:00", "20:00", 3)) == [("3 10:00", "3 20:00")]


def test_hours_that_begin_after_the_window_never_come() -> None:
    assert spans(2, a=hours("10:00", "20:00"), b=hours("00:00", "24:00", 3)) == [
        ("1 10:00", "1 20:00"),
        ("2 10:00", "2 20:00"),
    ]


def test_closing_stops_hand_overs_only_and_the_staff_go_on() -> None:
    """The port closes at 22:00; A and B, handed over before, are registered by one clerk until 22:19."""
    scenario = case(
        days=1,
        ports={"gate": {"hours": {"all": hours("06:00", "22:00")}, "pool": "crew"}},
        pools={"crew": pool(1, ("15:00", 9))},
        registration=service(10),
    )
    log = flow(scenario, Came("21:59"), Came("21:59"))
    assert told(log, PARTY_AT_POINT, Kind.TASK, HOURS, since="1 21:00", until="1 22:30") == [
        ("1 21:59", "handed_over", "gate", "A", 1),
        ("1 21:59", "handed_over", "gate", "B", 1),
        ("1 21:59", "registration", "crew", "A", 1, "until 1 22:09"),
        ("1 22:00", "port_closed", "gate", "", 0),
        ("1 22:09", "room_taken", "inn", "A", 1, "alone"),
        ("1 22:09", "departed", "gate", "A", 1, "alone"),
        ("1 22:09", "registration", "crew", "B", 1, "until 1 22:19"),
        ("1 22:19", "room_taken", "inn", "B", 1, "alone"),
        ("1 22:19", "departed", "gate", "B", 1, "alone"),
    ]


@pytest.mark.parametrize("port", ["bay", "gate"])
def test_each_port_has_its_own_hours(port: str) -> None:
    """Bay 06:00 to 12:00, gate 08:00 to 14:00."""
    each = {"bay": hours("06:00", "12:00"), "gate": hours("08:00", "14:00")}
    log = flow(case(days=1, ports={name: {"hours": {"all": h}} for name, h in each.items()}))
    expected = {"bay": ["1 06:00", "1 12:00"], "gate": ["1 08:00", "1 14:00"]}
    assert [row[0] for row in told(log, HOURS) if row[2] == port] == expected[port]
