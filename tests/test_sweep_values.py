"""What --vary and plan files mean: values to the digit, designs of the promised shape, all faults at once."""

import math
from pathlib import Path

import numpy as np
import pytest
from cli_case import write_small

from sim import load
from sim.commands.sweep.design import Axis, Design, count, design_faults, read_axis, settings_of
from sim.commands.sweep.plan import HEADLINE, SweepPlan, measure_names, points_of, read_plan
from sim.scenario.faults import ScenarioError
from sim.scenario.files.changing import value_at


def axis(text: str) -> Axis:
    found, faults = read_axis(text)
    assert faults == []
    assert found is not None
    return found


def fault(text: str) -> str:
    found, faults = read_axis(text)
    assert faults
    assert found is None or "twice" in str(faults[0])
    return str(faults[0])


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a=1:3:1", [1, 2, 3]),
        ("a=0.1:0.3:0.1", [0.1, 0.2, 0.3]),
        ("a=1:6:2", [1, 3, 5]),
        ("a=3:1:-1", [3, 2, 1]),
        ("a=2:2:1", [2]),
        ("a=0:1:0.5", [0.0, 0.5, 1.0]),
        ("a=1e-3:3e-3:1e-3", [0.001, 0.002, 0.003]),
        ("a=5,7,9", [5, 7, 9]),
        ("a=1:3:1,10", [1, 2, 3, 10]),
        ("a=spread,fill", ["spread", "fill"]),
        ("a=true,false", [True, False]),
        ("a=[1, 2],[3]", [[1, 2], [3]]),
        ('a={ kind = "constant", mean = 8 },{ kind = "constant", mean = 9 }',
         [{"kind": "constant", "mean": 8}, {"kind": "constant", "mean": 9}]),
        ('a="08:00","09:30"', ["08:00", "09:30"]),
        ("a=08:00,09:30", ["08:00", "09:30"]),
    ],
)  # fmt: skip
def test_values_are_those_that_were_written(text: str, values: list[object]) -> None:
    """Expected by hand; 0.3 is 0.3 and not 0.30000000000000004, and STOP is there when it is hit."""
    settings = axis(text).settings
    assert [setting[0] for setting in settings] == values
    assert [type(setting[0]) for setting in settings] == list(map(type, values))


def test_paths_move_together_with_one_list_or_one_each() -> None:
    """Expected by hand."""
    assert axis("a.b+c=1:3:1").settings == ((1, 1), (2, 2), (3, 3))
    assert axis("a+b=30,36/20:24:4").settings == ((30, 20), (36, 24))
    assert axis("scenario=x/a.toml,x/b.toml").settings == (("x/a.toml",), ("x/b.toml",))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "must be PATH=VALUES"),
        ("=1", "must be PATH=VALUES"),
        ("a=1:2:0", "STEP must lead from START to STOP"),
        ("a=1:2:-1", "STEP must lead from START to STOP"),
        ("a=1,,2", "a value is missing"),
        ("a=", "a value is missing"),
        ("a=1,2,1", "is listed twice"),
        ("a=0:1:0.000001", "makes 1,000,001 values; at most 100,000"),
        ("a=2..1", "must go up"),
        ("a+b=1,2/1,2,3", "equally many values; there are 2 and 3"),
        ("a+b=1/2/3", "2 paths need one list of values, or 2 separated by slashes; there are 3"),
        ("a+b=1..2/1,2", "can not move together"),
        ("a+a=1,2", "names a path twice"),
        ("scenario=a.toml,", "a file is missing"),
    ],
)
def test_what_makes_no_axis_is_refused_in_words(text: str, words: str) -> None:
    """words: each says what to mend."""
    assert words in fault(text)


def test_whole_ends_make_whole_numbers_all_equally_likely() -> None:
    """Expected: a share of 1/3 each for 1, 2, 3; ends of a range with a point make decimals."""
    whole = axis("a=1..3")
    assert [whole.at(share)[0] for share in (0.0, 0.333, 0.334, 0.666, 0.667, 0.999999)] == [1, 1, 2, 2, 3, 3]
    assert axis("a=1.0..3").at(0.25)[0] == 1.5
    assert axis("a=x,y").at(0.5)[0] == "y"


