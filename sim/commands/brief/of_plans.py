"""Sections of a comparison, a tornado and a cap: plans side by side, assumptions that matter, headroom."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from sim.commands.brief import charts
from sim.commands.brief.blocks import (
    Chart,
    Section,
    Table,
    Words,
    filled,
    joined,
    number_cell,
    path_name,
    share_cell,
    value_words,
    what_words,
)
from sim.commands.brief.first_screen import MARKS
from sim.commands.brief.folders import Results, Rows
from sim.numbers.statistics import SHARE
from sim.numbers.verdicts import HOLDS, MISSED
from sim.runs.alternatives import PRIMARY, Difference
from sim.shell.sentences import difference_words, is_clear, pair_words, target_words
from sim.words.commands import TABLE
from sim.words.compare import CAP
from sim.words.language import _
from sim.words.say import common_unit, number, percent, unit_of, with_unit
from sim.words.screens import VERDICTS

if TYPE_CHECKING:
    from sim.scenario.tables.schema import Scenario, Target

MOST_PANELS = 4
"""Measures of which differences are drawn."""
SHOWN = 6
"""Assumptions of which a tornado shows bars."""


def verdict_words(verdict: str) -> str:
    """A verdict with its mark."""
    return f"{MARKS.get(verdict, ('–',))[0]} {VERDICTS.get(verdict, verdict)}"


def verdict_cell(rows: Rows, row: int, met: str = "met") -> Any:
    """A verdict with its mark and the replications that meet the target."""
    n, k = number(rows.number(row, "n")), number(rows.number(row, met))
    base = "base_verdict" if met == "base_met" else "verdict"
    cited = rows.cited(row, met, _("{met} of {n}").format(met=k, n=n))
    return filled(_("{verdict} ({met})"), verdict=verdict_words(rows.text(row, base)), met=cited)


def difference_of(rows: Rows, row: int) -> Difference:
    """A row of differences.csv or tornado.csv."""
    value = "value" if rows.has("scenario") else "at_end"
    names = ("joint_low", "joint_high", "p", "p_holm", "variance_reduction")
    return Difference(
        scenario=rows.text(row, "scenario"), measure=rows.text(row, "measure"), place=rows.text(row, "place"),
        unit=rows.text(row, "unit"), role=rows.text(row, "role"), method=rows.text(row, "method"),
        n=int(rows.number(row, "n")), base=rows.number(row, "base"), value=rows.number(row, value),
        difference=rows.number(row, "difference"), low=rows.number(row, "low"), high=rows.number(row, "high"),
        **{name: rows.number(row, name) for name in names},
    )  # fmt: skip


def target_name(scenario: Scenario | None, name: str, results: Results | None = None) -> str:
    """A target in words, of the folder where it has its own; its id where nothing names it."""
    if scenario is None:
        return name
    target, own = scenario.targets.get(name), (results.manifest.get("targets") if results else None) or {}
    if isinstance(own, dict) and isinstance(own.get(name), dict):
        target = _own_target(own[name]) or target
    return name if target is None else target_words(scenario, target)


def _own_target(facts: dict[str, Any]) -> Target | None:
    """A target that a manifest holds; None for what is none."""
    from sim.scenario.tables.schema import Target  # noqa: PLC0415

    try:
        return Target.model_validate(facts)
    except ValueError:
        return None


# compare


def compare(results: Results, scenario: Scenario | None) -> Section:
    """Plans side by side: what becomes of the targets, and how measures differ from the base."""
    titles = _titles(results)
    base = str(results.manifest.get("base", ""))
    lead = filled(
        _("{n} plans against “{base}”, the same travellers in all: {runs} replications."),
        n=max(len(titles) - 1, 0), base=titles.get(base, base),
        runs=results.fact(number(float(results.manifest.get("replications") or 0)), "replications"),
    )  # fmt: skip
    blocks: list[Any] = [*_targets(results, scenario, titles, base)]
    rows = results.rows("differences.csv")
    if rows is not None:
        primary = rows.where(role=PRIMARY)
        blocks += [*_forests(rows, primary, scenario, titles), _differences(rows, primary, scenario, titles)]
    blocks += _questions(results, titles, base)
    return Section("compare", _("Plans side by side"), tuple(blocks), lead)


def _titles(results: Results) -> dict[str, str]:
    titles = results.manifest.get("scenarios")
    pairs = titles.items() if isinstance(titles, dict) else ()
    return {
        str(name): results.names.of(str(facts.get("title", name))) for name, facts in pairs if isinstance(facts, dict)
    }


def _targets(results: Results, scenario: Scenario | None, titles: dict[str, str], base: str) -> Iterator[Table]:
    rows = results.rows("targets.csv")
    if rows is None:
        return
    names = list(dict.fromkeys(rows.text(row, "target") for row in rows))
    table = []
    first = {name: rows.find(target=name) for name in names}
    table.append((titles.get(base, base), *("–" if (row := first[name]) is None else verdict_cell(rows, row, "base_met")
                                            for name in names)))  # fmt: skip
    for plan in dict.fromkeys(rows.text(row, "scenario") for row in rows):
        found = [rows.find(scenario=plan, target=name) for name in names]
        table.append((titles.get(plan, plan), *("–" if row is None else verdict_cell(rows, row) for row in found)))
    head = (_("Plan"), *(target_name(scenario, name) for name in names))
    note = _(
        "In brackets: replications that meet the target. The first row is what the plans are held against. Not "
        "certain: these replications do not decide; where 90 % are asked, 29 that all meet it would be the fewest."
    )
    yield Table(_("Targets by plan"), head, tuple(table), note=note)


def _differences(rows: Rows, primary: Sequence[int], scenario: Scenario | None, titles: dict[str, str]) -> Table:
    """Measures that each plan's question names."""
    table = []
    for row in primary:
        found = difference_of(rows, row)
        value, base = pair_words(found)
        words = difference_words(found) if not math.isnan(found.low) else "–"
        clear = TABLE["yes" if is_clear(found) else "no"]
        table.append((
            titles.get(found.scenario, found.scenario), what_words(scenario, found.measure, found.place),
            rows.cited(row, "value", value), rows.cited(row, "base", base), rows.cited(row, "difference", words), clear,
        ))  # fmt: skip
    head = (_("Plan"), _("Measure"), _("With the plan"), _("Base"), _("Difference, 95 % interval"), _("Clear?"))
    note = _("Intervals of one plan hold together. Clear: the interval leaves 0 out.")
    name = _("Differences that the questions name")
    return Table(name, head, tuple(table), frozenset({2, 3, 4}), note, folded=name if len(table) > 24 else "")


