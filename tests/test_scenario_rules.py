"""Rules that tie tables of a scenario together, each with its message."""

from pathlib import Path

import pytest
from scenario_files import GOOD, SITES, changed, faults, warnings, write

LATE = 'start = "15:00"\nhours = 9\nshare = 0.5'
RULES = [
    ('pool = "gongbei"', 'pool = "gongbie"', 'ports.gongbei.pool = "gongbie": no such pool; did you mean "gongbei"?'),
    ('team = "team"', 'team = "teem"', 'sites.team = "teem": no such pool; did you mean "team"?'),
    (
        'team = "team"',
        'team = "gongbei"',
        'sites.team = "gongbei": is the pool of port "gongbei" too: a pool works at ports or at sites',
    ),
    (
        LATE,
        LATE.replace("15:00", "14:00"),
        'pools.gongbei.shifts.late: overlaps shift "early" on 2020-03-03; shifts of one pool must not overlap',
    ),
    (
        LATE,
        LATE.replace("15:00", "22:00"),
        'pools.gongbei.shifts.late: overlaps shift "early" on 2020-03-04; shifts of one pool must not overlap',
    ),
    (
        LATE,
        "to_day = 2020-03-06\n" + LATE.replace("15:00", "20:00") + "\n[pools.gongbei.shifts.new]\n"
        'from_day = 2020-03-07\nstart = "04:00"\nhours = 2\nshare = 0.5',
        'pools.gongbei.shifts.new: overlaps shift "late" on 2020-03-07; shifts of one pool must not overlap',
    ),
    (
        LATE,
        LATE.replace("share = 0.5", "headcount = 7"),
        'pools.gongbei.shifts: shift "early" has a share and shift "late" a headcount: all must have the same',
    ),
    (
        LATE,
        LATE + "\nheadcount = 7",
        "pools.gongbei.shifts.late.headcount = 7: must not be given beside a share; take one out",
    ),
    (
        LATE,
        LATE.replace("\nshare = 0.5", ""),
        "pools.gongbei.shifts.late.share: must be given, or a headcount of this shift",
    ),
    (
        LATE,
        LATE.replace("share = 0.5", "headcount = 7\nto_day = 2020-03-04")
        + '\n[pools.gongbei.shifts.more]\nfrom_day = 2020-03-05\nstart = "15:00"\nhours = 9\nshare = 0.5',
        'pools.gongbei.shifts: shift "early" has a share and shift "late" a headcount: all must have the same',
    ),
    (
        '[pools.team.shifts.day]\nstart = "07:00"\nhours = 12\nshare = 1.0',
        '[pools.team.shifts.day]\nstart = "07:00"\nhours = 12\nheadcount = 9',
        "pools.team.headcount = 9: must not be given: the shifts have headcounts of their own",
    ),
    (
        "fixed_posts = 6",
        "fixed_posts = 6\nposts_may_leave = 7",
        "pools.gongbei.posts_may_leave = 7: must not be more than the fixed posts of a shift (6)",
    ),
    (
        "fixed_posts = 6",
        "fixed_posts = 6\nfixed_posts_share = 0.4",
        "pools.gongbei.fixed_posts_share = 0.4: must not be given beside a number of fixed posts (6); take one out; in "
        "a file that extends another, 0 takes the other out",
    ),
    (
        "share = 0.5",
        "share = 0.4",
        "pools.gongbei.shifts: the shares of the shifts of 2020-03-03 sum to 0.9; they must sum to 1",
    ),
    (
        LATE,
        "to_day = 2020-03-06\n" + LATE,
        "pools.gongbei.shifts: the shares of the shifts of 2020-03-07 sum to 0.5; they must sum to 1",
    ),
    (
        LATE,
        LATE + "\nfrom_day = 2020-03-05\nto_day = 2020-03-04",
        "pools.gongbei.shifts.late.to_day = 2020-03-04: must not be before from_day (2020-03-05)",
    ),
    ("people = 100\n", "", 'ports.gongbei.people: must be given: regime "a" is a part of it (kind total)'),
    (
        "from_day = 2020-03-01",
        "from_day = 2020-03-05",
        "ports.gongbei.regimes: no regime covers 2020-03-03 to 2020-03-04: the first must begin on first_day or before",
    ),
    (
        "from_day = 2020-03-06",
        "from_day = 2020-03-01",
        'ports.gongbei.regimes.b.from_day = 2020-03-01: is the first day of "a" too',
    ),
    (
        'opens = "6:00"',
        'opens = "6:00"\nfrom_day = 2020-03-04',
        "ports.gongbei.hours: must say the hours of first_day (2020-03-03)",
    ),
    (
        'closes = "01:00"',
        'closes = "01:00"\n[ports.gongbei.hours.again]\nopens = "07:00"\ncloses = "08:00"',
        'ports.gongbei.hours.again: begins on the same day as "all_days"',
    ),
    (
        "people = 100",
        f"people = 100\nhour_weights = {[0, 0, 0, 1, 1, 1] + [0] * 18}",
        'ports.gongbei.hour_weights: must not be zero in all hours in which the port is open (hours "all_days")',
    ),
    ("[0.76, 0.18, 0.05, 0.01]", "[0, 0]", "arrivals.party_size_weights = [0.0, 0.0]: must not be all zero"),
    (
        '{ kind = "geometric", mean = 1.45 }',
        '{ kind = "table", weights = [0] }',
        "arrivals.groups.weights = [0.0]: must not be all zero",
    ),
    ("coaches = 2\n", "", "ports.gongbei.coaches: must be given, because there is a [coaches] table"),
    (
        "coaches = 2",
        "coaches = 0",
        "ports.gongbei.coaches = 0: must be at least 1, because there is a [coaches] table",
    ),
    ("[stay]\ndays = 14", "", "stay: must be given, because there are sites; add [stay] with days = 14"),
    (
        "reserve_rooms = 20",
        'closing = "review"',
        'sites.closing = "review": needs reserve_rooms, the free rooms that must remain',
    ),
    (
        "reserve_rooms = 20",
        "reserve_rooms = 20\nfirst_street_position = 9",
        "sites.first_street_position = 9: must be at most 3, the number of sites",
    ),
    (
        "[stay]",
        '[targets.x]\nmeasure = "unplaced"\nplace = "gonbei"\nat_most = 1\n[stay]',
        'targets.x.place = "gonbei": no such place; did you mean "gongbei"?',
    ),
    (
        "[stay]",
        "[window]\nfrom_day = 2020-03-08\nto_day = 2020-03-05\n[stay]",
        "window.to_day = 2020-03-05: must not be before from_day (2020-03-08)",
    ),
    (
        "[stay]",
        "[window]\nfrom_day = 2020-03-01\nto_day = 2020-03-05\n[stay]",
        "window.from_day = 2020-03-01: must lie between first_day and last_day (2020-03-03 to 2020-03-09)",
    ),
    (
        "[stay]",
        "[sites.yinhua.ride_minutes]\ngongbie = 5\n[stay]",
        'sites.yinhua.ride_minutes.gongbie: no such port; did you mean "gongbei"?',
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), RULES)
def test_a_broken_rule_between_tables_is_told_in_one_line(tmp_path: Path, old: str, new: str, line: str) -> None:
    """Rules follow model.md (regimes, shifts, coaches, sites); each change breaks exactly one."""
    assert faults(write(tmp_path, changed((old, new)))) == [f"scenario.toml: {line}"]


