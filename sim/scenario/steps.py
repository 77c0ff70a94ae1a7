"""The steps of the way of a party that a scenario leaves out, as sentences for planners."""

from __future__ import annotations

from sim.scenario.schema import NOT_YET, Scenario


def steps_left_out(scenario: Scenario) -> tuple[str, ...]:
    """One sentence for each step that does not happen in this scenario, in the order of a party's way."""
    pools = [port.pool for port in scenario.ports.values()]
    sites = scenario.sites
    left_out = [
        (scenario.registration is None, "Registration takes no time: there is no [registration] table."),
        (None in pools, f"No staff at {_ports_without_pool(scenario)}: nobody waits for staff there (no pool given)."),
        (sites is None, "Nobody is taken to a site: there is no [sites] table."),
    ]
    if sites is not None:
        left_out += [
            (scenario.coaches is None, "Parties travel alone, at once: there is no [coaches] table."),
            (sites.team is None, "Sites need no staff: there is no sites.team."),
            (scenario.check_in is None, "Check-in takes no time: there is no [check_in] table."),
            (scenario.release.minutes is None, "Check-out takes no time: there is no release.minutes."),
            (not scenario.rooms.airing_hours, "Rooms are not aired: rooms.airing_hours is 0."),
            (not scenario.rooms.cleaning_minutes, "Rooms are not cleaned: rooms.cleaning_minutes is 0."),
            (sites.reserve_rooms is None, "No site opens on demand: there is no sites.reserve_rooms."),
            (sites.closing == "never", 'No site closes before the end: sites.closing is "never".'),
        ]
    known = [words for path, words in NOT_YET.items() if path != "sites.*.team"]
    later = f"Not available yet, and so left out: {', '.join([*known, 'allocation assigned'])}."
    return (*(words for is_left_out, words in left_out if is_left_out), later)


def _ports_without_pool(scenario: Scenario) -> str:
    return ", ".join(port.name or port_id for port_id, port in scenario.ports.items() if port.pool is None)
