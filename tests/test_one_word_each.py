"""One word per thing: a run is one call of the command; what one seed and number make is a replication."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from sim.scenario.tables.schema import Target

WORDS = Path(__file__).parents[1] / "sim" / "words"

RUN = re.compile(r"(?<![{\w-])[Rr]uns?\b(?!\})")
"""The word; fields such as {runs} and options such as --dry-run apart."""
CALLS = {
    "COMPARE.again",
    "DESCRIBE.4.2",
    "DESCRIBE.4.3.ensemble",
    "DESCRIBE.4.3.no_run",
    "DESCRIBE.4.3.run",
    "DESCRIBE.5.4.no_run",
    "ENSEMBLE.off",
    "ENSEMBLE.one_setting",
    "ENSEMBLE.other",
    "MESSAGES.brief.no_results",
    "MESSAGES.brief.no_table",
    "MESSAGES.export.no_events",
    "MESSAGES.export.unreadable",
    "MESSAGES.file.held",
    "OUTLOOK.heading",
    "OUTLOOK.run",
    "PICTURES.no_room.skipped",
    "PICTURES.served.skipped",
    "PICTURES.utilisation.skipped",
    "PICTURES.waiting.skipped",
    "PICTURES.waits.skipped",
    "REAL_DAYS.forecast.enough",
    "REAL_DAYS.forecast.late",
    "REAL_DAYS.forecast.short",
    "REFERENCE.intro",
    "REFUSED.is_sweep",
    "REPORT.method",
    "SAID.init.next",
    "SAID.prepare.check",
    "SAID.prepare.done",
    "SAID.prepare.not_kept",
    "SAID.prepare.without",
    "STAFF.compared",
    "STAFF.run",
    "SWEEP.begun",
    "SWEEP.compared",
    "SWEEP.damaged",
    "SWEEP.damaged_one",
    "SWEEP.dry",
    "SWEEP.dry.compared",
    "TABLE.this_run",
}
"""Words that speak of a call of the command, of what it does, of how long it takes, or of rooms that run short."""


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the tables in `sim.words`, with the name of its table and its key; no module is imported."""
    for file in sorted(WORDS.glob("*.py")):
        for statement in ast.parse(file.read_text(encoding="utf-8")).body:
            target = statement.targets[0] if isinstance(statement, ast.Assign) else None
            if not isinstance(target, ast.Name):
                continue
            for table in (node for node in ast.walk(statement) if isinstance(node, ast.Dict)):
                for key, value in zip(table.keys, table.values, strict=True):
                    if isinstance(key, ast.Constant) and isinstance(key.value, str) and isinstance(value, ast.Constant):
                        yield f"{target.id}.{key.value}", str(value.value)


def test_a_run_is_a_call_of_the_command_and_nothing_else() -> None:
    """words: architecture.md's glossary: a seed's history is a replication and never called a run on screens; the ids
    above are those that mean the call.
    """
    assert {key for key, text in texts() if RUN.search(text)} == CALLS


def test_a_target_asks_for_a_share_of_replications() -> None:
    """words: the meaning of `share_of_runs`, which the reference prints, speaks of replications."""
    meaning = Target.model_fields["share_of_runs"].description or ""
    assert "replications" in meaning
    assert not RUN.search(meaning)
    assert not RUN.search(Target.__doc__ or "")
