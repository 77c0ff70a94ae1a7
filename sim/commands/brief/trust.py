"""Can I trust this? Where values come from, what bands hold, figures left out of calibration, how it was made; what a
calibration says of reported figures; the STRESS-DES checklist as an annex.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from sim.commands.brief.blocks import (
    Part,
    Section,
    Table,
    Words,
    choice_words,
    filled,
    joined,
    number_cell,
    share_cell,
    what_words,
)
from sim.commands.brief.folders import Cited, Results, Rows, reported_figures, shown
from sim.commands.papers.checklist import checklist
from sim.measures.registry import REGISTRY, place_words
from sim.numbers.statistics import Interval
from sim.shell.ensemble_option import doubt_words
from sim.words import ORIGINS, ROLE_NAMES
from sim.words.commands import TABLE
from sim.words.language import _
from sim.words.say import listed, mean_words, number, percent, stated
from sim.words.screens import SCREEN

if TYPE_CHECKING:
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario


def trust(all_results: Sequence[Results], main: Results | None) -> Section:
    """What a planner asks before believing a number."""
    blocks: list[Any] = []
    if main is not None and main.reading is not None:
        blocks.append(Words(tuple(_of_run(main, main.reading)), listed=True))
        held = _held_out(main, main.reading.scenario)
        blocks += [held] if held else []
    blocks.append(_how_made(all_results))
    commands = [
        filled("{name}: {code}", name=each.name, code=_code(each.manifest.get("command", ""))) for each in all_results
    ]
    blocks.append(Words(tuple(commands), listed=True, title=_("Commands"), folded=True))
    if main is not None and main.reading is not None:
        left_out = (filled("{left}", left=SCREEN["left_out.text"]), *main.reading.steps_left_out)
        blocks.append(Words(left_out, listed=True, title=_("What the model leaves out")))
    return Section("trust", _("Can I trust this?"), tuple(blocks))


def _of_run(main: Results, reading: Reading) -> Iterator[Any]:
    yield filled(_("Values of the scenario: {kinds}"), kinds=_kinds(main, reading))
    about = doubt_words(main.manifest.get("ensemble"))
    yield filled(_("What bands and intervals hold: {about}"), about=about)
    rerun = main.manifest.get("run_again_on_simpy") or {}
    if rerun:
        same = len(rerun.get("replications") or ())
        words = _("{n} of {all} replications were run again on SimPy, the readable engine: identical")
        n = main.fact(f"{same:,}", "run_again_on_simpy", "replications")
        yield filled(words, n=n, all=main.fact(f"{main.manifest.get('finished', 0):,}", "finished"))
    elif str(main.manifest.get("engine", "")).startswith("simpy"):
        yield filled(_("All replications were run on SimPy, the readable engine"))
    for warning in main.manifest.get("warnings") or ():
        if "SimPy" not in str(warning):  # said above
            yield filled("{warning}", warning=str(warning))


def _kinds(main: Results, reading: Reading) -> Any:
    counts = Counter(row.kind for row in reading.provenance)
    total = sum(counts.values())
    values = f"{main.number}/scenario.toml/values"
    parts = [
        filled(_("{n} {kind}"), n=Cited(f"{counts[kind]:,}", counts[kind], f"{values}/{kind}"), kind=ORIGINS[kind])
        for kind in ORIGINS
        if counts[kind]
    ]
    n = Cited(f"{total:,}", total, f"{values}/all")
    return filled(_("{n} in all: {parts}"), n=n, parts=joined(parts, _(", ")))


def _held_out(main: Results, scenario: Scenario) -> Table | None:
    """Reported figures against the run: those that were held out first, as only they test the model."""
    rows = main.rows("reported.csv")
    if rows is None:
        return None
    table = []
    for row in _held_out_first(rows):
        measure, role = rows.text(row, "measure"), rows.text(row, "role")
        known = not math.isnan(rows.number(row, "mean"))
        mean, low, high = (rows.number(row, column) for column in ("mean", "low", "high"))
        interval = Interval(int(rows.number(row, "n")) if known else 0, mean, low, high)
        table.append((
            REGISTRY[measure].label if measure in REGISTRY else measure,
            place_words(scenario, rows.text(row, "place")),
            ROLE_NAMES.get(role, role),
            number_cell(rows, row, "reported"),
            rows.cited(row, "mean", mean_words(interval)) if known else "–",
            _range(rows, row) if known else "–",
            _yes_or_no(rows, row, "within"),
        ))  # fmt: skip
    head = (_("Reported figure"), _("Where"), _("Role"), _("Reported"), _("This model"), _("9 of 10 replications"),
            _("Within tolerance"))  # fmt: skip
    note = _("Only figures that were held out test the model: the others went in, or settings were chosen for them.")
    return Table(_("Against what was reported"), head, tuple(table), frozenset({3, 4, 5}), note)


def _held_out_first(rows: Rows) -> list[int]:
    return sorted(rows, key=lambda row: (rows.text(row, "role") != "held_out", row))


def _range(rows: Rows, row: int) -> Cited:
    low, high = (number(rows.number(row, end)) for end in ("p5", "p95"))
    return rows.cited(row, "p5", _("{low} to {high}").format(low=low, high=high))


def _yes_or_no(rows: Rows, row: int, column: str) -> str:
    return {"True": "✓ " + TABLE["yes"], "False": "✗ " + TABLE["no"]}.get(rows.text(row, column), "–")


def _how_made(all_results: Sequence[Results]) -> Table:
    """Seed, replications, engine, versions and hashes of each folder."""
    head = (_("Folder"), _("Seed"), _("Replications"), _("Engine"), _("Made"), _("Hashes"))
    table = tuple(_made(each) for each in all_results)
    versions = all_results[-1].manifest.get("versions") or {}
    of = all_results[0].manifest.get("versions") or versions
    note = _("Versions: {versions}").format(versions=listed(f"{name} {version}" for name, version in of.items()))
    return Table(_("How it was made"), head, table, frozenset({1, 2}), note)


def _code(text: object) -> Markup:
    return Markup("<code>{}</code>").format(shown(str(text)))


def _made(results: Results) -> tuple[Any, ...]:
    facts = results.manifest
    n = facts.get("finished") or facts.get("replications") or facts.get("histories")
    key = next((key for key in ("finished", "replications", "histories") if facts.get(key)), "")
    hashes = [str(facts[key])[:12] for key in ("scenario_hash", "sources_hash") if facts.get(key)]
    return (
        results.name,
        results.fact(stated(facts["seed"]), "seed") if isinstance(facts.get("seed"), int) else "–",
        results.fact(f"{n:,}", key) if isinstance(n, int) else "–",
        str(facts.get("engine", "–")),
        str(facts.get("written", "–"))[:16].replace("T", " "),
        _code(" ".join(hashes)),
    )


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
    table = []
    for row in _held_out_first(rows):
        role = rows.text(row, "role")
        table.append((
            what_words(scenario, rows.text(row, "measure"), rows.text(row, "place")), ROLE_NAMES.get(role, role),
            number_cell(rows, row, "reported"), number_cell(rows, row, "p50"),
            _range(rows, row),
            _yes_or_no(rows, row, "met"),
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


# annex


def annex(main: Results) -> Section | None:
    """The STRESS-DES checklist, which opens a click away."""
    if main.reading is None:
        return None
    run = main.manifest if main.kind == "run" else {}
    text = checklist(main.reading, reported_figures(main), run)
    lines = text.splitlines()[1:]
    part = Part("annex", {"html": Markup("\n").join(html_of(lines)), "words": _("Open the checklist")})
    return Section("annex", _("Annex: STRESS-DES checklist"), (part,))


def html_of(lines: Sequence[str]) -> Iterator[Markup]:
    """The Markdown that qcap itself writes as HTML: headings, lists, tables, code, paragraphs; the rest is text."""
    position = 0
    while position < len(lines):
        line = lines[position]
        kind = _kind(line)
        end = position + 1
        if kind == "code":
            while end < len(lines) and not lines[end].startswith("```"):
                end += 1
            yield Markup("<pre>{}</pre>").format("\n".join(lines[position + 1 : end]))
            end += 1
        elif kind in ("row", "item"):
            while end < len(lines) and _kind(lines[end]) == kind:
                end += 1
            yield _table(lines[position:end]) if kind == "row" else _list(lines[position:end])
        elif kind == "heading":
            level = min(len(line) - len(line.lstrip("#")) + 1, 5)
            yield Markup("<h{0}>{1}</h{0}>").format(level, inline(line.lstrip("# ")))
        elif line.strip():
            yield Markup("<p>{}</p>").format(inline(line))
        position = end


def _kind(line: str) -> str:
    starts = {"```": "code", "#": "heading", "|": "row", "- ": "item"}
    return next((kind for start, kind in starts.items() if line.startswith(start)), "text")


def _list(lines: Sequence[str]) -> Markup:
    items = Markup("").join(Markup("<li>{}</li>").format(inline(line[2:])) for line in lines)
    return Markup("<ul>{}</ul>").format(items)


def _table(lines: Sequence[str]) -> Markup:
    made = []
    for number_, line in enumerate(lines):
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if all(re.fullmatch(r":?-+:?", cell) for cell in cells):
            continue
        tag = "td" if number_ else "th"
        made.append(Markup("<tr>{}</tr>").format(
            Markup("").join(Markup("<{0}>{1}</{0}>").format(Markup(tag), inline(cell)) for cell in cells)
        ))  # fmt: skip
    return Markup('<div class="scroll" tabindex="0"><table>{}</table></div>').format(Markup("").join(made))


_INLINE = re.compile(r"\\(.)|\*\*(.+?)\*\*|`([^`]*)`")


def inline(text: str) -> Markup:
    """A line of Markdown: its escapes, bold words and code."""
    made, position = [], 0
    for found in _INLINE.finditer(text):
        made.append(escape(text[position : found.start()]))
        plain, bold, code = found.groups()
        made.append(
            escape(plain) if plain is not None
            else Markup("<strong>{}</strong>").format(bold) if bold is not None
            else Markup("<code>{}</code>").format(code)
        )  # fmt: skip
        position = found.end()
    return Markup("").join([*made, escape(text[position:])])