def test_days_without_a_number_are_counted_and_named(tmp_path: Path) -> None:
    """A daily regime needs each of its days; the file has 4 of the 7 days from 3 March."""
    daily = 'kind = "daily"\nfile = "days.csv"\nfrom_day = 2020-03-01\n[ports.gongbei.hours'
    start, end = GOOD.index('kind = "total"'), GOOD.index("[ports.gongbei.hours")
    text = GOOD[:start] + daily + GOOD[end + len("[ports.gongbei.hours") :]
    rule = "has no number for 3 of its 7 days: 2020-03-03, 2020-03-04, 2020-03-05"
    assert faults(write(tmp_path, text)) == [f"days.csv: ports.gongbei.regimes.a.values: {rule}"]


def test_a_series_of_zeros_cannot_spread_people(tmp_path: Path) -> None:
    """The regime lasts from 6 to 9 March; the file has a number for 3 March only."""
    path = write(tmp_path, days="date,people\n2020-03-03,9\n")
    assert faults(path) == [
        "days.csv: ports.gongbei.regimes.b.profile.values: is zero on all days of the regime (2020-03-06 to 2020-03-09)"
    ]


def test_both_regimes_without_weight_cannot_share_people(tmp_path: Path) -> None:
    """Weights are parts of their sum, which must not be 0."""
    text = changed(("weight = 1.0", "weight = 0"), ("weight = 2.0", "weight = 0"))
    line = "ports.gongbei.regimes: weights of the regimes of kind total must not sum to 0"
    assert faults(write(tmp_path, text)) == [f"scenario.toml: {line}"]


def test_an_exponential_way_cannot_start_or_end_at_zero(tmp_path: Path) -> None:
    """Its logarithm would be infinite."""
    rate = 'kind = "rate"\npeople_per_day = 9\npeople_per_day_end = 0\nbetween = "exponential"\nfrom_day'
    text = changed(('kind = "total"\nfrom_day', rate), ("weight = 1.0\n", ""))
    line = (
        "ports.gongbei.regimes.a.people_per_day_end = 0.0: must be more than 0 for an exponential way between the two"
    )
    assert faults(write(tmp_path, text)) == [f"scenario.toml: {line}"]


def test_sites_that_cannot_open_are_a_fault_when_there_is_no_other(tmp_path: Path) -> None:
    """Without a reserve nothing opens on demand: with no date on the list either, nobody could ever be placed."""
    path = write(tmp_path, changed(("reserve_rooms = 20\n", "")), sites=SITES.replace("2020/3/3", "demand"))
    line = "no site can open: none has a date on which it opens, and reserve_rooms is left out"
    assert faults(path) == [f"scenario.toml: sites: {line}"]


