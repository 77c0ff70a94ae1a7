"""Stays that are drawn: distributions, keys, guests of the beginning, files and faults, and what `check` expects."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from sim import load, sample
from sim.outlook.way import way
from sim.sampling import Sample
from sim.sampling.variates import stay_days
from sim.scenario import ScenarioError
from sim.scenario.files.changing import changed
from sim.scenario.files.documents import to_toml
from sim.scenario.tables.distributions import Stay
from sim.scenario.tables.schema import Scenario

DAY = 86_400
TOML = """schema = 1
title = "a"
first_day = 2021-06-07
last_day = 2021-06-10
[arrivals]
groups = { kind = "constant", parties = 1 }
party_size_weights = [0.7, 0.3]
[ports.p]
hours.all = { opens = "00:00", closes = "24:00" }
regimes.all = { kind = "rate", from_day = 2021-06-07, people_per_day = 40 }
[sites.inn]
number = 1
rooms = 500
ride_minutes = { p = 30 }
opens = 2021-06-07
[stay]
days = 2
[visits.checks]
times = ["08:00"]
person_minutes = 1
[swabs]
days = [1]
person_minutes = 1
"""
FORMS: dict[str, dict[str, Any]] = {
    "weights": {"kind": "weights", "days": [14.0, 7.0, 21.0], "weights": [8.0, 1.0, 1.0]},
    "empirical": {"kind": "empirical", "values": [3.0, 14.0, 14.0, 2.5]},
    "lognormal": {"kind": "lognormal", "mean": 14.0, "cv": 0.5},
    "exponential": {"kind": "exponential", "mean": 10.0},
}
SIGMA = math.sqrt(math.log1p(0.25))
LAWS = {
    "weights": ([0.05, 0.5, 0.95], [7.0, 14.0, 21.0]),
    "empirical": ([0.2, 0.4, 0.7, 0.99], [2.5, 3.0, 14.0, 14.0]),
    "lognormal": ([0.1, 0.5, 0.9], stats.lognorm(SIGMA, scale=14 * math.exp(-(SIGMA**2) / 2)).ppf([0.1, 0.5, 0.9])),
    "exponential": ([0.1, 0.5, 0.9], stats.expon(scale=10).ppf([0.1, 0.5, 0.9])),
}


@pytest.mark.parametrize("kind", FORMS)
def test_a_stay_is_the_quantile_of_its_law_and_still_there_is_its_upper_tail(kind: str) -> None:
    """Against scipy and by hand; P(stay > q(u)) is 1 − u where the law is continuous, and the mean is that of 99,999
    quantiles."""
    stay = Stay.model_validate({"days": FORMS[kind]})
    u, wanted = LAWS[kind]
    assert stay.drawn is not None
    assert stay_days(stay.drawn, np.array(u)) == pytest.approx(wanted)
    many = stay_days(stay.drawn, (np.arange(99_999) + 0.5) / 99_999)
    assert many.mean() == pytest.approx(stay.mean_days, rel=1e-3)
    for days in (0.0, 2.5, 10.0, 14.0, 30.0):
        assert float(stay.still_there(days)) == pytest.approx(float((many > days).mean()), abs=2e-5)


def inn(path: Path, stay: dict[str, Any] | float = 2.0, **changes: Any) -> Scenario:
    """The case with a stay."""
    (path / "scenario.toml").write_text(TOML)
    return changed(load(path), {"stay.days": stay, **changes})


def quantiles(one: Sample) -> np.ndarray:
    """Exponential stays as the uniform numbers that they came from."""
    return 1 - np.exp(-one.stay_seconds / DAY / 10)


def test_the_uniform_of_a_stay_stays_when_the_distribution_changes(tmp_path: Path) -> None:
    """exp(10) and exp(5) of the same numbers: one is half of the other, to a second, for each party and restart."""
    ten, five = (
        sample(inn(tmp_path, {"kind": "exponential", "mean": mean}), seed=4, replication=0).stay_seconds
        for mean in (10.0, 5.0)
    )
    assert ten.shape == five.shape
    assert np.abs(ten - 2 * five).max() <= 2
    assert len(np.unique(ten[0])) > 30
    assert (ten[0] != ten[1]).mean() > 0.99


def test_companions_have_one_stay_and_fixed_stays_draw_none(tmp_path: Path) -> None:
    """Pieces keep the party's: every person of a party has it."""
    one = sample(inn(tmp_path, FORMS["exponential"]), seed=4, replication=0)
    of_party = np.repeat(np.arange(len(one.party_size)), one.party_size)
    assert (one.stay_seconds[:, one.party_first_person][:, of_party] == one.stay_seconds).all()
    assert sample(inn(tmp_path, 3.0), seed=4, replication=0).stay_seconds.shape == (3, 0)


