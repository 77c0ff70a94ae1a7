"""Facts of the rules between tables that changed lines left unnoticed, each on both sides of its limit."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from sampling_case import FIRST, arrivals, port
from scenario_files import SMALL, told, warnings
from test_facts_of_rules import PAIRS as OTHERS
from test_facts_of_rules import roster

from sim.scenario.rules.arrivals import size_findings


def later(name: str, day: str) -> str:
    return f'ports.gongbei.regimes.{name}={{kind="rate", from_day=2020-03-{day}, people_per_day=1}}'


ONE_DAY = 'ports.gongbei.regimes.all={kind="daily", from_day=2020-03-03, values={2020-03-03=1}}'
PAIRS: list[tuple[list[str], list[str], str]] = [
    ([ONE_DAY, later("b", "04"), later("c", "05")], [ONE_DAY, later("c", "05")],
     "regimes.all.values: has no number for 1 of its 2 days: 2020-03-04"),
    (["ranges={'arrivals.factor'=[1, 2]}"], ["ranges={'factor'=[1, 2]}"], "has no effect: no value has this path"),
    (["coaches.hold_minutes=480"], ["coaches.hold_minutes=481"], "coaches.hold_minutes = 481: is far more than usual"),
]  # fmt: skip


@pytest.mark.parametrize(("silent", "loud", "words"), PAIRS, ids=range(len(PAIRS)))
def test_a_rule_is_silent_up_to_its_limit_and_told_beyond(silent: list[str], loud: list[str], words: str) -> None:
    """By hand, from the days 3 to 5 March of the small scenario."""
    assert words not in "\n".join(warnings(SMALL, *silent))
    assert words in told(*loud)


ONLY_WARNED = (
    "its people do not come", "no site is of", "has no effect: no site is of level street", "is before first_day",
    "opens = 2020-03-02: is before first_day", "opens = 2020-03-05: is the last day", "is the last day",
    "is after last_day: this site never opens", "as long as the window",
    "is left out: the 1 sites that open on demand never open", "opens sites that get nobody", "stops sites for good",
    "day_of_stay = 3: is beyond the stay of 2 days: the party is released at once",
    "arrived = 2020-03-01T00:00:00: is beyond the", "headcount = 0: nobody is on duty",
    "headcount_factor = 0: nobody is on", "nobody is on duty after the last day", "is after 2020-05-04: this",
    "brigade.pools = []: is empty", "is after 2020-03-05: this disruption", "these sites are begun at 00:00",
    "is more than the list has: 1 candidates open on demand", "value = 20.5: multiplies by 20.5", "90 % is 0.9",
    "is compared with a share from 0 to 1", "has no effect: no value has this path",
)  # fmt: skip
"""What is told of values that say nothing, say something unusual, or leave somebody without a room or staff: a planner
may mean it, so that the scenario runs."""


@pytest.mark.parametrize(("loud", "words"), [
    (loud, words) for _, loud, words in OTHERS if words.startswith(ONLY_WARNED)
])  # fmt: skip
def test_what_may_be_meant_is_a_warning_and_the_scenario_runs(loud: list[str], words: str) -> None:
    """Told in a scenario that is read, not as a fault."""
    assert words in "\n".join(warnings(SMALL, *loud))


def _from(days: list[int], people: float) -> dict[str, Any]:
    """A regime from each of these days on, with as many people a day."""
    rate = {"kind": "rate", "people_per_day": people}
    return port(regimes={f"r{n}": {**rate, "from_day": FIRST + dt.timedelta(days=day)} for n, day in enumerate(days)})


def test_each_day_of_the_window_counts_once_for_the_size_of_a_run() -> None:
    """500,000 a day may come, and 8.38 million in all: on 16 days in regimes of 5, 1 and 10, and not on 17;
    a regime of one day counts.
    """
    gate = _from([-3, 5, 6], 500_000)
    assert [*size_findings(arrivals(ports={"gate": gate}, days=16))] == []
    (found,) = size_findings(arrivals(ports={"gate": gate}, days=17))
    assert "leads to 8,500,000 people" in found.rule
    day = _from([0, 1], 1)
    day["regimes"]["r0"]["people_per_day"] = 500_001
    (found,) = size_findings(arrivals(ports={"gate": day}, days=5))
    assert found.path == ("ports", "gate", "regimes", "r0", "people_per_day")


def test_nobody_is_missed_after_the_sixtieth_day_behind_the_last(tmp_path: Path) -> None:
    """5 March and 60 days are 4 May."""
    assert "nobody is on duty on 2020-05-04 after the last day" in roster(tmp_path, "2020-05-04 08:00 8 0")
    assert "nobody is on duty" not in roster(tmp_path, "2020-05-05 08:00 8 0")
