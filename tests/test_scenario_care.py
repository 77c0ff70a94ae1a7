"""Rules for care, health, staff by roster, the brigade, disruptions and occupancy, each with its message."""

import datetime as dt
from pathlib import Path

import pytest
from scenario_care import CARE, with_rows
from scenario_files import GOOD, SITES, changed, faults, warnings, write

from sim.scenario import load, read
from sim.scenario.files.documents import to_toml

CARE_RULES = [
    ('["07:30", "18:00"]', '["07:30", "7:30"]', "visits.meals: times must differ from each other"),
    ('["07:30", "18:00"]', "[]", "visits.meals.times = []: must have at least one entry"),
    (
        '["07:30", "18:00"]',
        '"07:30"',
        'visits.meals.times = "07:30": must be a list of clock times, such as ["08:30", "16:30"]',
    ),
    (
        '["07:30", "18:00"]',
        '["07:30", 18]',
        "visits.meals.times = [\"07:30\", 18]: number 2 of the list must be a clock time in quotes, such as \"08:00\"",
    ),
    (
        '["07:30", "18:00"]',
        '["07:30", "24:00"]',
        'visits.meals.times = "24:00": must be before 24:00; write "00:00"',
    ),
    ("days = [1, 13]", "days = [1, 1]", "swabs.days = [1, 1]: must differ from each other"),
    (
        "pcr_sensitivity = { days = [1, 5], shares = [0.1, 0.8] }\n",
        "",
        "health.pcr_sensitivity: must be given, because there are swabs; name a file: "
        'pcr_sensitivity = { file = "kucirka2020_fnr_by_day.csv", … }',
    ),
    ("shares = [0.1, 0.8]", "shares = [0.1]", "health.pcr_sensitivity: days and shares must have the same length"),
    ("days = [1, 5], shares", "days = [5, 1], shares", "health.pcr_sensitivity: days must rise"),
    (
        "teams = [10, 12]",
        "teams = [10, 12]\nbrigade_call = 13",
        "brigade.brigade_call = 13: must be at most 12, the people of the largest team: "
        "a call is answered by one team",
    ),
    (
        "teams = [10, 12]",
        'teams = [10, 12]\npools = ["gongbie"]',
        'brigade.pools = "gongbie": no such pool; did you mean "gongbei"?',
    ),
    (
        "[hospital]\n",
        '[screening]\nports = ["gongbie"]\nsymptoms_seen_share = 0.5\n[hospital]\n',
        'screening.ports = "gongbie": no such port; did you mean "gongbei"?',
    ),
    (
        "[hospital]\n",
        "[screening]\nsymptoms_seen_share = 1.5\n[hospital]\n",
        "screening.symptoms_seen_share = 1.5: must be at most 1",
    ),
    ("teams = [10, 12]", "teams = [10, 0]", "brigade.teams = 0: number 2 of the list must be at least 1"),
    (
        "[sites]\n",
        "[sites.south]\nteam = \"gongbei\"\n[sites]\n",
        'sites.south.team = "gongbei": is the pool of port "gongbei" too: a pool works at ports or at sites',
    ),
    (
        "[sites]\n",
        '[sites.south]\nteam = "tem"\n[sites]\n',
        'sites.south.team = "tem": no such pool; did you mean "team"?',
    ),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), CARE_RULES)
def test_a_broken_rule_of_care_is_told_in_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    """Each change breaks exactly one rule of model.md."""
    assert faults(write(tmp_path, changed((old, new), text=CARE))) == [f"scenario.toml: {line}"]


def without(*tables: str) -> str:
    """The scenario without some of its tables."""
    text = CARE
    for table in tables:
        start = text.index(f"[{table}")
        text = text[:start] + text[text.index("\n[", start + 1) + 1 :]
    return text


