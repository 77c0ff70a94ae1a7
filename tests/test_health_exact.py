"""Tests missed and late onsets of whole histories against the laws that they are drawn from.

Parties of one, all infected, a port open for a minute, a site without staff: so a swab of day k of the stay is taken
k - 1 days and an hour after hand-over, and nothing interferes. Infection lies uniformly over the 7 days before.
"""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from scipy import integrate, stats
from textbook_case import QUICK

from sim import load, sample, simulate
from sim.flow.log import EventLog, Kind
from sim.sampling import Sample
from sim.scenario.tables.schema import Scenario

SHIPPED = Path(__file__).parents[1] / "scenarios"
DAY = 86_400
WITHIN = 7.0
RIDE_DAYS = 30 / 1440
SWAB_DAYS = 1 / 24
"""From hand-over (08:00) to the first round (09:00)."""

TABLES = {
    "kucirka": (
        "kucirka2020_fnr_by_day.csv",
        'day_column = "day_since_exposure", column = "false_negative_pct", given = "false_negative_percent"',
    ),
    "hellewell": (
        "hellewell2021_pcr_sensitivity_by_day.csv",
        'day_column = "days_since_infection", column = "median"',
    ),
}

CASE = """\
schema = 1
title = "all infected"
first_day = 2020-04-01
last_day = 2020-04-02
[arrivals]
groups = { kind = "constant" }
[ports.border]
hours.all = { opens = "08:00", closes = "08:01" }
regimes.all = { kind = "rate", from_day = 2020-04-01, people_per_day = 2500 }
[sites.hotel]
number = 1
rooms = 1_000_000
opens = 2020-04-01
ride_minutes = { border = 30.0 }
[stay]
"""


def scenario_of(folder: Path, text: str) -> Scenario:
    """The case with more tables, read from a file beside the shipped tables of sensitivity."""
    for name, _ in TABLES.values():
        shutil.copy(SHIPPED / name, folder / name)
    path = folder / "case.toml"
    path.write_text(CASE + text, encoding="utf-8")
    return load(path)


def history(scenario: Scenario, seed: int) -> tuple[Sample, EventLog]:
    """Travellers and their history."""
    travellers = sample(scenario, seed=seed, replication=0)
    return travellers, simulate(scenario, travellers, engine=QUICK)


def false_negative_share(table: str, days: np.ndarray) -> np.ndarray:
    """Share missed at ages in days, straight from the shipped file: the last row at or before the age, 1 before all."""
    name, _ = TABLES[table]
    with (SHIPPED / name).open(encoding="utf-8") as file:
        rows = [[float(cell) for cell in row[:2]] for row in list(csv.reader(file))[1:]]
    ages, values = np.array(rows).T
    missed = values / 100 if table == "kucirka" else 1 - values
    return np.concatenate([[1.0], missed])[np.searchsorted(ages, days, side="right")]


@pytest.mark.parametrize("table", ["kucirka", "hellewell"])
@pytest.mark.parametrize("plan", [(1,), (1, 13), (1, 5, 13), (1, 4, 7, 14)])
def test_the_share_missed_by_a_plan_of_test_days_is_the_product_of_false_negatives(
    table: str, plan: tuple[int, ...], tmp_path: Path
) -> None:
    """P(never found) = 1/7 ∫ ∏ₖ (1 - s(a + k - 1 d + 1 h)) da over a from 0 to 7 days, s the step function of the
    table; tests of one person are independent given the age of the infection. Within 4 standard errors."""
    name, columns = TABLES[table]
    text = f"""days = 14
[visits.check]
times = ["09:00"]
room_minutes = 0.02
[swabs]
days = {list(plan)}
person_minutes = 0.02
[laboratory]
turnaround_hours = 1.0
[health]
infected_share = 1.0
infected_within_days = {WITHIN}
pcr_sensitivity = {{ file = "{name}", {columns} }}
"""
    travellers, log = history(scenario_of(tmp_path, text), seed=len(plan))
    n = len(travellers.party_size)
    ages = np.arange(0.5, 70_000) / 70_000 * WITHIN
    missed = [false_negative_share(table, ages + day - 1 + SWAB_DAYS) for day in plan]
    expected = float(np.prod(missed, axis=0).mean())
    observed = 1 - len(log.of(Kind.DETECTED)) / n
    assert n > 4000
    assert abs(observed - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


@pytest.mark.parametrize("within", [0.0, WITHIN])
@pytest.mark.parametrize("quarantine", [7, 10, 14])
def test_onsets_later_than_a_quarantine_follow_the_law_of_incubation(
    within: float, quarantine: int, tmp_path: Path
) -> None:
    """P(onset after release) = 1/7 ∫ S(a + ride + quarantine) da over a from 0 to 7 days (a = 0 where all are infected
    at hand-over), S the survival function of the lognormal with meanlog 1.621 and sdlog 0.418 of Lauer 2020."""
    text = f"days = {quarantine}\n[health]\ninfected_share = 1.0\ninfected_within_days = {within}\n"
    scenario = scenario_of(tmp_path, text)
    longer = scenario.model_copy(update={"last_day": scenario.last_day.replace(day=8)})
    travellers, log = history(longer, seed=quarantine)
    law = stats.lognorm(s=0.418, scale=np.exp(1.621))
    after = quarantine + RIDE_DAYS
    expected = float(law.sf(after))
    if within:
        expected = integrate.quad(lambda age: law.sf(age + after), 0, within)[0] / within
    left = log.of(Kind.LEFT)
    onset_of = dict(zip(travellers.person_number.tolist(), travellers.health.onset.tolist(), strict=True))
    late = sum(onset_of[int(row["party"])] > row["second"] for row in left)
    n = len(left)
    assert n == len(travellers.party_size) > 15_000
    assert abs(late / n - expected) < 4 * np.sqrt(expected * (1 - expected) / n)


def test_shares_infected_and_without_symptoms_and_the_hospital_stay_follow_their_laws(tmp_path: Path) -> None:
    """Binomial shares within 4 standard errors; median and quartiles of the gamma hospital stay (14, 10 and 19 days,
    Rees 2020) cut off their shares, whose standard error is binomial."""
    text = "days = 1\n[health]\ninfected_share = 0.4\nnever_symptomatic_share = 0.31\n[hospital]\n"
    travellers = sample(scenario_of(tmp_path, text), seed=4, replication=0)
    n, health = int(travellers.party_size.sum()), travellers.health
    ill = len(health.row)
    law = stats.gamma(a=4.706, scale=3.201)
    pairs = [(ill / n, 0.4, n), (1 - health.symptomatic.mean(), 0.31, ill)]
    pairs += [((health.hospital < days * DAY).mean(), law.cdf(days), ill) for days in (10, 14, 19)]
    for observed, expected, people in pairs:
        assert abs(observed - expected) < 4 * np.sqrt(expected * (1 - expected) / people)
