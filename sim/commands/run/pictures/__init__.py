"""Pictures of a finished run: tables in, files out. A picture draws what it is given and computes nothing but layout.

Each picture is a function `draw_…(tables) -> Picture | Skipped` that stands in `PICTURES`. Its words stand in
`sim.words.PICTURES`; page, text and marks that all of them share are in `sim.drawing`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.run.pictures.hour_maps import draw_use, draw_waiting
from sim.commands.run.pictures.rooms import draw_no_room, draw_rooms, draw_served
from sim.commands.run.pictures.sites import draw_first_street, draw_sites
from sim.commands.run.pictures.staff import draw_staff
from sim.commands.run.pictures.waits import draw_bottleneck, draw_waits
from sim.drawing import page
from sim.drawing.tables import Picture, Port, RunTables, Site, Skipped

if TYPE_CHECKING:
    import pandas as pd

    from sim.runs.job import Job
    from sim.runs.replicate import Replicated
    from sim.scenario.tables.schema import Scenario
    from sim.scenario.tables.schema import Site as SiteTable


__all__ = ["PICTURES", "Drawn", "Port", "RunTables", "Site", "draw_pictures", "draw_run"]

PICTURES: tuple[tuple[str, Callable[[RunTables], Picture | Skipped]], ...] = (
    ("people-served", draw_served),
    ("rooms-taken", draw_rooms),
    ("sites-by-day", draw_sites),
    ("first-street-site", draw_first_street),
    ("no-room-by-day", draw_no_room),
    ("people-waiting", draw_waiting),
    ("waits-and-limit", draw_waits),
    ("waiting-by-hour", draw_bottleneck),
    ("staff-by-hour", draw_staff),
    ("staff-use", draw_use),
)
"""File name without its ending, and how it is drawn, in the order in which planners read them."""


@dataclass(frozen=True)
class Drawn:
    """What came of drawing: files written (each picture, then its numbers), and why others were not."""

    paths: tuple[Path, ...]
    skipped: tuple[tuple[str, str], ...]
    """(picture, reason in words for the user)."""


def draw_run(tables: RunTables, folder: Path, *, suffix: str = ".png") -> list[Path]:
    """Draw every picture that the run has numbers for into `folder` (made if need be); returns the files written.

    Beside each picture lies a CSV of the same name with the numbers drawn. Raises ValueError for a suffix other than
    .png, .svg or .pdf.
    """
    return list(draw_pictures(tables, folder, suffix=suffix).paths)


def draw_pictures(tables: RunTables, folder: Path, *, suffix: str = ".png") -> Drawn:
    """As `draw_run`, and says which pictures were skipped for want of numbers, and why."""
    if suffix not in page.SUFFIXES:
        raise ValueError(f"suffix = {suffix!r}: must be one of {', '.join(page.SUFFIXES)}")
    folder.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    skipped: list[tuple[str, str]] = []
    for stem, draw in PICTURES:
        with page.look():
            picture = draw(tables)
            if isinstance(picture, Skipped):
                skipped.append((stem, picture.reason))
            else:
                paths += page.save(picture, folder, stem, suffix)
    return Drawn(tuple(paths), tuple(skipped))


def run_tables(job: Job, done: Replicated, reported: pd.DataFrame, tell: str = "") -> RunTables:
    """The tables of a run with the names, limits and targets of its scenario. `tell`: see `RunTables`."""
    from sim.scenario.places import rooms_of, sites_in_order  # noqa: PLC0415

    scenario = job.scenario
    first_day, last_day = scenario.counted_days
    sites = sites_in_order(scenario) if scenario.sites is not None else []
    return RunTables(
        title=scenario.title,
        first_day=first_day,
        last_day=last_day,
        n_replications=len(done.finished),
        seed=job.seed,
        series=_counted(done.series, scenario),
        sites=tuple(
            Site(key, site.name or key, number, site.street, rooms_of(scenario.sites, site))
            for number, (key, site) in enumerate(sites, start=1)
            if scenario.sites is not None
        ),
        ports=tuple(Port(key, p.name or key) for key, p in sorted(scenario.ports.items())),
        reported=reported.rename(columns={"reported": "value"}),
        profiles=done.profiles,
        summary=done.summary,
        pools=tuple(Port(key, scenario.pools[key].name or key) for key in _pools(scenario)),
        limit_minutes=scenario.limits.handover_to_coach_minutes,
        targets=tuple(
            (t.measure, t.place, t.at_least if t.at_least is not None else t.at_most or 0.0)
            for t in scenario.targets.values()
        ),
        tell=tell,
        several_years=scenario.several_years,
        first_street=_first_street(done.series, sites),
        only_counted=scenario.window is not None,
    )


OPEN = 2
"""`site_state` from which on a site has been opened."""


def _first_street(series: pd.DataFrame, sites: Sequence[tuple[str, SiteTable]]) -> str:
    """Name of the street-level site that is open first in half of the replications; nothing where none ever is."""
    street = {key: site.name or key for key, site in sites if site.level == "street"}
    rows = series[(series["quantity"] == "site_state") & series["place"].isin(street) & (series["p50"] >= OPEN)]
    first = rows.groupby("place")["time"].min().astype(str)
    return min(
        ((day, list(street).index(str(key)), street[str(key)]) for key, day in first.items()), default=("",) * 3
    )[2]


_BY_SITE = ("site_state", "rooms_taken")


def _counted(series: pd.DataFrame, scenario: Scenario) -> pd.DataFrame:
    """Rows of the days that `[window]` counts, so that a picture tells what the measures tell; all without one.

    Sites are shown beyond the last day, as long as they are open.
    """
    if scenario.window is None:
        return series
    first, last = (day.isoformat() for day in scenario.counted_days)
    day = series["time"].astype(str).str[:10]
    of_sites = series["quantity"].isin(_BY_SITE) & (series["place"] != "all")
    return series[(day >= first) & ((day <= last) | of_sites)]


def _pools(scenario: Scenario) -> list[str]:
    """Pools in use: those of the ports, then those that sites have copies of."""
    of_ports = [port.pool for _, port in sorted(scenario.ports.items()) if port.pool is not None]
    sites = scenario.sites
    of_sites = [sites.team, *(site.team for site in sites.candidates.values())] if sites is not None else []
    return list(dict.fromkeys([*of_ports, *(team for team in of_sites if team is not None)]))
