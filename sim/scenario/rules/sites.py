"""Rules for sites: the list, the ways there, opening and closing; for stay and release; and for today's guests, each of
whom is in a site, in a room, since a time that can be.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from sim.scenario.faults import Finding, Path, nearest
from sim.scenario.places import arrived_second, largest_party, rooms_needed, rooms_of
from sim.scenario.rules.arrivals import DAYS_OF_CASE
from sim.scenario.tables.distributions import EmpiricalStay
from sim.scenario.tables.schema import InitialRow, Scenario, Sites
from sim.scenario.tables.types import DAY
from sim.words.language import said
from sim.words.scenario import RULES

MANY = 3
"""So many sites with the same fault are named one by one; more are counted."""
MOST_PARTIES = 1 << 20
"""Party numbers have 20 bits for the parties of the beginning."""
MOST_IN_A_ROOM = 10
"""More people in one row per party are taken for guests of several rooms, unless parties or rooms are that large."""
LONGEST_AGO = 366
"""Days."""


def site_findings(scenario: Scenario) -> Iterator[Finding]:
    """People who are diverted find a site that can open, with a way to it and a planned stay."""
    sites, here = scenario.sites, ("sites",)
    placing = [port_id for port_id, port in scenario.ports.items() if port.not_diverted_share < 1]
    if sites is None:
        if placing:
            rule = said(
                'must be given: port "{placing}" places people (its not_diverted_share is less than 1)',
                placing=placing[0],
            )
            yield Finding(here, rule, needs=(("ports", placing[0]),))
        return
    if not sites.candidates:
        yield Finding(here, "has no candidate: give a list, or tables [sites.<id>]")
    if scenario.stay is None:
        yield Finding(("stay",), "must be given, because there are sites", hint="add [stay] with days = 14")
    elif isinstance(scenario.stay.days, EmpiricalStay) and not scenario.stay.days.values:
        yield Finding(("stay", "days"), "needs a file (or values) with observed stays")
    yield from _number_findings(sites)
    yield from _ride_findings(scenario, sites, placing)
    yield from _opening_findings(scenario, sites)
    yield from _closing_findings(sites)
    if sites.allocation == "assigned":
        yield from _assigned_findings(scenario, sites)


def _number_findings(sites: Sites) -> Iterator[Finding]:
    seen: dict[int, str] = {}
    for site_id, site in sites.candidates.items():
        if site.number in seen:
            path = ("sites", site_id, "number")
            other = ("sites", seen[site.number], "number")
            yield Finding(
                path, said('is the number of "{seen}" too', seen=seen[site.number]), site.number, needs=(other,)
            )
        seen.setdefault(site.number, site_id)
    position = sites.first_street_position
    place = ("sites", "first_street_position")
    if position is None or not sites.candidates:
        return
    if position > len(sites.candidates):
        rule = said("must be at most {n}, the number of sites", n=len(sites.candidates))
        yield Finding(place, rule, position, needs=(("sites",),))
    elif all(site.level != "street" for site in sites.candidates.values()):
        yield Finding(place, "has no effect: no site is of level street", position, needs=(("sites",),), warning=True)


def _ride_findings(scenario: Scenario, sites: Sites, placing: list[str]) -> Iterator[Finding]:
    lacking: dict[str, list[str]] = defaultdict(list)
    for site_id, site in sites.candidates.items():
        here = ("sites", site_id, "ride_minutes")
        for port_id in site.ride_minutes:
            if port_id not in scenario.ports:
                hint = nearest(port_id, scenario.ports)
                yield Finding((*here, port_id), "no such port", None, hint, needs=(("ports", port_id),))
        for port_id in placing:
            if port_id not in site.ride_minutes:
                lacking[port_id].append(site_id)
    for port_id, site_ids in lacking.items():
        named = site_ids if len(site_ids) <= MANY else ["*"]
        count = "" if len(site_ids) <= MANY else said(" ({n} sites)", n=len(site_ids))
        for site_id in named:
            path = ("sites", site_id, "ride_minutes", port_id)
            needs = tuple(("sites", each, "ride_minutes") for each in site_ids)
            yield Finding(path, said("must be given{count}", count=count), needs=(("ports", port_id), *needs))


def _opening_findings(scenario: Scenario, sites: Sites) -> Iterator[Finding]:
    on_demand = [site_id for site_id, site in sites.candidates.items() if site.opens == "demand"]
    opening = 0
    for site_id, site in sites.candidates.items():
        path = ("sites", site_id, "opens")
        if site.opens == "demand":
            continue
        if site.opens > scenario.last_day:
            rule = "is after last_day: this site never opens"
            yield Finding(path, rule, site.opens, needs=DAYS_OF_CASE, warning=True)
            continue
        opening += 1
        if site.opens < scenario.first_day:
            rule = "is before first_day: this site is open, and empty, from first_day on"
            yield Finding(path, rule, site.opens, needs=DAYS_OF_CASE, warning=True)
        elif site.opens == scenario.last_day and scenario.n_days > 1:
            yield Finding(path, RULES["opens_last"], site.opens, needs=DAYS_OF_CASE, warning=True)
    if sites.reserve_rooms is not None and on_demand and sites.lead_hours >= 24 * scenario.n_days:
        rule = RULES["lead_too_long"].format(hours=f"{sites.lead_hours:g}", n=scenario.n_days)
        yield Finding(("sites", "lead_hours"), rule, needs=DAYS_OF_CASE, warning=True)
    if sites.reserve_rooms is not None or not sites.candidates:
        return
    reserve = ("sites", "reserve_rooms")
    if not opening:
        rule = "no site can open: none has a date on which it opens, and reserve_rooms is left out"
        yield Finding(("sites",), rule, needs=(reserve, *DAYS_OF_CASE))
    elif on_demand:
        rule = said("is left out: the {n} sites that open on demand never open", n=len(on_demand))
        yield Finding(reserve, rule, warning=True)


def _closing_findings(sites: Sites) -> Iterator[Finding]:
    if sites.closing != "never" and sites.reserve_rooms is None:
        yield Finding(
            ("sites", "closing"), "needs reserve_rooms, the free rooms that must remain", sites.closing,
            needs=(("sites", "reserve_rooms"),),
        )  # fmt: skip
    if sites.review_time == 1440:
        yield Finding(("sites", "review_time"), "must be before 24:00", "24:00", 'write "00:00"')


def _assigned_findings(scenario: Scenario, sites: Sites) -> Iterator[Finding]:
    """Parties are sent only to sites with a date, and stay with the site that they were sent to."""
    here, rules = ("sites", "allocation"), ("sites",)
    dated = [site for site in sites.candidates.values() if site.opens != "demand" and site.opens <= scenario.last_day]
    if sites.candidates and not any(site.weight for site in dated):
        rule = "needs a site with a date in opens and a weight above 0: parties are assigned to these alone"
        yield Finding(here, rule, sites.allocation, needs=(rules, *DAYS_OF_CASE))
    if sites.reserve_rooms is not None:
        rule = "opens sites that get nobody: parties are assigned to sites with a date alone"
        yield Finding((*rules, "reserve_rooms"), rule, sites.reserve_rooms, needs=(here,), warning=True)
    if sites.closing != "never":
        rule = "stops sites for good: parties assigned to a stopped site wait until it is taken up again, or in vain"
        yield Finding((*rules, "closing"), rule, sites.closing, needs=(here,), warning=True)


def release_findings(scenario: Scenario) -> Iterator[Finding]:
    """Release hours begin within a day."""
    if scenario.release.opens == 1440:
        yield Finding(("release", "opens"), "must be before 24:00", "24:00", 'write "00:00" of the next day')


# today's guests


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
        if scenario.stay is not None and arrived_second(scenario, row) + scenario.stay.longest_days * DAY <= 0:
            over.append((here, row))
    yield from _over(scenario, over)
    if scenario.sites is not None:
        yield from _occupied(scenario, scenario.sites, rooms)
    parties = sum(1 if row.guests is None else _parties(scenario, row) for row in scenario.initial)
    if parties > MOST_PARTIES:
        rule = said(
            "has {parties:,} parties: at most {most_parties:,} can be in sites at the beginning",
            parties=parties,
            most_parties=MOST_PARTIES,
        )
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
            rule = said(
                "must be at most {most}: a party has one room, and more are in none (rooms.most_people)", most=most
            )
            yield Finding(path, rule, size, hint, (("rooms",), ("arrivals", "party_size_weights")))
    elif scenario.sites is not None:
        most = max(rooms_of(scenario.sites, site) for site in scenario.sites.candidates.values())
        if size > most:
            rule = said(
                "no site takes a party so large: each person has a room, and the largest site has {most}", most=most
            )
            yield Finding(path, rule, size, hint, (("rooms",), ("sites",)))


def _group(scenario: Scenario, row: InitialRow, here: Path) -> Iterator[Finding]:
    """A row per group: its rooms hold its guests and none is empty; it came at or before 00:00 of the first day."""
    guests, rooms, path = row.guests or 1, row.rooms or 1, (*here, "rooms")
    most = scenario.rooms.most_people or largest_party(scenario)
    needs = ((*here, "guests"), ("rooms",), ("arrivals", "party_size_weights"))
    if scenario.rooms.per == "person":
        if rooms != guests:
            rule = said("must be {guests}, as many as guests: each person has a room (rooms.per)", guests=guests)
            yield Finding(path, rule, rooms, needs=needs)
    elif rooms > guests:
        yield Finding(
            path,
            said("must be at most {guests}, the guests: somebody is in each room", guests=guests),
            rooms,
            needs=needs,
        )
    elif guests > rooms * most:
        rule = said(
            "is not enough for {guests} guests, who need {guests_2} rooms with at most {most} in one",
            guests=guests,
            guests_2=-(-guests // most),
            most=most,
        )
        hint = "" if scenario.rooms.most_people else "where more share a room, set rooms.most_people"
        yield Finding(path, rule, rooms, hint, needs)
    second, path = arrived_second(scenario, row), (*here, "arrived")
    if second > 0:
        rule = said(
            "must not be after 00:00 of first_day ({first_day}): guests are there from the beginning",
            first_day=scenario.first_day,
        )
        yield Finding(path, rule, row.arrived, "who comes later belongs to arrivals", DAYS_OF_CASE)
    elif second < -LONGEST_AGO * DAY:
        rule = said(
            "is more than {longest_ago} days before first_day ({first_day})",
            longest_ago=LONGEST_AGO,
            first_day=scenario.first_day,
        )
        yield Finding(path, rule, row.arrived, "is the year right?", DAYS_OF_CASE)


def _over(scenario: Scenario, rows: list[tuple[Path, InitialRow]]) -> Iterator[Finding]:
    """One line for all whose stay is over: a plan with a shorter stay has them, and it must run."""
    if not rows or scenario.stay is None:
        return
    here, row = rows[0]
    others = said(" (and so are {n} rows more)", n=len(rows) - 1) if len(rows) > 1 else ""
    rule = said(
        "is beyond the stay of {days:g} days: the party is released at once{others}",
        days=scenario.stay.longest_days,
        others=others,
    )
    key, value = ("arrived", row.arrived) if row.day_of_stay is None else ("day_of_stay", row.day_of_stay)
    yield Finding((*here, key), rule, value, needs=(("stay", "days"), *DAYS_OF_CASE), warning=True)


def _occupied(scenario: Scenario, sites: Sites, rooms: Counter[str]) -> Iterator[Finding]:
    for name, taken in rooms.items():
        site, here = sites.candidates[name], ("sites", name)
        needs = (("initial",), ("rooms", "per"), ("sites", "rooms_factor"))
        most = rooms_of(sites, site)
        if taken > most:
            rule = said(
                "has {most} rooms, but the parties in it at the beginning (initial) need {taken}",
                most=most,
                taken=taken,
            )
            yield Finding((*here, "rooms"), rule, needs=needs)
        if site.opens != "demand" and site.opens > scenario.first_day:
            rule = said(
                "must not be after first_day ({first_day}): parties are in it from the beginning (initial)",
                first_day=scenario.first_day,
            )
            yield Finding((*here, "opens"), rule, site.opens, needs=(("initial",), *DAYS_OF_CASE))
