"""What the schema says about a dotted path: its type, the keys it may have, its unit; and all values of a scenario.

Users see `sites.<id>.<field>` where the model has `sites.candidates.<id>.<field>`; that difference is known here,
and in `drafts.py` where a file becomes a model, and nowhere else.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.faults import Path
from sim.scenario.tables.schema import Scenario, Site, Sites
from sim.scenario.tables.types import Table, Unit, Usual

ID_WORDS = {
    "ports": "port", "pools": "pool", "shifts": "shift", "regimes": "regime", "hours": "opening hours",
    "sites": "site", "targets": "target", "ride_minutes": "port", "visits": "kind of visit",
}  # fmt: skip
"""Tables keyed by id, and what one of their entries is called."""

ROW_TABLES = ("roster", "disruptions", "initial")
"""Tables that are lists of rows. A draft keys their rows "1", "2", … so that every value of them has a path; so it does
with the rows of a timetable, which stand in a regime.
"""

_PLAIN = (bool, int, float, str)

SITE_SETTINGS = frozenset(name for name in Sites.model_fields if name != "candidates")
"""Keys of `[sites]` that are settings; every other table in `[sites]` is a candidate."""


def at_path(tree: Any, path: Path) -> Any:
    """What stands at a path in tables within tables, None for nothing."""
    for key in path:
        tree = tree.get(key) if isinstance(tree, dict) else None
    return tree


def put_at(tree: dict[str, Any], path: Path, value: Any) -> None:
    """Put a value at a path; the tables around it are made if need be."""
    table_at(tree, path[:-1])[path[-1]] = value


def table_at(tree: dict[str, Any], path: Path) -> dict[str, Any]:
    """The table at a path, made if need be, in the place of what is no table."""
    for key in path:
        below = tree.get(key)
        tree[key] = below if isinstance(below, dict) else {}
        tree = tree[key]
    return tree


def is_rows(path: Path) -> bool:
    """Whether the table at a path is a list of rows."""
    return path[0] in ROW_TABLES if len(path) == 1 else (path[:1], path[2:3], path[4:]) == _TIMETABLE


def row_paths(tree: Any) -> list[Path]:
    """Where raw tables hold, or may hold, rows."""
    ports = tree.get("ports")
    found: list[Path] = [(name,) for name in ROW_TABLES if name in tree]
    for port, table in ports.items() if isinstance(ports, dict) else ():
        regimes = table.get("regimes") if isinstance(table, dict) else None
        for name, regime in regimes.items() if isinstance(regimes, dict) else ():
            if isinstance(regime, dict) and regime.get("kind") == "timetable" and "rows" in regime:
                found.append(("ports", port, "regimes", name, "rows"))
    return found


_TIMETABLE = (("ports",), ("regimes",), ("rows",))


def field_of(model: type[BaseModel], key: str) -> FieldInfo | None:
    """The field of a table that users write as `key`."""
    for name, info in model.model_fields.items():
        if key == (info.alias or name):
            return info
    return None


def keys_of(model: type[BaseModel]) -> list[str]:
    """Keys that users may write in a table."""
    return [info.alias or name for name, info in model.model_fields.items() if (model, name) != (Sites, "candidates")]


def type_at(path: Path, tree: Any) -> Any:
    """Type of the value at `path`: a table class, `dict[...]`, or a plain type; None where the schema knows none.

    `tree` is the scenario's raw tables; `kind` in them picks among the forms that a table can have.
    """
    return _walk(path, tree)[0]


def kinds_at(path: Path, tree: Any) -> list[str]:
    """Kinds that the table at `path` can have."""
    annotation = _walk(path, tree)[1]
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    members = [_chosen(member, None) for member in get_args(annotation)]
    tables = [member for member in members if isinstance(member, type) and issubclass(member, BaseModel)]
    fields = [table.model_fields["kind"] for table in tables if "kind" in table.model_fields]
    return [kind for info in fields for kind in get_args(info.annotation)]


def _walk(path: Path, tree: Any) -> tuple[Any, Any]:
    """Type at `path` with its form picked, and as the schema declares it."""
    here: Any = Scenario
    declared: Any = Scenario
    at: Any = tree
    for length, key in enumerate(path):
        at = at.get(key) if isinstance(at, dict) else None
        if get_origin(here) is dict:
            declared = get_args(here)[1]
        elif get_origin(here) is tuple and is_rows(path[:length]):
            declared = get_args(here)[0]
        elif here is Sites and key not in SITE_SETTINGS:
            declared = Site
        elif isinstance(here, type) and issubclass(here, BaseModel):
            info = field_of(here, key)
            declared = info.annotation if info else None
        else:
            return None, None
        here = _chosen(declared, at)
    return here, declared


def unit_at(path: Path, tree: Any) -> str:
    """Unit of the value at `path`, or nothing."""
    parent = type_at(path[:-1], tree)
    if get_origin(parent) is dict:
        return _unit(get_args(parent)[1])
    if isinstance(parent, type) and issubclass(parent, BaseModel):
        info = field_of(parent, path[-1])
        return _unit(Annotated[info.annotation, *info.metadata]) if info and info.metadata else _field_unit(info)
    return ""


def _field_unit(info: FieldInfo | None) -> str:
    return _unit(info.annotation) if info else ""


def _unit(annotation: Any) -> str:
    if get_origin(annotation) is Annotated:
        inner, *marks = get_args(annotation)
        return next((mark.name for mark in marks if isinstance(mark, Unit)), "") or _unit(inner)
    arguments = get_args(annotation)
    if get_origin(annotation) is dict:
        arguments = arguments[1:]
    if get_origin(annotation) is Literal:
        return ""
    return next((unit for unit in map(_unit, arguments) if unit), "")


@cache
def usual_values() -> tuple[tuple[Path, str, Usual], ...]:
    """Durations of the schema that say what is usual: path (* for every key), unit (days, hours, minutes), and that."""
    return tuple(dict.fromkeys(_usual_in(Scenario, (), ())))


def _usual_in(annotation: Any, path: Path, marks: Iterable[Any]) -> Iterator[tuple[Path, str, Usual]]:
    inside = get_args(annotation)
    if get_origin(annotation) is Annotated:
        yield from _usual_in(inside[0], path, inside[1:])
    elif get_origin(annotation) is dict:
        yield from _usual_in(inside[1], (*path, "*"), ())
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in inside:
            yield from _usual_in(member, path, marks)
    elif isinstance(annotation, type) and issubclass(annotation, Table):
        for name, info in annotation.model_fields.items():
            here = path if name == "candidates" else (*path, info.alias or name)
            yield from _usual_in(info.annotation, here, info.metadata)
    else:
        unit = next((mark.name for mark in marks if isinstance(mark, Unit)), "")
        yield from ((path, unit.partition(" ")[0], mark) for mark in marks if isinstance(mark, Usual))


def _chosen(annotation: Any, at: Any) -> Any:
    """The type without marks, without None, and with the form that `kind` picks."""
    while get_origin(annotation) is Annotated:
        annotation = get_args(annotation)[0]
    if get_origin(annotation) not in (Union, types.UnionType):
        return annotation
    members = [_chosen(member, at) for member in get_args(annotation) if member is not types.NoneType]
    if len(members) == 1:
        return members[0]
    kind = at.get("kind") if isinstance(at, dict) else None
    if at is not None and not isinstance(at, dict):
        return next((member for member in members if member in _PLAIN), None)
    for member in members:
        if isinstance(member, type) and issubclass(member, BaseModel):
            info = member.model_fields.get("kind")
            if info is not None and kind in get_args(info.annotation):
                return member
    return None


@dataclass(frozen=True)
class Leaf:
    """One value of a scenario."""

    path: Path
    value: Any
    """As users write it: clock times as "08:00"."""
    unit: str
    default: bool
    """Left at the schema's default."""


