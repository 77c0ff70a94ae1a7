"""The replicate experiment: the same numbers however the work is divided, and what is kept when it is cut short."""

import math
import pickle
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from cli_case import write_small

from sim import load, measure, sample, simulate
from sim.flow import invariants
from sim.measures import Measures, MeasureValue, Series
from sim.runs import job as jobs
from sim.runs.job import Job, Outcome
from sim.runs.replicate import ReplicationError, replicate


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(load(write_small(tmp_path)), seed=3)


def outcome(number: int, value: float, series: float = 0.0) -> Outcome:
    values = (MeasureValue("received", "all", "people", value),)
    times = np.array([0, 5_400], dtype=np.int64)
    return Outcome(number, Measures(values, (Series("guests_present", "all", "people", times, np.full(2, series)),)))


def test_measures_come_from_a_worker_as_they_were(job: Job) -> None:
    """invariance: all measures with their series, one value that is none, nothing at all."""
    full = measure(simulate(job.scenario, sample(job.scenario, seed=3, replication=1)), job.scenario)
    for whole in (full, Measures((MeasureValue("wait", "gate", "minutes", math.nan),), ()), Measures((), ())):
        back = pickle.loads(pickle.dumps(whole))
        assert repr(back) == repr(whole)  # repr: a value that is none equals nothing
        assert [*map(type, back.values)] == [MeasureValue] * len(whole.values)


def test_one_worker_or_two_give_the_same_numbers_to_the_bit(job: Job) -> None:
    """invariance: serial = processes; tables are compared without any tolerance."""
    alone, together = replicate(job, 5), replicate(job, 5, executor="local:2")
    for name in ("replications", "series", "summary"):
        pd.testing.assert_frame_equal(getattr(alone, name), getattr(together, name), check_exact=True)


def test_a_replication_does_not_depend_on_how_many_there_are(job: Job) -> None:
    """invariance: replications 1 to 3 of five are those of three."""
    few, many = replicate(job, 3).replications, replicate(job, 5).replications
    pd.testing.assert_frame_equal(few, many[many["replication"] <= 3].reset_index(drop=True), check_exact=True)


def test_each_replication_has_other_chance_and_is_the_one_of_the_public_functions(job: Job) -> None:
    """Expected: `measure(simulate(sample(...)))` for replications 1, 2, 3, which differ."""
    table = replicate(job, 3).replications
    served = table[(table["measure"] == "received") & (table["place"] == "all")].set_index("replication")["value"]
    for number in (1, 2, 3):
        log = simulate(job.scenario, sample(job.scenario, seed=3, replication=number))
        assert served[number] == measure(log, job.scenario, names=["received"]).values[0].value  # noqa: PD011
    assert len(set(served)) > 1


def test_the_series_are_means_and_quantiles_over_replications(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """trace by hand: values 0, 10, 20, 30, 40 have mean 20, p5 2, p95 38 (linear between); 5,400 s is 01:30."""
    monkeypatch.setattr(jobs, "run_one", lambda _job, number: outcome(number, number, 10.0 * (number - 1)))
    row = replicate(job, 5).series.iloc[1]
    assert row["time"] == "2020-03-03 01:30"
    assert (row["mean"], row["p5"], row["p25"], row["p50"], row["p95"]) == (20, 2, 10, 20, 38)


def test_a_replication_without_a_value_is_left_out_of_tables(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """trace by hand: nan, 2, 3 -> n = 2, mean 2.5."""
    monkeypatch.setattr(
        jobs, "run_one", lambda _job, number: outcome(number, math.nan if number == 1 else float(number))
    )
    done = replicate(job, 3)
    assert list(done.replications["replication"]) == [2, 3]
    assert (done.summary["n"].item(), done.summary["mean"].item()) == (2, 2.5)


def test_ctrl_c_keeps_what_is_finished(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """trace by hand: interrupted in the third of five; two are kept."""

    def run_one(_job: Job, number: int) -> Outcome:
        if number == 3:
            raise KeyboardInterrupt
        return outcome(number, float(number))

    monkeypatch.setattr(jobs, "run_one", run_one)
    done = replicate(job, 5)
    assert done.interrupted
    assert done.finished == (1, 2)
    assert done.requested == 5
    assert done.summary["mean"].item() == 1.5


def test_ctrl_c_before_anything_is_finished_ends_the_experiment(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is nothing to keep."""

    def run_one(_job: Job, _number: int) -> Outcome:
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "run_one", run_one)
    with pytest.raises(KeyboardInterrupt):
        replicate(job, 5)


def test_an_error_names_its_replication(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """words: so that it can be run again alone."""

    def run_one(_job: Job, number: int) -> Outcome:
        if number == 2:
            raise ZeroDivisionError("no staff")
        return outcome(number, 1.0)

    monkeypatch.setattr(jobs, "run_one", run_one)
    with pytest.raises(ReplicationError, match="replication 2: ZeroDivisionError: no staff"):
        replicate(job, 3)


def test_progress_is_told_after_each_replication(job: Job) -> None:
    """Expected: 1, 2, 3."""
    told: list[int] = []
    replicate(job, 3, progress=told.append)
    assert told == [1, 2, 3]


def test_second_flows_give_what_would_be_needed_for_the_first_replications(job: Job) -> None:
    """Expected: the public functions, by hand for replication 2; the third of three replications has none."""
    asked = Job(job.scenario, seed=3, check=True, n_second_flows=2)
    done = replicate(asked, 3)
    assert done.violations == ()
    table = done.replications.set_index(["measure", "place"])
    for name, place, unlimited in (("rooms_needed", "all", "rooms"), ("staff_needed_max", "gongbei", "gongbei")):
        found = table.loc[(name, place)]
        assert found["replication"].tolist() == [1, 2]
        travellers = sample(job.scenario, seed=3, replication=2)
        log = simulate(job.scenario, travellers, unlimited=(unlimited,))
        values = {v.place: v.value for v in measure(log, job.scenario, names=[name]).values}  # noqa: PD011
        assert found["value"].tolist()[1] == values[place]
    first = replicate(job, 3)
    rest = done.replications[
        ~done.replications["measure"].isin(("rooms_needed", "staff_needed_max", "staff_needed_mean"))
    ]
    pd.testing.assert_frame_equal(rest.reset_index(drop=True), first.replications, check_exact=True)


def test_series_can_be_left_out(job: Job) -> None:
    """For experiments with many replications: the same values, and an empty table of series with all its columns."""
    full, lean = replicate(job, 2), replicate(Job(job.scenario, seed=3, series=False), 2)
    pd.testing.assert_frame_equal(full.replications, lean.replications, check_exact=True)
    assert lean.series.columns.tolist() == full.series.columns.tolist()
    assert len(lean.series) == 0


def test_broken_invariants_are_handed_back_with_their_replication(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only when asked for; expected from a stand-in that finds one fault in every history."""
    monkeypatch.setattr(invariants, "violations", lambda log, *_: [f"history {log.replication} is wrong"])
    asked = Job(job.scenario, seed=3, check=True)
    assert replicate(asked, 2).violations == ((1, "history 1 is wrong"), (2, "history 2 is wrong"))
    assert replicate(job, 2).violations == ()
