"""Pictures of compare and sweep where no font has the signs of a name."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim.cli import main
from sim.drawing import text
from sim.drawing.text import as_shown
from sim.scenario import load

CHINESE = SMALL.replace('name = "Gongbei"', 'name = "甲口岸"').replace("Two hotels for three days", "基准：两家酒店")
OTHER = 'extends = "small.toml"\ntitle = "多一人"\npools.gongbei.headcount = 5\n'
ASKED = ("--primary", "rooms_occupied_max", "--primary", "handover_to_coach_mean@gongbei")


@pytest.fixture(autouse=True)
def latin_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text, "families", lambda: [text.LATIN])
    monkeypatch.chdir(tmp_path)
    write_small(tmp_path, CHINESE)
    Path("other.toml").write_text(OTHER, encoding="utf-8")


def test_ids_stand_for_names_without_signs_and_the_file_for_a_title() -> None:
    """words: names that can be shown stay; without a file the title stays, and the page says that it is not shown."""
    scenario = load("small.toml")
    called = as_shown(scenario, "small")
    assert (called.title, called.ports["gongbei"].name) == ("small", "")
    assert as_shown(scenario).title == "基准：两家酒店"
    kept = load(write_small(Path.cwd()))
    assert as_shown(kept, "small") == kept


def test_pictures_of_a_comparison_name_scenarios_by_file() -> None:
    """words: the picture's own table has what the picture shows: "other", not the empty rest of its title."""
    few = ("--replications", "3", "--workers", "1", "--out", "c")
    assert main(["compare", "small.toml", "other.toml", "--base", "small.toml", *ASKED, *few]) == 0
    with Path("c/plots/differences.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["scenario"] for row in rows} == {"other"}
    assert Path("c/plots/series-other.png").is_file()


def test_pictures_of_a_sweep_name_ports_by_id() -> None:
    """words: an axis of a port is called by its id."""
    from sim.measures.registry import path_words  # noqa: PLC0415

    base = as_shown(load("small.toml"))
    assert path_words(base, "ports.gongbei.coaches") == "gongbei: coaches"
