"""Files that are not what a planner meant to give, `extends`, CSV files and `--set`."""

from pathlib import Path

import pytest
from scenario_files import DAYS, GOOD, SITES, changed, faults, write

from sim import load
from sim.scenario import ScenarioError, read

BAD_BYTES = [
    (b"", "scenario.toml: is empty"),
    (b" \n\n", "scenario.toml: is empty"),
    (b"# nothing\n", "scenario.toml: is empty: it has nothing but comments"),
    (GOOD.encode("utf-16"), "scenario.toml: is UTF-16 text; save as UTF-8"),
    (GOOD.encode("utf-16-le"), "scenario.toml: is UTF-16 text; save as UTF-8"),
    (GOOD.encode("utf-16-be"), "scenario.toml: is UTF-16 text; save as UTF-8"),
    (b"PK\x03\x04\x00\x00\x00\x99\x01\x02", "scenario.toml: is not a text file (it has null bytes)"),
    (
        'schema = 1\ntitle = "珠海"\n'.encode("gb18030"),
        "scenario.toml: is not UTF-8 text (line 2, byte 0xd6); save as UTF-8",
    ),
    (b"x = 1\n" * 900_000, "scenario.toml: is too large: 5 MB; at most 5 MB can be read"),
    (b"x = " + b"[" * 4000, "scenario.toml: has lists or tables nested too deeply"),
    (b"a" + b".a" * 5000 + b" = 1", "scenario.toml: has lists or tables nested too deeply"),
    (b"x = " + b"9" * 5000, "scenario.toml: has a number or date that cannot be read (too many digits)"),
]


@pytest.mark.parametrize(("data", "line"), BAD_BYTES, ids=range(len(BAD_BYTES)))
def test_a_file_that_is_no_scenario_is_told_apart(tmp_path: Path, data: bytes, line: str) -> None:
    """Empty, UTF-16, binary, other encodings, too large, too deep: one plain line each, and never a traceback."""
    path = write(tmp_path)
    path.write_bytes(data)
    assert faults(path) == [line]


SYNTAX = [
    ('start = "06:00"', "start = 06:00", 'write the time as text: "06:00"'),
    ("headcount = 30", "headcount = 1,000", "write numbers without thousands separators"),
    ("headcount = 30", "headcount = 030", "write numbers without leading zeros"),
    ("first_day = 2020-03-03", "first_day = 2020/3/3", "write the date as 2020-03-03"),
    ('title = "small"', "title = small", "text needs quotes; true and false are in small letters"),
    ('title = "small"', "title = “small”", "use plain quotes and signs: \" ' = , :"),
]


@pytest.mark.parametrize(("old", "new", "hint"), SYNTAX)
def test_what_is_not_toml_is_told_with_line_and_way_out(tmp_path: Path, old: str, new: str, hint: str) -> None:
    """The slips of people who know spreadsheets."""
    text = changed((old, new))
    line = next(number for number, words in enumerate(text.splitlines(), 1) if new in words)
    (told,) = faults(write(tmp_path, text))
    assert told.startswith(f"scenario.toml: line {line}, column ")
    assert told.endswith(hint)


def test_a_key_given_twice_is_told(tmp_path: Path) -> None:
    """TOML forbids it; its own message speaks of overwriting."""
    (told,) = faults(write(tmp_path, changed(("headcount = 30", "headcount = 30\nheadcount = 31"))))
    assert told.startswith("scenario.toml: line 31, column ")
    assert told.endswith(": this key or table is given twice")


def test_names_that_are_no_scenario_file(tmp_path: Path) -> None:
    """A folder stands for its scenario.toml and is bad input without one; near names are offered."""
    write(tmp_path)
    assert load(tmp_path) == load(tmp_path / "scenario.toml")
    empty = tmp_path / "empty"
    empty.mkdir()
    assert faults(empty) == [f"{empty}: there is no scenario.toml in this folder, nor a scenario.xlsx or scenario.ods"]
    assert faults(tmp_path / "scenaro.toml") == [
        f'{tmp_path / "scenaro.toml"}: no such file; did you mean "scenario.toml"?'
    ]
    assert faults(Path("/dev/null")) == ["/dev/null: is not an ordinary file"]
    assert faults(Path("a\0b")) == ["a\\x00b: no such file"]
    assert len(faults(Path("x" * 5000))) == 1


