"""map.toml: how lists are read. Guessed from their heads and cells, shown, kept, given back next week with --map."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from sim.commands.data.headings import QUANTITIES, ROLES, SEVERAL, holds_documents, is_personal, role_of, tells_who
from sim.commands.data.lists import ORDERS, List, clock, is_nothing, is_order, lacks_year, orders_of, whole
from sim.scenario.faults import Fault, ScenarioError, either, nearest
from sim.scenario.files.documents import LARGEST_TOML, parse_toml, read_text
from sim.words.language import _, said

KINDS = {
    "bookings": ("arrived",),
    "arrivals": ("arrived",),
    "daily": ("date",),
    "long": ("date", "quantity", "value"),
    "roster": ("date",),
    "roster_grid": (),
}
"""What a list is, and the columns that it must have."""
TWICE = ("last", "first", "sum")
COUNTS = ("guests", "rooms", "capacity", "people", "released")
"""Columns that a list of kind daily counts by."""
SHARE_OF_CATEGORIES = 0.3
"""Where more rows than this repeat a date and place, they are parts of a sum and no corrections."""


@dataclass(frozen=True)
class ListMap:
    """How the lists of one form are read."""

    kind: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Heads by role; several only for roles that are added."""
    dates: str = ORDERS[0]
    """Form of dates, one of `lists.ORDERS`."""
    time_of_day: str = "24:00"
    """When guests and rooms were counted, where the list does not say."""
    twice: str = "last"
    """Which row counts where several have one date and place."""
    where: Mapping[str, str] = field(default_factory=dict)
    """Only rows that have these values in these columns."""
    places: Mapping[str, str] = field(default_factory=dict)
    """For kind daily: whose people, guests or rooms a column counts, where places stand side by side."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Ids, or other names, for names of places."""
    quantities: Mapping[str, str] = field(default_factory=dict)
    """For kind long: what its words for quantities mean."""
    shifts: Mapping[str, str] = field(default_factory=dict)
    """For rosters: hours of each shift, such as 06:00-14:00; "off" for a day off."""
    place: str = ""
    """Whose list it is, where no column says it: the site of bookings, the port of arrivals, the pool of a roster."""

    def head(self, role: str) -> str:
        """Head of the column with a role; empty: there is none."""
        return self.columns.get(role, ("",))[0]

    def fits(self, header: Iterable[str]) -> bool:
        """Whether a list has all the columns of this map."""
        there = set(header)
        return all(head in there for heads in self.columns.values() for head in heads) and set(self.where) <= there


def guess(made: List, dates: str = "") -> ListMap:
    """How a list is read, from its heads and cells; `dates`: form of its dates, where somebody says it.

    Raises ScenarioError where nothing can be guessed.
    """
    found: dict[str, tuple[str, ...]] = {}
    places: dict[str, str] = {}
    for head, over in zip(made.header, made.above, strict=True):
        role, texts = role_of(head.removeprefix(over)), made.column(head)
        if role in ("port", "site") and all(whole(text) is not None or is_nothing(text) for text in texts):
            role, places[head] = "people", head  # a column for each port
        elif over and role:
            places[head] = over
        beside = role in COUNTS and over and all(places.get(other, over) != over for other in found.get(role, ()))
        if role and not holds_documents(texts) and (role not in found or role in SEVERAL or beside):
            found[role] = (*found.get(role, ()), head)
    if "arrived" not in found and "arrived_time" in found:
        found["arrived"] = found.pop("arrived_time")
    kind, times = _kind(made, found), found.get("time", ())
    if kind == "roster_grid":
        found = {}
    elif kind in ("daily", "long", "roster") and "date" not in found:
        found["date"] = found.pop("time", ())
    else:
        found = _sensible(kind, found)
    if kind in ("bookings", "arrivals"):
        found = _without_names(made, found | _hours(made, found, times))
    known = ListMap(kind, found, places=places if kind == "daily" else {})
    return replace(known, dates=dates or _dates(made, known), twice=_twice(made, known))


