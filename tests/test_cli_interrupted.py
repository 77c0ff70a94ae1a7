"""Ctrl-C during commands that keep all or nothing: prompt, one line with a way on, nothing half-written."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_case import ROOT, SMALL, begun_in, write_small

from sim.cli import main
from sim.shell import show
from sim.words.commands import SAID

INTERRUPTED = 130
MORE = """
[targets.quick]
measure = "handover_to_coach_mean"
place = "gongbei"
at_most = 90

[ranges]
"coaches.hold_minutes" = [30.0, 90.0]
"""
HEADLINES = 'headlines = ["persons_served", "handover_to_coach_mean@gongbei"]\n'
COMMANDS = {
    "compare": ["compare", "other.toml", "--base", "small.toml"],
    "tornado": ["tornado", "small.toml"],
    "cap": ["cap", "small.toml", "--target", "quick"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_small(tmp_path, SMALL.replace("schema = 1\n", f"schema = 1\n{HEADLINES}") + MORE)
    (tmp_path / "other.toml").write_text('extends = "small.toml"\npools.gongbei.headcount = 5\n', encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("name", COMMANDS)
def test_ctrl_c_ends_a_command_that_keeps_all_or_nothing(name: str, workers: str, folder: Path) -> None:
    """Exit code 130 within seconds; the last line says that nothing was written and how to go on; nothing is left."""
    words = [*COMMANDS[name], "--replications", "20000", "--workers", workers, "--engine", "simpy", "--out", "r"]
    process = begun_in(folder, *words)
    deadline = time.monotonic() + 60
    while not list(folder.glob(".r-*.partial")) and time.monotonic() < deadline:
        time.sleep(0.02)
    time.sleep(0.7)  # the work itself, of an hour, has begun
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: all processes of the command get it
    begun = time.monotonic()
    out, err = process.communicate(timeout=60)
    assert time.monotonic() - begun < 10
    assert (process.returncode, out) == (INTERRUPTED, ""), err
    assert err.splitlines()[-1] == SAID["all_or_nothing"]
    assert "Traceback" not in err
    assert sorted(path.name for path in folder.iterdir()) == ["other.toml", "small.toml"]


def test_ctrl_c_in_any_other_command_says_so(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """words: typer ends the program at KeyboardInterrupt without a word; qcap does not leave it to typer."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("sim.shell.options.read_scenarios", stop)
    assert main(["check", str(folder / "small.toml")]) == INTERRUPTED
    assert capsys.readouterr() == ("", f"{SAID['nothing_written']}\n")


def test_the_exit_code_holds_when_ctrl_c_comes_in_generated_code(tmp_path: Path) -> None:
    """python -m dies of the signal (-2) when KeyboardInterrupt left an exec, as it may while modules are read."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom sim.cli import errors\ntry:\n    exec('raise KeyboardInterrupt')\n"
        "except KeyboardInterrupt as error:\n    sys.exit(errors.report(error, debug=False))\n",
        encoding="utf-8",
    )
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "script"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (INTERRUPTED, f"{SAID['nothing_written']}\n")


def test_json_has_null_for_what_is_no_number(capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: nan and infinity at any depth; numpy's numbers as numbers."""
    import numpy as np  # noqa: PLC0415
    import pandas as pd  # noqa: PLC0415

    table = pd.DataFrame({"n": np.array([1, 2]), "x": [np.nan, np.inf], "word": ["a", None]})
    show.print_json({"rows": show.records(table), "deep": {"pair": (np.float64(0.5), -np.inf)}, "yes": np.bool_(True)})
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert document == {
        "rows": [{"n": 1, "x": None, "word": "a"}, {"n": 2, "x": None, "word": None}],
        "deep": {"pair": [0.5, None]},
        "yes": True,
    }


def test_tornado_as_json_is_json_with_one_replication(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One pair has no interval: null, not NaN, which is no JSON."""
    words = ["--replications", "1", "--workers", "1", "--engine", "simpy", "--no-plots", "--json", "--quiet"]
    assert main(["tornado", str(folder / "small.toml"), *words, "--out", str(folder / "r")]) == 0
    document = json.loads(capsys.readouterr().out, parse_constant=pytest.fail)
    assert {row["path"] for row in document["ends"]} == {"coaches.hold_minutes"}
    assert None in {row["low"] for row in document["ends"]}
