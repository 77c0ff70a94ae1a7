"""Rules at the edge of what a scenario may say: limits, empty lists, 24:00, children that overrule a parent's file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from scenario_care import CARE, FNR, SENSITIVITY
from scenario_files import DAYS, GOOD, SITES, changed, faults, warnings, write

from sim.scenario import ScenarioError, load
from sim.scenario.files import changing, converting
from sim.scenario.files.documents import read_data

KINDS = "\n".join(f'[visits.kind_{i}]\ntimes = ["08:00"]\nroom_minutes = 1' for i in range(99))
RULES = [
    (GOOD, "last_day = 2020-03-09", "last_day = 2040-03-09",
     "last_day = 2040-03-09: must be at most {longest} days after first_day"),
    (GOOD, 'profile = { kind = "series", file = "days.csv" }',
     'profile = { kind = "exponential", e_fold_days = 0 }',
     "ports.gongbei.regimes.b.profile: e_fold_days must not be 0"),
    (GOOD, 'opens = "6:00"', 'opens = "24:00"',
     'ports.gongbei.hours.all_days.opens = "24:00": must be before 24:00; write "00:00" of the next day'),
    (GOOD, 'reserve_rooms = 20', 'reserve_rooms = 20\nreview_time = "24:00"',
     'sites.review_time = "24:00": must be before 24:00; write "00:00"'),
    (GOOD, "[provenance]", '[release]\nopens = "24:00"\ncloses = "10:00"\n[provenance]',
     'release.opens = "24:00": must be before 24:00; write "00:00" of the next day'),
    (GOOD, 'kind = "lognormal", mean = 12.0, cv = 0.6', 'kind = "uniform", low = 12.0, high = 12.0',
     "registration.minutes: high must be more than low"),
    (GOOD, 'kind = "total"\nfrom_day = 2020-03-01\nweight = 1.0', 'kind = "daily"\nfrom_day = 2020-03-01\nvalues = {}',
     "ports.gongbei.regimes.a: needs a file (or values) with the people of each day"),
    (GOOD, 'profile = { kind = "series", file = "days.csv" }',
     'profile = { kind = "series", file = "days.csv", values = { 2020-03-06 = 1.0 } }',
     'ports.gongbei.regimes.b.profile.file = "days.csv": give either file or values, not both'),
    (CARE, "[swabs]", KINDS + "\n[swabs]", "visits: must have at most {kinds} kinds, not 101"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "old", "new", "line"), RULES, ids=[line.split(":")[0] for *_, line in RULES])
def test_a_rule_at_the_edge_is_told_in_one_line(tmp_path: Path, text: str, old: str, new: str, line: str) -> None:
    """words: each change breaks one rule."""
    from sim.scenario.rules.arrivals import LONGEST_WINDOW  # noqa: PLC0415
    from sim.scenario.rules.care import MOST_KINDS  # noqa: PLC0415

    said = faults(write(tmp_path, changed((old, new), text=text)))
    assert said == [f"scenario.toml: {line.format(longest=LONGEST_WINDOW, kinds=MOST_KINDS)}"]


def test_doubtful_values_are_warnings(tmp_path: Path) -> None:
    """Swabs on no day, a factor of nobody, a roster that ends with the window: sound, and worth a word."""
    said = warnings(write(tmp_path, changed(("days = [1, 13]", "days = []"), text=CARE)))
    assert "scenario.toml: swabs.days = []: is empty: nobody is tested" in said
    said = warnings(write(tmp_path, changed(("headcount = 30", "headcount = 30\nheadcount_factor = 0.0"))))
    rule = "nobody is on duty: what this pool serves waits for ever"
    assert f"scenario.toml: pools.gongbei.headcount_factor = 0: {rule}" in said
    ended = [(f'start = "{start}"', f'to_day = 2020-03-09\nstart = "{start}"') for start in ("06:00", "15:00")]
    rule = "nobody is on duty after the last day, when the last guests are released"
    assert f"scenario.toml: pools.gongbei.shifts: {rule}" in warnings(write(tmp_path, changed(*ended)))


def test_a_shift_longer_than_a_day_stands_alone(tmp_path: Path) -> None:
    """A shift of 200 hours on one day is a whole roster; beginning every day, or on the eve too, which is what no
    from_day means, it would overlap itself.
    """
    alone = changed((GOOD[GOOD.index("[pools.team.shifts.day]") : GOOD.index("[registration]")], (
        '[pools.team.shifts.day]\nstart = "00:00"\nfrom_day = 2020-03-03\nto_day = 2020-03-03\nhours = 200\nshare = 1\n'
    )))  # fmt: skip
    assert faults(write(tmp_path, alone)) == []
    rule = "longer than 24 hours: it must begin on one day only (from_day, to_day) and be the pool's only shift"
    for key in ("to_day", "from_day"):
        often = changed((f"{key} = 2020-03-03\n", ""), text=alone)
        assert faults(write(tmp_path, often)) == [f"scenario.toml: pools.team.shifts.day.hours: {rule}"]


def test_a_childs_own_numbers_stand_in_place_of_its_parents_file(tmp_path: Path) -> None:
    """By hand: the parent's file says 5 to 6.5 people and false negatives; the child says its own, and is believed."""
    write(tmp_path, changed(("[provenance]", SENSITIVITY)))
    (tmp_path / "fnr.csv").write_text(FNR, encoding="utf-8")
    (tmp_path / "child.toml").write_text(
        'extends = "scenario.toml"\n'
        "ports.gongbei.regimes.b.profile.values = { 2020-03-06 = 1, 2020-03-07 = 2, 2020-03-08 = 3, 2020-03-09 = 4 }\n"
        "health.pcr_sensitivity = { days = [2], shares = [0.5] }\n",
        encoding="utf-8",
    )
    profile = load(tmp_path / "child.toml").ports["gongbei"].regimes["b"].profile
    assert list(profile.values.values()) == [1, 2, 3, 4]
    sensitivity = load(tmp_path / "child.toml").health.pcr_sensitivity
    assert (sensitivity.days, sensitivity.shares) == ((2.0,), (0.5,))


