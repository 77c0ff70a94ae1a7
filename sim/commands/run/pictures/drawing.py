"""From a finished run to what pictures are drawn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.run.pictures import RunTables
    from sim.runs.job import Job
    from sim.runs.replicate import Replicated
    from sim.scenario.tables.schema import Scenario


def run_tables(job: Job, done: Replicated, reported: pd.DataFrame, tell: str = "") -> RunTables:
    """The tables of a run with the names, limits and targets of its scenario. `tell`: see `RunTables`."""
    from sim.commands.run.pictures import Port, RunTables, Site  # noqa: PLC0415  heavy at start-up
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
        only_counted=scenario.window is not None,
    )


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