def test_the_scenario_with_all_of_care_has_neither_faults_nor_warnings(tmp_path: Path) -> None:
    """Otherwise the tests around would prove little; no step of care is said to be left out."""
    reading = read(write(tmp_path, CARE))
    assert [str(warning) for warning in reading.warnings] == []
    left_out = " ".join(reading.steps_left_out)
    assert not any(word in left_out for word in ("visited", "tested", "infected", "followed", "reserve of staff"))


def test_swabs_need_visits(tmp_path: Path) -> None:
    """Swabs are taken at the first round of a day, so without rounds there would be none."""
    line = "swabs: needs [visits]: swabs are taken at the first round of a day; add [visits.health_checks] with times"
    assert faults(write(tmp_path, without("visits.meals", "visits.checks"))) == [f"scenario.toml: {line}"]


def test_care_needs_sites(tmp_path: Path) -> None:
    """Where nobody is taken to a site nobody can be visited, tested or followed up."""
    start, end = CARE.index("[coaches]"), CARE.index("[visits.meals]")
    text = (CARE[:start] + CARE[end:]).replace("not_diverted_share = 0.1", "not_diverted_share = 1.0")
    text = text.replace('"sites.*.rooms" = "assumed: range 40 to 160"\n', "")
    assert set(faults(write(tmp_path, text))) == {
        f"scenario.toml: {name}: must not be given: there are no sites" for name in ("visits", "swabs", "follow_up")
    }


CARE_WARNINGS = [
    (without("laboratory"), "swabs: no result ever comes: there is no [laboratory] table"),
    (without("swabs"), "laboratory: has no effect: there is no [swabs] table"),
    (without("health"), "hospital: has no effect: there is no [health] table, so nobody is detected"),
    (
        CARE.replace("finds_symptoms = true\n", ""),
        "health: no kind of visit finds symptoms: only tests find the infected; set finds_symptoms = true",
    ),
    (
        CARE.replace("days = 14", "days = 7"),
        "swabs.days = [1, 13]: a stay of 7 days has no day 13: no swab is taken then",
    ),
    (
        CARE.replace("room_minutes = 2\n", ""),
        "visits.meals: takes no time: room_minutes and person_minutes are 0; a visit of a second is made",
    ),
    (
        CARE.replace("[hospital]", "[screening]\nports = []\nsymptoms_seen_share = 0.5\n[hospital]"),
        "screening: finds nobody: it needs symptoms_seen_share above 0 or test_turnaround_hours, at a port; leave "
        "[screening] out, or give one of them",
    ),
    (
        without("health").replace("[hospital]", "[screening]\nsymptoms_seen_share = 0.5\n[kept]").split("[kept]")[0]
        + "[follow_up]"
        + without("health").split("[follow_up]")[1],
        "screening: has no effect: there is no [health] table, so nobody is infected",
    ),
    (
        CARE.replace("trigger_hours", "pools = []\ntrigger_hours"),
        "brigade.pools = []: is empty: nobody may call the brigade; leave it out to let all pools call",
    ),
]


@pytest.mark.parametrize(("text", "line"), CARE_WARNINGS)
def test_care_that_has_no_effect_is_a_warning(tmp_path: Path, text: str, line: str) -> None:
    """A warning stops nothing; its line says what will happen."""
    assert warnings(write(tmp_path, text)) == [f"scenario.toml: {line}"]


