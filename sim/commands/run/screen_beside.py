"""Lines of the screen of `qcap run` about what stands beside its numbers: reported figures, inputs, what is missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from sim import words as labels
from sim.shell.lines import Line
from sim.words.say import clauses, counted, fill, listed

if TYPE_CHECKING:
    import pandas as pd

    from sim.scenario import Reading

WORDS = labels.SCREEN


def reported(table: pd.DataFrame) -> Iterator[Line]:
    """How many reported figures were met, and which were not; nothing where there are none."""
    if not len(table):
        return
    judged = table[table["within"].notna()]
    text = fill(WORDS, "reported.text", within=int((judged["within"] == True).sum()), judged=len(judged))  # noqa: E712
    held = judged[judged["role"] == "held_out"] if "role" in judged else judged[:0]
    if len(held):  # only these test the model
        within = int((judged["within"] == True).sum())  # noqa: E712
        met = int((held["within"] == True).sum())  # noqa: E712
        text = fill(WORDS, "reported.held_out", within=within, judged=len(judged), held=met, n=len(held))
    missed = [labels.MEASURES[name].label for name in judged.loc[judged["within"] == False, "measure"]]  # noqa: E712
    parts = [text]
    if missed:
        parts.append(fill(WORDS, "reported.missed", names=clauses(_together(missed))))
    if len(table) > len(judged):
        parts.append(fill(WORDS, "reported.open", n=len(table) - len(judged)))
    yield WORDS["reported"], clauses(parts)


def _together(names: Iterable[str]) -> Iterator[str]:
    """Names, those of one kind in one: staff needed (2 figures) for its average and its busiest day."""
    kinds: dict[str, list[str]] = {}
    for name in names:
        kinds.setdefault(name.partition(",")[0], []).append(name)
    for kind, members in kinds.items():
        yield members[0] if len(members) == 1 else fill(WORDS, "reported.several", kind=kind, n=len(members))


def inputs(reading: Reading) -> Iterator[Line]:
    """How many values there are, of each kind, and how many are not the planner's own."""
    from sim.outlook import origins  # noqa: PLC0415  reads the templates

    counts = Counter(row.kind for row in reading.provenance)
    kinds = [fill(labels.KINDS_COUNTED, kind, n=counts[kind]) for kind in labels.KINDS_COUNTED if counts[kind]]
    not_yours = origins(reading).not_yours
    if not_yours:
        kinds.append(fill(WORDS, "inputs.not_yours", n=not_yours))
    yield WORDS["inputs"], fill(WORDS, "inputs.text", values=len(reading.provenance), kinds=listed(kinds))


def left_out(reading: Reading) -> Iterator[Line]:
    """What the model leaves out, and how many steps the scenario does."""
    steps = len(reading.steps_left_out)
    text = WORDS["left_out.text"]
    if steps:
        text += f"; {counted(WORDS, 'left_out.steps', steps)}"
    yield WORDS["left_out"], text