def leaves(scenario: Scenario) -> Iterator[Leaf]:
    """All values of a scenario in the order of the schema, defaults included, those left out (None) not."""
    return _leaves(scenario, (), written)


def leaf_paths(scenario: Scenario) -> Iterator[Path]:
    """Paths of `leaves` and of empty lists, without the work of writing values."""
    return (leaf.path for leaf in _leaves(scenario, (), lambda value, _: value, empty=True))


def _leaves(table: Table, path: Path, write: Callable[[Any, str], Any], *, empty: bool = False) -> Iterator[Leaf]:
    for name, info in type(table).model_fields.items():
        value = getattr(table, name)
        here = path if name == "candidates" else (*path, info.alias or name)
        if name == "provenance" or value is None or (value == () and not empty):
            continue
        if isinstance(value, Table):
            yield from _leaves(value, here, write, empty=empty)
        elif isinstance(value, dict) and name != "values":
            for key, entry in value.items():
                if isinstance(entry, Table):
                    yield from _leaves(entry, (*here, key), write, empty=empty)
                else:
                    yield Leaf((*here, key), entry, _unit_of_field(type(table), name), False)
        else:
            unit = _unit_of_field(type(table), name)
            yield Leaf(here, write(value, unit), unit, name not in table.model_fields_set)


def is_clock(unit: str) -> bool:
    """Whether a unit is a time of day."""
    return unit.startswith("clock time")


def written(value: Any, unit: str) -> Any:
    """A model's value as users write it: clock times as text, lists as lists, dates as keys as text."""
    if isinstance(value, int) and is_clock(unit):
        return f"{value // 60:02d}:{value % 60:02d}"
    if isinstance(value, tuple):
        if not is_clock(unit) and all(type(entry) in _PLAIN for entry in value):  # a long series: nothing to write
            return list(value)
        return [resolved(entry) if isinstance(entry, Table) else written(entry, unit) for entry in value]
    if isinstance(value, dict):
        return {key.isoformat() if isinstance(key, dt.date) else key: written(v, unit) for key, v in value.items()}
    return value


def resolved(table: Table, *, given_only: bool = False) -> dict[str, Any]:
    """All values of a table and of those below it as plain data, as users write them.

    What is left out stays left out. `given_only`: without the values that were left at the schema's default.
    """
    out: dict[str, Any] = {}
    for name, info in type(table).model_fields.items():
        value, key = getattr(table, name), info.alias or name
        if value is None or (given_only and name not in table.model_fields_set):
            continue
        if value in ({}, ()) and not info.is_required() and value == _default_of(type(table), name):
            continue
        if isinstance(value, Table):
            out[key] = resolved(value, given_only=given_only)
        elif isinstance(value, dict) and any(isinstance(entry, Table) for entry in value.values()):
            below = {entry_id: resolved(entry, given_only=given_only) for entry_id, entry in value.items()}
            out |= below if name == "candidates" else {key: below}
        elif isinstance(value, tuple) and any(isinstance(entry, Table) for entry in value):
            out[key] = [resolved(entry, given_only=given_only) for entry in value]
        else:
            out[key] = written(value, _unit_of_field(type(table), name))
    return out


@cache  # fields of the schema: it looks the same things up for every site and row
def _default_of(table: type[Table], name: str) -> Any:
    return table.model_fields[name].get_default(call_default_factory=True)


@cache
def _unit_of_field(table: type[Table], name: str) -> str:
    info = table.model_fields[name]
    return next((m.name for m in info.metadata if isinstance(m, Unit)), "") or _field_unit(info)
