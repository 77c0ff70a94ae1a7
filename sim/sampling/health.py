"""Health of travellers: who is infected since when, when symptoms begin, how tests and hospital turn out.

Every person has a draw for each question whether it is asked or not, so that a higher share infected adds people and
changes no other. Seconds are whole and since 00:00 of the first day; an infection may lie before it.

Guests who are in a site from the beginning have passed the rounds before it. One whose infection these would have shown
is in hospital and not there as a case: the health of such a guest is drawn again, with occasion 1, 2, …
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from sim.sampling.streams import Draws, Stream
from sim.sampling.variates import hours
from sim.scenario.faults import Fault, ScenarioError
from sim.scenario.tables.care import LAST_DAY, Health, Hospital
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import DAY
from sim.words.language import said

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
STAYS = 3
"""A stay is restarted at most twice."""
MOST_DRAWS = 1_000
"""So often the health of a guest of the beginning is drawn again."""
_FIRST_PERSON = np.uint64((1 << 48) - 1)
"""Of the number of a person, what its party's first has too."""
_TESTS_OF_ONE = 10_000  # more than the occasions of a person's tests


@dataclass(frozen=True)
class HealthSample:
    """The infected persons, in order of their rows; one element each."""

    row: Ints
    """Person row of the sample."""
    infected: Ints
    """Second of infection."""
    onset: Ints
    """Second at which symptoms begin, or would if the person never has any."""
    noticed: Ints
    """Second from which a health check finds the symptoms."""
    symptomatic: NDArray[np.bool_]
    infectious_from: Ints
    infectious_until: Ints
    hospital: Ints
    """Seconds in hospital, from the ambulance's arrival."""
    test_uniform: Floats
    """Shape (persons, stays, swab days): a test is positive when this is below the sensitivity of the day."""
    seen: NDArray[np.bool_]
    """The screening at the port sees the person's symptoms."""
    positive: NDArray[np.bool_]
    """The test on arrival will be positive."""


@dataclass(frozen=True)
class PersonKeys:
    """What keys the draws of persons, one element each: (place, day, number) and the second of hand-over."""

    place: NDArray[np.uint64]
    day: Ints
    number: NDArray[np.uint64]
    second: Ints
    present_from: int
    """Persons from this row on are in a site from the beginning, since their second."""
    last_day: Ints
    """Last day of each stay, by how often it has begun again: shape (persons, STAYS); read where the last day has a
    swab, shape (persons, 0) elsewhere.
    """
    screened: NDArray[np.bool_]
    """Whether there was a screening where the person was handed over."""

    def take(self, rows: Ints) -> PersonKeys:
        """Some of the persons."""
        columns = (self.place[rows], self.day[rows], self.number[rows], self.second[rows])
        return PersonKeys(*columns, self.present_from, self.last_day[rows], self.screened[rows])


