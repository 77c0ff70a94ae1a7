"""Forecasts from real days and their scores: by hand, on simulated histories, and never with a look ahead."""

import csv
import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from cli_case import SMALL, write_small

from sim import load, measure, sample, simulate
from sim.cli import main
from sim.commands.data.asked import Observed, begins, read_observed, there_on
from sim.commands.data.forecast import _rooms_answer
from sim.commands.data.scoring import fit_stay
from sim.commands.data.standing import Forecast, Standing, real_days, standing_on
from sim.flow.engines import choose
from sim.numbers.forecasts import ahead, covers, crps, dressed, fit
from sim.scenario.faults import ScenarioError

DAY = dt.date(2020, 3, 1)
HISTORY = (
    SMALL.replace("last_day = 2020-03-05", "last_day = {last}")
    .replace("stay]\ndays = 2.0", "stay]\ndays = 10")
    .replace("rooms = 60", "rooms = 600")
)
"""Thirty people a day, 24 of whom are sent to a site for ten days."""


def days_of(*values: float, first: dt.date = DAY) -> dict[dt.date, float]:
    return {first + dt.timedelta(days=k): v for k, v in enumerate(values)}


def ten(so_far: float) -> float:
    return float(so_far < 10)


# numbers


def test_crps_is_that_of_its_definition() -> None:
    """Of 0 and 2 for a 1: mean distance 1 less half the mean distance of two draws, (0 + 2 + 2 + 0) / 4 / 2."""
    assert crps(np.array([0.0, 2.0]), 1.0) == pytest.approx(0.5)
    assert crps(np.array([7.0]), 4.0) == 3.0
    assert covers(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), 2.9, 0.5)
    assert not covers(np.array([0.0, 1.0, 2.0, 3.0, 4.0]), 3.1, 0.5)


def test_a_naive_forecast_wears_its_own_past_errors() -> None:
    """1, 2, 4, 8, 16, 32, 64: doubling, it missed by 1, 2, 4, 8, 16, 32; now it says 64 and each of these more."""
    past = np.array([1.0, 2, 4, 8, 16, 32, 64])
    assert sorted(dressed(past, 1, "last_value")) == [65, 66, 68, 72, 80, 96]
    assert dressed(past, 3, "last_value").tolist() == [64]  # four errors are too few


def test_rate_weekday_and_variation_are_found_again() -> None:
    """Recovery: 56 days of gamma-Poisson counts of mean 40, half as many on Sundays, index 3; in 100 histories the true
    level lies in the 90 % interval of 78 at least (binomial, four standard errors), and more: old days are discounted.
    """
    generator = np.random.Generator(np.random.Philox(key=[1, 2]))
    inside, sundays, indices = 0, [], []
    for _ in range(100):
        means = np.array([20.0 if day % 7 == 6 else 40.0 for day in range(56)])
        past = fit(generator.poisson(generator.gamma(means / 2, 2.0)).astype(float), 55 % 7)
        level = past.mean[0] + float(past.mean[2 + 0])  # of a Monday
        spread = 1.645 * np.sqrt(past.covariance[0, 0] + past.covariance[2, 2] + 2 * past.covariance[0, 2])
        inside += abs(level - np.log(40)) < spread
        sundays.append(-past.mean[2:].sum() - past.mean[2:].mean())
        indices.append(past.index)
    assert inside >= 78
    assert -0.75 < np.mean(sundays) < -0.45  # log(1/2) = -0.69, drawn a little to none by its prior
    assert 2.4 < np.mean(indices) < 3.6


def test_nine_tenths_of_counts_to_come_lie_in_the_band() -> None:
    """Coverage: 200 histories, the count a week ahead; 90 % bands hold 85 to 95 % of them."""
    generator = np.random.Generator(np.random.Philox(key=[3, 4]))
    held = 0
    for _ in range(200):
        counts = generator.poisson(generator.gamma(40 / 2, 2.0, size=63)).astype(float)
        rates, index = ahead(fit(counts[:56], 55 % 7), 7, 400, generator)
        spread = np.maximum(index - 1, 1e-6)
        held += covers(generator.poisson(generator.gamma(rates[:, 6] / spread, spread)).astype(float), counts[62], 0.9)
    assert 170 <= held <= 190


def test_forecasts_are_the_same_for_the_same_past_and_key() -> None:
    """Invariance: no draw depends on how many days are asked for beyond a day's own."""
    past = fit(np.full(30, 12.0), 3)
    keys = [np.random.Generator(np.random.Philox(key=[5, 6])) for _ in range(2)]
    assert np.array_equal(ahead(past, 7, 20, keys[0])[0], ahead(past, 7, 20, keys[1])[0])


# who is there


