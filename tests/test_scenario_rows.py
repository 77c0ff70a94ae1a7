"""Tables of rows (roster, disruptions, today's occupancy) and test sensitivity: from CSV files and written out."""

import json
from pathlib import Path

import pytest
from scenario_care import DISRUPTIONS, FNR, INITIAL, ROSTER, ROWS, write_rows
from scenario_files import GOOD, changed, faults, warnings, write

from sim.scenario import load, read
from sim.scenario.files.documents import resolved_dict, scenario_hash, to_toml


def test_rows_of_files_become_values_of_the_scenario(tmp_path: Path) -> None:
    """Dates and weekdays, empty cells for defaults, numbers and hours as values; the model names no file."""
    scenario = load(write_rows(tmp_path))
    assert [(row.pool, str(row.date), row.start, row.hours, row.headcount) for row in scenario.roster] == [
        ("gongbei", "monday", 360, 9.0, 14),
        ("gongbei", "2020-03-05", 360, 9.5, 21),
        ("gongbei", "2020-03-05", 930, 8.5, 21),
    ]
    events = [(event.kind, event.place, str(event.to_day), event.value) for event in scenario.disruptions]
    assert events == [
        ("site_lost", "yinhua", "None", None),
        ("port_hours", "gongbei", "2020-03-05", "10:00-20:00"),
        ("port_hours", "all", "2020-03-06", "closed"),
        ("staff_absent", "north.team", "None", 0.5),
        ("arrivals_added", "all", "2020-03-04", 300.0),
    ]
    assert [(row.site, row.party_size, row.day_of_stay) for row in scenario.initial] == [
        ("north", 2, 3), ("north", 1, 14),
    ]  # fmt: skip
    assert scenario.health is not None
    sensitivity = scenario.health.pcr_sensitivity
    assert (sensitivity.days, sensitivity.file) == ((1.0, 2.5, 4.0), None)
    assert sensitivity.shares == pytest.approx((0.0, 0.023, 0.29), abs=1e-12)


def test_a_file_and_the_same_rows_written_out_are_one_scenario(tmp_path: Path) -> None:
    """`[[roster]]` and a list of tables mean what the CSV file means."""
    from_files = load(write_rows(tmp_path))
    own = ROWS.replace('initial = "initial.csv"\n', "").replace('roster = "roster.csv"\n', "") + (
        '[[roster]]\npool = "gongbei"\ndate = "monday"\nstart = "06:00"\nhours = 9\nheadcount = 14\n'
        '[[roster]]\npool = "gongbei"\ndate = 2020-03-05\nstart = "06:00"\nhours = 9.5\nheadcount = 21\n'
        '[[roster]]\npool = "gongbei"\ndate = 2020-03-05\nstart = "15:30"\nhours = 8.5\nheadcount = 21\n'
    )
    own = own.replace(
        "first_day =",
        'initial = [{ site = "north", party_size = 2, day_of_stay = 3 }, '
        '{ site = "north", party_size = 1, day_of_stay = 14 }]\nfirst_day =',
        1,
    )
    written = load(write_rows(tmp_path, own))
    assert written == from_files
    assert scenario_hash(written) == scenario_hash(from_files)


def test_a_resolved_scenario_holds_the_rows_and_reads_back_equal(tmp_path: Path) -> None:
    """No CSV is needed beside it; as JSON the rows are plain."""
    reading = read(write_rows(tmp_path / "in"))
    out = tmp_path / "scenario.toml"
    out.write_text(to_toml(reading.scenario), encoding="utf-8")
    again = read(out)
    assert again.scenario == reading.scenario
    assert to_toml(again.scenario) == to_toml(reading.scenario)
    assert again.files == (out,)
    plain = resolved_dict(reading.scenario)
    assert json.loads(json.dumps(plain)) == plain
    assert plain["roster"][1] == {
        "pool": "gongbei", "date": "2020-03-05", "start": "06:00", "hours": 9.5, "headcount": 21,
    }  # fmt: skip
    assert "headcount" not in {row.path.rpartition(".")[2] for row in reading.provenance if "gongbei" in row.path}


def test_times_of_rounds_read_back_equal(tmp_path: Path) -> None:
    """A list of clock times is written as clock times."""
    text = GOOD.replace("[provenance]", '[visits.meals]\ntimes = ["7:30", "18:00"]\nroom_minutes = 2\n[provenance]')
    scenario = load(write(tmp_path / "in", text))
    out = tmp_path / "scenario.toml"
    out.write_text(to_toml(scenario), encoding="utf-8")
    assert 'times = ["07:30", "18:00"]' in out.read_text()
    assert load(out) == scenario


