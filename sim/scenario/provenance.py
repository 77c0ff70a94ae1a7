"""Where each value of a scenario comes from, and all faults of a draft at once: of its values and between its tables.

`[provenance]` says it by dotted path, `*` standing for one key: `"sites.*.rooms" = "assumed: range 40 to 160"`.
A path stands for everything below it, and the longest wins. What a child file or `--set` changes loses what its parent
said about it: a reported 30 that became 36 is not reported any more.

Planners mend a file once: an overlap of two shifts must be told together with a misspelt key elsewhere. So where the
schema refuses a draft, each value that breaks a rule is dropped or replaced by harmless ones until the schema accepts
the rest, and the rules between tables look at that stand-in; what touches a replaced value is not told.
"""

from __future__ import annotations

import copy
import datetime as dt
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sim.scenario.faults import Fault, Finding, Path, dotted, either, nearest
from sim.scenario.files.drafts import Draft
from sim.scenario.files.translation import schema_faults
from sim.scenario.rules import check
from sim.scenario.tables.schema import Scenario
from sim.scenario.tables.shape import SITE_SETTINGS, Leaf, is_clock, leaves, row_paths, unit_at
from sim.words.language import said

KINDS = ("reported", "derived", "borrowed", "calibrated", "assumed")
CHANGED, NOT_STATED = "changed here", "not stated"
DEFAULT_WORDS = "default of the schema"

_ENTRY = re.compile(rf"\s*({'|'.join(KINDS)})\s*:\s*(\S.*)", re.DOTALL)
_NO_DATA = frozenset({"name", "note", "column", "day_column", "given", "pool", "pools", "team", "number"})
"""Last keys of values that name, order or tie together and need no source."""
_ABOUT = ("schema", "title", "question", "remark", "headlines", "ranges", "targets", "window", "staffing")
"""Tables and keys that say something about the scenario, or about what is asked of it."""
_NEUTRAL = {
    "factor": 1, "rooms_factor": 1, "headcount_factor": 1, "scale": 1, "weight": 1, "street": "", "between": "straight",
    "absence_share": 0, "room_minutes": 0, "person_minutes": 0, "finds_symptoms": False,
}  # fmt: skip
"""Last keys, and the value of each that changes nothing."""


@dataclass(frozen=True)
class ProvenanceRow:
    """One resolved value and where it comes from."""

    path: str
    value: Any
    """As users write it; for a series read from a file its name and length."""
    unit: str
    kind: str
    """reported, derived, borrowed, calibrated, assumed, changed here, or not stated."""
    words: str
    file: str
    """File, CSV file or --set that gave the value; empty for defaults."""


@dataclass(frozen=True)
class Entry:
    """One line of a `[provenance]` table."""

    pattern: Path
    text: str
    level: int

    def covers(self, path: Path) -> bool:
        """Whether the entry is about this value, or about a table around it."""
        return len(self.pattern) <= len(path) and all(a in ("*", b) for a, b in zip(self.pattern, path, strict=False))

    @property
    def rank(self) -> tuple[int, int, Path]:
        """The longest wins; of equals the one with fewer stars."""
        return len(self.pattern), -self.pattern.count("*"), self.pattern


def entry_faults(draft: Draft, scenario: Scenario | None, unsure: Collection[Path]) -> Iterator[Fault]:
    """Entries without a kind, and entries about nothing.

    The second is tested only when there is a model, and not for what may be missing because it could not be read.
    """
    known = draft.seen | {leaf.path for leaf in leaves(scenario)} if scenario else set()
    known = {path for path in known if path[:1] != ("provenance",)}
    notes = draft.at(("provenance",))
    for key, text in notes.items() if isinstance(notes, dict) else ():
        path = ("provenance", key)
        if isinstance(text, str) and not _ENTRY.match(text):
            rule = said("must begin with {kinds} and say more", kinds=either([f"{kind}:" for kind in KINDS]))
            yield draft.fault(path, rule, value=text)
        pattern = tuple(key.split("."))
        lost = any(all(a in ("*", b) for a, b in zip(pattern, path, strict=False)) for path in unsure)
        if scenario and not lost and not any(Entry(pattern, "", 0).covers(path) for path in known):
            yield draft.fault(path, "no value has this path", _near_pattern(pattern, known))


def _near_pattern(pattern: Path, known: Iterable[Path]) -> str:
    here = set(known)
    for index, part in enumerate(pattern):
        going_on = {path for path in here if len(path) > index and part in ("*", path[index])}
        if not going_on:
            near = nearest(part, sorted({path[index] for path in here if len(path) > index}))
            word = re.search(r'"(.*)"', near)
            return (
                said('did you mean "{value}"?', value=".".join((*pattern[:index], word[1], *pattern[index + 1 :])))
                if word
                else ""
            )
        here = going_on
    return ""