def test_guests_are_told_apart_by_the_day_they_came() -> None:
    """By hand: a stay of 3 days, 6, 2 and 4 came on days 0, 1, 2; at the beginning of day 4 those of day 0 have left
    (they came at noon of day 0 and leave at noon of day 3).
    """
    seen = Observed(arrivals={"p": days_of(6, 2, 4, 0)})
    there = there_on(seen, DAY + dt.timedelta(days=4), lambda so_far: float(so_far < 3), 1.0)
    assert there.cohorts == days_of(2, 4, first=DAY + dt.timedelta(days=1))


def test_occupancy_alone_tells_who_came() -> None:
    """By hand: 0, 5, 8, 8 guests at the beginning of days 0 to 3, a stay of 2 days: 5 came on day 0, 3 on day 1; those
    of day 0 leave at noon of day 2, so 5 came on day 2. With 1 fewer than expected the earliest has left.
    """
    seen = Observed(stocks={"guests_present": days_of(0, 5, 8, 8)})
    there = there_on(seen, DAY + dt.timedelta(days=3), lambda so_far: float(so_far < 2), 1.0)
    assert [there.came[DAY + dt.timedelta(days=k)] for k in range(3)] == [5, 3, 5]
    fewer = Observed(stocks={"guests_present": days_of(0, 5, 4)})
    there = there_on(fewer, DAY + dt.timedelta(days=2), lambda so_far: float(so_far < 2), 1.0)
    assert there.cohorts == days_of(4)


def test_a_count_in_the_morning_begins_its_day_and_one_at_night_the_next() -> None:
    """09:00 of 3 March begins 3 March, 22:00 and 24:00 begin 4 March."""
    assert begins(dt.datetime(2020, 3, 3, 9)) == dt.date(2020, 3, 3)
    assert begins(dt.datetime(2020, 3, 3, 22)) == begins(dt.datetime(2020, 3, 4)) == dt.date(2020, 3, 4)


def test_two_counts_of_a_day_are_not_added(tmp_path: Path) -> None:
    """As on 11 July in Hong Kong: at 14:00 a site goes by its old name; the count at the usual time is taken."""
    rows = ["2020-03-03 09:00,A,guests_present,5", "2020-03-03 14:00,A,guests_present,6"]
    rows += ["2020-03-04 09:00,A (new),guests_present,7"]
    (tmp_path / "seen.csv").write_text("\n".join(["date,place,quantity,value", *rows]), encoding="utf-8")
    seen = read_observed(tmp_path / "seen.csv", load(write_small(tmp_path)))
    assert seen.guests == {dt.date(2020, 3, 3): 5, dt.date(2020, 3, 4): 7}


# simulated histories


def history(folder: Path, n_days: int, number: int = 1, engine: str = "simpy") -> Observed:
    """What would be observed of a replication: guests at the beginning of each day, people who came to sites."""
    first = dt.date(2020, 3, 3)
    text = HISTORY.replace("{last}", (first + dt.timedelta(days=n_days - 1)).isoformat())
    scenario = load(write_small(folder, text))
    log = simulate(scenario, sample(scenario, seed=7, replication=number), engine=engine)
    series = {
        s.quantity: s.values[::24] for s in measure(log, scenario).series if s.place == "all" and len(s.values) > 99
    }
    came = np.diff(series["persons_served"])
    return Observed(
        stocks={"guests_present": days_of(*series["guests_present"], first=first)},
        arrivals={"all": days_of(*came, first=first)},
        at_sites=True,
    )


def write_seen(folder: Path, seen: Observed) -> Path:
    lines = ["date,place,quantity,value"]
    lines += [f"{day} 00:00,all,guests_present,{n}" for day, n in seen.guests.items()]
    lines += [f"{day},yinhua,arrivals,{n}" for table in seen.arrivals.values() for day, n in table.items()]
    file = folder / "seen.csv"
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


def test_rate_and_stay_of_a_simulated_history_are_found_again(tmp_path: Path) -> None:
    """Recovery: 24 people a day come to sites (30, of whom 20 % are sent on) and stay for 10 days."""
    seen = history(tmp_path, 50)
    day = dt.date(2020, 4, 20)
    scenario = load(tmp_path / "small.toml")
    stand = standing_on(scenario.model_copy(update={"initial": ()}), seen, day, 7, 20, 1)
    past = stand.learned["gongbei"]
    assert abs(np.log(past.level / 24)) < 4 * np.sqrt(past.covariance[0, 0])
    fitted = fit_stay(seen, day, 1.0)
    assert fitted is not None
    assert fitted.days == 10
    assert sum(row.guests or 0 for row in stand.scenario.initial) == seen.guests[day]


