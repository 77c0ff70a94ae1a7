"""Faults of the schema in plain words, at the dotted path that users know.

pydantic reports places inside its own structure (union tags, `candidates`) and in its own words; neither reaches users.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from sim.scenario.faults import Fault, Path, either, nearest, percent
from sim.scenario.files.book.layout import single_values
from sim.scenario.files.csv_files import AS_SHARE, NUMBER_ALONE, date_hint, number_hint
from sim.scenario.files.drafts import Draft, model_input
from sim.scenario.tables.schema import Scenario, Sites
from sim.scenario.tables.shape import ID_WORDS, is_rows, keys_of, kinds_at, type_at, unit_at
from sim.words.language import Said, _, said

MUST_BE_GIVEN = "must be given"
UNKNOWN_KEY = "unknown key"

_MEANT = re.compile(r'did you mean "(.*)"')

_QUOTES, _NO_QUOTES = 'must be a clock time in quotes, such as "08:00"', "must be a clock time such as 08:00"
"""Of TOML and of cells, which need no quotes."""

Place = tuple[Path, int | None]
"""Dotted path, and the position in a list where there is one."""


def schema_faults(draft: Draft) -> tuple[Scenario | None, dict[Path, Fault]]:
    """The model when the draft keeps every rule of the schema; else one fault for each path that breaks one."""
    data = model_input(draft.tree)
    try:
        return Scenario.model_validate(data), {}
    except ValidationError as error:
        details = error.errors(include_url=False)
    faults: dict[Path, Fault] = {}
    for detail in details:
        path, position = place_of(detail["loc"], data, draft.tree)
        if detail["type"] in ("too_short", "too_long") and path in faults:
            continue  # the elements themselves have been reported
        if detail["type"].startswith("union_tag"):
            path = (*path, "kind")
        rule, hint = _words(detail, path, draft)
        if position is not None:
            rule = said("number {position} of the list {rule}", position=position + 1, rule=said(rule))
        faults[path] = _joined(faults.get(path), draft.fault(path, rule, hint, _value(detail, path, draft)))
    misspelt = {(*path[:-1], word[1]) for path, fault in faults.items() if (word := _MEANT.search(_hint_of(fault)))}
    return None, {path: fault for path, fault in faults.items() if fault.rule != MUST_BE_GIVEN or path not in misspelt}


def place_of(loc: tuple[int | str, ...], data: dict[str, Any], tree: dict[str, Any]) -> Place:
    """The dotted path of a place inside the model: tags of forms and names of validators are left out.

    `data` is what the model was made from, `tree` the draft, which knows the keys of rows.
    """
    path: list[str] = []
    position: int | None = None
    at: Any = data
    tag_passed = False
    for index, part in enumerate(loc):
        if isinstance(part, int) and path and is_rows(tuple(path)) and isinstance(at, list):
            rows = _at(tree, path)  # a list where a change from a program put it
            path.append(list(rows)[part] if isinstance(rows, dict) else str(part + 1))
            at, tag_passed = at[part], False
        elif isinstance(part, int):
            position = position if position is not None else part
        elif not tag_passed and isinstance(at, dict) and at.get("kind") == part:
            tag_passed = True
        elif part == "[key]":
            break
        elif isinstance(at, dict) and (part in at or index == len(loc) - 1):
            path.append(part)
            at, tag_passed = at.get(part), False
    if tuple(path[:2]) == ("sites", "candidates") and len(path) > 2:
        del path[1]
    return tuple(path), position


def _at(tree: Any, path: list[str]) -> Any:
    for key in path:
        tree = tree[key]
    return tree


def _value(detail: ErrorDetails, path: Path, draft: Draft) -> Any:
    if detail["type"] in ("missing", "union_tag_not_found"):
        return None
    if detail["loc"] and detail["loc"][-1] == "[key]":
        return None
    return draft.at(path) if detail["type"] == "union_tag_invalid" else detail["input"]


def _hint_of(fault: Fault) -> str:
    return fault.hint if fault.rule == UNKNOWN_KEY else ""


def _joined(first: Fault | None, second: Fault) -> Fault:
    """One fault for a value that may be of two types and is of neither; otherwise the first of one path is enough."""
    if first is None:
        return second
    either_way = first.rule.startswith('must be "') and second.rule.startswith("must be ")
    rule = (
        said("{rule} or {value}", rule=said(first.rule), value=_Tail(said(second.rule))) if either_way else first.rule
    )
    return Fault(first.file, first.path, first.value, rule, first.hint or second.hint)


class _Tail(Said):
    """What stands behind "must be" in a rule, in each language."""

    def __new__(cls, rule: Said) -> _Tail:
        """Of a whole rule."""
        made = str.__new__(cls, rule.removeprefix("must be "))
        made.template, made.fields = rule.template, rule.fields
        return made

    def __str__(self) -> str:
        """In the language of the day."""
        return super().__str__().removeprefix(_("must be ")).removeprefix("：")

    def __reduce__(self) -> tuple[Any, ...]:
        return _Tail, (said(self.template, **self.fields),)


# words


def _words(detail: ErrorDetails, path: Path, draft: Draft) -> tuple[str, str]:
    """Rule and hint for one fault."""
    special: dict[str, Callable[[], tuple[str, str]]] = {
        "missing": lambda: _missing(path, draft),
        "extra_forbidden": lambda: _unknown(path, draft),
        "literal_error": lambda: _choice(detail, path),
        "union_tag_invalid": lambda: _choice(detail, path),
        "union_tag_not_found": lambda: (
            said("must be given: {words}", words=either(kinds_at(path[:-1], draft.tree))),
            "",
        ),
        "string_pattern_mismatch": lambda: _bad_id(detail, path, draft),
    }
    if detail["type"] in special:
        return special[detail["type"]]()
    return _type_rule(detail, path, draft)


def _type_rule(detail: ErrorDetails, path: Path, draft: Draft) -> tuple[str, str]:
    kind, value, limits = detail["type"], detail["input"], detail.get("ctx", {})
    whole = {"int_type", "int_from_float", "int_parsing", "int_parsing_size"}
    if kind in whole or kind in ("float_type", "float_parsing"):
        if isinstance(value, int) and not isinstance(value, bool):
            return "is too large", ""
        rule = "must be a whole number" if kind in whole else "must be a number"
        return rule, _number_way_out(value, unit_at(path, draft.tree))
    rules: dict[str, Callable[[], str]] = {
        "greater_than_equal": lambda: said("must be at least {limit}", limit=_limit(limits["ge"])),
        "greater_than": lambda: said("must be more than {limit}", limit=_limit(limits["gt"])),
        "less_than_equal": lambda: said("must be at most {limit}", limit=_limit(limits["le"])),
        "less_than": lambda: said("must be less than {limit}", limit=_limit(limits["lt"])),
        "finite_number": lambda: said("must be a finite number"),
        "bool_type": lambda: said("must be true or false"),
        "string_type": lambda: said("must be text in quotes"),
        "string_too_long": lambda: said("must have at most {n} characters", n=limits["max_length"]),
        "tuple_type": lambda: _list_rule(path),
        "too_short": lambda: _length(path, limits["min_length"], most=False),
        "too_long": lambda: _length(path, limits["max_length"], most=True),
        "value_error": lambda: said(limits["error"].args[0]),
    }
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return "must be a table", _table_way_out(value, path, draft)
    if kind == "value_error":
        in_cell = bool(draft.origin(path).cell)
        return (_NO_QUOTES if in_cell and limits["error"].args[0] == _QUOTES else rules[kind]()), date_hint(value)
    if kind == "less_than_equal":
        return rules[kind](), _percent_way_out(value, limits["le"], unit_at(path, draft.tree))
    return (rules[kind]() if kind in rules else "has a value that is not allowed here"), ""


def _limit(number: float) -> str:
    return f"{number:,.0f}".replace(",", "") if float(number).is_integer() else str(number)


def _list_rule(path: Path) -> str:
    what = {"times": said('clock times, such as ["08:30", "16:30"]'), "pools": said("pools, each in quotes")}
    return said("must be a list of {path}", path=what.get(path[-1], said("numbers")))


def _length(path: Path, number: int, *, most: bool) -> str:
    if path[-1] == "hour_weights":
        return "must have 24 numbers, one for each hour"
    if number == 1:
        return said("must have at most one entry") if most else said("must have at least one entry")
    return said("must have at most {n} entries", n=number) if most else said("must have at least {n} entries", n=number)


def _number_way_out(value: Any, unit: str) -> str:
    if isinstance(value, str):
        plain = re.fullmatch(r"\s*-?\d+(\.\d+)?\s*", value)
        hint = "write it without quotes" if plain else number_hint(value)
        if hint.startswith(AS_SHARE) and unit and not unit.startswith(("share", "factor")):
            hint = NUMBER_ALONE
        return (
            said("{hint}, its unit is: {unit}", hint=said(hint), unit=said(unit))
            if hint == NUMBER_ALONE and unit
            else hint
        )
    return "" if not isinstance(value, bool) else "true and false are no numbers"


def _percent_way_out(value: Any, most: float, unit: str) -> str:
    """Help where a share or factor is too large and may be per cents."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return percent(value) if is_number and value <= 100 * most and unit.startswith(("share", "factor")) else ""


