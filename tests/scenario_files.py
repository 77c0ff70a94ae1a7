"""A small sound scenario on disk, and what reading it says when one thing is changed."""

from pathlib import Path

from sim.scenario import ScenarioError, read

GOOD = """\
schema = 1
title = "small"
first_day = 2020-03-03
last_day = 2020-03-09

[arrivals]
dispersion_index = 3.0
groups = { kind = "geometric", mean = 1.45 }
party_size_weights = [0.76, 0.18, 0.05, 0.01]

[ports.gongbei]
pool = "gongbei"
coaches = 2
people = 100
not_diverted_share = 0.1
[ports.gongbei.regimes.a]
kind = "total"
from_day = 2020-03-01
weight = 1.0
[ports.gongbei.regimes.b]
kind = "total"
from_day = 2020-03-06
weight = 2.0
profile = { kind = "series", file = "days.csv" }
[ports.gongbei.hours.all_days]
opens = "6:00"
closes = "01:00"

[pools.gongbei]
headcount = 30
fixed_posts = 6
[pools.gongbei.shifts.early]
start = "06:00"
hours = 9
share = 0.5
[pools.gongbei.shifts.late]
start = "15:00"
hours = 9
share = 0.5

[pools.team]
headcount = 9
[pools.team.shifts.day]
start = "07:00"
hours = 12
share = 1.0

[registration]
minutes = { kind = "lognormal", mean = 12.0, cv = 0.6 }

[coaches]
seats = 33
hold_minutes = 60
escorts = 2

[sites]
list = "sites.csv"
reserve_rooms = 20
team = "team"

[stay]
days = 14

[provenance]
"pools.*.headcount" = "reported: about 30 on an average day"
"pools.team" = "assumed: two teams"
"sites.*.rooms" = "assumed: range 40 to 160"
"""

SITES = """\
number,id,name,street,level,rooms,opens,ride_minutes_gongbei
1,north,North Hotel,jida,district,140,2020/3/3,20
2,yinhua,Yinhua Hotel,wanzai,street,90,demand,35
3,south,South Hotel,wanzai,street,80,,40.5
"""

DAYS = "date,people\n2020-03-06,5\n2020/3/7,6.5\n2020-03-08,7\n2020-03-09,0\n"


def write(folder: Path, text: str = GOOD, name: str = "scenario.toml", sites: str = SITES, days: str = DAYS) -> Path:
    """The scenario, or a changed one, with its two CSV files."""
    folder.mkdir(exist_ok=True)
    (folder / "sites.csv").write_text(sites, encoding="utf-8")
    (folder / "days.csv").write_text(days, encoding="utf-8")
    (folder / name).write_text(text, encoding="utf-8")
    return folder / name


def changed(*pairs: tuple[str, str], text: str = GOOD) -> str:
    """The sound scenario with pieces of its text replaced; each piece must be there once or more."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults(path: Path, *overrides: str) -> list[str]:
    """The lines that reading this file gives; none when it is sound."""
    try:
        read(path, overrides=overrides)
    except ScenarioError as error:
        return [str(fault) for fault in error.faults]
    return []


def warnings(path: Path, *overrides: str) -> list[str]:
    """The warnings of a sound scenario."""
    return [str(fault) for fault in read(path, overrides=overrides).warnings]


SMALL = Path(__file__).parent / "cases" / "numbers" / "small.toml"
"""Two hotels for three days."""


def told(*overrides: str) -> str:
    """Faults of the small case with these changes, or else its warnings, a line each."""
    return "\n".join(faults(SMALL, *overrides) or warnings(SMALL, *overrides))
