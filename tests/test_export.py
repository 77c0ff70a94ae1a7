"""`qcap export`: histories as event logs that pm4py reads back; what is said where there is nothing to export."""

from __future__ import annotations

import datetime as dt
import os
import warnings
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest
from cli_case import write_small
from rich_case import rich_scenario

from sim.cli import main
from sim.commands.papers.event_logs import MOMENTS, TASKS, event_table, write_xes
from sim.flow import simulate
from sim.sampling import sample
from sim.shell.files import expanded
from sim.words.pages import ACTIVITIES, MESSAGES

XES = "{http://www.xes-standard.org/}"
DAY = dt.date(2020, 3, 3)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of two replications with its histories."""
    folder = tmp_path_factory.mktemp("export")
    file = write_small(folder)
    words = ["run", str(file), "--replications", "2", "--workers", "1", "--no-plots", "--quiet", "--events", "all"]
    assert main([*words, "--out", str(folder / "r")]) == 0
    return folder / "r"


def pm4py_module() -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of its own imports
        return pytest.importorskip("pm4py")


@pytest.mark.filterwarnings("ignore")  # of another program
@pytest.mark.parametrize("form", ["xes", "pm4py"])
def test_pm4py_reads_back_what_was_written(results: Path, tmp_path: Path, form: str) -> None:
    """Cases are the parties handed over, events and activities those written; registration has start and complete."""
    pm4py = pm4py_module()
    assert main(["export", str(results), "--to", form, "--out", str(tmp_path)]) == 0
    if form == "xes":
        read = pm4py.read_xes(str(tmp_path / "events-1.xes"))  # type: ignore[attr-defined]
    else:
        table = pd.read_csv(tmp_path / "events-1.pm4py.csv", dtype={"case:concept:name": str})
        read = pm4py.format_dataframe(table)  # type: ignore[attr-defined]
    history = pd.read_parquet(results / "events-1.parquet")
    wanted = event_table(history, DAY)
    assert read["case:concept:name"].nunique() == history.loc[history["kind"] == "handed_over", "party"].nunique()
    assert len(read) == len(wanted)
    assert read["concept:name"].value_counts().to_dict() == wanted["concept:name"].value_counts().to_dict()
    assert set(read["lifecycle:transition"]) == {"start", "complete"}
    first = read[(read["concept:name"] == "handed over")]["time:timestamp"].min()
    assert first == pd.Timestamp(DAY, tz="UTC") + pd.Timedelta(
        seconds=int(history.loc[history["kind"] == "handed_over", "second"].min())
    )
    assert "gongbei" in set(read["org:resource"])
    assert pm4py.discover_dfg(read)[0]  # type: ignore[attr-defined]


def rows(*lines: tuple[object, ...]) -> pd.DataFrame:
    columns = ["second", "kind", "subject", "subject_id", "place", "party", "people", "value", "reason"]
    return pd.DataFrame([(*line, "none") for line in lines], columns=columns)


HISTORY = rows(
    (100, "handed_over", "party", 7, "gate", 7, 2, 0),
    (100, "task", "task_registration", 7, "crew", -1, 1, 400),
    (400, "room_taken", "party", 7, "north", 7, 2, 7),
    (500, "task", "task_escort", 7, "crew", -1, 2, 2000),
    (500, "boarding", "load", 7, "gate", -1, 2, 3),
    (560, "departed", "party", 7, "gate", 7, 2, 7),
    (1760, "arrived", "party", 7, "north", 7, 2, 0),
    (1760, "task", "task_check_in", 7, "north.team", 7, 1, 1800),
    (9000, "task", "task_visit", 900000, "north.team", 7, 1, 9060),
    (90000, "released", "party", 7, "north", 7, 2, 0),
    (90100, "left", "party", 7, "north", 7, 2, 0),
    (90100, "task", "task_cleaning", 7, "north.team", -1, 1, 92000),
)


def test_one_party_by_hand() -> None:
    """Twelve rows: its way in order of time; what ends in a second comes before what begins in it."""
    table = event_table(HISTORY, DAY)
    assert [
        (int((row[3] - pd.Timestamp(DAY, tz="UTC")).total_seconds()), row[2], row[5], row[4])
        for row in table.itertuples()
    ] == [
        (100, "handed over", "complete", "gate"),
        (100, "registration", "start", "crew"),
        (400, "registration", "complete", "crew"),
        (400, "room taken", "complete", "north"),
        (500, "boarding", "start", "gate"),
        (560, "boarding", "complete", "gate"),
        (560, "ride", "start", "gate"),
        (1760, "ride", "complete", "north"),
        (1760, "stay", "start", "north"),
        (1760, "check-in", "start", "north.team"),
        (1800, "check-in", "complete", "north.team"),
        (9000, "visit", "start", "north.team"),
        (9060, "visit", "complete", "north.team"),
        (90000, "stay", "complete", "north"),
        (90100, "left the site", "complete", "north"),
    ]
    assert "visit" not in set(event_table(HISTORY, DAY, visits=False)["concept:name"])


def test_what_begins_ends_unless_the_history_does_before() -> None:
    """A history in which everything happens: starts and completes of each case and activity are as many; only the
    stays of those who are still there at the hard stop are open.
    """
    scenario = rich_scenario()
    log = simulate(scenario, sample(scenario, seed=2, replication=1)).to_frame()
    table = event_table(log, scenario.first_day)
    both = table[table["lifecycle:transition"] == "start"]["concept:name"].unique()
    times = table[table["concept:name"].isin(both)].pivot_table(
        index=["case:concept:name", "concept:name"], columns="lifecycle:transition", values="people", aggfunc="size",
        fill_value=0,
    )  # fmt: skip
    open_ = times[times["start"] != times["complete"]].index.get_level_values(0)
    assert set(open_) <= set(log.loc[log["kind"] == "censored", "party"].astype(str))
    assert {"boarding", "ride", "stay", "check-in", "check-out", "visit", "swab", "registration"} == set(both)


def test_every_activity_has_a_word() -> None:
    """No activity is empty, whatever kinds a history has."""
    assert {*MOMENTS, *TASKS, "boarding", "ride", "stay"} == set(ACTIVITIES)


def test_signs_of_xml_in_names_are_escaped(tmp_path: Path) -> None:
    """What is markup or may not stand in XML at all comes back as text, or is left out."""
    name = "a<b>&\"'\x00\n珠海"
    write_xes(tmp_path / "x.xes", event_table(HISTORY.assign(place=name), DAY))
    found = {one.get("value") for one in ET.parse(tmp_path / "x.xes").getroot().iter(f"{XES}string")}
    assert "a<b>&\"' 珠海" in found or "a<b>&\"'\n珠海" in found


def test_words_where_there_is_nothing_to_export(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: no results folder, no histories in it, a broken history; exit code 2 each."""
    monkeypatch.chdir(tmp_path)
    Path("plain").mkdir()
    Path("quiet").mkdir()
    Path("quiet/scenario.toml").write_bytes((results / "scenario.toml").read_bytes())
    Path("broken").mkdir()
    Path("broken/scenario.toml").write_bytes((results / "scenario.toml").read_bytes())
    Path("broken/events-1.parquet").write_bytes(b"no table")
    said = {
        "nothing*": "nothing*: no such file or folder",
        "plain": "plain: is no results folder of qcap (no scenario.toml in it)",
        "quiet": "quiet: holds no histories (events-*.parquet); run the scenario again with --events one (or all)",
    }
    for folder, words in said.items():
        assert main(["export", folder, "--to", "xes"]) == 2
        assert capsys.readouterr().err == words + "\n"
    assert main(["export", "broken", "--to", "xes"]) == 2
    assert f"{Path('broken/events-1.parquet')}: can not be read as a history" in capsys.readouterr().err
    assert sorted(path.name for path in Path("broken").iterdir()) == ["events-1.parquet", "scenario.toml"]


