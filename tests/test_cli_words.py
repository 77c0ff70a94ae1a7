"""What the command line says, and with which exit code, when it is asked for something it can not do."""

import re
from pathlib import Path

import pytest
import typer
from cli_case import SMALL, write_small

from sim import __version__
from sim.cli import COMMANDS, FEW, _app, main
from sim.flow import invariants

RAN, FAILED, BAD_INPUT = 0, 1, 2


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "160")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run", "small.toml", "--replications", "0"], "--replications"),
        (["run", "small.toml", "--replications", "three"], "--replications"),
        (["run", "small.toml", "--seed", "-1"], "--seed"),
        (["run", "small.toml", "--workers", "0"], "--workers"),
        (["run", "small.toml", "--events", "two"], "is not one of 'none', 'one', 'all'"),
        (["run", "small.toml", "--replicatons", "3"], "did you mean"),
        (["run"], "SCENARIO"),
        (["run", "smal.toml"], 'did you mean "small.toml"?'),
        (["run", "."], "there is no scenario.toml in this folder"),
        (["run", "small.toml", "--set", "pools.gongbie.headcount=3"], 'did you mean "gongbei"?'),
        (["run", "small.toml", "--set", "nothing"], "--set"),
        (["runn"], "run"),
        ([], "--help"),
        (["check", "smal.toml"], 'did you mean "small.toml"?'),
        (["init"], "DIR"),
        (["init", "small.toml"], "is a file; choose a folder"),
        (["init", "new", "--from", "maximal"], "minimal"),
    ],
)
def test_bad_input_has_a_way_out(
    words: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: exit code 2, the reason on stderr, nothing on stdout, no traceback, nothing written."""
    write_small(tmp_path)
    assert main(words) == BAD_INPUT
    out, err = capsys.readouterr()
    assert said in err
    assert out == ""
    assert "Traceback" not in err
    assert [path.name for path in tmp_path.iterdir()] == ["small.toml"]


def test_a_mistyped_folder_of_a_scenario_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: folders with a scenario are meant as often as files; others are not."""
    for name in ("my-district", "my-distric-pictures"):
        (tmp_path / name).mkdir()
    (tmp_path / "my-district" / "scenario.toml").write_text(SMALL, encoding="utf-8")
    assert main(["check", "my-distric"]) == BAD_INPUT
    assert capsys.readouterr().err == 'my-distric: no such file; did you mean "my-district"?\n'


def test_help_names_every_command_in_a_whole_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: at 80 columns no line of --help is cut off with dots."""
    monkeypatch.setenv("COLUMNS", "80")
    assert main(["--help"]) == RAN
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("  ") and line.endswith(".") for line in lines) >= 14
    assert [line for line in lines[1:] if line.endswith("...")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_help_tells_each_option_once_and_many_under_headings(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """words: an option that no heading knows is told too; few options need no headings."""
    assert main([command, "--help"]) == RAN
    lines = capsys.readouterr().out.splitlines()
    told = [name for line in lines if line.startswith("  --") for name in line.split()[0].split(",")]
    assert len(set(told)) == len(told)
    wanted = {param.opts[0] for param in typer.main.get_command(_app()).commands[command].params}  # type: ignore[attr-defined]
    assert {name for name in wanted if name.startswith("--")} | {"--help"} == set(told)
    assert ("Options:" in lines) == (len(told) <= FEW)
    assert ("What is simulated:" in lines) == (len(told) > FEW)


def test_all_faults_are_told_at_once_one_per_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: two faults, two lines, each with its path."""
    write_small(tmp_path, SMALL.replace("headcount = 4", "headcount = -4").replace("days = 2.0", "days = -1"))
    assert main(["run", "small.toml"]) == BAD_INPUT
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 2
    assert any("pools.gongbei.headcount = -4" in line for line in lines)
    assert any("stay.days = -1" in line for line in lines)


def test_a_faulty_table_of_reported_figures_is_bad_input(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """words: row and column, and the nearest valid name."""
    write_small(tmp_path)
    (tmp_path / "small_targets.csv").write_text(
        "measure,place,value,tolerance,why,kind,role\n"
        "person_served,all,70,x,,reported,held-out\n"
        "received,all,,1,,measured,fitted\n"
    )
    assert main(["run", "small.toml"]) == BAD_INPUT
    assert capsys.readouterr().err.splitlines() == [
        'small_targets.csv: row 2, measure = "person_served": must be a measure, see qcap measures; '
        'did you mean "persons_served"?',
        'small_targets.csv: row 2, role = "held-out": must be "identity", "fitted", "held_out", "descriptive" or '
        '"input"; did you mean "held_out"?',
        'small_targets.csv: row 2, tolerance = "x": must be a number of at least 0, in the unit of the measure',
        'small_targets.csv: row 3, kind = "measured": must be "reported" or "derived"',
        'small_targets.csv: row 3, value = "": must be a number',
    ]


def test_a_failure_has_no_traceback_unless_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: exit code 1, one line, and how to see more."""
    write_small(tmp_path)

    def fail(*_: object, **__: object) -> None:
        raise ZeroDivisionError("staff")

    monkeypatch.setattr("sim.runs.job.run_one", fail)
    command = ["run", "small.toml", "--workers", "1", "--engine", "simpy", "--quiet"]
    assert main(command) == FAILED
    err = capsys.readouterr().err
    assert re.search(r"replication \d+: ZeroDivisionError: staff", err)
    assert "Traceback" not in err
    assert main([*command, "--debug"]) == FAILED
    assert "Traceback" in capsys.readouterr().err
    assert list((tmp_path / "results").iterdir()) == []


def test_broken_invariants_fail_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: a history that breaks a rule gives no results."""
    write_small(tmp_path)
    monkeypatch.setattr(invariants, "violations", lambda *_: ["2 people are lost"])
    assert main(["run", "small.toml", "--workers", "1", "--replications", "1", "--check", "--quiet"]) == FAILED
    assert "replication 1: 2 people are lost" in capsys.readouterr().err
    assert list((tmp_path / "results").iterdir()) == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """words: one line."""
    assert main(["--version"]) == RAN
    assert capsys.readouterr().out == f"qcap {__version__}\n"


def test_measures_are_listed_with_their_meaning(capsys: pytest.CaptureFixture[str]) -> None:
    """words: those of a second flow stand among the others."""
    assert main(["measures"]) == RAN
    out = capsys.readouterr().out
    assert "persons_served" in out
    assert "People who arrived at a site in the window" in out
    assert "staff_needed_mean" in out