def test_a_grid_has_every_combination_and_the_last_axis_changes_fastest() -> None:
    """Expected by hand."""
    axes = [axis("a=1,2"), axis("b=x,y")]
    assert list(settings_of(axes, Design(), 1)) == [((1,), ("x",)), ((1,), ("y",)), ((2,), ("x",)), ((2,), ("y",))]
    assert count(axes, Design()) == 4


def test_a_latin_hypercube_uses_each_part_of_each_axis_once() -> None:
    """The definition of the design: of N equal parts of an axis each has one point."""
    axes = [axis("a=0.0..1.0"), axis("b=0.0..1.0")]
    points = np.array([[s[0] for s in row] for row in settings_of(axes, Design("lhs", 20), 7)])
    for column in points.T:
        assert sorted(np.floor(column * 20).astype(int)) == list(range(20))
    assert not np.allclose(points[:, 0], points[:, 1])


def test_a_sobol_design_fills_evenly_and_goes_on_where_it_ended() -> None:
    """Of 2^k points each half of an axis has half; the first 16 of 32 points are the 16 of the shorter design."""
    axes = [axis("a=0.0..1.0"), axis("b=0.0..1.0"), axis("c=0.0..1.0")]
    short, long = (list(settings_of(axes, Design("sobol", n), 3)) for n in (16, 32))
    assert long[:16] == short
    parts = np.floor(np.array(long)[:, :, 0] * 32 + 1e-4)  # six digits are kept
    assert all(len(set(column)) >= 31 for column in parts.T)
    assert list(settings_of(axes, Design("sobol", 16), 4)) != short


def test_a_saltelli_design_changes_one_axis_at_a_time() -> None:
    """The definition: AB_i is A but for axis i, which is B's."""
    axes = [axis("a=0.0..1.0"), axis("b=1..9")]
    design = Design("saltelli", 16)
    points = list(settings_of(axes, design, 1))
    assert len(points) == count(axes, design) == 16 * 4
    a, b, first, second = (points[i : i + 16] for i in range(0, 64, 16))
    assert first == [(y[0], x[1]) for x, y in zip(a, b, strict=True)]
    assert second == [(x[0], y[1]) for x, y in zip(a, b, strict=True)]
    assert a != b


@pytest.mark.parametrize(
    ("text", "design", "words"),
    [
        ("a=1..2", Design(), "a range lo..hi needs --design lhs, sobol or saltelli"),
        ("a=1,2", Design("grid", 5), "a grid has as many settings as its values make"),
        ("a=1..2", Design("lhs"), "is needed for --design lhs"),
        ("a=1..2", Design("saltelli", 20), "must be a power of 2, at least 16"),
        ("a=1..2", Design("sobool", 20), 'did you mean "sobol"?'),
        ("a=1..2", Design("lhs", 200_000), "makes 200,000 settings; at most 100,000"),
    ],
)
def test_options_that_do_not_fit_a_design_are_refused(text: str, design: Design, words: str) -> None:
    """words: what to do."""
    assert words in " ".join(map(str, design_faults([axis(text)], design)))


def plan(folder: Path, *texts: str, design: Design | None = None) -> SweepPlan:
    base = load(write_small(folder))
    return SweepPlan(base, tuple(map(axis, texts)), design or Design(), 1, 2, measure_names((), base))


def test_points_change_the_scenario_and_nothing_else(tmp_path: Path) -> None:
    """Expected: the value at the path, and for values as they are the hash of the scenario itself."""
    laid = plan(tmp_path, "pools.gongbei.headcount=4,6", "arrivals.factor=1.0,2.0")
    points = points_of(laid)
    assert [point.number for point in points] == [1, 2, 3, 4]
    assert value_at(laid.scenario(points[3].settings), "pools.gongbei.headcount") == 6
    assert value_at(laid.scenario(points[3].settings), "arrivals.factor") == 2.0
    assert len({point.key for point in points}) == 4
    again = points_of(plan(tmp_path, "arrivals.factor=2.0"))
    assert again[0].key == points[1].key