BAD_EVENTS = [
    ('kind = "site_lost", place = "yinhau"', 'place = "yinhau": no such site; did you mean "yinhua"?'),
    ('kind = "site_shut"', "place: must name a site; such as north"),
    (
        'kind = "arrivals_factor", place = "gonbei", value = 2',
        'place = "gonbei": no such port; did you mean "gongbei"?',
    ),
    ('kind = "staff_absent", place = "tem", value = 0.5', 'place = "tem": no such pool; did you mean "team"?'),
    (
        'kind = "staff_absent", place = "nort.team", value = 0.5',
        'place = "nort.team": no such pool; did you mean "north.team"?',
    ),
    (
        'kind = "laboratory_hours", place = "north", value = 3',
        'place = "north": must be left out: there is one laboratory',
    ),
    ('kind = "site_lost", place = "north", value = 1', "value = 1.0: must be left out: site_lost has no value"),
    ('kind = "port_hours"', 'value: must be given: hours such as "10:00-20:00", or "closed"'),
    ('kind = "port_hours", value = "10-20"', 'value = "10-20": must be hours such as "10:00-20:00", or "closed"'),
    ('kind = "port_hours", value = 10', 'value = 10.0: must be hours such as "10:00-20:00", or "closed"'),
    (
        'kind = "port_hours", value = "24:00-08:00"',
        'value = "24:00-08:00": must open before 24:00; write "00:00" of the next day',
    ),
    ('kind = "arrivals_factor"', "value: must be given: a factor from 0 to 1000"),
    ('kind = "arrivals_factor", value = -1', "value = -1.0: must be a factor from 0 to 1000"),
    ('kind = "arrivals_added", value = "many"', 'value = "many": must be people more a day, from 0 to 10000000'),
    ('kind = "staff_absent", place = "team", value = 1.5', "value = 1.5: must be a share from 0 to 1"),
    ('kind = "coaches_out", value = 1.5', "value = 1.5: must be a whole number of coaches"),
    ('kind = "laboratory_hours", value = -2', "value = -2.0: must be hours from 0 to 8784"),
    ('kind = "coaches_added", value = -1', "value = -1.0: must be a whole number of coaches"),
    ('kind = "staff_added", place = "gonbei", value = 2', 'place = "gonbei": no such pool; did you mean "gongbei"?'),
    ('kind = "staff_added", place = "gongbei", value = 0.5', "value = 0.5: must be a whole number of people"),
    ('kind = "sites_prepared"', "value: must be given: a whole number of sites"),
    ('kind = "sites_prepared", value = 1.5', "value = 1.5: must be a whole number of sites"),
    (
        'kind = "sites_prepared", place = "north", value = 1',
        'place = "north": must be left out: there is one list of sites',
    ),
    (
        'kind = "sites_prepared", value = 1, to_day = 2020-03-05',
        "to_day = 2020-03-05: must be left out: sites are begun at one moment",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("row", "line"), BAD_EVENTS)
def test_a_disruption_needs_place_and_value_of_its_kind(tmp_path: Path, row: str, line: str) -> None:
    """The second row of the list is the bad one, and the only one that is told."""
    text = with_rows('kind = "site_shut", place = "north", from_day = 2020-03-05', f"{row}, from_day = 2020-03-04")
    assert faults(write(tmp_path, text)) == [f"scenario.toml: disruptions.2.{line}"]


GOOD_EVENTS = [
    'kind = "site_lost", place = "north"', 'kind = "site_shut", place = "south", to_day = 2020-03-05',
    'kind = "port_hours", place = "gongbei", value = "22:00-06:00", to_day = 2020-03-04',
    'kind = "arrivals_factor", value = 0', 'kind = "arrivals_added", place = "gongbei", value = 5',
    'kind = "staff_absent", place = "gongbei", value = 1', 'kind = "staff_absent", place = "south.team", value = 0.2',
    'kind = "coaches_out", place = "all", value = 2', 'kind = "laboratory_hours", value = 48',
    'kind = "staff_added", place = "gongbei", value = 5', 'kind = "staff_added", place = "north.team", value = 1',
    'kind = "coaches_added", place = "gongbei", value = 2', 'kind = "sites_prepared", value = 1',
]  # fmt: skip


def test_every_kind_of_disruption_is_accepted(tmp_path: Path) -> None:
    """With each place and value that it may have; without a warning."""
    text = with_rows(*(f"{row}, from_day = 2020-03-04" for row in GOOD_EVENTS))
    reading = read(write(tmp_path, text))
    assert len(reading.scenario.disruptions) == len(GOOD_EVENTS)
    assert reading.warnings == ()


def test_two_rows_must_not_set_hours_to_different_values(tmp_path: Path) -> None:
    """The order of rows has no meaning, so no row wins; equal values, other days and other kinds do not clash."""
    text = with_rows(
        'kind = "port_hours", value = "closed", from_day = 2020-03-04, to_day = 2020-03-05',
        'kind = "port_hours", place = "gongbei", value = "closed", from_day = 2020-03-04',
        'kind = "port_hours", place = "gongbei", value = "10:00-20:00", from_day = 2020-03-03, to_day = 2020-03-03',
        'kind = "laboratory_hours", value = 48, from_day = 2020-03-04',
        'kind = "laboratory_hours", value = 4, from_day = 2020-03-06, to_day = 2020-03-07',
        'kind = "arrivals_factor", value = 4, from_day = 2020-03-06, to_day = 2020-03-07',
    )
    line = "disruptions.5: sets other hours than row 4 of the disruptions on 2020-03-06"
    assert faults(write(tmp_path, text)) == [f"scenario.toml: {line}; let one end before the other begins"]


MOMENT = 'must be a date, or a date and time to the minute, such as "2020-03-03 14:30"'
BAD_MOMENTS = [
    ('from_day = "2020-03-04 21:60"', f'from_day = "2020-03-04 21:60": {MOMENT}'),
    ("from_day = 2020-03-04T21:00:30", f"from_day = 2020-03-04T21:00:30: {MOMENT}"),
    ('from_day = "tonight"', f'from_day = "tonight": {MOMENT}'),
    ('from_day = "9999-12-31 24:00"', f'from_day = "9999-12-31 24:00": {MOMENT}'),
    ("from_day = 2020-03-04T21:00:00, to_day = 2020-03-04T21:00:00", "must be after from_day"),
    ("from_day = 2020-03-05, to_day = 2020-03-04", "must not be before from_day"),
]


@pytest.mark.parametrize(("days", "words"), BAD_MOMENTS)
def test_a_disruption_begins_and_ends_at_a_date_or_a_minute(tmp_path: Path, days: str, words: str) -> None:
    """One fault with the value and the way out; a date in to_day includes that day, a time excludes its minute."""
    (line,) = faults(write(tmp_path, with_rows(f'kind = "arrivals_factor", value = 2, {days}')))
    assert line.startswith("scenario.toml: disruptions.1")
    assert words in line


def test_moments_are_read_from_toml_text_and_csv_alike_and_written_back(tmp_path: Path) -> None:
    """21:00 of 4 March to 06:00 of 5 March, in the forms that files and spreadsheets write; then as TOML and back."""
    forms = ["from_day = 2020-03-04T21:00:00, to_day = 2020-03-05T06:00:00",
             'from_day = "2020-03-04 21:00", to_day = "2020/3/5 6:00"',
             'from_day = "2020-03-04T21:00", to_day = "2020-03-05 06:00:00"']  # fmt: skip
    rows = [f'kind = "arrivals_added", place = "gongbei", value = 5, {days}' for days in forms]
    scenario = read(write(tmp_path, with_rows(*rows))).scenario
    first = dt.date(2020, 3, 3)
    assert {event.span(first) for event in scenario.disruptions} == {(45 * 3600, 54 * 3600)}
    again = tmp_path / "again.toml"
    again.write_text(to_toml(scenario), encoding="utf-8")
    assert read(again).scenario == scenario


def test_people_added_with_a_time_need_an_end_and_say_in_all(tmp_path: Path) -> None:
    """model.md: with times so many in all, spread evenly over from..to (required)."""
    in_all = 'kind = "arrivals_added", value = "x", from_day = 2020-03-04, to_day = 2020-03-04T06:00:00'
    text = with_rows('kind = "arrivals_added", value = 5, from_day = 2020-03-04T21:00:00', in_all)
    assert faults(write(tmp_path, text)) == [
        "scenario.toml: disruptions.1.to_day: must be given: with a time in from_day, value is so many people in all, "
        "evenly from from_day to to_day; or write from_day without a time: value people more a day",
        'scenario.toml: disruptions.2.value = "x": must be people more in all, from 0 to 10000000',
    ]


def test_hours_to_the_minute_may_overlap_those_of_a_date_but_not_each_other(tmp_path: Path) -> None:
    """By date they say when people come, to the minute whether the port is open: the two do not clash."""
    text = with_rows(
        'kind = "port_hours", value = "10:00-20:00", from_day = 2020-03-04, to_day = 2020-03-05',
        'kind = "port_hours", place = "gongbei", value = "closed", from_day = 2020-03-04T21:00:00',
        'kind = "port_hours", value = "08:00-12:00", from_day = 2020-03-04, to_day = 2020-03-05T06:00:00',
    )
    line = "disruptions.3: sets other hours than row 2 of the disruptions on 2020-03-04 21:00"
    assert faults(write(tmp_path, text)) == [f"scenario.toml: {line}; let one end before the other begins"]


def test_sites_prepared_need_candidates_on_demand(tmp_path: Path) -> None:
    """The small scenario has two; asking for three is a warning, with none it is a fault."""
    row = 'kind = "sites_prepared", from_day = 2020-03-04T21:00:00, value = 3'
    rule = "is more than the list has: 2 candidates open on demand"
    assert f"scenario.toml: disruptions.1.value = 3.0: {rule}" in warnings(write(tmp_path, with_rows(row)))
    dated = SITES.replace("demand", "2020-03-05").replace("80,,", "80,2020-03-05,")
    (line,) = faults(write(tmp_path, with_rows(row), sites=dated))
    assert (
        line == "scenario.toml: disruptions.1: sites_prepared needs candidates that open on demand, and there is none"
    )


def test_disruptions_need_what_they_disrupt(tmp_path: Path) -> None:
    """Coaches and a laboratory are tables that a scenario may leave out."""
    text = with_rows(
        'kind = "laboratory_hours", value = 5, from_day = 2020-03-04',
        'kind = "coaches_out", value = 1, from_day = 2020-03-04',
        text=without("swabs", "laboratory", "coaches").replace("coaches = 2\n", ""),
    )
    assert faults(write(tmp_path, text)) == [
        "scenario.toml: disruptions.1: laboratory_hours needs a [laboratory] table",
        "scenario.toml: disruptions.2: coaches_out needs a [coaches] table",
    ]


def test_hours_in_which_nobody_comes_are_a_fault(tmp_path: Path) -> None:
    """The profile has people from 10:00 to 20:00 only, and spreads a day's people over the hours that remain."""
    weights = [0] * 10 + [1] * 10 + [0] * 4
    text = with_rows('kind = "port_hours", value = "21:00-23:00", from_day = 2020-03-04')
    text = text.replace("people = 100", f"people = 100\nhour_weights = {weights}")
    rule = 'leaves no hour in which people come: all hour_weights of port "gongbei" in it are zero'
    assert faults(write(tmp_path, text)) == [f'scenario.toml: disruptions.1.value = "21:00-23:00": {rule}']


def test_disruptions_outside_the_days_are_warnings(tmp_path: Path) -> None:
    """People are in sites until 60 days after the last day (9 March), at ports until the last day."""
    text = with_rows(
        'kind = "arrivals_factor", value = 2, from_day = 2020-03-10',
        'kind = "site_shut", place = "north", from_day = 2020-05-08',
        'kind = "site_shut", place = "north", from_day = 2020-05-09',
        'kind = "site_shut", place = "south", from_day = 2020-03-01, to_day = 2020-03-02',
        'kind = "site_lost", place = "south", from_day = 2020-03-04, to_day = 2020-03-05',
    )
    assert warnings(write(tmp_path, text)) == [
        "scenario.toml: disruptions.1.from_day = 2020-03-10: is after 2020-03-09: this disruption never happens",
        "scenario.toml: disruptions.3.from_day = 2020-05-09: is after 2020-05-08: this disruption never happens",
        "scenario.toml: disruptions.4.to_day = 2020-03-02: is before first_day: this disruption has no effect",
        "scenario.toml: disruptions.5.to_day = 2020-03-05: has no effect: a lost site is lost for good",
    ]


def test_parties_of_the_beginning_need_rooms_in_open_sites(tmp_path: Path) -> None:
    """South has 80 rooms and 81 parties; north opens on the second day; a site on demand is simply open."""
    rows = ['site = "south", party_size = 2, day_of_stay = 3'] * 81
    rows += ['site = "north", party_size = 1, day_of_stay = 1', 'site = "yinhua", party_size = 1, day_of_stay = 15']
    path = write(tmp_path, with_rows(*rows, table="initial"))
    path.with_name("sites.csv").write_text(path.with_name("sites.csv").read_text().replace("2020/3/3", "2020-03-04"))
    assert faults(path) == [
        "sites.csv: row 4, rooms: has 80 rooms, but the parties in it at the beginning (initial) need 81",
        "sites.csv: row 2, opens = 2020-03-04: must not be after first_day (2020-03-03): "
        "parties are in it from the beginning (initial)",
    ]
    sound = write(tmp_path, with_rows(*rows[1:], table="initial"))
    rule = "is beyond the stay of 14 days: the party is released at once"
    assert warnings(sound) == [f"scenario.toml: initial.82.day_of_stay = 15: {rule}"]
    assert len(faults(sound, "rooms.per=person")) == 1


def test_a_pool_has_shifts_or_rows_of_the_roster_and_not_both(tmp_path: Path) -> None:
    """model.md: both at once is an error; a pool with neither could never work."""
    both = with_rows('pool = "team", date = "monday", start = "06:00", hours = 8, headcount = 3', table="roster")
    rule = "must not be given: the roster has rows of this pool (the first is row 1 of the roster)"
    assert faults(write(tmp_path, both)) == [
        f"scenario.toml: pools.team.shifts: {rule}; take out the shifts, or the rows"
    ]
    start = CARE.index("[pools.team.shifts.day]")
    neither = CARE[:start] + CARE[CARE.index("[registration]") :]
    rule = "must have at least one shift, or rows in the roster"
    assert faults(write(tmp_path, neither)) == [f"scenario.toml: pools.team.shifts: {rule}"]


def roster(*rows: str) -> str:
    """The scenario in which the site team has these rows (date, start, hours, headcount) in place of its shift."""
    start = CARE.index("headcount = 9\n[pools.team.shifts.day]")
    text = CARE[:start] + CARE[CARE.index("[registration]") :].replace(
        '"pools.*.headcount"', '"pools.gongbei.headcount"'
    )
    cells = [row.split() for row in rows]
    written = (f'pool = "team", date = {d}, start = "{s}", hours = {h}, headcount = {n}' for d, s, h, n in cells)
    return with_rows(*written, table="roster", text=text)


DAILY = [f'"{day}" 08:00 8 3' for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")]


def test_a_roster_for_every_weekday_has_no_warning(tmp_path: Path) -> None:
    """It lasts until the hard stop; the pool needs no headcount."""
    scenario = load(write(tmp_path, roster(*DAILY)))
    assert (scenario.pools["team"].headcount, scenario.pools["team"].shifts) == (0, {})
    assert warnings(write(tmp_path, roster(*DAILY))) == []


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        # 2020-03-03 is a Tuesday; the window begins with it
        (['"tuesday" 15:00 4 1'], "roster.8: overlaps row 2 of the roster on 2020-03-03"),
        (['"monday" 20:00 14 1'], "roster.2: overlaps row 8 of the roster on 2020-03-03"),
        # a date beats its weekday, so only the night before and the night after count
        (["2020-03-05 02:00 4 1", "2020-03-05 05:00 3 1"], "roster.9: overlaps row 8 of the roster on 2020-03-05"),
        (["2020-03-05 20:00 24 1"], "roster.5: overlaps row 8 of the roster on 2020-03-06"),
        (["2020-03-05 20:00 4 1", "2020-03-05 20:00 4 1"], "roster.9: overlaps row 8 of the roster on 2020-03-05"),
    ],
)
def test_shifts_of_a_roster_must_not_overlap(tmp_path: Path, rows: list[str], line: str) -> None:
    """By date, over midnight too; each pair is told once."""
    told = faults(write(tmp_path, roster(*DAILY, *rows)))
    assert told == [f"scenario.toml: {line}; shifts of one pool must not overlap"]


