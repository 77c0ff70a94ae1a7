"""From scenario to arrays: rosters, rooms, list of sites, places, hours. Expected values are counted by hand."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from handmade import DAY, HOUR, crew, port, site, small_scenario

from sim.flow.tables import tables
from sim.sampling.roster import largest_remainder, shifts_on
from sim.scenario.places import Places, rooms_of, sites_in_order
from sim.scenario.tables.staff import Pool


@pytest.mark.parametrize(
    ("total", "shares", "counts"),
    [
        (10, [0.5, 0.5], [5, 5]),
        (11, [0.5, 0.5], [6, 5]),  # a tie of remainders: the earlier shift
        (30, [1 / 3, 1 / 3, 1 / 3], [10, 10, 10]),
        (31, [1 / 3, 1 / 3, 1 / 3], [11, 10, 10]),
        (32, [1 / 3, 1 / 3, 1 / 3], [11, 11, 10]),
        (17, [7 / 17, 6 / 17, 4 / 17], [7, 6, 4]),  # a site team of the case
        (17, [0.42, 0.35, 0.23], [7, 6, 4]),  # 7.14, 5.95, 3.91: two left over, to .95 and .91
        (1, [0.2, 0.3, 0.5], [0, 0, 1]),
        (1, [0.5, 0.3, 0.2], [1, 0, 0]),
        (0, [0.5, 0.5], [0, 0]),
        (7, [1.0], [7]),
        (5, [], []),
    ],
)
def test_a_headcount_is_divided_by_largest_remainder_with_ties_to_the_earlier(
    total: int, shares: list[float], counts: list[int]
) -> None:
    """Whole parts first; what is left goes to the largest remainders, one each."""
    assert largest_remainder(total, shares) == counts


def test_shifts_add_up_to_the_headcount_for_every_headcount() -> None:
    """Thirds and tenths are no binary fractions: no person may be lost or made by rounding."""
    for total in range(200):
        for shares in ([1 / 3] * 3, [0.1] * 10, [0.7, 0.2, 0.1], [0.15, 0.35, 0.5]):
            counts = largest_remainder(total, shares)
            assert sum(counts) == total
            assert all(abs(count - total * share) < 1 for count, share in zip(counts, shares, strict=True))


def test_shifts_of_a_day_are_those_whose_dates_hold_in_order_of_time() -> None:
    """Late is written first; extra holds on 4 March alone, early until 4 March."""
    day = dt.date(2020, 3, 4)
    shifts: dict[str, Any] = {
        "late": {"start": "16:00", "hours": 8.0, "share": 0.5},
        "extra": {"start": "12:00", "hours": 2.0, "share": 0.0, "from_day": day, "to_day": day},
        "early": {"start": "08:00", "hours": 4.0, "share": 0.5, "to_day": day},
    }
    pool = Pool.model_validate({"headcount": 4, "shifts": shifts})
    starts = {d: [s.start // 60 for s in shifts_on(pool, dt.date(2020, 3, d))] for d in (3, 4, 5)}
    assert starts == {3: [8, 16], 4: [8, 12, 16], 5: [16]}


def test_the_roster_begins_with_the_night_shift_of_the_day_before_cut_at_the_first_second() -> None:
    """22:00 to 06:00 and 06:00 to 14:00: (0, 6 h), (6 h, 14 h), (22 h, 30 h) …; 3 of 5 in the night (first of the day
    is the morning: 2.5 each, the earlier one has 3)."""
    night = {"start": "22:00", "hours": 8.0, "share": 0.5}
    morning = {"start": "06:00", "hours": 8.0, "share": 0.5}
    roster = tables(small_scenario(pools={"crew": crew(shifts={"night": night, "morning": morning})})).rosters[0]
    spans = list(zip(roster.begin.tolist(), roster.end.tolist(), roster.rostered.tolist(), strict=True))
    assert spans[:4] == [
        (0, 6 * HOUR, 2),
        (6 * HOUR, 14 * HOUR, 3),
        (22 * HOUR, 30 * HOUR, 2),
        (30 * HOUR, 38 * HOUR, 3),
    ]


def test_the_roster_lasts_until_the_hard_stop() -> None:
    """W of 3 days and 60 more: the last shift of a daily roster begins on day 63."""
    made = tables(small_scenario())
    assert (made.window_end, made.hard_stop) == (3 * DAY, 63 * DAY)
    assert made.rosters[0].begin[-1] == 62 * DAY + 8 * HOUR
    assert len(made.rosters[0].begin) == 63


def test_a_dated_shift_has_nobody_on_other_days() -> None:
    """From 4 to 4 March: one shift in all, on day 2."""
    day = dt.date(2020, 3, 4)
    dated = {"start": "08:00", "hours": 12.0, "share": 1.0, "from_day": day, "to_day": day}
    roster = tables(small_scenario(pools={"crew": crew(shifts={"one": dated})})).rosters[0]
    assert roster.begin.tolist() == [DAY + 8 * HOUR]


@pytest.mark.parametrize(
    ("rooms", "factor", "level", "expected"),
    [
        (90, 1.0, "street", 90),
        (90, 1.1, "street", 99),
        (90, 1.005, "street", 90),  # 90.45
        (5, 0.5, "street", 3),  # 2.5: half up
        (7, 0.5, "street", 4),  # 3.5
        (1, 0.01, "street", 1),  # at least one
        (140, 0.5, "district", 140),  # district-level sites keep theirs
    ],
)
def test_rooms_factor_multiplies_rooms_of_street_level_sites(
    rooms: int, factor: float, level: str, expected: int
) -> None:
    """max(1, floor(rooms × factor + 0.5))."""
    candidates = {"inn": site(1, rooms=rooms, level=level)}
    sites = small_scenario(sites={"candidates": candidates, "rooms_factor": factor}).sites
    assert sites is not None
    assert rooms_of(sites, sites.candidates["inn"]) == expected


@pytest.mark.parametrize(
    ("position", "order"),
    [
        (None, ["hall", "club", "inn", "lodge"]),
        (1, ["inn", "hall", "club", "lodge"]),
        (2, ["hall", "inn", "club", "lodge"]),
        (3, ["hall", "club", "inn", "lodge"]),
        (4, ["hall", "club", "lodge", "inn"]),
        (9, ["hall", "club", "lodge", "inn"]),  # beyond the list: last
    ],
)
def test_the_first_street_level_site_takes_its_position_and_the_others_close_up(
    position: int | None, order: list[str]
) -> None:
    """Numbers 1 and 2 are district-level, 3 and 4 street-level; the file's own order is another."""
    candidates = {
        "lodge": site(4),
        "club": site(2, level="district"),
        "inn": site(3),
        "hall": site(1, level="district"),
    }
    scenario = small_scenario(sites={"candidates": candidates, "first_street_position": position})
    assert [name for name, _ in sites_in_order(scenario)] == order