def test_a_byte_order_mark_and_windows_lines_are_accepted_everywhere(tmp_path: Path) -> None:
    """Editors and spreadsheets of Windows write them."""
    plain = load(write(tmp_path / "plain"))
    marked = tmp_path / "marked"
    path = write(marked)
    for file, text in ((path, GOOD), (marked / "sites.csv", SITES), (marked / "days.csv", DAYS)):
        file.write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert load(path) == plain


def test_a_child_changes_its_parents_values_at_any_depth(tmp_path: Path) -> None:
    """Tables merge key by key; a folder and an absolute path stand for a parent too; CSV names follow their file."""
    write(tmp_path / "base")
    middle = tmp_path / "middle"
    middle.mkdir()
    (middle / "scenario.toml").write_text('extends = "../base/scenario.toml"\n[pools.gongbei]\nheadcount = 36\n')
    child = tmp_path / "child.toml"
    child.write_text(
        f'extends = "{middle.as_posix()}"\n[sites.yinhua]\nrooms = 95\n[registration.minutes]\nmean = 10\n'
    )
    scenario = load(child)
    assert scenario.pools["gongbei"].headcount == 36
    assert scenario.pools["gongbei"].fixed_posts == 6
    assert scenario.sites is not None
    assert (scenario.sites.candidates["yinhua"].rooms, scenario.sites.candidates["yinhua"].number) == (95, 2)
    assert scenario.registration is not None
    assert scenario.registration.minutes.mean == 10
    assert [file.name for file in read(child).files[:3]] == ["scenario.toml", "scenario.toml", "child.toml"]


def test_another_kind_replaces_the_parents_table(tmp_path: Path) -> None:
    """The keys of a lognormal mean nothing to a constant: merging them would make every such child a fault."""
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('extends = "scenario.toml"\n[registration]\nminutes = { kind = "constant", mean = 5 }\n')
    scenario = load(child)
    assert scenario.registration is not None
    assert scenario.registration.minutes.model_dump() == {"kind": "constant", "mean": 5.0}


def test_faults_name_the_file_that_gave_the_bad_value(tmp_path: Path) -> None:
    """Parent, child, CSV of the parent and --set, each seen from the folder of the scenario asked for."""
    write(tmp_path / "base", changed(("seats = 33", "seats = 0")), sites=SITES.replace(",90,", ",0,"))
    child = tmp_path / "child.toml"
    child.write_text('extends = "base"\n[pools.gongbei]\nheadcount = -1\n')
    assert set(faults(child, "stay.days=-3")) == {
        "base/scenario.toml: coaches.seats = 0: must be at least 1",
        "child.toml: pools.gongbei.headcount = -1: must be at least 0",
        "base/sites.csv: row 3, rooms = 0: must be at least 1",
        "--set: stay.days = -3: must be at least 0",
    }


def test_a_circle_of_extends_is_shown(tmp_path: Path) -> None:
    """Also a file that extends itself."""
    (tmp_path / "a.toml").write_text('extends = "b.toml"\n')
    (tmp_path / "b.toml").write_text('extends = "c.toml"\n')
    (tmp_path / "c.toml").write_text('extends = "./a.toml"\n')
    (tmp_path / "own.toml").write_text('extends = "own.toml"\n')
    chain = "a.toml -> b.toml -> c.toml -> a.toml"
    assert faults(tmp_path / "a.toml") == [f'c.toml: extends = "./a.toml": goes round in a circle: {chain}']
    own = "own.toml -> own.toml"
    assert faults(tmp_path / "own.toml") == [f'own.toml: extends = "own.toml": goes round in a circle: {own}']