def test_all_bad_values_are_told_at_once_with_what_was_meant(tmp_path: Path) -> None:
    """words: a mistyped path, a value out of its range, each named."""
    laid = plan(tmp_path, "pools.gongbie.headcount=1,2", "arrivals.factor=1.0,-2.0", "coaches.seats=1.5")
    with pytest.raises(ScenarioError) as raised:
        points_of(laid)
    text = str(raised.value)
    assert 'no such pool; did you mean "gongbei"?' in text
    assert "arrivals.factor = -2.0" in text
    assert "coaches.seats = 1.5" in text


def test_a_combination_that_is_no_scenario_is_a_point_with_its_reason(tmp_path: Path) -> None:
    """last_day before first_day is impossible; each of the days is good with another one."""
    laid = plan(tmp_path, "first_day=2020-03-03,2020-03-05", "last_day=2020-03-04,2020-03-06")
    points = points_of(laid)
    assert [bool(point.key) for point in points] == [True, True, False, True]
    assert "last_day" in points[2].reason


def test_a_path_that_is_varied_twice_and_no_axis_at_all_are_refused(tmp_path: Path) -> None:
    """words."""
    with pytest.raises(ScenarioError, match="is varied twice"):
        points_of(plan(tmp_path, "arrivals.factor=1,2", "arrivals.factor=3,4"))
    with pytest.raises(ScenarioError, match="is needed, such as --vary"):
        points_of(plan(tmp_path))


def test_measures_are_those_asked_for_and_those_of_targets(tmp_path: Path) -> None:
    """In the order of the registry; unknown ones by name, with the nearest."""
    base = load(write_small(tmp_path), overrides=['targets.t={ measure = "unplaced", at_most = 1.0 }'])
    assert measure_names(("cost_total,received",), base) == ("received", "unplaced", "cost_total")
    assert set(measure_names((), base) or ()) == set(HEADLINE) | {"unplaced"}
    assert measure_names(("all",), base) is None
    with pytest.raises(ScenarioError, match=r'receivd: no such measure .*; did you mean "received"'):
        measure_names(("receivd",), base)


PLAN = """\
design = "lhs"
points = 8
replications = 3
seed = 5
measures = ["received"]
[set]
"coaches.seats" = 20
"registration.minutes" = { kind = "constant", mean = 9 }
[vary]
"arrivals.factor" = "0.5:1.5:0.5"
"pools.gongbei.headcount" = [2, 4]
"coaches.hold_minutes+coaches.escorts" = [[30.0, 1], [60.0, 2]]
"""


def test_a_plan_file_says_the_same_as_options(tmp_path: Path) -> None:
    """Expected by hand."""
    file = tmp_path / "plan.toml"
    file.write_text(PLAN)
    found = read_plan(file)
    assert [one.settings for one in found.axes] == [
        ((0.5,), (1.0,), (1.5,)),
        ((2,), (4,)),
        ((30.0, 1), (60.0, 2)),
    ]
    assert (found.design, found.points, found.replications, found.seed) == ("lhs", 8, 3, 5)
    base = load(write_small(tmp_path), overrides=found.overrides)
    assert value_at(base, "coaches.seats") == 20
    assert value_at(base, "registration.minutes.mean") == 9


def test_faults_of_a_plan_file_are_told_at_once(tmp_path: Path) -> None:
    """words: key, value, rule."""
    file = tmp_path / "plan.toml"
    file.write_text('replicatons = 3\npoints = 0\n[vary]\na = "1:2:0"\n"b+c" = [1, 2]\n"d+e" = [[1, 2, 3]]\n')
    with pytest.raises(ScenarioError) as raised:
        read_plan(file)
    text = str(raised.value)
    assert 'plan.toml: replicatons: no such key; did you mean "replications"?' in text
    assert "points = 0: must be a whole number, at least 1" in text
    assert "STEP must lead" in text
    assert "must be a list with 2 values in each entry" in text


def test_no_value_is_lost_between_whole_and_decimal() -> None:
    """A step of 0.1 from 0 to 10 has 101 values, the last of them 10."""
    values = [setting[0] for setting in axis("a=0:10:0.1").settings]
    assert len(values) == 101
    assert values[-1] == 10.0
    assert all(math.isclose(value, round(value, 1), abs_tol=0) for value in values)
