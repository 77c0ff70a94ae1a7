"""The reference page of scenarios and their JSON Schema, both made from the schema: neither can lag behind it.

The page has a section for each table with the paths at which it may stand; a table that stands at several paths is
described once. The JSON Schema is for completion and checks in editors: it asks for nothing that another file
(`extends`, a list of sites) may give; what is missing is told by `qcap check`.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.shape import ID_WORDS, ROW_TABLES, is_clock, written
from sim.scenario.tables.types import Table, Unit
from sim.words import REFERENCE, UNIT_NAMES
from sim.words.language import _
from sim.words.say import listed

TYPES: dict[Any, str] = {float: "number", int: "whole", str: "text", bool: "switch", dt.date: "date",
         dt.datetime: "moment"}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One key of a table."""

    key: str
    unit: str
    rule: str
    default: str
    meaning: str


@dataclass(frozen=True)
class Section:
    """One table: where it may stand, what it is for, its keys."""

    paths: tuple[str, ...]
    meaning: str
    entries: tuple[Entry, ...]


def sections() -> tuple[Section, ...]:
    """All tables in the order of the schema, the top one first."""
    found: dict[type[BaseModel], list[str]] = {}
    _collect(Scenario, "", found)
    return tuple(
        Section(tuple(dict.fromkeys(paths)), _told(table.__doc__ or ""), tuple(_entries(table)))
        for table, paths in found.items()
    )


