"""What a comparison leaves on disk: answers, tables, pictures, the scenarios and a manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sim.commands.compare import tables
from sim.commands.compare.answers import Answer, page
from sim.commands.compare.plan import ComparePlan, how_made
from sim.keeping.manifest import manifest
from sim.keeping.store import MANIFEST, write_json, write_table
from sim.runs.alternatives import Compared
from sim.runs.differences import PRIMARY
from sim.runs.ensemble import doubt_share
from sim.scenario.files.writing import scenario_hash, to_toml
from sim.shell.ensemble_option import doubt_share_words, doubt_words

FOREST = "differences"
"""File name of the picture of all scenarios."""
RISK = "risk-by-days"
"""File name of the picture of risk against days of quarantine."""


@dataclass(frozen=True)
class Finished:
    """A comparison whose results are kept."""

    folder: Path
    compared: Compared
    answers: tuple[Answer, ...]
    manifest: dict[str, Any]
    notes: tuple[str, ...]
    seconds: float


def write(
    folder: Path, plan: ComparePlan, compared: Compared, answers: Sequence[Answer], content: dict[str, Any]
) -> None:
    """Write all files but the pictures."""
    files = [file for name in (FOREST, RISK) for file in sorted((folder / "plots").glob(f"{name}*.png"))]
    pictures = [f"plots/{file.name}" for file in files]
    tell, doubt = doubt_words(plan.ensemble), _doubt(plan, compared)
    text = page(compared, answers, plan.settings.seed, tell=tell, doubt=doubt, pictures=pictures)
    (folder / "answers.md").write_text(text, encoding="utf-8", newline="\n")
    write_table(folder / "differences.csv", tables.table([row for answer in answers for row in answer.rows]))
    write_table(folder / "targets.csv", tables.table([row for answer in answers for row in answer.targets]))
    write_table(folder / "changes.csv", tables.table([row for answer in answers for row in answer.changes]))
    tables.with_time(tables.series_table(compared), compared).to_parquet(folder / "series.parquet", index=False)
    tables.replications_table(compared).to_parquet(folder / "replications.parquet", index=False)
    (folder / "scenarios").mkdir()
    for alternative in plan.alternatives:
        (folder / "scenarios" / f"{alternative.name}.toml").write_bytes(to_toml(alternative.scenario).encode("utf-8"))
    write_json(folder / MANIFEST, content)


def _doubt(plan: ComparePlan, compared: Compared) -> str:
    """Which part of the spread of the base's measures is doubt, in words; nothing where that can not be known."""
    base, n = compared.base, compared.replications
    found = {cell: doubt_share(base.value(cell, n), base.alternative.draws) for cell in plan.primary[0]}
    shares = {f"{measure}@{place}": share for (measure, place), share in found.items() if not np.isnan(share)}
    return doubt_share_words(base.alternative.scenario, shares) if shares else ""


def manifest_of(plan: ComparePlan, compared: Compared, seconds: float, notes: Sequence[str]) -> dict[str, Any]:
    """Everything that is needed to run this again."""
    own = {
        "experiment": "compare",
        "base": plan.alternatives[0].name,
        "scenarios": {
            each.name: {"title": each.scenario.title, "hash": scenario_hash(each.scenario), "primary": [*map(list, p)]}
            for each, p in zip(plan.alternatives, plan.primary, strict=True)
        },
        "replications": compared.replications,
        "failed": {result.alternative.name: result.failed for result in compared.results if result.failed},
        "sites_used_up": {result.alternative.name: result.used_up for result in compared.results if result.used_up},
        "ensemble": plan.ensemble,
        "engine_why": plan.choice.why,
        "run_again_on_simpy": {"runs": compared.rerun, "identical": True} if compared.rerun else None,
    }
    return manifest(how_made(plan.settings, plan.command, seconds, notes), own)


def document(finished: Finished) -> dict[str, Any]:
    """What `--json` prints: the manifest, and of every scenario the measures that were named beforehand."""
    return {
        "folder": str(finished.folder),
        **finished.manifest,
        "answers": {
            answer.result.alternative.name: {
                "question": answer.scenario.question,
                "differs_from_second": answer.differs_from,
                "primary": [asdict(row) for row in answer.rows if row.role == PRIMARY],
                "targets": [row._asdict() for row in answer.targets],
                "changes": [row._asdict() for row in answer.changes],
            }
            for answer in finished.answers
        },
    }
