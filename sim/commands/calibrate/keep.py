"""The results folder of a calibration: tables, calibrated scenario, ensemble, manifest; then report and pictures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from sim.commands.calibrate import beliefs
from sim.commands.calibrate.rounds import FRESH
from sim.commands.calibrate.sentences import report
from sim.commands.calibrate.steps import Calibrated
from sim.commands.calibrate.tables import Tables, figure_words, posterior_table, reference_table, tables_of, with_names
from sim.drawing.tables import picture_language
from sim.keeping.manifest import HowMade, manifest, sources_hash
from sim.keeping.store import MANIFEST, write_json, write_table
from sim.runs.ensemble import LEAST_DRAWS, Source, write_ensemble
from sim.scenario.files.changing import changed, value_at
from sim.scenario.files.documents import scenario_hash, toml_value
from sim.scenario.tables.schema import Scenario
from sim.words import ROLE_NAMES
from sim.words import observed as labels
from sim.words.commands import SAID
from sim.words.language import _
from sim.words.say import listed, percent


@dataclass(frozen=True)
class ManifestFacts:
    """What the manifest says besides the numbers."""

    name: str
    command: str
    executor: str
    scenario_file: Path
    overrides: tuple[tuple[str, Any], ...]
    """Paths and values that `--set` changed."""
    targets_file: str
    unknowns_file: str


def write_all(
    folder: Path, out: Path, done: Calibrated, scenario: Scenario, facts: ManifestFacts
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


def manifest_of(done: Calibrated, scenario: Scenario, facts: ManifestFacts, notes: Sequence[str]) -> dict[str, Any]:
    """Everything that is needed to run this again."""
    own = {
        "kind": "calibration",
        "scenario_name": facts.name,
        "scenario_hash": scenario_hash(scenario),
        "targets": facts.targets_file,
        "unknowns": facts.unknowns_file,
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
    }
    return manifest(HowMade(done.seed, done.engine, facts.executor, facts.command, done.seconds, notes), own)


def calibrated_toml(
    done: Calibrated, scenario: Scenario, facts: ManifestFacts, unknowns: pd.DataFrame, folder: Path
) -> str:
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
        words |= dict.fromkeys(choice.paths, labels.SOURCE["rule"].format(share=percent(share), n=len(choice.choices)))
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
        notes.append(_(labels.DISHONEST).format(names=listed(names)))
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


def write_for_people(
    folder: Path, done: Calibrated, found: tuple[Tables, Scenario], manifest: dict[str, Any], *, plots: bool
) -> None:
    """Report and pictures. A picture that fails must not cost the numbers."""
    tables, scenario = found
    pictures: list[str] = []
    if plots:
        try:
            pictures = _draw(folder / "plots", done, tables, scenario)
        except Exception as error:  # whatever goes wrong in drawing, the numbers are kept
            manifest["warnings"].append(SAID["pictures_failed"].format(kind=type(error).__name__, error=error))
    text = report(done, with_names(tables, scenario), manifest, scenario.title, pictures)
    (folder / "report.md").write_text(text, encoding="utf-8", newline="\n")


@picture_language()
def _draw(folder: Path, done: Calibrated, tables: Tables, scenario: Scenario) -> list[str]:
    """Draw the pictures; returns their file names."""
    from sim.commands.calibrate.pictures import CalibrationTables, draw_calibration  # noqa: PLC0415
    from sim.drawing.text import readable  # noqa: PLC0415

    tables = with_names(tables, scenario, readable)
    unknowns, (z, weights) = done.case.unknowns, done.found.of_rule(done.found.main)
    drawn = CalibrationTables(
        title=scenario.title,
        seed=done.seed,
        histories=done.plan.budget,
        rule=done.rule_words,
        targets=tables.targets,
        predictions=tables.predictions,
        unknowns=tables.unknowns[tables.unknowns["rule"] == done.rule_words],
        before=unknowns.prior_values(),
        after=unknowns.values(z),
        weights=weights,
        pairs=tables.pairs,
        parts=tables.parts,
        next_figures=tables.next_figures,
        proof=tables.proof,
        ranks=tables.ranks,
        whole=[unknown.whole for unknown in unknowns.numbers],
    )
    return draw_calibration(drawn, folder)