def test_a_date_takes_the_place_of_its_weekday(tmp_path: Path) -> None:
    """2020-03-05 is a Thursday: the hours of that weekday are free for rows of the date."""
    assert faults(write(tmp_path, roster(*DAILY, "2020-03-05 06:00 9 1", "2020-03-05 15:00 12 1"))) == []


def test_days_without_staff_and_dates_outside_are_warnings(tmp_path: Path) -> None:
    """3 to 9 March is a week; a date after the hard stop has no effect, one in the 60 days after the last has."""
    rows = [*DAILY[:-1], "2020-03-04 08:00 8 0", "2020-05-08 08:00 8 3", "2020-05-09 08:00 8 3", "2019-01-01 08:00 8 3"]
    found = warnings(write(tmp_path, roster(*rows)))
    assert found == [
        "scenario.toml: pools.team: nobody is on duty on 2 days (the first: 2020-03-04): the roster has no row for "
        "them, or nobody in it",
        "scenario.toml: pools.team: nobody is on duty on 8 days (the first: 2020-03-15) after the last day, when the "
        "last guests are released",
        "scenario.toml: roster.9.date = 2020-05-09: lies outside first_day to last_day and the 60 days after it (2 "
        "rows do): it has no effect",
    ]


def test_the_headcount_of_a_pool_with_a_roster_has_no_effect(tmp_path: Path) -> None:
    """It says so; escorts are held against the largest shift of the roster."""
    text = roster(*DAILY).replace("[pools.team]\n", "[pools.team]\nheadcount = 5\n")
    rule = "pools.team.headcount = 5: has no effect: the roster says who is on duty"
    assert warnings(write(tmp_path, text)) == [f"scenario.toml: {rule}"]


