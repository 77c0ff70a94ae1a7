"""Rules to the minute in the sample: factors that begin at a time, people added, ports that are shut, who comes again.

One port, open all day unless said, 40 people a day on four days from 3 March 2020; groups of one person.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sampling_case import CASE_GROUPS, CASE_SIZES, DAY, arrivals, port
from scipy.stats import kstest

from sim.sampling import INITIAL_PORT, Sample, sample
from sim.sampling.expected import expected, people_a_day
from sim.sampling.hours import open_spans
from sim.scenario.tables.schema import Scenario

HOUR = 3600
Row = dict[str, Any]


def event(kind: str, begin: str, end: str | None = None, value: float | str | None = None, place: str = "gate") -> Row:
    """A row of the disruptions; moments as day of March, or day and time: "4", "4 21:00"."""
    moments = [None if m is None else f"2020-03-{int(m.split()[0]):02d}{m[len(m.split()[0]) :]}" for m in (begin, end)]
    return {"kind": kind, "place": place, "from_day": moments[0], "to_day": moments[1], "value": value}


def four_days(*rows: Row, postponed: float = 0.0, **changes: Any) -> Scenario:
    """The scenario of this file with some disruptions."""
    ports = changes.pop("ports", {"gate": port(40.0, postponed_share=postponed)})
    return arrivals(4, ports, disruptions=list(rows), **changes)


def who(scenario: Scenario, seed: int = 1) -> dict[int, int]:
    """Second of hand-over by party number."""
    drawn = sample(scenario, seed=seed, replication=0)
    return dict(zip(drawn.person_number[drawn.party_first_person].tolist(), drawn.party_second.tolist(), strict=True))


def drawn_often(scenario: Scenario, n: int) -> list[Sample]:
    return [sample(scenario, seed=3, replication=r) for r in range(n)]


def inside(second: int, begin: float, end: float) -> bool:
    """Whether a second lies between two hours since the beginning."""
    return begin * HOUR <= second < end * HOUR


@pytest.mark.parametrize("form", [{}, {"variation": "cv", "day_cv": 0.5}, {"dispersion_index": 5.0}])
@pytest.mark.parametrize("factor", [0.0, 0.4, 3.0])
def test_a_factor_with_times_changes_who_comes_then_and_nobody_else(form: dict[str, Any], factor: float) -> None:
    """model.md: groups keep their times. Outside 4 March 10:00 to 5 March 02:00 (hours 34 to 50) the same parties at
    the same seconds; inside it some of them for a factor below 1, all of them and more above; none for 0."""
    usual = who(four_days(**form))
    changed = who(four_days(event("arrivals_factor", "4 10:00", "5 02:00", factor), **form))
    outside = [{p: s for p, s in drawn.items() if not inside(s, 34, 50)} for drawn in (usual, changed)]
    assert outside[0] == outside[1]
    then = [{p: s for p, s in drawn.items() if inside(s, 34, 50)} for drawn in (usual, changed)]
    few, more = then if factor > 1 else then[::-1]
    assert set(few.items()) < set(more.items())
    assert factor or not few


@pytest.mark.parametrize("form", [{}, {"variation": "cv", "day_cv": 0.5}, {"dispersion_index": 5.0}])
def test_a_factor_from_midnight_to_midnight_is_that_of_the_days(form: dict[str, Any]) -> None:
    """The level is the gamma quantile for mean x factor at the time: all day long that of the day's rate x factor."""
    by_date = who(four_days(event("arrivals_factor", "4", "5", 1.7), **form))
    to_the_minute = who(four_days(event("arrivals_factor", "4 00:00", "6 00:00", 1.7), **form))
    mixed = who(four_days(event("arrivals_factor", "4", "6 00:00", 1.7), **form))
    assert by_date == to_the_minute == mixed


def test_factors_that_hold_together_multiply_and_added_people_of_the_day_are_not_multiplied() -> None:
    """by hand: (40 x 0.5 x 0.5 x 2) + 10 = 30 people a day from the two factors 0.5, one of them by date, and 2, with
    10 people more that day: exactly who comes at 30 a day."""
    rows = [event("arrivals_factor", "4", "4", 0.5), event("arrivals_factor", "4 00:00", "5 00:00", 0.5),
            event("arrivals_factor", "4 00:00", "4 24:00", 2.0), event("arrivals_added", "4", "4", 10)]  # fmt: skip
    asked = who(four_days(*rows))
    assert asked == who(four_days(*rows[::-1]))
    plain = who(four_days(ports={"gate": port(30.0)}))
    assert {p: s for p, s in asked.items() if DAY <= s < 2 * DAY} == {
        p: s for p, s in plain.items() if DAY <= s < 2 * DAY
    }


