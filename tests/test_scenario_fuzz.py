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
from scenario_files import DAYS, GOOD, SITES, write

from sim.scenario import ScenarioError, read
from sim.scenario.writing import to_toml

TREE = tomllib.loads(GOOD)
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


def paths(tree: Any, path: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All paths below the top."""
    below = [paths(entry, (*path, key)) for key, entry in tree.items()] if isinstance(tree, dict) else []
    return ([path] if path else []) + [each for group in below for each in group]


def refused(error: ScenarioError) -> None:
    """At least one fault, each a single line in plain words."""
    assert error.faults
    for fault in error.faults:
        assert fault.file
        assert fault.rule
        assert "\n" not in str(fault)
        assert not any(word in fault.rule or word in fault.hint for word in JARGON), str(fault)


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


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.tuples(st.sampled_from(paths(TREE)), st.sampled_from(["set", "drop", "add"]), KEYS, VALUES),
        min_size=1,
        max_size=3,
    )
)
def test_any_change_of_values_and_keys_is_read_or_refused(changes: list[tuple[tuple[str, ...], str, str, Any]]) -> None:
    """Values of all types of TOML in the place of others, keys dropped and added."""
    tree = copy.deepcopy(TREE)
    for path, change, key, value in changes:
        around: Any = tree
        for part in path[:-1]:
            around = around.get(part, {}) if isinstance(around, dict) else {}
        if not isinstance(around, dict):
            continue
        if change == "drop":
            around.pop(path[-1], None)
        elif change == "set":
            around[path[-1]] = value
        elif isinstance(around.get(path[-1]), dict):
            around[path[-1]][key] = value
    judge(write(FOLDER, "\n".join(f"{written(key)} = {written(value)}" for key, value in tree.items())))


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_any_damage_to_the_bytes_is_read_or_refused(data: st.DataObject) -> None:
    """Bytes cut out of, or put into, the scenario or one of its CSV files."""
    path = write(FOLDER)
    name = data.draw(st.sampled_from(["scenario.toml", "sites.csv", "days.csv"]))
    whole = {"scenario.toml": GOOD, "sites.csv": SITES, "days.csv": DAYS}[name].encode()
    at = data.draw(st.integers(0, len(whole)))
    to = data.draw(st.integers(at, min(at + 40, len(whole))))
    piece = data.draw(
        st.one_of(st.binary(max_size=6), st.sampled_from([b"\0", b'"', b",", b"\n", b"=", b"[", b"9" * 400]))
    )
    (FOLDER / name).write_bytes(whole[:at] + piece + whole[to:])
    judge(path)


@settings(deadline=None, max_examples=100)
@given(
    st.one_of(st.text(max_size=12), st.sampled_from([".".join(path) for path in paths(TREE)])),
    st.one_of(VALUES.map(written), st.text(max_size=6)),
)
def test_any_override_is_read_or_refused(path: str, value: str) -> None:
    """From the command line anything may come."""
    judge(write(FOLDER), f"{path}={value}")
