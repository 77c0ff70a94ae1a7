"""The results folder of a calibration: tables, the calibrated scenario, the ensemble, the manifest."""

from __future__ import annotations

import datetime as dt
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from sim.commands.calibrate import beliefs, by_choice
from sim.commands.calibrate.abc import posterior
from sim.commands.calibrate.plan import FRESH
from sim.commands.calibrate.sentences import figure_words, with_names
from sim.commands.calibrate.steps import Calibrated, figure_values
from sim.commands.calibrate.targets import Key
from sim.keeping.manifest import versions
from sim.keeping.store import MANIFEST, sources_hash, write_json, write_table
from sim.runs.ensemble import LEAST_DRAWS, Source, write_ensemble
from sim.scenario.files.changing import changed, value_at
from sim.scenario.files.writing import scenario_hash, toml_value
from sim.scenario.tables.schema import Scenario
from sim.words import ROLE_NAMES
from sim.words import calibrate as labels
from sim.words.language import _

BAND = (0.05, 0.5, 0.95)


@dataclass(frozen=True)
class Facts:
    """What the manifest tells besides the numbers."""

    name: str
    command: str
    executor: str
    scenario_file: Path
    overrides: tuple[tuple[str, Any], ...]
    """Paths and values that `--set` changed."""
    targets_file: str
    unknowns_file: str


@dataclass(frozen=True)
class Tables:
    """All tables of a calibration."""

    targets: pd.DataFrame
    predictions: pd.DataFrame
    unknowns: pd.DataFrame
    tolerances: pd.DataFrame
    rules: pd.DataFrame
    figures_by_rule: pd.DataFrame
    answers_by_choice: pd.DataFrame
    staff_trade: pd.DataFrame
    pairs: pd.DataFrame
    next_figures: pd.DataFrame
    parts: pd.DataFrame
    proof: pd.DataFrame
    ranks: pd.DataFrame


def tables_of(done: Calibrated) -> Tables:
    """Compute all tables."""
    found, unknowns = done.found, done.case.unknowns
    ids = [unknown.id for unknown in unknowns.numbers]
    return Tables(
        targets=targets_table(done),
        predictions=predictions_table(done),
        unknowns=beliefs.unknowns_table(found, unknowns),
        tolerances=beliefs.tolerance_table(done.reference, done.case, found),
        rules=rules_table(done),
        figures_by_rule=figures_by_rule(done),
        answers_by_choice=by_choice.answers_by_choice(done),
        staff_trade=by_choice.staff_trade(done),
        pairs=pd.DataFrame(
            [(ids[i], ids[j], r) for i, j, r in beliefs.trade_offs(found, unknowns)],
            columns=["unknown", "other", "correlation"],
        ),
        next_figures=beliefs.helpful_figures(done.reference, done.case, found),
        parts=parts_table(done),
        proof=pd.DataFrame({
            "unknown": ids,
            "covered": done.proof.covered,
            "of": len(done.proof.ranks),
            "least": done.proof.expected[0],
            "most": done.proof.expected[1],
        }),
        ranks=pd.DataFrame(done.proof.ranks, columns=ids),
    )  # fmt: skip


def targets_table(done: Calibrated) -> pd.DataFrame:
    """Every reported figure beside single fresh histories of the ensemble.

    `off_in_tolerances`: (median - reported) / tolerance. `met`: the reported value lies between p5 and p95, or within
    its tolerance of the median.
    """
    rows = []
    for figure in done.case.targets.figures:
        values = figure_values(done, figure)
        low, median, high = np.quantile(values, BAND) if len(values) else (np.nan,) * 3
        rows.append({
            "measure": figure.measure, "place": figure.place, "role": figure.role, "reported": figure.value,
            "p5": low, "p50": median, "p95": high, "n": len(values), "tolerance": figure.tolerance,
            "off_in_tolerances": (median - figure.value) / figure.tolerance if figure.tolerance else np.nan,
            "met": bool(low <= figure.value <= high or abs(median - figure.value) <= figure.tolerance)
            if len(values)
            else None,
            "kind": figure.kind, "why": figure.why,
        })  # fmt: skip
    return pd.DataFrame(rows)


