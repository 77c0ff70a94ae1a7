"""Commands where something is missing: no sites, no terminal, no stdout, a broken disk, a second Ctrl-C."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import signal
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest
from calibration_case import TARGETS, UNKNOWNS, write_case
from cli_case import SMALL, write_small

from sim import cli, load
from sim.cli import main
from sim.commands.calibrate import command as calibrate
from sim.commands.papers.event_logs import UnreadableError, event_table
from sim.commands.run.keep import drop_unfinished_events
from sim.drawing.tables import by_hour, fullest_day
from sim.keeping.chunkstore import ChunkStore
from sim.keeping.spreadsheet import write_workbook
from sim.measures import REGISTRY
from sim.measures.series import _busiest_day, _mean_of_days, _of_days
from sim.runs.precision import _example
from sim.shell import errors
from sim.words import observed as words_of_calibration
from sim.words.commands import SAID
from sim.words.screens import OUTLOOK, SCREEN

PORT_ALONE = SMALL[: SMALL.index("[coaches]")].replace("coaches = 2\n", "").replace("not_diverted_share = 0.2\n", "")
NOBODY = "not_diverted_share = 1.0\n"
NEVER = 'measure = "detection_day_mean"\nat_most = 3\n'


def run(file: Path, *words: str) -> int:
    out = ("--out", str(file.parent / "out"))
    return main(["run", str(file), "--replications", "2", "--workers", "1", "--engine", "simpy", *out, *words])


def lines(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Words of a screen by label."""
    found = (re.match(r"([A-Z]\w+)  +(.+)", line) for line in capsys.readouterr().out.splitlines())
    return {match[1]: match[2] for match in found if match}