def _sensible(kind: str, found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Columns that a list of this kind can use."""
    of_people = ("arrived", "arrived_time", "left", "site", "port", "people", "room", "party", "label", "status")
    use = {
        "bookings": of_people,
        "arrivals": of_people,
        "daily": ("date", "time", "site", "port", *COUNTS),
        "long": ("date", "time", "site", "port", "quantity", "value"),
        "roster": ("date", "pool", "shift", "start", "end", "hours", "headcount"),
    }[kind]
    return {role: heads for role, heads in found.items() if role in use}


def _hours(made: List, found: Mapping[str, Any], times: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    """The column of times of arrival of a list of people whose head says “time” alone, where all it holds are times."""
    if "arrived_time" in found or not times:
        return {}
    texts = [text for text in made.column(times[0]) if not is_nothing(text)]
    return {"arrived_time": times} if texts and all(clock(text) is not None for text in texts) else {}


def _without_names(made: List, found: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """Without columns of people that count nobody: “Pax” and “Guests” are names as often as numbers."""
    counting = tuple(head for head in found.get("people", ()) if any(map(_is_count, made.column(head))))
    return {
        role: counting if role == "people" else heads for role, heads in found.items() if role != "people" or counting
    }


def _is_count(text: str) -> bool:
    return not is_nothing(text) and whole(text) is not None


def _kind(made: List, found: Mapping[str, Sequence[str]]) -> str:
    if {"quantity", "value"} <= set(found):
        return "long"
    if "arrived" in found:
        return "bookings" if {"left", "site", "room"} & set(found) else "arrivals"
    if "date" in found and ({"shift", "start", "headcount"} & set(found)):
        return "roster"
    if ("date" in found or "time" in found) and set(COUNTS) & set(found):
        return "daily"
    first = made.column(made.header[0])
    if role_of(made.header[0]) in ("site", "port") and (date_columns(made) or lacks_year(made.header[1:])):
        hint = said("turn it over (paste it transposed), so that each row is a day and each column a place")
        raise ScenarioError([Fault(made.name, made.header[0], None, said("has a column for each day"), hint)])
    if date_columns(made) or orders_of(first) or lacks_year(first) or lacks_year(made.header[1:]):
        return "roster_grid"
    hint = said("name its columns in a map.toml and give it with --map; roles are {roles}", roles=[*ROLES])
    heads = ", ".join(head for head in made.header if not is_personal(head))
    raise ScenarioError(
        [Fault(made.name, "", None, said("what these columns are can not be guessed: {heads}", heads=heads), hint)]
    )


def date_columns(made: List) -> list[str]:
    """Heads that are dates themselves, as those of a roster with a column for each day."""
    return [head for head in made.header if orders_of([head])]


def _dates(made: List, known: ListMap) -> str:
    """The form of the dates. Raises ScenarioError when there are two by which all can be read."""
    head = known.head("date") or known.head("arrived")
    texts = made.column(head) if head else (date_columns(made) or _first_or_heads(made))
    found = orders_of([text for text in texts if not _mistyped(text)])
    if len(found) > 1:
        shown = next(text for text in texts if text)
        hint = said("say it: --dates {a}, or --dates {b}", a=found[0], b=found[1])
        rule = said("may be {a} or {b} in all rows", a=found[0], b=found[1])
        raise ScenarioError([Fault(made.name, head, shown, rule, hint)])
    if not found and lacks_year(texts):
        rule, hint = said("has no year"), said("say it: --dates 2021-month-day")
        raise ScenarioError([Fault(made.name, head, texts[0], rule, hint)])
    return found[0] if found else "year-month-day"


def _first_or_heads(made: List) -> list[str]:
    heads = list(made.header[1:])
    return heads if lacks_year(heads) else made.column(made.header[0])


def _mistyped(text: str) -> bool:
    """Whether a cell holds nothing like a date: it is reported later, and must not hide the form of the others."""
    return not re.search(r"\d", text)


def _twice(made: List, known: ListMap) -> str:
    """Whether rows of one date and place are corrections of each other, or parts of a sum."""
    if known.kind != "daily":
        return "last"
    keys = [known.head(role) for role in ("date", "time", "site", "port") if known.head(role)]
    columns = [made.column(head) for head in keys]
    met = list(zip(*columns, strict=True))
    return "sum" if 1 - len(set(met)) / len(met) > SHARE_OF_CATEGORIES else "last"


# the file


def write_map(maps: Sequence[ListMap], dropped: Iterable[str]) -> str:
    """The maps as TOML, with what each line means."""
    lines = [f"# {_('How qcap reads these lists. Change what is wrong; give it again next week with --map.')}"]
    left = ", ".join(dict.fromkeys(dropped))
    if left:
        lines.append(f"# {_('Not read:')} {' '.join(left.split())}")
    for each in maps:
        lines += ["", "[[lists]]", f"kind = {_toml(each.kind)}    # {' | '.join(KINDS)}"]
        columns = ", ".join(f"{role} = {_toml(_one(heads))}" for role, heads in each.columns.items())
        lines.append(f"columns = {{ {columns} }}")
        lines.append(f"dates = {_toml(each.dates)}    # {' | '.join(ORDERS)}")
        if each.kind in ("daily", "long"):
            lines.append(
                f"time_of_day = {_toml(each.time_of_day)}    # {_('when guests were counted, if no column says so')}"
            )
            lines.append(f"twice = {_toml(each.twice)}    # {' | '.join(TWICE)}: {_('rows of one date and place')}")
        for name in ("where", "places", "names", "quantities", "shifts"):
            table: Mapping[str, str] = getattr(each, name)
            if table:
                lines.append(f"{name} = {{ {', '.join(f'{_toml(k)} = {_toml(v)}' for k, v in table.items())} }}")
        if each.place:
            lines.append(f"place = {_toml(each.place)}")
    return "\n".join(lines) + "\n"


def _one(heads: Sequence[str]) -> Any:
    return heads[0] if len(heads) == 1 else list(heads)


def _toml(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def read_map(file: Path) -> tuple[ListMap, ...]:
    """The maps in a file. Raises ScenarioError with all faults."""
    name = file.name
    tree = parse_toml(read_text(file, str(file), LARGEST_TOML), name)
    faults = [Fault(name, key, None, "unknown key", nearest(key, ["lists"])) for key in tree if key != "lists"]
    entries = tree.get("lists")
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise ScenarioError([*faults, Fault(name, "lists", None, "must be a list of tables ([[lists]])")])
    maps = []
    for number, entry in enumerate(entries, 1):
        found = list(_faults(name, f"lists.{number}", entry))
        faults += found
        if not found:
            maps.append(_map(entry))
    if faults:
        raise ScenarioError(faults)
    return tuple(maps)


def _faults(name: str, at: str, entry: Mapping[str, Any]) -> Iterator[Fault]:
    known = [each.name for each in fields(ListMap)]
    for key in entry:
        if key not in known:
            yield Fault(name, f"{at}.{key}", None, "unknown key", nearest(key, known))
    if not is_order(str(entry.get("dates", ORDERS[0]))):
        yield Fault(name, f"{at}.dates", entry["dates"], said("must be {words}", words=either(ORDERS)))
    for key, choice in (("kind", tuple(KINDS)), ("twice", TWICE)):
        if entry.get(key, "" if key == "kind" else choice[0]) not in choice:
            yield Fault(name, f"{at}.{key}", entry.get(key), said("must be {words}", words=either(choice)))
    for key in ("columns", "where", "places", "names", "quantities", "shifts"):
        table = entry.get(key, {})
        if not isinstance(table, dict) or not all(isinstance(v, str | list) for v in table.values()):
            yield Fault(name, f"{at}.{key}", None, "must be a table of texts")
            continue
        yield from _entry_faults(name, f"{at}.{key}", key, table, entry.get("places", {}))
    if "time_of_day" in entry and clock(str(entry["time_of_day"])) is None:
        yield Fault(name, f"{at}.time_of_day", entry["time_of_day"], "must be a time of day such as 09:00 or 24:00")


def _entry_faults(name: str, at: str, key: str, table: Mapping[str, Any], places: Any) -> Iterator[Fault]:
    """`places`: whose the columns are, so that those of several places may have one role."""
    for word, value in table.items():
        heads = value if isinstance(value, list) else [value]
        if key == "columns" and word not in ROLES:
            yield Fault(name, f"{at}.{word}", None, "no such role of a column", nearest(word, ROLES))
        elif key == "columns" and len(heads) > 1 and word not in SEVERAL and not _of_places(word, heads, places):
            yield Fault(
                name, f"{at}.{word}", None, said("takes one column; only {words} are added", words=either(SEVERAL))
            )
        personal = any(map(is_personal, heads if key == "columns" else [word])) or (
            key == "columns" and any(tells_who(word, str(head)) for head in heads)
        )
        if key in ("columns", "where") and personal:
            yield Fault(name, f"{at}.{word}", value, "tells who somebody is: such a column is never read")
        if key == "shifts" and value != "off" and hours_of(str(value)) is None:
            yield Fault(name, f"{at}.{word}", value, 'must be hours such as "06:00-14:00", or "off"')
        if key == "quantities" and value not in QUANTITIES.values():
            yield Fault(name, f"{at}.{word}", value, said("must be {words}", words=either(tuple(QUANTITIES.values()))))


def _of_places(role: str, heads: Sequence[Any], places: Any) -> bool:
    """Whether columns of one role are of a place each."""
    of = [places.get(head) for head in heads] if isinstance(places, dict) else []
    return role in COUNTS and bool(of) and all(of) and len(set(of)) == len(of)


def _map(entry: Mapping[str, Any]) -> ListMap:
    columns = {k: tuple(v) if isinstance(v, list) else (v,) for k, v in entry.get("columns", {}).items()}
    return ListMap(**{**entry, "columns": columns})


def hours_of(text: str) -> tuple[int, float] | None:
    """Minute of the start and hours of a shift written 06:00-14:00, 22:00–06:00, 6:00~14:00; None where it is none."""
    found = re.search(r"(\d{1,2}[:：]\d{2})\s*[-–—~～至到]\s*(?:次日)?(\d{1,2}[:：]\d{2})", text)
    if found is None:
        return None
    begin, end = clock(found[1]), clock(found[2])
    if begin is None or end is None or begin == 1440:
        return None
    return begin, ((end - begin) % 1440 or 1440) / 60
