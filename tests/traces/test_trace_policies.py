"""Traces by hand: which site a new coach load, or a party that travels alone, is sent to."""

from __future__ import annotations

from typing import Any

from traces.builder import Came, case, coaches, flow, on_day, told

from sim.flow.log import Kind
from sim.scenario.tables.schema import Scenario


def sites_taken(scenario: Scenario, *came: Came, since: str = "00:00") -> list[tuple[str, str]]:
    """(party, site) in the order in which rooms were taken."""
    return [(row[3], row[2]) for row in told(flow(scenario, *came), Kind.ROOM_TAKEN, since=since)]


def five() -> list[Came]:
    """Five parties of one, a minute apart."""
    return [Came(f"08:0{minute}") for minute in range(5)]


def test_spread_takes_the_site_with_most_free_rooms_and_the_first_of_the_list_at_a_tie() -> None:
    """Rooms 2, 3, 3. A: lodge (3, before park). B: park (3). Then all have 2: inn, the first. Then inn has 1: lodge,
    park."""
    scenario = case(sites={"inn": {"rooms": 2}, "lodge": {"rooms": 3}, "park": {"rooms": 3}})
    assert sites_taken(scenario, *five()) == [
        ("A", "lodge"),
        ("B", "park"),
        ("C", "inn"),
        ("D", "lodge"),
        ("E", "park"),
    ]


def test_ties_follow_the_number_on_the_list_and_not_the_id_or_the_order_in_the_file() -> None:
    """Written last and last in the alphabet, zoo is number 1."""
    sites: dict[str, Any] = {"alps": {"number": 3}, "bay": {"number": 2}, "zoo": {"number": 1}}
    assert sites_taken(case(sites=sites), *five()[:3]) == [("A", "zoo"), ("B", "bay"), ("C", "alps")]


def test_spread_chooses_per_load_and_not_per_party() -> None:
    """Seats for two: A picks inn (3 free, a tie), B rides with A though lodge has more; C's load goes to lodge (3 to
    1), D with it; then 1 and 1: inn."""
    scenario = case(coaches=coaches(seats=2), sites={"inn": {"rooms": 3}, "lodge": {"rooms": 3}})
    assert sites_taken(scenario, *five()) == [("A", "inn"), ("B", "inn"), ("C", "lodge"), ("D", "lodge"), ("E", "inn")]


def test_fill_takes_sites_in_order_of_opening() -> None:
    """Lodge opens on day 1, inn, before it on the list, on day 2: on day 2 lodge is filled first, then inn."""
    scenario = case(
        sites={"inn": {"rooms": 9, "opens": on_day(2)}, "lodge": {"rooms": 2}}, rules={"allocation": "fill"}
    )
    came = [Came(f"2 08:0{minute}") for minute in range(3)]
    assert sites_taken(scenario, *came) == [("A", "lodge"), ("B", "lodge"), ("C", "inn")]


def test_fill_breaks_ties_of_opening_by_the_list() -> None:
    """Both open on day 1; inn is number 1 though it has fewer rooms."""
    scenario = case(sites={"inn": {"rooms": 1}, "lodge": {"rooms": 9}}, rules={"allocation": "fill"})
    assert sites_taken(scenario, *five()[:3]) == [("A", "inn"), ("B", "lodge"), ("C", "lodge")]


def test_nearest_takes_the_shortest_ride_from_the_partys_own_port() -> None:
    """Bay is 10 minutes from lodge and 20 from inn, gate the other way round; a full site is passed over."""
    rides = {"inn": {"bay": 20.0, "gate": 10.0}, "lodge": {"bay": 10.0, "gate": 20.0}}
    scenario = case(
        ports={"bay": {}, "gate": {}},
        sites={name: {"rooms": 2, "ride_minutes": ride} for name, ride in rides.items()},
        rules={"allocation": "nearest"},
    )
    came = [Came("08:00", port="bay"), Came("08:01"), Came("08:02"), Came("08:03")]
    assert sites_taken(scenario, *came) == [("A", "lodge"), ("B", "inn"), ("C", "inn"), ("D", "lodge")]


def test_nearest_breaks_ties_by_the_list() -> None:
    """Equal rides: inn, number 1, though lodge has more rooms."""
    scenario = case(sites={"inn": {"rooms": 1}, "lodge": {"rooms": 9}}, rules={"allocation": "nearest"})
    assert sites_taken(scenario, *five()[:2]) == [("A", "inn"), ("B", "lodge")]


def test_the_ride_is_that_from_the_port_to_the_site() -> None:
    """Gate to lodge takes 45 minutes: there and back is the escorts' time too."""
    scenario = case(sites={"lodge": {"ride_minutes": {"gate": 45.0}}}, coaches=coaches(seats=1))
    assert told(flow(scenario, Came("08:00")), Kind.DEPARTED, Kind.ARRIVED, Kind.COACH_BACK) == [
        ("1 08:01", "departed", "gate", "A", 1, "load A"),
        ("1 08:46", "arrived", "lodge", "A", 1),
        ("1 09:32", "coach_back", "gate", "A", 0),
    ]


def test_a_site_with_too_few_free_rooms_for_the_party_is_passed_over() -> None:
    """One room a person: nearest is inn with 2 rooms, but B needs 3: lodge."""
    scenario = case(
        sites={"inn": {"rooms": 2, "ride_minutes": {"gate": 5.0}}, "lodge": {"rooms": 4}},
        rules={"allocation": "nearest"},
        rooms={"per": "person"},
    )
    assert sites_taken(scenario, Came("08:00"), Came("08:01", size=3), Came("08:02")) == [
        ("A", "inn"),
        ("B", "lodge"),
        ("C", "inn"),
    ]


def test_first_street_position_moves_the_first_street_level_site_up_the_list() -> None:
    """Listed: hall and club (district), inn, lodge (street). Position 1 puts inn before hall, so that at a tie of free
    rooms it is first; the others keep their order."""
    district = {"level": "district"}
    sites: dict[str, Any] = {"hall": district, "club": district, "inn": {}, "lodge": {}}
    scenario = case(sites=sites, rules={"first_street_position": 1})
    assert [row[2] for row in told(flow(scenario), Kind.SITE_OPENED)] == ["inn", "hall", "club", "lodge"]
    assert [site for _, site in sites_taken(scenario, *five())] == ["inn", "hall", "club", "lodge", "inn"]


def test_rooms_factor_multiplies_the_rooms_of_street_level_sites_only() -> None:
    """Factor 0.5: hall (district) keeps 3, inn has floor(3 × 0.5 + 0.5) = 2, lodge at least 1."""
    sites: dict[str, Any] = {"hall": {"rooms": 3, "level": "district"}, "inn": {"rooms": 3}, "lodge": {"rooms": 1}}
    log = flow(case(sites=sites, rules={"rooms_factor": 0.5}))
    assert [(row[2], row[4]) for row in told(log, Kind.SITE_OPENED)] == [("hall", 3), ("inn", 2), ("lodge", 1)]
