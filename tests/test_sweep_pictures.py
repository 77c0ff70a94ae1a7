"""Pictures of sweeps: which there are by design and axes, what stands in them, and that they never stop a sweep."""

import itertools
import math
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.figure import Figure
from matplotlib.text import Text
from sweep_case import write_case

from sim.cli import main
from sim.commands.sweep.pictures import draw_indices, draw_line, draw_scatter, draw_sweep, of_one
from sim.commands.sweep.pictures.maps import draw_map
from sim.commands.sweep.pictures.shared import Limit, SweepAxis, SweepTables, limit_words
from sim.drawing import page
from sim.drawing.tables import Picture, Skipped
from sim.scenario import load


def tables(*columns: Sequence[object], grid: bool = True, limit: bool = True, n: int = 60) -> SweepTables:
    """A grid of all values of the columns; the mean rises by 0.05 a point and all means from 0.9 on hold."""
    index = pd.MultiIndex.from_product(columns, names=[f"x{i}" for i in range(len(columns))])
    points = index.to_frame(index=False)
    points.insert(0, "point", range(1, len(points) + 1))
    mean = np.minimum(0.5 + 0.05 * np.arange(len(points)), 1.0)
    points = points.assign(n=n, mean=mean, half_width=0.01, low=mean - 0.01, high=mean + 0.01)
    verdict = np.where(mean >= 0.9, "holds", np.where(mean < 0.7, "missed", "not certain"))
    met = pd.DataFrame({"point": points["point"], "share": mean, "verdict": verdict})
    return SweepTables(
        title="A case", seed=1, n_replications=n, measure="within_limit_share", place="gongbei",
        label="people gone within the limit", place_label="Gongbei", unit="share",
        axes=tuple(SweepAxis(f"axis {i}", f"x{i}") for i in range(len(columns))), grid=grid, points=points,
        limit=Limit("wait", 0.9, False, 0.9, 50) if limit else None, met=met if limit else None,
        base={f"x{i}": column[0] for i, column in enumerate(columns)},
    )  # fmt: skip


def drawn(picture: Picture | Skipped) -> tuple[Figure, str]:
    """The figure after layout, and all words on it; no text may leave the page or lie on another one."""
    assert isinstance(picture, Picture)
    figure = picture.figure
    figure.draw_without_rendering()
    ticks = {
        id(label): tick in axis._update_ticks()
        for axes in figure.axes
        for axis in (axes.xaxis, axes.yaxis)
        for tick in (*axis.majorTicks, *axis.minorTicks)
        for label in (tick.label1, tick.label2)
    }
    shown = [
        text
        for text in figure.findobj(Text)
        if text.get_visible() and text.get_text().strip() and ticks.get(id(text), True)
    ]
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown if text.get_window_extent().width]
    for words, box in boxes:
        assert figure.bbox.x0 <= box.x0 <= box.x1 <= figure.bbox.x1, f"cut at a side: {words}"
        assert figure.bbox.y0 <= box.y0 <= box.y1 <= figure.bbox.y1, f"cut at top or bottom: {words}"
    edge = figure.dpi / 72
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        beside = a.x1 <= b.x0 or b.x1 <= a.x0
        above = a.y1 - edge <= b.y0 + edge or b.y1 - edge <= a.y0 + edge
        assert beside or above, f"{one!r} lies on {other!r}"
    assert min(text.get_fontsize() for text in shown) >= 7
    return figure, "\n".join(words for words, _ in boxes)


def test_one_axis_is_a_line_with_intervals_and_the_target() -> None:
    """words: title, axis, limit and what marks mean; in per cent."""
    with page.picture_style():
        figure, words = drawn(draw_line(tables(range(11))))
    assert "at least 90 % in 90 % of replications is certain at 3 of 11 settings" in words.replace("\n", " ")
    assert "target: at least 90 %" in words
    assert {"target holds for certain", "missed for certain", "not certain"} <= set(words.splitlines())
    axes = figure.axes[0]
    assert axes.get_xlabel() == "axis 0"
    assert axes.get_ylabel() == "people gone within the limit, Gongbei (%)"


def test_values_that_are_no_numbers_are_not_joined_by_a_line() -> None:
    """Scenario files have no order; expected: no line but the target's."""
    with page.picture_style():
        figure, words = drawn(draw_line(tables(["a.toml", "b.toml"], limit=False)))
    assert [line for line in figure.axes[0].lines if line.get_linestyle() != "None"] == []
    assert "a.toml" in words


