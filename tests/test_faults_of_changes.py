"""A fault or warning between values names the file, or `--set`, with which it came: the one that the user changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from scenario_files import SITES, changed, faults, warnings, write

from sim.cli import main
from sim.scenario import read
from sim.scenario.faults import folded

ENDS = "scenario.toml: last_day = 2020-03-09: must not be before first_day (2020-04-01)"
REGIMES = (
    "ports.gongbei.regimes: no regime covers 2020-03-03 to 2020-03-04: the first must begin on first_day or before"
)


def below(folder: Path, text: str, name: str = "child.toml", above: str = "scenario.toml") -> Path:
    """A file that extends another one."""
    (folder / name).write_text(f'extends = "{above}"\n{text}', encoding="utf-8")
    return folder / name


def test_a_child_that_moves_one_of_two_values_is_named_and_not_its_parent(tmp_path: Path) -> None:
    """By hand: the window ends on 9 March; a child lets it begin on 1 April, and its parent alone is sound."""
    write(tmp_path)
    assert faults(below(tmp_path, "first_day = 2020-04-01\n")) == [
        f"child.toml: first_day = 2020-04-01: with it, {ENDS}"
    ]


def test_the_file_in_the_middle_of_a_chain_is_named(tmp_path: Path) -> None:
    """By hand: child and --set change other things; without the file between them all is sound."""
    write(tmp_path)
    below(tmp_path, "first_day = 2020-04-01\n", "middle.toml")
    child = below(tmp_path, "coaches.seats = 20\n", above="middle.toml")
    assert faults(child, "coaches.hold_minutes=30") == [f"middle.toml: first_day = 2020-04-01: with it, {ENDS}"]


def test_set_is_named_where_the_files_are_sound_without_it(tmp_path: Path) -> None:
    """By hand: the same with --set; of two changes the rule looks at one."""
    told = faults(write(tmp_path), "first_day=2020-04-01", "coaches.seats=20")
    assert told == [f"--set: first_day = 2020-04-01: with it, {ENDS}"]
    told = faults(tmp_path / "scenario.toml", "ports.gongbei.regimes.a.from_day=2020-03-05", "coaches.seats=20")
    assert told == [f"--set: ports.gongbei.regimes.a.from_day = 2020-03-05: with it, scenario.toml: {REGIMES}"]


def test_a_parent_that_is_wrong_by_itself_is_named(tmp_path: Path) -> None:
    """By hand: the parent has the fault already; a child changes something else, or the value that is right."""
    write(tmp_path, changed(("last_day = 2020-03-09", "last_day = 2020-03-01")))
    line = "scenario.toml: last_day = 2020-03-01: must not be before first_day (2020-03-03)"
    assert faults(below(tmp_path, "coaches.seats = 20\n")) == [line]
    assert faults(below(tmp_path, 'title = "child"\n'), "coaches.seats=20") == [line]


def test_a_form_that_a_child_chooses_is_named_with_the_key_that_it_does_not_know(tmp_path: Path) -> None:
    """By hand: cv belongs to the parent's lognormal and means nothing to a constant, which --set chose."""
    (told,) = faults(write(tmp_path), "registration.minutes.kind=constant", "coaches.seats=20")
    with_it = "with it, scenario.toml: registration.minutes.cv = 0.6: unknown key; known here: kind, mean"
    assert told == f'--set: registration.minutes.kind = "constant": {with_it}'


def test_rows_of_a_list_that_the_child_brings_are_named_by_cell(tmp_path: Path) -> None:
    """By hand: the North Hotel is to open on 4 March; the parent's initial parties are in it from the 3rd on."""
    write(tmp_path, changed(("last_day = 2020-03-09", 'last_day = 2020-03-09\ninitial = "initial.csv"')))
    (tmp_path / "initial.csv").write_text("site,party_size,day_of_stay\nnorth,2,3\n", encoding="utf-8")
    assert faults(tmp_path / "scenario.toml") == []
    (tmp_path / "later.csv").write_text(SITES.replace("2020/3/3", "2020/3/4"), encoding="utf-8")
    (told,) = faults(below(tmp_path, 'sites.list = "later.csv"\n'))
    assert told.startswith("later.csv: row 2, opens = 2020-03-04: must not be after first_day (2020-03-03)")


