"""A cell that may be 1005 as well as 1.005 is a fault in every file that a scenario names; a true fraction is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim.measures.reported import read_reported
from sim.sampling.expected import expected_people
from sim.scenario import ScenarioError, load

CASE = Path(__file__).parent / "cases" / "dot_thousands"
RULE = "may be {} or {}; write it without thousands separators, and decimals that do not look like them"


def case(folder: Path, rows: str, more: str = "") -> Path:
    """The case with other rows, and more at its end."""
    text = (CASE / "scenario.toml").read_text(encoding="utf-8")
    (folder / "scenario.toml").write_text(text + more, encoding="utf-8")
    (folder / "arrivals.csv").write_text(rows, encoding="utf-8")
    return folder


def lines(folder: Path) -> list[str]:
    """Faults, a line each."""
    with pytest.raises(ScenarioError) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_points_for_thousands_are_told_and_never_read_as_decimals() -> None:
    """Case dot_thousands: 1.005 + 1.250 + 987 are 3,242 people, and were read as 989."""
    assert lines(CASE) == [
        f'arrivals.csv: row 2, people = "1.005": {RULE.format("1005", "1.005")}',
        f'arrivals.csv: row 3, people = "1.250": {RULE.format("1250", "1.250")}',
    ]


@pytest.mark.parametrize("separator", [";", "\t"])
def test_a_true_fraction_stays_allowed(tmp_path: Path, separator: str) -> None:
    """12.5, 0.125 and 1.25 cannot be thousands; nor can 12,5."""
    rows = "date;people\n2020-03-28;12.5\n2020-03-29;0.125\n2020-03-30;1.25\n".replace(";", separator)
    assert expected_people(load(case(tmp_path, rows))).tolist() == [[12.5, 0.125, 1.25]]
    rows = "date;people\n2020-03-28;12,5\n2020-03-29;0,125\n2020-03-30;1,25\n".replace(";", separator)
    assert expected_people(load(case(tmp_path, rows))).tolist() == [[12.5, 0.125, 1.25]]


def test_tabs_are_as_semicolons(tmp_path: Path) -> None:
    """What spreadsheets call Unicode text."""
    found = lines(case(tmp_path, "date\tpeople\n2020-03-28\t-1.005\n2020-03-29\t12.5\n2020-03-30\t987\n"))
    assert found == [f'arrivals.csv: row 2, people = "-1.005": {RULE.format("-1005", "-1.005")}']


def test_with_commas_between_cells_a_point_is_for_decimals(tmp_path: Path) -> None:
    """A spreadsheet that separates cells by commas writes points for decimals and quotes 1,005."""
    rows = "date,people\n2020-03-28,1.005\n2020-03-29,12.5\n2020-03-30,987\n"
    assert expected_people(load(case(tmp_path, rows))).tolist() == [[1.005, 12.5, 987.0]]
    assert 'row 2, people = "1,005"' in lines(case(tmp_path, rows.replace("1.005", '"1,005"')))[0]


FILES = {
    "sites.csv": ('[sites]\nlist = "sites.csv"\n', "number;id;rooms;weight;ride_minutes_p\n2;b;1.200;2.500;1.005\n",
                  [("row 2, rooms", "1.200"), ("row 2, weight", "2.500"), ("row 2, ride_minutes_p", "1.005")]),
    "roster.csv": ('roster = "roster.csv"\n[pools.team]\n',
                   "pool;date;start;hours;headcount\nteam;monday;06:00;8;1.005\n", [("row 2, headcount", "1.005")]),
    "disruptions.csv": ('disruptions = "disruptions.csv"\n',
                        "kind;place;from_day;to_day;value\narrivals_added;p;2020-03-28;;1.005\n",
                        [("row 2, value", "1.005")]),
    "initial.csv": ('initial = "initial.csv"\n', "site;guests;rooms;arrived\ns;1.005;1.001;2020-03-27\n",
                    [("row 2, guests", "1.005"), ("row 2, rooms", "1.001")]),
    "fnr.csv": ('[health]\ninfected_share = 0.1\npcr_sensitivity = { file = "fnr.csv" }\n',
                "day;sensitivity\n1.005;0.125\n", [("row 2, day", "1.005")]),
}  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_every_file_and_column_has_the_rule(tmp_path: Path, name: str) -> None:
    """Sites, rosters, disruptions, guests, sensitivities."""
    more, rows, cells = FILES[name]
    case(tmp_path, "date,people\n2020-03-28,5\n2020-03-29,5\n2020-03-30,5\n")
    top, _, below = more.rpartition("[") if "[" in more else (more, "", "")
    text = (tmp_path / "scenario.toml").read_text(encoding="utf-8")
    table = f"[{below}" if below else ""
    (tmp_path / "scenario.toml").write_text(top + text.replace("[sites.s]", f"{table}\n[sites.s]", 1), encoding="utf-8")
    (tmp_path / name).write_text(rows, encoding="utf-8")
    expected = [f'{name}: {place} = "{cell}": {RULE.format(cell.replace(".", ""), cell)}' for place, cell in cells]
    assert [line for line in lines(tmp_path) if "may be" in line] == expected


def test_reported_figures_have_it_too(tmp_path: Path) -> None:
    """The table beside a scenario, whose values are compared with a run."""
    file = tmp_path / "x_targets.csv"
    file.write_text("figure;value\npeople;1.005\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_reported(file, ())
    assert f'row 2, value = "1.005": {RULE.format("1005", "1.005")}' in str(caught.value)
