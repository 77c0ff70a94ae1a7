"""The ensemble of a run: the one that a scenario names or `--ensemble` gives, what it varies, what is said about it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.scenario.files.drafts import NO_ENSEMBLE
from sim.shell.files import one_path
from sim.words import CHANCE_ONLY
from sim.words.language import _
from sim.words.observed import ENSEMBLE
from sim.words.say import clauses, listed, percent

if TYPE_CHECKING:
    from sim.runs.ensemble import Ensemble
    from sim.scenario import Reading
    from sim.scenario.tables.schema import Scenario

EnsembleFile = Annotated[
    Path | None,
    typer.Option(
        "--ensemble",
        metavar="FILE|none",
        help="Draws of values and rules that fit the reported figures, from qcap calibrate: draw m goes with "
        "replication m [default: the one that the scenario names]; none: one setting.",
        callback=one_path,
    ),
]
REPLICATIONS = 100
"""With an ensemble, where nobody says how many: fewer draws do not show how far values lie apart."""

DOUBTS_SHOWN = 2
"""Measures of which the screen says how much of their spread is doubt."""

Draws = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class EnsembleUse:
    """An ensemble, and what a scenario leaves it to vary."""

    ensemble: Ensemble
    given: Draws
    """Draws that have the rules which are set, whole."""
    fixed: tuple[str, ...]
    """Paths at which the scenario's own value stays."""
    draws: Draws
    """`given` without what is fixed, for `Job.draws`; none where nothing is left to vary."""

    @cached_property
    def n_values(self) -> int:
        """Different numbers that vary; one that stands at several paths counts once."""
        columns = {tuple(draw[path] for draw in self.draws) for path in self._varied if path not in self.ensemble.rules}
        return sum(len(set(column)) > 1 for column in columns)

    @cached_property
    def n_rules(self) -> int:
        """Rules that are drawn: combinations of words."""
        rules = [path for path in self._varied if path in self.ensemble.rules]
        return len({tuple(draw[path] for path in rules) for draw in self.draws})

    @property
    def _varied(self) -> tuple[str, ...]:
        return tuple(path for path in self.ensemble.paths if path not in self.fixed)

    def lines(self, replications: int) -> list[str]:
        """What a planner must know before reading results."""
        n, left_out = len(self.given), len(self.ensemble) - len(self.given)
        about = {"name": self.ensemble.name, "draws": f"{n:,}", "tell": doubt_words(self.facts())}
        lines = [ENSEMBLE["used" if self.draws else "nothing"].format(**about)]
        if left_out:
            lines.append(ENSEMBLE["given"].format(draws=f"{n:,}", all=f"{len(self.ensemble):,}"))
        if self.fixed and self.draws:
            lines.append(ENSEMBLE["fixed"].format(paths=listed(self.fixed)))
        if self.draws and replications > n:
            words = {"replications": f"{replications:,}", "draws": f"{n:,}", "next": f"{n + 1:,}"}
            lines.append(ENSEMBLE["again"].format(**words))
        return lines

    def facts(self) -> dict[str, Any]:
        """For the manifest, and for `doubt_words`."""
        source = self.ensemble.source
        return {
            "file": self.ensemble.name,
            "draws": len(self.given),
            "values": self.n_values,
            "rules": self.n_rules,
            "varied": list(self._varied),
            "fixed": list(self.fixed),
            "calibrated": {"scenario": source.scenario, "seed": source.seed, "sources_hash": source.sources_hash},
        }


def doubt_words(facts: Mapping[str, Any] | None) -> str:
    """What intervals and bands show: chance, and the doubt that the ensemble of these `facts` carries."""
    if not facts or not (facts["values"] or facts["rules"] > 1):
        return _(CHANCE_ONLY)
    parts = [_counted("values", facts["values"])] if facts["values"] else []
    parts += [_counted("rules", facts["rules"])] if facts["rules"] > 1 else []
    return ENSEMBLE["tell"].format(about=ENSEMBLE["and"].join(parts))


def words_on_pictures(facts: Mapping[str, Any] | None) -> str:
    """The same as it stands at the foot of every picture; nothing without an ensemble, whose pictures show chance."""
    return doubt_words(facts) if facts else ""


def doubt_share_words(scenario: Scenario, shares: Mapping[str, float]) -> str:
    """Which part of the spread of measures, by MEASURE@PLACE, is doubt: see `runs.ensemble.doubt_share`."""
    from sim.measures.registry import measure_words  # noqa: PLC0415
    from sim.scenario.rules import split_headline  # noqa: PLC0415

    shares_words = [
        ENSEMBLE["share.of"].format(share=percent(share), measure=measure_words(scenario, *split_headline(name)))
        for name, share in shares.items()
    ]
    return ENSEMBLE["share"].format(shares=listed(shares_words))


