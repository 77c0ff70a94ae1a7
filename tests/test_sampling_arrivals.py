"""How many people come, on which days and at what time: means, dispersion and profiles against their formulas.

Seeds are fixed, so a test passes or fails for good; each asks for 4 standard errors, or a chance above 1 in 10,000.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from sampling_case import CASE_GROUPS, CASE_SIZES, DAY, FIRST, arrivals, like_the_case, people_by_day, port
from scipy.stats import chisquare, kstest

from sim.flow import simulate
from sim.flow.log import Kind
from sim.sampling import Sample, sample
from sim.sampling.hours import _profiles
from sim.scenario.tables.schema import Scenario

HOUR = 3_600
TWO_HUMPS = tuple(float(w) for w in (0, 0, 0, 0, 0, 0, 1, 2, 4, 7, 9, 8, 5, 3, 3, 5, 8, 9, 6, 3, 2, 1, 0, 0))


def replications(scenario: Scenario, n: int, seed: int = 1) -> list[Sample]:
    return [sample(scenario, seed=seed, replication=r) for r in range(n)]


def seconds_of_day(scenario: Scenario, n: int) -> NDArray[np.int64]:
    """Seconds of all hand-overs of n replications; groups of one party, so that they are independent."""
    return np.concatenate([drawn.party_second for drawn in replications(scenario, n)]) % DAY


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"groups": {"kind": "constant", "parties": 3}, "dispersion_index": 3.0},
        {"groups": {"kind": "table", "weights": (0.5, 0.0, 0.5)}},
        {"dispersion_index": 30.0},
        {"factor": 1.7},
    ],
    ids=["case", "threes", "one or three", "very uneven days", "factor"],
)
def test_the_expected_number_of_people_comes(changes: dict[str, Any]) -> None:
    """Mean people per port over 400 replications of 10 days within 4 standard errors of 10 × rate × factor."""
    scenario = like_the_case(ports={"bay": port(15.0), "gate": port(25.0)}, **changes)
    drawn = replications(scenario, 400)
    for index, rate in enumerate((15.0, 25.0)):
        people = np.array([d.party_size[d.party_port == index].sum() for d in drawn])
        error = people.std(ddof=1) / np.sqrt(len(people))
        assert abs(people.mean() - 10 * rate * changes.get("factor", 1.0)) < 4 * error


def test_a_declining_rate_is_met_on_every_day() -> None:
    """From 40 down to 4 in a straight line over 10 days: 40, 36, …, 4. Each day within 4 standard errors; the trap of
    thinning with the wrong interval would bend the line."""
    regime = {"kind": "rate", "from_day": FIRST, "people_per_day": 40.0, "people_per_day_end": 4.0}
    scenario = like_the_case(ports={"gate": port(regimes={"down": regime})})
    people = np.array([people_by_day(d, 10) for d in replications(scenario, 400)])
    error = people.std(axis=0, ddof=1) / np.sqrt(len(people))
    assert (np.abs(people.mean(axis=0) - np.arange(40, 0, -4)) < 4 * error).all()


@pytest.mark.parametrize(
    ("changes", "index"),
    [
        ({"dispersion_index": 1.0}, 1.0),  # groups of one person, Poisson
        ({"dispersion_index": 3.0}, 3.0),  # one person a group: all by the gamma level
        (
            {"dispersion_index": 4.8, "groups": {"kind": "geometric", "mean": 1.45}, "party_size_weights": CASE_SIZES},
            4.8,
        ),
        # groups alone exceed the index asked for: E[G²] / E[G] of three parties of one or two people, 3 × 1.5 each and
        # 3 × 0.25 + 9 × 2.25 squared, is 21 / 4.5
        ({"groups": {"kind": "constant", "parties": 3}, "party_size_weights": (0.5, 0.5)}, 21 / 4.5),
    ],
    ids=["poisson", "gamma", "case", "groups"],
)
def test_the_index_of_dispersion_is_that_asked_for(changes: dict[str, Any], index: float) -> None:
    """Variance / mean of the people of one day, over 4,000 days (400 replications of 10), within 4 standard errors.
    For m2, m4 the central moments of a day, the variance of a sample variance is about (m4 − m2²) / n; the mean is
    known, 20."""
    people = np.concatenate([people_by_day(d, 10) for d in replications(arrivals(**changes), 400)]).astype(float)
    square = (people - 20.0) ** 2
    error = square.std(ddof=1) / np.sqrt(len(people)) / 20.0
    assert abs(square.mean() / 20.0 - index) < 4 * error
    assert 4 * error < 0.5 * index


@pytest.mark.parametrize("rate", [10.0, 20.0, 160.0])
@pytest.mark.parametrize(
    "changes", [{}, {"groups": CASE_GROUPS, "party_size_weights": CASE_SIZES}], ids=["alone", "groups"]
)
def test_variation_cv_keeps_the_mean_and_adds_day_cv_times_the_mean_squared(
    rate: float, changes: dict[str, Any]
) -> None:
    """theory (compound Poisson of a random level): mean m, variance m x I_groups + (0.39 m)², over 3,000 days; within 4
    standard errors of mean and variance. I_groups: 1 for people alone; by hand for the case's groups, E[N] 1.45, E[N²]
    2.755, E[S] 1.31, Var[S] 0.3739: (1.45 x 0.3739 + 2.755 x 1.7161) / 1.8995 = 2.7744."""
    of_groups = 2.7744 if changes else 1.0
    scenario = arrivals(ports={"gate": port(rate)}, variation="cv", day_cv=0.39, **changes)
    people = np.concatenate([people_by_day(d, 10) for d in replications(scenario, 300)]).astype(float)
    assert abs(people.mean() - rate) < 4 * people.std(ddof=1) / np.sqrt(len(people))
    square = (people - rate) ** 2
    error = square.std(ddof=1) / np.sqrt(len(people))
    assert abs(square.mean() - (rate * of_groups + (0.39 * rate) ** 2)) < 4 * error
    assert 4 * error < 0.4 * square.mean()


def test_variation_cv_meets_the_same_travellers_and_adds_groups_with_the_rate() -> None:
    """Every group of the lower rate is there at 1.5 times the rate, at the same second and of the same size."""
    given: dict[str, Any] = {"variation": "cv", "day_cv": 0.39, "groups": CASE_GROUPS, "party_size_weights": CASE_SIZES}
    few, more = (sample(arrivals(factor=x, **given), seed=3, replication=0) for x in (1.0, 1.5))
    seen = [
        set(zip(d.person_number[d.party_first_person].tolist(), d.party_second.tolist(), d.party_size.tolist(),
                strict=True))
        for d in (few, more)
    ]  # fmt: skip
    assert seen[0] < seen[1]


def test_days_and_ports_vary_independently() -> None:
    """Correlation of the people of one day with those of the next, and of two ports on one day, within 4 / sqrt(n)."""
    scenario = like_the_case(ports={"bay": port(20.0), "gate": port(20.0)})
    bay: list[np.ndarray] = []
    gate: list[np.ndarray] = []
    for drawn in replications(scenario, 300):
        for rows, index in ((bay, 0), (gate, 1)):
            weights = drawn.party_size * (drawn.party_port == index)
            rows.append(np.bincount(drawn.party_second // DAY, weights=weights, minlength=10))
    one, two = np.array(bay), np.array(gate)
    pairs = {"ports": (one, two), "days": (one[:, :-1], one[:, 1:]), "replications": (one[:-1], one[1:])}
    for name, (x, y) in pairs.items():
        assert abs(np.corrcoef(x.ravel(), y.ravel())[0, 1]) < 4 / np.sqrt(x.size), name


def test_party_sizes_have_their_weights() -> None:
    """Chi-square of the sizes 1 to 4 over some 30,000 parties."""
    drawn = replications(like_the_case(), 200)
    counts = np.bincount(np.concatenate([d.party_size for d in drawn]), minlength=5)[1:]
    assert counts.sum() > 20_000
    assert chisquare(counts, np.array(CASE_SIZES) * counts.sum()).pvalue > 1e-4


def test_the_share_not_diverted_is_met() -> None:
    """Binomial: within 4 × sqrt(p (1 − p) / n) of 650 / 4842."""
    share = 650 / 4842
    drawn = replications(like_the_case(ports={"gate": port(20.0, not_diverted_share=share)}), 100)
    diverted = np.concatenate([d.party_diverted for d in drawn])
    error = np.sqrt(share * (1 - share) / len(diverted))
    assert abs((~diverted).mean() - share) < 4 * error
    assert 4 * error < 0.02


def hours(opens: str, closes: str) -> dict[str, Any]:
    return {"all": {"opens": opens, "closes": closes}}


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("06:00", "22:00"), ("00:00", "24:00"), ("06:30", "20:45"), ("15:00", "01:00"), ("18:00", "09:00")],
)
def test_hand_overs_follow_the_profile_inside_opening_hours(opens: str, closes: str) -> None:
    """Share of each clock hour = weight × minutes open in it, over the sum (chi-square); nobody outside the hours. Over
    midnight the profile goes on with the clock. The window's last night is cut, so days are drawn one by one and the
    night belongs to the day before: only whole days are counted."""
    gate = port(30.0, hours=hours(opens, closes), hour_weights=tuple(w + 0.5 for w in TWO_HUMPS))
    drawn = replications(arrivals(days=3, ports={"gate": gate}), 200)
    first, last = (int(t[:2]) * 60 + int(t[3:]) for t in (opens, closes))
    minutes = np.arange(first, last if last > first else last + 1440)
    # hand-overs of the second day of opening: a whole one, with its night
    seconds = np.concatenate([d.party_second for d in drawn])
    inside = seconds[(seconds >= DAY + first * 60) & (seconds < 2 * DAY + first * 60)] - DAY
    assert inside.max() < (minutes[-1] + 1) * 60
    weights = np.array(TWO_HUMPS) + 0.5
    expected = np.bincount(minutes // 60 % 24, weights=weights[minutes // 60 % 24], minlength=24)
    counts = np.bincount(inside // HOUR % 24, minlength=24)
    open_hours = expected > 0
    assert (counts[~open_hours] == 0).all()
    scaled = expected[open_hours] / expected.sum() * counts.sum()
    assert chisquare(counts[open_hours], scaled).pvalue > 1e-4
    assert counts.sum() > 4_000


def test_within_an_hour_hand_overs_are_uniform() -> None:
    """Kolmogorov-Smirnov on the second of the hour, in the hours of two humps."""
    scenario = arrivals(days=10, ports={"gate": port(30.0, hours=hours("06:00", "22:00"), hour_weights=TWO_HUMPS)})
    within = seconds_of_day(scenario, 50) % HOUR
    assert kstest((within + 0.5) / HOUR, "uniform").pvalue > 1e-4


def test_hours_without_weight_have_nobody_and_the_others_have_all() -> None:
    """One hour of weight, 14 to 15: everybody comes then, though the port is open from 06:00."""
    weights = tuple(1.0 if h == 14 else 0.0 for h in range(24))
    scenario = arrivals(ports={"gate": port(20.0, hours=hours("06:00", "22:00"), hour_weights=weights)})
    seconds = seconds_of_day(scenario, 30)
    assert len(seconds) > 5_000
    assert (seconds // HOUR == 14).all()


@pytest.mark.parametrize("weights", [TWO_HUMPS, tuple(float(h % 3 == 0) for h in range(24))])
def test_the_second_of_a_hand_over_is_numpys_interpolation(weights: tuple[float, ...]) -> None:
    """numpy's interp, at random shares and at the ends of hours; hours without weight among them."""
    scenario = arrivals(ports={"gate": port(30.0, hours=hours("06:00", "22:00"), hour_weights=weights)})
    (made,) = _profiles(scenario)
    u = np.concatenate(
        [np.random.default_rng(1).random(500), made.cumulated[(made.cumulated > 0) & (made.cumulated < 1)]]
    )
    inside = made.second_at(u)
    expected = np.interp(u, made.cumulated, made.seconds)
    ends = np.isin(u, made.cumulated)  # where an hour of no weight begins, numpy takes its end
    np.testing.assert_allclose(inside[~ends], expected[~ends], rtol=0, atol=1e-6)
    assert (np.abs(inside[ends] - expected[ends]) % HOUR < 1e-6).all()