def _table_way_out(value: Any, path: Path, draft: Draft) -> str:
    meant = re.match(r"\s*(\d+(?:\.\d+)?)", str(value))
    if path[-1] == "minutes" and meant and not isinstance(value, bool):
        return said('did you mean {{ kind = "constant", mean = {meant} }}?', meant=meant[1])
    around = type_at(path, draft.tree)
    if len(path) > 1 and path[-2] in ID_WORDS and isinstance(around, type) and issubclass(around, BaseModel):
        return said(
            "name a value in it, such as {path}.{around}",
            path=".".join(path),
            around=next(key for key in keys_of(around) if key != "name"),
        )
    return ""


def _missing(path: Path, draft: Draft) -> tuple[str, str]:
    if path == ("schema",):
        return "must be given", "write schema = 1 at the top"
    for length in range(len(path) - 1, 1, -1):
        siblings = draft.at(path[: length - 1])
        if path[length - 2] in ID_WORDS and isinstance(siblings, dict):
            others = [key for key, entry in siblings.items() if key != path[length - 1] and isinstance(entry, dict)]
            hint = nearest(path[length - 1], others)
            if hint:
                return said("must be given for a new {id_words}", id_words=said(ID_WORDS[path[length - 2]])), hint
    return MUST_BE_GIVEN, ""