def _forests(rows: Rows, primary: Sequence[int], scenario: Scenario | None, titles: dict[str, str]) -> Iterator[Chart]:
    """Differences of all plans that name a measure, those named most often first."""
    by_cell: dict[tuple[str, str], list[int]] = {}
    for row in primary:
        by_cell.setdefault((rows.text(row, "measure"), rows.text(row, "place")), []).append(row)
    often = sorted((cell for cell in by_cell if len(by_cell[cell]) > 1), key=lambda cell: -len(by_cell[cell]))
    for cell in often[:MOST_PANELS]:
        found = [difference_of(rows, row) for row in by_cell[cell]]
        largest = max(max(abs(one.base), abs(one.value)) for one in found)
        factor, _unit, unit = unit_of(found[0].unit, largest)
        bars = []
        for one in found:
            low, high = (factor * end for end in one.interval)
            whiskers = ((low, high),) if math.isfinite(low) and low < high else ()
            words = _signed(one)
            bars.append(charts.Bar(titles.get(one.scenario, one.scenario), "c1", 0.0, 0.0, whiskers,
                                   factor * one.difference, words))  # fmt: skip
        name = _("{what}: difference from the base ({unit})").format(what=what_words(scenario, *cell), unit=unit)
        yield _bar_chart(name, bars, unit)


def _signed(found: Difference) -> str:
    """A difference with its sign; a time in its own unit, as others in the picture may be far longer."""
    factor, _unit, unit = unit_of(found.unit, abs(found.difference))
    words = number(factor * found.difference, "+") if found.difference else "0"
    return with_unit(words, unit) if found.unit == "minutes" else words


def _bar_chart(name: str, bars: Sequence[charts.Bar], unit: str, note: object = "") -> Chart:
    values = [
        end for bar in bars for end in (bar.begin, bar.end, bar.point or 0.0, *(e for w in bar.whiskers for e in w))
    ]
    return charts.both(
        name, lambda width: charts.bars(width, lambda most: charts.number_scale(values, most), bars, unit, zero=True),
        note=note,
    )  # fmt: skip


def _questions(results: Results, titles: dict[str, str], base: str) -> Iterator[Table]:
    """What each plan asks, and what its author remarks."""
    table = []
    for name, title in titles.items():
        file = {} if name == base else _toml(results, name)
        if file.get("question"):
            question, remark = (results.names.of(str(file.get(key, "")).strip()) for key in ("question", "remark"))
            table.append((title, question, remark))
    if table:
        yield Table(_("What the plans ask"), (_("Plan"), _("Question"), _("Remark")), tuple(table),
                    folded=_("What the plans ask"))  # fmt: skip