def test_hours_by_date_hold_from_their_day() -> None:
    """06:00 to 01:00 on days 1 and 2, 10:00 to 12:00 from day 3: the night after day 2 belongs to day 2."""
    dated = {
        "early": {"opens": "06:00", "closes": "01:00"},
        "late": {"opens": "10:00", "closes": "12:00", "from_day": FIRST + dt.timedelta(days=2)},
    }
    drawn = replications(arrivals(days=4, ports={"gate": port(200.0, hours=dated)}), 20)
    seconds = np.concatenate([d.party_second for d in drawn])
    spans = [(6, 25), (30, 49), (58, 60), (82, 84)]  # hours since the beginning
    inside = [(seconds >= a * HOUR) & (seconds < b * HOUR) for a, b in spans]
    assert np.sum(inside, axis=0).tolist() == [1] * len(seconds)
    counts = np.sum(inside, axis=1)
    assert (np.abs(counts - 4_000) < 4 * np.sqrt(4_000)).all()


def test_nobody_is_handed_over_after_the_window() -> None:
    """Open from 18:00 to 06:00, W of one day: those of the night after 24:00, half of them, never come."""
    drawn = replications(arrivals(days=1, ports={"gate": port(100.0, hours=hours("18:00", "06:00"))}), 100)
    people = np.array([d.party_size.sum() for d in drawn])
    assert max(d.party_second.max() for d in drawn) < DAY
    assert abs(people.mean() - 50) < 4 * people.std(ddof=1) / np.sqrt(len(people))