def predictions_table(done: Calibrated) -> pd.DataFrame:
    """Figures of second flows under each value of the path that is tried."""
    rows = []
    tried = done.case.unknowns.predictions
    for value, columns in done.predicted.staff.items():
        if value is None:
            continue
        for figure in done.case.targets.figures:
            values = columns.get((figure.measure, figure.place))
            if values is None:
                continue
            low, median, high = np.nanquantile(values, BAND)
            rows.append({
                "path": tried[0].path, "value": value, "measure": figure.measure, "place": figure.place,
                "reported": figure.value, "p5": low, "p50": median, "p95": high, "n": int(np.sum(~np.isnan(values))),
                "scenario": value == done.predicted.own_value,
            })  # fmt: skip
    columns_ = ["path", "value", "measure", "place", "reported", "p5", "p50", "p95", "n", "scenario"]
    return pd.DataFrame(rows, columns=columns_)


def rules_table(done: Calibrated) -> pd.DataFrame:
    """Prior and posterior share of each rule, with effective sample sizes and the nearest history."""
    reference, unknowns = done.reference, done.case.unknowns
    distance = posterior.distances(reference.summaries, done.case.targets.observed, reference.scale)
    rows = []
    for rule in range(len(unknowns.rules)):
        mine = reference.points.rule == rule
        rows.append({
            "rule": unknowns.rule_words(rule),
            "prior_share": unknowns.rule_shares[rule],
            "share": done.found.rule_shares[rule],
            "effective": done.found.effective(rule),
            "histories": int(mine.sum()),
            "least_distance": float(distance[mine].min()) if mine.any() else np.nan,
        })  # fmt: skip
    return pd.DataFrame(rows).sort_values("share", ascending=False, kind="stable")


def figures_by_rule(done: Calibrated) -> pd.DataFrame:
    """Reported figures that one flow gives, in fresh histories under each rule that the figures do not speak against.

    Held-out figures tell rules apart that those aimed at do not.
    """
    rows = []
    for rule, columns in done.by_rule.columns.items():
        for figure in done.case.targets.figures:
            values = columns.get((figure.measure, figure.place), np.empty(0))
            values = values[~np.isnan(values)]
            if len(values):
                low, median, high = np.quantile(values, BAND)
                rows.append({
                    "rule": done.case.unknowns.rule_words(rule), "share": done.found.rule_shares[rule],
                    "measure": figure.measure, "place": figure.place, "role": figure.role,
                    "reported": figure.value, "p5": low, "p50": median, "p95": high, "n": len(values),
                })  # fmt: skip
    columns_ = ["rule", "share", "measure", "place", "role", "reported", "p5", "p50", "p95", "n"]
    return pd.DataFrame(rows, columns=columns_)


def parts_table(done: Calibrated) -> pd.DataFrame:
    """Variance of each answer by source, and shares of chance and open values with their 95 % interval."""
    rows = []
    for part in done.parts:
        parts = part.split
        rules = 0.0 if np.isnan(part.rules) else part.rules
        total = parts.chance + parts.settings + rules
        rows.append({
            "measure": part.measure, "place": part.place, "unit": part.unit, "mean": part.mean,
            "chance": parts.chance, "values": parts.settings, "rules": part.rules,
            "chance_share": parts.chance / total if total else np.nan,
            "values_share": parts.settings / total if total else np.nan,
            "rules_share": part.rules / total if total else np.nan,
            "values_of_both": parts.share, "low": parts.low, "high": parts.high,
            "settings": done.plan.split[0], "replications": done.plan.split[1],
        })  # fmt: skip
    return pd.DataFrame(rows)


