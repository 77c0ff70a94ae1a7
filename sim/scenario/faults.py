"""Faults of a scenario as data: one line each, with the way out; and findings, which have no file yet.

A fault names the file, CSV file or `--set` that gave the bad value, its dotted path (CSV: row and column), the value,
the rule it breaks and, where one can be guessed, what was probably meant. Rules between tables know only the model and
its paths: they yield findings, of each of which `provenance` makes a fault, with its file.
"""

from __future__ import annotations

import datetime as dt
import difflib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sim.words.commands import FOLDED
from sim.words.language import Said, _, said, spoken
from sim.words.scenario import RULES

Path = tuple[str, ...]
"""Keys from the top of a scenario to a value, as users write them: ("sites", "yinhua", "rooms")."""

LONGEST_VALUE = 60
"""Characters of a value that a fault shows."""

EXAMPLES = 3
"""Places shown beside the first."""

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+|\*")


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a scenario (or, among warnings, one thing to know)."""

    file: str
    """File as the user would look for it, seen from the folder of the scenario; or `--set`."""
    path: str
    """Dotted path; for CSV `row 7, rooms` (row 1 is the header); for TOML that cannot be read `line 3, column 5`."""
    value: Any = None
    """The value found; None when there is none to show."""
    rule: str = ""
    """What must hold."""
    hint: str = ""
    """What was probably meant, or how to mend it; may be empty."""
    kind: str = ""
    """The rule by a name, where its words differ from value to value; empty: the words are its name."""
    needs: tuple[Path, ...] = field(default=(), compare=False, repr=False)
    """The values that the rule looks at, where it looks at more than one."""
    found_at: str = field(default="", compare=False, repr=False)
    """The path at which the rule is broken, where `path` is that of the change that brought it."""

    def __str__(self) -> str:
        """One line: `xiangzhou.toml: sites.yinhua.rooms = -5: must be at least 1`."""
        shown = show(self.value)
        path = shown_path(self.path)
        file = str(self.file)  # files and paths stay as they are, but for those that were said
        place = f"{path} = {shown}" if shown and path else path
        texts = [_one_line(part) for part in (file, place, spoken(self.rule)) if part]
        return ": ".join(texts) + (_("; ") + _one_line(spoken(self.hint)) if self.hint else "")


END_OF_FILE = said("end of file")
"""The path of a fault that a reader finds when a file ends too early."""
_IN_TEXT = re.compile(r"(?P<kind>row|line) (?P<n>\d+)(?:, (?P<rest>.+))?", re.DOTALL)


def shown_path(path: str) -> str:
    """The path of a fault in the language of the day: rows and lines of files by their words, keys as they are."""
    if path == END_OF_FILE:
        return _(END_OF_FILE)
    found = None if isinstance(path, Said) else _IN_TEXT.fullmatch(path)
    if found is None:
        return str(path)
    rest = re.fullmatch(r"column (\d+)", found["rest"] or "")
    row = (_("row {n}") if found["kind"] == "row" else _("line {n}")).format(n=found["n"])
    column = _("column {n}").format(n=rest[1]) if rest else found["rest"]
    return _("{row}, {column}").format(row=row, column=column) if column else row


class ScenarioError(ValueError):
    """A scenario cannot be used; `faults` has every reason found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults: tuple[Fault, ...] = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[ScenarioError], tuple[tuple[Fault, ...]]]:
        """Pickle with the faults, so that worker processes can raise it."""
        return (ScenarioError, (self.faults,))


@dataclass(frozen=True)
class Finding:
    """One breach of a rule that ties tables together, or one thing worth a warning."""

    path: Path
    rule: str
    value: Any = None
    hint: str = ""
    needs: tuple[Path, ...] = ()
    """Other values that must be sound for this to be true; `path` itself always must."""
    warning: bool = False
    """Told, but the scenario runs."""
    kind: str = ""
    """What warnings of one rule have in common where their rules name different values: see `folded`."""

    def rests_on(self, unsure: Iterable[Path]) -> bool:
        """Whether a value that was replaced lies at, above or below one that this finding needs."""
        return any(touch(a, b) for a in (self.path, *self.needs) for b in unsure)


def touch(a: Path, b: Path) -> bool:
    """Whether two paths lead to the same value, or one to a table around the other."""
    length = min(len(a), len(b))
    return a[:length] == b[:length]


