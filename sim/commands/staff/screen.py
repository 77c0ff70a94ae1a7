"""The screen of `qcap staff`: the verdict, the plan as a table, and what it means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from sim.commands.staff.sentences import full_words, gain_words, verdict, witness_words
from sim.commands.staff.tables import witnesses
from sim.shell import show
from sim.words.say import number
from sim.words.staff import STAFF

if TYPE_CHECKING:
    from rich.table import Table

    from sim.commands.staff.tables import Found


def print_answer(found: Found, lines: Sequence[str]) -> None:
    """Print the answer; `lines` are all of its sentences, the verdict first."""
    out = show.console()
    out.print(show.heading(STAFF["head"].format(title=found.question.scenario.title)))
    first = len(list(verdict(found)))
    for line in lines[:first]:
        out.print(line)
    out.print(_table(found))
    for line in lines[first:]:
        out.print(line)


def _table(found: Found) -> Table:
    columns = [STAFF[f"column.{name}"] for name in ("what", "plan", "today", "one_fewer", "one_more")]
    table = show.plain_table(*columns, numbers=[columns[1], columns[2], columns[4]], whole=columns[1:])
    values = zip(found.question.values, found.plan, witnesses(found), strict=True)
    for i, (value, people, witness) in enumerate(values):
        gain = found.extras.one_more.get(i)
        more = "" if gain is None else gain_words(found, gain)
        reason = "" if found.answer.stopped == "corner" else witness_words(found, value, witness)
        table.add_row(full_words(found, value), str(people), number(value.today), reason, more)
    return table
