"""What is asked of a scenario: headlines and ranges are checked, kept when written, and change no result."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_case import SMALL, write_small

from sim.measures import REGISTRY
from sim.scenario import ScenarioError, load, read
from sim.scenario.files.documents import scenario_hash, to_toml
from sim.scenario.rules import paths_of, split_headline

ASKED = """\
question = "Are four enough?"
remark = "They are four."
headlines = ["received@gongbei", "sites_opened"]
"""
RANGES = """
[ranges]
"ports.*.coaches" = [1, 5]
"sites.allocation" = ["spread", "fill"]
stay.days = [1.0, 3.0]
"""


def asked(head: str = ASKED, ranges: str = RANGES) -> str:
    first, rest = SMALL.split("\n", 1)
    return f"{first}\n{head}{rest}{ranges}"


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        read(write_small(folder, text), known_measures=list(REGISTRY))
    return [str(fault) for fault in caught.value.faults]


def test_questions_are_read_written_and_read_again(tmp_path: Path) -> None:
    """Quoted and bare paths mean the same."""
    scenario = read(write_small(tmp_path, asked()), known_measures=list(REGISTRY)).scenario
    assert scenario.headlines == ("received@gongbei", "sites_opened")
    assert scenario.ranges["stay.days"] == (1.0, 3.0)
    out = tmp_path / "again.toml"
    out.write_text(to_toml(scenario), encoding="utf-8")
    assert load(out) == scenario


def test_questions_change_no_result(tmp_path: Path) -> None:
    """Expected: the same hash with and without them."""
    with_them, without = load(write_small(tmp_path, asked())), load(write_small(tmp_path))
    assert scenario_hash(with_them) == scenario_hash(without)


@pytest.mark.parametrize(
    ("head", "ranges", "expected"),
    [
        (
            'headlines = ["recieved"]\n',
            "",
            'headlines = "recieved": no such measure; did you mean "received"?',
        ),
        (
            'headlines = ["received@gongbie"]\n',
            "",
            'headlines = "received@gongbie": no such place; did you mean "gongbei"?',
        ),
        ('headlines = ["received", "received@all"]\n', "", "must name each measure and place once"),
        ("headlines = [" + '"received", ' * 5 + "]\n", "", "headlines"),
        ("", '\n[ranges]\n"stay.days" = [7, 7]\n', "must have two different ends"),
        ("", '\n[ranges]\n"stay.days" = [7]\n', "ranges"),
    ],
)
def test_slips_in_questions_are_told(tmp_path: Path, head: str, ranges: str, expected: str) -> None:
    assert any(expected in fault for fault in faults(tmp_path, asked(head, ranges)))


def test_a_star_stands_for_every_key(tmp_path: Path) -> None:
    """By hand: one port, two sites."""
    scenario = load(write_small(tmp_path))
    assert paths_of(scenario, "ports.*.coaches") == [("ports", "gongbei", "coaches")]
    assert sorted(paths_of(scenario, "sites.*.rooms")) == [("sites", "haiwan", "rooms"), ("sites", "yinhua", "rooms")]
    assert split_headline("received@gongbei") == ("received", "gongbei")
    assert split_headline("received") == ("received", "all")


def test_a_range_of_nothing_is_a_warning(tmp_path: Path) -> None:
    """A child that chooses another kind of a table must not have to repeat its parent's ranges."""
    text = asked("", '\n[ranges]\n"ports.*.coach" = [1, 5]\n')
    warnings = [str(warning) for warning in read(write_small(tmp_path, text)).warnings]
    assert 'small.toml: ranges."ports.*.coach": has no effect: no value has this path' in warnings


def test_a_range_of_a_list_that_is_empty_now_has_its_value() -> None:
    """Days of swabs, of which one end of the range is none."""
    reading = read(Path(__file__).parents[1] / "scenarios" / "xiangzhou.toml", overrides=["swabs.days=[]"])
    assert paths_of(reading.scenario, "swabs.days") == [("swabs", "days")]
    assert not [warning for warning in map(str, reading.warnings) if "ranges" in warning]