def test_rows_of_a_sensitivity_file_are_judged_one_by_one(tmp_path: Path) -> None:
    """Days that fall and a share above the whole, each with its row; the sound rows between them are no fault."""
    path = write(tmp_path, changed(("[provenance]", SENSITIVITY)))
    rows = "day_since_exposure,false_negative_pct\n1,100\n0.5,90\n4,120\n"
    (tmp_path / "fnr.csv").write_text(rows, encoding="utf-8")
    said = faults(path)
    assert [line.split(":")[1].strip().split(" = ")[0] for line in said] == [
        "row 3, day_since_exposure", "row 4, false_negative_pct",
    ]  # fmt: skip


def test_sites_of_a_file_need_ids_and_tables(tmp_path: Path) -> None:
    """A row without an id, and a site of the file that the scenario writes as a number."""
    path = write(tmp_path, sites=SITES.replace("2,yinhua,", "2,,"))
    assert 'sites.csv: row 3, id = "": must be given' in faults(path)
    path = write(tmp_path, changed(("[sites]\n", "[sites]\nyinhua = 3\n")))
    said = faults(path)
    assert said == [line for line in said if "sites.yinhua" in line]
    assert said


def test_empty_columns_at_the_end_of_a_header_do_no_harm(tmp_path: Path) -> None:
    """Spreadsheets write them: the table is read as without."""
    plain = load(write(tmp_path / "a"))
    padded = "".join(f"{line},,\n" for line in DAYS.splitlines())
    assert load(write(tmp_path / "b", days=padded)) == plain


@pytest.mark.parametrize(
    ("path", "value", "rule"),
    [
        ("pools..headcount", 3, "must be keys joined by dots, such as pools.gongbei.headcount"),
        ("sites.list", "other.csv", "cannot be changed here: the scenario's files have been read"),
        ("ports.gongbei.regimes.b.profile.file", "x.csv",
         "cannot be changed here: the scenario's files have been read"),
    ],
)  # fmt: skip
def test_paths_that_a_sweep_can_not_change_are_refused(tmp_path: Path, path: str, value: Any, rule: str) -> None:
    """words, with who gave the change."""
    with pytest.raises(ScenarioError) as raised:
        changing.changed(load(write(tmp_path)), {path: value}, by="--vary")
    (fault,) = raised.value.faults
    assert (fault.file, fault.rule) == ("--vary", rule)