def test_a_parent_that_is_only_a_base_gives_way_to_its_children(tmp_path: Path) -> None:
    """By hand: the parent has no first day; a child gives one after the last. The parent's gap is no excuse."""
    write(tmp_path, changed(("first_day = 2020-03-03\n", "")))
    assert faults(below(tmp_path, "first_day = 2020-04-01\n")) == [
        f"child.toml: first_day = 2020-04-01: with it, {ENDS}"
    ]


def test_of_several_changes_that_a_rule_looks_at_all_are_named_or_only_the_file(tmp_path: Path) -> None:
    """By hand: the rule looks at the regimes of the port; two values of them are changed, then four."""
    file, here = write(tmp_path), "ports.gongbei.regimes"
    two = (f"{here}.a.from_day=2020-03-05", f"{here}.a.weight=3.0")
    with_it = f"with it, scenario.toml: {REGIMES}"
    assert faults(file, *two) == [f"--set: {here}.a.from_day, {here}.a.weight: {with_it}"]
    assert faults(file, *two, f"{here}.b.from_day=2020-03-07", f"{here}.b.weight=1.0") == [f"--set: {with_it}"]


def test_compare_names_the_plan_that_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A plan is a file that extends the base: the base is sound, the plan that moves the first day is not."""
    write(tmp_path)
    plan = below(tmp_path, "first_day = 2020-04-01\n", "later.toml")
    assert main(["compare", str(plan), "--out", str(tmp_path / "out")]) == 2
    assert f"later.toml: first_day = 2020-04-01: with it, {ENDS}" in " ".join(capsys.readouterr().err.split())


EARLY = "sites.csv: row 2, opens = 2020-03-03: is before first_day: this site is open, and empty, from first_day on"
REGIME = "first_day = 2020-03-04\n"


def test_a_warning_names_the_change_that_brought_it(tmp_path: Path) -> None:
    """By hand: the North Hotel opens on 3 March; a child, or --set, lets the window begin on the 4th. The parent alone
    has no warning; what is laid over such a child in turn does not bring it."""
    write(tmp_path)
    child = below(tmp_path, REGIME)
    assert warnings(tmp_path / "scenario.toml") == []
    assert warnings(child) == [f"child.toml: first_day = 2020-03-04: with it, {EARLY}"]
    assert warnings(tmp_path / "scenario.toml", "first_day=2020-03-04", "coaches.seats=20") == [
        f"--set: first_day = 2020-03-04: with it, {EARLY}"
    ]
    assert warnings(child, "coaches.seats=20") == [f"child.toml: first_day = 2020-03-04: with it, {EARLY}"]
    assert warnings(below(tmp_path, "coaches.seats = 20\n", "last.toml", "child.toml")) == warnings(child)


def test_a_warning_that_the_parent_has_by_itself_stays_its_own(tmp_path: Path) -> None:
    """By hand: the parent's window begins on 4 March already; so does a warning of a value that the child gives."""
    write(tmp_path, changed(("first_day = 2020-03-03", "first_day = 2020-03-04")))
    assert warnings(below(tmp_path, "coaches.seats = 20\n"), "coaches.hold_minutes=30") == [EARLY]
    write(tmp_path)
    assert warnings(below(tmp_path, "stay.days = 336\n")) == [
        "child.toml: stay.days = 336: is far more than usual, and is taken as days; did you mean 14 (336 hours are 14 "
        "days)?"
    ]


def test_warnings_that_one_change_brings_are_one_line_with_the_places(tmp_path: Path) -> None:
    """By hand: a window that begins on 5 March comes after two sites of the file; three say three."""
    for sites, also in ((SITES.replace("80,,", "80,2020-03-04,"), "2 in all: also row 4, opens"),
                        (SITES.replace("80,,", "80,2020-03-04,") + "4,d,,,street,9,2020-03-03,9\n",
                         "3 in all: also row 4, opens, row 5, opens")):  # fmt: skip
        write(tmp_path, sites=sites)
        (line,) = folded(read(tmp_path, overrides=["first_day=2020-03-05"]).warnings)
        assert line == f"--set: first_day = 2020-03-05: with it, {EARLY}; {also}"
