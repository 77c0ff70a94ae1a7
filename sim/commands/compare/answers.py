"""What is said about each scenario: targets met and values changed, its answer in one sentence with intervals, and the
page `answers.md` with each scenario's question, its answer, and what it changes.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from sim.commands.compare.plan import ROOMS_TAKEN
from sim.measures.registry import measure_words
from sim.numbers.comparison import share_interval, share_test
from sim.runs.alternatives import AlternativeResult, Cell, Compared, Difference, differences, differs_from, first_log
from sim.runs.precision import judged, meets_limit
from sim.scenario.files.documents import resolved_dict
from sim.scenario.tables.schema import Scenario
from sim.shell.sentences import sentence, target_words
from sim.words.compare import COMPARE
from sim.words.language import _
from sim.words.say import clauses, counted, full_stop, phrase, stated_percent
from sim.words.screens import VERDICTS
from sim.words.user_text import as_code, for_markdown

if TYPE_CHECKING:
    from sim.commands.compare.plan import ComparePlan

_ABOUT = frozenset({"title", "question", "remark", "headlines", "ranges", "provenance", "schema"})
"""Keys that change nothing that happens."""


class TargetRow(NamedTuple):
    """A target: the share of runs that meet it, in an alternative and in the base."""

    scenario: str
    target: str
    n: int
    base: float
    share: float
    difference: float
    low: float
    high: float
    p: float
    met: int
    """Replications that meet it in the alternative, of `n`."""
    base_met: int
    wanted: float
    """Share of replications that is asked for."""
    verdict: str
    """What they say about the alternative, and about the base: see `sim.numbers.verdicts`."""
    base_verdict: str


class Change(NamedTuple):
    """A value that differs between the base and an alternative."""

    scenario: str
    path: str
    base: str
    value: str


def targets(compared: Compared, result: AlternativeResult) -> list[TargetRow]:
    """Targets of the base: the share of runs that meet each; runs without a value on either side are left out."""
    n, rows = compared.replications, []
    for name, target in compared.base.alternative.scenario.targets.items():
        before, after = (side.value((target.measure, target.place), n) for side in (compared.base, result))
        there = ~np.isnan(before) & ~np.isnan(after)
        first, second = (meets_limit(target, values[there]) for values in (before, after))
        one = share_interval(first, second)
        was, now = (judged(target, values[there]) for values in (before, after))
        rows.append(
            TargetRow(
                scenario=result.alternative.name,
                target=name,
                n=one.n,
                base=was.share,
                share=now.share,
                difference=one.mean,
                low=one.low,
                high=one.high,
                p=share_test(first, second),
                met=now.met,
                base_met=was.met,
                wanted=now.wanted,
                verdict=now.verdict,
                base_verdict=was.verdict,
            )
        )
    return rows


def changes(base: Scenario, scenario: Scenario, name: str) -> list[Change]:
    """Values that differ, by dotted path; rows of a table and series are counted."""
    before, after = _flat(resolved_dict(base), ()), _flat(resolved_dict(scenario), ())
    order = list(dict.fromkeys([*before, *after]))
    return [
        Change(name, path, _shown(before.get(path)), _shown(after.get(path)))
        for path in order
        if path.split(".")[0] not in _ABOUT and before.get(path) != after.get(path)
    ]


def _flat(tree: dict[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for key, value in tree.items():
        if isinstance(value, dict) and key != "values":
            out |= _flat(value, (*path, key))
        else:
            out[".".join((*path, key))] = value
    return out


def _shown(value: Any) -> str:
    """A value in a table of changes."""
    if value is None:
        return _("none")
    if isinstance(value, dict):
        return _("{n} days").format(n=len(value))
    if isinstance(value, list) and any(isinstance(entry, dict) for entry in value):
        if len(value) <= 2:
            return clauses(" ".join(str(part) for part in row.values()) for row in value)
        return _("{n} rows").format(n=len(value))
    return str(value)


# the answer

MOST_CHANGES = 6
"""Changed values of a scenario that the page lists."""


@dataclass(frozen=True)
class Answer:
    """One scenario of a comparison with everything that is said about it."""

    result: AlternativeResult
    primary: tuple[Cell, ...]
    """Measures that answer its question, in its order."""
    rows: tuple[Difference, ...]
    """All measures."""
    targets: tuple[TargetRow, ...]
    changes: tuple[Change, ...]
    differs_from: int | None
    """Second of the first run at which it differs from the base; None: never."""
    fixed: tuple[str, ...] = ()
    """What it fixes and the base draws from an ensemble, in words."""

    @property
    def scenario(self) -> Scenario:
        """The scenario."""
        return self.result.alternative.scenario

    def row(self, cell: Cell) -> Difference | None:
        """The row of a measure at a place; None when no pair has a value."""
        return next((row for row in self.rows if (row.measure, row.place) == cell), None)


def answers_of(plan: ComparePlan, compared: Compared) -> tuple[Answer, ...]:
    """All that is said about each scenario but the base."""
    base = compared.base.alternative
    log = first_log(base, plan.settings)
    return tuple(
        Answer(
            result=result,
            primary=primary,
            rows=tuple(differences(compared, result, primary)),
            targets=tuple(targets(compared, result)),
            changes=tuple(changes(base.scenario, result.alternative.scenario, result.alternative.name)),
            differs_from=differs_from(log, first_log(result.alternative, plan.settings)),
            fixed=plan.fixed.get(result.alternative.name, ()),
        )
        for result, primary in zip(compared.results[1:], plan.primary[1:], strict=True)
    )


def page(
    compared: Compared,
    answers: Sequence[Answer],
    seed: int,
    *,
    tell: str,
    doubt: str = "",
    pictures: Sequence[str] = (),
) -> str:
    """The whole page as Markdown.

    `tell`: what intervals tell; `doubt`: which part of the base's spread is doubt; `pictures`: paths of the pictures
    of differences.
    """
    base = compared.base.alternative.scenario
    runs = counted(COMPARE, "runs", compared.replications)
    lines = [
        "# " + counted(COMPARE, "title", len(answers), base=for_markdown(base.title)),
        "",
        phrase("intro", base=for_markdown(base.title), runs=runs, seed=seed, doubt=tell),
        "",
        phrase("methods"),
        "",
        *([phrase("doubt_of_base", doubt=doubt), ""] if doubt else []),
    ]
    if compared.base.used_up:
        lines += [phrase("used_up_base", n=compared.base.used_up, runs=compared.replications), ""]
    for picture in pictures:
        lines += [f"![{phrase('picture')}]({picture})", ""]
    for number_, answer in enumerate(answers, start=1):
        lines += [*_section(number_, answer, compared), ""]
    if compared.rerun:
        lines.append(phrase("again", n=compared.rerun, all=f"{compared.replications * len(compared.results):,}"))
    return "\n".join(lines).rstrip() + "\n"


def _section(position: int, answer: Answer, compared: Compared) -> Iterator[str]:
    scenario = answer.scenario
    yield f"## {position}. {for_markdown(scenario.question or scenario.title)}"
    yield ""
    headline = _("{name}: {value}").format(name=scenario.title, value=answer_sentence(answer))
    yield f"**{for_markdown(full_stop(headline))}**"
    base = compared.base.alternative.scenario
    yield from (f"\n{for_markdown(full_stop(line))}" for line in target_sentences(answer, base))
    if scenario.remark:
        yield f"\n{for_markdown(scenario.remark)}"
    yield from (f"\n{for_markdown(line)}" for line in notes(answer, compared.replications))
    yield ""
    changed = changes_words(answer.changes, as_code, for_markdown)
    yield phrase("changed.of", name=as_code(answer.result.alternative.name), changes=changed)
    yield ""
    yield first_difference(answer)


def answer_sentence(answer: Answer) -> str:
    """All measures that answer the question, in one sentence."""
    short = short_of_rooms(answer)
    parts = [short] if short else []
    for cell in answer.primary:
        row = answer.row(cell)
        if short and cell == NO_ROOM:
            continue  # said beside the rooms
        if row is None:
            parts.append(phrase("no_pairs", what=measure_words(answer.scenario, *cell)))
        else:
            parts.append(sentence(row, answer.scenario))
    return clauses(parts)


NO_ROOM = ("no_room_share", "all")
BESIDE_ROOMS_TAKEN = (("rooms_needed", "all"), NO_ROOM, ("rooms_blocked_mean", "all"), ("rooms_blocked_max", "all"))
"""What must be said beside rooms taken where people wait for rooms: fewer taken is no saving then."""


def short_of_rooms(answer: Answer) -> str:
    """Need, waiting and blocked rooms, where an answer names rooms taken and people wait for rooms; else nothing."""
    waits = answer.row(NO_ROOM)
    if ROOMS_TAKEN not in answer.primary or waits is None or not max(waits.value, waits.base) > 0:
        return ""
    rows = [answer.row(cell) for cell in BESIDE_ROOMS_TAKEN if cell not in answer.primary or cell == NO_ROOM]
    sentences = [sentence(row, answer.scenario) for row in rows if row is not None and (row.value or row.base)]
    return phrase("short", told=clauses(sentences))


def target_sentences(answer: Answer, base: Scenario) -> Iterator[str]:
    """What replications say about each target, here and in the base."""
    for row in answer.targets:
        if row.n == 0 or math.isnan(row.share):
            continue
        target = phrase("target", what=target_words(base, base.targets[row.target]))
        yield phrase(
            "target.alike" if row.verdict == row.base_verdict else "target.other", target=target,
            wanted=stated_percent(row.wanted), verdict=VERDICTS[row.verdict], met=row.met, n=row.n,
            base_verdict=VERDICTS[row.base_verdict], base_met=row.base_met,
        )  # fmt: skip


def notes(answer: Answer, runs: int) -> Iterator[str]:
    """What limits the answer."""
    result = answer.result
    yield from answer.fixed
    if result.used_up:
        yield phrase("used_up", n=result.used_up, runs=runs)
    if result.failed:
        yield phrase("failed", n=len(result.failed), runs=runs, reason=next(iter(result.failed.values())))


def changes_words(
    changes: Sequence[Change], path: Callable[[object], str] = str, value: Callable[[object], str] = str
) -> str:
    """What the file changes, on one line. `path`, `value`: how the medium wants them; plain for the screen."""
    if not changes:
        return phrase("nothing_changed")
    shown = [
        phrase("change", path=path(one.path), base=value(one.base), value=value(one.value))
        for one in changes[:MOST_CHANGES]
    ]
    rest = len(changes) - MOST_CHANGES
    return clauses([*shown, *([phrase("more_changes", n=rest)] if rest > 0 else [])])


def first_difference(answer: Answer) -> str:
    """From when on the first run is another."""
    if answer.differs_from is None:
        return phrase("never_different")
    if answer.differs_from == 0:
        return phrase("differs_at_once")
    start = dt.datetime.combine(answer.scenario.first_day, dt.time())
    moment = start + dt.timedelta(seconds=answer.differs_from)
    return phrase("first_difference", moment=f"{moment:%Y-%m-%d %H:%M}")