def most_doubt_words(scenario: Scenario, shares: Mapping[str, float]) -> str:
    """The same for a line of a screen: the two measures with the largest part."""
    from sim.measures.registry import measure_words  # noqa: PLC0415
    from sim.scenario.rules import split_headline  # noqa: PLC0415

    largest = sorted(shares, key=lambda name: -shares[name])[:DOUBTS_SHOWN]
    measures = [measure_words(scenario, *split_headline(name)) for name in largest]
    words = [ENSEMBLE["share.most"].format(share=percent(shares[largest[0]]), measure=measures[0])]
    words += [
        ENSEMBLE["share.of"].format(share=percent(shares[name]), measure=measure)
        for name, measure in zip(largest[1:], measures[1:], strict=True)
    ]
    return listed(words)


def read_ensemble_use(option: Path | None, reading: Reading, swept: Collection[str] = ()) -> EnsembleUse | None:
    """The ensemble of a scenario and what the scenario leaves it to vary; None where there is none.

    `swept`: paths that a sweep decides about; they are fixed, and rules among them leave all draws. Raises
    ScenarioError when the file is not there or does not fit.
    """
    from sim.runs.ensemble import fixed_paths, given_rules, open_draws, read_ensemble  # noqa: PLC0415  heavy

    file = _file(option, reading)
    if file is None:
        return None

    def decided(path: str) -> bool:
        return reading.ensemble.decides(path) or any(f"{path}.".startswith(f"{each}.") for each in swept)

    ensemble = read_ensemble(file, reading.scenario, decided=decided)
    fixed = fixed_paths(reading.scenario, ensemble, decided)
    of_files = fixed_paths(reading.scenario, ensemble, reading.ensemble.decides)
    given = given_rules(reading.scenario, ensemble, of_files)
    return EnsembleUse(ensemble, given, fixed, open_draws(given, fixed))


def draws_of_alternative(doubt: EnsembleUse, base: Reading, other: Reading) -> Draws:
    """What the draws of a comparison vary in one of its scenarios: the same draws in all of them.

    What an alternative writes itself, or has otherwise than the base, stays. Draws are not chosen anew for a rule that
    it sets: replication m has the same draw in both. Raises ScenarioError.
    """
    from sim.runs.ensemble import fixed_paths, open_draws, require_fitting  # noqa: PLC0415
    from sim.scenario.files.changing import value_at  # noqa: PLC0415

    paths = doubt.ensemble.paths
    own = {path for path in paths if value_at(other.scenario, path) != value_at(base.scenario, path)}
    fixed = {*fixed_paths(other.scenario, doubt.ensemble, other.ensemble.decides), *own}
    require_fitting(doubt.ensemble, other.scenario, fixed)
    return open_draws(doubt.given, fixed)


def against(doubt: EnsembleUse, scenario: Scenario, draws: Draws) -> Iterator[str]:
    """What a scenario of a comparison fixes and the base draws: its value, against the middle 90 % of the drawn ones.

    `draws`: what is drawn in the scenario.
    """
    from sim.scenario.files.changing import value_at  # noqa: PLC0415
    from sim.words.say import number, percent  # noqa: PLC0415

    drawn_here = set(draws[0]) if draws else set()
    for path in doubt.draws[0] if doubt.draws else ():
        column = sorted(draw[path] for draw in doubt.draws)
        if path in drawn_here or column[0] == column[-1]:
            continue
        if path in doubt.ensemble.rules:
            shares = [(word, column.count(word) / len(column)) for word in dict.fromkeys(column)]
            rules = [ENSEMBLE["against.rule"].format(rule=word, share=percent(share)) for word, share in shares]
            values = listed(rules)
        else:
            low, high = (number(column[round(share * (len(column) - 1))]) for share in (0.05, 0.95))
            values = ENSEMBLE["against.values"].format(low=low, high=high)
        yield ENSEMBLE["against"].format(path=path, value=value_at(scenario, path), values=values)


def replications_of(asked: int | None, otherwise: int, doubt: EnsembleUse | None, least: int = 1) -> int:
    """How many replications: as asked for, else 100 with an ensemble, but `least`, with which targets can be judged."""
    return asked if asked is not None else max(REPLICATIONS if doubt else otherwise, least)


def _file(option: Path | None, reading: Reading) -> Path | None:
    """The file to read. Raises ScenarioError when the one that the scenario names is not there."""
    from sim.scenario.faults import Fault, ScenarioError  # noqa: PLC0415
    from sim.scenario.files.documents import require_file  # noqa: PLC0415

    named = reading.ensemble
    if option is not None or named.file is None:
        return None if option is None or str(option) == NO_ENSEMBLE else option
    try:
        require_file(named.file, named.name)
    except ScenarioError as error:
        found = error.faults[0]
        hint = clauses([*([found.hint] if found.hint else []), ENSEMBLE["off"]])
        raise ScenarioError([Fault(named.by, "ensemble", named.name, found.rule, hint)]) from None
    return named.file


def _counted(what: str, n: int) -> str:
    return ENSEMBLE[what if n != 1 else f"{what}_one"].format(n=n)