ASSIGNED = CARE.replace("reserve_rooms = 20\n", 'allocation = "assigned"\n')


def test_parties_are_assigned_to_sites_with_a_date_and_a_weight(tmp_path: Path) -> None:
    """Reserve and closing rules hardly go with it: both are warnings."""
    assert faults(write(tmp_path, ASSIGNED)) == []
    text = ASSIGNED.replace("[sites]\n", "[sites.north]\nweight = 0\n[sites]\n")
    rule = "needs a site with a date in opens and a weight above 0: parties are assigned to these alone"
    assert faults(write(tmp_path, text)) == [f'scenario.toml: sites.allocation = "assigned": {rule}']
    both = ASSIGNED.replace("allocation =", 'reserve_rooms = 20\nclosing = "plain"\nallocation =')
    assert warnings(write(tmp_path, both)) == [
        "scenario.toml: sites.reserve_rooms = 20: opens sites that get nobody: parties are assigned to sites with a "
        "date alone",
        'scenario.toml: sites.closing = "plain": stops sites for good: parties assigned to a stopped site wait until '
        "it is taken up again, or in vain",
    ]


def test_steps_of_care_that_are_left_out_are_listed(tmp_path: Path) -> None:
    """One sentence each, in the order of a party's way."""
    left_out = read(write(tmp_path, GOOD)).steps_left_out
    assert left_out[-6:] == (
        "Guests are not visited: there is no [visits] table.",
        "Nobody is tested: there is no [swabs] table.",
        "Nobody is followed up after release: there is no [follow_up] table.",
        "Nobody is infected: there is no [health] table.",
        "Nobody is absent: no pool has a share.",
        "There is no reserve of staff: there is no [brigade] table.",
    )
    assert (
        "Swabs have no result: there is no [laboratory] table."
        in read(write(tmp_path, without("laboratory"))).steps_left_out
    )
