"""Sections of what was searched: a staffing plan with its witnesses (the least staff, loads by hour, the certificate),
and a sweep with its sliders.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.brief import charts
from sim.commands.brief.blocks import (
    Cell,
    Chart,
    Estimate,
    Part,
    Section,
    Table,
    Words,
    day_of,
    filled,
    is_number,
    number_cell,
    path_name,
    share_cell,
    value_words,
    what_words,
)
from sim.commands.brief.folders import Cited, Results, Rows, shown
from sim.commands.brief.of_plans import target_name, verdict_cell, verdict_words
from sim.measures.registry import place_words
from sim.numbers.verdicts import HOLDS, MISSED, NOT_CERTAIN
from sim.words import UNIT_NAMES
from sim.words.language import _
from sim.words.say import clock, day_words, listed, number

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario


def staffing(results: Results, scenario: Scenario | None) -> Section:
    """The staffing plan: which targets it keeps, people by pool and shift, what shows that one fewer is too few."""
    blocks: list[Any] = [Words(tuple(_kept(results, scenario)), listed=True), *_of_plan(results, scenario),
                         *_loads(results, scenario), *_certificate(results, scenario)]  # fmt: skip
    title = _("A staffing that keeps the targets")
    if _is_least(results):
        title = _("The least staff that keep the targets")
    return Section("staffing", title, tuple(blocks), least_staff(results) or "")


def _is_least(results: Results) -> bool:
    """Whether it is shown of the plan that it holds and that fewer would fail."""
    rows = results.rows("plan_summary.csv")
    row = None if rows is None else rows.find(name="certified")
    return rows is not None and row is not None and rows.number(row, "value") == 1


def _kept(results: Results, scenario: Scenario | None) -> Iterator[Any]:
    """Each target of the plan with the fresh replications that meet it."""
    rows = results.rows("certificate.csv")
    if rows is None:
        return
    words = _("{target}: {verdict}, met in {k} of {n} fresh replications")
    for row in rows.where(subject="plan"):
        verdict = rows.text(row, "verdict")
        yield filled(
            words, target=target_name(scenario, rows.text(row, "target"), results),
            verdict=verdict_words(_VERDICTS.get(verdict, verdict)), k=number_cell(rows, row, "met"),
            n=number_cell(rows, row, "replications"),
        )  # fmt: skip


_VERDICTS = {"fails": MISSED, "open": NOT_CERTAIN}
"""What a certificate calls a verdict."""


def summary_cell(results: Results, name: str) -> Cited | None:
    """A quantity of plan_summary.csv; None where it is not there."""
    rows = results.rows("plan_summary.csv")
    row = None if rows is None else rows.find(name=name)
    if rows is None or row is None or not rows.text(row, "value"):
        return None
    text = rows.text(row, "value")
    return rows.cited(row, "value", number(float(text)) if is_number(text) else text)


def least_staff(results: Results) -> Any:
    """People on duty in the plan beside those of today, and how many are needed at least."""
    names = ("people_on_duty", "people_on_duty_today", "lower_bound")
    people, today, bound = (summary_cell(results, name) for name in names)
    if people is None:
        return None
    if not _plan_holds(results):
        words = _("{people} people on duty a day at most (today {today}); that this keeps the targets is not proved")
    elif _is_least(results):
        words = _("{people} people on duty a day at most (today {today}) keep the targets of staffing, fewer do not")
    else:
        words = _(
            "{people} people on duty a day at most (today {today}) keep the targets of staffing; fewer may do too"
        )
    sentence = filled(words, people=people, today=today or "–")
    if bound is None:
        return sentence
    rows = results.need("plan_summary.csv")
    unit = rows.text(rows.find(name="lower_bound") or 0, "unit")
    words = _("{sentence}; with fewer than {bound} {unit} in all none does")
    return filled(words, sentence=sentence, bound=bound, unit=UNIT_NAMES.get(unit, unit))


def _plan_holds(results: Results) -> bool:
    """Whether fresh replications certify every target of the plan."""
    rows = results.rows("certificate.csv")
    found = [] if rows is None else rows.where(subject="plan")
    return rows is not None and bool(found) and all(rows.text(row, "verdict") == HOLDS for row in found)


def _place(rows: Rows, row: int, scenario: Scenario | None) -> str:
    place = rows.text(row, "place")
    if scenario is not None and (place in scenario.ports or place in scenario.pools):
        return place_words(scenario, place)
    return rows.names.of(rows.text(row, "place_name") or place)


def _of_plan(results: Results, scenario: Scenario | None) -> Iterator[Table]:
    rows = results.need("plan.csv")
    kinds = _kinds()
    several = len({rows.text(row, "phase") for row in rows}) > 1
    table = []
    for row in rows:
        kind = rows.text(row, "kind")
        cells: list[Cell] = [_place(rows, row, scenario)]
        if several:
            cells.append(_phase(rows, row, scenario))
        numbers = (number_cell(rows, row, column) for column in ("people", "today"))
        cells += [_shift(rows, row), kinds.get(kind, kind), *numbers, _witness(results, rows, row, scenario)]
        table.append(tuple(cells))
    head = [_("Where"), _("Shift"), _("What"), _("Plan"), _("Now"), _("With one fewer")]
    if several:
        head.insert(1, _("Phase"))
    at = len(head)
    note = _(
        "Now: today, on average over the days of the phase. With one fewer: what fresh replications show when this "
        "number alone is one lower; not proved: they do not show that it fails, nor that it holds."
    )
    yield Table(_("The plan by pool and shift"), tuple(head), tuple(table), frozenset({at - 3, at - 2}), note)


def _phase_name(rows: Rows, row: int) -> str:
    """A phase by its name, which is the id of a regime where the user gave no other."""
    phase = rows.text(row, "phase")
    named = rows.names.of(phase)
    return phase.replace("_", " ") if named == phase else named


def _phase(rows: Rows, row: int, scenario: Scenario | None) -> str:
    name, days = _phase_name(rows, row), [day_of(rows, row, column) for column in ("from_day", "to_day")]
    if None in days:
        return name or "–"
    with_year = scenario is None or scenario.several_years
    first, last = (day_words(day, with_year=with_year) for day in days if day)
    words = _("{phase} ({first} to {last})") if name else _("{first} to {last}")
    return words.format(phase=name, first=first, last=last)


def _shift(rows: Rows, row: int) -> str:
    """Its name, unless that is its start, and its hours of the clock."""
    name, start, hours = (rows.text(row, column) for column in ("shift", "start", "hours"))
    if not start:
        return name or "–"
    hours_words = start
    if is_number(hours):
        begin = 60 * int(start[:2]) + int(start[3:5])
        hours_words = _("{first} to {last}").format(first=start, last=clock((begin + 60 * float(hours)) % 1440 or 1440))
    return hours_words if name in ("", start) else f"{name} {hours_words}"


def _names(results: Results, scenario: Scenario | None) -> dict[str, str]:
    """Each free number by its path in words: where, in which phase and shift, and what."""
    rows, found = results.need("plan.csv"), {}
    several = len({rows.text(row, "phase") for row in rows}) > 1
    for row in rows:
        kind = rows.text(row, "kind")
        parts = [
            _place(rows, row, scenario),
            *([_phase_name(rows, row)] if several else []),
            _shift(rows, row),
        ]
        parts += [] if kind == "headcount" else [_kinds().get(kind, kind)]
        found[rows.text(row, "free")] = _(", ").join(part for part in parts if part and part != "–")
    return found


def _kinds() -> dict[str, str]:
    """Kinds of free numbers."""
    return {
        "headcount": _("people"), "coaches": _("coaches"), "posts_may_leave": _("posts that may leave"),
        "reserve_rooms": _("rooms kept in reserve"),
    }  # fmt: skip


def _fewer(note: str, names: dict[str, str]) -> str:
    """A cut in words, of a note such as `pools.port_a.06:00 <= 5; …`."""
    parts = [each.rsplit(" <= ", 1) for each in note.split("; ") if " <= " in each]
    words = _("{what}: {n} or fewer")
    return _("; ").join(words.format(what=names.get(path, shown(path)), n=shown(n)) for path, n in parts)


def _witness(results: Results, rows: Rows, row: int, scenario: Scenario | None) -> Any:
    """What shows that one fewer is too few, or that nothing does."""
    witness, target = rows.text(row, "witness"), rows.text(row, "witness_target")
    if witness == "one_fewer_fails":
        met, n = (number_cell(rows, row, column) for column in ("witness_met", "replications"))
        words = _("✗ {target}: kept in {met} of {n} replications")
        return filled(words, target=target_name(scenario, target, results), met=met, n=n)
    by_kind = {
        "not_told_apart": _("? can not be told apart"), "at_least_allowed": _("is the least that is allowed"),
        "not_proved": _("? not proved"),
    }  # fmt: skip
    return by_kind.get(witness, witness or "–")


def _loads(results: Results, scenario: Scenario | None) -> Iterator[Chart]:
    """People of the plan against the load by hour, place by place."""
    rows = results.rows("load.csv")
    if rows is None:
        return
    lines = (("load_mean", _("load, mean"), "c1"), ("load_p95", _("load, 95 %"), "c4"), ("people", _("plan"), "c2"),
             ("today", _("today"), "c3"))  # fmt: skip
    for place, phase in dict.fromkeys((rows.text(row, "place"), rows.text(row, "phase")) for row in rows):
        here = sorted(rows.where(place=place, phase=phase) if phase else rows.where(place=place),
                      key=lambda row: rows.number(row, "hour"))  # fmt: skip
        at = [rows.number(row, "hour") for row in here]
        drawn = [charts.Curve(label, css, [rows.number(row, column) for row in here], stepped=True)
                 for column, label, css in lines if rows.has(column)]  # fmt: skip
        where = place if scenario is None else place_words(scenario, place)
        name = _("{where}: plan against the load by hour").format(
            where=_(", ").join(part for part in (where, _phase_name(rows, here[0])) if part)
        )
        columns = [column for column, _label, _css in lines if rows.has(column)]
        head = (_("Hour"), *(label for column, label, _css in lines if column in columns))
        table = tuple(
            (clock(60 * rows.number(row, "hour")), *(number_cell(rows, row, column) for column in columns))
            for row in here
        )
        yield _by_hour(name, at, drawn, Table(name, head, table, frozenset(range(1, len(head)))))


def _by_hour(name: str, at: Sequence[float], drawn: Sequence[charts.Curve], table: Table) -> Chart:
    return charts.both(name, lambda width: charts.curves(width, charts.hour_scale, at, drawn, _("people")), table)


def _certificate(results: Results, scenario: Scenario | None) -> Iterator[Table]:
    rows = results.rows("certificate.csv")
    if rows is None:
        return
    subjects = {
        "plan": _("the plan"), "neighbour": _("one fewer"), "corner": _("as many as allowed"), "cut": _("fewer in all"),
        "absence_10": _("the plan with 10 % absent"), "arrivals_x1_2": _("the plan with 1.2 times the arrivals"),
        "today": _("today's staffing"),
    }  # fmt: skip
    names = _names(results, scenario)
    table = []
    for row in rows:
        subject, free = rows.text(row, "subject"), rows.text(row, "free")
        if not rows.text(row, "target"):  # what one more would gain, which is no test
            continue
        what = subjects.get(subject, subject)
        words = _fewer(rows.text(row, "note"), names) if subject == "cut" else names.get(free, shown(free))
        if words:
            what = _("{what}: {told}").format(what=what, told=words)
        table.append((
            what, target_name(scenario, rows.text(row, "target"), results), number_cell(rows, row, "met"),
            number_cell(rows, row, "replications"), share_cell(rows, row, "bound"),
            verdict_words(_VERDICTS.get(rows.text(row, "verdict"), rows.text(row, "verdict"))),
        ))  # fmt: skip
    head = (_("What was tried"), _("Target"), _("Meet it"), _("Replications"), _("Bound, for sure"), _("Verdict"))
    name = _("Certificate: fresh replications that nobody searched on")
    yield Table(name, head, tuple(table), frozenset({2, 3, 4}), folded=name if len(table) > 24 else "")


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
