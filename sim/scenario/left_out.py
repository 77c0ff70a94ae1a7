"""The steps of the way of a party that a scenario leaves out, as sentences for planners."""

from __future__ import annotations

from sim.scenario.tables.schema import Scenario
from sim.words.language import _

Sentences = list[tuple[bool, str]]
"""Whether a step is left out, and the sentence that says so."""


def steps_left_out(scenario: Scenario) -> tuple[str, ...]:
    """One sentence for each step that does not happen in this scenario, in the order of a party's way."""
    pools = [port.pool for port in scenario.ports.values()]
    left_out: Sentences = [
        (scenario.registration is None, _("Registration takes no time: there is no [registration] table.")),
        (
            None in pools,
            _("No staff at {ports}: nobody waits for staff there (no pool given).").format(
                ports=_ports_without_pool(scenario)
            ),
        ),
        (scenario.sites is None, _("Nobody is taken to a site: there is no [sites] table.")),
        *_at_sites(scenario),
        *_health(scenario),
        (not any(pool.absence_share for pool in scenario.pools.values()), _("Nobody is absent: no pool has a share.")),
        (scenario.brigade is None, _("There is no reserve of staff: there is no [brigade] table.")),
    ]
    return tuple(words for is_left_out, words in left_out if is_left_out)


def _at_sites(scenario: Scenario) -> Sentences:
    sites = scenario.sites
    if sites is None:
        return []
    teams = [site.team for site in sites.candidates.values()]
    return [
        (scenario.coaches is None, _("Parties travel alone, at once: there is no [coaches] table.")),
        (sites.team is None and not any(teams), _("Sites need no staff: there is no sites.team.")),
        (sites.team is None and any(teams) and None in teams, _("Some sites need no staff: there is no sites.team.")),
        (scenario.check_in is None, _("Check-in takes no time: there is no [check_in] table.")),
        (scenario.release.minutes is None, _("Check-out takes no time: there is no release.minutes.")),
        (not scenario.rooms.airing_hours, _("Rooms are not aired: rooms.airing_hours is 0.")),
        (not scenario.rooms.cleaning_minutes, _("Rooms are not cleaned: rooms.cleaning_minutes is 0.")),
        (sites.reserve_rooms is None, _("No site opens on demand: there is no sites.reserve_rooms.")),
        (sites.closing == "never", _('No site closes before the end: sites.closing is "never".')),
        (not scenario.visits, _("Guests are not visited: there is no [visits] table.")),
        (scenario.swabs is None, _("Nobody is tested: there is no [swabs] table.")),
        (scenario.follow_up is None, _("Nobody is followed up after release: there is no [follow_up] table.")),
    ]


def _health(scenario: Scenario) -> Sentences:
    health, swabs = scenario.health is not None, scenario.swabs is not None
    return [
        (not health, _("Nobody is infected: there is no [health] table.")),
        (health and scenario.screening is None, _("Nobody is screened on arrival: there is no [screening] table.")),
        (swabs and scenario.laboratory is None, _("Swabs have no result: there is no [laboratory] table.")),
        (health and scenario.hospital is None, _("Hospital beds are not counted: there is no [hospital] table.")),
    ]


def _ports_without_pool(scenario: Scenario) -> str:
    return ", ".join(port.name or port_id for port_id, port in scenario.ports.items() if port.pool is None)