def markdown() -> str:
    """The reference page."""
    lines = [f"# {REFERENCE['title']}", "", REFERENCE["intro"], ""]
    for section in sections():
        name = ", ".join(f"`{path}`" for path in section.paths if path) or REFERENCE["top"]
        lines += [f"## {name}", "", section.meaning, ""]
        lines += [REFERENCE["head"], "|---|---|---|---|---|"]
        for entry in section.entries:
            cells = (f"`{entry.key}`", UNIT_NAMES.get(entry.unit, entry.unit), entry.rule, entry.default, entry.meaning)
            inside = " | ".join(cell.replace("|", r"\|") for cell in cells)
            lines.append(f"| {inside} |")
        lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a scenario file, for editors."""
    schema = _for_editors(Scenario.model_json_schema(by_alias=True))
    sites = schema["$defs"]["Sites"]
    (sites["additionalProperties"],) = sites["properties"].pop("candidates")["patternProperties"].values()
    for name in ROW_TABLES:
        rows = schema["properties"][name]
        schema["properties"][name] = {
            "anyOf": [{"type": "string"}, {key: rows.pop(key) for key in ("items", "type") if key in rows}],
            **{key: value for key, value in rows.items() if key != "default"},
        }
    for name in ("extends", "ensemble"):
        schema["properties"][name] = {"type": "string", "description": REFERENCE[name]}
    needed = [info.alias or name for name, info in Scenario.model_fields.items() if info.is_required()]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": REFERENCE["title"],
        "anyOf": [{"required": ["extends"]}, {"required": needed}],
    }


def _for_editors(node: Any) -> Any:
    """Nothing required but what tells forms of a table apart; defaults of clock times as users write them."""
    if isinstance(node, list):
        return [_for_editors(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    out = {key: _for_editors(value) for key, value in node.items() if key != "required" or not isinstance(value, list)}
    if isinstance(out.get("description"), str):
        out["description"] = _told(out["description"])
    if "required" in node and "kind" in node["required"]:
        out["required"] = ["kind"]
    if "patternProperties" in out:
        out.setdefault("additionalProperties", False)
    if is_clock(str(out.get("x-unit", ""))) and isinstance(out.get("default"), int):
        out["default"] = written(out["default"], out["x-unit"])
    return out


# the page


def _collect(table: type[BaseModel], path: str, found: dict[type[BaseModel], list[str]]) -> None:
    """Tables below this one with the paths at which they stand; forms of a table have their kind behind the path."""
    known = table in found
    found.setdefault(table, []).append(path)
    if known:
        return
    for name, info in table.model_fields.items():
        key = info.alias or name
        here = path if (table, name) == (Sites, "candidates") else f"{path}.{key}".lstrip(".")
        for below, suffix in _tables_in(info.annotation, ID_WORDS.get(key, "site" if name == "candidates" else "id")):
            _collect(below, here + suffix, found)


def _tables_in(annotation: Any, id_word: str) -> Iterator[tuple[type[BaseModel], str]]:
    if isinstance(annotation, type) and issubclass(annotation, Table):
        info = annotation.model_fields.get("kind")
        kinds = get_args(info.annotation) if info is not None else ()
        yield annotation, f' (kind = "{kinds[0]}")' if len(kinds) == 1 else ""
    elif get_origin(annotation) is dict:
        for table, suffix in _tables_in(get_args(annotation)[1], id_word):
            yield table, f".<{id_word}>{suffix}"
    elif get_origin(annotation) is tuple:
        for table, suffix in _tables_in(get_args(annotation)[0], id_word):
            yield table, f"[]{suffix}"
    elif get_origin(annotation) is Annotated:
        yield from _tables_in(get_args(annotation)[0], id_word)
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _tables_in(member, id_word)


def _entries(table: type[BaseModel]) -> Iterator[Entry]:
    for name, info in table.model_fields.items():
        if (table, name) == (Sites, "candidates"):
            continue
        marks = [*info.metadata, *_marks(info.annotation)]
        unit = next((mark.name for mark in marks if isinstance(mark, Unit)), "")
        yield Entry(
            key=info.alias or name,
            unit=unit,
            rule=_rule(info, marks, unit),
            default=_default(info, unit),
            meaning=_told(info.description or _meaning_of_table(info)),
        )


def _meaning_of_table(info: FieldInfo) -> str:
    """What the table that this key holds is for, where the key says nothing itself."""
    return next((table.__doc__ or "" for table, _ in _tables_in(info.annotation, "id")), "")


def _marks(annotation: Any) -> Iterator[Any]:
    """Marks (units, limits) anywhere in an annotation, but for keys of dictionaries."""
    arguments = get_args(annotation)
    if get_origin(annotation) is Annotated:
        for mark in arguments[1:]:
            yield from mark.metadata if isinstance(mark, FieldInfo) else [mark]
        arguments = arguments[:1]
    elif get_origin(annotation) is dict:
        arguments = arguments[1:]
    elif get_origin(annotation) is Literal:
        return
    for argument in arguments:
        yield from _marks(argument)


def _rule(info: FieldInfo, marks: list[Any], unit: str) -> str:
    """Type and limits in words."""
    words = [REFERENCE["clock"]] if is_clock(unit) else list(dict.fromkeys(_types(info.annotation)))
    limits = (("ge", "at_least"), ("gt", "more_than"), ("le", "at_most"), ("lt", "less_than"))
    for mark in marks:
        words += [
            REFERENCE[word].format(value=f"{getattr(mark, name):,g}") for name, word in limits if hasattr(mark, name)
        ]
        if hasattr(mark, "min_length") and getattr(info.annotation, "__origin__", None) is tuple:
            words.append(REFERENCE["entries"].format(value=mark.min_length))
    return listed(dict.fromkeys(words))


def _types(annotation: Any) -> Iterator[str]:
    origin = get_origin(annotation)
    if annotation in TYPES:
        yield REFERENCE[TYPES[annotation]]
    elif isinstance(annotation, type) and issubclass(annotation, Table):
        yield REFERENCE["table"]
    elif origin is Annotated:
        yield from _types(get_args(annotation)[0])
    elif origin is Literal:
        yield REFERENCE["one_of"].format(values=listed(map(str, get_args(annotation))))
    elif origin is dict:
        yield REFERENCE["tables" if list(_tables_in(annotation, "id")) else "by_key"]
    elif origin is tuple:
        yield REFERENCE["rows" if list(_tables_in(annotation, "id")) else "list"]
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _types(member)


def _default(info: FieldInfo, unit: str) -> str:
    if info.is_required():
        return REFERENCE["required"]
    value = info.get_default(call_default_factory=True)
    if value is None or value in ({}, ()):
        return REFERENCE["left_out"]
    if isinstance(value, Table):
        return REFERENCE["its_defaults"]
    value = written(value, unit)
    if isinstance(value, list):
        alike = len(value) > 4 and len(set(value)) == 1
        many = _("{value}, … ({n} times)").format(value=value[0], n=len(value)) if alike else ""
        return f"[{many or ', '.join(map(str, value))}]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) and value else str(value) or '""'


def _told(text: str) -> str:
    """A docstring on one line, in the language of the day; catalogues have those of tables on one line."""
    return _(one_line(_(text)))


def one_line(text: str) -> str:
    """The text with a space for every run of spaces and line breaks."""
    return " ".join(text.split())