def test_sites_may_be_missing_only_when_nobody_is_placed(tmp_path: Path) -> None:
    """A port that sends everybody on needs no sites, coaches or stay (model.md: a step left out does not happen)."""
    start, end = GOOD.index("[coaches]"), GOOD.index("[provenance]")
    text = GOOD[:start] + GOOD[end:].replace('"sites.*.rooms" = "assumed: range 40 to 160"\n', "")
    line = 'sites: must be given: port "gongbei" places people (its not_diverted_share is less than 1)'
    assert faults(write(tmp_path, text)) == [f"scenario.toml: {line}"]
    alone = text.replace("not_diverted_share = 0.1", "not_diverted_share = 1.0")
    assert faults(write(tmp_path, alone)) == []


WARNINGS = [
    (
        "headcount = 30",
        "headcount = 0",
        "pools.gongbei.headcount = 0: nobody is on duty: what this pool serves waits for ever",
    ),
    (
        "dispersion_index = 3.0",
        "dispersion_index = 1.5",
        # I_groups by hand: E[N] 1.45, E[N²] 2.755, E[S] 1.31, Var[S] 0.3739: (1.45·0.3739 + 2.755·1.7161) / 1.8995
        "arrivals.dispersion_index = 1.5: groups alone give variance / mean 2.77: days will not vary beyond that",
    ),
    (
        "dispersion_index = 3.0",
        "day_cv = 0.4",
        'arrivals.day_cv = 0.4: has no effect: the default of variation is "index"; write variation = "cv" beside it',
    ),
    ('team = "team"\n', "", "pools.team: is not used: no port and no site names it"),
    (
        "reserve_rooms = 20\n",
        "",
        "sites.reserve_rooms: is left out: the 2 sites that open on demand never open",
    ),
    (
        "from_day = 2020-03-06",
        "from_day = 2020-03-20",
        "ports.gongbei.regimes.b: has no day between first_day and last_day: its people do not come",
    ),
]


@pytest.mark.parametrize(("old", "new", "line"), WARNINGS)
def test_what_is_odd_but_can_run_is_a_warning(tmp_path: Path, old: str, new: str, line: str) -> None:
    """A warning stops nothing; its line says what will happen."""
    path = write(tmp_path, changed((old, new)))
    assert f"scenario.toml: {line}" in warnings(path)


def test_variation_cv_needs_its_number_and_says_nothing_of_the_other_form(tmp_path: Path) -> None:
    """A fault without day_cv; with it no warning that groups exceed an index which is not used; and both forms' numbers
    may stand beside each other once the form is written down (a calibration draws it)."""
    line = 'scenario.toml: arrivals.day_cv: must be given: arrivals.variation is "cv"; '
    hint = "with 0.4 two days of three lie within 40 % of the mean"
    old = "dispersion_index = 3.0"
    assert faults(write(tmp_path, changed((old, old + '\nvariation = "cv"')))) == [line + hint]
    for form, index in (("cv", 1.5), ("index", 3.0)):
        both = f'dispersion_index = {index}\nvariation = "{form}"\nday_cv = 0.4'
        assert not [line for line in warnings(write(tmp_path, changed((old, both)))) if "arrivals." in line]


def test_escorts_of_a_port_without_a_pool_are_a_warning(tmp_path: Path) -> None:
    """Nobody is needed where no pool is named, so the number of escorts has no effect there."""
    path = write(tmp_path, changed(('pool = "gongbei"\n', "")))
    line = 'scenario.toml: coaches.escorts = 2: port "gongbei" has no pool: no escorts are needed there'
    assert line in warnings(path)


def test_a_rule_for_many_sites_is_told_once(tmp_path: Path) -> None:
    """A new port without rides concerns every row of the list: one line with their number, not one line each."""
    port = GOOD[GOOD.index("[ports.gongbei]") : GOOD.index("[pools.gongbei]")].replace("gongbei", "hzmb")
    rows = "".join(f"{n},s{n},,,street,50,demand,30\n" for n in range(4, 9))
    path = write(tmp_path, GOOD + port.replace('"hzmb"', '"gongbei"'), sites=SITES + rows)
    assert faults(path) == ["scenario.toml: sites.*.ride_minutes.hzmb: must be given (8 sites)"]


def test_targets_are_held_against_known_measures_when_these_are_handed_over(tmp_path: Path) -> None:
    """Reading does not know measures; who does hands their ids over."""
    from sim.scenario import ScenarioError, read  # noqa: PLC0415

    text = changed(("[stay]", '[targets.x]\nmeasure = "unplacd"\nat_most = 1\n[stay]'))
    assert faults(write(tmp_path, text)) == []
    with pytest.raises(ScenarioError) as caught:
        read(write(tmp_path, text), known_measures=["unplaced"])
    line = 'scenario.toml: targets.x.measure = "unplacd": no such measure; did you mean "unplaced"?'
    assert [str(fault) for fault in caught.value.faults] == [line]
