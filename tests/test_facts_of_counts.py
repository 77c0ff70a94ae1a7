"""Facts of the regression on counts by day and of scores of forecasts: the equations of their definitions, by hand."""

from __future__ import annotations

import numpy as np
import pytest

from sim.numbers.forecasts import Counted, ahead, crps, dressed, fit, last_week


def design(days: np.ndarray, last_weekday: int) -> np.ndarray:
    """1, days from the last one, and a one for its weekday from Monday on; a Sunday is minus each of them."""
    rows = []
    for day in days.tolist():
        weekday = (day + last_weekday) % 7
        rows.append([1.0, day, *([-1.0] * 6 if weekday == 6 else [float(k == weekday) for k in range(6)])])
    return np.array(rows)


NAN = float("nan")
WEEKS = [
    [9.0, 14, 8, 30, 22, 5, 12, 16, 11, NAN, 35, 20, 9, 13, 25, 10, 12, 60, 18, 7, 16],
    [0.0, 0, 1, 0, NAN, NAN, 0, 2, 0],
    [3.0],
]


@pytest.mark.parametrize("last_weekday", [0, 3, 6])
@pytest.mark.parametrize("counts", WEEKS)
def test_what_the_past_tells_solves_the_equations_of_its_model(counts: list[float], last_weekday: int) -> None:
    """Quasi-Poisson score + prior = 0 at the mean; covariance the inverse of the information; index the weighted
    Pearson sum / (weights - what was estimated), 1 at least. Weights halve in 14 days; priors: level 3 about the
    logarithm of the weighted mean (of half a person at least), trend 0.03, weekdays 0.25 about 0.
    """
    found = fit(np.array(counts), last_weekday)
    n, there = len(counts), ~np.isnan(counts)
    days, y = np.arange(1 - n, 1)[there], np.array(counts)[there]
    x, weights = design(days, last_weekday), 2.0 ** (days / 14)
    prior = np.diag([1 / 9, 1 / 0.03**2, *[16.0] * 6])
    around = np.array([np.log(max(weights @ y / weights.sum(), 0.5)), *[0.0] * 7])
    mu = np.exp(x @ found.mean)
    score = x.T @ (weights * (y - mu) / found.index) - prior @ (found.mean - around)
    assert score == pytest.approx(np.zeros(8), abs=1e-4)
    data = x.T @ (x * (weights * mu / found.index)[:, None])
    assert found.covariance == pytest.approx(np.linalg.inv(data + prior), rel=1e-4, abs=1e-8)
    freedom = max(weights.sum() - np.trace(found.covariance @ data), 1)
    assert found.freedom == pytest.approx(freedom, rel=1e-4)
    assert found.index == pytest.approx(max((weights * (y - mu) ** 2 / mu).sum() / freedom, 1), rel=1e-4)
    assert (found.last_weekday, found.highest) == (last_weekday, max(y.max(), 1))
    assert found.level == pytest.approx(np.exp(found.mean[0]))


def test_without_a_count_there_is_nothing_to_tell() -> None:
    with pytest.raises(ValueError, match="no counts"):
        fit(np.array([NAN, NAN]), 0)


def counted(**changes: object) -> Counted:
    """8 people a day, a trend of 0.1, on Mondays to Saturdays 0, 0.1 … 0.5 more; nothing in doubt."""
    mean = np.array([np.log(8), 0.1, 0.0, 0.1, 0.2, 0.3, 0.4, 0.5])
    every = {"mean": mean, "covariance": np.zeros((8, 8)), "index": 3.0, "freedom": 20.0, "last_weekday": 4}
    return Counted(**(every | {"highest": 100.0} | changes))  # type: ignore[arg-type]


def test_rates_ahead_go_on_with_a_trend_that_weakens_and_their_weekdays() -> None:
    """The last day is a Friday: Saturday, Sunday (minus the sum of the six, 1.5) and Monday; 0.9, 0.9², 0.9³ of it."""
    rates, _ = ahead(counted(), 3, 2, np.random.Generator(np.random.Philox(key=[1, 1])))
    logs = np.log(8) + 0.1 * np.array([0.9, 1.71, 2.439]) + np.array([0.5, -1.5, 0])
    assert rates == pytest.approx(np.exp([logs, logs]))


def test_no_rate_is_more_than_five_times_the_highest_count() -> None:
    rates, _ = ahead(counted(highest=1.5), 3, 1, np.random.Generator(np.random.Philox(key=[1, 1])))
    assert rates[0] == pytest.approx([7.5, 8 * np.exp(0.171 - 1.5), 7.5])


def test_doubt_grows_as_old_days_are_forgotten() -> None:
    """The logarithm of the rate h days ahead has the variance of the level x 2^(h / 14); 20,000 draws, 4 standard
    errors. Each draw's index is 3 x 20 / chi-square of 20: mean 3 x 20 / 18, and at least 1.
    """
    covariance = np.zeros((8, 8))
    covariance[0, 0] = 0.04
    n = 20_000
    rates, index = ahead(counted(covariance=covariance), 21, n, np.random.Generator(np.random.Philox(key=[1, 2])))
    spread = np.log(rates).var(axis=0)
    assert spread == pytest.approx(0.04 * 2 ** (np.arange(1, 22) / 14), rel=4 * np.sqrt(2 / n))
    assert index.mean() == pytest.approx(3 * 20 / 18, rel=4 * np.sqrt(2 / 16 / n))  # variance of 1 / chi²
    assert index.min() >= 1
    _, low = ahead(counted(index=1.0), 1, 100, np.random.Generator(np.random.Philox(key=[1, 2])))
    assert low.min() == 1
    _, high = ahead(counted(index=1e6), 1, 100, np.random.Generator(np.random.Philox(key=[1, 2])))
    assert high.tolist() == [900] * 100


def test_a_score_of_three_values_by_its_definition() -> None:
    """1, 2 and 6 for a 3: mean distance (2 + 1 + 3) / 3; of two draws (0 + 1 + 5 + 1 + 0 + 4 + 5 + 4 + 0) / 9, half."""
    assert crps(np.array([6.0, 1, 2]), 3.0) == pytest.approx(2 - 20 / 9 / 2)


def test_last_week_is_the_mean_of_seven_days_and_wears_five_errors_at_least() -> None:
    """1 to 12: on day 7 it says 4 and misses 8 by 4, and so on: five errors of 4 beside a forecast of 9; of 11 days
    four, which are too few. Nobody is forecast below nought.
    """
    rising = np.arange(1.0, 13)
    assert last_week(rising, 1) == 9
    assert dressed(rising, 1, "last_week").tolist() == [13] * 5
    assert dressed(rising[:-1], 1, "last_week").tolist() == [8]
    assert dressed(rising, 2, "last_value").tolist() == [14] * 10
    assert dressed(np.array([9.0, 0, 9, 0, 9, 0]), 1, "last_value").tolist() == [0, 9, 0, 9, 0]