def provenance_of(draft: Draft, scenario: Scenario) -> tuple[tuple[ProvenanceRow, ...], dict[str, str]]:
    """Rows for all values that matter, and the `[provenance]` table of the resolved scenario.

    The table says the same when all values stand in one file: it has lines of their own for values that a longer or a
    parent's path would wrongly claim.
    """
    entries = _entries(draft)
    found = list(leaves(scenario))
    kept = [entry for entry in entries if any(entry.covers(leaf.path) for leaf in found)]
    table = {".".join(entry.pattern): entry.text for entry in kept}
    rows = []
    for leaf in found:
        row, text = _row(leaf, entries, draft)
        if needs_source(leaf.path):
            winner = _winner(kept, leaf.path, 0)
            silent = row.words == DEFAULT_WORDS or row.kind == NOT_STATED
            if silent and not (_matters(leaf, scenario) if leaf.default else not _is_neutral(leaf, scenario)):
                text = text if winner else ""
            else:
                rows.append(row)
            if text and text != winner:
                table[".".join(leaf.path)] = text
    return tuple(rows), table


def _entries(draft: Draft) -> list[Entry]:
    notes = draft.at(("provenance",)) or {}
    return [Entry(tuple(key.split(".")), text, draft.origin(("provenance", key)).level) for key, text in notes.items()]


def _winner(entries: Iterable[Entry], path: Path, level: int) -> str:
    """Text of the entry that speaks for a value given at `level`, or nothing."""
    covering = [entry for entry in entries if entry.level >= level and entry.covers(path)]
    return max(covering, key=lambda entry: entry.rank).text if covering else ""


def _row(leaf: Leaf, entries: list[Entry], draft: Draft) -> tuple[ProvenanceRow, str]:
    """The row of one value, and the text that stands for it in a resolved scenario (empty: none)."""
    unit, name = leaf.unit, dotted(leaf.path)
    if leaf.default:
        own = _winner([entry for entry in entries if entry.pattern == leaf.path], leaf.path, 0)
        kind, words = _split(own or f"assumed: {DEFAULT_WORDS}")
        return ProvenanceRow(name, leaf.value, unit, kind, words, ""), own or f"assumed: {DEFAULT_WORDS}"
    origin = draft.origin(leaf.path)
    text = _winner(entries, leaf.path, origin.level)
    if not text and leaf.path[-1] in (
        "values",
        "days",
        "shares",
        "rows",
        "densities",
    ):  # users speak of the file that they came from
        text = _winner(entries, (*leaf.path[:-1], "file"), origin.level)
    elif not text and origin.is_row_of_sites(leaf.path):
        text = _winner(entries, ("sites", "list"), origin.level)
    value = _counted(leaf.value)
    if text:
        return ProvenanceRow(name, value, unit, *_split(text), origin.file), text
    if origin.level > 0:
        row = ProvenanceRow(name, value, unit, CHANGED, "", origin.file)
        return row, f"assumed: changed by {origin.file}"[:200]
    return ProvenanceRow(name, value, unit, NOT_STATED, "", origin.file), ""


def _counted(value: Any) -> Any:
    """A series or a table of rows by its length, anything else as it is."""
    if isinstance(value, list) and any(isinstance(row, dict) for row in value):
        return said("{n} rows", n=len(value))
    return said("{n} days", n=len(value)) if isinstance(value, dict) else value


def _split(text: str) -> tuple[str, str]:
    match = _ENTRY.match(text)
    return (match[1], match[2].strip()) if match else (NOT_STATED, text)


def needs_source(path: Path) -> bool:
    """Whether a value at this path is data: not a name, an order or a tie between tables."""
    form_of_regime = path[0] == "ports" and path[2:3] == ("regimes",) and path[4:] == ("kind",)
    top, last = path[0], path[-1]
    return top not in _ABOUT and last not in _NO_DATA and not form_of_regime


def _is_neutral(leaf: Leaf, scenario: Scenario) -> bool:
    """Whether a value changes nothing; the weight of a regime always does. The scenario.toml of a results folder has
    the headcount 0 of a pool whose people stand in the roster.
    """
    if leaf.path[-1] == "headcount" and leaf.value == 0:
        return any(row.pool == leaf.path[1] for row in scenario.roster)
    return leaf.path[0] != "ports" and _NEUTRAL.get(leaf.path[-1]) == leaf.value


def _matters(leaf: Leaf, scenario: Scenario) -> bool:
    """Whether a value left at its default has a say in the results."""
    table, last = leaf.path[0], leaf.path[-1]
    if last in _NEUTRAL:
        return not (_is_neutral(leaf, scenario) or table == "ports")
    sites = scenario.sites
    if table in ("rooms", "release"):
        return sites is not None
    asked = {
        "margin_rooms": sites is not None and sites.closing == "review",
        "hold_days": sites is not None and sites.closing == "review",
        "review_time": sites is not None and sites.closing == "review",
        "further_person_minutes": any(scenario.arrivals.party_size_weights[1:]),
        "test": scenario.swabs is not None,
        "headcount": False,  # left out where the roster says who is on duty
        "release_waits_for_result": scenario.swabs is not None,
    }
    return asked.get(last, True)


