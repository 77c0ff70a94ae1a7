"""Facts of samples that changed lines left unnoticed; each from the words of the conceptual model or a docstring."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError
from sampling_case import FIRST, arrivals, people_by_day, port

from sim.sampling import sample
from sim.sampling.expected import expected_people
from sim.sampling.hours import hours_by_date
from sim.sampling.streams import Draws, Stream, entity_number, place_key
from sim.sampling.variates import MAX_PARTIES_OF_A_GROUP, group_parties
from sim.scenario.tables.distributions import ConstantGroup, GeometricGroup


def test_a_variation_little_above_that_of_groups_still_varies_days() -> None:
    """Index 1.01, groups of one: levels of 20,000 people have a standard deviation of sqrt(0.01 x 20,000) = 14."""
    days = [
        people_by_day(sample(arrivals(ports={"gate": port(20_000)}, dispersion_index=index), seed=1, replication=0), 10)
        for index in (1.0, 1.01)
    ]
    difference = np.abs(days[0] - days[1])
    assert (difference > 0).sum() >= 8
    assert difference.max() < 5 * 14


def test_factors_come_before_people_added_whatever_the_order_of_rows() -> None:
    """Factor 2 and 40 more on 20 people: 2 x 20 + 40 = 80, not 2 x 60."""
    events = [
        {"kind": "arrivals_added", "from_day": FIRST, "value": 40.0},
        {"kind": "arrivals_factor", "from_day": FIRST, "value": 2.0},
    ]
    for rows in (events, events[::-1]):
        assert expected_people(arrivals(2, disruptions=rows)).tolist() == [[80.0, 80.0]]


def test_the_infectious_are_so_from_before_onset_until_after_it() -> None:
    """infectious_days_before_onset and _after_onset of the scenario, here 2.5 and 8."""
    health = {"infected_share": 1.0, "infectious_days_before_onset": 2.5, "infectious_days_after_onset": 8.0}
    drawn = sample(arrivals(health=health), seed=1, replication=0).health
    assert len(drawn.row) > 100
    assert set((drawn.onset - drawn.infectious_from).tolist()) == {216_000}
    assert set((drawn.infectious_until - drawn.onset).tolist()) == {691_200}


def test_tests_of_a_stay_that_began_again_are_other_tests() -> None:
    """Keyed by stay and day: three stays, two days, all differ and none is a shifted copy."""
    health = {"infected_share": 1.0, "pcr_sensitivity": {"days": [0.0], "shares": [0.5]}}
    swabs = {"days": [1, 2], "person_minutes": 1.0}
    drawn = sample(arrivals(health=health, swabs=swabs), seed=1, replication=0).health.test_uniform
    assert drawn.shape[1:] == (3, 2)
    assert len(np.unique(drawn)) == drawn.size


def test_port_hours_without_an_end_last_to_the_end() -> None:
    """A disruption without to_day holds on the last day of the window too."""
    event = {"kind": "port_hours", "place": "gate", "from_day": FIRST + dt.timedelta(days=3), "value": "10:00-12:00"}
    stretches = hours_by_date(arrivals(disruptions=[event]), "gate")
    assert [(hours.opens, hours.closes, end - begin) for hours, begin, end in stretches][-1] == (600, 720, 7)


def test_a_group_is_cut_at_a_thousand_parties_and_none_is_larger() -> None:
    """Party numbers have ten bits for the party of a group. Geometric, mean 100: more than 1,100 at u above
    1 - 0.99^1100 = 0.99998; a constant of 1,100 is refused."""
    u = np.array([1 - 0.99**999.5, 1 - 0.99**1100.5])
    assert group_parties(GeometricGroup(kind="geometric", mean=100), u).tolist() == [1_000, 1_000]
    assert group_parties(GeometricGroup(kind="geometric", mean=100), np.array([1 - 0.99**998.5])).tolist() == [999]
    assert MAX_PARTIES_OF_A_GROUP == 1_000
    with pytest.raises(ValidationError):
        ConstantGroup(kind="constant", parties=1_100)


def test_draws_of_a_sample_are_those_of_the_table_of_streams() -> None:
    """A draw is a function of (seed, replication, stream, place, day, number, occasion): here each is made once more by
    its stream, from the party number (day 16 bits, group 20, party 10, person 8, 0), and inverted by its formula."""
    service = {"minutes": {"kind": "exponential", "mean": 5.0}}
    inn = {"number": 1, "rooms": 900, "street": "s", "ride_minutes": {"gate": 20.0}, "opens": FIRST}
    crew = {"headcount": 40, "absence_share": 0.25, "shifts": {"a": {"start": "06:00", "hours": 8, "share": 1}}}
    scenario = arrivals(
        ports={"gate": port(60.0, not_diverted_share=0.3, pool="crew")}, groups={"kind": "constant", "parties": 2},
        party_size_weights=(0.5, 0.3, 0.2), registration=service, check_in=service, release={"minutes": service},
        sites={"candidates": {"inn": inn}}, stay={"days": 2.0}, pools={"crew": crew},
        health={"infected_share": 0.2, "never_symptomatic_share": 0.4},
    )  # fmt: skip
    drawn, draws = sample(scenario, seed=3, replication=7), Draws(3, 7)
    bits = drawn.person_number >> 1
    day = dt.date(1970, 1, 1).toordinal() + (bits >> 38 & 0xFFFF)
    entity = entity_number(bits >> 18 & 0xFFFFF, bits >> 8 & 0x3FF, bits & 0xFF)

    def u(stream: Stream, lines: Any = slice(None)) -> Any:
        return draws.uniform(stream, place_key("gate"), day[lines], entity[lines])

    leads, ill = drawn.party_first_person, drawn.health.row
    assert drawn.party_size.tolist() == (1 + np.searchsorted([0.5, 0.8], u(Stream.PARTY_SIZE, leads), "right")).tolist()
    assert drawn.party_diverted.tolist() == (u(Stream.NOT_DIVERTED, leads) >= 0.3).tolist()
    assert drawn.registration_factor == pytest.approx(-np.log1p(-u(Stream.REGISTRATION, leads)))
    assert drawn.check_in_factor == pytest.approx(-np.log1p(-u(Stream.CHECK_IN)))
    assert drawn.release_factor == pytest.approx(-np.log1p(-u(Stream.RELEASE)))
    assert ill.tolist() == np.flatnonzero(u(Stream.INFECTED) < 0.2).tolist()
    assert drawn.health.symptomatic.tolist() == (u(Stream.ASYMPTOMATIC, ill) >= 0.4).tolist()
    first_shift = draws.uniform(Stream.ABSENCE, place_key("crew"), FIRST.toordinal(), entity_number(np.arange(40), 360))
    assert drawn.present[0][0] == (first_shift >= 0.25).sum()