def _toml(results: Results, name: str) -> dict[str, Any]:
    file = results.folder / "scenarios" / f"{name}.toml"
    if file.parent.resolve() != file.resolve().parent:  # a name is no path
        return {}
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def plans_that_hold(results: Results, scenario: Scenario | None, page_title: str = "") -> Iterator[Any]:
    """For each target that the base does not keep: the plans with which it holds. `page_title`: title of what the page
    shows, so that another base is named.
    """
    rows, titles = results.rows("targets.csv"), _titles(results)
    base = titles.get(str(results.manifest.get("base", "")), "")
    if rows is None:
        return
    for name in dict.fromkeys(rows.text(row, "target") for row in rows):
        here = rows.where(target=name)
        kept = [row for row in here if rows.text(row, "verdict") == HOLDS]
        lost = [row for row in here if rows.text(row, "verdict") == MISSED]
        before = rows.text(here[0], "base_verdict")
        words, chosen = "", []
        if before != HOLDS and kept:
            words, chosen = _("{what}: holds with {plans}"), kept
        elif before != MISSED and lost:
            words, chosen = _("{what}: missed with {plans}"), lost
        if chosen:
            chosen.sort(key=lambda row: -abs(rows.number(row, "difference")))
            plans = [filled(_("“{plan}”"), plan=titles.get(name, name))
                     for name in (rows.text(row, "scenario") for row in chosen[:2])]  # fmt: skip
            more = [_("{n} more plans").format(n=len(chosen) - 2)] if len(chosen) > 2 else []
            line = filled(words, what=target_name(scenario, name), plans=joined([*plans, *more], _(", ")))
            yield line if base == page_title else filled(_("{line} (plans against “{base}”)"), line=line, base=base)


# tornado


def tornado(results: Results, scenario: Scenario | None) -> Section:
    """Assumptions moved to both ends of their ranges, one at a time."""
    rows = results.need("tornado.csv")
    cells = list(dict.fromkeys((rows.text(row, "measure"), rows.text(row, "place")) for row in rows))
    blocks: list[Any] = []
    for cell in cells:
        blocks += _tornado_of(rows, cell, scenario)
    flips = tuple(_flips(results, scenario))
    if flips:
        blocks.insert(0, Words(flips, listed=True))
    lead = _(
        "Each assumption is moved to both ends of its range, one at a time; what two do together is not seen here."
    )
    return Section("tornado", _("Which assumption matters"), tuple(blocks), lead)


def swings(rows: Rows, cell: tuple[str, str]) -> list[tuple[str, dict[str, int]]]:
    """Paths with their rows by side, those that move the measure most first."""
    found: dict[str, dict[str, int]] = {}
    for row in rows.where(measure=cell[0], place=cell[1]):
        found.setdefault(rows.text(row, "path"), {})[rows.text(row, "side")] = row

    def swing(sides: dict[str, int]) -> float:
        ends = [rows.number(row, "difference") for row in sides.values()]
        return max([0.0, *ends]) - min([0.0, *ends])

    return sorted(found.items(), key=lambda item: -swing(item[1]))


def _tornado_of(rows: Rows, cell: tuple[str, str], scenario: Scenario | None) -> Iterator[Any]:
    ordered = swings(rows, cell)
    some = difference_of(rows, next(iter(ordered[0][1].values())))
    factor, _unit, unit = common_unit(some.unit, [abs(some.base)])
    bars: list[charts.Bar] = []
    table = []
    for path, sides in ordered:
        cells: list[Any] = [path_name(scenario, path)]
        for side, css in (("low", "c2"), ("high", "c1")):
            if side not in sides:
                cells += ["–", "–"]
                continue
            row = sides[side]
            found = difference_of(rows, row)
            value = value_words(rows.text(row, "value"))
            if len(bars) < 2 * SHOWN:
                low, high = (factor * end for end in found.interval)
                whiskers = ((low, high),) if math.isfinite(low) and low < high else ()
                label, end = f"{path_name(scenario, path)} = {value}", factor * found.difference
                bars.append(charts.Bar(label, css, 0.0, end, whiskers, value=_signed(found)))
            difference = "–" if math.isnan(found.low) else rows.cited(row, "difference", difference_words(found))
            cells += [value, difference]
        table.append(tuple(cells))
    what = what_words(scenario, *cell)
    base = percent(some.base) if some.unit == SHARE else with_unit(number(factor * some.base), unit)
    name = _("{what}: difference from {base} as things are").format(what=what, base=base)
    yield _bar_chart(name, bars, unit)
    head = (_("Assumption"), _("Low end"), _("Difference"), _("High end"), _("Difference"))
    yield Table(what, head, tuple(table), frozenset({2, 4}), folded=_("Numbers: {what}").format(what=what))


