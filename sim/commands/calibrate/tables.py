"""Tables of a calibration: figures predicted, beliefs, rules, what the spread comes from; every history.

What rules do to answers, and what the staff that were sent tell about values that trade off, are among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.commands.calibrate import beliefs
from sim.commands.calibrate.abc import posterior
from sim.commands.calibrate.beliefs import BAND
from sim.commands.calibrate.steps import Calibrated, figure_values
from sim.commands.calibrate.unknowns import Key
from sim.measures.registry import REGISTRY, place_words
from sim.words import PLACES

if TYPE_CHECKING:
    from sim.measures.reported import Figure
    from sim.scenario.tables.schema import Scenario

Floats = NDArray[np.float64]
Row = dict[Any, Any]
LEAST_NEAR = 10
"""Draws near a reported figure from which a correlation among them is given."""


@dataclass(frozen=True)
class Tables:
    """All tables of a calibration."""

    targets: pd.DataFrame
    predictions: pd.DataFrame
    unknowns: pd.DataFrame
    tolerances: pd.DataFrame
    rules: pd.DataFrame
    figures_by_rule: pd.DataFrame
    answers_by_choice: pd.DataFrame
    staff_trade: pd.DataFrame
    pairs: pd.DataFrame
    next_figures: pd.DataFrame
    parts: pd.DataFrame
    proof: pd.DataFrame
    ranks: pd.DataFrame


def with_names(tables: Tables, scenario: Scenario, showable: Callable[[str], bool] = bool) -> Tables:
    """The tables with names for ids of ports and pools, as people read them; files keep ids.

    Where a name is not `showable` its id stays.
    """
    named = {}
    for name, table in vars(tables).items():
        if "place" in table:
            places = {place: place_words(scenario, place) for place in table["place"] if place not in PLACES}
            shown = {place: words if showable(words) else place for place, words in places.items()}
            named[name] = table.assign(place=table["place"].replace(shown))
    return replace(tables, **named)


def figure_words(row: Row) -> list[str]:
    """Label of a measure and its place."""
    label = REGISTRY[row["measure"]].label if row["measure"] in REGISTRY else str(row["measure"])
    return [label, PLACES.get(row["place"], str(row["place"]))]


def tables_of(done: Calibrated) -> Tables:
    """Compute all tables."""
    found, unknowns = done.found, done.case.unknowns
    ids = [unknown.id for unknown in unknowns.numbers]
    return Tables(
        targets=targets_table(done),
        predictions=predictions_table(done),
        unknowns=beliefs.unknowns_table(found, unknowns),
        tolerances=beliefs.tolerance_table(done.reference, done.case, found),
        rules=rules_table(done),
        figures_by_rule=figures_by_rule(done),
        answers_by_choice=answers_by_choice(done),
        staff_trade=staff_trade(done),
        pairs=pd.DataFrame(
            [(ids[i], ids[j], r) for i, j, r in beliefs.trade_offs(found, unknowns)],
            columns=["unknown", "other", "correlation"],
        ),
        next_figures=beliefs.helpful_figures(done.reference, done.case, found),
        parts=parts_table(done),
        proof=pd.DataFrame({
            "unknown": ids,
            "covered": done.proof.covered,
            "of": len(done.proof.ranks),
            "least": done.proof.expected[0],
            "most": done.proof.expected[1],
        }),
        ranks=pd.DataFrame(done.proof.ranks, columns=ids),
    )  # fmt: skip


def targets_table(done: Calibrated) -> pd.DataFrame:
    """Every reported figure beside single fresh histories of the ensemble.

    `off_in_tolerances`: (median - reported) / tolerance. `met`: the reported value lies between p5 and p95, or within
    its tolerance of the median.
    """
    rows = []
    for figure in done.case.targets.figures:
        values = figure_values(done, figure)
        low, median, high = np.quantile(values, BAND) if len(values) else (np.nan,) * 3
        rows.append({
            "measure": figure.measure, "place": figure.place, "role": figure.role, "reported": figure.value,
            "p5": low, "p50": median, "p95": high, "n": len(values), "tolerance": figure.tolerance,
            "off_in_tolerances": (median - figure.value) / figure.tolerance if figure.tolerance else np.nan,
            "met": bool(low <= figure.value <= high or abs(median - figure.value) <= figure.tolerance)
            if len(values)
            else None,
            "kind": figure.kind, "why": figure.why,
        })  # fmt: skip
    return pd.DataFrame(rows)


def predictions_table(done: Calibrated) -> pd.DataFrame:
    """Figures of second flows under each value of the path that is tried."""
    rows = []
    tried = done.case.unknowns.predictions
    for value, columns in done.predicted.staff.items():
        if value is None:
            continue
        for figure in done.case.targets.figures:
            values = columns.get((figure.measure, figure.place))
            if values is None:
                continue
            low, median, high = np.nanquantile(values, BAND)
            rows.append({
                "path": tried[0].path, "value": value, "measure": figure.measure, "place": figure.place,
                "reported": figure.value, "p5": low, "p50": median, "p95": high, "n": int(np.sum(~np.isnan(values))),
                "scenario": value == done.predicted.own_value,
            })  # fmt: skip
    columns_ = ["path", "value", "measure", "place", "reported", "p5", "p50", "p95", "n", "scenario"]
    return pd.DataFrame(rows, columns=columns_)


def rules_table(done: Calibrated) -> pd.DataFrame:
    """Prior and posterior share of each rule, with effective sample sizes and the nearest history."""
    reference, unknowns = done.reference, done.case.unknowns
    distance = posterior.distances(reference.summaries, done.case.targets.observed, reference.scale)
    rows = []
    for rule in range(len(unknowns.rules)):
        mine = reference.points.rule == rule
        rows.append({
            "rule": unknowns.rule_words(rule),
            "prior_share": unknowns.rule_shares[rule],
            "share": done.found.rule_shares[rule],
            "effective": done.found.effective(rule),
            "histories": int(mine.sum()),
            "least_distance": float(distance[mine].min()) if mine.any() else np.nan,
        })  # fmt: skip
    return pd.DataFrame(rows).sort_values("share", ascending=False, kind="stable")


def figures_by_rule(done: Calibrated) -> pd.DataFrame:
    """Reported figures that one flow gives, in fresh histories under each rule that the figures do not speak against.

    Held-out figures tell rules apart that those aimed at do not.
    """
    rows = []
    for rule, columns in done.by_rule.columns.items():
        for figure in done.case.targets.figures:
            values = columns.get((figure.measure, figure.place), np.empty(0))
            values = values[~np.isnan(values)]
            if len(values):
                low, median, high = np.quantile(values, BAND)
                rows.append({
                    "rule": done.case.unknowns.rule_words(rule), "share": done.found.rule_shares[rule],
                    "measure": figure.measure, "place": figure.place, "role": figure.role,
                    "reported": figure.value, "p5": low, "p50": median, "p95": high, "n": len(values),
                })  # fmt: skip
    columns_ = ["rule", "share", "measure", "place", "role", "reported", "p5", "p50", "p95", "n"]
    return pd.DataFrame(rows, columns=columns_)


def parts_table(done: Calibrated) -> pd.DataFrame:
    """Variance of each answer by source, and shares of chance and open values with their 95 % interval."""
    rows = []
    for part in done.parts:
        spread = part.split
        rules = 0.0 if np.isnan(part.rules) else part.rules
        total = spread.chance + spread.settings + rules
        rows.append({
            "measure": part.measure, "place": part.place, "unit": part.unit, "mean": part.mean,
            "chance": spread.chance, "values": spread.settings, "rules": part.rules,
            "chance_share": spread.chance / total if total else np.nan,
            "values_share": spread.settings / total if total else np.nan,
            "rules_share": part.rules / total if total else np.nan,
            "values_of_both": spread.share, "low": spread.low, "high": spread.high,
            "settings": done.plan.split[0], "replications": done.plan.split[1],
        })  # fmt: skip
    return pd.DataFrame(rows)


def posterior_table(done: Calibrated) -> pd.DataFrame:
    """One row per accepted history: weight, distance, rule, unknowns adjusted to the figures and as run, figures."""
    found, reference, unknowns = done.found, done.reference, done.case.unknowns
    rows = found.accepted.rows
    as_run = reference.values  # noqa: PD011  no pandas
    distance = posterior.distances(reference.summaries[rows], done.case.targets.observed, reference.scale)
    adjusted = unknowns.values(found.z)
    words = [unknowns.rule_words(rule) for rule in range(len(unknowns.rules))]
    table: dict[str, Any] = {
        "history": rows + 1,
        "round": reference.rounds[rows],
        "weight": found.accepted.weights,
        "distance": distance,
        "rule": [words[rule] for rule in found.rule],
    }
    for i, unknown in enumerate(unknowns.numbers):
        table[unknown.id] = adjusted[:, i]
        table[f"{unknown.id}_as_run"] = as_run[rows, i]
    return pd.DataFrame(table | _named(reference.columns, rows))


def reference_table(done: Calibrated) -> pd.DataFrame:
    """All histories of all rounds: where they were drawn, their weights, what came out."""
    reference, unknowns = done.reference, done.case.unknowns
    table: dict[str, Any] = {"round": reference.rounds, "weight": reference.weights}
    table["rule"] = [unknowns.rule_words(rule) for rule in reference.points.rule]
    as_run = reference.values  # noqa: PD011  no pandas
    table |= {unknown.id: as_run[:, i] for i, unknown in enumerate(unknowns.numbers)}
    return pd.DataFrame(table | _named(reference.columns, np.arange(len(reference.points))))


def _named(columns: Mapping[Key, Any], rows: Any) -> dict[str, Any]:
    return {f"{measure}@{place}": values[rows] for (measure, place), values in columns.items()}


def answers_by_choice(done: Calibrated) -> pd.DataFrame:
    """Each answer under each word of each choice, over single histories of the ensemble's first draws."""
    draws = done.draws[: done.plan.predictive]
    rows = []
    for choice in done.case.unknowns.choices:
        words = [str(draw[choice.paths[0]]) for draw in draws]
        for word in (word for word in map(str, choice.choices) if word in words):
            for measure, place in done.case.unknowns.answers:
                values = done.predicted.columns[measure, place][np.array(words) == word]
                values = values[~np.isnan(values)]
                low, median, high = np.quantile(values, BAND) if len(values) else (np.nan,) * 3
                rows.append({
                    "unknown": choice.id, "label": choice.label, "choice": word, "measure": measure,
                    "place": place, "n": len(values), "p5": low, "p50": median, "p95": high,
                })  # fmt: skip
    columns = ["unknown", "label", "choice", "measure", "place", "n", "p5", "p50", "p95"]
    return pd.DataFrame(rows, columns=columns)