SMALLEST = 1e-9
"""Of numbers that are not 0."""
_DROP = object()
_DROP_AROUND = object()
_STAND_INS: tuple[Any, ...] = (
    _DROP, 1, "x", dt.date(2020, 1, 1), [1], [1] * 24, {}, {"kind": "constant", "mean": 1}, _DROP_AROUND,
)  # fmt: skip
_ATTEMPTS = 40


def judged(
    draft: Draft, unsure: Iterable[Path], known_measures: Collection[str] | None
) -> tuple[Scenario | None, list[Fault], list[Fault]]:
    """The model where it keeps the schema, all faults, and warnings. `unsure`: tables that were not read in full."""
    scenario, schema = schema_faults(draft)
    single = schema | _clock_faults(draft, schema) | _tiny_faults(draft, schema)
    doubtful = {*unsure, *single}
    model = scenario
    if model is None:
        model, replaced = _mended(draft)
        doubtful |= replaced
    findings = list(check(model, known_measures=known_measures)) if model else []
    days = {item.path for item in findings if item.path in (("first_day",), ("last_day",)) and not item.warning}
    findings = [
        item for item in findings if not item.rests_on(doubtful) and (item.path in days or not item.rests_on(days))
    ]
    faults = list(single.values()) + list(entry_faults(draft, model, doubtful))
    faults += [_fault(draft, item) for item in findings if not item.warning]
    return scenario, faults, [_fault(draft, item) for item in findings if item.warning]


def _fault(draft: Draft, item: Finding) -> Fault:
    return replace(
        draft.fault(item.path, item.rule, item.hint, item.value), kind=item.kind, needs=(item.path, *item.needs)
    )


def _clock_faults(draft: Draft, known: Collection[Path]) -> dict[Path, Fault]:
    """Clock times given as bare numbers: 8 could be eight o'clock or eight minutes past midnight."""
    faults = {}
    for path in draft.leaves():
        value = draft.at(path)
        bare = [n for n, entry in enumerate(value if isinstance(value, list) else [value], 1) if isinstance(entry, int)]
        if bare and path not in known and is_clock(unit_at(path, draft.tree)):
            where = said("number {n} of the list ", n=bare[0]) if isinstance(value, list) else ""
            rule = said('{where}must be a clock time in quotes, such as "08:00"', where=where)
            if draft.origin(path).cell:
                rule = said("{where}must be a clock time such as 08:00", where=where)
            faults[path] = draft.fault(path, rule, value=value)
    return faults


def is_tiny(value: Any) -> bool:
    """Whether a number is so near to 0 that products and quotients of it are no numbers any more."""
    entries = value if isinstance(value, list) else [value]
    return any(isinstance(entry, float) and 0 < abs(entry) < SMALLEST for entry in entries)


def _tiny_faults(draft: Draft, known: Collection[Path]) -> dict[Path, Fault]:
    """Numbers that are not 0 and as good as 0, such as 1e-300: slips of the pen, by which nothing can be divided."""
    return {
        path: draft.fault(
            path, said("must be 0, or at least {smallest:g} away from it", smallest=SMALLEST), value=draft.at(path)
        )
        for path in draft.leaves()
        if path not in known and is_tiny(draft.at(path))
    }


def _mended(draft: Draft) -> tuple[Scenario | None, set[Path]]:
    """A model that holds all sound parts of the draft, and the paths at which it does not.

    None when too little is sound.
    """
    work = Draft(draft.main, copy.deepcopy(draft.tree), dict(draft.origins))
    tries: Counter[Path] = Counter()
    unsure: set[Path] = set()
    for _ in range(_ATTEMPTS):
        scenario, faults = schema_faults(work)
        if scenario is not None:
            # where a row fell out, the others have moved up and would be called by a wrong number
            moved = {path for path in row_paths(draft.tree) if _rows(work, path) != _rows(draft, path)}
            return scenario, unsure | moved
        for path in faults:
            if tries[path] >= len(_STAND_INS) or not path:
                return None, unsure
            _replace(work, path, _STAND_INS[tries[path]])
            tries[path] += 1
            unsure.add(path)
    return None, unsure


def _rows(draft: Draft, path: Path) -> int:
    table = draft.at(path)
    return len(table) if isinstance(table, dict | list) else 0


def _replace(work: Draft, path: Path, stand_in: Any) -> None:
    if stand_in is _DROP_AROUND:
        work.remove(path[:-1])
    elif stand_in is _DROP:
        if len(path) == 3 and path[0] == "sites" and path[1] in SITE_SETTINGS:
            path = path[:2]
        work.remove(path)
    elif path[-1] == "kind" and len(path) > 1:
        work.remove(path[:-1])  # no table without its kind: try the table as a whole
        work.merge(copy.deepcopy(stand_in), work.main, path[:-1])
    else:
        work.remove(path)
        work.merge(copy.deepcopy(stand_in), work.main, path)
