"""What a comparison leaves: on disk answers, tables, pictures, the scenarios and a manifest; on the screen one line for
each measure that a scenario's question names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from sim.commands.compare.answers import (
    Answer,
    Change,
    TargetRow,
    changes_words,
    notes,
    page,
    short_of_rooms,
    target_sentences,
)
from sim.commands.compare.plan import ComparePlan, how_made
from sim.keeping.manifest import manifest
from sim.keeping.store import MANIFEST, write_json, write_table
from sim.measures.registry import measure_words
from sim.runs.alternatives import PRIMARY, Compared, Difference, in_order
from sim.runs.ensemble import doubt_share
from sim.scenario.files.documents import scenario_hash, to_toml
from sim.shell import show
from sim.shell.ensemble_option import doubt_share_words, doubt_words
from sim.shell.sentences import difference_words, is_clear, is_same, pair_words
from sim.words.compare import COMPARE
from sim.words.say import counted, duration, full_stop, number, phrase

if TYPE_CHECKING:
    from rich.table import Table

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
    write_table(folder / "differences.csv", table([row for answer in answers for row in answer.rows]))
    write_table(folder / "targets.csv", table([row for answer in answers for row in answer.targets]))
    write_table(folder / "changes.csv", table([row for answer in answers for row in answer.changes]))
    with_time(series_table(compared), compared).to_parquet(folder / "series.parquet", index=False)
    replications_table(compared).to_parquet(folder / "replications.parquet", index=False)
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


# tables


def table(rows: Sequence[Difference | TargetRow | Change]) -> pd.DataFrame:
    """Rows of one of the kinds above as a table."""
    return pd.DataFrame([asdict(row) if isinstance(row, Difference) else row._asdict() for row in rows])


def series_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, second, quantity, place, mean, p5, p25, p50, p75, p95 of the series that are overlaid."""
    parts = [
        pd.DataFrame({"second": seconds, **band._asdict()}).assign(
            scenario=result.alternative.name, quantity=cell[0], place=cell[1]
        )
        for result in compared.results
        for cell, (seconds, band) in result.series.items()
    ]
    columns = ["scenario", "second", "quantity", "place", "mean", "p5", "p25", "p50", "p75", "p95"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def with_time(series: pd.DataFrame, compared: Compared) -> pd.DataFrame:
    """The same with the column time ("2020-03-03 08:00") in place of second."""
    first = np.datetime64(compared.base.alternative.scenario.first_day, "s")
    moment = pd.Series(first + series["second"].to_numpy(dtype="timedelta64[s]"), index=series.index)
    series.insert(1, "time", moment.dt.strftime("%Y-%m-%d %H:%M"))
    return series.drop(columns="second")


def replications_table(compared: Compared) -> pd.DataFrame:
    """Columns scenario, replication, measure, place, unit, value: all values there are."""
    return pd.concat(list(_values(compared)), ignore_index=True)


def _values(compared: Compared) -> Iterator[pd.DataFrame]:
    numbers = np.arange(1, compared.replications + 1)
    for result in compared.results:
        cells = in_order(set(result.cells))
        values = np.array([result.cells[cell] for cell in cells])
        row, column = np.nonzero(~np.isnan(values))
        yield pd.DataFrame({
            "scenario": result.alternative.name,
            "replication": numbers[column],
            "measure": [cells[i][0] for i in row],
            "place": [cells[i][1] for i in row],
            "unit": [result.units[cells[i][0]] for i in row],
            "value": values[row, column],
        })  # fmt: skip


# the screen


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
