"""The reference page of scenarios and their JSON Schema, both made from the schema: neither can lag behind it.

The page has a section for each table with the paths at which it may stand; a table that stands at several paths is
described once. The JSON Schema is for completion and checks in editors: it asks for nothing that another file
(`extends`, a list of sites) may give; what is missing is told by `qcap check`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from sim.scenario.tables.field_words import default_of, meaning_of, rule_of, tables_in, translated_line, unit_of
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.shape import ID_WORDS, ROW_TABLES, is_clock, written
from sim.words import UNIT_NAMES
from sim.words.pages import REFERENCE


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
