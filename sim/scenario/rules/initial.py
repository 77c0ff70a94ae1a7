"""Rules for today's guests: each is in a site, in a room, since a time that can be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from sim.scenario.faults import Path, nearest
from sim.scenario.places import rooms_of
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.rules.findings import Finding
from sim.scenario.tables.guests import DAY, arrived_second, largest_party, rooms_needed
from sim.scenario.tables.resilience import InitialRow
from sim.scenario.tables.schema import Scenario, Sites

MOST_PARTIES = 1 << 20
"""Party numbers have 20 bits for the parties of the beginning."""
MOST_IN_A_ROOM = 10
"""More people in one row per party are taken for guests of several rooms, unless parties or rooms are that large."""
LONGEST_AGO = 366
"""Days."""


def initial_findings(scenario: Scenario) -> Iterator[Finding]:
    """Guests of the beginning are in sites that are open, in rooms that hold them, and came before the first day."""
    candidates = scenario.sites.candidates if scenario.sites else {}
    rooms: Counter[str] = Counter()
    over: list[tuple[Path, InitialRow]] = []
    for number, row in enumerate(scenario.initial, start=1):
        here = ("initial", str(number))
        if row.site not in candidates:
            known = [*candidates, *(site.name for site in candidates.values() if site.name)]
            hint = nearest(row.site, known) or "write the id or the name of a site of the list"
            yield Finding((*here, "site"), "no such site", row.site, hint, (("sites", row.site), ("sites", "?")))
            continue
        rooms[row.site] += row.rooms or rooms_needed(scenario, row.party_size or 1)
        yield from _party(scenario, row, here) if row.guests is None else _group(scenario, row, here)
        if scenario.stay is not None and arrived_second(scenario, row) + scenario.stay.days * DAY <= 0:
            over.append((here, row))
    yield from _over(scenario, over)
    if scenario.sites is not None:
        yield from _occupied(scenario, scenario.sites, rooms)
    parties = sum(1 if row.guests is None else _parties(scenario, row) for row in scenario.initial)
    if parties > MOST_PARTIES:
        rule = f"has {parties:,} parties: at most {MOST_PARTIES:,} can be in sites at the beginning"
        yield Finding(("initial",), rule, needs=(("rooms", "per"),))


def _parties(scenario: Scenario, row: InitialRow) -> int:
    return row.guests or 1 if scenario.rooms.per == "person" else row.rooms or 1


def _party(scenario: Scenario, row: InitialRow, here: Path) -> Iterator[Finding]:
    """A row per party: it fits a room, or as many rooms of one site as it has people."""
    path, size = (*here, "party_size"), row.party_size or 1
    hint = "for guests of several rooms write a row with guests, rooms and arrived"
    if scenario.rooms.per == "party":
        most = scenario.rooms.most_people or max(MOST_IN_A_ROOM, largest_party(scenario))
        if size > most:
            rule = f"must be at most {most}: a party has one room, and more are in none (rooms.most_people)"
            yield Finding(path, rule, size, hint, (("rooms",), ("arrivals", "party_size_weights")))
    elif scenario.sites is not None:
        most = max(rooms_of(scenario.sites, site) for site in scenario.sites.candidates.values())
        if size > most:
            rule = f"no site takes a party so large: each person has a room, and the largest site has {most}"
            yield Finding(path, rule, size, hint, (("rooms",), ("sites",)))


def _group(scenario: Scenario, row: InitialRow, here: Path) -> Iterator[Finding]:
    """A row per group: its rooms hold its guests and none is empty; it came at or before 00:00 of the first day."""
    guests, rooms, path = row.guests or 1, row.rooms or 1, (*here, "rooms")
    most = scenario.rooms.most_people or largest_party(scenario)
    needs = ((*here, "guests"), ("rooms",), ("arrivals", "party_size_weights"))
    if scenario.rooms.per == "person":
        if rooms != guests:
            rule = f"must be {guests}, as many as guests: each person has a room (rooms.per)"
            yield Finding(path, rule, rooms, needs=needs)
    elif rooms > guests:
        yield Finding(path, f"must be at most {guests}, the guests: somebody is in each room", rooms, needs=needs)
    elif guests > rooms * most:
        rule = f"is not enough for {guests} guests, who need {-(-guests // most)} rooms with at most {most} in one"
        hint = "" if scenario.rooms.most_people else "where more share a room, set rooms.most_people"
        yield Finding(path, rule, rooms, hint, needs)
    second, path = arrived_second(scenario, row), (*here, "arrived")
    if second > 0:
        rule = f"must not be after 00:00 of first_day ({scenario.first_day}): guests are there from the beginning"
        yield Finding(path, rule, row.arrived, "who comes later belongs to arrivals", DAYS_OF_CASE)
    elif second < -LONGEST_AGO * DAY:
        rule = f"is more than {LONGEST_AGO} days before first_day ({scenario.first_day})"
        yield Finding(path, rule, row.arrived, "is the year right?", DAYS_OF_CASE)


def _over(scenario: Scenario, rows: list[tuple[Path, InitialRow]]) -> Iterator[Finding]:
    """One line for all whose stay is over: a plan with a shorter stay has them, and it must run."""
    if not rows or scenario.stay is None:
        return
    here, row = rows[0]
    others = f" (and so are {len(rows) - 1} rows more)" if len(rows) > 1 else ""
    rule = f"is beyond the stay of {scenario.stay.days:g} days: the party is released at once{others}"
    key, value = ("arrived", row.arrived) if row.day_of_stay is None else ("day_of_stay", row.day_of_stay)
    yield Finding((*here, key), rule, value, needs=(("stay", "days"), *DAYS_OF_CASE), warning=True)


def _occupied(scenario: Scenario, sites: Sites, rooms: Counter[str]) -> Iterator[Finding]:
    for name, taken in rooms.items():
        site, here = sites.candidates[name], ("sites", name)
        needs = (("initial",), ("rooms", "per"), ("sites", "rooms_factor"))
        most = rooms_of(sites, site)
        if taken > most:
            rule = f"has {most} rooms, but the parties in it at the beginning (initial) need {taken}"
            yield Finding((*here, "rooms"), rule, needs=needs)
        if site.opens != "demand" and site.opens > scenario.first_day:
            rule = f"must not be after first_day ({scenario.first_day}): parties are in it from the beginning (initial)"
            yield Finding((*here, "opens"), rule, site.opens, needs=(("initial",), *DAYS_OF_CASE))


__all__ = ["initial_findings"]
