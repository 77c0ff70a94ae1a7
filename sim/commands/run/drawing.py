"""The pictures of a run, drawn by the workers that have just run it while this process writes the tables.

Drawing takes several seconds, and most of what a run takes besides its replications. matplotlib is loaded by those who
draw.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING

from sim.commands.run.asked import Drawing
from sim.drawing.tables import Port, RunTables, Site, picture_language
from sim.runs.executors import jobs_ahead, unpacked
from sim.scenario.places import rooms_of, sites_in_order
from sim.words.commands import SAID
from sim.words.language import language, speaking

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.run.pictures import Drawn
    from sim.runs.job import Job
    from sim.runs.replicate import Replicated
    from sim.scenario.tables.schema import Scenario
    from sim.scenario.tables.schema import Site as SiteTable


def begin_drawing(workers: Executor, tables: Callable[[], RunTables], folder: Path, suffix: str) -> list[Future[Drawn]]:
    """Have the pictures drawn into a folder, a share by each job; what goes wrong shows in `drawn`."""
    try:
        with picture_language():
            packed = pickle.dumps((language(), tables()))
        n = jobs_ahead(workers)
        return [workers.submit(_draw_share, packed, (folder, suffix), first, n) for first in range(n)]
    except Exception as error:  # of tables that can't be made, of workers that have died
        failed: Future[Drawn] = Future()
        failed.set_exception(error)
        return [failed]


def drawn(shares: Sequence[Future[Drawn]]) -> Drawing:
    """What came of the pictures, when all are there. One that fails must not cost the numbers."""
    failed: list[str] = []
    skipped: list[str] = []
    for share in shares:
        try:
            skipped += (SAID["picture_skipped"].format(name=name, reason=why) for name, why in share.result().skipped)
        except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
            failed.append(SAID["pictures_failed"].format(kind=type(error).__name__, error=error))
    return Drawing((*dict.fromkeys(failed), *skipped), failed=bool(failed))


def _draw_share(packed: bytes, where: tuple[Path, str], first: int, step: int) -> Drawn:
    from sim.commands.run.pictures import draw_pictures  # noqa: PLC0415  matplotlib is slow to load

    spoken, tables = unpacked(packed)
    with speaking(spoken):
        return draw_pictures(tables, where[0], suffix=where[1], first=first, step=step)


def run_tables(job: Job, done: Replicated, reported: pd.DataFrame, tell: str = "") -> RunTables:
    """The tables of a run with the names, limits and targets of its scenario. `tell`: see `RunTables`."""
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
