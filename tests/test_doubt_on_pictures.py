"""What bands and intervals tell stands at the foot of every picture, whichever command drew it."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim.cli import main
from sim.drawing import page
from sim.drawing.tables import Picture
from sim.runs.ensemble import Source, write_ensemble

DRAWS = tuple(
    {"coaches.seats": seats, "sites.allocation": rule} for seats, rule in ((10, "spread"), (12, "fill"), (14, "spread"))
)
RANGES = '\n[ranges]\n"ports.*.coaches" = [1, 5]\n'
TELL = "chance and doubt about 1 value and 2 rules"
COMMANDS = {
    "run": ("run", "small.toml"),
    "compare": ("compare", "small.toml", "more.toml"),
    "tornado": ("tornado", "small.toml"),
    "sweep": ("sweep", "small.toml", "--vary", "ports.gongbei.coaches=2,3"),
}


@pytest.fixture
def feet(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The lowest line of every picture that is saved, in a folder with a scenario that names an ensemble."""
    found: list[str] = []

    def save(picture: Picture, _folder: Path, _stem: str, _suffix: str) -> list[Path]:
        lowest = min(picture.figure.texts, key=lambda text: text.get_position()[1])
        found.append(lowest.get_text())
        return []

    monkeypatch.setattr(page, "save", save)
    monkeypatch.chdir(tmp_path)
    heads = 'ensemble = "three.parquet"\nheadlines = ["persons_served"]\n'
    write_small(tmp_path, heads + SMALL + RANGES)
    write_ensemble(tmp_path / "three.parquet", list(DRAWS), Source("small", "0" * 64, 1, "1" * 16))
    (tmp_path / "more.toml").write_text('extends = "small.toml"\nports.gongbei.coaches = 3\n', encoding="utf-8")
    return found


@pytest.mark.parametrize("command", COMMANDS)
def test_pictures_say_that_they_carry_doubt(feet: list[str], command: str) -> None:
    """By hand: three draws differ in the seats of coaches (a value) and have two rules of allocation."""
    settings = ("--replications", "2", "--workers", "1", "--engine", "simpy", "--quiet", "--out", "out")
    assert main([*COMMANDS[command], *settings]) == 0
    assert feet
    assert [foot for foot in feet if not foot.endswith(f" · {TELL}")] == []


@pytest.mark.parametrize("command", COMMANDS)
def test_pictures_without_an_ensemble_say_nothing_of_doubt(feet: list[str], command: str) -> None:
    """With --ensemble none the one setting of the file is run; the lowest line ends with the replications."""
    settings = ("--replications", "2", "--workers", "1", "--engine", "simpy", "--quiet", "--out", "out")
    assert main([*COMMANDS[command], *settings, "--ensemble", "none"]) == 0
    assert feet
    assert [foot for foot in feet if not foot.endswith("seed 1 · 2 replications")] == []