def _unknown(path: Path, draft: Draft) -> tuple[str, str]:
    around = type_at(path[:-1], draft.tree)
    if not (isinstance(around, type) and issubclass(around, BaseModel)):
        return UNKNOWN_KEY, ""
    known = keys_of(around)
    hint = _elsewhere(path) or nearest(path[-1], known)
    if around is Sites and not hint:
        hint = "a site is a table [sites.<id>]"
    return UNKNOWN_KEY, hint or (said("known here: {known}", known=known) if len(known) <= 8 else "")


def _elsewhere(path: Path) -> str:
    """Where a key belongs that stands below the head of another table, as happens to keys that are added at the end."""
    if path[-1] in (*keys_of(Scenario), *_OF_FILES) and len(path) > 1:
        return said("{key} belongs at the top of the file, above the first [table]", key=path[-1])
    tables = sorted({".".join(field.path[:-1]) for field in single_values() if field.path[-1] == path[-1]} - {""})
    if len(tables) == 1:
        return said("{key} belongs in [{table}]", key=path[-1], table=tables[0])
    return ""


_OF_FILES = ("extends", "ensemble")
"""Keys of files that are no values of a scenario."""


def _options(detail: ErrorDetails) -> list[str]:
    ctx = detail.get("ctx", {})
    return re.findall(r"'([^']*)'", str(ctx.get("expected_tags") or ctx.get("expected") or ""))


def _choice(detail: ErrorDetails, path: Path) -> tuple[str, str]:
    if path == ("schema",):
        return "must be 1", "this version reads schema 1"
    options = _options(detail)
    given = detail["input"]
    given = given.get("kind") if isinstance(given, dict) else given
    return said("must be {options}", options=either(options)), nearest(given, options) if isinstance(given, str) else ""


def _bad_id(detail: ErrorDetails, path: Path, draft: Draft) -> tuple[str, str]:
    """The rule of ids; the hint names one that is there, where a row asks for one, or makes one of what was written."""
    asked = path[-1] if path and detail["loc"][-1] != "[key]" else ""
    word = str(detail["input"]) if asked else path[-1] if path else ""
    known = draft.at((_ASKED_FOR.get(asked, ""),))
    near = nearest(word, known) if isinstance(known, dict) else ""
    slug = re.sub(r"[^a-z0-9_]+", "_", word.lower()).strip("_")
    made = said('did you mean "{slug}"?', slug=slug) if re.fullmatch(r"[a-z][a-z0-9_]{0,39}", slug) else ""
    return "an id must be small letters, digits and underscores, beginning with a letter", near or made


_ASKED_FOR = {"pool": "pools", "team": "pools", "site": "sites"}
"""Keys that ask for an id, and of what."""
