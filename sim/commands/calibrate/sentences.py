"""Rows of a calibration's tables as cells of text, for screen and report alike; and report.md, in plain words for
planners.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sim.commands.calibrate.beliefs import TRADE_OFF
from sim.commands.calibrate.tables import Row, figure_words
from sim.words import ROLE_NAMES
from sim.words.language import _
from sim.words.observed import CELLS, COLUMNS, NARROWED, ONE_RULE, PLOTS, REPORT, ROLES, SAYS_NOTHING, SHIFTED, TITLES
from sim.words.say import clauses, listed, number, percent, span, stated, with_ends
from sim.words.user_text import for_markdown

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.calibrate.steps import Calibrated
    from sim.commands.calibrate.tables import Tables

TARGET_COLUMNS = ("figure", "where", "reported", "median", "band", "off", "met")
STAFF_COLUMNS = ("value", "mean", "max")
RULE_COLUMNS = ("rule", "prior_share", "share", "effective", "nearest")
BY_RULE_COLUMNS = ("rule", "figure", "where", "reported", "median", "band")
UNKNOWN_COLUMNS = ("unknown", "prior", "posterior", "told")
PAIR_COLUMNS = ("unknown", "unknown", "correlation")
PART_COLUMNS = ("answer", "where", "chance", "values", "rules", "values_of_both")
NEXT_COLUMNS = ("figure", "where", "removed")
PROOF_COLUMNS = ("unknown", "covered")
TABLE_COLUMNS = ("figure", "role", "reported", "median", "band", "met")
CHOICE_COLUMNS = ("choice", "rule", "answer", "where", "histories", "median", "band")
MOST_PAIRS, MOST_NAMED, LEAST_REMOVED = 10, 3, 0.03


def records(table: pd.DataFrame) -> list[Row]:
    """Rows as dictionaries."""
    return table.to_dict("records")


def cell(value: float, sign: str = "") -> str:
    """A number as cells have it; `sign` + shows a plus."""
    return CELLS["no_value"] if math.isnan(value) else number(value, sign)


def by_role(targets: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Rows of reported figures, role by role in the order of labels."""
    rows = records(targets)
    for role in ROLES:
        mine = [row for row in rows if row["role"] == role]
        if mine:
            yield role, mine


def by_rule(unknowns: pd.DataFrame) -> Iterator[tuple[str, list[Row]]]:
    """Rows of unknowns, rule by rule."""
    for rule, rows in groupby(records(unknowns), key=lambda row: str(row["rule"])):
        yield rule, list(rows)


def target_row(row: Row) -> list[str]:
    """A reported figure beside its prediction."""
    if not row["n"]:
        return [*figure_words(row), stated(row["reported"]), CELLS["not_predicted"], "", "", ""]
    off = _("{off} ({n} tolerances)").format(
        off=cell(row["p50"] - row["reported"], "+"), n=cell(row["off_in_tolerances"], "+")
    )
    band = span(cell(row["p5"]), cell(row["p95"]))
    met = CELLS["yes" if row["met"] else "no"]
    return [*figure_words(row), stated(row["reported"]), cell(row["p50"]), band, off, met]


def _middle(row: Row) -> str:
    """Median and band."""
    return listed([cell(row["p50"]), span(cell(row["p5"]), cell(row["p95"]))])


def staff_rows(predictions: pd.DataFrame) -> list[list[str]]:
    """One row per value tried: median and band of the mean and of the busiest day."""
    out = []
    for value, rows in groupby(records(predictions), key=lambda row: row["value"]):
        cells = [with_ends(*(cell(r[p]) for p in ("p50", "p5", "p95"))) for r in rows]
        own = any(r["scenario"] for r in records(predictions) if r["value"] == value)
        out.append([f"{value}{REPORT['own'] if own else ''}", *cells])
    return out


def rule_row(row: Row) -> list[str]:
    """A rule with its shares."""
    nearest = cell(row["least_distance"])
    return [row["rule"], percent(row["prior_share"]), percent(row["share"]), cell(row["effective"]), nearest]