def posterior_table(done: Calibrated) -> pd.DataFrame:
    """One row per accepted history: weight, distance, rule, unknowns adjusted to the figures and as run, figures."""
    found, reference, unknowns = done.found, done.reference, done.case.unknowns
    rows = found.accepted.rows
    as_run = reference.values  # noqa: PD011  no pandas
    distance = posterior.distances(reference.summaries[rows], done.case.targets.observed, reference.scale)
    adjusted = unknowns.values(found.z)
    words = [unknowns.rule_words(rule) for rule in range(len(unknowns.rules))]
    table: dict[str, Any] = {
        "history": rows + 1,
        "round": reference.rounds[rows],
        "weight": found.accepted.weights,
        "distance": distance,
        "rule": [words[rule] for rule in found.rule],
    }
    for i, unknown in enumerate(unknowns.numbers):
        table[unknown.id] = adjusted[:, i]
        table[f"{unknown.id}_as_run"] = as_run[rows, i]
    return pd.DataFrame(table | _named(reference.columns, rows))


def reference_table(done: Calibrated) -> pd.DataFrame:
    """All histories of all rounds: where they were drawn, their weights, what came out."""
    reference, unknowns = done.reference, done.case.unknowns
    table: dict[str, Any] = {"round": reference.rounds, "weight": reference.weights}
    table["rule"] = [unknowns.rule_words(rule) for rule in reference.points.rule]
    as_run = reference.values  # noqa: PD011  no pandas
    table |= {unknown.id: as_run[:, i] for i, unknown in enumerate(unknowns.numbers)}
    return pd.DataFrame(table | _named(reference.columns, np.arange(len(reference.points))))


def _named(columns: Mapping[Key, Any], rows: Any) -> dict[str, Any]:
    return {f"{measure}@{place}": values[rows] for (measure, place), values in columns.items()}


def calibrated_toml(done: Calibrated, scenario: Scenario, facts: Facts, unknowns: pd.DataFrame, folder: Path) -> str:
    """A scenario file that extends the one that was calibrated, with the chosen draw's values and where they come from.

    `folder` is where the file will be. Raises ScenarioError should the values not be allowed.
    """
    changed(scenario, done.chosen.changes, by="the calibrated draw")
    parent = os.path.relpath(facts.scenario_file.resolve(), folder.resolve()).replace(os.sep, "/")
    lines = [
        *_(labels.CALIBRATED_HEAD)
        .format(
            name=facts.name,
            n=done.plan.contenders,
            fresh=FRESH,
            distance=done.chosen.distance,
            least=done.chosen.least,
            error=done.chosen.error,
        )
        .split("\n"),
        f"extends = {toml_value(parent)}",
        "",
        *(f"{path} = {toml_value(value)}" for path, value in facts.overrides if path.split(".")[0] != "extends"),
        *(f"{path} = {toml_value(value)}" for path, value in done.chosen.changes.items()),
        "",
        "[provenance]",
        *(f'"{path}" = {toml_value(text)}' for path, text in provenance(done, unknowns).items()),
    ]
    return "\n".join(lines) + "\n"


def provenance(done: Calibrated, unknowns: pd.DataFrame) -> dict[str, str]:
    """What is said about the source of each calibrated value: where 90 % of its posterior lies."""
    main = unknowns[unknowns["rule"] == done.rule_words].set_index("unknown")
    words: dict[str, str] = {}
    for unknown in done.case.unknowns.numbers:
        row = main.loc[unknown.id]
        of = labels.SOURCE["of"].format(path=unknown.over_rest_of) if unknown.over_rest_of else ""
        tail = labels.SOURCE["prior"] if row["says_nothing"] else ""
        text = labels.SOURCE["number"].format(low=row["p5"], high=row["p95"], of=of, tail=tail)
        words |= dict.fromkeys(unknown.paths, text[:200])
    shares = done.found.rule_shares
    for i, choice in enumerate(done.case.unknowns.choices):
        word = done.case.unknowns.rules[done.found.main][i]
        share = sum(s for rule, s in zip(done.case.unknowns.rules, shares, strict=True) if rule[i] == word)
        words |= dict.fromkeys(choice.paths, labels.SOURCE["rule"].format(share=share, n=len(choice.choices)))
    return words


def ensemble_source(done: Calibrated, scenario: Scenario, name: str) -> Source:
    """Where the ensemble came from, with the values that nobody chose: before and after calibration."""
    base = {path: (value_at(scenario, path), done.chosen.changes[path]) for path in done.case.unknowns.paths}
    return Source(name, scenario_hash(scenario), done.seed, sources_hash(), base)


