"""The screen of `qcap compare`: one line for each measure that a scenario's question names."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sim.commands.compare.answers import changes_words, notes, short_of_rooms, target_sentences
from sim.measures.names import measure_words
from sim.shell import show
from sim.shell.difference_words import difference_words, is_clear, is_same, pair_words
from sim.shell.ensemble_option import doubt_words
from sim.words.compare import COMPARE
from sim.words.say import counted, duration, full_stop, number, phrase

if TYPE_CHECKING:
    from rich.table import Table

    from sim.commands.compare.answers import Answer
    from sim.commands.compare.keep import Finished
    from sim.commands.compare.plan import ComparePlan
    from sim.runs.differences import Difference


def print_answers(finished: Finished, plan: ComparePlan) -> None:
    """Print every scenario with its differences, targets and changes."""
    out = show.console()
    base = finished.compared.base.alternative.scenario
    runs = counted(COMPARE, "runs", finished.compared.replications)
    head = counted(
        COMPARE, "screen.head", len(finished.answers), base=base.title, runs=runs, seed=plan.settings.seed,
        engine=plan.settings.engine, time=duration(finished.seconds),
    )  # fmt: skip
    out.print(show.heading(head))
    for answer in finished.answers:
        out.print()
        out.print(show.heading(answer.scenario.title))
        if answer.scenario.question:
            out.print(answer.scenario.question)
        short = short_of_rooms(answer)
        if short:
            out.print(full_stop(f"{short[0].upper()}{short[1:]}"))
        out.print(_table(answer))
        for line in (*target_sentences(answer, base), *notes(answer, finished.compared.replications)):
            out.print(line)
        out.print(phrase("changed.line", changes=changes_words(answer.changes)))
    doubt = doubt_words(plan.ensemble)
    out.print()
    out.print(phrase("screen.intervals", doubt=doubt))
    out.print(phrase("gain"))
    if finished.compared.rerun:
        total = finished.compared.replications * len(finished.compared.results)
        out.print(phrase("again", n=finished.compared.rerun, all=f"{total:,}"))
    for line in finished.notes:
        out.print(line)


def _table(answer: Answer) -> Table:
    columns = [phrase(f"column.{name}") for name in ("measure", "base", "value", "difference", "p", "gain")]
    table = show.plain_table(*columns, numbers=[columns[1], columns[2], columns[4], columns[5]], whole=columns[1:])
    for cell in answer.primary:
        row = answer.row(cell)
        what = measure_words(answer.scenario, *cell)
        if row is None:
            table.add_row(what, "", "", phrase("no_pairs", what="").lstrip(": "), "", "")
        else:
            value, base = pair_words(row)
            table.add_row(what, base, value, *_difference(row))
    return table


def _difference(row: Difference) -> tuple[str, str, str]:
    gain = row.variance_reduction
    gains = "" if math.isnan(gain) or math.isinf(gain) else number(gain)
    if is_same(row):
        return phrase("column.same"), "", ""
    words = difference_words(row)
    p = "" if math.isnan(row.p_holm) else "<0.001" if row.p_holm < 0.001 else f"{row.p_holm:.3f}"
    return (words if is_clear(row) else phrase("with_remark", value=words, remark=phrase("column.unclear"))), p, gains
