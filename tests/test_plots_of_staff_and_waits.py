"""Pictures of staff, waits, rooms and the first street-level site: what they say, and that they fit on their page."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text
from test_plots import FIRST, drawn, made_up, quantiles, rows, shown_texts, texts, title

from sim.commands.run.pictures import PICTURES, RunTables, draw_pictures
from sim.commands.run.pictures.hour_maps import draw_use
from sim.commands.run.pictures.rooms import draw_no_room, draw_rooms
from sim.commands.run.pictures.sites import draw_first_street
from sim.commands.run.pictures.staff import draw_staff
from sim.commands.run.pictures.waits import draw_bottleneck, draw_waits
from sim.drawing import page, text
from sim.drawing.tables import Picture, Skipped
from sim.words.language import speaking

POOLS = (("gongbei", "Gongbei point"), ("hzmb", "HZMB point"), ("team", "teams of sites"))
DRAWS = {
    "street": draw_first_street,
    "no_room": draw_no_room,
    "waits": draw_waits,
    "bottleneck": draw_bottleneck,
    "staff": draw_staff,
    "utilisation": draw_use,
}
REPORTED = pd.DataFrame(
    [("site_days", "first_street_site", 64, "fitted"), ("site_guests", "first_street_site", 280, "held_out")],
    columns=["measure", "place", "value", "role"],
)


def profile(quantity: str, place: str, positions: np.ndarray, centre: np.ndarray, spread: float = 0.1) -> pd.DataFrame:
    columns = quantiles(centre, spread * centre)
    return pd.DataFrame(
        {"quantity": quantity, "place": place, "unit": "", "axis": "", "position": positions, **columns}
    )


def tables(*, n: int = 30, n_ports: int = 2, n_pools: int = 3, days: int = 71) -> RunTables:
    """A run with profiles and staff: 288 guests in 66 days, 99 % gone in 120 minutes, pools busiest at 18:00."""
    base = made_up(last=FIRST + timedelta(days=days - 1), n_sites=2, n_ports=n_ports, n=n)
    clock = np.arange(24.0)
    hump = np.exp(-((clock - 18) ** 2) / 8)
    minutes, age = np.arange(0, 481, 2.0), np.arange(1.0, 132)
    parts = [
        profile("guests_so_far", "first_street_site", age, 288 * np.minimum(age / 50, 1)),
        profile("guests_present", "first_street_site", age, 80 * (age < 60)),
        profile("still_open", "first_street_site", age, (age <= 66).astype(float), 0.0),
        *(profile("gone_share", f"port{k}", minutes, 1 - np.exp(-minutes / (26 + k)), 0.02) for k in range(n_ports)),
        *(
            profile("waiting_hours", name, clock, height * hump)
            for name, height in {"registration": 1, "room": 0, "coach_filling": 9, "check_in": 3}.items()
        ),
    ]
    hours = pd.date_range(FIRST, periods=days * 24, freq="h")
    pools = (*POOLS, *((f"pool{k}", f"Pool {k}") for k in range(9)))[:n_pools]
    staff_rows = []
    for pool, _ in pools:
        for quantity, values in {
            "staff_on_duty": np.full(24, 12.0), "staff_for_tasks": np.full(24, 8.0), "staff_busy": 1 + 6 * hump,
            "staff_busy_most": 2 + 8 * hump, "staff_for_tasks_then": np.full(24, 10.0),
        }.items():  # fmt: skip
            parts.append(profile(quantity, pool, clock, values))
            staff_rows.append(rows(hours, quantity, pool, quantiles(np.tile(values, days), 0.5)))
    chance = rows(hours[::24], "no_room", "all", quantiles(np.linspace(0, 0.9, days), 0.0))
    chance["mean"] = np.round(np.linspace(0, 0.9, days) * n) / n if days > 1 else 0.9
    summary = pd.DataFrame(
        [("site_days", "first_street_site", 66.0), ("site_guests", "first_street_site", 288.0)],
        columns=["measure", "place", "mean"],
    )
    return replace(
        base,
        series=pd.concat([base.series, *staff_rows, chance], ignore_index=True),
        profiles=pd.concat(parts, ignore_index=True),
        summary=summary,
        reported=REPORTED,
        pools=pools,
        first_street="Yinhua",
        limit_minutes=120.0,
        targets=(("within_limit_share", "port0", 0.9),),
    )


SHAPES: dict[str, dict[str, int]] = {
    "the case": {},
    "one run": {"n": 1},
    "one day, one port, one pool": {"days": 1, "n_ports": 1, "n_pools": 1},
    "five ports, eight pools": {"n_ports": 5, "n_pools": 8},
}


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", DRAWS)
def test_no_text_is_cut_and_no_two_texts_overlap(name: str, shape: str) -> None:
    """Boxes of all texts, as matplotlib measures them, lie on the page and, but for a point at each edge, apart."""
    figure = drawn(DRAWS[name], tables(**SHAPES[shape])).figure
    boxes = [(one.get_text(), one.get_window_extent()) for one in shown_texts(figure)]
    whole = figure.bbox
    for words, box in boxes:
        assert whole.x0 <= box.x0 <= box.x1 <= whole.x1, f"cut at a side: {words}"
        assert whole.y0 <= box.y0 <= box.y1 <= whole.y1, f"cut at top or bottom: {words}"
    edge = figure.dpi / 72
    small = [(words, box.x0, box.x1, box.y0 + edge, box.y1 - edge) for words, box in boxes]
    for (one, left, right, low, high), (other, left2, right2, low2, high2) in itertools.combinations(small, 2):
        assert right <= left2 or right2 <= left or high <= low2 or high2 <= low, f"{one!r} lies on {other!r}"


MESSAGES = {
    "street": "First street-level site, Yinhua: 288 guests in 66 days; 280 in 64 were reported",
    "no_room": "Somebody waits for a room on 45 % of days, mostly between 7 April and 12 May",
    "waits": "Gone within 120 minutes of hand-over: Gongbei Port 99 %, HZMB Zhuhai Port 98.9 %",
    "bottleneck": "69.2 % of waiting is for coaches to fill, a rule; the largest shortage is check-in: 23.1 %, mostly "
    "16:00 to 21:00",
    "staff": "Gongbei point is busiest at 18:00: 7.0 of 8.0 people are in tasks on an average day",
    "utilisation": "No staff are ever all in tasks; Gongbei point comes nearest: 87.5 % at 18:00 on 3 March",
}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_title_says_what_the_made_up_run_amounts_to(name: str) -> None:
    """Expected by hand: (1 - exp(-120 / 26)) x 1.0004 = 99.0 %, / 27: 98.9 %; check-in 3 of 1 + 9 + 3; 7 of 8 is
    87.5 %; 71 chances in even steps from 0 to 0.9, 45 % on average, are half of the most, 13.5 of 30 replications or
    more, from the 36th day on."""
    assert MESSAGES[name] in " ".join(title(drawn(DRAWS[name], tables())).split())


def test_titles_quote_the_means_of_the_screen() -> None:
    """Of 98.61 ± 1.4 % the screen tells 98.6, of 2,318 ± 83 rooms 2,320: so do the titles, whatever is drawn."""
    columns = ["measure", "place", "n", "mean", "low", "high", "p50"]
    known = [
        ("within_limit_share", "port0", 30, 0.9861, 0.9721, 1.0, 1.0),
        ("rooms_occupied_max", "all", 30, 2318.0, 2235.0, 2401.0, 9.0),
    ]
    quoted = replace(tables(), summary=pd.DataFrame(known, columns=columns))
    assert "Gongbei Port 98.6 %" in title(drawn(draw_waits, quoted))
    assert title(drawn(draw_rooms, quoted)).startswith("At most 2,320 rooms are taken, on")


def test_what_is_a_rule_is_told_apart_from_what_is_short() -> None:
    """Waiting for the coach to fill is 9 of 13 parts: grey, on top of what is short, and never called a shortage."""
    picture = drawn(draw_bottleneck, tables())
    assert "Grey: a rule, not a shortage." in title(picture)
    top = picture.figure.axes[0].containers[-1]
    assert (top.get_label(), top[0].get_facecolor()[:3]) == ("the coach to fill or leave on time", (207 / 255,) * 3)


def test_limits_and_targets_are_lines_with_their_numbers() -> None:
    """words: on the axes of waits and of the first street-level site."""
    waits_words = [one.get_text() for one in texts(drawn(draw_waits, tables()).figure)]
    assert {"limit: 120 minutes", "target: 90 % (Gongbei Port)"} <= set(waits_words)
    street = [one.get_text() for one in texts(drawn(draw_first_street, tables()).figure)]
    assert {"reported: 280 guests (held out)", "reported: 64 days (fitted)"} <= set(street)


def test_intervals_are_whiskers_and_bands_are_areas() -> None:
    """A chance by day has lines and no area; a band of single runs has areas."""
    chance = drawn(draw_no_room, tables()).figure.axes[0]
    kinds = {type(one).__name__ for one in chance.collections}
    assert kinds == {"LineCollection"}
    assert {"FillBetweenPolyCollection"} <= {
        type(one).__name__ for one in drawn(draw_waits, tables()).figure.axes[0].collections
    }


@pytest.mark.parametrize(("n", "high"), [(30, "9.5"), (1, ""), (250, "1.19")])
def test_days_without_a_wait_in_any_run_are_a_sentence_and_no_picture(n: int, high: str) -> None:
    """By hand: the exact upper bound for 0 of n at 95 % is h with (1 - h)^n = 0.05; one replication has no interval."""
    none = tables(n=n)
    skipped = draw_no_room(replace(none, series=none.series.assign(mean=0.0)))
    assert isinstance(skipped, Skipped)
    assert skipped.reason.startswith("nobody waits for a room on any day")
    assert ("at most" in skipped.reason, high in skipped.reason) == (n > 1, True)
    if n > 1:
        assert 100 * (1 - 0.05 ** (1 / n)) == pytest.approx(float(high), abs=0.006)


def test_days_on_which_nobody_waits_have_no_bar_and_a_bound() -> None:
    """The first chance of the made-up run is 0 of 30: at most 9.5 %, and 70 bars for 71 days."""
    picture = drawn(draw_no_room, tables())
    assert "in at most 9.5 % of replications" in title(picture)
    assert len(picture.figure.axes[0].patches) == np.count_nonzero(picture.data["chance"])


def test_pools_without_a_font_for_their_names_show_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """words: ids and a note."""
    monkeypatch.setattr(text, "CJK", ())
    picture = drawn(draw_staff, replace(tables(), pools=(("gongbei", "拱北口岸"),)))
    assert "gongbei" in [one.get_text() for one in texts(picture.figure)]
    assert "Ids stand for names" in title(picture)


def test_all_ten_pictures_are_drawn_and_as_svg_on_request(tmp_path: Path) -> None:
    """Served, rooms, sites, street, chance, queues, waits, bottleneck, staff, use: each with its numbers."""
    result = draw_pictures(tables(days=5), tmp_path, suffix=".svg")
    assert result.skipped == ()
    assert len(list(tmp_path.glob("*.svg"))) == 10
    assert len(list(tmp_path.glob("*.csv"))) == 10
    assert all(file.read_text(encoding="utf-8").startswith("<?xml") for file in tmp_path.glob("*.svg"))


def test_a_share_of_waiting_that_is_small_is_no_bottleneck() -> None:
    """By hand: check-in 3 of 103 + 1 + 3 parts, the rest a coach that fills: 2.8 %, below 5 %."""
    few = tables()
    assert few.profiles is not None
    filling = (few.profiles["quantity"] == "waiting_hours") & (few.profiles["place"] == "coach_filling")
    profiles = few.profiles.copy()
    profiles.loc[filling, "mean"] *= 103 / 9
    words = title(drawn(draw_bottleneck, replace(few, profiles=profiles)))
    assert words.startswith("96.3 % of waiting is for coaches to fill, a rule; nothing is short for long: check-in")
    assert "check-in is 2.8 %" in words


def test_a_site_that_is_never_closed_has_no_days_of_being_open() -> None:
    """words: still open after the days that were followed, when that is so in most runs."""
    open_ = tables()
    more = pd.DataFrame([("site_days_censored", "first_street_site", 0.9)], columns=["measure", "place", "mean"])
    picture = drawn(draw_first_street, replace(open_, summary=pd.concat([open_.summary, more])))
    assert title(picture).startswith("First street-level site, Yinhua: 288 guests; still open after 66 days")


def test_pools_that_find_no_place_are_counted_and_one_run_has_no_bands() -> None:
    """By hand: nine pools, six panels."""
    many = tables(n_pools=9)
    assert "Left out: 3 more." in title(drawn(draw_staff, many))
    assert "One replication: no bands" in title(drawn(draw_staff, replace(many, n_replications=1)))


LATIN = re.compile(r"[A-Za-z]{2,}")


@pytest.mark.parametrize(("stem", "draw"), PICTURES, ids=[stem for stem, _ in PICTURES])
def test_a_chinese_picture_has_no_latin_word(
    stem: str, draw: Callable[[RunTables], Picture | Skipped], monkeypatch: pytest.MonkeyPatch
) -> None:
    """words: with Chinese names and no ids on it, not one word of a title, axis, legend or note is Latin.

    Texts are read, not drawn, so that no font is needed.
    """
    monkeypatch.setattr(text, "readable", lambda _: True)
    chinese = tables(days=5)
    chinese = replace(
        chinese, title="某口岸区", first_street="海滨宾馆", ports=(("port0", "甲口岸"), ("port1", "乙口岸")),
        pools=tuple((pool, f"第{i}组") for i, (pool, _) in enumerate(chinese.pools)),
        sites=[(id_, "酒店", number, "街道", room) for id_, _, number, _, room in chinese.sites],
    )  # fmt: skip
    with speaking("zh"), page.picture_style():
        picture = draw(chinese)
    assert isinstance(picture, Picture), stem
    told = [one.get_text() for one in picture.figure.findobj(Text)]
    assert any(re.search(r"[\u4e00-\u9fff]", words) for words in told)
    assert [words for words in told if LATIN.search(words)] == []
