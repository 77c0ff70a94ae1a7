"""What `qcap staff` leaves on disk: the plan as a scenario that runs, tables, pictures, and what to go on from."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sim.commands.staff.tables import CERTIFICATE, Found, certificate_rows, load_rows, plan_rows, summary_rows
from sim.commands.staff.trials import StaffQuestion
from sim.commands.staff.values import planned, pools_of
from sim.keeping.manifest import sources_hash
from sim.keeping.store import write_json
from sim.scenario.files.changing import parsed
from sim.scenario.files.writing import resolved_dict, scenario_hash, tables_to_toml
from sim.scenario.free_numbers import COACHES, HEADCOUNT, POSTS, RESERVE
from sim.scenario.tables.shape import put_at
from sim.words.say import clock
from sim.words.staff import STAFF

STATE = "state.json"
PLAN_FILE, ROSTER_FILE = "staffing.toml", "roster.csv"
LARGEST_STATE = 200_000_000
"""Bytes."""


def identity(question: StaffQuestion, draws: Sequence[Mapping[str, Any]]) -> str:
    """What a search belongs to: scenario, free values, targets, seed, ensemble, version."""
    content = {
        "scenario": scenario_hash(question.scenario),
        "staffing": resolved_dict(question.scenario).get("staffing"),
        "values": [(value.path, value.low, value.high) for value in question.values],
        "goals": [(goal.name, goal.target.model_dump(mode="json")) for goal in question.goals],
        "seed": question.seed,
        "unlimited": question.unlimited,
        "draws": hashlib.sha256(json.dumps(draws[:1000], default=str, sort_keys=True).encode()).hexdigest(),
        "sources": sources_hash(),
    }
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()


def read_state(folder: Path, of: str) -> dict[str, Any] | None:
    """The search of an earlier command; None when there is none, or it belongs to another question.

    It is data: numbers and text, of which the ledger takes arrays.
    """
    file = folder / STATE
    try:
        if file.stat().st_size > LARGEST_STATE:
            return None
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    right = isinstance(content, dict) and content.get("of") == of and isinstance(content.get("search"), dict)
    return content["search"] if right else None


def write(folder: Path, found: Found, state: dict[str, Any], of: str) -> None:
    """The tables, and what a later command goes on from."""
    import pandas as pd  # noqa: PLC0415  only where tables are written

    from sim.keeping.store import write_table  # noqa: PLC0415

    write_table(folder / "plan.csv", pd.DataFrame(plan_rows(found)))
    write_table(folder / "certificate.csv", pd.DataFrame(certificate_rows(found), columns=list(CERTIFICATE)))
    write_table(folder / "plan_summary.csv", pd.DataFrame(summary_rows(found)))
    write_table(folder / "load.csv", pd.DataFrame(load_rows(found)))
    write_json(folder / STATE, {"of": of, "search": state})


def write_plan(folder: Path, found: Found, scenario_file: Path, overrides: Sequence[str], out: Path) -> None:
    """staffing.toml and roster.csv: the scenario with the plan, as a file that extends it. `out`: where the folder will
    be.
    """
    roster = roster_text(found)
    if roster:
        (folder / ROSTER_FILE).write_text(roster, encoding="utf-8", newline="\n")
    tree = plan_tree(found, _beside(scenario_file, out), overrides, with_roster=bool(roster))
    head = "".join(f"# {line}\n" for line in STAFF["file.head"].splitlines())
    (folder / PLAN_FILE).write_text(head + tables_to_toml(tree), encoding="utf-8", newline="\n")


def _beside(file: Path, folder: Path) -> str:
    """A file as seen from a folder."""
    try:
        return os.path.relpath(file.resolve(), folder.resolve()).replace(os.sep, "/")
    except ValueError:  # another drive of Windows
        return file.resolve().as_posix()


def plan_tree(found: Found, extends: str, overrides: Sequence[str], *, with_roster: bool) -> dict[str, Any]:
    """The tables of staffing.toml."""
    question, scenario = found.question, found.question.scenario
    tree: dict[str, Any] = {"extends": extends, "title": STAFF["file.title"].format(title=scenario.title)[:200]}
    for text in overrides:
        path, value, _fault = parsed(text)
        put_at(tree, path, value)
    if with_roster:
        tree["roster"] = ROSTER_FILE
        put_at(tree, ("provenance", "roster"), "assumed: found by qcap staff")
    for pool in pools_of(question.values):
        if scenario.pools[pool].headcount_factor != 1:
            put_at(tree, ("pools", pool, "headcount_factor"), 1.0)
    for value, number in zip(question.values, found.plan, strict=True):
        if value.kind != HEADCOUNT:
            keys = {COACHES: ("ports", value.place, COACHES), POSTS: ("pools", value.place, POSTS)}
            path = keys.get(value.kind, ("sites", RESERVE))
            put_at(tree, path, number)
            put_at(tree, ("provenance", ".".join(path)), "assumed: found by qcap staff")
    for goal in question.goals:
        if goal.name not in scenario.targets:
            put_at(tree, ("targets", goal.name), goal.target.model_dump(mode="json", exclude_none=True))
    return tree


def roster_text(found: Found) -> str:
    """roster.csv: pools of which shifts are free, and those that had rows before; empty when no shift is free."""
    question = found.question
    if not pools_of(question.values):
        return ""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(("pool", "date", "start", "hours", "headcount"))
    for row in planned(question.scenario, question.values, found.plan).roster:
        table.writerow((row.pool, row.date, clock(row.start), f"{row.hours:g}", row.headcount))
    return text.getvalue()