def forecasts(folder: Path, seen: Path, name: str) -> list[dict[str, str]]:
    words = ["backtest", str(folder / "small.toml"), "--observed", str(seen), "--replications", "20", "--days", "2"]
    words += ["--every", "9", "--engine", "simpy", "--workers", "1", "--no-plots", "--quiet"]
    assert main([*words, "--out", str(folder / name)]) == 0
    with (folder / name / "forecasts.csv").open(encoding="utf-8-sig") as text:
        return list(csv.DictReader(text))


def test_a_forecast_knows_nothing_of_what_came_after_its_day(tmp_path: Path) -> None:
    """Whatever is changed after the first day to stand on, its forecast stays; that of a later day moves."""
    seen = history(tmp_path, 27)
    before = forecasts(tmp_path, write_seen(tmp_path, seen), "before")
    origin = min(row["origin"] for row in before)
    limit = dt.date.fromisoformat(origin)
    later = {
        "guests_present": {day: n + 40 * (day > limit) for day, n in seen.guests.items()},
    }
    came = {day: n + 9 * (day >= limit) for day, n in seen.arrivals["all"].items()}
    after = forecasts(tmp_path, write_seen(tmp_path, Observed(later, {"all": came}, at_sites=True)), "after")
    bands = [
        [{k: row[k] for k in ("origin", "horizon", "p5", "p50", "p95")} for row in rows] for rows in (before, after)
    ]
    first = [[row for row in rows if row["origin"] == origin] for rows in bands]
    assert len(first[0]) == 2
    assert first[0] == first[1]
    assert [row for row in bands[0] if row["origin"] != origin] != [row for row in bands[1] if row["origin"] != origin]
    assert {row["came"] for row in before} != {row["came"] for row in after}


# commands


def test_a_forecast_begins_after_the_last_day_that_was_observed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Today's guests as counted; files and columns are told in both languages; the folder is the last line."""
    seen = history(tmp_path, 24)
    words = ["forecast", str(tmp_path / "small.toml"), "--observed", str(write_seen(tmp_path, seen))]
    words += [
        "--days",
        "5",
        "--replications",
        "20",
        "--engine",
        "simpy",
        "--workers",
        "1",
        "--out",
        str(tmp_path / "out"),
    ]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "suffice on every day" in shown
    assert shown.splitlines()[-1] == str(tmp_path / "out")
    facts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert facts["from"] == "2020-03-27"
    told = (tmp_path / "out" / "columns.csv").read_text("utf-8-sig").splitlines()[1:]
    assert [line for line in told if line.endswith(",,")] == []
    assert {path.name for path in (tmp_path / "out" / "plots").glob("*.png")} == {"rooms-ahead.png", "guests-ahead.png"}