def notes_of(done: Calibrated, targets: pd.DataFrame) -> list[str]:
    """What must be known before the results are used."""
    notes, near, found = [], done.found.accepted, done.proof
    if near.widened:
        facts = {"limit": near.limit, "effective": near.effective}
        notes.append(_(labels.WIDENED).format(**facts, stated=beliefs.LIMIT, wanted=beliefs.LEAST))
    distinct = len({tuple(map(str, draw.values())) for draw in done.draws})
    if distinct < LEAST_DRAWS:
        notes.append(_(labels.FEW_DRAWS).format(wanted=LEAST_DRAWS, distinct=distinct))
    if done.failed:
        first, reason = next(iter(done.failed.items()))
        notes.append(_(labels.FAILED).format(n=len(done.failed), first=first, reason=reason))
    if len(found.ranks) < beliefs.N_PROOF:
        notes.append(_(labels.TOO_FEW_PROOF).format(n=len(found.ranks), wanted=beliefs.N_PROOF))
    low, high = found.expected
    names = [
        unknown.label
        for unknown, n in zip(done.case.unknowns.numbers, found.covered, strict=True)
        if not low <= n <= high
    ]
    if names and len(found.ranks):
        notes.append(_(labels.DISHONEST).format(names=", ".join(names)))
    return notes + [_missed(row) for row in targets.to_dict("records") if row["met"] is False]


def _missed(row: dict[Any, Any]) -> str:
    label, place = figure_words(row)
    facts = {
        "place": place,
        "role": ROLE_NAMES.get(row["role"], row["role"]),
        "reported": row["reported"],
        "median": row["p50"],
    }
    return _(labels.NOT_MET).format(measure=label, **facts, off=abs(row["off_in_tolerances"]))


def manifest_of(done: Calibrated, scenario: Scenario, facts: Facts, notes: Sequence[str]) -> dict[str, Any]:
    """Everything that is needed to run this again."""
    return {
        "status": "complete",
        "kind": "calibration",
        "scenario_name": facts.name,
        "scenario_hash": scenario_hash(scenario),
        "targets": facts.targets_file,
        "unknowns": facts.unknowns_file,
        "seed": done.seed,
        "engine": done.engine,
        "rounds": list(done.plan.rounds),
        "histories": done.histories,
        "run_again_on_simpy": {"histories": done.compared, "identical": True},
        "effective_sample_size": round(done.found.accepted.effective, 1),
        "accepted": len(done.found.accepted.rows),
        "limit_of_distance": done.found.accepted.limit,
        "rule": done.rule_words,
        "draws": len(done.draws),
        "excluded": [done.case.unknowns.rule_words(rule) for rule in done.excluded],
        "refused": done.reference.refused,
        "failed": len(done.failed),
        "proof": {"honest": done.proof.honest, "rows": len(done.proof.ranks)},
        "executor": facts.executor,
        "command": facts.command,
        "seconds": round(done.seconds, 1),
        "written": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        "machine": platform.machine(),
        "sources_hash": sources_hash(),
        "warnings": list(notes),
    }


def write_all(
    folder: Path, out: Path, done: Calibrated, scenario: Scenario, facts: Facts
) -> tuple[Tables, dict[str, Any]]:
    """Write tables, scenario, ensemble and manifest into `folder`, which will be at `out`."""
    tables = tables_of(done)
    names = {"parts": "parts_of_variance", "pairs": "trade_offs"}
    for name, table in vars(tables).items():
        write_table(folder / f"{names.get(name, name)}.csv", table)
    posterior_table(done).to_parquet(folder / "posterior.parquet", index=False)
    reference_table(done).to_parquet(folder / "reference.parquet", index=False)
    text = calibrated_toml(done, scenario, facts, tables.unknowns, out)
    (folder / "calibrated.toml").write_bytes(text.encode("utf-8"))
    write_ensemble(folder / "ensemble.parquet", done.draws, ensemble_source(done, scenario, facts.name))
    content = manifest_of(done, scenario, facts, notes_of(done, with_names(tables, scenario).targets))
    write_json(folder / MANIFEST, content)
    return tables, content
