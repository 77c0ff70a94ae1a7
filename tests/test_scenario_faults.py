"""Every kind of fault in a scenario is told in one plain line: file, dotted path, value, rule, way out."""

import re
from pathlib import Path

import pytest
from scenario_files import SITES, changed, faults, warnings, write
from test_scenario_rules import RULES

from sim.scenario import ScenarioError, load, read
from sim.scenario.faults import Fault
from sim.words.language import speaking, spoken

ONE_CHANGE_ONE_LINE = [
    ("headcount = 30", "headcount = -5", "pools.gongbei.headcount = -5: must be at least 0"),
    ("headcount = 30", "headcount = 30.5", "pools.gongbei.headcount = 30.5: must be a whole number"),
    (
        "headcount = 30",
        'headcount = "30"',
        'pools.gongbei.headcount = "30": must be a whole number; write it without quotes',
    ),
    (
        "headcount = 30",
        "headcount = true",
        "pools.gongbei.headcount = true: must be a whole number; true and false are no numbers",
    ),
    ("headcount = 30", "headcoutn = 30", 'pools.gongbei.headcoutn = 30: unknown key; did you mean "headcount"?'),
    ("headcount = 30", "headcount = 200_000", "pools.gongbei.headcount = 200000: must be at most 100000"),
    (
        "headcount = 30",
        "headcount = 0x1" + "0" * 5000,
        "pools.gongbei.headcount = (a very long value): must be at most 100000",
    ),
    ("headcount = 30\n", "", "pools.gongbei.headcount: must be given"),
    ("hold_minutes = 60", "hold_minutes = nan", "coaches.hold_minutes = nan: must be a finite number"),
    ("hold_minutes = 60", "hold_minutes = -inf", "coaches.hold_minutes = -inf: must be a finite number"),
    ("hold_minutes = 60", "hold_minutes = 1e400", "coaches.hold_minutes = inf: must be a finite number"),
    ("hold_minutes = 60", "hold_minutes = []", "coaches.hold_minutes = []: must be a number"),
    (
        "hold_minutes = 60",
        'hold_minutes = "1,000"',
        'coaches.hold_minutes = "1,000": must be a number; write numbers without thousands separators',
    ),
    ("hours = 9", "hours = 0", "pools.gongbei.shifts.early.hours = 0: must be more than 0"),
    ("schema = 1", "schema = 2", "schema = 2: must be 1; this version reads schema 1"),
    ('title = "small"', "title = 5", "title = 5: must be text in quotes"),
    ('title = "small"', f'title = "{"x" * 300}"', f'title = "{"x" * 58}…: must have at most 200 characters'),
    (
        "first_day = 2020-03-03",
        'first_day = "2020-02-30"',
        'first_day = "2020-02-30": must be a date of the calendar',
    ),
    (
        "first_day = 2020-03-03",
        "first_day = 2020-03-03T08:00:00",
        "first_day = 2020-03-03T08:00:00: must be a date without a time of day, such as 2020-03-03",
    ),
    (
        "last_day = 2020-03-09",
        "last_day = 2020-03-01",
        "last_day = 2020-03-01: must not be before first_day (2020-03-03)",
    ),
    ("last_day = 2020-03-09", "last_day = 9999-12-31", "last_day = 9999-12-31: must lie between 1900 and 2200"),
    (
        'start = "06:00"',
        "start = 06:00:00",
        'pools.gongbei.shifts.early.start = 06:00:00: write the time as text: "06:00"',
    ),
    (
        'start = "06:00"',
        "start = 6",
        'pools.gongbei.shifts.early.start = 6: must be a clock time in quotes, such as "08:00"',
    ),
    (
        'start = "06:00"',
        'start = "25:00"',
        'pools.gongbei.shifts.early.start = "25:00": must be a clock time from 00:00 to 24:00',
    ),
    (
        'start = "06:00"',
        'start = "24:00"',
        'pools.gongbei.shifts.early.start = "24:00": must be before 24:00; write "00:00" of the next day',
    ),
    (
        'kind = "lognormal"',
        'kind = "log-normal"',
        'registration.minutes.kind = "log-normal": must be "constant", "exponential", "lognormal", "gamma" or "uniform"'
        '; did you mean "lognormal"?',
    ),
    (
        'kind = "lognormal", ',
        "",
        'registration.minutes.kind: must be given: "constant", "exponential", "lognormal", "gamma" or "uniform"',
    ),
    (
        'minutes = { kind = "lognormal", mean = 12.0, cv = 0.6 }',
        "minutes = 12",
        'registration.minutes = 12: must be a table; did you mean { kind = "constant", mean = 12 }?',
    ),
    ("[registration]", "[registratoin]", 'registratoin: unknown key; did you mean "registration"?'),
    (
        "reserve_rooms = 20",
        "reserve_rooms = 20\nreserve_room = 3",
        'sites.reserve_room = 3: unknown key; did you mean "reserve_rooms"?',
    ),
    ("[0.76, 0.18, 0.05, 0.01]", "[]", "arrivals.party_size_weights = []: must have at least one entry"),
    (
        "[0.76, 0.18, 0.05, 0.01]",
        '[1, "a"]',
        'arrivals.party_size_weights = "a": number 2 of the list must be a number',
    ),
    (
        "coaches = 2",
        "coaches = 2\nhour_weights = [1, 2]",
        "ports.gongbei.hour_weights = [1, 2]: must have 24 numbers, one for each hour",
    ),
    (
        "[stay]",
        '[ports."Gong.bei"]\nregimes = { a = { kind = "rate", from_day = 2020-03-03, people_per_day = 1 } }\n'
        'hours = { a = { opens = "00:00", closes = "24:00" } }\n[stay]',
        'ports."Gong.bei": an id must be small letters, digits and underscores, beginning with a letter; '
        'did you mean "gong_bei"?',
    ),
    (
        "[stay]",
        '[targets.wait]\nmeasure = "wait_coach_p95"\n[stay]',
        "targets.wait: needs either at_most or at_least",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), ONE_CHANGE_ONE_LINE)
