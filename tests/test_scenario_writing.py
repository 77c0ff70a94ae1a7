"""A resolved scenario is written, read back equal, and known by its hash; templates are copied whole."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from scenario_files import GOOD, changed, faults, write

from sim.measures import REGISTRY
from sim.scenario import ScenarioError, load, read
from sim.scenario.files.converting import copy_template, template_file
from sim.scenario.files.documents import figures_beside, resolved_dict, scenario_hash, to_toml

ODD_TITLE = 'title = "quote \\" back \\\\ tab \\t bell \\u0007 del \\u007F 珠海"'


@pytest.mark.parametrize("text", [GOOD, changed(('title = "small"', ODD_TITLE))])
def test_a_written_scenario_reads_back_equal(tmp_path: Path, text: str) -> None:
    """The resolved file needs no CSV beside it, has every default, and writing it again changes nothing."""
    reading = read(write(tmp_path / "in", text), overrides=["pools.gongbei.headcount=36"])
    out = tmp_path / "scenario.toml"
    out.write_text(to_toml(reading.scenario), encoding="utf-8")
    again = read(out)
    assert again.scenario == reading.scenario
    assert to_toml(again.scenario) == to_toml(reading.scenario)
    assert scenario_hash(again.scenario) == scenario_hash(reading.scenario)
    assert again.files == (out,)


def test_a_written_scenario_says_the_same_about_sources(tmp_path: Path) -> None:
    """A value changed by --set is not reported in the resolved file either; defaults stay assumed."""
    reading = read(write(tmp_path / "in"), overrides=["pools.gongbei.headcount=36"])
    out = tmp_path / "scenario.toml"
    out.write_text(to_toml(reading.scenario), encoding="utf-8")
    again = {row.path: (row.kind, row.words) for row in read(out).provenance}
    assert again["pools.gongbei.headcount"] == ("assumed", "changed by --set")
    for row in reading.provenance:
        if row.kind != "changed here":
            assert again[row.path] == (row.kind, row.words), row.path


def test_the_resolved_scenario_is_plain_json(tmp_path: Path) -> None:
    """Users' own names: sites stand in `sites`, dates and clock times are text."""
    plain = resolved_dict(load(write(tmp_path)))
    assert json.loads(json.dumps(plain)) == plain
    assert plain["schema"] == 1
    assert plain["first_day"] == "2020-03-03"
    assert plain["sites"]["yinhua"]["rooms"] == 90
    assert plain["pools"]["gongbei"]["shifts"]["early"]["start"] == "06:00"
    assert plain["ports"]["gongbei"]["regimes"]["b"]["profile"]["values"]["2020-03-07"] == 6.5


def test_the_hash_follows_content_and_nothing_else(tmp_path: Path) -> None:
    """Order of keys, comments, folder and provenance do not count; every value does."""
    known = scenario_hash(load(write(tmp_path)))
    assert re.fullmatch(r"[0-9a-f]{64}", known)
    head, pools, rest = GOOD.partition("[pools.team]")
    coaches = rest[rest.index("[coaches]") : rest.index("[sites]")]
    moved = head + coaches + "# moved\n" + pools + rest.replace(coaches, "")
    assert scenario_hash(load(write(tmp_path / "moved", moved.replace("two teams", "2 teams")))) == known
    assert scenario_hash(load(tmp_path, overrides=["coaches.seats=34"])) != known
    assert scenario_hash(load(tmp_path, overrides=["sites.south.ride_minutes.gongbei=41"])) != known


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_minimal_template_has_no_faults_no_warnings_and_comments_on_every_line(
    language: str, tmp_path: Path
) -> None:
    """`qcap init` promises both; a value without a source would be shown as not stated."""
    (file,) = copy_template("minimal", tmp_path / "new", language)
    assert file == tmp_path / "new" / "scenario.toml"
    assert faults(tmp_path / "new") == []
    reading = read(tmp_path / "new")
    assert reading.warnings == ()
    assert [row.path for row in reading.provenance if row.kind == "not stated"] == []
    scenario = read(tmp_path / "new", known_measures=list(REGISTRY)).scenario
    assert scenario.costs is not None
    assert min(len(scenario.targets), len(scenario.headlines), len(scenario.ranges)) >= 2
    bare = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip() and "#" not in line]
    assert bare == []


