"""Where values come from: longest path, stars, and what a child file or `--set` takes away."""

from pathlib import Path

import pytest
from scenario_files import GOOD, changed, faults, write

from sim.scenario import read
from sim.scenario.provenance import ProvenanceRow


def rows_of(path: Path, *overrides: str) -> dict[str, ProvenanceRow]:
    """Rows by dotted path; each value has one row."""
    rows = read(path, overrides=overrides).provenance
    assert len({row.path for row in rows}) == len(rows)
    return {row.path: row for row in rows}


def test_the_longest_path_wins_and_a_star_stands_for_one_key(tmp_path: Path) -> None:
    """`pools.*.headcount` is longer than `pools.team`; `pools.team` speaks for all else of that pool."""
    rows = rows_of(write(tmp_path))
    unit = "people on duty per day"
    words = "about 30 on an average day"
    expected = ProvenanceRow("pools.team.headcount", 9, unit, "reported", words, "scenario.toml")
    assert rows["pools.team.headcount"] == expected
    assert (rows["pools.team.shifts.day.start"].kind, rows["pools.team.shifts.day.start"].value) == ("assumed", "07:00")
    assert rows["coaches.seats"].kind == "not stated"
    assert (rows["sites.yinhua.rooms"].kind, rows["sites.yinhua.rooms"].file) == ("assumed", "sites.csv")
    assert rows["sites.yinhua.ride_minutes.gongbei"].kind == "not stated"


def test_a_name_beats_a_star_of_the_same_length(tmp_path: Path) -> None:
    """Both paths have three keys; the one that names the pool is the more exact."""
    text = GOOD + '"pools.team.headcount" = "derived: 17 / 2"\n'
    rows = rows_of(write(tmp_path, text))
    assert (rows["pools.team.headcount"].kind, rows["pools.gongbei.headcount"].kind) == ("derived", "reported")


def test_defaults_that_matter_are_shown_as_assumed(tmp_path: Path) -> None:
    """A neutral factor or a name does not matter; hours of release do."""
    rows = rows_of(write(tmp_path))
    release = rows["release.closes"]
    assert (release.value, release.kind, release.words, release.file) == (
        "24:00", "assumed", "default of the schema", "",
    )  # fmt: skip
    assert "arrivals.factor" not in rows
    assert "ports.gongbei.name" not in rows
    assert "sites.margin_rooms" not in rows


def test_a_group_entry_does_not_claim_defaults(tmp_path: Path) -> None:
    """Who wrote that a pool is reported did not write its default of no fixed posts; an exact path does claim it."""
    text = changed(('"pools.team" = "assumed', '"pools.team" = "reported'))
    assert rows_of(write(tmp_path, text))["pools.team.fixed_posts"].words == "default of the schema"
    exact = GOOD + '"pools.team.fixed_posts" = "reported: none"\n'
    assert rows_of(write(tmp_path, exact))["pools.team.fixed_posts"].kind == "reported"


def test_a_changed_value_loses_its_parents_entry(tmp_path: Path) -> None:
    """By a child, by a grandchild and by --set; what is only said again keeps it."""
    write(tmp_path)
    child, grandchild = tmp_path / "child.toml", tmp_path / "grandchild.toml"
    child.write_text('extends = "scenario.toml"\n[pools.gongbei]\nheadcount = 36\n[pools.team]\nheadcount = 9\n')
    grandchild.write_text('extends = "child.toml"\n[sites.yinhua]\nrooms = 99\n')
    rows = rows_of(grandchild, "coaches.seats=20")
    assert (rows["pools.gongbei.headcount"].kind, rows["pools.gongbei.headcount"].file) == (
        "changed here",
        "child.toml",
    )
    assert rows["pools.team.headcount"].kind == "reported"
    assert (rows["sites.yinhua.rooms"].kind, rows["sites.yinhua.rooms"].file) == ("changed here", "grandchild.toml")
    assert rows["sites.north.rooms"].kind == "assumed"
    assert (rows["coaches.seats"].kind, rows["coaches.seats"].file) == ("changed here", "--set")


