"""Values held against each other, shortages in words of the roster, and whose values they are."""

from pathlib import Path

import pytest

from sim import load
from sim.cli import main
from sim.outlook import Remark, origins, outlook, seconds_of_run, shortages
from sim.scenario import read
from sim.scenario.files.converting import copy_template

ROOT = Path(__file__).parents[1]
MINIMAL = ROOT / "sim" / "scenario" / "templates" / "minimal" / "scenario.toml"
XIANGZHOU = ROOT / "scenarios" / "xiangzhou.toml"


def remarks(*overrides: str, file: Path = MINIMAL) -> dict[str, Remark]:
    return {remark.code: remark for remark in outlook(load(file, overrides=overrides)).remarks}


def test_an_hour_without_anybody_on_duty_is_found() -> None:
    """By hand: from 3 May the shifts at Gongbei are 06:00-15:00 and 16:00-03:00 and the port is open 06:00-01:00."""
    remark = remarks(file=XIANGZHOU)["nobody_on_duty"]
    assert remark.place == "gongbei"
    told = remark.values
    assert (told["opens"], told["closes"], told["days"]) == (15 * 60, 16 * 60, 10)
    assert (str(told["first"]), str(told["last"])) == ("2020-05-03", "2020-05-12")


@pytest.mark.parametrize(
    ("code", "overrides"),
    [
        ("nobody_on_duty", ["pools.border.shifts.early.start=09:00", "pools.border.shifts.early.hours=6"]),
        ("nobody_serves", ["pools.border.fixed_posts=5"]),
        ("never_done", ["coaches.escorts=5"]),
        ("idle", []),
        ("full", ["arrivals.factor=60"]),
        ("party_over_seats", ["coaches.seats=3"]),
        ("party_over_site", ["rooms.per=person", "sites.harbour.rooms=3", "sites.garden.rooms=3"]),
        ("hold_over_limit", ["coaches.hold_minutes=110"]),
        ("hold_near_limit", ["coaches.hold_minutes=90"]),
        ("coaches_too_few", ["arrivals.factor=60"]),
        ("coaches_full", ["coaches.hold_minutes=0", "arrivals.factor=8"]),
        ("reserve_small", ["sites.reserve_rooms=2"]),
        ("reserve_tight", ["sites.reserve_rooms=10"]),
        ("list_too_short", ["arrivals.factor=3"]),
        ("check_out_queue", ["release.minutes.minutes.mean=300", "arrivals.factor=4"]),
    ],
)
def test_values_that_do_not_fit_are_told_and_others_are_not(code: str, overrides: list[str]) -> None:
    """Each remark appears when its values are changed so, and (idle apart) not for the template as it is."""
    assert code in remarks(*overrides)
    assert (code in remarks()) == (code == "idle")


@pytest.mark.parametrize(
    ("code", "override"),
    [("result_after_stay", "laboratory.turnaround_hours=36"), ("laboratory_full", "laboratory.daily_capacity=100")],
)
def test_results_and_the_laboratory_are_held_against_stay_and_swabs(code: str, override: str) -> None:
    """By hand: a swab on day 13 with 36 hours ends after 14 days; on the fullest day of arrivals 250 are swabbed."""
    assert code in remarks(override, file=XIANGZHOU)
    assert code not in remarks(file=XIANGZHOU)


def test_a_shortage_is_told_in_people_hours_and_days() -> None:
    """By hand: 40 people an hour x 12 minutes are 8 clerks at work; with 2 on duty more than 6 are missing."""
    scenario = load(
        MINIMAL,
        overrides=[
            "arrivals.factor=60", "pools.border.headcount=6", "registration.further_person_minutes=0",
        ],
    )  # fmt: skip
    (pool, _) = outlook(scenario).pools
    worst = shortages(pool)[0]
    assert worst.people > 6
    assert 8 <= worst.opens < worst.closes <= 23
    assert worst.days == 30
    assert worst.worst_day == 0


def test_enough_people_are_no_shortage() -> None:
    """The template's port has 5 people for a load of less than one."""
    assert [shortages(pool) for pool in outlook(load(MINIMAL)).pools] == [(), ()]


def test_more_staff_never_make_a_shortage_worse() -> None:
    """direction: at Gongbei, for headcounts of 8 to 40 at the bridge."""
    missing = []
    for headcount in (12, 20, 30, 40):
        pools = outlook(load(XIANGZHOU, overrides=[f"pools.hzmb.headcount={headcount}"])).pools
        missing.append(sum(s.people for pool in pools if pool.id == "hzmb" for s in shortages(pool)))
    assert missing == sorted(missing, reverse=True)
    assert missing[0] > missing[-1]


def test_more_arrivals_open_more_sites_until_the_list_ends() -> None:
    """direction, and words: what can not be met is counted in days."""
    opened = [outlook(load(XIANGZHOU, overrides=[f"arrivals.factor={f}"])).sites for f in (0.5, 1.0, 3.0)]
    assert [sites.opened for sites in opened] == sorted(sites.opened for sites in opened)
    assert (opened[0].short_days, opened[2].opened) == (0, 40)
    assert opened[2].short_days > 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_scenario_from_a_template_says_which_values_are_not_its_own(language: str, tmp_path: Path) -> None:
    """Counts by hand: as it is every value that stands in a file is the template's; one change makes one less."""
    copy_template("minimal", tmp_path / "new", language)
    reading = read(tmp_path / "new")
    given = sum(1 for row in reading.provenance if row.file)
    made = origins(reading)
    assert (made.template, made.as_in_template) == ("minimal", given)
    changed = origins(read(tmp_path / "new", overrides=["pools.border.headcount=11"]))
    assert changed.as_in_template == given - 1
    assert origins(read(MINIMAL)).template == ""


def test_a_child_inherits_what_it_does_not_change(tmp_path: Path) -> None:
    """By hand: the child gives one value; all others of the parent's files are counted, tables of rows included."""
    child = tmp_path / "child.toml"
    child.write_text(f'extends = "{XIANGZHOU.as_posix()}"\npools.hzmb.headcount = 40\n', encoding="utf-8")
    parent = sum(1 for row in read(XIANGZHOU).provenance if row.file)
    found = origins(read(child))
    assert (found.parent, found.inherited) == ("xiangzhou.toml", parent - 1)


def test_more_work_and_fewer_workers_take_longer() -> None:
    """direction: seconds of a run."""
    assert seconds_of_run(600_000, 30, 2, "simpy") > seconds_of_run(600_000, 30, 2, "compiled")
    assert seconds_of_run(600_000, 30, 1, "simpy") > seconds_of_run(600_000, 30, 4, "simpy")
    assert seconds_of_run(1_000, 1, 64, "simpy") < 10


def test_a_remark_about_staff_names_the_pool_and_not_the_port_of_the_same_id(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """words: the template's port and its pool both have the id border."""
    assert main(["check", str(MINIMAL)]) == 0
    told = " ".join(capsys.readouterr().out.split())
    assert "Border point: in tasks" in told
    assert "Border port: in tasks" not in told


def test_a_laboratory_that_takes_all_swabs_is_no_remark() -> None:
    """By hand: 250 swabs on the fullest day, 1,000 possible."""
    assert "laboratory_full" not in remarks("laboratory.daily_capacity=1000", file=XIANGZHOU)