def test_people_added_between_two_moments_come_evenly_and_so_many_in_all() -> None:
    """1,400 people from 4 March 21:00 to 5 March 06:00: the mean of 60 replications within 4 standard errors, seconds
    uniform (Kolmogorov-Smirnov), and everybody else as without them."""
    row = event("arrivals_added", "4 21:00", "5 06:00", 1400)
    given: dict[str, Any] = {"groups": CASE_GROUPS, "party_size_weights": CASE_SIZES}
    usual = who(four_days(**given))
    assert usual.items() < who(four_days(row, **given)).items()
    people, seconds = [], []
    for drawn in drawn_often(four_days(row, ports={"gate": port(0.0)}, **given), 60):
        people.append(drawn.party_size.sum())
        seconds.append(np.unique(drawn.party_second))  # parties of a group come together
    assert abs(np.mean(people) - 1400) < 4 * np.std(people, ddof=1) / np.sqrt(60)
    at = (np.concatenate(seconds) + 0.5 - 45 * HOUR) / (9 * HOUR)
    assert 0 < at.min() < at.max() < 1
    assert kstest(at, "uniform").pvalue > 1e-4


def test_more_people_added_add_groups_and_other_rows_change_none() -> None:
    """Points of a stream of their own, numbered by level, keyed by port and moments: 100 of 150 are the same, at the
    same seconds; so they are with a second row, whatever the order, and two rows of the same moments are one."""
    row, other = event("arrivals_added", "4 21:00", "5 06:00", 100), event("arrivals_added", "4 21:00", "5 07:00", 80)
    alone = who(four_days(row))
    assert alone.items() < who(four_days(row | {"value": 150.0})).items()
    together = who(four_days(row, other))
    assert set(alone.values()) < set(together.values())
    assert together == who(four_days(other, row))
    halves = row | {"value": 50.0}
    assert who(four_days(halves, halves)) == alone
    assert len(set(together)) == len(together)


def test_party_numbers_rise_in_the_order_in_which_the_flow_settles_ties() -> None:
    """Ties go by entity id, which is the row of the sample (model.md); the log tells numbers. Two ports, people added
    at the first of them, and guests of the beginning: in all four orders rows and numbers agree."""
    ports = {"bay": port(15.0), "gate": port(25.0)}
    site = {
        "number": 1,
        "rooms": 900,
        "street": "s",
        "ride_minutes": {"bay": 20.0, "gate": 30.0},
        "opens": "2020-03-03",
    }
    drawn = sample(
        four_days(
            event("arrivals_added", "4 21:00", "5 06:00", 100, "bay"),
            ports=ports,
            sites={"candidates": {"inn": site}},
            initial=[{"site": "inn", "party_size": 2, "day_of_stay": 3}] * 4,
        ),
        seed=1,
        replication=0,
    )
    first_numbers = drawn.person_number[drawn.party_first_person]
    assert (np.diff(first_numbers) > 0).all()
    assert (np.diff(drawn.person_number) > 0).all()
    assert (np.diff(drawn.party_port) < 0).sum() == 1  # the people added at bay come after those of gate
    assert drawn.party_port[-1] == INITIAL_PORT


def test_people_added_at_all_ports_are_so_many_at_each_and_are_drawn_apart() -> None:
    """place all: 300 at each of two ports, not the same people; the first port's are those of the row for it alone."""
    ports = {"bay": port(0.0), "gate": port(0.0)}
    drawn = sample(
        four_days(event("arrivals_added", "4 21:00", "5 06:00", 300, "all"), ports=ports), seed=1, replication=0
    )
    assert (np.diff(drawn.party_port) >= 0).all()
    seconds = [set(drawn.party_second[drawn.party_port == number].tolist()) for number in (0, 1)]
    assert all(abs(len(found) - 300) < 100 for found in seconds)
    assert len(seconds[0] & seconds[1]) < 30
    alone = sample(
        four_days(event("arrivals_added", "4 21:00", "5 06:00", 300, "bay"), ports=ports), seed=1, replication=0
    )
    assert set(alone.party_second.tolist()) == seconds[0]