def test_a_childs_own_entry_speaks_for_what_it_changed(tmp_path: Path) -> None:
    """Also when its path is shorter than the one its parent used."""
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text(
        'extends = "scenario.toml"\n[pools.gongbei]\nheadcount = 36\n[provenance]\npools = "borrowed: next district"\n'
    )
    rows = rows_of(child)
    assert (rows["pools.gongbei.headcount"].kind, rows["pools.gongbei.headcount"].words) == (
        "borrowed",
        "next district",
    )
    assert rows["pools.team.headcount"].kind == "reported"
    own = rows_of(tmp_path, "pools.gongbei.headcount=36", "provenance.pools.gongbei.headcount=derived: 6 x 6")
    assert (own["pools.gongbei.headcount"].kind, own["pools.gongbei.headcount"].words) == ("derived", "6 x 6")


def test_a_parents_entry_about_a_value_that_is_gone_is_no_fault(tmp_path: Path) -> None:
    """The child's constant has no cv any more."""
    write(tmp_path, GOOD + '"registration.minutes.cv" = "assumed: 0.3 to 1"\n')
    child = tmp_path / "child.toml"
    child.write_text('extends = "scenario.toml"\n[registration]\nminutes = { kind = "constant", mean = 5 }\n')
    assert rows_of(child)["registration.minutes.mean"].kind == "changed here"


def test_a_series_has_one_row_that_names_its_file(tmp_path: Path) -> None:
    """Users speak of the file; its days are not values of their own."""
    text = GOOD + '"ports.gongbei.regimes.b.profile.file" = "borrowed: counts"\n"sites.list" = "assumed: invented"\n'
    rows = rows_of(write(tmp_path, text))
    series = rows["ports.gongbei.regimes.b.profile.values"]
    assert (series.kind, series.value, series.file) == ("borrowed", "4 days", "days.csv")
    assert (rows["sites.south.ride_minutes.gongbei"].kind, rows["sites.south.rooms"].words) == (
        "assumed", "range 40 to 160",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("entry", "line"),
    [
        ('"pools.tam" = "assumed: x"', 'provenance."pools.tam": no value has this path; did you mean "pools.team"?'),
        (
            '"pools.*.headcont" = "assumed: x"',
            'provenance."pools.*.headcont": no value has this path; did you mean "pools.*.headcount"?',
        ),
        (
            '"coaches" = "guessed: x"',
            'provenance.coaches = "guessed: x": must begin with "reported:", "derived:", "borrowed:", "calibrated:" '
            'or "assumed:" and say more',
        ),
        (
            '"coaches" = "assumed:"',
            'provenance.coaches = "assumed:": must begin with "reported:", "derived:", "borrowed:", "calibrated:" '
            'or "assumed:" and say more',
        ),
        ('"coaches" = 3', "provenance.coaches = 3: must be text in quotes"),
    ],
)
def test_an_entry_that_says_nothing_is_a_fault(tmp_path: Path, entry: str, line: str) -> None:
    """About no value, or without one of the four kinds and words."""
    assert faults(write(tmp_path, GOOD + entry + "\n")) == [f"scenario.toml: {line}"]


def test_paths_may_be_written_with_or_without_quotes(tmp_path: Path) -> None:
    """Without quotes TOML makes tables of them."""
    rows = rows_of(write(tmp_path, GOOD + 'coaches.seats = "borrowed: New Zealand"\n'))
    assert rows["coaches.seats"].kind == "borrowed"


def test_units_stand_with_values(tmp_path: Path) -> None:
    """From the schema; optional values and those of tables by id have one too."""
    rows = rows_of(write(tmp_path))
    units = {
        path: rows[path].unit for path in ("ports.gongbei.people", "sites.south.ride_minutes.gongbei", "stay.days")
    }
    assert units == {
        "ports.gongbei.people": "people",
        "sites.south.ride_minutes.gongbei": "minutes",
        "stay.days": "days of 24 h",
    }
