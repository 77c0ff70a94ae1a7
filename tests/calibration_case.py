"""A small case for tests of calibration: two hotels for three days, figures from a history of known settings."""

from pathlib import Path

from cli_case import write_small

TRUE_SHARE, TRUE_SEATS_HOLD = 0.2, 60.0
TARGETS = """\
measure,place,value,tolerance,why,kind,role
received,gongbei,90,3,a level,reported,identity
not_diverted,gongbei,18,2,a level,reported,identity
coach_trips,gongbei,18,1,one trip,reported,fitted
site_guests,first_street_site,45,5,10 %,reported,held_out
staff_needed_mean,gongbei,4,1,about,reported,held_out
"""
UNKNOWNS = """\
[unknowns.people]
label = "people a day"
paths = ["ports.gongbei.regimes.all.people_per_day"]
prior = { kind = "uniform", low = 15, high = 45 }
why = "test"

[unknowns.share]
label = "share sent on"
paths = ["ports.gongbei.not_diverted_share"]
prior = { kind = "uniform", low = 0.0, high = 0.5 }
why = "test"

[unknowns.hold]
label = "longest hold, minutes"
paths = ["coaches.hold_minutes"]
prior = { kind = "loguniform", low = 10, high = 200 }
why = "test"

[unknowns.airing]
label = "airing, hours"
paths = ["rooms.airing_hours"]
prior = { kind = "uniform", low = 0, high = 4 }
whole = true
why = "test: no figure depends on it"

[unknowns.allocation]
label = "allocation"
paths = ["sites.allocation"]
prior = { kind = "categorical", choices = ["spread", "fill"] }
why = "test"

[[predict]]
path = "pools.gongbei.fixed_posts"
values = [0, 1]
measures = ["staff_needed_mean"]
place = "gongbei"

[[candidates]]
measure = "rooms_occupied_max"
place = "all"

[[answers]]
measure = "rooms_occupied_max"
place = "all"

[[answers]]
measure = "coach_trips"
place = "gongbei"
"""


def write_case(folder: Path, targets: str = TARGETS, unknowns: str = UNKNOWNS) -> Path:
    """The small scenario with its figures and unknowns beside it."""
    file = write_small(folder)
    (folder / "small_targets.csv").write_text(targets, encoding="utf-8")
    (folder / "small_unknowns.toml").write_text(unknowns, encoding="utf-8")
    return file
