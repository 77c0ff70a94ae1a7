"""`check` tells each disruption in a line, `check` and `run` how many people find a port shut and stay away."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from traces.builder import case

from sim.scenario.tables.disruptions import KINDS, DisruptionKind
from sim.shell.sentences import each_disruption, who_stay_away

LINES = [
    (("site_lost", "inn", "2020-03-05 21:30", None, None), "The Inn: lost on 5 March, 21:30, for good"),
    (("site_shut", "inn", "2020-03-05", "2020-03-06", None), "The Inn: takes nobody in from 5 March to 6 March"),
    (
        ("sites_prepared", "all", "2020-03-05 21:00", None, 2.0),
        "the next 2 sites of the list are begun on 5 March, 21:00, whatever the reserve; ready 12 hours later",
    ),
    (
        ("sites_prepared", "all", "2020-03-05", None, 1.0),
        "the next site of the list is begun on 5 March, whatever the reserve; ready 12 hours later",
    ),
    (("port_hours", "gate", "2020-03-05", "2020-03-05", "closed"), "The Gate: shut on 5 March"),
    (
        ("port_hours", "all", "2020-03-05", None, "10:00-20:00"),
        "all ports: open 10:00-20:00 from 5 March on; people come in these hours",
    ),
    (
        ("port_hours", "all", "2020-03-05 06:00", "2020-03-06", "10:00-20:00"),
        "all ports: open 10:00-20:00 only from 5 March, 06:00 to 6 March; people keep their times",
    ),
    (
        ("arrivals_factor", "gate", "2020-03-05 06:00", None, 0.5),
        "The Gate: 0.5 times the people from 5 March, 06:00 on",
    ),
    (("arrivals_added", "gate", "2020-03-05", "2020-03-05", 1400.0), "The Gate: 1,400 people more a day on 5 March"),
    (
        ("arrivals_added", "gate", "2020-03-05 21:00", "2020-03-06 06:00", 1400.0),
        "The Gate: 1,400 people more in all, evenly from 5 March, 21:00 to 6 March, 06:00",
    ),
    (
        ("staff_absent", "gate", "2020-03-05", "2020-03-06", 0.3),
        "Gate staff: 30 % of each shift that begins from 5 March to 6 March are absent, beside the usual absence",
    ),
    (("staff_added", "gate", "2020-03-05 22:00", None, 5.0), "Gate staff: 5 people more from 5 March, 22:00 on"),
    (
        ("coaches_out", "gate", "2020-03-05", "2020-03-06", 1.0),
        "The Gate: coaches out of service from 5 March to 6 March: 1",
    ),
    (("coaches_added", "all", "2020-03-05 22:00", None, 2.0), "all ports: coaches added from 5 March, 22:00 on: 2"),
    (
        ("laboratory_hours", "all", "2020-03-05", "2020-03-06", 48.0),
        "laboratory: results 48 hours after swabs that are taken in from 5 March to 6 March",
    ),
]  # fmt: skip


def small(*rows: tuple[Any, ...], **port: Any) -> Any:
    """The case of the traces with names, 240 people a day, open all day, on three days from 3 March."""
    regime = {"kind": "rate", "from_day": "2020-03-03", "people_per_day": 240.0}
    gate = {"name": "The Gate", "regimes": {"all": regime}, "pool": "gate", **port}
    shifts = {"day": {"start": "00:00", "hours": 24.0, "share": 1.0}}
    keys = ("kind", "place", "from_day", "to_day", "value")
    return case(
        ports={"gate": gate}, sites={"inn": {"name": "The Inn"}}, rules={"lead_hours": 12.0},
        pools={"gate": {"name": "Gate staff", "headcount": 3, "shifts": shifts}},
        disruptions=[dict(zip(keys, row, strict=True)) for row in rows],
    )  # fmt: skip


@pytest.mark.parametrize(("row", "line"), LINES, ids=[line[:24] for _, line in LINES])
def test_each_disruption_is_told_in_a_line(row: tuple[Any, ...], line: str) -> None:
    """Names instead of ids; dates include the last day, times are told with it."""
    assert list(each_disruption(small(row))) == [("Disruptions", line)]


def test_the_one_table_of_kinds_has_each_kind_that_may_be_written() -> None:
    """Kinds of the schema, their table and the lines above are the same eleven."""
    assert set(KINDS) == set(get_args(DisruptionKind)) == {row[0] for row, _ in LINES}


def test_disruptions_are_told_in_the_order_of_time() -> None:
    """The later row of the file begins first."""
    rows = [LINES[4][0], ("coaches_out", "gate", "2020-03-03 09:00", "2020-03-04", 1.0)]
    assert [text.split()[-1] for _, text in each_disruption(small(*rows))] == ["1", "March"]


def test_people_who_find_a_port_shut_are_told_by_their_number() -> None:
    """by hand: 10 people an hour, shut for 6 hours: 60 stay away; with a share of a quarter postponed 45; without a
    disruption nothing is told."""
    shut = ("port_hours", "gate", "2020-03-04 06:00", "2020-03-04 12:00", "closed")
    text = "The Gate: 60 people on average find it shut and stay away; they are not among those handed over"
    assert list(who_stay_away(small(shut))) == [("Stay away", text)]
    text = "The Gate: 45 people on average find it shut and stay away, 25 % come in the first open hour"
    assert list(who_stay_away(small(shut, postponed_share=0.25))) == [("Stay away", text)]
    assert list(who_stay_away(small())) == []
