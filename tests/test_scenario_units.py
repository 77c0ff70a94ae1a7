"""Values in a wrong unit, per cents for shares, and sites that open too late: told, with what was probably meant."""

from pathlib import Path

import pytest
from scenario_files import SITES, changed, faults, warnings, write

from sim.scenario import read
from sim.scenario.tables.shape import usual_values

ROOT = Path(__file__).parents[1]
VISITS = '[visits.meals]\ntimes = ["12:00"]\n'

OTHER_UNIT = [
    ("days = 14", "days = 336", "stay.days = 336: is far more than usual, and is taken as days; "
     "did you mean 14 (336 hours are 14 days)?"),
    ("[stay]", "[rooms]\nairing_hours = 2400\n[stay]", "rooms.airing_hours = 2400: is far more than usual, and is "
     "taken as hours; did you mean 40 (2400 minutes are 40 hours)?"),
    ("escorts = 2", "head_count_minutes = 18", "coaches.head_count_minutes = 18: is far more than usual, and is taken "
     "as minutes; did you mean 0.3 (18 seconds are 0.3 minutes)?"),
    ("mean = 12.0", "mean = 720", "registration.minutes.mean = 720: is far more than usual, and is taken as minutes; "
     "did you mean 12 (720 seconds are 12 minutes)?"),
    ("[stay]", f"{VISITS}person_minutes = 180\n[stay]", "visits.meals.person_minutes = 180: is far more than usual, "
     "and is taken as minutes; did you mean 3 (180 seconds are 3 minutes)?"),
    ("dispersion_index = 3.0", "dispersion_index = 3.0\nfactor = 110", "arrivals.factor = 110: multiplies by 110; "
     "110 % is 1.1"),
    ("headcount = 30", "headcount = 30\nheadcount_factor = 50", "pools.gongbei.headcount_factor = 50: multiplies by "
     "50; 50 % is 0.5"),
    ("[stay]", '[targets.a]\nmeasure = "within_limit_share"\nplace = "gongbei"\nat_least = 90\n[stay]',
     "targets.a.at_least = 90: is compared with a share from 0 to 1; 90 % is 0.9"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), OTHER_UNIT)
def test_a_value_that_may_stand_in_another_unit_is_told_with_what_was_meant(
    tmp_path: Path, old: str, new: str, line: str
) -> None:
    """By hand: 336 / 24, 2400 / 60, 18 / 60, 720 / 60, 180 / 60, 110 / 100, 50 / 100, 90 / 100."""
    assert warnings(write(tmp_path, changed((old, new)))) == [f"scenario.toml: {line}"]


@pytest.mark.parametrize("text", ["days = 28", "days = 60"])
def test_a_long_stay_is_no_slip(tmp_path: Path, text: str) -> None:
    """The range of assumed stays is 7 to 28 days; two months are thinkable."""
    assert warnings(write(tmp_path, changed(("days = 14", text)))) == []


def test_a_value_that_no_smaller_unit_explains_is_meant(tmp_path: Path) -> None:
    """A hold of 100,000 minutes means never: 100,000 seconds would be 28 hours, which is no hold either."""
    assert warnings(write(tmp_path, changed(("hold_minutes = 60", "hold_minutes = 100000")))) == []


def test_rides_of_many_sites_are_told_once() -> None:
    """All rides of the case in seconds: one line for 40 sites and 2 ports."""
    rides = {f"sites.{name}.ride_minutes.{port}=2400" for name in sites() for port in ("gongbei", "hzmb")}
    told = [str(line) for line in read(ROOT / "scenarios" / "xiangzhou.toml", overrides=rides).warnings]
    assert len(told) == 1
    assert "sites.*.ride_minutes.* = 2400: is far more than usual, and is taken as minutes (the first of" in told[0]


def sites() -> list[str]:
    scenario = read(ROOT / "scenarios" / "xiangzhou.toml").scenario
    assert scenario.sites is not None
    return list(scenario.sites.candidates)