def test_two_axes_are_a_map_with_means_and_verdicts_in_it() -> None:
    """The first axis runs across, the second one up; numbers are those of the points, in per cent; each has the sign of
    its verdict, below 70 % missed, from 90 % on held, and each verdict its colour."""
    with page.picture_style():
        figure, words = drawn(draw_map(tables([1, 2, 3], [0.5, 1.0, 1.5, 2.0])))
    axes = figure.axes[0]
    written = {text.get_position(): text.get_text() for text in axes.texts}
    assert written[(0, 0)] == "✗ 50.0"  # first point
    assert written[(0, 3)] == "✗ 65.0"  # fourth: the second axis changes fastest
    assert written[(1, 0)] == "? 70.0"
    assert written[(2, 3)] == "✓ 100.0"
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("axis 0", "axis 1")
    told = words.replace("\n", " ")
    assert "whether at least 90 % in 90 % of replications or more is certain" in told
    assert {"✓ target holds for certain", "? not certain", "✗ missed for certain"} <= set(words.splitlines())
    (mesh,) = (one for one in axes.collections if isinstance(one, QuadMesh))
    colours = mesh.get_array()
    assert colours is not None
    assert np.ma.getdata(colours).ravel().tolist() == [0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2]
    assert len(figure.axes) == 2  # the map and its legend, no scale of colours


def test_what_a_factor_stands_for_is_told_along_its_axis() -> None:
    """By hand: 30 people at 1 are 16.5 at 0.55 and 21 at 0.7, below each value; where values are many, in the name."""
    few, many = tables([0.55, 0.7], [1, 2]), tables(np.linspace(0.5, 1.5, 40).tolist())
    axis = SweepAxis("headcount factor", "x0", 30.0, "staff")
    with page.picture_style():
        figure, _ = drawn(draw_map(replace(few, axes=(axis, few.axes[1]))))
        line, _ = drawn(draw_line(replace(many, axes=(axis,))))
    across = figure.axes[0].get_xticklabels()
    assert [label.get_text() for label in across] == ["0.55\n16.5", "0.7\n21"]
    assert figure.axes[0].get_xlabel() == "headcount factor; below it staff"
    assert line.axes[0].get_xlabel() == "headcount factor (1: 30 staff)"


def test_factors_of_the_case_stand_for_its_roster_and_its_travellers() -> None:
    """Expected from the independent route: the roster's own file, and the people of both ports over the days; the
    scenario's own factors make no difference.
    """
    file = Path(__file__).parents[1] / "scenarios" / "xiangzhou.toml"
    base = load(file, overrides=["pools.gongbei.headcount_factor=0.7", "arrivals.factor=1.3"])
    roster = pd.read_csv(file.with_name("xiangzhou_roster.csv"))
    on = roster[roster["pool"] == "gongbei"].groupby("date")["headcount"].sum()
    days = pd.date_range(base.first_day, base.last_day)
    staff = [on.get(f"{day:%Y-%m-%d}", on[f"{day:%A}".lower()]) for day in days]  # a date goes before its weekday
    assert of_one(base, ("pools.gongbei.headcount_factor",))[0] == pytest.approx(np.mean(staff))
    people = sum(cast(float, port.people) for port in base.ports.values())
    assert of_one(base, ("arrivals.factor",))[0] == pytest.approx(people / base.n_days)
    assert math.isnan(of_one(base, ("arrivals.factor", "pools.gongbei.headcount_factor"))[0])
    assert math.isnan(of_one(base, ("sites.rooms_factor",))[0])


def test_too_few_runs_are_told_instead_of_a_frame() -> None:
    """With 10 runs nobody can be certain of 90 %; the title then tells means, and does not sound like a failure."""
    with page.picture_style():
        _, words = drawn(draw_map(tables([1, 2], [1, 2], n=10)))
    told = words.replace("\n", " ")
    assert "With 10 replications it can not be certain that a setting meets the target (" in told
    assert "50 are needed" in told
    assert "is certain at none" not in told


def test_a_measure_that_is_the_same_everywhere_has_no_colours() -> None:
    """12.31 and 12.32, each give or take 0.2, are both told as 12.3: one colour, no scale, and the title says so."""
    made = tables([1, 2, 3], [1, 2], limit=False)
    near = made.points.assign(mean=[12.31, 12.32] * 3, half_width=0.2)
    made = replace(made, points=near, unit="rooms", label="rooms taken")
    with page.picture_style():
        figure, words = drawn(draw_map(made))
    assert len(figure.axes) == 2  # the map, and room for a legend
    assert "the same everywhere, 12.3 rooms at all 6 settings" in words.replace("\n", " ")
    (mesh,) = (one for one in figure.axes[0].collections if isinstance(one, QuadMesh))
    assert len({tuple(colour) for colour in mesh.to_rgba(near["mean"].to_numpy())}) == 1


