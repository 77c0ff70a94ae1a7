"""report.md: what a calibration found, in plain words for planners. Numbers come from the tables, words from labels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.calibrate import sentences as words
from sim.words.user_text import for_markdown

if TYPE_CHECKING:
    from sim.commands.calibrate.steps import Calibrated
    from sim.commands.calibrate.tables import Tables

from sim.words.calibrate import COLUMNS, REPORT, ROLES, TITLES


def report(done: Calibrated, tables: Tables, manifest: dict[str, Any], title: str, pictures: Sequence[str] = ()) -> str:
    """The report as Markdown. `pictures`: names of files in plots/ with their captions, as "name: caption"."""
    lines = [f"# {REPORT['title'].format(title=for_markdown(title))}", "", _method(done), ""]
    if manifest["warnings"]:
        lines += [f"## {TITLES['notes']}", "", *(f"- {for_markdown(note)}" for note in manifest["warnings"]), ""]
    lines += [f"## {TITLES['targets']}", "", REPORT["targets"].format(n=done.plan.predictive), ""]
    for role, rows in words.by_role(tables.targets):
        lines += [f"**{ROLES[role]}**", "", *_table(words.TARGET_COLUMNS, map(words.target_row, rows)), ""]
    lines += [f"## {TITLES['one_table']}", "", REPORT["one_table"].format(n=done.plan.predictive), ""]
    lines += [*_table(words.TABLE_COLUMNS, map(words.table_row, words.records(tables.targets))), ""]
    if len(tables.staff_trade):
        lines += [
            f"## {TITLES['trade']}",
            "",
            *(f"- {for_markdown(line)}" for line in words.trade_lines(tables.staff_trade)),
            "",
        ]
    if len(tables.predictions):
        path = str(tables.predictions["path"].iloc[0])
        lines += [f"## {TITLES['staff']}", "", REPORT["staff"].format(path=path, n=done.plan.tried), ""]
        lines += [*_table(words.STAFF_COLUMNS, words.staff_rows(tables.predictions)), ""]
    lines += [f"## {TITLES['rules']}", "", REPORT["rules"], ""]
    lines += [*_table(words.RULE_COLUMNS, map(words.rule_row, words.records(tables.rules))), ""]
    excluded = "; ".join(map(done.case.unknowns.rule_words, done.excluded))
    lines += [for_markdown(REPORT["excluded"].format(rules=excluded)), ""] if excluded else []
    lines += [f"**{TITLES['by_choice']}**", "", REPORT["by_choice"].format(n=done.plan.predictive), ""]
    lines += [*_table(words.CHOICE_COLUMNS, map(words.choice_row, words.records(tables.answers_by_choice))), ""]
    lines += [f"**{TITLES['by_rule']}**", "", REPORT["by_rule"], ""]
    lines += [*_table(words.BY_RULE_COLUMNS, words.by_rule_rows(tables.figures_by_rule)), ""]
    for rule, rows in words.by_rule(tables.unknowns):
        lines += [f"## {TITLES['unknowns']}: {for_markdown(rule)}", "", REPORT["unknowns"], ""]
        lines += [*_table(words.UNKNOWN_COLUMNS, map(words.unknown_row, rows)), ""]
    lines += [f"## {TITLES['tolerances']}", "", words.effective_words(tables.tolerances, done), ""]
    lines += [*_table(words.tolerance_columns(), words.tolerance_rows(tables.tolerances, done)), ""]
    lines += [f"## {TITLES['pairs']}", "", REPORT["pairs"], ""]
    lines += [*_table(words.PAIR_COLUMNS, words.pair_rows(tables.pairs, done)), ""]
    lines += [f"## {TITLES['parts']}", "", words.parts_words(done), ""]
    lines += [*_table(words.PART_COLUMNS, map(words.part_row, words.records(tables.parts))), ""]
    lines += [f"## {TITLES['next']}", "", REPORT["next"], ""]
    lines += [*_table(words.NEXT_COLUMNS, words.next_rows(tables.next_figures, done)), ""]
    low, high = done.proof.expected
    lines += [f"## {TITLES['proof']}", "", REPORT["proof"].format(n=len(done.proof.ranks), low=low, high=high), ""]
    lines += [*_table(words.PROOF_COLUMNS, words.proof_rows(tables, done)), ""]
    for picture in pictures:
        name, _, caption = picture.partition(": ")
        lines += [f"![{for_markdown(caption)}](plots/{name})", ""]
    return "\n".join(lines)


def _method(done: Calibrated) -> str:
    plan, near = done.plan, done.found.accepted
    return REPORT["method"].format(
        budget=plan.budget,
        rounds=len(plan.rounds),
        first=plan.rounds[0],
        accepted=len(near.rows),
        limit=near.limit,
        effective=near.effective,
        compared=done.compared,
        refused=done.reference.refused,
        draws=len(done.draws),
        rule=done.rule_words,
        why=words.why_this_rule(done),
        seed=done.seed,
    )


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [" | ".join(COLUMNS[column] for column in columns), " | ".join("---" for _ in columns)]
    lines += [" | ".join(for_markdown(cell) for cell in row) for row in rows]
    return [f"| {line} |" for line in lines]