def staff_trade(done: Calibrated) -> pd.DataFrame:
    """For each reported staff figure: whether it lies inside what would be needed, and for each two unknowns of a pool
    how the need goes with them and how these two go together in the draws that need as many as reported.

    `inside`: within p5 and p95. Correlations over `n` draws; `r_near` over the `near` ones, nan where they are few.
    """
    rows = []
    for figure in done.case.targets.figures:
        needed = done.predicted.staff.get(None, {}).get((figure.measure, figure.place))
        if needed is not None and not np.isnan(needed).all():
            rows += list(_of_figure(done, figure, needed))
    return pd.DataFrame(rows)


def _of_figure(done: Calibrated, figure: Figure, needed: Floats) -> Iterator[dict[str, Any]]:
    draws = done.draws[: len(needed)]
    low, median, high = np.nanquantile(needed, BAND)
    row: dict[str, Any] = {
        "measure": figure.measure, "place": figure.place, "reported": figure.value, "tolerance": figure.tolerance,
        "p5": low, "p50": median, "p95": high, "inside": bool(low <= figure.value <= high),
        "n": int((~np.isnan(needed)).sum()), "near": 0, "one": "", "other": "", "one_label": "", "other_label": "",
        "r_one": np.nan, "r_other": np.nan, "r_near": np.nan,
    }  # fmt: skip
    near = np.abs(needed - figure.value) <= figure.tolerance
    pools = [unknown for unknown in done.case.unknowns.numbers if unknown.paths[0].startswith(f"pools.{figure.place}.")]
    for one, other in combinations(pools, 2):
        x, y = (np.array([float(draw[each.paths[0]]) for draw in draws]) for each in (one, other))
        yield row | {
            "near": int(near.sum()), "one": one.id, "other": other.id, "one_label": one.label,
            "other_label": other.label, "r_one": _correlation(x, needed), "r_other": _correlation(y, needed),
            "r_near": _correlation(x[near], y[near]) if near.sum() >= LEAST_NEAR else np.nan,
        }  # fmt: skip
    if len(pools) < 2:
        yield row


def _correlation(x: Floats, y: Floats) -> float:
    """Pearson's; nan where one of them does not vary."""
    there = ~(np.isnan(x) | np.isnan(y))
    if there.sum() < 3 or x[there].std() == 0 or y[there].std() == 0:
        return float("nan")
    return float(np.corrcoef(x[there], y[there])[0, 1])