def test_a_scale_of_colours_is_no_narrower_than_an_interval() -> None:
    """Means from 10 to 11, each give or take 2: the scale is 4 wide, from 8.5 to 12.5, and it is told."""
    made = tables([1, 2, 3], [1, 2], limit=False)
    made = replace(made, points=made.points.assign(mean=[10, 10.2, 10.4, 10.6, 10.8, 11], half_width=2.0), unit="rooms")
    with page.picture_style():
        figure, words = drawn(draw_map(made))
    (mesh,) = (one for one in figure.axes[0].collections if isinstance(one, QuadMesh))
    assert (mesh.norm.vmin, mesh.norm.vmax) == pytest.approx((8.5, 12.5))
    assert "All means lie closer together" in words


@pytest.mark.parametrize("n_values", [2, 4, 12, 14])
def test_three_axes_are_small_maps_of_one_scale_at_most_twelve(n_values: int) -> None:
    """Each value of the third axis has a map; what is left out is told."""
    with page.picture_style():
        figure, words = drawn(draw_map(tables([1, 2, 3], [1, 2], list(range(n_values)))))
    maps = [axes for axes in figure.axes if axes.get_title(loc="left")]
    assert [axes.get_title(loc="left") for axes in maps] == [f"axis 2 = {v}" for v in range(min(n_values, 12))]
    with page.picture_style():
        plain, _ = drawn(draw_map(tables([1, 2, 3], [1, 2], list(range(n_values)), limit=False)))
    assert len({axes.collections[0].norm.vmax for axes in plain.axes if axes.get_title(loc="left")}) == 1
    assert ("12 of 14 panels" in words.replace("\n", " ")) == (n_values == 14)


def test_many_values_and_long_names_stay_on_the_page() -> None:
    """A map of 40 × 30 has no numbers, and its marks do not touch; cells that miss the target are hatched."""
    many = tables(list(range(40)), [f"a very long value number {i}" for i in range(30)])
    with page.picture_style():
        figure, _ = drawn(draw_map(many))
    assert len(figure.axes[0].texts) == 0
    assert len(figure.axes[0].get_xticks()) <= 16
    assert len([one for one in figure.axes[0].patches if one.get_hatch()]) == 4  # 50, 55, 60 and 65 %


def test_missing_points_stay_white() -> None:
    """A point without a value has no number in its cell."""
    some = tables([1, 2], [1, 2])
    some.points.loc[1, ["mean", "half_width", "low", "high"]] = np.nan
    with page.picture_style():
        figure, _ = drawn(draw_map(some))
    assert len(figure.axes[0].texts) == 3


@pytest.mark.parametrize("n_axes", [1, 3, 6, 10])
def test_other_designs_have_a_panel_for_each_axis(n_axes: int) -> None:
    """At most nine, and told."""
    rng = np.random.default_rng(1)
    base = tables(list(range(20)), grid=False)
    points = base.points.assign(**{f"x{i}": rng.random(20) for i in range(n_axes)})
    axes = tuple(SweepAxis(f"axis {i}", f"x{i}") for i in range(n_axes))
    made = SweepTables(**(base.__dict__ | {"points": points, "axes": axes}))
    with page.picture_style():
        figure, words = drawn(draw_scatter(made))
    assert len(figure.axes) == min(n_axes, 9)
    assert ("9 of 10 panels" in words.replace("\n", " ")) == (n_axes == 10)


def test_indices_are_ordered_by_their_total() -> None:
    """words: the axis that decides most stands in the title and on top."""
    table = pd.DataFrame(
        {"axis": ["little", "much"], "first": [0.1, 0.6], "first_low": [0.0, 0.5], "first_high": [0.2, 0.7],
         "total": [0.2, 0.8], "total_low": [0.1, 0.7], "total_high": [0.3, 0.9]}
    )  # fmt: skip
    made = SweepTables(**(tables([1, 2]).__dict__ | {"indices": table, "index_rows": 64}))
    with page.picture_style():
        figure, words = drawn(draw_indices(made))
    assert "Much decides most about people gone within the limit" in words
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["much", "little"]