def last_days(scenario: Scenario, stay_seconds: Ints, persons: int) -> Ints:
    """`PersonKeys.last_day` of so many persons; `stay_seconds` as a sample has it."""
    if scenario.stay is None or scenario.swabs is None or LAST_DAY not in scenario.swabs.days:
        return np.zeros((persons, 0), dtype=np.int64)
    if scenario.stay.drawn is None:
        return np.full((persons, STAYS), math.ceil(scenario.stay.mean_days))
    return np.ascontiguousarray(-(-stay_seconds // DAY).T)


def sample_health(scenario: Scenario, draws: Draws, keys: PersonKeys) -> HealthSample:
    """Health of all persons of a sample; empty without a health table."""
    if scenario.health is None:
        return nobody()
    return _drawn(scenario, scenario.health, draws, keys, _occasions(scenario, draws, keys))


def _occasions(scenario: Scenario, draws: Draws, keys: PersonKeys) -> Ints:
    """How often the health of each person is drawn again: until what it is would not have been found before the first
    day. Raises ScenarioError when that does not come to an end.
    """
    occasion = np.zeros(len(keys.day), dtype=np.int64)
    left = np.arange(keys.present_from, len(keys.day))
    assert scenario.health is not None
    for _ in range(MOST_DRAWS + 1):
        these = keys.take(left)
        cases = _drawn(scenario, scenario.health, draws, these, occasion[left])
        left = left[cases.row[found_before(scenario, cases, these.take(cases.row))]]
        if not len(left):
            return occasion
        occasion[left] += 1
    rule = said(
        "the infection of a guest would have been found before the first day each time that it was drawn, {n:,} times: "
        "such guests cannot be there",
        n=MOST_DRAWS,
    )
    raise ScenarioError([Fault("", "initial", None, rule, "lower health.infected_share")])


def _drawn(scenario: Scenario, health: Health, draws: Draws, keys: PersonKeys, occasion: Ints) -> HealthSample:
    """Health of persons as drawn at these occasions."""
    u = draws.uniform(Stream.INFECTED, keys.place, keys.day, keys.number, occasion)
    is_infected, with_first = u < health.infected_share, np.zeros(len(u), dtype=bool)
    if health.infected_together_share is not None:
        is_infected, with_first = _together(health, draws, keys, occasion, is_infected)
    row = np.flatnonzero(is_infected)
    ill, ill_occasion = keys.take(row), occasion[row]
    of_row = draws.block(Stream.INFECTED // 4, ill.place, ill.day, ill.number, ill_occasion)
    age_u, incubation_u, asymptomatic_u = (
        of_row[stream % 4] for stream in (Stream.INFECTION_AGE, Stream.INCUBATION, Stream.ASYMPTOMATIC)
    )
    if with_first.any():
        first = draws.uniform(Stream.INFECTION_AGE, ill.place, ill.day, ill.number & _FIRST_PERSON, ill_occasion)
        age_u = np.where(with_first[row], first, age_u)
    symptomatic = asymptomatic_u >= health.never_symptomatic_share
    within, other = health.infected_within_days, health.infected_within_days_never_symptomatic
    within_days = np.where(symptomatic, within, within if other is None else other)
    infected = ill.second - np.floor(age_u * within_days * DAY).astype(np.int64)
    days = np.exp(health.incubation.meanlog + health.incubation.sdlog * ndtri(incubation_u))
    onset = infected + np.floor(days * DAY + 0.5).astype(np.int64)
    noticed = onset + _report_seconds(health, draws, ill, ill_occasion)
    seen, positive = _screened(scenario, draws, ill, ill_occasion, (infected, symptomatic & (noticed <= ill.second)))
    return HealthSample(
        row=row,
        infected=infected,
        onset=onset,
        noticed=noticed,
        symptomatic=symptomatic,
        infectious_from=onset - round(health.infectious_days_before_onset * DAY),
        infectious_until=onset + round(health.infectious_days_after_onset * DAY),
        hospital=_hospital_seconds(scenario.hospital, draws, ill, ill_occasion),
        test_uniform=_test_uniforms(scenario, draws, ill, ill_occasion),
        seen=seen,
        positive=positive,
    )


def _together(
    health: Health, draws: Draws, keys: PersonKeys, occasion: Ints, alone: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Who is infected where people of a party are infected together, and who of them with the party's first: a further
    person, given that the first is infected, with the chance; else as it would be alone.
    """
    first = keys.number & _FIRST_PERSON
    with_first = draws.uniform(Stream.INFECTED, keys.place, keys.day, first, occasion) < health.infected_share
    with_first &= keys.number != first
    chance = draws.uniform(Stream.INFECTED_TOGETHER, keys.place, keys.day, keys.number, occasion)
    infected = np.where(with_first, chance < (health.infected_together_share or 0.0), alone)
    return infected, with_first & infected


def _report_seconds(health: Health, draws: Draws, ill: PersonKeys, occasion: Ints) -> Ints:
    """Seconds from onset until a health check may find the symptoms."""
    delay = health.symptom_report_hours
    if delay is None:
        return np.zeros(len(occasion), dtype=np.int64)
    u = draws.uniform(Stream.SYMPTOM_REPORT, ill.place, ill.day, ill.number, occasion)
    return np.floor(hours(delay, u) * 3600 + 0.5).astype(np.int64)


def found_before(scenario: Scenario, cases: HealthSample, ill: PersonKeys) -> NDArray[np.bool_]:
    """Which of the infected, in a site since `ill.second`, rounds before the first day would have shown: by symptoms at
    a health check, or by a swab whose positive result is back at its 00:00. Rounds and laboratory without any delay.
    """
    arrived = ill.second
    found = cases.seen | (cases.positive & (arrived + arrival_test_seconds(scenario) <= 0))
    checks = [time for kind in scenario.visits.values() if kind.finds_symptoms for time in kind.times]
    if checks:
        last = max(time % 1440 for time in checks) * 60 - DAY
        found |= cases.symptomatic & (cases.noticed <= last) & (arrived <= last)
    rounds = np.array(sorted(time % 1440 * 60 for kind in scenario.visits.values() for time in kind.times))
    if scenario.health is None or scenario.laboratory is None or scenario.swabs is None or not len(rounds):
        return found
    turnaround = max(1, round(scenario.laboratory.turnaround_hours * 3600))
    for index, day in enumerate(scenario.swabs.days):
        number = ill.last_day[:, 0] if day == LAST_DAY else day
        begin = arrived + (number - 1) * DAY
        of_day = begin % DAY
        swabbed = begin - of_day + np.append(rounds, rounds[0] + DAY)[np.searchsorted(rounds, of_day)]
        positive = cases.test_uniform[:, 0, index] < sensitivity(scenario.health, swabbed - cases.infected)
        found |= positive & (swabbed < 0) & (swabbed + turnaround <= 0)
    return found


def arrival_test_seconds(scenario: Scenario) -> int:
    """Seconds from the hand-over to the result of the test on arrival; 0 without one."""
    screening = scenario.screening
    if screening is None or screening.test_turnaround_hours is None:
        return 0
    return max(1, int(np.floor(screening.test_turnaround_hours * 3600 + 0.5)))


def _screened(
    scenario: Scenario, draws: Draws, ill: PersonKeys, occasion: Ints, of_ill: tuple[Ints, NDArray[np.bool_]]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Whose symptoms are seen on arrival, and whose test is positive; `of_ill`: second of infection, and whether there
    are symptoms to be seen.
    """
    screening, (infected, visible), nobody_found = scenario.screening, of_ill, np.zeros(len(occasion), dtype=bool)
    if screening is None or scenario.health is None:
        return nobody_found, nobody_found
    chance = draws.uniform(Stream.SEEN_ON_ARRIVAL, ill.place, ill.day, ill.number, occasion)
    seen = ill.screened & visible & (chance < screening.symptoms_seen_share)
    if screening.test_turnaround_hours is None:
        return seen, nobody_found
    u = draws.uniform(Stream.ARRIVAL_TEST, ill.place, ill.day, ill.number, occasion)
    return seen, ill.screened & ~seen & (u < sensitivity(scenario.health, ill.second - infected))


def sensitivity(health: Health, seconds: Ints | int) -> Floats:
    """Share of the infected that a test finds, `seconds` after infection."""
    days = np.array((-np.inf, *health.pcr_sensitivity.days)) * DAY
    shares = np.array((0.0, *health.pcr_sensitivity.shares))
    if health.pcr_sensitivity.between == "straight" and len(days) > 1:
        return np.where(seconds < days[1], 0.0, np.interp(seconds, days[1:], shares[1:]))
    return np.asarray(shares[np.searchsorted(days, seconds, side="right") - 1])


def _hospital_seconds(hospital: Hospital | None, draws: Draws, ill: PersonKeys, occasion: Ints) -> Ints:
    if hospital is None:
        return np.zeros(len(occasion), dtype=np.int64)
    u = draws.uniform(Stream.HOSPITAL_STAY, ill.place, ill.day, ill.number, occasion)
    days = gammaincinv(hospital.stay_shape, u) * hospital.stay_scale_days
    return np.asarray(np.maximum(1, np.floor(days * DAY + 0.5)).astype(np.int64))


def _test_uniforms(scenario: Scenario, draws: Draws, ill: PersonKeys, occasion: Ints) -> Floats:
    """Keyed by (how often drawn again, stay, day of the stay), so that another swab day changes no other test."""
    days = np.array(scenario.swabs.days if scenario.swabs else (), dtype=np.int64)
    test = (np.arange(STAYS)[:, None] * 1000 + days[None, :])[None, :, :]
    if ill.last_day.shape[1]:
        last = np.arange(STAYS)[None, :, None] * 1000 + ill.last_day[:, :, None]
        test = np.where(days[None, None, :] == LAST_DAY, last, test)
    place, day, number, drawn = (x[:, None, None] for x in (ill.place, ill.day, ill.number, occasion))
    return draws.uniform(Stream.TEST_RESULT, place, day, number, drawn * _TESTS_OF_ONE + test)


def nobody() -> HealthSample:
    """Health of a sample in which nobody is infected."""
    none = np.zeros(0, dtype=np.int64)
    no, tests = none.astype(bool), np.zeros((0, STAYS, 0))
    return HealthSample(none, none, none, none, no, none, none, none, tests, no, no)
