"""What the schema says in words: of a field its rule, its default, its meaning (for the sheets of a workbook too); and
the reference page of scenarios and their JSON Schema, both made from the schema: neither can lag behind it.

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
from sim.words import UNIT_NAMES
from sim.words.language import _
from sim.words.pages import REFERENCE
from sim.words.say import listed

TYPES: dict[Any, str] = {float: "number", int: "whole", str: "text", bool: "switch", dt.date: "date",
         dt.datetime: "moment"}  # fmt: skip


def meaning_of(info: FieldInfo) -> str:
    """What a field means, in the language of the day; of a table without a word of its own, what the table is for."""
    return translated_line(info.description or _meaning_of_table(info))


def marks_of(info: FieldInfo) -> list[Any]:
    """Marks of a field: unit, limits, what is usual."""
    return [*info.metadata, *_marks(info.annotation)]


def unit_of(info: FieldInfo) -> str:
    """Unit of a field, in English; empty: none."""
    return next((mark.name for mark in marks_of(info) if isinstance(mark, Unit)), "")


def tables_in(annotation: Any, id_word: str) -> Iterator[tuple[type[BaseModel], str]]:
    """Tables that may stand in a field, each with what stands behind its path."""
    if isinstance(annotation, type) and issubclass(annotation, Table):
        info = annotation.model_fields.get("kind")
        kinds = get_args(info.annotation) if info is not None else ()
        yield annotation, f' (kind = "{kinds[0]}")' if len(kinds) == 1 else ""
    elif get_origin(annotation) is dict:
        for table, suffix in tables_in(get_args(annotation)[1], id_word):
            yield table, f".<{id_word}>{suffix}"
    elif get_origin(annotation) is tuple:
        for table, suffix in tables_in(get_args(annotation)[0], id_word):
            yield table, f"[]{suffix}"
    elif get_origin(annotation) is Annotated:
        yield from tables_in(get_args(annotation)[0], id_word)
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from tables_in(member, id_word)


def _meaning_of_table(info: FieldInfo) -> str:
    """What the table that this key holds is for, where the key says nothing itself."""
    return next((table.__doc__ or "" for table, _suffix in tables_in(info.annotation, "id")), "")


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


def rule_of(info: FieldInfo) -> str:
    """Type and limits in words."""
    marks, unit = marks_of(info), unit_of(info)
    words = [REFERENCE["clock"]] if is_clock(unit) else list(dict.fromkeys(_types(info.annotation)))
    limits = (("ge", "at_least"), ("gt", "more_than"), ("le", "at_most"), ("lt", "less_than"))
    for mark in marks:
        words += [
            REFERENCE[word].format(value=_limit(getattr(mark, name))) for name, word in limits if hasattr(mark, name)
        ]
        if hasattr(mark, "min_length") and getattr(info.annotation, "__origin__", None) is tuple:
            words.append(REFERENCE["entries"].format(value=mark.min_length))
    return listed(dict.fromkeys(words))


def _limit(value: float) -> str:
    """A limit as people write it: 10,000,000 and not 1e+07."""
    return f"{value:,.0f}" if abs(value) >= 1e6 else f"{value:,g}"


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
        yield REFERENCE["tables" if list(tables_in(annotation, "id")) else "by_key"]
    elif origin is tuple:
        yield REFERENCE["rows" if list(tables_in(annotation, "id")) else "list"]
    elif origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _types(member)


def default_of(info: FieldInfo) -> str:
    """What holds where a field is left out, in words."""
    unit = unit_of(info)
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


def translated_line(text: str) -> str:
    """A docstring on one line, in the language of the day; catalogues have those of tables on one line."""
    return _(one_line(_(text)))


def one_line(text: str) -> str:
    """The text with a space for every run of spaces and line breaks."""
    return " ".join(text.split())


# the reference page and the JSON Schema


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
        Section(tuple(dict.fromkeys(paths)), translated_line(table.__doc__ or ""), tuple(_entries(table)))
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
    """Nothing required but what distinguishes forms of a table; defaults of clock times as users write them."""
    if isinstance(node, list):
        return [_for_editors(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    out = {key: _for_editors(value) for key, value in node.items() if key != "required" or not isinstance(value, list)}
    if isinstance(out.get("description"), str):
        out["description"] = translated_line(out["description"])
    if "required" in node and "kind" in node["required"]:
        out["required"] = ["kind"]
    if "patternProperties" in out:
        out.setdefault("additionalProperties", False)
    if is_clock(str(out.get("x-unit", ""))) and isinstance(out.get("default"), int):
        out["default"] = written(out["default"], out["x-unit"])
    return out


def _collect(table: type[BaseModel], path: str, found: dict[type[BaseModel], list[str]]) -> None:
    """Tables below this one with the paths at which they stand; forms of a table have their kind behind the path."""
    known = table in found
    found.setdefault(table, []).append(path)
    if known:
        return
    for name, info in table.model_fields.items():
        key = info.alias or name
        here = path if (table, name) == (Sites, "candidates") else f"{path}.{key}".lstrip(".")
        for below, suffix in tables_in(info.annotation, ID_WORDS.get(key, "site" if name == "candidates" else "id")):
            _collect(below, here + suffix, found)


def _entries(table: type[BaseModel]) -> Iterator[Entry]:
    for name, info in table.model_fields.items():
        if (table, name) == (Sites, "candidates"):
            continue
        yield Entry(
            key=info.alias or name,
            unit=unit_of(info),
            rule=rule_of(info),
            default=default_of(info),
            meaning=meaning_of(info),
        )
