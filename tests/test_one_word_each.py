"""One word per thing: a run is one call of the command; what one seed and number make is a replication."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

from sim import words as labels
from sim.scenario.tables.schema import Target

RUN = re.compile(r"(?<![{\w-])[Rr]uns?\b(?!\})")
"""The word; fields such as {runs} and options such as --dry-run apart."""
CALLS = {
    "COMPARE.again",
    "DESCRIBE.4.2",
    "DESCRIBE.4.3.no_run",
    "DESCRIBE.4.3.run",
    "DESCRIBE.5.4.no_run",
    "ENSEMBLE.off",
    "ENSEMBLE.one_setting",
    "ENSEMBLE.other",
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
    "REFERENCE.intro",
    "REFUSED.is_sweep",
    "REPORT.method",
    "SAID.init.next",
    "SWEEP.begun",
    "SWEEP.compared",
    "SWEEP.damaged",
    "SWEEP.damaged_one",
    "SWEEP.dry",
    "SWEEP.dry.compared",
    "TABLE.this_run",
}
"""Words that speak of a call of the command, of what it does, or of how long it takes."""


def texts() -> Iterator[tuple[str, str]]:
    """Every text of the tables of `sim.words`, with the name of its table and its key."""
    names = [labels.__name__, *(f"{labels.__name__}.{found.name}" for found in pkgutil.iter_modules(labels.__path__))]
    for module in map(importlib.import_module, names):
        for name, table in vars(module).items():
            if name.isupper() and isinstance(table, dict):
                yield from ((f"{name}.{key}", text) for key, text in table.items() if isinstance(text, str))


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