def test_a_port_where_nobody_is_placed_has_no_rooms_no_sites_and_no_coaches(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Everybody is sent on: check and run tell people, waits for registration and staff, nothing else."""
    text = PORT_ALONE.replace('pool = "gongbei"\n', 'pool = "gongbei"\n' + NOBODY)
    file = write_small(tmp_path, text + f"\n[targets.seldom]\n{NEVER}")
    assert main(["check", str(file)]) == 0
    checked = lines(capsys)
    assert checked[OUTLOOK["rooms"]] == OUTLOOK["rooms.none"]
    assert OUTLOOK["sites"] not in checked
    assert run(file, "--no-plots") == 0
    told = lines(capsys)
    assert {SCREEN["rooms"], SCREEN["sites"]}.isdisjoint(told)
    assert "registration" in told[SCREEN["waits"]]


def test_a_port_without_staff_has_no_line_about_staff(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A diversion point that needs nobody: no pool, no hours; without sites and targets no table of shares."""
    text = PORT_ALONE.replace('pool = "gongbei"\n', NOBODY)
    text = text[: text.index("[pools.gongbei]")]
    assert run(write_small(tmp_path, text), "--no-plots") == 0
    assert SCREEN["staff"] not in lines(capsys)
    assert not (tmp_path / "out" / "shares.csv").exists()


def test_sites_without_a_street_level_one_have_no_first_street_site(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both are of the district: the line about the first of a street is left out."""
    street = SCREEN["sites.first"].partition(":")[0]
    assert run(write_small(tmp_path), "--no-plots") == 0
    assert street in capsys.readouterr().out
    district = SMALL.replace("number = ", 'level = "district"\nnumber = ')
    assert run(write_small(tmp_path, district), "--no-plots", "--force") == 0
    assert street not in capsys.readouterr().out


def test_rooms_that_are_short_even_with_all_sites_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """By hand: 24 people a day and 2 rooms: every one of the three days is short."""
    text = SMALL.replace("rooms = 60", "rooms = 1").replace("rooms = 40", "rooms = 1")
    assert main(["check", str(write_small(tmp_path, text))]) == 0
    assert "even so rooms are short on" in lines(capsys)[OUTLOOK["sites"]]


def test_what_ends_a_command_has_one_line_and_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    """words: Ctrl-C is 130, a broken disk 1 with the name of the file."""
    assert errors.report(KeyboardInterrupt(), debug=False) == 130
    assert capsys.readouterr().err == "interrupted: nothing was written\n"
    assert errors.report(OSError(28, "No space left on device", "out.csv"), debug=False) == 1
    assert capsys.readouterr().err == "failed: No space left on device: out.csv\n"
    assert errors.report(OSError("odd"), debug=False) == 1
    assert capsys.readouterr().err == "failed: odd\n"


def test_measures_as_json_are_those_of_the_registry(capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, in order."""
    assert main(["measures", "--json"]) == 0
    assert [entry["id"] for entry in json.loads(capsys.readouterr().out)["measures"]] == list(REGISTRY)


def test_a_command_without_any_terminal_still_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As under pythonw on Windows, where stdout and stderr are None; and with a stream of another kind."""
    other = io.StringIO()
    monkeypatch.setattr(sys, "stdout", None)
    monkeypatch.setattr(sys, "stderr", other)
    cli._prepare_streams()
    sys.stdout.write("nobody reads this")
    sys.stdout.close()
    assert sys.stderr is other


def test_signs_that_a_code_page_has_not_are_written_in_plain_letters() -> None:
    """By hand; what can not be read is another error, and stays one."""
    handler = cli.readable_streams()
    assert "90 ± 3 × 2 – 饭".encode("ascii", errors=handler) == b"90 +- 3 x 2 - ?"
    with pytest.raises(UnicodeDecodeError):
        b"\xff".decode("utf-8", errors=handler)


def test_progress_is_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A bar with its name; none of the lines that stand in its place elsewhere."""
    with errors.shown_progress(8, "small", talk=True) as told:
        told(4)
    assert len(capsys.readouterr().err.splitlines()) == 2
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    with errors.shown_progress(8, "small", talk=True) as told:
        told(4)
    shown = capsys.readouterr().err
    assert "small" in shown
    assert SAID["ended"].format(what="small") not in shown


def test_the_first_interrupt_while_results_are_written_is_answered_and_the_second_ends(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """In the main thread; in another one signals are not its business and nothing changes."""
    before = signal.getsignal(signal.SIGINT)

    def write() -> None:
        with errors.interrupts_noted():
            signal.raise_signal(signal.SIGINT)
            assert capsys.readouterr().err == "results are being written; Ctrl-C again throws them away\n"
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        write()
    assert signal.getsignal(signal.SIGINT) is before

    def elsewhere() -> None:
        with errors.interrupts_noted():
            seen.append(signal.getsignal(signal.SIGINT))

    seen: list[object] = []
    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [before]


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store with one finished chunk of a calibration."""
    with ChunkStore(tmp_path / "r-chunks").locked() as chunks:
        chunks.put("a-000001-000002", {"value": [1.0]}, {})
    return tmp_path / "r-chunks"


def test_finished_chunks_of_a_calibration_go_only_when_asked(store: Path) -> None:
    """words: refused without a word about them; kept with --resume; thrown away with --force."""

    def settings(*, resume: bool = False, force: bool = False) -> Any:
        return SimpleNamespace(chunks=store, resume=resume, force=force)

    with pytest.raises(errors.BadInput, match="holds 1 finished chunks"):
        calibrate._prepare_chunks(settings())
    calibrate._prepare_chunks(settings(resume=True))
    assert store.is_dir()
    calibrate._prepare_chunks(settings(force=True))
    assert not store.exists()
    calibrate._prepare_chunks(settings())


def test_a_calibration_without_predictions_has_no_part_about_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Two workers, JSON on stdout: the document names the folder; the report has no table of staff."""
    unknowns = UNKNOWNS[: UNKNOWNS.index("[[predict]]")]
    figures = "\n".join(line for line in TARGETS.splitlines() if "staff" not in line)
    file = write_case(tmp_path, figures + "\n", unknowns)
    words = ["calibrate", str(file), "--engine", "compiled", "--workers", "2", "--budget", "240", "--no-plots"]
    assert main([*words, "--quiet", "--json", "--out", str(tmp_path / "a")]) == 0
    assert json.loads(capsys.readouterr().out)["folder"] == str(tmp_path / "a")
    report = (tmp_path / "a" / "report.md").read_text(encoding="utf-8")
    assert words_of_calibration.TITLES["staff"] not in report


def test_a_place_of_an_example_is_one_that_there_is(tmp_path: Path) -> None:
    """A port, a pool, the first site of a street, or a word in its place."""
    scenario = load(write_small(tmp_path))
    kinds = (("port", "pool"), ("pool",), ("site", "first_street_site"), ("street",))
    told = [_example(scenario, kind) for kind in kinds]
    assert told == ["gongbei", "gongbei", "first_street_site", "<place>"]


def test_a_quantity_that_is_always_nothing_has_no_fullest_day() -> None:
    """By hand: 0 and 0 have none; of 1 and 2 the second is the fullest."""
    series = pd.DataFrame({"quantity": "rooms_taken", "place": "all", "mean": [0.0, 0.0],
                           "time": ["2020-03-03 00:00", "2020-03-04 01:00"]})  # fmt: skip
    both = dt.date(2020, 3, 3), dt.date(2020, 3, 4)
    assert fullest_day(series, "rooms_taken", both) is None
    assert fullest_day(series, "other", both) is None
    fuller = series.assign(mean=[1.0, 2.0])
    assert fullest_day(fuller, "rooms_taken", both) == (dt.date(2020, 3, 4), 2.0)
    assert fullest_day(fuller, "rooms_taken", (both[0], both[0])) == (dt.date(2020, 3, 3), 1.0)
    assert len(by_hour(None, "staff_busy", "gongbei")) == 0


def test_a_workbook_without_any_table_can_still_be_opened(tmp_path: Path) -> None:
    """A workbook must have a sheet."""
    openpyxl = pytest.importorskip("openpyxl")
    assert write_workbook(tmp_path / "r.xlsx", {}) == ()
    assert openpyxl.load_workbook(tmp_path / "r.xlsx").sheetnames == ["empty"]


def test_the_screen_of_a_template_tells_its_teams_and_whose_values_they_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Values of the template are not one's own; the team of its sites has a line; with one clerk staff are all busy,
    and it is said what that means.
    """
    monkeypatch.chdir(tmp_path)
    assert main(["init", "new"]) == 0
    words = ["run", "new", "--replications", "2", "--workers", "1", "--engine", "simpy", "--no-plots"]
    assert main([*words, "--out", "a"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert SCREEN["how.all_busy"] not in shown
    assert re.search(r"\d+ not yours", shown)
    assert ", in all: " in shown
    assert main([*words, "--out", "b", "--set", "pools.border.headcount=2", "--set", "pools.border.fixed_posts=0"]) == 0
    assert SCREEN["how.all_busy"] in " ".join(capsys.readouterr().out.split())


def test_half_written_histories_of_an_interrupted_run_are_removed(tmp_path: Path) -> None:
    """Of three histories the second was being written when Ctrl-C came."""
    for number in (1, 2, 3):
        (tmp_path / f"events-{number}.parquet").write_bytes(b"")
    drop_unfinished_events(tmp_path, cast(Any, SimpleNamespace(finished=(1, 3))))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events-1.parquet", "events-3.parquet"]


def test_a_table_that_is_no_history_is_told_by_what_it_lacks() -> None:
    """words."""
    with pytest.raises(UnreadableError, match="no column second"):
        event_table(pd.DataFrame({"kind": []}), dt.date(2020, 3, 3))


def test_an_hour_of_no_day_has_no_mean() -> None:
    """A window that is shorter than a day has hours in which no day has been."""
    none, two = np.zeros((0, 24)), np.array([[1.0] * 24, [3.0] * 24])
    assert np.isnan(_mean_of_days(none)).all()
    assert np.isnan(_of_days(none, _busiest_day(none))).all()
    assert len(_mean_of_days(none)) == len(_of_days(none, _busiest_day(none))) == 24
    assert _mean_of_days(two).tolist() == [2.0] * 24
    assert _of_days(two, _busiest_day(two)).tolist() == [3.0] * 24
