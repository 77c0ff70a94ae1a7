"""A scenario back to text: TOML that `load` reads to an equal scenario, and a hash of its content."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
from typing import Any

from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import resolved

_NO_INPUT = ("provenance", "question", "remark", "headlines", "ranges", "staffing")
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def resolved_dict(scenario: Scenario) -> dict[str, Any]:
    """All values, defaults included, as JSON can hold them: dates and clock times as text."""
    plain: dict[str, Any] = json.loads(json.dumps(resolved(scenario), default=_as_text, allow_nan=False))
    return plain


def scenario_hash(scenario: Scenario) -> str:
    """SHA-256 (hexadecimal) of what a run depends on, in an order of its own.

    Provenance is left out: a better source for the same numbers gives the same results. So is what is asked of them.
    """
    content = {key: value for key, value in resolved(scenario).items() if key not in _NO_INPUT}
    text = json.dumps(
        content, default=_as_text, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    )
    return hashlib.sha256(text.encode("ascii")).hexdigest()


def to_toml(scenario: Scenario) -> str:
    """TOML text of the resolved scenario: one file, no CSV beside it. `load` reads it back to an equal scenario."""
    return tables_to_toml(resolved(scenario))


def tables_to_toml(tables: dict[str, Any]) -> str:
    """TOML text of raw tables."""
    lines: list[str] = []
    _write(tables, (), lines)
    return "\n".join(lines).strip("\n") + "\n"


def toml_value(value: Any) -> str:
    """One value as it stands in a TOML file."""
    return _value(value)


def _as_text(value: Any) -> str:
    if isinstance(value, dt.date):
        return value.isoformat()
    raise TypeError(f"no JSON for {type(value).__name__}")


def _write(table: dict[str, Any], path: tuple[str, ...], lines: list[str]) -> None:
    single = {key: value for key, value in table.items() if not _is_section(value)}
    if path and (single or not table):
        lines += ["", f"[{'.'.join(map(_key, path))}]"]
    lines += [f"{_key(key)} = {_value(value)}" for key, value in single.items()]
    for key, value in table.items():
        if key not in single:
            _write(value, (*path, key), lines)


def _is_section(value: Any) -> bool:
    """Whether a table gets a heading of its own: small ones (a distribution, a regime) stand in one line."""
    if not isinstance(value, dict) or not value:
        return False
    return "kind" not in value or any(
        (isinstance(entry, dict) and len(entry) > 3)
        or (isinstance(entry, list) and any(isinstance(each, dict) for each in entry))
        for entry in value.values()
    )


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        rows = any(isinstance(entry, dict) for entry in value)  # a table of rows has a line for each
        return "[\n  " + _joined(value, ",\n  ") + ",\n]" if rows else f"[{_joined(value)}]"
    if isinstance(value, dict):
        inside = ", ".join(f"{_key(key)} = {_value(entry)}" for key, entry in value.items())
        return f"{{ {inside} }}" if inside else "{}"
    return repr(value)


def _joined(values: list[Any], sep: str = ", ") -> str:
    return sep.join(map(_value, values))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _text(value: str) -> str:
    # JSON escapes what TOML wants escaped, but for the delete sign
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