def test_a_file_that_is_open_elsewhere_costs_one_line_and_not_the_others(
    results: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first target can not be replaced (it is a folder here): the second is written; exit code 1."""
    (tmp_path / "events-1.xes" / "kept").mkdir(parents=True)
    assert main(["export", str(results), "--to", "xes", "--out", str(tmp_path)]) == 1
    out, err = capsys.readouterr()
    assert err == MESSAGES["file.not_written"].format(file=tmp_path / "events-1.xes") + "\n"
    assert out.startswith(f"{tmp_path / 'events-2.xes'}: ")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["events-1.xes", "events-2.xes", "manifest.json"]


def test_stars_are_expanded_as_shells_of_windows_do_not(results: Path, tmp_path: Path, capsys) -> None:
    """Two folders by one word, sorted; a file called with a bracket stands for itself."""
    for name in ("run-b", "run-a", "other"):
        (tmp_path / name).mkdir()
    (tmp_path / "run[1]").mkdir()
    words = [str(tmp_path / "run-*"), str(tmp_path / "run[1]"), str(tmp_path / "run-a")]
    assert [path.name for path in expanded(words)] == ["run-a", "run-b", "run[1]"]
    os.symlink(results, tmp_path / "results-1")
    assert main(["export", str(tmp_path / "results-*"), "--to", "pm4py", "--no-visits", "--out", str(tmp_path)]) == 0
    assert "cases" in capsys.readouterr().out