@pytest.mark.parametrize(
    "row", [event("port_hours", "4 12:00", "5 03:00", "closed"), event("port_hours", "4", "4", "closed")]
)
def test_travellers_of_a_shut_port_stay_away_and_the_others_come_as_ever(row: Row) -> None:
    """Hours 36 to 51 (by date 24 to 48): nobody; before and after everybody of the open port."""
    begin, end = (36, 51) if " " in row["from_day"] else (24, 48)
    usual, shut = who(four_days()), who(four_days(row))
    assert shut == {p: s for p, s in usual.items() if not inside(s, begin, end)}
    assert len(shut) < len(usual)


@pytest.mark.parametrize(
    ("row", "reopens"),
    [
        (event("port_hours", "4 12:00", "5 03:00", "closed"), 51),
        (event("port_hours", "4", "5", "closed"), 72),
        (event("port_hours", "4 09:00", "5 09:00", "06:00-10:00"), 54),  # open from 06:00 to 09:00, then as ever
    ],
)
def test_with_a_postponed_share_they_come_in_the_first_open_hour(row: Row, reopens: int) -> None:
    """Share 1: the same parties, those who met the shut port within the hour from its opening on (51: 5 March 03:00;
    72: 6 March 00:00; 54: 5 March 06:00), at seconds of their own; share 0.4: some of these, at the same seconds."""
    usual, all_come = who(four_days()), who(four_days(row, postponed=1.0))
    some, none = who(four_days(row, postponed=0.4)), who(four_days(row))
    assert set(all_come) == set(usual)
    moved = {p: s for p, s in all_come.items() if s != usual[p]}
    assert set(moved) == set(usual) - set(none)
    assert moved
    assert all(inside(s, reopens, reopens + 1) for s in moved.values())
    assert len(set(moved.values())) > 0.8 * len(moved)
    assert none.items() < some.items() < all_come.items()


def test_the_first_open_hour_is_uniform_has_the_share_and_ends_with_the_opening() -> None:
    """60 % of 4,000 people come again within 4 standard errors, evenly over the 30 minutes for which the port is open
    (Kolmogorov-Smirnov); a port that does not open again within the window sees nobody."""
    rows = [event("port_hours", "4 06:00", "5 22:30", "closed"), event("port_hours", "5 23:00", None, "closed")]
    open_for = four_days(*rows, ports={"gate": port(4000.0, postponed_share=0.6)})
    drawn = sample(open_for, seed=1, replication=0)
    usual = sample(four_days(ports={"gate": port(4000.0)}), seed=1, replication=0)
    shut = ((usual.party_second >= 30 * HOUR) & (usual.party_second < 70.5 * HOUR)).sum()
    own = ((usual.party_second >= 70.5 * HOUR) & (usual.party_second < 71 * HOUR)).sum()
    at = drawn.party_second[drawn.party_second >= 30 * HOUR] / HOUR
    assert (at >= 70.5).all()
    assert (at < 71).all()
    assert abs(len(at) - own - 0.6 * shut) < 4 * np.sqrt(shut * 0.24)
    assert kstest((at - 70.5) * 2, "uniform").pvalue > 1e-4


def test_people_added_while_the_port_is_shut_stay_away_too() -> None:
    """Open 08:00 to 20:00; 200 people from 18:00 to 22:00: half of them find it shut, with share 1 they come
    from 08:00."""
    hours = {"all": {"opens": "08:00", "closes": "20:00"}}
    row = event("arrivals_added", "4 18:00", "4 22:00", 200)
    all_come = who(four_days(row, ports={"gate": port(0.0, hours=hours, postponed_share=1.0)}))
    some = who(four_days(row, ports={"gate": port(0.0, hours=hours)}))
    assert some == {p: s for p, s in all_come.items() if inside(s, 42, 44)}
    assert all(inside(s, 42, 44) or inside(s, 56, 57) for s in all_come.values())
    assert 60 < len(some) < 140


def spans(*rows: Row, **hours: Any) -> list[tuple[float, float]]:
    """When the gate is open, in hours since the beginning."""
    opens = hours or {"all": {"opens": "06:00", "closes": "01:00"}}
    return [(a / HOUR, b / HOUR) for a, b in open_spans(four_days(*rows, ports={"gate": port(hours=opens)}), "gate")]


