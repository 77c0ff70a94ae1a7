"""Scenarios for tests of the outlook: the minimal template, and two sites that are open from the first day on."""

from __future__ import annotations

from pathlib import Path

from sim import load
from sim.scenario.tables.schema import Scenario

MINIMAL = Path(__file__).parents[1] / "sim" / "scenario" / "templates" / "minimal" / "scenario.toml"
SITES = """
schema = 1
title = "by hand"
first_day = 2020-04-01
last_day = 2020-04-20
arrivals.groups = {{ kind = "constant", parties = 1 }}
[ports.p]
hours.all = {{ opens = "00:00", closes = "24:00" }}
regimes.all = {{ kind = "rate", from_day = 2020-04-01, people_per_day = {people} }}
[stay]
days = 5
[sites]
closing = "plain"
reserve_rooms = 50
"""


def minimal(*overrides: str) -> Scenario:
    return load(MINIMAL, overrides=overrides)


def of_sites(
    folder: Path,
    *overrides: str,
    people: float = 0,
    opens: tuple[str, ...] = ("2020-04-01",) * 2,
    before: str = "",
    text: str = SITES,
) -> Scenario:
    """Sites of 100 rooms that open on these dates; `before` and `text` stand before them."""
    listed = "".join(
        f"[sites.s{i}]\nnumber = {i}\nrooms = 100\nopens = {day}\nride_minutes = {{ p = 20 }}\n"
        for i, day in enumerate(opens, start=1)
    )
    (folder / "scenario.toml").write_text(before + text.format(people=people) + listed, encoding="utf-8")
    return load(folder / "scenario.toml", overrides=overrides)


def guests(*rows: str) -> str:
    return f"initial=[{', '.join('{' + row + '}' for row in rows)}]"