def test_no_axis_is_said_to_decide_where_intervals_overlap() -> None:
    """Totals of 1.2 (0.6 to 2.4) and 0.8 (0.1 to 1.2): not clear; 1.2 (1.1 to 1.3) and 0.2: nearly all, not 120 %."""
    table = pd.DataFrame(
        {"axis": ["much", "little"], "first": 0.5, "first_low": 0.4, "first_high": 0.6, "total": [1.2, 0.8],
         "total_low": [0.6, 0.1], "total_high": [2.4, 1.2]}
    )  # fmt: skip
    clear = table.assign(total=[1.2, 0.2], total_low=[1.1, 0.1], total_high=[1.3, 0.3])
    told = []
    for indices in (table, clear):
        made = SweepTables(**(tables([1, 2]).__dict__ | {"indices": indices, "index_rows": 64}))
        with page.picture_style():
            told.append(drawn(draw_indices(made))[1].replace("\n", " "))
    assert "(Gongbei) is not clear: much or little" in told[0]
    assert "Much decides most about people gone within the limit (Gongbei): nearly all of its variance" in told[1]


def test_an_axis_does_not_go_where_its_measure_cannot() -> None:
    """Means from 0 to 20, intervals from 0: the axis begins there; long names are wrapped."""
    made = tables([1, 2, 3], limit=False)
    label = "time from hand-over to departure, 95 % of people within"
    points = made.points.assign(mean=[0.0, 10.0, 20.0], low=0.0, high=[30.0, 40.0, 50.0])
    with page.picture_style():
        figure, _ = drawn(draw_line(replace(made, points=points, unit="minutes", label=label)))
    assert figure.axes[0].get_ylim()[0] == 0
    assert "\n" in figure.axes[0].get_ylabel()


def test_nothing_to_draw_is_told(tmp_path: Path) -> None:
    """A measure without values has no picture, and the others have."""
    none = tables([1, 2])
    none.points["mean"] = np.nan
    skipped = draw_sweep([none, tables([1, 2], [3, 4])], tmp_path)
    assert skipped == ("no setting has a value of people gone within the limit, Gongbei",)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".csv", ".png"]


def test_the_command_draws_and_the_same_sweep_gives_the_same_pictures(tmp_path: Path) -> None:
    """A saltelli design: points and indices, twice, to the byte."""
    case = write_case(tmp_path)
    words = ["--vary", "pools.gongbei.headcount=1..3", "--vary", "arrivals.factor=0.5..2.0", "--design", "saltelli"]
    for name in "ab":
        options = ["--points", "16", "--replications", "2", "--engine", "simpy", "--workers", "1"]
        assert main(["sweep", str(case), *words, *options, "--out", str(tmp_path / name), "--quiet"]) == 0
    made = [{p.name: p.read_bytes() for p in (tmp_path / name / "plots").iterdir()} for name in "ab"]
    assert made[0] == made[1]
    assert set(made[0]) == {
        f"within_limit_share-gongbei{part}{suffix}" for part in ("", "-indices") for suffix in (".png", ".csv")
    }
    indices = pd.read_csv(tmp_path / "a" / "indices.csv")
    assert indices["axis"].tolist() == ["pools.gongbei.headcount", "arrivals.factor"]


def test_pictures_without_values_or_limits() -> None:
    """words: nothing to draw; no contour and no frame without a target; no level without one."""
    none = tables([1, 2], [3, 4])
    none.points["mean"] = np.nan
    reason = Skipped("no setting has a value of people gone within the limit, Gongbei")
    assert draw_map(none) == reason
    assert draw_scatter(none) == reason
    assert draw_indices(none) == reason
    plain = tables([1, 2, 3], [3, 4], limit=False)
    assert limit_words(plain) == ""
    figure, words = drawn(draw_map(plain))
    assert "certain" not in words
    with_limit = drawn(draw_map(tables([1, 2, 3], [3, 4])))[1]
    assert "certain" in with_limit
    assert len(figure.axes) == 3  # the map, its scale, and room for a legend


def test_spare_maps_of_the_last_row_are_removed() -> None:
    """Five values of the third axis are five maps; a page has two in a row or more."""
    figure, _ = drawn(draw_map(tables([1, 2], [3, 4], [1, 2, 3, 4, 5])))
    assert len(figure.axes) == 5 + 1  # with that of the legend


def test_a_map_on_which_the_case_does_not_stand_marks_nothing() -> None:
    """The base's value is none of those that were tried."""
    away = replace(tables([1, 2], [3, 4]), base={"x0": 99, "x1": 3})
    here = tables([1, 2], [3, 4])
    assert drawn(draw_map(away))[1] != drawn(draw_map(here))[1]


def test_one_value_has_no_line_between() -> None:
    """A single level stays in the middle of its axis."""
    figure, _ = drawn(draw_line(tables([1])))
    low, high = figure.axes[0].get_xlim()
    assert low < 1 < high
