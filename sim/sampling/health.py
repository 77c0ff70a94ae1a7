"""Health of travellers: who is infected since when, when symptoms begin, how tests and hospital turn out.

Every person has a draw for each question whether it is asked or not, so that a higher share infected adds people and
changes no other. Seconds are whole and since 00:00 of the first day; an infection may lie before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv, ndtri

from sim.sampling.streams import Draws, Stream
from sim.scenario.care import Health, Hospital
from sim.scenario.schema import Scenario

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
DAY = 86_400
STAYS = 3
"""A stay is restarted at most twice."""


@dataclass(frozen=True)
class HealthSample:
    """The infected persons, in order of their rows; one element each."""

    row: Ints
    """Person row of the sample."""
    infected: Ints
    """Second of infection."""
    onset: Ints
    """Second at which symptoms begin, or would if the person never has any."""
    symptomatic: NDArray[np.bool_]
    infectious_from: Ints
    infectious_until: Ints
    hospital: Ints
    """Seconds in hospital, from the ambulance's arrival."""
    test_uniform: Floats
    """Shape (persons, stays, swab days): a test is positive when this is below the sensitivity of the day."""


@dataclass(frozen=True)
class PersonKeys:
    """What keys the draws of persons, one element each: (place, day, number) and the second of hand-over."""

    place: NDArray[np.uint64]
    day: Ints
    number: NDArray[np.uint64]
    second: Ints


def sample_health(scenario: Scenario, draws: Draws, keys: PersonKeys) -> HealthSample:
    """Health of all persons of a sample; empty without a health table."""
    if scenario.health is None:
        return nobody()
    health = scenario.health
    u = draws.uniform(Stream.INFECTED, keys.place, keys.day, keys.number)
    row = np.flatnonzero(u < health.infected_share)
    of_row = draws.block(Stream.INFECTED // 4, keys.place[row], keys.day[row], keys.number[row])
    age_u, incubation_u, asymptomatic_u = (
        of_row[stream % 4] for stream in (Stream.INFECTION_AGE, Stream.INCUBATION, Stream.ASYMPTOMATIC)
    )
    infected = keys.second[row] - np.floor(age_u * health.infected_within_days * DAY).astype(np.int64)
    days = np.exp(health.incubation.meanlog + health.incubation.sdlog * ndtri(incubation_u))
    onset = infected + np.floor(days * DAY + 0.5).astype(np.int64)
    return HealthSample(
        row=row,
        infected=infected,
        onset=onset,
        symptomatic=asymptomatic_u >= health.never_symptomatic_share,
        infectious_from=onset - round(health.infectious_days_before_onset * DAY),
        infectious_until=onset + round(health.infectious_days_after_onset * DAY),
        hospital=_hospital_seconds(scenario.hospital, draws, keys, row),
        test_uniform=_test_uniforms(scenario, draws, keys, row),
    )


def sensitivity(health: Health, seconds: Ints | int) -> Floats:
    """Share of the infected that a test finds, `seconds` after infection: the last row at or before that day."""
    days = np.array((-np.inf, *health.pcr_sensitivity.days)) * DAY
    shares = np.array((0.0, *health.pcr_sensitivity.shares))
    return np.asarray(shares[np.searchsorted(days, seconds, side="right") - 1])


def _hospital_seconds(hospital: Hospital | None, draws: Draws, keys: PersonKeys, row: Ints) -> Ints:
    if hospital is None:
        return np.zeros(len(row), dtype=np.int64)
    u = draws.uniform(Stream.HOSPITAL_STAY, keys.place[row], keys.day[row], keys.number[row])
    days = gammaincinv(hospital.stay_shape, u) * hospital.stay_scale_days
    return np.asarray(np.maximum(1, np.floor(days * DAY + 0.5)).astype(np.int64))


def _test_uniforms(scenario: Scenario, draws: Draws, keys: PersonKeys, row: Ints) -> Floats:
    """Keyed by (stay, day of the stay), so that another swab day changes no other test."""
    days = np.array(scenario.swabs.days if scenario.swabs else (), dtype=np.int64)
    occasion = np.arange(STAYS)[:, None] * 1000 + days[None, :]
    place, day, number = (x[row][:, None, None] for x in (keys.place, keys.day, keys.number))
    return draws.uniform(Stream.TEST_RESULT, place, day, number, occasion[None, :, :])


def nobody() -> HealthSample:
    """Health of a sample in which nobody is infected."""
    none = np.zeros(0, dtype=np.int64)
    return HealthSample(none, none, none, none.astype(bool), none, none, none, np.zeros((0, STAYS, 0)))
