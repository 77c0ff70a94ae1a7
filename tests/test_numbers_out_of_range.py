"""Numbers that no scenario can mean end a command at once, with exit code 2, the giver and the key; case numbers.

Each line was found from outside: a traceback, a hang, or 186 GiB asked for. In-process: the commands themselves.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from sim import sampling
from sim.cli import main
from sim.flow.order import ENTITY_BITS
from sim.scenario import ScenarioError, load, read
from sim.scenario.rules.arrivals import MOST_A_DAY, MOST_PEOPLE, MOST_PLACES
from sim.shell import options

SMALL = str(Path(__file__).parent / "cases" / "numbers" / "small.toml")
REGIME = "ports.gongbei.regimes.all"
TINY = "must be 0, or at least 1e-09 away from it"

REFUSED = [
    (["check", "--set", "arrivals.factor=1e-300"], f"--set: arrivals.factor = 1e-300: {TINY}"),
    (["run", "--set", 'registration.minutes={kind="gamma", mean=5, cv=1e-200}'],
     "--set: registration.minutes.cv = 1e-200: must be at least 0.001"),
    (["check", "--set", REGIME + '={kind="rate", from_day=2020-03-03, people_per_day=1e-320, people_per_day_end=5e-324,'
      ' between="exponential"}'], f"--set: {REGIME}.people_per_day = 1e-320: {TINY}"),
    (["run", "--set", f"{REGIME}.people_per_day=1e7", "--set", "arrivals.factor=1000"],
     "--set: arrivals.factor: leads to 10,000,000,000 people a day at port gongbei: at most 500,000 are possible"),
    (["check", "--set", f"{REGIME}.people_per_day=1e7"],
     f"--set: {REGIME}.people_per_day: leads to 10,000,000 people a day at port gongbei: at most 500,000 are possible"),
    (["sweep", "--dry-run", "--vary", "ports.gongbei.coaches=1:1e99999:1"],
     '--vary: ports.gongbei.coaches = "1:1e99999:1": has a number that is too large, too small or too long: 1e99999'),
    (["sweep", "--dry-run", "--vary", "arrivals.factor=0:1:1e-99999999999999999999"],
     "--vary: arrivals.factor = "),
    (["sweep", "--dry-run", "--vary", "arrivals.factor=1e999999999:2e999999999:1e999999999"],
     "--vary: arrivals.factor = "),
    (["sweep", "--dry-run", "--vary", "arrivals.factor=0:99999:1"],
     "--vary: arrivals.factor = 99999: must be at most 1000"),
    (["sweep", "--dry-run", "--vary", "arrivals.factor=0:1:0.000001"],
     '--vary: arrivals.factor = "0:1:0.000001": makes 1,000,001 values; at most 100,000'),
    (["sweep", "--dry-run", "--vary", "arrivals.factor=1,2", "--points", "0"], "'--points'"),
    (["sweep", "--dry-run", "--vary", "scenario=/proc/*"], "is empty"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "told"), REFUSED, ids=range(len(REFUSED)))
def test_a_number_that_cannot_be_is_refused_at_once(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit code 2, the giver and the key in the first line, nothing written."""
    monkeypatch.chdir(tmp_path)
    begun = time.monotonic()
    assert main([words[0], SMALL, *words[1:]]) == 2
    assert told in capsys.readouterr().err
    assert time.monotonic() - begun < 10
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("words", [
    ["check", "--set", "ports.gongbei.people=100", "--set", REGIME + '={kind="total", from_day=2020-03-03, weight=1, '
     'profile={kind="exponential", e_fold_days=-0.001}}'],
    ["sweep", "--dry-run", "--vary", 'arrivals.groups={kind="constant"},{kind="geometric", mean=2}'],
])  # fmt: skip
def test_what_can_be_is_taken(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A rise by e in every 0.001 days puts everybody on the last day; tables are values of an axis."""
    assert main([words[0], SMALL, *words[1:]]) == 0
    assert "failed" not in capsys.readouterr().err


@pytest.mark.parametrize("words", [["check", "{}"], ["run", "{}.toml"], ["init", "{}"], ["run", SMALL, "--out", "{}"],
                                   ["run", SMALL, "--ensemble", "{}"], ["check", SMALL, "--set", "title={}"],
                                   ["check", SMALL, "--set", "sites.{}.rooms=3"]])  # fmt: skip
def test_names_of_300_letters_are_refused(
    words: list[str], capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names of files, folders, titles and ids; the name is told."""
    monkeypatch.chdir(tmp_path)
    assert main([word.format("a" * 300) for word in words]) == 2
    assert "aaaa" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def _faults(*overrides: str) -> list[str]:
    try:
        load(SMALL, overrides=overrides)
    except ScenarioError as error:
        return [str(fault) for fault in error.faults]
    return []


def test_the_limit_of_people_a_day_holds_to_the_last_one() -> None:
    """500,000 pass, one more fails; a factor of a disruption counts, while it holds: two by two hold together from
    noon on the 4th, with a date and time beside a date."""
    assert MOST_A_DAY == 500_000
    assert _faults(f"{REGIME}.people_per_day=500000") == []
    assert len(_faults(f"{REGIME}.people_per_day=500001")) == 1
    event = 'disruptions=[{{kind="arrivals_factor", from_day=2020-03-0{}, to_day=2020-03-04, value=2}}]'
    assert len(_faults(f"{REGIME}.people_per_day=300000", event.format(3))) == 1
    assert _faults(f"{REGIME}.people_per_day=250000", event.format(3)) == []
    rows = ('{kind="arrivals_factor", from_day=2020-03-03, to_day=2020-03-04, value=2}',
            '{kind="arrivals_factor", from_day=2020-03-04T12:00:00, to_day=2020-03-05, value=2}')  # fmt: skip
    both = f"disruptions=[{', '.join(rows)}]"
    assert _faults(f"{REGIME}.people_per_day=125000", both) == []
    assert len(_faults(f"{REGIME}.people_per_day=125001", both)) == 1
    later = both.replace("04T12:00", "05T00:00").replace("to_day=2020-03-05", "to_day=2020-03-05T06:00:00")
    assert _faults(f"{REGIME}.people_per_day=250000", later) == []


def test_the_limit_of_people_in_all_holds_to_the_last_one() -> None:
    """8.38 million: sixteen days of 500,000 pass, seventeen fail."""
    assert MOST_PEOPLE == 8_380_000
    assert _faults(f"{REGIME}.people_per_day=500000", "last_day=2020-03-18") == []
    assert (
        "leads to 8,500,000 people in a replication"
        in _faults(f"{REGIME}.people_per_day=500000", "last_day=2020-03-19")[0]
    )


def test_a_replication_to_which_chance_brings_more_people_than_can_be_told_apart_is_a_fault(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """8,388,608 people are told apart; here 10."""
    assert sampling.MOST_PERSONS == 1 << ENTITY_BITS - 1
    monkeypatch.setattr(sampling, "MOST_PERSONS", 10)
    with pytest.raises(ScenarioError, match="people in replication 3: at most 10 can be told apart"):
        sampling.sample(load(SMALL), seed=1, replication=3)


@pytest.mark.parametrize(("n", "right"), [(4_091, True), (4_092, False)])
def test_check_refuses_more_places_than_a_run_can_order(tmp_path: Path, n: int, right: bool) -> None:
    """4,095 places: a port, a pool, two sites with a team are 4 or more here; so many sites fill the rest."""
    assert MOST_PLACES == 4_095
    rows = [f"{i + 10},s{i},5,20" for i in range(n)]
    (tmp_path / "sites.csv").write_text("number,id,rooms,ride_minutes_gongbei\n" + "\n".join(rows), encoding="utf-8")
    text = Path(SMALL).read_text(encoding="utf-8").replace("[sites]\n", '[sites]\nlist = "sites.csv"\n')
    (tmp_path / "scenario.toml").write_text(text, encoding="utf-8")
    try:
        load(tmp_path)
        found = ""
    except ScenarioError as error:
        found = str(error)
    assert (found == "") is right, found
    assert right or "at most 4,095 are possible" in found


def test_check_tells_the_size_of_a_run_before_it(capsys: pytest.CaptureFixture[str]) -> None:
    """30 people a day for 3 days; memory: 150 MB of programs, and little more."""
    assert main(["check", SMALL]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "each has about 90 people and" in told
    assert "takes about 150 MB of memory" in told


def test_a_run_that_does_not_fit_is_refused_before_it_begins(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """500 MB free, 600,000 people at 2.5 kB each: 1.5 GB and more."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable: 500000 kB\n", encoding="ascii")
    monkeypatch.setattr(options, "MEMINFO", tmp_path / "meminfo")
    assert main(["run", SMALL, "--set", f"{REGIME}.people_per_day=200000"]) == 2
    told = capsys.readouterr().err
    assert "small.toml: a replication has about 600,000 people and" in told
    assert "510 MB are free on this machine" in told
    assert options.free_memory() == 512_000_000


def test_more_workers_than_fit_are_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Three at 150 MB where 400 MB are free: two would fit; the run begins all the same."""
    monkeypatch.setattr(options, "free_memory", lambda: 400_000_000)
    options.rows_that_fit(read(SMALL), 3)
    assert "try --workers 2" in capsys.readouterr().err
    options.rows_that_fit(read(SMALL), 2)
    assert capsys.readouterr().err == ""