def by_rule_rows(figures: pd.DataFrame) -> list[list[str]]:
    """Held-out figures under each rule, figure by figure."""
    held = figures[figures["role"] == "held_out"]
    rows = sorted(records(held), key=lambda row: (row["measure"], row["place"], -row["share"]))
    return [
        [row["rule"], *figure_words(row), stated(row["reported"]), cell(row["p50"]),
         span(cell(row["p5"]), cell(row["p95"]))]
        for row in rows
    ]  # fmt: skip


def unknown_row(row: Row) -> list[str]:
    """An unknown before and after."""
    prior = span(cell(row["prior_p5"]), cell(row["prior_p95"]))
    after = _middle(row)
    return [row["label"], prior, after, learned_words(row)]


def learned_words(row: Row) -> str:
    """What the figures say about an unknown."""
    if row["says_nothing"]:
        return _(SAYS_NOTHING)
    words = [_(NARROWED).format(share=percent(row["contraction"]))] if row["contraction"] > 0.1 else []
    words += [_(SHIFTED).format(shift=row["shift"])] if abs(row["shift"]) >= 0.2 else []
    return listed(words)


def why_this_rule(done: Calibrated) -> str:
    """Why values are calibrated under this rule."""
    if done.found.main != done.case.own_rule:
        return REPORT["likeliest"]
    return REPORT["own_rule"].format(share=percent(done.found.rule_shares[done.found.main]))


def effective_words(tolerances: pd.DataFrame, done: Calibrated) -> str:
    """Effective sample sizes at each tolerance."""
    first = tolerances.drop_duplicates("tolerance") if len(tolerances) else tolerances
    sizes = [
        REPORT["size"].format(
            tolerance=COLUMNS[str(row["tolerance"])], limit=f"{row['limit']:.3g}", size=cell(row["effective"])
        )
        for row in records(first)
    ]
    return REPORT["tolerances"].format(rule=done.rule_words, sizes=clauses(sizes))


def tolerance_columns() -> tuple[str, ...]:
    """Columns of the table of tolerances."""
    return ("unknown", "half", "stated", "double")


def tolerance_rows(tolerances: pd.DataFrame, done: Calibrated) -> list[list[str]]:
    """Posterior of each unknown at half, stated and double tolerance."""
    found = {(row["unknown"], row["tolerance"]): row for row in records(tolerances)}
    out = []
    for unknown in done.case.unknowns.numbers:
        cells = []
        for name in ("half", "stated", "double"):
            row = found.get((unknown.id, name))
            cells.append(_middle(row) if row else CELLS["too_few"])
        out.append([unknown.label, *cells])
    return out


def pair_rows(pairs: pd.DataFrame, done: Calibrated) -> list[list[str]]:
    """Pairs that trade off, the strongest first."""
    labels = {unknown.id: unknown.label for unknown in done.case.unknowns.numbers}
    strong = [row for row in records(pairs) if abs(row["correlation"]) >= TRADE_OFF][:MOST_PAIRS]
    return [[labels[row["unknown"]], labels[row["other"]], f"{row['correlation']:+.2f}"] for row in strong]


def parts_words(done: Calibrated) -> str:
    """How variance was split."""
    settings, replications = done.plan.split
    rules = _(ONE_RULE) if len(done.by_rule.rules) < 2 else REPORT["several_rules"].format(n=len(done.by_rule.rules))
    return REPORT["parts"].format(settings=settings, replications=replications, rules=rules)


def part_row(row: Row) -> list[str]:
    """Shares of an answer's variance; then that of open values in chance and open values alone, with its interval.

    The interval is known of that share only: how much rules differ rests on the few rules that there are.
    """
    rules = "" if math.isnan(row["rules_share"]) else percent(row["rules_share"])
    interval = f" ({span(percent(row['low']), percent(row['high']))})" if not math.isnan(row["low"]) else ""
    if math.isnan(row["chance_share"]):
        return [*figure_words(row), CELLS["no_value"], CELLS["no_value"], rules, CELLS["no_value"]]
    of_both = f"{percent(row['values_of_both'])}{interval}"
    return [*figure_words(row), percent(row["chance_share"]), percent(row["values_share"]), rules, of_both]


