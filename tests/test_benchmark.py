"""The benchmark: what it compares, how it measures, what it prints. No test asserts a time."""

import math
from collections.abc import Callable
from typing import Any, cast

import numpy as np
import pytest

from sim import measure, sample, simulate
from sim.cli import main
from sim.commands.benchmark import case, growth, network, plan, programs, timing
from sim.commands.benchmark.network import Program, Result, numba_program
from sim.commands.benchmark.programs import ciw_program, tutorial
from sim.commands.benchmark.timing import Line, markdown, number

LINES = [
    Line("network", "A / B", 12.34, "times", at_least=40),
    Line("network", "people", 8_379.0, "people"),
    Line("commands", "help", 0.2, "s", at_most=0.3),
]


def test_the_scenario_is_the_network_that_the_other_programs_have() -> None:
    """One set of numbers: those of the scenario file are those of the module."""
    scenario = network.scenario()
    port = scenario.ports["port"]
    assert scenario.n_days == network.DAYS
    rates: list[float] = [cast(Any, regime).people_per_day for regime in port.regimes.values()]
    assert sum(rates) * network.DAYS == pytest.approx(network.PEOPLE)
    assert scenario.pools["desk"].headcount == network.CLERKS
    assert scenario.registration.minutes.mean == network.REGISTRATION
    assert scenario.release.minutes.minutes.mean == network.CHECK_OUT
    assert scenario.stay.days * 1440 == network.STAY
    sites = scenario.sites.candidates.values()
    assert len(sites) == network.SITES
    assert {(s.rooms, s.ride_minutes["port"]) for s in sites} == {(network.ROOMS, network.RIDE)}


def test_registration_is_an_m_m_c_queue() -> None:
    """theory: mean wait of M/M/6 (Erlang C) within 4 standard errors, 40 replications.

    The desk starts empty, which 70 days make small against the standard error.
    """
    load, c = network.PEOPLE / network.DAYS / 24, network.CLERKS  # services of one hour
    full = load**c / math.factorial(c) * c / (c - load)
    waits = full / (sum(load**k / math.factorial(k) for k in range(c)) + full)
    run = network.ours("compiled")
    means = np.array([run(replication).wait_registration for replication in range(1, 41)])
    expected = waits / (c - load) * 60
    assert abs(means.mean() - expected) <= 4 * means.std(ddof=1) / math.sqrt(len(means))


def test_the_figures_of_a_history_are_those_of_its_measures() -> None:
    """The benchmark's own short way and the registry's definitions agree; a few waits end after the window."""
    scenario = network.scenario()
    log = simulate(scenario, sample(scenario, seed=1, replication=1), engine="compiled")
    found = network.result(log)
    values = {v.measure: v.value for v in measure(log, scenario).values if v.place == "all"}
    assert found.people_served == values["persons_served"]
    assert found.wait_registration == pytest.approx(values["wait_registration_mean"], rel=0.01)
    assert found.wait_room == pytest.approx(values["wait_room_mean"], rel=0.02)


@pytest.mark.parametrize("program", [tutorial, ciw_program])
def test_the_other_programs_agree_with_ours(program: Callable[[int], Result]) -> None:
    """equality of means within 4 standard errors; two replications of theirs against forty of ours, whose spread is
    known well.
    """
    pytest.importorskip("ciw")
    ours = network.ours("compiled")
    base = np.array([ours(replication) for replication in range(1, 41)])
    theirs = np.array([program(replication) for replication in (1, 2)])
    error = base.std(axis=0, ddof=1) * math.sqrt(1 / 2 + 1 / 40)
    assert (np.abs(theirs.mean(axis=0) - base.mean(axis=0)) <= 4 * error).all()


@pytest.mark.parametrize("make", [programs.cpp_program, lambda: numba_program], ids=["C++", "numba"])
def test_the_dedicated_programs_agree_with_ours(make: Callable[[], Program | None]) -> None:
    """equality of means within 4 standard errors, 40 replications of each."""
    dedicated = make()
    if dedicated is None:
        pytest.skip("no compiler for C++ here")
    ours = network.ours("compiled")
    one, other = (np.array([run(replication) for replication in range(1, 41)]) for run in (ours, dedicated))
    error = one.std(axis=0, ddof=1) * math.sqrt(2 / 40)
    assert (np.abs(one.mean(axis=0) - other.mean(axis=0)) <= 4 * error).all()


