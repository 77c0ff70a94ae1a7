"""Whatever stands in a scenario file, reading it succeeds or raises ScenarioError with plain lines: nothing else."""

import copy
import datetime as dt
import json
import tempfile
import tomllib
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from scenario_care import CARE, FILES, ROWS, with_rows, write_rows
from scenario_files import DAYS, SITES, write

from sim.scenario import ScenarioError, read
from sim.scenario.files.documents import to_toml

EVENT = 'kind = "port_hours", place = "gongbei", from_day = 2020-03-04, to_day = 2020-03-05, value = "10:00-20:00"'
ABSENCE = 'kind = "staff_absent", place = "team", from_day = 2020-03-04, value = 0.5'
PRESENT = 'site = "north", party_size = 2, day_of_stay = 3'
SHIFT = 'pool = "gongbei", date = "monday", start = "06:00", hours = 9, headcount = 3'
TREE = tomllib.loads(
    with_rows(
        EVENT, ABSENCE, text=with_rows(PRESENT, table="initial", text=with_rows(SHIFT, table="roster", text=CARE))
    )
)
TREE["pools"]["gongbei"].pop("shifts")
FOLDER = Path(tempfile.mkdtemp(prefix="scenario-fuzz-"))
JARGON = ("candidates", "Input should", "literal[", "function-", "Value error", "pydantic", "validat", "Traceback")

SINGLE = st.one_of(
    st.booleans(),
    st.integers(-(2**70), 2**70),
    st.floats(),
    st.sampled_from([1e400, 10**400, "", "a.b", 'q"q', "\0", "2020-03-05", "24:00", "gongbei", "file", "sites.csv"]),
    st.text(max_size=5),
    st.dates(),
    st.datetimes(),
    st.times(),
)
KEYS = st.one_of(
    st.text(max_size=4),
    st.sampled_from(
        ["kind", "candidates", "list", "file", "values", "team", "*", "gongbei", "provenance", "visits", "a.b", "rate"]
    ),
)
VALUES = st.recursive(
    SINGLE, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=4
)


def written(value: Any) -> str:
    """Any value as TOML; written here once more because the scenario's own writer knows scenarios only."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return json.dumps(value.encode("utf-8", "replace").decode()).replace("\x7f", "\\u007f")
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)} = {written(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return repr(value)


Keys = tuple[str | int, ...]


def paths(tree: Any, path: Keys = ()) -> list[Keys]:
    """All paths below the top; rows of a list by their index."""
    entries = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    below = [paths(entry, (*path, key)) for key, entry in entries]
    return ([path] if path else []) + [each for group in below for each in group]


def refused(error: ScenarioError) -> None:
    """At least one fault, each a single line in plain words."""
    assert error.faults
    for fault in error.faults:
        assert fault.file
        assert fault.rule
        assert "\n" not in str(fault)
        told = (fault.rule, fault.hint.replace(fault.path or " ", ""))  # what users wrote themselves is told back
        assert not any(word in text for word in JARGON for text in told), str(fault)


def judge(path: Path, *overrides: str) -> None:
    """Read it; what is refused is refused in plain words, what is accepted is written and read back equal."""
    try:
        scenario = read(path, overrides=overrides).scenario
    except ScenarioError as error:
        refused(error)
        return
    again = FOLDER / "again.toml"
    again.write_text(to_toml(scenario), encoding="utf-8")
    assert read(again).scenario == scenario


def there(table: Any, key: str | int) -> bool:
    """Whether a table or list has this key or index."""
    return key in table if isinstance(table, dict) else isinstance(table, list) and key in range(len(table))


@settings(deadline=None, max_examples=200)
@given(
    st.lists(
        st.tuples(st.sampled_from(paths(TREE)), st.sampled_from(["set", "drop", "add"]), KEYS, VALUES),
        min_size=1,
        max_size=3,
    )
)
def test_any_change_of_values_and_keys_is_read_or_refused(changes: list[tuple[Keys, str, str, Any]]) -> None:
    """Values of all types of TOML in the place of others, keys dropped and added."""
    tree = copy.deepcopy(TREE)
    for path, change, key, value in changes:
        around: Any = tree
        for part in path[:-1]:
            around = around[part] if there(around, part) else {}
        if change == "drop" and there(around, path[-1]):
            del around[path[-1]]
        elif change == "set" and (isinstance(around, dict) or there(around, path[-1])):
            around[path[-1]] = value
        elif there(around, path[-1]) and isinstance(around[path[-1]], dict):
            around[path[-1]][key] = value
    judge(write(FOLDER, "\n".join(f"{written(key)} = {written(value)}" for key, value in tree.items())))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_any_damage_to_the_bytes_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes cut out of, or put into, the scenario or one of its CSV files."""
    path = write_rows(FOLDER)
    files = {"scenario.toml": ROWS, "sites.csv": SITES, "days.csv": DAYS, **FILES}
    name = data.draw(st.sampled_from(sorted(files)))
    whole = files[name].encode()
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(at + 40, len(whole))))
    piece = data.draw(
        st.one_of(st.binary(max_size=6), st.sampled_from([b"\0", b'"', b",", b"\n", b"=", b"[", b"9" * 400]))
    )
    (FOLDER / name).write_bytes(whole[:at] + piece + whole[to:])
    judge(path)


@settings(deadline=None, max_examples=100)
@given(
    st.one_of(st.text(max_size=12), st.sampled_from([".".join(map(str, path)) for path in paths(TREE)])),
    st.one_of(VALUES.map(written), st.text(max_size=6)),
)
def test_any_override_is_read_or_refused(path: str, value: str) -> None:
    """From the command line anything may come."""
    judge(write(FOLDER), f"{path}={value}")
