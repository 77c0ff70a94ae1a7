"""Rows of a calibration's tables as cells of text, for screen and report alike."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from sim.commands.calibrate.beliefs import TRADE_OFF
from sim.measures.names import place_words
from sim.words import MEASURES, PLACES, ROLE_NAMES
from sim.words.calibrate import CELLS, NARROWED, ONE_RULE, PLOTS, REPORT, ROLES, SAYS_NOTHING, SHIFTED
from sim.words.language import _

if TYPE_CHECKING:
    import pandas as pd

    from sim.commands.calibrate.steps import Calibrated
    from sim.commands.calibrate.tables import Tables
    from sim.scenario.tables.schema import Scenario

Row = dict[Any, Any]

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


def with_names(tables: Tables, scenario: Scenario, showable: Callable[[str], bool] = bool) -> Tables:
    """The tables with names for ids of ports and pools, as people read them; files keep ids.

    Where a name is not `showable` its id stays.
    """
    told = {}
    for name, table in vars(tables).items():
        if "place" in table:
            places = {place: place_words(scenario, place) for place in table["place"] if place not in PLACES}
            shown = {place: words if showable(words) else place for place, words in places.items()}
            told[name] = table.assign(place=table["place"].replace(shown))
    return replace(tables, **told)


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


def number(value: float) -> str:
    """About three digits: whole from 100 on."""
    if math.isnan(value):
        return CELLS["no_value"]
    digits = 0 if abs(value) >= 99.95 or float(value).is_integer() else 1 if abs(value) >= 9.995 else 3
    return f"{value:,.{digits}f}"


def figure_words(row: Row) -> list[str]:
    """Label of a measure and its place."""
    label = MEASURES[row["measure"]].label if row["measure"] in MEASURES else str(row["measure"])
    return [label, PLACES.get(row["place"], str(row["place"]))]


def target_row(row: Row) -> list[str]:
    """A reported figure beside its prediction."""
    if not row["n"]:
        return [*figure_words(row), f"{row['reported']:,g}", CELLS["not_predicted"], "", "", ""]
    off = f"{row['p50'] - row['reported']:+,.1f} ({row['off_in_tolerances']:+.1f} tolerances)"
    band = f"{number(row['p5'])} to {number(row['p95'])}"
    met = CELLS["yes" if row["met"] else "no"]
    return [*figure_words(row), f"{row['reported']:,g}", number(row["p50"]), band, off, met]


def staff_rows(predictions: pd.DataFrame) -> list[list[str]]:
    """One row per value tried: median and band of the mean and of the busiest day."""
    out = []
    for value, rows in groupby(records(predictions), key=lambda row: row["value"]):
        cells = [f"{number(r['p50'])} ({number(r['p5'])} to {number(r['p95'])})" for r in rows]
        own = any(r["scenario"] for r in records(predictions) if r["value"] == value)
        out.append([f"{value}{REPORT['own'] if own else ''}", *cells])
    return out


def rule_row(row: Row) -> list[str]:
    """A rule with its shares."""
    nearest = number(row["least_distance"])
    return [row["rule"], f"{row['prior_share']:.0%}", f"{row['share']:.1%}", f"{row['effective']:.0f}", nearest]


def by_rule_rows(figures: pd.DataFrame) -> list[list[str]]:
    """Held-out figures under each rule, figure by figure."""
    held = figures[figures["role"] == "held_out"]
    rows = sorted(records(held), key=lambda row: (row["measure"], row["place"], -row["share"]))
    return [
        [row["rule"], *figure_words(row), f"{row['reported']:,g}", number(row["p50"]),
         f"{number(row['p5'])} to {number(row['p95'])}"]
        for row in rows
    ]  # fmt: skip


def unknown_row(row: Row) -> list[str]:
    """An unknown before and after."""
    prior = f"{number(row['prior_p5'])} to {number(row['prior_p95'])}"
    after = f"{number(row['p50'])}, {number(row['p5'])} to {number(row['p95'])}"
    return [row["label"], prior, after, told(row)]


def told(row: Row) -> str:
    """What the figures told about an unknown."""
    if row["says_nothing"]:
        return _(SAYS_NOTHING)
    words = [_(NARROWED).format(share=row["contraction"])] if row["contraction"] > 0.1 else []
    words += [_(SHIFTED).format(shift=row["shift"])] if abs(row["shift"]) >= 0.2 else []
    return ", ".join(words)


def why_this_rule(done: Calibrated) -> str:
    """Why values are calibrated under this rule."""
    if done.found.main != done.case.own_rule:
        return REPORT["likeliest"]
    return REPORT["own_rule"].format(share=done.found.rule_shares[done.found.main])


def effective_words(tolerances: pd.DataFrame, done: Calibrated) -> str:
    """Effective sample sizes at each tolerance."""
    first = tolerances.drop_duplicates("tolerance") if len(tolerances) else tolerances
    sizes = [f"{row['tolerance']} (within {row['limit']:.3g}): {row['effective']:.0f}" for row in records(first)]
    return REPORT["tolerances"].format(rule=done.rule_words, sizes="; ".join(sizes))


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
            cells.append(
                f"{number(row['p50'])}, {number(row['p5'])} to {number(row['p95'])}" if row else CELLS["too_few"]
            )
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
    rules = "" if math.isnan(row["rules_share"]) else f"{row['rules_share']:.0%}"
    interval = f" ({row['low']:.0%} to {row['high']:.0%})" if not math.isnan(row["low"]) else ""
    if math.isnan(row["chance_share"]):
        return [*figure_words(row), CELLS["no_value"], CELLS["no_value"], rules, CELLS["no_value"]]
    of_both = f"{row['values_of_both']:.0%}{interval}"
    return [*figure_words(row), f"{row['chance_share']:.0%}", f"{row['values_share']:.0%}", rules, of_both]


def next_rows(figures: pd.DataFrame, done: Calibrated) -> list[list[str]]:
    """Figures that could be collected, the most helpful first, with the unknowns that they would tell about."""
    labels = {unknown.id: unknown.label for unknown in done.case.unknowns.numbers}
    out = []
    for _figure, rows in groupby(records(figures), key=lambda row: (row["measure"], row["place"])):
        mine = list(rows)
        telling = [row for row in mine[:MOST_NAMED] if row["removed"] > LEAST_REMOVED]
        named = [f"{row['removed']:.0%} of {labels[row['unknown']]}" for row in telling]
        out.append([*figure_words(mine[0]), ", ".join(named) or REPORT["nothing"]])
    return out


def table_row(row: Row) -> list[str]:
    """A figure on one line of the table of all of them."""
    role = ROLE_NAMES[str(row["role"])]
    label, place = figure_words(row)
    where = label if row["place"] == "all" else f"{label}, {place}"
    if not row["n"]:
        return [where, role, f"{row['reported']:,g}", CELLS["not_predicted"], "", ""]
    band = f"{number(row['p5'])} to {number(row['p95'])}"
    return [where, role, f"{row['reported']:,g}", number(row["p50"]), band, CELLS["yes" if row["met"] else "no"]]


def choice_row(row: Row) -> list[str]:
    """An answer with one word of one choice."""
    band = f"{number(row['p5'])} to {number(row['p95'])}"
    return [row["label"], str(row["choice"]), *figure_words(row), str(row["n"]), number(row["p50"]), band]


def trade_lines(table: pd.DataFrame) -> Iterator[str]:
    """Whether the reported staff lies inside what would be needed, and what it tells about two values that trade."""
    for row in records(table):
        label, place = figure_words(row)
        facts = {"figure": f"{label}, {place}", "reported": f"{row['reported']:,g}", "low": number(row["p5"]),
                 "high": number(row["p95"]), "median": number(row["p50"])}  # fmt: skip
        yield REPORT["inside" if row["inside"] else "outside"].format(**facts)
        pair = {"one": row["one_label"], "other": row["other_label"], "n": row["n"], "near": row["near"]}
        pair |= {name: f"{row[name]:+.2f}" for name in ("r_one", "r_other", "r_near")}
        pair["tolerance"] = f"{row['tolerance']:g}"
        if row["one"]:
            yield REPORT["trade" if not math.isnan(row["r_near"]) else "trade_few"].format(**facts, **pair)


def proof_rows(tables: Tables, done: Calibrated) -> list[list[str]]:
    """How often each unknown's interval held the truth."""
    labels = {unknown.id: unknown.label for unknown in done.case.unknowns.numbers}
    cell = PLOTS["ranks.panel"]
    return [[labels[row["unknown"]], cell.format(covered=row["covered"], n=row["of"])] for row in records(tables.proof)]