def test_programs_that_disagree_stop_the_benchmark() -> None:
    """Expected by hand: means 10 and 20 with a standard error near 1."""
    spread = [9.0, 11.0] * 10
    ours = [Result(x, x, x, x) for x in spread]
    other = [Result(x + 10, x, x, x) for x in spread]
    results = {programs.COMPILED: ours, programs.SIMPY: ours, programs.TUTORIAL: other}
    with pytest.raises(programs.DisagreeError, match="people_served"):
        list(programs.agreement(results))
    unequal = {programs.COMPILED: ours, programs.SIMPY: other}
    with pytest.raises(programs.DisagreeError, match="our two engines differ"):
        list(programs.agreement(unequal))


def test_repetitions_are_interleaved(monkeypatch: pytest.MonkeyPatch) -> None:
    """A slow moment of the machine meets all of them; the rarer work is done in the first rounds."""
    monkeypatch.setattr(timing, "LEAST_SECONDS", 0.0)
    done: list[str] = []
    work = {name: (lambda n, name=name: done.append(f"{name}{n}")) for name in "ab"}
    seconds = timing.interleaved(work, {"a": 3, "b": 1})
    assert done == ["a1", "b1", "a2", "a3"]
    assert {name: len(values) for name, values in seconds.items()} == {"a": 3, "b": 1}


def test_quick_work_is_repeated_until_it_can_be_measured() -> None:
    """Work of a hundredth of a second or so is done many times in a repetition, and its mean is the time of one."""
    done: list[int] = []

    def work(number: int) -> None:
        done.append(sum(range(200_000)) + number)

    seconds = timing.interleaved({"a": work}, {"a": 2})["a"]
    assert len(done) > 10
    assert sum(seconds) * len(done) / 2 == pytest.approx(2 * timing.LEAST_SECONDS, rel=0.5)


def test_ratios_are_medians_of_rounds() -> None:
    """By hand: ratios 2, 2, 2, 2 and 10 in five rounds."""
    seconds = {"slow": [2.0, 4.0, 6.0, 8.0, 100.0], "quick": [1.0, 2.0, 3.0, 4.0, 10.0]}
    assert timing.ratio(seconds, "slow", "quick") == 2
    assert timing.ratio({"slow": [9.0], "quick": [1.0, 3.0, 5.0]}, "slow", "quick") == 3


def test_events_of_simpy_are_counted() -> None:
    """A program of four timeouts has four events, and SimPy is as it was afterwards."""
    assert case.counted_events(lambda: programs.bare([1, 2, 3, 3])) == 4
    assert case.counted_events(lambda: None) == 0


def test_memory_is_that_of_a_process_of_its_own() -> None:
    """The process has more than an interpreter and answers with what was asked for."""
    (seconds, people), memory = timing.in_a_process_of_its_own(growth.sample_and_flow, 0.1)
    assert seconds > 0
    assert 600 < people < 1_100
    assert memory == 0 or 50 < memory < 1_000


def test_the_table_says_which_limits_are_kept() -> None:
    """By hand."""
    assert [line.verdict for line in LINES] == ["no", "", "yes"]
    assert number(1234.5) == "1,234"
    rows = markdown(LINES).splitlines()
    assert rows[2] == "| network | A / B | 12.3 | times | at least 40 | no |"
    assert rows[3] == "| network | people | 8,379 | people |  |  |"


def test_the_command_prints_the_table_and_fails_when_a_limit_is_missed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 1 for a missed limit, 0 without; all three forms of the table."""
    monkeypatch.setattr(plan, "benchmark", lambda full, **_: iter(LINES if full else LINES[1:]))
    assert main(["benchmark", "--full"]) == 1
    assert "at least 40" in capsys.readouterr().out
    assert main(["benchmark", "--markdown"]) == 0
    assert capsys.readouterr().out.startswith("| Part |")
    assert main(["benchmark", "--json"]) == 0
    assert '"kept": "yes"' in capsys.readouterr().out


def test_two_replications_that_are_alike_do_not_make_programs_disagree() -> None:
    """By hand: ours 8, 10 and 12 in turn (variance 2.7), theirs 9 and 9: a difference of 1, standard error 1.2."""
    ours = np.array([8.0, 10.0, 12.0] * 20)
    theirs = np.array([9.0, 9.0])
    spread = math.sqrt(ours.var(ddof=1) * (1 / 60 + 1 / 2))
    assert programs.standard_errors_apart(ours, theirs) == pytest.approx(1 / spread)
    assert 1 / spread < 1


@pytest.mark.skipif(programs.cimba_library() is None, reason="needs the package cimba (extra benchmark)")
def test_events_of_cimba_give_the_same_network_as_a_heap() -> None:
    """The same draws and the same order of events, so the same figures to the bit."""
    heap, cimba = programs.cpp_program(), programs.cpp_program(programs.cimba_library())
    if heap is None or cimba is None:
        pytest.skip("needs a C++ compiler")
    assert [heap(number) for number in range(3)] == [cimba(number) for number in range(3)]
