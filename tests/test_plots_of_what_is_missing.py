"""Pictures of runs in which something is missing: no limit, no staff, no open rooms, no font, no value that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from test_plots import drawn, made_up, texts, title
from test_plots_of_staff_and_waits import profile, tables

from sim.commands.run.pictures.hour_maps import draw_use, draw_waiting
from sim.commands.run.pictures.rooms import draw_rooms
from sim.commands.run.pictures.sites import draw_first_street
from sim.commands.run.pictures.staff import draw_staff
from sim.commands.run.pictures.waits import draw_bottleneck, draw_waits
from sim.drawing import text
from sim.drawing.tables import RunTables, reported_figure
from sim.drawing.text import width, wrap


def with_profiles(base: RunTables, *parts: pd.DataFrame, without: tuple[str, ...] = ()) -> RunTables:
    assert base.profiles is not None
    kept = base.profiles[~base.profiles["quantity"].isin(without)]
    return replace(base, profiles=pd.concat([kept, *parts], ignore_index=True))


def test_waits_without_a_limit_have_a_title_and_no_line() -> None:
    """words; with a limit of 120 minutes there is a line at 120."""
    with_limit, without = (drawn(draw_waits, replace(tables(), limit_minutes=limit)) for limit in (120.0, 0.0))

    def upright(picture: object) -> list[float]:
        lines = picture.figure.axes[0].lines  # type: ignore[attr-defined]
        return [line.get_xdata()[0] for line in lines if len(line.get_xdata()) == 2 and len(set(line.get_xdata())) == 1]

    assert upright(with_limit) == [120.0]
    assert upright(without) == []
    assert title(without).startswith("How soon people leave the diversion points")


def test_targets_of_other_measures_and_places_are_not_drawn_among_waits() -> None:
    """Of three targets one is about people gone within the limit at a point that is shown."""
    targets = (("within_limit_share", "port0", 0.9), ("wait_room_mean", "all", 0.7), ("within_limit_share", "far", 0.8))
    picture = drawn(draw_waits, replace(tables(), targets=targets))
    told = [one.get_text() for one in texts(picture.figure) if one.get_text().startswith("target")]
    assert len(told) == 1
    assert "90 %" in told[0]


@pytest.mark.parametrize("draw", [draw_waits, draw_waiting, draw_use])
def test_ids_stand_for_names_in_all_pictures_of_points_and_pools(
    draw: Callable[[RunTables], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words, and no empty boxes (their warning would be an error)."""
    monkeypatch.setattr(text, "CJK", ())
    few = tables()
    ports = tuple((port[0], "拱北口岸") for port in few.ports)
    pools = tuple((pool[0], "银华酒店") for pool in few.pools)
    picture = drawn(draw, replace(few, ports=ports, pools=pools))
    assert "Ids stand for names" in title(picture)


def test_waiting_that_is_all_by_rule_is_no_bottleneck() -> None:
    """By hand: people wait for a coach to fill and for nothing else: a rule, and so there is no share of a rule."""
    clock = np.arange(24.0)
    filling = profile("waiting_hours", "coach_filling", clock, 9 * np.exp(-((clock - 18) ** 2) / 8))
    words = title(drawn(draw_bottleneck, with_profiles(tables(), filling, without=("waiting_hours",))))
    assert words.startswith("Nobody waits for staff, rooms or coaches")
    assert "not a shortage" not in words
    assert "a rule, not a shortage" in title(drawn(draw_bottleneck, tables()))


def test_staff_that_are_all_at_fixed_posts_are_never_busy() -> None:
    """words: on duty, and none of them for tasks; a quantity that is missing has no step."""
    clock = np.arange(24.0)
    pools = [pool for pool, _ in tables().pools]
    nobody = [profile("staff_for_tasks", pool, clock, np.zeros(24)) for pool in pools]
    posts = with_profiles(tables(), *nobody, without=("staff_for_tasks", "staff_busy_most"))
    picture = drawn(draw_staff, posts)
    assert title(picture).startswith("No staff are on duty for tasks at any hour")


def test_the_pool_that_is_full_in_most_hours_leads() -> None:
    """By hand: the first pool is busy for all of 18:00 on each of 71 days, the others never."""
    full = tables()
    at_six = (full.series["quantity"] == "staff_busy") & full.series["time"].str.endswith("18:00")
    first = full.pools[0][0]
    series = full.series.copy()
    series.loc[at_six & (series["place"] == first), "mean"] = 8.0
    words = title(drawn(draw_use, replace(full, series=series)))
    assert words.startswith(
        f"{full.pools[0][1]}: nearly everybody is in tasks between 18:00 and 19:00 on 71 of 71 days"
    )


def test_a_street_site_of_which_no_day_is_known_tells_its_guests() -> None:
    """words: days of being open have no value; guests are then the mean of the profile, 288 x 1.002."""
    nothing = tables().summary.iloc[:0]
    picture = drawn(draw_first_street, replace(tables(), summary=nothing))
    assert title(picture).startswith("First street-level site, Yinhua: 289 guests Lines")


def test_rooms_are_drawn_without_those_of_open_sites() -> None:
    """One line less: rooms taken alone."""
    both = made_up()
    alone = replace(both, series=both.series[both.series["quantity"] != "rooms_open"])
    n = [len(drawn(draw_rooms, one).figure.axes[0].lines) for one in (both, alone)]
    assert n[1] == n[0] - 1


def test_reported_figures_that_are_no_numbers_are_passed_over() -> None:
    """By hand: of two figures the first is empty; without any that counts there is none."""
    table = pd.DataFrame(
        [("received", "all", "", "held_out"), ("received", "all", "5", np.nan)],
        columns=["measure", "place", "value", "role"],
    )  # fmt: skip
    assert reported_figure(replace(made_up(), reported=table), "received") == (5.0, "")
    assert reported_figure(replace(made_up(), reported=table.iloc[:1]), "received") is None


def test_a_word_that_is_longer_than_a_line_is_cut() -> None:
    """No piece is wider than the line, and nothing is lost."""
    word = "pools" * 30
    lines = wrap(f"a {word}", 8.0, 100.0)
    assert "".join(lines) == f"a{word}"
    assert max(width(line, 8.0) for line in lines) <= 100.0
    assert len(lines) > 3
