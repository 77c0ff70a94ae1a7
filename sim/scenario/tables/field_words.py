"""What the schema says about a field in words: its rule, its default, its meaning; for the reference page and for
the sheets of a workbook alike.
"""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from sim.scenario.tables.shape import is_clock, written
from sim.scenario.tables.types import Table, Unit
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
