"""Text and TOML from disk, with a plain word for everything that is not the file a planner meant to give; scenarios
back to TOML.

Raises `ScenarioError` with one fault. The hash of a scenario is that of all its values.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sim.scenario.faults import END_OF_FILE, Fault, ScenarioError, nearest
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import resolved
from sim.words.language import recognised, said
from sim.words.scenario import TOML

LARGEST_TOML = 5_000_000
"""Bytes; a scenario is some kilobytes."""
LARGEST_CSV = 50_000_000
"""Bytes."""
WORKBOOKS = (".xlsx", ".xlsm", ".ods")
"""Ends of names of workbooks."""
DEEPEST = 30
"""Tables and lists within each other; the schema needs 7."""

_AT = re.compile(r"\s*\(at (?:line (\d+), column (\d+)|(end of document))\)\s*$")
_MARKS = "\u201c\u201d\u2018\u2019\uff1d\uff0c\uff1a\u3002\u3010\u3011"  # curly quotes and full-width signs


def scenario_file(path: str | os.PathLike[str]) -> Path:
    """The file that `path` stands for: a folder stands for its scenario.toml, scenario.xlsx or scenario.ods.

    Raises when there is no such file, and for a folder that has several.
    """
    file = Path(path)
    try:
        if file.is_dir():
            file = _scenario_in(file, str(path))
        require_file(file, str(path))
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        raise ScenarioError([Fault(str(path), "", None, "is not the name of a file that can be read")]) from None
    return file


def _scenario_in(folder: Path, name: str) -> Path:
    found = [folder / f"scenario{end}" for end in (".toml", *WORKBOOKS) if (folder / f"scenario{end}").is_file()]
    if not found:
        raise ScenarioError(
            [Fault(name, "", None, "there is no scenario.toml in this folder, nor a scenario.xlsx or scenario.ods")]
        )
    if len(found) > 1:
        rule = said("has several scenarios: {names}", names=[file.name for file in found])
        raise ScenarioError([Fault(name, "", None, rule, "name the file")])
    return found[0]


def is_workbook(file: Path) -> bool:
    """Whether a file is a workbook, by its name."""
    return file.suffix.lower() in WORKBOOKS


def figures_beside(file: Path) -> Path:
    """Where the table of reported figures of a scenario file is, if it has one."""
    return file.with_name(f"{file.stem}_targets.csv")


def unknowns_beside(file: Path) -> Path:
    """Where the unknowns of a scenario file are, if it has some: what `qcap calibrate` is to learn."""
    return file.with_name(f"{file.stem}_unknowns.toml")


def require_file(file: Path, name: str) -> None:
    """Raises when `file` is not there (with the nearest name in its folder) or is no ordinary file."""
    if file.is_file():
        return
    if file.exists():
        raise ScenarioError([Fault(name, "", None, "is not an ordinary file")])
    folder = file.parent if file.parent.is_dir() else None
    near = nearest(file.name, _names(folder)) if folder else ""
    raise ScenarioError([Fault(name, "", None, "no such file", near)])


def _names(folder: Path) -> list[str]:
    """What a mistyped name may have meant: files, and folders with a scenario."""
    return [
        entry.name for entry in folder.iterdir() if entry.is_file() or any(map(Path.is_file, entry.glob("scenario.*")))
    ]


def read_text(file: Path, name: str, largest: int) -> str:
    """Text of a UTF-8 file, byte order mark removed. `name` is what faults call it, `largest` its most bytes."""
    return _decode(read_data(file, name, largest), name)


def read_data(file: Path, name: str, largest: int) -> bytes:
    """Bytes of a file. `name` is what faults call it, `largest` its most bytes."""

    def refuse(rule: str, hint: str = "") -> ScenarioError:
        return ScenarioError([Fault(name, "", None, rule, hint)])

    try:
        require_file(file, name)
        size = file.stat().st_size
        if size > largest:
            raise refuse(
                said(
                    "is too large: {size:.0f} MB; at most {largest:.0f} MB can be read",
                    size=size / 1000000.0,
                    largest=largest / 1000000.0,
                )
            )
        data = file.read_bytes() if size else b""  # files of the system say 0, and some never end
    except OSError as error:
        raise refuse(said("cannot be read ({value})", value=said(error.strerror or str(error)))) from None
    except ValueError as error:
        if isinstance(error, ScenarioError):
            raise
        raise refuse("is not the name of a file that can be read") from None
    return data


def _decode(data: bytes, name: str) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or _looks_utf16(data):
        raise ScenarioError([Fault(name, "", None, said("is UTF-16 text"), "save as UTF-8")])
    if b"\x00" in data:
        raise ScenarioError([Fault(name, "", None, "is not a text file (it has null bytes)")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        rule = said("is not UTF-8 text (line {line}, byte {data:#04x})", line=line, data=data[error.start])
        raise ScenarioError([Fault(name, "", None, rule, "save as UTF-8")]) from None
    if not text.strip():
        raise ScenarioError([Fault(name, "", None, "is empty")])
    return text


def _looks_utf16(data: bytes) -> bool:
    """Plain letters in UTF-16 without a mark: every other byte is 0."""
    head = data[:200]
    return len(head) >= 4 and any(
        head[start::2].count(0) > 0.8 * len(head[start::2]) and 0 not in head[1 - start :: 2] for start in (0, 1)
    )


def parse_toml(text: str, name: str) -> dict[str, Any]:
    """Tables of a TOML 1.0 text. Raises with line and column, and with what was probably meant."""
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ScenarioError([_syntax_fault(str(error), text, name)]) from None
    except RecursionError:
        raise ScenarioError([Fault(name, "", None, "has lists or tables nested too deeply")]) from None
    except (ValueError, OverflowError) as error:  # dates out of the calendar, numbers of thousands of digits
        reason = said("too many digits") if "digit" in str(error) else str(error)
        rule = said("has a number or date that cannot be read ({reason})", reason=reason)
        raise ScenarioError([Fault(name, "", None, rule)]) from None
    if not tree:
        raise ScenarioError([Fault(name, "", None, "is empty: it has nothing but comments")])
    if too_deep(tree):
        raise ScenarioError([Fault(name, "", None, "has lists or tables nested too deeply")])
    return tree


def too_deep(tree: dict[str, Any]) -> bool:
    """Whether tables and lists are nested more than `DEEPEST` deep; counted without recursion."""
    level: list[Any] = [tree]
    for _ in range(DEEPEST):
        level = [
            item
            for entry in level
            for item in (entry.values() if isinstance(entry, dict) else entry)
            if isinstance(item, dict | list)
        ]
        if not level:
            return False
    return True


def _syntax_fault(message: str, text: str, name: str) -> Fault:
    found = _AT.search(message)
    words = message[: found.start()] if found else message
    where, line = "", ""
    lines = text.splitlines() or [""]
    if found and found[1]:
        where = f"line {found[1]}, column {found[2]}"
        line = lines[min(int(found[1]), len(lines)) - 1]
    elif found:
        where, line = END_OF_FILE, lines[-1]
    if words.startswith(("Cannot overwrite", "Cannot declare", "Cannot mutate", "Cannot redefine")):
        return Fault(name, where, None, "this key or table is given twice", "")
    return Fault(
        name,
        where,
        None,
        said("is not TOML ({words})", words=recognised(words[:1].lower() + words[1:], TOML)),
        _syntax_hint(line),
    )


_MEANT = (
    (re.compile(r"\d{1,4}/\d{1,2}/\d{1,2}"), "write the date as 2020-03-03"),
    (re.compile(r"-?\d{1,3}(,\d{3})+\b"), "write numbers without thousands separators"),
    (re.compile(r"[-+]?0\d"), "write numbers without leading zeros"),
    (re.compile(r"[^\W\d]"), "text needs quotes; true and false are in small letters"),
)


def _syntax_hint(line: str) -> str:
    """What the line that could not be read probably meant."""
    if any(mark in line for mark in _MARKS):
        return "use plain quotes and signs: \" ' = , :"
    value = line.partition("=")[2].strip()
    clock = re.match(r"(\d{1,2}):(\d{2})\b", value)
    if clock:
        return said('write the time as text: "{clock:02d}:{clock_2}"', clock=int(clock[1]), clock_2=clock[2])
    return next((words for pattern, words in _MEANT if pattern.match(value)), "")


def put_files(target: Path, contents: Mapping[str, bytes]) -> None:
    """Write files, all of them new ones. Raises `ScenarioError`, and writes nothing, when one of them is
    there already or the folder, which is made if need be, cannot be written.
    """
    try:
        present = [each for each in contents if (target / each).exists()]
        if present:
            rule = "is there already; nothing was written"
            raise ScenarioError(Fault(str(target / each), "", None, rule, "give another folder") for each in present)
        target.mkdir(parents=True, exist_ok=True)
        for each, content in contents.items():
            with (target / each).open("xb") as file:
                file.write(content)
    except (OSError, ValueError) as error:
        if isinstance(error, ScenarioError):
            raise
        reason = said(getattr(error, "strerror", None) or str(error))
        raise ScenarioError(
            [Fault(str(target), "", None, said("cannot be written ({reason})", reason=reason))]
        ) from None


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
