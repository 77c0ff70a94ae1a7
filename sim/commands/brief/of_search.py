"""Sections of a sweep with its sliders, and of what reported figures say."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.brief.blocks import Cell, Cited, Part, Section, Table, Words, filled, joined
from sim.commands.brief.estimates import (
    Estimate,
    choice_words,
    is_number,
    number_cell,
    path_name,
    share_cell,
    value_words,
    what_words,
)
from sim.commands.brief.folders import Results, Rows
from sim.commands.brief.of_plans import target_name, verdict_cell
from sim.words import ROLE_NAMES, TABLE
from sim.words.language import _
from sim.words.say import listed, number, percent

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario

# sweep

FIGURES = ("rooms_occupied_max", "no_room_share", "sites_opened", "handover_to_coach_p95", "cost_total", "staff_days")
"""Measures of everything together that are shown for each setting, where the sweep has them."""
MOST_FIGURES = 8
MOST_POINTS = 2000
"""Settings on the page; of larger sweeps the first ones, and a line says so."""


def sweep(results: Results, scenario: Scenario | None) -> Section:
    """Every setting that was simulated: sliders choose one, a table has all."""
    points = results.need("points.csv")
    axes = _axes(results, points, scenario)
    shown_points = range(min(len(points), MOST_POINTS))
    columns = _columns(results, scenario)
    cells = [[*(points.cited(row, axis["column"], axis["texts"][row]) for axis in axes),
              *(column(points.text(row, "point")) for _name, column in columns)] for row in shown_points]  # fmt: skip
    content = {
        "axes": axes,
        "head": [name for name, _column in columns],
        "rows": [{"cells": of_row, "at": " ".join(str(axis["places"][row]) for axis in axes)}
                 for row, of_row in enumerate(cells)],
        "map": _map(axes, columns),
        "words": {
            "setting": _("The setting"), "axis": _("Axis"), "all": _("All settings that were simulated"),
            "map": _("{what}: map of the settings").format(what=columns[0][0]) if columns else "",
            "only": _(
                "Only settings that were simulated can be chosen; where a value was simulated with few others, the "
                "other sliders follow."
            ),
        },
    }  # fmt: skip
    left = len(points) - len(shown_points)
    note = (filled(_("{n} more settings stand in points.csv."), n=left),) if left else ()
    n = results.fact(number(float(results.manifest.get("replications") or 0)), "replications")
    lead = filled(_("{n} settings, {runs} replications of each, the same travellers in all."), n=len(points), runs=n)
    return Section(
        "sweep", _("Settings to choose from"), (Part("sweep", content), *([Words(note)] if note else [])), lead
    )


def _axes(results: Results, points: Rows, scenario: Scenario | None) -> list[dict[str, Any]]:
    """Each axis: its name, the values in order, and which of them each point has."""
    axes = []
    for axis in results.manifest.get("axes") or ():
        column = next((path for path in map(str, axis.get("paths", ())) if points.has(path)), None)
        if column is None:
            continue
        texts = [points.text(row, column) for row in points]
        values = sorted(dict.fromkeys(texts), key=_in_order)
        name = listed(path_name(scenario, str(path)) for path in axis["paths"])
        axes.append({
            "column": column, "name": name, "texts": [value_words(text) for text in texts],
            "values": [value_words(value) for value in values],
            "places": [values.index(text) for text in texts],
        })  # fmt: skip
    return axes


def _in_order(text: str) -> tuple[bool, float, str]:
    return (not is_number(text), float(text) if is_number(text) else 0.0, text)


def _columns(results: Results, scenario: Scenario | None) -> list[tuple[str, Any]]:
    """Names of the figures of a setting, each with a function from the setting's number to its cell."""
    made: list[tuple[str, Any]] = []
    targets, summary = results.rows("targets.csv"), results.rows("summary.csv")
    pairs = []
    if targets is not None:
        names = list(dict.fromkeys(targets.text(row, "target") for row in targets))
        made += [(target_name(scenario, name), _verdict_of(targets, name)) for name in names]
        pairs = list(dict.fromkeys((targets.text(row, "measure"), targets.text(row, "place")) for row in targets))
    if summary is not None:
        pairs += [(measure, "all") for measure in FIGURES if (measure, "all") not in pairs]
        there = [pair for pair in pairs if summary.where(measure=pair[0], place=pair[1])]
        made += [(what_words(scenario, *pair), _estimate_of(summary, *pair)) for pair in there[:MOST_FIGURES]]
    return made


def _verdict_of(rows: Rows, name: str) -> Any:
    by_point = {rows.text(row, "point"): row for row in rows.where(target=name)}
    return lambda point: verdict_cell(rows, by_point[point]) if point in by_point else "–"


def _estimate_of(rows: Rows, measure: str, place: str) -> Any:
    by_point = {rows.text(row, "point"): row for row in rows.where(measure=measure, place=place)}

    def cell(point: str) -> Cell:
        found = Estimate(rows, by_point[point]) if point in by_point else None
        return Cited("–") if found is None or math.isnan(found.mean) else found.with_unit()

    return cell


