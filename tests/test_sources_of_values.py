"""Every value of the scenarios that come with qcap says where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.scenario import read
from sim.scenario.files.documents import unknowns_beside
from sim.scenario.provenance import CHANGED, KINDS, NOT_STATED

SCENARIOS = Path(__file__).parents[1] / "scenarios"
FILES = sorted(SCENARIOS.rglob("*.toml"))
UNKNOWNS = {unknowns_beside(file) for file in FILES}


@pytest.mark.parametrize("file", [file for file in FILES if file not in UNKNOWNS], ids=lambda file: file.stem)
def test_every_value_says_which_it_is(file: Path) -> None:
    """shared rule: reported, derived, borrowed, calibrated or assumed: none is left to "changed here" by a plan, or to
    "not stated".
    """
    rows = read(file).provenance
    assert rows
    assert [row.path for row in rows if row.kind in (CHANGED, NOT_STATED) or row.kind not in KINDS] == []


def test_the_plan_of_the_rule_announced_at_night_is_assumed() -> None:
    """By hand: its disruptions are a counterfactual, with and without sites begun at once."""
    for name in ("announced_at_21", "announced_at_21_sites_begun"):
        kinds = {row.path: row.kind for row in read(SCENARIOS / "staffing" / f"{name}.toml").provenance}
        assert kinds["disruptions"] == "assumed"