def test_scenarios_that_come_with_qcap_have_no_value_in_a_wrong_unit() -> None:
    """Otherwise the limits would be too near."""
    files = [*(ROOT / "scenarios").glob("*/*.toml"), ROOT / "scenarios" / "xiangzhou.toml"]
    told = [str(line) for file in files for line in read(file).warnings]
    assert [line for line in told if "taken as" in line or "multiplies" in line or "share" in line] == []


PER_CENT = [
    ("not_diverted_share = 0.1", "not_diverted_share = 10", "ports.gongbei.not_diverted_share = 10: must be at most 1; "
     "10 % is 0.1"),
    ("share = 0.5", "share = 50", "pools.gongbei.shifts.early.share = 50: must be at most 1; 50 % is 0.5"),
    ("reserve_rooms = 20", "reserve_rooms = 20\nrooms_factor = 110", "sites.rooms_factor = 110: must be at most 100; "
     "110 % is 1.1"),
    ("not_diverted_share = 0.1", "not_diverted_share = 250", "ports.gongbei.not_diverted_share = 250: must be at "
     "most 1"),
    ("headcount = 30", "headcount = 200_000", "pools.gongbei.headcount = 200000: must be at most 100000"),
    ("[stay]", '[[disruptions]]\nkind = "staff_absent"\nplace = "gongbei"\nfrom_day = 2020-03-04\nto_day = 2020-03-05\n'
     "value = 30\n[stay]", "disruptions.1.value = 30.0: must be a share from 0 to 1; 30 % is 0.3"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), PER_CENT)
def test_per_cents_in_the_place_of_a_share_have_a_hint(tmp_path: Path, old: str, new: str, line: str) -> None:
    """A hundredth of the value is offered where it would be allowed, and for shares and factors alone."""
    assert faults(write(tmp_path, changed((old, new)))) == [f"scenario.toml: {line}"]


LATE = [
    ("south,South Hotel,wanzai,street,80,,", "south,South Hotel,wanzai,street,80,2020-03-09,",
     "row 4, opens = 2020-03-09: is the last day: this site opens for one day"),
    ("south,South Hotel,wanzai,street,80,,", "south,South Hotel,wanzai,street,80,2020-03-10,",
     "row 4, opens = 2020-03-10: is after last_day: this site never opens"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "line"), LATE)
def test_a_site_that_opens_too_late_is_told(tmp_path: Path, old: str, new: str, line: str) -> None:
    """The window ends on 9 March."""
    assert warnings(write(tmp_path, sites=SITES.replace(old, new))) == [f"sites.csv: {line}"]


@pytest.mark.parametrize(("hours", "told"), [(167, 0), (168, 1)])
def test_sites_that_are_ready_after_the_end_are_told(tmp_path: Path, hours: int, told: int) -> None:
    """Seven days are 168 hours: a site asked for in the first second would be ready at the end."""
    path = write(tmp_path, changed(("reserve_rooms = 20", f"reserve_rooms = 20\nlead_hours = {hours}")))
    line = f"scenario.toml: sites.lead_hours: of {hours} hours is as long as the window or longer (7 days): no site "
    assert warnings(path) == [f"{line}opens on demand"] * told


@pytest.mark.parametrize(("limit", "told"), [("1", 0), ("1.5", 1)])
def test_all_of_a_share_may_be_asked_for(tmp_path: Path, limit: str, told: int) -> None:
    """A share of 1 is no per cent."""
    target = f'[targets.a]\nmeasure = "within_limit_share"\nplace = "gongbei"\nat_least = {limit}\n[stay]'
    assert len(warnings(write(tmp_path, changed(("[stay]", target))))) == told


def test_limits_of_what_is_usual_are_round_and_hints_lie_below_them() -> None:
    """Whole months of 30 days, whole days of hours, five minutes at a time."""
    steps = {"days": 30, "hours": 24, "minutes": 5}
    assert [
        path for path, unit, usual in usual_values() if usual.most % steps[unit] or not 0 < usual.least < usual.most
    ] == []