@pytest.mark.parametrize(
    ("extends", "line"),
    [
        ('"scenaro.toml"', 'extends = "scenaro.toml": no such file; did you mean "scenario.toml"?'),
        ("3", "extends = 3: must be the name of a scenario file in quotes"),
        ('""', 'extends = "": must be the name of a scenario file in quotes'),
        ('"a\\u0000b"', 'extends = "a\\u0000b": no such file'),
    ],
)
def test_a_parent_that_is_none_is_told(tmp_path: Path, extends: str, line: str) -> None:
    """With the nearest name in the folder."""
    write(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text(f"extends = {extends}\n")
    assert faults(child) == [f"child.toml: {line}"]


BAD_SITES = [
    (SITES.replace(",90,", ",-5,"), ["row 3, rooms = -5: must be at least 1"]),
    (SITES.replace(",90,", ",,"), ["row 3, rooms: must be given"]),
    (SITES.replace(",90,", ",many,"), ['row 3, rooms = "many": must be a whole number']),
    (SITES.replace(",90,", ",nan,"), ["row 3, rooms = nan: must be a whole number"]),
    (SITES.replace(",35", ",inf"), ["row 3, ride_minutes_gongbei = inf: must be a finite number"]),
    (SITES.replace(",35", ",1e400"), ["row 3, ride_minutes_gongbei = inf: must be a finite number"]),
    (
        SITES.replace(",90,", ',"1,090",'),
        ['row 3, rooms = "1,090": must be a whole number; write numbers without thousands separators'],
    ),
    (
        SITES.replace("demand", "2020-02-31"),
        ['row 3, opens = "2020-02-31": must be "demand" or a date of the calendar'],
    ),
    (SITES.replace("demand", "later"), ['row 3, opens = "later": must be "demand" or a date such as 2020-03-03']),
    (SITES.replace("wanzai,street,90", "wanzai,town,90"), ['row 3, level = "town": must be "district" or "street"']),
    (SITES.replace("2,yinhua", "1,yinhua"), ['row 3, number = 1: is the number of "north" too']),
    (SITES.replace("3,south", "3,yinhua"), ['row 4, id = "yinhua": is the id of row 3 too']),
    (
        SITES.replace("3,south", "2,yinhua").replace(",80,,40.5", ",-80,later,fast"),
        [
            'row 4, id = "yinhua": is the id of row 3 too',
            "row 4, rooms = -80: must be at least 1",
            'row 4, ride_minutes_gongbei = "fast": must be a number',
            'row 4, opens = "later": must be "demand" or a date such as 2020-03-03',
            'row 4, number = 2: is the number of "yinhua" too',
        ],
    ),
    (
        SITES.replace("2,yinhua", "2,Yinhua").replace("3,south", "2,row_3"),
        [
            'row 3, id = "Yinhua": must be small letters, digits and underscores (at most 40), beginning with a letter',
            'row 4, number = 2: is the number of "row_3_" too',
        ],
    ),
    (SITES.replace(",35\n", ",\n"), ["row 3, ride_minutes_gongbei: must be given"]),
    (
        SITES.replace("2,yinhua,Yinhua Hotel,", "2,yinhua,").replace(",80,", ",many,"),
        ["row 3: has 7 cells, the header has 8", 'row 4, rooms = "many": must be a whole number'],
    ),
    (
        SITES.replace("3,south", "3,team"),
        ['row 4, id = "team": is the name of a setting of [sites] and cannot be the id of a site'],
    ),
    (
        SITES.replace("south", "South"),
        [
            'row 4, id = "South": must be small letters, digits and underscores (at most 40), beginning with a letter',
        ],
    ),
    (
        SITES.replace("rooms", "romes"),
        [
            'row 1, romes: unknown column; did you mean "rooms"?',
            'row 1: has no column "rooms"; did you mean "romes"?',
        ],
    ),
    (SITES.replace("street,level", "street,street"), ["row 1, street: this column is there twice"]),
    (
        SITES.replace("ride_minutes_gongbei", "ride_minutes_gongbie"),
        ['row 1, ride_minutes_gongbie: no such port "gongbie"; did you mean "gongbei"?'],
    ),
    (SITES.replace("2,yinhua,Yinhua Hotel,", "2,yinhua,"), ["row 3: has 7 cells, the header has 8"]),
    (
        SITES.replace("street,90,", "street,1,090,"),
        ["row 3: has 9 cells, the header has 8; write numbers without thousands separators"],
    ),
    ("", ["is empty"]),
    ("number,id\x00", ["is not a text file (it has null bytes)"]),
    (
        'number,id,rooms\n1,"a',
        ["is not CSV (unexpected end of data); only CSV files with commas, semicolons or tabs can be read"],
    ),
    (
        "number|id|rooms\n1|a|3\n",
        [
            'row 1 = "number|id|rooms": must have its columns separated by commas, semicolons or tabs; '
            "only CSV files with commas, semicolons or tabs can be read",
        ],
    ),
]


@pytest.mark.parametrize(("sites", "lines"), BAD_SITES, ids=range(len(BAD_SITES)))
def test_a_fault_in_the_list_of_sites_has_row_and_column(tmp_path: Path, sites: str, lines: list[str]) -> None:
    """Row 1 is the header, as in a spreadsheet."""
    assert faults(write(tmp_path, sites=sites)) == [f"sites.csv: {line}" for line in lines]


def test_a_list_without_rows_has_no_candidate(tmp_path: Path) -> None:
    """A header alone is no site."""
    path = write(tmp_path, sites="number,id,rooms\n")
    assert "scenario.toml: sites: has no candidate: give a list, or tables [sites.<id>]" in faults(path)


def test_rows_of_spreadsheets_are_read_as_they_come(tmp_path: Path) -> None:
    """Dates with slashes, empty rows and trailing commas, blanks around cells, empty cells for defaults."""
    scenario = load(write(tmp_path))
    loose = SITES.replace("\n2,", ",,\n,,,,,,,,,\n\n 2 , ").replace(",90,", ", 90 ,")
    assert load(write(tmp_path, sites=loose)) == scenario
    assert scenario.sites is not None
    assert str(scenario.sites.candidates["north"].opens) == "2020-03-03"
    assert scenario.sites.candidates["south"].opens == "demand"
    assert scenario.sites.list is None


def test_a_daily_series_is_read_into_the_scenario(tmp_path: Path) -> None:
    """The model touches no file afterwards."""
    profile = load(write(tmp_path)).ports["gongbei"].regimes["b"].profile
    assert {str(day): people for day, people in profile.values.items()} == {
        "2020-03-06": 5.0, "2020-03-07": 6.5, "2020-03-08": 7.0, "2020-03-09": 0.0,
    }  # fmt: skip
    assert profile.file is None


BAD_DAYS = [
    (DAYS.replace(",5", ",x"), ['row 2, people = "x": must be a number']),
    (DAYS.replace(",5", ",-1"), ['row 2, people = "-1": must be at least 0']),
    (DAYS.replace(",6.5", ',"6,5"'), ['row 3, people = "6,5": must be a number; write a point for the decimals']),
    (DAYS.replace("2020/3/7", "7.3.2020"), ['row 3, date = "7.3.2020": must be a date such as 2020-03-03']),
    (DAYS.replace("2020/3/7", "2020-03-06"), ["row 3, date = 2020-03-06: this date is there twice"]),
    (
        DAYS.replace(",7\n", ',"1,007"\n').replace("6.5", "-1"),
        [
            'row 3, people = "-1": must be at least 0',
            'row 4, people = "1,007": must be a number; write numbers without thousands separators',
        ],
    ),
    (
        DAYS.replace(",", ";").replace(";7\n", ";1,007\n").replace("6.5", "x"),
        [
            'row 4, people = "1,007": may be 1007 or 1.007; write it without thousands separators, and decimals that '
            "do not look like them",
            'row 3, people = "x": must be a number',
        ],
    ),
    (DAYS.replace("people", "peopel"), ['row 1: has no column "people"; did you mean "peopel"?']),
]


@pytest.mark.parametrize(("days", "lines"), BAD_DAYS)
def test_a_fault_in_a_daily_series_has_row_and_column(tmp_path: Path, days: str, lines: list[str]) -> None:
    """Bad cells of a series are told like those of the list of sites."""
    assert faults(write(tmp_path, days=days)) == [f"days.csv: {line}" for line in lines]


@pytest.mark.parametrize(
    ("override", "line"),
    [
        ("pools.gongbie.headcount=3", 'pools.gongbie: no such pool; did you mean "gongbei"?'),
        ("sites.yinhau.rooms=3", 'sites.yinhau: no such site; did you mean "yinhua"?'),
        (
            "pools.gongbei.shifts.erly.share=1",
            'pools.gongbei.shifts.erly: no such shift; did you mean "early"?',
        ),
        ("pools.gongbei.headcoun=3", 'pools.gongbei.headcoun = 3: unknown key; did you mean "headcount"?'),
        ("pool.gongbei.headcount=3", 'pool: unknown key; did you mean "pools"?'),
        ("pools.gongbei.headcount", "pools.gongbei.headcount: must be PATH=VALUE, such as pools.hzmb.headcount=20"),
        ("a..b=3", "a..b: PATH must be keys joined by dots, such as pools.hzmb.headcount"),
        ("first_day.x=3", "first_day.x = 3: first_day is one value and has no parts"),
        ("extends=other.toml", "extends: cannot be changed by --set"),
        ("title=\udc80", "title: must be text in UTF-8"),
        ("sites.yinhua.rooms=0", "sites.yinhua.rooms = 0: must be at least 1"),
        ("pools.zzz.headcount=3", "pools.zzz: no such pool; known here: gongbei, team"),
        ("pools.team=3", "pools.team = 3: must be a table; name a value in it, such as pools.team.headcount"),
        (
            "registration.minutes=12min",
            'registration.minutes = "12min": must be a table; did you mean { kind = "constant", mean = 12 }?',
        ),
        (
            "stay.days=2 weeks",
            'stay.days = "2 weeks": must be a number; write the number alone, its unit is: days of 24 h',
        ),
        ("arrivals.factor=110%", 'arrivals.factor = "110%": must be a number; write it as a share: 1.1'),
        (
            "coaches.seats=110%",
            'coaches.seats = "110%": must be a whole number; write the number alone, its unit is: seats',
        ),
        (
            "coaches.seats=45座",
            'coaches.seats = "45座": must be a whole number; write the number alone, its unit is: seats',
        ),
        (".".join("a" * 30) + "=1", ".".join("a" * 12) + " …: has more steps than any value has"),
        ("title=" + "[" * 60 + "]" * 60, "title: is nested too deeply"),
    ],
)
def test_a_fault_of_an_override_names_the_command_line(tmp_path: Path, override: str, line: str) -> None:
    """`--set` cannot make up a pool or a site, nor hide a misspelt key."""
    assert faults(write(tmp_path), override) == [f"--set: {line}"]


def test_overrides_are_read_as_toml_and_else_as_text(tmp_path: Path) -> None:
    """Later overrides win; a site of the CSV list can be changed like any other value."""
    scenario = load(
        write(tmp_path),
        overrides=[
            "pools.gongbei.headcount=36", "pools.gongbei.headcount = 38", "title=two words", "first_day=2020-03-04",
            "pools.gongbei.shifts.early.start=05:30", "pools.gongbei.shifts.early.hours=9.5",
            'check_in.minutes={kind="constant", mean=4}', "sites.yinhua.rooms=77", "last_day=2020/3/8",
        ],
    )  # fmt: skip
    assert (scenario.pools["gongbei"].headcount, scenario.title) == (38, "two words")
    assert (str(scenario.first_day), str(scenario.last_day)) == ("2020-03-04", "2020-03-08")
    assert scenario.pools["gongbei"].shifts["early"].start == 330
    assert scenario.sites is not None
    assert scenario.sites.candidates["yinhua"].rooms == 77
    assert scenario.check_in is not None


def test_the_error_of_load_is_a_value_error_with_all_lines(tmp_path: Path) -> None:
    """Programs that know nothing of scenarios still show them."""
    with pytest.raises(ScenarioError, match=r"must be at least 0\n.*must be at least 0"):
        load(write(tmp_path, changed(("headcount = 30", "headcount = -5"), ("days = 14", "days = -1"))))