def test_the_stay_of_guests_of_the_beginning_is_drawn_given_that_they_are_still_there(tmp_path: Path) -> None:
    """Exponential stays forget: 5 days after the arrival what is left has the mean of 10 days again, within 4 standard
    errors of 400 guests × 5 replications (cut at 366 days: nothing). A stay of 7 or 14 days, half each, is 14."""
    rows = [{"site": "inn", "party_size": 1, "day_of_stay": 6}] * 400
    changes = {"initial": rows, "sites.inn.rooms": 2_000}
    left = []
    for replication in range(5):
        one = sample(inn(tmp_path, FORMS["exponential"], **changes), seed=4, replication=replication)
        left.append(one.stay_seconds[0, -400:] / DAY - 5)
    assert min(map(min, left)) > 0
    assert np.mean(left) == pytest.approx(10.0, abs=4 * 10 / math.sqrt(2_000))
    rows = [{"site": "inn", "party_size": 1, "day_of_stay": 9}] * 50
    half = {"kind": "weights", "days": [7.0, 14.0], "weights": [1.0, 1.0]}
    one = sample(inn(tmp_path, half, initial=rows, **{"sites.inn.rooms": 2_000}), seed=4, replication=0)
    assert set((one.stay_seconds[0, -50:] / DAY).tolist()) == {14.0}


def test_check_expects_the_guests_that_samples_have_when_stays_are_drawn(tmp_path: Path) -> None:
    """M_t/G/inf: mean number present is the arrivals before, each with the chance that its stay still lasts. Nobody
    waits and rides take 30 minutes, so a sample tells who has a room at 00:00 of each day: 60 samples, within 4
    standard errors."""
    case = inn(tmp_path, FORMS["lognormal"] | {"mean": 3.0})
    seconds = np.arange(1, 9) * DAY
    found = []
    for replication in range(60):
        one = sample(case, seed=9, replication=replication)
        first = one.party_first_person
        leaves = one.party_second + 1_800 + one.stay_seconds[0, first]
        found.append([int(((one.party_second < t) & (leaves > t)).sum()) for t in seconds])
    means, errors = np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / math.sqrt(len(found))
    wanted = way(case).with_rooms[seconds // 3600 - 1]
    assert (np.abs(means - wanted) <= 4 * errors + 0.3).all()  # the way counts whole hours


def test_faults_of_stays_are_told_at_their_keys_with_a_way_out(tmp_path: Path) -> None:
    """A number that is too small, an unknown kind, lists of different lengths, cells of the file that are no days."""
    (tmp_path / "scenario.toml").write_text(TOML)

    def told(*overrides: str) -> list[str]:
        with pytest.raises(ScenarioError) as caught:
            load(tmp_path, overrides=overrides)
        return [str(fault) for fault in caught.value.faults]

    assert told("stay.days=-1") == ["--set: stay.days = -1: must be at least 0"]
    assert told('stay.days="14"') == ['--set: stay.days = "14": must be a number; write it without quotes']
    (kind,) = told('stay.days={kind="lognorm", mean=3}')
    assert 'did you mean "lognormal"?' in kind
    (lengths,) = told('stay.days={kind="weights", days=[1, 2], weights=[1]}')
    assert lengths.endswith("days and weights must have the same length")
    (tmp_path / "stays.csv").write_text("days\n3\nx\n400\n")
    (tmp_path / "scenario.toml").write_text(
        TOML.replace("days = 2", 'days = { kind = "empirical", file = "stays.csv" }')
    )
    assert told() == [
        'stays.csv: row 3, days = "x": must be a number',
        'stays.csv: row 4, days = "400": must lie between 0 and 366',
    ]
    (tmp_path / "stays.csv").write_text("days\n3\n4.5\n")
    case = load(tmp_path)
    assert case.stay is not None
    assert case.stay.days.values == (3.0, 4.5)
    (tmp_path / "again.toml").write_text(to_toml(case))
    assert load(tmp_path / "again.toml") == case
    wrong = "number 1 of the list must be at least 1, or -1 for the last day of the stay"
    (told_swabs,) = told("swabs.days=[0, 1]")
    assert told_swabs.endswith(wrong)