def test_a_port_is_open_by_its_hours_cut_and_filled_to_the_minute() -> None:
    """by hand, open 06:00 to 01:00 on four days, the window ends at hour 96: shut from 4 March 20:30 on until 5 March
    07:15; open by other hours (22:00-04:00) from 3 March 23:00 to 4 March 03:30; and hours that a date sets."""
    assert spans() == [(6, 25), (30, 49), (54, 73), (78, 96)]
    assert spans(event("port_hours", "4 20:30", "5 07:15", "closed"))[1:3] == [(30, 44.5), (55.25, 73)]
    assert spans(event("port_hours", "3 23:00", "4 03:30", "22:00-04:00"))[:2] == [(6, 27.5), (30, 49)]
    assert spans(event("port_hours", "4", "4", "10:00-12:00"))[1:3] == [(34, 36), (54, 73)]
    assert spans(event("port_hours", "4", "4", "closed"))[1:2] == [(54, 73)]
    assert spans(event("port_hours", "4 12:00", None, "closed")) == [(6, 25), (30, 36)]
    assert spans(all={"opens": "00:00", "closes": "24:00"}) == [(0, 96)]


MANY = (
    event("arrivals_factor", "4 10:30", "5 02:00", 2.5), event("arrivals_factor", "3", "4", 0.8),
    event("arrivals_added", "5", "5", 20), event("arrivals_added", "5 20:40", "6 03:10", 90, "all"),
    event("port_hours", "4 19:20", "4 22:45", "closed"), event("port_hours", "6", "6", "closed", "bay"),
)  # fmt: skip


def many(postponed: float) -> Scenario:
    """Two ports, one of them open 07:00 to 23:00 with an uneven day, and every kind of change of arrivals."""
    hours = {"all": {"opens": "07:00", "closes": "23:00"}}
    weights = tuple(1.0 + hour % 5 for hour in range(24))
    ports = {
        "bay": port(60.0, postponed_share=postponed),
        "gate": port(40.0, hours=hours, hour_weights=weights, postponed_share=postponed),
    }
    return four_days(*MANY, ports=ports, groups=CASE_GROUPS, party_size_weights=CASE_SIZES, dispersion_index=4.8)


@pytest.mark.parametrize("postponed", [0.0, 0.5])
def test_expected_people_are_the_mean_of_samples_by_hour_and_port(postponed: float) -> None:
    """Against 400 replications: of the 2 x 96 hours each within 5 standard errors, the sum within 4; and the people
    asked for (by hand 60 x 4 + 40 x (0.8 + 0.8 + 1 + 1), 20 added by date, and 2 x 90) are those who come or stay
    away."""
    scenario = many(postponed)
    ahead = expected(scenario)
    counts = np.array([_by_hour(drawn) for drawn in drawn_often(scenario, 400)])
    error = counts.std(axis=0, ddof=1) / np.sqrt(len(counts))
    assert (np.abs(counts.mean(axis=0) - ahead.by_hour) <= 5 * error + 0.02).all()
    total = counts.sum(axis=(1, 2))
    assert abs(total.mean() - ahead.by_hour.sum()) < 4 * total.std(ddof=1) / np.sqrt(len(total))
    assert people_a_day(scenario) == pytest.approx(ahead.by_hour.sum() / 4)
    of_factor = _of_factor_to_the_minute()
    assert ahead.by_hour.sum() + ahead.away.sum() == pytest.approx(240 + 144 + 20 + 180 + of_factor)
    assert (ahead.away > 0).all()


def _of_factor_to_the_minute() -> float:
    """People whom the factor 2.5 of the gate adds from 4 March 10:30 to its closing at 23:00: 1.5 x 32 x their share of
    the day's profile, by hand from its weights."""
    weights = [1.0 + hour % 5 for hour in range(24)]
    share = (0.5 * weights[10] + sum(weights[11:23])) / sum(weights[7:23])
    return 1.5 * 32 * share


def _by_hour(drawn: Sample) -> NDArray[np.int64]:
    at = drawn.party_port * 96 + drawn.party_second // HOUR
    return np.bincount(at, weights=drawn.party_size, minlength=2 * 96).astype(np.int64).reshape(2, 96)


def test_disruptions_to_the_minute_change_no_draw_in_any_order_of_rows() -> None:
    """The same sample whatever the order of rows."""
    scenario = many(0.5)
    turned = scenario.model_copy(update={"disruptions": scenario.disruptions[::-1]})
    assert who(scenario) == who(turned)
