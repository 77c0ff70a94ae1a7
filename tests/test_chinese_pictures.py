"""Pictures of all commands but `run` (see `test_plots_of_staff_and_waits`) are Chinese in a Chinese run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from calibration_case import TARGETS, UNKNOWNS
from cli_case import SMALL
from matplotlib.text import Text

from sim.cli import main
from sim.drawing import page, text
from sim.drawing.tables import Picture
from sim.words.language import speaking

CASE = (
    SMALL.replace('"Two hotels for three days"', '"两家酒店三天"\nheadlines = ["persons_served", "rooms_occupied_max"]')
    .replace('"Gongbei"', '"甲口岸"')
    .replace("[pools.gongbei]\n", '[pools.gongbei]\nname = "甲口岸工作组"\n')
    .replace("number = 1\n", 'number = 1\nname = "海滨宾馆"\n')
    .replace("number = 2\n", 'number = 2\nname = "金叶酒店"\n')
    + """
[limits]
handover_to_coach_minutes = 90

[targets.wait]
measure = "within_limit_share"
place = "gongbei"
at_least = 0.6
share_of_runs = 0.8

[ranges]
"pools.gongbei.headcount" = [2, 5]
"stay.days" = [1.0, 2.0]

[staffing.free]
pools.gongbei = [1, 6]
"""
)
PLAN = 'extends = "case.toml"\ntitle = "{}"\nheadlines = ["persons_served", "rooms_occupied_max"]\n{}\n'
FEW = ("--replications", "3", "--engine", "simpy", "--workers", "1")
COMMANDS: dict[str, list[str]] = {
    "compare": ["compare", "fewer.toml", "longer.toml", "--base", "case.toml", *FEW],
    "tornado": ["tornado", "case.toml", *FEW],
    "sweep of one": ["sweep", "case.toml", "--vary", "pools.gongbei.headcount=2,3,4", *FEW],
    "sweep of two": [
        "sweep", "case.toml", "--vary", "pools.gongbei.headcount=2,3", "--vary", "stay.days=1,2", *FEW,
    ],
    "sweep by chance": [
        "sweep", "case.toml", "--design", "saltelli", "--points", "16", "--vary", "pools.gongbei.headcount=2..5",
        "--vary", "arrivals.factor=0.5..2", *FEW,
    ],
    "calibrate": ["calibrate", "case.toml", "--budget", "40", *FEW[2:]],
    "staff": ["staff", "case.toml", "--engine", "simpy", "--workers", "1"],
    "forecast": ["forecast", "case.toml", "--from", "2020-03-03", "--days", "3", "--replications", "20", *FEW[2:]],
    "replay": ["replay", "case.toml", "--observed", "observed.csv", "--replications", "20", *FEW[2:]],
}  # fmt: skip
OBSERVED = "date,place,quantity,value\n" + "".join(
    f"2020-03-0{day},all,{quantity},{value}\n"
    for day in (3, 4, 5)
    for quantity, value in (("arrivals", 30), ("guests_present", 20 + day))
)
LATIN = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(r"\b(CRPS|Sobol|gongbei|case|fewer|longer|saltelli|spread)\b")
"""Names of statistics, and ids."""
SLOW = ("calibrate", "staff", "sweep by chance")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], list[str]]:
    """All texts of the pictures that a command saves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(text, "readable", lambda _: True)  # texts are read, not looked at: no font is needed
    files = {
        "case.toml": CASE, "fewer.toml": PLAN.format("少一人", "pools.gongbei.headcount = 3"),
        "longer.toml": PLAN.format("住三天", "stay.days = 3"), "observed.csv": OBSERVED,
        "case_targets.csv": TARGETS,
        "case_unknowns.toml": re.sub(r'label = ".*"', 'label = "未知数"', UNKNOWNS),
    }  # fmt: skip
    for name, words in files.items():
        Path(name).write_text(words, encoding="utf-8")
    found: list[str] = []

    def read(picture: Picture, *_: object) -> list[Path]:
        found.extend(each.get_text() for each in picture.figure.findobj(Text))
        return []

    monkeypatch.setattr(page, "save", read)

    def texts(words: list[str]) -> list[str]:
        assert main([*words, "--out", "out", "--lang", "zh"]) in (0, 1)
        return found

    return texts


@pytest.mark.parametrize(
    "command", [pytest.param(each, marks=[pytest.mark.slow] if each in SLOW else []) for each in COMMANDS]
)
def test_a_chinese_picture_of_any_command_has_no_latin_word(
    command: str, told: Callable[[list[str]], list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """words: with Chinese names, not one word of a title, axis, legend or note is Latin but ids and a name of
    statistics. Those that take longest: pytest -m slow tests/test_chinese_pictures.py."""
    with speaking("zh"):
        words = told(COMMANDS[command])
    assert any(re.search(r"[\u4e00-\u9fff]", each) for each in words), capsys.readouterr()
    assert [each for each in words if LATIN.search(ALLOWED.sub("", each))] == []