def test_the_next_site_is_begun_a_lead_before_rooms_run_short(tmp_path: Path) -> None:
    """By hand: 100 rooms, needed are 90, 104, 120 in 1 of 20 and 60 in the others: short from the second day on with
    5 %; the lead is 24 hours, so it is to be begun on the first. With two days of lead it is too late.
    """
    needed = np.full((20, 3), 60.0)
    needed[0] = [90, 104, 120]
    scenario = load(
        write_small(tmp_path, SMALL.replace('allocation = "spread"', 'allocation = "spread"\nlead_hours = 24'))
    )
    stand = Standing(scenario, (), {}, there_on(Observed(), DAY, ten, 1.0))
    made = Forecast(dt.date(2020, 3, 3), stand, {"rooms_needed": needed}, np.full(3, 100.0), [])

    class Ask:
        def __init__(self) -> None:
            self.scenario = scenario

    told = _rooms_answer(Ask(), made)  # type: ignore[arg-type]
    assert "from 4 March on (5 %)" in told
    assert "begin the next site by 3 March" in told
    scenario = load(tmp_path / "small.toml", overrides=["sites.lead_hours=48"])
    assert "begin it now" in _rooms_answer(Ask(), made)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["soon,all,arrivals,3"], "row 2, date"),
        (["2020-03-03,all,cats,3"], "row 2, quantity"),
        (["2020-03-03,all,arrivals,-3"], "row 2, value"),
    ],
)
def test_faults_of_observed_days_are_told(rows: list[str], said: str, tmp_path: Path) -> None:
    """File, row and column."""
    (tmp_path / "seen.csv").write_text("\n".join(["date,place,quantity,value", *rows]), encoding="utf-8")
    with pytest.raises(ScenarioError, match=said):
        read_observed(tmp_path / "seen.csv", load(write_small(tmp_path)))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["2020-03-03,all,arrivals,3"], "no guests_present"),
        (["2020-03-03,all,guests_present,3"], "1 days are too few"),
        (
            [f"2020-03-{day:02},all,guests_present,{5000 if day > 15 else 3}" for day in range(3, 20)],
            "there is no room",
        ),
    ],
)
def test_what_can_not_be_scored_is_refused(
    rows: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, nothing written."""
    (tmp_path / "seen.csv").write_text("\n".join(["date,place,quantity,value", *rows]), encoding="utf-8")
    words = ["backtest", str(write_small(tmp_path)), "--observed", str(tmp_path / "seen.csv")]
    assert main([*words, "--out", str(tmp_path / "out")]) == 2
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_nine_tenths_of_guests_to_come_lie_in_the_band(tmp_path: Path) -> None:
    """Coverage: 200 days to stand on, five in each of 40 histories; a week ahead 90 % bands hold 85 to 95 %."""
    from sim.commands.data.standing import at_midnight, run_all  # noqa: PLC0415
    from sim.runs.chunk_runner import Where  # noqa: PLC0415
    from sim.runs.job import Job  # noqa: PLC0415

    held, tried = 0, 0
    engine = choose("auto", 1000).engine
    for number in range(1, 41):
        seen = history(tmp_path, 85, number, engine)
        scenario = load(tmp_path / "small.toml")
        origins = [dt.date(2020, 4, 10) + dt.timedelta(days=9 * k) for k in range(5)]
        stands = {day.isoformat(): standing_on(scenario, seen, day, 7, 60, number) for day in origins}
        jobs = {name: Job(stand.scenario, number, engine, draws=stand.draws) for name, stand in stands.items()}
        found = run_all(jobs, 60, Where(engine))
        for day in origins:
            samples = at_midnight(found[day.isoformat()], "guests_present")[:, 7]
            held += covers(samples, seen.guests[day + dt.timedelta(days=7)], 0.9)
            tried += 1
    assert tried == 200
    assert 170 <= held <= 190


# replay


def test_a_replay_of_a_simulated_history_agrees_and_finds_its_stay(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Recovery: the same people a day, a stay of 10 days: guests are told nearly exactly, since only hours differ, the
    stay by least squares within a day, by Little's law within two (the history begins empty); a scenario that says 7
    days is told that people stay longer.
    """
    seen = write_seen(tmp_path, history(tmp_path, 30))
    words = ["replay", str(tmp_path / "small.toml"), "--observed", str(seen), "--replications", "20", "--workers", "1"]
    words += ["--engine", "simpy"]
    assert main([*words, "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr().out
    assert "The stay agrees" in shown
    facts = json.loads((tmp_path / "out" / "manifest.json").read_text("utf-8"))
    assert abs(facts["stay"]["least_squares"] - 10) <= 1
    with (tmp_path / "out" / "agreement.csv").open(encoding="utf-8-sig") as text:
        guests = next(row for row in csv.DictReader(text) if row["quantity"] == "guests_present")
    assert float(guests["absolute_error"]) < 0.05 * float(guests["observed"])
    assert main([*words, "--set", "stay.days=7", "--no-plots", "--out", str(tmp_path / "seven")]) == 0
    assert "People stay longer" in capsys.readouterr().out


def test_exactly_the_people_who_were_counted_are_replayed(tmp_path: Path) -> None:
    """By hand: 3, 0 and 5 people on three days come to sites, in every replication."""
    seen = Observed(
        stocks={"guests_present": days_of(0, first=dt.date(2020, 3, 3))},
        arrivals={"all": days_of(3, 0, 5, first=dt.date(2020, 3, 3))},
        at_sites=True,
    )
    scenario = real_days(load(write_small(tmp_path)), seen, dt.date(2020, 3, 3), dt.date(2020, 3, 5))
    for number in (1, 2):
        travellers = sample(scenario, seed=1, replication=number)
        served = measure(simulate(scenario, travellers), scenario, names=["persons_served"]).values[0].value
        assert served == 8
    with pytest.raises(ScenarioError, match="1 days have no count of arrivals, first 2020-03-06"):
        real_days(scenario, seen, dt.date(2020, 3, 3), dt.date(2020, 3, 6))


def test_guests_of_the_first_count_came_evenly_although_arrivals_are_known_before() -> None:
    """By hand: 30 guests at the beginning of day 1, 6 came on day 0, a stay of 3 days: the 30 came evenly on three days
    before, and not all on day 0.
    """
    one = DAY + dt.timedelta(days=1)
    seen = Observed(stocks={"guests_present": {one: 30.0}}, arrivals={"p": {DAY: 6.0}})
    there = there_on(seen, one, lambda so_far: float(so_far < 3), 1.0)
    assert sorted(there.cohorts.values()) == [10, 10, 10]
    assert there.came == {DAY: 6}