def next_rows(figures: pd.DataFrame, done: Calibrated) -> list[list[str]]:
    """Figures that could be collected, the most helpful first, with the unknowns that they would narrow."""
    labels = {unknown.id: unknown.label for unknown in done.case.unknowns.numbers}
    out = []
    for _figure, rows in groupby(records(figures), key=lambda row: (row["measure"], row["place"])):
        mine = list(rows)
        telling = [row for row in mine[:MOST_NAMED] if row["removed"] > LEAST_REMOVED]
        named = [
            _("{share} of {what}").format(share=percent(row["removed"]), what=labels[row["unknown"]]) for row in telling
        ]
        out.append([*figure_words(mine[0]), listed(named) or REPORT["nothing"]])
    return out


def table_row(row: Row) -> list[str]:
    """A figure on one line of the table of all of them."""
    role = ROLE_NAMES[str(row["role"])]
    label, place = figure_words(row)
    where = label if row["place"] == "all" else listed([label, place])
    if not row["n"]:
        return [where, role, stated(row["reported"]), CELLS["not_predicted"], "", ""]
    band = span(cell(row["p5"]), cell(row["p95"]))
    return [where, role, stated(row["reported"]), cell(row["p50"]), band, CELLS["yes" if row["met"] else "no"]]


def choice_row(row: Row) -> list[str]:
    """An answer with one word of one choice."""
    band = span(cell(row["p5"]), cell(row["p95"]))
    return [row["label"], str(row["choice"]), *figure_words(row), str(row["n"]), cell(row["p50"]), band]


def trade_lines(table: pd.DataFrame) -> Iterator[str]:
    """Whether the reported staff lies inside what would be needed, and what it says about two values that trade."""
    for row in records(table):
        label, place = figure_words(row)
        figure = _("{figure}, {place}").format(figure=label, place=place)
        facts = {"figure": figure, "reported": stated(row["reported"]), "low": cell(row["p5"]),
                 "high": cell(row["p95"]), "median": cell(row["p50"])}  # fmt: skip
        yield REPORT["inside" if row["inside"] else "outside"].format(**facts)
        pair = {"one": row["one_label"], "other": row["other_label"], "n": row["n"], "near": row["near"]}
        pair |= {name: f"{row[name]:+.2f}" for name in ("r_one", "r_other", "r_near")}
        pair["tolerance"] = stated(row["tolerance"])
        if row["one"]:
            yield REPORT["trade" if not math.isnan(row["r_near"]) else "trade_few"].format(**facts, **pair)


def proof_rows(tables: Tables, done: Calibrated) -> list[list[str]]:
    """How often each unknown's interval held the truth."""
    labels = {unknown.id: unknown.label for unknown in done.case.unknowns.numbers}
    cell = PLOTS["ranks.panel"]
    return [[labels[row["unknown"]], cell.format(covered=row["covered"], n=row["of"])] for row in records(tables.proof)]


# report.md


def report(done: Calibrated, tables: Tables, manifest: dict[str, Any], title: str, pictures: Sequence[str] = ()) -> str:
    """The report as Markdown. `pictures`: names of files in plots/ with their captions, as "name: caption"."""
    lines = [f"# {REPORT['title'].format(title=for_markdown(title))}", "", _method(done), ""]
    if manifest["warnings"]:
        lines += [f"## {TITLES['notes']}", "", *(f"- {for_markdown(note)}" for note in manifest["warnings"]), ""]
    lines += [*_on_figures(done, tables), *_on_rules(done, tables), *_on_unknowns(done, tables)]
    for picture in pictures:
        name, _sep, caption = picture.partition(": ")
        lines += [f"![{for_markdown(caption)}](plots/{name})", ""]
    return "\n".join(lines)