def folded(warnings: Iterable[Fault]) -> list[str]:
    """A line for each kind of warning in each file, in order of first appearance; alike ones count once."""
    kinds: dict[tuple[str, str], dict[str, Fault]] = {}
    for warning in warnings:
        kinds.setdefault((warning.file, warning.kind or warning.rule), {}).setdefault(str(warning), warning)
    return [_line(list(found.values())) for found in kinds.values()]


def _line(found: list[Fault]) -> str:
    first, *others = found
    if not others:
        return str(first)
    places = ", ".join(dict.fromkeys(other.found_at or other.path for other in others[:EXAMPLES]))
    more = FOLDED["many" if len(others) > EXAMPLES else "few"].format(n=f"{len(found):,}", places=places)
    return f"{first}; {more}"


MOST_ALIKE = 3
"""Faults of one column and kind that are listed one by one."""
_IN_COLUMN = re.compile(
    r"row (?P<row>\d+)(?:, (?P<column>.*))?|(?P<sheet>.+)!(?P<letters>[A-Z]+)(?P<line>\d+): (?P<key>.*)"
)


def together(faults: Iterable[Fault]) -> list[Fault]:
    """The faults, those of one kind in one column of a table reported as one, with their number: a planner sets a whole
    column right at once, and other faults stay in sight.
    """
    groups: dict[tuple[str, ...], list[Fault]] = {}
    for fault in faults:
        found = _IN_COLUMN.fullmatch(fault.path)
        kind = getattr(fault.rule, "template", fault.rule)
        column = tuple(found[name] or "" for name in ("column", "sheet", "letters", "key")) if found else (fault.path,)
        alone = "" if found else str(fault)
        groups.setdefault((fault.file, kind, alone, *column), []).append(fault)
    return [fault for group in groups.values() for fault in (group if len(group) <= MOST_ALIKE else [_of_many(group)])]


def _of_many(faults: Sequence[Fault]) -> Fault:
    first, last = (_IN_COLUMN.fullmatch(fault.path) for fault in (faults[0], faults[-1]))
    if first is None or last is None:
        return faults[0]
    if first["row"]:
        rows = said("rows {first} to {last}", first=first["row"], last=last["row"])
        place = f"{rows}, {first['column']}" if first["column"] else rows
    else:
        place = f"{first['sheet']}!{first['letters']}{first['line']}:{last['letters']}{last['line']}: {first['key']}"
    shown, n = show(faults[0].value), f"{len(faults):,}"
    rule = said("{n} times: {rule}", n=n, rule=said(faults[0].rule))
    if shown:
        rule = said("{n} cells such as {value}: {rule}", n=n, value=shown, rule=said(faults[0].rule))
    return replace(faults[0], path=place, value=None, rule=rule)


def dotted(path: Sequence[str]) -> str:
    """The path with dots; keys that TOML would want in quotes are quoted."""
    return ".".join(key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False) for key in path)


def show(value: Any) -> str:
    """A value as it stands in a scenario file, cut to a length that fits a line; empty for tables and None."""
    tables = value if isinstance(value, list) else [value]
    if value is None or any(isinstance(entry, dict) for entry in tables):
        return ""
    try:
        text = _written(value)
    except (ValueError, RecursionError):  # whole numbers of thousands of digits cannot be printed
        return "(a very long value)"
    return text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"


def nearest(word: str, names: Iterable[str]) -> str:
    """`did you mean "gongbei"?` for the name most like `word`, or nothing when none is like it."""
    known = list(names)
    found = difflib.get_close_matches(word[:100], known, n=1, cutoff=0.6)
    if not found:
        lower = {name.lower(): name for name in known}
        found = [lower[word.lower()]] if word.lower() in lower else []
    return said('did you mean "{found}"?', found=found[0]) if found else ""


def percent(value: float) -> str:
    """`10 % is 0.1`, for per cents in the place of a share or factor; nothing for 1.5, another kind of slip."""
    if value < 2:
        return ""
    return RULES["percent"].format(value=f"{value:g}", share=f"{value / 100:g}")


def either(words: Sequence[str]) -> str:
    """`"a", "b" or "c"`."""
    quoted = [f'"{word}"' for word in words]
    return quoted[0] if len(quoted) == 1 else said("{quoted} or {quoted_2}", quoted=quoted[:-1], quoted_2=quoted[-1])


def _written(value: Any) -> str:
    if isinstance(value, Said):  # a series or table, shown by its length
        return str(value)
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_written(item) for item in value[:20]) + ("" if len(value) <= 20 else ", …") + "]"
    return "{…}" if isinstance(value, dict) else repr(value)


def _one_line(text: str) -> str:
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)
