"""Draws that leave a shift too few people for a task are refused; fresh staff figures tell what trades off."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from cli_case import SMALL, write_small

from sim.commands.calibrate.case import refuses
from sim.commands.calibrate.tables import staff_trade
from sim.measures.reported import Figure
from sim.scenario import load

SHARE, OFF = "pools.gongbei.fixed_posts_share", "pools.gongbei.shrinkage_share"


@pytest.mark.parametrize(
    ("drawn", "refused"),
    [
        ({}, False),
        ({SHARE: 0.5}, False),  # 5 people: 3 posts, 2 for two escorts
        ({SHARE: 0.7}, True),  # 4 posts, 1 left
        ({SHARE: 0.5, OFF: 0.3}, True),  # 2 others, of whom 1 is off
        ({SHARE: 0.2, OFF: 0.3}, False),  # 4 others, 1 off
        ({SHARE: 0.7, "pools.gongbei.posts_may_leave": 1}, False),
        ({"sites.reserve_rooms": 3}, False),
    ],
)
def test_a_draw_is_refused_when_a_shift_is_too_small_for_two_escorts(
    tmp_path: Path, drawn: dict[str, Any], refused: bool
) -> None:
    """By hand, with 5 people in the one shift and two escorts to a coach."""
    text = SMALL.replace("headcount = 4", "headcount = 5").replace("escorts = 1", "escorts = 2")
    assert refuses(load(write_small(tmp_path, text)))(drawn) is refused


def test_nothing_is_refused_for_what_the_scenario_itself_does(tmp_path: Path) -> None:
    """One person on duty and two escorts to a coach: too small as it is, so no draw can be blamed."""
    text = SMALL.replace("headcount = 4", "headcount = 1").replace("escorts = 1", "escorts = 2")
    assert not refuses(load(write_small(tmp_path, text)))({SHARE: 0.9})


def test_the_trade_off_of_two_values_is_seen_among_draws_that_need_as_many_as_were_sent() -> None:
    """By hand: need = 10 + 10 x + 10 y; it rises with both, and where it is 20 x + y is 1: correlation near -1."""
    chance = np.random.default_rng(1)
    draws = [{SHARE: float(x), OFF: float(y)} for x, y in chance.random((400, 2))]
    needed = np.array([10 + 10 * draw[SHARE] + 10 * draw[OFF] for draw in draws])
    numbers = [SimpleNamespace(id=path[-5:], label=path, paths=(path,)) for path in (SHARE, OFF)]
    figure = Figure("staff_needed_mean", "gongbei", 20.0, 0.5, "", "reported", "held_out")
    done: Any = SimpleNamespace(
        draws=draws,
        case=SimpleNamespace(targets=SimpleNamespace(figures=(figure,)), unknowns=SimpleNamespace(numbers=numbers)),
        predicted=SimpleNamespace(staff={None: {("staff_needed_mean", "gongbei"): needed}}),
    )
    (row,) = staff_trade(done).to_dict("records")
    assert row["inside"]
    assert row["r_one"] == pytest.approx(0.7, abs=0.05)
    assert row["r_near"] < -0.98
    outside = Figure("staff_needed_mean", "gongbei", 40.0, 0.5, "", "reported", "held_out")
    done.case.targets.figures = (outside,)
    (row,) = staff_trade(done).to_dict("records")
    assert not row["inside"]
    assert np.isnan(row["r_near"])