def _map(axes: Sequence[dict[str, Any]], columns: Sequence[Any]) -> dict[str, Any]:
    """The first two axes as columns and rows; nothing for one axis, or where one has too many values for a table."""
    if len(axes) < 2 or not columns or max(len(axis["values"]) for axis in axes[:2]) > 16:
        return {}
    across, down = axes[0], axes[1]
    return {"across": across["values"], "down": down["values"], "names": (across["name"], down["name"])}


# calibrate


def calibration(results: Results, scenario: Scenario | None) -> Section:
    """What reported figures say about the values, and what they leave open."""
    blocks: list[Any] = [Words(tuple(_learned(results, scenario)), listed=True), *_predicted(results, scenario)]
    rows = results.rows("rules.csv")
    if rows is not None:
        shares = ("prior_share", "share")
        table = tuple((rule_words(rows.text(row, "rule")), *(share_cell(rows, row, share) for share in shares))
                      for row in rows)  # fmt: skip
        name = _("Rules before and after calibration")
        head = (_("Rule"), _("Before"), _("After"))
        blocks.append(Table(name, head, table, frozenset({1, 2}), folded=name))
    return Section("calibration", _("What the reported figures say"), tuple(blocks))


def _predicted(results: Results, scenario: Scenario | None) -> Iterator[Table]:
    rows = results.rows("targets.csv")
    if rows is None:
        return
    order = sorted(rows, key=lambda row: (rows.text(row, "role") != "held_out", row))
    table = []
    for row in order:
        role = rows.text(row, "role")
        low, high = (number(rows.number(row, end)) for end in ("p5", "p95"))
        table.append((
            what_words(scenario, rows.text(row, "measure"), rows.text(row, "place")), ROLE_NAMES.get(role, role),
            number_cell(rows, row, "reported"), number_cell(rows, row, "p50"),
            rows.cited(row, "p5", _("{low} to {high}").format(low=low, high=high)),
            {"True": "✓ " + TABLE["yes"], "False": "✗ " + TABLE["no"]}.get(rows.text(row, "met"), "–"),
        ))  # fmt: skip
    head = (_("Reported figure"), _("Role"), _("Reported"), _("Median"), _("9 of 10 histories"), _("Met"))
    note = _(
        "Met: the reported figure lies in the range, or within its tolerance of the median. Only figures that were "
        "held out test the model: the others went in, or settings were chosen for them."
    )
    name = _("What the calibrated model predicts of each reported figure")
    yield Table(name, head, tuple(table), frozenset({2, 3, 4}), note)


def _learned(results: Results, scenario: Scenario | None) -> Iterator[Any]:
    """Where the spread comes from, what would help most to collect, which rules are excluded."""
    parts, following = results.rows("parts_of_variance.csv"), results.rows("next_figures.csv")
    if parts is not None:
        words = _(
            "{what}: {values} of the spread comes from values that are not known, {rules} from rules, {chance} is "
            "chance"
        )
        shares = {name: parts.cited(0, f"{name}_share", percent(parts.number(0, f"{name}_share")))
                  for name in ("values", "rules", "chance")}  # fmt: skip
        yield filled(words, what=what_words(scenario, parts.text(0, "measure"), parts.text(0, "place")), **shares)
    if following is not None:
        yield next_figure(following, scenario)
    yield from _excluded(results)
    accepted, histories = (results.manifest.get(key) for key in ("accepted", "histories"))
    if isinstance(accepted, int) and isinstance(histories, int):
        counts = {"n": results.fact(f"{accepted:,}", "accepted"), "all": results.fact(f"{histories:,}", "histories")}
        yield filled(_("{n} of {all} histories agree with the figures"), **counts)


def rule_words(rule: str) -> str:
    """A combination of rules, such as `index, spread, review`, in words."""
    return _(", ").join(choice_words(part) for part in rule.split(", "))


def _excluded(results: Results) -> Iterator[Any]:
    """Combinations of rules that the figures exclude; where they are all those with one choice, that choice alone."""
    excluded, rows = [str(rule) for rule in results.manifest.get("excluded") or ()], results.rows("rules.csv")
    if not excluded:
        return
    n = results.fact(f"{len(excluded):,}", "excluded")
    known = [] if rows is None else [rows.text(row, "rule") for row in rows]
    for choice in dict.fromkeys(part for rule in excluded for part in rule.split(", ")):
        if {rule for rule in known if choice in rule.split(", ")} == set(excluded):
            words = _("The figures exclude all {n} combinations of rules in which {choice}")
            yield filled(words, n=n, choice=choice_words(choice))
            return
    words = _("{n} combinations of rules are excluded by the figures: {rules}")
    yield filled(words, n=n, rules=joined([rule_words(rule) for rule in excluded], _("; ")))


def next_figure(rows: Rows, scenario: Scenario | None) -> Any:
    """The figure that would help most, were it collected."""
    row = max(rows, key=lambda each: rows.number(each, "removed_in_all"))
    words = _("What would help most to collect next is a report of: {what}")
    return filled(words, what=what_words(scenario, rows.text(row, "measure"), rows.text(row, "place")))
