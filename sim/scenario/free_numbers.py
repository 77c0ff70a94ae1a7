"""What a plan of staff may choose, as users write it: `pools.gongbei`, `pools.gongbei.06:00@surge`, `ports.a.coaches`.

A shift is named by the clock time at which it starts, or by its name in the pool's table of shifts.
"""

from __future__ import annotations

from dataclasses import dataclass

from sim.scenario.faults import nearest
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.types import parse_clock
from sim.words.language import said

HEADCOUNT, COACHES, POSTS, RESERVE = "headcount", "coaches", "posts_may_leave", "reserve_rooms"
KINDS = (HEADCOUNT, COACHES, POSTS, RESERVE)
EXAMPLES = (
    "pools.gongbei, pools.gongbei.06:00, pools.gongbei.posts_may_leave, ports.gongbei.coaches, sites.reserve_rooms"
)


@dataclass(frozen=True)
class FreeNumber:
    """One thing that may be chosen, or a family of them."""

    kind: str
    place: str = ""
    """Pool or port; empty for the reserve."""
    start: int | None = None
    """Of people: minutes after midnight at which the shift starts; None: every shift of the pool."""
    phase: str | None = None
    """Of people: name of the phase; None: every phase."""


def free_number_of(scenario: Scenario, text: str) -> FreeNumber | tuple[str, str]:
    """What a path means; or the rule that it breaks and a hint."""
    path, _, phase = text.strip().partition("@")
    found = _choice(scenario, path.strip().split("."))
    phases = scenario.staffing.phases if scenario.staffing else {}
    if isinstance(found, tuple) or "@" not in text:
        return found
    if found.kind != HEADCOUNT:
        return said("has no phases: only the people of a shift may differ between them"), ""
    if phase not in phases:
        return said("no such phase"), nearest(phase, phases)
    return FreeNumber(found.kind, found.place, found.start, phase)


def _choice(scenario: Scenario, keys: list[str]) -> FreeNumber | tuple[str, str]:
    match keys:
        case ["sites", "reserve_rooms"]:
            there = scenario.sites is not None and scenario.sites.reserve_rooms is not None
            return FreeNumber(RESERVE) if there else (said("no site opens on demand, so there is no reserve"), "")
        case ["ports", port, "coaches"] if port in scenario.ports:
            return FreeNumber(COACHES, port) if scenario.coaches else (said("there is no [coaches] table"), "")
        case ["ports", port, "coaches"]:
            return said("no such port"), nearest(port, scenario.ports)
        case ["pools", pool, *rest] if pool in scenario.pools:
            return _of_pool(scenario, pool, [key for key in rest if key not in ("shifts", HEADCOUNT)])
        case ["pools", pool, *_others]:
            return said("no such pool"), nearest(pool, scenario.pools)
    return said("must be one of {examples}", examples=EXAMPLES), ""


def _of_pool(scenario: Scenario, pool: str, rest: list[str]) -> FreeNumber | tuple[str, str]:
    starts = starts_of(scenario, pool)
    if not rest:
        return FreeNumber(HEADCOUNT, pool)
    if rest == [POSTS]:
        return FreeNumber(POSTS, pool)
    start = starts.get(rest[0], _minutes(rest[0]))
    if len(rest) > 1 or start not in starts.values():
        known = ", ".join(dict.fromkeys(starts))
        return said("no such shift"), said("known here: {names}", names=known)
    return FreeNumber(HEADCOUNT, pool, start)


def _minutes(text: str) -> int | None:
    try:
        return parse_clock(text)
    except ValueError:
        return None


def starts_of(scenario: Scenario, pool: str) -> dict[str, int]:
    """Minutes after midnight at which the shifts of a pool start, by name; rows of the roster by clock time."""
    named = {name: shift.start for name, shift in scenario.pools[pool].shifts.items()}
    rows = sorted({row.start for row in scenario.roster if row.pool == pool})
    return named | {f"{start // 60:02d}:{start % 60:02d}": start for start in rows}