BAD_FILES = [
    ("roster", ROSTER.replace("06:00,9,", "6,9,"), [
        'row 2, start = "6": must be a clock time such as 08:00',
    ]),
    ("roster", ROSTER.replace("monday", "mondey"), [
        'row 2, date = "mondey": must be "monday", "tuesday", "wednesday", "thursday", "friday", "saturday" or '
        '"sunday" or a date such as 2020-03-03; did you mean "monday"?',
    ]),
    ("roster", ROSTER.replace("9,14", ",14"), ["row 2, hours: must be given"]),
    ("roster", ROSTER.replace("9,14", "9,14.5"), ["row 2, headcount = 14.5: must be a whole number"]),
    ("roster", ROSTER.replace("9,14", '"9,5",14'), [
        'row 2, hours = "9,5": must be a number; write a point for the decimals',
    ]),
    ("roster", ROSTER.replace("gongbei,monday", "gongbie,monday"), [
        'row 2, pool = "gongbie": no such pool; did you mean "gongbei"?',
    ]),
    ("roster", ROSTER.replace("headcount", "headcuont"), [
        'row 1, headcuont: unknown column; did you mean "headcount"?',
        'row 1: has no column "headcount"; did you mean "headcuont"?',
    ]),
    ("roster", ROSTER.replace(",9.5,", ",10,"), [
        "row 4: overlaps row 2 of the roster on 2020-03-05; shifts of one pool must not overlap",
    ]),
    ("roster", ROSTER.replace("monday,06:00", "monday,24:00"), [
        'row 2, start = "24:00": must be before 24:00; write "00:00" of the next day',
    ]),
    ("disruptions", DISRUPTIONS.replace("site_lost", "site_lots"), [
        'row 2, kind = "site_lots": must be "site_lost", "site_shut", "sites_prepared", "port_hours", '
        '"arrivals_factor", "arrivals_added", "staff_absent", "staff_added", "coaches_out", "coaches_added" or '
        '"laboratory_hours"; '
        'did you mean "site_lost"?',
    ]),
    ("disruptions", DISRUPTIONS.replace("2020-03-04,2020-03-05", "2020-03-04,2020-03-03"), [
        "row 3: to_day must not be before from_day",
    ]),
    ("disruptions", DISRUPTIONS.replace("value", "valeu"), [
        'row 1, valeu: unknown column; did you mean "value"?',
    ]),
    ("initial", INITIAL.replace("north,2", "nort,2"), ['row 2, site = "nort": no such site; did you mean "north"?']),
    ("initial", INITIAL.replace(",14", ",0"), ["row 3, day_of_stay = 0: must be at least 1"]),
    ("initial", INITIAL.replace("1,14", "1"), ["row 3: has 2 cells, the header has 3"]),
    ("fnr", FNR.replace("97.7", "197.7"), ['row 3, false_negative_pct = "197.7": must lie between 0 and 100']),
    ("fnr", FNR.replace("4,71.0", "2,71.0"), [
        'row 4, day_since_exposure = "2": must be more than the day before it (2.5)',
    ]),
    ("fnr", FNR.replace("97.7", "many"), ['row 3, false_negative_pct = "many": must be a number']),
    ("fnr", FNR.replace("false_negative_pct", "false_neg_pct"), [
        'row 1: has no column "false_negative_pct"; did you mean "false_neg_pct"?',
    ]),
    ("fnr", FNR.partition("\n")[0] + "\n", ["has no rows"]),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "lines"), BAD_FILES, ids=range(len(BAD_FILES)))
def test_a_fault_in_a_file_of_rows_has_row_and_column(tmp_path: Path, name: str, text: str, lines: list[str]) -> None:
    """As for the list of sites: row 1 is the header."""
    assert faults(write_rows(tmp_path, **{name: text})) == [f"{name}.csv: {line}" for line in lines]


def test_a_fault_in_rows_of_the_scenario_has_their_number(tmp_path: Path) -> None:
    """Row numbers count from 1, as the list is read."""
    rows = '[{ pool = "gongbei", date = "monday", start = 6, hours = 9, headcount = 1 }, { pool = "gongbei" }, 3]'
    text = ROWS.replace('"roster.csv"', rows)
    assert set(faults(write_rows(tmp_path, text))) == {
        'scenario.toml: roster.1.start = 6: must be a clock time in quotes, such as "08:00"',
        "scenario.toml: roster.2.date: must be given",
        "scenario.toml: roster.2.start: must be given",
        "scenario.toml: roster.2.hours: must be given",
        "scenario.toml: roster.2.headcount: must be given",
        "scenario.toml: roster.3 = 3: must be a table",
    }


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (
            'roster = "roster.csv"',
            'roster = "rostr.csv"',
            'scenario.toml: roster = "rostr.csv": no such file; did you mean "roster.csv"?',
        ),
        (
            'roster = "roster.csv"',
            "roster = { monday = 3 }",
            "scenario.toml: roster: must be a list of tables ([[roster]]), or the name of a CSV file in quotes",
        ),
        (
            'initial = "initial.csv"',
            "initial = 3",
            "scenario.toml: initial = 3: must be a list of tables ([[initial]]), or the name of a CSV file in quotes",
        ),
        (
            'file = "fnr.csv"',
            'file = "fnr.csv", days = [1], shares = [0.5]',
            'scenario.toml: health.pcr_sensitivity.file = "fnr.csv": give either file or days and shares, not both',
        ),
        (
            'given = "false_negative_percent"',
            'given = "false_negative"',
            'scenario.toml: health.pcr_sensitivity.given = "false_negative": must be "sensitivity" or '
            '"false_negative_percent"; did you mean "false_negative_percent"?',
        ),
    ],
)
def test_a_name_that_is_no_table_of_rows_is_told_once(tmp_path: Path, old: str, new: str, line: str) -> None:
    """No fault follows from the first: a pool without shifts is not told where the roster could not be read."""
    assert old in ROWS
    assert faults(write_rows(tmp_path, ROWS.replace(old, new))) == [line]


