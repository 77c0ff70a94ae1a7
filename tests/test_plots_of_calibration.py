"""Pictures of a calibration: what is left out and why, what the message says, what is drawn; tables by hand."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from typing import Any, cast

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.patches import Rectangle
from matplotlib.text import Annotation

from sim.commands.calibrate import pictures
from sim.commands.calibrate.pictures import CalibrationTables
from sim.drawing import style
from sim.drawing.tables import Picture, Skipped
from sim.words.observed import SAYS_NOTHING

N = 40
COVERED = [36, 20]
"""Of 40 ranks of each unknown how many lie inside the 90 % interval; honest ones keep 32 to 39."""


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    plt.close("all")


def tables(**changes: Any) -> CalibrationTables:
    """Five unknowns (a panel row holds four), of which the first two are tied to each other."""
    generator = np.random.Generator(np.random.Philox(3))
    after = generator.standard_normal((N, 5))
    names = ["people", "share", "hold", "airing", "seats"]
    unknowns = pd.DataFrame({
        "unknown": names, "label": [f"the {name}" for name in names], "contraction": 0.5,
        "says_nothing": [False, False, False, True, False],
    })  # fmt: skip
    pairs = pd.DataFrame({
        "unknown": ["people", "people", "hold"], "other": ["share", "hold", "airing"], "correlation": [-0.8, 0.3, 0.1],
    })  # fmt: skip
    parts = pd.DataFrame({
        "measure": ["received", "coach_trips"], "place": "all", "chance_share": [0.6, np.nan],
        "values_share": [0.4, np.nan], "rules_share": np.nan, "low": [0.2, np.nan], "high": [0.5, np.nan],
        "settings": 20, "replications": 3,
    })  # fmt: skip
    proof = pd.DataFrame({"unknown": names[:2], "covered": COVERED, "least": 32, "most": 39})
    ranks = pd.DataFrame({name: (np.arange(N) + 0.5) / N for name in names[:2]})
    staff = pd.DataFrame({
        "measure": "staff_needed_mean", "place": "gongbei", "value": [0, 1], "scenario": False, "p5": 3.0,
        "p50": [4.0, 5.0], "p95": 6.0, "reported": 5.0, "n": 20,
    })  # fmt: skip
    known = CalibrationTables(
        title="by hand", seed=1, histories=N, rule="spread", targets=pd.DataFrame(), predictions=staff,
        unknowns=unknowns, before=generator.standard_normal((N, 5)), after=after, weights=np.full(N, 1 / N),
        pairs=pairs, parts=parts, next_figures=pd.DataFrame(), proof=proof, ranks=ranks, whole=[False] * 5,
    )  # fmt: skip
    return dataclasses.replace(known, **changes)


def drawn(picture: Picture | Skipped) -> Picture:
    assert isinstance(picture, Picture)
    return picture


def words(picture: Picture) -> list[str]:
    """Everything written outside the axes: message, notes, source."""
    return [text.get_text().replace("\n", " ") for text in picture.figure.texts]


@pytest.mark.parametrize(
    ("draw", "changes", "reason"),
    [
        (pictures.before_and_after, {"unknowns": pd.DataFrame()}, "there are no unknowns"),
        (pictures.trade_offs, {"pairs": pd.DataFrame({"correlation": [0.2, -0.1]})},
         "no two values trade off"),
        (pictures.ranks, {"ranks": pd.DataFrame({"people": [0.5] * 19})}, "the proof has too few rows"),
        (pictures.predicted, {"targets": pd.DataFrame({"n": [0, 5], "reported": [3.0, 0.0]})},
         "no reported figure was predicted"),
        (pictures.staff, {"predictions": pd.DataFrame()}, "no other settings were tried"),
        (pictures.parts, {"parts": pd.DataFrame({"chance_share": [np.nan]})}, "no answers were asked for"),
        (pictures.next_figure, {}, "no figures to collect were named"),
    ],
)  # fmt: skip
def test_a_picture_of_nothing_is_left_out_with_its_reason(
    draw: Callable[[CalibrationTables], Picture | Skipped], changes: dict[str, Any], reason: str
) -> None:
    """words."""
    assert draw(tables(**changes)) == Skipped(reason)


def test_each_unknown_has_a_panel_and_spare_ones_are_removed() -> None:
    """Five unknowns in rows of four; one of them is said to be open, in grey."""
    picture = drawn(pictures.before_and_after(tables()))
    assert len(picture.figure.axes) == 5
    titles = [axes.get_title().replace("\n", " ") for axes in picture.figure.axes]
    assert titles == ["variance less by 50 %"] * 3 + [SAYS_NOTHING] + ["variance less by 50 %"]


def test_pairs_below_the_least_correlation_are_not_drawn() -> None:
    """Of correlations -0.8, 0.3 and 0.1 the last is under 0.25; each dot is an accepted history."""
    picture = drawn(pictures.trade_offs(tables()))
    assert [axes.get_title() for axes in picture.figure.axes] == ["correlation -0.80", "correlation +0.30"]
    assert "The people and the share trade off" in words(picture)[0]
    first = picture.figure.axes[0].collections[0]
    assert np.asarray(first.get_offsets()) == pytest.approx(tables().after[:, :2])


def test_ranks_outside_the_honest_range_are_marked() -> None:
    """36 of 40 lie between 32 and 39, 20 do not; 40 ranks in ten bins are 4 each, evenly spaced here."""
    picture = drawn(pictures.ranks(tables()))
    good, bad = picture.figure.axes
    assert [cast(Rectangle, patch).get_height() for patch in good.patches][-10:] == [4.0] * 10
    colours = [[text.get_color() for text in axes.texts] + [axes.title.get_color()] for axes in (good, bad)]
    assert style.VERMILION not in colours[0]
    assert style.VERMILION in colours[1]
    honest = drawn(pictures.ranks(tables(proof=tables().proof.assign(covered=36))))
    assert words(picture)[0] != words(honest)[0]


def test_the_scenarios_own_number_of_posts_is_marked_where_there_is_one() -> None:
    """Of two settings none or one is the scenario's own: one vertical line more."""
    lines = []
    for own in ([False, False], [False, True]):
        picture = drawn(pictures.staff(tables(predictions=tables().predictions.assign(scenario=own))))
        ends = [np.asarray(line.get_xdata()).tolist() for line in picture.figure.axes[0].lines]
        upright = [both for both in ends if len(both) == 2 and set(both) == {1}]
        lines.append(len(upright))
    assert lines[1] == lines[0] + 1


