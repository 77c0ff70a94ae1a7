"""Many points on one executor: the same numbers as single runs, failures kept apart, travellers in common."""

from dataclasses import replace
from pathlib import Path

import pytest
from cli_case import write_small

from sim import load
from sim.machine import machine_code
from sim.runs import chunk_runner
from sim.runs.chunk_runner import Done, Part, Where, begin_worker, finished, opened, run_chunk
from sim.runs.executors import SerialExecutor, open_executor
from sim.runs.job import EnginesDifferError, Job, Outcome, run_one


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(load(write_small(tmp_path)), seed=3, names=("received", "diverted"), series=False)


def values(done: tuple[Done, ...]) -> list[object]:
    return [(one.point, one.replication, one.outcome.measures.values) for one in done if one.outcome]


def test_chunks_on_two_workers_give_what_single_replications_give(job: Job) -> None:
    """invariance: expected is run_one for every replication, whatever the order in which chunks end."""
    other = replace(job, seed=4)
    chunks = [(Part("a", job, (1, 2)),), (Part("b", other, (1,)), Part("a", job, (3,)))]
    with open_executor("local:2", begin_worker, ("simpy",)) as executor:
        found = dict(finished(executor, iter(chunks)))
    assert sorted(found) == [0, 1]
    for number, chunk in enumerate(chunks):
        expected = [(part.point, m, run_one(part.job, m).measures.values) for part in chunk for m in part.replications]
        assert values(found[number]) == expected


def test_measures_asked_for_by_name_are_those_and_no_others(job: Job) -> None:
    """Expected: the two names, without series."""
    measures = run_one(job, 1).measures
    assert {value.measure for value in measures.values} == {"received", "diverted"}
    assert measures.series == ()


def test_a_second_flow_runs_only_for_the_places_that_are_asked_for(job: Job) -> None:
    """Expected: staff_needed_max of the pool of one port alone, equal to the value of a full run."""
    everything = run_one(replace(job, names=None, n_second_flows=1), 1).measures.values
    wanted = [row for row in everything if row.measure == "staff_needed_max"][:1]
    few = replace(job, names=("received", "staff_needed_max"), n_second_flows=1, second_places=(wanted[0].place,))
    found = [row for row in run_one(few, 1).measures.values if row.measure == "staff_needed_max"]
    assert found == wanted


def test_a_replication_that_fails_is_a_record_and_the_others_go_on(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """trace by hand: the second of three fails."""

    def run(job: Job, number: int) -> Outcome:
        if number == 2:
            raise RuntimeError("decisions still change")
        return run_one(job, number)

    monkeypatch.setattr(chunk_runner, "run_one", run)
    done = run_chunk((Part("a", job, (1, 2, 3)),))
    reason = "RuntimeError: decisions still change"
    assert [(one.replication, one.error) for one in done] == [(1, ""), (2, reason), (3, "")]


def test_engines_that_differ_end_the_experiment(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names point and replication."""

    def run(_job: Job, _number: int) -> Outcome:
        raise EnginesDifferError("row 7")

    monkeypatch.setattr(chunk_runner, "run_one", run)
    with pytest.raises(EnginesDifferError, match="point a, replication 1: row 7"):
        run_chunk((Part("a", job, (1,)),))


@pytest.mark.parametrize("kept", [True, False])
def test_workers_compile_with_their_first_jobs_what_they_would_not_find(
    kept: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A job for the flow, one for the rest, and one line that says so; nothing of it where machine code is kept. No
    compiler is loaded here: it takes a second and 120 MB.
    """
    begun: list[str] = []
    jobs: list[str] = []

    def pool(_spec: str, _initializer: object, given: tuple[str, str], **_: object) -> SerialExecutor:
        begun.append(given[0])
        executor = SerialExecutor()
        monkeypatch.setattr(executor, "submit", lambda job: jobs.append(job.__name__))
        return executor

    monkeypatch.setattr("sim.machine.machine_code.is_kept", lambda: kept)
    monkeypatch.setattr(chunk_runner, "open_executor", pool)
    machine_code.say_compiling.cache_clear()
    with opened(Where("compiled", "local:2")):
        pass
    assert begun == ["compiled" if kept else "simpy"]
    assert jobs == ([] if kept else ["_prepare_flow", "_prepare_rest"])
    assert capsys.readouterr().err.count("\n") == (0 if kept else 1)
