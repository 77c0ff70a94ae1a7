"""Pictures of all commands but `run` (see `test_plots_of_staff_and_waits`) are Chinese in a Chinese run."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib.text import Text
from screens import FEW, ONE, write_case

from sim.cli import main
from sim.drawing import page, text
from sim.drawing.tables import Picture
from sim.words.language import speaking

COMMANDS: dict[str, list[str]] = {
    "compare": ["compare", "fewer.toml", "longer.toml", "--base", "case.toml", *FEW],
    "tornado": ["tornado", "case.toml", *FEW],
    "sweep of one": ["sweep", "case.toml", "--vary", "pools.gongbei.headcount=2,3,4", *FEW],
    "sweep of two": [
        "sweep", "case.toml", "--vary", "pools.gongbei.headcount=2,3", "--vary", "stay.days=1,2", *FEW,
        "--measures", "rooms_occupied_max,cost_total,persons_served",
    ],
    "sweep by chance": [
        "sweep", "case.toml", "--design", "saltelli", "--points", "16", "--vary", "pools.gongbei.headcount=2..5",
        "--vary", "arrivals.factor=0.5..2", *FEW,
    ],
    "calibrate": ["calibrate", "case.toml", "--budget", "40", *ONE],
    "staff": ["staff", "case.toml", *ONE],
    "forecast": ["forecast", "case.toml", "--from", "2020-03-03", "--days", "3", "--replications", "20", *ONE],
    "replay": ["replay", "case.toml", "--observed", "observed.csv", "--replications", "20", *ONE],
}  # fmt: skip
LATIN = re.compile(r"[A-Za-z]{2,}")
ALLOWED = re.compile(r"\b(CRPS|Sobol|gongbei|case|fewer|longer|saltelli|spread)\b")
"""Names of statistics, and ids."""
SLOW = ("calibrate", "staff", "sweep by chance")


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[str]], list[str]]:
    """All texts of the pictures that a command saves."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(text, "readable", lambda _: True)  # texts are read, not looked at: no font is needed
    write_case(tmp_path, "zh")
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