def test_words_about_a_source_may_be_changed_themselves(tmp_path: Path) -> None:
    """What is given is what stands there, and is not replaced by "changed by"."""
    scenario = load(write(tmp_path))
    other = changing.changed(scenario, {"provenance": {"pools.team": "reported: by the district"}})
    assert other.provenance["pools.team"] == "reported: by the district"
    with pytest.raises(ScenarioError, match="must begin with"):
        changing.changed(scenario, {"provenance": {"pools.team": "no kind"}})


def test_a_name_that_no_file_can_have_is_no_file(tmp_path: Path) -> None:
    """A null byte is in no file's name: told as a file that is not there, and not as an error of the system."""
    with pytest.raises(ScenarioError, match="no such file"):
        read_data(tmp_path / "a\0b", "a?b", 1_000)


def test_toml_that_stops_or_repeats_is_told_where(tmp_path: Path) -> None:
    """Text without its end reaches to the end of the file; a key that stands twice is told on its line."""
    (line,) = faults(write(tmp_path, GOOD + '\nremark = """no end'))
    assert line.startswith("scenario.toml: end of file: is not TOML (")
    (line,) = faults(write(tmp_path, changed(("schema = 1", "schema = 1\nschema = 1"))))
    assert line == "scenario.toml: line 2, column 11: this key or table is given twice"


@pytest.mark.parametrize("text", ["10:00", "10:00-", "-", "closed 10", "25:00-26:00"])
def test_hours_of_a_disruption_have_two_clock_times(tmp_path: Path, text: str) -> None:
    """words: what to write instead."""
    rows = f'disruptions = [{{ kind = "port_hours", place = "gongbei", from_day = 2020-03-04, value = "{text}" }}]\n'
    (line,) = faults(write(tmp_path, rows + GOOD))
    assert f'= "{text}": must be' in line


def test_a_template_that_was_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """words: as with a package that was built without it."""
    monkeypatch.setattr(converting, "_PACKAGE", tmp_path)
    monkeypatch.setattr(converting, "_CHECKOUT", tmp_path)
    with pytest.raises(ScenarioError, match='"xiangzhou" is not part of this installation'):
        converting.template_file("xiangzhou")


def test_numbers_that_are_too_large_are_told_so(tmp_path: Path) -> None:
    """A whole number that no float holds."""
    said = faults(write(tmp_path, changed(("mean = 12.0", f"mean = 1{'0' * 400}"))))
    assert [line.split(": ")[-1] for line in said] == ["is too large"]


def test_a_new_shift_with_a_misspelt_id_is_told_what_was_meant(tmp_path: Path) -> None:
    """A child that changes one key of shift "earyl" makes a new shift without a start: the old one is proposed."""
    write(tmp_path)
    (tmp_path / "child.toml").write_text(
        'extends = "scenario.toml"\npools.gongbei.shifts.earyl.hours = 8\n', encoding="utf-8"
    )
    said = faults(tmp_path / "child.toml")
    assert any("must be given for a new shift" in line and 'did you mean "early"?' in line for line in said)


def test_a_key_below_a_plain_value_is_unknown(tmp_path: Path) -> None:
    """`stay.days` is a number and has no keys."""
    said = faults(write(tmp_path), "stay.days.long=3")
    assert len(said) == 1
    assert "stay.days" in said[0]


def test_what_a_source_is_about_must_be_there(tmp_path: Path) -> None:
    """A path that is too long has no near one; a misspelt key has."""
    (line,) = faults(write(tmp_path, GOOD + '"pools.team.headcount.more" = "assumed: x"\n'))
    assert line.endswith("no value has this path")
    (line,) = faults(write(tmp_path, GOOD + '"pools.teem" = "assumed: x"\n'))
    assert line.endswith('no value has this path; did you mean "pools.team"?')


def test_sites_that_are_the_files_and_unknown_columns_are_told_together(tmp_path: Path) -> None:
    """A column that no site has, and one row that is sound otherwise."""
    path = write(tmp_path, sites=SITES.replace("street,level", "stret,level"))
    assert faults(path) == ['sites.csv: row 1, stret: unknown column; did you mean "street"?']