def test_a_child_puts_its_own_rows_in_place_of_its_parents(tmp_path: Path) -> None:
    """Rows have no ids, so a list replaces a list; also by --set, and an empty one takes it away."""
    write_rows(tmp_path)
    child = tmp_path / "child.toml"
    child.write_text('extends = "scenario.toml"\ndisruptions = []\n[[initial]]\nsite = "north"\nparty_size = 4\n'
                     "day_of_stay = 1\n")  # fmt: skip
    scenario = load(child)
    assert [row.party_size for row in scenario.initial] == [4]
    assert scenario.disruptions == ()
    assert len(load(child, overrides=[f"disruptions={tmp_path / 'disruptions.csv'}"]).disruptions) == 5
    assert faults(child, "initial.1.party_size=3") == [
        "--set: initial.1.party_size = 3: initial is one value and has no parts"
    ]


def test_rows_and_series_have_one_line_in_the_table_of_sources(tmp_path: Path) -> None:
    """The file's entry speaks for all of its rows; test days and shares follow the file that they came from."""
    text = ROWS + (
        '"roster" = "reported: by date"\n"health.pcr_sensitivity.file" = "borrowed: a paper"\n'
        '"disruptions" = "assumed: what if"\n'
    )
    rows = {row.path: row for row in read(write_rows(tmp_path, text)).provenance}
    assert (rows["roster"].kind, rows["roster"].value, rows["roster"].file) == ("reported", "3 rows", "roster.csv")
    assert (rows["disruptions"].kind, rows["initial"].kind) == ("assumed", "not stated")
    assert rows["health.pcr_sensitivity.shares"].kind == "borrowed"
    assert rows["health.pcr_sensitivity.days"].file == "fnr.csv"


def test_columns_weight_and_team_of_the_list_of_sites(tmp_path: Path) -> None:
    """Weights are numbers, teams are pools; empty cells are defaults."""
    sites = (
        "number,id,rooms,opens,weight,team,ride_minutes_gongbei\n"
        "1,north,140,2020-03-03,2.5,,20\n2,yinhua,90,2020-03-03,,night,35\n3,south,80,2020-03-03,0,,40\n"
    )
    night = '[pools.night]\nheadcount = 3\n[pools.night.shifts]\nall = { start = "00:00", hours = 24, share = 1 }\n'
    path = write(tmp_path, GOOD.replace("[registration]", f"{night}[registration]"), sites=sites)
    found = load(path).sites
    assert found is not None
    told = [(site.weight, site.team) for site in found.candidates.values()]
    assert told == [(2.5, None), (1.0, "night"), (0.0, None)]
    bad = sites.replace("night", "nigth").replace("2.5", "-1")
    assert set(faults(write(tmp_path, path.read_text(), sites=bad))) == {
        "sites.csv: row 2, weight = -1: must be at least 0",
        'sites.csv: row 3, team = "nigth": no such pool; did you mean "night"?',
    }


def test_a_roster_may_begin_on_the_eve_of_the_window(tmp_path: Path) -> None:
    """A night shift of the day before the first, 2020-03-03, reaches into it; one of a day earlier has no effect."""
    shifts = '\n[pools.team.shifts.day]\nstart = "07:00"\nhours = 12\nshare = 1.0'
    days = ["2020-03-02", *(f'"{name}day"' for name in ("mon", "tues", "wednes", "thurs", "fri", "satur", "sun"))]
    rows = "".join(
        f'[[roster]]\npool = "team"\ndate = {day}\nstart = "20:00"\nhours = 10\nheadcount = 5\n' for day in days
    )
    text = changed((f"headcount = 9{shifts}", ""), ("[stay]", f"{rows}[stay]"))
    assert warnings(write(tmp_path, text)) == []
    (told,) = warnings(write(tmp_path, changed(("2020-03-02", "2020-03-01"), text=text)))
    assert "roster.1.date = 2020-03-01: lies outside first_day to last_day" in told
