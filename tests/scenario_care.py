"""Small sound scenarios with care, and with tables of rows in files."""

from pathlib import Path

from scenario_files import GOOD, changed, write

CARE = changed(
    (
        "[provenance]",
        """\
[visits.meals]
times = ["07:30", "18:00"]
room_minutes = 2
[visits.checks]
times = ["08:30"]
person_minutes = 3
finds_symptoms = true
[swabs]
days = [1, 13]
person_minutes = 4
[laboratory]
turnaround_hours = 24
[health]
infected_share = 0.01
pcr_sensitivity = { days = [1, 5], shares = [0.1, 0.8] }
[hospital]
beds = 2
[follow_up]
workers = 9
[brigade]
teams = [10, 12]
trigger_hours = 4
[provenance]""",
    )
)
"""The small scenario with all of care."""

ROSTER = """\
pool,date,start,hours,headcount
gongbei,monday,06:00,9,14
gongbei,2020-03-05,06:00,9.5,21
gongbei,2020/3/5,15:30,8.5,21
"""
DISRUPTIONS = """\
kind,place,from_day,to_day,value
site_lost,yinhua,2020-03-05,,
port_hours,gongbei,2020-03-04,2020-03-05,10:00-20:00
port_hours,all,2020-03-06,2020-03-06,closed
staff_absent,north.team,2020-03-05,,0.5
arrivals_added,,2020/3/4,2020-03-04,300
"""
INITIAL = "site,party_size,day_of_stay\nnorth,2,3\nnorth,1,14\n"
FNR = "day_since_exposure,false_negative_pct,lo95\n1,100.0,99\n2.5,97.7,90\n4,71.0,60\n"
SENSITIVITY = (
    '[health]\ninfected_share = 0.01\npcr_sensitivity = { file = "fnr.csv", day_column = "day_since_exposure", '
    'column = "false_negative_pct", given = "false_negative_percent" }\n[provenance]'
)

SHIFTS = GOOD[GOOD.index("headcount = 30") : GOOD.index("[pools.team]")]
FILES = {"roster.csv": ROSTER, "disruptions.csv": DISRUPTIONS, "initial.csv": INITIAL, "fnr.csv": FNR}
ROWS = changed(
    ('title = "small"', 'title = "small"\nroster = "roster.csv"\ndisruptions = "disruptions.csv"\n'
     'initial = "initial.csv"'),
    (SHIFTS, "fixed_posts = 6\n"),
    ("[provenance]", SENSITIVITY),
    ('"pools.*.headcount"', '"pools.team.headcount"'),
)  # fmt: skip
"""The small scenario with all four files; Gongbei's shifts have become rows."""


def write_rows(folder: Path, text: str = ROWS, **files: str) -> Path:
    """The scenario and its files, some of them changed (roster="…" for roster.csv)."""
    path = write(folder, text)
    for name, content in (FILES | {f"{key}.csv": value for key, value in files.items()}).items():
        (folder / name).write_text(content, encoding="utf-8")
    return path


def with_rows(*rows: str, table: str = "disruptions", text: str = CARE) -> str:
    """The scenario with rows of a table."""
    return text.replace('title = "small"', f'title = "small"\n{table} = [{", ".join(f"{{ {row} }}" for row in rows)}]')