def _flips(results: Results, scenario: Scenario | None) -> Iterator[Any]:
    rows = results.rows("targets.csv")
    if rows is None:
        return
    for name in dict.fromkeys(rows.text(row, "target") for row in rows):
        here = rows.where(target=name)
        turned = [row for row in here if rows.text(row, "flips") == "True"]
        what, before = target_name(scenario, name), verdict_words(rows.text(here[0], "base_verdict"))
        if not turned:
            yield filled(_("{what}: {verdict} as things are; no assumption in its range changes that for certain"),
                         what=what, verdict=before)  # fmt: skip
        for verdict in dict.fromkeys(rows.text(row, "verdict") for row in turned):
            cases = [_case(rows, row, scenario) for row in turned if rows.text(row, "verdict") == verdict]
            words = _("{what}: {verdict} as things are; {after} with {cases}")
            yield filled(words, what=what, verdict=before, after=verdict_words(verdict), cases=joined(cases, _("; ")))


def _case(rows: Rows, row: int, scenario: Scenario | None) -> Any:
    """An assumption at an end of its range, and the share of replications that then meet the target."""
    return filled(
        _("{path} = {value} (met in {share} of replications)"), path=path_name(scenario, rows.text(row, "path")),
        value=value_words(rows.text(row, "value")), share=rows.cited(row, "share", percent(rows.number(row, "share"))),
    )  # fmt: skip


def widest(results: Results, scenario: Scenario | None) -> Iterator[Any]:
    """The assumption that moves the first headline most."""
    rows = results.need("tornado.csv")
    cell = (rows.text(0, "measure"), rows.text(0, "place"))
    path, sides = swings(rows, cell)[0]
    ends = []
    for side in ("low", "high"):
        if side in sides:
            value = pair_words(difference_of(rows, sides[side]))[0]
            words = _("{end} with {value}")
            ends.append(
                filled(
                    words,
                    value=value_words(rows.text(sides[side], "value")),
                    end=rows.cited(sides[side], "at_end", value),
                )
            )
    words = _("{what}: “{path}” moves it most ({ends})")
    yield filled(words, what=what_words(scenario, *cell), path=path_name(scenario, path), ends=joined(ends, _(", ")))


# cap


def cap(results: Results, scenario: Scenario | None) -> Section:
    """The largest arrivals at which a target still holds, and what was tried."""
    rows = results.need("factors.csv")
    table = []
    for row in rows:
        resource = _resource(scenario, rows.text(row, "resource"))
        step = CAP[f"part.{rows.text(row, 'part')}"].format(resource=resource)
        factor = rows.cited(row, "factor", f"{rows.number(row, 'factor'):.4g}")
        numbers = (number_cell(rows, row, "met"), number_cell(rows, row, "n"), share_cell(rows, row, "low"))
        table.append((step, factor, *numbers, verdict_words(rows.text(row, "verdict"))))
    columns = (_("Step"), _("Times the arrivals"), _("Meet the target"), _("Replications"), _("At least, for sure"))
    head = (*columns, _("Verdict"))
    note = _(
        "Search: how the factor was found; fresh replications: what it was tested on. Without limit: more arrivals "
        "than it can take, with one thing made plenty; where the target then holds, that thing gives first."
    )
    tried = Table(_("Factors that were tried"), head, tuple(table), frozenset({1, 2, 3, 4}), note)
    return Section("cap", _("How much more it can take"), (tried,), cap_words(results, scenario))


def _resource(scenario: Scenario | None, resource: str) -> str:
    pool = None if scenario is None else scenario.pools.get(resource)
    if pool is not None:
        return CAP["staff"].format(pool=pool.name or resource)
    return CAP.get(f"resource.{resource}", resource)


def cap_words(results: Results, scenario: Scenario | None) -> Any:
    """The headroom in a sentence."""
    what = target_name(scenario, str(results.manifest.get("target", "")))
    factor = results.manifest.get("factor")
    if not isinstance(factor, int | float):
        return filled(_("{what}: no factor of the arrivals was found at which it holds for certain"), what=what)
    words = _("{what}: holds up to {factor} times the arrivals, with {confidence} confidence")
    sure = results.fact(percent(float(results.manifest.get("confidence") or 0)), "confidence")
    return filled(words, what=what, factor=results.fact(f"{factor:.3g}", "factor"), confidence=sure)