def test_an_answer_without_shares_has_no_bar() -> None:
    """Two answers, one without a value; of the other 0.6 are chance and 0.4 open values: two bars end at 1."""
    picture = drawn(pictures.parts(tables()))
    bars = [bar for bar in cast(list[Rectangle], picture.figure.axes[0].patches) if bar.get_width() > 0]
    assert sorted(bar.get_width() for bar in bars) == pytest.approx([0.4, 0.6])
    assert max(bar.get_x() + bar.get_width() for bar in bars) == pytest.approx(1.0)


def test_the_foot_tells_the_histories_that_are_shown_and_no_heading_is_crossed() -> None:
    """250 fresh histories of a calibration with 40: the foot says 250. The line at 0 leaves rows of headings out."""
    rows = pd.DataFrame({
        "measure": "received", "place": "all", "role": ["identity", "held_out"], "reported": 100.0, "p5": 90.0,
        "p50": 101.0, "p95": 110.0, "n": 250, "tolerance": 5.0, "met": True,
    })  # fmt: skip
    picture = drawn(pictures.predicted(tables(targets=rows)))
    assert words(picture)[-1].endswith("· seed 1 · 250 histories")
    assert words(drawn(pictures.before_and_after(tables())))[-1].endswith("· seed 1 · 40 histories")
    (axes,) = picture.figure.axes
    at_zero = [tuple(line.get_ydata()) for line in cast(list[Any], axes.lines) if set(line.get_xdata()) == {0}]
    headings = [cast(Annotation, text).xy[1] for text in axes.texts]
    assert at_zero == [(0.5, 1.5), (2.5, 3.5)]
    assert headings == [0, 2]