def _on_figures(done: Calibrated, tables: Tables) -> Iterator[str]:
    yield from [f"## {TITLES['targets']}", "", REPORT["targets"].format(n=done.plan.predictive), ""]
    for role, rows in by_role(tables.targets):
        yield from [f"**{ROLES[role]}**", "", *_markdown(TARGET_COLUMNS, map(target_row, rows)), ""]
    yield from [f"## {TITLES['one_table']}", "", REPORT["one_table"].format(n=done.plan.predictive), ""]
    yield from [*_markdown(TABLE_COLUMNS, map(table_row, records(tables.targets))), ""]
    if len(tables.staff_trade):
        yield from [
            f"## {TITLES['trade']}",
            "",
            *(f"- {for_markdown(line)}" for line in trade_lines(tables.staff_trade)),
            "",
        ]
    if len(tables.predictions):
        path = str(tables.predictions["path"].iloc[0])
        yield from [f"## {TITLES['staff']}", "", REPORT["staff"].format(path=path, n=done.plan.tried), ""]
        yield from [*_markdown(STAFF_COLUMNS, staff_rows(tables.predictions)), ""]


def _on_rules(done: Calibrated, tables: Tables) -> Iterator[str]:
    yield from [f"## {TITLES['rules']}", "", REPORT["rules"], ""]
    yield from [*_markdown(RULE_COLUMNS, map(rule_row, records(tables.rules))), ""]
    excluded = clauses(map(done.case.unknowns.rule_words, done.excluded))
    yield from [for_markdown(REPORT["excluded"].format(rules=excluded)), ""] if excluded else []
    yield from [f"**{TITLES['by_choice']}**", "", REPORT["by_choice"].format(n=done.plan.predictive), ""]
    yield from [*_markdown(CHOICE_COLUMNS, map(choice_row, records(tables.answers_by_choice))), ""]
    yield from [f"**{TITLES['by_rule']}**", "", REPORT["by_rule"], ""]
    yield from [*_markdown(BY_RULE_COLUMNS, by_rule_rows(tables.figures_by_rule)), ""]


def _on_unknowns(done: Calibrated, tables: Tables) -> Iterator[str]:
    for rule, rows in by_rule(tables.unknowns):
        head = _("{name}: {value}").format(name=TITLES["unknowns"], value=for_markdown(rule))
        yield from [f"## {head}", "", REPORT["unknowns"], ""]
        yield from [*_markdown(UNKNOWN_COLUMNS, map(unknown_row, rows)), ""]
    yield from [f"## {TITLES['tolerances']}", "", effective_words(tables.tolerances, done), ""]
    yield from [*_markdown(tolerance_columns(), tolerance_rows(tables.tolerances, done)), ""]
    yield from [f"## {TITLES['pairs']}", "", REPORT["pairs"], ""]
    yield from [*_markdown(PAIR_COLUMNS, pair_rows(tables.pairs, done)), ""]
    yield from [f"## {TITLES['parts']}", "", parts_words(done), ""]
    yield from [*_markdown(PART_COLUMNS, map(part_row, records(tables.parts))), ""]
    yield from [f"## {TITLES['next']}", "", REPORT["next"], ""]
    yield from [*_markdown(NEXT_COLUMNS, next_rows(tables.next_figures, done)), ""]
    low, high = done.proof.expected
    yield from [f"## {TITLES['proof']}", "", REPORT["proof"].format(n=len(done.proof.ranks), low=low, high=high), ""]
    yield from [*_markdown(PROOF_COLUMNS, proof_rows(tables, done)), ""]


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
        why=why_this_rule(done),
        seed=done.seed,
    )


def _markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = [" | ".join(COLUMNS[column] for column in columns), " | ".join("---" for _column in columns)]
    lines += [" | ".join(for_markdown(cell) for cell in row) for row in rows]
    return [f"| {line} |" for line in lines]