def test_a_fault_of_one_value_is_told_in_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    """The lines are those promised to planners; each scenario has exactly the one fault."""
    assert faults(write(tmp_path, changed((old, new)))) == [f"scenario.toml: {line}"]


def test_all_faults_of_a_scenario_are_told_at_once(tmp_path: Path) -> None:
    """Wrong values, unknown keys, rules between tables, CSV cells and overrides stand in one list: one mending."""
    text = changed(
        ("headcount = 30", "headcount = -5"),
        ('start = "15:00"', 'start = "14:00"'),
        ('pool = "gongbei"', 'pool = "gongbie"'),
        ("[stay]\ndays = 14", "[swabs]\ndays = [0]"),
        ("dispersion_index", "dispersion_indx"),
    )
    assert set(faults(write(tmp_path, text, sites=SITES.replace(",90,", ",-5,")), "pools.tem.headcount=1")) == {
        '--set: pools.tem: no such pool; did you mean "team"?',
        "scenario.toml: swabs.days = 0: number 1 of the list must be at least 1, or -1 for the last day of the stay",
        "scenario.toml: swabs.person_minutes: must be given",
        'scenario.toml: arrivals.dispersion_indx = 3.0: unknown key; did you mean "dispersion_index"?',
        "scenario.toml: pools.gongbei.headcount = -5: must be at least 0",
        'scenario.toml: ports.gongbei.pool = "gongbie": no such pool; did you mean "gongbei"?',
        'scenario.toml: pools.gongbei.shifts.late: overlaps shift "early" on 2020-03-03; '
        "shifts of one pool must not overlap",
        "scenario.toml: stay: must be given, because there are sites; add [stay] with days = 14",
        "sites.csv: row 3, rooms = -5: must be at least 1",
    }


def test_no_false_fault_follows_from_a_true_one(tmp_path: Path) -> None:
    """A missing CSV of sites is one fault: not also "no site", "no such place" and "no value has this path"."""
    lost = changed(('list = "sites.csv"', 'list = "site.csv"'))
    line = 'scenario.toml: sites.list = "site.csv": no such file; did you mean "sites.csv"?'
    assert faults(write(tmp_path, lost)) == [line]


def test_the_sound_scenario_has_neither_faults_nor_warnings(tmp_path: Path) -> None:
    """Otherwise the tests above would prove little."""
    assert faults(write(tmp_path)) == []
    assert warnings(write(tmp_path)) == []


def test_a_fault_is_data_that_a_program_can_read(tmp_path: Path) -> None:
    """File, path, value, rule and hint are fields; the error survives the way between processes."""
    import pickle  # noqa: PLC0415

    from sim.scenario import Fault, ScenarioError  # noqa: PLC0415

    path = write(tmp_path, changed(("headcount = 30", "headcoutn = 30")))
    with pytest.raises(ScenarioError) as caught:
        read(path)
    expected = Fault("scenario.toml", "pools.gongbei.headcoutn", 30, "unknown key", 'did you mean "headcount"?')
    assert caught.value.faults == (expected,)
    assert pickle.loads(pickle.dumps(caught.value)).faults == (expected,)


ENGLISH = re.compile(r"(?<![\w.\"\[{/-])[A-Za-z]{2,}[,:;]? [A-Za-z]{2,}|^\W*[A-Za-z][^\u4e00-\u9fff]*$")
"""Two English words in a row, or nothing that is Chinese."""


def test_every_fault_is_told_in_chinese(tmp_path: Path) -> None:
    """words: of each fault of one value and of rules between tables, what must hold and the way out are Chinese, ids,
    keys and words in quotes apart.
    """
    left = set()
    for number, (old, new, _line) in enumerate([*ONE_CHANGE_ONE_LINE, *RULES]):
        with speaking("zh"):
            try:
                load(write(tmp_path / str(number), changed((old, new))))
            except ScenarioError as error:
                said = [str(spoken(part)) for fault in error.faults for part in (fault.rule, fault.hint) if part]
                left |= {part for part in said if ENGLISH.search(re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]', "", part))}
    assert left == set()


def test_places_in_files_are_told_in_chinese() -> None:
    """words: rows and lines by their words, columns and keys as they stand in the file."""
    with speaking("zh"):
        assert str(Fault("a.csv", "row 7, rooms", -5, "must be a number")) == "a.csv: 第7行，rooms = -5: 必须是数"
        assert str(Fault("a.toml", "line 3, column 5", None, "is empty")).startswith("a.toml: 第3行，第5列: ")
    assert str(Fault("a.csv", "row 7, rooms", -5, "must be a number")) == "a.csv: row 7, rooms = -5: must be a number"