def _leaves(tree: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    if not isinstance(tree, dict):
        yield path, tree
        return
    for key, value in tree.items():
        yield from _leaves(value, (*path, key))


def test_the_chinese_template_says_the_same_with_other_names() -> None:
    """words: title, names and streets of the Chinese one are Chinese, and so is every comment; values are the same."""
    english, chinese = (template_file("minimal", language) for language in ("en", "zh"))
    assert english != chinese
    leaves = [dict(_leaves(resolved_dict(load(file)) | {"provenance": {}})) for file in (english, chinese)]
    worded = {path for path in leaves[0] if path[-1] in ("title", "name", "street")}
    assert {path[-1] for path in worded} == {"title", "name", "street"}
    assert leaves[0].keys() == leaves[1].keys()
    assert {path for path in leaves[0] if leaves[0][path] != leaves[1][path]} == worded
    assert [path for path in worded if not re.search(r"[\u4e00-\u9fff]", leaves[1][path])] == []
    lines = [line.partition("# ")[2] for line in chinese.read_text(encoding="utf-8").splitlines() if line]
    assert [comment for comment in lines if not re.search(r"[\u4e00-\u9fff]", comment)] == []
    kinds = [[(row.path, row.kind) for row in read(file).provenance] for file in (english, chinese)]
    assert kinds[0] == kinds[1]


def test_the_real_case_is_copied_with_the_csv_files_that_it_names(tmp_path: Path) -> None:
    """It lives once, in scenarios/; the copy is the same scenario."""
    source = template_file("xiangzhou")
    written = copy_template("xiangzhou", tmp_path)
    assert written[0].name == "scenario.toml"
    assert {file.name for file in written[1:]} == {
        "xiangzhou_sites.csv",
        "hzmb_departures_2020.csv",
        "xiangzhou_roster.csv",
        "kucirka2020_fnr_by_day.csv",
        "hellewell2021_pcr_sensitivity_by_day.csv",
        "scenario_targets.csv",
        "scenario_unknowns.toml",
        "xiangzhou_ensemble.parquet",
    }
    ensemble = "xiangzhou_ensemble.parquet"
    assert (tmp_path / ensemble).read_bytes() == (source.parent / ensemble).read_bytes()
    assert load(tmp_path) == load(source)
    assert figures_beside(tmp_path / "scenario.toml").read_bytes() == figures_beside(source).read_bytes()


def test_copying_never_overwrites(tmp_path: Path) -> None:
    """One file that is there already stops the whole copy."""
    (tmp_path / "xiangzhou_sites.csv").write_text("mine")
    with pytest.raises(ScenarioError, match="is there already; nothing was written"):
        copy_template("xiangzhou", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["xiangzhou_sites.csv"]
    copy_template("minimal", tmp_path)
    with pytest.raises(ScenarioError, match=r"scenario\.toml: is there already"):
        copy_template("minimal", tmp_path)


def test_a_template_or_folder_that_cannot_be_is_bad_input(tmp_path: Path) -> None:
    """Plain faults, so that the command line ends with 2 and not with a traceback."""
    with pytest.raises(ScenarioError, match='must be "minimal" or "xiangzhou"; did you mean "minimal"'):
        copy_template("minimum", tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ScenarioError, match="cannot be written"):
        copy_template("minimal", tmp_path / "file")
    with pytest.raises(ScenarioError, match="cannot be written"):
        copy_template("minimal", "a\0b")


def test_steps_left_out_are_sentences(tmp_path: Path) -> None:
    """model.md: a step whose table a scenario leaves out does not happen, and is listed."""
    left_out = read(write(tmp_path)).steps_left_out
    assert "Check-in takes no time: there is no [check_in] table." in left_out
    assert "Rooms are not cleaned: rooms.cleaning_minutes is 0." in left_out
    assert not any("Registration" in sentence for sentence in left_out)