def test_parties_of_a_group_are_handed_over_in_one_second() -> None:
    """Constant groups of three: as many parties as three times the different (port, second) pairs, but for groups that
    meet by chance in one second (20 a day: none here)."""
    drawn = sample(arrivals(groups={"kind": "constant", "parties": 3}), seed=1, replication=0)
    _, counts = np.unique(drawn.party_second, return_counts=True)
    assert set(counts.tolist()) == {3}


def test_people_are_numbered_party_by_party() -> None:
    """The first person of each party is the number of people before it."""
    drawn = sample(like_the_case(), seed=1, replication=0)
    assert drawn.party_first_person.tolist() == (np.cumsum(drawn.party_size) - drawn.party_size).tolist()
    assert len(drawn.person_number) == len(drawn.check_in_factor) == drawn.party_size.sum()
    assert (np.diff(drawn.party_port) >= 0).all()


def test_zero_arrivals_make_an_empty_sample_and_a_history_without_parties() -> None:
    """A rate of 0 at one of two ports, and at both."""
    some = sample(like_the_case(ports={"bay": port(0.0), "gate": port(25.0)}), seed=1, replication=0)
    assert set(some.party_port.tolist()) == {1}
    for nothing in (like_the_case(ports={"gate": port(0.0, not_diverted_share=1.0)}), like_the_case(factor=0.0)):
        drawn = sample(nothing, seed=0, replication=0)
        assert len(drawn.party_second) == len(drawn.person_number) == 0
        kinds = set(simulate(nothing, drawn).rows["kind"].tolist())
        assert kinds == {Kind.PORT_OPENED, Kind.PORT_CLOSED, Kind.END_OF_WINDOW, Kind.HARD_STOP}


def test_what_is_drawn_for_a_party_is_independent() -> None:
    """Time of day, size, diverted or not, and the three durations: correlations of all pairs over some 12,000 parties
    within 4 / sqrt(n), so that no two are made from one uniform number."""
    service = {"minutes": {"kind": "lognormal", "mean": 12.0, "cv": 0.6}}
    ports = {"gate": port(40.0, not_diverted_share=0.4)}
    given = {"registration": service, "check_in": service, "release": {"minutes": service}}
    columns = []
    for drawn in replications(like_the_case(20, ports, groups={"kind": "constant"}, **given), 20):
        first = drawn.party_first_person
        columns.append(
            np.stack([drawn.party_second % DAY, drawn.party_size, drawn.party_diverted, drawn.registration_factor,
                      drawn.check_in_factor[first], drawn.release_factor[first]])
        )  # fmt: skip
    table = np.concatenate(columns, axis=1)
    correlation = np.corrcoef(table) - np.eye(len(table))
    assert table.shape[1] > 10_000
    assert np.abs(correlation).max() < 4 / np.sqrt(table.shape[1])