def test_without_a_street_level_site_the_position_changes_nothing() -> None:
    candidates = {"b": site(2, level="district"), "a": site(1, level="district")}
    scenario = small_scenario(sites={"candidates": candidates, "first_street_position": 1})
    assert [name for name, _ in sites_in_order(scenario)] == ["a", "b"]


def test_places_are_numbered_ports_by_id_sites_by_list_pools_by_id_then_teams() -> None:
    """Written in the wrong order on purpose; pool `spare` serves no port and has no place."""
    ride = {"gate": 30.0, "bay": 30.0}
    scenario = small_scenario(
        ports={"gate": port(pool="zed"), "bay": port(pool="crew")},
        pools={"zed": crew(), "crew": crew(), "spare": crew(), "hotel": crew()},
        sites={
            "candidates": {"alps": site(2, ride_minutes=ride), "zoo": site(1, ride_minutes=ride)},
            "team": "hotel",
        },
    )
    assert tables(scenario).places == Places(
        ids=("bay", "gate", "zoo", "alps", "crew", "zed", "zoo.team", "alps.team"),
        n_ports=2,
        n_sites=2,
        pool_of_port=(4, 5),
        pool_of_site=(6, 7),
    )


def test_places_without_pools_and_teams_have_none() -> None:
    places = tables(small_scenario(ports={"gate": port(pool=None)}, pools={})).places
    assert places.ids == ("gate", "inn", "lodge")
    assert (places.pool_of_port, places.pool_of_site) == ((-1,), (-1, -1))
    assert (list(places.ports), list(places.sites), list(places.pools)) == ([0], [1, 2], [])


def test_too_many_places_are_refused_with_their_number() -> None:
    """1 port, 1 pool and 4,094 sites are 4,096 places: one more than the key of order has numbers for."""
    candidates = {f"s{i}": site(i) for i in range(1, 4095)}
    with pytest.raises(ValueError, match="4096 ports, sites and pools"):
        tables(small_scenario(sites={"candidates": candidates}))


def test_dated_sites_open_at_midnight_and_others_on_demand() -> None:
    """4 March is day 2; a date before the window means open from the start."""
    opens: dict[str, Any] = {"a": dt.date(2020, 3, 4), "b": dt.date(2020, 2, 1), "c": "demand"}
    candidates = {name: site(i, opens=when) for i, (name, when) in enumerate(opens.items(), start=1)}
    made = tables(small_scenario(sites={"candidates": candidates})).sites
    assert made.opens.tolist() == [DAY, 0, -1]
    assert made.on_demand.tolist() == [0, 0, 1]


def test_rides_are_seconds_by_port_and_site() -> None:
    """Ports by id (bay, gate), sites by number (inn, lodge)."""
    rides = {"inn": {"gate": 20.0, "bay": 30.5}, "lodge": {"gate": 40.0, "bay": 50.0}}
    candidates = {name: site(i, ride_minutes=ride) for i, (name, ride) in enumerate(rides.items(), start=1)}
    made = tables(small_scenario(ports={"gate": port(), "bay": port()}, sites={"candidates": candidates}))
    assert made.sites.ride.tolist() == [[1830, 3000], [1200, 2400]]
